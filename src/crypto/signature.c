#include "crypto.h"

#include <string.h>

enum { DER_INTEGER = 0x02, DER_SEQUENCE = 0x30, SCALAR_SIZE = SIGNATURE_SIZE / 2 };

/* One INTEGER, left-padded to a scalar. X.690 §8.3.2: no superfluous leading byte; §10.1: the
 * short form of length is the only one for what is this small. */
static bool take_scalar(struct reader *r, uint8_t scalar_out[SCALAR_SIZE])
{
    uint8_t tag = reader_u8(r);
    uint8_t size = reader_u8(r);
    if (r->failed || tag != DER_INTEGER || size == 0 || size > SCALAR_SIZE + 1) {
        return false;
    }
    struct span value = reader_take(r, size);
    if (r->failed || (value.data[0] & 0x80) != 0) {
        return false; /* cut short, or negative */
    }
    if (value.data[0] == 0 && value.size > 1) {
        if ((value.data[1] & 0x80) == 0) {
            return false; /* not minimal */
        }
        value.data++;
        value.size--;
    }
    if (value.size > SCALAR_SIZE) {
        return false;
    }
    memset(scalar_out, 0, SCALAR_SIZE);
    memcpy(scalar_out + SCALAR_SIZE - value.size, value.data, value.size);
    return true;
}

enum till_status crypto_signature_from_der(struct span der, uint8_t signature_out[SIGNATURE_SIZE])
{
    struct reader r;
    reader_init(&r, der);
    uint8_t tag = reader_u8(&r);
    uint8_t size = reader_u8(&r);
    if (r.failed || tag != DER_SEQUENCE || size != r.left.size) {
        return TILL_E_SIGNATURE;
    }
    if (!take_scalar(&r, signature_out) || !take_scalar(&r, signature_out + SCALAR_SIZE) ||
        r.left.size != 0) {
        return TILL_E_SIGNATURE;
    }
    return TILL_OK;
}
