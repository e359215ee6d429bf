/*
 * What a customer owes, and where a payment goes.
 *
 * Bills come from the book; payments made since come from the journal (fold.h). Pure arithmetic
 * over arrays of the caller. Late fee: Supply and Use rules art. 98: per day overdue until the day
 * of payment, never a fee on a fee.
 */
#ifndef TILL_ARREARS_H
#define TILL_ARREARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry.h"
#include "site.h"
#include "status.h"

enum { BILLS_MAX = 64 };

enum customer_class { CUSTOMER_RESIDENT = 0, CUSTOMER_OTHER = 1 };

struct bill {
    int32_t month;          /* yyyymm */
    int32_t due_date;       /* yyyymmdd; overdue from the day after */
    int16_t type;           /* bill type, data of the site; 1 = electricity */
    int64_t energy_cwh;     /* 0.01 kWh */
    int64_t amount_minor;   /* still owed of the bill itself, fee excluded */
    int64_t late_fee_minor; /* filled by arrears_assess */
    int64_t held_minor;     /* filled by arrears_hold_fees: fee that is not asked for as yet */
    int32_t late_days;      /* filled by arrears_assess; 0 = not overdue */
};

/* A late fee that an answered dispute had held back and that is owed after all: a bill of its own,
 * which bears none. No file brings one. */
enum { BILL_ELECTRICITY = 1, BILL_LATE_FEE = 9999 };
/* Its name, a msgid; NULL: the site's own, a number is all that is known of it. */
const char *bill_type_text(int16_t type);

struct arrears {
    struct bill bills[BILLS_MAX]; /* oldest first */
    size_t count;
    int64_t balance_minor; /* advance balance, >= 0 */
    /* filled by arrears_assess: */
    int64_t owed_minor;     /* bills without fees */
    int64_t late_fee_minor; /* fees on all bills */
    int64_t due_minor;      /* owed + fees - balance, never below 0: what is asked for (应收) */
};

/*
 * Fee of one bill if paid whole on that date, rounded half up. Other customers pay the cross-year
 * rate for the days after the year in which the bill fell due. The site's minimum is of each bill.
 * A bill open by no more than the site's tolerance bears none, and BILL_LATE_FEE never.
 * TILL_BAD_INPUT: no date, or a negative amount. TILL_E_OVERFLOW on absurd data.
 */
enum till_status late_fee(const struct site *site, enum customer_class class,
                          const struct bill *bill, int32_t on_date, int64_t *fee_out) TILL_CHECKED;

/* Fees and sums as of a date; sorts the bills oldest first. A balance that covers a bill would have
 * been applied by the host already: here it only lowers what is asked for. Statuses: late_fee. */
enum till_status arrears_assess(const struct site *site, enum customer_class class, int32_t on_date,
                                struct arrears *a) TILL_CHECKED;

/* No late fee is asked for: who perhaps paid to the meter book's earlier holder waits for that
 * one's report. Assessed arrears only; they stay so. */
void arrears_waive_fees(struct arrears *a);
/* The same of who says it is paid, until the office has answered: what would have been asked for
 * stays in held_minor of each bill. */
void arrears_hold_fees(struct arrears *a);

/* One line of what a payment paid. */
struct allocation_line {
    int32_t month;
    int16_t type;
    int64_t energy_cwh;
    int32_t late_days;
    int64_t amount_minor;   /* of the bill */
    int64_t late_fee_minor; /* with it */
    int64_t held_minor;     /* fee of that part, held back */
    bool whole;             /* the bill is settled by it */
};
struct allocation {
    struct allocation_line lines[BILLS_MAX];
    size_t count;
    int64_t bills_minor;
    int64_t late_fee_minor;
    int64_t held_minor;
    int64_t balance_used_minor; /* taken from the advance balance */
    int64_t advance_minor;      /* what is left over and becomes an advance */
    int64_t still_owed_minor;   /* bills and fees that are left, balance not subtracted */
    int64_t balance_after_minor;
};

/*
 * Oldest first; of each bill the fee goes with it in proportion to the part paid (rounded half
 * up, the rest with the last part). Assessed arrears only. The advance balance is used together
 * with the payment when the sum settles everything, else left alone.
 *   amount_minor  what is kept, > 0; always bills + late fee + advance - balance used
 * TILL_BAD_INPUT: no such amount.
 */
enum till_status arrears_allocate(const struct arrears *a, int64_t amount_minor,
                                  struct allocation *allocation_out) TILL_CHECKED;

/*
 * Chosen months: "202609,202611-202612:5000". Months or ranges of them, each whole with its fees,
 * paid in this order; the last may name the part of it that is paid, fee included. What is left
 * over after them goes oldest first. At most 48 bytes: it stands in the body.
 */
enum { ALLOCATION_MAX = 49 };
/* The same as arrears_allocate with months chosen; "" is oldest first. TILL_BAD_INPUT: no such
 * text, a month that has no bill, one named twice, an amount that does not cover what is named. */
enum till_status arrears_allocate_chosen(const struct arrears *a, int64_t amount_minor,
                                         const char *chosen,
                                         struct allocation *allocation_out) TILL_CHECKED;
/* Write the choice: chosen[i] belongs to bills[i]; `due_minor_out` what they cost with fees. A
 * month is chosen whole, all its bills with it; the oldest months and no others are "", which is
 * where money goes anyway. Assessed arrears only. TILL_TOO_LARGE: more ranges than fit the body. */
enum till_status allocation_write(const struct arrears *a, const bool chosen[BILLS_MAX],
                                  char text_out[ALLOCATION_MAX],
                                  int64_t *due_minor_out) TILL_CHECKED;

/* The same where amount_minor may be less than they cost: oldest of them first, the last that is
 * reached by its part. */
enum till_status allocation_write_part(const struct arrears *a, const bool chosen[BILLS_MAX],
                                       int64_t amount_minor, char text_out[ALLOCATION_MAX],
                                       int64_t *due_minor_out) TILL_CHECKED;

/* Put back what a reversed payment had paid: `lines` as its receipt has them. The bills stand again
 * without further fee until the next book.
 *   advance_minor  what of it had become an advance; negative: what of the balance it had used
 * TILL_TOO_LARGE: more than BILLS_MAX. TILL_BAD_INPUT, TILL_E_OVERFLOW: absurd lines. *a is then
 * unchanged; fees and sums must be assessed again. */
enum till_status arrears_restore(struct arrears *a, const struct allocation_line *lines,
                                 size_t count, int64_t advance_minor) TILL_CHECKED;

#endif
