/*
 * The fast walk: a script of days.h carried out straight on real journals, with the bodies that the
 * terminal writes, on the disk whose power can be cut (cut_vfs.h). Hundreds of days a minute.
 *
 * What the journal refuses although the walk found it to be possible is a fault, and so is a record
 * that was reported committed and is not there after a cut.
 */
#ifndef TILL_DAYS_WALK_H
#define TILL_DAYS_WALK_H

#include "days.h"
#include "days_log.h"

#define DAYS_ZONE "CST-8"
#define DAYS_BEGIN_S INT64_C(1795300000)
enum { DAYS_CUSTOMERS = 90, DAYS_GIVEN_MAX = 512, DAYS_SECTOR_SIZE = 512 };

/* Who a terminal is: number and key are the caller's. */
struct days_identity {
    char terminal[TERMINAL_MAX];
    uint8_t public_key[PUBLIC_KEY_SIZE];
    uint8_t authority[HASH_SIZE];
    struct sealer sealer;
};

struct days_terminal {
    struct days_identity identity;
    char path[24];
    struct journal *journal; /* NULL: it could not be opened again: a fault */
    struct days_log log;     /* what was reported committed, and what was found after a cut */
    uint64_t handed_in;      /* through which the office has it */
};

/* Cash on its way. */
struct days_given {
    unsigned terminal;
    uint64_t seq;
    uint8_t hash[HASH_SIZE];
    int64_t amount_minor, other_minor;
    char giver[USER_MAX], receiver[USER_MAX];
    bool taken;
};

struct days_world {
    const struct days_script *script;
    size_t at; /* of the action in hand */
    int64_t now_s;
    struct days_terminal terminals[DAYS_TERMINALS_MAX];
    struct days_given given[DAYS_GIVEN_MAX];
    size_t given_count;
    uint64_t next_number[STOCK_TYPE_COUNT]; /* of paper, over all terminals */
    uint32_t slips;
    unsigned cuts, done[DAYS_ACT_COUNT]; /* how often each came to something */
    struct days_fault fault;
    /* DAYS_SEND: records of that terminal go to the office; NULL: there is none. false: fault is
     * set, or the power went. */
    bool (*send)(void *context, struct days_world *w, unsigned terminal, struct days_dice *dice);
    void *context;
};

/* Account number of a customer; they begin with DAYS_ACCOUNTS. */
#define DAYS_ACCOUNTS "61009"
void days_account(unsigned customer, char out[ACCOUNT_MAX]);

/* Journals with `enrolled` and `opened` in them, on an empty disk. identities: one a terminal. */
void days_world_begin(struct days_world *w, const struct days_script *script,
                      const struct days_identity *identities);
/* To the end of the script, or to the first fault. */
void days_world_walk(struct days_world *w);
/* Every journal is closed and opened anew, as after a night. */
void days_world_restart(struct days_world *w);
void days_world_end(struct days_world *w);

#endif
