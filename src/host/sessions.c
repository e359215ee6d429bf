#include "sessions.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "crypto.h"
#include "log.h"
#include "store_session.h"

enum {
    WAITING_MAX = 1024, /* new ones between two rounds; more are forgotten */
    TIDY_ROUNDS = 1800, /* once an hour */
    READ_MOST = SESSIONS_SLOTS,
    NONCE_SIZE = 12,
    TAG_SIZE = 16,
    DAY_S = 86400
};

struct slot {
    unsigned char id[SSL_MAX_SSL_SESSION_ID_LENGTH];
    unsigned int id_size;
    unsigned char *spelled; /* DER */
    int size;
    int64_t until_s;
};
struct sessions {
    pthread_mutex_t lock; /* over slots, waiting and ending */
    struct slot slots[SESSIONS_SLOTS];
    uint16_t waiting[WAITING_MAX]; /* slots that are not in the store yet */
    size_t waiting_count;
    bool ending;

    /* the thread's */
    pthread_t thread;
    pthread_cond_t end;
    bool is_shared;
    struct store *store;
    uint8_t key[HASH_SIZE];
    int64_t read_to; /* n of the last that was read */
    uint32_t rounds;
};

static int place; /* of the table in a context's extra data; 0 until made */

/* ---- the table ------------------------------------------------------------------------------- */

static struct slot *slot_of(struct sessions *s, const unsigned char *id, unsigned int id_size)
{
    uint32_t number = 0;
    for (unsigned int i = 0; i < 4 && i < id_size; i++) {
        number = number << 8 | id[i];
    }
    return &s->slots[number % SESSIONS_SLOTS];
}

static void empty(struct slot *slot)
{
    if (slot->spelled != NULL) {
        crypto_wipe(slot->spelled, (size_t)slot->size);
        free(slot->spelled);
    }
    *slot = (struct slot){0};
}

static bool holds(const struct slot *slot, const unsigned char *id, size_t id_size)
{
    return slot->spelled != NULL && slot->id_size == id_size && memcmp(slot->id, id, id_size) == 0;
}

/* Takes over `spelled`. */
static struct slot *fill(struct sessions *s, const unsigned char *id, unsigned int id_size,
                         unsigned char *spelled, int size, int64_t until_s)
{
    struct slot *slot = slot_of(s, id, id_size);
    empty(slot);
    *slot = (struct slot){.id_size = id_size, .spelled = spelled, .size = size, .until_s = until_s};
    memcpy(slot->id, id, id_size);
    return slot;
}

/* 0: we keep no reference to the session itself. */
static int on_new(SSL *ssl, SSL_SESSION *session)
{
    struct sessions *s = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place);
    unsigned int id_size = 0;
    const unsigned char *id = SSL_SESSION_get_id(session, &id_size);
    int size = i2d_SSL_SESSION(session, NULL);
    if (id_size == 0 || id_size > SSL_MAX_SSL_SESSION_ID_LENGTH || size <= 0) {
        return 0;
    }
    unsigned char *spelled = malloc((size_t)size);
    if (spelled == NULL) {
        return 0;
    }
    unsigned char *at = spelled;
    size = i2d_SSL_SESSION(session, &at);
    (void)pthread_mutex_lock(&s->lock);
    struct slot *slot =
        fill(s, id, id_size, spelled, size, (int64_t)time(NULL) + SESSIONS_DAYS * (int64_t)DAY_S);
    if (s->is_shared && s->waiting_count < WAITING_MAX) {
        s->waiting[s->waiting_count++] = (uint16_t)(slot - s->slots);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return 0;
}

static SSL_SESSION *on_get(SSL *ssl, const unsigned char *id, int id_size, int *copy)
{
    struct sessions *s = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place);
    SSL_SESSION *found = NULL;
    *copy = 0; /* what is given is theirs */
    if (id_size <= 0 || id_size > SSL_MAX_SSL_SESSION_ID_LENGTH) {
        return NULL;
    }
    (void)pthread_mutex_lock(&s->lock);
    const struct slot *slot = slot_of(s, id, (unsigned int)id_size);
    if (holds(slot, id, (size_t)id_size)) {
        const unsigned char *at = slot->spelled;
        found = d2i_SSL_SESSION(NULL, &at, slot->size);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return found;
}

