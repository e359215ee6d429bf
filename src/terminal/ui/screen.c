#include "screen.h"

#include <assert.h>
#include <string.h>

#include "text.h"

void screen_begin(struct screen *s, const char *name, enum screen_keys keys)
{
    memset(s, 0, sizeof *s);
    s->name = name;
    s->keys = keys;
}

void screen_title(struct screen *s, const char *title, const char *aside)
{
    text_copy(s->title, sizeof s->title, title);
    text_copy(s->aside, sizeof s->aside, aside);
}

/* What is beyond the last block goes to a spare one, so that callers need not look. */
static struct screen_block *add(struct screen *s, enum block_kind kind)
{
    static struct screen_block spare;
    struct screen_block *block =
        s->block_count < SCREEN_BLOCKS_MAX ? &s->blocks[s->block_count++] : &spare;
    memset(block, 0, sizeof *block);
    block->kind = kind;
    return block;
}

static struct screen_line *add_line(struct screen *s, enum block_kind kind, const char *left,
                                    const char *right)
{
    struct screen_line *line = &add(s, kind)->as.line;
    text_copy(line->left, sizeof line->left, left);
    text_copy(line->right, sizeof line->right, right);
    line->size = SIZE_NORMAL;
    return line;
}

struct screen_line *screen_line(struct screen *s, const char *left, const char *right)
{
    return add_line(s, BLOCK_LINE, left, right);
}

struct screen_line *screen_band(struct screen *s, const char *left, const char *right)
{
    struct screen_line *line = add_line(s, BLOCK_BAND, left, right);
    line->size = SIZE_BIG;
    line->bold = true;
    return line;
}

void screen_rule(struct screen *s)
{
    add(s, BLOCK_RULE);
}

void screen_space(struct screen *s)
{
    add(s, BLOCK_SPACE);
}

void screen_field(struct screen *s, const char *label, const char *text, const char *choices)
{
    struct screen_field *field = &add(s, BLOCK_FIELD)->as.field;
    text_copy(field->label, sizeof field->label, label);
    text_copy(field->text, sizeof field->text, text);
    text_copy(field->choices, sizeof field->choices, choices);
}

void screen_notice(struct screen *s, enum screen_tone tone, const char *heading, const char *text)
{
    struct screen_notice *notice = &add(s, BLOCK_NOTICE)->as.notice;
    notice->tone = tone;
    text_copy(notice->heading, sizeof notice->heading, heading);
    text_copy(notice->text, sizeof notice->text, text);
}

void screen_code(struct screen *s, const char *text, const char *place, const char *words)
{
    struct screen_code *code = &add(s, BLOCK_CODE)->as.code;
    text_copy(code->text, sizeof code->text, text);
    text_copy(code->place, sizeof code->place, place);
    text_copy(code->words, sizeof code->words, words);
}

void screen_tiles(struct screen *s)
{
    add(s, BLOCK_TILES);
}

struct screen_tile *screen_tile(struct screen *s, char digit, const char *label, const char *detail)
{
    assert(s->tile_count < SCREEN_TILES_MAX);
    struct screen_tile *tile = &s->tiles[s->tile_count++];
    memset(tile, 0, sizeof *tile);
    tile->digit = digit;
    text_copy(tile->label, sizeof tile->label, label);
    text_copy(tile->detail, sizeof tile->detail, detail);
    return tile;
}

void screen_list(struct screen *s, size_t selected, size_t first, size_t total)
{
    add(s, BLOCK_LIST);
    s->selected = selected;
    s->first = first;
    s->total = total;
}

struct screen_row *screen_row(struct screen *s)
{
    assert(s->row_count < SCREEN_ROWS_MAX);
    struct screen_row *row = &s->rows[s->row_count++];
    memset(row, 0, sizeof *row);
    return row;
}

void screen_key(struct screen *s, const char *key, const char *does)
{
    if (s->foot_count == SCREEN_KEYS_MAX)
        return;
    struct screen_key *foot = &s->foot[s->foot_count++];
    text_copy(foot->key, sizeof foot->key, key);
    text_copy(foot->does, sizeof foot->does, does);
}
