#include "report_cells.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "money.h"
#include "report_words.h"
#include "text.h"
#include "when.h"

enum { YEAR_SIZE = 5 }; /* "2026-" */

/* ---- cells ----------------------------------------------------------------------------------- */

struct row_cells {
    const struct flow_facts *facts;
    struct report_cells *out;
    bool heads; /* no row: values stay empty */
};

static char *cell(struct row_cells *c, const char *head, int share, bool number)
{
    struct report_cells *out = c->out;
    assert(out->count < REPORT_CELLS_MAX);
    out->columns[out->count] =
        (struct report_column){.head = head, .share = share, .number = number};
    out->cells[out->count][0] = '\0';
    return out->cells[out->count++];
}

static void put_text(struct row_cells *c, const char *head, int share, const char *text)
{
    text_copy(cell(c, head, share, false), REPORT_CELL_MAX, text);
}

static void put_number(struct row_cells *c, const char *head, int share, int64_t number)
{
    char *out = cell(c, head, share, true);
    if (!c->heads)
        snprintf(out, REPORT_CELL_MAX, "%lld", (long long)number);
}

static void put_money(struct row_cells *c, const char *head, int share, int64_t amount_minor)
{
    struct site otherwise;
    char *out = cell(c, head, share, true);
    if (!c->facts->site)
        site_default(&otherwise);
    if (!c->heads)
        money_format(c->facts->site ? c->facts->site : &otherwise, amount_minor, false, out);
}

/* Empty where nothing may be told of it, or is known. */
static void put_money_if(struct row_cells *c, const char *head, bool known, int64_t amount_minor)
{
    if (known || c->heads)
        put_money(c, head, 3, amount_minor);
    else
        cell(c, head, 3, true)[0] = '\0';
}

static void put_date(struct row_cells *c, const char *head, int share, int32_t date)
{
    char *out = cell(c, head, share, false);
    if (!c->heads && date != 0)
        when_format_date(date, out);
}

static void put_time(struct row_cells *c, const char *head, int share, int64_t at_s)
{
    const char *zone = c->facts->site ? c->facts->site->zone : c->facts->fold->enrolled.zone;
    char *out = cell(c, head, share, false);
    if (!c->heads && at_s != 0)
        when_format_minute(zone, at_s, out);
}

static void put_record(struct row_cells *c, const char *head, int share, const char *terminal,
                       uint64_t seq)
{
    char number[SCREEN_TEXT_MAX] = "";
    if (!c->heads && seq != 0)
        report_record(c->facts, terminal, seq, number);
    put_text(c, head, share, number);
}

static void takings_cells(struct row_cells *c, const struct flow_report_page *page,
                          const struct flow_report_row *row)
{
    static const char *const heads[REPORT_BY_TEAM_COUNT] = {
        [REPORT_BY_TERMINAL] = N_("Terminal"),   [REPORT_BY_DAY] = N_("Business date"),
        [REPORT_BY_COLLECTOR] = N_("Collector"), [REPORT_BY_BOOK] = N_("Meter book"),
        [REPORT_BY_TENDER] = N_("Tender"),       [REPORT_BY_TYPE] = N_("Bill type")};
    const struct report_row *r = &row->as.takings;
    enum report_by by = page->ask.question.by;
    char name[SCREEN_TEXT_MAX] = "";
    if (by == REPORT_BY_COLLECTOR || by == REPORT_BY_BOOK)
        put_text(c, _("Number"), 2, r->key);
    else if (by == REPORT_BY_TENDER || by == REPORT_BY_TYPE)
        put_number(c, _("Number"), 0, r->number);
    if (!c->heads && (by == REPORT_BY_COLLECTOR || by == REPORT_BY_BOOK))
        text_copy(name, sizeof name, row->name);
    else if (!c->heads)
        report_row_name(page, row, name);
    put_text(c, _(heads[by]), 4, name);
    put_number(c, _("Receipts"), 2, r->receipts);
    put_money(c, _("Net taken"), 3, r->amount_minor);
    /* The office tells a team's as rows of their own, by bill type. */
    put_money_if(c, _("of it late fee"), !page->ask.team, r->late_fee_minor);
    put_money_if(c, _("of it advance"), !page->ask.team, r->advance_minor);
    put_number(c, _("Reversals"), 2, r->reversals);
    put_money(c, _("Reversed"), 3, r->reversed_minor);
}

