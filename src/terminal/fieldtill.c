/*
 * fieldtill: the terminal program. Opens the board, runs the application, ends in order.
 */
#include <event2/event.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "log.h"
#include "text.h"
#include "watchdog.h"

enum { OVERRIDES_MAX = 32, WATCHDOG_S = 60, DEVICE_WAIT_S = 20 };
/* Exit codes: docs/terminal.md. */
enum { EXIT_USAGE = 2, EXIT_BOARD = 3, EXIT_DATA = 4, EXIT_DEVICE = 5, EXIT_AGAIN = -1 };

struct command_line {
    const char *board;
    const char *overrides[OVERRIDES_MAX];
    size_t override_count;
    struct app_options app;
};

static const char usage[] =
    "usage: fieldtill --state DIR --board FILE [--set SECTION.KEY=VALUE] [--socket PATH]\n"
    "                 [--locale DIR] [--language zh_CN|en] [--host URL] [--fonts FILE]\n"
    "                 [--verbose]\n"
    "\n"
    "  --state DIR   keys, journal, book and settings of this terminal\n"
    "  --board FILE  which hardware this is (hal/boards)\n"
    "  --set …       replaces an option of the board file\n"
    "  --socket PATH where fieldtill-sync listens\n"
    "  --host URL    the office's server, for enrolment by typed digits\n";

static void to_stderr(void *context, enum log_level level, const char *line)
{
    (void)context;
    fprintf(stderr, "<%d>fieldtill: %s\n", (int)level, line);
}

static bool read_options(int argc, char **argv, struct command_line *c)
{
    static const struct option options[] = {
        {"state", required_argument, NULL, 's'},  {"board", required_argument, NULL, 'b'},
        {"set", required_argument, NULL, 'o'},    {"socket", required_argument, NULL, 'k'},
        {"locale", required_argument, NULL, 'l'}, {"language", required_argument, NULL, 'g'},
        {"host", required_argument, NULL, 'h'},   {"fonts", required_argument, NULL, 'f'},
        {"verbose", no_argument, NULL, 'v'},      {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 's')
            c->app.state_dir = optarg;
        else if (option == 'b')
            c->board = optarg;
        else if (option == 'k')
            c->app.socket_path = optarg;
        else if (option == 'l')
            c->app.locale_dir = optarg;
        else if (option == 'g')
            c->app.language = optarg;
        else if (option == 'h')
            c->app.host_url = optarg;
        else if (option == 'f')
            setenv("FONTCONFIG_FILE", optarg, 1); /* Pango's library reads nothing else */
        else if (option == 'v')
            log_to(to_stderr, NULL, LOG_LEVEL_DEBUG);
        else if (option == 'o' && c->override_count < OVERRIDES_MAX)
            c->overrides[c->override_count++] = optarg;
        else
            return false;
    }
    return c->board && c->app.state_dir && optind == argc;
}

struct loop {
    struct event_base *base;
    struct event *timer, *terminate, *interrupt;
    struct event *watched[APP_FDS_MAX];
    size_t count;
    bool ended;
};

static void wake(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    (void)context;
}

static void stop(evutil_socket_t fd, short what, void *context)
{
    struct loop *loop = context;
    (void)fd;
    (void)what;
    loop->ended = true;
}

static bool open_loop(struct loop *loop)
{
    memset(loop, 0, sizeof *loop);
    loop->base = event_base_new();
    if (!loop->base)
        return false;
    loop->timer = evtimer_new(loop->base, wake, loop);
    loop->terminate = evsignal_new(loop->base, SIGTERM, stop, loop);
    loop->interrupt = evsignal_new(loop->base, SIGINT, stop, loop);
    return loop->timer && loop->terminate && loop->interrupt &&
           event_add(loop->terminate, NULL) == 0 && event_add(loop->interrupt, NULL) == 0;
}

static void unwatch(struct loop *loop)
{
    for (size_t i = 0; i < loop->count; i++)
        event_free(loop->watched[i]);
    loop->count = 0;
}

