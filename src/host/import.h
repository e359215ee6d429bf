/*
 * Import: the office's tables as CSV into the store.
 *
 * The table is known by its header row: site, users, meter_books, customers, bills (docs/host.md
 * lists the columns; their order is free). One transaction a file. A bad row is named with its
 * line and reason and left out; the good ones go in. The same file again changes nothing.
 *
 * Files are kept in DIR/imports by number, so that `ledger check` can replay them; not those of
 * users, which carry PINs.
 */
#ifndef TILL_HOST_IMPORT_H
#define TILL_HOST_IMPORT_H

#include "store.h"

enum { IMPORT_SIZE_MAX = 512 * 1024 * 1024, IMPORT_PIN_ROUNDS = 20000 };

/* reason: an English msgid. */
typedef void import_bad_row(void *context, uint32_t line, const char *reason);

struct import_report {
    const char *table; /* "customers"; NULL until the header was read */
    uint32_t added, changed, unchanged, bad;
};

/*
 * One file in its own transaction.
 *   dir  the host's folder, where the file is kept
 * TILL_BAD_INPUT: no table has this header (nothing was written). TILL_NOT_FOUND: no such file.
 * TILL_TOO_LARGE: over IMPORT_SIZE_MAX. Bad rows alone are TILL_OK: look at report_out->bad.
 */
enum till_status import_file(struct store *s, const char *dir, const char *path, int64_t now_s,
                             import_bad_row *bad_row, void *context,
                             struct import_report *report_out) TILL_CHECKED;

/* The rows alone, within the caller's transaction, as the number-th import. */
enum till_status import_content(struct store *s, struct span content, uint64_t number,
                                int64_t now_s, import_bad_row *bad_row, void *context,
                                struct import_report *report_out) TILL_CHECKED;

/* What an earlier import was. after: number of the last posting before it.
 * TILL_NOT_FOUND: no such number, or its file is not kept. */
struct import_past {
    uint64_t number;
    int64_t at_s;
    int64_t after;
    uint8_t hash[HASH_SIZE]; /* of the file; its name in DIR/imports */
};
enum till_status import_past(struct store *s, uint64_t number,
                             struct import_past *past_out) TILL_CHECKED;
uint64_t import_count(struct store *s);
/* Goes up with each import that changed something: books look at it. */
uint64_t import_generation(struct store *s);
/* Something else changed that books tell: a PIN, a dispute. Within the caller's transaction. */
enum till_status import_raise_generation(struct store *s) TILL_CHECKED;
/* TILL_NOT_FOUND. */
enum till_status import_find_user(struct store *s, const char *user,
                                  struct book_user *out) TILL_CHECKED;

#endif
