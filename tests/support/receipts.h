/*
 * Receipts to print: believable ones, each with its signed entry, the same on every run.
 *
 * They are signed with the key of RFC 6979 annex A.2.5: published, so of no use but here.
 */
#ifndef TILL_TEST_RECEIPTS_H
#define TILL_TEST_RECEIPTS_H

#include "crypto.h"
#include "receipt.h"

/* RECEIPT_SAMPLE, its name in file names */
#define RECEIPT_SAMPLE_LIST(X)                                                                     \
    X(SAMPLE_FULL, "full")           /* two months, a late fee, change */                          \
    X(SAMPLE_PART, "part")           /* not enough for the second month */                         \
    X(SAMPLE_ADVANCE, "advance")     /* nothing owed: all of it kept */                            \
    X(SAMPLE_KEPT, "kept")           /* a month paid, the change kept as advance */                \
    X(SAMPLE_BALANCE, "balance")     /* an earlier advance pays the rest */                        \
    X(SAMPLE_DUPLICATE, "duplicate") /* copy 1 of the first */                                     \
    X(SAMPLE_TRAINING, "training")                                                                 \
    X(SAMPLE_LONG, "long")                 /* long names, characters that no printer has */        \
    X(SAMPLE_MONTHS, "months")             /* thirty of them, each with its fee */                 \
    X(SAMPLE_LARGE, "large")               /* twelve-digit amounts everywhere */                   \
    X(SAMPLE_MIXED, "mixed")               /* part by cheque, part in cash */                      \
    X(SAMPLE_BASKET, "basket")             /* the second of five */                                \
    X(SAMPLE_BASKET_FIRST, "basket_first") /* the first: with what all five came to */             \
    X(SAMPLE_NUMBERED, "numbered")         /* copy 2 on paper with a number */                     \
    X(SAMPLE_INVOICE, "invoice")           /* the longest number */                                \
    X(SAMPLE_REVERSAL, "reversal")                                                                 \
    X(SAMPLE_REVERSAL_LARGE, "reversal_large") /* long names, large sums, by code */               \
    X(SAMPLE_DISPUTE, "dispute")                                                                   \
    X(SAMPLE_CORRECTION, "correction")                                                             \
    X(SAMPLE_DROP, "drop")                                                                         \
    X(SAMPLE_CASH_IN, "cash_in")                                                                   \
    X(SAMPLE_CASH_OUT, "cash_out")                                                                 \
    X(SAMPLE_Z, "z")             /* short, false and torn notes, counted twice */                  \
    X(SAMPLE_Z_OVER, "z_over")   /* over, means of all sorts, reversals */                         \
    X(SAMPLE_Z_EMPTY, "z_empty") /* no receipt at all, and it agrees */                            \
    X(SAMPLE_Z_LONG, "z_long")   /* 24 months, 16 kinds of notes, large sums, long names */        \
    X(SAMPLE_ABSENCE, "absence")                                                                   \
    X(SAMPLE_GIVEN, "given")                                                                       \
    X(SAMPLE_GIVEN_LONG, "given_long") /* received from others, slips too, a long list of Zs */    \
    X(SAMPLE_TAKEN, "taken")                                                                       \
    X(SAMPLE_TAKEN_SHORT, "taken_short") /* of another terminal, a note that may be false */       \
    X(SAMPLE_TAKEN_LONG, "taken_long")   /* over, large sums, long names */                        \
    X(SAMPLE_DEPOSIT, "deposit")                                                                   \
    X(SAMPLE_DEPOSIT_SHORT, "deposit_short") /* the bank kept a note */                            \
    X(SAMPLE_DEPOSIT_LONG, "deposit_long")   /* over, slips too, long names, a long list of Zs */

enum receipt_sample {
#define X(name, text) name,
    RECEIPT_SAMPLE_LIST(X)
#undef X
        SAMPLE_COUNT
};

struct receipt_sample_paper {
    struct receipt receipt;
    struct proof proof;
    struct receipt_copy copy;
};

const char *receipt_sample_name(enum receipt_sample sample);
/* Site, names and addresses are Chinese, or for "en" those of a site that writes English. */
void receipt_sample_make(enum receipt_sample sample, const char *language,
                         struct receipt_sample_paper *paper_out);
/* The papers of cash and shift, from SAMPLE_CASH_IN on; of r only what is theirs. What
 * receipt_sample_make calls. */
enum till_status shift_sample_write(enum receipt_sample sample, bool in_english, struct receipt *r,
                                    struct entry *e) TILL_CHECKED;
/* The key that signed them; the caller frees it. */
struct crypto_key *receipt_sample_key(void);

#endif
