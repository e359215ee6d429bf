#include "ledger_check.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "ledger.h"
#include "ledger_check_inside.h"

/* ---- imports --------------------------------------------------------------------------------- */

static enum till_status replay_import(struct check *c, const struct import_past *past)
{
    char name[FILES_PATH_MAX];
    enum till_status status = import_replay(c->fresh, c->dir, past, name);
    if (status == TILL_NOT_FOUND) {
        return ledger_differ(c, "import %" PRIu64 ": its file %s is gone", past->number, name);
    }
    if (status == TILL_E_SIGNATURE) {
        return ledger_differ(c, "import %" PRIu64 ": its file %s was changed", past->number, name);
    }
    c->verdict->imports += status == TILL_OK ? 1 : 0;
    c->site_known = c->past_known = false;
    return status;
}

/* All imports that were made before posting `number`. */
static enum till_status replay_imports(struct check *c, int64_t number)
{
    while (c->import_next <= c->import_count) {
        enum till_status status =
            c->past_known ? TILL_OK : import_past(c->live, c->import_next, &c->past);
        if (status != TILL_OK) {
            return status == TILL_NOT_FOUND
                       ? ledger_differ(c, "import %" PRIu64 " is not on record", c->import_next)
                       : status;
        }
        c->past_known = true;
        if (c->past.after >= number) {
            return TILL_OK;
        }
        status = replay_import(c, &c->past);
        if (status != TILL_OK) {
            return status;
        }
        c->import_next++;
    }
    return TILL_OK;
}

/* ---- entries --------------------------------------------------------------------------------- */

static enum till_status post_again(struct check *c, const struct replayed *r, const struct entry *e,
                                   int64_t posted_at_s, char reason_out[STORE_REASON_MAX])
{
    const struct site *site = NULL;
    enum till_status status = ledger_check_site(c, &site);
    if (status != TILL_OK) {
        return status;
    }
    struct ledger_context ledger = {.store = c->fresh,
                                    .replay = true,
                                    .site = site,
                                    .terminal = r->terminal,
                                    .user = r->teller.user,
                                    .now_s = posted_at_s,
                                    .journals = c->live,
                                    .before_held = c->number <= c->held_after};
    return ledger_post_entry(&ledger, e, reason_out);
}

/* An entry that has no posting must be one that posts nothing. */
static enum till_status check_unposted(struct check *c, struct replayed *r, const struct entry *e)
{
    char reason[STORE_REASON_MAX] = "";
    int64_t number;
    bool released = false;
    if (!r->quarantine_known || ledger_is_quarantined(r, e->seq)) {
        return TILL_OK;
    }
    enum till_status status = ledger_is_released(c, r, e->seq, &released);
    if (status != TILL_OK || released) {
        return status; /* it was posted later */
    }
    bool before = false;
    status = ledger_came_by_paper(c, r, e->seq, &before);
    if (status != TILL_OK || before) {
        return status;
    }
    status = post_again(c, r, e, c->last_posted_s, reason);
    if (status == TILL_REFUSED) {
        return ledger_differ(c, "record %s/%" PRIu64 " is neither posted nor set aside: %s",
                             r->terminal, e->seq, reason);
    }
    if (status != TILL_OK) {
        return status == TILL_UNCHANGED ? TILL_OK : status; /* a paper came before it */
    }
    status = store_posting_next(c->fresh, c->fresh_after, &number, &c->is);
    if (status == TILL_NOT_FOUND) {
        return TILL_OK;
    }
    return status == TILL_OK
               ? ledger_differ(c, "record %s/%" PRIu64 " was not posted", r->terminal, e->seq)
               : status;
}

enum till_status ledger_replay_to(struct check *c, struct replayed *r, uint64_t seq)
{
    struct entry e;
    enum till_status status = TILL_OK;
    while (status == TILL_OK && r->teller.seq < seq) {
        status = ledger_next_entry(c, r, &e);
        if (status == TILL_OK) {
            status = check_unposted(c, r, &e);
        }
    }
    return status;
}

