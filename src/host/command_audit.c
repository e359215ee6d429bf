#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "commands.h"
#include "host.h"
#include "output.h"
#include "text.h"
#include "when.h"

static int list(struct host *host, bool json)
{
    struct output o;
    struct store_audit a;
    enum till_status status = TILL_OK;
    output_begin(&o, json);
    for (int64_t n = 0; (status = store_audit_next(host->store, n, &a)) == TILL_OK; n = a.n) {
        char hash[2 * HASH_SIZE + 1];
        hex_encode((struct span){a.hash, sizeof(a.hash)}, hash);
        if (json) {
            output_row(&o);
            record_put_integer(&o.row, "n", a.n);
            record_put_integer(&o.row, "at_s", a.at_s);
            record_put_text(&o.row, "actor", a.actor);
            record_put_text(&o.row, "act", a.act);
            record_put_text(&o.row, "arguments", a.arguments);
            record_put_text(&o.row, "hash", hash);
            output_row_end(&o);
        } else {
            char when[WHEN_TEXT_MAX];
            when_format_minute(host->site.zone, a.at_s, when);
            printf("%6" PRId64 "  %s  %-12s %s %s\n", a.n, when, a.actor, a.act, a.arguments);
        }
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? EXIT_DONE : EXIT_ENVIRONMENT;
}

static int check(struct host *host, bool json)
{
    int64_t n = 0;
    uint8_t hash[HASH_SIZE] = {0};
    char text[2 * HASH_SIZE + 1];
    enum till_status status = audit_check(host->store, &n, hash);
    if (status != TILL_OK && status != TILL_E_CHAIN) {
        output_error(host->dir, status);
        return EXIT_ENVIRONMENT;
    }
    hex_encode((struct span){hash, sizeof(hash)}, text);
    if (json) {
        struct output o;
        output_begin(&o, true);
        output_row(&o);
        record_put_text(&o.row, "check", status == TILL_OK ? "whole" : "broken");
        record_put_integer(&o.row, "n", n);
        record_put_text(&o.row, "hash", status == TILL_OK ? text : "");
        output_row_end(&o);
        output_end(&o);
    } else if (status == TILL_OK) {
        printf(_("The audit log is whole: %lld records, the last one's hash is %s\n"), (long long)n,
               text);
    } else {
        printf(_("The audit log is broken: record %lld does not follow from those before it.\n"),
               (long long)n);
    }
    return status == TILL_OK ? EXIT_DONE : EXIT_FOUND_WRONG;
}

int command_audit(const char *dir, struct arguments *a)
{
    struct host host;
    bool json = output_is_json();
    bool checking = arguments_flag(a, "--check");
    const char *word = arguments_next(a);
    if (word != NULL && strcmp(word, "check") == 0) {
        checking = true;
    } else if (word != NULL) {
        return EXIT_USAGE;
    }
    if (!arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    int code = checking ? check(&host, json) : list(&host, json);
    host_close(&host);
    return code;
}
