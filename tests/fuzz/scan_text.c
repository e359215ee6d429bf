/*
 * What a scanner on a line sends: any bytes, in any pieces, are texts between CR and LF, none
 * longer than it may be, and what was too long is dropped whole.
 *   input  the stream; 0xFF is the silence that ends a text
 */
#include "scan_text.h"

enum { STREAM_MAX = 3 * SCANNER_TEXT_MAX };
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scan_text reader;
    struct scanner_text text;
    size_t from = 0;
    size = size < STREAM_MAX ? size : STREAM_MAX;
    scan_text_forget(&reader);
    for (size_t i = 0; i < size; i++) {
        bool silence = data[i] == 0xFF;
        bool ends = silence ? scan_text_has_begun(&reader) : scan_text_put(&reader, data[i]);
        bool parts = silence || data[i] == '\r' || data[i] == '\n';
        assert(ends == (parts && i > from));
        if (ends) {
            enum till_status status = scan_text_take(&reader, &text);
            assert(status == (i - from > SCANNER_TEXT_MAX ? TILL_TOO_LARGE : TILL_OK));
            if (status == TILL_OK) {
                assert(text.size == i - from && memcmp(text.bytes, data + from, text.size) == 0);
                assert(text.bytes[text.size] == '\0');
            }
            assert(!scan_text_has_begun(&reader));
        }
        from = parts ? i + 1 : from;
    }
    return 0;
}
