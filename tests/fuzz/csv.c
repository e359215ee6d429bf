/* The office's files: rows come to an end, and every field is text that may be stored. */
#include "csv.h"
#include "fuzz.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct csv c;
    csv_begin(&c, fuzz_span(data, size));
    uint32_t line = 0;
    for (size_t rows = 0;; rows++) {
        assert(rows <= size);
        struct csv_row row;
        enum till_status status = csv_next(&c, &row);
        if (status == TILL_UNCHANGED) {
            break;
        }
        assert(row.line > line && row.line <= size + 1);
        line = row.line;
        if (status != TILL_OK) {
            assert(status == TILL_BAD_INPUT || status == TILL_TOO_LARGE);
            continue;
        }
        assert(row.count >= 1 && row.count <= CSV_FIELDS_MAX);
        size_t bytes = 0;
        for (size_t i = 0; i < row.count; i++) {
            bytes += strlen(row.fields[i]) + 1;
        }
        assert(bytes <= CSV_ROW_MAX);
    }
    return 0;
}
