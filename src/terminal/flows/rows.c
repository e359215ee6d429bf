#include <stdio.h>
#include <string.h>

#include "rows.h"
#include "text.h"
#include "words.h"

void rows_take(struct rows *rows, const struct flow_event *event)
{
    rows->count = event->as.window.count;
    memcpy(rows->list, event->as.window.rows, rows->count * sizeof rows->list[0]);
    rows->total = event->as.window.total;
    rows->offset = event->as.window.offset;
    rows->loaded = true;
    if (rows->selected >= rows->total)
        rows->selected = rows->total ? rows->total - 1 : 0;
}

const struct flow_row *rows_selected(const struct rows *rows)
{
    if (rows->selected < rows->offset || rows->selected >= rows->offset + rows->count)
        return NULL;
    return &rows->list[rows->selected - rows->offset];
}

bool rows_move(struct rows *rows, bool down, size_t *offset_out)
{
    if (down && rows->selected + 1 < rows->total)
        rows->selected++;
    else if (!down && rows->selected > 0)
        rows->selected--;
    else
        return false;
    if (rows->selected >= rows->offset && rows->selected < rows->offset + rows->count)
        return false;
    *offset_out =
        down ? rows->selected
             : (rows->selected + 1 > FLOW_WINDOW_MAX ? rows->selected + 1 - FLOW_WINDOW_MAX : 0);
    return true;
}

static void show_row(const struct flow_row *row, const struct flow_facts *facts,
                     struct screen_row *out)
{
    const struct book_customer *c = &row->customer;
    char amount[MONEY_TEXT_MAX];
    text_copy(out->name, sizeof out->name, c->name);
    size_t length = strlen(c->meter);
    snprintf(out->place, sizeof out->place, _("%.90s · meter …%s"), c->address,
             c->meter + (length > 4 ? length - 4 : 0));
    if (c->flags & BOOK_CUSTOMER_KEEP_SUPPLY)
        text_copy(out->tag, sizeof out->tag, _("keep supply"));
    if (row->due_minor > 0) {
        words_money(facts, row->due_minor, out->amount);
        if (row->months == 1)
            text_copy(out->note, sizeof out->note, _("1 month"));
        else
            snprintf(out->note, sizeof out->note, _("%u months"), (unsigned)row->months);
    } else if (row->balance_minor > 0) {
        words_money(facts, row->balance_minor, amount);
        snprintf(out->amount, sizeof out->amount, _("advance %s"), amount);
        out->amount_tone = TONE_ACCENT;
        text_copy(out->note, sizeof out->note, _("nothing owed"));
    } else {
        words_money(facts, 0, out->amount);
        text_copy(out->note, sizeof out->note, _("nothing owed"));
    }
    if (row->paid_here && row->due_minor == 0) {
        text_copy(out->note, sizeof out->note, _("taken"));
        out->done = true;
    } else if (row->paid_here) {
        text_copy(out->tag, sizeof out->tag, _("part taken"));
    }
}

void rows_show(const struct rows *rows, const struct flow_facts *facts, struct screen *screen)
{
    screen_list(screen, rows->selected - rows->offset, rows->offset, rows->total);
    for (size_t i = 0; i < rows->count; i++)
        show_row(&rows->list[i], facts, screen_row(screen));
}
