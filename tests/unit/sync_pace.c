/* The line's pace: what goes first, how much at once and a day, and what somebody waits for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backoff.h"
#include "line_bench.h"
#include "text.h"

enum { BUDGET = 100000, DAY_MS = 86400 * 1000 };

static struct span manifest_text(uint64_t revision, uint64_t packed_size)
{
    static uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct book_manifest m = {.packed_size = packed_size, .plain_size = 999999};
    snprintf(m.meta.terminal, sizeof(m.meta.terminal), "0031");
    m.meta.revision = revision;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(manifest_write(&bench_host, &m, &out), TILL_OK);
    return (struct span){memory, out.size};
}

static void ask(struct line_bench *b, enum local_query_type what, const char *argument)
{
    struct local_query q = {.what = what};
    snprintf(q.argument, sizeof(q.argument), "%s", argument);
    machine_query(b->m, b->t, 77, 10000, &q, &b->out);
    bench_watch(b);
}

static int refused(const struct line_bench *b)
{
    struct wire_error e = {0};
    const struct action *a = bench_sent(b, LOCAL_REFUSED);
    assert_non_null(a);
    assert_int_equal(a->message.id, 77);
    assert_int_equal(wire_error_read(a->message.body, &e), TILL_OK);
    return e.status;
}

/* ---- how much at once ------------------------------------------------------------------------ */

static void a_weak_signal_and_failures_make_batches_smaller(void **state)
{
    (void)state;
    struct line_bench b;
    bench_open_seeded(&b, 1, NULL);
    bench_hello(&b, "0031");
    bench_network_of(&b, (struct local_network){.bearer = 1, .has_signal = true, .signal = 80});
    bench_pending(&b, 900, 5, 0);
    uint32_t good = b.want.entries;
    assert_int_equal(good, 400);
    bench_network(&b, 0);
    bench_network_of(&b, (struct local_network){.bearer = 1, .has_signal = true, .signal = 10});
    uint32_t weak = b.want.entries;
    assert_true(weak < good);
    bench_give_batch(&b, 6, 7);
    bench_answer_failed(&b, TILL_TIMEOUT);
    bench_advance(&b, 5000);
    assert_true(b.want.entries < weak);
    machine_free(b.m);
}

static void a_book_comes_in_pieces_and_records_go_up_between_them(void **state)
{
    (void)state;
    struct line_bench b;
    bench_open_seeded(&b, 1, NULL);
    bench_hello(&b, "0031");
    bench_network(&b, 1);
    bench_pending(&b, 5, 5, 0);
    bench_answer_head(&b, 5, 12);
    bench_answer(&b, 200, manifest_text(12, 100000));
    bench_assert_requested(&b, "/v1/book/12");
    assert_int_equal(b.request.from, 0);
    uint64_t piece = b.request.piece;
    assert_true(piece > 0 && piece < 100000);
    bench_pending(&b, 6, 5, 0); /* a receipt, in the midst of it */
    bench_answer_piece(&b, 206, piece);
    assert_int_equal(b.want.from, 6);
    bench_give_batch(&b, 6, 6);
    bench_answer_head(&b, 6, 12);
    bench_assert_requested(&b, "/v1/book/12");
    assert_int_equal(b.request.from, piece);
    bench_answer_piece(&b, 206, piece);
    bench_answer_piece(&b, 206, 100000 - 2 * piece);
    assert_non_null(bench_acted(&b, ACTION_KEEP_BOOK));
    machine_free(b.m);
}

static void a_book_goes_on_where_the_line_broke_also_after_a_restart(void **state)
{
    (void)state;
    struct line_bench b;
    struct spooled_part part = {.size = 70000};
    bench_connect(&b);
    bench_pending(&b, 5, 5, 0);
    bench_answer_head(&b, 5, 12);
    struct span text = manifest_text(12, 100000);
    memcpy(part.manifest, text.data, text.size);
    bench_answer(&b, 200, text);
    struct transport_answer broken = {.status = TILL_TIMEOUT, .http = 200, .body_size = 60000};
    b.running = false;
    machine_answered(b.m, b.t, &broken, &b.out);
    bench_watch(&b);
    bench_advance(&b, 5000);
    bench_assert_requested(&b, "/v1/book/12");
    assert_int_equal(b.request.from, 60000);
    machine_free(b.m);

    struct machine_config config = {.seed = 1, .version = "0.1.0", .part = &part};
    b = (struct line_bench){.t = b.t};
    assert_int_equal(machine_create(&config, &bench_identity, NULL, &b.m), TILL_OK);
    bench_hello(&b, "0031");
    bench_network(&b, 2);
    bench_pending(&b, 5, 5, 0);
    bench_answer_head(&b, 5, 12);
    bench_assert_requested(&b, "/v1/book/12");
    assert_int_equal(b.request.from, 70000);
    bench_answer_refusal(&b, 404, TILL_NO_BOOK, "gone");
    bench_advance(&b, 5000);
    bench_assert_requested(&b, "/v1/book");
    machine_free(b.m);
}

