/*
 * Entry kinds: an append-only table of 16-bit numbers; the name is for people.
 *
 *   bit 15  money     the entry moves money: unknown ones are quarantined, not skipped
 *   bit 14  training  made while training: numbered and chained like all, never posted
 *   bits 0..13        family and number; each family has a range of 64
 *
 * A changed body is a new kind. Numbers of kinds that no code writes yet are reserved here, with
 * their money bit, so that software of today already treats those of tomorrow rightly.
 */
#ifndef TILL_KIND_H
#define TILL_KIND_H

#include <stdbool.h>
#include <stdint.h>

#define KIND_MONEY 0x8000u
#define KIND_TRAINING 0x4000u

/* KIND_NAME, number (money bit included), name for people and tools */
#define KIND_LIST(X)                                                                               \
    /* 0x0000 the terminal's own life */                                                           \
    X(KIND_ENROLLED, 0x0001, "enrolled")                                                           \
    X(KIND_OPENED, 0x0002, "opened")                                                               \
    X(KIND_KEY_CHANGED, 0x0003, "key_changed")                                                     \
    X(KIND_CLOCK_CHANGED, 0x0004, "clock_changed")                                                 \
    X(KIND_ANOMALY, 0x0005, "anomaly")                                                             \
    X(KIND_SETTINGS_CHANGED, 0x0006, "settings_changed")                                           \
    X(KIND_CHECKPOINT, 0x0007, "checkpoint")                                                       \
    X(KIND_IDLE, 0x0008, "idle")                                                                   \
    X(KIND_TAIL_REPAIRED, 0x0009, "tail_repaired")                                                 \
    X(KIND_RETIRED, 0x000A, "retired")                                                             \
    /* 0x0040 people */                                                                            \
    X(KIND_LOGIN, 0x0040, "login")                                                                 \
    X(KIND_LOGIN_FAILED, 0x0041, "login_failed")                                                   \
    X(KIND_LOGOUT, 0x0042, "logout")                                                               \
    X(KIND_USER_SWITCHED, 0x0043, "user_switched")                                                 \
    X(KIND_PIN_CHANGED, 0x0044, "pin_changed")                                                     \
    /* 0x0080 what the host told */                                                                \
    X(KIND_BOOK_APPLIED, 0x0080, "book_applied")                                                   \
    X(KIND_LIMITS_APPLIED, 0x0081, "limits_applied")                                               \
    X(KIND_MESSAGE_SHOWN, 0x0082, "message_shown")                                                 \
    X(KIND_LIMIT_LIFTED, 0x0083, "limit_lifted")                                                   \
    /* 0x00C0 shift and cash */                                                                    \
    X(KIND_SHIFT_OPENED, 0x80C0, "shift_opened")                                                   \
    X(KIND_SHIFT_CLOSED, 0x80C1, "shift_closed")                                                   \
    X(KIND_CASH_IN, 0x80C2, "cash_in")                                                             \
    X(KIND_CASH_OUT, 0x80C3, "cash_out")                                                           \
    X(KIND_CASH_DROP, 0x80C4, "cash_drop")                                                         \
    X(KIND_CASH_COUNT, 0x00C5, "cash_count")                                                       \
    X(KIND_HANDOVER_GIVEN, 0x80C6, "handover_given")                                               \
    X(KIND_HANDOVER_TAKEN, 0x80C7, "handover_taken")                                               \
    X(KIND_DEPOSIT, 0x80C8, "deposit")                                                             \
    X(KIND_CLOSED_IN_ABSENCE, 0x80C9, "closed_in_absence")                                         \
    X(KIND_X_REPORT, 0x00CA, "x_report")                                                           \
    X(KIND_COUNT_BEGUN, 0x00CB, "count_begun")                                                     \
    X(KIND_COUNT_ACCEPTED, 0x00CC, "count_accepted")                                               \
    X(KIND_SHIFT_TOTALS, 0x00CD, "shift_totals")                                                   \
    X(KIND_ABSENCE_ANSWERED, 0x00CE, "absence_answered")                                           \
    X(KIND_VARIANCE_EXPLAINED, 0x80CF, "variance_explained")                                       \
    /* 0x0100 collecting */                                                                        \
    X(KIND_COLLECTION, 0x8100, "collection")                                                       \
    X(KIND_ADVANCE, 0x8101, "advance")                                                             \
    X(KIND_REVERSAL, 0x8102, "reversal")                                                           \
    X(KIND_MANUAL_RECEIPT, 0x8103, "manual_receipt")                                               \
    X(KIND_TENDER_PENDING, 0x0104, "tender_pending")                                               \
    X(KIND_TENDER_CONFIRMED, 0x8105, "tender_confirmed")                                           \
    X(KIND_TENDER_FAILED, 0x0106, "tender_failed")                                                 \
    X(KIND_DISPUTE, 0x0107, "dispute")                                                             \
    X(KIND_CORRECTION_REQUEST, 0x0108, "correction_request")                                       \
    X(KIND_STOP_SKIPPED, 0x0109, "stop_skipped")                                                   \
    X(KIND_CONTACT_CORRECTED, 0x010A, "contact_corrected")                                         \
    /* 0x0140 paper */                                                                             \
    X(KIND_PRINT_DONE, 0x0140, "print_done")                                                       \
    X(KIND_PRINT_UNCERTAIN, 0x0141, "print_uncertain")                                             \
    X(KIND_DUPLICATE, 0x0142, "duplicate")                                                         \
    X(KIND_NOTICE, 0x0143, "notice")                                                               \
    /* 0x0180 meters */                                                                            \
    X(KIND_READING, 0x0180, "reading")                                                             \
    X(KIND_BILL, 0x0181, "bill")                                                                   \
    X(KIND_WORK_ORDER_DONE, 0x0182, "work_order_done")                                             \
    /* 0x01C0 stationery */                                                                        \
    X(KIND_STATIONERY_RECEIVED, 0x01C0, "stationery_received")                                     \
    X(KIND_STATIONERY_USED, 0x01C1, "stationery_used")                                             \
    X(KIND_STATIONERY_SPOILED, 0x01C2, "stationery_spoiled")                                       \
    X(KIND_STATIONERY_VOIDED, 0x01C3, "stationery_voided")                                         \
    X(KIND_STATIONERY_RETURNED, 0x01C4, "stationery_returned")                                     \
    X(KIND_STATIONERY_COUNTED, 0x01C5, "stationery_counted")                                       \
    X(KIND_STATIONERY_ADJUSTED, 0x01C6, "stationery_adjusted")                                     \
    X(KIND_INVOICE_REQUEST, 0x01C7, "invoice_request")                                             \
    /* 0x0200 vending onto cards and by token */                                                   \
    X(KIND_VEND_STARTED, 0x8200, "vend_started")                                                   \
    X(KIND_VEND_DONE, 0x0201, "vend_done")                                                         \
    X(KIND_VEND_UNKNOWN, 0x0202, "vend_unknown")                                                   \
    /* 0x0240 vouchers */                                                                          \
    X(KIND_VOUCHER_SOLD, 0x8240, "voucher_sold")                                                   \
    X(KIND_VOUCHER_REDEEMED, 0x8241, "voucher_redeemed")