/* Posting "entry/TERMINAL/SEQ": the entries before it, then itself. */
static enum till_status replay_entry(struct check *c)
{
    char terminal[TERMINAL_MAX], reason[STORE_REASON_MAX] = "";
    const char *from = c->was.source + strlen("entry/");
    size_t size = strcspn(from, "/");
    struct replayed *r = NULL;
    struct entry e;
    if (size == 0 || size >= sizeof(terminal) || from[size] != '/') {
        return ledger_differ(c, "posting %s: no record has that name", c->was.source);
    }
    memcpy(terminal, from, size);
    terminal[size] = '\0';
    uint64_t seq = strtoull(from + size + 1, NULL, 10);
    enum till_status status = ledger_find_replayed(c, terminal, &r);
    if (status != TILL_OK) {
        return status;
    }
    assert(r != NULL);
    bool apart = false;
    if (seq > 0) {
        status = ledger_replay_apart(c, r, seq, &apart);
    }
    if (status != TILL_OK || apart) {
        return status;
    }
    if (seq <= r->teller.seq || seq > r->head) {
        return ledger_differ(c, "posting %s: out of order, or of no record", c->was.source);
    }
    if (ledger_is_quarantined(r, seq)) {
        return ledger_differ(c, "posting %s: its record is set aside", c->was.source);
    }
    status = ledger_replay_to(c, r, seq - 1);
    if (status == TILL_OK) {
        status = ledger_next_entry(c, r, &e);
    }
    if (status == TILL_OK) {
        status = post_again(c, r, &e, c->was.posted_at_s, reason);
    }
    return status == TILL_REFUSED && reason[0] != '\0'
               ? ledger_differ(c, "posting %s: %s", c->was.source, reason)
               : status;
}

/* Evidence can't be read back; its posting can have one shape only. */
static enum till_status replay_fork(struct check *c)
{
    const struct store_posting *p = &c->was;
    enum { CASH_AND_OTHER = 2 };
    const struct store_line *last = &p->lines[p->count > 0 ? p->count - 1 : 0];
    if (p->count < 2 || p->count > CASH_AND_OTHER + 1 ||
        strncmp(last->account, "suspense/", strlen("suspense/")) != 0) {
        return ledger_differ(c, "posting %s: money of another branch must be in suspense",
                             p->source);
    }
    return store_post(c->fresh, p);
}

/* ---- the walk -------------------------------------------------------------------------------- */

static enum till_status replay_posting(struct check *c)
{
    if (strncmp(c->was.source, "entry/", strlen("entry/")) == 0) {
        return replay_entry(c);
    }
    if (strncmp(c->was.source, "fork/", strlen("fork/")) == 0) {
        return replay_fork(c);
    }
    if (strncmp(c->was.source, LEDGER_SLIPS, strlen(LEDGER_SLIPS)) == 0) {
        return ledger_replay_slips(c);
    }
    return strncmp(c->was.source, "paper/", strlen("paper/")) == 0 ? ledger_replay_claim(c)
                                                                   : ledger_replay_office(c);
}

static enum till_status walk_postings(struct check *c)
{
    struct store_walk *walk = NULL;
    int64_t number = 0;
    enum till_status status = store_walk_postings(c->live, &walk);
    while (status == TILL_OK) {
        status = store_walk_posting(walk, &number, &c->was);
        if (status == TILL_OK) {
            status = replay_imports(c, number);
        }
        if (status != TILL_OK) {
            break;
        }
        c->verdict->postings++;
        c->number = number;
        c->last_posted_s = c->was.posted_at_s;
        status = replay_posting(c);
        if (status == TILL_OK) {
            status = ledger_compare_posting(c, number);
        }
    }
    store_walk_close(walk);
    return status == TILL_NOT_FOUND ? replay_imports(c, INT64_MAX) : status;
}

