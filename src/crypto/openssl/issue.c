/* Writing requests and certificates. */
#include <assert.h>
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "certificate.h"
#include "evp.h"
#include "key.h"

static bool add_name(X509_NAME *name, const char *common_name)
{
    return X509_NAME_add_entry_by_NID(name, NID_commonName, V_ASN1_UTF8STRING,
                                      (const unsigned char *)common_name, -1, -1, 0) == 1;
}

enum till_status crypto_csr_create(struct crypto_key *key, const char *name,
                                   char pem_out[CRYPTO_CSR_PEM_MAX])
{
    assert(key_is_private(key));
    if (!cert_name_is_valid(name)) {
        return TILL_BAD_INPUT;
    }
    X509_REQ *csr = X509_REQ_new();
    BIO *bio = BIO_new(BIO_s_mem());
    bool done = csr != NULL && bio != NULL && X509_REQ_set_version(csr, X509_REQ_VERSION_1) == 1 &&
                add_name(X509_REQ_get_subject_name(csr), name) &&
                X509_REQ_set_pubkey(csr, key->pkey) == 1 &&
                X509_REQ_sign(csr, key->pkey, EVP_sha256()) > 0 &&
                PEM_write_bio_X509_REQ(bio, csr) == 1 && evp_text(bio, pem_out, CRYPTO_CSR_PEM_MAX);
    BIO_free(bio);
    X509_REQ_free(csr);
    return evp_status(done);
}

static bool set_serial(X509 *x509, struct span serial)
{
    BIGNUM *number = BN_bin2bn(serial.data, (int)serial.size, NULL);
    bool done = number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != NULL;
    BN_free(number);
    return done;
}

/* The library picks UTCTime until 2049 and GeneralizedTime after, as RFC 5280 §4.1.2.5 wants. */
static bool set_time(ASN1_TIME *time, const char text[CERT_TIME_MAX])
{
    char zulu[CERT_TIME_MAX + 1];
    int size = snprintf(zulu, sizeof zulu, "%sZ", text);
    return size == CERT_TIME_MAX && ASN1_TIME_set_string_X509(time, zulu) == 1;
}

static bool add_extension(X509 *x509, const struct cert_extension *extension)
{
    static const int nids[] = {
        [CERT_BASIC_CONSTRAINTS] = NID_basic_constraints,
        [CERT_KEY_USAGE] = NID_key_usage,
        [CERT_EXTENDED_KEY_USAGE] = NID_ext_key_usage,
        [CERT_SUBJECT_ALT_NAME] = NID_subject_alt_name,
    };
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *made = NULL;
    bool done = value != NULL &&
                ASN1_OCTET_STRING_set(value, extension->der.data, (int)extension->der.size) == 1;
    if (done) {
        made = X509_EXTENSION_create_by_NID(NULL, nids[extension->id], extension->critical, value);
        done = made != NULL && X509_add_ext(x509, made, -1) == 1;
    }
    X509_EXTENSION_free(made);
    ASN1_OCTET_STRING_free(value);
    return done;
}

/* The authority's identifier is copied from its certificate: a CA of other make may have chosen
 * another method. */
static bool add_key_identifiers(X509 *x509, X509 *issuer)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&context);
    X509_EXTENSION *subject =
        X509V3_EXT_conf_nid(NULL, &context, NID_subject_key_identifier, "hash");
    bool done = subject != NULL && X509_add_ext(x509, subject, -1) == 1;
    X509_EXTENSION_free(subject);
    if (!done) {
        return false;
    }
    X509_EXTENSION *authority =
        X509V3_EXT_conf_nid(NULL, &context, NID_authority_key_identifier, "keyid:always");
    done = authority != NULL && X509_add_ext(x509, authority, -1) == 1;
    X509_EXTENSION_free(authority);
    return done;
}

static X509 *read_issuer(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *issuer = bio != NULL ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return issuer;
}

enum till_status cert_write(const struct cert_draft *draft, char pem_out[CRYPTO_CERT_PEM_MAX])
{
    X509 *x509 = X509_new();
    X509 *issuer = draft->issuer_pem != NULL ? read_issuer(draft->issuer_pem) : NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    bool done = x509 != NULL && bio != NULL && (draft->issuer_pem == NULL || issuer != NULL) &&
                X509_set_version(x509, X509_VERSION_3) == 1 && set_serial(x509, draft->serial) &&
                add_name(X509_get_subject_name(x509), draft->name) &&
                add_name(X509_get_issuer_name(x509), draft->issuer_name) &&
                set_time(X509_getm_notBefore(x509), draft->not_before) &&
                set_time(X509_getm_notAfter(x509), draft->not_after) &&
                X509_set_pubkey(x509, draft->subject_key->pkey) == 1;
    for (size_t i = 0; done && i < draft->extension_count; i++) {
        done = add_extension(x509, &draft->extensions[i]);
    }
    done = done && add_key_identifiers(x509, issuer != NULL ? issuer : x509) &&
           X509_sign(x509, draft->issuer_key->pkey, EVP_sha256()) > 0 &&
           PEM_write_bio_X509(bio, x509) == 1 && evp_text(bio, pem_out, CRYPTO_CERT_PEM_MAX);
    BIO_free(bio);
    X509_free(issuer);
    X509_free(x509);
    return evp_status(done);
}
