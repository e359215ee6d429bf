#include "profile.h"

#include <assert.h>
#include <string.h>

/* 203 dpi: 8 dots a millimetre, 48 mm of a 58 mm roll and 72 mm of an 80 mm roll can be printed.
 * Raster rows: what small printers buffer without stopping; the last row of a band is one of a
 * whole QR module in every case (escpos_draw.c sees to it). */
#include "profile_table.h"

enum { COUNT = sizeof profiles / sizeof profiles[0] };

enum till_status profile_find(const char *name, const struct printer_profile **out)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(profiles[i].name, name) == 0) {
            *out = &profiles[i];
            return TILL_OK;
        }
    }
    return TILL_NOT_FOUND;
}

size_t profile_count(void)
{
    return COUNT;
}

const struct printer_profile *profile_at(size_t i)
{
    assert(i < COUNT);
    return &profiles[i];
}
