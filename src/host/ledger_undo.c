/*
 * Money that goes back, cash that leaves the bag, and disputes, which stop the late fee.
 */
#include <stdio.h>
#include <string.h>

#include "ledger_inside.h"
#include "money.h"
#include "posting.h"
#include "settlement_held.h"
#include "text.h"
#include "when.h"

enum till_status ledger_refuse(char reason_out[STORE_REASON_MAX], const char *reason)
{
    (void)snprintf(reason_out, STORE_REASON_MAX, "%s", reason);
    return TILL_REFUSED;
}

enum till_status ledger_refuse_balance(char reason_out[STORE_REASON_MAX])
{
    return ledger_refuse(reason_out, N_("the customer's advance would be more than any can be"));
}

void ledger_begin(struct store_posting *p, int64_t value_at_s, int64_t now_s)
{
    p->count = 0;
    p->value_at_s = value_at_s;
    p->posted_at_s = now_s;
}

void ledger_source_of_entry(const char *terminal, uint64_t seq, char out[48])
{
    (void)snprintf(out, 48, "entry/%s/%llu", terminal, (unsigned long long)seq);
}

void ledger_source_of_cheque(const char *holder, uint64_t seq, char out[48])
{
    (void)snprintf(out, 48, "cheque/%s/%llu", holder, (unsigned long long)seq);
}

static enum till_status put_customer(struct store *s, const struct book_customer *customer)
{
    enum till_status status = store_customer_put(s, customer);
    return status == TILL_UNCHANGED ? TILL_OK : status;
}

/* ---- a payment goes back --------------------------------------------------------------------- */

/* What was handed over goes the other way: the lines of the posting that begin so. */
enum till_status ledger_add_taken_back(struct store_posting *p, const struct settlement_paid *paid)
{
    static const char *const sides[] = {"cash/", "cheque/", "tender/", "channel/"};
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < paid->posted.count && status == TILL_OK; i++) {
        const struct store_line *line = &paid->posted.lines[i];
        for (size_t j = 0; j < sizeof(sides) / sizeof(sides[0]) && status == TILL_OK; j++) {
            bool gone = paid->cheque_returned && strcmp(sides[j], "cheque/") == 0;
            if (!gone && strncmp(line->account, sides[j], strlen(sides[j])) == 0) {
                status = posting_add(p, -line->amount_minor, "%s", line->account);
            }
        }
    }
    return status;
}

enum till_status ledger_refuse_undo(enum till_status status, char reason_out[STORE_REASON_MAX])
{
    bool no = status == TILL_REFUSED || status == TILL_E_OVERFLOW || status == TILL_TOO_LARGE;
    if (status == TILL_LIMIT_REACHED) {
        return ledger_refuse_balance(reason_out);
    }
    return no ? ledger_refuse(reason_out, N_("its bills can't be opened again")) : status;
}

/* All of it in one posting; `part` was begun. */
static enum till_status undo_whole(const struct ledger_context *c,
                                   const struct settlement_paid *paid, uint32_t flags,
                                   struct store_posting *p)
{
    struct settlement settlement;
    enum till_status status = settlement_begin(&settlement, c, paid->payment.account, p);
    if (status == TILL_OK) {
        settlement.customer.flags |= flags;
        status = ledger_add_taken_back(p, paid);
    }
    if (status == TILL_OK) {
        status = settlement_take_back(&settlement, paid, p->source);
    }
    if (status == TILL_OK) {
        status = settlement_end(&settlement);
    }
    return status == TILL_OK ? posting_close(c->store, p) : status;
}

/* ---- reversals ------------------------------------------------------------------------------- */

static enum till_status check_reversal(const struct body_reversal *body,
                                       const struct settlement_paid *paid,
                                       char reason_out[STORE_REASON_MAX])
{
    if (paid->payment.undone_by[0] != '\0' || paid->cheque_returned) {
        return ledger_refuse(reason_out, N_("what it reverses was undone already"));
    }
    if (strcmp(paid->payment.account, body->account) != 0 ||
        body->amount_minor != paid->amount_minor ||
        body->cash_minor != settlement_sum(&paid->posted, "cash/")) {
        return ledger_refuse(reason_out, N_("it says another account or amount than the payment"));
    }
    return TILL_OK;
}

