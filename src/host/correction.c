#include "correction.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "import.h"
#include "ledger_inside.h"
#include "log.h"
#include "office_role.h"
#include "orders.h"
#include "period.h"
#include "store_custody.h"
#include "teller.h"
#include "text.h"
#include "when.h"

/* ---- words ----------------------------------------------------------------------------------- */

static const char *const kind_names[] = {[CORRECTION_TRANSFER] = N_("transfer"),
                                         [CORRECTION_REFUND] = N_("refund"),
                                         [CORRECTION_CANCEL] = N_("cancel")};

const char *correction_kind_text(enum correction_kind kind)
{
    return kind_names[kind];
}

const char *correction_state_text(enum correction_state state)
{
    static const char *const names[] = {[CORRECTION_PROPOSED] = N_("proposed"),
                                        [CORRECTION_APPROVED] = N_("approved"),
                                        [CORRECTION_REFUSED] = N_("refused")};
    return names[state];
}

int correction_kind_named(const char *name)
{
    for (int i = CORRECTION_TRANSFER; i <= CORRECTION_CANCEL; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            return i;
        }
    }
    return 0;
}

static enum till_status refuse(char reason_out[STORE_REASON_MAX], const char *reason)
{
    text_copy(reason_out, STORE_REASON_MAX, reason);
    return TILL_REFUSED;
}

/* ---- who and what ---------------------------------------------------------------------------- */

/* "0031/4127", "0031-0004127" of a terminal; "alipay/17"; "correction/12". */
bool correction_entry_named(const char *text, char holder_out[TERMINAL_MAX], uint64_t *seq_out)
{
    enum { DIGITS_MOST = 18 };
    size_t size = strcspn(text, "/-");
    const char *digits = text[size] != '\0' ? text + size + 1 : "";
    size_t count = strspn(digits, "0123456789");
    if (size == 0 || size >= TERMINAL_MAX || count == 0 || count > DIGITS_MOST ||
        digits[count] != '\0') {
        return false;
    }
    *seq_out = strtoull(digits, NULL, 10);
    if (strncmp(text, "correction/", strlen("correction/")) == 0) {
        text_copy(holder_out, TERMINAL_MAX, STORE_HOLDER_MARK);
        return *seq_out > 0;
    }
    memcpy(holder_out, text, size);
    holder_out[size] = '\0';
    if (!terminal_is_valid(holder_out)) {
        (void)snprintf(holder_out, TERMINAL_MAX, STORE_HOLDER_MARK "%.*s",
                       (int)(size < CHANNEL_NAME_MAX ? size : 0), text);
    }
    return *seq_out > 0 && store_holder_is_valid(holder_out);
}

/* Of what has no entry: over what was told. */
static enum till_status hash_content(const struct store_correction *c,
                                     const struct settlement_paid *paid,
                                     uint8_t hash_out[HASH_SIZE])
{
    char text[256];
    int size = snprintf(text, sizeof(text), "fieldtill/payment/1\n%s\n%s\n%" PRId64 "\n%" PRId64,
                        paid->posted.source, c->account, c->amount_minor, c->value_at_s);
    return crypto_sha256((struct span){(const uint8_t *)text, (size_t)size}, hash_out);
}

/* Who was logged in when the payment was taken: named by its posting, or by who claimed it; ""
 * where nobody's bag has it. */
static void taker_of(struct store *s, const struct store_correction *c, char user_out[USER_MAX])
{
    char source[48];
    struct store_posting p;
    user_out[0] = '\0';
    settlement_source(c->terminal, c->seq, source);
    if (store_posting_of(s, source, &p) != TILL_OK ||
        ledger_follow_claim(s, c->terminal, c->seq, &p) != TILL_OK) {
        return;
    }
    for (size_t i = 0; i < p.count; i++) {
        const char *name = p.lines[i].account;
        const char *last = strrchr(name, '/');
        bool taken = strncmp(name, "cash/", 5) == 0 || strncmp(name, "cheque/", 7) == 0 ||
                     strncmp(name, "tender/", 7) == 0;
        if (taken && last != NULL) {
            text_copy(user_out, USER_MAX, last + 1);
            return;
        }
    }
}

