/*
 * The host's store, continued: entries that came by customers' papers, and records that were set
 * aside and released again.
 *
 * Transactions, threads and strings as in store.h. What a paper proves is not of the main branch:
 * store_entry_put and the heads know nothing of it.
 */
#ifndef TILL_STORE_RECOVER_H
#define TILL_STORE_RECOVER_H

#include "store.h"

/* ---- from paper ------------------------------------------------------------------------------ */

struct store_recovered {
    struct entry entry; /* whole: its signature is the paper's */
    uint8_t prev[HASH_SIZE];
    int64_t found_at_s; /* when the paper was read */
};
/* Once for each hash; two papers may bear the same number, if a journal has two branches.
 * TILL_UNCHANGED: it is there. TILL_NOT_FOUND: no such terminal. */
enum till_status store_recovered_put(struct store *s, const char *terminal,
                                     const struct store_recovered *r) TILL_CHECKED;
/* By seq, then hash; the first behind (after_seq, after_hash). after_hash NULL: behind all of
 * after_seq. TILL_NOT_FOUND past the end. */
enum till_status store_recovered_next(struct store *s, const char *terminal, uint64_t after_seq,
                                      const uint8_t *after_hash,
                                      struct store_recovered *out) TILL_CHECKED;

/* ---- set aside ------------------------------------------------------------------------------- */

struct store_aside {
    char terminal[TERMINAL_MAX];
    uint64_t seq;
    char reason[STORE_REASON_MAX];
    int64_t ended_at_s;           /* 0 = it waits; what follows is empty then */
    char ended_by[BOOK_NAME_MAX]; /* who released or closed it */
    bool closed;                  /* it will never be posted */
    char why[STORE_REASON_MAX];   /* it was closed */
    int64_t value_at_s;           /* that the office gave it; 0 = its own */
};
/* Records that still wait, of all terminals: by terminal, then seq; the first behind that one
 * ("", 0 = first). TILL_NOT_FOUND past the end. */
enum till_status store_aside_next(struct store *s, const char *after_terminal, uint64_t after_seq,
                                  struct store_aside *out) TILL_CHECKED;
/* The same of all that ever waited. */
enum till_status store_aside_any(struct store *s, const char *after_terminal, uint64_t after_seq,
                                 struct store_aside *out) TILL_CHECKED;
/* One of them. TILL_NOT_FOUND: it was never set aside. */
enum till_status store_aside_get(struct store *s, const char *terminal, uint64_t seq,
                                 struct store_aside *out) TILL_CHECKED;
/* Records of a terminal that wait no longer, released or closed; the first above `after`.
 * TILL_NOT_FOUND. */
enum till_status store_released_next(struct store *s, const char *terminal, uint64_t after,
                                     uint64_t *seq_out) TILL_CHECKED;
/* It waits no longer: it is out of store_quarantined. TILL_NOT_FOUND: no such record waits. */
enum till_status store_aside_release(struct store *s, const char *terminal, uint64_t seq,
                                     int64_t at_s, const char *by) TILL_CHECKED;
/* The same, with another value date than its own. */
enum till_status store_aside_release_dated(struct store *s, const char *terminal, uint64_t seq,
                                           int64_t at_s, const char *by,
                                           int64_t value_at_s) TILL_CHECKED;
/* It ends without being posted. why: clean and not empty, else TILL_BAD_INPUT. */
enum till_status store_aside_close(struct store *s, const char *terminal, uint64_t seq,
                                   int64_t at_s, const char *by, const char *why) TILL_CHECKED;
/* How many wait, and how many were closed. */
enum till_status store_aside_count(struct store *s, int64_t *waiting_out,
                                   int64_t *closed_out) TILL_CHECKED;

#endif
