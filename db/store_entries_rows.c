#include <string.h>

#include "rows_use.h"
#include "store_backend.h"
#include "store_rows.h"
#include "store_walk.h"

static const uint8_t no_signature[SIGNATURE_SIZE];

/* at_s, kind, body, hash, signature: in this order in every table of entries. */
static void bind_content(struct rows_use *use, const struct entry *e)
{
    bool is_signed = memcmp(e->signature, no_signature, SIGNATURE_SIZE) != 0;

    rows_bind_integer(use, e->at_s);
    rows_bind_integer(use, e->kind);
    rows_bind_bytes(use, e->body, e->body_size);
    rows_bind_bytes(use, e->hash, HASH_SIZE);
    rows_bind_bytes(use, e->signature, is_signed ? SIGNATURE_SIZE : 0);
}

static enum till_status read_content(const struct rows_use *use, struct entry *out)
{
    uint64_t kind = 0;
    struct span body = rows_column_span(use, 2);
    enum till_status st = rows_column_unsigned(use, 1, &kind);

    if (st == TILL_OK && (kind > UINT16_MAX || body.size > ENTRY_BODY_MAX))
        st = TILL_E_CORRUPT;
    if (st == TILL_OK)
        st = rows_column_exact(use, 3, out->hash, HASH_SIZE);
    if (st == TILL_OK && rows_column_span(use, 4).size > 0)
        st = rows_column_exact(use, 4, out->signature, SIGNATURE_SIZE);
    if (st != TILL_OK)
        return st;
    out->at_s = rows_column_integer(use, 0);
    out->kind = (uint16_t)kind;
    out->body_size = (uint16_t)body.size;
    if (body.size > 0)
        memcpy(out->body, body.data, body.size);
    return TILL_OK;
}

enum till_status store_rows_entry_take(const struct rows_use *use, struct entry *e)
{
    struct span body = rows_column_span(use, 3);
    bool bad = false;

    *e = (struct entry){.seq = 0};
    if (body.size > ENTRY_BODY_MAX)
        return TILL_E_CORRUPT;
    e->seq = (uint64_t)rows_column_within(use, 0, 1, INT64_MAX, &bad);
    e->at_s = rows_column_integer(use, 1);
    e->kind = (uint16_t)rows_column_within(use, 2, 0, UINT16_MAX, &bad);
    memcpy(e->body, body.data, body.size);
    e->body_size = (uint16_t)body.size;
    return bad ? TILL_E_CORRUPT : TILL_OK;
}

static enum till_status add_entry(struct store *s, const char *terminal, const struct entry *e)
{
    struct rows_use use = rows_of(s, STORE_PUT_ENTRY);
    enum till_status st;

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, e->seq);
    bind_content(&use, e);
    st = rows_run_referring(&use);
    return st == TILL_OK && rows_changes(&use) == 0 ? TILL_NOT_FOUND : st;
}

enum till_status store_rows_entry_add(struct store *s, const char *terminal, const struct entry *e)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = bulk != NULL ? bulk->entry_add(s, terminal, e) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? add_entry(s, terminal, e) : st;
}

static enum till_status get_entry(struct store *s, const char *terminal, uint64_t seq,
                                  struct entry *out)
{
    struct rows_use use = rows_of(s, STORE_ENTRY);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = read_content(&use, out);
    rows_end(&use);
    out->seq = seq;
    return st;
}

enum till_status store_entries_above(struct store *s, const char *terminal, uint64_t after,
                                     struct entry *entries_out, size_t capacity, size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_ENTRIES_ABOVE);
    enum till_status st = TILL_OK;

    *count_out = 0;
    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, after);
    rows_bind_unsigned(&use, capacity);
    while (*count_out < capacity && (st = rows_next(&use)) == TILL_OK) {
        struct entry *e = &entries_out[*count_out];

        memset(e, 0, sizeof(*e));
        st = read_content(&use, e);
        if (st == TILL_OK)
            st = rows_column_unsigned(&use, 5, &e->seq);
        if (st != TILL_OK)
            break;
        ++*count_out;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_rows_entry_get(struct store *s, const char *terminal, uint64_t seq,
                                      struct entry *out)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = bulk != NULL ? bulk->entry_get(s, terminal, seq, out) : TILL_UNSUPPORTED;

    return st == TILL_UNSUPPORTED ? get_entry(s, terminal, seq, out) : st;
}

enum till_status store_rows_fork_add(struct store *s, const char *terminal, const struct entry *e,
                                     const uint8_t prev[HASH_SIZE])
{
    struct rows_use use = rows_of(s, STORE_PUT_FORK);

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, e->seq);
    bind_content(&use, e);
    rows_bind_bytes(&use, prev, HASH_SIZE);
    return rows_run_referring(&use);
}

enum till_status store_rows_fork_count(struct store *s, const char *terminal, uint64_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_FORK_COUNT);
    enum till_status st;

    rows_bind_text(&use, terminal);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_unsigned(&use, 0, count_out);
    rows_end(&use);
    return st;
}

enum till_status store_rows_quarantine_add(struct store *s, const char *terminal, uint64_t seq,
                                           const char *reason)
{
    struct rows_use use = rows_of(s, STORE_PUT_QUARANTINE);

    rows_bind_text(&use, terminal);
    rows_bind_unsigned(&use, seq);
    rows_bind_text(&use, reason);
    return rows_run_referring(&use);
}

enum till_status store_rows_quarantined(struct store *s, const char *terminal, uint64_t *seqs_out,
                                        size_t capacity, size_t *count_out)
{
    struct rows_use use = rows_of(s, STORE_QUARANTINED);
    enum till_status st;

    *count_out = 0;
    rows_bind_text(&use, terminal);
    while ((st = rows_next(&use)) == TILL_OK) {
        st = *count_out < capacity ? rows_column_unsigned(&use, 0, &seqs_out[*count_out])
                                   : TILL_TOO_LARGE;
        if (st != TILL_OK)
            break;
        ++*count_out;
    }
    rows_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_rows_alarm_add(struct store *s, const struct store_alarm *a)
{
    struct rows_use use = rows_of(s, STORE_PUT_ALARM);

    rows_bind_integer(&use, a->at_s);
    rows_bind_text(&use, a->terminal);
    rows_bind_text(&use, a->kind);
    rows_bind_text(&use, a->text);
    return rows_run(&use);
}

enum till_status store_rows_alarm_above(struct store *s, int64_t id, struct store_alarm *out)
{
    struct rows_use use = rows_of(s, STORE_ALARM_ABOVE);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    rows_bind_integer(&use, id);
    st = rows_next(&use);
    if (st == TILL_OK)
        st = rows_column_text(&use, 2, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = rows_column_text(&use, 3, out->kind, sizeof(out->kind));
    if (st == TILL_OK)
        st = rows_column_text(&use, 4, out->text, sizeof(out->text));
    if (st == TILL_OK) {
        out->id = rows_column_integer(&use, 0);
        out->at_s = rows_column_integer(&use, 1);
    }
    rows_end(&use);
    return st;
}
