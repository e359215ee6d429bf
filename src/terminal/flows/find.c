/*
 * Find as one types, or from a scan. One field that guesses: account or its end, meter, telephone,
 * house number, the first letters of the name's pinyin on the digit keys. F2: who is near. A
 * customer found alone by a scan opens at once.
 */
#include <stdio.h>
#include <string.h>

#include "rows.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum { QUERY_MOST = 20 };

struct state {
    struct typed query;
    char scanned[65];
    struct rows rows;
    bool open_only; /* came by scan: open when there is exactly one */
    bool near;      /* by distance instead of by what was typed */
    enum till_status status;
};

static const char *query_of(const struct state *s)
{
    return s->scanned[0] ? s->scanned : s->query.text;
}

static void ask(struct state *s, size_t offset, struct flow_effects *effects)
{
    if (query_of(s)[0] == '\0' && !s->near) {
        memset(&s->rows, 0, sizeof s->rows);
        return;
    }
    struct flow_effect *effect = effect_add(effects, s->near ? EFFECT_NEAR : EFFECT_FIND);
    text_copy(effect->as.window.query, sizeof effect->as.window.query, query_of(s));
    effect->as.window.offset = offset;
}

static void scan(struct state *s, const char *text, struct flow_effects *effects)
{
    text_copy(s->scanned, sizeof s->scanned, text);
    s->rows.selected = 0;
    s->open_only = true;
    ask(s, 0, effects);
}

static void open_selected(const struct state *s, struct flow_effects *effects)
{
    const struct flow_row *row = rows_selected(&s->rows);
    if (!row) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    struct flow_args next = {.digit = -1};
    text_copy(next.account, sizeof next.account, row->customer.account);
    effect_go(effects, FLOW_CUSTOMER, &next);
}

static void type(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->scanned[0] = '\0';
    s->rows.selected = 0;
    s->near = false;
    if (event->as.key.action == ACTION_DIGIT)
        typed_digit(&s->query, event->as.key.digit, QUERY_MOST);
    else
        typed_erase(&s->query);
    ask(s, 0, effects);
}

static void act(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    size_t offset;
    switch (event->as.key.action) {
    case ACTION_DIGIT:
    case ACTION_ERASE:
        type(s, event, effects);
        break;
    case ACTION_UP:
    case ACTION_DOWN:
        if (rows_move(&s->rows, event->as.key.action == ACTION_DOWN, &offset))
            ask(s, offset, effects);
        break;
    case ACTION_OK:
        open_selected(s, effects);
        break;
    case ACTION_OPTION_2:
        s->near = true;
        s->rows.selected = 0;
        ask(s, 0, effects);
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)facts;
    switch (event->type) {
    case EVENT_START:
        if (args->text[0]) {
            scan(s, args->text, effects);
        } else if (args->digit >= 0) {
            typed_digit(&s->query, args->digit, QUERY_MOST);
            ask(s, 0, effects);
        }
        break;
    case EVENT_RESUMED:
        /* Who came from the route goes back to it when money was taken. */
        if (event->as.resumed.value)
            effect_back(effects, event->as.resumed.value);
        else
            ask(s, s->rows.offset, effects);
        break;
    case EVENT_SCANNED:
        scan(s, event->as.scanned.text, effects);
        break;
    case EVENT_WINDOW:
        s->status = event->status;
        if (event->status != TILL_OK) {
            memset(&s->rows, 0, sizeof s->rows);
            break;
        }
        rows_take(&s->rows, event);
        if (s->open_only && s->rows.total == 1)
            open_selected(s, effects);
        s->open_only = false;
        break;
    case EVENT_ACTION:
        act(s, event, effects);
        break;
    default:
        break;
    }
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    char found[SCREEN_TEXT_MAX] = "";
    screen_begin(screen, "find", KEYS_DIGITS);
    if (s->rows.loaded && s->rows.total > FLOW_SEEN_MAX)
        snprintf(found, sizeof found, _("%zu+ found"), s->rows.total - 1);
    else if (s->rows.loaded && query_of(s)[0])
        snprintf(found, sizeof found, _("%zu found"), s->rows.total);
    screen_title(screen, s->near ? _("Near here") : _("Find"), found);
    if (!s->near) {
        screen_field(screen, "", query_of(s), "");
        screen->blocks[screen->block_count - 1].as.field.left_aligned = true;
    }
    if (s->near && s->status != TILL_OK)
        screen_notice(screen, TONE_LOOK, _("The place is not known"),
                      _("No position yet. Under the open sky it takes a minute; or type."));
    else if (s->near && s->rows.loaded && s->rows.total == 0)
        screen_notice(screen, TONE_LOOK, _("Nobody near"),
                      _("No meter with a known place within 3 km. Type instead."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Can't be shown"), _(status_text(s->status)));
    else if (query_of(s)[0] == '\0' && !s->near)
        screen_notice(screen, TONE_ACCENT, _("Account, meter, telephone, house number"),
                      _("All of it or a part. The name by its pinyin's first letters on the digit "
                        "keys: 王秀英 WXY = 999. A bill can be scanned."));
    else if (s->rows.loaded && s->rows.total == 0)
        screen_notice(screen, TONE_LOOK, _("Nobody found"),
                      _("Check the digits. A new customer comes with the next book."));
    else
        rows_show(&s->rows, facts, screen);
    screen_key(screen, "OK", _("Open"));
    screen_key(screen, "▲▼", _("Choose"));
    screen_key(screen, "F2", _("Near here"));
    screen_key(screen, _("Clear"), _("Correct"));
}

const struct flow flow_find_customer = {"find", sizeof(struct state), handle, show};
