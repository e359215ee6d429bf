/*
 * The rows of the store that store.h, store_office.h and the ledger are made of: one function a
 * statement or two, written once over rows_use.h. Rules (what is valid, what is the same, what sums
 * to zero) are above them, in store*.c.
 *
 * Private to db/. Arguments are valid: texts clean and within their limits, numbers within int64.
 * Statuses are those of store.h.
 */
#ifndef TILL_STORE_ROWS_H
#define TILL_STORE_ROWS_H

#include "rows_use.h"
#include "store_office.h"

enum till_status store_rows_terminal_put(struct store *s,
                                         const struct store_terminal *t) TILL_CHECKED;
/* The first above `number`, or that very one (TILL_NOT_FOUND where it is not there). */
enum till_status store_rows_terminal_above(struct store *s, const char *number,
                                           struct store_terminal *out) TILL_CHECKED;
enum till_status store_rows_terminal_get(struct store *s, const char *number,
                                         struct store_terminal *out) TILL_CHECKED;
enum till_status store_rows_assign(struct store *s, const char *terminal,
                                   const char (*ids)[BOOK_ID_MAX], size_t count) TILL_CHECKED;
enum till_status store_rows_assigned(struct store *s, const char *terminal,
                                     char (*ids_out)[BOOK_ID_MAX], size_t capacity,
                                     size_t *count_out) TILL_CHECKED;

/* TILL_NOT_FOUND: no such terminal. */
enum till_status store_rows_entry_add(struct store *s, const char *terminal,
                                      const struct entry *e) TILL_CHECKED;
enum till_status store_rows_entry_get(struct store *s, const char *terminal, uint64_t seq,
                                      struct entry *out) TILL_CHECKED;
/* Of a row that begins with number, time, kind and body. */
enum till_status store_rows_entry_take(const struct rows_use *use, struct entry *e) TILL_CHECKED;
/* Again: TILL_OK, kept once; so with the quarantine. */
enum till_status store_rows_fork_add(struct store *s, const char *terminal, const struct entry *e,
                                     const uint8_t prev[HASH_SIZE]) TILL_CHECKED;
enum till_status store_rows_fork_count(struct store *s, const char *terminal,
                                       uint64_t *count_out) TILL_CHECKED;
/* TILL_NOT_FOUND: no such entry. */
enum till_status store_rows_quarantine_add(struct store *s, const char *terminal, uint64_t seq,
                                           const char *reason) TILL_CHECKED;
enum till_status store_rows_quarantined(struct store *s, const char *terminal, uint64_t *seqs_out,
                                        size_t capacity, size_t *count_out) TILL_CHECKED;

enum till_status store_rows_alarm_add(struct store *s, const struct store_alarm *a) TILL_CHECKED;
enum till_status store_rows_alarm_above(struct store *s, int64_t id,
                                        struct store_alarm *out) TILL_CHECKED;

/* TILL_NOT_FOUND: nothing was posted from there. */
enum till_status store_rows_posting_of(struct store *s, const char *source,
                                       int64_t *number_out) TILL_CHECKED;
enum till_status store_rows_posting_add(struct store *s, const struct store_posting *p,
                                        int64_t *number_out) TILL_CHECKED;
/* Makes the account where there is none; read: from the database, whatever waits. */
enum till_status store_rows_account_read(struct store *s, const char *name, int64_t *id_out,
                                         int64_t *balance_out) TILL_CHECKED;
enum till_status store_rows_account_open(struct store *s, const char *name, int64_t *id_out,
                                         int64_t *balance_out) TILL_CHECKED;
enum till_status store_rows_line_add(struct store *s, int64_t posting, size_t place,
                                     int64_t account, int64_t amount_minor) TILL_CHECKED;
enum till_status store_rows_balance_add(struct store *s, int64_t account,
                                        int64_t amount_minor) TILL_CHECKED;
enum till_status store_rows_balance(struct store *s, const char *name,
                                    int64_t *balance_out) TILL_CHECKED;
enum till_status store_rows_balances_of(struct store *s, const char *prefix, struct store_line *out,
                                        size_t capacity, size_t *count_out) TILL_CHECKED;
enum till_status store_rows_balance_prefix(struct store *s, const char *prefix,
                                           int64_t *balance_out) TILL_CHECKED;
