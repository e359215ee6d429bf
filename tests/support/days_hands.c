#include "days_hands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cut_vfs.h"
#include "parts.h"
#include "receipt.h"
#include "text.h"

enum { SCREENS_MOST = 60, CUT_WITHIN = 40, NIGHT_MS = 9 * 3600 * 1000 };

struct hands {
    struct days_hands *d;
    struct handheld *h;
    struct days_dice dice;
    unsigned user; /* who is meant to work: index */
};

static const char *const users[2][2] = {{UTILITY_USER, UTILITY_PIN},
                                        {UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN}};

static uint32_t roll(struct hands *s, uint32_t limit)
{
    return days_roll(&s->dice) % limit;
}

/* The disk went dark: the battery is pulled and it starts again. */
static void mind_power(struct hands *s)
{
    if (cut_vfs_is_cut()) {
        handheld_cut_power(s->h);
        handheld_start(s->h);
        handheld_settle(s->h);
        s->d->cuts++;
    }
}

static void keys(struct hands *s, const char *names)
{
    handheld_keys(s->h, names);
    mind_power(s);
}

static void type(struct hands *s, const char *text)
{
    handheld_type(s->h, text);
    mind_power(s);
}

static bool at(const struct hands *s, const char *screen)
{
    return strcmp(handheld_screen(s->h), screen) == 0;
}

static void log_in(struct hands *s)
{
    type(s, users[s->user][0]);
    keys(s, "ok");
    type(s, users[s->user][1]);
    keys(s, "ok");
}

/* ---- from screen to screen ------------------------------------------------------------------- */

/* What a person presses where a question stands; a digit of it is thrown. */
static bool answer(struct hands *s)
{
    static const char *const answers[][2] = {
        {"close", "ok"},          {"close_slips", "f1"},
        {"close_stands", "ok"},   {"close_stock", "ok"},
        {"close_result", "ok"},   {"close_reason", "5"},
        {"close_confirm", "ok"},  {"receive_begin", "ok"},
        {"receive_slips", "f1"},  {"receive_stands", "ok"},
        {"receive_result", "ok"}, {"deposit_slips", "f1 2"},
        {"deposit_result", "ok"}, {"handover_after", "cancel"},
        {"paper", "ok"},          {"notice", "ok"},
        {"absence", "ok"},        {"explain", "ok 5 ok ok"},
        {"receive", "ok"},
    };
    char note[8];
    if (at(s, "close_notes") || at(s, "receive_notes") || at(s, "deposit_notes")) {
        (void)snprintf(note, sizeof(note), "%u", roll(s, 6));
        type(s, note);
        keys(s, "f1");
        return true;
    }
    if (at(s, "handover")) {
        keys(s, "ok");
        type(s, users[1 - s->user][0]);
        keys(s, "ok ok");
        return true;
    }
    if (at(s, "deposit")) {
        char slip[16];
        (void)snprintf(slip, sizeof(slip), "1%06u", roll(s, 1000000));
        type(s, "1");
        type(s, slip);
        keys(s, "ok ok ok");
        return true;
    }
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        if (at(s, answers[i][0])) {
            keys(s, answers[i][1]);
            return true;
        }
    }
    return false;
}

/* false: nothing was asked that a person could answer here, or the answer led nowhere. */
static bool answer_on(struct hands *s)
{
    char before[32];
    text_copy(before, sizeof(before), handheld_screen(s->h));
    return answer(s) && !at(s, before);
}

/* To one of the screens where somebody begins something. */
static bool settle(struct hands *s)
{
    for (int i = 0; i < SCREENS_MOST; i++) {
        if (at(s, "home") || at(s, "shift") || at(s, "login")) {
            return true;
        }
        if (!answer_on(s)) {
            keys(s, "cancel");
        }
    }
    return false;
}

/* As the one who is meant; home where the shift is open, shift where it is not. */
static bool be_there(struct hands *s)
{
    for (int i = 0; i < 4 && settle(s); i++) {
        const struct fold_user *who = fold_current(handheld_fold(s->h));
        if (at(s, "login")) {
            log_in(s);
        } else if (who != NULL && strcmp(who->user, users[s->user][0]) == 0) {
            return true;
        } else {
            keys(s, at(s, "home") ? "6 0 ok" : "cancel");
        }
    }
    return false;
}

/* ---- what is done ---------------------------------------------------------------------------- */

/* How many of the note that stands there, and on to the next. */
static void count_notes(struct hands *s, uint32_t many)
{
    char digits[8];
    (void)snprintf(digits, sizeof(digits), "%u", many);
    type(s, digits);
    keys(s, "ok");
}

