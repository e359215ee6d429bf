#include "fleet_journal.h"

#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "text.h"
#include "when.h"

enum {
    OPENING = 3, /* opened, login, shift_opened */
    PRINT_S = 6,
    DOOR_S = 90, /* from one receipt to the next */
    STEP_S = 5,
    LEAST_MINOR = 500,
    MOST_MINOR = 30000
};
#define FLEET_USER "1001"

/* A fixed scramble of 64 bits (SplitMix64's last step): the same place, the same number. */
static uint64_t scramble(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint32_t entries_today(const struct fleet_journal *j)
{
    return (j->day == 0 ? 1u : 0u) + OPENING + 2 * j->receipts + 1;
}

uint64_t fleet_journal_head(const struct fleet_journal *j)
{
    return j->before_seq + entries_today(j);
}

int64_t fleet_journal_ends_s(const struct fleet_journal *j)
{
    return j->opens_at_s + (OPENING + 1) * STEP_S + (int64_t)j->receipts * DOOR_S + STEP_S;
}

/* ---- one entry ------------------------------------------------------------------------------- */

static enum till_status write_opening(const struct fleet_journal *j, uint32_t place,
                                      struct entry *e)
{
    struct body_opened opened = {.version = FIELDTILL_VERSION, .board = "fleet"};
    struct body_login login = {.user = FLEET_USER};
    struct body_shift_opened shift = {.business_date = when_date(j->enrolled.zone, j->opens_at_s),
                                      .shift = j->day + 1};
    switch (place) {
    case 0:
        return entry_write_opened(e, &opened);
    case 1:
        return entry_write_login(e, KIND_LOGIN, &login);
    default:
        return entry_write_shift_opened(e, &shift);
    }
}

static enum till_status write_collection(const struct fleet_journal *j, uint32_t number,
                                         struct entry *e)
{
    struct body_collection b = {0};
    uint64_t chance =
        scramble(j->seed ^ ((uint64_t)j->index << 40) ^ ((uint64_t)j->day << 20) ^ number);
    uint64_t door = (uint64_t)j->index * j->receipts + number;
    text_copy(b.account, sizeof(b.account), j->accounts->at[door % j->accounts->count]);
    b.amount_minor = LEAST_MINOR + (int64_t)(chance % (MOST_MINOR - LEAST_MINOR));
    b.tendered_minor = (b.amount_minor + 9999) / 10000 * 10000; /* whole notes of a hundred */
    return entry_write_collection(e, KIND_COLLECTION, &b);
}

/* seq of *e is set; the rest follows from its place in the day. */
static enum till_status write_entry(const struct fleet_journal *j, struct entry *e)
{
    uint32_t place = (uint32_t)(e->seq - j->before_seq - 1);
    if (j->day == 0) {
        if (place == 0) {
            e->at_s = j->opens_at_s;
            return entry_write_enrolled(e, &j->enrolled);
        }
        place--;
    }
    if (place < OPENING) {
        e->at_s = j->opens_at_s + (place + 1) * STEP_S;
        return write_opening(j, place, e);
    }
    place -= OPENING;
    if (place == 2 * j->receipts) {
        struct body_login logout = {.user = FLEET_USER};
        e->at_s = fleet_journal_ends_s(j);
        return entry_write_login(e, KIND_LOGOUT, &logout);
    }
    e->at_s = j->opens_at_s + (OPENING + 1) * STEP_S + (int64_t)(place / 2) * DOOR_S;
    if (place % 2 == 0) {
        return write_collection(j, place / 2, e);
    }
    struct body_print print = {.seq = e->seq - 1};
    e->at_s += PRINT_S;
    return entry_write_print(e, KIND_PRINT_DONE, &print);
}

/* The entry after the one with hash io: written, and its hash left there. */
static enum till_status next_entry(const struct fleet_journal *j, uint64_t seq, struct entry *e,
                                   uint8_t hash_io[HASH_SIZE])
{
    memset(e, 0, sizeof(*e));
    e->seq = seq;
    enum till_status status = write_entry(j, e);
    if (status == TILL_OK) {
        status = chain_hash(&j->sealer, j->enrolled.terminal, e, hash_io, e->hash);
    }
    if (status == TILL_OK) {
        memcpy(hash_io, e->hash, HASH_SIZE);
    }
    return status;
}

/* ---- batches --------------------------------------------------------------------------------- */

static enum till_status hash_before(const struct fleet_journal *j, uint64_t from,
                                    uint8_t hash_out[HASH_SIZE])
{
    struct entry e;
    memcpy(hash_out, j->before_hash, HASH_SIZE);
    for (uint64_t seq = j->before_seq + 1; seq < from; seq++) {
        enum till_status status = next_entry(j, seq, &e, hash_out);
        if (status != TILL_OK) {
            return status;
        }
    }
    return TILL_OK;
}

/* One signature vouches for all: only the last entry bears it. */
static enum till_status write_batch(const struct fleet_journal *j, uint64_t from, uint64_t last,
                                    int format, struct buffer *out)
{
    uint8_t hash[HASH_SIZE];
    struct batch_writer *w = NULL;
    struct entry e;
    enum till_status status = hash_before(j, from, hash);
    if (status == TILL_OK) {
        status = batch_begin(j->enrolled.terminal, hash, &w);
    }
    if (status != TILL_OK) {
        return status;
    }
    for (uint64_t seq = from; status == TILL_OK && seq <= last; seq++) {
        status = next_entry(j, seq, &e, hash);
        if (status == TILL_OK && seq == last) {
            status = j->sealer.sign(j->sealer.context, e.hash, e.signature);
        }
        if (status == TILL_OK) {
            status = batch_add(w, &e);
        }
    }
    if (status != TILL_OK) {
        batch_abandon(w);
        return status;
    }
    return batch_finish_as(w, format, out);
}

enum till_status fleet_journal_batch(const struct fleet_journal *j, uint64_t from, uint32_t most,
                                     int format, struct buffer *out)
{
    uint64_t head = fleet_journal_head(j);
    if (from <= j->before_seq || from > head || most == 0) {
        return TILL_BAD_INPUT;
    }
    uint64_t count = head - from + 1 < most ? head - from + 1 : most;
    if (count > BATCH_ENTRIES_MAX) {
        count = BATCH_ENTRIES_MAX;
    }
    enum till_status status;
    do {
        out->size = 0;
        status = write_batch(j, from, from + count - 1, format, out);
        count /= 2;
    } while (status == TILL_TOO_LARGE && count > 0);
    return status;
}

void fleet_journal_open_day(struct fleet_journal *j, uint32_t receipts, int64_t ends_s)
{
    j->receipts = receipts;
    j->opens_at_s = 0;
    j->opens_at_s = ends_s - fleet_journal_ends_s(j);
    if (j->opens_at_s <= j->before_at_s) {
        j->opens_at_s = j->before_at_s + STEP_S;
    }
}

enum till_status fleet_journal_close_day(struct fleet_journal *j)
{
    uint64_t head = fleet_journal_head(j);
    uint8_t hash[HASH_SIZE];
    enum till_status status = hash_before(j, head + 1, hash);
    if (status != TILL_OK) {
        return status;
    }
    memcpy(j->before_hash, hash, HASH_SIZE);
    j->before_seq = head;
    j->before_at_s = fleet_journal_ends_s(j);
    j->day++;
    j->opens_at_s = 0;
    return TILL_OK;
}
