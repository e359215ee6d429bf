/*
 * Lists of collected accounts that earlier holders of our meter books passed on, kept in the file
 * `collected`: their pages as they came, a line each. Each page is believed by the journal key that
 * the book names for its holder, when it comes and at every start; with the book in which that
 * holder has reported it goes. A list is a mark and no money: nothing that is owed changes by it.
 */
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

enum {
    LISTS_MAX = 16, /* the oldest goes */
    MARKS_MAX = 8000,
    FILE_MOST = LISTS_MAX * COLLECTED_PAGES_MAX * COLLECTED_TEXT_MAX
};

static const char file_name[] = "collected";

struct kept_list {
    char terminal[TERMINAL_MAX];
    int64_t at_s;
    unsigned pages;
    char (*texts)[COLLECTED_TEXT_MAX]; /* `pages` of them */
};
struct mark {
    char account[ACCOUNT_MAX];
    char terminal[TERMINAL_MAX];
    int64_t at_s;
};
struct taken_list {
    struct kept_list lists[LISTS_MAX];
    size_t list_count;
    struct mark *marks; /* by account, of one account the newest first */
    size_t mark_count;
    /* Pages of one that is not whole yet, each at its place; "" = not here. */
    struct kept_list begun;
    unsigned have;
};

/* ---- one page -------------------------------------------------------------------------------- */

/* The journal key by which the book vouches for that terminal. *stale_out: nothing after that time
 * is unknown to the office. NULL: it held none of our meter books. */
static const uint8_t *key_of(const struct app *app, const char *terminal, int64_t at_s,
                             bool *stale_out)
{
    const uint8_t *key = NULL;
    *stale_out = true;
    for (size_t i = 0; i < app->holder_count; i++) {
        const struct book_holder *h = &app->holders[i];
        if (strcmp(h->terminal, terminal) != 0)
            continue;
        key = h->journal_key;
        *stale_out = *stale_out && at_s <= h->through_s;
    }
    return key;
}

/* Statuses as of taken_file (parts.h). */
static enum till_status check_page(const struct app *app, const char *text, size_t size,
                                   struct collected_page *page_out)
{
    char terminal[TERMINAL_MAX];
    struct crypto_key *key = NULL;
    struct sealer sealer;
    bool stale;
    enum till_status status = collected_whose(text, size, terminal);
    if (status != TILL_OK)
        return status;
    const uint8_t *point = key_of(app, terminal, 0, &stale);
    if (!point)
        return TILL_NOT_FOUND;
    if (crypto_key_load_public(point, &key) != TILL_OK)
        return TILL_E_SIGNATURE;
    crypto_sealer(&sealer, key);
    status = collected_read(&sealer, text, size, page_out);
    crypto_key_free(key);
    if (status == TILL_OK && key_of(app, terminal, page_out->at_s, &stale) && stale)
        status = TILL_REFUSED;
    return status;
}

/* ---- marks ----------------------------------------------------------------------------------- */

static int by_account(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    int order = strcmp(x->account, y->account);
    return order != 0 ? order : (y->at_s > x->at_s) - (y->at_s < x->at_s);
}

/* Is the customer of a meter book that this terminal held and has not reported since? */
static bool vouches_for(const struct app *app, const char *meter_book, const char *terminal,
                        int64_t at_s)
{
    for (size_t i = 0; i < app->holder_count; i++) {
        const struct book_holder *h = &app->holders[i];
        if (strcmp(h->meter_book, meter_book) == 0 && strcmp(h->terminal, terminal) == 0 &&
            at_s > h->through_s)
            return true;
    }
    return false;
}

/* The customers of a page that are ours. Pages were checked when they came. */
static size_t add_marks(const struct app *app, struct taken_list *t,
                        const struct collected_page *page)
{
    struct book_customer customer;
    size_t added = 0;
    for (size_t i = 0; i < page->count && t->mark_count < MARKS_MAX; i++) {
        if (book_customer(app->book, page->accounts[i], &customer) != TILL_OK ||
            !vouches_for(app, customer.meter_book, page->terminal, page->at_s))
            continue;
        struct mark *mark = &t->marks[t->mark_count++];
        *mark = (struct mark){.at_s = page->at_s};
        text_copy(mark->account, sizeof mark->account, page->accounts[i]);
        text_copy(mark->terminal, sizeof mark->terminal, page->terminal);
        added++;
    }
    return added;
}

void taken_lay_over(const struct app *app, struct customer_view *view)
{
    const struct taken_list *t = app->taken;
    view->collected_by[0] = '\0';
    view->collected_at_s = 0;
    if (!t || t->mark_count == 0)
        return;
    size_t low = 0, high = t->mark_count; /* the first that is not before the account */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(t->marks[middle].account, view->customer.account) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == t->mark_count || strcmp(t->marks[low].account, view->customer.account) != 0)
        return;
    text_copy(view->collected_by, sizeof view->collected_by, t->marks[low].terminal);
    view->collected_at_s = t->marks[low].at_s;
}

/* ---- whole lists ----------------------------------------------------------------------------- */

