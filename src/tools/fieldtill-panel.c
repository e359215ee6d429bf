/*
 * fieldtill-panel: a simulated handheld to play with: in the browser, in a terminal, by a script.
 */
#include <event2/event.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "language.h"
#include "log.h"
#include "panel.h"
#include "text.h"

enum { ROOM = 512, ARGUMENTS_MAX = 48, SETS_MAX = 12, EXIT_USAGE = 2 };

struct command_line {
    const char *state, *face, *script, *bin, *board, *assets, *locale, *language, *host, *fonts;
    const char *sets[SETS_MAX];
    size_t set_count;
    int port;
    uint32_t speed;
    bool off;
};

struct paths {
    char terminal[ROOM], sync[ROOM], terminal_dir[ROOM], sync_dir[ROOM], line[ROOM], bus[ROOM],
        picture[ROOM], log[ROOM], journal[ROOM], bus_option[ROOM + 16];
    const char *terminal_arguments[ARGUMENTS_MAX], *sync_arguments[ARGUMENTS_MAX];
};

static const char usage[] =
    "usage: fieldtill-panel --state DIR [--panel web|tty|script] [--script FILE]\n"
    "         [--port N] [--bin DIR] [--board FILE] [--set SECTION.KEY=VALUE] [--assets DIR]\n"
    "         [--locale DIR] [--language zh_CN|en] [--host URL] [--fonts FILE]\n"
    "         [--speed DOTS_A_SECOND] [--off]\n"
    "\n"
    "  --panel script  reads commands from --script FILE, or standard input (docs/panel.md)\n"
    "  --speed N       how fast the printer is; 0 = at once\n"
    "  --off           do not switch the handheld on\n";

static void to_stderr(void *context, enum log_level level, const char *line)
{
    (void)context;
    (void)level;
    fprintf(stderr, "panel: %s\n", line);
}

static bool read_options(int argc, char **argv, struct command_line *c)
{
    static const struct option options[] = {
        {"state", required_argument, NULL, 's'},
        {"panel", required_argument, NULL, 'p'},
        {"script", required_argument, NULL, 'f'},
        {"port", required_argument, NULL, 'n'},
        {"bin", required_argument, NULL, 'b'},
        {"board", required_argument, NULL, 'o'},
        {"set", required_argument, NULL, 'e'},
        {"assets", required_argument, NULL, 'a'},
        {"locale", required_argument, NULL, 'l'},
        {"language", required_argument, NULL, 'g'},
        {"host", required_argument, NULL, 'h'},
        {"fonts", required_argument, NULL, 't'},
        {"speed", required_argument, NULL, 'd'},
        {"off", no_argument, NULL, 'x'},
        {NULL, 0, NULL, 0},
    };
    const char **const texts[256] = {
        ['s'] = &c->state, ['p'] = &c->face,   ['f'] = &c->script, ['b'] = &c->bin,
        ['o'] = &c->board, ['a'] = &c->assets, ['l'] = &c->locale, ['g'] = &c->language,
        ['h'] = &c->host,  ['t'] = &c->fonts,
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option < 0 || option > 255)
            return false;
        if (texts[option])
            *texts[option] = optarg;
        else if (option == 'n')
            c->port = (int)strtol(optarg, NULL, 10);
        else if (option == 'd')
            c->speed = (uint32_t)strtoul(optarg, NULL, 10);
        else if (option == 'x')
            c->off = true;
        else if (option == 'e' && c->set_count < SETS_MAX)
            c->sets[c->set_count++] = optarg;
        else
            return false;
    }
    return c->state && optind == argc && c->port >= 0 && c->port < 65536;
}

static bool join(char *out, const char *dir, const char *name)
{
    return snprintf(out, ROOM, "%s/%s", dir, name) < ROOM;
}

static bool make_paths(const struct command_line *c, struct paths *p)
{
    char panel[ROOM];
    bool fit = join(p->terminal, c->bin, "fieldtill") && join(p->sync, c->bin, "fieldtill-sync") &&
               join(p->terminal_dir, c->state, "terminal") && join(p->sync_dir, c->state, "sync") &&
               join(p->line, c->state, "line.sock") && join(panel, c->state, "panel") &&
               join(p->journal, p->terminal_dir, "journal.db");
    fit = fit && join(p->bus, c->state, "bus.sock") && join(p->picture, panel, "picture") &&
          join(p->log, panel, "device.log");
    if (!fit)
        return false;
    mkdir(c->state, 0700);
    mkdir(panel, 0700);
    snprintf(p->bus_option, sizeof p->bus_option, "sim.bus=%s", p->bus);
    return true;
}

