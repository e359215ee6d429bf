#include "wal.h"

#include <assert.h>
#include <string.h>

enum {
    WAL_MAGIC = 0x377f0682, /* its lowest bit says in which byte order checksums count */
    WAL_VERSION = 3007000,
    PAGE_SIZE_MAX = 4096,
    SECTOR_SIZE_MAX = 65536,
    FRAME_SIZE_MAX = WAL_FRAME_HEADER_SIZE + PAGE_SIZE_MAX,
    HEADER_SUMMED = 24, /* bytes of the header that its checksum covers */
    FRAME_SUMMED = 8,   /* of a frame's header; then the page */
    HEADER_TOLD = 16    /* page, commit and salts */
};

/* The running checksum: every frame's goes on from the one before. */
struct sum {
    uint32_t a, b;
};

struct frame {
    uint32_t page_number;
    uint32_t commit_pages; /* not 0: a commit, and the database's size */
    uint8_t salts[8];
    struct sum sum;
};

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t get_u32_little(const uint8_t *at)
{
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static struct sum sum_add(struct sum s, bool big_endian, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 8 <= size; i += 8) {
        s.a += (big_endian ? get_u32(data + i) : get_u32_little(data + i)) + s.b;
        s.b += (big_endian ? get_u32(data + i + 4) : get_u32_little(data + i + 4)) + s.a;
    }
    return s;
}

static bool sum_equal(struct sum x, struct sum y)
{
    return x.a == y.a && x.b == y.b;
}

struct walk {
    struct span wal;
    uint32_t page_size;
    size_t frame_size;
    bool big_endian;
    const uint8_t *salts;
};

static bool header_is_good(const uint8_t *h, uint32_t page_size)
{
    bool big_endian = (get_u32(h) & 1) != 0;
    struct sum sum = sum_add((struct sum){0, 0}, big_endian, h, HEADER_SUMMED);

    return (get_u32(h) & ~1u) == WAL_MAGIC && get_u32(h + 4) == WAL_VERSION &&
           get_u32(h + 8) == page_size &&
           sum_equal(sum, (struct sum){get_u32(h + 24), get_u32(h + 28)});
}

static struct frame frame_read(const uint8_t *at)
{
    struct frame f = {.page_number = get_u32(at),
                      .commit_pages = get_u32(at + 4),
                      .sum = {get_u32(at + 16), get_u32(at + 20)}};

    memcpy(f.salts, at + 8, sizeof f.salts);
    return f;
}

static bool salts_fit(const struct walk *w, const uint8_t *frame)
{
    return memcmp(frame + 8, w->salts, 8) == 0;
}

static bool frame_is_good(const struct walk *w, const uint8_t *at, struct sum before)
{
    struct frame f = frame_read(at);

    if (f.page_number == 0 || !salts_fit(w, at))
        return false;
    struct sum sum = sum_add(before, w->big_endian, at, FRAME_SUMMED);
    sum = sum_add(sum, w->big_endian, at + WAL_FRAME_HEADER_SIZE, w->page_size);
    return sum_equal(sum, f.sum);
}

/*
 * Is the byte in which a bit would have to flip followed by good ones in its own sector? What a
 * torn sector holds from some byte on is garbage, and one byte of garbage may be one bit away from
 * what was to be written: then nothing good follows. Behind a bit that flipped later, the rest of
 * the commit and the copies that fill its sector stand as they were.
 *   next  is the frame good that begins where the judged piece ends?
 */
static bool good_follows(size_t at, size_t end, bool next, uint32_t sector_size)
{
    if (sector_size == 0)
        return true; /* not known: a flipped bit is the worse of the two to miss */
    if ((at + 1) % sector_size == 0)
        return false;
    return at + 1 < end || next;
}

static bool next_is_good(const struct walk *w, size_t at, struct sum sum)
{
    return at + w->frame_size <= w->wal.size && frame_is_good(w, w->wal.data + at, sum);
}

/* The bits of one frame whose flip makes it good: there may be several, for the checksum is weak in
 * its high bits. */
struct flips {
    const struct walk *w;
    size_t offset; /* of the frame */
    struct sum before;
    uint32_t sector_size;
    int first; /* -1: none */
    bool torn; /* one of them is what a torn sector may look like */
};

static void consider_flip(struct flips *flips, int bit)
{
    uint8_t frame[FRAME_SIZE_MAX];
    const struct walk *w = flips->w;
    size_t end = flips->offset + w->frame_size;

    memcpy(frame, w->wal.data + flips->offset, w->frame_size);
    frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
    if (!frame_is_good(w, frame, flips->before))
        return;
    if (flips->first < 0)
        flips->first = bit;
    if (!good_follows(flips->offset + (size_t)bit / 8, end,
                      next_is_good(w, end, frame_read(frame).sum), flips->sector_size))
        flips->torn = true;
}

