#include "journal_private.h"

#include <assert.h>
#include <string.h>

#include "log.h"
#include "sql.h"

/* clang-format off */
const char *const journal_statement_texts[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = SQL_JOURNAL_BEGIN,
    [STATEMENT_COMMIT] = SQL_JOURNAL_COMMIT,
    [STATEMENT_INSERT_ENTRY] = SQL_JOURNAL_INSERT_ENTRY,
    [STATEMENT_INSERT_TEXT] = SQL_JOURNAL_INSERT_TEXT,
    [STATEMENT_INSERT_TOUCH] = SQL_JOURNAL_INSERT_TOUCH,
    [STATEMENT_UPDATE_FOLD] = SQL_JOURNAL_UPDATE_FOLD,
    [STATEMENT_UPDATE_ACK] = SQL_JOURNAL_UPDATE_ACK,
    [STATEMENT_SELECT_ENTRY] = SQL_JOURNAL_SELECT_ENTRY,
    [STATEMENT_SELECT_TEXT] = SQL_JOURNAL_SELECT_TEXT,
    [STATEMENT_SELECT_STATE] = SQL_JOURNAL_SELECT_STATE,
    [STATEMENT_SELECT_LAST] = SQL_JOURNAL_SELECT_LAST,
    [STATEMENT_SELECT_TOUCHES] = SQL_JOURNAL_SELECT_TOUCHES,
    [STATEMENT_SELECT_LATEST_TOUCHES] = SQL_JOURNAL_SELECT_LATEST_TOUCHES,
    [STATEMENT_SELECT_TOUCH] = SQL_JOURNAL_SELECT_TOUCH,
    [STATEMENT_SELECT_LOGIN_BEFORE] = SQL_JOURNAL_SELECT_LOGIN_BEFORE,
    [STATEMENT_SELECT_SHIFT_BEFORE] = SQL_JOURNAL_SELECT_SHIFT_BEFORE,
    [STATEMENT_SELECT_NEXT_OF] = SQL_JOURNAL_SELECT_NEXT_OF,
};
/* clang-format on */

uint64_t journal_kind_count(void)
{
#define X(name, number, text) +1
    return 0 KIND_LIST(X);
#undef X
}

enum till_status journal_fold_check(const struct sealer *sealer, struct span packed,
                                    const uint8_t head[HASH_SIZE],
                                    uint8_t check_out[JOURNAL_FOLD_CHECK_SIZE])
{
    uint8_t memory[HASH_SIZE + FOLD_PACKED_MAX];
    uint8_t hash[HASH_SIZE];
    struct buffer bytes;

    buffer_init(&bytes, memory, sizeof memory);
    buffer_put(&bytes, head, HASH_SIZE);
    buffer_put(&bytes, packed.data, packed.size);
    enum till_status status = buffer_status(&bytes);
    if (status == TILL_OK)
        status = sealer->digest(sealer->context, (struct span){memory, bytes.size}, hash);
    if (status == TILL_OK)
        memcpy(check_out, hash, JOURNAL_FOLD_CHECK_SIZE);
    return status;
}

/* ---- rows ------------------------------------------------------------------------------------ */

enum till_status journal_row_entry(const struct sqlite_use *use, struct entry *entry_out)
{
    int64_t kind = sqlite_column_integer(use, 2);
    enum till_status status = sqlite_column_unsigned(use, 0, &entry_out->seq);

    entry_out->at_s = sqlite_column_integer(use, 1);
    if (status == TILL_OK && (kind < 0 || kind > UINT16_MAX))
        status = TILL_E_CORRUPT;
    if (status == TILL_OK)
        status = sqlite_column_text(use, 3, entry_out->body, sizeof entry_out->body);
    if (status == TILL_OK)
        status = sqlite_column_exact(use, 4, entry_out->hash, HASH_SIZE);
    if (status == TILL_OK)
        status = sqlite_column_exact(use, 5, entry_out->signature, SIGNATURE_SIZE);
    if (status != TILL_OK)
        return status;
    entry_out->kind = (uint16_t)kind;
    entry_out->body_size = (uint16_t)strlen(entry_out->body);
    return TILL_OK;
}

enum till_status journal_row_state(const struct sqlite_use *use, struct journal_state *state_out)
{
    state_out->fold = sqlite_column_span(use, 0);
    state_out->fold_check = sqlite_column_span(use, 1);
    state_out->ack.at_s = sqlite_column_integer(use, 5);
    enum till_status status = sqlite_column_unsigned(use, 2, &state_out->kind_count);
    if (status == TILL_OK)
        status = sqlite_column_unsigned(use, 3, &state_out->ack.seq);
    if (status == TILL_OK)
        status = sqlite_column_exact(use, 4, state_out->ack.hash, HASH_SIZE);
    if (status == TILL_OK)
        status = sqlite_column_unsigned(use, 6, &state_out->ack.serial);
    return status;
}

/* ---- transactions ---------------------------------------------------------------------------- */

static struct sqlite_use use_of(struct journal *j, enum journal_statement statement)
{
    return sqlite_begin(j->statements[statement]);
}

