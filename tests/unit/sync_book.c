/* Books coming down the line, and whole days of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "line_bench.h"

/* ---- books ----------------------------------------------------------------------------------- */

static struct span delta_text(const char *terminal, uint64_t revision, uint64_t since,
                              uint64_t packed_size)
{
    static uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct book_manifest m = {.since = since, .packed_size = packed_size, .plain_size = 9999};
    snprintf(m.meta.terminal, sizeof(m.meta.terminal), "%s", terminal);
    m.meta.revision = revision;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(manifest_write(&bench_host, &m, &out), TILL_OK);
    return (struct span){memory, out.size};
}

static struct span manifest_text(const char *terminal, uint64_t revision, uint64_t packed_size)
{
    return delta_text(terminal, revision, 0, packed_size);
}

static void answer_file(struct line_bench *b, uint64_t size)
{
    struct transport_answer a = {.http = 200, .body_size = size, .bytes = size};
    assert_true(b->running && b->to_spool);
    b->running = false;
    machine_answered(b->m, b->t, &a, &b->out);
    bench_watch(b);
}

/* In contact, the host has book 12 and its manifest is asked for. */
static void start_book(struct line_bench *b)
{
    bench_connect(b);
    bench_pending(b, 5, 5, 11);
    bench_answer_head(b, 5, 12);
    bench_assert_requested(b, "/v1/book/since/11");
}

static void keep(struct line_bench *b, enum till_status status)
{
    assert_non_null(bench_acted(b, ACTION_KEEP_BOOK));
    machine_book_kept(b->m, b->t, status, "/spool/book-12.zst", &b->out);
    bench_watch(b);
}

static void a_newer_book_is_fetched_kept_told_and_dropped(void **state)
{
    (void)state;
    struct line_bench b;
    struct local_book book;
    start_book(&b);
    struct span text = manifest_text("0031", 12, 4321);
    bench_answer(&b, 200, text);
    bench_assert_requested(&b, "/v1/book/12");
    assert_true(b.to_spool);
    assert_int_equal(b.request.answer_max, 4321);
    assert_int_equal(b.request.deadline_ms, 0);
    answer_file(&b, 4321);
    const struct action *a = bench_acted(&b, ACTION_KEEP_BOOK);
    assert_non_null(a);
    assert_int_equal(a->manifest->meta.revision, 12);
    assert_int_equal(a->manifest_text.size, text.size);
    assert_memory_equal(a->manifest_text.data, text.data, text.size);
    assert_null(bench_sent(&b, LOCAL_BOOK));
    keep(&b, TILL_OK);
    const struct action *told = bench_sent(&b, LOCAL_BOOK);
    assert_non_null(told);
    assert_int_equal(local_read_book(told->message.body, &book), TILL_OK);
    assert_string_equal(book.path, "/spool/book-12.zst");
    assert_memory_equal(book.manifest, text.data, text.size);
    assert_false(b.running);
    machine_book_applied(b.m, b.t, 12, &b.out);
    bench_watch(&b);
    assert_int_equal(bench_acted(&b, ACTION_DROP_BOOK)->revision, 12);
    assert_false(b.running);
    machine_free(b.m);
}

static void records_go_up_before_books_come_down(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 9, 5, 0);
    bench_give_batch(&b, 6, 7);
    bench_answer_head(&b, 7, 12);
    assert_non_null(bench_sent(&b, LOCAL_WANT));
    bench_give_batch(&b, 8, 9);
    bench_answer_head(&b, 9, 12);
    bench_assert_requested(&b, "/v1/book");
    machine_free(b.m);
}

static void a_host_without_a_book_is_left_alone_until_the_next_news(void **state)
{
    (void)state;
    struct line_bench b;
    start_book(&b);
    bench_answer_refusal(&b, 404, TILL_NO_BOOK, "no book");
    assert_false(b.running);
    assert_int_equal(b.link.state, LINK_IDLE);
    assert_true(machine_wake_ms(b.m) - b.t.now_ms > 600000);
    machine_free(b.m);
}

