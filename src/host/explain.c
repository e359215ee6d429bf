#include "explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bank.h"
#include "crypto.h"
#include "custody.h"
#include "import.h"
#include "ledger.h"
#include "log.h"
#include "money.h"
#include "office_role.h"
#include "orders.h"
#include "period.h"
#include "text.h"

static enum till_status refuse(char reason_out[STORE_REASON_MAX], const char *reason)
{
    text_copy(reason_out, STORE_REASON_MAX, reason);
    return TILL_REFUSED;
}

/* ---- what and who ---------------------------------------------------------------------------- */

/* Only what somebody else must confirm can differ: the bank, or the giver. */
static bool can_differ(const struct store_custody *row)
{
    return bank_is_deposit(row) || row->kind == KIND_HANDOVER_TAKEN;
}

static enum till_status check_amount(const struct explain_wanted *wanted, int64_t open_minor,
                                     struct store_explained *e, char reason_out[STORE_REASON_MAX])
{
    bool over = open_minor < 0;
    e->amount_minor = wanted->amount_minor == 0 ? open_minor : wanted->amount_minor;
    bool same_sign = (e->amount_minor > 0) == (open_minor > 0);
    bool within = open_minor > 0 ? e->amount_minor <= open_minor : e->amount_minor >= open_minor;
    if (!same_sign || !within) {
        return refuse(reason_out, N_("that is more than is open of it"));
    }
    if (wanted->slips && !slips_reason_fits(wanted->reason, over)) {
        return refuse(reason_out, N_("that reason does not explain slips"));
    }
    return variance_reason_fits(wanted->reason, over)
               ? TILL_OK
               : refuse(reason_out,
                        N_("that reason explains what is missing, and this is too much"));
}

static enum till_status check_people(struct store *s, const struct store_explained *e,
                                     char reason_out[STORE_REASON_MAX])
{
    struct book_user owner;
    enum till_status status = office_role_check(s, e->by, true, reason_out);
    if (status == TILL_OK && (strcmp(e->by, e->owner) == 0 || strcmp(e->by, e->user) == 0)) {
        return refuse(reason_out, N_("whoever is concerned can't explain it"));
    }
    if (status == TILL_OK) {
        status = import_find_user(s, e->owner, &owner);
        crypto_wipe(&owner, sizeof(owner));
        if (status == TILL_NOT_FOUND) {
            return refuse(reason_out, N_("no user has that number"));
        }
    }
    return status;
}

/* What is open of the record, and whose it is there. */
static enum till_status look_up(struct store *s, const struct explain_wanted *wanted,
                                struct store_explained *e, char reason_out[STORE_REASON_MAX])
{
    struct store_custody row;
    int64_t open_minor = 0;
    enum till_status status = store_custody_get(s, wanted->terminal, wanted->seq, &row);
    if (status != TILL_OK) {
        return status;
    }
    if (!can_differ(&row) || !user_is_valid(row.user)) {
        return refuse(reason_out, N_("that record is no deposit and no hand-over received"));
    }
    text_copy(e->terminal, sizeof(e->terminal), row.terminal);
    text_copy(e->user, sizeof(e->user), row.user);
    e->seq = row.seq;
    status = wanted->slips ? custody_open_slips_minor(s, &row, &open_minor)
                           : custody_open_minor(s, &row, &open_minor);
    if (status == TILL_OK && open_minor == 0) {
        return TILL_UNCHANGED;
    }
    return status == TILL_OK ? check_amount(wanted, open_minor, e, reason_out) : status;
}

/* ---- doing it -------------------------------------------------------------------------------- */

