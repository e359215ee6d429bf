/*
 * The blocks of a screen, top to bottom: 320 design pixels wide or what the board has.
 */
#include <math.h>
#include <stdio.h>

#include "canvas.h"
#include "qr.h"

enum { MARGIN = 8, ROW = 33, TILE = 46, TILE_GAP = 4 };

static double font_of(enum screen_size size)
{
    static const double sizes[] = {12, 15, 23, 30};
    return sizes[size];
}

static double line_height(const struct screen_line *line)
{
    static const double heights[] = {17, 21, 33, 40};
    return heights[line->size];
}

static struct ink ink_of(double size, bool bold, struct paint paint)
{
    return (struct ink){size, bold, paint};
}

/* Two tiles a row. */
static size_t tile_rows(size_t tiles)
{
    return (tiles + 1) / 2;
}

static double notice_height(struct canvas *c, const struct screen_notice *n)
{
    double height = 8;
    if (n->heading[0])
        height += canvas_wrapped(c, 0, 0, c->width - 2 * MARGIN - 18, ink_of(14, true, paint_ink),
                                 n->heading, false);
    if (n->text[0])
        height += canvas_wrapped(c, 0, 0, c->width - 2 * MARGIN - 18, ink_of(13, false, paint_ink),
                                 n->text, false);
    return height + 3;
}

static double block_height(struct canvas *c, const struct screen *s,
                           const struct screen_block *block, double room)
{
    switch (block->kind) {
    case BLOCK_LINE:
        return line_height(&block->as.line);
    case BLOCK_BAND:
        return 30;
    case BLOCK_RULE:
        return 5;
    case BLOCK_SPACE:
        return 6;
    case BLOCK_FIELD:
        return (block->as.field.label[0] || block->as.field.choices[0] ? 21 : 0) + 37;
    case BLOCK_NOTICE:
        return notice_height(c, &block->as.notice);
    case BLOCK_TILES:
        return TILE * (double)tile_rows(s->tile_count) + TILE_GAP;
    case BLOCK_LIST:
        return fmin((double)s->row_count * ROW, room);
    case BLOCK_CODE:
        return room;
    }
    return 0;
}

/* ---- one block each -------------------------------------------------------------------------- */

static void paint_sides(struct canvas *c, const struct screen_line *line, double y)
{
    double size = font_of(line->size);
    double right = canvas_text(c, c->width - MARGIN, y, 0, ALIGN_RIGHT,
                               ink_of(size, line->bold, paint_of(line->right_tone)), line->right);
    double room = c->width - 2 * MARGIN - (right > 0 ? right + 8 : 0);
    canvas_text(c, MARGIN, y, room, ALIGN_LEFT,
                ink_of(line->bold || line->size < SIZE_BIG ? size : size - 3, line->bold,
                       paint_of(line->left_tone)),
                line->left);
}

static void paint_field(struct canvas *c, const struct screen_field *field, double y)
{
    double x = c->width - MARGIN - 6;
    if (field->label[0] || field->choices[0]) {
        double used = canvas_text(c, MARGIN, y + 11, 0, ALIGN_LEFT, ink_of(15, false, paint_ink),
                                  field->label);
        struct ink small = ink_of(12, false, paint_quiet);
        double room = c->width - 2 * MARGIN - used - 8;
        double wide = fmin(room, canvas_text_width(c, small, field->choices));
        canvas_text(c, c->width - MARGIN - wide, y + 11, wide + 1, ALIGN_LEFT, small,
                    field->choices);
        y += 21;
    }
    struct ink ink = ink_of(field->left_aligned ? 22 : 30, false, paint_ink);
    if (field->left_aligned) {
        double used =
            canvas_text(c, MARGIN, y + 18, c->width - 2 * MARGIN - 6, ALIGN_LEFT, ink, field->text);
        x = MARGIN + used + 2;
    } else {
        canvas_text(c, x, y + 18, 0, ALIGN_RIGHT, ink, field->text);
        x += 2;
    }
    canvas_box(c, x, y + 2, 2, 32, paint_accent);
}

