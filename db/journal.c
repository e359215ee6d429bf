#include "journal.h"

#include <assert.h>
#include <string.h>

#include "journal_private.h"
#include "log.h"

const struct fold *journal_fold(const struct journal *j)
{
    return &j->fold;
}

const char *journal_terminal(const struct journal *j)
{
    return j->fold.enrolled.terminal;
}

const uint8_t *journal_head_hash(const struct journal *j)
{
    return j->head;
}

/* ---- appending ------------------------------------------------------------------------------- */

/* Seal, fold and write one entry of a transaction; *prev moves on to its hash. */
static enum till_status append_one(struct journal *j, const char *terminal, int64_t at_s,
                                   bool training, struct journal_item *item,
                                   uint8_t prev[HASH_SIZE])
{
    struct journal_rows rows = {j->statements, &j->trial_group};
    struct entry *entry = &item->entry;
    struct fold_touch touch;

    if (item->receipt_text.size > JOURNAL_RECEIPT_TEXT_MAX)
        return TILL_TOO_LARGE;
    assert(strlen(entry->body) == entry->body_size);
    entry->seq = j->trial.seq + 1;
    entry->at_s = at_s;
    entry->kind = kind_base(entry->kind);
    if (training)
        entry->kind |= KIND_TRAINING;
    enum till_status status = journal_check_names(&rows, &j->trial, entry);
    if (status == TILL_OK)
        status = chain_seal(&j->sealer, terminal, entry, prev);
    if (status == TILL_OK)
        status = fold_apply(&j->trial, entry, &touch);
    if (status != TILL_OK) {
        log_error("journal: a %s was refused (%s)", kind_name(entry->kind), status_name(status));
        return status;
    }
    memcpy(prev, entry->hash, HASH_SIZE);
    return journal_put(j, entry, &touch, item->receipt_text);
}

enum till_status journal_append_after(struct journal *j, const char *terminal,
                                      const uint8_t prev[HASH_SIZE], int64_t at_s, bool training,
                                      struct journal_item *items, size_t count)
{
    uint8_t head[HASH_SIZE];
    enum till_status status = journal_begin(j);

    if (status != TILL_OK)
        return status;
    memcpy(head, prev, HASH_SIZE);
    for (size_t i = 0; i < count && status == TILL_OK; i++)
        status = append_one(j, terminal, at_s, training, &items[i], head);
    status = journal_commit(j, status);
    if (status == TILL_OK)
        memcpy(j->head, head, HASH_SIZE);
    return status;
}

enum till_status journal_append_all(struct journal *j, int64_t at_s, bool training,
                                    struct journal_item *items, size_t count)
{
    assert(count >= 1 && count <= JOURNAL_GROUP_MAX);
    return journal_append_after(j, journal_terminal(j), j->head, at_s, training, items, count);
}

enum till_status journal_append(struct journal *j, int64_t at_s, bool training,
                                struct span receipt_text, struct entry *entry)
{
    struct journal_item item = {.entry = *entry, .receipt_text = receipt_text};
    enum till_status status = journal_append_all(j, at_s, training, &item, 1);

    if (status == TILL_OK)
        *entry = item.entry;
    return status;
}

/* ---- reading --------------------------------------------------------------------------------- */

static enum till_status read_entry(struct journal *j, uint64_t seq, struct entry *entry_out)
{
    if (seq == 0 || seq > j->fold.seq)
        return TILL_NOT_FOUND;
    struct sqlite_use use = sqlite_begin(j->statements[STATEMENT_SELECT_ENTRY]);
    sqlite_bind_unsigned(&use, seq);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = journal_row_entry(&use, entry_out);
    else if (status == TILL_NOT_FOUND)
        status = TILL_E_CORRUPT; /* there are no gaps */
    sqlite_end(&use);
    return status;
}

enum till_status journal_read(struct journal *j, uint64_t seq, struct entry *entry_out,
                              uint8_t prev_out[HASH_SIZE])
{
    if (prev_out != NULL && seq == 1) {
        const struct body_enrolled *body = &j->fold.enrolled;
        enum till_status status =
            chain_genesis(&j->sealer, body->terminal, body->public_key, body->authority, prev_out);
        if (status != TILL_OK)
            return status;
    } else if (prev_out != NULL) {
        enum till_status status = read_entry(j, seq - 1, entry_out);
        if (status != TILL_OK)
            return status;
        memcpy(prev_out, entry_out->hash, HASH_SIZE);
    }
    return read_entry(j, seq, entry_out);
}

enum till_status journal_next_of(struct journal *j, uint64_t after_seq,
                                 const uint16_t kinds[JOURNAL_KINDS], struct entry *entry_out)
{
    if (after_seq >= j->fold.seq)
        return TILL_NOT_FOUND;
    struct sqlite_use use = sqlite_begin(j->statements[STATEMENT_SELECT_NEXT_OF]);
    sqlite_bind_unsigned(&use, after_seq);
    for (size_t i = 0; i < JOURNAL_KINDS; i++)
        sqlite_bind_unsigned(&use, kinds[i]);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK)
        status = journal_row_entry(&use, entry_out);
    sqlite_end(&use);
    return status;
}

enum till_status journal_receipt_text(struct journal *j, uint64_t seq, char *text_out,
                                      size_t capacity, size_t *size_out)
{
    if (seq == 0 || seq > j->fold.seq)
        return TILL_NOT_FOUND;
    struct sqlite_use use = sqlite_begin(j->statements[STATEMENT_SELECT_TEXT]);
    sqlite_bind_unsigned(&use, seq);
    enum till_status status = sqlite_next(&use);
    if (status == TILL_OK) {
        struct span lines = sqlite_column_span(&use, 0);

        if (lines.size > capacity) {
            status = TILL_TOO_LARGE;
        } else {
            memcpy(text_out, lines.data, lines.size);
            *size_out = lines.size;
        }
    }
    sqlite_end(&use);
    return status;
}

/* ---- what the host has ----------------------------------------------------------------------- */

const struct journal_ack *journal_acknowledged(const struct journal *j)
{
    return &j->ack;
}

enum till_status journal_acknowledge(struct journal *j, const struct journal_ack *ack)
{
    struct entry entry;

    if (ack->serial < j->ack.serial)
        return TILL_REFUSED;
    if (ack->seq == 0)
        return TILL_OK;
    if (ack->seq > j->fold.seq)
        return TILL_E_FORK;
    enum till_status status = read_entry(j, ack->seq, &entry);
    if (status != TILL_OK)
        return status;
    if (memcmp(entry.hash, ack->hash, HASH_SIZE) != 0)
        return TILL_E_FORK;
    /* The highest seq stays, and so does the newest serial: each by itself. */
    struct journal_ack next = ack->seq > j->ack.seq ? *ack : j->ack;
    next.serial = ack->serial;
    if (next.seq == j->ack.seq && next.serial == j->ack.serial)
        return TILL_OK;
    status = journal_store_ack(j, &next);
    if (status == TILL_OK)
        j->ack = next;
    return status;
}

uint64_t journal_unsent(const struct journal *j)
{
    return j->fold.seq - j->ack.seq;
}
