#include "vfs.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

#include "crc.h"
#include "log.h"

enum { LAYERS_MAX = 4, SECTOR_MIN = 512, SECTOR_MAX = 65536, PAGE_MIN = 512, PAGE_MAX = 4096 };

struct layer {
    sqlite3_vfs vfs; /* first: SQLite gives us back this pointer */
    sqlite3_vfs *base;
    struct vfs_layer options;
};

struct layer_file {
    sqlite3_file file; /* first: SQLite gives us back this pointer */
    const struct layer *layer;
    sqlite3_file *real; /* lies behind this struct */
    bool is_database;   /* a main database, not its WAL or journal */
    bool is_wal;
    bool checksums;
};

static struct layer layers[LAYERS_MAX];
static size_t layer_count;
static pthread_mutex_t layers_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_uint_fast64_t bytes_written;

/* ---- page checksums -------------------------------------------------------------------------- */

uint32_t vfs_page_checksum(uint32_t page_number, const uint8_t *page, size_t page_size)
{
    /* The number is part of it: a good page in the wrong place is a bad page. */
    const uint8_t number[4] = {(uint8_t)(page_number >> 24), (uint8_t)(page_number >> 16),
                               (uint8_t)(page_number >> 8), (uint8_t)page_number};

    assert(page_size >= PAGE_MIN && page_size <= PAGE_MAX);
    uint32_t crc = crc_add(0xffffffffu, number, sizeof number);
    return ~crc_add(crc, page, page_size - VFS_CHECKSUM_SIZE);
}

static void put_u32(uint8_t *out, uint32_t value)
{
    out[0] = (uint8_t)(value >> 24);
    out[1] = (uint8_t)(value >> 16);
    out[2] = (uint8_t)(value >> 8);
    out[3] = (uint8_t)value;
}

/* Besides whole pages SQLite reads parts of page 1's header and nothing else. */
static bool is_page(const struct layer_file *f, int size, sqlite3_int64 offset)
{
    return f->is_database && f->checksums && size >= PAGE_MIN && size <= PAGE_MAX &&
           (size & (size - 1)) == 0 && offset % size == 0;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static struct layer_file *file_of(sqlite3_file *file)
{
    return (struct layer_file *)file;
}

static int file_close(sqlite3_file *file)
{
    return file_of(file)->real->pMethods->xClose(file_of(file)->real);
}

static int file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
    struct layer_file *f = file_of(file);
    int code = f->real->pMethods->xRead(f->real, out, size, offset);

    if (code != SQLITE_OK || !is_page(f, size, offset))
        return code;
    const uint8_t *page = out;
    uint32_t number = (uint32_t)(offset / size + 1);
    uint8_t sum[VFS_CHECKSUM_SIZE];
    put_u32(sum, vfs_page_checksum(number, page, (size_t)size));
    if (memcmp(sum, page + size - VFS_CHECKSUM_SIZE, VFS_CHECKSUM_SIZE) == 0)
        return SQLITE_OK;
    log_error("page %u of a database does not fit its checksum", number);
    return SQLITE_IOERR_DATA;
}

static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    struct layer_file *f = file_of(file);
    uint8_t page[PAGE_MAX];

    atomic_fetch_add(&bytes_written, (uint_fast64_t)size);
    if (is_page(f, size, offset)) {
        memcpy(page, data, (size_t)size);
        put_u32(page + size - VFS_CHECKSUM_SIZE,
                vfs_page_checksum((uint32_t)(offset / size + 1), page, (size_t)size));
        data = page;
    }
    return f->real->pMethods->xWrite(f->real, data, size, offset);
}

/*
 * A WAL is emptied durably before anything is written to it again: so a header that can't be read
 * never stands before frames of an older round, and what is torn can be told from what is damaged
 * (wal.h).
 */
static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct layer_file *f = file_of(file);
    int code = f->real->pMethods->xTruncate(f->real, size);

    if (code == SQLITE_OK && f->is_wal)
        code = f->real->pMethods->xSync(f->real, SQLITE_SYNC_NORMAL);
    return code;
}