static void a_host_that_gives_the_whole_book_instead_of_a_piece_is_believed(void **state)
{
    (void)state;
    struct line_bench b;
    bench_open_seeded(&b, 1, NULL);
    bench_hello(&b, "0031");
    bench_network(&b, 1);
    bench_pending(&b, 5, 5, 0);
    bench_answer_head(&b, 5, 12);
    bench_answer(&b, 200, manifest_text(12, 100000));
    bench_answer_piece(&b, 200, 100000);
    assert_non_null(bench_acted(&b, ACTION_KEEP_BOOK));
    machine_free(b.m);
}

/* ---- how much a day -------------------------------------------------------------------------- */

/* So much was carried on that day, and now it is that time, in that zone. */
static void spend_at(struct line_bench *b, uint64_t bytes, int64_t day, int64_t wall_s,
                     const char *zone)
{
    struct machine_config config = {
        .seed = 1, .version = "0.1.0", .bytes_today = bytes, .day = day};
    struct local_network network = {.bearer = 2, .budget_bytes = BUDGET};
    *b = (struct line_bench){.t = {.now_ms = 5000, .wall_s = wall_s}};
    assert_int_equal(machine_create(&config, &bench_identity, NULL, &b->m), TILL_OK);
    bench_hello(b, "0031");
    text_copy(network.zone, sizeof(network.zone), zone);
    bench_network_of(b, network);
}

static void spend(struct line_bench *b, uint64_t bytes)
{
    spend_at(b, bytes, BENCH_START_S / 86400, BENCH_START_S, "");
}

static void books_wait_before_money_does(void **state)
{
    (void)state;
    struct line_bench b;
    spend(&b, BUDGET * 4 / 5);
    bench_pending(&b, 9, 5, 0);
    bench_give_batch(&b, 6, 9);
    bench_answer_head(&b, 9, 12);
    assert_false(b.running);
    assert_int_equal(b.link.status, TILL_BUDGET);
    assert_int_equal(b.link.budget_bytes, BUDGET);
    machine_free(b.m);
}

static void a_spent_day_still_brings_heads_and_ends_at_midnight(void **state)
{
    (void)state;
    struct line_bench b;
    spend(&b, BUDGET);
    bench_pending(&b, 9, 5, 0);
    bench_assert_requested(&b, "/v1/head");
    bench_answer_head(&b, 5, 0);
    assert_false(b.running);
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    assert_int_equal(b.link.status, TILL_BUDGET);
    bench_advance(&b, MACHINE_POLL_SPENT_MS);
    assert_true(b.running); /* orders and locks come all the same */
    bench_answer(&b, 204, (struct span){NULL, 0});
    assert_false(b.running);
    b.t.now_ms += DAY_MS;
    b.t.wall_s += DAY_MS / 1000;
    machine_woken(b.m, b.t, &b.out);
    bench_watch(&b);
    assert_int_equal(b.want.from, 6);
    machine_free(b.m);
}

/* In China it is midnight at 16:00 UTC: neither eight hours later nor at the first word. */
static void the_day_ends_at_the_sites_midnight(void **state)
{
    (void)state;
    enum { DAY_S = 86400, EIGHT_HOURS_S = 8 * 3600, MINUTE_S = 60 };
    struct line_bench b;
    int64_t utc_midnight_s = BENCH_START_S / DAY_S * DAY_S;
    int64_t midnight_s = utc_midnight_s + DAY_S - EIGHT_HOURS_S;
    spend_at(&b, BUDGET, utc_midnight_s / DAY_S, midnight_s - MINUTE_S, "CST-8");
    bench_pending(&b, 9, 5, 0);
    bench_answer_head(&b, 5, 0);
    assert_int_equal(b.link.status, TILL_BUDGET);
    assert_true(machine_wake_ms(b.m) == b.t.now_ms + MINUTE_S * 1000);
    bench_advance(&b, MINUTE_S * 1000);
    assert_int_equal(b.want.from, 6);
    int64_t day = 0;
    assert_true(machine_spent(b.m, &day) < BUDGET);
    assert_int_equal(day, utc_midnight_s / DAY_S + 1);
    machine_free(b.m);
}

