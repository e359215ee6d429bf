#include "store_recover.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_check.h"
#include "rows_use.h"
#include "store_backend.h"

/* ---- from paper ------------------------------------------------------------------------------ */

enum till_status store_recovered_put(struct store *s, const char *terminal,
                                     const struct store_recovered *r)
{
    struct rows_use use = rows_of(s, STORE_PUT_RECOVERED);
    const struct entry *e = &r->entry;
    enum till_status st;

    assert(s->in_transaction);
    if (!terminal_is_valid(terminal) || e->seq == 0 || e->seq > INT64_MAX)
        return TILL_BAD_INPUT;
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, e->seq);
    rows_bind_integer(&use, e->at_s);
    rows_bind_integer(&use, e->kind);
    rows_bind_bytes(&use, e->body, e->body_size);
    rows_bind_bytes(&use, e->hash, HASH_SIZE);
    rows_bind_bytes(&use, e->signature, SIGNATURE_SIZE);
    rows_bind_bytes(&use, r->prev, HASH_SIZE);
    rows_bind_integer(&use, r->found_at_s);
    st = rows_run_referring(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_UNCHANGED : st;
}

static enum till_status read_recovered(const struct rows_use *use, struct store_recovered *out)
{
    struct span body = rows_column_span(use, 2);
    bool bad = false;
    int64_t kind = rows_column_within(use, 1, 0, UINT16_MAX, &bad);
    enum till_status st = bad || body.size > ENTRY_BODY_MAX ? TILL_E_CORRUPT : TILL_OK;

    if (st == TILL_OK)
        st = rows_column_exact(use, 3, out->entry.hash, HASH_SIZE);
    if (st == TILL_OK)
        st = rows_column_exact(use, 4, out->entry.signature, SIGNATURE_SIZE);
    if (st == TILL_OK)
        st = rows_column_unsigned(use, 5, &out->entry.seq);
    if (st == TILL_OK)
        st = rows_column_exact(use, 6, out->prev, HASH_SIZE);
    if (st != TILL_OK)
        return st;
    out->entry.at_s = rows_column_integer(use, 0);
    out->entry.kind = (uint16_t)kind;
    out->entry.body_size = (uint16_t)body.size;
    if (body.size > 0)
        memcpy(out->entry.body, body.data, body.size);
    out->found_at_s = rows_column_integer(use, 7);
    return TILL_OK;
}

enum till_status store_recovered_next(struct store *s, const char *terminal, uint64_t after_seq,
                                      const uint8_t *after_hash, struct store_recovered *out)
{
    uint8_t behind[HASH_SIZE + 1]; /* longer and higher than any hash, or that one */
    struct rows_use use = rows_of(s, STORE_RECOVERED_ABOVE);
    enum till_status st;

    memset(behind, 0xff, sizeof(behind));
    if (after_hash != NULL)
        memcpy(behind, after_hash, HASH_SIZE);
    memset(out, 0, sizeof(*out));
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after_seq);
    rows_bind_bytes(&use, behind, after_hash != NULL ? HASH_SIZE : sizeof(behind));
    st = rows_next(&use);
    if (st == TILL_OK)
        st = read_recovered(&use, out);
    rows_end(&use);
    return st;
}

/* ---- set aside ------------------------------------------------------------------------------- */

/* What the office said of one that waits no longer is kept under its number: why it was closed, or
 * the value date that it was given. */
static void closed_key(const char *terminal, uint64_t seq, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "closed/%s/%" PRIu64, terminal, seq);
}

static void valued_key(const char *terminal, uint64_t seq, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "valued/%s/%" PRIu64, terminal, seq);
}

static enum till_status read_end(struct store *s, struct store_aside *a)
{
    char key[STORE_KEY_MAX], value[24];
    enum till_status st;