/* Which numbers and why stand behind what there is of it in figures. */
static void details_text(const struct flow_report_row *row, const char *more, char *out,
                         size_t capacity)
{
    bool again = strcmp(more, row->papers) == 0;
    snprintf(out, capacity, "%s%s%s%s%s", again ? "" : more,
             !again && more[0] && row->papers[0] ? " · " : "", row->papers,
             row->reason[0] && (more[0] || row->papers[0]) ? " · " : "", row->reason);
}

static void exception_cells(struct row_cells *c, const struct flow_report_row *row)
{
    const struct report_exception *e = &row->as.exception;
    char more[SCREEN_TEXT_MAX] = "", much[3 * SCREEN_TEXT_MAX] = "", state[48] = "";
    if (!c->heads) {
        report_exception_more(c->facts, row, more, sizeof more);
        details_text(row, more, much, sizeof much);
        report_exception_state(e, state, sizeof state);
    }
    put_time(c, _("Time"), 64, e->at_s);
    c->out->columns[c->out->count - 1].skip = YEAR_SIZE; /* the period above says it */
    put_date(c, _("Business date"), 0, e->date);
    put_text(c, _("Exception"), 110, c->heads ? "" : _(report_exception_text((int)e->kind)));
    put_text(c, _("Number"), 42, e->user);
    put_text(c, _("Collector"), 66, row->name);
    put_text(c, _("Account"), 90, e->account);
    if (row->hidden)
        put_text(c, _("Amount"), 72, "");
    else
        put_money(c, _("Amount"), 72, report_exception_amount(e));
    put_text(c, _("Details"), 110, much);
    put_record(c, _("Record"), 78, row->terminal, e->seq);
    put_record(c, _("is about"), 78, row->terminal, e->about);
    put_text(c, _("State"), 66, state);
}

static void shift_cells(struct row_cells *c, const struct flow_report_row *row)
{
    const struct report_shift *s = &row->as.shift;
    put_date(c, _("Business date"), 3, s->date);
    put_text(c, _("Number"), 0, s->user);
    put_text(c, _("Collector"), 3, row->name);
    put_number(c, _("Shift"), 2, s->shift);
    put_number(c, "Z", 1, s->z);
    put_text(c, _("State"), 4, c->heads ? "" : report_shift_state_text((int)s->state));
    put_time(c, _("Opened"), 0, s->opened_at_s);
    put_time(c, _("Closed"), 0, s->closed_at_s);
    put_number(c, _("Receipts"), 2, s->receipts);
    /* Told once the cash is counted. */
    bool counted = !c->heads && !row->hidden && s->z > 0;
    put_money_if(c, _("Net taken"), !c->heads && !row->hidden, s->taken_minor);
    put_money_if(c, _("Expected"), counted, s->expected_minor);
    put_money_if(c, _("Counted"), counted, s->counted_minor);
    put_money_if(c, _("Over or short"), counted, s->counted_minor - s->expected_minor);
}

static void team_shift_cells(struct row_cells *c, const struct flow_report_row *row)
{
    const struct report_shift *s = &row->as.shift;
    put_date(c, _("Business date"), 3, s->date);
    put_text(c, _("Terminal"), 3, row->terminal);
    put_number(c, "Z", 1, s->z);
    put_text(c, _("Number"), 0, s->user);
    put_text(c, _("Collector"), 3, row->name[0] ? row->name : s->user);
    put_text(c, _("State"), 4, c->heads ? "" : report_shift_state_text((int)s->state));
    put_time(c, _("Given on"), 4, row->taken_at_s);
}

