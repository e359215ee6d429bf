#include "notes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "crypto.h"
#include "holding.h"
#include "import.h"
#include "limit.h"
#include "money.h"
#include "pin_seal.h"
#include "text.h"
#include "when.h"

/* ---- exceptions ------------------------------------------------------------------------------ */

static enum till_status note_reversal(const struct notes_context *n, const struct entry *e)
{
    static const char *const ways[] = {
        [REVERSAL_OWN_PAPER] =
            N_("%1 of %2 was reversed by %3 in record %4: %5; paper scanned back"),
        [REVERSAL_OWN_LOST] =
            N_("%1 of %2 was reversed by %3 in record %4: %5; paper declared lost"),
        [REVERSAL_SUPERVISOR] =
            N_("%1 of %2 was reversed by %3 in record %4: %5; supervisor present: %6"),
        [REVERSAL_CODE] = N_("%1 of %2 was reversed by %3 in record %4: %5; by code of: %6")};
    struct body_reversal body;
    struct alarm_text text;
    char number[RECEIPT_NUMBER_MAX], amount[MONEY_TEXT_MAX];
    if (entry_read_reversal(e, &body) != TILL_OK) {
        return TILL_OK;
    }
    receipt_number_format(n->terminal->terminal, body.seq, number);
    money_format(n->site, body.amount_minor, false, amount);
    alarm_say(&text, ways[body.way]);
    alarm_add_text(&text, number);
    alarm_add_text(&text, amount);
    alarm_add_text(&text, n->user);
    alarm_add_number(&text, e->seq);
    alarm_add_words(&text, reversal_reason_text(body.reason));
    alarm_add_text(&text, body.approver);
    return alarm_put(n->store, n->now_s, n->terminal->terminal, "exception", text.stored);
}

static enum till_status note_lifted(const struct notes_context *n, const struct entry *e)
{
    struct body_limit_lifted body;
    struct alarm_text text;
    char value[24];
    if (entry_read_limit_lifted(e, &body) != TILL_OK) {
        return TILL_OK;
    }
    (void)snprintf(value, sizeof(value), "%" PRId64, body.value);
    alarm_say(&text, N_("\"%1\" of %2 was raised to %3 in record %4, by code of: %5"));
    alarm_add_words(&text, limit_text(body.limit));
    alarm_add_text(&text, n->user);
    alarm_add_text(&text, value);
    alarm_add_number(&text, e->seq);
    alarm_add_text(&text, body.approver);
    return alarm_put(n->store, n->now_s, n->terminal->terminal, "exception", text.stored);
}

/* ---- matters --------------------------------------------------------------------------------- */

static enum till_status put_matter(const struct notes_context *n, const struct entry *e,
                                   struct store_matter *m)
{
    m->seq = e->seq;
    m->at_s = e->at_s;
    text_copy(m->terminal, sizeof(m->terminal), n->terminal->terminal);
    enum till_status status = store_matter_put(n->store, m);
    return status == TILL_UNCHANGED ? TILL_OK : status;
}

static enum till_status note_dispute(const struct notes_context *n, const struct entry *e)
{
    struct body_dispute body;
    struct store_matter m = {.kind = MATTER_DISPUTE};
    if (entry_read_dispute(e, &body) != TILL_OK) {
        return TILL_OK;
    }
    m.code = body.proof;
    m.amount_minor = body.amount_minor;
    text_copy(m.account, sizeof(m.account), body.account);
    text_copy(m.reference, sizeof(m.reference), body.reference);
    enum till_status status = put_matter(n, e, &m);
    /* The flag is the ledger's doing; all who carry this customer shall know. */
    return status == TILL_OK ? import_raise_rows(n->store) : status;
}

static enum till_status note_correction(const struct notes_context *n, const struct entry *e)
{
    struct body_correction_request body;
    struct store_matter m = {.kind = MATTER_CORRECTION};
    if (entry_read_correction_request(e, &body) != TILL_OK) {
        return TILL_OK;
    }
    m.code = body.reason;
    m.amount_minor = body.amount_minor;
    text_copy(m.account, sizeof(m.account), body.account);
    text_copy(m.reference, sizeof(m.reference), body.receipt);
    return put_matter(n, e, &m);
}

/* ---- readings -------------------------------------------------------------------------------- */

