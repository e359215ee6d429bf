/*
 * The spool: a fetched book, whole and checked, until the terminal has applied it.
 *
 *   STATE/spool/book.part          while it comes
 *   STATE/spool/part.manifest      the signed manifest of what comes
 *   STATE/spool/spent              the day, and what was carried on it
 *   STATE/spool/book-REV.manifest  its signed manifest, written first
 *   STATE/spool/book-REV.zst       its content; where it is, the book is whole
 *   STATE/spool/orders             the newest orders as they were signed
 */
#ifndef TILL_SPOOL_H
#define TILL_SPOOL_H

#include "line_files.h"
#include "machine.h"

/* The newest whole book, revision 0 if there is none; clears what is left over. */
void spool_load(const char *folder, struct spooled_book *book_out);
/* A part that came in an earlier run; size 0 if there is none. */
void spool_load_part(const char *folder, struct spooled_part *part_out);
/* A book begins to come: nothing of another is left. */
void spool_begin_part(const char *folder, struct span manifest_text);
/* What was carried on a day; zeros where none is known. Lost by a power cut at most since the last
 * spool_keep_spent. */
void spool_load_spent(const char *folder, int64_t *day_out, uint64_t *bytes_out);
void spool_keep_spent(const char *folder, int64_t day, uint64_t bytes);
/* Where the content is to be written. */
enum till_status spool_part_path(const char *folder, char out[LINE_FILES_PATH_MAX]) TILL_CHECKED;
/* Unpack the part aside to nowhere, compare size and hash with the manifest, and keep both files.
 * TILL_E_CORRUPT: it is not that book. TILL_E_IO, TILL_DISK_FULL. Blocks while it reads. */
enum till_status spool_keep(const char *folder, const struct book_manifest *manifest,
                            struct span manifest_text,
                            char path_out[LINE_FILES_PATH_MAX]) TILL_CHECKED;
void spool_drop(const char *folder, uint64_t revision);
/* What can't be kept is fetched again by the next run. */
void spool_keep_orders(const char *folder, struct span text);
/* False: there are none. */
bool spool_load_orders(const char *folder, char out[STATEMENT_MAX + 1]);

#endif
