/*
 * Cheques and other slips from the bag to the bank.
 *
 * A record that closes a shift, hands slips on or brings them to the bank has a posting of its own
 * for them, beside the one of its cash. It follows from the record alone, from what was counted
 * just before it and, of a Z, from its totals: not from what else is posted. So it can be made at
 * any time, and those of before are made once (ledger_follow_slips).
 *
 * Of which tender a slip is stands in the bag's accounts; at the close they become slips in hand,
 * for a hand-over says one sum of them. At the bank the depositor's count tells cheques, which the
 * bank will credit, from slips of cards and transfers, whose money comes another way.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "custody.h"
#include "ledger_inside.h"
#include "posting.h"
#include "text.h"

enum {
    COUNT_WITHIN = 4096, /* records between a count and its Z: others may work in between */
    HASH_SHOWN = 6,      /* bytes of a hash that name a hand-over */
    TENDER_LAST = TENDER_VOUCHER
};
static const char followed_key[] = "slips/followed";

static void source_of(const struct store_custody *row, char out[48])
{
    (void)snprintf(out, 48, LEDGER_SLIPS "%s/%" PRIu64, row->terminal, row->seq);
}

static enum till_status entry_of(const struct ledger_context *c, const struct store_custody *row,
                                 uint64_t before, struct entry *out)
{
    struct store *s = c->journals != NULL ? c->journals : c->store;
    return row->seq > before ? store_entry_get(s, row->terminal, row->seq - before, out)
                             : TILL_NOT_FOUND;
}

static enum till_status add_hand(struct store_posting *p, const struct store_custody *row,
                                 int source, int64_t amount_minor)
{
    return posting_add(p, amount_minor, source == CASH_KEPT ? "slips_kept/%s/%s" : "slips/%s/%s",
                       row->terminal, row->user);
}

void ledger_transit_of_slips(const uint8_t given[HASH_SIZE], char out[STORE_LEDGER_ACCOUNT_MAX])
{
    char hex[2 * HASH_SHOWN + 1];
    hex_encode((struct span){given, HASH_SHOWN}, hex);
    (void)snprintf(out, STORE_LEDGER_ACCOUNT_MAX, "transit/slips/%s", hex);
}

static enum till_status add_transit(struct store_posting *p, const uint8_t given[HASH_SIZE],
                                    int64_t amount_minor)
{
    char account[STORE_LEDGER_ACCOUNT_MAX];
    ledger_transit_of_slips(given, account);
    return posting_add(p, amount_minor, "%s", account);
}

/* The count just before it. TILL_NOT_FOUND: there is none for that purpose. */
static enum till_status count_before(const struct ledger_context *c,
                                     const struct store_custody *row, int purpose,
                                     struct body_cash_count *count_out, struct heaps *slips_out)
{
    struct entry e;
    enum till_status status = entry_of(c, row, 1, &e);
    if (status != TILL_OK) {
        return status;
    }
    bool is = entry_read_cash_count(&e, count_out) == TILL_OK && count_out->purpose == purpose &&
              !kind_is_training(e.kind) && heaps_read(count_out->tenders, slips_out);
    return is ? TILL_OK : TILL_NOT_FOUND;
}

/* ---- closes ---------------------------------------------------------------------------------- */

/* The last count of that shift. */
static enum till_status find_count(const struct ledger_context *c, const struct store_custody *row,
                                   uint32_t shift, struct heaps *slips_out)
{
    enum till_status status = TILL_OK;
    for (uint64_t before = 2; before < COUNT_WITHIN && status == TILL_OK; before++) {
        struct entry e;
        struct body_cash_count count;
        status = entry_of(c, row, before, &e);
        if (status == TILL_OK && entry_read_cash_count(&e, &count) == TILL_OK &&
            count.shift == shift) {
            return heaps_read(count.tenders, slips_out) ? TILL_OK : TILL_NOT_FOUND;
        }
    }
    return status == TILL_OK ? TILL_NOT_FOUND : status;
}

/* What was taken by a tender, less what was counted of it: a cheque is the owner's; the money of
 * any other slip comes without it. */
static enum till_status add_short(struct store_posting *p, const struct store_custody *row,
                                  int tender, int64_t short_minor)
{
    return tender == TENDER_CHEQUE ? posting_add(p, short_minor, "overshort/%s", row->other)
                                   : posting_add(p, short_minor, "evidence/%d", tender);
}

