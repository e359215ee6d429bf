#include "transport_curl.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "book_text.h"
#include "log.h"
#include "tls_session.h"

enum {
    FILE_PATH_MAX = 256,
    URL_MAX = 256,
    MEMORY_MAX = 16 * 1024, /* of an answer that goes to no file */
    CONNECT_MS = 20 * 1000,
    SLOW_BYTES_S = 32, /* a line that carries less than this for SLOW_S is dead */
    SLOW_S = 60,
    NO_ALERT = -1,
    HTTP_OK = 200,
    HTTP_PIECE = 206,
    /* What the layers below add, measured on a cable: a packet of IP, TCP and TLS; a handshake. */
    PACKET_DATA = 1400,
    PACKET_MORE = 74,
    ACK_MORE = 52,
    RESUMED_MORE = 1300,
    WHOLE_MORE = 3300
};

struct curl_transport {
    struct event_base *base;
    struct event *timer;
    CURLM *multi;
    CURL *easy; /* NULL: nothing runs */
    struct curl_slist *headers;
    char cert_path[FILE_PATH_MAX];
    char key_path[FILE_PATH_MAX];
    char error[CURL_ERROR_SIZE];
    bool ignore_dates;
    struct tls_session session;
    int alert; /* the fatal TLS alert that came in the handshake */
    /* the answer */
    uint64_t answer_max;
    uint64_t from; /* where a piece is to be laid */
    char file_path[FILE_PATH_MAX];
    int file; /* -1: memory */
    enum till_status write_status;
    uint64_t body_size;
    uint8_t memory[MEMORY_MAX];
    transport_done *done;
    void *done_context;
};

/* ---- curl and the event loop ----------------------------------------------------------------- */

static void check_done(struct curl_transport *t);

static void on_socket_event(evutil_socket_t fd, short what, void *context)
{
    struct curl_transport *t = context;
    int running = 0;
    int mask = ((what & EV_READ) != 0 ? CURL_CSELECT_IN : 0) |
               ((what & EV_WRITE) != 0 ? CURL_CSELECT_OUT : 0);
    curl_multi_socket_action(t->multi, fd, mask, &running);
    check_done(t);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    struct curl_transport *t = context;
    int running = 0;
    curl_multi_socket_action(t->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    check_done(t);
}

static int want_timer(CURLM *multi, long timeout_ms, void *context)
{
    (void)multi;
    struct curl_transport *t = context;
    if (timeout_ms < 0) {
        return event_del(t->timer);
    }
    struct timeval delay = {timeout_ms / 1000, (timeout_ms % 1000) * 1000};
    return event_add(t->timer, &delay);
}

static int want_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
    (void)easy;
    struct curl_transport *t = context;
    struct event *event = socket_context;
    if (event != NULL) {
        event_free(event);
    }
    curl_multi_assign(t->multi, fd, NULL);
    if (what == CURL_POLL_REMOVE) {
        return 0;
    }
    short wanted = (short)((what != CURL_POLL_OUT ? EV_READ : 0) |
                           (what != CURL_POLL_IN ? EV_WRITE : 0) | EV_PERSIST);
    event = event_new(t->base, fd, wanted, on_socket_event, t);
    if (event == NULL || event_add(event, NULL) != 0) {
        return -1;
    }
    curl_multi_assign(t->multi, fd, event);
    return 0;
}

