#include "journal_tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "journal_private.h"
#include "vfs.h"

enum {
    TREES_MAX = 2,
    USABLE = JOURNAL_PAGE_SIZE - VFS_CHECKSUM_SIZE,
    FILE_HEADER = 100, /* before page 1's own */
    DEPTH_MAX = 20,    /* SQLite's own limit */
    CELL_MIN = 4,
    CELLS_MAX = USABLE / (CELL_MIN + 2),
    FREE_MAX = USABLE / 4,
    LOCAL_MIN = (USABLE - 12) * 32 / 255 - 23, /* 1.6, "cell payload overflow" */
    LOCAL_MAX_TABLE = USABLE - 35,
    LOCAL_MAX_INDEX = (USABLE - 12) * 64 / 255 - 23,
    OVERFLOW_ROOM = USABLE - 4
};
enum { INDEX_INNER = 2, TABLE_INNER = 5, INDEX_LEAF = 10, TABLE_LEAF = 13 };

struct piece {
    unsigned from, to;
};

struct cell {
    int64_t key;
    uint64_t size; /* of the payload, here and in overflow pages */
    unsigned from, to, payload, local;
};

struct level {
    uint8_t page[JOURNAL_PAGE_SIZE];
    unsigned count, at;
    uint32_t last; /* of inner pages: the child behind all cells */
    bool is_leaf;
    struct cell cells[CELLS_MAX];
};

struct walk {
    const struct journal_tree *tree;
    struct journal_pages *pages;
    unsigned leaf_depth; /* 0: no leaf yet */
    bool any_row;
    int64_t row; /* the next must be above */
    bool begun;
    unsigned depth; /* of the inner page at hand */
    uint8_t payload[JOURNAL_ROW_MAX];
    struct level levels[DEPTH_MAX];
};

static unsigned get_u16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static const uint8_t *get_long_varint(const uint8_t *at, const uint8_t *end, uint64_t *value_out)
{
    enum { SEVENS = 8 };
    uint64_t value = 0;

    for (int i = 0; i < SEVENS && at < end; i++) {
        uint8_t byte = *at++;

        value = value << 7 | (byte & 0x7F);
        if (byte < 0x80) {
            *value_out = value;
            return at;
        }
    }
    if (at >= end)
        return NULL;
    *value_out = value << 8 | *at; /* the ninth is whole */
    return at + 1;
}

/* The byte after it; NULL: it does not end before `end`. Mostly it is one to three. */
static inline const uint8_t *get_varint(const uint8_t *at, const uint8_t *end, uint64_t *value_out)
{
    if (at < end && *at < 0x80) {
        *value_out = *at;
        return at + 1;
    }
    if (end - at >= 3 && at[1] < 0x80) {
        *value_out = (uint64_t)(*at & 0x7F) << 7 | at[1];
        return at + 2;
    }
    if (end - at >= 3 && at[2] < 0x80) {
        *value_out = (uint64_t)(*at & 0x7F) << 14 | (uint64_t)(at[1] & 0x7F) << 7 | at[2];
        return at + 3;
    }
    return get_long_varint(at, end, value_out);
}

/* ---- one page -------------------------------------------------------------------------------- */

static unsigned local_size(uint64_t size, bool is_index)
{
    unsigned most = is_index ? LOCAL_MAX_INDEX : LOCAL_MAX_TABLE;

    if (size <= most)
        return (unsigned)size;
    unsigned kept = LOCAL_MIN + (unsigned)((size - LOCAL_MIN) % OVERFLOW_ROOM);
    return kept <= most ? kept : LOCAL_MIN;
}

static bool read_cell(const struct level *l, bool is_index, unsigned from, struct cell *c)
{
    const uint8_t *end = l->page + USABLE;
    const uint8_t *at = l->page + from + (l->is_leaf ? 0 : 4);
    uint64_t key = 0;

    *c = (struct cell){.from = from};
    if (l->is_leaf || is_index) {
        at = get_varint(at, end, &c->size);
        if (at == NULL || c->size > JOURNAL_ROW_MAX)
            return false;
    }
    if (!is_index)
        at = get_varint(at, end, &key);
    if (at == NULL)
        return false;
    c->key = (int64_t)key;
    c->payload = (unsigned)(at - l->page);
    c->local = local_size(c->size, is_index);
    c->to = c->payload + c->local + (c->size > c->local ? 4 : 0);
    if (c->to < from + CELL_MIN)
        c->to = from + CELL_MIN;
    return c->to <= USABLE;
}

/* Ascending; cells mostly come so, or nearly. */
static void sort_in(struct piece *pieces, unsigned count, struct piece piece)
{
    for (; count > 0 && pieces[count - 1].from > piece.from; count--)
        pieces[count] = pieces[count - 1];
    pieces[count] = piece;
}

