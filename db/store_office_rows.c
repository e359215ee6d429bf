#include <string.h>

#include "rows_use.h"
#include "store_backend.h"

/* ---- payments -------------------------------------------------------------------------------- */

enum till_status store_rows_payment_bills_add(struct store *s, const struct store_payment *p)
{
    enum till_status st = TILL_OK;

    for (size_t i = 0; st == TILL_OK && i < p->count; i++) {
        struct rows_use use = rows_of(s, STORE_ADD_PAYMENT_BILL);

        rows_bind_text(&use, p->terminal);
        rows_bind_unsigned(&use, p->seq);
        rows_bind_integer(&use, p->bills[i].month);
        rows_bind_integer(&use, p->bills[i].type);
        rows_bind_integer(&use, p->bills[i].amount_minor);
        rows_bind_integer(&use, p->bills[i].late_fee_minor);
        st = rows_run_referring(&use);
    }
    return st;
}

static enum till_status add_payment(struct store *s, const struct store_payment *p)
{
    struct rows_use use = rows_of(s, STORE_ADD_PAYMENT);
    enum till_status st;

    rows_bind_text(&use, p->terminal);
    rows_bind_unsigned(&use, p->seq);
    rows_bind_text(&use, p->account);
    rows_bind_integer(&use, p->before_date);
    rows_bind_integer(&use, p->before_minor);
    rows_bind_text(&use, p->undone_by);
    st = rows_run_referring(&use);
    if (st == TILL_OK && rows_changes(&use) == 0)
        st = TILL_NOT_FOUND;
    return st == TILL_OK ? store_rows_payment_bills_add(s, p) : st;
}

enum till_status store_rows_payment_add(struct store *s, const struct store_payment *p)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = bulk != NULL ? bulk->payment_add(s, p) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? add_payment(s, p) : st;
}

static enum till_status read_bills(struct store *s, struct store_payment *p)
{
    struct rows_use use = rows_of(s, STORE_PAYMENT_BILLS);
    enum till_status st;

    rows_bind_text(&use, p->terminal);
    rows_bind_unsigned(&use, p->seq);
    while ((st = rows_next(&use)) == TILL_OK) {
        if (p->count == BILLS_MAX) {
            st = TILL_E_CORRUPT;
            break;
        }
        p->bills[p->count++] = (struct store_paid){.month = (int32_t)rows_column_integer(&use, 0),
                                                   .type = (int16_t)rows_column_integer(&use, 1),
                                                   .amount_minor = rows_column_integer(&use, 2),
                                                   .late_fee_minor = rows_column_integer(&use, 3)};
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_rows_payment_get(struct store *s, const char *terminal, uint64_t seq,
                                        struct store_payment *out)
{
    struct rows_use use = rows_of(s, STORE_PAYMENT);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    if (strlen(terminal) >= sizeof(out->terminal))
        return TILL_NOT_FOUND;
    memcpy(out->terminal, terminal, strlen(terminal));
    out->seq = seq;
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_text(&use, 0, out->account, sizeof(out->account));
    if (st == TILL_OK)
        st = rows_column_text(&use, 3, out->undone_by, sizeof(out->undone_by));
    if (st == TILL_OK) {
        out->before_date = (int32_t)rows_column_integer(&use, 1);
        out->before_minor = rows_column_integer(&use, 2);
    }
    rows_end(&use);
    return st == TILL_OK ? read_bills(s, out) : st;
}

enum till_status store_rows_payment_undo(struct store *s, const char *terminal, uint64_t seq,
                                         const char *source, bool *undone_out)
{
    struct rows_use use = rows_of(s, STORE_UNDO_PAYMENT);
    enum till_status st;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    rows_bind_text(&use, source);
    st = rows_run(&use);
    *undone_out = st == TILL_OK && rows_changes(&use) > 0;
    return st;
}

/* ---- matters --------------------------------------------------------------------------------- */

enum till_status store_rows_matter_add(struct store *s, const struct store_matter *m,
                                       bool *added_out)
{
    struct rows_use use = rows_of(s, STORE_ADD_MATTER);
    enum till_status st;

    rows_bind_integer(&use, (int64_t)m->kind);
    rows_bind_text(&use, m->terminal);
    rows_bind_unsigned(&use, m->seq);
    rows_bind_integer(&use, m->at_s);
    rows_bind_text(&use, m->account);
    rows_bind_integer(&use, m->code);
    rows_bind_text(&use, m->reference);
    rows_bind_integer(&use, m->amount_minor);
    st = rows_run(&use);
    *added_out = st == TILL_OK && rows_changes(&use) > 0;
    return st;
}

enum till_status store_rows_matter_above(struct store *s, int64_t id, struct store_matter *out)
{
    struct rows_use use = rows_of(s, STORE_MATTER_ABOVE);
    bool bad = false;
    enum till_status st;

    memset(out, 0, sizeof(*out));
    rows_bind_integer(&use, id);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_text(&use, 2, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = rows_column_unsigned(&use, 3, &out->seq);
    if (st == TILL_OK)
        st = rows_column_text(&use, 5, out->account, sizeof(out->account));
    if (st == TILL_OK)
        st = rows_column_text(&use, 7, out->reference, sizeof(out->reference));
    if (st == TILL_OK)
        st = rows_column_text(&use, 10, out->answer, sizeof(out->answer));
    if (st == TILL_OK) {
        out->id = rows_column_integer(&use, 0);
        out->kind = (enum matter_kind)rows_column_integer(&use, 1);
        out->at_s = rows_column_integer(&use, 4);
        out->code = (int)rows_column_integer(&use, 6);
        out->amount_minor = rows_column_integer(&use, 8);
        out->answered_at_s = rows_column_integer(&use, 9);
        out->outcome = (enum dispute_outcome)rows_column_within(&use, 11, DISPUTE_UNDECIDED,
                                                                DISPUTE_OWED, &bad);
    }
    rows_end(&use);
    return bad ? TILL_E_CORRUPT : st;
}

enum till_status store_rows_matter_asking(struct store *s, enum matter_kind kind,
                                          const char *reference, int64_t *id_out)
{
    struct rows_use use = rows_of(s, STORE_MATTER_ASKING);
    enum till_status st;

    rows_bind_integer(&use, kind);
    rows_bind_text(&use, reference);
    st = rows_next(&use);
    if (st == TILL_OK)
        *id_out = rows_column_integer(&use, 0);
    rows_end(&use);
    return st;
}

enum till_status store_rows_matter_answer(struct store *s, int64_t id, int64_t at_s,
                                          const char *answer, enum dispute_outcome outcome,
                                          bool *answered_out)
{
    struct rows_use use = rows_of(s, STORE_ANSWER_MATTER);
    enum till_status st;

    rows_bind_integer(&use, id);
    rows_bind_integer(&use, at_s);
    rows_bind_text(&use, answer);
    rows_bind_integer(&use, (int64_t)outcome);
    st = rows_run(&use);
    *answered_out = st == TILL_OK && rows_changes(&use) > 0;
    return st;
}

enum till_status store_rows_matters_open(struct store *s, const char *account,
                                         enum matter_kind kind, int64_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_OPEN_MATTERS);
    enum till_status st;

    rows_bind_text(&use, account);
    rows_bind_integer(&use, (int64_t)kind);
    st = rows_next(&use);
    if (st == TILL_OK)
        *count_out = rows_column_integer(&use, 0);
    rows_end(&use);
    return st;
}
