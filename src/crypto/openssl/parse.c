/* Reading requests and certificates. */
#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "certificate.h"
#include "evp.h"
#include "when.h"

/* The DER in a PEM block, freed by OPENSSL_free; NULL where it can't be decoded. */
static unsigned char *decode(const char *pem, long *size_out)
{
    char *label = NULL, *headers = NULL;
    unsigned char *der = NULL;
    BIO *bio = BIO_new_mem_buf(pem, -1);
    if (bio == NULL || PEM_read_bio(bio, &label, &headers, &der, size_out) != 1) {
        der = NULL;
    }
    BIO_free(bio);
    OPENSSL_free(label);
    OPENSSL_free(headers);
    return der;
}

static struct span span_of(const ASN1_STRING *s)
{
    return (struct span){ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s)};
}

/* Exactly one attribute, CN, as UTF8String. */
static bool read_name(const X509_NAME *name, char out[CRYPTO_NAME_MAX])
{
    if (X509_NAME_entry_count(name) != 1) {
        return false;
    }
    const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, 0);
    const ASN1_STRING *text = X509_NAME_ENTRY_get_data(entry);
    return OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry)) == NID_commonName &&
           ASN1_STRING_type(text) == V_ASN1_UTF8STRING && cert_name_copy(span_of(text), out);
}

static bool read_point(const X509_PUBKEY *key, uint8_t point_out[PUBLIC_KEY_SIZE])
{
    unsigned char *der = NULL;
    int size = i2d_X509_PUBKEY(key, &der);
    bool fits = size > 0 && cert_spki_point((struct span){der, (size_t)size}, point_out);
    OPENSSL_free(der);
    return fits;
}

static bool is_ecdsa_sha256(const X509_ALGOR *algorithm)
{
    const ASN1_OBJECT *oid = NULL;
    int parameter = 0;
    X509_ALGOR_get0(&oid, &parameter, NULL, algorithm);
    return OBJ_obj2nid(oid) == NID_ecdsa_with_SHA256 &&
           (parameter == V_ASN1_UNDEF || parameter == V_ASN1_NULL);
}

/* The next element of `left`: with its header in whole_out, without in value_out. */
static bool take(struct span *left, int tag, struct span *whole_out, struct span *value_out)
{
    const unsigned char *at = left->data;
    long size = 0;
    int found = 0, class = 0;
    int flags = ASN1_get_object(&at, &size, &found, &class, (long)left->size);
    if ((flags & 0x81) != 0 || found != tag || class != V_ASN1_UNIVERSAL) {
        return false; /* 0x80: no element; 0x01: indefinite length, which is no DER */
    }
    size_t whole = (size_t)(at + size - left->data);
    *whole_out = (struct span){left->data, whole};
    *value_out = (struct span){at, (size_t)size};
    left->data += whole;
    left->size -= whole;
    return true;
}

/*
 * SEQUENCE { what was signed, algorithm, BIT STRING signature }, as the bytes came: the library's
 * own view of them is lax about the bits that a BIT STRING leaves unused.
 */
static bool split(struct span der, struct span *signed_out, struct span *signature_out)
{
    struct span whole, inside, value;
    if (!take(&der, V_ASN1_SEQUENCE, &whole, &inside) || der.size != 0 ||
        !take(&inside, V_ASN1_SEQUENCE, signed_out, &value) ||
        !take(&inside, V_ASN1_SEQUENCE, &whole, &value) ||
        !take(&inside, V_ASN1_BIT_STRING, &whole, &value) || inside.size != 0 || value.size == 0 ||
        value.data[0] != 0) {
        return false;
    }
    *signature_out = (struct span){value.data + 1, value.size - 1};
    return true;
}

/* ---- requests -------------------------------------------------------------------------------- */

static enum till_status csr_facts(X509_REQ *csr, struct span der, struct csr_facts *facts_out)
{
    const X509_ALGOR *algorithm = NULL;
    struct span bytes, signature;
    X509_REQ_get0_signature(csr, NULL, &algorithm);
    if (!read_name(X509_REQ_get_subject_name(csr), facts_out->name) ||
        !read_point(X509_REQ_get_X509_PUBKEY(csr), facts_out->point) ||
        !split(der, &bytes, &signature)) {
        return TILL_E_PROTOCOL;
    }
    facts_out->signature.is_ecdsa_sha256 = is_ecdsa_sha256(algorithm);
    return cert_signed_fill(&facts_out->signature, bytes, signature);
}

enum till_status csr_parse(const char *pem, struct csr_facts *facts_out)
{
    enum till_status status = TILL_E_PROTOCOL;
    long size = 0;
    X509_REQ *csr = NULL;
    unsigned char *der = decode(pem, &size);
    if (der != NULL) {
        const unsigned char *at = der;
        csr = d2i_X509_REQ(NULL, &at, size);
        if (csr != NULL && at == der + size) {
            status = csr_facts(csr, (struct span){der, (size_t)size}, facts_out);
        }
    }
    X509_REQ_free(csr);
    OPENSSL_free(der);
    (void)evp_status(true);
    return status;
}

