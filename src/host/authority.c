#include "authority.h"

#include <stdio.h>
#include <string.h>

#include "log.h"

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
    struct crypto_cert_request request = {.name = "fieldtill-authority",
                                          .usage = CRYPTO_USAGE_AUTHORITY};
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

enum till_status authority_open(const char *dir, struct authority *authority_out)
{
    struct authority *a = authority_out;
    memset(a, 0, sizeof(*a));
    int size = snprintf(a->dir, sizeof(a->dir), "%s", dir);
    if (size <= 0 || (size_t)size >= sizeof(a->dir)) {
        return TILL_TOO_LARGE;
    }
    struct crypto_cert authority, statement;
    uint8_t point[PUBLIC_KEY_SIZE];
    enum till_status status =
        read_text(dir, "authority.pem", a->authority_pem, sizeof(a->authority_pem));
    if (status == TILL_OK) {
        status = read_text(dir, "statement.pem", a->statement_pem, sizeof(a->statement_pem));
    }
    if (status == TILL_OK) {
        status = load_key(dir, "statement.key", &a->statement_key);
    }
    if (status == TILL_OK) {
        status = crypto_cert_read(a->authority_pem, &authority);
    }
    if (status == TILL_OK) {
        status = crypto_cert_read(a->statement_pem, &statement);
    }
    if (status == TILL_OK) {
        crypto_key_public(a->statement_key, point);
        if (memcmp(point, statement.public_key, sizeof(point)) != 0 ||
            crypto_cert_check(a->statement_pem, a->authority_pem, CRYPTO_USAGE_STATEMENT, 0) !=
                TILL_OK) {
            log_error("the statement key, its certificate and the authority do not fit together");
            status = TILL_E_CONFIG;
        }
    }
    if (status != TILL_OK) {
        authority_close(a);
        return status;
    }
    memcpy(a->fingerprint, authority.fingerprint, HASH_SIZE);
    crypto_sealer(&a->statement, a->statement_key);
    return TILL_OK;
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

static enum till_status load_authority_key(const struct authority *a, struct crypto_key **key_out)
{
    char pem[CRYPTO_KEY_PEM_MAX];
    if (chosen_key == NULL) {
        return load_key(a->dir, "authority.key", key_out);
    }
    enum till_status status = files_read_text(chosen_key, pem, sizeof(pem));
    if (status == TILL_OK) {
        status = crypto_key_load(pem, key_out);
    }
    crypto_wipe(pem, sizeof(pem));
    return status;
}

enum till_status authority_issue(const struct authority *a, const char *terminal,
                                 const uint8_t line_key[PUBLIC_KEY_SIZE], int64_t now_s,
                                 char pem_out[CRYPTO_CERT_PEM_MAX])
{
    struct crypto_key *key = NULL;
    enum till_status status = load_authority_key(a, &key);
    if (status == TILL_NOT_FOUND) {
        log_warning("authority.key is away: nobody can enrol now");
        return TILL_BUSY;
    }
    if (status != TILL_OK) {
        return status;
    }
    struct issuer issuer = {key, a->authority_pem};
    struct crypto_cert_request request = {.name = terminal, .usage = CRYPTO_USAGE_CLIENT};
    memcpy(request.public_key, line_key, PUBLIC_KEY_SIZE);
    status = issue(&issuer, &request, now_s, LINE_YEARS, pem_out);
    crypto_key_free(key);
    return status;
}

enum till_status authority_renew_tls(const struct authority *a, const char *hosts, int64_t now_s)
{
    struct crypto_key *key = NULL;
    enum till_status status = load_authority_key(a, &key);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_BUSY : status;
    }
    struct issuer issuer = {key, a->authority_pem};
    struct crypto_cert_request request = {
        .name = "fieldtill-host", .usage = CRYPTO_USAGE_SERVER, .hosts = hosts};
    status = create_pair(a->dir, "tls", &issuer, &request, now_s, TLS_YEARS);
    crypto_key_free(key);
    return status;
}
