/*
 * The quick way to say that a journal is sound: one pass over the file, each page taken once, rows
 * read out of the pages themselves, hashes by several threads, what is kept beside the entries
 * compared by sums. Everything that journal_audit checks is checked; db/JOURNAL.md, "The audit".
 *
 * It says sound or not. What is wrong, and with which record, is for the audit that goes over the
 * records one by one to say: so its answer is the same whatever was quick before it.
 * Private to db/journal*.c.
 */
#ifndef TILL_JOURNAL_SWEEP_H
#define TILL_JOURNAL_SWEEP_H

#include "journal_image.h"
#include "journal_private.h"

/* A file without a log beside it, read piece by piece. True: sound, and *verdict_out says what it
 * ends with. False: not sound, or there is a log; *verdict_out is not touched.
 *   at_rest_out  there is no log */
bool journal_sweep_file(const char *vfs, const char *path, const struct journal_verifier *verifier,
                        struct journal_verdict *verdict_out, bool *at_rest_out);

/* The same of an image whose file, log and pages are good, opened as db. */
bool journal_sweep_image(const struct journal_image *image, sqlite3 *db,
                         const struct journal_verifier *verifier,
                         struct journal_verdict *verdict_out);

/* The first entry brings the key that all are checked with, and what comes before its hash. */
enum till_status journal_chain_start(const struct journal_verifier *verifier, const struct entry *e,
                                     struct sealer *sealer_out, uint8_t prev_out[HASH_SIZE],
                                     char terminal_out[TERMINAL_MAX]) TILL_CHECKED;

#endif
