/*
 * Terminals on the host's side of the desk: numbers, one-time codes, blocking.
 *
 * A code is eight digits, good for seven days and for one device; only its hash is kept, stretched
 * because eight digits are few. Ten wrong tries void it. Each call is its own transaction.
 */
#ifndef TILL_HOST_CODES_H
#define TILL_HOST_CODES_H

#include "enrol.h"
#include "store.h"

enum { CODES_DIGITS = 8, CODES_TRIES_MAX = 10, CODES_DAYS = 7 };

struct codes_request {
    const char *terminal;
    const char *name;     /* for people */
    const char *books;    /* "CX01,CX02"; "" = none, or all of the one that is replaced */
    const char *replaces; /* number of the terminal it replaces; "" = none */
};

/* A new terminal with its code. TILL_UNCHANGED: that number is or was in use: numbers are never
 * given twice. TILL_NOT_FOUND: no terminal of the number that it replaces. TILL_BAD_INPUT. */
enum till_status codes_add(struct store *s, const struct codes_request *request, int64_t now_s,
                           char code_out[ENROL_CODE_MAX]) TILL_CHECKED;
/*
 * Many at once, in one transaction: the request's name and meter books for all of them. Codes are
 * stretched beforehand, on all processors; nobody waits for that.
 */
enum { CODES_MANY_MAX = 256 };
struct codes_new {
    char terminal[TERMINAL_MAX]; /* in */
    char code[ENROL_CODE_MAX];
    char code_hash[2 * HASH_SIZE + 1];
    bool added; /* false: that number is or was in use */
};
/* After anything but TILL_OK none was added. TILL_BAD_INPUT. */
enum till_status codes_add_many(struct store *s, const struct codes_request *request, int64_t now_s,
                                struct codes_new *many, size_t count) TILL_CHECKED;
/* Another code for a terminal that has not enrolled. TILL_REFUSED: it has. TILL_NOT_FOUND. */
enum till_status codes_renew(struct store *s, const char *terminal, int64_t now_s,
                             char code_out[ENROL_CODE_MAX]) TILL_CHECKED;
/* Block a terminal for good. TILL_UNCHANGED: it was. TILL_NOT_FOUND. */
enum till_status codes_revoke(struct store *s, const char *terminal, int64_t now_s) TILL_CHECKED;

/* ---- for the enrolment desk ------------------------------------------------------------------ */

/* What a code that is told becomes; before the transaction, so that nobody waits for it. "" where
 * the terminal has no code in force: no time is spent on strangers. */
enum till_status codes_stretch(struct store *s, const char *terminal, const char *code,
                               char stretched_out[2 * HASH_SIZE + 1]) TILL_CHECKED;

/* Within its transaction. TILL_CODE_WRONG: another code, none in force, or out of date. Takes time
 * that does not tell how wrong it was. */
enum till_status codes_check(const struct store_terminal *t,
                             const char stretched[2 * HASH_SIZE + 1], int64_t now_s) TILL_CHECKED;
/* Count a wrong try; the tenth voids the code and raises an alarm. */
enum till_status codes_count_wrong(struct store *s, struct store_terminal *t,
                                   int64_t now_s) TILL_CHECKED;
/* The number that a terminal replaces and that one's head; "" and 0 if none. */
enum till_status codes_predecessor(struct store *s, const char *terminal,
                                   char number_out[TERMINAL_MAX], uint64_t *seq_out) TILL_CHECKED;

#endif
