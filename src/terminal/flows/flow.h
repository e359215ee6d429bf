/*
 * Flows: what the terminal does, as pure machines.
 *
 *   (state, event, facts) -> (state, effects)
 *
 * A flow owns one small struct of state and touches nothing else: no clock, no database, no
 * device. It reads `facts` (a snapshot the application refreshes before each call) and asks for
 * effects; the application carries them out in order and brings results back as events to the flow
 * that asked. Flows stand on a stack; the top one has the screen.
 *
 * So any flow can be run, copied, cut and replayed without hardware.
 */
#ifndef TILL_FLOW_H
#define TILL_FLOW_H

#include "approval.h"
#include "arrears.h"
#include "book.h"
#include "carry.h"
#include "collected.h"
#include "fold.h"
#include "journal.h"
#include "kept.h"
#include "keymap.h"
#include "limit.h"
#include "local.h"
#include "query.h"
#include "report.h"
#include "screen.h"
#include "sound.h"

enum flow_id {
    FLOW_ENROL,     /* ticket -> journal and first book */
    FLOW_LOGIN,     /* user, PIN */
    FLOW_SHIFT,     /* opening cash, business date */
    FLOW_HOME,      /* the day at a glance */
    FLOW_BOOKS,     /* which meter book to walk */
    FLOW_ROUTE,     /* a meter book in its order */
    FLOW_FIND,      /* type digits or scan */
    FLOW_CUSTOMER,  /* arrears, what to collect */
    FLOW_AMOUNT,    /* part payment or advance: how much is kept */
    FLOW_TENDER,    /* what is handed over; confirm takes the money */
    FLOW_PAPER,     /* recorded; the paper comes out or does not */
    FLOW_DUPLICATE, /* choose a receipt to print again */
    FLOW_SYNC,      /* how the line is, send now */
    FLOW_STICK,     /* the same by USB stick */
    FLOW_NOTICE,    /* one message, OK goes on */
    /* at the house */
    FLOW_STOP,    /* what else can be done here: reading, notice, skip, dispute, months, basket */
    FLOW_MONTHS,  /* choose which months are paid */
    FLOW_READING, /* a meter read by eye */
    FLOW_SKIP,    /* why the stop is left undone */
    FLOW_DISPUTE, /* 已缴争议 */
    FLOW_BASKET,  /* several accounts, one tender */
    FLOW_QUEUE,   /* the line at a temporary collection point */
    /* undoing */
    FLOW_RECEIPT,    /* receipt challenge: what is known of a paper that is scanned or typed */
    FLOW_REVERSAL,   /* 冲正, three ways */
    FLOW_CORRECTION, /* ask the office, after the day close */
    /* limits, cash, supervisors */
    FLOW_LIMITS,  /* how far each is used, and the ways out */
    FLOW_DROP,    /* cash leaves the bag: to a supervisor or the bank */
    FLOW_APPROVE, /* a supervisor answers another terminal's challenge */
    /* the terminal itself */
    FLOW_MORE,     /* the second menu */
    FLOW_MESSAGES, /* from the office */
    FLOW_HELP,     /* of the screen below; also says what its keys do */
    FLOW_LOCK,     /* idle: PIN of who works, or another user */
    FLOW_PIN,      /* change one's PIN; forced after login */
    FLOW_SETTINGS, /* technician */
    FLOW_PAGES,    /* X slip, test page, diagnosis page */
    FLOW_RETIRE,   /* technician: this number ends */
    FLOW_POWER,    /* the battery is empty: stopped in order */
    FLOW_FAULT,    /* a device of its own is broken: a notice over whatever stands */
    /* asked of the office, and passed on between terminals */
    FLOW_BALANCE, /* what a customer owes now, by the office */
    FLOW_TEAM,    /* a supervisor's people today */
    FLOW_GIVE,    /* a list of collected accounts for the next holder of a meter book */
    FLOW_TAKE,    /* that list, taken over */
    /* the end of a shift */
    FLOW_CLOSE,    /* blind count, difference, Z; of another's shift where args name it */
    FLOW_CASHMOVE, /* cash put into the bag or paid out of it */
    FLOW_ABSENCE,  /* a supervisor chooses whose shift is closed in their absence */
    FLOW_ABSENT,   /* the owner accepts or disputes what was closed in their absence */
    /* from the bag to the bank */
    FLOW_CUSTODY,  /* where one's cash is, and what can be done with it */
    FLOW_HANDOVER, /* cash to a supervisor or another collector; its paper for both */
    FLOW_RECEIVE,  /* cash that somebody gave: scanned, counted blind, taken over */
    FLOW_DEPOSIT,  /* cash into the bank, by its slip */
    FLOW_EXPLAIN,  /* a difference finds its owner and reason */
    /* numbered paper */
    FLOW_STOCK,      /* what is in hand, by state; what can be done with it */
    FLOW_STOCK_TAKE, /* a range is taken over, or its unused end goes back */
    FLOW_STOCK_END,  /* a number is spoiled or voided; of a receipt that is printed again */
    FLOW_STOCK_NEXT, /* the number on the screen and the one in hand differ */
    FLOW_MANUAL,     /* 补录: a receipt that was written by hand */
    FLOW_INVOICE,    /* who wants an invoice for a receipt */
    /* reports */
    FLOW_REPORTS,     /* which one, over what time */
    FLOW_REPORT,      /* its rows, and one of them at length */
    FLOW_REPORT_OUT,  /* on paper, or as a file on a stick */
    FLOW_TEAM_REPORT, /* what the team took in a period, by the office */
    FLOW_CLOCK,       /* the clock is behind, unsure or off: what can be done */
    FLOW_COUNT
};

