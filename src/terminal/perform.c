/*
 * Effects: what flows ask for, done at once; answers go back as events to the flow that asked.
 */
#include <stdio.h>
#include <string.h>

#include "language.h"
#include "log.h"
#include "parts.h"
#include "proof.h"
#include "text.h"

static void perform_customer(struct app *app, const struct flow_effect *effect)
{
    struct customer_view view;
    struct flow_event event = {.type = EVENT_CUSTOMER};
    event.status = roster_customer(app, effect->as.account, &view);
    event.as.customer = &view;
    stack_event(app, &event);
}

static void perform_list(struct app *app, const struct flow_effect *effect)
{
    union {
        struct flow_row rows[FLOW_WINDOW_MAX];
        struct flow_book books[FLOW_BOOKS_MAX];
        struct flow_receipt receipts[FLOW_RECEIPTS_MAX];
    } room;
    struct flow_event event = {.type = EVENT_WINDOW};
    switch (effect->type) {
    case EFFECT_FIND:
    case EFFECT_NEAR:
        roster_find(app, effect, &event, room.rows);
        break;
    case EFFECT_BOOKS:
        roster_books(app, effect, &event, room.books);
        break;
    case EFFECT_RECEIPTS:
        receipt_list(app, effect, &event, room.receipts);
        break;
    default:
        roster_window(app, effect, &event, room.rows);
        break;
    }
    stack_event(app, &event);
}

static void perform_commit(struct app *app, const struct flow_effect *effect)
{
    struct entry entry;
    struct flow_event event = {.type = EVENT_COMMITTED};
    ledger_commit(app, effect, &event, &entry);
    /* What the office said before it does not know of it. */
    if (event.status == TILL_OK && effect->as.commit.kind == KIND_REVERSAL)
        ask_forget(app, NULL);
    else if (event.status == TILL_OK)
        ask_forget(app, effect->as.commit.collection.account);
    event.as.committed.seq = entry.seq;
    event.as.committed.hash = entry.hash;
    event.as.committed.count = 1;
    /* A paper that was called whole lets the row of its basket go on. */
    if (event.status == TILL_OK && effect->as.commit.kind == KIND_PRINT_DONE)
        job_go_on(app);
    stack_event(app, &event);
}

static void perform_group(struct app *app, const struct flow_effect *effect)
{
    struct entry first;
    struct flow_event event = {.type = EVENT_COMMITTED};
    event.status = ledger_commit_group(app, effect->as.group, &first);
    event.as.committed.seq = first.seq;
    event.as.committed.hash = first.hash;
    event.as.committed.count = effect->as.group->count;
    for (size_t i = 0; event.status == TILL_OK && i < effect->as.group->count; i++)
        ask_forget(app, effect->as.group->bodies[i].account);
    stack_event(app, &event);
}

static void perform_entries(struct app *app, const struct flow_effect *effect)
{
    struct entry first;
    bool close = effect->type == EFFECT_CLOSE;
    struct flow_event event = {.type = EVENT_COMMITTED};
    event.status = close ? ledger_close(app, effect, &first)
                         : ledger_commit_entries(app, effect->as.entries, &first);
    event.as.committed.seq = first.seq;
    event.as.committed.hash = first.hash;
    event.as.committed.count = close ? 1 : effect->as.entries->count;
    stack_event(app, &event);
}

static void perform_carry(struct app *app, const struct flow_effect *effect)
{
    struct entry entry;
    struct flow_event event = {.type = EVENT_COMMITTED};
    event.status = ledger_carry(app, effect->as.carry, &entry);
    event.as.committed.seq = entry.seq;
    event.as.committed.hash = entry.hash;
    event.as.committed.count = 1;
    stack_event(app, &event);
}

static void perform_carry_look(struct app *app, const struct flow_effect *effect)
{
    union {
        struct carry_view view;
        struct carry_person person;
        char code[PROOF_TEXT_MAX];
    } room;
    struct flow_event event = {.type = EVENT_CARRY};
    if (effect->type == EFFECT_PERSON) {
        event.type = EVENT_PERSON;
        event.status = carry_person(app, effect->as.account, &room.person);
        event.as.person = &room.person;
    } else if (effect->type == EFFECT_PROOF) {
        event.type = EVENT_PROOF;
        event.status = receipt_code(app, (uint64_t)effect->as.value, room.code);
        event.as.proof = room.code;
    } else {
        event.status = carry_look(app, &room.view);
        event.as.carry = &room.view;
    }
    stack_event(app, &event);
}

