/*
 * Backups: the store and everything beside it, in one new folder that can be checked and restored.
 *
 *   host.db      the store on SQLite, copied while the host serves
 *   host.pgdump  the store on PostgreSQL, by its own pg_dump
 *   files of the host's folder and of its imports/, as they are; books are made anew
 *   backup.txt   last: "SHA-256  NAME" of each file; without it a backup is no backup
 *
 * It knows files and programs; it does not know terminals, apart from what a restored host owes
 * them: serials of signed heads above any that was given out, so that terminals go on believing it.
 */
#ifndef TILL_HOST_BACKUP_H
#define TILL_HOST_BACKUP_H

#include "files.h"

struct backup_report {
    unsigned files;
    uint64_t bytes;
    bool postgres;
    bool with_key; /* the authority's */
};

/*
 * Make `to`, which may not be there yet. Others go on writing meanwhile.
 *   with_key  the authority's key too, where it lies in the folder; without it the backup can serve
 *             and not enrol
 * TILL_NOT_FOUND: no host in dir. TILL_UNCHANGED: `to` is there. TILL_E_DEVICE: pg_dump failed,
 * said in the log. Blocking: as long as it takes to read the store.
 */
enum till_status backup_make(const char *dir, const char *to, bool with_key,
                             struct backup_report *report_out) TILL_CHECKED;

/* Is it whole, byte by byte? TILL_E_CORRUPT, and the log says which file; TILL_NOT_FOUND: no backup
 * there. */
enum till_status backup_check(const char *from, struct backup_report *report_out) TILL_CHECKED;

/*
 * Check it, and make a host of it in `dir`, where none may be; the store where host_use_db says. A
 * PostgreSQL database must be empty. Then serials are raised and an alarm says what was done.
 * TILL_UNCHANGED: there is a host already. TILL_BAD_INPUT: a dump of PostgreSQL, and no database
 * named; or the other way round. Statuses of backup_check. TILL_E_DEVICE: pg_restore failed.
 */
enum till_status backup_restore(const char *from, const char *dir, int64_t now_s,
                                struct backup_report *report_out) TILL_CHECKED;

#endif
