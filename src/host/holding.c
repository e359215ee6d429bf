#include "holding.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* ---- lists of ids ---------------------------------------------------------------------------- */

/* One id of a comma-separated list; advances *at. False at the end. */
static bool next_id(const char **at, char id_out[BOOK_ID_MAX])
{
    size_t size = strcspn(*at, ",");
    if (size == 0 || size >= BOOK_ID_MAX) {
        return false;
    }
    memcpy(id_out, *at, size);
    id_out[size] = '\0';
    *at += size + ((*at)[size] == ',' ? 1 : 0);
    return true;
}

static bool is_in(const char *ids, const char *id)
{
    char one[BOOK_ID_MAX];
    for (const char *at = ids; next_id(&at, one);) {
        if (strcmp(one, id) == 0) {
            return true;
        }
    }
    return false;
}

/* `ids` with one more, or one less. */
static enum till_status with(const char *ids, const char *id, char out[STORE_ASSIGNED_TEXT_MAX])
{
    int size = snprintf(out, STORE_ASSIGNED_TEXT_MAX, "%s%s%s", ids, ids[0] == '\0' ? "" : ",", id);
    return size > 0 && size < STORE_ASSIGNED_TEXT_MAX ? TILL_OK : TILL_TOO_LARGE;
}

static enum till_status without(const char *ids, const char *id, char out[STORE_ASSIGNED_TEXT_MAX])
{
    char one[BOOK_ID_MAX], before[STORE_ASSIGNED_TEXT_MAX];
    enum till_status status = TILL_OK;
    out[0] = '\0';
    for (const char *at = ids; status == TILL_OK && next_id(&at, one);) {
        if (strcmp(one, id) != 0) {
            text_copy(before, sizeof(before), out);
            status = with(before, one, out);
        }
    }
    return status;
}

/* ---- beginning and ending -------------------------------------------------------------------- */

static enum till_status put(struct store *s, const struct store_holding *h)
{
    int64_t id;
    return store_holding_put(s, h, &id);
}

/* The terminal's row of that meter book that has not ended; *h_out has id 0 where there is none. */
static enum till_status find_open(struct store *s, const char *terminal, const char *meter_book,
                                  struct store_holding *h_out)
{
    struct store_holding h = {0};
    *h_out = (struct store_holding){0};
    for (;;) {
        enum till_status status = store_holding_of_terminal(s, terminal, h.id, &h);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
        if (h.until_s == 0 && strcmp(h.meter_book, meter_book) == 0) {
            *h_out = h;
        }
    }
}

static enum till_status begin(struct store *s, const struct store_terminal *t,
                              const char *meter_book, int64_t now_s)
{
    struct store_holding h;
    enum till_status status = find_open(s, t->terminal, meter_book, &h);
    if (status != TILL_OK || h.id != 0) {
        return status;
    }
    text_copy(h.meter_book, sizeof(h.meter_book), meter_book);
    text_copy(h.terminal, sizeof(h.terminal), t->terminal);
    h.from_s = now_s;
    h.after_revision = t->book_revision;
    return put(s, &h);
}

static enum till_status end(struct store *s, const struct store_terminal *t, const char *meter_book,
                            int64_t now_s)
{
    struct store_holding h;
    enum till_status status = find_open(s, t->terminal, meter_book, &h);
    if (status != TILL_OK) {
        return status;
    }
    bool known = h.id != 0; /* else it was assigned before this was written down */
    text_copy(h.meter_book, sizeof(h.meter_book), meter_book);
    text_copy(h.terminal, sizeof(h.terminal), t->terminal);
    h.until_s = now_s > h.from_s ? now_s : h.from_s + 1;
    /* No book was made since: the terminal never saw that meter book. */
    if (t->book_revision == 0 || (known && h.after_revision == t->book_revision)) {
        h.report = HOLDING_NEVER;
        h.reported_s = h.until_s;
    }
    h.after_revision = t->book_revision;
    return put(s, &h);
}

