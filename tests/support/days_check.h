/*
 * Checkers of days: what must hold of any journal, worked out anew from its entries alone and in
 * another way than the program does it.
 *
 * MONEY. For each user of a terminal, all in cash:
 *
 *   opening + taken - reversed + paid in + received + closed for others
 *     = bag + held + kept + paid out + dropped + given + brought + short at closes
 *       + closed by others
 *
 * received is what was counted at a hand-over taken, brought what the Zs said of a deposit, closed
 * for others what a supervisor counted in absence, closed by others what stood in the bag less what
 * was short. Over all terminals and users:
 *
 *   opening + taken - reversed + paid in - paid out
 *     = bag + held + kept + in transit + deposited + dropped into the bank
 *       + variance + explained + short at closes
 *
 * in transit is what was given or dropped to a supervisor and not taken on any terminal, deposited
 * what the bank's slips say; what differs there is variance until it is explained.
 *
 * SLIPS: cheques and other slips go the same way, each tender's by itself until the close:
 *
 *   taken - reversed = in the bag + held + kept + in transit + variance + at the bank
 *       + cheques that were short at closes
 *
 * where those that are no cheques, at the bank or short, are evidence: their money comes without
 * them.
 *
 * A Z: every figure of it and of its totals is the sum of the entries of that user's shift.
 * PAPER: each number is in one state (days_stock.h), and the counts in hand are those.
 * REPORT: what it adds up and lists is what the entries say.
 * FOLD: gone over anew it gives the same bytes as the journal kept.
 */
#ifndef TILL_DAYS_CHECK_H
#define TILL_DAYS_CHECK_H

#include "days_log.h"

enum { DAYS_TENDERS = 6, DAYS_REASONS = 8, DAYS_SUMS_MAX = 12, DAYS_PEOPLE_MAX = FOLD_USERS_MAX };

/* One user of one terminal, by the entries. */
struct days_person {
    char user[USER_MAX];
    int64_t bag_minor, held_minor, kept_minor, variance_minor; /* as they are now */
    int64_t opening_minor, paid_in_minor, paid_out_minor, dropped_minor;
    int64_t taken_minor[DAYS_TENDERS]; /* reversals taken off */
    int64_t received_minor, given_minor, brought_minor, deposited_minor, explained_minor;
    int64_t closed_for_minor, closed_by_minor;
    int64_t short_minor; /* at closes of their own shifts, whoever made them */
    /* Cheques and other slips: in the bag by tender, in hand since a close, received. */
    int64_t slips_bag_minor[DAYS_TENDERS];
    int64_t slips_held_minor, slips_kept_minor, slips_variance_minor, cheques_short_minor;
};

/* A sum of a name: a bank, the owner of what was explained. */
struct days_sum {
    char name[USER_MAX];
    int64_t amount_minor;
};

struct days_tally {
    struct days_person people[DAYS_PEOPLE_MAX];
    size_t count;
    struct days_sum banks[DAYS_SUMS_MAX], owners[DAYS_SUMS_MAX]; /* name "": none */
    int64_t given_minor;      /* into transit: hand-overs, drops to supervisors */
    int64_t taken_minor;      /* out of it, of this journal's */
    int64_t elsewhere_minor;  /* out of it, of other journals' */
    int64_t bank_drops_minor; /* dropped straight into the bank */
    int64_t paid_in_minor[DAYS_REASONS], paid_out_minor[DAYS_REASONS];
    int64_t slips_given_minor, slips_taken_minor; /* into transit and out of it */
    int64_t evidence_minor[DAYS_TENDERS];         /* slips without money of their own */
    struct days_sum clearing[DAYS_SUMS_MAX];      /* cheques at a bank */
};

/* Entries that can't be followed are a fault. */
void days_tally_make(struct days_tally *t, const struct days_log *log, struct days_fault *f);
/* NULL: they never worked there. */
const struct days_person *days_tally_of(const struct days_tally *t, const char *user);

/* Each user's sums, and the fold's of them. */
void days_check_people(const struct days_log *log, const struct fold *fold, struct days_fault *f);
/* The whole, over several terminals. */
void days_check_money(const struct days_log *const *logs, size_t count, struct days_fault *f);
/* Every Z of a journal. *zs_out: how many there were; NULL where nobody asks. */
void days_check_closes(const struct days_log *log, unsigned *zs_out, struct days_fault *f);
void days_check_stock(const struct days_log *log, const struct fold *fold, struct days_fault *f);
void days_check_fold(const struct days_log *log, const struct fold *kept, struct days_fault *f);
/* The report file at `path` on the cut disk (db/report.h), read on from where it is: takings by
 * day, collector, tender and bill type, exceptions, what is not explained, shifts. */
void days_check_report(const struct days_log *log, struct journal *journal, const char *path,
                       struct days_fault *f);
/* All that one journal can be asked. */
void days_check_journal(const struct days_log *log, const struct fold *kept, struct days_fault *f);

#endif
