/*
 * USB stick: a few whole files in one folder of their own, for days without a network.
 *
 * Files are named by "FOLDER/NAME" below `fieldtill/` on the stick; both are 1..STICK_NAME_MAX - 1
 * characters of [0-9A-Za-z._-] that begin with none of "." and "-". A file is written whole or not
 * at all: aside, synced, renamed, folder synced. What is on a stick was written by anybody: reading
 * follows no links, opens no devices, and takes no more than the caller has room for. It does not
 * know what the files mean, nor mounts anything: that is the system's (docs/porting.md).
 *
 * A stick is slow and can be pulled at any moment. Calls block as long as it takes to write, some
 * seconds at worst; the program says on its screen that it is writing.
 */
#ifndef TILL_STICK_H
#define TILL_STICK_H

#include "hal.h"

enum { STICK_NAME_MAX = 64, STICK_PATH_MAX = 2 * STICK_NAME_MAX, STICK_FILE_MAX = 1024 * 1024 };

struct stick_name {
    char text[STICK_NAME_MAX];
};

/*
 * Statuses of all:
 *   TILL_DEVICE_OFFLINE  none is in, or it was taken out meanwhile
 *   TILL_READ_ONLY       it is write-protected
 *   TILL_DISK_FULL       no room on it
 *   TILL_E_IO            it is broken
 */
struct stick {
    void *context;
    /* Is one in? Blocks at most 20 ms. */
    enum till_status (*present)(void *context);
    /* The names in a folder that fit the form above, in no order, at most capacity; others are
     * passed over. No such folder: none. */
    enum till_status (*list)(void *context, const char *folder, struct stick_name *names_out,
                             size_t capacity, size_t *count_out);
    /* A whole file. TILL_NOT_FOUND. TILL_TOO_LARGE: over capacity. TILL_E_PROTOCOL: it is no plain
     * file. */
    enum till_status (*read)(void *context, const char *path, uint8_t *out, size_t capacity,
                             size_t *size_out);
    /* Whole and on the stick when this returns TILL_OK; a file of that name is replaced. */
    enum till_status (*write)(void *context, const char *path, struct span bytes);
    /* TILL_NOT_FOUND. */
    enum till_status (*remove)(void *context, const char *path);
    /* Everything is on the stick, and it may be pulled. */
    enum till_status (*release)(void *context);
    void (*close)(void *context);
};

/* Checked calls (hal.h). TILL_BAD_INPUT: a name that is none, or more bytes than
 * STICK_FILE_MAX. */
enum till_status stick_present(const struct stick *stick) TILL_CHECKED;
enum till_status stick_list(const struct stick *stick, const char *folder,
                            struct stick_name *names_out, size_t capacity,
                            size_t *count_out) TILL_CHECKED;
enum till_status stick_read(const struct stick *stick, const char *path, uint8_t *out,
                            size_t capacity, size_t *size_out) TILL_CHECKED;
enum till_status stick_write(const struct stick *stick, const char *path,
                             struct span bytes) TILL_CHECKED;
enum till_status stick_remove(const struct stick *stick, const char *path) TILL_CHECKED;
enum till_status stick_release(const struct stick *stick) TILL_CHECKED;

/* One part of a path, as above. */
bool stick_name_is_valid(const char *name);
/* "FOLDER/NAME". */
bool stick_path_is_valid(const char *path);

#endif
