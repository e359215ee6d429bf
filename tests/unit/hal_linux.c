/* The small drivers for Linux: clock, network state, battery, and a meter on a serial line. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "meter.h"
#include "network.h"
#include "power.h"
#include "sim.h"

static struct board board;
static char root[64];

static enum till_status open_board(const char *more, char message[256])
{
    char path[] = "/tmp/hal-linux-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    fprintf(file,
            "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\n"
            "driver=system\n%s",
            more);
    fclose(file);
    enum till_status status = hal_open(path, &board, message);
    unlink(path);
    return status;
}

static const char *const folders[] = {"proc",
                                      "proc/net",
                                      "sys",
                                      "sys/class",
                                      "sys/class/net",
                                      "sys/class/net/eth0",
                                      "sys/class/net/wwan0",
                                      "sys/class/power_supply",
                                      "sys/class/power_supply/BAT0",
                                      "sys/class/power_supply/AC"};
static const char *const files[] = {"proc/net/route",
                                    "proc/net/ipv6_route",
                                    "sys/class/net/eth0/operstate",
                                    "sys/class/net/wwan0/operstate",
                                    "sys/class/power_supply/BAT0/capacity",
                                    "sys/class/power_supply/BAT0/status",
                                    "sys/class/power_supply/AC/online"};

static void put(const char *name, const char *text)
{
    char path[192];
    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int make_root(void **state)
{
    (void)state;
    char path[192];
    snprintf(root, sizeof root, "/tmp/hal-root-XXXXXX");
    if (!mkdtemp(root)) {
        return -1;
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", root, folders[i]);
        if (mkdir(path, 0700) != 0) {
            return -1;
        }
    }
    return 0;
}

static int drop_root(void **state)
{
    (void)state;
    char path[192];
    hal_close(&board);
    snprintf(path, sizeof path, "%s/uevent", root);
    unlink(path);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", root, files[i]);
        unlink(path);
    }
    for (size_t i = sizeof folders / sizeof *folders; i > 0; i--) {
        snprintf(path, sizeof path, "%s/%s", root, folders[i - 1]);
        rmdir(path);
    }
    return rmdir(root);
}

static void the_system_clock_tells_the_kernel_s_time(void **state)
{
    (void)state;
    char message[256];
    assert_int_equal(open_board("", message), TILL_OK);
    int64_t now_s = (int64_t)time(NULL);
    assert_in_range(clock_now_s(board.clock), now_s, now_s + 1);
    int64_t now_ms = clock_now_ms(board.clock);
    assert_true(clock_now_ms(board.clock) >= now_ms);
}

enum { ASLEEP_S = 3600, NOT_ALLOWED = 77 };

/* A namespace whose clocks are those of a board that slept for an hour. */
static bool sleep_an_hour(void)
{
    FILE *file = NULL;
    if (unshare(CLONE_NEWTIME) != 0 || !(file = fopen("/proc/self/timens_offsets", "w")))
        return false;
    bool written = fprintf(file, "boottime %d 0\n", ASLEEP_S) > 0;
    return fclose(file) == 0 && written;
}

