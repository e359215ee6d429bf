/* The ESC/POS drivers against printers that behave: one on loopback, one on a pseudo terminal. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "escpos_grammar.h"
#include "escpos_status.h"
#include "printer.h"
#include "roll.h"

enum { QUEUE_MAX = 256 * 1024, STEPS_MAX = 8000 };

/* A printer: takes bytes, answers DLE EOT as they come in, prints in order, answers GS r then. */
struct peer {
    int listener, fd; /* sockets, or fd = a pseudo terminal's master */
    uint16_t port;
    struct roll *roll;
    struct grammar ahead; /* over what has come in, for DLE EOT */
    uint8_t queue[QUEUE_MAX];
    size_t queued;
    size_t read_max, print_max; /* bytes a step; 0 = everything */
    size_t buffer_max;          /* reads no more while it holds that; 0 = no limit */
    int64_t bytes_left;         /* of the paper; -1 = endless */
    bool paper_out, cover, automatic, mute;
};
static struct peer peer;
static struct board board;

static void answer(const void *bytes, size_t size)
{
    if (!peer.mute && peer.fd >= 0) {
        (void)!write(peer.fd, bytes, size);
    }
}

static void answer_realtime(uint8_t number)
{
    uint8_t byte = 0x12;
    if (number == 1 && (peer.paper_out || peer.cover)) {
        byte |= 1 << 3;
    } else if (number == 2) {
        byte |= (uint8_t)(peer.cover << 2 | peer.paper_out << 5);
    } else if (number == 4 && peer.paper_out) {
        byte |= 0x6C;
    }
    answer(&byte, 1);
}

static void tell_automatic(void)
{
    uint8_t bytes[4] = {0x10, 0x00, 0x00, 0x0F};
    bytes[0] |= (uint8_t)((peer.paper_out || peer.cover) << 3 | peer.cover << 5);
    bytes[2] |= peer.paper_out ? 0x0C : 0;
    if (peer.automatic) {
        answer(bytes, sizeof bytes);
    }
}

static void peer_takes(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (grammar_put(&peer.ahead, bytes[i]) == GRAMMAR_HEAD &&
            peer.ahead.command == COMMAND_REALTIME_STATUS) {
            answer_realtime(peer.ahead.head[2]);
        }
    }
    assert_true(peer.queued + size <= sizeof peer.queue);
    memcpy(peer.queue + peer.queued, bytes, size);
    peer.queued += size;
}

static void peer_prints(void)
{
    size_t size = peer.queued;
    size = peer.print_max > 0 && size > peer.print_max ? peer.print_max : size;
    if (peer.bytes_left >= 0 && (int64_t)size > peer.bytes_left) {
        size = (size_t)peer.bytes_left;
    }
    if (peer.paper_out || peer.cover) {
        return;
    }
    size_t used = 0;
    enum till_status status = roll_put(peer.roll, (struct span){peer.queue, size}, 0, &used);
    if (status != TILL_OK) {
        fail_msg("the printer refused: %s", roll_fault(peer.roll, NULL));
    }
    peer.queued -= used;
    memmove(peer.queue, peer.queue + used, peer.queued);
    struct roll_request request;
    while (roll_take_request(peer.roll, &request)) {
        if (request.kind == ROLL_REQUEST_REPORT) {
            answer("\x00", 1);
        } else if (request.kind == ROLL_REQUEST_AUTO) {
            peer.automatic = request.number != 0;
            tell_automatic();
        }
    }
    if (peer.bytes_left >= 0) {
        peer.bytes_left -= (int64_t)used;
        if (peer.bytes_left == 0) {
            peer.bytes_left = -1;
            peer.paper_out = true;
            tell_automatic();
        }
    }
}

