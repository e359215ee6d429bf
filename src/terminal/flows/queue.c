/*
 * A temporary collection point (临时收费点): people stand in line on the village square. Each gives a
 * number, its last digits or a bill when they come; OK serves the first, and the line closes up
 * behind them. The line is kept over a restart.
 */
#include <stdio.h>
#include <string.h>

#include "rows.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum { QUEUE_ROWS = 5, NUMBER_MOST = 20, NAME_ROOM = 49 };

/* One of those in line, as their row shows it. */
struct waiting {
    char account[ACCOUNT_MAX];
    char name[NAME_ROOM]; /* "" = in no book any more */
    int64_t due_minor;
};

struct state {
    size_t selected;
    struct typed number; /* someone who joins */
    struct rows found;   /* whom it fits */
    bool scanned;
    struct waiting shown[QUEUE_ROWS]; /* the page of the line, as far as it is known */
    bool looking;                     /* for one of them */
    bool adding, emptying;
    bool serving; /* the one on top is at the table */
    char served[ACCOUNT_MAX];
    enum till_status status;
};

/* The line is another when the answer comes: the rows are filled then. */
static void look_anew(struct state *s, const char *account, struct flow_effects *effects)
{
    s->looking = true;
    text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, account);
}

static void join(struct state *s, const char *account, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_QUEUE);
    effect->as.queue.change = 1;
    text_copy(effect->as.queue.account, sizeof effect->as.queue.account, account);
    look_anew(s, account, effects);
    typed_set(&s->number, "", false);
    memset(&s->found, 0, sizeof s->found);
    s->adding = false;
}

static void leave(struct state *s, const char *account, struct flow_effects *effects)
{
    struct flow_effect *effect = effect_add(effects, EFFECT_QUEUE);
    effect->as.queue.change = -1;
    text_copy(effect->as.queue.account, sizeof effect->as.queue.account, account);
    look_anew(s, account, effects);
}

/* Whose number it is, before it joins: an unknown one never stands in the line. */
static void find(struct state *s, size_t offset, struct flow_effects *effects)
{
    s->found.loaded = false;
    if (s->number.length == 0) {
        memset(&s->found, 0, sizeof s->found);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_FIND);
    text_copy(effect->as.window.query, sizeof effect->as.window.query, s->number.text);
    effect->as.window.offset = offset;
}

static size_t first_shown(const struct state *s)
{
    return s->selected / QUEUE_ROWS * QUEUE_ROWS;
}

/* Name and due of who is on the page, one after another. */
static void look(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    const struct flow_queue *q = facts->queue;
    size_t first = first_shown(s);
    for (size_t i = 0; i < QUEUE_ROWS && first + i < q->count && !s->looking; i++) {
        struct waiting *w = &s->shown[i];
        if (strcmp(w->account, q->accounts[first + i]) == 0)
            continue;
        memset(w, 0, sizeof *w);
        s->looking = true;
        text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX,
                  q->accounts[first + i]);
    }
}

static void take_shown(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event)
{
    const struct flow_queue *q = facts->queue;
    size_t first = first_shown(s);
    s->looking = false;
    for (size_t i = 0; i < QUEUE_ROWS && first + i < q->count; i++) {
        struct waiting *w = &s->shown[i];
        if (strcmp(w->account, q->accounts[first + i]) == 0)
            continue;
        /* Unknown, it stays in line all the same: who stands there can say more. */
        bool known = event->status == TILL_OK &&
                     strcmp(event->as.customer->customer.account, q->accounts[first + i]) == 0;
        if (event->status == TILL_OK && !known)
            return; /* the line has moved on */
        text_copy(w->account, sizeof w->account, q->accounts[first + i]);
        text_copy(w->name, sizeof w->name, known ? event->as.customer->customer.name : "");
        w->due_minor = known ? event->as.customer->arrears.due_minor : 0;
        return;
    }
}

static void serve(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    if (s->selected >= facts->queue->count) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    text_copy(next.account, sizeof next.account, facts->queue->accounts[s->selected]);
    text_copy(s->served, sizeof s->served, next.account);
    s->serving = true;
    effect_go(effects, FLOW_CUSTOMER, &next);
}

/* The one that was chosen; a refused number is replaced by the next digit. */
static void enter(struct state *s, const struct flow_facts *facts, const struct flow_row *row,
                  struct flow_effects *effects)
{
    if (!s->found.loaded && s->number.length > 0)
        return; /* what it fits is on its way */
    bool any = row && s->found.total > 0 && s->number.length > 0;
    s->status = !any ? TILL_NOT_FOUND : facts->queue->count == QUEUE_MAX ? TILL_TOO_LARGE : TILL_OK;
    if (s->status == TILL_OK) {
        join(s, row->customer.account, effects);
    } else {
        s->number.fresh = true;
        effect_sound(effects, SOUND_ERROR);
    }
}

