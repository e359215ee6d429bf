/*
 * One authority (CA) takes the place of another, over weeks, with no terminal lost.
 *
 *   announce   a key beside the present one's, its certificate signed by the present one, and a
 *              statement that names it: terminals learn it, and ask for certificates by it
 *   switch     the server's certificate, tickets and enrolments come from the new one
 *   retire     the old one's certificates count as run out
 *
 * One that was announced and can't be put in force, because its key is lost, is withdrawn: it then
 * stands where an old one does, terminals come back from it, and it is retired like one.
 *
 * Each step may be begun again where it broke off. A host that serves takes each when it begins
 * anew. It knows files and the store; how it looks from the line stands in docs/protocol.md.
 */
#ifndef TILL_HOST_SUCCESSION_H
#define TILL_HOST_SUCCESSION_H

#include "authority.h"
#include "store.h"

/* Renewals are spread over spread_s. TILL_UNCHANGED: one is on its way already. TILL_BUSY: the
 * present authority's key is away. TILL_E_IO, TILL_DISK_FULL. */
enum till_status succession_announce(struct store *s, const struct authority *a, int64_t spread_s,
                                     int64_t now_s) TILL_CHECKED;
/* hosts as crypto.h says. TILL_UNCHANGED: nothing is announced. TILL_BUSY: the next one's key is
 * away. */
enum till_status succession_switch(const struct authority *a, const char *hosts,
                                   int64_t now_s) TILL_CHECKED;
/* What was announced is no longer. TILL_UNCHANGED: nothing is. TILL_NEED_EARLIER: the server's
 * certificate is by it already, for a switch broke off; make a new one first. */
enum till_status succession_withdraw(const struct authority *a, int64_t now_s) TILL_CHECKED;
/* TILL_UNCHANGED: there is no old one. */
enum till_status succession_retire(const struct authority *a, int64_t now_s) TILL_CHECKED;

/* ---- what terminals know --------------------------------------------------------------------- */

/* The terminal says that it holds the statement of that serial. Own transaction, if it is news. */
enum till_status succession_note(struct store *s, const char *terminal,
                                 uint64_t serial) TILL_CHECKED;

/* Within a transaction: under which authority a terminal enrolled, for its journal's first link; or
 * a "channel.NAME" was certified. */
enum till_status succession_enrolled(struct store *s, const struct authority *a,
                                     const char *terminal) TILL_CHECKED;
void succession_genesis(struct store *s, const struct authority *a, const char *terminal,
                        uint8_t authority_out[HASH_SIZE]);

/* How far a terminal is that is neither new nor blocked. */
struct succession_terminal {
    bool counts;  /* enrolled, not blocked */
    bool knows;   /* holds the newest statement, or a certificate by the newest */
    bool renewed; /* its certificate in force is by the newest */
    bool seen;    /* since the newest statement */
};
struct succession_terminal succession_terminal(struct store *s, const struct authority *a,
                                               const struct store_terminal *t);

/* How many channels have a certificate for the API that is not by the one in force. */
enum till_status succession_channels(struct store *s, const struct authority *a,
                                     int64_t *count_out) TILL_CHECKED;

#endif
