/* The line's state machine, on a clock and a host of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "line_bench.h"

/* ---- when nothing may happen ----------------------------------------------------------------- */

static void without_a_terminal_nothing_is_attempted(void **state)
{
    (void)state;
    struct line_bench b;
    bench_open_seeded(&b, 1, NULL);
    bench_advance(&b, 3600000);
    assert_false(b.running);
    assert_int_equal(machine_wake_ms(b.m), -1);
    machine_free(b.m);
}

static void until_the_terminal_names_a_bearer_nothing_is_attempted(void **state)
{
    (void)state;
    struct line_bench b;
    bench_open_seeded(&b, 1, NULL);
    bench_hello(&b, "0031");
    bench_pending(&b, 9, 5, 0);
    assert_false(b.running);
    assert_null(bench_sent(&b, LOCAL_WANT));
    assert_int_equal(b.link.state, LINK_NO_NETWORK);
    assert_int_equal(b.link.status, TILL_NO_NETWORK);
    assert_int_equal(machine_wake_ms(b.m), -1);
    machine_free(b.m);
}

static void in_airplane_mode_nothing_is_attempted(void **state)
{
    (void)state;
    struct line_bench b;
    struct local_network n = {.bearer = 2, .airplane = true};
    bench_open_seeded(&b, 1, NULL);
    bench_hello(&b, "0031");
    machine_network(b.m, b.t, &n, &b.out);
    bench_watch(&b);
    bench_pending(&b, 9, 5, 0);
    assert_false(b.running);
    assert_int_equal(b.link.state, LINK_NO_NETWORK);
    machine_free(b.m);
}

static void a_terminal_of_another_number_is_not_served(void **state)
{
    (void)state;
    struct line_bench b;
    bench_open_seeded(&b, 1, NULL);
    bench_hello(&b, "0032");
    bench_network(&b, 2);
    bench_pending(&b, 9, 5, 0);
    assert_false(b.running);
    assert_null(bench_sent(&b, LOCAL_WANT));
    assert_int_equal(b.link.state, LINK_NOT_ENROLLED);
    machine_free(b.m);
}

static void a_network_that_goes_ends_the_request_and_every_connection(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    bench_network(&b, 0);
    assert_int_equal(b.cancels, 1);
    assert_false(b.running);
    assert_int_equal(b.link.state, LINK_NO_NETWORK);
    bench_advance(&b, 3600000);
    assert_false(b.running);
    bench_network(&b, 1);
    assert_int_equal(b.want.from, 6);
    bench_give_batch(&b, 6, 9);
    bench_assert_requested(&b, "/v1/journal");
    machine_free(b.m);
}

static void a_network_that_goes_while_idle_closes_the_kept_connection(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    bench_network(&b, 0);
    assert_int_equal(b.cancels, 1);
    machine_free(b.m);
}

static void a_terminal_that_goes_ends_the_request(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    machine_disconnected(b.m, b.t, &b.out);
    bench_watch(&b);
    assert_int_equal(b.cancels, 1);
    bench_advance(&b, 3600000);
    assert_false(b.running);
    bench_hello(&b, "0031");
    bench_network(&b, 2);
    bench_pending(&b, 9, 5, 0);
    assert_int_equal(b.want.from, 6);
    machine_free(b.m);
}

/* ---- upload ---------------------------------------------------------------------------------- */

