/*
 * Where the store's suites run, and what they put in: one list of back ends, a fresh store for each
 * test, rows with hostile texts.
 *
 * A new back end adds its line to `places` in store_place.c and every suite runs over it.
 */
#ifndef TILL_STORE_PLACE_H
#define TILL_STORE_PLACE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "store.h"

/* The store under test; empty at the start of each test made by PLACE_TEST. */
extern struct store *place_store;

int place_open_fresh(void **state);
int place_close_and_clean(void **state);
#define PLACE_TEST(name)                                                                           \
    cmocka_unit_test_setup_teardown(name, place_open_fresh, place_close_and_clean)

/* Run the tests over every place: what main returns. */
int place_run(const struct CMUnitTest *tests, size_t count);

/* Another handle on the same store, to be closed by the caller. */
struct store *place_open_again(void);
/* Close and open: what was committed is there for whoever comes next. */
void place_reopen(void);
/* What a stranger does to the database, past the store; in SQL that both understand. */
void place_tamper(const char *sql);
/* "sqlite", "postgresql". */
const char *place_name(void);
/* SQLite's file, as its first version was made: no row. */
void place_sqlite_make_first(void);
void place_begin(void);
void place_commit(void);

/* ---- material; the put functions need a transaction ------------------------------------------ */

extern const char place_hostile[];

struct store_terminal place_terminal(const char *number);
void place_put_terminal(const char *number);
struct entry place_entry(uint64_t seq, uint8_t mark);
struct book_customer place_customer(const char *account, const char *book, uint32_t order);
void place_put_meter_book(const char *id);
void place_put_customer(const char *account, const char *book, uint32_t order);
/* With negative energy: a correction. */
struct bill place_bill(int32_t month, int64_t amount_minor);
struct store_posting place_posting(const char *source);
void place_add_line(struct store_posting *p, const char *account, int64_t amount_minor);
enum till_status place_post_two(const char *source, const char *debit, const char *credit,
                                int64_t amount_minor);
void place_assert_balance(const char *account, int64_t expected);
void place_assert_sound_ledger(int64_t postings);

#endif
