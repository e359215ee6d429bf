/*
 * QR symbols (ISO/IEC 18004), by libqrencode: alphanumeric text, level M, at most version 11.
 */
#ifndef TILL_QR_H
#define TILL_QR_H

#include "status.h"
#include <stdint.h>

enum { QR_VERSION_MAX = 11, QR_SIDE_MAX = 61 };

struct qr {
    int side;                                   /* modules */
    uint8_t modules[QR_SIDE_MAX * QR_SIDE_MAX]; /* 1 = dark, row-major */
};
/* TILL_TOO_LARGE: more than version 11-M holds. TILL_BAD_INPUT: characters outside the mode. */
enum till_status qr_encode(const char *text, struct qr *qr_out) TILL_CHECKED;

#endif
