#include "store_explained.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "money.h"
#include "rows_use.h"
#include "store_backend.h"

static bool explained_is_valid(const struct store_explained *e)
{
    bool settles = e->reason == EXPLAINED_SETTLED;
    int reason = e->reason > EXPLAINED_SLIPS ? e->reason - EXPLAINED_SLIPS : e->reason;

    return e->id >= 0 && terminal_is_valid(e->terminal) && e->seq > 0 && e->seq <= INT64_MAX &&
           user_is_valid(e->user) && user_is_valid(e->owner) && user_is_valid(e->by) &&
           (settles ? e->amount_minor >= 0 : e->amount_minor != 0) &&
           e->amount_minor >= -MONEY_MAX_MINOR && e->amount_minor <= MONEY_MAX_MINOR &&
           (settles || reason >= VARIANCE_COUNTERFEIT) && reason <= VARIANCE_OTHER &&
           book_text_is_clean(e->slip, sizeof(e->slip)) &&
           book_text_is_clean(e->text, sizeof(e->text));
}

static void bind_explained(struct rows_use *use, const struct store_explained *e)
{
    rows_bind_text(use, e->terminal);
    rows_bind_unsigned(use, e->seq);
    rows_bind_text(use, e->user);
    rows_bind_text(use, e->owner);
    rows_bind_integer(use, e->amount_minor);
    rows_bind_integer(use, e->reason);
    rows_bind_text(use, e->slip);
    rows_bind_text(use, e->text);
    rows_bind_text(use, e->by);
    rows_bind_integer(use, e->at_s);
}

enum till_status store_explained_put(struct store *s, struct store_explained *e)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    if (!explained_is_valid(e))
        return TILL_BAD_INPUT;
    if (e->id != 0) {
        use = rows_of(s, STORE_PUT_EXPLAINED);
        bind_explained(&use, e);
        rows_bind_integer(&use, e->id);
        return rows_run(&use);
    }
    use = rows_of(s, STORE_ADD_EXPLAINED);
    bind_explained(&use, e);
    st = rows_next(&use);
    if (st == TILL_OK)
        e->id = rows_column_integer(&use, 0);
    rows_end(&use);
    return st;
}

static enum till_status read_explained(struct rows_use *use, struct store_explained *out)
{
    const struct {
        int column;
        char *text;
        size_t capacity;
    } texts[] = {{1, out->terminal, sizeof(out->terminal)}, {3, out->user, sizeof(out->user)},
                 {4, out->owner, sizeof(out->owner)},       {7, out->slip, sizeof(out->slip)},
                 {8, out->text, sizeof(out->text)},         {9, out->by, sizeof(out->by)}};
    enum till_status st = rows_next(use);
    bool bad = false;

    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && st == TILL_OK; i++)
        st = rows_column_text(use, texts[i].column, texts[i].text, texts[i].capacity);
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 2, &out->seq);
    if (st == TILL_OK) {
        out->id = rows_column_integer(use, 0);
        out->amount_minor = rows_column_integer(use, 5);
        out->reason = (int)rows_column_within(use, 6, 0, INT32_MAX, &bad);
        out->at_s = rows_column_integer(use, 10);
    }
    rows_end(use);
    return st == TILL_OK && (bad || !explained_is_valid(out)) ? TILL_E_CORRUPT : st;
}

enum till_status store_explained_get(struct store *s, int64_t id, struct store_explained *out)
{
    struct rows_use use = rows_of(s, STORE_EXPLAINED);

    rows_bind_integer(&use, id);
    return read_explained(&use, out);
}

enum till_status store_explained_next(struct store *s, int64_t after, struct store_explained *out)
{
    struct rows_use use = rows_of(s, STORE_EXPLAINED_ABOVE);

    rows_bind_integer(&use, after);
    return read_explained(&use, out);
}