static int file_sync(sqlite3_file *file, int flags)
{
    return file_of(file)->real->pMethods->xSync(file_of(file)->real, flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size_out)
{
    return file_of(file)->real->pMethods->xFileSize(file_of(file)->real, size_out);
}

static int file_lock(sqlite3_file *file, int level)
{
    return file_of(file)->real->pMethods->xLock(file_of(file)->real, level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return file_of(file)->real->pMethods->xUnlock(file_of(file)->real, level);
}

static int file_check_reserved(sqlite3_file *file, int *held_out)
{
    return file_of(file)->real->pMethods->xCheckReservedLock(file_of(file)->real, held_out);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    struct layer_file *f = file_of(file);

    if (operation == VFS_CONTROL_CHECKSUMS) {
        f->checksums = *(const int *)argument != 0;
        return SQLITE_OK;
    }
    return f->real->pMethods->xFileControl(f->real, operation, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    return (int)file_of(file)->layer->options.sector_size;
}

static int file_characteristics(sqlite3_file *file)
{
    return file_of(file)->layer->options.powersafe ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    sqlite3_file *real = file_of(file)->real;

    return real->pMethods->xShmMap(real, region, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return file_of(file)->real->pMethods->xShmLock(file_of(file)->real, offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    file_of(file)->real->pMethods->xShmBarrier(file_of(file)->real);
}

static int file_shm_unmap(sqlite3_file *file, int delete)
{
    return file_of(file)->real->pMethods->xShmUnmap(file_of(file)->real, delete);
}

#define FILE_METHODS(version)                                                                      \
    .iVersion = (version), .xClose = file_close, .xRead = file_read, .xWrite = file_write,         \
    .xTruncate = file_truncate, .xSync = file_sync, .xFileSize = file_size, .xLock = file_lock,    \
    .xUnlock = file_unlock, .xCheckReservedLock = file_check_reserved,                             \
    .xFileControl = file_control, .xSectorSize = file_sector_size,                                 \
    .xDeviceCharacteristics = file_characteristics

/* A base without shared memory gives one without; none offers xFetch, whose mapped pages would
 * pass by the checksums. */
static const sqlite3_io_methods plain_methods = {FILE_METHODS(1)};
static const sqlite3_io_methods shared_methods = {
    FILE_METHODS(2),
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* ---- the VFS --------------------------------------------------------------------------------- */

static struct layer *layer_of(sqlite3_vfs *vfs)
{
    return (struct layer *)vfs;
}

static int layer_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                      int *flags_out)
{
    struct layer *layer = layer_of(vfs);
    struct layer_file *f = file_of(file);

    memset(f, 0, sizeof *f);
    f->layer = layer;
    f->real = (sqlite3_file *)(f + 1);
    f->real->pMethods = NULL;
    f->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    f->is_wal = (flags & SQLITE_OPEN_WAL) != 0;
    int code = layer->base->xOpen(layer->base, name, f->real, flags, flags_out);
    /* pMethods says whether SQLite must close: only what the base has opened. */
    if (f->real->pMethods != NULL)
        file->pMethods = f->real->pMethods->iVersion >= 2 ? &shared_methods : &plain_methods;
    return code;
}

static int layer_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    return layer_of(vfs)->base->xDelete(layer_of(vfs)->base, name, sync_directory);
}

static int layer_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    return layer_of(vfs)->base->xAccess(layer_of(vfs)->base, name, flags, out);
}

static int layer_full_pathname(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    return layer_of(vfs)->base->xFullPathname(layer_of(vfs)->base, name, size, out);
}

static int layer_randomness(sqlite3_vfs *vfs, int size, char *out)
{
    return layer_of(vfs)->base->xRandomness(layer_of(vfs)->base, size, out);
}

static int layer_sleep(sqlite3_vfs *vfs, int microseconds)
{
    return layer_of(vfs)->base->xSleep(layer_of(vfs)->base, microseconds);
}

static int layer_time(sqlite3_vfs *vfs, double *day_out)
{
    return layer_of(vfs)->base->xCurrentTime(layer_of(vfs)->base, day_out);
}

static int layer_last_error(sqlite3_vfs *vfs, int size, char *out)
{
    return layer_of(vfs)->base->xGetLastError(layer_of(vfs)->base, size, out);
}

/* No extension is ever loaded: xDl… stay empty. */
static enum till_status layer_fill(struct layer *layer, const struct vfs_layer *options)
{
    sqlite3_vfs *base = sqlite3_vfs_find(options->base);

    if (base == NULL)
        return TILL_NOT_FOUND;
    *layer = (struct layer){.base = base, .options = *options};
    layer->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct layer_file) + base->szOsFile,
        .mxPathname = base->mxPathname,
        .zName = options->name,
        .xOpen = layer_open,
        .xDelete = layer_delete,
        .xAccess = layer_access,
        .xFullPathname = layer_full_pathname,
        .xRandomness = layer_randomness,
        .xSleep = layer_sleep,
        .xCurrentTime = layer_time,
        .xGetLastError = layer_last_error,
    };
    return sqlite3_vfs_register(&layer->vfs, 0) == SQLITE_OK ? TILL_OK : TILL_E_DATABASE;
}

static struct layer *layer_find(const char *name)
{
    for (size_t i = 0; i < layer_count; i++) {
        if (strcmp(layers[i].options.name, name) == 0)
            return &layers[i];
    }
    return NULL;
}

enum till_status vfs_register_layer(const struct vfs_layer *options)
{
    uint32_t size = options->sector_size;
    enum till_status status = TILL_OK;

    if (size < SECTOR_MIN || size > SECTOR_MAX || (size & (size - 1)) != 0)
        return TILL_BAD_INPUT;
    pthread_mutex_lock(&layers_lock);
    const struct layer *known = layer_find(options->name);
    if (known != NULL)
        status = known->options.sector_size == size ? TILL_OK : TILL_BAD_INPUT;
    else if (layer_count == LAYERS_MAX)
        status = TILL_LIMIT_REACHED;
    else
        status = layer_fill(&layers[layer_count], options);
    if (known == NULL && status == TILL_OK)
        layer_count++;
    pthread_mutex_unlock(&layers_lock);
    return status;
}

enum till_status vfs_register(uint32_t sector_size)
{
    return vfs_register_layer(
        &(struct vfs_layer){.name = VFS_SECTOR_NAME, .sector_size = sector_size});
}

uint64_t vfs_bytes_written(void)
{
    return atomic_load(&bytes_written);
}

const struct vfs_layer *vfs_layer_named(const char *name)
{
    pthread_mutex_lock(&layers_lock);
    const struct layer *layer = layer_find(name);
    pthread_mutex_unlock(&layers_lock);
    return layer != NULL ? &layer->options : NULL;
}
