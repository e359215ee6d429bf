#include "both.h"

#include <string.h>

void both_begin(struct both *b, const struct flow_event *committed, enum entry_kind kind,
                int64_t amount_minor, struct flow_effects *effects)
{
    memset(b, 0, sizeof *b);
    b->paper = (struct flow_args){.digit = -1,
                                  .seq = committed->as.committed.seq,
                                  .kind = (uint16_t)kind,
                                  .amount_minor = amount_minor};
    chain_check_code(committed->as.committed.hash, b->paper.check_code);
    b->step = BOTH_FIRST;
    effect_sound(effects, SOUND_OK);
    effect_go(effects, FLOW_PAPER, &b->paper);
}

/* The first came out whole, nobody has printed a second already, and the printer can. */
static bool may_print_second(const struct both *b, const struct flow_facts *facts)
{
    const struct fold *fold = facts->fold;
    return fold->last_receipt_seq == b->paper.seq && fold->last_receipt_copies == 0 &&
           !fold->paper_uncertain && (facts->printer == TILL_OK || facts->printer == TILL_BUSY);
}

static void start_second(struct both *b, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    b->paper.copy = 1;
    effect->as.commit.kind = KIND_DUPLICATE;
    effect->as.commit.print.seq = b->paper.seq;
    effect->as.commit.print.copy = b->paper.copy;
    b->step = BOTH_STARTING;
}

bool both_event(struct both *b, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    if (event->type == EVENT_RESUMED && b->step == BOTH_FIRST && may_print_second(b, facts)) {
        start_second(b, effects);
    } else if (event->type == EVENT_RESUMED && (b->step == BOTH_FIRST || b->step == BOTH_SECOND)) {
        b->step = BOTH_DONE;
    } else if (event->type == EVENT_COMMITTED && b->step == BOTH_STARTING) {
        b->step = event->status == TILL_OK ? BOTH_SECOND : BOTH_DONE;
        if (b->step == BOTH_SECOND)
            effect_go(effects, FLOW_PAPER, &b->paper);
    } else {
        return b->step == BOTH_STARTING; /* keys wait */
    }
    return true;
}