/* What this terminal has done at a customer since its shift opened, from the journal. */
struct stop_marks {
    int skip_reason;             /* latest stop_skipped, if nothing was paid after it; 0 = none */
    int dispute_proof;           /* latest dispute; 0 = none */
    bool noticed;                /* a notice was printed */
    int64_t reading_cwh;         /* read here; -1 = not */
    uint64_t latest_receipt_seq; /* newest payment that is not reversed; 0 = none */
};

/* A customer as a flow sees it: the book's row, arrears with the overlay laid on and assessed. */
struct customer_view {
    struct book_customer customer;
    struct arrears arrears;
    bool paid_here; /* entries of ours are in it that the book has not */
    struct stop_marks marks;
    /* Who carried the meter book before and has not reported; "" = nobody. */
    char earlier[TERMINAL_MAX];
    int64_t earlier_through_s; /* reported up to then; 0 = not at all */
    /* That holder's own list says that they paid there; "" = no list does. */
    char collected_by[TERMINAL_MAX];
    int64_t collected_at_s; /* of the list */
    /* What they owe by the office, where it was asked; 0 = it was not, or what it said is out of
     * date by what came since. */
    int64_t office_at_s, office_due_minor;
};
/* By the office, or here and not answered yet: no late fee, no disconnection. */
static inline bool customer_is_disputed(const struct customer_view *view)
{
    return (view->customer.flags & BOOK_CUSTOMER_DISPUTED) != 0 || view->marks.dispute_proof != 0;
}

/* Perhaps paid to an earlier holder of the meter book. */
static inline bool customer_is_maybe_collected(const struct customer_view *view)
{
    return (view->customer.flags & BOOK_CUSTOMER_MAYBE_COLLECTED) != 0;
}

/* Asked for, the office says that they owe less than the book has: paid elsewhere perhaps. */
static inline bool customer_owes_less(const struct customer_view *view)
{
    return view->office_at_s > 0 && view->office_due_minor < view->arrears.due_minor;
}

/* What is known of a receipt, for the challenge, the dispute and the reversal. */
enum receipt_state {
    RECEIPT_UNREADABLE, /* no receipt of this system, or altered */
    RECEIPT_FOREIGN,    /* another terminal's: its figures are whole, the office knows the rest */
    RECEIPT_UNKNOWN,    /* says it is ours, and our journal has no such record */
    RECEIPT_RECORDED,   /* ours; not yet confirmed by the office */
    RECEIPT_CONFIRMED,  /* ours; the office has it */
    RECEIPT_REVERSED    /* ours; a reversal undid it */
};
struct receipt_view {
    enum receipt_state state;
    char terminal[TERMINAL_MAX];
    uint64_t seq;
    int64_t at_s;
    uint16_t kind;
    char account[ACCOUNT_MAX];
    char name[BOOK_NAME_MAX];      /* masked; "" = not in the book */
    char user[USER_MAX];           /* who took it; "" where it is not ours */
    char collector[BOOK_NAME_MAX]; /* that user by name; "" where the book has none */
    int64_t amount_minor, cash_minor;
    int tender;                       /* of what is not cash */
    uint64_t basket;                  /* paid together with others; 0 = alone */
    char numbers[2 * STOCK_TEXT_MAX]; /* of its papers that stand; "" = plain paper */
    uint32_t copies;
    uint32_t papers_out;     /* that may be with the customer: numbered ones end before the next */
    uint64_t reversed_by;    /* 0 = not */
    int corrected;           /* enum book_correction, by the book; 0 = not, as far as it knows */
    int32_t corrected_on;    /* date */
    bool same_shift;         /* of the user's open shift: it may be reversed */
    bool latest;             /* the user's own latest */
    char receiver[USER_MAX]; /* of a hand-over, a drop to a supervisor; "" = neither */
    int64_t other_minor;     /* slips of other tenders that go with it */
    uint64_t taken_by;       /* our record by which it was taken over here; 0 = it was not */
    struct book_taken taken; /* over on another terminal, by the book; terminal "" = it was not */
    char taker[BOOK_NAME_MAX]; /* who did, by name; "" where the book has none */
    bool hidden;               /* nobody but its giver sees how much, before it is counted here */
    char check_code[CHECK_CODE_MAX];
    /* TILL_OK: what stands above is so. UNREADABLE: TILL_E_SIGNATURE altered, else no receipt.
     * UNKNOWN: TILL_E_FORK signed by us. UNKNOWN, FOREIGN: TILL_NOT_FOUND a number alone. */
    enum till_status why;
    bool proven;             /* the paper's own signed record was read, not a number */
    uint8_t hash[HASH_SIZE]; /* of the record; zeros where only a number is known */
};

