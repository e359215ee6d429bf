/*
 * What an entry means for the office besides money: lists for people, PINs, readings, an end.
 *
 *   reversal, limit_lifted      an alarm "exception": who did what, who approved
 *   dispute, correction_request a matter to be answered (db/store_office.h)
 *   pin_changed                 the user's PIN, for all terminals with their next book
 *   reading                     the customer's last reading
 *   retired                     the terminal's end
 *
 * Pure over the store contract. The ledger knows nothing of it, and a replay of the ledger does not
 * repeat it.
 */
#ifndef TILL_HOST_NOTES_H
#define TILL_HOST_NOTES_H

#include "store_office.h"

struct notes_context {
    struct store *store;
    const struct site *site;
    struct store_terminal *terminal; /* of the running transaction; the caller puts it back */
    const char *user;                /* logged in when the entry was made */
    int64_t now_s;
};

/* An entry of the main branch that was not set aside. What can't be used (a PIN of a user who is
 * gone) is left alone: TILL_OK. Else the store's. */
enum till_status notes_take(const struct notes_context *n, const struct entry *e) TILL_CHECKED;

/* A PIN counts only where none was set later: by another terminal, or by an import. TILL_UNCHANGED:
 * one was. */
enum till_status notes_pin_is_newest(struct store *s, const char *user, int64_t at_s) TILL_CHECKED;
enum till_status notes_pin_was_set(struct store *s, const char *user, int64_t at_s) TILL_CHECKED;

#endif
