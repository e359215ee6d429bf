/* `assign`: who carries which meter book, since when, and whose report is waited for. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "holding.h"
#include "host.h"
#include "output.h"
#include "text.h"
#include "when.h"

/* ---- list ------------------------------------------------------------------------------------ */

static const char *report_text(const struct store_holding *h)
{
    static const char *const texts[] = {[HOLDING_OPEN] = N_("not reported yet"),
                                        [HOLDING_REPORTED] = N_("reported"),
                                        [HOLDING_NEVER] = N_("never had it"),
                                        [HOLDING_LOST] = N_("lost")};
    return h->until_s == 0 ? N_("carries it") : texts[h->report];
}

static void time_text(const struct host *host, int64_t at_s, char out[WHEN_TEXT_MAX])
{
    (void)snprintf(out, WHEN_TEXT_MAX, "-");
    if (at_s > 0) {
        when_format_minute(host->site.zone, at_s, out);
    }
}

static void print_row(const struct host *host, struct output *o, const struct store_holding *h)
{
    char from[WHEN_TEXT_MAX], until[WHEN_TEXT_MAX], reported[WHEN_TEXT_MAX];
    if (o->json) {
        output_row(o);
        record_put_text(&o->row, "meter_book", h->meter_book);
        record_put_text(&o->row, "terminal", h->terminal);
        record_put_integer(&o->row, "from_s", h->from_s);
        record_put_integer(&o->row, "until_s", h->until_s);
        record_put_text(&o->row, "state", report_text(h));
        record_put_integer(&o->row, "reported_s", h->reported_s);
        record_put_integer(&o->row, "reported_seq", (int64_t)h->reported_seq);
        output_row_end(o);
        return;
    }
    time_text(host, h->from_s, from);
    time_text(host, h->until_s, until);
    time_text(host, h->reported_s, reported);
    printf("%-16s  %-12s  %16s  %16s  %s", h->meter_book, h->terminal, from, until,
           _(report_text(h)));
    printf(h->reported_s > 0 ? " %s\n" : "\n", reported);
}

/* Which rows: meter_book and terminal NULL = any. */
struct wanted {
    bool all; /* also those that are over and done with */
    const char *meter_book, *terminal;
};

static enum till_status list(struct host *host, const struct wanted *wanted)
{
    struct output o;
    struct store_holding h = {0};
    enum till_status status;
    output_begin(&o, output_is_json());
    while ((status = store_holding_next(host->store, h.id, &h)) == TILL_OK) {
        if ((wanted->all || h.until_s == 0 || h.report == HOLDING_OPEN) &&
            (wanted->meter_book == NULL || strcmp(wanted->meter_book, h.meter_book) == 0) &&
            (wanted->terminal == NULL || strcmp(wanted->terminal, h.terminal) == 0)) {
            print_row(host, &o, &h);
        }
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- changes --------------------------------------------------------------------------------- */

/* Who is waited for, in words: the office should know that it is not done yet. */
static enum till_status print_pending(struct host *host, const char *meter_book, const char *to)
{
    struct book_holder holders[BOOK_HOLDERS_MAX];
    size_t count = 0;
    enum till_status status =
        holding_pending(host->store, meter_book, to, holders, BOOK_HOLDERS_MAX, &count);
    for (size_t i = 0; i < count && status == TILL_OK; i++) {
        char through[WHEN_TEXT_MAX];
        time_text(host, holders[i].through_s, through);
        printf(_("%s: terminal %s has not reported since %s; its customers show as possibly "
                 "collected.\n"),
               meter_book, holders[i].terminal, through);
    }
    return status;
}

int command_knows_books(struct host *host, const char *ids)
{
    char unknown[BOOK_ID_MAX];
    enum till_status status = holding_unknown(host->store, ids, unknown);
    if (status != TILL_OK) {
        return command_ended(ids, status);
    }
    if (unknown[0] != '\0') {
        output_complain(unknown, TILL_NOT_FOUND,
                        _("There is no meter book %s: import it first. Nothing was changed.\n"),
                        unknown);
        return EXIT_FOUND_WRONG;
    }
    return EXIT_DONE;
}

static int give(struct host *host, const char *meter_book, const char *to)
{
    int64_t now_s = (int64_t)time(NULL);
    int code = command_knows_books(host, meter_book);
    if (code != EXIT_DONE) {
        return code;
    }
    enum till_status status = store_begin(host->store);
    if (status == TILL_OK) {
        status = store_finish(host->store, holding_give(host->store, meter_book, to, now_s));
    }
    if (status == TILL_OK) {
        status = output_is_json() ? list(host, &(struct wanted){.meter_book = meter_book})
                                  : print_pending(host, meter_book, to);
    }
    return command_ended(status == TILL_NOT_FOUND ? to : meter_book, status);
}

static int set(struct host *host, const char *terminal, const char *ids)
{
    int64_t now_s = (int64_t)time(NULL);
    int code = command_knows_books(host, ids);
    if (code != EXIT_DONE) {
        return code;
    }
    enum till_status status = store_begin(host->store);
    if (status == TILL_OK) {
        status = store_finish(host->store, holding_assign(host->store, terminal, ids, now_s));
    }
    if (status == TILL_OK && output_is_json()) {
        status = list(host, &(struct wanted){.terminal = terminal});
    }
    return command_ended(terminal, status);
}

int command_assign(const char *dir, struct arguments *a)
{
    struct host host;
    int code = EXIT_USAGE;
    struct wanted wanted = {.all = arguments_flag(a, "--all")};
    const char *to = arguments_option(a, "--to", NULL);
    const char *ids = arguments_option(a, "--books", NULL);
    const char *what = arguments_next(a), *which = arguments_next(a);
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    if (what == NULL || (strcmp(what, "list") == 0 && which == NULL)) {
        code = command_ended(dir, list(&host, &wanted));
    } else if (strcmp(what, "give") == 0 && which != NULL && to != NULL) {
        code = give(&host, which, to);
    } else if (strcmp(what, "set") == 0 && which != NULL && ids != NULL) {
        code = set(&host, which, ids);
    }
    host_close(&host);
    return code;
}
