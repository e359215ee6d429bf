/*
 * Cash from the bag to the bank: closes, hand-overs, deposits, and what did not agree. Each record
 * is posted as it says, and kept as a row of store_custody for whoever asks who has the money.
 *
 * A signed record is never refused because another says something else: what does not fit stays
 * in transit or as a variance, and is alarmed.
 */
#include <stdio.h>
#include <string.h>

#include "custody.h"
#include "ledger_inside.h"
#include "posting.h"
#include "store_custody.h"
#include "text.h"

static void begin_row(const struct ledger_context *c, const struct entry *e,
                      struct store_custody *row)
{
    *row = (struct store_custody){.seq = e->seq,
                                  .kind = kind_base(e->kind),
                                  .at_s = c->value_at_s != 0 ? c->value_at_s : e->at_s};
    text_copy(row->terminal, sizeof(row->terminal), c->terminal);
    text_copy(row->user, sizeof(row->user), c->user);
    memcpy(row->hash, e->hash, HASH_SIZE);
}

/* Again: it is there, from before a restore of the ledger or of itself. */
static enum till_status keep(const struct ledger_context *c, const struct store_custody *row)
{
    enum till_status status = store_custody_put(c->store, row);
    if (status == TILL_OK) {
        return custody_follow(c->store, row);
    }
    return status == TILL_UNCHANGED ? TILL_OK : status;
}

static enum till_status alarm_of(const struct ledger_context *c, const char *text)
{
    struct store_alarm alarm = {.at_s = c->now_s};
    text_copy(alarm.terminal, sizeof(alarm.terminal), c->terminal);
    text_copy(alarm.kind, sizeof(alarm.kind), "handover");
    text_copy(alarm.text, sizeof(alarm.text), text);
    return store_alarm_put(c->store, &alarm);
}

/* Money in hand: a collector's own, or what a supervisor has received. */
static enum till_status add_hand(const struct ledger_context *c, struct store_posting *p,
                                 int source, int64_t amount_minor)
{
    return posting_add(p, amount_minor, source == CASH_KEPT ? "supervisor/%s/%s" : "cash/%s/%s",
                       c->terminal, c->user);
}

/* ---- into the bag and out of it -------------------------------------------------------------- */

