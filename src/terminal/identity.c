/*
 * Keys and secrets in files of the state folder. Each is written aside, synced and renamed, so a
 * power cut leaves it whole or absent; the journal comes last and says that enrolment is complete.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "parts.h"

static enum till_status of_errno(int error)
{
    return error == ENOSPC || error == EDQUOT ? TILL_DISK_FULL : TILL_E_IO;
}

static enum till_status write_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return of_errno(n < 0 ? errno : ENOSPC);
        data += n;
        size -= (size_t)n;
    }
    return fsync(fd) == 0 ? TILL_OK : of_errno(errno);
}

static enum till_status sync_folder(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return TILL_E_IO;
    int failed = fsync(fd);
    close(fd);
    return failed ? TILL_E_IO : TILL_OK;
}

enum till_status file_replace(const char *dir, const char *name, const void *data, size_t size)
{
    char path[PATH_ROOM], aside[PATH_ROOM];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path ||
        snprintf(aside, sizeof aside, "%s/%s.new", dir, name) >= (int)sizeof aside)
        return TILL_E_CONFIG;
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    enum till_status status = fd < 0 ? of_errno(errno) : write_all(fd, data, size);
    if (fd >= 0 && close(fd) != 0 && status == TILL_OK)
        status = of_errno(errno);
    if (status == TILL_OK && rename(aside, path) != 0)
        status = of_errno(errno);
    /* Half a key is left lying nowhere. */
    if (status != TILL_OK && fd >= 0)
        (void)unlink(aside);
    if (status == TILL_OK)
        status = sync_folder(dir);
    if (status != TILL_OK)
        log_error("%s: %s", path, status_text(status));
    return status;
}

enum till_status file_read(const char *dir, const char *name, char *out, size_t capacity,
                           size_t *size_out)
{
    char path[PATH_ROOM];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        return TILL_E_CONFIG;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? TILL_NOT_FOUND : TILL_E_IO;
    size_t size = 0;
    ssize_t n = 1;
    while (n != 0 && size < capacity) {
        n = read(fd, out + size, capacity - size);
        if (n < 0 && errno != EINTR)
            break;
        size += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    if (n < 0)
        return TILL_E_IO;
    if (size >= capacity)
        return TILL_TOO_LARGE;
    out[size] = '\0';
    *size_out = size;
    return TILL_OK;
}

static enum till_status load_journal_key(const char *dir, bool may_make, struct identity *out)
{
    char pem[CRYPTO_KEY_PEM_MAX + 1];
    size_t size;
    enum till_status status = file_read(dir, "journal.key", pem, sizeof pem, &size);
    if (status == TILL_NOT_FOUND && !may_make) {
        status = TILL_E_CRYPTO;
    } else if (status == TILL_NOT_FOUND) {
        status = crypto_key_create(&out->journal);
        if (status == TILL_OK)
            status = crypto_key_save(out->journal, pem);
        if (status == TILL_OK)
            status = file_replace(dir, "journal.key", pem, strlen(pem));
    } else if (status == TILL_OK) {
        status = crypto_key_load(pem, &out->journal);
    }
    crypto_wipe(pem, sizeof pem);
    return status;
}

static enum till_status load_statement_key(const char *dir, struct identity *out)
{
    char pem[ENROL_PEM_MAX];
    struct crypto_cert authority, statement;
    size_t size;
    enum till_status status = file_read(dir, "authority.pem", pem, sizeof pem, &size);
    if (status == TILL_OK)
        status = crypto_cert_read(pem, &authority);
    if (status == TILL_OK)
        memcpy(out->authority, authority.fingerprint, HASH_SIZE);
    if (status == TILL_OK)
        status = file_read(dir, "statement.pem", pem, sizeof pem, &size);
    if (status == TILL_OK)
        status = crypto_cert_read(pem, &statement);
    if (status == TILL_OK)
        status = crypto_key_load_public(statement.public_key, &out->statement);
    return status;
}

static enum till_status load_secret(const char *dir, struct identity *out)
{
    char hex[2 * HASH_SIZE + 2];
    size_t size;
    enum till_status status = file_read(dir, "secret.key", hex, sizeof hex, &size);
    if (status == TILL_OK)
        status = hex_decode(hex, size, out->secret, HASH_SIZE);
    crypto_wipe(hex, sizeof hex);
    return status == TILL_BAD_INPUT ? TILL_E_CORRUPT : status;
}

enum till_status identity_open(const char *dir, bool may_make, struct identity *out)
{
    memset(out, 0, sizeof *out);
    enum till_status status = load_journal_key(dir, may_make, out);
    if (status != TILL_OK)
        return status;
    status = load_statement_key(dir, out);
    if (status == TILL_OK)
        status = load_secret(dir, out);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* What came over the line is believed only where the pinned authority vouches for it; sync has
 * checked the authority itself against the ticket. */
static enum till_status check_answer(const struct enrol_answer *a, struct crypto_cert *authority)
{
    enum till_status status = crypto_cert_read(a->authority_cert, authority);
    if (status == TILL_OK && !authority->is_authority)
        status = TILL_E_SIGNATURE;
    if (status == TILL_OK)
        status = crypto_cert_check(a->statement_cert, a->authority_cert, CRYPTO_USAGE_STATEMENT, 0);
    return status;
}

enum till_status identity_keep(const char *dir, const struct enrol_answer *answer,
                               struct identity *identity)
{
    struct crypto_cert authority;
    char hex[2 * HASH_SIZE + 1];
    enum till_status status = check_answer(answer, &authority);
    if (status != TILL_OK)
        return status;
    hex_encode((struct span){answer->secret, HASH_SIZE}, hex);
    status = file_replace(dir, "secret.key", hex, strlen(hex));
    crypto_wipe(hex, sizeof hex);
    if (status == TILL_OK)
        status = file_replace(dir, "statement.pem", answer->statement_cert,
                              strlen(answer->statement_cert));
    if (status == TILL_OK)
        status = file_replace(dir, "authority.pem", answer->authority_cert,
                              strlen(answer->authority_cert));
    if (status != TILL_OK)
        return status;
    crypto_key_free(identity->statement);
    identity->statement = NULL;
    status = load_statement_key(dir, identity);
    return status == TILL_OK ? load_secret(dir, identity) : status;
}

void identity_close(struct identity *identity)
{
    crypto_key_free(identity->journal);
    crypto_key_free(identity->statement);
    crypto_wipe(identity, sizeof *identity);
}
