/*
 * The host's store, continued: the audit log. Rows are added and never changed; what a row says and
 * how it is chained is src/host/audit's.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_AUDIT_H
#define TILL_STORE_AUDIT_H

#include "store.h"

enum { AUDIT_ACTOR_MAX = 65, AUDIT_ACT_MAX = 49, AUDIT_ARGUMENTS_MAX = 1025 };
struct store_audit {
    int64_t n;
    int64_t at_s;
    char actor[AUDIT_ACTOR_MAX];
    char act[AUDIT_ACT_MAX];
    char arguments[AUDIT_ARGUMENTS_MAX];
    uint8_t hash[HASH_SIZE];
};
/* n is one more than that of the last. TILL_BAD_INPUT: it is not, or a text is not clean. */
enum till_status store_audit_add(struct store *s, const struct store_audit *a) TILL_CHECKED;
/* TILL_NOT_FOUND: the log is empty. */
enum till_status store_audit_last(struct store *s, struct store_audit *out) TILL_CHECKED;
/* The first with n above `after`; TILL_NOT_FOUND past the end. */
enum till_status store_audit_next(struct store *s, int64_t after,
                                  struct store_audit *out) TILL_CHECKED;

#endif
