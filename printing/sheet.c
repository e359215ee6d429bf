#include "sheet.h"

#include <assert.h>
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHEET_FONT "WenQuanYi Micro Hei"

/* Points; A4. */
enum {
    SIDE_SHORT = 595,
    SIDE_LONG = 842,
    MARGIN = 40,
    FOOT = 30,
    ROW_HEIGHT = 15,
    LINE_HEIGHT = 12, /* each line more of a row */
    HEADING_HEIGHT = 26,
    TITLE_HEIGHT = 24,
    UNDER_HEIGHT = 18,
    GAP = 6
};
enum { SIZE_ROW = 9, SIZE_HEADING = 11, SIZE_TITLE = 16, SIZE_FOOT = 8, SIZE_LEAST = 5 };
enum { LINES_MOST = 4, LAYOUT_STEP = 20 /* rows that are measured in one part of the drawing */ };
enum { PATH_CAPACITY = 4096 };

enum kind { ITEM_LINE, ITEM_BOLD, ITEM_TABLE, ITEM_ROW };

struct table {
    char heading[SHEET_TEXT_MAX];
    char heads[SHEET_COLUMNS_MAX][SHEET_TEXT_MAX];
    int shares[SHEET_COLUMNS_MAX];
    bool right[SHEET_COLUMNS_MAX];
    size_t count;
};

/* What was said, in order; drawn at the close, when the number of pages is known. */
struct item {
    enum kind kind;
    size_t table; /* ITEM_TABLE, ITEM_ROW */
    char *text;   /* a line; or cells one after another, each terminated */
    int height;   /* 0: not measured yet */
};

struct sheet {
    char path[PATH_CAPACITY];
    char author[SHEET_TEXT_MAX], title[SHEET_TEXT_MAX], under[SHEET_TEXT_MAX];
    struct table *tables;
    size_t table_count;
    struct item *items;
    size_t item_count;
    enum till_status status;
    int width, height; /* of a page */
    /* while it is drawn */
    cairo_surface_t *surface; /* NULL: pages are only counted */
    cairo_t *cairo;           /* of the surface */
    PangoLayout *layout;
    size_t next; /* item */
    int y, page, pages;
};

static int inner_width(const struct sheet *sheet)
{
    return sheet->width - 2 * MARGIN;
}

enum till_status sheet_open(const char *path, const char *author, struct sheet **sheet_out)
{
    struct sheet *sheet = calloc(1, sizeof(*sheet));
    *sheet_out = sheet;
    if (sheet == NULL) {
        return TILL_E_MEMORY;
    }
    int size = snprintf(sheet->path, sizeof(sheet->path), "%s", path);
    sheet->status = size > 0 && size < PATH_CAPACITY ? TILL_OK : TILL_TOO_LARGE;
    (void)snprintf(sheet->author, sizeof(sheet->author), "%s", author);
    sheet->width = SIDE_SHORT;
    sheet->height = SIDE_LONG;
    return TILL_OK;
}

void sheet_lie(struct sheet *sheet)
{
    sheet->width = SIDE_LONG;
    sheet->height = SIDE_SHORT;
}

void sheet_title(struct sheet *sheet, const char *title, const char *under)
{
    (void)snprintf(sheet->title, sizeof(sheet->title), "%s", title);
    (void)snprintf(sheet->under, sizeof(sheet->under), "%s", under);
}

/* NULL: a fault stands, or there is no memory for it. */
static struct item *add(struct sheet *sheet, enum kind kind)
{
    enum { STEP = 256 };
    if (sheet->status != TILL_OK) {
        return NULL;
    }
    if (sheet->item_count == SHEET_ROWS_MAX) {
        sheet->status = TILL_TOO_LARGE;
        return NULL;
    }
    if (sheet->item_count % STEP == 0) {
        struct item *more =
            realloc(sheet->items, (sheet->item_count + STEP) * sizeof(*sheet->items));
        if (more == NULL) {
            sheet->status = TILL_E_MEMORY;
            return NULL;
        }
        sheet->items = more;
    }
    struct item *item = &sheet->items[sheet->item_count++];
    *item = (struct item){.kind = kind, .table = sheet->table_count - 1};
    return item;
}

static void keep_text(struct sheet *sheet, struct item *item, const char *text, size_t size)
{
    item->text = malloc(size);
    if (item->text == NULL) {
        sheet->status = TILL_E_MEMORY;
        return;
    }
    memcpy(item->text, text, size);
}

