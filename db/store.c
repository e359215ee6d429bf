#include "store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_check.h"
#include "store_backend.h"
#include "text.h"

/* ---- opening, transactions ------------------------------------------------------------------- */

enum till_status store_open(const char *url, struct store **store_out)
{
    static const char sqlite[] = "sqlite:";
    static const char *const postgresql[] = {"postgresql://", "postgres://"};
    const char *colon = strchr(url, ':');
    const char *slash = strchr(url, '/');

    if (strncmp(url, sqlite, strlen(sqlite)) == 0)
        return store_sqlite_open(url + strlen(sqlite), store_out);
    for (size_t i = 0; i < sizeof(postgresql) / sizeof(postgresql[0]); i++) {
        if (strncmp(url, postgresql[i], strlen(postgresql[i])) == 0)
            return store_pg_open(url, store_out);
    }
    /* A colon before any slash is a scheme; a path with one can be written "./a:b". */
    if (colon != NULL && (slash == NULL || colon < slash))
        return TILL_UNSUPPORTED;
    return store_sqlite_open(url, store_out);
}

enum till_status store_open_scratch(const char *path, struct store **store_out)
{
    return store_sqlite_scratch(path, store_out);
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    store_rollback(s);
    s->backend->close(s);
}

static enum till_status begin(struct store *s, enum store_way way, const char *terminal)
{
    enum till_status st;

    assert(!s->in_transaction);
    s->touched = (struct store_touched){.count = 0};
    s->no_dispute = false;
    st = s->backend->begin(s, way, terminal);
    s->in_transaction = st == TILL_OK;
    return st;
}

enum till_status store_begin(struct store *s)
{
    return begin(s, STORE_ALONE, NULL);
}

enum till_status store_begin_terminal(struct store *s, const char *terminal)
{
    return begin(s, STORE_ALONG, terminal);
}

enum till_status store_begin_view(struct store *s)
{
    return begin(s, STORE_VIEW, NULL);
}

enum till_status store_begin_whole(struct store *s)
{
    return begin(s, STORE_WHOLE, NULL);
}

enum till_status store_commit(struct store *s)
{
    enum till_status st;

    assert(s->in_transaction);
    st = store_touched_count(s);
    if (st != TILL_OK) {
        store_rollback(s);
        return st;
    }
    s->in_transaction = false;
    return s->backend->commit(s);
}

void store_rollback(struct store *s)
{
    if (s->in_transaction)
        s->backend->rollback(s);
    s->in_transaction = false;
}

enum till_status store_finish(struct store *s, enum till_status status)
{
    if (status == TILL_OK)
        return store_commit(s);
    store_rollback(s);
    return status;
}

enum till_status store_expect(struct store *s, const struct store_expected *e)
{
    const struct store_bulk *bulk = s->backend->bulk;
    enum till_status st = TILL_UNSUPPORTED;

    assert(s->in_transaction);
    if (bulk != NULL)
        st = bulk->expect(s, e);
    return st == TILL_UNSUPPORTED ? TILL_OK : st;
}

enum till_status store_copy(struct store *s, const char *path)
{
    assert(!s->in_transaction);
    return s->backend->copy == NULL ? TILL_UNSUPPORTED : s->backend->copy(s, path);
}

/* ---- terminals ------------------------------------------------------------------------------- */

static bool terminal_row_is_valid(const struct store_terminal *t)
{
    return memchr(t->terminal, '\0', sizeof(t->terminal)) != NULL &&
           terminal_is_valid(t->terminal) && t->state >= TERMINAL_NEW &&
           t->state <= TERMINAL_RETIRED && book_text_is_clean(t->name, sizeof(t->name)) &&
           book_text_is_clean(t->code_hash, sizeof(t->code_hash)) &&
           /* A certificate has lines: it is no clean text, but it is text. */
           memchr(t->line_pem, '\0', sizeof(t->line_pem)) != NULL && t->head_seq <= INT64_MAX &&
           t->head_serial <= INT64_MAX && t->book_revision <= INT64_MAX;
}

enum till_status store_terminal_put(struct store *s, const struct store_terminal *t)
{
    assert(s->in_transaction);
    return terminal_row_is_valid(t) ? store_rows_terminal_put(s, t) : TILL_BAD_INPUT;
}

