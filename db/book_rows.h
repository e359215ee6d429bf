/*
 * Rows of the book to and from SQLite.
 *
 * Private to db/. Binding does not copy: the row must live until the statement has run.
 */
#ifndef TILL_BOOK_ROWS_H
#define TILL_BOOK_ROWS_H

#include "book_row.h"
#include "sqlite.h"

/* account, name, address, meter, phone, number of the meter book, place, class, balance_minor,
 * last_paid_date, last_paid_minor, flags, latitude_e7, longitude_e7, last_reading_cwh,
 * last_reading_date. */
enum { BOOK_CUSTOMER_COLUMNS = 16 };
void book_bind_customer(struct sqlite_use *use, const struct book_customer *c, int64_t number);
/* The first columns of the row; the caller puts the meter book's id in and asks
 * book_customer_is_valid. TILL_E_CORRUPT: a value that can't have been stored. */
enum till_status book_read_customer(const struct sqlite_use *use, struct book_customer *out,
                                    int64_t *number_out) TILL_CHECKED;

/* A customer's bills as one value of their row: month, type, due_date, energy_cwh, amount_minor of
 * each as varints, energy in zigzag. */
enum { BOOK_BILLS_SIZE_MAX = BILLS_MAX * 5 * 10 };
size_t book_pack_bills(const struct bill *bills, size_t count, uint8_t out[BOOK_BILLS_SIZE_MAX]);
/* Into out->bills. TILL_E_CORRUPT. */
enum till_status book_unpack_bills(struct span packed, struct arrears *out) TILL_CHECKED;

/* id, name, customers: all three columns of the row. */
enum till_status book_read_meter_book(const struct sqlite_use *use,
                                      struct book_meter_book *out) TILL_CHECKED;

/* user, name, role, salt, rounds, pin_check, cash_limit_minor. */
void book_bind_user(struct sqlite_use *use, const struct book_user *u);
enum till_status book_read_user(const struct sqlite_use *use, struct book_user *out) TILL_CHECKED;

#endif
