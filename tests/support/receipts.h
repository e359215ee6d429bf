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
    X(SAMPLE_LONG, "long")     /* long names, characters that no printer has */                    \
    X(SAMPLE_MONTHS, "months") /* thirty of them, each with its fee */                             \
    X(SAMPLE_LARGE, "large")   /* twelve-digit amounts everywhere */                               \
    X(SAMPLE_MIXED, "mixed")   /* part by cheque, part in cash */                                  \
    X(SAMPLE_BASKET, "basket") /* the second of five */                                            \
    X(SAMPLE_REVERSAL, "reversal")                                                                 \
    X(SAMPLE_REVERSAL_LARGE, "reversal_large") /* long names, large sums, by code */               \
    X(SAMPLE_DISPUTE, "dispute")                                                                   \
    X(SAMPLE_CORRECTION, "correction")                                                             \
    X(SAMPLE_DROP, "drop")

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
/* The key that signed them; the caller frees it. */
struct crypto_key *receipt_sample_key(void);

#endif
