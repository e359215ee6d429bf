/*
 * Cheques that come back.
 *
 * A payment by cheque may have been corrected since: transferred, perhaps more than once, or to be
 * refunded. The cheque's part is taken back from whoever has the money now: the account that the
 * last transfer gave it to, or what is owed by the refund. The posting is named by the payment that
 * it was taken from, so that each of them knows.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_inside.h"
#include "posting.h"
#include "store_recover.h"
#include "text.h"

/* A payment that was transferred more often is no payment. */
enum { TRANSFERS_MAX = 64 };

struct bounce {
    struct settlement_paid taken;   /* what the cheque was taken by */
    struct settlement_paid now;     /* who has the money; as `taken` where nothing was corrected */
    struct store_correction refund; /* that it is owed by; id 0 = none */
    int64_t amount_minor;           /* of the cheque */
    const char *side;               /* cheque/TERMINAL/USER, in `taken` */
};

/* "correction/12" -> 12; 0 = another source. */
static int64_t correction_of(const char *source)
{
    static const char prefix[] = "correction/";
    char *end = NULL;
    if (strncmp(source, prefix, sizeof(prefix) - 1) != 0) {
        return 0;
    }
    long long id = strtoll(source + sizeof(prefix) - 1, &end, 10);
    return *end == '\0' && id > 0 ? id : 0;
}

/* A transfer's payment was another one's before. */
static enum till_status find_taken(const struct ledger_context *c, uint64_t seq, struct bounce *b)
{
    struct store_correction transfer;
    char holder[TERMINAL_MAX];
    text_copy(holder, sizeof(holder), c->terminal);
    for (int i = 0; strcmp(holder, STORE_HOLDER_MARK) == 0; i++) {
        enum till_status status = i == TRANSFERS_MAX
                                      ? TILL_NOT_FOUND
                                      : store_correction_get(c->store, (int64_t)seq, &transfer);
        if (status != TILL_OK) {
            return status;
        }
        text_copy(holder, sizeof(holder), transfer.terminal);
        seq = transfer.seq;
    }
    return settlement_load(c, holder, seq, &b->taken);
}

/* Follow the corrections. TILL_UNCHANGED: the cheque's part was undone already. */
static enum till_status find_money(const struct ledger_context *c, struct bounce *b)
{
    b->now = b->taken;
    for (int i = 0; i < TRANSFERS_MAX; i++) {
        int64_t id = correction_of(b->now.payment.undone_by);
        if (b->now.cheque_returned || (b->now.payment.undone_by[0] != '\0' && id == 0)) {
            return TILL_UNCHANGED;
        }
        if (id == 0) {
            return TILL_OK;
        }
        enum till_status status = store_correction_get(c->store, id, &b->refund);
        if (status != TILL_OK || b->refund.kind == CORRECTION_REFUND) {
            return status;
        }
        if (b->refund.kind != CORRECTION_TRANSFER) {
            return TILL_UNCHANGED; /* nothing was taken, no cheque either */
        }
        b->refund.id = 0;
        status = settlement_load(c, STORE_HOLDER_MARK, (uint64_t)id, &b->now);
        if (status != TILL_OK) {
            return status;
        }
    }
    return TILL_REFUSED;
}

static void find_side(struct bounce *b)
{
    b->side = "";
    b->amount_minor = settlement_sum(&b->taken.posted, "cheque/");
    for (size_t i = 0; i < b->taken.posted.count; i++) {
        if (strncmp(b->taken.posted.lines[i].account, "cheque/", strlen("cheque/")) == 0) {
            b->side = b->taken.posted.lines[i].account;
        }
    }
}

static enum till_status flag_customer(const struct ledger_context *c, const char *account)
{
    struct book_customer customer;
    enum till_status status = store_customer_get(c->store, account, &customer);
    if (status != TILL_OK) {
        return status;
    }
    customer.flags |= BOOK_CUSTOMER_CHEQUE_RETURNED;
    status = store_customer_put(c->store, &customer);
    return status == TILL_UNCHANGED ? TILL_OK : status;
}

/* What the customer was owed is less; where it was paid out, they owe it. */
static enum till_status take_from_refund(const struct ledger_context *c, const struct bounce *b,
                                         struct store_posting *p)
{
    enum till_status status = posting_add(p, -b->amount_minor, "%s", b->side);
    if (status == TILL_OK) {
        status = posting_add(p, b->amount_minor, "refund_due/%s", b->refund.account);
    }
    if (status == TILL_OK) {
        status = flag_customer(c, b->refund.account);
    }
    return status == TILL_OK ? posting_close(c->store, p) : status;
}

