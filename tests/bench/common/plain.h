/*
 * The same customers in SQLite as it comes: two plain tables, no search, no seals. What a book is
 * measured against.
 */
#ifndef TILL_PLAIN_H
#define TILL_PLAIN_H

#include <sqlite3.h>

#include "bench.h"
#include "crowd.h"

struct plain {
    sqlite3 *db;
    sqlite3_stmt *customer, *bill, *find, *bills;
};

/* unique: an account and a place in a meter book come once, by an index each. One transaction is
 * open. Whatever fails ends the program. */
void plain_open(struct plain *p, const char *path, bool unique);
void plain_put(struct plain *p, int64_t row, int64_t book, const struct book_customer *c,
               const struct bill *bills, size_t count);
/* Durable. */
void plain_commit(struct plain *p);
/* A customer and their bills by the account; how many bills. */
size_t plain_find(struct plain *p, const char *account, struct book_customer *out);
void plain_close(struct plain *p);

#endif
