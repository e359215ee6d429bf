/*
 * What a printer can do, as data: printing/profiles.c has the table.
 */
#ifndef TILL_PROFILE_H
#define TILL_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

struct printer_profile {
    const char *name; /* as in board files: "escpos58-gb18030", "escpos58-raster" */
    uint16_t dots;    /* width: 384 (58 mm), 576 (80 mm) */
    uint8_t columns;  /* ASCII columns of font A: 32, 48 */
    bool gb18030;     /* its own Chinese font: FS & and GB18030 bytes */
    bool native_qr;   /* GS ( k */
    bool cutter;
    uint16_t raster_rows; /* most rows of one GS v 0 */
    uint8_t feed_after;   /* lines from head to tear bar */
};

/* TILL_NOT_FOUND. The profile is static. */
enum till_status profile_find(const char *name, const struct printer_profile **out) TILL_CHECKED;

#endif
