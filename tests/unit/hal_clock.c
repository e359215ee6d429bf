/* The system's clock, and the one on the battery that is set with it, against a kernel of our own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/rtc.h>
#include <string.h>

#include "clock.h"
#include "fake_kernel.h"
#include "log.h"
#include "sysdev_drivers.h"

#define MOMENT_S INT64_C(1795395660) /* 2026-11-23 01:01:00 UTC */

static struct fake_kernel kernel;
static struct board board;
static struct {
    int64_t wall_s;
    int refuse; /* errno of setting it; 0 = it is set */
    struct rtc_time rtc;
    unsigned rtc_sets;
} fake;

static int set_time(void *context, int64_t at_s)
{
    (void)context;
    errno = fake.refuse;
    if (fake.refuse != 0)
        return -1;
    fake.wall_s = at_s;
    return 0;
}

static int rtc_open(struct fake_node *node, int flags)
{
    (void)node;
    (void)flags;
    return fake_descriptor();
}

static int rtc_ioctl(struct fake_node *node, int fd, unsigned long request, void *argument)
{
    (void)fd;
    if (request != RTC_SET_TIME)
        return fake_unknown(node, request);
    memcpy(&fake.rtc, argument, sizeof fake.rtc);
    fake.rtc_sets++;
    return 0;
}

static const struct fake_kind rtc_kind = {.open = rtc_open, .ioctl = rtc_ioctl};

static void nowhere(void *context, enum log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static void open_with(const char *options)
{
    static struct settings settings;
    memset(&fake, 0, sizeof fake);
    fake_kernel_init(&kernel);
    kernel.sys.set_time = set_time;
    struct span text = {(const uint8_t *)options, strlen(options)};
    assert_int_equal(settings_parse(text, "board.conf", &settings), TILL_OK);
    struct opening opening = {&settings, "clock", NULL};
    assert_int_equal(system_clock_open_by(&opening, &board, &kernel.sys), TILL_OK);
}

static int end(void **state)
{
    (void)state;
    board.clock->close(board.clock->context);
    board.clock = NULL;
    assert_null(fake_kernel_complaint(&kernel));
    return 0;
}

static void the_clock_on_the_battery_is_set_with_the_systems(void **state)
{
    (void)state;
    open_with("[clock]\nrtc=/dev/rtc0\n");
    fake_kernel_add(&kernel, &rtc_kind, NULL, "/dev/rtc0");
    assert_int_equal(clock_set(board.clock, MOMENT_S), TILL_OK);
    assert_int_equal(fake.wall_s, MOMENT_S);
    assert_int_equal(fake.rtc_sets, 1);
    assert_int_equal(fake.rtc.tm_year, 126);
    assert_int_equal(fake.rtc.tm_mon, 10);
    assert_int_equal(fake.rtc.tm_mday, 23);
    assert_int_equal(fake.rtc.tm_hour, 1);
    assert_int_equal(fake.rtc.tm_min, 1);
    assert_int_equal(fake.rtc.tm_sec, 0);
}

static void a_board_without_that_option_leaves_it_to_the_system(void **state)
{
    (void)state;
    open_with("");
    fake_kernel_add(&kernel, &rtc_kind, NULL, "/dev/rtc0");
    assert_int_equal(clock_set(board.clock, MOMENT_S), TILL_OK);
    assert_int_equal(fake.rtc_sets, 0);
}

static void a_battery_clock_that_is_not_there_does_not_undo_the_setting(void **state)
{
    (void)state;
    open_with("[clock]\nrtc=/dev/rtc0\n");
    assert_int_equal(clock_set(board.clock, MOMENT_S), TILL_OK);
    assert_int_equal(fake.wall_s, MOMENT_S);
}

static void a_service_that_may_not_set_it_is_told_so(void **state)
{
    (void)state;
    open_with("[clock]\nrtc=/dev/rtc0\n");
    fake_kernel_add(&kernel, &rtc_kind, NULL, "/dev/rtc0");
    fake.refuse = EPERM;
    assert_int_equal(clock_set(board.clock, MOMENT_S), TILL_REFUSED);
    fake.refuse = EINVAL;
    assert_int_equal(clock_set(board.clock, MOMENT_S), TILL_UNSUPPORTED);
    assert_int_equal(fake.rtc_sets, 0);
}

int main(void)
{
    log_to(nowhere, NULL, LOG_LEVEL_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_clock_on_the_battery_is_set_with_the_systems, end),
        cmocka_unit_test_teardown(a_board_without_that_option_leaves_it_to_the_system, end),
        cmocka_unit_test_teardown(a_battery_clock_that_is_not_there_does_not_undo_the_setting, end),
        cmocka_unit_test_teardown(a_service_that_may_not_set_it_is_told_so, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
