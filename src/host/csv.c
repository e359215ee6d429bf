#include "csv.h"

#include <string.h>

#include "text.h"

void csv_begin(struct csv *c, struct span content)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    c->left = content;
    c->line = 1;
    if (content.size >= sizeof(mark) && memcmp(content.data, mark, sizeof(mark)) == 0) {
        c->left.data += sizeof(mark);
        c->left.size -= sizeof(mark);
    }
}

static bool at(const struct csv *c, char byte)
{
    return c->left.size > 0 && c->left.data[0] == (uint8_t)byte;
}

static void skip(struct csv *c)
{
    if (at(c, '\n')) {
        c->line++;
    }
    c->left.data++;
    c->left.size--;
}

/* LF, CRLF, or a CR alone as old spreadsheets write it. */
static bool take_line_end(struct csv *c)
{
    if (at(c, '\r')) {
        skip(c);
        if (!at(c, '\n')) {
            c->line++;
            return true;
        }
    }
    if (at(c, '\n')) {
        skip(c);
        return true;
    }
    return false;
}

static void skip_line(struct csv *c)
{
    while (c->left.size > 0 && !at(c, '\n') && !at(c, '\r')) {
        skip(c);
    }
    (void)take_line_end(c);
}

static enum till_status keep(struct csv *c, size_t *used)
{
    if (*used + 1 >= sizeof(c->text)) {
        return TILL_TOO_LARGE;
    }
    c->text[(*used)++] = (char)c->left.data[0];
    skip(c);
    return TILL_OK;
}

/* After the opening quote, to behind the closing one. */
static enum till_status read_quoted(struct csv *c, size_t *used)
{
    while (c->left.size > 0) {
        if (at(c, '"')) {
            skip(c);
            if (!at(c, '"')) {
                bool ended = c->left.size == 0 || at(c, ',') || at(c, '\n') || at(c, '\r');
                return ended ? TILL_OK : TILL_BAD_INPUT;
            }
        }
        enum till_status status = keep(c, used);
        if (status != TILL_OK) {
            return status;
        }
    }
    return TILL_BAD_INPUT; /* never closed */
}

static enum till_status read_plain(struct csv *c, size_t *used)
{
    while (c->left.size > 0 && !at(c, ',') && !at(c, '\n') && !at(c, '\r')) {
        if (at(c, '"')) {
            return TILL_BAD_INPUT;
        }
        enum till_status status = keep(c, used);
        if (status != TILL_OK) {
            return status;
        }
    }
    return TILL_OK;
}

static enum till_status read_field(struct csv *c, size_t *used)
{
    size_t from = *used;
    enum till_status status;
    if (at(c, '"')) {
        skip(c);
        status = read_quoted(c, used);
    } else {
        status = read_plain(c, used);
    }
    if (!text_is_clean(c->text + from, *used - from)) {
        c->unclean = true;
    }
    if (status == TILL_OK) {
        c->text[(*used)++] = '\0'; /* keep() left room for it */
    }
    return status;
}

static enum till_status read_row(struct csv *c, struct csv_row *row)
{
    size_t used = 0;
    for (;;) {
        if (row->count == CSV_FIELDS_MAX || used + 1 >= sizeof(c->text)) {
            return TILL_TOO_LARGE;
        }
        row->fields[row->count++] = c->text + used;
        enum till_status status = read_field(c, &used);
        if (status != TILL_OK) {
            return status;
        }
        if (!at(c, ',')) {
            return TILL_OK;
        }
        skip(c);
    }
}

enum till_status csv_next(struct csv *c, struct csv_row *row_out)
{
    while (take_line_end(c)) {
    }
    row_out->line = c->line;
    row_out->count = 0;
    if (c->left.size == 0) {
        return TILL_UNCHANGED;
    }
    struct span before = c->left;
    c->unclean = false;
    enum till_status status = read_row(c, row_out);
    if (status == TILL_OK) {
        (void)take_line_end(c);
        return c->unclean ? TILL_BAD_INPUT : TILL_OK;
    }
    /* A quote that is never closed would swallow the rest: only its own line is lost. */
    c->left = before;
    c->line = row_out->line;
    skip_line(c);
    return status;
}