static void entries_go_up_until_the_host_has_them_all(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 9, 5, 0);
    assert_non_null(bench_sent(&b, LOCAL_WANT));
    assert_int_equal(b.want.from, 6);
    assert_int_equal(b.link.state, LINK_WORKING);
    struct span packed = bench_batch("0031", 6, 7);
    machine_batch(b.m, b.t, b.want_id, packed, &b.out);
    bench_watch(&b);
    bench_assert_requested(&b, "/v1/journal");
    assert_true(b.request.is_post);
    assert_true(b.request.with_certificate);
    assert_string_equal(b.request.terminal, "0031");
    assert_string_equal(b.request.authority_pem, bench_identity.authority_pem);
    assert_string_equal(b.request.content_type, "application/vnd.fieldtill.batch");
    assert_int_equal(b.request.body.size, packed.size);
    assert_memory_equal(b.request.body.data, packed.data, packed.size);
    struct span text = bench_head("0031", 7, 0);
    bench_answer(&b, 200, text);
    const struct action *head = bench_sent(&b, LOCAL_HEAD);
    assert_non_null(head);
    assert_int_equal(head->message.body.size, text.size);
    assert_memory_equal(head->message.body.data, text.data, text.size);
    assert_int_equal(b.want.from, 8);
    bench_give_batch(&b, 8, 9);
    bench_answer_head(&b, 9, 0);
    assert_false(b.running);
    assert_null(bench_sent(&b, LOCAL_WANT));
    assert_int_equal(b.link.state, LINK_IDLE);
    assert_int_equal(b.link.last_contact_s, BENCH_START_S);
    assert_true(b.link.bytes_today > 0);
    machine_free(b.m);
}

static void batches_are_smaller_on_gprs(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 9, 5, 0);
    uint32_t fast = b.want.entries;
    bench_network(&b, 0);
    bench_network(&b, 1);
    assert_true(b.want.entries < fast);
    machine_free(b.m);
}

static void a_terminal_with_nothing_to_send_is_not_asked_again_at_that_head(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 9, 5, 0);
    machine_batch(b.m, b.t, b.want_id, (struct span){NULL, 0}, &b.out);
    bench_watch(&b);
    assert_null(bench_sent(&b, LOCAL_WANT));
    bench_pending(&b, 10, 5, 0);
    if (b.running) {
        bench_answer_head(&b, 5, 0);
    }
    assert_non_null(bench_sent(&b, LOCAL_WANT));
    machine_free(b.m);
}

static void a_question_that_is_not_answered_is_asked_again(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 9, 5, 0);
    uint32_t first = b.want_id;
    bench_advance(&b, MACHINE_BATCH_WAIT_MS);
    for (int i = 0; i < 20 && b.want_id == first; i++) {
        if (b.running) {
            bench_answer_head(&b, 5, 0);
        }
        bench_advance(&b, 1000);
    }
    assert_int_not_equal(b.want_id, first);
    machine_batch(b.m, b.t, first, bench_batch("0031", 6, 9), &b.out);
    bench_watch(&b);
    assert_false(b.running);
    bench_give_batch(&b, 6, 9);
    bench_assert_requested(&b, "/v1/journal");
    machine_free(b.m);
}

static void a_batch_that_was_not_asked_for_is_not_sent(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 9, 5, 0);
    machine_batch(b.m, b.t, b.want_id, bench_batch("0032", 6, 9), &b.out);
    bench_watch(&b);
    assert_true(!b.running || strcmp(b.request.path, "/v1/journal") != 0);
    machine_free(b.m);
    bench_connect(&b);
    bench_pending(&b, 9, 5, 0);
    bench_give_batch(&b, 5, 9);
    assert_true(!b.running || strcmp(b.request.path, "/v1/journal") != 0);
    machine_free(b.m);
}

static void a_lower_head_starts_the_upload_there_again(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 9, 9, 0);
    bench_assert_requested(&b, "/v1/head");
    bench_answer_head(&b, 3, 0);
    assert_non_null(bench_sent(&b, LOCAL_HEAD));
    assert_int_equal(b.want.from, 4);
    bench_give_batch(&b, 4, 9);
    bench_answer_head(&b, 9, 0);
    assert_int_equal(b.link.state, LINK_IDLE);
    machine_free(b.m);
}

