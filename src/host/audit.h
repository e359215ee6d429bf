/*
 * The audit log: what people at the office did, one record an act, chained like a journal.
 *
 * hash = SHA-256( len8(tag) ‖ tag ‖ hash of the record before, 32 zeros at first ‖ canonical record
 * {"n","at_s","actor","act","arguments"} ), tag "fieldtill/audit/1". Whoever can write the database
 * can forge it whole: that is why each record's hash also goes to the log, which the system keeps
 * apart. It knows no command: fieldtill-host.c says what is an act.
 */
#ifndef TILL_HOST_AUDIT_H
#define TILL_HOST_AUDIT_H

#include "store_audit.h"

/* One more record, in its own transaction, on the disk when it returns. Texts that are too long or
 * not clean are cut or spelled with '?'. n_out: its number. TILL_BUSY and the like: the store's. */
enum till_status audit_write(struct store *s, const char *actor, const char *act,
                             const char *arguments, int64_t now_s, int64_t *n_out) TILL_CHECKED;

/* Replays the chain. TILL_E_CHAIN: the record *n_out does not follow from those before it;
 * TILL_OK: n_out is the last one, 0 if there is none, and hash_out its hash. */
enum till_status audit_check(struct store *s, int64_t *n_out,
                             uint8_t hash_out[HASH_SIZE]) TILL_CHECKED;

/* Who runs this program: the user's name, and whose rights were borrowed, "wang as root". */
void audit_actor(char out[AUDIT_ACTOR_MAX]);

#endif
