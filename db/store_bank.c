#include "store_bank.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"
#include "when.h"

static bool line_is_valid(const struct store_bank_line *l)
{
    bool open = l->match == BANK_OPEN;

    return terminal_is_valid(l->bank) && l->reference[0] != '\0' &&
           book_text_is_clean(l->reference, sizeof(l->reference)) && when_date_is_valid(l->date) &&
           l->amount_minor != 0 && book_text_is_clean(l->slip, sizeof(l->slip)) &&
           book_text_is_clean(l->text, sizeof(l->text)) && l->match <= BANK_BY_HAND &&
           (open ? l->terminal[0] == '\0' && l->seq == 0 && !l->cheques
                 : terminal_is_valid(l->terminal) && l->seq > 0 && l->seq <= INT64_MAX) &&
           book_text_is_clean(l->matched_by, sizeof(l->matched_by));
}

enum till_status store_bank_put(struct store *s, const struct store_bank_line *l)
{
    struct rows_use use;

    assert(s->in_transaction);
    if (!line_is_valid(l))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_BANK_LINE);
    rows_bind_text(&use, l->bank);
    rows_bind_text(&use, l->reference);
    rows_bind_integer(&use, l->date);
    rows_bind_integer(&use, l->amount_minor);
    rows_bind_text(&use, l->slip);
    rows_bind_text(&use, l->text);
    rows_bind_integer(&use, l->run);
    rows_bind_integer(&use, (int64_t)l->match);
    rows_bind_text(&use, l->terminal);
    rows_bind_integer(&use, l->cheques ? -(int64_t)l->seq : (int64_t)l->seq);
    rows_bind_text(&use, l->matched_by);
    rows_bind_integer(&use, l->matched_at_s);
    return rows_run(&use);
}

static enum till_status read_texts(const struct rows_use *use, struct store_bank_line *out)
{
    const struct {
        int column;
        char *text;
        size_t capacity;
    } texts[] = {
        {0, out->bank, sizeof(out->bank)},         {1, out->reference, sizeof(out->reference)},
        {4, out->slip, sizeof(out->slip)},         {5, out->text, sizeof(out->text)},
        {8, out->terminal, sizeof(out->terminal)}, {10, out->matched_by, sizeof(out->matched_by)}};
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && st == TILL_OK; i++)
        st = rows_column_text(use, texts[i].column, texts[i].text, texts[i].capacity);
    return st;
}

static enum till_status read_line(struct rows_use *use, struct store_bank_line *out)
{
    enum till_status st = rows_next(use);
    bool bad = false;

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = read_texts(use, out);
    if (st == TILL_OK) {
        int64_t seq = rows_column_integer(use, 9);

        out->cheques = seq < 0;
        out->seq = (uint64_t)(seq < 0 ? -(seq + 1) : seq) + (seq < 0 ? 1 : 0);
        out->date = (int32_t)rows_column_within(use, 2, 0, INT32_MAX, &bad);
        out->amount_minor = rows_column_integer(use, 3);
        out->run = rows_column_integer(use, 6);
        out->match = (enum bank_match)rows_column_within(use, 7, BANK_OPEN, BANK_BY_HAND, &bad);
        out->matched_at_s = rows_column_integer(use, 11);
    }
    rows_end(use);
    return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
}

enum till_status store_bank_get(struct store *s, const char *bank, const char *reference,
                                struct store_bank_line *out)
{
    struct rows_use use = rows_of(s, STORE_BANK_LINE);

    rows_bind_text(&use, bank);
    rows_bind_text(&use, reference);
    return read_line(&use, out);
}

enum till_status store_bank_next(struct store *s, const char *after_bank,
                                 const char *after_reference, struct store_bank_line *out)
{
    struct rows_use use = rows_of(s, STORE_BANK_LINE_ABOVE);

    rows_bind_text(&use, after_bank);
    rows_bind_text(&use, after_reference);
    return read_line(&use, out);
}

enum till_status store_bank_open(struct store *s, const char *after_bank,
                                 const char *after_reference, struct store_bank_line *out)
{
    struct rows_use use = rows_of(s, STORE_BANK_LINE_OPEN);

    rows_bind_text(&use, after_bank);
    rows_bind_text(&use, after_reference);
    return read_line(&use, out);
}

/* seq is kept negative where the line is of the cheques alone. */
static enum till_status line_of(struct store *s, const char *terminal, int64_t seq,
                                struct store_bank_line *out)
{
    struct rows_use use = rows_of(s, STORE_BANK_LINE_OF);

    rows_bind_text(&use, terminal);
    rows_bind_integer(&use, seq);
    return read_line(&use, out);
}

enum till_status store_bank_of(struct store *s, const char *terminal, uint64_t seq,
                               struct store_bank_line *out)
{
    return line_of(s, terminal, (int64_t)seq, out);
}

enum till_status store_bank_cheques_of(struct store *s, const char *terminal, uint64_t seq,
                                       struct store_bank_line *out)
{
    return line_of(s, terminal, -(int64_t)seq, out);
}