/* t: of that terminal; its secret is wiped by the caller. */
static enum till_status assign(struct store *s, const struct store_terminal *t, const char *ids,
                               int64_t now_s)
{
    char before[STORE_ASSIGNED_TEXT_MAX], id[BOOK_ID_MAX];
    enum till_status status = store_assigned(s, t->terminal, before, sizeof(before));
    if (status == TILL_OK) {
        status = store_assign(s, t->terminal, ids);
    }
    for (const char *at = before; status == TILL_OK && next_id(&at, id);) {
        if (!is_in(ids, id)) {
            status = end(s, t, id, now_s);
        }
    }
    for (const char *at = ids; status == TILL_OK && next_id(&at, id);) {
        if (!is_in(before, id)) {
            status = begin(s, t, id, now_s);
        }
    }
    return status;
}

enum till_status holding_assign(struct store *s, const char *terminal, const char *ids,
                                int64_t now_s)
{
    struct store_terminal t;
    enum till_status status = store_terminal_get(s, terminal, &t);
    if (status == TILL_OK) {
        status = assign(s, &t, ids, now_s);
    }
    explicit_bzero(&t, sizeof(t)); /* its secret */
    return status;
}

enum till_status holding_unknown(struct store *s, const char *ids, char id_out[BOOK_ID_MAX])
{
    struct book_meter_book m;
    const char *at = ids;
    while (next_id(&at, id_out)) {
        enum till_status status = store_meter_book_get(s, id_out, &m);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
    }
    /* What is left is longer than any id, or nothing. */
    text_copy(id_out, BOOK_ID_MAX, at);
    return TILL_OK;
}

enum till_status holding_nobodys(struct store *s, const char *ids, char *out)
{
    struct store_terminal t = {0};
    char carried[STORE_ASSIGNED_TEXT_MAX], one[BOOK_ID_MAX], left[STORE_ASSIGNED_TEXT_MAX];
    char after[TERMINAL_MAX] = "";
    enum till_status status;
    text_copy(out, STORE_ASSIGNED_TEXT_MAX, ids);
    while ((status = store_terminal_next(s, after, &t)) == TILL_OK) {
        memcpy(after, t.terminal, sizeof(after));
        status = store_assigned(s, t.terminal, carried, sizeof(carried));
        for (const char *at = carried; status == TILL_OK && next_id(&at, one);) {
            status = without(out, one, left);
            text_copy(out, STORE_ASSIGNED_TEXT_MAX, left);
        }
        if (status != TILL_OK) {
            break;
        }
    }
    explicit_bzero(&t, sizeof(t)); /* its secret */
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status holding_give(struct store *s, const char *meter_book, const char *to,
                              int64_t now_s)
{
    struct store_terminal t = {0};
    char ids[STORE_ASSIGNED_TEXT_MAX], next[STORE_ASSIGNED_TEXT_MAX], after[TERMINAL_MAX] = "";
    bool changed = false;
    enum till_status status = store_assigned(s, to, ids, sizeof(ids));
    if (status == TILL_OK && !is_in(ids, meter_book)) {
        status = with(ids, meter_book, next);
        status = status == TILL_OK ? holding_assign(s, to, next, now_s) : status;
        changed = true;
    }
    while (status == TILL_OK) {
        status = store_terminal_next(s, after, &t);
        if (status != TILL_OK) {
            break;
        }
        memcpy(after, t.terminal, sizeof(after));
        if (strcmp(t.terminal, to) == 0) {
            continue;
        }
        status = store_assigned(s, t.terminal, ids, sizeof(ids));
        if (status == TILL_OK && is_in(ids, meter_book)) {
            status = without(ids, meter_book, next);
            status = status == TILL_OK ? assign(s, &t, next, now_s) : status;
            changed = true;
        }
    }
    explicit_bzero(&t, sizeof(t)); /* its secret */
    if (status != TILL_NOT_FOUND || after[0] == '\0') {
        return status;
    }
    return changed ? TILL_OK : TILL_UNCHANGED;
}

/* ---- reporting ------------------------------------------------------------------------------- */

struct report {
    int how; /* enum holding_report; HOLDING_OPEN: only `revision` is noted */
    uint64_t revision, seq;
    int64_t at_s;
};

/* Each row of the terminal that has ended and waits, where it is due. */
static enum till_status report(struct store *s, const char *terminal, const struct report *r)
{
    struct store_holding h = {0};
    for (;;) {
        enum till_status status = store_holding_of_terminal(s, terminal, h.id, &h);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
        if (h.until_s == 0 || h.report != HOLDING_OPEN) {
            continue;
        }
        if (r->how == HOLDING_OPEN) {
            h.after_revision = r->revision > h.after_revision ? r->revision : h.after_revision;
        } else if (r->how != HOLDING_REPORTED || r->revision > h.after_revision) {
            h.report = r->how;
            h.reported_s = r->at_s > 0 ? r->at_s : 1;
            h.reported_seq = r->seq;
        } else {
            continue;
        }
        status = put(s, &h);
        if (status != TILL_OK) {
            return status;
        }
    }
}

enum till_status holding_applied(struct store *s, const char *terminal, uint64_t revision,
                                 uint64_t seq, int64_t at_s)
{
    const struct report r = {HOLDING_REPORTED, revision, seq, at_s};
    return report(s, terminal, &r);
}

enum till_status holding_astray(struct store *s, const char *terminal, uint64_t newest)
{
    const struct report r = {HOLDING_OPEN, newest, 0, 0};
    return report(s, terminal, &r);
}

enum till_status holding_retired(struct store *s, const char *terminal, uint64_t seq, int64_t at_s)
{
    const struct report r = {HOLDING_REPORTED, UINT64_MAX, seq, at_s};
    enum till_status status = holding_assign(s, terminal, "", at_s);
    return status == TILL_OK ? report(s, terminal, &r) : status;
}

enum till_status holding_release(struct store *s, const char *terminal, int64_t now_s)
{
    const struct report r = {HOLDING_LOST, 0, 0, now_s};
    enum till_status status = holding_assign(s, terminal, "", now_s);
    return status == TILL_OK ? report(s, terminal, &r) : status;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static bool is_listed(const struct book_holder *list, size_t count, const char *terminal)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].terminal, terminal) == 0) {
            return true;
        }
    }
    return false;
}

