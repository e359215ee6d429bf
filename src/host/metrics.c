#include "metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last one stands for any other. */
static const int codes[] = {200, 204, 206, 400, 403, 404, 409, 413,
                            415, 422, 429, 500, 503, 507, 0};
enum { CODES = sizeof(codes) / sizeof(codes[0]) };
static_assert((int)CODES <= (int)METRICS_CODES_MAX, "room for every code");

static const int64_t bounds_us[METRICS_BUCKETS] = {
    1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 2500000, 10000000, 60000000};
static const char *const bounds[METRICS_BUCKETS] = {
    "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "1", "2.5", "10", "60"};
static const char *const closed_ways[CLOSED_WAYS] = {"deadline", "room", "address", "terminal",
                                                     "bytes"};

static size_t code_index(int code)
{
    size_t i = 0;
    while (i + 1 < CODES && codes[i] != code) {
        i++;
    }
    return i;
}

void metrics_answered(struct metrics *m, const struct api_answer *answer, int64_t elapsed_us)
{
    bool known = answer->path >= 0 && answer->path < METRICS_PATHS_MAX - 1;
    struct metrics_path *p = &m->paths[known ? answer->path : METRICS_PATHS_MAX - 1];
    p->codes[code_index(answer->code)]++;
    p->count++;
    p->sum_us += elapsed_us;
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        if (elapsed_us <= bounds_us[i]) {
            p->buckets[i]++;
            break;
        }
    }
    int status = answer->status - METRICS_STATUS_FIRST;
    if (answer->status != TILL_OK && status >= 0 && status < METRICS_STATUSES) {
        m->statuses[status]++;
    }
    m->sent_bytes += answer->size;
    if (answer->is_batch) {
        m->batches++;
        m->entries.stored += answer->batch.stored;
        m->entries.skipped += answer->batch.skipped;
        m->entries.quarantined += answer->batch.quarantined;
        m->entries.forked += answer->batch.forked;
    }
}

/* ---- the page -------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void put(FILE *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vfprintf(out, format, arguments);
    va_end(arguments);
}

static void head(FILE *out, const char *name, const char *type, const char *help)
{
    put(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_gauge(FILE *out, const char *name, const char *help, int64_t value)
{
    head(out, name, "gauge", help);
    put(out, "%s %" PRId64 "\n", name, value);
}

static void put_counter(FILE *out, const char *name, const char *help, uint64_t value)
{
    head(out, name, "counter", help);
    put(out, "%s %" PRIu64 "\n", name, value);
}

static const char *path_name(size_t index, const char **method_out)
{
    bool post = false;
    const char *path = index == METRICS_PATHS_MAX - 1 ? NULL : api_path(index, &post);
    *method_out = path == NULL ? "other" : (post ? "POST" : "GET");
    return path == NULL ? "none" : path;
}

static void put_requests(FILE *out, const struct metrics *m)
{
    static const char name[] = "fieldtill_requests_total";
    head(out, name, "counter", "Requests that were answered, by path and code.");
    for (size_t i = 0; i < METRICS_PATHS_MAX; i++) {
        const char *method = NULL, *path = path_name(i, &method);
        for (size_t k = 0; k < CODES; k++) {
            if (m->paths[i].codes[k] > 0) {
                put(out, "%s{method=\"%s\",path=\"%s\",code=\"%d\"} %" PRIu64 "\n", name, method,
                    path, codes[k], m->paths[i].codes[k]);
            }
        }
    }
}

/* Seconds to six places, from an integer. */
static void put_seconds(FILE *out, int64_t us)
{
    put(out, " %" PRId64 ".%06" PRId64 "\n", us / 1000000, us % 1000000);
}

static void put_times(FILE *out, const struct metrics *m)
{
    static const char name[] = "fieldtill_request_seconds";
    head(out, name, "histogram", "From the last byte of a request to its answer.");
    for (size_t i = 0; i < METRICS_PATHS_MAX; i++) {
        const struct metrics_path *p = &m->paths[i];
        const char *method = NULL, *path = path_name(i, &method);
        uint64_t sum = 0;
        for (size_t k = 0; k < METRICS_BUCKETS && p->count > 0; k++) {
            sum += p->buckets[k];
            put(out, "%s_bucket{method=\"%s\",path=\"%s\",le=\"%s\"} %" PRIu64 "\n", name, method,
                path, bounds[k], sum);
        }
        if (p->count > 0) {
            put(out, "%s_bucket{method=\"%s\",path=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, method,
                path, p->count);
            put(out, "%s_sum{method=\"%s\",path=\"%s\"}", name, method, path);
            put_seconds(out, p->sum_us);
            put(out, "%s_count{method=\"%s\",path=\"%s\"} %" PRIu64 "\n", name, method, path,
                p->count);
        }
    }
}

static void put_refusals(FILE *out, const struct metrics *m)
{
    static const char name[] = "fieldtill_refusals_total";
    head(out, name, "counter", "Requests that were refused, by status (docs/protocol.md).");
    for (int i = 0; i < METRICS_STATUSES; i++) {
        if (m->statuses[i] > 0) {
            put(out, "%s{status=\"%s\"} %" PRIu64 "\n", name, status_name(i + METRICS_STATUS_FIRST),
                m->statuses[i]);
        }
    }
}