static enum till_status add_close(const struct store_custody *row, const struct heaps *taken,
                                  const struct heaps *counted, struct store_posting *p)
{
    int source = row->kind == KIND_CLOSED_IN_ABSENCE ? CASH_KEPT : CASH_HELD;
    enum till_status status = TILL_OK;
    for (int tender = TENDER_CASH + 1; tender <= TENDER_LAST && status == TILL_OK; tender++) {
        int64_t taken_minor = heaps_value(taken, tender);
        int64_t counted_minor = heaps_value(counted, tender);
        if (!tender_has_slip(tender)) {
            continue;
        }
        status = tender == TENDER_CHEQUE
                     ? posting_add(p, -taken_minor, "cheque/%s/%s", row->terminal, row->other)
                     : posting_add(p, -taken_minor, "tender/%d/%s/%s", tender, row->terminal,
                                   row->other);
        if (status == TILL_OK) {
            status = add_hand(p, row, source, counted_minor);
        }
        if (status == TILL_OK) {
            status = add_short(p, row, tender, taken_minor - counted_minor);
        }
    }
    return status;
}

/* Where the Z has no reason, count and takings agree, or earlier software compared nothing. */
static enum till_status post_close(const struct ledger_context *c, const struct store_custody *row,
                                   struct store_posting *p)
{
    struct entry e;
    struct body_shift_totals totals;
    struct heaps taken, counted;
    enum till_status status = entry_of(c, row, 1, &e);
    if (status != TILL_OK) {
        return status;
    }
    if (entry_read_shift_totals(&e, &totals) != TILL_OK || !heaps_read(totals.tenders, &taken)) {
        return TILL_NOT_FOUND;
    }
    counted = taken;
    if (totals.slips_reason != 0) {
        status = find_count(c, row, totals.shift, &counted);
        counted = status == TILL_OK ? counted : taken;
    }
    return status == TILL_OK || status == TILL_NOT_FOUND ? add_close(row, &taken, &counted, p)
                                                         : status;
}

/* ---- from hand to hand, to the bank ---------------------------------------------------------- */

static enum till_status post_given(const struct ledger_context *c, const struct store_custody *row,
                                   struct store_posting *p)
{
    struct entry e;
    struct body_handover_given b;
    enum till_status status = entry_of(c, row, 0, &e);
    if (status == TILL_OK && entry_read_handover_given(&e, &b) != TILL_OK) {
        status = TILL_NOT_FOUND;
    }
    if (status == TILL_OK) {
        status = add_hand(p, row, b.source, -b.other_minor);
    }
    return status == TILL_OK ? add_transit(p, row->hash, b.other_minor) : status;
}

static enum till_status post_taken(const struct ledger_context *c, const struct store_custody *row,
                                   struct store_posting *p)
{
    struct body_cash_count count;
    struct heaps slips;
    int64_t counted_minor = 0;
    enum till_status status = count_before(c, row, COUNT_TAKEN, &count, &slips);
    if (status == TILL_OK) {
        status = heaps_sum(&slips, &counted_minor);
    }
    if (status == TILL_OK) {
        status = add_transit(p, row->named, -count.slips_said_minor);
    }
    if (status == TILL_OK) {
        status = add_hand(p, row, CASH_KEPT, counted_minor);
    }
    return status == TILL_OK ? posting_add(p, count.slips_said_minor - counted_minor,
                                           LEDGER_SLIPS_VARIANCE "%s/%s", row->terminal, row->user)
                             : status;
}

/* Without a count all are cheques. */
static enum till_status add_brought(struct store_posting *p, const struct store_custody *row,
                                    const struct heaps *slips, int64_t brought_minor)
{
    enum till_status status = TILL_OK;
    for (int tender = TENDER_CASH + 1; tender <= TENDER_LAST && status == TILL_OK; tender++) {
        int64_t of_it_minor = tender == TENDER_CHEQUE ? 0 : heaps_value(slips, tender);
        of_it_minor = of_it_minor < brought_minor ? of_it_minor : brought_minor;
        brought_minor -= of_it_minor;
        status = posting_add(p, of_it_minor, "evidence/%d", tender);
    }
    return status == TILL_OK ? posting_add(p, brought_minor, LEDGER_CLEARING "%s", row->bank)
                             : status;
}

static enum till_status post_deposit(const struct ledger_context *c,
                                     const struct store_custody *row, struct store_posting *p)
{
    struct entry e;
    struct body_deposit b;
    struct body_cash_count count;
    struct heaps slips = {.count = 0};
    enum till_status status = entry_of(c, row, 0, &e);
    if (status == TILL_OK && entry_read_deposit(&e, &b) != TILL_OK) {
        status = TILL_NOT_FOUND;
    }
    if (status != TILL_OK || b.other_minor == 0) {
        return status;
    }
    status = count_before(c, row, COUNT_DEPOSIT, &count, &slips);
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    status = add_hand(p, row, b.source, -b.other_minor);
    return status == TILL_OK ? add_brought(p, row, &slips, b.other_minor) : status;
}

