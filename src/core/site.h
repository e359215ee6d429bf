/*
 * What belongs to a utility and not to the program: its name, currency, notes, zone, rules.
 *
 * It comes signed in the book, and its currency and zone are fixed in the terminal's `enrolled`
 * entry. Nothing in the program says "yuan": it asks the site.
 */
#ifndef TILL_SITE_H
#define TILL_SITE_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum {
    SITE_NOTES_MAX = 16,
    SITE_TEXT_MAX = 96, /* bytes, terminator included */
    SITE_ZONE_MAX = 48,
    SITE_EXPONENT_MAX = 4,
    SITE_BANKS_MAX = 6,
    SITE_BANK_ID_MAX = 13,
    SITE_PAPERS_MAX = 2 /* customer classes, by number */
};

/* An account of the utility into which cash is paid. */
struct site_bank {
    char id[SITE_BANK_ID_MAX]; /* short name, 1 to 12 of [0-9A-Z]: what a deposit bears */
    char name[SITE_TEXT_MAX];  /* bank and branch, as printed */
    char account[33];          /* its number; may be "" */
};

/* Which papers a customer class gets. */
enum site_paper {
    SITE_PAPER_RECEIPT = 0, /* receipt only: where the site says nothing */
    SITE_PAPER_INVOICE = 1, /* invoice only */
    SITE_PAPER_BOTH = 2
};

/* How an amount is written in words on paper. */
enum site_words {
    SITE_WORDS_NONE = 0,
    SITE_WORDS_CHINESE = 1, /* 壹佰捌拾陆元肆角贰分 */
    SITE_WORDS_ENGLISH = 2  /* one hundred eighty-six yuan 42/100 */
};

struct site {
    char currency[4];                    /* ISO 4217, "CNY" */
    uint8_t exponent;                    /* minor units are 10^-exponent, 0..4 */
    char symbol[8];                      /* UTF-8, "¥" */
    char unit[16];                       /* for words in English, "yuan" */
    char zone[SITE_ZONE_MAX];            /* POSIX TZ rule, "CST-8"; IEEE 1003.1 §8.3 */
    int64_t notes_minor[SITE_NOTES_MAX]; /* in circulation, descending: 10000, 5000, 2000 … */
    uint8_t note_count;
    enum site_words words;
    char payee[SITE_TEXT_MAX];      /* who is paid, in full, as printed */
    char branch[SITE_TEXT_MAX];     /* power supply station */
    char hotline[24];               /* "95598" */
    char receipt_url[64];           /* upper case, ends in '/': what a receipt's QR starts with */
    int64_t receipt_max_minor;      /* largest single receipt; 0 = no limit */
    uint32_t late_fee_resident_ppm; /* a day, 1000 = 1 ‰ (Supply and Use rules, art. 98) */
    uint32_t late_fee_other_ppm;
    uint32_t late_fee_cross_year_ppm;
    int64_t late_fee_minimum_minor; /* charged where the fee is above 0 and below; 0 = none */
    struct site_bank banks[SITE_BANKS_MAX];
    uint8_t bank_count;
    uint8_t papers[SITE_PAPERS_MAX]; /* enum site_paper, by enum customer_class */
    uint8_t late_receipt_days;       /* money taken so many days after a reading, by whomever, is
                                  an exception: the mark of lapping; 0 = not looked at */
    int64_t tolerance_minor; /* a bill open by no more than this bears no late fee and asks for
                                       no visit: small change is carried (0 = none) */
};

/* A site that passes no check is never used: TILL_BAD_INPUT names nothing, the caller logs. */
enum till_status site_check(const struct site *site) TILL_CHECKED;

/* China, CNY, CST-8, the notes of the fifth series, the 1 ‰ / 2 ‰ / 3 ‰ rule; texts empty. */
void site_default(struct site *site_out);

/* The bank that a deposit bears; NULL: the site has none of that name (any more). */
const struct site_bank *site_bank_of(const struct site *site, const char *id);

/* Minor units in one whole unit: 100 where the exponent is 2. */
int64_t site_unit_minor(const struct site *site);

#endif
