/* What the office tells terminals: limits, messages. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "crypto.h"
#include "host.h"
#include "money.h"
#include "orders.h"
#include "output.h"
#include "text.h"
#include "when.h"

enum unit { UNIT_MONEY, UNIT_COUNT, UNIT_HOURS };
enum { HOUR_S = 3600, COUNT_MOST = 1000000 };
static const struct limit_name {
    const char *name;
    enum unit unit;
} names[LIMIT_COUNT] = {
    [LIMIT_CASH] = {"cash", UNIT_MONEY},         [LIMIT_UNSENT] = {"unsent", UNIT_COUNT},
    [LIMIT_OFFLINE] = {"hours", UNIT_HOURS},     [LIMIT_RECEIPT] = {"receipt", UNIT_MONEY},
    [LIMIT_DAY] = {"day", UNIT_MONEY},           [LIMIT_REVERSALS] = {"reversals", UNIT_COUNT},
    [LIMIT_REVERSED] = {"reversed", UNIT_MONEY},
};

int command_limit_named(const char *name)
{
    for (int i = LIMIT_NONE + 1; i < LIMIT_COUNT; i++) {
        if (strcmp(names[i].name, name) == 0) {
            return i;
        }
    }
    return LIMIT_NONE;
}

enum till_status command_limit_value(const struct site *site, int limit, const char *text,
                                     int64_t *value_out)
{
    char *end = NULL;
    if (limit == LIMIT_REVERSALS && strcmp(text, "none") == 0) {
        *value_out = LIMIT_REVERSALS_NONE;
        return TILL_OK;
    }
    if (names[limit].unit == UNIT_MONEY) {
        return money_parse(site, text, value_out);
    }
    long number = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || number > COUNT_MOST) {
        return TILL_BAD_INPUT;
    }
    *value_out = names[limit].unit == UNIT_HOURS ? (int64_t)number * HOUR_S : number;
    return TILL_OK;
}

/* ---- one or all ------------------------------------------------------------------------------ */

struct order {
    const char *text; /* a message; NULL: limits */
    bool named[LIMIT_COUNT];
    int64_t values[LIMIT_COUNT];
};

static enum till_status give_one(struct store *s, const char *terminal, const struct order *order,
                                 int64_t now_s)
{
    return order->text != NULL ? orders_send(s, terminal, order->text, now_s)
                               : orders_set_limits(s, terminal, order->named, order->values, now_s);
}

