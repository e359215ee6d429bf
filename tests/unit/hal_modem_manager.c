/* The modem of ModemManager: a bus of our own, and on it a ModemManager of our own, or Debian's. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "brisk.h"
#include "modem.h"

static struct board board;
static char folder[32];
static pid_t bus = -1;
static pid_t manager = -1;
static int orders = -1;  /* to the manager */
static int answers = -1; /* from it */
static char heard[8192]; /* the calls that it wrote down */

static const char ours[] = "tests/support/modem_manager.py";
static const char debians[] = "tests/support/modem_manager_debian.py";

static const char *in_folder(const char *name)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text, mode_t mode)
{
    int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the bus --------------------------------------------------------------------------------- */

static void start_bus(void)
{
    char text[512];
    snprintf(text, sizeof text,
             "<busconfig><type>session</type><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>"
             "<policy context=\"default\"><allow send_destination=\"*\"/><allow "
             "receive_type=\"method_call\"/><allow receive_type=\"method_return\"/><allow "
             "receive_type=\"error\"/><allow receive_type=\"signal\"/><allow own=\"*\"/>"
             "</policy></busconfig>",
             folder);
    put("bus.conf", text, 0600);
    bus = fork();
    assert_true(bus >= 0);
    if (bus == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)!freopen("/dev/null", "w", stderr); /* it can't raise its limits, and says so */
        snprintf(text, sizeof text, "--config-file=%s/bus.conf", folder);
        execlp("dbus-daemon", "dbus-daemon", text, "--nofork", "--nopidfile", (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 500 && access(in_folder("bus"), F_OK) != 0; i++) {
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    }
    assert_int_equal(access(in_folder("bus"), F_OK), 0);
}

static void end_process(pid_t *process)
{
    if (*process > 0) {
        kill(*process, SIGTERM);
        waitpid(*process, NULL, 0);
        *process = -1;
    }
}

static void stop_bus(void)
{
    end_process(&bus);
    unlink(in_folder("bus"));
}

/* ---- the manager ----------------------------------------------------------------------------- */

/* One line that it wrote; false: none within ten seconds. */
static bool hear(char line[256], int timeout_ms)
{
    size_t size = 0;
    while (size < 255) {
        struct pollfd waiting = {answers, POLLIN, 0};
        if (poll(&waiting, 1, timeout_ms) != 1 || read(answers, line + size, 1) != 1) {
            return false;
        }
        if (line[size] == '\n') {
            break;
        }
        size++;
    }
    line[size] = '\0';
    return true;
}

static void wait_for_ok(void)
{
    char line[256];
    while (hear(line, 10000)) {
        if (strcmp(line, "ok") == 0) {
            return;
        }
        size_t size = strlen(heard);
        snprintf(heard + size, sizeof heard - size, "%s\n", line);
    }
    fail_msg("the manager does not answer");
}

static void order(const char *text)
{
    char line[256];
    int size = snprintf(line, sizeof line, "%s\n", text);
    assert_int_equal(write(orders, line, (size_t)size), size);
    wait_for_ok();
}

/* Was this called by now? An order makes it write what it has heard. */
static bool was_called(const char *call)
{
    order("answer nothing ok");
    return strstr(heard, call) != NULL;
}

static void start_manager(const char *program)
{
    int down[2];
    int up[2];
    char address[64];
    assert_true(pipe2(down, O_CLOEXEC) == 0 && pipe2(up, O_CLOEXEC) == 0);
    snprintf(address, sizeof address, "unix:path=%s/bus", folder);
    manager = fork();
    assert_true(manager >= 0);
    if (manager == 0) {
        dup2(down[0], STDIN_FILENO);
        dup2(up[1], STDOUT_FILENO);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(program, program, address, (char *)NULL);
        _exit(127);
    }
    close(down[0]);
    close(up[1]);
    orders = down[1];
    answers = up[0];
    wait_for_ok();
}

/* It ends with its standard input, and takes with it what it has started. */
static void stop_manager(void)
{
    if (orders >= 0) {
        close(orders);
        close(answers);
        orders = answers = -1;
        waitpid(manager, NULL, 0);
        manager = -1;
    }
}

/* ---- the board ------------------------------------------------------------------------------- */

static void open_modem(const char *more)
{
    char message[256] = "";
    char text[1024];
    snprintf(text, sizeof text,
             "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\n"
             "driver=system\n[modem]\ndriver=modemmanager\nbus=unix:path=%s/bus\napn=cmnet\n%s",
             folder, more);
    put("board", text, 0600);
    if (hal_open(in_folder("board"), &board, message) != TILL_OK) {
        fail_msg("%s", message);
    }
}

typedef bool condition(const struct modem_state *state);

/* Ask as the program does, until the state is so (NULL: there is no modem), or 8 s are over. */
static bool becomes(condition *wanted)
{
    int64_t until_ms = now_ms() + 8000;
    while (now_ms() < until_ms) {
        struct modem_state state;
        struct brisk begun = brisk_begin();
        enum till_status status = modem_state(board.modem, &state);
        assert_true(brisk_was(&begun, 200)); /* never blocks: 50 ms, and a slow disk */
        if (status == TILL_OK ? wanted && wanted(&state) : !wanted) {
            return true;
        }
        struct pollfd waiting = {modem_fd(board.modem), POLLIN, 0};
        (void)poll(&waiting, 1, 1000);
    }
    return false;
}

/* Serve the modem for a while. */
static void serve(int64_t for_ms)
{
    int64_t until_ms = now_ms() + for_ms;
    while (now_ms() < until_ms) {
        struct modem_state state;
        struct pollfd waiting = {modem_fd(board.modem), POLLIN, 0};
        (void)poll(&waiting, 1, (int)(until_ms - now_ms()));
        (void)!modem_state(board.modem, &state);
    }
}

static bool is_there(const struct modem_state *s)
{
    (void)s;
    return true;
}

static bool is_attached(const struct modem_state *s)
{
    return s->attached;
}

static bool is_not_attached(const struct modem_state *s)
{
    return !s->attached;
}

static bool is_roaming_on_edge(const struct modem_state *s)
{
    return s->registration == MODEM_ROAMING && s->access == MODEM_ACCESS_EDGE &&
           s->signal_dbm == -113 + 24;
}

static bool wants_pin(const struct modem_state *s)
{
    return s->sim == MODEM_SIM_PIN;
}

static bool is_ready(const struct modem_state *s)
{
    return s->sim == MODEM_SIM_READY;
}

static bool is_blocked(const struct modem_state *s)
{
    return s->sim == MODEM_SIM_BLOCKED;
}

static bool has_no_sim(const struct modem_state *s)
{
    return s->sim == MODEM_SIM_NONE;
}

static int begin(void **state)
{
    (void)state;
    heard[0] = '\0';
    snprintf(folder, sizeof folder, "/tmp/hal-mm-XXXXXX");
    if (!mkdtemp(folder)) {
        return -1;
    }
    start_bus();
    start_manager(ours);
    return 0;
}

static int end(void **state)
{
    (void)state;
    static const char *const names[] = {"board", "bus.conf", "bus", "pin", "pin.tried", "power"};
    hal_close(&board);
    stop_manager();
    stop_bus();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unlink(in_folder(names[i]));
    }
    return rmdir(folder);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void a_modem_that_is_there_is_found_with_all_it_knows(void **state)
{
    (void)state;
    struct modem_state now;
    order("add");
    open_modem("");
    assert_true(becomes(is_there));
    assert_int_equal(modem_state(board.modem, &now), TILL_OK);
    assert_int_equal(now.sim, MODEM_SIM_READY);
    assert_int_equal(now.registration, MODEM_HOME);
    assert_int_equal(now.access, MODEM_ACCESS_LTE);
    assert_int_equal(now.signal_dbm, -113 + 37);
    assert_string_equal(now.operator_name, "中国移动");
    assert_false(now.attached);
}

static void a_modem_that_comes_changes_and_goes_is_followed(void **state)
{
    (void)state;
    open_modem("");
    assert_true(becomes(NULL));
    int fd = modem_fd(board.modem);
    order("add");
    assert_true(becomes(is_there));
    order("set RegistrationState 5");
    order("set AccessTechnologies 24");
    order("set SignalQuality 40");
    assert_true(becomes(is_roaming_on_edge));
    order("remove");
    assert_true(becomes(NULL));
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_DEVICE_OFFLINE);
    order("add");
    assert_true(becomes(is_there));
    assert_int_equal(modem_fd(board.modem), fd);
}

static void attaching_hands_over_the_apn_and_detaching_ends_it(void **state)
{
    (void)state;
    order("add");
    open_modem("");
    assert_true(becomes(is_there));
    assert_int_equal(modem_attach(board.modem, "a b"), TILL_BAD_INPUT);
    assert_int_equal(modem_attach(board.modem, board.modem->apn), TILL_OK);
    assert_true(becomes(is_attached));
    assert_true(was_called("call Connect cmnet\n"));
    serve(50);
    assert_int_equal(modem_detach(board.modem), TILL_OK);
    assert_true(becomes(is_not_attached));
    assert_true(was_called("call Disconnect /\n"));
}

static void an_attach_under_way_is_busy_and_a_refused_one_may_be_tried_again(void **state)
{
    (void)state;
    order("add");
    order("answer Connect hang");
    open_modem("attach_s=1\n");
    assert_true(becomes(is_there));
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_OK);
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_BUSY);
    serve(1500);
    order("answer Connect org.freedesktop.ModemManager1.Error.MobileEquipment.Unknown");
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_OK);
    serve(300);
    assert_true(becomes(is_not_attached));
    order("answer Connect ok");
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_OK);
    assert_true(becomes(is_attached));
}

