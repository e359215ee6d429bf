#include "journal_pages.h"

#include <sqlite3.h>
#include <string.h>

#include "journal_private.h"
#include "vfs.h"

enum {
    FILE_MAX = INT32_MAX,
    WINDOWS = 3,
    WINDOW_PAGES = 128,
    /* What is not asked for in order is read in small pieces. */
    NEAR_PAGES = 4
};

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static enum till_status make_room(struct journal_pages *p, size_t size)
{
    if (size == 0 || size % JOURNAL_PAGE_SIZE != 0)
        return TILL_E_CORRUPT;
    p->count = (uint32_t)(size / JOURNAL_PAGE_SIZE);
    p->taken = sqlite3_malloc64(p->count / 8 + 1);
    if (p->memory == NULL)
        p->bytes = sqlite3_malloc((2 * WINDOW_PAGES + NEAR_PAGES) * JOURNAL_PAGE_SIZE);
    if (p->taken == NULL || (p->memory == NULL && p->bytes == NULL))
        return TILL_E_MEMORY;
    for (size_t i = 0; i < WINDOWS && p->bytes != NULL; i++)
        p->windows[i].bytes = p->bytes + i * WINDOW_PAGES * JOURNAL_PAGE_SIZE;
    memset(p->taken, 0, p->count / 8 + 1);
    return TILL_OK;
}

enum till_status journal_pages_open(const char *vfs, const char *path,
                                    struct journal_pages *pages_out)
{
    *pages_out = (struct journal_pages){0};
    enum till_status status =
        vfs_reader_open(vfs, path, VFS_PART_DATABASE, FILE_MAX, &pages_out->reader);

    if (status == TILL_OK)
        status = make_room(pages_out, vfs_reader_size(pages_out->reader));
    if (status != TILL_OK)
        journal_pages_close(pages_out);
    return status;
}

enum till_status journal_pages_of(struct span bytes, struct journal_pages *pages_out)
{
    *pages_out = (struct journal_pages){.memory = bytes.data};
    enum till_status status = make_room(pages_out, bytes.size);

    if (status != TILL_OK)
        journal_pages_close(pages_out);
    return status;
}

void journal_pages_close(struct journal_pages *p)
{
    vfs_reader_close(p->reader);
    sqlite3_free(p->taken);
    sqlite3_free(p->bytes);
    *p = (struct journal_pages){0};
}

static bool has(const struct journal_window *w, uint32_t number)
{
    return number >= w->first && number - w->first < w->filled;
}

/* The pages from this one on: many where the file is read on, else a few. */
static struct journal_window *read_on(struct journal_pages *p, uint32_t number)
{
    const struct journal_window latest = p->windows[0];
    bool onwards = number >= latest.first && number - latest.first <= latest.filled + NEAR_PAGES;
    struct journal_window *w = &p->windows[onwards ? 0 : WINDOWS - 1];
    uint32_t wanted = onwards ? WINDOW_PAGES : NEAR_PAGES, left = p->count - number + 1;

    if (onwards) {
        *w = p->windows[1];
        p->windows[1] = latest;
    }
    w->first = number;
    w->filled = left < wanted ? left : wanted;
    if (vfs_reader_read(p->reader, (size_t)(number - 1) * JOURNAL_PAGE_SIZE, w->bytes,
                        (size_t)w->filled * JOURNAL_PAGE_SIZE) == TILL_OK)
        return w;
    w->filled = 0;
    return NULL;
}

static const uint8_t *read_page(struct journal_pages *p, uint32_t number)
{
    const struct journal_window *w = NULL;

    for (size_t i = 0; i < WINDOWS && w == NULL; i++)
        w = has(&p->windows[i], number) ? &p->windows[i] : NULL;
    if (w == NULL)
        w = read_on(p, number);
    if (w == NULL)
        return NULL;
    const uint8_t *page = w->bytes + (size_t)(number - w->first) * JOURNAL_PAGE_SIZE;
    uint32_t sum = get_u32(page + JOURNAL_PAGE_SIZE - VFS_CHECKSUM_SIZE);
    return sum == vfs_page_checksum(number, page, JOURNAL_PAGE_SIZE) ? page : NULL;
}

const uint8_t *journal_pages_take(struct journal_pages *p, uint32_t number)
{
    if (number == 0 || number > p->count || number == JOURNAL_LOCK_PAGE)
        return NULL;
    uint8_t *byte = &p->taken[(number - 1) / 8];
    uint8_t bit = (uint8_t)(1u << (number - 1) % 8);
    if ((*byte & bit) != 0)
        return NULL;
    *byte |= bit;
    if (p->memory != NULL)
        return p->memory + (size_t)(number - 1) * JOURNAL_PAGE_SIZE;
    return read_page(p, number);
}

bool journal_pages_complete(const struct journal_pages *a, const struct journal_pages *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        bool in_a = (a->taken[i / 8] >> i % 8 & 1) != 0;
        bool in_b = (b->taken[i / 8] >> i % 8 & 1) != 0;

        if (in_a == in_b && i + 1 != JOURNAL_LOCK_PAGE)
            return false;
    }
    return true;
}
