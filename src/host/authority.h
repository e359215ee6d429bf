/*
 * The host's keys: who the terminals believe.
 *
 *   authority.key .pem   the CA: signs the other certificates and those of terminals. Its key is
 *                        needed for enrolling alone and may be taken away in between
 *   statement.key .pem   signs heads and book manifests
 *   tls.key .pem         the TLS server
 *
 * It knows keys and files; it does not know terminals.
 */
#ifndef TILL_HOST_AUTHORITY_H
#define TILL_HOST_AUTHORITY_H

#include "crypto.h"
#include "files.h"

struct authority {
    char dir[FILES_PATH_MAX - 64];
    char authority_pem[CRYPTO_CERT_PEM_MAX];
    char statement_pem[CRYPTO_CERT_PEM_MAX];
    uint8_t fingerprint[HASH_SIZE]; /* of the CA certificate */
    struct crypto_key *statement_key;
    struct sealer statement; /* signs statements; digest serves for chains too */
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

#endif