void sheet_line(struct sheet *sheet, const char *text, bool bold)
{
    struct item *item = add(sheet, bold ? ITEM_BOLD : ITEM_LINE);
    if (item != NULL) {
        keep_text(sheet, item, text, strlen(text) + 1);
    }
}

void sheet_table(struct sheet *sheet, const char *heading, const struct sheet_column *columns,
                 size_t count)
{
    assert(count >= 1 && count <= SHEET_COLUMNS_MAX);
    struct table *more = realloc(sheet->tables, (sheet->table_count + 1) * sizeof(*more));
    if (more == NULL) {
        sheet->status = TILL_E_MEMORY;
        return;
    }
    sheet->tables = more;
    struct table *table = &sheet->tables[sheet->table_count++];
    *table = (struct table){.count = count};
    (void)snprintf(table->heading, sizeof(table->heading), "%s", heading);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(table->heads[i], sizeof(table->heads[i]), "%s", columns[i].head);
        table->shares[i] = columns[i].share;
        table->right[i] = columns[i].right;
    }
    (void)add(sheet, ITEM_TABLE);
}

void sheet_row(struct sheet *sheet, const char *const *cells)
{
    char text[SHEET_COLUMNS_MAX * SHEET_TEXT_MAX];
    size_t size = 0;
    if (sheet->table_count == 0) {
        return;
    }
    const struct table *table = &sheet->tables[sheet->table_count - 1];
    for (size_t i = 0; i < table->count; i++) {
        size_t length = strnlen(cells[i], SHEET_TEXT_MAX - 1);
        memcpy(text + size, cells[i], length);
        text[size + length] = '\0';
        size += length + 1;
    }
    struct item *item = add(sheet, ITEM_ROW);
    if (item != NULL) {
        keep_text(sheet, item, text, size);
    }
}

/* ---- drawing --------------------------------------------------------------------------------- */

struct text_way {
    int size;
    bool bold, right;
    int lines; /* at most; 1 = cut, and only texts are */
};

static void set_font(const struct sheet *sheet, int size, bool bold)
{
    PangoFontDescription *font = pango_font_description_from_string(SHEET_FONT);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(sheet->layout, font);
    pango_font_description_free(font);
}

/* Figures get smaller until they fit; at the smallest they take a line more rather than be cut. */
static void lay_text(const struct sheet *sheet, int width, const char *text, struct text_way way)
{
    PangoLayout *layout = sheet->layout;
    int natural = 0;
    set_font(sheet, way.size, way.bold);
    pango_layout_set_alignment(layout, way.right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text, -1);
    if (way.right) {
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_NONE);
        for (int size = way.size; size >= SIZE_LEAST; size--) {
            set_font(sheet, size, way.bold);
            pango_layout_set_width(layout, -1);
            pango_layout_get_pixel_size(layout, &natural, NULL);
            if (natural <= width) {
                break;
            }
        }
    } else {
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        pango_layout_set_height(layout, -way.lines);
    }
    pango_layout_set_width(layout, width * PANGO_SCALE);
}

static void put_text(const struct sheet *sheet, int x, int y, int width, const char *text,
                     struct text_way way)
{
    if (sheet->cairo == NULL || text[0] == '\0') {
        return;
    }
    lay_text(sheet, width, text, way);
    cairo_move_to(sheet->cairo, x, y);
    pango_cairo_show_layout(sheet->cairo, sheet->layout);
}

/* Does it fit one line for certain? Letters are no wider than the rest of Unicode, figures are
 * narrower: most cells need not be laid out to be measured. */
static bool surely_fits(const char *text, int width)
{
    int tenths = 0; /* of the size of a letter */
    for (; *text != '\0' && tenths <= width * 10; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= 0xC0 || (byte < 0x80 && (byte < '-' || byte > '9'))) {
            tenths += 10 * SIZE_ROW;
        } else if (byte < 0x80) {
            tenths += 6 * SIZE_ROW;
        }
    }
    return tenths <= width * 10;
}

static int lines_of(const struct sheet *sheet, int width, const char *text, bool bold, bool right)
{
    if (surely_fits(text, width)) {
        return 1;
    }
    lay_text(sheet, width, text, (struct text_way){SIZE_ROW, bold, right, LINES_MOST});
    return pango_layout_get_line_count(sheet->layout);
}