/* ---- sealing --------------------------------------------------------------------------------- */

/* nonce ‖ ciphertext ‖ tag; the id is authenticated with it. false: it does not fit, or OpenSSL has
 * no memory. */
static bool seal(const struct sessions *s, const struct slot *slot, struct store_session *out)
{
    int size = 0, more = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool good =
        c != NULL && slot->size + NONCE_SIZE + TAG_SIZE <= STORE_SESSION_BODY_MAX &&
        crypto_random(out->body, NONCE_SIZE) == TILL_OK &&
        EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, s->key, out->body) == 1 &&
        EVP_EncryptUpdate(c, NULL, &size, slot->id, (int)slot->id_size) == 1 &&
        EVP_EncryptUpdate(c, out->body + NONCE_SIZE, &size, slot->spelled, slot->size) == 1 &&
        EVP_EncryptFinal_ex(c, out->body + NONCE_SIZE + size, &more) == 1 &&
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_SIZE,
                            out->body + NONCE_SIZE + slot->size) == 1;
    EVP_CIPHER_CTX_free(c);
    out->id_size = slot->id_size;
    out->until_s = slot->until_s;
    out->body_size = (size_t)(slot->size + NONCE_SIZE + TAG_SIZE);
    memcpy(out->id, slot->id, slot->id_size);
    return good;
}

/* The DER, to be freed; NULL: it was not sealed by this host's key. */
static unsigned char *unseal(const struct sessions *s, struct store_session *in, int *size_out)
{
    int size = (int)in->body_size - NONCE_SIZE - TAG_SIZE, got = 0, more = 0;
    if (size <= 0) {
        return NULL;
    }
    unsigned char *plain = malloc((size_t)size);
    EVP_CIPHER_CTX *c = plain == NULL ? NULL : EVP_CIPHER_CTX_new();
    bool good =
        c != NULL && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, s->key, in->body) == 1 &&
        EVP_DecryptUpdate(c, NULL, &got, in->id, (int)in->id_size) == 1 &&
        EVP_DecryptUpdate(c, plain, &got, in->body + NONCE_SIZE, size) == 1 &&
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, in->body + NONCE_SIZE + size) == 1 &&
        EVP_DecryptFinal_ex(c, plain + got, &more) == 1;
    EVP_CIPHER_CTX_free(c);
    *size_out = size;
    if (!good) {
        free(plain);
        return NULL;
    }
    return plain;
}

/* ---- the thread ------------------------------------------------------------------------------ */

