#include "store_correction.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"
#include "store_channel.h"

static bool correction_is_valid(const struct store_correction *c)
{
    bool transfer = c->kind == CORRECTION_TRANSFER;

    return c->kind >= CORRECTION_TRANSFER && c->kind <= CORRECTION_CANCEL &&
           c->state >= CORRECTION_PROPOSED && c->state <= CORRECTION_REFUSED &&
           store_holder_is_valid(c->terminal) && c->seq > 0 && c->seq <= INT64_MAX &&
           account_is_valid(c->account) &&
           (transfer ? account_is_valid(c->to_account) : c->to_account[0] == '\0') &&
           c->amount_minor > 0 && c->reason[0] != '\0' &&
           book_text_is_clean(c->reason, sizeof(c->reason)) && user_is_valid(c->proposed_by) &&
           book_text_is_clean(c->decided_by, sizeof(c->decided_by)) &&
           book_text_is_clean(c->slip, sizeof(c->slip)) &&
           book_text_is_clean(c->paid_by, sizeof(c->paid_by));
}

static void bind_correction(struct rows_use *use, const struct store_correction *c)
{
    rows_bind_integer(use, (int64_t)c->kind);
    rows_bind_integer(use, (int64_t)c->state);
    rows_bind_text(use, c->terminal);
    rows_bind_unsigned(use, c->seq);
    rows_bind_bytes(use, c->hash, sizeof(c->hash));
    rows_bind_text(use, c->account);
    rows_bind_text(use, c->to_account);
    rows_bind_integer(use, c->amount_minor);
    rows_bind_integer(use, c->value_at_s);
    rows_bind_text(use, c->reason);
    rows_bind_integer(use, c->matter);
    rows_bind_text(use, c->proposed_by);
    rows_bind_integer(use, c->proposed_at_s);
    rows_bind_text(use, c->decided_by);
    rows_bind_integer(use, c->decided_at_s);
    rows_bind_text(use, c->slip);
    rows_bind_text(use, c->paid_by);
    rows_bind_integer(use, c->paid_at_s);
}

enum till_status store_correction_put(struct store *s, struct store_correction *c)
{
    struct store_correction other;
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    if (!correction_is_valid(c) || c->id < 0)
        return TILL_BAD_INPUT;
    if (c->state != CORRECTION_REFUSED) {
        st = store_correction_of(s, c->terminal, c->seq, &other);
        if (st == TILL_OK && other.id != c->id)
            return TILL_REFUSED;
        if (st != TILL_OK && st != TILL_NOT_FOUND)
            return st;
    }
    if (c->id != 0) {
        use = rows_of(s, STORE_PUT_CORRECTION);
        rows_bind_integer(&use, c->id);
        bind_correction(&use, c);
        return rows_run(&use);
    }
    use = rows_of(s, STORE_ADD_CORRECTION);
    bind_correction(&use, c);
    st = rows_next(&use);
    if (st == TILL_OK)
        c->id = rows_column_integer(&use, 0);
    rows_end(&use);
    return st;
}

static enum till_status read_texts(const struct rows_use *use, struct store_correction *out)
{
    const struct {
        int column;
        char *text;
        size_t capacity;
    } texts[] = {{3, out->terminal, sizeof(out->terminal)},
                 {6, out->account, sizeof(out->account)},
                 {7, out->to_account, sizeof(out->to_account)},
                 {10, out->reason, sizeof(out->reason)},
                 {12, out->proposed_by, sizeof(out->proposed_by)},
                 {14, out->decided_by, sizeof(out->decided_by)},
                 {16, out->slip, sizeof(out->slip)},
                 {17, out->paid_by, sizeof(out->paid_by)}};
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && st == TILL_OK; i++)
        st = rows_column_text(use, texts[i].column, texts[i].text, texts[i].capacity);
    return st;
}

static enum till_status read_correction(struct rows_use *use, struct store_correction *out)
{
    enum till_status st = rows_next(use);
    bool bad = false;

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = read_texts(use, out);
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 4, &out->seq);
    if (st == TILL_OK)
        st = rows_column_exact(use, 5, out->hash, sizeof(out->hash));
    if (st == TILL_OK) {
        out->id = rows_column_integer(use, 0);
        out->kind = (enum correction_kind)rows_column_within(use, 1, CORRECTION_TRANSFER,
                                                             CORRECTION_CANCEL, &bad);
        out->state = (enum correction_state)rows_column_within(use, 2, CORRECTION_PROPOSED,
                                                               CORRECTION_REFUSED, &bad);
        out->amount_minor = rows_column_integer(use, 8);
        out->value_at_s = rows_column_integer(use, 9);
        out->matter = rows_column_integer(use, 11);
        out->proposed_at_s = rows_column_integer(use, 13);
        out->decided_at_s = rows_column_integer(use, 15);
        out->paid_at_s = rows_column_integer(use, 18);
    }
    rows_end(use);
    return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
}

enum till_status store_correction_get(struct store *s, int64_t id, struct store_correction *out)
{
    struct rows_use use = rows_of(s, STORE_CORRECTION);

    rows_bind_integer(&use, id);
    return read_correction(&use, out);
}

enum till_status store_correction_next(struct store *s, int64_t after, struct store_correction *out)
{
    struct rows_use use = rows_of(s, STORE_CORRECTION_ABOVE);

    rows_bind_integer(&use, after);
    return read_correction(&use, out);
}

enum till_status store_correction_of(struct store *s, const char *terminal, uint64_t seq,
                                     struct store_correction *out)
{
    struct rows_use use = rows_of(s, STORE_CORRECTION_OF_PAYMENT);

    if (seq > INT64_MAX)
        return TILL_NOT_FOUND;
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    return read_correction(&use, out);
}

enum till_status store_correction_of_account(struct store *s, const char *account, int64_t after,
                                             struct store_correction *out)
{
    struct rows_use use = rows_of(s, STORE_CORRECTION_OF_ACCOUNT);

    rows_bind_text(&use, account);
    rows_bind_integer(&use, after);
    return read_correction(&use, out);
}
