/*
 * One customer: what is owed, month by month, oldest first; OK takes all of it. What was done here
 * and what the office knows of them stands in between, in few words.
 */
#include <stdio.h>
#include <string.h>

#include "gate.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

/* Lines for bills and their fees; a mark takes the place of one. */
enum { BILL_LINES = 4, REMARKS_MAX = 2, ADDRESS_CELLS = 48 };

struct state {
    struct customer_view view;
    enum till_status status;
    bool loaded;
    size_t first; /* bill at the top */
};

static void look(const struct flow_args *args, struct flow_effects *effects)
{
    text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, args->account);
}

static void collect_full(const struct state *s, const struct flow_facts *facts,
                         struct flow_effects *effects)
{
    const struct arrears *a = &s->view.arrears;
    /* How it is paid is not known yet: the limit of cash is the next screen's. */
    const struct gate_sum sum = {a->due_minor, 0, a->due_minor};
    struct allocation allocation;
    if (gate_refuses(facts, &sum, effects))
        return;
    struct flow_args args = {.digit = -1, .amount_minor = a->due_minor};
    text_copy(args.account, sizeof args.account, s->view.customer.account);
    if (a->due_minor <= 0) {
        effect_go(effects, FLOW_AMOUNT, &args);
        return;
    }
    enum till_status status = arrears_allocate(a, a->due_minor, &allocation);
    if (status != TILL_OK) {
        effect_notice(effects, TONE_OWED, _("Not taken"), _(status_text(status)));
        return;
    }
    args.late_fee_minor = allocation.late_fee_minor;
    effect_go(effects, FLOW_TENDER, &args);
}

static void collect_part(const struct flow_args *args, const struct flow_facts *facts,
                         struct flow_effects *effects)
{
    const struct gate_sum unknown = {0, 0, 0};
    struct flow_args next = {.digit = -1};
    if (gate_refuses(facts, &unknown, effects))
        return;
    text_copy(next.account, sizeof next.account, args->account);
    effect_go(effects, FLOW_AMOUNT, &next);
}

