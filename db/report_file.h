/*
 * What the parts of the reports share: the file, what is being read, what was answered last.
 * Private to db/report*.c.
 */
#ifndef TILL_REPORT_FILE_H
#define TILL_REPORT_FILE_H

#include "report.h"
#include "sqlite.h"

enum {
    REPORT_APPLICATION = 0x46545270, /* "FTRp" in SQLite's application_id */
    /* Of the tables and of what they mean: another one begins anew. */
    REPORT_VERSION = 2,
    REPORT_PAGE_SIZE = 512,
    REPORT_PARTS_MAX = 256,    /* sums in memory before they are written */
    REPORT_ROWS_MAX = 1 << 16, /* of one answer */
    REPORT_KINDS_BITS = 5,     /* of an exception's kind in its id */
    REPORT_NAMES_KEPT = 8
};
/* Money that the office did not hear of for so long is an exception. */
#define REPORT_OFFLINE_S (INT64_C(2) * 24 * 3600)

enum report_statement {
    REPORT_STATE,
    REPORT_PUT_STATE,
    REPORT_NUMBER_OF,
    REPORT_ADD_NAME,
    REPORT_ADD_PART,
    REPORT_ADD_EXCEPTION,
    REPORT_DROP_EXCEPTION,
    REPORT_END_DOUBT,
    REPORT_EXPLAIN,
    REPORT_ANSWER_ABSENCE,
    REPORT_OPEN_SHIFT,
    REPORT_WORK_SHIFT,
    REPORT_CLOSE_SHIFT,
    REPORT_SETTLE,
    REPORT_ANSWER,
    REPORT_Z_SEQ,
    REPORT_ADD_OWED,
    REPORT_LAID,
    REPORT_PUT_LAID,
    REPORT_DROP_OWED,
    REPORT_DROP_LAID,
    REPORT_SUM,
    REPORT_DAYS, /* from here on as enum report_by */
    REPORT_COLLECTORS,
    REPORT_BOOKS,
    REPORT_TENDERS,
    REPORT_TYPES,
    REPORT_EXCEPTION_PLACES,
    REPORT_EXCEPTIONS,
    REPORT_UNSETTLED_TOTAL,
    REPORT_UNSETTLED,
    REPORT_SHIFT_TOTAL,
    REPORT_SHIFTS,
    REPORT_RECOVERIES,
    REPORT_STATEMENTS
};

/* Column `what` of part. */
enum report_what { PART_WHOLE = 1, PART_TENDER, PART_TYPE, PART_AGE };

struct report_part {
    enum report_what what;
    int32_t date;
    int64_t who, book; /* numbers of names */
    int32_t number;
    uint32_t receipts;
    int64_t amount_minor, late_fee_minor, advance_minor;
    uint32_t reversals;
    int64_t reversed_minor;
};

/* Of which book something is. */
struct report_edition {
    uint64_t revision; /* 0 = of none */
    uint8_t hash[HASH_SIZE];
};

enum report_scan { SCAN_NONE, SCAN_BOOK, SCAN_JOURNAL };

/* Kept in the file beside the fold. */
struct report_progress {
    uint64_t bookless;   /* payments that were read without a book */
    uint64_t doubt_seq;  /* latest paper whose end was not known: entry that said so … */
    uint64_t doubt_of;   /* … the receipt … */
    uint32_t doubt_copy; /* … and the copy */
    uint64_t known_seq;  /* through which the office is known to have heard, by Zs */
    uint64_t gap_seq;    /* first payment of the gap that was told last; 0 = none */
    int64_t gap_id;      /* its exception */
    int64_t running_id;  /* exception of the gap that still lasts; 0 = none */
    uint64_t acked_seq;  /* acknowledged when that was looked at */
    /* What is outstanding: what stands, and what is being made. */
    struct report_edition standing;
    int64_t as_of_s;
    uint8_t generation;
    enum report_scan scan;
    struct report_edition next;
    uint64_t scan_book, scan_customer; /* the next one of the book */
    uint64_t scan_seq;                 /* entries through which payments were laid over */
};

