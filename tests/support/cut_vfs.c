#include "cut_vfs.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "vfs.h"

#define CUT_DISK "cut-disk"

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

static struct disk {
    struct cut_snapshot s;
    struct handle *handles[HANDLES_MAX];
    uint64_t seed, random;
    uint32_t sector_size;
    uint64_t operations, cut_at, full;
    bool is_cut;
    bool loses; /* at the cut: false = only the program stops */
} disk;

/* splitmix64 */
static uint64_t random_next(void)
{
    uint64_t z = disk.random += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static bool coin(void)
{
    return (random_next() & 1) != 0;
}

/* ---- content ----------------------------------------------------------------------------------------- */

static void content_resize(struct content *c, size_t size)
{
    if (size > c->capacity) {
        size_t capacity = size < 4096 ? 4096 : size * 2;
        c->data = realloc(c->data, capacity);
        assert(c->data != NULL);
        c->capacity = capacity;
    }
    if (size > c->size)
        memset(c->data + c->size, 0, size - c->size);
    c->size = size;
}

static void content_copy(struct content *to, const struct content *from)
{
    content_resize(to, from->size);
    if (from->size > 0)
        memcpy(to->data, from->data, from->size);
}

static void content_free(struct content *c)
{
    free(c->data);
    *c = (struct content){0};
}

static void snapshot_free(struct cut_snapshot *s)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        content_free(&s->inodes[i].now);
        content_free(&s->inodes[i].kept);
    }
    memset(s, 0, sizeof *s);
}

static void snapshot_copy(struct cut_snapshot *to, const struct cut_snapshot *from)
{
    snapshot_free(to);
    *to = *from;
    for (size_t i = 0; i < FILES_MAX; i++) {
        to->inodes[i].now = (struct content){0};
        to->inodes[i].kept = (struct content){0};
        content_copy(&to->inodes[i].now, &from->inodes[i].now);
        content_copy(&to->inodes[i].kept, &from->inodes[i].kept);
    }
}

/* ---- what a cut leaves -------------------------------------------------------------------------------- */

/* Sector by sector: new, old, or, once, the beginning of the new. */
static void lose_content(struct inode *inode, bool *may_tear)
{
    size_t sector = disk.sector_size;
    size_t size = coin() ? inode->now.size : inode->kept.size;
    size_t old_size = inode->kept.size;

    if (!inode->dirty)
        return;
    content_resize(&inode->kept, size > old_size ? size : old_size);
    /* Behind the end of the new content nothing was written: a lost truncation leaves the old. */
    size_t written = size < inode->now.size ? size : inode->now.size;
    for (size_t at = 0; at < written; at += sector) {
        size_t length = written - at < sector ? written - at : sector;
        uint8_t *kept = inode->kept.data + at;
        const uint8_t *now = inode->now.data + at;

        if (memcmp(kept, now, length) == 0)
            continue;
        uint64_t fate = random_next() % 8;
        if (fate == 0 && *may_tear) {
            size_t prefix = random_next() % (length + 1);
            memcpy(kept, now, prefix);
            if (coin()) {
                for (size_t i = prefix; i < length; i++)
                    kept[i] = (uint8_t)random_next();
            }
            *may_tear = false;
        } else if (fate < 5) {
            memcpy(kept, now, length);
        }
    }
    content_resize(&inode->kept, size);
}

static void undo_change(const struct change *c)
{
    disk.s.names[c->name].inode = c->before;
    if (c->name2 >= 0)
        disk.s.names[c->name2].inode = c->before2;
}

void cut_vfs_cut(void)
{
    bool may_tear = coin();

    if (disk.is_cut)
        return;
    disk.is_cut = true;
    if (!disk.loses)
        return;
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (disk.s.inodes[i].used)
            lose_content(&disk.s.inodes[i], &may_tear);
    }
    /* A directory's changes reach the medium in their order, so far and no further. */
    size_t stay = random_next() % (disk.s.change_count + 1);
    while (disk.s.change_count > stay)
        undo_change(&disk.s.changes[--disk.s.change_count]);
}

/* True: it is dark, the caller fails. The operation at which it happens has its effect on the
 * cache half of the time. */
enum power { POWER_ON, POWER_OFF, POWER_FAILS_AFTER };

static enum power operation(void)
{
    if (disk.is_cut)
        return POWER_OFF;
    if (++disk.operations != disk.cut_at)
        return POWER_ON;
    if (coin())
        return POWER_FAILS_AFTER;
    cut_vfs_cut();
    return POWER_OFF;
}

static int outcome(enum power power, int code)
{
    if (power == POWER_FAILS_AFTER)
        cut_vfs_cut();
    return disk.is_cut ? code : SQLITE_OK;
}

