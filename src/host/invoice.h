/*
 * Invoices that customers asked for, at the door or afterwards: the office makes the e-invoice in
 * its tax system and notes the number here; one that is cancelled there is void here.
 *
 * One invoice stands for a bill, whoever took the money and whichever way it was made: a second is
 * noted, because it exists, and is an alarm of the kind `stationery`.
 *
 * Pure over the store contract; each function that changes is a transaction of its own.
 */
#ifndef TILL_HOST_INVOICE_H
#define TILL_HOST_INVOICE_H

#include "store_invoice.h"

struct invoice_act {
    const char *entry; /* "0031/4127": the request, or the payment where nobody asked at the door */
    const char *number; /* done: 1..32 of clean text without blanks */
    const char *by;     /* who of the office; NULL = nobody was named */
};

/*
 * The invoice of that request stands, with its number.
 *   other_out   "" or the record of another one that stands for the same bill: tell it
 *   reason_out  with TILL_REFUSED: why, an English msgid
 * TILL_NOT_FOUND: that record is no request and no payment. TILL_UNCHANGED: it has that very
 * number. TILL_REFUSED: it has another; they may not. TILL_BAD_INPUT: no such name or number.
 */
enum till_status invoice_done(struct store *s, const struct invoice_act *a, int64_t now_s,
                              struct store_invoice *out, char other_out[INVOICE_OTHER_MAX],
                              char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* It no longer stands, or never will. TILL_NOT_FOUND: nobody asked for it. TILL_UNCHANGED: it is
 * void. TILL_REFUSED, TILL_BAD_INPUT as above. */
enum till_status invoice_void(struct store *s, const struct invoice_act *a, int64_t now_s,
                              struct store_invoice *out,
                              char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* For people, a msgid; and as JSON has it: "open", "done", "void". */
const char *invoice_state_text(enum invoice_state state);
const char *invoice_state_name(enum invoice_state state);

#endif
