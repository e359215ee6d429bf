/*
 * QR symbols (ISO/IEC 18004), by libqrencode: alphanumeric text, level M, at most version 11.
 */
#ifndef TILL_QR_H
#define TILL_QR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum {
    QR_VERSION_MAX = 11,
    QR_SIDE_MAX = 61,
    QR_QUIET = 4,      /* modules of empty paper around it, ISO/IEC 18004 §5.3.8 */
    QR_MODULE_MIN = 4, /* dots: half a millimetre, what a plain phone reads from warm paper */
    QR_MODULE_MAX = 6  /* larger only costs paper */
};

struct qr {
    int side;                                   /* modules */
    uint8_t modules[QR_SIDE_MAX * QR_SIDE_MAX]; /* 1 = dark, row-major */
};
/* TILL_TOO_LARGE: more than version 11-M holds. TILL_BAD_INPUT: characters outside the mode. */
enum till_status qr_encode(const char *text, struct qr *qr_out) TILL_CHECKED;

/* Only characters of QR's alphanumeric mode? A printer that makes the symbol itself would draw a
 * larger one for any other. */
bool qr_is_alphanumeric(const char *text);

/* Modules a side for that many alphanumeric characters; 0 = more than version 11-M holds. */
int qr_side(size_t size);
/* Dots a module, at most QR_MODULE_MAX, so that symbol and quiet zone fit in so many dots. Every
 * width from 384 dots on gives at least QR_MODULE_MIN. */
int qr_module_dots(int side, int dots);

#endif
