#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "text.h"

enum { RESTART_S = 1, END_MS = 3000, LOOK_MS = 20 };

struct device {
    struct device_options options;
    char log_path[256];
    pid_t pids[DEVICE_PROGRAMS]; /* 0 = not running */
    struct event *child;
    bool on;
};

struct restart_of {
    struct device *device;
    int program;
};

static void start(struct device *d, int program)
{
    if (d->pids[program])
        return;
    pid_t pid = fork();
    if (pid < 0) {
        log_error("fork: %s", strerror(errno));
        return;
    }
    if (pid == 0) {
        /* No device program outlives its panel. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        int null = open("/dev/null", O_RDWR);
        int log = open(d->log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (null >= 0) {
            dup2(null, STDIN_FILENO);
            dup2(null, STDOUT_FILENO);
        }
        if (log >= 0)
            dup2(log, STDERR_FILENO);
        execv(d->options.arguments[program][0],
              (char *const *)(uintptr_t)d->options.arguments[program]);
        _exit(127);
    }
    d->pids[program] = pid;
}

static void on_restart(evutil_socket_t fd, short what, void *context)
{
    struct restart_of *of = context;
    (void)fd;
    (void)what;
    if (of->device->on)
        start(of->device, of->program);
    free(of);
}

static void start_again(struct device *d, int program)
{
    const struct timeval later = {.tv_sec = RESTART_S};
    struct restart_of *of = malloc(sizeof *of);
    if (!of)
        return;
    *of = (struct restart_of){d, program};
    if (event_base_once(d->options.base, -1, EV_TIMEOUT, on_restart, of, &later) != 0)
        free(of);
}

static void reap(struct device *d)
{
    bool any = false;
    for (int i = 0; i < DEVICE_PROGRAMS; i++) {
        int status;
        if (!d->pids[i] || waitpid(d->pids[i], &status, WNOHANG) != d->pids[i])
            continue;
        d->pids[i] = 0;
        any = true;
        if (!d->on)
            continue;
        log_warning("%s ended (%s %d); it is started again", d->options.arguments[i][0],
                    WIFSIGNALED(status) ? "signal" : "exit",
                    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        start_again(d, i);
    }
    if (any && d->options.changed)
        d->options.changed(d->options.context);
}

static void on_child(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    reap(context);
}

enum till_status device_open(const struct device_options *options, struct device **out)
{
    struct device *d = calloc(1, sizeof *d);
    if (!d)
        return TILL_E_MEMORY;
    d->options = *options;
    text_copy(d->log_path, sizeof d->log_path, options->log_path);
    d->child = evsignal_new(options->base, SIGCHLD, on_child, d);
    if (!d->child || event_add(d->child, NULL) != 0) {
        device_close(d);
        return TILL_E_IO;
    }
    *out = d;
    return TILL_OK;
}

static void signal_all(struct device *d, int number)
{
    for (int i = 0; i < DEVICE_PROGRAMS; i++)
        if (d->pids[i])
            kill(d->pids[i], number);
}

static bool any_runs(struct device *d)
{
    for (int i = 0; i < DEVICE_PROGRAMS; i++)
        if (d->pids[i])
            return true;
    return false;
}

static void wait_for_end(struct device *d, int most_ms)
{
    const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
    for (int ms = 0; any_runs(d) && ms < most_ms; ms += LOOK_MS) {
        nanosleep(&pause, NULL);
        reap(d);
    }
}

void device_close(struct device *d)
{
    if (!d)
        return;
    d->on = false;
    d->options.changed = NULL;
    signal_all(d, SIGTERM);
    wait_for_end(d, END_MS);
    signal_all(d, SIGKILL);
    wait_for_end(d, END_MS);
    if (d->child)
        event_free(d->child);
    free(d);
}

void device_switch_on(struct device *d)
{
    d->on = true;
    for (int i = DEVICE_PROGRAMS - 1; i >= 0; i--)
        start(d, i);
    if (d->options.changed)
        d->options.changed(d->options.context);
}

void device_cut_power(struct device *d)
{
    d->on = false;
    signal_all(d, SIGKILL);
    wait_for_end(d, END_MS);
    if (d->options.changed)
        d->options.changed(d->options.context);
}

void device_kill(struct device *d, enum device_program program)
{
    if (d->pids[program])
        kill(d->pids[program], SIGKILL);
}

bool device_is_on(const struct device *d)
{
    return d->on;
}
