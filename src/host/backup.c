#include "backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alarm.h"
#include "crypto.h"
#include "host.h"
#include "log.h"
#include "orders.h"
#include "pg_tool.h"
#include "text.h"

enum { NAME_SIZE = 200, LIST_SIZE_MAX = 16 * 1024 * 1024, FILES_MOST = 100000 };
#define LIST_END "# whole: "
static const char list_name[] = "backup.txt", sqlite_name[] = "host.db", pg_name[] = "host.pgdump";

/* ---- files ----------------------------------------------------------------------------------- */

static enum till_status failed(const char *what, const char *path)
{
    int why = errno;
    log_error("%s %s: %s", what, path, strerror(why));
    return why == ENOSPC || why == EDQUOT ? TILL_DISK_FULL : TILL_E_IO;
}

/* Of what lies at `path`, and into a new file `to` where that is not NULL, synced. */
static enum till_status take_file(const char *path, const char *to, uint64_t *size_out,
                                  uint8_t hash_out[HASH_SIZE])
{
    struct stat about;
    void *all = NULL;
    int in = open(path, O_RDONLY | O_CLOEXEC);
    if (in < 0 || fstat(in, &about) != 0) {
        enum till_status status = failed("reading", path);
        (void)(in >= 0 && close(in));
        return status;
    }
    size_t size = (size_t)about.st_size;
    if (size > 0) {
        all = mmap(NULL, size, PROT_READ, MAP_PRIVATE, in, 0);
    }
    (void)close(in);
    if (all == MAP_FAILED) {
        return failed("reading", path);
    }
    struct span content = {size == 0 ? (const uint8_t *)"" : all, size};
    enum till_status status = crypto_sha256(content, hash_out);
    if (status == TILL_OK && to != NULL) {
        status = files_write(to, content);
    }
    if (all != NULL) {
        (void)munmap(all, size);
    }
    *size_out = size;
    return status;
}

static enum till_status sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    enum till_status status = synced ? TILL_OK : failed("syncing", path);
    (void)(fd >= 0 && close(fd));
    return status;
}

/* authority.key, authority-2.key, … */
static bool is_authority_key(const char *name)
{
    size_t size = strlen(name);
    return strncmp(name, "authority", 9) == 0 && size > 4 && strcmp(name + size - 4, ".key") == 0;
}

static bool is_kept(const char *name, bool with_key)
{
    static const char *const never[] = {"database", "ready", list_name, pg_name};
    size_t size = strlen(name);
    if (name[0] == '.' || size >= NAME_SIZE ||
        strncmp(name, sqlite_name, strlen(sqlite_name)) == 0) {
        return false;
    }
    if (size > 4 && strcmp(name + size - 4, ".new") == 0) {
        return false; /* half a file of somebody's */
    }
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        if (strcmp(name, never[i]) == 0) {
            return false;
        }
    }
    return with_key || !is_authority_key(name);
}

/* ---- making ---------------------------------------------------------------------------------- */

struct making {
    const char *to;
    FILE *list;
    bool with_key;
    struct backup_report *report;
};

static enum till_status note(struct making *m, const char *name, uint64_t size,
                             const uint8_t hash[HASH_SIZE])
{
    char text[2 * HASH_SIZE + 1];
    hex_encode((struct span){hash, HASH_SIZE}, text);
    m->report->files++;
    m->report->bytes += size;
    return fprintf(m->list, "%s  %s\n", text, name) > 0 ? TILL_OK : TILL_E_MEMORY;
}

/* One file of dir; name: within it. */
static enum till_status keep(struct making *m, const char *dir, const char *name)
{
    char from[FILES_PATH_MAX], to[FILES_PATH_MAX];
    uint8_t hash[HASH_SIZE];
    uint64_t size = 0;
    enum till_status status = files_path(dir, name, from);
    if (status == TILL_OK) {
        status = files_path(m->to, name, to);
    }
    if (status == TILL_OK) {
        status = take_file(from, to, &size, hash);
    }
    if (status == TILL_OK && is_authority_key(name)) {
        m->report->with_key = true;
    }
    return status == TILL_OK ? note(m, name, size, hash) : status;
}

/* All files of dir/within ("" = dir itself). A folder that is not there has none. */
static enum till_status keep_all(struct making *m, const char *dir, const char *within)
{
    char path[FILES_PATH_MAX], name[2 * NAME_SIZE];
    struct stat about;
    const struct dirent *one = NULL;
    unsigned count = 0;
    enum till_status status = files_path(dir, within[0] == '\0' ? "." : within, path);
    DIR *folder = status == TILL_OK ? opendir(path) : NULL;
    if (folder == NULL) {
        return status == TILL_OK && errno != ENOENT ? failed("reading", path) : status;
    }
    while (status == TILL_OK && (one = readdir(folder)) != NULL && count++ < FILES_MOST) {
        (void)snprintf(name, sizeof(name), "%s%s%s", within, within[0] == '\0' ? "" : "/",
                       one->d_name);
        if (!is_kept(one->d_name, m->with_key) || files_path(dir, name, path) != TILL_OK ||
            stat(path, &about) != 0 || !S_ISREG(about.st_mode)) {
            continue;
        }
        status = keep(m, dir, name);
    }
    (void)closedir(folder);
    return status;
}

