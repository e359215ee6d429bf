#include "kind.h"

#include <stddef.h>

static const char *name_of(uint16_t kind)
{
    switch (kind_base(kind)) {
#define X(kind_number, number, text)                                                               \
    case number:                                                                                   \
        return text;
        KIND_LIST(X)
#undef X
    default:
        return NULL;
    }
}

const char *kind_name(uint16_t kind)
{
    const char *name = name_of(kind);
    return name != NULL ? name : "unknown";
}

bool kind_is_known(uint16_t kind)
{
    return name_of(kind) != NULL;
}

bool kind_has_payment_paper(uint16_t kind)
{
    return kind_base(kind) == KIND_COLLECTION || kind_base(kind) == KIND_ADVANCE;
}

bool kind_is_payment(uint16_t kind)
{
    return kind_has_payment_paper(kind) || kind_base(kind) == KIND_MANUAL_RECEIPT;
}

bool kind_has_receipt(uint16_t kind)
{
    switch (kind_base(kind)) {
    case KIND_COLLECTION:
    case KIND_ADVANCE:
    case KIND_REVERSAL:
    case KIND_DISPUTE:
    case KIND_CORRECTION_REQUEST:
    case KIND_CASH_IN:
    case KIND_CASH_OUT:
    case KIND_CASH_DROP:
    case KIND_SHIFT_CLOSED:
    case KIND_CLOSED_IN_ABSENCE:
    case KIND_HANDOVER_GIVEN:
    case KIND_HANDOVER_TAKEN:
    case KIND_DEPOSIT:
        return true;
    default:
        return false;
    }
}
