#include "rounds.h"

#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "text.h"

/* CHUNK: customers read at once. BEHIND_MOST: entries that are gone through; more, and looking at
 * all of the meter book is the shorter way. */
enum { CHUNK = 32, BEHIND_MOST = 200, FIRST_ROOM = 256 };

struct round {
    char meter_book[BOOK_ID_MAX]; /* "" = unused */
    uint8_t book[HASH_SIZE];      /* with the journal's seq and the day: what it holds for */
    uint64_t seq;
    int32_t today;
    uint64_t used; /* when, by a count of calls */
    size_t total, room;
    uint8_t *owing;
    uint32_t *accounts; /* a hash of each: whom does an entry touch? */
};

struct rounds {
    struct round kept[ROUNDS_KEPT];
    uint64_t calls;
};

static uint32_t hash_of(const char *account)
{
    uint32_t hash = UINT32_C(2166136261); /* FNV-1a */
    for (const char *at = account; *at; at++)
        hash = (hash ^ (uint8_t)*at) * UINT32_C(16777619);
    return hash;
}

static enum till_status grow(struct round *r)
{
    size_t room = r->room ? 2 * r->room : FIRST_ROOM;
    uint8_t *owing = realloc(r->owing, room * sizeof *owing);
    if (owing)
        r->owing = owing;
    uint32_t *accounts = realloc(r->accounts, room * sizeof *accounts);
    if (accounts)
        r->accounts = accounts;
    if (!owing || !accounts)
        return TILL_E_MEMORY;
    r->room = room;
    return TILL_OK;
}

/* Every customer of the meter book. */
static enum till_status look_at_all(struct app *app, struct round *r)
{
    struct book_line lines[CHUNK];
    size_t count = CHUNK;
    r->total = 0;
    while (count == CHUNK && r->total + CHUNK <= ROUNDS_MOST) {
        enum till_status status =
            book_window(app->book, r->meter_book, r->total, lines, CHUNK, &count);
        while (status == TILL_OK && r->total + count > r->room)
            status = grow(r);
        if (status != TILL_OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            r->owing[r->total + i] = (uint8_t)roster_owes(app, &lines[i]);
            r->accounts[r->total + i] = hash_of(lines[i].customer.account);
        }
        r->total += count;
    }
    return TILL_OK;
}

/* One account's customer, where it is of this meter book. */
static enum till_status look_again(struct app *app, struct round *r, const char *account)
{
    uint32_t hash = hash_of(account);
    for (size_t i = 0; i < r->total; i++) {
        struct book_line line;
        size_t count = 0;
        if (r->accounts[i] != hash)
            continue;
        enum till_status status = book_window(app->book, r->meter_book, i, &line, 1, &count);
        if (status != TILL_OK || count != 1)
            return status == TILL_OK ? TILL_E_CORRUPT : status;
        r->owing[i] = (uint8_t)roster_owes(app, &line);
    }
    return TILL_OK;
}

/* Whom an entry touches; "" = nobody. False: it may change what holds for everybody. */
static bool touches_only(const struct entry *e, char account_out[ACCOUNT_MAX])
{
    struct receipt_figures figures;
    struct body_stop_skipped skipped;
    account_out[0] = '\0';
    switch (kind_base(e->kind)) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_REVERSAL:
    case KIND_DISPUTE:
        if (receipt_figures(e, &figures) != TILL_OK)
            return false;
        text_copy(account_out, ACCOUNT_MAX, figures.account);
        return true;
    case KIND_STOP_SKIPPED:
        if (entry_read_stop_skipped(e, &skipped) != TILL_OK)
            return false;
        text_copy(account_out, ACCOUNT_MAX, skipped.account);
        return true;
    case KIND_PRINT_DONE:
    case KIND_PRINT_UNCERTAIN:
    case KIND_DUPLICATE:
    case KIND_NOTICE:
    case KIND_READING:
        return true;
    default:
        return false;
    }
}

/* The entries since; TILL_UNCHANGED: one of them asks for a look at all. */
static enum till_status catch_up(struct app *app, struct round *r, uint64_t head)
{
    struct entry entry;
    char account[ACCOUNT_MAX];
    for (; r->seq < head; r->seq++) {
        enum till_status status = journal_read(app->journal, r->seq + 1, &entry, NULL);
        if (status == TILL_OK && !touches_only(&entry, account))
            status = TILL_UNCHANGED;
        if (status == TILL_OK && account[0])
            status = look_again(app, r, account);
        if (status != TILL_OK)
            return status;
    }
    return TILL_OK;
}

static struct round *find(struct rounds *all, const char *meter_book)
{
    struct round *oldest = &all->kept[0];
    for (size_t i = 0; i < ROUNDS_KEPT; i++) {
        if (strcmp(all->kept[i].meter_book, meter_book) == 0)
            return &all->kept[i];
        if (all->kept[i].used < oldest->used)
            oldest = &all->kept[i];
    }
    oldest->meter_book[0] = '\0';
    return oldest;
}

enum till_status rounds_of(struct app *app, const char *meter_book, const uint8_t **owing_out,
                           size_t *total_out)
{
    enum till_status status = TILL_UNCHANGED;
    if (!app->rounds)
        app->rounds = calloc(1, sizeof *app->rounds);
    if (!app->rounds)
        return TILL_E_MEMORY;
    struct round *r = find(app->rounds, meter_book);
    uint64_t head = journal_fold(app->journal)->seq;
    const uint8_t *book = book_meta(app->book)->hash;
    bool stands = r->meter_book[0] && memcmp(r->book, book, sizeof r->book) == 0 &&
                  r->today == app->facts.today && r->seq <= head && head - r->seq <= BEHIND_MOST;
    if (stands)
        status = catch_up(app, r, head);
    if (status == TILL_UNCHANGED) {
        text_copy(r->meter_book, sizeof r->meter_book, meter_book);
        status = look_at_all(app, r);
    }
    if (status != TILL_OK) {
        r->meter_book[0] = '\0';
        return status;
    }
    memcpy(r->book, book, sizeof r->book);
    r->today = app->facts.today;
    r->seq = head;
    r->used = ++app->rounds->calls;
    *owing_out = r->owing;
    *total_out = r->total;
    return TILL_OK;
}

void rounds_forget(struct app *app)
{
    for (size_t i = 0; app->rounds && i < ROUNDS_KEPT; i++) {
        free(app->rounds->kept[i].owing);
        free(app->rounds->kept[i].accounts);
    }
    free(app->rounds);
    app->rounds = NULL;
}
