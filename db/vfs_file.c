#include "vfs.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE_MAX = 4096, SUFFIX_SIZE_MAX = 8 };

bool vfs_exists(const char *vfs, const char *path)
{
    sqlite3_vfs *found = sqlite3_vfs_find(vfs);
    int exists = 0;

    assert(found != NULL);
    return found->xAccess(found, path, SQLITE_ACCESS_EXISTS, &exists) == SQLITE_OK && exists != 0;
}

enum till_status vfs_remove(const char *vfs, const char *path)
{
    sqlite3_vfs *found = sqlite3_vfs_find(vfs);

    assert(found != NULL);
    int code = found->xDelete(found, path, 1);
    if (code == SQLITE_IOERR_DELETE_NOENT)
        return TILL_NOT_FOUND;
    return code == SQLITE_OK ? TILL_OK : TILL_E_IO;
}

static enum till_status sync_directory_of(const char *path)
{
    char directory[PATH_SIZE_MAX];
    const char *slash = strrchr(path, '/');
    int size = slash == NULL ? snprintf(directory, sizeof directory, ".")
               : slash == path
                   ? snprintf(directory, sizeof directory, "/")
                   : snprintf(directory, sizeof directory, "%.*s", (int)(slash - path), path);

    if (size < 0 || (size_t)size >= sizeof directory)
        return TILL_TOO_LARGE;
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return TILL_E_IO;
    int failed = fsync(fd);
    close(fd);
    return failed == 0 ? TILL_OK : TILL_E_IO;
}

enum till_status vfs_rename(const char *vfs, const char *from, const char *to)
{
    const struct vfs_layer *layer = vfs_layer_named(vfs);

    if (layer != NULL && layer->rename != NULL)
        return layer->rename(layer->context, from, to);
    if (rename(from, to) != 0)
        return errno == ENOENT ? TILL_NOT_FOUND : TILL_E_IO;
    return sync_directory_of(to);
}

/* ---- whole files as bytes -------------------------------------------------------------------- */

static enum till_status read_opened(sqlite3_file *file, size_t size_max, uint8_t **data_out,
                                    size_t *size_out)
{
    enum { PIECE = 1 << 20 }; /* xRead takes an int */
    sqlite3_int64 size = 0;

    if (file->pMethods->xFileSize(file, &size) != SQLITE_OK)
        return TILL_E_IO;
    if (size < 0 || (uint64_t)size > size_max)
        return TILL_TOO_LARGE;
    uint8_t *data = sqlite3_malloc64((sqlite3_uint64)size + 1);
    if (data == NULL)
        return TILL_E_MEMORY;
    for (sqlite3_int64 at = 0; at < size; at += PIECE) {
        int piece = size - at < PIECE ? (int)(size - at) : PIECE;
        /* Shorter than it was a moment ago: the rest comes as zeros. */
        int code = file->pMethods->xRead(file, data + at, piece, at);
        if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) {
            sqlite3_free(data);
            return TILL_E_IO;
        }
    }
    *data_out = data;
    *size_out = (size_t)size;
    return TILL_OK;
}

static enum till_status read_named(sqlite3_vfs *vfs, const char *name, int flags, size_t size_max,
                                   uint8_t **data_out, size_t *size_out)
{
    sqlite3_file *file = sqlite3_malloc(vfs->szOsFile);

    if (file == NULL)
        return TILL_E_MEMORY;
    memset(file, 0, (size_t)vfs->szOsFile);
    int code = vfs->xOpen(vfs, name, file, flags | SQLITE_OPEN_READONLY, NULL);
    enum till_status status =
        code == SQLITE_OK ? read_opened(file, size_max, data_out, size_out) : TILL_E_IO;
    if (file->pMethods != NULL)
        file->pMethods->xClose(file);
    sqlite3_free(file);
    return status;
}

enum till_status vfs_read_file(const char *vfs, const char *path, enum vfs_part part,
                               size_t size_max, uint8_t **data_out, size_t *size_out)
{
    sqlite3_vfs *found = sqlite3_vfs_find(vfs);
    char full[PATH_SIZE_MAX];
    char wal[PATH_SIZE_MAX + SUFFIX_SIZE_MAX];
    int exists = 0;

    assert(found != NULL);
    if (found->xFullPathname(found, path, sizeof full, full) != SQLITE_OK)
        return TILL_E_IO;
    snprintf(wal, sizeof wal, "%s-wal", full);
    const char *wanted = part == VFS_PART_WAL ? wal : full;
    if (found->xAccess(found, wanted, SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK)
        return TILL_E_IO;
    if (exists == 0)
        return TILL_NOT_FOUND;
    /* A VFS takes only names that SQLite has laid out. */
    const char *name = sqlite3_create_filename(full, "", wal, 0, NULL);
    if (name == NULL)
        return TILL_E_MEMORY;
    enum till_status status =
        part == VFS_PART_WAL
            ? read_named(found, sqlite3_filename_wal(name), SQLITE_OPEN_WAL, size_max, data_out,
                         size_out)
            : read_named(found, name, SQLITE_OPEN_MAIN_DB, size_max, data_out, size_out);
    sqlite3_free_filename(name);
    return status;
}
