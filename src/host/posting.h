/*
 * A posting in the making: lines that are added up by account.
 */
#ifndef TILL_HOST_POSTING_H
#define TILL_HOST_POSTING_H

#include "store.h"

/* The account's name is made by a printf format; a line of that name already there is added to.
 * Zero is left out. TILL_TOO_LARGE: name or number of lines. TILL_E_OVERFLOW. */
enum till_status posting_add(struct store_posting *p, int64_t amount_minor, const char *format, ...)
    __attribute__((format(printf, 3, 4))) TILL_CHECKED;

/* Leave out the lines that fell to zero and post what is left; nothing left is TILL_OK. */
enum till_status posting_close(struct store *s, struct store_posting *p) TILL_CHECKED;

#endif
