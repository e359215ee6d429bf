/*
 * The host's store, continued: lines of bank statements and deposit files, and which deposit of a
 * terminal each of them is.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_BANK_H
#define TILL_STORE_BANK_H

#include "store.h"

enum { BANK_NAME_MAX = 13, BANK_REFERENCE_MAX = 65, BANK_TEXT_MAX = 129, BANK_SLIP_MAX = 33 };

enum bank_match {
    BANK_OPEN = 0,      /* no deposit is known for it */
    BANK_EXACT = 1,     /* slip number and amount */
    BANK_BY_SLIP = 2,   /* slip number; the amounts differ */
    BANK_BY_TEXT = 3,   /* the slip's number stands in the bank's text, and the amount agrees */
    BANK_BY_AMOUNT = 4, /* the only one of that amount within some days */
    BANK_BY_HAND = 5
};

struct store_bank_line {
    char bank[BANK_NAME_MAX];           /* short name of our account there, [0-9A-Z] */
    char reference[BANK_REFERENCE_MAX]; /* the bank's own number of the line */
    int32_t date;                       /* yyyymmdd, the bank's value date */
    int64_t amount_minor;               /* came in; negative: went out */
    char slip[BANK_SLIP_MAX];           /* "" = the bank does not say */
    char text[BANK_TEXT_MAX];
    int64_t run; /* the latest import that had it */
    enum bank_match match;
    char terminal[TERMINAL_MAX]; /* of the deposit; "" = open */
    uint64_t seq;
    bool cheques; /* of the deposit's cheques alone, beside another line that has its cash */
    char matched_by[USER_MAX]; /* BY_HAND; else "" */
    int64_t matched_at_s;
};

/* Write it whole, new or not. TILL_BAD_INPUT; also where another line has that deposit, or those
 * cheques. */
enum till_status store_bank_put(struct store *s, const struct store_bank_line *l) TILL_CHECKED;
enum till_status store_bank_get(struct store *s, const char *bank, const char *reference,
                                struct store_bank_line *out) TILL_CHECKED;
/* By bank, then reference; the first behind that one ("", "" = first). TILL_NOT_FOUND. */
enum till_status store_bank_next(struct store *s, const char *after_bank,
                                 const char *after_reference,
                                 struct store_bank_line *out) TILL_CHECKED;
/* The same of those for which no deposit is known. */
enum till_status store_bank_open(struct store *s, const char *after_bank,
                                 const char *after_reference,
                                 struct store_bank_line *out) TILL_CHECKED;
/* The line of a deposit. TILL_NOT_FOUND: none is matched to it. */
enum till_status store_bank_of(struct store *s, const char *terminal, uint64_t seq,
                               struct store_bank_line *out) TILL_CHECKED;
/* The one of its cheques, where they have one. */
enum till_status store_bank_cheques_of(struct store *s, const char *terminal, uint64_t seq,
                                       struct store_bank_line *out) TILL_CHECKED;

#endif