static void close_loop(struct loop *loop)
{
    struct event *const own[] = {loop->timer, loop->terminate, loop->interrupt};
    unwatch(loop);
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        if (own[i])
            event_free(own[i]);
    if (loop->base)
        event_base_free(loop->base);
    libevent_global_shutdown();
}

/* Descriptors come and go with devices and with sync, and a new one may bear an old number: they
 * are watched anew for each wait. */
static void watch(struct loop *loop, const struct app *app)
{
    int fds[APP_FDS_MAX];
    size_t count = app_descriptors(app, fds);
    unwatch(loop);
    for (size_t i = 0; i < count; i++) {
        struct event *event = event_new(loop->base, fds[i], EV_READ, wake, loop);
        if (event && event_add(event, NULL) == 0)
            loop->watched[loop->count++] = event;
        else if (event)
            event_free(event);
    }
}

/* From now on a loop that stands still for a minute restarts the handheld. */
static void arm(const struct board *board)
{
    uint32_t timeout_s = 0;
    if (!board->watchdog)
        return;
    enum till_status status = watchdog_arm(board->watchdog, WATCHDOG_S, &timeout_s);
    if (status == TILL_OK)
        log_info("watchdog: %u s", (unsigned)timeout_s);
    else
        log_warning("watchdog: %s", status_name(status));
}

/* The driver has said what failed. */
static void feed(const struct board *board)
{
    if (board->watchdog && watchdog_feed(board->watchdog) != TILL_OK)
        log_debug("the watchdog was not fed");
}

static void disarm(const struct board *board)
{
    if (board->watchdog && watchdog_disarm(board->watchdog) != TILL_OK)
        log_warning("the watchdog can't be stopped: it restarts the handheld");
}

static void run(struct loop *loop, struct app *app, const struct board *board)
{
    arm(board);
    while (!loop->ended && !app_wants_restart(app)) {
        int64_t wait_ms = 0;
        app_step(app, &wait_ms);
        feed(board);
        watch(loop, app);
        struct timeval timeout = {.tv_sec = (time_t)(wait_ms / 1000),
                                  .tv_usec = (suseconds_t)(wait_ms % 1000 * 1000)};
        evtimer_add(loop->timer, &timeout);
        event_base_loop(loop->base, EVLOOP_ONCE);
    }
}

/* One life of the application; it begins anew after a wipe. */
static int live(const struct command_line *c, const struct board *board)
{
    struct app *app = NULL;
    struct loop loop;
    char message[256];
    if (app_open(&c->app, &app, message) != TILL_OK) {
        log_error("%s", message);
        return EXIT_DATA;
    }
    if (!open_loop(&loop)) {
        log_error("no event loop");
        app_close(app);
        return EXIT_FAILURE;
    }
    run(&loop, app, board);
    close_loop(&loop);
    int code = app_wants_restart(app) ? EXIT_AGAIN : EXIT_SUCCESS;
    app_close(app);
    return code;
}

/* At boot a driver of the kernel may come after us: what is not there yet is waited for. */
static int open_board(const struct command_line *c, struct board *board_out)
{
    char message[256];
    for (int waited_s = 0;; waited_s++) {
        enum till_status status =
            hal_open_options(c->board, c->overrides, c->override_count, board_out, message);
        if (status == TILL_OK)
            return EXIT_SUCCESS;
        if (status != TILL_DEVICE_OFFLINE || waited_s == DEVICE_WAIT_S) {
            log_error("%s", message);
            return status == TILL_DEVICE_OFFLINE ? EXIT_DEVICE : EXIT_BOARD;
        }
        if (waited_s == 0)
            log_warning("%s: waiting for it", message);
        sleep(1);
    }
}

int main(int argc, char **argv)
{
    struct command_line c = {.board = NULL};
    struct board board;
    log_to(to_stderr, NULL, LOG_LEVEL_INFO);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (!read_options(argc, argv, &c)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    umask(077);
    /* A core dump would hold keys and PINs. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
    int code = open_board(&c, &board);
    if (code != EXIT_SUCCESS)
        return code;
    c.app.board = &board;
    do {
        code = live(&c, &board);
    } while (code == EXIT_AGAIN);
    disarm(&board);
    hal_close(&board);
    return code;
}
