#include "fleet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "log.h"

enum { LINE_MAX_BYTES = 4096, ACCOUNTS_MOST = 5000000, MS = 1000 };

struct fleet {
    const struct fleet_options *options;
    struct fleet_work work;
    struct enrol_ticket *tickets;
    uint32_t count, next, running, ended;
    char (*accounts)[ACCOUNT_MAX];
    size_t accounts_count;
    int64_t *took_ms; /* of those that handed in */
    struct fleet_till **held;
    struct event *more, *hold;
    enum { WHOLE, PREPARING, SENDING } step;
    struct fleet_report *report;
    int64_t began_ms;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * MS + t.tv_nsec / 1000000;
}

/* ---- files ----------------------------------------------------------------------------------- */

/* Room for one more of `size` bytes behind `count`: the array doubles. */
static void *grown(void *array, size_t count, size_t size)
{
    if (count != 0 && (count & (count - 1)) != 0) {
        return array;
    }
    return realloc(array, (count == 0 ? 1 : 2 * count) * size);
}

static enum till_status take_ticket(struct fleet *f, const char *line, size_t size)
{
    if (f->count == FLEET_MOST) {
        return TILL_TOO_LARGE;
    }
    struct enrol_ticket *more = grown(f->tickets, f->count, sizeof(*more));
    if (more == NULL) {
        return TILL_E_MEMORY;
    }
    f->tickets = more;
    enum till_status status = enrol_ticket_read(line, size, &f->tickets[f->count]);
    f->count += status == TILL_OK;
    return status;
}

static enum till_status take_account(struct fleet *f, const char *line, size_t size)
{
    if (f->accounts_count == ACCOUNTS_MOST) {
        return TILL_TOO_LARGE;
    }
    char(*more)[ACCOUNT_MAX] = grown(f->accounts, f->accounts_count, sizeof(*more));
    if (more == NULL) {
        return TILL_E_MEMORY;
    }
    f->accounts = more;
    size_t length = 0;
    while (length < size && line[length] != ',') {
        length++;
    }
    char *account = f->accounts[f->accounts_count];
    if (length >= ACCOUNT_MAX) {
        return TILL_BAD_INPUT;
    }
    memcpy(account, line, length);
    account[length] = '\0';
    if (!account_is_valid(account)) {
        return TILL_BAD_INPUT;
    }
    f->accounts_count++;
    return TILL_OK;
}

static enum till_status read_lines(struct fleet *f, const char *path, bool heading,
                                   enum till_status (*take)(struct fleet *f, const char *line,
                                                            size_t size))
{
    char line[LINE_MAX_BYTES];
    unsigned long number = 0;
    enum till_status status = TILL_OK;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        log_error("%s: %s", path, strerror(errno));
        return errno == ENOENT ? TILL_NOT_FOUND : TILL_E_IO;
    }
    while (status == TILL_OK && fgets(line, sizeof(line), file) != NULL) {
        size_t size = strcspn(line, "\r\n");
        number++;
        if (size > 0 && !(heading && number == 1)) {
            status = take(f, line, size);
        }
    }
    if (status != TILL_OK) {
        log_error("%s, line %lu: %s", path, number, status_name(status));
    } else if (ferror(file)) {
        status = TILL_E_IO;
    }
    (void)fclose(file);
    return status;
}

static enum till_status read_files(struct fleet *f)
{
    const struct fleet_options *o = f->options;
    enum till_status status = read_lines(f, o->tickets, false, take_ticket);
    if (status == TILL_OK) {
        status = read_lines(f, o->accounts, true, take_account);
    }
    if (status == TILL_OK && (f->count == 0 || f->accounts_count == 0)) {
        log_error("no tickets, or no accounts");
        status = TILL_BAD_INPUT;
    }
    if (o->first != 0 && o->first < f->count) {
        f->count = o->first;
    }
    return status;
}

/* ---- running --------------------------------------------------------------------------------- */

static void note_failure(struct fleet *f, const char *terminal, int status)
{
    log_warning("terminal %s gave up: %s", terminal, status_name(status));
    if (f->report->failed++ == 0) {
        f->report->first_failure = status;
        (void)snprintf(f->report->first_failed, sizeof(f->report->first_failed), "%s", terminal);
    }
}

static void plan_more(struct fleet *f)
{
    struct timeval now = {0};
    if (f->step == PREPARING && f->ended == f->count && f->report->failed == 0) {
        f->step = SENDING;
        f->next = f->ended = 0;
        f->began_ms = now_ms();
        (void)event_add(f->more, &now);
    } else if (f->ended == f->count) {
        f->report->took_ms = now_ms() - f->began_ms;
        now.tv_sec = (time_t)f->options->hold_s;
        (void)event_add(f->hold, &now);
    } else {
        (void)event_add(f->more, &now);
    }
}

/* One step of a terminal that keeps its connection for the next. */
static void on_stepped(void *context, struct fleet_till *till, const struct fleet_result *result)
{
    struct fleet *f = context;
    if (result->status != TILL_OK) {
        note_failure(f, fleet_till_number(till), result->status);
    }
    f->ended++;
    f->running--;
    plan_more(f);
}

