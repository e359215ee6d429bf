#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "authority.h"
#include "commands.h"
#include "files.h"
#include "host.h"
#include "output.h"
#include "server.h"
#include "text.h"

enum { BOOK_INTERVAL_MIN = 60, MINUTE_S = 60 };

int command_init(const char *dir, struct arguments *a)
{
    const char *hosts = arguments_option(a, "--hosts", "localhost,127.0.0.1,::1");
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_create(dir, hosts, (int64_t)time(NULL));
    if (status == TILL_UNCHANGED) {
        (void)fprintf(stderr, _("There is a host in %s already. Nothing was changed.\n"), dir);
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
    printf(_("Host made in %s. Next: import the tables, add terminals, serve.\n"
             "Keep a copy of authority.key somewhere safe: it may leave this machine\n"
             "whenever no terminal is being enrolled.\n"),
           dir);
    return EXIT_DONE;
}

static void tell_ready(void *context, const char *url)
{
    (void)context;
    printf("listening on %s\n", url);
    (void)fflush(stdout);
}

static int serve(const char *dir, const struct server_options *options, int64_t interval_s)
{
    struct host host;
    struct authority authority;
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    status = authority_open(dir, &authority);
    if (status == TILL_OK) {
        struct api api = {.store = host.store,
                          .authority = &authority,
                          .books = {.store = host.store,
                                    .dir = dir,
                                    .statement = &authority.statement,
                                    .interval_s = interval_s}};
        status = server_run(options, &api);
        authority_close(&authority);
    }
    host_close(&host);
    if (status == TILL_BAD_INPUT) {
        output_error("--listen", status);
        return EXIT_USAGE;
    }
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    return EXIT_DONE;
}

int command_serve(const char *dir, struct arguments *a)
{
    struct server_options options = {.ready = tell_ready};
    char *end = NULL;
    options.listen = arguments_option(a, "--listen", "127.0.0.1:8443");
    const char *minutes_text = arguments_option(a, "--book-minutes", "");
    const char *most_text = arguments_option(a, "--connections", "");
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    long minutes = BOOK_INTERVAL_MIN;
    if (minutes_text[0] != '\0') {
        minutes = strtol(minutes_text, &end, 10);
        if (*end != '\0' || minutes < 0 || minutes > 100000) {
            return EXIT_USAGE;
        }
    }
    if (most_text[0] != '\0') {
        long most = strtol(most_text, &end, 10);
        if (*end != '\0' || most < 1 || most > 100000) {
            return EXIT_USAGE;
        }
        options.connections_max = (int)most;
    }
    return serve(dir, &options, minutes * (int64_t)MINUTE_S);
}
