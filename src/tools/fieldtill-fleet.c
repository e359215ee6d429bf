/*
 * fieldtill-fleet: simulated terminals for load, with real records, chains and TLS.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fleet.h"
#include "log.h"
#include "text.h"

enum { EXIT_SOME_FAILED = 1, EXIT_USAGE = 2, EXIT_ENVIRONMENT = 4 };
enum { RECEIPTS_MOST = 100000, DAYS_MOST = 1000, PATIENCE_MOST_S = 86400 };

static const char usage[] =
    "usage: fieldtill-fleet DIR --tickets FILE --accounts FILE [--receipts N] [--days N]\n"
    "                       [--at-once N] [--first N] [--seed N] [--patience SECONDS]\n"
    "                       [--hold SECONDS] [--eager] [--prepared] [--json] [--verbose]\n"
    "\n"
    "Enrols a terminal for each ticket (a line of the file, as fieldtill-host gives\n"
    "them), lets each collect N receipts a day from the accounts of a customers' file,\n"
    "and hands them in over TLS, so many terminals at once. DIR keeps keys and days:\n"
    "the next run goes on there. --eager tries again at once after a failure.\n"
    "--prepared: batches are made and connections stand before the clock runs.\n"
    "Exit code 1: a terminal gave up.\n";

static void write_log(void *context, enum log_level level, const char *line)
{
    (void)context;
    fprintf(stderr, "<%d>fieldtill-fleet: %s\n", (int)level, line);
}

/* A number of an option; out of its range ends the program. */
static uint32_t number(const char *name, const char *text, unsigned long least, unsigned long most)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value < least || value > most) {
        fprintf(stderr, "fieldtill-fleet: --%s: %lu to %lu\n", name, least, most);
        exit(EXIT_USAGE);
    }
    return (uint32_t)value;
}

static void print_report(const struct fleet_report *r, bool json)
{
    double seconds = (double)(r->took_ms > 0 ? r->took_ms : 1) / 1000;
    if (json) {
        printf("{\"terminals\":%" PRIu32 ",\"failed\":%" PRIu32 ",\"entries\":%" PRIu64
               ",\"bytes\":%" PRIu64 ",\"took_ms\":%" PRId64 ",\"p50_ms\":%" PRId64
               ",\"p99_ms\":%" PRId64 "}\n",
               r->terminals, r->failed, r->entries, r->bytes, r->took_ms, r->p50_ms, r->p99_ms);
        return;
    }
    printf("%" PRIu32 " terminals handed in %" PRIu64 " records in %.1f s: %.0f a second\n",
           r->terminals, r->entries, seconds, (double)r->entries / seconds);
    printf("a terminal: p50 %" PRId64 " ms, p99 %" PRId64 " ms; %.1f bytes a record\n", r->p50_ms,
           r->p99_ms, r->entries == 0 ? 0.0 : (double)r->bytes / (double)r->entries);
    if (r->failed > 0) {
        printf("%" PRIu32 " gave up; the first: %s, %s\n", r->failed, r->first_failed,
               status_text(r->first_failure));
    }
}

static void read_options(int argc, char **argv, struct fleet_options *o, bool *json,
                         enum log_level *most)
{
    static const struct option known[] = {
        {"tickets", required_argument, NULL, 't'},
        {"accounts", required_argument, NULL, 'a'},
        {"receipts", required_argument, NULL, 'r'},
        {"days", required_argument, NULL, 'd'},
        {"at-once", required_argument, NULL, 'o'},
        {"first", required_argument, NULL, 'f'},
        {"seed", required_argument, NULL, 's'},
        {"patience", required_argument, NULL, 'p'},
        {"hold", required_argument, NULL, 'k'},
        {"json", no_argument, NULL, 'j'},
        {"eager", no_argument, NULL, 'e'},
        {"verbose", no_argument, NULL, 'v'},
        {"prepared", no_argument, NULL, 'P'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option = 0;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        switch (option) {
        case 't':
            o->tickets = optarg;
            break;
        case 'a':
            o->accounts = optarg;
            break;
        case 'r':
            o->receipts = number("receipts", optarg, 1, RECEIPTS_MOST);
            break;
        case 'd':
            o->days = number("days", optarg, 1, DAYS_MOST);
            break;
        case 'o':
            o->at_once = number("at-once", optarg, 1, FLEET_AT_ONCE_MOST);
            break;
        case 'f':
            o->first = number("first", optarg, 1, FLEET_MOST);
            break;
        case 's':
            o->seed = number("seed", optarg, 0, UINT32_MAX);
            break;
        case 'p':
            o->patience_s = number("patience", optarg, 1, PATIENCE_MOST_S);
            break;
        case 'k':
            o->hold_s = number("hold", optarg, 1, PATIENCE_MOST_S);
            break;
        case 'e':
            o->eager = true;
            break;
        case 'P':
            o->prepared = true;
            break;
        case 'j':
            *json = true;
            break;
        case 'v':
            *most = LOG_LEVEL_DEBUG;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(EXIT_SUCCESS);
        default:
            fputs(usage, stderr);
            exit(EXIT_USAGE);
        }
    }
    o->dir = optind + 1 == argc ? argv[optind] : NULL;
}

int main(int argc, char **argv)
{
    struct fleet_options o = {
        .receipts = 200, .days = 1, .at_once = 64, .seed = 1, .patience_s = 600};
    struct fleet_report report;
    bool json = false;
    enum log_level most = LOG_LEVEL_WARNING;
    read_options(argc, argv, &o, &json, &most);
    if (o.dir == NULL || o.tickets == NULL || o.accounts == NULL) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    log_to(write_log, NULL, most);
    umask(077);
    (void)signal(SIGPIPE, SIG_IGN);
    enum till_status status = fleet_run(&o, &report);
    if (status != TILL_OK) {
        fprintf(stderr, "fieldtill-fleet: %s\n", status_text((int)status));
        return status == TILL_BAD_INPUT ? EXIT_USAGE : EXIT_ENVIRONMENT;
    }
    print_report(&report, json);
    return report.failed > 0 ? EXIT_SOME_FAILED : EXIT_SUCCESS;
}
