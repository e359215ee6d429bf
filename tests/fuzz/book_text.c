/* Any bytes as a packed book, in pieces as its first byte says, and line by line: what is read is
 * written alike. */
#include "book_text.h"
#include "fuzz.h"

enum { PLAIN_MAX = 64 * 1024, PIECE_MAX = 4096 };

static void read_line(struct span line)
{
    uint8_t memory[BOOK_LINE_MAX + 1];
    struct book_text_line read;
    struct buffer out;
    if (book_text_read(line, &read) != TILL_OK) {
        return;
    }
    buffer_init(&out, memory, sizeof(memory));
    assert(book_text_write(&read, &out) == TILL_OK);
    assert(out.size == line.size + 1 && memcmp(memory, line.data, line.size) == 0);
}

static void read_lines(struct span text)
{
    while (text.size > 0) {
        const uint8_t *end = memchr(text.data, '\n', text.size);
        size_t line_size = end == NULL ? text.size : (size_t)(end - text.data);
        read_line((struct span){text.data, line_size});
        size_t taken = end == NULL ? line_size : line_size + 1;
        text.data += taken;
        text.size -= taken;
    }
}

static void unpack(struct span in, size_t piece)
{
    static uint8_t plain[PLAIN_MAX + PIECE_MAX];
    struct unpacker *u = NULL;
    size_t done = 0;
    enum till_status status = TILL_OK;
    assert(unpacker_open(PLAIN_MAX, &u) == TILL_OK);
    do {
        struct buffer out;
        buffer_init(&out, plain + done, piece);
        size_t before = in.size;
        status = unpacker_feed(u, &in, &out);
        if (status == TILL_OK) {
            done += out.size;
        }
        assert(done <= PLAIN_MAX);
        if (before == 0 && out.size == 0) {
            break;
        }
    } while (status == TILL_OK && !unpacker_done(u));
    if (unpacker_done(u)) {
        read_lines((struct span){plain, done});
    }
    unpacker_close(u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct span rest = {data + 1, size - 1};
    read_lines(rest);
    unpack(rest, 1 + (size_t)data[0] * (PIECE_MAX - 1) / 255);
    return 0;
}
