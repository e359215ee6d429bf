/*
 * Who has the cash, as the office sees it: closes, hand-overs, deposits and what did not agree,
 * each with what became of it. Derived from the rows of store_custody.h at each look; only marks
 * are kept, so that what waits is found without looking at all that is done.
 */
#ifndef TILL_HOST_CUSTODY_H
#define TILL_HOST_CUSTODY_H

#include "store_bank.h"
#include "store_custody.h"

enum custody_list {
    CUSTODY_CLOSES,    /* Zs, also those made in absence */
    CUSTODY_HANDOVERS, /* what was given, drops too; what was taken of a giver nobody knows, and
                          once more of one that somebody else has taken */
    CUSTODY_DEPOSITS,  /* to the bank, drops too */
    CUSTODY_VARIANCES, /* hand-overs taken and money brought to the bank that did not agree */
    CUSTODY_MOVES      /* put into a bag, or paid out of it */
};

enum custody_state {
    CUSTODY_OPEN, /* in transit, not at the bank, not explained, or not answered by the owner of a
                        shift */
    CUSTODY_DONE, /* the other side is there, explained, accepted; or the office settled it */
    CUSTODY_DISPUTED /* the two sides differ, it was taken twice, or the owner disputes it */
};
/* "open", "done", "disputed": msgids. */
const char *custody_state_text(enum custody_state state);

struct custody_view {
    struct store_custody row;
    enum custody_state state;
    int64_t open_minor;        /* in transit, or not explained; short is positive */
    int64_t slips_minor;       /* cheques and other slips: counted, given, brought to the bank */
    int64_t slips_open_minor;  /* of them in transit, or not explained; DEPOSITS: cheques that
                                    the bank has not credited, as far as is known */
    struct store_custody with; /* who took it, or answered; terminal "" = nobody yet */
    int64_t bank_minor; /* DEPOSITS, VARIANCES: cash that the bank has of it, as far as is known */
    struct store_bank_line line; /* DEPOSITS, VARIANCES: as the bank has it; reference "" = it does
                                    not, as far as is known */
};

/* Which rows are looked at, and in which order. */
enum custody_walk {
    CUSTODY_ALL,     /* every one, by terminal and seq */
    CUSTODY_BY_TIME, /* from at_s on, by time, then terminal and seq */
    CUSTODY_WAITING  /* those that may wait for somebody, by terminal and seq: look at the state */
};

/*
 * The first of a list behind *view, which comes with the row that was given before: at first zeros
 * (of BY_TIME with the first second less one). TILL_NOT_FOUND past the end.
 */
enum till_status custody_step(struct store *s, enum custody_list list, enum custody_walk walk,
                              struct custody_view *view) TILL_CHECKED;
/* Of all, by terminal and seq ("", 0 = first). */
enum till_status custody_next(struct store *s, enum custody_list list, const char *after_terminal,
                              uint64_t after_seq, struct custody_view *view_out) TILL_CHECKED;

/* How much of what a record of money brought to the bank or received does not agree by is not
 * explained; short is positive. Zero of every other record. */
enum till_status custody_open_minor(struct store *s, const struct store_custody *row,
                                    int64_t *open_minor_out) TILL_CHECKED;
/* The same of slips that were received. */
enum till_status custody_open_slips_minor(struct store *s, const struct store_custody *row,
                                          int64_t *open_minor_out) TILL_CHECKED;
/* How many say that they took it, and the first by terminal and number (terminal "": nobody); those
 * that do not stand are not counted. */
enum till_status custody_takers(struct store *s, const uint8_t hash[HASH_SIZE], unsigned *count_out,
                                struct store_custody *first_out) TILL_CHECKED;
/*
 * One record, as the list of closes or of hand-overs has it; of two takings of one hand-over each
 * is disputed, open_minor what it took. Any other kind is done. TILL_NOT_FOUND: no such record.
 */
enum till_status custody_look(struct store *s, const char *terminal, uint64_t seq,
                              struct custody_view *view_out) TILL_CHECKED;

/* Seconds around a date of the site: every row of it is behind from_s and not behind until_s; some
 * of its neighbours are too. */
struct custody_span {
    int64_t from_s, until_s;
};
struct custody_span custody_span_of(const char *zone, int32_t date);

/*
 * What waits for somebody is marked (store_custody.h): for a row that was put, of it and of those
 * that it answers; for one that something else answered, of it alone (nothing where there is none).
 */
enum till_status custody_follow(struct store *s, const struct store_custody *row) TILL_CHECKED;
enum till_status custody_mark(struct store *s, const char *terminal, uint64_t seq) TILL_CHECKED;

#endif
