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

/* Make the folder with keys and an empty store. TILL_UNCHANGED: there is one already. */
enum till_status host_create(const char *dir, const char *hosts, int64_t now_s) TILL_CHECKED;
/* TILL_NOT_FOUND: the folder was not made by host_create. */
enum till_status host_open(const char *dir, struct host *host_out) TILL_CHECKED;
void host_close(struct host *host);

/* The address that tickets name where none is given: of the first of its hosts. */
void host_default_url(struct host *host, char *out, size_t capacity);

#endif
