/* `invoice`: who asked for one, and the number that it got. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "host.h"
#include "invoice.h"
#include "output.h"
#include "text.h"
#include "when.h"

static void print_one(const struct host *host, struct output *o, const struct store_invoice *i)
{
    char at[WHEN_TEXT_MAX];
    if (o->json) {
        output_row(o);
        record_put_text(&o->row, "terminal", i->terminal);
        record_put_integer(&o->row, "seq", (int64_t)i->seq);
        record_put_integer(&o->row, "at_s", i->at_s);
        record_put_text(&o->row, "user", i->user);
        record_put_text(&o->row, "account", i->account);
        record_put_integer(&o->row, "receipt", (int64_t)i->receipt);
        record_put_integer(&o->row, "electronic", i->electronic);
        record_put_text(&o->row, "title", i->title);
        record_put_text(&o->row, "tax_number", i->tax_number);
        record_put_text(&o->row, "send_to", i->send_to);
        record_put_text(&o->row, "state", invoice_state_name(i->state));
        record_put_text(&o->row, "number", i->number);
        record_put_text(&o->row, "by", i->by);
        record_put_integer(&o->row, "done_at_s", i->done_at_s);
        output_row_end(o);
        return;
    }
    when_format_minute(host->site.zone, i->at_s, at);
    printf("%s  %s/%" PRIu64 "  %s/%" PRIu64 "  %-12s  %s  %s  %s  %s  %s", at, i->terminal, i->seq,
           i->terminal, i->receipt, i->account, i->electronic ? _("e-invoice") : _("on paper"),
           i->title, i->tax_number, i->send_to, _(invoice_state_text(i->state)));
    if (i->number[0] != '\0') {
        printf("  %s", i->number);
    }
    printf("\n");
}

static enum till_status list(const struct host *host, bool all)
{
    struct store_invoice i = {0};
    struct output o;
    enum till_status status;
    output_begin(&o, output_is_json());
    while ((status = store_invoice_next(host->store, i.terminal, i.seq, &i)) == TILL_OK) {
        if (all || i.state == INVOICE_OPEN) {
            print_one(host, &o, &i);
        }
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static int act(const struct host *host, const char *what, const struct invoice_act *a)
{
    char reason[STORE_REASON_MAX] = "", other[INVOICE_OTHER_MAX] = "";
    struct store_invoice invoice;
    struct output o;
    int64_t now_s = (int64_t)time(NULL);
    enum till_status status = strcmp(what, "done") == 0
                                  ? invoice_done(host->store, a, now_s, &invoice, other, reason)
                                  : invoice_void(host->store, a, now_s, &invoice, reason);
    if (status == TILL_REFUSED && reason[0] != '\0') {
        output_complain(a->entry, status, "%s: %s", a->entry, _(reason));
        return EXIT_FOUND_WRONG;
    }
    if (status == TILL_OK && output_is_json()) {
        output_begin(&o, true);
        print_one(host, &o, &invoice);
        output_end(&o);
    }
    if (other[0] != '\0') {
        output_complain(a->entry, TILL_OK,
                        _("%s: noted. The invoice of %s stands for the same bill: one of the two "
                          "must be void.\n"),
                        a->entry, other);
        return EXIT_FOUND_WRONG;
    }
    return command_ended(a->entry, status);
}

int command_invoice(const char *dir, struct arguments *a)
{
    struct host host;
    bool all = arguments_flag(a, "--all");
    struct invoice_act wanted = {.number = arguments_option(a, "--number", NULL),
                                 .by = arguments_option(a, "--by", NULL)};
    const char *what = arguments_next(a);
    wanted.entry = arguments_next(a);
    if (what == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    int code = EXIT_USAGE;
    if (strcmp(what, "list") == 0 && wanted.entry == NULL) {
        code = command_ended(what, list(&host, all));
    } else if (wanted.entry != NULL && ((strcmp(what, "done") == 0 && wanted.number != NULL) ||
                                        (strcmp(what, "void") == 0 && wanted.number == NULL))) {
        code = act(&host, what, &wanted);
    }
    host_close(&host);
    return code;
}
