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

static bool write_all(int fd, struct span content)
{
    while (content.size > 0) {
        ssize_t written = write(fd, content.data, content.size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        content.data += written;
        content.size -= (size_t)written;
    }
    return true;
}

/* A rename is on the disk only when its folder is. */
static bool sync_folder_of(const char *path)
{
    char folder[FILES_PATH_MAX];
    int size = snprintf(folder, sizeof(folder), "%s", path);
    if (size <= 0 || (size_t)size >= sizeof(folder)) {
        return false;
    }
    char *slash = strrchr(folder, '/');
    if (slash == NULL) {
        (void)snprintf(folder, sizeof(folder), ".");
    } else if (slash == folder) {
        slash[1] = '\0';
    } else {
        *slash = '\0';
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool synced = fsync(fd) == 0;
    (void)close(fd);
    return synced;
}

enum till_status files_write(const char *path, struct span content)
{
    char aside[FILES_PATH_MAX];
    int size = snprintf(aside, sizeof(aside), "%s.new", path);
    if (size <= 0 || (size_t)size >= sizeof(aside)) {
        return TILL_TOO_LARGE;
    }
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return failed("writing", aside);
    }
    enum till_status status = TILL_OK;
    if (!write_all(fd, content) || fsync(fd) != 0) {
        status = failed("writing", aside);
    }
    if (close(fd) != 0 && status == TILL_OK) {
        status = failed("closing", aside);
    }
    if (status == TILL_OK && (rename(aside, path) != 0 || !sync_folder_of(path))) {
        status = failed("renaming", path);
    }
    if (status != TILL_OK) {
        (void)unlink(aside);
    }
    return status;
}

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
