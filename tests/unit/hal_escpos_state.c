/*
 * What an ESC/POS printer is seen to be, over each of its lines: every trouble told apart, told
 * soon, and over when it is over; a printer that stalls, goes away in the middle, comes back.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "printer_bench.h"

static struct printer_bench bench;
static uint8_t job[64 * 1024];

static int begin(void **state)
{
    (void)state;
    printer_bench_init(&bench);
    return 0;
}

static int end(void **state)
{
    (void)state;
    printer_bench_free(&bench);
    return 0;
}

static void open_over(const char *line, const char *more)
{
    if (strcmp(line, "tcp") == 0) {
        printer_bench_open_tcp(&bench, more);
    } else {
        printer_bench_open_pty(&bench, line, more);
    }
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 4000), TILL_OK);
}

static const char *const lines[] = {"tcp", "escpos_serial", "escpos_usb"};
enum { LINES = sizeof lines / sizeof *lines };

static void again(void)
{
    printer_bench_free(&bench);
    printer_bench_init(&bench);
}

static const struct {
    unsigned trouble;
    enum till_status status;
    unsigned flags;
} troubles[] = {
    {ESCPOS_PAPER_OUT, TILL_PAPER_OUT, PRINTER_NO_PAPER | PRINTER_PAPER_LOW},
    {ESCPOS_PAPER_LOW, TILL_OK, PRINTER_PAPER_LOW},
    {ESCPOS_COVER, TILL_COVER_OPEN, PRINTER_COVER},
    {ESCPOS_COVER | ESCPOS_PAPER_OUT, TILL_COVER_OPEN,
     PRINTER_COVER | PRINTER_NO_PAPER | PRINTER_PAPER_LOW},
    {ESCPOS_HOT, TILL_PRINTER_HOT, PRINTER_HOT},
    {ESCPOS_CUTTER, TILL_CUTTER_STUCK, PRINTER_CUTTER},
    {ESCPOS_BROKEN, TILL_E_DEVICE, PRINTER_BROKEN},
    {ESCPOS_FEEDING, TILL_DEVICE_OFFLINE, 0},
};

static void expect_troubles(const char *line, const char *more)
{
    open_over(line, more);
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
        bench.peer.jammed = true; /* or it would be cured at once */
        escpos_peer_trouble(&bench.peer, troubles[i].trouble);
        enum till_status status = printer_bench_wait(&bench, troubles[i].status, 1500);
        printer_bench_pause_ms(20);
        struct printer_state now = printer_bench_state(&bench);
        for (int j = 0; j < 100 && now.flags != troubles[i].flags; j++) {
            printer_bench_pause_ms(10);
            now = printer_bench_state(&bench);
        }
        if (status != troubles[i].status || now.flags != troubles[i].flags) {
            fail_msg("%s %s: trouble %u: %s, flags %u", line, more, troubles[i].trouble,
                     status_name((int)status), now.flags);
        }
        bench.peer.jammed = false;
        escpos_peer_trouble(&bench.peer, 0);
        assert_int_equal(printer_bench_wait(&bench, TILL_OK, 1500), TILL_OK);
    }
    again();
}

static void every_trouble_is_told_apart_by_asking(void **state)
{
    (void)state;
    expect_troubles("tcp", "auto_status=no\n");
}

static void every_trouble_is_told_apart_unasked(void **state)
{
    (void)state;
    for (size_t i = 0; i < LINES; i++) {
        expect_troubles(lines[i], "auto_status=yes\n");
    }
}

