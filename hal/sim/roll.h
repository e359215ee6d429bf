/*
 * The roll: what a strict ESC/POS printer would put on its paper.
 *
 * Bytes go in, in pieces of any size; a list of operations (text runs, raster bands, QR codes,
 * feeds, cuts) with their place in dots comes out, from which a picture can be painted, and a
 * readable text. It is stricter than a printer: a command that the profile doesn't have, a line
 * that would wrap, a raster wider than the paper, a byte that is no character is refused with its
 * offset and reason, and nothing more is taken until roll_power_cycle().
 *
 * Command set: ESC/POS as Epson documents it, with FS commands and GB 18030 text as Chinese
 * printers have it; hal/escpos_grammar.h lists what is known. Cells are font A: 12 x 24 dots, Han
 * 24 x 24. As on most such printers ESC ! and ESC - change narrow characters only, FS ! and FS -
 * Han only; GS ! and ESC E change both. Alignment and margins may change between lines only, and
 * rasters, QR codes and cuts must begin on a new line: elsewhere a printer ignores them silently.
 *
 * It knows no receipt and draws nothing.  Threads: one instance, one thread.
 */
#ifndef TILL_ROLL_H
#define TILL_ROLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "status.h"

enum roll_charset {
    ROLL_CHARSET_ASCII = 0,  /* 20..7E only */
    ROLL_CHARSET_GBK = 1,    /* and two-byte characters */
    ROLL_CHARSET_GB18030 = 2 /* and four-byte characters */
};

/* What a printer can; a command outside is refused. Text, LF, ESC @, ESC a, ESC d, ESC J, ESC 2,
 * ESC 3, ESC $ are in every printer. */
enum roll_feature {
    ROLL_CAN_BOLD = 1 << 0,        /* ESC E, bit 3 of ESC ! */
    ROLL_CAN_UNDERLINE = 1 << 1,   /* ESC -, FS - */
    ROLL_CAN_INVERSE = 1 << 2,     /* GS B */
    ROLL_CAN_SIZE = 1 << 3,        /* GS ! up to size_max, ESC !, FS ! */
    ROLL_CAN_RASTER = 1 << 4,      /* GS v 0, m = 0 */
    ROLL_CAN_QR = 1 << 5,          /* GS ( k, cn = 49 */
    ROLL_CAN_CUT = 1 << 6,         /* GS V */
    ROLL_CAN_REPORT = 1 << 7,      /* GS r 1 */
    ROLL_CAN_REALTIME = 1 << 8,    /* DLE EOT 1..4, DLE ENQ 1..2 */
    ROLL_CAN_AUTO_STATUS = 1 << 9, /* GS a */
    ROLL_CAN_HAN_SWITCH = 1 << 10, /* FS &, FS . */
    ROLL_CAN_MARGIN = 1 << 11,     /* GS L, GS W */
    /* ESC M 1, bit 0 of ESC !: font B, 9 x 17; Han stay as they are */
    ROLL_CAN_SMALL = 1 << 12,
    ROLL_CAN_CODE_PAGE = 1 << 13,   /* ESC t; ESC R 0 (what is ASCII stays ASCII) */
    ROLL_CAN_DENSITY = 1 << 14,     /* GS ( K, function 49: -8..8 */
    ROLL_CAN_DENSITY_DC2 = 1 << 15, /* DC2 #: breaks and density */
    ROLL_CAN_HEAT = 1 << 16,        /* ESC 7: dots, time, pause */
    ROLL_ONLY_RASTER = 1 << 17      /* no text, no line commands: ESC @, ESC J, GS v 0, GS V */
};

struct roll_profile {
    uint16_t dots; /* printable width: 384 (58 mm) or 576 (80 mm), 8 dots a millimetre */
    enum roll_charset charset;
    unsigned features;        /* enum roll_feature */
    uint8_t size_max;         /* largest multiplier of GS !, 1..8 */
    uint16_t raster_rows_max; /* rows that one GS v 0 may carry, 1..2303 */
    uint16_t qr_bytes_max;    /* data that GS ( k may store */
};

/* 58 mm with everything but a cutter; 80 mm with one. Neither has code pages nor a darkness to set.
 * Both GB 18030, multipliers up to 8 (58: 4), 255 rows, 1,000 bytes of QR. */
void roll_profile_58(struct roll_profile *profile_out);
void roll_profile_80(struct roll_profile *profile_out);

enum roll_op_kind { ROLL_TEXT = 0, ROLL_RASTER = 1, ROLL_QR = 2, ROLL_FEED = 3, ROLL_CUT = 4 };

