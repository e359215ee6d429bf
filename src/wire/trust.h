/*
 * Which authorities (CAs) stand: how one takes the place of another.
 *
 * A statement names them by fingerprint; with it go the newest one's certificate, that one signed
 * by the authority before it, and the statement key's certificate by it. A terminal believes a new
 * authority only by both: the statement key, which it knows already, names it, and an authority
 * that it holds already has signed it. docs/protocol.md says what a thief of one of them can do.
 *
 * It knows texts and signatures of statements; it knows no certificates.
 */
#ifndef TILL_TRUST_H
#define TILL_TRUST_H

#include "enrol.h"
#include "statement.h"

#define STATEMENT_TAG_TRUST "fieldtill/trust/1"

enum { TRUST_TEXT_MAX = 768, TRUST_ANSWER_MAX = ENROL_MESSAGE_MAX };

struct trust {
    uint64_t serial; /* never goes down; > 0 */
    int64_t at_s;
    uint8_t authority[HASH_SIZE]; /* fingerprint: SHA-256 of the certificate's DER */
    bool has_next;
    uint8_t next[HASH_SIZE]; /* the one that takes its place */
    int64_t by_s;            /* when the terminals should all have certificates of the newest; 0
                                without next */
};
/* TILL_BAD_INPUT: a field breaks its rule. TILL_TOO_LARGE. */
enum till_status trust_write(const struct sealer *sealer, const struct trust *trust,
                             struct buffer *out) TILL_CHECKED;
/* TILL_E_SIGNATURE: not by that key under that tag. TILL_E_PROTOCOL: no such statement. */
enum till_status trust_read(const struct sealer *sealer, struct span text,
                            struct trust *trust_out) TILL_CHECKED;

/* The one that certificates are made by from now on: next, where there is one. */
const uint8_t *trust_newest(const struct trust *trust);
/* When that terminal asks for a certificate by it: its own moment between at_s and by_s, so that
 * they do not come all at once; the same whenever it is asked. The sealer's status. */
enum till_status trust_moment(const struct sealer *sealer, const struct trust *trust,
                              const char *terminal, int64_t *at_s_out) TILL_CHECKED;

/* GET /v1/trust: JSON. Statuses as enrol.h says. */
struct trust_answer {
    char statement[TRUST_TEXT_MAX];
    char authority_cert[ENROL_PEM_MAX]; /* of the newest, by itself */
    char cross_cert[ENROL_PEM_MAX];     /* the same name and key, by the authority before it */
    char statement_cert[ENROL_PEM_MAX]; /* of the statement key, by the newest */
};
enum till_status trust_answer_write(const struct trust_answer *a, struct buffer *out) TILL_CHECKED;
enum till_status trust_answer_read(struct span json, struct trust_answer *out) TILL_CHECKED;

#endif
