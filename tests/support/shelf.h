/*
 * A shelf with one book: a temporary folder, a township to put in it, and what was on it before.
 */
#ifndef TILL_SHELF_H
#define TILL_SHELF_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "book.h"

enum {
    SHELF_BOOKS = 10,
    SHELF_CUSTOMERS_OF_BOOK = 200,
    SHELF_CUSTOMERS = SHELF_BOOKS * SHELF_CUSTOMERS_OF_BOOK,
    SHELF_PATH_SIZE = 512
};
extern char shelf_path[SHELF_PATH_SIZE];

/* Group set-up and tear-down: a temporary folder. Test tear-down: an empty one. */
int shelf_make(void **state);
/* Is there a file of the book's name and this suffix? */
bool shelf_has_beside(const char *suffix);
int shelf_clear(void **state);
int shelf_remove(void **state);

/* ---- material -------------------------------------------------------------------------------- */

struct site shelf_site(void);
struct book_customer shelf_customer(int book, int order);
struct bill shelf_bill(int32_t month, int64_t amount_minor);
struct book_meta shelf_meta(uint32_t customers);
/* Builders of the book at shelf_path. */
struct book_builder *shelf_begin_without_site(void);
struct book_builder *shelf_begin(void);
void shelf_put_meter_book(struct book_builder *b, const char *id);
void shelf_put_customer(struct book_builder *b, const struct book_customer *c);
void shelf_put_bill(struct book_builder *b, const char *account, struct bill bill);
/* SHELF_CUSTOMERS in SHELF_BOOKS meter books, the last one first. Customer n owes 100 + n, an even
 * one another 50 of the month before. */
void shelf_put_township(struct book_builder *b);
void shelf_build_township(uint64_t revision);
/* A book of these customers only, all in meter book CX00, one after the other. */
void shelf_build_of(struct book_customer *customers, size_t count);
struct book *shelf_open(void);
void shelf_assert_same_customer(const struct book_customer *a, const struct book_customer *b);
/* The book of that revision stands, and nothing lies beside it. */
void shelf_assert_book(uint64_t revision);

#define SHELF_TEST(name) cmocka_unit_test_teardown(name, shelf_clear)

/* One row is changed by somebody who can write the file, and makes its pages fit their checksums
 * again. */
void shelf_tamper(const char *sql);

#endif
