#include "store_channel.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"
#include "text.h"

/* ---- channels -------------------------------------------------------------------------------- */

bool channel_name_is_valid(const char *name)
{
    size_t size = strnlen(name, CHANNEL_NAME_MAX);

    return size > 0 && size < CHANNEL_NAME_MAX &&
           strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz") == size;
}

enum till_status store_channel_put(struct store *s, const struct store_channel *c)
{
    struct rows_use use;

    assert(s->in_transaction);
    if (!channel_name_is_valid(c->name) || !book_text_is_clean(c->title, sizeof(c->title)))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_CHANNEL);
    rows_bind_text(&use, c->name);
    rows_bind_text(&use, c->title);
    rows_bind_bytes(&use, c->certificate, sizeof(c->certificate));
    rows_bind_integer(&use, c->stopped);
    return rows_run(&use);
}

static enum till_status read_channel(struct rows_use *use, struct store_channel *out)
{
    enum till_status st = rows_next(use);

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = rows_column_text(use, 0, out->name, sizeof(out->name));
    if (st == TILL_OK)
        st = rows_column_text(use, 1, out->title, sizeof(out->title));
    if (st == TILL_OK)
        st = rows_column_exact(use, 2, out->certificate, sizeof(out->certificate));
    if (st == TILL_OK)
        out->stopped = rows_column_integer(use, 3) != 0;
    rows_end(use);
    return st;
}

enum till_status store_channel_get(struct store *s, const char *name, struct store_channel *out)
{
    struct rows_use use = rows_of(s, STORE_CHANNEL);

    rows_bind_text(&use, name);
    return read_channel(&use, out);
}

enum till_status store_channel_next(struct store *s, const char *after, struct store_channel *out)
{
    struct rows_use use = rows_of(s, STORE_CHANNEL_ABOVE);
    char from[CHANNEL_NAME_MAX];

    text_copy(from, sizeof(from), after);
    rows_bind_text(&use, from);
    return read_channel(&use, out);
}

/* ---- their payments -------------------------------------------------------------------------- */

static bool channel_payment_is_valid(const struct store_channel_payment *p)
{
    return channel_name_is_valid(p->channel) && p->number[0] != '\0' &&
           book_text_is_clean(p->number, sizeof(p->number)) && account_is_valid(p->account) &&
           p->amount_minor > 0 && book_text_is_clean(p->reason, sizeof(p->reason));
}

static enum till_status next_id(struct store *s, const char *channel, int64_t *id_out)
{
    struct rows_use use = rows_of(s, STORE_CHANNEL_PAYMENT_LAST);
    enum till_status st;

    rows_bind_text(&use, channel);
    st = rows_next(&use);
    if (st == TILL_OK)
        *id_out = rows_column_integer(&use, 0) + 1;
    rows_end(&use);
    return st;
}

enum till_status store_channel_payment_put(struct store *s, struct store_channel_payment *p)
{
    enum till_status st = TILL_OK;
    struct rows_use use;
    int64_t id = p->id;

    assert(s->in_transaction);
    if (!channel_payment_is_valid(p) || id < 0)
        return TILL_BAD_INPUT;
    if (id == 0)
        st = next_id(s, p->channel, &id);
    if (st != TILL_OK)
        return st;
    use = rows_of(s, STORE_PUT_CHANNEL_PAYMENT);
    rows_bind_text(&use, p->channel);
    rows_bind_integer(&use, id);
    rows_bind_text(&use, p->number);
    rows_bind_text(&use, p->account);
    rows_bind_integer(&use, p->amount_minor);
    rows_bind_integer(&use, p->value_at_s);
    rows_bind_integer(&use, p->received_at_s);
    rows_bind_integer(&use, p->posted);
    rows_bind_text(&use, p->reason);
    st = rows_run_referring(&use);
    if (st == TILL_OK)
        p->id = id;
    return st;
}

static enum till_status read_channel_payment(struct rows_use *use,
                                             struct store_channel_payment *out)
{
    enum till_status st = rows_next(use);

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = rows_column_text(use, 0, out->channel, sizeof(out->channel));
    if (st == TILL_OK)
        st = rows_column_text(use, 2, out->number, sizeof(out->number));
    if (st == TILL_OK)
        st = rows_column_text(use, 3, out->account, sizeof(out->account));
    if (st == TILL_OK)
        st = rows_column_text(use, 8, out->reason, sizeof(out->reason));
    if (st == TILL_OK) {
        out->id = rows_column_integer(use, 1);
        out->amount_minor = rows_column_integer(use, 4);
        out->value_at_s = rows_column_integer(use, 5);
        out->received_at_s = rows_column_integer(use, 6);
        out->posted = rows_column_integer(use, 7) != 0;
    }
    rows_end(use);
    return st;
}

