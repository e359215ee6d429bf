/* One step of a walk; for tests/support/days_walk*.c alone. */
#ifndef TILL_DAYS_STEP_H
#define TILL_DAYS_STEP_H

#include "days_walk.h"

struct days_step {
    struct days_world *world;
    struct days_terminal *terminal;
    const struct days_action *action;
    struct days_dice dice;
};

static inline uint32_t step_roll(struct days_step *s, uint32_t limit)
{
    return days_roll(&s->dice) % limit;
}
static inline const struct fold *step_fold(const struct days_step *s)
{
    return journal_fold(s->terminal->journal);
}
/* Who is logged in; NULL: nobody. */
const struct fold_user *step_who(const struct days_step *s);
/* The same with an open shift that is not being counted. */
const struct fold_user *step_at_work(const struct days_step *s);
const struct days_log *step_log(const struct days_step *s);

/*
 * Append; kind and body stand (a writer's status is passed in). true: it is committed. false: the
 * power went and the terminals have started again, or a fault: whoever called gives up the step.
 */
bool step_put(struct days_step *s, enum till_status written, struct entry *e);
bool step_put_training(struct days_step *s, enum till_status written, struct entry *e);
bool step_put_all(struct days_step *s, struct journal_item *items, size_t count);
/* A copy begins; the number before it ends in the same transaction, as `ended` says. */
bool step_begin_copy(struct days_step *s, const struct body_print *print, enum entry_kind ended);
/* What a payment's paper says, packed. Memory of the caller: RECEIPT_PACKED_MAX. */
struct span step_paper(struct days_step *s, const struct entry *e, uint8_t *memory);
/* The paper that has begun comes out, or not quite. */
void step_print(struct days_step *s);
/* That amount in notes, falling, the rest in minor units. */
void step_notes(int64_t amount_minor, char out[HEAPS_TEXT_MAX]);
bool step_is_supervisor(const char *user);
/* Another user than that one. */
const char *step_other(struct days_step *s, const char *user);

/* days_walk_money.c */
void step_login(struct days_step *s);
void step_logout(struct days_step *s);
void step_open(struct days_step *s);
void step_collect(struct days_step *s, enum entry_kind kind, uint16_t training);
void step_basket(struct days_step *s);
void step_reverse(struct days_step *s);
void step_duplicate(struct days_step *s);
void step_mark(struct days_step *s);
void step_cash_move(struct days_step *s, enum entry_kind kind);
/* One more copy of a paper; its number ends before. */
void step_copy(struct days_step *s, uint64_t seq);
void step_drop(struct days_step *s);
void step_x(struct days_step *s);

/* days_walk_close.c */
void step_count(struct days_step *s);
void step_close(struct days_step *s);
void step_absence(struct days_step *s);
void step_answer(struct days_step *s);

/* days_walk_carry.c */
void step_give(struct days_step *s);
void step_take(struct days_step *s);
void step_deposit(struct days_step *s);
void step_explain(struct days_step *s);

/* days_walk_stock.c */
void step_stock_in(struct days_step *s);
void step_stock_back(struct days_step *s);
void step_spoil(struct days_step *s);
void step_void(struct days_step *s);
void step_adjust(struct days_step *s);
void step_stock_count(struct days_step *s);
void step_manual(struct days_step *s);
/* The next number of receipt paper is taken for that copy; true also where there is none. */
bool step_use_number(struct days_step *s, uint64_t seq, uint32_t copy);
/* The number that the receipt's paper bears ends, as an item beside the reversal or the copy:
 * voided with all copies, or spoiled by a jam. 1, or 0 where its paper bears none. */
size_t step_end_item(struct days_step *s, uint64_t seq, enum entry_kind kind,
                     struct journal_item *out);

#endif