/* ---- one record ------------------------------------------------------------------------------ */

static enum till_status add_lines(const struct ledger_context *c, const struct store_custody *row,
                                  struct store_posting *p)
{
    switch (row->kind) {
    case KIND_SHIFT_CLOSED:
    case KIND_CLOSED_IN_ABSENCE:
        return post_close(c, row, p);
    case KIND_HANDOVER_GIVEN:
        return row->other_minor > 0 ? post_given(c, row, p) : TILL_NOT_FOUND;
    case KIND_HANDOVER_TAKEN:
        return post_taken(c, row, p);
    case KIND_DEPOSIT:
        return row->other_minor > 0 ? post_deposit(c, row, p) : TILL_NOT_FOUND;
    default:
        return TILL_NOT_FOUND;
    }
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

/* A record that only a paper told of waits for its journal: nobody knows whose hand it was. */
enum till_status ledger_post_slips(const struct ledger_context *c, const struct store_custody *row)
{
    struct store_posting p;
    if (strcmp(row->user, STORE_CUSTODY_PAPER) == 0) {
        return TILL_UNCHANGED;
    }
    ledger_begin(&p, row->at_s, c->now_s);
    source_of(row, p.source);
    enum till_status status = add_lines(c, row, &p);
    if (status == TILL_NOT_FOUND || (status == TILL_OK && is_nothing(&p))) {
        return TILL_UNCHANGED;
    }
    if (status == TILL_OK) {
        status = posting_close(c->store, &p);
    }
    if (status == TILL_OK && row->kind == KIND_DEPOSIT && !c->replay) {
        status = ledger_follow_bank(c, row); /* its line may have come before it */
    }
    return status == TILL_OK ? custody_follow(c->store, row) : status;
}

enum till_status ledger_post_settled_slips(const struct ledger_context *c,
                                           const struct store_explained *e)
{
    struct store_custody row = {.seq = e->seq};
    struct store_posting p, taken;
    char source[48];
    text_copy(row.terminal, sizeof(row.terminal), e->terminal);
    source_of(&row, source);
    enum till_status status = store_posting_of(c->store, source, &taken);
    if (status == TILL_NOT_FOUND) {
        return TILL_UNCHANGED;
    }
    ledger_begin(&p, e->at_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), LEDGER_SETTLED_SLIPS "%" PRId64, e->id);
    for (size_t i = 0; status == TILL_OK && i < taken.count; i++) {
        status = posting_add(&p, -taken.lines[i].amount_minor, "%s", taken.lines[i].account);
    }
    return status == TILL_OK ? store_post(c->store, &p) : status;
}

enum till_status ledger_slips_of(struct store *s, const struct store_custody *row,
                                 struct ledger_slips *out)
{
    struct store_posting p;
    char source[48];
    *out = (struct ledger_slips){.moved_minor = 0};
    source_of(row, source);
    enum till_status status = store_posting_of(s, source, &p);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    int64_t hand_minor = settlement_sum(&p, "slips/") + settlement_sum(&p, "slips_kept/");
    bool leaves = row->kind == KIND_HANDOVER_GIVEN || row->kind == KIND_DEPOSIT;
    out->known = true;
    out->moved_minor = leaves ? -hand_minor : hand_minor;
    out->said_minor =
        row->kind == KIND_HANDOVER_TAKEN ? -settlement_sum(&p, "transit/slips/") : out->moved_minor;
    out->short_minor = settlement_sum(&p, LEDGER_SLIPS_VARIANCE);
    out->cheques_minor = settlement_sum(&p, LEDGER_CLEARING);
    return TILL_OK;
}

/* ---- those of before ------------------------------------------------------------------------- */

bool ledger_slips_are_followed(struct store *s)
{
    return store_value_number(s, followed_key) > 0;
}

enum till_status ledger_follow_slips(struct store *s, int64_t now_s)
{
    struct store_custody row = {.seq = 0};
    const struct ledger_context c = {
        .store = s, .terminal = "", .user = LEDGER_NOBODY, .now_s = now_s};
    enum till_status status = TILL_OK;
    if (ledger_slips_are_followed(s)) {
        return TILL_UNCHANGED;
    }
    while ((status = store_custody_next(s, row.terminal, row.seq, &row)) == TILL_OK) {
        status = ledger_post_slips(&c, &row);
        if (status != TILL_OK && status != TILL_UNCHANGED) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? store_value_raise(s, followed_key) : status;
}