enum till_status store_terminal_get(struct store *s, const char *terminal,
                                    struct store_terminal *out)
{
    return store_rows_terminal_get(s, terminal, out);
}

enum till_status store_terminal_next(struct store *s, const char *after, struct store_terminal *out)
{
    char from[TERMINAL_MAX];

    /* Callers walk with after = out->terminal: the row must not be written over its own key. */
    text_copy(from, sizeof from, after);
    return store_rows_terminal_above(s, from, out);
}

/* "CX01,CX02" into its parts. TILL_BAD_INPUT: no list of ids. TILL_TOO_LARGE: too many. */
static enum till_status split_ids(const char *ids, char (*ids_out)[BOOK_ID_MAX], size_t *count_out)
{
    *count_out = 0;
    while (*ids != '\0') {
        size_t size = strcspn(ids, ",");

        if (*count_out == STORE_ASSIGNED_MAX)
            return TILL_TOO_LARGE;
        if (size == 0 || size >= BOOK_ID_MAX || memchr(ids, ' ', size) != NULL ||
            !text_is_clean(ids, size))
            return TILL_BAD_INPUT;
        memcpy(ids_out[*count_out], ids, size);
        ids_out[*count_out][size] = '\0';
        for (size_t i = 0; i < *count_out; i++) {
            if (strcmp(ids_out[i], ids_out[*count_out]) == 0)
                return TILL_BAD_INPUT;
        }
        ++*count_out;
        ids += size;
        if (*ids == ',' && *++ids == '\0')
            return TILL_BAD_INPUT;
    }
    return TILL_OK;
}

enum till_status store_assign(struct store *s, const char *terminal, const char *ids)
{
    char parts[STORE_ASSIGNED_MAX][BOOK_ID_MAX];
    struct store_terminal t;
    size_t count = 0;
    enum till_status st = split_ids(ids, parts, &count);

    assert(s->in_transaction);
    if (st == TILL_OK)
        st = store_rows_terminal_get(s, terminal, &t);
    return st == TILL_OK ? store_rows_assign(s, terminal, (const char(*)[BOOK_ID_MAX])parts, count)
                         : st;
}

enum till_status store_assigned(struct store *s, const char *terminal, char *ids_out,
                                size_t capacity)
{
    char parts[STORE_ASSIGNED_MAX][BOOK_ID_MAX];
    struct store_terminal t;
    size_t count = 0, size = 0;
    enum till_status st = store_rows_terminal_get(s, terminal, &t);

    if (st == TILL_OK)
        st = store_rows_assigned(s, terminal, parts, STORE_ASSIGNED_MAX, &count);
    if (st != TILL_OK)
        return st;
    for (size_t i = 0; i < count; i++) {
        size_t part = strlen(parts[i]);
        size_t comma = i > 0 ? 1 : 0;

        if (size + comma + part >= capacity)
            return TILL_TOO_LARGE;
        if (comma > 0)
            ids_out[size++] = ',';
        memcpy(ids_out + size, parts[i], part);
        size += part;
    }
    if (capacity == 0)
        return TILL_TOO_LARGE;
    ids_out[size] = '\0';
    return TILL_OK;
}

/* ---- entries --------------------------------------------------------------------------------- */

static bool entry_is_storable(const struct entry *e)
{
    return e->seq > 0 && e->seq <= INT64_MAX && e->body_size <= ENTRY_BODY_MAX;
}

enum till_status store_entry_put(struct store *s, const char *terminal, const struct entry *e)
{
    struct entry there;
    enum till_status st;

    assert(s->in_transaction);
    if (!entry_is_storable(e))
        return TILL_BAD_INPUT;
    st = store_rows_entry_get(s, terminal, e->seq, &there);
    if (st == TILL_OK)
        return memcmp(there.hash, e->hash, HASH_SIZE) == 0 ? TILL_UNCHANGED : TILL_E_FORK;
    return st == TILL_NOT_FOUND ? store_rows_entry_add(s, terminal, e) : st;
}

