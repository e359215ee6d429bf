/*
 * The store's SQLite back end: one file in WAL mode, synchronous=FULL, pages with checksums and
 * no sector shared between two commits (db/vfs.h).  Private to db/store_sqlite*.c.
 */
#ifndef TILL_STORE_SQLITE_H
#define TILL_STORE_SQLITE_H

#include "sql.h"
#include "sqlite.h"
#include "store_backend.h"

#define STORE_STATEMENT_LIST(X)                                                                    \
    X(MARK)                                                                                        \
    X(KEEP)                                                                                        \
    X(UNDO)                                                                                        \
    X(PUT_TERMINAL)                                                                                \
    X(TERMINAL)                                                                                    \
    X(TERMINAL_ABOVE)                                                                              \
    X(CLEAR_ASSIGNMENT)                                                                            \
    X(PUT_ASSIGNMENT)                                                                              \
    X(ASSIGNMENTS)                                                                                 \
    X(PUT_ENTRY)                                                                                   \
    X(ENTRY)                                                                                       \
    X(PUT_FORK)                                                                                    \
    X(FORK_COUNT)                                                                                  \
    X(PUT_QUARANTINE)                                                                              \
    X(QUARANTINED)                                                                                 \
    X(PUT_ALARM)                                                                                   \
    X(ALARM_ABOVE)                                                                                 \
    X(POSTING_OF_SOURCE)                                                                           \
    X(PUT_POSTING)                                                                                 \
    X(PUT_LINE)                                                                                    \
    X(LEDGER_ACCOUNT)                                                                              \
    X(ADD_LEDGER_ACCOUNT)                                                                          \
    X(SET_BALANCE)                                                                                 \
    X(LEDGER_ACCOUNTS_FROM)                                                                        \
    X(POSTING_ABOVE)                                                                               \
    X(POSTING_LINES)                                                                               \
    X(LINES_BY_POSTING)                                                                            \
    X(LINES_BY_ACCOUNT)                                                                            \
    X(PUT_SITE)                                                                                    \
    X(SITE)                                                                                        \
    X(PUT_USER)                                                                                    \
    X(USER_ABOVE)                                                                                  \
    X(PUT_METER_BOOK)                                                                              \
    X(METER_BOOK)                                                                                  \
    X(PUT_CUSTOMER)                                                                                \
    X(MAKE_ROOM)                                                                                   \
    X(CUSTOMER)                                                                                    \
    X(CUSTOMER_ABOVE)                                                                              \
    X(PUT_BILL)                                                                                    \
    X(BILL)                                                                                        \
    X(SET_BILL_OPEN)                                                                               \
    X(OPEN_BILLS)                                                                                  \
    X(PUT_VALUE)                                                                                   \
    X(VALUE)                                                                                       \
    X(ADD_PAYMENT)                                                                                 \
    X(ADD_PAYMENT_BILL)                                                                            \
    X(PAYMENT)                                                                                     \
    X(PAYMENT_BILLS)                                                                               \
    X(UNDO_PAYMENT)                                                                                \
    X(ADD_MATTER)                                                                                  \
    X(MATTER_ABOVE)                                                                                \
    X(ANSWER_MATTER)                                                                               \
    X(OPEN_MATTERS)

enum store_statement {
#define X(name) STORE_##name,
    STORE_STATEMENT_LIST(X)
#undef X
        STORE_STATEMENTS
};

struct store_sqlite {
    struct store store; /* first: a struct store * is one of these */
    sqlite3 *db;
    sqlite3_stmt *statements[STORE_STATEMENTS];
};

struct sqlite_use store_use(struct store *s, enum store_statement which);
int64_t store_last_id(struct store *s);
/* Run a statement whose row refers to another: that one missing is TILL_NOT_FOUND. */
enum till_status store_run_referring(struct sqlite_use *use) TILL_CHECKED;

/* store_sqlite_entries.c */
enum till_status store_sqlite_entry_add(struct store *s, const char *terminal,
                                        const struct entry *e) TILL_CHECKED;
enum till_status store_sqlite_entry_get(struct store *s, const char *terminal, uint64_t seq,
                                        struct entry *out) TILL_CHECKED;
enum till_status store_sqlite_fork_add(struct store *s, const char *terminal, const struct entry *e,
                                       const uint8_t prev[HASH_SIZE]) TILL_CHECKED;
enum till_status store_sqlite_fork_count(struct store *s, const char *terminal,
                                         uint64_t *count_out) TILL_CHECKED;
enum till_status store_sqlite_quarantine_add(struct store *s, const char *terminal, uint64_t seq,
                                             const char *reason) TILL_CHECKED;
enum till_status store_sqlite_quarantined(struct store *s, const char *terminal, uint64_t *seqs_out,
                                          size_t capacity, size_t *count_out) TILL_CHECKED;
