/*
 * Ingest: a batch of a terminal's journal into the store and the ledger, exactly once.
 *
 * Pure over the store contract: bytes in, one transaction, an outcome out. It knows neither HTTP
 * nor whose connection it is: the caller has made sure of the terminal. What it answers TILL_OK to
 * is on the disk, so the caller may sign it.
 *
 *   the same bytes, or an overlap   skipped where the hashes agree
 *   a gap                           TILL_NEED_EARLIER; nothing stored
 *   not joined, not signed          TILL_E_CHAIN, TILL_E_SIGNATURE; nothing stored
 *   a validly signed other branch   kept as evidence, money to suspense, alarm, terminal stopped
 *   a record that breaks a rule     stored, set aside with its reason, alarm; the rest is posted
 */
#ifndef TILL_HOST_INGEST_H
#define TILL_HOST_INGEST_H

#include "batch.h"
#include "store.h"

struct ingest_outcome {
    struct store_terminal terminal; /* as it is now, head_serial already raised for its head */
    uint32_t stored;                /* new on the main branch */
    uint32_t skipped;               /* there already */
    uint32_t quarantined;           /* of the new ones */
    uint32_t forked;                /* entries of another branch */
};

/*
 *   terminal   who sends, authenticated, ACTIVE
 *   authority  fingerprint of the CA: part of the journal's first link
 * TILL_REFUSED: the batch names another terminal. TILL_E_PROTOCOL, TILL_TOO_LARGE,
 * TILL_UNSUPPORTED: as batch.h. TILL_NEED_EARLIER, TILL_E_CHAIN, TILL_E_SIGNATURE: above. After
 * anything but TILL_OK the store is as it was. Blocking: one fdatasync.
 */
enum till_status ingest_batch(struct store *s, const char *terminal,
                              const uint8_t authority[HASH_SIZE], struct span packed, int64_t now_s,
                              struct ingest_outcome *outcome_out) TILL_CHECKED;

/* Raise and store the serial of signed heads, note that the terminal was seen; own transaction. */
enum till_status ingest_touch(struct store *s, const char *terminal, int64_t now_s,
                              struct store_terminal *terminal_out) TILL_CHECKED;

#endif
