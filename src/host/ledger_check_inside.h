/*
 * The inside of the ledger's check: shared by the replay (ledger_check.c) and the comparison
 * (ledger_compare.c).
 */
#ifndef TILL_HOST_LEDGER_CHECK_INSIDE_H
#define TILL_HOST_LEDGER_CHECK_INSIDE_H

#include "import.h"
#include "ledger_check.h"
#include "store_recover.h"
#include "store_walk.h"
#include "teller.h"

struct entry_page;

/* What is known of a rare thing of a journal: the first above `from` stands at `next`. */
struct rare {
    bool known;
    uint64_t from, next; /* next: UINT64_MAX = none */
};

/* How far one terminal's journal was replayed. */
struct replayed {
    struct replayed *next; /* in its bucket */
    char terminal[TERMINAL_MAX];
    uint64_t head;
    struct teller teller;
    uint64_t *quarantined;
    size_t quarantined_count;
    bool quarantine_known; /* else there are more than can be listed */
    struct rare released, recovered;
    struct entry_page *page; /* entries that were read ahead; NULL = none */
    size_t page_size;        /* how many the next time */
};

/* Journals come in runs of batches, one terminal's records behind each other: some of them are read
 * ahead. Of so many terminals at a time, the one that was asked for longest ago gives way. */
enum { CHECK_BUCKETS = 1 << 16, CHECK_PAGES = 128, CHECK_PAGE_FIRST = 8, CHECK_PAGE_MOST = 256 };

struct entry_page {
    struct replayed *owner; /* NULL = free */
    size_t count, at;
    struct entry *entries; /* CHECK_PAGE_MOST */
};

struct check {
    struct store *live, *fresh;
    const char *dir;
    struct ledger_verdict *verdict;
    struct replayed **terminals; /* CHECK_BUCKETS */
    struct entry_page pages[CHECK_PAGES];
    size_t page_next;
    struct site site; /* of the fresh store, while site_known */
    bool site_known;
    uint64_t import_next;    /* number of the next import to replay */
    uint64_t import_count;   /* of the live store */
    struct import_past past; /* import_next's, while past_known */
    bool past_known;
    int64_t fresh_after;   /* last posting compared in the fresh store */
    int64_t number;        /* of `was` */
    int64_t held_after;    /* the last that was posted before late fees were held */
    int64_t last_posted_s; /* for entries that should have been posted */
    struct store_posting was, is;
};

/* The first difference is kept; TILL_REFUSED ends the walk. */
enum till_status ledger_differ(struct check *c, const char *format, ...)
    __attribute__((format(printf, 2, 3))) TILL_CHECKED;

/* ledger_check_entries.c: how far that terminal was replayed; made at the first question. */
enum till_status ledger_find_replayed(struct check *c, const char *terminal,
                                      struct replayed **out) TILL_CHECKED;
void ledger_free_replayed(struct check *c);
/* The entry behind the last that was replayed; there is one. */
enum till_status ledger_next_entry(struct check *c, struct replayed *r,
                                   struct entry *e) TILL_CHECKED;
bool ledger_is_quarantined(const struct replayed *r, uint64_t seq);
/* Was record `seq` released after it was set aside? Did a customer's paper bring it? */
enum till_status ledger_is_released(struct check *c, struct replayed *r, uint64_t seq,
                                    bool *is_out) TILL_CHECKED;
enum till_status ledger_is_recovered(struct check *c, struct replayed *r, uint64_t seq,
                                     bool *is_out) TILL_CHECKED;
/* The fresh store's site. */
enum till_status ledger_check_site(struct check *c, const struct site **site_out) TILL_CHECKED;
/* The entries up to `seq`, in their order: they post nothing, or have posted it before. */
enum till_status ledger_replay_to(struct check *c, struct replayed *r, uint64_t seq) TILL_CHECKED;

/* ledger_check_paper.c: postings out of their journal's order. *mine_out: c->was was one: of a
 * paper, or of a record that was released; it stands in the fresh store. */
enum till_status ledger_replay_apart(struct check *c, struct replayed *r, uint64_t seq,
                                     bool *mine_out) TILL_CHECKED;
/* Was that record posted, in the fresh store, by a paper that came before its journal? */
enum till_status ledger_came_by_paper(struct check *c, struct replayed *r, uint64_t seq,
                                      bool *is_out) TILL_CHECKED;
/* "paper/TERMINAL/SEQ" */
enum till_status ledger_replay_claim(struct check *c) TILL_CHECKED;
/* "slips/TERMINAL/SEQ" */
enum till_status ledger_replay_slips(struct check *c) TILL_CHECKED;
/* Are the slips of every record posted, in the fresh store? Once the live one followed them. */
enum till_status ledger_check_slips(struct check *c) TILL_CHECKED;

/* Posting c->was, where it is of the office or of a channel, into the fresh store. */
enum till_status ledger_replay_office(struct check *c) TILL_CHECKED;
/* What channels and corrections say was posted, and the closed periods, in the live store. */
enum till_status ledger_check_office(struct check *c) TILL_CHECKED;

/* c->was, the live store's posting of that number, against the next one of the fresh store. */
enum till_status ledger_compare_posting(struct check *c, int64_t number) TILL_CHECKED;
/* Every account that a posting names, and every customer, in both stores. */
enum till_status ledger_compare_accounts(struct check *c) TILL_CHECKED;

#endif
