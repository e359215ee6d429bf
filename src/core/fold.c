#include "fold.h"

#include <stdio.h>
#include <string.h>

#include "fold_inside.h"

void fold_init(struct fold *f)
{
    *f = (struct fold){.current = -1};
}

const struct fold_user *fold_current(const struct fold *f)
{
    return f->current < 0 ? NULL : &f->users[f->current];
}

struct fold_user *fold_who(struct fold *f)
{
    return f->current < 0 ? NULL : &f->users[f->current];
}

/* ---- people ---------------------------------------------------------------------------------- */

static bool has_something_open(const struct fold_user *user)
{
    return user->shift_open || user->cash_minor != 0 || user->held_minor != 0 ||
           user->kept_minor != 0 || user->variance_minor != 0 || user->absent_z != 0;
}

/* A free place, or that of who was seen longest ago and has nothing open. */
static struct fold_user *place(struct fold *f)
{
    struct fold_user *found = NULL;
    if (f->user_count < FOLD_USERS_MAX) {
        return &f->users[f->user_count++];
    }
    for (uint8_t i = 0; i < f->user_count; i++) {
        struct fold_user *user = &f->users[i];
        if (!has_something_open(user) && (found == NULL || user->seen_seq < found->seen_seq)) {
            found = user;
        }
    }
    return found;
}