/* What is read from. */
struct report_source {
    struct journal *journal;
    struct book *book; /* or NULL */
    const struct report_paper *paper;
};

/* A question's answer, so that turning a page asks nothing. */
struct report_answer {
    struct report_question question;
    struct report_row *rows;
    size_t count, room;
    struct report_row sum;
};
/* Where exceptions stand: every so manieth, so that any page is found from the place before it. */
enum { REPORT_PLACES_APART = 32 };
struct report_place {
    int32_t date;
    int64_t id;
};
struct report_list {
    bool known;
    int32_t from, to;
    uint32_t kinds;
    char user[USER_MAX];
    size_t total;
    struct report_place *places;
};
/* What was recovered, the same; rows are kept where they are few. */
enum { REPORT_RECOVERIES_KEPT = 128 };
struct report_recovered {
    bool known;
    int32_t from, to;
    size_t total, kept; /* kept: 0 or total */
    struct report_recovery *rows, sum;
};

struct report_name {
    char text[BOOK_ID_MAX];
    int64_t number; /* 0 = free */
};

struct report {
    char *path;
    const char *vfs;
    sqlite3 *db; /* NULL: could not be made; the next reading tries again */
    sqlite3_stmt *statements[REPORT_STATEMENTS];
    bool damaged; /* to be made anew */
    struct fold fold;
    uint8_t hash[HASH_SIZE];
    struct report_progress progress;
    struct report_part parts[REPORT_PARTS_MAX];
    size_t part_count;
    struct report_name names[REPORT_NAMES_KEPT];
    size_t name_next;
    struct report_answer answer;
    struct report_list list;
    struct report_recovered recovered;
};

/* ---- report.c -------------------------------------------------------------------------------- */

struct sqlite_use report_use(struct report *r, enum report_statement which);
/* The number of a user or meter book, made where there is none. */
enum till_status report_number(struct report *r, const char *text,
                               int64_t *number_out) TILL_CHECKED;
/* What an answer says of a status: damage of this file is nothing to show and begins anew with the
 * next reading; all else goes through, that of the journal or the book too. */
enum till_status report_outcome(struct report *r, enum till_status status) TILL_CHECKED;
/* Is there anything to ask? */
bool report_is_open(const struct report *r);

/* ---- report_state.c -------------------------------------------------------------------------- */

/* Fold, hash and progress, as they are kept. The fold's `enrolled` is not among them.
 * TILL_UNSUPPORTED: another version packed it. */
enum till_status report_load(struct report *r) TILL_CHECKED;
enum till_status report_save(struct report *r) TILL_CHECKED;

/* ---- report_entry.c -------------------------------------------------------------------------- */

/* The next entry: all that it means for all lists. */
enum till_status report_entry(struct report *r, const struct report_source *from,
                              const struct entry *e) TILL_CHECKED;
/* At the end of a slice: shifts that are open, and, where all is read, the gap that lasts. */
enum till_status report_entries_end(struct report *r, const struct report_source *from,
                                    bool all) TILL_CHECKED;

/* ---- report_parts.c -------------------------------------------------------------------------- */

/* A payment, or with `reversal` that it is undone, in the sums of a date.
 *   e  the payment's entry */
enum till_status report_count(struct report *r, const struct report_source *from,
                              const struct entry *e, int32_t date, int64_t who, int64_t book,
                              bool reversal) TILL_CHECKED;
/* What is in memory, into the file. */
enum till_status report_flush(struct report *r) TILL_CHECKED;

/* ---- report_owed.c --------------------------------------------------------------------------- */

/* Something was paid, or taken back, by that entry: what the account owes is laid over anew, where
 * the book that stands is the one at hand. */
enum till_status report_lay(struct report *r, const struct report_source *from, uint64_t seq,
                            const char *account) TILL_CHECKED;
/* A piece of making what a newer book says. *done_out: nothing is to be made. */
enum till_status report_scan(struct report *r, const struct report_source *from,
                             bool *done_out) TILL_CHECKED;

#endif
