/*
 * What else can be done at a house: reading, notice, skip, dispute, months, basket. All of it is
 * kept together by the account; the card below shows what was done.
 */
#include <stdio.h>

#include "menu.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum choice {
    CHOICE_MONTHS,
    CHOICE_BASKET,
    CHOICE_READING,
    CHOICE_NOTICE,
    CHOICE_DISPUTE,
    CHOICE_SKIP,
    CHOICE_RECEIPT,
    CHOICE_PLACE,
    CHOICE_BALANCE,
    CHOICE_INVOICE,
    CHOICE_MANUAL
};

struct state {
    struct customer_view view;
    enum till_status status;
    bool loaded;
    bool printing; /* the notice */
    bool place;    /* position and contact stand on the screen */
    enum till_status printed;
    bool noticed; /* printed just now */
    size_t selected;
};

static void fill(const struct state *s, const struct flow_facts *facts, struct menu *menu)
{
    const struct customer_view *v = &s->view;
    struct menu_item *item;
    menu->count = 0;
    item = menu_add(menu, '1', _("Choose months"), _("pay some months only"));
    item->off = v->arrears.count < 2;
    menu_add(menu, '2', _("Basket"), _("several accounts, one payment"));
    item = menu_add(menu, '3', _("Meter reading"), _("read by eye"));
    if (v->marks.reading_cwh >= 0)
        snprintf(item->detail, sizeof item->detail, "%lld.%02d",
                 (long long)(v->marks.reading_cwh / 100), (int)(v->marks.reading_cwh % 100));
    item = menu_add(menu, '4', _("Bill notice"), _("print it and leave it"));
    if (v->marks.noticed || s->noticed)
        text_copy(item->detail, sizeof item->detail, _("given"));
    item->off = facts->printer == TILL_UNSUPPORTED;
    item = menu_add(menu, '5', _("Says it is paid"), _("dispute: no late fee until answered"));
    if (v->marks.dispute_proof)
        text_copy(item->detail, sizeof item->detail, _("registered"));
    item = menu_add(menu, '6', _("Skip this stop"), _("with the reason"));
    if (v->marks.skip_reason)
        snprintf(item->detail, sizeof item->detail, "%.45s",
                 _(skip_reason_text(v->marks.skip_reason)));
    item = menu_add(menu, '7', _("Latest receipt here"), _("print again, reverse"));
    item->off = v->marks.latest_receipt_seq == 0;
    menu_add(menu, '8', _("Where it is"), _("meter, telephone, position"));
    menu_add(menu, '9', _("Balance now"), _("ask the office over the line"));
    item = menu_add(menu, '0', _("Invoice wanted"), _("title, tax number, where to"));
    item->off = v->marks.latest_receipt_seq == 0;
    menu_add(menu, '\0', _("Manual receipt"), _("written by hand, entered now"));
}

static void choose(struct state *s, const struct flow_args *args, int chosen,
                   struct flow_effects *effects)
{
    static const enum flow_id flows[] = {
        [CHOICE_MONTHS] = FLOW_MONTHS,   [CHOICE_BASKET] = FLOW_BASKET,
        [CHOICE_READING] = FLOW_READING, [CHOICE_DISPUTE] = FLOW_DISPUTE,
        [CHOICE_SKIP] = FLOW_SKIP,       [CHOICE_RECEIPT] = FLOW_RECEIPT,
        [CHOICE_BALANCE] = FLOW_BALANCE, [CHOICE_INVOICE] = FLOW_INVOICE,
        [CHOICE_MANUAL] = FLOW_MANUAL};
    struct flow_args next = {.digit = -1};
    text_copy(next.account, sizeof next.account, args->account);
    if (chosen == CHOICE_NOTICE) {
        struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
        effect->as.commit.kind = KIND_NOTICE;
        text_copy(effect->as.commit.body.notice.account, ACCOUNT_MAX, args->account);
        effect->as.commit.body.notice.due_minor = s->view.arrears.due_minor;
        s->printing = true;
    } else if (chosen == CHOICE_PLACE) {
        s->place = true;
    } else {
        if (chosen == CHOICE_RECEIPT || chosen == CHOICE_INVOICE)
            next.seq = s->view.marks.latest_receipt_seq;
        effect_go(effects, flows[chosen], &next);
    }
}

