#include "succession.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "orders.h"
#include "store_channel.h"

/* Kept as values:
 *   trust/TERMINAL       the serial of the statement that it holds
 *   authority            fingerprint of the first, under which whoever has no other enrolled
 *   authority/TERMINAL   fingerprint of the one under which it enrolled, later */

static void key_of(const char *what, const char *terminal, char key[STORE_KEY_MAX])
{
    (void)snprintf(key, STORE_KEY_MAX, "%s/%s", what, terminal);
}

/* ---- files ----------------------------------------------------------------------------------- */

static enum till_status write_file(const struct authority *a, const char *name, const char *text)
{
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(a->dir, name, path);
    return status == TILL_OK ? files_write(path, (struct span){(const uint8_t *)text, strlen(text)})
                             : status;
}

/* Gone already is fine. */
static enum till_status remove_file(const struct authority *a, const char *name)
{
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(a->dir, name, path);
    if (status == TILL_OK && files_exist(path) && unlink(path) != 0) {
        status = TILL_E_IO;
    }
    return status;
}

/* A file under another name besides, whole. TILL_NOT_FOUND: there is none. */
static enum till_status copy_file(const struct authority *a, const char *from, const char *to)
{
    char path[FILES_PATH_MAX], text[CRYPTO_CERT_PEM_MAX];
    enum till_status status = files_path(a->dir, from, path);
    if (status == TILL_OK) {
        status = files_read_text(path, text, sizeof(text));
    }
    return status == TILL_OK ? write_file(a, to, text) : status;
}

/* Of the last statement, also of one whose announcement broke off. */
static uint64_t last_serial(const struct authority *a)
{
    struct trust trust;
    struct span text = {(const uint8_t *)a->told.statement, strlen(a->told.statement)};
    return trust_read(&a->statement, text, &trust) == TILL_OK ? trust.serial : 0;
}

static enum till_status write_trust(const struct authority *a, struct trust *trust, int64_t now_s)
{
    char memory[TRUST_TEXT_MAX + 1];
    struct buffer out;
    trust->serial = orders_next_serial(last_serial(a), now_s);
    trust->at_s = now_s;
    buffer_init(&out, memory, sizeof(memory) - 1);
    enum till_status status = trust_write(&a->statement, trust, &out);
    memory[out.size] = '\0';
    return status == TILL_OK ? write_file(a, "trust", memory) : status;
}

/* ---- the steps ------------------------------------------------------------------------------- */

/* Those that enrolled before there was ever a second one need no note of their own. */
static enum till_status note_first(struct store *s, const struct authority *a)
{
    char hex[2 * HASH_SIZE + 1], before[STORE_VALUE_MAX];
    if (store_value_get(s, "authority", before, sizeof(before)) == TILL_OK) {
        return TILL_OK;
    }
    hex_encode((struct span){a->fingerprint, HASH_SIZE}, hex);
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, store_value_put(s, "authority", hex)) : status;
}

/* The present one's own, for whoever slept since it took its place: needed again where the next is
 * withdrawn. One that is kept already is from an announcement that broke off. */
