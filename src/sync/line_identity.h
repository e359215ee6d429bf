/*
 * Who this terminal is on the line: what enrolment gave it, except the private key.
 */
#ifndef TILL_LINE_IDENTITY_H
#define TILL_LINE_IDENTITY_H

#include "crypto.h"
#include "enrol.h"
#include "trust.h"

struct line_identity {
    char terminal[TERMINAL_MAX]; /* CN of line_pem */
    char url[ENROL_URL_MAX];
    char line_pem[ENROL_PEM_MAX];
    char authority_pem[CRYPTO_BUNDLE_PEM_MAX]; /* whom we believe: one, or a bundle */
    char statement_pem[ENROL_PEM_MAX];
    char trust[TRUST_TEXT_MAX]; /* the statement that brought the bundle; "" = none came yet */
};

/*
 * What came from POST /v1/enrol, against what was asked for: the ticket's terminal and authority,
 * certificates that this authority signed for their use, our own key in the line certificate.
 *   line_public  of the key whose request was sent
 * Dates are left alone: this device's clock may not be set yet.
 * TILL_WRONG_HOST: another authority. TILL_E_SIGNATURE, TILL_E_PROTOCOL: certificates that do not
 * hold, or are for somebody else.
 */
enum till_status line_identity_from_answer(const struct enrol_ticket *ticket,
                                           const uint8_t line_public[PUBLIC_KEY_SIZE],
                                           const struct enrol_answer *answer,
                                           struct line_identity *identity_out) TILL_CHECKED;

/* What was read from disk, in itself: TILL_E_CORRUPT where it does not hold together. Whether the
 * authority of the line certificate still stands is the host's to say. */
enum till_status line_identity_check(const struct line_identity *identity) TILL_CHECKED;

#endif
