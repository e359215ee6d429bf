/*
 * Where a cheque is that comes back.
 *
 * The posting of its return takes it out of the bag that it was put into (ledger_cheque.c). Since
 * then it has gone on: here it is taken from where it is, by a posting of its own. Nobody follows
 * single cheques: the Z that it was counted at says whose hand it came to, and from there it went
 * with the first slips that this hand gave on or brought to the bank and that name the Z, or none.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "custody.h"
#include "ledger_inside.h"
#include "posting.h"
#include "text.h"

enum { HANDS_MAX = 16, TRANSFERS_MAX = 64 };

/* A cheque on its way: the record that it went by last. */
struct trace {
    struct store_custody at;
    char user[USER_MAX]; /* who has it */
    uint32_t z;          /* of theirs; 0: it was received */
    char account[STORE_LEDGER_ACCOUNT_MAX];
};

static bool is_close(const struct store_custody *row)
{
    return row->kind == KIND_SHIFT_CLOSED || row->kind == KIND_CLOSED_IN_ABSENCE;
}

static bool goes_on(const struct store_custody *row, const struct trace *t)
{
    bool leaves = row->kind == KIND_HANDOVER_GIVEN || row->kind == KIND_DEPOSIT;
    bool named = t->z == 0 || row->closes[0] == '\0' || closes_text_has(row->closes, t->z);
    return leaves && row->other_minor > 0 && named && strcmp(row->user, t->user) == 0;
}

typedef bool trace_wanted(const struct store_custody *row, const struct trace *t);

static bool closes_it(const struct store_custody *row, const struct trace *t)
{
    return is_close(row) && strcmp(row->other, t->user) == 0;
}

/* The next record of that terminal that is wanted and whose slips are posted. TILL_NOT_FOUND. */
static enum till_status next_of(struct store *s, const struct trace *t, trace_wanted *wanted,
                                struct store_custody *out)
{
    struct store_custody row = t->at;
    enum till_status status;
    while ((status = store_custody_next(s, row.terminal, row.seq, &row)) == TILL_OK) {
        struct ledger_slips slips;
        if (strcmp(row.terminal, t->at.terminal) != 0) {
            return TILL_NOT_FOUND;
        }
        if (!wanted(&row, t)) {
            continue;
        }
        status = ledger_slips_of(s, &row, &slips);
        if (status != TILL_OK) {
            return status;
        }
        if (slips.known) {
            *out = row;
            return TILL_OK;
        }
    }
    return status;
}

static void be_in_hand(struct trace *t, const struct store_custody *row)
{
    bool own = row->kind == KIND_SHIFT_CLOSED;
    t->at = *row;
    t->z = is_close(row) ? row->z : 0;
    text_copy(t->user, sizeof(t->user), row->user);
    (void)snprintf(t->account, sizeof(t->account), own ? "slips/%s/%s" : "slips_kept/%s/%s",
                   row->terminal, row->user);
}

/* In transit, or in the hand of who took it. */
static enum till_status be_given(struct store *s, struct trace *t, const struct store_custody *row,
                                 bool *taken_out)
{
    struct store_custody taken;
    struct ledger_slips slips = {.known = false};
    unsigned takers = 0;
    enum till_status status = custody_takers(s, row->hash, &takers, &taken);
    if (status == TILL_OK && takers > 0) {
        status = ledger_slips_of(s, &taken, &slips);
    }
    *taken_out = status == TILL_OK && slips.known;
    if (*taken_out) {
        be_in_hand(t, &taken);
    } else {
        ledger_transit_of_slips(row->hash, t->account);
    }
    return status;
}

static void returned_key(const struct store_custody *row, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "returned/%s/%" PRIu64, row->terminal, row->seq);
}

