#include "store_recover.h"

#include <assert.h>
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

enum till_status store_aside_next(struct store *s, const char *after_terminal, uint64_t after_seq,
                                  struct store_aside *out)
{
    struct rows_use use = rows_of(s, STORE_QUARANTINE_ABOVE);
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
    rows_end(&use);
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
