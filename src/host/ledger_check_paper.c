/*
 * The ledger's check, continued: postings that stand out of their journal's order, because a
 * customer's paper came before it or the record was set aside and released later.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_check_inside.h"
#include "ledger_inside.h"

/* Money that was taken, in a collector's own name: an entry that came by its journal. */
static bool names_a_collector(const struct store_posting *p)
{
    static const char *const sides[] = {"cash/", "cheque/", "tender/"};
    for (size_t i = 0; i < p->count; i++) {
        for (size_t j = 0; j < sizeof(sides) / sizeof(sides[0]); j++) {
            if (strncmp(p->lines[i].account, sides[j], strlen(sides[j])) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* value_at_s: that the office gave it; 0 = its own. */
static enum till_status post_apart(struct check *c, const char *terminal, const char *user,
                                   const struct entry *e, int64_t value_at_s)
{
    const struct site *site = NULL;
    char reason[STORE_REASON_MAX] = "";
    enum till_status status = ledger_check_site(c, &site);
    if (status != TILL_OK) {
        return status;
    }
    struct ledger_context ledger = {.store = c->fresh,
                                    .replay = true,
                                    .site = site,
                                    .terminal = terminal,
                                    .user = user,
                                    .now_s = c->was.posted_at_s,
                                    .value_at_s = value_at_s,
                                    .journals = c->live,
                                    .before_held = c->number <= c->held_after};
    status = ledger_post_entry(&ledger, e, reason);
    return status == TILL_REFUSED ? ledger_differ(c, "posting %s: %s", c->was.source, reason)
                                  : status;
}

static enum till_status replay_released(struct check *c, const char *terminal, uint64_t seq)
{
    struct entry e;
    struct teller teller;
    struct store_aside aside;
    enum till_status status = store_aside_get(c->live, terminal, seq, &aside);
    if (status == TILL_OK && aside.closed) {
        return ledger_differ(c, "posting %s: its record was closed without being posted",
                             c->was.source);
    }
    if (status == TILL_OK) {
        status = store_entry_get(c->live, terminal, seq, &e);
    }
    if (status == TILL_OK) {
        status = teller_at(c->live, terminal, seq, &teller);
    }
    return status == TILL_OK ? post_apart(c, terminal, teller.user, &e, aside.value_at_s) : status;
}

enum till_status ledger_replay_apart(struct check *c, struct replayed *r, uint64_t seq,
                                     bool *mine_out)
{
    struct store_recovered paper;
    bool released = false, recovered = false;
    *mine_out = false;
    enum till_status status = ledger_is_released(c, r, seq, &released);
    if (status == TILL_OK && released && !ledger_is_papers(&c->was)) {
        *mine_out = true;
        return replay_released(c, r->terminal, seq);
    }
    if (status == TILL_OK) {
        status = ledger_is_recovered(c, r, seq, &recovered);
    }
    if (status == TILL_OK && recovered) {
        status = store_recovered_next(c->live, r->terminal, seq - 1, NULL, &paper);
    }
    if (status != TILL_OK || !recovered) {
        return status;
    }
    /* A reversal's lines are those of what it undoes, whoever tells of it. */
    bool reversal = kind_base(paper.entry.kind) == KIND_REVERSAL;
    if (!reversal && !ledger_is_papers(&c->was) && names_a_collector(&c->was)) {
        return TILL_OK;
    }
    *mine_out = true;
    return post_apart(c, r->terminal, LEDGER_PAPER, &paper.entry, 0);
}

enum till_status ledger_came_by_paper(struct check *c, struct replayed *r, uint64_t seq,
                                      bool *is_out)
{
    char source[48];
    enum till_status status = ledger_is_recovered(c, r, seq, is_out);
    if (status != TILL_OK || !*is_out) {
        return status;
    }
    ledger_source_of_entry(r->terminal, seq, source);
    status = store_posting_of(c->fresh, source, &c->is);
    *is_out = status == TILL_OK;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* "PREFIX/TERMINAL/SEQ": its journal, replayed through that record. */
static enum till_status replay_through(struct check *c, const char *prefix, char *terminal_out,
                                       uint64_t *seq_out, struct replayed **r_out)
{
    const char *from = c->was.source + strlen(prefix);
    size_t size = strcspn(from, "/");
    if (size == 0 || size >= TERMINAL_MAX || from[size] != '/') {
        return ledger_differ(c, "posting %s: no record has that name", c->was.source);
    }
    memcpy(terminal_out, from, size);
    terminal_out[size] = '\0';
    *seq_out = strtoull(from + size + 1, NULL, 10);
    enum till_status status = ledger_find_replayed(c, terminal_out, r_out);
    return status == TILL_OK ? ledger_replay_to(c, *r_out, *seq_out) : status;
}

enum till_status ledger_replay_slips(struct check *c)
{
    char terminal[TERMINAL_MAX] = "";
    uint64_t seq = 0;
    struct replayed *r = NULL;
    struct store_custody row;
    const struct ledger_context ledger = {.store = c->fresh,
                                          .replay = true,
                                          .terminal = terminal,
                                          .user = LEDGER_NOBODY,
                                          .now_s = c->was.posted_at_s,
                                          .journals = c->live};
    enum till_status status = replay_through(c, LEDGER_SLIPS, terminal, &seq, &r);
    if (status == TILL_OK) {
        status = store_custody_get(c->fresh, terminal, seq, &row);
    }
    if (status == TILL_OK) {
        status = ledger_post_slips(&ledger, &row);
    }
    return status == TILL_NOT_FOUND || status == TILL_UNCHANGED
               ? ledger_differ(c, "posting %s: its record says nothing of slips", c->was.source)
               : status;
}

enum till_status ledger_check_slips(struct check *c)
{
    struct store_custody row = {.seq = 0};
    const struct ledger_context ledger = {.store = c->fresh,
                                          .replay = true,
                                          .terminal = "",
                                          .user = LEDGER_NOBODY,
                                          .now_s = c->last_posted_s,
                                          .journals = c->live};
    enum till_status status = TILL_OK;
    if (!ledger_slips_are_followed(c->live)) {
        return TILL_OK; /* nobody looked at those of before yet */
    }
    while ((status = store_custody_next(c->fresh, row.terminal, row.seq, &row)) == TILL_OK) {
        status = ledger_post_slips(&ledger, &row);
        if (status == TILL_OK) {
            return ledger_differ(c, "record %s/%" PRIu64 ": its slips were not posted",
                                 row.terminal, row.seq);
        }
        if (status != TILL_UNCHANGED) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status ledger_replay_claim(struct check *c)
{
    char terminal[TERMINAL_MAX] = "";
    uint64_t seq = 0;
    struct replayed *r = NULL;
    struct entry e;
    enum till_status status = replay_through(c, "paper/", terminal, &seq, &r);
    if (status == TILL_OK) {
        status = store_entry_get(c->live, terminal, seq, &e);
    }
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND
                   ? ledger_differ(c, "posting %s: its journal has not come", c->was.source)
                   : status;
    }
    struct ledger_context ledger = {.store = c->fresh,
                                    .replay = true,
                                    .terminal = terminal,
                                    .user = r->teller.user,
                                    .now_s = c->was.posted_at_s};
    status = ledger_claim_paper(&ledger, &e);
    return status == TILL_NOT_FOUND || status == TILL_UNCHANGED
               ? ledger_differ(c, "posting %s: no paper's money is there", c->was.source)
               : status;
}
