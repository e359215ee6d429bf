/* The AT modem on a serial line: a modem of our own at the other end of a pseudo terminal. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "brisk.h"
#include "modem.h"
#include "modem_pin.h"

/* ---- the modem ------------------------------------------------------------------------------- */

/* What it is like. Each flag is a habit that some modem of the field has. */
struct habits {
    const char *sim; /* what AT+CPIN? answers */
    const char *pin; /* the right one; NULL: none is wanted */
    const char *apn; /* the only one that the network takes */
    bool echoes;     /* until ATE0 */
    bool chatters;   /* RING and registrations in the middle of answers, and noise */
    bool only_2g;    /* knows no +CEREG */
    bool is_dead;    /* answers nothing */
    bool heals;      /* AT+CFUN=1,1 brings it back */
};

static struct {
    pthread_t thread;
    pthread_mutex_t lock;
    struct habits habits;
    int master;
    bool ends;
    bool echo;
    bool packet, active;
    char apn[64];
    char log[8192]; /* commands that came, each ended by a newline */
} fake;

static void tell(const char *text)
{
    (void)!write(fake.master, text, strlen(text));
}

static void answer_pin(const char *command)
{
    const struct habits *h = &fake.habits;
    char right[32];
    snprintf(right, sizeof right, "AT+CPIN=\"%s\"", h->pin ? h->pin : "");
    if (strcmp(command, right) == 0) {
        fake.habits.sim = "READY";
        tell("\r\nOK\r\n\r\n+CPIN: READY\r\n");
    } else {
        tell("\r\n+CME ERROR: 16\r\n");
    }
}

static void answer_attach(const char *command)
{
    char wanted[96];
    if (strncmp(command, "AT+CGDCONT=", 11) == 0) {
        snprintf(fake.apn, sizeof fake.apn, "%.63s", command);
        tell("\r\nOK\r\n");
        return;
    }
    if (strncmp(command, "AT+CGACT=1,", 11) == 0) {
        snprintf(wanted, sizeof wanted, "AT+CGDCONT=1,\"IP\",\"%s\"", fake.habits.apn);
        fake.active = strcmp(wanted, fake.apn) == 0;
        tell(fake.active ? "\r\nOK\r\n" : "\r\n+CME ERROR: 133\r\n");
        return;
    }
    fake.packet =
        strcmp(command, "AT+CGATT=1") == 0 || (fake.packet && strcmp(command, "AT+CGATT=0") != 0);
    fake.active = fake.active && strncmp(command, "AT+CGACT=0,", 11) != 0;
    tell("\r\nOK\r\n");
}

static void answer_query(const char *command)
{
    char text[128] = "";
    if (strcmp(command, "AT+CPIN?") == 0) {
        snprintf(text, sizeof text, "\r\n+%s%s\r\n",
                 strncmp(fake.habits.sim, "CME", 3) == 0 ? "" : "CPIN: ", fake.habits.sim);
        tell(text);
        if (strncmp(fake.habits.sim, "CME", 3) == 0) {
            return;
        }
        text[0] = '\0';
    } else if (strcmp(command, "AT+CMEE?") == 0) {
        snprintf(text, sizeof text, "\r\n+CMEE: 0\r\n");
    } else if (strcmp(command, "AT+CSQ") == 0) {
        snprintf(text, sizeof text, "\r\n+CSQ: 18,99\r\n");
    } else if (strcmp(command, "AT+CREG?") == 0 || strcmp(command, "AT+CGREG?") == 0) {
        snprintf(text, sizeof text, "\r\n%.*s: 2,1,\"18A0\",\"00C3\",%d\r\n",
                 (int)strlen(command) - 3, command + 2, fake.habits.only_2g ? 3 : 7);
    } else if (strcmp(command, "AT+CEREG?") == 0) {
        snprintf(text, sizeof text, "\r\n+CEREG: 2,1\r\n");
    } else if (strcmp(command, "AT+COPS?") == 0) {
        snprintf(text, sizeof text, "\r\n+COPS: 0,0,\"CHINA MOBILE\"\r\n");
    } else if (strcmp(command, "AT+CGATT?") == 0) {
        snprintf(text, sizeof text, "\r\n+CGATT: %d\r\n", fake.packet);
    } else if (strcmp(command, "AT+CGACT?") == 0) {
        snprintf(text, sizeof text, "\r\n+CGACT: 1,%d\r\n", fake.active);
    }
    tell(text);
    tell("\r\nOK\r\n");
}

