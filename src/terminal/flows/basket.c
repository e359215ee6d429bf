/*
 * A basket: one person pays for several accounts. Accounts are added by number, by their last
 * digits or by a scan; each pays all that is due. One sum, one tender, one change; all or none;
 * then a paper for each.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cash.h"
#include "gate.h"
#include "rows.h"
#include "table.h"
#include "text.h"
#include "words.h"

enum { QUERY_MOST = 20, PAYER_MOST = 20, NAME_ROOM = 49, ROWS_SHOWN = 4 };

enum step {
    STEP_LIST,  /* who is in it */
    STEP_FIND,  /* one more */
    STEP_PAYER, /* who pays, where that is worth noting */
    STEP_CASH,  /* the money on the table */
    STEP_LEAVE  /* asked whether it may be emptied */
};
/* Why an account was not added, or the basket not taken. */
enum refusal { FINE, TWICE, FULL, NOTHING_OWED, EMPTY, CHANGED, MAYBE, FAILED };

struct state {
    struct flow_group group;
    char names[BASKET_MAX][NAME_ROOM];
    bool no_cheque[BASKET_MAX];
    bool maybe[BASKET_MAX]; /* may have paid: before, elsewhere, or says so */
    bool sure[BASKET_MAX];  /* and was asked about it */
    bool odd;               /* the sum was asked about: it is far above what is owed */
    int64_t owed_minor;     /* by all, when the payment screen opened */
    enum step step;
    enum refusal refusal;
    enum till_status status; /* with FAILED */
    size_t selected;
    size_t asked; /* of the group: whose figures are on their way; == count: a new one's */
    bool asking, waiting, scanned;
    struct typed query, phone;
    bool first_pays; /* the first account's customer pays for the others */
    struct rows found;
    struct cash cash;
};
static_assert(sizeof(struct state) <= FLOW_STATE_MAX, "a basket fits a frame of the stack");

static void look_up(struct state *s, const char *account, size_t place,
                    struct flow_effects *effects)
{
    s->asked = place;
    s->asking = true;
    text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, account);
}

static int64_t total_minor(const struct state *s)
{
    int64_t sum_minor = 0;
    for (size_t i = 0; i < s->group.count; i++)
        sum_minor += s->group.bodies[i].amount_minor; /* twelve of at most twelve digits */
    return sum_minor;
}

static struct gate_sum sum_of(const struct state *s, int64_t cash_minor)
{
    struct gate_sum sum = {total_minor(s), cash_minor, 0};
    for (size_t i = 0; i < s->group.count; i++)
        if (s->group.bodies[i].amount_minor > sum.largest_minor)
            sum.largest_minor = s->group.bodies[i].amount_minor;
    return sum;
}

static void refuse(struct state *s, enum refusal refusal, struct flow_effects *effects)
{
    s->refusal = refusal;
    effect_sound(effects, SOUND_ERROR);
}

/* ---- who is in it ---------------------------------------------------------------------------- */

static void add(struct state *s, const char *account, struct flow_effects *effects)
{
    s->step = STEP_LIST;
    typed_set(&s->query, "", false);
    for (size_t i = 0; i < s->group.count; i++) {
        if (strcmp(s->group.bodies[i].account, account) == 0) {
            s->selected = i;
            refuse(s, TWICE, effects);
            return;
        }
    }
    if (s->group.count == BASKET_MAX)
        refuse(s, FULL, effects);
    else
        look_up(s, account, s->group.count, effects);
}

static void take_out(struct state *s, size_t i)
{
    size_t after = s->group.count - i - 1;
    memmove(&s->group.bodies[i], &s->group.bodies[i + 1], after * sizeof s->group.bodies[0]);
    memmove(s->names[i], s->names[i + 1], after * sizeof s->names[0]);
    memmove(&s->no_cheque[i], &s->no_cheque[i + 1], after * sizeof s->no_cheque[0]);
    memmove(&s->maybe[i], &s->maybe[i + 1], after * sizeof s->maybe[0]);
    memmove(&s->sure[i], &s->sure[i + 1], after * sizeof s->sure[0]);
    s->group.count--;
    if (s->selected >= s->group.count)
        s->selected = s->group.count ? s->group.count - 1 : 0;
}

