/*
 * 128×64 and the like: the model as four lines of text; what is typed or due in double height
 * where there is room. What fits least goes first: quiet lines, then double height, then what
 * stands above a notice. A notice has the lines that nothing else needs.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "canvas.h"
#include "text.h"

enum { LINE = 16, DOUBLE = 32 };

struct place {
    double y, bottom;
    bool flat;         /* no double height */
    bool quiet_too;    /* small lines as well */
    bool notices_only; /* of lines, bands and fields nothing */
    double spare;      /* what is left over: more lines of a notice */
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

/* Wrapped, as far as there are lines for it; the last one says that there was more. */
static void put_words(struct canvas *c, struct place *at, const char *text)
{
    const struct ink ink = {13, false, paint_ink};
    char line[SCREEN_LONG_MAX];
    for (; at->spare >= LINE; at->spare -= LINE) {
        size_t size = canvas_first_line(c, c->width - 5, ink, text);
        if (size >= sizeof line || text[size] == '\0')
            break;
        memcpy(line, text, size);
        line[size] = '\0';
        put(c, at, line, "", LINE);
        text += size + (text[size] == '\n');
    }
    put(c, at, text, "", LINE);
}

/* Of the title line the title is whole; what stands beside it gets the rest. */
static void put_title(struct canvas *c, struct place *at, const char *title, const char *aside)
{
    struct ink ink = {13, false, paint_ink};
    double used = canvas_text(c, 1, at->y + LINE / 2.0, c->width - 2, ALIGN_LEFT, ink, title);
    double room = c->width - used - 6;
    double wide = fmin(room, canvas_text_width(c, ink, aside));
    if (wide >= 2 * LINE || (wide > 0 && wide < room))
        canvas_text(c, c->width - 1 - wide, at->y + LINE / 2.0, wide + 1, ALIGN_LEFT, ink, aside);
    at->y += LINE;
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

/* How many dots a block takes. */
static double height_of(const struct screen *s, const struct screen_block *block,
                        const struct place *how)
{
    enum screen_size size = block->kind == BLOCK_FIELD ? SIZE_BIG : SIZE_NORMAL;
    if (block->kind == BLOCK_LINE || block->kind == BLOCK_BAND)
        size = block->as.line.size;
    switch (block->kind) {
    case BLOCK_LINE:
        if (size == SIZE_SMALL && !how->quiet_too)
            return 0;
        /* fall through */
    case BLOCK_BAND:
    case BLOCK_FIELD:
        return how->notices_only ? 0 : size >= SIZE_BIG && !how->flat ? DOUBLE : LINE;
    case BLOCK_NOTICE:
        return (block->as.notice.heading[0] ? LINE : 0) + (block->as.notice.text[0] ? LINE : 0);
    case BLOCK_CODE:
        return LINE;
    case BLOCK_LIST:
        return 2 * LINE;
    case BLOCK_TILES:
        return LINE * (double)((s->tile_count + 1) / 2);
    default:
        return 0;
    }
}

static double height_of_all(const struct screen *s, const struct place *how)
{
    double sum = 0;
    for (size_t i = 0; i < s->block_count; i++)
        sum += height_of(s, &s->blocks[i], how);
    return sum;
}

/* A notice says what is wrong: it is never what falls off. */
static bool has_notice(const struct screen *s)
{
    for (size_t i = 0; i < s->block_count; i++)
        if (s->blocks[i].kind == BLOCK_NOTICE)
            return true;
    return false;
}

/* What the first key does is said where nothing else is lost by it. */
static bool has_room_for_foot(const struct screen *s, const struct place *at)
{
    const struct place least = {.flat = true};
    return height_of_all(s, &least) + LINE <= at->bottom - at->y;
}

static void choose_room(const struct screen *s, struct place *at)
{
    double room = at->bottom - at->y;
    at->quiet_too = true;
    if (height_of_all(s, at) > room)
        at->quiet_too = false;
    if (height_of_all(s, at) > room)
        at->flat = true;
    if (height_of_all(s, at) > room && has_notice(s))
        at->notices_only = true;
    at->spare = room - height_of_all(s, at);
}

static void put_block(struct canvas *c, struct place *at, const struct screen *s,
                      const struct screen_block *block)
{
    double height = height_of(s, block, at);
    if (height == 0)
        return;
    switch (block->kind) {
    case BLOCK_LINE:
    case BLOCK_BAND:
        put(c, at, block->as.line.left, block->as.line.right, height);
        break;
    case BLOCK_FIELD:
        put(c, at, block->as.field.label, block->as.field.text, height);
        break;
    case BLOCK_NOTICE:
        if (block->as.notice.heading[0])
            put(c, at, block->as.notice.heading, "", LINE);
        if (block->as.notice.text[0])
            put_words(c, at, block->as.notice.text);
        break;
    case BLOCK_LIST:
        put_selected(c, at, s);
        break;
    case BLOCK_TILES:
        put_tiles(c, at, s);
        break;
    case BLOCK_CODE:
        put(c, at, block->as.code.words, block->as.code.place, LINE);
        break;
    default:
        break;
    }
}

void paint_small(struct canvas *c, const struct screen *s)
{
    char foot[64] = "";
    struct place at = {.bottom = c->height};
    canvas_box(c, 0, 0, c->width, c->height, paint_paper);
    put_title(c, &at, s->title, s->aside);
    if (s->foot_count > 0 && has_room_for_foot(s, &at)) {
        snprintf(foot, sizeof foot, "%s:%s", s->foot[0].key, s->foot[0].does);
        at.bottom -= LINE;
    }
    choose_room(s, &at);
    for (size_t i = 0; i < s->block_count; i++)
        put_block(c, &at, s, &s->blocks[i]);
    at.bottom = c->height;
    if (foot[0])
        put(c, &at, foot, "", LINE);
}
