#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book_index.h"
#include "book_term.h"

/*
 * One page of 4,096 bytes holds one row of this size and nothing else. A list up to INLINE_MAX
 * bytes stands in its entry, a longer one in pieces of its own, each of which begins anew at row 0.
 */
enum {
    ROW_SIZE = 4040,
    INLINE_MAX = 600,
    LIST_MAX = 2 * BOOK_RUN_ROWS,
    ENTRY_MAX = INLINE_MAX + 40,
    /* A term's distance, how many rows, where its list is and how long: varints. */
    ENTRY_HEAD_MAX = 32,
    /* Of a posting's directory: a stretch is no longer than two bytes say. */
    STRETCH_SIZE_SIZE = 2,
    DIRECTORY_MAX = 1 + BOOK_STRETCHES_MAX * (8 + STRETCH_SIZE_SIZE),
    STEP_TERMS = 512,
    WATCHED_MOST = 3
};

/* Where the reading of a run stands. */
struct source {
    struct book_run run;
    int64_t piece; /* next to be read */
    uint8_t *memory;
    size_t capacity;
    struct book_list left;
    /* the entry at hand */
    uint64_t term;
    uint64_t count;
    uint64_t next;
    struct span list;
};

/* The term at hand of a run. */
struct head {
    uint64_t term;
    size_t source;
};

struct book_merge {
    struct book_merge_options options;
    struct source *sources;
    size_t source_count;
    struct head *heap; /* of those that have not ended; the first is the least */
    size_t heap_count;
    /* the list that is being put together */
    uint8_t list[ROW_SIZE + LIST_MAX + 16];
    size_t list_size;
    int64_t at; /* row after its last one; 0 at the beginning of a piece */
    uint64_t count;
    int64_t first_long, long_pieces;
    int64_t next_long;
    int64_t watched[WATCHED_MOST];
    /* the posting that is being put together */
    uint8_t posting[ROW_SIZE + ENTRY_MAX];
    size_t posting_size;
    uint64_t before; /* its last term */
    struct {
        uint64_t before; /* term of the entry before; of the first, its own */
        size_t at;
    } stretches[BOOK_STRETCHES_MAX];
    size_t stretch_count;
};

/* ---- reading runs ---------------------------------------------------------------------------- */

static enum till_status load_piece(struct book_merge *m, struct source *s)
{
    struct sqlite_use use = sqlite_begin(m->options.statements.get_piece);
    enum till_status st;

    sqlite_bind_integer(&use, s->run.first_piece + s->piece++);
    st = sqlite_next(&use);
    if (st != TILL_OK)
        return st == TILL_NOT_FOUND ? TILL_E_CORRUPT : st;
    struct span bytes = sqlite_column_span(&use, 0);
    if (bytes.size > s->capacity) {
        uint8_t *more = realloc(s->memory, bytes.size);

        if (more == NULL) {
            sqlite_end(&use);
            return TILL_E_MEMORY;
        }
        s->memory = more;
        s->capacity = bytes.size;
    }
    if (bytes.size > 0)
        memcpy(s->memory, bytes.data, bytes.size);
    book_list_begin(&s->left, (struct span){s->memory, bytes.size});
    s->term = 0;
    sqlite_end(&use);
    return TILL_OK;
}

/* TILL_NOT_FOUND: it has ended. */
static enum till_status source_next(struct book_merge *m, struct source *s)
{
    if (s->left.at == s->left.end) {
        if (s->piece == s->run.pieces)
            return TILL_NOT_FOUND;
        enum till_status st = load_piece(m, s);
        if (st != TILL_OK)
            return st;
    }
    s->term += book_list_number(&s->left, UINT64_C(1) << BOOK_TERM_BITS);
    s->count = book_list_number(&s->left, BOOK_RUN_ROWS);
    s->next = book_list_number(&s->left, BOOK_RUN_ROWS);
    s->list = book_list_take(&s->left, (size_t)book_list_number(&s->left, LIST_MAX));
    return s->left.failed ? TILL_E_CORRUPT : TILL_OK;
}

/* By term, then in the order of the runs, which is that of their rows. */
static bool is_before(const struct head *a, const struct head *b)
{
    return a->term != b->term ? a->term < b->term : a->source < b->source;
}

static void sink(struct book_merge *m, size_t at)
{
    struct head head = m->heap[at];

    for (size_t child = 2 * at + 1; child < m->heap_count; child = 2 * at + 1) {
        if (child + 1 < m->heap_count && is_before(&m->heap[child + 1], &m->heap[child]))
            child++;
        if (!is_before(&m->heap[child], &head))
            break;
        m->heap[at] = m->heap[child];
        at = child;
    }
    m->heap[at] = head;
}