/* Cells and free blocks don't overlap, and what lies between is counted. */
static bool check_room(const struct level *l, const uint8_t *header, unsigned content)
{
    struct piece pieces[CELLS_MAX + FREE_MAX];
    unsigned count = 0, free = get_u16(header + 1), end = content, between = 0;

    for (unsigned i = l->count; i-- > 0;)
        sort_in(pieces, count++, (struct piece){l->cells[i].from, l->cells[i].to});
    for (unsigned least = content; free != 0; count++) {
        if (free < least || free > USABLE - 4 || count == CELLS_MAX + FREE_MAX)
            return false;
        unsigned to = free + get_u16(l->page + free + 2);
        if (to < free + 4 || to > USABLE)
            return false;
        sort_in(pieces, count, (struct piece){free, to});
        least = to;
        free = get_u16(l->page + free);
    }
    for (unsigned i = 0; i < count; i++) {
        if (pieces[i].from < end)
            return false;
        between += pieces[i].from - end;
        end = pieces[i].to;
    }
    return between + (USABLE - end) == header[7];
}

static bool read_page(struct walk *w, struct level *l, uint32_t number)
{
    bool is_index = w->tree->is_index;
    const uint8_t *page = journal_pages_take(w->pages, number);
    unsigned begin = number == 1 ? FILE_HEADER : 0;

    if (page == NULL)
        return false;
    memcpy(l->page, page, sizeof l->page);
    const uint8_t *header = l->page + begin;
    l->is_leaf = header[0] == (is_index ? INDEX_LEAF : TABLE_LEAF);
    if (!l->is_leaf && header[0] != (is_index ? INDEX_INNER : TABLE_INNER))
        return false;
    unsigned pointers = begin + (l->is_leaf ? 8 : 12), content = get_u16(header + 5);
    l->at = 0;
    l->count = get_u16(header + 3);
    if (!l->is_leaf)
        l->last = get_u32(header + 8);
    if (l->count > CELLS_MAX || pointers + 2 * l->count > content || content > USABLE ||
        (!l->is_leaf && l->count == 0))
        return false;
    for (unsigned i = 0; i < l->count; i++) {
        unsigned from = get_u16(l->page + pointers + 2 * i);

        if (from < content || from > USABLE - CELL_MIN ||
            !read_cell(l, is_index, from, &l->cells[i]))
            return false;
    }
    return check_room(l, header, content);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* What of a row lies in pages of its own. */
static bool read_overflow(struct walk *w, const struct level *l, const struct cell *c)
{
    uint32_t next = get_u32(l->page + c->payload + c->local);
    size_t have = c->local;

    memcpy(w->payload, l->page + c->payload, have);
    while (have < c->size) {
        const uint8_t *page = journal_pages_take(w->pages, next);
        size_t more = c->size - have < OVERFLOW_ROOM ? (size_t)c->size - have : OVERFLOW_ROOM;

        if (page == NULL)
            return false;
        memcpy(w->payload + have, page + 4, more);
        have += more;
        next = get_u32(page);
    }
    return next == 0;
}

static bool visit(struct walk *w, const struct level *l, const struct cell *c)
{
    struct journal_cell cell = {.rowid = c->key,
                                .payload = {l->page + c->payload, (size_t)c->size}};

    if (c->size > c->local) {
        if (!read_overflow(w, l, c))
            return false;
        cell.payload.data = w->payload;
    }
    return w->tree->visit == NULL || w->tree->visit(w->tree->context, &cell);
}

/* A table's rows ascend, and an inner key is not below what is left of it, and below the rest. */
static bool in_order(struct walk *w, int64_t key, bool is_row)
{
    bool fits = !w->any_row || key > w->row || (!is_row && key == w->row);

    w->any_row = true;
    w->row = key;
    return fits;
}

static bool leaf(struct walk *w, struct level *l, unsigned depth)
{
    if (w->leaf_depth == 0)
        w->leaf_depth = depth + 1;
    if (w->leaf_depth != depth + 1)
        return false;
    for (unsigned i = 0; i < l->count; i++)
        if ((!w->tree->is_index && !in_order(w, l->cells[i].key, true)) ||
            !visit(w, l, &l->cells[i]))
            return false;
    return true;
}

/* A child was gone over: the cell between it and the next one comes now. */
static bool child_done(struct walk *w, struct level *l)
{
    const struct cell *c = &l->cells[l->at];

    if (l->at++ == l->count)
        return true;
    return w->tree->is_index ? visit(w, l, c) : in_order(w, c->key, false);
}

enum progress { WALK_BAD, WALK_ON, WALK_DONE };

static enum progress begin(struct walk *w)
{
    w->begun = true;
    if (!read_page(w, &w->levels[0], w->tree->root))
        return WALK_BAD;
    if (!w->levels[0].is_leaf)
        return WALK_ON;
    return leaf(w, &w->levels[0], 0) ? WALK_DONE : WALK_BAD;
}

/* One page further down or along, or a level up. Each page is taken once: this ends. */
static enum progress walk_on(struct walk *w)
{
    if (!w->begun)
        return begin(w);
    struct level *l = &w->levels[w->depth], *below = l + 1;
    if (l->at > l->count) {
        if (w->depth == 0)
            return WALK_DONE;
        w->depth--;
        return child_done(w, l - 1) ? WALK_ON : WALK_BAD;
    }
    uint32_t child = l->at < l->count ? get_u32(l->page + l->cells[l->at].from) : l->last;
    if (w->depth + 1 == DEPTH_MAX || !read_page(w, below, child))
        return WALK_BAD;
    if (!below->is_leaf) {
        w->depth++;
        return WALK_ON;
    }
    return leaf(w, below, w->depth + 1) && child_done(w, l) ? WALK_ON : WALK_BAD;
}

static bool walk_all(struct walk *walks, size_t count)
{
    bool done[TREES_MAX] = {false};

    for (;;) {
        size_t least = count;

        for (size_t i = 0; i < count; i++)
            if (!done[i] && (least == count || walks[i].row < walks[least].row))
                least = i;
        if (least == count)
            return true;
        enum progress progress = walk_on(&walks[least]);
        if (progress == WALK_BAD)
            return false;
        done[least] = progress == WALK_DONE;
    }
}

bool journal_tree_walk_abreast(const struct journal_tree *const *trees, size_t count,
                               struct journal_pages *pages)
{
    struct walk *walks = calloc(count, sizeof *walks);

    assert(count <= TREES_MAX);
    if (walks == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        walks[i].tree = trees[i];
        walks[i].pages = pages;
    }
    bool good = walk_all(walks, count);
    free(walks);
    return good;
}

bool journal_tree_walk(const struct journal_tree *tree, struct journal_pages *pages)
{
    return journal_tree_walk_abreast(&tree, 1, pages);
}

bool journal_tree_free_pages(struct journal_pages *pages, uint32_t first, uint32_t count)
{
    uint8_t trunk[JOURNAL_PAGE_SIZE];

    while (first != 0) {
        const uint8_t *page = journal_pages_take(pages, first);

        if (page == NULL)
            return false;
        memcpy(trunk, page, sizeof trunk);
        uint32_t leaves = get_u32(trunk + 4);
        if (leaves > USABLE / 4 - 2 || count < leaves + 1)
            return false;
        for (uint32_t i = 0; i < leaves; i++)
            if (journal_pages_take(pages, get_u32(trunk + 8 + 4 * (size_t)i)) == NULL)
                return false;
        count -= leaves + 1;
        first = get_u32(trunk);
    }
    return count == 0;
}

/* ---- what is in a row ------------------------------------------------------------------------ */

void journal_record_begin(struct journal_record *r, struct span payload)
{
    uint64_t size = 0;
    const uint8_t *end = payload.data + payload.size;
    const uint8_t *at = payload.size > 0 ? get_varint(payload.data, end, &size) : NULL;

    *r = (struct journal_record){.failed = true};
    if (at == NULL || size > payload.size || payload.data + size < at)
        return;
    *r = (struct journal_record){.header = at,
                                 .header_end = payload.data + size,
                                 .body = payload.data + size,
                                 .body_end = end};
}

static uint64_t next_type(struct journal_record *r)
{
    uint64_t type = 0;
    const uint8_t *at = r->failed ? NULL : get_varint(r->header, r->header_end, &type);

    if (at == NULL) {
        r->failed = true;
        return 0;
    }
    r->header = at;
    return type;
}

static struct span next_bytes(struct journal_record *r, uint64_t size)
{
    struct span bytes = {r->body, (size_t)size};

    if (r->failed || size > (uint64_t)(r->body_end - r->body)) {
        r->failed = true;
        return (struct span){0};
    }
    r->body += size;
    return bytes;
}

void journal_record_null(struct journal_record *r)
{
    if (next_type(r) != 0)
        r->failed = true;
}

int64_t journal_record_integer(struct journal_record *r)
{
    static const uint8_t sizes[] = {0, 1, 2, 3, 4, 6, 8};
    uint64_t type = next_type(r);

    if (type == 8 || type == 9)
        return (int64_t)type - 8;
    if (type == 0 || type >= sizeof sizes) {
        r->failed = true;
        return 0;
    }
    struct span bytes = next_bytes(r, sizes[type]);
    if (bytes.size == 0)
        return 0;
    int64_t value = (int8_t)bytes.data[0];
    for (size_t i = 1; i < bytes.size; i++)
        value = (int64_t)((uint64_t)value << 8 | bytes.data[i]);
    return value;
}

struct span journal_record_text(struct journal_record *r)
{
    uint64_t type = next_type(r);

    if (type < 13 || type % 2 == 0)
        r->failed = true;
    return next_bytes(r, type >= 13 ? (type - 13) / 2 : 0);
}

struct span journal_record_blob(struct journal_record *r)
{
    uint64_t type = next_type(r);

    if (type < 12 || type % 2 != 0)
        r->failed = true;
    return next_bytes(r, type >= 12 ? (type - 12) / 2 : 0);
}

bool journal_record_end(const struct journal_record *r)
{
    return !r->failed && r->header == r->header_end && r->body == r->body_end;
}
