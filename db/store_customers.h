/*
 * All customers of a meter book with what they owe, some hundred at a time: as store_customer_next
 * and store_arrears give them one by one, for whoever needs a whole book.
 *
 * Transactions, threads and strings as in store.h; one reader at a time on a handle. Others may use
 * the handle between two calls.
 */
#ifndef TILL_STORE_CUSTOMERS_H
#define TILL_STORE_CUSTOMERS_H

#include "store.h"

struct store_customers;

/* Memory: some 300 KB, until it is closed. */
enum till_status store_customers_open(struct store *s, const char *meter_book,
                                      struct store_customers **reader_out) TILL_CHECKED;
/* In the order of the book. TILL_NOT_FOUND: past the last. TILL_TOO_LARGE: more than BILLS_MAX open
 * bills. */
enum till_status store_customers_next(struct store_customers *reader,
                                      struct book_customer *customer_out,
                                      struct arrears *arrears_out) TILL_CHECKED;
void store_customers_close(struct store_customers *reader);

#endif
