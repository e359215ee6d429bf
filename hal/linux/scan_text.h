/*
 * Where a scan ends: texts out of the bytes of a scanner on a line, by CR or LF; the silence that
 * ends one too is scanner_serial.c's to see. Pure.
 */
#ifndef TILL_SCAN_TEXT_H
#define TILL_SCAN_TEXT_H

#include "scanner.h"

struct scan_text {
    char bytes[SCANNER_TEXT_MAX];
    size_t size;
    bool large; /* more came than fits */
};

void scan_text_forget(struct scan_text *text);
/* One byte; true: a text ends here, to be taken before the next byte. */
bool scan_text_put(struct scan_text *text, uint8_t byte);
/* Is there a text that has begun? */
bool scan_text_has_begun(const struct scan_text *text);
/* The text that has begun. TILL_TOO_LARGE: it was dropped, and text_out is untouched. */
enum till_status scan_text_take(struct scan_text *text, struct scanner_text *text_out) TILL_CHECKED;

#endif
