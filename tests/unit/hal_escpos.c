/* The ESC/POS drivers against printers that behave: one on loopback, one on a pseudo terminal. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "escpos_status.h"
#include "printer_bench.h"

static struct printer_bench bench;

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

static void a_job_over_tcp_is_done_when_the_printer_says_so(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = printer_bench_job(job, 200);
    printer_bench_open_tcp(&bench, "");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    bench.peer.print_max = 64; /* slow head */
    assert_int_equal(printer_bench_write(&bench, job, size), TILL_OK);
    assert_int_equal(printer_settle(bench.board.printer), TILL_BUSY);
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    assert_int_equal(bench.peer.queued, 0);
    assert_true(escpos_peer_paper_has(&bench.peer, "first line\n"));
    assert_true(escpos_peer_paper_has(&bench.peer, "[raster 384x200]\nlast line\n"));
}

static void a_slow_consumer_holds_the_writer_back_and_loses_nothing(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = printer_bench_job(job, 255);
    printer_bench_open_tcp(&bench, "");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    bench.peer.read_max = 97;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(printer_bench_write(&bench, job, size), TILL_OK);
    }
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    char *text = roll_text(bench.peer.roll, 0);
    const char *at = text;
    for (int i = 0; i < 4; i++) {
        at = strstr(at, "[raster 384x255]\nlast line\n");
        assert_non_null(at);
        at++;
    }
    free(text);
}

static void paper_that_runs_out_in_the_middle_is_said_and_the_job_can_be_printed_again(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = printer_bench_job(job, 255);
    printer_bench_open_tcp(&bench, "");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    bench.peer.bytes_left = 5000;
    enum till_status status = printer_bench_write(&bench, job, size);
    if (status == TILL_OK) {
        status = printer_bench_settle(&bench);
    }
    assert_int_equal(status, TILL_PAPER_OUT);
    assert_int_equal(printer_settle(bench.board.printer), TILL_PAPER_OUT);
    bench.peer.trouble = 0; /* a new roll */
    assert_int_equal(printer_reset(bench.board.printer), TILL_OK);
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    assert_int_equal(printer_bench_write(&bench, job, size), TILL_OK);
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    assert_true(escpos_peer_paper_has(&bench.peer, "[raster 384x255]\nlast line\n"));
}

static void a_reset_gives_a_cut_off_raster_its_missing_bytes(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = printer_bench_job(job, 255);
    printer_bench_open_tcp(&bench, "");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    bench.peer.buffer_max = 2048;
    bench.peer.bytes_left = 5000;
    enum till_status status = TILL_OK;
    for (int i = 0; i < 8 && status == TILL_OK; i++) {
        status = printer_bench_write(&bench, job, size);
    }
    assert_int_equal(status, TILL_PAPER_OUT);
    bench.peer.trouble = 0;
    assert_int_equal(printer_reset(bench.board.printer), TILL_OK);
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    assert_int_equal(printer_bench_write(&bench, "again\n", 6), TILL_OK);
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    assert_true(escpos_peer_paper_has(&bench.peer, "\nagain\n"));
}

static void no_status_is_asked_inside_a_command(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = printer_bench_job(job, 60);
    printer_bench_open_tcp(&bench, "");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    for (size_t at = 0; at < size; at += 777) {
        size_t part = size - at < 777 ? size - at : 777;
        assert_int_equal(printer_bench_write(&bench, job + at, part), TILL_OK);
        printer_bench_pause_ms(110); /* requests are due every 300 */
    }
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    size_t count = 0;
    const struct roll_op *ops = roll_ops(bench.peer.roll, &count);
    for (size_t i = 0; i < count; i++) {
        if (ops[i].kind == ROLL_RASTER) {
            struct span bits = roll_op_data(bench.peer.roll, &ops[i]);
            assert_int_equal(bits.size, 60 * 48);
            assert_memory_equal(bits.data, job + size - 10 - bits.size, bits.size);
            return;
        }
    }
    fail_msg("no raster came out");
}

