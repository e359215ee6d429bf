/* `cash`: closes, hand-overs, deposits, and what did not agree. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "custody.h"
#include "host.h"
#include "money.h"
#include "output.h"
#include "record.h"
#include "text.h"
#include "when.h"

static void print_json(struct output *o, const struct custody_view *view)
{
    const struct store_custody *row = &view->row;
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
    record_put_text(&o->row, "with_terminal", view->with.terminal);
    record_put_integer(&o->row, "with_seq", (int64_t)view->with.seq);
    output_row_end(o);
}

static void print_amount(const struct host *host, const char *name, int64_t amount_minor)
{
    char amount[MONEY_TEXT_MAX];
    money_format(&host->site, amount_minor, false, amount);
    printf("  %s %s", name, amount);
}

/* One line: when, which record, who to whom, how much, what became of it. */
static void print_line(const struct host *host, const struct custody_view *view)
{
    const struct store_custody *row = &view->row;
    char at[WHEN_TEXT_MAX];
    when_format_minute(host->site.zone, row->at_s, at);
    printf("%s  %s/%" PRIu64 "  %s", at, row->terminal, row->seq, row->user);
    if (row->other[0] != '\0' && strcmp(row->other, row->user) != 0) {
        printf(" -> %s", row->other);
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
    printf("  %s", _(custody_state_text(view->state)));
    if (view->open_minor != 0) {
        print_amount(host, _("open:"), view->open_minor);
    }
    if (view->with.terminal[0] != '\0') {
        printf("  %s/%" PRIu64, view->with.terminal, view->with.seq);
    }
    printf("\n");
}

static enum till_status print_list(const struct host *host, enum custody_list list, bool open)
{
    struct custody_view view = {0};
    struct output o;
    enum till_status status = TILL_OK;
    output_begin(&o, output_is_json());
    while ((status = custody_next(host->store, list, view.row.terminal, view.row.seq, &view)) ==
           TILL_OK) {
        if (open && view.state == CUSTODY_DONE) {
            continue;
        }
        if (o.json) {
            print_json(&o, &view);
        } else {
            print_line(host, &view);
        }
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

int command_cash(const char *dir, struct arguments *a)
{
    static const char *const lists[] = {[CUSTODY_CLOSES] = "closes",
                                        [CUSTODY_HANDOVERS] = "handovers",
                                        [CUSTODY_DEPOSITS] = "deposits",
                                        [CUSTODY_VARIANCES] = "variances"};
    struct host host;
    bool open = arguments_flag(a, "--open");
    const char *what = arguments_next(a);
    size_t list = 0;
    if (what == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    while (list < sizeof(lists) / sizeof(lists[0]) && strcmp(what, lists[list]) != 0) {
        list++;
    }
    if (list == sizeof(lists) / sizeof(lists[0])) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status == TILL_OK) {
        status = print_list(&host, (enum custody_list)list, open);
        host_close(&host);
    }
    return command_ended(what, status);
}
