/*
 * What a shift has done, added up entry by entry: X and Z come out of this and of nothing else.
 *
 * Several users take turns on one terminal, each in their own shift: what is made while another
 * works is not counted. Training is passed over. A reversal takes off the very lines that its
 * receipt had. It reads no journal: src/terminal/shift_work.c goes over the entries.
 */
#ifndef TILL_SHIFT_SUMS_H
#define TILL_SHIFT_SUMS_H

#include "arrears.h"
#include "entry.h"
#include "entry_shift.h"
#include "entry_stock.h"

enum { SHIFT_ROWS_MAX = 240 };

/* Sums by number, in the order in which the numbers came. What finds no room is added to 0. */
struct shift_rows {
    struct heap list[SHIFT_ROWS_MAX];
    size_t count;
};

struct shift_sums {
    char user[USER_MAX]; /* whose shift it is */
    bool at_work;        /* they are the one who works, as of the last entry */
    uint32_t shift;
    int32_t business_date;
    int64_t opened_at_s;
    uint64_t first_seq, last_seq; /* of shift_opened; of the last entry that was looked at */
    uint64_t first_receipt_seq, last_receipt_seq; /* 0 = none */
    int64_t opening_minor, paid_in_minor, paid_out_minor, dropped_minor;
    int64_t own_out_minor; /* of what was paid out: agreed by the owner's own PIN */
    struct shift_rows tenders, types, months; /* reversals taken off */
    int64_t late_fee_minor, advance_minor;    /* the same; advance: less what balances paid */
    int64_t reversed_minor;                   /* all tenders */
    uint32_t receipts, reversals, duplicates, uncertain;
    uint64_t for_two_seq;  /* the latest paper that is printed twice by rule */
    uint64_t doubtful_seq; /* the latest paper whose end was not known, to be told whole */
    uint32_t doubtful_copy;
};

/* A receipt and the lines of its paper; lines NULL where they are not known: then it counts as bill
 * type 0 of month 0. */
struct shift_receipt {
    const struct entry *entry;
    const struct allocation_line *lines;
    size_t count;
};

/* opened: the shift_opened entry. TILL_E_PROTOCOL: it is none. */
enum till_status shift_sums_begin(struct shift_sums *s, const char *user,
                                  const struct entry *opened) TILL_CHECKED;

/* Whose paper the entry needs to be counted: its own seq, or of what it reverses; 0 = nobody's. */
uint64_t shift_sums_needs(const struct shift_sums *s, const struct entry *e);

/*
 * The next entry, whoever made it.
 *   receipt  what shift_sums_needs asked for; NULL where that was 0
 * TILL_E_PROTOCOL: no such body, or another receipt than was asked for. TILL_E_OVERFLOW.
 * TILL_E_CORRUPT: lines that don't belong to that receipt.
 */
enum till_status shift_sums_add(struct shift_sums *s, const struct entry *e,
                                const struct shift_receipt *receipt) TILL_CHECKED;

/* Taken, all tenders or of one, reversals taken off. TILL_E_OVERFLOW. */
enum till_status shift_sums_taken(const struct shift_sums *s, int64_t *taken_out) TILL_CHECKED;
int64_t shift_sums_tender(const struct shift_sums *s, int tender);
/* Cash that should be in the bag: opening, cash taken, paid in, less paid out and handed in. */
int64_t shift_sums_cash(const struct shift_sums *s);

/*
 * The totals as an entry. `unsent`, `grand_minor`, `reason` and `slip` of *b are the caller's; all
 * else is filled in. At most 24 months stand there, the newest, fewer where the body would be too
 * long; older ones are one sum under 0.
 * TILL_BAD_INPUT: a sum below nothing.
 */
enum till_status shift_sums_write(const struct shift_sums *s, struct body_shift_totals *b,
                                  struct entry *e) TILL_CHECKED;

#endif
