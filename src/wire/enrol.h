/*
 * Enrolment messages and what an operator types or scans for it.
 *
 * The enrolment ticket is what the host hands out for one terminal:
 *   file or QR   FIELDTILL1 url terminal code authority(64 hex)      one line, single spaces
 *   typed        terminal, code and the first 16 decimal digits of the authority's fingerprint
 *                (its first 7 bytes as one number modulo 10^16), in one run of digits; the url is
 *                a setting. So the last 16 digits are the fingerprint's, the 8 before them the
 *                code, and only a terminal whose number is all digits can be typed.
 *   both         FIELDTILL1 url terminal code digits(16): a typed ticket whose url is known, as
 *                the terminal hands it to sync
 * The device asks GET /v1/authority without trust, checks the fingerprint, and only then speaks
 * TLS with that CA pinned: POST /v1/enrol.
 */
#ifndef TILL_ENROL_H
#define TILL_ENROL_H

#include "entry.h"
#include "site.h"

enum {
    ENROL_URL_MAX = 129,
    ENROL_CODE_MAX = 17,     /* 8 digits */
    ENROL_TYPED_DIGITS = 16, /* of the fingerprint */
    ENROL_PEM_MAX = 2048,
    ENROL_MESSAGE_MAX = 12 * 1024
};

struct enrol_ticket {
    char url[ENROL_URL_MAX]; /* https://host:port, no path; "" in a typed ticket */
    char terminal[TERMINAL_MAX];
    char code[ENROL_CODE_MAX]; /* 8 digits; up to 16 where it is not typed */
    bool whole;                /* authority is known; else only its typed digits */
    uint8_t authority[HASH_SIZE];
    char typed[ENROL_TYPED_DIGITS + 1];
};
/* TILL_BAD_INPUT: a field breaks its rule. TILL_TOO_LARGE: capacity; 256 always suffices. */
enum till_status enrol_ticket_write(const struct enrol_ticket *t, char *out,
                                    size_t capacity) TILL_CHECKED;
/* TILL_BAD_INPUT: no ticket. */
enum till_status enrol_ticket_read(const char *text, size_t size,
                                   struct enrol_ticket *ticket_out) TILL_CHECKED;
/* The digits that a person types for a fingerprint. */
void enrol_typed_digits(const uint8_t authority[HASH_SIZE], char out[ENROL_TYPED_DIGITS + 1]);
/* Does a CA's fingerprint match the ticket, whole or by its digits? */
bool enrol_authority_matches(const struct enrol_ticket *t, const uint8_t authority[HASH_SIZE]);

/* POST /v1/enrol, JSON both ways. Writers: TILL_BAD_INPUT for a field that breaks its rule.
 * Readers: TILL_E_PROTOCOL for anything else than such a message, unknown keys included. */
struct enrol_request {
    char terminal[TERMINAL_MAX];
    char code[ENROL_CODE_MAX];
    char journal_csr[ENROL_PEM_MAX];
    char line_csr[ENROL_PEM_MAX];
    char version[VERSION_MAX];
};
struct enrol_answer {
    char terminal[TERMINAL_MAX];
    char line_cert[ENROL_PEM_MAX]; /* for the line key, issued by the authority */
    char authority_cert[ENROL_PEM_MAX];
    char statement_cert[ENROL_PEM_MAX]; /* of the key that signs heads and books */
    uint8_t secret[HASH_SIZE];          /* device secret for PIN checks; wipe after storing */
    char currency[4];
    uint8_t exponent;
    char zone[SITE_ZONE_MAX];
    int64_t at_s;                   /* the host's time */
    char predecessor[TERMINAL_MAX]; /* "" = none */
    uint64_t predecessor_seq;
};
enum till_status enrol_request_write(const struct enrol_request *r,
                                     struct buffer *out) TILL_CHECKED;
enum till_status enrol_request_read(struct span json, struct enrol_request *out) TILL_CHECKED;
enum till_status enrol_answer_write(const struct enrol_answer *a, struct buffer *out) TILL_CHECKED;
enum till_status enrol_answer_read(struct span json, struct enrol_answer *out) TILL_CHECKED;

/* POST /v1/renew, JSON both ways: {"csr":PEM,"authority":HEX?}, of a new line key with the
 * terminal's number, and by which authority it is to be certified (trust.h; left out: whichever the
 * host has); {"line_cert":PEM}. Statuses as above. */
struct renew_request {
    char csr[ENROL_PEM_MAX];
    bool has_authority;
    uint8_t authority[HASH_SIZE]; /* fingerprint */
};
enum till_status renew_request_write(const struct renew_request *r,
                                     struct buffer *out) TILL_CHECKED;
enum till_status renew_request_read(struct span json, struct renew_request *out) TILL_CHECKED;
enum till_status renew_answer_write(const char *line_cert, struct buffer *out) TILL_CHECKED;
enum till_status renew_answer_read(struct span json,
                                   char line_cert_out[ENROL_PEM_MAX]) TILL_CHECKED;

/* Any refusal over HTTP: {"status":17,"text":"…"}; text is English, for logs: the terminal shows
 * status_text() in its own language. */
struct wire_error {
    int status;
    char text[161];
};
enum till_status wire_error_write(const struct wire_error *e, struct buffer *out) TILL_CHECKED;
enum till_status wire_error_read(struct span json, struct wire_error *out) TILL_CHECKED;

#endif
