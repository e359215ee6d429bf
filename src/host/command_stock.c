/* `stock`: numbered paper, who has it, what became of it, what does not fit. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "host.h"
#include "import_rows.h"
#include "money.h"
#include "output.h"
#include "stock.h"
#include "text.h"
#include "when.h"

enum { SPAN_TEXT_MAX = 2 * STOCK_TEXT_MAX + 8 };

static int ended(const char *what, enum till_status status, const char *reason)
{
    if (status == TILL_REFUSED && reason[0] != '\0') {
        output_complain(what, status, "%s: %s", what, _(reason));
        return EXIT_FOUND_WRONG;
    }
    return command_ended(what, status);
}

/* "invoice B-00000100 … B-00000199", one alone without the end. */
static void spell(int type, const char *series, uint64_t first, uint64_t last,
                  char out[SPAN_TEXT_MAX])
{
    char from[STOCK_TEXT_MAX], to[STOCK_TEXT_MAX];
    struct stock_number n = {.type = type, .number = first};
    text_copy(n.series, sizeof(n.series), series);
    stock_number_format(&n, from);
    n.number = last;
    stock_number_format(&n, to);
    (void)snprintf(out, SPAN_TEXT_MAX, "%s %s%s%s", stock_type_name(type), from,
                   last > first ? " .. " : "", last > first ? to : "");
}

static const char *hand(const char *user)
{
    return user[0] == '\0' ? _("the office") : user;
}

static void put_numbers(struct output *o, int type, const char *series, uint64_t first,
                        uint64_t last)
{
    record_put_text(&o->row, "type", stock_type_name(type));
    record_put_text(&o->row, "series", series);
    record_put_integer(&o->row, "first", (int64_t)first);
    record_put_integer(&o->row, "last", (int64_t)last);
}

static void put_totals(struct output *o, const struct stock_totals *t)
{
    record_put_integer(&o->row, "used", (int64_t)t->sums.numbers[STOCK_USED]);
    record_put_integer(&o->row, "written", (int64_t)t->sums.numbers[STOCK_WRITTEN]);
    record_put_integer(&o->row, "voided", (int64_t)t->sums.numbers[STOCK_VOIDED]);
    record_put_integer(&o->row, "spoiled", (int64_t)t->sums.numbers[STOCK_SPOILED]);
    record_put_integer(&o->row, "unused", (int64_t)t->unused);
    record_put_integer(&o->row, "face_minor",
                       t->sums.face_minor[STOCK_USED] + t->sums.face_minor[STOCK_WRITTEN]);
}

static void print_totals(const struct host *host, const struct stock_totals *t)
{
    char face[MONEY_TEXT_MAX];
    money_format(&host->site, t->sums.face_minor[STOCK_USED] + t->sums.face_minor[STOCK_WRITTEN],
                 false, face);
    printf(_("used %llu, written %llu, voided %llu, spoiled %llu, unused %llu; face %s"),
           (unsigned long long)t->sums.numbers[STOCK_USED],
           (unsigned long long)t->sums.numbers[STOCK_WRITTEN],
           (unsigned long long)t->sums.numbers[STOCK_VOIDED],
           (unsigned long long)t->sums.numbers[STOCK_SPOILED], (unsigned long long)t->unused, face);
}

/* ---- acts ------------------------------------------------------------------------------------ */

static void put_move(struct output *o, const struct store_stock_move *m)
{
    output_row(o);
    record_put_integer(&o->row, "id", m->id);
    record_put_integer(&o->row, "at_s", m->at_s);
    record_put_text(&o->row, "act", stock_act_text(m->act));
    put_numbers(o, m->type, m->series, m->first, m->last);
    record_put_text(&o->row, "from", m->giver);
    record_put_text(&o->row, "to", m->taker);
    record_put_text(&o->row, "terminal", m->terminal);
    record_put_integer(&o->row, "seq", (int64_t)m->seq);
    record_put_text(&o->row, "by", m->by);
    output_row_end(o);
}

