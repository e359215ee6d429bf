#include <string.h>

#include "store_sqlite.h"

static const uint8_t no_signature[SIGNATURE_SIZE];

/* at_s, kind, body, hash, signature: in this order in every table of entries. */
static void bind_content(struct sqlite_use *use, const struct entry *e)
{
    bool is_signed = memcmp(e->signature, no_signature, SIGNATURE_SIZE) != 0;

    sqlite_bind_integer(use, e->at_s);
    sqlite_bind_integer(use, e->kind);
    sqlite_bind_bytes(use, e->body, e->body_size);
    sqlite_bind_bytes(use, e->hash, HASH_SIZE);
    sqlite_bind_bytes(use, e->signature, is_signed ? SIGNATURE_SIZE : 0);
}

static enum till_status read_content(const struct sqlite_use *use, struct entry *out)
{
    uint64_t kind = 0;
    struct span body = sqlite_column_span(use, 2);
    enum till_status st = sqlite_column_unsigned(use, 1, &kind);

    if (st == TILL_OK && (kind > UINT16_MAX || body.size > ENTRY_BODY_MAX))
        st = TILL_E_CORRUPT;
    if (st == TILL_OK)
        st = sqlite_column_exact(use, 3, out->hash, HASH_SIZE);
    if (st == TILL_OK && sqlite_column_span(use, 4).size > 0)
        st = sqlite_column_exact(use, 4, out->signature, SIGNATURE_SIZE);
    if (st != TILL_OK)
        return st;
    out->at_s = sqlite_column_integer(use, 0);
    out->kind = (uint16_t)kind;
    out->body_size = (uint16_t)body.size;
    if (body.size > 0)
        memcpy(out->body, body.data, body.size);
    return TILL_OK;
}

enum till_status store_sqlite_entry_add(struct store *s, const char *terminal,
                                        const struct entry *e)
{
    struct sqlite_use use = store_use(s, STORE_PUT_ENTRY);

    sqlite_bind_text(&use, terminal);
    sqlite_bind_unsigned(&use, e->seq);
    bind_content(&use, e);
    return store_run_referring(&use);
}

enum till_status store_sqlite_entry_get(struct store *s, const char *terminal, uint64_t seq,
                                        struct entry *out)
{
    struct sqlite_use use = store_use(s, STORE_ENTRY);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    sqlite_bind_text(&use, terminal);
    sqlite_bind_unsigned(&use, seq);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = read_content(&use, out);
    sqlite_end(&use);
    out->seq = seq;
    return st;
}

enum till_status store_sqlite_fork_add(struct store *s, const char *terminal, const struct entry *e,
                                       const uint8_t prev[HASH_SIZE])
{
    struct sqlite_use use = store_use(s, STORE_PUT_FORK);

    sqlite_bind_text(&use, terminal);
    sqlite_bind_unsigned(&use, e->seq);
    bind_content(&use, e);
    sqlite_bind_bytes(&use, prev, HASH_SIZE);
    return store_run_referring(&use);
}

enum till_status store_sqlite_fork_count(struct store *s, const char *terminal, uint64_t *count_out)
{
    struct sqlite_use use = store_use(s, STORE_FORK_COUNT);
    enum till_status st;

    sqlite_bind_text(&use, terminal);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = sqlite_column_unsigned(&use, 0, count_out);
    sqlite_end(&use);
    return st;
}

enum till_status store_sqlite_quarantine_add(struct store *s, const char *terminal, uint64_t seq,
                                             const char *reason)
{
    struct sqlite_use use = store_use(s, STORE_PUT_QUARANTINE);

    sqlite_bind_text(&use, terminal);
    sqlite_bind_unsigned(&use, seq);
    sqlite_bind_text(&use, reason);
    return store_run_referring(&use);
}

enum till_status store_sqlite_quarantined(struct store *s, const char *terminal, uint64_t *seqs_out,
                                          size_t capacity, size_t *count_out)
{
    struct sqlite_use use = store_use(s, STORE_QUARANTINED);
    enum till_status st;

    *count_out = 0;
    sqlite_bind_text(&use, terminal);
    while ((st = sqlite_next(&use)) == TILL_OK) {
        st = *count_out < capacity ? sqlite_column_unsigned(&use, 0, &seqs_out[*count_out])
                                   : TILL_TOO_LARGE;
        if (st != TILL_OK)
            break;
        ++*count_out;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

enum till_status store_sqlite_alarm_add(struct store *s, const struct store_alarm *a)
{
    struct sqlite_use use = store_use(s, STORE_PUT_ALARM);

    sqlite_bind_integer(&use, a->at_s);
    sqlite_bind_text(&use, a->terminal);
    sqlite_bind_text(&use, a->kind);
    sqlite_bind_text(&use, a->text);
    return sqlite_run(&use);
}

enum till_status store_sqlite_alarm_above(struct store *s, int64_t id, struct store_alarm *out)
{
    struct sqlite_use use = store_use(s, STORE_ALARM_ABOVE);
    enum till_status st;

    memset(out, 0, sizeof(*out));
    sqlite_bind_integer(&use, id);
    st = sqlite_next(&use);
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 2, out->terminal, sizeof(out->terminal));
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 3, out->kind, sizeof(out->kind));
    if (st == TILL_OK)
        st = sqlite_column_text(&use, 4, out->text, sizeof(out->text));
    if (st == TILL_OK) {
        out->id = sqlite_column_integer(&use, 0);
        out->at_s = sqlite_column_integer(&use, 1);
    }
    sqlite_end(&use);
    return st;
}
