/*
 * Bodies of shift, cash count, day close, hand-over and deposit. As entry.h: writers and strict
 * readers, both total; db/JOURNAL.md holds the table of keys.
 *
 * Where cash can be: in the bag of an open shift; held, counted at the close, until it is handed
 * over or deposited; kept, received from others by a supervisor; in transit, between a giver's and
 * a receiver's entry; at the bank. What does not agree is a variance until it is explained, and
 * then over or short of somebody by name. A Z is never changed by anything that comes after it.
 */
#ifndef TILL_ENTRY_SHIFT_H
#define TILL_ENTRY_SHIFT_H

#include "entry.h"

/* ---- notes and sums as one text -------------------------------------------------------------- */

enum {
    HEAPS_MAX = 24,       /* denominations, tenders, bill types or months in one text */
    HEAPS_TEXT_MAX = 401, /* terminator included */
    CLOSES_TEXT_MAX = 25  /* numbers of Zs, terminator included */
};

/* One heap: `of` is a note's face in minor units, a tender, a bill type or a month yyyymm; `value`
 * how many notes, or minor units. */
struct heap {
    int64_t of;
    int64_t value;
};
struct heaps {
    struct heap list[HEAPS_MAX];
    size_t count;
};

/*
 * "10000:3,5000:2": `of` from 0 on, strictly rising or strictly falling, values > 0. "" is none.
 * One spelling only.
 * TILL_BAD_INPUT: no such list. TILL_TOO_LARGE: too long.
 */
enum till_status heaps_write(const struct heaps *h, char out[HEAPS_TEXT_MAX]) TILL_CHECKED;
bool heaps_read(const char *text, struct heaps *heaps_out);
/* Add to the heap of that number, or make it, kept in rising order. TILL_TOO_LARGE: no room.
 * TILL_E_OVERFLOW. A heap that falls to 0 is taken out. */
enum till_status heaps_add(struct heaps *h, int64_t of, int64_t value) TILL_CHECKED;
/* The value of that number; 0 where it is not there. */
int64_t heaps_value(const struct heaps *h, int64_t of);
/* The sum of values. TILL_E_OVERFLOW. */
enum till_status heaps_sum(const struct heaps *h, int64_t *sum_out) TILL_CHECKED;
/* The sum of `of` times value: money in notes. TILL_E_OVERFLOW. */
enum till_status heaps_money(const struct heaps *h, int64_t *sum_out) TILL_CHECKED;

/* "12-14,16": numbers of Zs, rising, each once, at most 2^32 - 1. "" is none. */
bool closes_text_is_valid(const char *text);
/* Is that Z among them? */
bool closes_text_has(const char *text, uint32_t z);

/* ---- cash in and out of an open shift -------------------------------------------------------- */

#define CASH_REASON_LIST(X)                                                                        \
    X(CASH_CHANGE, 1, "Change money")                                                              \
    X(CASH_EXPENSE, 2, "Expense")                                                                  \
    X(CASH_REFUND, 3, "Refund by order of the office")                                             \
    X(CASH_FOUND, 4, "Found or mistaken")                                                          \
    X(CASH_OTHER, 5, "Other reason")
enum cash_reason {
#define X(name, number, text) name = number,
    CASH_REASON_LIST(X)
#undef X
};
const char *cash_reason_text(int reason); /* msgid */

/* cash_in, cash_out: the bag is filled up, or something is paid out of it; agreed by PIN. */
struct body_cash_move {
    int64_t amount_minor;    /* m  > 0 */
    int reason;              /* r  enum cash_reason */
    char approver[USER_MAX]; /* u  whose PIN agreed: a supervisor's, or the user's own */
    char note[25];           /* x  omitted when "" */
};

/* x_report: an X slip was printed. Refused once the count has begun. */
struct body_x_report {
    uint32_t shift;      /* s */
    int64_t taken_minor; /* t  as it said */
};

/* ---- the count ------------------------------------------------------------------------------- */

