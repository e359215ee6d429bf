#include "entry_inside.h"

/* A body that this software has no reader for: of a reserved kind, or of one that is newer. */
static enum till_status check_newer(const struct entry *e)
{
    struct record record;
    struct span line = {(const uint8_t *)e->body, e->body_size};
    if (e->body_size > ENTRY_BODY_MAX) {
        return TILL_E_PROTOCOL;
    }
    return record_parse(line, &record) == TILL_OK ? TILL_READ_ONLY : TILL_E_PROTOCOL;
}

static enum till_status check_money(const struct entry *e)
{
    union {
        struct body_shift_opened shift_opened;
        struct body_cash_drop cash_drop;
        struct body_collection collection;
        struct body_reversal reversal;
        struct body_dispute dispute;
        struct body_correction_request correction_request;
    } body;
    switch (kind_base(e->kind)) {
    case KIND_SHIFT_OPENED:
        return entry_read_shift_opened(e, &body.shift_opened);
    case KIND_CASH_DROP:
        return entry_read_cash_drop(e, &body.cash_drop);
    case KIND_COLLECTION:
    case KIND_ADVANCE:
        return entry_read_collection(e, &body.collection);
    case KIND_REVERSAL:
        return entry_read_reversal(e, &body.reversal);
    case KIND_DISPUTE:
        return entry_read_dispute(e, &body.dispute);
    case KIND_CORRECTION_REQUEST:
        return entry_read_correction_request(e, &body.correction_request);
    default:
        return check_newer(e);
    }
}

enum till_status entry_check_body(const struct entry *e)
{
    union {
        struct body_enrolled enrolled;
        struct body_opened opened;
        struct body_clock_changed clock_changed;
        struct body_anomaly anomaly;
        struct body_settings_changed settings_changed;
        struct body_tail_repaired tail_repaired;
        struct body_retired retired;
        struct body_login login;
        struct body_pin_changed pin_changed;
        struct body_book_applied book_applied;
        struct body_limits_applied limits_applied;
        struct body_message_shown message_shown;
        struct body_limit_lifted limit_lifted;
        struct body_stop_skipped stop_skipped;
        struct body_print print;
        struct body_notice notice;
        struct body_reading reading;
    } body;
    switch (kind_base(e->kind)) {
    case KIND_ENROLLED:
        return entry_read_enrolled(e, &body.enrolled);
    case KIND_OPENED:
        return entry_read_opened(e, &body.opened);
    case KIND_CLOCK_CHANGED:
        return entry_read_clock_changed(e, &body.clock_changed);
    case KIND_ANOMALY:
        return entry_read_anomaly(e, &body.anomaly);
    case KIND_SETTINGS_CHANGED:
        return entry_read_settings_changed(e, &body.settings_changed);
    case KIND_TAIL_REPAIRED:
        return entry_read_tail_repaired(e, &body.tail_repaired);
    case KIND_RETIRED:
        return entry_read_retired(e, &body.retired);
    case KIND_LOGIN:
    case KIND_LOGIN_FAILED:
    case KIND_LOGOUT:
    case KIND_USER_SWITCHED:
        return entry_read_login(e, &body.login);
    case KIND_PIN_CHANGED:
        return entry_read_pin_changed(e, &body.pin_changed);
    case KIND_BOOK_APPLIED:
        return entry_read_book_applied(e, &body.book_applied);
    case KIND_LIMITS_APPLIED:
        return entry_read_limits_applied(e, &body.limits_applied);
    case KIND_MESSAGE_SHOWN:
        return entry_read_message_shown(e, &body.message_shown);
    case KIND_LIMIT_LIFTED:
        return entry_read_limit_lifted(e, &body.limit_lifted);
    case KIND_STOP_SKIPPED:
        return entry_read_stop_skipped(e, &body.stop_skipped);
    case KIND_PRINT_DONE:
    case KIND_PRINT_UNCERTAIN:
    case KIND_DUPLICATE:
        return entry_read_print(e, &body.print);
    case KIND_NOTICE:
        return entry_read_notice(e, &body.notice);
    case KIND_READING:
        return entry_read_reading(e, &body.reading);
    default:
        return check_money(e);
    }
}
