/*
 * The card driver against the real daemon: pcscd with the virtual reader vpcd, and a card that this
 * test plays over vpcd's socket.
 *
 * The daemon is our own and leaves the machine's alone: it runs in a mount namespace where its
 * folder /run/pcscd is one of ours, and PCSCLITE_CSOCK_NAME sends the client library there. Where
 * no namespace can be had, or the packages are missing, the tests are skipped and say so.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "card.h"
#include "text.h"

#define READER "Fieldtill Test"
#define LIBRARY "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"

enum { PATIENCE_MS = 6000, STEP_MS = 10 };

static char folder[96];
static uint16_t port;
static pid_t daemon_pid;
static struct board board;
static bool possible;

/* ---- the daemon ------------------------------------------------------------------------------ */

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int connect_to_reader(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* A port that is free, and the next one too: vpcd has two slots. */
static uint16_t free_port(void)
{
    for (int i = 0; i < 50; i++) {
        struct sockaddr_in address = {.sin_family = AF_INET};
        socklen_t size = sizeof address;
        int first = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int second = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(first, (struct sockaddr *)&address, size), 0);
        assert_int_equal(getsockname(first, (struct sockaddr *)&address, &size), 0);
        uint16_t found = ntohs(address.sin_port);
        address.sin_port = htons((uint16_t)(found + 1));
        bool both = found < 65535 && bind(second, (struct sockaddr *)&address, size) == 0;
        close(first);
        close(second);
        if (both) {
            return found;
        }
    }
    fail_msg("no free port");
    return 0;
}

static void start_daemon(void)
{
    static const char script[] = "mount -t tmpfs none /run && mkdir -p /run/pcscd && "
                                 "mount --bind \"$1/run\" /run/pcscd && "
                                 "exec pcscd --foreground --critical --config \"$1/readers\"";
    char log[128];
    snprintf(log, sizeof log, "%s/log", folder);
    daemon_pid = fork();
    if (daemon_pid == 0) {
        int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(fd, 1);
        dup2(fd, 2);
        execlp("unshare", "unshare", "--mount", "--propagation", "private",
               geteuid() == 0 ? "--" : "--map-root-user", "sh", "-c", script, "sh", folder,
               (char *)NULL);
        _exit(127);
    }
}