static void a_manifest_that_does_not_hold_fetches_nothing(void **state)
{
    (void)state;
    struct line_bench b;
    start_book(&b);
    struct span text = manifest_text("0031", 12, 4321);
    uint8_t forged[STATEMENT_MAX];
    memcpy(forged, text.data, text.size);
    char *digit = strstr((char *)forged, "4321");
    assert_non_null(digit);
    digit[0] = '9';
    bench_answer(&b, 200, (struct span){forged, text.size});
    assert_false(b.running);
    assert_int_equal(b.link.status, TILL_E_SIGNATURE);
    machine_free(b.m);
    start_book(&b);
    bench_answer(&b, 200, manifest_text("0032", 12, 4321));
    assert_false(b.running);
    machine_free(b.m);
    start_book(&b);
    bench_answer(&b, 200, manifest_text("0031", 12, MACHINE_BOOK_PACKED_MAX + 1));
    assert_false(b.running);
    assert_int_equal(b.link.status, TILL_TOO_LARGE);
    machine_free(b.m);
}

static void an_older_manifest_than_the_head_promised_ends_quietly(void **state)
{
    (void)state;
    struct line_bench b;
    start_book(&b);
    bench_answer(&b, 200, manifest_text("0031", 11, 4321));
    assert_false(b.running);
    assert_int_equal(b.link.state, LINK_IDLE);
    machine_free(b.m);
}

static void a_book_that_came_short_or_was_not_kept_is_fetched_again(void **state)
{
    (void)state;
    static const enum till_status kept[] = {TILL_OK, TILL_E_CORRUPT, TILL_DISK_FULL};
    for (size_t i = 0; i < 3; i++) {
        struct line_bench b;
        start_book(&b);
        bench_answer(&b, 200, manifest_text("0031", 12, 4321));
        answer_file(&b, kept[i] == TILL_OK ? 4320 : 4321);
        if (kept[i] != TILL_OK) {
            keep(&b, kept[i]);
        }
        assert_null(bench_sent(&b, LOCAL_BOOK));
        assert_int_equal(b.link.state, LINK_BACKING_OFF);
        assert_int_equal(b.link.status, kept[i] == TILL_OK ? TILL_E_CORRUPT : kept[i]);
        bench_advance(&b, 4000);
        bench_assert_requested(&b, "/v1/book/since/11");
        machine_free(b.m);
    }
}

static void a_book_that_fails_does_not_hold_records_back(void **state)
{
    (void)state;
    struct line_bench b;
    start_book(&b);
    bench_answer_refusal(&b, 500, TILL_E_IO, "disk");
    assert_int_equal(b.link.state, LINK_BACKING_OFF);
    bench_pending(&b, 6, 5, 11);
    assert_non_null(bench_sent(&b, LOCAL_WANT));
    machine_free(b.m);
}

static void a_spooled_book_is_told_at_each_greeting_and_not_fetched_again(void **state)
{
    (void)state;
    struct line_bench b;
    struct spooled_book spooled = {.revision = 12, .path = "/spool/book-12.zst"};
    struct span text = manifest_text("0031", 12, 4321);
    memcpy(spooled.manifest, text.data, text.size);
    bench_open_seeded(&b, 1, &spooled);
    for (int i = 0; i < 2; i++) {
        bench_hello(&b, "0031");
        bench_pending(&b, 5, 5, 11);
        assert_non_null(bench_sent(&b, LOCAL_BOOK));
        bench_pending(&b, 5, 5, 11);
        assert_null(bench_sent(&b, LOCAL_BOOK));
        bench_network(&b, 2);
        bench_answer_head(&b, 5, 12);
        assert_false(b.running);
    }
    bench_pending(&b, 6, 6, 12);
    assert_int_equal(bench_acted(&b, ACTION_DROP_BOOK)->revision, 12);
    machine_free(b.m);
}

static void a_spooled_book_that_the_host_did_not_sign_is_not_told(void **state)
{
    (void)state;
    struct line_bench b;
    struct spooled_book spooled = {.revision = 13, .path = "/spool/book-13.zst"};
    struct span text = manifest_text("0031", 12, 4321);
    memcpy(spooled.manifest, text.data, text.size);
    bench_open_seeded(&b, 1, &spooled);
    bench_hello(&b, "0031");
    bench_pending(&b, 5, 5, 11);
    assert_null(bench_sent(&b, LOCAL_BOOK));
    machine_free(b.m);
}

