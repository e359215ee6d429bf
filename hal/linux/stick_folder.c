#include "stick_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

#define OURS "fieldtill"
#define ASIDE "new.part"
enum { ENTRIES_MAX = 4096 }; /* of a folder that are looked at */

static enum till_status of_errno(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return TILL_DISK_FULL;
    case EROFS:
    case EACCES:
    case EPERM:
        return TILL_READ_ONLY;
    case EIO: /* what a stick that was pulled answers */
    case ENODEV:
    case ENXIO:
    case ENOTCONN:
    case ESHUTDOWN:
        return TILL_DEVICE_OFFLINE;
    case ENOENT:
        return TILL_NOT_FOUND;
    case ELOOP:
    case ENOTDIR:
    case EISDIR:
        return TILL_E_PROTOCOL;
    default:
        return TILL_E_IO;
    }
}

static bool is_own_file_system(int fd)
{
    struct stat here;
    struct stat above;
    return fstat(fd, &here) == 0 && fstatat(fd, "..", &above, 0) == 0 &&
           (here.st_dev != above.st_dev || here.st_ino == above.st_ino);
}

/* The folder of the stick itself; the caller closes it. */
static enum till_status open_root(const struct stick_folder *f, int *fd_out)
{
    int fd = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return TILL_DEVICE_OFFLINE;
    }
    if (f->is_mount && !is_own_file_system(fd)) {
        close(fd);
        return TILL_DEVICE_OFFLINE;
    }
    *fd_out = fd;
    return TILL_OK;
}

/* A folder within; made where it is to be. */
static enum till_status open_folder(int above, const char *name, bool make, int *fd_out)
{
    if (make && mkdirat(above, name, 0777) != 0 && errno != EEXIST) {
        return of_errno(errno);
    }
    *fd_out = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return *fd_out >= 0 ? TILL_OK : of_errno(errno);
}

/* ROOT/fieldtill/FOLDER of a path "FOLDER/NAME" or "FOLDER". */
static enum till_status open_place(const struct stick_folder *f, const char *path, bool make,
                                   int *fd_out)
{
    char folder[STICK_NAME_MAX];
    int root = -1;
    int ours = -1;
    snprintf(folder, sizeof folder, "%.*s", (int)strcspn(path, "/"), path);
    enum till_status status = open_root(f, &root);
    if (status != TILL_OK) {
        return status;
    }
    status = open_folder(root, OURS, make, &ours);
    close(root);
    if (status != TILL_OK) {
        return status;
    }
    status = open_folder(ours, folder, make, fd_out);
    if (status == TILL_OK && make && fsync(ours) != 0 && errno != EINVAL) {
        status = of_errno(errno);
        close(*fd_out);
    }
    close(ours);
    return status;
}

static const char *name_of(const char *path)
{
    return strchr(path, '/') + 1;
}

enum till_status stick_folder_present(const struct stick_folder *f)
{
    int root = -1;
    enum till_status status = open_root(f, &root);
    if (status == TILL_OK) {
        close(root);
    }
    return status;
}

enum till_status stick_folder_list(const struct stick_folder *f, const char *folder,
                                   struct stick_name *names_out, size_t capacity, size_t *count_out)
{
    int fd = -1;
    enum till_status status = open_place(f, folder, false, &fd);
    if (status != TILL_OK) {
        *count_out = 0;
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    DIR *dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return TILL_E_MEMORY;
    }
    size_t count = 0;
    struct dirent *entry = NULL;
    for (int i = 0; i < ENTRIES_MAX && count < capacity && (entry = readdir(dir)) != NULL; i++) {
        if (stick_name_is_valid(entry->d_name)) {
            text_copy(names_out[count++].text, STICK_NAME_MAX, entry->d_name);
        }
    }
    (void)closedir(dir);
    *count_out = count;
    return TILL_OK;
}

static enum till_status read_all(int fd, uint8_t *out, size_t capacity, size_t *size_out)
{
    struct stat about;
    size_t size = 0;
    if (fstat(fd, &about) != 0) {
        return of_errno(errno);
    }
    if (!S_ISREG(about.st_mode)) {
        return TILL_E_PROTOCOL;
    }
    if (about.st_size < 0 || (uint64_t)about.st_size > capacity) {
        return TILL_TOO_LARGE;
    }
    while (size < (size_t)about.st_size) {
        ssize_t n = read(fd, out + size, (size_t)about.st_size - size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return of_errno(errno);
        }
        if (n == 0) {
            break; /* it was cut meanwhile: what is there is what it is */
        }
        size += (size_t)n;
    }
    *size_out = size;
    return TILL_OK;
}

enum till_status stick_folder_read(const struct stick_folder *f, const char *path, uint8_t *out,
                                   size_t capacity, size_t *size_out)
{
    int place = -1;
    enum till_status status = open_place(f, path, false, &place);
    if (status != TILL_OK) {
        return status;
    }
    /* NONBLOCK: a pipe that somebody left there must not hold us up. */
    int fd = openat(place, name_of(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    status = fd >= 0 ? read_all(fd, out, capacity, size_out) : of_errno(errno);
    if (fd >= 0) {
        close(fd);
    }
    close(place);
    return status;
}

static enum till_status write_aside(int place, struct span bytes)
{
    int fd = openat(place, ASIDE, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    size_t done = 0;
    if (fd < 0) {
        return of_errno(errno);
    }
    while (done < bytes.size) {
        ssize_t n = write(fd, bytes.data + done, bytes.size - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            enum till_status status = of_errno(n < 0 ? errno : ENOSPC);
            close(fd);
            return status;
        }
        done += (size_t)n;
    }
    enum till_status status = fsync(fd) == 0 ? TILL_OK : of_errno(errno);
    if (close(fd) != 0 && status == TILL_OK) {
        status = of_errno(errno);
    }
    return status;
}

enum till_status stick_folder_write(const struct stick_folder *f, const char *path,
                                    struct span bytes)
{
    int place = -1;
    enum till_status status = open_place(f, path, true, &place);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_DEVICE_OFFLINE : status;
    }
    status = write_aside(place, bytes);
    if (status == TILL_OK && renameat(place, ASIDE, place, name_of(path)) != 0) {
        status = of_errno(errno);
    }
    /* Some file systems of sticks can't sync a folder and say so; release syncs them whole. */
    if (status == TILL_OK && fsync(place) != 0 && errno != EINVAL) {
        status = of_errno(errno);
    }
    if (status != TILL_OK) {
        (void)unlinkat(place, ASIDE, 0);
    }
    close(place);
    return status == TILL_NOT_FOUND ? TILL_DEVICE_OFFLINE : status;
}

enum till_status stick_folder_remove(const struct stick_folder *f, const char *path)
{
    int place = -1;
    enum till_status status = open_place(f, path, false, &place);
    if (status != TILL_OK) {
        return status;
    }
    status = unlinkat(place, name_of(path), 0) == 0 ? TILL_OK : of_errno(errno);
    close(place);
    return status;
}

enum till_status stick_folder_release(const struct stick_folder *f, bool unmount)
{
    int root = -1;
    enum till_status status = open_root(f, &root);
    if (status != TILL_OK) {
        return status;
    }
    status = syncfs(root) == 0 ? TILL_OK : of_errno(errno);
    close(root);
    /* A program without that right leaves it to the system: synced, it may be pulled as well. */
    if (status == TILL_OK && unmount && umount2(f->path, UMOUNT_NOFOLLOW) != 0 && errno != EPERM) {
        status = of_errno(errno);
    }
    return status;
}
