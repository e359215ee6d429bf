/*
 * An office and its devices: a host's folder in a temporary place, and terminals that enrol there,
 * write journals and pack batches, with real keys. For the tests of src/host.
 */
#ifndef TILL_TEST_OFFICE_H
#define TILL_TEST_OFFICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api.h"
#include "authority.h"
#include "batch.h"
#include "enrol.h"
#include "import.h"
#include "ingest.h"
#include "ledger_check.h"
#include "store.h"

#define OFFICE_NOW_S INT64_C(1795309200) /* 2026-11-22 09:00 in China */
#define OFFICE_ACCOUNT "6100234567"      /* owes 92.10 of 09 and 94.32 of 10, both due 2026-12-31 */
#define OFFICE_OTHER "6100234568"        /* owes nothing, has an advance of 20.00 */
#define OFFICE_LATE "6100234569"         /* owes 100.00, due 2026-11-12: ten days late */

enum { DEVICE_ENTRIES_MAX = 64 };

struct office {
    char dir[256];
    struct store *store;
    struct authority authority;
};
extern struct office office;

/* Set-up and tear-down of each test: an office with tables imported; and its end. */
int office_open(void **state);
int office_close(void **state);
/* All tests with the store on SQLite, then with it on a PostgreSQL of the test's own: what main
 * returns. */
int office_run(const char *name, const struct CMUnitTest *tests, size_t count);
#define OFFICE_TEST(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)

/* Import a text as a file; rows that were bad are counted. */
struct import_report office_import(const char *csv);
/* The reason of the last bad row of an import. */
extern const char *office_bad_reason;
extern uint32_t office_bad_line;

int64_t office_balance(const char *account);
struct arrears office_arrears(const char *account);
struct store_terminal office_terminal(const char *terminal);
int64_t office_postings(void);
/* How many alarms of that kind there are. */
unsigned office_alarms(const char *kind);
/* The check says: right. Prints the difference where not. */
void office_assert_sound(void);
/* It finds a difference that has `part` in it. */
void office_assert_wrong(const char *part);
/* SQL past the store, as a stranger would. */
void office_tamper(const char *sql);
/* Where the two databases say it differently. */
void office_tamper_each(const char *sqlite, const char *postgres);
void office_path(const char *name, char out[FILES_PATH_MAX]);

struct device {
    char terminal[TERMINAL_MAX];
    char code[ENROL_CODE_MAX];
    struct crypto_key *journal, *line;
    struct sealer sealer;
    struct enrol_answer answer;
    uint8_t genesis[HASH_SIZE];
    struct entry entries[DEVICE_ENTRIES_MAX]; /* sealed; seq is the index plus one */
    uint64_t count;
    int64_t at_s;
};

/* With two keys and a code; not enrolled yet. */
void device_make(struct device *d, const char *terminal);
struct enrol_request device_request(const struct device *d);
void device_enrol(struct device *d);
/* Made, enrolled, with the entries enrolled, opened, login 1001, shift_opened with 100.00. */
void device_begin(struct device *d, const char *terminal);
void device_end(struct device *d);

/* Append and seal; kind, body and body_size of *e stand. */
void device_append(struct device *d, struct entry *e);
void device_login(struct device *d, enum entry_kind kind, const char *user);
struct body_collection device_cash(const char *account, int64_t amount_minor);
void device_collect(struct device *d, const struct body_collection *body, uint16_t flags);
/* A body of the test's own, written as it is. */
void device_raw(struct device *d, uint16_t kind, const char *body);
/* The Z of whoever is logged in, with as much in the bag as there should be. */
void device_close(struct device *d, int64_t cash_minor);
/* Take the journal back to `count` entries: an old image was restored. */
void device_roll_back(struct device *d, uint64_t count);

/* Entries from..to as a batch; memory: BATCH_PACKED_MAX. */
struct span device_batch(const struct device *d, uint64_t from, uint64_t to, uint8_t *memory);
/* The same, handed in. */
enum till_status device_send(const struct device *d, uint64_t from, uint64_t to,
                             struct ingest_outcome *outcome_out);
/* All of it; the host must take it. */
struct ingest_outcome device_hand_in(const struct device *d);

#endif
