/* Flows as what they are: functions of state, facts and event. No device, no clock, no journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow.h"
#include "text.h"

enum { EVENTS = 4000, ACCOUNT_ROOM = ACCOUNT_MAX };

/* One flow under test. */
static struct bench {
    const struct flow *flow;
    _Alignas(max_align_t) unsigned char state[FLOW_STATE_MAX];
    struct flow_args args;
    struct flow_facts facts;
    struct flow_effects effects; /* of the last event */
    struct screen screen;
    struct fold fold;
    struct site site;
    struct book_meta book;
    struct journal_ack ack;
    struct flow_queue queue;
    struct settings_kept settings;
    struct customer_view view;
} b;

static int begin(void **state)
{
    (void)state;
    memset(&b, 0, sizeof b);
    fold_init(&b.fold);
    site_default(&b.site);
    b.site.receipt_max_minor = 5000000;
    text_copy(b.fold.enrolled.zone, sizeof b.fold.enrolled.zone, "CST-8");
    b.fold.user_count = 1;
    b.fold.current = 0;
    text_copy(b.fold.users[0].user, USER_MAX, "1001");
    b.fold.users[0].shift_open = true;
    b.fold.users[0].business_date = 20261123;
    b.facts = (struct flow_facts){.fold = &b.fold,
                                  .terminal = "0031",
                                  .site = &b.site,
                                  .book = &b.book,
                                  .ack = &b.ack,
                                  .queue = &b.queue,
                                  .settings = &b.settings,
                                  .below = "",
                                  .now_s = 1795395600,
                                  .now_ms = 10000,
                                  .today = 20261123};
    b.book.as_of_s = 1795395600;
    text_copy(b.view.customer.account, ACCOUNT_ROOM, "6101000100");
    text_copy(b.view.customer.name, sizeof b.view.customer.name, "王小明");
    b.view.arrears.bills[0] =
        (struct bill){.month = 202610, .due_date = 20261231, .type = 1, .amount_minor = 18642};
    b.view.arrears.count = 1;
    assert_int_equal(arrears_assess(&b.site, CUSTOMER_RESIDENT, 20261123, &b.view.arrears),
                     TILL_OK);
    return 0;
}

/* ---- driving --------------------------------------------------------------------------------- */

static void tell(const struct flow_event *event)
{
    memset(&b.effects, 0, sizeof b.effects);
    b.flow->handle(b.state, &b.args, &b.facts, event, &b.effects);
}

static void press(enum action action, int digit)
{
    struct flow_event event = {.type = EVENT_ACTION};
    event.as.key.action = action;
    event.as.key.digit = digit;
    tell(&event);
}

static void type(const char *text)
{
    for (; *text; text++)
        press(*text == '*' ? ACTION_POINT : ACTION_DIGIT, *text - '0');
}

static void answer_customer(void)
{
    struct flow_event event = {.type = EVENT_CUSTOMER};
    event.as.customer = &b.view;
    tell(&event);
}

static void open_flow(enum flow_id id)
{
    b.flow = flow_find(id);
    memset(b.state, 0, sizeof b.state);
    tell(&(struct flow_event){.type = EVENT_START});
    if (id == FLOW_CUSTOMER || id == FLOW_AMOUNT || id == FLOW_TENDER) {
        assert_int_equal(b.effects.list[0].type, EFFECT_CUSTOMER);
        answer_customer();
    }
}

static const struct flow_effect *effect(enum flow_effect_type kind)
{
    for (size_t i = 0; i < b.effects.count; i++)
        if (b.effects.list[i].type == kind)
            return &b.effects.list[i];
    fail_msg("no effect %d among %zu", kind, b.effects.count);
    return NULL;
}

static bool has_effect(enum flow_effect_type kind)
{
    for (size_t i = 0; i < b.effects.count; i++)
        if (b.effects.list[i].type == kind)
            return true;
    return false;
}

static const char *field(void)
{
    b.flow->show(b.state, &b.args, &b.facts, &b.screen);
    for (size_t i = 0; i < b.screen.block_count; i++)
        if (b.screen.blocks[i].kind == BLOCK_FIELD)
            return b.screen.blocks[i].as.field.text;
    fail_msg("%s shows no field", b.flow->name);
    return "";
}

