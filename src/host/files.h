/*
 * Files of the host's folder: keys, certificates, books, imports.
 *
 * What is written is on the disk when the call returns. It knows no content. Blocking: an fsync.
 */
#ifndef TILL_HOST_FILES_H
#define TILL_HOST_FILES_H

#include "bytes.h"
#include "status.h"

enum { FILES_PATH_MAX = 512 };

/* dir ‖ "/" ‖ name. TILL_TOO_LARGE: over FILES_PATH_MAX. */
enum till_status files_path(const char *dir, const char *name,
                            char path_out[FILES_PATH_MAX]) TILL_CHECKED;
bool files_exist(const char *path);
/* Make a folder for its owner alone (0700); one that is there is no fault. TILL_E_IO. */
enum till_status files_folder(const char *path) TILL_CHECKED;
/* Whole, by way of a second file and a rename; mode 0600. TILL_E_IO, TILL_DISK_FULL. */
enum till_status files_write(const char *path, struct span content) TILL_CHECKED;
/* Whole, at most `most` bytes, into memory that the caller frees; terminated by one more byte 0.
 * TILL_NOT_FOUND, TILL_TOO_LARGE, TILL_E_MEMORY, TILL_E_IO. */
enum till_status files_read(const char *path, size_t most, char **content_out,
                            size_t *size_out) TILL_CHECKED;
/* A part of it, from byte `from` on, at most `most`; all of it (from 0) where most is 0 or it does
 * not reach so far. `whole` becomes its size. Only the part is read. */
struct files_piece {
    uint64_t from, most, whole;
};
enum till_status files_read_piece(const char *path, size_t most, struct files_piece *piece,
                                  char **content_out, size_t *size_out) TILL_CHECKED;
/* A text into memory of the caller, terminated. TILL_TOO_LARGE and as above. */
enum till_status files_read_text(const char *path, char *out, size_t capacity) TILL_CHECKED;

#endif
