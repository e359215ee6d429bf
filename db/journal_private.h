/*
 * What the files of the journal share. Private to db/journal*.c.
 */
#ifndef TILL_JOURNAL_PRIVATE_H
#define TILL_JOURNAL_PRIVATE_H

#include <sqlite3.h>

#include "journal.h"
#include "sqlite.h"

enum {
    JOURNAL_APPLICATION = 0x46744A6C, /* "FtJl" */
    JOURNAL_PAGE_SIZE = 512,
    JOURNAL_FOLD_CHECK_SIZE = 4,
    /*
     * The fold and the touches are written with every such entry, and made again from those after
     * it at a start. Written with each entry they cost 1.5 kB a receipt on flash.
     */
    JOURNAL_GROUP = 16,
    /*
     * Frames of the WAL after which it is written back. More is fewer bytes on flash, as the fold
     * and the right edges are written back once for all; fewer is a shorter start after a cut.
     */
    JOURNAL_WAL_FRAMES = 1000
};

/* The order of journal_statement_texts. */
enum journal_statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_INSERT_ENTRY,
    STATEMENT_INSERT_TEXT,
    STATEMENT_INSERT_TOUCH,
    STATEMENT_UPDATE_FOLD,
    STATEMENT_UPDATE_ACK,
    STATEMENT_SELECT_ENTRY,
    STATEMENT_SELECT_TEXT,
    STATEMENT_SELECT_STATE,
    STATEMENT_SELECT_LAST,
    STATEMENT_SELECT_TOUCHES,
    STATEMENT_SELECT_LATEST_TOUCHES,
    STATEMENT_SELECT_TOUCH,
    STATEMENT_SELECT_LOGIN_BEFORE,
    STATEMENT_SELECT_SHIFT_BEFORE,
    STATEMENT_SELECT_NEXT_OF,
    STATEMENT_COUNT
};

/* How the entries behind the last full group touched customers; ascending. */
struct journal_group {
    size_t count;
    struct journal_touch touches[JOURNAL_GROUP];
};
/* Nothing where it touched none. */
void journal_group_add(struct journal_group *group, uint64_t seq, const struct fold_touch *touch);

struct journal {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct sealer sealer;
    struct fold fold; /* as of the last commit */
    struct journal_group group;
    struct fold trial; /* both as of the append under way */
    struct journal_group trial_group;
    uint8_t head[HASH_SIZE];
    struct journal_ack ack;
    int wal_frames;
    bool read_only;
    bool fold_is_old; /* while it opens: kept by earlier software, folded from seq 1 */
    bool tail_dirty;  /* a failed commit may have left frames in the WAL */
    bool failed;      /* a commit's outcome is unknown: only a new start can tell */
};

/* ---- journal_store.c: rows and transactions -------------------------------------------------- */

extern const char *const journal_statement_texts[STATEMENT_COUNT];

/* Row of STATEMENT_SELECT_ENTRY or journal_audit_entries as an entry. TILL_E_CORRUPT. */
enum till_status journal_row_entry(const struct sqlite_use *use,
                                   struct entry *entry_out) TILL_CHECKED;

struct journal_state {
    struct span fold; /* valid until the statement moves */
    struct span fold_check;
    uint64_t kind_count;
    struct journal_ack ack;
};
enum till_status journal_row_state(const struct sqlite_use *use,
                                   struct journal_state *state_out) TILL_CHECKED;

/* What stands beside the packed fold: the first bytes of SHA-256 over it and the head's hash. */
enum till_status journal_fold_check(const struct sealer *sealer, struct span packed,
                                    const uint8_t head[HASH_SIZE],
                                    uint8_t check_out[JOURNAL_FOLD_CHECK_SIZE]) TILL_CHECKED;

/* How many kinds this software knows: kinds are only ever added. */
uint64_t journal_kind_count(void);

