/*
 * The enrolment desk: a code and two requests in, certificates and the device secret out.
 *
 * Idempotent: a device whose answer was lost asks again with the same code and the same two keys
 * and gets the same certificate and secret, until the code runs out. It knows no HTTP.
 */
#ifndef TILL_HOST_ENROL_DESK_H
#define TILL_HOST_ENROL_DESK_H

#include "authority.h"
#include "enrol.h"
#include "store.h"

/*
 * answer_out holds the device secret: wipe it.
 * TILL_CODE_WRONG: no such terminal, wrong, used or old code (one status for all: nobody learns
 * which numbers exist). TILL_REVOKED. TILL_BUSY: the authority's key is away. TILL_E_PROTOCOL,
 * TILL_E_SIGNATURE: a request that is no request, or of another terminal. Own transaction.
 */
enum till_status enrol_desk(struct store *s, const struct authority *a,
                            const struct enrol_request *request, int64_t now_s,
                            struct enrol_answer *answer_out) TILL_CHECKED;

#endif
