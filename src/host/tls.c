#include "tls.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "log.h"

enum { LONG_OVER_S = 1 };

static enum till_status failed(const char *what)
{
    char why[256];
    ERR_error_string_n(ERR_get_error(), why, sizeof(why));
    log_error("TLS: %s: %s", what, why);
    ERR_clear_error();
    return TILL_E_CONFIG;
}

/* Whose certificates come in: also of the one that was retired last, to be told so in words. */
static enum till_status believe(SSL_CTX *ctx, const char *bundle)
{
    char pem[CRYPTO_CERT_PEM_MAX];
    enum till_status status = TILL_OK;
    for (size_t i = 0; (status = crypto_bundle_at(bundle, i, pem)) == TILL_OK; i++) {
        BIO *bio = BIO_new_mem_buf(pem, -1);
        X509 *x509 = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
        bool added = x509 != NULL && X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), x509) == 1;
        X509_free(x509);
        (void)BIO_free(bio);
        if (!added) {
            return failed("an authority");
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status load(SSL_CTX *ctx, const struct authority *authority)
{
    char cert[FILES_PATH_MAX], key[FILES_PATH_MAX];
    enum till_status status = files_path(authority->dir, "tls.pem", cert);
    if (status == TILL_OK) {
        status = files_path(authority->dir, "tls.key", key);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (SSL_CTX_use_certificate_chain_file(ctx, cert) != 1) {
        return failed(cert);
    }
    if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ctx) != 1) {
        return failed(key);
    }
    status = believe(ctx, authority->standing);
    return status == TILL_OK ? believe(ctx, authority->retired_pem) : status;
}

/* A terminal's certificate that has run out comes in, to be told so in words: what it may ask
 * is the API's to say. Everything else about it must hold. */
static int on_verify(int good, X509_STORE_CTX *context)
{
    if (good != 1 && X509_STORE_CTX_get_error_depth(context) == 0 &&
        X509_STORE_CTX_get_error(context) == X509_V_ERR_CERT_HAS_EXPIRED) {
        X509_STORE_CTX_set_error(context, X509_V_OK);
        return 1;
    }
    return good;
}

enum till_status tls_open(const struct authority *authority, SSL_CTX **ctx_out,
                          struct sessions **sessions_out)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (ctx == NULL) {
        return TILL_E_MEMORY;
    }
    enum till_status status = TILL_OK;
    if (SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_max_proto_version(ctx, TLS1_3_VERSION) != 1) {
        status = failed("TLS 1.3");
    }
    (void)SSL_CTX_set_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION);
    (void)SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, on_verify);
    if (status == TILL_OK) {
        status = load(ctx, authority);
    }
    if (status == TILL_OK) {
        status = sessions_open(ctx, sessions_out);
    }
    if (status != TILL_OK) {
        SSL_CTX_free(ctx);
        return status;
    }
    *ctx_out = ctx;
    return TILL_OK;
}

static bool spell(X509 *x509, char pem_out[CRYPTO_CERT_PEM_MAX])
{
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio == NULL) {
        return false;
    }
    int size = -1;
    if (PEM_write_bio_X509(bio, x509) == 1) {
        size = BIO_read(bio, pem_out, CRYPTO_CERT_PEM_MAX - 1);
    }
    bool whole = size > 0 && BIO_pending(bio) == 0;
    if (whole) {
        pem_out[size] = '\0';
    }
    (void)BIO_free(bio);
    return whole;
}

/* Of an authority that was retired: it counts as run out ever since, and the office may allow its
 * renewal as of any other that has run out. */
static bool is_retired(const char *pem, const struct authority *authority)
{
    return authority->retired_pem[0] != '\0' &&
           crypto_cert_check(pem, authority->retired_pem, CRYPTO_USAGE_CLIENT, 0) == TILL_OK;
}

void tls_peer(SSL *ssl, const struct authority *authority, int64_t now_s,
              struct api_request *request)
{
    char pem[CRYPTO_CERT_PEM_MAX];
    struct crypto_cert cert;
    request->has_peer = false;
    X509 *x509 = SSL_get1_peer_certificate(ssl);
    if (x509 == NULL) {
        return;
    }
    bool whole = SSL_get_verify_result(ssl) == X509_V_OK && spell(x509, pem);
    bool stands =
        whole && crypto_cert_check(pem, authority->standing, CRYPTO_USAGE_CLIENT, 0) == TILL_OK;
    if (whole && (stands || is_retired(pem, authority)) &&
        crypto_cert_read(pem, &cert) == TILL_OK && cert.not_before_s <= now_s) {
        request->has_peer = true;
        request->peer_until_s = stands ? cert.not_after_s : LONG_OVER_S;
        memcpy(request->peer_name, cert.name, sizeof(request->peer_name));
        memcpy(request->peer_fingerprint, cert.fingerprint, HASH_SIZE);
    }
    X509_free(x509);
}
