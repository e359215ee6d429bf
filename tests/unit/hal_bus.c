/* The bus: messages there and back, and a whole conversation of a terminal with a panel. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bus.h"
#include "sim.h"

static enum till_status parse(const char *text, struct bus_message *out)
{
    return bus_parse((struct span){(const uint8_t *)text, strlen(text)}, out);
}

static void every_message_comes_back_as_it_was_written(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "fb /tmp/a b/fb",
        "key ok down",
        "key * up",
        "net 4g 3",
        "printer out",
        "speed 480",
        "battery 80 1",
        "scan HTTPS://E.CN/R/ABC 1 2",
        "card in 3b6900",
        "card out -",
        "card-answer 00a40000023f00 9000",
        "meter on",
        "meter-answer 68 16",
        "clock -86400",
        "position 303000000 -1203000000 50",
        "ready",
        "hello sim 640 480 2 1",
        "frame 0 0 640 480",
        "screen home\nHome\n1 Collect\n",
        "paper\nab\x1b@",
        "reset",
        "fault byte 3: no such command",
        "sound ok",
        "light 0",
    };
    static struct bus_message message;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        uint8_t memory[256];
        struct buffer out;
        if (parse(lines[i], &message) != TILL_OK) {
            fail_msg("refused: %s", lines[i]);
        }
        buffer_init(&out, memory, sizeof memory);
        assert_int_equal(bus_format(&message, &out), TILL_OK);
        assert_int_equal(out.size, strlen(lines[i]));
        assert_memory_equal(memory, lines[i], out.size);
    }
}

static void what_is_no_message_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "nonsense",
        "key",
        "key ok",
        "key ok down more",
        "key nokey down",
        "key  down",
        "net 5g 3",
        "net 4g 9",
        "net 4g 3 ",
        "battery 101 0",
        "battery 50 2",
        "battery +5 0",
        "frame 0 0 0 1",
        "clock 99999999999",
        "ready\n",
        "paper",
        "screen home",
        "scan ",
        "scan a\tb",
        "hello a b 1 1 1",
    };
    static struct bus_message message;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (parse(lines[i], &message) != TILL_E_PROTOCOL) {
            fail_msg("accepted: %s", lines[i]);
        }
    }
}

/* A panel of the test's own: it listens, says the world, and remembers what it hears. */
struct panel {
    char folder[64];
    char socket[96];
    char fb[96];
    int listener, fd;
    uint8_t memory[BUS_DATAGRAM_MAX];
    struct bus_message in, out;
};