/* A copy on numbered paper: what becomes of the number that the receipt has. */
struct flow_reprint {
    int reason; /* enum spoil_reason: it ends, the next is taken; 0 = it has none, or keeps it */
    bool keep;  /* nothing came out: the copy is printed on the same number */
};

/* What is known of numbered paper. */
enum stock_question {
    STOCK_ASK_ISSUES, /* ranges that the office issued and nobody took over here */
    STOCK_ASK_NUMBER, /* the state of one */
    STOCK_ASK_RANGE,  /* was it issued to this terminal's people? number .. last */
    STOCK_ASK_FACE,   /* face amounts of a range since its last count; its next and last */
    STOCK_ASK_FEE     /* late fee in an amount of an account as of a day */
};
enum stock_state { STOCK_UNKNOWN, STOCK_UNUSED, STOCK_USED, STOCK_SPOILED, STOCK_VOIDED };
enum { STOCK_ISSUES_MAX = 8 };
struct stock_view {
    enum stock_question question;
    enum stock_state state;    /* NUMBER */
    uint64_t seq;              /* NUMBER: receipt or manual receipt it was used for; 0 = none */
    bool reversed;             /* NUMBER: which was undone since */
    char account[ACCOUNT_MAX]; /* NUMBER: whose receipt it is; "" */
    int64_t amount_minor;      /* NUMBER, FACE, FEE */
    bool issued;               /* RANGE */
    char from[USER_MAX];       /* RANGE: who gives it; "" = the office */
    struct book_stock issues[STOCK_ISSUES_MAX];
    size_t count; /* ISSUES */
};

/* Plain pages: no record, no copies. */
enum page {
    PAGE_TEST = 1,
    PAGE_DIAGNOSIS = 2,
    PAGE_X = 3,
    PAGE_NOTICE = 4,
    PAGE_STOCK = 5,
    PAGE_COUNTED = 6
};

/* A report, and what of it (db/report.h). */
enum report_of {
    REPORT_OF_TAKINGS = 1,
    REPORT_OF_EXCEPTIONS,
    REPORT_OF_SHIFTS,
    REPORT_OF_RECOVERY
};
enum report_form {
    REPORT_PAPER_SHORT = 1,
    REPORT_PAPER_FULL,
    REPORT_CSV,
    REPORT_PDF,
    REPORT_TO_OFFICE /* a table, over the line: a copy for reading there */
};
struct flow_report_ask {
    enum report_of of;
    bool team, fresh, whole; /* the team's, by the office: asked anew; when all pages are here */
    struct report_question question; /* dates of all but SHIFTS; by and meter_book: TAKINGS */
    uint32_t kinds;                  /* EXCEPTIONS: as of report_exceptions */
    bool settled_too;                /* SHIFTS */
    size_t offset;
    enum report_form form; /* REPORT_OUT */
    unsigned part;         /* REPORT_OUT, on paper: from 0 */
    uint8_t depth;         /* how many reports stand below this one */
};
struct flow_report_row {
    union {
        struct report_row takings;
        struct report_exception exception;
        struct report_shift shift;
        struct report_recovery recovery;
    } as;
    char name[BOOK_NAME_MAX];    /* of the user or the meter book; "" = unknown */
    char terminal[TERMINAL_MAX]; /* whose record it is; "" = of this one */
    bool hidden; /* how much it is nobody sees before it is counted; then the amounts are 0 */
    /* EXCEPTIONS, what its record says beside: numbers of paper, why, when money was taken that was
     * written by hand. "" and 0 = nothing. SHIFTS of a team: given on at. */
    char papers[2 * STOCK_TEXT_MAX + 8];
    char reason[SCREEN_TEXT_MAX];
    int64_t taken_at_s;
};
/* Rows of a report on one paper; what is left goes on the next. */
static inline size_t report_rows_a_paper(enum report_form form)
{
    return form == REPORT_PAPER_SHORT ? 40 : 12;
}
struct flow_report_page {
    struct flow_report_ask ask; /* what it answers; its user is "" or the only one who is shown */
    const struct flow_report_row *rows;
    size_t count, total;
    struct flow_report_row sum; /* TAKINGS, RECOVERY: over all rows */
    uint64_t seq;               /* up to that entry, */
    int64_t at_s;               /* as of then */
    int64_t as_of_s;            /* RECOVERY: of the book; 0 = there is none */
    int64_t heard_at_s;         /* of a team: whoever was silent the longest; 0 = never heard of */
    size_t terminals, exceptions, unsettled, left; /* of a team; left: rows that no page has */
    unsigned part, parts;                          /* on paper */
};