static bool shows_notice(void)
{
    b.flow->show(b.state, &b.args, &b.facts, &b.screen);
    for (size_t i = 0; i < b.screen.block_count; i++)
        if (b.screen.blocks[i].kind == BLOCK_NOTICE)
            return true;
    return false;
}

/* ---- tender ---------------------------------------------------------------------------------- */

static void open_tender(int64_t amount_minor)
{
    b.args = (struct flow_args){.digit = -1, .amount_minor = amount_minor};
    text_copy(b.args.account, sizeof b.args.account, "6101000100");
    open_flow(FLOW_TENDER);
}

static void the_exact_sum_is_proposed(void **state)
{
    (void)state;
    open_tender(18642);
    assert_string_equal(field(), "186.42");
}

static void typing_replaces_the_proposal(void **state)
{
    (void)state;
    open_tender(18642);
    type("2");
    assert_string_equal(field(), "2");
    type("00");
    assert_string_equal(field(), "200");
    press(ACTION_ERASE, 0);
    assert_string_equal(field(), "20");
}

static void the_point_begins_an_amount_below_one(void **state)
{
    (void)state;
    open_tender(18642);
    type("*5");
    assert_string_equal(field(), "0.5");
    type("*");
    assert_string_equal(field(), "0.5");
}

static void clear_empties_the_proposal_at_once(void **state)
{
    (void)state;
    open_tender(18642);
    press(ACTION_ERASE, 0);
    assert_string_equal(field(), "");
}

static void arrows_offer_likely_notes_round_and_round(void **state)
{
    static const char *const likely[] = {"187.00", "190.00", "200.00", "186.42", "187.00"};
    (void)state;
    open_tender(18642);
    for (size_t i = 0; i < sizeof likely / sizeof likely[0]; i++) {
        press(ACTION_DOWN, 0);
        assert_string_equal(field(), likely[i]);
    }
    press(ACTION_UP, 0);
    press(ACTION_UP, 0);
    assert_string_equal(field(), "200.00");
    type("5"); /* a note is a proposal too */
    assert_string_equal(field(), "5");
}

static void ok_commits_once_and_waits(void **state)
{
    (void)state;
    open_tender(18642);
    b.args.late_fee_minor = 0;
    type("200");
    press(ACTION_OK, 0);
    const struct body_collection *body = &effect(EFFECT_COMMIT)->as.commit.collection;
    assert_int_equal(effect(EFFECT_COMMIT)->as.commit.kind, KIND_COLLECTION);
    assert_string_equal(body->account, "6101000100");
    assert_int_equal(body->amount_minor, 18642);
    assert_int_equal(body->tendered_minor, 20000);
    assert_int_equal(body->tender, TENDER_CASH);
    press(ACTION_OK, 0);
    assert_int_equal(b.effects.count, 0);
    press(ACTION_BACK, 0);
    assert_int_equal(b.effects.count, 0);
}

static void a_commit_leads_to_the_paper(void **state)
{
    struct flow_event event = {.type = EVENT_COMMITTED};
    uint8_t hash[HASH_SIZE] = {1};
    (void)state;
    open_tender(18642);
    type("200");
    press(ACTION_OK, 0);
    event.as.committed.seq = 41;
    event.as.committed.hash = hash;
    tell(&event);
    const struct flow_effect *go = effect(EFFECT_REPLACE);
    assert_int_equal(go->as.go.flow, FLOW_PAPER);
    assert_int_equal(go->as.go.args.seq, 41);
    assert_int_equal(go->as.go.args.amount_minor, 18642);
    assert_int_equal(go->as.go.args.tendered_minor, 20000);
}