static void panel_open(struct panel *p)
{
    const char *tmp = getenv("TMPDIR");
    memset(p, 0, sizeof *p);
    snprintf(p->folder, sizeof p->folder, "%.40s/hal-bus-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->socket, sizeof p->socket, "%s/bus", p->folder);
    snprintf(p->fb, sizeof p->fb, "%s/fb", p->folder);
    int fb = open(p->fb, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fb >= 0 && ftruncate(fb, 640 * 480 * 4) == 0);
    close(fb);
    assert_int_equal(bus_listen(p->socket, &p->listener), TILL_OK);
    p->fd = -1;
}

static void panel_close(struct panel *p)
{
    if (p->fd >= 0) {
        close(p->fd);
    }
    if (p->listener >= 0) {
        close(p->listener);
    }
    unlink(p->socket);
    unlink(p->fb);
    rmdir(p->folder);
}

static void panel_send(struct panel *p, const char *line)
{
    assert_int_equal(send(p->fd, line, strlen(line), MSG_NOSIGNAL), (ssize_t)strlen(line));
}

static bool wait_readable(int fd, int ms)
{
    struct pollfd waiting = {fd, POLLIN, 0};
    return poll(&waiting, 1, ms) == 1;
}

/* The next message of that verb within 3 s; others are passed over. */
static const struct bus_message *panel_hears(struct panel *p, enum bus_verb verb)
{
    for (int i = 0; i < 200; i++) {
        if (!wait_readable(p->fd, 3000)) {
            break;
        }
        enum till_status status = bus_receive(p->fd, p->memory, &p->in);
        if (status == TILL_OK && p->in.verb == verb) {
            return &p->in;
        }
        if (status == TILL_DEVICE_OFFLINE) {
            break;
        }
    }
    return NULL;
}

static void panel_accepts(struct panel *p)
{
    char fb[128];
    assert_true(wait_readable(p->listener, 3000));
    p->fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(p->fd >= 0);
    const struct bus_message *hello = panel_hears(p, BUS_HELLO);
    assert_non_null(hello);
    assert_int_equal(hello->numbers[0], 640);
    assert_int_equal(hello->numbers[3], BUS_VERSION);
    snprintf(fb, sizeof fb, "fb %s", p->fb);
    panel_send(p, fb);
    panel_send(p, "net 4g 3");
    panel_send(p, "speed 0");
    panel_send(p, "battery 42 1");
}

static enum till_status open_board(const struct panel *p, struct board *board, char message[256])
{
    char bus[128];
    snprintf(bus, sizeof bus, "sim.bus=%s", p->socket);
    const char *const overrides[] = {bus};
    return hal_open_options("hal/boards/sim-panel.conf", overrides, 1, board, message);
}

/* The terminal in a child process: it shows, waits for OK, prints, waits for another key. */
static int terminal(const struct panel *p)
{
    struct board board;
    char message[256];
    static uint32_t frame[640 * 480];
    if (open_board(p, &board, message) != TILL_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    struct network_state network;
    if (network_state(board.network, &network) != TILL_OK || network.bars != 3) {
        return 2;
    }
    frame[641] = 0x00ABCDEF;
    if (display_show(board.display, frame, 640, (struct display_area){0, 0, 640, 480}) != TILL_OK) {
        return 3;
    }
    display_describe(board.display, "home", "Home\n");
    for (;;) {
        struct keypad_event event;
        if (!wait_readable(keypad_fd(board.keypad), 5000)) {
            return 4;
        }
        while (keypad_poll(board.keypad, &event) == TILL_OK) {
            size_t taken = 0;
            struct span bytes = {(const uint8_t *)"receipt\n", 8};
            if (event.key == PAD_CANCEL) {
                hal_close(&board);
                return 0;
            }
            if (event.key == PAD_OK && event.down &&
                (printer_write(board.printer, bytes, &taken) != TILL_OK || taken != 8 ||
                 printer_settle(board.printer) != TILL_OK)) {
                return 5;
            }
        }
    }
}

static pid_t start_terminal(const struct panel *p)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(p->listener);
        _exit(terminal(p));
    }
    return child;
}

static void expect_exit(pid_t child, int expected)
{
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
}

static void a_panel_and_a_terminal_hold_a_conversation(void **state)
{
    (void)state;
    static struct panel p;
    panel_open(&p);
    pid_t child = start_terminal(&p);
    panel_accepts(&p);
    panel_send(&p, "ready");
    const struct bus_message *screen = panel_hears(&p, BUS_SCREEN);
    assert_non_null(screen);
    assert_string_equal(screen->text, "home");
    assert_memory_equal(screen->payload.data, "Home\n", 5);
    int fb = open(p.fb, O_RDONLY | O_CLOEXEC);
    uint32_t pixel = 0;
    assert_int_equal(pread(fb, &pixel, 4, 641 * 4), 4);
    assert_int_equal(pixel, 0x00ABCDEF);
    close(fb);
    panel_send(&p, "nonsense");
    panel_send(&p, "key ok down");
    const struct bus_message *paper = panel_hears(&p, BUS_PAPER);
    assert_non_null(paper);
    assert_int_equal(paper->payload.size, 8);
    assert_memory_equal(paper->payload.data, "receipt\n", 8);
    panel_send(&p, "key cancel down");
    expect_exit(child, 0);
    panel_close(&p);
}

