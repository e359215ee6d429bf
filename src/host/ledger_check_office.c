/*
 * The ledger's check, continued: what the office did and what other channels told, done again; and
 * the periods that were closed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank.h"
#include "ledger.h"
#include "ledger_check_inside.h"
#include "period.h"
#include "settlement.h"

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* "…/17" of the posting's source; 0 = none. */
static int64_t last_number(const char *source)
{
    const char *slash = strrchr(source, '/');
    char *end = NULL;
    long long number = slash != NULL ? strtoll(slash + 1, &end, 10) : 0;
    return end != NULL && *end == '\0' && number > 0 ? number : 0;
}

static enum till_status no_row(struct check *c, enum till_status status)
{
    return status == TILL_NOT_FOUND
               ? ledger_differ(c, "posting %s: nothing on record has that name", c->was.source)
               : status;
}

/* ---- cheques and disputes -------------------------------------------------------------------- */

/* "cheque/HOLDER/SEQ", or from where it was taken, "bounced/…". */
static enum till_status replay_cheque(struct check *c, struct ledger_context *ledger, bool bounced,
                                      char reason_out[STORE_REASON_MAX])
{
    char terminal[TERMINAL_MAX] = "";
    const char *from = strchr(c->was.source, '/') + 1;
    size_t size = strcspn(from, "/");
    if (size >= sizeof(terminal) || from[size] != '/') {
        return ledger_differ(c, "posting %s: no record has that name", c->was.source);
    }
    memcpy(terminal, from, size);
    ledger->terminal = terminal;
    uint64_t seq = strtoull(from + size + 1, NULL, 10);
    return bounced ? ledger_follow_returned(ledger, terminal, seq)
                   : ledger_return_cheque(ledger, seq, reason_out);
}

static enum till_status replay_answer(struct check *c, const struct ledger_context *ledger)
{
    static const char dispute[] = "dispute/";
    struct store_matter m;
    int64_t id = last_number(c->was.source), held_minor;
    if (c->was.count == 0 || !begins(c->was.lines[0].account, dispute)) {
        return ledger_differ(c, "posting %s: it answers no dispute", c->was.source);
    }
    const char *account = c->was.lines[0].account + sizeof(dispute) - 1;
    enum till_status status = store_matter_next(c->live, id - 1, &m);
    if (status == TILL_OK &&
        (m.id != id || m.kind != MATTER_DISPUTE || strcmp(m.account, account) != 0)) {
        status = TILL_NOT_FOUND;
    }
    status = no_row(c, status);
    return status == TILL_OK
               ? ledger_answer_dispute(ledger, c->was.source, account, m.outcome, &held_minor)
               : status;
}

/* ---- channels, corrections ------------------------------------------------------------------- */

/* The row as it stands in the live store, and its channel, into the fresh one. */
static enum till_status copy_channel_payment(struct check *c, struct store_channel_payment *p)
{
    struct store_channel channel;
    char name[CHANNEL_NAME_MAX] = "";
    const char *from = c->was.source + strlen("channel/");
    size_t size = strcspn(from, "/");
    if (size >= sizeof(name)) {
        return TILL_NOT_FOUND;
    }
    memcpy(name, from, size);
    enum till_status status =
        store_channel_payment_get(c->live, name, last_number(c->was.source), p);
    if (status == TILL_OK && !p->posted) {
        status = TILL_NOT_FOUND;
    }
    if (status == TILL_OK) {
        status = store_channel_get(c->live, name, &channel);
    }
    if (status == TILL_OK) {
        status = store_channel_put(c->fresh, &channel);
    }
    return status == TILL_OK ? store_channel_payment_put(c->fresh, p) : status;
}

static enum till_status replay_channel(struct check *c, const struct ledger_context *ledger,
                                       char reason_out[STORE_REASON_MAX])
{
    struct store_channel_payment p;
    enum till_status status = no_row(c, copy_channel_payment(c, &p));
    return status == TILL_OK ? ledger_post_channel(ledger, &p, reason_out) : status;
}

