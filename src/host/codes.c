#include "codes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "holding.h"
#include "log.h"

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

static enum till_status new_code(struct store_terminal *t, int64_t now_s,
                                 char code_out[ENROL_CODE_MAX])
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
    t->code_expires_s = now_s + CODES_DAYS * INT64_C(86400);
    return hash_code(t->terminal, code_out, t->code_hash);
}

static void key_of(const char *what, const char *terminal, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "%s/%s", what, terminal);
}

/* A terminal that is replaced takes no more, but may have taken: what it held waits for its report,
 * or until it is given up as lost. */
static enum till_status take_books(struct store *s, const struct codes_request *request,
                                   int64_t now_s)
{
    enum till_status status = TILL_OK;
    if (request->replaces[0] != '\0') {
        status = holding_assign(s, request->replaces, "", now_s);
    }
    return status == TILL_OK ? holding_assign(s, request->terminal, request->books, now_s) : status;
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

static enum till_status revoke(struct store *s, const char *terminal, int64_t now_s)
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
    struct store_alarm alarm = {.at_s = now_s, .kind = "revoked"};
    (void)snprintf(alarm.terminal, sizeof(alarm.terminal), "%s", terminal);
    (void)snprintf(alarm.text, sizeof(alarm.text), "blocked by the office at record %llu",
                   (unsigned long long)t.head_seq);
    return store_alarm_put(s, &alarm);
}

enum till_status codes_revoke(struct store *s, const char *terminal, int64_t now_s)
{
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, revoke(s, terminal, now_s)) : status;
}

enum till_status codes_check(const struct store_terminal *t, const char *code, int64_t now_s)
{
    char hex[2 * HASH_SIZE + 1];
    enum till_status status = hash_code(t->terminal, code, hex);
    if (status != TILL_OK) {
        return status;
    }
    bool same = strlen(t->code_hash) == (size_t)2 * HASH_SIZE &&
                crypto_equal(hex, t->code_hash, (size_t)2 * HASH_SIZE);
    crypto_wipe(hex, sizeof(hex));
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
    struct store_alarm alarm = {.at_s = now_s, .kind = "code"};
    (void)snprintf(alarm.terminal, sizeof(alarm.terminal), "%s", t->terminal);
    (void)snprintf(alarm.text, sizeof(alarm.text),
                   "%d wrong enrolment codes: the code is void, give out a new one",
                   CODES_TRIES_MAX);
    log_warning("alarm code, terminal %s: %s", alarm.terminal, alarm.text);
    return store_alarm_put(s, &alarm);
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
