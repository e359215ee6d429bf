/* What each command does to the roll, and when it may come. */
#include <assert.h>
#include <string.h>

#include "roll_private.h"

/* The feature that a command needs: 0 = every printer has it; ROLL_NEVER = not modelled. */
#define ROLL_NEVER (1U << 31)

static unsigned feature_of(enum command command)
{
    switch (command) {
    case COMMAND_INIT:
    case COMMAND_MODE: /* judged bit by bit */
    case COMMAND_ALIGN:
    case COMMAND_FEED_LINES:
    case COMMAND_FEED_DOTS:
    case COMMAND_SPACING_DEFAULT:
    case COMMAND_SPACING:
    case COMMAND_POSITION:
    case COMMAND_FONT: /* font A is everywhere */
        return 0;
    case COMMAND_BOLD:
        return ROLL_CAN_BOLD;
    case COMMAND_UNDERLINE:
    case COMMAND_HAN_UNDERLINE:
        return ROLL_CAN_UNDERLINE;
    case COMMAND_INVERSE:
        return ROLL_CAN_INVERSE;
    case COMMAND_SIZE:
    case COMMAND_HAN_MODE:
        return ROLL_CAN_SIZE;
    case COMMAND_RASTER:
        return ROLL_CAN_RASTER;
    case COMMAND_BLOCK: /* judged by its function */
        return 0;
    case COMMAND_DENSITY:
        return ROLL_CAN_DENSITY_DC2;
    case COMMAND_HEAT:
        return ROLL_CAN_HEAT;
    case COMMAND_CODE_PAGE:
    case COMMAND_CHARACTER_SET:
        return ROLL_CAN_CODE_PAGE;
    case COMMAND_CUT:
        return ROLL_CAN_CUT;
    case COMMAND_REPORT:
        return ROLL_CAN_REPORT;
    case COMMAND_REALTIME_STATUS:
    case COMMAND_REALTIME_RECOVER:
        return ROLL_CAN_REALTIME;
    case COMMAND_AUTO_STATUS:
        return ROLL_CAN_AUTO_STATUS;
    case COMMAND_HAN_ON:
    case COMMAND_HAN_OFF:
        return ROLL_CAN_HAN_SWITCH;
    case COMMAND_MARGIN:
    case COMMAND_WIDTH:
        return ROLL_CAN_MARGIN;
    case COMMAND_DOUBLE_STRIKE:
    case COMMAND_CHARACTER_SPACING:
    case COMMAND_DRAWER:
    case COMMAND_COUNT:
        break;
    }
    return ROLL_NEVER;
}

void roll_reset_styles(struct roll *roll)
{
    struct roll_style plain = {1, 1, false};
    roll->narrow = plain;
    roll->han = plain;
    roll->bold = false;
    roll->inverse = false;
    roll->small = false;
    roll->align = 0;
    roll->spacing = ROLL_SPACING;
    roll->margin = 0;
    roll->width = roll->profile.dots;
    memset(&roll->line, 0, sizeof roll->line);
}

/* false, and refused, where a line has begun. */
static bool on_new_line(struct roll *roll, const char *what)
{
    if (roll->line.count > 0) {
        roll_refuse(roll, "%s within a line", what);
    }
    return roll->line.count == 0;
}

static bool can(struct roll *roll, unsigned features, const char *what)
{
    bool all = (roll->profile.features & features) == features;
    if (!all) {
        roll_refuse(roll, "%s: this printer can't", what);
    }
    return all;
}

static void check_raster(struct roll *roll, const uint8_t *p)
{
    unsigned bytes = (unsigned)(p[1] | p[2] << 8);
    unsigned rows = (unsigned)(p[3] | p[4] << 8);
    if (!on_new_line(roll, "a raster")) {
        return;
    }
    if (p[0] != 0 && p[0] != '0') {
        roll_refuse(roll, "GS v 0 mode %u", p[0]);
    } else if (bytes == 0 || rows == 0) {
        roll_refuse(roll, "an empty raster");
    } else if (bytes > (roll->profile.dots + 7U) / 8) {
        roll_refuse(roll, "a raster of %u dots on paper of %u", bytes * 8, roll->profile.dots);
    } else if (rows > roll->profile.raster_rows_max) {
        roll_refuse(roll, "a raster of %u rows, at most %u", rows, roll->profile.raster_rows_max);
    }
}