/* Whoever looks at the difference on the device is told that it is done with. */
static enum till_status tell(struct store *s, const struct site *site,
                             const struct store_explained *e, int64_t now_s)
{
    char number[RECEIPT_NUMBER_MAX], amount[MONEY_TEXT_MAX], message[ORDERS_MESSAGE_MAX];
    receipt_number_format(e->terminal, e->seq, number);
    money_format(site, e->amount_minor, false, amount);
    (void)snprintf(message, sizeof(message), _("Difference of %s: the office explained %s"), number,
                   amount);
    enum till_status status = orders_send(s, e->terminal, message, now_s);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status explain(struct store *s, const struct explain_wanted *wanted,
                                struct store_explained *e, char reason_out[STORE_REASON_MAX])
{
    struct site site;
    struct ledger_context ledger = {
        .store = s, .site = &site, .terminal = "", .user = LEDGER_NOBODY};
    enum till_status status = look_up(s, wanted, e, reason_out);
    if (status == TILL_OK) {
        status = check_people(s, e, reason_out);
    }
    if (status == TILL_OK && e->reason == VARIANCE_COUNTERFEIT && e->slip[0] == '\0') {
        status = refuse(reason_out, N_("a false note needs the number of the bank's slip"));
    }
    if (status == TILL_OK) {
        status = store_site_get(s, &site);
    }
    if (status == TILL_OK) {
        status = period_posting_time(s, e->at_s, &ledger.now_s);
    }
    if (status == TILL_OK) {
        status = store_explained_put(s, e);
    }
    if (status == TILL_OK) {
        status = ledger_post_explained(&ledger, e, reason_out);
    }
    if (status == TILL_OK) {
        status = custody_mark(s, e->terminal, e->seq);
    }
    if (status == TILL_OK) {
        status = tell(s, &site, e, e->at_s);
    }
    if (status == TILL_OK) {
        log_info("difference of %s/%" PRIu64 ": %" PRId64 " to %s, by %s", e->terminal, e->seq,
                 e->amount_minor, e->owner, e->by);
    }
    return status;
}

enum till_status explain_difference(struct store *s, const struct explain_wanted *wanted,
                                    int64_t now_s, struct store_explained *out,
                                    char reason_out[STORE_REASON_MAX])
{
    *out = (struct store_explained){
        .reason = wanted->reason + (wanted->slips ? EXPLAINED_SLIPS : 0), .at_s = now_s};
    reason_out[0] = '\0';
    if (!user_is_valid(wanted->owner) || !user_is_valid(wanted->by) ||
        strlen(wanted->slip) >= sizeof(out->slip) || strlen(wanted->text) >= sizeof(out->text) ||
        !text_is_clean(wanted->slip, strlen(wanted->slip)) ||
        !text_is_clean(wanted->text, strlen(wanted->text))) {
        return TILL_BAD_INPUT;
    }
    text_copy(out->owner, sizeof(out->owner), wanted->owner);
    text_copy(out->slip, sizeof(out->slip), wanted->slip);
    text_copy(out->text, sizeof(out->text), wanted->text);
    text_copy(out->by, sizeof(out->by), wanted->by);
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, explain(s, wanted, out, reason_out)) : status;
}

/* ---- disputes -------------------------------------------------------------------------------- */

static bool concerns(const struct custody_view *view, const char *user)
{
    return strcmp(view->row.user, user) == 0 || strcmp(view->row.other, user) == 0 ||
           strcmp(view->with.user, user) == 0;
}

/* One taking of the same amount stands with it. */
static enum till_status check_given(struct store *s, const struct custody_view *view,
                                    char reason_out[STORE_REASON_MAX])
{
    struct store_custody first;
    unsigned takers = 0;
    enum till_status status = custody_takers(s, view->row.hash, &takers, &first);
    return status == TILL_OK && (takers != 1 || view->open_minor != 0)
               ? refuse(reason_out, N_("name the taking that does not stand"))
               : status;
}

