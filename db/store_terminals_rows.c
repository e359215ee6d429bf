#include <string.h>

#include "rows_use.h"
#include "store_rows.h"

enum till_status store_rows_terminal_put(struct store *s, const struct store_terminal *t)
{
    struct rows_use use = rows_of(s, STORE_PUT_TERMINAL);

    rows_bind_text(&use, t->terminal);
    rows_bind_integer(&use, (int64_t)t->state);
    rows_bind_text(&use, t->name);
    rows_bind_text(&use, t->code_hash);
    rows_bind_integer(&use, t->code_expires_s);
    rows_bind_bytes(&use, t->journal_key, sizeof(t->journal_key));
    rows_bind_bytes(&use, t->line_cert, sizeof(t->line_cert));
    rows_bind_text(&use, t->line_pem);
    rows_bind_bytes(&use, t->secret, sizeof(t->secret));
    rows_bind_integer(&use, t->enrolled_at_s);
    rows_bind_integer(&use, t->seen_at_s);
    rows_bind_unsigned(&use, t->head_seq);
    rows_bind_bytes(&use, t->head_hash, sizeof(t->head_hash));
    rows_bind_bytes(&use, t->head_signature, sizeof(t->head_signature));
    rows_bind_unsigned(&use, t->head_serial);
    rows_bind_unsigned(&use, t->book_revision);
    rows_bind_integer(&use, t->stopped ? 1 : 0);
    return rows_run(&use);
}

static enum till_status read_terminal(const struct rows_use *use, struct store_terminal *out)
{
    int64_t state = rows_column_integer(use, 1);
    enum till_status st = rows_column_text(use, 0, out->terminal, sizeof(out->terminal));

    if (st == TILL_OK)
        st = rows_column_text(use, 2, out->name, sizeof(out->name));
    if (st == TILL_OK)
        st = rows_column_text(use, 3, out->code_hash, sizeof(out->code_hash));
    if (st == TILL_OK)
        st = rows_column_exact(use, 5, out->journal_key, sizeof(out->journal_key));
    if (st == TILL_OK)
        st = rows_column_exact(use, 6, out->line_cert, sizeof(out->line_cert));
    if (st == TILL_OK)
        st = rows_column_text(use, 7, out->line_pem, sizeof(out->line_pem));
    if (st == TILL_OK)
        st = rows_column_exact(use, 8, out->secret, sizeof(out->secret));
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 11, &out->head_seq);
    if (st == TILL_OK)
        st = rows_column_exact(use, 12, out->head_hash, sizeof(out->head_hash));
    if (st == TILL_OK)
        st = rows_column_exact(use, 13, out->head_signature, sizeof(out->head_signature));
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 14, &out->head_serial);
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 15, &out->book_revision);
    if (st == TILL_OK && (state < TERMINAL_NEW || state > TERMINAL_RETIRED))
        st = TILL_E_CORRUPT;
    out->state = (enum terminal_state)state;
    out->code_expires_s = rows_column_integer(use, 4);
    out->enrolled_at_s = rows_column_integer(use, 9);
    out->seen_at_s = rows_column_integer(use, 10);
    out->stopped = rows_column_integer(use, 16) != 0;
    return st;
}

static enum till_status terminal_by(struct store *s, enum store_statement which, const char *number,
                                    struct store_terminal *out)
{
    struct rows_use use = rows_of(s, which);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    rows_bind_text(&use, number);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = read_terminal(&use, out);
    rows_end(&use);
    return st;
}

enum till_status store_rows_terminal_get(struct store *s, const char *number,
                                         struct store_terminal *out)
{
    return terminal_by(s, STORE_TERMINAL, number, out);
}

enum till_status store_rows_terminal_above(struct store *s, const char *number,
                                           struct store_terminal *out)
{
    return terminal_by(s, STORE_TERMINAL_ABOVE, number, out);
}

enum till_status store_rows_assign(struct store *s, const char *terminal,
                                   const char (*ids)[BOOK_ID_MAX], size_t count)
{
    struct rows_use use = rows_of(s, STORE_CLEAR_ASSIGNMENT);
    enum till_status st;

    rows_bind_text(&use, terminal);
    st = rows_run(&use);
    for (size_t i = 0; st == TILL_OK && i < count; i++) {
        use = rows_of(s, STORE_PUT_ASSIGNMENT);
        rows_bind_text(&use, terminal);
        rows_bind_unsigned(&use, i);
        rows_bind_text(&use, ids[i]);
        st = rows_run_referring(&use);
    }
    return st;
}

enum till_status store_rows_assigned(struct store *s, const char *terminal,
                                     char (*ids_out)[BOOK_ID_MAX], size_t capacity,
                                     size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_ASSIGNMENTS);
    enum till_status st;

    *count_out = 0;
    rows_bind_text(&use, terminal);
    while ((st = rows_next(&use)) == TILL_OK) {
        st = *count_out < capacity
                 ? rows_column_text(&use, 0, ids_out[*count_out], sizeof(ids_out[0]))
                 : TILL_E_CORRUPT;
        if (st != TILL_OK)
            break;
        ++*count_out;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