/* ---- certificates ---------------------------------------------------------------------------- */

/* RFC 5280 §4.1.2.5: UTC with seconds, nothing else. */
static bool read_time(const ASN1_TIME *time, int64_t *at_s_out)
{
    struct tm tm;
    struct span text = span_of(time);
    size_t size = ASN1_STRING_type(time) == V_ASN1_UTCTIME ? 13 : 15;
    if (text.size != size || text.data[size - 1] != 'Z' || ASN1_TIME_to_tm(time, &tm) != 1) {
        return false;
    }
    struct civil c = {
        .year = (int16_t)(tm.tm_year + 1900),
        .month = (uint8_t)(tm.tm_mon + 1),
        .day = (uint8_t)tm.tm_mday,
        .hour = (uint8_t)tm.tm_hour,
        .minute = (uint8_t)tm.tm_min,
        .second = (uint8_t)tm.tm_sec,
    };
    *at_s_out = when_from_utc(&c);
    return true;
}

static bool read_usages(X509 *x509, struct cert_facts *facts_out)
{
    int critical = 0; /* -1: absent, -2: repeated */
    EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(x509, NID_ext_key_usage, &critical, NULL);
    if (usages == NULL) {
        return critical == -1;
    }
    facts_out->usage_count = (size_t)sk_ASN1_OBJECT_num(usages);
    if (facts_out->usage_count > 0) {
        const ASN1_OBJECT *oid = sk_ASN1_OBJECT_value(usages, 0);
        size_t size = OBJ_length(oid);
        if (size <= sizeof facts_out->usage_oid) {
            memcpy(facts_out->usage_oid, OBJ_get0_data(oid), size);
            facts_out->usage_oid_size = size;
        }
    }
    bool some = facts_out->usage_count > 0; /* SEQUENCE SIZE (1..MAX) */
    EXTENDED_KEY_USAGE_free(usages);
    return some;
}

static bool read_extensions(X509 *x509, struct cert_facts *facts_out)
{
    uint32_t flags = X509_get_extension_flags(x509);
    if ((flags & (EXFLAG_INVALID | EXFLAG_CRITICAL)) != 0) {
        return false;
    }
    facts_out->is_authority = (flags & EXFLAG_CA) != 0;
    facts_out->has_path_length = X509_get_pathlen(x509) >= 0;
    facts_out->key_usage = (flags & EXFLAG_KUSAGE) != 0 ? X509_get_key_usage(x509) : 0;
    return read_usages(x509, facts_out);
}

static bool read_serial(const ASN1_INTEGER *serial, uint8_t out[CRYPTO_SERIAL_SIZE])
{
    return ASN1_STRING_type(serial) == V_ASN1_INTEGER && cert_serial_copy(span_of(serial), out);
}

static enum till_status cert_facts(X509 *x509, struct span der, struct cert_facts *facts_out)
{
    struct crypto_cert *cert = &facts_out->cert;
    const X509_ALGOR *algorithm = NULL;
    struct span bytes, signature;
    X509_get0_signature(NULL, &algorithm, x509);
    if (!read_name(X509_get_subject_name(x509), cert->name) ||
        !read_name(X509_get_issuer_name(x509), cert->issuer) ||
        !read_point(X509_get_X509_PUBKEY(x509), cert->public_key) ||
        !read_serial(X509_get0_serialNumber(x509), cert->serial) ||
        !read_time(X509_get0_notBefore(x509), &cert->not_before_s) ||
        !read_time(X509_get0_notAfter(x509), &cert->not_after_s) ||
        !read_extensions(x509, facts_out) || !split(der, &bytes, &signature)) {
        return TILL_E_PROTOCOL;
    }
    facts_out->version = (int)X509_get_version(x509) + 1;
    facts_out->signature.is_ecdsa_sha256 =
        is_ecdsa_sha256(algorithm) && is_ecdsa_sha256(X509_get0_tbs_sigalg(x509));
    enum till_status status = cert_signed_fill(&facts_out->signature, bytes, signature);
    return status == TILL_OK ? crypto_sha256(der, cert->fingerprint) : status;
}

enum till_status cert_parse(const char *pem, struct cert_facts *facts_out)
{
    enum till_status status = TILL_E_PROTOCOL;
    long size = 0;
    X509 *x509 = NULL;
    unsigned char *der = decode(pem, &size);
    if (der != NULL) {
        const unsigned char *at = der;
        x509 = d2i_X509(NULL, &at, size);
        if (x509 != NULL && at == der + size) {
            status = cert_facts(x509, (struct span){der, (size_t)size}, facts_out);
        }
    }
    X509_free(x509);
    OPENSSL_free(der);
    (void)evp_status(true);
    return status;
}
