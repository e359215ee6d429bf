#include "authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

/* The first; those after it are "fieldtill-authority-2", … */
#define AUTHORITY_NAME "fieldtill-authority"
/* A day back: clocks of terminals are wrong by hours more often than by days. */
#define BACKDATED_S INT64_C(86400)
#define YEAR_S (INT64_C(366) * 86400)
enum { AUTHORITY_YEARS = 20, STATEMENT_YEARS = 10, TLS_YEARS = 5, LINE_YEARS = 2 };

static enum till_status write_text(const char *dir, const char *name, const char *text)
{
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(dir, name, path);
    if (status != TILL_OK) {
        return status;
    }
    return files_write(path, (struct span){(const uint8_t *)text, strlen(text)});
}

static enum till_status read_text(const char *dir, const char *name, char *out, size_t capacity)
{
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(dir, name, path);
    return status == TILL_OK ? files_read_text(path, out, capacity) : status;
}

static enum till_status save_key(const char *dir, const char *name, const struct crypto_key *key)
{
    char pem[CRYPTO_KEY_PEM_MAX];
    enum till_status status = crypto_key_save(key, pem);
    if (status == TILL_OK) {
        status = write_text(dir, name, pem);
    }
    crypto_wipe(pem, sizeof(pem));
    return status;
}

static enum till_status new_serial(uint8_t serial_out[CRYPTO_SERIAL_SIZE])
{
    enum till_status status = crypto_random(serial_out, CRYPTO_SERIAL_SIZE);
    serial_out[0] = (uint8_t)((serial_out[0] & 0x3f) | 0x40); /* positive and never zero */
    return status;
}

/* The issuer of everything: NULL makes the self-signed authority itself. */
struct issuer {
    struct crypto_key *key;
    const char *pem;
};

static enum till_status issue(const struct issuer *issuer, struct crypto_cert_request *request,
                              int64_t now_s, int years, char pem_out[CRYPTO_CERT_PEM_MAX])
{
    request->not_before_s = now_s - BACKDATED_S;
    request->not_after_s = now_s + years * YEAR_S;
    enum till_status status = new_serial(request->serial);
    if (status == TILL_OK) {
        status = crypto_cert_issue(request, issuer->key, issuer->pem, pem_out);
    }
    return status;
}

/* One key pair with its certificate, both as files. */
static enum till_status create_pair(const char *dir, const char *name, const struct issuer *issuer,
                                    struct crypto_cert_request *request, int64_t now_s, int years)
{
    char file[32], pem[CRYPTO_CERT_PEM_MAX];
    struct crypto_key *key = NULL;
    enum till_status status = crypto_key_create(&key);
    if (status != TILL_OK) {
        return status;
    }
    crypto_key_public(key, request->public_key);
    status = issue(issuer, request, now_s, years, pem);
    (void)snprintf(file, sizeof(file), "%s.key", name);
    if (status == TILL_OK) {
        status = save_key(dir, file, key);
    }
    (void)snprintf(file, sizeof(file), "%s.pem", name);
    if (status == TILL_OK) {
        status = write_text(dir, file, pem);
    }
    crypto_key_free(key);
    return status;
}

static enum till_status create_all(const char *dir, const char *hosts, int64_t now_s,
                                   struct crypto_key *key)
{
    char pem[CRYPTO_CERT_PEM_MAX];
    struct issuer self = {key, NULL};
    struct crypto_cert_request request = {.name = AUTHORITY_NAME, .usage = CRYPTO_USAGE_AUTHORITY};
    crypto_key_public(key, request.public_key);
    enum till_status status = issue(&self, &request, now_s, AUTHORITY_YEARS, pem);
    struct issuer authority = {key, pem};
    struct crypto_cert_request statement = {.name = "fieldtill-statement",
                                            .usage = CRYPTO_USAGE_STATEMENT};
    if (status == TILL_OK) {
        status = create_pair(dir, "statement", &authority, &statement, now_s, STATEMENT_YEARS);
    }
    struct crypto_cert_request tls = {
        .name = "fieldtill-host", .usage = CRYPTO_USAGE_SERVER, .hosts = hosts};
    if (status == TILL_OK) {
        status = create_pair(dir, "tls", &authority, &tls, now_s, TLS_YEARS);
    }
    if (status == TILL_OK) {
        status = save_key(dir, "authority.key", key);
    }
    /* Last: its presence says that all the others are there. */
    if (status == TILL_OK) {
        status = write_text(dir, "authority.pem", pem);
    }
    return status;
}

