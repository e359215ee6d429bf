/*
 * One authority takes the place of another: the line learns the new one, says that it has, and
 * believes the old one until it is named no more.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"

enum { HTTP_OK = 200, HTTP_NOTHING_NEW = 204 };

bool machine_wants_trust(const struct machine *m)
{
    return m->trusting.wanted ||
           (m->pending_known && m->host_known && m->host_trust > m->trust.serial);
}

bool machine_wants_to_tell(const struct machine *m)
{
    return m->pending_known && m->host_known && !m->trusting.told && m->trust.has_next &&
           m->host_trust == m->trust.serial;
}

void machine_trust_step(struct machine *m, struct machine_time t, struct actions *out)
{
    bool open = m->trusting.open;
    struct transport_request *r = machine_start(m, t, open ? JOB_TRUST_OPEN : JOB_TRUST, out);
    snprintf(r->path, sizeof(r->path), "/v1/trust");
    if (open) {
        r->authority_pem = NULL;
        r->with_certificate = false;
        r->terminal = NULL;
    }
}

void machine_tell_step(struct machine *m, struct machine_time t, struct actions *out)
{
    struct transport_request *r = machine_start(m, t, JOB_TELL, out);
    snprintf(r->path, sizeof(r->path), "/v1/trust/%" PRIu64, m->trust.serial);
}

static enum till_status read_answer(struct machine *m, const struct transport_answer *answer)
{
    struct trust_answer a;
    if (answer->status != TILL_OK) {
        return answer->status;
    }
    if (answer->http != HTTP_OK) {
        return machine_read_refusal(answer).status;
    }
    enum till_status status = trust_answer_read(answer->body, &a);
    return status == TILL_OK ? line_trust_follow(&m->identity, &m->host, &a, &m->trusting.identity)
                             : status;
}

/* What somebody unknown says is no reason to wait longer than for any host that is not ours; unless
 * it proves to be our host's word that we were forgotten. */
static void failed(struct machine *m, struct machine_time t, bool open, enum till_status status)
{
    bool gone = status == TILL_AUTHORITY_GONE;
    log_warning("line: no word on the authorities: %s", status_name((int)status));
    m->trusting.wanted = false;
    backoff_fail(&m->trusting.wait, t.now_ms, &m->jitter);
    if (open) {
        machine_line_failed(m, t, gone ? TILL_AUTHORITY_GONE : TILL_WRONG_HOST);
    }
}

void machine_trust_answered(struct machine *m, struct machine_time t, bool open,
                            const struct transport_answer *answer, struct actions *out)
{
    m->trusting.open = false;
    enum till_status status = read_answer(m, answer);
    if (open) {
        machine_cancel(m, out); /* nobody was checked on that connection */
    }
    if (status != TILL_OK) {
        failed(m, t, open, status);
        return;
    }
    machine_add(out, ACTION_SAVE_TRUST)->identity = &m->trusting.identity;
    m->job = JOB_SAVE_TRUST;
}

void machine_trust_saved(struct machine *m, struct machine_time t, enum till_status status,
                         struct actions *out)
{
    struct line_identity identity = m->trusting.identity;
    if (status == TILL_OK) {
        status = machine_adopt(m, &identity);
    }
    if (status != TILL_OK) {
        failed(m, t, false, status);
        return;
    }
    m->trusting.wanted = false;
    m->trusting.told = false;
    backoff_reset(&m->trusting.wait);
    backoff_reset(&m->renewing.wait);
    if (!m->trust.has_next) {
        /* A connection that was made by the one that is dropped. */
        machine_cancel(m, out);
        m->poll_ms = t.now_ms;
    }
    backoff_reset(&m->line);
    log_info("line: the authorities are those of %" PRIu64, m->trust.serial);
}

void machine_told(struct machine *m, struct machine_time t, const struct transport_answer *answer)
{
    m->trusting.told = true; /* in this run; a host that does not want to know counts otherwise */
    if (answer->http == HTTP_NOTHING_NEW || answer->http == HTTP_OK) {
        machine_line_worked(m, t);
    }
}