/* GS ( k: symbols; GS ( K: how dark. */
static void check_block(struct roll *roll, uint8_t which, unsigned size)
{
    bool known = false;
    if (which == 'k') {
        known = size >= 3 && size <= roll->profile.qr_bytes_max + 3U &&
                can(roll, ROLL_CAN_QR, "a QR code");
    } else if (which == 'K') {
        known = size == 2 && can(roll, ROLL_CAN_DENSITY, "GS ( K");
    }
    if (!known) {
        roll_refuse(roll, "GS ( %02X with %u bytes", which, size);
    }
}

/* Commands that set, move or style text. */
static bool is_of_text(enum command command)
{
    switch (command) {
    case COMMAND_INIT:
    case COMMAND_FEED_DOTS:
    case COMMAND_RASTER:
    case COMMAND_BLOCK:
    case COMMAND_CUT:
    case COMMAND_REPORT:
    case COMMAND_REALTIME_STATUS:
    case COMMAND_REALTIME_RECOVER:
    case COMMAND_AUTO_STATUS:
    case COMMAND_DENSITY:
    case COMMAND_HEAT:
        return false;
    default:
        return true;
    }
}

void roll_check_head(struct roll *roll)
{
    const struct grammar *g = &roll->grammar;
    unsigned feature = feature_of(g->command);
    if ((roll->profile.features & ROLL_ONLY_RASTER) != 0 && is_of_text(g->command)) {
        feature = ROLL_NEVER;
    }
    if (feature == ROLL_NEVER || (roll->profile.features & feature) != feature) {
        roll_refuse(roll, "command %02X %02X is not in the profile", g->head[0], g->head[1]);
        return;
    }
    const uint8_t *p = g->head + g->parameters_at;
    if (g->command == COMMAND_RASTER) {
        check_raster(roll, p);
    } else if (g->command == COMMAND_BLOCK) {
        check_block(roll, p[0], (unsigned)(p[1] | p[2] << 8));
    }
}

static void do_raster(struct roll *roll, const uint8_t *p)
{
    unsigned width = (unsigned)(p[1] | p[2] << 8) * 8;
    unsigned rows = (unsigned)(p[3] | p[4] << 8);
    struct roll_op *op =
        roll_add(roll, ROLL_RASTER, (struct span){roll->pending, roll->pending_size});
    if (!op) {
        return;
    }
    unsigned area = roll->width < width ? roll->profile.dots : roll->width;
    unsigned free_dots = area > width ? area - width : 0;
    op->x = (uint16_t)(roll->margin + (roll->align == 0   ? 0
                                       : roll->align == 1 ? free_dots / 2
                                                          : free_dots));
    op->width = (uint16_t)width;
    op->height = (uint16_t)rows;
    roll->y += rows;
}

static void print_qr(struct roll *roll)
{
    unsigned modules = roll_qr_modules((struct span){roll->qr, roll->qr_size}, roll->qr_level);
    if (!on_new_line(roll, "a QR code")) {
        return;
    }
    if (roll->qr_size == 0 || modules == 0) {
        roll_refuse(roll, "a QR code of %zu bytes", roll->qr_size);
        return;
    }
    unsigned side = modules * roll->qr_module;
    if (side > roll->width) {
        roll_refuse(roll, "a QR code of %u dots on paper of %u", side, roll->width);
        return;
    }
    struct roll_op *op = roll_add(roll, ROLL_QR, (struct span){roll->qr, roll->qr_size});
    if (!op) {
        return;
    }
    unsigned free_dots = roll->width - side;
    op->x = (uint16_t)(roll->margin + (roll->align == 0   ? 0
                                       : roll->align == 1 ? free_dots / 2
                                                          : free_dots));
    op->width = (uint16_t)side;
    op->height = (uint16_t)side;
    op->module = roll->qr_module;
    op->modules = (uint8_t)modules;
    op->level = roll->qr_level;
    roll->y += side;
}

/* GS ( k pL pH 49 fn …: model, module, level, store, print. */
static void do_qr(struct roll *roll)
{
    const uint8_t *d = roll->pending;
    size_t size = roll->pending_size;
    if (d[0] != 49) {
        roll_refuse(roll, "GS ( k of symbol %u", d[0]);
    } else if (d[1] == 65 && size == 4 && d[2] == 50 && d[3] == 0) {
        /* model 2 is the only one that phones read */
    } else if (d[1] == 67 && size == 3 && d[2] >= 1 && d[2] <= 16) {
        roll->qr_module = d[2];
    } else if (d[1] == 69 && size == 3 && d[2] >= 48 && d[2] <= 51) {
        roll->qr_level = "LMQH"[d[2] - 48];
    } else if (d[1] == 80 && size > 3 && d[2] == 48) {
        memcpy(roll->qr, d + 3, size - 3);
        roll->qr_size = size - 3;
    } else if (d[1] == 81 && size == 3 && d[2] == 48) {
        print_qr(roll);
    } else {
        roll_refuse(roll, "GS ( k function %u with %zu bytes", d[1], size);
    }
}