static void a_commit_that_failed_is_told_and_may_be_tried_again(void **state)
{
    struct flow_event event = {.type = EVENT_COMMITTED, .status = TILL_DISK_FULL};
    uint8_t hash[HASH_SIZE] = {0};
    (void)state;
    open_tender(18642);
    press(ACTION_OK, 0);
    event.as.committed.hash = hash;
    tell(&event);
    assert_false(has_effect(EFFECT_REPLACE));
    assert_true(shows_notice());
    press(ACTION_OK, 0);
    assert_true(has_effect(EFFECT_COMMIT));
}

static void too_little_is_refused(void **state)
{
    (void)state;
    open_tender(18642);
    type("186*41");
    press(ACTION_OK, 0);
    assert_false(has_effect(EFFECT_COMMIT));
    assert_true(shows_notice());
    press(ACTION_ERASE, 0);
    type("2");
    press(ACTION_OK, 0);
    assert_true(has_effect(EFFECT_COMMIT));
}

static void nothing_typed_is_refused(void **state)
{
    (void)state;
    open_tender(18642);
    press(ACTION_ERASE, 0);
    press(ACTION_OK, 0);
    assert_false(has_effect(EFFECT_COMMIT));
}

static void f2_keeps_the_change_as_an_advance(void **state)
{
    (void)state;
    open_tender(18642);
    type("200");
    press(ACTION_OPTION_2, 0);
    press(ACTION_OK, 0);
    const struct body_collection *body = &effect(EFFECT_COMMIT)->as.commit.collection;
    assert_int_equal(body->amount_minor, 20000);
    assert_int_equal(body->tendered_minor, 20000);
}

static void f2_takes_too_little_as_a_part(void **state)
{
    (void)state;
    open_tender(18642);
    type("50");
    press(ACTION_OPTION_2, 0);
    press(ACTION_OK, 0);
    assert_int_equal(effect(EFFECT_COMMIT)->as.commit.collection.amount_minor, 5000);
}

static void f2_with_the_exact_sum_changes_nothing(void **state)
{
    (void)state;
    open_tender(18642);
    press(ACTION_OPTION_2, 0);
    assert_true(has_effect(EFFECT_SOUND));
    press(ACTION_OK, 0);
    assert_int_equal(effect(EFFECT_COMMIT)->as.commit.collection.amount_minor, 18642);
}

static void a_part_carries_the_late_fee_that_goes_with_it(void **state)
{
    (void)state;
    b.view.arrears.bills[0].due_date = 20261103;
    assert_int_equal(arrears_assess(&b.site, CUSTOMER_RESIDENT, 20261123, &b.view.arrears),
                     TILL_OK);
    open_tender(b.view.arrears.due_minor);
    type("95*07"); /* half of 186.42 and of its 3.73 */
    press(ACTION_OPTION_2, 0);
    press(ACTION_OK, 0);
    assert_in_range(effect(EFFECT_COMMIT)->as.commit.collection.late_fee_minor, 186, 187);
}

static void a_stopped_terminal_takes_nothing(void **state)
{
    (void)state;
    open_tender(18642);
    b.facts.stopped = true;
    press(ACTION_OK, 0);
    assert_false(has_effect(EFFECT_COMMIT));
    assert_int_equal(effect(EFFECT_GO)->as.go.flow, FLOW_NOTICE);
}

static void the_question_of_the_money_asks_for_a_fresh_press(void **state)
{
    (void)state;
    open_tender(18642);
    (void)field();
    assert_true(b.screen.fresh);
}

/* ---- amount ---------------------------------------------------------------------------------- */

static void open_amount(void)
{
    b.args = (struct flow_args){.digit = -1};
    text_copy(b.args.account, sizeof b.args.account, "6101000100");
    open_flow(FLOW_AMOUNT);
}

static void a_sum_up_to_five_times_the_due_is_not_doubted(void **state)
{
    (void)state;
    open_amount();
    type("932*10");
    press(ACTION_OK, 0);
    assert_int_equal(effect(EFFECT_GO)->as.go.flow, FLOW_TENDER);
    assert_int_equal(effect(EFFECT_GO)->as.go.args.amount_minor, 93210);
}

