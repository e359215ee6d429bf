/*
 * A journal's file as bytes, for the audit: no lock is taken and nothing is written, so that it can
 * be looked at while the terminal works, after a crash, or as a copy of the file and its WAL.
 * Private to db/journal*.c.
 */
#ifndef TILL_JOURNAL_IMAGE_H
#define TILL_JOURNAL_IMAGE_H

#include <sqlite3.h>

#include "bytes.h"
#include "wal.h"

struct journal_image {
    uint8_t *pages; /* the file with the WAL's commits laid over it; sqlite3_malloc */
    size_t size;
    struct wal_found wal;
    uint32_t bad_page;    /* first page of the file that does not fit its checksum; 0 = none */
    bool bad_page_in_wal; /* and the WAL has a newer copy of it */
    bool bad_size;        /* the file ends within a page, or is not as long as it says */
};

/*
 * Waits up to a second for a moment in which nothing is written.
 * TILL_NOT_FOUND: no file. TILL_E_CORRUPT: too short to be a database. TILL_BUSY: written to all
 * the time. TILL_TOO_LARGE: over 2 GiB. TILL_E_IO, TILL_E_MEMORY.
 */
enum till_status journal_image_load(const char *vfs, const char *path,
                                    struct journal_image *image_out) TILL_CHECKED;
/* Open it as a database in memory, read-only; the image must outlive it. */
enum till_status journal_image_open(const struct journal_image *image,
                                    sqlite3 **db_out) TILL_CHECKED;
void journal_image_free(struct journal_image *image);

/* Open the file itself, of which nothing changes, as it lies there: read-only, no lock, no log.
 * vfs NULL = the system's. TILL_E_CORRUPT: no database. TILL_TOO_LARGE: a path of over 4 KiB. */
enum till_status journal_file_open(const char *vfs, const char *path,
                                   sqlite3 **db_out) TILL_CHECKED;

#endif