static void a_trouble_is_known_within_a_second_and_no_state_is_older_than_two(void **state)
{
    (void)state;
    open_over("tcp", "auto_status=no\n");
    long until_ms = printer_bench_now_ms() + 1500;
    while (printer_bench_now_ms() < until_ms) {
        struct printer_state now = printer_bench_state(&bench);
        assert_int_equal(now.status, TILL_OK);
        assert_in_range(now.age_ms, 0, PRINTER_FRESH_MS);
        printer_bench_pause_ms(5);
    }
    escpos_peer_trouble(&bench.peer, ESCPOS_HOT);
    assert_int_equal(printer_bench_wait(&bench, TILL_PRINTER_HOT, 1200), TILL_PRINTER_HOT);
    escpos_peer_trouble(&bench.peer, 0);
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 1000), TILL_OK);
    bench.peer.stalled = true; /* from now on it says nothing */
    until_ms = printer_bench_now_ms() + 3500;
    bool offline = false;
    while (printer_bench_now_ms() < until_ms) {
        struct printer_state now = printer_bench_state(&bench);
        offline = now.status == TILL_DEVICE_OFFLINE;
        assert_true(offline || now.age_ms <= PRINTER_FRESH_MS);
        printer_bench_pause_ms(5);
    }
    assert_true(offline);
    bench.peer.stalled = false;
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 3000), TILL_OK);
}

static void an_idle_printer_is_asked_twice_a_second_and_no_more(void **state)
{
    (void)state;
    open_over("tcp", "");
    bench.peer.asked = 0;
    long until_ms = printer_bench_now_ms() + 2000;
    while (printer_bench_now_ms() < until_ms) {
        (void)printer_bench_state(&bench);
        printer_bench_pause_ms(1);
    }
    assert_in_range(bench.peer.asked, 2 * 4, 5 * 4);
}

static void paper_that_ends_within_a_job_is_low_news_after_it(void **state)
{
    (void)state;
    open_over("escpos_serial", "auto_status=no\n");
    printer_bench_prints(&bench, "one\n");
    bench.peer.trouble = ESCPOS_PAPER_LOW;
    unsigned asked = bench.peer.asked;
    printer_bench_prints(&bench, "two\n");
    escpos_peer_step(&bench.peer);
    assert_true(bench.peer.asked > asked);
    for (int i = 0; i < 20 && printer_bench_state(&bench).flags != PRINTER_PAPER_LOW; i++) {
        printer_bench_pause_ms(5);
    }
    assert_int_equal(printer_bench_state(&bench).flags, PRINTER_PAPER_LOW);
}

/* The picture is cut off, nobody asked the printer to tell by itself: it must be asked again. */
static void a_new_roll_is_seen_by_asking_though_a_raster_was_cut_off(void **state)
{
    (void)state;
    for (size_t i = 0; i < LINES; i++) {
        open_over(lines[i], "auto_status=no\nsilence=1000\n");
        size_t size = printer_bench_job(job, 255);
        bench.peer.buffer_max = 2048;
        bench.peer.bytes_left = 3000;
        enum till_status status = printer_bench_write(&bench, job, size / 2);
        if (status == TILL_OK) {
            /* in the middle of the raster no question can be asked: a line that ends it can */
            status = printer_bench_write(&bench, job + size / 2, size - size / 2);
        }
        if (status == TILL_OK) {
            status = printer_bench_settle(&bench);
        }
        assert_int_not_equal(status, TILL_OK);
        bench.peer.trouble = 0;
        bench.peer.buffer_max = 0;
        printer_bench_prints(&bench, "again\n");
        again();
    }
}

/* The answer comes when half the picture is written; what the program keeps back must not be waited
 * for. */
static void a_picture_that_is_never_finished_doesn_t_keep_the_printer_from_being_asked(void **state)
{
    (void)state;
    size_t taken = 0;
    open_over("tcp", "auto_status=no\n");
    size_t size = printer_bench_job(job, 100);
    struct span line = {(const uint8_t *)"line\n", 5};
    assert_int_equal(printer_write(bench.board.printer, line, &taken), TILL_OK);
    printer_bench_pause_ms(350); /* the next call asks, and then the raster begins */
    assert_int_equal(printer_write(bench.board.printer, (struct span){job, size / 2}, &taken),
                     TILL_OK);
    bench.peer.trouble = ESCPOS_PAPER_OUT;
    escpos_peer_step(&bench.peer);
    enum till_status status = TILL_OK;
    for (int i = 0; i < 100 && status == TILL_OK; i++) { /* until all its answers are in */
        printer_bench_pause_ms(5);
        status = printer_write(bench.board.printer, (struct span){NULL, 0}, &taken);
    }
    assert_int_equal(status, TILL_PAPER_OUT);
    bench.peer.trouble = 0;
    printer_bench_prints(&bench, "again\n");
}