/* Until the Z has come, the money is in the count of who took it, and it is for them to reverse. Of
 * a terminal that is blocked or retired none will come; of a paper's record nobody knows whose. */
static enum till_status check_closed(struct store *s, const struct store_correction *c,
                                     char reason_out[STORE_REASON_MAX])
{
    struct store_terminal t;
    struct store_custody row = {0};
    char taker[USER_MAX];
    enum till_status status = store_terminal_get(s, c->terminal, &t);
    crypto_wipe(t.secret, sizeof(t.secret));
    taker_of(s, c, taker);
    if (status != TILL_OK || t.state != TERMINAL_ACTIVE || taker[0] == '\0' ||
        strcmp(taker, STORE_CUSTODY_PAPER) == 0 || strcmp(taker, LEDGER_NOBODY) == 0) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    uint64_t seq = c->seq;
    while ((status = store_custody_next(s, c->terminal, seq, &row)) == TILL_OK &&
           strcmp(row.terminal, c->terminal) == 0) {
        bool close = row.kind == KIND_SHIFT_CLOSED || row.kind == KIND_CLOSED_IN_ABSENCE;
        if (close && strcmp(row.other, taker) == 0) {
            return TILL_OK;
        }
        seq = row.seq;
    }
    return status == TILL_OK || status == TILL_NOT_FOUND
               ? refuse(reason_out, N_("the shift in which it was taken is open"))
               : status;
}

/* The payment, as it stands now. */
static enum till_status describe(struct store *s, struct store_correction *c,
                                 char reason_out[STORE_REASON_MAX])
{
    struct site site;
    struct settlement_paid *paid = calloc(1, sizeof(*paid));
    struct entry e;
    struct ledger_context ledger = {.store = s, .site = &site, .terminal = c->terminal};
    enum till_status status = paid == NULL ? TILL_E_MEMORY : store_site_get(s, &site);
    if (status == TILL_OK) {
        status = settlement_load(&ledger, c->terminal, c->seq, paid);
    }
    if (status == TILL_OK && paid->payment.undone_by[0] != '\0') {
        status = refuse(reason_out, N_("the payment was undone already"));
    }
    if (status == TILL_OK && c->terminal[0] != STORE_HOLDER_MARK[0]) {
        status = check_closed(s, c, reason_out);
    }
    if (status == TILL_OK) {
        text_copy(c->account, sizeof(c->account), paid->payment.account);
        c->amount_minor = paid->amount_minor;
        c->value_at_s = paid->at_s;
        if (c->terminal[0] == STORE_HOLDER_MARK[0]) {
            status = hash_content(c, paid, c->hash);
        } else {
            status = settlement_entry(&ledger, paid, &e);
            if (status == TILL_OK) {
                memcpy(c->hash, e.hash, HASH_SIZE);
            }
        }
    }
    free(paid);
    return status;
}

/* ---- the collector's request ----------------------------------------------------------------- */