static void answer(const char *command)
{
    size_t size = strlen(fake.log);
    snprintf(fake.log + size, sizeof fake.log - size, "%s\n", command);
    if (strcmp(command, "AT+CFUN=1,1") == 0) {
        fake.habits.is_dead = fake.habits.is_dead && !fake.habits.heals;
        fake.echo = fake.habits.echoes;
        fake.packet = fake.active = false;
        fake.habits.sim = fake.habits.pin ? "SIM PIN" : fake.habits.sim;
        return;
    }
    if (fake.habits.is_dead) {
        return;
    }
    if (fake.echo) {
        tell(command);
        tell("\r");
    }
    fake.echo = fake.echo && strcmp(command, "ATE0") != 0;
    if (fake.habits.chatters) {
        tell("\r\nRING\r\n\xFE\xFF\x80garbage\r\n^HCSQ:\"LTE\",50\r\n+CREG: 1,\"18A0\"");
        tell(",\"00C3\",7\r\n");
    }
    if (strncmp(command, "AT+CPIN=", 8) == 0) {
        answer_pin(command);
    } else if (fake.habits.only_2g && strncmp(command, "AT+CEREG", 8) == 0) {
        tell("\r\nERROR\r\n");
    } else if (strncmp(command, "AT+CGDCONT=", 11) == 0 || strncmp(command, "AT+CGACT=", 9) == 0 ||
               strncmp(command, "AT+CGATT=", 9) == 0) {
        answer_attach(command);
    } else {
        answer_query(command);
    }
}

static void *play(void *context)
{
    char line[256];
    size_t size = 0;
    (void)context;
    for (;;) {
        char byte;
        struct pollfd waiting = {fake.master, POLLIN, 0};
        bool came = poll(&waiting, 1, 10) == 1 && read(fake.master, &byte, 1) == 1;
        pthread_mutex_lock(&fake.lock);
        bool ends = fake.ends;
        if (came && byte == '\r') {
            line[size] = '\0';
            size = 0;
            answer(line);
        } else if (came && size + 1 < sizeof line) {
            line[size++] = byte;
        }
        pthread_mutex_unlock(&fake.lock);
        if (ends) {
            return NULL;
        }
        if (!came) {
            nanosleep(&(struct timespec){0, 2000000}, NULL);
        }
    }
}

static bool was_sent(const char *command)
{
    pthread_mutex_lock(&fake.lock);
    bool found = strstr(fake.log, command) != NULL;
    pthread_mutex_unlock(&fake.lock);
    return found;
}

static void change(void (*how)(struct habits *habits))
{
    pthread_mutex_lock(&fake.lock);
    how(&fake.habits);
    pthread_mutex_unlock(&fake.lock);
}

/* ---- the bench ------------------------------------------------------------------------------- */

static struct board board;
static char folder[128];

static const char *in_folder(const char *name)
{
    static char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text, mode_t mode)
{
    int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    chmod(in_folder(name), mode);
}

static void plug_in(const struct habits *habits)
{
    pthread_mutex_init(&fake.lock, NULL);
    fake.habits = *habits;
    fake.ends = false;
    fake.echo = habits->echoes;
    fake.packet = fake.active = false;
    fake.log[0] = '\0';
    fake.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(fake.master >= 0 && grantpt(fake.master) == 0 && unlockpt(fake.master) == 0);
    unlink(in_folder("tty"));
    assert_int_equal(symlink(ptsname(fake.master), in_folder("tty")), 0);
    assert_int_equal(pthread_create(&fake.thread, NULL, play, NULL), 0);
}

static void pull_out(void)
{
    pthread_mutex_lock(&fake.lock);
    fake.ends = true;
    pthread_mutex_unlock(&fake.lock);
    pthread_join(fake.thread, NULL);
    close(fake.master);
    unlink(in_folder("tty"));
}

