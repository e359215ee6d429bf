#include "line_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

static const char key_name_[] = "line.key", trust_name[] = "trust";

enum { LINE_FILES = 4, FOLDER_ENTRIES_MAX = 1000 };

/* ---- opening --------------------------------------------------------------------------------- */

static enum till_status make_paths(const char *state, struct line_store *s)
{
    int size = snprintf(s->state, sizeof(s->state), "%s", state);
    if (size <= 0 || (size_t)size >= sizeof(s->state) ||
        line_files_path(state, "line", s->line) != TILL_OK ||
        line_files_path(state, "line.next", s->next) != TILL_OK ||
        line_files_path(state, "spool", s->spool) != TILL_OK ||
        line_files_path(s->line, key_name_, s->key_path) != TILL_OK ||
        line_files_path(s->line, "line.pem", s->cert_path) != TILL_OK) {
        return TILL_TOO_LARGE;
    }
    return TILL_OK;
}

static enum till_status take_lock(struct line_store *s)
{
    char path[LINE_FILES_PATH_MAX];
    enum till_status status = line_files_path(s->state, "line.lock", path);
    if (status != TILL_OK) {
        return status;
    }
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->lock < 0) {
        return TILL_E_IO;
    }
    if (flock(s->lock, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK ? TILL_BUSY : TILL_E_IO;
        close(s->lock);
        s->lock = -1;
    }
    return status;
}

enum till_status line_store_open(const char *state, struct line_store *store_out)
{
    struct line_store s = {.lock = -1};
    /* The terminal is told paths in the spool, and may run in another working folder. */
    enum till_status status = line_files_make_folder(state);
    char *whole = status == TILL_OK ? realpath(state, NULL) : NULL;
    if (status == TILL_OK) {
        status = whole == NULL ? TILL_E_IO : make_paths(whole, &s);
    }
    free(whole);
    if (status == TILL_OK) {
        status = line_files_make_folder(s.spool);
    }
    if (status == TILL_OK) {
        status = take_lock(&s);
    }
    if (status == TILL_OK) {
        *store_out = s;
    }
    return status;
}

void line_store_close(struct line_store *store)
{
    close(store->lock);
    store->lock = -1;
}

/* ---- reading --------------------------------------------------------------------------------- */

static enum till_status load_key(const char *folder, struct crypto_key **key_out)
{
    char pem[CRYPTO_KEY_PEM_MAX];
    size_t size = 0;
    enum till_status status = line_files_read(folder, key_name_, pem, sizeof(pem), &size);
    if (status == TILL_OK) {
        status = crypto_key_load(pem, key_out);
    }
    crypto_wipe(pem, sizeof(pem));
    return status;
}

static enum till_status read_files(const struct line_store *s, struct line_identity *id)
{
    struct {
        const char *name;
        char *out;
        size_t capacity;
    } files[LINE_FILES] = {
        {"line.pem", id->line_pem, sizeof(id->line_pem)},
        {"authority.pem", id->authority_pem, sizeof(id->authority_pem)},
        {"statement.pem", id->statement_pem, sizeof(id->statement_pem)},
        {"url", id->url, sizeof(id->url)},
    };
    for (size_t i = 0; i < LINE_FILES; i++) {
        size_t size = 0;
        enum till_status status =
            line_files_read(s->line, files[i].name, files[i].out, files[i].capacity, &size);
        if (status != TILL_OK) {
            return status == TILL_E_IO ? status : TILL_E_CORRUPT;
        }
    }
    size_t size = 0;
    enum till_status status =
        line_files_read(s->line, trust_name, id->trust, sizeof(id->trust), &size);
    if (status == TILL_NOT_FOUND) {
        id->trust[0] = '\0'; /* none came yet */
        return TILL_OK;
    }
    return status == TILL_OK || status == TILL_E_IO ? status : TILL_E_CORRUPT;
}