/* ---- deltas ---------------------------------------------------------------------------------- */

static void a_delta_is_fetched_by_both_its_numbers(void **state)
{
    (void)state;
    struct line_bench b;
    start_book(&b);
    bench_answer(&b, 200, delta_text("0031", 12, 11, 321));
    bench_assert_requested(&b, "/v1/book/12/11");
    assert_int_equal(b.request.answer_max, 321);
    answer_file(&b, 321);
    keep(&b, TILL_OK);
    assert_non_null(bench_sent(&b, LOCAL_BOOK));
    machine_free(b.m);
}

static void a_terminal_without_a_book_asks_for_all_of_it(void **state)
{
    (void)state;
    struct line_bench b;
    bench_connect(&b);
    bench_pending(&b, 5, 5, 0);
    bench_answer_head(&b, 5, 12);
    bench_assert_requested(&b, "/v1/book");
    machine_free(b.m);
}

/* It says that it has none when a delta did not fit. */
static void a_delta_without_its_base_is_dropped_and_the_whole_book_fetched(void **state)
{
    (void)state;
    struct line_bench b;
    start_book(&b);
    bench_answer(&b, 200, delta_text("0031", 12, 11, 321));
    answer_file(&b, 321);
    keep(&b, TILL_OK);
    bench_pending(&b, 5, 5, 0);
    assert_int_equal(bench_acted(&b, ACTION_DROP_BOOK)->revision, 12);
    bench_assert_requested(&b, "/v1/book");
    machine_free(b.m);
}

static void a_delta_over_another_book_is_not_fetched(void **state)
{
    (void)state;
    struct line_bench b;
    start_book(&b);
    bench_answer(&b, 200, delta_text("0031", 12, 10, 321));
    assert_false(b.running);
    bench_advance(&b, 4000);
    bench_assert_requested(&b, "/v1/book/since/11");
    machine_free(b.m);
}

static void a_spooled_delta_is_told_only_over_its_base(void **state)
{
    (void)state;
    struct line_bench b;
    struct spooled_book spooled = {.revision = 12, .path = "/spool/book-12.zst"};
    struct span text = delta_text("0031", 12, 11, 321);
    memcpy(spooled.manifest, text.data, text.size);
    bench_open_seeded(&b, 1, &spooled);
    bench_hello(&b, "0031");
    bench_pending(&b, 5, 5, 10);
    assert_null(bench_sent(&b, LOCAL_BOOK));
    assert_int_equal(bench_acted(&b, ACTION_DROP_BOOK)->revision, 12);
    machine_free(b.m);
}

/* ---- orders ---------------------------------------------------------------------------------- */

static struct span orders_text(const char *terminal, uint64_t serial)
{
    static uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct orders o = {.at_s = BENCH_START_S, .limits.serial = serial};
    snprintf(o.terminal, sizeof(o.terminal), "%s", terminal);
    o.limits.value[LIMIT_CASH] = 100000;
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(orders_write(&bench_host, &o, &out), TILL_OK);
    return (struct span){memory, out.size};
}

static void answer_head_with_orders(struct line_bench *b, uint64_t serial)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct head head = {
        .terminal = "0031", .seq = 5, .at_s = BENCH_START_S, .serial = 2, .orders_serial = serial};
    buffer_init(&out, memory, sizeof(memory));
    assert_int_equal(head_write(&bench_host, &head, &out), TILL_OK);
    bench_answer(b, 200, (struct span){memory, out.size});
}

static void pending_with_orders(struct line_bench *b, uint64_t orders)
{
    struct local_pending p = {.head = 5, .acknowledged = 5, .orders = orders};
    machine_pending(b->m, b->t, &p, &b->out);
    bench_watch(b);
}

static void start_orders(struct line_bench *b)
{
    bench_connect(b);
    pending_with_orders(b, 0);
    answer_head_with_orders(b, 77);
    bench_assert_requested(b, "/v1/orders");
}

