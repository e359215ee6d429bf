/*
 * The book: what the host told this terminal. Replaceable reference data, never a truth of ours.
 *
 * It lies in two files (db/BOOK.md): PATH, the whole book as it was last sent, and PATH.delta, all
 * that changed since. Each is built beside the one before it, synced, and renamed: a power cut
 * leaves the old or the new one, and who has the old one open goes on with it. Only the terminal
 * opens it; it is read much and never written in place. Building, whole or a delta, can be done in
 * slices, so that one thread collects and builds.
 *
 * It does not know what was collected since: the overlay is journal_payments and src/core/arrears.
 *
 * Threads: one instance, one thread.
 */
#ifndef TILL_BOOK_H
#define TILL_BOOK_H

#include "book_row.h"
#include "bytes.h"

struct book;
struct book_builder;
struct book_change;

/*
 * What seals a customer's row with its bills (db/BOOK.md, Seal): HMAC-SHA-256 with a key of this
 * device, of which the book keeps the first BOOK_SEAL_SIZE bytes. At most a few microseconds.
 * NULL instead of one: rows are not sealed when they are built, and not checked when they are read
 * (tools, tests). The struct is copied; its context must outlive who got it.
 */
enum { BOOK_SEAL_SIZE = 8 };
struct book_mac {
    void *context;
    enum till_status (*mac)(void *context, struct span bytes, uint8_t mac_out[HASH_SIZE]);
};

/* ---- building -------------------------------------------------------------------------------- */

/*
 * Begin a whole book beside `path` (a leftover of a cut is removed). It grows in PATH.new, and
 * PATH.part holds what its index is made from; the book that is there is untouched until the
 * rename.
 *   vfs  NULL = VFS_SECTOR_NAME; registered before (db/vfs.h)
 * Rows that break a rule (db/book_check.h) answer TILL_E_PROTOCOL: the host sent them. The builder
 * is then to be abandoned. TILL_DISK_FULL, TILL_E_IO.
 * Memory: about 4 MiB until it is finished or abandoned.
 * Blocking: a row takes some 10 us on a PC, every 5,000th customer or so 10 ms.
 */
enum till_status book_builder_open(const char *path, const char *vfs, const struct book_mac *mac,
                                   struct book_builder **builder_out) TILL_CHECKED;
enum till_status book_builder_site(struct book_builder *b, const struct site *site) TILL_CHECKED;
enum till_status book_builder_user(struct book_builder *b, const struct book_user *u) TILL_CHECKED;
enum till_status book_builder_team(struct book_builder *b, const struct book_team *t) TILL_CHECKED;
/* Before its customers. Their number is counted at the end, not taken from *m. */
enum till_status book_builder_meter_book(struct book_builder *b,
                                         const struct book_meter_book *m) TILL_CHECKED;
/* In the head, after its meter books. */
enum till_status book_builder_holder(struct book_builder *b,
                                     const struct book_holder *h) TILL_CHECKED;
/* In the head, after the holders. */
enum till_status book_builder_stock(struct book_builder *b,
                                    const struct book_stock *s) TILL_CHECKED;
/* In the head, after the stock. */
enum till_status book_builder_taken(struct book_builder *b,
                                    const struct book_taken *t) TILL_CHECKED;
/* In the head, after those taken. */
enum till_status book_builder_explained(struct book_builder *b,
                                        const struct book_explained *e) TILL_CHECKED;
/* The customers of a meter book come together, by ascending place; `row` is ignored. */
enum till_status book_builder_customer(struct book_builder *b,
                                       const struct book_customer *c) TILL_CHECKED;
/* Bills in any order, after their customer and before the next one. */
enum till_status book_builder_bill(struct book_builder *b, const char *account,
                                   const struct bill *bill) TILL_CHECKED;

/*
 * The end in slices: first ..._end, then ..._step until *done_out, which means that the new book
 * stands. Whatever step answers but TILL_OK and not done, the builder is freed.
 *   budget_ms  of a step: it looks at the clock between pieces of at most 10 ms
 * TILL_E_PROTOCOL: an account twice, more than BILLS_MAX bills of one, no site, customers other
 * than meta says. Blocking: as budgeted, but for the last step, which syncs the file and its
 * directory. 1,000,000 customers take about 1 s in all.
 */
enum till_status book_builder_end(struct book_builder *b,
                                  const struct book_meta *meta) TILL_CHECKED;
enum till_status book_builder_step(struct book_builder *b, unsigned budget_ms,
                                   bool *done_out) TILL_CHECKED;
/* Both at once; frees the builder whatever it returns. */
enum till_status book_builder_finish(struct book_builder *b,
                                     const struct book_meta *meta) TILL_CHECKED;
void book_builder_abandon(struct book_builder *b);

/* Of a customer, after their bills: receipts that were corrected. */
enum till_status book_builder_corrected(struct book_builder *b, const char *account,
                                        const struct book_corrected *c) TILL_CHECKED;
enum till_status book_change_corrected(struct book_change *c, const char *account,
                                       const struct book_corrected *corrected) TILL_CHECKED;