/* The figures of one: a new account's, or of one that a new book has changed. */
static void take_figures(struct state *s, const struct flow_event *event,
                         struct flow_effects *effects)
{
    size_t i = s->asked;
    bool is_new = i == s->group.count;
    s->asking = false;
    if (event->status != TILL_OK) {
        s->status = event->status;
        refuse(s, FAILED, effects);
        return;
    }
    const struct customer_view *v = event->as.customer;
    if (v->arrears.due_minor <= 0) {
        if (!is_new)
            take_out(s, i);
        refuse(s, is_new ? NOTHING_OWED : CHANGED, effects);
        return;
    }
    struct body_collection *body = &s->group.bodies[i];
    memset(body, 0, sizeof *body);
    text_copy(body->account, sizeof body->account, v->customer.account);
    body->amount_minor = body->tendered_minor = v->arrears.due_minor;
    text_copy(s->names[i], NAME_ROOM, v->customer.name);
    s->no_cheque[i] = (v->customer.flags & BOOK_CUSTOMER_CHEQUE_RETURNED) != 0;
    s->maybe[i] =
        customer_is_maybe_collected(v) || customer_owes_less(v) || customer_is_disputed(v);
    if (is_new) {
        s->sure[i] = false;
        s->selected = s->group.count++;
        s->refusal = FINE;
    }
}

/* The money is on the table and the figures came anew: another sum must be seen before it is
 * taken; the same one goes on, with what was made an advance or carried. */
static void look_again(struct state *s, struct flow_effects *effects)
{
    int64_t owed_minor = total_minor(s), kept_minor = s->cash.amount_minor - owed_minor;
    if (owed_minor != s->owed_minor || s->refusal != FINE) {
        s->step = STEP_LIST;
        s->status = TILL_BAD_INPUT;
        refuse(s, s->refusal == FINE ? FAILED : s->refusal, effects);
        return;
    }
    s->group.bodies[kept_minor > 0 ? 0 : s->group.count - 1].amount_minor += kept_minor;
}

/* After a new book or a step aside: the figures of all, one after another. */
static void refresh(struct state *s, size_t from, struct flow_effects *effects)
{
    if (from < s->group.count)
        look_up(s, s->group.bodies[from].account, from, effects);
    else if (s->step == STEP_CASH)
        look_again(s, effects);
}

/* ---- finding one more ------------------------------------------------------------------------ */

static void find(struct state *s, const char *text, size_t offset, struct flow_effects *effects)
{
    if (text[0] == '\0') {
        memset(&s->found, 0, sizeof s->found);
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_FIND);
    text_copy(effect->as.window.query, sizeof effect->as.window.query, text);
    effect->as.window.offset = offset;
}

static void act_find(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    const struct flow_row *row = rows_selected(&s->found);
    size_t offset;
    switch (event->as.key.action) {
    case ACTION_DIGIT:
    case ACTION_ERASE:
        if (event->as.key.action == ACTION_DIGIT)
            typed_digit(&s->query, event->as.key.digit, QUERY_MOST);
        else
            typed_erase(&s->query);
        s->found.selected = 0;
        find(s, s->query.text, 0, effects);
        break;
    case ACTION_UP:
    case ACTION_DOWN:
        if (rows_move(&s->found, event->as.key.action == ACTION_DOWN, &offset))
            find(s, s->query.text, offset, effects);
        break;
    case ACTION_OK:
        if (row && s->found.total > 0 && s->query.length > 0)
            add(s, row->customer.account, effects);
        else
            effect_sound(effects, SOUND_ERROR);
        break;
    case ACTION_BACK:
        s->step = STEP_LIST;
        typed_set(&s->query, "", false);
        break;
    default:
        break;
    }
}

