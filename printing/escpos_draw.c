#include <string.h>

#include "escpos_private.h"

enum {
    FEED_MAX = 255,    /* dots of one ESC J */
    BLANK_ROWS_MIN = 3 /* fewer empty rows are cheaper as raster than as a feed */
};

static void put_feed(struct buffer *out, uint32_t dots)
{
    while (dots > 0) {
        uint32_t now = dots < FEED_MAX ? dots : FEED_MAX;
        escpos_command(out, 0x1B, 'J', (uint8_t)now);
        dots -= now;
    }
}

static bool is_blank(const struct raster_canvas *c, int row)
{
    const uint8_t *bits = c->bits + (ptrdiff_t)row * c->stride;
    return bits[0] == 0 && memcmp(bits, bits + 1, (size_t)(c->stride - 1)) == 0;
}

/* Bytes up to the last black dot of these rows. */
static int used_bytes(const struct raster_canvas *c, int from, int to)
{
    int used = 1;
    for (int y = from; y < to; y++) {
        const uint8_t *bits = c->bits + (ptrdiff_t)y * c->stride;
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
        buffer_put(out, c->bits + (ptrdiff_t)y * c->stride, (size_t)width);
    }
}

void escpos_put_canvas(struct escpos *e, int unit, struct buffer *out)
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

void escpos_flush_feed(struct escpos *e, struct buffer *out)
{
    put_feed(out, e->feed);
    e->feed = 0;
}

enum till_status escpos_need_raster(struct escpos *e, struct buffer *out)
{
    struct escpos_look look = e->look;
    look.center = false;
    escpos_set_look(e, look, out);
    return e->raster != NULL ? TILL_OK : raster_open(e->profile->dots, &e->raster);
}

enum till_status escpos_put_drawn(struct escpos *e, const struct paper *paper,
                                  const struct paper_line *line, struct buffer *out)
{
    enum till_status status = escpos_need_raster(e, out);
    if (status != TILL_OK) {
        return status;
    }
    struct paper_ruler ruler = raster_ruler(e->raster);
    struct paper_rows rows;
    paper_rows(paper, line, &ruler, &rows);
    for (size_t i = 0; i < rows.count; i++) {
        raster_row(e->raster, rows.style, &rows.rows[i], &e->canvas);
        escpos_put_canvas(e, 1, out);
    }
    return rows.overflow ? TILL_TOO_LARGE : TILL_OK;
}
