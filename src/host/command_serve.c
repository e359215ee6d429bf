#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "authority.h"
#include "commands.h"
#include "files.h"
#include "host.h"
#include "output.h"
#include "server.h"
#include "text.h"
#include "workers.h"

enum { BOOK_INTERVAL_MIN = 60, MINUTE_S = 60, URL_MAX = 256 };

int command_init(const char *dir, struct arguments *a)
{
    const char *hosts = arguments_option(a, "--hosts", "localhost,127.0.0.1,::1");
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_create(dir, hosts, (int64_t)time(NULL));
    if (status == TILL_UNCHANGED) {
        output_complain(dir, status, _("There is a host in %s already. Nothing was changed.\n"),
                        dir);
        return EXIT_ENVIRONMENT;
    }
    if (status == TILL_BAD_INPUT) {
        output_error("--hosts", status);
        return EXIT_USAGE;
    }
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    struct output o;
    if (output_one(&o)) {
        output_put_typed(&o, "folder", dir);
        output_put_typed(&o, "hosts", hosts);
        output_one_end(&o);
        return EXIT_DONE;
    }
    printf(_("Host made in %s. Next: import the tables, add terminals, serve.\n"
             "Keep a copy of authority.key somewhere safe: it may leave this machine\n"
             "whenever no terminal is being enrolled.\n"),
           dir);
    return EXIT_DONE;
}

/* Told before it is ready. */
static void tell_watching(void *context, const char *url)
{
    (void)snprintf(context, URL_MAX, "%s", url);
}

static void tell_ready(void *context, const char *url)
{
    const char *figures = context;
    struct output o;
    if (output_one(&o)) {
        record_put_text(&o.row, "listening", url);
        record_put_text(&o.row, "figures", figures);
        output_one_end(&o);
    } else {
        if (figures[0] != '\0') {
            printf("figures at %s\n", figures);
        }
        printf("listening on %s\n", url);
    }
    (void)fflush(stdout);
}

/* What one worker has for itself. */
struct desk {
    struct host host;
    struct authority authority;
    struct api api;
};

static void close_desks(struct desk *desks, size_t count)
{
    for (size_t i = 0; desks != NULL && i < count; i++) {
        authority_close(&desks[i].authority);
        host_close(&desks[i].host);
    }
    free(desks);
}

static enum till_status open_desk(const char *dir, int64_t interval_s, struct shelf *shelf,
                                  struct desk *desk)
{
    enum till_status status = host_open(dir, &desk->host);
    if (status == TILL_OK) {
        status = authority_open(dir, &desk->authority);
    }
    desk->api = (struct api){.store = desk->host.store,
                             .authority = &desk->authority,
                             .books = {.store = desk->host.store,
                                       .dir = dir,
                                       .statement = &desk->authority.statement,
                                       .interval_s = interval_s},
                             .shelf = shelf};
    return status;
}

static int serve(const char *dir, struct server_options *options, size_t workers,
                 int64_t interval_s)
{
    struct host for_sessions = {0};
    struct api *apis[WORKERS_MAX];
    struct desk *desks = calloc(workers, sizeof(*desks));
    struct shelf *shelf = shelf_new();
    enum till_status status = desks == NULL || shelf == NULL ? TILL_E_MEMORY : TILL_OK;
    for (size_t i = 0; i < workers && status == TILL_OK; i++) {
        status = open_desk(dir, interval_s, shelf, &desks[i]);
        apis[i] = &desks[i].api;
    }
    if (status == TILL_OK) {
        status = host_open(dir, &for_sessions);
        options->sessions = for_sessions.store;
    }
    if (status == TILL_OK) {
        status = host_catch_up(&for_sessions, (int64_t)time(NULL));
    }
    if (status == TILL_OK) {
        status = server_run(options, apis, workers);
    }
    host_close(&for_sessions);
    close_desks(desks, workers);
    shelf_free(shelf);
    if (status == TILL_BAD_INPUT) {
        output_error("--listen, --watch", status);
        return EXIT_USAGE;
    }
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    return EXIT_DONE;
}

/* As many as there are processors, so that one signs while another waits for the disk. */
static int default_workers(void)
{
    enum { LEAST = 2, MOST = 8 };
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (processors < LEAST) {
        return LEAST;
    }
    return processors > MOST ? MOST : (int)processors;
}

int command_serve(const char *dir, struct arguments *a)
{
    struct server_options options;
    char figures[URL_MAX] = "";
    int minutes = BOOK_INTERVAL_MIN, workers = default_workers(), deadline_s = 0;
    server_defaults(&options);
    options.context = figures;
    options.ready = tell_ready;
    options.watching = tell_watching;
    options.listen = arguments_option(a, "--listen", options.listen);
    options.watch = arguments_option(a, "--watch", options.watch);
    const struct {
        const char *name;
        int *value;
    } numbers[] = {
        {"--book-minutes", &minutes},
        {"--connections", &options.connections_max},
        {"--deadline", &deadline_s},
        {"--workers", &workers},
        {"--waiting", &options.waiting_max},
        {"--unproven", &options.unproven_max},
        {"--per-terminal", &options.terminal_max},
        {"--requests-per-minute", &options.requests_per_minute},
        {"--batches-per-minute", &options.batches_per_minute},
        {"--anonymous-per-minute", &options.anonymous_per_minute},
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        const char *text = arguments_option(a, numbers[i].name, "");
        if (text[0] != '\0' &&
            !config_number(numbers[i].name + strlen("--"), text, numbers[i].value)) {
            output_complain(numbers[i].name, TILL_BAD_INPUT, _("%s can't be %s.\n"),
                            numbers[i].name, text);
            return EXIT_USAGE;
        }
    }
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    if (deadline_s > 0) {
        options.first_deadline_s = deadline_s;
        options.next_deadline_s = deadline_s;
    }
    return serve(dir, &options, (size_t)workers, minutes * (int64_t)MINUTE_S);
}