/* grey: in hundredths, 0 is black. */
static void put_rule(const struct sheet *sheet, int y, int grey)
{
    if (sheet->cairo == NULL) {
        return;
    }
    cairo_set_source_rgb(sheet->cairo, grey / 100.0, grey / 100.0, grey / 100.0);
    cairo_set_line_width(sheet->cairo, 0.5);
    cairo_move_to(sheet->cairo, MARGIN, y);
    cairo_line_to(sheet->cairo, sheet->width - MARGIN, y);
    cairo_stroke(sheet->cairo);
    cairo_set_source_rgb(sheet->cairo, 0, 0, 0);
}

static void begin_page(struct sheet *sheet)
{
    char foot[64];
    const int width = inner_width(sheet);
    if (sheet->page > 0 && sheet->cairo != NULL) {
        cairo_show_page(sheet->cairo);
    }
    sheet->page++;
    sheet->y = MARGIN;
    put_text(sheet, MARGIN, sheet->y, width, sheet->title,
             (struct text_way){SIZE_TITLE, true, false, 1});
    sheet->y += TITLE_HEIGHT;
    put_text(sheet, MARGIN, sheet->y, width, sheet->under,
             (struct text_way){SIZE_ROW, false, false, 1});
    sheet->y += UNDER_HEIGHT;
    (void)snprintf(foot, sizeof(foot), "%d / %d", sheet->page, sheet->pages);
    put_text(sheet, MARGIN, sheet->height - MARGIN, width, foot,
             (struct text_way){SIZE_FOOT, false, true, 1});
}

/* Is there room for that much? Else a page more. */
static bool turn_page(struct sheet *sheet, int height)
{
    if (sheet->y + height <= sheet->height - MARGIN - FOOT) {
        return false;
    }
    begin_page(sheet);
    return true;
}

/* Of a table's column. */
static void find_column(const struct sheet *sheet, const struct table *table, size_t column,
                        int *x_out, int *width_out)
{
    int sum = 0, before = 0;
    for (size_t i = 0; i < table->count; i++) {
        before += i < column ? table->shares[i] : 0;
        sum += table->shares[i];
    }
    *x_out = MARGIN + inner_width(sheet) * before / sum;
    before += table->shares[column];
    *width_out = MARGIN + inner_width(sheet) * before / sum - *x_out - GAP;
}

static int cells_height(const struct sheet *sheet, const struct table *table, const char *cell,
                        bool bold)
{
    int most = 1;
    for (size_t i = 0; i < table->count; i++) {
        int x, width;
        find_column(sheet, table, i, &x, &width);
        int lines = lines_of(sheet, width, cell, bold, table->right[i] && !bold);
        most = lines > most ? lines : most;
        cell += strlen(cell) + 1;
    }
    return ROW_HEIGHT + (most - 1) * LINE_HEIGHT;
}

/* The columns of a table, given its cells one after another; heads are bold. */
static void put_cells(struct sheet *sheet, const struct table *table, const char *cell, bool bold,
                      int height)
{
    for (size_t i = 0; i < table->count; i++) {
        int x, width;
        find_column(sheet, table, i, &x, &width);
        put_text(sheet, x, sheet->y, width, cell,
                 (struct text_way){SIZE_ROW, bold, table->right[i], LINES_MOST});
        cell += strlen(cell) + 1;
    }
    sheet->y += height;
}

static void put_head(struct sheet *sheet, const struct table *table)
{
    char text[SHEET_COLUMNS_MAX * SHEET_TEXT_MAX];
    size_t size = 0;
    for (size_t i = 0; i < table->count; i++) {
        size_t length = strlen(table->heads[i]) + 1;
        memcpy(text + size, table->heads[i], length);
        size += length;
    }
    put_cells(sheet, table, text, true, cells_height(sheet, table, text, true));
    put_rule(sheet, sheet->y - 1, 40);
}