static void a_sum_above_five_times_the_due_is_asked_about(void **state)
{
    (void)state;
    open_amount();
    type("932*11");
    press(ACTION_OK, 0);
    assert_false(has_effect(EFFECT_GO));
    assert_true(shows_notice());
    assert_true(b.screen.fresh);
    press(ACTION_OK, 0);
    assert_int_equal(effect(EFFECT_GO)->as.go.args.amount_minor, 93211);
}

static void a_doubted_sum_that_is_changed_is_asked_about_anew(void **state)
{
    (void)state;
    open_amount();
    type("1000");
    press(ACTION_OK, 0);
    type("0");
    press(ACTION_OK, 0);
    assert_false(has_effect(EFFECT_GO));
    press(ACTION_BACK, 0);
    assert_false(has_effect(EFFECT_BACK));
    assert_string_equal(field(), "10000");
}

static void nothing_and_too_much_are_refused(void **state)
{
    static const char *const wrong[] = {"", "0", "0*00", "9999999999*99", "1*234"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        open_amount();
        type(wrong[i]);
        press(ACTION_OK, 0);
        assert_false(has_effect(EFFECT_GO));
        assert_true(shows_notice());
    }
}

static void coming_back_from_the_cash_keeps_what_was_typed(void **state)
{
    struct flow_event event = {.type = EVENT_RESUMED};
    (void)state;
    open_amount();
    type("70*5");
    press(ACTION_OK, 0);
    event.as.resumed.from = FLOW_TENDER;
    tell(&event);
    assert_false(has_effect(EFFECT_BACK));
    assert_string_equal(field(), "70.5");
    event.as.resumed.from = FLOW_PAPER; /* money was taken */
    event.as.resumed.value = 1;
    tell(&event);
    assert_int_equal(effect(EFFECT_BACK)->as.value, 1);
}

static void an_advance_where_nothing_is_owed_is_called_so(void **state)
{
    (void)state;
    b.view.arrears = (struct arrears){.count = 0};
    open_amount();
    type("100");
    press(ACTION_OK, 0);
    assert_true(effect(EFFECT_GO)->as.go.args.advance);
}

/* ---- customer -------------------------------------------------------------------------------- */

static void ok_on_a_customer_asks_for_all_that_is_due(void **state)
{
    (void)state;
    open_flow(FLOW_CUSTOMER);
    press(ACTION_OK, 0);
    assert_int_equal(effect(EFFECT_GO)->as.go.flow, FLOW_TENDER);
    assert_int_equal(effect(EFFECT_GO)->as.go.args.amount_minor, 18642);
}

static void ok_on_one_who_owes_nothing_asks_how_much(void **state)
{
    (void)state;
    b.view.arrears = (struct arrears){.count = 0};
    open_flow(FLOW_CUSTOMER);
    press(ACTION_OK, 0);
    assert_int_equal(effect(EFFECT_GO)->as.go.flow, FLOW_AMOUNT);
}

static void a_stop_is_said_at_the_customer(void **state)
{
    (void)state;
    b.facts.stopped = true;
    open_flow(FLOW_CUSTOMER);
    press(ACTION_OK, 0);
    assert_int_equal(effect(EFFECT_GO)->as.go.flow, FLOW_NOTICE);
    press(ACTION_OPTION_2, 0);
    assert_int_equal(effect(EFFECT_GO)->as.go.flow, FLOW_NOTICE);
}

/* ---- paper ----------------------------------------------------------------------------------- */

static void end_print(uint32_t copy, enum till_status status)
{
    struct flow_event event = {.type = EVENT_PRINTED, .status = status};
    event.as.printed.seq = b.args.seq;
    event.as.printed.copy = copy;
    tell(&event);
}

static void open_paper(int tone)
{
    b.args = (struct flow_args){.seq = 41, .amount_minor = 18642, .tone = tone};
    open_flow(FLOW_PAPER);
}

static void the_paper_prints_by_itself(void **state)
{
    (void)state;
    open_paper(TONE_NORMAL);
    assert_int_equal(effect(EFFECT_PRINT)->as.print.seq, 41);
    assert_int_equal(effect(EFFECT_PRINT)->as.print.copy, 0);
    press(ACTION_OK, 0);
    assert_int_equal(b.effects.count, 0); /* not while it prints */
    end_print(0, TILL_OK);
    press(ACTION_OK, 0);
    assert_int_equal(effect(EFFECT_BACK)->as.value, 1);
}