static void act(struct state *s, const struct flow_args *args, const struct flow_facts *facts,
                const struct flow_event *event, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    switch (event->as.key.action) {
    case ACTION_OK:
        collect_full(s, facts, effects);
        break;
    case ACTION_OPTION_2:
        collect_part(args, facts, effects);
        break;
    case ACTION_OPTION_1:
        text_copy(next.account, sizeof next.account, args->account);
        effect_go(effects, FLOW_STOP, &next);
        break;
    case ACTION_DOWN:
        if (s->first + 1 < s->view.arrears.count)
            s->first++;
        break;
    case ACTION_UP:
        if (s->first > 0)
            s->first--;
        break;
    case ACTION_RIGHT:
        text_copy(next.account, sizeof next.account, args->account);
        effect_go(effects, FLOW_BALANCE, &next);
        break;
    case ACTION_BACK:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

/* Money was taken or the stop was finished: on to the next door. */
static void resumed(const struct flow_args *args, const struct flow_event *event,
                    struct flow_effects *effects)
{
    enum flow_id from = event->as.resumed.from;
    bool done = from == FLOW_PAPER || from == FLOW_AMOUNT || from == FLOW_STOP;
    if (done && event->as.resumed.value)
        effect_back(effects, event->as.resumed.value);
    else
        look(args, effects);
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
    case EVENT_BOOK:
    case EVENT_CLOCK:
        look(args, effects);
        break;
    case EVENT_CUSTOMER:
        s->status = event->status;
        s->loaded = event->status == TILL_OK;
        if (s->loaded)
            s->view = *event->as.customer;
        if (s->first >= s->view.arrears.count)
            s->first = 0;
        break;
    case EVENT_RESUMED:
        resumed(args, event, effects);
        break;
    case EVENT_ACTION:
        if (s->loaded)
            act(s, args, facts, event, effects);
        else if (event->as.key.action == ACTION_BACK || event->as.key.action == ACTION_OK)
            effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void show_bill(const struct bill *bill, size_t number, const struct flow_facts *facts,
                      struct screen *screen)
{
    char text[SCREEN_TEXT_MAX], month[WHEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    when_format_month(bill->month, month);
    if (bill->type == BILL_LATE_FEE)
        snprintf(text, sizeof text, "%zu. %s %s", number, month, _(bill_type_text(bill->type)));
    else
        snprintf(text, sizeof text, _("%zu. %s electricity"), number, month);
    words_money(facts, bill->amount_minor, amount);
    screen_line(screen, text, amount);
    if (bill->late_fee_minor > 0) {
        snprintf(text, sizeof text, _("    late fee, %d days"), (int)bill->late_days);
        words_money(facts, bill->late_fee_minor, amount);
        screen_line(screen, text, amount)->right_tone = TONE_OWED;
    }
}

/* The balance is what stands after this terminal's own payments; the last payment is the book's. */
static void show_last(const struct customer_view *view, const struct flow_facts *facts,
                      struct screen *screen)
{
    const struct book_customer *c = &view->customer;
    char left[SCREEN_TEXT_MAX], right[SCREEN_TEXT_MAX] = "";
    char amount[MONEY_TEXT_MAX], date[WHEN_TEXT_MAX];
    words_money(facts, view->arrears.balance_minor, amount);
    snprintf(left, sizeof left, _("advance balance %s"), amount);
    if (c->last_paid_date) {
        when_format_date(c->last_paid_date, date);
        words_money(facts, c->last_paid_minor, amount);
        snprintf(right, sizeof right, _("last %s %s"), date + 5, amount);
    }
    struct screen_line *line = screen_line(screen, left, right);
    line->size = SIZE_SMALL;
    line->left_tone = line->right_tone = TONE_QUIET;
}

/* ---- remarks --------------------------------------------------------------------------------- */

struct remarks {
    const char *texts[9]; /* translated, most weighty first */
    char skipped[SCREEN_TEXT_MAX], maybe[SCREEN_TEXT_MAX], office[SCREEN_TEXT_MAX];
    size_t count;
};

static void remark(struct remarks *r, bool holds, const char *text)
{
    if (holds && r->count < sizeof r->texts / sizeof r->texts[0])
        r->texts[r->count++] = text;
}

static void gather_remarks(const struct customer_view *v, const struct flow_facts *facts,
                           struct remarks *r)
{
    uint32_t flags = v->customer.flags;
    r->count = 0;
    remark(r, customer_is_disputed(v), _("Says it is paid: no late fee, not cut off"));
    words_maybe_collected(facts, v, r->maybe, sizeof r->maybe);
    remark(r, customer_is_maybe_collected(v), r->maybe);
    words_office(facts, v, r->office, sizeof r->office);
    remark(r, v->office_at_s > 0, r->office);
    remark(r, v->paid_here, _("A payment taken on this terminal is already counted in."));
    remark(r, flags & BOOK_CUSTOMER_CHEQUE_RETURNED, _("A cheque came back: no cheque"));
    if (v->marks.skip_reason) {
        snprintf(r->skipped, sizeof r->skipped, _("Skipped: %s"),
                 _(skip_reason_text(v->marks.skip_reason)));
        remark(r, true, r->skipped);
    }
    remark(r, flags & BOOK_CUSTOMER_KEEP_SUPPLY, _("keep supply"));
    remark(r, v->marks.noticed, _("Notice given"));
}

/* The weightiest alone on a line; the others share the second, as far as there is room. */
static size_t show_remarks(const struct remarks *r, struct screen *screen)
{
    char text[SCREEN_TEXT_MAX] = "";
    size_t used = 0;
    for (size_t i = 1; i < r->count; i++) {
        text_copy(text + used, sizeof text - used, i > 1 ? " · " : "");
        used = strlen(text);
        text_copy(text + used, sizeof text - used, r->texts[i]);
        used = strlen(text);
    }
    const char *lines[REMARKS_MAX] = {r->count > 0 ? r->texts[0] : "", text};
    size_t shown = 0;
    for (size_t i = 0; i < REMARKS_MAX; i++) {
        if (!lines[i][0])
            continue;
        struct screen_line *line = screen_line(screen, lines[i], "");
        line->size = SIZE_SMALL;
        line->left_tone = TONE_LOOK;
        shown++;
    }
    return shown;
}

/* ---- the card -------------------------------------------------------------------------------- */

static void show_arrears(const struct state *s, size_t lines, const struct flow_facts *facts,
                         struct screen *screen)
{
    const struct arrears *a = &s->view.arrears;
    char text[SCREEN_TEXT_MAX], due[MONEY_TEXT_MAX];
    size_t used = 0, i = s->first;
    for (; i < a->count; i++) {
        used += a->bills[i].late_fee_minor > 0 ? 2 : 1;
        if (i > s->first && used > lines)
            break;
        show_bill(&a->bills[i], i + 1, facts, screen);
    }
    if (s->first > 0 || i < a->count) {
        snprintf(text, sizeof text, _("▲▼ %zu months in all"), a->count);
        struct screen_line *line = screen_line(screen, text, "");
        line->size = SIZE_SMALL;
        line->left_tone = TONE_QUIET;
    }
    screen_rule(screen);
    words_money(facts, a->due_minor, due);
    struct screen_line *total = screen_line(screen, _("Due"), due);
    total->size = SIZE_BIG;
    total->bold = true;
    show_last(&s->view, facts, screen);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    const struct book_customer *c = &s->view.customer;
    char account[ACCOUNT_MAX + 16], phone[32], age[SCREEN_TEXT_MAX], place[SCREEN_TEXT_MAX];
    char street[SCREEN_TEXT_MAX - sizeof phone - sizeof " · "];
    struct remarks remarks;
    screen_begin(screen, "customer", KEYS_CARD);
    text_group_account(account, sizeof account, args->account);
    if (!s->loaded) {
        screen_title(screen, _("Customer"), account);
        if (s->status != TILL_OK)
            screen_notice(screen, TONE_OWED, _("Can't be shown"), _(status_text(s->status)));
        screen_key(screen, _("Cancel"), _("Back"));
        return;
    }
    screen_title(screen, c->name, account);
    text_mask_phone(phone, sizeof phone, c->phone);
    words_book_age(facts, age, sizeof age);
    size_t used = strlen(age);
    text_copy(age + used, sizeof age - used, _(" ▶?"));
    text_ellipsis(street, sizeof street, c->address, ADDRESS_CELLS);
    snprintf(place, sizeof place, c->phone[0] ? "%s · %s" : "%s", street, phone);
    struct screen_line *line = screen_line(screen, place, age);
    line->size = SIZE_SMALL;
    line->left_tone = line->right_tone = TONE_QUIET;
    gather_remarks(&s->view, facts, &remarks);
    show_arrears(s, BILL_LINES - show_remarks(&remarks, screen), facts, screen);
    bool owes = s->view.arrears.due_minor > 0;
    screen_key(screen, "OK", owes ? _("Full amount") : _("Advance"));
    screen_key(screen, "F1", _("More here"));
    screen_key(screen, "F2", owes ? _("Part / advance") : _("Advance"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_customer = {"customer", sizeof(struct state), handle, show};