/* To every terminal whose journal goes on. */
static enum till_status give_all(struct store *s, const struct order *order, int64_t now_s,
                                 unsigned *count_out)
{
    struct store_terminal t = {0};
    enum till_status status;
    while ((status = store_terminal_next(s, t.terminal, &t)) == TILL_OK) {
        if (t.state != TERMINAL_NEW && t.state != TERMINAL_ACTIVE) {
            continue;
        }
        status = give_one(s, t.terminal, order, now_s);
        if (status != TILL_OK) {
            break;
        }
        ++*count_out;
    }
    crypto_wipe(&t, sizeof(t));
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* terminal NULL: all. One transaction: all or none. */
static int give(struct host *host, const char *terminal, const struct order *order)
{
    int64_t now_s = (int64_t)time(NULL);
    unsigned count = terminal != NULL ? 1 : 0;
    enum till_status status = store_begin(host->store);
    if (status == TILL_OK) {
        status = terminal != NULL ? give_one(host->store, terminal, order, now_s)
                                  : give_all(host->store, order, now_s, &count);
    }
    if (status == TILL_OK) {
        status = store_commit(host->store);
    } else {
        store_rollback(host->store);
    }
    if (status != TILL_OK) {
        output_error(terminal != NULL ? terminal : "--all", status);
        return status == TILL_NOT_FOUND   ? EXIT_FOUND_WRONG
               : status == TILL_BAD_INPUT ? EXIT_USAGE
                                          : EXIT_ENVIRONMENT;
    }
    struct output o;
    if (output_one(&o)) {
        record_put_text(&o.row, "terminal", terminal == NULL ? "" : terminal);
        record_put_integer(&o.row, "terminals", count);
        output_one_end(&o);
        return EXIT_DONE;
    }
    printf(_("Given to %u terminals; they fetch it at their next contact.\n"), count);
    return EXIT_DONE;
}

/* ---- limits ---------------------------------------------------------------------------------- */

static bool read_limits(const struct site *site, struct arguments *a, struct order *order)
{
    const char *word;
    bool any = false;
    while ((word = arguments_next(a)) != NULL) {
        char name[16];
        size_t size = strcspn(word, "=");
        if (size == 0 || size >= sizeof(name) || word[size] != '=') {
            return false;
        }
        memcpy(name, word, size);
        name[size] = '\0';
        int limit = command_limit_named(name);
        if (limit == LIMIT_NONE ||
            command_limit_value(site, limit, word + size + 1, &order->values[limit]) != TILL_OK) {
            output_error(word, TILL_BAD_INPUT);
            return false;
        }
        order->named[limit] = any = true;
    }
    return any && arguments_done(a);
}

static void print_limit(const struct host *host, int limit, int64_t value)
{
    char text[MONEY_TEXT_MAX];
    if (value == 0) {
        return;
    }
    if (limit == LIMIT_REVERSALS && value == LIMIT_REVERSALS_NONE) {
        text_copy(text, sizeof(text), "none");
    } else if (names[limit].unit == UNIT_MONEY) {
        money_format(&host->site, value, false, text);
    } else {
        (void)snprintf(text, sizeof(text), "%" PRId64,
                       names[limit].unit == UNIT_HOURS ? value / HOUR_S : value);
    }
    printf("  %s=%s", names[limit].name, text);
}

static enum till_status list_limits(struct host *host, bool json)
{
    struct store_terminal t = {0};
    struct output o;
    enum till_status status;
    output_begin(&o, json);
    while ((status = store_terminal_next(host->store, t.terminal, &t)) == TILL_OK) {
        struct orders orders;
        status = orders_get(host->store, t.terminal, &orders);
        if (status != TILL_OK && status != TILL_NOT_FOUND) {
            break;
        }
        if (!json) {
            printf("%-12s", t.terminal);
            for (int i = LIMIT_NONE + 1; i < LIMIT_COUNT; i++) {
                print_limit(host, i, orders.limits.value[i]);
            }
            printf("\n");
            continue;
        }
        output_row(&o);
        record_put_text(&o.row, "terminal", t.terminal);
        record_put_integer(&o.row, "serial", (int64_t)orders.limits.serial);
        for (int i = LIMIT_NONE + 1; i < LIMIT_COUNT; i++) {
            int64_t value = orders.limits.value[i];
            bool none = i == LIMIT_REVERSALS && value == LIMIT_REVERSALS_NONE;
            record_put_integer(&o.row, names[i].name, none ? -1 : value);
        }
        output_row_end(&o);
    }
    output_end(&o);
    crypto_wipe(&t, sizeof(t));
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

int command_limits(const char *dir, struct arguments *a)
{
    struct host host;
    struct order order = {0};
    int code = EXIT_USAGE;
    bool json = output_is_json(), all = arguments_flag(a, "--all");
    const char *what = arguments_next(a);
    const char *terminal = what != NULL && !all ? arguments_next(a) : NULL;
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    if (what == NULL && arguments_done(a)) {
        status = list_limits(&host, json);
        code = status == TILL_OK ? EXIT_DONE : EXIT_ENVIRONMENT;
    } else if (what != NULL && strcmp(what, "set") == 0 && (all || terminal != NULL) &&
               read_limits(&host.site, a, &order)) {
        code = give(&host, terminal, &order);
    }
    host_close(&host);
    return code;
}

/* ---- messages -------------------------------------------------------------------------------- */

int command_message(const char *dir, struct arguments *a)
{
    struct host host;
    struct order order = {0};
    bool all = arguments_flag(a, "--all");
    const char *what = arguments_next(a);
    const char *terminal = all ? NULL : arguments_next(a);
    order.text = arguments_next(a);
    if (what == NULL || strcmp(what, "send") != 0 || (!all && terminal == NULL) ||
        order.text == NULL || !arguments_done(a)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        output_error(dir, status);
        return EXIT_ENVIRONMENT;
    }
    int code = give(&host, terminal, &order);
    host_close(&host);
    return code;
}