static enum till_status enter(struct fold *f, const char *user, uint64_t seq)
{
    struct fold_user *entered = NULL;
    for (uint8_t i = 0; i < f->user_count && entered == NULL; i++) {
        if (strcmp(f->users[i].user, user) == 0) {
            entered = &f->users[i];
        }
    }
    if (entered == NULL) {
        entered = place(f);
        if (entered == NULL) {
            return TILL_TOO_LARGE;
        }
        *entered = (struct fold_user){0};
        memcpy(entered->user, user, sizeof(entered->user));
    }
    entered->seen_seq = seq;
    f->current = (int8_t)(entered - f->users);
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
        fold_end_failures(f, b.user);
        return enter(f, b.user, e->seq);
    case KIND_LOGIN_FAILED:
        fold_count_failure(f, b.user, e->at_s);
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

static enum till_status apply_pin_changed(const struct entry *e, struct fold_touch *touch)
{
    struct body_pin_changed b;
    enum till_status status = entry_read_pin_changed(e, &b);
    if (status == TILL_OK && !kind_is_training(e->kind)) {
        (void)snprintf(touch->account, sizeof(touch->account), "user/%s", b.user);
    }
    return status;
}

/* ---- what the host told ---------------------------------------------------------------------- */

static enum till_status apply_book(struct fold *f, const struct entry *e)
{
    struct body_book_applied b;
    enum till_status status = entry_read_book_applied(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    if (b.revision < f->book_revision) {
        return TILL_E_PROTOCOL;
    }
    f->book_revision = b.revision;
    return TILL_OK;
}

static enum till_status apply_limits(struct fold *f, const struct entry *e)
{
    struct body_limits_applied b;
    enum till_status status = entry_read_limits_applied(e, &b);
    if (status != TILL_OK) {
        return status;
    }
    if (b.serial <= f->limits_serial) {
        return TILL_E_PROTOCOL;
    }
    f->limits_serial = b.serial;
    return TILL_OK;
}

static enum till_status apply_message(struct fold *f, const struct entry *e)
{
    struct body_message_shown b;
    enum till_status status = entry_read_message_shown(e, &b);
    /* Several are shown in any order; what is kept is how far they were read. */
    if (status == TILL_OK && b.id > f->message_id) {
        f->message_id = b.id;
    }
    return status;
}

/* The business date is the user's: without one nothing can be lifted until it ends. */
static enum till_status apply_limit_lifted(struct fold *f, const struct entry *e)
{
    struct body_limit_lifted b;
    enum till_status status = entry_read_limit_lifted(e, &b);
    if (status != TILL_OK || kind_is_training(e->kind)) {
        return status;
    }
    struct fold_user *user = fold_who(f);
    if (user == NULL || !user->shift_open || b.limit <= LIMIT_NONE || b.limit >= LIMIT_COUNT) {
        return TILL_E_PROTOCOL;
    }
    if (user->lifted_date != user->business_date) {
        memset(user->lifted, 0, sizeof(user->lifted));
    }
    user->lifted[b.limit] = b.value;
    user->lifted_date = user->business_date;
    return TILL_OK;
}

/* ---- who ------------------------------------------------------------------------------------- */

/* The user whose open shift an entry is of; NULL: nobody's. From the count on nothing is. */
struct fold_user *fold_at_work(struct fold *f)
{
    struct fold_user *user = fold_who(f);
    return user != NULL && user->shift_open && !user->counting ? user : NULL;
}

const struct fold_user *fold_shift(const struct fold *f, uint32_t shift)
{
    for (uint8_t i = 0; i < f->user_count; i++) {
        if (f->users[i].shift_open && f->users[i].shift == shift) {
            return &f->users[i];
        }
    }
    return NULL;
}

const struct fold_user *fold_cash_holder(const struct fold *f)
{
    for (uint8_t i = 0; i < f->user_count; i++) {
        const struct fold_user *user = &f->users[i];
        if (user->shift_open || user->cash_minor != 0 || user->held_minor != 0 ||
            user->kept_minor != 0) {
            return user;
        }
    }
    return NULL;
}

/* ---- one entry ------------------------------------------------------------------------------- */

static enum till_status apply_enrolled(struct fold *f, const struct entry *e)
{
    /* Training can't enrol. */
    bool first = e->seq == 1 && !kind_is_training(e->kind);
    return first ? entry_read_enrolled(e, &f->enrolled) : TILL_E_PROTOCOL;
}

static enum till_status apply_retired(struct fold *f, const struct entry *e)
{
    struct body_retired b;
    enum till_status status = entry_read_retired(e, &b);
    if (status == TILL_OK && kind_is_training(e->kind)) {
        return TILL_E_PROTOCOL;
    }
    f->retired = status == TILL_OK;
    return status;
}

/* Of settings only this one rules what may follow, in training too. */
static enum till_status apply_setting(struct fold *f, const struct entry *e)
{
    struct body_settings_changed b;
    enum till_status status = entry_read_settings_changed(e, &b);
    if (status != TILL_OK || strcmp(b.key, "stopped") != 0) {
        return status;
    }
    if (strcmp(b.value, "0") != 0 && strcmp(b.value, "1") != 0) {
        return TILL_E_PROTOCOL;
    }
    f->stopped = b.value[0] == '1';
    return TILL_OK;
}

static enum till_status apply_kind(struct fold *f, const struct entry *e, struct fold_touch *touch)
{
    switch (kind_base(e->kind)) {
    case KIND_ENROLLED:
        return apply_enrolled(f, e);
    case KIND_RETIRED:
        return apply_retired(f, e);
    case KIND_CLOCK_CHANGED:
        return fold_move_failures(f, e);
    case KIND_SETTINGS_CHANGED:
        return apply_setting(f, e);
    case KIND_LOGIN:
    case KIND_LOGOUT:
    case KIND_LOGIN_FAILED:
    case KIND_USER_SWITCHED:
        return apply_people(f, e);
    case KIND_PIN_CHANGED:
        return apply_pin_changed(e, touch);
    case KIND_BOOK_APPLIED:
        return apply_book(f, e);
    case KIND_LIMITS_APPLIED:
        return apply_limits(f, e);
    case KIND_MESSAGE_SHOWN:
        return apply_message(f, e);
    case KIND_LIMIT_LIFTED:
        return apply_limit_lifted(f, e);
    case KIND_SHIFT_OPENED:
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
    case KIND_X_REPORT:
    case KIND_COUNT_BEGUN:
    case KIND_CASH_COUNT:
    case KIND_COUNT_ACCEPTED:
    case KIND_SHIFT_TOTALS:
    case KIND_SHIFT_CLOSED:
    case KIND_CLOSED_IN_ABSENCE:
    case KIND_ABSENCE_ANSWERED:
        return fold_apply_shift(f, e);
    case KIND_CASH_DROP:
    case KIND_HANDOVER_GIVEN:
    case KIND_HANDOVER_TAKEN:
    case KIND_DEPOSIT:
    case KIND_VARIANCE_EXPLAINED:
        return fold_apply_carry(f, e);
    case KIND_DUPLICATE:
        return fold_apply_duplicate(f, e);
    case KIND_PRINT_DONE:
    case KIND_PRINT_UNCERTAIN:
        return fold_apply_print_end(f, e);
    default:
        return fold_apply_stop(f, e, touch);
    }
}

enum till_status fold_apply_or_spoil(struct fold *f, const struct entry *e,
                                     struct fold_touch *touch_out)
{
    if (e->seq != f->seq + 1) {
        return TILL_E_CHAIN;
    }
    if (f->retired || (e->seq == 1 && kind_base(e->kind) != KIND_ENROLLED)) {
        return TILL_E_PROTOCOL;
    }
    struct fold_touch touch = {0};
    enum till_status status = apply_kind(f, e, &touch);
    if (status != TILL_OK) {
        return status;
    }
    /* A Z follows its totals at once, or never. */
    if (kind_base(e->kind) != KIND_SHIFT_TOTALS) {
        f->totals_seq = 0;
        f->totals_shift = 0;
    }
    f->seq = e->seq;
    f->at_s = e->at_s;
    if (touch.account[0] != '\0') {
        /* To who looks at a customer, money is money, on whatever paper. */
        bool manual = kind_base(e->kind) == KIND_MANUAL_RECEIPT;
        touch.kind = manual ? (uint16_t)KIND_COLLECTION : kind_base(e->kind);
    }
    if (touch_out != NULL) {
        *touch_out = touch;
    }
    return TILL_OK;
}

enum till_status fold_apply(struct fold *f, const struct entry *e, struct fold_touch *touch_out)
{
    struct fold next = *f;
    enum till_status status = fold_apply_or_spoil(&next, e, touch_out);
    if (status == TILL_OK) {
        *f = next;
    }
    return status;
}