static enum till_status open_multi(struct curl_transport *t)
{
    t->multi = curl_multi_init();
    if (t->multi == NULL) {
        return TILL_E_MEMORY;
    }
    curl_multi_setopt(t->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    curl_multi_setopt(t->multi, CURLMOPT_SOCKETDATA, t);
    curl_multi_setopt(t->multi, CURLMOPT_TIMERFUNCTION, want_timer);
    curl_multi_setopt(t->multi, CURLMOPT_TIMERDATA, t);
    curl_multi_setopt(t->multi, CURLMOPT_MAXCONNECTS, 1L);
    curl_multi_setopt(t->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return TILL_OK;
}

/* ---- TLS ------------------------------------------------------------------------------------- */

#define TLS_SUITES "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256"

static int context_index = -1;

/* TLS 1.3 turns a client certificate down only after the handshake looks done; curl then reports a
 * broken read. The alert itself says what it was. */
static void on_tls_info(const SSL *ssl, int where, int value)
{
    struct curl_transport *t = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index);
    if (where == SSL_CB_HANDSHAKE_START && SSL_in_before(ssl) == 1) {
        /* OpenSSL gives the callback a const; the session is set nowhere else in time. */
        tls_session_offer(&t->session, (SSL *)(uintptr_t)ssl);
    } else if (where == SSL_CB_HANDSHAKE_DONE) {
        tls_session_made(&t->session, ssl);
    } else if (where == SSL_CB_READ_ALERT && (value >> 8) == SSL3_AL_FATAL) {
        t->alert = value & 0xff;
    }
}

/* What a handshake may leave out: paddings for servers of long ago, and what no host of ours
 * speaks. Its keys are P-256 with SHA-256; suites of SHA-256 have the shorter proofs. */
static bool slim_handshake(SSL_CTX *ctx)
{
    (void)SSL_CTX_clear_options(ctx, SSL_OP_TLSEXT_PADDING);
    return SSL_CTX_set_ciphersuites(ctx, TLS_SUITES) == 1 &&
           SSL_CTX_set1_groups_list(ctx, "X25519:P-256") == 1 &&
           SSL_CTX_set1_sigalgs_list(ctx, "ECDSA+SHA256") == 1;
}

static CURLcode on_tls_context(CURL *easy, void *tls, void *context)
{
    (void)easy;
    struct curl_transport *t = context;
    if (SSL_CTX_set_ex_data(tls, context_index, t) != 1 || !slim_handshake(tls) ||
        tls_session_hook(&t->session, tls) != TILL_OK) {
        return CURLE_OUT_OF_MEMORY;
    }
    SSL_CTX_set_info_callback(tls, on_tls_info);
    if (t->ignore_dates &&
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(tls), X509_V_FLAG_NO_CHECK_TIME) != 1) {
        return CURLE_OUT_OF_MEMORY;
    }
    return CURLE_OK;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static enum till_status write_file(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(fd, data, size);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return errno == ENOSPC || errno == EDQUOT ? TILL_DISK_FULL : TILL_E_IO;
        }
        data += wrote;
        size -= (size_t)wrote;
    }
    return TILL_OK;
}

/* -1: it can't be written there. */
static int open_at(const char *path, uint64_t from)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0 && (ftruncate(fd, (off_t)from) != 0 || lseek(fd, (off_t)from, SEEK_SET) < 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static enum till_status take_bytes(struct curl_transport *t, const char *data, size_t size)
{
    long http = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &http);
    bool to_file = t->file_path[0] != '\0' && (http == HTTP_OK || http == HTTP_PIECE);
    uint64_t most = to_file || t->answer_max < MEMORY_MAX ? t->answer_max : MEMORY_MAX;
    if (t->file_path[0] != '\0' && !to_file) {
        most = MEMORY_MAX;
    }
    if (size > most - t->body_size) {
        return TILL_E_PROTOCOL;
    }
    if (!to_file) {
        memcpy(t->memory + t->body_size, data, size);
        return TILL_OK;
    }
    if (t->file < 0) {
        t->file = open_at(t->file_path, http == HTTP_PIECE ? t->from : 0);
    }
    return t->file < 0 ? TILL_E_IO : write_file(t->file, data, size);
}

static size_t on_bytes(char *data, size_t one, size_t size, void *context)
{
    struct curl_transport *t = context;
    assert(one == 1);
    (void)one;
    t->write_status = take_bytes(t, data, size);
    if (t->write_status != TILL_OK) {
        return 0;
    }
    t->body_size += size;
    return size;
}

static enum till_status status_of_peer(CURL *easy)
{
    long result = X509_V_OK;
    curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
    switch (result) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return TILL_CLOCK_WRONG;
    default:
        return TILL_WRONG_HOST;
    }
}