static void paint_notice(struct canvas *c, const struct screen_notice *n, double y, double height)
{
    bool look = n->tone == TONE_LOOK, owed = n->tone == TONE_OWED;
    struct paint back = look ? paint_look_pale : owed ? paint_owed_pale : paint_accent_pale;
    struct paint edge = look ? (struct paint){0.91, 0.63, 0.0} : owed ? paint_owed : paint_accent;
    double width = c->width - 2 * MARGIN + 4;
    canvas_box(c, MARGIN - 2, y + 2, width, height - 4, back);
    canvas_box(c, MARGIN - 2, y + 2, 4, height - 4, edge);
    y += 6;
    if (n->heading[0]) {
        y += canvas_wrapped(c, MARGIN + 9, y, width - 18, ink_of(14, true, paint_ink), n->heading,
                            true);
    }
    if (n->text[0])
        canvas_wrapped(c, MARGIN + 9, y, width - 18, ink_of(13, false, paint_ink), n->text, true);
}

static void paint_row(struct canvas *c, const struct screen_row *row, bool selected, double y,
                      double width)
{
    struct paint ink = selected ? paint_paper : row->done ? paint_quiet : paint_ink;
    struct paint small = selected ? paint_paper : paint_quiet;
    struct paint amount =
        selected || row->amount_tone == TONE_NORMAL ? ink : paint_of(row->amount_tone);
    if (selected)
        canvas_box(c, 0, y, c->width, ROW, paint_accent);
    else
        canvas_box(c, 0, y + ROW - 1, c->width, 1, paint_hairline);
    double right =
        canvas_text(c, width, y + 10.5, 0, ALIGN_RIGHT, ink_of(16, false, amount), row->amount);
    double tag = row->tag[0] ? canvas_text_width(c, ink_of(11, false, ink), row->tag) + 8 : 0;
    double name = canvas_text(c, MARGIN, y + 10.5, width - MARGIN - right - tag - 12, ALIGN_LEFT,
                              ink_of(16, false, ink), row->name);
    if (tag > 0) {
        canvas_round(c, MARGIN + name + 5, y + 3, tag, 15, 3, paint_look, true);
        canvas_text(c, MARGIN + name + 9, y + 10.5, 0, ALIGN_LEFT, ink_of(11, false, paint_ink),
                    row->tag);
    }
    double note =
        canvas_text(c, width, y + 25, 0, ALIGN_RIGHT, ink_of(12, false, small), row->note);
    canvas_text(c, MARGIN, y + 25, width - MARGIN - note - 8, ALIGN_LEFT, ink_of(12, false, small),
                row->place);
}

static void paint_list(struct canvas *c, const struct screen *s, double y, double height)
{
    size_t fit = (size_t)(height / ROW);
    size_t from = s->selected >= fit && fit > 0 ? s->selected - fit + 1 : 0;
    bool scrolls = s->total > s->row_count || s->row_count > fit;
    double width = c->width - MARGIN - (scrolls ? 4 : 0);
    for (size_t i = from; i < s->row_count && i - from < fit; i++)
        paint_row(c, &s->rows[i], i == s->selected, y + (double)(i - from) * ROW, width);
    if (scrolls && s->total > 0) {
        double part = fmax(0.08, (double)fit / (double)s->total);
        double at = (double)(s->first + from) / (double)s->total;
        canvas_box(c, c->width - 4, y, 3, height, paint_hairline);
        canvas_box(c, c->width - 4, y + at * height, 3, fmin(part * height, height * (1 - at)),
                   paint_ink);
    }
}

static void paint_tiles(struct canvas *c, const struct screen *s, double y)
{
    double width = (c->width - 2 * MARGIN - TILE_GAP) / 2;
    for (size_t i = 0; i < s->tile_count; i++) {
        const struct screen_tile *tile = &s->tiles[i];
        double x = MARGIN + (double)(i % 2) * (width + TILE_GAP);
        double top = y + TILE_GAP + TILE * (double)(tile_rows(i + 1) - 1);
        char digit[2] = {tile->digit, '\0'};
        canvas_round(c, x + 0.5, top + 0.5, width - 1, 41, 4, paint_hairline, false);
        canvas_text(c, x + 16, top + 21, 0, ALIGN_MIDDLE,
                    ink_of(22, true, tile->off ? paint_quiet : paint_accent), digit);
        canvas_text(c, x + 31, top + 13, width - 34, ALIGN_LEFT,
                    ink_of(16, false, tile->off ? paint_quiet : paint_ink), tile->label);
        canvas_text(c, x + 31, top + 31, width - 34, ALIGN_LEFT, ink_of(12, false, paint_quiet),
                    tile->detail);
    }
}

