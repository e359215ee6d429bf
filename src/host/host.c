#include "host.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "authority.h"
#include "files.h"

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

enum till_status host_create(const char *dir, const char *hosts, int64_t now_s)
{
    char path[FILES_PATH_MAX], authority[FILES_PATH_MAX];
    struct store *s = NULL;
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
        status = store_open(path, &s);
    }
    if (status == TILL_OK) {
        status = fill_store(s, hosts);
        store_close(s);
    }
    return status == TILL_OK ? authority_create(dir, hosts, now_s) : status;
}

enum till_status host_open(const char *dir, struct host *host_out)
{
    char path[FILES_PATH_MAX];
    memset(host_out, 0, sizeof(*host_out));
    host_out->dir = dir;
    enum till_status status = files_path(dir, "host.db", path);
    if (status == TILL_OK && !files_exist(path)) {
        return TILL_NOT_FOUND;
    }
    if (status == TILL_OK) {
        status = store_open(path, &host_out->store);
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
