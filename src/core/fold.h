/*
 * The fold: what the journal means, one entry at a time.
 *
 * X, Z, cash in hand, who is logged in, which paper is uncertain: all of it is a function of the
 * entries and nothing else. db/ runs this fold in the transaction of each append and keeps the
 * result packed beside the entries; a rebuild runs it from seq 1 and must give the same bytes.
 */
#ifndef TILL_FOLD_H
#define TILL_FOLD_H

#include "entry.h"
#include "entry_shift.h"
#include "entry_stock.h"
#include "limit.h"

enum {
    FOLD_USERS_MAX = 16,
    FOLD_STOCK_MAX = 8,
    FOLD_FAILURES_MAX = 16,
    FOLD_FAILURES_LAST_S = 86400, /* a wrong one this long after the one before begins anew */
    FOLD_PACKED_MAX = 4096
};

/* Each user of the terminal has their own cash and shift. */
struct fold_user {
    char user[USER_MAX];
    uint64_t seen_seq; /* of their latest login */
    bool shift_open;
    uint32_t shift; /* number; 0 = never opened one */
    int32_t business_date;
    int64_t shift_opened_at_s;
    int64_t cash_minor;  /* in hand, opening cash included */
    uint32_t receipts;   /* in this shift: the N of 本班第 N 笔 */
    int64_t taken_minor; /* in this shift, all tenders, reversals taken off */
    /* of this business date, kept over a second shift of the same date: */
    int64_t day_minor;      /* taken, reversals taken off */
    uint32_t own_reversals; /* OWN_PAPER and OWN_LOST */
    int64_t own_reversed_minor;
    uint64_t own_latest_seq; /* latest receipt of this shift, not reversed; 0 = none */
    int64_t dropped_minor;   /* in this shift */
    /* The closing count of the open shift. */
    bool counting;         /* it has begun: nothing is taken, nothing shows what is expected */
    bool counted;          /* it stands: only the Z may follow */
    uint32_t attempts;     /* counts so far */
    uint64_t count_seq;    /* of the latest; 0 = none */
    int64_t counted_minor; /* cash of the latest */
    /* Beside any shift. */
    int64_t held_minor;     /* own cash, counted at closes, not handed over or deposited yet */
    int64_t kept_minor;     /* received from others */
    int64_t variance_minor; /* of deposits and hand-overs, not explained; short is positive */
    uint32_t absent_z;      /* Z that others made of their shift, not answered; 0 = none */
    /* Limits that a code raised for them: they hold while business_date is lifted_date. */
    int32_t lifted_date;
    int64_t lifted[LIMIT_COUNT]; /* 0 = not lifted */
};

/* Wrong PINs and approval codes in a row, at one number: who logs in ends their own and nobody
 * else's. */
struct fold_failures {
    char user[USER_MAX]; /* as typed, whether there is such a user or not */
    uint32_t count;
    int64_t at_s; /* of the latest; a clock that is set moves it along */
};

/* A range of numbered paper in this terminal's hands; counts are since the last stationery_counted
 * of it. */
struct fold_stock {
    int type; /* enum stock_type */
    char series[SERIES_MAX];
    uint64_t next, last; /* next > last: all are gone */
    uint64_t since;      /* the first that no stationery_counted has told; at most next */
    uint32_t used, voided, spoiled;
};

struct fold {
    uint64_t seq; /* of the last entry folded; 0 = empty */
    int64_t at_s;
    struct body_enrolled enrolled; /* terminal, currency, zone of the whole journal; packed from
                                      seq 1, not stored in the row */
    struct fold_user users[FOLD_USERS_MAX];
    uint8_t user_count;
    int8_t current; /* index into users; -1 = nobody is logged in */
    uint32_t last_shift;
    uint32_t last_z;       /* number of the latest close; 0 = none */
    int64_t grand_minor;   /* all that was ever taken here, reversals taken off */
    int64_t transit_minor; /* given here to somebody, and not taken here */
    uint64_t totals_seq;   /* of shift_totals whose Z has not followed; 0 = none */
    uint32_t totals_shift; /* and of which shift */
    struct fold_stock stock[FOLD_STOCK_MAX]; /* in the order they came */
    uint8_t stock_count;
    struct fold_failures failures[FOLD_FAILURES_MAX];
    uint8_t failures_count;
    struct fold_failures other_failures; /* at numbers for which there was no room; user "" */
    bool stopped;           /* new collections are, by the office or by what was found */
    uint64_t limits_serial; /* of limits_applied; 0 = none yet */
    uint64_t message_id;    /* newest that was shown */
    bool retired;           /* nothing may follow */
    uint64_t book_revision;
    /* Paper: at most one is open at a time, and one at most is uncertain. */
    uint64_t paper_seq; /* receipt whose print has begun and not ended; 0 = none */
    uint32_t paper_copy;
    bool paper_uncertain; /* it ended as uncertain: the operator must be told */
    uint64_t last_receipt_seq;
    uint32_t last_receipt_copies; /* duplicates of it so far */
    /* Originals of a basket that have not begun: when a paper ends well the next one begins. */
    uint64_t basket;      /* seq of its first entry; 0 = none */
    uint64_t basket_next; /* next original to begin; 0 = all have begun */
    uint64_t basket_last;
};

