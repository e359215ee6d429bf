/*
 * A list of choices with a digit each: the stop, "more", settings. Arrows move, OK or the digit
 * chooses. Not for lists from the journal or the book (rows.h).
 */
#ifndef TILL_MENU_H
#define TILL_MENU_H

#include "flow.h"

enum { MENU_ITEMS_MAX = 26, MENU_ROWS = 5 };

struct menu_item {
    char digit;        /* '0'..'9'; '\0' = only by arrow */
    const char *label; /* translated */
    char detail[48];   /* what is in it: "2 new"; "" = nothing to say */
    const char *place; /* translated: one more line about it */
    bool off;          /* shown, but can't be chosen now */
};
/* Filled anew for each call from what the flow knows: nothing in it is state. */
struct menu {
    struct menu_item items[MENU_ITEMS_MAX];
    size_t count;
};
struct menu_item *menu_add(struct menu *menu, char digit, const char *label, const char *place);

/* The item that a key chose, or -1. *selected moves with the arrows. */
int menu_act(const struct menu *menu, size_t *selected, const struct flow_event *event);
void menu_show(const struct menu *menu, size_t selected, struct screen *screen);

#endif