static void a_panel_that_starts_anew_is_told_the_screen_again(void **state)
{
    (void)state;
    static struct panel p;
    panel_open(&p);
    pid_t child = start_terminal(&p);
    panel_accepts(&p);
    panel_send(&p, "ready");
    assert_non_null(panel_hears(&p, BUS_SCREEN));
    close(p.fd);
    close(p.listener);
    assert_int_equal(bus_listen(p.socket, &p.listener), TILL_OK);
    panel_accepts(&p);
    panel_send(&p, "ready");
    const struct bus_message *frame = panel_hears(&p, BUS_FRAME);
    assert_non_null(frame);
    assert_int_equal(frame->numbers[2], 640);
    assert_non_null(panel_hears(&p, BUS_SCREEN));
    panel_send(&p, "key cancel down");
    expect_exit(child, 0);
    panel_close(&p);
}

/* Plays a panel in a child: tells a slow printer, goes when the first paper came or at once. */
static pid_t start_panel(struct panel *p, bool waits_for_paper)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        panel_accepts(p);
        panel_send(p, "speed 100");
        panel_send(p, "ready");
        if (waits_for_paper) {
            _exit(panel_hears(p, BUS_PAPER) ? 0 : 1);
        }
        panel_send(p, "key ok down");            /* so that the terminal knows: all was said */
        (void)wait_readable(p->listener, 10000); /* until somebody knocks */
        _exit(0);
    }
    return child;
}

static void a_print_that_the_panel_left_is_no_finished_one(void **state)
{
    (void)state;
    static struct panel p;
    struct board board;
    char message[256];
    size_t taken = 0;
    enum till_status status = TILL_BUSY;
    struct span bytes = {(const uint8_t *)"one\ntwo\nthree\nfour\n", 19};
    panel_open(&p);
    pid_t child = start_panel(&p, true);
    assert_int_equal(open_board(&p, &board, message), TILL_OK);
    assert_int_equal(printer_write(board.printer, bytes, &taken), TILL_OK);
    for (int i = 0; i < 500 && status == TILL_BUSY; i++) {
        (void)wait_readable(printer_fd(board.printer), 20);
        status = printer_settle(board.printer);
    }
    assert_int_equal(status, TILL_DEVICE_OFFLINE);
    expect_exit(child, 0);
    child = start_panel(&p, false);
    for (int i = 0; i < 500 && status == TILL_DEVICE_OFFLINE; i++) {
        (void)wait_readable(printer_fd(board.printer), 20);
        status = printer_settle(board.printer);
    }
    assert_int_equal(status, TILL_E_DEVICE);
    assert_int_equal(printer_reset(board.printer), TILL_OK);
    assert_int_equal(printer_settle(board.printer), TILL_OK);
    struct keypad_event event;
    for (int i = 0; i < 500 && keypad_poll(board.keypad, &event) != TILL_OK; i++) {
        (void)wait_readable(keypad_fd(board.keypad), 20);
    }
    hal_close(&board);
    int knock = -1;
    assert_int_equal(bus_connect(p.socket, &knock), TILL_OK);
    expect_exit(child, 0);
    close(knock);
    panel_close(&p);
}

static void without_a_panel_the_board_does_not_open_and_says_where(void **state)
{
    (void)state;
    static struct panel p;
    struct board board;
    char message[256];
    panel_open(&p);
    close(p.listener);
    p.listener = -1;
    assert_int_equal(open_board(&p, &board, message), TILL_DEVICE_OFFLINE);
    assert_non_null(strstr(message, "[sim] bus: no panel listens there"));
    panel_close(&p);
}

static void only_one_panel_listens_at_a_path(void **state)
{
    (void)state;
    static struct panel p;
    int fd = -1;
    panel_open(&p);
    assert_int_equal(bus_listen(p.socket, &fd), TILL_BUSY);
    close(p.listener);
    assert_int_equal(bus_listen(p.socket, &p.listener), TILL_OK);
    panel_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_back_as_it_was_written),
        cmocka_unit_test(what_is_no_message_is_refused),
        cmocka_unit_test(a_panel_and_a_terminal_hold_a_conversation),
        cmocka_unit_test(a_panel_that_starts_anew_is_told_the_screen_again),
        cmocka_unit_test(a_print_that_the_panel_left_is_no_finished_one),
        cmocka_unit_test(without_a_panel_the_board_does_not_open_and_says_where),
        cmocka_unit_test(only_one_panel_listens_at_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
