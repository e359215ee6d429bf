/*
 * The host's store, continued: reports that terminals sent as files. Copies for reading, no truth:
 * a terminal's newest are kept, the oldest go.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_SENT_H
#define TILL_STORE_SENT_H

#include "store.h"

enum { STORE_SENT_KEPT = 10, STORE_SENT_NAME_MAX = 64, STORE_SENT_SIZE_MAX = 60 * 1024 };

struct store_sent {
    char terminal[TERMINAL_MAX];
    uint64_t seq; /* counts up for each terminal; the store's to give */
    char name[STORE_SENT_NAME_MAX];
    char user[USER_MAX]; /* who sent it, as the terminal says */
    int64_t at_s;        /* when, as the terminal says */
    int64_t received_at_s;
    uint8_t hash[HASH_SIZE]; /* SHA-256 of the content */
    size_t size;
};
/* TILL_UNCHANGED: that name with that content is there. TILL_TOO_LARGE. TILL_BAD_INPUT. */
enum till_status store_sent_put(struct store *s, const struct store_sent *v,
                                struct span content) TILL_CHECKED;
/* By terminal, then seq; the first behind that one ("", 0 = first). TILL_NOT_FOUND past the end. */
enum till_status store_sent_next(struct store *s, const char *after_terminal, uint64_t after_seq,
                                 struct store_sent *out) TILL_CHECKED;
/* content_out: STORE_SENT_SIZE_MAX. TILL_NOT_FOUND. */
enum till_status store_sent_get(struct store *s, const char *terminal, uint64_t seq,
                                struct store_sent *out, uint8_t *content_out) TILL_CHECKED;

#endif
