/*
 * What the office's files are written in: UTF-8, or GB18030 as Chinese Windows writes it (GBK and
 * GB 2312 are parts of it).
 *
 * The guess looks at every line that has more than ASCII: which of both can it be? A file with a
 * byte order mark is UTF-8, and so is one where neither fits better.
 */
#ifndef TILL_HOST_CHARSET_H
#define TILL_HOST_CHARSET_H

#include "bytes.h"

enum charset_name {
    CHARSET_UNKNOWN = 0,
    CHARSET_UTF8 = 1,
    CHARSET_GB18030 = 2,
    CHARSET_UTF16 = 3 /* seen by its mark; not read */
};

/* "utf-8", "gb18030", "gbk", "gb2312" in any case; CHARSET_UNKNOWN for others. */
enum charset_name charset_named(const char *name);
/* "utf-8"; "?" for CHARSET_UNKNOWN. */
const char *charset_text(enum charset_name name);

/* ---- the guess ------------------------------------------------------------------------------- */

struct charset_guess {
    uint64_t utf8_lines, gb_lines; /* with more than ASCII, that could be it */
    uint8_t begin[3];              /* of the file */
    size_t begin_size;
    bool high;             /* the line at hand has more than ASCII */
    bool utf8_bad, gb_bad; /* it can't be */
    uint8_t utf8_left;     /* bytes that its last character still needs */
    uint8_t gb_place;      /* how many bytes it has of its last character */
};
/* Begin with zeros; feed the whole file in pieces. */
void charset_guess_feed(struct charset_guess *g, struct span bytes);
enum charset_name charset_guess_end(struct charset_guess *g);

/* ---- reading --------------------------------------------------------------------------------- */

struct charset;
/* *charset_out is NULL for UTF-8: nothing is needed. TILL_UNSUPPORTED: not one of the two that are
 * read, or the C library has no table for it. */
enum till_status charset_open(enum charset_name name, struct charset **charset_out) TILL_CHECKED;
void charset_close(struct charset *c);
/* Append as UTF-8, unchecked where it is UTF-8 already. TILL_BAD_INPUT: no text in that charset.
 * TILL_TOO_LARGE. c may be NULL: UTF-8. */
enum till_status charset_to_utf8(struct charset *c, struct span bytes,
                                 struct buffer *out) TILL_CHECKED;

#endif