static void newer_orders_are_fetched_kept_and_told(void **state)
{
    (void)state;
    struct line_bench b;
    start_orders(&b);
    struct span text = orders_text("0031", 77);
    bench_answer(&b, 200, text);
    const struct action *kept = bench_acted(&b, ACTION_KEEP_ORDERS);
    assert_non_null(kept);
    assert_int_equal(kept->orders_text.size, text.size);
    const struct action *told = bench_sent(&b, LOCAL_ORDERS);
    assert_non_null(told);
    assert_int_equal(told->message.body.size, text.size);
    assert_memory_equal(told->message.body.data, text.data, text.size);
    assert_false(b.running);
    pending_with_orders(&b, 77);
    assert_null(bench_sent(&b, LOCAL_ORDERS));
    assert_false(b.running);
    machine_free(b.m);
}

static void orders_are_told_again_on_the_next_connection(void **state)
{
    (void)state;
    struct line_bench b;
    start_orders(&b);
    bench_answer(&b, 200, orders_text("0031", 77));
    pending_with_orders(&b, 0);
    assert_null(bench_sent(&b, LOCAL_ORDERS));
    machine_disconnected(b.m, b.t, &b.out);
    bench_watch(&b);
    bench_hello(&b, "0031");
    pending_with_orders(&b, 0);
    assert_non_null(bench_sent(&b, LOCAL_ORDERS));
    machine_free(b.m);
}

static void forged_orders_are_neither_kept_nor_told(void **state)
{
    (void)state;
    struct line_bench b;
    for (int i = 0; i < 2; i++) {
        start_orders(&b);
        uint8_t forged[STATEMENT_MAX];
        struct span text = orders_text(i == 0 ? "0031" : "0032", 77);
        memcpy(forged, text.data, text.size);
        forged[40] ^= i == 0 ? 1 : 0;
        bench_answer(&b, 200, (struct span){forged, text.size});
        assert_null(bench_acted(&b, ACTION_KEEP_ORDERS));
        assert_null(bench_sent(&b, LOCAL_ORDERS));
        assert_int_equal(b.link.state, LINK_BACKING_OFF);
        machine_free(b.m);
    }
}

static void orders_of_an_earlier_run_are_told(void **state)
{
    (void)state;
    struct line_bench b = {.t = {.now_ms = 5000, .wall_s = BENCH_START_S}};
    char text[STATEMENT_MAX + 1];
    struct span wanted = orders_text("0031", 77);
    memcpy(text, wanted.data, wanted.size);
    text[wanted.size] = '\0';
    struct machine_config config = {.seed = 1, .version = "0.1.0", .orders = text};
    assert_int_equal(machine_create(&config, &bench_identity, NULL, &b.m), TILL_OK);
    bench_hello(&b, "0031");
    pending_with_orders(&b, 12);
    assert_non_null(bench_sent(&b, LOCAL_ORDERS));
    machine_free(b.m);
}

/* ---- all together ---------------------------------------------------------------------------- */

static uint64_t dice_state = 42;
static uint64_t dice(uint64_t limit)
{
    dice_state = dice_state * 6364136223846793005u + 1442695040888963407u;
    return (dice_state >> 33) % limit;
}

/* A day on a bad line. */
struct bad_day {
    struct line_bench b;
    uint64_t head, at_host, acknowledged;
    int requests;
};

/* What came as a batch is at the host, where it joins up. */
static enum till_status host_takes(struct bad_day *d)
{
    struct batch *batch = NULL;
    assert_int_equal(batch_open(d->b.request.body, &batch), TILL_OK);
    uint64_t from = batch_header(batch)->from;
    uint64_t to = from + batch_header(batch)->count - 1;
    batch_close(batch);
    if (from > d->at_host + 1) {
        return TILL_NEED_EARLIER;
    }
    d->at_host = to > d->at_host ? to : d->at_host;
    return TILL_OK;
}

static void answer(struct bad_day *d, bool storm)
{
    d->requests++;
    bool journal = strcmp(d->b.request.path, "/v1/journal") == 0;
    bool arrives = !storm || dice(2) == 0;
    enum till_status lacks = journal && arrives ? host_takes(d) : TILL_OK;
    if (storm && dice(3) == 0) {
        bench_answer_failed(&d->b, TILL_TIMEOUT); /* perhaps it arrived, the answer was lost */
    } else if (!arrives) {
        bench_answer_failed(&d->b, TILL_NO_NETWORK);
    } else if (lacks != TILL_OK) {
        bench_answer_refusal(&d->b, 409, lacks, "earlier first");
    } else {
        d->acknowledged = d->at_host > d->acknowledged ? d->at_host : d->acknowledged;
        bench_answer_head(&d->b, d->at_host, 0);
    }
}