/* An open request for that very receipt; 0 = none. */
static enum till_status find_matter(struct store *s, const struct store_correction *c,
                                    int64_t *id_out)
{
    char number[RECEIPT_NUMBER_MAX];
    *id_out = 0;
    if (c->terminal[0] == STORE_HOLDER_MARK[0]) {
        return TILL_OK;
    }
    receipt_number_format(c->terminal, c->seq, number);
    enum till_status status = store_matter_asking(s, MATTER_CORRECTION, number, id_out);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Who asked for it is told at the next contact. */
static enum till_status tell_collector(struct store *s, const struct store_correction *c,
                                       int64_t now_s)
{
    char number[RECEIPT_NUMBER_MAX], message[ORDERS_MESSAGE_MAX];
    receipt_number_format(c->terminal, c->seq, number);
    (void)snprintf(message, sizeof(message), _("Correction of %s: %s, %s"), number,
                   _(correction_kind_text(c->kind)), _(correction_state_text(c->state)));
    enum till_status status = orders_send(s, c->terminal, message, now_s);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status answer_matter(struct store *s, const struct store_correction *c,
                                      int64_t now_s)
{
    char text[STORE_ANSWER_MAX];
    if (c->matter == 0) {
        return TILL_OK;
    }
    (void)snprintf(text, sizeof(text), "correction %" PRId64 ": %s, %s", c->id, kind_names[c->kind],
                   correction_state_text(c->state));
    enum till_status status = store_matter_answer(s, c->matter, now_s, text, DISPUTE_UNDECIDED);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_OK : status; /* somebody answered it before */
    }
    return tell_collector(s, c, now_s);
}

/* ---- proposing ------------------------------------------------------------------------------- */

static enum till_status propose(struct store *s, struct store_correction *c,
                                char reason_out[STORE_REASON_MAX])
{
    struct book_customer other;
    enum till_status status = office_role_check(s, c->proposed_by, true, reason_out);
    if (status == TILL_OK) {
        status = describe(s, c, reason_out);
    }
    if (status == TILL_OK && c->kind == CORRECTION_TRANSFER) {
        if (strcmp(c->account, c->to_account) == 0) {
            return refuse(reason_out, N_("both accounts are the same"));
        }
        status = store_customer_get(s, c->to_account, &other);
        if (status == TILL_NOT_FOUND) {
            return refuse(reason_out, N_("no customer has this account number"));
        }
    }
    if (status == TILL_OK) {
        status = find_matter(s, c, &c->matter);
    }
    if (status == TILL_OK) {
        status = store_correction_put(s, c);
        if (status == TILL_REFUSED) {
            return refuse(reason_out, N_("a correction of it is proposed or approved already"));
        }
    }
    return status;
}

enum till_status correction_propose(struct store *s, const struct correction_wanted *wanted,
                                    int64_t now_s, struct store_correction *out,
                                    const char **reason_out)
{
    static _Thread_local char reason[STORE_REASON_MAX];
    bool transfer = wanted->kind == CORRECTION_TRANSFER;
    memset(out, 0, sizeof(*out));
    reason[0] = '\0';
    *reason_out = reason;
    size_t size = wanted->reason != NULL ? strlen(wanted->reason) : 0;
    if (wanted->entry == NULL || wanted->by == NULL || size == 0 || size >= STORE_ANSWER_MAX ||
        !text_is_clean(wanted->reason, size) || transfer != (wanted->to_account != NULL) ||
        (transfer && !account_is_valid(wanted->to_account)) ||
        !correction_entry_named(wanted->entry, out->terminal, &out->seq)) {
        return TILL_BAD_INPUT;
    }
    out->kind = wanted->kind;
    out->state = CORRECTION_PROPOSED;
    out->proposed_at_s = now_s;
    text_copy(out->to_account, sizeof(out->to_account), transfer ? wanted->to_account : "");
    text_copy(out->reason, sizeof(out->reason), wanted->reason);
    text_copy(out->proposed_by, sizeof(out->proposed_by), wanted->by);
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, propose(s, out, reason)) : status;
}

/* ---- deciding -------------------------------------------------------------------------------- */

static bool took_the_money(struct store *s, const struct store_correction *c, const char *user)
{
    char taker[USER_MAX];
    taker_of(s, c, taker);
    return strcmp(taker, user) == 0;
}

static enum till_status load_open(struct store *s, int64_t id, const char *by,
                                  struct store_correction *c, char reason_out[STORE_REASON_MAX])
{
    enum till_status status = store_correction_get(s, id, c);
    if (status == TILL_OK && c->state != CORRECTION_PROPOSED) {
        return TILL_UNCHANGED;
    }
    return status == TILL_OK ? office_role_check(s, by, true, reason_out) : status;
}

static enum till_status decide(struct store *s, struct store_correction *c,
                               enum correction_state state, const char *by, int64_t now_s)
{
    c->state = state;
    c->decided_at_s = now_s;
    text_copy(c->decided_by, sizeof(c->decided_by), by);
    enum till_status status = store_correction_put(s, c);
    return status == TILL_OK ? answer_matter(s, c, now_s) : status;
}

/* The record must be the one that was looked at. */
static enum till_status check_hash(struct store *s, const struct store_correction *c,
                                   char reason_out[STORE_REASON_MAX])
{
    struct store_correction now = *c;
    enum till_status status = describe(s, &now, reason_out);
    if (status == TILL_NOT_FOUND ||
        (status == TILL_OK && memcmp(now.hash, c->hash, HASH_SIZE) != 0)) {
        return refuse(reason_out, N_("its record is not the one that was proposed"));
    }
    return status;
}