static void perform_absence(struct app *app)
{
    struct absence_view view;
    struct flow_event event = {.type = EVENT_ABSENCE};
    event.status = ledger_absence(app, &view);
    event.as.absence = &view;
    stack_event(app, &event);
}

static void perform_counted(struct app *app, const struct flow_effect *effect)
{
    struct counted_view view;
    struct flow_event event = {.type = EVENT_COUNTED};
    event.status = ledger_counted(app, (uint32_t)effect->as.value, &view);
    event.as.counted = &view;
    stack_event(app, &event);
}

static void perform_stock(struct app *app, const struct flow_effect *effect)
{
    struct stock_view view;
    struct flow_event event = {.type = EVENT_STOCK};
    stock_look(app, effect, &event, &view);
    stack_event(app, &event);
}

static void perform_pin(struct app *app, const struct flow_effect *effect)
{
    struct flow_event event = {.type = EVENT_PIN};
    app_show(app); /* a check takes long on purpose: the screen says so first */
    if (effect->type == EFFECT_PIN_CHANGE)
        pin_change(app, effect, &event);
    else
        ledger_check_pin(app, effect, &event);
    stack_event(app, &event);
}

static void perform_retire(struct app *app, const struct flow_effect *effect)
{
    struct flow_event event = {.type = EVENT_CHANGED};
    start_retire(app, (int)effect->as.value, &event);
    if (!app->restart)
        stack_event(app, &event);
}

static void perform_set(struct app *app, const struct flow_effect *effect)
{
    struct flow_event event = {.type = EVENT_CHANGED, .status = TILL_REFUSED};
    const char *key = effect->as.set.key;
    bool stock = strcmp(key, "numbered_receipts") == 0 || strcmp(key, "numbered_invoices") == 0;
    if (app->facts.role == ROLE_SUPERVISOR && stock)
        event.status = kept_set(app, key, effect->as.set.value);
    else if (strcmp(key, "clock") == 0)
        event.status = clock_set_digits(app, effect->as.set.value);
    else if (strcmp(key, "clock_agreed") == 0)
        event.status = clock_agree(app);
    else if (app->facts.role == ROLE_TECHNICIAN)
        event.status = kept_set(app, effect->as.set.key, effect->as.set.value);
    stack_event(app, &event);
}

static void perform_receipt(struct app *app, const struct flow_effect *effect)
{
    struct receipt_view view;
    struct flow_event event = {.type = EVENT_RECEIPT, .status = TILL_OK};
    receipt_look(app, effect->as.receipt.text, effect->as.receipt.seq, &view);
    event.as.receipt = &view;
    stack_event(app, &event);
}

static void perform_approval(struct app *app, const struct flow_effect *effect)
{
    char room[APPROVAL_CHALLENGE_MAX] = "";
    struct flow_event event = {.type = EVENT_APPROVED};
    if (effect->type == EFFECT_CHALLENGE) {
        event.type = EVENT_CHALLENGE;
        approval_ask(app, effect, &event, room);
    } else if (effect->type == EFFECT_CODE) {
        event.type = EVENT_CODE;
        approval_give(app, effect, &event, room);
    } else {
        approval_try(app, effect, &event);
    }
    stack_event(app, &event);
    crypto_wipe(room, sizeof room);
}

static void switch_language(struct app *app)
{
    char text[32];
    text_copy(app->language, sizeof app->language,
              strcmp(app->language, "en") == 0 ? "zh_CN" : "en");
    if (language_open(app->language, app->locale_dir) != TILL_OK)
        log_warning("language %s: no catalogue", app->language);
    snprintf(text, sizeof text, "%s\n", app->language);
    if (file_replace(app->dir, "language", text, strlen(text)) != TILL_OK)
        log_warning("the language could not be kept");
    app->dirty = true;
}

static void play(struct app *app, int64_t sound)
{
    if (app->board->sound && sound_play(app->board->sound, (enum sound_pattern)sound) != TILL_OK)
        log_debug("no sound");
}