static void add_pair(const char **list, size_t *count, const char *option, const char *value)
{
    if (!value || *count + 3 > ARGUMENTS_MAX)
        return;
    list[(*count)++] = option;
    list[(*count)++] = value;
}

static void make_arguments(const struct command_line *c, struct paths *p)
{
    size_t n = 0;
    p->terminal_arguments[n++] = p->terminal;
    add_pair(p->terminal_arguments, &n, "--state", p->terminal_dir);
    add_pair(p->terminal_arguments, &n, "--board", c->board);
    add_pair(p->terminal_arguments, &n, "--set", p->bus_option);
    for (size_t i = 0; i < c->set_count; i++)
        add_pair(p->terminal_arguments, &n, "--set", c->sets[i]);
    add_pair(p->terminal_arguments, &n, "--socket", p->line);
    add_pair(p->terminal_arguments, &n, "--locale", c->locale);
    add_pair(p->terminal_arguments, &n, "--language", c->language);
    add_pair(p->terminal_arguments, &n, "--host", c->host);
    add_pair(p->terminal_arguments, &n, "--fonts", c->fonts);
    n = 0;
    p->sync_arguments[n++] = p->sync;
    add_pair(p->sync_arguments, &n, "--state", p->sync_dir);
    add_pair(p->sync_arguments, &n, "--socket", p->line);
}

static void world_changed(void *context, unsigned changes)
{
    struct panel *p = context;
    if (p->face_changed)
        p->face_changed(p->face, changes);
}

static void device_changed(void *context)
{
    world_changed(context, WORLD_CONNECTED);
}

static void stop(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    event_base_loopexit(context, NULL);
}

static int play(struct panel *p, const struct command_line *c)
{
    enum till_status status = TILL_OK;
    if (strcmp(c->face, "script") == 0)
        return script_run(p, c->script ? c->script : "-");
    if (strcmp(c->face, "tty") == 0)
        status = tty_open(p);
    else
        status = web_open(p, c->port);
    if (status == TILL_OK)
        event_base_dispatch(p->base);
    else
        log_error("port %d: %s", c->port, status_text(status));
    if (strcmp(c->face, "tty") == 0)
        tty_close(p);
    else
        web_close(p);
    return status == TILL_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run(const struct command_line *c, struct paths *paths)
{
    struct panel p = {.assets = c->assets, .journal_path = paths->journal, .state_dir = c->state};
    struct world_options world = {.socket_path = paths->bus,
                                  .picture_path = paths->picture,
                                  .print_dots_per_s = c->speed,
                                  .context = &p,
                                  .changed = world_changed};
    struct device_options device = {
        .log_path = paths->log, .context = &p, .changed = device_changed};
    int code = EXIT_FAILURE;
    p.base = event_base_new();
    if (!p.base)
        return code;
    struct event *terminate = evsignal_new(p.base, SIGTERM, stop, p.base);
    struct event *interrupt = evsignal_new(p.base, SIGINT, stop, p.base);
    /* A script waits for its next line, not for the loop: there the signals end the panel as they
     * end any program, and the device's programs end with it (device.c). */
    if (strcmp(c->face, "script") != 0) {
        event_add(terminate, NULL);
        event_add(interrupt, NULL);
    }
    world.base = device.base = p.base;
    roll_profile_58(&world.paper);
    device.arguments[DEVICE_TERMINAL] = paths->terminal_arguments;
    device.arguments[DEVICE_SYNC] = paths->sync_arguments;
    enum till_status status = world_open(&world, &p.world);
    if (status == TILL_OK)
        status = device_open(&device, &p.device);
    if (status == TILL_OK) {
        if (!c->off)
            device_switch_on(p.device);
        code = play(&p, c);
    } else {
        log_error("%s: %s", paths->bus, status_text(status));
    }
    device_close(p.device);
    world_close(p.world);
    event_free(terminate);
    event_free(interrupt);
    event_base_free(p.base);
    return code;
}

int main(int argc, char **argv)
{
    struct command_line c = {.face = "web",
                             .bin = "/usr/bin",
                             .port = 8600,
                             .speed = 400,
                             .board = "/usr/share/fieldtill/boards/sim-panel.conf",
                             .assets = "/usr/share/fieldtill/panel"};
    struct paths paths;
    log_to(to_stderr, NULL, LOG_LEVEL_WARNING);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (!read_options(argc, argv, &c)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    memset(&paths, 0, sizeof paths);
    if (language_open(c.language ? c.language : "zh_CN", c.locale ? c.locale : "") != TILL_OK)
        log_debug("English is shown");
    if (!make_paths(&c, &paths)) {
        log_error("%s: too long a path", c.state);
        return EXIT_USAGE;
    }
    make_arguments(&c, &paths);
    return run(&c, &paths);
}
