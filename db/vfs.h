/*
 * The sector VFS: SQLite over the system's own, told the truth about the storage.
 *
 * It reports the board's sector size and no powersafe-overwrite, so that SQLite never shares a
 * sector between two commits (db/JOURNAL.md, Storage). Power-cut tests register a VFS of their
 * own under another name and hand that name to journal_open and book_open.
 */
#ifndef TILL_VFS_H
#define TILL_VFS_H

#include <stdint.h>

#include "status.h"

#define VFS_SECTOR_NAME "fieldtill-sector"

/*
 * Register it (once a process; a second call with the same size is harmless).
 *   sector_size  512..65536, a power of two: the largest write that may tear
 */
enum till_status vfs_register(uint32_t sector_size) TILL_CHECKED;

/* Bytes handed to xWrite since vfs_register, databases and WAL alike: what flash has to bear. */
uint64_t vfs_bytes_written(void);

#endif
