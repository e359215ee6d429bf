/*
 * Reports: what the journal says, added up by day, and found again in a moment.
 *
 * A file of its own (db/REPORT.md), made from the journal, its papers and the book, and from
 * nothing else. It is never a truth: lost, damaged or of another version it is made anew, in
 * slices, while the terminal works. Each answer says up to which entry it reaches.
 *
 * Training is left out. A reversal takes off the very lines of its receipt, on the business date of
 * the reversal. Money in minor units, dates yyyymmdd in the site's zone.
 *
 * Threads: one instance, one thread, which is the journal's and the book's.
 */
#ifndef TILL_REPORT_H
#define TILL_REPORT_H

#include "book.h"
#include "journal.h"

struct report;

/* Opens, or makes anew what is damaged, of another journal or another version: TILL_OK then too.
 *   vfs  NULL = VFS_SECTOR_NAME
 * TILL_DISK_FULL, TILL_E_IO, TILL_E_MEMORY. Blocking: some milliseconds; one fdatasync where made.
 */
enum till_status report_open(const char *path, const char *vfs,
                             struct report **report_out) TILL_CHECKED;
void report_close(struct report *r);

/*
 * What neither the journal nor the book says here; the caller knows.
 *   lines  what stands on a receipt's paper (printing/receipt.h unpacks it); NULL: as for a paper
 *          that is lost, its bills are told without type and month. Another status than TILL_OK is
 *          a spoilt paper, logged by the callee, and stops nothing
 *     packed     as journal_receipt_text has it
 *     lines_out  room for BILLS_MAX
 */
struct report_paper {
    void *context;
    enum till_status (*lines)(void *context, struct span packed,
                              struct allocation_line lines_out[BILLS_MAX], size_t *count_out);
    int64_t cash_limit_minor; /* the terminal's limit of cash in hand (limit.h); 0 = none. A user's
                                 own of the book tightens it */
};

/*
 * Read on in the journal, and in the book where it is another revision (what is outstanding).
 *   book       NULL: meter books are not told apart; with the first book it begins anew
 *   paper      may be NULL
 *   budget_ms  it looks at the clock between pieces of at most 5 ms
 *   *done_out  all is read
 * One transaction a slice, none where nothing is new. TILL_E_CHAIN: the journal is not the one that
 * was read: it begins anew. A receipt takes about 40 us, a customer of the book 4 us. A slice
 * writes some 4 kB however little is new: every hundred entries, or when somebody looks, is often
 * enough.
 */
enum till_status report_read(struct report *r, struct journal *journal, struct book *book,
                             const struct report_paper *paper, unsigned budget_ms,
                             bool *done_out) TILL_CHECKED;
/* Up to which entry and when that was made; 0 = nothing yet, as while a damaged file waits to be
 * made anew: answers are then TILL_OK and empty. */
uint64_t report_seq(const struct report *r);
int64_t report_at_s(const struct report *r);

/* ---- takings --------------------------------------------------------------------------------- */

enum report_by {
    REPORT_BY_DAY = 1,   /* business date, newest first */
    REPORT_BY_COLLECTOR, /* most first, as all below */
    REPORT_BY_BOOK,      /* meter book; "" = of customers who are in none */
    REPORT_BY_TENDER,
    REPORT_BY_TYPE, /* bill type; late fees and advances are rows of their own */
    REPORT_BY_COUNT,
    /* Of a team, told by the office: here they are no questions. */
    REPORT_BY_TERMINAL = REPORT_BY_COUNT,
    REPORT_BY_TEAM_COUNT
};
/* Bill types have positive numbers. */
enum { REPORT_TYPE_FEE = -1, REPORT_TYPE_ADVANCE = -2 };

