/*
 * Days at a till, for tests and benchmarks of the reports: users in turn, receipts with lines on
 * their papers, reversals, prints, closes. A journal and a book on any VFS; everything follows from
 * what is asked for, and stops the test where the journal refuses it.
 */
#ifndef TILL_REPORT_STORY_H
#define TILL_REPORT_STORY_H

#include "book.h"
#include "fake_sealer.h"
#include "journal.h"
#include "report.h"

#define REPORT_STORY_BEGIN_S INT64_C(1795305600) /* 2026-11-22 08:00 in China */
enum { REPORT_STORY_LINES = 6 };

struct report_story {
    struct fake_key key;
    struct sealer sealer;
    const char *vfs, *path;
    struct journal *journal;
    struct report_paper paper; /* reads what report_story_pay wrote */
    int64_t at_s;              /* of the next entry; each takes 20 s */
};

/* A journal on an empty path; freed by report_story_end. */
void report_story_begin(struct report_story *s, const char *vfs, const char *path);
/* The same journal, which is closed, opened anew as by a start. */
void report_story_open(struct report_story *s);
void report_story_end(struct report_story *s);

/* Each returns the entry's seq. */
uint64_t report_story_person(struct report_story *s, enum entry_kind kind, const char *user);
uint64_t report_story_shift(struct report_story *s, int32_t date, int64_t opening_minor);
/* What a payment was: its account, late fee and tender; amounts come of its lines. */
struct report_story_payment {
    enum entry_kind kind; /* 0 = collection */
    bool training;
    const char *account;
    int tender;
    int64_t other_minor; /* of it by the tender; 0 = all */
    int64_t over_minor;  /* kept as advance; of an advance all of it */
    struct allocation_line lines[REPORT_STORY_LINES];
    size_t count;
    const char *chosen; /* months; NULL = oldest first */
};
uint64_t report_story_pay(struct report_story *s, const struct report_story_payment *p);
/* One line of 202610, electricity, in cash. */
uint64_t report_story_cash(struct report_story *s, const char *account, int64_t amount_minor);
uint64_t report_story_manual(struct report_story *s, const char *account, int64_t amount_minor,
                             int64_t taken_at_s);
/* Take back whole what that payment was, a supervisor beside. */
uint64_t report_story_undo(struct report_story *s, uint64_t seq);
uint64_t report_story_print(struct report_story *s, enum entry_kind kind, uint64_t seq,
                            uint32_t copy);
/* Any other: kind and body stand. */
uint64_t report_story_append(struct report_story *s, struct entry *e, bool training);
/* Who is at work closes their shift; what they count differs by that much. */
uint64_t report_story_close(struct report_story *s, int64_t over_minor);

/* All of it, in slices; the report's status where it is not TILL_OK. */
enum till_status report_story_read(struct report_story *s, struct report *r, struct book *book);

/* All that can be asked of it, as one text. */
void report_story_tell(struct report *r, char *out, size_t size);

/* ---- a book ---------------------------------------------------------------------------------- */

/* A book of meter books B0, B1 …: customers number n is of book n / per_book and owes bills of
 * `months` months back from 202610, 1000 + n of each. Accounts are 61 and eight digits of n. */
struct report_story_book {
    const struct book_mac *mac; /* what seals it; NULL: nothing does */
    uint64_t revision, applied_seq;
    uint32_t customers, per_book, months;
    uint8_t late_receipt_days;
    int64_t cash_limit_minor;  /* of user 1001 */
    int32_t last_reading_date; /* of everybody; 0 = not known */
    const char *fewer;         /* an account that owes one month less; NULL = none */
};
void report_story_account(uint32_t n, char out[ACCOUNT_MAX]);
struct book *report_story_build(const struct report_story_book *what, const char *vfs,
                                const char *path);

#endif