/* One thing on the paper. Alignment is already in x. */
struct roll_op {
    enum roll_op_kind kind;
    uint32_t y;             /* its top, dots from the roll's beginning */
    uint16_t x;             /* its left, dots from the printable edge */
    uint16_t width, height; /* dots that it takes; FEED: height only; CUT: none */
    /* TEXT: a run in one style. The first character stands at x, each next one `advance` dots
     * (multiplier included) further; all have the same width. */
    uint8_t scale_x, scale_y; /* 1..8 */
    uint8_t advance;          /* 12 (font B: 9) or 24 times scale_x */
    bool bold, underline, inverse;
    /* QR: dots a module, modules a side (quiet zone not included), level 'L', 'M', 'Q', 'H'. */
    uint8_t module;
    uint8_t modules;
    char level;
    /* TEXT: UTF-8. RASTER: rows of (width + 7) / 8 bytes, most significant bit leftmost, 1 =
     * black. QR: the data. roll_op_data() gives it. */
    size_t data_at, data_size;
};

enum {
    ROLL_OPS_MAX = 65536,             /* then it is full: TILL_LIMIT_REACHED; tear it off */
    ROLL_DATA_MAX = 16 * 1024 * 1024, /* of all operations together */
    ROLL_REQUESTS_MAX = 64,
    ROLL_REASON_MAX = 96
};

struct roll;

/* NULL: out of memory, or a profile that is none (width 0 or over 1,024 dots, size_max 0). */
struct roll *roll_create(const struct roll_profile *profile);
void roll_destroy(struct roll *roll);
const struct roll_profile *roll_profile_of(const struct roll *roll);

/*
 * Take bytes.
 *   dots_max  stop after the byte that moved the paper this far or further; 0 = no limit
 *   used_out  how many were taken, set whatever the answer
 * TILL_E_PROTOCOL: refused, see roll_fault(). TILL_LIMIT_REACHED: the paper is full.
 * TILL_E_MEMORY.
 */
enum till_status roll_put(struct roll *roll, struct span bytes, uint32_t dots_max,
                          size_t *used_out) TILL_CHECKED;

/* Why and where it refused; NULL: it hasn't. offset_out counts bytes from creation or the last
 * roll_tear_off(), to the first byte of the command or character; may be NULL. */
const char *roll_fault(const struct roll *roll, uint64_t *offset_out);

/* Power off and on: an unfinished line or command is lost, styles are as after ESC @, a fault is
 * forgotten; what is on paper stays. */
void roll_power_cycle(struct roll *roll);
/* Take the paper away: operations are forgotten and y begins at 0; state and styles stay. */
void roll_tear_off(struct roll *roll);

/* No line, command or character has begun and not ended? */
bool roll_is_idle(const struct roll *roll);
/* Dots that have come out. */
uint32_t roll_height(const struct roll *roll);

/* Valid until the next roll_put, _tear_off or _destroy. */
const struct roll_op *roll_ops(const struct roll *roll, size_t *count_out);
struct span roll_op_data(const struct roll *roll, const struct roll_op *op);

/*
 * Readable text from operation first_op on, UTF-8, lines end in \n: text at its column (12 dots a
 * column, 32 or 48), a feed of a line or more as empty lines, and for the rest
 *   [raster 384x120]   bands that touch are one
 *   [QR 61 modules]
 *   [cut]
 * NULL: out of memory. The caller frees it.
 */
char *roll_text(const struct roll *roll, size_t first_op);

/* What was asked of the printer in the bytes and would be answered on the line, in order: */
enum roll_request_kind {
    ROLL_REQUEST_REALTIME = 0, /* DLE EOT number; 1..4 */
    ROLL_REQUEST_REPORT = 1,   /* GS r number */
    ROLL_REQUEST_AUTO = 2,     /* GS a number: a bit mask; 0 = off */
    ROLL_REQUEST_RECOVER = 3   /* DLE ENQ number: go on after an error, 1 or 2 */
};
struct roll_request {
    enum roll_request_kind kind;
    uint8_t number;
};
/* The oldest; false: none. Of more than ROLL_REQUESTS_MAX waiting ones the newest are dropped. */
bool roll_take_request(struct roll *roll, struct roll_request *request_out);

/* Modules a side of the QR code (ISO/IEC 18004 model 2) that these bytes need at a level, in the
 * tightest single mode (numeric, alphanumeric, byte), as printers choose it: 21..177; 0 = too
 * large. */
unsigned roll_qr_modules(struct span data, char level);

#endif
