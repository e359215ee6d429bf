/*
 * The seal of a book's head: what stands in a file beside its customers (db/BOOK.md, Seal).
 * Private to db/book*.c.
 */
#ifndef TILL_BOOK_HEAD_H
#define TILL_BOOK_HEAD_H

#include "book.h"
#include "sqlite.h"

/* Write it, after everything else of the file. Without a key it is empty. */
enum till_status book_head_write(sqlite3 *file, const struct book_mac *mac) TILL_CHECKED;
/* TILL_E_SIGNATURE: it does not fit, said in the log. Without a key nothing is looked at.
 * Blocking: all rows of the head are read, about 1 us each. */
enum till_status book_head_check(sqlite3 *file, const struct book_mac *mac) TILL_CHECKED;

#endif