enum count_purpose {
    COUNT_OPENING = 1, /* before shift_opened: the opening cash */
    COUNT_CLOSING = 2, /* of the shift that closes; blind */
    COUNT_TAKEN = 3,   /* by who receives; blind */
    COUNT_ABSENCE = 4, /* of a shift that is closed in its owner's absence */
    COUNT_DEPOSIT = 5  /* what goes to the bank */
};

/* count_begun: from here to the Z nothing shows what is expected, and nothing is taken. */
struct body_count_begun {
    uint32_t shift; /* s */
};

/* cash_count: moves no money. */
struct body_cash_count {
    int purpose;                  /* p  enum count_purpose */
    uint32_t shift;               /* s  CLOSING, ABSENCE: whose it is; else omitted, 0 */
    uint32_t attempt;             /* i  1, 2 …: recounts; omitted when 1 */
    int64_t amount_minor;         /* m  all that was counted, suspect and damaged notes included */
    char notes[HEAPS_TEXT_MAX];   /* n  faces falling, how many of each; omitted when "" */
    int64_t suspect_minor;        /* f  of it in notes that may be false; omitted when 0 */
    int64_t damaged_minor;        /* b  of it in torn notes; omitted when 0 */
    char tenders[HEAPS_TEXT_MAX]; /* k  slips of other tenders as counted: tender:minor, rising;
                                     omitted when "" */
    int64_t slips_said_minor;     /* o  TAKEN: slips as the giver's entry says, omitted where that
                                     is the sum of k; else 0 */
};

/* count_accepted: that count stands; only now is the difference shown. */
struct body_count_accepted {
    uint64_t seq; /* q  of the cash_count */
};

/* ---- the day close --------------------------------------------------------------------------- */

#define VARIANCE_REASON_LIST(X)                                                                    \
    X(VARIANCE_COUNTERFEIT, 1, "False note, taken away by the bank")                               \
    X(VARIANCE_DAMAGED, 2, "Torn note, refused")                                                   \
    X(VARIANCE_CHANGE, 3, "Wrong change")                                                          \
    X(VARIANCE_LOST, 4, "Lost")                                                                    \
    X(VARIANCE_OTHER, 5, "Other reason")
enum variance_reason {
#define X(name, number, text) name = number,
    VARIANCE_REASON_LIST(X)
#undef X
};
const char *variance_reason_text(int reason); /* msgid */
/* A note that is gone, false or torn explains what is short, never what is over. */
bool variance_reason_fits(int reason, bool over);
/* Of slips of other tenders: no note is false or torn, and no change was given. */
bool slips_reason_fits(int reason, bool over);

/* Does a payment by it leave a paper in the bag (card, cheque, transfer)? Only these are counted
 * against what was taken; what has no paper is only shown. */
bool tender_has_slip(int tender);
/* By how much the slips of one tender, or (-1) of all together, are fewer than what was taken by
 * it; more of one and fewer of another are two differences. */
int64_t slips_short_minor(const struct heaps *taken, const struct heaps *slips, int tender);
/* Is there a tender with slips whose count is not what was taken? */
bool slips_differ(const struct heaps *taken, const struct heaps *slips);

/*
 * shift_totals: the Z's figures at length, the entry just before the Z: its hash is the Z's prev,
 * so that the QR of the Z binds them too.
 */
struct body_shift_totals {
    uint32_t shift;               /* s */
    int32_t business_date;        /* d */
    uint64_t first_seq;           /* f  of shift_opened */
    uint64_t first_receipt_seq;   /* a  omitted when there is none, 0 */
    uint64_t last_receipt_seq;    /* z  the same */
    int64_t opening_minor;        /* o  omitted when 0; so all that follow */
    int64_t paid_in_minor;        /* i */
    int64_t paid_out_minor;       /* x */
    int64_t dropped_minor;        /* w */
    char tenders[HEAPS_TEXT_MAX]; /* k  taken by tender, reversals taken off; sums to the Z's t */
    char types[HEAPS_TEXT_MAX];   /* b  by bill type, fees left out */
    char months[HEAPS_TEXT_MAX];  /* y  by bill month, fees left out; 0 = all older ones */
    int64_t late_fee_minor;       /* p */
    int64_t advance_minor;        /* e  less what balances paid of the bills, so it may be
                                     negative; b, p and e together are the Z's t */
    uint32_t reversals;           /* v */
    int64_t reversed_minor;       /* t */
    uint32_t duplicates;          /* u */
    uint32_t uncertain;           /* c  prints whose end is not known */
    uint64_t unsent;              /* n  records that the office had not confirmed */
    int64_t grand_minor;          /* g  all that this terminal ever took, reversals taken off */
    int reason;                   /* r  enum variance_reason; omitted where the count agrees, 0 */
    char slip[21];         /* j  counterfeit slip's number (假币收缴凭证); omitted when "" */
    int64_t own_out_minor; /* q  of x, what the owner's own PIN agreed to; omitted when 0 */
    int slips_reason;      /* h  enum variance_reason: slips of other tenders were over or short by
                              the count; omitted where they agree, 0 */
};

