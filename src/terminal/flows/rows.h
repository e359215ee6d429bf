/*
 * Customers in a list, as route and search show them.
 */
#ifndef TILL_ROWS_H
#define TILL_ROWS_H

#include "flow.h"

struct rows {
    struct flow_row list[FLOW_WINDOW_MAX];
    size_t count, total, offset;
    size_t selected; /* of the whole list */
    bool loaded;
};
void rows_take(struct rows *rows, const struct flow_event *event);
/* The selected one, or NULL while its window is on the way. */
const struct flow_row *rows_selected(const struct rows *rows);
/* Move by one; true when another window must be asked for, whose offset is *offset_out. */
bool rows_move(struct rows *rows, bool down, size_t *offset_out);
void rows_show(const struct rows *rows, const struct flow_facts *facts, struct screen *screen);

#endif
