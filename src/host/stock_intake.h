/*
 * Numbered paper as terminals tell of it: stationery_*, manual_receipt and invoice_request of one
 * batch, written down together at its end. A batch without such records asks the database nothing;
 * one with two hundred printed receipts asks a handful of questions.
 *
 * What does not fit (a number used twice, or by somebody who never had it, two papers of one
 * receipt, two invoices of one bill, a manual receipt that comes late) is an alarm of the kind
 * `stationery`; the record stands, and its money is the ledger's matter. Where two terminals tell
 * at the same moment, `stock check` sees it (stock.h).
 *
 * Pure over the store contract, within the caller's transaction.
 */
#ifndef TILL_HOST_STOCK_INTAKE_H
#define TILL_HOST_STOCK_INTAKE_H

#include "store.h"

struct stock_paper; /* a record, and who was logged in */

struct stock_intake {
    struct store *store;
    const struct site *site;
    const char *terminal;
    int64_t now_s;
    const struct entry *entries; /* of the batch, with consecutive numbers */
    size_t entry_count;
    struct stock_paper *papers; /* entry_count, once there is one */
    size_t paper_count;
    unsigned alarms;
};

/* One of the batch's entries, whatever becomes of its money; others are nothing. Training is none.
 * The entry stays where it is until the end. TILL_E_MEMORY. */
enum till_status stock_intake_add(struct stock_intake *i, const struct entry *e,
                                  const char *user) TILL_CHECKED;
/* All of them into the store. */
enum till_status stock_intake_finish(struct stock_intake *i) TILL_CHECKED;
void stock_intake_free(struct stock_intake *i);

#endif
