/* Datagrams between panel and terminal: what is parsed means the same after formatting. */
#include "bus.h"
#include "fuzz.h"

static void compare(const struct bus_message *a, const struct bus_message *b)
{
    assert(a->verb == b->verb);
    assert(strcmp(a->text, b->text) == 0);
    assert(strcmp(a->more, b->more) == 0);
    assert(memcmp(a->numbers, b->numbers, sizeof a->numbers) == 0);
    assert(a->payload.size == b->payload.size);
    assert(a->payload.size == 0 || memcmp(a->payload.data, b->payload.data, b->payload.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bus_message message;
    if (bus_parse(fuzz_span(data, size), &message) != TILL_OK) {
        return 0;
    }
    static uint8_t memory[BUS_DATAGRAM_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    enum till_status formatted = bus_format(&message, &out);
    assert(formatted == TILL_OK);
    struct bus_message again;
    enum till_status parsed = bus_parse(fuzz_span(out.data, out.size), &again);
    assert(parsed == TILL_OK);
    compare(&message, &again);
    return 0;
}
