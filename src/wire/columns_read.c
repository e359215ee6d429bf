#include <stdlib.h>
#include <string.h>

#include "columns_inside.h"

/* ---- shapes ---------------------------------------------------------------------------------- */

static bool take_shape(struct reader *r, size_t rows_left, struct shape *out)
{
    *out = (struct shape){.kind = (uint16_t)reader_varint(r, UINT16_MAX)};
    out->rows = reader_varint(r, rows_left);
    size_t fields = reader_varint(r, RECORD_FIELDS_MAX + 1);
    out->is_raw = fields == 0;
    out->fields = out->is_raw ? 0 : fields - 1;
    for (size_t f = 0; f < out->fields && !r->failed; f++) {
        uint64_t size = reader_varint(r, (RECORD_KEY_MAX - 1) << 1 | 1);
        out->is_text[f] = (size & 1) != 0;
        out->keys[f] = reader_take(r, (size >> 1) + 1);
    }
    return !r->failed && out->rows > 0;
}

static bool take_shapes(struct shapes *s, size_t count, struct reader *r)
{
    size_t left = count;
    s->count = reader_varint(r, COLUMNS_SHAPES_MAX);
    for (size_t i = 0; i < s->count; i++) {
        if (!take_shape(r, left, &s->list[i])) {
            return false;
        }
        left -= s->list[i].rows;
    }
    return !r->failed && left == 0;
}

/* Which shape each entry has: the first has the first one, and each says which comes next. */
static bool walk(struct shapes *s, size_t count)
{
    size_t first[COLUMNS_SHAPES_MAX];
    size_t sum = 0;
    int64_t shape = 0;
    for (size_t i = 0; i < s->count; i++) {
        first[i] = sum;
        sum += s->list[i].rows;
    }
    for (size_t i = 0; i < count; i++) {
        if (shape < 0 || (uint64_t)shape >= s->count ||
            s->list[shape].taken == s->list[shape].rows) {
            return false;
        }
        s->of_line[i] = (uint8_t)shape;
        shape = s->next[first[shape] + s->list[shape].taken++];
    }
    return shape == 0;
}

static bool take_next(struct shapes *s, size_t count, struct reader *r, struct bit_reader *bits)
{
    size_t sum = 0;
    memset(s->seqs, 0, sizeof s->seqs);
    for (size_t i = 0; i < s->count; i++) {
        if (!column_take(r, bits, s->seqs, s->list[i].rows, s->next + sum)) {
            return false;
        }
        sum += s->list[i].rows;
    }
    return walk(s, count);
}

/* ---- columns --------------------------------------------------------------------------------- */

/* A field of the rows that have it; cells are of all rows. */
static bool take_field(struct shapes *s, size_t shape, size_t field, struct reader *r,
                       struct bit_reader *bits, struct cell *cells)
{
    const struct shape *of = &s->list[shape];
    bool is_text = of->is_raw || of->is_text[field];
    size_t has = shapes_gather_field(s, shape, field);
    uint8_t digits = is_text ? reader_u8(r) : 0;
    bool raw = is_text && digits == 0;
    size_t next = 0;
    /* A field that no row has is no field. */
    if (has == 0 || digits > COLUMN_DIGITS_MAX ||
        (!raw && !column_take(r, bits, s->field_seqs, has, s->values))) {
        return false;
    }
    for (size_t i = 0; i < of->rows && !r->failed; i++) {
        if ((s->masks[i] >> field & 1) == 0) {
            continue;
        }
        cells[i] = (struct cell){.digits = digits};
        if (raw) {
            size_t size = reader_varint(r, ENTRY_BODY_MAX);
            cells[i].text = reader_take(r, size);
        } else {
            cells[i].integer = s->values[next++];
        }
    }
    return !r->failed;
}