enum till_status line_store_load(const struct line_store *store, struct line_identity *identity_out)
{
    struct line_identity id = {0};
    struct stat found;
    struct crypto_cert cert;
    struct crypto_key *key = NULL;
    uint8_t public_key[PUBLIC_KEY_SIZE];
    if (lstat(store->line, &found) != 0) {
        return errno == ENOENT ? TILL_NOT_ENROLLED : TILL_E_IO;
    }
    enum till_status status = read_files(store, &id);
    if (status != TILL_OK) {
        return status;
    }
    if (crypto_cert_read(id.line_pem, &cert) != TILL_OK || load_key(store->line, &key) != TILL_OK) {
        return TILL_E_CORRUPT;
    }
    crypto_key_public(key, public_key);
    crypto_key_free(key);
    size_t name_size = strlen(cert.name);
    if (name_size >= sizeof(id.terminal) ||
        !crypto_equal(public_key, cert.public_key, PUBLIC_KEY_SIZE)) {
        return TILL_E_CORRUPT;
    }
    memcpy(id.terminal, cert.name, name_size + 1);
    status = line_identity_check(&id);
    if (status == TILL_OK) {
        *identity_out = id;
    }
    return status;
}

/* ---- enrolling ------------------------------------------------------------------------------- */

static enum till_status store_key(const struct line_store *s, const struct crypto_key *key)
{
    char pem[CRYPTO_KEY_PEM_MAX];
    enum till_status status = crypto_key_save(key, pem);
    if (status == TILL_OK) {
        status =
            line_files_write(s->next, key_name_, (struct span){(const uint8_t *)pem, strlen(pem)});
    }
    crypto_wipe(pem, sizeof(pem));
    return status;
}

static enum till_status find_or_make(const struct line_store *s, const char *terminal,
                                     struct crypto_key **key_out)
{
    struct line_identity id;
    if (line_store_load(s, &id) == TILL_OK && strcmp(id.terminal, terminal) == 0) {
        return load_key(s->line, key_out);
    }
    if (load_key(s->next, key_out) == TILL_OK) {
        return TILL_OK;
    }
    return crypto_key_create(key_out);
}

enum till_status line_store_enrolling_key(const struct line_store *store, const char *terminal,
                                          struct crypto_key **key_out)
{
    struct crypto_key *key = NULL;
    enum till_status status = line_files_make_folder(store->next);
    if (status == TILL_OK) {
        status = find_or_make(store, terminal, &key);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = store_key(store, key);
    if (status != TILL_OK) {
        crypto_key_free(key);
        return status;
    }
    *key_out = key;
    return TILL_OK;
}

enum till_status line_store_renewing_key(const struct line_store *store,
                                         struct crypto_key **key_out)
{
    enum till_status status = line_files_make_folder(store->next);
    if (status != TILL_OK || load_key(store->next, key_out) == TILL_OK) {
        return status;
    }
    struct crypto_key *key = NULL;
    status = crypto_key_create(&key);
    if (status == TILL_OK) {
        status = store_key(store, key);
    }
    if (status != TILL_OK) {
        crypto_key_free(key);
        return status;
    }
    *key_out = key;
    return TILL_OK;
}

static enum till_status write_files(const struct line_store *s, const struct line_identity *id)
{
    const struct {
        const char *name;
        const char *text;
    } files[LINE_FILES] = {
        {"line.pem", id->line_pem},
        {"authority.pem", id->authority_pem},
        {"statement.pem", id->statement_pem},
        {"url", id->url},
    };
    for (size_t i = 0; i < LINE_FILES; i++) {
        struct span bytes = {(const uint8_t *)files[i].text, strlen(files[i].text)};
        enum till_status status = line_files_write(s->next, files[i].name, bytes);
        if (status != TILL_OK) {
            return status;
        }
    }
    struct span trust = {(const uint8_t *)id->trust, strlen(id->trust)};
    return trust.size == 0 ? line_files_remove(s->next, trust_name)
                           : line_files_write(s->next, trust_name, trust);
}

/* What is left over: of an exchange the former identity, whose key must not lie about. */
static void clear_next(const struct line_store *s)
{
    static const char *const names[] = {key_name_,       "line.pem", "authority.pem",
                                        "statement.pem", "url",      trust_name};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (line_files_remove(s->next, names[i]) != TILL_OK) {
            return;
        }
    }
    if (rmdir(s->next) != 0) {
        log_warning("remove %s: %s", s->next, strerror(errno));
    }
}

