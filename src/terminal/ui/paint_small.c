/*
 * 128×64 and the like: the model as four lines of text; what is typed or due in double height.
 */
#include <stdio.h>

#include "canvas.h"
#include "text.h"

enum { LINE = 16, DOUBLE = 32 };

struct place {
    double y, bottom;
};

static void put(struct canvas *c, struct place *at, const char *left, const char *right,
                double height)
{
    struct ink ink = {height == DOUBLE ? 24 : 13, false, paint_ink};
    if (at->y + height > at->bottom)
        return;
    double used = canvas_text(c, c->width - 1, at->y + height / 2, 0, ALIGN_RIGHT, ink, right);
    ink.size = 13;
    canvas_text(c, 1, at->y + height / 2, c->width - used - 4, ALIGN_LEFT, ink, left);
    at->y += height;
}

static void put_selected(struct canvas *c, struct place *at, const struct screen *s)
{
    if (s->selected >= s->row_count)
        return;
    const struct screen_row *row = &s->rows[s->selected];
    put(c, at, row->name, row->amount, LINE);
    put(c, at, row->place, row->note, LINE);
}

static void put_tiles(struct canvas *c, struct place *at, const struct screen *s)
{
    char left[SCREEN_TEXT_MAX + 4], right[SCREEN_TEXT_MAX + 4] = "";
    for (size_t i = 0; i < s->tile_count; i += 2) {
        snprintf(left, sizeof left, "%c%s", s->tiles[i].digit, s->tiles[i].label);
        if (i + 1 < s->tile_count)
            snprintf(right, sizeof right, "%c%s", s->tiles[i + 1].digit, s->tiles[i + 1].label);
        put(c, at, left, right, LINE);
    }
}

static void put_block(struct canvas *c, struct place *at, const struct screen *s,
                      const struct screen_block *block)
{
    switch (block->kind) {
    case BLOCK_LINE:
    case BLOCK_BAND:
        put(c, at, block->as.line.left, block->as.line.right,
            block->as.line.size >= SIZE_BIG ? DOUBLE : LINE);
        break;
    case BLOCK_FIELD:
        put(c, at, block->as.field.label, block->as.field.text, DOUBLE);
        break;
    case BLOCK_NOTICE:
        put(c, at, block->as.notice.heading, "", LINE);
        put(c, at, block->as.notice.text, "", LINE);
        break;
    case BLOCK_LIST:
        put_selected(c, at, s);
        break;
    case BLOCK_TILES:
        put_tiles(c, at, s);
        break;
    default:
        break;
    }
}

void paint_small(struct canvas *c, const struct screen *s)
{
    char foot[64] = "";
    struct place at = {0, c->height};
    canvas_box(c, 0, 0, c->width, c->height, paint_paper);
    if (s->foot_count > 0 && s->block_count < 3)
        snprintf(foot, sizeof foot, "%s:%s", s->foot[0].key, s->foot[0].does);
    put(c, &at, s->title, foot[0] ? "" : s->aside, LINE);
    for (size_t i = 0; i < s->block_count; i++)
        put_block(c, &at, s, &s->blocks[i]);
    if (foot[0])
        put(c, &at, foot, "", LINE);
}
