#include "profile.h"

#include <stddef.h>
#include <string.h>

/*
 * 203 dpi: 8 dots a millimetre, 48 mm of a 58 mm roll and 72 mm of an 80 mm roll can be printed.
 * Raster rows: what small printers buffer without stopping; the last digit of a QR is a multiple of
 * its module in every case (escpos.c sees to it).
 */
static const struct printer_profile profiles[] = {
    {.name = "escpos58-gb18030",
     .dots = 384,
     .columns = 32,
     .gb18030 = true,
     .native_qr = true,
     .cutter = false,
     .raster_rows = 255,
     .feed_after = 3},
    {.name = "escpos58-gb18030-rasterqr",
     .dots = 384,
     .columns = 32,
     .gb18030 = true,
     .native_qr = false,
     .cutter = false,
     .raster_rows = 128,
     .feed_after = 3},
    {.name = "escpos58-raster",
     .dots = 384,
     .columns = 32,
     .gb18030 = false,
     .native_qr = false,
     .cutter = false,
     .raster_rows = 128,
     .feed_after = 3},
    {.name = "escpos58-raster-qr",
     .dots = 384,
     .columns = 32,
     .gb18030 = false,
     .native_qr = true,
     .cutter = false,
     .raster_rows = 255,
     .feed_after = 3},
    {.name = "escpos80-gb18030",
     .dots = 576,
     .columns = 48,
     .gb18030 = true,
     .native_qr = true,
     .cutter = true,
     .raster_rows = 255,
     .feed_after = 4},
    {.name = "escpos80-raster",
     .dots = 576,
     .columns = 48,
     .gb18030 = false,
     .native_qr = false,
     .cutter = true,
     .raster_rows = 255,
     .feed_after = 4},
};

enum till_status profile_find(const char *name, const struct printer_profile **out)
{
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
        if (strcmp(profiles[i].name, name) == 0) {
            *out = &profiles[i];
            return TILL_OK;
        }
    }
    return TILL_NOT_FOUND;
}
