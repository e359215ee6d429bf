#include <stdio.h>
#include <string.h>

#include "ledger_inside.h"
#include "posting.h"
#include "store_custody.h"
#include "text.h"

enum { SOURCE_MAX = 48 };

/* "cash/0031/-paper": whose name is it but the paper's? */
static bool is_papers(const char *account)
{
    static const char end[] = "/" LEDGER_PAPER;
    size_t size = strlen(account);
    return size >= sizeof(end) - 1 && strcmp(account + size - (sizeof(end) - 1), end) == 0;
}

bool ledger_is_papers(const struct store_posting *p)
{
    for (size_t i = 0; i < p->count; i++) {
        if (is_papers(p->lines[i].account)) {
            return true;
        }
    }
    return false;
}

static void source_of_claim(const char *terminal, uint64_t seq, char out[SOURCE_MAX])
{
    (void)snprintf(out, SOURCE_MAX, "paper/%s/%llu", terminal, (unsigned long long)seq);
}

/* The same account in the name of the collector: the line of a claim that begins as it does. */
static const char *owner_of(const struct store_posting *claim, const char *account)
{
    size_t size = strlen(account) - strlen(LEDGER_PAPER);
    for (size_t i = 0; i < claim->count; i++) {
        const char *owner = claim->lines[i].account;
        if (strncmp(owner, account, size) == 0 && strcmp(owner, account) != 0) {
            return owner;
        }
    }
    return account;
}

enum till_status ledger_follow_claim(struct store *s, const char *terminal, uint64_t seq,
                                     struct store_posting *posted)
{
    struct store_posting claim;
    char source[SOURCE_MAX];
    if (!ledger_is_papers(posted)) {
        return TILL_OK;
    }
    source_of_claim(terminal, seq, source);
    enum till_status status = store_posting_of(s, source, &claim);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    for (size_t i = 0; i < posted->count; i++) {
        char *account = posted->lines[i].account;
        if (is_papers(account)) {
            text_copy(account, sizeof(posted->lines[i].account), owner_of(&claim, account));
        }
    }
    return TILL_OK;
}

/* A hand-over that was taken, by the paper, before its giver had told, and has been given since:
 * the giver's record met the paper's name in transit, and both are gone from there. */
static enum till_status was_met(struct store *s, const char *terminal, uint64_t seq, bool *met_out)
{
    struct store_custody taken, given;
    *met_out = false;
    enum till_status status = store_custody_get(s, terminal, seq, &taken);
    if (status == TILL_OK && taken.kind == KIND_HANDOVER_TAKEN) {
        status = store_custody_of_hash(s, taken.named, &given);
        *met_out = status == TILL_OK;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Its journal is here: what went with the cash is known. */
static enum till_status post_slips(const struct ledger_context *c, uint64_t seq)
{
    struct store_custody row;
    enum till_status status = store_custody_get(c->store, c->terminal, seq, &row);
    if (status == TILL_OK) {
        status = ledger_post_slips(c, &row);
    }
    return status == TILL_NOT_FOUND || status == TILL_UNCHANGED ? TILL_OK : status;
}

/* Its cheque came back before its journal: it is gone from the paper's name already. */
static enum till_status came_back(const struct ledger_context *c, uint64_t seq, bool *back_out)
{
    struct store_posting returned;
    char source[SOURCE_MAX];
    ledger_source_of_cheque(c->terminal, seq, source);
    enum till_status status = store_posting_of(c->store, source, &returned);
    *back_out = status == TILL_OK;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status ledger_claim_paper(const struct ledger_context *c, const struct entry *e)
{
    struct store_posting posted, p;
    char source[SOURCE_MAX];
    bool met = false, back = false;
    ledger_source_of_entry(c->terminal, e->seq, source);
    enum till_status status = was_met(c->store, c->terminal, e->seq, &met);
    if (status == TILL_OK) {
        status = came_back(c, e->seq, &back);
    }
    if (status == TILL_OK) {
        status = store_custody_claim(c->store, c->terminal, e->seq, c->user);
    }
    if (status == TILL_OK) {
        status = store_posting_of(c->store, source, &posted);
    }
    if (status != TILL_OK) {
        return status;
    }
    ledger_begin(&p, e->at_s, c->now_s);
    source_of_claim(c->terminal, e->seq, p.source);
    for (size_t i = 0; i < posted.count && status == TILL_OK; i++) {
        const struct store_line *line = &posted.lines[i];
        char owner[STORE_LEDGER_ACCOUNT_MAX];
        bool transit = strncmp(line->account, "transit/", strlen("transit/")) == 0;
        bool cheque = strncmp(line->account, "cheque/", strlen("cheque/")) == 0;
        if (!is_papers(line->account) || (transit && met) || (cheque && back)) {
            continue;
        }
        text_copy(owner, sizeof(owner), line->account);
        owner[strlen(owner) - strlen(LEDGER_PAPER)] = '\0';
        status = posting_add(&p, line->amount_minor, "%s%s", owner, c->user);
        if (status == TILL_OK) {
            status = posting_add(&p, -line->amount_minor, "%s", line->account);
        }
    }
    if (status == TILL_OK && p.count == 0) {
        return TILL_NOT_FOUND;
    }
    if (status == TILL_OK) {
        status = store_post(c->store, &p);
    }
    return status == TILL_OK && !c->replay ? post_slips(c, e->seq) : status;
}
