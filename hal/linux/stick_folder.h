/*
 * The files of a stick in a folder of a mounted file system: what the driver `folder` and the
 * simulated stick share. Each call opens the folder anew, so that a stick that was changed is
 * another one at the next call. Statuses as stick.h.
 */
#ifndef TILL_STICK_FOLDER_H
#define TILL_STICK_FOLDER_H

#include "stick.h"

struct stick_folder {
    char path[256];
    /* It must be a file system of its own: the bare folder under a stick that is gone is the
     * device's own disk. */
    bool is_mount;
};

enum till_status stick_folder_present(const struct stick_folder *f) TILL_CHECKED;
enum till_status stick_folder_list(const struct stick_folder *f, const char *folder,
                                   struct stick_name *names_out, size_t capacity,
                                   size_t *count_out) TILL_CHECKED;
enum till_status stick_folder_read(const struct stick_folder *f, const char *path, uint8_t *out,
                                   size_t capacity, size_t *size_out) TILL_CHECKED;
enum till_status stick_folder_write(const struct stick_folder *f, const char *path,
                                    struct span bytes) TILL_CHECKED;
enum till_status stick_folder_remove(const struct stick_folder *f, const char *path) TILL_CHECKED;
/* Synced; unmount: taken off the tree as well, where the system lets us. */
enum till_status stick_folder_release(const struct stick_folder *f, bool unmount) TILL_CHECKED;

#endif
