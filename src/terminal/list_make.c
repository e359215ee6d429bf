/*
 * A list of collected accounts: who of a meter book paid here that the next holder's book may not
 * know of. It is made anew each time, lies in memory only, and moves no money.
 */
#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "qr.h"
#include "text.h"

enum {
    ACCOUNTS_MAX = 2000,   /* of one list */
    CODE_CHARACTERS = 366, /* of the largest square code that a display shows (qr.h) */
    RECENT_S = 24 * 3600,  /* what the newest book has may be missing in the next holder's */
    RECENT_ENTRIES = 4000  /* looked back for it at most */
};

struct made_list {
    char terminal[TERMINAL_MAX];
    int64_t at_s;
    size_t accounts;
    unsigned pages;
    char texts[COLLECTED_PAGES_MAX][COLLECTED_TEXT_MAX];
};

struct gathering {
    char (*accounts)[ACCOUNT_MAX];
    size_t count;
};

/* ---- who ------------------------------------------------------------------------------------- */

static bool is_unapplied(const struct book_meta *meta, uint64_t seq)
{
    for (size_t i = 0; i < meta->unapplied_count; i++)
        if (meta->unapplied[i] == seq)
            return true;
    return false;
}

/* Does the office's newest book perhaps not have it, or an older one of somebody else? */
static bool may_be_unknown(const struct app *app, const struct entry *e)
{
    const struct book_meta *meta = book_meta(app->book);
    return e->seq > meta->applied_seq || is_unapplied(meta, e->seq) ||
           e->at_s >= app->facts.now_s - RECENT_S;
}

/* The number before the first that may have to be looked at. */
static uint64_t where_to_begin(struct app *app)
{
    const struct book_meta *meta = book_meta(app->book);
    struct entry entry;
    uint64_t seq = meta->applied_seq;
    for (int i = 0; i < RECENT_ENTRIES && seq > 0; i++, seq--)
        if (journal_read(app->journal, seq, &entry, NULL) != TILL_OK ||
            entry.at_s < app->facts.now_s - RECENT_S)
            break;
    if (meta->unapplied_count > 0 && meta->unapplied[0] <= seq)
        seq = meta->unapplied[0] - 1;
    return seq;
}

static enum till_status take_entry(struct app *app, const char *meter_book, const struct entry *e,
                                   struct gathering *g)
{
    struct body_collection body;
    struct book_customer customer;
    if (kind_is_training(e->kind) || !may_be_unknown(app, e) ||
        journal_reversed_by(app->journal, e->seq) != 0)
        return TILL_OK;
    enum till_status status = entry_read_payment(e, &body, NULL);
    if (status != TILL_OK || book_customer(app->book, body.account, &customer) != TILL_OK ||
        strcmp(customer.meter_book, meter_book) != 0)
        return status; /* nobody of that meter book */
    if (g->count == ACCOUNTS_MAX)
        return TILL_TOO_LARGE;
    text_copy(g->accounts[g->count++], ACCOUNT_MAX, body.account);
    return TILL_OK;
}

