/*
 * Money that goes back, cash that leaves the bag, and disputes, which stop the late fee.
 */
#include <stdio.h>
#include <string.h>

#include "ledger_inside.h"
#include "money.h"
#include "posting.h"
#include "text.h"
#include "when.h"

enum till_status ledger_refuse(char reason_out[STORE_REASON_MAX], const char *reason)
{
    (void)snprintf(reason_out, STORE_REASON_MAX, "%s", reason);
    return TILL_REFUSED;
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

static enum till_status put_customer(struct store *s, const struct book_customer *customer)
{
    enum till_status status = store_customer_put(s, customer);
    return status == TILL_UNCHANGED ? TILL_OK : status;
}

/* ---- one payment, on its way back ------------------------------------------------------------ */

struct undo {
    const struct ledger_context *c;
    struct store_payment payment;
    struct store_posting posted; /* as it was */
    struct store_posting *p;     /* what undoes it */
    struct book_customer customer;
    struct arrears open; /* before */
};

static int64_t sum_of(const struct store_posting *p, const char *prefix)
{
    int64_t sum = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (strncmp(p->lines[i].account, prefix, strlen(prefix)) == 0) {
            sum += p->lines[i].amount_minor;
        }
    }
    return sum;
}

/* TILL_NOT_FOUND: no payment was posted from that entry. */
static enum till_status undo_load(struct undo *u, uint64_t seq)
{
    char source[48];
    enum till_status status = store_payment_get(u->c->store, u->c->terminal, seq, &u->payment);
    ledger_source_of_entry(u->c->terminal, seq, source);
    if (status == TILL_OK) {
        status = store_posting_of(u->c->store, source, &u->posted);
    }
    if (status == TILL_OK) {
        status = store_customer_get(u->c->store, u->payment.account, &u->customer);
    }
    if (status == TILL_OK) {
        status = store_arrears(u->c->store, u->payment.account, &u->open);
    }
    return status;
}

/* Part of a bill stands open again. TILL_TOO_LARGE: the customer can't have more open bills. */
static enum till_status reopen(struct undo *u, const struct store_paid *paid, int64_t amount_minor)
{
    struct bill open = {.month = paid->month, .type = paid->type, .amount_minor = amount_minor};
    size_t at = 0;
    if (amount_minor == 0) {
        return TILL_OK;
    }
    while (at < u->open.count &&
           (u->open.bills[at].month != paid->month || u->open.bills[at].type != paid->type)) {
        at++;
    }
    if (at == BILLS_MAX) {
        return TILL_TOO_LARGE;
    }
    if (at < u->open.count) {
        open.amount_minor += u->open.bills[at].amount_minor;
    } else {
        u->open.count++;
    }
    u->open.bills[at] = open;
    return store_bill_open_set(u->c->store, u->payment.account, &open);
}

/* Write what stands in u->p, and the customer as they are without the payment. */
static enum till_status undo_write(struct undo *u, int64_t balance_minor)
{
    enum till_status status = store_post(u->c->store, u->p);
    if (status == TILL_OK) {
        status = store_payment_undo(u->c->store, u->c->terminal, u->payment.seq, u->p->source);
    }
    u->customer.balance_minor = balance_minor;
    return status == TILL_OK ? put_customer(u->c->store, &u->customer) : status;
}

/* The payment never was: each line of it the other way round. */
static enum till_status undo_whole(struct undo *u, char reason_out[STORE_REASON_MAX])
{
    char advance[STORE_LEDGER_ACCOUNT_MAX];
    int64_t balance;
    enum till_status status = TILL_OK;
    (void)snprintf(advance, sizeof(advance), "advance/%s", u->payment.account);
    if (money_add(u->customer.balance_minor, sum_of(&u->posted, advance), &balance) != TILL_OK ||
        balance < 0) {
        return ledger_refuse(reason_out, N_("its advance was used for a later bill"));
    }
    for (size_t i = 0; i < u->posted.count && status == TILL_OK; i++) {
        status =
            posting_add(u->p, -u->posted.lines[i].amount_minor, "%s", u->posted.lines[i].account);
    }
    for (size_t i = 0; i < u->payment.count && status == TILL_OK; i++) {
        status = reopen(u, &u->payment.bills[i], u->payment.bills[i].amount_minor);
    }
    if (status == TILL_TOO_LARGE || status == TILL_BAD_INPUT) {
        return ledger_refuse(reason_out, N_("its bills can't be opened again"));
    }
    /* Where nothing was paid since, the payment before it is the last one again. */
    int64_t taken =
        sum_of(&u->posted, "cash/") + sum_of(&u->posted, "cheque/") + sum_of(&u->posted, "tender/");
    if (u->customer.last_paid_minor == taken &&
        u->customer.last_paid_date == when_date(u->c->site->zone, u->posted.value_at_s)) {
        u->customer.last_paid_date = u->payment.before_date;
        u->customer.last_paid_minor = u->payment.before_minor;
    }
    return status == TILL_OK ? undo_write(u, balance) : status;
}

/* amount * part / whole, rounded half up; all of them >= 0, whole above 0. */
static bool share_of(int64_t amount_minor, int64_t part, int64_t whole, int64_t *share_out)
{
    int64_t product;
    if (__builtin_mul_overflow(amount_minor, part, &product) || product > INT64_MAX - whole / 2) {
        return false;
    }
    *share_out = (product + whole / 2) / whole;
    return true;
}