/* Digits alone. */
static bool read_number(const char *text, uint64_t *number_out)
{
    struct stock_number n;
    bool read =
        text != NULL && strchr(text, '-') == NULL && stock_number_read(text, STOCK_RECEIPT, &n);
    *number_out = read ? n.number : 0;
    return read;
}

/* TYPE SERIES FIRST LAST; a series "-" is none. */
static bool read_wanted(struct arguments *a, struct stock_wanted *w)
{
    const char *type = arguments_next(a), *series = arguments_next(a);
    const char *first = arguments_next(a), *last = arguments_next(a);
    if (type == NULL || series == NULL || strlen(series) >= sizeof(w->series) ||
        !read_number(first, &w->first) || !read_number(last, &w->last)) {
        return false;
    }
    w->type = stock_type_named(type);
    text_copy(w->series, sizeof(w->series), strcmp(series, "-") == 0 ? "" : series);
    return w->type != 0;
}

static int act(struct host *host, const char *what, const struct stock_wanted *w)
{
    char reason[STORE_REASON_MAX] = "", numbers[SPAN_TEXT_MAX];
    struct store_stock_move m;
    struct output o;
    int64_t now_s = (int64_t)time(NULL);
    enum till_status status =
        strcmp(what, "issue") == 0      ? stock_issue(host->store, w, now_s, &m, reason)
        : strcmp(what, "transfer") == 0 ? stock_transfer(host->store, w, now_s, &m, reason)
                                        : stock_return(host->store, w, now_s, &m, reason);
    spell(w->type, w->series, w->first, w->last, numbers);
    if (status == TILL_OK && output_is_json()) {
        m.first = w->first;
        m.last = w->last;
        output_begin(&o, true);
        put_move(&o, &m);
        output_end(&o);
    } else if (status == TILL_OK) {
        printf("%s: %s, %s -> %s\n", numbers, _(stock_act_text(m.act)), hand(m.giver),
               hand(m.taker));
    }
    return ended(numbers, status, reason);
}

/* ---- who has what ---------------------------------------------------------------------------- */