/* The run with the least term goes on to its next. */
static enum till_status first_next(struct book_merge *m)
{
    struct source *s = &m->sources[m->heap[0].source];
    enum till_status st = source_next(m, s);

    if (st == TILL_NOT_FOUND) {
        m->heap[0] = m->heap[--m->heap_count];
        st = TILL_OK;
    } else {
        m->heap[0].term = s->term;
    }
    if (m->heap_count > 0)
        sink(m, 0);
    return st;
}

void book_merge_close(struct book_merge *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->source_count; i++)
        free(m->sources[i].memory);
    free(m->sources);
    free(m->heap);
    free(m);
}

enum till_status book_merge_open(const struct book_merge_options *options,
                                 struct book_merge **merge_out)
{
    struct book_merge *m = calloc(1, sizeof(*m));
    enum till_status st = TILL_OK;

    assert(options->run_count <= BOOK_RUNS_MAX);
    if (m == NULL)
        return TILL_E_MEMORY;
    m->options = *options;
    m->next_long = 1;
    m->sources = calloc(options->run_count + 1, sizeof(*m->sources));
    m->heap = calloc(options->run_count + 1, sizeof(*m->heap));
    if (m->sources == NULL || m->heap == NULL)
        st = TILL_E_MEMORY;
    m->source_count = st == TILL_OK ? options->run_count : 0;
    for (size_t i = 0; i < m->source_count && st == TILL_OK; i++) {
        m->sources[i].run = options->runs[i];
        st = source_next(m, &m->sources[i]);
        m->heap[i] = (struct head){m->sources[i].term, i};
    }
    m->heap_count = m->source_count;
    for (size_t i = m->heap_count / 2; i-- > 0;)
        sink(m, i);
    if (st != TILL_OK) {
        book_merge_close(m);
        return st;
    }
    *merge_out = m;
    return TILL_OK;
}

/* ---- writing lists --------------------------------------------------------------------------- */

static enum till_status put_long(struct book_merge *m)
{
    struct sqlite_use use = sqlite_begin(m->options.statements.put_long);

    if (m->long_pieces++ == 0)
        m->first_long = m->next_long;
    sqlite_bind_integer(&use, m->next_long++);
    sqlite_bind_bytes(&use, m->list, m->list_size);
    m->list_size = 0;
    m->at = 0;
    return sqlite_run(&use);
}

static void note_watched(struct book_merge *m, const struct source *s)
{
    struct book_stretch stretch;
    struct book_list l;
    int64_t at = s->run.base;
    uint64_t seen = m->count;

    book_list_begin(&l, s->list);
    while (seen < WATCHED_MOST && book_stretch_next(&l, &at, &stretch))
        for (int64_t i = 0; i < stretch.rows && seen < WATCHED_MOST; i++)
            m->watched[seen++] = stretch.first + i;
}

/* The list of one run goes behind what there is: only its first number changes. */
static enum till_status add_list(struct book_merge *m, const struct source *s)
{
    struct book_list l;

    if (m->list_size > 0 && m->list_size + s->list.size > ROW_SIZE - 16) {
        enum till_status st = put_long(m);
        if (st != TILL_OK)
            return st;
    }
    book_list_begin(&l, s->list);
    uint64_t gap = book_list_number(&l, UINT32_MAX);
    if (l.failed)
        return TILL_E_CORRUPT;
    int64_t first = s->run.base + (int64_t)(gap >> 1);
    assert(first >= m->at);
    uint8_t *to = m->list + m->list_size;
    size_t rest = (size_t)(l.end - l.at);
    to = book_put_number(to, (uint64_t)(first - m->at) << 1 | (gap & 1));
    assert((size_t)(to - m->list) + rest <= sizeof(m->list));
    memcpy(to, l.at, rest);
    m->list_size = (size_t)(to - m->list) + rest;
    m->at = s->run.base + (int64_t)s->next;
    if ((s->term >> BOOK_TOKEN_BITS) == m->options.watched_class)
        note_watched(m, s);
    m->count += s->count;
    return TILL_OK;
}

static size_t varint_size(uint64_t value)
{
    size_t size = 1;

    for (; value >= 0x80; value >>= 7)
        size++;
    return size;
}