enum till_status store_rows_posting_above(struct store *s, int64_t number, int64_t *number_out,
                                          struct store_posting *out) TILL_CHECKED;
enum till_status store_rows_ledger_check(struct store *s,
                                         struct store_ledger_verdict *verdict_out) TILL_CHECKED;

/* Its bills, one by one; the payment itself is there. */
enum till_status store_rows_payment_bills_add(struct store *s,
                                              const struct store_payment *p) TILL_CHECKED;
enum till_status store_rows_payment_add(struct store *s,
                                        const struct store_payment *p) TILL_CHECKED;
enum till_status store_rows_payment_get(struct store *s, const char *terminal, uint64_t seq,
                                        struct store_payment *out) TILL_CHECKED;
/* *undone_out false: there is none, or something undid it already. */
enum till_status store_rows_payment_undo(struct store *s, const char *terminal, uint64_t seq,
                                         const char *source, bool *undone_out) TILL_CHECKED;
/* *added_out false: that entry's matter is there. */
enum till_status store_rows_matter_add(struct store *s, const struct store_matter *m,
                                       bool *added_out) TILL_CHECKED;
enum till_status store_rows_matter_above(struct store *s, int64_t id,
                                         struct store_matter *out) TILL_CHECKED;
enum till_status store_rows_matter_asking(struct store *s, enum matter_kind kind,
                                          const char *reference, int64_t *id_out) TILL_CHECKED;
enum till_status store_rows_matter_answer(struct store *s, int64_t id, int64_t at_s,
                                          const char *answer, enum dispute_outcome outcome,
                                          bool *answered_out) TILL_CHECKED;
enum till_status store_rows_matters_open(struct store *s, const char *account,
                                         enum matter_kind kind, int64_t *count_out) TILL_CHECKED;

enum till_status store_rows_site_put(struct store *s, const char *record) TILL_CHECKED;
enum till_status store_rows_site_get(struct store *s, char *record_out,
                                     size_t capacity) TILL_CHECKED;
enum till_status store_rows_user_put(struct store *s, const struct book_user *u) TILL_CHECKED;
enum till_status store_rows_user_above(struct store *s, const char *user,
                                       struct book_user *out) TILL_CHECKED;
enum till_status store_rows_meter_book_put(struct store *s,
                                           const struct book_meter_book *m) TILL_CHECKED;
enum till_status store_rows_meter_book_get(struct store *s, const char *id,
                                           struct book_meter_book *out) TILL_CHECKED;
/* Moves whoever else stands at that place to the end. TILL_NOT_FOUND: no such meter book. */
enum till_status store_rows_customer_put(struct store *s,
                                         const struct book_customer *c) TILL_CHECKED;
/* account, name, address, meter, phone, meter_book, place, class, balance_minor, last_paid_date,
 * last_paid_minor, flags, latitude_e7, longitude_e7, last_reading_cwh, last_reading_date. */
enum till_status store_rows_read_customer(const struct rows_use *use,
                                          struct book_customer *out) TILL_CHECKED;
enum till_status store_rows_customer_get(struct store *s, const char *account,
                                         struct book_customer *out) TILL_CHECKED;
enum till_status store_rows_customer_above(struct store *s, const char *meter_book, uint32_t order,
                                           struct book_customer *out) TILL_CHECKED;
/* month, type, due_date, energy_cwh, amount_minor. */
enum till_status store_rows_read_bill(const struct rows_use *use, struct bill *out) TILL_CHECKED;
/* TILL_NOT_FOUND: no such customer. */
enum till_status store_rows_bill_add(struct store *s, const char *account,
                                     const struct bill *bill) TILL_CHECKED;
/* As issued. */
enum till_status store_rows_bill_get(struct store *s, const char *account, int32_t month,
                                     int16_t type, struct bill *out) TILL_CHECKED;
enum till_status store_rows_bill_open_set(struct store *s, const char *account,
                                          const struct bill *bill) TILL_CHECKED;
enum till_status store_rows_bills_open(struct store *s, const char *account,
                                       struct arrears *out) TILL_CHECKED;

enum till_status store_rows_value_put(struct store *s, const char *key,
                                      const char *value) TILL_CHECKED;
enum till_status store_rows_value_remove(struct store *s, const char *key) TILL_CHECKED;
enum till_status store_rows_value_get(struct store *s, const char *key, char *value_out,
                                      size_t capacity) TILL_CHECKED;

#endif
