/*
 * The line's certificate is renewed while a third of its life is left: by then the office may have
 * its authority's key away for months without anybody noticing. Where another authority takes the
 * place of the one that certified it, each terminal has its own moment for that.
 *
 * One that has run out is asked for all the same, seldom: the host gives it once somebody at the
 * office has allowed that (`terminals renew`).
 */
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "machine_inside.h"

enum {
    HTTP_OK = 200,
    LIFE_BEGUN = 2, /* of three parts */
    LIFE_PARTS = 3,
    AGAIN_MS = 6 * 3600 * 1000 /* after what waiting heals slowly: the authority's key is away */
};

void machine_renew_plan(struct machine *m)
{
    struct crypto_cert line;
    m->renewing = (struct renewing){0};
    if (crypto_cert_read(m->identity.line_pem, &line) == TILL_OK) {
        m->renewing.until_s = line.not_after_s;
        m->renewing.from_s =
            line.not_before_s + (line.not_after_s - line.not_before_s) / LIFE_PARTS * LIFE_BEGUN;
    }
    char newest[CRYPTO_CERT_PEM_MAX];
    int64_t moment_s = 0;
    if (line_trust_newest(&m->identity, &m->trust, newest) &&
        crypto_cert_check(m->identity.line_pem, newest, CRYPTO_USAGE_CLIENT, 0) != TILL_OK &&
        trust_moment(&m->host, &m->trust, m->identity.terminal, &moment_s) == TILL_OK &&
        moment_s < m->renewing.from_s) {
        m->renewing.from_s = moment_s;
    }
}

int64_t machine_renew_due_ms(const struct machine *m)
{
    const struct renewing *r = &m->renewing;
    bool due = r->must || (m->host_known && r->from_s != 0 && m->now.wall_s >= r->from_s &&
                           !machine_ignores_dates(m, m->now));
    return due ? r->wait.until_ms : -1;
}

void machine_renew_step(struct machine *m, struct actions *out)
{
    machine_add(out, ACTION_MAKE_CSR);
    m->job = JOB_CSR;
}

/* Waiting for the office does not stop the line while the old certificate holds. */
static void failed(struct machine *m, struct machine_time t, int status, const char *text)
{
    struct renewing *r = &m->renewing;
    log_warning("line: no new certificate: %s (%s)", status_name(status), text);
    backoff_fail(&r->wait, t.now_ms, &m->jitter);
    if (status != TILL_TIMEOUT && status != TILL_NO_NETWORK) {
        r->wait.until_ms = t.now_ms + (r->must ? BACKOFF_LONG_MS : AGAIN_MS) +
                           (int64_t)jitter_below(&m->jitter, BACKOFF_LONG_MS / 4);
    }
    if (r->must) {
        machine_line_failed(m, t, TILL_CERT_EXPIRED);
    } else if (status == TILL_TIMEOUT || status == TILL_NO_NETWORK) {
        machine_line_failed(m, t, status);
    }
}

void machine_renew_csr(struct machine *m, struct machine_time t, enum till_status status,
                       const char *csr, const uint8_t line_public[PUBLIC_KEY_SIZE],
                       struct actions *out)
{
    struct renewing *r = &m->renewing;
    struct renew_request wanted = {.has_authority = m->trust.serial != 0};
    struct buffer body;
    buffer_init(&body, r->request, sizeof(r->request));
    if (status == TILL_OK) {
        memcpy(r->line_public, line_public, PUBLIC_KEY_SIZE);
        memcpy(wanted.authority, trust_newest(&m->trust), HASH_SIZE);
        snprintf(wanted.csr, sizeof(wanted.csr), "%s", csr);
        status = renew_request_write(&wanted, &body);
    }
    if (status != TILL_OK) {
        failed(m, t, status, "its request can't be made");
        return;
    }
    r->request_size = body.size;
    struct transport_request *request = machine_start(m, t, JOB_RENEW, out);
    snprintf(request->path, sizeof(request->path), "/v1/renew");
    request->is_post = true;
    request->body = (struct span){(const uint8_t *)r->request, r->request_size};
    request->content_type = CONTENT_JSON;
    request->deadline_ms = machine_deadline_ms(r->request_size);
}

/* The same terminal, our new key, an authority that we know: the newest of them. */
static enum till_status check(struct machine *m, const char *line_pem)
{
    struct line_identity *id = &m->renewing.identity;
    struct crypto_cert cert;
    char newest[CRYPTO_CERT_PEM_MAX];
    const char *by =
        line_trust_newest(&m->identity, &m->trust, newest) ? newest : m->identity.authority_pem;
    *id = m->identity;
    snprintf(id->line_pem, sizeof(id->line_pem), "%s", line_pem);
    if (line_identity_check(id) != TILL_OK || crypto_cert_read(line_pem, &cert) != TILL_OK ||
        !crypto_equal(cert.public_key, m->renewing.line_public, PUBLIC_KEY_SIZE) ||
        crypto_cert_check(line_pem, by, CRYPTO_USAGE_CLIENT, 0) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    return TILL_OK;
}

/* The host has other authorities than we know: those first, and then at once again. */
static void ask_whom_to_believe(struct machine *m)
{
    m->trusting.wanted = true;
    backoff_reset(&m->line);
}

void machine_renew_answered(struct machine *m, struct machine_time t,
                            const struct transport_answer *answer, struct actions *out)
{
    char line_pem[ENROL_PEM_MAX];
    if (answer->status != TILL_OK) {
        failed(m, t, answer->status, "the host was not reached");
        return;
    }
    if (answer->http != HTTP_OK) {
        struct wire_error e = machine_read_refusal(answer);
        failed(m, t, e.status, e.text);
        if (e.status == TILL_NOT_FOUND) {
            ask_whom_to_believe(m);
        }
        return;
    }
    enum till_status status = renew_answer_read(answer->body, line_pem);
    if (status == TILL_OK) {
        status = check(m, line_pem);
    }
    if (status != TILL_OK) {
        failed(m, t, status, "what came does not hold");
        ask_whom_to_believe(m);
        return;
    }
    machine_add(out, ACTION_SAVE)->identity = &m->renewing.identity;
    m->job = JOB_SAVE_RENEWED;
}

void machine_renew_saved(struct machine *m, struct machine_time t, enum till_status status,
                         struct actions *out)
{
    struct line_identity identity = m->renewing.identity;
    if (status == TILL_OK) {
        status = machine_adopt(m, &identity);
    }
    if (status != TILL_OK) {
        failed(m, t, status, "it can't be stored");
        return;
    }
    /* The connection was made with the old one. */
    machine_cancel(m, out);
    backoff_reset(&m->line);
    m->status = TILL_OK;
    m->poll_ms = t.now_ms;
    log_info("line: the certificate is renewed");
}
