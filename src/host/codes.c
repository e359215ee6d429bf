#include "codes.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarm.h"
#include "crypto.h"
#include "holding.h"
#include "text.h"

/* About ten milliseconds here; a stolen database costs days for each terminal's code. */
enum { CODE_ROUNDS = 20000 };

static enum till_status hash_code(const char *terminal, const char *code,
                                  char hex_out[2 * HASH_SIZE + 1])
{
    uint8_t hash[HASH_SIZE];
    char salt[sizeof("fieldtill/code/") + TERMINAL_MAX];
    int size = snprintf(salt, sizeof(salt), "fieldtill/code/%s", terminal);
    enum till_status status =
        crypto_pbkdf2((struct span){(const uint8_t *)code, strlen(code)},
                      (struct span){(const uint8_t *)salt, (size_t)size}, CODE_ROUNDS, hash);
    if (status == TILL_OK) {
        hex_encode((struct span){hash, sizeof(hash)}, hex_out);
    }
    crypto_wipe(hash, sizeof(hash));
    return status;
}

static enum till_status draw_code(char code_out[ENROL_CODE_MAX])
{
    enum { CODES = 100000000 };
    const uint32_t fair = UINT32_MAX - UINT32_MAX % CODES;
    uint32_t number;
    do {
        enum till_status status = crypto_random(&number, sizeof(number));
        if (status != TILL_OK) {
            return status;
        }
    } while (number >= fair); /* the rest would favour small codes */
    (void)snprintf(code_out, ENROL_CODE_MAX, "%0*u", CODES_DIGITS, (unsigned)(number % CODES));
    return TILL_OK;
}

static int64_t expires_s(int64_t now_s)
{
    return now_s + CODES_DAYS * INT64_C(86400);
}

static enum till_status new_code(struct store_terminal *t, int64_t now_s,
                                 char code_out[ENROL_CODE_MAX])
{
    enum till_status status = draw_code(code_out);
    t->code_expires_s = expires_s(now_s);
    return status == TILL_OK ? hash_code(t->terminal, code_out, t->code_hash) : status;
}

static void key_of(const char *what, const char *terminal, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "%s/%s", what, terminal);
}

/* A terminal that is replaced takes no more, but may have taken: what it held waits for its report,
 * or until it is given up as lost. Where no books are named, all that it carried go on. */
static enum till_status take_books(struct store *s, const struct codes_request *request,
                                   int64_t now_s)
{
    char carried[STORE_ASSIGNED_TEXT_MAX] = "";
    enum till_status status = TILL_OK;
    if (request->replaces[0] != '\0') {
        status = store_assigned(s, request->replaces, carried, sizeof(carried));
        if (status == TILL_OK) {
            status = holding_assign(s, request->replaces, "", now_s);
        }
    }
    const char *books = request->books[0] != '\0' ? request->books : carried;
    return status == TILL_OK ? holding_assign(s, request->terminal, books, now_s) : status;
}

static enum till_status add(struct store *s, const struct codes_request *request, int64_t now_s,
                            char code_out[ENROL_CODE_MAX])
{
    struct store_terminal t;
    char key[STORE_KEY_MAX];
    enum till_status status = store_terminal_get(s, request->terminal, &t);
    if (status != TILL_NOT_FOUND) {
        return status == TILL_OK ? TILL_UNCHANGED : status;
    }
    if (request->replaces[0] != '\0') {
        status = store_terminal_get(s, request->replaces, &t);
        if (status != TILL_OK) {
            return status;
        }
        key_of("replaces", request->terminal, key);
        status = store_value_put(s, key, request->replaces);
        if (status != TILL_OK) {
            return status;
        }
    }
    memset(&t, 0, sizeof(t));
    (void)snprintf(t.terminal, sizeof(t.terminal), "%s", request->terminal);
    (void)snprintf(t.name, sizeof(t.name), "%s", request->name);
    status = new_code(&t, now_s, code_out);
    if (status == TILL_OK) {
        status = store_terminal_put(s, &t);
    }
    return status == TILL_OK ? take_books(s, request, now_s) : status;
}

