/* `cash`: closes, hand-overs, deposits, what did not agree, what was put into bags and paid out. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bank.h"
#include "commands.h"
#include "custody.h"
#include "explain.h"
#include "host.h"
#include "import_rows.h"
#include "money.h"
#include "output.h"
#include "record.h"
#include "slips.h"
#include "text.h"
#include "when.h"

/* Days that it has waited; 0 where it is done. */
static int32_t age_days(const struct host *host, const struct custody_view *view)
{
    const char *zone = host->site.zone;
    int32_t days =
        when_days_between(when_date(zone, view->row.at_s), when_date(zone, (int64_t)time(NULL)));
    return view->state != CUSTODY_DONE && days > 0 ? days : 0;
}

static void print_json(const struct host *host, struct output *o, const struct custody_view *view)
{
    const struct store_custody *row = &view->row;
    bool at_bank = view->line.reference[0] != '\0';
    output_row(o);
    record_put_text(&o->row, "kind", kind_name(row->kind));
    record_put_text(&o->row, "terminal", row->terminal);
    record_put_integer(&o->row, "seq", (int64_t)row->seq);
    record_put_integer(&o->row, "at_s", row->at_s);
    record_put_text(&o->row, "user", row->user);
    record_put_text(&o->row, "other", row->other);
    record_put_integer(&o->row, "amount_minor", row->amount_minor);
    record_put_integer(&o->row, "expected_minor", row->expected_minor);
    record_put_integer(&o->row, "other_minor", row->other_minor);
    record_put_integer(&o->row, "z", row->z);
    record_put_text(&o->row, "closes", row->closes);
    record_put_text(&o->row, "bank", row->bank);
    record_put_text(&o->row, "slip", row->slip);
    record_put_text(&o->row, "state", custody_state_text(view->state));
    record_put_integer(&o->row, "open_minor", view->open_minor);
    record_put_integer(&o->row, "slips_minor", view->slips_minor);
    record_put_integer(&o->row, "slips_open_minor", view->slips_open_minor);
    record_put_text(&o->row, "with_terminal", view->with.terminal);
    record_put_integer(&o->row, "with_seq", (int64_t)view->with.seq);
    record_put_text(&o->row, "with_user", view->with.user);
    record_put_integer(&o->row, "reason", row->reason);
    record_put_text(&o->row, "match", at_bank ? bank_match_text(view->line.match) : "");
    record_put_text(&o->row, "reference", view->line.reference);
    record_put_integer(&o->row, "bank_minor", view->line.amount_minor);
    record_put_integer(&o->row, "age_days", age_days(host, view));
    output_row_end(o);
}

static void print_amount(const struct host *host, const char *name, int64_t amount_minor)
{
    char amount[MONEY_TEXT_MAX];
    money_format(&host->site, amount_minor, false, amount);
    printf("  %s %s", name, amount);
}

/* What the bank has of it. */
static void print_bank(const struct host *host, const struct custody_view *view)
{
    const struct store_bank_line *line = &view->line;
    if (line->reference[0] == '\0') {
        printf("  %s", _("not at the bank"));
        return;
    }
    printf("  %s: %s", _(bank_match_text(line->match)), line->reference);
    if (line->amount_minor != view->row.amount_minor) {
        print_amount(host, _("at the bank"), line->amount_minor);
    }
}

static void print_state(const struct host *host, enum custody_list list,
                        const struct custody_view *view)
{
    int32_t days = age_days(host, view);
    if (list == CUSTODY_DEPOSITS || (list == CUSTODY_VARIANCES && bank_is_deposit(&view->row))) {
        print_bank(host, view);
    }
    printf("  %s", _(custody_state_text(view->state)));
    if (view->open_minor != 0) {
        print_amount(host, _("open:"), view->open_minor);
    }
    if (view->slips_open_minor != 0) {
        print_amount(host, _("slips open:"), view->slips_open_minor);
    }
    if (view->with.terminal[0] != '\0') {
        printf("  %s/%" PRIu64 " %s", view->with.terminal, view->with.seq, view->with.user);
    }
    if (days > 0) {
        printf(_(", %d days"), (int)days);
    }
    printf("\n");
}

