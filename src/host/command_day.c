/* `day`: the sheet of a date, on the screen, as JSON, or as PDF for the file. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "day.h"
#include "host.h"
#include "import_rows.h"
#include "money.h"
#include "output.h"
#include "sheet.h"
#include "text.h"
#include "when.h"

static const char *const headings[DAY_PARTS] = {
    [DAY_CLOSES] = N_("Closes"),
    [DAY_MOVES] = N_("Paid into bags and out of them"),
    [DAY_HANDOVERS] = N_("Hand-overs"),
    [DAY_DEPOSITS] = N_("Deposits"),
    [DAY_VARIANCES] = N_("Differences"),
    [DAY_SLIPS] = N_("Cheques and slips in hand"),
    [DAY_BANK] = N_("At the bank, and no deposit is known"),
};

enum { CELLS = 7 };
static const struct sheet_column columns[CELLS] = {
    {N_("When"), 12, false}, {N_("Record"), 12, false},  {N_("Who"), 13, false},
    {N_("What"), 16, false}, {N_("Expected"), 11, true}, {N_("Counted"), 11, true},
    {N_("State"), 18, false}};

struct printing {
    const struct host *host;
    struct output *o;    /* JSON, or lines */
    struct sheet *sheet; /* NULL: none is made */
    int part;            /* whose heading stands; -1 = none yet */
};

struct cells {
    char text[CELLS][SHEET_TEXT_MAX];
};

static void put_money(const struct host *host, int64_t amount_minor, char out[SHEET_TEXT_MAX])
{
    char amount[MONEY_TEXT_MAX];
    money_format(&host->site, amount_minor, true, amount);
    (void)snprintf(out, SHEET_TEXT_MAX, "%s", amount);
}

static void put_state(const struct host *host, const struct day_row *row, char out[SHEET_TEXT_MAX])
{
    char days[48] = "", open[2 * MONEY_TEXT_MAX] = "";
    const char *state = custody_state_text(row->view.state);
    if (row->part == DAY_DEPOSITS) {
        state = row->line.reference[0] == '\0' ? N_("not at the bank")
                                               : bank_match_text(row->line.match);
    }
    if (row->view.open_minor != 0) {
        money_format(&host->site, row->view.open_minor, true, open);
    } else if (row->view.slips_open_minor != 0) {
        char slips[MONEY_TEXT_MAX];
        money_format(&host->site, row->view.slips_open_minor, true, slips);
        (void)snprintf(open, sizeof(open), _("slips %s"), slips);
    }
    if (row->age_days > 0) {
        (void)snprintf(days, sizeof(days), _(", %d days"), (int)row->age_days);
    }
    (void)snprintf(out, SHEET_TEXT_MAX, "%s%s%s%s", _(state), open[0] != '\0' ? " " : "", open,
                   days);
}

/* Who agreed; their own PIN agrees where no supervisor is there. */
static void of_move(const struct day_row *row, struct cells *c)
{
    const struct store_custody *r = &row->view.row;
    bool own = strcmp(r->other, r->user) == 0;
    (void)snprintf(c->text[2], SHEET_TEXT_MAX, "%s", r->user);
    (void)snprintf(c->text[3], SHEET_TEXT_MAX, "%s: %s",
                   r->kind == KIND_CASH_IN ? _("paid in") : _("paid out"),
                   _(cash_reason_text(r->reason)));
    c->text[4][0] = '\0';
    (void)snprintf(c->text[6], SHEET_TEXT_MAX, "%s %s", _("agreed by"),
                   own ? _("own PIN") : r->other);
}

static void of_bank(const struct host *host, const struct day_row *row, struct cells *c)
{
    char date[WHEN_TEXT_MAX];
    when_format_date(row->line.date, date);
    (void)snprintf(c->text[0], SHEET_TEXT_MAX, "%s", date);
    (void)snprintf(c->text[1], SHEET_TEXT_MAX, "%s", row->line.reference);
    (void)snprintf(c->text[2], SHEET_TEXT_MAX, "%s", row->line.bank);
    (void)snprintf(c->text[3], SHEET_TEXT_MAX, "%s %s", row->line.slip, row->line.text);
    put_money(host, row->line.amount_minor, c->text[5]);
    (void)snprintf(c->text[6], SHEET_TEXT_MAX, _("open, %d days"), (int)row->age_days);
}

