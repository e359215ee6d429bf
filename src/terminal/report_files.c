/*
 * A report as files on a USB stick: a table (CSV) or sheets (PDF). A file of that name that is
 * there stays: the new one gets a number behind its name.
 *
 *   fieldtill/report/TERMINAL-REPORT-FROM-TO[-WHOSE][-N].csv
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "parts.h"
#include "report_cells.h"
#include "report_words.h"
#include "sheet.h"
#include "stick.h"
#include "text.h"
#include "when.h"

#define STICK_REPORT_FOLDER "report"

enum {
    SLICE_MS = 15,
    SHEET_ROWS = 500,    /* of one file */
    TABLE_LEFT = 131072, /* of a file's memory: what a window of rows takes at the very most */
    NUMBERS_MOST = 99,   /* of one name */
    BASE_MAX = REPORT_BASE_MAX
};

struct report_file {
    struct flow_report_ask ask; /* offset: the next row */
    bool current;               /* all records are read */
    uint64_t files;
    size_t rows; /* of this file */
    char name[STICK_FILE_NAME_MAX];
    uint8_t *memory; /* STICK_FILE_MAX */
    struct buffer table;
    struct sheet *sheet; /* NULL: none is begun */
    struct flow_report_page page;
    struct flow_report_row found[REPORT_FETCH_MAX];
    struct report_cells cells;
};

static bool is_sheet(const struct report_file *f)
{
    return f->ask.form == REPORT_PDF;
}

/* ---- names ----------------------------------------------------------------------------------- */

static const char *short_name(const struct flow_report_ask *ask)
{
    static const char *const takings[REPORT_BY_TEAM_COUNT] = {
        [REPORT_BY_DAY] = "days",   [REPORT_BY_COLLECTOR] = "collectors",
        [REPORT_BY_BOOK] = "books", [REPORT_BY_TENDER] = "tenders",
        [REPORT_BY_TYPE] = "types", [REPORT_BY_TERMINAL] = "terminals"};
    switch (ask->of) {
    case REPORT_OF_EXCEPTIONS:
        return "exceptions";
    case REPORT_OF_SHIFTS:
        return ask->settled_too ? "shifts" : "unsettled";
    case REPORT_OF_RECOVERY:
        return "arrears";
    case REPORT_OF_TAKINGS:
        break;
    }
    return takings[ask->question.by];
}

