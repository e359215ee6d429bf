#include <string.h>

#include "fold_inside.h"

/* Cash that leaves a bag or a hand: who has it next. Only the drop needs a shift. */

static enum till_status drop(struct fold *f, const struct body_cash_drop *b)
{
    enum { TO_SUPERVISOR = 1 };
    struct fold_user *user = fold_at_work(f);
    if (user == NULL) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = fold_take_off(&user->cash_minor, b->amount_minor);
    if (status == TILL_OK) {
        status = fold_move(&user->dropped_minor, b->amount_minor);
    }
    if (status == TILL_OK && b->to == TO_SUPERVISOR) {
        status = fold_move(&f->transit_minor, b->amount_minor);
    }
    return status;
}

static int64_t *source_of(struct fold_user *user, int source)
{
    return source == CASH_KEPT ? &user->kept_minor : &user->held_minor;
}

static enum till_status give(struct fold *f, const struct body_handover_given *b)
{
    struct fold_user *user = fold_who(f);
    if (user == NULL || strcmp(user->user, b->receiver) == 0) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = fold_take_off(source_of(user, b->source), b->amount_minor);
    return status == TILL_OK ? fold_move(&f->transit_minor, b->amount_minor) : status;
}

static enum till_status take(struct fold *f, const struct body_handover_taken *b)
{
    struct fold_user *user = fold_who(f);
    if (user == NULL || b->seq > f->seq) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status =
        b->seq == 0 ? TILL_OK : fold_take_off(&f->transit_minor, b->amount_minor);
    if (status == TILL_OK) {
        status = fold_move(&user->kept_minor, b->counted_minor);
    }
    if (status == TILL_OK) {
        status = fold_move(&user->variance_minor, b->amount_minor - b->counted_minor);
    }
    return status;
}

static enum till_status bring(struct fold *f, const struct body_deposit *b)
{
    struct fold_user *user = fold_who(f);
    if (user == NULL) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = fold_take_off(source_of(user, b->source), b->expected_minor);
    if (status == TILL_OK) {
        status = fold_move(&user->variance_minor, b->expected_minor - b->amount_minor);
    }
    return status;
}

/* Over and short may cancel out in the sum and are still two differences: which one is meant and
 * how much of it is open, db/ looks up before it writes. */
static enum till_status explain(struct fold *f, const struct body_variance_explained *b)
{
    struct fold_user *user = fold_who(f);
    if (user == NULL || b->seq > f->seq) {
        return TILL_E_PROTOCOL;
    }
    return fold_move(&user->variance_minor, -b->amount_minor);
}

enum till_status fold_apply_carry(struct fold *f, const struct entry *e)
{
    union {
        struct body_cash_drop drop;
        struct body_handover_given given;
        struct body_handover_taken taken;
        struct body_deposit deposit;
        struct body_variance_explained explained;
    } b;
    bool real = !kind_is_training(e->kind);
    enum till_status status = TILL_OK;
    switch (kind_base(e->kind)) {
    case KIND_CASH_DROP:
        status = entry_read_cash_drop(e, &b.drop);
        status = status == TILL_OK && real ? drop(f, &b.drop) : status;
        break;
    case KIND_HANDOVER_GIVEN:
        status = entry_read_handover_given(e, &b.given);
        status = status == TILL_OK && real ? give(f, &b.given) : status;
        break;
    case KIND_HANDOVER_TAKEN:
        status = entry_read_handover_taken(e, &b.taken);
        status = status == TILL_OK && real ? take(f, &b.taken) : status;
        break;
    case KIND_DEPOSIT:
        status = entry_read_deposit(e, &b.deposit);
        status = status == TILL_OK && real ? bring(f, &b.deposit) : status;
        break;
    default:
        status = entry_read_variance_explained(e, &b.explained);
        return status == TILL_OK && real ? explain(f, &b.explained) : status;
    }
    if (status == TILL_OK) {
        fold_begin_original(f, e->seq);
    }
    return status;
}
