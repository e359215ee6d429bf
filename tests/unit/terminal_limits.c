/* Cash that leaves the bag, limits and their ways out, approval from afar, papers printed again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow_bench.h"
#include "text.h"

static int begin(void **state)
{
    (void)state;
    bench_begin();
    return 0;
}

/* ---- cash that leaves the bag ---------------------------------------------------------------- */

static const struct body_cash_drop *dropped(void)
{
    const struct flow_effect *effect = bench_effect(EFFECT_COMMIT);
    assert_int_equal(effect->as.commit.kind, KIND_CASH_DROP);
    return &effect->as.commit.body.drop;
}

static void agree(enum till_status status)
{
    struct flow_event event = {.type = EVENT_PIN, .status = status};
    bench_digits("2001");
    bench_press(ACTION_OK);
    bench_digits("9753");
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_PIN)->as.pin.purpose, PIN_SUPERVISOR);
    event.as.pin.user = "2001";
    bench_tell(&event);
}

static void a_supervisor_takes_all_of_it_unless_another_sum_is_typed(void **state)
{
    (void)state;
    bench_open(FLOW_DROP);
    bench_sees("¥1,000.00");
    bench_digits("1");
    bench_sees("1000.00");
    bench_press(ACTION_OK);
    bench_sees("The supervisor has counted ¥1,000.00");
    agree(TILL_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    bench_sees("Stays in hand");
    assert_true(bench.screen.fresh);
    bench_press(ACTION_OK);
    assert_int_equal(dropped()->amount_minor, 100000);
    assert_int_equal(dropped()->to, 1);
    assert_string_equal(dropped()->receiver, "2001");
}

static void the_bank_takes_a_part_by_the_number_of_its_slip(void **state)
{
    (void)state;
    bench_open(FLOW_DROP);
    bench_digits("2");
    bench_digits("600");
    bench_press(ACTION_OK);
    bench_digits("123");
    bench_press(ACTION_OK);
    bench_sees("At least 4 digits, as on the slip.");
    bench_digits("4");
    bench_press(ACTION_OK);
    bench_sees("¥600.00");
    bench_sees("¥400.00");
    bench_press(ACTION_OK);
    assert_int_equal(dropped()->amount_minor, 60000);
    assert_int_equal(dropped()->to, 2);
    assert_string_equal(dropped()->receiver, "1234");
}

static void never_more_than_is_in_hand(void **state)
{
    (void)state;
    bench_open(FLOW_DROP);
    bench_digits("2");
    bench_digits("1000");
    bench_press(ACTION_POINT);
    bench_digits("01");
    bench_press(ACTION_OK);
    bench_sees("That is more than is in hand.");
    bench_press(ACTION_ERASE);
    bench_press(ACTION_OK);
    bench_sees("Number of the bank's slip");
}

static void nothing_is_no_sum(void **state)
{
    (void)state;
    bench_open(FLOW_DROP);
    bench_digits("20");
    bench_press(ACTION_OK);
    bench_sees("Type how much is handed in.");
}

static void an_empty_bag_hands_in_nothing(void **state)
{
    (void)state;
    bench.fold.users[0].cash_minor = 0;
    bench_open(FLOW_DROP);
    bench_sees("The bag is empty");
    bench_digits("1");
    bench_effect(EFFECT_SOUND);
    bench_press(ACTION_OK);
    bench_effect(EFFECT_BACK);
}

static void a_supervisor_who_does_not_agree_takes_nothing(void **state)
{
    (void)state;
    bench_open(FLOW_DROP);
    bench_digits("1");
    bench_press(ACTION_OK);
    agree(TILL_WRONG_PIN);
    bench_sees("Not agreed");
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    bench_sees("1000.00");
    assert_false(bench_has(EFFECT_COMMIT));
}

static void a_drop_that_was_not_recorded_is_said(void **state)
{
    (void)state;
    bench_open(FLOW_DROP);
    bench_digits("2");
    bench_press(ACTION_OK);
    bench_digits("9999");
    bench_press(ACTION_OK);
    bench_press(ACTION_OK);
    dropped();
    bench_tell(&(struct flow_event){.type = EVENT_COMMITTED, .status = TILL_E_IO});
    bench_sees("Not recorded");
    bench_press(ACTION_BACK);
    bench_sees("9999");
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    bench_effect(EFFECT_BACK);
}

static void the_slip_of_a_drop_follows(void **state)
{
    static const uint8_t hash[HASH_SIZE] = {1};
    struct flow_event event = {.type = EVENT_COMMITTED};
    (void)state;
    bench_open(FLOW_DROP);
    bench_digits("2");
    bench_press(ACTION_OK);
    bench_digits("9999");
    bench_press(ACTION_OK);
    bench_press(ACTION_OK);
    event.as.committed.seq = 20;
    event.as.committed.hash = hash;
    bench_tell(&event);
    assert_int_equal(bench_effect(EFFECT_REPLACE)->as.go.flow, FLOW_PAPER);
    assert_int_equal(bench_effect(EFFECT_REPLACE)->as.go.args.kind, KIND_CASH_DROP);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void set_limits(void)
{
    struct limits *l = &bench.facts.limits;
    struct limits_used *u = &bench.facts.used;
    l->value[LIMIT_CASH] = 300000;
    l->value[LIMIT_UNSENT] = 200;
    l->value[LIMIT_OFFLINE] = 48 * 3600;
    l->value[LIMIT_DAY] = 1000000;
    l->value[LIMIT_REVERSALS] = 3;
    u->value[LIMIT_CASH] = bench.fold.users[0].cash_minor = 300000;
    u->value[LIMIT_UNSENT] = 160;
    u->value[LIMIT_OFFLINE] = 5 * 3600;
    u->value[LIMIT_REVERSALS] = 1;
}

static void without_limits_that_is_said_and_cash_can_be_handed_in(void **state)
{
    (void)state;
    bench_open(FLOW_LIMITS);
    bench_sees("No limits");
    bench_press(ACTION_OK);
    assert_int_equal(bench.effects.count, 0);
    bench_press(ACTION_OPTION_1);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_DROP);
    bench_press(ACTION_BACK);
    bench_effect(EFFECT_BACK);
}

static void each_limit_says_how_far_it_is_used(void **state)
{
    (void)state;
    set_limits();
    bench_open(FLOW_LIMITS);
    bench_sees("Cash in hand");
    bench_sees("¥3,000.00 / ¥3,000.00");
    bench_sees("100%");
    bench_sees("160 / 200");
    bench_sees("80%");
    bench_sees("5 h / 48 h");
    for (int i = 0; i < 8; i++)
        bench_press(ACTION_DOWN);
    bench_sees("1 / 3");
    bench_sees("33%");
    for (int i = 0; i < 8; i++)
        bench_press(ACTION_UP);
    bench_sees("160 / 200");
}

static void where_nobody_reverses_alone_that_is_said_and_no_figure(void **state)
{
    (void)state;
    bench.facts.limits.value[LIMIT_REVERSALS] = LIMIT_REVERSALS_NONE;
    bench_open(FLOW_LIMITS);
    bench_sees("only with a supervisor");
    bench_sees_not("4294967295");
    bench_press(ACTION_OK);
    bench_sees("only with a supervisor");
    bench_sees("Reversals go on with a supervisor");
    bench_sees_not("4294967295");
}

static void choose_limit(int limit)
{
    bench.args.digit = limit;
    bench_open(FLOW_LIMITS);
    bench_press(ACTION_OK);
}

static void each_limit_has_its_way_out(void **state)
{
    (void)state;
    set_limits();
    choose_limit(LIMIT_CASH);
    bench_sees("Hand in cash to a supervisor or at the bank.");
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_DROP);
    choose_limit(LIMIT_UNSENT);
    bench_sees("carry the records on a stick");
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_SYNC);
    choose_limit(LIMIT_REVERSALS);
    bench_sees("Reversals go on with a supervisor");
    bench_press(ACTION_OPTION_1);
    bench_effect(EFFECT_SOUND);
    bench_press(ACTION_OK);
    bench_sees("Cash in hand");
}

