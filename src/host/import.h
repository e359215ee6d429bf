/*
 * Import: the office's tables as CSV into the store.
 *
 * The table is known by its header row: site, users, meter_books, customers, bills, limits
 * (docs/host.md lists the columns; their order is free), or a mapping (mapping.h) says which it is
 * and where its columns stand. One transaction a file. A bad row is named with its line and reason
 * and set aside; the good ones go in. The same file again changes nothing.
 *
 * Files are kept in DIR/imports by their hash, with their mapping, so that `ledger check` can
 * replay them; not those of users, which carry PINs, nor limits, which move no money.
 *
 * Memory: bounded, whatever the file's size. Blocking: about a minute for a million customers.
 */
#ifndef TILL_HOST_IMPORT_H
#define TILL_HOST_IMPORT_H

#include "charset.h"
#include "files.h"
#include "store.h"

enum { IMPORT_PIN_ROUNDS = 20000 };
#define IMPORT_SIZE_MAX (UINT64_C(4) << 30)

/* reason: an English msgid. */
typedef void import_bad_row(void *context, uint32_t line, const char *reason);

struct import_options {
    enum charset_name charset; /* CHARSET_UNKNOWN: as the mapping says, else found out */
    struct span mapping;       /* text of a mapping file; size 0 = none */
    const char *channel;       /* whose payments they are; NULL = a column says it */
    const char *set_aside;     /* file for rows that are bad; NULL = they are only named */
    import_bad_row *bad_row;   /* NULL = nobody wants to know */
    void *context;
};
struct import_report {
    const char *table; /* "customers"; NULL until the header was read */
    uint32_t added, changed, unchanged, bad;
    uint32_t set_aside; /* of the bad ones: all but those that were too long */
    uint32_t skipped;   /* as the mapping says */
    enum charset_name charset;
};

/*
 * One file in its own transaction.
 *   dir  the host's folder, where the file is kept
 * TILL_BAD_INPUT: no table has this header, or no such mapping (nothing was written).
 * TILL_NOT_FOUND: no such file. TILL_TOO_LARGE: over IMPORT_SIZE_MAX. TILL_UNSUPPORTED: a charset
 * that is not read. Bad rows alone are TILL_OK: look at report_out->bad.
 */
enum till_status import_file_with(struct store *s, const char *dir, const char *path,
                                  const struct import_options *options, int64_t now_s,
                                  struct import_report *report_out) TILL_CHECKED;
/* The same without mapping; bad rows are only named. */
enum till_status import_file(struct store *s, const char *dir, const char *path, int64_t now_s,
                             import_bad_row *bad_row, void *context,
                             struct import_report *report_out) TILL_CHECKED;
/* "x.csv" -> "x.rejected.csv". TILL_TOO_LARGE. */
enum till_status import_set_aside_path(const char *path, char out[FILES_PATH_MAX]) TILL_CHECKED;

/* What an earlier import was. after: number of the last posting before it.
 * TILL_NOT_FOUND: no such number, or its file is not kept. */
struct import_past {
    uint64_t number;
    int64_t at_s;
    int64_t after;
    uint8_t hash[HASH_SIZE]; /* of the file; its name in DIR/imports */
    enum charset_name charset;
    bool mapped;
    uint8_t mapping_hash[HASH_SIZE]; /* of its mapping, likewise */
};
enum till_status import_past(struct store *s, uint64_t number,
                             struct import_past *past_out) TILL_CHECKED;
/* It once more, into this store and within the caller's transaction. TILL_NOT_FOUND: a file that
 * was kept is gone. TILL_E_SIGNATURE: it was changed. name_out: that file. */
enum till_status import_replay(struct store *s, const char *dir, const struct import_past *past,
                               char name_out[FILES_PATH_MAX]) TILL_CHECKED;
uint64_t import_count(struct store *s);
/* Goes up with each import that changed what every book may tell: users, the site. */
uint64_t import_generation(struct store *s);
/* The same of customers and bills alone: whose meter books counted a change since, their books are
 * made anew at once. */
uint64_t import_rows_generation(struct store *s);
enum till_status import_raise_rows(struct store *s) TILL_CHECKED;
/* Something else changed that every book may tell: a PIN, a team. In the caller's transaction. */
enum till_status import_raise_generation(struct store *s) TILL_CHECKED;
/* TILL_NOT_FOUND. */
enum till_status import_find_user(struct store *s, const char *user,
                                  struct book_user *out) TILL_CHECKED;

#endif