static void a_stuck_blade_is_told_to_go_on_once_it_is_clear(void **state)
{
    (void)state;
    open_over("tcp", "");
    bench.peer.jammed = true;
    assert_int_equal(printer_bench_write(&bench, "a receipt\n\x1dV\x01", 13), TILL_OK);
    assert_int_equal(printer_bench_settle(&bench), TILL_CUTTER_STUCK);
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 1000), TILL_CUTTER_STUCK);
    assert_true(bench.peer.recoveries > 0); /* it tried */
    bench.peer.jammed = false;              /* a person cleared it */
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 4500), TILL_OK);
    printer_bench_prints(&bench, "the next\n");
}

static void a_printer_that_stops_reading_is_offline_and_the_next_job_works(void **state)
{
    (void)state;
    open_over("escpos_usb", "silence=2000\n");
    size_t size = printer_bench_job(job, 255);
    assert_int_equal(printer_bench_write(&bench, job, size / 2), TILL_OK);
    bench.peer.stalled = true;
    long until_ms = printer_bench_now_ms() + 12000;
    enum till_status status = TILL_OK;
    while (status == TILL_OK && printer_bench_now_ms() < until_ms) {
        size_t taken = 0;
        struct span rest = {job + size / 2, size / 2};
        status = printer_write(bench.board.printer, rest, &taken);
        printer_bench_pause_ms(10);
    }
    assert_int_equal(status, TILL_DEVICE_OFFLINE);
    assert_int_equal(printer_settle(bench.board.printer), TILL_DEVICE_OFFLINE);
    bench.peer.stalled = false;
    printer_bench_prints(&bench, "the next\n");
}

static void a_reset_connection_in_the_middle_is_said_and_the_next_job_works(void **state)
{
    (void)state;
    open_over("tcp", "");
    size_t size = printer_bench_job(job, 255);
    bench.peer.print_max = 64;
    assert_int_equal(printer_bench_write(&bench, job, size), TILL_OK);
    escpos_peer_reset_line(&bench.peer);
    assert_int_equal(printer_bench_settle(&bench), TILL_DEVICE_OFFLINE);
    bench.peer.print_max = 0;
    printer_bench_prints(&bench, "the next\n");
}

static void a_line_that_hangs_up_in_the_middle_is_said_and_the_next_job_works(void **state)
{
    (void)state;
    static const char *const drivers[] = {"escpos_serial", "escpos_usb"};
    for (size_t i = 0; i < 2; i++) {
        char link[] = "/tmp/hal-line-XXXXXX";
        char options[128];
        char message[256];
        assert_non_null(mkdtemp(link)); /* a name that can point to one device, then another */
        rmdir(link);
        escpos_peer_open_pty(&bench.peer);
        assert_int_equal(symlink(bench.peer.name, link), 0);
        snprintf(options, sizeof options, "driver=%s\ndevice=%s\n", drivers[i], link);
        assert_int_equal(printer_bench_open(&bench, options, message), TILL_OK);
        assert_int_equal(printer_bench_wait(&bench, TILL_OK, 3000), TILL_OK);
        size_t size = printer_bench_job(job, 255);
        bench.peer.print_max = 64;
        assert_int_equal(printer_bench_write(&bench, job, size), TILL_OK);
        escpos_peer_power_cycle(&bench.peer); /* its plug is pulled */
        unlink(link);
        assert_int_equal(printer_bench_settle(&bench), TILL_DEVICE_OFFLINE);
        struct pollfd waiting = {printer_fd(bench.board.printer), POLLIN, 0};
        assert_int_equal(poll(&waiting, 1, 1500), 1); /* so that it is looked for again */
        assert_int_equal(printer_bench_state(&bench).status, TILL_DEVICE_OFFLINE);
        bench.peer.print_max = 0;
        escpos_peer_open_pty(&bench.peer); /* and put in elsewhere */
        assert_int_equal(symlink(bench.peer.name, link), 0);
        printer_bench_prints(&bench, "the next\n");
        unlink(link);
        again();
    }
}

