/* Position from gpsd: its reports, a peer of our own, and Debian's gpsd with a receiver on a pseudo
 * terminal. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "brisk.h"
#include "gpsd_report.h"

/* ---- reports --------------------------------------------------------------------------------- */

static void numbers_are_read_to_the_last_place_without_floating_point(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool fine;
        int64_t value; /* times 10^7 */
    } table[] = {
        {"30.300000000", true, 303000000},
        {"-120.123456789", true, -1201234567},
        {"0", true, 0},
        {"-0.00000009", true, 0},
        {"1.5e1", true, 150000000},
        {"15E-1", true, 15000000},
        {"180", true, 1800000000},
        {"180.0000001", false, 0},
        {"1e400", false, 0},
        {"1e-400", true, 0},
        {"123456789012345678901", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"1.", false, 0},
        {".5", false, 0},
        {"1e", false, 0},
        {"nan", false, 0},
        {"1x", false, 0},
        {"0.0000001000000000000000000001", true, 1},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int64_t value = 7;
        bool fine = gpsd_number(table[i].text, strlen(table[i].text), 7, 1800000000, &value);
        if (fine != table[i].fine || (fine && value != table[i].value)) {
            fail_msg("%s: %d %lld", table[i].text, fine, (long long)value);
        }
    }
}

static void a_fix_is_read_with_how_sure_it_is_and_in_how_many_dimensions(void **state)
{
    (void)state;
    struct position_fix fix = {.age_s = 9};
    bool has = false;
    assert_int_equal(gpsd_report_read("{\"class\":\"TPV\",\"device\":\"/dev/x\",\"mode\":3,"
                                      "\"lat\":30.300000000,\"lon\":-120.5,\"eph\":17.100}",
                                      &fix, &has),
                     GPSD_FIX);
    assert_int_equal(fix.latitude_e7, 303000000);
    assert_int_equal(fix.longitude_e7, -1205000000);
    assert_int_equal(fix.accuracy_dm, 171);
    assert_int_equal(fix.dimensions, 3);
    assert_int_equal(gpsd_report_read("{\"class\":\"TPV\",\"mode\":2,\"lat\":1,\"lon\":2,"
                                      "\"epx\":3.0,\"epy\":4.0}",
                                      &fix, &has),
                     GPSD_FIX);
    assert_int_equal(fix.accuracy_dm, 50);
    assert_int_equal(fix.dimensions, 2);
    assert_int_equal(
        gpsd_report_read("{\"class\":\"TPV\",\"mode\":2,\"lat\":1,\"lon\":2}", &fix, &has),
        GPSD_FIX);
    assert_int_equal(fix.accuracy_dm, 0);
}

static void no_fix_receivers_and_other_reports_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum gpsd_kind kind;
        int has; /* -1: untouched */
    } table[] = {
        {"{\"class\":\"TPV\",\"mode\":1}", GPSD_NO_FIX, -1},
        {"{\"class\":\"TPV\",\"mode\":3,\"lat\":91,\"lon\":2}", GPSD_NO_FIX, -1},
        {"{\"class\":\"TPV\",\"mode\":3,\"lat\":null,\"lon\":2}", GPSD_NO_FIX, -1},
        {"{\"class\":\"DEVICES\",\"devices\":[]}", GPSD_RECEIVERS, 0},
        {"{\"class\":\"DEVICES\",\"devices\":[{\"class\":\"DEVICE\",\"path\":\"/x\"}]}",
         GPSD_RECEIVERS, 1},
        {"{\"class\":\"DEVICE\",\"path\":\"/x\",\"activated\":0}", GPSD_RECEIVERS, 0},
        {"{\"class\":\"DEVICE\",\"path\":\"/x\",\"activated\":\"2026-11-22T17:09:34.250Z\"}",
         GPSD_RECEIVERS, 1},
        {"{\"class\":\"VERSION\",\"release\":\"3.22\"}", GPSD_VERSION, -1},
        {"{\"class\":\"SKY\",\"satellites\":[{\"PRN\":4,\"a\":[1,[2]]}],\"mode\":3}", GPSD_OTHER,
         -1},
        {"{\"class\":\"TPV\",\"mode\":3,\"lat\":1,\"lon\":2", GPSD_OTHER, -1},
        {"{\"class\":\"TPV\",\"mode\":3,\"lat\":1,\"lon\":2}x", GPSD_OTHER, -1},
        {"{\"class\":\"TPV\" \"mode\":3}", GPSD_OTHER, -1},
        {"{\"class\":\"T\\", GPSD_OTHER, -1},
        {"{\"a\":[{]}", GPSD_OTHER, -1},
        {"{\"a\":[[[[[[[[[1]]]]]]]]]}", GPSD_OTHER, -1},
        {"$GPGGA,1,2*33", GPSD_OTHER, -1},
        {"", GPSD_OTHER, -1},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct position_fix fix;
        bool has = table[i].has == 0;
        enum gpsd_kind kind = gpsd_report_read(table[i].line, &fix, &has);
        bool right = table[i].has == -1 ? !has : has == (table[i].has == 1);
        if (kind != table[i].kind || !right) {
            fail_msg("%s: %d %d", table[i].line, (int)kind, has);
        }
    }
}