/* In a process of its own; only a child of who makes the namespace is in it. */
static int look_after_the_sleep(void)
{
    struct timespec awake;
    int status = 0;
    if (!sleep_an_hour())
        return NOT_ALLOWED;
    pid_t child = fork();
    if (child == 0) {
        clock_gettime(CLOCK_MONOTONIC, &awake);
        int64_t slept_s = clock_now_ms(board.clock) / 1000 - awake.tv_sec;
        _exit(slept_s >= ASLEEP_S - 1 ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)
               ? WEXITSTATUS(status)
               : NOT_ALLOWED;
}

static void the_system_clock_goes_on_while_the_board_sleeps(void **state)
{
    (void)state;
    char message[256];
    int status = 0;
    assert_int_equal(open_board("", message), TILL_OK);
    pid_t child = fork();
    if (child == 0)
        _exit(look_after_the_sleep());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NOT_ALLOWED)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* By what clock a descriptor's timer goes; -1: it is no timer. */
static int timer_clock(const char *fd)
{
    char path[64], line[128];
    int clock = -1;
    snprintf(path, sizeof path, "/proc/self/fdinfo/%.20s", fd);
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    while (fgets(line, sizeof line, file))
        if (strncmp(line, "clockid:", 8) == 0)
            clock = (int)strtol(line + 8, NULL, 10);
    fclose(file);
    return clock;
}

static void timers_of_drivers_go_by_the_same_clock(void **state)
{
    char message[256];
    unsigned timers = 0;
    (void)state;
    enum till_status status = open_board("[printer]\ndriver=escpos_tcp\naddress=127.0.0.1\nport=1\n"
                                         "profile=escpos58-gb18030\n"
                                         "[scanner]\ndriver=evdev\nname=Scanner\n"
                                         "[modem]\ndriver=at\nlink=serial\ndevice=/nowhere/modem\n",
                                         message);
    if (status != TILL_OK)
        fail_msg("%s", message);
    DIR *fds = opendir("/proc/self/fd");
    assert_non_null(fds);
    for (const struct dirent *one; (one = readdir(fds));) {
        int clock = timer_clock(one->d_name);
        timers += clock >= 0;
        assert_true(clock < 0 || clock == CLOCK_BOOTTIME);
    }
    closedir(fds);
    assert_true(timers >= 3);
}

#define ROUTES                                                                                     \
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
#define DEFAULT_4G "wwan0\t00000000\t0102A8C0\t0003\t0\t0\t700\t00000000\t0\t0\t0\n"
#define DEFAULT_WIRED "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
#define LOCAL_WIRED "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"

static enum network_bearer bearer(void)
{
    struct network_state now;
    assert_int_equal(network_state(board.network, &now), TILL_OK);
    return now.bearer;
}

static void open_network(void)
{
    char message[256];
    char more[192];
    snprintf(more, sizeof more, "[network]\ndriver=interfaces\nwired=eth0\n4g=wwan0\nroot=%s\n",
             root);
    assert_int_equal(open_board(more, message), TILL_OK);
}

static void the_way_out_is_the_interface_with_a_default_route_that_is_up(void **state)
{
    (void)state;
    open_network();
    assert_int_equal(bearer(), NETWORK_NONE);
    put("sys/class/net/eth0/operstate", "up\n");
    put("sys/class/net/wwan0/operstate", "unknown\n");
    put("proc/net/route", ROUTES LOCAL_WIRED);
    assert_int_equal(bearer(), NETWORK_NONE);
    put("proc/net/route", ROUTES LOCAL_WIRED DEFAULT_4G);
    assert_int_equal(bearer(), NETWORK_4G);
    put("proc/net/route", ROUTES LOCAL_WIRED DEFAULT_4G DEFAULT_WIRED);
    assert_int_equal(bearer(), NETWORK_WIRED);
    put("sys/class/net/eth0/operstate", "down\n");
    assert_int_equal(bearer(), NETWORK_4G);
    put("sys/class/net/wwan0/operstate", "dormant\n");
    assert_int_equal(bearer(), NETWORK_NONE);
}

static void a_way_out_over_ipv6_alone_counts(void **state)
{
    (void)state;
    open_network();
    put("sys/class/net/wwan0/operstate", "up\n");
    /* the reject route that every kernel has, and a network's own */
    put("proc/net/ipv6_route",
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
        "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n"
        "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
        "00000000000000000000000000000000 00000100 00000001 00000000 00000001    wwan0\n");
    assert_int_equal(bearer(), NETWORK_NONE);
    put("proc/net/ipv6_route",
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
        "fe800000000000000000000000000001 00000400 00000001 00000000 00000003    wwan0\n");
    assert_int_equal(bearer(), NETWORK_4G);
}

static void on_a_radio_the_modem_tells_gprs_from_4g_and_how_good_it_is(void **state)
{
    (void)state;
    char message[256];
    char more[224];
    struct network_state now;
    struct modem_state radio = {.sim = MODEM_SIM_READY,
                                .registration = MODEM_HOME,
                                .signal_dbm = -60,
                                .access = MODEM_ACCESS_LTE};
    snprintf(more, sizeof more,
             "[network]\ndriver=interfaces\n4g=wwan0\nwired=eth0\nmodem=yes\nroot=%s\n", root);
    assert_int_equal(open_board(more, message), TILL_E_CONFIG);
    assert_non_null(strstr(message, "the board has no modem"));
    snprintf(more + strlen(more), sizeof more - strlen(more), "[modem]\ndriver=sim\n");
    assert_int_equal(open_board(more, message), TILL_OK);
    put("sys/class/net/wwan0/operstate", "up\n");
    put("proc/net/route", ROUTES DEFAULT_4G);
    sim_modem_set(sim_world_of(&board), &radio);
    assert_int_equal(network_state(board.network, &now), TILL_OK);
    assert_int_equal(now.bearer, NETWORK_4G);
    assert_int_equal(now.bars, 4);
    radio.access = MODEM_ACCESS_EDGE;
    radio.signal_dbm = -107;
    sim_modem_set(sim_world_of(&board), &radio);
    assert_int_equal(network_state(board.network, &now), TILL_OK);
    assert_int_equal(now.bearer, NETWORK_GPRS);
    assert_int_equal(now.bars, 1);
    put("sys/class/net/eth0/operstate", "up\n");
    put("proc/net/route", ROUTES DEFAULT_4G DEFAULT_WIRED);
    assert_int_equal(network_state(board.network, &now), TILL_OK);
    assert_int_equal(now.bearer, NETWORK_WIRED);
    assert_int_equal(now.bars, 4);
}

static void the_battery_is_read_and_one_that_is_missing_is_offline(void **state)
{
    (void)state;
    char message[256];
    char more[192];
    struct power_state now;
    snprintf(more, sizeof more, "[power]\ndriver=sysfs\nevery_ms=0\nroot=%s\n", root);
    assert_int_equal(open_board(more, message), TILL_OK);
    assert_int_equal(power_state(board.power, &now), TILL_DEVICE_OFFLINE);
    put("sys/class/power_supply/BAT0/capacity", "64\n");
    put("sys/class/power_supply/BAT0/status", "Discharging\n");
    assert_int_equal(power_state(board.power, &now), TILL_OK);
    assert_int_equal(now.percent, 64);
    assert_false(now.charging);
    put("sys/class/power_supply/BAT0/status", "Charging\n");
    assert_int_equal(power_state(board.power, &now), TILL_OK);
    assert_true(now.charging);
    put("sys/class/power_supply/BAT0/capacity", "many\n");
    assert_int_equal(power_state(board.power, &now), TILL_E_DEVICE);
}

/* A read of energy and its answer: control codes 11H and 91H, identifier 00 01 00 00 (DL/T 645-2007
 * annex A); bytes of data bear +33H. */
static const uint8_t ask[] = {0x68, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x68,
                              0x11, 0x04, 0x33, 0x33, 0x34, 0x33, 0xB3, 0x16};
static const uint8_t tell[] = {0x68, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x68, 0x91, 0x08,
                               0x33, 0x33, 0x34, 0x33, 0x68, 0x39, 0x38, 0x37, 0x47, 0x16};

/* Plays a meter behind an infrared head: waits for the request, then sends these bytes. */
static pid_t start_meter(int master, const void *bytes, size_t size)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        uint8_t in[64];
        size_t got = 0;
        struct pollfd waiting = {master, POLLIN, 0};
        while (got < 4 + sizeof ask && poll(&waiting, 1, 3000) == 1) {
            ssize_t more = read(master, in + got, sizeof in - got);
            got += more > 0 ? (size_t)more : 0;
        }
        bool right = got == 4 + sizeof ask && memcmp(in, "\xFE\xFE\xFE\xFE", 4) == 0 &&
                     memcmp(in + 4, ask, sizeof ask) == 0;
        for (size_t i = 0; i < size; i++) {
            right = write(master, (const uint8_t *)bytes + i, 1) == 1 && right;
        }
        _exit(right ? 0 : 1);
    }
    return child;
}