static enum till_status keep_store(struct making *m, const char *dir)
{
    struct host host;
    char url[HOST_DB_MAX], path[FILES_PATH_MAX];
    uint8_t hash[HASH_SIZE];
    uint64_t size = 0;
    enum till_status status = host_db(dir, url);
    if (status == TILL_OK) {
        status = host_open(dir, &host); /* also where pg_dump would do: is there a host at all? */
    }
    if (status != TILL_OK) {
        return status;
    }
    m->report->postgres = pg_tool_is_url(url);
    const char *name = m->report->postgres ? pg_name : sqlite_name;
    status = files_path(m->to, name, path);
    if (status == TILL_OK) {
        status = m->report->postgres ? pg_tool_dump(url, path) : store_copy(host.store, path);
    }
    host_close(&host);
    explicit_bzero(url, sizeof(url));
    if (status == TILL_OK && chmod(path, 0600) != 0) {
        status = failed("writing", path);
    }
    if (status == TILL_OK) {
        status = sync_file(path);
    }
    if (status == TILL_OK) {
        status = take_file(path, NULL, &size, hash);
    }
    return status == TILL_OK ? note(m, name, size, hash) : status;
}

/* A comment to sha256sum; without it the list was torn. */
static enum till_status end_list(struct making *m, char *const *text, const size_t *size)
{
    uint8_t hash[HASH_SIZE];
    char spelt[2 * HASH_SIZE + 1];
    enum till_status status = crypto_sha256((struct span){(const uint8_t *)*text, *size}, hash);
    hex_encode((struct span){hash, HASH_SIZE}, spelt);
    if (status == TILL_OK &&
        (fprintf(m->list, LIST_END "%u files, %s\n", (unsigned)m->report->files, spelt) < 0 ||
         fflush(m->list) != 0)) {
        status = TILL_E_MEMORY;
    }
    return status;
}

static enum till_status write_list(struct making *m, char *const *text, const size_t *size)
{
    char path[FILES_PATH_MAX];
    if (fflush(m->list) != 0) {
        return TILL_E_MEMORY;
    }
    enum till_status status = end_list(m, text, size);
    if (status == TILL_OK) {
        status = files_path(m->to, list_name, path);
    }
    return status == TILL_OK ? files_write(path, (struct span){(const uint8_t *)*text, *size})
                             : status;
}

enum till_status backup_make(const char *dir, const char *to, bool with_key,
                             struct backup_report *report_out)
{
    char imports[FILES_PATH_MAX], *text = NULL;
    size_t size = 0;
    memset(report_out, 0, sizeof(*report_out));
    if (files_exist(to)) {
        return TILL_UNCHANGED;
    }
    struct making m = {.to = to, .with_key = with_key, .report = report_out};
    enum till_status status = files_path(to, "imports", imports);
    if (status == TILL_OK) {
        status = files_folder(to);
    }
    if (status == TILL_OK) {
        status = files_folder(imports);
    }
    m.list = open_memstream(&text, &size);
    if (status == TILL_OK && m.list == NULL) {
        status = TILL_E_MEMORY;
    }
    /* The store first: what lies beside it only grows, and what it refers to is then there too. */
    if (status == TILL_OK) {
        status = keep_store(&m, dir);
    }
    if (status == TILL_OK) {
        status = keep_all(&m, dir, "");
    }
    if (status == TILL_OK) {
        status = keep_all(&m, dir, "imports");
    }
    if (status == TILL_OK) {
        status = write_list(&m, &text, &size);
    }
    if (m.list != NULL) {
        (void)fclose(m.list);
    }
    free(text);
    return status;
}

/* ---- checking and restoring ------------------------------------------------------------------ */

/* Whole paths within the folder, one level deep at most: nothing leads out of it. */
static bool name_is_safe(const char *name)
{
    const char *slash = strchr(name, '/');
    const char *last = slash == NULL ? name : slash + 1;
    return name[0] != '/' && name[0] != '.' && last[0] != '.' && last[0] != '\0' &&
           strchr(last, '/') == NULL && (slash == NULL || strncmp(name, "imports/", 8) == 0);
}

