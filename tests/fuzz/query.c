/* Any text as an answer of the office to a question: what is read is written alike. */
#include "query.h"
#include "fuzz.h"
#include "query_page.h"

static uint8_t memory[64 * 1024];

#define TRY(kind)                                                                                  \
    do {                                                                                           \
        static struct query_##kind v;                                                              \
        struct buffer out;                                                                         \
        buffer_init(&out, memory, sizeof(memory));                                                 \
        if (query_##kind##_read(text, &v) == TILL_OK) {                                            \
            assert(query_##kind##_write(&v, &out) == TILL_OK);                                     \
            assert(out.size == size && memcmp(memory, data, size) == 0);                           \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {data, size};
    TRY(customer);
    TRY(receipt);
    TRY(team);
    TRY(report);
    TRY(page);
    return 0;
}
