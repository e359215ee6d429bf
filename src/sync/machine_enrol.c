#include <stdio.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"

enum { HTTP_OK = 200 };

void machine_enrol_forget(struct machine *m)
{
    crypto_wipe(&m->enrolling, sizeof(m->enrolling));
}

/* The terminal gets its answer; nothing is tried again until it asks. */
void machine_enrol_failed(struct machine *m, struct machine_time t, int status, const char *text,
                          struct actions *out)
{
    (void)t;
    log_warning("enrol: %s (%s)", status_name(status), text);
    m->status = status;
    machine_refuse(m, m->enrolling.id, status, text, out);
    machine_enrol_forget(m);
}

static bool heals_by_waiting(int status)
{
    return status == TILL_TIMEOUT || status == TILL_NO_NETWORK || status == TILL_BUSY;
}

/* Somebody stands there and waits: try again as long as they were told it may take. */
static void fail_or_wait(struct machine *m, struct machine_time t, int status, const char *text,
                         struct actions *out)
{
    struct enrolling *e = &m->enrolling;
    m->status = status;
    backoff_fail(&e->wait, t.now_ms, &m->jitter);
    if (!heals_by_waiting(status) || e->wait.until_ms >= e->until_ms) {
        machine_enrol_failed(m, t, status, text, out);
    }
}

static enum till_status write_request(const struct machine_config *config,
                                      const struct machine_enrolment *enrolment,
                                      struct enrolling *e)
{
    struct enrol_request r = {0};
    struct buffer out;
    memcpy(r.terminal, enrolment->ticket.terminal, sizeof(r.terminal));
    memcpy(r.code, enrolment->ticket.code, sizeof(r.code));
    memcpy(r.version, config->version, sizeof(r.version));
    snprintf(r.journal_csr, sizeof(r.journal_csr), "%s", enrolment->journal_csr);
    snprintf(r.line_csr, sizeof(r.line_csr), "%s", enrolment->line_csr);
    buffer_init(&out, e->request, sizeof(e->request));
    enum till_status status = enrol_request_write(&r, &out);
    e->request_size = out.size;
    return status;
}

void machine_enrol_begin(struct machine *m, struct machine_time t,
                         const struct machine_enrolment *enrolment, struct actions *out)
{
    struct enrolling *e = &m->enrolling;
    machine_enrol_forget(m);
    e->active = true;
    e->id = enrolment->id;
    e->until_ms =
        t.now_ms + (enrolment->deadline_ms != 0 ? enrolment->deadline_ms : MACHINE_ENROL_MS);
    e->ticket = enrolment->ticket;
    memcpy(e->line_public, enrolment->line_public, PUBLIC_KEY_SIZE);
    if (e->ticket.url[0] == '\0') {
        machine_enrol_failed(m, t, TILL_BAD_INPUT, "the ticket names no host", out);
        return;
    }
    enum till_status status = write_request(&m->config, enrolment, e);
    if (status != TILL_OK) {
        machine_enrol_failed(m, t, status, "the request can't be written", out);
        return;
    }
    if (!machine_has_network(m)) {
        machine_enrol_failed(m, t, TILL_NO_NETWORK, "no network", out);
    }
}

void machine_enrol_step(struct machine *m, struct machine_time t, struct actions *out)
{
    struct enrolling *e = &m->enrolling;
    struct action *a = machine_add(out, ACTION_REQUEST);
    a->request = (struct transport_request){.url = e->ticket.url, .answer_max = ANSWER_MAX};
    if (!e->has_authority) {
        a->request.deadline_ms = machine_deadline_ms(0);
        snprintf(a->request.path, sizeof(a->request.path), "/v1/authority");
        m->job = JOB_AUTHORITY;
        return;
    }
    a->request.deadline_ms = machine_deadline_ms(e->request_size);
    a->request.authority_pem = e->authority_pem;
    a->request.ignore_dates = machine_clock_is_behind(t, e->authority_from_s);
    a->request.is_post = true;
    a->request.content_type = CONTENT_JSON;
    a->request.body = (struct span){e->request, e->request_size};
    snprintf(a->request.path, sizeof(a->request.path), "/v1/enrol");
    m->job = JOB_ENROL;
}