/* One line of the list. to NULL: it is checked only. */
static enum till_status take_back(const char *from, const char *to, const char *line, size_t size,
                                  struct backup_report *report)
{
    enum { HEX = 2 * HASH_SIZE };
    char name[2 * NAME_SIZE], path[FILES_PATH_MAX], into[FILES_PATH_MAX];
    uint8_t wanted[HASH_SIZE], hash[HASH_SIZE];
    uint64_t bytes = 0;
    if (size < HEX + 3 || size - HEX - 2 >= sizeof(name) ||
        hex_decode(line, HEX, wanted, sizeof(wanted)) != TILL_OK) {
        log_error("%s/%s: a line that can't be", from, list_name);
        return TILL_E_CORRUPT;
    }
    memcpy(name, line + HEX + 2, size - HEX - 2);
    name[size - HEX - 2] = '\0';
    if (!name_is_safe(name)) {
        log_error("%s/%s: a file that can't be: %s", from, list_name, name);
        return TILL_E_CORRUPT;
    }
    bool dump = strcmp(name, pg_name) == 0;
    enum till_status status = files_path(from, name, path);
    if (status == TILL_OK && to != NULL) {
        status = files_path(to, name, into);
    }
    if (status == TILL_OK) {
        status = take_file(path, to == NULL || dump ? NULL : into, &bytes, hash);
    }
    if (status == TILL_OK && memcmp(hash, wanted, HASH_SIZE) != 0) {
        log_error("%s has changed since the backup was made", path);
        status = TILL_E_CORRUPT;
    }
    report->files++;
    report->bytes += bytes;
    report->postgres = report->postgres || dump;
    report->with_key = report->with_key || is_authority_key(name);
    return status;
}

/* Where the list's last line begins, which says that all before it is there. */
static enum till_status find_end(const char *from, const char *text, size_t size,
                                 const char **end_out)
{
    enum { HEX = 2 * HASH_SIZE };
    uint8_t wanted[HASH_SIZE], hash[HASH_SIZE];
    const char *end = strstr(text, LIST_END);
    bool whole = end != NULL && strlen(text) == size && size > HEX && text[size - 1] == '\n' &&
                 (end == text || end[-1] == '\n') && strchr(end, '\n') == text + size - 1 &&
                 hex_decode(text + size - 1 - HEX, HEX, wanted, sizeof(wanted)) == TILL_OK;
    if (whole) {
        enum till_status status =
            crypto_sha256((struct span){(const uint8_t *)text, (size_t)(end - text)}, hash);
        if (status != TILL_OK) {
            return status;
        }
        whole = memcmp(hash, wanted, HASH_SIZE) == 0;
    }
    if (!whole) {
        log_error("%s/%s is not whole: the backup was broken off, or the list was cut", from,
                  list_name);
        return TILL_E_CORRUPT;
    }
    *end_out = end;
    return TILL_OK;
}

/* What no host can do without; the authority's key may be kept apart. */
enum { KEYS_NEEDED = 5 };
struct needed {
    bool store;
    unsigned keys;
};

static void count_needed(struct needed *n, const char *line, size_t size)
{
    static const char *const keys[KEYS_NEEDED] = {"authority.pem", "statement.key", "statement.pem",
                                                  "tls.key", "tls.pem"};
    enum { NAME_AT = 2 * HASH_SIZE + 2 };
    const char *name = line + NAME_AT;
    size_t length = size - NAME_AT; /* take_back has seen that it is longer */
    for (size_t i = 0; i < KEYS_NEEDED; i++) {
        n->keys += strlen(keys[i]) == length && memcmp(keys[i], name, length) == 0;
    }
    n->store = n->store ||
               (strlen(sqlite_name) == length && memcmp(sqlite_name, name, length) == 0) ||
               (strlen(pg_name) == length && memcmp(pg_name, name, length) == 0);
}

static enum till_status walk(const char *from, const char *to, struct backup_report *report_out)
{
    char path[FILES_PATH_MAX], *text = NULL;
    size_t size = 0;
    memset(report_out, 0, sizeof(*report_out));
    enum till_status status = files_path(from, list_name, path);
    if (status == TILL_OK) {
        status = files_read(path, LIST_SIZE_MAX, &text, &size);
    }
    if (status != TILL_OK) {
        return status;
    }
    const char *end = NULL;
    status = find_end(from, text, size, &end);
    struct needed needed = {.store = false};
    for (const char *at = text; status == TILL_OK && at < end;) {
        size_t line = strcspn(at, "\n");
        status = take_back(from, to, at, line, report_out);
        if (status == TILL_OK) {
            count_needed(&needed, at, line);
        }
        at += line + (at[line] == '\n' ? 1 : 0);
    }
    free(text);
    if (status == TILL_OK && !(needed.store && needed.keys == KEYS_NEEDED)) {
        log_error("%s/%s: the store or the keys of a host are not in it", from, list_name);
        status = TILL_E_CORRUPT;
    }
    return status;
}