/*
 * How an entry touches a customer, for the screens; account "" = not at all. db/ keeps these as
 * rows beside the entries (journal_touches). Money: collection (a manual_receipt is one), advance,
 * reversal. Marks:
 * stop_skipped, dispute, correction_request, notice, reading. pin_changed touches "user/NUMBER".
 * Training touches nothing.
 */
enum { TOUCH_ACCOUNT_MAX = ACCOUNT_MAX };
struct fold_touch {
    char account[TOUCH_ACCOUNT_MAX];
    uint16_t kind;
    int64_t amount_minor;   /* of the money; reading: its 0.01 kWh */
    int64_t late_fee_minor; /* collection, advance, manual_receipt */
    uint64_t reverses;      /* reversal: the seq that is undone */
    int32_t code;           /* stop_skipped: its reason; dispute: its proof */
};

void fold_init(struct fold *f);

/*
 * Apply the next entry. What each kind does stands in db/JOURNAL.md, "What entries mean".
 *   training   numbered and folded like others, but it opens no shift, moves no money, counts no
 *              receipt; only its paper is followed, because that is paper
 *   newer      kinds without a reader change only seq and at_s
 *   touch_out    NULL where nobody asks; untouched unless TILL_OK
 * TILL_E_CHAIN: seq is not the next. TILL_E_PROTOCOL: a body that is no body of its kind, or an
 * entry that can't follow: money outside an open shift, a paper's end that never began, a reversal
 * of what the user's open shift can't give back, a serial that goes down, anything after retired.
 * TILL_TOO_LARGE: a login where each of the sixteen users has a shift, cash, a difference or a Z
 * that others made open here. TILL_E_OVERFLOW: sums beyond 64 bits. On failure *f is
 * unchanged.
 *
 * The fold keeps no list of receipts. That the entry which a reversal or a duplicate names is one
 * (and, for a reversal, of the user's open shift, with that account, amount and cash, and not
 * reversed before) is what db/ checks before it writes, and the audit afterwards.
 */
enum till_status fold_apply(struct fold *f, const struct entry *e,
                            struct fold_touch *touch_out) TILL_CHECKED;

/* The same in place, for who goes over many entries and stops at the first that fails: then *f is
 * spoilt. */
enum till_status fold_apply_or_spoil(struct fold *f, const struct entry *e,
                                     struct fold_touch *touch_out) TILL_CHECKED;

/* The row db/ stores: fixed layout by version, `enrolled` left out. As short as it can be: under
 * 120 bytes with two users. Equal folds give equal bytes. unpack: TILL_E_CORRUPT where the bytes
 * are no fold, TILL_UNSUPPORTED where earlier software packed it: then it must be made anew from
 * seq 1. `enrolled` is for the caller to read from there. */
enum till_status fold_pack(const struct fold *f, struct buffer *out) TILL_CHECKED;
enum till_status fold_unpack(struct span packed, struct fold *fold_out) TILL_CHECKED;

/* The user who is logged in, or NULL. */
const struct fold_user *fold_current(const struct fold *f);
/* Where wrong PINs of that number are counted, or NULL: there are none. */
const struct fold_failures *fold_failures_of(const struct fold *f, const char *user);
/* The user whose open shift has that number, or NULL. */
const struct fold_user *fold_shift(const struct fold *f, uint32_t shift);
/* The first user whose cash is not with somebody else or in the bank yet: a shift is open, whatever
 * is in it, or cash is in the bag, counted or received. NULL: there is none. */
const struct fold_user *fold_cash_holder(const struct fold *f);
/* Where the next number of a type comes from, or NULL: none is left. */
const struct fold_stock *fold_stock_next(const struct fold *f, int type);
/* How many numbers of a type are left in all ranges. */
uint64_t fold_stock_left(const struct fold *f, int type);

#endif
