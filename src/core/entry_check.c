#include "entry_inside.h"
#include "entry_shift.h"
#include "entry_stock.h"

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

static enum till_status check_stationery(const struct entry *e)
{
    union {
        struct body_stock_range range;
        struct body_stock_used used;
        struct body_stock_ended ended;
        struct body_stock_counted counted;
        struct body_stock_adjusted adjusted;
        struct body_invoice_request invoice_request;
        struct body_manual_receipt manual_receipt;
    } body;
    switch (kind_base(e->kind)) {
    case KIND_STATIONERY_RECEIVED:
    case KIND_STATIONERY_RETURNED:
        return entry_read_stock_range(e, &body.range);
    case KIND_STATIONERY_USED:
        return entry_read_stock_used(e, &body.used);
    case KIND_STATIONERY_SPOILED:
    case KIND_STATIONERY_VOIDED:
        return entry_read_stock_ended(e, &body.ended);
    case KIND_STATIONERY_COUNTED:
        return entry_read_stock_counted(e, &body.counted);
    case KIND_STATIONERY_ADJUSTED:
        return entry_read_stock_adjusted(e, &body.adjusted);
    case KIND_INVOICE_REQUEST:
        return entry_read_invoice_request(e, &body.invoice_request);
    case KIND_MANUAL_RECEIPT:
        return entry_read_manual_receipt(e, &body.manual_receipt);
    default:
        return check_newer(e);
    }
}

static enum till_status check_shift(const struct entry *e)
{
    union {
        struct body_cash_move move;
        struct body_x_report x_report;
        struct body_count_begun count_begun;
        struct body_cash_count cash_count;
        struct body_count_accepted count_accepted;
        struct body_shift_totals totals;
        struct body_shift_closed closed;
        struct body_closed_in_absence absence;
        struct body_absence_answered answered;
        struct body_handover_given given;
        struct body_handover_taken taken;
        struct body_deposit deposit;
        struct body_variance_explained explained;
    } body;
    switch (kind_base(e->kind)) {
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
        return entry_read_cash_move(e, &body.move);
    case KIND_X_REPORT:
        return entry_read_x_report(e, &body.x_report);
    case KIND_COUNT_BEGUN:
        return entry_read_count_begun(e, &body.count_begun);
    case KIND_CASH_COUNT:
        return entry_read_cash_count(e, &body.cash_count);
    case KIND_COUNT_ACCEPTED:
        return entry_read_count_accepted(e, &body.count_accepted);
    case KIND_SHIFT_TOTALS:
        return entry_read_shift_totals(e, &body.totals);
    case KIND_SHIFT_CLOSED:
        return entry_read_shift_closed(e, &body.closed);
    case KIND_CLOSED_IN_ABSENCE:
        return entry_read_closed_in_absence(e, &body.absence);
    case KIND_ABSENCE_ANSWERED:
        return entry_read_absence_answered(e, &body.answered);
    case KIND_HANDOVER_GIVEN:
        return entry_read_handover_given(e, &body.given);
    case KIND_HANDOVER_TAKEN:
        return entry_read_handover_taken(e, &body.taken);
    case KIND_DEPOSIT:
        return entry_read_deposit(e, &body.deposit);
    case KIND_VARIANCE_EXPLAINED:
        return entry_read_variance_explained(e, &body.explained);
    default:
        return check_stationery(e);
    }
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
        return check_shift(e);
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