/* Behind the clock. */
static void settle(struct fleet *f)
{
    for (uint32_t i = 0; i < f->count; i++) {
        const struct fleet_result *result = fleet_till_result(f->held[i]);
        if (result->status != TILL_OK) {
            continue;
        }
        enum till_status status = fleet_till_settle(f->held[i]);
        if (status != TILL_OK) {
            note_failure(f, fleet_till_number(f->held[i]), (int)status);
            continue;
        }
        f->took_ms[f->report->terminals++] = result->took_ms;
        f->report->entries += result->entries;
        f->report->bytes += result->bytes;
    }
}

static void on_done(void *context, struct fleet_till *till, const struct fleet_result *result)
{
    struct fleet *f = context;
    if (result->status == TILL_OK) {
        f->took_ms[f->report->terminals++] = result->took_ms;
        f->report->entries += result->entries;
        f->report->bytes += result->bytes;
    } else {
        note_failure(f, fleet_till_number(till), result->status);
    }
    f->ended++;
    if (f->options->hold_s > 0) {
        f->held[f->ended - 1] = till;
    } else {
        fleet_till_free(till);
        f->running--;
    }
    plan_more(f);
}

static enum till_status begin_next(struct fleet *f, uint32_t index)
{
    struct fleet_till *till = NULL;
    switch (f->step) {
    case PREPARING:
        return fleet_till_prepare(&f->work, index, &f->tickets[index], on_stepped, f,
                                  &f->held[index]);
    case SENDING:
        return f->held[index] == NULL ? TILL_E_PROTOCOL : fleet_till_send(f->held[index]);
    default:
        return fleet_till_start(&f->work, index, &f->tickets[index], on_done, f, &till);
    }
}

static void on_more(evutil_socket_t fd, short what, void *context)
{
    struct fleet *f = context;
    (void)fd;
    (void)what;
    while (f->next < f->count && f->running < f->options->at_once) {
        uint32_t index = f->next++;
        enum till_status status = begin_next(f, index);
        if (status == TILL_OK) {
            f->running++;
            continue;
        }
        note_failure(f, f->tickets[index].terminal, status);
        f->ended++;
        if (f->ended == f->count) {
            plan_more(f);
        }
    }
}

static void on_hold_over(evutil_socket_t fd, short what, void *context)
{
    struct fleet *f = context;
    (void)fd;
    (void)what;
    (void)event_base_loopbreak(f->work.base);
}

static int by_value(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void sum_up(struct fleet *f)
{
    struct fleet_report *r = f->report;
    if (r->terminals == 0) {
        return;
    }
    qsort(f->took_ms, r->terminals, sizeof(f->took_ms[0]), by_value);
    r->p50_ms = f->took_ms[r->terminals / 2];
    r->p99_ms = f->took_ms[(size_t)r->terminals * 99 / 100];
}

/* A terminal has a connection, a lock and curl's own few descriptors. */
static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static enum till_status make_loop(struct fleet *f)
{
    const struct fleet_options *o = f->options;
    f->work = (struct fleet_work){
        .base = event_base_new(),
        .dir = o->dir,
        .accounts = {(const char(*)[ACCOUNT_MAX])f->accounts, f->accounts_count},
        .seed = o->seed,
        .receipts = o->receipts,
        .days = o->days,
        .patience_ms = (int64_t)o->patience_s * MS,
        .eager = o->eager};
    if (f->work.base == NULL) {
        return TILL_E_MEMORY;
    }
    f->step = o->prepared ? PREPARING : WHOLE;
    f->more = evtimer_new(f->work.base, on_more, f);
    f->hold = evtimer_new(f->work.base, on_hold_over, f);
    f->took_ms = calloc(f->count, sizeof(f->took_ms[0]));
    f->held = calloc(f->count, sizeof(f->held[0]));
    return f->more == NULL || f->hold == NULL || f->took_ms == NULL || f->held == NULL
               ? TILL_E_MEMORY
               : TILL_OK;
}

static void close_fleet(struct fleet *f)
{
    for (uint32_t i = 0; f->held != NULL && i < f->count; i++) {
        fleet_till_free(f->held[i]);
    }
    if (f->more != NULL) {
        event_free(f->more);
    }
    if (f->hold != NULL) {
        event_free(f->hold);
    }
    if (f->work.base != NULL) {
        event_base_free(f->work.base);
    }
    free(f->held);
    free(f->took_ms);
    free(f->accounts);
    free(f->tickets);
}

enum till_status fleet_run(const struct fleet_options *options, struct fleet_report *report_out)
{
    struct fleet f = {.options = options, .report = report_out};
    *report_out = (struct fleet_report){0};
    allow_descriptors();
    if (mkdir(options->dir, 0700) != 0 && errno != EEXIST) {
        log_error("%s: %s", options->dir, strerror(errno));
        return TILL_E_IO;
    }
    enum till_status status = read_files(&f);
    if (status == TILL_OK) {
        status = make_loop(&f);
    }
    if (status == TILL_OK) {
        f.began_ms = now_ms();
        plan_more(&f);
        status = event_base_dispatch(f.work.base) < 0 ? TILL_E_IO : TILL_OK;
        if (f.step == SENDING) {
            settle(&f);
        }
        sum_up(&f);
    }
    close_fleet(&f);
    return status;
}
