/*
 * The ledger's check, continued: journals, read ahead, and what is rare in them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_check_inside.h"
#include "text.h"

/* FNV-1a. */
static size_t bucket_of(const char *terminal)
{
    uint32_t hash = 2166136261U;
    for (; *terminal != '\0'; terminal++) {
        hash = (hash ^ (uint8_t)*terminal) * 16777619U;
    }
    return hash % CHECK_BUCKETS;
}

/* ---- terminals ------------------------------------------------------------------------------- */

static enum till_status list_quarantined(struct check *c, struct replayed *r)
{
    uint64_t seqs[BOOK_UNAPPLIED_MAX];
    size_t count = 0;
    enum till_status status = store_quarantined(c->live, r->terminal, seqs, &count);
    r->quarantine_known = status == TILL_OK;
    if (status == TILL_TOO_LARGE) {
        count = BOOK_UNAPPLIED_MAX;
        status = TILL_OK;
    }
    if (status != TILL_OK || count == 0) {
        return status;
    }
    r->quarantined = malloc(count * sizeof(seqs[0]));
    if (r->quarantined == NULL) {
        return TILL_E_MEMORY;
    }
    memcpy(r->quarantined, seqs, count * sizeof(seqs[0]));
    r->quarantined_count = count;
    return TILL_OK;
}

enum till_status ledger_find_replayed(struct check *c, const char *terminal, struct replayed **out)
{
    struct store_terminal t;
    struct replayed **bucket = &c->terminals[bucket_of(terminal)];
    for (struct replayed *r = *bucket; r != NULL; r = r->next) {
        if (strcmp(r->terminal, terminal) == 0) {
            *out = r;
            return TILL_OK;
        }
    }
    enum till_status status = store_terminal_get(c->live, terminal, &t);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? ledger_differ(c, "there is no terminal %s", terminal)
                                        : status;
    }
    explicit_bzero(t.secret, sizeof(t.secret));
    struct replayed *r = calloc(1, sizeof(*r));
    if (r == NULL) {
        return TILL_E_MEMORY;
    }
    text_copy(r->terminal, sizeof(r->terminal), t.terminal);
    r->head = t.head_seq;
    r->page_size = CHECK_PAGE_FIRST;
    teller_init(&r->teller);
    r->next = *bucket;
    *bucket = r;
    *out = r;
    return list_quarantined(c, r);
}

void ledger_free_replayed(struct check *c)
{
    for (size_t i = 0; c->terminals != NULL && i < CHECK_BUCKETS; i++) {
        while (c->terminals[i] != NULL) {
            struct replayed *r = c->terminals[i];
            c->terminals[i] = r->next;
            free(r->quarantined);
            free(r);
        }
    }
    free(c->terminals);
    for (size_t i = 0; i < CHECK_PAGES; i++) {
        free(c->pages[i].entries);
    }
}

/* ---- entries --------------------------------------------------------------------------------- */

/* A page for this terminal; whoever had it has not read it to its end, or is done with it. */
static struct entry_page *take_page(struct check *c, struct replayed *r)
{
    struct entry_page *page = r->page;
    if (page == NULL) {
        page = &c->pages[c->page_next];
        c->page_next = (c->page_next + 1) % CHECK_PAGES;
    }
    if (page->entries == NULL) {
        page->entries = calloc(CHECK_PAGE_MOST, sizeof(page->entries[0]));
    }
    if (page->entries == NULL) {
        return NULL;
    }
    if (page->owner != NULL && page->owner != r) {
        page->owner->page = NULL;
        page->owner->page_size = CHECK_PAGE_FIRST;
    } else if (page->owner == r && page->at == page->count && r->page_size < CHECK_PAGE_MOST) {
        r->page_size *= 2;
    }
    page->owner = r;
    page->count = page->at = 0;
    r->page = page;
    return page;
}

enum till_status ledger_next_entry(struct check *c, struct replayed *r, struct entry *e)
{
    uint64_t wanted = r->teller.seq + 1;
    struct entry_page *page = r->page;
    if (page == NULL || page->at == page->count) {
        page = take_page(c, r);
        if (page == NULL) {
            return TILL_E_MEMORY;
        }
        enum till_status status = store_entries_above(c->live, r->terminal, r->teller.seq,
                                                      page->entries, r->page_size, &page->count);
        if (status != TILL_OK) {
            return status;
        }
    }
    if (page->count == 0 || page->entries[page->at].seq != wanted) {
        return ledger_differ(c, "record %s/%" PRIu64 " is missing", r->terminal, wanted);
    }
    *e = page->entries[page->at++];
    teller_follow(&r->teller, e);
    c->verdict->entries++;
    return TILL_OK;
}

/* ---- what is rare ---------------------------------------------------------------------------- */

bool ledger_is_quarantined(const struct replayed *r, uint64_t seq)
{
    for (size_t i = 0; i < r->quarantined_count; i++) {
        if (r->quarantined[i] == seq) {
            return true;
        }
    }
    return false;
}

static bool knows(const struct rare *rare, uint64_t seq)
{
    return rare->known && seq > rare->from && seq <= rare->next;
}

/* Nothing stands between the one that was asked for and the first that there is. */
static void note(struct rare *rare, uint64_t seq, uint64_t next)
{
    *rare = (struct rare){.known = true, .from = seq - 1, .next = next};
}

enum till_status ledger_is_released(struct check *c, struct replayed *r, uint64_t seq, bool *is_out)
{
    if (!knows(&r->released, seq)) {
        uint64_t next = UINT64_MAX;
        enum till_status status = store_released_next(c->live, r->terminal, seq - 1, &next);
        if (status != TILL_OK && status != TILL_NOT_FOUND) {
            return status;
        }
        note(&r->released, seq, status == TILL_OK ? next : UINT64_MAX);
    }
    *is_out = r->released.next == seq;
    return TILL_OK;
}

enum till_status ledger_is_recovered(struct check *c, struct replayed *r, uint64_t seq,
                                     bool *is_out)
{
    if (!knows(&r->recovered, seq)) {
        struct store_recovered paper;
        enum till_status status = store_recovered_next(c->live, r->terminal, seq - 1, NULL, &paper);
        if (status != TILL_OK && status != TILL_NOT_FOUND) {
            return status;
        }
        note(&r->recovered, seq, status == TILL_OK ? paper.entry.seq : UINT64_MAX);
    }
    *is_out = r->recovered.next == seq;
    return TILL_OK;
}

/* ---- the site -------------------------------------------------------------------------------- */

enum till_status ledger_check_site(struct check *c, const struct site **site_out)
{
    enum till_status status = c->site_known ? TILL_OK : store_site_get(c->fresh, &c->site);
    c->site_known = status == TILL_OK;
    *site_out = &c->site;
    return status;
}
