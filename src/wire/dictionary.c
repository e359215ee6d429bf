#include "dictionary.h"

#include <zstd.h>

#include "dictionary_table.h"

enum { DICTIONARIES = sizeof(dictionary_table) / sizeof(dictionary_table[0]) };

struct span dictionary_newest(void)
{
    return dictionary_table[DICTIONARIES - 1];
}

enum till_status dictionary_find(uint32_t id, struct span *dictionary_out)
{
    if (id == 0) {
        *dictionary_out = (struct span){0};
        return TILL_OK;
    }
    for (size_t i = 0; i < DICTIONARIES; i++) {
        struct span d = dictionary_table[i];
        if (ZSTD_getDictID_fromDict(d.data, d.size) == id) {
            *dictionary_out = d;
            return TILL_OK;
        }
    }
    return TILL_UNSUPPORTED;
}
