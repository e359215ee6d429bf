/*
 * What the bank says of money that a terminal's record brought there: a deposit, or a drop by slip.
 *
 * The record was posted as it says. Once a line of the bank is known to be it, the ledger follows
 * the line: a drop leaves transit, the bank has what it says it has, and what is missing there is a
 * variance of whoever brought it. Cheques that came with the cash leave clearing as far as the line
 * has more than the cash, or by a line of their own: what is not credited yet is no difference.
 * Taken apart again it goes the other way. Each posting is the difference between what the line
 * says and what was posted before, so that doing it again posts nothing.
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

/* What of an amount at the bank are cheques, of those that are not credited yet. */
static int64_t cheques_in(int64_t amount_minor, int64_t left_minor)
{
    int64_t least_minor = amount_minor < left_minor ? amount_minor : left_minor;
    return least_minor > 0 ? least_minor : 0;
}

/* What the record posted goes back, what the bank has stands in its place; *left_minor: cheques
 * that are in clearing. */
static enum till_status add_line(const struct store_custody *row,
                                 const struct store_bank_line *line, int64_t *left_minor,
                                 struct store_posting *p)
{
    bool drop = row->kind == KIND_CASH_DROP;
    int64_t cash_minor = line->cheques ? 0 : row->amount_minor;
    int64_t credited_minor = cheques_in(line->amount_minor - cash_minor, *left_minor);
    *left_minor -= credited_minor;
    enum till_status status = posting_add(p, -cash_minor, drop ? "transit/bank/%s" : "bank/%s",
                                          drop ? row->slip : row->bank);
    if (status == TILL_OK) {
        status = posting_add(p, line->amount_minor, "bank/%s", line->bank);
    }
    if (status == TILL_OK) {
        status = posting_add(p, -credited_minor, LEDGER_CLEARING "%s", row->bank);
    }
    return status == TILL_OK ? posting_add(p, cash_minor + credited_minor - line->amount_minor,
                                           "variance/%s/%s", row->terminal, row->user)
                             : status;
}

static enum till_status add_wanted(struct store *s, const struct store_custody *row,
                                   struct store_posting *p)
{
    struct ledger_slips slips;
    struct store_bank_line line;
    int64_t returned_minor = 0;
    enum till_status status = ledger_slips_of(s, row, &slips);
    if (status == TILL_OK) {
        status = ledger_returned_of(s, row, &returned_minor);
    }
    if (status != TILL_OK) {
        return status;
    }
    slips.cheques_minor -= returned_minor;
    status = store_bank_of(s, row->terminal, row->seq, &line);
    if (status == TILL_OK) {
        status = add_line(row, &line, &slips.cheques_minor, p);
    }
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    status = store_bank_cheques_of(s, row->terminal, row->seq, &line);
    if (status == TILL_OK) {
        status = add_line(row, &line, &slips.cheques_minor, p);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
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
                                struct store_posting *p, unsigned *n_out)
{
    enum till_status status = add_wanted(s, row, p);
    return status == TILL_OK ? add_posted(s, row, -1, p, n_out) : status;
}

enum till_status ledger_follow_bank(const struct ledger_context *c, const struct store_custody *row)
{
    struct store_posting p;
    unsigned n = 0;
    ledger_begin(&p, c->now_s, c->now_s);
    enum till_status status = missing(c->store, row, &p, &n);
    source_of(row, n + 1, p.source);
    return status == TILL_OK ? posting_close(c->store, &p) : status;
}

enum till_status ledger_follows_bank(struct store *s, const struct store_custody *row,
                                     bool *follows_out)
{
    struct store_posting p = {.count = 0};
    unsigned n = 0;
    enum till_status status = missing(s, row, &p, &n);
    *follows_out = status == TILL_OK && is_nothing(&p);
    return status;
}

enum till_status ledger_banked_of(struct store *s, const struct store_custody *row,
                                  struct ledger_banked *out)
{
    struct store_posting p = {.count = 0};
    unsigned n = 0;
    enum till_status status = add_posted(s, row, 1, &p, &n);
    *out = (struct ledger_banked){.gap_minor = settlement_sum(&p, "variance/"),
                                  .credited_minor = -settlement_sum(&p, LEDGER_CLEARING)};
    return status;
}

bool ledger_can_be_banked(const struct store_posting *p, const struct store_custody *row)
{
    char transit[STORE_LEDGER_ACCOUNT_MAX], variance[STORE_LEDGER_ACCOUNT_MAX];
    (void)snprintf(transit, sizeof(transit), "transit/bank/%s", row->slip);
    (void)snprintf(variance, sizeof(variance), "variance/%s/%s", row->terminal, row->user);
    for (size_t i = 0; i < p->count; i++) {
        const char *account = p->lines[i].account;
        bool banks = strncmp(account, "bank/", strlen("bank/")) == 0 ||
                     strncmp(account, LEDGER_CLEARING, strlen(LEDGER_CLEARING)) == 0;
        bool drops = row->kind == KIND_CASH_DROP && strcmp(account, transit) == 0;
        if (!banks && !drops && strcmp(account, variance) != 0) {
            return false;
        }
    }
    return true;
}
