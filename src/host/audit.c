#include "audit.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "crypto.h"
#include "log.h"
#include "record.h"
#include "text.h"

static enum till_status hash_of(const struct store_audit *a, const uint8_t prev[HASH_SIZE],
                                uint8_t hash_out[HASH_SIZE])
{
    static const char tag[] = "fieldtill/audit/1";
    uint8_t memory[sizeof(tag) + HASH_SIZE + RECORD_SIZE_MAX];
    struct buffer bytes;
    struct record_writer w;
    uint8_t size = (uint8_t)strlen(tag);
    buffer_init(&bytes, memory, sizeof(memory));
    buffer_put(&bytes, &size, 1);
    buffer_put_text(&bytes, tag);
    buffer_put(&bytes, prev, HASH_SIZE);
    record_begin(&w, &bytes);
    record_put_integer(&w, "n", a->n);
    record_put_integer(&w, "at_s", a->at_s);
    record_put_text(&w, "actor", a->actor);
    record_put_text(&w, "act", a->act);
    record_put_text(&w, "arguments", a->arguments);
    enum till_status status = record_end(&w);
    return status == TILL_OK ? crypto_sha256((struct span){bytes.data, bytes.size}, hash_out)
                             : status;
}

/* Whole characters, no control characters, at most capacity - 1 bytes. */
static void clean(char *out, size_t capacity, const char *text)
{
    text_copy(out, capacity, text);
    for (char *at = out; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        *at = c < 0x20 || c == 0x7f ? '?' : *at;
    }
    if (!text_is_clean(out, strlen(out))) {
        for (char *at = out; *at != '\0'; at++) {
            *at = (unsigned char)*at >= 0x80 ? '?' : *at; /* no UTF-8 */
        }
    }
}

static enum till_status add(struct store *s, struct store_audit *a)
{
    struct store_audit last;
    static const uint8_t none[HASH_SIZE];
    enum till_status status = store_audit_last(s, &last);
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    a->n = status == TILL_OK ? last.n + 1 : 1;
    status = hash_of(a, status == TILL_OK ? last.hash : none, a->hash);
    return status == TILL_OK ? store_audit_add(s, a) : status;
}

enum till_status audit_write(struct store *s, const char *actor, const char *act,
                             const char *arguments, int64_t now_s, int64_t *n_out)
{
    struct store_audit a = {.at_s = now_s};
    char hash[2 * HASH_SIZE + 1];
    clean(a.actor, sizeof(a.actor), actor);
    clean(a.act, sizeof(a.act), act);
    clean(a.arguments, sizeof(a.arguments), arguments);
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = add(s, &a);
    if (status != TILL_OK) {
        store_rollback(s);
        return status;
    }
    status = store_commit(s);
    if (status == TILL_OK) {
        hex_encode((struct span){a.hash, sizeof(a.hash)}, hash);
        log_info("audit %lld %s: %s %s %s", (long long)a.n, a.actor, a.act, a.arguments, hash);
        /* What a command writes goes to the terminal of whoever typed it: this copy does not. */
        syslog(LOG_AUTHPRIV | LOG_NOTICE, "audit %lld %s: %s %s %s", (long long)a.n, a.actor, a.act,
               a.arguments, hash);
        *n_out = a.n;
    }
    return status;
}

enum till_status audit_check(struct store *s, int64_t *n_out, uint8_t hash_out[HASH_SIZE])
{
    uint8_t prev[HASH_SIZE] = {0}, hash[HASH_SIZE];
    struct store_audit a;
    int64_t n = 0;
    enum till_status status = TILL_OK;
    while ((status = store_audit_next(s, n, &a)) == TILL_OK) {
        n++;
        status = hash_of(&a, prev, hash);
        if (status != TILL_OK || a.n != n || memcmp(hash, a.hash, HASH_SIZE) != 0) {
            *n_out = n;
            return TILL_E_CHAIN;
        }
        memcpy(prev, hash, HASH_SIZE);
    }
    *n_out = n;
    memcpy(hash_out, prev, HASH_SIZE);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

void audit_actor(char out[AUDIT_ACTOR_MAX])
{
    const char *borrower = getenv("SUDO_USER");
    const struct passwd *user = getpwuid(getuid());
    char name[AUDIT_ACTOR_MAX];
    if (user != NULL) {
        clean(name, sizeof(name), user->pw_name);
    } else {
        (void)snprintf(name, sizeof(name), "uid %u", (unsigned)getuid());
    }
    if (borrower != NULL && borrower[0] != '\0' && strcmp(borrower, name) != 0) {
        char both[2 * AUDIT_ACTOR_MAX + 4], who[AUDIT_ACTOR_MAX];
        clean(who, sizeof(who), borrower);
        (void)snprintf(both, sizeof(both), "%s as %s", who, name);
        text_copy(out, AUDIT_ACTOR_MAX, both);
    } else {
        text_copy(out, AUDIT_ACTOR_MAX, name);
    }
}
