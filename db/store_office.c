#include "store_office.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "store_backend.h"
#include "store_channel.h"

static bool entry_is_named(const char terminal[TERMINAL_MAX], uint64_t seq)
{
    return memchr(terminal, '\0', TERMINAL_MAX) != NULL && terminal_is_valid(terminal) && seq > 0 &&
           seq <= INT64_MAX;
}

enum till_status store_payment_put(struct store *s, const struct store_payment *p)
{
    assert(s->in_transaction);
    if (!store_holder_is_valid(p->terminal) || p->seq == 0 || p->seq > INT64_MAX ||
        !book_text_is_clean(p->undone_by, sizeof(p->undone_by)) || p->count > BILLS_MAX)
        return TILL_BAD_INPUT;
    return store_rows_payment_add(s, p);
}

enum till_status store_payment_get(struct store *s, const char *terminal, uint64_t seq,
                                   struct store_payment *out)
{
    return seq <= INT64_MAX ? store_rows_payment_get(s, terminal, seq, out) : TILL_NOT_FOUND;
}

enum till_status store_payment_undo(struct store *s, const char *terminal, uint64_t seq,
                                    const char *source)
{
    bool undone = false;
    enum till_status st;

    assert(s->in_transaction);
    if (seq > INT64_MAX || source[0] == '\0')
        return TILL_BAD_INPUT;
    st = store_rows_payment_undo(s, terminal, seq, source, &undone);
    return st == TILL_OK && !undone ? TILL_UNCHANGED : st;
}

enum till_status store_matter_put(struct store *s, const struct store_matter *m)
{
    bool added = false;
    enum till_status st;

    assert(s->in_transaction);
    if (!entry_is_named(m->terminal, m->seq) ||
        !book_text_is_clean(m->account, sizeof(m->account)) ||
        !book_text_is_clean(m->reference, sizeof(m->reference)))
        return TILL_BAD_INPUT;
    st = store_rows_matter_add(s, m, &added);
    return st == TILL_OK && !added ? TILL_UNCHANGED : st;
}

enum till_status store_matter_next(struct store *s, int64_t after, struct store_matter *out)
{
    return store_rows_matter_above(s, after, out);
}

enum till_status store_matter_asking(struct store *s, enum matter_kind kind, const char *reference,
                                     int64_t *id_out)
{
    return store_rows_matter_asking(s, kind, reference, id_out);
}

enum till_status store_matter_answer(struct store *s, int64_t id, int64_t at_s, const char *answer,
                                     enum dispute_outcome outcome)
{
    bool answered = false;
    enum till_status st;

    assert(s->in_transaction);
    if (at_s <= 0 || !book_text_is_clean(answer, STORE_ANSWER_MAX))
        return TILL_BAD_INPUT;
    st = store_rows_matter_answer(s, id, at_s, answer, outcome, &answered);
    return st == TILL_OK && !answered ? TILL_NOT_FOUND : st;
}

enum till_status store_matters_open(struct store *s, const char *account, enum matter_kind kind,
                                    int64_t *count_out)
{
    return store_rows_matters_open(s, account, kind, count_out);
}
