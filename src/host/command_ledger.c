#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "host.h"
#include "ledger_check.h"
#include "money.h"
#include "output.h"
#include "text.h"

/* ---- ledger ---------------------------------------------------------------------------------- */

static void print_verdict(const struct ledger_verdict *verdict)
{
    struct output o;
    output_begin(&o, true);
    output_row(&o);
    record_put_text(&o.row, "check", verdict->sound ? "right" : "wrong");
    record_put_text(&o.row, "difference", verdict->sound ? "" : verdict->difference);
    record_put_integer(&o.row, "postings", verdict->postings);
    record_put_integer(&o.row, "entries", verdict->entries);
    record_put_integer(&o.row, "imports", verdict->imports);
    output_row_end(&o);
    output_end(&o);
}

static int check(struct host *host, bool json)
{
    struct ledger_verdict verdict;
    enum till_status status = ledger_check(host->store, host->dir, &verdict);
    if (status != TILL_OK) {
        output_error(host->dir, status);
        return EXIT_ENVIRONMENT;
    }
    if (json) {
        print_verdict(&verdict);
        return verdict.sound ? EXIT_DONE : EXIT_FOUND_WRONG;
    }
    if (!verdict.sound) {
        printf(_("The ledger is wrong: %s\n"), verdict.difference);
        return EXIT_FOUND_WRONG;
    }
    printf(_("The ledger is right: %lld postings, %lld records and %lld imports replayed.\n"),
           (long long)verdict.postings, (long long)verdict.entries, (long long)verdict.imports);
    return EXIT_DONE;
}

static int balance(struct host *host, const char *prefix, bool json)
{
    char text[MONEY_TEXT_MAX];
    int64_t sum;
    enum till_status status = store_balance_prefix(host->store, prefix, &sum);
    if (status != TILL_OK) {
        output_error(prefix, status);
        return EXIT_ENVIRONMENT;
    }
    if (json) {
        struct output o;
        output_begin(&o, true);
        output_row(&o);
        output_put_typed(&o, "prefix", prefix);
        record_put_integer(&o.row, "balance_minor", sum);
        output_row_end(&o);
        output_end(&o);
        return EXIT_DONE;
    }
    money_format(&host->site, sum, false, text);
    printf("%s\n", text);
    return EXIT_DONE;
}

int command_ledger(const char *dir, struct arguments *a)
{
    struct host host;
    int code = EXIT_USAGE;
    bool json = output_is_json();
    const char *what = arguments_next(a);
    const char *prefix = arguments_next(a);
    if (what == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    if (strcmp(what, "check") == 0 && prefix == NULL) {
        code = check(&host, json);
    } else if (strcmp(what, "balance") == 0 && prefix != NULL) {
        code = balance(&host, prefix, json);
    }
    host_close(&host);
    return code;
}