/* The cheque's part alone; the cash that came with it stays. */
static enum till_status take_from_payment(const struct ledger_context *c, struct bounce *b,
                                          struct store_posting *p)
{
    struct settlement settlement;
    enum till_status status = settlement_begin(&settlement, c, b->now.payment.account, p);
    if (status == TILL_OK) {
        settlement.customer.flags |= BOOK_CUSTOMER_CHEQUE_RETURNED;
        status = posting_add(p, -b->amount_minor, "%s", b->side);
    }
    if (status == TILL_OK) {
        status = b->now.amount_minor == b->amount_minor
                     ? settlement_take_back(&settlement, &b->now, p->source)
                     : settlement_take_part_back(&settlement, &b->now, b->amount_minor);
    }
    if (status == TILL_OK) {
        status = settlement_end(&settlement);
    }
    return status == TILL_OK ? posting_close(c->store, p) : status;
}

static enum till_status take_back(const struct ledger_context *c, struct bounce *b,
                                  char reason_out[STORE_REASON_MAX])
{
    struct store_posting p;
    ledger_begin(&p, c->now_s, c->now_s);
    ledger_source_of_cheque(b->now.payment.terminal, b->now.payment.seq, p.source);
    enum till_status status = store_part_begin(c->store);
    if (status != TILL_OK) {
        return status;
    }
    status = b->refund.id != 0 ? take_from_refund(c, b, &p) : take_from_payment(c, b, &p);
    if (status == TILL_OK && !c->replay) {
        status = ledger_follow_returned(c, b->now.payment.terminal, b->now.payment.seq);
        status = status == TILL_UNCHANGED ? TILL_OK : status;
    }
    return ledger_refuse_undo(store_part_end(c->store, status), reason_out);
}

/* No such payment: or one that is not posted yet? */
static enum till_status look_unposted(const struct ledger_context *c, uint64_t seq,
                                      char reason_out[STORE_REASON_MAX])
{
    struct store_aside aside;
    struct store_recovered paper;
    enum till_status status = store_aside_get(c->store, c->terminal, seq, &aside);
    if (status == TILL_OK) {
        return ledger_refuse(reason_out,
                             aside.closed
                                 ? N_("its record was closed without being posted")
                                 : N_("its record is set aside: release it first (quarantine)"));
    }
    if (status == TILL_NOT_FOUND && seq > 0) {
        status = store_recovered_next(c->store, c->terminal, seq - 1, NULL, &paper);
    }
    if (status == TILL_OK && paper.entry.seq != seq) {
        status = TILL_NOT_FOUND;
    }
    return status == TILL_OK
               ? ledger_refuse(reason_out, N_("a customer's paper told of it, and it is not posted "
                                              "yet: the alarm `recovered` says why"))
               : status;
}

enum till_status ledger_return_cheque(const struct ledger_context *c, uint64_t seq,
                                      char reason_out[STORE_REASON_MAX])
{
    struct bounce *b = calloc(1, sizeof(*b));
    enum till_status status = b == NULL ? TILL_E_MEMORY : find_taken(c, seq, b);
    if (status == TILL_NOT_FOUND && strcmp(c->terminal, STORE_HOLDER_MARK) != 0) {
        status = look_unposted(c, seq, reason_out);
    }
    if (status == TILL_OK) {
        status = find_money(c, b);
    }
    if (status == TILL_OK) {
        find_side(b);
        status = b->amount_minor <= 0 ? TILL_NOT_FOUND : take_back(c, b, reason_out);
    }
    free(b);
    return status;
}

enum till_status ledger_trust_cheques(const struct ledger_context *c, const char *account)
{
    struct book_customer customer;
    enum till_status status = store_customer_get(c->store, account, &customer);
    if (status != TILL_OK) {
        return status;
    }
    if ((customer.flags & BOOK_CUSTOMER_CHEQUE_RETURNED) == 0) {
        return TILL_UNCHANGED;
    }
    customer.flags &= ~(uint32_t)BOOK_CUSTOMER_CHEQUE_RETURNED;
    status = store_customer_put(c->store, &customer);
    return status == TILL_UNCHANGED ? TILL_OK : status;
}