/* Which way a USB stick is used. */
enum stick_way {
    STICK_TO = 1,
    STICK_FROM = 2,
    STICK_LIST_TO = 3,   /* the list of collected accounts that was made last */
    STICK_LIST_FROM = 4, /* all lists that are for this terminal's meter books */
    STICK_REPORT = 5     /* a report; begun by EFFECT_REPORT_OUT */
};

/* What a PIN is asked for. */
enum pin_purpose {
    PIN_LOGIN = 0,      /* appends login */
    PIN_UNLOCK = 1,     /* who works here goes on */
    PIN_SWITCH = 2,     /* appends user_switched */
    PIN_SUPERVISOR = 3, /* someone with that role agrees; nobody is logged in or out */
    PIN_TECHNICIAN = 4,
    PIN_OWN = 5,    /* the old one, before a change; or who works here agrees */
    PIN_PRESENT = 6 /* anyone with a PIN is a witness; nobody is logged in or out */
};

/* A basket on its way: kept in the flow's state, read while the effect is carried out. */
enum { BASKET_MAX = 12 };
struct flow_group {
    struct body_collection bodies[BASKET_MAX]; /* basket and late_fee_minor are filled in */
    size_t count;
};

/* Entries without a paper, prepared: appended together, all or none. Kept as a basket is. */
enum { FLOW_ENTRIES_MAX = 4 };
struct flow_entries {
    struct entry list[FLOW_ENTRIES_MAX];
    size_t count;
};

/* A shift that was closed in its owner's absence, as its entry says. */
struct absence_view {
    uint64_t seq;
    int64_t at_s;
    struct body_closed_in_absence body;
    char supervisor[BOOK_NAME_MAX], witness[BOOK_NAME_MAX];
};

/* The latest count of a shift. */
struct counted_view {
    int purpose;               /* enum count_purpose: by the owner, or in their absence */
    struct heaps taken, slips; /* by tender, cash left out; empty until the count stands */
};

/* The line at a collection point; kept in a file, so that a power cut leaves it. */
enum { QUEUE_MAX = 60 };
struct flow_queue {
    char accounts[QUEUE_MAX][ACCOUNT_MAX]; /* in order of coming */
    size_t count;
};

/* A message of the office. */
struct flow_message {
    uint64_t id; /* 0 = none */
    int64_t at_s;
    char text[SCREEN_LONG_MAX];
};
enum { FLOW_MESSAGES_MAX = 8 };

/* May the wall clock be believed? */
enum flow_clock {
    CLOCK_FINE,
    CLOCK_BEHIND, /* before what is proven: no money is taken */
    CLOCK_OFF,    /* the office told another time in this run: the same */
    CLOCK_UNSURE  /* far after all that is known, since the start: somebody is to agree first */
};
/* After the floor, for who sets it in the field. */
#define CLOCK_AHEAD_MOST_S (INT64_C(400) * 86400)

/* ---- what a flow may know -------------------------------------------------------------------- */