    closed_key(a->terminal, a->seq, key);
    st = store_value_get(s, key, a->why, sizeof(a->why));
    a->closed = st == TILL_OK;
    if (st != TILL_NOT_FOUND)
        return st;
    valued_key(a->terminal, a->seq, key);
    st = store_value_get(s, key, value, sizeof(value));
    if (st == TILL_OK)
        a->value_at_s = strtoll(value, NULL, 10);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static enum till_status read_aside(struct store *s, enum store_statement which,
                                   const char *after_terminal, uint64_t after_seq,
                                   struct store_aside *out)
{
    struct rows_use use = rows_of(s, which);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    rows_bind_text(&use, after_terminal);
    rows_bind_unsigned(&use, after_seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_text(&use, 0, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = rows_column_unsigned(&use, 1, &out->seq);
    if (st == TILL_OK)
        st = rows_column_text(&use, 2, out->reason, sizeof(out->reason));
    if (st == TILL_OK)
        st = rows_column_text(&use, 4, out->ended_by, sizeof(out->ended_by));
    if (st == TILL_OK)
        out->ended_at_s = rows_column_integer(&use, 3);
    rows_end(&use);
    return st == TILL_OK && out->ended_at_s != 0 ? read_end(s, out) : st;
}

enum till_status store_aside_next(struct store *s, const char *after_terminal, uint64_t after_seq,
                                  struct store_aside *out)
{
    return read_aside(s, STORE_QUARANTINE_ABOVE, after_terminal, after_seq, out);
}

enum till_status store_aside_any(struct store *s, const char *after_terminal, uint64_t after_seq,
                                 struct store_aside *out)
{
    return read_aside(s, STORE_QUARANTINE_ANY_ABOVE, after_terminal, after_seq, out);
}

enum till_status store_aside_get(struct store *s, const char *terminal, uint64_t seq,
                                 struct store_aside *out)
{
    enum till_status st = seq == 0 ? TILL_NOT_FOUND : store_aside_any(s, terminal, seq - 1, out);

    if (st == TILL_OK && (out->seq != seq || strcmp(out->terminal, terminal) != 0))
        st = TILL_NOT_FOUND;
    return st;
}

enum till_status store_released_next(struct store *s, const char *terminal, uint64_t after,
                                     uint64_t *seq_out)
{
    struct rows_use use = rows_of(s, STORE_RELEASED_ABOVE);
    enum till_status st;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_unsigned(&use, 0, seq_out);
    rows_end(&use);
    return st;
}

enum till_status store_aside_release(struct store *s, const char *terminal, uint64_t seq,
                                     int64_t at_s, const char *by)
{
    struct rows_use use = rows_of(s, STORE_RELEASE_QUARANTINE);
    enum till_status st;

    assert(s->in_transaction);
    if (at_s <= 0 || seq > INT64_MAX || !book_text_is_clean(by, BOOK_NAME_MAX) || by[0] == '\0')
        return TILL_BAD_INPUT;
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    rows_bind_integer(&use, at_s);
    rows_bind_text(&use, by);
    st = rows_run(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_NOT_FOUND : st;
}

static enum till_status put_number(struct store *s, const char *key, int64_t number)
{
    char value[24];

    (void)snprintf(value, sizeof(value), "%" PRId64, number);
    return store_value_put(s, key, value);
}

enum till_status store_aside_release_dated(struct store *s, const char *terminal, uint64_t seq,
                                           int64_t at_s, const char *by, int64_t value_at_s)
{
    char key[STORE_KEY_MAX];
    enum till_status st = store_aside_release(s, terminal, seq, at_s, by);

    valued_key(terminal, seq, key);
    return st == TILL_OK ? put_number(s, key, value_at_s) : st;
}

enum till_status store_aside_close(struct store *s, const char *terminal, uint64_t seq,
                                   int64_t at_s, const char *by, const char *why)
{
    char key[STORE_KEY_MAX];
    enum till_status st;

    if (!book_text_is_clean(why, STORE_REASON_MAX) || why[0] == '\0')
        return TILL_BAD_INPUT;
    st = store_aside_release(s, terminal, seq, at_s, by);
    closed_key(terminal, seq, key);
    return st == TILL_OK ? store_value_put(s, key, why) : st;
}

enum till_status store_aside_count(struct store *s, int64_t *waiting_out, int64_t *closed_out)
{
    struct rows_use use = rows_of(s, STORE_COUNT_QUARANTINE);
    enum till_status st = rows_next(&use);

    *waiting_out = *closed_out = 0;
    if (st == TILL_OK) {
        *waiting_out = rows_column_integer(&use, 0);
        *closed_out = rows_column_integer(&use, 1);
    }
    rows_end(&use);
    return st;
}