/* shift_closed: the Z. Immutable, numbered, with the whole record as its QR. */
struct body_shift_closed {
    uint32_t z;             /* n  1, 2, 3 … on this terminal */
    uint32_t shift;         /* s */
    int64_t expected_minor; /* e  cash, by the entries */
    int64_t counted_minor;  /* c  cash, by the count; omitted when equal */
    int64_t taken_minor;    /* t  all tenders, reversals taken off */
    uint32_t receipts;      /* r */
};

/* closed_in_absence (代结): a supervisor closes another's shift, a witness beside them. The cash is
 * the supervisor's to keep from here. Open until the owner accepts or disputes it. */
struct body_closed_in_absence {
    char owner[USER_MAX];   /* u */
    char witness[USER_MAX]; /* w  neither owner nor supervisor */
    uint32_t z;             /* n */
    uint32_t shift;         /* s */
    int64_t expected_minor; /* e */
    int64_t counted_minor;  /* c  omitted when equal */
    int64_t taken_minor;    /* t */
    uint32_t receipts;      /* r */
};

/* Of either kind, for who doesn't mind which: owner and witness are "" where the owner closed. */
enum till_status entry_write_close(struct entry *e,
                                   const struct body_closed_in_absence *b) TILL_CHECKED;
enum till_status entry_read_close(const struct entry *e,
                                  struct body_closed_in_absence *out) TILL_CHECKED;

/* absence_answered: by the owner, at their next login. */
struct body_absence_answered {
    uint32_t z;    /* n */
    bool disputed; /* a  1 = disputed; omitted when accepted */
    char note[65]; /* x  omitted when "" */
};

/* ---- hand-over and deposit ------------------------------------------------------------------- */

enum cash_source {
    CASH_HELD = 1, /* one's own, counted at a close */
    CASH_KEPT = 2  /* received from others */
};

/* handover_given: from hand to transit. */
struct body_handover_given {
    int64_t amount_minor;         /* m  cash, >= 0; with other_minor > 0 together */
    int64_t other_minor;          /* o  in slips of other tenders; omitted when 0 */
    char receiver[USER_MAX];      /* r */
    char closes[CLOSES_TEXT_MAX]; /* z  Zs that it covers; omitted when "" */
    int source;                   /* h  enum cash_source; omitted when HELD */
};

/* handover_taken: from transit to who received. Names the giver's entry by its hash: a drop or a
 * hand-over, of this terminal or another. */
struct body_handover_taken {
    uint8_t hash[HASH_SIZE]; /* h  43 characters of base64url (RFC 4648 §5), no padding */
    int64_t amount_minor;    /* m  cash as the giver's entry says */
    int64_t counted_minor;   /* c  cash as the receiver counted; omitted when equal */
    uint64_t seq;            /* q  where the giver's entry is of this journal; omitted when 0 */
};

/* deposit (解款): from hand into the bank. */
struct body_deposit {
    char bank[13];                /* b  the site's short name of the bank account, [0-9A-Z] */
    char slip[21];                /* n  not empty */
    int64_t amount_minor;         /* m  cash as the bank's slip says, >= 0 */
    int64_t expected_minor;       /* e  cash as the Zs say; omitted when equal */
    int64_t other_minor;          /* o  slips of other tenders; omitted when 0 */
    char closes[CLOSES_TEXT_MAX]; /* z  omitted when "" */
    int source;                   /* h  enum cash_source; omitted when HELD */
};

