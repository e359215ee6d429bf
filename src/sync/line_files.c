#include "line_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

enum { NAME_MAX_HERE = 64 };

static enum till_status failed(const char *what, const char *path)
{
    int error = errno;
    log_error("%s %s: %s", what, path, strerror(error));
    return error == ENOSPC || error == EDQUOT ? TILL_DISK_FULL : TILL_E_IO;
}

enum till_status line_files_path(const char *folder, const char *name,
                                 char out[LINE_FILES_PATH_MAX])
{
    int size = snprintf(out, LINE_FILES_PATH_MAX, "%s/%s", folder, name);
    return size < 0 || size >= LINE_FILES_PATH_MAX ? TILL_TOO_LARGE : TILL_OK;
}

enum till_status line_files_make_folder(const char *path)
{
    struct stat found;
    if (mkdir(path, 0700) == 0) {
        return TILL_OK;
    }
    if (errno != EEXIST || lstat(path, &found) != 0) {
        return failed("make", path);
    }
    return S_ISDIR(found.st_mode) ? TILL_OK : TILL_E_IO;
}

enum till_status line_files_sync(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return failed("open", path);
    }
    int synced = fsync(fd);
    close(fd);
    return synced == 0 ? TILL_OK : failed("sync", path);
}

static enum till_status write_all(int fd, struct span bytes, const char *path)
{
    while (bytes.size > 0) {
        ssize_t wrote = write(fd, bytes.data, bytes.size);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return failed("write", path);
        }
        bytes.data += wrote;
        bytes.size -= (size_t)wrote;
    }
    return fsync(fd) == 0 ? TILL_OK : failed("sync", path);
}

enum till_status line_files_write(const char *folder, const char *name, struct span bytes)
{
    char path[LINE_FILES_PATH_MAX];
    char aside_name[NAME_MAX_HERE];
    char aside[LINE_FILES_PATH_MAX];
    int size = snprintf(aside_name, sizeof(aside_name), "%s.new", name);
    if (size < 0 || size >= NAME_MAX_HERE || line_files_path(folder, name, path) != TILL_OK ||
        line_files_path(folder, aside_name, aside) != TILL_OK) {
        return TILL_TOO_LARGE;
    }
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return failed("make", aside);
    }
    enum till_status status = write_all(fd, bytes, aside);
    if (close(fd) != 0 && status == TILL_OK) {
        status = failed("close", aside);
    }
    if (status == TILL_OK && rename(aside, path) != 0) {
        status = failed("rename", aside);
    }
    if (status != TILL_OK) {
        unlink(aside);
        return status;
    }
    return line_files_sync(folder);
}

enum till_status line_files_read(const char *folder, const char *name, char *out, size_t capacity,
                                 size_t *size_out)
{
    char path[LINE_FILES_PATH_MAX];
    enum till_status status = line_files_path(folder, name, path);
    if (status != TILL_OK) {
        return status;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR ? TILL_NOT_FOUND : failed("open", path);
    }
    size_t size = 0;
    while (size < capacity) {
        ssize_t got = read(fd, out + size, capacity - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            status = failed("read", path);
            break;
        }
        if (got == 0) {
            break;
        }
        size += (size_t)got;
    }
    close(fd);
    if (status != TILL_OK) {
        return status;
    }
    if (size == capacity) {
        return TILL_TOO_LARGE;
    }
    out[size] = '\0';
    *size_out = size;
    return TILL_OK;
}

enum till_status line_files_remove(const char *folder, const char *name)
{
    char path[LINE_FILES_PATH_MAX];
    enum till_status status = line_files_path(folder, name, path);
    if (status != TILL_OK) {
        return status;
    }
    return unlink(path) == 0 || errno == ENOENT ? TILL_OK : failed("remove", path);
}