static bool is_same(const struct kept_list *list, const struct collected_page *page)
{
    return list->at_s == page->at_s && list->pages == page->pages &&
           strcmp(list->terminal, page->terminal) == 0;
}

static void free_list(struct kept_list *list)
{
    free(list->texts);
    *list = (struct kept_list){.texts = NULL};
}

static enum till_status begin_list(struct kept_list *list, const struct collected_page *page)
{
    free_list(list);
    list->texts = calloc(page->pages, sizeof *list->texts);
    if (!list->texts)
        return TILL_E_MEMORY;
    text_copy(list->terminal, sizeof list->terminal, page->terminal);
    list->at_s = page->at_s;
    list->pages = page->pages;
    return TILL_OK;
}

/* false: that page was here. */
static bool put_page(struct kept_list *list, const struct collected_page *page, const char *text,
                     size_t size)
{
    char *place = list->texts[page->page - 1];
    bool is_new = place[0] == '\0';
    memcpy(place, text, size);
    place[size] = '\0';
    return is_new;
}

static bool is_here(const struct taken_list *t, const struct kept_list *list)
{
    for (size_t i = 0; i < t->list_count; i++)
        if (t->lists[i].at_s == list->at_s && strcmp(t->lists[i].terminal, list->terminal) == 0)
            return true;
    return false;
}

static struct kept_list *oldest(struct taken_list *t)
{
    struct kept_list *found = &t->lists[0];
    for (size_t i = 1; i < t->list_count; i++)
        if (t->lists[i].at_s < found->at_s)
            found = &t->lists[i];
    return found;
}

/* Takes over what it holds. */
static void put_list(struct taken_list *t, struct kept_list *list)
{
    struct kept_list *place;
    if (t->list_count < LISTS_MAX) {
        place = &t->lists[t->list_count++];
    } else {
        place = oldest(t);
        free(place->texts);
    }
    *place = *list;
    *list = (struct kept_list){.texts = NULL};
}

/* ---- the file -------------------------------------------------------------------------------- */

static enum till_status keep(struct app *app, const struct taken_list *t)
{
    size_t capacity = 1;
    struct buffer out;
    for (size_t i = 0; i < t->list_count; i++)
        capacity += t->lists[i].pages * sizeof t->lists[i].texts[0];
    char *memory = malloc(capacity);
    if (!memory)
        return TILL_E_MEMORY;
    buffer_init(&out, memory, capacity);
    for (size_t i = 0; i < t->list_count; i++) {
        for (unsigned p = 0; p < t->lists[i].pages; p++) {
            buffer_put_text(&out, t->lists[i].texts[p]);
            buffer_put_text(&out, "\n");
        }
    }
    enum till_status status = buffer_status(&out);
    if (status == TILL_OK)
        status = file_replace(app->dir, file_name, memory, out.size);
    free(memory);
    return status;
}

/* The next line; advances *text. An empty span: there is none. */
static struct span next_line(struct span *text)
{
    const uint8_t *end = text->size > 0 ? memchr(text->data, '\n', text->size) : NULL;
    struct span line = {text->data, end ? (size_t)(end - text->data) : 0};
    if (end) {
        text->data = end + 1;
        text->size -= line.size + 1;
    }
    return line;
}

/* The first list of a text, whole, its pages in any order; advances *text behind it. */
static enum till_status read_list(const struct app *app, struct span *text, struct kept_list *out)
{
    struct collected_page page;
    unsigned have = 0;
    *out = (struct kept_list){.texts = NULL};
    enum till_status status = TILL_OK;
    for (unsigned i = 0; status == TILL_OK && (i == 0 || i < out->pages); i++) {
        struct span line = next_line(text);
        status = line.size > 0 ? check_page(app, (const char *)line.data, line.size, &page)
                               : TILL_E_PROTOCOL;
        if (status == TILL_OK && i == 0)
            status = begin_list(out, &page);
        if (status == TILL_OK && !is_same(out, &page))
            status = TILL_E_PROTOCOL;
        if (status == TILL_OK)
            have += put_page(out, &page, (const char *)line.data, line.size) ? 1 : 0;
    }
    if (status == TILL_OK && have != out->pages)
        status = TILL_E_PROTOCOL;
    if (status != TILL_OK)
        free_list(out);
    return status;
}

/* All marks anew, and how many are of the newest list. */
static size_t mark_all(const struct app *app, struct taken_list *t)
{
    struct collected_page page;
    size_t last = 0;
    t->mark_count = 0;
    for (size_t i = 0; i < t->list_count; i++) {
        last = 0;
        for (unsigned p = 0; p < t->lists[i].pages; p++) {
            const char *text = t->lists[i].texts[p];
            if (check_page(app, text, strlen(text), &page) == TILL_OK)
                last += add_marks(app, t, &page);
        }
    }
    qsort(t->marks, t->mark_count, sizeof t->marks[0], by_account);
    return last;
}

static bool make_room(struct app *app)
{
    if (app->taken)
        return true;
    struct taken_list *t = calloc(1, sizeof *t);
    if (t)
        t->marks = calloc(MARKS_MAX, sizeof *t->marks);
    if (!t || !t->marks) {
        free(t);
        return false;
    }
    app->taken = t;
    return true;
}

