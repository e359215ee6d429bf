#include "page_shelf.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

struct shelf {
    pthread_mutex_t lock;
    uint64_t uses;
    struct shelf_item {
        char terminal[TERMINAL_MAX]; /* "" = empty */
        struct takings_page page;
        uint64_t used;
    } items[SHELF_MAX];
};

struct shelf *shelf_new(void)
{
    struct shelf *shelf = calloc(1, sizeof(*shelf));
    if (shelf != NULL && pthread_mutex_init(&shelf->lock, NULL) != 0) {
        free(shelf);
        shelf = NULL;
    }
    return shelf;
}

static void empty(struct shelf_item *item)
{
    takings_page_free(&item->page);
    *item = (struct shelf_item){.used = 0};
}

void shelf_free(struct shelf *shelf)
{
    if (shelf == NULL) {
        return;
    }
    for (size_t i = 0; i < SHELF_MAX; i++) {
        empty(&shelf->items[i]);
    }
    (void)pthread_mutex_destroy(&shelf->lock);
    free(shelf);
}

void shelf_put(struct shelf *shelf, const char *terminal, struct takings_page *page)
{
    (void)pthread_mutex_lock(&shelf->lock);
    struct shelf_item *place = &shelf->items[0];
    for (size_t i = 0; i < SHELF_MAX; i++) {
        struct shelf_item *item = &shelf->items[i];
        bool same = strcmp(item->terminal, terminal) == 0 &&
                    query_page_same(&item->page.head.ask, &page->head.ask);
        if (same) {
            place = item;
            break;
        }
        place = item->used < place->used ? item : place;
    }
    empty(place);
    place->page = *page;
    place->used = ++shelf->uses;
    text_copy(place->terminal, sizeof(place->terminal), terminal);
    page->rows = NULL;
    (void)pthread_mutex_unlock(&shelf->lock);
}

bool shelf_find(struct shelf *shelf, const char *terminal, const struct query_page_ask *ask,
                int64_t now_s, struct query_page *out)
{
    bool found = false;
    (void)pthread_mutex_lock(&shelf->lock);
    for (size_t i = 0; i < SHELF_MAX && !found; i++) {
        struct shelf_item *item = &shelf->items[i];
        if (item->terminal[0] == '\0') {
            continue;
        }
        const struct query_page *head = &item->page.head;
        if (now_s - head->at_s > SHELF_S) {
            empty(item);
            continue;
        }
        found = strcmp(item->terminal, terminal) == 0 && query_page_same(&head->ask, ask) &&
                head->at_s == ask->as_of_s;
        if (found) {
            takings_page_cut(&item->page, ask->offset, out);
            item->used = ++shelf->uses;
        }
    }
    (void)pthread_mutex_unlock(&shelf->lock);
    return found;
}
