/*
 * Books for terminals: what a terminal carries, spelled for the line and signed.
 *
 * A book is made from one snapshot: arrears, the entries that they contain, and the list of those
 * set aside. It gets a new revision when its content or that list differs from the last one's.
 * Collections change arrears all day; the terminal's own overlay knows them, so that a rebuild for
 * their sake waits for an interval, while imports, assignments, quarantine and forks do not.
 *
 * Books lie in DIR/books as TERMINAL-REVISION.zst with their signed manifest .txt beside them; the
 * last two are kept, so that a download that has begun can end, and the one that the terminal has
 * applied, so that the next can be told as what changed: TERMINAL-REVISION-SINCE.zst and .txt.
 */
#ifndef TILL_HOST_BOOK_BUILD_H
#define TILL_HOST_BOOK_BUILD_H

#include "files.h"
#include "statement.h"
#include "store.h"

struct book_build {
    struct store *store;
    const char *dir;
    const struct sealer *statement;
    int64_t interval_s; /* between rebuilds for collections' sake */
};

enum { BOOK_BUILD_PACKED_MAX = 256 * 1024 * 1024 };

/*
 * Bring the terminal's book up to date if something calls for it. Own transaction.
 *   revision_out  the newest; 0 = none can be made (no site, nothing assigned)
 * TILL_TOO_LARGE: more entries are set aside than a book can name: the old one stands.
 * Blocking: 10 ms for a thousand customers.
 */
enum till_status book_build_refresh(const struct book_build *b, const char *terminal, int64_t now_s,
                                    uint64_t *revision_out) TILL_CHECKED;

/*
 * A terminal has applied a book. Where it is none that this store made, because the store was
 * restored from an older copy, the next one is made anew, under a number that the terminal has not
 * seen: it takes only higher ones. Where it is the newest, meter books that it held before are
 * reported.
 *   e  the entry of `applied`
 *   t  of the running transaction; the caller puts it back
 */
enum till_status book_build_follow(struct store *s, const struct body_book_applied *applied,
                                   const struct entry *e, struct store_terminal *t) TILL_CHECKED;

/* The manifest of a delta over what the terminal has applied, terminated; made where it is not
 * there yet. TILL_NO_BOOK: `since` is not what it has, or the delta would be no smaller than half
 * of the whole: give that one. Blocking: as book_delta.h. */
enum till_status book_build_delta(const struct book_build *b, const char *terminal,
                                  uint64_t revision, uint64_t since,
                                  char out[STATEMENT_MAX]) TILL_CHECKED;
/* Its packed content, in memory that the caller frees. TILL_NO_BOOK. */
enum till_status book_build_delta_content(const struct book_build *b, const char *terminal,
                                          uint64_t revision, uint64_t since,
                                          struct files_piece *piece, char **content_out,
                                          size_t *size_out) TILL_CHECKED;

/* The signed manifest of a revision, terminated. TILL_NO_BOOK: not there (any more). */
enum till_status book_build_manifest(const struct book_build *b, const char *terminal,
                                     uint64_t revision, char out[STATEMENT_MAX]) TILL_CHECKED;
/* Its packed content, or a piece of it, in memory that the caller frees. TILL_NO_BOOK. */
enum till_status book_build_content(const struct book_build *b, const char *terminal,
                                    uint64_t revision, struct files_piece *piece,
                                    char **content_out, size_t *size_out) TILL_CHECKED;

#endif
