/*
 * A team's report page by page: what a supervisor's terminal asks, and the host's answer as
 * canonical records, one a line. docs/protocol.md has them byte for byte.
 *
 * All pages of a report are of one time, that of the first answer (at_s), which the next question
 * names. Where the host has it no more, the answer bears another time: it is a page of the report
 * as it is now, and what came before is no part of it.
 *
 * What waits to be counted by whoever takes it over has no amount here, whoever asks.
 */
#ifndef TILL_QUERY_PAGE_H
#define TILL_QUERY_PAGE_H

#include "query.h"

enum query_page_of {
    QUERY_PAGE_TAKINGS = 1, /* by enum query_by up to TERMINAL, each in its order */
    QUERY_PAGE_EXCEPTIONS,  /* newest first */
    QUERY_PAGE_SHIFTS,      /* Zs that are not settled, whatever the period; oldest first */
    QUERY_PAGE_ARREARS      /* by meter book, most owed first */
};
enum {
    QUERY_PAGE_ROWS_MAX = 24,    /* of one page; the last may have fewer */
    QUERY_PAGE_TOTAL_MAX = 2400, /* of a report */
    QUERY_PAGE_AGES = 4          /* as of a device's report */
};

struct query_page_ask {
    enum query_page_of of;
    enum query_by by; /* TAKINGS; else 0 */
    int32_t from, to; /* business dates, both included */
    uint32_t kinds;   /* EXCEPTIONS: 1 << kind, or'd, 0 = all; else 0 */
    int64_t as_of_s;  /* at_s of the answer whose page this is; 0 = as of now */
    uint32_t offset;  /* of the first row: a multiple of QUERY_PAGE_ROWS_MAX */
};
/* "collector/20261101/20261130/0/0-0", as the path and the terminal's query have it. */
enum { QUERY_PAGE_ASK_MAX = 80 };
void query_page_ask_write(const struct query_page_ask *a, char out[QUERY_PAGE_ASK_MAX]);
/* Its five parts. False: no such question. */
bool query_page_ask_read(const char *of, const char *from, const char *to, const char *kinds,
                         const char *place, struct query_page_ask *out);
/* The same report, whichever page of it and of whatever time? */
bool query_page_same(const struct query_page_ask *a, const struct query_page_ask *b);

struct query_exception {
    char terminal[TERMINAL_MAX];
    int kind; /* as the device's reports number them */
    uint64_t seq, about;
    int64_t at_s;
    int32_t date;
    char user[USER_MAX]; /* "-" = nobody */
    char account[ACCOUNT_MAX];
    int64_t amount_minor, number;
    bool open;
    bool hidden; /* its amount waits until somebody has counted it */
};
enum query_shift_state {
    QUERY_SHIFT_HELD = 1,   /* its cash is with its owner */
    QUERY_SHIFT_UNANSWERED, /* closed in absence, and not answered */
    QUERY_SHIFT_WAITING     /* handed over, and not counted yet by whoever receives it */
};
struct query_shift {
    char terminal[TERMINAL_MAX];
    uint32_t z;
    char user[USER_MAX];
    int32_t date;    /* of HELD, UNANSWERED the business date, of WAITING the day it was given */
    int64_t since_s; /* WAITING: given at; else 0 */
    enum query_shift_state state;
};
struct query_arrears {
    char meter_book[BOOK_ID_MAX];
    char name[BOOK_NAME_MAX];
    int64_t customers, owing;
    int64_t owed_minor[QUERY_PAGE_AGES]; /* now, all channels counted, without fees */
    int64_t paid_minor[QUERY_PAGE_AGES]; /* to the team in the period; what was undone left out */
};
struct query_row {
    union {
        struct query_report_row takings;
        struct query_exception exception;
        struct query_shift shift;
        struct query_arrears arrears;
    } as;
};

struct query_page {
    struct query_page_ask ask; /* as_of_s is 0 */
    int64_t at_s, heard_at_s;  /* as of struct query_report */
    int64_t terminals;
    struct query_row sum;          /* TAKINGS, ARREARS: over all rows; else zeros */
    int64_t exceptions, unsettled; /* of the period; now */
    size_t total;                  /* rows there are, */
    size_t left;                   /* and those that no page has, past QUERY_PAGE_TOTAL_MAX */
    size_t count;
    struct query_row rows[QUERY_PAGE_ROWS_MAX];
};
/* TILL_TOO_LARGE, TILL_BAD_INPUT: a text that is not clean. */
enum till_status query_page_write(const struct query_page *p, struct buffer *out) TILL_CHECKED;
/* TILL_E_PROTOCOL. */
enum till_status query_page_read(struct span text, struct query_page *out) TILL_CHECKED;

#endif