struct flow_facts {
    const struct fold *fold;       /* never NULL; empty before enrolment */
    const char *terminal;          /* "" before enrolment */
    const struct site *site;       /* NULL until there is a book */
    const struct book_meta *book;  /* NULL until there is a book */
    const struct journal_ack *ack; /* NULL before enrolment */
    struct local_link link;
    int bearer; /* enum network_bearer */
    bool airplane;
    uint64_t unsent;
    int64_t now_s;  /* UTC */
    int64_t now_ms; /* monotonic */
    int32_t today;  /* local date, yyyymmdd */
    enum flow_clock clock;
    int64_t clock_floor_s; /* it is not earlier than that: by the book and the last signed head */
    bool clock_due;        /* the office told the time; it is set when no payment stands */
    bool training;
    bool stopped;   /* the office stopped new collections */
    bool read_only; /* newer software wrote this journal: nothing can be recorded */
    uint8_t battery_percent;
    bool charging;
    bool battery_low, battery_empty; /* warn; finish the step at hand and stop (facts.c) */
    uint32_t printer_flags;          /* PRINTER_* of the last known state: near end and so on */
    int role;                        /* enum user_role of who is logged in; 0 = nobody */
    bool must_change_pin;
    const char *pin_user; /* whose PIN or code was tried last; NULL = nobody's */
    uint32_t pin_wait_s;  /* of theirs too many were wrong: how long still; 0 = none */
    struct limits limits; /* in force: signed, tightened by the user's, lifted by code */
    struct limits_used used;
    struct limits_verdict limit;         /* as it stands, nothing asked for */
    const struct flow_message *messages; /* newest first */
    size_t message_count;
    size_t messages_new; /* not yet shown */
    const struct flow_queue *queue;
    const struct settings_kept *settings; /* kept.h */
    bool has_position;                    /* a fix not older than two minutes */
    int32_t latitude_e7, longitude_e7;
    bool has_stick;                /* the board takes USB sticks */
    bool has_team;                 /* the book lets this terminal approve from afar */
    const char *below;             /* HELP: name of the screen below */
    char user_name[BOOK_NAME_MAX]; /* of who is logged in; "" */
    enum till_status printer;      /* last known state */
    char ticket[512];              /* an enrolment file that was found; "" */
    char version[VERSION_MAX];
    bool shows_code; /* the display has room for a square code */
    /* Valid numbers of the paper that is open, or was last; "" = plain paper. */
    char paper_number[2 * STOCK_TEXT_MAX];
};

/* ---- events ---------------------------------------------------------------------------------- */

enum flow_event_type {
    EVENT_START,       /* the flow has been put on the stack; `args` of its state stand */
    EVENT_RESUMED,     /* the flow above has gone; `result` says how */
    EVENT_ACTION,      /* a key */
    EVENT_SCANNED,     /* text */
    EVENT_FACTS,       /* link, printer or head changed: facts are new */
    EVENT_COMMITTED,   /* answer to COMMIT */
    EVENT_CUSTOMER,    /* answer to CUSTOMER */
    EVENT_WINDOW,      /* answer to WINDOW and FIND */
    EVENT_PIN,         /* answer to PIN */
    EVENT_PRINTED,     /* answer to PRINT, when it ended */
    EVENT_ENROLLED,    /* answer to ENROL: TILL_OK once journal and keys stand */
    EVENT_BOOK,        /* a book was applied (or failed): status */
    EVENT_RECEIPTS,    /* answer to RECEIPTS */
    EVENT_BOOKS,       /* answer to BOOKS */
    EVENT_CHALLENGE,   /* answer to CHALLENGE: digits to read out */
    EVENT_APPROVED,    /* answer to APPROVE: status */
    EVENT_CODE,        /* answer to CODE: digits to read back */
    EVENT_RECEIPT,     /* answer to RECEIPT */
    EVENT_STICK,       /* answer to STICK, when it ended */
    EVENT_CHANGED,     /* answer to PIN_CHANGE, SET, TRAINING, RETIRE, CLOCK: status */
    EVENT_ANSWER,      /* answer to ASK; TILL_TIMEOUT: none came. Never one to another question */
    EVENT_LIST,        /* answer to LIST_MAKE, LIST_PAGE, LIST_SCAN */
    EVENT_CARRY,       /* answer to CARRY_LOOK */
    EVENT_PERSON,      /* answer to PERSON: TILL_NOT_FOUND, the book has nobody of that number;
                        TILL_REFUSED, they have no cash */
    EVENT_PROOF,       /* answer to PROOF: what the square code of that paper says */
    EVENT_ABSENCE,     /* answer to ABSENCE */
    EVENT_STOCK,       /* answer to STOCK */
    EVENT_REPORT,      /* answer to REPORT; TILL_BUSY: the records are being read, more comes.
                        TILL_REFUSED: somebody counts, or it is not theirs to see */
    EVENT_REPORT_SENT, /* answer to REPORT_OUT with TO_OFFICE: the office has it, or why not */
    EVENT_CLOCK,       /* the clock was set or has jumped: late fees may be others */
    EVENT_COUNTED      /* answer to COUNTED; TILL_NOT_FOUND: nothing is counted yet */
};

enum {
    FLOW_WINDOW_MAX = 5,
    FLOW_RECEIPTS_MAX = 5,
    FLOW_BOOKS_MAX = 5,
    FLOW_REPORT_ROWS_MAX = 5,
    FLOW_FOUND_MAX = 200,
    FLOW_SEEN_MAX = 20
};

