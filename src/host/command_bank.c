/* `bank`: lines of statements against deposits. They come in by `import`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bank.h"
#include "commands.h"
#include "correction.h"
#include "host.h"
#include "money.h"
#include "output.h"
#include "text.h"
#include "when.h"

/* A line and what is open about it. */
struct standing {
    int64_t open_minor;   /* matched, and not explained */
    char owner[USER_MAX]; /* who brought it; "" = nobody is known */
    int32_t age_days;
};

static void print_row(struct output *o, const struct store_bank_line *l, const struct standing *at)
{
    output_row(o);
    record_put_text(&o->row, "bank", l->bank);
    record_put_text(&o->row, "reference", l->reference);
    record_put_integer(&o->row, "date", l->date);
    record_put_integer(&o->row, "amount_minor", l->amount_minor);
    record_put_text(&o->row, "slip", l->slip);
    record_put_text(&o->row, "text", l->text);
    record_put_text(&o->row, "match", bank_match_text(l->match));
    record_put_text(&o->row, "terminal", l->terminal);
    record_put_integer(&o->row, "seq", (int64_t)l->seq);
    record_put_text(&o->row, "by", l->matched_by);
    record_put_text(&o->row, "owner", at->owner);
    record_put_integer(&o->row, "open_minor", at->open_minor);
    record_put_integer(&o->row, "age_days", at->age_days);
    output_row_end(o);
}

static void print_line(const struct host *host, const struct store_bank_line *l,
                       const struct standing *at)
{
    char amount[MONEY_TEXT_MAX], date[WHEN_TEXT_MAX];
    money_format(&host->site, l->amount_minor, true, amount);
    when_format_date(l->date, date);
    printf("%s  %-12s %-16s %14s  %s  %s", date, l->bank, l->reference, amount, l->slip, l->text);
    if (l->match != BANK_OPEN) {
        printf("  = %s/%" PRIu64 "  (%s)  %s", l->terminal, l->seq, _(bank_match_text(l->match)),
               at->owner);
    }
    if (at->open_minor != 0) {
        money_format(&host->site, at->open_minor, false, amount);
        printf("  %s %s", _("open:"), amount);
    }
    if (at->age_days > 0) {
        printf(_(", %d days"), (int)at->age_days);
    }
    printf("\n");
}

static enum till_status stand(const struct host *host, const struct store_bank_line *l,
                              struct standing *out)
{
    *out = (struct standing){0};
    enum till_status status = bank_open_minor(host->store, l, &out->open_minor, out->owner);
    if (out->open_minor != 0 || (l->match == BANK_OPEN && l->amount_minor > 0)) {
        int32_t days = when_days_between(l->date, when_date(host->site.zone, (int64_t)time(NULL)));
        out->age_days = days > 0 ? days : 0;
    }
    return status;
}

static enum till_status list(const struct host *host, bool open)
{
    struct store_bank_line line = {0};
    struct standing at;
    struct output o;
    enum till_status status = TILL_OK;
    output_begin(&o, output_is_json());
    while ((status = store_bank_next(host->store, line.bank, line.reference, &line)) == TILL_OK) {
        status = stand(host, &line, &at);
        if (status != TILL_OK) {
            break;
        }
        if (open && at.open_minor == 0 && (line.match != BANK_OPEN || line.amount_minor < 0)) {
            continue;
        }
        if (o.json) {
            print_row(&o, &line, &at);
        } else {
            print_line(host, &line, &at);
        }
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static int match(const struct host *host, const char *days_text)
{
    struct bank_outcome outcome;
    struct output o;
    char *end = NULL;
    long days = strtol(days_text, &end, 10);
    if (*days_text == '\0' || *end != '\0' || days < 0 || days > 366) {
        return EXIT_USAGE;
    }
    enum till_status status =
        bank_match(host->store, host->site.zone, (int32_t)days, (int64_t)time(NULL), &outcome);
    if (status != TILL_OK) {
        return command_ended("bank match", status);
    }
    if (output_one(&o)) {
        record_put_integer(&o.row, "slip_and_amount", outcome.matched[BANK_EXACT]);
        record_put_integer(&o.row, "slip", outcome.matched[BANK_BY_SLIP]);
        record_put_integer(&o.row, "slip_in_text", outcome.matched[BANK_BY_TEXT]);
        record_put_integer(&o.row, "amount_and_day", outcome.matched[BANK_BY_AMOUNT]);
        record_put_integer(&o.row, "open_lines", outcome.open_lines);
        record_put_integer(&o.row, "open_deposits", outcome.open_deposits);
        record_put_integer(&o.row, "open_differences", outcome.open_differences);
        output_one_end(&o);
    } else {
        for (int way = BANK_EXACT; way <= BANK_BY_AMOUNT; way++) {
            printf("%6" PRIu32 "  %s\n", outcome.matched[way],
                   _(bank_match_text((enum bank_match)way)));
        }
        printf(_("%lu lines of the bank and %lu deposits are left.\n"),
               (unsigned long)outcome.open_lines, (unsigned long)outcome.open_deposits);
        printf(_("%lu differ from the slip and are not explained: cash variances --open.\n"),
               (unsigned long)outcome.open_differences);
    }
    return outcome.open_lines + outcome.open_deposits + outcome.open_differences > 0
               ? EXIT_FOUND_WRONG
               : EXIT_DONE;
}

static int ended(const char *what, enum till_status status, const char *reason)
{
    if (status == TILL_REFUSED && reason[0] != '\0') {
        output_complain(what, status, "%s: %s", what, _(reason));
        return EXIT_FOUND_WRONG;
    }
    return command_ended(what, status);
}

static int join(const struct host *host, const char *bank, const char *reference, const char *entry,
                const char *by)
{
    char terminal[TERMINAL_MAX], reason[STORE_REASON_MAX] = "";
    uint64_t seq = 0;
    if (bank == NULL || reference == NULL || entry == NULL || by == NULL ||
        !correction_entry_named(entry, terminal, &seq) || !terminal_is_valid(terminal)) {
        return EXIT_USAGE;
    }
    enum till_status status =
        bank_join(host->store, bank, reference, terminal, seq, by, (int64_t)time(NULL), reason);
    return ended(entry, status, reason);
}

static int part(const struct host *host, const char *bank, const char *reference, const char *by)
{
    char reason[STORE_REASON_MAX] = "";
    enum till_status status =
        bank_part(host->store, bank, reference, by, (int64_t)time(NULL), reason);
    return ended(reference, status, reason);
}

int command_bank(const char *dir, struct arguments *a)
{
    struct host host;
    bool open = arguments_flag(a, "--open");
    const char *days = arguments_option(a, "--days", "3");
    const char *entry = arguments_option(a, "--deposit", NULL);
    const char *by = arguments_option(a, "--by", NULL);
    const char *what = arguments_next(a);
    const char *bank = arguments_next(a);
    const char *reference = arguments_next(a);
    if (what == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    int code = EXIT_USAGE;
    if (strcmp(what, "list") == 0 && bank == NULL) {
        code = command_ended(what, list(&host, open));
    } else if (strcmp(what, "match") == 0 && bank == NULL) {
        code = match(&host, days);
    } else if (strcmp(what, "join") == 0) {
        code = join(&host, bank, reference, entry, by);
    } else if (strcmp(what, "part") == 0 && bank != NULL && reference != NULL) {
        code = part(&host, bank, reference, by);
    }
    host_close(&host);
    return code;
}