static enum till_status post_move(const struct ledger_context *c, const struct entry *e,
                                  struct store_posting *p, struct store_custody *row)
{
    struct body_cash_move b;
    enum till_status status = entry_read_cash_move(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    text_copy(row->other, sizeof(row->other), b.approver);
    row->amount_minor = row->expected_minor = b.amount_minor;
    row->reason = b.reason;
    bool in = kind_base(e->kind) == KIND_CASH_IN;
    status = add_hand(c, p, CASH_HELD, in ? b.amount_minor : -b.amount_minor);
    if (status != TILL_OK) {
        return status;
    }
    return in ? posting_add(p, -b.amount_minor, "paid_in/%d", b.reason)
              : posting_add(p, b.amount_minor, "paid_out/%d", b.reason);
}

/* ---- closes ---------------------------------------------------------------------------------- */

/*
 * What is missing or too much is the owner's at once. The counted cash they hold; in their absence
 * the supervisor has it to keep.
 */
static enum till_status post_close(const struct ledger_context *c, const struct entry *e,
                                   struct store_posting *p, struct store_custody *row)
{
    struct body_closed_in_absence b;
    enum till_status status = entry_read_close(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    bool absent = b.owner[0] != '\0';
    const char *owner = absent ? b.owner : c->user;
    text_copy(row->other, sizeof(row->other), owner);
    row->z = b.z;
    row->amount_minor = b.counted_minor;
    row->expected_minor = b.expected_minor;
    row->other_minor = b.taken_minor;
    if (absent) {
        status = posting_add(p, -b.expected_minor, "cash/%s/%s", c->terminal, owner);
        if (status == TILL_OK) {
            status = add_hand(c, p, CASH_KEPT, b.counted_minor);
        }
    } else {
        status = add_hand(c, p, CASH_HELD, b.counted_minor - b.expected_minor);
    }
    return status == TILL_OK
               ? posting_add(p, b.expected_minor - b.counted_minor, "overshort/%s", owner)
               : status;
}

static enum till_status keep_answer(const struct ledger_context *c, const struct entry *e)
{
    struct body_absence_answered b;
    struct store_custody row;
    enum till_status status = entry_read_absence_answered(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    begin_row(c, e, &row);
    text_copy(row.other, sizeof(row.other), c->user);
    row.z = b.z;
    row.reason = b.disputed ? 1 : 0;
    status = keep(c, &row);
    return status == TILL_OK && b.disputed
               ? alarm_of(c, N_("a collector disputes the close that was made in their absence"))
               : status;
}

/* ---- from hand to hand ----------------------------------------------------------------------- */

/* What is wrong between the two sides, as far as it can be seen; NULL: nothing. */
static const char *taken_fault(const struct store_custody *given, const struct store_custody *taken)
{
    if (given->amount_minor != taken->expected_minor) {
        return N_("the two sides of a hand-over say different amounts");
    }
    if (strcmp(given->user, taken->user) == 0 && strcmp(given->terminal, taken->terminal) == 0) {
        return N_("a hand-over was taken back by who gave it");
    }
    return strcmp(given->other, taken->user) == 0
               ? NULL
               : N_("a hand-over was taken by somebody else than it was meant for");
}

static enum till_status post_given(const struct ledger_context *c, const struct entry *e,
                                   struct store_posting *p, struct store_custody *row)
{
    struct body_handover_given b;
    struct store_custody taken;
    const char *fault = NULL;
    enum till_status status = entry_read_handover_given(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    text_copy(row->other, sizeof(row->other), b.receiver);
    text_copy(row->closes, sizeof(row->closes), b.closes);
    row->amount_minor = row->expected_minor = b.amount_minor;
    row->other_minor = b.other_minor;
    status = add_hand(c, p, b.source, -b.amount_minor);
    /* Who received it has told already: whoever it was, it left transit there. */
    const char *receiver = b.receiver;
    if (status == TILL_OK) {
        enum till_status found = store_custody_naming(c->store, e->hash, "", 0, &taken);
        if (found == TILL_OK) {
            receiver = taken.user;
            fault = taken_fault(row, &taken);
        }
        status = found == TILL_NOT_FOUND ? TILL_OK : found;
    }
    if (status == TILL_OK) {
        status = posting_add(p, b.amount_minor, "transit/supervisor/%s", receiver);
    }
    return status == TILL_OK && fault != NULL ? alarm_of(c, fault) : status;
}

static enum till_status post_taken(const struct ledger_context *c, const struct entry *e,
                                   struct store_posting *p, struct store_custody *row)
{
    struct body_handover_taken b;
    struct store_custody given, earlier;
    unsigned takers = 0;
    enum till_status status = entry_read_handover_taken(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    memcpy(row->named, b.hash, HASH_SIZE);
    row->amount_minor = b.counted_minor;
    row->expected_minor = b.amount_minor;
    /* One that the office has put back does not stand in the way. */
    enum till_status first = custody_takers(c->store, b.hash, &takers, &earlier);
    enum till_status found = store_custody_of_hash(c->store, b.hash, &given);
    const char *fault = NULL;
    if (found == TILL_OK) {
        text_copy(row->other, sizeof(row->other), given.user);
        fault = taken_fault(&given, row);
    }
    if (takers > 0) {
        fault = N_("one hand-over was taken twice");
    }
    if ((found != TILL_OK && found != TILL_NOT_FOUND) || first != TILL_OK) {
        return first != TILL_OK ? first : found;
    }
    status = posting_add(p, -b.amount_minor, "transit/supervisor/%s",
                         found == TILL_OK ? given.other : c->user);
    if (status == TILL_OK) {
        status = add_hand(c, p, CASH_KEPT, b.counted_minor);
    }
    if (status == TILL_OK) {
        status = posting_add(p, b.amount_minor - b.counted_minor, "variance/%s/%s", c->terminal,
                             c->user);
    }
    return status == TILL_OK && fault != NULL ? alarm_of(c, fault) : status;
}

/* ---- to the bank ----------------------------------------------------------------------------- */

static enum till_status post_deposit(const struct ledger_context *c, const struct entry *e,
                                     struct store_posting *p, struct store_custody *row)
{
    struct body_deposit b;
    enum till_status status = entry_read_deposit(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    text_copy(row->bank, sizeof(row->bank), b.bank);
    text_copy(row->slip, sizeof(row->slip), b.slip);
    text_copy(row->closes, sizeof(row->closes), b.closes);
    row->amount_minor = b.amount_minor;
    row->expected_minor = b.expected_minor;
    row->other_minor = b.other_minor;
    status = posting_add(p, b.amount_minor, "bank/%s", b.bank);
    if (status == TILL_OK) {
        status = add_hand(c, p, b.source, -b.expected_minor);
    }
    return status == TILL_OK ? posting_add(p, b.expected_minor - b.amount_minor, "variance/%s/%s",
                                           c->terminal, c->user)
                             : status;
}

/* As much of it as is open, with its sign. */
static int64_t within(int64_t amount_minor, int64_t open_minor)
{
    if (amount_minor > 0) {
        return open_minor <= 0 ? 0 : amount_minor < open_minor ? amount_minor : open_minor;
    }
    return open_minor >= 0 ? 0 : amount_minor > open_minor ? amount_minor : open_minor;
}

/*
 * The office may have explained it meanwhile: what is not open any more is not posted again. The
 * row has what was posted, and beside it what the record says.
 */
static enum till_status post_explained(const struct ledger_context *c, const struct entry *e,
                                       struct store_posting *p, struct store_custody *row)
{
    struct body_variance_explained b;
    struct store_custody about;
    int64_t open_minor = 0;
    enum till_status status = entry_read_variance_explained(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    enum till_status found = store_custody_get(c->store, c->terminal, b.seq, &about);
    if (found == TILL_OK) {
        status = custody_open_minor(c->store, &about, &open_minor);
    } else if (found != TILL_NOT_FOUND) {
        return found;
    }
    text_copy(row->other, sizeof(row->other), b.owner);
    text_copy(row->slip, sizeof(row->slip), b.slip);
    row->amount_minor = within(b.amount_minor, open_minor);
    row->expected_minor = b.amount_minor;
    row->reason = b.reason;
    row->about = b.seq;
    if (status == TILL_OK) {
        status = posting_add(p, -row->amount_minor, "variance/%s/%s", c->terminal,
                             found == TILL_OK ? about.user : c->user);
    }
    if (status == TILL_OK) {
        status = posting_add(p, row->amount_minor, "overshort/%s", b.owner);
    }
    return status == TILL_OK && row->amount_minor != b.amount_minor
               ? alarm_of(c, N_("more of a difference was explained than is open: only that was "
                                "posted"))
               : status;
}

enum till_status ledger_post_settled(const struct ledger_context *c,
                                     const struct store_explained *e,
                                     char reason_out[STORE_REASON_MAX])
{
    char source[48];
    struct store_posting p, taken;
    ledger_source_of_entry(e->terminal, e->seq, source);
    enum till_status status = store_posting_of(c->store, source, &taken);
    if (status == TILL_NOT_FOUND) {
        return ledger_refuse(reason_out, N_("that record was set aside"));
    }
    ledger_begin(&p, e->at_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), "settled/%lld", (long long)e->id);
    for (size_t i = 0; status == TILL_OK && i < taken.count; i++) {
        status = posting_add(&p, -taken.lines[i].amount_minor, "%s", taken.lines[i].account);
    }
    if (status == TILL_OK) {
        status = store_post(c->store, &p);
    }
    if (status != TILL_OK || c->replay) {
        return status;
    }
    status = ledger_post_settled_slips(c, e);
    return status == TILL_UNCHANGED ? TILL_OK : status;
}

/* ---- one record ------------------------------------------------------------------------------ */

static enum till_status add_lines(const struct ledger_context *c, const struct entry *e,
                                  struct store_posting *p, struct store_custody *row)
{
    switch (row->kind) {
    case KIND_SHIFT_CLOSED:
    case KIND_CLOSED_IN_ABSENCE:
        return post_close(c, e, p, row);
    case KIND_HANDOVER_GIVEN:
        return post_given(c, e, p, row);
    case KIND_HANDOVER_TAKEN:
        return post_taken(c, e, p, row);
    case KIND_DEPOSIT:
        return post_deposit(c, e, p, row);
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
        return post_move(c, e, p, row);
    default:
        return post_explained(c, e, p, row);
    }
}

bool ledger_is_cash(uint16_t kind)
{
    switch (kind) {
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
    case KIND_SHIFT_CLOSED:
    case KIND_CLOSED_IN_ABSENCE:
    case KIND_ABSENCE_ANSWERED:
    case KIND_HANDOVER_GIVEN:
    case KIND_HANDOVER_TAKEN:
    case KIND_DEPOSIT:
    case KIND_VARIANCE_EXPLAINED:
        return true;
    default:
        return false;
    }
}

enum till_status ledger_keep_drop(const struct ledger_context *c, const struct entry *e,
                                  const struct body_cash_drop *body)
{
    enum { TO_SUPERVISOR = 1 };
    struct store_custody row;
    begin_row(c, e, &row);
    row.amount_minor = row.expected_minor = body->amount_minor;
    if (body->to == TO_SUPERVISOR) {
        text_copy(row.other, sizeof(row.other), body->receiver);
    } else {
        text_copy(row.slip, sizeof(row.slip), body->receiver);
    }
    return keep(c, &row);
}

/* Nothing of it was open: when that was seen has a place among the postings, for more may be open
 * later. */
static enum till_status post_mark(const struct ledger_context *c, struct store_posting *p)
{
    p->count = 1;
    p->lines[0].amount_minor = 0;
    (void)snprintf(p->lines[0].account, sizeof(p->lines[0].account), "variance/%s/%s", c->terminal,
                   c->user);
    return store_post(c->store, p);
}

/* The slips that went with it; what was posted before has them too. */
static enum till_status post_beside(const struct ledger_context *c, const struct store_custody *row,
                                    enum till_status posted)
{
    if (c->replay || (posted != TILL_OK && posted != TILL_UNCHANGED)) {
        return posted;
    }
    enum till_status status = ledger_post_slips(c, row);
    return status == TILL_OK || status == TILL_UNCHANGED ? posted : status;
}

enum till_status ledger_post_cash(const struct ledger_context *c, const struct entry *e,
                                  struct store_posting *p, char reason_out[STORE_REASON_MAX])
{
    struct store_custody row;
    enum till_status status = TILL_OK;
    uint16_t kind = kind_base(e->kind);
    begin_row(c, e, &row);
    if (kind == KIND_ABSENCE_ANSWERED) {
        status = keep_answer(c, e);
    } else {
        status = add_lines(c, e, p, &row);
        status = status == TILL_OK ? keep(c, &row) : status;
    }
    if (status == TILL_OK && kind != KIND_ABSENCE_ANSWERED) {
        status = kind == KIND_VARIANCE_EXPLAINED && row.amount_minor == 0
                     ? post_mark(c, p)
                     : posting_close(c->store, p);
    }
    status = post_beside(c, &row, status);
    switch (status) {
    case TILL_E_PROTOCOL:
        return ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    case TILL_E_OVERFLOW:
    case TILL_TOO_LARGE:
    case TILL_BAD_INPUT:
        return ledger_refuse(reason_out, N_("its amounts can't be added up"));
    default:
        return status;
    }
}
