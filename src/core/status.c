#include "status.h"

const char *status_text(int status)
{
    switch (status) {
#define X(name, number, text)                                                                      \
    case number:                                                                                   \
        return text;
        TILL_STATUS_LIST(X)
#undef X
    default:
        return "Unknown status";
    }
}

const char *status_name(int status)
{
    switch (status) {
#define X(name, number, text)                                                                      \
    case number:                                                                                   \
        return #name;
        TILL_STATUS_LIST(X)
#undef X
    default:
        return "TILL_?";
    }
}
