#include <string.h>

#include "fold_inside.h"
#include "money.h"

/* ---- money ----------------------------------------------------------------------------------- */

enum till_status fold_move(int64_t *sum_minor, int64_t amount_minor)
{
    return money_add(*sum_minor, amount_minor, sum_minor) == TILL_OK ? TILL_OK : TILL_E_OVERFLOW;
}

/* Nothing that is counted in a bag or a shift is ever less than nothing. */
enum till_status fold_take_off(int64_t *sum_minor, int64_t amount_minor)
{
    if (*sum_minor < amount_minor) {
        return TILL_E_PROTOCOL;
    }
    *sum_minor -= amount_minor;
    return TILL_OK;
}

/* Money came into a shift: cash_minor of it into the bag. */
static enum till_status count_taken(struct fold *f, struct fold_user *user, int64_t amount_minor,
                                    int64_t cash_minor)
{
    enum till_status status = fold_move(&user->cash_minor, cash_minor);
    if (status == TILL_OK) {
        status = fold_move(&user->taken_minor, amount_minor);
    }
    if (status == TILL_OK) {
        status = fold_move(&user->day_minor, amount_minor);
    }
    if (status == TILL_OK) {
        status = fold_move(&f->grand_minor, amount_minor);
    }
    user->receipts++;
    return status;
}

static enum till_status count_collection(struct fold *f, const struct entry *e,
                                         const struct body_collection *b)
{
    struct fold_user *user = fold_at_work(f);
    if (user == NULL) {
        return TILL_E_PROTOCOL;
    }
    user->own_latest_seq = e->seq;
    return count_taken(f, user, b->amount_minor, collection_cash_minor(b));
}

static enum till_status apply_collection(struct fold *f, const struct entry *e,
                                         struct fold_touch *touch)
{
    struct body_collection b;
    enum till_status status = entry_read_collection(e, &b);
    if (status == TILL_OK && !kind_is_training(e->kind)) {
        status = count_collection(f, e, &b);
        memcpy(touch->account, b.account, sizeof(touch->account));
        touch->amount_minor = b.amount_minor;
        touch->late_fee_minor = b.late_fee_minor;
    }
    return status == TILL_OK ? fold_begin_in_basket(f, e->seq, b.basket) : status;
}

static enum till_status count_reversal(struct fold *f, const struct body_reversal *b)
{
    struct fold_user *user = fold_at_work(f);
    bool own = b->way == REVERSAL_OWN_PAPER || b->way == REVERSAL_OWN_LOST;
    if (user == NULL || b->seq > f->last_receipt_seq || (own && b->seq != user->own_latest_seq)) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = fold_take_off(&user->cash_minor, b->cash_minor);
    if (status == TILL_OK) {
        status = fold_take_off(&user->taken_minor, b->amount_minor);
    }
    if (status == TILL_OK) {
        status = fold_take_off(&user->day_minor, b->amount_minor);
    }
    if (status == TILL_OK) {
        status = fold_take_off(&f->grand_minor, b->amount_minor);
    }
    if (status == TILL_OK && own) {
        user->own_reversals++;
        status = fold_move(&user->own_reversed_minor, b->amount_minor);
    }
    if (b->seq == user->own_latest_seq) {
        user->own_latest_seq = 0;
    }
    return status;
}

static enum till_status apply_reversal(struct fold *f, const struct entry *e,
                                       struct fold_touch *touch)
{
    struct body_reversal b;
    enum till_status status = entry_read_reversal(e, &b);
    if (status == TILL_OK && b.seq >= e->seq) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK && !kind_is_training(e->kind)) {
        status = count_reversal(f, &b);
        memcpy(touch->account, b.account, sizeof(touch->account));
        touch->amount_minor = b.amount_minor;
        touch->reverses = b.seq;
    }
    if (status == TILL_OK) {
        fold_begin_original(f, e->seq);
    }
    return status;
}

/* The customer has the paper that was written by hand: nothing is printed. */
static enum till_status apply_manual_receipt(struct fold *f, const struct entry *e,
                                             struct fold_touch *touch)
{
    struct body_manual_receipt b;
    enum till_status status = entry_read_manual_receipt(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    struct fold_user *user = fold_at_work(f);
    if (user == NULL) {
        return TILL_E_PROTOCOL;
    }
    memcpy(touch->account, b.account, sizeof(touch->account));
    touch->amount_minor = b.amount_minor;
    touch->late_fee_minor = b.late_fee_minor;
    fold_stock_manual(f, b.number);
    return count_taken(f, user, b.amount_minor, b.amount_minor);
}

/* ---- marks on a customer --------------------------------------------------------------------- */

static void mark(const struct entry *e, struct fold_touch *touch, const char *account, int32_t code)
{
    if (!kind_is_training(e->kind)) {
        memcpy(touch->account, account, sizeof(touch->account));
        touch->code = code;
    }
}

static enum till_status apply_dispute(struct fold *f, const struct entry *e,
                                      struct fold_touch *touch)
{
    struct body_dispute b;
    enum till_status status = entry_read_dispute(e, &b);
    if (status == TILL_OK) {
        mark(e, touch, b.account, b.proof);
        fold_begin_original(f, e->seq);
    }
    return status;
}

static enum till_status apply_correction(struct fold *f, const struct entry *e,
                                         struct fold_touch *touch)
{
    struct body_correction_request b;
    enum till_status status = entry_read_correction_request(e, &b);
    if (status == TILL_OK) {
        mark(e, touch, b.account, 0);
        fold_begin_original(f, e->seq);
    }
    return status;
}

static enum till_status apply_skip(const struct entry *e, struct fold_touch *touch)
{
    struct body_stop_skipped b;
    enum till_status status = entry_read_stop_skipped(e, &b);
    if (status == TILL_OK) {
        mark(e, touch, b.account, b.reason);
    }
    return status;
}

static enum till_status apply_notice(const struct entry *e, struct fold_touch *touch)
{
    struct body_notice b;
    enum till_status status = entry_read_notice(e, &b);
    if (status == TILL_OK) {
        mark(e, touch, b.account, 0);
    }
    return status;
}

static enum till_status apply_reading(const struct entry *e, struct fold_touch *touch)
{
    struct body_reading b;
    enum till_status status = entry_read_reading(e, &b);
    if (status == TILL_OK) {
        mark(e, touch, b.account, 0);
        touch->amount_minor = b.energy_cwh;
    }
    return status;
}

/* ---- which of them ---------- */

/* What moves money or begins a paper, and what only marks a customer. */
enum till_status fold_apply_stop(struct fold *f, const struct entry *e, struct fold_touch *touch)
{
    switch (kind_base(e->kind)) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
        return apply_collection(f, e, touch);
    case KIND_REVERSAL:
        return apply_reversal(f, e, touch);
    case KIND_DISPUTE:
        return apply_dispute(f, e, touch);
    case KIND_CORRECTION_REQUEST:
        return apply_correction(f, e, touch);
    case KIND_STOP_SKIPPED:
        return apply_skip(e, touch);
    case KIND_NOTICE:
        return apply_notice(e, touch);
    case KIND_READING:
        return apply_reading(e, touch);
    case KIND_MANUAL_RECEIPT:
        return apply_manual_receipt(f, e, touch);
    default:
        return fold_apply_stock(f, e);
    }
}