/*
 * Which bits of the page, flipped, move its checksum to the stored one? The sum is linear: a word
 * that grows by d moves it by d times what one more at that place does. For the last pair of words
 * that is (1, 1) and (0, 1), and each pair before goes through one more round of sum_add.
 *   off  by how much the sum is to move
 */
static void consider_page_flips(struct flips *flips, struct sum off)
{
    struct sum effects[2] = {{1, 1}, {0, 1}};
    const struct walk *w = flips->w;
    const uint8_t *page = w->wal.data + flips->offset + WAL_FRAME_HEADER_SIZE;

    for (size_t pair = w->page_size; pair >= 8; pair -= 8) {
        for (size_t half = 0; half < 2; half++) {
            size_t at = pair - 8 + half * 4;
            uint32_t word = w->big_endian ? get_u32(page + at) : get_u32_little(page + at);
            struct sum *e = &effects[half];

            for (uint32_t bit = 0; bit < 32; bit++) {
                uint32_t d = (word >> bit & 1) != 0 ? 0 - (1u << bit) : 1u << bit;
                size_t byte = w->big_endian ? 3 - bit / 8 : bit / 8;
                if (sum_equal((struct sum){e->a * d, e->b * d}, off))
                    consider_flip(flips, (int)((WAL_FRAME_HEADER_SIZE + at + byte) * 8 + bit % 8));
            }
            *e = (struct sum){e->a + e->b, e->a + 2 * e->b};
        }
    }
}

static void consider_frame_flips(struct flips *flips)
{
    const struct walk *w = flips->w;
    const uint8_t *at = w->wal.data + flips->offset;
    struct sum wanted = frame_read(at).sum;

    for (int bit = 0; bit < WAL_FRAME_HEADER_SIZE * 8; bit++)
        consider_flip(flips, bit);
    struct sum got = sum_add(flips->before, w->big_endian, at, FRAME_SUMMED);
    got = sum_add(got, w->big_endian, at + WAL_FRAME_HEADER_SIZE, w->page_size);
    consider_page_flips(flips, (struct sum){wanted.a - got.a, wanted.b - got.b});
}

