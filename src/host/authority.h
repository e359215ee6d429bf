/*
 * The host's keys: who the terminals believe.
 *
 *   authority.key .pem   the CA: signs the other certificates and those of terminals. Its key is
 *                        needed for enrolling alone and may be taken away in between
 *   statement.key .pem   signs heads and book manifests
 *   tls.key .pem         the TLS server
 *
 * While one CA takes the place of another (succession.h):
 *   next.pem             announced, before the switch
 *   old.pem              the one before, after the switch; or one that was withdrawn
 *   retired.pem          the last that was retired: its certificates count as run out
 *   cross.pem            the newest, signed by the one before it
 *   cross-before.pem     while a next one is announced: the same of the present
 *   statement-next.pem   of the statement key, by the next
 *   trust                the statement that names those that stand
 * The second CA's key is authority-2.key, beside the first's; its certificate's name ends so too.
 * No number is given twice.
 *
 * It knows keys and files; it does not know terminals.
 */
#ifndef TILL_HOST_AUTHORITY_H
#define TILL_HOST_AUTHORITY_H

#include "crypto.h"
#include "files.h"
#include "trust.h"

enum authority_stage {
    AUTHORITY_ALONE,     /* no other stands beside it */
    AUTHORITY_ANNOUNCED, /* terminals are told of the next */
    AUTHORITY_SWITCHED   /* the next has taken its place, or was withdrawn; the other stands until
                            it is retired */
};

struct authority {
    char dir[FILES_PATH_MAX - 64];
    char authority_pem[CRYPTO_CERT_PEM_MAX]; /* in force: tickets name it, it enrols */
    char statement_pem[CRYPTO_CERT_PEM_MAX]; /* by it */
    uint8_t fingerprint[HASH_SIZE];          /* of the CA certificate */
    struct crypto_key *statement_key;
    struct sealer statement; /* signs statements; digest serves for chains too */

    enum authority_stage stage;
    char other_pem[CRYPTO_CERT_PEM_MAX];   /* by the stage: the next, or the old; "" */
    char retired_pem[CRYPTO_CERT_PEM_MAX]; /* "" */
    char standing[CRYPTO_BUNDLE_PEM_MAX];  /* authority and other: whose certificates hold */
    /* What terminals are told (GET /v1/trust); serial 0: nothing was ever announced. */
    struct trust trust;
    struct trust_answer told;
};

/* Where the CA's key lies: a file, e.g. on a stick that is there while terminals enrol; NULL: in
 * the host's folder. For the whole process, before anything is issued. Not copied. */
void authority_use_key(const char *path);

/* Make all keys and certificates in dir. hosts as crypto.h says of SERVER certificates.
 * TILL_UNCHANGED: there is an authority already; nothing was touched. */
enum till_status authority_create(const char *dir, const char *hosts, int64_t now_s) TILL_CHECKED;

/* TILL_NOT_FOUND: dir was not made by init. TILL_E_CONFIG: the certificates do not fit together. */
enum till_status authority_open(const char *dir, struct authority *authority_out) TILL_CHECKED;
void authority_close(struct authority *a);

/* A new key and certificate for the TLS server, five years from now_s; terminals notice nothing,
 * for they believe the authority. A host that serves takes it when it begins anew. hosts as
 * crypto.h says. TILL_BUSY: the authority's key is away. TILL_BAD_INPUT: no such names. */
enum till_status authority_renew_tls(const struct authority *a, const char *hosts,
                                     int64_t now_s) TILL_CHECKED;

/* A terminal's TLS certificate, two years from now_s.
 * TILL_BUSY: the authority's key is away (offline); nobody can enrol now. */
enum till_status authority_issue(const struct authority *a, const char *terminal,
                                 const uint8_t line_key[PUBLIC_KEY_SIZE], int64_t now_s,
                                 char pem_out[CRYPTO_CERT_PEM_MAX]) TILL_CHECKED;
/* The same by the one in force or the next, which the terminal says that it believes: its
 * certificate. */
enum till_status authority_issue_by(const struct authority *a, const char *issuer_pem,
                                    const char *terminal, const uint8_t line_key[PUBLIC_KEY_SIZE],
                                    int64_t now_s, char pem_out[CRYPTO_CERT_PEM_MAX]) TILL_CHECKED;
/* The PEM of the one in force or the next by its fingerprint; NULL: none of them. */
const char *authority_issuer(const struct authority *a, const uint8_t fingerprint[HASH_SIZE]);

/* ---- for succession.c ------------------------------------------------------------------------ */

/* A new CA: its key as a file beside the present one's (the one that lies there, where this broke
 * off before); its certificate; that one signed by the present; the statement key's by it.
 * TILL_BUSY: the present one's key is away. */
struct authority_heir {
    char authority_pem[CRYPTO_CERT_PEM_MAX];
    char cross_pem[CRYPTO_CERT_PEM_MAX];
    char statement_pem[CRYPTO_CERT_PEM_MAX];
};
enum till_status authority_make_heir(const struct authority *a, int64_t now_s,
                                     struct authority_heir *heir_out) TILL_CHECKED;
/* Key and certificate of the TLS server by another than the one in force. */
enum till_status authority_renew_tls_by(const struct authority *a, const char *issuer_pem,
                                        const char *hosts, int64_t now_s) TILL_CHECKED;

#endif