static void recovery_cells(struct row_cells *c, const struct flow_report_row *row)
{
    static const char *const owed[REPORT_AGES] = {N_("Owed, this month and last"),
                                                  N_("Owed, up to 3 months"),
                                                  N_("Owed, up to 12 months"), N_("Owed, older")};
    static const char *const paid[REPORT_AGES] = {
        N_("Recovered, this month and last"), N_("Recovered, up to 3 months"),
        N_("Recovered, up to 12 months"), N_("Recovered, older")};
    const struct report_recovery *r = &row->as.recovery;
    int64_t sum = 0;
    char rate[16];
    put_text(c, _("Number"), 5, r->meter_book);
    put_text(c, _("Meter book"), 8, r->name);
    put_number(c, _("Customers"), 5, r->customers);
    put_number(c, _("Owing"), 4, r->owing);
    for (size_t i = 0; i < REPORT_AGES; i++)
        put_money(c, _(owed[i]), 6, r->outstanding_minor[i]);
    (void)report_sum_ages(r->outstanding_minor, &sum);
    put_money(c, _("Outstanding"), 7, sum);
    put_money(c, _("of it older than 12 months"), 0, r->outstanding_minor[REPORT_AGES - 1]);
    for (size_t i = 0; i < REPORT_AGES; i++)
        put_money(c, _(paid[i]), 6, r->recovered_minor[i]);
    (void)report_sum_ages(r->recovered_minor, &sum);
    put_money(c, _("Recovered"), 7, sum);
    report_rate(r->rate_ppm, rate, sizeof rate);
    put_text(c, _("Recovery rate"), 5, c->heads ? "" : rate);
}

void report_cells(const struct flow_facts *facts, const struct flow_report_page *page,
                  const struct flow_report_row *row, struct report_cells *out)
{
    static const struct flow_report_row none;
    struct row_cells c = {facts, out, row == NULL};
    const struct flow_report_row *of = row ? row : &none;
    out->count = 0;
    switch (page->ask.of) {
    case REPORT_OF_EXCEPTIONS:
        exception_cells(&c, of);
        break;
    case REPORT_OF_SHIFTS:
        if (page->ask.team)
            team_shift_cells(&c, of);
        else
            shift_cells(&c, of);
        break;
    case REPORT_OF_RECOVERY:
        recovery_cells(&c, of);
        break;
    case REPORT_OF_TAKINGS:
        takings_cells(&c, page, of);
        break;
    }
    const char *told = page->ask.team ? _("Asked from") : _("Terminal");
    /* Whose file it is stands in each row: tables of several terminals are laid together. */
    bool spans = page->ask.of != REPORT_OF_SHIFTS;
    put_text(&c, told, 0, facts->terminal);
    put_date(&c, _("From"), 0, spans ? page->ask.question.from : 0);
    put_date(&c, _("Through"), 0, spans ? page->ask.question.to : 0);
    if (page->ask.team)
        put_time(&c, _("All heard of since"), 0, page->heard_at_s);
    else
        put_record(&c, _("Up to record"), 0, "", page->seq);
    put_time(&c, _("Data of"), 0, page->at_s);
}

/* ---- CSV ------------------------------------------------------------------------------------- */

/* Their full-width forms are taken for formulas as well where Chinese is typed. */
static bool is_formula(const char *text)
{
    static const char *const begins[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

static void csv_cell(const char *text, bool number, struct buffer *out)
{
    bool formula = !number && is_formula(text);
    if (!formula && !strpbrk(text, ",\"\r\n") && text[0] != ' ') {
        buffer_put_text(out, text);
        return;
    }
    buffer_put_text(out, formula ? "\"'" : "\"");
    for (; *text; text++) {
        if (*text == '"')
            buffer_put_u8(out, '"');
        buffer_put_u8(out, (uint8_t)*text);
    }
    buffer_put_u8(out, '"');
}

void report_csv_line(const struct report_cells *cells, bool heads, struct buffer *out)
{
    for (size_t i = 0; i < cells->count; i++) {
        if (i > 0)
            buffer_put_u8(out, ',');
        csv_cell(heads ? cells->columns[i].head : cells->cells[i],
                 !heads && cells->columns[i].number, out);
    }
    buffer_put_text(out, "\r\n");
}
