/* `quarantine`: records that were set aside, and how they end. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "host.h"
#include "import_rows.h"
#include "office_role.h"
#include "output.h"
#include "period.h"
#include "recover.h"
#include "store_recover.h"
#include "text.h"
#include "when.h"

/* ---- the list -------------------------------------------------------------------------------- */

static const char *state_of(const struct store_aside *aside)
{
    return aside->ended_at_s == 0 ? "waiting" : aside->closed ? "closed" : "posted";
}

static void print_json(struct output *o, const struct store_aside *aside)
{
    output_row(o);
    record_put_text(&o->row, "terminal", aside->terminal);
    record_put_integer(&o->row, "seq", (int64_t)aside->seq);
    record_put_text(&o->row, "reason", aside->reason);
    record_put_text(&o->row, "state", state_of(aside));
    record_put_integer(&o->row, "at_s", aside->ended_at_s);
    record_put_text(&o->row, "by", aside->ended_by);
    record_put_text(&o->row, "why", aside->why);
    record_put_integer(&o->row, "value_at_s", aside->value_at_s);
    output_row_end(o);
}

static void print_aside(const struct host *host, struct output *o, const struct store_aside *aside)
{
    char number[RECEIPT_NUMBER_MAX], at[WHEN_TEXT_MAX], value[WHEN_TEXT_MAX];
    if (o->json) {
        print_json(o, aside);
        return;
    }
    receipt_number_format(aside->terminal, aside->seq, number);
    printf("%-16s  %s\n", number, _(aside->reason));
    if (aside->ended_at_s == 0) {
        return;
    }
    when_format_minute(host->site.zone, aside->ended_at_s, at);
    if (aside->closed) {
        printf(_("%16s  closed %s by %s: %s\n"), "", at, aside->ended_by, aside->why);
    } else if (aside->value_at_s == 0) {
        printf(_("%16s  posted %s by %s\n"), "", at, aside->ended_by);
    } else {
        when_format_date(when_date(host->site.zone, aside->value_at_s), value);
        printf(_("%16s  posted %s by %s, with the value date %s\n"), "", at, aside->ended_by,
               value);
    }
}

