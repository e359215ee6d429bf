/*
 * The inside of a roll, for roll.c and the files beside it only.
 */
#ifndef TILL_ROLL_PRIVATE_H
#define TILL_ROLL_PRIVATE_H

#include <iconv.h>

#include "escpos_grammar.h"
#include "roll.h"

enum {
    ROLL_LINE_RUNS_MAX = 96,
    ROLL_LINE_BYTES_MAX = 1024,
    ROLL_SPACING = 30,   /* dots, of ESC 2 and after power on */
    ROLL_CELL = 12,      /* font A: 12 x 24 */
    ROLL_SMALL_CELL = 9, /* font B: 9 x 17 */
    ROLL_HEIGHT = 24,
    ROLL_SMALL_HEIGHT = 17,
    ROLL_QR_BYTES_MAX = 4096
};

/* How characters of one sort look: narrow ones (ASCII), and Han. */
struct roll_style {
    uint8_t scale_x, scale_y;
    bool underline;
};

/* A part of the line that is being set; data_at points into the line's bytes. */
struct roll_line {
    struct roll_op runs[ROLL_LINE_RUNS_MAX];
    size_t count;
    char bytes[ROLL_LINE_BYTES_MAX];
    size_t size;
    uint16_t x; /* where the next character goes, before alignment */
};

struct roll {
    struct roll_profile profile;
    iconv_t converter;
    struct grammar grammar;
    struct roll_op *ops;
    size_t op_count, op_capacity;
    uint8_t *data;
    size_t data_size, data_capacity;
    uint32_t y;
    /* state that ESC @ sets back */
    struct roll_style narrow, han;
    bool bold, inverse, small;
    uint8_t align;
    uint16_t spacing, margin, width;
    struct roll_line line;
    /* QR symbol storage */
    uint8_t qr[ROLL_QR_BYTES_MAX];
    size_t qr_size;
    uint8_t qr_module;
    char qr_level;
    /* data of a raster or block that is coming in */
    uint8_t *pending;
    size_t pending_size, pending_capacity;
    struct roll_request requests[ROLL_REQUESTS_MAX];
    size_t request_count;
    uint64_t offset;   /* of the next byte */
    uint64_t begun_at; /* of the command or character that it belongs to */
    char fault[ROLL_REASON_MAX];
    uint64_t fault_at;
    enum till_status failed; /* TILL_OK; or out of memory or full, in the middle of an operation */
};

/* Refuse what begins at begun_at. printf-like; the first reason stays. */
void roll_refuse(struct roll *roll, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A new operation at the roll's end with its data copied; NULL: failed is set. */
struct roll_op *roll_add(struct roll *roll, enum roll_op_kind kind, struct span data);
/* Move the paper on by that much; consecutive feeds are one operation. */
void roll_feed(struct roll *roll, uint32_t dots);

/* roll_line.c: set one character; print the line that is set, moving by at least `advance`. */
void roll_set_character(struct roll *roll, const uint8_t *bytes, size_t size);
void roll_print_line(struct roll *roll, uint32_t advance);
/* roll_command.c: a command whose head and data are whole; data is in pending. */
void roll_execute(struct roll *roll);
/* Before its data comes: refuses what would never be printed. */
void roll_check_head(struct roll *roll);
void roll_reset_styles(struct roll *roll);

#endif
