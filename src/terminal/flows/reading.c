/*
 * A meter read by eye. What lies below the last reading, or far above what it ever grew by, is
 * asked about once more: a digit too many, the wrong meter, or a meter that was changed.
 */
#include <stdio.h>
#include <string.h>

#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum {
    READING_MOST = 11,          /* digits and point: 99999999.99 */
    PLAUSIBLE_A_DAY_CWH = 10000 /* 100 kWh a day is no household's */
};

struct state {
    struct customer_view view;
    struct typed value;
    bool loaded, doubted, waiting;
    enum till_status status;
};

/* "12345.6" as 0.01 kWh; two decimals at most. */
static enum till_status parse(const char *text, int64_t *cwh_out)
{
    int64_t value = 0;
    int decimals = -1;
    if (text[0] == '\0')
        return TILL_BAD_INPUT;
    for (; *text; text++) {
        if (*text == '.') {
            decimals = 0;
            continue;
        }
        if (decimals == 2)
            return TILL_BAD_INPUT;
        value = value * 10 + (*text - '0');
        decimals += decimals >= 0;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 2; i++)
        value *= 10;
    *cwh_out = value;
    return TILL_OK;
}

static bool is_plausible(const struct state *s, const struct flow_facts *facts, int64_t cwh)
{
    const struct book_customer *c = &s->view.customer;
    if (c->last_reading_cwh < 0 || c->last_reading_date == 0)
        return true;
    int32_t days = when_days_between(c->last_reading_date, facts->today);
    int64_t most = c->last_reading_cwh + (int64_t)(days < 1 ? 1 : days) * PLAUSIBLE_A_DAY_CWH;
    return cwh >= c->last_reading_cwh && cwh <= most;
}

static void go_on(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                  struct flow_effects *effects)
{
    int64_t cwh = 0;
    s->status = parse(s->value.text, &cwh);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    bool plausible = is_plausible(s, facts, cwh);
    if (!plausible && !s->doubted) {
        s->doubted = true;
        effect_sound(effects, SOUND_ATTENTION);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    struct body_reading *body = &effect->as.commit.body.reading;
    effect->as.commit.kind = KIND_READING;
    text_copy(body->account, sizeof body->account, args->account);
    text_copy(body->meter, sizeof body->meter, s->view.customer.meter);
    body->energy_cwh = cwh;
    body->doubted = !plausible;
    s->waiting = true;
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    if (action == ACTION_OK) {
        go_on(s, args, facts, effects);
        return;
    }
    if (action == ACTION_BACK && !s->doubted)
        effect_back(effects, 0);
    else if (action == ACTION_DIGIT && !typed_digit(&s->value, event->as.key.digit, READING_MOST))
        effect_sound(effects, SOUND_ERROR);
    else if (action == ACTION_POINT)
        typed_point(&s->value, READING_MOST);
    else if (action == ACTION_ERASE)
        typed_erase(&s->value);
    s->doubted = false;
    s->status = TILL_OK;
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
        text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
        break;
    case EVENT_CUSTOMER:
        s->status = event->status;
        s->loaded = event->status == TILL_OK;
        if (s->loaded)
            s->view = *event->as.customer;
        break;
    case EVENT_COMMITTED:
        s->waiting = false;
        s->status = event->status;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        if (s->status == TILL_OK)
            effect_back(effects, 0);
        break;
    case EVENT_ACTION:
        if (s->loaded && !s->waiting)
            act(s, args, facts, event, effects);
        else if (!s->loaded && event->as.key.action == ACTION_BACK)
            effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void show_before(const struct state *s, struct screen *screen)
{
    const struct book_customer *c = &s->view.customer;
    char text[SCREEN_TEXT_MAX], date[WHEN_TEXT_MAX];
    screen_line(screen, _("Meter"), c->meter);
    if (c->last_reading_cwh < 0 || c->last_reading_date == 0) {
        screen_line(screen, _("Last reading"), _("not known"));
        return;
    }
    when_format_date(c->last_reading_date, date);
    snprintf(text, sizeof text, "%lld.%02d · %s", (long long)(c->last_reading_cwh / 100),
             (int)(c->last_reading_cwh % 100), date);
    screen_line(screen, _("Last reading"), text);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char account[ACCOUNT_MAX + 16];
    (void)facts;
    screen_begin(screen, "reading", KEYS_AMOUNT);
    screen->fresh = s->doubted;
    text_group_account(account, sizeof account, args->account);
    screen_title(screen, _("Meter reading"), account);
    if (!s->loaded) {
        if (s->status != TILL_OK)
            screen_notice(screen, TONE_OWED, _("Can't be shown"), _(status_text(s->status)));
        screen_key(screen, _("Cancel"), _("Back"));
        return;
    }
    show_before(s, screen);
    screen_field(screen, _("Reading, kWh"), s->value.text, "");
    if (s->doubted)
        screen_notice(screen, TONE_LOOK, _("Is this reading right?"),
                      _("It does not follow from the last one. Look at the meter number. OK if it "
                        "is right; Cancel to correct it."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, "", _(status_text(s->status)));
    screen_key(screen, "OK", s->doubted ? _("It is right") : _("Record"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_reading = {"reading", sizeof(struct state), handle, show};