enum entry_kind {
#define X(name, number, text) name = number,
    KIND_LIST(X)
#undef X
};

/* "collection"; "unknown" for a number that is not in the table. The training bit is ignored. */
const char *kind_name(uint16_t kind);
bool kind_is_known(uint16_t kind);
static inline bool kind_is_money(uint16_t kind)
{
    return (kind & KIND_MONEY) != 0;
}
static inline bool kind_is_training(uint16_t kind)
{
    return (kind & KIND_TRAINING) != 0;
}
/* The kind without its training bit: what a switch looks at. */
static inline uint16_t kind_base(uint16_t kind)
{
    return (uint16_t)(kind & ~KIND_TRAINING);
}
/* Money of a customer was taken: collection, advance, and manual_receipt, which was taken before it
 * was entered. The training bit is ignored, here and below. */
bool kind_is_payment(uint16_t kind);
#define KIND_PAYMENTS KIND_COLLECTION, KIND_ADVANCE, KIND_MANUAL_RECEIPT /* for arrays */
/* A payment with a paper of its own, so that it can be printed again, reversed here or disputed: of
 * a manual_receipt the customer holds the form that was written by hand. */
bool kind_has_payment_paper(uint16_t kind);
/* Does committing it begin a paper of its own (copy 0), with the record as its QR? Collection,
 * advance, reversal, dispute, correction_request, cash_in, cash_out, cash_drop, shift_closed,
 * closed_in_absence, handover_given, handover_taken, deposit. */
bool kind_has_receipt(uint16_t kind);

#endif