static int header_flipped_bit(const uint8_t *at, uint32_t page_size)
{
    uint8_t header[WAL_HEADER_SIZE];

    memcpy(header, at, sizeof header);
    for (int bit = 0; bit < WAL_HEADER_SIZE * 8; bit++) {
        header[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (header_is_good(header, page_size))
            return bit;
        header[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    return -1;
}

/*
 * Is what a frame's header says of page and commit what was written? Where its salts fit and all of
 * it lies in one sector, it is: a torn sector is right up to some byte. One that lies across two
 * may have garbage before salts that are right: then the frame must go on from the one before it.
 */
static bool header_is_told(const struct walk *w, size_t offset, uint32_t sector_size)
{
    const uint8_t *at = w->wal.data + offset;

    if (!salts_fit(w, at))
        return false;
    if (offset / sector_size == (offset + HEADER_TOLD - 1) / sector_size)
        return true;
    return offset >= WAL_HEADER_SIZE + w->frame_size &&
           frame_is_good(w, at, frame_read(at - w->frame_size).sum);
}

/*
 * Does a second transaction follow in the frames from n on? Then the first was synced before, and
 * what can't be read of it was no torn write. After a commit come copies of its frame as far as
 * the next sector boundary, and nothing else that belongs to it.
 */
static bool later_transaction(const struct walk *w, uint32_t n, uint32_t sector_size)
{
    uint32_t count = (uint32_t)((w->wal.size - WAL_HEADER_SIZE) / w->frame_size);
    struct frame commit = {0};
    size_t copies = 0;

    if (sector_size == 0)
        sector_size = SECTOR_SIZE_MAX;

    for (; n < count; n++) {
        size_t offset = WAL_HEADER_SIZE + (size_t)n * w->frame_size;
        const uint8_t *at = w->wal.data + offset;
        struct frame f = frame_read(at);

        if (!header_is_told(w, offset, sector_size))
            continue;
        if (commit.commit_pages != 0) {
            bool copy = f.page_number == commit.page_number &&
                        f.commit_pages == commit.commit_pages && copies > 0;
            if (!copy)
                return true;
            copies--;
        } else if (f.commit_pages != 0) {
            size_t end = offset + w->frame_size;
            size_t gap = (sector_size - end % sector_size) % sector_size;
            commit = f;
            copies = (gap + w->frame_size - 1) / w->frame_size;
        }
    }
    return false;
}

static void inspect_tail(const struct walk *w, uint32_t good, struct sum sum, uint32_t sector_size,
                         struct wal_found *found)
{
    size_t offset = WAL_HEADER_SIZE + (size_t)good * w->frame_size;
    uint32_t count = (uint32_t)((w->wal.size - WAL_HEADER_SIZE) / w->frame_size);

    found->tail = WAL_TORN;
    found->bad_offset = offset;
    if (good >= count)
        return;
    struct flips flips = {
        .w = w, .offset = offset, .before = sum, .sector_size = sector_size, .first = -1};
    consider_frame_flips(&flips);
    if (flips.first >= 0 && !flips.torn) {
        found->tail = WAL_DAMAGED;
        found->bad_offset = offset + (size_t)flips.first / 8;
        found->one_bit = true;
    } else if (later_transaction(w, good + 1, sector_size)) {
        found->tail = WAL_DAMAGED;
    }
}

static bool header_bit_is_damage(const struct walk *w, int bit, uint32_t sector_size)
{
    uint8_t header[WAL_HEADER_SIZE];
    struct walk mended = *w;

    memcpy(header, w->wal.data, sizeof header);
    header[bit / 8] ^= (uint8_t)(1u << bit % 8);
    mended.big_endian = (get_u32(header) & 1) != 0;
    mended.salts = header + 16;
    struct sum sum = {get_u32(header + 24), get_u32(header + 28)};
    return good_follows((size_t)bit / 8, WAL_HEADER_SIZE,
                        next_is_good(&mended, WAL_HEADER_SIZE, sum), sector_size);
}

/*
 * The header is synced before frames are written. But the first frame begins in its sector: a cut
 * in the very first transaction may take the header with it, one later may not.
 */
static void inspect_header(struct walk *w, uint32_t sector_size, struct wal_found *found)
{
    int bit = header_flipped_bit(w->wal.data, w->page_size);

    found->tail = WAL_TORN;
    if (bit >= 0 && header_bit_is_damage(w, bit, sector_size)) {
        found->tail = WAL_DAMAGED;
        found->bad_offset = (size_t)bit / 8;
        found->one_bit = true;
        return;
    }
    size_t count = (w->wal.size - WAL_HEADER_SIZE) / w->frame_size;
    if (count == 0)
        return;
    w->salts = w->wal.data + WAL_HEADER_SIZE + (count - 1) * w->frame_size + 8;
    if (later_transaction(w, 0, sector_size))
        found->tail = WAL_DAMAGED;
}

void wal_inspect(struct span wal, uint32_t page_size, uint32_t sector_size,
                 struct wal_found *found_out)
{
    struct walk w = {.wal = wal,
                     .page_size = page_size,
                     .frame_size = WAL_FRAME_HEADER_SIZE + (size_t)page_size};
    uint32_t good = 0;

    assert(page_size <= PAGE_SIZE_MAX && page_size % 8 == 0);
    *found_out = (struct wal_found){.tail = WAL_WHOLE};
    if (wal.size == 0)
        return;
    if (wal.size < WAL_HEADER_SIZE) {
        found_out->tail = WAL_TORN;
        return;
    }
    if (!header_is_good(wal.data, page_size)) {
        inspect_header(&w, sector_size, found_out);
        return;
    }
    w.big_endian = (get_u32(wal.data) & 1) != 0;
    w.salts = wal.data + 16;
    struct sum sum = {get_u32(wal.data + 24), get_u32(wal.data + 28)};
    size_t at = WAL_HEADER_SIZE;
    for (; at + w.frame_size <= wal.size; at += w.frame_size) {
        if (!frame_is_good(&w, wal.data + at, sum))
            break;
        struct frame f = frame_read(wal.data + at);
        sum = f.sum;
        good++;
        if (f.commit_pages != 0) {
            found_out->frames = good;
            found_out->database_pages = f.commit_pages;
        }
    }
    if (at != wal.size || found_out->frames != good)
        inspect_tail(&w, good, sum, sector_size, found_out);
}

uint32_t wal_page(struct span wal, uint32_t page_size, uint32_t n, const uint8_t **page_out)
{
    size_t at = WAL_HEADER_SIZE + (size_t)n * (WAL_FRAME_HEADER_SIZE + (size_t)page_size);

    assert(at + WAL_FRAME_HEADER_SIZE + page_size <= wal.size);
    *page_out = wal.data + at + WAL_FRAME_HEADER_SIZE;
    return get_u32(wal.data + at);
}
