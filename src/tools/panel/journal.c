/*
 * The journal's last lines, as a person at the panel wants to see them.
 */
#include <stdio.h>

#include "journal.h"
#include "log.h"
#include "panel.h"
#include "record.h"

enum { SHOWN = 12 };

struct lines {
    struct buffer *out;
    uint64_t acknowledged;
};

static void visit(void *context, const struct entry *e)
{
    struct lines *lines = context;
    struct record_writer w;
    struct entry_figures figures;
    entry_figures(e, &figures);
    record_begin(&w, lines->out);
    record_put_integer(&w, "seq", (int64_t)e->seq);
    record_put_integer(&w, "at_s", e->at_s);
    record_put_text(&w, "kind", kind_name(e->kind));
    record_put_integer(&w, "amount", kind_is_money(e->kind) ? figures.amount_minor : 0);
    record_put_integer(&w, "about", (int64_t)figures.about);
    record_put_integer(&w, "acknowledged", e->seq <= lines->acknowledged);
    record_put_text(&w, "body", e->body);
    if (record_end(&w) == TILL_OK)
        buffer_put_text(lines->out, "\n");
}

void panel_journal(struct panel *p, struct buffer *out)
{
    struct lines lines = {.out = out};
    enum till_status status =
        journal_look(p->journal_path, 1, SHOWN, visit, &lines, &lines.acknowledged);
    if (status != TILL_OK && status != TILL_NOT_FOUND)
        log_debug("the journal can't be looked at: %s", status_text((int)status));
}
