/*
 * The book: what the host told this terminal. Replaceable reference data, never a truth of ours.
 *
 * A full book is built in a new file beside the old one, synced, and renamed: a power cut leaves
 * the old or the new one. Only the terminal opens it. It is read much and written never; deltas
 * come later through the same builder.
 *
 * It does not know what was collected since: the overlay is journal_payments and src/core/arrears.
 */
#ifndef TILL_BOOK_H
#define TILL_BOOK_H

#include "book_row.h"

struct book;
struct book_builder;

/* ---- building ------------------------------------------------------------------------------------ */

/* Begin a full book beside `path` (a leftover of a cut is removed). */
enum till_status book_builder_open(const char *path, const char *vfs,
                                   struct book_builder **builder_out) TILL_CHECKED;
enum till_status book_builder_site(struct book_builder *b, const struct site *site) TILL_CHECKED;
enum till_status book_builder_user(struct book_builder *b, const struct book_user *u) TILL_CHECKED;
enum till_status book_builder_meter_book(struct book_builder *b,
                                         const struct book_meter_book *m) TILL_CHECKED;
/* Customers come in any order; `row` is ignored. */
enum till_status book_builder_customer(struct book_builder *b,
                                       const struct book_customer *c) TILL_CHECKED;
enum till_status book_builder_bill(struct book_builder *b, const char *account,
                                   const struct bill *bill) TILL_CHECKED;
/* Check, index, sync, rename into place; frees the builder whatever it returns.
 * TILL_E_PROTOCOL: a bill without a customer, no site, customers other than meta says. */
enum till_status book_builder_finish(struct book_builder *b,
                                     const struct book_meta *meta) TILL_CHECKED;
void book_builder_abandon(struct book_builder *b);

/* ---- reading ------------------------------------------------------------------------------------- */

/* TILL_NO_BOOK: there is none yet. TILL_E_CORRUPT: damaged; fetch it anew. */
enum till_status book_open(const char *path, const char *vfs, struct book **book_out) TILL_CHECKED;
void book_close(struct book *b);

const struct book_meta *book_meta(const struct book *b);
const struct site *book_site(const struct book *b);
enum till_status book_find_user(struct book *b, const char *user,
                                struct book_user *user_out) TILL_CHECKED;
/* In order of id; TILL_NOT_FOUND past the end. */
enum till_status book_meter_book_at(struct book *b, size_t index,
                                    struct book_meter_book *out) TILL_CHECKED;

enum till_status book_customer(struct book *b, const char *account,
                               struct book_customer *customer_out) TILL_CHECKED;
/* The customer's bills and balance, oldest first, not assessed. */
enum till_status book_arrears(struct book *b, const char *account,
                              struct arrears *arrears_out) TILL_CHECKED;

/*
 * A window of a meter book in its order, for lists: from the offset-th customer (0 = first), at
 * most `capacity`; *count_out how many were written. `owed_minor` is the sum of bills, no fees.
 */
struct book_line {
    struct book_customer customer;
    int64_t owed_minor;
    uint16_t months; /* with something owed */
};
enum till_status book_window(struct book *b, const char *meter_book, size_t offset,
                             struct book_line *lines_out, size_t capacity,
                             size_t *count_out) TILL_CHECKED;

/*
 * Find as one types: account or meter number by beginning or end, name and address by beginning;
 * best first. This is the interface that the full search keeps. query: clean UTF-8, 1..64 bytes.
 */
enum till_status book_find(struct book *b, const char *query, size_t offset,
                           struct book_line *lines_out, size_t capacity,
                           size_t *count_out) TILL_CHECKED;

#endif
