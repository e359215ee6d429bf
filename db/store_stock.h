/*
 * The host's store, continued: numbered paper (entry_stock.h). Who has which range, what went from
 * hand to hand, and what became of each number that is no longer blank.
 *
 * A range is in one person's hands; a number that no row names is unused, wherever its range is.
 * Rows of numbers and counts come from journals alone and lead to their records; nothing here
 * refuses one because another says something else: store_stock_findings tells what does not fit.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_STOCK_H
#define TILL_STORE_STOCK_H

#include "book_row.h"
#include "entry_stock.h"
#include "store.h"

/* ---- from hand to hand ----------------------------------------------------------------------- */

enum stock_act {
    STOCK_ISSUED = 1,       /* by the office */
    STOCK_TRANSFERRED = 2,  /* by the office, from one person to another */
    STOCK_BROUGHT_BACK = 3, /* the office has it again; taker "" */
    STOCK_TAKEN_OVER = 4,   /* stationery_received of a terminal */
    STOCK_GIVEN_ON = 5      /* stationery_returned of a terminal */
};

/* One step; never changed. Whoever is named by one has had those numbers in hand. */
struct store_stock_move {
    int64_t id; /* the store's to give, from 1 */
    int64_t at_s;
    enum stock_act act;
    int type; /* enum stock_type */
    char series[SERIES_MAX];
    uint64_t first, last;
    char giver[USER_MAX];        /* "" = the office */
    char taker[USER_MAX];        /* "" = the office */
    char terminal[TERMINAL_MAX]; /* where it was taken over, or is to be; "" = anywhere */
    uint64_t seq;                /* of that terminal's record; 0 = the office did it */
    char by[USER_MAX];           /* who of the office; "" */
    bool unissued;               /* TAKEN_OVER: nobody had issued all of it to the taker */
};
/* id_out: also where TILL_UNCHANGED says that the record's move is there. TILL_BAD_INPUT. */
enum till_status store_stock_move_put(struct store *s, const struct store_stock_move *m,
                                      int64_t *id_out) TILL_CHECKED;
/* The first with id above `after`; TILL_NOT_FOUND past the end. */
enum till_status store_stock_move_next(struct store *s, int64_t after,
                                       struct store_stock_move *out) TILL_CHECKED;
/* The same of those that contain the number. */
enum till_status store_stock_move_of(struct store *s, const struct stock_number *n, int64_t after,
                                     struct store_stock_move *out) TILL_CHECKED;
/* Has the user, or whoever had that terminal, had all of first..last in hand by one step, or was
 * it meant for them? */
enum till_status store_stock_had(struct store *s, const struct stock_number *first, uint64_t last,
                                 const char *user, const char *terminal,
                                 bool *had_out) TILL_CHECKED;

/* ---- who has what ---------------------------------------------------------------------------- */

struct store_stock_range {
    int type;
    char series[SERIES_MAX];
    uint64_t first, last;
    uint64_t issue; /* id of the move that brought it to the holder */
    char holder[USER_MAX];
    char giver[USER_MAX];        /* "" = the office */
    char terminal[TERMINAL_MAX]; /* taken: where; else where it is to be, "" = anywhere */
    bool taken;                  /* some terminal has it in its journal */
    int64_t since_s;
};
/* Ranges never overlap: who puts one has cut away what was there. TILL_BAD_INPUT: not valid, or
 * one begins at that number. */
enum till_status store_stock_range_put(struct store *s,
                                       const struct store_stock_range *r) TILL_CHECKED;
/* The one that begins there. TILL_UNCHANGED: none does. */
enum till_status store_stock_range_remove(struct store *s, int type, const char *series,
                                          uint64_t first) TILL_CHECKED;
/* The first behind `after`, by type, series and first; zeros = the first of all. */
enum till_status store_stock_range_next(struct store *s, const struct store_stock_range *after,
                                        struct store_stock_range *out) TILL_CHECKED;
/* Those that share a number with first..last, by number. TILL_TOO_LARGE: more than capacity; so
 * many were read. In a transaction nobody else changes them before its end. */
enum till_status store_stock_overlapping(struct store *s, int type, const char *series,
                                         uint64_t first, uint64_t last,
                                         struct store_stock_range *out, size_t capacity,
                                         size_t *count_out) TILL_CHECKED;
/* For a terminal's book: ranges that no terminal has taken over yet and that may be taken over on
 * this one, by issue. More than capacity: the newest. */
enum till_status store_stock_waiting(struct store *s, const char *terminal, struct book_stock *out,
                                     size_t capacity, size_t *count_out) TILL_CHECKED;

/* ---- what became of numbers ------------------------------------------------------------------ */

enum stock_state {
    STOCK_USED = 1,
    STOCK_SPOILED = 2, /* also those that were skipped: the only ones that may be a range */
    STOCK_VOIDED = 3,
    STOCK_WRITTEN = 4 /* by hand: a manual receipt */
};
enum { STOCK_STATES = 5 };

struct store_stock_number {
    char terminal[TERMINAL_MAX];
    uint64_t seq; /* of the record that named it first */
    int type;
    char series[SERIES_MAX];
    uint64_t first, last;
    enum stock_state state;
    int64_t at_s;
    char user[USER_MAX]; /* "-" = nobody was logged in */
    uint64_t receipt;    /* seq of the payment whose paper it is or was; 0 = none */
    uint32_t copy;
    char account[ACCOUNT_MAX]; /* of that payment; "" where it is none */
    int64_t face_minor;        /* what was paid */
    int reason;                /* enum spoil_reason; 0 */
    uint64_t ended;            /* seq of the record that spoiled or voided it; 0 */
    bool all_copies;           /* voided: all are in hand */
    uint64_t counted;          /* seq of the first count behind it; 0 = not counted yet */
    int32_t late_days;         /* WRITTEN: recorded so many days later than is right; < 0: earlier
                                  than it was taken; 0 = in time */
};

