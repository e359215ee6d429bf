/*
 * The inside of the ledger's check: shared by the replay (ledger_check.c) and the comparison
 * (ledger_compare.c).
 */
#ifndef TILL_HOST_LEDGER_CHECK_INSIDE_H
#define TILL_HOST_LEDGER_CHECK_INSIDE_H

#include "ledger_check.h"
#include "teller.h"

/* How far one terminal's journal was replayed. */
struct replayed {
    struct replayed *next;
    char terminal[TERMINAL_MAX];
    uint64_t head;
    struct teller teller;
    uint64_t quarantined[BOOK_UNAPPLIED_MAX];
    size_t quarantined_count;
    bool quarantine_known; /* else there are more than can be listed */
};

struct check {
    struct store *live, *fresh;
    const char *dir;
    struct ledger_verdict *verdict;
    struct replayed *terminals;
    uint64_t import_next;  /* number of the next import to replay */
    int64_t fresh_after;   /* last posting compared in the fresh store */
    int64_t last_posted_s; /* for entries that should have been posted */
    struct store_posting was, is;
};

/* The first difference is kept; TILL_REFUSED ends the walk. */
enum till_status ledger_differ(struct check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3))) TILL_CHECKED;

/* How far that terminal was replayed; made at the first question. */
enum till_status ledger_find_replayed(struct check *c, const char *terminal,
                                      struct replayed **out) TILL_CHECKED;
/* The entries up to `seq`, in their order: they post nothing, or have posted it before. */
enum till_status ledger_replay_to(struct check *c, struct replayed *r, uint64_t seq) TILL_CHECKED;

/* ledger_check_paper.c: postings out of their journal's order. *mine_out: c->was was one: of a
 * paper, or of a record that was released; it stands in the fresh store. */
enum till_status ledger_replay_apart(struct check *c, const char *terminal, uint64_t seq,
                                     bool *mine_out) TILL_CHECKED;
/* "paper/TERMINAL/SEQ" */
enum till_status ledger_replay_claim(struct check *c) TILL_CHECKED;

/* Posting c->was, where it is of the office or of a channel, into the fresh store. */
enum till_status ledger_replay_office(struct check *c) TILL_CHECKED;
/* What channels and corrections say was posted, and the closed periods, in the live store. */
enum till_status ledger_check_office(struct check *c) TILL_CHECKED;

/* c->was, the live store's posting of that number, against the next one of the fresh store. */
enum till_status ledger_compare_posting(struct check *c, int64_t number) TILL_CHECKED;
/* Every account that a posting names, and every customer, in both stores. */
enum till_status ledger_compare_accounts(struct check *c) TILL_CHECKED;

#endif
