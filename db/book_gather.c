#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book_index.h"
#include "book_term.h"

/*
 * A table of terms, open addressing, and for each its stretches: the one that grows and the first
 * few of the closed ones in the table itself, the rest in chained blocks. A stretch is one number,
 * its first row, or two where it has more rows: LONG says that how many follows.
 */
enum {
    SLOTS = 65536,
    SLOTS_FULL = SLOTS - SLOTS / 8,
    INSIDE = 4,
    BLOCK_NUMBERS = 12,
    BLOCKS = 65535,
    ROW_BLOCKS_MAX = BOOK_TERMS_MAX, /* that one row may need */
    AHEAD = 12,
    LONG = 0x8000,
    PIECE_SIZE = 4000,
    LIST_MAX = 2 * BOOK_RUN_ROWS, /* bytes of a list in a run */
    PIECE_MAX = PIECE_SIZE + LIST_MAX + 32
};

struct slot {
    uint64_t term;   /* 0 = empty */
    uint16_t head;   /* block, 0 = none */
    uint16_t tail;   /* block */
    uint16_t filled; /* numbers in the tail */
    uint16_t inside; /* numbers in the slot */
    uint16_t first;  /* the stretch that grows; offsets from the base */
    uint16_t rows;
    uint16_t count; /* all rows so far */
    uint16_t unused;
    uint16_t numbers[INSIDE];
};

struct block {
    uint16_t next;
    uint16_t numbers[BLOCK_NUMBERS];
};

struct book_gather {
    int64_t base; /* -1 = empty */
    size_t used;
    uint32_t blocks; /* taken; 0 is nobody's */
    struct slot slots[SLOTS];
    struct block memory[BLOCKS];
    uint16_t order[2][SLOTS];
    uint16_t numbers[2 * BOOK_RUN_ROWS + 2];
    uint8_t piece[PIECE_MAX];
    uint8_t list[LIST_MAX + 16];
};

enum till_status book_gather_open(struct book_gather **gather_out)
{
    struct book_gather *g = calloc(1, sizeof(*g));

    if (g == NULL)
        return TILL_E_MEMORY;
    g->base = -1;
    g->blocks = 1;
    *gather_out = g;
    return TILL_OK;
}

void book_gather_close(struct book_gather *g)
{
    free(g);
}

bool book_gather_is_empty(const struct book_gather *g)
{
    return g->base < 0;
}

/* ---- putting --------------------------------------------------------------------------------- */

static void put_number(struct book_gather *g, struct slot *s, uint16_t number)
{
    if (s->inside < INSIDE) {
        s->numbers[s->inside++] = number;
        return;
    }
    if (s->head == 0 || s->filled == BLOCK_NUMBERS) {
        uint16_t block = (uint16_t)g->blocks++;

        assert(g->blocks <= BLOCKS);
        g->memory[block].next = 0;
        if (s->head == 0)
            s->head = block;
        else
            g->memory[s->tail].next = block;
        s->tail = block;
        s->filled = 0;
    }
    g->memory[s->tail].numbers[s->filled++] = number;
}

static void close_stretch(struct book_gather *g, struct slot *s)
{
    put_number(g, s, (uint16_t)(s->first | (s->rows > 1 ? LONG : 0)));
    if (s->rows > 1)
        put_number(g, s, s->rows);
}

static size_t slot_of(uint64_t term)
{
    return (size_t)(term * UINT64_C(0x9E3779B97F4A7C15) >> 48);
}

static void put_term(struct book_gather *g, uint64_t term, uint16_t offset)
{
    size_t at = slot_of(term);
    struct slot *s = &g->slots[at];

    while (s->term != term && s->term != 0) {
        at = (at + 1) & (SLOTS - 1);
        s = &g->slots[at];
    }
    if (s->term == 0) {
        *s = (struct slot){.term = term, .first = offset, .rows = 1, .count = 1};
        g->used++;
        return;
    }
    if (s->first + s->rows == offset + 1)
        return; /* twice in this row */
    s->count++;
    if (s->first + s->rows == offset) {
        s->rows++;
        return;
    }
    close_stretch(g, s);
    s->first = offset;
    s->rows = 1;
}

bool book_gather_put(struct book_gather *g, int64_t row, const uint64_t *terms, size_t count)
{
    if (g->base < 0)
        g->base = row;
    assert(row >= g->base && count <= BOOK_TERMS_MAX);
    if (row - g->base >= BOOK_RUN_ROWS || g->used + count > SLOTS_FULL ||
        g->blocks + ROW_BLOCKS_MAX > BLOCKS)
        return false;
    /* The table is larger than a cache: ask for what comes a few terms ahead. */
    for (size_t i = 0; i < count && i < AHEAD; i++)
        __builtin_prefetch(&g->slots[slot_of(terms[i])], 1);
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&g->slots[slot_of(terms[i + AHEAD])], 1);
        put_term(g, terms[i], (uint16_t)(row - g->base));
    }
    return true;
}

/* ---- flushing: sorted by term ---------------------------------------------------------------- */

