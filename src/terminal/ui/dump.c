#include "dump.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

static void put_sides(struct buffer *out, const char *mark, const char *left, const char *right)
{
    buffer_put_text(out, mark);
    buffer_put_text(out, left);
    if (left[0] && right[0])
        buffer_put_text(out, " | ");
    buffer_put_text(out, right);
    buffer_put_text(out, "\n");
}

static void put_bar(const struct screen_bar *bar, struct buffer *out)
{
    char text[192];
    static const char *const cash[] = {"", " ▮", " "};
    snprintf(text, sizeof text, "[%s ↑%llu%s%s %u%%%s%s]\n", bar->link,
             (unsigned long long)bar->unsent, cash[bar->cash],
             bar->cash == BAR_CASH_FIGURES ? bar->cash_text : "", bar->battery_percent,
             bar->charging ? "+" : "", bar->training ? " TRAINING" : "");
    buffer_put_text(out, text);
}

static void put_list(const struct screen *s, struct buffer *out)
{
    char name[SCREEN_TEXT_MAX + 48];
    for (size_t i = 0; i < s->row_count; i++) {
        const struct screen_row *row = &s->rows[i];
        if (row->tag[0])
            snprintf(name, sizeof name, "%s [%s]", row->name, row->tag);
        else
            text_copy(name, sizeof name, row->name);
        put_sides(out, i == s->selected ? "> " : "  ", name, row->amount);
        put_sides(out, "    ", row->place, row->note);
    }
}

static void put_tiles(const struct screen *s, struct buffer *out)
{
    char text[2 * SCREEN_TEXT_MAX + 8];
    for (size_t i = 0; i < s->tile_count; i++) {
        const struct screen_tile *tile = &s->tiles[i];
        snprintf(text, sizeof text, "%c %s%s", tile->digit, tile->label, tile->off ? " (-)" : "");
        put_sides(out, "  ", text, tile->detail);
    }
}

static void put_block(const struct screen *s, const struct screen_block *block, struct buffer *out)
{
    switch (block->kind) {
    case BLOCK_LINE:
        put_sides(out, "", block->as.line.left, block->as.line.right);
        break;
    case BLOCK_BAND:
        put_sides(out, "= ", block->as.line.left, block->as.line.right);
        break;
    case BLOCK_RULE:
        buffer_put_text(out, "----\n");
        break;
    case BLOCK_FIELD:
        put_sides(out, "", block->as.field.label, block->as.field.choices);
        put_sides(out, "_ ", block->as.field.text, "");
        break;
    case BLOCK_NOTICE:
        put_sides(out, "! ", block->as.notice.heading, "");
        put_sides(out, "! ", block->as.notice.text, "");
        break;
    case BLOCK_LIST:
        put_list(s, out);
        break;
    case BLOCK_TILES:
        put_tiles(s, out);
        break;
    case BLOCK_CODE:
        put_sides(out, "% ", block->as.code.text, block->as.code.place);
        put_sides(out, "% ", block->as.code.words, "");
        break;
    case BLOCK_SPACE:
        break;
    }
}

enum till_status screen_dump(const struct screen *s, struct buffer *out)
{
    put_bar(&s->bar, out);
    put_sides(out, "# ", s->title, s->aside);
    for (size_t i = 0; i < s->block_count; i++)
        put_block(s, &s->blocks[i], out);
    for (size_t i = 0; i < s->foot_count; i++) {
        buffer_put_text(out, i ? "  " : "");
        buffer_put_text(out, "(");
        buffer_put_text(out, s->foot[i].key);
        buffer_put_text(out, ") ");
        buffer_put_text(out, s->foot[i].does);
    }
    buffer_put_text(out, "\n");
    return buffer_status(out);
}
