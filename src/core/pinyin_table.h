/*
 * The tables behind pinyin.h.  Private to src/core/pinyin*.c.
 */
#ifndef TILL_PINYIN_TABLE_H
#define TILL_PINYIN_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum { PINYIN_ROW = 46, PINYIN_BASE = 90 };

/* Two digits a character, base PINYIN_BASE, printable: which of pinyin_sets. */
extern const char pinyin_rows_3400[][PINYIN_ROW * 2 + 1];
extern const char pinyin_rows_4e00[][PINYIN_ROW * 2 + 1];

/* Characters outside the two blocks, ascending. */
struct pinyin_beyond {
    uint32_t code;
    uint16_t set;
};
extern const struct pinyin_beyond pinyin_beyond[];
extern const size_t pinyin_beyond_count;

/* "zhong chong": the usual reading first; [0] is "": none known. */
extern const char *const pinyin_sets[];
extern const size_t pinyin_set_count;

#endif