static void a_printer_that_goes_away_leaves_the_job_open_until_reset(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = printer_bench_job(job, 100);
    printer_bench_open_tcp(&bench, "");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    bench.peer.print_max = 16;
    assert_int_equal(printer_bench_write(&bench, job, size), TILL_OK);
    assert_int_equal(printer_settle(bench.board.printer), TILL_BUSY);
    escpos_peer_power_cycle(&bench.peer);
    close(bench.peer.listener);
    bench.peer.listener = -1;
    printer_bench_pause_ms(20);
    assert_int_equal(printer_bench_settle(&bench), TILL_DEVICE_OFFLINE);
    assert_int_equal(printer_bench_wait(&bench, TILL_DEVICE_OFFLINE, 6000), TILL_DEVICE_OFFLINE);
    escpos_peer_listen(&bench.peer);
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    /* it is back, but that job is uncertain */
    assert_int_equal(printer_settle(bench.board.printer), TILL_DEVICE_OFFLINE);
    assert_int_equal(printer_bench_write(&bench, "x\n", 2), TILL_DEVICE_OFFLINE);
    assert_int_equal(printer_reset(bench.board.printer), TILL_OK);
    bench.peer.print_max = 0;
    assert_int_equal(printer_bench_write(&bench, "again\n", 6), TILL_OK);
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    assert_true(escpos_peer_paper_has(&bench.peer, "again\n"));
}

static void an_open_cover_is_told_without_being_asked(void **state)
{
    (void)state;
    printer_bench_open_tcp(&bench, "");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    assert_int_equal(printer_bench_write(&bench, "x\n", 2), TILL_OK);
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    assert_true(bench.peer.automatic);
    escpos_peer_trouble(&bench.peer, ESCPOS_COVER);
    printer_bench_pause_ms(5);
    struct pollfd waiting = {printer_fd(bench.board.printer), POLLIN, 0};
    assert_int_equal(poll(&waiting, 1, 1000), 1);
    struct printer_state now;
    assert_int_equal(printer_state(bench.board.printer, &now), TILL_OK);
    assert_int_equal(now.status, TILL_COVER_OPEN);
}

static void a_printer_without_reports_is_believed_when_its_paper_should_be_out(void **state)
{
    (void)state;
    printer_bench_open_tcp(&bench, "report=no\nauto_status=no\nspeed=400\n");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    struct timespec begin;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    assert_int_equal(printer_bench_write(&bench, "a\nb\nc\nd\n", 8), TILL_OK);
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    clock_gettime(CLOCK_MONOTONIC, &end);
    long ms = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
    assert_in_range(ms, 4 * 30 * 1000 / 400 + 300 - 5, 3000); /* four lines, and the rest after */
    assert_true(escpos_peer_paper_has(&bench.peer, "a\nb\nc\nd\n"));
}

static void a_job_over_a_serial_line_is_done_when_the_printer_says_so(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = printer_bench_job(job, 60);
    printer_bench_open_pty(&bench, "escpos_serial", "baud=115200\n");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    assert_int_equal(printer_bench_write(&bench, job, size), TILL_OK);
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    assert_true(escpos_peer_paper_has(&bench.peer, "[raster 384x60]\nlast line\n"));
}

static void xoff_stops_the_bytes_and_xon_lets_them_go(void **state)
{
    (void)state;
    printer_bench_open_pty(&bench, "escpos_serial", "baud=9600\nflow=software\nauto_status=no\n");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 6000), TILL_OK);
    assert_int_equal(write(bench.peer.fd, "\x13", 1), 1);
    printer_bench_pause_ms(5);
    assert_int_equal(printer_bench_write(&bench, "held\n", 5), TILL_OK);
    for (int i = 0; i < 50; i++) {
        escpos_peer_step(&bench.peer);
        assert_int_equal(printer_settle(bench.board.printer), TILL_BUSY);
        printer_bench_pause_ms(1);
    }
    assert_false(escpos_peer_paper_has(&bench.peer, "held"));
    assert_int_equal(write(bench.peer.fd, "\x11", 1), 1);
    assert_int_equal(printer_bench_settle(&bench), TILL_OK);
    assert_true(escpos_peer_paper_has(&bench.peer, "held\n"));
}

