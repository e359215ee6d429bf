/*
 * What the bank says of money that a terminal's record brought there: a deposit, or a drop by slip.
 *
 * The record was posted as it says. Once a line of the bank is known to be it, the ledger follows
 * the line: a drop leaves transit, the bank has what it says it has, and what is missing there is a
 * variance of whoever brought it. Taken apart again it goes the other way. Each posting is the
 * difference between what the line says and what was posted before, so that doing it again posts
 * nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger_inside.h"
#include "posting.h"
#include "store_bank.h"
#include "store_custody.h"

enum { BANKED_MOST = 1000 }; /* how often one record is matched and taken apart */

static void source_of(const struct store_custody *row, unsigned n, char out[48])
{
    (void)snprintf(out, 48, LEDGER_BANKED "%s/%" PRIu64 "/%u", row->terminal, row->seq, n);
}

/* `sign` times the lines of another posting. */
static enum till_status add_all(struct store_posting *p, const struct store_posting *other,
                                int sign)
{
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < other->count && status == TILL_OK; i++) {
        status = posting_add(p, sign * other->lines[i].amount_minor, "%s", other->lines[i].account);
    }
    return status;
}

/* All that was posted so far, *n_out times. */
static enum till_status add_posted(struct store *s, const struct store_custody *row, int sign,
                                   struct store_posting *p, unsigned *n_out)
{
    struct store_posting one;
    char source[48];
    enum till_status status = TILL_OK;
    for (*n_out = 0; status == TILL_OK; ++*n_out) {
        if (*n_out == BANKED_MOST) {
            return TILL_TOO_LARGE;
        }
        source_of(row, *n_out + 1, source);
        status = store_posting_of(s, source, &one);
        if (status != TILL_OK) {
            break;
        }
        status = add_all(p, &one, sign);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* What the record posted goes back, what the bank has stands in its place. */
static enum till_status add_wanted(const struct store_custody *row,
                                   const struct store_bank_line *line, struct store_posting *p)
{
    bool drop = row->kind == KIND_CASH_DROP;
    if (line == NULL) {
        return TILL_OK;
    }
    enum till_status status = posting_add(
        p, -row->amount_minor, drop ? "transit/bank/%s" : "bank/%s", drop ? row->slip : row->bank);
    if (status == TILL_OK) {
        status = posting_add(p, line->amount_minor, "bank/%s", line->bank);
    }
    return status == TILL_OK ? posting_add(p, row->amount_minor - line->amount_minor,
                                           "variance/%s/%s", row->terminal, row->user)
                             : status;
}

static bool is_nothing(const struct store_posting *p)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->lines[i].amount_minor != 0) {
            return false;
        }
    }
    return true;
}

static enum till_status missing(struct store *s, const struct store_custody *row,
                                const struct store_bank_line *line, struct store_posting *p,
                                unsigned *n_out)
{
    enum till_status status = add_wanted(row, line, p);
    return status == TILL_OK ? add_posted(s, row, -1, p, n_out) : status;
}

enum till_status ledger_follow_bank(const struct ledger_context *c, const struct store_custody *row,
                                    const struct store_bank_line *line)
{
    struct store_posting p;
    unsigned n = 0;
    ledger_begin(&p, c->now_s, c->now_s);
    enum till_status status = missing(c->store, row, line, &p, &n);
    source_of(row, n + 1, p.source);
    return status == TILL_OK ? posting_close(c->store, &p) : status;
}

enum till_status ledger_follows_bank(struct store *s, const struct store_custody *row,
                                     const struct store_bank_line *line, bool *follows_out)
{
    struct store_posting p = {.count = 0};
    unsigned n = 0;
    enum till_status status = missing(s, row, line, &p, &n);
    *follows_out = status == TILL_OK && is_nothing(&p);
    return status;
}

enum till_status ledger_bank_gap(struct store *s, const struct store_custody *row,
                                 int64_t *gap_minor_out)
{
    struct store_posting p = {.count = 0};
    unsigned n = 0;
    enum till_status status = add_posted(s, row, 1, &p, &n);
    *gap_minor_out = settlement_sum(&p, "variance/");
    return status;
}

bool ledger_can_be_banked(const struct store_posting *p, const struct store_custody *row)
{
    char transit[STORE_LEDGER_ACCOUNT_MAX], variance[STORE_LEDGER_ACCOUNT_MAX];
    (void)snprintf(transit, sizeof(transit), "transit/bank/%s", row->slip);
    (void)snprintf(variance, sizeof(variance), "variance/%s/%s", row->terminal, row->user);
    for (size_t i = 0; i < p->count; i++) {
        const char *account = p->lines[i].account;
        bool banks = strncmp(account, "bank/", strlen("bank/")) == 0;
        bool drops = row->kind == KIND_CASH_DROP && strcmp(account, transit) == 0;
        if (!banks && !drops && strcmp(account, variance) != 0) {
            return false;
        }
    }
    return true;
}
