/*
 * Terms: what the book's search index is made of (db/BOOK.md, Terms).
 *
 * A term is a number of 50 bits: a class, which says of which field, and a token, the characters
 * from one place of the field on. Every place gives one, so whatever is looked for begins one or
 * is the beginning of one. Terms may collide: whoever finds one looks at the row.
 *
 * Private to db/book*.c. Pure: no SQL, no files.
 */
#ifndef TILL_BOOK_TERM_H
#define TILL_BOOK_TERM_H

#include <stdbool.h>

#include "book_row.h"

enum book_class {
    BOOK_CLASS_ACCOUNT = 1, /* with an end mark */
    BOOK_CLASS_METER,
    BOOK_CLASS_PHONE,
    BOOK_CLASS_NAME, /* with a begin mark */
    BOOK_CLASS_INITIALS,
    BOOK_CLASS_SYLLABLES,       /* from the first on */
    BOOK_CLASS_INNER_SYLLABLES, /* from any other on */
    BOOK_CLASS_SPELLED_ON,      /* what a token of syllables had no room for */
    BOOK_CLASS_ADDRESS,
    BOOK_CLASS_CELL,       /* of the grid over the earth */
    BOOK_CLASS_ACCOUNT_KEY /* a hash of the whole account */
};
enum {
    BOOK_TOKEN_BITS = 46,
    BOOK_TERM_BITS = BOOK_TOKEN_BITS + 4,
    BOOK_TERMS_MAX = 2048, /* of one customer */
    BOOK_FOLDED_MAX = BOOK_ADDRESS_MAX,
    BOOK_READINGS_TRIED = 16 /* ways to read the same characters, at most */
};

/* Spaces left out, lower case, full-width forms as ASCII: never longer than the text was.
 *   out  BOOK_FOLDED_MAX bytes; the text is clean UTF-8 below that */
size_t book_fold(const char *text, char *out);

/* All terms of a customer, some of them twice; returns how many, at most BOOK_TERMS_MAX. */
size_t book_terms_of(const struct book_customer *c, uint64_t *terms_out);
uint64_t book_term_of_account(const char *account);

/* ---- what is looked for ---------------------------------------------------------------------- */

enum { BOOK_QUERY_CODES_MAX = 66 };
struct book_query {
    char text[BOOK_FOLDED_MAX]; /* folded */
    char keys[BOOK_FOLDED_MAX]; /* digits and letters as keys 2..9; "" where it has others */
    size_t size;
    size_t characters;
    bool is_digits, is_letters, is_ascii;
};
void book_query_of(const char *query, struct book_query *out);

/* Where in the field? */
enum book_place { BOOK_ANYWHERE, BOOK_AT_BEGIN, BOOK_AT_END };

/* Terms within first..last whose bits under the mask are `same`; 0, 0: any. */
struct book_range {
    uint64_t first, last;
    uint64_t mask, same;
};
/*
 * What the terms of a row with the query are: all of `exact`, and one of each range.
 * False: no row can have it.
 */
enum { BOOK_RANGES_MAX = 2 };
struct book_wanted {
    uint64_t exact[BOOK_QUERY_CODES_MAX];
    size_t exact_count;
    struct book_range ranges[BOOK_RANGES_MAX];
    size_t range_count; /* 0 where there are exact ones */
};
bool book_terms_wanted(const struct book_query *q, enum book_class class, enum book_place place,
                       struct book_wanted *wanted_out);

/* Does the name (folded) read so? Initials or syllables from the first on, or from any. */
bool book_name_reads(const struct book_query *q, const char *name, enum book_class class,
                     enum book_place place);

/* ---- the grid -------------------------------------------------------------------------------- */

/* Cells of a thousandth of a degree; 0 <= row < 180,000 from the south, 0 <= column < 360,000. */
enum { BOOK_CELL_E7 = 10000 };
uint64_t book_term_of_cell(uint32_t row, uint32_t column);

#endif
