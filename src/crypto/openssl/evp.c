#include "evp.h"

#include <openssl/err.h>
#include <string.h>

enum till_status evp_status(bool done)
{
    ERR_clear_error();
    return done ? TILL_OK : TILL_E_CRYPTO;
}

bool evp_text(BIO *bio, char *out, size_t capacity)
{
    char *text = NULL;
    long size = BIO_get_mem_data(bio, &text);
    if (size < 0 || (size_t)size >= capacity) {
        crypto_wipe(out, capacity);
        return false;
    }
    memcpy(out, text, (size_t)size);
    out[size] = '\0';
    return true;
}