/* A board with the modem at the other end; more: further options of [modem]. */
static void open_modem(const char *more)
{
    char message[256] = "";
    char text[1024];
    snprintf(text, sizeof text,
             "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\n"
             "driver=system\n[modem]\ndriver=at\nlink=serial\ndevice=%s/tty\nbaud=115200\n"
             "answer_ms=150\npoll_s=1\nattach_s=2\naway_s=2\napn=cmnet\n%s",
             folder, more);
    put("board", text, 0600);
    if (hal_open(in_folder("board"), &board, message) != TILL_OK) {
        fail_msg("%s", message);
    }
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

typedef bool condition(const struct modem_state *state);

/* Ask as the program does, until the state is so; false: it never was, within 8 s. `offline` is
 * waited for where there is no condition. */
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

static bool is_registered(const struct modem_state *s)
{
    return modem_is_registered(s) && s->operator_name[0] != '\0' && s->signal_dbm != 0;
}

static bool is_attached(const struct modem_state *s)
{
    return s->attached;
}

static bool is_not_attached(const struct modem_state *s)
{
    return !s->attached;
}

static bool has_no_sim(const struct modem_state *s)
{
    return s->sim == MODEM_SIM_NONE;
}

static bool wants_pin(const struct modem_state *s)
{
    return s->sim == MODEM_SIM_PIN;
}

static int begin(void **state)
{
    (void)state;
    const char *root = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/hal-at-XXXXXX", root ? root : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    static const char *const names[] = {"board", "tty", "pin", "pin.tried", "power"};
    hal_close(&board);
    pull_out();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unlink(in_folder(names[i]));
    }
    return rmdir(folder);
}

static const struct habits usual = {.sim = "READY", .apn = "cmnet", .echoes = true};

/* ---- tests ----------------------------------------------------------------------------------- */

static void a_modem_on_lte_is_found_and_attached(void **state)
{
    (void)state;
    struct modem_state now;
    plug_in(&usual);
    open_modem("");
    assert_true(becomes(is_registered));
    assert_int_equal(modem_state(board.modem, &now), TILL_OK);
    assert_int_equal(now.access, MODEM_ACCESS_LTE);
    assert_int_equal(now.signal_dbm, -77);
    assert_int_equal(modem_bars(&now), 3);
    assert_string_equal(now.operator_name, "CHINA MOBILE");
    assert_false(now.attached);
    assert_string_equal(board.modem->apn, "cmnet");
    assert_int_equal(modem_attach(board.modem, board.modem->apn), TILL_OK);
    assert_true(becomes(is_attached));
    assert_int_equal(modem_detach(board.modem), TILL_OK);
    assert_true(becomes(is_not_attached));
}

static void a_modem_that_chatters_and_echoes_is_understood(void **state)
{
    (void)state;
    struct habits habits = usual;
    habits.chatters = true;
    plug_in(&habits);
    open_modem("");
    assert_true(becomes(is_registered));
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_OK);
    assert_true(becomes(is_attached));
}

static void a_modem_of_2g_is_one_of_edge(void **state)
{
    (void)state;
    struct modem_state now;
    struct habits habits = usual;
    habits.only_2g = true;
    plug_in(&habits);
    open_modem("");
    assert_true(becomes(is_registered));
    assert_int_equal(modem_state(board.modem, &now), TILL_OK);
    assert_int_equal(now.access, MODEM_ACCESS_EDGE);
}

static void an_apn_that_the_network_refuses_attaches_nothing(void **state)
{
    (void)state;
    struct modem_state now;
    plug_in(&usual);
    open_modem("");
    assert_true(becomes(is_registered));
    assert_int_equal(modem_attach(board.modem, "other"), TILL_OK);
    for (int i = 0; i < 400 && !was_sent("AT+CGACT=1,1\n"); i++) {
        assert_true(becomes(is_not_attached));
        nanosleep(&(struct timespec){0, 10000000}, NULL);
    }
    assert_true(was_sent("AT+CGACT=1,1\n"));
    nanosleep(&(struct timespec){0, 100000000}, NULL);
    assert_int_equal(modem_state(board.modem, &now), TILL_OK);
    assert_false(now.attached);
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_OK);
    assert_true(becomes(is_attached));
}

static void without_a_sim_attaching_is_refused(void **state)
{
    (void)state;
    struct habits habits = usual;
    habits.sim = "CME ERROR: 10";
    plug_in(&habits);
    open_modem("");
    assert_true(becomes(has_no_sim));
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_REFUSED);
}

static void the_pin_of_a_file_opens_the_sim_also_after_a_reset(void **state)
{
    (void)state;
    char more[192];
    struct habits habits = usual;
    habits.sim = "SIM PIN";
    habits.pin = "4711";
    plug_in(&habits);
    put("pin", "4711\n", 0600);
    snprintf(more, sizeof more, "pin_file=%s/pin\n", folder);
    open_modem(more);
    assert_true(becomes(is_registered));
    assert_int_equal(access(in_folder("pin.tried"), F_OK), -1);
    assert_int_equal(modem_reset(board.modem), TILL_OK); /* which locks it */
    assert_true(becomes(NULL));
    assert_true(becomes(is_registered));
}

