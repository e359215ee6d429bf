#include "fold.h"

#include <string.h>

#include "money.h"

void fold_init(struct fold *f)
{
    *f = (struct fold){.current = -1};
}

const struct fold_user *fold_current(const struct fold *f)
{
    return f->current < 0 ? NULL : &f->users[f->current];
}

static struct fold_user *current(struct fold *f)
{
    return f->current < 0 ? NULL : &f->users[f->current];
}

/* ---- people ---------------------------------------------------------------------------------- */

static enum till_status enter(struct fold *f, const char *user)
{
    for (uint8_t i = 0; i < f->user_count; i++) {
        if (strcmp(f->users[i].user, user) == 0) {
            f->current = (int8_t)i;
            return TILL_OK;
        }
    }
    if (f->user_count == FOLD_USERS_MAX) {
        return TILL_TOO_LARGE;
    }
    struct fold_user *added = &f->users[f->user_count];
    *added = (struct fold_user){0};
    memcpy(added->user, user, sizeof(added->user));
    f->current = (int8_t)f->user_count++;
    return TILL_OK;
}

static enum till_status apply_people(struct fold *f, const struct entry *e)
{
    struct body_login b;
    enum till_status status = entry_read_login(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    switch (kind_base(e->kind)) {
    case KIND_LOGIN:
    case KIND_USER_SWITCHED:
        f->login_failures = 0;
        return enter(f, b.user);
    case KIND_LOGIN_FAILED:
        if (f->login_failures < UINT32_MAX) {
            f->login_failures++;
        }
        return TILL_OK;
    default: {
        const struct fold_user *user = fold_current(f);
        if (user == NULL || strcmp(user->user, b.user) != 0) {
            return TILL_E_PROTOCOL;
        }
        f->current = -1;
        return TILL_OK;
    }
    }
}

/* ---- shift and money ------------------------------------------------------------------------- */

static enum till_status apply_shift_opened(struct fold *f, const struct entry *e)
{
    struct body_shift_opened b;
    enum till_status status = entry_read_shift_opened(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    struct fold_user *user = current(f);
    if (user == NULL || user->shift_open || b.shift != f->last_shift + 1) {
        return TILL_E_PROTOCOL;
    }
    f->last_shift = b.shift;
    user->shift_open = true;
    user->shift = b.shift;
    user->business_date = b.business_date;
    user->shift_opened_at_s = e->at_s;
    user->cash_minor = b.opening_minor;
    user->receipts = 0;
    user->taken_minor = 0;
    return TILL_OK;
}

static enum till_status apply_shift_closed(struct fold *f, const struct entry *e)
{
    if (entry_check_body(e) == TILL_E_PROTOCOL) {
        return TILL_E_PROTOCOL;
    }
    if (kind_is_training(e->kind)) {
        return TILL_OK;
    }
    struct fold_user *user = current(f);
    if (user == NULL || !user->shift_open) {
        return TILL_E_PROTOCOL;
    }
    user->shift_open = false;
    user->cash_minor = 0;
    return TILL_OK;
}

/* Committing a receipt entry begins its copy 0; whatever paper was before is history now. */
static void begin_paper(struct fold *f, uint64_t seq, uint32_t copy)
{
    f->paper_seq = seq;
    f->paper_copy = copy;
    f->paper_uncertain = false;
}

static enum till_status apply_collection(struct fold *f, const struct entry *e,
                                         struct fold_touch *payment)
{
    struct body_collection b;
    enum till_status status = entry_read_collection(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    if (!kind_is_training(e->kind)) {
        struct fold_user *user = current(f);
        if (user == NULL || !user->shift_open) {
            return TILL_E_PROTOCOL;
        }
        if (b.tender == TENDER_CASH &&
            money_add(user->cash_minor, b.amount_minor, &user->cash_minor) != TILL_OK) {
            return TILL_E_OVERFLOW;
        }
        if (money_add(user->taken_minor, b.amount_minor, &user->taken_minor) != TILL_OK) {
            return TILL_E_OVERFLOW;
        }
        user->receipts++;
        memcpy(payment->account, b.account, sizeof(payment->account));
        payment->amount_minor = b.amount_minor;
        payment->late_fee_minor = b.late_fee_minor;
    }
    begin_paper(f, e->seq, 0);
    f->last_receipt_seq = e->seq;
    f->last_receipt_copies = 0;
    return TILL_OK;
}

/* ---- paper ----------------------------------------------------------------------------------- */

static enum till_status apply_duplicate(struct fold *f, const struct entry *e)
{
    struct body_print b;
    enum till_status status = entry_read_print(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    /* A number that is no receipt's can't be told here: db/ looks before it writes one. */
    if (b.seq > f->last_receipt_seq) {
        return TILL_E_PROTOCOL;
    }
    if (b.seq == f->last_receipt_seq) {
        if (b.copy != f->last_receipt_copies + 1) {
            return TILL_E_PROTOCOL;
        }
        f->last_receipt_copies = b.copy;
    }
    begin_paper(f, b.seq, b.copy);
    return TILL_OK;
}

/* The end of a paper: of the one that is open, or of one that a later receipt has superseded. */
static enum till_status apply_print_end(struct fold *f, const struct entry *e)
{
    struct body_print b;
    enum till_status status = entry_read_print(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    if (b.seq != f->paper_seq || b.copy != f->paper_copy) {
        bool superseded = b.seq < f->paper_seq || (b.seq == f->paper_seq && b.copy < f->paper_copy);
        return superseded ? TILL_OK : TILL_E_PROTOCOL;
    }
    if (kind_base(e->kind) == KIND_PRINT_UNCERTAIN) {
        f->paper_uncertain = true;
        return TILL_OK;
    }
    f->paper_seq = 0;
    f->paper_copy = 0;
    f->paper_uncertain = false;
    return TILL_OK;
}

/* ---- one entry ------------------------------------------------------------------------------- */

static enum till_status apply_kind(struct fold *f, const struct entry *e,
                                   struct fold_touch *payment)
{
    switch (kind_base(e->kind)) {
    case KIND_ENROLLED: {
        /* Training can't enrol. */
        bool first = e->seq == 1 && !kind_is_training(e->kind);
        return first ? entry_read_enrolled(e, &f->enrolled) : TILL_E_PROTOCOL;
    }
    case KIND_LOGIN:
    case KIND_LOGOUT:
    case KIND_LOGIN_FAILED:
    case KIND_USER_SWITCHED:
        return apply_people(f, e);
    case KIND_BOOK_APPLIED: {
        struct body_book_applied b;
        enum till_status status = entry_read_book_applied(e, &b);
        if (status == TILL_OK) {
            f->book_revision = b.revision;
        }
        return status;
    }
    case KIND_SHIFT_OPENED:
        return apply_shift_opened(f, e);
    case KIND_SHIFT_CLOSED:
        return apply_shift_closed(f, e);
    case KIND_COLLECTION:
    case KIND_ADVANCE:
        return apply_collection(f, e, payment);
    case KIND_DUPLICATE:
        return apply_duplicate(f, e);
    case KIND_PRINT_DONE:
    case KIND_PRINT_UNCERTAIN:
        return apply_print_end(f, e);
    default:
        return entry_check_body(e) == TILL_E_PROTOCOL ? TILL_E_PROTOCOL : TILL_OK;
    }
}

enum till_status fold_apply(struct fold *f, const struct entry *e, struct fold_touch *touch_out)
{
    if (e->seq != f->seq + 1) {
        return TILL_E_CHAIN;
    }
    if (e->seq == 1 && kind_base(e->kind) != KIND_ENROLLED) {
        return TILL_E_PROTOCOL;
    }
    struct fold next = *f;
    struct fold_touch payment = {0};
    enum till_status status = apply_kind(&next, e, &payment);
    if (status != TILL_OK) {
        return status;
    }
    next.seq = e->seq;
    next.at_s = e->at_s;
    *f = next;
    if (touch_out != NULL) {
        *touch_out = payment;
    }
    return TILL_OK;
}