static void peer_steps(void)
{
    uint8_t bytes[4096];
    if (peer.fd < 0 && peer.listener >= 0) {
        peer.fd = accept4(peer.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }
    if (peer.fd < 0) {
        return;
    }
    size_t most = peer.read_max > 0 ? peer.read_max : sizeof bytes;
    bool full = peer.buffer_max > 0 && peer.queued >= peer.buffer_max;
    ssize_t size = full ? 0 : read(peer.fd, bytes, most);
    if (size > 0) {
        peer_takes(bytes, (size_t)size);
    }
    peer_prints();
}

static void peer_power_cycles(void)
{
    close(peer.fd);
    peer.fd = -1;
    peer.queued = 0;
    peer.automatic = false;
    grammar_init(&peer.ahead, true);
    roll_power_cycle(peer.roll);
}

static int peer_new(void **state)
{
    (void)state;
    struct roll_profile profile;
    memset(&peer, 0, sizeof peer);
    peer.listener = -1;
    peer.fd = -1;
    peer.bytes_left = -1;
    roll_profile_58(&profile);
    peer.roll = roll_create(&profile);
    grammar_init(&peer.ahead, true);
    return peer.roll ? 0 : -1;
}

static int peer_gone(void **state)
{
    (void)state;
    hal_close(&board);
    if (peer.fd >= 0) {
        close(peer.fd);
    }
    if (peer.listener >= 0) {
        close(peer.listener);
    }
    roll_destroy(peer.roll);
    return 0;
}

static void peer_listens(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(peer.port)};
    socklen_t size = sizeof address;
    int on = 1;
    int small = 2048;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(peer.listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(peer.listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    assert_int_equal(bind(peer.listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(peer.listener, 1), 0);
    assert_int_equal(getsockname(peer.listener, (struct sockaddr *)&address, &size), 0);
    peer.port = ntohs(address.sin_port);
}

static enum till_status open_board(const char *printer, char message[256])
{
    char path[] = "/tmp/hal-escpos-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    fprintf(file,
            "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\ndriver=system\n"
            "[printer]\nprofile=p\n%s",
            printer);
    fclose(file);
    enum till_status status = hal_open(path, &board, message);
    unlink(path);
    return status;
}

static void open_tcp(const char *more)
{
    char message[256];
    char printer[256];
    peer_listens();
    snprintf(printer, sizeof printer, "driver=escpos_tcp\naddress=127.0.0.1\nport=%u\n%s",
             peer.port, more);
    assert_int_equal(open_board(printer, message), TILL_OK);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

/* Write it all, with the peer at work. Gives up at the first status that isn't TILL_OK. */
static enum till_status write_all(const void *bytes, size_t size)
{
    struct span left = {bytes, size};
    for (int i = 0; i < STEPS_MAX && left.size > 0; i++) {
        size_t taken = 0;
        enum till_status status = printer_write(board.printer, left, &taken);
        left.data += taken;
        left.size -= taken;
        if (status != TILL_OK) {
            return status;
        }
        peer_steps();
        if (taken == 0) {
            pause_ms(1);
        }
    }
    return left.size == 0 ? TILL_OK : TILL_BUSY;
}

static enum till_status settle(void)
{
    enum till_status status = TILL_BUSY;
    for (int i = 0; i < STEPS_MAX && status == TILL_BUSY; i++) {
        peer_steps();
        status = printer_settle(board.printer);
        if (status == TILL_BUSY) {
            pause_ms(1);
        }
    }
    return status;
}

/* Until the printer's state is that; what it was in the end. */
static enum till_status wait_for_state(enum till_status wanted)
{
    struct printer_state now = {.status = TILL_BUSY};
    for (int i = 0; i < 300 && now.status != wanted; i++) {
        peer_steps();
        assert_int_equal(printer_state(board.printer, &now), TILL_OK);
        peer_steps();
        pause_ms(5);
    }
    return now.status;
}

static bool paper_has(const char *text)
{
    char *all = roll_text(peer.roll, 0);
    bool has = strstr(all, text) != NULL;
    free(all);
    return has;
}

/* A raster of the whole width, every byte a DLE EOT in the making, between two lines. */
static size_t make_job(uint8_t *job, unsigned rows)
{
    static const char head[] = "\x1b@first line\n\x1dv0";
    size_t size = sizeof head - 1;
    memcpy(job, head, size);
    const uint8_t measures[] = {0, 48, 0, (uint8_t)rows, 0};
    memcpy(job + size, measures, sizeof measures);
    size += sizeof measures;
    for (unsigned i = 0; i < rows * 48; i++) {
        job[size++] = (uint8_t)("\x10\x04\x01"[i % 3]);
    }
    memcpy(job + size, "last line\n", 10);
    return size + 10;
}

static void a_job_over_tcp_is_done_when_the_printer_says_so(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = make_job(job, 200);
    open_tcp("");
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    peer.print_max = 64; /* slow head */
    assert_int_equal(write_all(job, size), TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_BUSY);
    assert_int_equal(settle(), TILL_OK);
    assert_int_equal(peer.queued, 0);
    assert_true(paper_has("first line\n"));
    assert_true(paper_has("[raster 384x200]\nlast line\n"));
}

static void a_slow_consumer_holds_the_writer_back_and_loses_nothing(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = make_job(job, 255);
    open_tcp("");
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    peer.read_max = 97;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(write_all(job, size), TILL_OK);
    }
    assert_int_equal(settle(), TILL_OK);
    char *text = roll_text(peer.roll, 0);
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
    size_t size = make_job(job, 255);
    open_tcp("");
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    peer.bytes_left = 5000;
    enum till_status status = write_all(job, size);
    if (status == TILL_OK) {
        status = settle();
    }
    assert_int_equal(status, TILL_PAPER_OUT);
    assert_int_equal(printer_settle(board.printer), TILL_PAPER_OUT);
    peer.paper_out = false; /* a new roll */
    assert_int_equal(printer_reset(board.printer), TILL_OK);
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    assert_int_equal(write_all(job, size), TILL_OK);
    assert_int_equal(settle(), TILL_OK);
    assert_true(paper_has("[raster 384x255]\nlast line\n"));
}

static void a_reset_gives_a_cut_off_raster_its_missing_bytes(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = make_job(job, 255);
    open_tcp("");
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    peer.buffer_max = 2048;
    peer.bytes_left = 5000;
    enum till_status status = TILL_OK;
    for (int i = 0; i < 8 && status == TILL_OK; i++) {
        status = write_all(job, size);
    }
    assert_int_equal(status, TILL_PAPER_OUT);
    peer.paper_out = false;
    assert_int_equal(printer_reset(board.printer), TILL_OK);
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    assert_int_equal(write_all("again\n", 6), TILL_OK);
    assert_int_equal(settle(), TILL_OK);
    assert_true(paper_has("\nagain\n"));
}

static void no_status_is_asked_inside_a_command(void **state)
{
    (void)state;
    static uint8_t job[64 * 1024];
    size_t size = make_job(job, 60);
    open_tcp("");
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    for (size_t at = 0; at < size; at += 777) {
        size_t part = size - at < 777 ? size - at : 777;
        assert_int_equal(write_all(job + at, part), TILL_OK);
        pause_ms(110); /* requests are due every 300 */
    }
    assert_int_equal(settle(), TILL_OK);
    size_t count = 0;
    const struct roll_op *ops = roll_ops(peer.roll, &count);
    for (size_t i = 0; i < count; i++) {
        if (ops[i].kind == ROLL_RASTER) {
            struct span bits = roll_op_data(peer.roll, &ops[i]);
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
    size_t size = make_job(job, 100);
    open_tcp("");
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    peer.print_max = 16;
    assert_int_equal(write_all(job, size), TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_BUSY);
    peer_power_cycles();
    close(peer.listener);
    peer.listener = -1;
    pause_ms(20);
    assert_int_equal(settle(), TILL_DEVICE_OFFLINE);
    assert_int_equal(wait_for_state(TILL_DEVICE_OFFLINE), TILL_DEVICE_OFFLINE);
    peer_listens();
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    /* it is back, but that job is uncertain */
    assert_int_equal(printer_settle(board.printer), TILL_DEVICE_OFFLINE);
    assert_int_equal(write_all("x\n", 2), TILL_DEVICE_OFFLINE);
    assert_int_equal(printer_reset(board.printer), TILL_OK);
    peer.print_max = 0;
    assert_int_equal(write_all("again\n", 6), TILL_OK);
    assert_int_equal(settle(), TILL_OK);
    assert_true(paper_has("again\n"));
}

static void an_open_cover_is_told_without_being_asked(void **state)
{
    (void)state;
    open_tcp("");
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    assert_int_equal(write_all("x\n", 2), TILL_OK);
    assert_int_equal(settle(), TILL_OK);
    assert_true(peer.automatic);
    peer.cover = true;
    tell_automatic();
    pause_ms(5);
    struct pollfd waiting = {printer_fd(board.printer), POLLIN, 0};
    assert_int_equal(poll(&waiting, 1, 1000), 1);
    struct printer_state now;
    assert_int_equal(printer_state(board.printer, &now), TILL_OK);
    assert_int_equal(now.status, TILL_COVER_OPEN);
}

static void a_printer_without_reports_is_believed_when_its_paper_should_be_out(void **state)
{
    (void)state;
    open_tcp("report=no\nauto_status=no\nspeed=400\n");
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    struct timespec begin;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    assert_int_equal(write_all("a\nb\nc\nd\n", 8), TILL_OK);
    assert_int_equal(settle(), TILL_OK);
    clock_gettime(CLOCK_MONOTONIC, &end);
    long ms = (end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000;
    assert_in_range(ms, 4 * 30 * 1000 / 400 + 300 - 5, 3000); /* four lines, and the rest after */
    assert_true(paper_has("a\nb\nc\nd\n"));
}

static void open_pty(const char *more, enum till_status expected, char message[256])
{
    char printer[256];
    peer.fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    assert_true(peer.fd >= 0 && grantpt(peer.fd) == 0 && unlockpt(peer.fd) == 0);
    snprintf(printer, sizeof printer, "driver=escpos_serial\ndevice=%s\n%s", ptsname(peer.fd),
             more);
    assert_int_equal(open_board(printer, message), expected);
}

static void a_job_over_a_serial_line_is_done_when_the_printer_says_so(void **state)
{
    (void)state;
    char message[256];
    static uint8_t job[64 * 1024];
    size_t size = make_job(job, 60);
    open_pty("baud=115200\n", TILL_OK, message);
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    assert_int_equal(write_all(job, size), TILL_OK);
    assert_int_equal(settle(), TILL_OK);
    assert_true(paper_has("[raster 384x60]\nlast line\n"));
}

static void xoff_stops_the_bytes_and_xon_lets_them_go(void **state)
{
    (void)state;
    char message[256];
    open_pty("baud=9600\nflow=software\nauto_status=no\n", TILL_OK, message);
    assert_int_equal(wait_for_state(TILL_OK), TILL_OK);
    answer("\x13", 1);
    pause_ms(5);
    assert_int_equal(write_all("held\n", 5), TILL_OK);
    for (int i = 0; i < 50; i++) {
        peer_steps();
        assert_int_equal(printer_settle(board.printer), TILL_BUSY);
        pause_ms(1);
    }
    assert_false(paper_has("held"));
    answer("\x11", 1);
    assert_int_equal(settle(), TILL_OK);
    assert_true(paper_has("held\n"));
}

static void a_line_that_the_hardware_can_t_do_is_refused_at_open(void **state)
{
    (void)state;
    char message[256] = "";
    open_pty("baud=9600\nparity=even\n", TILL_E_CONFIG, message);
    assert_non_null(strstr(message, "[printer] device: can't do this baud, parity"));
    assert_int_equal(open_board("driver=escpos_serial\ndevice=/dev/null\nbaud=1234\n", message),
                     TILL_E_CONFIG);
    assert_non_null(strstr(message, "[printer] baud: is no usual speed"));
    assert_int_equal(open_board("driver=escpos_tcp\naddress=printer.local\n", message),
                     TILL_E_CONFIG);
    assert_non_null(strstr(message, "must be an IP address in figures"));
}

static void a_printer_that_isn_t_there_yet_is_offline_and_no_failure(void **state)
{
    (void)state;
    char message[256];
    struct printer_state now;
    assert_int_equal(open_board("driver=escpos_serial\ndevice=/tmp/no-such-tty\n", message),
                     TILL_OK);
    assert_int_equal(printer_state(board.printer, &now), TILL_OK);
    assert_int_equal(now.status, TILL_DEVICE_OFFLINE);
    assert_int_equal(write_all("x\n", 2), TILL_DEVICE_OFFLINE);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, peer_new, peer_gone)
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
