#include "renewal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

static const char pem_key[] = "renewal", until_key[] = "renewal_until", none[] = "-";

static void key_of(const char *what, const char *terminal, char key[STORE_KEY_MAX])
{
    (void)snprintf(key, STORE_KEY_MAX, "%s/%s", what, terminal);
}

/* A value of the store is one line: line ends of PEM stand as bars. */
static void swap(char *text, char from, char to)
{
    for (; *text != '\0'; text++) {
        *text = *text == from ? to : *text;
    }
}

/* TILL_NOT_FOUND: there is none that waits to be used. */
static enum till_status waiting(struct store *s, const char *terminal, char pem[STORE_VALUE_MAX],
                                struct crypto_cert *cert_out)
{
    char key[STORE_KEY_MAX];
    key_of(pem_key, terminal, key);
    pem[0] = '\0';
    enum till_status status = store_value_get(s, key, pem, STORE_VALUE_MAX);
    if (status == TILL_OK && strcmp(pem, none) == 0) {
        return TILL_NOT_FOUND;
    }
    swap(pem, '|', '\n');
    return status == TILL_OK ? crypto_cert_read(pem, cert_out) : status;
}

static enum till_status read_key(const struct store_terminal *t, const char *csr,
                                 uint8_t point_out[PUBLIC_KEY_SIZE])
{
    char name[CRYPTO_NAME_MAX];
    struct crypto_cert old;
    enum till_status status = crypto_csr_read(csr, name, point_out);
    if (status == TILL_OK) {
        status = crypto_cert_read(t->line_pem, &old);
    }
    if (status != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    /* One key for both would let TLS vouch for records; the old one has served its time. */
    bool good = strcmp(name, t->terminal) == 0 &&
                !crypto_equal(point_out, t->journal_key, PUBLIC_KEY_SIZE) &&
                !crypto_equal(point_out, old.public_key, PUBLIC_KEY_SIZE);
    return good ? TILL_OK : TILL_E_PROTOCOL;
}

static enum till_status put(struct store *s, const char *what, const char *terminal,
                            const char *value)
{
    char key[STORE_KEY_MAX];
    key_of(what, terminal, key);
    return store_value_put(s, key, value);
}

enum till_status renewal_desk(struct store *s, const struct authority *a,
                              const struct store_terminal *t, const struct renew_request *r,
                              int64_t now_s, char pem_out[CRYPTO_CERT_PEM_MAX])
{
    uint8_t point[PUBLIC_KEY_SIZE];
    char pem[STORE_VALUE_MAX];
    struct crypto_cert cert;
    const char *issuer = r->has_authority ? authority_issuer(a, r->authority) : a->authority_pem;
    enum till_status status = issuer == NULL ? TILL_NOT_FOUND : read_key(t, r->csr, point);
    if (status != TILL_OK) {
        return status;
    }
    if (waiting(s, t->terminal, pem, &cert) == TILL_OK && cert.not_after_s > now_s &&
        crypto_equal(cert.public_key, point, PUBLIC_KEY_SIZE) &&
        crypto_cert_check(pem, issuer, CRYPTO_USAGE_CLIENT, now_s) == TILL_OK) {
        (void)snprintf(pem_out, CRYPTO_CERT_PEM_MAX, "%s", pem);
        return TILL_OK;
    }
    status = authority_issue_by(a, issuer, t->terminal, point, now_s, pem_out);
    if (status == TILL_OK && strlen(pem_out) >= STORE_VALUE_MAX) {
        status = TILL_TOO_LARGE;
    }
    if (status == TILL_OK) {
        status = store_begin(s);
    }
    if (status != TILL_OK) {
        return status;
    }
    (void)snprintf(pem, sizeof(pem), "%s", pem_out);
    swap(pem, '\n', '|');
    status = store_finish(s, put(s, pem_key, t->terminal, pem));
    if (status == TILL_OK) {
        log_info("terminal %s has a new certificate, not used yet", t->terminal);
    }
    return status;
}

bool renewal_take(struct store *s, struct store_terminal *t, const uint8_t fingerprint[HASH_SIZE])
{
    char pem[STORE_VALUE_MAX];
    struct crypto_cert cert;
    if (waiting(s, t->terminal, pem, &cert) != TILL_OK ||
        !crypto_equal(cert.fingerprint, fingerprint, HASH_SIZE) || store_begin(s) != TILL_OK) {
        return false;
    }
    char terminal[TERMINAL_MAX];
    memcpy(terminal, t->terminal, sizeof(terminal));
    /* Read again: somebody may have blocked it meanwhile. */
    enum till_status status = store_terminal_get(s, terminal, t);
    if (status == TILL_OK) {
        memcpy(t->line_cert, cert.fingerprint, HASH_SIZE);
        (void)snprintf(t->line_pem, sizeof(t->line_pem), "%s", pem);
        status = store_terminal_put(s, t);
    }
    if (status == TILL_OK) {
        status = put(s, pem_key, t->terminal, none);
    }
    if (status == TILL_OK) {
        status = put(s, until_key, t->terminal, "0");
    }
    status = store_finish(s, status);
    if (status == TILL_OK) {
        log_info("terminal %s uses its new certificate", t->terminal);
    }
    return status == TILL_OK && t->state != TERMINAL_REVOKED;
}

enum till_status renewal_allow(struct store *s, const char *terminal, int64_t now_s)
{
    char text[32];
    (void)snprintf(text, sizeof(text), "%" PRId64, now_s + RENEWAL_ALLOWED_S);
    return put(s, until_key, terminal, text);
}

bool renewal_is_allowed(struct store *s, const char *terminal, int64_t now_s)
{
    char key[STORE_KEY_MAX], text[32];
    key_of(until_key, terminal, key);
    return store_value_get(s, key, text, sizeof(text)) == TILL_OK &&
           now_s <= strtoll(text, NULL, 10);
}