/* ---- names --------------------------------------------------------------------------------------------- */

static int name_find(const char *name)
{
    for (size_t i = 0; i < disk.s.name_count; i++) {
        if (strcmp(disk.s.names[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

static int name_make(const char *name)
{
    int found = name_find(name);

    if (found >= 0)
        return found;
    assert(disk.s.name_count < FILES_MAX && strlen(name) < NAME_SIZE);
    struct name *made = &disk.s.names[disk.s.name_count];
    memcpy(made->name, name, strlen(name) + 1);
    made->inode = -1;
    return (int)disk.s.name_count++;
}

static bool inode_in_use(int inode)
{
    for (size_t i = 0; i < disk.s.name_count; i++) {
        if (disk.s.names[i].inode == inode)
            return true;
    }
    for (size_t i = 0; i < disk.s.change_count; i++) {
        const struct change *c = &disk.s.changes[i];
        if (c->before == inode || (c->name2 >= 0 && c->before2 == inode))
            return true;
    }
    for (size_t i = 0; i < HANDLES_MAX; i++) {
        if (disk.handles[i] != NULL && disk.handles[i]->inode == inode)
            return true;
    }
    return false;
}

static int inode_make(void)
{
    for (int i = 0; i < FILES_MAX; i++) {
        if (!inode_in_use(i)) {
            struct inode *inode = &disk.s.inodes[i];
            content_free(&inode->now);
            content_free(&inode->kept);
            *inode = (struct inode){.used = true};
            return i;
        }
    }
    abort(); /* FILES_MAX is too small for this test */
}

static void change_name(int name, int inode, int name2, int inode2)
{
    assert(disk.s.change_count < CHANGES_MAX);
    disk.s.changes[disk.s.change_count++] =
        (struct change){.name = name,
                        .before = disk.s.names[name].inode,
                        .name2 = name2,
                        .before2 = name2 >= 0 ? disk.s.names[name2].inode : -1};
    disk.s.names[name].inode = inode;
    if (name2 >= 0)
        disk.s.names[name2].inode = inode2;
}

static int sync_names(void)
{
    enum power power = operation();

    /* A directory's sync that power fails in has happened or not: half of the cuts each. */
    if (power == POWER_OFF)
        return SQLITE_IOERR_DIR_FSYNC;
    disk.s.change_count = 0;
    return outcome(power, SQLITE_IOERR_DIR_FSYNC);
}

/* ---- a file -------------------------------------------------------------------------------------------- */

static struct inode *inode_of(sqlite3_file *file)
{
    return &disk.s.inodes[((struct handle *)file)->inode];
}

static int cut_close(sqlite3_file *file)
{
    for (size_t i = 0; i < HANDLES_MAX; i++) {
        if (disk.handles[i] == (struct handle *)file)
            disk.handles[i] = NULL;
    }
    return SQLITE_OK;
}

static int cut_read(sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
    const struct content *now = &inode_of(file)->now;
    size_t at = (size_t)offset;
    size_t wanted = (size_t)size;

    if (disk.is_cut)
        return SQLITE_IOERR_READ;
    size_t there = at >= now->size ? 0 : now->size - at < wanted ? now->size - at : wanted;
    if (there > 0)
        memcpy(out, now->data + at, there);
    memset((uint8_t *)out + there, 0, wanted - there);
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int cut_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    struct inode *inode = inode_of(file);
    size_t end = (size_t)offset + (size_t)size;
    enum power power = operation();

    if (power == POWER_OFF)
        return SQLITE_IOERR_WRITE;
    if (disk.full > 0) {
        disk.full--;
        return SQLITE_FULL;
    }
    if (end > inode->now.size)
        content_resize(&inode->now, end);
    memcpy(inode->now.data + offset, data, (size_t)size);
    inode->dirty = true;
    return outcome(power, SQLITE_IOERR_WRITE);
}

static int cut_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    enum power power = operation();

    if (power == POWER_OFF)
        return SQLITE_IOERR_TRUNCATE;
    content_resize(&inode_of(file)->now, (size_t)size);
    inode_of(file)->dirty = true;
    return outcome(power, SQLITE_IOERR_TRUNCATE);
}

static int cut_sync(sqlite3_file *file, int flags)
{
    struct inode *inode = inode_of(file);
    enum power power = operation();

    (void)flags;
    if (power == POWER_OFF)
        return SQLITE_IOERR_FSYNC;
    content_copy(&inode->kept, &inode->now);
    inode->dirty = false;
    int code = outcome(power, SQLITE_IOERR_FSYNC);
    if (code != SQLITE_OK || !inode->sync_names_once)
        return code;
    inode->sync_names_once = false;
    return sync_names();
}

static int cut_size(sqlite3_file *file, sqlite3_int64 *size_out)
{
    *size_out = (sqlite3_int64)inode_of(file)->now.size;
    return disk.is_cut ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

static int highest_other_lock(const struct handle *h)
{
    int highest = SQLITE_LOCK_NONE;

    for (size_t i = 0; i < HANDLES_MAX; i++) {
        const struct handle *other = disk.handles[i];
        if (other != NULL && other != h && other->inode == h->inode && other->lock > highest)
            highest = other->lock;
    }
    return highest;
}

static int cut_lock(sqlite3_file *file, int level)
{
    struct handle *h = (struct handle *)file;
    int other = highest_other_lock(h);

    if ((level == SQLITE_LOCK_SHARED && other > SQLITE_LOCK_RESERVED) ||
        (level == SQLITE_LOCK_RESERVED && other >= SQLITE_LOCK_RESERVED) ||
        (level == SQLITE_LOCK_EXCLUSIVE && other > SQLITE_LOCK_NONE))
        return SQLITE_BUSY;
    if (level > h->lock)
        h->lock = level;
    return SQLITE_OK;
}

static int cut_unlock(sqlite3_file *file, int level)
{
    ((struct handle *)file)->lock = level;
    return SQLITE_OK;
}

static int cut_check_reserved(sqlite3_file *file, int *held_out)
{
    *held_out = highest_other_lock((struct handle *)file) >= SQLITE_LOCK_RESERVED;
    return SQLITE_OK;
}

static int cut_control(sqlite3_file *file, int op, void *argument)
{
    (void)file;
    (void)op;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int cut_sector(sqlite3_file *file)
{
    (void)file;
    return (int)disk.sector_size;
}

static int cut_characteristics(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = cut_close,
    .xRead = cut_read,
    .xWrite = cut_write,
    .xTruncate = cut_truncate,
    .xSync = cut_sync,
    .xFileSize = cut_size,
    .xLock = cut_lock,
    .xUnlock = cut_unlock,
    .xCheckReservedLock = cut_check_reserved,
    .xFileControl = cut_control,
    .xSectorSize = cut_sector,
    .xDeviceCharacteristics = cut_characteristics,
};

/* ---- the VFS ---------------------------------------------------------------------------------------------- */

static int create_file(int name, int flags)
{
    enum power power = operation();

    if (power == POWER_OFF)
        return SQLITE_CANTOPEN;
    int inode = inode_make();
    change_name(name, inode, -1, -1);
    disk.s.inodes[inode].sync_names_once =
        (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    return outcome(power, SQLITE_CANTOPEN);
}

static int cut_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                    int *flags_out)
{
    struct handle *h = (struct handle *)file;
    size_t slot = 0;

    (void)vfs;
    memset(h, 0, sizeof *h);
    assert(path != NULL); /* no temporary files: temp_store is memory */
    if (disk.is_cut)
        return SQLITE_CANTOPEN;
    int name = name_find(path);
    if (name < 0 || disk.s.names[name].inode < 0) {
        if ((flags & SQLITE_OPEN_CREATE) == 0)
            return SQLITE_CANTOPEN;
        name = name_make(path);
        int code = create_file(name, flags);
        if (code != SQLITE_OK)
            return code;
    }
    while (slot < HANDLES_MAX && disk.handles[slot] != NULL)
        slot++;
    assert(slot < HANDLES_MAX);
    disk.handles[slot] = h;
    h->inode = disk.s.names[name].inode;
    h->file.pMethods = &methods;
    if (flags_out != NULL)
        *flags_out = flags;
    return SQLITE_OK;
}

static int cut_delete(sqlite3_vfs *vfs, const char *path, int sync_directory)
{
    int name = name_find(path);

    (void)vfs;
    if (disk.is_cut)
        return SQLITE_IOERR_DELETE;
    if (name < 0 || disk.s.names[name].inode < 0)
        return SQLITE_IOERR_DELETE_NOENT;
    enum power power = operation();
    if (power == POWER_OFF)
        return SQLITE_IOERR_DELETE;
    change_name(name, -1, -1, -1);
    int code = outcome(power, SQLITE_IOERR_DELETE);
    if (code != SQLITE_OK || sync_directory == 0)
        return code;
    return sync_names();
}

static int cut_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    int name = name_find(path);

    (void)vfs;
    (void)flags;
    *out = name >= 0 && disk.s.names[name].inode >= 0;
    return disk.is_cut ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int cut_full_pathname(sqlite3_vfs *vfs, const char *path, int size, char *out)
{
    (void)vfs;
    if (strlen(path) >= (size_t)size)
        return SQLITE_CANTOPEN;
    memcpy(out, path, strlen(path) + 1);
    return SQLITE_OK;
}

static int cut_randomness(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    for (int i = 0; i < size; i++)
        out[i] = (char)random_next();
    return size;
}

static int cut_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int cut_time(sqlite3_vfs *vfs, double *day_out)
{
    (void)vfs;
    *day_out = 2461000.5;
    return SQLITE_OK;
}

static int cut_last_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    (void)size;
    (void)out;
    return 0;
}

/* The hook of vfs_rename: as rename(2), then the directory's sync. */
static enum till_status cut_rename(void *context, const char *from, const char *to)
{
    int source = name_find(from);

    (void)context;
    if (disk.is_cut)
        return TILL_E_IO;
    if (source < 0 || disk.s.names[source].inode < 0)
        return TILL_NOT_FOUND;
    int target = name_make(to);
    enum power power = operation();
    if (power == POWER_OFF)
        return TILL_E_IO;
    change_name(target, disk.s.names[source].inode, source, -1);
    if (outcome(power, SQLITE_IOERR) != SQLITE_OK)
        return TILL_E_IO;
    return sync_names() == SQLITE_OK ? TILL_OK : TILL_E_IO;
}

static void register_once(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = sizeof(struct handle),
        .mxPathname = NAME_SIZE,
        .zName = CUT_DISK,
        .xOpen = cut_open,
        .xDelete = cut_delete,
        .xAccess = cut_access,
        .xFullPathname = cut_full_pathname,
        .xRandomness = cut_randomness,
        .xSleep = cut_sleep,
        .xCurrentTime = cut_time,
        .xGetLastError = cut_last_error,
    };
    struct vfs_layer layer = {
        .name = CUT_VFS, .base = CUT_DISK, .sector_size = disk.sector_size, .rename = cut_rename};

    assert(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
    enum till_status status = vfs_register_layer(&layer);
    assert(status == TILL_OK);
    layer.name = CUT_VFS_TRUSTING;
    layer.powersafe = true;
    status = vfs_register_layer(&layer);
    assert(status == TILL_OK);
}

static void assert_no_handles(void)
{
    for (size_t i = 0; i < HANDLES_MAX; i++)
        assert(disk.handles[i] == NULL);
}

void cut_vfs_create(uint64_t seed, uint32_t sector_size)
{
    assert(disk.sector_size == 0 || disk.sector_size == sector_size);
    /* A test that failed half-way left its handles: the next one is not to suffer for it. */
    memset(disk.handles, 0, sizeof disk.handles);
    snapshot_free(&disk.s);
    bool first = disk.sector_size == 0;
    disk.sector_size = sector_size;
    if (first)
        register_once();
    disk.seed = disk.random = seed;
    disk.full = 0;
    disk.is_cut = false;
    cut_vfs_arm(0);
}

void cut_vfs_arm(uint64_t at)
{
    disk.operations = 0;
    disk.cut_at = at;
    disk.loses = true;
}

void cut_vfs_stop(uint64_t at)
{
    cut_vfs_arm(at);
    disk.loses = false;
}

uint64_t cut_vfs_operations(void)
{
    return disk.operations;
}

bool cut_vfs_is_cut(void)
{
    return disk.is_cut;
}

void cut_vfs_fill(uint64_t writes_that_fail)
{
    disk.full = writes_that_fail;
}

void cut_vfs_reboot(void)
{
    assert_no_handles();
    for (size_t i = 0; i < FILES_MAX; i++) {
        struct inode *inode = &disk.s.inodes[i];

        if (disk.is_cut && disk.loses)
            content_copy(&inode->now, &inode->kept);
        else
            content_copy(&inode->kept, &inode->now);
        inode->dirty = false;
        inode->sync_names_once = false;
    }
    disk.s.change_count = 0;
    disk.is_cut = false;
    cut_vfs_arm(0);
}

struct cut_snapshot *cut_vfs_save(void)
{
    struct cut_snapshot *s = calloc(1, sizeof *s);

    assert(s != NULL);
    snapshot_copy(s, &disk.s);
    return s;
}

void cut_vfs_restore(const struct cut_snapshot *snapshot, uint64_t seed)
{
    assert_no_handles();
    snapshot_copy(&disk.s, snapshot);
    disk.random = seed;
    disk.is_cut = false;
    disk.full = 0;
    cut_vfs_arm(0);
}

void cut_vfs_forget(struct cut_snapshot *snapshot)
{
    snapshot_free(snapshot);
    free(snapshot);
}

uint8_t *cut_vfs_bytes(const char *path, size_t *size_out)
{
    int name = name_find(path);

    if (name < 0 || disk.s.names[name].inode < 0)
        return NULL;
    struct content *now = &disk.s.inodes[disk.s.names[name].inode].now;
    *size_out = now->size;
    return now->data;
}