static void each_copy_is_committed_before_it_prints(void **state)
{
    (void)state;
    open_paper(TONE_NORMAL);
    end_print(0, TILL_PAPER_OUT);
    for (uint32_t copy = 1; copy <= 3; copy++) {
        press(ACTION_OK, 0);
        assert_false(has_effect(EFFECT_PRINT));
        assert_int_equal(effect(EFFECT_COMMIT)->as.commit.kind, KIND_DUPLICATE);
        assert_int_equal(effect(EFFECT_COMMIT)->as.commit.print.copy, copy);
        tell(&(struct flow_event){.type = EVENT_COMMITTED});
        assert_int_equal(effect(EFFECT_PRINT)->as.print.copy, copy);
        end_print(copy, TILL_COVER_OPEN);
    }
}

static void a_copy_that_could_not_be_recorded_does_not_print(void **state)
{
    (void)state;
    open_paper(TONE_NORMAL);
    end_print(0, TILL_PAPER_OUT);
    press(ACTION_OK, 0);
    tell(&(struct flow_event){.type = EVENT_COMMITTED, .status = TILL_DISK_FULL});
    assert_false(has_effect(EFFECT_PRINT));
    press(ACTION_OK, 0);
    assert_int_equal(effect(EFFECT_COMMIT)->as.commit.print.copy, 1);
}

static void after_a_power_cut_nothing_prints_by_itself(void **state)
{
    (void)state;
    open_paper(TONE_LOOK);
    assert_false(has_effect(EFFECT_PRINT));
    press(ACTION_OPTION_1, 0);
    assert_int_equal(effect(EFFECT_COMMIT)->as.commit.kind, KIND_PRINT_DONE);
    assert_int_equal(effect(EFFECT_COMMIT)->as.commit.print.copy, 0);
    tell(&(struct flow_event){.type = EVENT_COMMITTED});
    assert_int_equal(effect(EFFECT_BACK)->as.value, 1);
}

/* ---- login ----------------------------------------------------------------------------------- */

static void the_pin_leaves_the_state_when_it_is_checked(void **state)
{
    (void)state;
    open_flow(FLOW_LOGIN);
    type("1001");
    press(ACTION_OK, 0);
    type("97531864");
    press(ACTION_OK, 0);
    assert_string_equal(effect(EFFECT_PIN)->as.pin.pin, "97531864");
    assert_string_equal(effect(EFFECT_PIN)->as.pin.user, "1001");
    assert_null(memmem(b.state, sizeof b.state, "97531864", 8));
    assert_null(memmem(b.state, sizeof b.state, "9753", 4));
}

static void a_short_pin_is_not_tried(void **state)
{
    (void)state;
    open_flow(FLOW_LOGIN);
    type("1001");
    press(ACTION_OK, 0);
    type("123");
    press(ACTION_OK, 0);
    assert_false(has_effect(EFFECT_PIN));
}

static void a_pin_is_masked_on_the_screen(void **state)
{
    (void)state;
    open_flow(FLOW_LOGIN);
    type("1001");
    press(ACTION_OK, 0);
    type("12");
    assert_string_equal(field(), "●●");
    assert_true(b.screen.masked);
}

/* ---- every flow ------------------------------------------------------------------------------ */

static uint32_t seed;

static uint32_t below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % limit;
}

static struct flow_row rows[FLOW_WINDOW_MAX];
static struct flow_book books[FLOW_BOOKS_MAX];
static struct flow_receipt receipts[FLOW_RECEIPTS_MAX];
static const struct receipt_view receipt = {
    .state = RECEIPT_RECORDED, .terminal = "0031", .seq = 41, .kind = KIND_COLLECTION};

static struct stock_view stock = {
    .issues = {{.type = STOCK_RECEIPT, .series = "B", .first = 1, .last = 9},
               {.type = STOCK_MANUAL, .first = 1, .last = 99999}}};

