#include "store_session.h"

#include <assert.h>
#include <string.h>

#include "rows_use.h"
#include "store_backend.h"

enum till_status store_session_put(struct store *s, const struct store_session *v)
{
    struct rows_use use;

    assert(s->in_transaction);
    if (v->id_size == 0 || v->id_size > sizeof(v->id) || v->body_size == 0 ||
        v->body_size > sizeof(v->body))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_SESSION);
    rows_bind_bytes(&use, v->id, v->id_size);
    rows_bind_integer(&use, v->until_s);
    rows_bind_bytes(&use, v->body, v->body_size);
    return rows_run(&use);
}

static enum till_status take(const struct rows_use *use, int column, uint8_t *out, size_t most,
                             size_t *size_out)
{
    struct span bytes = rows_column_span(use, column);

    if (bytes.size == 0 || bytes.size > most)
        return TILL_E_CORRUPT;
    memcpy(out, bytes.data, bytes.size);
    *size_out = bytes.size;
    return TILL_OK;
}

enum till_status store_session_next(struct store *s, int64_t after, struct store_session *out)
{
    struct rows_use use = rows_of(s, STORE_SESSION_ABOVE);
    enum till_status st;

    rows_bind_integer(&use, after);
    st = rows_next(&use);
    if (st == TILL_OK) {
        out->n = rows_column_integer(&use, 0);
        out->until_s = rows_column_integer(&use, 2);
        st = take(&use, 1, out->id, sizeof(out->id), &out->id_size);
    }
    if (st == TILL_OK)
        st = take(&use, 3, out->body, sizeof(out->body), &out->body_size);
    rows_end(&use);
    return st;
}

enum till_status store_session_last(struct store *s, int64_t *n_out)
{
    struct rows_use use = rows_of(s, STORE_SESSION_LAST);
    enum till_status st = rows_next(&use);

    *n_out = st == TILL_OK ? rows_column_integer(&use, 0) : 0;
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_session_tidy(struct store *s, int64_t now_s, int64_t keep)
{
    struct rows_use use;
    int64_t last = 0;
    enum till_status st = store_session_last(s, &last);

    assert(s->in_transaction);
    if (st != TILL_OK)
        return st;
    use = rows_of(s, STORE_TIDY_SESSIONS);
    rows_bind_integer(&use, now_s);
    rows_bind_integer(&use, last - keep);
    return rows_run(&use);
}
