/*
 * Lists of numbers inside a canonical record, as one text: "10000,5000,100"; "" is no number.
 * Used inside src/wire.
 */
#ifndef TILL_NUMBER_LIST_H
#define TILL_NUMBER_LIST_H

#include "bytes.h"

/* Numbers up to INT64_MAX. TILL_TOO_LARGE: out is too small. TILL_BAD_INPUT: a larger number. */
enum till_status number_list_write(const uint64_t *numbers, size_t count, char *out,
                                   size_t capacity) TILL_CHECKED;
/* One spelling only: no leading zero, no space, no empty place. TILL_E_PROTOCOL: no such list, or
 * more than most numbers. */
enum till_status number_list_read(const char *text, uint64_t *numbers_out, size_t most,
                                  size_t *count_out) TILL_CHECKED;

#endif