static enum till_status status_of_connect(CURL *easy)
{
    long error = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
    bool no_way = error == ENETUNREACH || error == EHOSTUNREACH || error == ENETDOWN;
    return no_way ? TILL_NO_NETWORK : TILL_TIMEOUT;
}

/* RFC 8446 §6.2: which alerts speak of our certificate. */
static enum till_status status_of_alert(int alert)
{
    switch (alert) {
    case SSL_AD_CERTIFICATE_EXPIRED:
        return TILL_CERT_EXPIRED;
    case SSL_AD_BAD_CERTIFICATE:
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
    case SSL_AD_CERTIFICATE_REVOKED:
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_UNKNOWN_CA:
    case SSL_AD_ACCESS_DENIED:
    case SSL_AD_CERTIFICATE_REQUIRED:
        return TILL_REFUSED;
    default:
        return TILL_E_PROTOCOL;
    }
}

/* A handshake that did not come to its end, without an alert: the line broke, which heals, unless
 * OpenSSL says that what came is no TLS. curl tells the two apart in its text only. */
static enum till_status status_of_handshake(const struct curl_transport *t)
{
    bool answered = strstr(t->error, "SSL routines") != NULL;
    bool broke_off = strstr(t->error, "unexpected eof") != NULL;
    return answered && !broke_off ? TILL_LOGIN_PAGE : TILL_TIMEOUT;
}

static enum till_status status_of_curl(const struct curl_transport *t, CURLcode code)
{
    if (code != CURLE_OK && t->alert != NO_ALERT) {
        return status_of_alert(t->alert);
    }
    switch (code) {
    case CURLE_OK:
        return TILL_OK;
    case CURLE_COULDNT_RESOLVE_HOST:
        return TILL_NO_NETWORK;
    case CURLE_COULDNT_CONNECT:
        return status_of_connect(t->easy);
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
        return TILL_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
        return status_of_handshake(t);
    case CURLE_PEER_FAILED_VERIFICATION:
        return status_of_peer(t->easy);
    case CURLE_WRITE_ERROR:
        return t->write_status != TILL_OK ? t->write_status : TILL_E_PROTOCOL;
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return TILL_E_CRYPTO;
    case CURLE_OUT_OF_MEMORY:
        return TILL_E_MEMORY;
    default:
        return TILL_E_PROTOCOL;
    }
}

static uint64_t count_bytes(CURL *easy, bool session_resumed)
{
    curl_off_t up = 0;
    curl_off_t down = 0;
    long request = 0;
    long headers = 0;
    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request);
    curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &headers);
    uint64_t sent = (uint64_t)up + (uint64_t)request, came = (uint64_t)down + (uint64_t)headers;
    uint64_t packets = sent / PACKET_DATA + came / PACKET_DATA + 2;
    uint64_t bytes = sent + came + packets * PACKET_MORE + ACK_MORE;
    long connects = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
    if (connects > 0) {
        bytes += session_resumed ? RESUMED_MORE : WHOLE_MORE;
    }
    return bytes;
}

/* ---- one request ----------------------------------------------------------------------------- */

static void release(struct curl_transport *t)
{
    if (t->easy != NULL) {
        curl_multi_remove_handle(t->multi, t->easy);
        curl_easy_cleanup(t->easy);
        t->easy = NULL;
    }
    curl_slist_free_all(t->headers);
    t->headers = NULL;
    if (t->file >= 0) {
        close(t->file);
        t->file = -1;
    }
}

static void check_done(struct curl_transport *t)
{
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(t->multi, &left);
    if (message == NULL || message->msg != CURLMSG_DONE) {
        return;
    }
    CURLcode code = message->data.result;
    long http = 0;
    struct transport_answer answer = {.status = status_of_curl(t, code),
                                      .bytes = count_bytes(t->easy, t->session.resumed),
                                      .body_size = t->body_size};
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &http);
    answer.http = (int)http;
    if (t->file < 0) {
        answer.body = (struct span){t->memory, (size_t)t->body_size};
    }
    if (code != CURLE_OK) {
        log_info("line: %s (%s)", t->error[0] != '\0' ? t->error : curl_easy_strerror(code),
                 status_name(answer.status));
    }
    transport_done *done = t->done;
    release(t);
    /* Last: done may start or cancel. */
    done(t->done_context, &answer);
}

