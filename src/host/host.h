/*
 * One host folder, opened: its store, its site.
 */
#ifndef TILL_HOST_HOST_H
#define TILL_HOST_HOST_H

#include "store.h"

struct host {
    const char *dir;
    struct store *store;
    struct site site;
};

/*
 * Where the store is: what host_use_db said; else what stands in DIR/database; else DIR/host.db.
 */
enum { HOST_DB_MAX = 512 };
/* For the whole process, before any host is made or opened; NULL = as the folder says. Not
 * copied. */
void host_use_db(const char *url);
enum till_status host_db(const char *dir, char url_out[HOST_DB_MAX]) TILL_CHECKED;

/* Write down in DIR/database what host_use_db said, for every later command. */
enum till_status host_remember_db(const char *dir) TILL_CHECKED;

/* Make the folder with keys, and an empty store; one that host_use_db named is written down in
 * DIR/database. TILL_UNCHANGED: there is one already. */
enum till_status host_create(const char *dir, const char *hosts, int64_t now_s) TILL_CHECKED;
/* A file of this name in DIR: a restore has begun there and not ended. */
#define HOST_HALF "restoring"
/* TILL_NOT_FOUND: the folder was not made by host_create. TILL_E_CONFIG: a restore was broken off
 * there, said in the log. */
enum till_status host_open(const char *dir, struct host *host_out) TILL_CHECKED;
/* The same for the restore itself. */
enum till_status host_open_half(const char *dir, struct host *host_out) TILL_CHECKED;
/* What earlier software left to be posted: once, before anything is served.
 * TILL_BUSY: another program writes. */
enum till_status host_catch_up(struct host *host, int64_t now_s) TILL_CHECKED;
void host_close(struct host *host);

/* The address that tickets name where none is given: of the first of its hosts. */
void host_default_url(struct host *host, char *out, size_t capacity);

#endif
