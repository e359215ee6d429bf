/*
 * The journal: what this terminal did. Append-only, hash-chained, signed.
 *
 * One writer, the terminal program, by a lock held while it is open. An append is one SQLite
 * transaction: the entry and the lines of its paper; with every 16th entry also the packed fold and
 * how entries touched customers, which the screens overlay; both are functions of the entries.
 * When it returns TILL_OK the entry is on storage (WAL, synchronous=FULL): money is taken at that
 * moment and no other. There is no outbox: what is above `acknowledged` is unsent.
 *
 * It does not know users, flows or the host; what entries mean is src/core/fold.
 *
 * Memory: struct journal is allocated by open and freed by close.  Threads: one.
 * Blocking: an append takes one fdatasync: 0.1 ms on a PC, 5 to 50 ms on cheap flash.
 */
#ifndef TILL_JOURNAL_H
#define TILL_JOURNAL_H

#include "chain.h"
#include "fold.h"

struct journal;

enum { JOURNAL_RECEIPT_TEXT_MAX = 4096 };

struct journal_options {
    const char *path;
    const char *vfs;      /* NULL = VFS_SECTOR_NAME */
    struct sealer sealer; /* copied; its context must outlive the journal */
};

/* What a start found. */
struct journal_found {
    bool repaired;          /* a torn tail was cut off; the caller appends tail_repaired */
    uint64_t repaired_from; /* first seq that went, never one that was reported committed */
    bool read_only;         /* newer software wrote it: appends answer TILL_READ_ONLY */
};

/*
 * Create an empty journal and append `enrolled` as seq 1. The file must not exist.
 * The genesis is bound to body->terminal, public_key and authority.
 */
enum till_status journal_create(const struct journal_options *options, int64_t at_s,
                                const struct body_enrolled *body,
                                struct journal **journal_out) TILL_CHECKED;

/*
 * Open, migrate, check: last entries' chain against the stored fold, the fold's own sum; the
 * whole chain is journal_audit's. TILL_NOT_FOUND: no file (not enrolled). TILL_BUSY: another
 * program has it. TILL_E_CORRUPT, TILL_E_CHAIN, TILL_E_SIGNATURE: stop work, nothing was changed.
 */
enum till_status journal_open(const struct journal_options *options,
                              struct journal_found *found_out,
                              struct journal **journal_out) TILL_CHECKED;
void journal_close(struct journal *j);

/* The fold as of the last commit; valid until the next append. Never NULL. */
const struct fold *journal_fold(const struct journal *j);
const char *journal_terminal(const struct journal *j);
/* Hash of the last entry. */
const uint8_t *journal_head_hash(const struct journal *j);

/*
 * Append: fills seq, hash and signature of *entry (kind and body stand, by entry_write_*).
 *   at_s          wall time; earlier than the last entry's is stored as given (the caller has
 *                 journalled clock_changed)
 *   training      sets the training bit
 *   receipt_text  the paper's lines (printing/paper_lines.h packs them) for kinds with a receipt
 *                 and a manual_receipt, else an empty span; kept beside the chain so that a
 *                 duplicate is the same paper
 * After anything but TILL_OK nothing was written: the same append may be tried again.
 * TILL_DISK_FULL, TILL_E_DATABASE, TILL_READ_ONLY; TILL_E_PROTOCOL: the fold refuses the entry, or
 * what a reversal or a duplicate says of the entry that it names is not so (fold.h).
 * TILL_E_IO: the storage failed while it committed; only opening the journal anew tells what is
 * there, and until then every append answers so.
 */
enum till_status journal_append(struct journal *j, int64_t at_s, bool training,
                                struct span receipt_text, struct entry *entry) TILL_CHECKED;

/*
 * The same for several entries in one transaction, all or none: a basket. Each gets its seq in
 * order; the caller has written the first one's future seq (journal_fold()->seq + 1) as their
 * basket. count: 1..JOURNAL_GROUP_MAX.
 */
enum { JOURNAL_GROUP_MAX = 24 };
struct journal_item {
    struct entry entry;
    struct span receipt_text;
};
enum till_status journal_append_all(struct journal *j, int64_t at_s, bool training,
                                    struct journal_item *items, size_t count) TILL_CHECKED;

/* One entry with its predecessor's hash. TILL_NOT_FOUND. prev_out may be NULL. */
enum till_status journal_read(struct journal *j, uint64_t seq, struct entry *entry_out,
                              uint8_t prev_out[HASH_SIZE]) TILL_CHECKED;

/*
 * The first entry after a seq that is of one of these kinds (kind_base; 0 where there are fewer).
 * TILL_NOT_FOUND: none. Others are passed over without being read: about 1 us each on a PC.
 */
enum { JOURNAL_KINDS = 5 };
enum till_status journal_next_of(struct journal *j, uint64_t after_seq,
                                 const uint16_t kinds[JOURNAL_KINDS],
                                 struct entry *entry_out) TILL_CHECKED;

/* The kept lines of a receipt. TILL_NOT_FOUND: that entry has none. TILL_TOO_LARGE. */
enum till_status journal_receipt_text(struct journal *j, uint64_t seq, char *text_out,
                                      size_t capacity, size_t *size_out) TILL_CHECKED;

/* ---- what the host has ----------------------------------------------------------------------- */