static void fill_answer(struct flow_event *event)
{
    static const uint8_t hash[HASH_SIZE] = {7};
    switch (event->type) {
    case EVENT_SCANNED:
        event->as.scanned.text = below(2) ? "6101000100" : "FIELDTILL1 x";
        break;
    case EVENT_RESUMED:
        event->as.resumed.value = below(2);
        break;
    case EVENT_COMMITTED:
        event->as.committed.seq = 41;
        event->as.committed.hash = hash;
        break;
    case EVENT_CUSTOMER:
        event->as.customer = &b.view;
        break;
    case EVENT_WINDOW:
        event->as.window.rows = rows;
        event->as.window.count = below(FLOW_WINDOW_MAX + 1);
        event->as.window.offset = below(3);
        event->as.window.total = event->as.window.offset + event->as.window.count + below(3);
        event->as.window.select = below(9);
        break;
    case EVENT_RECEIPTS:
        event->as.receipts.rows = receipts;
        event->as.receipts.count = below(FLOW_RECEIPTS_MAX + 1);
        event->as.receipts.more = event->as.receipts.count == FLOW_RECEIPTS_MAX && below(2);
        break;
    case EVENT_BOOKS:
        event->as.books.rows = books;
        event->as.books.count = below(FLOW_BOOKS_MAX + 1);
        event->as.books.total = event->as.books.count + below(3);
        break;
    case EVENT_PRINTED:
        event->as.printed.seq = 41;
        break;
    case EVENT_PIN:
        event->as.pin.user = "1002";
        event->as.pin.role = (int)below(4);
        break;
    case EVENT_CHALLENGE:
    case EVENT_CODE:
        event->as.digits = "1234567890";
        break;
    case EVENT_RECEIPT:
        event->status = TILL_OK; /* the state in it says what went wrong */
        event->as.receipt = &receipt;
        break;
    case EVENT_STOCK:
        stock.question = (enum stock_question)below(STOCK_ASK_FEE + 1);
        stock.state = (enum stock_state)below(STOCK_VOIDED + 1);
        stock.seq = below(50);
        stock.amount_minor = below(20000);
        stock.issued = below(2) == 0;
        stock.count = below(3);
        event->as.stock = &stock;
        break;
    default:
        break;
    }
}

static void make_event(struct flow_event *event)
{
    static const enum till_status statuses[] = {TILL_OK, TILL_OK, TILL_PAPER_OUT, TILL_E_IO};
    memset(event, 0, sizeof *event);
    if (below(3)) {
        event->type = EVENT_ACTION;
        event->as.key.action = (enum action)(1 + below(ACTION_SCAN));
        event->as.key.digit = (int)below(10);
        return;
    }
    event->type = (enum flow_event_type)below(EVENT_CHANGED + 2);
    if (event->type == EVENT_CHANGED + 1)
        event->type = EVENT_STOCK;
    event->status = statuses[below(4)];
    fill_answer(event);
}

/* What lies in the flow's own state lies elsewhere in its copy. */
static void forget_places(struct flow_effects *effects)
{
    for (size_t i = 0; i < effects->count; i++) {
        if (effects->list[i].type == EFFECT_COMMIT_GROUP)
            effects->list[i].as.group = NULL;
        if (effects->list[i].type == EFFECT_COMMIT_ENTRIES)
            effects->list[i].as.entries = NULL;
        if (effects->list[i].type == EFFECT_CARRY)
            effects->list[i].as.carry = NULL;
    }
}

/* The same state and event give the same state and effects, byte for byte, and screens that
 * depend on nothing else. */