static void a_host_that_lacks_earlier_entries_is_asked_where_to_begin(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    bench_answer_refusal(&b, 409, TILL_NEED_EARLIER, "earlier entries first");
    bench_assert_requested(&b, "/v1/head");
    assert_null(bench_sent(&b, LOCAL_REFUSED));
    bench_answer_head(&b, 2, 0);
    assert_int_equal(b.want.from, 3);
    bench_give_batch(&b, 3, 9);
    bench_answer_head(&b, 9, 0);
    assert_int_equal(b.link.state, LINK_IDLE);
    machine_free(b.m);
}

static void a_host_that_always_lacks_earlier_entries_is_not_hammered(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    int posts = 0;
    for (int i = 0; i < 3600; i++) {
        if (b.running && strcmp(b.request.path, "/v1/journal") == 0) {
            posts++;
            bench_answer_refusal(&b, 409, TILL_NEED_EARLIER, "no");
        } else if (b.running) {
            bench_answer_head(&b, 5, 0);
        } else if (bench_sent(&b, LOCAL_WANT) != NULL) {
            bench_give_batch(&b, 6, 9);
        } else {
            bench_advance(&b, 1000);
        }
    }
    assert_true(posts < 50);
    machine_free(b.m);
}

static void a_host_that_takes_a_batch_and_does_not_move_is_not_hammered(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    bench_answer_head(&b, 5, 0);
    assert_false(b.running);
    assert_null(bench_sent(&b, LOCAL_WANT));
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    assert_int_equal(b.link.status, TILL_E_PROTOCOL);
    machine_free(b.m);
}

static void a_refused_batch_is_told_and_tried_again_later(void **state)
{
    (void)state;
    struct line_bench b;
    struct wire_error e;
    bench_start_upload(&b);
    bench_answer_refusal(&b, 409, TILL_E_FORK, "another record bears number 7");
    const struct action *refused = bench_sent(&b, LOCAL_REFUSED);
    assert_non_null(refused);
    assert_int_equal(refused->message.id, 0);
    assert_int_equal(wire_error_read(refused->message.body, &e), TILL_OK);
    assert_int_equal(e.status, TILL_E_FORK);
    assert_string_equal(e.text, "another record bears number 7");
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    assert_int_equal(b.link.status, TILL_E_FORK);
    assert_null(bench_sent(&b, LOCAL_WANT));
    bench_advance(&b, 4000);
    assert_non_null(bench_sent(&b, LOCAL_WANT));
    machine_free(b.m);
}

static void a_busy_host_refuses_nothing(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    bench_answer_refusal(&b, 503, TILL_BUSY, "later");
    assert_null(bench_sent(&b, LOCAL_REFUSED));
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    assert_int_equal(b.link.status, TILL_BUSY);
    machine_free(b.m);
}

static void a_blocked_terminal_waits_an_hour(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    bench_answer_refusal(&b, 403, TILL_REVOKED, "blocked");
    assert_non_null(bench_sent(&b, LOCAL_REFUSED));
    assert_int_equal(b.link.status, TILL_REVOKED);
    bench_advance(&b, 3599000);
    assert_false(b.running);
    assert_null(bench_sent(&b, LOCAL_WANT));
    bench_advance(&b, 1000);
    assert_true(b.running || bench_sent(&b, LOCAL_WANT) != NULL);
    machine_free(b.m);
}

/* ---- answers that are none ------------------------------------------------------------------- */

static void a_head_that_the_host_did_not_sign_goes_no_further(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    struct span text = bench_head("0031", 9, 0);
    uint8_t forged[STATEMENT_MAX];
    memcpy(forged, text.data, text.size);
    char *digit = strstr((char *)forged, "\"seq\":9");
    assert_non_null(digit);
    digit[6] = '8';
    bench_answer(&b, 200, (struct span){forged, text.size});
    assert_null(bench_sent(&b, LOCAL_HEAD));
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    assert_int_equal(b.link.status, TILL_E_SIGNATURE);
    machine_free(b.m);
}

static void a_head_of_another_terminal_goes_no_further(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    bench_answer(&b, 200, bench_head("0032", 9, 0));
    assert_null(bench_sent(&b, LOCAL_HEAD));
    assert_int_equal(b.link.status, TILL_E_PROTOCOL);
    machine_free(b.m);
}

