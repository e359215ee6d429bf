#include "paper_rows.h"

#include <assert.h>
#include <string.h>

#include "text.h"

struct cluster {
    uint16_t at;
    uint8_t size;
    bool breaks;    /* a row may begin here */
    bool space;     /* an ordinary one: dropped where a row breaks */
    bool separator; /* the middle dot of " · " */
    int width;
};

struct clusters {
    const char *text;
    struct cluster all[PAPER_CLUSTERS_MAX];
    size_t count;
    int width; /* of all */
    bool overflow;
};

/* Rows of one text: from, to (exclusive), spaces at both ends dropped. */
struct piece {
    size_t from, to;
    int width;
};
struct pieces {
    struct piece all[PAPER_ROWS_MAX];
    size_t count;
    bool overflow;
};

static void split(const char *text, enum paper_style style, const struct paper_ruler *ruler,
                  struct clusters *out)
{
    out->text = text;
    out->count = 0;
    out->overflow = false;
    out->width = 0;
    const char *end = text + strlen(text);
    uint32_t before = ' ';
    for (const char *at = text; at < end;) {
        if (out->count == PAPER_CLUSTERS_MAX) {
            out->overflow = true;
            return;
        }
        struct cluster *one = &out->all[out->count++];
        const char *next = at;
        uint32_t c = text_next(&next, end);
        one->at = (uint16_t)(at - text);
        one->size = (uint8_t)paper_cluster(at, end);
        one->space = c == ' ';
        one->separator = c == 0xB7 && before == ' ' && next < end && *next == ' ';
        one->breaks = paper_may_break(before, c);
        one->width = ruler->advance(ruler->context, style, at, one->size);
        out->width += one->width;
        before = c;
        at += one->size;
    }
}

static int width_of(const struct clusters *c, size_t from, size_t to)
{
    int width = 0;
    for (size_t i = from; i < to; i++) {
        width += c->all[i].width;
    }
    return width;
}

static struct piece trimmed(const struct clusters *c, size_t from, size_t to)
{
    while (from < to && c->all[from].space) {
        from++;
    }
    while (to > from && c->all[to - 1].space) {
        to--;
    }
    return (struct piece){.from = from, .to = to, .width = width_of(c, from, to)};
}

static void add_piece(struct pieces *pieces, struct piece piece)
{
    if (piece.from == piece.to) {
        return;
    }
    if (pieces->count == PAPER_ROWS_MAX) {
        pieces->overflow = true;
        return;
    }
    pieces->all[pieces->count++] = piece;
}

/* As much as fits in each row. A word longer than a row is cut where it must be. */
static void fill(const struct clusters *c, size_t from, size_t to, int width, struct pieces *out)
{
    if (from == 0 && to == c->count && c->width <= width) {
        add_piece(out, trimmed(c, from, to));
        return;
    }
    while (from < to && !out->overflow) {
        if (c->all[from].space) {
            from++;
            continue;
        }
        int used = 0;
        size_t end = from;
        size_t good = 0; /* the last place where the row may end */
        while (end < to) {
            if (end > from && c->all[end].breaks) {
                good = end;
            }
            if (end > from && !c->all[end].space && used + c->all[end].width > width) {
                break;
            }
            used += c->all[end].width;
            end++;
        }
        if (end < to && good > from) {
            end = good;
        }
        add_piece(out, trimmed(c, from, end));
        from = end;
    }
}