static void put_item(struct sheet *sheet, struct item *item)
{
    const int width = inner_width(sheet);
    const struct table *table = &sheet->tables[item->table];
    switch (item->kind) {
    case ITEM_LINE:
    case ITEM_BOLD:
        (void)turn_page(sheet, ROW_HEIGHT);
        put_text(sheet, MARGIN, sheet->y, width, item->text,
                 (struct text_way){SIZE_ROW, item->kind == ITEM_BOLD, false, 1});
        sheet->y += ROW_HEIGHT;
        break;
    case ITEM_TABLE:
        /* A heading is never the last of its page. */
        (void)turn_page(sheet, HEADING_HEIGHT + 2 * ROW_HEIGHT);
        put_text(sheet, MARGIN, sheet->y + 2 * GAP, width, table->heading,
                 (struct text_way){SIZE_HEADING, true, false, 1});
        sheet->y += HEADING_HEIGHT;
        put_head(sheet, table);
        break;
    case ITEM_ROW:
        if (item->height == 0) {
            item->height = cells_height(sheet, table, item->text, false);
        }
        if (turn_page(sheet, item->height)) {
            put_head(sheet, table);
        }
        put_cells(sheet, table, item->text, false, item->height);
        put_rule(sheet, sheet->y - 1, 85);
        break;
    }
}

/* Until a page is drawn, or so many rows are counted. True: all are. */
static bool put_some(struct sheet *sheet)
{
    if (sheet->page == 0) {
        begin_page(sheet);
    }
    const int page = sheet->page;
    for (size_t i = 0; sheet->next < sheet->item_count; i++) {
        if (sheet->page != page || (sheet->cairo == NULL && i == LAYOUT_STEP)) {
            return false;
        }
        put_item(sheet, &sheet->items[sheet->next++]);
    }
    return true;
}

static void temporary_path(const struct sheet *sheet, char out[PATH_CAPACITY + 8])
{
    (void)snprintf(out, PATH_CAPACITY + 8, "%s.new", sheet->path);
}

/* All is counted: from the first page on, and to be seen. */
static void begin_drawing(struct sheet *sheet)
{
    char path[PATH_CAPACITY + 8];
    temporary_path(sheet, path);
    sheet->surface = cairo_pdf_surface_create(path, sheet->width, sheet->height);
    cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_TITLE, sheet->title);
    cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_AUTHOR, sheet->author);
    sheet->cairo = cairo_create(sheet->surface);
    g_object_unref(sheet->layout);
    sheet->layout = pango_cairo_create_layout(sheet->cairo);
    sheet->pages = sheet->page;
    sheet->page = 0;
    sheet->next = 0;
}

/* A layout as the page will have it, while there is no page. */
static void begin_counting(struct sheet *sheet)
{
    PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 72);
    cairo_font_options_destroy(options);
    sheet->layout = pango_layout_new(context);
    g_object_unref(context);
}

enum till_status sheet_draw(struct sheet *sheet, bool *done_out)
{
    *done_out = true;
    if (sheet->status != TILL_OK) {
        return sheet->status;
    }
    if (sheet->layout == NULL) {
        begin_counting(sheet);
    }
    *done_out = put_some(sheet) && sheet->cairo != NULL;
    if (sheet->cairo == NULL && sheet->next == sheet->item_count) {
        begin_drawing(sheet);
    }
    return TILL_OK;
}

static enum till_status end_drawing(struct sheet *sheet)
{
    bool done = false;
    while (sheet->status == TILL_OK && !done) { /* each call takes up another item, or a page */
        sheet->status = sheet_draw(sheet, &done);
    }
    if (sheet->layout != NULL) {
        g_object_unref(sheet->layout);
    }
    if (sheet->surface == NULL) {
        return sheet->status;
    }
    cairo_show_page(sheet->cairo);
    cairo_destroy(sheet->cairo);
    cairo_surface_finish(sheet->surface);
    enum till_status status =
        cairo_surface_status(sheet->surface) == CAIRO_STATUS_SUCCESS ? TILL_OK : TILL_E_IO;
    cairo_surface_destroy(sheet->surface);
    return status;
}

static void free_all(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->item_count; i++) {
        free(sheet->items[i].text);
    }
    free(sheet->items);
    free(sheet->tables);
    free(sheet);
}

enum till_status sheet_close(struct sheet *sheet)
{
    char temporary[PATH_CAPACITY + 8];
    temporary_path(sheet, temporary);
    enum till_status status = end_drawing(sheet);
    if (status == TILL_OK && rename(temporary, sheet->path) != 0) {
        status = TILL_E_IO;
    }
    if (status != TILL_OK) {
        (void)unlink(temporary);
    }
    free_all(sheet);
    return status;
}
