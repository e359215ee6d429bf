/*
 * Trains the dictionary of batch format 2: what columns of many stints have in common.
 *
 *     dictionary ID FILE
 *
 * Writes a zstd dictionary with that id to FILE, from made data alone; the same program gives the
 * same file. docs/protocol.md says when there is to be a new one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zdict.h>

#include "bench.h"
#include "columns.h"
#include "stint.h"

enum {
    STINTS = 2000,
    FIRST = 100000, /* the benchmark's stints are others */
    ENTRIES_MAX = 400,
    SAMPLE_MAX = 16 * 1024,
    DICTIONARY_SIZE = 8 * 1024,
    CONTENT_SIZE = 2 * 1024,
    PACK_LEVEL = 19
};

static struct entry entries[ENTRIES_MAX];
static struct column_line lines[ENTRIES_MAX];

/* The columns of one stint as zstd gets them. */
static size_t sample(uint32_t n, uint8_t *out)
{
    static uint8_t bits_memory[SAMPLE_MAX];
    static const size_t sizes[] = {400, 400, 400, 200, 100, 40, 20, 6};
    size_t count = sizes[n % (sizeof sizes / sizeof sizes[0])];
    struct buffer bytes;
    struct buffer bits;
    stint_tell(FIRST + n, n % 3 == 0 ? STINT_DAY : STINT_RECEIPTS, 1 + n * 37 % 90000, entries,
               count);
    for (size_t i = 0; i < count; i++) {
        int64_t before = i == 0 ? entries[0].at_s : entries[i - 1].at_s;
        lines[i] = (struct column_line){entries[i].kind,
                                        entries[i].at_s - before,
                                        {(const uint8_t *)entries[i].body, entries[i].body_size}};
    }
    buffer_init(&bytes, out, SAMPLE_MAX);
    buffer_init(&bits, bits_memory, sizeof bits_memory);
    bench_need(columns_pack(lines, count, entries[0].seq, &bytes, &bits), "columns_pack");
    return bytes.size;
}

static size_t train(unsigned id, uint8_t *out)
{
    static size_t sizes[STINTS];
    static uint8_t content[DICTIONARY_SIZE];
    uint8_t *samples = malloc((size_t)STINTS * SAMPLE_MAX);
    size_t total = 0;
    if (samples == NULL)
        bench_fail("out of memory");
    for (uint32_t n = 0; n < STINTS; n++) {
        sizes[n] = sample(n, samples + total);
        total += sizes[n];
    }
    size_t content_size = ZDICT_trainFromBuffer(content, CONTENT_SIZE, samples, sizes, STINTS);
    if (ZDICT_isError(content_size))
        bench_fail(ZDICT_getErrorName(content_size));
    /* Once more for the code tables alone, over what is packed most. */
    size_t head = ZDICT_getDictHeaderSize(content, content_size);
    ZDICT_params_t params = {.compressionLevel = PACK_LEVEL, .dictID = id};
    size_t size = ZDICT_finalizeDictionary(out, DICTIONARY_SIZE, content + head,
                                           content_size - head, samples, sizes, STINTS, params);
    if (ZDICT_isError(size))
        bench_fail(ZDICT_getErrorName(size));
    free(samples);
    return size;
}

int main(int argc, char **argv)
{
    static uint8_t dictionary[DICTIONARY_SIZE];
    if (argc != 3) {
        fprintf(stderr, "usage: %s ID FILE\n", argv[0]);
        return 2;
    }
    size_t size = train((unsigned)strtoul(argv[1], NULL, 10), dictionary);
    FILE *f = fopen(argv[2], "wb");
    if (f == NULL || fwrite(dictionary, 1, size, f) != size || fclose(f) != 0)
        bench_fail(strerror(errno));
    fprintf(stderr, "%s: %zu bytes\n", argv[2], size);
    return 0;
}
