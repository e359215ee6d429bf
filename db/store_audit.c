#include "store_audit.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"

enum till_status store_audit_add(struct store *s, const struct store_audit *a)
{
    struct store_audit last;
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    st = store_audit_last(s, &last);
    if (st != TILL_OK && st != TILL_NOT_FOUND)
        return st;
    if (a->n != (st == TILL_OK ? last.n : 0) + 1 || a->actor[0] == '\0' || a->act[0] == '\0' ||
        !book_text_is_clean(a->actor, sizeof(a->actor)) ||
        !book_text_is_clean(a->act, sizeof(a->act)) ||
        !book_text_is_clean(a->arguments, sizeof(a->arguments)))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_ADD_AUDIT);
    rows_bind_integer(&use, a->n);
    rows_bind_integer(&use, a->at_s);
    rows_bind_text(&use, a->actor);
    rows_bind_text(&use, a->act);
    rows_bind_text(&use, a->arguments);
    rows_bind_bytes(&use, a->hash, sizeof(a->hash));
    return rows_run(&use);
}

static enum till_status read_audit(struct rows_use *use, struct store_audit *out)
{
    enum till_status st = rows_next(use);

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = rows_column_text(use, 2, out->actor, sizeof(out->actor));
    if (st == TILL_OK)
        st = rows_column_text(use, 3, out->act, sizeof(out->act));
    if (st == TILL_OK)
        st = rows_column_text(use, 4, out->arguments, sizeof(out->arguments));
    if (st == TILL_OK)
        st = rows_column_exact(use, 5, out->hash, sizeof(out->hash));
    if (st == TILL_OK) {
        out->n = rows_column_integer(use, 0);
        out->at_s = rows_column_integer(use, 1);
    }
    rows_end(use);
    return st;
}

enum till_status store_audit_last(struct store *s, struct store_audit *out)
{
    struct rows_use use = rows_of(s, STORE_AUDIT_LAST);

    return read_audit(&use, out);
}

enum till_status store_audit_next(struct store *s, int64_t after, struct store_audit *out)
{
    struct rows_use use = rows_of(s, STORE_AUDIT_ABOVE);

    rows_bind_integer(&use, after);
    return read_audit(&use, out);
}