static bool add_header(struct curl_transport *t, const char *name, const char *value)
{
    char line[128];
    /* "Name:" alone takes curl's own header out. */
    snprintf(line, sizeof(line), "%s:%s%s", name, value[0] == '\0' ? "" : " ", value);
    struct curl_slist *longer = curl_slist_append(t->headers, line);
    if (longer == NULL) {
        return false;
    }
    t->headers = longer;
    return true;
}

/* A list of books: there it is said which of their lines are understood here. */
static bool asks_for_book(const struct transport_request *r)
{
    static const char books[] = "/v1/book";
    return strncmp(r->path, books, sizeof(books) - 1) == 0;
}

static bool say_book_lines(struct curl_transport *t)
{
    char level[8];
    (void)snprintf(level, sizeof(level), "%d", (int)BOOK_LINES_NEWEST);
    return add_header(t, BOOK_LINES_HEADER, level);
}

static bool add_headers(struct curl_transport *t, const struct transport_request *r)
{
    /* "Expect: 100-continue" costs a round trip on GPRS, "Accept" 13 bytes for nothing, and the
     * host takes one type of body on each path. */
    return add_header(t, "Expect", "") && add_header(t, "Accept", "") &&
           add_header(t, "Content-Type", r->content_type == NULL ? "" : r->content_type) &&
           (r->terminal == NULL || add_header(t, "Fieldtill-Terminal", r->terminal)) &&
           (!asks_for_book(r) || say_book_lines(t));
}

/* Collects the first failure of a row of curl_easy_setopt. */
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK) {                                                                    \
            code = curl_easy_setopt(t->easy, (option), (value));                                   \
        }                                                                                          \
    } while (0)

static CURLcode set_http(struct curl_transport *t, const struct transport_request *r)
{
    CURLcode code = CURLE_OK;
    char url[URL_MAX];
    int size = snprintf(url, sizeof(url), "%s%s", r->url, r->path);
    if (size < 0 || (size_t)size >= sizeof(url)) {
        return CURLE_URL_MALFORMAT;
    }
    SET(CURLOPT_URL, url);
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOSIGNAL, 1L);
    /* A name that is being looked up must not hold the loop when the network goes. */
    SET(CURLOPT_QUICK_EXIT, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_ERRORBUFFER, t->error);
    SET(CURLOPT_HTTPHEADER, t->headers);
    SET(CURLOPT_WRITEFUNCTION, on_bytes);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    SET(CURLOPT_TIMEOUT_MS, (long)r->deadline_ms);
    SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES_S);
    SET(CURLOPT_LOW_SPEED_TIME, (long)SLOW_S);
    if (r->piece > 0) {
        char range[48];
        snprintf(range, sizeof(range), "%" PRIu64 "-%" PRIu64, r->from, r->from + r->piece - 1);
        SET(CURLOPT_RANGE, range);
    }
    if (r->is_post) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDS, r->body.data);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.size);
    }
    return code;
}

