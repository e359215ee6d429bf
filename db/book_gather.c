#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book_index.h"
#include "book_term.h"

/*
 * A table of terms, open addressing, and for each a list in chained blocks. The stretch that is
 * being made stands in the table itself, so a term with one row needs no block.
 */
enum {
    SLOTS = 65536,
    SLOTS_FULL = SLOTS - SLOTS / 8,
    BLOCK_BYTES = 12,
    BLOCKS = 65536,                  /* one MiB */
    ROW_BLOCKS_MAX = BOOK_TERMS_MAX, /* that one row may need */
    PIECE_SIZE = 4000,
    LIST_MAX = 2 * BOOK_RUN_ROWS, /* bytes of a list in a run */
    PIECE_MAX = PIECE_SIZE + LIST_MAX + 32
};

struct slot {
    uint64_t term;  /* 0 = empty */
    uint32_t head;  /* block, 0 = none */
    uint32_t tail;  /* block * 16 + bytes in it */
    uint16_t next;  /* offset after the stretch before */
    uint16_t first; /* the stretch that grows; offsets from the base */
    uint16_t rows;
    uint16_t count; /* all rows so far */
};

struct block {
    uint32_t next;
    uint8_t bytes[BLOCK_BYTES];
};

struct book_gather {
    int64_t base; /* -1 = empty */
    size_t used;
    uint32_t blocks; /* taken; 0 is nobody's */
    struct slot slots[SLOTS];
    struct block memory[BLOCKS];
    uint16_t order[2][SLOTS];
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

static void put_byte(struct book_gather *g, struct slot *s, uint8_t byte)
{
    uint32_t fill = s->tail & 15;

    if (s->head == 0 || fill == BLOCK_BYTES) {
        uint32_t block = g->blocks++;

        assert(block < BLOCKS);
        g->memory[block].next = 0;
        if (s->head == 0)
            s->head = block;
        else
            g->memory[s->tail >> 4].next = block;
        s->tail = block << 4;
        fill = 0;
    }
    g->memory[s->tail >> 4].bytes[fill] = byte;
    s->tail++;
}

static void put_number(struct book_gather *g, struct slot *s, uint32_t value)
{
    for (; value >= 0x80; value >>= 7)
        put_byte(g, s, (uint8_t)(value | 0x80));
    put_byte(g, s, (uint8_t)value);
}

static void close_stretch(struct book_gather *g, struct slot *s)
{
    uint32_t gap = (uint32_t)(s->first - s->next);

    put_number(g, s, gap << 1 | (s->rows > 1 ? 1 : 0));
    if (s->rows > 1)
        put_number(g, s, (uint32_t)s->rows - 2);
    s->next = (uint16_t)(s->first + s->rows);
}

static void put_term(struct book_gather *g, uint64_t term, uint16_t offset)
{
    size_t at = (size_t)(term * UINT64_C(0x9E3779B97F4A7C15) >> 48) & (SLOTS - 1);
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
    for (size_t i = 0; i < count; i++)
        put_term(g, terms[i], (uint16_t)(row - g->base));
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

static size_t list_of(struct book_gather *g, struct slot *s)
{
    size_t size = 0;

    close_stretch(g, s);
    for (uint32_t block = s->head; block != 0; block = g->memory[block].next) {
        size_t bytes = block == s->tail >> 4 ? s->tail & 15 : BLOCK_BYTES;

        assert(size + bytes <= sizeof(g->list));
        memcpy(g->list + size, g->memory[block].bytes, bytes);
        size += bytes;
    }
    return size;
}

static enum till_status put_piece(sqlite3_stmt *statement, int64_t *next_piece,
                                  struct buffer *piece)
{
    struct sqlite_use use = sqlite_begin(statement);

    assert(!piece->overflow);
    sqlite_bind_integer(&use, (*next_piece)++);
    sqlite_bind_bytes(&use, piece->data, piece->size);
    piece->size = 0;
    return sqlite_run(&use);
}

enum till_status book_gather_flush(struct book_gather *g, sqlite3_stmt *put, int64_t *next_piece,
                                   struct book_run *run_out)
{
    enum till_status st = TILL_OK;
    struct buffer piece;
    uint64_t before = 0;
    size_t count = 0;

    assert(g->base >= 0);
    *run_out = (struct book_run){.base = g->base, .first_piece = *next_piece};
    for (uint32_t i = 0; i < SLOTS; i++)
        if (g->slots[i].term != 0)
            g->order[0][count++] = (uint16_t)i;
    const uint16_t *order = sort(g, count);
    buffer_init(&piece, g->piece, sizeof(g->piece));
    for (size_t i = 0; i < count && st == TILL_OK; i++) {
        struct slot *s = &g->slots[order[i]];
        /* The last stretch of a full table may want a block each: only one is in the air. */
        uint32_t blocks = g->blocks;
        size_t size = list_of(g, s);

        g->blocks = blocks;
        /* A piece can be read alone: its first term is counted from 0. */
        buffer_put_varint(&piece, s->term - (piece.size == 0 ? 0 : before));
        buffer_put_varint(&piece, s->count);
        buffer_put_varint(&piece, s->next);
        buffer_put_varint(&piece, size);
        buffer_put(&piece, g->list, size);
        before = s->term;
        if (piece.size >= PIECE_SIZE - 64)
            st = put_piece(put, next_piece, &piece);
    }
    if (st == TILL_OK && piece.size > 0)
        st = put_piece(put, next_piece, &piece);
    run_out->pieces = *next_piece - run_out->first_piece;
    memset(g->slots, 0, sizeof(g->slots));
    g->used = 0;
    g->blocks = 1;
    g->base = -1;
    return st;
}