enum till_status store_entry_get(struct store *s, const char *terminal, uint64_t seq,
                                 struct entry *out)
{
    return seq <= INT64_MAX ? store_rows_entry_get(s, terminal, seq, out) : TILL_NOT_FOUND;
}

enum till_status store_fork_put(struct store *s, const char *terminal, const struct entry *e,
                                const uint8_t prev[HASH_SIZE])
{
    assert(s->in_transaction);
    return entry_is_storable(e) ? store_rows_fork_add(s, terminal, e, prev) : TILL_BAD_INPUT;
}

uint64_t store_fork_count(struct store *s, const char *terminal)
{
    uint64_t count = 0;

    /* What can't be counted is not known to be none: a fork stops a terminal. */
    return store_rows_fork_count(s, terminal, &count) == TILL_OK ? count : UINT64_MAX;
}

enum till_status store_quarantine_put(struct store *s, const char *terminal, uint64_t seq,
                                      const char *reason)
{
    char kept[STORE_REASON_MAX];

    assert(s->in_transaction);
    text_copy(kept, sizeof(kept), reason);
    if (seq == 0 || seq > INT64_MAX || !book_text_is_clean(kept, sizeof(kept)))
        return TILL_BAD_INPUT;
    return store_rows_quarantine_add(s, terminal, seq, kept);
}

enum till_status store_quarantined(struct store *s, const char *terminal,
                                   uint64_t seqs_out[BOOK_UNAPPLIED_MAX], size_t *count_out)
{
    return store_rows_quarantined(s, terminal, seqs_out, BOOK_UNAPPLIED_MAX, count_out);
}

/* ---- alarms, values -------------------------------------------------------------------------- */

/* Each of its parts is. */
static bool alarm_text_is_clean(const char text[STORE_ALARM_MAX])
{
    char parts[STORE_ALARM_MAX] = "";

    for (size_t i = 0; i < sizeof(parts) && text[i] != '\0'; i++)
        parts[i] = text[i] == STORE_PART_MARK ? ' ' : text[i];
    return book_text_is_clean(parts, sizeof(parts));
}

enum till_status store_alarm_put(struct store *s, const struct store_alarm *a)
{
    assert(s->in_transaction);
    if (!book_text_is_clean(a->terminal, sizeof(a->terminal)) ||
        !book_text_is_clean(a->kind, sizeof(a->kind)) || !alarm_text_is_clean(a->text))
        return TILL_BAD_INPUT;
    return store_rows_alarm_add(s, a);
}

enum till_status store_alarm_next(struct store *s, int64_t after, struct store_alarm *out)
{
    return store_rows_alarm_above(s, after, out);
}

enum till_status store_value_put(struct store *s, const char *key, const char *value)
{
    assert(s->in_transaction);
    if (key[0] == '\0' || !book_text_is_clean(key, STORE_KEY_MAX) ||
        !book_text_is_clean(value, STORE_VALUE_MAX))
        return TILL_BAD_INPUT;
    return store_rows_value_put(s, key, value);
}

enum till_status store_value_remove(struct store *s, const char *key)
{
    assert(s->in_transaction);
    return store_rows_value_remove(s, key);
}

enum till_status store_value_get(struct store *s, const char *key, char *value_out, size_t capacity)
{
    return store_rows_value_get(s, key, value_out, capacity);
}

uint64_t store_source_seq(const char *source, const char *terminal)
{
    char front[sizeof("entry//") + TERMINAL_MAX];
    size_t size = (size_t)snprintf(front, sizeof(front), "entry/%s/", terminal);
    char *end = NULL;
    uint64_t seq;

    if (strncmp(source, front, size) != 0 || source[size] < '1' || source[size] > '9')
        return 0;
    seq = strtoull(source + size, &end, 10);
    return *end == '\0' ? seq : 0;
}

uint64_t store_value_number(struct store *s, const char *key)
{
    char value[STORE_VALUE_MAX];

    return store_value_get(s, key, value, sizeof(value)) == TILL_OK ? strtoull(value, NULL, 10) : 0;
}

enum till_status store_value_raise(struct store *s, const char *key)
{
    char value[24];

    (void)snprintf(value, sizeof(value), "%" PRIu64, store_value_number(s, key) + 1);
    return store_value_put(s, key, value);
}
