/*
 * A mapping: how an export of the utility's own system becomes one of our tables.
 *
 *     [file]
 *     table = customers          which table it is; must stand
 *     encoding = gb18030         utf-8, gb18030; left out: found out
 *     delimiter = tab            comma, semicolon, tab
 *     header = yes               no: columns are named by their place alone
 *     dates = ymd                order of day, month and year: ymd, dmy, mdy
 *     amounts = decimal          decimal (1240.50), grouped (1,240.50 and ¥1240.50), minor (fen)
 *     [columns]
 *     account = 户号             our column = their header
 *     meter_book = #4            … or the place, from 1
 *     [fixed]
 *     class = resident           our column = the same value in every row
 *     [values class]
 *     居民 = resident            their value = ours
 *     [skip]
 *     date = 合计*               our column = their value: no row of ours; * = what begins so
 *
 * Lines that begin with # or ; are remarks. It knows no table: the import says which columns are.
 * Read strictly: what is not understood is named with its line.
 */
#ifndef TILL_HOST_MAPPING_H
#define TILL_HOST_MAPPING_H

#include "bytes.h"
#include "charset.h"

enum {
    MAPPING_SIZE_MAX = 64 * 1024,
    MAPPING_NAME_MAX = 32,
    MAPPING_TEXT_MAX = 128,
    MAPPING_COLUMNS_MAX = 32,
    MAPPING_VALUES_MAX = 128,
    MAPPING_SKIPS_MAX = 16,
    MAPPING_PLACE_MAX = 128
};

enum mapping_dates { MAPPING_YMD, MAPPING_DMY, MAPPING_MDY };
enum mapping_amounts { MAPPING_DECIMAL, MAPPING_GROUPED, MAPPING_MINOR };

struct mapping_column {
    char column[MAPPING_NAME_MAX];
    char header[MAPPING_TEXT_MAX]; /* "" where it has a place or is fixed */
    int place;                     /* from 1; 0 = by header, or fixed */
    bool fixed;                    /* header is the value */
};
struct mapping_value {
    char column[MAPPING_NAME_MAX];
    char theirs[MAPPING_TEXT_MAX], ours[MAPPING_TEXT_MAX];
};
struct mapping {
    char table[MAPPING_NAME_MAX];
    enum charset_name charset; /* CHARSET_UNKNOWN: to be found out */
    char delimiter;
    bool header;
    enum mapping_dates dates;
    enum mapping_amounts amounts;
    struct mapping_column columns[MAPPING_COLUMNS_MAX];
    size_t column_count;
    struct mapping_value values[MAPPING_VALUES_MAX];
    size_t value_count;
    struct mapping_value skips[MAPPING_SKIPS_MAX]; /* ours: "" */
    size_t skip_count;
};

/*
 * text: the file's bytes, UTF-8 or GB18030.
 *   line_out, reason_out  with TILL_BAD_INPUT: where and why (an English msgid)
 * TILL_TOO_LARGE: over MAPPING_SIZE_MAX. TILL_UNSUPPORTED: UTF-16.
 */
enum till_status mapping_read(struct span text, struct mapping *mapping_out, uint32_t *line_out,
                              const char **reason_out) TILL_CHECKED;

/* NULL: not mapped. */
const struct mapping_column *mapping_column_of(const struct mapping *m, const char *column);
/* Ours for theirs; theirs itself where no pair names it. */
const char *mapping_value_of(const struct mapping *m, const char *column, const char *theirs);

/* Is a row with that value in our column one that only their export has, a total? */
bool mapping_skips(const struct mapping *m, const char *column, const char *theirs);

enum { MAPPING_VALUE_MAX = 64 };
/* "2026/1/5", "5.1.2026", "2026年1月5日 00:00" as "20260105"; what is no date comes out as it is,
 * so that the table's own rule names it. month: without a day, "202601". */
void mapping_date(const struct mapping *m, const char *theirs, bool month,
                  char out[MAPPING_VALUE_MAX]);
/* As whole units with `exponent` decimals. */
void mapping_amount(const struct mapping *m, const char *theirs, unsigned exponent,
                    char out[MAPPING_VALUE_MAX]);

#endif