static void it_begins_at_the_one_that_is_nearest(void **state)
{
    (void)state;
    set_limits();
    bench.facts.limit.limit = LIMIT_UNSENT;
    bench.args.digit = 0;
    bench_open(FLOW_LIMITS);
    bench_press(ACTION_OK);
    bench_sees("160 / 200");
}

static const struct flow_effect *ask_for_code(int limit)
{
    struct flow_event event = {.type = EVENT_CHALLENGE};
    choose_limit(limit);
    bench_press(ACTION_OPTION_1);
    const struct flow_effect *effect = bench_effect(EFFECT_CHALLENGE);
    assert_int_equal(effect->as.ask.purpose, APPROVAL_LIMIT);
    assert_int_equal(effect->as.ask.limit, limit);
    event.as.digits = "9876543210";
    static struct flow_effect kept;
    kept = *effect;
    bench_tell(&event);
    return &kept;
}

static void a_code_doubles_a_limit_until_the_day_ends(void **state)
{
    (void)state;
    set_limits();
    assert_int_equal(ask_for_code(LIMIT_CASH)->as.ask.value, 600000);
    bench_sees("9876 5432 10");
    bench_sees("Raise: Cash in hand to ¥6,000.00");
    bench_digits("0");
    bench_press(ACTION_OK);
    bench_digits("12345678");
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_APPROVE)->as.ask.value, 600000);
    bench_tell(&(struct flow_event){.type = EVENT_APPROVED});
    const struct flow_effect *effect = bench_effect(EFFECT_COMMIT);
    assert_int_equal(effect->as.commit.kind, KIND_LIMIT_LIFTED);
    assert_int_equal(effect->as.commit.body.lifted.limit, LIMIT_CASH);
    assert_int_equal(effect->as.commit.body.lifted.value, 600000);
    assert_string_equal(effect->as.commit.body.lifted.approver, "0");
    bench_tell(&(struct flow_event){.type = EVENT_COMMITTED});
    bench_sees("Raised until the business date ends.");
}

