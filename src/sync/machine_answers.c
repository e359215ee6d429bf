#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"

enum { HTTP_OK = 200 };

struct wire_error machine_read_refusal(const struct transport_answer *answer)
{
    struct wire_error e;
    if (wire_error_read(answer->body, &e) == TILL_OK && e.status != TILL_OK) {
        return e;
    }
    e = (struct wire_error){.status = TILL_E_PROTOCOL};
    snprintf(e.text, sizeof(e.text), "HTTP %d that is not ours", answer->http);
    return e;
}

/* ---- heads ----------------------------------------------------------------------------------- */

static enum till_status take_head(struct machine *m, struct machine_time t, struct span text,
                                  struct actions *out)
{
    struct head head;
    enum till_status status = head_read(&m->host, text, &head);
    if (status != TILL_OK) {
        return status;
    }
    if (strcmp(head.terminal, m->identity.terminal) != 0) {
        return TILL_E_PROTOCOL;
    }
    if (head.seq < m->pending.acknowledged) {
        log_warning("line: the host has entries through %" PRIu64 ", it had acknowledged %" PRIu64
                    ": sending again",
                    head.seq, m->pending.acknowledged);
    }
    m->host_known = true;
    m->host_seq = head.seq;
    m->host_book = head.book_revision;
    m->host_orders = head.orders_serial;
    m->head_first = false;
    machine_line_worked(m, t);
    machine_send(m, 0, LOCAL_HEAD, text, out);
    return TILL_OK;
}

static void take_head_answer(struct machine *m, struct machine_time t,
                             const struct transport_answer *answer, struct actions *out)
{
    if (answer->http != HTTP_OK) {
        machine_line_failed(m, t, machine_read_refusal(answer).status);
        return;
    }
    enum till_status status = take_head(m, t, answer->body, out);
    if (status != TILL_OK) {
        machine_line_failed(m, t, status);
    }
}

/* ---- journal --------------------------------------------------------------------------------- */

static void upload_refused(struct machine *m, struct machine_time t, const struct wire_error *e,
                           struct actions *out)
{
    if (e->status == TILL_E_PROTOCOL) {
        /* Perhaps no host at all. Nothing is said of the records. */
        machine_line_failed(m, t, e->status);
        return;
    }
    machine_line_worked(m, t);
    if (e->status == TILL_NEED_EARLIER && m->needs_earlier == 0) {
        m->needs_earlier++;
        m->head_first = true;
        return;
    }
    if (e->status == TILL_UNSUPPORTED && m->format > BATCH_FORMAT_LINES) {
        /* Older software than ours: the same entries once more, spelt as it reads them. */
        m->format--;
        log_info("line: the host does not read these batches; format %d from now on", m->format);
        return;
    }
    if (e->status == TILL_REVOKED) {
        machine_line_failed(m, t, e->status);
    }
    if (e->status != TILL_BUSY) {
        log_warning("line: the host refuses entries from %" PRIu64 ": %s (%s)", m->want.from,
                    status_name(e->status), e->text);
        machine_refuse(m, 0, e->status, e->text, out);
    }
    /* The next try begins where the host then says. */
    m->head_first = e->status == TILL_NEED_EARLIER;
    m->needs_earlier = 0;
    m->upload_status = e->status;
    backoff_fail(&m->upload, t.now_ms, &m->jitter);
}

static void take_journal_answer(struct machine *m, struct machine_time t,
                                const struct transport_answer *answer, struct actions *out)
{
    if (answer->http != HTTP_OK) {
        struct wire_error e = machine_read_refusal(answer);
        upload_refused(m, t, &e, out);
        return;
    }
    enum till_status status = take_head(m, t, answer->body, out);
    if (status != TILL_OK) {
        machine_line_failed(m, t, status);
        return;
    }
    m->needs_earlier = 0;
    if (m->host_seq < m->want.from) {
        log_warning("line: the host took entries %" PRIu64 "..%" PRIu64 " and still has %" PRIu64,
                    m->want.from, m->batch_last, m->host_seq);
        m->upload_status = TILL_E_PROTOCOL;
        backoff_fail(&m->upload, t.now_ms, &m->jitter);
        return;
    }
    backoff_reset(&m->upload);
    m->upload_status = TILL_OK;
}

/* ---- orders ---------------------------------------------------------------------------------- */