enum till_status store_channel_payment_get(struct store *s, const char *channel, int64_t id,
                                           struct store_channel_payment *out)
{
    struct rows_use use = rows_of(s, STORE_CHANNEL_PAYMENT);

    rows_bind_text(&use, channel);
    rows_bind_integer(&use, id);
    return read_channel_payment(&use, out);
}

enum till_status store_channel_payment_find(struct store *s, const char *channel,
                                            const char *number, struct store_channel_payment *out)
{
    struct rows_use use = rows_of(s, STORE_CHANNEL_PAYMENT_OF);

    rows_bind_text(&use, channel);
    rows_bind_text(&use, number);
    return read_channel_payment(&use, out);
}

/* channel and after may be in *out. */
static enum till_status next_payment(struct store *s, enum store_statement which,
                                     const char *channel, int64_t after,
                                     struct store_channel_payment *out)
{
    struct rows_use use = rows_of(s, which);
    char name[CHANNEL_NAME_MAX];

    text_copy(name, sizeof(name), channel);
    rows_bind_text(&use, name);
    rows_bind_integer(&use, after);
    return read_channel_payment(&use, out);
}

enum till_status store_channel_payment_next(struct store *s, const char *channel, int64_t after,
                                            struct store_channel_payment *out)
{
    return next_payment(s, STORE_CHANNEL_PAYMENT_ABOVE, channel, after, out);
}

enum till_status store_channel_payment_next_aside(struct store *s, const char *channel,
                                                  int64_t after, struct store_channel_payment *out)
{
    return next_payment(s, STORE_CHANNEL_PAYMENT_ASIDE, channel, after, out);
}

enum till_status store_channel_conflict_put(struct store *s, const struct store_channel_payment *p)
{
    enum till_status st;
    struct rows_use use;

    assert(s->in_transaction);
    if (!channel_payment_is_valid(p))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_CHANNEL_CONFLICT);
    rows_bind_text(&use, p->channel);
    rows_bind_text(&use, p->number);
    rows_bind_text(&use, p->account);
    rows_bind_integer(&use, p->amount_minor);
    rows_bind_integer(&use, p->value_at_s);
    rows_bind_integer(&use, p->received_at_s);
    st = rows_run_referring(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_UNCHANGED : st;
}

/* ---- a part of a transaction ----------------------------------------------------------------- */

enum till_status store_part_begin(struct store *s)
{
    assert(s->in_transaction);
    return s->backend->mark(s);
}

enum till_status store_part_end(struct store *s, enum till_status status)
{
    enum till_status st = status != TILL_OK ? s->backend->undo(s) : s->backend->keep(s);

    return st == TILL_OK ? status : st;
}

/* ---- payments of an account ------------------------------------------------------------------ */

bool store_holder_is_valid(const char *holder)
{
    static const char mark = STORE_HOLDER_MARK[0];

    if (strnlen(holder, TERMINAL_MAX) == TERMINAL_MAX)
        return false;
    if (holder[0] != mark)
        return terminal_is_valid(holder);
    return holder[1] == '\0' || channel_name_is_valid(holder + 1);
}

enum till_status store_payment_next(struct store *s, const char *account,
                                    const char *after_terminal, uint64_t after_seq,
                                    struct store_payment *out)
{
    struct rows_use use = rows_of(s, STORE_PAYMENT_ABOVE);
    char from[TERMINAL_MAX], terminal[TERMINAL_MAX];
    uint64_t seq = 0;
    enum till_status st;

    text_copy(from, sizeof(from), after_terminal);
    rows_bind_text(&use, account);
    rows_bind_text(&use, from);
    rows_bind_unsigned(&use, after_seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_text(&use, 0, terminal, sizeof(terminal));
    if (st == TILL_OK)
        st = rows_column_unsigned(&use, 1, &seq);
    rows_end(&use);
    return st == TILL_OK ? store_payment_get(s, terminal, seq, out) : st;
}

enum till_status store_payment_settle(struct store *s, const struct store_payment *p)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    if (!store_holder_is_valid(p->terminal) || p->count > BILLS_MAX)
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_CLEAR_PAYMENT_BILLS);
    rows_bind_text(&use, p->terminal);
    rows_bind_unsigned(&use, p->seq);
    st = rows_run(&use);
    return st == TILL_OK ? store_rows_payment_bills_add(s, p) : st;
}

enum till_status store_from_balance(struct store *s, const char *account,
                                    struct store_paid paid_out[BILLS_MAX], size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_FROM_BALANCE);
    enum till_status st = TILL_OK;

    *count_out = 0;
    rows_bind_text(&use, account);
    while (*count_out < BILLS_MAX && (st = rows_next(&use)) == TILL_OK) {
        paid_out[(*count_out)++] = (struct store_paid){
            .month = (int32_t)rows_column_integer(&use, 0),
            .type = (int16_t)rows_column_integer(&use, 1),
            .amount_minor = rows_column_integer(&use, 2),
        };
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