static CURLcode set_tls(struct curl_transport *t, const struct transport_request *r)
{
    CURLcode code = CURLE_OK;
    bool verify = r->authority_pem != NULL;
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    SET(CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
    SET(CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
    /* Debian's curl has both set to the system's authorities. */
    SET(CURLOPT_CAINFO, NULL);
    SET(CURLOPT_CAPATH, NULL);
    if (verify) {
        /* Copied by curl, whose struct only lacks the const. */
        struct curl_blob pem = {(void *)(uintptr_t)r->authority_pem, strlen(r->authority_pem),
                                CURL_BLOB_COPY};
        SET(CURLOPT_CAINFO_BLOB, &pem);
    }
    if (r->with_certificate) {
        SET(CURLOPT_SSLCERT, t->cert_path);
        SET(CURLOPT_SSLKEY, t->key_path);
    }
    SET(CURLOPT_SSL_ENABLE_ALPN, 0L);
    SET(CURLOPT_SSL_SESSIONID_CACHE, 0L); /* ours outlives the process */
    SET(CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
    SET(CURLOPT_SSL_CTX_DATA, t);
    return code;
}

static enum till_status curl_start(void *context, const struct transport_request *r,
                                   transport_done *done, void *done_context)
{
    struct curl_transport *t = context;
    assert(t->easy == NULL);
    t->easy = curl_easy_init();
    if (t->easy == NULL) {
        return TILL_E_MEMORY;
    }
    t->error[0] = '\0';
    t->ignore_dates = r->ignore_dates;
    tls_session_use(&t->session, r->url, r->authority_pem,
                    r->with_certificate ? t->cert_path : NULL, r->ignore_dates);
    t->alert = NO_ALERT;
    t->answer_max = r->answer_max;
    t->from = r->from;
    t->write_status = TILL_OK;
    t->body_size = 0;
    t->done = done;
    t->done_context = done_context;
    snprintf(t->file_path, sizeof(t->file_path), "%s", r->file == NULL ? "" : r->file);
    CURLcode code = add_headers(t, r) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
    if (code == CURLE_OK) {
        code = set_http(t, r);
    }
    if (code == CURLE_OK) {
        code = set_tls(t, r);
    }
    if (code != CURLE_OK || curl_multi_add_handle(t->multi, t->easy) != CURLM_OK) {
        log_error("line: curl can't be set up: %s", curl_easy_strerror(code));
        release(t);
        return code == CURLE_OUT_OF_MEMORY ? TILL_E_MEMORY : TILL_E_CONFIG;
    }
    return TILL_OK;
}

static void curl_cancel(void *context)
{
    struct curl_transport *t = context;
    release(t);
    /* Only the end of the multi handle closes the kept connection. */
    curl_multi_cleanup(t->multi);
    event_del(t->timer);
    enum till_status status = open_multi(t);
    assert(status == TILL_OK);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void curl_close(void *context)
{
    struct curl_transport *t = context;
    release(t);
    curl_multi_cleanup(t->multi);
    tls_session_close(&t->session);
    event_free(t->timer);
    free(t);
    curl_global_cleanup();
}

static enum till_status check_library(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return TILL_E_MEMORY;
    }
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    if (info->ssl_version == NULL || strncmp(info->ssl_version, "OpenSSL", 7) != 0) {
        log_error("line: libcurl speaks TLS with %s, OpenSSL is needed",
                  info->ssl_version == NULL ? "nothing" : info->ssl_version);
        return TILL_UNSUPPORTED;
    }
    if (context_index < 0) {
        context_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    }
    return context_index < 0 ? TILL_E_MEMORY : TILL_OK;
}

void transport_curl_keep_session(struct transport *transport, const char *folder)
{
    struct curl_transport *t = transport->context;
    tls_session_close(&t->session);
    tls_session_open(&t->session, folder);
}

enum till_status transport_curl_open(struct event_base *base, const char *cert_path,
                                     const char *key_path, struct transport *transport_out)
{
    enum till_status status = check_library();
    if (status != TILL_OK) {
        return status;
    }
    struct curl_transport *t = calloc(1, sizeof(*t));
    if (t == NULL) {
        return TILL_E_MEMORY;
    }
    t->base = base;
    t->file = -1;
    tls_session_open(&t->session, "");
    snprintf(t->cert_path, sizeof(t->cert_path), "%s", cert_path);
    snprintf(t->key_path, sizeof(t->key_path), "%s", key_path);
    t->timer = event_new(base, -1, 0, on_timer, t);
    if (t->timer == NULL || open_multi(t) != TILL_OK) {
        if (t->timer != NULL) {
            event_free(t->timer);
        }
        free(t);
        return TILL_E_MEMORY;
    }
    *transport_out = (struct transport){t, curl_start, curl_cancel, curl_close};
    return TILL_OK;
}
