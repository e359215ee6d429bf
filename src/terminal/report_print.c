/*
 * A report on paper: one of its papers, with the rows as the screen says them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "parts.h"
#include "profile.h"
#include "report_page.h"
#include "report_words.h"
#include "text.h"

enum { ROWS_MOST = 40 };

/* Finished words of one paper; too large for a stack. */
struct words_room {
    struct paper paper;
    struct flow_report_page page;
    struct flow_report_row found[ROWS_MOST];
    struct report_texts texts[ROWS_MOST + 1]; /* the last is of the sum */
    struct report_detail details[ROWS_MOST + 1][REPORT_DETAILS_MAX];
    struct report_page_figure figures[ROWS_MOST + 1][REPORT_DETAILS_MAX];
    struct report_page_row rows[ROWS_MOST + 1];
};

/* row NULL: the sum. */
static void set_row(const struct app *app, struct words_room *w, size_t at,
                    const struct flow_report_row *row)
{
    struct report_page_row *out = &w->rows[at];
    report_texts(&app->facts, &w->page, row, &w->texts[at]);
    size_t count = report_details(&app->facts, &w->page, row, w->details[at]);
    for (size_t i = 0; i < count; i++)
        w->figures[at][i] = (struct report_page_figure){
            w->details[at][i].label, w->details[at][i].value, w->details[at][i].heavy};
    *out = (struct report_page_row){.name = w->texts[at].name,
                                    .amount = w->texts[at].amount,
                                    .place = w->texts[at].place,
                                    .note = w->texts[at].note,
                                    .figures = w->figures[at],
                                    .figure_count = count};
}

void report_whose(struct app *app, const struct flow_report_page *page, char out[SCREEN_TEXT_MAX])
{
    const struct flow_report_ask *ask = &page->ask;
    struct book_user user;
    const char *whose = ask->question.user;
    bool known = whose[0] && app->book && book_find_user(app->book, whose, &user) == TILL_OK;
    bool books = ask->of == REPORT_OF_TAKINGS && ask->question.meter_book[0];
    char name[SCREEN_TEXT_MAX] = "";
    if (ask->team) {
        snprintf(out, SCREEN_TEXT_MAX,
                 ngettext("the team, %u terminal", "the team, %u terminals", page->terminals),
                 (unsigned)page->terminals);
        return;
    }
    if (whose[0])
        report_user_name(whose, known ? user.name : "", name, sizeof name);
    snprintf(out, SCREEN_TEXT_MAX, "%.100s%s%s", name, books && name[0] ? " · " : "",
             books ? ask->question.meter_book : "");
}

static enum till_status lay_out(struct app *app, const struct flow_report_ask *ask,
                                struct words_room *w, int columns)
{
    struct flow_report_ask window = *ask;
    char period[SCREEN_TEXT_MAX], whose[SCREEN_TEXT_MAX], reach[SCREEN_TEXT_MAX];
    const struct flow_facts *f = &app->facts;
    size_t rows = report_rows_a_paper(ask->form);
    window.offset = ask->part * rows;
    enum till_status status = report_fetch(app, &window, w->found, rows, &w->page);
    if (status != TILL_OK)
        return status;
    for (size_t i = 0; i < w->page.count; i++)
        set_row(app, w, i, &w->found[i]);
    bool has_sum = report_has_sum(&w->page);
    if (has_sum)
        set_row(app, w, ROWS_MOST, NULL);
    report_period_whole(&w->page.ask, period);
    report_whose(app, &w->page, whose);
    report_page_reach(f, &w->page, reach);
    const struct report_page page = {
        .title = report_title(ask),
        .period = period,
        .whose = whose,
        .terminal = f->terminal,
        .printed_by = f->user_name,
        .zone = f->site ? f->site->zone : f->fold->enrolled.zone,
        .at_s = f->now_s,
        .data_at_s = w->page.at_s,
        .reach_label = report_reach_label(&w->page),
        .reach = reach,
        .left = w->page.left,
        .book_at_s = w->page.as_of_s,
        .part = ask->part,
        .parts = w->page.total > 0 ? (unsigned)((w->page.total + rows - 1) / rows) : 1,
        .full = ask->form == REPORT_PAPER_FULL,
        .rows = w->rows,
        .count = w->page.count,
        .sum = has_sum ? &w->rows[ROWS_MOST] : NULL};
    return page_report(&page, columns, &w->paper);
}

void report_print(struct app *app, const struct flow_report_ask *ask)
{
    const struct printer_profile *profile;
    struct words_room *w = calloc(1, sizeof *w);
    bool ready = w && app->board->printer;
    enum till_status status =
        ready ? profile_find(app->board->printer->profile, &profile) : TILL_UNSUPPORTED;
    if (status == TILL_OK)
        status = lay_out(app, ask, w, profile->columns);
    if (status == TILL_OK) {
        job_page(app, &w->paper);
    } else {
        struct flow_event event = {.type = EVENT_PRINTED, .status = status};
        stack_event(app, &event);
    }
    free(w);
}