static void perform_report_out(struct app *app, const struct flow_effect *effect)
{
    const struct flow_report_ask *ask = &effect->as.report;
    if (ask->form == REPORT_CSV || ask->form == REPORT_PDF)
        report_file_begin(app, ask);
    else if (ask->form == REPORT_TO_OFFICE)
        report_send(app, ask);
    else
        report_print(app, ask);
}

static void perform_plain(struct app *app, const struct flow_effect *effect)
{
    switch (effect->type) {
    case EFFECT_PRINT:
        job_start(app, effect->as.print.seq, effect->as.print.copy);
        break;
    case EFFECT_ENROL:
        line_enrol(app, effect->as.ticket);
        break;
    case EFFECT_SYNC_NOW:
        line_now(app);
        break;
    case EFFECT_STICK:
        stick_begin(app, (enum stick_way)effect->as.value);
        break;
    case EFFECT_SOUND:
        play(app, effect->as.value);
        break;
    case EFFECT_LOGOUT:
        ledger_logout(app);
        break;
    case EFFECT_LANGUAGE:
        switch_language(app);
        break;
    case EFFECT_PRINT_PAGE:
        page_print(app, effect);
        break;
    case EFFECT_QUEUE:
        queue_change(app, effect->as.queue.change, effect->as.queue.account);
        break;
    case EFFECT_PIN_CHANGE:
        perform_pin(app, effect);
        break;
    case EFFECT_SET:
        perform_set(app, effect);
        break;
    case EFFECT_LOCK:
        stack_lock(app);
        break;
    case EFFECT_ASK:
        ask_begin(app, effect);
        break;
    case EFFECT_ASK_END:
        ask_end(app);
        break;
    case EFFECT_REPORT:
        report_ask(app, &effect->as.report);
        break;
    case EFFECT_REPORT_OUT:
        perform_report_out(app, effect);
        break;
    case EFFECT_LIST_MAKE:
        list_make(app, effect->as.window.meter_book);
        break;
    case EFFECT_LIST_PAGE:
        list_page(app, effect->as.value);
        break;
    case EFFECT_LIST_SCAN:
        taken_scan(app, effect->as.page_text);
        break;
    case EFFECT_RETIRE:
        perform_retire(app, effect);
        break;
    case EFFECT_TRAINING:
        app->training = effect->as.value != 0;
        app->dirty = true;
        break;
    default:
        break;
    }
}

void perform(struct app *app, const struct flow_effect *effect)
{
    switch (effect->type) {
    case EFFECT_GO:
    case EFFECT_REPLACE:
        stack_go(app, effect->as.go.flow, &effect->as.go.args, effect->type == EFFECT_REPLACE);
        break;
    case EFFECT_BACK:
        stack_back(app, effect->as.value);
        break;
    case EFFECT_HOME:
        stack_home(app);
        break;
    case EFFECT_COMMIT:
        perform_commit(app, effect);
        break;
    case EFFECT_COMMIT_GROUP:
        perform_group(app, effect);
        break;
    case EFFECT_COMMIT_ENTRIES:
    case EFFECT_CLOSE:
        perform_entries(app, effect);
        break;
    case EFFECT_ABSENCE:
        perform_absence(app);
        break;
    case EFFECT_COUNTED:
        perform_counted(app, effect);
        break;
    case EFFECT_CARRY:
        perform_carry(app, effect);
        break;
    case EFFECT_CARRY_LOOK:
    case EFFECT_PERSON:
    case EFFECT_PROOF:
        perform_carry_look(app, effect);
        break;
    case EFFECT_STOCK:
        perform_stock(app, effect);
        break;
    case EFFECT_CUSTOMER:
        perform_customer(app, effect);
        break;
    case EFFECT_WINDOW:
    case EFFECT_FIND:
    case EFFECT_NEAR:
    case EFFECT_BOOKS:
    case EFFECT_RECEIPTS:
        perform_list(app, effect);
        break;
    case EFFECT_PIN:
        perform_pin(app, effect);
        break;
    case EFFECT_RECEIPT:
        perform_receipt(app, effect);
        break;
    case EFFECT_CHALLENGE:
    case EFFECT_APPROVE:
    case EFFECT_CODE:
        perform_approval(app, effect);
        break;
    default:
        perform_plain(app, effect);
        break;
    }
}
