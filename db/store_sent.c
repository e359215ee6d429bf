#include "store_sent.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"
#include "text.h"

static enum till_status find_same(struct store *s, const struct store_sent *v)
{
    struct rows_use use = rows_of(s, STORE_SENT_SAME);
    enum till_status st;

    rows_bind_text(&use, v->terminal);
    rows_bind_text(&use, v->name);
    rows_bind_bytes(&use, v->hash, HASH_SIZE);
    st = rows_next(&use);
    rows_end(&use);
    return st;
}

static enum till_status tidy(struct store *s, const char *terminal)
{
    struct rows_use use = rows_of(s, STORE_TIDY_SENT);

    rows_bind_text(&use, terminal);
    rows_bind_integer(&use, STORE_SENT_KEPT);
    return rows_run(&use);
}

enum till_status store_sent_put(struct store *s, const struct store_sent *v, struct span content)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    if (content.size > STORE_SENT_SIZE_MAX)
        return TILL_TOO_LARGE;
    if (!terminal_is_valid(v->terminal) || !user_is_valid(v->user) || v->name[0] == '\0' ||
        !book_text_is_clean(v->name, sizeof(v->name)) || content.size == 0)
        return TILL_BAD_INPUT;
    st = find_same(s, v);
    if (st != TILL_NOT_FOUND)
        return st == TILL_OK ? TILL_UNCHANGED : st;
    use = rows_of(s, STORE_PUT_SENT);
    rows_bind_text(&use, v->terminal);
    rows_bind_text(&use, v->name);
    rows_bind_text(&use, v->user);
    rows_bind_integer(&use, v->at_s);
    rows_bind_integer(&use, v->received_at_s);
    rows_bind_bytes(&use, v->hash, HASH_SIZE);
    rows_bind_bytes(&use, content.data, content.size);
    st = rows_run(&use);
    return st == TILL_OK ? tidy(s, v->terminal) : st;
}

static enum till_status take_sent(const struct rows_use *use, struct store_sent *out)
{
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    st = rows_column_text(use, 0, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = rows_column_text(use, 2, out->name, sizeof(out->name));
    if (st == TILL_OK)
        st = rows_column_text(use, 3, out->user, sizeof(out->user));
    if (st == TILL_OK)
        st = rows_column_exact(use, 6, out->hash, HASH_SIZE);
    out->seq = (uint64_t)rows_column_within(use, 1, 1, INT64_MAX, &bad);
    out->at_s = rows_column_integer(use, 4);
    out->received_at_s = rows_column_integer(use, 5);
    out->size = (size_t)rows_column_within(use, 7, 1, STORE_SENT_SIZE_MAX, &bad);
    return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
}

enum till_status store_sent_next(struct store *s, const char *after_terminal, uint64_t after_seq,
                                 struct store_sent *out)
{
    struct rows_use use = rows_of(s, STORE_SENT_ABOVE);
    char terminal[TERMINAL_MAX];
    enum till_status st;

    text_copy(terminal, sizeof(terminal), after_terminal);
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after_seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = take_sent(&use, out);
    rows_end(&use);
    return st;
}

enum till_status store_sent_get(struct store *s, const char *terminal, uint64_t seq,
                                struct store_sent *out, uint8_t *content_out)
{
    struct rows_use use = rows_of(s, STORE_SENT);
    enum till_status st;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = take_sent(&use, out);
    if (st == TILL_OK)
        st = rows_column_exact(&use, 8, content_out, out->size);
    rows_end(&use);
    return st;
}