enum till_status authority_create(const char *dir, const char *hosts, int64_t now_s)
{
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(dir, "authority.pem", path);
    if (status != TILL_OK) {
        return status;
    }
    if (files_exist(path)) {
        return TILL_UNCHANGED;
    }
    struct crypto_key *key = NULL;
    status = crypto_key_create(&key);
    if (status == TILL_OK) {
        status = create_all(dir, hosts, now_s, key);
    }
    crypto_key_free(key);
    return status;
}

static enum till_status load_key(const char *dir, const char *name, struct crypto_key **key_out)
{
    char pem[CRYPTO_KEY_PEM_MAX];
    enum till_status status = read_text(dir, name, pem, sizeof(pem));
    if (status == TILL_OK) {
        status = crypto_key_load(pem, key_out);
    }
    crypto_wipe(pem, sizeof(pem));
    return status;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* One that may be missing: "". */
static enum till_status read_if_there(const char *dir, const char *name, char *out, size_t capacity)
{
    enum till_status status = read_text(dir, name, out, capacity);
    if (status == TILL_NOT_FOUND) {
        out[0] = '\0';
        return TILL_OK;
    }
    return status;
}

/* Who stands beside it, and since which step. A switch that broke off is before its end as long as
 * next.pem is another than authority.pem, and behind it otherwise. */
static enum till_status read_stage(struct authority *a)
{
    char next[CRYPTO_CERT_PEM_MAX], old[CRYPTO_CERT_PEM_MAX];
    enum till_status status = read_if_there(a->dir, "next.pem", next, sizeof(next));
    if (status == TILL_OK) {
        status = read_if_there(a->dir, "old.pem", old, sizeof(old));
    }
    if (status == TILL_OK) {
        status = read_if_there(a->dir, "retired.pem", a->retired_pem, sizeof(a->retired_pem));
    }
    if (status == TILL_OK) {
        status = crypto_bundle_add(a->standing, a->authority_pem);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (next[0] != '\0' && strcmp(next, a->authority_pem) != 0) {
        a->stage = AUTHORITY_ANNOUNCED;
        memcpy(a->other_pem, next, sizeof(next));
    } else if (old[0] != '\0' && strcmp(old, a->authority_pem) != 0) {
        a->stage = AUTHORITY_SWITCHED;
        memcpy(a->other_pem, old, sizeof(old));
    }
    return a->stage == AUTHORITY_ALONE ? TILL_OK : crypto_bundle_add(a->standing, a->other_pem);
}

/* What terminals are told; an announcement that broke off half-way is none. */
static enum till_status read_told(struct authority *a)
{
    struct trust trust;
    struct trust_answer *t = &a->told;
    char next_statement[CRYPTO_CERT_PEM_MAX];
    enum till_status status = read_if_there(a->dir, "trust", t->statement, sizeof(t->statement));
    if (status == TILL_OK) {
        status = read_if_there(a->dir, "cross.pem", t->cross_cert, sizeof(t->cross_cert));
    }
    if (status == TILL_OK) {
        status =
            read_if_there(a->dir, "statement-next.pem", next_statement, sizeof(next_statement));
    }
    if (status != TILL_OK || t->statement[0] == '\0') {
        return status;
    }
    struct span text = {(const uint8_t *)t->statement, strlen(t->statement)};
    status = trust_read(&a->statement, text, &trust);
    if (status != TILL_OK) {
        log_error("%s/trust is not the statement of this host", a->dir);
        return TILL_E_CONFIG;
    }
    if (!crypto_bundle_find(a->standing, trust_newest(&trust), t->authority_cert)) {
        return TILL_OK;
    }
    bool is_next = a->stage == AUTHORITY_ANNOUNCED &&
                   !crypto_equal(trust_newest(&trust), a->fingerprint, HASH_SIZE);
    memcpy(t->statement_cert, is_next ? next_statement : a->statement_pem, sizeof(next_statement));
    a->trust = trust;
    return TILL_OK;
}

/* Under the one in force: the file of the next holds it while a switch is not through. */
static enum till_status read_statement(struct authority *a)
{
    static const char *const names[] = {"statement.pem", "statement-next.pem"};
    enum till_status status = TILL_OK, first = TILL_OK;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        status = read_text(a->dir, names[i], a->statement_pem, sizeof(a->statement_pem));
        if (status == TILL_OK) {
            status =
                crypto_cert_check(a->statement_pem, a->authority_pem, CRYPTO_USAGE_STATEMENT, 0);
        }
        if (status == TILL_OK) {
            return TILL_OK;
        }
        first = i == 0 ? status : first;
    }
    if (first == TILL_E_SIGNATURE || first == TILL_E_PROTOCOL) {
        log_error("the statement key, its certificate and the authority do not fit together");
        return TILL_E_CONFIG;
    }
    return first;
}

static enum till_status read_keys(struct authority *a)
{
    struct crypto_cert authority, statement;
    uint8_t point[PUBLIC_KEY_SIZE];
    enum till_status status =
        read_text(a->dir, "authority.pem", a->authority_pem, sizeof(a->authority_pem));
    if (status == TILL_OK) {
        status = crypto_cert_read(a->authority_pem, &authority);
    }
    if (status == TILL_OK) {
        memcpy(a->fingerprint, authority.fingerprint, HASH_SIZE);
        status = read_statement(a);
    }
    if (status == TILL_OK) {
        status = crypto_cert_read(a->statement_pem, &statement);
    }
    if (status == TILL_OK) {
        status = load_key(a->dir, "statement.key", &a->statement_key);
    }
    if (status != TILL_OK) {
        return status;
    }
    crypto_key_public(a->statement_key, point);
    if (memcmp(point, statement.public_key, sizeof(point)) != 0) {
        log_error("the statement key, its certificate and the authority do not fit together");
        return TILL_E_CONFIG;
    }
    crypto_sealer(&a->statement, a->statement_key);
    return TILL_OK;
}

enum till_status authority_open(const char *dir, struct authority *authority_out)
{
    struct authority *a = authority_out;
    memset(a, 0, sizeof(*a));
    int size = snprintf(a->dir, sizeof(a->dir), "%s", dir);
    if (size <= 0 || (size_t)size >= sizeof(a->dir)) {
        return TILL_TOO_LARGE;
    }
    enum till_status status = read_keys(a);
    if (status == TILL_OK) {
        status = read_stage(a);
    }
    if (status == TILL_OK) {
        status = read_told(a);
    }
    if (status != TILL_OK) {
        authority_close(a);
    }
    return status;
}

void authority_close(struct authority *a)
{
    crypto_key_free(a->statement_key);
    memset(a, 0, sizeof(*a));
}

static const char *chosen_key;

void authority_use_key(const char *path)
{
    chosen_key = path;
}

/* ---- the authorities' keys ------------------------------------------------------------------- */

/* From 1 on. */
static int generation_of(const char *name)
{
    size_t size = strlen(AUTHORITY_NAME);
    if (strncmp(name, AUTHORITY_NAME "-", size + 1) != 0) {
        return 1;
    }
    long number = strtol(name + size + 1, NULL, 10);
    return number > 1 && number < INT32_MAX ? (int)number : 1;
}

/* Where the key of that generation lies: beside the chosen file, or in the host's folder. */
static enum till_status key_path(const struct authority *a, int generation,
                                 char out[FILES_PATH_MAX])
{
    char dir[FILES_PATH_MAX], file[48];
    (void)snprintf(dir, sizeof(dir), "%s/", chosen_key == NULL ? a->dir : chosen_key);
    if (chosen_key != NULL) {
        dir[strlen(chosen_key)] = '\0';
        char *slash = strrchr(dir, '/');
        (void)snprintf(slash == NULL ? dir : slash, 3, "%s", slash == NULL ? "./" : "/");
    }
    (void)snprintf(file, sizeof(file), generation == 1 ? "authority.key" : "authority-%d.key",
                   generation);
    return files_path(dir, file, out);
}

/* TILL_NOT_FOUND: it is not there, or another's. */
static enum till_status load_key_at(const char *path, const struct crypto_cert *cert,
                                    struct crypto_key **key_out)
{
    char pem[CRYPTO_KEY_PEM_MAX];
    uint8_t point[PUBLIC_KEY_SIZE];
    struct crypto_key *key = NULL;
    enum till_status status = files_read_text(path, pem, sizeof(pem));
    if (status == TILL_OK) {
        status = crypto_key_load(pem, &key);
    }
    crypto_wipe(pem, sizeof(pem));
    if (status != TILL_OK) {
        return status;
    }
    crypto_key_public(key, point);
    if (!crypto_equal(point, cert->public_key, sizeof(point))) {
        crypto_key_free(key);
        return TILL_NOT_FOUND;
    }
    *key_out = key;
    return TILL_OK;
}

/* The key of that certificate: in the file that was chosen, or beside it under its own name.
 * TILL_BUSY: it is away. */
static enum till_status load_authority_key(const struct authority *a, const char *cert_pem,
                                           struct crypto_key **key_out)
{
    char path[FILES_PATH_MAX];
    struct crypto_cert cert;
    enum till_status status = crypto_cert_read(cert_pem, &cert);
    if (status != TILL_OK) {
        return status;
    }
    status = chosen_key == NULL ? TILL_NOT_FOUND : load_key_at(chosen_key, &cert, key_out);
    if (status == TILL_NOT_FOUND) {
        status = key_path(a, generation_of(cert.name), path);
        status = status == TILL_OK ? load_key_at(path, &cert, key_out) : status;
    }
    if (status == TILL_NOT_FOUND) {
        log_warning("the key of %s is away: it certifies nobody now", cert.name);
        return TILL_BUSY;
    }
    return status;
}

/* ---- issuing --------------------------------------------------------------------------------- */

const char *authority_issuer(const struct authority *a, const uint8_t fingerprint[HASH_SIZE])
{
    char unused[CRYPTO_CERT_PEM_MAX];
    if (crypto_equal(fingerprint, a->fingerprint, HASH_SIZE)) {
        return a->authority_pem;
    }
    bool next =
        a->stage == AUTHORITY_ANNOUNCED && crypto_bundle_find(a->other_pem, fingerprint, unused);
    return next ? a->other_pem : NULL;
}

enum till_status authority_issue_by(const struct authority *a, const char *issuer_pem,
                                    const char *terminal, const uint8_t line_key[PUBLIC_KEY_SIZE],
                                    int64_t now_s, char pem_out[CRYPTO_CERT_PEM_MAX])
{
    struct crypto_key *key = NULL;
    enum till_status status = load_authority_key(a, issuer_pem, &key);
    if (status != TILL_OK) {
        return status;
    }
    struct issuer issuer = {key, issuer_pem};
    struct crypto_cert_request request = {.name = terminal, .usage = CRYPTO_USAGE_CLIENT};
    memcpy(request.public_key, line_key, PUBLIC_KEY_SIZE);
    status = issue(&issuer, &request, now_s, LINE_YEARS, pem_out);
    crypto_key_free(key);
    return status;
}

enum till_status authority_issue(const struct authority *a, const char *terminal,
                                 const uint8_t line_key[PUBLIC_KEY_SIZE], int64_t now_s,
                                 char pem_out[CRYPTO_CERT_PEM_MAX])
{
    return authority_issue_by(a, a->authority_pem, terminal, line_key, now_s, pem_out);
}

enum till_status authority_renew_tls_by(const struct authority *a, const char *issuer_pem,
                                        const char *hosts, int64_t now_s)
{
    struct crypto_key *key = NULL;
    enum till_status status = load_authority_key(a, issuer_pem, &key);
    if (status != TILL_OK) {
        return status;
    }
    struct issuer issuer = {key, issuer_pem};
    struct crypto_cert_request request = {
        .name = "fieldtill-host", .usage = CRYPTO_USAGE_SERVER, .hosts = hosts};
    status = create_pair(a->dir, "tls", &issuer, &request, now_s, TLS_YEARS);
    crypto_key_free(key);
    return status;
}

enum till_status authority_renew_tls(const struct authority *a, const char *hosts, int64_t now_s)
{
    return authority_renew_tls_by(a, a->authority_pem, hosts, now_s);
}

/* ---- the next authority ---------------------------------------------------------------------- */

/* The certificates of a new key; present: the key of the one in force. */
static enum till_status certify_heir(const struct authority *a, struct crypto_key *key,
                                     const char *name, struct crypto_key *present, int64_t now_s,
                                     struct authority_heir *out)
{
    struct issuer self = {key, NULL}, before = {present, a->authority_pem};
    struct crypto_cert_request request = {.name = name, .usage = CRYPTO_USAGE_AUTHORITY};
    crypto_key_public(key, request.public_key);
    enum till_status status = issue(&self, &request, now_s, AUTHORITY_YEARS, out->authority_pem);
    if (status == TILL_OK) {
        status = issue(&before, &request, now_s, AUTHORITY_YEARS, out->cross_pem);
    }
    struct issuer heir = {key, out->authority_pem};
    struct crypto_cert_request statement = {.name = "fieldtill-statement",
                                            .usage = CRYPTO_USAGE_STATEMENT};
    crypto_key_public(a->statement_key, statement.public_key);
    if (status == TILL_OK) {
        status = issue(&heir, &statement, now_s, STATEMENT_YEARS, out->statement_pem);
    }
    return status;
}

/* A new one, on the disk before anybody hears of it; the one that lies there already, where this
 * broke off before. */
static enum till_status find_or_make_key(const struct authority *a, int generation,
                                         struct crypto_key **key_out)
{
    char path[FILES_PATH_MAX], pem[CRYPTO_KEY_PEM_MAX] = "";
    enum till_status status = key_path(a, generation, path);
    if (status == TILL_OK) {
        status = files_read_text(path, pem, sizeof(pem));
    }
    if (status != TILL_NOT_FOUND) {
        status = status == TILL_OK ? crypto_key_load(pem, key_out) : status;
        crypto_wipe(pem, sizeof(pem));
        return status;
    }
    struct crypto_key *key = NULL;
    status = crypto_key_create(&key);
    if (status == TILL_OK) {
        status = crypto_key_save(key, pem);
    }
    if (status == TILL_OK) {
        status = files_write(path, (struct span){(const uint8_t *)pem, strlen(pem)});
    }
    crypto_wipe(pem, sizeof(pem));
    if (status != TILL_OK) {
        crypto_key_free(key);
        return status;
    }
    *key_out = key;
    return TILL_OK;
}

enum till_status authority_make_heir(const struct authority *a, int64_t now_s,
                                     struct authority_heir *heir_out)
{
    struct crypto_cert cert;
    struct crypto_key *present = NULL, *key = NULL;
    char name[CRYPTO_NAME_MAX];
    enum till_status status = crypto_cert_read(a->authority_pem, &cert);
    if (status == TILL_OK) {
        status = load_authority_key(a, a->authority_pem, &present);
    }
    if (status != TILL_OK) {
        return status;
    }
    int generation = generation_of(cert.name) + 1;
    /* One that was withdrawn keeps its number. */
    if (a->retired_pem[0] != '\0' && crypto_cert_read(a->retired_pem, &cert) == TILL_OK &&
        generation_of(cert.name) >= generation) {
        generation = generation_of(cert.name) + 1;
    }
    status = find_or_make_key(a, generation, &key);
    if (status == TILL_OK) {
        (void)snprintf(name, sizeof(name), AUTHORITY_NAME "-%d", generation);
        status = certify_heir(a, key, name, present, now_s, heir_out);
    }
    crypto_key_free(present);
    crypto_key_free(key);
    return status;
}