static void stop_daemon(void)
{
    if (daemon_pid > 0) {
        kill(daemon_pid, SIGKILL); /* as when it crashes: nothing is cleaned up */
        waitpid(daemon_pid, NULL, 0);
    }
    daemon_pid = 0;
    char path[128];
    snprintf(path, sizeof path, "%s/run/pcscd.pid", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/run/pcscd.comm", folder);
    unlink(path);
}

/* Until its reader takes cards. */
static bool daemon_is_up(void)
{
    for (int i = 0; i < PATIENCE_MS / STEP_MS; i++) {
        int fd = connect_to_reader();
        if (fd >= 0) {
            close(fd);
            return true;
        }
        if (waitpid(daemon_pid, NULL, WNOHANG) == daemon_pid) {
            daemon_pid = 0;
            return false;
        }
        pause_ms(STEP_MS);
    }
    return false;
}

static void write_file(const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int prepare(void **state)
{
    (void)state;
    char path[128];
    char text[512];
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/pcsc-XXXXXX", base && strlen(base) < 60 ? base : "/tmp");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/run", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/readers", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/run/pcscd.comm", folder);
    setenv("PCSCLITE_CSOCK_NAME", path, 1);
    port = free_port();
    snprintf(text, sizeof text,
             "FRIENDLYNAME \"" READER "\"\nDEVICENAME /dev/null:0x%04X\nLIBPATH " LIBRARY
             "\nCHANNELID 0x%04X\n",
             port, port);
    write_file("readers/vpcd", text);
    possible = access(LIBRARY, R_OK) == 0;
    if (possible) {
        start_daemon();
        possible = daemon_is_up();
    }
    if (!possible) {
        print_message("no pcscd of our own here: the packages pcscd and vsmartcard-vpcd, or the "
                      "right to a mount namespace, are missing\n");
    }
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    char path[128];
    static const char *const names[] = {"readers/vpcd", "readers", "run", "log", "board", ""};
    stop_daemon();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    return 0;
}

/* ---- the card -------------------------------------------------------------------------------- */

static struct {
    pthread_t thread;
    int fd; /* -1: out of the slot */
    const char *atr;
    size_t atr_size;
    bool mute_on_power; /* powered up, it gives no answer to reset */
    bool stalls;        /* takes commands and never answers */
    bool pulled_on_command;
    unsigned commands;
    uint8_t last[CARD_COMMAND_MAX];
    size_t last_size;
} card;

static const char elec[] = "\x3B\x69\x00\x00"
                           "ELECCARD1";

static bool read_all(int fd, uint8_t *bytes, size_t size)
{
    return recv(fd, bytes, size, MSG_WAITALL) == (ssize_t)size;
}

static void reply(int fd, const void *bytes, size_t size)
{
    uint8_t head[2] = {(uint8_t)(size >> 8), (uint8_t)size};
    (void)send(fd, head, 2, MSG_NOSIGNAL);
    (void)send(fd, bytes, size, MSG_NOSIGNAL);
}

/* A file of 300 bytes; T=0 manners: Le wrong is 6Cxx, data after data is 61xx. */
static void answer_command(int fd, const uint8_t *c, size_t size)
{
    uint8_t out[258];
    card.commands++;
    memcpy(card.last, c, size);
    card.last_size = size;
    if (c[1] == 0xA4) {
        reply(fd, "\x61\x03", 2);
    } else if (c[1] == 0xC0) {
        reply(fd, "\x6F\x01\xDF\x90\x00", 5);
    } else if (c[1] == 0xB0 && c[4] == 0) {
        reply(fd, "\x6C\x10", 2);
    } else if (c[1] == 0xB0) {
        for (size_t i = 0; i < c[4]; i++) {
            out[i] = (uint8_t)(c[3] + i);
        }
        out[c[4]] = 0x90;
        out[c[4] + 1] = 0x00;
        reply(fd, out, c[4] + 2u);
    } else {
        reply(fd, "\x6D\x00", 2);
    }
}

static void *play_card(void *unused)
{
    uint8_t head[2];
    uint8_t bytes[1024];
    bool silent = false;
    int fd = card.fd;
    while (read_all(fd, head, 2)) {
        size_t size = (size_t)(head[0] << 8 | head[1]);
        if (size > sizeof bytes || !read_all(fd, bytes, size)) {
            break;
        }
        if (size == 1 && bytes[0] == 4) {
            reply(fd, silent ? "\x00" : card.atr, silent ? 1 : card.atr_size);
        } else if (size == 1 && bytes[0] <= 2) {
            silent = card.mute_on_power && bytes[0] == 1;
        } else if (card.pulled_on_command) {
            shutdown(fd, SHUT_RDWR);
        } else if (!card.stalls) {
            answer_command(fd, bytes, size);
        }
    }
    return unused;
}

static void card_in(const char *atr, size_t atr_size)
{
    for (int i = 0; i < PATIENCE_MS / STEP_MS && card.fd < 0; i++) {
        card.fd = connect_to_reader();
        if (card.fd < 0) {
            pause_ms(STEP_MS);
        }
    }
    assert_true(card.fd >= 0);
    card.atr = atr;
    card.atr_size = atr_size;
    assert_int_equal(pthread_create(&card.thread, NULL, play_card, NULL), 0);
}

static void card_out(void)
{
    if (card.fd >= 0) {
        shutdown(card.fd, SHUT_RDWR);
        pthread_join(card.thread, NULL);
        close(card.fd);
    }
    card.fd = -1;
}

/* ---- the board ------------------------------------------------------------------------------- */

static void open_board(const char *reader)
{
    char path[128];
    char text[256];
    char message[256];
    snprintf(text, sizeof text,
             "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\n"
             "driver=system\n[card]\ndriver=pcsc\nreader=%s\n",
             reader);
    write_file("board", text);
    snprintf(path, sizeof path, "%s/board", folder);
    if (hal_open(path, &board, message) != TILL_OK) {
        fail_msg("%s", message);
    }
}

static int begin(void **state)
{
    (void)state;
    memset(&card, 0, sizeof card);
    card.fd = -1;
    if (!possible) {
        return 0;
    }
    if (daemon_pid == 0) {
        start_daemon();
        if (!daemon_is_up()) {
            return -1;
        }
    }
    open_board(READER);
    return 0;
}

static int end(void **state)
{
    (void)state;
    hal_close(&board);
    card_out();
    return 0;
}

/* Waits on the descriptor, as a loop does, until present() answers so. */
static void wait_for(enum till_status status, bool present)
{
    long until_ms = now_ms() + PATIENCE_MS;
    bool seen = !present;
    enum till_status answer = card_present(board.card, &seen);
    while (now_ms() < until_ms && (answer != status || (status == TILL_OK && seen != present))) {
        struct pollfd waiting = {card_fd(board.card), POLLIN, 0};
        (void)poll(&waiting, 1, (int)(until_ms - now_ms()));
        answer = card_present(board.card, &seen);
    }
    assert_int_equal(answer, status);
    if (status == TILL_OK) {
        assert_int_equal(seen, present);
    }
}

static void put_in_and_connect(void)
{
    struct card_atr atr;
    wait_for(TILL_OK, false);
    card_in(elec, sizeof elec - 1);
    wait_for(TILL_OK, true);
    assert_int_equal(card_connect(board.card, &atr), TILL_OK);
    assert_int_equal(atr.size, sizeof elec - 1);
    assert_memory_equal(atr.bytes, elec, atr.size);
}

static enum till_status transmit(const char *command, size_t size, uint8_t *response,
                                 size_t *response_size)
{
    return card_transmit(board.card, (struct span){(const uint8_t *)command, size}, response,
                         CARD_RESPONSE_MAX, response_size);
}

#define NEEDS_DAEMON()                                                                             \
    if (!possible) {                                                                               \
        skip();                                                                                    \
    }

static void a_card_is_seen_to_come_and_go(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    struct card_atr atr;
    wait_for(TILL_OK, false);
    assert_int_equal(card_connect(board.card, &atr), TILL_NOT_FOUND);
    card_in(elec, sizeof elec - 1);
    wait_for(TILL_OK, true);
    struct pollfd quiet = {card_fd(board.card), POLLIN, 0};
    assert_int_equal(poll(&quiet, 1, 0), 0); /* fetched: nothing more to see */
    card_out();
    wait_for(TILL_OK, false);
    card_in(elec, sizeof elec - 1);
    wait_for(TILL_OK, true);
}

static void commands_go_there_and_answers_come_back(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    uint8_t response[CARD_RESPONSE_MAX];
    size_t size = 0;
    put_in_and_connect();
    assert_int_equal(transmit("\x00\xB0\x81\x07\x04", 5, response, &size), TILL_OK);
    assert_int_equal(size, 6);
    assert_memory_equal(response, "\x07\x08\x09\x0A\x90\x00", 6);
    assert_int_equal(transmit("\x00\xB0\x81\x00\xFF", 5, response, &size), TILL_OK);
    assert_int_equal(size, 257);
    assert_int_equal(transmit("\x80\x10\x00\x00", 4, response, &size), TILL_OK);
    assert_memory_equal(response, "\x6D\x00", 2); /* the card's no is an answer */
    card_disconnect(board.card);
    assert_int_equal(transmit("\x00\xB0\x81\x00\x04", 5, response, &size), TILL_NOT_FOUND);
}

static void what_t0_makes_awkward_is_done_by_the_driver(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    uint8_t response[CARD_RESPONSE_MAX];
    size_t size = 0;
    put_in_and_connect();
    assert_int_equal(transmit("\x00\xA4\x00\x00\x02\xDF\x01\x00", 8, response, &size), TILL_OK);
    assert_int_equal(size, 5);
    assert_memory_equal(response, "\x6F\x01\xDF\x90\x00", 5);
    assert_memory_equal(card.last, "\x00\xC0\x00\x00\x03", 5);
    assert_int_equal(transmit("\x00\xB0\x81\x00\x00", 5, response, &size), TILL_OK);
    assert_int_equal(size, 18);
}

static void a_card_of_t1_gets_le_with_its_data(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    static const char atr[] = "\x3B\x80\x80\x01\x01";
    struct card_atr got;
    uint8_t response[CARD_RESPONSE_MAX];
    size_t size = 0;
    wait_for(TILL_OK, false);
    card_in(atr, sizeof atr - 1);
    wait_for(TILL_OK, true);
    assert_int_equal(card_connect(board.card, &got), TILL_OK);
    assert_int_equal(transmit("\x80\x42\x00\x00\x01\xAA\x00", 7, response, &size), TILL_OK);
    assert_int_equal(card.last_size, 7);
}

static void a_card_upside_down_is_there_and_gives_no_answer(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    struct card_atr atr;
    wait_for(TILL_OK, false);
    card.mute_on_power = true;
    card_in(elec, sizeof elec - 1);
    wait_for(TILL_OK, true);
    assert_int_equal(card_connect(board.card, &atr), TILL_E_PROTOCOL);
    card_out();
    wait_for(TILL_OK, false);
    card.mute_on_power = false;
    put_in_and_connect(); /* turned round */
}

static void a_card_pulled_out_in_the_middle_of_a_command_is_said(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    uint8_t response[CARD_RESPONSE_MAX];
    size_t size = 0;
    struct card_atr atr;
    put_in_and_connect();
    card.pulled_on_command = true;
    long begun_ms = now_ms();
    assert_int_equal(transmit("\x00\xB0\x81\x07\x04", 5, response, &size), TILL_NOT_FOUND);
    assert_in_range(now_ms() - begun_ms, 0, 3000);
    card_out();
    wait_for(TILL_OK, false);
    assert_int_equal(transmit("\x00\xB0\x81\x07\x04", 5, response, &size), TILL_NOT_FOUND);
    card.pulled_on_command = false;
    card_in(elec, sizeof elec - 1);
    wait_for(TILL_OK, true);
    assert_int_equal(card_connect(board.card, &atr), TILL_OK);
    assert_int_equal(transmit("\x00\xB0\x81\x07\x04", 5, response, &size), TILL_OK);
}

static void a_card_that_never_answers_holds_nobody_longer_than_three_seconds(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    uint8_t response[CARD_RESPONSE_MAX];
    size_t size = 0;
    put_in_and_connect();
    card.stalls = true;
    long begun_ms = now_ms();
    assert_int_equal(transmit("\x00\xB0\x81\x07\x04", 5, response, &size), TILL_TIMEOUT);
    assert_in_range(now_ms() - begun_ms, 2000, 3100);
    bool present = false;
    begun_ms = now_ms();
    assert_int_equal(card_present(board.card, &present), TILL_OK);
    assert_in_range(now_ms() - begun_ms, 0, 100);
    card_out(); /* that frees the reader */
    card.stalls = false;
    wait_for(TILL_OK, false);
    put_in_and_connect();
    assert_int_equal(transmit("\x00\xB0\x81\x07\x04", 5, response, &size), TILL_OK);
}

static void connecting_again_is_a_cold_reset(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    struct card_atr atr;
    uint8_t response[CARD_RESPONSE_MAX];
    size_t size = 0;
    put_in_and_connect();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(card_connect(board.card, &atr), TILL_OK);
        assert_int_equal(transmit("\x00\xB0\x81\x07\x01", 5, response, &size), TILL_OK);
    }
}

