#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"

enum { HTTP_OK = 200, HTTP_NOTHING_NEW = 204 };

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

/* Dates of the host's certificate did not fit our clock; its signed head has said whose is wrong.
 * If ours is, it goes on by chain and name, and is said. */
static void judge_dates(struct machine *m, struct machine_time t, struct actions *out)
{
    m->doubt_dates = false;
    if (!machine_ignores_dates(m, t)) {
        machine_cancel(m, out);
        machine_line_failed(m, t, TILL_HOST_EXPIRED);
    }
}

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
    m->host_trust = head.trust_serial;
    m->head_first = false;
    if (head_tag(&m->host, &head, m->host_tag) != TILL_OK) {
        m->host_tag[0] = '\0';
    }
    m->clock_off_s = t.wall_s - head.at_s;
    m->clock_told = true;
    machine_line_worked(m, t);
    machine_send(m, 0, LOCAL_HEAD, text, out);
    if (m->doubt_dates) {
        judge_dates(m, t, out);
    }
    return TILL_OK;
}

static void take_head_answer(struct machine *m, struct machine_time t,
                             const struct transport_answer *answer, struct actions *out)
{
    if (answer->http == HTTP_NOTHING_NEW) {
        machine_line_worked(m, t);
        return;
    }
    if (answer->http != HTTP_OK) {
        int refused = machine_read_refusal(answer).status;
        if (refused == TILL_NOT_FOUND && !m->plain_heads) {
            m->plain_heads = true; /* it is older than heads with a tag */
            m->poll_ms = t.now_ms;
            return;
        }
        m->doubt_dates = false;
        machine_line_failed(m, t, refused);
        return;
    }
    enum till_status status = take_head(m, t, answer->body, out);
    if (status != TILL_OK) {
        m->doubt_dates = false;
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
    if (machine_is_shut_out(e->status)) {
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
    if (machine_is_shut_out(status) || status == TILL_E_PROTOCOL) {
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

/* ---- the key for sticks ---------------------------------------------------------------------- */

/* The terminal checks it. A host that has none is asked again in another run. */
static void take_stick_answer(struct machine *m, struct machine_time t,
                              const struct transport_answer *answer, struct actions *out)
{
    machine_line_worked(m, t);
    if (answer->http == HTTP_OK) {
        machine_send(m, 0, LOCAL_STICK, answer->body, out);
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

static void not_reached(struct machine *m, struct machine_time t, enum job job,
                        const struct transport_answer *answer, struct actions *out)
{
    if (job == JOB_BOOK) {
        machine_book_broke(m, answer);
    }
    if (answer->status == TILL_CLOCK_WRONG && !m->doubt_dates) {
        m->doubt_dates = true; /* asked again at once, by chain and name alone */
        machine_cancel(m, out);
        return;
    }
    m->doubt_dates = false;
    if (answer->status == TILL_WRONG_HOST) {
        m->trusting.open = true; /* or ours, with an authority that we have not heard of */
        machine_cancel(m, out);
        return;
    }
    machine_line_failed(m, t, answer->status);
}

void machine_take_answer(struct machine *m, struct machine_time t, enum job job,
                         const struct transport_answer *answer, struct actions *out)
{
    if (answer->status != TILL_OK && job != JOB_QUERY && job != JOB_RENEW &&
        job != JOB_TRUST_OPEN) {
        not_reached(m, t, job, answer, out);
        return;
    }
    switch (job) {
    case JOB_HEAD:
        take_head_answer(m, t, answer, out);
        return;
    case JOB_JOURNAL:
        take_journal_answer(m, t, answer, out);
        return;
    case JOB_STICK:
        take_stick_answer(m, t, answer, out);
        return;
    case JOB_ORDERS:
        take_orders_answer(m, t, answer, out);
        return;
    case JOB_MANIFEST:
        machine_take_manifest(m, t, answer, out);
        return;
    case JOB_BOOK:
        machine_take_book(m, t, answer, out);
        return;
    case JOB_QUERY:
        machine_query_answered(m, t, answer, out);
        return;
    case JOB_RENEW:
        machine_renew_answered(m, t, answer, out);
        return;
    case JOB_TRUST:
    case JOB_TRUST_OPEN:
        machine_trust_answered(m, t, job == JOB_TRUST_OPEN, answer, out);
        return;
    case JOB_REPORT:
        machine_report_answered(m, t, answer, out);
        return;
    case JOB_TELL:
        machine_told(m, t, answer);
        return;
    case JOB_NONE:
    case JOB_AUTHORITY:
    case JOB_ENROL:
    case JOB_SAVE:
    case JOB_SAVE_RENEWED:
    case JOB_SAVE_TRUST:
    case JOB_CSR:
    case JOB_WANT:
    case JOB_KEEP:
        return;
    }
}
