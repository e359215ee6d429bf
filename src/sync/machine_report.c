/*
 * A report as a file for the office: a copy for reading. It goes behind records and orders, within
 * the day's budget of books, and is tried until the host has taken or refused it. It outlives
 * neither the connection of the terminal nor a restart: who wants it sends it again.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"

enum { HTTP_OK = 200 };

static void refuse(struct machine *m, int status, const char *text, struct actions *out)
{
    if (m->sending.active) {
        m->sending.active = false;
        machine_refuse(m, m->sending.id, status, text, out);
    }
}

void machine_report_begin(struct machine *m, uint32_t id, const struct local_report *report,
                          struct actions *out)
{
    struct sending *s = &m->sending;
    refuse(m, TILL_BUSY, "another one takes its place", out);
    if (m->job == JOB_REPORT) {
        machine_cancel(m, out);
    }
    assert(report->content.size <= sizeof(s->content));
    s->active = true;
    s->id = id;
    s->wait = (struct backoff){0};
    s->size = report->content.size;
    memcpy(s->content, report->content.data, s->size);
    snprintf(s->path, sizeof(s->path), "/v1/reports/%s/%s/%" PRId64, report->name, report->user,
             report->at_s);
    if (!m->enrolled || !m->is_ours) {
        refuse(m, TILL_NOT_ENROLLED, status_text(TILL_NOT_ENROLLED), out);
    }
}

bool machine_wants_report(const struct machine *m)
{
    return m->sending.active;
}

void machine_report_step(struct machine *m, struct machine_time t, struct actions *out)
{
    struct transport_request *r = machine_start(m, t, JOB_REPORT, out);
    snprintf(r->path, sizeof(r->path), "%s", m->sending.path);
    r->is_post = true;
    r->body = (struct span){m->sending.content, m->sending.size};
    r->content_type = CONTENT_CSV;
    r->deadline_ms = machine_deadline_ms(m->sending.size);
}

void machine_report_answered(struct machine *m, struct machine_time t,
                             const struct transport_answer *answer, struct actions *out)
{
    if (answer->http == HTTP_OK) {
        machine_line_worked(m, t);
        if (m->sending.active) {
            m->sending.active = false;
            machine_send(m, m->sending.id, LOCAL_SENT, (struct span){NULL, 0}, out);
        }
        return;
    }
    struct wire_error e = machine_read_refusal(answer);
    if (e.status == TILL_E_PROTOCOL) {
        machine_line_failed(m, t, e.status); /* perhaps no host at all */
        return;
    }
    machine_line_worked(m, t);
    if (machine_is_shut_out(e.status)) {
        machine_line_failed(m, t, e.status);
    }
    if (e.status == TILL_BUSY) {
        backoff_fail(&m->sending.wait, t.now_ms, &m->jitter);
        return;
    }
    log_warning("line: the host refuses a report: %s (%s)", status_name(e.status), e.text);
    refuse(m, e.status, e.text, out);
}
