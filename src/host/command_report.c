/* `report`: what a team, or everybody, took in a period; and reports that terminals sent. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "book.h"
#include "commands.h"
#include "files.h"
#include "host.h"
#include "import_rows.h"
#include "language.h"
#include "money.h"
#include "output.h"
#include "report.h"
#include "store_sent.h"
#include "takings.h"
#include "text.h"
#include "when.h"

enum { FOREVER_MS = INT32_MAX, NAME_MAX_BYTES = BOOK_NAME_MAX + QUERY_KEY_MAX };

/* ---- rows ------------------------------------------------------------------------------------ */

/* "1001 李建国"; the number alone where nobody of it is known. */
static void name_user(const struct host *host, const char *user, char out[NAME_MAX_BYTES])
{
    struct book_user row = {.user = ""};
    (void)snprintf(out, NAME_MAX_BYTES, "%s", user);
    while (store_user_next(host->store, row.user, &row) == TILL_OK) {
        if (strcmp(row.user, user) == 0) {
            (void)snprintf(out, NAME_MAX_BYTES, "%s %s", user, row.name);
            return;
        }
    }
}

static void name_book(const struct host *host, const char *id, char out[NAME_MAX_BYTES])
{
    struct book_meter_book m;
    bool known = store_meter_book_get(host->store, id, &m) == TILL_OK;
    (void)snprintf(out, NAME_MAX_BYTES, "%s%s%s", id[0] == '\0' ? _("in no meter book") : id,
                   known ? " " : "", known ? m.name : "");
}

static void name_type(int type, char out[NAME_MAX_BYTES])
{
    if (type == REPORT_TYPE_FEE) {
        (void)snprintf(out, NAME_MAX_BYTES, "%s", _("Late fees"));
    } else if (type == REPORT_TYPE_ADVANCE) {
        (void)snprintf(out, NAME_MAX_BYTES, "%s", _("Advances"));
    } else if (bill_type_text((int16_t)type) != NULL) {
        (void)snprintf(out, NAME_MAX_BYTES, "%s", _(bill_type_text((int16_t)type)));
    } else if (type == 0) {
        (void)snprintf(out, NAME_MAX_BYTES, "%s", _("Other bills"));
    } else {
        (void)snprintf(out, NAME_MAX_BYTES, _("Bill type %d"), type);
    }
}

/* What the key of a row stands for. */
static void name_row(const struct host *host, const struct query_report *r, const char *key,
                     char out[NAME_MAX_BYTES])
{
    char date[WHEN_TEXT_MAX];
    int number = (int)strtol(key, NULL, 10);
    switch (r->by) {
    case QUERY_BY_DAY:
        when_format_date(number, date);
        (void)snprintf(out, NAME_MAX_BYTES, "%s", date);
        break;
    case QUERY_BY_COLLECTOR:
        name_user(host, key, out);
        break;
    case QUERY_BY_BOOK:
        name_book(host, key, out);
        break;
    case QUERY_BY_TENDER:
        (void)snprintf(out, NAME_MAX_BYTES, "%s", _(tender_text(number)));
        break;
    case QUERY_BY_TYPE:
        name_type(number, out);
        break;
    case QUERY_BY_EXCEPTION:
        (void)snprintf(out, NAME_MAX_BYTES, "%s", _(report_exception_text(number)));
        break;
    default:
        (void)snprintf(out, NAME_MAX_BYTES, "%s", key);
        break;
    }
}

static void print_sums(const struct host *host, const char *name,
                       const struct query_report_row *row)
{
    char amount[MONEY_TEXT_MAX], reversed[MONEY_TEXT_MAX];
    money_format(&host->site, row->amount_minor, true, amount);
    printf("%-24s %14s  %" PRId64, name, amount, row->receipts);
    if (row->reversals > 0) {
        money_format(&host->site, row->reversed_minor, true, reversed);
        printf(_("  reversed: %lld, %s"), (long long)row->reversals, reversed);
    }
    printf("\n");
}

static void print_close(const struct host *host, const struct query_report_row *row)
{
    char amount[MONEY_TEXT_MAX], date[WHEN_TEXT_MAX], name[NAME_MAX_BYTES];
    money_format(&host->site, row->amount_minor, true, amount);
    when_format_date(row->date, date);
    name_user(host, row->user, name);
    printf("%s  Z %-14s %14s  %s%s\n", date, row->key, amount, name,
           row->absent ? _("  closed in absence, not answered") : "");
}

