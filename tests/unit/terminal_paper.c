/*
 * The paper as a flow: what it says by what is printed, rows of a basket, and what ended while
 * something else stood above it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow_bench.h"

static int begin(void **state)
{
    (void)state;
    bench_begin();
    bench.fold.last_receipt_seq = 43;
    bench.args = (struct flow_args){.seq = 41, .amount_minor = 50000};
    return 0;
}

static void end_print(uint64_t seq, uint32_t copy, enum till_status status, bool begun)
{
    struct flow_event event = {.type = EVENT_PRINTED, .status = status};
    event.as.printed.seq = seq;
    event.as.printed.copy = copy;
    event.as.printed.begun = begun;
    bench_tell(&event);
}

/* What the journal says: this original is on its way. */
static void on_its_way(uint64_t seq)
{
    bench.fold.paper_seq = seq;
    bench.fold.paper_copy = 0;
    bench.fold.paper_uncertain = false;
}

static void open_row(void)
{
    bench.args.papers = 3;
    on_its_way(41);
    bench_open(FLOW_PAPER);
}

static void a_row_is_counted_as_it_comes_out(void **state)
{
    (void)state;
    open_row();
    bench_sees("Printing 1 of 3");
    on_its_way(42);
    end_print(41, 0, TILL_OK, true);
    bench_sees("Printing 2 of 3");
    bench_press(ACTION_OK); /* not while it prints */
    assert_int_equal(bench.effects.count, 0);
    on_its_way(43);
    end_print(42, 0, TILL_OK, true);
    on_its_way(0);
    end_print(43, 0, TILL_OK, true);
    bench_sees("All 3 papers are printed");
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_BACK)->as.value, 1);
}

static void the_torn_one_of_a_row_is_printed_again_and_no_other(void **state)
{
    (void)state;
    open_row();
    on_its_way(42);
    end_print(41, 0, TILL_OK, true);
    bench.fold.paper_uncertain = true;
    end_print(42, 0, TILL_PAPER_OUT, true);
    bench_sees("1 of 3 came out before it.");
    bench_sees("Only a part came out");
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_COMMIT)->as.commit.kind, KIND_DUPLICATE);
    assert_int_equal(bench_effect(EFFECT_COMMIT)->as.commit.print.seq, 42);
    assert_int_equal(bench_effect(EFFECT_COMMIT)->as.commit.print.copy, 1);
}

static void a_copy_is_not_begun_while_the_printer_can_t(void **state)
{
    (void)state;
    on_its_way(41);
    bench_open(FLOW_PAPER);
    end_print(41, 0, TILL_COVER_OPEN, false);
    bench_sees("No paper came out.");
    bench.facts.printer = TILL_PRINTER_HOT;
    bench_press(ACTION_OK);
    assert_false(bench_has(EFFECT_COMMIT));
    bench_sees(status_text(TILL_PRINTER_HOT));
    bench.facts.printer = TILL_OK;
    bench_press(ACTION_OK);
    assert_true(bench_has(EFFECT_COMMIT));
}

static void what_ended_well_under_a_lock_is_told_after_it(void **state)
{
    (void)state;
    on_its_way(41);
    bench_open(FLOW_PAPER);
    on_its_way(0);
    bench_tell(&(struct flow_event){.type = EVENT_RESUMED});
    bench_sees("The paper is printed");
}

static void what_failed_under_a_lock_is_told_after_it(void **state)
{
    (void)state;
    open_row();
    on_its_way(42);
    bench.fold.paper_uncertain = true;
    bench_tell(&(struct flow_event){.type = EVENT_RESUMED});
    bench_sees("The paper may not be whole.");
    bench_press(ACTION_OK);
    assert_int_equal(bench_effect(EFFECT_COMMIT)->as.commit.print.seq, 42);
}

static void what_still_prints_under_a_lock_goes_on(void **state)
{
    (void)state;
    on_its_way(41);
    bench_open(FLOW_PAPER);
    bench_tell(&(struct flow_event){.type = EVENT_RESUMED});
    bench_sees("Printing");
    assert_int_equal(bench.effects.count, 0);
}

static void slips_have_words_of_their_own(void **state)
{
    static const struct {
        uint16_t kind;
        const char *done;
    } slips[] = {{KIND_REVERSAL, "√ Reversed"},
                 {KIND_DISPUTE, "√ Noted"},
                 {KIND_CORRECTION_REQUEST, "√ Asked for"},
                 {KIND_CASH_DROP, "√ Handed in"}};
    (void)state;
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        bench.args.kind = slips[i].kind;
        bench_open(FLOW_PAPER);
        bench_sees(slips[i].done);
        bench_sees_not("Money taken");
    }
}

static void a_plain_page_of_another_flow_ends_nothing_here(void **state)
{
    (void)state;
    on_its_way(41);
    bench_open(FLOW_PAPER);
    end_print(0, 0, TILL_OK, true);
    bench_sees("Printing");
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_row_is_counted_as_it_comes_out),
        TEST(the_torn_one_of_a_row_is_printed_again_and_no_other),
        TEST(a_copy_is_not_begun_while_the_printer_can_t),
        TEST(what_ended_well_under_a_lock_is_told_after_it),
        TEST(what_failed_under_a_lock_is_told_after_it),
        TEST(what_still_prints_under_a_lock_goes_on),
        TEST(slips_have_words_of_their_own),
        TEST(a_plain_page_of_another_flow_ends_nothing_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