static void act_adding(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    const struct flow_row *row = rows_selected(&s->found);
    size_t offset;
    switch (event->as.key.action) {
    case ACTION_DIGIT:
        s->status = TILL_OK;
        s->found.selected = 0;
        if (!typed_digit(&s->number, event->as.key.digit, NUMBER_MOST))
            effect_sound(effects, SOUND_ERROR);
        find(s, 0, effects);
        break;
    case ACTION_ERASE:
        s->status = TILL_OK;
        s->found.selected = 0;
        if (!typed_erase(&s->number))
            s->adding = false;
        find(s, 0, effects);
        break;
    case ACTION_UP:
    case ACTION_DOWN:
        if (rows_move(&s->found, event->as.key.action == ACTION_DOWN, &offset))
            find(s, offset, effects);
        break;
    case ACTION_OK:
        enter(s, facts, row, effects);
        break;
    case ACTION_BACK:
        s->adding = false;
        s->status = TILL_OK;
        typed_set(&s->number, "", false);
        memset(&s->found, 0, sizeof s->found);
        break;
    default:
        break;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    size_t count = facts->queue->count;
    s->status = TILL_OK;
    switch (event->as.key.action) {
    case ACTION_DIGIT:
        s->adding = true;
        typed_set(&s->number, "", false);
        typed_digit(&s->number, event->as.key.digit, NUMBER_MOST);
        s->found.selected = 0;
        find(s, 0, effects);
        break;
    case ACTION_DOWN:
        s->selected += s->selected + 1 < count;
        break;
    case ACTION_UP:
        s->selected -= s->selected > 0;
        break;
    case ACTION_OK:
        serve(s, facts, effects);
        break;
    case ACTION_OPTION_1:
        if (s->selected < count)
            leave(s, facts->queue->accounts[s->selected], effects);
        break;
    case ACTION_OPTION_2:
        s->emptying = count > 0;
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void act_emptying(struct state *s, const struct flow_event *event,
                         struct flow_effects *effects)
{
    s->emptying = false;
    if (event->as.key.action == ACTION_OK)
        effect_add(effects, EFFECT_QUEUE); /* change 0: empty it */
}

/* A scan that fits one account is that account; otherwise it is looked at like typed digits. */
static void take_found(struct state *s, const struct flow_facts *facts,
                       const struct flow_event *event, struct flow_effects *effects)
{
    bool scanned = s->scanned;
    s->scanned = false;
    if (!s->adding)
        return;
    if (event->status != TILL_OK) {
        s->status = event->status;
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    rows_take(&s->found, event);
    if (scanned && s->found.total < 2)
        enter(s, facts, rows_selected(&s->found), effects);
}

static void scan(struct state *s, const char *text, struct flow_effects *effects)
{
    s->adding = s->scanned = true;
    s->status = TILL_OK;
    s->found.selected = 0;
    typed_set(&s->number, text, true);
    find(s, 0, effects);
}

/* What they owe may have changed. */
static void forget(struct state *s)
{
    s->looking = false;
    memset(s->shown, 0, sizeof s->shown);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    switch (event->type) {
    case EVENT_RESUMED:
        /* Served, with a receipt or a record: they leave the line. After Cancel they stay. */
        forget(s);
        if (s->serving && event->as.resumed.value)
            leave(s, s->served, effects);
        s->serving = false;
        break;
    case EVENT_BOOK:
        forget(s);
        break;
    case EVENT_CUSTOMER:
        take_shown(s, facts, event);
        break;
    case EVENT_WINDOW:
        take_found(s, facts, event, effects);
        break;
    case EVENT_SCANNED:
        if (!s->emptying)
            scan(s, event->as.scanned.text, effects);
        break;
    case EVENT_ACTION:
        if (s->emptying)
            act_emptying(s, event, effects);
        else if (s->adding)
            act_adding(s, facts, event, effects);
        else
            act(s, facts, event, effects);
        break;
    default:
        break;
    }
    if (s->selected >= facts->queue->count)
        s->selected = facts->queue->count ? facts->queue->count - 1 : 0;
    if (effects->count == 0)
        look(s, facts, effects);
}

static void show_line(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    const struct flow_queue *q = facts->queue;
    size_t first = first_shown(s);
    screen_list(screen, s->selected - first, first, q->count);
    for (size_t i = first; i < q->count && i < first + QUEUE_ROWS; i++) {
        struct screen_row *row = screen_row(screen);
        const struct waiting *w = &s->shown[i - first];
        char account[SCREEN_TEXT_MAX];
        text_group_account(account, sizeof account, q->accounts[i]);
        bool known = strcmp(w->account, q->accounts[i]) == 0 && w->name[0];
        text_copy(row->name, sizeof row->name, known ? w->name : account);
        text_copy(row->place, sizeof row->place, known ? account : "");
        if (known)
            words_money(facts, w->due_minor, row->amount);
        row->amount_tone = w->due_minor > 0 ? TONE_NORMAL : TONE_QUIET;
        if (i == 0)
            text_copy(row->note, sizeof row->note, _("next in line"));
        else
            snprintf(row->note, sizeof row->note, _("no. %zu"), i + 1);
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char waiting[SCREEN_TEXT_MAX];
    (void)args;
    screen_begin(screen, "queue", KEYS_DIGITS);
    snprintf(waiting, sizeof waiting, _("%zu waiting"), facts->queue->count);
    screen_title(screen, _("Collection point"), waiting);
    if (s->emptying) {
        screen_notice(screen, TONE_LOOK, _("Send everybody away?"),
                      _("The line is emptied. Nothing that was recorded is lost."));
        screen_key(screen, "OK", _("Empty the line"));
        screen_key(screen, _("Cancel"), _("Back"));
        return;
    }
    if (s->adding) {
        screen_field(screen, _("Account of who joins"), s->number.text, "");
        screen->blocks[screen->block_count - 1].as.field.left_aligned = true;
        if (s->status == TILL_OK && s->found.total > 0)
            rows_show(&s->found, facts, screen);
    }
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Did not join"), _(status_text(s->status)));
    if (facts->queue->count == 0 && !s->adding && s->status == TILL_OK)
        screen_notice(screen, TONE_ACCENT, _("Nobody is waiting"),
                      _("Type the account of who comes, or scan a bill."));
    else if (!s->adding)
        show_line(s, facts, screen);
    screen_key(screen, "OK", s->adding ? _("Join the line") : _("Serve"));
    screen_key(screen, "F1", _("Take out"));
    screen_key(screen, "F2", _("Empty"));
}

const struct flow flow_queue = {"queue", sizeof(struct state), handle, show};