/* GS ( K 2 0 49 m: 0 is the printer's own, 250..255 lighter, 1..8 darker. It changes no dot. */
static void do_density(struct roll *roll)
{
    const uint8_t *d = roll->pending;
    if (d[0] != 49 || (d[1] > 8 && d[1] < 248)) {
        roll_refuse(roll, "GS ( K function %u with %u", d[0], d[1]);
    }
}

/* ESC 7 dots time pause, as small heads take it: dots in eights less one, times of 10 us. */
static void do_heat(struct roll *roll, const uint8_t *p)
{
    if (p[1] < 3) {
        roll_refuse(roll, "ESC 7 heats for %u", p[1]);
    }
}

static void do_cut(struct roll *roll, uint8_t mode)
{
    if (!on_new_line(roll, "a cut")) {
        return;
    }
    if (mode == 65 || mode == 66) {
        roll_feed(roll, roll->pending[0]);
    } else if (mode != 0 && mode != 1 && mode != 48 && mode != 49) {
        roll_refuse(roll, "GS V mode %u", mode);
        return;
    }
    (void)roll_add(roll, ROLL_CUT, (struct span){NULL, 0});
}

static void do_mode(struct roll *roll, uint8_t n)
{
    static const struct {
        uint8_t bit;
        unsigned feature;
    } bits[] = {{0x01, ROLL_CAN_SMALL},
                {0x08, ROLL_CAN_BOLD},
                {0x30, ROLL_CAN_SIZE},
                {0x80, ROLL_CAN_UNDERLINE}};
    if ((n & 0x46) != 0) {
        roll_refuse(roll, "ESC ! with bits %02X", n);
        return;
    }
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        if ((n & bits[i].bit) != 0 && !can(roll, bits[i].feature, "ESC !")) {
            return;
        }
    }
    roll->small = (n & 0x01) != 0;
    roll->bold = (n & 0x08) != 0;
    roll->narrow.scale_y = (n & 0x10) != 0 ? 2 : 1;
    roll->narrow.scale_x = (n & 0x20) != 0 ? 2 : 1;
    roll->narrow.underline = (n & 0x80) != 0;
}

static void do_han_mode(struct roll *roll, uint8_t n)
{
    if ((n & 0x73) != 0) {
        roll_refuse(roll, "FS ! with bits %02X", n);
        return;
    }
    if ((n & 0x80) != 0 && !can(roll, ROLL_CAN_UNDERLINE, "FS !")) {
        return;
    }
    roll->han.scale_x = (n & 0x04) != 0 ? 2 : 1;
    roll->han.scale_y = (n & 0x08) != 0 ? 2 : 1;
    roll->han.underline = (n & 0x80) != 0;
}

static void do_size(struct roll *roll, uint8_t n)
{
    uint8_t x = (uint8_t)((n >> 4 & 7) + 1);
    uint8_t y = (uint8_t)((n & 7) + 1);
    if ((n & 0x88) != 0 || x > roll->profile.size_max || y > roll->profile.size_max) {
        roll_refuse(roll, "GS ! with %02X", n);
        return;
    }
    roll->narrow.scale_x = roll->han.scale_x = x;
    roll->narrow.scale_y = roll->han.scale_y = y;
}

/* 0..most, as a number or a digit; else refused and 0. */
static uint8_t choice(struct roll *roll, uint8_t n, uint8_t most)
{
    uint8_t value = n >= '0' ? (uint8_t)(n - '0') : n;
    if (value > most) {
        roll_refuse(roll, "command %02X %02X with %u", roll->grammar.head[0], roll->grammar.head[1],
                    n);
        return 0;
    }
    return value;
}

static void do_position(struct roll *roll, unsigned x)
{
    if (x < roll->line.x || x >= roll->width) {
        roll_refuse(roll, "ESC $ to %u, at %u of %u", x, roll->line.x, roll->width);
        return;
    }
    roll->line.x = (uint16_t)x;
}

