/*
 * A disk whose power can be cut, as a SQLite VFS in memory.
 *
 * What is written lies in a cache until it is synced. A cut at operation N keeps any subset of the
 * unsynced sectors, may tear one of them (the beginning new, the rest old or garbage), and loses
 * creations, removals and renames whose directory was not synced. Everything follows from the
 * seed. It is stricter than the device in one thing: a file's own sync does not keep its name.
 *
 * One disk a process. CUT_VFS goes into journal_open and book_open; CUT_VFS_TRUSTING is the same
 * disk under SQLite's default assumptions, to show that they lose records.
 *
 * Locks are kept as POSIX ones are; there is no shared memory, so a WAL needs
 * locking_mode=EXCLUSIVE.
 */
#ifndef TILL_CUT_VFS_H
#define TILL_CUT_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CUT_VFS "cut"
#define CUT_VFS_TRUSTING "cut-trusting"

/* An empty disk, powered, not armed. Handles of the one before are dead.
 *   sector_size  what tears: 512 or 4096; the same in every call of a process */
void cut_vfs_create(uint64_t seed, uint32_t sector_size);

/* Cut at the operation-th write, truncation, sync, creation, removal or rename from now, 1 …; that
 * one may have had part of its effect. 0 = never. The count begins anew. */
void cut_vfs_arm(uint64_t operation);
uint64_t cut_vfs_operations(void); /* since create or arm */
bool cut_vfs_is_cut(void);         /* from then on every operation fails until reboot */
/* What the next cuts follow from, without a new disk. */
void cut_vfs_seed(uint64_t seed);
/* The same for a killed program: from that operation on everything fails, but what was written
 * stays. */
void cut_vfs_stop(uint64_t operation);
/* Cut now, between two operations. */
void cut_vfs_cut(void);

/* What the medium kept is what there is now. Handles from before must be closed first. Without a
 * cut: the process was killed, nothing that was written is lost. */
void cut_vfs_reboot(void);

/* Copies of the whole disk, to try many cuts from one state. */
struct cut_snapshot;
struct cut_snapshot *cut_vfs_save(void); /* freed by cut_vfs_forget */
void cut_vfs_restore(const struct cut_snapshot *snapshot, uint64_t seed);
void cut_vfs_forget(struct cut_snapshot *snapshot);

/* For flips: the bytes of a file as they are now; NULL = there is none. Valid until it is
 * written. */
uint8_t *cut_vfs_bytes(const char *path, size_t *size_out);

/* The next so many writes fail with "disk full". */
void cut_vfs_fill(uint64_t writes_that_fail);

#endif