static void print_move(const struct host *host, const struct store_custody *row)
{
    print_amount(host, row->kind == KIND_CASH_IN ? _("paid in") : _("paid out"), row->amount_minor);
    printf("  %s  %s %s", _(cash_reason_text(row->reason)), _("agreed by"), row->other);
    printf("%s%s\n", strcmp(row->other, row->user) == 0 ? "  " : "",
           strcmp(row->other, row->user) == 0 ? _("own PIN") : "");
}

/* One line: when, which record, who to whom, how much, what became of it. */
static void print_line(const struct host *host, enum custody_list list,
                       const struct custody_view *view)
{
    const struct store_custody *row = &view->row;
    char at[WHEN_TEXT_MAX];
    when_format_minute(host->site.zone, row->at_s, at);
    bool taken = row->kind == KIND_HANDOVER_TAKEN; /* from the other */
    bool two = row->other[0] != '\0' && (taken || strcmp(row->other, row->user) != 0);
    printf("%s  %s/%" PRIu64 "  %s", at, row->terminal, row->seq,
           taken && two ? row->other : row->user);
    if (list == CUSTODY_MOVES) {
        print_move(host, row);
        return;
    }
    if (two) {
        printf(" -> %s", taken ? row->user : row->other);
    }
    if (row->z != 0) {
        printf("  Z %" PRIu32, row->z);
    }
    if (row->closes[0] != '\0') {
        printf("  Z %s", row->closes);
    }
    if (row->bank[0] != '\0' || row->slip[0] != '\0') {
        printf("  %s %s", row->bank, row->slip);
    }
    print_amount(host, _("counted"), row->amount_minor);
    if (row->expected_minor != row->amount_minor) {
        print_amount(host, _("expected"), row->expected_minor);
    }
    if (view->slips_minor != 0) {
        print_amount(host, _("slips"), view->slips_minor);
    }
    print_state(host, list, view);
}

