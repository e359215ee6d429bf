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

enum till_status journal_append_after(struct journal *j, const char *terminal,
                                      const uint8_t prev[HASH_SIZE], int64_t at_s, bool training,
                                      struct span receipt_text, struct entry *entry)
{
    struct fold_touch payment;

    if (receipt_text.size > JOURNAL_RECEIPT_TEXT_MAX)
        return TILL_TOO_LARGE;
    assert(strlen(entry->body) == entry->body_size);
    entry->seq = j->fold.seq + 1;
    entry->at_s = at_s;
    entry->kind = kind_base(entry->kind);
    if (training)
        entry->kind |= KIND_TRAINING;
    enum till_status status = chain_seal(&j->sealer, terminal, entry, prev);
    if (status != TILL_OK)
        return status;
    j->trial = j->fold;
    status = fold_apply(&j->trial, entry, &payment);
    if (status != TILL_OK) {
        log_error("journal: the fold refuses a %s (%s)", kind_name(entry->kind),
                  status_name(status));
        return status;
    }
    status = journal_store(j, entry, &payment, receipt_text);
    if (status != TILL_OK)
        return status;
    j->fold = j->trial;
    memcpy(j->head, entry->hash, HASH_SIZE);
    return TILL_OK;
}

enum till_status journal_append(struct journal *j, int64_t at_s, bool training,
                                struct span receipt_text, struct entry *entry)
{
    if (j->read_only)
        return TILL_READ_ONLY;
    return journal_append_after(j, journal_terminal(j), j->head, at_s, training, receipt_text,
                                entry);
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

    if (ack->seq == 0)
        return TILL_OK;
    if (ack->seq > j->fold.seq)
        return TILL_E_FORK;
    enum till_status status = read_entry(j, ack->seq, &entry);
    if (status != TILL_OK)
        return status;
    if (memcmp(entry.hash, ack->hash, HASH_SIZE) != 0)
        return TILL_E_FORK;
    if (ack->seq <= j->ack.seq)
        return TILL_OK;
    status = journal_store_ack(j, ack);
    if (status == TILL_OK)
        j->ack = *ack;
    return status;
}

uint64_t journal_unsent(const struct journal *j)
{
    return j->fold.seq - j->ack.seq;
}

/* ---- the overlay over the book --------------------------------------------------------------- */

static bool is_among(uint64_t seq, const uint64_t *ascending, size_t count)
{
    size_t low = 0;

    for (size_t high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (ascending[middle] < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ascending[low] == seq;
}

/* What the overlay asks for, and what was found so far. */
struct payment_search {
    const char *account;
    uint64_t applied_seq;
    const uint64_t *unapplied;
    size_t unapplied_count;
    struct journal_payment *found;
    size_t count;
};

static enum till_status payment_consider(struct payment_search *search,
                                         const struct journal_payment *payment)
{
    if (payment->seq <= search->applied_seq &&
        !is_among(payment->seq, search->unapplied, search->unapplied_count))
        return TILL_OK;
    if (search->count == JOURNAL_PAYMENTS_MAX)
        return TILL_TOO_LARGE;
    search->found[search->count++] = *payment;
    return TILL_OK;
}

static enum till_status payments_stored(struct journal *j, struct payment_search *search)
{
    uint64_t from = search->applied_seq < INT64_MAX ? search->applied_seq + 1 : INT64_MAX;
    enum till_status status;

    if (search->unapplied_count > 0 && search->unapplied[0] < from)
        from = search->unapplied[0];
    struct sqlite_use use = sqlite_begin(j->statements[STATEMENT_SELECT_PAYMENTS]);
    sqlite_bind_text(&use, search->account);
    sqlite_bind_unsigned(&use, from);
    /* Ends with the rows of one account: at most one for each entry. */
    while ((status = sqlite_next(&use)) == TILL_OK) {
        struct journal_payment payment = {.amount_minor = sqlite_column_integer(&use, 1),
                                          .late_fee_minor = sqlite_column_integer(&use, 2)};

        status = sqlite_column_unsigned(&use, 0, &payment.seq);
        if (status == TILL_OK)
            status = payment_consider(search, &payment);
        if (status != TILL_OK)
            break;
    }
    sqlite_end(&use);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

enum till_status journal_payments(struct journal *j, const char *account, uint64_t applied_seq,
                                  const uint64_t *unapplied, size_t unapplied_count,
                                  struct journal_payment payments_out[JOURNAL_PAYMENTS_MAX],
                                  size_t *count_out)
{
    struct payment_search search = {.account = account,
                                    .applied_seq = applied_seq,
                                    .unapplied = unapplied,
                                    .unapplied_count = unapplied_count,
                                    .found = payments_out};
    enum till_status status = payments_stored(j, &search);

    for (size_t i = 0; i < j->group.count && status == TILL_OK; i++) {
        const struct fold_touch *payment = &j->group.payments[i].payment;

        if (strcmp(payment->account, account) == 0)
            status = payment_consider(
                &search, &(struct journal_payment){.seq = j->group.payments[i].seq,
                                                   .amount_minor = payment->amount_minor,
                                                   .late_fee_minor = payment->late_fee_minor});
    }
    if (status == TILL_OK)
        *count_out = search.count;
    return status;
}

bool journal_has_payment(struct journal *j, const char *account, uint64_t after_seq)
{
    if (after_seq >= j->fold.seq)
        return false;
    for (size_t i = 0; i < j->group.count; i++) {
        if (j->group.payments[i].seq > after_seq &&
            strcmp(j->group.payments[i].payment.account, account) == 0)
            return true;
    }
    struct sqlite_use use = sqlite_begin(j->statements[STATEMENT_SELECT_PAYMENTS]);
    sqlite_bind_text(&use, account);
    sqlite_bind_unsigned(&use, after_seq + 1);
    enum till_status status = sqlite_next(&use);
    sqlite_end(&use);
    return status == TILL_OK;
}