static enum till_status approve(struct store *s, int64_t id, const char *by, int64_t now_s,
                                char reason_out[STORE_REASON_MAX])
{
    struct store_correction c;
    struct site site;
    struct ledger_context ledger = {
        .store = s, .site = &site, .terminal = "", .user = LEDGER_NOBODY, .now_s = now_s};
    enum till_status status = load_open(s, id, by, &c, reason_out);
    if (status != TILL_OK) {
        return status;
    }
    if (strcmp(c.proposed_by, by) == 0) {
        return refuse(reason_out, N_("who proposed it can't approve it"));
    }
    if (took_the_money(s, &c, by)) {
        return refuse(reason_out, N_("who took the money can't approve it"));
    }
    status = check_hash(s, &c, reason_out);
    if (status == TILL_OK) {
        status = store_site_get(s, &site);
    }
    if (status == TILL_OK) {
        status = period_posting_time(s, now_s, &ledger.now_s);
    }
    if (status == TILL_OK) {
        status = decide(s, &c, CORRECTION_APPROVED, by, now_s);
    }
    if (status == TILL_OK) {
        status = ledger_post_correction(&ledger, &c, reason_out);
    }
    if (status == TILL_OK) {
        char source[48];
        settlement_source(c.terminal, c.seq, source);
        log_info("correction %" PRId64 ": %s of %s, proposed by %s, approved by %s", id,
                 kind_names[c.kind], source, c.proposed_by, by);
    }
    return status == TILL_OK ? import_raise_rows(s) : status;
}

enum till_status correction_approve(struct store *s, int64_t id, const char *by, int64_t now_s,
                                    char reason_out[STORE_REASON_MAX])
{
    reason_out[0] = '\0';
    enum till_status status = store_begin(s);
    return status == TILL_OK ? store_finish(s, approve(s, id, by, now_s, reason_out)) : status;
}

enum till_status correction_refuse(struct store *s, int64_t id, const char *by, int64_t now_s,
                                   char reason_out[STORE_REASON_MAX])
{
    struct store_correction c;
    reason_out[0] = '\0';
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = load_open(s, id, by, &c, reason_out);
    if (status == TILL_OK) {
        status = decide(s, &c, CORRECTION_REFUSED, by, now_s);
    }
    return store_finish(s, status);
}

/* ---- paying out ------------------------------------------------------------------------------ */

static enum till_status pay_out(struct store *s, struct store_correction *c, const char *slip,
                                const char *by, int64_t now_s, char reason_out[STORE_REASON_MAX])
{
    struct ledger_context ledger = {
        .store = s, .terminal = "", .user = LEDGER_NOBODY, .now_s = now_s};
    enum till_status status = office_role_check(s, by, true, reason_out);
    if (status != TILL_OK) {
        return status;
    }
    if (c->kind != CORRECTION_REFUND || c->state != CORRECTION_APPROVED) {
        return refuse(reason_out, N_("it is no refund that was approved"));
    }
    if (c->slip[0] != '\0') {
        return TILL_UNCHANGED;
    }
    text_copy(c->slip, sizeof(c->slip), slip);
    text_copy(c->paid_by, sizeof(c->paid_by), by);
    c->paid_at_s = now_s;
    status = store_correction_put(s, c);
    if (status == TILL_OK) {
        status = period_posting_time(s, now_s, &ledger.now_s);
    }
    return status == TILL_OK ? ledger_post_refund(&ledger, c, reason_out) : status;
}

enum till_status correction_paid(struct store *s, int64_t id, const char *slip, const char *by,
                                 int64_t now_s, char reason_out[STORE_REASON_MAX])
{
    struct store_correction c;
    size_t size = slip != NULL ? strlen(slip) : 0;
    reason_out[0] = '\0';
    if (size == 0 || size >= CORRECTION_SLIP_MAX || !text_is_clean(slip, size) ||
        strchr(slip, '/') != NULL) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = store_correction_get(s, id, &c);
    if (status == TILL_OK) {
        status = pay_out(s, &c, slip, by, now_s, reason_out);
    }
    return store_finish(s, status);
}