/* Least digit first, ten bits each. Returns where the result lies. */
static const uint16_t *sort(struct book_gather *g, size_t count)
{
    enum { DIGIT = 10, VALUES = 1 << DIGIT };
    size_t starts[VALUES];
    uint16_t *from = g->order[0], *to = g->order[1];

    for (unsigned shift = 0; shift < BOOK_TERM_BITS; shift += DIGIT) {
        size_t sum = 0;

        memset(starts, 0, sizeof(starts));
        for (size_t i = 0; i < count; i++)
            starts[g->slots[from[i]].term >> shift & (VALUES - 1)]++;
        for (size_t v = 0; v < VALUES; v++) {
            size_t n = starts[v];

            starts[v] = sum;
            sum += n;
        }
        for (size_t i = 0; i < count; i++)
            to[starts[g->slots[from[i]].term >> shift & (VALUES - 1)]++] = from[i];
        uint16_t *other = from;
        from = to;
        to = other;
    }
    return from;
}

/* All numbers of a slot in a row. */
static size_t numbers_of(struct book_gather *g, const struct slot *s)
{
    size_t count = s->inside;

    memcpy(g->numbers, s->numbers, count * sizeof(s->numbers[0]));
    for (uint16_t block = s->head; block != 0; block = g->memory[block].next) {
        size_t more = block == s->tail ? s->filled : BLOCK_NUMBERS;

        assert(count + more <= sizeof(g->numbers) / sizeof(g->numbers[0]));
        memcpy(g->numbers + count, g->memory[block].numbers, more * sizeof(g->numbers[0]));
        count += more;
    }
    return count;
}

/* The list as it is stored; *next_out is the offset after its last row. */
static size_t list_of(struct book_gather *g, const struct slot *s, uint32_t *next_out)
{
    size_t count = numbers_of(g, s);
    uint8_t *to = g->list;
    uint32_t next = 0;

    g->numbers[count++] = (uint16_t)(s->first | (s->rows > 1 ? LONG : 0));
    g->numbers[count++] = s->rows;
    for (size_t i = 0; i < count - (s->rows > 1 ? 0 : 1); i++) {
        uint32_t first = g->numbers[i] & (LONG - 1u);
        uint32_t rows = 1;

        if ((g->numbers[i] & LONG) != 0)
            rows = g->numbers[++i];
        to = book_put_number(to, (first - next) << 1 | (rows > 1 ? 1 : 0));
        if (rows > 1)
            to = book_put_number(to, rows - 2);
        next = first + rows;
    }
    assert((size_t)(to - g->list) <= sizeof(g->list));
    *next_out = next;
    return (size_t)(to - g->list);
}

static enum till_status put_piece(sqlite3_stmt *statement, int64_t *next_piece, struct span piece)
{
    struct sqlite_use use = sqlite_begin(statement);

    sqlite_bind_integer(&use, (*next_piece)++);
    sqlite_bind_bytes(&use, piece.data, piece.size);
    return sqlite_run(&use);
}

/* The entry of a term behind those that the piece has. A piece can be read alone: its first term is
 * counted from 0. */
static uint8_t *put_entry(struct book_gather *g, const struct slot *s, uint64_t before, uint8_t *to)
{
    uint32_t next = 0;
    size_t size = list_of(g, s, &next);

    to = book_put_number(to, s->term - (to == g->piece ? 0 : before));
    to = book_put_number(to, s->count);
    to = book_put_number(to, next);
    to = book_put_number(to, size);
    assert((size_t)(to - g->piece) + size <= sizeof(g->piece));
    memcpy(to, g->list, size);
    return to + size;
}

static void begin_anew(struct book_gather *g)
{
    memset(g->slots, 0, sizeof(g->slots));
    g->used = 0;
    g->blocks = 1;
    g->base = -1;
}

enum till_status book_gather_flush(struct book_gather *g, sqlite3_stmt *put, int64_t *next_piece,
                                   struct book_run *run_out)
{
    enum till_status st = TILL_OK;
    uint8_t *to = g->piece;
    uint64_t before = 0;
    size_t count = 0;

    assert(g->base >= 0);
    *run_out = (struct book_run){.base = g->base, .first_piece = *next_piece};
    for (uint32_t i = 0; i < SLOTS; i++)
        if (g->slots[i].term != 0)
            g->order[0][count++] = (uint16_t)i;
    const uint16_t *order = sort(g, count);
    for (size_t i = 0; i < count && st == TILL_OK; i++) {
        const struct slot *s = &g->slots[order[i]];

        if (i + AHEAD < count)
            __builtin_prefetch(&g->slots[order[i + AHEAD]]);
        to = put_entry(g, s, before, to);
        before = s->term;
        if (to - g->piece >= PIECE_SIZE - 64 || i + 1 == count) {
            st = put_piece(put, next_piece, (struct span){g->piece, (size_t)(to - g->piece)});
            to = g->piece;
        }
    }
    run_out->pieces = *next_piece - run_out->first_piece;
    begin_anew(g);
    return st;
}
