/*
 * The first and only program of a small machine with a real kernel: tries the drivers of hal/linux
 * that speak to device nodes, and prints TAP on the serial line. tests/kernel/run starts the
 * machine, and does from outside what the lines "HOST …" ask: presses a key, looks at the screen.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fb.h>
#include <linux/uinput.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "display.h"
#include "keypad.h"
#include "log.h"
#include "scanner.h"
#include "sound.h"
#include "watchdog.h"

enum { MODULES_MAX = 64, PIXELS_MAX = 2048 * 2048 };

static int tests, failures;
static struct board board;
static uint32_t *frame;

static void check(bool good, const char *format, ...)
{
    char text[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    tests++;
    failures += !good;
    printf("%sok %d - %s\n", good ? "" : "not ", tests, text);
}

static void to_stdout(void *context, enum log_level level, const char *line)
{
    (void)context;
    (void)level;
    printf("# %s\n", line);
}

/* Asks the other side, and waits until it has done it. */
static void host(const char *what)
{
    char answer[16];
    printf("HOST %s\n", what);
    if (!fgets(answer, sizeof answer, stdin)) {
        printf("# nobody answers\n");
    }
}

/* The devices under test as the board file's end says, beside a keypad that isn't there and a
 * display in memory. */
static bool open_board(const char *more)
{
    char message[256];
    FILE *file = fopen("/board.conf", "w");
    fprintf(file, "[board]\nname=probe\n[clock]\ndriver=system\n%s%s%s",
            strstr(more, "[keypad]") ? "" : "[keypad]\ndriver=evdev\nname=none\n",
            strstr(more, "[display]") ? "" : "[display]\ndriver=fbdev\ndevice=/dev/fb1\n", more);
    fclose(file);
    enum till_status status = hal_open("/board.conf", &board, message);
    if (status != TILL_OK) {
        printf("# %s: %s\n", status_name(status), message);
    }
    return status == TILL_OK;
}

/* ---- a machine ------------------------------------------------------------------------------- */

static void load_modules(void)
{
    char line[160];
    FILE *list = fopen("/modules", "r");
    for (int i = 0; i < MODULES_MAX && list && fgets(line, sizeof line, list); i++) {
        line[strcspn(line, "\n")] = '\0';
        char *options = strchr(line, ' ');
        if (options) {
            *options++ = '\0';
        }
        int fd = open(line, O_RDONLY | O_CLOEXEC);
        if (syscall(SYS_finit_module, fd, options ? options : "", 0) != 0 && errno != EEXIST) {
            printf("# module %s: %s\n", line, strerror(errno));
        }
        close(fd);
    }
    if (list) {
        fclose(list);
    }
}

/* A frame buffer in memory (vfb) takes any form, and its bytes can be read back. */
static bool set_form(const char *node, uint32_t bits)
{
    struct fb_var_screeninfo var;
    int fd = open(node, O_RDWR | O_CLOEXEC);
    bool set = fd >= 0 && ioctl(fd, FBIOGET_VSCREENINFO, &var) == 0;
    var.xres = var.xres_virtual = 320;
    var.yres = var.yres_virtual = 240;
    var.bits_per_pixel = bits;
    var.activate = FB_ACTIVATE_NOW;
    set = set && ioctl(fd, FBIOPUT_VSCREENINFO, &var) == 0;
    close(fd);
    return set;
}