enum till_status store_sqlite_alarm_add(struct store *s, const struct store_alarm *a) TILL_CHECKED;
enum till_status store_sqlite_alarm_above(struct store *s, int64_t id,
                                          struct store_alarm *out) TILL_CHECKED;

/* store_sqlite_ledger.c */
enum till_status store_sqlite_posting_of(struct store *s, const char *source,
                                         int64_t *number_out) TILL_CHECKED;
enum till_status store_sqlite_posting_add(struct store *s, const struct store_posting *p,
                                          int64_t *number_out) TILL_CHECKED;
enum till_status store_sqlite_account_open(struct store *s, const char *name, int64_t *id_out,
                                           int64_t *balance_out) TILL_CHECKED;
enum till_status store_sqlite_line_add(struct store *s, int64_t posting, size_t place,
                                       int64_t account, int64_t amount_minor) TILL_CHECKED;
enum till_status store_sqlite_balance_set(struct store *s, int64_t account,
                                          int64_t balance_minor) TILL_CHECKED;
enum till_status store_sqlite_balance(struct store *s, const char *name,
                                      int64_t *balance_out) TILL_CHECKED;
enum till_status store_sqlite_balance_prefix(struct store *s, const char *prefix,
                                             int64_t *balance_out) TILL_CHECKED;
enum till_status store_sqlite_posting_above(struct store *s, int64_t number, int64_t *number_out,
                                            struct store_posting *out) TILL_CHECKED;
enum till_status store_sqlite_ledger_check(struct store *s,
                                           struct store_ledger_verdict *out) TILL_CHECKED;

/* store_sqlite_office.c */
enum till_status store_sqlite_payment_add(struct store *s,
                                          const struct store_payment *p) TILL_CHECKED;
enum till_status store_sqlite_payment_get(struct store *s, const char *terminal, uint64_t seq,
                                          struct store_payment *out) TILL_CHECKED;
enum till_status store_sqlite_payment_undo(struct store *s, const char *terminal, uint64_t seq,
                                           const char *source, bool *undone_out) TILL_CHECKED;
enum till_status store_sqlite_matter_add(struct store *s, const struct store_matter *m,
                                         bool *added_out) TILL_CHECKED;
enum till_status store_sqlite_matter_above(struct store *s, int64_t id,
                                           struct store_matter *out) TILL_CHECKED;
enum till_status store_sqlite_matter_answer(struct store *s, int64_t id, int64_t at_s,
                                            const char *answer, bool *answered_out) TILL_CHECKED;
enum till_status store_sqlite_matters_open(struct store *s, const char *account,
                                           enum matter_kind kind, int64_t *count_out) TILL_CHECKED;
int64_t store_changes(struct store *s);

/* store_sqlite_master.c */
enum till_status store_sqlite_site_put(struct store *s, const char *record) TILL_CHECKED;
enum till_status store_sqlite_site_get(struct store *s, char *record_out,
                                       size_t capacity) TILL_CHECKED;
enum till_status store_sqlite_user_put(struct store *s, const struct book_user *u) TILL_CHECKED;
enum till_status store_sqlite_user_above(struct store *s, const char *user,
                                         struct book_user *out) TILL_CHECKED;
enum till_status store_sqlite_meter_book_put(struct store *s,
                                             const struct book_meter_book *m) TILL_CHECKED;
enum till_status store_sqlite_meter_book_get(struct store *s, const char *id,
                                             struct book_meter_book *out) TILL_CHECKED;
enum till_status store_sqlite_customer_put(struct store *s,
                                           const struct book_customer *c) TILL_CHECKED;
enum till_status store_sqlite_customer_get(struct store *s, const char *account,
                                           struct book_customer *out) TILL_CHECKED;
enum till_status store_sqlite_customer_above(struct store *s, const char *meter_book,
                                             uint32_t order,
                                             struct book_customer *out) TILL_CHECKED;
enum till_status store_sqlite_bill_add(struct store *s, const char *account,
                                       const struct bill *bill) TILL_CHECKED;
enum till_status store_sqlite_bill_get(struct store *s, const char *account, int32_t month,
                                       int16_t type, struct bill *out) TILL_CHECKED;
enum till_status store_sqlite_bill_open_set(struct store *s, const char *account,
                                            const struct bill *bill) TILL_CHECKED;
enum till_status store_sqlite_bills_open(struct store *s, const char *account,
                                         struct arrears *out) TILL_CHECKED;
enum till_status store_sqlite_value_put(struct store *s, const char *key,
                                        const char *value) TILL_CHECKED;
enum till_status store_sqlite_value_get(struct store *s, const char *key, char *value_out,
                                        size_t capacity) TILL_CHECKED;

#endif