static enum till_status replay_correction(struct check *c, const struct ledger_context *ledger,
                                          bool refund, char reason_out[STORE_REASON_MAX])
{
    struct store_correction correction;
    enum till_status status =
        store_correction_get(c->live, last_number(c->was.source), &correction);
    if (status == TILL_OK && correction.state != CORRECTION_APPROVED) {
        status = TILL_NOT_FOUND;
    }
    status = no_row(c, status);
    if (status == TILL_OK) {
        status = store_correction_put(c->fresh, &correction);
    }
    if (status != TILL_OK) {
        return status;
    }
    return refund ? ledger_post_refund(ledger, &correction, reason_out)
                  : ledger_post_correction(ledger, &correction, reason_out);
}

static enum till_status replay_explained(struct check *c, const struct ledger_context *ledger,
                                         char reason_out[STORE_REASON_MAX])
{
    struct store_explained e;
    enum till_status status =
        no_row(c, store_explained_get(c->live, last_number(c->was.source), &e));
    if (status == TILL_OK) {
        status = store_explained_put(c->fresh, &e);
    }
    return status == TILL_OK ? ledger_post_explained(ledger, &e, reason_out) : status;
}

static enum till_status replay_settled(struct check *c, const struct ledger_context *ledger,
                                       bool slips, char reason_out[STORE_REASON_MAX])
{
    struct store_explained e;
    enum till_status status =
        no_row(c, store_explained_get(c->live, last_number(c->was.source), &e));
    if (status == TILL_OK && (e.reason != EXPLAINED_SETTLED || e.amount_minor == 0)) {
        return ledger_differ(c, "posting %s: its row settles no taking", c->was.source);
    }
    if (status == TILL_OK) {
        status = store_explained_put(c->fresh, &e);
    }
    if (status == TILL_OK && slips) {
        return ledger_post_settled_slips(ledger, &e);
    }
    return status == TILL_OK ? ledger_post_settled(ledger, &e, reason_out) : status;
}

/* "banked/TERMINAL/SEQ/N". Which line it was at the time is not kept; its posting can touch these
 * accounts only, and all of them together are compared with the line of now (check_banked). */
static enum till_status replay_banked(struct check *c)
{
    char terminal[TERMINAL_MAX] = "";
    struct store_custody row;
    const char *from = c->was.source + strlen(LEDGER_BANKED);
    size_t size = strcspn(from, "/");
    if (size >= sizeof(terminal) || from[size] != '/') {
        return ledger_differ(c, "posting %s: no record has that name", c->was.source);
    }
    memcpy(terminal, from, size);
    enum till_status status =
        no_row(c, store_custody_get(c->fresh, terminal, strtoull(from + size + 1, NULL, 10), &row));
    if (status == TILL_OK && (!bank_is_deposit(&row) || !ledger_can_be_banked(&c->was, &row))) {
        return ledger_differ(c, "posting %s: it is not about money at the bank", c->was.source);
    }
    return status == TILL_OK ? store_post(c->fresh, &c->was) : status;
}

enum till_status ledger_replay_office(struct check *c)
{
    char reason[STORE_REASON_MAX] = "";
    struct site site;
    enum till_status status = store_site_get(c->fresh, &site);
    struct ledger_context ledger = {.store = c->fresh,
                                    .replay = true,
                                    .site = &site,
                                    .terminal = "",
                                    .user = LEDGER_NOBODY,
                                    .now_s = c->was.posted_at_s,
                                    .journals = c->live,
                                    .before_held = c->number <= c->held_after};
    if (status == TILL_NOT_FOUND) {
        return TILL_OK; /* nothing was imported yet: the comparison says that it has no source */
    }
    if (status != TILL_OK) {
        return status;
    }
    if (begins(c->was.source, "cheque/")) {
        status = replay_cheque(c, &ledger, false, reason);
    } else if (begins(c->was.source, LEDGER_BOUNCED)) {
        status = replay_cheque(c, &ledger, true, reason);
    } else if (begins(c->was.source, "answer/")) {
        status = replay_answer(c, &ledger);
    } else if (begins(c->was.source, "channel/")) {
        status = replay_channel(c, &ledger, reason);
    } else if (begins(c->was.source, "correction/")) {
        status = replay_correction(c, &ledger, false, reason);
    } else if (begins(c->was.source, "refund/")) {
        status = replay_correction(c, &ledger, true, reason);
    } else if (begins(c->was.source, "explained/")) {
        status = replay_explained(c, &ledger, reason);
    } else if (begins(c->was.source, "settled/")) {
        status = replay_settled(c, &ledger, false, reason);
    } else if (begins(c->was.source, LEDGER_SETTLED_SLIPS)) {
        status = replay_settled(c, &ledger, true, reason);
    } else if (begins(c->was.source, LEDGER_BANKED)) {
        status = replay_banked(c);
    }
    bool odd = status == TILL_REFUSED || status == TILL_NOT_FOUND || status == TILL_UNCHANGED;
    return odd ? ledger_differ(c, "posting %s can't have been: %s", c->was.source,
                               reason[0] != '\0' ? reason : status_name((int)status))
               : status;
}

