/*
 * Hashes and signatures inside a canonical record: lower-case hex, the one spelling.
 * Used inside src/wire.
 */
#ifndef TILL_RECORD_HEX_H
#define TILL_RECORD_HEX_H

#include "record.h"

enum { RECORD_HEX_BYTES_MAX = 65 }; /* a public key */

/* size <= RECORD_HEX_BYTES_MAX. */
void record_put_hex(struct record_writer *w, const char *key, const uint8_t *data, size_t size);
/* Exactly size bytes, else r->bad; out is then undefined. */
void record_take_hex(struct record *r, const char *key, uint8_t *out, size_t size);

#endif