static void wake_up(void)
{
    mkdir("/dev", 0755);
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    (void)mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    (void)mount("proc", "/proc", "proc", 0, NULL);
    (void)mount("sysfs", "/sys", "sysfs", 0, NULL);
    int line = open("/dev/ttyS0", O_RDWR);
    for (int i = 0; i < 3; i++) {
        (void)dup2(line, i);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    log_to(to_stdout, NULL, LOG_LEVEL_INFO);
    load_modules();
    usleep(500000); /* devices are found while we go on */
    (void)set_form("/dev/fb1", 32);
}

/* ---- input ----------------------------------------------------------------------------------- */

static int make_input(const char *name, bool repeats)
{
    struct uinput_setup setup;
    int fd = open("/dev/uinput", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    memset(&setup, 0, sizeof setup);
    setup.id.bustype = BUS_USB;
    snprintf(setup.name, sizeof setup.name, "%s", name);
    bool made = fd >= 0 && ioctl(fd, UI_SET_EVBIT, EV_KEY) == 0;
    for (int code = KEY_ESC; code < KEY_MICMUTE && made; code++) {
        made = ioctl(fd, UI_SET_KEYBIT, code) == 0;
    }
    made = made && (!repeats || ioctl(fd, UI_SET_EVBIT, EV_REP) == 0) &&
           ioctl(fd, UI_DEV_SETUP, &setup) == 0 && ioctl(fd, UI_DEV_CREATE) == 0;
    if (!made) {
        printf("# uinput: %s\n", strerror(errno));
    }
    return fd;
}

static void press(int fd, uint16_t code, int32_t value)
{
    struct input_event events[2] = {{.type = EV_KEY, .code = code, .value = value},
                                    {.type = EV_SYN, .code = SYN_REPORT}};
    if (write(fd, events, sizeof events) != (ssize_t)sizeof events) {
        printf("# uinput takes nothing: %s\n", strerror(errno));
    }
}

/* What the keypad says until it has said nothing for so long: "5+ 5-". */
static const char *keys_said(int quiet_ms)
{
    static char text[512];
    size_t size = 0;
    int64_t until_ms = clock_now_ms(board.clock) + quiet_ms;
    enum till_status before = TILL_UNCHANGED;
    text[0] = '\0';
    while (size < 400 && clock_now_ms(board.clock) < until_ms) {
        struct keypad_event event;
        struct pollfd waiting = {keypad_fd(board.keypad), POLLIN, 0};
        enum till_status status = keypad_poll(board.keypad, &event);
        const char *gap = size > 0 ? " " : "";
        if (status == TILL_OK) {
            size += (size_t)snprintf(text + size, sizeof text - size, "%s%s%s", gap,
                                     key_name((int)event.key), event.down ? "+" : "-");
            until_ms = clock_now_ms(board.clock) + quiet_ms;
        } else if (status != TILL_UNCHANGED && status != before) {
            size +=
                (size_t)snprintf(text + size, sizeof text - size, "%s%s", gap, status_name(status));
        }
        before = status;
        if (status == TILL_UNCHANGED || status == TILL_DEVICE_OFFLINE) {
            (void)poll(&waiting, 1, 20);
        }
    }
    return text;
}

static void expect_keys(const char *wanted, int quiet_ms, const char *name)
{
    const char *said = keys_said(quiet_ms);
    check(strcmp(said, wanted) == 0, "%s", name);
    if (strcmp(said, wanted) != 0) {
        printf("# it said \"%s\", not \"%s\"\n", said, wanted);
    }
}

static void try_times(int pad)
{
    struct keypad_event event;
    int64_t before_ms = clock_now_ms(board.clock);
    press(pad, KEY_5, 1);
    usleep(40000);
    press(pad, KEY_5, 0);
    usleep(300000); /* the program is busy */
    bool down = keypad_poll(board.keypad, &event) == TILL_OK && event.down;
    check(down && event.at_ms >= before_ms && event.at_ms <= before_ms + 30,
          "a_press_bears_the_kernel_s_own_time");
    int64_t down_ms = event.at_ms;
    bool up = keypad_poll(board.keypad, &event) == TILL_OK && !event.down;
    check(up && event.at_ms >= down_ms + 40 && event.at_ms <= down_ms + 120,
          "and_so_does_the_release");
}

static void try_keypad(void)
{
    int pad = make_input("probe pad", true);
    usleep(200000);
    check(open_board("[keypad]\ndriver=evdev\nname=probe pad\nstuck=2\n"),
          "a_keypad_is_found_by_its_name");
    expect_keys("", 50, "a_keypad_is_quiet_at_first");
    try_times(pad);
    press(pad, KEY_UP, 1);
    usleep(900000);
    press(pad, KEY_UP, 0);
    expect_keys("up+ up-", 100, "the_kernel_s_autorepeat_is_dropped");
    for (int i = 0; i < 7; i++) {
        press(pad, KEY_1, i % 2 == 0);
    }
    usleep(50000);
    press(pad, KEY_1, 0);
    expect_keys("1+ 1-", 100, "bouncing_contacts_are_one_press");
    press(pad, KEY_2, 1);
    expect_keys("2+ 2- TILL_E_DEVICE", 2500, "a_stuck_key_is_let_go");
    press(pad, KEY_2, 0);
    expect_keys("", 50, "and_comes_up_unheard");
    for (int i = 0; i < 4000; i++) {
        press(pad, KEY_3, i % 2 == 0);
    }
    press(pad, KEY_4, 1);
    expect_keys("4+", 100, "after_lost_events_the_state_is_right");
    int count = 0;
    for (int i = 0; i < 10; i++) {
        char path[32];
        char name[64] = "";
        snprintf(path, sizeof path, "/dev/input/event%d", i);
        int fd = open(path, O_RDONLY | O_NONBLOCK);
        if (fd >= 0 && ioctl(fd, EVIOCGNAME(sizeof name), name) > 0 &&
            strcmp(name, "probe pad") == 0) {
            count += ioctl(fd, EVIOCGRAB, (void *)1) == -1 && errno == EBUSY;
        }
        close(fd);
    }
    check(count == 1, "nobody_else_gets_its_keys");
    close(pad); /* unplugged */
    expect_keys("4- TILL_DEVICE_OFFLINE", 100, "an_unplugged_keypad_lets_its_keys_go");
    pad = make_input("probe pad", true);
    expect_keys("", 300, "it_is_found_again");
    press(pad, KEY_ENTER, 1);
    press(pad, KEY_ENTER, 0);
    expect_keys("ok+ ok-", 100, "and_works");
    hal_close(&board);
    close(pad);
}

static void try_keyboard(void)
{
    check(open_board("[keypad]\ndriver=evdev\nname=AT Translated Set 2 keyboard\n"),
          "a_keyboard_of_the_machine_is_found");
    host("sendkey 7");
    expect_keys("7+ 7-", 500, "a_key_of_the_machine_arrives");
    hal_close(&board);
}

static void try_scanner(void)
{
    static const uint16_t codes[] = {KEY_6, KEY_1, KEY_0, KEY_0, KEY_X, KEY_ENTER};
    struct scanner_text text = {.size = 0};
    int wedge = make_input("probe wedge", false);
    usleep(200000);
    check(open_board("[scanner]\ndriver=evdev\nname=probe wedge\n"), "a_wedge_is_found");
    press(wedge, KEY_LEFTSHIFT, 1);
    press(wedge, KEY_A, 1);
    press(wedge, KEY_A, 0);
    press(wedge, KEY_LEFTSHIFT, 0);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        press(wedge, codes[i], 1);
        press(wedge, codes[i], 0);
        usleep(2000);
    }
    struct pollfd waiting = {scanner_fd(board.scanner), POLLIN, 0};
    (void)poll(&waiting, 1, 500);
    check(scanner_poll(board.scanner, &text) == TILL_OK && strcmp(text.bytes, "A6100x") == 0,
          "a_wedge_types_a_text");
    hal_close(&board);
    close(wedge);
}

static void try_beeper(void)
{
    check(open_board("[sound]\ndriver=evdev\nname=PC Speaker\n"), "the_beeper_is_found");
    bool good = sound_play(board.sound, SOUND_ERROR) == TILL_OK;
    struct pollfd waiting = {sound_fd(board.sound), POLLIN, 0};
    int steps = 0;
    while (poll(&waiting, 1, 300) == 1 && steps < 50) {
        good = sound_step(board.sound) == TILL_OK && good;
        steps++;
    }
    check(good && steps == 5, "a_pattern_is_played_step_by_step (%d)", steps);
    hal_close(&board);
}

/* ---- displays -------------------------------------------------------------------------------- */

static void fill(const struct display_shape *shape, struct display_area a, uint32_t colour)
{
    for (size_t y = a.y; y < (size_t)a.y + a.height; y++) {
        for (size_t x = a.x; x < (size_t)a.x + a.width; x++) {
            frame[y * shape->width + x] = colour;
        }
    }
}

/* Red with a blue corner at the top left; then a green square of 40 at 100, 50 as a partial update,
 * and one that is drawn and not shown. tests/kernel/run looks for them. */
static void draw(const char *name, const char *options, const char *look)
{
    struct display_shape shape;
    char text[96];
    int64_t longest_ms = 0;
    check(open_board(options), "%s_opens", name);
    if (!board.display) {
        return;
    }
    display_shape(board.display, &shape);
    printf("# %s: %u x %u\n", name, shape.width, shape.height);
    fill(&shape, (struct display_area){0, 0, shape.width, shape.height}, 0xFF0000);
    fill(&shape, (struct display_area){0, 0, 20, 20}, 0x0000FF);
    bool good = display_show(board.display, frame, shape.width,
                             (struct display_area){0, 0, shape.width, shape.height}) == TILL_OK;
    fill(&shape, (struct display_area){100, 50, 40, 40}, 0x00FF00);
    fill(&shape, (struct display_area){200, 50, 40, 40}, 0x00FF00);
    for (int i = 0; i < 10; i++) {
        int64_t from_ms = clock_now_ms(board.clock);
        good = display_show(board.display, frame, shape.width,
                            (struct display_area){100, 50, 40, 40}) == TILL_OK &&
               good;
        int64_t took_ms = clock_now_ms(board.clock) - from_ms;
        longest_ms = took_ms > longest_ms ? took_ms : longest_ms;
    }
    check(good, "%s_shows", name);
    printf("# %s: a partial update took at most %lld ms\n", name, (long long)longest_ms);
    snprintf(text, sizeof text, "screen %s", look);
    host(text);
    hal_close(&board);
}

static void try_drm(void)
{
    draw("drm", "[display]\ndriver=drm\n", "upright");
    draw("drm_turned", "[display]\ndriver=drm\nrotate=180\n", "turned");
    draw("drm_with_a_mode", "[display]\ndriver=drm\nmode=640x480\n", "upright");
}

/* A card that is told of each change. In larger modes its driver makes 24 bits of 32, and Linux 6.1
 * then puts what changed in the wrong place. */
static void try_told_drm(void)
{
    draw("drm_565", "[display]\ndriver=drm\nformat=rgb565\nmode=640x480\n", "upright");
    draw("drm_565_turned", "[display]\ndriver=drm\nformat=rgb565\nmode=640x480\nrotate=180\n",
         "turned");
    draw("drm_888", "[display]\ndriver=drm\nmode=640x480\n", "upright");
}

static uint32_t bytes_at(const char *node, off_t offset, size_t size)
{
    uint32_t value = 0;
    int fd = open(node, O_RDONLY | O_CLOEXEC);
    if (pread(fd, &value, size, offset) != (ssize_t)size) {
        printf("# %s: %s\n", node, strerror(errno));
    }
    close(fd);
    return value;
}

static void try_forms(const char *node)
{
    struct display_shape shape;
    char options[128];
    snprintf(options, sizeof options, "[display]\ndriver=fbdev\ndevice=%s\norder=lsb\n", node);
    static const uint32_t forms[] = {16, 32, 24, 1};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        bool opened = set_form(node, forms[i]) && open_board(options);
        check(opened, "a_frame_buffer_of_%u_bits_opens", forms[i]);
        if (!opened) {
            continue;
        }
        display_shape(board.display, &shape);
        fill(&shape, (struct display_area){0, 0, 320, 240}, 0);
        bool good = display_show(board.display, frame, 320,
                                 (struct display_area){0, 0, 320, 240}) == TILL_OK;
        fill(&shape, (struct display_area){7, 3, 1, 1}, 0xFFFFFF);
        good = good && display_show(board.display, frame, 320, (struct display_area){7, 3, 1, 1}) ==
                           TILL_OK;
        hal_close(&board);
        off_t at = (3 * 320 + 7) * (off_t)forms[i] / 8;
        uint32_t dot = bytes_at(node, at, forms[i] == 1 ? 1 : forms[i] / 8);
        if (forms[i] == 32) {
            dot &= 0xFFFFFF; /* vfb's may be opaque */
        }
        uint32_t wanted = forms[i] == 1
                              ? 0x7F /* one is black */
                              : (uint32_t)((UINT64_C(1) << (forms[i] == 32 ? 24 : forms[i])) - 1);
        check(good && dot == wanted, "a_dot_of_%u_bits_lies_where_it_belongs (%x)", forms[i], dot);
    }
}

