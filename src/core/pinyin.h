/*
 * Pinyin: how Han characters are read, for finding a name by the keys of a telephone.
 *
 * Without tones, lower case, ü as v. A character has up to PINYIN_READINGS_MAX readings, the usual
 * one first; a surname is read as surnames are (单 shan, 仇 qiu, 尉迟 yu chi, 万俟 mo qi), and as
 * its characters are otherwise, for who does not know.
 *
 * It knows characters and keys; it does not know an index (db/book_term.h).
 *
 * Origin of the table (src/core/pinyin_make.py makes it): Unihan_Readings.txt of Unicode 15.0.0 as
 * in Debian's unicode-data, fields kMandarin, kHanyuPinlu, kTGHZ2013, kXHC1983, kHanyuPinyin;
 * © 2022 Unicode, Inc., under the Unicode License Agreement for Data Files and Software,
 * https://www.unicode.org/copyright.html, which allows use and change where the notice is kept:
 * this is the notice, and the data were changed. The surnames are ours.
 */
#ifndef TILL_PINYIN_H
#define TILL_PINYIN_H

#include <stddef.h>
#include <stdint.h>

enum { PINYIN_READINGS_MAX = 5, PINYIN_UNITS_MAX = 32 };

/* Not terminated; static, or within the text that was read. */
struct pinyin_reading {
    const char *text;
    size_t size;
};

/* What is spoken as one: a Han character, or a word of Latin letters, read as it is written. */
struct pinyin_unit {
    struct pinyin_reading readings[PINYIN_READINGS_MAX];
    size_t count; /* >= 1 */
};

/* How many readings; 0: none is known. */
size_t pinyin_read(uint32_t code, struct pinyin_reading readings_out[PINYIN_READINGS_MAX]);

/*
 * The units of a name, at most PINYIN_UNITS_MAX; what has no reading (digits, spaces, marks) is
 * left out. A surname stands at the beginning.
 *   name   UTF-8, letters in lower case; must outlive the units
 */
size_t pinyin_name(const char *name, struct pinyin_unit units_out[PINYIN_UNITS_MAX]);

/* '2'..'9' of ITU-T E.161 for a..z; 0 for anything else. */
char pinyin_key(char letter);

#endif