/* A part of it: the advance first, then the newest bill with its share of the fee. */
static enum till_status undo_part(struct undo *u, int64_t amount_minor,
                                  char reason_out[STORE_REASON_MAX])
{
    char advance[STORE_LEDGER_ACCOUNT_MAX];
    int64_t left = amount_minor;
    (void)snprintf(advance, sizeof(advance), "advance/%s", u->payment.account);
    int64_t credit = -sum_of(&u->posted, advance);
    int64_t back = credit <= 0 ? 0 : credit < left ? credit : left;
    if (back > u->customer.balance_minor) {
        return ledger_refuse(reason_out, N_("its advance was used for a later bill"));
    }
    enum till_status status = posting_add(u->p, back, "%s", advance);
    left -= back;
    for (size_t i = u->payment.count; i-- > 0 && left > 0 && status == TILL_OK;) {
        const struct store_paid *paid = &u->payment.bills[i];
        int64_t whole = paid->amount_minor + paid->late_fee_minor;
        int64_t part = whole < left ? whole : left;
        int64_t fee = paid->late_fee_minor;
        if (part < whole && !share_of(paid->late_fee_minor, part, whole, &fee)) {
            return ledger_refuse(reason_out, N_("its amounts can't be added up"));
        }
        status = posting_add(u->p, part - fee, "receivable/%s/%d", u->payment.account, paid->type);
        if (status == TILL_OK) {
            status = posting_add(u->p, fee, "late_fee/%d", paid->type);
        }
        if (status == TILL_OK) {
            status = reopen(u, paid, part - fee);
        }
        left -= part;
    }
    if (left > 0 || status == TILL_TOO_LARGE || status == TILL_BAD_INPUT) {
        return ledger_refuse(reason_out, N_("its bills can't be opened again"));
    }
    return status == TILL_OK ? undo_write(u, u->customer.balance_minor - back) : status;
}

/* ---- reversals ------------------------------------------------------------------------------- */

enum till_status ledger_post_reversal(const struct ledger_context *c, const struct entry *e,
                                      struct store_posting *p, char reason_out[STORE_REASON_MAX])
{
    struct body_reversal body;
    struct undo u = {.c = c, .p = p};
    if (entry_read_reversal(e, &body) != TILL_OK) {
        return ledger_refuse(reason_out, N_("its content breaks the rules of its kind"));
    }
    enum till_status status = undo_load(&u, body.seq);
    if (status == TILL_NOT_FOUND) {
        return ledger_refuse(reason_out, N_("what it reverses was set aside, or is no payment"));
    }
    if (status != TILL_OK) {
        return status;
    }
    if (u.payment.undone_by[0] != '\0') {
        return ledger_refuse(reason_out, N_("what it reverses was undone already"));
    }
    int64_t cash = sum_of(&u.posted, "cash/");
    int64_t taken = cash + sum_of(&u.posted, "cheque/") + sum_of(&u.posted, "tender/");
    if (strcmp(u.payment.account, body.account) != 0 || body.amount_minor != taken ||
        body.cash_minor != cash) {
        return ledger_refuse(reason_out, N_("it says another account or amount than the payment"));
    }
    return undo_whole(&u, reason_out);
}

/* ---- cheques --------------------------------------------------------------------------------- */

enum till_status ledger_return_cheque(const struct ledger_context *c, uint64_t seq,
                                      char reason_out[STORE_REASON_MAX])
{
    char account[STORE_LEDGER_ACCOUNT_MAX] = "";
    struct store_posting p;
    struct undo u = {.c = c, .p = &p};
    enum till_status status = undo_load(&u, seq);
    if (status != TILL_OK) {
        return status;
    }
    if (u.payment.undone_by[0] != '\0') {
        return TILL_UNCHANGED;
    }
    for (size_t i = 0; i < u.posted.count; i++) {
        if (strncmp(u.posted.lines[i].account, "cheque/", strlen("cheque/")) == 0) {
            text_copy(account, sizeof(account), u.posted.lines[i].account);
        }
    }
    int64_t amount = sum_of(&u.posted, "cheque/");
    if (account[0] == '\0' || amount <= 0) {
        return TILL_NOT_FOUND;
    }
    u.customer.flags |= BOOK_CUSTOMER_CHEQUE_RETURNED;
    ledger_begin(&p, c->now_s, c->now_s);
    (void)snprintf(p.source, sizeof(p.source), "cheque/%s/%llu", c->terminal,
                   (unsigned long long)seq);
    if (sum_of(&u.posted, "cash/") == 0) {
        return undo_whole(&u, reason_out);
    }
    status = posting_add(&p, -amount, "%s", account);
    return status == TILL_OK ? undo_part(&u, amount, reason_out) : status;
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
    return status == TILL_OK ? store_post(c->store, p) : status;
}

/* ---- disputes -------------------------------------------------------------------------------- */

/* No money, and yet it decides about fees: so it has a place among the postings. */
static enum till_status post_mark(struct store *s, struct store_posting *p, const char *account)
{
    p->count = 1;
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
    return status == TILL_OK ? post_mark(c->store, p, body.account) : status;
}

enum till_status ledger_answer_dispute(const struct ledger_context *c, const char *source,
                                       const char *account)
{
    struct store_posting p;
    struct book_customer customer;
    enum till_status status = store_customer_get(c->store, account, &customer);
    if (status != TILL_OK) {
        return status;
    }
    customer.flags &= ~(uint32_t)BOOK_CUSTOMER_DISPUTED;
    status = put_customer(c->store, &customer);
    ledger_begin(&p, c->now_s, c->now_s);
    text_copy(p.source, sizeof(p.source), source);
    return status == TILL_OK ? post_mark(c->store, &p, account) : status;
}