static void orders_failed(struct machine *m, struct machine_time t, int status)
{
    log_warning("line: no orders: %s", status_name(status));
    m->status = status;
    if (status == TILL_REVOKED || status == TILL_E_PROTOCOL) {
        machine_line_failed(m, t, status);
    }
    backoff_fail(&m->orders, t.now_ms, &m->jitter);
}

static void take_orders_answer(struct machine *m, struct machine_time t,
                               const struct transport_answer *answer, struct actions *out)
{
    struct orders orders;
    if (answer->http != HTTP_OK) {
        orders_failed(m, t, machine_read_refusal(answer).status);
        return;
    }
    enum till_status status = orders_read(&m->host, answer->body, &orders);
    if (status == TILL_OK && (strcmp(orders.terminal, m->identity.terminal) != 0 ||
                              answer->body.size >= sizeof(m->orders_text))) {
        status = TILL_E_PROTOCOL;
    }
    if (status != TILL_OK) {
        orders_failed(m, t, status);
        return;
    }
    machine_line_worked(m, t);
    backoff_reset(&m->orders);
    m->host_orders = orders.limits.serial;
    m->orders_serial = orders.limits.serial;
    memcpy(m->orders_text, answer->body.data, answer->body.size);
    m->orders_text[answer->body.size] = '\0';
    machine_add(out, ACTION_KEEP_ORDERS)->orders_text =
        (struct span){(const uint8_t *)m->orders_text, answer->body.size};
}

/* ---- book ------------------------------------------------------------------------------------ */

static void book_failed(struct machine *m, struct machine_time t, int status)
{
    log_warning("line: no book: %s", status_name(status));
    m->status = status;
    if (status == TILL_REVOKED || status == TILL_E_PROTOCOL) {
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

static void start_book(struct machine *m, struct machine_time t, struct actions *out)
{
    struct action *a = machine_add(out, ACTION_REQUEST);
    a->to_spool = true;
    a->revision = m->manifest.meta.revision;
    a->request = (struct transport_request){
        .url = m->identity.url,
        .terminal = m->identity.terminal,
        .authority_pem = m->identity.authority_pem,
        .with_certificate = true,
        .ignore_dates = machine_clock_is_behind(t, m->authority_from_s),
        .answer_max = m->manifest.packed_size,
    };
    int size = snprintf(a->request.path, sizeof(a->request.path), "/v1/book/%" PRIu64,
                        m->manifest.meta.revision);
    if (m->manifest.since != 0) {
        snprintf(a->request.path + size, sizeof(a->request.path) - (size_t)size, "/%" PRIu64,
                 m->manifest.since);
    }
    m->job = JOB_BOOK;
}

static void take_manifest_answer(struct machine *m, struct machine_time t,
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
    start_book(m, t, out);
}

static void take_book_answer(struct machine *m, struct machine_time t,
                             const struct transport_answer *answer, struct actions *out)
{
    if (answer->http != HTTP_OK) {
        book_failed(m, t, machine_read_refusal(answer).status);
        return;
    }
    if (answer->body_size != m->manifest.packed_size) {
        book_failed(m, t, TILL_E_CORRUPT);
        return;
    }
    machine_line_worked(m, t);
    struct action *a = machine_add(out, ACTION_KEEP_BOOK);
    a->manifest = &m->manifest;
    a->manifest_text = (struct span){(const uint8_t *)m->manifest_text, m->manifest_size};
    a->revision = m->manifest.meta.revision;
    m->job = JOB_KEEP;
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

/* ---- all ------------------------------------------------------------------------------------- */

void machine_take_answer(struct machine *m, struct machine_time t, enum job job,
                         const struct transport_answer *answer, struct actions *out)
{
    if (answer->status != TILL_OK) {
        machine_line_failed(m, t, answer->status);
        return;
    }
    switch (job) {
    case JOB_HEAD:
        take_head_answer(m, t, answer, out);
        return;
    case JOB_JOURNAL:
        take_journal_answer(m, t, answer, out);
        return;
    case JOB_ORDERS:
        take_orders_answer(m, t, answer, out);
        return;
    case JOB_MANIFEST:
        take_manifest_answer(m, t, answer, out);
        return;
    case JOB_BOOK:
        take_book_answer(m, t, answer, out);
        return;
    case JOB_NONE:
    case JOB_AUTHORITY:
    case JOB_ENROL:
    case JOB_SAVE:
    case JOB_WANT:
    case JOB_KEEP:
        return;
    }
}
