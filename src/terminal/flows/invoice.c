/*
 * Who wants an invoice for a receipt (开票申请): title, tax number, and where it is sent. The office
 * makes it; one valid invoice a receipt, so nothing is asked for where one stands.
 */
#include <stdio.h>
#include <string.h>

#include "receipt_words.h"
#include "stock_words.h"
#include "table.h"
#include "text.h"

enum step { STEP_KIND, STEP_TITLE, STEP_TAX, STEP_SEND, STEP_CONFIRM, STEP_DONE };
enum { KIND_ELECTRONIC = 1, KIND_PAPER = 2, PHONE_MOST = 20 };

struct state {
    enum step step;
    bool waiting, loaded;
    struct receipt_view view;
    char name[BOOK_NAME_MAX], phone[BOOK_PHONE_MAX];
    struct body_invoice_request body;
    struct typed tax, send;
    struct flow_entries entries;
    enum till_status status;
    const char *wrong;
};

static void refuse(struct state *s, const char *why, struct flow_effects *effects)
{
    s->wrong = why;
    effect_sound(effects, SOUND_ERROR);
}

/* Why nothing can be asked for; NULL: it can. */
static const char *why_not(const struct state *s, const struct flow_facts *facts)
{
    const struct receipt_view *v = &s->view;
    bool ours = v->state == RECEIPT_RECORDED || v->state == RECEIPT_CONFIRMED;
    if (facts->training || kind_is_training(v->kind))
        return _("Training moves no money: there is nothing to invoice.");
    if (v->state == RECEIPT_REVERSED)
        return _("The receipt was reversed.");
    if (!ours || !kind_has_payment_paper(v->kind))
        return _("Only for a payment that was taken on this terminal.");
    return NULL;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void set_title(struct state *s, const char *text)
{
    text_copy(s->body.title, sizeof s->body.title, text);
}

static void take_tax(struct state *s, struct flow_effects *effects)
{
    if (strlen(s->tax.text) >= sizeof s->body.tax_number || strchr(s->tax.text, '-')) {
        refuse(s, _("Up to 20 digits and letters."), effects);
        return;
    }
    text_copy(s->body.tax_number, sizeof s->body.tax_number, s->tax.text);
    if (!s->send.length)
        typed_set(&s->send, s->phone, true);
    s->step = STEP_SEND;
}

static void take_send(struct state *s, struct flow_effects *effects)
{
    if (s->body.electronic && s->send.length == 0) {
        refuse(s, _("An e-invoice is sent: a telephone number, or scan a mail address."), effects);
        return;
    }
    text_copy(s->body.send_to, sizeof s->body.send_to, s->send.text);
    s->step = STEP_CONFIRM;
}

static void commit(struct state *s, struct flow_effects *effects)
{
    text_copy(s->body.account, sizeof s->body.account, s->view.account);
    s->body.seq = s->view.seq;
    s->entries.count = 1;
    s->status = entry_write_invoice_request(&s->entries.list[0], &s->body);
    if (s->status != TILL_OK) {
        effect_sound(effects, SOUND_ERROR);
        return;
    }
    effect_add(effects, EFFECT_COMMIT_ENTRIES)->as.entries = &s->entries;
    s->waiting = true;
}

/* ---- events ---------------------------------------------------------------------------------- */

static void looked(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    s->view = *event->as.receipt;
    s->waiting = s->view.account[0] != '\0';
    s->loaded = true;
    if (s->waiting)
        text_copy(effect_add(effects, EFFECT_CUSTOMER)->as.account, ACCOUNT_MAX, s->view.account);
}

static void found(struct state *s, const struct flow_event *event)
{
    s->waiting = false;
    if (event->status != TILL_OK)
        return;
    const struct book_customer *c = &event->as.customer->customer;
    text_copy(s->name, sizeof s->name, c->name);
    text_copy(s->phone, sizeof s->phone, c->phone);
    if (!s->body.title[0])
        set_title(s, c->name);
}

static void scanned(struct state *s, const struct flow_event *event, struct flow_effects *effects)
{
    const char *text = event->as.scanned.text;
    size_t size = strlen(text);
    s->wrong = NULL;
    if (s->step == STEP_TITLE && size > 0 && size < sizeof s->body.title)
        set_title(s, text);
    else if (s->step == STEP_SEND && size > 0 && size < sizeof s->body.send_to)
        typed_set(&s->send, text, false);
    else if (s->step != STEP_TAX || !stock_scan(&s->tax, event, sizeof s->body.tax_number - 1))
        refuse(s, _("This code is not asked for here."), effects);
}

static void go_on(struct state *s, struct flow_effects *effects)
{
    switch (s->step) {
    case STEP_TITLE:
        if (s->body.title[0])
            s->step = STEP_TAX;
        else
            refuse(s, _("Scan the title: the book has no name."), effects);
        break;
    case STEP_TAX:
        take_tax(s, effects);
        break;
    case STEP_SEND:
        take_send(s, effects);
        break;
    case STEP_CONFIRM:
        commit(s, effects);
        break;
    case STEP_DONE:
        effect_back(effects, 0);
        break;
    default:
        break;
    }
}

static void act(struct state *s, const struct flow_facts *facts, const struct flow_event *event,
                struct flow_effects *effects)
{
    enum action action = event->as.key.action;
    int digit = action == ACTION_DIGIT ? event->as.key.digit : 0;
    s->wrong = NULL;
    s->status = TILL_OK;
    if (why_not(s, facts) || (s->step == STEP_KIND && action == ACTION_BACK)) {
        effect_back(effects, 0);
    } else if (action == ACTION_BACK && s->step != STEP_DONE) {
        s->step--;
    } else if (action == ACTION_OK) {
        go_on(s, effects);
    } else if (s->step == STEP_KIND && (digit == KIND_ELECTRONIC || digit == KIND_PAPER)) {
        s->body.electronic = digit == KIND_ELECTRONIC;
        s->step = STEP_TITLE;
    } else if (s->step == STEP_TITLE && action == ACTION_OPTION_1) {
        set_title(s, s->name);
    } else if (s->step == STEP_TAX) {
        (void)stock_type(&s->tax, event, sizeof s->body.tax_number - 1);
    } else if (s->step == STEP_SEND) {
        typed_act(&s->send, event, PHONE_MOST);
    }
}

static void handle(void *state, const struct flow_args *args, const struct flow_facts *facts,
                   const struct flow_event *event, struct flow_effects *effects)
{
    struct state *s = state;
    switch (event->type) {
    case EVENT_START:
        effect_add(effects, EFFECT_RECEIPT)->as.receipt.seq = args->seq;
        s->waiting = true;
        break;
    case EVENT_RECEIPT:
        looked(s, event, effects);
        break;
    case EVENT_CUSTOMER:
        found(s, event);
        break;
    case EVENT_COMMITTED:
        s->waiting = false;
        s->status = event->status;
        s->step = s->status == TILL_OK ? STEP_DONE : s->step;
        effect_sound(effects, s->status == TILL_OK ? SOUND_OK : SOUND_ERROR);
        break;
    case EVENT_SCANNED:
        if (!s->waiting)
            scanned(s, event, effects);
        break;
    case EVENT_ACTION:
        if (!s->waiting)
            act(s, facts, event, effects);
        break;
    default:
        break;
    }
}

/* ---- screens --------------------------------------------------------------------------------- */

static void show_field(const struct state *s, struct screen *screen)
{
    if (s->step == STEP_TITLE) {
        screen->keys = KEYS_CARD;
        show_large(screen, _("Title of the invoice"), s->body.title, TONE_NORMAL);
        screen_line(screen, _("Scan the customer's code for another title."), "")->size =
            SIZE_SMALL;
    } else if (s->step == STEP_TAX) {
        screen->keys = KEYS_NUMBER;
        screen_field(screen, _("Tax number"), s->tax.text, _("▲ letter, or scan; may be empty"));
    } else {
        screen->keys = KEYS_DIGITS;
        screen_field(screen, _("Send it to"), s->send.text, _("telephone, or scan a mail address"));
    }
    if (s->wrong)
        screen_notice(screen, TONE_OWED, "", s->wrong);
    screen_key(screen, "OK", _("Next"));
    if (s->step == STEP_TITLE)
        screen_key(screen, "F1", _("Name in the book"));
    else
        screen_key(screen, _("Clear"), _("Correct"));
}

static void show_confirm(const struct state *s, const struct flow_facts *facts,
                         struct screen *screen)
{
    char amount[MONEY_TEXT_MAX];
    screen->keys = KEYS_MESSAGE;
    words_money(facts, s->view.amount_minor, amount);
    screen_line(screen, s->body.electronic ? _("E-invoice") : _("Paper invoice"), amount)->bold =
        true;
    screen_line(screen, s->body.title, "");
    screen_line(screen, _("Tax number"), s->body.tax_number[0] ? s->body.tax_number : "–");
    screen_line(screen, _("Send it to"), s->body.send_to[0] ? s->body.send_to : "–");
    if (s->step == STEP_DONE)
        screen_notice(screen, TONE_ACCENT, _("√ Noted"),
                      _("The office makes the invoice once it has this record."));
    else if (s->status == TILL_E_PROTOCOL)
        screen_notice(screen, TONE_OWED, _("Not noted"),
                      _("A paper invoice of this receipt stands: take it back and void it first."));
    else if (s->status != TILL_OK)
        screen_notice(screen, TONE_OWED, _("Not noted"), _(status_text(s->status)));
    screen_key(screen, "OK", s->step == STEP_DONE ? _("Go on") : _("Note it"));
}

static void show(const void *state, const struct flow_args *args, const struct flow_facts *facts,
                 struct screen *screen)
{
    const struct state *s = state;
    char number[RECEIPT_NUMBER_MAX] = "";
    (void)args;
    screen_begin(screen, "invoice", KEYS_MESSAGE);
    if (s->loaded && s->view.seq)
        receipt_number_format(s->view.terminal, s->view.seq, number);
    screen_title(screen, _("Invoice wanted"), number);
    const char *why = s->loaded ? why_not(s, facts) : NULL;
    if (why) {
        screen_notice(screen, TONE_LOOK, _("No invoice here"), why);
        screen_key(screen, "OK", _("Back"));
        return;
    }
    if (s->step == STEP_KIND) {
        screen->keys = KEYS_MENU;
        choice_line(screen, KIND_ELECTRONIC, _("E-invoice"), "", false);
        choice_line(screen, KIND_PAPER, _("Paper invoice"), "", false);
        screen_key(screen, "1-2", _("Choose"));
    } else if (s->step >= STEP_CONFIRM) {
        show_confirm(s, facts, screen);
    } else {
        show_field(s, screen);
    }
    if (s->step != STEP_DONE)
        screen_key(screen, _("Cancel"), _("Back"));
}

const struct flow flow_invoice = {"invoice", sizeof(struct state), handle, show};
