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

/* ---- building -------------------------------------------------------------------------------- */

/*
 * Begin a full book beside `path` (a leftover of a cut is removed). What is gathered lies in
 * PATH.part, the book grows in PATH.new; the old book is untouched until the rename.
 *   vfs  NULL = VFS_SECTOR_NAME; registered before (db/vfs.h)
 * Rows that break a rule (db/book_check.h) answer TILL_E_PROTOCOL: the host sent them. The builder
 * is then to be abandoned. TILL_DISK_FULL, TILL_E_IO.
 */
enum till_status book_builder_open(const char *path, const char *vfs,
                                   struct book_builder **builder_out) TILL_CHECKED;
enum till_status book_builder_site(struct book_builder *b, const struct site *site) TILL_CHECKED;
enum till_status book_builder_user(struct book_builder *b, const struct book_user *u) TILL_CHECKED;
/* The number of customers is counted at the end, not taken from *m. */
enum till_status book_builder_meter_book(struct book_builder *b,
                                         const struct book_meter_book *m) TILL_CHECKED;
/* Customers come in any order; `row` is ignored. */
enum till_status book_builder_customer(struct book_builder *b,
                                       const struct book_customer *c) TILL_CHECKED;
enum till_status book_builder_bill(struct book_builder *b, const char *account,
                                   const struct bill *bill) TILL_CHECKED;
/* Check, index, sync, rename into place; frees the builder whatever it returns.
 * TILL_E_PROTOCOL: a bill without a customer, a customer without a meter book, more than BILLS_MAX
 * bills of one, no site, customers other than meta says. Blocking: about 1 s for 20,000 customers,
 * then one fdatasync of the file and one of its directory. */
enum till_status book_builder_finish(struct book_builder *b,
                                     const struct book_meta *meta) TILL_CHECKED;
void book_builder_abandon(struct book_builder *b);

/* ---- reading --------------------------------------------------------------------------------- */

/*
 * TILL_NO_BOOK: there is none yet, or an empty file. TILL_E_CORRUPT: damaged; fetch it anew.
 * TILL_READ_ONLY: newer software wrote it; fetch it anew.
 * A book up to 8 MiB is checked whole. Of a larger one each page is checked when it is read:
 * TILL_E_CORRUPT then comes from the calls below.
 * An open book stays as it was when a new one takes its place: open again to see that.
 */
enum till_status book_open(const char *path, const char *vfs, struct book **book_out) TILL_CHECKED;
void book_close(struct book *b);

const struct book_meta *book_meta(const struct book *b);
const struct site *book_site(const struct book *b);
enum till_status book_find_user(struct book *b, const char *user,
                                struct book_user *user_out) TILL_CHECKED;
/* Only a supervisor's book names the terminals of their team. TILL_NOT_FOUND: not of it. The key is
 * a secret: whoever asks wipes it. */
enum till_status book_team_find(struct book *b, const char *terminal,
                                struct book_team *team_out) TILL_CHECKED;
/* In order of id; TILL_NOT_FOUND past the end. */
enum till_status book_meter_book_at(struct book *b, size_t index,
                                    struct book_meter_book *out) TILL_CHECKED;

enum till_status book_customer(struct book *b, const char *account,
                               struct book_customer *customer_out) TILL_CHECKED;
/* The customer's bills and balance, oldest first, not assessed. TILL_NOT_FOUND. */
enum till_status book_arrears(struct book *b, const char *account,
                              struct arrears *arrears_out) TILL_CHECKED;

/*
 * A window of a meter book in its order, for lists: from the offset-th customer (0 = first), at
 * most `capacity`; *count_out how many were written, 0 past the end. `owed_minor` is the sum of
 * bills, no fees. TILL_NOT_FOUND: no such meter book.
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
 * Find as one types; best first: the account itself, accounts that end so (customers say the last
 * digits), that begin so, meter number by beginning or end or the whole phone number, name by
 * beginning, name, address; then in the order of the books. ASCII letters in either case. A query
 * as long as the longest account is a whole number: the account, or the meter where it is longer
 * still, is then answered alone and by index; everything else reads all customers (5 ms for 2,000
 * on a PC).
 * This is the interface that the full search keeps.
 *   query  clean UTF-8, 1..64 bytes, else TILL_BAD_INPUT
 * Nothing found: TILL_OK and *count_out 0.
 */
enum { BOOK_QUERY_MAX = 64 };
enum till_status book_find(struct book *b, const char *query, size_t offset,
                           struct book_line *lines_out, size_t capacity,
                           size_t *count_out) TILL_CHECKED;

#endif
