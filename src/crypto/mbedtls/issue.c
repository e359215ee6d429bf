/* Writing requests and certificates. */
#include <assert.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_crt.h>
#include <mbedtls/x509_csr.h>
#include <stdio.h>
#include <string.h>

#include "certificate.h"
#include "key.h"
#include "shim.h"

enum { DISTINGUISHED_NAME_MAX = 3 + CRYPTO_NAME_MAX };

/* A checked name holds nothing that the library's name syntax would take for a separator. */
static void distinguished_name(const char *name, char out[DISTINGUISHED_NAME_MAX])
{
    int size = snprintf(out, DISTINGUISHED_NAME_MAX, "CN=%s", name);
    assert(size > 0 && size < DISTINGUISHED_NAME_MAX);
}

/* What the library says when a PEM does not fit is one of several codes of the base64 module, so
 * only success is asked for. */
static enum till_status of_code(int code)
{
    return code == 0 ? TILL_OK : TILL_E_CRYPTO;
}

enum till_status crypto_csr_create(struct crypto_key *key, const char *name,
                                   char pem_out[CRYPTO_CSR_PEM_MAX])
{
    assert(key_is_private(key));
    if (!cert_name_is_valid(name)) {
        return TILL_BAD_INPUT;
    }
    char subject[DISTINGUISHED_NAME_MAX];
    distinguished_name(name, subject);

    mbedtls_x509write_csr csr;
    mbedtls_x509write_csr_init(&csr);
    mbedtls_x509write_csr_set_md_alg(&csr, MBEDTLS_MD_SHA256);
    mbedtls_x509write_csr_set_key(&csr, &key->pk);
    int code = mbedtls_x509write_csr_set_subject_name(&csr, subject);
    if (code == 0) {
        code = mbedtls_x509write_csr_pem(&csr, (unsigned char *)pem_out, CRYPTO_CSR_PEM_MAX,
                                         shim_random, NULL);
    }
    mbedtls_x509write_csr_free(&csr);
    return of_code(code);
}

static int set_serial(mbedtls_x509write_cert *crt, struct span serial)
{
#if MBEDTLS_VERSION_NUMBER >= 0x03040000
    uint8_t bytes[CRYPTO_SERIAL_SIZE]; /* 3.x takes no const though it only reads */
    memcpy(bytes, serial.data, serial.size);
    return mbedtls_x509write_crt_set_serial_raw(crt, bytes, serial.size);
#else
    mbedtls_mpi number;
    mbedtls_mpi_init(&number);
    int code = mbedtls_mpi_read_binary(&number, serial.data, serial.size);
    if (code == 0) {
        code = mbedtls_x509write_crt_set_serial(crt, &number);
    }
    mbedtls_mpi_free(&number);
    return code;
#endif
}

static int set_extension(mbedtls_x509write_cert *crt, const struct cert_extension *extension)
{
    static const struct {
        const char *oid;
        size_t size;
    } oids[] = {
        [CERT_BASIC_CONSTRAINTS] = {MBEDTLS_OID_BASIC_CONSTRAINTS,
                                    MBEDTLS_OID_SIZE(MBEDTLS_OID_BASIC_CONSTRAINTS)},
        [CERT_KEY_USAGE] = {MBEDTLS_OID_KEY_USAGE, MBEDTLS_OID_SIZE(MBEDTLS_OID_KEY_USAGE)},
        [CERT_EXTENDED_KEY_USAGE] = {MBEDTLS_OID_EXTENDED_KEY_USAGE,
                                     MBEDTLS_OID_SIZE(MBEDTLS_OID_EXTENDED_KEY_USAGE)},
        [CERT_SUBJECT_ALT_NAME] = {MBEDTLS_OID_SUBJECT_ALT_NAME,
                                   MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME)},
    };
    return mbedtls_x509write_crt_set_extension(crt, oids[extension->id].oid,
                                               oids[extension->id].size, extension->critical,
                                               extension->der.data, extension->der.size);
}

enum till_status cert_write(const struct cert_draft *draft, char pem_out[CRYPTO_CERT_PEM_MAX])
{
    char subject[DISTINGUISHED_NAME_MAX], issuer[DISTINGUISHED_NAME_MAX];
    distinguished_name(draft->name, subject);
    distinguished_name(draft->issuer_name, issuer);

    mbedtls_x509write_cert crt;
    mbedtls_x509write_crt_init(&crt);
    mbedtls_x509write_crt_set_version(&crt, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(&crt, MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(&crt, &draft->subject_key->pk);
    mbedtls_x509write_crt_set_issuer_key(&crt, &draft->issuer_key->pk);
    int code = mbedtls_x509write_crt_set_subject_name(&crt, subject);
    if (code == 0) {
        code = mbedtls_x509write_crt_set_issuer_name(&crt, issuer);
    }
    if (code == 0) {
        code = set_serial(&crt, draft->serial);
    }
    if (code == 0) {
        code = mbedtls_x509write_crt_set_validity(&crt, draft->not_before, draft->not_after);
    }
    for (size_t i = 0; code == 0 && i < draft->extension_count; i++) {
        code = set_extension(&crt, &draft->extensions[i]);
    }
    if (code == 0) {
        code = mbedtls_x509write_crt_set_subject_key_identifier(&crt);
    }
    if (code == 0) {
        code = mbedtls_x509write_crt_set_authority_key_identifier(&crt);
    }
    if (code == 0) {
        code = mbedtls_x509write_crt_pem(&crt, (unsigned char *)pem_out, CRYPTO_CERT_PEM_MAX,
                                         shim_random, NULL);
    }
    mbedtls_x509write_crt_free(&crt);
    return of_code(code);
}
