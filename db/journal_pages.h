/*
 * The pages of a journal's file, for a reader who takes each of them once: what no tree and no list
 * of the file asks for is then seen to be missing, and each page's checksum is looked at while the
 * page is at hand. It knows pages, not what is in them.  Private to db/journal*.c.
 *
 * Threads: one view, one thread; several views of one file may be used side by side.
 * Memory: one bit a page and 132 KiB.
 */
#ifndef TILL_JOURNAL_PAGES_H
#define TILL_JOURNAL_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"
#include "status.h"

struct vfs_reader;

struct journal_pages {
    uint32_t count;
    /* private */
    const uint8_t *memory;     /* all of them, or NULL: read */
    struct vfs_reader *reader; /* NULL: memory */
    uint8_t *taken;            /* bit n: page n + 1 */
    uint8_t *bytes;            /* of the windows */
    /* The first of the two is the one that was read last: who comes a little behind finds the
     * other. The third is small, for what is far from both. */
    struct journal_window {
        uint8_t *bytes;
        uint32_t first, filled; /* pages */
    } windows[3];
};

/* A file as it lies there, without a log. TILL_NOT_FOUND, TILL_TOO_LARGE: over 2 GiB.
 * TILL_E_CORRUPT: it does not consist of pages. TILL_E_IO, TILL_E_MEMORY. */
enum till_status journal_pages_open(const char *vfs, const char *path,
                                    struct journal_pages *pages_out) TILL_CHECKED;
/* Pages in memory, which must outlive this; their checksums are the caller's to look at. */
enum till_status journal_pages_of(struct span bytes, struct journal_pages *pages_out) TILL_CHECKED;
void journal_pages_close(struct journal_pages *pages);

/* Page `number` (from 1), valid until the next is taken. NULL: there is no such page, it was taken
 * before, it does not fit its checksum, or it can't be read. */
const uint8_t *journal_pages_take(struct journal_pages *pages, uint32_t number);

/* Was each page taken by exactly one of the two views of the same file? */
bool journal_pages_complete(const struct journal_pages *a, const struct journal_pages *b);

/* The page in which SQLite keeps its locks, of a file that is so long: it is never written. */
enum { JOURNAL_LOCK_PAGE = 0x40000000 / 512 + 1 };

#endif
