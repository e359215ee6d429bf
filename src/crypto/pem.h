/*
 * PEM armour, seen from outside (RFC 7468, strict form).
 *
 * It knows the lines around a block and the alphabet inside; the back ends decode. It lets pass
 * exactly one block: no text before or after it, no second block, no encapsulated headers (and so
 * nothing encrypted), so that both libraries are asked the same question.
 */
#ifndef TILL_PEM_H
#define TILL_PEM_H

#include <stdbool.h>
#include <stddef.h>

/* Is pem one block of that label ("CERTIFICATE"), terminator included at most size_max bytes? */
bool pem_is_one(const char *pem, const char *label, size_t size_max);

#endif