/* What came after the last posting of each terminal. */
static enum till_status walk_rest(struct check *c)
{
    struct store_terminal t = {0};
    char after[TERMINAL_MAX] = "";
    int64_t number;
    for (;;) {
        struct replayed *r = NULL;
        enum till_status status = store_terminal_next(c->live, after, &t);
        if (status == TILL_NOT_FOUND) {
            break;
        }
        if (status == TILL_OK) {
            memcpy(after, t.terminal, sizeof(after));
            status = ledger_find_replayed(c, t.terminal, &r);
        }
        assert(status != TILL_OK || r != NULL);
        if (status == TILL_OK) {
            status = ledger_replay_to(c, r, r->head);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    enum till_status status = store_posting_next(c->fresh, c->fresh_after, &number, &c->is);
    if (status == TILL_OK) {
        return ledger_differ(c, "%s was not posted", c->is.source);
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status check_sums(struct check *c)
{
    struct store_ledger_verdict sums;
    int64_t all;
    enum till_status status = store_ledger_check(c->live, &sums);
    if (status == TILL_OK && sums.unbalanced != 0) {
        return ledger_differ(c, "posting %" PRId64 " does not sum to zero", sums.unbalanced);
    }
    if (status == TILL_OK && sums.wrong_account[0] != '\0') {
        return ledger_differ(c, "account %s is not the sum of its lines", sums.wrong_account);
    }
    if (status == TILL_OK) {
        status = store_balance_prefix(c->live, "", &all);
    }
    if (status == TILL_OK && all != 0) {
        return ledger_differ(c, "all accounts together are %" PRId64 ", not zero", all);
    }
    return status;
}

/* Noted when the store was brought up to what holds them; else all of it. */
static enum till_status read_held_after(struct check *c)
{
    char number[STORE_VALUE_MAX] = "";
    enum till_status status = store_value_get(c->live, "held_after", number, sizeof(number));
    c->held_after = status == TILL_OK ? strtoll(number, NULL, 10) : 0;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status check_all(struct check *c)
{
    struct site site;
    enum till_status status = check_sums(c);
    if (status == TILL_OK) {
        status = store_begin(c->fresh);
    }
    if (status != TILL_OK) {
        return status;
    }
    status = read_held_after(c);
    if (status != TILL_OK) {
        return status;
    }
    site_default(&site); /* what `init` begins with */
    status = store_site_put(c->fresh, &site);
    if (status == TILL_OK) {
        status = walk_postings(c);
    }
    if (status == TILL_OK) {
        status = walk_rest(c);
    }
    if (status == TILL_OK) {
        status = ledger_check_slips(c);
    }
    if (status == TILL_OK) {
        status = ledger_compare_accounts(c);
    }
    if (status == TILL_OK) {
        status = ledger_check_office(c);
    }
    store_rollback(c->fresh);
    return status;
}

static void remove_fresh(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char whole[FILES_PATH_MAX + 16];
        (void)snprintf(whole, sizeof(whole), "%s%s", path, ends[i]);
        (void)unlink(whole);
    }
}

enum till_status ledger_check(struct store *live, const char *dir,
                              struct ledger_verdict *verdict_out)
{
    char name[48], path[FILES_PATH_MAX];
    *verdict_out = (struct ledger_verdict){0};
    struct check *c = calloc(1, sizeof(*c));
    if (c == NULL) {
        return TILL_E_MEMORY;
    }
    c->live = live;
    c->dir = dir;
    c->verdict = verdict_out;
    c->import_next = 1;
    c->terminals = calloc(CHECK_BUCKETS, sizeof(*c->terminals));
    (void)snprintf(name, sizeof(name), "check-%ld.db", (long)getpid());
    enum till_status status = files_path(dir, name, path);
    if (status == TILL_OK) {
        remove_fresh(path);
        status = c->terminals == NULL ? TILL_E_MEMORY : store_open_scratch(path, &c->fresh);
    }
    enum till_status begun = status == TILL_OK ? store_begin_whole(live) : status;
    if (begun == TILL_OK) {
        c->import_count = import_count(live);
        status = check_all(c);
        store_rollback(live);
    } else {
        status = begun;
    }
    if (c->fresh != NULL) {
        store_close(c->fresh);
        remove_fresh(path);
    }
    if (verdict_out->difference[0] != '\0') {
        status = TILL_OK;
    }
    verdict_out->sound = status == TILL_OK && verdict_out->difference[0] == '\0';
    ledger_free_replayed(c);
    free(c);
    return status;
}
