#include "crc.h"

#include <pthread.h>
#if defined(__x86_64__)
#include <wmmintrin.h>
#endif

/* ---- by tables ------------------------------------------------------------------------------- */

/* Sixteen bytes at a time ("slicing"): table n holds what a byte does n places further on. A page
 * of 4,096 bytes takes 1.3 us instead of 11. */
enum { SLICES = 16 };
static uint32_t tables[SLICES][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill(void)
{
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t c = n;
        for (int bit = 0; bit < 8; bit++)
            c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
        tables[0][n] = c;
    }
    for (int slice = 1; slice < SLICES; slice++)
        for (uint32_t n = 0; n < 256; n++) {
            uint32_t c = tables[slice - 1][n];
            tables[slice][n] = tables[0][c & 0xff] ^ (c >> 8);
        }
}

static uint32_t first_of(uint32_t crc, const uint8_t *data)
{
    return crc ^ ((uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
                  (uint32_t)data[3] << 24);
}

static uint32_t by_tables(uint32_t crc, const uint8_t *data, size_t size)
{
    for (; size >= SLICES; size -= SLICES, data += SLICES) {
        uint32_t first = first_of(crc, data);

        crc = tables[15][first & 0xff] ^ tables[14][first >> 8 & 0xff] ^
              tables[13][first >> 16 & 0xff] ^ tables[12][first >> 24];
        crc ^= tables[11][data[4]] ^ tables[10][data[5]] ^ tables[9][data[6]] ^ tables[8][data[7]] ^
               tables[7][data[8]] ^ tables[6][data[9]];
        crc ^= tables[5][data[10]] ^ tables[4][data[11]] ^ tables[3][data[12]] ^
               tables[2][data[13]] ^ tables[1][data[14]] ^ tables[0][data[15]];
    }
    for (; size >= 4; size -= 4, data += 4) {
        uint32_t first = first_of(crc, data);

        crc = tables[3][first & 0xff] ^ tables[2][first >> 8 & 0xff] ^
              tables[1][first >> 16 & 0xff] ^ tables[0][first >> 24];
    }
    for (size_t i = 0; i < size; i++)
        crc = tables[0][(crc ^ data[i]) & 0xff] ^ (crc >> 8);
    return crc;
}

uint32_t crc_add_plain(uint32_t crc, const uint8_t *data, size_t size)
{
    pthread_once(&once, fill);
    return by_tables(crc, data, size);
}

/* ---- by carry-less products ------------------------------------------------------------------ */

#if defined(__x86_64__)

/*
 * "Fast CRC computation for generic polynomials using PCLMULQDQ" (Gopal and others, Intel, 2009):
 * four sums of sixteen bytes go along side by side; each is folded onto what comes 64 bytes later
 * by its product with x to the power of that distance, and at the end onto each other. What is left
 * are sixteen bytes that have the same remainder.
 */
enum { LANE = 16, LANES = 4, STRIDE = LANES * LANE };

__attribute__((target("pclmul,sse2"))) static inline __m128i fold(__m128i sum, __m128i powers,
                                                                  __m128i next)
{
    __m128i low = _mm_clmulepi64_si128(sum, powers, 0x00);
    __m128i high = _mm_clmulepi64_si128(sum, powers, 0x11);

    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

__attribute__((target("pclmul,sse2"))) static inline __m128i lane(const uint8_t *data)
{
    return _mm_loadu_si128((const __m128i *)(const void *)data);
}

/* Of sixteen bytes: folded to eight, to six, and then the multiple of the polynomial that is in
 * them is found by Barrett's way and taken off. */
__attribute__((target("pclmul,sse2"))) static inline uint32_t remainder_of(__m128i sum)
{
    /* x^(128-32); x^64; floor(x^64 / P), P: bits reversed. */
    const __m128i near_powers = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    const __m128i last_power = _mm_set_epi64x(0, 0x163cd6124);
    const __m128i barrett = _mm_set_epi64x(0x1f7011641, 0x1db710641);
    const __m128i low = _mm_set_epi32(0, -1, 0, -1);

    sum = _mm_xor_si128(_mm_srli_si128(sum, 8), _mm_clmulepi64_si128(sum, near_powers, 0x10));
    sum = _mm_xor_si128(_mm_srli_si128(sum, 4),
                        _mm_clmulepi64_si128(_mm_and_si128(sum, low), last_power, 0x00));
    __m128i times = _mm_clmulepi64_si128(_mm_and_si128(sum, low), barrett, 0x10);
    __m128i taken = _mm_clmulepi64_si128(_mm_and_si128(times, low), barrett, 0x00);

    return (uint32_t)_mm_cvtsi128_si32(_mm_srli_si128(_mm_xor_si128(sum, taken), 4));
}

/* size >= STRIDE; *done_out is how much of it the result is of. */
__attribute__((target("pclmul,sse2"))) static uint32_t by_products(uint32_t crc,
                                                                   const uint8_t *data, size_t size,
                                                                   size_t *done_out)
{
    /* x^(512+32), x^(512-32); x^(128+32), x^(128-32): modulo the polynomial, bits reversed. */
    const __m128i far_powers = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
    const __m128i near_powers = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
    /* Variables of their own: sums in an array would go through memory each time. */
    __m128i sum = _mm_xor_si128(lane(data), _mm_cvtsi32_si128((int)crc));
    __m128i second = lane(data + LANE), third = lane(data + 2 * LANE), last = lane(data + 3 * LANE);
    size_t at = STRIDE;

    for (; size - at >= STRIDE; at += STRIDE) {
        sum = fold(sum, far_powers, lane(data + at));
        second = fold(second, far_powers, lane(data + at + LANE));
        third = fold(third, far_powers, lane(data + at + 2 * LANE));
        last = fold(last, far_powers, lane(data + at + 3 * LANE));
    }
    sum = fold(sum, near_powers, second);
    sum = fold(sum, near_powers, third);
    sum = fold(sum, near_powers, last);
    for (; size - at >= LANE; at += LANE)
        sum = fold(sum, near_powers, lane(data + at));
    *done_out = at;
    return remainder_of(sum);
}

uint32_t crc_add(uint32_t crc, const uint8_t *data, size_t size)
{
    size_t done = 0;

    pthread_once(&once, fill);
    if (size >= STRIDE && __builtin_cpu_supports("pclmul"))
        crc = by_products(crc, data, size, &done);
    return by_tables(crc, data + done, size - done);
}

#else

uint32_t crc_add(uint32_t crc, const uint8_t *data, size_t size)
{
    return crc_add_plain(crc, data, size);
}

#endif
