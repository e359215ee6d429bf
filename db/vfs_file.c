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

/* ---- files as bytes -------------------------------------------------------------------------- */

struct vfs_reader {
    sqlite3_file *file; /* lies behind this struct */
    const char *name;   /* sqlite3_create_filename; NULL = not yet */
    size_t size;
};

static enum till_status open_named(sqlite3_vfs *vfs, const char *name, int flags, size_t size_max,
                                   struct vfs_reader **reader_out)
{
    struct vfs_reader *reader = sqlite3_malloc64(sizeof *reader + (size_t)vfs->szOsFile);
    sqlite3_int64 size = 0;

    if (reader == NULL)
        return TILL_E_MEMORY;
    memset(reader, 0, sizeof *reader + (size_t)vfs->szOsFile);
    reader->file = (sqlite3_file *)(reader + 1);
    enum till_status status = TILL_OK;
    if (vfs->xOpen(vfs, name, reader->file, flags | SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        reader->file->pMethods->xFileSize(reader->file, &size) != SQLITE_OK)
        status = TILL_E_IO;
    else if (size < 0 || (uint64_t)size > size_max)
        status = TILL_TOO_LARGE;
    if (status != TILL_OK) {
        vfs_reader_close(reader);
        return status;
    }
    reader->size = (size_t)size;
    *reader_out = reader;
    return TILL_OK;
}

enum till_status vfs_reader_open(const char *vfs, const char *path, enum vfs_part part,
                                 size_t size_max, struct vfs_reader **reader_out)
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
    /* A VFS takes only names that SQLite has laid out, and may keep them. */
    const char *name = sqlite3_create_filename(full, "", wal, 0, NULL);
    if (name == NULL)
        return TILL_E_MEMORY;
    enum till_status status =
        part == VFS_PART_WAL
            ? open_named(found, sqlite3_filename_wal(name), SQLITE_OPEN_WAL, size_max, reader_out)
            : open_named(found, name, SQLITE_OPEN_MAIN_DB, size_max, reader_out);
    if (status != TILL_OK)
        sqlite3_free_filename(name);
    else
        (*reader_out)->name = name;
    return status;
}

size_t vfs_reader_size(const struct vfs_reader *reader)
{
    return reader->size;
}

/* Where the file is shorter the rest is zeros: SQLITE_IOERR_SHORT_READ. */
static int read_piece(struct vfs_reader *reader, size_t at, uint8_t *out, size_t size)
{
    enum { PIECE = 1 << 20 }; /* xRead takes an int */
    int code = SQLITE_OK;

    for (size_t done = 0; done < size;) {
        size_t piece = size - done < PIECE ? size - done : PIECE;
        int read = reader->file->pMethods->xRead(reader->file, out + done, (int)piece,
                                                 (sqlite3_int64)(at + done));

        if (read != SQLITE_OK && read != SQLITE_IOERR_SHORT_READ)
            return read;
        code = code == SQLITE_OK ? read : code;
        done += piece;
    }
    return code;
}

enum till_status vfs_reader_read(struct vfs_reader *reader, size_t at, void *out, size_t size)
{
    return read_piece(reader, at, out, size) == SQLITE_OK ? TILL_OK : TILL_E_IO;
}

void vfs_reader_close(struct vfs_reader *reader)
{
    if (reader == NULL)
        return;
    if (reader->file->pMethods != NULL)
        reader->file->pMethods->xClose(reader->file);
    sqlite3_free_filename(reader->name);
    sqlite3_free(reader);
}

enum till_status vfs_read_file(const char *vfs, const char *path, enum vfs_part part,
                               size_t size_max, uint8_t **data_out, size_t *size_out)
{
    struct vfs_reader *reader = NULL;
    enum till_status status = vfs_reader_open(vfs, path, part, size_max, &reader);

    if (status != TILL_OK)
        return status;
    uint8_t *data = sqlite3_malloc64((sqlite3_uint64)reader->size + 1);
    if (data == NULL)
        status = TILL_E_MEMORY;
    /* Shorter than it was a moment ago: the rest comes as zeros. */
    int code = data != NULL ? read_piece(reader, 0, data, reader->size) : SQLITE_OK;
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
        status = TILL_E_IO;
    if (status == TILL_OK) {
        *data_out = data;
        *size_out = reader->size;
    } else {
        sqlite3_free(data);
    }
    vfs_reader_close(reader);
    return status;
}
