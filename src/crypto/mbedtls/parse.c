/* Reading requests and certificates. */
#include <mbedtls/asn1.h>
#include <mbedtls/oid.h>
#include <mbedtls/pem.h>
#include <mbedtls/x509_crt.h>
#include <mbedtls/x509_csr.h>
#include <string.h>

#include "certificate.h"
#include "shim.h"
#include "when.h"

static struct span span_of(const mbedtls_asn1_buf *buf)
{
    return (struct span){buf->p, buf->len};
}

/* Exactly one attribute, CN, as UTF8String. */
static bool read_name(const mbedtls_x509_name *name, char out[CRYPTO_NAME_MAX])
{
    return name->next == NULL && MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &name->oid) == 0 &&
           name->val.tag == MBEDTLS_ASN1_UTF8_STRING && cert_name_copy(span_of(&name->val), out);
}

static int64_t read_time(const mbedtls_x509_time *t)
{
    struct civil c = {
        .year = (int16_t)t->year,
        .month = (uint8_t)t->mon,
        .day = (uint8_t)t->day,
        .hour = (uint8_t)t->hour,
        .minute = (uint8_t)t->min,
        .second = (uint8_t)t->sec,
    };
    return when_from_utc(&c); /* mbedTLS has checked the ranges */
}

/* Decoded PEM; freed by mbedtls_pem_free, whatever this returns. */
static bool decode(mbedtls_pem_context *pem_out, const char *begin, const char *end,
                   const char *pem)
{
    size_t used = 0;
    mbedtls_pem_init(pem_out);
    return mbedtls_pem_read_buffer(pem_out, begin, end, (const unsigned char *)pem, NULL, 0,
                                   &used) == 0;
}

/* mbedTLS has compared the OIDs and wants the parameters to be absent or empty; but it takes a tag
 * of 0 for absent, and that is no DER. The byte behind the OID is in the buffer: a signature
 * follows. */
static bool is_ecdsa_sha256(const mbedtls_x509_buf *oid, mbedtls_md_type_t md, mbedtls_pk_type_t pk)
{
    return md == MBEDTLS_MD_SHA256 && pk == MBEDTLS_PK_ECDSA && oid->p[oid->len] != 0;
}

/* ---- requests -------------------------------------------------------------------------------- */

/* The key stands right behind the subject; RFC 2986 §4.1. */
static bool read_csr_point(const mbedtls_x509_csr *csr, uint8_t point_out[PUBLIC_KEY_SIZE])
{
    unsigned char *at = csr->subject_raw.p + csr->subject_raw.len;
    const unsigned char *end = csr->cri.p + csr->cri.len;
    struct span spki = {at, 0};
    size_t size = 0;
    if (mbedtls_asn1_get_tag(&at, end, &size, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) !=
        0) {
        return false;
    }
    spki.size = (size_t)(at + size - spki.data);
    return cert_spki_point(spki, point_out);
}

enum till_status csr_parse(const char *pem, struct csr_facts *facts_out)
{
    mbedtls_pem_context block;
    mbedtls_x509_csr csr;
    mbedtls_x509_csr_init(&csr);
    enum till_status status = TILL_E_PROTOCOL;

    if (!decode(&block, "-----BEGIN CERTIFICATE REQUEST-----", "-----END CERTIFICATE REQUEST-----",
                pem) ||
        mbedtls_x509_csr_parse_der(&csr, block.FIELD(buf), block.FIELD(buflen)) != 0 ||
        csr.raw.len != block.FIELD(buflen)) {
        goto done;
    }
    if (!read_name(&csr.subject, facts_out->name) || !read_csr_point(&csr, facts_out->point)) {
        goto done;
    }
    facts_out->signature.is_ecdsa_sha256 =
        is_ecdsa_sha256(&csr.sig_oid, csr.FIELD(sig_md), csr.FIELD(sig_pk));
    status = cert_signed_fill(&facts_out->signature, span_of(&csr.cri), span_of(&csr.FIELD(sig)));
done:
    mbedtls_x509_csr_free(&csr);
    mbedtls_pem_free(&block);
    return status;
}

/* ---- certificates ---------------------------------------------------------------------------- */

static void read_extensions(const mbedtls_x509_crt *crt, struct cert_facts *facts_out)
{
    facts_out->is_authority = crt->FIELD(ca_istrue) != 0;
    facts_out->has_path_length = crt->FIELD(max_pathlen) > 0; /* 0: none; else one higher */
    bool has_key_usage = (crt->FIELD(ext_types) & MBEDTLS_X509_EXT_KEY_USAGE) != 0;
    facts_out->key_usage = has_key_usage ? crt->FIELD(key_usage) : 0;
    if ((crt->FIELD(ext_types) & MBEDTLS_X509_EXT_EXTENDED_KEY_USAGE) == 0) {
        return;
    }
    const mbedtls_asn1_buf *oid = &crt->ext_key_usage.buf;
    facts_out->usage_count = crt->ext_key_usage.next == NULL ? 1 : 2; /* more is never asked */
    if (oid->len <= sizeof facts_out->usage_oid) {
        memcpy(facts_out->usage_oid, oid->p, oid->len);
        facts_out->usage_oid_size = oid->len;
    }
}

/* The library takes a context tag and superfluous zeros here too; X.690 §8.3.2 and RFC 5280
 * don't. */
static bool read_serial(const mbedtls_asn1_buf *serial, uint8_t out[CRYPTO_SERIAL_SIZE])
{
    if (serial->tag != MBEDTLS_ASN1_INTEGER || serial->len == 0) {
        return false;
    }
    bool is_negative = (serial->p[0] & 0x80) != 0;
    bool is_minimal = serial->len == 1 || serial->p[0] != 0 || (serial->p[1] & 0x80) != 0;
    return !is_negative && is_minimal && cert_serial_copy(span_of(serial), out);
}

enum till_status cert_parse(const char *pem, struct cert_facts *facts_out)
{
    mbedtls_pem_context block;
    mbedtls_x509_crt crt;
    mbedtls_x509_crt_init(&crt);
    struct crypto_cert *cert = &facts_out->cert;
    enum till_status status = TILL_E_PROTOCOL;

    if (!decode(&block, "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", pem) ||
        mbedtls_x509_crt_parse_der(&crt, block.FIELD(buf), block.FIELD(buflen)) != 0 ||
        crt.raw.len != block.FIELD(buflen)) {
        goto done;
    }
    if (!read_name(&crt.subject, cert->name) || !read_name(&crt.issuer, cert->issuer) ||
        !cert_spki_point(span_of(&crt.pk_raw), cert->public_key) ||
        !read_serial(&crt.serial, cert->serial)) {
        goto done;
    }
    facts_out->version = crt.version;
    cert->not_before_s = read_time(&crt.valid_from);
    cert->not_after_s = read_time(&crt.valid_to);
    read_extensions(&crt, facts_out);
    facts_out->signature.is_ecdsa_sha256 =
        is_ecdsa_sha256(&crt.sig_oid, crt.FIELD(sig_md), crt.FIELD(sig_pk));
    status = cert_signed_fill(&facts_out->signature, span_of(&crt.tbs), span_of(&crt.FIELD(sig)));
    if (status == TILL_OK) {
        status = crypto_sha256(span_of(&crt.raw), cert->fingerprint);
    }
done:
    mbedtls_x509_crt_free(&crt);
    mbedtls_pem_free(&block);
    return status;
}