struct report_question {
    enum report_by by;
    int32_t from, to;             /* business dates, both included */
    char user[USER_MAX];          /* "" = of all */
    char meter_book[BOOK_ID_MAX]; /* "" = of all */
};
struct report_row {
    char key[BOOK_ID_MAX];  /* user number, meter book; else "" */
    int32_t number;         /* date, tender, bill type; else 0 */
    uint32_t receipts;      /* with a part in this row; reversed ones are counted too */
    int64_t amount_minor;   /* reversals taken off */
    int64_t late_fee_minor; /* of BY_TENDER and of a bill type 0: neither has a share of it */
    int64_t
        advance_minor; /* the same; may be negative: balances paid more than was paid in advance */
    uint32_t reversals;
    int64_t reversed_minor;
};
/* A window of the rows. *total_out: how many in all; sum_out: over all of them, receipts and
 * reversals counted once each; NULL where nobody asks. TILL_BAD_INPUT: no such question. */
enum till_status report_takings(struct report *r, const struct report_question *question,
                                size_t offset, struct report_row *rows_out, size_t capacity,
                                size_t *count_out, size_t *total_out,
                                struct report_row *sum_out) TILL_CHECKED;

/* ---- exceptions ------------------------------------------------------------------------------ */

#define REPORT_EXCEPTION_LIST(X)                                                                   \
    X(REPORT_REVERSAL, 1, "Reversal")                                                              \
    X(REPORT_DUPLICATE, 2, "Printed again")                                                        \
    X(REPORT_UNCERTAIN, 3, "Paper uncertain")                                                      \
    X(REPORT_CLOCK, 4, "Clock changed")                                                            \
    X(REPORT_LOGIN_FAILED, 5, "Failed login")                                                      \
    X(REPORT_CASH_LIMIT, 6, "Cash limit reached")                                                  \
    X(REPORT_OFFLINE, 7, "Long without the office")                                                \
    X(REPORT_LATE_RECEIPT, 8, "Receipt long after the reading")                                    \
    X(REPORT_OVER_SHORT, 9, "Over or short at the close")                                          \
    X(REPORT_RECOUNT, 10, "Counted again")                                                         \
    X(REPORT_ABSENCE, 11, "Closed in absence")                                                     \
    X(REPORT_VARIANCE, 12, "Hand-over or deposit differs")                                         \
    X(REPORT_STATIONERY, 13, "Numbered paper spoiled, voided or skipped")                          \
    X(REPORT_MANUAL, 14, "Manual receipt")                                                         \
    X(REPORT_LIMIT_LIFTED, 15, "Limit lifted")                                                     \
    X(REPORT_ANOMALY, 16, "Anomaly")                                                               \
    X(REPORT_OWN_OUT, 17, "Paid out by own PIN alone")                                             \
    X(REPORT_SLIPS, 18, "Slips over or short")
enum report_exception_kind {
#define X(name, number, text) name = number,
    REPORT_EXCEPTION_LIST(X)
#undef X
        REPORT_EXCEPTION_COUNT
};
const char *report_exception_text(int kind); /* msgid */

/*
 * What the fields say where it is not plain:
 *   user    OVER_SHORT, RECOUNT, ABSENCE, SLIPS: whose shift it is; LOGIN_FAILED: as typed
 *   amount  CASH_LIMIT: in hand; RECOUNT, ABSENCE: counted; LIMIT_LIFTED: the limit's value
 *   number  LATE_RECEIPT: days. OFFLINE, CLOCK: seconds, of a clock set back below 0. STATIONERY:
 *           how many. DUPLICATE, UNCERTAIN: copy. REVERSAL: enum reversal_reason. OVER_SHORT: enum
 *           variance_reason. RECOUNT: which count. LOGIN_FAILED: in a row. CASH_LIMIT: the limit.
 *           LIMIT_LIFTED: enum limit. ANOMALY: a till_status. VARIANCE: minor units not explained.
 *           ABSENCE: 1 = disputed. OWN_OUT: enum cash_reason. SLIPS: enum variance_reason of a
 *           close; of a hand-over taken 0, and `amount` is given less counted
 *   open    VARIANCE: not explained; ABSENCE: not answered; UNCERTAIN: not told whole since;
 *           OFFLINE: it lasts
 */