static void a_restart_after_midnight_utc_does_not_begin_another_day(void **state)
{
    (void)state;
    enum { DAY_S = 86400, EIGHT_HOURS_S = 8 * 3600 };
    struct line_bench b;
    int64_t utc_midnight_s = BENCH_START_S / DAY_S * DAY_S;
    /* 08:30 in China is another day than 07:30 was only by UTC. */
    spend_at(&b, BUDGET, utc_midnight_s / DAY_S, utc_midnight_s + 1800, "CST-8");
    bench_pending(&b, 9, 5, 0);
    bench_answer_head(&b, 5, 0);
    assert_int_equal(b.link.status, TILL_BUDGET);
    machine_free(b.m);
    spend_at(&b, BUDGET, utc_midnight_s / DAY_S, utc_midnight_s - 1800, "CST-8");
    bench_pending(&b, 9, 5, 0);
    bench_answer_head(&b, 5, 0);
    assert_int_equal(b.link.status, TILL_BUDGET);
    machine_free(b.m);
}

static void who_presses_send_now_is_not_held_back(void **state)
{
    (void)state;
    struct line_bench b;
    spend(&b, BUDGET);
    bench_pending(&b, 9, 5, 0);
    bench_answer_head(&b, 5, 0);
    machine_try_now(b.m, b.t, &b.out);
    bench_watch(&b);
    assert_int_equal(b.want.from, 6);
    bench_give_batch(&b, 6, 9);
    bench_answer_head(&b, 9, 0);
    bench_pending(&b, 10, 9, 0); /* later ones wait again */
    assert_null(bench_sent(&b, LOCAL_WANT));
    machine_free(b.m);
}

/* ---- what somebody waits for ----------------------------------------------------------------- */

static void a_question_goes_before_records_and_its_answer_comes_as_it_is(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    ask(&b, QUERY_CUSTOMER, "6100234567");
    bench_assert_requested(&b, "/v1/journal"); /* what runs is not broken off */
    bench_answer_head(&b, 7, 0);
    bench_assert_requested(&b, "/v1/customer/6100234567");
    assert_true(b.request.with_certificate);
    assert_true(b.request.deadline_ms <= 10000);
    bench_answer_text(&b, 200, "{\"account\":\"6100234567\"}");
    const struct action *a = bench_sent(&b, LOCAL_ANSWER);
    assert_non_null(a);
    assert_int_equal(a->message.id, 77);
    assert_memory_equal(a->message.body.data, "{\"account\":\"6100234567\"}", 24);
    assert_int_equal(b.want.from, 8);
    machine_free(b.m);
}

static void a_question_is_tried_though_the_line_waits_after_a_failure(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    bench_answer_failed(&b, TILL_TIMEOUT);
    ask(&b, QUERY_TEAM, "");
    bench_assert_requested(&b, "/v1/team");
    bench_answer_failed(&b, TILL_TIMEOUT);
    assert_int_equal(refused(&b), TILL_TIMEOUT);
    assert_false(b.running);
    machine_free(b.m);
}

static void a_question_without_network_or_whose_time_is_over_is_refused(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_network(&b, 0);
    ask(&b, QUERY_TEAM, "");
    assert_int_equal(refused(&b), TILL_NO_NETWORK);
    machine_free(b.m);
    bench_start_upload(&b);
    ask(&b, QUERY_TEAM, "");
    assert_true(machine_wake_ms(b.m) == b.t.now_ms + 10000);
    bench_advance(&b, 10000);
    assert_int_equal(refused(&b), TILL_TIMEOUT);
    bench_answer_head(&b, 9, 0);
    assert_false(b.running); /* nobody waits for it any more */
    machine_free(b.m);
}

static void what_the_host_refuses_is_said_with_its_status(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    ask(&b, QUERY_RECEIPT, "0031/12/abcdef");
    bench_assert_requested(&b, "/v1/receipt/0031/12/abcdef");
    bench_answer_refusal(&b, 404, TILL_NOT_FOUND, "no such receipt");
    assert_int_equal(refused(&b), TILL_NOT_FOUND);
    machine_free(b.m);
}

/* ---- a report for the office ----------------------------------------------------------------- */

#define REPORT_PATH "/v1/reports/0031-books-20261101-20261130.csv/1001/1795309200"