/* A serial line doesn't tell that the printer behind it was switched off. */
static void a_printer_switched_off_and_on_behind_a_standing_line_is_greeted_anew(void **state)
{
    (void)state;
    open_over("escpos_serial", "");
    printer_bench_prints(&bench, "one\n");
    assert_true(bench.peer.automatic);
    escpos_peer_switch(&bench.peer, false);
    assert_int_equal(printer_bench_wait(&bench, TILL_DEVICE_OFFLINE, 4000), TILL_DEVICE_OFFLINE);
    printer_bench_pause_ms(300);
    escpos_peer_switch(&bench.peer, true);
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 4000), TILL_OK);
    assert_true(bench.peer.automatic);
    printer_bench_prints(&bench, "two\n");
}

static void a_job_across_such_a_gap_is_uncertain(void **state)
{
    (void)state;
    open_over("escpos_serial", "silence=2000\n");
    assert_int_equal(printer_bench_write(&bench, "half\n", 5), TILL_OK);
    escpos_peer_switch(&bench.peer, false);
    enum till_status status = TILL_BUSY;
    long until_ms = printer_bench_now_ms() + 11000;
    while (status == TILL_BUSY && printer_bench_now_ms() < until_ms) {
        escpos_peer_step(&bench.peer);
        status = printer_settle(bench.board.printer);
        printer_bench_pause_ms(10);
    }
    assert_int_equal(status, TILL_DEVICE_OFFLINE);
    escpos_peer_switch(&bench.peer, true);
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 4000), TILL_OK);
    assert_int_equal(printer_settle(bench.board.printer), TILL_DEVICE_OFFLINE);
    printer_bench_prints(&bench, "again\n");
}

/* A printer without paper stops the line (XOFF, RTS), so it can't be asked: what it said stands. */
static void a_printer_that_holds_the_line_keeps_its_reason(void **state)
{
    (void)state;
    bench.peer.holds_line = true;
    open_over("escpos_serial", "flow=software\n");
    escpos_peer_trouble(&bench.peer, ESCPOS_PAPER_OUT);
    assert_int_equal(printer_bench_wait(&bench, TILL_PAPER_OUT, 1000), TILL_PAPER_OUT);
    assert_int_equal(printer_bench_wait(&bench, TILL_DEVICE_OFFLINE, 3000), TILL_PAPER_OUT);
    escpos_peer_trouble(&bench.peer, 0);
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 4000), TILL_OK);
    printer_bench_prints(&bench, "the next\n");
}

static void a_printer_that_can_t_tell_says_so_by_its_age(void **state)
{
    (void)state;
    bench.peer.mute = true;
    open_over("escpos_serial", "status=no\nauto_status=no\nreport=no\n");
    assert_true(printer_bench_state(&bench).age_ms == PRINTER_NEVER_TELLS);
    printer_bench_prints(&bench, "believed\n");
    assert_int_equal(bench.peer.asked, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(every_trouble_is_told_apart_by_asking),
        TEST(every_trouble_is_told_apart_unasked),
        TEST(a_trouble_is_known_within_a_second_and_no_state_is_older_than_two),
        TEST(an_idle_printer_is_asked_twice_a_second_and_no_more),
        TEST(paper_that_ends_within_a_job_is_low_news_after_it),
        TEST(a_new_roll_is_seen_by_asking_though_a_raster_was_cut_off),
        TEST(a_picture_that_is_never_finished_doesn_t_keep_the_printer_from_being_asked),
        TEST(a_stuck_blade_is_told_to_go_on_once_it_is_clear),
        TEST(a_printer_that_stops_reading_is_offline_and_the_next_job_works),
        TEST(a_reset_connection_in_the_middle_is_said_and_the_next_job_works),
        TEST(a_line_that_hangs_up_in_the_middle_is_said_and_the_next_job_works),
        TEST(a_printer_switched_off_and_on_behind_a_standing_line_is_greeted_anew),
        TEST(a_job_across_such_a_gap_is_uncertain),
        TEST(a_printer_that_holds_the_line_keeps_its_reason),
        TEST(a_printer_that_can_t_tell_says_so_by_its_age),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
