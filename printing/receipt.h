/*
 * The papers that are the copy of one signed entry: the receipt of a collection or an advance
 * (收费凭证, 预收凭证) and the slips of a reversal (冲正凭证), a dispute (已缴争议登记单), a correction
 * request (更正申请单), of cash that is handed in (交款单), put in, paid out, handed over (交接单) and
 * deposited (解款单), and of a day close (日结单, 代结单). printing/RECEIPT.md has each of them.
 *
 * `struct receipt` is everything that stands on it besides the entry itself. It is packed beside
 * the entry (journal_append's receipt_text), so that a duplicate is the same paper after the book
 * has changed. Names are masked before they get here: nothing else is kept or printed.
 */
#ifndef TILL_RECEIPT_H
#define TILL_RECEIPT_H

#include "arrears.h"
#include "entry_stock.h"
#include "paper_lines.h"
#include "proof.h"
#include "site.h"

enum {
    RECEIPT_ITEMS_MAX = BILLS_MAX,
    RECEIPT_NAME_MAX = 97,
    RECEIPT_ADDRESS_MAX = 97,
    RECEIPT_PARTY_MAX = 130 /* a bank's name, a space and the number of an account */
};

/* What a basket's entries come to together: one sum, one tender, one change. */
struct receipt_basket {
    int64_t total_minor;  /* kept of all of them; 0 = not known */
    int64_t cash_minor;   /* of it in cash */
    int64_t handed_minor; /* cash that was handed over; what it is more went back as change */
    int tender;           /* the other means, where there was one */
    int64_t other_minor;
};

struct receipt {
    /* of the site */
    char currency[4];
    uint8_t exponent;
    char symbol[8];
    char unit[16];
    char zone[SITE_ZONE_MAX];
    enum site_words words;
    char payee[SITE_TEXT_MAX];
    char branch[SITE_TEXT_MAX];
    char hotline[24];
    char url[64];
    /* of the customer; of a close in absence the name of whose shift it was */
    char name[RECEIPT_NAME_MAX];       /* a customer's is masked */
    char address[RECEIPT_ADDRESS_MAX]; /* short */
    /* what for */
    struct allocation_line items[RECEIPT_ITEMS_MAX];
    size_t item_count;
    int64_t advance_minor; /* part kept as advance */
    int64_t balance_minor; /* advance balance afterwards (本次结余) */
    int64_t owed_minor;    /* still owed afterwards (尚欠) */
    int64_t held_minor;    /* late fee not taken while a dispute is open (暂缓) */
    /* by whom */
    char collector[RECEIPT_NAME_MAX];
    uint32_t shift, number_in_shift;
    uint64_t acknowledged_seq; /* newest that the office had confirmed; 0 = none yet */
    /* where there is one, else 0 and "" */
    uint32_t basket_number, basket_count; /* 2 of 5 paid together */
    int64_t original_at_s;                /* reversal: when the receipt it undoes was made */
    char approver[RECEIPT_PARTY_MAX];     /* reversal, cash drop, cash in and out: who agreed or
                                             received; closed in absence: the witness; hand-over:
                                             the other party; deposit: the bank and its account */
    /* Bodies of other entries that stand on it too, exactly as they were signed; "" where there is
     * none. totals: shift_totals of a Z. count: cash_count of a Z, hand-over or deposit. */
    char totals[ENTRY_BODY_MAX + 1];
    char count[ENTRY_BODY_MAX + 1];
    /* Of the first paper of a basket. Reckoned from its entries for each print and never packed:
     * receipt_unpack leaves it 0. */
    struct receipt_basket together;
};

enum { RECEIPT_PACKED_MAX = 4096 };
/* As short as it can be: it is written to flash with each receipt. */
enum till_status receipt_pack(const struct receipt *r, struct buffer *out) TILL_CHECKED;
/* TILL_E_CORRUPT: no packed receipt. */
enum till_status receipt_unpack(struct span packed, struct receipt *receipt_out) TILL_CHECKED;

/* One entry more of a basket, the first one first. TILL_E_CORRUPT: the sum leaves all bounds. */
enum till_status receipt_basket_add(struct receipt_basket *basket,
                                    const struct body_collection *b) TILL_CHECKED;

/* The part of a receipt that is the site's. */
void receipt_set_site(struct receipt *r, const struct site *site);

struct receipt_copy {
    uint32_t number; /* 0 = original; n = DUPLICATE n (补打 n) */
    bool training;
    char stock[STOCK_TEXT_MAX]; /* number of the paper it is printed on (票据号); "" = plain */
    bool invoice;               /* it is the invoice of a payment, not its receipt */
};

/*
 * Lay it out, in the language that gettext has now.
 *   proof    terminal, prev and the sealed entry, whose kind says which paper it is
 *   columns  32 (58 mm) or 48 (80 mm)
 * The lines of a receipt must add up to the entry's amount, and the fees to its fee; what the
 * lines are over was taken from the advance balance and is said so. A slip has no lines.
 * TILL_TOO_LARGE: more lines than PAPER_LINES_MAX, or a record too long for the QR.
 * TILL_E_PROTOCOL: no such entry. TILL_E_CORRUPT: lines that don't add up to it.
 */
enum till_status receipt_layout(const struct receipt *r, const struct proof *proof,
                                struct receipt_copy copy, int columns,
                                struct paper *paper_out) TILL_CHECKED;

#endif