/* Its dark modules, runs of a row at once; x, y: of the symbol without its quiet zone. */
static void paint_modules(struct canvas *c, const struct qr *qr, double x, double y, double module)
{
    for (int row = 0; row < qr->side; row++) {
        const uint8_t *line = &qr->modules[row * qr->side];
        for (int from = 0, to; from < qr->side; from = to) {
            for (to = from + 1; to < qr->side && line[to] == line[from];)
                to++;
            if (line[from])
                canvas_box(c, x + from * module, y + row * module, (to - from) * module, module,
                           paint_ink);
        }
    }
}

/* As many whole dots a module as fit with the quiet zone, which is the paper. The words stand
 * beside it, or below where the display is higher than wide. */
static void paint_code(struct canvas *c, const struct screen_code *code, double y, double height)
{
    enum { WORDS_WIDE = 96, WORDS_HIGH = 80 };
    struct qr qr;
    double scale = 1, same = 1;
    bool upright = c->height > c->width;
    double across = c->width - 2 * MARGIN - (upright ? 0 : WORDS_WIDE);
    double down = height - (upright ? WORDS_HIGH : 0);
    if (qr_encode(code->text, &qr) != TILL_OK)
        return; /* longer than a display can show: who made the text bounds it */
    cairo_user_to_device_distance(c->cairo, &scale, &same);
    int side = qr.side + 2 * QR_QUIET;
    double module = fmax(1, floor(fmin(across, down) * scale / side)) / scale;
    double x = ceil(MARGIN * scale) / scale;
    double top = ceil((y + (down - module * side) / 2) * scale) / scale;
    paint_modules(c, &qr, x + module * QR_QUIET, top + module * QR_QUIET, module);
    double words_x = upright ? MARGIN : x + module * side + 8;
    double words_y = upright ? y + down : y + 20;
    canvas_text(c, words_x, words_y + 14, 0, ALIGN_LEFT, ink_of(23, true, paint_ink), code->place);
    canvas_wrapped(c, words_x, words_y + 32, c->width - words_x - MARGIN,
                   ink_of(13, false, paint_ink), code->words, true);
}

static void paint_block(struct canvas *c, const struct screen *s, const struct screen_block *block,
                        double y, double height)
{
    switch (block->kind) {
    case BLOCK_LINE:
        paint_sides(c, &block->as.line, y + height / 2);
        break;
    case BLOCK_BAND:
        canvas_box(c, 0, y + 1, c->width, height - 2, paint_accent_pale);
        paint_sides(c, &block->as.line, y + height / 2);
        break;
    case BLOCK_RULE:
        canvas_box(c, MARGIN, y + 2, c->width - 2 * MARGIN, 1, paint_ink);
        break;
    case BLOCK_FIELD:
        paint_field(c, &block->as.field, y);
        break;
    case BLOCK_NOTICE:
        paint_notice(c, &block->as.notice, y, height);
        break;
    case BLOCK_LIST:
        paint_list(c, s, y, height);
        break;
    case BLOCK_TILES:
        paint_tiles(c, s, y);
        break;
    case BLOCK_CODE:
        paint_code(c, &block->as.code, y, height);
        break;
    case BLOCK_SPACE:
        break;
    }
}

/* What does not fit is drawn tighter, down to four fifths; texts keep their size. */
void paint_blocks(struct canvas *c, const struct screen *s, double top, double bottom)
{
    double heights[SCREEN_BLOCKS_MAX], total = 0, y = top;
    for (size_t i = 0; i < s->block_count; i++) {
        heights[i] = block_height(c, s, &s->blocks[i], bottom - top - total);
        total += heights[i];
    }
    double tight = total > bottom - top ? fmax(0.8, (bottom - top) / total) : 1;
    cairo_save(c->cairo);
    cairo_rectangle(c->cairo, 0, top, c->width, bottom - top);
    cairo_clip(c->cairo);
    for (size_t i = 0; i < s->block_count; i++) {
        bool elastic = s->blocks[i].kind == BLOCK_LINE || s->blocks[i].kind == BLOCK_SPACE ||
                       s->blocks[i].kind == BLOCK_BAND;
        double height = elastic ? floor(heights[i] * tight) : heights[i];
        paint_block(c, s, &s->blocks[i], y, height);
        y += height;
    }
    cairo_restore(c->cairo);
}