static void forget_lists(struct taken_list *t)
{
    for (size_t i = 0; i < t->list_count; i++)
        free_list(&t->lists[i]);
    t->list_count = t->mark_count = 0;
}

/* Lists that still hold; *dropped_out: not all did. */
static void read_lists(struct app *app, struct span text, bool *dropped_out)
{
    struct kept_list list;
    *dropped_out = false;
    while (text.size > 0 && app->taken->list_count < LISTS_MAX) {
        size_t before = text.size;
        if (read_list(app, &text, &list) == TILL_OK)
            put_list(app->taken, &list);
        else
            *dropped_out = true;
        if (text.size == before) /* no line at all: cut */
            break;
    }
    *dropped_out = *dropped_out || text.size > 0;
}

void taken_open(struct app *app)
{
    size_t size = 0;
    bool dropped = false;
    char *text = malloc(FILE_MOST + 1);
    enum till_status status =
        text ? file_read(app->dir, file_name, text, FILE_MOST + 1, &size) : TILL_E_MEMORY;
    if (app->taken)
        forget_lists(app->taken);
    if (status == TILL_OK && size > 0 && make_room(app)) {
        read_lists(app, (struct span){(const uint8_t *)text, size}, &dropped);
        (void)mark_all(app, app->taken);
        if (dropped && keep(app, app->taken) != TILL_OK)
            log_warning("lists that are out of date stay on the disk");
    }
    free(text);
}

/* Keep one that is whole; takes over what it holds. */
static enum till_status take_list(struct app *app, struct kept_list *list, size_t *accounts_out)
{
    struct taken_list *t = app->taken;
    *accounts_out = 0;
    if (is_here(t, list))
        return TILL_UNCHANGED;
    put_list(t, list);
    *accounts_out = mark_all(app, t);
    enum till_status status = *accounts_out > 0 ? keep(app, t) : TILL_BAD_INPUT;
    if (status != TILL_OK)
        taken_open(app); /* as it lies on the disk */
    app->dirty = true;
    return status;
}

enum till_status taken_file(struct app *app, struct span text, size_t *accounts_out)
{
    struct kept_list list;
    *accounts_out = 0;
    if (!app->book)
        return TILL_NO_BOOK;
    if (!make_room(app))
        return TILL_E_MEMORY;
    enum till_status status = read_list(app, &text, &list);
    if (status == TILL_OK && text.size > 0)
        status = TILL_E_PROTOCOL;
    if (status == TILL_OK)
        status = take_list(app, &list, accounts_out);
    free_list(&list);
    return status;
}

/* ---- page by page ---------------------------------------------------------------------------- */

static void forget_begun(struct taken_list *t)
{
    free_list(&t->begun);
    t->have = 0;
}

static enum till_status scan(struct app *app, const char *text, struct collected_page *page)
{
    struct taken_list *t = app->taken;
    enum till_status status = check_page(app, text, strlen(text), page);
    if (status != TILL_OK)
        return status;
    bool newer = strcmp(t->begun.terminal, page->terminal) == 0 && page->at_s > t->begun.at_s;
    if (t->begun.texts && !is_same(&t->begun, page) && !newer)
        return TILL_BUSY;
    if (!t->begun.texts || newer) {
        forget_begun(t);
        status = begin_list(&t->begun, page);
    }
    if (status == TILL_OK)
        t->have += put_page(&t->begun, page, text, strlen(text)) ? 1 : 0;
    return status;
}

void taken_scan(struct app *app, const char *text)
{
    struct collected_page page = {.page = 0};
    struct flow_event event = {.type = EVENT_LIST, .status = TILL_NO_BOOK};
    size_t accounts = 0;
    if (app->book)
        event.status = make_room(app) ? TILL_OK : TILL_E_MEMORY;
    if (event.status == TILL_OK && text[0] == '\0')
        forget_begun(app->taken);
    else if (event.status == TILL_OK)
        event.status = scan(app, text, &page);
    if (event.status != TILL_OK) { /* nothing of it is so, but whose it says that it is */
        page = (struct collected_page){.page = 0};
        if (collected_whose(text, strlen(text), page.terminal) != TILL_OK)
            page.terminal[0] = '\0';
    }
    unsigned have = app->taken ? app->taken->have : 0;
    if (event.status == TILL_OK && have > 0 && have == app->taken->begun.pages) {
        event.status = take_list(app, &app->taken->begun, &accounts);
        forget_begun(app->taken);
    }
    event.as.list.terminal = page.terminal;
    event.as.list.at_s = page.at_s;
    event.as.list.page = page.page;
    event.as.list.pages = page.pages;
    event.as.list.have = have;
    event.as.list.accounts = accounts;
    stack_event(app, &event);
}

void taken_close(struct app *app)
{
    if (!app->taken)
        return;
    forget_begun(app->taken);
    forget_lists(app->taken);
    free(app->taken->marks);
    free(app->taken);
    app->taken = NULL;
}
