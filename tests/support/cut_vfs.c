#include "cut_vfs.h"

#include <assert.h>
#include <string.h>

#include "cut_disk.h"
#include "vfs.h"

#define CUT_DISK "cut-disk"

/* ---- a file ---------------------------------------------------------------------------------- */

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
    enum power power = cut_operation();

    if (power == POWER_OFF)
        return SQLITE_IOERR_WRITE;
    if (disk.full > 0) {
        disk.full--;
        return SQLITE_FULL;
    }
    if (end > inode->now.size)
        cut_content_resize(&inode->now, end);
    memcpy(inode->now.data + offset, data, (size_t)size);
    inode->dirty = true;
    return cut_outcome(power, SQLITE_IOERR_WRITE);
}

static int cut_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    enum power power = cut_operation();

    if (power == POWER_OFF)
        return SQLITE_IOERR_TRUNCATE;
    cut_content_resize(&inode_of(file)->now, (size_t)size);
    inode_of(file)->dirty = true;
    return cut_outcome(power, SQLITE_IOERR_TRUNCATE);
}

static int cut_sync(sqlite3_file *file, int flags)
{
    struct inode *inode = inode_of(file);
    enum power power = cut_operation();

    (void)flags;
    if (power == POWER_OFF)
        return SQLITE_IOERR_FSYNC;
    cut_content_copy(&inode->kept, &inode->now);
    inode->dirty = false;
    int code = cut_outcome(power, SQLITE_IOERR_FSYNC);
    if (code != SQLITE_OK || !inode->sync_names_once)
        return code;
    inode->sync_names_once = false;
    return cut_sync_names();
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

/* ---- the VFS --------------------------------------------------------------------------------- */

static int create_file(int name, int flags)
{
    enum power power = cut_operation();

    if (power == POWER_OFF)
        return SQLITE_CANTOPEN;
    int inode = cut_inode_make();
    cut_change_name(name, inode, -1, -1);
    disk.s.inodes[inode].sync_names_once =
        (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    return cut_outcome(power, SQLITE_CANTOPEN);
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
    int name = cut_name_find(path);
    if (name < 0 || disk.s.names[name].inode < 0) {
        if ((flags & SQLITE_OPEN_CREATE) == 0)
            return SQLITE_CANTOPEN;
        name = cut_name_make(path);
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
    int name = cut_name_find(path);

    (void)vfs;
    if (disk.is_cut)
        return SQLITE_IOERR_DELETE;
    if (name < 0 || disk.s.names[name].inode < 0)
        return SQLITE_IOERR_DELETE_NOENT;
    enum power power = cut_operation();
    if (power == POWER_OFF)
        return SQLITE_IOERR_DELETE;
    cut_change_name(name, -1, -1, -1);
    int code = cut_outcome(power, SQLITE_IOERR_DELETE);
    if (code != SQLITE_OK || sync_directory == 0)
        return code;
    return cut_sync_names();
}

static int cut_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    int name = cut_name_find(path);

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
        out[i] = (char)cut_random_next();
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
    int source = cut_name_find(from);

    (void)context;
    if (disk.is_cut)
        return TILL_E_IO;
    if (source < 0 || disk.s.names[source].inode < 0)
        return TILL_NOT_FOUND;
    int target = cut_name_make(to);
    enum power power = cut_operation();
    if (power == POWER_OFF)
        return TILL_E_IO;
    cut_change_name(target, disk.s.names[source].inode, source, -1);
    if (cut_outcome(power, SQLITE_IOERR) != SQLITE_OK)
        return TILL_E_IO;
    return cut_sync_names() == SQLITE_OK ? TILL_OK : TILL_E_IO;
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

void cut_vfs_create(uint64_t seed, uint32_t sector_size)
{
    assert(disk.sector_size == 0 || disk.sector_size == sector_size);
    /* A test that failed half-way left its handles: the next one is not to suffer for it. */
    memset(disk.handles, 0, sizeof disk.handles);
    cut_disk_clear();
    bool first = disk.sector_size == 0;
    disk.sector_size = sector_size;
    if (first)
        register_once();
    disk.seed = disk.random = seed;
    disk.full = 0;
    disk.is_cut = false;
    cut_vfs_arm(0);
}
