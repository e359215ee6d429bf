#include "apart.h"

#include "log.h"
#include "store_channel.h"
#include "text.h"

bool apart_is_the_stores(enum till_status status)
{
    switch (status) {
    case TILL_BUSY:
    case TILL_TIMEOUT:
    case TILL_DISK_FULL:
    case TILL_E_IO:
    case TILL_E_CORRUPT:
    case TILL_E_CRYPTO:
    case TILL_E_MEMORY:
    case TILL_E_DATABASE:
    case TILL_E_DEVICE:
        return true;
    default:
        return false;
    }
}

enum till_status apart_begin(struct store *s, char reason_out[STORE_REASON_MAX])
{
    reason_out[0] = '\0';
    return store_part_begin(s);
}

enum till_status apart_end(struct store *s, enum till_status status,
                           char reason_out[STORE_REASON_MAX])
{
    bool stands = status == TILL_OK || status == TILL_UNCHANGED;
    enum till_status ended = store_part_end(s, stands ? TILL_OK : status);
    if (ended == TILL_OK) {
        return status;
    }
    if (apart_is_the_stores(ended)) {
        return ended;
    }
    if (reason_out[0] == '\0') {
        log_warning("refused: %s", status_name(ended));
        text_copy(reason_out, STORE_REASON_MAX, N_("the ledger can't take it"));
    }
    return TILL_REFUSED;
}