/* A line of a route or of what was found, with the overlay laid on. */
struct flow_row {
    struct book_customer customer;
    int64_t due_minor; /* bills with fees, less balance */
    int64_t balance_minor;
    uint16_t months;
    bool paid_here;
    struct stop_marks marks;
    char collected_by[TERMINAL_MAX]; /* as of struct customer_view */
    int matched;                     /* FIND: enum book_match of book.h */
    uint32_t distance_m;             /* NEAR; 0 = not asked */
};
struct flow_book {
    struct book_meter_book book;
    uint32_t owing; /* customers who still owe */
};
struct flow_receipt {
    uint64_t seq;
    int64_t at_s;
    char account[ACCOUNT_MAX];
    int64_t amount_minor;
    uint32_t copies; /* duplicates so far */
    char check_code[CHECK_CODE_MAX];
    uint16_t kind;        /* of the entry: a list of papers holds all that have one */
    uint64_t reversed_by; /* 0 = not */
    int corrected;        /* by the office, as of struct receipt_view */
    bool hidden;          /* as of that too; then the amount is 0 */
};

struct flow_event {
    enum flow_event_type type;
    enum till_status status; /* of an answer */
    union {
        struct {
            enum action action;
            int digit;
        } key;
        struct {
            const char *text; /* clean UTF-8 */
        } scanned;
        struct {
            enum flow_id from;
            int64_t value; /* the flow's own; 0 = left by Cancel */
        } resumed;
        struct {
            uint64_t seq; /* of a group: its first */
            const uint8_t *hash;
            size_t count;
        } committed;
        struct {
            const char *user;
            int role;
        } pin;
        const char *digits; /* CHALLENGE, CODE */
        const struct receipt_view *receipt;
        const struct customer_view *customer;
        struct {
            const struct flow_row *rows;
            size_t count;
            size_t total; /* of the whole list; FIND, NEAR: as far as it was looked, which is
                             FLOW_SEEN_MAX + 1 from the offset: "20+" */
            size_t offset;
            size_t select;  /* of the whole list: the next one who owes, from the place asked for */
            uint32_t owing; /* customers of the whole list who still owe; 0 for FIND */
        } window;
        struct {
            const struct flow_receipt *rows;
            size_t count;
            bool more; /* older ones exist */
        } receipts;
        struct {
            const struct flow_book *rows;
            size_t count, total, offset;
        } books;
        struct {
            bool begun;       /* a stick was in when the work began */
            uint64_t records; /* that were written; REPORT: files */
            const char *name; /* REPORT: the last file; else NULL */
        } stick;
        struct {
            uint64_t seq; /* 0 = a plain page */
            uint32_t copy;
            bool begun; /* the printer had taken something: a part may hang out */
        } printed;
        struct { /* what was asked for; the others are NULL */
            const struct query_customer *customer;
            const struct query_receipt *receipt;
            const struct query_team *team;
            /* Of the team's users, beside it; "" = unknown. */
            const char (*names)[BOOK_NAME_MAX];
        } answer;
        struct {
            const char *terminal; /* whose list it is */
            int64_t at_s;         /* when it was made */
            size_t accounts;
            unsigned page, pages;
            unsigned have;    /* SCAN: pages that are here */
            const char *text; /* PAGE: what its square code says */
        } list;
        const struct absence_view *absence;
        const struct counted_view *counted;
        const struct carry_view *carry;
        const struct carry_person *person;
        const char *proof; /* PROOF_TEXT_MAX at most */
        struct {
            const struct flow_report_page *page; /* TILL_OK */
            int percent; /* TILL_BUSY; -1: the office has no time, that is all */
        } report;
        const struct stock_view *stock;
    } as;
};

/* ---- effects --------------------------------------------------------------------------------- */

