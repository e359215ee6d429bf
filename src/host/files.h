/*
 * Files of the host's folder: keys, certificates, books, imports.
 *
 * What is written is on the disk when the call returns. It knows no content. Blocking: an fsync.
 */
#ifndef TILL_HOST_FILES_H
#define TILL_HOST_FILES_H

#include "bytes.h"
#include "status.h"

enum { FILES_PATH_MAX = 512, FILES_NAME_MAX = 255 };

/* dir ‖ "/" ‖ name. TILL_TOO_LARGE: over FILES_PATH_MAX. */
enum till_status files_path(const char *dir, const char *name,
                            char path_out[FILES_PATH_MAX]) TILL_CHECKED;
bool files_exist(const char *path);
/* Make a folder for its owner alone (0700); one that is there is no fault. TILL_E_IO. */
enum till_status files_folder(const char *path) TILL_CHECKED;
/* Whole, by way of a second file and a rename; mode 0600. TILL_E_IO, TILL_DISK_FULL,
 * TILL_TOO_LARGE: such a name can't be. */
enum till_status files_write(const char *path, struct span content) TILL_CHECKED;
/* The same in an open folder, whose contents nobody vouches for; `mode` less the umask. */
enum till_status files_write_at(int folder, const char *name, struct span content,
                                unsigned mode) TILL_CHECKED;
/* Within one folder; what was there is replaced. TILL_E_IO, TILL_DISK_FULL. */
enum till_status files_rename(const char *from, const char *to) TILL_CHECKED;

/*
 * The same piece by piece: a file NAME.new beside its place, until it is placed. One that is all
 * zeros, was dropped or placed is none, and may be dropped. Statuses as files_write; after a begin
 * that failed it is none.
 */
struct files_fresh {
    bool begun;
    int folder, fd;
    char path[FILES_PATH_MAX];
    const char *name;               /* in it */
    char aside[FILES_NAME_MAX + 1]; /* "" = it is in its place */
};
enum till_status files_fresh_begin(struct files_fresh *f, const char *path) TILL_CHECKED;
enum till_status files_fresh_write(struct files_fresh *f, struct span content) TILL_CHECKED;
/* All of it is on the disk; nothing more is written. */
enum till_status files_fresh_seal(struct files_fresh *f) TILL_CHECKED;
/* Sealed, in its place and done with; where it can't have its place it stays beside it, to be
 * dropped or left there. */
enum till_status files_fresh_place(struct files_fresh *f) TILL_CHECKED;
void files_fresh_drop(struct files_fresh *f);
void files_fresh_leave(struct files_fresh *f);

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
