#include <assert.h>
#include <string.h>

#include "flow.h"
#include "text.h"

struct flow_effect *effect_add(struct flow_effects *effects, enum flow_effect_type type)
{
    assert(effects->count < FLOW_EFFECTS_MAX);
    struct flow_effect *effect = &effects->list[effects->count++];
    memset(effect, 0, sizeof *effect);
    effect->type = type;
    return effect;
}

void effect_go(struct flow_effects *effects, enum flow_id flow, const struct flow_args *args)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_GO);
    effect->as.go.flow = flow;
    if (args)
        effect->as.go.args = *args;
}

void effect_replace(struct flow_effects *effects, enum flow_id flow, const struct flow_args *args)
{
    effect_go(effects, flow, args);
    effects->list[effects->count - 1].type = EFFECT_REPLACE;
}

void effect_back(struct flow_effects *effects, int64_t value)
{
    effect_add(effects, EFFECT_BACK)->as.value = value;
}

void effect_sound(struct flow_effects *effects, enum sound_pattern sound)
{
    effect_add(effects, EFFECT_SOUND)->as.value = sound;
}

void effect_notice(struct flow_effects *effects, enum screen_tone tone, const char *heading,
                   const char *text)
{
    struct flow_args args = {.tone = (int)tone};
    text_copy(args.heading, sizeof args.heading, heading);
    text_copy(args.text, sizeof args.text, text);
    effect_go(effects, FLOW_NOTICE, &args);
}

void effect_paper(struct flow_effects *effects, const struct flow_event *committed,
                  enum entry_kind kind, int64_t amount_minor)
{
    struct flow_args next = {.digit = -1,
                             .seq = committed->as.committed.seq,
                             .kind = (uint16_t)kind,
                             .amount_minor = amount_minor};
    chain_check_code(committed->as.committed.hash, next.check_code);
    effect_sound(effects, SOUND_OK);
    effect_replace(effects, FLOW_PAPER, &next);
}
