#include "escpos.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "escpos_private.h"

enum {
    SPACING_NORMAL = 32, /* dots from line to line: 24 of character, 8 of air */
    SPACING_DOUBLE = 60, /* where characters are 48 high */
    QR_FEED_AROUND = 12  /* beyond its quiet zone */
};

enum till_status escpos_open(const struct printer_profile *profile, struct escpos **out)
{
    struct escpos *e = calloc(1, sizeof(*e));
    if (e == NULL) {
        return TILL_E_MEMORY;
    }
    e->profile = profile;
    e->columns = profile->columns;
    e->gb18030 = (iconv_t)-1;
    if (profile->gb18030) {
        e->gb18030 = iconv_open("GB18030", "UTF-8");
        if (e->gb18030 == (iconv_t)-1) {
            escpos_close(e);
            return TILL_E_CONFIG;
        }
    }
    *out = e;
    return TILL_OK;
}

void escpos_close(struct escpos *e)
{
    if (e == NULL) {
        return;
    }
    if (e->gb18030 != (iconv_t)-1) {
        (void)iconv_close(e->gb18030);
    }
    raster_close(e->raster);
    free(e);
}

void escpos_set_darkness(struct escpos *e, int level)
{
    assert(level >= PROFILE_DARKNESS_MIN && level <= PROFILE_DARKNESS_MAX);
    e->darkness = level;
}

void escpos_command(struct buffer *out, uint8_t first, uint8_t second, uint8_t value)
{
    buffer_put(out, (const uint8_t[]){first, second, value}, 3);
}

/* ESC @ has set all this off. */
static const struct escpos_look plain = {.size = 0, .spacing = 0};

void escpos_set_look(struct escpos *e, struct escpos_look want, struct buffer *out)
{
    if (want.center != e->look.center) {
        escpos_command(out, 0x1B, 'a', want.center ? 1 : 0);
    }
    if (want.size != e->look.size) {
        escpos_command(out, 0x1D, '!', want.size);
    }
    if (want.bold != e->look.bold) {
        escpos_command(out, 0x1B, 'E', want.bold ? 1 : 0);
    }
    if (want.inverse != e->look.inverse) {
        escpos_command(out, 0x1D, 'B', want.inverse ? 1 : 0);
    }
    if (want.spacing != e->look.spacing) {
        escpos_command(out, 0x1B, '3', want.spacing);
    }
    e->look = want;
}

