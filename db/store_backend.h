/*
 * What a back end of the store does: rows in and out, one transaction. Rules that hold for every
 * back end (what is valid, what is the same, what sums to zero) are in store*.c, above it.
 *
 * Private to db/. A back end puts `struct store` first in its own struct. Arguments are valid:
 * texts clean and within their limits, numbers within int64. Statuses are those of store.h.
 */
#ifndef TILL_STORE_BACKEND_H
#define TILL_STORE_BACKEND_H

#include "store_office.h"

struct store_backend {
    void (*close)(struct store *s);
    enum till_status (*begin)(struct store *s);
    enum till_status (*commit)(struct store *s);
    void (*rollback)(struct store *s);
    /* Within a transaction: `undo` takes back everything since `mark`; one at a time. */
    enum till_status (*mark)(struct store *s);
    enum till_status (*keep)(struct store *s);
    enum till_status (*undo)(struct store *s);

    enum till_status (*terminal_put)(struct store *s, const struct store_terminal *t);
    /* The first above `number`, or that very one (TILL_NOT_FOUND where it is not there). */
    enum till_status (*terminal_above)(struct store *s, const char *number,
                                       struct store_terminal *out);
    enum till_status (*terminal_get)(struct store *s, const char *number,
                                     struct store_terminal *out);
    enum till_status (*assign)(struct store *s, const char *terminal,
                               const char (*ids)[BOOK_ID_MAX], size_t count);
    enum till_status (*assigned)(struct store *s, const char *terminal,
                                 char (*ids_out)[BOOK_ID_MAX], size_t capacity, size_t *count_out);

    /* TILL_NOT_FOUND: no such terminal. */
    enum till_status (*entry_add)(struct store *s, const char *terminal, const struct entry *e);
    enum till_status (*entry_get)(struct store *s, const char *terminal, uint64_t seq,
                                  struct entry *out);
    /* Again: TILL_OK, kept once; so with the quarantine. */
    enum till_status (*fork_add)(struct store *s, const char *terminal, const struct entry *e,
                                 const uint8_t prev[HASH_SIZE]);
    enum till_status (*fork_count)(struct store *s, const char *terminal, uint64_t *count_out);
    /* TILL_NOT_FOUND: no such entry. */
    enum till_status (*quarantine_add)(struct store *s, const char *terminal, uint64_t seq,
                                       const char *reason);
    enum till_status (*quarantined)(struct store *s, const char *terminal, uint64_t *seqs_out,
                                    size_t capacity, size_t *count_out);

    enum till_status (*alarm_add)(struct store *s, const struct store_alarm *a);
    enum till_status (*alarm_above)(struct store *s, int64_t id, struct store_alarm *out);

    /* TILL_NOT_FOUND: nothing was posted from there. */
    enum till_status (*posting_of)(struct store *s, const char *source, int64_t *number_out);
    enum till_status (*posting_add)(struct store *s, const struct store_posting *p,
                                    int64_t *number_out);
    /* Makes the account where there is none. */
    enum till_status (*account_open)(struct store *s, const char *name, int64_t *id_out,
                                     int64_t *balance_out);
    enum till_status (*line_add)(struct store *s, int64_t posting, size_t place, int64_t account,
                                 int64_t amount_minor);
    enum till_status (*balance_set)(struct store *s, int64_t account, int64_t balance_minor);
    enum till_status (*balance)(struct store *s, const char *name, int64_t *balance_out);
    enum till_status (*balance_prefix)(struct store *s, const char *prefix, int64_t *balance_out);
    enum till_status (*posting_above)(struct store *s, int64_t number, int64_t *number_out,
                                      struct store_posting *out);
    enum till_status (*ledger_check)(struct store *s, struct store_ledger_verdict *verdict_out);

    enum till_status (*payment_add)(struct store *s, const struct store_payment *p);
    enum till_status (*payment_get)(struct store *s, const char *terminal, uint64_t seq,
                                    struct store_payment *out);
    /* *undone_out false: there is none, or something undid it already. */
    enum till_status (*payment_undo)(struct store *s, const char *terminal, uint64_t seq,
                                     const char *source, bool *undone_out);
    /* *added_out false: that entry's matter is there. */
    enum till_status (*matter_add)(struct store *s, const struct store_matter *m, bool *added_out);
    enum till_status (*matter_above)(struct store *s, int64_t id, struct store_matter *out);
    enum till_status (*matter_answer)(struct store *s, int64_t id, int64_t at_s, const char *answer,
                                      bool *answered_out);
    enum till_status (*matters_open)(struct store *s, const char *account, enum matter_kind kind,
                                     int64_t *count_out);

    enum till_status (*site_put)(struct store *s, const char *record);
    enum till_status (*site_get)(struct store *s, char *record_out, size_t capacity);
    enum till_status (*user_put)(struct store *s, const struct book_user *u);
    enum till_status (*user_above)(struct store *s, const char *user, struct book_user *out);
    enum till_status (*meter_book_put)(struct store *s, const struct book_meter_book *m);
    enum till_status (*meter_book_get)(struct store *s, const char *id,
                                       struct book_meter_book *out);
    /* Moves whoever else stands at that place to the end. TILL_NOT_FOUND: no such meter book. */
    enum till_status (*customer_put)(struct store *s, const struct book_customer *c);
    enum till_status (*customer_get)(struct store *s, const char *account,
                                     struct book_customer *out);
    enum till_status (*customer_above)(struct store *s, const char *meter_book, uint32_t order,
                                       struct book_customer *out);
    /* TILL_NOT_FOUND: no such customer. */
    enum till_status (*bill_add)(struct store *s, const char *account, const struct bill *bill);
    /* As issued. */
    enum till_status (*bill_get)(struct store *s, const char *account, int32_t month, int16_t type,
                                 struct bill *out);
    enum till_status (*bill_open_set)(struct store *s, const char *account,
                                      const struct bill *bill);
    enum till_status (*bills_open)(struct store *s, const char *account, struct arrears *out);

    enum till_status (*value_put)(struct store *s, const char *key, const char *value);
    enum till_status (*value_get)(struct store *s, const char *key, char *value_out,
                                  size_t capacity);
};

struct store {
    const struct store_backend *backend;
    bool in_transaction;
};

/* Opens or makes the database at `path`. */
enum till_status store_sqlite_open(const char *path, struct store **store_out) TILL_CHECKED;

#endif