static void a_captive_portal_is_said_to_be_unreadable(void **state)
{
    (void)state;
    static const int codes[] = {200, 302, 403, 511};
    for (size_t i = 0; i < 4; i++) {
        struct line_bench b;
        bench_start_upload(&b);
        bench_answer_text(&b, codes[i], "<html>Please log in</html>");
        assert_null(bench_sent(&b, LOCAL_HEAD));
        assert_null(bench_sent(&b, LOCAL_REFUSED));
        assert_int_equal(b.link.state, LINK_BACKING_OFF);
        assert_int_equal(b.link.status, TILL_E_PROTOCOL);
        machine_free(b.m);
    }
}

static void every_failure_of_the_line_is_said_and_waited_out(void **state)
{
    (void)state;
    static const enum till_status failures[] = {TILL_NO_NETWORK, TILL_TIMEOUT,    TILL_LOGIN_PAGE,
                                                TILL_REFUSED,    TILL_E_PROTOCOL, TILL_E_CRYPTO,
                                                TILL_E_MEMORY};
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        struct line_bench b;
        bench_start_upload(&b);
        bench_answer_failed(&b, failures[i]);
        assert_false(b.running);
        assert_int_equal(b.link.state, LINK_BACKING_OFF);
        assert_int_equal(b.link.status, failures[i]);
        int64_t wake_ms = machine_wake_ms(b.m);
        int64_t delay_ms = wake_ms - b.t.now_ms;
        assert_true(delay_ms >= 2000 && delay_ms <= 4000);
        assert_int_equal(b.link.next_try_s, b.t.wall_s + (delay_ms + 999) / 1000);
        bench_advance(&b, delay_ms - 1);
        assert_null(bench_sent(&b, LOCAL_WANT));
        b.t.now_ms = wake_ms;
        machine_woken(b.m, b.t, &b.out);
        bench_watch(&b);
        assert_non_null(bench_sent(&b, LOCAL_WANT));
        machine_free(b.m);
    }
}

/* ---- back-off -------------------------------------------------------------------------------- */

/* Fail so many times in a row; returns the last delay. */
static int64_t fail_times(struct line_bench *b, int times)
{
    int64_t delay_ms = 0;
    for (int i = 0; i < times; i++) {
        if (!b->running) {
            bench_give_batch(b, 6, 9);
        }
        bench_answer_failed(b, TILL_TIMEOUT);
        delay_ms = machine_wake_ms(b->m) - b->t.now_ms;
        assert_true(delay_ms >= 2000 && delay_ms <= 600000);
        b->t.now_ms += delay_ms;
        machine_woken(b->m, b->t, &b->out);
        bench_watch(b);
    }
    return delay_ms;
}

static void delays_double_up_to_ten_minutes(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    int64_t least_ms = 2000;
    for (int i = 0; i < 14; i++) {
        int64_t delay_ms = fail_times(&b, 1);
        assert_true(delay_ms >= least_ms);
        assert_true(delay_ms <= 2 * least_ms);
        least_ms = least_ms * 2 > 300000 ? 300000 : least_ms * 2;
    }
    machine_free(b.m);
}

static void success_begins_the_delays_anew(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    assert_true(fail_times(&b, 6) > 60000);
    bench_give_batch(&b, 6, 9);
    bench_answer_head(&b, 9, 0);
    bench_pending(&b, 10, 9, 0);
    bench_give_batch(&b, 10, 10);
    bench_answer_failed(&b, TILL_TIMEOUT);
    assert_true(machine_wake_ms(b.m) - b.t.now_ms <= 4000);
    machine_free(b.m);
}

