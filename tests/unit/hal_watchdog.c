/* The watchdog: the kernel's, against a kernel of our own, and the simulated one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fake_watchdog.h"
#include "log.h"
#include "sim.h"
#include "spy.h"
#include "sysdev_drivers.h"
#include "watchdog.h"

static struct fake_kernel kernel;
static struct fake_watchdog fake;
static struct settings settings;
static struct board board;
static char heard[1024];

static void hear(void *context, enum log_level level, const char *line)
{
    size_t size = strlen(heard);
    (void)context;
    (void)level;
    snprintf(heard + size, sizeof heard - size, "%s\n", line);
}

static int begin(void **state)
{
    (void)state;
    memset(&board, 0, sizeof board);
    heard[0] = '\0';
    log_to(hear, NULL, LOG_LEVEL_INFO);
    fake_kernel_init(&kernel);
    fake_watchdog_add(&kernel, &fake, "/dev/watchdog0");
    return 0;
}

static void shut(void)
{
    if (board.watchdog) {
        board.watchdog->close(board.watchdog->context);
        board.watchdog = NULL;
    }
}

static int end(void **state)
{
    (void)state;
    shut();
    const char *complaint = fake_kernel_complaint(&kernel);
    if (complaint) {
        print_error("%s\n", complaint);
    }
    log_to(NULL, NULL, LOG_LEVEL_ERROR);
    return complaint ? -1 : 0;
}

static enum till_status open_it(const char *options)
{
    char text[160];
    snprintf(text, sizeof text, "[watchdog]\ndevice=/dev/watchdog0\n%s\n", options);
    assert_int_equal(
        settings_parse((struct span){(const uint8_t *)text, strlen(text)}, "x.conf", &settings),
        TILL_OK);
    struct opening opening = {&settings, "watchdog", NULL};
    return watchdog_node_open_by(&opening, &board, &kernel.sys);
}

static uint32_t arm(uint32_t wish_s)
{
    uint32_t took_s = 0;
    assert_int_equal(watchdog_arm(board.watchdog, wish_s, &took_s), TILL_OK);
    return took_s;
}

static void nothing_counts_before_it_is_armed(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(watchdog_feed(board.watchdog), TILL_OK);
    assert_int_equal(watchdog_disarm(board.watchdog), TILL_OK);
    assert_false(fake.running);
    assert_int_equal(fake.node->opens, 0);
}

static void a_fed_watchdog_waits_and_a_missed_feed_restarts(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(arm(45), 45);
    for (int i = 0; i < 10; i++) {
        kernel.now_ms += 44000;
        assert_false(fake_watchdog_fired(&fake));
        assert_int_equal(watchdog_feed(board.watchdog), TILL_OK);
    }
    kernel.now_ms += 45001;
    assert_true(fake_watchdog_fired(&fake));
}

static void the_hardware_s_longest_time_is_taken_and_told(void **state)
{
    (void)state;
    fake.most_s = 16;
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(arm(60), 15);
    assert_int_equal(fake.timeout_s, 15);
}

static void a_watchdog_with_one_fixed_time_keeps_it(void **state)
{
    (void)state;
    fake.options = WDIOF_MAGICCLOSE;
    assert_int_equal(open_it(""), TILL_OK);
    assert_int_equal(arm(60), 30);
}

static void the_board_file_s_time_rules(void **state)
{
    (void)state;
    assert_int_equal(open_it("timeout=20"), TILL_OK);
    assert_int_equal(arm(60), 20);
}

static void disarmed_in_order_it_stops(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    (void)arm(10);
    assert_int_equal(watchdog_disarm(board.watchdog), TILL_OK);
    assert_false(fake.running);
    kernel.now_ms += 100000;
    assert_false(fake_watchdog_fired(&fake));
    assert_int_equal(arm(10), 10); /* and may begin again */
    assert_true(fake.running);
    assert_int_equal(watchdog_disarm(board.watchdog), TILL_OK);
}

static void a_program_that_ends_without_disarming_is_restarted(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    (void)arm(10);
    shut();
    assert_true(fake.running);
    kernel.now_ms += 10001;
    assert_true(fake_watchdog_fired(&fake));
}

static void one_that_knows_the_magic_close_alone_stops_by_it(void **state)
{
    (void)state;
    fake.no_stop = true;
    assert_int_equal(open_it(""), TILL_OK);
    (void)arm(10);
    assert_int_equal(watchdog_disarm(board.watchdog), TILL_OK);
    assert_false(fake.running);
}

static void an_earlier_orderly_end_excuses_no_crash(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    (void)arm(10);
    assert_int_equal(watchdog_disarm(board.watchdog), TILL_OK);
    (void)arm(10);
    shut();
    assert_true(fake.running);
}

static void one_that_can_t_be_stopped_says_so_and_goes_on(void **state)
{
    (void)state;
    fake.no_way_out = true;
    assert_int_equal(open_it(""), TILL_OK);
    (void)arm(10);
    assert_int_equal(watchdog_disarm(board.watchdog), TILL_UNSUPPORTED);
    unsigned feeds = fake.feeds;
    assert_int_equal(watchdog_feed(board.watchdog), TILL_OK);
    assert_int_equal(fake.feeds, feeds + 1);
}