/* date 0: of all. */
static enum till_status print_list(const struct host *host, enum custody_list list, bool open,
                                   int32_t date)
{
    struct custody_view view = {.row = {.at_s = 0}};
    struct custody_span span = {.until_s = INT64_MAX};
    enum custody_walk walk = date != 0 ? CUSTODY_BY_TIME : open ? CUSTODY_WAITING : CUSTODY_ALL;
    struct output o;
    enum till_status status = TILL_OK;
    if (date != 0) {
        span = custody_span_of(host->site.zone, date);
        view.row.at_s = span.from_s;
    }
    output_begin(&o, output_is_json());
    while ((status = custody_step(host->store, list, walk, &view)) == TILL_OK &&
           view.row.at_s <= span.until_s) {
        if ((open && view.state == CUSTODY_DONE) ||
            (date != 0 && when_date(host->site.zone, view.row.at_s) != date)) {
            continue;
        }
        if (o.json) {
            print_json(host, &o, &view);
        } else {
            print_line(host, list, &view);
        }
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- slips ----------------------------------------------------------------------------------- */

struct slips_print {
    const struct host *host;
    struct output o;
};

static enum till_status print_slips_row(void *context, const struct slips_row *row)
{
    struct slips_print *p = context;
    char at[WHEN_TEXT_MAX] = "";
    int32_t days = row->at_s == 0
                       ? 0
                       : when_days_between(when_date(p->host->site.zone, row->at_s),
                                           when_date(p->host->site.zone, (int64_t)time(NULL)));
    days = days > 0 ? days : 0;
    if (p->o.json) {
        static const char *const places[] = {"bag", "hand", "kept", "way", "bank"};
        output_row(&p->o);
        record_put_text(&p->o.row, "place", places[row->place]);
        record_put_text(&p->o.row, "terminal", row->terminal);
        record_put_integer(&p->o.row, "seq", (int64_t)row->seq);
        record_put_integer(&p->o.row, "at_s", row->at_s);
        record_put_text(&p->o.row, "user", row->user);
        record_put_text(&p->o.row, "other", row->other);
        record_put_text(&p->o.row, "bank", row->bank);
        record_put_text(&p->o.row, "slip", row->slip);
        record_put_integer(&p->o.row, "amount_minor", row->amount_minor);
        record_put_integer(&p->o.row, "age_days", days);
        output_row_end(&p->o);
        return TILL_OK;
    }
    if (row->at_s != 0) {
        when_format_minute(p->host->site.zone, row->at_s, at);
    }
    printf("%-16s  %s  %s%s%s", at, row->terminal, row->user, row->other[0] != '\0' ? " -> " : "",
           row->other);
    print_amount(p->host, _(slips_place_text(row->place)), row->amount_minor);
    if (row->bank[0] != '\0') {
        printf("  %s %s", row->bank, row->slip);
    }
    if (days > 0) {
        printf(_(", %d days"), (int)days);
    }
    printf("\n");
    return TILL_OK;
}

static enum till_status print_slips(const struct host *host)
{
    struct slips_print p = {.host = host};
    output_begin(&p.o, output_is_json());
    enum till_status status = slips_walk(host->store, print_slips_row, &p);
    output_end(&p.o);
    return status;
}

/* ---- explaining ------------------------------------------------------------------------------ */

/* As variance_reason has them; 0: none of them. */
static int reason_named(const char *name)
{
    static const char *const names[] = {[VARIANCE_COUNTERFEIT] = "counterfeit",
                                        [VARIANCE_DAMAGED] = "damaged",
                                        [VARIANCE_CHANGE] = "change",
                                        [VARIANCE_LOST] = "lost",
                                        [VARIANCE_OTHER] = "other"};
    for (int i = VARIANCE_COUNTERFEIT; i <= VARIANCE_OTHER; i++) {
        if (name != NULL && strcmp(name, names[i]) == 0) {
            return i;
        }
    }
    return 0;
}

static void print_explained(const struct host *host, const struct store_explained *e)
{
    char amount[MONEY_TEXT_MAX];
    struct output o;
    if (output_one(&o)) {
        record_put_integer(&o.row, "id", e->id);
        record_put_text(&o.row, "terminal", e->terminal);
        record_put_integer(&o.row, "seq", (int64_t)e->seq);
        record_put_text(&o.row, "user", e->user);
        record_put_text(&o.row, "owner", e->owner);
        record_put_integer(&o.row, "amount_minor", e->amount_minor);
        record_put_integer(&o.row, "reason", e->reason % EXPLAINED_SLIPS);
        record_put_integer(&o.row, "slips", e->reason > EXPLAINED_SLIPS ? 1 : 0);
        record_put_text(&o.row, "slip", e->slip);
        record_put_text(&o.row, "text", e->text);
        record_put_text(&o.row, "by", e->by);
        record_put_integer(&o.row, "at_s", e->at_s);
        output_one_end(&o);
        return;
    }
    if (e->reason == EXPLAINED_SETTLED) {
        printf(_("Settled: %s/%llu.\n"), e->terminal, (unsigned long long)e->seq);
        return;
    }
    money_format(&host->site, e->amount_minor, false, amount);
    printf(_("Explained: %s of %s/%llu, now over or short of %s.\n"), amount, e->terminal,
           (unsigned long long)e->seq, e->owner);
}

/* "-12.50": over; without sign: short. */
static bool read_amount(const struct host *host, const char *text, int64_t *amount_out)
{
    bool over = text[0] == '-';
    *amount_out = 0;
    if (text[0] == '\0') {
        return true;
    }
    if (money_parse(&host->site, text + (over ? 1 : 0), amount_out) != TILL_OK) {
        return false;
    }
    *amount_out = over ? -*amount_out : *amount_out;
    return true;
}

static int explain(const char *dir, struct arguments *a)
{
    struct host host;
    struct store_explained e;
    char reason[STORE_REASON_MAX];
    const char *amount = arguments_option(a, "--amount", "");
    bool slips = arguments_flag(a, "--slips");
    const char *why = arguments_option(a, "--reason", NULL);
    struct explain_wanted wanted = {.owner = arguments_option(a, "--owner", NULL),
                                    .by = arguments_option(a, "--by", NULL),
                                    .slip = arguments_option(a, "--slip", ""),
                                    .text = arguments_option(a, "--text", "")};
    const char *number = arguments_next(a), *seq = arguments_next(a);
    char *end = NULL;
    wanted.terminal = number;
    wanted.reason = reason_named(why);
    wanted.slips = slips;
    wanted.seq = seq != NULL ? strtoull(seq, &end, 10) : 0;
    if (!arguments_done(a) || number == NULL || wanted.seq == 0 || wanted.seq > INT64_MAX ||
        *end != '\0' || wanted.owner == NULL || wanted.by == NULL || wanted.reason == 0) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended("cash explain", status);
    }
    reason[0] = '\0';
    status = read_amount(&host, amount, &wanted.amount_minor)
                 ? explain_difference(host.store, &wanted, (int64_t)time(NULL), &e, reason)
                 : TILL_BAD_INPUT;
    if (status == TILL_OK) {
        print_explained(&host, &e);
    }
    host_close(&host);
    if (status == TILL_REFUSED && reason[0] != '\0') {
        output_complain("cash explain", status, "%s/%s: %s", number, seq, _(reason));
        return EXIT_FOUND_WRONG;
    }
    return command_ended("cash explain", status);
}

static int settle(const char *dir, struct arguments *a)
{
    struct host host;
    struct store_explained e;
    char reason[STORE_REASON_MAX] = "";
    struct settle_wanted wanted = {.by = arguments_option(a, "--by", NULL),
                                   .text = arguments_option(a, "--text", NULL)};
    const char *number = arguments_next(a), *seq = arguments_next(a);
    char *end = NULL;
    wanted.terminal = number;
    wanted.seq = seq != NULL ? strtoull(seq, &end, 10) : 0;
    if (!arguments_done(a) || number == NULL || wanted.seq == 0 || wanted.seq > INT64_MAX ||
        *end != '\0' || wanted.by == NULL || wanted.text == NULL) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended("cash settle", status);
    }
    status = settle_dispute(host.store, &wanted, (int64_t)time(NULL), &e, reason);
    if (status == TILL_OK) {
        print_explained(&host, &e);
    }
    host_close(&host);
    if (status == TILL_REFUSED && reason[0] != '\0') {
        output_complain("cash settle", status, "%s/%s: %s", number, seq, _(reason));
        return EXIT_FOUND_WRONG;
    }
    return command_ended("cash settle", status);
}

