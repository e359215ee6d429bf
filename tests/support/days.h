/*
 * Days that are made from a seed: several people in turn on one to three terminals, from the
 * opening cash to the bank, with whatever goes wrong in between.
 *
 * A script is a list of actions; an action says who is meant and brings dice. What the dice mean is
 * decided when it is carried out (days_walk.h on real journals, days_hands.h by keys), by what
 * stands there then; one that makes no sense there is passed over. So every part of a script is a
 * script too, and one that fails can be shrunk by leaving actions out.
 *
 * Nothing here reads a clock or a generator but its own: the same seed gives the same days on every
 * machine.
 */
#ifndef TILL_DAYS_H
#define TILL_DAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* name, what a person calls it */
#define DAYS_ACT_LIST(X)                                                                           \
    X(DAYS_LOGIN, "login")                                                                         \
    X(DAYS_LOGOUT, "logout")                                                                       \
    X(DAYS_OPEN, "open a shift")                                                                   \
    X(DAYS_COLLECT, "collect")                                                                     \
    X(DAYS_ADVANCE, "advance")                                                                     \
    X(DAYS_BASKET, "basket")                                                                       \
    X(DAYS_REVERSE, "reverse")                                                                     \
    X(DAYS_DUPLICATE, "print again")                                                               \
    X(DAYS_MARK, "mark a stop")                                                                    \
    X(DAYS_CASH_IN, "cash in")                                                                     \
    X(DAYS_CASH_OUT, "cash out")                                                                   \
    X(DAYS_DROP, "drop")                                                                           \
    X(DAYS_X, "X")                                                                                 \
    X(DAYS_COUNT, "count")                                                                         \
    X(DAYS_CLOSE, "Z")                                                                             \
    X(DAYS_ABSENCE, "close in absence")                                                            \
    X(DAYS_ANSWER, "answer")                                                                       \
    X(DAYS_GIVE, "hand over")                                                                      \
    X(DAYS_TAKE, "receive")                                                                        \
    X(DAYS_DEPOSIT, "deposit")                                                                     \
    X(DAYS_EXPLAIN, "explain")                                                                     \
    X(DAYS_STOCK_IN, "take over paper")                                                            \
    X(DAYS_STOCK_BACK, "give paper back")                                                          \
    X(DAYS_SPOIL, "spoil paper")                                                                   \
    X(DAYS_VOID, "void paper")                                                                     \
    X(DAYS_ADJUST, "correct the number")                                                           \
    X(DAYS_STOCK_COUNT, "count paper")                                                             \
    X(DAYS_MANUAL, "manual receipt")                                                               \
    X(DAYS_TRAIN, "train")                                                                         \
    X(DAYS_CUT, "power cut")                                                                       \
    X(DAYS_START, "start again")                                                                   \
    X(DAYS_CLOCK, "set the clock")                                                                 \
    X(DAYS_NIGHT, "night")                                                                         \
    X(DAYS_SEND, "send")
enum days_act {
#define X(name, text) name,
    DAYS_ACT_LIST(X)
#undef X
        DAYS_ACT_COUNT
};
const char *days_act_text(enum days_act act);

enum { DAYS_DICE = 4, DAYS_TERMINALS_MAX = 3, DAYS_USERS = 6, DAYS_SUPERVISORS = 2 };

/* 1001 to 1004 collect; 2001 and 2002 are supervisors. */
extern const char *const days_users[DAYS_USERS];

struct days_action {
    enum days_act act;
    unsigned terminal;
    uint32_t dice[DAYS_DICE];
};

struct days_script {
    uint64_t seed;
    unsigned terminals, days;
    struct days_action *list;
    size_t count;
};

/* days: 1 to 400. Freed by days_script_free. */
void days_script_make(struct days_script *s, uint64_t seed, unsigned days);
void days_script_free(struct days_script *s);
/* One action a line, for a person. */
void days_script_print(const struct days_script *s, FILE *out);

/* A stream of numbers of one's own; seed 0 is as good as any. */
struct days_dice {
    uint64_t state;
};
uint32_t days_roll(struct days_dice *d);

/*
 * Leave out actions as long as it still fails: what is left is short. `fails` carries a script out
 * from the beginning. At most `tries` of them.
 */
typedef bool days_fails(void *context, const struct days_script *s);
void days_shrink(struct days_script *s, days_fails *fails, void *context, unsigned tries);

/* FIELDTILL_SEED ("random": another each time), else `otherwise`. Where it is from outside it is
 * printed, so that whatever fails can be replayed. */
uint64_t days_seed(uint64_t otherwise);
/* How many worlds to go through: FIELDTILL_DAYS divided by `days`, else `otherwise`. */
unsigned days_worlds(unsigned days, unsigned otherwise);

#endif