/* Was that receipt corrected by the office? TILL_NOT_FOUND: as far as this book knows, no.
 * TILL_E_CORRUPT: its seal does not fit. */
enum till_status book_corrected(struct book *b, const char *terminal, uint64_t seq,
                                struct book_corrected *out) TILL_CHECKED;

/* ---- changing: a delta ----------------------------------------------------------------------- */

/*
 * Begin a delta over the book at `path` as it stands now: PATH.delta.new gets what the delta
 * brings and what the delta before it holds and this one leaves. Nothing is visible before the
 * rename at the end; then it is opened anew to be seen.
 *   mac  the book's own
 * TILL_NO_BOOK and other statuses of book_open. Is it a delta over this very revision? That the
 * caller knows from the manifest. Leftovers, rows that break a rule, memory: as of the builder.
 * Blocking: opening copies the list of meter books, 2 us each.
 */
enum till_status book_change_open(const char *path, const char *vfs, const struct book_mac *mac,
                                  struct book_change **change_out) TILL_CHECKED;
/* The book that is changed; lives as long as the change. */
const struct book_meta *book_change_over(const struct book_change *c);

/* A site brings the whole head anew: the users, meter books and team that follow are all that
 * there are, before any customer. Without a site the head stays. */
enum till_status book_change_site(struct book_change *c, const struct site *site) TILL_CHECKED;
enum till_status book_change_user(struct book_change *c, const struct book_user *u) TILL_CHECKED;
enum till_status book_change_team(struct book_change *c, const struct book_team *t) TILL_CHECKED;
enum till_status book_change_meter_book(struct book_change *c,
                                        const struct book_meter_book *m) TILL_CHECKED;
enum till_status book_change_holder(struct book_change *c,
                                    const struct book_holder *h) TILL_CHECKED;
enum till_status book_change_stock(struct book_change *c, const struct book_stock *s) TILL_CHECKED;
enum till_status book_change_taken(struct book_change *c, const struct book_taken *t) TILL_CHECKED;
enum till_status book_change_explained(struct book_change *c,
                                       const struct book_explained *e) TILL_CHECKED;
/* A new or changed customer, whole; all their bills follow, in any order. Each account at most
 * once; places may be exchanged, what counts is the end. */
enum till_status book_change_customer(struct book_change *c,
                                      const struct book_customer *customer) TILL_CHECKED;
enum till_status book_change_bill(struct book_change *c, const char *account,
                                  const struct bill *bill) TILL_CHECKED;
/* Left the book. TILL_E_PROTOCOL: was not in it, or came above. */
enum till_status book_change_gone(struct book_change *c, const char *account) TILL_CHECKED;

/* As the builder's. TILL_E_PROTOCOL besides: a place twice, a meter book that is no longer listed
 * but has customers, a user without a head. */
enum till_status book_change_end(struct book_change *c, const struct book_meta *meta) TILL_CHECKED;
enum till_status book_change_step(struct book_change *c, unsigned budget_ms,
                                  bool *done_out) TILL_CHECKED;
enum till_status book_change_finish(struct book_change *c,
                                    const struct book_meta *meta) TILL_CHECKED;
void book_change_abandon(struct book_change *c);

/* ---- reading --------------------------------------------------------------------------------- */

/*
 * TILL_NO_BOOK: there is none yet, or an empty file. TILL_E_CORRUPT: damaged, or of a form before
 * this one; fetch it anew. TILL_READ_ONLY: newer software wrote it; fetch it anew.
 * A file up to 8 MiB is checked whole. Of a larger one each page is checked when it is read:
 * TILL_E_CORRUPT then comes from the calls below.
 *   mac  NULL: seals are not looked at. Else the head's is checked here (TILL_E_SIGNATURE: users,
 *        meter books, site or meta were altered, or it is another device's; fetch it anew), and
 *        every row that is handed out with its bills: TILL_E_CORRUPT where the seal does not fit,
 *        with the account in the log
 * An open book stays as it was when a new one takes its place: open again to see that.
 * Memory: up to 2.3 MiB, two bits a customer, 17 bytes a meter book: 2.7 MiB for 1,000,000.
 */
enum till_status book_open(const char *path, const char *vfs, const struct book_mac *mac,
                           struct book **book_out) TILL_CHECKED;
void book_close(struct book *b);

const struct book_meta *book_meta(const struct book *b);
const struct site *book_site(const struct book *b);
enum till_status book_find_user(struct book *b, const char *user,
                                struct book_user *user_out) TILL_CHECKED;
/* Only a supervisor's book names the terminals of their team. TILL_NOT_FOUND: not of it. The key is
 * a secret: whoever asks wipes it. */
enum till_status book_team_find(struct book *b, const char *terminal,
                                struct book_team *team_out) TILL_CHECKED;
/* Does it name any? */
bool book_has_team(struct book *b);
/* Who carried its meter books before and has not reported, by meter book and terminal. *count_out
 * 0: nobody. More than capacity are left out. */
