#include <string.h>

#include "book_file.h"
#include "book_term.h"
#include "distance.h"

/*
 * Boxes around the place that double until one holds enough or all: who is nearer than half the
 * side of a box is in it.
 */
enum { FIRST_RADIUS_M = 120 };

struct neighbour {
    int64_t row;
    uint32_t distance_m;
};

struct nearest {
    struct book *book;
    int32_t latitude_e7, longitude_e7;
    uint32_t radius_m;
    struct neighbour found[BOOK_FOUND_MAX]; /* ascending */
    size_t capacity, count;
};

/* Keeps the nearest; what comes first of the same distance stays first. */
static void keep(struct nearest *s, int64_t row, uint32_t distance_m)
{
    size_t at = s->count;

    if (s->count == s->capacity) {
        if (distance_m >= s->found[s->count - 1].distance_m)
            return;
        at--;
    } else {
        s->count++;
    }
    for (; at > 0 && s->found[at - 1].distance_m > distance_m; at--)
        s->found[at] = s->found[at - 1];
    s->found[at] = (struct neighbour){row, distance_m};
}

static enum till_status look_at(struct nearest *s, struct book_volume *v, int64_t row)
{
    struct sqlite_use use = sqlite_begin(v->statements[BOOK_POSITION]);
    enum till_status st;

    sqlite_bind_integer(&use, row);
    st = sqlite_next(&use);
    if (st == TILL_OK) {
        int64_t latitude = sqlite_column_integer(&use, 0);
        int64_t longitude = sqlite_column_integer(&use, 1);

        if (latitude != (int32_t)latitude || longitude != (int32_t)longitude ||
            !distance_can_be_from((int32_t)latitude, (int32_t)longitude)) {
            st = TILL_E_CORRUPT;
        } else {
            uint32_t distance =
                distance_m(s->latitude_e7, s->longitude_e7, (int32_t)latitude, (int32_t)longitude);
            if (distance <= s->radius_m)
                keep(s, v == &s->book->delta ? row + BOOK_DELTA_ROWS : row, distance);
        }
    }
    sqlite_end(&use);
    return st == TILL_NOT_FOUND ? TILL_E_CORRUPT : st;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static uint32_t cell_of(int64_t from_zero_e7)
{
    return (uint32_t)(from_zero_e7 / BOOK_CELL_E7);
}

static enum till_status mark_row(const struct book_volume *v, uint32_t row, int64_t west,
                                 int64_t east)
{
    const struct book_range range = {.first = book_term_of_cell(row, cell_of(west)),
                                     .last = book_term_of_cell(row, cell_of(east))};

    return book_posting_bits(&v->postings, &range, v->bits[0], v->rows);
}

/* One row of cells, from west to east; round the back of the earth in two parts. */
static enum till_status mark_cells(const struct book_volume *v, uint32_t row, int64_t west,
                                   int64_t east)
{
    const int64_t whole = 2 * (int64_t)DISTANCE_LONGITUDE_MAX;
    enum till_status st = TILL_OK;

    if (west < 0)
        st = mark_row(v, row, west + whole, whole);
    if (st == TILL_OK && east > whole)
        st = mark_row(v, row, 0, east - whole);
    return st == TILL_OK ? mark_row(v, row, west < 0 ? 0 : west, east > whole ? whole : east) : st;
}

static enum till_status mark_box(const struct nearest *s, const struct book_volume *v,
                                 uint32_t radius_m)
{
    const int64_t latitude = (int64_t)s->latitude_e7 + DISTANCE_LATITUDE_MAX;
    const int64_t longitude = (int64_t)s->longitude_e7 + DISTANCE_LONGITUDE_MAX;
    int32_t north = 0, east = 0;
    enum till_status st = TILL_OK;

    distance_box(s->latitude_e7, radius_m, &north, &east);
    memset(v->bits[0], 0, book_bits_size(v->rows));
    uint32_t first = cell_of(latitude > north ? latitude - north : 0);
    uint32_t last = cell_of(latitude + north < 2 * (int64_t)DISTANCE_LATITUDE_MAX
                                ? latitude + north
                                : 2 * (int64_t)DISTANCE_LATITUDE_MAX);
    for (uint32_t row = first; row <= last && st == TILL_OK; row++)
        st = mark_cells(v, row, longitude - east, longitude + east);
    return st;
}

/* ---- nearest --------------------------------------------------------------------------------- */

static enum till_status look_in(struct nearest *s, struct book_volume *v, uint32_t radius_m)
{
    const uint64_t *gone = v == &s->book->base ? s->book->gone : NULL;
    enum till_status st;

    if (v->db == NULL)
        return TILL_OK;
    st = mark_box(s, v, radius_m);
    for (int64_t word = 0; st == TILL_OK && word <= v->rows / 64; word++) {
        uint64_t left = v->bits[0][word] & ~(gone != NULL ? gone[word] : 0);

        for (; left != 0 && st == TILL_OK; left &= left - 1)
            st = look_at(s, v, word * 64 + __builtin_ctzll(left));
    }
    return st;
}

enum till_status book_nearest(struct book *b, int32_t latitude_e7, int32_t longitude_e7,
                              uint32_t radius_m, struct book_line *lines_out, size_t capacity,
                              size_t *count_out)
{
    struct nearest s = {.book = b,
                        .latitude_e7 = latitude_e7,
                        .longitude_e7 = longitude_e7,
                        .radius_m = radius_m,
                        .capacity = capacity < BOOK_FOUND_MAX ? capacity : BOOK_FOUND_MAX};
    uint32_t box_m = radius_m < FIRST_RADIUS_M ? radius_m : FIRST_RADIUS_M;
    enum till_status st = TILL_OK;
    bool enough = false;

    *count_out = 0;
    if (!distance_can_be_from(latitude_e7, longitude_e7) || radius_m > BOOK_RADIUS_MAX_M)
        return TILL_BAD_INPUT;
    if (capacity == 0)
        return TILL_OK;
    while (!enough && st == TILL_OK) {
        s.count = 0;
        st = look_in(&s, &b->base, box_m);
        if (st == TILL_OK)
            st = look_in(&s, &b->delta, box_m);
        enough =
            box_m == radius_m || (s.count == s.capacity && s.found[s.count - 1].distance_m < box_m);
        box_m = box_m < radius_m / 2 ? 2 * box_m : radius_m;
    }
    for (size_t i = 0; i < s.count && st == TILL_OK; i++) {
        st = book_read_line(b, s.found[i].row, &lines_out[i], NULL);
        if (st == TILL_OK)
            lines_out[i].distance_m = s.found[i].distance_m;
    }
    if (st == TILL_OK)
        *count_out = s.count;
    return st;
}
