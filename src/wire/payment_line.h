/*
 * Payments as a channel tells them over the API: one flat JSON object a line, in and out.
 *
 *     {"number":"20261122001","account":"6100234567","amount":"92.10","paid_at":"20261122 09:00"}
 *     {"line":1,"number":"20261122001","result":"posted","reason":""}
 *
 * Everything that is told is a string, the amount too: no number passes through a double on its
 * way, here or in the channel's own program. What amounts and times mean is the host's to say.
 */
#ifndef TILL_PAYMENT_LINE_H
#define TILL_PAYMENT_LINE_H

#include "bytes.h"

enum {
    PAYMENT_LINE_MAX = 1024, /* bytes, without its end */
    PAYMENT_LINES_MAX = 500, /* of one request */
    PAYMENT_RESULT_MAX = 512 /* bytes of a line of the answer */
};

struct payment_line {
    char number[65];
    char account[33];
    char amount[32]; /* whole units with decimals */
    char paid_at[32];
};

/* Spaces may stand between its parts, keys in any order; each once, none besides.
 * TILL_E_PROTOCOL, TILL_TOO_LARGE. */
enum till_status payment_line_read(struct span line, struct payment_line *out) TILL_CHECKED;

/* Append a line with its LF. TILL_TOO_LARGE, TILL_BAD_INPUT. */
enum till_status payment_result_write(uint32_t line, const char *number, const char *result,
                                      const char *reason, struct buffer *out) TILL_CHECKED;

#endif