/* ---- a peer ---------------------------------------------------------------------------------- */

static struct board board;
static int listener = -1;
static int peer = -1;
static uint16_t port;
static char folder[32];
static pid_t daemon_process = -1;

static const char *in_folder(const char *name)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void nap(int64_t for_ms)
{
    nanosleep(&(struct timespec){for_ms / 1000, for_ms % 1000 * 1000000}, NULL);
}

static void listen_on(uint16_t wanted)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(wanted)};
    socklen_t size = sizeof address;
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(listener >= 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    port = ntohs(address.sin_port);
}

static void open_position(const char *more)
{
    char message[256] = "";
    char path[64];
    snprintf(path, sizeof path, "%s", in_folder("board"));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\n"
            "driver=system\n[position]\ndriver=gpsd\nport=%u\n%s",
            port, more);
    fclose(file);
    if (hal_open(path, &board, message) != TILL_OK) {
        fail_msg("%s", message);
    }
}

static enum till_status read_now(struct position_fix *fix)
{
    struct brisk begun = brisk_begin();
    enum till_status status = position_read(board.position, fix);
    assert_true(brisk_was(&begun, 200));
    return status;
}

/* Until it answers so, within ten seconds. */
static bool answers(enum till_status wanted, struct position_fix *fix)
{
    for (int i = 0; i < 500; i++) {
        if (read_now(fix) == wanted) {
            return true;
        }
        nap(20);
    }
    return false;
}

/* The driver connects; what it says first is in `said`. */
static void meet(char said[128])
{
    struct position_fix fix;
    for (int i = 0; i < 500; i++) {
        struct pollfd waiting = {listener, POLLIN, 0};
        (void)!read_now(&fix);
        if (poll(&waiting, 1, 10) == 1) {
            peer = accept(listener, NULL, NULL);
            break;
        }
    }
    assert_true(peer >= 0);
    ssize_t size = 0;
    for (int i = 0; i < 100 && size <= 0; i++) {
        (void)!read_now(&fix);
        size = recv(peer, said, 127, MSG_DONTWAIT);
        nap(10);
    }
    said[size > 0 ? size : 0] = '\0';
}

