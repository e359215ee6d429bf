/*
 * Batches: a run of entries on its way to the host.
 *
 *   format (1 byte) ‖ payload
 *
 * Format 1 is zstd over plain lines; format 2 turns them into columns first (columns.h) and packs
 * those with a shipped dictionary: half the bytes. Both say the same:
 *
 *   header  {"v":1,"terminal":…,"from":…,"at_s":…,"n":…,"prev":…,"hash":…,"sig":…} LF
 *   line    kind , Δat_s , body LF        Δ against the entry before; decimal, signed
 *
 * from, at_s and prev are of the first entry (at_s absolute, the first Δ is 0), hash and sig of
 * the last. The receiver recomputes every hash; the one signature vouches for all of them. The
 * same bytes may come any number of times; a batch file on a stick is the same bytes.
 */
#ifndef TILL_BATCH_H
#define TILL_BATCH_H

#include "chain.h"

enum {
    BATCH_VERSION = 1,
    BATCH_FORMAT_LINES = 1,
    BATCH_FORMAT_COLUMNS = 2,
    BATCH_FORMAT_NEWEST = BATCH_FORMAT_COLUMNS,
    BATCH_ENTRIES_MAX = 1000,
    BATCH_PLAIN_MAX = 256 * 1024, /* lines with header */
    BATCH_PACKED_MAX = 192 * 1024
};

struct batch_header {
    int version;
    char terminal[TERMINAL_MAX];
    uint64_t from;
    int64_t at_s;
    uint32_t count;
    uint8_t prev[HASH_SIZE];
    uint8_t hash[HASH_SIZE];
    uint8_t signature[SIGNATURE_SIZE];
};

/* ---- writing --------------------------------------------------------------------------------- */
struct batch_writer; /* about 450 kB while it lives */
enum till_status batch_begin(const char *terminal, const uint8_t prev[HASH_SIZE],
                             struct batch_writer **writer_out) TILL_CHECKED;
/* Entries in order, sealed. TILL_TOO_LARGE: the batch is full, finish it; e was not added. */
enum till_status batch_add(struct batch_writer *w, const struct entry *e) TILL_CHECKED;
/* Pack; out->capacity BATCH_PACKED_MAX always suffices. Frees the writer whatever it returns.
 * TILL_BAD_INPUT: no entries. */
enum till_status batch_finish(struct batch_writer *w, struct buffer *out) TILL_CHECKED;
/*
 * The same in a format: BATCH_FORMAT_LINES, or BATCH_FORMAT_COLUMNS, which is read back and
 * compared with what went in; where it is not the same, or can't carry it, it is written as format
 * 1, and so is a format that this software does not know. Blocks for some milliseconds:
 * docs/bench.md, wire_pack. About 1 MB more while it lasts.
 */
enum till_status batch_finish_as(struct batch_writer *w, int format,
                                 struct buffer *out) TILL_CHECKED;
void batch_abandon(struct batch_writer *w);

/* ---- reading: hostile bytes in, entries out -------------------------------------------------- */
struct batch; /* owns the unpacked lines */
/* TILL_E_PROTOCOL: no batch. TILL_TOO_LARGE: over the limits above, also by what a packed size
 * claims. TILL_UNSUPPORTED: a format or version this software does not read. */
enum till_status batch_open(struct span packed, struct batch **batch_out) TILL_CHECKED;
const struct batch_header *batch_header(const struct batch *b);
/* The next entry: seq, at_s, kind, body; hash and signature are zero but for the last one's, which
 * are the header's. TILL_UNCHANGED: no more. TILL_E_PROTOCOL: a line that can't be read. */
enum till_status batch_next(struct batch *b, struct entry *entry_out) TILL_CHECKED;
void batch_close(struct batch *b);

#endif
