/*
 * Text: UTF-8 safety, widths on paper, masking, and the gettext marks.
 *
 * Everything a person reads is UTF-8. Widths are in half-width cells, as a thermal printer counts:
 * ASCII 1, Han and full-width forms 2 (Unicode UAX #11 W and F), combining marks 0.
 */
#ifndef TILL_TEXT_H
#define TILL_TEXT_H

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

#define _(text) gettext(text)
#define N_(text) text

/* Valid UTF-8 without control characters (U+0000..1F, 7F..9F)? What comes from outside passes
 * here before it is stored or shown. */
bool text_is_clean(const char *text, size_t size);

/* Decode one character; advances *at. Invalid bytes give U+FFFD and advance by one. */
uint32_t text_next(const char **at, const char *end);

int text_cells(const char *text);
/* How many bytes of text fit in `cells` without cutting a character. */
size_t text_fit(const char *text, int cells);
/* Copy at most capacity - 1 bytes, never a half character; always terminated. */
void text_copy(char *out, size_t capacity, const char *text);
/* Like text_copy, but bounded by cells, with a trailing ellipsis (…) where something was cut. */
void text_ellipsis(char *out, size_t capacity, const char *text, int cells);

/* 王秀英 -> 王**, 欧阳春 -> 欧**, "Wang Xiuying" -> "Wang X***": enough to recognise one's own. */
void text_mask_name(char *out, size_t capacity, const char *name);
/* 13812344417 -> 138****4417; shorter than 7 digits: all stars. */
void text_mask_phone(char *out, size_t capacity, const char *phone);
/* 6100234567 -> "6100 2345 67": groups of four, for reading aloud. */
void text_group_account(char *out, size_t capacity, const char *account);

#endif
