#include "host.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "authority.h"
#include "files.h"
#include "ledger.h"
#include "log.h"
#include "period.h"

static enum till_status fill_store(struct store *s, const char *hosts)
{
    struct site site;
    site_default(&site);
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = store_site_put(s, &site);
    if (status == TILL_OK) {
        status = store_value_put(s, "hosts", hosts);
    }
    if (status == TILL_OK) {
        return store_commit(s);
    }
    store_rollback(s);
    return status;
}

/* Set once, before the first host is opened. */
static const char *chosen_db;

void host_use_db(const char *url)
{
    chosen_db = url;
}

static enum till_status default_db(const char *dir, char url_out[HOST_DB_MAX])
{
    char path[FILES_PATH_MAX];
    enum till_status status = files_path(dir, "host.db", path);
    int size = status == TILL_OK ? snprintf(url_out, HOST_DB_MAX, "sqlite:%s", path) : 0;
    return status == TILL_OK && size >= HOST_DB_MAX ? TILL_TOO_LARGE : status;
}

enum till_status host_db(const char *dir, char url_out[HOST_DB_MAX])
{
    char path[FILES_PATH_MAX];
    if (chosen_db != NULL) {
        int size = snprintf(url_out, HOST_DB_MAX, "%s", chosen_db);
        return size < HOST_DB_MAX ? TILL_OK : TILL_TOO_LARGE;
    }
    enum till_status status = files_path(dir, "database", path);
    if (status == TILL_OK) {
        status = files_read_text(path, url_out, HOST_DB_MAX);
    }
    if (status == TILL_OK) {
        url_out[strcspn(url_out, "\n")] = '\0';
        return TILL_OK;
    }
    return status == TILL_NOT_FOUND ? default_db(dir, url_out) : status;
}

enum till_status host_remember_db(const char *dir)
{
    char path[FILES_PATH_MAX];
    const char *url = chosen_db;
    if (chosen_db == NULL) {
        return TILL_OK;
    }
    enum till_status status = files_path(dir, "database", path);
    return status == TILL_OK ? files_write(path, (struct span){(const uint8_t *)url, strlen(url)})
                             : status;
}

static enum till_status create_store(const char *dir, const char *hosts)
{
    char url[HOST_DB_MAX], before[STORE_VALUE_MAX];
    struct store *s = NULL;
    enum till_status status = host_db(dir, url);
    if (status == TILL_OK) {
        status = store_open(url, &s);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = store_value_get(s, "hosts", before, sizeof(before));
    if (status == TILL_NOT_FOUND) {
        status = fill_store(s, hosts);
    } else if (status == TILL_OK) {
        status = TILL_UNCHANGED; /* somebody's, with what is in it */
    }
    store_close(s);
    return status == TILL_OK ? host_remember_db(dir) : status;
}

enum till_status host_create(const char *dir, const char *hosts, int64_t now_s)
{
    char path[FILES_PATH_MAX], authority[FILES_PATH_MAX];
    enum till_status status = files_path(dir, "host.db", path);
    if (status == TILL_OK) {
        status = files_path(dir, "authority.pem", authority);
    }
    if (status == TILL_OK && (files_exist(path) || files_exist(authority))) {
        return TILL_UNCHANGED;
    }
    if (status == TILL_OK) {
        status = files_folder(dir);
    }
    if (status == TILL_OK && chmod(dir, 0700) != 0) {
        status = TILL_E_IO;
    }
    if (status == TILL_OK) {
        status = create_store(dir, hosts);
    }
    return status == TILL_OK ? authority_create(dir, hosts, now_s) : status;
}

/* A file that SQLite would make, empty, where there was none. */
static bool is_missing(const char *url)
{
    static const char sqlite[] = "sqlite:";
    return strncmp(url, sqlite, strlen(sqlite)) == 0 && !files_exist(url + strlen(sqlite));
}

enum till_status host_open(const char *dir, struct host *host_out)
{
    char half[FILES_PATH_MAX];
    enum till_status status = files_path(dir, HOST_HALF, half);
    if (status == TILL_OK && files_exist(half)) {
        log_error("%s: a restore was broken off here; do `restore` once more", dir);
        status = TILL_E_CONFIG;
    }
    if (status != TILL_OK) {
        memset(host_out, 0, sizeof(*host_out));
        return status;
    }
    return host_open_half(dir, host_out);
}

enum till_status host_open_half(const char *dir, struct host *host_out)
{
    char url[HOST_DB_MAX];
    memset(host_out, 0, sizeof(*host_out));
    host_out->dir = dir;
    enum till_status status = host_db(dir, url);
    if (status == TILL_OK && is_missing(url)) {
        return TILL_NOT_FOUND;
    }
    if (status == TILL_OK) {
        status = store_open(url, &host_out->store);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = store_site_get(host_out->store, &host_out->site);
    if (status == TILL_NOT_FOUND) {
        site_default(&host_out->site);
        status = TILL_OK;
    }
    if (status != TILL_OK) {
        host_close(host_out);
    }
    return status;
}

enum till_status host_catch_up(struct host *host, int64_t now_s)
{
    int64_t posted_s = 0;
    if (ledger_slips_are_followed(host->store)) {
        return TILL_OK;
    }
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return status;
    }
    status = period_posting_time(host->store, now_s, &posted_s);
    if (status == TILL_OK) {
        status = ledger_follow_slips(host->store, posted_s);
    }
    return store_finish(host->store, status == TILL_UNCHANGED ? TILL_OK : status);
}

void host_close(struct host *host)
{
    if (host->store != NULL) {
        store_close(host->store);
        host->store = NULL;
    }
}

void host_default_url(struct host *host, char *out, size_t capacity)
{
    char hosts[STORE_VALUE_MAX] = "";
    if (store_value_get(host->store, "hosts", hosts, sizeof(hosts)) != TILL_OK) {
        hosts[0] = '\0';
    }
    hosts[strcspn(hosts, ",")] = '\0';
    bool six = strchr(hosts, ':') != NULL;
    (void)snprintf(out, capacity, "https://%s%s%s:8443", six ? "[" : "",
                   hosts[0] == '\0' ? "localhost" : hosts, six ? "]" : "");
}