static void an_old_one_is_fed_by_writing_and_never_by_the_magic_byte(void **state)
{
    (void)state;
    fake.no_ping = true;
    assert_int_equal(open_it(""), TILL_OK);
    (void)arm(10);
    kernel.now_ms += 9000;
    assert_int_equal(watchdog_feed(board.watchdog), TILL_OK);
    kernel.now_ms += 9000;
    assert_false(fake_watchdog_fired(&fake));
    assert_false(fake.release_allowed);
}

static void one_in_use_or_missing_is_said(void **state)
{
    (void)state;
    uint32_t took_s = 7;
    assert_int_equal(open_it(""), TILL_OK);
    fake.open = true;
    assert_int_equal(watchdog_arm(board.watchdog, 10, &took_s), TILL_BUSY);
    fake.open = false;
    fake.node->refuse = EACCES;
    assert_int_equal(watchdog_arm(board.watchdog, 10, &took_s), TILL_E_DEVICE);
    fake_node_unplug(fake.node);
    assert_int_equal(watchdog_arm(board.watchdog, 10, &took_s), TILL_DEVICE_OFFLINE);
    assert_int_equal(took_s, 7);
}

static void one_that_goes_is_said_once(void **state)
{
    (void)state;
    assert_int_equal(open_it(""), TILL_OK);
    (void)arm(10);
    fake_node_unplug(fake.node);
    assert_int_equal(watchdog_feed(board.watchdog), TILL_DEVICE_OFFLINE);
    assert_int_equal(watchdog_feed(board.watchdog), TILL_DEVICE_OFFLINE);
    assert_string_equal(heard, "watchdog: /dev/watchdog0 was not fed: it is gone\n");
}

static void the_technician_hears_why_the_last_start_was(void **state)
{
    (void)state;
    fake.boot_status = WDIOF_CARDRESET;
    fake.options = WDIOF_SETTIMEOUT;
    assert_int_equal(open_it(""), TILL_OK);
    (void)arm(10);
    assert_string_equal(heard, "watchdog: /dev/watchdog0 stops when the program ends, also in a "
                               "crash\nwatchdog: the last start was a restart by it\n");
    assert_int_equal(watchdog_disarm(board.watchdog), TILL_OK);
    (void)arm(10);
    assert_int_equal(watchdog_disarm(board.watchdog), TILL_OK);
    assert_null(strstr(strstr(heard, "restart") + 1, "restart"));
}

static void the_simulated_one_knows_a_missed_feed(void **state)
{
    (void)state;
    struct sim_world *world = sim_world_create(NULL);
    struct board whole;
    struct wrap_hook hook;
    uint32_t took_s = 0;
    assert_int_equal(sim_world_board(world, &whole), TILL_OK);
    assert_int_equal(spy_open(NULL, &hook), TILL_OK);
    struct wrap *wrap = wrap_board(&whole, &hook);
    assert_int_equal(watchdog_arm(whole.watchdog, 10, &took_s), TILL_OK);
    sim_advance(world, 9000);
    assert_int_equal(watchdog_feed(whole.watchdog), TILL_OK);
    sim_advance(world, 10000);
    assert_false(sim_watchdog_missed(world));
    sim_advance(world, 1);
    assert_true(sim_watchdog_missed(world));
    assert_int_equal(sim_watchdog_timeout_s(world), 10);
    assert_int_equal(watchdog_disarm(whole.watchdog), TILL_OK);
    assert_int_equal(sim_watchdog_timeout_s(world), 0);
    assert_string_equal(spy_text(&hook), "watchdog.arm 10 = TILL_OK\nwatchdog.feed = TILL_OK\n"
                                         "watchdog.disarm = TILL_OK\n");
    whole.watchdog->close(whole.watchdog->context);
    wrap_close(wrap);
    sim_world_destroy(world);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(nothing_counts_before_it_is_armed),
        TEST(a_fed_watchdog_waits_and_a_missed_feed_restarts),
        TEST(the_hardware_s_longest_time_is_taken_and_told),
        TEST(a_watchdog_with_one_fixed_time_keeps_it),
        TEST(the_board_file_s_time_rules),
        TEST(disarmed_in_order_it_stops),
        TEST(a_program_that_ends_without_disarming_is_restarted),
        TEST(one_that_knows_the_magic_close_alone_stops_by_it),
        TEST(an_earlier_orderly_end_excuses_no_crash),
        TEST(one_that_can_t_be_stopped_says_so_and_goes_on),
        TEST(an_old_one_is_fed_by_writing_and_never_by_the_magic_byte),
        TEST(one_in_use_or_missing_is_said),
        TEST(one_that_goes_is_said_once),
        TEST(the_technician_hears_why_the_last_start_was),
        TEST(the_simulated_one_knows_a_missed_feed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
