#include "certs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

void certs_request(struct crypto_cert_request *request_out, const char *name,
                   enum crypto_usage usage, const struct crypto_key *key)
{
    static uint8_t serial;
    *request_out = (struct crypto_cert_request){
        .name = name,
        .usage = usage,
        .serial = {[0] = 0x10, [CRYPTO_SERIAL_SIZE - 1] = ++serial},
        .not_before_s = CERTS_FROM_S,
        .not_after_s = CERTS_UNTIL_S,
        .hosts = usage == CRYPTO_USAGE_SERVER ? "localhost" : NULL,
    };
    crypto_key_public(key, request_out->public_key);
}

void certs_party(struct certs_party *party_out, const char *name, enum crypto_usage usage,
                 const struct certs_party *authority)
{
    struct crypto_cert_request request;
    assert_int_equal(crypto_key_create(&party_out->key), TILL_OK);
    certs_request(&request, name, usage, party_out->key);
    assert_int_equal(crypto_cert_issue(&request,
                                       authority != NULL ? authority->key : party_out->key,
                                       authority != NULL ? authority->pem : NULL, party_out->pem),
                     TILL_OK);
}

void certs_free(struct certs_party *party)
{
    crypto_key_free(party->key);
    party->key = NULL;
}
