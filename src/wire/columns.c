#include "columns.h"

#include <stdlib.h>
#include <string.h>

#include "columns_inside.h"

void shapes_gather(struct shapes *s, size_t shape, size_t count, uint64_t from)
{
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        if (s->of_line[i] == shape) {
            s->seqs[rows++] = from + i;
        }
    }
    assert(rows == s->list[shape].rows);
}

size_t shapes_gather_field(struct shapes *s, size_t shape, size_t field)
{
    size_t count = 0;
    for (size_t i = 0; i < s->list[shape].rows; i++) {
        if ((s->masks[i] >> field & 1) != 0) {
            s->field_seqs[count++] = s->seqs[i];
        }
    }
    return count;
}

/* ---- shapes ---------------------------------------------------------------------------------- */

/* Where a shape has that field, from place `at` on; its count of fields: nowhere. */
static size_t place_of(const struct shape *shape, size_t at, const struct record_field *field)
{
    while (at < shape->fields &&
           (shape->is_text[at] != field->is_text || shape->keys[at].size != field->key.size ||
            memcmp(shape->keys[at].data, field->key.data, field->key.size) != 0)) {
        at++;
    }
    return at;
}

static void insert_field(struct shape *shape, size_t at, const struct record_field *field)
{
    assert(shape->fields < RECORD_FIELDS_MAX);
    memmove(&shape->keys[at + 1], &shape->keys[at], (shape->fields - at) * sizeof shape->keys[0]);
    memmove(&shape->is_text[at + 1], &shape->is_text[at],
            (shape->fields - at) * sizeof shape->is_text[0]);
    shape->keys[at] = field->key;
    shape->is_text[at] = field->is_text;
    shape->fields++;
}

/* Take in a record's fields where its order agrees with the shape's. false: it does not, or there
 * would be too many; the shape is then as it was. */
static bool merge(struct shape *shape, const struct record *r)
{
    struct shape merged = *shape;
    size_t at = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct record_field *field = &r->fields[i];
        size_t found = place_of(&merged, at, field);
        if (found == merged.fields) {
            if (place_of(&merged, 0, field) < at || merged.fields == RECORD_FIELDS_MAX) {
                return false;
            }
            insert_field(&merged, at, field);
            found = at;
        }
        at = found + 1;
    }
    *shape = merged;
    return true;
}

static int64_t mask_of(const struct shape *shape, const struct record *r)
{
    int64_t mask = 0;
    size_t at = 0;
    for (size_t i = 0; i < r->count; i++, at++) {
        at = place_of(shape, at, &r->fields[i]);
        assert(at < shape->fields);
        mask |= INT64_C(1) << at;
    }
    return mask;
}

static enum till_status find_shapes(struct shapes *s, const struct column_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct record r;
        bool raw = record_parse(lines[i].body, &r) != TILL_OK;
        size_t at = 0;
        while (at < s->count && (s->list[at].kind != lines[i].kind || s->list[at].is_raw != raw ||
                                 (!raw && !merge(&s->list[at], &r)))) {
            at++;
        }
        if (at == COLUMNS_SHAPES_MAX) {
            return TILL_TOO_LARGE;
        }
        if (at == s->count) {
            s->list[s->count++] = (struct shape){.kind = lines[i].kind, .is_raw = raw};
            bool merged = raw || merge(&s->list[at], &r);
            assert(merged);
        }
        s->list[at].rows++;
        s->of_line[i] = (uint8_t)at;
    }
    return TILL_OK;
}

static void put_shapes(const struct shapes *s, struct buffer *out)
{
    buffer_put_varint(out, s->count);
    for (size_t i = 0; i < s->count; i++) {
        const struct shape *shape = &s->list[i];
        buffer_put_varint(out, shape->kind);
        buffer_put_varint(out, shape->rows);
        buffer_put_varint(out, shape->is_raw ? 0 : shape->fields + 1);
        for (size_t f = 0; f < shape->fields; f++) {
            uint64_t size = shape->keys[f].size - 1;
            buffer_put_varint(out, size << 1 | (shape->is_text[f] ? 1 : 0));
            buffer_put(out, shape->keys[f].data, shape->keys[f].size);
        }
    }
}

/* ---- columns --------------------------------------------------------------------------------- */

/* Which shape the entry after each of this shape's has; 0 after the last entry of all. Whoever
 * reads it does not know yet which entries these are: seqs are zeros here. */
static void put_next(struct shapes *s, size_t shape, size_t count, struct buffer *bytes,
                     struct bit_writer *bits)
{
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        if (s->of_line[i] == shape) {
            s->values[rows++] = i + 1 < count ? s->of_line[i + 1] : 0;
        }
    }
    column_put(bytes, bits, s->values, s->seqs, s->work, rows);
}