/* ---- what should have been posted ------------------------------------------------------------ */

static enum till_status must_be_posted(struct check *c, const char *source)
{
    enum till_status status = store_posting_of(c->live, source, &c->was);
    return status == TILL_NOT_FOUND ? ledger_differ(c, "%s was not posted", source) : status;
}

static enum till_status check_channel(struct check *c, const char *name)
{
    struct store_channel_payment p = {0};
    char source[48];
    enum till_status status;
    while ((status = store_channel_payment_next(c->live, name, p.id, &p)) == TILL_OK) {
        if (!p.posted) {
            continue;
        }
        (void)snprintf(source, sizeof(source), "channel/%s/%" PRId64, name, p.id);
        status = must_be_posted(c, source);
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status check_corrections(struct check *c)
{
    struct store_correction correction = {0};
    char source[48];
    enum till_status status;
    while ((status = store_correction_next(c->live, correction.id, &correction)) == TILL_OK) {
        (void)snprintf(source, sizeof(source), "correction/%" PRId64, correction.id);
        if (correction.state == CORRECTION_APPROVED) {
            status = must_be_posted(c, source);
        }
        (void)snprintf(source, sizeof(source), "refund/%" PRId64, correction.id);
        if (status == TILL_OK && correction.slip[0] != '\0') {
            status = must_be_posted(c, source);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status check_explained(struct check *c)
{
    struct store_explained e = {0};
    char source[48];
    enum till_status status;
    while ((status = store_explained_next(c->live, e.id, &e)) == TILL_OK) {
        bool settles = e.reason == EXPLAINED_SETTLED;
        (void)snprintf(source, sizeof(source), "%s/%" PRId64, settles ? "settled" : "explained",
                       e.id);
        status = settles && e.amount_minor == 0 ? TILL_OK : must_be_posted(c, source);
        if (status != TILL_OK) {
            return status;
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Each record of money at the bank against the line of now. */
static enum till_status check_banked(struct check *c)
{
    struct store_custody row = {0};
    enum till_status status;
    if (!bank_is_followed(c->live)) {
        return TILL_OK; /* matched before the ledger followed the bank; not looked at since */
    }
    while ((status = store_custody_next(c->live, row.terminal, row.seq, &row)) == TILL_OK) {
        bool follows = false;
        if (!bank_is_deposit(&row)) {
            continue;
        }
        enum till_status found = ledger_follows_bank(c->live, &row, &follows);
        if (found != TILL_OK) {
            return found;
        }
        if (!follows) {
            return ledger_differ(c,
                                 "record %s/%" PRIu64 ": the ledger does not say what the bank "
                                 "does",
                                 row.terminal, row.seq);
        }
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status ledger_check_office(struct check *c)
{
    struct store_channel channel = {0};
    const char *why = "";
    int32_t month = 0;
    enum till_status status;
    while ((status = store_channel_next(c->live, channel.name, &channel)) == TILL_OK) {
        status = check_channel(c, channel.name);
        if (status != TILL_OK) {
            return status;
        }
    }
    if (status == TILL_NOT_FOUND) {
        status = check_corrections(c);
    }
    if (status == TILL_OK) {
        status = check_explained(c);
    }
    if (status == TILL_OK) {
        status = check_banked(c);
    }
    if (status == TILL_OK) {
        status = period_check(c->live, &month, &why);
    }
    return status == TILL_OK && month != 0 ? ledger_differ(c, "period %d: %s", (int)month, why)
                                           : status;
}
