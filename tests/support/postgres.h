/*
 * A PostgreSQL of a test's own: initdb, a free port on loopback, gone at the end.
 *
 * Run as root it becomes the user postgres, because the server refuses root. It ends with the test
 * program, however that ends.
 */
#ifndef TILL_POSTGRES_H
#define TILL_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { POSTGRES_URL_SIZE = 192, POSTGRES_PATH_SIZE = 128 };

struct postgres {
    char folder[POSTGRES_PATH_SIZE]; /* data/, socket, log */
    pid_t pid;                       /* 0 = it does not run */
    int port;
    bool durable; /* fsync as in the field; else as fast as it goes */
};

/* Make a cluster and start it (2 s). Fails the test where that can't be done. */
void postgres_make(struct postgres *p, bool durable);
void postgres_start(struct postgres *p); /* again, on the same port; returns once it answers */
void postgres_kill(
    struct postgres *p); /* SIGKILL, all of its processes, in the middle of anything */
void postgres_remove(struct postgres *p);

/* The address of a database of it. */
void postgres_url(const struct postgres *p, const char *database, char url_out[POSTGRES_URL_SIZE]);
/* SQL without answers, on one connection. */
void postgres_run(const struct postgres *p, const char *database, const char *sql);
/* The first value of the first row, "" for none. */
void postgres_ask(const struct postgres *p, const char *database, const char *sql, char *text_out,
                  size_t capacity);
/* Take out every row of a store and begin its numbers anew: quicker than making hundreds of
 * tables. */
void postgres_empty(const struct postgres *p, const char *database);

#endif
