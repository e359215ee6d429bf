#include <string.h>

#include "fold_inside.h"
#include "money.h"

/* A shift from its opening to its Z. Training changes nothing here; it only begins papers. */

static struct fold_user *of_shift(struct fold *f, uint32_t shift)
{
    const struct fold_user *found = fold_shift(f, shift);
    return found == NULL ? NULL : &f->users[found - f->users];
}

static enum till_status apply_opened(struct fold *f, const struct entry *e)
{
    struct body_shift_opened b;
    enum till_status status = entry_read_shift_opened(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    struct fold_user *user = fold_who(f);
    if (user == NULL || user->shift_open || b.shift != f->last_shift + 1) {
        return TILL_E_PROTOCOL;
    }
    f->last_shift = b.shift;
    if (b.business_date != user->business_date) {
        user->day_minor = 0;
        user->own_reversals = 0;
        user->own_reversed_minor = 0;
    }
    user->shift_open = true;
    user->shift = b.shift;
    user->business_date = b.business_date;
    user->shift_opened_at_s = e->at_s;
    user->cash_minor = b.opening_minor;
    user->receipts = 0;
    user->taken_minor = 0;
    user->own_latest_seq = 0;
    user->dropped_minor = 0;
    return TILL_OK;
}

static enum till_status apply_cash_move(struct fold *f, const struct entry *e)
{
    struct body_cash_move b;
    enum till_status status = entry_read_cash_move(e, &b);
    if (status == TILL_OK && !kind_is_training(e->kind)) {
        struct fold_user *user = fold_at_work(f);
        if (user == NULL) {
            return TILL_E_PROTOCOL;
        }
        status = kind_base(e->kind) == KIND_CASH_IN
                     ? fold_move(&user->cash_minor, b.amount_minor)
                     : fold_take_off(&user->cash_minor, b.amount_minor);
    }
    if (status == TILL_OK) {
        fold_begin_original(f, e->seq);
    }
    return status;
}

static enum till_status apply_x_report(struct fold *f, const struct entry *e)
{
    struct body_x_report b;
    enum till_status status = entry_read_x_report(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    const struct fold_user *user = fold_at_work(f);
    bool so = user != NULL && user->shift == b.shift && user->taken_minor == b.taken_minor;
    return so ? TILL_OK : TILL_E_PROTOCOL;
}

/* ---- the count ------------------------------------------------------------------------------- */

/* By the owner, or by a supervisor where the owner is away. */
static enum till_status apply_count_begun(struct fold *f, const struct entry *e)
{
    struct body_count_begun b;
    enum till_status status = entry_read_count_begun(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    struct fold_user *user = of_shift(f, b.shift);
    if (fold_who(f) == NULL || user == NULL || user->counting) {
        return TILL_E_PROTOCOL;
    }
    user->counting = true;
    user->own_latest_seq = 0;
    return TILL_OK;
}

static enum till_status apply_cash_count(struct fold *f, const struct entry *e)
{
    struct body_cash_count b;
    enum till_status status = entry_read_cash_count(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    if (b.purpose != COUNT_CLOSING && b.purpose != COUNT_ABSENCE) {
        return fold_who(f) == NULL ? TILL_E_PROTOCOL : TILL_OK;
    }
    struct fold_user *user = of_shift(f, b.shift);
    bool own = user != NULL && user == fold_who(f);
    if (fold_who(f) == NULL || user == NULL || own != (b.purpose == COUNT_CLOSING) ||
        !user->counting || (user->counted && own) || b.attempt != user->attempts + 1) {
        return TILL_E_PROTOCOL;
    }
    user->counted = false; /* who closes in absence has the cash: the owner's count is not theirs */
    user->attempts = b.attempt;
    user->count_seq = e->seq;
    user->counted_minor = b.amount_minor;
    return TILL_OK;
}

static enum till_status apply_count_accepted(struct fold *f, const struct entry *e)
{
    struct body_count_accepted b;
    enum till_status status = entry_read_count_accepted(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    for (uint8_t i = 0; i < f->user_count; i++) {
        struct fold_user *user = &f->users[i];
        if (user->counting && !user->counted && user->count_seq == b.seq) {
            user->counted = true;
            return fold_who(f) == NULL ? TILL_E_PROTOCOL : TILL_OK;
        }
    }
    return TILL_E_PROTOCOL;
}

/* ---- the Z ----------------------------------------------------------------------------------- */

/* Cash by the figures of the totals: what is expected in the bag. */
static enum till_status expected_cash(const struct body_shift_totals *b, int64_t *cash_out)
{
    struct heaps tenders;
    int64_t cash_minor = b->opening_minor;
    if (!heaps_read(b->tenders, &tenders)) {
        return TILL_E_PROTOCOL;
    }
    if (tenders.count > 0 && tenders.list[0].of == TENDER_CASH &&
        money_add(cash_minor, tenders.list[0].value, &cash_minor) != TILL_OK) {
        return TILL_E_OVERFLOW;
    }
    *cash_out = cash_minor + b->paid_in_minor - b->paid_out_minor - b->dropped_minor;
    return TILL_OK;
}

/* The figures must be those of the entries, as far as balances tell; what they say by bill type and
 * month stands on the receipts' papers. */
static enum till_status apply_totals(struct fold *f, const struct entry *e)
{
    struct body_shift_totals b;
    struct heaps tenders;
    int64_t cash_minor = 0, taken_minor = 0;
    enum till_status status = entry_read_shift_totals(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    const struct fold_user *user = of_shift(f, b.shift);
    status = expected_cash(&b, &cash_minor);
    if (status != TILL_OK || user == NULL || !user->counted || !heaps_read(b.tenders, &tenders) ||
        heaps_sum(&tenders, &taken_minor) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    if (b.business_date != user->business_date || b.dropped_minor != user->dropped_minor ||
        b.grand_minor != f->grand_minor || cash_minor != user->cash_minor ||
        taken_minor != user->taken_minor || b.last_receipt_seq >= e->seq ||
        (b.reason != 0) != (user->counted_minor != user->cash_minor)) {
        return TILL_E_PROTOCOL;
    }
    f->totals_seq = e->seq;
    f->totals_shift = b.shift;
    return TILL_OK;
}

/* NULL: the figures are not those of the shift, or its totals don't stand just before. */
static struct fold_user *closing(struct fold *f, const struct entry *e,
                                 const struct body_closed_in_absence *c)
{
    struct fold_user *user = of_shift(f, c->shift);
    if (user == NULL || !user->counted || f->totals_seq + 1 != e->seq || f->totals_seq == 0 ||
        f->totals_shift != c->shift || c->z != f->last_z + 1 ||
        c->expected_minor != user->cash_minor || c->counted_minor != user->counted_minor ||
        c->taken_minor != user->taken_minor || c->receipts != user->receipts) {
        return NULL;
    }
    return user;
}

static void end_shift(struct fold *f, struct fold_user *user)
{
    f->last_z++;
    user->shift_open = false;
    user->cash_minor = 0;
    user->own_latest_seq = 0;
    user->counting = false;
    user->counted = false;
    user->attempts = 0;
    user->count_seq = 0;
    user->counted_minor = 0;
}

/* May who is here close that shift: their own, or with a witness another's. */
static bool may_close(const struct fold_user *owner, const struct fold_user *who,
                      const struct body_closed_in_absence *b)
{
    if (b->owner[0] == '\0') {
        return owner == who;
    }
    return owner != who && strcmp(owner->user, b->owner) == 0 && strcmp(who->user, b->witness) != 0;
}

/* Who closes has the cash from here on: their own to hold, or another's to keep. */
static enum till_status apply_close(struct fold *f, const struct entry *e)
{
    struct body_closed_in_absence b;
    enum till_status status = entry_read_close(e, &b);
    if (status == TILL_OK && !kind_is_training(e->kind)) {
        struct fold_user *owner = closing(f, e, &b);
        struct fold_user *who = fold_who(f);
        if (owner == NULL || who == NULL || !may_close(owner, who, &b)) {
            return TILL_E_PROTOCOL;
        }
        end_shift(f, owner);
        if (owner != who) {
            owner->absent_z = b.z;
        }
        status = fold_move(owner == who ? &who->held_minor : &who->kept_minor, b.counted_minor);
    }
    if (status == TILL_OK) {
        fold_begin_original(f, e->seq);
    }
    return status;
}

static enum till_status apply_answered(struct fold *f, const struct entry *e)
{
    struct body_absence_answered b;
    enum till_status status = entry_read_absence_answered(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    struct fold_user *user = fold_who(f);
    if (user == NULL || user->absent_z != b.z) {
        return TILL_E_PROTOCOL;
    }
    user->absent_z = 0;
    return TILL_OK;
}

enum till_status fold_apply_shift(struct fold *f, const struct entry *e)
{
    switch (kind_base(e->kind)) {
    case KIND_SHIFT_OPENED:
        return apply_opened(f, e);
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
        return apply_cash_move(f, e);
    case KIND_X_REPORT:
        return apply_x_report(f, e);
    case KIND_COUNT_BEGUN:
        return apply_count_begun(f, e);
    case KIND_CASH_COUNT:
        return apply_cash_count(f, e);
    case KIND_COUNT_ACCEPTED:
        return apply_count_accepted(f, e);
    case KIND_SHIFT_TOTALS:
        return apply_totals(f, e);
    case KIND_SHIFT_CLOSED:
    case KIND_CLOSED_IN_ABSENCE:
        return apply_close(f, e);
    default:
        return apply_answered(f, e);
    }
}
