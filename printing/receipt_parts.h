/*
 * What papers have in common, for receipt.c, slips.c and pages.c.
 */
#ifndef TILL_RECEIPT_PARTS_H
#define TILL_RECEIPT_PARTS_H

#include "entry_shift.h"
#include "receipt.h"

#define NBSP "\xC2\xA0" /* where a row must not break: between a word and its amount */

enum { PART_MAX = 320, COLUMNS_MIN = 24, COLUMNS_MAX = 96 };

struct draft {
    const struct receipt *r;
    const struct proof *proof;
    struct receipt_copy copy;
    int columns;
    struct site site; /* only what money_* asks */
    struct paper *paper;
};

/* printf into a part's text; cut rather than wrong if one day it is too long. */
void part_join(char out[PART_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));
/* 168, 168.5, 168.25: no more digits than it takes. */
void part_quantity(int64_t energy_cwh, char out[PART_MAX]);
bool part_fits(const struct draft *d, const char *left, const char *right);
void part_money(struct draft *d, const char *left, int64_t amount_minor);
/* The marks of a paper that is not the first, or not for money. */
void part_marks(struct draft *d, bool top_or_bottom);
/* Title, payee and branch, what kind of copy it is. */
void part_head(struct draft *d, const char *title, const char *note);
/* Number and time; then, where account is not "", whose it is; payer may be "". */
void part_whose(struct draft *d, const char *number_label, const char *account, const char *payer);
/* The heavy line, and the amount in words. */
void part_total(struct draft *d, const char *label, int64_t amount_minor);
/* Two names with two values: on one line where both fit, else on two. */
void part_pair(struct draft *d, const char *name_1, const char *value_1, const char *name_2,
               const char *value_2);
/* Somebody, by number and name; either may be "". */
void part_person(struct draft *d, const char *label, const char *user, const char *name);
/* Who signs, with room to do so. */
void part_signature(struct draft *d, const char *who);
/* What the QR proves, the check code, the hotline. */
void part_foot(struct draft *d);

/* The slip of the entry's kind between head and foot; TILL_E_PROTOCOL: it has none. */
enum till_status slip_layout(struct draft *d) TILL_CHECKED;
/* The same of the kinds of a shift: cash in and out, Z, Z in absence. */
enum till_status slip_layout_shift(struct draft *d) TILL_CHECKED;
/* Of cash on its way: hand-over given and taken, deposit. */
enum till_status slip_layout_carry(struct draft *d) TILL_CHECKED;

/* A label and a sum, a label and a number. */
void part_sum(struct paper *p, const struct site *site, const char *label, int64_t amount_minor);
void part_number(struct paper *p, const char *label, uint64_t number);
/* From one number of this terminal's to another. */
void part_range(struct paper *p, const char *label, const char *terminal, uint64_t first_seq,
                uint64_t last_seq);
/* A shift's figures at length, for X and Z: what was undone or printed again; what was taken, by
 * means, bill type and month. */
void part_counts(struct paper *p, const struct site *site, const struct body_shift_totals *t);
void part_totals(struct paper *p, const struct site *site, const struct body_shift_totals *t);
/* Where the cash in the bag comes from. */
void part_cash(struct paper *p, const struct site *site, const struct body_shift_totals *t);
/* The notes and slips of the count that is kept with the paper (receipt.count), nothing where there
 * is none; its sum too where the paper says another (said_minor). */
void part_count(struct draft *d, int64_t said_minor);
/* "Over", "Short" or that there is neither; is there one? */
bool part_over_short(struct draft *d, int64_t over_minor);
/* An entry of that kind around a body that is kept with a paper; "" is no body of any kind. */
void part_body(const char *body, enum entry_kind kind, struct entry *entry_out);

#endif
