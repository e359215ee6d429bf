/*
 * wire_receipt: bytes of a batch of 200 receipts and their prints, by the receipt, header and all.
 * wire_pack: milliseconds that the terminal takes for it, reading back and comparing included.
 *
 * Receipts of different collectors in different meter books (stint.h), none of them among those
 * that the dictionary was trained with. Baselines:
 *   wire_receipt  the same batch in format 1, zstd over plain lines
 *   wire_pack     the same in format 1
 */
#include "batch.h"
#include "stint.h"

#include "bench.h"

enum { BATCHES = 60, RECEIPTS = 200, ENTRIES = 2 * RECEIPTS, ROUNDS = 5 };

static struct entry entries[ENTRIES];

static size_t pack(int format)
{
    static uint8_t memory[BATCH_PACKED_MAX];
    static const uint8_t prev[HASH_SIZE] = {0x51, 0x0c, 0x9a};
    struct batch_writer *w = NULL;
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    bench_need(batch_begin("0031", prev, &w), "batch_begin");
    for (size_t i = 0; i < ENTRIES; i++)
        bench_need(batch_add(w, &entries[i]), "batch_add");
    bench_need(batch_finish_as(w, format, &out), "batch_finish_as");
    if (memory[0] != format)
        bench_fail("packed in another format");
    return out.size;
}

int main(int argc, char **argv)
{
    struct bench_place place;
    struct samples sizes[2] = {{0}, {0}}, times[2] = {{0}, {0}};
    bench_begin(argc, argv, &place);
    for (uint32_t n = 0; n < BATCHES; n++) {
        stint_tell(n, STINT_RECEIPTS, 1 + n * 401, entries, ENTRIES);
        for (int format = BATCH_FORMAT_LINES; format <= BATCH_FORMAT_COLUMNS; format++) {
            struct samples *s = &sizes[format - 1];
            double least_us = 0;
            for (int round = 0; round < ROUNDS; round++) {
                double from_us = bench_now_us();
                size_t size = pack(format);
                double took_us = bench_now_us() - from_us;
                least_us = round == 0 || took_us < least_us ? took_us : least_us;
                if (round == 0)
                    samples_add(s, (double)size / RECEIPTS);
            }
            samples_add(&times[format - 1], least_us / 1000);
        }
    }
    bench_say("bytes a receipt: best %.2f, worst %.2f; lines %.2f", samples_at(&sizes[1], 0),
              samples_at(&sizes[1], 1), samples_at(&sizes[0], 0.5));
    bench_row("wire_receipt", samples_at(&sizes[1], 0.5), "B", samples_at(&sizes[0], 0.5));
    bench_row("wire_pack", samples_at(&times[1], 0.5), "ms", samples_at(&times[0], 0.5));
    for (int i = 0; i < 2; i++) {
        samples_free(&sizes[i]);
        samples_free(&times[i]);
    }
    return 0;
}