static void live(enum flow_id id)
{
    static _Alignas(max_align_t) unsigned char copy[FLOW_STATE_MAX];
    static struct flow_effects again;
    static struct screen first, second;
    struct flow_event event;
    open_flow(id);
    for (int i = 0; i < EVENTS; i++) {
        make_event(&event);
        memcpy(copy, b.state, sizeof copy);
        memset(&again, 0, sizeof again);
        tell(&event);
        b.flow->handle(copy, &b.args, &b.facts, &event, &again);
        assert_memory_equal(copy, b.state, sizeof copy);
        forget_places(&again);
        forget_places(&b.effects);
        assert_memory_equal(&again, &b.effects, sizeof again);
        b.flow->show(b.state, &b.args, &b.facts, &first);
        b.flow->show(copy, &b.args, &b.facts, &second);
        assert_memory_equal(&first, &second, sizeof first);
        assert_memory_equal(copy, b.state, sizeof copy);
        assert_non_null(first.name);
        if (!first.title[0] && id != FLOW_NOTICE && id != FLOW_ROUTE)
            fail_msg("%s stands without a title", first.name);
    }
}

static void copies_of_a_flow_do_the_same(void **state)
{
    (void)state;
    for (int id = 0; id < FLOW_COUNT; id++) {
        seed = 1 + (uint32_t)id;
        b.args = (struct flow_args){.digit = -1, .amount_minor = 18642, .seq = 41};
        b.facts.role = id == FLOW_TEAM_REPORT ? ROLE_SUPERVISOR : 0; /* goes back for others */
        b.args.report.of = REPORT_OF_TAKINGS;
        b.args.report.question.by = REPORT_BY_DAY;
        text_copy(b.args.account, sizeof b.args.account, "6101000100");
        live((enum flow_id)id);
    }
}

/* Before the first book there is neither site nor book, before enrolment no acknowledgement. */
static void flows_of_the_beginning_need_no_book(void **state)
{
    static const enum flow_id early[] = {FLOW_ENROL, FLOW_LOGIN, FLOW_SHIFT, FLOW_SYNC,
                                         FLOW_NOTICE};
    (void)state;
    b.facts.site = NULL;
    b.facts.book = NULL;
    b.facts.ack = NULL;
    b.facts.terminal = "";
    for (size_t i = 0; i < sizeof early / sizeof early[0]; i++) {
        seed = 100 + (uint32_t)i;
        b.args = (struct flow_args){.digit = -1};
        live(early[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_exact_sum_is_proposed),
        TEST(typing_replaces_the_proposal),
        TEST(the_point_begins_an_amount_below_one),
        TEST(clear_empties_the_proposal_at_once),
        TEST(arrows_offer_likely_notes_round_and_round),
        TEST(ok_commits_once_and_waits),
        TEST(a_commit_leads_to_the_paper),
        TEST(a_commit_that_failed_is_told_and_may_be_tried_again),
        TEST(too_little_is_refused),
        TEST(nothing_typed_is_refused),
        TEST(f2_keeps_the_change_as_an_advance),
        TEST(f2_takes_too_little_as_a_part),
        TEST(f2_with_the_exact_sum_changes_nothing),
        TEST(a_part_carries_the_late_fee_that_goes_with_it),
        TEST(a_stopped_terminal_takes_nothing),
        TEST(the_question_of_the_money_asks_for_a_fresh_press),
        TEST(a_sum_up_to_five_times_the_due_is_not_doubted),
        TEST(a_sum_above_five_times_the_due_is_asked_about),
        TEST(a_doubted_sum_that_is_changed_is_asked_about_anew),
        TEST(nothing_and_too_much_are_refused),
        TEST(coming_back_from_the_cash_keeps_what_was_typed),
        TEST(an_advance_where_nothing_is_owed_is_called_so),
        TEST(ok_on_a_customer_asks_for_all_that_is_due),
        TEST(ok_on_one_who_owes_nothing_asks_how_much),
        TEST(a_stop_is_said_at_the_customer),
        TEST(the_paper_prints_by_itself),
        TEST(each_copy_is_committed_before_it_prints),
        TEST(a_copy_that_could_not_be_recorded_does_not_print),
        TEST(after_a_power_cut_nothing_prints_by_itself),
        TEST(the_pin_leaves_the_state_when_it_is_checked),
        TEST(a_short_pin_is_not_tried),
        TEST(a_pin_is_masked_on_the_screen),
        TEST(copies_of_a_flow_do_the_same),
        TEST(flows_of_the_beginning_need_no_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
