/* A channel's line: refused, or four clean texts that end. */
#include "payment_line.h"
#include "fuzz.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct payment_line line;
    if (payment_line_read(fuzz_span(data, size), &line) == TILL_OK) {
        uint8_t memory[PAYMENT_RESULT_MAX];
        struct buffer out;
        assert(text_is_clean(line.number, strlen(line.number)));
        assert(strlen(line.account) < sizeof(line.account));
        assert(strlen(line.amount) < sizeof(line.amount));
        assert(strlen(line.paid_at) < sizeof(line.paid_at));
        buffer_init(&out, memory, sizeof(memory));
        enum till_status status = payment_result_write(1, line.number, "bad", "", &out);
        assert(status == TILL_OK);
    }
    return 0;
}
