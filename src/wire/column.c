#include "column.h"

#include <assert.h>
#include <string.h>

/*
 * The two bytes before a column:
 *   how  bit 0 less the entry's number, bit 1 less the value before, bit 2 zigzag,
 *        bits 3..5 divided by ten so many times (0..4)
 *   low  so many low bits of each value are in the bits, the rest in the bytes
 */
enum {
    HOW_SEQ = 1,
    HOW_DELTA = 2,
    HOW_ZIGZAG = 4,
    HOW_SCALE_SHIFT = 3,
    SCALE_MAX = 4,
    LOW_MAX = 63,
    LOW_TRIED_MAX = 24, /* of a value that needs more, its length rules and not its last bits */
    SYMBOLS = 256
};

/* ---- bits ------------------------------------------------------------------------------------ */

void bits_put(struct bit_writer *w, uint64_t value, unsigned count)
{
    for (unsigned i = count; i > 0; i--) {
        w->last = (uint8_t)((unsigned)w->last << 1 | (unsigned)(value >> (i - 1) & 1));
        if (++w->used == 8) {
            buffer_put_u8(w->out, w->last);
            w->used = 0;
        }
    }
}

void bits_end(struct bit_writer *w)
{
    if (w->used > 0) {
        bits_put(w, 0, 8 - w->used);
    }
}

uint64_t bits_take(struct bit_reader *r, unsigned count)
{
    uint64_t value = 0;
    if (count > r->from.size * 8 - r->at) {
        r->failed = true;
        return 0;
    }
    for (unsigned i = 0; i < count; i++, r->at++) {
        value = value << 1 | ((r->from.data[r->at / 8] >> (7 - r->at % 8)) & 1);
    }
    return value;
}

bool bits_are_done(const struct bit_reader *r)
{
    size_t left = r->from.size * 8 - r->at;
    if (r->failed || left >= 8) {
        return false;
    }
    return left == 0 || (r->from.data[r->from.size - 1] & ((1u << left) - 1)) == 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

static uint64_t zigzag(uint64_t value)
{
    return value >> 63 != 0 ? ~(value << 1) : value << 1;
}

static int64_t power_of_ten(unsigned scale)
{
    static const int64_t powers[SCALE_MAX + 1] = {1, 10, 100, 1000, 10000};
    return powers[scale];
}

static unsigned common_scale(const int64_t *values, size_t rows)
{
    unsigned scale = SCALE_MAX;
    for (size_t i = 0; i < rows; i++) {
        while (scale > 0 && values[i] % power_of_ten(scale) != 0) {
            scale--;
        }
    }
    return scale;
}

/* What `how` makes of the values; differences wrap, and so nothing is lost. */
static void turn(const int64_t *values, const uint64_t *seqs, size_t rows, unsigned how,
                 uint64_t *out)
{
    uint64_t before = 0;
    int64_t unit = power_of_ten(how >> HOW_SCALE_SHIFT);
    for (size_t i = 0; i < rows; i++) {
        uint64_t value = (uint64_t)(values[i] / unit);
        if ((how & HOW_SEQ) != 0) {
            value -= seqs[i];
        }
        uint64_t less = (how & HOW_DELTA) != 0 ? before : 0;
        before = value;
        value -= less;
        out[i] = (how & HOW_ZIGZAG) != 0 ? zigzag(value) : value;
    }
}

static unsigned bit_length(uint64_t value)
{
    return value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);
}

/* log2(n) in sixteenths, n >= 1. */
static uint32_t log2_16(uint32_t n)
{
    unsigned whole = bit_length(n) - 1;
    uint64_t x = (uint64_t)n << (30 - whole); /* 1 .. 2 in 2^30ths */
    uint32_t result = whole;
    for (int i = 0; i < 4; i++) {
        x = x * x >> 30;
        unsigned carry = x >= UINT64_C(1) << 31;
        x >>= carry;
        result = result << 1 | carry;
    }
    return result;
}

/*
 * About how many sixteenths of a bit the values take with `low` of their bits apart. What is left
 * as bytes costs its own entropy and, as all columns share one code table, somewhat more.
 */