static void a_line_that_the_hardware_can_t_do_is_refused_at_open(void **state)
{
    (void)state;
    char message[256] = "";
    char printer[128];
    escpos_peer_open_pty(&bench.peer);
    snprintf(printer, sizeof printer, "driver=escpos_serial\ndevice=%s\nbaud=9600\nparity=even\n",
             bench.peer.name);
    assert_int_equal(printer_bench_open(&bench, printer, message), TILL_E_CONFIG);
    assert_non_null(strstr(message, "[printer] device: can't do this baud, parity"));
    assert_int_equal(
        printer_bench_open(&bench, "driver=escpos_serial\ndevice=/dev/null\nbaud=1234\n", message),
        TILL_E_CONFIG);
    assert_non_null(strstr(message, "[printer] baud: is no usual speed"));
    assert_int_equal(
        printer_bench_open(&bench, "driver=escpos_tcp\naddress=printer.local\n", message),
        TILL_E_CONFIG);
    assert_non_null(strstr(message, "must be an IP address in figures"));
}

static void a_printer_that_isn_t_there_yet_is_offline_and_no_failure(void **state)
{
    (void)state;
    char message[256];
    struct printer_state now;
    assert_int_equal(
        printer_bench_open(&bench, "driver=escpos_serial\ndevice=/tmp/no-such-tty\n", message),
        TILL_OK);
    assert_int_equal(printer_state(bench.board.printer, &now), TILL_OK);
    assert_int_equal(now.status, TILL_DEVICE_OFFLINE);
    assert_int_equal(printer_bench_write(&bench, "x\n", 2), TILL_DEVICE_OFFLINE);
    assert_int_equal(printer_settle(bench.board.printer), TILL_OK);
}

static void answers_are_told_apart_by_their_fixed_bits(void **state)
{
    (void)state;
    struct escpos_status s;
    escpos_status_init(&s);
    assert_true(escpos_status_ask(&s, 4));
    assert_true(escpos_status_ask(&s, 2));
    escpos_status_put(&s, 0x00); /* a report in between */
    escpos_status_put(&s, 0x1E); /* DLE EOT 4: near the end */
    assert_true(s.paper_low);
    assert_int_equal(escpos_status_of(&s), TILL_OK);
    escpos_status_put(&s, 0x16); /* DLE EOT 2: cover */
    assert_int_equal(escpos_status_of(&s), TILL_COVER_OPEN);
    assert_int_equal(s.reports, 1);
    static const uint8_t automatic[] = {0x18, 0x40, 0x00, 0x0F};
    for (size_t i = 0; i < 4; i++) {
        escpos_status_put(&s, automatic[i]);
    }
    assert_int_equal(escpos_status_of(&s), TILL_PRINTER_HOT);
    escpos_status_put(&s, 0x12); /* nobody asked */
    escpos_status_put(&s, 0xFF);
    assert_int_equal(s.noise, 2);
}

static void offline_is_half_told_until_the_answers_say_why(void **state)
{
    (void)state;
    struct escpos_status s;
    escpos_status_init(&s);
    for (uint8_t number = 1; number <= 4; number++) {
        assert_true(escpos_status_ask(&s, number));
    }
    escpos_status_put(&s, 0x1A); /* DLE EOT 1: offline */
    assert_true(escpos_status_is_half_told(&s));
    escpos_status_put(&s, 0x12);
    escpos_status_put(&s, 0x12);
    assert_true(escpos_status_is_half_told(&s));
    escpos_status_put(&s, 0x7E); /* DLE EOT 4: no paper */
    assert_false(escpos_status_is_half_told(&s));
    assert_int_equal(escpos_status_of(&s), TILL_PAPER_OUT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_job_over_tcp_is_done_when_the_printer_says_so),
        TEST(a_slow_consumer_holds_the_writer_back_and_loses_nothing),
        TEST(paper_that_runs_out_in_the_middle_is_said_and_the_job_can_be_printed_again),
        TEST(a_reset_gives_a_cut_off_raster_its_missing_bytes),
        TEST(no_status_is_asked_inside_a_command),
        TEST(a_printer_that_goes_away_leaves_the_job_open_until_reset),
        TEST(an_open_cover_is_told_without_being_asked),
        TEST(a_printer_without_reports_is_believed_when_its_paper_should_be_out),
        TEST(a_job_over_a_serial_line_is_done_when_the_printer_says_so),
        TEST(xoff_stops_the_bytes_and_xon_lets_them_go),
        TEST(a_line_that_the_hardware_can_t_do_is_refused_at_open),
        TEST(a_printer_that_isn_t_there_yet_is_offline_and_no_failure),
        TEST(answers_are_told_apart_by_their_fixed_bits),
        TEST(offline_is_half_told_until_the_answers_say_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
