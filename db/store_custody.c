#include "store_custody.h"

#include <assert.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"

enum { HASH_COLUMN = 4, NAMED_COLUMN = 5 };

static const uint8_t nothing[HASH_SIZE];

static bool user_or_nobody(const char *user)
{
    return strcmp(user, "-") == 0 || strcmp(user, STORE_CUSTODY_PAPER) == 0 || user_is_valid(user);
}

static bool custody_is_valid(const struct store_custody *c)
{
    return terminal_is_valid(c->terminal) && c->seq > 0 && c->seq <= INT64_MAX &&
           c->about <= INT64_MAX && user_or_nobody(c->user) &&
           (c->other[0] == '\0' || user_or_nobody(c->other)) && closes_text_is_valid(c->closes) &&
           book_text_is_clean(c->bank, sizeof(c->bank)) &&
           book_text_is_clean(c->slip, sizeof(c->slip));
}

/* No other is named by an empty one: so the index holds hand-overs only. */
static struct span named_of(const struct store_custody *c)
{
    bool any = memcmp(c->named, nothing, sizeof(nothing)) != 0;

    return (struct span){c->named, any ? sizeof(c->named) : 0};
}

enum till_status store_custody_put(struct store *s, const struct store_custody *c)
{
    struct rows_use use;
    enum till_status st;

    assert(s->in_transaction);
    if (!custody_is_valid(c))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_PUT_CUSTODY);
    rows_bind_text(&use, c->terminal);
    rows_bind_unsigned(&use, c->seq);
    rows_bind_unsigned(&use, c->kind);
    rows_bind_integer(&use, c->at_s);
    rows_bind_bytes(&use, c->hash, sizeof(c->hash));
    rows_bind_bytes(&use, named_of(c).data, named_of(c).size);
    rows_bind_text(&use, c->user);
    rows_bind_text(&use, c->other);
    rows_bind_integer(&use, c->amount_minor);
    rows_bind_integer(&use, c->expected_minor);
    rows_bind_integer(&use, c->other_minor);
    rows_bind_unsigned(&use, c->z);
    rows_bind_text(&use, c->closes);
    rows_bind_text(&use, c->bank);
    rows_bind_text(&use, c->slip);
    rows_bind_integer(&use, c->reason);
    rows_bind_unsigned(&use, c->about);
    st = rows_run(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_UNCHANGED : st;
}

enum till_status store_custody_claim(struct store *s, const char *terminal, uint64_t seq,
                                     const char *user)
{
    struct rows_use use;

    assert(s->in_transaction);
    if (!user_or_nobody(user))
        return TILL_BAD_INPUT;
    use = rows_of(s, STORE_CLAIM_CUSTODY);
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    rows_bind_text(&use, user);
    rows_bind_text(&use, STORE_CUSTODY_PAPER);
    return rows_run(&use);
}

static enum till_status read_texts(const struct rows_use *use, struct store_custody *out)
{
    const struct {
        int column;
        char *text;
        size_t capacity;
    } texts[] = {{0, out->terminal, sizeof(out->terminal)}, {6, out->user, sizeof(out->user)},
                 {7, out->other, sizeof(out->other)},       {12, out->closes, sizeof(out->closes)},
                 {13, out->bank, sizeof(out->bank)},        {14, out->slip, sizeof(out->slip)}};
    enum till_status st = TILL_OK;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && st == TILL_OK; i++)
        st = rows_column_text(use, texts[i].column, texts[i].text, texts[i].capacity);
    return st;
}

static enum till_status read_numbers(const struct rows_use *use, struct store_custody *out)
{
    bool bad = false;
    enum till_status st = rows_column_unsigned(use, 1, &out->seq);

    if (st == TILL_OK)
        st = rows_column_unsigned(use, 16, &out->about);
    out->kind = (uint16_t)rows_column_within(use, 2, 0, UINT16_MAX, &bad);
    out->at_s = rows_column_integer(use, 3);
    out->amount_minor = rows_column_integer(use, 8);
    out->expected_minor = rows_column_integer(use, 9);
    out->other_minor = rows_column_integer(use, 10);
    out->z = (uint32_t)rows_column_within(use, 11, 0, UINT32_MAX, &bad);
    out->reason = (int)rows_column_within(use, 15, INT32_MIN, INT32_MAX, &bad);
    return st == TILL_OK && bad ? TILL_E_CORRUPT : st;
}

static enum till_status read_custody(struct rows_use *use, struct store_custody *out)
{
    enum till_status st = rows_next(use);