static void terminals_do_not_come_back_together(void **state)
{
    (void)state;
    int64_t delays[8];
    int different = 0;
    for (uint64_t seed = 0; seed < 8; seed++) {
        struct line_bench b;
        bench_open_seeded(&b, seed, NULL);
        bench_hello(&b, "0031");
        bench_network(&b, 2);
        bench_pending(&b, 9, 5, 0);
        bench_give_batch(&b, 6, 9);
        bench_answer_failed(&b, TILL_TIMEOUT);
        delays[seed] = machine_wake_ms(b.m) - b.t.now_ms;
        different += seed > 0 && delays[seed] != delays[0];
        machine_free(b.m);
    }
    assert_true(different >= 6);
}

static void now_and_a_network_that_came_back_end_the_waiting(void **state)
{
    (void)state;
    struct line_bench b;
    bench_start_upload(&b);
    fail_times(&b, 6);
    bench_give_batch(&b, 6, 9);
    bench_answer_failed(&b, TILL_TIMEOUT);
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    machine_try_now(b.m, b.t, &b.out);
    bench_watch(&b);
    assert_non_null(bench_sent(&b, LOCAL_WANT));
    bench_give_batch(&b, 6, 9);
    bench_answer_failed(&b, TILL_TIMEOUT);
    bench_network(&b, 0);
    bench_network(&b, 2);
    assert_non_null(bench_sent(&b, LOCAL_WANT));
    machine_free(b.m);
}

/* ---- news ------------------------------------------------------------------------------------ */

static void an_idle_line_asks_for_news_now_and_then(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    int64_t delay_ms = machine_wake_ms(b.m) - b.t.now_ms;
    assert_true(delay_ms > MACHINE_POLL_MS * 8 / 10 && delay_ms <= MACHINE_POLL_MS);
    bench_advance(&b, delay_ms);
    assert_int_equal(strncmp(b.request.path, "/v1/head/", 9), 0);
    assert_int_equal(strlen(b.request.path), 9 + HEAD_TAG_MAX - 1);
    assert_int_equal(b.request.body.size, 0);
    bench_answer(&b, 204, (struct span){NULL, 0});
    assert_int_equal(b.link.state, LINK_IDLE);
    assert_int_equal(b.link.status, TILL_OK);
    assert_int_equal(b.link.last_contact_s, b.t.wall_s);
    machine_free(b.m);
}

static void a_host_that_knows_no_tags_is_asked_for_whole_heads(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    machine_try_now(b.m, b.t, &b.out);
    bench_watch(&b);
    bench_answer_refusal(&b, 404, TILL_NOT_FOUND, "no such path");
    bench_assert_requested(&b, "/v1/head");
    bench_answer_head(&b, 5, 0);
    assert_int_equal(b.link.status, TILL_OK);
    machine_try_now(b.m, b.t, &b.out);
    bench_watch(&b);
    bench_assert_requested(&b, "/v1/head");
    machine_free(b.m);
}

static void a_tag_changes_with_what_is_new_and_not_with_time(void **state)
{
    (void)state;
    char first[HEAD_TAG_MAX], second[HEAD_TAG_MAX];
    struct head h = {.terminal = "0031", .seq = 5, .at_s = 1, .serial = 1, .book_revision = 2};
    assert_int_equal(head_tag(&bench_host, &h, first), TILL_OK);
    h.at_s = 99;
    h.serial = 99;
    assert_int_equal(head_tag(&bench_host, &h, second), TILL_OK);
    assert_string_equal(first, second);
    h.stopped = true;
    assert_int_equal(head_tag(&bench_host, &h, second), TILL_OK);
    assert_string_not_equal(first, second);
    h.stopped = false;
    h.orders_serial = 1;
    assert_int_equal(head_tag(&bench_host, &h, second), TILL_OK);
    assert_string_not_equal(first, second);
}

/* ---- whose clock ----------------------------------------------------------------------------- */

static void doubt(struct line_bench *b)
{
    bench_start_upload(b);
    bench_answer_failed(b, TILL_CLOCK_WRONG);
    bench_assert_requested(b, "/v1/head");
    assert_true(b->request.ignore_dates);
    assert_string_equal(b->request.authority_pem, bench_identity.authority_pem);
}