struct report_exception {
    enum report_exception_kind kind;
    uint64_t seq; /* of the entry; its receipt's where it is about one is in `about` */
    uint64_t about;
    int64_t at_s;
    int32_t date;        /* business date; outside a shift the date */
    char user[USER_MAX]; /* who was at work; "" = nobody */
    char account[ACCOUNT_MAX];
    int64_t amount_minor; /* of the money it is about; short is positive; 0 = none */
    int64_t number;
    bool open;
};
/* Newest first.
 *   kinds  1 << enum report_exception_kind, or'd; 0 = all
 *   user   "" = of all */
enum till_status report_exceptions(struct report *r, int32_t from, int32_t to, uint32_t kinds,
                                   const char *user, size_t offset,
                                   struct report_exception *rows_out, size_t capacity,
                                   size_t *count_out, size_t *total_out) TILL_CHECKED;

/* ---- shifts that are not settled ------------------------------------------------------------- */

enum report_shift_state {
    REPORT_SHIFT_OPEN = 1, /* no Z yet */
    REPORT_SHIFT_COUNTING, /* the count has begun */
    REPORT_SHIFT_HELD, /* Z made, its cash not handed over or deposited: by their lists of Zs, or as
                          there is none left in that hand. Without cash it is settled at once */
    REPORT_SHIFT_UNANSWERED, /* closed in absence, the owner has not answered */
    REPORT_SHIFT_SETTLED,    /* only where settled ones are asked for */
    REPORT_SHIFT_WAITING     /* of a team, told by the office: handed over, not counted yet */
};
struct report_shift {
    enum report_shift_state state;
    char user[USER_MAX];
    uint32_t shift, z; /* z: 0 = none yet */
    int32_t date;      /* business date */
    int64_t opened_at_s, closed_at_s;
    uint32_t receipts;
    int64_t taken_minor;
    int64_t expected_minor,
        counted_minor; /* cash; both 0 before the Z: never shown while counting */
    uint64_t z_seq;    /* its entry; 0 = none yet */
};
/* Oldest first where unsettled, else newest first. */
enum till_status report_shifts(struct report *r, bool settled_too, size_t offset,
                               struct report_shift *rows_out, size_t capacity, size_t *count_out,
                               size_t *total_out) TILL_CHECKED;

/* ---- arrears --------------------------------------------------------------------------------- */

/* By the age of the bill: of this month or the one before; up to three months; up to twelve; older
 * (陈欠). Counted from the bill's month to the date of the book, or of the receipt; a month that is
 * not known (no paper) is young. */
enum { REPORT_AGES = 4 };
/* 0 to REPORT_AGES - 1: of a bill of `month`, yyyymm, on a date. */
static inline int report_age(int32_t date, int32_t month)
{
    int32_t months = (date / 10000 - month / 100) * 12 + date / 100 % 100 - month % 100;

    if (month <= 0 || months <= 1)
        return 0;
    return months <= 3 ? 1 : months <= 12 ? 2 : 3;
}
struct report_recovery {
    char meter_book[BOOK_ID_MAX];
    char name[BOOK_NAME_MAX];
    uint32_t customers, owing;              /* of the book; who still owe now */
    int64_t outstanding_minor[REPORT_AGES]; /* without fees; what is paid here taken off */
    int64_t recovered_minor[REPORT_AGES];   /* in the period, without fees */
    int32_t rate_ppm;                       /* 回收率: recovered of both; -1 = nothing was due */
};
/* By meter book; sum_out over all. The period is of what was recovered; outstanding is now.
 * *as_of_out: of the book (struct book_meta); 0 = there is none. */
enum till_status report_recoveries(struct report *r, int32_t from, int32_t to, size_t offset,
                                   struct report_recovery *rows_out, size_t capacity,
                                   size_t *count_out, size_t *total_out,
                                   struct report_recovery *sum_out,
                                   int64_t *as_of_out) TILL_CHECKED;

#endif
