#include "menu.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

struct menu_item *menu_add(struct menu *menu, char digit, const char *label, const char *place)
{
    assert(menu->count < MENU_ITEMS_MAX);
    struct menu_item *item = &menu->items[menu->count++];
    memset(item, 0, sizeof *item);
    item->digit = digit;
    item->label = label;
    item->place = place;
    return item;
}

static int by_digit(const struct menu *menu, int digit)
{
    for (size_t i = 0; i < menu->count; i++)
        if (menu->items[i].digit == '0' + digit && !menu->items[i].off)
            return (int)i;
    return -1;
}

int menu_act(const struct menu *menu, size_t *selected, const struct flow_event *event)
{
    if (event->type != EVENT_ACTION || menu->count == 0)
        return -1;
    if (*selected >= menu->count)
        *selected = menu->count - 1;
    switch (event->as.key.action) {
    case ACTION_DOWN:
        *selected = *selected + 1 < menu->count ? *selected + 1 : 0;
        return -1;
    case ACTION_UP:
        *selected = *selected > 0 ? *selected - 1 : menu->count - 1;
        return -1;
    case ACTION_DIGIT:
        return by_digit(menu, event->as.key.digit);
    case ACTION_OK:
        return menu->items[*selected].off ? -1 : (int)*selected;
    default:
        return -1;
    }
}

void menu_show(const struct menu *menu, size_t selected, struct screen *screen)
{
    size_t first = selected / MENU_ROWS * MENU_ROWS;
    if (first + MENU_ROWS > menu->count) /* the last page is as full as the others */
        first = menu->count > MENU_ROWS ? menu->count - MENU_ROWS : 0;
    screen_list(screen, selected - first, first, menu->count);
    for (size_t i = first; i < menu->count && i < first + MENU_ROWS; i++) {
        const struct menu_item *item = &menu->items[i];
        struct screen_row *row = screen_row(screen);
        if (item->digit)
            snprintf(row->name, sizeof row->name, "%c %.110s", item->digit, item->label);
        else
            text_copy(row->name, sizeof row->name, item->label);
        text_copy(row->amount, sizeof row->amount, item->detail);
        row->amount_tone = TONE_QUIET;
        text_copy(row->place, sizeof row->place, item->place);
        row->done = item->off;
    }
}
