#include "store_invoice.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"
#include "text.h"

static bool invoice_is_valid(const struct store_invoice *i)
{
    return terminal_is_valid(i->terminal) && i->seq > 0 && i->seq <= INT64_MAX && i->receipt > 0 &&
           i->receipt <= INT64_MAX && account_is_valid(i->account) &&
           (strcmp(i->user, "-") == 0 || user_is_valid(i->user)) &&
           book_text_is_clean(i->title, sizeof(i->title)) &&
           book_text_is_clean(i->tax_number, sizeof(i->tax_number)) &&
           book_text_is_clean(i->send_to, sizeof(i->send_to)) && i->state >= INVOICE_OPEN &&
           i->state <= INVOICE_VOID && book_text_is_clean(i->number, sizeof(i->number)) &&
           (i->state != INVOICE_DONE || i->number[0] != '\0') &&
           (i->by[0] == '\0' || strcmp(i->by, "-") == 0 || user_is_valid(i->by));
}

enum till_status store_invoice_put(struct store *s, const struct store_invoice *i)
{
    struct rows_use use;

    assert(s->in_transaction);
    if (!invoice_is_valid(i))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_INVOICE);
    rows_bind_text(&use, i->terminal);
    rows_bind_unsigned(&use, i->seq);
    rows_bind_integer(&use, i->at_s);
    rows_bind_text(&use, i->user);
    rows_bind_text(&use, i->account);
    rows_bind_unsigned(&use, i->receipt);
    rows_bind_integer(&use, i->electronic);
    rows_bind_text(&use, i->title);
    rows_bind_text(&use, i->tax_number);
    rows_bind_text(&use, i->send_to);
    rows_bind_integer(&use, i->state);
    rows_bind_text(&use, i->number);
    rows_bind_text(&use, i->by);
    rows_bind_integer(&use, i->done_at_s);
    return rows_run(&use);
}

static enum till_status take_invoice(const struct rows_use *use, struct store_invoice *out)
{
    const struct {
        int column;
        char *text;
        size_t capacity;
    } texts[] = {
        {0, out->terminal, sizeof(out->terminal)},     {3, out->user, sizeof(out->user)},
        {4, out->account, sizeof(out->account)},       {7, out->title, sizeof(out->title)},
        {8, out->tax_number, sizeof(out->tax_number)}, {9, out->send_to, sizeof(out->send_to)},
        {11, out->number, sizeof(out->number)},        {12, out->by, sizeof(out->by)}};
    bool bad = false;
    enum till_status st = TILL_OK;

    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && st == TILL_OK; i++)
        st = rows_column_text(use, texts[i].column, texts[i].text, texts[i].capacity);
    if (st != TILL_OK)
        return st;
    out->seq = (uint64_t)rows_column_within(use, 1, 1, INT64_MAX, &bad);
    out->at_s = rows_column_integer(use, 2);
    out->receipt = (uint64_t)rows_column_within(use, 5, 1, INT64_MAX, &bad);
    out->electronic = rows_column_integer(use, 6) != 0;
    out->state = (enum invoice_state)rows_column_within(use, 10, INVOICE_OPEN, INVOICE_VOID, &bad);
    out->done_at_s = rows_column_integer(use, 13);
    return bad ? TILL_E_CORRUPT : TILL_OK;
}

static enum till_status read_invoice(struct rows_use *use, struct store_invoice *out)
{
    enum till_status st = rows_next(use);

    if (st == TILL_OK)
        st = take_invoice(use, out);
    rows_end(use);
    return st;
}

enum till_status store_invoice_get(struct store *s, const char *terminal, uint64_t seq,
                                   struct store_invoice *out)
{
    struct rows_use use = rows_of(s, STORE_INVOICE);

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    return read_invoice(&use, out);
}

enum till_status store_invoice_next(struct store *s, const char *after_terminal, uint64_t after_seq,
                                    struct store_invoice *out)
{
    struct rows_use use = rows_of(s, STORE_INVOICE_ABOVE);
    char terminal[TERMINAL_MAX];

    text_copy(terminal, sizeof(terminal), after_terminal);
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after_seq);
    return read_invoice(&use, out);
}

enum till_status store_invoice_other(struct store *s, const char *terminal, uint64_t receipt,
                                     uint64_t seq, char other_out[INVOICE_OTHER_MAX])
{
    struct rows_use use = rows_of(s, STORE_INVOICE_OTHER);
    enum till_status st;

    other_out[0] = '\0';
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, receipt);
    rows_bind_unsigned(&use, seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_text(&use, 0, other_out, INVOICE_OTHER_MAX);
    rows_end(&use);
    return st;
}
