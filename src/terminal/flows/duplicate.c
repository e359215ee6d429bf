/*
 * Printing a paper again: receipts and slips of every kind, newest first. Each copy is journalled
 * before it prints.
 */
#include <stdio.h>
#include <string.h>

#include "gate.h"
#include "receipt_words.h"
#include "table.h"
#include "text.h"
#include "when.h"
#include "words.h"

enum { PAGES_MAX = 64 };

struct state {
    struct flow_receipt rows[FLOW_RECEIPTS_MAX];
    size_t count, selected;
    bool more, loaded, waiting;
    enum till_status status;
    uint64_t below[PAGES_MAX]; /* where each page began */
    size_t page;
};

static void ask(const struct state *s, struct flow_effects *effects)
{
    effect_add(effects, EFFECT_RECEIPTS)->as.below_seq = s->below[s->page];
}

static void move(struct state *s, bool down, struct flow_effects *effects)
{
    if (down && s->selected + 1 < s->count) {
        s->selected++;
    } else if (down && s->more && s->page + 1 < PAGES_MAX) {
        s->below[s->page + 1] = s->rows[s->count - 1].seq;
        s->page++;
        s->selected = 0;
        ask(s, effects);
    } else if (!down && s->selected > 0) {
        s->selected--;
    } else if (!down && s->page > 0) {
        s->page--;
        s->selected = FLOW_RECEIPTS_MAX - 1;
        ask(s, effects);
    }
}

/* There is more to say of it than to print it. */
static bool leads_on(const struct state *s)
{
    const struct flow_receipt *row = &s->rows[s->selected];
    return s->selected < s->count && (row->reversed_by != 0 || row->corrected != 0 || row->hidden);
}

static void details(const struct state *s, struct flow_effects *effects)
{
    struct flow_args next = {.digit = -1};
    if (s->selected >= s->count)
        return;
    next.seq = s->rows[s->selected].seq;
    effect_go(effects, FLOW_RECEIPT, &next);
}

/* Of what was reversed only the slip is printed, and nothing of what the office corrected: the
 * details say so, and lead to the slip and to the count of what waits to be counted. */
static void choose(struct state *s, struct flow_effects *effects)
{
    if (s->selected >= s->count)
        return;
    if (leads_on(s)) {
        details(s, effects);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    effect->as.commit.kind = KIND_DUPLICATE;
    effect->as.commit.print.seq = s->rows[s->selected].seq;
    effect->as.commit.print.copy = s->rows[s->selected].copies + 1;
    s->waiting = true;
}

static void print_copy(const struct state *s, uint32_t copy, struct flow_effects *effects)
{
    const struct flow_receipt *row = &s->rows[s->selected];
    struct flow_args next = {.seq = row->seq, .copy = copy};
    next.amount_minor = row->amount_minor;
    next.kind = row->kind;
    text_copy(next.check_code, sizeof next.check_code, row->check_code);
    effect_replace(effects, FLOW_PAPER, &next);
}

static void committed(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    const struct flow_args ends = {.digit = -1, .seq = s->rows[s->selected].seq};
    bool money = kind_has_payment_paper(s->rows[s->selected].kind);
    s->waiting = false;
    s->status = event->status;
    if (s->status == TILL_OK) {
        print_copy(s, s->rows[s->selected].copies + 1, effects);
    } else if (s->status == TILL_REFUSED && money) {
        s->status = TILL_OK; /* its numbered paper stands: that must end first */
        effect_go(effects, FLOW_STOCK_END, &ends);
    } else if (gate_refuses_numbers(facts, s->status, effects)) {
        s->status = TILL_OK; /* a notice says it, with the way out */
    } else {
        effect_sound(effects, SOUND_ERROR);
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    (void)args;
    bool ended = event->type == EVENT_RESUMED && event->as.resumed.from == FLOW_STOCK_END &&
                 event->as.resumed.value > 0;
    if (ended && s->selected < s->count) {
        print_copy(s, (uint32_t)event->as.resumed.value, effects);
    } else if (event->type == EVENT_START || event->type == EVENT_RESUMED) {
        ask(s, effects);
    } else if (event->type == EVENT_RECEIPTS && event->status == TILL_OK) {
        s->loaded = true;
        s->count = event->as.receipts.count;
        s->more = event->as.receipts.more;
        memcpy(s->rows, event->as.receipts.rows, s->count * sizeof s->rows[0]);
        if (s->selected >= s->count)
            s->selected = s->count ? s->count - 1 : 0;
    } else if (event->type == EVENT_COMMITTED) {
        committed(s, facts, event, effects);
    } else if (event->type == EVENT_ACTION && !s->waiting) {
        enum action action = event->as.key.action;
        if (action == ACTION_UP || action == ACTION_DOWN)
            move(s, action == ACTION_DOWN, effects);
        else if (action == ACTION_OK)
            choose(s, effects);
        else if (action == ACTION_OPTION_1)
            details(s, effects);
        else if (action == ACTION_BACK)
            effect_back(effects, 0);
    }
}

static void show_row(const struct flow_receipt *receipt, const struct flow_facts *facts,
                     struct screen_row *row)
{
    char account[ACCOUNT_MAX + 16], at[WHEN_TEXT_MAX];
    uint16_t kind = kind_base(receipt->kind);
    receipt_number_format(facts->terminal, receipt->seq, row->name);
    text_group_account(account, sizeof account, receipt->account);
    when_format_minute(facts->fold->enrolled.zone, receipt->at_s, at);
    snprintf(row->place, sizeof row->place, "%s%s%s", account, account[0] ? " · " : "", at + 5);
    words_money(facts, receipt->amount_minor, row->amount);
    if (receipt->hidden)
        text_copy(row->amount, sizeof row->amount, "—");
    if (receipt->reversed_by)
        text_copy(row->tag, sizeof row->tag, _("reversed"));
    else if (receipt->corrected)
        text_copy(row->tag, sizeof row->tag,
                  receipt->corrected == BOOK_CORRECTED_REFUNDED ? _("Refunded") : _("Corrected"));
    else if (!kind_has_payment_paper(kind))
        text_copy(row->tag, sizeof row->tag, paper_kind_text(kind));
    row->done = receipt->reversed_by != 0 || receipt->corrected != 0;
    uint32_t again = paper_duplicate(receipt->kind, receipt->copies);
    if (again)
        snprintf(row->note, sizeof row->note, _("printed again %u×"), (unsigned)again);
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    screen_begin(screen, "duplicate", KEYS_LIST);
    screen_title(screen, _("Print again"), _("each copy is marked and counted"));
    screen_list(screen, s->selected, s->page * FLOW_RECEIPTS_MAX,
                s->page * FLOW_RECEIPTS_MAX + s->count + (s->more ? 1 : 0));
    for (size_t i = 0; i < s->count; i++)
        show_row(&s->rows[i], facts, screen_row(screen));
    if (s->loaded && s->count == 0)
        screen_notice(screen, TONE_LOOK, _("No receipts yet"),
                      _("What is collected on this terminal stands here."));
    if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not printed"), _(status_text(s->status)));
    screen_key(screen, "OK", leads_on(s) ? _("Details") : _("Print again"));
    screen_key(screen, "F1", _("Details"));
    screen_key(screen, "▲▼", _("Choose"));
    screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_duplicate = {"duplicate", sizeof(struct state), handle, show};