/* The one taking of a hand-over that says another sum than the giver's record: it can't stand. */
static enum till_status look_at_wrong_sum(struct store *s, struct custody_view *view)
{
    struct store_custody given;
    struct custody_view theirs;
    if (view->row.kind != KIND_HANDOVER_TAKEN || view->state != CUSTODY_DONE) {
        return TILL_OK;
    }
    enum till_status status = store_custody_of_hash(s, view->row.named, &given);
    if (status == TILL_OK) {
        status = custody_look(s, given.terminal, given.seq, &theirs);
    }
    if (status == TILL_OK && theirs.state == CUSTODY_DISPUTED && theirs.open_minor != 0 &&
        strcmp(theirs.with.terminal, view->row.terminal) == 0 && theirs.with.seq == view->row.seq) {
        view->state = CUSTODY_DISPUTED;
        view->with = given;
    }
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status look_at_dispute(struct store *s, const struct settle_wanted *wanted,
                                        struct store_explained *e,
                                        char reason_out[STORE_REASON_MAX])
{
    struct custody_view view;
    int64_t explained_minor = 0;
    enum till_status status = custody_look(s, wanted->terminal, wanted->seq, &view);
    if (status == TILL_OK) {
        status = look_at_wrong_sum(s, &view);
    }
    if (status == TILL_OK && view.state != CUSTODY_DISPUTED) {
        status = TILL_UNCHANGED;
    }
    if (status == TILL_OK) {
        status = office_role_check(s, e->by, true, reason_out);
    }
    if (status != TILL_OK) {
        return status;
    }
    if (concerns(&view, e->by)) {
        return refuse(reason_out, N_("whoever is concerned can't settle it"));
    }
    if (!user_is_valid(view.row.user)) {
        return refuse(reason_out, N_("nobody was logged in there"));
    }
    text_copy(e->terminal, sizeof(e->terminal), view.row.terminal);
    text_copy(e->user, sizeof(e->user), view.row.user);
    text_copy(e->owner, sizeof(e->owner), view.row.user);
    e->seq = view.row.seq;
    if (view.row.kind == KIND_CLOSED_IN_ABSENCE) {
        return TILL_OK;
    }
    if (view.row.kind != KIND_HANDOVER_TAKEN) {
        return check_given(s, &view, reason_out);
    }
    e->amount_minor = view.row.expected_minor;
    status = store_custody_explained(s, e->terminal, e->seq, &explained_minor);
    if (status == TILL_OK && explained_minor == 0) {
        status = store_custody_explained_slips(s, e->terminal, e->seq, &explained_minor);
    }
    return status == TILL_OK && explained_minor != 0
               ? refuse(reason_out, N_("its difference was explained: that taking stands"))
               : status;
}

/* Those that may stand differently now. */
static enum till_status mark_again(struct store *s, const struct store_explained *e)
{
    struct store_custody row;
    enum till_status status = store_custody_get(s, e->terminal, e->seq, &row);
    return status == TILL_OK ? custody_follow(s, &row) : status;
}

static enum till_status tell_settled(struct store *s, const struct store_explained *e,
                                     int64_t now_s)
{
    char number[RECEIPT_NUMBER_MAX], message[ORDERS_MESSAGE_MAX];
    receipt_number_format(e->terminal, e->seq, number);
    (void)snprintf(message, sizeof(message), _("Dispute about %s: the office settled it"), number);
    enum till_status status = orders_send(s, e->terminal, message, now_s);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status settle(struct store *s, const struct settle_wanted *wanted,
                               struct store_explained *e, char reason_out[STORE_REASON_MAX])
{
    struct ledger_context ledger = {.store = s, .terminal = "", .user = LEDGER_NOBODY};
    enum till_status status = look_at_dispute(s, wanted, e, reason_out);
    if (status == TILL_OK) {
        status = period_posting_time(s, e->at_s, &ledger.now_s);
    }
    if (status == TILL_OK) {
        status = store_explained_put(s, e);
    }
    if (status == TILL_OK && e->amount_minor != 0) {
        status = ledger_post_settled(&ledger, e, reason_out);
    }
    if (status == TILL_OK) {
        status = mark_again(s, e);
    }
    if (status == TILL_OK) {
        status = tell_settled(s, e, e->at_s);
    }
    if (status == TILL_OK) {
        log_info("dispute of %s/%" PRIu64 ": settled by %s", e->terminal, e->seq, e->by);
    }
    return status;
}

enum till_status settle_dispute(struct store *s, const struct settle_wanted *wanted, int64_t now_s,
                                struct store_explained *out, char reason_out[STORE_REASON_MAX])
{
    *out = (struct store_explained){.reason = EXPLAINED_SETTLED, .at_s = now_s};
    reason_out[0] = '\0';
    size_t size = strlen(wanted->text);
    if (!user_is_valid(wanted->by) || size == 0 || size >= sizeof(out->text) ||
        !text_is_clean(wanted->text, size)) {
        return TILL_BAD_INPUT;
    }
    text_copy(out->text, sizeof(out->text), wanted->text);
    text_copy(out->by, sizeof(out->by), wanted->by);
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, settle(s, wanted, out, reason_out)) : status;
}
