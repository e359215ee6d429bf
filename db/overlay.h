/*
 * The book with the journal laid over it: what a customer owes, as far as this terminal knows.
 *
 * Payments that the book does not hold yet are taken out of its bills by the rule that the office
 * posts them by (settle.h); what it holds and was reversed since is owed again. Screens and reports
 * ask here, so that both say the same. It knows no paper: who unpacks one is handed in.
 */
#ifndef TILL_OVERLAY_H
#define TILL_OVERLAY_H

#include "book.h"
#include "journal.h"
#include "report.h"

/*
 * Lay the journal over the bills and the balance of one customer of the book.
 *   customer  account and class count
 *   arrears   as the book has them; fees and sums must be assessed again afterwards. Unless TILL_OK
 *             of no use any more
 *   paid_out  a payment that the book does not hold stands; NULL where nobody asks
 * TILL_NOT_FOUND, TILL_E_CORRUPT: the paper of a reversed payment can't be read. TILL_TOO_LARGE:
 * more payments than JOURNAL_PAYMENTS_MAX, or bills than BILLS_MAX.
 */
enum till_status overlay_lay(struct journal *journal, const struct book *book,
                             const struct report_paper *paper, const struct book_customer *customer,
                             struct arrears *arrears, bool *paid_out) TILL_CHECKED;

/* The lines of a receipt. *count_out 0 and TILL_NOT_FOUND: it has no paper, or nobody reads it.
 *   paper  may be NULL */
enum till_status overlay_lines(struct journal *journal, const struct report_paper *paper,
                               uint64_t seq, struct allocation_line lines_out[BILLS_MAX],
                               size_t *count_out) TILL_CHECKED;

#endif
