/*
 * Books: what is new is asked for, comes piece by piece, and goes on where it broke.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"

enum { HTTP_OK = 200, HTTP_PIECE = 206 };

/* ---- what there is to do --------------------------------------------------------------------- */

static uint64_t newest_book(const struct machine *m)
{
    return m->spooled.revision > m->pending.book ? m->spooled.revision : m->pending.book;
}

bool machine_wants_book(const struct machine *m)
{
    return m->pending_known && m->host_known && m->host_book > newest_book(m);
}

void machine_drop_spooled(struct machine *m, struct actions *out)
{
    bool applied = m->spooled.revision <= m->pending.book;
    bool without_base = m->spooled.since != 0 && m->spooled.since != m->pending.book;
    if (m->spooled.revision == 0 || (!applied && !without_base)) {
        return;
    }
    machine_add(out, ACTION_DROP_BOOK)->revision = m->spooled.revision;
    m->spooled = (struct spooled_book){0};
}

void machine_announce_book(struct machine *m, struct actions *out)
{
    if (!m->connected || !m->is_ours || !m->pending_known || m->announced ||
        m->spooled.revision <= m->pending.book) {
        return;
    }
    uint8_t memory[16 * 1024];
    struct buffer body;
    struct local_book book;
    snprintf(book.path, sizeof(book.path), "%s", m->spooled.path);
    snprintf(book.manifest, sizeof(book.manifest), "%s", m->spooled.manifest);
    buffer_init(&body, memory, sizeof(memory));
    m->announced = true;
    if (local_write_book(&book, &body) != TILL_OK) {
        log_error("line: the book's path can't be told");
        return;
    }
    machine_send(m, 0, LOCAL_BOOK, (struct span){memory, body.size}, out);
}

/* ---- fetching -------------------------------------------------------------------------------- */

static void book_failed(struct machine *m, struct machine_time t, int status)
{
    log_warning("line: no book: %s", status_name(status));
    m->status = status;
    if (machine_is_shut_out(status) || status == TILL_E_PROTOCOL) {
        machine_line_failed(m, t, status);
    }
    backoff_fail(&m->books, t.now_ms, &m->jitter);
}

static enum till_status check_manifest(const struct machine *m,
                                       const struct book_manifest *manifest, size_t text_size)
{
    if (strcmp(manifest->meta.terminal, m->identity.terminal) != 0) {
        return TILL_E_PROTOCOL;
    }
    if (manifest->since != 0 && manifest->since != m->pending.book) {
        return TILL_BUSY; /* the terminal has got another book since it was asked for */
    }
    if (text_size >= sizeof(m->manifest_text) || manifest->packed_size == 0 ||
        manifest->packed_size > MACHINE_BOOK_PACKED_MAX ||
        manifest->plain_size > MACHINE_BOOK_PLAIN_MAX) {
        return TILL_TOO_LARGE;
    }
    return TILL_OK;
}

/* The next piece of it: between two of them everything else gets its turn. */
static void start_piece(struct machine *m, struct machine_time t, struct actions *out)
{
    uint64_t piece = machine_piece_size(m);
    struct transport_request *r = machine_start(m, t, JOB_BOOK, out);
    struct action *a = &out->items[out->count - 1];
    a->to_spool = true;
    a->revision = m->manifest.meta.revision;
    r->deadline_ms = 0;
    r->answer_max = m->manifest.packed_size;
    if (m->part_size != 0 || piece < m->manifest.packed_size) {
        r->from = m->part_size;
        r->piece = piece;
    }
    int size = snprintf(r->path, sizeof(r->path), "/v1/book/%" PRIu64, m->manifest.meta.revision);
    if (m->manifest.since != 0) {
        snprintf(r->path + size, sizeof(r->path) - (size_t)size, "/%" PRIu64, m->manifest.since);
    }
}

static void forget_part(struct machine *m)
{
    m->has_part = false;
    m->part_size = 0;
}

/* What the terminal has is named: then what changed since may do. */
static void ask_manifest(struct machine *m, struct machine_time t, struct actions *out)
{
    struct transport_request *r = machine_start(m, t, JOB_MANIFEST, out);
    snprintf(r->path, sizeof(r->path), "/v1/book");
    if (m->pending.book != 0) {
        snprintf(r->path, sizeof(r->path), "/v1/book/since/%" PRIu64, m->pending.book);
    }
}

