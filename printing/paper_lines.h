/*
 * A paper as lines, before any printer: what stands where, in cells of half-width.
 *
 * Layouts (receipt.h and its later sisters) fill it; escpos.h turns it into bytes of a profile;
 * paper_text() into what a test or a person reads. It knows neither money nor printers.
 */
#ifndef TILL_PAPER_LINES_H
#define TILL_PAPER_LINES_H

#include "bytes.h"
#include "status.h"

enum {
    PAPER_LINES_MAX = 192,
    PAPER_TEXT_MAX = 12288, /* all texts of one paper, UTF-8 */
    PAPER_QR_MAX = 440
};

enum paper_style {
    PAPER_NORMAL = 0,
    PAPER_SMALL = 1, /* notes at the foot; printers without a small font use normal */
    PAPER_BOLD = 2,
    PAPER_TALL = 3,   /* double height */
    PAPER_LARGE = 4,  /* double height and width: title, total */
    PAPER_INVERSE = 5 /* white on black: TRAINING, DUPLICATE */
};
enum paper_line_kind {
    PAPER_LINE_SIDES, /* left text and right text on one line; wraps left, keeps right whole */
    PAPER_LINE_CENTER,
    PAPER_LINE_RULE, /* dashes over the whole width */
    PAPER_LINE_FEED, /* `dots` of empty paper */
    PAPER_LINE_QR,   /* alone and centred */
    PAPER_LINE_CUT
};

struct paper_line {
    enum paper_line_kind kind;
    enum paper_style style;
    uint16_t left, right; /* offsets into texts; 0 = "" */
    uint16_t dots;
};

struct paper {
    struct paper_line lines[PAPER_LINES_MAX];
    size_t count;
    char texts[PAPER_TEXT_MAX]; /* texts[0] is '\0' */
    size_t texts_size;
    char qr[PAPER_QR_MAX];
    bool overflow; /* sticky: something did not fit */
};

void paper_init(struct paper *p);
void paper_sides(struct paper *p, enum paper_style style, const char *left, const char *right);
void paper_center(struct paper *p, enum paper_style style, const char *text);
void paper_rule(struct paper *p);
void paper_feed(struct paper *p, uint16_t dots);
void paper_qr(struct paper *p, const char *text);
void paper_cut(struct paper *p);
const char *paper_left(const struct paper *p, const struct paper_line *line);
const char *paper_right(const struct paper *p, const struct paper_line *line);

/* As text of `columns` cells, the QR as "[QR]": golden files and the text dump of tests. */
enum till_status paper_text(const struct paper *p, int columns, struct buffer *out) TILL_CHECKED;

#endif
