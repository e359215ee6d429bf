/*
 * The line's own state on disk: plain files, each written whole or not at all.
 *
 *   STATE/line/       line.key line.pem authority.pem statement.pem url    what enrolment gave
 *                     trust  the statement on the authorities, once one came (line_trust.h)
 *   STATE/line.next/  the same while enrolling; line.key is made first and kept, so that the same
 *                     enrolment can be repeated after a crash and bears the same key
 *   STATE/spool/      spool.h
 *   STATE/session     tls_session.h
 *   STATE/line.lock   held while a fieldtill-sync runs
 *
 * Plain files and no database, because src/sync does not see db/ and nothing here is money: all
 * of it but the key can be fetched again. An enrolment takes effect by exchanging the two folders
 * in one step (renameat2), so that a key and a foreign certificate never lie together.
 */
#ifndef TILL_LINE_STORE_H
#define TILL_LINE_STORE_H

#include "crypto.h"
#include "line_files.h"
#include "line_identity.h"

struct line_store {
    char state[LINE_FILES_PATH_MAX];
    char line[LINE_FILES_PATH_MAX];
    char next[LINE_FILES_PATH_MAX];
    char spool[LINE_FILES_PATH_MAX];
    char key_path[LINE_FILES_PATH_MAX];  /* of the line key in force */
    char cert_path[LINE_FILES_PATH_MAX]; /* of its certificate */
    int lock;
};

/* Makes the folders where they lack. TILL_BUSY: another fieldtill-sync runs there. TILL_TOO_LARGE:
 * the path. TILL_E_IO, TILL_DISK_FULL. */
enum till_status line_store_open(const char *state, struct line_store *store_out) TILL_CHECKED;
void line_store_close(struct line_store *store);

/* TILL_NOT_ENROLLED: there is none yet. TILL_E_CORRUPT: it does not hold together. */
enum till_status line_store_load(const struct line_store *store,
                                 struct line_identity *identity_out) TILL_CHECKED;

/* The key to enrol that terminal with: the certified one if it is enrolled as that already, else
 * the one of an unfinished enrolment, else a new one, stored before it is returned. */
enum till_status line_store_enrolling_key(const struct line_store *store, const char *terminal,
                                          struct crypto_key **key_out) TILL_CHECKED;
/* The key to renew the certificate in force with: that of an unfinished renewal, else a new one. */
enum till_status line_store_renewing_key(const struct line_store *store,
                                         struct crypto_key **key_out) TILL_CHECKED;
/* The identity, certified for the enrolling or renewing key, takes effect; durable on return. */
enum till_status line_store_commit(const struct line_store *store,
                                   const struct line_identity *identity) TILL_CHECKED;

/* The identity in force with other authorities and their statement, nothing else changed. Every
 * moment of it is a whole identity: what is new is believed before what is old is dropped. */
enum till_status line_store_trust(const struct line_store *store,
                                  const struct line_identity *identity) TILL_CHECKED;

/* The number was ended on this device: its key, certificates, session, book and orders go; what the
 * SIM has carried today stays. Nothing happens where another number is in force. TILL_E_IO: not all
 * is gone, ask again. */
enum till_status line_store_forget(const struct line_store *store,
                                   const char *terminal) TILL_CHECKED;

#endif