/* The same number of rows, but of about equal length. */
static void fill_evenly(const struct clusters *c, size_t from, size_t to, int width,
                        struct pieces *out)
{
    struct pieces tried = {.count = 0};
    fill(c, from, to, width, &tried);
    int low = tried.count < 2 ? width : width_of(c, from, to) / (int)tried.count;
    int high = width;
    while (low < high) {
        int middle = (low + high) / 2;
        struct pieces now = {.count = 0};
        fill(c, from, to, middle, &now);
        bool fits = now.count <= tried.count && !now.overflow;
        for (size_t i = 0; i < now.count; i++) {
            fits = fits && now.all[i].width <= middle;
        }
        if (fits) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    fill(c, from, to, high, out);
}

/* Rows end at " · " where that helps, and the dot goes with it. */
static void fill_center(const struct clusters *c, int width, struct pieces *out)
{
    if (c->width <= width) {
        add_piece(out, trimmed(c, 0, c->count));
        return;
    }
    size_t from = 0;
    while (from < c->count && !out->overflow) {
        size_t first_end = c->count;
        size_t best_end = 0;
        for (size_t i = from; i <= c->count; i++) {
            if (i < c->count && !c->all[i].separator) {
                continue;
            }
            first_end = i < first_end ? i : first_end;
            if (trimmed(c, from, i).width <= width) {
                best_end = i;
            }
        }
        if (best_end > from) {
            add_piece(out, trimmed(c, from, best_end));
            from = best_end + 1;
        } else {
            fill_evenly(c, from, first_end, width, out);
            from = first_end + 1;
        }
    }
}

static struct paper_row *add_row(struct paper_rows *rows)
{
    if (rows->count == PAPER_ROWS_MAX) {
        rows->overflow = true;
        return &rows->rows[PAPER_ROWS_MAX - 1];
    }
    struct paper_row *row = &rows->rows[rows->count++];
    row->count = 0;
    return row;
}

static void add_run(struct paper_row *row, const struct clusters *c, struct piece piece, int x)
{
    if (row->count == 2) {
        return; /* only after an overflow, which the caller sees */
    }
    const struct cluster *first = &c->all[piece.from];
    const struct cluster *last = &c->all[piece.to - 1];
    row->runs[row->count++] = (struct paper_run){
        .text = c->text + first->at,
        .size = (uint16_t)(last->at + last->size - first->at),
        .x = x < 0 ? 0 : x,
        .width = piece.width,
    };
}

static void set_center(const struct clusters *c, int width, struct paper_rows *rows)
{
    struct pieces pieces = {.count = 0};
    fill_center(c, width, &pieces);
    rows->overflow = rows->overflow || pieces.overflow;
    for (size_t i = 0; i < pieces.count; i++) {
        add_run(add_row(rows), c, pieces.all[i], (width - pieces.all[i].width) / 2);
    }
}

static int longest_word(const struct clusters *c)
{
    int longest = 0;
    int now = 0;
    for (size_t i = 0; i < c->count; i++) {
        now = c->all[i].breaks || c->all[i].space ? 0 : now;
        now += c->all[i].width;
        longest = now > longest ? now : longest;
    }
    return longest;
}

static void set_sides(const struct clusters *left, const struct clusters *right, int gap, int width,
                      struct paper_rows *rows)
{
    struct piece l = trimmed(left, 0, left->count);
    struct piece r = trimmed(right, 0, right->count);
    bool both = l.width > 0 && r.width > 0;
    struct pieces lefts = {.count = 0};
    struct pieces rights = {.count = 0};
    size_t first_right = 0; /* the row in which the right side begins */
    int beside = width - l.width - gap;
    if (both && l.width <= width * 3 / 8 && r.width > beside && longest_word(right) <= beside) {
        /* A short name before a long value: the value wraps beside it. */
        add_piece(&lefts, l);
        fill_evenly(right, 0, right->count, beside, &rights);
    } else {
        fill(left, 0, left->count, width, &lefts);
        fill(right, 0, right->count, width, &rights);
        if (both) {
            bool fits = lefts.all[lefts.count - 1].width + gap + rights.all[0].width <= width;
            first_right = fits ? lefts.count - 1 : lefts.count;
        }
    }
    rows->overflow = rows->overflow || lefts.overflow || rights.overflow;
    for (size_t i = 0; i < lefts.count; i++) {
        add_run(add_row(rows), left, lefts.all[i], 0);
    }
    for (size_t i = 0; i < rights.count; i++) {
        size_t at = first_right + i;
        struct paper_row *row = at < rows->count ? &rows->rows[at] : add_row(rows);
        add_run(row, right, rights.all[i], width - rights.all[i].width);
    }
}

void paper_rows(const struct paper *p, const struct paper_line *line,
                const struct paper_ruler *ruler, struct paper_rows *rows_out)
{
    assert(line->kind == PAPER_LINE_SIDES || line->kind == PAPER_LINE_CENTER);
    struct clusters left;
    struct clusters right;
    enum paper_style style = line->style;
    for (;;) {
        split(paper_left(p, line), style, ruler, &left);
        split(paper_right(p, line), style, ruler, &right);
        int gap = ruler->advance(ruler->context, style, " ", 1);
        rows_out->style = style;
        rows_out->count = 0;
        rows_out->overflow = left.overflow || right.overflow;
        if (line->kind == PAPER_LINE_CENTER) {
            set_center(&left, ruler->width, rows_out);
        } else {
            set_sides(&left, &right, gap, ruler->width, rows_out);
        }
        if (style != PAPER_LARGE || rows_out->count <= 1) {
            return;
        }
        style = PAPER_TALL;
    }
}
