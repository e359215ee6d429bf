/*
 * Bodies of stationery (票据): numbered paper, from issue to its end. As entry.h.
 *
 * A number is of a type and a series: "invoice, B, 00012345". It is in exactly one state: unused,
 * used, spoiled, voided, returned, or written by hand (manual_receipt). Each print on numbered
 * paper consumes one: stationery_used. A reprint takes a new number, and only after the old one is
 * voided with all its copies.
 */
#ifndef TILL_ENTRY_STOCK_H
#define TILL_ENTRY_STOCK_H

#include "entry.h"

enum {
    SERIES_MAX = 13, /* 0..12 of [0-9A-Z], terminator included */
    STOCK_DIGITS_MAX = 12
};

#define STOCK_TYPE_LIST(X)                                                                         \
    X(STOCK_RECEIPT, 1, "Receipt paper")                                                           \
    X(STOCK_INVOICE, 2, "Invoices")                                                                \
    X(STOCK_MANUAL, 3, "Manual receipts")
enum stock_type {
#define X(name, number, text) name = number,
    STOCK_TYPE_LIST(X)
#undef X
        STOCK_TYPE_COUNT
};
const char *stock_type_text(int type); /* msgid */

#define SPOIL_REASON_LIST(X)                                                                       \
    X(SPOIL_JAM, 1, "Paper jam")                                                                   \
    X(SPOIL_MISPRINT, 2, "Misprint")                                                               \
    X(SPOIL_SKIPPED, 3, "Skipped")                                                                 \
    X(SPOIL_TORN, 4, "Torn or dirty")                                                              \
    X(SPOIL_WITHDRAWN, 5, "Customer's paper taken back")                                           \
    X(SPOIL_OTHER, 6, "Other reason")
enum spoil_reason {
#define X(name, number, text) name = number,
    SPOIL_REASON_LIST(X)
#undef X
};
const char *spoil_reason_text(int reason); /* msgid */

struct stock_number {
    int type;                /* k  enum stock_type */
    char series[SERIES_MAX]; /* c  omitted when "" */
    uint64_t number;         /* n  1 .. 10^12 - 1 */
};
/* "B-00012345"; eight digits, more as needed; without series just the digits. */
enum { STOCK_TEXT_MAX = SERIES_MAX + STOCK_DIGITS_MAX + 2 };
void stock_number_format(const struct stock_number *n, char out[STOCK_TEXT_MAX]);
/* As it is written by hand: series and digits parted by '-', or digits alone. */
bool stock_number_read(const char *text, int type, struct stock_number *number_out);

/* stationery_received: a range comes into this terminal's hands. stationery_returned: unused ones
 * go back. */
struct body_stock_range {
    int type;                /* k */
    char series[SERIES_MAX]; /* c  omitted when "" */
    uint64_t first;          /* f */
    uint64_t last;           /* l  >= first; at most 10,000 of them */
    char other[USER_MAX];    /* u  who gave or took it */
};
enum { STOCK_RANGE_MAX = 10000 };

/* stationery_used: a print took the number. */
struct body_stock_used {
    struct stock_number number; /* k, c, n */
    uint64_t seq;               /* s  the receipt entry */
    uint32_t copy;              /* p  omitted when 0 */
};

/* stationery_spoiled: before or after it was used. stationery_voided: used, and taken back. */
struct body_stock_ended {
    struct stock_number number; /* k, c, n */
    int reason;                 /* r  enum spoil_reason */
    uint64_t seq;               /* s  the receipt whose paper it was; omitted when none */
    bool all_copies;            /* a  voided: 1 = all copies are in hand; omitted when not */
};

/* stationery_counted: what is in hand of one series. Moves nothing. */
struct body_stock_counted {
    struct stock_number next; /* k, c, n  the next number in hand */
    uint32_t used;            /* u  since the count before; so all */
    uint32_t voided;          /* v */
    uint32_t spoiled;         /* s */
    uint32_t unused;          /* l  left in hand */
    int64_t face_minor;       /* m  of the used ones: the receipts' amounts */
};

/* stationery_adjusted: the number on the screen and the one in hand differed. Those that were
 * passed over are spoiled as skipped; going back is possible only over numbers not used. */
struct body_stock_adjusted {
    struct stock_number screen; /* k, c, n  the next one as the device had it */
    uint64_t hand;              /* h  the next one as it lies in the printer */
    int reason;                 /* r  enum spoil_reason */
};

/* invoice_request: at the door, who wants an invoice for a receipt. */
struct body_invoice_request {
    char account[ACCOUNT_MAX]; /* a */
    uint64_t seq;              /* s  of the receipt */
    bool electronic;           /* e  1 = e-invoice; omitted when paper */
    char title[65];            /* t  抬头, not empty */
    char tax_number[21];       /* x  税号, [0-9A-Z]; omitted when "" */
    char send_to[49];          /* p  phone or mail; omitted when "" */
};

/* manual_receipt (补录): money that was taken on numbered paper while the device was down. */
struct body_manual_receipt {
    char account[ACCOUNT_MAX]; /* a */
    int64_t amount_minor;      /* m  > 0, cash */
    int64_t late_fee_minor;    /* f  omitted when 0 */
    char number[25];           /* n  of the paper, as stock_number_format gives it */
    int64_t taken_at_s;        /* v  when it was handed over, UTC */
    char reason[33];           /* x  not empty */
};

enum till_status entry_write_stock_range(struct entry *e, enum entry_kind kind,
                                         const struct body_stock_range *b) TILL_CHECKED;
enum till_status entry_write_stock_used(struct entry *e,
                                        const struct body_stock_used *b) TILL_CHECKED;
enum till_status entry_write_stock_ended(struct entry *e, enum entry_kind kind,
                                         const struct body_stock_ended *b) TILL_CHECKED;
enum till_status entry_write_stock_counted(struct entry *e,
                                           const struct body_stock_counted *b) TILL_CHECKED;
enum till_status entry_write_stock_adjusted(struct entry *e,
                                            const struct body_stock_adjusted *b) TILL_CHECKED;
enum till_status entry_write_invoice_request(struct entry *e,
                                             const struct body_invoice_request *b) TILL_CHECKED;
enum till_status entry_write_manual_receipt(struct entry *e,
                                            const struct body_manual_receipt *b) TILL_CHECKED;

enum till_status entry_read_stock_range(const struct entry *e,
                                        struct body_stock_range *out) TILL_CHECKED;
enum till_status entry_read_stock_used(const struct entry *e,
                                       struct body_stock_used *out) TILL_CHECKED;
enum till_status entry_read_stock_ended(const struct entry *e,
                                        struct body_stock_ended *out) TILL_CHECKED;
enum till_status entry_read_stock_counted(const struct entry *e,
                                          struct body_stock_counted *out) TILL_CHECKED;
enum till_status entry_read_stock_adjusted(const struct entry *e,
                                           struct body_stock_adjusted *out) TILL_CHECKED;
enum till_status entry_read_invoice_request(const struct entry *e,
                                            struct body_invoice_request *out) TILL_CHECKED;
enum till_status entry_read_manual_receipt(const struct entry *e,
                                           struct body_manual_receipt *out) TILL_CHECKED;

/*
 * What a customer paid, whichever kind says so: a collection, an advance, or a manual_receipt as
 * the cash collection that it is, its number as the reference.
 *   paid_at_s_out  when the money was handed over; NULL where nobody asks
 */
enum till_status entry_read_payment(const struct entry *e, struct body_collection *out,
                                    int64_t *paid_at_s_out) TILL_CHECKED;

#endif