void machine_ask_book(struct machine *m, struct machine_time t, struct actions *out)
{
    bool fits = m->has_part && m->manifest.meta.revision > newest_book(m) &&
                (m->manifest.since == 0 || m->manifest.since == m->pending.book);
    if (fits) {
        start_piece(m, t, out);
    } else {
        forget_part(m);
        ask_manifest(m, t, out);
    }
}

void machine_take_part(struct machine *m, const char *manifest_text, uint64_t size)
{
    struct span text = {(const uint8_t *)manifest_text, strlen(manifest_text)};
    struct book_manifest manifest;
    if (text.size < sizeof(m->manifest_text) &&
        manifest_read(&m->host, text, &manifest) == TILL_OK &&
        strcmp(manifest.meta.terminal, m->identity.terminal) == 0 && size < manifest.packed_size) {
        m->manifest = manifest;
        memcpy(m->manifest_text, manifest_text, text.size + 1);
        m->manifest_size = text.size;
        m->part_size = size;
        m->has_part = true;
    }
}

void machine_take_manifest(struct machine *m, struct machine_time t,
                           const struct transport_answer *answer, struct actions *out)
{
    if (answer->http != HTTP_OK) {
        struct wire_error e = machine_read_refusal(answer);
        if (e.status == TILL_NO_BOOK) {
            machine_line_worked(m, t);
            m->host_book = 0;
            return;
        }
        book_failed(m, t, e.status);
        return;
    }
    enum till_status status = manifest_read(&m->host, answer->body, &m->manifest);
    if (status == TILL_OK) {
        status = check_manifest(m, &m->manifest, answer->body.size);
    }
    if (status != TILL_OK) {
        book_failed(m, t, status);
        return;
    }
    machine_line_worked(m, t);
    m->host_book = m->manifest.meta.revision;
    if (!machine_wants_book(m)) {
        return;
    }
    memcpy(m->manifest_text, answer->body.data, answer->body.size);
    m->manifest_text[answer->body.size] = '\0';
    m->manifest_size = answer->body.size;
    m->has_part = true;
    m->part_size = 0;
    machine_add(out, ACTION_BEGIN_PART)->manifest_text =
        (struct span){(const uint8_t *)m->manifest_text, m->manifest_size};
    start_piece(m, t, out);
}

static void keep_book(struct machine *m, struct actions *out)
{
    struct action *a = machine_add(out, ACTION_KEEP_BOOK);
    a->manifest = &m->manifest;
    a->manifest_text = (struct span){(const uint8_t *)m->manifest_text, m->manifest_size};
    a->revision = m->manifest.meta.revision;
    m->job = JOB_KEEP;
    forget_part(m);
}

void machine_take_book(struct machine *m, struct machine_time t,
                       const struct transport_answer *answer, struct actions *out)
{
    if (answer->http != HTTP_OK && answer->http != HTTP_PIECE) {
        forget_part(m); /* the host may have it no more */
        book_failed(m, t, machine_read_refusal(answer).status);
        return;
    }
    uint64_t before = answer->http == HTTP_PIECE ? m->part_size : 0;
    m->part_size = before + answer->body_size;
    machine_line_worked(m, t);
    if (m->part_size == m->manifest.packed_size) {
        keep_book(m, out);
    } else if (answer->http == HTTP_OK || answer->body_size == 0 ||
               m->part_size > m->manifest.packed_size) {
        forget_part(m);
        book_failed(m, t, TILL_E_CORRUPT);
    }
}

/* The line broke in the middle of a piece: what has come of it is not asked for again. */
void machine_book_broke(struct machine *m, const struct transport_answer *answer)
{
    bool of_it = answer->http == HTTP_OK || answer->http == HTTP_PIECE;
    if (m->has_part && of_it && answer->body_size > 0) {
        uint64_t before = answer->http == HTTP_PIECE ? m->part_size : 0;
        m->part_size = before + answer->body_size;
        if (m->part_size >= m->manifest.packed_size) {
            forget_part(m);
        }
    }
}

void machine_take_kept(struct machine *m, struct machine_time t, enum till_status status,
                       const char *path)
{
    if (status != TILL_OK) {
        log_warning("line: the book was not kept: %s", status_name(status));
        m->status = status;
        backoff_fail(&m->books, t.now_ms, &m->jitter);
        return;
    }
    backoff_reset(&m->books);
    m->spooled.revision = m->manifest.meta.revision;
    m->spooled.since = m->manifest.since;
    snprintf(m->spooled.path, sizeof(m->spooled.path), "%s", path);
    snprintf(m->spooled.manifest, sizeof(m->spooled.manifest), "%s", m->manifest_text);
    m->announced = false;
}