static enum till_status keep_cross(const struct authority *a)
{
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(a->dir, "cross-before.pem", path);
    if (status == TILL_OK && !files_exist(path)) {
        status = copy_file(a, "cross.pem", "cross-before.pem");
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status succession_announce(struct store *s, const struct authority *a, int64_t spread_s,
                                     int64_t now_s)
{
    struct authority_heir heir;
    struct crypto_cert cert;
    struct trust trust = {.has_next = true, .by_s = now_s + spread_s};
    if (a->stage != AUTHORITY_ALONE) {
        return TILL_UNCHANGED;
    }
    enum till_status status = note_first(s, a);
    if (status == TILL_OK) {
        status = authority_make_heir(a, now_s, &heir);
    }
    if (status == TILL_OK) {
        status = crypto_cert_read(heir.authority_pem, &cert);
    }
    if (status != TILL_OK) {
        return status;
    }
    memcpy(trust.authority, a->fingerprint, HASH_SIZE);
    memcpy(trust.next, cert.fingerprint, HASH_SIZE);
    status = keep_cross(a);
    if (status == TILL_OK) {
        status = write_file(a, "cross.pem", heir.cross_pem);
    }
    if (status == TILL_OK) {
        status = write_file(a, "statement-next.pem", heir.statement_pem);
    }
    if (status == TILL_OK) {
        status = write_trust(a, &trust, now_s);
    }
    /* Last: its presence says that all the others are there. */
    return status == TILL_OK ? write_file(a, "next.pem", heir.authority_pem) : status;
}

/* authority.pem is the new one already. */
static bool broke_off(const struct authority *a)
{
    char next[FILES_PATH_MAX];
    return a->stage == AUTHORITY_SWITCHED && files_path(a->dir, "next.pem", next) == TILL_OK &&
           files_exist(next);
}

enum till_status succession_switch(const struct authority *a, const char *hosts, int64_t now_s)
{
    bool over = broke_off(a);
    if (a->stage != AUTHORITY_ANNOUNCED && !over) {
        return TILL_UNCHANGED;
    }
    enum till_status status = TILL_OK;
    if (!over) {
        /* Terminals that know the next believe it before the rest is done. */
        status = authority_renew_tls_by(a, a->other_pem, hosts, now_s);
        if (status == TILL_OK) {
            status = write_file(a, "old.pem", a->authority_pem);
        }
        if (status == TILL_OK) {
            status = write_file(a, "authority.pem", a->other_pem);
        }
    }
    if (status == TILL_OK) {
        status = write_file(a, "statement.pem", a->told.statement_cert);
    }
    if (status == TILL_OK) {
        status = remove_file(a, "cross-before.pem");
    }
    if (status == TILL_OK) {
        status = remove_file(a, "next.pem");
    }
    return status == TILL_OK ? remove_file(a, "statement-next.pem") : status;
}

static bool serves_by_other(const struct authority *a)
{
    char path[FILES_PATH_MAX], pem[CRYPTO_CERT_PEM_MAX];
    return files_path(a->dir, "tls.pem", path) != TILL_OK ||
           files_read_text(path, pem, sizeof(pem)) != TILL_OK ||
           crypto_cert_check(pem, a->authority_pem, CRYPTO_USAGE_SERVER, 0) != TILL_OK;
}

enum till_status succession_withdraw(const struct authority *a, int64_t now_s)
{
    struct trust trust = {0};
    if (a->stage != AUTHORITY_ANNOUNCED) {
        return TILL_UNCHANGED;
    }
    if (serves_by_other(a)) {
        return TILL_NEED_EARLIER;
    }
    memcpy(trust.authority, a->fingerprint, HASH_SIZE);
    /* Whoever has a certificate by it is let in until they have one by the present again. */
    enum till_status status = write_file(a, "old.pem", a->other_pem);
    if (status == TILL_OK) {
        status = write_trust(a, &trust, now_s);
    }
    if (status == TILL_OK) {
        status = copy_file(a, "cross-before.pem", "cross.pem");
        status = status == TILL_NOT_FOUND ? remove_file(a, "cross.pem") : status;
    }
    if (status == TILL_OK) {
        status = remove_file(a, "statement-next.pem");
    }
    /* Until it is gone, the step can be begun again. */
    if (status == TILL_OK) {
        status = remove_file(a, "next.pem");
    }
    return status == TILL_OK ? remove_file(a, "cross-before.pem") : status;
}

enum till_status succession_retire(const struct authority *a, int64_t now_s)
{
    char old[FILES_PATH_MAX], retired[FILES_PATH_MAX];
    struct trust trust = {0};
    if (a->stage != AUTHORITY_SWITCHED) {
        return TILL_UNCHANGED;
    }
    memcpy(trust.authority, a->fingerprint, HASH_SIZE);
    enum till_status status = write_trust(a, &trust, now_s);
    if (status == TILL_OK) {
        status = files_path(a->dir, "old.pem", old);
    }
    if (status == TILL_OK) {
        status = files_path(a->dir, "retired.pem", retired);
    }
    return status == TILL_OK ? files_rename(old, retired) : status;
}

/* ---- what terminals know --------------------------------------------------------------------- */

static uint64_t known_serial(struct store *s, const char *terminal)
{
    char key[STORE_KEY_MAX];
    key_of("trust", terminal, key);
    return store_value_number(s, key);
}

enum till_status succession_note(struct store *s, const char *terminal, uint64_t serial)
{
    char key[STORE_KEY_MAX], value[32];
    if (known_serial(s, terminal) >= serial) {
        return TILL_OK;
    }
    key_of("trust", terminal, key);
    (void)snprintf(value, sizeof(value), "%" PRIu64, serial);
    enum till_status status = store_begin(s);
    if (status == TILL_OK) {
        status = store_finish(s, store_value_put(s, key, value));
    }
    if (status == TILL_OK) {
        log_info("terminal %s knows of the authorities as of %" PRIu64, terminal, serial);
    }
    return status;
}

/* Was there ever a second? Also where what is announced now broke off and counts for nothing. */
static bool was_any(const struct authority *a)
{
    return a->told.statement[0] != '\0';
}

enum till_status succession_enrolled(struct store *s, const struct authority *a,
                                     const char *terminal)
{
    char key[STORE_KEY_MAX], hex[2 * HASH_SIZE + 1];
    if (!was_any(a)) {
        return TILL_OK; /* under the first */
    }
    key_of("authority", terminal, key);
    hex_encode((struct span){a->fingerprint, HASH_SIZE}, hex);
    return store_value_put(s, key, hex);
}

void succession_genesis(struct store *s, const struct authority *a, const char *terminal,
                        uint8_t authority_out[HASH_SIZE])
{
    char key[STORE_KEY_MAX], value[STORE_VALUE_MAX];
    memcpy(authority_out, a->fingerprint, HASH_SIZE);
    if (!was_any(a)) {
        return;
    }
    key_of("authority", terminal, key);
    enum till_status status = store_value_get(s, key, value, sizeof(value));
    if (status == TILL_NOT_FOUND) {
        status = store_value_get(s, "authority", value, sizeof(value));
    }
    if (status == TILL_OK) {
        status = hex_decode(value, strlen(value), authority_out, HASH_SIZE);
    }
    if (status != TILL_OK) {
        memcpy(authority_out, a->fingerprint, HASH_SIZE);
    }
}

struct succession_terminal succession_terminal(struct store *s, const struct authority *a,
                                               const struct store_terminal *t)
{
    struct succession_terminal out = {.counts = t->state == TERMINAL_ACTIVE ||
                                                t->state == TERMINAL_RETIRED};
    const char *newest = a->stage == AUTHORITY_ANNOUNCED ? a->other_pem : a->authority_pem;
    if (out.counts) {
        out.renewed = crypto_cert_check(t->line_pem, newest, CRYPTO_USAGE_CLIENT, 0) == TILL_OK;
        out.knows = out.renewed ||
                    (a->trust.serial != 0 && known_serial(s, t->terminal) >= a->trust.serial);
        out.seen = t->seen_at_s >= a->trust.at_s;
    }
    return out;
}

enum till_status succession_channels(struct store *s, const struct authority *a, int64_t *count_out)
{
    static const uint8_t none[HASH_SIZE] = {0};
    struct store_channel c = {0};
    char name[CRYPTO_NAME_MAX];
    uint8_t by[HASH_SIZE];
    enum till_status status;
    *count_out = 0;
    while ((status = store_channel_next(s, c.name, &c)) == TILL_OK) {
        (void)snprintf(name, sizeof(name), "channel.%s", c.name);
        succession_genesis(s, a, name, by);
        *count_out += !c.stopped && memcmp(c.certificate, none, HASH_SIZE) != 0 &&
                      memcmp(by, a->fingerprint, HASH_SIZE) != 0;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}