enum till_status line_store_commit(const struct line_store *store,
                                   const struct line_identity *identity)
{
    struct stat found;
    enum till_status status = write_files(store, identity);
    if (status != TILL_OK) {
        return status;
    }
    bool exchange = lstat(store->line, &found) == 0;
    unsigned flags = exchange ? RENAME_EXCHANGE : RENAME_NOREPLACE;
    if (renameat2(AT_FDCWD, store->next, AT_FDCWD, store->line, flags) != 0) {
        log_error("%s can't take effect: %s", store->next, strerror(errno));
        return TILL_E_IO;
    }
    status = line_files_sync(store->state);
    if (status == TILL_OK && exchange) {
        clear_next(store);
    }
    return status;
}

/* ---- other authorities ----------------------------------------------------------------------- */

static enum till_status write_line_file(const struct line_store *s, const char *name,
                                        const char *text)
{
    return line_files_write(s->line, name, (struct span){(const uint8_t *)text, strlen(text)});
}

/* Those of both, each once. */
static enum till_status join(const char *held, const char *more, char out[CRYPTO_BUNDLE_PEM_MAX])
{
    char pem[CRYPTO_CERT_PEM_MAX];
    struct crypto_cert cert;
    const char *const bundles[] = {held, more};
    out[0] = '\0';
    for (size_t b = 0; b < sizeof(bundles) / sizeof(bundles[0]); b++) {
        enum till_status status = TILL_OK;
        for (size_t i = 0; (status = crypto_bundle_at(bundles[b], i, pem)) == TILL_OK; i++) {
            status = crypto_cert_read(pem, &cert);
            if (status == TILL_OK && !crypto_bundle_find(out, cert.fingerprint, NULL)) {
                status = crypto_bundle_add(out, pem);
            }
            if (status != TILL_OK) {
                return status;
            }
        }
        if (status != TILL_NOT_FOUND) {
            return status;
        }
    }
    return TILL_OK;
}

enum till_status line_store_trust(const struct line_store *store,
                                  const struct line_identity *identity)
{
    struct line_identity held;
    char both[CRYPTO_BUNDLE_PEM_MAX];
    enum till_status status = line_store_load(store, &held);
    if (status == TILL_OK) {
        status = join(held.authority_pem, identity->authority_pem, both);
    }
    if (status == TILL_OK) {
        status = write_line_file(store, "authority.pem", both);
    }
    if (status == TILL_OK) {
        status = write_line_file(store, "statement.pem", identity->statement_pem);
    }
    if (status == TILL_OK && strcmp(both, identity->authority_pem) != 0) {
        status = write_line_file(store, "authority.pem", identity->authority_pem);
    }
    return status == TILL_OK ? write_line_file(store, trust_name, identity->trust) : status;
}

/* ---- the end of a number --------------------------------------------------------------------- */

/* Every file of it but `kept`, those that a power cut left written aside too. */
static enum till_status clear_folder(const char *folder, const char *kept)
{
    enum till_status status = TILL_OK;
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return errno == ENOENT ? TILL_OK : TILL_E_IO;
    }
    for (int i = 0; i < FOLDER_ENTRIES_MAX; i++) {
        const struct dirent *entry = readdir(dir);
        if (entry == NULL) {
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            strcmp(entry->d_name, kept) == 0) {
            continue;
        }
        enum till_status removed = line_files_remove(folder, entry->d_name);
        status = status == TILL_OK ? removed : status;
    }
    closedir(dir);
    return status;
}

static enum till_status drop_folder(const char *folder)
{
    /* The key first: what a cut leaves of the rest is no identity. */
    enum till_status status = line_files_remove(folder, key_name_);
    if (status == TILL_OK) {
        status = clear_folder(folder, "");
    }
    if (status == TILL_OK && rmdir(folder) != 0 && errno != ENOENT) {
        log_error("remove %s: %s", folder, strerror(errno));
        status = TILL_E_IO;
    }
    return status;
}

enum till_status line_store_forget(const struct line_store *store, const char *terminal)
{
    struct line_identity id;
    if (line_store_load(store, &id) == TILL_OK && strcmp(id.terminal, terminal) != 0) {
        return TILL_OK;
    }
    const enum till_status ends[] = {
        drop_folder(store->line), drop_folder(store->next), clear_folder(store->spool, "spent"),
        line_files_remove(store->state, "session"), line_files_remove(store->state, "session.new")};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (ends[i] != TILL_OK) {
            return ends[i];
        }
    }
    return line_files_sync(store->state);
}