static void records_and_hours_are_raised_too(void **state)
{
    (void)state;
    set_limits();
    assert_int_equal(ask_for_code(LIMIT_UNSENT)->as.ask.value, 400);
    bench_sees("to 400");
    assert_int_equal(ask_for_code(LIMIT_OFFLINE)->as.ask.value, 96 * 3600);
    bench_sees("to 96 h");
}

static int64_t value_from_the_notice(int limit, int64_t asked_minor)
{
    struct flow_event event = {.type = EVENT_CHALLENGE};
    bench.args = (struct flow_args){
        .digit = limit, .amount_minor = asked_minor, .tone = TONE_OWED, .next = FLOW_LIMITS};
    bench_open(FLOW_NOTICE);
    bench_press(ACTION_OK);
    bench.args = bench_effect(EFFECT_REPLACE)->as.go.args;
    bench_open(FLOW_LIMITS);
    bench_press(ACTION_OK); /* what stands selected */
    bench_press(ACTION_OPTION_1);
    const struct flow_effect *effect = bench_effect(EFFECT_CHALLENGE);
    assert_int_equal(effect->as.ask.limit, limit);
    int64_t value = effect->as.ask.value;
    event.as.digits = "9876543210";
    bench_tell(&event);
    return value;
}

static void the_notice_leads_to_the_limit_that_it_names(void **state)
{
    (void)state;
    set_limits();
    bench.facts.limit.limit = LIMIT_CASH; /* the nearest */
    value_from_the_notice(LIMIT_UNSENT, 0);
    bench_sees("Raise: Records not sent");
}

static void one_code_covers_what_is_used_and_asked(void **state)
{
    (void)state;
    set_limits();
    assert_int_equal(value_from_the_notice(LIMIT_CASH, 600000), 600000);
    assert_int_equal(value_from_the_notice(LIMIT_CASH, 600001), 1200000);
    bench.facts.used.value[LIMIT_UNSENT] = 800;
    assert_int_equal(value_from_the_notice(LIMIT_UNSENT, 0), 1600);
}

static void a_wrong_code_raises_nothing(void **state)
{
    (void)state;
    set_limits();
    ask_for_code(LIMIT_CASH);
    bench_digits("2001");
    bench_press(ACTION_OK);
    bench_digits("12345678");
    bench_press(ACTION_OK);
    bench_tell(&(struct flow_event){.type = EVENT_APPROVED, .status = TILL_WRONG_PIN});
    bench_sees("The code does not fit");
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    bench_sees("What to do");
    bench_press(ACTION_BACK);
    bench_sees("160 / 200");
    assert_false(bench_has(EFFECT_COMMIT));
}

static void a_lift_that_was_not_recorded_is_said(void **state)
{
    (void)state;
    set_limits();
    ask_for_code(LIMIT_CASH);
    bench_digits("0");
    bench_press(ACTION_OK);
    bench_digits("12345678");
    bench_press(ACTION_OK);
    bench_tell(&(struct flow_event){.type = EVENT_APPROVED});
    bench_tell(&(struct flow_event){.type = EVENT_COMMITTED, .status = TILL_DISK_FULL});
    bench_sees("Not raised");
}