/* What the directory takes before the entries, if they end with this term. */
static size_t directory_size(const struct book_merge *m, uint64_t last)
{
    size_t size = 1;

    for (size_t i = 0; i < m->stretch_count; i++)
        size += varint_size(last - m->stretches[i].before) + STRETCH_SIZE_SIZE;
    return size;
}

static enum till_status put_posting(struct book_merge *m)
{
    struct sqlite_use use = sqlite_begin(m->options.statements.put_posting);
    uint8_t row[ROW_SIZE + 16], *to = row;

    to = book_put_number(to, m->stretch_count);
    for (size_t i = 0; i < m->stretch_count; i++) {
        size_t end = i + 1 < m->stretch_count ? m->stretches[i + 1].at : m->posting_size;

        to = book_put_number(to, m->before - m->stretches[i].before);
        to = book_put_number(to, end - m->stretches[i].at);
    }
    assert((size_t)(to - row) + m->posting_size <= sizeof(row));
    memcpy(to, m->posting, m->posting_size);
    sqlite_bind_unsigned(&use, m->before);
    sqlite_bind_bytes(&use, row, (size_t)(to - row) + m->posting_size);
    m->posting_size = 0;
    m->stretch_count = 0;
    return sqlite_run(&use);
}

/* Does an entry with so much of a list go into the posting at hand? */
static bool has_room(const struct book_merge *m, uint64_t term, size_t inside)
{
    size_t size = m->posting_size + inside + ENTRY_HEAD_MAX;

    return size + DIRECTORY_MAX <= ROW_SIZE || size + directory_size(m, term) <= ROW_SIZE;
}

/* A new stretch begins where the one before is long enough. */
static void begin_entry(struct book_merge *m, uint64_t term)
{
    if (m->posting_size == 0)
        m->before = term;
    else if (m->posting_size < m->stretches[m->stretch_count - 1].at + BOOK_STRETCH_SIZE)
        return;
    assert(m->stretch_count < BOOK_STRETCHES_MAX);
    m->stretches[m->stretch_count].before = m->before;
    m->stretches[m->stretch_count++].at = m->posting_size;
}

static enum till_status end_list(struct book_merge *m, uint64_t term)
{
    enum till_status st = TILL_OK;
    struct buffer out;
    size_t inside;

    if (m->long_pieces > 0 || m->list_size > INLINE_MAX)
        st = put_long(m);
    inside = m->long_pieces > 0 ? 0 : m->list_size;
    if (st == TILL_OK && m->posting_size > 0 && !has_room(m, term, inside))
        st = put_posting(m);
    if (st != TILL_OK)
        return st;
    begin_entry(m, term);
    buffer_init(&out, m->posting + m->posting_size, sizeof(m->posting) - m->posting_size);
    buffer_put_varint(&out, term - m->before);
    buffer_put_varint(&out, m->count);
    if (m->count == 1) {
        buffer_put_varint(&out, (uint64_t)m->at - 1);
    } else if (m->long_pieces > 0) {
        buffer_put_varint(&out, (uint64_t)m->first_long << 1 | 1);
        buffer_put_varint(&out, (uint64_t)m->long_pieces);
    } else {
        buffer_put_varint(&out, (uint64_t)inside << 1);
        buffer_put(&out, m->list, inside);
    }
    assert(!out.overflow);
    m->posting_size += out.size;
    m->before = term;
    if ((term >> BOOK_TOKEN_BITS) == m->options.watched_class && m->count > 1 &&
        m->options.several != NULL)
        st = m->options.several(m->options.context, m->watched,
                                m->count < WATCHED_MOST ? (size_t)m->count : WATCHED_MOST);
    m->list_size = 0;
    m->at = 0;
    m->count = 0;
    m->long_pieces = 0;
    return st;
}

/* ---- merging --------------------------------------------------------------------------------- */

enum till_status book_merge_step(struct book_merge *m, bool *done_out)
{
    enum till_status st = TILL_OK;

    *done_out = false;
    for (int n = 0; n < STEP_TERMS && st == TILL_OK; n++) {
        if (m->heap_count == 0) {
            if (m->posting_size > 0)
                st = put_posting(m);
            *done_out = st == TILL_OK;
            return st;
        }
        uint64_t term = m->heap[0].term;
        while (m->heap_count > 0 && m->heap[0].term == term && st == TILL_OK) {
            st = add_list(m, &m->sources[m->heap[0].source]);
            if (st == TILL_OK)
                st = first_next(m);
        }
        if (st == TILL_OK)
            st = end_list(m, term);
    }
    return st;
}
