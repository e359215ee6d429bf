/*
 * The host's store, continued: invoices that were asked for, and what became of them. An e-invoice
 * is known here by the number that the office notes; one on numbered paper stands among the numbers
 * of store_stock.h.
 *
 * Transactions, threads and strings as in store.h.
 */
#ifndef TILL_STORE_INVOICE_H
#define TILL_STORE_INVOICE_H

#include "entry_stock.h"
#include "store.h"

enum invoice_state { INVOICE_OPEN = 1, INVOICE_DONE = 2, INVOICE_VOID = 3 };
enum { INVOICE_NUMBER_MAX = 33, INVOICE_OTHER_MAX = TERMINAL_MAX + 24 };

struct store_invoice {
    char terminal[TERMINAL_MAX];
    uint64_t seq; /* of the invoice_request; of the payment itself where nobody asked at the door */
    int64_t at_s;
    char user[USER_MAX]; /* who noted it; "-" */
    char account[ACCOUNT_MAX];
    uint64_t receipt; /* seq of the payment, on the same terminal */
    bool electronic;
    char title[65];      /* "" where nobody asked at the door */
    char tax_number[21]; /* or "" */
    char send_to[49];    /* or "" */
    enum invoice_state state;
    char number[INVOICE_NUMBER_MAX]; /* DONE, VOID: of the invoice, unless it never had one; "" */
    char by[USER_MAX];               /* who of the office said so last; "" */
    int64_t done_at_s;               /* 0 = open */
};

/* Write it whole, new or not. TILL_BAD_INPUT. */
enum till_status store_invoice_put(struct store *s, const struct store_invoice *i) TILL_CHECKED;
/* TILL_NOT_FOUND. */
enum till_status store_invoice_get(struct store *s, const char *terminal, uint64_t seq,
                                   struct store_invoice *out) TILL_CHECKED;
/* By terminal, then seq; the first behind that one ("", 0 = first). TILL_NOT_FOUND past the end. */
enum till_status store_invoice_next(struct store *s, const char *after_terminal, uint64_t after_seq,
                                    struct store_invoice *out) TILL_CHECKED;
/*
 * Another invoice that stands for that payment, or for a bill of it: the record "0031/4127" that
 * used its paper, or that asked for it. seq: of the row that does not count.
 * TILL_NOT_FOUND: there is none.
 */
enum till_status store_invoice_other(struct store *s, const char *terminal, uint64_t receipt,
                                     uint64_t seq, char other_out[INVOICE_OTHER_MAX]) TILL_CHECKED;

#endif
