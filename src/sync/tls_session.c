#include "tls_session.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "crypto.h"
#include "log.h"

enum { SESSION_MOST = 8 * 1024 };

static const char file_name[] = "session";
static int context_index = -1;

/* ---- what it belongs to ---------------------------------------------------------------------- */

static enum till_status hash_of(const char *url, const char *authority_pem, const char *cert_path,
                                uint8_t hash_out[HASH_SIZE])
{
    char pem[CRYPTO_CERT_PEM_MAX];
    size_t size = 0;
    struct crypto_hash *hash = NULL;
    /* The name is the whole path. */
    enum till_status status = line_files_read("/", cert_path, pem, sizeof(pem), &size);
    if (status == TILL_OK) {
        status = crypto_hash_begin(&hash);
    }
    if (status != TILL_OK) {
        return status;
    }
    /* With their terminators, so that no two rows of texts give the same bytes. */
    const struct span parts[] = {{(const uint8_t *)url, strlen(url) + 1},
                                 {(const uint8_t *)authority_pem, strlen(authority_pem) + 1},
                                 {(const uint8_t *)pem, size}};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && status == TILL_OK; i++) {
        status = crypto_hash_add(hash, parts[i]);
    }
    enum till_status ended = crypto_hash_end(hash, hash_out);
    return status == TILL_OK ? ended : status;
}

/* ---- the file: what it belongs to, then the session in DER ----------------------------------- */

static void load(struct tls_session *s)
{
    static char memory[SESSION_MOST];
    size_t size = 0;
    if (s->folder[0] == '\0' ||
        line_files_read(s->folder, file_name, memory, sizeof(memory), &size) != TILL_OK) {
        return;
    }
    if (size > HASH_SIZE && memcmp(memory, s->bound, HASH_SIZE) == 0) {
        const unsigned char *at = (const unsigned char *)memory + HASH_SIZE;
        s->newest = d2i_SSL_SESSION(NULL, &at, (long)(size - HASH_SIZE));
    }
    crypto_wipe(memory, sizeof(memory));
}

static void save(const struct tls_session *s)
{
    static uint8_t memory[SESSION_MOST];
    int size = i2d_SSL_SESSION(s->newest, NULL);
    if (s->folder[0] == '\0' || size <= 0 || (size_t)size > sizeof(memory) - HASH_SIZE) {
        return;
    }
    unsigned char *at = memory + HASH_SIZE;
    memcpy(memory, s->bound, HASH_SIZE);
    size = i2d_SSL_SESSION(s->newest, &at);
    if (line_files_write(s->folder, file_name, (struct span){memory, HASH_SIZE + (size_t)size}) !=
        TILL_OK) {
        log_warning("line: the TLS session is not kept: the next start costs a whole handshake");
    }
    crypto_wipe(memory, sizeof(memory));
}

/* ---- OpenSSL --------------------------------------------------------------------------------- */

static void replace(struct tls_session *s, SSL_SESSION *session)
{
    SSL_SESSION_free(s->newest);
    s->newest = session;
}

/* 1: the session is ours to free. */
static int on_new(SSL *ssl, SSL_SESSION *session)
{
    struct tls_session *s = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index);
    if (!s->in_use || SSL_SESSION_is_resumable(session) != 1) {
        return 0;
    }
    replace(s, session);
    save(s);
    return 1;
}

static bool host_is_in_force(const struct tls_session *s)
{
    time_t now = time(NULL);
    const X509 *host = SSL_SESSION_get0_peer(s->newest);
    return host != NULL &&
           (s->ignore_dates || (X509_cmp_time(X509_get0_notAfter(host), &now) > 0 &&
                                X509_cmp_time(X509_get0_notBefore(host), &now) < 0));
}

void tls_session_offer(struct tls_session *s, SSL *ssl)
{
    if (s->in_use && s->newest != NULL && host_is_in_force(s) &&
        SSL_set_session(ssl, s->newest) != 1) {
        replace(s, NULL);
    }
}

void tls_session_made(struct tls_session *s, const SSL *ssl)
{
    s->resumed = SSL_session_reused(ssl) == 1;
}

enum till_status tls_session_hook(struct tls_session *s, SSL_CTX *ctx)
{
    if (context_index < 0) {
        context_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    }
    if (context_index < 0 || SSL_CTX_set_ex_data(ctx, context_index, s) != 1) {
        return TILL_E_MEMORY;
    }
    (void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, on_new);
    return TILL_OK;
}

/* ---- life ------------------------------------------------------------------------------------ */

void tls_session_open(struct tls_session *s, const char *folder)
{
    *s = (struct tls_session){0};
    int size = snprintf(s->folder, sizeof(s->folder), "%s", folder);
    if (size < 0 || (size_t)size >= sizeof(s->folder)) {
        s->folder[0] = '\0';
    }
}

void tls_session_close(struct tls_session *s)
{
    replace(s, NULL);
}

void tls_session_use(struct tls_session *s, const char *url, const char *authority_pem,
                     const char *cert_path, bool ignore_dates)
{
    uint8_t bound[HASH_SIZE];
    s->in_use = authority_pem != NULL && cert_path != NULL &&
                hash_of(url, authority_pem, cert_path, bound) == TILL_OK;
    s->ignore_dates = ignore_dates;
    if (!s->in_use || (s->is_bound && memcmp(s->bound, bound, HASH_SIZE) == 0)) {
        return;
    }
    replace(s, NULL);
    memcpy(s->bound, bound, HASH_SIZE);
    s->is_bound = true;
    load(s);
}
