/*
 * What the fuzzers share. Each is one file: an input of any bytes goes in, and what must hold of
 * it is asserted; ASan and UBSan see the rest. An input holds first the choices that a fuzzer
 * makes, byte by byte, then the bytes that it hands on.
 */
#ifndef TILL_FUZZ_H
#define TILL_FUZZ_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

/* libFuzzer's entry point; 0 always. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline struct span fuzz_span(const uint8_t *data, size_t size)
{
    return (struct span){.data = data, .size = size};
}

/* The next byte of a span; 0 once it has run out. */
static inline uint8_t fuzz_byte(struct span *from)
{
    if (from->size == 0) {
        return 0;
    }
    from->size--;
    return *from->data++;
}

/* The whole span as a terminated text, cut at the first NUL; the caller frees it. */
static inline char *fuzz_text(struct span from)
{
    char *text = malloc(from.size + 1);
    assert(text != NULL);
    if (from.size > 0) {
        memcpy(text, from.data, from.size);
    }
    text[from.size] = '\0';
    return text;
}

#endif
