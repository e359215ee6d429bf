/* A scanner on a serial line: a pseudo terminal plays it. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "linux_drivers.h"
#include "scanner.h"

static char folder[64];
static char node[96];
static int master = -1;
static struct settings settings;
static struct board board;
static struct scanner_text text;

/* The node is a link to the pseudo terminal, as udev makes one: it can be pulled and put back. */
static void plug(void)
{
    master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    assert_int_equal(symlink(ptsname(master), node), 0);
}

static void unplug(void)
{
    unlink(node);
    close(master);
    master = -1;
}

static int begin(void **state)
{
    (void)state;
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/scanner-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(folder)) {
        return -1;
    }
    snprintf(node, sizeof node, "%s/ttyACM0", folder);
    memset(&board, 0, sizeof board);
    plug();
    return 0;
}

static int end(void **state)
{
    (void)state;
    if (board.scanner) {
        board.scanner->close(board.scanner->context);
    }
    if (master >= 0) {
        unplug();
    }
    return rmdir(folder);
}

static enum till_status open_it(const char *options)
{
    char lines[400];
    snprintf(lines, sizeof lines, "[scanner]\nlink=serial\ndevice=%s\n%s\n", node, options);
    assert_int_equal(
        settings_parse((struct span){(const uint8_t *)lines, strlen(lines)}, "x.conf", &settings),
        TILL_OK);
    struct opening opening = {&settings, "scanner", NULL};
    return scanner_serial_open(&opening, &board);
}

static void says(const void *bytes, size_t size)
{
    assert_int_equal(write(master, bytes, size), (ssize_t)size);
}

static bool readable(int timeout_ms)
{
    struct pollfd waiting = {scanner_fd(board.scanner), POLLIN, 0};
    return poll(&waiting, 1, timeout_ms) == 1;
}

/* Waits as the program's loop does, for two seconds at most. */
static enum till_status scan(void)
{
    enum till_status status = TILL_UNCHANGED;
    for (int i = 0; i < 20 && status == TILL_UNCHANGED; i++) {
        (void)readable(100);
        status = scanner_poll(board.scanner, &text);
    }
    return status;
}

static void texts_end_with_cr_or_lf_and_empty_ones_are_none(void **state)
{
    (void)state;
    assert_int_equal(open_it("gap=2000"), TILL_OK);
    says("6100234567\r\n\r\nHTTPS://A.CN/1\n", 29);
    assert_int_equal(scan(), TILL_OK);
    assert_string_equal(text.bytes, "6100234567");
    assert_int_equal(text.size, 10);
    assert_true(readable(100)); /* the next one waits in the driver */
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_OK);
    assert_string_equal(text.bytes, "HTTPS://A.CN/1");
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    assert_false(readable(0));
}

static void silence_ends_a_text_too(void **state)
{
    (void)state;
    assert_int_equal(open_it("gap=30"), TILL_OK);
    says("61002", 5);
    (void)readable(1000);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    assert_int_equal(scan(), TILL_OK);
    assert_string_equal(text.bytes, "61002");
}

static void bytes_of_any_kind_are_handed_on_as_they_came(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    says("\xE6\x88\xB7\0\x1D\xFF\r", 7);
    assert_int_equal(scan(), TILL_OK);
    assert_int_equal(text.size, 6);
    assert_memory_equal(text.bytes, "\xE6\x88\xB7\0\x1D\xFF", 7);
}

static void a_text_that_is_too_long_is_dropped_whole(void **state)
{
    (void)state;
    char much[SCANNER_TEXT_MAX + 2];
    memset(much, '1', sizeof much);
    much[sizeof much - 1] = '\r';
    assert_int_equal(open_it("gap=2000"), TILL_OK);
    says(much, sizeof much);
    says("2\r", 2);
    assert_int_equal(scan(), TILL_TOO_LARGE);
    assert_int_equal(scan(), TILL_OK);
    assert_string_equal(text.bytes, "2");
    says(much + 1, sizeof much - 1);
    assert_int_equal(scan(), TILL_OK);
    assert_int_equal(text.size, SCANNER_TEXT_MAX);
}

static void aiming_sends_the_board_file_s_bytes(void **state)
{
    (void)state;
    uint8_t bytes[16];
    assert_int_equal(open_it("on = 16 54 0d\noff = 16 55 0D"), TILL_OK);
    assert_int_equal(scanner_aim(board.scanner, true), TILL_OK);
    assert_int_equal(scanner_aim(board.scanner, false), TILL_OK);
    /* Two writes may come as two pieces. */
    for (size_t have = 0; have < 6;) {
        struct pollfd piece = {.fd = master, .events = POLLIN};
        assert_int_equal(poll(&piece, 1, 5000), 1);
        ssize_t more = read(master, bytes + have, sizeof bytes - have);
        assert_true(more > 0);
        have += (size_t)more;
    }
    assert_memory_equal(bytes, "\x16\x54\x0D\x16\x55\x0D", 6);
}

static void one_with_its_own_trigger_can_t_be_aimed(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(scanner_aim(board.scanner, true), TILL_UNSUPPORTED);
}

static void one_that_was_unplugged_comes_back_without_the_half_text(void **state)
{
    (void)state;
    assert_int_equal(open_it("gap=2000"), TILL_OK);
    says("123", 3);
    (void)readable(1000);
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_UNCHANGED);
    unplug();
    assert_true(readable(1000));
    assert_int_equal(scanner_poll(board.scanner, &text), TILL_DEVICE_OFFLINE);
    assert_false(readable(0));
    plug();
    assert_true(readable(3000)); /* looks again by itself */
    assert_int_equal(scan(), TILL_UNCHANGED);
    says("45\r", 3);
    assert_int_equal(scan(), TILL_OK);
    assert_string_equal(text.bytes, "45");
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *options, *message;
    } bad[] = {
        {"on = 16 5", "x.conf:4: [scanner] on: must be bytes as in 16 54 0D, at most 32"},
        {"on = 1654", "x.conf:4: [scanner] on: must be bytes as in 16 54 0D, at most 32"},
        {"off = 16", "x.conf:4: [scanner] off: is nothing without on"},
        {"gap = 5", "x.conf:4: [scanner] gap: must be an integer from 10 to 2000"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(open_it(bad[i].options), TILL_E_CONFIG);
        assert_string_equal(settings.message, bad[i].message);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(texts_end_with_cr_or_lf_and_empty_ones_are_none),
        TEST(silence_ends_a_text_too),
        TEST(bytes_of_any_kind_are_handed_on_as_they_came),
        TEST(a_text_that_is_too_long_is_dropped_whole),
        TEST(aiming_sends_the_board_file_s_bytes),
        TEST(one_with_its_own_trigger_can_t_be_aimed),
        TEST(one_that_was_unplugged_comes_back_without_the_half_text),
        TEST(wrong_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