/* Ask until the modem was told this, and the SIM wants its PIN all the time. */
static void await_while_locked(const char *command)
{
    for (int i = 0; i < 100 && !was_sent(command); i++) {
        struct pollfd waiting = {modem_fd(board.modem), POLLIN, 0};
        (void)poll(&waiting, 1, 100);
        assert_true(becomes(wants_pin));
    }
    assert_true(was_sent(command));
}

/* Written now, it may have the time that it had: the kernel's ticks are up to 10 ms. */
static void set_age(const char *name, time_t at_s)
{
    struct timespec times[2] = {{at_s, 0}, {at_s, 0}};
    assert_int_equal(utimensat(AT_FDCWD, in_folder(name), times, 0), 0);
}

static void a_wrong_pin_is_tried_once_also_after_a_restart_until_it_is_written_anew(void **state)
{
    (void)state;
    char more[192];
    struct habits habits = usual;
    habits.sim = "SIM PIN";
    habits.pin = "4711";
    plug_in(&habits);
    put("pin", "1234\n", 0600);
    set_age("pin", 1700000000);
    snprintf(more, sizeof more, "pin_file=%s/pin\n", folder);
    open_modem(more);
    assert_true(becomes(wants_pin));
    await_while_locked("AT+CPIN=\"1234\"\n");
    hal_close(&board);
    /* Half a command that the port was closed in would spoil the next one: a port of its own. */
    pull_out();
    plug_in(&habits);
    open_modem(more);
    assert_true(becomes(wants_pin));
    await_while_locked("AT+COPS=3,0\n"); /* what comes when there is no PIN to send */
    assert_false(was_sent("AT+CPIN=\""));
    hal_close(&board);
    pull_out();
    plug_in(&habits);
    put("pin", "4711\n", 0600);
    set_age("pin", 1700000001);
    open_modem(more);
    assert_true(becomes(is_registered));
}

/* A device without a clock of its own begins in 1970 after each start. */
static void a_pin_is_noted_as_tried_whatever_the_clock_says(void **state)
{
    (void)state;
    char pin[MODEM_PIN_MAX + 1];
    char path[160];
    plug_in(&usual);
    put("pin", "1234\n", 0600);
    snprintf(path, sizeof path, "%s", in_folder("pin"));
    assert_int_equal(modem_pin_take(path, pin), TILL_OK);
    set_age("pin.tried", 0);
    assert_int_equal(modem_pin_take(path, pin), TILL_REFUSED);
    set_age("pin.tried", 4000000000);
    assert_int_equal(modem_pin_take(path, pin), TILL_REFUSED);
}

static void a_pin_file_that_is_older_than_the_note_of_another_one_is_tried(void **state)
{
    (void)state;
    char pin[MODEM_PIN_MAX + 1];
    char path[160];
    plug_in(&usual);
    put("pin", "1234\n", 0600);
    snprintf(path, sizeof path, "%s", in_folder("pin"));
    assert_int_equal(modem_pin_take(path, pin), TILL_OK);
    put("pin", "4711\n", 0600);
    set_age("pin", 1700000000); /* copied with its time, or the clock was ahead */
    assert_int_equal(modem_pin_take(path, pin), TILL_OK);
    assert_string_equal(pin, "4711");
    assert_int_equal(modem_pin_take(path, pin), TILL_REFUSED);
}

static void a_pin_that_others_may_read_is_not_used(void **state)
{
    (void)state;
    char more[192];
    struct habits habits = usual;
    habits.sim = "SIM PIN";
    habits.pin = "4711";
    plug_in(&habits);
    put("pin", "4711\n", 0640);
    snprintf(more, sizeof more, "pin_file=%s/pin\n", folder);
    open_modem(more);
    assert_true(becomes(wants_pin));
    nanosleep(&(struct timespec){0, 300000000}, NULL);
    assert_true(becomes(wants_pin));
    assert_false(was_sent("AT+CPIN=\""));
}

static void die_curably(struct habits *habits)
{
    habits->is_dead = true;
    habits->heals = true;
}

static void a_modem_that_hangs_is_reset_by_command_and_comes_back(void **state)
{
    (void)state;
    plug_in(&usual);
    open_modem("");
    assert_true(becomes(is_registered));
    change(die_curably);
    assert_true(becomes(NULL));
    assert_true(becomes(is_registered));
    assert_true(was_sent("AT+CFUN=1,1\n"));
}

static void die(struct habits *habits)
{
    habits->is_dead = true;
}

static void revive(struct habits *habits)
{
    habits->is_dead = false;
}

/* A GPIO keeps what was written last; a file of ours keeps the words in a row. */
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