static void take_found(struct state *s, const struct flow_event *event,
                       struct flow_effects *effects)
{
    bool scanned = s->scanned;
    s->scanned = false;
    if (event->status != TILL_OK)
        return;
    rows_take(&s->found, event);
    if (scanned && s->found.total == 1)
        add(s, s->found.list[0].customer.account, effects);
}

static void scan(struct state *s, const char *text, struct flow_effects *effects)
{
    s->step = STEP_FIND;
    s->scanned = true;
    s->found.selected = 0;
    typed_set(&s->query, text, true);
    find(s, s->query.text, 0, effects);
}

/* ---- who pays -------------------------------------------------------------------------------- */

static void payer(const struct state *s, char *out, size_t capacity)
{
    if (s->first_pays && s->group.count > 0)
        text_mask_name(out, capacity, s->names[0]);
    else
        text_copy(out, capacity, s->phone.text);
}

static void act_payer(struct state *s, const struct flow_event *event)
{
    switch (event->as.key.action) {
    case ACTION_UP:
    case ACTION_DOWN:
        s->first_pays = !s->first_pays;
        typed_set(&s->phone, "", false);
        break;
    case ACTION_DIGIT:
        s->first_pays = false;
        typed_digit(&s->phone, event->as.key.digit, PAYER_MOST);
        break;
    case ACTION_ERASE:
        s->first_pays = false;
        typed_erase(&s->phone);
        break;
    case ACTION_OK:
    case ACTION_BACK:
        s->step = STEP_LIST;
        break;
    default:
        break;
    }
}

/* ---- the money ------------------------------------------------------------------------------- */

static void pay(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    bool no_cheque = false;
    const struct gate_sum sum = sum_of(s, 0);
    if (s->group.count == 0) {
        refuse(s, EMPTY, effects);
        return;
    }
    if (gate_refuses(facts, &sum, effects))
        return;
    for (size_t i = 0; i < s->group.count; i++) {
        no_cheque = no_cheque || s->no_cheque[i];
        if (s->maybe[i] && !s->sure[i]) {
            s->sure[i] = true;
            s->selected = i;
            refuse(s, MAYBE, effects);
            return;
        }
    }
    cash_begin(&s->cash, facts, sum.amount_minor, no_cheque);
    s->owed_minor = sum.amount_minor;
    s->odd = false;
    s->step = STEP_CASH;
}

/*
 * The one tender over the entries: cash pays the first ones, the other means what is left, so that
 * what was handed over stands in the first entry. At most one entry is paid by both.
 */
static void divide(struct state *s, const struct body_collection *tender)
{
    char who[NAME_ROOM];
    int64_t cash_minor = collection_cash_minor(tender);
    payer(s, who, sizeof who);
    for (size_t i = 0; i < s->group.count; i++) {
        struct body_collection *b = &s->group.bodies[i];
        int64_t in_cash = b->amount_minor < cash_minor ? b->amount_minor : cash_minor;
        bool other = in_cash < b->amount_minor;
        cash_minor -= in_cash;
        b->tender = other ? tender->tender : TENDER_CASH;
        text_copy(b->reference, sizeof b->reference, other ? tender->reference : "");
        b->other_minor = other && in_cash > 0 ? b->amount_minor - in_cash : 0;
        b->tendered_minor = in_cash > 0 ? in_cash : b->amount_minor;
        bool own = s->first_pays && i == 0;
        text_copy(b->payer, sizeof b->payer, own ? "" : who);
    }
    if (collection_cash_minor(tender) > 0)
        s->group.bodies[0].tendered_minor = tender->tendered_minor;
}