static void of_slips(const struct host *host, const struct day_row *row, struct cells *c)
{
    const struct store_custody *r = &row->view.row;
    if (r->at_s == 0) {
        c->text[0][0] = '\0';
    }
    if (r->seq == 0) {
        (void)snprintf(c->text[1], SHEET_TEXT_MAX, "%s", r->terminal);
    }
    (void)snprintf(c->text[3], SHEET_TEXT_MAX, "%s", _(slips_place_text(row->place)));
    c->text[4][0] = c->text[6][0] = '\0';
    put_money(host, row->view.slips_minor, c->text[5]);
    if (row->age_days > 0) {
        (void)snprintf(c->text[6], SHEET_TEXT_MAX, _("%d days"), (int)row->age_days);
    }
}

static void of_custody(const struct host *host, const struct day_row *row, struct cells *c)
{
    const struct store_custody *r = &row->view.row;
    char at[WHEN_TEXT_MAX];
    bool two = r->other[0] != '\0' && strcmp(r->other, r->user) != 0;
    when_format_minute(host->site.zone, r->at_s, at);
    (void)snprintf(c->text[0], SHEET_TEXT_MAX, "%s", at);
    (void)snprintf(c->text[1], SHEET_TEXT_MAX, "%s/%" PRIu64, r->terminal, r->seq);
    bool taken = two && r->kind == KIND_HANDOVER_TAKEN; /* from the other */
    (void)snprintf(c->text[2], SHEET_TEXT_MAX, "%s%s%s", taken ? r->other : r->user,
                   two ? " -> " : "",
                   !two    ? ""
                   : taken ? r->user
                           : r->other);
    if (r->z != 0) {
        (void)snprintf(c->text[3], SHEET_TEXT_MAX, "Z %" PRIu32, r->z);
    } else if (r->slip[0] != '\0') {
        (void)snprintf(c->text[3], SHEET_TEXT_MAX, "%s %s", r->bank, r->slip);
    } else if (r->closes[0] != '\0') {
        (void)snprintf(c->text[3], SHEET_TEXT_MAX, "Z %s", r->closes);
    }
    put_money(host, r->expected_minor, c->text[4]);
    put_money(host, r->amount_minor, c->text[5]);
    put_state(host, row, c->text[6]);
    if (row->part == DAY_MOVES) {
        of_move(row, c);
    }
    if (row->part == DAY_SLIPS) {
        of_slips(host, row, c);
    }
}

static void put_json(struct output *o, const struct day_row *row)
{
    static const char *const parts[DAY_PARTS] = {"closes",    "moves", "handovers", "deposits",
                                                 "variances", "slips", "bank"};
    const struct store_custody *r = &row->view.row;
    output_row(o);
    record_put_text(&o->row, "part", parts[row->part]);
    record_put_text(&o->row, "terminal", r->terminal);
    record_put_integer(&o->row, "seq", (int64_t)r->seq);
    record_put_text(&o->row, "user", r->user);
    record_put_text(&o->row, "other", r->other);
    record_put_integer(&o->row, "at_s", r->at_s);
    record_put_integer(&o->row, "expected_minor", r->expected_minor);
    record_put_integer(&o->row, "amount_minor", r->amount_minor);
    record_put_integer(&o->row, "open_minor", row->view.open_minor);
    record_put_integer(&o->row, "slips_minor", row->view.slips_minor);
    record_put_integer(&o->row, "slips_open_minor", row->view.slips_open_minor);
    record_put_text(&o->row, "state", custody_state_text(row->view.state));
    record_put_integer(&o->row, "age_days", row->age_days);
    record_put_text(&o->row, "bank", row->part == DAY_BANK ? row->line.bank : r->bank);
    record_put_integer(&o->row, "reason", r->reason);
    record_put_text(&o->row, "reference", row->line.reference);
    record_put_integer(&o->row, "bank_minor", row->line.amount_minor);
    record_put_text(&o->row, "slip", row->part == DAY_BANK ? row->line.slip : r->slip);
    output_row_end(o);
}

static void put_heading(struct printing *p, enum day_part part)
{
    struct sheet_column here[CELLS];
    if (p->part == (int)part) {
        return;
    }
    p->part = (int)part;
    if (p->sheet != NULL) {
        for (size_t i = 0; i < CELLS; i++) {
            here[i] = columns[i];
            here[i].head = _(columns[i].head);
        }
        sheet_table(p->sheet, _(headings[part]), here, CELLS);
    } else {
        printf("\n%s\n", _(headings[part]));
    }
}

static enum till_status put_row(void *context, const struct day_row *row)
{
    struct printing *p = context;
    struct cells c = {0};
    const char *cells[CELLS];
    if (p->o->json && p->sheet == NULL) {
        put_json(p->o, row);
        return TILL_OK;
    }
    if (row->part == DAY_BANK) {
        of_bank(p->host, row, &c);
    } else {
        of_custody(p->host, row, &c);
    }
    put_heading(p, row->part);
    for (size_t i = 0; i < CELLS; i++) {
        cells[i] = c.text[i];
    }
    if (p->sheet != NULL) {
        sheet_row(p->sheet, cells);
    } else {
        printf("%s  %-14s %-16s %-24s %12s %12s  %s\n", cells[0], cells[1], cells[2], cells[3],
               cells[4], cells[5], cells[6]);
    }
    return TILL_OK;
}