static void do_margin(struct roll *roll, enum command command, unsigned n)
{
    if (!on_new_line(roll, "a margin")) {
        return;
    }
    unsigned margin = command == COMMAND_MARGIN ? n : roll->margin;
    unsigned width = command == COMMAND_WIDTH ? n : roll->profile.dots - margin;
    if (margin >= roll->profile.dots || width == 0 || margin + width > roll->profile.dots) {
        roll_refuse(roll, "a margin of %u and %u dots on paper of %u", margin, width,
                    roll->profile.dots);
        return;
    }
    roll->margin = (uint16_t)margin;
    roll->width = (uint16_t)width;
}

static void request(struct roll *roll, enum roll_request_kind kind, uint8_t number, uint8_t least,
                    uint8_t most)
{
    if (number < least || number > most) {
        roll_refuse(roll, "a status request of %u", number);
    } else if (roll->request_count < ROLL_REQUESTS_MAX) {
        roll->requests[roll->request_count++] = (struct roll_request){kind, number};
    }
}

/* Commands that change how things look. */
static bool execute_style(struct roll *roll, enum command command, const uint8_t *p)
{
    switch (command) {
    case COMMAND_MODE:
        do_mode(roll, p[0]);
        return true;
    case COMMAND_HAN_MODE:
        do_han_mode(roll, p[0]);
        return true;
    case COMMAND_SIZE:
        do_size(roll, p[0]);
        return true;
    case COMMAND_BOLD:
        roll->bold = choice(roll, p[0], 1) == 1;
        return true;
    case COMMAND_UNDERLINE:
        roll->narrow.underline = choice(roll, p[0], 2) > 0;
        return true;
    case COMMAND_HAN_UNDERLINE:
        roll->han.underline = choice(roll, p[0], 2) > 0;
        return true;
    case COMMAND_INVERSE:
        roll->inverse = choice(roll, p[0], 1) == 1;
        return true;
    case COMMAND_FONT: {
        bool small = choice(roll, p[0], 1) == 1;
        roll->small = small && can(roll, ROLL_CAN_SMALL, "font B");
        return true;
    }
    case COMMAND_SPACING_DEFAULT:
        roll->spacing = ROLL_SPACING;
        return true;
    case COMMAND_SPACING:
        roll->spacing = p[0];
        return true;
    case COMMAND_ALIGN:
        if (on_new_line(roll, "ESC a")) {
            roll->align = choice(roll, p[0], 2);
        }
        return true;
    default:
        return false;
    }
}

void roll_execute(struct roll *roll)
{
    enum command command = roll->grammar.command;
    const uint8_t *p = roll->grammar.head + roll->grammar.parameters_at;
    if (execute_style(roll, command, p)) {
        return;
    }
    switch (command) {
    case COMMAND_INIT:
        roll_reset_styles(roll);
        roll->grammar.multibyte = roll->profile.charset != ROLL_CHARSET_ASCII;
        break;
    case COMMAND_FEED_LINES:
        roll_print_line(roll, (uint32_t)p[0] * roll->spacing);
        break;
    case COMMAND_FEED_DOTS:
        roll_print_line(roll, p[0]);
        break;
    case COMMAND_POSITION:
        do_position(roll, (unsigned)(p[0] | p[1] << 8));
        break;
    case COMMAND_RASTER:
        do_raster(roll, p);
        break;
    case COMMAND_BLOCK:
        if (p[0] == 'K') {
            do_density(roll);
        } else {
            do_qr(roll);
        }
        break;
    case COMMAND_HEAT:
        do_heat(roll, p);
        break;
    case COMMAND_CHARACTER_SET:
        (void)choice(roll, p[0], 0); /* others put letters of their own into ASCII */
        break;
    case COMMAND_CUT:
        do_cut(roll, p[0]);
        break;
    case COMMAND_REPORT:
        request(roll, ROLL_REQUEST_REPORT, p[0], 1, 1);
        break;
    case COMMAND_REALTIME_STATUS:
        request(roll, ROLL_REQUEST_REALTIME, p[0], 1, 4);
        break;
    case COMMAND_REALTIME_RECOVER:
        request(roll, ROLL_REQUEST_RECOVER, p[0], 1, 2);
        break;
    case COMMAND_AUTO_STATUS:
        request(roll, ROLL_REQUEST_AUTO, p[0], 0, 255);
        break;
    case COMMAND_MARGIN:
    case COMMAND_WIDTH:
        do_margin(roll, command, (unsigned)(p[0] | p[1] << 8));
        break;
    default: /* FS & and FS . are the grammar's; DC2 # and ESC t change nothing that is seen */
        break;
    }
}