enum flow_effect_type {
    EFFECT_GO,       /* put a flow on the stack, with its start arguments */
    EFFECT_REPLACE,  /* the same in place of this one */
    EFFECT_BACK,     /* take this flow off; `value` goes to the one below */
    EFFECT_HOME,     /* take off all down to home (login if nobody is logged in) */
    EFFECT_COMMIT,   /* append an entry; the application adds receipt text where one is due */
    EFFECT_CUSTOMER, /* look up an account */
    EFFECT_WINDOW,   /* a window of a meter book */
    EFFECT_FIND,     /* a window of what a query finds */
    EFFECT_BOOKS,    /* a window of the meter books on this terminal */
    EFFECT_RECEIPTS, /* the receipts of this journal below a seq, newest first */
    EFFECT_PIN,      /* check a PIN; wipes it; appends login or login_failed */
    EFFECT_PRINT,    /* print copy n of a receipt entry (its start is committed already) */
    EFFECT_ENROL,    /* ticket */
    EFFECT_SYNC_NOW,
    EFFECT_STICK,          /* value: enum stick_way */
    EFFECT_SOUND,          /* enum sound_pattern */
    EFFECT_LOGOUT,         /* appends logout and goes to login */
    EFFECT_LANGUAGE,       /* switch to the other language; saved */
    EFFECT_COMMIT_GROUP,   /* a basket: all or none */
    EFFECT_NEAR,           /* a window of customers by distance */
    EFFECT_CHALLENGE,      /* what to read out for `ask` */
    EFFECT_APPROVE,        /* is this the code for `ask`? Wrong ones count like wrong PINs */
    EFFECT_CODE,           /* as supervisor: the code for another terminal's challenge */
    EFFECT_RECEIPT,        /* what is known of a scanned text, or of a number of ours */
    EFFECT_PRINT_PAGE,     /* a plain page; PRINTED with seq 0 */
    EFFECT_PIN_CHANGE,     /* for who is logged in; appends pin_changed */
    EFFECT_SET,            /* a setting; appends settings_changed */
    EFFECT_TRAINING,       /* value 0 or 1 */
    EFFECT_QUEUE,          /* add to, take from or empty the line */
    EFFECT_RETIRE,         /* appends retired, waits until it is sent, then wipes */
    EFFECT_LOCK,           /* lock now */
    EFFECT_ASK,            /* the office, over the line; one question at a time */
    EFFECT_ASK_END,        /* nobody waits for that answer any more */
    EFFECT_LIST_MAKE,      /* of a meter book: whose accounts were collected here */
    EFFECT_LIST_PAGE,      /* page `value` of it, from 1 */
    EFFECT_LIST_SCAN,      /* a page that was scanned; "" = forget those that came */
    EFFECT_COMMIT_ENTRIES, /* as COMMIT_GROUP, entries without a paper; seq of the first */
    EFFECT_CLOSE,          /* totals and Z of a counted shift, together; COMMITTED names the Z */
    EFFECT_CARRY,          /* a hand-over, deposit or explanation; COMMITTED names its entry */
    EFFECT_CARRY_LOOK,     /* Zs, hand-overs and differences of who works here */
    EFFECT_PERSON,         /* whose number `account` is */
    EFFECT_PROOF,          /* the square code of our paper `value` */
    EFFECT_ABSENCE,        /* what was closed in the absence of who works here */
    EFFECT_STOCK,          /* what is known of numbered paper */
    EFFECT_REPORT,         /* a window of a report */
    EFFECT_REPORT_OUT,     /* all of it, by `form`: answered by PRINTED, STICK or
                              REPORT_SENT */
    EFFECT_COUNTED         /* the latest count of the open shift `value` */
};

/* Arguments with which a flow starts: one struct for all keeps the stack plain data. */
struct flow_args {
    char account[ACCOUNT_MAX];
    char meter_book[BOOK_ID_MAX];
    int64_t amount_minor;            /* TENDER: what is kept; NOTICE, LIMITS: what the limit in
                                        `digit` must reach, in its unit; 0 = not known */
    int64_t late_fee_minor;          /* TENDER: part of it */
    bool advance;                    /* TENDER: nothing was owed: an advance */
    int tender;                      /* TENDER, BASKET: how; cash by default */
    char allocation[ALLOCATION_MAX]; /* AMOUNT, TENDER: chosen months */
    uint64_t seq;                    /* PAPER, DUPLICATE, REVERSAL, RECEIPT, RECEIVE, EXPLAIN;
                                        CLOSE: another's shift, its witness in `text`; 0 = one's
                                        own */
    size_t papers;                   /* PAPER: of a basket, how many in all; 0 = one */
    uint32_t copy;
    uint16_t kind;                   /* PAPER: of the entry; 0 = money was taken */
    int64_t tendered_minor;          /* PAPER: for the change on the screen */
    int status;                      /* PAPER: why it stopped before; TILL_OK: print it now */
    int digit;                       /* FIND: the first digit; NOTICE, LIMITS: the limit; -1 =
                                        none */
    char text[SCREEN_LONG_MAX];      /* NOTICE, FIND */
    char heading[SCREEN_TEXT_MAX];   /* NOTICE; ROUTE: the book's name */
    char check_code[CHECK_CODE_MAX]; /* PAPER */
    int tone;                        /* NOTICE: enum screen_tone */
    enum flow_id next;               /* NOTICE: what OK opens in its place; 0 = goes back */
    struct flow_report_ask report;   /* REPORT; REPORT_OUT: offset is how many rows there are */
};

