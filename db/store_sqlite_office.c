#include <string.h>

#include "store_sqlite.h"

/* ---- payments -------------------------------------------------------------------------------- */

enum till_status store_sqlite_payment_add(struct store *s, const struct store_payment *p)
{
    struct sqlite_use use = store_use(s, STORE_ADD_PAYMENT);
    enum till_status st;

    sqlite_bind_text(&use, p->terminal);
    sqlite_bind_unsigned(&use, p->seq);
    sqlite_bind_text(&use, p->account);
    sqlite_bind_integer(&use, p->before_date);
    sqlite_bind_integer(&use, p->before_minor);
    sqlite_bind_text(&use, p->undone_by);
    st = store_run_referring(&use);
    for (size_t i = 0; st == TILL_OK && i < p->count; i++) {
        use = store_use(s, STORE_ADD_PAYMENT_BILL);
        sqlite_bind_text(&use, p->terminal);
        sqlite_bind_unsigned(&use, p->seq);
        sqlite_bind_integer(&use, p->bills[i].month);
        sqlite_bind_integer(&use, p->bills[i].type);
        sqlite_bind_integer(&use, p->bills[i].amount_minor);
        sqlite_bind_integer(&use, p->bills[i].late_fee_minor);
        st = store_run_referring(&use);
    }
    return st;
}

static enum till_status read_bills(struct store *s, struct store_payment *p)
{
    struct sqlite_use use = store_use(s, STORE_PAYMENT_BILLS);
    enum till_status st;

    sqlite_bind_text(&use, p->terminal);
    sqlite_bind_unsigned(&use, p->seq);
    while ((st = sqlite_next(&use)) == TILL_OK) {
        if (p->count == BILLS_MAX) {
            st = TILL_E_CORRUPT;
            break;
        }
        p->bills[p->count++] =
            (struct store_paid){.month = (int32_t)sqlite_column_integer(&use, 0),
                                .type = (int16_t)sqlite_column_integer(&use, 1),
                                .amount_minor = sqlite_column_integer(&use, 2),
                                .late_fee_minor = sqlite_column_integer(&use, 3)};
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_sqlite_payment_get(struct store *s, const char *terminal, uint64_t seq,
                                          struct store_payment *out)
{
    struct sqlite_use use = store_use(s, STORE_PAYMENT);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    if (strlen(terminal) >= sizeof(out->terminal))
        return TILL_NOT_FOUND;
    memcpy(out->terminal, terminal, strlen(terminal));
    out->seq = seq;
    sqlite_bind_text(&use, terminal);
    sqlite_bind_unsigned(&use, seq);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 0, out->account, sizeof(out->account));
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 3, out->undone_by, sizeof(out->undone_by));
    if (st == TILL_OK) {
        out->before_date = (int32_t)sqlite_column_integer(&use, 1);
        out->before_minor = sqlite_column_integer(&use, 2);
    }
    sqlite_end(&use);
    return st == TILL_OK ? read_bills(s, out) : st;
}

enum till_status store_sqlite_payment_undo(struct store *s, const char *terminal, uint64_t seq,
                                           const char *source, bool *undone_out)
{
    struct sqlite_use use = store_use(s, STORE_UNDO_PAYMENT);
    enum till_status st;

    sqlite_bind_text(&use, terminal);
    sqlite_bind_unsigned(&use, seq);
    sqlite_bind_text(&use, source);
    st = sqlite_run(&use);
    *undone_out = st == TILL_OK && store_changes(s) > 0;
    return st;
}

/* ---- matters --------------------------------------------------------------------------------- */

enum till_status store_sqlite_matter_add(struct store *s, const struct store_matter *m,
                                         bool *added_out)
{
    struct sqlite_use use = store_use(s, STORE_ADD_MATTER);
    enum till_status st;

    sqlite_bind_integer(&use, (int64_t)m->kind);
    sqlite_bind_text(&use, m->terminal);
    sqlite_bind_unsigned(&use, m->seq);
    sqlite_bind_integer(&use, m->at_s);
    sqlite_bind_text(&use, m->account);
    sqlite_bind_integer(&use, m->code);
    sqlite_bind_text(&use, m->reference);
    sqlite_bind_integer(&use, m->amount_minor);
    st = sqlite_run(&use);
    *added_out = st == TILL_OK && store_changes(s) > 0;
    return st;
}

enum till_status store_sqlite_matter_above(struct store *s, int64_t id, struct store_matter *out)
{
    struct sqlite_use use = store_use(s, STORE_MATTER_ABOVE);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    sqlite_bind_integer(&use, id);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 2, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = sqlite_column_unsigned(&use, 3, &out->seq);
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 5, out->account, sizeof(out->account));
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 7, out->reference, sizeof(out->reference));
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 10, out->answer, sizeof(out->answer));
    if (st == TILL_OK) {
        out->id = sqlite_column_integer(&use, 0);
        out->kind = (enum matter_kind)sqlite_column_integer(&use, 1);
        out->at_s = sqlite_column_integer(&use, 4);
        out->code = (int)sqlite_column_integer(&use, 6);
        out->amount_minor = sqlite_column_integer(&use, 8);
        out->answered_at_s = sqlite_column_integer(&use, 9);
    }
    sqlite_end(&use);
    return st;
}

enum till_status store_sqlite_matter_answer(struct store *s, int64_t id, int64_t at_s,
                                            const char *answer, bool *answered_out)
{
    struct sqlite_use use = store_use(s, STORE_ANSWER_MATTER);
    enum till_status st;

    sqlite_bind_integer(&use, id);
    sqlite_bind_integer(&use, at_s);
    sqlite_bind_text(&use, answer);
    st = sqlite_run(&use);
    *answered_out = st == TILL_OK && store_changes(s) > 0;
    return st;
}

enum till_status store_sqlite_matters_open(struct store *s, const char *account,
                                           enum matter_kind kind, int64_t *count_out)
{
    struct sqlite_use use = store_use(s, STORE_OPEN_MATTERS);
    enum till_status st;

    sqlite_bind_text(&use, account);
    sqlite_bind_integer(&use, (int64_t)kind);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        *count_out = sqlite_column_integer(&use, 0);
    sqlite_end(&use);
    return st;
}
