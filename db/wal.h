/*
 * A write-ahead log as bytes: how far it is whole, and whether a torn write explains the rest.
 *
 * SQLite drops everything from the first frame that fails its checksum, silently: right after a
 * power cut, wrong where a bit has flipped in what was committed. This module looks at the same
 * bytes and tells the two apart. It knows SQLite's WAL format (file format document, §4) and no
 * table. Private to db/.
 */
#ifndef TILL_WAL_H
#define TILL_WAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

enum { WAL_HEADER_SIZE = 32, WAL_FRAME_HEADER_SIZE = 24 };

enum wal_tail {
    WAL_WHOLE,  /* ends with a commit, or is empty */
    WAL_TORN,   /* then a write that was never synced: what follows was never reported committed */
    WAL_DAMAGED /* what follows was committed once, and can't be read */
};

struct wal_found {
    enum wal_tail tail;
    uint32_t frames;         /* through the last readable commit */
    uint32_t database_pages; /* the database's size after it; 0 = no commit here */
    size_t bad_offset;       /* where the rest begins; DAMAGED by one bit: that byte */
    bool one_bit;            /* DAMAGED, and flipping one bit makes it whole */
};

/*
 * page_size    of the database
 * sector_size  of the storage that it was written on; 0 = not known, the largest is assumed
 */
void wal_inspect(struct span wal, uint32_t page_size, uint32_t sector_size,
                 struct wal_found *found_out);

/* Frame n (0 …) < frames: its page number and the page. */
uint32_t wal_page(struct span wal, uint32_t page_size, uint32_t n, const uint8_t **page_out);

#endif
