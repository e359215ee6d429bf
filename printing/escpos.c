#include "escpos.h"

#include <assert.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "paper_rows.h"
#include "qr.h"
#include "raster.h"

enum {
    RUN_BYTES_MAX = 2048, /* one run as GB 18030 */
    FEED_MAX = 255,       /* dots of one ESC J */
    SPACING_NORMAL = 32,  /* dots from line to line: 24 of character, 8 of air */
    SPACING_DOUBLE = 60,  /* where characters are 48 high */
    BLANK_ROWS_MIN = 3,   /* fewer empty rows are cheaper as raster than as a feed */
    QR_FEED_AROUND = 12   /* beyond its quiet zone */
};

struct look {
    uint8_t size; /* GS ! */
    uint8_t spacing;
    bool bold, inverse, center;
};

struct escpos {
    const struct printer_profile *profile;
    iconv_t gb18030;       /* (iconv_t)-1 where the printer has no such font */
    struct raster *raster; /* opened when something is drawn first */
    struct look look;      /* what the printer is set to now */
    uint32_t feed;         /* empty dots owed before the next raster */
    int columns;
    struct raster_canvas canvas;
    struct qr qr;
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

static void command(struct buffer *out, uint8_t first, uint8_t second, uint8_t value)
{
    buffer_put(out, (const uint8_t[]){first, second, value}, 3);
}

/* ESC @ has set all this off. */
static const struct look plain = {.size = 0, .spacing = 0};

static void set_look(struct escpos *e, struct look want, struct buffer *out)
{
    if (want.center != e->look.center) {
        command(out, 0x1B, 'a', want.center ? 1 : 0);
    }
    if (want.size != e->look.size) {
        command(out, 0x1D, '!', want.size);
    }
    if (want.bold != e->look.bold) {
        command(out, 0x1B, 'E', want.bold ? 1 : 0);
    }
    if (want.inverse != e->look.inverse) {
        command(out, 0x1D, 'B', want.inverse ? 1 : 0);
    }
    if (want.spacing != e->look.spacing) {
        command(out, 0x1B, '3', want.spacing);
    }
    e->look = want;
}

static struct look look_of(enum paper_style style, bool center)
{
    struct look look = {.size = 0, .spacing = SPACING_NORMAL, .center = center};
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

/* ---- raster --------------------------------------------------------------------------------------- */

static void put_feed(struct buffer *out, uint32_t dots)
{
    while (dots > 0) {
        uint32_t now = dots < FEED_MAX ? dots : FEED_MAX;
        command(out, 0x1B, 'J', (uint8_t)now);
        dots -= now;
    }
}

static bool is_blank(const struct raster_canvas *c, int row)
{
    const uint8_t *bits = c->bits + row * c->stride;
    return bits[0] == 0 && memcmp(bits, bits + 1, (size_t)(c->stride - 1)) == 0;
}

/* Bytes up to the last black dot of these rows. */
static int used_bytes(const struct raster_canvas *c, int from, int to)
{
    int used = 1;
    for (int y = from; y < to; y++) {
        const uint8_t *bits = c->bits + y * c->stride;
        for (int x = c->stride; x > used; x--) {
            if (bits[x - 1] != 0) {
                used = x;
            }
        }
    }
    return used;
}

static void put_band(const struct raster_canvas *c, int from, int to, struct buffer *out)
{
    int width = used_bytes(c, from, to);
    int rows = to - from;
    const uint8_t head[] = {0x1D,
                            'v',
                            '0',
                            0,
                            (uint8_t)width,
                            (uint8_t)(width >> 8),
                            (uint8_t)rows,
                            (uint8_t)(rows >> 8)};
    buffer_put(out, head, sizeof(head));
    for (int y = from; y < to; y++) {
        buffer_put(out, c->bits + y * c->stride, (size_t)width);
    }
}

/* The canvas, its empty rows above and below as feeds, in bands of the profile's height; `unit`
 * rows are never torn apart. */
static void put_canvas(struct escpos *e, int unit, struct buffer *out)
{
    const struct raster_canvas *c = &e->canvas;
    int from = 0;
    int to = c->rows;
    while (from < to && is_blank(c, from)) {
        from++;
    }
    while (to > from && is_blank(c, to - 1)) {
        to--;
    }
    e->feed += (uint32_t)from;
    if (from < to) {
        if (e->feed < BLANK_ROWS_MIN && from >= (int)e->feed) {
            from -= (int)e->feed;
        } else {
            put_feed(out, e->feed);
        }
        e->feed = 0;
        int band = e->profile->raster_rows - e->profile->raster_rows % unit;
        while (from < to) {
            int end = to - from < band ? to : from + band;
            put_band(c, from, end, out);
            from = end;
        }
        e->feed = (uint32_t)(c->rows - to);
    }
}

static void flush_feed(struct escpos *e, struct buffer *out)
{
    put_feed(out, e->feed);
    e->feed = 0;
}

static enum till_status need_raster(struct escpos *e, struct buffer *out)
{
    struct look look = e->look;
    look.center = false;
    set_look(e, look, out);
    return e->raster != NULL ? TILL_OK : raster_open(e->profile->dots, &e->raster);
}

static enum till_status put_drawn(struct escpos *e, const struct paper *paper,
                                  const struct paper_line *line, struct buffer *out)
{
    enum till_status status = need_raster(e, out);
    if (status != TILL_OK) {
        return status;
    }
    struct paper_ruler ruler = raster_ruler(e->raster);
    struct paper_rows rows;
    paper_rows(paper, line, &ruler, &rows);
    for (size_t i = 0; i < rows.count; i++) {
        raster_row(e->raster, rows.style, &rows.rows[i], &e->canvas);
        put_canvas(e, 1, out);
    }
    return rows.overflow ? TILL_TOO_LARGE : TILL_OK;
}

/* ---- the printer's own font ------------------------------------------------------------------------ */

/* One or two bytes a character: the others and the private use area are not in its font. */
static bool font_has(const uint8_t *bytes, size_t size)
{
    size_t i = 0;
    while (i < size) {
        uint8_t first = bytes[i];
        if (first < 0x80) {
            i++;
            continue;
        }
        if (i + 1 >= size || bytes[i + 1] < 0x40) {
            return false;
        }
        uint8_t second = bytes[i + 1];
        bool user_row = (first >= 0xAA && first <= 0xAF) || first >= 0xF8;
        bool user_half = first >= 0xA1 && first <= 0xA7 && second <= 0xA0;
        if ((user_row && second >= 0xA1) || user_half) {
            return false;
        }
        i += 2;
    }
    return true;
}

/* No-break spaces as spaces; the narrow yen sign, which GB 18030 has only in four bytes, as the
 * wide one: both count two cells. */
static size_t replace(const char *text, size_t size, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\xC2' && i + 1 < size && text[i + 1] == '\xA0') {
            out[n++] = ' ';
            i++;
        } else if (text[i] == '\xC2' && i + 1 < size && text[i + 1] == '\xA5') {
            memcpy(out + n, "\xEF\xBF\xA5", 3);
            n += 3;
            i++;
        } else {
            out[n++] = text[i];
        }
    }
    return n;
}

