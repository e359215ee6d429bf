#include "enrol_desk.h"

#include <stdio.h>
#include <string.h>

#include "codes.h"
#include "log.h"
#include "succession.h"

/* The two public keys of a request, each proved by its request's own signature. */
struct device_keys {
    uint8_t journal[PUBLIC_KEY_SIZE];
    uint8_t line[PUBLIC_KEY_SIZE];
};

static enum till_status read_keys(const struct enrol_request *request, struct device_keys *out)
{
    char name[CRYPTO_NAME_MAX];
    enum till_status status = crypto_csr_read(request->journal_csr, name, out->journal);
    if (status == TILL_OK && strcmp(name, request->terminal) != 0) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        status = crypto_csr_read(request->line_csr, name, out->line);
    }
    if (status == TILL_OK && strcmp(name, request->terminal) != 0) {
        status = TILL_E_PROTOCOL;
    }
    if (status == TILL_OK && memcmp(out->journal, out->line, PUBLIC_KEY_SIZE) == 0) {
        status = TILL_E_PROTOCOL; /* one key for both would let TLS vouch for records */
    }
    return status;
}

/* First time: certificate, secret, first link. */
static enum till_status activate(struct store *s, const struct authority *a,
                                 const struct device_keys *keys, int64_t now_s,
                                 struct store_terminal *t)
{
    struct crypto_cert cert;
    struct crypto_key *journal = NULL;
    struct sealer sealer;
    enum till_status status = authority_issue(a, t->terminal, keys->line, now_s, t->line_pem);
    if (status == TILL_OK) {
        status = crypto_cert_read(t->line_pem, &cert);
    }
    if (status == TILL_OK) {
        status = crypto_random(t->secret, sizeof(t->secret));
    }
    if (status == TILL_OK) {
        status = crypto_key_load_public(keys->journal, &journal);
    }
    if (status != TILL_OK) {
        return status;
    }
    crypto_sealer(&sealer, journal);
    status = chain_genesis(&sealer, t->terminal, keys->journal, a->fingerprint, t->head_hash);
    crypto_key_free(journal);
    if (status != TILL_OK) {
        return status;
    }
    memcpy(t->journal_key, keys->journal, PUBLIC_KEY_SIZE);
    memcpy(t->line_cert, cert.fingerprint, HASH_SIZE);
    t->head_seq = 0;
    t->state = TERMINAL_ACTIVE;
    t->enrolled_at_s = now_s;
    t->seen_at_s = now_s;
    status = succession_enrolled(s, a, t->terminal);
    return status == TILL_OK ? store_terminal_put(s, t) : status;
}

/* Again: only for the very device that has it, and only until its first record has come. After that
 * the answer was not lost but the journal was: a second one under this number would be a fork. */
static enum till_status same_device(const struct device_keys *keys, const struct store_terminal *t)
{
    struct crypto_cert cert;
    enum till_status status = crypto_cert_read(t->line_pem, &cert);
    if (status != TILL_OK) {
        return status;
    }
    bool same = t->head_seq == 0 && memcmp(keys->journal, t->journal_key, PUBLIC_KEY_SIZE) == 0 &&
                memcmp(keys->line, cert.public_key, PUBLIC_KEY_SIZE) == 0;
    return same ? TILL_OK : TILL_CODE_WRONG;
}

static enum till_status fill_answer(struct store *s, const struct authority *a,
                                    const struct store_terminal *t, int64_t now_s,
                                    struct enrol_answer *out)
{
    struct site site;
    memset(out, 0, sizeof(*out));
    enum till_status status = store_site_get(s, &site);
    if (status == TILL_NOT_FOUND) {
        log_error("no site is imported: its currency and zone are part of an enrolment");
        return TILL_E_CONFIG;
    }
    if (status == TILL_OK) {
        status = codes_predecessor(s, t->terminal, out->predecessor, &out->predecessor_seq);
    }
    if (status != TILL_OK) {
        return status;
    }
    (void)snprintf(out->terminal, sizeof(out->terminal), "%s", t->terminal);
    (void)snprintf(out->line_cert, sizeof(out->line_cert), "%s", t->line_pem);
    (void)snprintf(out->authority_cert, sizeof(out->authority_cert), "%s", a->authority_pem);
    (void)snprintf(out->statement_cert, sizeof(out->statement_cert), "%s", a->statement_pem);
    (void)snprintf(out->currency, sizeof(out->currency), "%s", site.currency);
    (void)snprintf(out->zone, sizeof(out->zone), "%s", site.zone);
    memcpy(out->secret, t->secret, HASH_SIZE);
    out->exponent = site.exponent;
    out->at_s = now_s;
    return TILL_OK;
}

/* *keep_out: what was written must be kept even though the answer is no (a counted wrong try). */
static enum till_status serve(struct store *s, const struct authority *a,
                              const struct enrol_request *request, const char *stretched,
                              int64_t now_s, struct enrol_answer *answer_out, bool *keep_out)
{
    struct store_terminal t;
    struct device_keys keys;
    enum till_status status = store_terminal_get(s, request->terminal, &t);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_CODE_WRONG : status;
    }
    if (t.code_hash[0] == '\0') {
        return t.state == TERMINAL_REVOKED ? TILL_REVOKED : TILL_CODE_WRONG;
    }
    status = codes_check(&t, stretched, now_s);
    if (status == TILL_CODE_WRONG) {
        *keep_out = true;
        enum till_status counted = codes_count_wrong(s, &t, now_s);
        crypto_wipe(&t, sizeof(t));
        return counted == TILL_OK ? TILL_CODE_WRONG : counted;
    }
    if (status == TILL_OK) {
        status = read_keys(request, &keys);
    }
    if (status == TILL_OK) {
        status =
            t.state == TERMINAL_NEW ? activate(s, a, &keys, now_s, &t) : same_device(&keys, &t);
    }
    if (status == TILL_OK) {
        status = fill_answer(s, a, &t, now_s, answer_out);
    }
    crypto_wipe(&t, sizeof(t));
    return status;
}

enum till_status enrol_desk(struct store *s, const struct authority *a,
                            const struct enrol_request *request, int64_t now_s,
                            struct enrol_answer *answer_out)
{
    char stretched[2 * HASH_SIZE + 1];
    bool keep = false;
    enum till_status status = codes_stretch(s, request->terminal, request->code, stretched);
    if (status == TILL_OK) {
        status = store_begin(s);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = serve(s, a, request, stretched, now_s, answer_out, &keep);
    crypto_wipe(stretched, sizeof(stretched));
    if (status != TILL_OK && !keep) {
        store_rollback(s);
        return status;
    }
    enum till_status committed = store_commit(s);
    if (committed != TILL_OK) {
        crypto_wipe(answer_out, sizeof(*answer_out));
        return committed;
    }
    if (status == TILL_OK) {
        log_info("terminal %s enrolled", request->terminal);
    }
    return status;
}