static enum till_status note_reading(const struct notes_context *n, const struct entry *e)
{
    struct body_reading body;
    struct book_customer customer;
    if (entry_read_reading(e, &body) != TILL_OK || e->at_s < WHEN_MIN_S || e->at_s > WHEN_MAX_S) {
        return TILL_OK;
    }
    enum till_status status = store_customer_get(n->store, body.account, &customer);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    int32_t date = when_date(n->site->zone, e->at_s);
    /* One that the reader doubted is a person's to look at; it stands in the journal. */
    if (body.doubted || date < customer.last_reading_date) {
        return TILL_OK;
    }
    customer.last_reading_cwh = body.energy_cwh;
    customer.last_reading_date = date;
    status = store_customer_put(n->store, &customer);
    return status == TILL_UNCHANGED || status == TILL_BAD_INPUT ? TILL_OK : status;
}

/* ---- PINs ------------------------------------------------------------------------------------ */

static void pin_key(const char *user, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "pin/%s", user);
}

enum till_status notes_pin_is_newest(struct store *s, const char *user, int64_t at_s)
{
    char key[STORE_KEY_MAX], value[32];
    pin_key(user, key);
    enum till_status status = store_value_get(s, key, value, sizeof(value));
    if (status == TILL_NOT_FOUND) {
        return TILL_OK;
    }
    if (status != TILL_OK) {
        return status;
    }
    return at_s > strtoll(value, NULL, 10) ? TILL_OK : TILL_UNCHANGED;
}

enum till_status notes_pin_was_set(struct store *s, const char *user, int64_t at_s)
{
    char key[STORE_KEY_MAX], value[32];
    pin_key(user, key);
    (void)snprintf(value, sizeof(value), "%" PRId64, at_s);
    return store_value_put(s, key, value);
}

static enum till_status note_pin(const struct notes_context *n, const struct entry *e)
{
    struct body_pin_changed body;
    struct book_user user = {0};
    /* A clock that runs ahead must not forbid every later change. */
    int64_t at_s = e->at_s < n->now_s ? e->at_s : n->now_s;
    if (entry_read_pin_changed(e, &body) != TILL_OK) {
        return TILL_OK;
    }
    enum till_status status = import_find_user(n->store, body.user, &user);
    if (status == TILL_OK) {
        status = notes_pin_is_newest(n->store, body.user, at_s);
    }
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND || status == TILL_UNCHANGED ? TILL_OK : status;
    }
    memcpy(user.salt, body.salt, sizeof(user.salt));
    user.rounds = body.rounds;
    user.must_change_pin = false;
    status = pin_seal(n->terminal->secret, body.user, body.salt, body.sealed, user.pin_check);
    if (status == TILL_OK) {
        status = store_user_put(n->store, &user);
    }
    if (status == TILL_OK) {
        status = notes_pin_was_set(n->store, body.user, at_s);
    }
    crypto_wipe(&user, sizeof(user));
    return status == TILL_OK ? import_raise_generation(n->store) : status;
}

/* ---- all ------------------------------------------------------------------------------------- */

static enum till_status note_retired(const struct notes_context *n, const struct entry *e)
{
    struct alarm_text text;
    enum till_status status = holding_retired(n->store, n->terminal->terminal, e->seq, n->now_s);
    if (status != TILL_OK) {
        return status;
    }
    n->terminal->state = TERMINAL_RETIRED;
    alarm_say(&text, N_("its journal ended with record %1: the device goes on under a new number"));
    alarm_add_number(&text, e->seq);
    return alarm_put(n->store, n->now_s, n->terminal->terminal, "retired", text.stored);
}

enum till_status notes_take(const struct notes_context *n, const struct entry *e)
{
    if (kind_is_training(e->kind)) {
        return TILL_OK;
    }
    switch (e->kind) {
    case KIND_REVERSAL:
        return note_reversal(n, e);
    case KIND_LIMIT_LIFTED:
        return note_lifted(n, e);
    case KIND_DISPUTE:
        return note_dispute(n, e);
    case KIND_CORRECTION_REQUEST:
        return note_correction(n, e);
    case KIND_READING:
        return note_reading(n, e);
    case KIND_PIN_CHANGED:
        return note_pin(n, e);
    case KIND_RETIRED:
        return note_retired(n, e);
    default:
        return TILL_OK;
    }
}
