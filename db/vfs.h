/*
 * The sector VFS: SQLite over the system's own, told the truth about the storage.
 *
 * It reports the board's sector size and no powersafe-overwrite, so that SQLite never shares a
 * sector between two commits, and it gives every page of a database a checksum in the page's last
 * bytes, so that no flipped bit is read as truth (db/JOURNAL.md, Storage). It does not know what
 * is stored. Power-cut tests register one over a disk of their own and hand its name to
 * journal_open and book_open.
 *
 * Threads: register at start; everything else may be called from any thread.
 * Blocking: remove and rename wait for the directory to be synced.
 */
#ifndef TILL_VFS_H
#define TILL_VFS_H

#include <stdbool.h>
#include <stddef.h>
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

/* ---- files ----------------------------------------------------------------------------------- */

/* vfs: a registered VFS; one that vfs.c did not make is taken to be over the system's files.
 * An empty file counts as none, as SQLite has it. */
bool vfs_exists(const char *vfs, const char *path);
/* Durable when it returns. TILL_NOT_FOUND: there is none. TILL_E_IO. */
enum till_status vfs_remove(const char *vfs, const char *path) TILL_CHECKED;
/* Replaces `to`. Durable (directory synced) when it returns. TILL_NOT_FOUND, TILL_E_IO. */
enum till_status vfs_rename(const char *vfs, const char *from, const char *to) TILL_CHECKED;

/*
 * A whole database file, or the WAL beside it, as it lies there: no locks are taken, no checksum
 * is checked. *data_out is freed with sqlite3_free.  vfs NULL = the system's.
 * TILL_NOT_FOUND: there is none. TILL_TOO_LARGE: over size_max. TILL_E_IO.
 */
enum vfs_part { VFS_PART_DATABASE, VFS_PART_WAL };
enum till_status vfs_read_file(const char *vfs, const char *path, enum vfs_part part,
                               size_t size_max, uint8_t **data_out, size_t *size_out) TILL_CHECKED;

/*
 * The same file piece by piece, for who has no room for the whole. One thread at a time.
 * open: TILL_NOT_FOUND, TILL_TOO_LARGE: over size_max, TILL_E_MEMORY, TILL_E_IO.
 * read: exactly these bytes; TILL_E_IO where the file has fewer by now.
 */
struct vfs_reader;
enum till_status vfs_reader_open(const char *vfs, const char *path, enum vfs_part part,
                                 size_t size_max, struct vfs_reader **reader_out) TILL_CHECKED;
size_t vfs_reader_size(const struct vfs_reader *reader); /* at the time of the opening */
enum till_status vfs_reader_read(struct vfs_reader *reader, size_t at, void *out,
                                 size_t size) TILL_CHECKED;
void vfs_reader_close(struct vfs_reader *reader); /* NULL is nothing */

/* ---- for db/ and the tests ------------------------------------------------------------------- */

/* sqlite3_file_control: fill and check page checksums of this database from now on (int *, not
 * 0). */
enum { VFS_CONTROL_CHECKSUMS = 0x46540001, VFS_CHECKSUM_SIZE = 4 };

/*
 * CRC-32 (ISO 3309) over the page number, big-endian, and the page without its last four bytes.
 *   page_size  512..4096, the four bytes included
 */
uint32_t vfs_page_checksum(uint32_t page_number, const uint8_t *page, size_t page_size);

/*
 * The same VFS under another name over another VFS.
 *   rename  replaces the system's rename and directory sync; NULL = the system's
 *   powersafe  report SQLITE_IOCAP_POWERSAFE_OVERWRITE after all: only to show what it costs
 * name and base must outlive the process. TILL_NOT_FOUND: no such base. TILL_LIMIT_REACHED: four.
 */
struct vfs_layer {
    const char *name;
    const char *base;
    uint32_t sector_size;
    bool powersafe;
    enum till_status (*rename)(void *context, const char *from, const char *to);
    void *context;
};
enum till_status vfs_register_layer(const struct vfs_layer *layer) TILL_CHECKED;
/* NULL: none of ours. */
const struct vfs_layer *vfs_layer_named(const char *name);

#endif