static void dates_that_do_not_fit_because_our_clock_is_wrong_are_said_and_it_goes_on(void **state)
{
    (void)state;
    struct line_bench b;
    doubt(&b);
    bench_answer_head_at(&b, 5, BENCH_START_S - 400 * 86400);
    assert_int_equal(b.link.status, TILL_CLOCK_WRONG);
    assert_int_equal(b.want.from, 6);
    bench_give_batch(&b, 6, 9);
    bench_assert_requested(&b, "/v1/journal");
    assert_true(b.request.ignore_dates);
    bench_answer_head_at(&b, 9, b.t.wall_s); /* it was set meanwhile */
    assert_int_equal(b.link.status, TILL_OK);
    machine_try_now(b.m, b.t, &b.out);
    bench_watch(&b);
    assert_false(b.request.ignore_dates);
    machine_free(b.m);
}

static void a_host_whose_certificate_ran_out_gets_nothing_and_that_is_said(void **state)
{
    (void)state;
    struct line_bench b;
    doubt(&b);
    bench_answer_head_at(&b, 5, b.t.wall_s);
    assert_false(b.running);
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    assert_int_equal(b.link.status, TILL_HOST_EXPIRED);
    assert_int_equal(b.cancels, 2);
    machine_free(b.m);
}

static void a_clock_a_quarter_of_an_hour_off_is_said_though_nothing_fails(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 5, 5, 0);
    bench_answer_head_at(&b, 5, b.t.wall_s - 900);
    assert_int_equal(b.link.state, LINK_IDLE);
    assert_int_equal(b.link.status, TILL_CLOCK_WRONG);
    machine_free(b.m);
}

static void a_clock_that_was_set_right_is_no_longer_said_to_be_wrong(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 5, 5, 0);
    bench_answer_head_at(&b, 5, b.t.wall_s + 400 * 86400);
    assert_int_equal(b.link.status, TILL_CLOCK_WRONG);
    b.t.wall_s += 400 * 86400;
    bench_pending(&b, 6, 5, 0);
    assert_int_equal(b.link.status, TILL_OK);
    bench_give_batch(&b, 6, 6);
    assert_false(b.request.ignore_dates);
    machine_free(b.m);
}

static void a_clock_that_jumps_after_the_head_is_said(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    assert_int_equal(b.link.status, TILL_OK);
    b.t.wall_s += 3600;
    bench_pending(&b, 5, 5, 0);
    assert_int_equal(b.link.status, TILL_CLOCK_WRONG);
    machine_free(b.m);
}

static void the_last_contact_is_told_by_the_clock_as_it_is_now(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    bench_network(&b, 0);
    bench_advance(&b, 600 * 1000);
    b.t.wall_s -= 2 * 86400;
    bench_pending(&b, 6, 5, 0);
    assert_int_equal(b.t.wall_s - b.link.last_contact_s, 600);
    machine_free(b.m);
}

static void airplane_mode_is_told_from_no_signal(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_network_of(&b, (struct local_network){.bearer = 2, .airplane = true});
    assert_int_equal(b.link.status, TILL_AIRPLANE);
    bench_network(&b, 0);
    assert_int_equal(b.link.status, TILL_NO_NETWORK);
    machine_free(b.m);
}

static void now_asks_for_news_at_once(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_settle(&b, 5);
    machine_try_now(b.m, b.t, &b.out);
    bench_watch(&b);
    assert_int_equal(strncmp(b.request.path, "/v1/head/", 9), 0);
    machine_free(b.m);
}