enum till_status codes_add(struct store *s, const struct codes_request *request, int64_t now_s,
                           char code_out[ENROL_CODE_MAX])
{
    if (!terminal_is_valid(request->terminal) || strlen(request->name) >= BOOK_NAME_MAX) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, add(s, request, now_s, code_out)) : status;
}

/* ---- many at once ---------------------------------------------------------------------------- */

enum { THREADS_MAX = 16 };

/* Every so-many-eth of them. */
struct stretching {
    struct codes_new *many;
    size_t count, from, step;
    enum till_status status;
    pthread_t thread;
    bool apart;
};

static void *stretch(void *context)
{
    struct stretching *work = context;
    work->status = TILL_OK;
    for (size_t i = work->from; i < work->count && work->status == TILL_OK; i += work->step) {
        struct codes_new *one = &work->many[i];
        work->status = draw_code(one->code);
        if (work->status == TILL_OK) {
            work->status = hash_code(one->terminal, one->code, one->code_hash);
        }
    }
    return NULL;
}

static enum till_status stretch_all(struct codes_new *many, size_t count)
{
    struct stretching work[THREADS_MAX];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t threads = processors < 1 ? 1 : (size_t)processors;
    threads = threads > THREADS_MAX ? THREADS_MAX : threads;
    for (size_t i = 0; i < threads; i++) {
        work[i] = (struct stretching){.many = many, .count = count, .from = i, .step = threads};
        work[i].apart =
            i + 1 < threads && pthread_create(&work[i].thread, NULL, stretch, &work[i]) == 0;
        if (!work[i].apart) {
            (void)stretch(&work[i]);
        }
    }
    enum till_status status = TILL_OK;
    for (size_t i = 0; i < threads; i++) {
        if (work[i].apart) {
            (void)pthread_join(work[i].thread, NULL);
        }
        status = status == TILL_OK ? work[i].status : status;
    }
    return status;
}

static enum till_status add_stretched(struct store *s, const struct codes_request *request,
                                      int64_t now_s, struct codes_new *one)
{
    struct store_terminal t;
    enum till_status status = store_terminal_get(s, one->terminal, &t);
    crypto_wipe(t.secret, sizeof(t.secret));
    if (status != TILL_NOT_FOUND) {
        return status;
    }
    memset(&t, 0, sizeof(t));
    memcpy(t.terminal, one->terminal, sizeof(t.terminal));
    (void)snprintf(t.name, sizeof(t.name), "%s", request->name);
    t.code_expires_s = expires_s(now_s);
    memcpy(t.code_hash, one->code_hash, sizeof(t.code_hash));
    status = store_terminal_put(s, &t);
    one->added = true;
    return status == TILL_OK ? holding_assign(s, one->terminal, request->books, now_s) : status;
}

enum till_status codes_add_many(struct store *s, const struct codes_request *request, int64_t now_s,
                                struct codes_new *many, size_t count)
{
    assert(count <= CODES_MANY_MAX);
    for (size_t i = 0; i < count; i++) {
        many[i].added = false;
        if (!terminal_is_valid(many[i].terminal)) {
            return TILL_BAD_INPUT;
        }
    }
    if (strlen(request->name) >= BOOK_NAME_MAX) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = stretch_all(many, count);
    if (status == TILL_OK) {
        status = store_begin(s);
    }
    if (status != TILL_OK) {
        return status;
    }
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        status = add_stretched(s, request, now_s, &many[i]);
    }
    return store_finish(s, status);
}

/* ---- another code, blocking ------------------------------------------------------------------ */

static enum till_status renew(struct store *s, const char *terminal, int64_t now_s,
                              char code_out[ENROL_CODE_MAX])
{
    struct store_terminal t;
    char key[STORE_KEY_MAX];
    enum till_status status = store_terminal_get(s, terminal, &t);
    if (status == TILL_OK && t.state != TERMINAL_NEW) {
        return TILL_REFUSED;
    }
    if (status == TILL_OK) {
        status = new_code(&t, now_s, code_out);
    }
    if (status == TILL_OK) {
        key_of("tries", terminal, key);
        status = store_value_put(s, key, "0");
    }
    return status == TILL_OK ? store_terminal_put(s, &t) : status;
}

