/*
 * A sheet: tables on A4 as PDF, for the office and for whoever takes a report away on a stick.
 *
 *     status = sheet_open("day.pdf", "Fieldtill", &sheet);
 *     sheet_title(sheet, "Day sheet 2026-11-22", "as of 2026-11-22 19:04");
 *     sheet_table(sheet, "Closes", columns, 3);
 *     sheet_row(sheet, cells);                     as many as there are
 *     status = sheet_close(sheet);
 *
 * Pages break between rows; each bears the title, the head of its table, and "2 / 5" at its foot.
 * Text that does not fit its column goes on in the next line of its row, four at most; figures are
 * never cut: they get smaller where they must. Chinese and Latin mix freely.
 *
 * Memory: freed by sheet_close. What is drawn is kept until then: the number of pages stands on
 * each. Blocking: the file's writes. Faults are sticky and told by sheet_close.
 */
#ifndef TILL_SHEET_H
#define TILL_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

enum { SHEET_COLUMNS_MAX = 15, SHEET_TEXT_MAX = 256, SHEET_ROWS_MAX = 20000 };

struct sheet_column {
    const char *head;
    int share;  /* of the width, against the others; > 0 */
    bool right; /* figures */
};

struct sheet;

/* author: stands in the file's properties. TILL_E_MEMORY. The file is written at the close. */
enum till_status sheet_open(const char *path, const char *author,
                            struct sheet **sheet_out) TILL_CHECKED;
/* Once, before all else. under: the time of the data; may be "". */
void sheet_title(struct sheet *sheet, const char *title, const char *under);
/* A line of text of its own, e.g. a sum. */
void sheet_line(struct sheet *sheet, const char *text, bool bold);
/* columns: copied. */
void sheet_table(struct sheet *sheet, const char *heading, const struct sheet_column *columns,
                 size_t count);
/* The long side across; before all else. */
void sheet_lie(struct sheet *sheet);
/* As many cells as the table has columns. */
void sheet_row(struct sheet *sheet, const char *const *cells);
/* A part of the drawing, a page at most, for who must not be held up by all of it. done_out: what
 * is left for the close is short. Nothing may be added afterwards. Faults as of the close. */
enum till_status sheet_draw(struct sheet *sheet, bool *done_out) TILL_CHECKED;
/* Draw what is not drawn, write, free. TILL_E_IO: the file; nothing half written is left under its
 * name. TILL_TOO_LARGE: over SHEET_ROWS_MAX. TILL_E_CONFIG: no font. */
enum till_status sheet_close(struct sheet *sheet) TILL_CHECKED;

#endif