static void take_authority(struct machine *m, struct machine_time t, struct span pem,
                           struct actions *out)
{
    struct enrolling *e = &m->enrolling;
    struct crypto_cert cert;
    if (pem.size == 0 || pem.size >= sizeof(e->authority_pem) ||
        memchr(pem.data, 0, pem.size) != NULL) {
        machine_enrol_failed(m, t, TILL_E_PROTOCOL, "no certificate came", out);
        return;
    }
    memcpy(e->authority_pem, pem.data, pem.size);
    e->authority_pem[pem.size] = '\0';
    if (crypto_cert_read(e->authority_pem, &cert) != TILL_OK || !cert.is_authority) {
        machine_enrol_failed(m, t, TILL_E_PROTOCOL, "no certificate of an authority came", out);
        return;
    }
    if (!enrol_authority_matches(&e->ticket, cert.fingerprint)) {
        machine_enrol_failed(m, t, TILL_WRONG_HOST, "the authority is not that of the ticket", out);
        return;
    }
    e->authority_from_s = cert.not_before_s;
    e->has_authority = true;
    backoff_reset(&e->wait);
}

static void take_certificates(struct machine *m, struct machine_time t, struct span json,
                              struct actions *out)
{
    struct enrolling *e = &m->enrolling;
    struct enrol_answer answer;
    enum till_status status = enrol_answer_read(json, &answer);
    if (status == TILL_OK) {
        status = line_identity_from_answer(&e->ticket, e->line_public, &answer, &e->identity);
    }
    crypto_wipe(&answer, sizeof(answer));
    if (status != TILL_OK || json.size > sizeof(e->answer)) {
        machine_enrol_failed(m, t, status != TILL_OK ? status : TILL_E_PROTOCOL,
                             "the host's answer does not hold", out);
        return;
    }
    memcpy(e->answer, json.data, json.size);
    e->answer_size = json.size;
    machine_add(out, ACTION_SAVE)->identity = &e->identity;
    m->job = JOB_SAVE;
}

void machine_enrol_answered(struct machine *m, struct machine_time t, enum job job,
                            const struct transport_answer *answer, struct actions *out)
{
    if (!m->enrolling.active) {
        return;
    }
    if (answer->status != TILL_OK) {
        fail_or_wait(m, t, answer->status, "the host was not reached", out);
        return;
    }
    if (answer->http != HTTP_OK) {
        struct wire_error e = machine_read_refusal(answer);
        fail_or_wait(m, t, e.status, e.text, out);
        return;
    }
    m->last_contact_s = t.wall_s;
    if (job == JOB_AUTHORITY) {
        take_authority(m, t, answer->body, out);
    } else {
        take_certificates(m, t, answer->body, out);
    }
}

/* What was known of another number, its host and its book, ends here. */
static void begin_anew(struct machine *m, struct machine_time t, struct actions *out)
{
    if (m->spooled.revision != 0) {
        machine_add(out, ACTION_DROP_BOOK)->revision = m->spooled.revision;
        m->spooled = (struct spooled_book){0};
    }
    m->host_known = false;
    m->host_tag[0] = '\0';
    m->has_part = false;
    m->host_seq = 0;
    m->host_book = 0;
    m->host_trust = 0;
    m->trusting = (struct trusting){0};
    m->head_first = false;
    m->needs_earlier = 0;
    m->nothing_at = 0;
    m->is_ours = true;
    m->pending = (struct local_pending){0};
    m->pending_known = true;
    backoff_reset(&m->line);
    backoff_reset(&m->upload);
    backoff_reset(&m->books);
    m->poll_ms = t.now_ms;
    m->status = TILL_OK;
}

void machine_enrol_saved(struct machine *m, struct machine_time t, enum till_status status,
                         struct actions *out)
{
    struct enrolling *e = &m->enrolling;
    if (status == TILL_OK) {
        status = machine_adopt(m, &e->identity);
    }
    if (status != TILL_OK) {
        machine_enrol_failed(m, t, status, "what the host gave can't be stored", out);
        return;
    }
    /* The connection was made without our certificate. */
    machine_cancel(m, out);
    begin_anew(m, t, out);
    log_info("enrol: this is terminal %s now", m->identity.terminal);
    machine_send(m, e->id, LOCAL_ENROLLED, (struct span){e->answer, e->answer_size}, out);
    machine_enrol_forget(m);
}