static void the_sim_s_state_and_lock_are_told_and_attaching_refused(void **state)
{
    (void)state;
    order("add");
    open_modem("");
    order("set UnlockRequired 2");
    assert_true(becomes(wants_pin));
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_REFUSED);
    order("set UnlockRequired 4");
    assert_true(becomes(is_blocked));
    order("set UnlockRequired 3");
    assert_true(becomes(is_ready));
    order("set StateFailedReason 2");
    order("set State -1");
    assert_true(becomes(has_no_sim));
}

static void the_pin_of_a_file_is_handed_over_once(void **state)
{
    (void)state;
    char more[96];
    put("pin", "4711\n", 0600);
    order("add");
    order("set UnlockRequired 2");
    snprintf(more, sizeof more, "pin_file=%s/pin\n", folder);
    open_modem(more);
    assert_true(becomes(is_ready));
    assert_true(was_called("call SendPin 4711\n"));
    serve(300);
    assert_int_equal(access(in_folder("pin.tried"), F_OK), -1);
    hal_close(&board);
    heard[0] = '\0';
    order("set UnlockRequired 2");
    order("answer SendPin org.freedesktop.ModemManager1.Error.MobileEquipment.IncorrectPassword");
    open_modem(more);
    assert_true(becomes(wants_pin));
    serve(300);
    assert_true(was_called("call SendPin 4711\n"));
    hal_close(&board);
    heard[0] = '\0';
    open_modem(more);
    assert_true(becomes(wants_pin));
    serve(300);
    assert_false(was_called("call SendPin"));
}