static void tell(const char *text)
{
    assert_int_equal(send(peer, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static int begin(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/hal-gpsd-XXXXXX");
    if (!mkdtemp(folder)) {
        return -1;
    }
    listen_on(0);
    return 0;
}

static void hang_up(void)
{
    if (peer >= 0) {
        close(peer);
        peer = -1;
    }
}

static void stop_daemon(void)
{
    if (daemon_process > 0) {
        kill(daemon_process, SIGTERM);
        waitpid(daemon_process, NULL, 0);
        daemon_process = -1;
    }
}

static int end(void **state)
{
    (void)state;
    hal_close(&board);
    hang_up();
    stop_daemon();
    if (listener >= 0) {
        close(listener);
        listener = -1;
    }
    unlink(in_folder("board"));
    unlink(in_folder("gpsd.sock"));
    return rmdir(folder);
}

#define GREETING "{\"class\":\"VERSION\",\"release\":\"3.22\",\"proto_major\":3}\r\n"
#define DEVICES "{\"class\":\"DEVICES\",\"devices\":[{\"class\":\"DEVICE\",\"path\":\"/x\"}]}\r\n"
#define FIX "{\"class\":\"TPV\",\"mode\":3,\"lat\":30.3,\"lon\":120.3,\"eph\":4.2}\r\n"

static void a_fix_comes_ages_and_is_kept_while_there_is_none(void **state)
{
    (void)state;
    struct position_fix fix;
    char said[128];
    open_position("");
    assert_int_equal(read_now(&fix), TILL_DEVICE_OFFLINE);
    meet(said);
    assert_string_equal(said, "?WATCH={\"enable\":true,\"json\":true};\n");
    tell(GREETING);
    nap(30);
    assert_int_equal(read_now(&fix), TILL_DEVICE_OFFLINE);
    tell(DEVICES "{\"class\":\"TPV\",\"mode\":1}\r\n");
    assert_true(answers(TILL_NOT_FOUND, &fix));
    tell(FIX);
    assert_true(answers(TILL_OK, &fix));
    assert_int_equal(fix.latitude_e7, 303000000);
    assert_int_equal(fix.longitude_e7, 1203000000);
    assert_int_equal(fix.accuracy_dm, 42);
    assert_int_equal(fix.age_s, 0);
    tell("{\"class\":\"TPV\",\"mode\":1}\r\n");
    nap(1100);
    assert_int_equal(read_now(&fix), TILL_OK);
    assert_in_range(fix.age_s, 1, 5);
}

static void garbage_and_torn_lines_spoil_nothing(void **state)
{
    (void)state;
    struct position_fix fix;
    char said[128];
    char block[4096];
    open_position("");
    meet(said);
    memset(block, 'x', sizeof block - 1);
    block[sizeof block - 1] = '\0';
    tell(GREETING DEVICES "{\"class\":\"TPV\",\"mode\":3,\"lat\":99,\"lon\":1}\r\n\x01\xFF{\r\n");
    tell(block);
    tell(block);
    tell("\r\n{\"class\":\"TPV\",\"mode\":3,\"lat\":30.3,");
    assert_true(answers(TILL_NOT_FOUND, &fix));
    nap(50);
    assert_int_equal(read_now(&fix), TILL_NOT_FOUND);
    tell("\"lon\":120.3,\"eph\":4.2}\r\n");
    assert_true(answers(TILL_OK, &fix));
    assert_int_equal(fix.longitude_e7, 1203000000);
}

static void a_gpsd_that_goes_is_met_again_and_the_last_fix_stays(void **state)
{
    (void)state;
    struct position_fix fix;
    char said[128];
    open_position("");
    meet(said);
    tell(DEVICES FIX);
    assert_true(answers(TILL_OK, &fix));
    hang_up();
    nap(20);
    assert_int_equal(read_now(&fix), TILL_OK);
    meet(said);
    assert_string_equal(said, "?WATCH={\"enable\":true,\"json\":true};\n");
    tell("{\"class\":\"TPV\",\"mode\":2,\"lat\":31,\"lon\":121}\r\n");
    for (int i = 0; i < 100 && fix.dimensions != 2; i++) {
        assert_int_equal(read_now(&fix), TILL_OK);
        nap(10);
    }
    assert_int_equal(fix.latitude_e7, 310000000);
}

static void a_receiver_that_is_switched_off_is_not_watched(void **state)
{
    (void)state;
    char said[128] = "";
    open_position("on=no\n");
    meet(said);
    assert_string_equal(said, "");
    assert_int_equal(position_enable(board.position, true), TILL_OK);
    nap(50);
    ssize_t size = recv(peer, said, 127, MSG_DONTWAIT);
    assert_true(size > 0);
    assert_non_null(strstr(said, "\"enable\":true"));
    assert_int_equal(position_enable(board.position, false), TILL_OK);
    nap(50);
    memset(said, 0, sizeof said);
    assert_true(recv(peer, said, 127, MSG_DONTWAIT) > 0);
    assert_non_null(strstr(said, "\"enable\":false"));
}

/* ---- Debian's gpsd --------------------------------------------------------------------------- */

/* One second of a receiver: NMEA 0183 with its check sums. */
static void speak_nmea(int master, bool has_fix)
{
    time_t now_s = time(NULL);
    struct tm utc;
    char bodies[2][128];
    gmtime_r(&now_s, &utc);
    snprintf(bodies[0], sizeof bodies[0],
             has_fix ? "GPGGA,%02d%02d%02d.00,3018.0000,N,12018.0000,E,1,08,0.9,15.0,M,8.0,M,,"
                     : "GPGGA,%02d%02d%02d.00,,,,,0,00,99.9,,M,,M,,",
             utc.tm_hour, utc.tm_min, utc.tm_sec);
    snprintf(bodies[1], sizeof bodies[1],
             has_fix ? "GPRMC,%02d%02d%02d.00,A,3018.0000,N,12018.0000,E,0.0,0.0,%02d%02d%02d,,,A"
                     : "GPRMC,%02d%02d%02d.00,V,,,,,,,%02d%02d%02d,,,N",
             utc.tm_hour, utc.tm_min, utc.tm_sec, utc.tm_mday, utc.tm_mon + 1, utc.tm_year % 100);
    for (int i = 0; i < 2; i++) {
        char line[160];
        unsigned sum = 0;
        for (const char *c = bodies[i]; *c != '\0'; c++) {
            sum ^= (unsigned char)*c;
        }
        int size = snprintf(line, sizeof line, "$%s*%02X\r\n", bodies[i], sum);
        assert_int_equal(write(master, line, (size_t)size), size);
    }
}

static void start_daemon(const char *device)
{
    char number[8];
    char control[64];
    snprintf(number, sizeof number, "%u", port);
    snprintf(control, sizeof control, "%s", in_folder("gpsd.sock"));
    close(listener); /* the port is gpsd's now */
    listener = -1;
    daemon_process = fork();
    assert_true(daemon_process >= 0);
    if (daemon_process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)!freopen("/dev/null", "w", stderr);
        execlp("gpsd", "gpsd", "-N", "-n", "-S", number, "-F", control, device, (char *)NULL);
        _exit(127);
    }
}

static void debian_s_gpsd_tells_where_its_receiver_is(void **state)
{
    (void)state;
    struct position_fix fix;
    struct termios raw;
    if (access("/usr/sbin/gpsd", X_OK) != 0) {
        skip();
    }
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(slave >= 0 && tcgetattr(slave, &raw) == 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
    chmod(ptsname(master), 0666); /* gpsd gives up root's rights */
    open_position("");
    assert_int_equal(read_now(&fix), TILL_DEVICE_OFFLINE);
    start_daemon(ptsname(master));
    enum till_status status = TILL_DEVICE_OFFLINE;
    for (int i = 0; i < 100 && status != TILL_NOT_FOUND; i++) {
        speak_nmea(master, false);
        nap(100);
        status = read_now(&fix);
    }
    assert_int_equal(status, TILL_NOT_FOUND);
    for (int i = 0; i < 100 && status != TILL_OK; i++) {
        speak_nmea(master, true);
        nap(100);
        status = read_now(&fix);
    }
    assert_int_equal(status, TILL_OK);
    assert_int_equal(fix.latitude_e7, 303000000);
    assert_int_equal(fix.longitude_e7, 1203000000);
    assert_in_range(fix.age_s, 0, 2);
    assert_in_range(fix.dimensions, 2, 3);
    stop_daemon();
    nap(50);
    assert_int_equal(read_now(&fix), TILL_OK);
    close(slave);
    close(master);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_to_the_last_place_without_floating_point),
        cmocka_unit_test(a_fix_is_read_with_how_sure_it_is_and_in_how_many_dimensions),
        cmocka_unit_test(no_fix_receivers_and_other_reports_are_told_apart),
        TEST(a_fix_comes_ages_and_is_kept_while_there_is_none),
        TEST(garbage_and_torn_lines_spoil_nothing),
        TEST(a_gpsd_that_goes_is_met_again_and_the_last_fix_stays),
        TEST(a_receiver_that_is_switched_off_is_not_watched),
        TEST(debian_s_gpsd_tells_where_its_receiver_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