static void send_report(struct line_bench *b)
{
    struct local_report r = {.name = "0031-books-20261101-20261130.csv",
                             .user = "1001",
                             .at_s = 1795309200,
                             .content = {(const uint8_t *)"table", 5}};
    machine_report(b->m, b->t, 77, &r, &b->out);
    bench_watch(b);
}

static void a_report_goes_up_and_is_said_to_be_there(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    send_report(&b);
    bench_assert_requested(&b, REPORT_PATH);
    bench_answer_text(&b, 200, "{}");
    const struct action *a = bench_sent(&b, LOCAL_SENT);
    assert_non_null(a);
    assert_int_equal(a->message.id, 77);
    bench_advance(&b, 3600 * 1000);
    assert_null(bench_sent(&b, LOCAL_SENT)); /* once */
    machine_free(b.m);
}

static void records_go_before_a_report(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    send_report(&b);
    assert_true(b.running); /* the batch still does */
    bench_answer_head(&b, 9, 0);
    bench_assert_requested(&b, REPORT_PATH);
    machine_free(b.m);
}

static void a_report_is_tried_again_until_it_is_taken_or_refused(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    send_report(&b);
    bench_answer_failed(&b, TILL_TIMEOUT);
    assert_null(bench_sent(&b, LOCAL_REFUSED));
    bench_advance(&b, 4 * BACKOFF_FIRST_MS);
    bench_assert_requested(&b, REPORT_PATH);
    bench_answer_refusal(&b, 503, TILL_BUSY, "busy");
    assert_null(bench_sent(&b, LOCAL_REFUSED));
    bench_advance(&b, 4 * BACKOFF_FIRST_MS);
    bench_assert_requested(&b, REPORT_PATH);
    bench_answer_refusal(&b, 404, TILL_NOT_FOUND, "an older host");
    assert_int_equal(refused(&b), TILL_NOT_FOUND);
    assert_false(b.running);
    machine_free(b.m);
}

static void a_report_waits_for_tomorrows_budget_and_ends_with_the_connection(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    bench_network_of(&b, (struct local_network){.bearer = 1, .budget_bytes = 1});
    send_report(&b);
    assert_false(b.running);
    machine_disconnected(b.m, b.t, &b.out);
    bench_hello(&b, "0031");
    bench_network(&b, 2);
    bench_pending(&b, 5, 5, 0);
    bench_answer_head(&b, 5, 0);
    assert_false(b.running); /* nobody remembers it */
    machine_free(b.m);
}

static void another_report_takes_its_place(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    send_report(&b);
    send_report(&b);
    assert_int_equal(refused(&b), TILL_BUSY);
    bench_assert_requested(&b, REPORT_PATH);
    bench_answer_text(&b, 200, "{}");
    assert_non_null(bench_sent(&b, LOCAL_SENT));
    machine_free(b.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weak_signal_and_failures_make_batches_smaller),
        cmocka_unit_test(a_book_comes_in_pieces_and_records_go_up_between_them),
        cmocka_unit_test(a_book_goes_on_where_the_line_broke_also_after_a_restart),
        cmocka_unit_test(a_host_that_gives_the_whole_book_instead_of_a_piece_is_believed),
        cmocka_unit_test(books_wait_before_money_does),
        cmocka_unit_test(a_spent_day_still_brings_heads_and_ends_at_midnight),
        cmocka_unit_test(the_day_ends_at_the_sites_midnight),
        cmocka_unit_test(a_restart_after_midnight_utc_does_not_begin_another_day),
        cmocka_unit_test(who_presses_send_now_is_not_held_back),
        cmocka_unit_test(a_question_goes_before_records_and_its_answer_comes_as_it_is),
        cmocka_unit_test(a_question_is_tried_though_the_line_waits_after_a_failure),
        cmocka_unit_test(a_question_without_network_or_whose_time_is_over_is_refused),
        cmocka_unit_test(what_the_host_refuses_is_said_with_its_status),
        cmocka_unit_test(a_report_goes_up_and_is_said_to_be_there),
        cmocka_unit_test(records_go_before_a_report),
        cmocka_unit_test(a_report_is_tried_again_until_it_is_taken_or_refused),
        cmocka_unit_test(a_report_waits_for_tomorrows_budget_and_ends_with_the_connection),
        cmocka_unit_test(another_report_takes_its_place),
    };
    return cmocka_run_group_tests(tests, bench_make_world, bench_free_world);
}
