/*
 * A report to the office over the line, as a table: a copy for reading there. fieldtill-sync sends
 * it when all records have gone and tells what became of it; who leaves the screen does not stop
 * it, and a restart loses it: it is sent again by whoever wants it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "report_cells.h"
#include "text.h"

enum { CATCH_UP_MS = 80, WINDOWS_MOST = 1000 };

static void tell(struct app *app, enum till_status status)
{
    const struct question sent = app->report_sent;
    app->report_sent.active = false;
    if (stack_hears(app, sent.depth, sent.flow))
        stack_event(app, &(struct flow_event){.type = EVENT_REPORT_SENT, .status = status});
}

/* All rows as one table, with the mark by which spreadsheets know UTF-8. TILL_TOO_LARGE. */
static enum till_status make_table(struct app *app, struct flow_report_ask ask,
                                   struct flow_report_page *page, struct buffer *table)
{
    struct flow_report_row *rows = calloc(REPORT_FETCH_MAX, sizeof *rows);
    struct report_cells *cells = calloc(1, sizeof *cells);
    enum till_status status = rows && cells ? TILL_OK : TILL_E_MEMORY;
    ask.offset = 0;
    buffer_put_text(table, "\xEF\xBB\xBF");
    for (int i = 0; i < WINDOWS_MOST && status == TILL_OK; i++) {
        status = report_fetch(app, &ask, rows, REPORT_FETCH_MAX, page);
        if (status != TILL_OK)
            break;
        if (i == 0) {
            report_cells(&app->facts, page, NULL, cells);
            report_csv_line(cells, true, table);
        }
        for (size_t k = 0; k < page->count; k++) {
            report_cells(&app->facts, page, &rows[k], cells);
            report_csv_line(cells, false, table);
        }
        ask.offset += page->count;
        status = buffer_status(table);
        if (page->count == 0 || ask.offset >= page->total)
            break;
    }
    page->rows = NULL;
    free(cells);
    free(rows);
    return status;
}

/* TILL_BUSY: the records are being read. */
static enum till_status send(struct app *app, const struct flow_report_ask *ask)
{
    struct flow_report_page page;
    struct buffer table;
    char base[REPORT_BASE_MAX];
    bool done = ask->team;
    const struct fold_user *user = fold_current(app->facts.fold);
    struct local_report report = {.at_s = app->facts.now_s};
    if (app->line.fd < 0 || !user)
        return app->line.fd < 0 ? TILL_DEVICE_OFFLINE : TILL_REFUSED;
    enum till_status status = ask->team ? TILL_OK : report_catch_up(app, CATCH_UP_MS, &done);
    if (status != TILL_OK || !done)
        return status == TILL_OK ? TILL_BUSY : status;
    uint8_t *memory = malloc(LOCAL_REPORT_SIZE_MAX);
    if (!memory)
        return TILL_E_MEMORY;
    buffer_init(&table, memory, LOCAL_REPORT_SIZE_MAX);
    status = make_table(app, *ask, &page, &table);
    if (status == TILL_OK) {
        report_file_base(app, &page, base);
        snprintf(report.name, sizeof report.name, "%s.csv", base);
        text_copy(report.user, sizeof report.user, user->user);
        report.content = (struct span){table.data, table.size};
        status = line_send_report(app, app->report_sent.id, &report);
    }
    free(memory);
    return status;
}

void report_send(struct app *app, const struct flow_report_ask *ask)
{
    app->report_sent = (struct question){.active = true,
                                         .id = line_new_id(app),
                                         .depth = app->stack.depth,
                                         .flow = stack_top(app)->id};
    enum till_status status = send(app, ask);
    if (status != TILL_OK)
        tell(app, status);
}

bool report_send_take(struct app *app, const struct local_message *m)
{
    struct wire_error error;
    if (!app->report_sent.active || m->id != app->report_sent.id)
        return false;
    if (m->type == LOCAL_SENT)
        tell(app, TILL_OK);
    else
        tell(app, wire_error_read(m->body, &error) == TILL_OK ? (enum till_status)error.status
                                                              : TILL_E_PROTOCOL);
    return true;
}

void report_send_step(struct app *app)
{
    if (app->report_sent.active && app->line.fd < 0)
        tell(app, TILL_DEVICE_OFFLINE);
}