enum till_status book_holders(struct book *b, struct book_holder *out, size_t capacity,
                              size_t *count_out) TILL_CHECKED;
/* Numbered paper that the office issued to users of this terminal, by issue. More than capacity are
 * left out. */
enum till_status book_stock(struct book *b, struct book_stock *out, size_t capacity,
                            size_t *count_out) TILL_CHECKED;
/* Where the cash that was given with that record of this terminal was taken over on another one.
 * TILL_NOT_FOUND: as far as this book knows, nowhere. A few microseconds. */
enum till_status book_taken(struct book *b, uint64_t given, struct book_taken *out) TILL_CHECKED;
/* Differences of cash of this terminal that the office explained, by record. More than capacity are
 * left out. */
enum till_status book_explained(struct book *b, struct book_explained *out, size_t capacity,
                                size_t *count_out) TILL_CHECKED;
/* In order of id; TILL_NOT_FOUND past the end. One after the other is fast, to jump takes as long
 * as there are meter books before. */
enum till_status book_meter_book_at(struct book *b, size_t index,
                                    struct book_meter_book *out) TILL_CHECKED;

enum till_status book_customer(struct book *b, const char *account,
                               struct book_customer *customer_out) TILL_CHECKED;
/* The customer's bills and balance, oldest first, not assessed. TILL_NOT_FOUND. */
enum till_status book_arrears(struct book *b, const char *account,
                              struct arrears *arrears_out) TILL_CHECKED;

/* What of a customer fitted a query. */
enum book_match {
    BOOK_MATCH_NONE, /* nothing was looked for */
    BOOK_MATCH_ACCOUNT,
    BOOK_MATCH_METER,
    BOOK_MATCH_PHONE,
    BOOK_MATCH_NAME,
    BOOK_MATCH_PINYIN,
    BOOK_MATCH_ADDRESS,
    BOOK_MATCH_KINDS
};

/*
 * A window of a meter book in its order, for lists: from the offset-th customer (0 = first), at
 * most `capacity`; *count_out how many were written, 0 past the end. `owed_minor` is the sum of
 * bills, no fees. TILL_NOT_FOUND: no such meter book.
 */
struct book_line {
    struct book_customer customer;
    int64_t owed_minor;
    uint16_t months;       /* with something owed */
    enum book_match match; /* of book_find */
    uint32_t distance_m;   /* of book_nearest */
};
enum till_status book_window(struct book *b, const char *meter_book, size_t offset,
                             struct book_line *lines_out, size_t capacity,
                             size_t *count_out) TILL_CHECKED;

/*
 * Find as one types, by whatever the query may be:
 *   account  the account itself, accounts that end so (customers say the last digits), that have
 *            it anywhere
 *   meter, phone  that have it anywhere
 *   name     that begins so, that has it anywhere
 *   pinyin   of the name: initials (wxy) or syllables (wangxiuying) from any syllable on, in
 *            letters or as the digits of a telephone's keys (999, 9264…); names that begin so first
 *   address  that has it anywhere
 * Spaces don't count, nor do upper and lower case, nor full-width forms. A query as long as the
 * longest account that is an account is answered alone.
 *
 * Order: the first BOOK_MATCH_SHARE hits of each kind, by kind in the order above; then what is
 * left of each kind. Within a kind as above, then in the order of the books, those that a delta
 * brought last. A customer is hit once, in the first kind that fits. At most BOOK_FOUND_MAX are
 * ever given: to say "20+" ask for 21.
 *   query  clean UTF-8, 1..64 bytes, else TILL_BAD_INPUT; one character alone is looked for at
 *          the end of accounts, in names and in addresses
 * Nothing found: TILL_OK and *count_out 0. 1,000,000 customers: 20 us for an account, some
 * milliseconds for anything else.
 */
enum { BOOK_QUERY_MAX = 64, BOOK_MATCH_SHARE = 5, BOOK_FOUND_MAX = 200 };
enum till_status book_find(struct book *b, const char *query, size_t offset,
                           struct book_line *lines_out, size_t capacity,
                           size_t *count_out) TILL_CHECKED;
/* The same of some kinds only.
 *   kinds  1 << enum book_match, or'd; 0 = all */
enum till_status book_find_kinds(struct book *b, const char *query, unsigned kinds, size_t offset,
                                 struct book_line *lines_out, size_t capacity,
                                 size_t *count_out) TILL_CHECKED;

/*
 * Customers whose position is known, nearest first, at most radius_m away (src/core/distance), at
 * most `capacity`, which is at most BOOK_FOUND_MAX; of the same distance in the order of the books.
 * TILL_BAD_INPUT: no position. *count_out 0: nobody.
 *   radius_m  at most BOOK_RADIUS_MAX_M
 */
enum { BOOK_RADIUS_MAX_M = 20000 };
enum till_status book_nearest(struct book *b, int32_t latitude_e7, int32_t longitude_e7,
                              uint32_t radius_m, struct book_line *lines_out, size_t capacity,
                              size_t *count_out) TILL_CHECKED;

#endif
