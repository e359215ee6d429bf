#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AWAIT_MS = 10000, ANSWER_MS = 2000, TURN_MS = 5 };

static void on_change(void *context, unsigned changes)
{
    struct process *p = context;
    if (changes & WORLD_SCREEN)
        p->screen_us = bench_now_us();
}

static void ignore(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    (void)context;
}

/* One turn of the loop: until something comes, or `ms`. */
static void turn(struct process *p, int ms)
{
    const struct timeval pause = {.tv_usec = ms * 1000};
    struct event *timer = evtimer_new(p->base, ignore, NULL);
    if (!timer || evtimer_add(timer, &pause) != 0)
        bench_fail("no timer");
    event_base_loop(p->base, EVLOOP_ONCE);
    event_free(timer);
}

void process_open(struct process *p, const struct bench_place *place, const char *dir)
{
    char here[BENCH_PATH_MAX / 2];
    memset(p, 0, sizeof *p);
    if (!getcwd(here, sizeof here))
        bench_fail("no current folder");
    bench_built(place, "bin/fieldtill", p->program);
    bench_built(place, "locale", p->locale);
    snprintf(p->fonts, sizeof p->fonts, "%s/packaging/fonts.conf", here);
    snprintf(p->dir, sizeof p->dir, "%s", dir);
    /* A socket's path is short (unix(7)): the work folder's may not be. */
    snprintf(p->socket, sizeof p->socket, "/tmp/fieldtill-bench-%ld", (long)getpid());
    snprintf(p->bus, sizeof p->bus, "sim.bus=%s", p->socket);
    if (snprintf(p->picture, sizeof p->picture, "%s/../picture", dir) >= (int)sizeof p->picture)
        bench_fail("a path is too long");
    p->base = event_base_new();
    struct world_options options = {.base = p->base,
                                    .socket_path = p->socket,
                                    .picture_path = p->picture,
                                    .context = p,
                                    .changed = on_change};
    roll_profile_58(&options.paper);
    if (!p->base)
        bench_fail("no event loop");
    bench_need(world_open(&options, &p->world), p->socket);
}

void process_close(struct process *p)
{
    process_stop(p);
    world_close(p->world);
    event_base_free(p->base);
    memset(p, 0, sizeof *p);
}

/* ---- starting and ending --------------------------------------------------------------------- */

static pid_t spawn(char *const arguments[])
{
    pid_t pid = fork();
    if (pid < 0)
        bench_fail("fork");
    if (pid > 0)
        return pid;
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execv(arguments[0], arguments);
    _exit(127);
}

double process_start(struct process *p, const char *screen)
{
    char *const arguments[] = {p->program, "--state", p->dir,     "--board", "hal/boards/sim.conf",
                               "--set",    p->bus,    "--locale", p->locale, "--fonts",
                               p->fonts,   NULL};
    double from = bench_now_us();
    p->pid = spawn(arguments);
    process_await(p, screen);
    return p->screen_us - from;
}

void process_stop(struct process *p)
{
    if (p->pid <= 0)
        return;
    kill(p->pid, SIGTERM);
    if (waitpid(p->pid, NULL, 0) != p->pid)
        bench_fail("waitpid");
    p->pid = 0;
    process_wait(p, TURN_MS); /* the world sees it go */
}

double process_load_only(const struct process *p)
{
    char *const arguments[] = {(char *)(uintptr_t)p->program, NULL};
    double from = bench_now_us();
    pid_t pid = spawn(arguments);
    if (waitpid(pid, NULL, 0) != pid)
        bench_fail("waitpid");
    return bench_now_us() - from;
}

/* ---- while it runs --------------------------------------------------------------------------- */

void process_wait(struct process *p, int ms)
{
    double end = bench_now_us() + ms * 1000.0;
    do
        turn(p, TURN_MS);
    while (bench_now_us() < end);
}

void process_await(struct process *p, const char *screen)
{
    double end = bench_now_us() + AWAIT_MS * 1000.0;
    struct world_view view;
    for (;;) {
        world_view(p->world, &view);
        if (view.connected && strcmp(view.screen, screen) == 0)
            return;
        if (bench_now_us() > end) {
            bench_say("the screen is \"%s\"", view.screen);
            bench_fail(screen);
        }
        turn(p, TURN_MS);
    }
}

void process_press(struct process *p, enum key key)
{
    static char before[WORLD_TEXT_MAX];
    double end = bench_now_us() + ANSWER_MS * 1000.0;
    struct world_view view;
    world_view(p->world, &view);
    snprintf(before, sizeof before, "%s", view.text);
    world_key(p->world, key, true);
    world_key(p->world, key, false);
    while (strcmp(before, view.text) == 0 && bench_now_us() < end) {
        turn(p, TURN_MS);
        world_view(p->world, &view);
    }
}

long process_peak_kib(const struct process *p)
{
    char path[64], line[128];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)p->pid);
    FILE *file = fopen(path, "r");
    if (!file)
        bench_fail(path);
    while (kib < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtol(line + 6, NULL, 10);
    fclose(file);
    if (kib < 0)
        bench_fail("no VmHWM");
    return kib;
}
