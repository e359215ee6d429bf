/*
 * Answers to a terminal's questions: canonical records (src/core/record.h), one a line, each line
 * ended by LF. docs/protocol.md has them byte for byte.
 *
 *   customer  what an account owes now, all channels counted: one line, then one for each open bill
 *   receipt   what became of a receipt, whoever took it: one line
 *   team      a supervisor's people today: one line, then one for each terminal
 *   report    what they took in a period: one line, then one for each row
 *
 * It knows no store and no screen. What is asked is not proved by a signature: it came over the
 * line from the host, is shown to a person, and never written into a journal.
 */
#ifndef TILL_QUERY_H
#define TILL_QUERY_H

#include "arrears.h"
#include "book_row.h"

enum { QUERY_ANSWER_MAX = 12 * 1024, QUERY_TERMINALS_MAX = 40, QUERY_REPORT_ROWS_MAX = 60 };

struct query_customer {
    char account[ACCOUNT_MAX];
    char name[BOOK_NAME_MAX]; /* masked */
    int64_t at_s;             /* of the host */
    uint32_t flags;           /* BOOK_CUSTOMER_* */
    struct arrears arrears;   /* assessed for today: bills oldest first, fees, sums */
};
/* TILL_TOO_LARGE, TILL_BAD_INPUT: a text that is not clean. */
enum till_status query_customer_write(const struct query_customer *c,
                                      struct buffer *out) TILL_CHECKED;
/* TILL_E_PROTOCOL. Of a bill: month, type, due_date, amount_minor, late_fee_minor, late_days. */
enum till_status query_customer_read(struct span text, struct query_customer *out) TILL_CHECKED;

/* Appended to, never reordered: the words stand in docs/protocol.md. */
enum query_state {
    QUERY_UNKNOWN,      /* it has not come; perhaps it will */
    QUERY_ACKNOWLEDGED, /* recorded and posted */
    QUERY_SET_ASIDE,    /* recorded; a person at the office looks at it */
    QUERY_OTHER,        /* another record bears that number */
    QUERY_REVERSED,     /* taken back */
    QUERY_CORRECTING,   /* a correction waits for its second person */
    QUERY_CORRECTED,    /* moved to another account (已更正) */
    QUERY_REFUNDED,     /* 已退费 */
    QUERY_CANCELLED,    /* by the office */
    QUERY_STATES
};
struct query_receipt {
    char terminal[TERMINAL_MAX];
    uint64_t seq;
    enum query_state state;
    int64_t at_s;              /* of the host */
    int64_t recorded_at_s;     /* as the entry says; 0 where there is none */
    char account[ACCOUNT_MAX]; /* of a correction that moved it: where it is now; else "" */
};
enum till_status query_receipt_write(const struct query_receipt *r,
                                     struct buffer *out) TILL_CHECKED;
enum till_status query_receipt_read(struct span text, struct query_receipt *out) TILL_CHECKED;

struct query_takings {
    char terminal[TERMINAL_MAX];
    char user[USER_MAX]; /* who is logged in there, as far as records came; "-" = nobody */
    uint32_t count;      /* collections and advances of today that stand */
    int64_t cash_minor, other_minor;
    uint32_t reversed;
    int64_t seen_at_s; /* last contact; 0 = never */
};
struct query_team {
    int64_t at_s;
    int32_t date; /* of the site, yyyymmdd */
    size_t count;
    struct query_takings terminals[QUERY_TERMINALS_MAX];
};
enum till_status query_team_write(const struct query_team *t, struct buffer *out) TILL_CHECKED;
enum till_status query_team_read(struct span text, struct query_team *out) TILL_CHECKED;

/* What a period is divided by. Appended to: the words stand in docs/protocol.md. */
enum query_by {
    QUERY_BY_DAY = 1,   /* key: business date, newest first */
    QUERY_BY_COLLECTOR, /* user number, "-" = nobody; most first, as all below */
    QUERY_BY_BOOK,      /* meter book; "" = of accounts that are in none */
    QUERY_BY_TENDER,    /* enum tender */
    QUERY_BY_TYPE,      /* bill type; 0 = not known, -1 late fees, -2 paid in advance */
    QUERY_BY_TERMINAL,
    QUERY_BY_EXCEPTION, /* their kind, as the device's reports number them; `receipts`: how many */
    QUERY_BY_CLOSE,     /* Zs that are not settled, whatever the period: "0031/12", oldest first */
    QUERY_BYS
};
const char *query_by_name(enum query_by by); /* "collector" */
bool query_by_named(const char *name, enum query_by *by_out);

enum { QUERY_KEY_MAX = 33 };
struct query_report_row {
    char key[QUERY_KEY_MAX];
    int64_t receipts;     /* reversed ones are counted too */
    int64_t amount_minor; /* reversals taken off; of a Z its cash, 0 = on its way */
    int64_t reversals, reversed_minor;
    /* CLOSE alone, which has none of receipts and reversals: */
    char user[USER_MAX]; /* whose shift it is */
    int32_t date;
    bool absent; /* closed in absence, and not answered */
};
struct query_report {
    int64_t at_s;       /* of the host */
    int64_t heard_at_s; /* last contact with whoever was silent the longest; 0 = one never was */
    enum query_by by;
    int32_t from, to; /* business dates, both included */
    int64_t terminals;
    struct query_report_row sum;        /* over all rows; its key is not told */
    int64_t exceptions;                 /* of the period */
    int64_t unsettled, unsettled_minor; /* Zs, now */
    size_t count, total;                /* rows that came, and that there are */
    struct query_report_row rows[QUERY_REPORT_ROWS_MAX];
};
enum till_status query_report_write(const struct query_report *r, struct buffer *out) TILL_CHECKED;
enum till_status query_report_read(struct span text, struct query_report *out) TILL_CHECKED;

#endif