/* Meter books may be called by anything that is text. */
static void make_plain(char *name)
{
    for (; *name; name++)
        if (!strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-", *name))
            *name = '_';
}

void report_file_base(const struct app *app, const struct flow_report_page *page,
                      char out[BASE_MAX])
{
    const struct report_question *q = &page->ask.question;
    const char *whose = q->user[0]                          ? q->user
                        : page->ask.of == REPORT_OF_TAKINGS ? q->meter_book
                                                            : "";
    bool spans = page->ask.of != REPORT_OF_SHIFTS;
    char name[2 * BASE_MAX];
    snprintf(name, sizeof name, "%s-%s%s-%d-%d%s%s", journal_terminal(app->journal),
             page->ask.team ? "team-" : "", short_name(&page->ask),
             (int)(spans ? q->from : app->facts.today), (int)(spans ? q->to : app->facts.today),
             whose[0] ? "-" : "", whose);
    text_copy(out, BASE_MAX, name);
    make_plain(out);
}

/* The first number that is free. TILL_TOO_LARGE: none is. TILL_E_PROTOCOL: a file lies where our
 * folders belong. */
static enum till_status choose_name(const struct app *app, struct report_file *f,
                                    char path_out[STICK_PATH_MAX])
{
    char base[BASE_MAX], number[8] = "";
    uint8_t byte;
    size_t size;
    struct stick_name any;
    report_file_base(app, &f->page, base);
    enum till_status folder = stick_list(app->board->stick, STICK_REPORT_FOLDER, &any, 1, &size);
    if (folder != TILL_OK)
        return folder;
    for (int n = 1; n <= NUMBERS_MOST; n++) {
        if (n > 1)
            snprintf(number, sizeof number, "-%d", n);
        snprintf(f->name, sizeof f->name, "%s%s.%s", base, number, is_sheet(f) ? "pdf" : "csv");
        snprintf(path_out, STICK_PATH_MAX, STICK_REPORT_FOLDER "/%s", f->name);
        enum till_status status = stick_read(app->board->stick, path_out, &byte, 1, &size);
        if (status == TILL_NOT_FOUND)
            return TILL_OK;
        if (status != TILL_OK && status != TILL_TOO_LARGE && status != TILL_E_PROTOCOL)
            return status;
    }
    return TILL_TOO_LARGE;
}

/* ---- a table --------------------------------------------------------------------------------- */

static void begin_table(struct app *app, struct report_file *f)
{
    buffer_init(&f->table, f->memory, STICK_FILE_MAX);
    buffer_put_text(&f->table, "\xEF\xBB\xBF"); /* spreadsheets take it for UTF-8 then */
    report_cells(&app->facts, &f->page, NULL, &f->cells);
    report_csv_line(&f->cells, true, &f->table);
}

/* ---- a sheet --------------------------------------------------------------------------------- */

static void sheet_path(const struct app *app, char out[PATH_ROOM + 16])
{
    snprintf(out, PATH_ROOM + 16, "%s/report.pdf", app->dir);
}

/* The columns of a sheet out of those of a table. */
static size_t sheet_columns(const struct report_cells *cells, struct sheet_column *columns,
                            const char **texts)
{
    size_t count = 0;
    for (size_t i = 0; i < cells->count && count < SHEET_COLUMNS_MAX; i++) {
        const struct report_column *c = &cells->columns[i];
        if (c->share == 0)
            continue;
        columns[count] = (struct sheet_column){c->head, c->share, c->number};
        texts[count++] = cells->cells[i] + (strlen(cells->cells[i]) > c->skip ? c->skip : 0);
    }
    return count;
}

static void sheet_sum(struct app *app, struct report_file *f)
{
    struct report_detail details[REPORT_DETAILS_MAX];
    char line[SHEET_TEXT_MAX];
    if (!report_has_sum(&f->page))
        return;
    size_t count = report_details(&app->facts, &f->page, NULL, details);
    sheet_line(f->sheet, _("All together"), true);
    for (size_t i = 0; i < count; i++) {
        snprintf(line, sizeof line, "%.60s: %.120s", details[i].label, details[i].value);
        sheet_line(f->sheet, line, details[i].heavy);
    }
}

/* What the book says of those who owe is as old as the book. */
static void sheet_book(struct app *app, struct report_file *f)
{
    char at[WHEN_TEXT_MAX], line[SHEET_TEXT_MAX];
    const struct flow_facts *facts = &app->facts;
    when_format_minute(facts->site ? facts->site->zone : facts->fold->enrolled.zone,
                       f->page.as_of_s, at);
    snprintf(line, sizeof line, _("Arrears as of the book of %s"), at);
    sheet_line(f->sheet, line, false);
}

static enum till_status begin_sheet(struct app *app, struct report_file *f)
{
    char path[PATH_ROOM + 16], title[SHEET_TEXT_MAX], under[SHEET_TEXT_MAX];
    char period[SCREEN_TEXT_MAX], whose[SCREEN_TEXT_MAX], reach[SCREEN_TEXT_MAX];
    char at[WHEN_TEXT_MAX] = "-";
    struct sheet_column columns[SHEET_COLUMNS_MAX];
    const char *texts[SHEET_COLUMNS_MAX];
    const struct flow_facts *facts = &app->facts;
    sheet_path(app, path);
    enum till_status status = sheet_open(path, facts->terminal, &f->sheet);
    if (status != TILL_OK)
        return status;
    report_period_whole(&f->page.ask, period);
    report_whose(app, &f->page, whose);
    report_page_reach(facts, &f->page, reach);
    if (f->page.at_s != 0)
        when_format_minute(facts->site ? facts->site->zone : facts->fold->enrolled.zone,
                           f->page.at_s, at);
    snprintf(title, sizeof title, "%.100s %.100s", report_title(&f->page.ask), period);
    if (f->page.ask.team)
        snprintf(under, sizeof under, _("%s · data of the office of %s, all heard of since %s"),
                 whose, at, reach);
    else
        snprintf(under, sizeof under, _("%s · terminal %s · data of %s, up to record %s"),
                 whose[0] ? whose : _("all who work here"), facts->terminal, at, reach);
    sheet_lie(f->sheet);
    sheet_title(f->sheet, title, under);
    if (f->page.as_of_s != 0)
        sheet_book(app, f);
    sheet_sum(app, f);
    report_cells(facts, &f->page, NULL, &f->cells);
    size_t count = sheet_columns(&f->cells, columns, texts);
    sheet_table(f->sheet, report_title(&f->page.ask), columns, count);
    return TILL_OK;
}

/* TILL_BUSY: a page more is drawn, and there are more. */
static enum till_status draw_sheet(struct report_file *f)
{
    bool done = false;
    enum till_status status = f->sheet ? sheet_draw(f->sheet, &done) : TILL_OK;
    return status == TILL_OK && !done && f->sheet ? TILL_BUSY : status;
}

/* Drawn into a file of ours, which is gone again when its bytes are in memory. */
static enum till_status end_sheet(struct app *app, struct report_file *f)
{
    char path[PATH_ROOM + 16];
    size_t size = 0;
    sheet_path(app, path);
    enum till_status status = sheet_close(f->sheet);
    f->sheet = NULL;
    if (status == TILL_OK)
        status = file_read(app->dir, "report.pdf", (char *)f->memory, STICK_FILE_MAX, &size);
    if (unlink(path) != 0)
        log_debug("there is no sheet to take away");
    buffer_init(&f->table, f->memory, STICK_FILE_MAX);
    f->table.size = size;
    return status;
}

/* ---- step by step ---------------------------------------------------------------------------- */

static bool is_begun(const struct report_file *f)
{
    return f->rows > 0 || f->sheet != NULL || f->table.size > 0;
}

static bool is_full(const struct report_file *f)
{
    return is_sheet(f) ? f->rows + REPORT_FETCH_MAX > SHEET_ROWS
                       : f->table.capacity - f->table.size < TABLE_LEFT;
}

static void put_rows(struct app *app, struct report_file *f)
{
    struct sheet_column columns[SHEET_COLUMNS_MAX];
    const char *texts[SHEET_COLUMNS_MAX];
    for (size_t i = 0; i < f->page.count; i++) {
        report_cells(&app->facts, &f->page, &f->found[i], &f->cells);
        if (is_sheet(f)) {
            (void)sheet_columns(&f->cells, columns, texts);
            sheet_row(f->sheet, texts);
        } else {
            report_csv_line(&f->cells, false, &f->table);
        }
    }
    f->rows += f->page.count;
    f->ask.offset += f->page.count;
}

static enum till_status write_file(struct app *app, struct report_file *f)
{
    char path[STICK_PATH_MAX];
    enum till_status status = is_sheet(f) ? end_sheet(app, f) : buffer_status(&f->table);
    if (status == TILL_OK)
        status = choose_name(app, f, path);
    if (status == TILL_OK)
        status = stick_write(app->board->stick, path, (struct span){f->memory, f->table.size});
    f->table.size = 0;
    f->rows = 0;
    f->files += status == TILL_OK;
    return status;
}

/* A window of rows a step, or a page of a sheet; a full file, or the last, in a step of its own. */
static enum till_status step(struct app *app, struct report_file *f)
{
    if (is_begun(f) && (is_full(f) || f->ask.offset >= f->page.total)) {
        enum till_status status = draw_sheet(f);
        if (status == TILL_BUSY)
            return status;
        status = write_file(app, f); /* tells the fault of a sheet too */
        bool done = f->ask.offset >= f->page.total;
        if (status == TILL_OK && done)
            return stick_release(app->board->stick);
        return status == TILL_OK ? TILL_BUSY : status;
    }
    enum till_status status = report_fetch(app, &f->ask, f->found, REPORT_FETCH_MAX, &f->page);
    if (status == TILL_OK && !is_begun(f)) {
        if (is_sheet(f))
            status = begin_sheet(app, f);
        else
            begin_table(app, f);
    }
    if (status != TILL_OK)
        return status;
    put_rows(app, f);
    return f->page.count > 0 || f->ask.offset >= f->page.total ? TILL_BUSY : TILL_E_CORRUPT;
}

enum till_status report_file_step(struct app *app, bool *begun, uint64_t *files_out)
{
    struct report_file *f = app->report_file;
    bool done = false;
    enum till_status status = stick_present(app->board->stick);
    if (status != TILL_OK)
        return status;
    *begun = true;
    if (!f->current) {
        status = report_catch_up(app, SLICE_MS, &done);
        f->current = status == TILL_OK && done;
        return status == TILL_OK ? TILL_BUSY : status;
    }
    status = step(app, f);
    *files_out = f->files;
    return status;
}

const char *report_file_name(const struct app *app)
{
    return app->report_file ? app->report_file->name : NULL;
}

void report_file_begin(struct app *app, const struct flow_report_ask *ask)
{
    struct flow_event event = {.type = EVENT_STICK, .status = TILL_E_MEMORY};
    if (stick_is_busy(app))
        return;
    report_file_close(app);
    struct report_file *f = calloc(1, sizeof *f);
    if (f)
        f->memory = malloc(STICK_FILE_MAX);
    app->report_file = f;
    if (!f || !f->memory) {
        report_file_close(app);
        stack_event(app, &event);
        return;
    }
    f->ask = *ask;
    f->ask.offset = 0;
    f->current = ask->team;
    stick_begin(app, STICK_REPORT);
}

void report_file_close(struct app *app)
{
    char path[PATH_ROOM + 16];
    struct report_file *f = app->report_file;
    if (!f)
        return;
    app->report_file = NULL;
    if (f->sheet) {
        sheet_path(app, path);
        if (sheet_close(f->sheet) == TILL_OK && unlink(path) != 0)
            log_warning("%s stays", path);
    }
    free(f->memory);
    free(f);
}