struct flow_effect {
    enum flow_effect_type type;
    union {
        struct {
            enum flow_id flow;
            struct flow_args args;
        } go;
        int64_t value; /* BACK, SOUND */
        struct {
            enum entry_kind kind; /* COLLECTION, ADVANCE, DUPLICATE, SHIFT_OPENED, LOGOUT */
            struct body_collection collection;
            struct body_print print;
            struct body_shift_opened shift;
            struct body_login login;
            union {
                struct body_reversal reversal;
                struct body_dispute dispute;
                struct body_correction_request correction;
                struct body_stop_skipped skipped;
                struct body_notice notice;
                struct body_reading reading;
                struct body_cash_drop drop;
                struct body_message_shown message;
                struct body_limit_lifted lifted;
                struct body_cash_move move;
                struct flow_reprint reprint; /* DUPLICATE, beside `print` */
            } body;
        } commit;
        const struct flow_group *group;     /* COMMIT_GROUP: stands in the flow's state */
        const struct flow_entries *entries; /* COMMIT_ENTRIES: the same */
        const struct flow_carry *carry;     /* CARRY: the same */
        struct {
            uint32_t shift;
            char witness[USER_MAX]; /* "" = its owner closes it */
            int reason;             /* enum variance_reason; 0 where the count agrees */
            int slips_reason;       /* the same of slips of other tenders */
            char slip[21];
        } close; /* CLOSE */
        struct {
            enum approval_purpose purpose;
            uint64_t seq; /* REVERSAL */
            int limit;    /* LIMIT */
            int64_t value;
            char terminal[TERMINAL_MAX];            /* CODE: whose challenge it is */
            char challenge[APPROVAL_CHALLENGE_MAX]; /* CODE */
            char approver[USER_MAX];                /* APPROVE */
            char code[APPROVAL_CODE_MAX];           /* APPROVE */
        } ask;                                      /* CHALLENGE, APPROVE, CODE */
        struct {
            char text[SCREEN_LONG_MAX]; /* scanned; "" = the number */
            uint64_t seq;
        } receipt;
        struct {
            enum page page;
            char account[ACCOUNT_MAX]; /* NOTICE */
        } page;
        struct {
            char key[25];
            char value[65];
        } set;
        struct {
            int change; /* 1 add at the end, -1 take out, 0 empty it */
            char account[ACCOUNT_MAX];
        } queue;
        struct {
            enum stock_question question;
            struct stock_number number;
            uint64_t last;             /* RANGE, FACE */
            char account[ACCOUNT_MAX]; /* FEE */
            int64_t amount_minor, at_s;
        } stock;                            /* STOCK */
        struct local_query query;           /* ASK */
        char page_text[COLLECTED_TEXT_MAX]; /* LIST_SCAN */
        char account[ACCOUNT_MAX];
        struct {
            char meter_book[BOOK_ID_MAX];
            char query[65];
            size_t offset;
            bool seek;      /* WINDOW: choose the offset so that the next one who owes is in it */
        } window;           /* WINDOW, FIND, BOOKS (offset), LIST_MAKE (meter_book) */
        uint64_t below_seq; /* RECEIPTS: 0 = from the newest */
        struct flow_report_ask report; /* REPORT, REPORT_OUT */
        struct {
            char user[USER_MAX];
            char pin[17]; /* wiped by whoever carries it out */
            enum pin_purpose purpose;
        } pin; /* PIN, PIN_CHANGE (the new one) */
        struct {
            uint64_t seq;
            uint32_t copy;
        } print;
        char ticket[512];
    } as;
};

enum { FLOW_EFFECTS_MAX = 6, FLOW_STATE_MAX = 8192, FLOW_DEPTH_MAX = 12 };

struct flow_effects {
    struct flow_effect list[FLOW_EFFECTS_MAX];
    size_t count;
};
/* Append one of a type, zeroed; asserts that there is room: how many is the flow's to know. */
struct flow_effect *effect_add(struct flow_effects *effects, enum flow_effect_type type);
/* Shorthands for what every flow does. */
void effect_go(struct flow_effects *effects, enum flow_id flow, const struct flow_args *args);
void effect_replace(struct flow_effects *effects, enum flow_id flow, const struct flow_args *args);
void effect_back(struct flow_effects *effects, int64_t value);
void effect_sound(struct flow_effects *effects, enum sound_pattern sound);
void effect_notice(struct flow_effects *effects, enum screen_tone tone, const char *heading,
                   const char *text);
/* What was committed has a paper: its screen comes in place of this flow. */
void effect_paper(struct flow_effects *effects, const struct flow_event *committed,
                  enum entry_kind kind, int64_t amount_minor);

/* ---- a flow ---------------------------------------------------------------------------------- */

struct flow {
    const char *name;
    size_t state_size; /* <= FLOW_STATE_MAX; zeroed before EVENT_START */
    /* args stand unchanged for the life of the flow on the stack. */
    void (*handle)(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects);
    void (*show)(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen_out);
};

/* One static table, by id (flows/table.c). */
const struct flow *flow_find(enum flow_id id);

/* ---- the stack ------------------------------------------------------------------------------- */

struct flow_frame {
    enum flow_id id;
    struct flow_args args;
    union {
        max_align_t align;
        unsigned char bytes[FLOW_STATE_MAX];
    } state;
};
struct flow_stack {
    struct flow_frame frames[FLOW_DEPTH_MAX];
    size_t depth;
};

#endif