static enum till_status list_aside(struct host *host, bool all)
{
    struct output o;
    struct store_aside aside = {0};
    char terminal[TERMINAL_MAX] = "";
    uint64_t seq = 0;
    enum till_status status;
    output_begin(&o, output_is_json());
    while ((status = all ? store_aside_any(host->store, terminal, seq, &aside)
                         : store_aside_next(host->store, terminal, seq, &aside)) == TILL_OK) {
        print_aside(host, &o, &aside);
        memcpy(terminal, aside.terminal, sizeof(terminal));
        seq = aside.seq;
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- how one ends ---------------------------------------------------------------------------- */

struct ending {
    bool close;
    const char *terminal, *by;
    uint64_t seq;
    const char *why;  /* it is closed */
    const char *date; /* "2026-11-22", its value date; NULL = its own */
};

/* Noon of that day, or now: never ahead. TILL_BAD_INPUT: no date; TILL_REFUSED: reason_out. */
static enum till_status value_time(const struct host *host, const char *text, int64_t now_s,
                                   int64_t *value_at_out, char reason_out[STORE_REASON_MAX])
{
    enum { NOON = 12 };
    int32_t date = 0;
    if (!import_date(text, &date)) {
        return TILL_BAD_INPUT;
    }
    struct civil civil = {.year = (int16_t)(date / 10000),
                          .month = (uint8_t)(date / 100 % 100),
                          .day = (uint8_t)(date % 100),
                          .hour = NOON};
    int64_t value_at_s = when_from_civil(host->site.zone, &civil);
    if (date > when_date(host->site.zone, now_s) || value_at_s < WHEN_MIN_S) {
        text_copy(reason_out, STORE_REASON_MAX, N_("no money was handed over on that date"));
        return TILL_REFUSED;
    }
    *value_at_out = value_at_s < now_s ? value_at_s : now_s;
    return TILL_OK;
}

/* Within a transaction, with the ledger posting into the open period. */
static enum till_status end_within(struct host *host, const struct ending *end,
                                   char reason_out[STORE_REASON_MAX])
{
    int64_t now_s = (int64_t)time(NULL);
    struct ledger_context c = {.store = host->store,
                               .site = &host->site,
                               .terminal = end->terminal,
                               .user = LEDGER_NOBODY};
    enum till_status status = period_posting_time(host->store, now_s, &c.now_s);
    if (status == TILL_OK) {
        status = office_role_check(host->store, end->by, true, reason_out);
    }
    if (status == TILL_OK && end->date != NULL) {
        status = value_time(host, end->date, now_s, &c.value_at_s, reason_out);
    }
    if (status != TILL_OK) {
        return status;
    }
    return end->close ? recover_close(&c, end->seq, end->by, end->why, reason_out)
                      : recover_release(&c, end->seq, end->by, reason_out);
}

static void print_ended(const struct ending *end, const char *number)
{
    struct output o;
    if (output_one(&o)) {
        record_put_text(&o.row, "terminal", end->terminal);
        record_put_integer(&o.row, "seq", (int64_t)end->seq);
        record_put_text(&o.row, "state", end->close ? "closed" : "posted");
        output_one_end(&o);
    } else if (end->close) {
        printf(_("%s is closed: it will not be posted, and waits no longer.\n"), number);
    } else {
        printf(_("%s is posted and waits no longer.\n"), number);
    }
}

/* What can be done about one that can't be posted. */
static void complain(const struct ending *end, const char *number, const char *reason)
{
    output_complain(number, TILL_REFUSED, _("%s stays set aside: %s\n"), number, _(reason));
    if (end->close) {
        return;
    }
    output_complain(
        number, TILL_REFUSED,
        _("Mend what that names and release it again; give it another value date (--date "
          "YYYY-MM-DD) where its clock was wrong; or, once its money was settled "
          "another way: quarantine close %s %llu --reason TEXT --by USER\n"),
        end->terminal, (unsigned long long)end->seq);
}

static int end_one(struct host *host, struct ending *end, const char *seq_text)
{
    char reason[STORE_REASON_MAX] = "", number[RECEIPT_NUMBER_MAX], *rest = NULL;
    end->seq = strtoull(seq_text, &rest, 10);
    if (*rest != '\0' || end->seq == 0 || end->seq > INT64_MAX ||
        !terminal_is_valid(end->terminal)) {
        return EXIT_USAGE;
    }
    enum till_status status = store_begin(host->store);
    if (status != TILL_OK) {
        return command_ended("quarantine", status);
    }
    status = store_finish(host->store, end_within(host, end, reason));
    receipt_number_format(end->terminal, end->seq, number);
    if (status == TILL_REFUSED && reason[0] != '\0') {
        complain(end, number, reason);
        return EXIT_FOUND_WRONG;
    }
    if (status == TILL_OK) {
        print_ended(end, number);
    }
    return command_ended(number, status);
}

int command_quarantine(const char *dir, struct arguments *a)
{
    struct host host;
    int code = EXIT_USAGE;
    bool all = arguments_flag(a, "--all");
    struct ending end = {.by = arguments_option(a, "--by", NULL),
                         .why = arguments_option(a, "--reason", NULL),
                         .date = arguments_option(a, "--date", NULL)};
    const char *what = arguments_next(a);
    bool listing = what == NULL || strcmp(what, "list") == 0;
    bool releasing = !listing && strcmp(what, "release") == 0 && end.why == NULL;
    end.close = !listing && strcmp(what, "close") == 0 && end.why != NULL && end.date == NULL;
    end.terminal = listing ? NULL : arguments_next(a);
    const char *seq = listing ? NULL : arguments_next(a);
    if (!arguments_done(a) ||
        (listing ? end.by != NULL || end.why != NULL || end.date != NULL
                 : all || end.by == NULL || seq == NULL || !(releasing || end.close))) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    code =
        listing ? command_ended("quarantine", list_aside(&host, all)) : end_one(&host, &end, seq);
    host_close(&host);
    return code;
}