/* How many digits each of them has, if all are nothing but digits and as many; else 0. */
static uint8_t common_digits(const struct cell *cells, size_t rows)
{
    size_t size = cells[0].text.size;
    if (size == 0 || size > COLUMN_DIGITS_MAX) {
        return 0;
    }
    for (size_t i = 0; i < rows; i++) {
        struct span text = cells[i].text;
        if (text.size != size) {
            return 0;
        }
        for (size_t k = 0; k < size; k++) {
            if (text.data[k] < '0' || text.data[k] > '9') {
                return 0;
            }
        }
    }
    return (uint8_t)size;
}

static int64_t number_of(struct span digits)
{
    int64_t value = 0;
    for (size_t i = 0; i < digits.size; i++) {
        value = value * 10 + (digits.data[i] - '0');
    }
    return value;
}

static void put_field(struct shapes *s, const struct cell *cells, size_t rows, bool is_text,
                      struct buffer *bytes, struct bit_writer *bits)
{
    uint8_t digits = is_text ? common_digits(cells, rows) : 0;
    if (is_text) {
        buffer_put_u8(bytes, digits);
    }
    for (size_t i = 0; i < rows; i++) {
        struct span text = cells[i].text;
        if (!is_text) {
            s->values[i] = cells[i].integer;
        } else if (digits > 0) {
            s->values[i] = number_of(text);
        } else {
            buffer_put_varint(bytes, text.size);
            buffer_put(bytes, text.data, text.size);
        }
    }
    if (!is_text || digits > 0) {
        column_put(bytes, bits, s->values, s->field_seqs, s->work, rows);
    }
}

/* Fields of all rows of a shape: first all of the first field, and so on, as far as they are
 * there; a raw shape has one, its body. Fills masks. */
static void fill_cells(struct shapes *s, size_t shape, const struct column_line *lines,
                       size_t count, struct cell *cells)
{
    const struct shape *of = &s->list[shape];
    size_t filled[RECORD_FIELDS_MAX] = {0};
    size_t row = 0;
    for (size_t i = 0; i < count; i++) {
        struct record r;
        if (s->of_line[i] != shape) {
            continue;
        }
        if (of->is_raw) {
            s->masks[row] = 1;
            cells[row++].text = lines[i].body;
            continue;
        }
        bool parsed = record_parse(lines[i].body, &r) == TILL_OK;
        assert(parsed);
        s->masks[row] = mask_of(of, &r);
        for (size_t f = 0, taken = 0; f < of->fields; f++) {
            if ((s->masks[row] >> f & 1) != 0) {
                const struct record_field *field = &r.fields[taken++];
                cells[f * of->rows + filled[f]++] =
                    (struct cell){.integer = field->integer, .text = field->raw};
            }
        }
        row++;
    }
}

static enum till_status put_rows(struct shapes *s, size_t shape, const struct column_line *lines,
                                 size_t count, struct buffer *bytes, struct bit_writer *bits)
{
    const struct shape *of = &s->list[shape];
    size_t fields = of->is_raw ? 1 : of->fields;
    size_t rows = 0;
    struct cell *cells = calloc(of->rows * fields + 1, sizeof *cells);
    if (cells == NULL) {
        return TILL_E_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        if (s->of_line[i] == shape) {
            s->values[rows++] = lines[i].delta_s;
        }
    }
    column_put(bytes, bits, s->values, s->seqs, s->work, rows);
    fill_cells(s, shape, lines, count, cells);
    if (!of->is_raw) {
        column_put(bytes, bits, s->masks, s->seqs, s->work, rows);
    }
    for (size_t f = 0; f < fields; f++) {
        size_t has = shapes_gather_field(s, shape, f);
        put_field(s, cells + f * rows, has, of->is_raw || of->is_text[f], bytes, bits);
    }
    free(cells);
    return TILL_OK;
}

enum till_status columns_pack(const struct column_line *lines, size_t count, uint64_t from,
                              struct buffer *bytes_out, struct buffer *bits_out)
{
    struct bit_writer bits = {.out = bits_out};
    if (count > COLUMN_ROWS_MAX) {
        return TILL_TOO_LARGE;
    }
    struct shapes *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return TILL_E_MEMORY;
    }
    enum till_status status = find_shapes(s, lines, count);
    if (status == TILL_OK) {
        put_shapes(s, bytes_out);
    }
    for (size_t i = 0; i < s->count && status == TILL_OK; i++) {
        put_next(s, i, count, bytes_out, &bits);
    }
    for (size_t i = 0; i < s->count && status == TILL_OK; i++) {
        shapes_gather(s, i, count, from);
        status = put_rows(s, i, lines, count, bytes_out, &bits);
    }
    bits_end(&bits);
    free(s);
    if (status == TILL_OK && buffer_status(bytes_out) == TILL_OK) {
        return buffer_status(bits_out);
    }
    return status == TILL_OK ? TILL_TOO_LARGE : status;
}