/* Hundreds, fifties and ones. */
static void open_shift(struct hands *s)
{
    if (at(s, "shift")) {
        uint32_t opening = roll(s, 400);
        count_notes(s, opening / 100);
        count_notes(s, opening % 100 / 50);
        keys(s, "ok ok ok");
        count_notes(s, opening % 50);
        keys(s, "f1 ok");
    }
}

static void collect(struct hands *s)
{
    char account[ACCOUNT_MAX];
    if (!at(s, "home")) {
        return;
    }
    utility_account(roll(s, UTILITY_CUSTOMERS), account);
    keys(s, "2");
    type(s, account);
    keys(s, "ok ok");
    if (at(s, "tender")) {
        keys(s, "ok");
    }
}

/* From the list of what becomes of counted cash. */
static void carry(struct hands *s, const char *digit)
{
    if (at(s, "home")) {
        keys(s, "6");
        if (at(s, "more")) {
            handheld_choose(s->h, _("Hand-over, deposit"));
            mind_power(s);
        }
    } else if (at(s, "shift")) {
        keys(s, "down");
    }
    if (at(s, "custody")) {
        keys(s, digit);
    }
    for (int i = 0; i < SCREENS_MOST && !at(s, "custody") && answer_on(s); i++) {
    }
}

static void drop(struct hands *s)
{
    if (!at(s, "home") || s->user != 0) {
        return;
    }
    keys(s, "5 f1 1");
    if (at(s, "drop")) {
        type(s, roll(s, 2) == 0 ? "10" : "50");
        keys(s, "ok");
        type(s, UTILITY_SUPERVISOR);
        keys(s, "ok");
        type(s, UTILITY_SUPERVISOR_PIN);
        keys(s, "ok ok");
    }
}

static void close_shift(struct hands *s)
{
    if (at(s, "home")) {
        keys(s, "f1");
        for (int i = 0; i < SCREENS_MOST && !at(s, "shift") && answer_on(s); i++) {
        }
    }
}

static void act(struct hands *s, enum days_act what)
{
    switch (what) {
    case DAYS_OPEN:
        open_shift(s);
        return;
    case DAYS_COLLECT:
    case DAYS_ADVANCE:
        collect(s);
        return;
    case DAYS_DROP:
        drop(s);
        return;
    case DAYS_DUPLICATE:
        if (at(s, "home")) {
            keys(s, "3 ok ok");
        }
        return;
    case DAYS_CLOSE:
        close_shift(s);
        return;
    case DAYS_GIVE:
        carry(s, "1");
        return;
    case DAYS_TAKE:
        carry(s, "2");
        return;
    case DAYS_DEPOSIT:
        carry(s, "3");
        return;
    case DAYS_EXPLAIN:
        carry(s, "4");
        return;
    default:
        return;
    }
}

static void carry_out(struct hands *s, const struct days_action *action)
{
    switch (action->act) {
    case DAYS_LOGIN:
        s->user = action->dice[0] % 3 == 0;
        (void)be_there(s);
        return;
    case DAYS_CUT:
        cut_vfs_arm(1 + roll(s, CUT_WITHIN));
        return;
    case DAYS_START:
        handheld_stop(s->h);
        handheld_start(s->h);
        handheld_settle(s->h);
        return;
    case DAYS_NIGHT:
        handheld_wait(s->h, NIGHT_MS);
        mind_power(s);
        return;
    default:
        break;
    }
    uint64_t before = handheld_head(s->h);
    if (be_there(s)) {
        act(s, action->act);
        (void)settle(s);
        s->d->done[action->act] += handheld_head(s->h) > before;
    }
}

void days_hands_walk(struct days_hands *d, const struct days_script *script)
{
    struct hands s = {.d = d, .h = d->h};
    for (size_t i = 0; i < script->count; i++) {
        const struct days_action *action = &script->list[i];
        s.dice.state = (uint64_t)action->dice[1] << 32 | action->dice[2];
        carry_out(&s, action);
        mind_power(&s);
    }
    cut_vfs_arm(0);
}

void days_hands_papers(void *context, const struct entry *payment, struct days_paper *out)
{
    static char text[RECEIPT_PACKED_MAX];
    static struct receipt receipt;
    size_t size = 0;
    if (journal_receipt_text(context, payment->seq, text, sizeof(text), &size) != TILL_OK ||
        receipt_unpack((struct span){(const uint8_t *)text, size}, &receipt) != TILL_OK) {
        return;
    }
    out->known = true;
    out->count = receipt.item_count;
    memcpy(out->lines, receipt.items, sizeof(out->lines));
}
