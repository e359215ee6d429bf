/*
 * CRC-32 (ISO 3309, as zlib's) of pages: every read of a book checks a few, an audit all that a
 * journal has.  Private to db/.
 */
#ifndef TILL_CRC_H
#define TILL_CRC_H

#include <stddef.h>
#include <stdint.h>

/* Go on from `crc`: 0xffffffff at the beginning, and complemented at the end. Any thread. */
uint32_t crc_add(uint32_t crc, const uint8_t *data, size_t size);

/* The same without what this processor has for it: for those that have none, and to compare. */
uint32_t crc_add_plain(uint32_t crc, const uint8_t *data, size_t size);

#endif
