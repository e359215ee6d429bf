#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

enum till_status files_path(const char *dir, const char *name, char path_out[FILES_PATH_MAX])
{
    int size = snprintf(path_out, FILES_PATH_MAX, "%s/%s", dir, name);
    return size > 0 && size < FILES_PATH_MAX ? TILL_OK : TILL_TOO_LARGE;
}

bool files_exist(const char *path)
{
    return access(path, F_OK) == 0;
}

static enum till_status failed(const char *what, const char *path)
{
    int why = errno;
    log_error("%s %s: %s", what, path, strerror(why));
    return why == ENOSPC || why == EDQUOT ? TILL_DISK_FULL : TILL_E_IO;
}

enum till_status files_folder(const char *path)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return failed("making", path);
    }
    return TILL_OK;
}

/* ---- written anew ---------------------------------------------------------------------------- */

static bool write_all(int fd, struct span content)
{
    while (content.size > 0) {
        ssize_t written = write(fd, content.data, content.size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            errno = written == 0 ? EIO : errno;
            return false;
        }
        content.data += written;
        content.size -= (size_t)written;
    }
    return true;
}

/* The folder of a path, "." where it names none. */
static int open_folder_of(const char *path)
{
    char folder[FILES_PATH_MAX];
    (void)snprintf(folder, sizeof(folder), "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL) {
        (void)snprintf(folder, sizeof(folder), ".");
    } else if (slash == folder) {
        slash[1] = '\0';
    } else {
        *slash = '\0';
    }
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A rename is on the disk only when its folder is; some file systems have no such thing. */
static bool sync_folder(int folder)
{
    return fsync(folder) == 0 || errno == EINVAL;
}

/* Takes the folder over. */
static enum till_status begin_in(struct files_fresh *f, int folder, const char *path, unsigned mode)
{
    const char *slash = strrchr(path, '/');
    *f = (struct files_fresh){.folder = folder, .fd = -1};
    if (folder < 0) {
        return failed("opening the folder of", path);
    }
    int size = snprintf(f->path, sizeof(f->path), "%s", path);
    f->name = f->path + (slash == NULL ? 0 : slash + 1 - path);
    int aside = snprintf(f->aside, sizeof(f->aside), "%.*s.new", FILES_NAME_MAX, f->name);
    if (size <= 0 || (size_t)size >= sizeof(f->path) || aside <= 0 ||
        (size_t)aside >= sizeof(f->aside)) {
        (void)close(folder);
        return TILL_TOO_LARGE;
    }
    (void)unlinkat(folder, f->aside, 0);
    f->fd = openat(folder, f->aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                   (mode_t)mode);
    if (f->fd < 0) {
        enum till_status status = failed("writing", path);
        (void)close(folder);
        return status;
    }
    f->begun = true;
    return TILL_OK;
}

enum till_status files_fresh_begin(struct files_fresh *f, const char *path)
{
    return begin_in(f, open_folder_of(path), path, 0600);
}

enum till_status files_fresh_write(struct files_fresh *f, struct span content)
{
    return write_all(f->fd, content) ? TILL_OK : failed("writing", f->path);
}

enum till_status files_fresh_seal(struct files_fresh *f)
{
    if (!f->begun || f->fd < 0) {
        return TILL_OK;
    }
    enum till_status status = fsync(f->fd) == 0 ? TILL_OK : failed("writing", f->path);
    if (close(f->fd) != 0 && status == TILL_OK) {
        status = failed("closing", f->path);
    }
    f->fd = -1;
    return status;
}

enum till_status files_fresh_place(struct files_fresh *f)
{
    enum till_status status = files_fresh_seal(f);
    if (status == TILL_OK && renameat(f->folder, f->aside, f->folder, f->name) != 0) {
        status = failed("renaming", f->path);
    } else if (status == TILL_OK) {
        f->aside[0] = '\0';
        status = sync_folder(f->folder) ? TILL_OK : failed("renaming", f->path);
    }
    if (f->aside[0] == '\0') {
        files_fresh_leave(f);
    }
    return status;
}

void files_fresh_leave(struct files_fresh *f)
{
    if (!f->begun) {
        return;
    }
    if (f->fd >= 0) {
        (void)close(f->fd);
    }
    (void)close(f->folder);
    f->begun = false;
}

void files_fresh_drop(struct files_fresh *f)
{
    if (f->begun && f->aside[0] != '\0') {
        (void)unlinkat(f->folder, f->aside, 0);
    }
    files_fresh_leave(f);
}

static enum till_status write_whole(struct files_fresh *f, struct span content)
{
    enum till_status status = files_fresh_write(f, content);
    if (status == TILL_OK) {
        status = files_fresh_place(f);
    }
    files_fresh_drop(f);
    return status;
}

enum till_status files_write(const char *path, struct span content)
{
    struct files_fresh fresh;
    enum till_status status = files_fresh_begin(&fresh, path);
    return status == TILL_OK ? write_whole(&fresh, content) : status;
}

enum till_status files_write_at(int folder, const char *name, struct span content, unsigned mode)
{
    struct files_fresh fresh;
    enum till_status status = begin_in(&fresh, fcntl(folder, F_DUPFD_CLOEXEC, 0), name, mode);
    return status == TILL_OK ? write_whole(&fresh, content) : status;
}

enum till_status files_rename(const char *from, const char *to)
{
    int folder = open_folder_of(to);
    if (folder < 0) {
        return failed("opening the folder of", to);
    }
    enum till_status status = TILL_OK;
    if (rename(from, to) != 0 || !sync_folder(folder)) {
        status = failed("renaming", to);
    }
    (void)close(folder);
    return status;
}

/* ---- read ------------------------------------------------------------------------------------ */

static enum till_status read_some(int fd, const char *path, size_t most, char *out,
                                  size_t *size_out)
{
    size_t size = 0;
    while (size <= most) {
        ssize_t got = read(fd, out + size, most + 1 - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failed("reading", path);
        }
        if (got == 0) {
            out[size] = '\0';
            *size_out = size;
            return TILL_OK;
        }
        size += (size_t)got;
    }
    return TILL_TOO_LARGE;
}

/* So much and no more, whatever comes behind it. */
static enum till_status read_part(int fd, const char *path, size_t most, char *out,
                                  size_t *size_out)
{
    enum till_status status = read_some(fd, path, most, out, size_out);
    if (status == TILL_TOO_LARGE) {
        out[most] = '\0';
        *size_out = most;
        status = TILL_OK;
    }
    return status;
}

enum till_status files_read(const char *path, size_t most, char **content_out, size_t *size_out)
{
    struct files_piece all = {0};
    return files_read_piece(path, most, &all, content_out, size_out);
}

enum till_status files_read_piece(const char *path, size_t most, struct files_piece *piece,
                                  char **content_out, size_t *size_out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? TILL_NOT_FOUND : failed("opening", path);
    }
    struct stat about;
    enum till_status status = TILL_OK;
    char *content = NULL;
    if (fstat(fd, &about) != 0 || about.st_size < 0) {
        status = failed("reading", path);
    } else if ((uint64_t)about.st_size > most) {
        status = TILL_TOO_LARGE;
    } else {
        size_t room = (size_t)about.st_size;
        piece->whole = room;
        if (piece->most == 0 || piece->from >= room) {
            piece->from = 0;
        } else {
            room -= (size_t)piece->from;
            room = piece->most < room ? (size_t)piece->most : room;
        }
        content = malloc(room + 1);
        if (content == NULL) {
            status = TILL_E_MEMORY;
        } else if (lseek(fd, (off_t)piece->from, SEEK_SET) < 0) {
            status = failed("reading", path);
        } else {
            status = piece->from + room < piece->whole
                         ? read_part(fd, path, room, content, size_out)
                         : read_some(fd, path, room, content, size_out);
        }
    }
    (void)close(fd);
    if (status != TILL_OK) {
        free(content);
        return status;
    }
    *content_out = content;
    return TILL_OK;
}

enum till_status files_read_text(const char *path, char *out, size_t capacity)
{
    char *content = NULL;
    size_t size = 0;
    enum till_status status = files_read(path, capacity - 1, &content, &size);
    if (status == TILL_OK) {
        memcpy(out, content, size + 1);
        explicit_bzero(content, size);
        free(content);
    }
    return status;
}