/* variance_explained: a difference between hand and bank, or giver and receiver, finds its owner
 * and reason. What is short is positive. */
struct body_variance_explained {
    uint64_t seq;         /* q  of the deposit or handover_taken where it arose */
    int64_t amount_minor; /* m  not 0 */
    int reason;           /* r  enum variance_reason */
    char owner[USER_MAX]; /* u */
    char slip[21];        /* j  omitted when "" */
};

/* Which duplicate the n-th copy of a paper of that kind is; 0: none yet. A hand-over is printed
 * twice by rule, so its copy 1 is the other party's paper. */
uint32_t paper_duplicate(uint16_t kind, uint32_t copy);
bool paper_is_for_two(uint16_t kind);

/* Writers and readers: as in entry.h. */
enum till_status entry_write_cash_move(struct entry *e, enum entry_kind kind,
                                       const struct body_cash_move *b) TILL_CHECKED;
enum till_status entry_write_x_report(struct entry *e, const struct body_x_report *b) TILL_CHECKED;
enum till_status entry_write_count_begun(struct entry *e,
                                         const struct body_count_begun *b) TILL_CHECKED;
enum till_status entry_write_cash_count(struct entry *e,
                                        const struct body_cash_count *b) TILL_CHECKED;
enum till_status entry_write_count_accepted(struct entry *e,
                                            const struct body_count_accepted *b) TILL_CHECKED;
enum till_status entry_write_shift_totals(struct entry *e,
                                          const struct body_shift_totals *b) TILL_CHECKED;
enum till_status entry_write_shift_closed(struct entry *e,
                                          const struct body_shift_closed *b) TILL_CHECKED;
enum till_status entry_write_closed_in_absence(struct entry *e,
                                               const struct body_closed_in_absence *b) TILL_CHECKED;
enum till_status entry_write_absence_answered(struct entry *e,
                                              const struct body_absence_answered *b) TILL_CHECKED;
enum till_status entry_write_handover_given(struct entry *e,
                                            const struct body_handover_given *b) TILL_CHECKED;
enum till_status entry_write_handover_taken(struct entry *e,
                                            const struct body_handover_taken *b) TILL_CHECKED;
enum till_status entry_write_deposit(struct entry *e, const struct body_deposit *b) TILL_CHECKED;
enum till_status entry_write_variance_explained(
    struct entry *e, const struct body_variance_explained *b) TILL_CHECKED;

enum till_status entry_read_cash_move(const struct entry *e,
                                      struct body_cash_move *out) TILL_CHECKED;
enum till_status entry_read_x_report(const struct entry *e, struct body_x_report *out) TILL_CHECKED;
enum till_status entry_read_count_begun(const struct entry *e,
                                        struct body_count_begun *out) TILL_CHECKED;
enum till_status entry_read_cash_count(const struct entry *e,
                                       struct body_cash_count *out) TILL_CHECKED;
enum till_status entry_read_count_accepted(const struct entry *e,
                                           struct body_count_accepted *out) TILL_CHECKED;
enum till_status entry_read_shift_totals(const struct entry *e,
                                         struct body_shift_totals *out) TILL_CHECKED;
enum till_status entry_read_shift_closed(const struct entry *e,
                                         struct body_shift_closed *out) TILL_CHECKED;
enum till_status entry_read_closed_in_absence(const struct entry *e,
                                              struct body_closed_in_absence *out) TILL_CHECKED;
enum till_status entry_read_absence_answered(const struct entry *e,
                                             struct body_absence_answered *out) TILL_CHECKED;
enum till_status entry_read_handover_given(const struct entry *e,
                                           struct body_handover_given *out) TILL_CHECKED;
enum till_status entry_read_handover_taken(const struct entry *e,
                                           struct body_handover_taken *out) TILL_CHECKED;
enum till_status entry_read_deposit(const struct entry *e, struct body_deposit *out) TILL_CHECKED;
enum till_status entry_read_variance_explained(const struct entry *e,
                                               struct body_variance_explained *out) TILL_CHECKED;

#endif
