/*
 * Scanner: texts of barcodes and QR codes, as they were read. It knows no symbology.
 */
#ifndef TILL_SCANNER_H
#define TILL_SCANNER_H

#include "hal.h"

enum { SCANNER_TEXT_MAX = 1024 }; /* bytes, terminator not included */

struct scanner_text {
    size_t size;                      /* 1..SCANNER_TEXT_MAX */
    char bytes[SCANNER_TEXT_MAX + 1]; /* terminated; not checked for clean UTF-8: it is outside
                                         data (text_is_clean) */
};

struct scanner {
    void *context;
    int (*fd)(void *context); /* readable when poll has something; -1: poll each tick */
    /* The next scan. TILL_UNCHANGED: none. TILL_TOO_LARGE: one was longer and is dropped.
     * TILL_DEVICE_OFFLINE: unplugged. Never blocks. */
    enum till_status (*poll)(void *context, struct scanner_text *text_out);
    /* Light and aim on or off, where the scanner has a trigger; else TILL_UNSUPPORTED. */
    enum till_status (*aim)(void *context, bool on);
    void (*close)(void *context);
};

/* Checked calls (hal.h). */
int scanner_fd(const struct scanner *scanner);
enum till_status scanner_poll(const struct scanner *scanner,
                              struct scanner_text *text_out) TILL_CHECKED;
enum till_status scanner_aim(const struct scanner *scanner, bool on) TILL_CHECKED;

#endif
