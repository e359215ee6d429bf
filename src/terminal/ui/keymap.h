/*
 * Keys become actions: by a table per kind of screen, and by the rule of the fresh press.
 *
 * Taking money needs a press that began at least KEYMAP_FRESH_MS after the question appeared, of a
 * key that was up in between: a bouncing key or a habit confirms nothing.
 */
#ifndef TILL_KEYMAP_H
#define TILL_KEYMAP_H

#include "keys.h"
#include "screen.h"

enum { KEYMAP_FRESH_MS = 400 };

enum action {
    ACTION_NONE = 0,
    ACTION_OK,
    ACTION_BACK,
    ACTION_ERASE,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_OPTION_1, /* F1 */
    ACTION_OPTION_2, /* F2 */
    ACTION_DIGIT,    /* with its value */
    ACTION_POINT,
    ACTION_HASH,
    ACTION_SCAN
};

struct keymap {
    int64_t shown_at_ms;           /* when the present question appeared */
    int64_t down_at_ms[PAD_COUNT]; /* of keys that are down; -1 = up */
    bool stale[PAD_COUNT];         /* went down before the question appeared */
};

void keymap_init(struct keymap *k);
/* A new question stands on the screen: keys that are down now are stale until released. */
void keymap_shown(struct keymap *k, int64_t now_ms);
/* A key event under the present screen; *digit_out for ACTION_DIGIT. ACTION_NONE: means nothing
 * here, or was not fresh where it must be. Key-up gives ACTION_NONE. */
enum action keymap_press(struct keymap *k, const struct screen *s, enum key key, bool down,
                         int64_t at_ms, int *digit_out);

#endif
