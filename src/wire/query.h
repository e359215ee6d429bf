/*
 * Answers to a terminal's questions: canonical records (src/core/record.h), one a line, each line
 * ended by LF. docs/protocol.md has them byte for byte.
 *
 *   customer  what an account owes now, all channels counted: one line, then one for each open bill
 *   receipt   what became of a receipt, whoever took it: one line
 *   team      a supervisor's people today: one line, then one for each terminal
 *
 * It knows no store and no screen. What is asked is not proved by a signature: it came over the
 * line from the host, is shown to a person, and never written into a journal.
 */
#ifndef TILL_QUERY_H
#define TILL_QUERY_H

#include "arrears.h"
#include "book_row.h"

enum { QUERY_ANSWER_MAX = 12 * 1024, QUERY_TERMINALS_MAX = 40 };

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

#endif