/* The next that is not in the store yet, sealed. */
static bool next_waiting(struct sessions *s, struct store_session *out)
{
    bool found = false;
    (void)pthread_mutex_lock(&s->lock);
    while (!found && s->waiting_count > 0) {
        const struct slot *slot = &s->slots[s->waiting[--s->waiting_count]];
        found = slot->spelled != NULL && seal(s, slot, out);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return found;
}

static enum till_status write_new(struct sessions *s)
{
    struct store_session one;
    bool tidy = s->rounds++ % TIDY_ROUNDS == 0;
    if (!tidy && !next_waiting(s, &one)) {
        return TILL_OK;
    }
    bool more = tidy ? next_waiting(s, &one) : true;
    enum till_status status = store_begin(s->store);
    if (status != TILL_OK) {
        return status;
    }
    if (tidy) {
        status = store_session_tidy(s->store, (int64_t)time(NULL), SESSIONS_SLOTS);
    }
    for (; more && status == TILL_OK; more = next_waiting(s, &one)) {
        status = store_session_put(s->store, &one);
    }
    if (status == TILL_OK) {
        return store_commit(s->store);
    }
    store_rollback(s->store);
    return status;
}

/* What other processes wrote, and our own again, which changes nothing. */
static enum till_status read_new(struct sessions *s)
{
    struct store_session one;
    enum till_status status = TILL_OK;
    int64_t now_s = (int64_t)time(NULL);
    for (int i = 0; i < READ_MOST; i++) {
        status = store_session_next(s->store, s->read_to, &one);
        if (status != TILL_OK) {
            break;
        }
        s->read_to = one.n;
        int size = 0;
        unsigned char *plain = one.until_s > now_s ? unseal(s, &one, &size) : NULL;
        if (plain != NULL) {
            (void)pthread_mutex_lock(&s->lock);
            (void)fill(s, one.id, (unsigned int)one.id_size, plain, size, one.until_s);
            (void)pthread_mutex_unlock(&s->lock);
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static void *work(void *context)
{
    struct sessions *s = context;
    bool ending = false, said = false;
    while (!ending) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += SESSIONS_ROUND_MS / 1000;
        (void)pthread_mutex_lock(&s->lock);
        if (!s->ending) {
            (void)pthread_cond_timedwait(&s->end, &s->lock, &until);
        }
        ending = s->ending;
        (void)pthread_mutex_unlock(&s->lock);
        enum till_status status = write_new(s);
        if (status == TILL_OK && !ending) {
            status = read_new(s);
        }
        if (status != TILL_OK && !said) {
            log_warning("TLS sessions are not shared just now: %s", status_name((int)status));
        }
        said = status != TILL_OK;
    }
    return NULL;
}

/* ---- life ------------------------------------------------------------------------------------ */

enum till_status sessions_open(SSL_CTX *ctx, struct sessions **sessions_out)
{
    static const unsigned char context[] = "fieldtill-host";
    struct sessions *s = calloc(1, sizeof(*s));
    if (s == NULL) {
        return TILL_E_MEMORY;
    }
    if (place == 0) {
        place = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    }
    if (place < 0 || SSL_CTX_set_ex_data(ctx, place, s) != 1 ||
        SSL_CTX_set_session_id_context(ctx, context, sizeof(context) - 1) != 1 ||
        pthread_mutex_init(&s->lock, NULL) != 0) {
        free(s);
        return TILL_E_MEMORY;
    }
    (void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
    (void)SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    (void)SSL_CTX_set_num_tickets(ctx, 1);
    (void)SSL_CTX_set_timeout(ctx, SESSIONS_DAYS * (long)DAY_S);
    SSL_CTX_sess_set_new_cb(ctx, on_new);
    SSL_CTX_sess_set_get_cb(ctx, on_get);
    /* No remove callback: OpenSSL calls it for each connection that ended without a farewell, which
     * is how they end on GPRS. Age is checked at resumption, the terminal's standing at each
     * request. */
    *sessions_out = s;
    return TILL_OK;
}

static enum till_status make_key(struct sessions *s, const char *dir)
{
    static const char tag[] = "fieldtill/session/1";
    char path[FILES_PATH_MAX], pem[CRYPTO_KEY_PEM_MAX];
    enum till_status status = files_path(dir, "tls.key", path);
    if (status == TILL_OK) {
        status = files_read_text(path, pem, sizeof(pem));
    }
    if (status == TILL_OK) {
        status = crypto_hmac((struct span){(const uint8_t *)pem, strlen(pem)},
                             (struct span){(const uint8_t *)tag, sizeof(tag) - 1}, s->key);
    }
    crypto_wipe(pem, sizeof(pem));
    return status;
}

enum till_status sessions_share(struct sessions *s, struct store *store, const char *dir)
{
    int64_t last = 0;
    s->store = store;
    enum till_status status = make_key(s, dir);
    if (status == TILL_OK) {
        status = store_session_last(store, &last);
    }
    if (status == TILL_OK) {
        s->read_to = last > SESSIONS_SLOTS ? last - SESSIONS_SLOTS : 0;
        status = read_new(s);
    }
    if (status == TILL_OK && pthread_cond_init(&s->end, NULL) != 0) {
        status = TILL_E_MEMORY;
    }
    if (status == TILL_OK) {
        s->is_shared = pthread_create(&s->thread, NULL, work, s) == 0;
        status = s->is_shared ? TILL_OK : TILL_E_MEMORY;
    }
    return status;
}

void sessions_close(struct sessions *s)
{
    if (s == NULL) {
        return;
    }
    if (s->is_shared) {
        (void)pthread_mutex_lock(&s->lock);
        s->ending = true;
        (void)pthread_cond_signal(&s->end);
        (void)pthread_mutex_unlock(&s->lock);
        (void)pthread_join(s->thread, NULL);
        (void)pthread_cond_destroy(&s->end);
    }
    for (size_t i = 0; i < SESSIONS_SLOTS; i++) {
        empty(&s->slots[i]);
    }
    (void)pthread_mutex_destroy(&s->lock);
    crypto_wipe(s->key, sizeof(s->key));
    free(s);
}