static void one_step(struct bad_day *d, bool storm)
{
    uint64_t chance = dice(100);
    if (storm && chance < 3) {
        bench_network(&d->b, (int)dice(3));
    } else if (storm && chance < 5) {
        machine_disconnected(d->b.m, d->b.t, &d->b.out);
        bench_watch(&d->b);
        bench_hello(&d->b, "0031");
        bench_network(&d->b, (int)dice(3));
        bench_pending(&d->b, d->head, d->acknowledged, 0);
    } else if (storm && chance < 6 && d->at_host > 0) {
        d->at_host -= dice(d->at_host < 4 ? d->at_host : 4); /* the host is restored */
    } else if (storm && chance < 30) {
        d->head += dice(3);
        bench_pending(&d->b, d->head, d->acknowledged, 0);
    } else if (d->b.running) {
        answer(d, storm);
    } else if (bench_sent(&d->b, LOCAL_WANT) != NULL && d->b.want.from <= d->head) {
        uint64_t to = d->b.want.from + dice(5);
        bench_give_batch(&d->b, d->b.want.from, to > d->head ? d->head : to);
    } else {
        bench_advance(&d->b, 1 + (int64_t)dice(60000));
    }
}

/* Whatever fails, in the end the host has every entry, exactly as far as the terminal's head, and
 * the line did not talk all the time. */
static void a_bad_day_ends_with_everything_at_the_host(void **state)
{
    (void)state;
    for (uint64_t day = 0; day < 20; day++) {
        struct bad_day d = {.head = 5, .at_host = 5, .acknowledged = 5};
        bench_open_seeded(&d.b, day, NULL);
        bench_hello(&d.b, "0031");
        bench_network(&d.b, 2);
        bench_pending(&d.b, d.head, d.acknowledged, 0);
        for (int step = 0; step < 3000; step++) {
            one_step(&d, step < 2000);
            if (step == 2000) {
                bench_network(&d.b, 0);
                bench_network(&d.b, 2);
                bench_pending(&d.b, d.head, d.acknowledged, 0);
            }
        }
        if (d.at_host != d.head) {
            fail_msg("day %llu: the host has %llu of %llu", (unsigned long long)day,
                     (unsigned long long)d.at_host, (unsigned long long)d.head);
        }
        assert_true(d.requests < 2500);
        machine_free(d.b.m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newer_book_is_fetched_kept_told_and_dropped),
        cmocka_unit_test(records_go_up_before_books_come_down),
        cmocka_unit_test(a_host_without_a_book_is_left_alone_until_the_next_news),
        cmocka_unit_test(a_manifest_that_does_not_hold_fetches_nothing),
        cmocka_unit_test(an_older_manifest_than_the_head_promised_ends_quietly),
        cmocka_unit_test(a_book_that_came_short_or_was_not_kept_is_fetched_again),
        cmocka_unit_test(a_book_that_fails_does_not_hold_records_back),
        cmocka_unit_test(a_spooled_book_is_told_at_each_greeting_and_not_fetched_again),
        cmocka_unit_test(a_spooled_book_that_the_host_did_not_sign_is_not_told),
        cmocka_unit_test(a_delta_is_fetched_by_both_its_numbers),
        cmocka_unit_test(a_terminal_without_a_book_asks_for_all_of_it),
        cmocka_unit_test(a_delta_without_its_base_is_dropped_and_the_whole_book_fetched),
        cmocka_unit_test(a_delta_over_another_book_is_not_fetched),
        cmocka_unit_test(a_spooled_delta_is_told_only_over_its_base),
        cmocka_unit_test(newer_orders_are_fetched_kept_and_told),
        cmocka_unit_test(orders_are_told_again_on_the_next_connection),
        cmocka_unit_test(forged_orders_are_neither_kept_nor_told),
        cmocka_unit_test(orders_of_an_earlier_run_are_told),
        cmocka_unit_test(a_bad_day_ends_with_everything_at_the_host),
    };
    return cmocka_run_group_tests(tests, bench_make_world, bench_free_world);
}
