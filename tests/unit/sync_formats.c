/* What the line carries for others: batches in a format that the host reads, and the key for
 * sticks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "line_bench.h"

static void the_newest_format_is_wanted(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    assert_int_equal(b.want.format, BATCH_FORMAT_NEWEST);
    machine_free(b.m);
}

static void a_host_of_older_software_gets_the_same_entries_in_the_older_format_at_once(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    uint64_t from = b.want.from;
    bench_answer_refusal(&b, 400, TILL_UNSUPPORTED, "no such format");
    assert_int_equal(b.want.format, BATCH_FORMAT_LINES);
    assert_true(b.want.from == from);
    assert_null(bench_sent(&b, LOCAL_REFUSED));
    bench_give_batch(&b, from, from + 1);
    bench_assert_requested(&b, "/v1/journal");
    bench_answer_head(&b, from + 1, 0);
    bench_pending(&b, from + 3, from + 1, 0);
    assert_int_equal(b.want.format, BATCH_FORMAT_LINES);
    machine_free(b.m);
}

static void a_host_that_reads_no_format_at_all_is_not_hammered(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    bench_answer_refusal(&b, 400, TILL_UNSUPPORTED, "no such format");
    uint64_t from = b.want.from;
    bench_give_batch(&b, from, from + 1);
    bench_answer_refusal(&b, 400, TILL_UNSUPPORTED, "nor this one");
    assert_non_null(bench_sent(&b, LOCAL_REFUSED));
    assert_false(b.running);
    machine_free(b.m);
}

static void tell(struct line_bench *b, uint64_t head, uint64_t acknowledged, bool wants_stick)
{
    struct local_pending pending = {
        .head = head, .acknowledged = acknowledged, .wants_stick = wants_stick};
    machine_pending(b->m, b->t, &pending, &b->out);
    bench_watch(b);
}

static void the_key_for_sticks_is_fetched_once_where_it_is_missing(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    tell(&b, 4, 4, true);
    bench_assert_requested(&b, "/v1/head");
    bench_answer_head(&b, 4, 0);
    bench_assert_requested(&b, "/v1/stick");
    bench_answer_text(&b, 200, "signed");
    const struct action *sent = bench_sent(&b, LOCAL_STICK);
    assert_non_null(sent);
    assert_int_equal(sent->message.body.size, 6);
    tell(&b, 4, 4, true);
    assert_false(b.running);
    machine_free(b.m);
}

static void it_is_fetched_again_when_the_terminal_looks_for_another(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    tell(&b, 4, 4, true);
    bench_answer_head(&b, 4, 0);
    bench_assert_requested(&b, "/v1/stick");
    bench_answer_text(&b, 200, "signed");
    tell(&b, 4, 4, false);
    assert_false(b.running);
    tell(&b, 4, 4, true); /* a week later */
    bench_assert_requested(&b, "/v1/stick");
    bench_answer_text(&b, 200, "another");
    assert_int_equal(bench_sent(&b, LOCAL_STICK)->message.body.size, 7);
    machine_free(b.m);
}

static void a_host_without_sticks_is_asked_once_and_no_fault_of_the_line(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    tell(&b, 4, 4, true);
    bench_answer_head(&b, 4, 0);
    bench_answer_refusal(&b, 404, TILL_NOT_FOUND, "no such path");
    assert_null(bench_sent(&b, LOCAL_STICK));
    assert_false(b.running);
    assert_int_equal(b.link.state, LINK_IDLE);
    machine_free(b.m);
}

static void what_a_stick_brought_up_is_not_sent_again(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    tell(&b, 4, 4, false);
    bench_answer_head(&b, 4, 0);
    bench_network(&b, 0);
    tell(&b, 9, 4, false);
    tell(&b, 9, 9, false); /* the head came by stick */
    bench_network(&b, 2);
    assert_int_equal(b.want_id, 0);
    if (b.running) {
        bench_answer_head(&b, 9, 0);
    }
    tell(&b, 11, 9, false);
    assert_int_equal(b.want.from, 10);
    machine_free(b.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_format_is_wanted),
        cmocka_unit_test(
            a_host_of_older_software_gets_the_same_entries_in_the_older_format_at_once),
        cmocka_unit_test(a_host_that_reads_no_format_at_all_is_not_hammered),
        cmocka_unit_test(the_key_for_sticks_is_fetched_once_where_it_is_missing),
        cmocka_unit_test(it_is_fetched_again_when_the_terminal_looks_for_another),
        cmocka_unit_test(a_host_without_sticks_is_asked_once_and_no_fault_of_the_line),
        cmocka_unit_test(what_a_stick_brought_up_is_not_sent_again),
    };
    return cmocka_run_group_tests(tests, bench_make_world, bench_free_world);
}