/* Many new ones of one terminal at once, for a few questions to the database. Those that are there
 * stay. TILL_BAD_INPUT: one is not valid; nothing was written. At most STOCK_PUT_MAX. */
enum { STOCK_PUT_MAX = 256 };
enum till_status store_stock_numbers_put(struct store *s, const struct store_stock_number *rows,
                                         size_t count) TILL_CHECKED;
/* A number that this terminal used or wrote is spoiled or voided by e->ended. TILL_NOT_FOUND: it
 * has none that stands; put it. */
struct stock_end {
    const char *terminal;
    const struct stock_number *number;
    enum stock_state state;
    uint64_t ended;
    int reason;
    bool all_copies;
};
enum till_status store_stock_end(struct store *s, const struct stock_end *e) TILL_CHECKED;
/* Spoiled ones of the terminal within first..last are blank again. */
enum till_status store_stock_restore(struct store *s, const char *terminal,
                                     const struct stock_number *first, uint64_t last) TILL_CHECKED;

/* By terminal, then seq; the first behind that one ("", 0 = first). TILL_NOT_FOUND past the end. */
enum till_status store_stock_number_next(struct store *s, const char *after_terminal,
                                         uint64_t after_seq,
                                         struct store_stock_number *out) TILL_CHECKED;
/* The same of those that contain that number. */
enum till_status store_stock_number_of(struct store *s, const struct stock_number *n,
                                       const char *after_terminal, uint64_t after_seq,
                                       struct store_stock_number *out) TILL_CHECKED;
/* Of first..last, by state: how many numbers, and the sum of their faces. */
struct stock_sums {
    uint64_t numbers[STOCK_STATES];
    int64_t face_minor[STOCK_STATES];
};
enum till_status store_stock_sums(struct store *s, int type, const char *series, uint64_t first,
                                  uint64_t last, struct stock_sums *out) TILL_CHECKED;

/* ---- counts ---------------------------------------------------------------------------------- */

struct store_stock_count {
    char terminal[TERMINAL_MAX];
    uint64_t seq;
    int64_t at_s;
    int32_t date; /* yyyymmdd at the site */
    char user[USER_MAX];
    int type;
    char series[SERIES_MAX];
    uint64_t next;
    /* As the terminal says. */
    uint32_t used, voided, spoiled, unused;
    int64_t face_minor;
    /* As its records say: what no earlier count had, by its state then; and papers of earlier
     * counts that ended since. */
    uint32_t known_used, known_voided, known_spoiled, known_ended;
    int64_t known_face_minor; /* of the used ones */
};
/* The known_ ones are worked out here, of numbers from `first`, where the range begins, up to next.
 * TILL_UNCHANGED: it is there. TILL_BAD_INPUT. */
enum till_status store_stock_count_put(struct store *s, uint64_t first,
                                       const struct store_stock_count *c) TILL_CHECKED;
/* By date, terminal and seq, the first behind that one; zeros = the first of all. */
enum till_status store_stock_count_next(struct store *s, int32_t date, const char *terminal,
                                        uint64_t seq, struct store_stock_count *out) TILL_CHECKED;

/* ---- what does not fit ----------------------------------------------------------------------- */

enum stock_odd {
    STOCK_ODD_TWICE = 1,     /* another record has the same number */
    STOCK_ODD_NEVER_HAD = 2, /* neither the user nor the terminal ever had it */
    STOCK_ODD_PAPERS = 3,    /* another paper of that kind stands for the same receipt */
    STOCK_ODD_INVOICES = 4,  /* another invoice stands for a bill of it, on paper or electronic */
    STOCK_ODD_DATE = 5,      /* written by hand, and recorded too late, or before it was taken */
    STOCK_ODD_REVERSED = 6   /* an invoice stands whose payment does not */
};
struct stock_finding {
    uint64_t seq; /* of the number's row */
    enum stock_odd what;
    char other[TERMINAL_MAX + 24]; /* "0031/4127": the other record, where there is one */
};
/* Of rows from..to of a terminal: at most one of a kind for each. fresh: as they come in, when a
 * reversal may still be followed by the paper's end: without REVERSED.
 *   through_out  so far all was looked at; go on behind it where it is below `to` */
enum { STOCK_FINDINGS_MAX = 240, STOCK_ODD_KINDS = 6 };
enum till_status store_stock_findings(struct store *s, const char *terminal, uint64_t from,
                                      uint64_t to, bool fresh,
                                      struct stock_finding out[STOCK_FINDINGS_MAX],
                                      size_t *count_out, uint64_t *through_out) TILL_CHECKED;

/* Numbers of one terminal that were passed over without a record: below one that was named, within
 * a range that it took over. The first behind `after_first` of a type and series, in order. */
struct stock_gap {
    int type;
    char series[SERIES_MAX];
    uint64_t first, last;
};
enum { STOCK_GAPS_MAX = 64 };
enum till_status store_stock_gaps(struct store *s, const char *terminal,
                                  const struct stock_gap *after,
                                  struct stock_gap out[STOCK_GAPS_MAX],
                                  size_t *count_out) TILL_CHECKED;

#endif
