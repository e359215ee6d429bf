/*
 * Rules that a row of the book keeps, on the host and on the terminal alike: clean text, numbers
 * that can be, amounts that can be shown. What is not here (does the meter book exist, is the
 * place free) only a database knows.
 */
#ifndef TILL_BOOK_CHECK_H
#define TILL_BOOK_CHECK_H

#include <stdbool.h>

#include "book_row.h"

/* Clean UTF-8 (core/text), terminated within `capacity`. An empty text is clean. */
bool book_text_is_clean(const char *text, size_t capacity);

bool book_user_is_valid(const struct book_user *u);
/* An id is 1..16 bytes of clean text without comma or space, which part the ids of a list. */
bool book_meter_book_is_valid(const struct book_meter_book *m);
bool book_customer_is_valid(const struct book_customer *c);
/* Without late_fee_minor and late_days: those are worked out, never stored. */
bool book_bill_is_valid(const struct bill *b);

#endif
