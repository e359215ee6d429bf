#include "csv.h"

#include <string.h>

#include "text.h"

/* ---- bytes ----------------------------------------------------------------------------------- */

/* Have at least a whole row in reach, or all there is. */
static enum till_status fill(struct csv *c)
{
    if (c->source == NULL || c->ended || c->left.size >= CSV_RAW_MAX) {
        return TILL_OK;
    }
    size_t size = c->left.size;
    if (size > 0) {
        memmove(c->window, c->left.data, size);
    }
    while (size < sizeof(c->window) && !c->ended) {
        size_t more = 0;
        enum till_status status =
            c->source(c->context, c->window + size, sizeof(c->window) - size, &more);
        if (status != TILL_OK) {
            return status;
        }
        c->ended = more == 0;
        size += more;
    }
    c->left = (struct span){c->window, size};
    return TILL_OK;
}

static void skip_mark(struct csv *c)
{
    static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
    if (c->left.size >= sizeof(mark) && memcmp(c->left.data, mark, sizeof(mark)) == 0) {
        c->left.data += sizeof(mark);
        c->left.size -= sizeof(mark);
        c->marked = true;
    }
}

static void reset(struct csv *c, struct charset *charset)
{
    c->left = (struct span){NULL, 0};
    c->line = 1;
    c->delimiter = ',';
    c->marked = c->crlf = c->unclean = c->ended = false;
    c->charset = charset;
    c->source = NULL;
    c->context = NULL;
}

void csv_begin(struct csv *c, struct span content, struct charset *charset)
{
    reset(c, charset);
    c->left = content;
    skip_mark(c);
}

enum till_status csv_open(struct csv *c, csv_source *source, void *context, struct charset *charset)
{
    reset(c, charset);
    c->source = source;
    c->context = context;
    enum till_status status = fill(c);
    skip_mark(c);
    return status;
}

static bool at(const struct csv *c, char byte)
{
    return c->left.size > 0 && c->left.data[0] == (uint8_t)byte;
}

static bool at_line_end(const struct csv *c)
{
    return at(c, '\n') || at(c, '\r');
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
        c->crlf = true;
    }
    if (at(c, '\n')) {
        skip(c);
        return true;
    }
    return false;
}

/* *raw: from the line's beginning to its end, where that is within reach. */
static enum till_status skip_line(struct csv *c, struct span *raw)
{
    *raw = (struct span){c->left.data, 0};
    bool whole = true;
    for (;;) {
        while (c->left.size > 0 && !at_line_end(c)) {
            skip(c);
            raw->size++;
        }
        if (c->left.size > 0 || c->source == NULL || c->ended) {
            break;
        }
        whole = false; /* the window moves on over its beginning */
        enum till_status status = fill(c);
        if (status != TILL_OK) {
            return status;
        }
    }
    (void)take_line_end(c);
    raw->size = whole ? raw->size : 0;
    return TILL_OK;
}

/* ---- fields ---------------------------------------------------------------------------------- */

static enum till_status keep(struct csv *c)
{
    if (c->raw_size == sizeof(c->raw)) {
        return TILL_TOO_LARGE;
    }
    c->raw[c->raw_size++] = (char)c->left.data[0];
    skip(c);
    return TILL_OK;
}

/* After the opening quote, to behind the closing one. */
static enum till_status read_quoted(struct csv *c)
{
    while (c->left.size > 0) {
        if (at(c, '"')) {
            skip(c);
            if (!at(c, '"')) {
                bool ended = c->left.size == 0 || at(c, c->delimiter) || at_line_end(c);
                return ended ? TILL_OK : TILL_BAD_INPUT;
            }
        }
        enum till_status status = keep(c);
        if (status != TILL_OK) {
            return status;
        }
    }
    return TILL_BAD_INPUT; /* never closed */
}

static enum till_status read_plain(struct csv *c)
{
    while (c->left.size > 0 && !at(c, c->delimiter) && !at_line_end(c)) {
        if (at(c, '"')) {
            return TILL_BAD_INPUT;
        }
        enum till_status status = keep(c);
        if (status != TILL_OK) {
            return status;
        }
    }
    return TILL_OK;
}

/* c->raw as text, behind what the row has of it already. */
static enum till_status give(struct csv *c, size_t *used)
{
    struct span raw = {(const uint8_t *)c->raw, c->raw_size};
    struct buffer out;
    while (raw.size > 0 && raw.data[0] == '\t') {
        raw.data++;
        raw.size--;
    }
    while (raw.size > 0 && raw.data[raw.size - 1] == '\t') {
        raw.size--;
    }
    if (*used >= sizeof(c->text)) {
        return TILL_TOO_LARGE;
    }
    buffer_init(&out, c->text + *used, sizeof(c->text) - *used - 1);
    enum till_status status = charset_to_utf8(c->charset, raw, &out);
    if (status == TILL_BAD_INPUT || !text_is_clean(c->text + *used, out.size)) {
        c->unclean = true;
    } else if (status != TILL_OK) {
        return status;
    }
    *used += out.size;
    c->text[(*used)++] = '\0'; /* one byte was left for it */
    return TILL_OK;
}

static enum till_status read_field(struct csv *c, size_t *used)
{
    enum till_status status;
    c->raw_size = 0;
    if (at(c, '"')) {
        skip(c);
        status = read_quoted(c);
    } else {
        status = read_plain(c);
    }
    return status == TILL_OK ? give(c, used) : status;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static enum till_status read_row(struct csv *c, struct csv_row *row)
{
    size_t used = 0;
    for (;;) {
        if (row->count == CSV_FIELDS_MAX) {
            return TILL_TOO_LARGE;
        }
        row->fields[row->count++] = c->text + used;
        enum till_status status = read_field(c, &used);
        if (status != TILL_OK) {
            return status;
        }
        if (!at(c, c->delimiter)) {
            return TILL_OK;
        }
        skip(c);
    }
}

static enum till_status skip_empty_lines(struct csv *c)
{
    enum till_status status;
    do {
        status = fill(c);
    } while (status == TILL_OK && take_line_end(c));
    return status;
}

enum till_status csv_next(struct csv *c, struct csv_row *row_out)
{
    enum till_status status = skip_empty_lines(c);
    row_out->line = c->line;
    row_out->count = 0;
    row_out->raw = (struct span){NULL, 0};
    if (status != TILL_OK || c->left.size == 0) {
        return status == TILL_OK ? TILL_UNCHANGED : status;
    }
    struct span before = c->left;
    c->unclean = false;
    status = read_row(c, row_out);
    if (status == TILL_OK) {
        row_out->raw = (struct span){before.data, before.size - c->left.size};
        (void)take_line_end(c);
        return c->unclean ? TILL_BAD_INPUT : TILL_OK;
    }
    if (status != TILL_BAD_INPUT && status != TILL_TOO_LARGE) {
        return status;
    }
    /* A quote that is never closed would swallow the rest: only its own line is lost. */
    c->left = before;
    c->line = row_out->line;
    enum till_status skipped = skip_line(c, &row_out->raw);
    return skipped == TILL_OK ? status : skipped;
}