static enum till_status ask_meter(const void *bytes, size_t size, uint8_t *answer, size_t *got)
{
    char message[256];
    char more[192];
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    snprintf(more, sizeof more, "[meter]\ndriver=link\nlink=serial\nbaud=2400\ndevice=%s\n",
             ptsname(master));
    assert_int_equal(open_board(more, message), TILL_OK);
    pid_t child = start_meter(master, bytes, size);
    enum till_status status = meter_exchange(board.meter, (struct span){ask, sizeof ask}, 400,
                                             answer, METER_FRAME_MAX, got);
    int code = 0;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_true(WIFEXITED(code) && WEXITSTATUS(code) == 0);
    struct link_line even = {2400, 8, LINK_PARITY_EVEN, 1, LINK_FLOW_NONE};
    assert_int_equal(meter_set_line(board.meter, &even), TILL_E_CONFIG);
    hal_close(&board);
    close(master);
    return status;
}

static void a_meter_s_frame_is_found_behind_echo_wake_up_and_noise(void **state)
{
    (void)state;
    uint8_t answer[METER_FRAME_MAX];
    uint8_t bytes[128];
    size_t got = 0;
    size_t size = 0;
    memcpy(bytes, ask, sizeof ask); /* the head hears itself */
    size = sizeof ask;
    memcpy(bytes + size, "\x00\x68\x12\xFE\xFE", 5);
    size += 5;
    memcpy(bytes + size, tell, sizeof tell);
    size += sizeof tell;
    assert_int_equal(ask_meter(bytes, size, answer, &got), TILL_OK);
    assert_int_equal(got, sizeof tell);
    assert_memory_equal(answer, tell, sizeof tell);
}