static void try_fbdev(void)
{
    draw("fbdev", "[display]\ndriver=fbdev\ndevice=/dev/fb0\n", "upright");
    try_forms("/dev/fb1");
}

/* ---- the watchdog ---------------------------------------------------------------------------- */

static void try_watchdog(void)
{
    uint32_t took_s = 0;
    check(open_board("[watchdog]\ndriver=linux\n"), "a_watchdog_opens");
    enum till_status status = watchdog_arm(board.watchdog, 3, &took_s);
    check(status == TILL_OK && took_s == 3, "it_is_armed (%u s)", took_s);
    bool good = true;
    for (int i = 0; i < 6; i++) {
        sleep(1);
        good = watchdog_feed(board.watchdog) == TILL_OK && good;
    }
    check(good, "it_is_fed");
    check(watchdog_disarm(board.watchdog) == TILL_OK, "it_is_stopped_in_order");
    sleep(6);
    check(true, "stopped_it_restarts_nothing");
    check(watchdog_arm(board.watchdog, 3, &took_s) == TILL_OK, "it_is_armed_again");
    hal_close(&board); /* as a crash leaves it */
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "all";
    bool all = strcmp(what, "all") == 0;
    wake_up();
    frame = calloc(PIXELS_MAX, sizeof *frame);
    if (all) {
        try_keypad();
        try_keyboard();
        try_scanner();
        try_beeper();
        try_drm();
        try_fbdev();
        try_watchdog();
    } else {
        try_told_drm();
    }
    printf("1..%d\n# %d failed\n", tests, failures);
    if (all) {
        printf("HOST watchdog\n");
        sleep(30); /* nobody feeds: this is not reached */
        printf("Bail out! the watchdog slept\n");
    }
    sync();
    reboot(RB_POWER_OFF);
    return 0;
}
