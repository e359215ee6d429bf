/* Batch formats on the line: the newest first, an older one where the host asks for it. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_format_is_wanted),
        cmocka_unit_test(
            a_host_of_older_software_gets_the_same_entries_in_the_older_format_at_once),
        cmocka_unit_test(a_host_that_reads_no_format_at_all_is_not_hammered),
    };
    return cmocka_run_group_tests(tests, bench_make_world, bench_free_world);
}