struct escpos_look escpos_look_of(enum paper_style style, bool center)
{
    struct escpos_look look = {.size = 0, .spacing = SPACING_NORMAL, .center = center};
    switch (style) {
    case PAPER_NORMAL:
    case PAPER_SMALL: /* no small Chinese font to count on */
        break;
    case PAPER_BOLD:
        look.bold = true;
        break;
    case PAPER_TALL:
        look.bold = true;
        look.size = 0x01;
        look.spacing = SPACING_DOUBLE;
        break;
    case PAPER_LARGE:
        look.bold = true;
        look.size = 0x11;
        look.spacing = SPACING_DOUBLE;
        break;
    case PAPER_INVERSE:
        look.inverse = true;
        look.bold = true;
        look.center = false; /* the bar goes from edge to edge, spaces included */
        break;
    }
    return look;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static enum till_status put_text(struct escpos *e, const struct paper *paper,
                                 const struct paper_line *line, struct buffer *out)
{
    if (e->profile->gb18030) {
        enum till_status status = escpos_put_native(e, paper, line, out);
        if (status != TILL_UNSUPPORTED || out->overflow) {
            return status;
        }
    }
    return escpos_put_drawn(e, paper, line, out);
}

static enum till_status put_rule(struct escpos *e, struct buffer *out)
{
    if (!e->profile->gb18030) {
        enum till_status status = escpos_need_raster(e, out);
        if (status == TILL_OK) {
            raster_rule(e->raster, &e->canvas);
            escpos_put_canvas(e, 1, out);
        }
        return status;
    }
    escpos_flush_feed(e, out);
    escpos_set_look(e, escpos_look_of(PAPER_NORMAL, false), out);
    for (int i = 0; i < e->columns; i++) {
        buffer_put_u8(out, '-');
    }
    buffer_put_u8(out, '\n');
    return TILL_OK;
}

/* ---- QR -------------------------------------------------------------------------------------- */

/* GS ( k: model 2, module, level M, data, print. */
static void put_native_qr(const char *text, int module, struct buffer *out)
{
    size_t size = strlen(text);
    const uint8_t set[] = {0x1D,
                           '(',
                           'k',
                           4,
                           0,
                           '1',
                           'A',
                           '2',
                           0, /* model */
                           0x1D,
                           '(',
                           'k',
                           3,
                           0,
                           '1',
                           'C',
                           (uint8_t)module, /* module */
                           0x1D,
                           '(',
                           'k',
                           3,
                           0,
                           '1',
                           'E',
                           '1', /* level */
                           0x1D,
                           '(',
                           'k',
                           (uint8_t)(size + 3),
                           (uint8_t)((size + 3) >> 8),
                           '1',
                           'P',
                           '0'};
    buffer_put(out, set, sizeof(set));
    buffer_put(out, text, size);
    const uint8_t print[] = {0x1D, '(', 'k', 3, 0, '1', 'Q', '0'};
    buffer_put(out, print, sizeof(print));
}

static enum till_status put_qr(struct escpos *e, const char *text, struct buffer *out)
{
    if (!qr_is_alphanumeric(text)) {
        return TILL_BAD_INPUT;
    }
    int side = qr_side(strlen(text));
    int module = side == 0 ? 0 : qr_module_dots(side, e->profile->dots);
    if (module < QR_MODULE_MIN) {
        return TILL_TOO_LARGE;
    }
    uint32_t around = (uint32_t)(QR_QUIET * module + QR_FEED_AROUND);
    e->feed += around;
    if (e->profile->native_qr && strlen(text) <= e->profile->qr_bytes) {
        escpos_flush_feed(e, out);
        struct escpos_look look = e->look;
        look.center = true;
        escpos_set_look(e, look, out);
        put_native_qr(text, module, out);
    } else {
        enum till_status status = escpos_need_raster(e, out);
        if (status == TILL_OK) {
            status = qr_encode(text, &e->qr);
        }
        if (status != TILL_OK) {
            return status;
        }
        raster_qr(e->raster, &e->qr, module, &e->canvas);
        escpos_put_canvas(e, module, out);
    }
    e->feed += around;
    return TILL_OK;
}

/* ---- the job --------------------------------------------------------------------------------- */

/* ESC @, and what must be said before the first line: how dark, and that ASCII means ASCII. */
static void put_begin(const struct escpos *e, struct buffer *out)
{
    const struct printer_profile *p = e->profile;
    uint8_t dark = p->darkness[e->darkness - PROFILE_DARKNESS_MIN];
    buffer_put(out, "\x1B@", 2);
    switch (p->density) {
    case PROFILE_DENSITY_FIXED:
        break;
    case PROFILE_DENSITY_GS_K:
        buffer_put(out, (const uint8_t[]){0x1D, '(', 'K', 2, 0, 49, dark}, 7);
        break;
    case PROFILE_DENSITY_DC2:
        escpos_command(out, 0x12, '#', dark);
        break;
    case PROFILE_DENSITY_ESC7:
        buffer_put(out, (const uint8_t[]){0x1B, '7', p->heat[0], dark, p->heat[1]}, 5);
        break;
    }
    if (p->code_page >= 0) {
        escpos_command(out, 0x1B, 'R', 0);
        escpos_command(out, 0x1B, 't', (uint8_t)p->code_page);
    }
    if (p->gb18030) {
        buffer_put(out, "\x1C&", 2);
    }
}

static void put_end(struct escpos *e, struct buffer *out)
{
    const struct printer_profile *p = e->profile;
    if (p->raster_only) {
        e->feed += (uint32_t)p->feed_after * SPACING_NORMAL;
        escpos_flush_feed(e, out);
    } else {
        escpos_flush_feed(e, out);
        escpos_set_look(e, escpos_look_of(PAPER_NORMAL, false), out);
        escpos_command(out, 0x1B, 'd', p->feed_after);
    }
    if (p->cutter != PROFILE_CUT_NONE) {
        escpos_command(out, 0x1D, 'V', p->cutter == PROFILE_CUT_FULL ? 0 : 1);
    }
}

static enum till_status put_line(struct escpos *e, const struct paper *paper,
                                 const struct paper_line *line, struct buffer *out)
{
    switch (line->kind) {
    case PAPER_LINE_SIDES:
    case PAPER_LINE_CENTER:
        return put_text(e, paper, line, out);
    case PAPER_LINE_RULE:
        return put_rule(e, out);
    case PAPER_LINE_FEED:
        e->feed += line->dots;
        return TILL_OK;
    case PAPER_LINE_QR:
        return put_qr(e, paper->qr, out);
    case PAPER_LINE_CUT:
        put_end(e, out);
        break;
    }
    return TILL_OK;
}

enum till_status escpos_encode(struct escpos *e, const struct paper *paper, struct buffer *out)
{
    if (paper->overflow) {
        return TILL_TOO_LARGE;
    }
    e->look = plain;
    e->feed = 0;
    put_begin(e, out);
    for (size_t i = 0; i < paper->count; i++) {
        enum till_status status = put_line(e, paper, &paper->lines[i], out);
        if (status != TILL_OK) {
            return status;
        }
    }
    escpos_flush_feed(e, out);
    return buffer_status(out);
}
