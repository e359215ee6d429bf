/* Any datagram on the local socket, its body read as every kind of body. */
#include "local.h"
#include "fuzz.h"

static uint8_t memory[32 * 1024];

/* Read, write, read again: the same value. */
#define TRY(kind)                                                                                  \
    do {                                                                                           \
        static struct local_##kind v, again;                                                       \
        if (local_read_##kind(body, &v) == TILL_OK) {                                              \
            struct buffer out;                                                                     \
            buffer_init(&out, memory, sizeof(memory));                                             \
            assert(local_write_##kind(&v, &out) == TILL_OK);                                       \
            assert(local_read_##kind((struct span){memory, out.size}, &again) == TILL_OK);         \
            assert(memcmp(&v, &again, sizeof(v)) == 0);                                            \
        }                                                                                          \
    } while (0)

static void read_bodies(struct span body)
{
    uint64_t revision = 0;
    TRY(hello);
    TRY(network);
    TRY(pending);
    TRY(want);
    TRY(link);
    TRY(enrol);
    TRY(book);
    if (local_read_book_applied(body, &revision) == TILL_OK) {
        struct buffer out;
        buffer_init(&out, memory, sizeof(memory));
        assert(local_write_book_applied(revision, &out) == TILL_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct local_message m;
    if (local_decode((struct span){data, size}, &m) != TILL_OK) {
        return 0;
    }
    assert(m.body.size + 10 == size);
    read_bodies(m.body);
    return 0;
}
