/* People, and what happens at a stop. */
#include <assert.h>
#include <string.h>

#include "days_step.h"
#include "receipt.h"
#include "when.h"

enum { BASKET_MOST = 5, TENDERS = 6 };

/* ---- people ---------------------------------------------------------------------------------- */

void step_login(struct days_step *s)
{
    struct entry e = {0};
    struct body_login b = {.failures = 0};
    bool another = step_who(s) != NULL && step_roll(s, 2) == 0;
    const char *user = days_users[s->action->dice[0] % DAYS_USERS];
    (void)snprintf(b.user, sizeof(b.user), "%s", user);
    if (step_roll(s, 16) == 0) {
        struct body_login failed = b;
        const struct fold_failures *row = fold_failures_of(step_fold(s), user);
        failed.failures = row != NULL ? row->count + 1 : 1;
        if (!step_put(s, entry_write_login(&e, KIND_LOGIN_FAILED, &failed), &e)) {
            return;
        }
    }
    e = (struct entry){0};
    enum entry_kind kind = another ? KIND_USER_SWITCHED : KIND_LOGIN;
    (void)step_put(s, entry_write_login(&e, kind, &b), &e);
}

void step_logout(struct days_step *s)
{
    struct entry e = {0};
    struct body_login b = {.failures = 0};
    if (step_who(s) != NULL) {
        memcpy(b.user, step_who(s)->user, sizeof(b.user));
        (void)step_put(s, entry_write_login(&e, KIND_LOGOUT, &b), &e);
    }
}

void step_open(struct days_step *s)
{
    struct entry e = {0};
    const struct fold_user *user = step_who(s);
    if (user == NULL || user->shift_open) {
        return;
    }
    struct body_cash_count count = {.purpose = COUNT_OPENING, .attempt = 1};
    count.amount_minor = step_roll(s, 3) == 0 ? 0 : (int64_t)step_roll(s, 60000);
    step_notes(count.amount_minor, count.notes);
    struct body_shift_opened opened = {.business_date = when_date(DAYS_ZONE, s->world->now_s),
                                       .shift = step_fold(s)->last_shift + 1,
                                       .opening_minor = count.amount_minor};
    if (count.amount_minor > 0 && !step_put(s, entry_write_cash_count(&e, &count), &e)) {
        return;
    }
    e = (struct entry){0};
    (void)step_put(s, entry_write_shift_opened(&e, &opened), &e);
}

/* ---- money ----------------------------------------------------------------------------------- */

/* In whole tens, hundreds or as it is. */
static int64_t handed(struct days_step *s, int64_t cash_minor)
{
    static const int64_t round[] = {1, 1, 100, 1000, 10000};
    int64_t to = round[step_roll(s, sizeof(round) / sizeof(round[0]))];
    return (cash_minor + to - 1) / to * to;
}

static struct body_collection make_payment(struct days_step *s, enum entry_kind kind)
{
    static const uint32_t sizes[] = {40, 3000, 30000, 30000, 30000, 400000};
    struct body_collection b = {.tender = TENDER_CASH};
    days_account(step_roll(s, DAYS_CUSTOMERS), b.account);
    b.amount_minor = 1 + (int64_t)step_roll(s, sizes[step_roll(s, 6)]);
    if (kind == KIND_COLLECTION && step_roll(s, 4) == 0) {
        b.late_fee_minor = b.amount_minor / 20;
    }
    if (step_roll(s, 3) == 0) {
        b.tender = 1 + (int)step_roll(s, TENDERS - 1);
        (void)snprintf(b.reference, sizeof(b.reference), "%u", step_roll(s, 1000000));
        bool mixed = b.amount_minor > 1 && step_roll(s, 2) == 0;
        b.other_minor = mixed ? 1 + (int64_t)step_roll(s, (uint32_t)b.amount_minor - 1) : 0;
    } else if (step_roll(s, 8) == 0) {
        (void)snprintf(b.payer, sizeof(b.payer), "王秀英");
    }
    int64_t cash_minor = collection_cash_minor(&b);
    b.tendered_minor = cash_minor == 0 ? b.amount_minor : handed(s, cash_minor);
    return b;
}

/* What can be left out goes where the body is too long for its QR. */
static enum till_status write_payment(struct entry *e, enum entry_kind kind,
                                      struct body_collection *b)
{
    *e = (struct entry){0};
    enum till_status status = entry_write_collection(e, kind, b);
    if (status == TILL_TOO_LARGE) {
        b->reference[0] = b->payer[0] = '\0';
        *e = (struct entry){0};
        status = entry_write_collection(e, kind, b);
    }
    return status;
}

