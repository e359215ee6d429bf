#include "line_identity.h"

#include <string.h>

/* Each stands for itself, and there is at least one. */
static enum till_status check_authorities(const char *bundle)
{
    char pem[CRYPTO_CERT_PEM_MAX];
    for (size_t i = 0;; i++) {
        enum till_status status = crypto_bundle_at(bundle, i, pem);
        if (status == TILL_NOT_FOUND && i > 0) {
            return TILL_OK;
        }
        if (status == TILL_OK) {
            status = crypto_cert_check(pem, pem, CRYPTO_USAGE_AUTHORITY, 0);
        }
        if (status != TILL_OK) {
            return status == TILL_E_SIGNATURE ? status : TILL_E_PROTOCOL;
        }
    }
}

static enum till_status check_certificates(const struct line_identity *id,
                                           struct crypto_cert *line_out)
{
    struct crypto_cert statement;
    if (crypto_cert_read(id->statement_pem, &statement) != TILL_OK ||
        crypto_cert_read(id->line_pem, line_out) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    enum till_status status = check_authorities(id->authority_pem);
    if (status == TILL_OK && line_out->usage != CRYPTO_USAGE_CLIENT) {
        status = TILL_E_SIGNATURE;
    }
    if (status == TILL_OK) {
        status = crypto_cert_check(id->statement_pem, id->authority_pem, CRYPTO_USAGE_STATEMENT, 0);
    }
    return status;
}

enum till_status line_identity_from_answer(const struct enrol_ticket *ticket,
                                           const uint8_t line_public[PUBLIC_KEY_SIZE],
                                           const struct enrol_answer *answer,
                                           struct line_identity *identity_out)
{
    struct line_identity id = {0};
    struct crypto_cert authority;
    struct crypto_cert line;
    memcpy(id.terminal, ticket->terminal, sizeof(id.terminal));
    memcpy(id.url, ticket->url, sizeof(id.url));
    memcpy(id.line_pem, answer->line_cert, sizeof(id.line_pem));
    memcpy(id.authority_pem, answer->authority_cert, sizeof(answer->authority_cert));
    memcpy(id.statement_pem, answer->statement_cert, sizeof(id.statement_pem));
    if (crypto_cert_read(id.authority_pem, &authority) != TILL_OK) {
        return TILL_E_PROTOCOL;
    }
    if (!enrol_authority_matches(ticket, authority.fingerprint)) {
        return TILL_WRONG_HOST;
    }
    enum till_status status = check_certificates(&id, &line);
    if (status == TILL_OK) {
        status = crypto_cert_check(id.line_pem, id.authority_pem, CRYPTO_USAGE_CLIENT, 0);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (strcmp(answer->terminal, id.terminal) != 0 || strcmp(line.name, id.terminal) != 0 ||
        !crypto_equal(line.public_key, line_public, PUBLIC_KEY_SIZE)) {
        return TILL_E_PROTOCOL;
    }
    *identity_out = id;
    return TILL_OK;
}

enum till_status line_identity_check(const struct line_identity *identity)
{
    struct crypto_cert line;
    if (check_certificates(identity, &line) != TILL_OK ||
        strcmp(line.name, identity->terminal) != 0 || !terminal_is_valid(identity->terminal)) {
        return TILL_E_CORRUPT;
    }
    return TILL_OK;
}