/* One transaction: begin, then an entry after another into j->trial, then commit, which makes the
 * trial what is. `status` other than TILL_OK takes everything back, and is the answer. */
enum till_status journal_begin(struct journal *j) TILL_CHECKED;
/* Row and text of an entry that j->trial has folded; where it ends a group, the group's touches and
 * the fold too. */
/* As of the last full group, whose last entry has that hash; j->fold ends with it. */
enum till_status journal_renew_fold(struct journal *j, const uint8_t head[HASH_SIZE]) TILL_CHECKED;
enum till_status journal_put(struct journal *j, const struct entry *entry,
                             const struct fold_touch *touch, struct span receipt_text) TILL_CHECKED;
enum till_status journal_commit(struct journal *j, enum till_status status) TILL_CHECKED;
enum till_status journal_store_ack(struct journal *j, const struct journal_ack *ack) TILL_CHECKED;

/* Write the WAL back and empty it. */
enum till_status journal_checkpoint(struct journal *j) TILL_CHECKED;

/* journal_append_all with the predecessor's hash given: journal_create has a genesis, no head. */
enum till_status journal_append_after(struct journal *j, const char *terminal,
                                      const uint8_t prev[HASH_SIZE], int64_t at_s, bool training,
                                      struct journal_item *items, size_t count) TILL_CHECKED;

/* ---- journal_touch.c: how entries touched customers ------------------------------------------ */

/* Where touches are read: the rows of full groups, and the group behind them. */
struct journal_rows {
    sqlite3_stmt *const *statements; /* by enum journal_statement */
    const struct journal_group *group;
};
enum till_status journal_touch_insert(struct sqlite_use *use,
                                      const struct journal_touch *touch) TILL_CHECKED;
/* The column `detail` of a touch's row. */
int64_t journal_touch_detail(const struct fold_touch *touch);
/* Row of seq, amount_minor, detail; the account is the caller's. TILL_E_CORRUPT. */
enum till_status journal_touch_row(const struct sqlite_use *use, const char *account,
                                   struct journal_touch *touch_out) TILL_CHECKED;
/* Which entry before `before` reversed the payment `seq` of the account? *reversal_out 0: none. */
enum till_status journal_touch_reversal(const struct journal_rows *rows, const char *account,
                                        uint64_t seq, uint64_t before,
                                        uint64_t *reversal_out) TILL_CHECKED;

/* ---- journal_names.c: what an entry says of another ------------------------------------------ */

/*
 * What the fold can't know of an entry that is to follow it: that a reversal or a duplicate names
 * an entry that bears it (fold.h). All other kinds pass.
 *   before  the fold without the entry
 * TILL_E_PROTOCOL: it does not.
 */
enum till_status journal_check_names(const struct journal_rows *rows, const struct fold *before,
                                     const struct entry *entry) TILL_CHECKED;
/* The entry of that number; TILL_E_PROTOCOL: there is none. */
enum till_status journal_read_named(const struct journal_rows *rows, uint64_t seq,
                                    struct entry *entry_out) TILL_CHECKED;

/* ---- journal_numbers.c: numbered paper ------------------------------------------------------- */

/* The same for kinds of stationery, manual_receipt and invoice_request: a number is in one state,
 * it is used for the paper that has just begun, and a receipt has one valid number of each type. */
enum till_status journal_check_numbers(const struct journal_rows *rows, const struct fold *before,
                                       const struct entry *entry) TILL_CHECKED;

/* journal_audit on another VFS; NULL = the system's. */
enum till_status journal_audit_on(const char *vfs, const char *path,
                                  const struct journal_verifier *verifier,
                                  struct journal_verdict *verdict_out) TILL_CHECKED;

/* The same without the quick way before it (db/journal_sweep.h). */
enum till_status journal_audit_one_by_one(const char *vfs, const char *path,
                                          const struct journal_verifier *verifier,
                                          struct journal_verdict *verdict_out) TILL_CHECKED;

#endif