static void take(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    struct body_collection tender = {.amount_minor = 0};
    cash_fill(&s->cash, facts, &tender);
    const struct gate_sum sum = sum_of(s, collection_cash_minor(&tender));
    if (gate_refuses(facts, &sum, effects))
        return;
    if (!s->odd && cash_is_doubtful(&s->cash, facts, s->owed_minor)) {
        s->odd = true;
        effect_sound(effects, SOUND_ATTENTION);
        return;
    }
    divide(s, &tender);
    s->waiting = true;
    if (s->group.count > 1) {
        effect_add(effects, EFFECT_COMMIT_GROUP)->as.group = &s->group;
        return;
    }
    struct flow_effect *effect = effect_add(effects, EFFECT_COMMIT);
    effect->as.commit.kind = KIND_COLLECTION;
    effect->as.commit.collection = s->group.bodies[0];
}

/* F2: the change goes to the first account as an advance; a little that is missing is carried by
 * the last. */
static void keep_all(struct state *s, const struct flow_facts *facts, struct flow_effects *effects)
{
    int64_t over_minor = cash_over_minor(&s->cash, facts);
    struct body_collection *last = &s->group.bodies[s->group.count - 1];
    if (over_minor > 0) {
        s->group.bodies[0].amount_minor += over_minor;
    } else if (cash_is_carried(&s->cash, facts) && last->amount_minor > -over_minor) {
        last->amount_minor += over_minor;
    } else {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    cash_keep(&s->cash, facts, total_minor(s));
}

static void act_cash(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event, struct flow_effects *effects)
{
    bool odd = s->odd;
    if (event->as.key.action != ACTION_OK)
        s->odd = false;
    if (event->as.key.action == ACTION_OPTION_2) {
        keep_all(s, facts, effects);
        return;
    }
    if (odd && event->as.key.action == ACTION_BACK)
        return;
    switch (cash_act(&s->cash, facts, event)) {
    case CASH_TAKES:
        take(s, facts, effects);
        break;
    case CASH_LEAVES:
        s->step = STEP_LIST;
        refresh(s, 0, effects); /* what was made an advance or carried is undone */
        break;
    default:
        if (s->cash.refusal != CASH_FINE)
            effect_sound(effects, SOUND_ERROR);
        break;
    }
}

static void committed(struct state *s, const struct flow_facts *facts,
                      const struct flow_event *event, struct flow_effects *effects)
{
    s->waiting = false;
    if (event->status != TILL_OK) {
        const struct gate_sum sum = sum_of(s, cash_due_minor(&s->cash));
        s->status = event->status;
        s->step = STEP_LIST;
        s->refusal = FAILED;
        if (!gate_refuses(facts, &sum, effects) &&
            !gate_refuses_numbers(facts, event->status, effects))
            effect_sound(effects, SOUND_ERROR);
        refresh(s, 0, effects);
        return;
    }
    struct flow_args next = {.digit = -1, .seq = event->as.committed.seq};
    next.papers = s->group.count > 1 ? s->group.count : 0;
    next.amount_minor = s->cash.amount_minor;
    next.tendered_minor = s->cash.amount_minor + cash_over_minor(&s->cash, facts);
    chain_check_code(event->as.committed.hash, next.check_code);
    effect_sound(effects, SOUND_OK);
    effect_replace(effects, FLOW_PAPER, &next);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void leave(struct state *s, struct flow_effects *effects)
{
    if (s->group.count < 2)
        effect_back(effects, 0);
    else
        s->step = STEP_LEAVE;
}

static void act_list(struct state *s, const struct flow_facts *facts,
                     const struct flow_event *event, struct flow_effects *effects)
{
    s->refusal = FINE;
    switch (event->as.key.action) {
    case ACTION_DIGIT:
        s->step = STEP_FIND;
        memset(&s->found, 0, sizeof s->found);
        act_find(s, event, effects);
        break;
    case ACTION_UP:
        s->selected -= s->selected > 0;
        break;
    case ACTION_DOWN:
        s->selected += s->selected + 1 < s->group.count;
        break;
    case ACTION_OPTION_1:
        if (s->selected < s->group.count)
            take_out(s, s->selected);
        break;
    case ACTION_OPTION_2:
        if (s->group.count > 0)
            s->step = STEP_PAYER;
        break;
    case ACTION_OK:
        pay(s, facts, effects);
        break;
    case ACTION_BACK:
        leave(s, effects);
        break;
    default:
        break;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    switch (s->step) {
    case STEP_LIST:
        act_list(s, facts, event, effects);
        break;
    case STEP_FIND:
        act_find(s, event, effects);
        break;
    case STEP_PAYER:
        act_payer(s, event);
        break;
    case STEP_CASH:
        act_cash(s, facts, event, effects);
        break;
    case STEP_LEAVE:
        s->step = STEP_LIST;
        if (event->as.key.action == ACTION_OPTION_1)
            effect_back(effects, 0);
        break;
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
        if (args->account[0])
            add(s, args->account, effects);
        break;
    case EVENT_BOOK:
    case EVENT_RESUMED:
        if (!s->waiting)
            refresh(s, 0, effects);
        break;
    case EVENT_CUSTOMER:
        if (s->asking) {
            size_t before = s->group.count, at = s->asked;
            take_figures(s, event, effects);
            /* One that was taken out leaves its place to the next. */
            if (at < before)
                refresh(s, s->group.count < before ? at : at + 1, effects);
        }
        break;
    case EVENT_WINDOW:
        take_found(s, event, effects);
        break;
    case EVENT_COMMITTED:
        committed(s, facts, event, effects);
        break;
    case EVENT_SCANNED:
        if (s->step == STEP_LIST || s->step == STEP_FIND)
            scan(s, event->as.scanned.text, effects);
        break;
    case EVENT_ACTION:
        if (!s->waiting && !s->asking && facts->site)
            act(s, facts, event, effects);
        else if (!facts->site && event->as.key.action == ACTION_BACK)
            effect_back(effects, 0);
        break;
    default:
        break;
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static const char *refusal_text(const struct state *s)
{
    switch (s->refusal) {
    case TWICE:
        return _("This account is in the basket already.");
    case FULL:
        return _("A basket holds twelve accounts. Take this one first.");
    case NOTHING_OWED:
        return _("This account owes nothing: it needs no basket.");
    case EMPTY:
        return _("Add an account first.");
    case MAYBE:
        return _("This one may have paid another collector, or says so: ask for the paper. OK "
                 "again if not.");
    case CHANGED:
        return _("An account owes nothing any more and was taken out. Look at the sum.");
    default:
        return s->status == TILL_BAD_INPUT
                   ? _("What is owed has changed meanwhile. Look at the sums again.")
                   : _(status_text(s->status));
    }
}

static void show_accounts(const struct state *s, const struct flow_facts *facts,
                          struct screen *screen)
{
    /* What is wrong needs the room of two rows. */
    size_t rows = s->refusal == FINE ? ROWS_SHOWN : ROWS_SHOWN / 2;
    size_t first = s->selected >= rows ? s->selected + 1 - rows : 0;
    screen_list(screen, s->selected - first, first, s->group.count);
    for (size_t i = first; i < s->group.count && i < first + rows; i++) {
        struct screen_row *row = screen_row(screen);
        text_copy(row->name, sizeof row->name, s->names[i]);
        text_group_account(row->place, sizeof row->place, s->group.bodies[i].account);
        words_money(facts, s->group.bodies[i].amount_minor, row->amount);
        snprintf(row->note, sizeof row->note, _("no. %zu"), i + 1);
    }
}

static void show_list(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char aside[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    screen_begin(screen, "basket", KEYS_DIGITS);
    snprintf(aside, sizeof aside, _("%zu of %d accounts"), s->group.count, BASKET_MAX);
    screen_title(screen, _("Basket"), aside);
    if (s->group.count > 0)
        show_accounts(s, facts, screen);
    if (s->refusal != FINE) {
        screen_notice(screen, TONE_OWED, "", refusal_text(s));
    } else if (s->group.count == 0) {
        screen_notice(screen, TONE_ACCENT, _("Who is paid for?"),
                      _("Type an account number or its last digits, or scan a bill."));
    } else {
        words_money(facts, total_minor(s), amount);
        screen_band(screen, _("Together"), amount);
    }
    screen_key(screen, "OK", _("Pay together"));
    screen_key(screen, _("digits"), _("Add"));
    screen_key(screen, "F1", _("Take out"));
    screen_key(screen, "F2", _("Payer"));
}

static void show_find(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char found[SCREEN_TEXT_MAX] = "";
    screen_begin(screen, "basket_find", KEYS_DIGITS);
    if (s->found.loaded && s->query.length > 0)
        snprintf(found, sizeof found, _("%zu found"), s->found.total);
    screen_title(screen, _("Into the basket"), found);
    screen_field(screen, "", s->query.text, "");
    screen->blocks[screen->block_count - 1].as.field.left_aligned = true;
    if (s->found.loaded && s->found.total == 0)
        screen_notice(screen, TONE_LOOK, _("Nobody found"),
                      _("Check the digits. A new customer comes with the next book."));
    else if (s->query.length > 0)
        rows_show(&s->found, facts, screen);
    screen_key(screen, "OK", _("Add"));
    screen_key(screen, "▲▼", _("Choose"));
    screen_key(screen, _("Clear"), _("Correct"));
    screen_key(screen, _("Cancel"), _("Back"));
}

static void show_payer(const struct state *s, struct screen *screen)
{
    char who[NAME_ROOM];
    screen_begin(screen, "basket_payer", KEYS_DIGITS);
    screen_title(screen, _("Who pays?"), _("may stay empty"));
    payer(s, who, sizeof who);
    screen_field(screen, _("Payer"), who, "");
    screen->blocks[screen->block_count - 1].as.field.left_aligned = true;
    screen_notice(screen, TONE_ACCENT, "",
                  _("▲▼ the first account's customer, or nobody. Digits: a telephone number."));
    screen_key(screen, "OK", _("Next"));
    screen_key(screen, "▲▼", _("Choose"));
    screen_key(screen, _("Clear"), _("Correct"));
}

static void show_cash(const struct state *s, const struct flow_facts *facts, struct screen *screen)
{
    char aside[SCREEN_TEXT_MAX], amount[MONEY_TEXT_MAX];
    cash_begin_screen(&s->cash, screen);
    snprintf(aside, sizeof aside, _("basket of %zu"), s->group.count);
    screen_title(screen, cash_title(&s->cash, false), aside);
    words_money(facts, s->cash.amount_minor, amount);
    screen_line(screen, _("Together"), amount);
    cash_show(&s->cash, facts, screen);
    if (s->odd)
        cash_show_doubt(screen);
    if (cash_over_minor(&s->cash, facts) > 0)
        screen_key(screen, "F2", _("Change to advance"));
    else if (cash_is_carried(&s->cash, facts))
        screen_key(screen, "F2", _("Carry the rest"));
}

static void show_leave(const struct state *s, struct screen *screen)
{
    char text[SCREEN_LONG_MAX];
    screen_begin(screen, "basket_leave", KEYS_CARD);
    screen_title(screen, _("Basket"), "");
    snprintf(text, sizeof text, _("%zu accounts are in it. No money was taken yet."),
             s->group.count);
    screen_notice(screen, TONE_LOOK, _("Leave this basket?"), text);
    screen_key(screen, "OK", _("Stay"));
    screen_key(screen, "F1", _("Leave it"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    (void)args;
    switch (s->step) {
    case STEP_LIST:
        show_list(s, facts, screen);
        break;
    case STEP_FIND:
        show_find(s, facts, screen);
        break;
    case STEP_PAYER:
        show_payer(s, screen);
        break;
    case STEP_CASH:
        show_cash(s, facts, screen);
        break;
    case STEP_LEAVE:
        show_leave(s, screen);
        break;
    }
}

const struct flow flow_basket = {"basket", sizeof(struct state), handle, show};