static void a_limit_that_was_raised_says_so(void **state)
{
    (void)state;
    set_limits();
    bench.fold.users[0].lifted[LIMIT_CASH] = 80000;
    bench.fold.users[0].lifted_date = 20261123;
    bench_open(FLOW_LIMITS);
    bench_sees("raised for today");
    bench.fold.users[0].lifted_date = 20261122;
    bench_sees_not("raised for today");
}

/* ---- approving from afar --------------------------------------------------------------------- */

static void be_supervisor(void)
{
    bench.facts.role = ROLE_SUPERVISOR;
    bench.facts.has_team = true;
    text_copy(bench.fold.users[0].user, USER_MAX, "2001");
    bench_open(FLOW_APPROVE);
}

static const struct flow_effect *type_question(const char *what, const char *value)
{
    bench_digits("0031");
    bench_press(ACTION_OK);
    bench_digits(what);
    bench_digits(value);
    bench_press(ACTION_OK);
    bench_digits("0123456789");
    bench_press(ACTION_OK);
    const struct flow_effect *effect = bench_effect(EFFECT_CODE);
    assert_string_equal(effect->as.ask.terminal, "0031");
    assert_string_equal(effect->as.ask.challenge, "0123456789");
    return effect;
}

static void a_supervisor_gives_a_code_for_one_record(void **state)
{
    struct flow_event event = {.type = EVENT_CODE};
    (void)state;
    be_supervisor();
    const struct flow_effect *effect = type_question("1", "186");
    assert_int_equal(effect->as.ask.purpose, APPROVAL_REVERSAL);
    assert_int_equal(effect->as.ask.value, 18600);
    event.as.digits = "87654321";
    bench_tell(&event);
    bench_sees("8765 4321");
    bench_sees("2001");
    bench_sees("for this record only");
    bench_press(ACTION_OK);
    bench_effect(EFFECT_BACK);
}

static void a_limit_is_asked_for_in_its_own_unit(void **state)
{
    (void)state;
    be_supervisor();
    const struct flow_effect *effect = type_question("2", "6000");
    assert_int_equal(effect->as.ask.purpose, APPROVAL_LIMIT);
    assert_int_equal(effect->as.ask.value, 600000);
    be_supervisor();
    assert_int_equal(type_question("3", "400")->as.ask.value, 400);
    be_supervisor();
    assert_int_equal(type_question("4", "96")->as.ask.value, 96 * 3600);
}

static void hours_and_records_are_whole(void **state)
{
    (void)state;
    be_supervisor();
    bench_digits("0031");
    bench_press(ACTION_OK);
    bench_digits("4");
    bench_digits("1");
    bench_press(ACTION_POINT);
    bench_digits("5");
    bench_press(ACTION_OK);
    bench_sees(status_text(TILL_BAD_INPUT));
    bench_press(ACTION_BACK);
    bench_digits("30");
    bench_press(ACTION_OK);
    bench_sees(status_text(TILL_BAD_INPUT));
}

static void a_question_that_is_too_short_is_said(void **state)
{
    (void)state;
    be_supervisor();
    bench_press(ACTION_OK);
    bench_sees(status_text(TILL_BAD_INPUT));
    bench_digits("0031");
    bench_press(ACTION_OK);
    bench_digits("5");
    bench_effect(EFFECT_SOUND);
    bench_digits("1");
    bench_digits("1");
    bench_press(ACTION_OK);
    bench_digits("012345678");
    bench_press(ACTION_OK);
    bench_sees("The question has 10 digits.");
    assert_false(bench_has(EFFECT_CODE));
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    bench_press(ACTION_BACK);
    bench_effect(EFFECT_BACK);
}

static void a_terminal_of_another_team_is_said(void **state)
{
    struct flow_event event = {.type = EVENT_CODE, .status = TILL_NOT_FOUND};
    (void)state;
    be_supervisor();
    type_question("1", "186");
    event.as.digits = "";
    bench_tell(&event);
    bench_sees("This terminal is not of your team.");
}

static void only_a_supervisor_with_a_team_approves(void **state)
{
    (void)state;
    bench_open(FLOW_APPROVE);
    bench_sees("Only a supervisor can do this.");
    bench_digits("1");
    assert_int_equal(bench.effects.count, 0);
    bench_press(ACTION_OK);
    bench_effect(EFFECT_BACK);
    bench.facts.role = ROLE_SUPERVISOR;
    bench_sees("The book names no terminals of your team.");
}

