#include "record_hex.h"

#include <assert.h>
#include <string.h>

enum { DIGITS_MAX = 2 * RECORD_HEX_BYTES_MAX + 1 };

void record_put_hex(struct record_writer *w, const char *key, const uint8_t *data, size_t size)
{
    char digits[DIGITS_MAX];
    assert(size <= RECORD_HEX_BYTES_MAX);
    hex_encode((struct span){data, size}, digits);
    record_put_text(w, key, digits);
}

void record_take_hex(struct record *r, const char *key, uint8_t *out, size_t size)
{
    char digits[DIGITS_MAX];
    char again[DIGITS_MAX];
    assert(size <= RECORD_HEX_BYTES_MAX);
    record_take_text(r, key, digits, sizeof(digits));
    if (r->bad || hex_decode(digits, strlen(digits), out, size) != TILL_OK) {
        r->bad = true;
        return;
    }
    /* hex_decode reads capitals too; a record has one spelling. */
    hex_encode((struct span){out, size}, again);
    if (strcmp(digits, again) != 0) {
        r->bad = true;
    }
}
