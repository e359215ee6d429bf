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

/* The most telling of what is to be known before the door opens. */
static void show_tag(const struct flow_row *row, struct screen_row *out)
{
    const struct book_customer *c = &row->customer;
    char collected[sizeof out->tag] = "";
    const char *tag = collected;
    if (row->marks.dispute_proof || (c->flags & BOOK_CUSTOMER_DISPUTED))
        tag = _("disputed");
    else if (row->collected_by[0])
        snprintf(collected, sizeof collected, _("collected by %s"), row->collected_by);
    else if (c->flags & BOOK_CUSTOMER_MAYBE_COLLECTED)
        tag = _("perhaps collected");
    else if (row->marks.skip_reason)
        tag = _("skipped");
    else if (row->paid_here && row->due_minor > 0)
        tag = _("part taken");
    else if (c->flags & BOOK_CUSTOMER_CHEQUE_RETURNED)
        tag = _("cash only");
    else if (row->marks.noticed)
        tag = _("notice given");
    else if (c->flags & BOOK_CUSTOMER_KEEP_SUPPLY)
        tag = _("keep supply");
    text_copy(out->tag, sizeof out->tag, tag);
}

/* Below the name: the address and what fitted the query, else the end of the meter's number. */
static void show_place(const struct flow_row *row, struct screen_row *out)
{
    const struct book_customer *c = &row->customer;
    char phone[32];
    size_t length = strlen(c->meter);
    if (row->distance_m > 0) {
        snprintf(out->place, sizeof out->place, _("%u m · %.90s"), (unsigned)row->distance_m,
                 c->address);
    } else if (row->matched == BOOK_MATCH_ACCOUNT) {
        snprintf(out->place, sizeof out->place, _("%.80s · account …%s"), c->address,
                 c->account + (strlen(c->account) > 6 ? strlen(c->account) - 6 : 0));
    } else if (row->matched == BOOK_MATCH_PHONE) {
        text_mask_phone(phone, sizeof phone, c->phone);
        snprintf(out->place, sizeof out->place, "%.80s · %s", c->address, phone);
    } else {
        snprintf(out->place, sizeof out->place, _("%.90s · meter …%s"), c->address,
                 c->meter + (length > 4 ? length - 4 : 0));
    }
}

static void show_row(const struct flow_row *row, const struct flow_facts *facts,
                     struct screen_row *out)
{
    const struct book_customer *c = &row->customer;
    char amount[MONEY_TEXT_MAX];
    text_copy(out->name, sizeof out->name, c->name);
    show_place(row, out);
    show_tag(row, out);
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
    if (row->paid_here && row->due_minor <= facts->site->tolerance_minor) {
        text_copy(out->note, sizeof out->note, _("taken"));
        out->done = true;
    }
}

void rows_show(const struct rows *rows, const struct flow_facts *facts, struct screen *screen)
{
    screen_list(screen, rows->selected - rows->offset, rows->offset, rows->total);
    for (size_t i = 0; i < rows->count; i++)
        show_row(&rows->list[i], facts, screen_row(screen));
}
