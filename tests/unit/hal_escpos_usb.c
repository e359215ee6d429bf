/*
 * USB printers: what the port status tells where the printer itself doesn't, and devices that come
 * under another name. The device is a pseudo terminal; this program answers LPGETSTATUS for it in
 * the kernel's place.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "printer_bench.h"

enum { GET_STATUS = 0x060b, WELL = 0x18, NO_PAPER = 0x38, OFFLINE = 0x08, FAULT = 0x10 };

static struct printer_bench bench;
static struct {
    int bits; /* -1: this device has none */
    unsigned asked;
    long slow_ms;
} port;

/* Instead of the C library's, for the driver too. */
int ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (request != GET_STATUS) {
        return (int)syscall(SYS_ioctl, fd, request, argument);
    }
    port.asked++;
    printer_bench_pause_ms(port.slow_ms);
    if (port.bits < 0) {
        errno = ENOTTY;
        return -1;
    }
    memcpy(argument, &port.bits, sizeof port.bits);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    printer_bench_init(&bench);
    memset(&port, 0, sizeof port);
    port.bits = WELL;
    return 0;
}

static int end(void **state)
{
    (void)state;
    printer_bench_free(&bench);
    return 0;
}

static void a_printer_that_tells_nothing_is_known_by_its_port(void **state)
{
    (void)state;
    static const struct {
        int bits;
        enum till_status status;
    } cases[] = {{NO_PAPER, TILL_PAPER_OUT},
                 {WELL, TILL_OK},
                 {OFFLINE, TILL_DEVICE_OFFLINE},
                 {FAULT, TILL_DEVICE_OFFLINE},
                 {WELL, TILL_OK}};
    bench.peer.mute = true;
    printer_bench_open_pty(&bench, "escpos_usb", "status=no\nauto_status=no\nreport=no\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        port.bits = cases[i].bits;
        assert_int_equal(printer_bench_wait(&bench, cases[i].status, 2500), cases[i].status);
        assert_in_range(printer_bench_state(&bench).age_ms, 0, PRINTER_FRESH_MS);
    }
    printer_bench_prints(&bench, "a line\n");
    port.bits = NO_PAPER;
    printer_bench_pause_ms(1100);
    assert_int_equal(printer_bench_write(&bench, "another\n", 8), TILL_PAPER_OUT);
    assert_int_equal(bench.peer.asked, 0);
}

static void the_port_is_asked_once_a_second_and_spared_when_it_is_slow(void **state)
{
    (void)state;
    bench.peer.mute = true;
    printer_bench_open_pty(&bench, "escpos_usb", "status=no\nauto_status=no\nreport=no\n");
    long until_ms = printer_bench_now_ms() + 2200;
    while (printer_bench_now_ms() < until_ms) {
        (void)printer_bench_state(&bench);
        printer_bench_pause_ms(5);
    }
    assert_in_range(port.asked, 2, 4);
    port.slow_ms = 80;
    port.asked = 0;
    until_ms = printer_bench_now_ms() + 2500;
    while (printer_bench_now_ms() < until_ms) {
        (void)printer_bench_state(&bench);
        printer_bench_pause_ms(5);
    }
    assert_int_equal(port.asked, 1);
    printer_bench_pause_ms(1000);
    assert_true(printer_bench_state(&bench).age_ms == PRINTER_NEVER_TELLS); /* honestly */
}

static void a_printer_that_answers_is_believed_before_its_port(void **state)
{
    (void)state;
    port.bits = OFFLINE; /* as cheap ones say all day */
    printer_bench_open_pty(&bench, "escpos_usb", "");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 2000), TILL_OK);
    assert_int_equal(port.asked, 0);
    bench.peer.stalled = true;
    port.bits = NO_PAPER; /* silent now: the port knows why */
    assert_int_equal(printer_bench_wait(&bench, TILL_PAPER_OUT, 4000), TILL_PAPER_OUT);
    port.bits = WELL; /* says nothing against it, and nothing for it */
    assert_int_equal(printer_bench_wait(&bench, TILL_DEVICE_OFFLINE, 2000), TILL_DEVICE_OFFLINE);
}

static void a_device_without_a_port_status_is_believed_and_says_so_by_its_age(void **state)
{
    (void)state;
    port.bits = -1;
    bench.peer.mute = true;
    printer_bench_open_pty(&bench, "escpos_usb", "status=no\nauto_status=no\nreport=no\n");
    assert_int_equal(printer_bench_wait(&bench, TILL_OK, 2000), TILL_OK);
    assert_true(printer_bench_state(&bench).age_ms == PRINTER_NEVER_TELLS);
    assert_int_equal(port.asked, 1);
    printer_bench_prints(&bench, "a line\n");
}

static void a_printer_that_comes_back_under_another_number_is_found(void **state)
{
    (void)state;
    char folder[] = "/tmp/hal-usb-XXXXXX";
    char first[64];
    char second[64];
    char options[128];
    char message[256];
    assert_non_null(mkdtemp(folder));
    snprintf(first, sizeof first, "%s/lp0", folder);
    snprintf(second, sizeof second, "%s/lp1", folder);
    snprintf(options, sizeof options, "driver=escpos_usb\ndevice=%s/lp*\n", folder);
    assert_int_equal(printer_bench_open(&bench, options, message), TILL_OK);
    assert_int_equal(printer_bench_state(&bench).status, TILL_DEVICE_OFFLINE);
    escpos_peer_open_pty(&bench.peer);
    assert_int_equal(symlink(bench.peer.name, first), 0);
    printer_bench_prints(&bench, "at the first\n");
    escpos_peer_power_cycle(&bench.peer);
    unlink(first);
    assert_int_equal(printer_bench_wait(&bench, TILL_DEVICE_OFFLINE, 1000), TILL_DEVICE_OFFLINE);
    escpos_peer_open_pty(&bench.peer);
    assert_int_equal(symlink(bench.peer.name, second), 0);
    printer_bench_prints(&bench, "at the second\n");
    unlink(second);
    rmdir(folder);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_printer_that_tells_nothing_is_known_by_its_port),
        TEST(the_port_is_asked_once_a_second_and_spared_when_it_is_slow),
        TEST(a_printer_that_answers_is_believed_before_its_port),
        TEST(a_device_without_a_port_status_is_believed_and_says_so_by_its_age),
        TEST(a_printer_that_comes_back_under_another_number_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