enum till_status codes_renew(struct store *s, const char *terminal, int64_t now_s,
                             char code_out[ENROL_CODE_MAX])
{
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, renew(s, terminal, now_s, code_out)) : status;
}

static enum till_status block(struct store *s, const char *terminal, int64_t now_s)
{
    struct store_terminal t;
    enum till_status status = store_terminal_get(s, terminal, &t);
    if (status == TILL_OK && t.state == TERMINAL_REVOKED) {
        return TILL_UNCHANGED;
    }
    if (status != TILL_OK) {
        return status;
    }
    t.state = TERMINAL_REVOKED;
    t.code_hash[0] = '\0';
    status = store_terminal_put(s, &t);
    if (status != TILL_OK) {
        return status;
    }
    struct alarm_text text;
    alarm_say(&text, N_("blocked by the office at record %1"));
    alarm_add_number(&text, t.head_seq);
    return alarm_put(s, now_s, terminal, "revoked", text.stored);
}

enum till_status codes_revoke(struct store *s, const char *terminal, int64_t now_s)
{
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, block(s, terminal, now_s)) : status;
}

enum till_status codes_stretch(struct store *s, const char *terminal, const char *code,
                               char stretched_out[2 * HASH_SIZE + 1])
{
    struct store_terminal t;
    stretched_out[0] = '\0';
    enum till_status status = store_terminal_get(s, terminal, &t);
    bool waits = status == TILL_OK && t.code_hash[0] != '\0';
    crypto_wipe(t.secret, sizeof(t.secret));
    return waits                      ? hash_code(terminal, code, stretched_out)
           : status == TILL_NOT_FOUND ? TILL_OK
                                      : status;
}

enum till_status codes_check(const struct store_terminal *t,
                             const char stretched[2 * HASH_SIZE + 1], int64_t now_s)
{
    enum { DIGITS = 2 * HASH_SIZE };
    bool same = strlen(t->code_hash) == DIGITS && strlen(stretched) == DIGITS &&
                crypto_equal(stretched, t->code_hash, DIGITS);
    return same && now_s <= t->code_expires_s ? TILL_OK : TILL_CODE_WRONG;
}

enum till_status codes_count_wrong(struct store *s, struct store_terminal *t, int64_t now_s)
{
    char key[STORE_KEY_MAX], value[24];
    long tries = 0;
    key_of("tries", t->terminal, key);
    enum till_status status = store_value_get(s, key, value, sizeof(value));
    if (status == TILL_OK) {
        tries = strtol(value, NULL, 10);
    } else if (status != TILL_NOT_FOUND) {
        return status;
    }
    tries++;
    (void)snprintf(value, sizeof(value), "%ld", tries);
    status = store_value_put(s, key, value);
    if (status != TILL_OK || tries < CODES_TRIES_MAX || t->code_hash[0] == '\0') {
        return status;
    }
    t->code_hash[0] = '\0';
    status = store_terminal_put(s, t);
    if (status != TILL_OK) {
        return status;
    }
    struct alarm_text text;
    alarm_say(&text, N_("%1 wrong enrolment codes: the code is void, give out a new one"));
    alarm_add_number(&text, CODES_TRIES_MAX);
    return alarm_put(s, now_s, t->terminal, "code", text.stored);
}

enum till_status codes_predecessor(struct store *s, const char *terminal,
                                   char number_out[TERMINAL_MAX], uint64_t *seq_out)
{
    char key[STORE_KEY_MAX];
    struct store_terminal old;
    number_out[0] = '\0';
    *seq_out = 0;
    key_of("replaces", terminal, key);
    enum till_status status = store_value_get(s, key, number_out, TERMINAL_MAX);
    if (status == TILL_NOT_FOUND) {
        return TILL_OK;
    }
    if (status == TILL_OK) {
        status = store_terminal_get(s, number_out, &old);
    }
    if (status == TILL_OK) {
        *seq_out = old.head_seq;
    }
    return status;
}
