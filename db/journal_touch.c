#include <assert.h>
#include <string.h>

#include "journal_private.h"

/*
 * A row's `detail` is the late fee of a collection, which nearly all rows are of and nearly all of
 * them take no byte for. Of any other kind it is negative: minus the kind (16 bits), above it what
 * that kind has beside the amount: an advance's nothing, the seq that a reversal undoes, a code.
 */
enum { KIND_BITS = 16 };

void journal_group_add(struct journal_group *group, uint64_t seq, const struct fold_touch *touch)
{
    if (touch->account[0] == '\0')
        return;
    assert(group->count < JOURNAL_GROUP);
    group->touches[group->count].seq = seq;
    group->touches[group->count].touch = *touch;
    group->count++;
}

/* ---- rows ------------------------------------------------------------------------------------ */

int64_t journal_touch_detail(const struct fold_touch *touch)
{
    if (touch->kind == KIND_COLLECTION)
        return touch->late_fee_minor;
    /* Neither comes near: 2^47 entries, and codes are small and never negative. */
    uint64_t value = touch->kind == KIND_REVERSAL ? touch->reverses : (uint64_t)touch->code;
    assert(value < UINT64_C(1) << (63 - KIND_BITS));
    return -(int64_t)(value << KIND_BITS | touch->kind);
}

enum till_status journal_touch_insert(struct sqlite_use *use, const struct journal_touch *touch)
{
    sqlite_bind_text(use, touch->touch.account);
    sqlite_bind_unsigned(use, touch->seq);
    sqlite_bind_integer(use, touch->touch.amount_minor);
    sqlite_bind_integer(use, journal_touch_detail(&touch->touch));
    return sqlite_run(use);
}

enum till_status journal_touch_row(const struct sqlite_use *use, const char *account,
                                   struct journal_touch *touch_out)
{
    int64_t detail = sqlite_column_integer(use, 2);
    struct fold_touch *touch = &touch_out->touch;

    *touch =
        (struct fold_touch){.kind = KIND_COLLECTION, .amount_minor = sqlite_column_integer(use, 1)};
    if (strlen(account) >= sizeof touch->account || detail == INT64_MIN)
        return TILL_E_CORRUPT;
    memcpy(touch->account, account, strlen(account) + 1);
    if (detail >= 0) {
        touch->late_fee_minor = detail;
        return sqlite_column_unsigned(use, 0, &touch_out->seq);
    }
    uint64_t value = (uint64_t)-detail >> KIND_BITS;
    touch->kind = (uint16_t)((uint64_t)-detail & UINT16_MAX);
    if (touch->kind == KIND_REVERSAL)
        touch->reverses = value;
    else if (value <= INT32_MAX)
        touch->code = (int32_t)value;
    else
        return TILL_E_CORRUPT;
    return sqlite_column_unsigned(use, 0, &touch_out->seq);
}

/* ---- going over an account's touches, ascending ---------------------------------------------- */

typedef enum till_status touch_visit(void *context, const struct journal_touch *touch);

static enum till_status visit_all(const struct journal_rows *rows, const char *account,
                                  uint64_t from, touch_visit *visit, void *context)
{
    struct sqlite_use use = sqlite_begin(rows->statements[STATEMENT_SELECT_TOUCHES]);
    struct journal_touch touch;
    enum till_status status;

    sqlite_bind_text(&use, account);
    sqlite_bind_unsigned(&use, from);
    /* Ends with the rows of one account: at most one for each entry. */
    while ((status = sqlite_next(&use)) == TILL_OK) {
        status = journal_touch_row(&use, account, &touch);
        if (status == TILL_OK)
            status = visit(context, &touch);
        if (status != TILL_OK)
            break;
    }
    sqlite_end(&use);
    if (status == TILL_NOT_FOUND)
        status = TILL_OK;
    for (size_t i = 0; i < rows->group->count && status == TILL_OK; i++) {
        const struct journal_touch *t = &rows->group->touches[i];

        if (t->seq >= from && strcmp(t->touch.account, account) == 0)
            status = visit(context, t);
    }
    return status;
}