/* *out_filled: false where it can't have taken anything, or carries the meter book again. */
static enum till_status describe(struct store *s, const struct store_holding *h,
                                 struct book_holder *out, bool *filled_out)
{
    struct store_terminal t;
    struct entry last;
    char ids[STORE_ASSIGNED_TEXT_MAX];
    *filled_out = false;
    enum till_status status = store_terminal_get(s, h->terminal, &t);
    if (status == TILL_OK) {
        status = store_assigned(s, h->terminal, ids, sizeof(ids));
    }
    if (status == TILL_OK && t.state != TERMINAL_NEW && !is_in(ids, h->meter_book)) {
        *out = (struct book_holder){0};
        text_copy(out->meter_book, sizeof(out->meter_book), h->meter_book);
        text_copy(out->terminal, sizeof(out->terminal), h->terminal);
        memcpy(out->journal_key, t.journal_key, sizeof(out->journal_key));
        *filled_out = true;
        if (t.head_seq > 0) {
            status = store_entry_get(s, t.terminal, t.head_seq, &last);
            out->through_s = status == TILL_OK && last.at_s > 0 ? last.at_s : 0;
        }
    }
    explicit_bzero(&t, sizeof(t)); /* its secret */
    return status;
}

enum till_status holding_pending(struct store *s, const char *meter_book, const char *but,
                                 struct book_holder *out, size_t capacity, size_t *count_out)
{
    struct store_holding h = {0};
    *count_out = 0;
    while (*count_out < capacity) {
        enum till_status status = store_holding_waiting(s, meter_book, h.id, &h);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND ? TILL_OK : status;
        }
        if (strcmp(h.terminal, but) == 0 || is_listed(out, *count_out, h.terminal)) {
            continue;
        }
        bool filled;
        status = describe(s, &h, &out[*count_out], &filled);
        if (status != TILL_OK) {
            return status;
        }
        *count_out += filled ? 1 : 0;
    }
    return TILL_OK;
}
