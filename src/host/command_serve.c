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

/* "" leaves what is there. */
static bool read_number(const char *text, long least, int *value_io)
{
    enum { MOST = 100000 };
    char *end = NULL;
    if (text[0] == '\0') {
        return true;
    }
    long value = strtol(text, &end, 10);
    if (*end != '\0' || value < least || value > MOST) {
        return false;
    }
    *value_io = (int)value;
    return true;
}

int command_serve(const char *dir, struct arguments *a)
{
    struct server_options options = {.ready = tell_ready};
    options.listen = arguments_option(a, "--listen", "127.0.0.1:8443");
    const char *minutes_text = arguments_option(a, "--book-minutes", "");
    const char *most_text = arguments_option(a, "--connections", "");
    const char *deadline_text = arguments_option(a, "--deadline", "");
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    int minutes = BOOK_INTERVAL_MIN;
    if (!read_number(minutes_text, 0, &minutes) ||
        !read_number(most_text, 1, &options.connections_max) ||
        !read_number(deadline_text, 1, &options.first_deadline_s)) {
        return EXIT_USAGE;
    }
    options.next_deadline_s = options.first_deadline_s;
    return serve(dir, &options, minutes * (int64_t)MINUTE_S);
}
