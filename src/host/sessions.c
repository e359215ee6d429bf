#include "sessions.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"

struct slot {
    unsigned char id[SSL_MAX_SSL_SESSION_ID_LENGTH];
    unsigned int id_size;
    unsigned char *spelled; /* DER */
    int size;
};
struct sessions {
    struct slot slots[SESSIONS_SLOTS];
};

static int place; /* of the table in a context's extra data; 0 until made */

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
    struct slot *slot = slot_of(s, id, id_size);
    empty(slot);
    slot->spelled = malloc((size_t)size);
    if (slot->spelled == NULL) {
        return 0;
    }
    unsigned char *at = slot->spelled;
    slot->size = i2d_SSL_SESSION(session, &at);
    memcpy(slot->id, id, id_size);
    slot->id_size = id_size;
    return 0;
}

static SSL_SESSION *on_get(SSL *ssl, const unsigned char *id, int id_size, int *copy)
{
    struct sessions *s = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place);
    *copy = 0; /* what is given is theirs */
    if (id_size <= 0 || id_size > SSL_MAX_SSL_SESSION_ID_LENGTH) {
        return NULL;
    }
    struct slot *slot = slot_of(s, id, (unsigned int)id_size);
    if (slot->spelled == NULL || slot->id_size != (unsigned int)id_size ||
        memcmp(slot->id, id, slot->id_size) != 0) {
        return NULL;
    }
    const unsigned char *at = slot->spelled;
    return d2i_SSL_SESSION(NULL, &at, slot->size);
}

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
        SSL_CTX_set_session_id_context(ctx, context, sizeof(context) - 1) != 1) {
        free(s);
        return TILL_E_MEMORY;
    }
    (void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
    (void)SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    (void)SSL_CTX_set_num_tickets(ctx, 1);
    (void)SSL_CTX_set_timeout(ctx, SESSIONS_DAYS * 86400L);
    SSL_CTX_sess_set_new_cb(ctx, on_new);
    SSL_CTX_sess_set_get_cb(ctx, on_get);
    /* No remove callback: OpenSSL calls it for each connection that ended without a farewell, which
     * is how they end on GPRS. Age is checked at resumption, the terminal's standing at each
     * request. */
    *sessions_out = s;
    return TILL_OK;
}

void sessions_close(struct sessions *s)
{
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < SESSIONS_SLOTS; i++) {
        empty(&s->slots[i]);
    }
    free(s);
}
