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
     * The fold and the payments are written with every such entry, and made again from those after
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
    STATEMENT_INSERT_PAYMENT,
    STATEMENT_UPDATE_FOLD,
    STATEMENT_UPDATE_ACK,
    STATEMENT_SELECT_ENTRY,
    STATEMENT_SELECT_TEXT,
    STATEMENT_SELECT_STATE,
    STATEMENT_SELECT_LAST,
    STATEMENT_SELECT_PAYMENTS,
    STATEMENT_COUNT
};

/* Payments of the entries behind the last full group, ascending. */
struct journal_group {
    size_t count;
    struct {
        uint64_t seq;
        struct fold_touch payment;
    } payments[JOURNAL_GROUP];
};
void journal_group_add(struct journal_group *group, uint64_t seq,
                       const struct fold_touch *payment);

struct journal {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct sealer sealer;
    struct fold fold;  /* as of the last commit */
    struct fold trial; /* as of the append under way */
    struct journal_group group;
    uint8_t head[HASH_SIZE];
    struct journal_ack ack;
    int wal_frames;
    bool read_only;
    bool tail_dirty; /* a failed commit may have left frames in the WAL */
    bool failed;     /* a commit's outcome is unknown: only a new start can tell */
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

/* One transaction: the entry and its text; where it ends a group, the group's payments and the
 * fold that j->trial is. */
enum till_status journal_store(struct journal *j, const struct entry *entry,
                               const struct fold_touch *payment,
                               struct span receipt_text) TILL_CHECKED;
enum till_status journal_store_ack(struct journal *j, const struct journal_ack *ack) TILL_CHECKED;

/* Write the WAL back and empty it. */
enum till_status journal_checkpoint(struct journal *j) TILL_CHECKED;

/* journal_append with the predecessor's hash given: journal_create has a genesis, no head. */
enum till_status journal_append_after(struct journal *j, const char *terminal,
                                      const uint8_t prev[HASH_SIZE], int64_t at_s, bool training,
                                      struct span receipt_text, struct entry *entry) TILL_CHECKED;

/* journal_audit on another VFS; NULL = the system's. */
enum till_status journal_audit_on(const char *vfs, const char *path,
                                  const struct journal_verifier *verifier,
                                  struct journal_verdict *verdict_out) TILL_CHECKED;

#endif
