/*
 * Money: minor units in int64_t (fen in China). No float, ever; every sum is checked.
 *
 * It knows how a site writes an amount. It does not know what an amount is for.
 */
#ifndef TILL_MONEY_H
#define TILL_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "site.h"
#include "status.h"

/* Largest amount a record, screen or paper carries: twelve digits with the fen. */
#define MONEY_MAX_MINOR INT64_C(999999999999)
enum { MONEY_TEXT_MAX = 40, MONEY_WORDS_MAX = 192, MONEY_LIKELY_MAX = 4 };

/* TILL_E_OVERFLOW outside ±INT64_MAX; *sum_out is then untouched. */
enum till_status money_add(int64_t a_minor, int64_t b_minor, int64_t *sum_out) TILL_CHECKED;
enum till_status money_sub(int64_t a_minor, int64_t b_minor, int64_t *difference_out) TILL_CHECKED;

/* "186.42", "-0.05", "1,240.50" where grouped: exponent digits, always. out: MONEY_TEXT_MAX. */
void money_format(const struct site *site, int64_t amount_minor, bool grouped, char *out);
/* With the symbol before it: "¥1,240.50", "-¥3.00". out: MONEY_TEXT_MAX. */
void money_format_symbol(const struct site *site, int64_t amount_minor, char *out);
/* In words by site->words; "" for SITE_WORDS_NONE and beyond ±MONEY_MAX_MINOR. Negative amounts
 * begin with 负 or "minus". Chinese capitals by GB/T 15835 and the banks' rule (整 after 元 or 角).
 * out: MONEY_WORDS_MAX. */
void money_words(const struct site *site, int64_t amount_minor, char *out);

/*
 * What a person typed: digits with at most one '.' and at most `exponent` digits after it, whole
 * units before it; at most MONEY_MAX_MINOR. "" is TILL_BAD_INPUT, "12." is 12.
 * TILL_BAD_INPUT: other characters or too many decimals. TILL_TOO_LARGE: over the maximum.
 */
enum till_status money_parse(const struct site *site, const char *text,
                             int64_t *amount_out) TILL_CHECKED;

/*
 * What a customer is likely to hand over for a sum: the sum itself, rounded up to the next whole
 * unit, to ten; then each single note that covers it, smallest first, or where none does, the
 * least number of the largest note. Ascending, no doubles.
 *   with Chinese notes   186.42: 186.42, 187, 190, 200     412.88: 412.88, 413, 420, 500
 *                        5.00: 5, 10, 20, 50               62.40: 62.40, 63, 70, 100
 * Returns how many, at most MONEY_LIKELY_MAX; 0 where due_minor is not above 0.
 */
size_t money_likely_tenders(const struct site *site, int64_t due_minor,
                            int64_t likely_out[MONEY_LIKELY_MAX]);

#endif
