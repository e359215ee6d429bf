#include "stick_trust.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seal.h"
#include "stick_file.h"

static enum till_status load(const char *dir, const char *name, struct crypto_key **key_out,
                             int64_t *at_s_out)
{
    char path[FILES_PATH_MAX], pem[CRYPTO_KEY_PEM_MAX];
    struct stat about;
    enum till_status status = files_path(dir, name, path);
    if (status == TILL_OK) {
        status = files_read_text(path, pem, sizeof(pem));
    }
    if (status == TILL_OK) {
        status = crypto_key_load(pem, key_out);
    }
    if (status == TILL_OK && stat(path, &about) == 0) {
        *at_s_out = (int64_t)about.st_mtime;
    }
    crypto_wipe(pem, sizeof(pem));
    return status;
}

/* The first of two that make one at once makes it: what was told to a terminal never changes. */
static enum till_status keep_first(const char *dir, const char *pem)
{
    char path[FILES_PATH_MAX], aside[FILES_PATH_MAX], name[48];
    uint8_t random[8];
    char digits[2 * sizeof(random) + 1];
    enum till_status status = crypto_random(random, sizeof(random));
    if (status != TILL_OK) {
        return status;
    }
    hex_encode((struct span){random, sizeof(random)}, digits);
    (void)snprintf(name, sizeof(name), "stick.key.%s", digits);
    status = files_path(dir, name, aside);
    if (status == TILL_OK) {
        status = files_path(dir, "stick.key", path);
    }
    if (status == TILL_OK) {
        status = files_write(aside, (struct span){(const uint8_t *)pem, strlen(pem)});
    }
    if (status != TILL_OK) {
        return status;
    }
    bool linked = link(aside, path) == 0 || errno == EEXIST;
    (void)unlink(aside);
    return linked ? TILL_OK : TILL_E_IO;
}

static enum till_status make(const char *dir)
{
    char pem[CRYPTO_KEY_PEM_MAX];
    struct crypto_key *key = NULL;
    enum till_status status = crypto_key_create(&key);
    if (status == TILL_OK) {
        status = crypto_key_save(key, pem);
    }
    if (status == TILL_OK) {
        status = keep_first(dir, pem);
    }
    crypto_wipe(pem, sizeof(pem));
    crypto_key_free(key);
    return status;
}

enum till_status stick_trust_open(const char *dir, struct stick_trust *out)
{
    int64_t old_at_s = 0;
    *out = (struct stick_trust){0};
    enum till_status status = load(dir, "stick.key", &out->key, &out->at_s);
    if (status == TILL_NOT_FOUND) {
        status = make(dir);
        if (status == TILL_OK) {
            status = load(dir, "stick.key", &out->key, &out->at_s);
        }
    }
    if (status == TILL_OK) {
        status = load(dir, "stick.old.key", &out->old, &old_at_s);
        status = status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    if (status == TILL_OK && out->at_s <= old_at_s) {
        out->at_s = old_at_s + 1; /* it took the other's place, whatever the clock says */
    }
    if (status != TILL_OK) {
        stick_trust_close(out);
    }
    return status;
}

void stick_trust_close(struct stick_trust *t)
{
    crypto_key_free(t->key);
    crypto_key_free(t->old);
    *t = (struct stick_trust){0};
}

enum till_status stick_trust_statement(const struct stick_trust *t, const struct sealer *statement,
                                       struct buffer *out)
{
    struct stick_key key = {.at_s = t->at_s};
    crypto_key_public(t->key, key.point);
    return stick_key_write(statement, &key, out);
}

enum till_status stick_trust_unseal(const struct stick_trust *t, struct span sealed,
                                    struct buffer *plain_out)
{
    enum till_status status = crypto_unseal(t->key, sealed, plain_out);
    if (status == TILL_REFUSED && t->old != NULL) {
        status = crypto_unseal(t->old, sealed, plain_out);
    }
    return status;
}
