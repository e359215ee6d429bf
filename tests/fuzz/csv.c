/* The office's files: rows come to an end, and every field is text that may be stored; so in
 * pieces as in one, in both charsets. */
#include "csv.h"
#include "fuzz.h"
#include "text.h"

struct drip {
    struct span left;
    size_t most;
};

static enum till_status drip(void *context, uint8_t *out, size_t capacity, size_t *size_out)
{
    struct drip *d = context;
    size_t size = d->left.size < d->most ? d->left.size : d->most;
    size = size < capacity ? size : capacity;
    if (size > 0) {
        memcpy(out, d->left.data, size);
    }
    d->left.data += size;
    d->left.size -= size;
    *size_out = size;
    return TILL_OK;
}

static void check_row(const struct csv_row *row, enum till_status status)
{
    if (status != TILL_OK) {
        assert(status == TILL_BAD_INPUT || status == TILL_TOO_LARGE);
        return;
    }
    assert(row->count >= 1 && row->count <= CSV_FIELDS_MAX);
    size_t bytes = 0;
    for (size_t i = 0; i < row->count; i++) {
        size_t size = strlen(row->fields[i]);
        assert(text_is_clean(row->fields[i], size));
        bytes += size + 1;
    }
    assert(bytes <= CSV_ROW_MAX);
}

/* Byte 0: bit 0 the charset, the others the size of pieces. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct csv whole, pieces;
    static struct charset *gb;
    struct span in = fuzz_span(data, size);
    uint8_t choice = fuzz_byte(&in);
    if (gb == NULL) {
        assert(charset_open(CHARSET_GB18030, &gb) == TILL_OK);
    }
    struct charset *charset = (choice & 1) != 0 ? gb : NULL;
    struct drip d = {in, 1u + choice / 2u};
    csv_begin(&whole, in, charset);
    assert(csv_open(&pieces, drip, &d, charset) == TILL_OK);
    uint32_t line = 0;
    for (size_t rows = 0;; rows++) {
        struct csv_row row, other;
        assert(rows <= size);
        enum till_status status = csv_next(&whole, &row);
        assert(csv_next(&pieces, &other) == status);
        if (status == TILL_UNCHANGED) {
            break;
        }
        assert(row.line > line && row.line <= size + 1 && row.line == other.line);
        assert(other.raw.size == row.raw.size || other.raw.size == 0);
        assert(other.raw.size == 0 || memcmp(other.raw.data, row.raw.data, row.raw.size) == 0);
        line = row.line;
        check_row(&row, status);
    }
    return 0;
}
