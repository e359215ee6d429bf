#include "book_index.h"

#include <assert.h>

#include "book_term.h"

/* More stretches, entries or pieces than any book has are damage. */
enum { LIST_VALUE_MAX = 0x7FFFFFFF };

void book_list_begin(struct book_list *l, struct span bytes)
{
    l->at = bytes.data;
    l->end = bytes.size > 0 ? bytes.data + bytes.size : bytes.data;
    l->failed = false;
}

uint64_t book_list_long_number(struct book_list *l, uint64_t most)
{
    enum { BITS_MAX = 63 };
    uint64_t value = 0;

    for (unsigned shift = 0; shift < BITS_MAX && l->at < l->end; shift += 7) {
        uint8_t byte = *l->at++;

        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            if (value > most)
                break;
            return value;
        }
    }
    l->failed = true;
    l->at = l->end;
    return 0;
}

struct span book_list_take(struct book_list *l, size_t size)
{
    struct span taken = {l->at, size};

    if ((size_t)(l->end - l->at) < size) {
        l->failed = true;
        l->at = l->end;
        return (struct span){NULL, 0};
    }
    l->at += size;
    return taken;
}

bool book_stretch_next(struct book_list *l, int64_t *row, struct book_stretch *out)
{
    if (l->at == l->end)
        return false;
    uint64_t gap = book_list_number(l, LIST_VALUE_MAX);

    out->first = *row + (int64_t)(gap >> 1);
    out->rows = 1;
    if ((gap & 1) != 0)
        out->rows = 2 + (int64_t)book_list_number(l, LIST_VALUE_MAX);
    *row = out->first + out->rows;
    return !l->failed;
}

/* ---- entries of a posting -------------------------------------------------------------------- */

/* One posting holds the entries of many terms, ascending up to its key. */
struct entry_reader {
    struct book_list left;
    uint64_t term; /* of the entry that was read */
    uint64_t count;
    uint64_t only; /* row, where count is 1 */
    bool is_long;
    struct span list;       /* not long */
    uint64_t first, pieces; /* long */
};

/* At the stretch of entries where the term is if it is here; those before it are passed by. */
static void entries_begin(struct entry_reader *e, const struct sqlite_use *use, uint64_t term)
{
    uint64_t key = (uint64_t)sqlite_column_integer(use, 0), whole = 0, skipped = 0;
    struct book_list *l = &e->left;

    book_list_begin(l, sqlite_column_span(use, 1));
    uint64_t stretches = book_list_number(l, BOOK_STRETCHES_MAX);
    for (uint64_t i = 0; i < stretches; i++) {
        uint64_t before = key - book_list_number(l, key);

        if (i == 0 || before < term) {
            e->term = before;
            skipped = whole;
        }
        whole += book_list_number(l, LIST_VALUE_MAX);
    }
    if (stretches == 0 || (uint64_t)(l->end - l->at) != whole) {
        l->failed = true;
        l->at = l->end;
        return;
    }
    l->at += skipped;
}

static bool entry_next(struct entry_reader *e)
{
    if (e->left.at == e->left.end)
        return false;
    e->term += book_list_number(&e->left, UINT64_C(1) << BOOK_TERM_BITS);
    e->count = book_list_number(&e->left, LIST_VALUE_MAX);
    e->is_long = false;
    if (e->count == 1) {
        e->only = book_list_number(&e->left, LIST_VALUE_MAX);
        return !e->left.failed;
    }
    uint64_t size = book_list_number(&e->left, LIST_VALUE_MAX);
    e->is_long = (size & 1) != 0;
    if (e->is_long) {
        e->first = size >> 1;
        e->pieces = book_list_number(&e->left, LIST_VALUE_MAX);
    } else {
        e->list = book_list_take(&e->left, (size_t)(size >> 1));
    }
    return !e->left.failed;
}

/* Go over the entries below the term, without keeping what they say; one that can't be read is left
 * for entry_next to stumble over. */
static void skip_below(struct entry_reader *e, uint64_t term)
{
    struct book_list l = e->left;
    uint64_t at = e->term;

    while (l.at < l.end) {
        uint64_t next = at + book_list_number(&l, UINT64_C(1) << BOOK_TERM_BITS);
        uint64_t count = book_list_number(&l, LIST_VALUE_MAX);
        uint64_t value = book_list_number(&l, LIST_VALUE_MAX);

        if (count != 1 && (value & 1) != 0)
            (void)book_list_number(&l, LIST_VALUE_MAX);
        else if (count != 1)
            (void)book_list_take(&l, (size_t)(value >> 1));
        if (next >= term || l.failed)
            break;
        at = next;
        e->left.at = l.at;
    }
    e->term = at;
}

/* The entry of exactly this term; its list is valid until the statement goes on. TILL_NOT_FOUND. */
static enum till_status find_entry(struct sqlite_use *use, uint64_t term, struct entry_reader *e)
{
    enum till_status st;

    sqlite_bind_unsigned(use, term);
    st = sqlite_next(use);
    if (st != TILL_OK)
        return st;
    entries_begin(e, use, term);
    skip_below(e, term);
    if (!entry_next(e))
        return e->left.failed ? TILL_E_CORRUPT : TILL_NOT_FOUND;
    return e->term == term ? TILL_OK : TILL_NOT_FOUND;
}