enum till_status ledger_returned_of(struct store *s, const struct store_custody *row,
                                    int64_t *returned_minor_out)
{
    char key[STORE_KEY_MAX], value[24];
    returned_key(row, key);
    enum till_status status = store_value_get(s, key, value, sizeof(value));
    *returned_minor_out = status == TILL_OK ? strtoll(value, NULL, 10) : 0;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* At the bank: credited already, or not to be credited any more. */
static enum till_status be_at_bank(struct store *s, struct trace *t,
                                   const struct store_custody *row, int64_t amount_minor)
{
    char key[STORE_KEY_MAX], value[24];
    struct ledger_slips slips;
    struct ledger_banked banked;
    int64_t returned_minor = 0;
    enum till_status status = ledger_slips_of(s, row, &slips);
    if (status == TILL_OK) {
        status = ledger_banked_of(s, row, &banked);
    }
    if (status == TILL_OK) {
        status = ledger_returned_of(s, row, &returned_minor);
    }
    if (status != TILL_OK) {
        return status;
    }
    returned_minor += amount_minor;
    bool waits = slips.cheques_minor - banked.credited_minor >= returned_minor;
    (void)snprintf(t->account, sizeof(t->account), waits ? LEDGER_CLEARING "%s" : "bank/%s",
                   row->bank);
    if (!waits) {
        return TILL_OK;
    }
    returned_key(row, key);
    (void)snprintf(value, sizeof(value), "%" PRId64, returned_minor);
    status = store_value_put(s, key, value);
    return status == TILL_OK ? custody_mark(s, row->terminal, row->seq) : status;
}

/* From the bag on. account "": it is in the bag. */
static enum till_status follow(struct store *s, struct trace *t, int64_t amount_minor)
{
    struct store_custody row;
    enum till_status status = next_of(s, t, closes_it, &row);
    if (status == TILL_OK) {
        be_in_hand(t, &row);
    }
    for (int hands = 0; status == TILL_OK && hands < HANDS_MAX; hands++) {
        bool taken = false;
        status = next_of(s, t, goes_on, &row);
        if (status != TILL_OK) {
            break;
        }
        if (row.kind == KIND_DEPOSIT) {
            return be_at_bank(s, t, &row, amount_minor);
        }
        status = be_given(s, t, &row, &taken);
        if (status != TILL_OK || !taken) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* The payment that it was taken by; a transfer's was another one's before. */
static enum till_status find_origin(struct store *s, const char *holder, uint64_t seq,
                                    struct trace *t)
{
    struct store_correction transfer;
    text_copy(t->at.terminal, sizeof(t->at.terminal), holder);
    t->at.seq = seq;
    for (int i = 0; strcmp(t->at.terminal, STORE_HOLDER_MARK) == 0; i++) {
        enum till_status status = i == TRANSFERS_MAX
                                      ? TILL_NOT_FOUND
                                      : store_correction_get(s, (int64_t)t->at.seq, &transfer);
        if (status != TILL_OK) {
            return status;
        }
        text_copy(t->at.terminal, sizeof(t->at.terminal), transfer.terminal);
        t->at.seq = transfer.seq;
    }
    return TILL_OK;
}

/* The line of its return that names the bag, "cheque/TERMINAL/USER". */
static const struct store_line *bag_of(const struct store_posting *returned)
{
    for (size_t i = 0; i < returned->count; i++) {
        if (strncmp(returned->lines[i].account, "cheque/", strlen("cheque/")) == 0) {
            return &returned->lines[i];
        }
    }
    return NULL;
}

enum till_status ledger_follow_returned(const struct ledger_context *c, const char *holder,
                                        uint64_t seq)
{
    struct trace t = {.z = 0};
    struct store_posting p, returned;
    char source[48];
    ledger_source_of_cheque(holder, seq, source);
    enum till_status status = store_posting_of(c->store, source, &returned);
    const struct store_line *bag = status == TILL_OK ? bag_of(&returned) : NULL;
    if (bag == NULL) {
        return status == TILL_OK ? TILL_UNCHANGED : status;
    }
    text_copy(t.user, sizeof(t.user), strrchr(bag->account, '/') + 1);
    status = find_origin(c->store, holder, seq, &t);
    if (status == TILL_OK) {
        status = follow(c->store, &t, -bag->amount_minor);
    }
    if (status != TILL_OK || t.account[0] == '\0') {
        return status == TILL_OK ? TILL_UNCHANGED : status;
    }
    ledger_begin(&p, returned.value_at_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), LEDGER_BOUNCED "%s/%" PRIu64, holder, seq);
    status = posting_add(&p, -bag->amount_minor, "%s", bag->account);
    if (status == TILL_OK) {
        status = posting_add(&p, bag->amount_minor, "%s", t.account);
    }
    return status == TILL_OK ? store_post(c->store, &p) : status;
}
