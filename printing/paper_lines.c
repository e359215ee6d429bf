#include "paper_lines.h"

#include <assert.h>
#include <string.h>

#include "paper_rows.h"

void paper_init(struct paper *p)
{
    p->count = 0;
    p->texts[0] = '\0';
    p->texts_size = 1;
    p->qr[0] = '\0';
    p->overflow = false;
}

static uint16_t keep(struct paper *p, const char *text)
{
    size_t size = strlen(text);
    if (size == 0) {
        return 0;
    }
    if (size + 1 > sizeof(p->texts) - p->texts_size) {
        p->overflow = true;
        return 0;
    }
    size_t at = p->texts_size;
    memcpy(p->texts + at, text, size + 1);
    p->texts_size += size + 1;
    return (uint16_t)at;
}

static void add(struct paper *p, struct paper_line line)
{
    if (p->count == PAPER_LINES_MAX) {
        p->overflow = true;
        return;
    }
    p->lines[p->count++] = line;
}

void paper_sides(struct paper *p, enum paper_style style, const char *left, const char *right)
{
    add(p, (struct paper_line){.kind = PAPER_LINE_SIDES,
                               .style = style,
                               .left = keep(p, left),
                               .right = keep(p, right)});
}

void paper_center(struct paper *p, enum paper_style style, const char *text)
{
    add(p, (struct paper_line){.kind = PAPER_LINE_CENTER, .style = style, .left = keep(p, text)});
}

void paper_rule(struct paper *p)
{
    add(p, (struct paper_line){.kind = PAPER_LINE_RULE});
}

void paper_feed(struct paper *p, uint16_t dots)
{
    add(p, (struct paper_line){.kind = PAPER_LINE_FEED, .dots = dots});
}

void paper_qr(struct paper *p, const char *text)
{
    size_t size = strlen(text);
    if (size == 0 || size >= sizeof(p->qr) || p->qr[0] != '\0') {
        p->overflow = true;
        return;
    }
    memcpy(p->qr, text, size + 1);
    add(p, (struct paper_line){.kind = PAPER_LINE_QR});
}

void paper_cut(struct paper *p)
{
    add(p, (struct paper_line){.kind = PAPER_LINE_CUT});
}

const char *paper_left(const struct paper *p, const struct paper_line *line)
{
    assert(line->left < p->texts_size);
    return p->texts + line->left;
}

const char *paper_right(const struct paper *p, const struct paper_line *line)
{
    assert(line->right < p->texts_size);
    return p->texts + line->right;
}

static void put_spaces(struct buffer *out, int count)
{
    for (int i = 0; i < count; i++) {
        buffer_put_u8(out, ' ');
    }
}

static void put_row(const struct paper_row *row, struct buffer *out)
{
    int column = 0;
    for (int i = 0; i < row->count; i++) {
        const struct paper_run *run = &row->runs[i];
        put_spaces(out, run->x - column);
        column = run->x + run->width;
        const char *at = run->text;
        const char *end = at + run->size;
        while (at < end) {
            size_t size = paper_cluster(at, end);
            if (paper_is_space(at, size)) {
                buffer_put_u8(out, ' ');
            } else {
                buffer_put(out, at, size);
            }
            at += size;
        }
    }
    buffer_put_u8(out, '\n');
}

enum till_status paper_text(const struct paper *p, int columns, struct buffer *out)
{
    struct paper_ruler ruler = paper_cells_ruler(&columns);
    struct paper_rows rows;
    for (size_t i = 0; i < p->count; i++) {
        const struct paper_line *line = &p->lines[i];
        switch (line->kind) {
        case PAPER_LINE_SIDES:
        case PAPER_LINE_CENTER:
            paper_rows(p, line, &ruler, &rows);
            for (size_t r = 0; r < rows.count; r++) {
                put_row(&rows.rows[r], out);
            }
            if (rows.overflow) {
                return TILL_TOO_LARGE;
            }
            break;
        case PAPER_LINE_RULE:
            for (int c = 0; c < columns; c++) {
                buffer_put_u8(out, '-');
            }
            buffer_put_u8(out, '\n');
            break;
        case PAPER_LINE_FEED:
            break;
        case PAPER_LINE_QR:
            buffer_put_text(out, "[QR]\n");
            break;
        case PAPER_LINE_CUT:
            buffer_put_text(out, "[cut]\n");
            break;
        }
    }
    return buffer_status(out);
}