struct journal_ack {
    uint64_t seq; /* 0 = nothing yet */
    uint8_t hash[HASH_SIZE];
    int64_t at_s;    /* the host's time on the head */
    uint64_t serial; /* of the newest head; an older one is a replay */
};
/* What the terminal knows as acknowledged: never falls. */
const struct journal_ack *journal_acknowledged(const struct journal *j);
/*
 * Note a head whose signature was checked. TILL_OK also for a lower seq: the highest stays, and the
 * serial is noted. TILL_REFUSED: a serial below the newest; it is a replay, and nothing of it may
 * be believed. TILL_E_FORK: its hash is not the entry's at that seq, or seq is above ours: nothing
 * is noted; the caller journals an anomaly.
 */
enum till_status journal_acknowledge(struct journal *j, const struct journal_ack *ack) TILL_CHECKED;
/* Entries above the acknowledged seq. */
uint64_t journal_unsent(const struct journal *j);

/* ---- the overlay over the book --------------------------------------------------------------- */

/* One payment of an account that the book does not hold yet, or one that it holds and that was
 * reversed since. One that was taken and reversed, both unknown to the book, is not listed. */
struct journal_payment {
    uint64_t seq;
    int64_t amount_minor;
    int64_t late_fee_minor;
    bool reversed; /* the book holds it, the reversal is newer: the debt stands again */
};
enum { JOURNAL_PAYMENTS_MAX = 64 };
/*
 * Payments of an account with seq > applied_seq, or seq in `unapplied` (ascending); ascending.
 * TILL_TOO_LARGE: more than JOURNAL_PAYMENTS_MAX.
 */
enum till_status journal_payments(struct journal *j, const char *account, uint64_t applied_seq,
                                  const uint64_t *unapplied, size_t unapplied_count,
                                  struct journal_payment payments_out[JOURNAL_PAYMENTS_MAX],
                                  size_t *count_out) TILL_CHECKED;
/* Has any payment of this account been taken since `seq` (exclusive)? For marks in lists. */
bool journal_has_payment(struct journal *j, const char *account, uint64_t after_seq);

/*
 * What touched an account after a seq (fold.h), newest first, at most `capacity`: marks and money
 * for the stop's card and the route's colours. *count_out 0: nothing.
 */
struct journal_touch {
    uint64_t seq;
    struct fold_touch touch;
};
enum till_status journal_touches(struct journal *j, const char *account, uint64_t after_seq,
                                 struct journal_touch *touches_out, size_t capacity,
                                 size_t *count_out) TILL_CHECKED;
/* The latest reading of an account's meter before that entry. TILL_NOT_FOUND: none. */
enum till_status journal_reading_before(struct journal *j, const char *account, uint64_t seq,
                                        uint64_t *reading_out) TILL_CHECKED;
/* Which entry reversed this one; 0 = none. */
uint64_t journal_reversed_by(struct journal *j, uint64_t seq);

/* ---- audit ----------------------------------------------------------------------------------- */

struct journal_verdict {
    uint64_t entries;        /* checked, all good before first_bad */
    uint64_t first_bad;      /* 0 = none; entries + 1 = the file, not a record, is bad */
    enum till_status reason; /* why first_bad is bad */
    char text[160];          /* for a person, in their language; a sound one may have a remark */
    uint8_t head[HASH_SIZE];
    char terminal[TERMINAL_MAX];
};
/*
 * Check every byte that bears meaning, opened read-only, any time, without keys: SQLite's own
 * integrity, gaps, canonical bodies, chain, every signature by the public key of seq 1 (and of
 * key_changed), the stored fold against a fresh one, touches against entries, what entries say
 * of each other.
 *   verifier  makes a verifying sealer from a public key; the context is passed through. The
 *             sealer's digest is called by several threads at once, its verify by the caller's
 * TILL_OK: read *verdict_out (first_bad 0 = sound). TILL_E_CORRUPT with a verdict: no journal.
 * TILL_NOT_FOUND: no file. TILL_BUSY: it is written to all the time. TILL_TOO_LARGE: over 2 GiB.
 */
enum journal_signatures {
    /* Every one: what a dispute over a paper wants. 0.1 to 2 ms each. */
    JOURNAL_SIGNATURES_ALL,
    /* The last entry's, which by the chain vouches for the content of all before it; that an
     * earlier signature still fits is not looked at. */
    JOURNAL_SIGNATURES_LAST
};
struct journal_verifier {
    void *context;
    enum till_status (*sealer_for)(void *context, const uint8_t public_key[PUBLIC_KEY_SIZE],
                                   struct sealer *sealer_out);
    enum journal_signatures signatures;
    unsigned threads; /* 0: as many as there are processors, where the journal is long */
};
enum till_status journal_audit(const char *path, const struct journal_verifier *verifier,
                               struct journal_verdict *verdict_out) TILL_CHECKED;

/* ---- looking --------------------------------------------------------------------------------- */

/*
 * Show the last `most` entries with seq >= from, oldest first, without lock, keys or any check: for
 * a panel, a technician, a receipt challenge. Reads the whole file into memory.
 *   acknowledged_out  what the terminal knows as acknowledged
 * TILL_NOT_FOUND: no file. TILL_E_CORRUPT: no journal.
 */
typedef void journal_visit(void *context, const struct entry *entry);
enum till_status journal_look(const char *path, uint64_t from, uint32_t most, journal_visit *visit,
                              void *context, uint64_t *acknowledged_out) TILL_CHECKED;

#endif