static void print_text(const struct host *host, const struct query_report *r)
{
    char name[NAME_MAX_BYTES], amount[MONEY_TEXT_MAX], at[WHEN_TEXT_MAX] = "-";
    for (size_t i = 0; i < r->count; i++) {
        if (r->by == QUERY_BY_CLOSE) {
            print_close(host, &r->rows[i]);
            continue;
        }
        name_row(host, r, r->rows[i].key, name);
        if (r->by == QUERY_BY_EXCEPTION) {
            printf("%-40s %" PRId64 "\n", name, r->rows[i].receipts);
        } else {
            print_sums(host, name, &r->rows[i]);
        }
    }
    if (r->count < r->total) {
        printf(_("%zu more\n"), r->total - r->count);
    }
    print_sums(host, _("All together"), &r->sum);
    money_format(&host->site, r->unsettled_minor, true, amount);
    printf(_("exceptions: %lld; Zs not settled: %lld, %s\n"), (long long)r->exceptions,
           (long long)r->unsettled, amount);
    if (r->heard_at_s > 0) {
        when_format_minute(host->site.zone, r->heard_at_s, at);
    }
    printf(_("%lld terminals, all heard of since %s\n"), (long long)r->terminals, at);
}

static void print_json(const struct query_report *r)
{
    struct output o;
    output_begin(&o, true);
    for (size_t i = 0; i < r->count; i++) {
        const struct query_report_row *row = &r->rows[i];
        output_row(&o);
        record_put_text(&o.row, "by", query_by_name(r->by));
        record_put_text(&o.row, "key", row->key);
        if (r->by == QUERY_BY_CLOSE) {
            record_put_text(&o.row, "user", row->user);
            record_put_integer(&o.row, "date", row->date);
            record_put_integer(&o.row, "absent", row->absent ? 1 : 0);
        }
        record_put_integer(&o.row, "receipts", row->receipts);
        record_put_integer(&o.row, "amount_minor", row->amount_minor);
        record_put_integer(&o.row, "reversals", row->reversals);
        record_put_integer(&o.row, "reversed_minor", row->reversed_minor);
        output_row_end(&o);
    }
    output_row(&o);
    record_put_text(&o.row, "by", "sum");
    record_put_integer(&o.row, "from", r->from);
    record_put_integer(&o.row, "to", r->to);
    record_put_integer(&o.row, "receipts", r->sum.receipts);
    record_put_integer(&o.row, "amount_minor", r->sum.amount_minor);
    record_put_integer(&o.row, "reversals", r->sum.reversals);
    record_put_integer(&o.row, "reversed_minor", r->sum.reversed_minor);
    record_put_integer(&o.row, "exceptions", r->exceptions);
    record_put_integer(&o.row, "unsettled", r->unsettled);
    record_put_integer(&o.row, "unsettled_minor", r->unsettled_minor);
    record_put_integer(&o.row, "terminals", r->terminals);
    record_put_integer(&o.row, "heard_at_s", r->heard_at_s);
    record_put_integer(&o.row, "more", (int64_t)(r->total - r->count));
    output_row_end(&o);
    output_end(&o);
}

/* ---- what is asked --------------------------------------------------------------------------- */

