/*
 * The gate as what it is: a function of what is known. Which trouble is named first, what to do
 * about it, and what is never stopped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "flow_bench.h"
#include "gate.h"
#include "printer.h"
#include "text.h"

static const struct gate_sum nothing = {0, 0, 0};
static const struct gate_sum some = {18642, 18642, 18642};

static int begin(void **state)
{
    (void)state;
    bench_begin();
    bench.effects.count = 0;
    return 0;
}

static struct gate ask(const struct gate_sum *sum)
{
    struct gate gate;
    gate_check(&bench.facts, sum, &gate);
    return gate;
}

static void expect_words(const char *part)
{
    char heading[SCREEN_TEXT_MAX], text[SCREEN_LONG_MAX];
    struct gate gate = ask(&some);
    gate_words(&bench.facts, &gate, heading, text);
    if (!strstr(heading, part) && !strstr(text, part))
        fail_msg("\"%s\" is not said: %s / %s", part, heading, text);
}

static void nothing_in_the_way_lets_money_through(void **state)
{
    (void)state;
    assert_int_equal(ask(&some).status, TILL_OK);
    assert_false(gate_refuses(&bench.facts, &some, &bench.effects));
    assert_int_equal(bench.effects.count, 0);
}

/* Every trouble at once; each that is mended lets the next one be named. */
static void the_gravest_trouble_is_named_first(void **state)
{
    (void)state;
    bench.fold.retired = true;
    bench.facts.read_only = true;
    bench.facts.stopped = true;
    bench.facts.battery_empty = true;
    bench.facts.printer = TILL_COVER_OPEN;
    bench.facts.limits.value[LIMIT_CASH] = 1;
    assert_int_equal(ask(&some).status, TILL_REVOKED);
    bench.fold.retired = false;
    assert_int_equal(ask(&some).status, TILL_READ_ONLY);
    bench.facts.read_only = false;
    assert_int_equal(ask(&some).status, TILL_STOPPED);
    bench.facts.stopped = false;
    assert_int_equal(ask(&some).status, TILL_BATTERY_LOW);
    expect_words("The battery is empty");
    bench.facts.battery_empty = false;
    bench.facts.clock = CLOCK_BEHIND;
    assert_int_equal(ask(&some).status, TILL_CLOCK_WRONG);
    expect_words("Go where there is a signal, or set the clock");
    bench.facts.clock = CLOCK_OFF;
    assert_int_equal(ask(&some).status, TILL_CLOCK_WRONG);
    expect_words("have a technician set it");
    bench.facts.clock = CLOCK_UNSURE; /* that was asked about before the day began */
    assert_int_equal(ask(&some).status, TILL_COVER_OPEN);
    expect_words(status_text(TILL_COVER_OPEN));
    bench.facts.printer = TILL_OK;
    assert_int_equal(ask(&some).status, TILL_LIMIT_REACHED);
    assert_int_equal(ask(&some).limit, LIMIT_CASH);
}

static void each_limit_says_its_way_out(void **state)
{
    static const struct {
        enum limit limit;
        const char *way;
    } ways[] = {{LIMIT_CASH, "supervisor or into the bank"},
                {LIMIT_UNSENT, "stick"},
                {LIMIT_OFFLINE, "stick"},
                {LIMIT_RECEIPT, "Take less"},
                {LIMIT_DAY, "code"}};
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        memset(&bench.facts.limits, 0, sizeof bench.facts.limits);
        bench.facts.limits.value[ways[i].limit] = 10;
        bench.facts.used.value[LIMIT_UNSENT] = bench.facts.used.value[LIMIT_OFFLINE] = 10;
        assert_int_equal(ask(&some).limit, ways[i].limit);
        expect_words(limit_text((int)ways[i].limit));
        expect_words(ways[i].way);
    }
}

static void what_still_fits_is_said(void **state)
{
    (void)state;
    bench.facts.limits.value[LIMIT_DAY] = 20000;
    bench.facts.used.value[LIMIT_DAY] = 15000;
    expect_words("50.00 can still be taken");
}

static void a_limit_opens_its_ways_out_and_a_trouble_does_not(void **state)
{
    (void)state;
    bench.facts.printer = TILL_PAPER_OUT;
    assert_true(gate_refuses(&bench.facts, &nothing, &bench.effects));
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.flow, FLOW_NOTICE);
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.args.next, 0);
    bench.facts.printer = TILL_OK;
    bench.effects.count = 0;
    bench.facts.limits.value[LIMIT_DAY] = 100;
    assert_true(gate_refuses(&bench.facts, &some, &bench.effects));
    assert_int_equal(bench_effect(EFFECT_GO)->as.go.args.next, FLOW_LIMITS);
}

static void a_basket_counts_whole_but_each_receipt_by_itself(void **state)
{
    const struct gate_sum basket = {30000, 30000, 10000};
    (void)state;
    bench.facts.limits.value[LIMIT_RECEIPT] = 10000;
    assert_int_equal(ask(&basket).status, TILL_OK);
    bench.facts.limits.value[LIMIT_RECEIPT] = 9999;
    assert_int_equal(ask(&basket).limit, LIMIT_RECEIPT);
    bench.facts.limits.value[LIMIT_RECEIPT] = 0;
    bench.facts.limits.value[LIMIT_DAY] = 29999;
    assert_int_equal(ask(&basket).limit, LIMIT_DAY);
}

static void training_has_no_limits_but_needs_paper(void **state)
{
    (void)state;
    bench.facts.training = true;
    bench.facts.limits.value[LIMIT_DAY] = 1;
    assert_int_equal(ask(&some).status, TILL_OK);
    bench.facts.printer = TILL_PAPER_OUT;
    assert_int_equal(ask(&some).status, TILL_PAPER_OUT);
}

static void a_printer_that_is_busy_is_well(void **state)
{
    (void)state;
    bench.facts.printer = TILL_BUSY;
    assert_int_equal(ask(&some).status, TILL_OK);
    bench.facts.printer = TILL_UNSUPPORTED; /* there is none */
    assert_int_equal(ask(&some).status, TILL_UNSUPPORTED);
}

static void what_will_soon_be_in_the_way_is_one_line(void **state)
{
    char text[SCREEN_TEXT_MAX];
    (void)state;
    gate_warning(&bench.facts, text, sizeof text);
    assert_string_equal(text, "");
    bench.facts.printer_flags = PRINTER_PAPER_LOW | PRINTER_WARM;
    gate_warning(&bench.facts, text, sizeof text);
    assert_non_null(strstr(text, "paper"));
    bench.facts.limit = (struct limits_verdict){.limit = LIMIT_CASH, .percent = 84};
    gate_warning(&bench.facts, text, sizeof text);
    assert_non_null(strstr(text, "84 %"));
    bench.facts.battery_low = true;
    bench.facts.battery_percent = 9;
    gate_warning(&bench.facts, text, sizeof text);
    assert_non_null(strstr(text, "9 %"));
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_in_the_way_lets_money_through),
        TEST(the_gravest_trouble_is_named_first),
        TEST(each_limit_says_its_way_out),
        TEST(what_still_fits_is_said),
        TEST(a_limit_opens_its_ways_out_and_a_trouble_does_not),
        TEST(a_basket_counts_whole_but_each_receipt_by_itself),
        TEST(training_has_no_limits_but_needs_paper),
        TEST(a_printer_that_is_busy_is_well),
        TEST(what_will_soon_be_in_the_way_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
