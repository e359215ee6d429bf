/*
 * Rows of the meter book, as the host writes them, the line carries them and the terminal keeps
 * them: values only. db/book.h stores them, src/wire/book_text.h spells them.
 */
#ifndef TILL_BOOK_ROW_H
#define TILL_BOOK_ROW_H

#include "arrears.h"
#include "entry.h"
#include "entry_stock.h"
#include "site.h"

enum {
    BOOK_NAME_MAX = 97,
    BOOK_ADDRESS_MAX = 193,
    BOOK_METER_MAX = 33,
    BOOK_PHONE_MAX = 25,
    BOOK_ID_MAX = 17, /* of a meter book: "CX02" */
    BOOK_UNAPPLIED_MAX = 256,
    BOOK_PIN_SALT_SIZE = 16,
    BOOK_HOLDERS_MAX = 64,
    BOOK_STOCK_MAX = 32,
    BOOK_TAKEN_MAX = 256,
    BOOK_TAKEN_DAYS = 60, /* of hand-overs given later than so long ago it is told whether they were
                             taken */
    BOOK_EXPLAINED_MAX = 64,
    BOOK_CORRECTED_MAX = 8 /* of a customer, the newest */
};

struct book_meta {
    char terminal[TERMINAL_MAX];
    uint64_t revision;
    int64_t as_of_s;      /* when the host took the snapshot */
    uint64_t applied_seq; /* entries of this terminal that the arrears already contain */
    uint64_t unapplied[BOOK_UNAPPLIED_MAX]; /* seqs <= applied_seq that they do not, ascending */
    size_t unapplied_count;
    uint32_t customers;
    uint8_t hash[HASH_SIZE]; /* of the content as it came over the line */
};

struct book_user {
    char user[USER_MAX];
    char name[BOOK_NAME_MAX];
    int role; /* enum user_role */
    uint8_t salt[BOOK_PIN_SALT_SIZE];
    uint32_t rounds;                /* PBKDF2 */
    uint8_t pin_check[HASH_SIZE];   /* HMAC(device secret, PBKDF2(pin)): useless off the device */
    int64_t cash_limit_minor;       /* in hand; 0 = none */
    bool must_change_pin;           /* at the next login: the office set it */
    int32_t deputy_from, deputy_to; /* dates on which a collector or agent is supervisor too, both
                                       included; 0 = never */
};
enum user_role {
    ROLE_COLLECTOR = 1,
    ROLE_SUPERVISOR = 2,
    ROLE_TECHNICIAN = 3,
    ROLE_AGENT = 4,
    ROLE_OFFICE = 5, /* corrects, answers, closes months; collects nothing at any terminal */
};

/*
 * What they are on that date: ROLE_SUPERVISOR for a collector or agent who is deputy then, else as
 * they are. Everything that asks for a supervisor asks this, never `role` alone.
 *   date  yyyymmdd in the site's zone
 */
int user_role_on(const struct book_user *u, int32_t date);
/* No deputy at all, or a collector or agent from one date to another not before it. */
bool user_deputy_is_valid(const struct book_user *u);

/* A terminal of the team, in a supervisor's book only: lets them approve from afar (approval.h). */
struct book_team {
    char terminal[TERMINAL_MAX];
    uint8_t approval_key[HASH_SIZE];
};

struct book_meter_book {
    char id[BOOK_ID_MAX];
    char name[BOOK_NAME_MAX];
    uint32_t customers;
};

/* Who carried a meter book of this one before and has not reported since: what its customers paid
 * there after through_s nobody knows here. */
struct book_holder {
    char meter_book[BOOK_ID_MAX];
    char terminal[TERMINAL_MAX];
    int64_t through_s; /* its journal is at the host up to then; 0 = nothing of it */
    uint8_t journal_key[PUBLIC_KEY_SIZE]; /* to believe its list of collected accounts by */
};

/* Numbered paper that the office issued to a user of this terminal (entry_stock.h): what they take
 * over here must lie within one of these, or it is an exception. */
struct book_stock {
    uint64_t issue; /* number of the issue at the office */
    int type;       /* enum stock_type */
    char series[SERIES_MAX];
    uint64_t first, last;
    char user[USER_MAX];
    char from[USER_MAX]; /* who gives it to them; "" = the office */
};
/* Numbers that can be, ascending; users that can be. */
bool book_stock_is_valid(const struct book_stock *s);

/* Cash that was given on this terminal, to a receiver or to a supervisor, and taken over on another
 * one: it waits here no more. */
struct book_taken {
    uint64_t given;              /* seq of our record */
    char terminal[TERMINAL_MAX]; /* with seq: the number of theirs */
    uint64_t seq;
    char user[USER_MAX]; /* who took it; "" = not known */
    int64_t at_s;
};
bool book_taken_is_valid(const struct book_taken *t);

/* A difference of cash that arose on this terminal and that the office explained: so much less of
 * it is open. */
struct book_explained {
    uint64_t seq;         /* of the deposit or the hand-over taken */
    char user[USER_MAX];  /* whose record that is */
    int64_t amount_minor; /* as the difference is signed, short is positive; never 0 */
};
bool book_explained_is_valid(const struct book_explained *e);
/* What is left of a difference when so much of it was explained: towards nothing, never beyond. */
int64_t book_explained_leaves(int64_t open_minor, int64_t explained_minor);

struct book_customer {
    int64_t row; /* only for book_next; changes with each book */
    char account[ACCOUNT_MAX];
    char name[BOOK_NAME_MAX];
    char address[BOOK_ADDRESS_MAX];
    char meter[BOOK_METER_MAX];
    char phone[BOOK_PHONE_MAX];
    char meter_book[BOOK_ID_MAX];
    uint32_t order; /* place in the meter book, 1 … */
    enum customer_class class;
    int64_t balance_minor;  /* advance */
    int32_t last_paid_date; /* yyyymmdd, 0 = unknown */
    int64_t last_paid_minor;
    uint32_t flags;                    /* BOOK_CUSTOMER_* */
    int32_t latitude_e7, longitude_e7; /* of the meter, WGS 84; both 0 = not known */
    int64_t last_reading_cwh;          /* 0.01 kWh; -1 = not known */
    int32_t last_reading_date;         /* yyyymmdd; 0 = not known */
};
enum {
    BOOK_CUSTOMER_KEEP_SUPPLY = 1, /* 不停电: never disconnect */
    BOOK_CUSTOMER_DISPUTED = 2,    /* 已缴争议: no late fee, no disconnection until answered */
    BOOK_CUSTOMER_MAYBE_COLLECTED = 4, /* 可能已收: an earlier holder has not reported yet; laid on
                                          by who has the holders of the meter book at hand */
    BOOK_CUSTOMER_CHEQUE_RETURNED = 8, /* a cheque bounced: cash only */
    BOOK_CUSTOMER_CORRECTED = 16       /* some receipt was: lines that say which follow the bills */
};

/* A receipt of a customer that the office corrected: whoever holds the paper is told. */
enum book_correction {
    BOOK_CORRECTED_MOVED = 1,    /* to another account, or from one */
    BOOK_CORRECTED_REFUNDED = 2, /* the customer gets it back */
    BOOK_CORRECTED_CANCELLED = 3 /* no money had been taken */
};
struct book_corrected {
    char terminal[TERMINAL_MAX]; /* with seq: the receipt's number */
    uint64_t seq;
    enum book_correction how;
    int32_t date; /* of the correction */
};

#endif
