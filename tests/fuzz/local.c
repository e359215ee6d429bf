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

/* The content of a report is where the body is. */
static void read_report(struct span body)
{
    static uint8_t room[LOCAL_REPORT_SIZE_MAX + 256];
    struct local_report v, again;
    struct buffer out;
    if (local_read_report(body, &v) != TILL_OK) {
        return;
    }
    buffer_init(&out, room, sizeof(room));
    assert(local_write_report(&v, &out) == TILL_OK);
    assert(out.size == body.size && memcmp(room, body.data, out.size) == 0);
    assert(local_read_report((struct span){room, out.size}, &again) == TILL_OK);
}

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
    read_report(body);
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