void step_collect(struct days_step *s, enum entry_kind kind, uint16_t training)
{
    uint8_t memory[RECEIPT_PACKED_MAX];
    struct journal_item item = {.receipt_text = {0}};
    struct body_collection b = make_payment(s, kind);
    if (training != 0) {
        if (step_who(s) != NULL &&
            step_put_training(s, write_payment(&item.entry, kind, &b), &item.entry)) {
            step_print(s);
        }
        return;
    }
    if (step_at_work(s) == NULL) {
        return;
    }
    enum till_status status = write_payment(&item.entry, kind, &b);
    assert(status == TILL_OK);
    item.receipt_text = step_paper(s, &item.entry, memory);
    if (step_put_all(s, &item, 1)) {
        step_print(s);
    }
}

void step_basket(struct days_step *s)
{
    static uint8_t memory[BASKET_MOST][RECEIPT_PACKED_MAX];
    struct journal_item items[BASKET_MOST] = {0};
    size_t count = 2 + step_roll(s, BASKET_MOST - 1);
    int64_t cash_minor = 0;
    if (step_at_work(s) == NULL) {
        return;
    }
    for (size_t i = count; i-- > 0;) {
        struct body_collection b = make_payment(s, KIND_COLLECTION);
        b.tender = TENDER_CASH;
        b.other_minor = 0;
        b.reference[0] = '\0';
        cash_minor += b.amount_minor;
        b.tendered_minor = i == 0 ? handed(s, cash_minor) : b.amount_minor;
        b.basket = step_fold(s)->seq + 1;
        enum till_status status = write_payment(&items[i].entry, KIND_COLLECTION, &b);
        assert(status == TILL_OK);
        items[i].receipt_text = step_paper(s, &items[i].entry, memory[i]);
    }
    if (step_put_all(s, items, count)) {
        step_print(s);
    }
}

/* ---- money back ------------------------------------------------------------------------------ */

/* One of the last payments of the user's open shift; 0: none. */
static uint64_t find_payment(struct days_step *s, const struct fold_user *user)
{
    const struct days_log *log = step_log(s);
    struct body_shift_opened opened;
    uint32_t skip = step_roll(s, 3);
    uint64_t found = 0;
    for (uint64_t seq = log->count; seq > 0; seq--) {
        const struct entry *e = days_log_at(log, seq);
        if (strcmp(days_log_user(log, seq), user->user) != 0) {
            continue;
        }
        if (e->kind == KIND_SHIFT_OPENED && entry_read_shift_opened(e, &opened) == TILL_OK &&
            opened.shift == user->shift) {
            return found;
        }
        bool payment = e->kind == KIND_COLLECTION || e->kind == KIND_ADVANCE;
        if (payment && !days_is_reversed(log, seq, log->count)) {
            found = seq;
            if (skip-- == 0) {
                return found;
            }
        }
    }
    return found;
}

void step_reverse(struct days_step *s)
{
    uint8_t memory[RECEIPT_PACKED_MAX];
    struct journal_item items[2] = {{.receipt_text = {0}}};
    struct body_collection paid;
    const struct fold_user *user = step_at_work(s);
    uint64_t seq = user == NULL ? 0 : find_payment(s, user);
    if (seq == 0 || entry_read_collection(days_log_at(step_log(s), seq), &paid) != TILL_OK ||
        collection_cash_minor(&paid) > user->cash_minor) {
        return;
    }
    struct body_reversal b = {.seq = seq,
                              .amount_minor = paid.amount_minor,
                              .cash_minor = collection_cash_minor(&paid),
                              .reason = REVERSAL_WRONG_ACCOUNT + (int)step_roll(s, 5)};
    memcpy(b.account, paid.account, sizeof(b.account));
    bool own = seq == user->own_latest_seq;
    b.way = own ? REVERSAL_OWN_PAPER + (int)step_roll(s, 4)
                : REVERSAL_SUPERVISOR + (int)step_roll(s, 2);
    if (b.way == REVERSAL_SUPERVISOR || b.way == REVERSAL_CODE) {
        (void)snprintf(b.approver, sizeof(b.approver), "%s",
                       b.way == REVERSAL_CODE && step_roll(s, 2) == 0 ? "0" : "2001");
    }
    enum till_status status = entry_write_reversal(&items[0].entry, &b);
    assert(status == TILL_OK);
    items[0].receipt_text = step_paper(s, &items[0].entry, memory);
    /* The paper's number ends with it. */
    size_t count = 1 + step_end_item(s, seq, KIND_STATIONERY_VOIDED, &items[1]);
    if (step_put_all(s, items, count)) {
        step_print(s);
    }
}

