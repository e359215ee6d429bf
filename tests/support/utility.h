/*
 * The utility with its line, for tests of the terminal: fieldtill-sync and the host in one, behind
 * the terminal's own local socket, in the same thread.
 *
 * It enrols, checks and keeps batches, signs heads, writes books from what it holds. It believes
 * nothing: a chain that does not join up, a wrong signature or a number with other content fails
 * the test. It outlives the terminal's power cuts, as a utility does.
 *
 * Times are the caller's; every step does what can be done at once and never blocks.
 */
#ifndef TILL_UTILITY_H
#define TILL_UTILITY_H

#include "arrears.h"
#include "book_row.h"
#include "certs.h"
#include "local.h"
#include "query_page.h"
#include "statement.h"
#include "stick.h"
#include "stick_file.h"

#define UTILITY_TERMINAL "0031"
#define UTILITY_CODE "60718293"
#define UTILITY_URL "https://office.example:8443"
#define UTILITY_USER "1001"
#define UTILITY_PIN "2468"
#define UTILITY_SUPERVISOR "2001"
#define UTILITY_SUPERVISOR_PIN "9753"
#define UTILITY_TECHNICIAN "3001"
#define UTILITY_TECHNICIAN_PIN "8024"
#define UTILITY_OFFICE "4001"
#define UTILITY_OFFICE_PIN "6135"

enum {
    UTILITY_ENTRIES_MAX = 512,
    UTILITY_CUSTOMERS = 30,
    UTILITY_FIRST_BOOK = 18, /* customers of CX01; the others are CX02's */
    UTILITY_TEAM_MAX = 4,
    UTILITY_PATH_MAX = 200
};

/* Whom the tests know by number. */
enum test_customer {
    CUSTOMER_PLAIN = 0,   /* 186.42, one month */
    CUSTOMER_TWO = 1,     /* 62.40 + 71.30 */
    CUSTOMER_CLEAR = 2,   /* owes nothing */
    CUSTOMER_BALANCE = 3, /* owes nothing, 50.00 in advance */
    CUSTOMER_LATE = 4,    /* 100.00, and 20 days of late fee at the simulated beginning: 2.00 */
    CUSTOMER_LARGE = 5,   /* 412.88 */
    CUSTOMER_MONTHS = 6,  /* five months of 20.00 */
    CUSTOMER_SMALL = 7,   /* 0.35 */
    CUSTOMER_KEEP = 8     /* 45.00, never to be disconnected */
};

struct utility {
    char terminal[TERMINAL_MAX];
    struct certs_party authority, statements, line;
    uint8_t authority_hash[HASH_SIZE], secret[HASH_SIZE];
    char dir[UTILITY_PATH_MAX], socket_path[UTILITY_PATH_MAX];
    int listener, fd; /* fd -1: no terminal */
    uint8_t *memory;
    int64_t now_s;
    int64_t clock_s; /* its own, which stands still; 0 = the terminal's */

    /* what the terminal said last */
    struct local_hello hello, ended;
    struct local_network network;
    struct local_pending pending;
    unsigned asked_now; /* LOCAL_NOW */

    /* what the line is doing */
    bool down;       /* the network is there and the office is not, */
    int down_status; /* for that reason; 0 = it does not answer */
    bool wanted;     /* a batch has been asked for */
    bool head_due;   /* a head to tell when there is a line */
    bool book_told;  /* the newest book has been offered on this connection */
    bool orders_told;
    bool replay_head; /* tells the head before the last one once more */
    uint32_t next_id, batch_most;
    struct local_link link;

    /* enrolment */
    bool enrolled;
    bool impostor; /* answers with another authority than the ticket's, without looking */
    uint8_t journal_public[PUBLIC_KEY_SIZE];
    struct crypto_key *journal; /* of those bytes, kept loaded */

    /* the ledger */
    struct entry *entries; /* UTILITY_ENTRIES_MAX; entry seq at seq - 1 */
    uint64_t head;
    uint8_t genesis[HASH_SIZE];
    unsigned again; /* entries that came once more, with the same content */
    uint64_t serial;
    bool stopped;