static enum till_status find_touch(const struct journal_rows *rows, const char *account,
                                   uint64_t seq, struct journal_touch *touch_out)
{
    for (size_t i = 0; i < rows->group->count; i++) {
        const struct journal_touch *t = &rows->group->touches[i];

        if (t->seq == seq && strcmp(t->touch.account, account) == 0) {
            *touch_out = *t;
            return TILL_OK;
        }
    }
    struct sqlite_use use = sqlite_begin(rows->statements[STATEMENT_SELECT_TOUCH]);
    sqlite_bind_text(&use, account);
    sqlite_bind_unsigned(&use, seq);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = journal_touch_row(&use, account, touch_out);
    sqlite_end(&use);
    return status;
}

static struct journal_rows rows_of(const struct journal *j)
{
    return (struct journal_rows){j->statements, &j->group};
}

/* ---- payments and their reversals ------------------------------------------------------------ */

static bool is_among(uint64_t seq, const uint64_t *ascending, size_t count)
{
    size_t low = 0;

    for (size_t high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (ascending[middle] < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ascending[low] == seq;
}

/* What the overlay asks for, and what was found so far. */
struct payment_search {
    const struct journal_rows *rows;
    uint64_t applied_seq;
    const uint64_t *unapplied;
    size_t unapplied_count;
    struct journal_payment *found; /* ascending */
    size_t count;
};

static bool book_has(const struct payment_search *search, uint64_t seq)
{
    return seq <= search->applied_seq && !is_among(seq, search->unapplied, search->unapplied_count);
}

static enum till_status add_found(struct payment_search *search,
                                  const struct journal_payment *payment)
{
    size_t at = search->count;

    if (search->count == JOURNAL_PAYMENTS_MAX)
        return TILL_TOO_LARGE;
    for (; at > 0 && search->found[at - 1].seq > payment->seq; at--)
        search->found[at] = search->found[at - 1];
    search->found[at] = *payment;
    search->count++;
    return TILL_OK;
}

static void take_away(struct payment_search *search, uint64_t seq)
{
    for (size_t i = 0; i < search->count; i++) {
        if (search->found[i].seq == seq) {
            memmove(&search->found[i], &search->found[i + 1],
                    (search->count - i - 1) * sizeof search->found[0]);
            search->count--;
            return;
        }
    }
}

/* Neither is in the book: nothing happened. The payment is, and the reversal is not: the debt
 * stands again. Both are: the book is right. */
static enum till_status consider_reversal(struct payment_search *search,
                                          const struct journal_touch *reversal)
{
    uint64_t seq = reversal->touch.reverses;
    struct journal_touch payment;

    if (!book_has(search, seq)) {
        take_away(search, seq);
        return TILL_OK;
    }
    if (book_has(search, reversal->seq))
        return TILL_OK;
    enum till_status status = find_touch(search->rows, reversal->touch.account, seq, &payment);
    if (status != TILL_OK)
        return status == TILL_NOT_FOUND ? TILL_E_CORRUPT : status;
    return add_found(search,
                     &(struct journal_payment){.seq = seq,
                                               .amount_minor = payment.touch.amount_minor,
                                               .late_fee_minor = payment.touch.late_fee_minor,
                                               .reversed = true});
}

static enum till_status consider_payment(void *context, const struct journal_touch *t)
{
    struct payment_search *search = context;

    if (t->touch.kind == KIND_REVERSAL)
        return consider_reversal(search, t);
    if (!kind_is_payment(t->touch.kind) || book_has(search, t->seq))
        return TILL_OK;
    return add_found(search, &(struct journal_payment){.seq = t->seq,
                                                       .amount_minor = t->touch.amount_minor,
                                                       .late_fee_minor = t->touch.late_fee_minor});
}

enum till_status journal_payments(struct journal *j, const char *account, uint64_t applied_seq,
                                  const uint64_t *unapplied, size_t unapplied_count,
                                  struct journal_payment payments_out[JOURNAL_PAYMENTS_MAX],
                                  size_t *count_out)
{
    struct journal_rows rows = rows_of(j);
    struct payment_search search = {.rows = &rows,
                                    .applied_seq = applied_seq,
                                    .unapplied = unapplied,
                                    .unapplied_count = unapplied_count,
                                    .found = payments_out};
    uint64_t from = applied_seq < INT64_MAX ? applied_seq + 1 : INT64_MAX;

    if (unapplied_count > 0 && unapplied[0] < from)
        from = unapplied[0];
    enum till_status status = visit_all(&rows, account, from, consider_payment, &search);
    if (status == TILL_OK)
        *count_out = search.count;
    return status;
}

/* Payments that nothing undid. */
struct payment_count {
    uint64_t after;
    size_t count;
};

static enum till_status count_payment(void *context, const struct journal_touch *t)
{
    struct payment_count *payments = context;

    if (kind_is_payment(t->touch.kind))
        payments->count++;
    else if (t->touch.kind == KIND_REVERSAL && t->touch.reverses > payments->after &&
             payments->count > 0)
        payments->count--;
    return TILL_OK;
}

bool journal_has_payment(struct journal *j, const char *account, uint64_t after_seq)
{
    struct journal_rows rows = rows_of(j);
    struct payment_count payments = {after_seq, 0};

    if (after_seq >= j->fold.seq)
        return false;
    return visit_all(&rows, account, after_seq + 1, count_payment, &payments) == TILL_OK &&
           payments.count > 0;
}

/* ---- marks ----------------------------------------------------------------------------------- */

enum till_status journal_touches(struct journal *j, const char *account, uint64_t after_seq,
                                 struct journal_touch *touches_out, size_t capacity,
                                 size_t *count_out)
{
    size_t count = 0;
    enum till_status status = TILL_OK;

    *count_out = 0;
    for (size_t i = j->group.count; i > 0 && count < capacity; i--) {
        const struct journal_touch *t = &j->group.touches[i - 1];

        if (t->seq > after_seq && strcmp(t->touch.account, account) == 0)
            touches_out[count++] = *t;
    }
    if (count < capacity && after_seq < j->fold.seq) {
        struct sqlite_use use = sqlite_begin(j->statements[STATEMENT_SELECT_LATEST_TOUCHES]);

        sqlite_bind_text(&use, account);
        sqlite_bind_unsigned(&use, after_seq);
        sqlite_bind_unsigned(&use, capacity - count);
        while (count < capacity && (status = sqlite_next(&use)) == TILL_OK) {
            status = journal_touch_row(&use, account, &touches_out[count]);
            if (status != TILL_OK)
                break;
            count++;
        }
        sqlite_end(&use);
    }
    if (status != TILL_OK && status != TILL_NOT_FOUND)
        return status;
    *count_out = count;
    return TILL_OK;
}

struct reading_search {
    uint64_t before, found;
};

static enum till_status consider_reading(void *context, const struct journal_touch *t)
{
    struct reading_search *search = context;

    if (t->touch.kind == KIND_READING && t->seq < search->before)
        search->found = t->seq;
    return TILL_OK;
}

enum till_status journal_reading_before(struct journal *j, const char *account, uint64_t seq,
                                        uint64_t *reading_out)
{
    struct journal_rows rows = rows_of(j);
    struct reading_search search = {seq, 0};
    enum till_status status = visit_all(&rows, account, 1, consider_reading, &search);

    *reading_out = search.found;
    return status == TILL_OK && search.found == 0 ? TILL_NOT_FOUND : status;
}

struct reversal_search {
    uint64_t seq, before, found;
};

static enum till_status consider_undoing(void *context, const struct journal_touch *t)
{
    struct reversal_search *search = context;

    if (t->touch.kind == KIND_REVERSAL && t->touch.reverses == search->seq &&
        t->seq < search->before && search->found == 0)
        search->found = t->seq;
    return TILL_OK;
}

enum till_status journal_touch_reversal(const struct journal_rows *rows, const char *account,
                                        uint64_t seq, uint64_t before, uint64_t *reversal_out)
{
    struct reversal_search search = {seq, before, 0};
    enum till_status status = visit_all(rows, account, seq + 1, consider_undoing, &search);

    *reversal_out = search.found;
    return status;
}

uint64_t journal_reversed_by(struct journal *j, uint64_t seq)
{
    struct journal_rows rows = rows_of(j);
    struct body_collection body;
    struct entry entry;
    uint64_t reversal = 0;

    if (journal_read(j, seq, &entry, NULL) != TILL_OK || !kind_is_payment(entry.kind) ||
        entry_read_payment(&entry, &body, NULL) != TILL_OK ||
        journal_touch_reversal(&rows, body.account, seq, UINT64_MAX, &reversal) != TILL_OK)
        return 0;
    return reversal;
}