/* false: the number has more digits than it should. */
static bool put_digits(int64_t value, unsigned digits, struct buffer *out)
{
    char text[COLUMN_DIGITS_MAX];
    for (unsigned i = digits; i > 0; i--) {
        text[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    buffer_put(out, text, digits);
    return value == 0;
}

static bool put_value(bool is_text, const struct cell *cell, struct buffer *out)
{
    if (cell->digits > 0) {
        return cell->integer >= 0 && put_digits(cell->integer, cell->digits, out);
    }
    if (is_text) {
        buffer_put(out, cell->text.data, cell->text.size);
    } else {
        buffer_put_decimal(out, cell->integer);
    }
    return true;
}

/* The body of one row, as record.h spells it; cells of one field stand `rows` apart. */
static bool put_body(const struct shape *of, int64_t mask, const struct cell *cells,
                     struct buffer *out)
{
    bool good = true;
    bool first = true;
    if (of->is_raw) {
        return put_value(true, cells, out);
    }
    buffer_put_u8(out, '{');
    for (size_t f = 0; f < of->fields; f++) {
        if ((mask >> f & 1) == 0) {
            continue;
        }
        buffer_put_text(out, first ? "\"" : ",\"");
        first = false;
        buffer_put(out, of->keys[f].data, of->keys[f].size);
        buffer_put_text(out, of->is_text[f] ? "\":\"" : "\":");
        good = put_value(of->is_text[f], &cells[f * of->rows], out) && good;
        buffer_put_text(out, of->is_text[f] ? "\"" : "");
    }
    buffer_put_u8(out, '}');
    return good;
}

static enum till_status put_lines(struct shapes *s, size_t shape, size_t count,
                                  const struct cell *cells, struct buffer *bodies,
                                  struct column_line *lines_out)
{
    const struct shape *of = &s->list[shape];
    size_t row = 0;
    for (size_t i = 0; i < count; i++) {
        if (s->of_line[i] != shape) {
            continue;
        }
        const uint8_t *body = bodies->data + bodies->size;
        size_t size_before = bodies->size;
        if (!put_body(of, s->masks[row], cells + row, bodies)) {
            return TILL_E_PROTOCOL;
        }
        if (bodies->overflow) {
            return TILL_TOO_LARGE;
        }
        size_t size = bodies->size - size_before;
        if (size > ENTRY_BODY_MAX) {
            return TILL_E_PROTOCOL;
        }
        lines_out[i] = (struct column_line){of->kind, s->seconds[row], {body, size}};
        row++;
    }
    return TILL_OK;
}

/* Which fields the rows have. */
static bool take_masks(struct shapes *s, const struct shape *of, struct reader *r,
                       struct bit_reader *bits)
{
    if (of->is_raw) {
        for (size_t i = 0; i < of->rows; i++) {
            s->masks[i] = 1;
        }
        return true;
    }
    if (!column_take(r, bits, s->seqs, of->rows, s->masks)) {
        return false;
    }
    for (size_t i = 0; i < of->rows; i++) {
        if (s->masks[i] < 0 || s->masks[i] >> of->fields != 0) {
            return false;
        }
    }
    return true;
}

static enum till_status take_rows(struct shapes *s, size_t shape, size_t count, struct reader *r,
                                  struct bit_reader *bits, struct buffer *bodies,
                                  struct column_line *lines_out)
{
    const struct shape *of = &s->list[shape];
    size_t fields = of->is_raw ? 1 : of->fields;
    if (!column_take(r, bits, s->seqs, of->rows, s->seconds) || !take_masks(s, of, r, bits)) {
        return TILL_E_PROTOCOL;
    }
    struct cell *cells = calloc(of->rows * fields + 1, sizeof *cells);
    if (cells == NULL) {
        return TILL_E_MEMORY;
    }
    enum till_status status = TILL_OK;
    for (size_t f = 0; f < fields && status == TILL_OK; f++) {
        bool taken = take_field(s, shape, f, r, bits, cells + f * of->rows);
        status = taken ? TILL_OK : TILL_E_PROTOCOL;
    }
    if (status == TILL_OK) {
        status = put_lines(s, shape, count, cells, bodies, lines_out);
    }
    free(cells);
    return status;
}

enum till_status columns_unpack(struct span bytes, struct span bits, size_t count, uint64_t from,
                                struct buffer *bodies, struct column_line *lines_out)
{
    struct reader r;
    struct bit_reader bit = {.from = bits};
    if (count > COLUMN_ROWS_MAX) {
        return TILL_E_PROTOCOL;
    }
    struct shapes *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return TILL_E_MEMORY;
    }
    reader_init(&r, bytes);
    enum till_status status = TILL_OK;
    if (!take_shapes(s, count, &r) || !take_next(s, count, &r, &bit)) {
        status = TILL_E_PROTOCOL;
    }
    for (size_t i = 0; i < s->count && status == TILL_OK; i++) {
        shapes_gather(s, i, count, from);
        status = take_rows(s, i, count, &r, &bit, bodies, lines_out);
    }
    if (status == TILL_OK && (r.left.size != 0 || !bits_are_done(&bit))) {
        status = TILL_E_PROTOCOL;
    }
    free(s);
    return status;
}