    memset(out, 0, sizeof(*out));
    if (st == TILL_OK)
        st = read_texts(use, out);
    if (st == TILL_OK)
        st = read_numbers(use, out);
    if (st == TILL_OK)
        st = rows_column_exact(use, HASH_COLUMN, out->hash, sizeof(out->hash));
    if (st == TILL_OK && rows_column_span(use, NAMED_COLUMN).size > 0)
        st = rows_column_exact(use, NAMED_COLUMN, out->named, sizeof(out->named));
    rows_end(use);
    return st;
}

enum till_status store_custody_get(struct store *s, const char *terminal, uint64_t seq,
                                   struct store_custody *out)
{
    struct rows_use use = rows_of(s, STORE_CUSTODY);

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    return read_custody(&use, out);
}

enum till_status store_custody_next(struct store *s, const char *after_terminal, uint64_t after_seq,
                                    struct store_custody *out)
{
    struct rows_use use = rows_of(s, STORE_CUSTODY_ABOVE);

    rows_bind_text(&use, after_terminal);
    rows_bind_unsigned(&use, after_seq);
    return read_custody(&use, out);
}

enum till_status store_custody_at(struct store *s, int64_t after_at_s, const char *after_terminal,
                                  uint64_t after_seq, struct store_custody *out)
{
    struct rows_use use = rows_of(s, STORE_CUSTODY_AT);

    rows_bind_integer(&use, after_at_s);
    rows_bind_text(&use, after_terminal);
    rows_bind_unsigned(&use, after_seq);
    return read_custody(&use, out);
}

enum till_status store_custody_open(struct store *s, const char *after_terminal, uint64_t after_seq,
                                    struct store_custody *out)
{
    struct rows_use use = rows_of(s, STORE_CUSTODY_OPEN);

    rows_bind_text(&use, after_terminal);
    rows_bind_unsigned(&use, after_seq);
    return read_custody(&use, out);
}

enum till_status store_custody_absence(struct store *s, const char *terminal, uint32_t z,
                                       struct store_custody *out)
{
    struct rows_use use = rows_of(s, STORE_CUSTODY_ABSENCE);

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, z);
    return read_custody(&use, out);
}

enum till_status store_custody_mark(struct store *s, const char *terminal, uint64_t seq, bool open)
{
    struct rows_use use = rows_of(s, open ? STORE_MARK_CUSTODY : STORE_UNMARK_CUSTODY);

    assert(s->in_transaction);
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    return rows_run(&use);
}

enum till_status store_custody_of_hash(struct store *s, const uint8_t hash[HASH_SIZE],
                                       struct store_custody *out)
{
    struct rows_use use = rows_of(s, STORE_CUSTODY_OF_HASH);

    rows_bind_bytes(&use, hash, HASH_SIZE);
    return read_custody(&use, out);
}

enum till_status store_custody_naming(struct store *s, const uint8_t hash[HASH_SIZE],
                                      const char *after_terminal, uint64_t after_seq,
                                      struct store_custody *out)
{
    struct rows_use use = rows_of(s, STORE_CUSTODY_NAMING);

    rows_bind_bytes(&use, hash, HASH_SIZE);
    rows_bind_text(&use, after_terminal);
    rows_bind_unsigned(&use, after_seq);
    return read_custody(&use, out);
}

enum { EXPLAINED_SUMS = 4 };

static enum till_status read_explained(struct store *s, const char *terminal, uint64_t seq,
                                       int64_t sums_out[EXPLAINED_SUMS])
{
    struct rows_use use = rows_of(s, STORE_CUSTODY_EXPLAINED);
    enum till_status st;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    st = rows_next(&use);
    for (int i = 0; i < EXPLAINED_SUMS; i++)
        sums_out[i] = st == TILL_OK ? rows_column_integer(&use, i) : 0;
    rows_end(&use);
    return st;
}

enum till_status store_custody_explained(struct store *s, const char *terminal, uint64_t seq,
                                         int64_t *amount_out)
{
    int64_t sums[EXPLAINED_SUMS];
    enum till_status st = read_explained(s, terminal, seq, sums);

    *amount_out = sums[0];
    return st;
}

enum till_status store_custody_explained_slips(struct store *s, const char *terminal, uint64_t seq,
                                               int64_t *amount_out)
{
    int64_t sums[EXPLAINED_SUMS];
    enum till_status st = read_explained(s, terminal, seq, sums);

    *amount_out = sums[3];
    return st;
}

enum till_status store_custody_settled(struct store *s, const char *terminal, uint64_t seq,
                                       struct store_custody_settled *out)
{
    int64_t sums[EXPLAINED_SUMS];
    enum till_status st = read_explained(s, terminal, seq, sums);

    *out = (struct store_custody_settled){.settled = sums[1] > 0, .undone_minor = sums[2]};
    return st;
}
