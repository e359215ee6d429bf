#include <string.h>

#include "entry.h"
#include "entry_shift.h"
#include "entry_stock.h"

static void figures_of_payment(const struct entry *e, struct entry_figures *out)
{
    struct body_collection b;
    if (entry_read_payment(e, &b, NULL) == TILL_OK) {
        memcpy(out->account, b.account, sizeof(out->account));
        out->amount_minor = b.amount_minor;
    }
}

static void figures_of_reversal(const struct entry *e, struct entry_figures *out)
{
    struct body_reversal b;
    if (entry_read_reversal(e, &b) == TILL_OK) {
        memcpy(out->account, b.account, sizeof(out->account));
        out->amount_minor = -b.amount_minor;
        out->about = b.seq;
    }
}

static void figures_of_dispute(const struct entry *e, struct entry_figures *out)
{
    struct body_dispute b;
    if (entry_read_dispute(e, &b) == TILL_OK) {
        memcpy(out->account, b.account, sizeof(out->account));
        out->amount_minor = b.amount_minor;
    }
}

static void figures_of_correction(const struct entry *e, struct entry_figures *out)
{
    struct body_correction_request b;
    if (entry_read_correction_request(e, &b) == TILL_OK) {
        memcpy(out->account, b.account, sizeof(out->account));
        out->amount_minor = b.amount_minor;
    }
}

static void figures_of_drop(const struct entry *e, struct entry_figures *out)
{
    struct body_cash_drop b;
    if (entry_read_cash_drop(e, &b) == TILL_OK) {
        out->amount_minor = -b.amount_minor;
    }
}

static void figures_of_shift(const struct entry *e, struct entry_figures *out)
{
    struct body_cash_move move;
    struct body_cash_count count;
    struct body_closed_in_absence closed;
    struct body_count_accepted accepted;
    if (entry_read_cash_move(e, &move) == TILL_OK) {
        out->amount_minor =
            kind_base(e->kind) == KIND_CASH_IN ? move.amount_minor : -move.amount_minor;
    } else if (entry_read_cash_count(e, &count) == TILL_OK) {
        out->amount_minor = count.amount_minor;
    } else if (entry_read_count_accepted(e, &accepted) == TILL_OK) {
        out->about = accepted.seq;
    } else if (entry_read_close(e, &closed) == TILL_OK) {
        out->amount_minor = closed.counted_minor;
    }
}

static void figures_of_carry(const struct entry *e, struct entry_figures *out)
{
    struct body_handover_given given;
    struct body_handover_taken taken;
    struct body_deposit deposit;
    struct body_variance_explained explained;
    if (entry_read_handover_given(e, &given) == TILL_OK) {
        out->amount_minor = -given.amount_minor;
    } else if (entry_read_handover_taken(e, &taken) == TILL_OK) {
        out->amount_minor = taken.counted_minor;
        out->about = taken.seq;
    } else if (entry_read_deposit(e, &deposit) == TILL_OK) {
        out->amount_minor = -deposit.amount_minor;
    } else if (entry_read_variance_explained(e, &explained) == TILL_OK) {
        out->amount_minor = explained.amount_minor;
        out->about = explained.seq;
    }
}

static void figures_of_visit(const struct entry *e, struct entry_figures *out)
{
    struct body_stop_skipped skipped;
    struct body_notice notice;
    struct body_reading reading;
    if (entry_read_stop_skipped(e, &skipped) == TILL_OK) {
        memcpy(out->account, skipped.account, sizeof(out->account));
    } else if (entry_read_notice(e, &notice) == TILL_OK) {
        memcpy(out->account, notice.account, sizeof(out->account));
        out->amount_minor = notice.due_minor;
    } else if (entry_read_reading(e, &reading) == TILL_OK) {
        memcpy(out->account, reading.account, sizeof(out->account));
    }
}

static void figures_of_print(const struct entry *e, struct entry_figures *out)
{
    struct body_print b;
    if (entry_read_print(e, &b) == TILL_OK) {
        out->about = b.seq;
    }
}

void entry_figures(const struct entry *e, struct entry_figures *out)
{
    *out = (struct entry_figures){0};
    switch (kind_base(e->kind)) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_MANUAL_RECEIPT:
        figures_of_payment(e, out);
        break;
    case KIND_REVERSAL:
        figures_of_reversal(e, out);
        break;
    case KIND_DISPUTE:
        figures_of_dispute(e, out);
        break;
    case KIND_CORRECTION_REQUEST:
        figures_of_correction(e, out);
        break;
    case KIND_CASH_DROP:
        figures_of_drop(e, out);
        break;
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
    case KIND_CASH_COUNT:
    case KIND_COUNT_ACCEPTED:
    case KIND_SHIFT_CLOSED:
    case KIND_CLOSED_IN_ABSENCE:
        figures_of_shift(e, out);
        break;
    case KIND_HANDOVER_GIVEN:
    case KIND_HANDOVER_TAKEN:
    case KIND_DEPOSIT:
    case KIND_VARIANCE_EXPLAINED:
        figures_of_carry(e, out);
        break;
    case KIND_STOP_SKIPPED:
    case KIND_NOTICE:
    case KIND_READING:
        figures_of_visit(e, out);
        break;
    case KIND_PRINT_DONE:
    case KIND_PRINT_UNCERTAIN:
    case KIND_DUPLICATE:
        figures_of_print(e, out);
        break;
    default:
        break;
    }
}