int command_cash(const char *dir, struct arguments *a)
{
    static const char *const lists[] = {[CUSTODY_CLOSES] = "closes",
                                        [CUSTODY_HANDOVERS] = "handovers",
                                        [CUSTODY_DEPOSITS] = "deposits",
                                        [CUSTODY_VARIANCES] = "variances",
                                        [CUSTODY_MOVES] = "moves"};
    struct host host;
    bool open = arguments_flag(a, "--open");
    const char *what = arguments_next(a);
    size_t list = 0;
    int32_t date = 0;
    if (what != NULL && !open && strcmp(what, "explain") == 0) {
        return explain(dir, a);
    }
    if (what != NULL && !open && strcmp(what, "settle") == 0) {
        return settle(dir, a);
    }
    const char *day = arguments_option(a, "--date", "");
    if (what == NULL || !arguments_done(a) || (day[0] != '\0' && !import_date(day, &date))) {
        return EXIT_USAGE;
    }
    while (list < sizeof(lists) / sizeof(lists[0]) && strcmp(what, lists[list]) != 0) {
        list++;
    }
    bool slips = strcmp(what, "slips") == 0;
    if (list == sizeof(lists) / sizeof(lists[0]) && (!slips || open || date != 0)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status == TILL_OK) {
        status =
            slips ? print_slips(&host) : print_list(&host, (enum custody_list)list, open, date);
        host_close(&host);
    }
    return command_ended(what, status);
}