static void a_sim_that_was_open_and_is_locked_again_gets_its_pin_again(void **state)
{
    (void)state;
    char more[96];
    put("pin", "4711\n", 0600);
    order("add");
    order("set UnlockRequired 2");
    snprintf(more, sizeof more, "pin_file=%s/pin\n", folder);
    open_modem(more);
    assert_true(becomes(is_ready));
    serve(300);
    heard[0] = '\0';
    order("set UnlockRequired 2");
    assert_true(becomes(wants_pin));
    assert_true(becomes(is_ready));
    assert_true(was_called("call SendPin 4711\n"));
}

static void a_reset_takes_the_modem_away_until_another_one_comes(void **state)
{
    (void)state;
    order("add");
    open_modem("");
    assert_true(becomes(is_there));
    assert_int_equal(modem_reset(board.modem), TILL_OK);
    assert_int_equal(modem_reset(board.modem), TILL_BUSY);
    assert_true(becomes(NULL));
    serve(100);
    assert_true(was_called("call Reset\n"));
    order("remove");
    order("add");
    assert_true(becomes(is_there));
}

static void attaches_that_nobody_answers_are_a_hang_and_reset_the_modem(void **state)
{
    (void)state;
    order("add");
    order("answer Connect hang");
    open_modem("attach_s=1\n");
    assert_true(becomes(is_there));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_OK);
        serve(1300);
    }
    assert_true(was_called("call Reset\n"));
}

static bool power_is(const char *wanted)
{
    char text[32] = "";
    FILE *file = fopen(in_folder("power"), "r");
    bool is = file && fgets(text, sizeof text, file) && strncmp(text, wanted, strlen(wanted)) == 0;
    if (file) {
        fclose(file);
    }
    return is;
}

static void a_modem_that_has_been_given_up_is_cut_off_its_power(void **state)
{
    (void)state;
    char more[160];
    put("power", "first", 0600);
    snprintf(more, sizeof more,
             "away_s=1\nreset_file=%s/power\nreset_on=pulse\nreset_off=quiet\nreset_ms=300\n",
             folder);
    order("add");
    open_modem(more);
    assert_true(becomes(is_there));
    order("remove");
    assert_true(becomes(NULL));
    assert_true(power_is("first"));
    for (int i = 0; i < 30 && !power_is("pulse"); i++) {
        serve(100);
    }
    assert_true(power_is("pulse"));
    serve(400);
    assert_true(power_is("quiet"));
    order("add");
    assert_true(becomes(is_there));
}