/* Half a frame of noise that says it is longer than what is behind it. */
static void a_meter_s_frame_is_found_within_a_broken_one(void **state)
{
    (void)state;
    static const uint8_t broken[] = {0x68, 1, 0, 0, 0, 0, 0, 0x68, 0x91, 30};
    uint8_t answer[METER_FRAME_MAX];
    uint8_t bytes[sizeof broken + sizeof tell + 16];
    size_t got = 0;
    memset(bytes, 0xFE, sizeof bytes);
    memcpy(bytes, broken, sizeof broken);
    memcpy(bytes + sizeof broken, tell, sizeof tell);
    assert_int_equal(ask_meter(bytes, sizeof bytes, answer, &got), TILL_OK);
    assert_int_equal(got, sizeof tell);
    assert_memory_equal(answer, tell, sizeof tell);
}

static void a_silent_meter_and_a_garbled_one_are_told_apart(void **state)
{
    (void)state;
    uint8_t answer[METER_FRAME_MAX];
    uint8_t bytes[sizeof tell];
    size_t got = 0;
    assert_int_equal(ask_meter(NULL, 0, answer, &got), TILL_TIMEOUT);
    assert_int_equal(ask_meter(ask, sizeof ask, answer, &got), TILL_TIMEOUT); /* its own echo */
    memcpy(bytes, tell, sizeof tell);
    bytes[14] ^= 1;
    assert_int_equal(ask_meter(bytes, sizeof bytes, answer, &got), TILL_E_PROTOCOL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_root, drop_root)
    const struct CMUnitTest tests[] = {
        TEST(the_system_clock_tells_the_kernel_s_time),
        TEST(the_system_clock_goes_on_while_the_board_sleeps),
        TEST(timers_of_drivers_go_by_the_same_clock),
        TEST(the_way_out_is_the_interface_with_a_default_route_that_is_up),
        TEST(a_way_out_over_ipv6_alone_counts),
        TEST(on_a_radio_the_modem_tells_gprs_from_4g_and_how_good_it_is),
        TEST(the_battery_is_read_and_one_that_is_missing_is_offline),
        TEST(a_meter_s_frame_is_found_behind_echo_wake_up_and_noise),
        TEST(a_meter_s_frame_is_found_within_a_broken_one),
        TEST(a_silent_meter_and_a_garbled_one_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
