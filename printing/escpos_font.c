#include "escpos_private.h"
#include "text.h"

enum { RUN_BYTES_MAX = 2048 }; /* one run as GB 18030 */

/* A printer's own font has what GB 18030 writes in one or two bytes. */
static bool font_has(const uint8_t *bytes, size_t size)
{
    size_t i = 0;
    while (i < size) {
        if (bytes[i] < 0x80) {
            i++;
            continue;
        }
        if (i + 1 >= size || bytes[i + 1] < 0x40) {
            return false;
        }
        i += 2;
    }
    return true;
}

/* Two bytes stand for some of these too, here and there in the table; each maker draws his own. */
static bool has_private_use(const char *text, size_t size)
{
    const char *at = text;
    const char *end = text + size;
    while (at < end) {
        uint32_t c = text_next(&at, end);
        if (c >= 0xE000 && c <= 0xF8FF) {
            return true;
        }
    }
    return false;
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
            out[n++] = '\xEF';
            out[n++] = '\xBF';
            out[n++] = '\xA5';
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
    if (run->size > sizeof(text) / 2 || has_private_use(run->text, run->size)) {
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

enum till_status escpos_put_native(struct escpos *e, const struct paper *paper,
                                   const struct paper_line *line, struct buffer *out)
{
    struct paper_ruler ruler = paper_cells_ruler(&e->columns);
    struct paper_rows rows;
    paper_rows(paper, line, &ruler, &rows);
    if (rows.overflow) {
        return TILL_TOO_LARGE;
    }
    const struct escpos_look look_before = e->look;
    const uint32_t feed_before = e->feed;
    const size_t size_before = out->size;
    escpos_flush_feed(e, out);
    struct escpos_look look = escpos_look_of(rows.style, line->kind == PAPER_LINE_CENTER);
    escpos_set_look(e, look, out);
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