static void a_daemon_that_dies_and_a_reader_that_comes_later_are_no_end(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    uint8_t response[CARD_RESPONSE_MAX];
    size_t size = 0;
    struct card_atr atr;
    put_in_and_connect();
    stop_daemon();
    card_out();
    wait_for(TILL_DEVICE_OFFLINE, false);
    assert_int_equal(card_connect(board.card, &atr), TILL_DEVICE_OFFLINE);
    assert_int_not_equal(transmit("\x00\xB0\x81\x07\x04", 5, response, &size), TILL_OK);
    start_daemon();
    put_in_and_connect();
    assert_int_equal(transmit("\x00\xB0\x81\x07\x04", 5, response, &size), TILL_OK);
}

static void a_reader_that_isn_t_there_is_offline_and_no_failure(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    bool present = false;
    hal_close(&board);
    open_board("Another Maker");
    wait_for(TILL_DEVICE_OFFLINE, false);
    hal_close(&board);
    stop_daemon();
    open_board(""); /* any, and no daemon yet */
    assert_int_equal(card_present(board.card, &present), TILL_DEVICE_OFFLINE);
    start_daemon();
    wait_for(TILL_OK, false);
}

static void closing_is_quick_whatever_goes_on(void **state)
{
    (void)state;
    NEEDS_DAEMON();
    for (int i = 0; i < 10; i++) {
        long begun_ms = now_ms();
        hal_close(&board);
        assert_in_range(now_ms() - begun_ms, 0, 1000);
        open_board(READER);
        pause_ms(i * 3);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_card_is_seen_to_come_and_go),
        TEST(commands_go_there_and_answers_come_back),
        TEST(what_t0_makes_awkward_is_done_by_the_driver),
        TEST(a_card_of_t1_gets_le_with_its_data),
        TEST(a_card_upside_down_is_there_and_gives_no_answer),
        TEST(a_card_pulled_out_in_the_middle_of_a_command_is_said),
        TEST(a_card_that_never_answers_holds_nobody_longer_than_three_seconds),
        TEST(connecting_again_is_a_cold_reset),
        TEST(a_daemon_that_dies_and_a_reader_that_comes_later_are_no_end),
        TEST(a_reader_that_isn_t_there_is_offline_and_no_failure),
        TEST(closing_is_quick_whatever_goes_on),
    };
    return cmocka_run_group_tests(tests, prepare, clean_up);
}