static void a_manager_that_is_started_again_is_found_again(void **state)
{
    (void)state;
    order("add");
    open_modem("");
    assert_true(becomes(is_there));
    stop_manager();
    assert_true(becomes(NULL));
    start_manager(ours);
    order("add");
    assert_true(becomes(is_there));
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_OK);
    assert_true(becomes(is_attached));
}

static void a_bus_that_is_started_again_is_found_again(void **state)
{
    (void)state;
    order("add");
    open_modem("");
    assert_true(becomes(is_there));
    stop_bus();
    assert_true(becomes(NULL));
    stop_manager();
    start_bus();
    start_manager(ours);
    order("add");
    assert_true(becomes(is_there));
}

static void of_two_modems_the_board_s_one_is_taken(void **state)
{
    (void)state;
    order("add");
    open_modem("device=ttyUSB7\n");
    serve(300);
    assert_true(becomes(NULL));
    order("set PrimaryPort ttyUSB7");
    assert_true(becomes(is_there));
}

static void without_a_bus_there_is_no_modem_and_no_harm(void **state)
{
    (void)state;
    stop_manager();
    stop_bus();
    open_modem("");
    assert_true(becomes(NULL));
    serve(100);
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_DEVICE_OFFLINE);
    assert_int_equal(modem_reset(board.modem), TILL_DEVICE_OFFLINE);
}

/* State after state, until Debian's ModemManager has gone through what it does with a modem. */
static void debian_s_modemmanager_finds_attaches_and_loses_a_modem(void **state)
{
    (void)state;
    struct modem_state now;
    if (access("/usr/sbin/ModemManager", X_OK) != 0) {
        skip();
    }
    stop_manager();
    open_modem("");
    assert_true(becomes(NULL));
    start_manager(debians);
    assert_true(becomes(is_ready));
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_OK);
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_BUSY);
    assert_true(becomes(is_attached) || becomes(is_attached)); /* it is thorough */
    assert_int_equal(modem_state(board.modem, &now), TILL_OK);
    assert_int_equal(now.registration, MODEM_HOME);
    assert_int_equal(now.access, MODEM_ACCESS_LTE);
    assert_string_equal(now.operator_name, "CHINA MOBILE");
    assert_int_equal(now.signal_dbm, -74);
    serve(50);
    assert_int_equal(modem_detach(board.modem), TILL_OK);
    assert_true(becomes(is_not_attached));
    stop_manager();
    assert_true(becomes(NULL));
}

static void nothing_is_done_while_nothing_changes(void **state)
{
    (void)state;
    order("add");
    open_modem("");
    assert_true(becomes(is_there));
    serve(500);
    int woken = 0;
    int64_t until_ms = now_ms() + 1500;
    while (now_ms() < until_ms) {
        struct modem_state now;
        struct pollfd waiting = {modem_fd(board.modem), POLLIN, 0};
        woken += poll(&waiting, 1, 500) > 0;
        (void)!modem_state(board.modem, &now);
    }
    assert_in_range(woken, 0, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_modem_that_is_there_is_found_with_all_it_knows),
        TEST(a_modem_that_comes_changes_and_goes_is_followed),
        TEST(attaching_hands_over_the_apn_and_detaching_ends_it),
        TEST(an_attach_under_way_is_busy_and_a_refused_one_may_be_tried_again),
        TEST(the_sim_s_state_and_lock_are_told_and_attaching_refused),
        TEST(the_pin_of_a_file_is_handed_over_once),
        TEST(a_sim_that_was_open_and_is_locked_again_gets_its_pin_again),
        TEST(a_reset_takes_the_modem_away_until_another_one_comes),
        TEST(attaches_that_nobody_answers_are_a_hang_and_reset_the_modem),
        TEST(a_modem_that_has_been_given_up_is_cut_off_its_power),
        TEST(a_manager_that_is_started_again_is_found_again),
        TEST(a_bus_that_is_started_again_is_found_again),
        TEST(of_two_modems_the_board_s_one_is_taken),
        TEST(without_a_bus_there_is_no_modem_and_no_harm),
        TEST(debian_s_modemmanager_finds_attaches_and_loses_a_modem),
        TEST(nothing_is_done_while_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
