#include "store_dispute.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"
#include "store_channel.h"

/* ---- when an account was in dispute ---------------------------------------------------------- */

static enum till_status run_for(struct store *s, enum store_statement which, const char *account,
                                int64_t at_s)
{
    struct rows_use use = rows_of(s, which);

    rows_bind_text(&use, account);
    rows_bind_integer(&use, at_s);
    return rows_run_referring(&use);
}

static enum till_status is_open(struct store *s, const char *account, bool *open_out)
{
    struct rows_use use = rows_of(s, STORE_DISPUTE_IS_OPEN);
    enum till_status st;

    rows_bind_text(&use, account);
    st = rows_next(&use);
    rows_end(&use);
    *open_out = st == TILL_OK;
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_dispute_open(struct store *s, const char *account, int64_t at_s)
{
    bool open = false;
    enum till_status st;

    assert(s->in_transaction);
    s->no_dispute = false;
    st = run_for(s, STORE_EARLIER_DISPUTE, account, at_s);
    if (st == TILL_OK)
        st = is_open(s, account, &open);
    return st == TILL_OK && !open ? run_for(s, STORE_OPEN_DISPUTE, account, at_s) : st;
}

enum till_status store_dispute_close(struct store *s, const char *account, int64_t at_s,
                                     enum dispute_outcome outcome)
{
    struct rows_use use;

    assert(s->in_transaction);
    use = rows_of(s, STORE_CLOSE_DISPUTE);
    rows_bind_text(&use, account);
    rows_bind_integer(&use, at_s);
    rows_bind_integer(&use, (int64_t)outcome);
    return rows_run(&use);
}

/* Where there is none at all, a batch asks once and not for each of its payments. */
static enum till_status find_any(struct store *s)
{
    struct rows_use use;
    enum till_status st;

    if (s->no_dispute)
        return TILL_NOT_FOUND;
    use = rows_of(s, STORE_ANY_DISPUTE);
    st = rows_next(&use);
    rows_end(&use);
    s->no_dispute = s->in_transaction && st == TILL_NOT_FOUND;
    return st;
}

enum till_status store_dispute_at(struct store *s, const char *account, int64_t at_s,
                                  struct store_dispute *out)
{
    struct rows_use use;
    bool bad = false;
    enum till_status st = find_any(s);

    if (st != TILL_OK)
        return st;
    use = rows_of(s, STORE_DISPUTE_AT);
    rows_bind_text(&use, account);
    rows_bind_integer(&use, at_s);
    st = rows_next(&use);
    if (st == TILL_OK) {
        out->opened_at_s = rows_column_integer(&use, 0);
        out->answered_at_s = rows_column_integer(&use, 1);
        out->outcome = (enum dispute_outcome)rows_column_within(&use, 2, DISPUTE_UNDECIDED,
                                                                DISPUTE_OWED, &bad);
    }
    rows_end(&use);
    return bad ? TILL_E_CORRUPT : st;
}

/* ---- late fee that is held ------------------------------------------------------------------- */

static enum till_status add_held(struct store *s, const char *holder, uint64_t seq,
                                 const char *account, const struct store_held *held)
{
    struct rows_use use = rows_of(s, STORE_ADD_HELD);

    rows_bind_text(&use, holder);
    rows_bind_unsigned(&use, seq);
    rows_bind_integer(&use, held->month);
    rows_bind_integer(&use, held->type);
    rows_bind_text(&use, account);
    rows_bind_integer(&use, held->amount_minor);
    rows_bind_integer(&use, held->claimed ? 1 : 0);
    return rows_run_referring(&use);
}

enum till_status store_held_put(struct store *s, const char *holder, uint64_t seq,
                                const char *account, const struct store_held *held, size_t count)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    if (!store_holder_is_valid(holder) || seq == 0 || seq > INT64_MAX || count > BILLS_MAX)
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_CLEAR_HELD);
    rows_bind_text(&use, holder);
    rows_bind_unsigned(&use, seq);
    st = rows_run(&use);
    for (size_t i = 0; st == TILL_OK && i < count; i++)
        st = add_held(s, holder, seq, account, &held[i]);
    return st;
}

/* month, type, amount_minor, claimed. */
static enum till_status read_held(struct rows_use *use, struct store_held held_out[BILLS_MAX],
                                  size_t *count_out)
{
    enum till_status st;
    bool bad = false;

    *count_out = 0;
    while ((st = rows_next(use)) == TILL_OK && *count_out < BILLS_MAX) {
        held_out[(*count_out)++] = (struct store_held){
            .month = (int32_t)rows_column_within(use, 0, 0, INT32_MAX, &bad),
            .type = (int16_t)rows_column_within(use, 1, 0, INT16_MAX, &bad),
            .amount_minor = rows_column_within(use, 2, 1, INT64_MAX, &bad),
            .claimed = rows_column_integer(use, 3) != 0,
        };
    }
    rows_end(use);
    if (bad)
        return TILL_E_CORRUPT;
    return st == TILL_OK ? TILL_TOO_LARGE : st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_held_get(struct store *s, const char *holder, uint64_t seq,
                                struct store_held held_out[BILLS_MAX], size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_HELD);

    rows_bind_text(&use, holder);
    rows_bind_unsigned(&use, seq);
    return read_held(&use, held_out, count_out);
}

enum till_status store_held_of(struct store *s, const char *account,
                               struct store_held held_out[BILLS_MAX], size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_HELD_OF);

    rows_bind_text(&use, account);
    return read_held(&use, held_out, count_out);
}

enum till_status store_held_end(struct store *s, const char *account, bool claim)
{
    struct rows_use use;

    assert(s->in_transaction);
    use = rows_of(s, claim ? STORE_CLAIM_HELD : STORE_DROP_HELD);
    rows_bind_text(&use, account);
    return rows_run(&use);
}

/* ---- the bill that it becomes ---------------------------------------------------------------- */

enum till_status store_bill_claim(struct store *s, const char *account, const struct bill *bill)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    if (!book_bill_is_valid(bill) || bill->amount_minor == 0)
        return TILL_BAD_INPUT;
    st = store_touch_account(s, account);
    if (st != TILL_OK)
        return st;
    use = rows_of(s, STORE_CLAIM_BILL);
    rows_bind_text(&use, account);
    rows_bind_integer(&use, bill->month);
    rows_bind_integer(&use, bill->type);
    rows_bind_integer(&use, bill->due_date);
    rows_bind_integer(&use, bill->amount_minor);
    return rows_run_referring(&use);
}

enum till_status store_bill_withdraw(struct store *s, const char *account, int32_t month,
                                     int16_t type, int64_t amount_minor)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    st = store_touch_account(s, account);
    if (st != TILL_OK)
        return st;
    use = rows_of(s, STORE_WITHDRAW_BILL);
    rows_bind_text(&use, account);
    rows_bind_integer(&use, month);
    rows_bind_integer(&use, type);
    rows_bind_integer(&use, amount_minor);
    st = rows_run(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_NOT_FOUND : st;
}
