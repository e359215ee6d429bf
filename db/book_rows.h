/*
 * Rows of the book to and from SQLite: the book and the host's store keep the same columns in the
 * same order, so both bind and read them here.
 *
 * Private to db/. Binding does not copy: the row must live until the statement has run.
 */
#ifndef TILL_BOOK_ROWS_H
#define TILL_BOOK_ROWS_H

#include "book_row.h"
#include "sqlite.h"

/* account, name, address, meter, phone, meter book, place, class, balance_minor, last_paid_date,
 * last_paid_minor, flags: twelve columns. */
enum { BOOK_CUSTOMER_COLUMNS = 12 };
void book_bind_customer(struct sqlite_use *use, const struct book_customer *c);
/* From column `first`; row is 0. TILL_E_CORRUPT: no customer that could have been stored. */
enum till_status book_read_customer(const struct sqlite_use *use, int first,
                                    struct book_customer *out) TILL_CHECKED;

/* id, name, customers: all three columns of the row. */
enum till_status book_read_meter_book(const struct sqlite_use *use,
                                      struct book_meter_book *out) TILL_CHECKED;

/* month, type, due_date, energy_cwh, amount_minor. */
void book_bind_bill(struct sqlite_use *use, const struct bill *b);
enum till_status book_read_bill(const struct sqlite_use *use, struct bill *out) TILL_CHECKED;
/* All that a bound statement gives, at most BILLS_MAX (else TILL_TOO_LARGE), into out->bills. */
enum till_status book_read_bills(struct sqlite_use *use, struct arrears *out) TILL_CHECKED;

/* user, name, role, salt, rounds, pin_check, cash_limit_minor. */
void book_bind_user(struct sqlite_use *use, const struct book_user *u);
enum till_status book_read_user(const struct sqlite_use *use, struct book_user *out) TILL_CHECKED;

#endif