    /* the book */
    uint64_t revision, applied_seq;
    uint64_t unapplied[BOOK_UNAPPLIED_MAX];
    size_t unapplied_count;
    int64_t elsewhere_minor[UTILITY_CUSTOMERS]; /* paid through another channel */
    int64_t advanced_minor[UTILITY_CUSTOMERS];  /* in advance, beside that of the base */
    bool left_out[UTILITY_CUSTOMERS];           /* moved to another terminal */
    uint32_t flags[UTILITY_CUSTOMERS];          /* BOOK_CUSTOMER_*, beside those of the base */
    /* A receipt of each that the office corrected; seq 0 = none */
    struct book_corrected corrected[UTILITY_CUSTOMERS];
    int64_t tolerance_minor;                 /* of the site */
    int64_t cash_limit_minor;                /* of each collector */
    bool must_change_pin;                    /* each collector, at the next login */
    bool no_banks;                           /* the office has entered none */
    int32_t deputy_from, deputy_to;          /* of user 1002; 0 = never */
    uint8_t papers[SITE_PAPERS_MAX];         /* of the site, by customer class */
    struct book_team team[UTILITY_TEAM_MAX]; /* whom this terminal may approve from afar */
    size_t team_count;
    struct book_holder holders[UTILITY_TEAM_MAX]; /* who has not reported yet */
    size_t holder_count;
    struct book_stock stock[UTILITY_TEAM_MAX]; /* numbered paper that was issued to its users */
    size_t stock_count;
    struct book_taken taken[UTILITY_TEAM_MAX]; /* given there, taken over elsewhere */
    size_t taken_count;
    struct book_explained explained[UTILITY_TEAM_MAX]; /* by the office */
    size_t explained_count;
    struct local_book book; /* path and manifest of the newest, as it is offered */
    bool deltas;            /* books come as what changed, over the one before */
    bool wrong_base;        /* a delta over a book that nobody has */
    bool is_delta;          /* `book` is one; the whole one is: */
    struct local_book whole, delta;
    char *plain;                  /* of the newest book, for the next delta */
    uint8_t book_hash[HASH_SIZE]; /* of it */

    /* orders: limits.serial 0 = none were given yet */
    struct orders orders;
    /* sticks */
    struct crypto_key *stick; /* what terminals seal to */
    bool no_stick_key;        /* it tells them none */

    /* questions */
    unsigned questions;          /* that came */
    bool silent;                 /* they are kept and not answered */
    int refuses;                 /* with that status; 0 = answered */
    struct local_query question; /* the newest, */
    uint32_t question_id;        /* and its id */
    struct query_receipt told;   /* of that receipt, instead of what the ledger has; seq 0 = none */
    struct query_team team_today;
    struct query_page team_page; /* without ask and rows; at_s is that of the report that stands */
    struct query_row team_rows[80];
    /* The report that came last; it is taken unless u->silent or u->refuses say otherwise. */
    unsigned reports;
    uint32_t report_id;
    struct local_report report; /* its content is in report_text */
    char report_text[LOCAL_REPORT_SIZE_MAX + 1];

    uint8_t last_head[STATEMENT_MAX], before_head[STATEMENT_MAX];
    size_t last_head_size, before_head_size;
};

/* Socket and spool lie in dir. One for each terminal; NULL: UTILITY_TERMINAL. */
struct utility *utility_open(const char *dir, const char *terminal);
void utility_close(struct utility *u);
/* Does what is due; how many messages passed. */
unsigned utility_step(struct utility *u, int64_t now_s);
/* The line's process is started again: the connection drops. */
void utility_restart_line(struct utility *u);

/* A ticket as it is on file or in a QR code (whole), and as it is typed. */
void utility_ticket(const struct utility *u, bool typed, char out[256]);

/* Make the next book out of base data, payments up to the head, less `unapplied` and elsewhere. */
void utility_publish(struct utility *u);
/* Tell the head again (after `stopped` was changed, for example). */
void utility_tell_head(struct utility *u);

/* The next orders: limits as they stand in u->orders, and another message (NULL = none). */
void utility_order(struct utility *u, const char *message);

/* A stick at the office: what is new on it, file by file, taken in like a batch of the line; how
 * many. Then the head and the orders go onto it. */
unsigned utility_take_stick(struct utility *u, const struct stick *stick);
void utility_put_ack(struct utility *u, const struct stick *stick);

/* Answer the newest question, however late; `id`: under another number. */
void utility_answer(struct utility *u, uint32_t id);
/* The same for a report. */
void utility_take_report(struct utility *u, uint32_t id);

/* Base data. */
void utility_account(unsigned customer, char account_out[ACCOUNT_MAX]);
void utility_customer(unsigned customer, struct book_customer *out, struct arrears *arrears_out);
struct site utility_site(void);
/* What an account owes by all that is known here, whatever the books have; assessed for today. */
enum till_status utility_arrears(const struct utility *u, const char *account,
                                 struct arrears *arrears_out) TILL_CHECKED;

#endif