/* false: the font lacks one of its characters. */
static bool put_run(struct escpos *e, const struct paper_run *run, struct buffer *out)
{
    char text[RUN_BYTES_MAX];
    if (run->size > sizeof(text) / 2) {
        return false;
    }
    size_t left = replace(run->text, run->size, text);
    char *from = text;
    char bytes[RUN_BYTES_MAX];
    char *to = bytes;
    size_t room = sizeof(bytes);
    if (iconv(e->gb18030, &from, &left, &to, &room) == (size_t)-1 || left != 0 ||
        !font_has((const uint8_t *)bytes, (size_t)(to - bytes))) {
        (void)iconv(e->gb18030, NULL, NULL, NULL, NULL);
        return false;
    }
    buffer_put(out, bytes, (size_t)(to - bytes));
    return true;
}

static void put_spaces(struct buffer *out, int count)
{
    for (int i = 0; i < count; i++) {
        buffer_put_u8(out, ' ');
    }
}

static bool put_row(struct escpos *e, enum paper_style style, const struct paper_row *row,
                    bool center, struct buffer *out)
{
    int cell = style == PAPER_LARGE ? 2 : 1;
    int column = 0;
    for (int i = 0; i < row->count; i++) {
        const struct paper_run *run = &row->runs[i];
        if (!center) {
            put_spaces(out, (run->x - column) / cell);
        }
        if (!put_run(e, run, out)) {
            return false;
        }
        column = run->x + run->width;
    }
    if (style == PAPER_INVERSE) {
        put_spaces(out, e->columns - column);
    }
    buffer_put_u8(out, '\n');
    return true;
}

