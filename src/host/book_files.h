/*
 * The files of books, and what each terminal has applied. Private to book_build*.c.
 */
#ifndef TILL_HOST_BOOK_FILES_H
#define TILL_HOST_BOOK_FILES_H

#include "book_build.h"

/* DIR/books/TERMINAL-REVISION.END, or TERMINAL-REVISION-SINCE.END where since is not 0. */
enum till_status book_files_path(const struct book_build *b, const char *terminal,
                                 uint64_t revision, uint64_t since, const char *end,
                                 char out[FILES_PATH_MAX]) TILL_CHECKED;
/* Remove what neither a terminal nor a delta needs any more. What can't be removed stays. */
void book_files_tidy(const struct book_build *b, const char *terminal, uint64_t newest);

/* The latest book_applied of a terminal: the revision and the hash that it named. */
enum till_status book_applied_put(struct store *s, const char *terminal,
                                  const struct body_book_applied *applied) TILL_CHECKED;
/* 0 where none is known; hash_out is then zeros. */
uint64_t book_applied_get(struct store *s, const char *terminal, uint8_t hash_out[HASH_SIZE]);

#endif
