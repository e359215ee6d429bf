#include "keymap.h"

#include <assert.h>
#include <string.h>

/* One row for all screens: what a key means where the screen lets it mean anything. */
static enum action base_action(enum key key, int *digit_out)
{
    if (key >= PAD_0 && key <= PAD_9) {
        *digit_out = (int)(key - PAD_0);
        return ACTION_DIGIT;
    }
    switch (key) {
    case PAD_OK:
        return ACTION_OK;
    case PAD_CANCEL:
        return ACTION_BACK;
    case PAD_CLEAR:
        return ACTION_ERASE;
    case PAD_UP:
        return ACTION_UP;
    case PAD_DOWN:
        return ACTION_DOWN;
    case PAD_LEFT:
        return ACTION_LEFT;
    case PAD_RIGHT:
        return ACTION_RIGHT;
    case PAD_F1:
        return ACTION_OPTION_1;
    case PAD_F2:
        return ACTION_OPTION_2;
    case PAD_STAR:
        return ACTION_POINT;
    case PAD_HASH:
        return ACTION_HASH;
    case PAD_SCAN:
        return ACTION_SCAN;
    default:
        return ACTION_NONE;
    }
}

#define BIT(action) (1u << (action))

enum {
    ALWAYS = BIT(ACTION_OK) | BIT(ACTION_BACK),
    SOFT = BIT(ACTION_OPTION_1) | BIT(ACTION_OPTION_2),
    ARROWS = BIT(ACTION_UP) | BIT(ACTION_DOWN) | BIT(ACTION_LEFT) | BIT(ACTION_RIGHT),
    TYPING = BIT(ACTION_DIGIT) | BIT(ACTION_ERASE)
};

/* Screen × key: which actions a kind of screen takes. */
static const unsigned allowed[] = {
    [KEYS_MENU] = ALWAYS | SOFT | ARROWS | BIT(ACTION_DIGIT) | BIT(ACTION_SCAN) | BIT(ACTION_HASH),
    [KEYS_LIST] = ALWAYS | SOFT | ARROWS | BIT(ACTION_DIGIT) | BIT(ACTION_SCAN) | BIT(ACTION_HASH),
    [KEYS_CARD] = ALWAYS | SOFT | ARROWS | BIT(ACTION_SCAN) | BIT(ACTION_HASH),
    [KEYS_AMOUNT] = ALWAYS | SOFT | ARROWS | TYPING | BIT(ACTION_POINT) | BIT(ACTION_HASH),
    [KEYS_DIGITS] = ALWAYS | SOFT | ARROWS | TYPING | BIT(ACTION_SCAN) | BIT(ACTION_HASH),
    [KEYS_NUMBER] =
        ALWAYS | SOFT | ARROWS | TYPING | BIT(ACTION_POINT) | BIT(ACTION_SCAN) | BIT(ACTION_HASH),
    [KEYS_MESSAGE] = ALWAYS | BIT(ACTION_HASH),
};

void keymap_init(struct keymap *k)
{
    memset(k, 0, sizeof *k);
    for (size_t i = 0; i < PAD_COUNT; i++)
        k->down_at_ms[i] = -1;
}

void keymap_shown(struct keymap *k, int64_t now_ms)
{
    k->shown_at_ms = now_ms;
    for (size_t i = 0; i < PAD_COUNT; i++)
        k->stale[i] = k->down_at_ms[i] >= 0;
}

enum action keymap_press(struct keymap *k, const struct screen *s, enum key key, bool down,
                         int64_t at_ms, int *digit_out)
{
    assert(key >= 0 && key < PAD_COUNT);
    if (!down) {
        k->down_at_ms[key] = -1;
        k->stale[key] = false;
        return ACTION_NONE;
    }
    bool held = k->down_at_ms[key] >= 0; /* a repeat, or an up that was lost */
    k->down_at_ms[key] = at_ms;
    enum action action = base_action(key, digit_out);
    if (!(allowed[s->keys] & BIT(action)))
        return ACTION_NONE;
    if (s->fresh && action == ACTION_OK &&
        (held || k->stale[key] || at_ms - k->shown_at_ms < KEYMAP_FRESH_MS))
        return ACTION_NONE;
    return action;
}