/* TILL_UNSUPPORTED, and nothing put: the font lacks a character. */
static enum till_status put_native(struct escpos *e, const struct paper *paper,
                                   const struct paper_line *line, struct buffer *out)
{
    struct paper_ruler ruler = paper_cells_ruler(&e->columns);
    struct paper_rows rows;
    paper_rows(paper, line, &ruler, &rows);
    if (rows.overflow) {
        return TILL_TOO_LARGE;
    }
    const struct look look_before = e->look;
    const uint32_t feed_before = e->feed;
    const size_t size_before = out->size;
    flush_feed(e, out);
    struct look look = look_of(rows.style, line->kind == PAPER_LINE_CENTER);
    set_look(e, look, out);
    for (size_t i = 0; i < rows.count; i++) {
        if (!put_row(e, rows.style, &rows.rows[i], look.center, out)) {
            e->look = look_before;
            e->feed = feed_before;
            out->size = size_before;
            return TILL_UNSUPPORTED;
        }
    }
    return TILL_OK;
}

static enum till_status put_text(struct escpos *e, const struct paper *paper,
                                 const struct paper_line *line, struct buffer *out)
{
    if (e->profile->gb18030) {
        enum till_status status = put_native(e, paper, line, out);
        if (status != TILL_UNSUPPORTED || out->overflow) {
            return status;
        }
    }
    return put_drawn(e, paper, line, out);
}

static enum till_status put_rule(struct escpos *e, struct buffer *out)
{
    if (!e->profile->gb18030) {
        enum till_status status = need_raster(e, out);
        if (status == TILL_OK) {
            raster_rule(e->raster, &e->canvas);
            put_canvas(e, 1, out);
        }
        return status;
    }
    flush_feed(e, out);
    set_look(e, look_of(PAPER_NORMAL, false), out);
    for (int i = 0; i < e->columns; i++) {
        buffer_put_u8(out, '-');
    }
    buffer_put_u8(out, '\n');
    return TILL_OK;
}

/* ---- QR --------------------------------------------------------------------------------------------- */

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
    int side = qr_side(strlen(text));
    int module = side == 0 ? 0 : qr_module_dots(side, e->profile->dots);
    if (module < QR_MODULE_MIN) {
        return TILL_TOO_LARGE;
    }
    uint32_t around = (uint32_t)(QR_QUIET * module + QR_FEED_AROUND);
    e->feed += around;
    if (e->profile->native_qr) {
        flush_feed(e, out);
        struct look look = e->look;
        look.center = true;
        set_look(e, look, out);
        put_native_qr(text, module, out);
    } else {
        enum till_status status = need_raster(e, out);
        if (status == TILL_OK) {
            status = qr_encode(text, &e->qr);
        }
        if (status != TILL_OK) {
            return status;
        }
        raster_qr(e->raster, &e->qr, module, &e->canvas);
        put_canvas(e, module, out);
    }
    e->feed += around;
    return TILL_OK;
}

/* ---- the job ---------------------------------------------------------------------------------------- */

static void put_end(struct escpos *e, struct buffer *out)
{
    flush_feed(e, out);
    set_look(e, look_of(PAPER_NORMAL, false), out);
    command(out, 0x1B, 'd', e->profile->feed_after);
    if (e->profile->cutter) {
        command(out, 0x1D, 'V', 1); /* leaves a point, so that the paper doesn't fall */
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
        return TILL_OK;
    }
    assert(!"a line of no kind");
    return TILL_UNSUPPORTED;
}

enum till_status escpos_encode(struct escpos *e, const struct paper *paper, struct buffer *out)
{
    if (paper->overflow) {
        return TILL_TOO_LARGE;
    }
    e->look = plain;
    e->feed = 0;
    buffer_put(out, "\x1B@", 2);
    if (e->profile->gb18030) {
        buffer_put(out, "\x1C&", 2);
    }
    for (size_t i = 0; i < paper->count; i++) {
        enum till_status status = put_line(e, paper, &paper->lines[i], out);
        if (status != TILL_OK) {
            return status;
        }
    }
    flush_feed(e, out);
    return buffer_status(out);
}