static void put_connections(FILE *out, const struct metrics *m)
{
    put_counter(out, "fieldtill_connections_total", "Connections that came.", m->accepted);
    head(out, "fieldtill_handshakes_total", "counter", "TLS handshakes, by kind.");
    put(out, "fieldtill_handshakes_total{kind=\"full\"} %" PRIu64 "\n", m->handshakes_full);
    put(out, "fieldtill_handshakes_total{kind=\"resumed\"} %" PRIu64 "\n", m->handshakes_resumed);
    head(out, "fieldtill_connections_closed_total", "counter",
         "Connections that the host closed, by reason.");
    for (size_t i = 0; i < CLOSED_WAYS; i++) {
        put(out, "fieldtill_connections_closed_total{reason=\"%s\"} %" PRIu64 "\n", closed_ways[i],
            m->closed[i]);
    }
    put_counter(out, "fieldtill_received_bytes_total", "Bytes of requests, without TLS.",
                m->received_bytes);
    put_counter(out, "fieldtill_sent_bytes_total", "Bytes of answers' bodies, without TLS.",
                m->sent_bytes);
}

static void put_entries(FILE *out, const struct metrics *m)
{
    static const char name[] = "fieldtill_entries_total";
    put_counter(out, "fieldtill_batches_total", "Batches that were taken.", m->batches);
    head(out, name, "counter", "Entries of batches, by what became of them.");
    put(out, "%s{result=\"stored\"} %" PRIu64 "\n", name, m->entries.stored);
    put(out, "%s{result=\"known\"} %" PRIu64 "\n", name, m->entries.skipped);
    put(out, "%s{result=\"set_aside\"} %" PRIu64 "\n", name, m->entries.quarantined);
    put(out, "%s{result=\"fork\"} %" PRIu64 "\n", name, m->entries.forked);
}

static void put_validity(FILE *out, const struct validity *v)
{
    static const char name[] = "fieldtill_certificate_until_seconds";
    head(out, name, "gauge", "When a certificate runs out, in seconds since 1970.");
    put(out, "%s{of=\"server\"} %" PRId64 "\n", name, v->server_s);
    put(out, "%s{of=\"statements\"} %" PRId64 "\n", name, v->statement_s);
    put(out, "%s{of=\"authority\"} %" PRId64 "\n", name, v->authority_s);
}

static void put_now(FILE *out, const struct metrics *m, const struct metrics_now *now)
{
    put_gauge(out, "process_start_time_seconds", "When the host began, in seconds since 1970.",
              m->began_at_s);
    head(out, "fieldtill_build_info", "gauge", "The version, as a label.");
    put(out, "fieldtill_build_info{version=\"%s\"} 1\n", FIELDTILL_VERSION);
    put_gauge(out, "fieldtill_connections", "Connections that are open.", now->connections);
    put_gauge(out, "fieldtill_held_bytes", "Bytes of requests that are not answered yet.",
              (int64_t)now->held_bytes);
    put_gauge(out, "fieldtill_workers", "Workers.", (int64_t)now->workers);
    put_gauge(out, "fieldtill_workers_busy", "Workers that have something to do.",
              (int64_t)now->busy);
    put_gauge(out, "fieldtill_requests_waiting", "Requests that wait for a worker.",
              (int64_t)now->waiting);
}

static void put_store(FILE *out, const struct metrics_store *s)
{
    static const char name[] = "fieldtill_terminals";
    head(out, name, "gauge", "Terminals, by state.");
    put(out, "%s{state=\"new\"} %" PRId64 "\n", name, s->terminals_new);
    put(out, "%s{state=\"active\"} %" PRId64 "\n", name, s->terminals_active);
    put(out, "%s{state=\"revoked\"} %" PRId64 "\n", name, s->terminals_revoked);
    put(out, "%s{state=\"retired\"} %" PRId64 "\n", name, s->terminals_retired);
    put_gauge(out, "fieldtill_terminals_stopped", "Terminals that may take no new collections.",
              s->stopped);
    put_gauge(out, "fieldtill_terminals_behind",
              "Active terminals that were not heard of for a day.", s->behind);
    put_gauge(out, "fieldtill_alarms", "Alarms in the store (fieldtill-host alarms).", s->alarms);
    head(out, "fieldtill_set_aside", "gauge",
         "Records that were set aside: those that wait, and those that were closed unposted "
         "(fieldtill-host quarantine list --all).");
    put(out, "fieldtill_set_aside{state=\"waiting\"} %" PRId64 "\n", s->waiting);
    put(out, "fieldtill_set_aside{state=\"closed\"} %" PRId64 "\n", s->closed);
}

char *metrics_page(const struct metrics *m, const struct metrics_now *now, size_t *size_out)
{
    char *page = NULL;
    FILE *out = open_memstream(&page, size_out);
    if (out == NULL) {
        return NULL;
    }
    put_now(out, m, now);
    put_validity(out, &now->validity);
    put_connections(out, m);
    put_requests(out, m);
    put_times(out, m);
    put_refusals(out, m);
    put_entries(out, m);
    if (now->has_store) {
        put_store(out, &now->store);
    }
    if (fclose(out) != 0) {
        free(page);
        return NULL;
    }
    return page;
}