enum till_status book_posting_count(const struct book_postings *p, uint64_t term,
                                    uint64_t *count_out)
{
    struct sqlite_use use = sqlite_begin(p->from);
    struct entry_reader e;
    enum till_status st = find_entry(&use, term, &e);

    *count_out = st == TILL_OK ? e.count : 0;
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

static bool list_rows(const struct entry_reader *e, int64_t *rows_out, size_t capacity,
                      size_t *count)
{
    struct book_stretch stretch;
    struct book_list l;
    int64_t at = 0;

    if (e->count == 1) {
        rows_out[(*count)++] = (int64_t)e->only;
        return true;
    }
    book_list_begin(&l, e->list);
    while (*count < capacity && book_stretch_next(&l, &at, &stretch))
        for (int64_t i = 0; i < stretch.rows && *count < capacity; i++)
            rows_out[(*count)++] = stretch.first + i;
    return !l.failed;
}

enum till_status book_posting_rows(const struct book_postings *p, uint64_t term, int64_t *rows_out,
                                   size_t capacity, size_t *count_out)
{
    struct sqlite_use use = sqlite_begin(p->from);
    struct entry_reader e;
    enum till_status st = find_entry(&use, term, &e);

    assert(capacity > 0);
    *count_out = 0;
    /* A list so long that it has pieces is none of a few rows. */
    if (st == TILL_OK && (e.is_long || !list_rows(&e, rows_out, capacity, count_out)))
        st = TILL_E_CORRUPT;
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}

/* ---- rows as bits ---------------------------------------------------------------------------- */

static void set_bits(uint64_t *bits, int64_t first, int64_t rows)
{
    for (; rows > 0 && first % 64 != 0; first++, rows--)
        bits[first / 64] |= UINT64_C(1) << first % 64;
    for (; rows >= 64; first += 64, rows -= 64)
        bits[first / 64] = UINT64_MAX;
    for (; rows > 0; first++, rows--)
        bits[first / 64] |= UINT64_C(1) << first % 64;
}

/* Most of a search's time is spent here: a number is one byte or two, a stretch one row. */
static enum till_status set_list(struct span list, uint64_t *bits, int64_t rows)
{
    struct book_list l;
    int64_t at = 0;

    book_list_begin(&l, list);
    while (l.at < l.end) {
        uint64_t gap = *l.at;

        if (gap < 0x80) {
            l.at++;
        } else if (l.end - l.at > 1 && l.at[1] < 0x80) {
            gap = (gap & 0x7F) | (uint64_t)l.at[1] << 7;
            l.at += 2;
        } else {
            gap = book_list_number(&l, LIST_VALUE_MAX);
        }
        at += (int64_t)(gap >> 1);
        if (at > rows || l.failed)
            return TILL_E_CORRUPT;
        if ((gap & 1) == 0) {
            bits[at / 64] |= UINT64_C(1) << at % 64;
            at++;
            continue;
        }
        int64_t more = 2 + (int64_t)book_list_number(&l, LIST_VALUE_MAX);
        if (l.failed || at + more > rows + 1)
            return TILL_E_CORRUPT;
        set_bits(bits, at, more);
        at += more;
    }
    return TILL_OK;
}

static enum till_status set_long(const struct book_postings *p, const struct entry_reader *e,
                                 uint64_t *bits, int64_t rows)
{
    enum till_status st = TILL_OK;

    for (uint64_t i = 0; i < e->pieces && st == TILL_OK; i++) {
        struct sqlite_use use = sqlite_begin(p->piece);

        sqlite_bind_unsigned(&use, e->first + i);
        st = sqlite_next(&use);
        if (st == TILL_OK)
            st = set_list(sqlite_column_span(&use, 0), bits, rows);
        sqlite_end(&use);
    }
    return st == TILL_NOT_FOUND ? TILL_E_CORRUPT : st;
}

/* The entries of one posting that are in the range. */
static enum till_status set_entries(const struct book_postings *p, const struct sqlite_use *use,
                                    const struct book_range *range, uint64_t *bits, int64_t rows)
{
    enum till_status st = TILL_OK;
    struct entry_reader e;

    entries_begin(&e, use, range->first);
    skip_below(&e, range->first);
    while (st == TILL_OK && entry_next(&e) && e.term <= range->last) {
        if ((e.term & range->mask) != range->same)
            continue;
        if (e.count != 1)
            st = e.is_long ? set_long(p, &e, bits, rows) : set_list(e.list, bits, rows);
        else if (e.only <= (uint64_t)rows)
            bits[e.only / 64] |= UINT64_C(1) << e.only % 64;
        else
            st = TILL_E_CORRUPT;
    }
    return e.left.failed ? TILL_E_CORRUPT : st;
}

enum till_status book_posting_bits(const struct book_postings *p, const struct book_range *range,
                                   uint64_t *bits, int64_t rows)
{
    struct sqlite_use use = sqlite_begin(p->from);
    bool more = true;
    enum till_status st = TILL_OK;

    sqlite_bind_unsigned(&use, range->first);
    /* Each key is above the one before, so this ends with the table. */
    while (more && st == TILL_OK && (st = sqlite_next(&use)) == TILL_OK) {
        st = set_entries(p, &use, range, bits, rows);
        more = (uint64_t)sqlite_column_integer(&use, 0) < range->last;
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_OK : st;
}
