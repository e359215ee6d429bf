/*
 * What an exception is about where the report file does not keep it: numbers of paper, the reason,
 * when money was taken that was written by hand. The records say it; a page of them is read anew.
 */
#include <stdio.h>

#include "parts.h"
#include "stock_words.h"
#include "text.h"

static void say_ended(const struct body_stock_ended *b, bool voided, struct flow_report_row *row)
{
    char number[STOCK_TEXT_MAX];
    stock_number_format(&b->number, number);
    text_copy(row->papers, sizeof row->papers, number);
    snprintf(row->reason, sizeof row->reason, "%s · %s", voided ? _("Void") : _("Spoiled"),
             _(spoil_reason_text(b->reason)));
}

/* Ahead those between are passed over, back they come again: the same numbers either way. */
static void say_adjusted(const struct body_stock_adjusted *b, struct flow_report_row *row)
{
    char number[STOCK_TEXT_MAX], last[STOCK_TEXT_MAX];
    struct stock_number first = b->screen, end = b->screen;
    bool back = b->hand < b->screen.number;
    first.number = back ? b->hand : b->screen.number;
    end.number = (back ? b->screen.number : b->hand) - 1;
    stock_number_format(&first, number);
    stock_number_format(&end, last);
    snprintf(row->papers, sizeof row->papers, "%s%s%s", number,
             first.number == end.number ? "" : " – ", first.number == end.number ? "" : last);
    snprintf(row->reason, sizeof row->reason, "%s · %s", back ? _("Came back") : _("Passed over"),
             _(spoil_reason_text(b->reason)));
}

void report_about(struct app *app, struct flow_report_row *row)
{
    const struct report_exception *x = &row->as.exception;
    struct entry entry;
    union {
        struct body_stock_ended ended;
        struct body_stock_adjusted adjusted;
        struct body_manual_receipt manual;
        struct body_anomaly anomaly;
    } b;
    bool asked =
        x->kind == REPORT_STATIONERY || x->kind == REPORT_MANUAL || x->kind == REPORT_ANOMALY;
    if (!asked || journal_read(app->journal, x->seq, &entry, NULL) != TILL_OK)
        return;
    if (entry_read_stock_ended(&entry, &b.ended) == TILL_OK) {
        say_ended(&b.ended, kind_base(entry.kind) == KIND_STATIONERY_VOIDED, row);
    } else if (entry_read_stock_adjusted(&entry, &b.adjusted) == TILL_OK) {
        say_adjusted(&b.adjusted, row);
    } else if (entry_read_manual_receipt(&entry, &b.manual) == TILL_OK) {
        text_copy(row->papers, sizeof row->papers, b.manual.number);
        text_copy(row->reason, sizeof row->reason, b.manual.reason);
        row->taken_at_s = b.manual.taken_at_s;
    } else if (entry_read_anomaly(&entry, &b.anomaly) == TILL_OK) {
        stock_odd_read(b.anomaly.text, row->papers, sizeof row->papers, row->reason,
                       sizeof row->reason);
    }
}