enum till_status journal_checkpoint(struct journal *j)
{
    int code = sqlite3_wal_checkpoint_v2(j->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

    if (code != SQLITE_OK)
        return sqlite_failed(j->db, code, "checkpoint");
    j->wal_frames = 0;
    j->tail_dirty = false;
    return TILL_OK;
}

enum till_status journal_begin(struct journal *j)
{
    if (j->read_only)
        return TILL_READ_ONLY;
    if (j->failed)
        return TILL_E_IO;
    /* Frames that a failed commit left behind would later look like a second transaction. */
    if (j->tail_dirty) {
        enum till_status status = journal_checkpoint(j);
        if (status != TILL_OK)
            return status;
    }
    j->trial = j->fold;
    j->trial_group = j->group;
    struct sqlite_use use = use_of(j, STATEMENT_BEGIN);
    return sqlite_run(&use);
}

enum till_status journal_commit(struct journal *j, enum till_status status)
{
    if (status == TILL_OK) {
        struct sqlite_use use = use_of(j, STATEMENT_COMMIT);

        status = sqlite_run(&use);
        /*
         * Bytes of the commit may or may not have reached the storage. A full disk is known not
         * to have taken it; after anything else only the next start can say what is there.
         */
        if (status != TILL_OK) {
            j->tail_dirty = true;
            j->failed = status != TILL_DISK_FULL && status != TILL_BUSY;
        }
    }
    if (status != TILL_OK) {
        sqlite_rollback(j->db);
        return status;
    }
    j->fold = j->trial;
    j->group = j->trial_group;
    if (j->wal_frames >= JOURNAL_WAL_FRAMES && journal_checkpoint(j) != TILL_OK)
        log_warning("journal: the log was not written back; it goes on growing");
    return TILL_OK;
}

static enum till_status insert_entry(struct journal *j, const struct entry *entry)
{
    struct sqlite_use use = use_of(j, STATEMENT_INSERT_ENTRY);

    sqlite_bind_unsigned(&use, entry->seq);
    sqlite_bind_integer(&use, entry->at_s);
    sqlite_bind_integer(&use, entry->kind);
    sqlite_bind_text(&use, entry->body);
    sqlite_bind_bytes(&use, entry->hash, HASH_SIZE);
    sqlite_bind_bytes(&use, entry->signature, SIGNATURE_SIZE);
    return sqlite_run(&use);
}

static enum till_status insert_text(struct journal *j, uint64_t seq, struct span receipt_text)
{
    struct sqlite_use use = use_of(j, STATEMENT_INSERT_TEXT);

    sqlite_bind_unsigned(&use, seq);
    sqlite_bind_bytes(&use, receipt_text.data, receipt_text.size);
    return sqlite_run(&use);
}

static enum till_status insert_touches(struct journal *j, const struct journal_group *group)
{
    enum till_status status = TILL_OK;

    for (size_t i = 0; i < group->count && status == TILL_OK; i++) {
        struct sqlite_use use = use_of(j, STATEMENT_INSERT_TOUCH);

        status = journal_touch_insert(&use, &group->touches[i]);
    }
    return status;
}

static enum till_status update_fold(struct journal *j, const uint8_t head[HASH_SIZE])
{
    uint8_t memory[FOLD_PACKED_MAX];
    uint8_t check[JOURNAL_FOLD_CHECK_SIZE];
    struct buffer packed;

    buffer_init(&packed, memory, sizeof memory);
    enum till_status status = fold_pack(&j->trial, &packed);
    if (status == TILL_OK)
        status = journal_fold_check(&j->sealer, (struct span){memory, packed.size}, head, check);
    if (status != TILL_OK)
        return status;
    struct sqlite_use use = use_of(j, STATEMENT_UPDATE_FOLD);
    sqlite_bind_bytes(&use, memory, packed.size);
    sqlite_bind_bytes(&use, check, sizeof check);
    sqlite_bind_unsigned(&use, journal_kind_count());
    return sqlite_run(&use);
}

/* Earlier software packed the kept fold in another way: write it anew, as of the same entry. */
enum till_status journal_renew_fold(struct journal *j, const uint8_t head[HASH_SIZE])
{
    enum till_status status = journal_begin(j);

    j->trial = j->fold;
    return status == TILL_OK ? journal_commit(j, update_fold(j, head)) : status;
}

enum till_status journal_put(struct journal *j, const struct entry *entry,
                             const struct fold_touch *touch, struct span receipt_text)
{
    enum till_status status = insert_entry(j, entry);

    if (status == TILL_OK && receipt_text.size > 0)
        status = insert_text(j, entry->seq, receipt_text);
    journal_group_add(&j->trial_group, entry->seq, touch);
    if (status != TILL_OK || entry->seq % JOURNAL_GROUP != 0)
        return status;
    status = insert_touches(j, &j->trial_group);
    if (status == TILL_OK)
        status = update_fold(j, entry->hash);
    j->trial_group.count = 0;
    return status;
}

enum till_status journal_store_ack(struct journal *j, const struct journal_ack *ack)
{
    enum till_status status = journal_begin(j);

    if (status != TILL_OK)
        return status;
    struct sqlite_use use = use_of(j, STATEMENT_UPDATE_ACK);
    sqlite_bind_unsigned(&use, ack->seq);
    sqlite_bind_bytes(&use, ack->hash, HASH_SIZE);
    sqlite_bind_integer(&use, ack->at_s);
    sqlite_bind_unsigned(&use, ack->serial);
    return journal_commit(j, sqlite_run(&use));
}
