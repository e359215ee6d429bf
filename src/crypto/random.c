#include "crypto.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

/* One getrandom is never interrupted up to this size (getrandom(2), "Interruption by a signal"). */
enum { RANDOM_STEP = 256 };

enum till_status crypto_random(void *out, size_t size)
{
    uint8_t *to = out;
    while (size > 0) {
        ssize_t got = getrandom(to, size < RANDOM_STEP ? size : RANDOM_STEP, 0);
        if (got < 0 && errno == EINTR) {
            continue; /* only while the kernel still gathers entropy at boot */
        }
        if (got <= 0) {
            return TILL_E_CRYPTO;
        }
        to += got;
        size -= (size_t)got;
    }
    return TILL_OK;
}

void crypto_wipe(void *secret, size_t size)
{
    if (size > 0) {
        explicit_bzero(secret, size);
    }
}

bool crypto_equal(const void *a, const void *b, size_t size)
{
    /* volatile: the compiler must not leave the loop at the first difference. */
    const volatile uint8_t *left = a;
    const volatile uint8_t *right = b;
    uint8_t differ = 0;
    for (size_t i = 0; i < size; i++) {
        differ = (uint8_t)(differ | (left[i] ^ right[i]));
    }
    return differ == 0;
}
