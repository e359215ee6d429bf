/*
 * The seal of a customer's row: which bytes it is over (db/BOOK.md, Seal).  Private to db/book*.c.
 */
#ifndef TILL_BOOK_SEAL_H
#define TILL_BOOK_SEAL_H

#include "book.h"

/* Statuses of the mac.  bills: as book_pack_bills gave them */
enum till_status book_seal(const struct book_mac *mac, const struct book_customer *c,
                           struct span bills, uint8_t seal_out[BOOK_SEAL_SIZE]) TILL_CHECKED;

#endif
