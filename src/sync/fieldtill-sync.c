/*
 * fieldtill-sync: the line between one terminal and its host, in a process of its own.
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

#include "language.h"
#include "line_store.h"
#include "log.h"
#include "service.h"
#include "text.h"
#include "transport_curl.h"

enum { EXIT_USAGE = 2, SIGNALS = 2 };

struct options {
    const char *state;
    const char *socket;
    const char *language;
    const char *locale;
    enum log_level log_most;
};

static void write_log(void *context, enum log_level level, const char *line)
{
    (void)context;
    fprintf(stderr, "<%d>fieldtill-sync: %s\n", (int)level, line);
}

static void usage(FILE *out)
{
    fprintf(out, _("Usage: fieldtill-sync --state DIR --socket PATH [--language LANGUAGE]\n"
                   "                      [--locale DIR] [--verbose]\n"
                   "Carries records to the host and books to the terminal.\n"));
}

/* 0: go on; else the exit code plus one. */
static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option known[] = {
        {"state", required_argument, NULL, 's'},    {"socket", required_argument, NULL, 'p'},
        {"language", required_argument, NULL, 'l'}, {"locale", required_argument, NULL, 'd'},
        {"verbose", no_argument, NULL, 'v'},        {"version", no_argument, NULL, 'V'},
        {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0},
    };
    int option = 0;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        switch (option) {
        case 's':
            o->state = optarg;
            break;
        case 'p':
            o->socket = optarg;
            break;
        case 'l':
            o->language = optarg;
            break;
        case 'd':
            o->locale = optarg;
            break;
        case 'v':
            o->log_most = LOG_LEVEL_DEBUG;
            break;
        case 'V':
            printf("fieldtill-sync %s\n", FIELDTILL_VERSION);
            return EXIT_SUCCESS + 1;
        case 'h':
            usage(stdout);
            return EXIT_SUCCESS + 1;
        default:
            usage(stderr);
            return EXIT_USAGE + 1;
        }
    }
    if (o->state == NULL || o->socket == NULL || optind != argc) {
        usage(stderr);
        return EXIT_USAGE + 1;
    }
    return 0;
}

static void on_signal(evutil_socket_t number, short what, void *context)
{
    (void)what;
    log_info("signal %d: ending", (int)number);
    event_base_loopbreak(context);
}

static enum till_status catch_signals(struct event_base *base, struct event *events[SIGNALS])
{
    static const int numbers[SIGNALS] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < SIGNALS; i++) {
        events[i] = evsignal_new(base, numbers[i], on_signal, base);
        if (events[i] == NULL || event_add(events[i], NULL) != 0) {
            return TILL_E_MEMORY;
        }
    }
    return TILL_OK;
}

static enum till_status run_loop(struct event_base *base, const struct options *o,
                                 const struct line_store *store)
{
    struct transport transport;
    struct service *service = NULL;
    struct event *signals[SIGNALS] = {NULL};
    enum till_status status =
        transport_curl_open(base, store->cert_path, store->key_path, &transport);
    if (status != TILL_OK) {
        return status;
    }
    transport_curl_keep_session(&transport, store->state);
    status = service_open(base, store, &transport, o->socket, &service);
    if (status == TILL_OK) {
        status = catch_signals(base, signals);
    }
    if (status == TILL_OK) {
        log_info("listening on %s", o->socket);
        event_base_dispatch(base);
    }
    for (size_t i = 0; i < SIGNALS; i++) {
        if (signals[i] != NULL) {
            event_free(signals[i]);
        }
    }
    if (service != NULL) {
        service_close(service);
    }
    transport.close(transport.context);
    return status;
}

int main(int argc, char **argv)
{
    struct options o = {
        .language = "zh_CN", .locale = "/usr/share/locale", .log_most = LOG_LEVEL_INFO};
    int ended = read_options(argc, argv, &o);
    if (ended != 0) {
        return ended - 1;
    }
    log_to(write_log, NULL, o.log_most);
    enum till_status status = language_open(o.language, o.locale);
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        log_warning("language %s: %s", o.language, status_name(status));
    }
    umask(077);
    /* A core dump would hold the line's key. */
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
    struct line_store store;
    status = line_store_open(o.state, &store);
    if (status != TILL_OK) {
        fprintf(stderr, "fieldtill-sync: %s: %s\n", o.state, _(status_text(status)));
        return EXIT_FAILURE;
    }
    struct event_base *base = event_base_new();
    status = base == NULL ? TILL_E_MEMORY : run_loop(base, &o, &store);
    if (base != NULL) {
        event_base_free(base);
    }
    line_store_close(&store);
    libevent_global_shutdown();
    if (status != TILL_OK) {
        fprintf(stderr, "fieldtill-sync: %s\n", _(status_text(status)));
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
