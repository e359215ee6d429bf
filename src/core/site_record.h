/*
 * What a site says of banks, papers and late receipts, as fields of a canonical record: the line
 * and the book's files spell it alike.
 *
 *   paper_resident? paper_other? late_receipt_days? (bank1 bank1_name bank1_account?)? … up to 6
 *
 * What is 0 or empty is left out; banks have no gap. It checks the spelling, site_check the values.
 */
#ifndef TILL_SITE_RECORD_H
#define TILL_SITE_RECORD_H

#include "record.h"
#include "site.h"

/* At the end of a record whose other fields the caller has put. *s has passed site_check. */
void site_put_cash(struct record_writer *w, const struct site *s);
/* A second spelling, or a value that can't be, sets r->bad. */
void site_take_cash(struct record *r, struct site *s);
/* For who understands none of it: as a site was before. */
void site_forget_cash(struct site *s);

#endif