enum till_status ledger_post_reversal(const struct ledger_context *c, const struct entry *e,
                                      struct store_posting *p, char reason_out[STORE_REASON_MAX])
{
    struct body_reversal body;
    struct settlement_paid paid;
    if (entry_read_reversal(e, &body) != TILL_OK) {
        return ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    }
    enum till_status status = settlement_load(c, c->terminal, body.seq, &paid);
    if (status == TILL_NOT_FOUND) {
        return ledger_refuse(reason_out, N_("what it reverses was set aside, or is no payment"));
    }
    if (status == TILL_OK) {
        status = check_reversal(&body, &paid, reason_out);
    }
    if (status == TILL_OK) {
        status = store_part_begin(c->store);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = store_part_end(c->store, undo_whole(c, &paid, 0, p));
    return ledger_refuse_undo(status, reason_out);
}

/* ---- cash that leaves the bag ---------------------------------------------------------------- */

enum till_status ledger_post_drop(const struct ledger_context *c, const struct entry *e,
                                  struct store_posting *p, char reason_out[STORE_REASON_MAX])
{
    enum { TO_SUPERVISOR = 1 };
    struct body_cash_drop body;
    if (entry_read_cash_drop(e, &body) != TILL_OK) {
        return ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    }
    enum till_status status =
        posting_add(p, body.amount_minor, "transit/%s/%s",
                    body.to == TO_SUPERVISOR ? "supervisor" : "bank", body.receiver);
    if (status == TILL_OK) {
        status = posting_add(p, -body.amount_minor, "cash/%s/%s", c->terminal, c->user);
    }
    if (status == TILL_OK) {
        status = ledger_keep_drop(c, e, &body);
    }
    return status == TILL_OK ? store_post(c->store, p) : status;
}

/* ---- disputes -------------------------------------------------------------------------------- */

/* No money, and yet it decides about fees: so it has a place among the postings, before any line
 * that has an amount. */
static enum till_status post_mark(struct store *s, struct store_posting *p, const char *account)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (p->lines[i].amount_minor != 0) {
            p->lines[kept++] = p->lines[i];
        }
    }
    if (kept == STORE_LINES_MAX) {
        return TILL_TOO_LARGE;
    }
    memmove(&p->lines[1], &p->lines[0], kept * sizeof(p->lines[0]));
    p->count = kept + 1;
    p->lines[0].amount_minor = 0;
    (void)snprintf(p->lines[0].account, sizeof(p->lines[0].account), "dispute/%s", account);
    return store_post(s, p);
}

enum till_status ledger_post_dispute(const struct ledger_context *c, const struct entry *e,
                                     struct store_posting *p, char reason_out[STORE_REASON_MAX])
{
    struct body_dispute body;
    struct book_customer customer;
    if (entry_read_dispute(e, &body) != TILL_OK) {
        return ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    }
    enum till_status status = store_customer_get(c->store, body.account, &customer);
    if (status == TILL_NOT_FOUND) {
        return ledger_refuse(reason_out, N_("no customer has this account number"));
    }
    if (status != TILL_OK) {
        return status;
    }
    customer.flags |= BOOK_CUSTOMER_DISPUTED;
    status = put_customer(c->store, &customer);
    if (status == TILL_OK) {
        status = store_dispute_open(c->store, body.account, p->value_at_s);
    }
    return status == TILL_OK ? post_mark(c->store, p, body.account) : status;
}

enum till_status ledger_answer_dispute(const struct ledger_context *c, const char *source,
                                       const char *account, enum dispute_outcome outcome,
                                       int64_t *held_minor_out)
{
    struct store_posting p;
    struct settlement settlement;
    ledger_begin(&p, c->now_s, c->now_s);
    text_copy(p.source, sizeof(p.source), source);
    *held_minor_out = 0;
    enum till_status status = settlement_begin(&settlement, c, account, &p);
    if (status != TILL_OK) {
        return status == TILL_TOO_LARGE ? TILL_REFUSED : status;
    }
    settlement.customer.flags &= ~(uint32_t)BOOK_CUSTOMER_DISPUTED;
    if (!c->before_held) {
        status = settlement_held_end(&settlement, outcome, held_minor_out);
    }
    if (status == TILL_OK) {
        status = store_dispute_close(c->store, account, c->now_s, outcome);
    }
    if (status == TILL_OK) {
        status = settlement_end(&settlement);
    }
    return status == TILL_OK ? post_mark(c->store, &p, account) : status;
}
