#include "line_trust.h"

#include <string.h>

struct trust line_trust_held(const struct line_identity *id, const struct sealer *host)
{
    struct trust trust = {0};
    struct span text = {(const uint8_t *)id->trust, strlen(id->trust)};
    if (text.size == 0 || trust_read(host, text, &trust) != TILL_OK) {
        trust = (struct trust){0};
    }
    return trust;
}

bool line_trust_newest(const struct line_identity *id, const struct trust *trust,
                       char pem_out[CRYPTO_CERT_PEM_MAX])
{
    return trust->serial != 0 &&
           crypto_bundle_find(id->authority_pem, trust_newest(trust), pem_out);
}

/* Is it the one that is named, and does one whom we hold vouch for it? */
static enum till_status check_new(const struct line_identity *id, const struct trust *trust,
                                  const struct trust_answer *a)
{
    struct crypto_cert own, cross;
    if (crypto_cert_read(a->authority_cert, &own) != TILL_OK ||
        crypto_cert_read(a->cross_cert, &cross) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    if (!crypto_equal(own.fingerprint, trust_newest(trust), HASH_SIZE) ||
        !crypto_equal(own.public_key, cross.public_key, PUBLIC_KEY_SIZE) ||
        strcmp(own.name, cross.name) != 0 ||
        crypto_cert_check(a->authority_cert, a->authority_cert, CRYPTO_USAGE_AUTHORITY, 0) !=
            TILL_OK) {
        return TILL_E_SIGNATURE;
    }
    bool vouched =
        crypto_cert_check(a->cross_cert, id->authority_pem, CRYPTO_USAGE_AUTHORITY, 0) == TILL_OK;
    return vouched ? TILL_OK : TILL_AUTHORITY_GONE;
}

/* The same statement key as ever. */
static enum till_status check_statement(const struct line_identity *id, const char *newest_pem,
                                        const char *statement_pem)
{
    struct crypto_cert held, cert;
    if (crypto_cert_read(id->statement_pem, &held) != TILL_OK ||
        crypto_cert_read(statement_pem, &cert) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    bool good = crypto_equal(held.public_key, cert.public_key, PUBLIC_KEY_SIZE) &&
                crypto_cert_check(statement_pem, newest_pem, CRYPTO_USAGE_STATEMENT, 0) == TILL_OK;
    return good ? TILL_OK : TILL_E_SIGNATURE;
}

/* Of those that we hold the ones that are named, and the newest. */
static enum till_status bundle(const struct line_identity *id, const struct trust *trust,
                               const char *newest_pem, char out[CRYPTO_BUNDLE_PEM_MAX])
{
    char old[CRYPTO_CERT_PEM_MAX];
    bool keeps_old =
        trust->has_next && crypto_bundle_find(id->authority_pem, trust->authority, old);
    out[0] = '\0';
    enum till_status status = keeps_old ? crypto_bundle_add(out, old) : TILL_OK;
    return status == TILL_OK ? crypto_bundle_add(out, newest_pem) : status;
}

enum till_status line_trust_follow(const struct line_identity *id, const struct sealer *host,
                                   const struct trust_answer *answer,
                                   struct line_identity *identity_out)
{
    struct trust trust, held = line_trust_held(id, host);
    struct span text = {(const uint8_t *)answer->statement, strlen(answer->statement)};
    char newest[CRYPTO_CERT_PEM_MAX];
    enum till_status status = trust_read(host, text, &trust);
    if (status == TILL_OK && trust.serial <= held.serial) {
        status = TILL_UNCHANGED;
    }
    if (status == TILL_OK && !line_trust_newest(id, &trust, newest)) {
        status = check_new(id, &trust, answer);
        memcpy(newest, answer->authority_cert, sizeof(newest));
    }
    if (status == TILL_OK) {
        status = check_statement(id, newest, answer->statement_cert);
    }
    if (status != TILL_OK) {
        return status;
    }
    *identity_out = *id;
    memcpy(identity_out->statement_pem, answer->statement_cert, sizeof(answer->statement_cert));
    memcpy(identity_out->trust, answer->statement, sizeof(answer->statement));
    return bundle(id, &trust, newest, identity_out->authority_pem);
}
