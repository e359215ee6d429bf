#include <string.h>

#include "journal_private.h"

/* What an entry says of another: the fold keeps no list, the rows do. */

static enum till_status read_one(const struct journal_rows *rows, enum journal_statement statement,
                                 uint64_t seq, struct entry *entry_out)
{
    struct sqlite_use use = sqlite_begin(rows->statements[statement]);

    sqlite_bind_unsigned(&use, seq);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = journal_row_entry(&use, entry_out);
    sqlite_end(&use);
    /* It names something that isn't there. */
    return status == TILL_NOT_FOUND ? TILL_E_PROTOCOL : status;
}

/* The number of the shift_opened with which the user's open shift began. */
static enum till_status shift_began(const struct journal_rows *rows, const struct fold_user *user,
                                    uint64_t before, uint64_t *seq_out)
{
    struct body_shift_opened body = {0};
    struct entry entry = {.seq = before};

    /* Each step goes back to an earlier entry: it ends. */
    do {
        enum till_status status = read_one(rows, STATEMENT_SELECT_SHIFT_BEFORE, entry.seq, &entry);
        if (status == TILL_OK)
            status = entry_read_shift_opened(&entry, &body);
        if (status != TILL_OK)
            return status;
    } while (body.shift != user->shift);
    *seq_out = entry.seq;
    return TILL_OK;
}

/* Was the payment taken by the user, in the shift that they have open? */
static enum till_status check_shift(const struct journal_rows *rows, const struct fold *before,
                                    uint64_t payment)
{
    const struct fold_user *user = fold_current(before);
    struct body_login login;
    struct entry entry;
    uint64_t began = 0;

    if (user == NULL || !user->shift_open)
        return TILL_E_PROTOCOL;
    enum till_status status = shift_began(rows, user, before->seq + 1, &began);
    if (status == TILL_OK)
        status = payment > began ? TILL_OK : TILL_E_PROTOCOL;
    if (status == TILL_OK)
        status = read_one(rows, STATEMENT_SELECT_LOGIN_BEFORE, payment, &entry);
    if (status == TILL_OK)
        status = entry_read_login(&entry, &login);
    if (status == TILL_OK && strcmp(login.user, user->user) != 0)
        status = TILL_E_PROTOCOL;
    return status;
}

static enum till_status check_reversal(const struct journal_rows *rows, const struct fold *before,
                                       const struct entry *entry)
{
    struct body_collection payment;
    struct body_reversal body;
    struct entry paid;
    uint64_t earlier = 0;
    bool training = kind_is_training(entry->kind);
    enum till_status status = entry_read_reversal(entry, &body);

    if (status == TILL_OK)
        status = read_one(rows, STATEMENT_SELECT_ENTRY, body.seq, &paid);
    if (status == TILL_OK)
        status = entry_read_collection(&paid, &payment);
    if (status != TILL_OK)
        return status;
    if (paid.seq > before->seq || kind_is_training(paid.kind) != training ||
        strcmp(payment.account, body.account) != 0 || payment.amount_minor != body.amount_minor ||
        collection_cash_minor(&payment) != body.cash_minor)
        return TILL_E_PROTOCOL;
    if (training)
        return TILL_OK;
    status = journal_touch_reversal(rows, body.account, body.seq, before->seq + 1, &earlier);
    if (status == TILL_OK && earlier != 0)
        status = TILL_E_PROTOCOL;
    return status == TILL_OK ? check_shift(rows, before, body.seq) : status;
}

static enum till_status check_duplicate(const struct journal_rows *rows, const struct entry *entry)
{
    struct body_print body;
    struct entry receipt;
    enum till_status status = entry_read_print(entry, &body);

    if (status == TILL_OK)
        status = read_one(rows, STATEMENT_SELECT_ENTRY, body.seq, &receipt);
    if (status == TILL_OK && !kind_has_receipt(receipt.kind))
        status = TILL_E_PROTOCOL;
    return status;
}

/* The next entry of a kind behind *entry and before a seq. TILL_NOT_FOUND: there is none. */
static enum till_status next_of(const struct journal_rows *rows, unsigned kind, uint64_t before,
                                struct entry *entry)
{
    struct sqlite_use use = sqlite_begin(rows->statements[STATEMENT_SELECT_NEXT_OF]);

    sqlite_bind_unsigned(&use, entry->seq);
    for (size_t i = 0; i < JOURNAL_KINDS; i++)
        sqlite_bind_unsigned(&use, kind);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = journal_row_entry(&use, entry);
    sqlite_end(&use);
    return status == TILL_OK && entry->seq >= before ? TILL_NOT_FOUND : status;
}

/* Was the giver's entry taken before? Only entries after it can name it. */
static enum till_status check_not_taken(const struct journal_rows *rows, uint64_t given,
                                        uint64_t before)
{
    struct body_handover_taken body;
    struct entry entry = {.seq = given};
    enum till_status status = TILL_OK;

    /* Each step goes on to a later entry: it ends. */
    for (;;) {
        status = next_of(rows, KIND_HANDOVER_TAKEN, before, &entry);
        if (status == TILL_NOT_FOUND)
            return TILL_OK;
        if (status == TILL_OK)
            status = entry_read_handover_taken(&entry, &body);
        if (status != TILL_OK)
            return status;
        if (body.seq == given)
            return TILL_E_PROTOCOL;
    }
}

/* Who gave on this terminal, and how much: a drop to a supervisor, or a hand-over. */
static enum till_status given_minor(const struct entry *given, int64_t *amount_out)
{
    enum { TO_SUPERVISOR = 1 };
    struct body_handover_given handover;
    struct body_cash_drop drop;

