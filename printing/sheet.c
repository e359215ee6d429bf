#include "sheet.h"

#include <assert.h>
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHEET_FONT "WenQuanYi Micro Hei"

/* Points; A4 as it stands. */
enum {
    PAGE_WIDTH = 595,
    PAGE_HEIGHT = 842,
    MARGIN = 40,
    FOOT = 30,
    ROW_HEIGHT = 15,
    HEADING_HEIGHT = 26,
    TITLE_HEIGHT = 24,
    UNDER_HEIGHT = 18,
    GAP = 6
};
enum { SIZE_ROW = 9, SIZE_HEADING = 11, SIZE_TITLE = 16, SIZE_FOOT = 8 };
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
};

struct sheet {
    char path[PATH_CAPACITY];
    char author[SHEET_TEXT_MAX], title[SHEET_TEXT_MAX], under[SHEET_TEXT_MAX];
    struct table *tables;
    size_t table_count;
    struct item *items;
    size_t item_count;
    enum till_status status;
    /* while it is drawn */
    cairo_t *cairo; /* NULL: pages are only counted */
    PangoLayout *layout;
    int y, page, pages;
};

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
    return TILL_OK;
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

static void put_text(const struct sheet *sheet, int x, int y, int width, const char *text, int size,
                     bool bold, bool right)
{
    if (sheet->cairo == NULL) {
        return;
    }
    PangoFontDescription *font = pango_font_description_from_string(SHEET_FONT);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(sheet->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(sheet->layout, width * PANGO_SCALE);
    pango_layout_set_ellipsize(sheet->layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_alignment(sheet->layout, right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_single_paragraph_mode(sheet->layout, TRUE);
    pango_layout_set_text(sheet->layout, text, -1);
    cairo_move_to(sheet->cairo, x, y);
    pango_cairo_show_layout(sheet->cairo, sheet->layout);
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
    cairo_line_to(sheet->cairo, PAGE_WIDTH - MARGIN, y);
    cairo_stroke(sheet->cairo);
    cairo_set_source_rgb(sheet->cairo, 0, 0, 0);
}

static void begin_page(struct sheet *sheet)
{
    char foot[64];
    enum { WIDTH = PAGE_WIDTH - 2 * MARGIN };
    if (sheet->page > 0 && sheet->cairo != NULL) {
        cairo_show_page(sheet->cairo);
    }
    sheet->page++;
    sheet->y = MARGIN;
    put_text(sheet, MARGIN, sheet->y, WIDTH, sheet->title, SIZE_TITLE, true, false);
    sheet->y += TITLE_HEIGHT;
    put_text(sheet, MARGIN, sheet->y, WIDTH, sheet->under, SIZE_ROW, false, false);
    sheet->y += UNDER_HEIGHT;
    (void)snprintf(foot, sizeof(foot), "%d / %d", sheet->page, sheet->pages);
    put_text(sheet, MARGIN, PAGE_HEIGHT - MARGIN, WIDTH, foot, SIZE_FOOT, false, true);
}

/* Is there room for that much? Else a page more. */
static bool turn_page(struct sheet *sheet, int height)
{
    if (sheet->y + height <= PAGE_HEIGHT - MARGIN - FOOT) {
        return false;
    }
    begin_page(sheet);
    return true;
}

/* The columns of a table, given its cells one after another. */
static void put_cells(struct sheet *sheet, const struct table *table, const char *cell, bool bold)
{
    int sum = 0, before = 0;
    enum { WIDTH = PAGE_WIDTH - 2 * MARGIN };
    for (size_t i = 0; i < table->count; i++) {
        sum += table->shares[i];
    }
    for (size_t i = 0; i < table->count; i++) {
        int x = MARGIN + WIDTH * before / sum;
        before += table->shares[i];
        int end = MARGIN + WIDTH * before / sum;
        put_text(sheet, x, sheet->y, end - x - GAP, cell, SIZE_ROW, bold, table->right[i]);
        cell += strlen(cell) + 1;
    }
    sheet->y += ROW_HEIGHT;
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
    put_cells(sheet, table, text, true);
    put_rule(sheet, sheet->y - 1, 40);
}

static void put_item(struct sheet *sheet, const struct item *item)
{
    enum { WIDTH = PAGE_WIDTH - 2 * MARGIN };
    const struct table *table = &sheet->tables[item->table];
    switch (item->kind) {
    case ITEM_LINE:
    case ITEM_BOLD:
        (void)turn_page(sheet, ROW_HEIGHT);
        put_text(sheet, MARGIN, sheet->y, WIDTH, item->text, SIZE_ROW, item->kind == ITEM_BOLD,
                 false);
        sheet->y += ROW_HEIGHT;
        break;
    case ITEM_TABLE:
        /* A heading is never the last of its page. */
        (void)turn_page(sheet, HEADING_HEIGHT + 2 * ROW_HEIGHT);
        put_text(sheet, MARGIN, sheet->y + 2 * GAP, WIDTH, table->heading, SIZE_HEADING, true,
                 false);
        sheet->y += HEADING_HEIGHT;
        put_head(sheet, table);
        break;
    case ITEM_ROW:
        if (turn_page(sheet, ROW_HEIGHT)) {
            put_head(sheet, table);
        }
        put_cells(sheet, table, item->text, false);
        put_rule(sheet, sheet->y - 1, 85);
        break;
    }
}

static void put_all(struct sheet *sheet)
{
    sheet->page = 0;
    begin_page(sheet);
    for (size_t i = 0; i < sheet->item_count; i++) {
        put_item(sheet, &sheet->items[i]);
    }
}

static enum till_status draw(struct sheet *sheet, const char *path)
{
    put_all(sheet); /* counted */
    sheet->pages = sheet->page;
    cairo_surface_t *surface = cairo_pdf_surface_create(path, PAGE_WIDTH, PAGE_HEIGHT);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, sheet->title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, sheet->author);
    sheet->cairo = cairo_create(surface);
    sheet->layout = pango_cairo_create_layout(sheet->cairo);
    put_all(sheet);
    cairo_show_page(sheet->cairo);
    g_object_unref(sheet->layout);
    cairo_destroy(sheet->cairo);
    cairo_surface_finish(surface);
    enum till_status status =
        cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS ? TILL_OK : TILL_E_IO;
    cairo_surface_destroy(surface);
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
    enum till_status status = sheet->status;
    (void)snprintf(temporary, sizeof(temporary), "%s.new", sheet->path);
    if (status == TILL_OK) {
        status = draw(sheet, temporary);
        if (status == TILL_OK && rename(temporary, sheet->path) != 0) {
            status = TILL_E_IO;
        }
        if (status != TILL_OK) {
            (void)unlink(temporary);
        }
    }
    free_all(sheet);
    return status;
}