static uint64_t cost_16(const uint64_t *values, size_t rows, unsigned low)
{
    enum { SHARED_TABLE_16 = 16 };
    uint32_t counts[SYMBOLS] = {0};
    uint32_t total = 0;
    uint64_t cost = (uint64_t)rows * low * 16;
    for (size_t i = 0; i < rows; i++) {
        uint64_t rest = values[i] >> low;
        for (; rest >= 0x80; rest >>= 7, total++) {
            counts[(rest & 0x7F) | 0x80]++;
        }
        counts[rest]++;
        total++;
    }
    uint32_t total_16 = log2_16(total);
    for (size_t i = 0; i < SYMBOLS; i++) {
        if (counts[i] > 0 && counts[i] < total) {
            cost += (uint64_t)counts[i] * (total_16 - log2_16(counts[i]) + SHARED_TABLE_16);
        }
    }
    return cost;
}

struct choice {
    unsigned how, low;
    uint64_t cost_16;
};

static void try_how(const int64_t *values, const uint64_t *seqs, size_t rows, unsigned how,
                    uint64_t *work, struct choice *best)
{
    uint64_t all = 0;
    bool negative = false;
    turn(values, seqs, rows, how, work);
    for (size_t i = 0; i < rows; i++) {
        negative = negative || work[i] >> 63 != 0;
    }
    for (size_t i = 0; i < rows; i++) {
        work[i] = negative ? zigzag(work[i]) : work[i];
        all |= work[i];
    }
    how |= negative ? HOW_ZIGZAG : 0;
    unsigned most = bit_length(all) < LOW_TRIED_MAX ? bit_length(all) : LOW_TRIED_MAX;
    for (unsigned low = 0; low <= most; low++) {
        uint64_t cost = cost_16(work, rows, low);
        if (cost < best->cost_16) {
            *best = (struct choice){how, low, cost};
        }
    }
}

void column_put(struct buffer *bytes, struct bit_writer *bits, const int64_t *values,
                const uint64_t *seqs, uint64_t *work, size_t rows)
{
    assert(rows <= COLUMN_ROWS_MAX);
    struct choice best = {.cost_16 = UINT64_MAX};
    if (rows == 0) {
        return;
    }
    unsigned scale = common_scale(values, rows) << HOW_SCALE_SHIFT;
    try_how(values, seqs, rows, scale, work, &best);
    try_how(values, seqs, rows, scale | HOW_DELTA, work, &best);
    try_how(values, seqs, rows, HOW_SEQ, work, &best);
    try_how(values, seqs, rows, HOW_SEQ | HOW_DELTA, work, &best);
    turn(values, seqs, rows, best.how, work);
    buffer_put_u8(bytes, (uint8_t)best.how);
    buffer_put_u8(bytes, (uint8_t)best.low);
    for (size_t i = 0; i < rows; i++) {
        bits_put(bits, work[i], best.low);
        buffer_put_varint(bytes, work[i] >> best.low);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

bool column_take(struct reader *bytes, struct bit_reader *bits, const uint64_t *seqs, size_t rows,
                 int64_t *values_out)
{
    if (rows == 0) {
        return true;
    }
    unsigned how = reader_u8(bytes);
    unsigned low = reader_u8(bytes);
    if (bytes->failed || how >> HOW_SCALE_SHIFT > SCALE_MAX || low > LOW_MAX) {
        return false;
    }
    uint64_t before = 0;
    int64_t unit = power_of_ten(how >> HOW_SCALE_SHIFT);
    for (size_t i = 0; i < rows; i++) {
        uint64_t value = reader_varint(bytes, UINT64_MAX >> low) << low;
        value |= bits_take(bits, low);
        if ((how & HOW_ZIGZAG) != 0) {
            value = (value & 1) != 0 ? ~(value >> 1) : value >> 1;
        }
        value += (how & HOW_DELTA) != 0 ? before : 0;
        before = value;
        value += (how & HOW_SEQ) != 0 ? seqs[i] : 0;
        if (bytes->failed || bits->failed ||
            __builtin_mul_overflow((int64_t)value, unit, &values_out[i])) {
            return false;
        }
    }
    return true;
}
