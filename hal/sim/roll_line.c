/* Setting a line: characters side by side until it is printed. */
#include <assert.h>
#include <string.h>

#include "roll_private.h"
#include "text.h"

/* One character of GB 18030 as UTF-8; 0 = it is none, or of the private use area, whose look
 * depends on the printer. */
static size_t decode(struct roll *roll, const uint8_t *bytes, size_t size, char out[8])
{
    char in[4];
    memcpy(in, bytes, size);
    char *from = in;
    size_t left = size;
    char *to = out;
    size_t room = 8;
    iconv(roll->converter, NULL, NULL, NULL, NULL);
    if (iconv(roll->converter, &from, &left, &to, &room) != 0 || left != 0) {
        return 0;
    }
    const char *at = out;
    uint32_t c = text_next(&at, to);
    return at != to || (c >= 0xE000 && c <= 0xF8FF) || c == 0xFFFD ? 0 : (size_t)(to - out);
}

/* Could b go on in the run a? */
static bool same_style(const struct roll_op *a, const struct roll_op *b)
{
    return a->advance == b->advance && a->height == b->height && a->scale_x == b->scale_x &&
           a->scale_y == b->scale_y && a->bold == b->bold && a->underline == b->underline &&
           a->inverse == b->inverse && a->x + a->width == b->x;
}

static void set(struct roll *roll, const char *text, size_t size, bool han)
{
    struct roll_line *line = &roll->line;
    const struct roll_style *style = han ? &roll->han : &roll->narrow;
    bool small = roll->small && !han;
    unsigned cell = han ? 2 * ROLL_CELL : small ? ROLL_SMALL_CELL : ROLL_CELL;
    struct roll_op run = {
        .kind = ROLL_TEXT,
        .x = line->x,
        .width = (uint16_t)(cell * style->scale_x),
        .height = (uint16_t)((small ? ROLL_SMALL_HEIGHT : ROLL_HEIGHT) * style->scale_y),
        .scale_x = style->scale_x,
        .scale_y = style->scale_y,
        .advance = (uint8_t)(cell * style->scale_x),
        .bold = roll->bold,
        .underline = style->underline,
        .inverse = roll->inverse,
        .data_at = line->size,
        .data_size = size};
    if (line->x + run.width > roll->width) {
        roll_refuse(roll, "the line is wider than %u dots", roll->width);
        return;
    }
    if (size > sizeof line->bytes - line->size) {
        roll_refuse(roll, "the line has too many bytes");
        return;
    }
    struct roll_op *last = line->count > 0 ? &line->runs[line->count - 1] : NULL;
    if (last && same_style(last, &run)) {
        last->width = (uint16_t)(last->width + run.width);
        last->data_size += size;
    } else if (line->count == ROLL_LINE_RUNS_MAX) {
        roll_refuse(roll, "the line changes its style too often");
        return;
    } else {
        line->runs[line->count++] = run;
    }
    memcpy(line->bytes + line->size, text, size);
    line->size += size;
    line->x = (uint16_t)(line->x + run.width);
}

void roll_set_character(struct roll *roll, const uint8_t *bytes, size_t size)
{
    if ((roll->profile.features & ROLL_ONLY_RASTER) != 0) {
        roll_refuse(roll, "a character, and this printer has none");
        return;
    }
    if (size == 1 && bytes[0] < 0x7F) {
        set(roll, (const char *)bytes, 1, false);
        return;
    }
    if (size == 1) {
        roll_refuse(roll, "byte %02X is no character here", bytes[0]);
        return;
    }
    if (size == 4 && roll->profile.charset != ROLL_CHARSET_GB18030) {
        roll_refuse(roll, "a four-byte character, and the font has none");
        return;
    }
    char text[8];
    size_t text_size = decode(roll, bytes, size, text);
    if (text_size == 0) {
        roll_refuse(roll, "%02X %02X is no character of GB 18030", bytes[0], bytes[1]);
        return;
    }
    set(roll, text, text_size, true);
}

void roll_print_line(struct roll *roll, uint32_t advance)
{
    struct roll_line *line = &roll->line;
    if (line->count == 0) {
        roll_feed(roll, advance);
        return;
    }
    uint16_t height = 0;
    for (size_t i = 0; i < line->count; i++) {
        height = line->runs[i].height > height ? line->runs[i].height : height;
    }
    unsigned free_dots = roll->width - line->x;
    unsigned shift = roll->margin + (roll->align == 0   ? 0
                                     : roll->align == 1 ? free_dots / 2
                                                        : free_dots);
    for (size_t i = 0; i < line->count; i++) {
        struct roll_op run = line->runs[i];
        struct span text = {(const uint8_t *)line->bytes + run.data_at, run.data_size};
        struct roll_op *op = roll_add(roll, ROLL_TEXT, text);
        if (!op) {
            break;
        }
        size_t data_at = op->data_at;
        *op = run;
        op->data_at = data_at;
        op->x = (uint16_t)(run.x + shift);
        /* Characters of one line stand on one foot. */
        op->y = roll->y + height - run.height;
    }
    line->count = 0;
    line->size = 0;
    line->x = 0;
    roll->y += height;
    if (advance > height) {
        roll_feed(roll, advance - height);
    }
}