static enum till_status gather(const struct host *host, const char *supervisor,
                               struct takings_team *team)
{
    struct store_terminal t = {.terminal = ""};
    int64_t until_ms = takings_until_ms(FOREVER_MS);
    enum till_status status;
    if (supervisor != NULL) {
        return takings_team_of(team, host->store, supervisor, until_ms);
    }
    while ((status = store_terminal_next(host->store, t.terminal, &t)) == TILL_OK) {
        explicit_bzero(t.secret, sizeof(t.secret));
        if (t.enrolled_at_s != 0) {
            status = takings_team_add(team, host->store, t.terminal, until_ms);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status report_team(const struct host *host, const char *supervisor,
                                    struct query_report *r)
{
    struct takings_team team;
    takings_team_begin(&team);
    enum till_status status = gather(host, supervisor, &team);
    if (status == TILL_OK) {
        status = takings_report(host->store, &team, (int64_t)time(NULL), r);
    }
    takings_team_free(&team);
    if (status == TILL_OK && output_is_json()) {
        print_json(r);
    } else if (status == TILL_OK) {
        print_text(host, r);
    }
    return status;
}

/* Today, where no date is given; --to alone is that one day. */
static bool read_period(const char *from, const char *to, int32_t today, struct query_report *r)
{
    const char *first = from != NULL ? from : to;
    r->from = r->to = today;
    return (first == NULL || import_date(first, &r->from)) &&
           (to != NULL ? import_date(to, &r->to) : from == NULL || import_date(first, &r->to)) &&
           r->from <= r->to;
}

/* ---- what terminals sent --------------------------------------------------------------------- */

static void print_sent(const struct host *host, struct output *o, const struct store_sent *v)
{
    char at[WHEN_TEXT_MAX], name[NAME_MAX_BYTES];
    if (o->json) {
        output_row(o);
        record_put_text(&o->row, "terminal", v->terminal);
        record_put_integer(&o->row, "seq", (int64_t)v->seq);
        record_put_text(&o->row, "name", v->name);
        record_put_text(&o->row, "user", v->user);
        record_put_integer(&o->row, "at_s", v->at_s);
        record_put_integer(&o->row, "received_at_s", v->received_at_s);
        record_put_integer(&o->row, "bytes", (int64_t)v->size);
        output_row_end(o);
        return;
    }
    when_format_minute(host->site.zone, v->at_s, at);
    name_user(host, v->user, name);
    printf("%s/%" PRIu64 "  %s  %s  %s  %zu\n", v->terminal, v->seq, at, v->name, name, v->size);
}

static enum till_status list_sent(const struct host *host, const char *terminal)
{
    struct store_sent v = {.seq = 0};
    struct output o;
    enum till_status status;
    output_begin(&o, output_is_json());
    while ((status = store_sent_next(host->store, v.terminal, v.seq, &v)) == TILL_OK) {
        if (terminal == NULL || strcmp(terminal, v.terminal) == 0) {
            print_sent(host, &o, &v);
        }
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* "0031/3" */
static bool read_number(const char *text, char terminal_out[TERMINAL_MAX], uint64_t *seq_out)
{
    size_t size = strcspn(text, "/");
    char *end = NULL;
    if (size == 0 || size >= TERMINAL_MAX || text[size] != '/' || text[size + 1] < '1' ||
        text[size + 1] > '9') {
        return false;
    }
    memcpy(terminal_out, text, size);
    terminal_out[size] = '\0';
    *seq_out = strtoull(text + size + 1, &end, 10);
    return *end == '\0' && *seq_out <= INT64_MAX && terminal_is_valid(terminal_out);
}

/* What it holds must not speak to the screen: nothing below a blank but line ends and tabs. */
static void print_content(const uint8_t *content, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool plain =
            (content[i] >= ' ' && content[i] != 0x7F) || content[i] == '\n' || content[i] == '\t';
        if (plain) {
            (void)putchar(content[i]);
        } else if (content[i] != '\r') {
            (void)putchar('?');
        }
    }
}

static enum till_status take_sent(const struct host *host, const char *number, const char *path)
{
    static uint8_t content[STORE_SENT_SIZE_MAX];
    struct store_sent v;
    struct output o;
    char terminal[TERMINAL_MAX];
    uint64_t seq = 0;
    if (!read_number(number, terminal, &seq)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = store_sent_get(host->store, terminal, seq, &v, content);
    if (status == TILL_OK && path != NULL) {
        status = files_write(path, (struct span){content, v.size});
    }
    if (status == TILL_OK && output_is_json()) {
        output_begin(&o, true);
        print_sent(host, &o, &v);
        output_end(&o);
    } else if (status == TILL_OK && path == NULL) {
        print_content(content, v.size);
    }
    return status;
}

static int report_sent(const struct host *host, const char *what, const char *number,
                       const char *path)
{
    if (strcmp(what, "list") == 0 && path == NULL) {
        return command_ended(what, list_sent(host, number));
    }
    if (strcmp(what, "show") == 0 && number != NULL && path == NULL) {
        return command_ended(number, take_sent(host, number, NULL));
    }
    if (strcmp(what, "save") == 0 && number != NULL && path != NULL) {
        return command_ended(path, take_sent(host, number, path));
    }
    return EXIT_USAGE;
}

int command_report(const char *dir, struct arguments *a)
{
    struct host host;
    struct query_report r = {.by = QUERY_BY_COLLECTOR};
    const char *by = arguments_option(a, "--by", "collector");
    const char *from = arguments_option(a, "--from", NULL);
    const char *to = arguments_option(a, "--to", NULL);
    const char *what = arguments_next(a);
    const char *number = arguments_next(a), *path = arguments_next(a);
    bool team = what != NULL && strcmp(what, "team") == 0;
    if (what == NULL || !arguments_done(a) || !query_by_named(by, &r.by) ||
        (team ? path != NULL : from != NULL || to != NULL)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    int code = EXIT_USAGE;
    if (!team) {
        code = report_sent(&host, what, number, path);
    } else if (read_period(from, to, when_date(host.site.zone, (int64_t)time(NULL)), &r)) {
        code = command_ended(number != NULL ? number : what, report_team(&host, number, &r));
    }
    host_close(&host);
    return code;
}