/* ---- sums ------------------------------------------------------------------------------------ */

static void put_sums(struct printing *p, const struct day_sums *sums)
{
    const struct {
        const char *name, *key;
        int64_t amount_minor;
    } all[] = {{N_("Cash by the journals"), "expected_minor", sums->expected_minor},
               {N_("Cash as counted"), "counted_minor", sums->counted_minor},
               {N_("Paid into bags"), "paid_in_minor", sums->paid_in_minor},
               {N_("Paid out of bags"), "paid_out_minor", sums->paid_out_minor},
               {N_("Deposited, by the slips"), "deposited_minor", sums->deposited_minor},
               {N_("Deposited, by the bank"), "bank_minor", sums->bank_minor},
               {N_("From hand to hand, not arrived"), "transit_minor", sums->transit_minor},
               {N_("Differences not explained"), "variance_minor", sums->variance_minor},
               {N_("Slips in hand"), "slips_hand_minor", sums->slips_hand_minor},
               {N_("Slips on the way"), "slips_transit_minor", sums->slips_transit_minor},
               {N_("Cheques not credited yet"), "slips_bank_minor", sums->slips_bank_minor},
               {N_("Slips not explained"), "slips_variance_minor", sums->slips_variance_minor},
               {N_("At the bank, not known here"), "unknown_minor", sums->unknown_minor}};
    char amount[MONEY_TEXT_MAX], line[SHEET_TEXT_MAX];
    bool json = p->o->json && p->sheet == NULL;
    if (json) {
        output_row(p->o);
        record_put_text(&p->o->row, "part", "sums");
    } else if (p->sheet == NULL) {
        printf("\n");
    }
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (json) {
            record_put_integer(&p->o->row, all[i].key, all[i].amount_minor);
            continue;
        }
        money_format(&p->host->site, all[i].amount_minor, true, amount);
        (void)snprintf(line, sizeof(line), "%s: %s", _(all[i].name), amount);
        if (p->sheet != NULL) {
            sheet_line(p->sheet, line, true);
        } else {
            printf("%s\n", line);
        }
    }
    if (json) {
        output_row_end(p->o);
    }
}

static enum till_status make_sheet(struct printing *p, int32_t date, const char *path,
                                   struct sheet **sheet_out)
{
    char title[SHEET_TEXT_MAX], day[WHEN_TEXT_MAX], at[WHEN_TEXT_MAX], under[SHEET_TEXT_MAX];
    enum till_status status = sheet_open(path, p->host->site.payee, sheet_out);
    if (status != TILL_OK) {
        return status;
    }
    when_format_date(date, day);
    when_format_minute(p->host->site.zone, (int64_t)time(NULL), at);
    (void)snprintf(title, sizeof(title), _("Day sheet %s"), day);
    (void)snprintf(under, sizeof(under), _("%s, as of %s"), p->host->site.payee, at);
    sheet_title(*sheet_out, title, under);
    p->sheet = *sheet_out;
    return TILL_OK;
}

static enum till_status print_day(const struct host *host, int32_t date, const char *pdf)
{
    struct output o;
    struct day_sums sums;
    struct sheet *sheet = NULL;
    struct printing p = {.host = host, .o = &o, .part = -1};
    enum till_status status = TILL_OK;
    if (pdf != NULL) {
        status = make_sheet(&p, date, pdf, &sheet);
    }
    output_begin(&o, output_is_json());
    if (status == TILL_OK) {
        status = day_walk(host->store, host->site.zone, date, put_row, &p, &sums);
    }
    if (status == TILL_OK) {
        put_sums(&p, &sums);
    }
    output_end(&o);
    if (sheet != NULL) {
        enum till_status closed = sheet_close(sheet);
        status = status == TILL_OK ? closed : status;
    }
    return status;
}

int command_day(const char *dir, struct arguments *a)
{
    struct host host;
    int32_t date = 0;
    const char *pdf = arguments_option(a, "--pdf", NULL);
    const char *text = arguments_next(a);
    if (text == NULL || !arguments_done(a) || !import_date(text, &date)) {
        return EXIT_USAGE;
    }
    enum till_status status = host_open(dir, &host);
    if (status == TILL_OK) {
        status = print_day(&host, date, pdf);
        host_close(&host);
    }
    return command_ended(pdf != NULL ? pdf : text, status);
}