static void a_modem_that_no_command_heals_is_cut_off_its_power(void **state)
{
    (void)state;
    char more[256];
    plug_in(&usual);
    put("power", "first", 0600);
    snprintf(more, sizeof more,
             "reset_file=%s/power\nreset_on=pulse\nreset_off=quiet\nreset_ms=200\n", folder);
    open_modem(more);
    assert_true(becomes(is_registered));
    assert_true(power_is("first"));
    change(die);
    assert_true(becomes(NULL));
    for (int i = 0; i < 100 && !power_is("pulse"); i++) {
        assert_true(becomes(NULL));
        nanosleep(&(struct timespec){0, 50000000}, NULL);
    }
    assert_true(power_is("pulse"));
    assert_true(was_sent("AT+CFUN=1,1\n"));
    change(revive);
    assert_true(becomes(is_registered));
    assert_true(power_is("quiet"));
}

static void a_reset_that_is_asked_for_is_done_and_a_second_one_meanwhile_is_not(void **state)
{
    (void)state;
    plug_in(&usual);
    open_modem("");
    assert_true(becomes(is_registered));
    assert_int_equal(modem_reset(board.modem), TILL_OK);
    assert_int_equal(modem_reset(board.modem), TILL_BUSY);
    assert_true(becomes(NULL));
    assert_true(becomes(is_registered));
}

static void a_modem_that_is_pulled_out_and_put_back_is_found_again(void **state)
{
    (void)state;
    plug_in(&usual);
    open_modem("");
    int fd = modem_fd(board.modem);
    assert_true(becomes(is_registered));
    pull_out();
    assert_true(becomes(NULL));
    assert_int_equal(modem_attach(board.modem, "cmnet"), TILL_DEVICE_OFFLINE);
    plug_in(&usual);
    assert_true(becomes(is_registered));
    assert_int_equal(modem_fd(board.modem), fd);
}

static void a_modem_is_quiet_between_two_rounds_of_questions(void **state)
{
    (void)state;
    plug_in(&usual);
    open_modem("");
    assert_true(becomes(is_registered));
    int woken = 0;
    int64_t until_ms = now_ms() + 2500;
    while (now_ms() < until_ms) {
        struct modem_state now;
        struct pollfd waiting = {modem_fd(board.modem), POLLIN, 0};
        woken += poll(&waiting, 1, 1000) > 0;
        assert_int_equal(modem_state(board.modem, &now), TILL_OK);
    }
    assert_in_range(woken, 2, 80); /* some rounds of eight questions, not a spinning loop */
}

static void wrong_options_are_named(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"apn=a b", "apn"},           {"context=0", "context"}, {"hang=1", "hang"},
        {"reset_ms=1", "reset_ms"},   {"poll_s=0", "poll_s"},   {"link=radio", "link"},
        {"answer_ms=1", "answer_ms"},
    };
    char message[256];
    char text[512];
    plug_in(&usual);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(text, sizeof text,
                 "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\n"
                 "driver=system\n[modem]\ndriver=at\ndevice=%s/tty\n%s%s\n",
                 folder, strncmp(wrong[i][0], "link", 4) == 0 ? "" : "link=serial\n", wrong[i][0]);
        put("board", text, 0600);
        assert_int_equal(hal_open(in_folder("board"), &board, message), TILL_E_CONFIG);
        assert_non_null(strstr(message, wrong[i][1]));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_modem_on_lte_is_found_and_attached),
        TEST(a_modem_that_chatters_and_echoes_is_understood),
        TEST(a_modem_of_2g_is_one_of_edge),
        TEST(an_apn_that_the_network_refuses_attaches_nothing),
        TEST(without_a_sim_attaching_is_refused),
        TEST(the_pin_of_a_file_opens_the_sim_also_after_a_reset),
        TEST(a_wrong_pin_is_tried_once_also_after_a_restart_until_it_is_written_anew),
        TEST(a_pin_is_noted_as_tried_whatever_the_clock_says),
        TEST(a_pin_file_that_is_older_than_the_note_of_another_one_is_tried),
        TEST(a_pin_that_others_may_read_is_not_used),
        TEST(a_modem_that_hangs_is_reset_by_command_and_comes_back),
        TEST(a_modem_that_no_command_heals_is_cut_off_its_power),
        TEST(a_reset_that_is_asked_for_is_done_and_a_second_one_meanwhile_is_not),
        TEST(a_modem_that_is_pulled_out_and_put_back_is_found_again),
        TEST(a_modem_is_quiet_between_two_rounds_of_questions),
        TEST(wrong_options_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