static void print_notice(struct state *s, const struct flow_args *args,
                         const struct flow_event *event, struct flow_effects *effects)
{
    if (event->status != TILL_OK) {
        s->printing = false;
        s->printed = event->status;
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_PRINT_PAGE);
    effect->as.page.page = PAGE_NOTICE;
    text_copy(effect->as.page.account, sizeof effect->as.page.account, args->account);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    struct menu menu;
    if (s->place) {
        s->place = false;
        return;
    }
    s->printed = TILL_OK;
    if (event->as.key.action == ACTION_BACK) {
        effect_back(effects, 0);
        return;
    }
    fill(s, facts, &menu);
    int chosen = menu_act(&menu, &s->selected, event);
    if (chosen >= 0)
        choose(s, args, chosen, effects);
    else if (event->as.key.action == ACTION_DIGIT || event->as.key.action == ACTION_OK)
        effect_sound(effects, SOUND_ERROR);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_RESUMED:
        /* Money was taken, or the stop is finished: on to the next door. */
        if (event->as.resumed.value) {
            effect_back(effects, event->as.resumed.value);
            return;
        }
        /* fall through */
    case EVENT_START:
    case EVENT_BOOK:
    case EVENT_CLOCK:
        text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
        break;
    case EVENT_CUSTOMER:
        s->status = event->status;
        s->loaded = event->status == TILL_OK;
        if (s->loaded)
            s->view = *event->as.customer;
        break;
    case EVENT_COMMITTED:
        print_notice(s, args, event, effects);
        break;
    case EVENT_PRINTED:
        s->printing = false;
        s->printed = event->status;
        s->noticed = event->status == TILL_OK;
        break;
    case EVENT_ACTION:
        if (s->printing)
            break;
        if (s->loaded)
            act(s, args, facts, event, effects);
        else if (event->as.key.action == ACTION_BACK || event->as.key.action == ACTION_OK)
            effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void show_place(const struct state *s, struct screen *screen)
{
    const struct book_customer *c = &s->view.customer;
    char text[SCREEN_TEXT_MAX];
    screen_notice(screen, TONE_NORMAL, c->name, c->address);
    screen_line(screen, _("Meter"), c->meter);
    screen_line(screen, _("Telephone"), c->phone[0] ? c->phone : _("not known"));
    if (c->latitude_e7 != 0 || c->longitude_e7 != 0)
        snprintf(text, sizeof text, "%.5f, %.5f", c->latitude_e7 / 1e7, c->longitude_e7 / 1e7);
    else
        text_copy(text, sizeof text, _("not known"));
    screen_line(screen, _("Position"), text);
    if (c->last_reading_cwh >= 0 && c->last_reading_date > 0) {
        char date[WHEN_TEXT_MAX];
        when_format_date(c->last_reading_date, date);
        snprintf(text, sizeof text, "%lld.%02d · %s", (long long)(c->last_reading_cwh / 100),
                 (int)(c->last_reading_cwh % 100), date);
        screen_line(screen, _("Last reading"), text);
    }
    screen_key(screen, "OK", _("Back"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char account[ACCOUNT_MAX + 16];
    struct menu menu;
    screen_begin(screen, "stop", s->place ? KEYS_CARD : KEYS_MENU);
    text_group_account(account, sizeof account, args->account);
    screen_title(screen, s->loaded ? s->view.customer.name : _("Customer"), account);
    if (!s->loaded) {
        if (s->status != TILL_OK)
            screen_notice(screen, TONE_OWED, _("Can't be shown"), _(status_text(s->status)));
        screen_key(screen, _("Cancel"), _("Back"));
        return;
    }
    if (s->place) {
        show_place(s, screen);
        return;
    }
    if (s->printing) {
        screen_notice(screen, TONE_ACCENT, _("Printing"), _("The bill notice is on its way."));
        return;
    }
    if (s->printed != TILL_OK)
        screen_notice(screen, TONE_LOOK, _("The notice was not printed"),
                      _(status_text(s->printed)));
    fill(s, facts, &menu);
    menu_show(&menu, s->selected, screen);
    screen_key(screen, "OK", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_stop = {"stop", sizeof(struct state), handle, show};
