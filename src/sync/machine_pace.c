/*
 * How much at once, and how much a day.
 */
#include "machine_inside.h"

enum {
    ENTRIES_LEAST = 50,
    ENTRIES_WEAK = 100,
    ENTRIES_GPRS = 400, /* two hundred receipts with their prints: 1.5 kB */
    ENTRIES_FAST = BATCH_ENTRIES_MAX,
    SIGNAL_WEAK = 30,
    PIECE_WEAK = 16 * 1024,
    PIECE_GPRS = 48 * 1024,
    PIECE_4G = 1024 * 1024,
    PIECE_WIRED = 16 * 1024 * 1024,
    BEARER_WIRED = 3,
    HALVINGS_MAX = 3,
    BOOKS_QUARTERS = 3 /* of the budget: the last quarter is for money */
};

static bool is_weak(const struct machine *m)
{
    return m->network.bearer != BEARER_WIRED && m->network.has_signal &&
           m->network.signal < SIGNAL_WEAK;
}

/* What failed is tried again in smaller pieces. */
static uint32_t halvings(const struct machine *m)
{
    uint32_t failures = m->line.failures + m->upload.failures;
    return failures < HALVINGS_MAX ? failures : HALVINGS_MAX;
}

uint32_t machine_batch_entries(const struct machine *m)
{
    uint32_t entries = is_weak(m)                         ? ENTRIES_WEAK
                       : m->network.bearer == BEARER_GPRS ? ENTRIES_GPRS
                                                          : ENTRIES_FAST;
    entries >>= halvings(m);
    return entries < ENTRIES_LEAST ? ENTRIES_LEAST : entries;
}

uint64_t machine_piece_size(const struct machine *m)
{
    if (is_weak(m)) {
        return PIECE_WEAK;
    }
    return m->network.bearer == BEARER_WIRED  ? PIECE_WIRED
           : m->network.bearer == BEARER_GPRS ? PIECE_GPRS
                                              : PIECE_4G;
}

static bool is_spent(const struct machine *m, uint64_t of_bytes)
{
    return m->network.budget_bytes != 0 && m->network.bearer != BEARER_WIRED && !m->insisted &&
           m->bytes_today >= of_bytes;
}

bool machine_money_waits(const struct machine *m)
{
    return is_spent(m, m->network.budget_bytes);
}

bool machine_books_wait(const struct machine *m)
{
    return is_spent(m, m->network.budget_bytes / 4 * BOOKS_QUARTERS);
}

int64_t machine_poll_interval_ms(const struct machine *m)
{
    if (machine_money_waits(m)) {
        return MACHINE_POLL_SPENT_MS;
    }
    return m->network.bearer == BEARER_GPRS ? MACHINE_POLL_GPRS_MS : MACHINE_POLL_MS;
}