static void dates_are_checked_unless_the_clock_is_provably_behind(void **state)
{
    (void)state;
    static const struct {
        int64_t wall_s;
        bool ignore;
    } cases[] = {{BENCH_START_S, false},
                 {0, true},
                 {BENCH_AUTHORITY_FROM_S - 1, true},
                 {BENCH_AUTHORITY_FROM_S, false}};
    for (size_t i = 0; i < 4; i++) {
        struct line_bench b;
        bench_open_seeded(&b, 1, NULL);
        b.t.wall_s = cases[i].wall_s;
        bench_hello(&b, "0031");
        bench_network(&b, 2);
        bench_pending(&b, 5, 5, 0);
        bench_assert_requested(&b, "/v1/head");
        assert_int_equal(b.request.ignore_dates, cases[i].ignore);
        bench_answer_head(&b, 5, 0);
        assert_int_equal(b.link.state, LINK_IDLE);
        machine_free(b.m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_terminal_nothing_is_attempted),
        cmocka_unit_test(until_the_terminal_names_a_bearer_nothing_is_attempted),
        cmocka_unit_test(in_airplane_mode_nothing_is_attempted),
        cmocka_unit_test(a_terminal_of_another_number_is_not_served),
        cmocka_unit_test(a_network_that_goes_ends_the_request_and_every_connection),
        cmocka_unit_test(a_network_that_goes_while_idle_closes_the_kept_connection),
        cmocka_unit_test(a_terminal_that_goes_ends_the_request),
        cmocka_unit_test(entries_go_up_until_the_host_has_them_all),
        cmocka_unit_test(batches_are_smaller_on_gprs),
        cmocka_unit_test(a_terminal_with_nothing_to_send_is_not_asked_again_at_that_head),
        cmocka_unit_test(a_question_that_is_not_answered_is_asked_again),
        cmocka_unit_test(a_batch_that_was_not_asked_for_is_not_sent),
        cmocka_unit_test(a_lower_head_starts_the_upload_there_again),
        cmocka_unit_test(a_host_that_lacks_earlier_entries_is_asked_where_to_begin),
        cmocka_unit_test(a_host_that_always_lacks_earlier_entries_is_not_hammered),
        cmocka_unit_test(a_host_that_takes_a_batch_and_does_not_move_is_not_hammered),
        cmocka_unit_test(a_refused_batch_is_told_and_tried_again_later),
        cmocka_unit_test(a_busy_host_refuses_nothing),
        cmocka_unit_test(a_blocked_terminal_waits_an_hour),
        cmocka_unit_test(a_head_that_the_host_did_not_sign_goes_no_further),
        cmocka_unit_test(a_head_of_another_terminal_goes_no_further),
        cmocka_unit_test(a_captive_portal_is_said_to_be_unreadable),
        cmocka_unit_test(every_failure_of_the_line_is_said_and_waited_out),
        cmocka_unit_test(delays_double_up_to_ten_minutes),
        cmocka_unit_test(success_begins_the_delays_anew),
        cmocka_unit_test(terminals_do_not_come_back_together),
        cmocka_unit_test(now_and_a_network_that_came_back_end_the_waiting),
        cmocka_unit_test(an_idle_line_asks_for_news_now_and_then),
        cmocka_unit_test(a_host_that_knows_no_tags_is_asked_for_whole_heads),
        cmocka_unit_test(a_tag_changes_with_what_is_new_and_not_with_time),
        cmocka_unit_test(dates_that_do_not_fit_because_our_clock_is_wrong_are_said_and_it_goes_on),
        cmocka_unit_test(a_host_whose_certificate_ran_out_gets_nothing_and_that_is_said),
        cmocka_unit_test(a_clock_a_quarter_of_an_hour_off_is_said_though_nothing_fails),
        cmocka_unit_test(a_clock_that_was_set_right_is_no_longer_said_to_be_wrong),
        cmocka_unit_test(a_clock_that_jumps_after_the_head_is_said),
        cmocka_unit_test(the_last_contact_is_told_by_the_clock_as_it_is_now),
        cmocka_unit_test(airplane_mode_is_told_from_no_signal),
        cmocka_unit_test(now_asks_for_news_at_once),
        cmocka_unit_test(dates_are_checked_unless_the_clock_is_provably_behind),
    };
    return cmocka_run_group_tests(tests, bench_make_world, bench_free_world);
}
