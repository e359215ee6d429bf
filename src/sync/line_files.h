/*
 * Small files that a power cut leaves either old or new, never half.
 *
 * Paths are absolute or relative to the working folder; nothing here follows a symbolic link in
 * the last component. Blocking: as long as the disk takes to sync.
 */
#ifndef TILL_LINE_FILES_H
#define TILL_LINE_FILES_H

#include "bytes.h"

enum { LINE_FILES_PATH_MAX = 256 };

/* "folder/name" into out; TILL_TOO_LARGE. */
enum till_status line_files_path(const char *folder, const char *name,
                                 char out[LINE_FILES_PATH_MAX]) TILL_CHECKED;
/* Make a folder with mode 0700 where there is none. TILL_E_IO. */
enum till_status line_files_make_folder(const char *path) TILL_CHECKED;
/* Write aside with mode 0600, sync, rename, sync the folder. TILL_E_IO, TILL_DISK_FULL. */
enum till_status line_files_write(const char *folder, const char *name,
                                  struct span bytes) TILL_CHECKED;
/* The whole file and a terminating zero. TILL_NOT_FOUND; TILL_TOO_LARGE: no room for it. */
enum till_status line_files_read(const char *folder, const char *name, char *out, size_t capacity,
                                 size_t *size_out) TILL_CHECKED;
enum till_status line_files_sync(const char *path) TILL_CHECKED; /* a file or a folder */
/* Gone already is fine. */
enum till_status line_files_remove(const char *folder, const char *name) TILL_CHECKED;

#endif