static int by_account(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Ascending, none twice. */
static void put_in_order(struct gathering *g)
{
    size_t kept = 0;
    qsort(g->accounts, g->count, sizeof g->accounts[0], by_account);
    for (size_t i = 0; i < g->count; i++)
        if (kept == 0 || strcmp(g->accounts[kept - 1], g->accounts[i]) != 0)
            memmove(g->accounts[kept++], g->accounts[i], ACCOUNT_MAX);
    g->count = kept;
}

static enum till_status gather(struct app *app, const char *meter_book, struct gathering *g)
{
    static const uint16_t kinds[JOURNAL_KINDS] = {KIND_PAYMENTS};
    struct entry entry = {.seq = where_to_begin(app)};
    enum till_status status;
    /* Each step goes on to a later entry: it ends. */
    while ((status = journal_next_of(app->journal, entry.seq, kinds, &entry)) == TILL_OK) {
        status = take_entry(app, meter_book, &entry, g);
        if (status != TILL_OK)
            return status;
    }
    if (status != TILL_NOT_FOUND)
        return status;
    put_in_order(g);
    return g->count > 0 ? TILL_OK : TILL_UNCHANGED;
}

/* ---- pages ----------------------------------------------------------------------------------- */

/* How many pages it takes; 0 = it can't be. */
static unsigned count_pages(const char *terminal, const struct gathering *g)
{
    unsigned pages = 0;
    for (size_t at = 0, fit; at < g->count; at += fit, pages++) {
        fit = collected_fit_within(terminal, (const char(*)[ACCOUNT_MAX])g->accounts + at,
                                   g->count - at, CODE_CHARACTERS);
        if (fit == 0 || pages == COLLECTED_PAGES_MAX)
            return 0;
    }
    return pages;
}

static enum till_status write_pages(struct app *app, const struct gathering *g,
                                    struct made_list *made)
{
    struct collected_page page = {.at_s = made->at_s};
    enum till_status status = TILL_OK;
    size_t at = 0;
    made->pages = count_pages(made->terminal, g);
    if (made->pages == 0)
        return TILL_TOO_LARGE;
    text_copy(page.terminal, sizeof page.terminal, made->terminal);
    page.pages = (uint8_t)made->pages;
    for (unsigned i = 0; i < made->pages && status == TILL_OK; i++) {
        page.page = (uint8_t)(i + 1);
        page.count =
            collected_fit_within(made->terminal, (const char(*)[ACCOUNT_MAX])g->accounts + at,
                                 g->count - at, CODE_CHARACTERS);
        memcpy(page.accounts, g->accounts + at, page.count * sizeof page.accounts[0]);
        at += page.count;
        status = collected_write(&app->sealer, &page, made->texts[i]);
    }
    return status;
}

static enum till_status make(struct app *app, const char *meter_book, struct made_list *made)
{
    struct gathering g = {.accounts = calloc(ACCOUNTS_MAX, sizeof *g.accounts)};
    if (!g.accounts)
        return TILL_E_MEMORY;
    text_copy(made->terminal, sizeof made->terminal, journal_terminal(app->journal));
    made->at_s = app->facts.now_s;
    enum till_status status = gather(app, meter_book, &g);
    if (status == TILL_OK)
        status = write_pages(app, &g, made);
    made->accounts = g.count;
    free(g.accounts);
    return status;
}

static void tell(struct app *app, enum till_status status, unsigned page)
{
    const struct made_list *made = app->made;
    struct flow_event event = {.type = EVENT_LIST, .status = status};
    event.as.list.terminal = "";
    if (made && status == TILL_OK) {
        event.as.list.terminal = made->terminal;
        event.as.list.at_s = made->at_s;
        event.as.list.accounts = made->accounts;
        event.as.list.pages = made->pages;
        event.as.list.page = page;
        event.as.list.text = page > 0 ? made->texts[page - 1] : NULL;
    }
    stack_event(app, &event);
}

void list_make(struct app *app, const char *meter_book)
{
    enum till_status status = app->book && app->journal ? TILL_OK : TILL_NO_BOOK;
    list_close(app);
    if (status == TILL_OK) {
        app->made = calloc(1, sizeof *app->made);
        status = app->made ? make(app, meter_book, app->made) : TILL_E_MEMORY;
    }
    if (status != TILL_OK)
        list_close(app);
    tell(app, status, 0);
}

void list_page(struct app *app, int64_t page)
{
    bool there = app->made && page >= 1 && page <= (int64_t)app->made->pages;
    tell(app, there ? TILL_OK : TILL_NOT_FOUND, there ? (unsigned)page : 0);
}

enum till_status list_file(const struct app *app, char name_out[STICK_FILE_NAME_MAX],
                           struct buffer *out, size_t *accounts_out)
{
    const struct made_list *made = app->made;
    if (!made)
        return TILL_NOT_FOUND;
    stick_list_name(made->terminal, made->at_s, name_out);
    for (unsigned i = 0; i < made->pages; i++) {
        buffer_put_text(out, made->texts[i]);
        buffer_put_text(out, "\n");
    }
    *accounts_out = made->accounts;
    return buffer_status(out);
}

void list_close(struct app *app)
{
    free(app->made);
    app->made = NULL;
}