static enum till_status list(const struct host *host, const char *user)
{
    struct store_stock_range range = {0};
    struct stock_totals totals;
    struct output o;
    char numbers[SPAN_TEXT_MAX];
    enum till_status status;
    output_begin(&o, output_is_json());
    while ((status = store_stock_range_next(host->store, &range, &range)) == TILL_OK) {
        if (user != NULL && strcmp(user, range.holder) != 0) {
            continue;
        }
        status = stock_range_sums(host->store, &range, &totals);
        if (status != TILL_OK) {
            break;
        }
        if (o.json) {
            output_row(&o);
            put_numbers(&o, range.type, range.series, range.first, range.last);
            record_put_integer(&o.row, "issue", (int64_t)range.issue);
            record_put_text(&o.row, "user", range.holder);
            record_put_text(&o.row, "from", range.giver);
            record_put_text(&o.row, "terminal", range.terminal);
            record_put_integer(&o.row, "taken", range.taken);
            record_put_integer(&o.row, "since_s", range.since_s);
            put_totals(&o, &totals);
            output_row_end(&o);
            continue;
        }
        spell(range.type, range.series, range.first, range.last, numbers);
        printf("%-40s %-6s %-6s ", numbers, range.holder,
               range.taken ? range.terminal : _("waits"));
        print_totals(host, &totals);
        printf("\n");
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- one number ------------------------------------------------------------------------------ */

/* One line of a number's story: a step between hands, or a record that named it. */
struct story {
    const char *act; /* msgid */
    int64_t at_s;
    int type;
    const char *series;
    uint64_t first, last;
    const char *from, *to, *terminal;
    uint64_t seq, receipt;
    uint32_t copy;
    const char *account;
    int64_t face_minor;
    uint64_t ended;
    const char *reason; /* msgid or "" */
};

static void print_story(const struct host *host, struct output *o, const struct story *line)
{
    char at[WHEN_TEXT_MAX], numbers[SPAN_TEXT_MAX], face[MONEY_TEXT_MAX];
    if (o->json) {
        output_row(o);
        record_put_text(&o->row, "act", line->act);
        record_put_integer(&o->row, "at_s", line->at_s);
        put_numbers(o, line->type, line->series, line->first, line->last);
        record_put_text(&o->row, "from", line->from);
        record_put_text(&o->row, "to", line->to);
        record_put_text(&o->row, "terminal", line->terminal);
        record_put_integer(&o->row, "seq", (int64_t)line->seq);
        record_put_integer(&o->row, "receipt", (int64_t)line->receipt);
        record_put_integer(&o->row, "copy", line->copy);
        record_put_text(&o->row, "account", line->account);
        record_put_integer(&o->row, "face_minor", line->face_minor);
        record_put_integer(&o->row, "ended", (int64_t)line->ended);
        record_put_text(&o->row, "reason", line->reason);
        output_row_end(o);
        return;
    }
    when_format_minute(host->site.zone, line->at_s, at);
    spell(line->type, line->series, line->first, line->last, numbers);
    printf("%s  %s  %s  %s -> %s", at, numbers, _(line->act), hand(line->from), hand(line->to));
    if (line->seq != 0) {
        printf("  %s/%" PRIu64, line->terminal, line->seq);
    }
    if (line->account[0] != '\0') {
        money_format(&host->site, line->face_minor, false, face);
        printf("  %s/%" PRIu64 "  %s  %s", line->terminal, line->receipt, line->account, face);
    }
    if (line->reason[0] != '\0') {
        printf("  %s", _(line->reason));
    }
    printf("\n");
}

static enum till_status show_moves(const struct host *host, struct output *o,
                                   const struct stock_number *n, bool *any)
{
    struct store_stock_move m = {0};
    enum till_status status;
    while ((status = store_stock_move_of(host->store, n, m.id, &m)) == TILL_OK) {
        struct story line = {.act = stock_act_text(m.act),
                             .at_s = m.at_s,
                             .type = m.type,
                             .series = m.series,
                             .first = m.first,
                             .last = m.last,
                             .from = m.giver,
                             .to = m.taker,
                             .terminal = m.terminal,
                             .seq = m.seq,
                             .account = "",
                             .reason = m.unissued ? stock_wrong_text(STOCK_WRONG_UNISSUED) : ""};
        print_story(host, o, &line);
        *any = true;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status show_records(const struct host *host, struct output *o,
                                     const struct stock_number *n, bool *any)
{
    struct store_stock_number row = {0};
    enum till_status status;
    while ((status = store_stock_number_of(host->store, n, row.terminal, row.seq, &row)) ==
           TILL_OK) {
        struct story line = {.act = stock_state_text(row.state),
                             .at_s = row.at_s,
                             .type = row.type,
                             .series = row.series,
                             .first = row.first,
                             .last = row.last,
                             .from = row.user,
                             .to = row.user,
                             .terminal = row.terminal,
                             .seq = row.seq,
                             .receipt = row.receipt,
                             .copy = row.copy,
                             .account = row.account,
                             .face_minor = row.face_minor,
                             .ended = row.ended,
                             .reason = row.reason != 0 ? spoil_reason_text(row.reason) : ""};
        print_story(host, o, &line);
        *any = true;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Of whichever type: they may have the same numbers. */
static enum till_status show(const struct host *host, const char *text)
{
    struct output o;
    struct stock_number n;
    bool any = false;
    enum till_status status = TILL_OK;
    if (!stock_number_read(text, STOCK_RECEIPT, &n)) {
        return TILL_BAD_INPUT;
    }
    output_begin(&o, output_is_json());
    for (n.type = 1; n.type < STOCK_TYPE_COUNT && status == TILL_OK; n.type++) {
        status = show_moves(host, &o, &n, &any);
        if (status == TILL_OK) {
            status = show_records(host, &o, &n, &any);
        }
    }
    output_end(&o);
    return status == TILL_OK && !any ? TILL_NOT_FOUND : status;
}

/* ---- counts ---------------------------------------------------------------------------------- */

static void print_count(const struct host *host, struct output *o,
                        const struct store_stock_count *c)
{
    char date[WHEN_TEXT_MAX], next[SPAN_TEXT_MAX], face[MONEY_TEXT_MAX], known[MONEY_TEXT_MAX];
    if (o->json) {
        output_row(o);
        record_put_integer(&o->row, "date", c->date);
        record_put_text(&o->row, "terminal", c->terminal);
        record_put_integer(&o->row, "seq", (int64_t)c->seq);
        record_put_integer(&o->row, "at_s", c->at_s);
        record_put_text(&o->row, "user", c->user);
        record_put_text(&o->row, "type", stock_type_name(c->type));
        record_put_text(&o->row, "series", c->series);
        record_put_integer(&o->row, "next", (int64_t)c->next);
        record_put_integer(&o->row, "used", c->used);
        record_put_integer(&o->row, "voided", c->voided);
        record_put_integer(&o->row, "spoiled", c->spoiled);
        record_put_integer(&o->row, "unused", c->unused);
        record_put_integer(&o->row, "face_minor", c->face_minor);
        record_put_integer(&o->row, "known_used", c->known_used);
        record_put_integer(&o->row, "known_voided", c->known_voided);
        record_put_integer(&o->row, "known_spoiled", c->known_spoiled);
        record_put_integer(&o->row, "known_ended", c->known_ended);
        record_put_integer(&o->row, "known_face_minor", c->known_face_minor);
        record_put_integer(&o->row, "agrees", stock_count_agrees(c));
        output_row_end(o);
        return;
    }
    when_format_date(c->date, date);
    spell(c->type, c->series, c->next, c->next, next);
    money_format(&host->site, c->face_minor, false, face);
    money_format(&host->site, c->known_face_minor, false, known);
    printf("%s  %s/%" PRIu64 "  %s  ", date, c->terminal, c->seq, c->user);
    printf(_("next %s; used %lu, voided %lu, spoiled %lu, unused %lu; face %s"), next,
           (unsigned long)c->used, (unsigned long)c->voided, (unsigned long)c->spoiled,
           (unsigned long)c->unused, face);
    if (!stock_count_agrees(c)) {
        printf(_("  the records say: used %lu, voided %lu, spoiled %lu; face %s"),
               (unsigned long)c->known_used, (unsigned long)c->known_voided,
               (unsigned long)c->known_spoiled, known);
    }
    printf("\n");
}

/* Of one day, or of all. */
static enum till_status count(const struct host *host, int32_t date, bool *differs_out)
{
    struct store_stock_count c = {.date = date > 0 ? date - 1 : 0};
    struct output o;
    enum till_status status;
    text_copy(c.terminal, sizeof(c.terminal), date > 0 ? "~" : "");
    *differs_out = false;
    output_begin(&o, output_is_json());
    while ((status = store_stock_count_next(host->store, c.date, c.terminal, c.seq, &c)) ==
               TILL_OK &&
           (date == 0 || c.date == date)) {
        print_count(host, &o, &c);
        *differs_out = *differs_out || !stock_count_agrees(&c);
    }
    output_end(&o);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- the check ------------------------------------------------------------------------------- */

struct telling {
    const struct host *host;
    struct output *o;
};

static void put_row(struct output *o, const char *part, const struct stock_problem *p,
                    const struct stock_totals *t)
{
    output_row(o);
    record_put_text(&o->row, "part", part);
    record_put_text(&o->row, "what", p->what != 0 ? stock_wrong_text(p->what) : "");
    put_numbers(o, p->type, p->series, p->first, p->last);
    record_put_text(&o->row, "terminal", p->terminal);
    record_put_integer(&o->row, "seq", (int64_t)p->seq);
    record_put_text(&o->row, "user", p->user);
    record_put_text(&o->row, "other", p->other);
    record_put_integer(&o->row, "stated_minor", p->stated_minor);
    record_put_integer(&o->row, "known_minor", p->known_minor);
    put_totals(o, t);
    output_row_end(o);
}

static void tell(void *context, const struct stock_problem *p)
{
    static const struct stock_totals none;
    struct telling *t = context;
    char numbers[SPAN_TEXT_MAX], stated[MONEY_TEXT_MAX], known[MONEY_TEXT_MAX];
    if (t->o->json) {
        put_row(t->o, "problem", p, &none);
        return;
    }
    spell(p->type, p->series, p->first, p->last, numbers);
    printf("%s: %s", numbers, _(stock_wrong_text(p->what)));
    if (p->terminal[0] != '\0') {
        printf("  %s/%" PRIu64 "  %s", p->terminal, p->seq, p->user);
    }
    if (p->other[0] != '\0') {
        printf("  = %s", p->other);
    }
    if (p->what == STOCK_WRONG_FACE || p->what == STOCK_WRONG_COUNT) {
        money_format(&t->host->site, p->stated_minor, false, stated);
        money_format(&t->host->site, p->known_minor, false, known);
        printf("  %s / %s", stated, known);
    }
    printf("\n");
}

static int check(const struct host *host)
{
    struct stock_verdict verdict;
    struct output o;
    struct telling telling = {.host = host, .o = &o};
    output_begin(&o, output_is_json());
    enum till_status status = stock_check(host->store, tell, &telling, &verdict);
    for (int type = 1; type < STOCK_TYPE_COUNT && status == TILL_OK; type++) {
        struct stock_problem none = {.type = type};
        if (o.json) {
            put_row(&o, "sums", &none, &verdict.totals[type]);
        } else {
            printf("%s: ", _(stock_type_text(type)));
            print_totals(host, &verdict.totals[type]);
            printf("\n");
        }
    }
    output_end(&o);
    return status == TILL_OK && verdict.problems > 0 ? EXIT_FOUND_WRONG
                                                     : command_ended("stock check", status);
}

/* ---- all ------------------------------------------------------------------------------------- */

static int count_day(const struct host *host, const char *text)
{
    int32_t date = 0;
    bool differs = false;
    if (text != NULL && !import_date(text, &date)) {
        return EXIT_USAGE;
    }
    int code = command_ended("stock count", count(host, date, &differs));
    return code == EXIT_DONE && differs ? EXIT_FOUND_WRONG : code;
}

static bool is_act(const char *what)
{
    return strcmp(what, "issue") == 0 || strcmp(what, "transfer") == 0 ||
           strcmp(what, "return") == 0;
}

int command_stock(const char *dir, struct arguments *a)
{
    struct host host;
    struct stock_wanted wanted = {.to = arguments_option(a, "--to", NULL),
                                  .terminal = arguments_option(a, "--terminal", NULL),
                                  .by = arguments_option(a, "--by", NULL)};
    const char *user = arguments_option(a, "--user", NULL);
    const char *what = arguments_next(a);
    bool acts = what != NULL && is_act(what);
    if (acts &&
        (!read_wanted(a, &wanted) || (wanted.to == NULL) != (strcmp(what, "return") == 0))) {
        return EXIT_USAGE;
    }
    const char *which = arguments_next(a);
    if (what == NULL || !arguments_done(a) || (acts && which != NULL)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status != TILL_OK) {
        return command_ended(dir, status);
    }
    int code = EXIT_USAGE;
    if (acts) {
        code = act(&host, what, &wanted);
    } else if (strcmp(what, "list") == 0 && which == NULL) {
        code = command_ended(what, list(&host, user));
    } else if (strcmp(what, "show") == 0 && which != NULL) {
        code = command_ended(which, show(&host, which));
    } else if (strcmp(what, "count") == 0) {
        code = count_day(&host, which);
    } else if (strcmp(what, "check") == 0 && which == NULL) {
        code = check(&host);
    }
    host_close(&host);
    return code;
}
