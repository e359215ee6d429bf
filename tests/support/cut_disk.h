/*
 * What lies under cut_vfs: the medium, its cache and its directory. For tests/support/cut_*.c
 * alone.
 */
#ifndef TILL_CUT_DISK_H
#define TILL_CUT_DISK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cut_vfs.h"

enum { FILES_MAX = 24, NAME_SIZE = 256, HANDLES_MAX = 32, CHANGES_MAX = 64 };

/* Bytes as they are in the cache and as the medium has them. */
struct content {
    uint8_t *data;
    size_t size, capacity;
};

struct inode {
    bool used;
    struct content now, kept;
    bool dirty;           /* now and kept may differ */
    bool sync_names_once; /* a new journal or WAL: its first sync takes the directory along */
};

/* A name is a place in the directory; -1 = no such file. */
struct name {
    char name[NAME_SIZE];
    int inode;
};

/* A change to the directory that is not synced yet: what the name meant before. */
struct change {
    int name, before;
    int name2, before2; /* renames change two at once; -1 = only one */
};

struct cut_snapshot {
    struct inode inodes[FILES_MAX];
    struct name names[FILES_MAX];
    size_t name_count;
    struct change changes[CHANGES_MAX];
    size_t change_count;
};

struct handle {
    sqlite3_file file; /* first: SQLite gives us back this pointer */
    int inode;
    int lock;
};

struct disk {
    struct cut_snapshot s;
    struct handle *handles[HANDLES_MAX];
    uint64_t seed, random;
    uint32_t sector_size;
    uint64_t operations, cut_at, full;
    bool is_cut;
    bool loses; /* at the cut: false = only the program stops */
};
extern struct disk disk;

uint64_t cut_random_next(void);

void cut_content_resize(struct content *c, size_t size);
void cut_content_copy(struct content *to, const struct content *from);

/* Every operation asks first. At the one at which the power goes, half of the time it still has its
 * effect on the cache: POWER_FAILS_AFTER, and cut_outcome then cuts. */
enum power { POWER_ON, POWER_OFF, POWER_FAILS_AFTER };
enum power cut_operation(void);
/* SQLITE_OK, or `code` once it is dark. */
int cut_outcome(enum power power, int code);

/* Index into names; -1 = unknown. */
int cut_name_find(const char *name);
int cut_name_make(const char *name);
int cut_inode_make(void);
/* A change of one name or, with name2 >= 0, of two at once; volatile until the directory's sync. */
void cut_change_name(int name, int inode, int name2, int inode2);
int cut_sync_names(void);

/* No file is left. */
void cut_disk_clear(void);

#endif
