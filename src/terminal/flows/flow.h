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

#include "arrears.h"
#include "book.h"
#include "fold.h"
#include "journal.h"
#include "keymap.h"
#include "local.h"
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
    FLOW_NOTICE,    /* one message, OK goes on */
    FLOW_COUNT
};

/* A customer as a flow sees it: the book's row, arrears with the overlay laid on and assessed. */
struct customer_view {
    struct book_customer customer;
    struct arrears arrears;
    bool paid_here; /* entries of ours are in it that the book has not */
};

/* ---- what a flow may know -------------------------------------------------------------------- */

struct flow_facts {
    const struct fold *fold;       /* never NULL; empty before enrolment */
    const char *terminal;          /* "" before enrolment */
    const struct site *site;       /* NULL until there is a book */
    const struct book_meta *book;  /* NULL until there is a book */
    const struct journal_ack *ack; /* NULL before enrolment */
    struct local_link link;
    int bearer; /* enum network_bearer */
    uint64_t unsent;
    int64_t now_s;  /* UTC */
    int64_t now_ms; /* monotonic */
    int32_t today;  /* local date, yyyymmdd */
    bool training;
    bool stopped; /* the office stopped new collections */
    uint8_t battery_percent;
    char user_name[BOOK_NAME_MAX]; /* of who is logged in; "" */
    enum till_status printer;      /* last known state */
    char ticket[512];              /* an enrolment file that was found; "" */
    char version[VERSION_MAX];
};

/* ---- events ---------------------------------------------------------------------------------- */

enum flow_event_type {
    EVENT_START,     /* the flow has been put on the stack; `args` of its state stand */
    EVENT_RESUMED,   /* the flow above has gone; `result` says how */
    EVENT_ACTION,    /* a key */
    EVENT_SCANNED,   /* text */
    EVENT_FACTS,     /* link, printer or head changed: facts are new */
    EVENT_COMMITTED, /* answer to COMMIT */
    EVENT_CUSTOMER,  /* answer to CUSTOMER */
    EVENT_WINDOW,    /* answer to WINDOW and FIND */
    EVENT_PIN,       /* answer to PIN */
    EVENT_PRINTED,   /* answer to PRINT, when it ended */
    EVENT_ENROLLED,  /* answer to ENROL: TILL_OK once journal and keys stand */
    EVENT_BOOK,      /* a book was applied (or failed): status */
    EVENT_RECEIPTS,  /* answer to RECEIPTS */
    EVENT_BOOKS      /* answer to BOOKS */
};

enum { FLOW_WINDOW_MAX = 5, FLOW_RECEIPTS_MAX = 5, FLOW_BOOKS_MAX = 5, FLOW_FOUND_MAX = 200 };

/* A line of a route or of what was found, with the overlay laid on. */
struct flow_row {
    struct book_customer customer;
    int64_t due_minor; /* bills with fees, less balance */
    int64_t balance_minor;
    uint16_t months;
    bool paid_here;
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
            uint64_t seq;
            const uint8_t *hash;
        } committed;
        const struct customer_view *customer;
        struct {
            const struct flow_row *rows;
            size_t count;
            size_t total; /* of the whole list; for FIND: found, capped at FLOW_FOUND_MAX */
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
            uint64_t seq;
            uint32_t copy;
        } printed;
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
    EFFECT_SOUND,   /* enum sound_pattern */
    EFFECT_LOGOUT,  /* appends logout and goes to login */
    EFFECT_LANGUAGE /* switch to the other language; saved */
};

/* Arguments with which a flow starts: one struct for all keeps the stack plain data. */
struct flow_args {
    char account[ACCOUNT_MAX];
    char meter_book[BOOK_ID_MAX];
    int64_t amount_minor;   /* TENDER: what is kept */
    int64_t late_fee_minor; /* TENDER: part of it */
    bool advance;           /* TENDER: nothing was owed: an advance */
    uint64_t seq;           /* PAPER, DUPLICATE */
    uint32_t copy;
    int64_t tendered_minor;          /* PAPER: for the change on the screen */
    int status;                      /* PAPER: why it stopped before; TILL_OK: print it now */
    int digit;                       /* FIND: the first digit; -1 = none */
    char text[SCREEN_LONG_MAX];      /* NOTICE, FIND */
    char heading[SCREEN_TEXT_MAX];   /* NOTICE; ROUTE: the book's name */
    char check_code[CHECK_CODE_MAX]; /* PAPER */
    int tone;                        /* NOTICE: enum screen_tone */
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
        } commit;
        char account[ACCOUNT_MAX];
        struct {
            char meter_book[BOOK_ID_MAX];
            char query[65];
            size_t offset;
            bool seek;      /* WINDOW: choose the offset so that the next one who owes is in it */
        } window;           /* WINDOW, FIND, BOOKS (offset) */
        uint64_t below_seq; /* RECEIPTS: 0 = from the newest */
        struct {
            char user[USER_MAX];
            char pin[17]; /* wiped by whoever carries it out */
        } pin;
        struct {
            uint64_t seq;
            uint32_t copy;
        } print;
        char ticket[512];
    } as;
};

enum { FLOW_EFFECTS_MAX = 6, FLOW_STATE_MAX = 8192, FLOW_DEPTH_MAX = 8 };

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