enum till_status backup_check(const char *from, struct backup_report *report_out)
{
    return walk(from, NULL, report_out);
}

/* Heads that were given out after the backup had higher serials than the store knows: none that is
 * signed from now on may be taken for a replay. */
static enum till_status raise_serials(struct store *s, int64_t now_s)
{
    struct store_terminal t = {0};
    char key_value[32];
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    while ((status = store_terminal_next(s, t.terminal, &t)) == TILL_OK) {
        t.head_serial = orders_next_serial(t.head_serial, now_s * 1000);
        status = store_terminal_put(s, &t);
        if (status != TILL_OK) {
            break;
        }
    }
    explicit_bzero(t.secret, sizeof(t.secret));
    if (status == TILL_NOT_FOUND) {
        status = alarm_put(
            s, now_s, "", "restored",
            N_("the host was restored from a backup: terminals send again what came after it"));
    }
    (void)snprintf(key_value, sizeof(key_value), "%lld", (long long)now_s);
    if (status == TILL_OK) {
        status = store_value_put(s, "restored", key_value);
    }
    if (status == TILL_OK) {
        return store_commit(s);
    }
    store_rollback(s);
    return status;
}

/* By a restore that was broken off: a dump comes in whole or not at all. */
static bool database_is_filled(const char *url)
{
    struct store *s = NULL;
    char hosts[STORE_VALUE_MAX];
    bool filled = store_open(url, &s) == TILL_OK &&
                  store_value_get(s, "hosts", hosts, sizeof(hosts)) == TILL_OK;
    if (s != NULL) {
        store_close(s);
    }
    return filled;
}

static enum till_status restore_store(const char *from, const char *dir, int64_t now_s,
                                      bool postgres, bool again)
{
    struct host host;
    char url[HOST_DB_MAX], path[FILES_PATH_MAX];
    enum till_status status = host_db(dir, url);
    if (status == TILL_OK && postgres) {
        status = files_path(from, pg_name, path);
        if (status == TILL_OK) {
            status = pg_tool_restore(url, path);
        }
        if (status == TILL_E_DEVICE && again && database_is_filled(url)) {
            status = TILL_OK;
        }
    }
    if (status == TILL_OK && postgres) {
        status = host_remember_db(dir);
    }
    explicit_bzero(url, sizeof(url));
    if (status == TILL_OK) {
        status = host_open_half(dir, &host);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = raise_serials(host.store, now_s);
    host_close(&host);
    return status;
}

/* Is nothing in dir that a restore would write over, but what one left that was broken off? */
static enum till_status look_at_place(const char *dir, bool *again_out)
{
    static const char *const names[] = {"authority.pem", "host.db"};
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(dir, HOST_HALF, path);
    *again_out = status == TILL_OK && files_exist(path);
    if (*again_out) {
        return TILL_OK;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && status == TILL_OK; i++) {
        status = files_path(dir, names[i], path);
        if (status == TILL_OK && files_exist(path)) {
            status = TILL_UNCHANGED;
        }
    }
    return status;
}

/* Until the end of it no command takes what is there for a host. */
static enum till_status begin_half(const char *dir)
{
    static const char why[] = "a restore was begun here\n";
    char path[FILES_PATH_MAX];
    enum till_status status = files_folder(dir);
    if (status == TILL_OK) {
        status = files_path(dir, HOST_HALF, path);
    }
    if (status == TILL_OK) {
        status = files_write(path, (struct span){(const uint8_t *)why, strlen(why)});
    }
    if (status == TILL_OK) {
        status = files_path(dir, "imports", path);
    }
    return status == TILL_OK ? files_folder(path) : status;
}

static enum till_status end_half(const char *dir)
{
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(dir, HOST_HALF, path);
    if (status == TILL_OK && unlink(path) != 0) {
        status = failed("removing", path);
    }
    return status == TILL_OK ? sync_file(dir) : status;
}

enum till_status backup_restore(const char *from, const char *dir, int64_t now_s,
                                struct backup_report *report_out)
{
    char url[HOST_DB_MAX];
    bool again = false;
    enum till_status status = backup_check(from, report_out);
    if (status == TILL_OK) {
        status = host_db(dir, url);
    }
    if (status == TILL_OK) {
        status = pg_tool_is_url(url) == report_out->postgres ? TILL_OK : TILL_BAD_INPUT;
    }
    if (status == TILL_OK) {
        status = look_at_place(dir, &again);
    }
    if (status == TILL_OK) {
        status = begin_half(dir);
    }
    if (status == TILL_OK) {
        status = walk(from, dir, report_out);
    }
    if (status == TILL_OK) {
        status = restore_store(from, dir, now_s, report_out->postgres, again);
    }
    return status == TILL_OK ? end_half(dir) : status;
}