/* ---- papers printed again -------------------------------------------------------------------- */

static struct flow_receipt rows[FLOW_RECEIPTS_MAX];

static void list_papers(void)
{
    static const uint16_t kinds[] = {KIND_CASH_DROP, KIND_REVERSAL, KIND_COLLECTION, KIND_DISPUTE,
                                     KIND_ADVANCE};
    struct flow_event event = {.type = EVENT_RECEIPTS};
    memset(rows, 0, sizeof rows);
    for (size_t i = 0; i < FLOW_RECEIPTS_MAX; i++) {
        rows[i].seq = 20 - i;
        rows[i].at_s = 1795395600;
        rows[i].kind = kinds[i];
        rows[i].amount_minor = 1000;
        if (kinds[i] != KIND_CASH_DROP)
            text_copy(rows[i].account, ACCOUNT_MAX, "6101000100");
    }
    rows[2].reversed_by = 19;
    rows[2].copies = 1;
    bench_open(FLOW_DUPLICATE);
    bench_effect(EFFECT_RECEIPTS);
    event.as.receipts.rows = rows;
    event.as.receipts.count = FLOW_RECEIPTS_MAX;
    bench_tell(&event);
}

static void papers_of_all_kinds_stand_in_the_list(void **state)
{
    (void)state;
    list_papers();
    bench_sees("Cash handed in");
    bench_sees("Reversal");
    bench_sees("reversed");
    bench_sees("Dispute");
    bench_sees("printed again 1×");
    bench_press(ACTION_DOWN);
    bench_press(ACTION_OK);
    const struct flow_effect *effect = bench_effect(EFFECT_COMMIT);
    assert_int_equal(effect->as.commit.kind, KIND_DUPLICATE);
    assert_int_equal(effect->as.commit.print.seq, 19);
    assert_int_equal(effect->as.commit.print.copy, 1);
    bench_tell(&(struct flow_event){.type = EVENT_COMMITTED});
    assert_int_equal(bench_effect(EFFECT_REPLACE)->as.go.args.kind, KIND_REVERSAL);
}

static void each_has_its_details(void **state)
{
    (void)state;
    list_papers();
    bench_press(ACTION_DOWN);
    bench_press(ACTION_DOWN);
    bench_press(ACTION_OPTION_1);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_RECEIPT);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.args.seq, 18);
    bench_tell(&(struct flow_event){.type = EVENT_RESUMED});
    bench_effect(EFFECT_RECEIPTS); /* it may have been reversed there */
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_supervisor_takes_all_of_it_unless_another_sum_is_typed),
        TEST(the_bank_takes_a_part_by_the_number_of_its_slip),
        TEST(never_more_than_is_in_hand),
        TEST(nothing_is_no_sum),
        TEST(an_empty_bag_hands_in_nothing),
        TEST(a_supervisor_who_does_not_agree_takes_nothing),
        TEST(a_drop_that_was_not_recorded_is_said),
        TEST(the_slip_of_a_drop_follows),
        TEST(without_limits_that_is_said_and_cash_can_be_handed_in),
        TEST(each_limit_says_how_far_it_is_used),
        TEST(where_nobody_reverses_alone_that_is_said_and_no_figure),
        TEST(each_limit_has_its_way_out),
        TEST(it_begins_at_the_one_that_is_nearest),
        TEST(a_code_doubles_a_limit_until_the_day_ends),
        TEST(records_and_hours_are_raised_too),
        TEST(the_notice_leads_to_the_limit_that_it_names),
        TEST(one_code_covers_what_is_used_and_asked),
        TEST(a_wrong_code_raises_nothing),
        TEST(a_lift_that_was_not_recorded_is_said),
        TEST(a_limit_that_was_raised_says_so),
        TEST(a_supervisor_gives_a_code_for_one_record),
        TEST(a_limit_is_asked_for_in_its_own_unit),
        TEST(hours_and_records_are_whole),
        TEST(a_question_that_is_too_short_is_said),
        TEST(a_terminal_of_another_team_is_said),
        TEST(only_a_supervisor_with_a_team_approves),
        TEST(papers_of_all_kinds_stand_in_the_list),
        TEST(each_has_its_details),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
