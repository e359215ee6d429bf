#include <assert.h>
#include <string.h>

#include "entry_inside.h"
#include "limit.h"
#include "money.h"
#include "when.h"

/*
 * The rules of each body stand here and in entry_write_money.c, once: the readers write again what
 * they read and compare. Keys stand in the order of the structs.
 */

/* ---- the terminal's own life ----------------------------------------------------------------- */

enum till_status entry_write_enrolled(struct entry *e, const struct body_enrolled *b)
{
    bool replaces = b->predecessor[0] != '\0';
    if (!terminal_is_valid(b->terminal) || !currency_is_valid(b->currency) || b->exponent > 4 ||
        !text_is_valid(b->zone, sizeof(b->zone), 1) || when_zone_check(b->zone) != TILL_OK ||
        b->public_key[0] != 0x04 || (replaces && !terminal_is_valid(b->predecessor)) ||
        (!replaces && b->predecessor_seq != 0) || !number_is_valid(b->predecessor_seq, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_ENROLLED);
    body_put_text(&w, "n", b->terminal);
    body_put_text(&w, "c", b->currency);
    body_put(&w, "e", b->exponent);
    body_put_text(&w, "z", b->zone);
    body_put_hex(&w, "h", b->authority, sizeof(b->authority));
    body_put_hex(&w, "k", b->public_key, sizeof(b->public_key));
    body_put_text_if(&w, "o", b->predecessor);
    body_put_unless(&w, "q", (int64_t)b->predecessor_seq, 0);
    return body_end(&w);
}

enum till_status entry_write_opened(struct entry *e, const struct body_opened *b)
{
    if (!text_is_valid(b->version, sizeof(b->version), 1) ||
        !text_is_valid(b->board, sizeof(b->board), 1) || !number_is_valid(b->count, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_OPENED);
    body_put_text(&w, "v", b->version);
    body_put_text(&w, "b", b->board);
    body_put_unless(&w, "n", (int64_t)b->count, 0);
    return body_end(&w);
}

enum till_status entry_write_clock_changed(struct entry *e, const struct body_clock_changed *b)
{
    if (!clock_is_valid(b->from_s) || !clock_is_valid(b->to_s)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_CLOCK_CHANGED);
    body_put(&w, "f", b->from_s);
    body_put(&w, "t", b->to_s);
    return body_end(&w);
}

enum till_status entry_write_anomaly(struct entry *e, const struct body_anomaly *b)
{
    if (!text_is_valid(b->text, sizeof(b->text), 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_ANOMALY);
    body_put(&w, "c", b->code);
    body_put_text(&w, "x", b->text);
    return body_end(&w);
}

enum till_status entry_write_settings_changed(struct entry *e,
                                              const struct body_settings_changed *b)
{
    if (!setting_is_valid(b->key, sizeof(b->key)) ||
        !text_is_valid(b->value, sizeof(b->value), 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_SETTINGS_CHANGED);
    body_put_text(&w, "k", b->key);
    body_put_text(&w, "v", b->value);
    return body_end(&w);
}

enum till_status entry_write_tail_repaired(struct entry *e, const struct body_tail_repaired *b)
{
    if (!number_is_valid(b->from_seq, 2)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_TAIL_REPAIRED);
    body_put(&w, "s", (int64_t)b->from_seq);
    return body_end(&w);
}

enum till_status entry_write_retired(struct entry *e, const struct body_retired *b)
{
    enum { REASON_MAX = 3 };
    if (b->reason < 1 || b->reason > REASON_MAX) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_RETIRED);
    body_put(&w, "r", b->reason);
    return body_end(&w);
}

/* ---- people ---------------------------------------------------------------------------------- */

enum till_status entry_write_login(struct entry *e, enum entry_kind kind,
                                   const struct body_login *b)
{
    assert(kind == KIND_LOGIN || kind == KIND_LOGOUT || kind == KIND_LOGIN_FAILED ||
           kind == KIND_USER_SWITCHED);
    if (!user_is_valid(b->user) || (kind != KIND_LOGIN_FAILED && b->failures != 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, kind);
    body_put_text(&w, "u", b->user);
    body_put_unless(&w, "n", b->failures, 0);
    return body_end(&w);
}

enum till_status entry_write_pin_changed(struct entry *e, const struct body_pin_changed *b)
{
    if (!user_is_valid(b->user) || b->rounds < 1) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_PIN_CHANGED);
    body_put_text(&w, "u", b->user);
    body_put_hex(&w, "s", b->salt, sizeof(b->salt));
    body_put(&w, "n", b->rounds);
    body_put_hex(&w, "k", b->sealed, sizeof(b->sealed));
    return body_end(&w);
}

/* ---- what the host told ---------------------------------------------------------------------- */

enum till_status entry_write_book_applied(struct entry *e, const struct body_book_applied *b)
{
    if (!number_is_valid(b->revision, 1) || !number_is_valid(b->applied_seq, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_BOOK_APPLIED);
    body_put(&w, "r", (int64_t)b->revision);
    body_put(&w, "q", (int64_t)b->applied_seq);
    body_put(&w, "n", b->customers);
    body_put_hex(&w, "h", b->hash, sizeof(b->hash));
    return body_end(&w);
}

enum till_status entry_write_limits_applied(struct entry *e, const struct body_limits_applied *b)
{
    if (!number_is_valid(b->serial, 1)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_LIMITS_APPLIED);
    body_put(&w, "n", (int64_t)b->serial);
    body_put_hex(&w, "h", b->hash, sizeof(b->hash));
    return body_end(&w);
}

enum till_status entry_write_message_shown(struct entry *e, const struct body_message_shown *b)
{
    if (!number_is_valid(b->id, 1)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_MESSAGE_SHOWN);
    body_put(&w, "n", (int64_t)b->id);
    return body_end(&w);
}

enum till_status entry_write_limit_lifted(struct entry *e, const struct body_limit_lifted *b)
{
    if (b->limit <= LIMIT_NONE || b->limit >= LIMIT_COUNT || !money_is_valid(b->value, 1) ||
        !user_is_valid(b->approver)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_LIMIT_LIFTED);
    body_put(&w, "l", b->limit);
    body_put(&w, "v", b->value);
    body_put_text(&w, "u", b->approver);
    return body_end(&w);
}

/* ---- paper, the round, meters ---------------------------------------------------------------- */

enum till_status entry_write_print(struct entry *e, enum entry_kind kind,
                                   const struct body_print *b)
{
    assert(kind == KIND_PRINT_DONE || kind == KIND_PRINT_UNCERTAIN || kind == KIND_DUPLICATE);
    if (!number_is_valid(b->seq, 1) || (kind == KIND_DUPLICATE && b->copy == 0) ||
        (kind != KIND_PRINT_UNCERTAIN && b->status != 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, kind);
    body_put(&w, "s", (int64_t)b->seq);
    body_put_unless(&w, "c", b->copy, 0);
    body_put_unless(&w, "y", b->status, 0);
    return body_end(&w);
}

enum till_status entry_write_stop_skipped(struct entry *e, const struct body_stop_skipped *b)
{
    if (!account_is_valid(b->account) || !skip_reason_is_known(b->reason)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_STOP_SKIPPED);
    body_put_text(&w, "a", b->account);
    body_put(&w, "r", b->reason);
    return body_end(&w);
}

enum till_status entry_write_notice(struct entry *e, const struct body_notice *b)
{
    if (!account_is_valid(b->account) || !money_is_valid(b->due_minor, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_NOTICE);
    body_put_text(&w, "a", b->account);
    body_put(&w, "m", b->due_minor);
    return body_end(&w);
}

enum till_status entry_write_reading(struct entry *e, const struct body_reading *b)
{
    /* A register has at most ten digits; twelve are what an amount has. */
    if (!account_is_valid(b->account) || !text_is_valid(b->meter, sizeof(b->meter), 0) ||
        !money_is_valid(b->energy_cwh, 0)) {
        return TILL_BAD_INPUT;
    }
    struct body_writer w;
    body_begin(&w, e, KIND_READING);
    body_put_text(&w, "a", b->account);
    body_put_text_if(&w, "e", b->meter);
    body_put(&w, "v", b->energy_cwh);
    body_put_unless(&w, "d", b->doubted ? 1 : 0, 0);
    return body_end(&w);
}