    if (entry_read_handover_given(given, &handover) == TILL_OK) {
        *amount_out = handover.amount_minor;
        return TILL_OK;
    }
    if (entry_read_cash_drop(given, &drop) == TILL_OK && drop.to == TO_SUPERVISOR) {
        *amount_out = drop.amount_minor;
        return TILL_OK;
    }
    return TILL_E_PROTOCOL;
}

static enum till_status check_taken(const struct journal_rows *rows, const struct fold *before,
                                    const struct entry *entry)
{
    struct body_handover_taken body;
    struct entry given;
    int64_t amount_minor = 0;
    enum till_status status = entry_read_handover_taken(entry, &body);

    if (status != TILL_OK || body.seq == 0)
        return status;
    status = read_one(rows, STATEMENT_SELECT_ENTRY, body.seq, &given);
    if (status == TILL_OK)
        status = given_minor(&given, &amount_minor);
    if (status != TILL_OK)
        return status;
    if (given.seq > before->seq || amount_minor != body.amount_minor ||
        memcmp(given.hash, body.hash, HASH_SIZE) != 0 ||
        kind_is_training(given.kind) != kind_is_training(entry->kind))
        return TILL_E_PROTOCOL;
    return kind_is_training(entry->kind) ? TILL_OK
                                         : check_not_taken(rows, body.seq, before->seq + 1);
}

enum till_status journal_read_named(const struct journal_rows *rows, uint64_t seq,
                                    struct entry *entry_out)
{
    return read_one(rows, STATEMENT_SELECT_ENTRY, seq, entry_out);
}

/* By how much a deposit or a hand-over taken did not agree; short is positive. */
static enum till_status differed_minor(const struct entry *cause, int64_t *amount_out)
{
    struct body_deposit deposit;
    struct body_handover_taken taken;

    if (entry_read_deposit(cause, &deposit) == TILL_OK) {
        *amount_out = deposit.expected_minor - deposit.amount_minor;
        return TILL_OK;
    }
    if (entry_read_handover_taken(cause, &taken) == TILL_OK) {
        *amount_out = taken.amount_minor - taken.counted_minor;
        return TILL_OK;
    }
    return TILL_E_PROTOCOL;
}

/* Less what was explained of it before. Only entries after it can name it. */
static enum till_status take_off_explained(const struct journal_rows *rows, uint64_t cause,
                                           uint64_t before, int64_t *open_minor)
{
    struct body_variance_explained body;
    struct entry entry = {.seq = cause};

    /* Each step goes on to a later entry: it ends. */
    for (;;) {
        enum till_status status = next_of(rows, KIND_VARIANCE_EXPLAINED, before, &entry);
        if (status == TILL_NOT_FOUND)
            return TILL_OK;
        if (status == TILL_OK)
            status = entry_read_variance_explained(&entry, &body);
        if (status != TILL_OK)
            return status;
        if (body.seq == cause && !kind_is_training(entry.kind))
            *open_minor -= body.amount_minor;
    }
}

/* Whose record it is: it is open on them, and nobody else explains it. */
static enum till_status check_whose(const struct journal_rows *rows, const struct fold *before,
                                    uint64_t cause)
{
    const struct fold_user *user = fold_current(before);
    struct body_login login;
    struct entry entry;
    enum till_status status = user == NULL
                                  ? TILL_E_PROTOCOL
                                  : read_one(rows, STATEMENT_SELECT_LOGIN_BEFORE, cause, &entry);

    if (status == TILL_OK)
        status = entry_read_login(&entry, &login);
    return status == TILL_OK && strcmp(login.user, user->user) != 0 ? TILL_E_PROTOCOL : status;
}

/* No more than is open of that very difference, and towards nothing. One that is over and one that
 * is short stay two: each finds its own reason. */
static enum till_status check_explained(const struct journal_rows *rows, const struct fold *before,
                                        const struct entry *entry)
{
    struct body_variance_explained body;
    struct entry cause;
    int64_t open_minor = 0;
    enum till_status status = entry_read_variance_explained(entry, &body);

    if (status == TILL_OK)
        status = read_one(rows, STATEMENT_SELECT_ENTRY, body.seq, &cause);
    if (status == TILL_OK)
        status = differed_minor(&cause, &open_minor);
    if (status != TILL_OK || kind_is_training(entry->kind))
        return status;
    if (kind_is_training(cause.kind) || cause.seq > before->seq)
        return TILL_E_PROTOCOL;
    status = take_off_explained(rows, body.seq, before->seq + 1, &open_minor);
    if (status == TILL_OK)
        status = check_whose(rows, before, body.seq);
    if (status != TILL_OK)
        return status;
    bool within =
        body.amount_minor > 0 ? body.amount_minor <= open_minor : body.amount_minor >= open_minor;
    return within ? TILL_OK : TILL_E_PROTOCOL;
}

enum till_status journal_check_names(const struct journal_rows *rows, const struct fold *before,
                                     const struct entry *entry)
{
    switch (kind_base(entry->kind)) {
    case KIND_REVERSAL:
        return check_reversal(rows, before, entry);
    case KIND_DUPLICATE:
        return check_duplicate(rows, entry);
    case KIND_HANDOVER_TAKEN:
        return check_taken(rows, before, entry);
    case KIND_VARIANCE_EXPLAINED:
        return check_explained(rows, before, entry);
    default:
        return journal_check_numbers(rows, before, entry);
    }
}