static uint32_t copies_of(const struct days_log *log, uint64_t seq)
{
    struct body_print b;
    uint32_t copies = 0;
    for (uint64_t at = seq + 1; at <= log->count; at++) {
        const struct entry *e = days_log_at(log, at);
        if (kind_base(e->kind) == KIND_DUPLICATE && entry_read_print(e, &b) == TILL_OK &&
            b.seq == seq) {
            copies++;
        }
    }
    return copies;
}

void step_copy(struct days_step *s, uint64_t seq)
{
    struct body_print b = {.seq = seq, .copy = copies_of(step_log(s), seq) + 1};
    if (step_begin_copy(s, &b, KIND_STATIONERY_VOIDED)) {
        step_print(s);
    }
}

/* Of the last receipt, or of one before it; of none that was undone. */
void step_duplicate(struct days_step *s)
{
    const struct days_log *log = step_log(s);
    uint64_t seq = step_fold(s)->last_receipt_seq;
    for (uint32_t back = step_roll(s, 4); back > 0 && seq > 0; back--) {
        do {
            seq--;
        } while (seq > 0 && !kind_has_receipt(days_log_at(log, seq)->kind));
    }
    if (seq > 0 && step_who(s) != NULL && !kind_is_training(days_log_at(log, seq)->kind) &&
        !days_is_reversed(log, seq, log->count)) {
        step_copy(s, seq);
    }
}

/* ---- marks and cash -------------------------------------------------------------------------- */

void step_mark(struct days_step *s)
{
    struct entry e = {0};
    struct body_stop_skipped skipped = {.reason = SKIP_NOBODY_HOME + (int)step_roll(s, 8)};
    struct body_reading reading = {.energy_cwh = (int64_t)step_roll(s, 1000000)};
    struct body_dispute dispute = {.proof = DISPUTE_WORD};
    days_account(step_roll(s, DAYS_CUSTOMERS), skipped.account);
    memcpy(reading.account, skipped.account, sizeof(reading.account));
    memcpy(dispute.account, skipped.account, sizeof(dispute.account));
    if (step_who(s) == NULL) {
        return;
    }
    switch (step_roll(s, 3)) {
    case 0:
        (void)step_put(s, entry_write_stop_skipped(&e, &skipped), &e);
        return;
    case 1:
        (void)step_put(s, entry_write_reading(&e, &reading), &e);
        return;
    default:
        if (step_put(s, entry_write_dispute(&e, &dispute), &e)) {
            step_print(s);
        }
    }
}

void step_cash_move(struct days_step *s, enum entry_kind kind)
{
    struct entry e = {0};
    const struct fold_user *user = step_at_work(s);
    struct body_cash_move b = {.reason = CASH_CHANGE + (int)step_roll(s, 5), .approver = "2001"};
    if (user == NULL || (kind == KIND_CASH_OUT && user->cash_minor == 0)) {
        return;
    }
    uint32_t most =
        kind == KIND_CASH_IN || user->cash_minor > 20000 ? 20000 : (uint32_t)user->cash_minor;
    b.amount_minor = 1 + (int64_t)step_roll(s, most);
    if (step_put(s, entry_write_cash_move(&e, kind, &b), &e)) {
        step_print(s);
    }
}

void step_drop(struct days_step *s)
{
    struct entry e = {0};
    const struct fold_user *user = step_at_work(s);
    struct body_cash_drop b = {.to = 1 + (int)step_roll(s, 2)};
    if (user == NULL || user->cash_minor == 0) {
        return;
    }
    b.amount_minor = 1 + (int64_t)(days_roll(&s->dice) % (uint64_t)user->cash_minor);
    if (b.to == 1) {
        const char *receiver = strcmp(user->user, "2001") == 0 ? "2002" : "2001";
        (void)snprintf(b.receiver, sizeof(b.receiver), "%s", receiver);
    } else {
        (void)snprintf(b.receiver, sizeof(b.receiver), "D%u", ++s->world->slips);
    }
    if (step_put(s, entry_write_cash_drop(&e, &b), &e)) {
        step_print(s);
    }
}

void step_x(struct days_step *s)
{
    struct entry e = {0};
    const struct fold_user *user = step_at_work(s);
    if (user != NULL) {
        struct body_x_report b = {.shift = user->shift, .taken_minor = user->taken_minor};
        (void)step_put(s, entry_write_x_report(&e, &b), &e);
    }
}
