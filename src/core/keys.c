#include "keys.h"

#include <string.h>

static const char *const names[PAD_COUNT] = {
#define X(name, number, text) [number] = text,
    PAD_LIST(X)
#undef X
};

const char *key_name(int key)
{
    return key >= 0 && key < PAD_COUNT ? names[key] : names[PAD_NONE];
}

int key_from_name(const char *name)
{
    for (int key = 0; key < PAD_COUNT; key++) {
        if (strcmp(names[key], name) == 0) {
            return key;
        }
    }
    return PAD_NONE;
}
