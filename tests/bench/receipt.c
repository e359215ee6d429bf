/*
 * receipt_native and receipt_raster: from a journal entry and its kept lines, in memory, to the
 * bytes that go to the printer: unpack, lay out, encode, as the terminal does it for each paper.
 *
 * The papers are those of different customers, in turn, so that no cache sees the same one twice
 * in a row. Baselines, measured between them:
 *   native  the text of the same paper copied and converted to GB18030 by iconv
 *   raster  the text of the same paper drawn once by Pango and Cairo, in one layout, warm
 */
#include <iconv.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "stage.h"

enum { PAPERS = 64, WARM = 2, ROUNDS = 40, TEXT_MAX = 16 * 1024, PAPER_HEIGHT = 2400 };

/* What the journal keeps of a receipt. */
struct kept {
    struct proof proof;
    uint8_t lines[JOURNAL_RECEIPT_TEXT_MAX];
    size_t size;
};

struct bench {
    struct kept kept[PAPERS];
    struct paper paper;
    char text[TEXT_MAX]; /* of that paper, for the baselines */
    uint8_t bytes[ESCPOS_BYTES_MAX];
    size_t byte_count;
    iconv_t converter;
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoLayout *layout;
};

static void take_papers(struct bench *b, const struct bench_place *place)
{
    struct stage stage;
    struct flow_effect effect;
    struct entry entry;
    char dir[BENCH_PATH_MAX];
    bench_folder(place, "receipt", dir);
    stage_make(dir, STAGE_TOWN, SIM_START_S);
    stage_open(&stage, place, dir, false);
    stage_begin_shift(&stage);
    for (uint32_t n = 0; n < PAPERS; n++) {
        struct flow_event event = {.type = EVENT_COMMITTED};
        struct kept *k = &b->kept[n];
        stage_collection(&stage, n * 31 % STAGE_CUSTOMERS, &effect);
        ledger_commit(stage.app, &effect, &event, &entry);
        bench_need(event.status, "collection");
        stage_print_done(&stage, entry.seq);
        memcpy(k->proof.terminal, journal_terminal(stage.app->journal),
               strlen(journal_terminal(stage.app->journal)) + 1);
        bench_need(journal_read(stage.app->journal, entry.seq, &k->proof.entry, k->proof.prev),
                   "entry");
        bench_need(journal_receipt_text(stage.app->journal, entry.seq, (char *)k->lines,
                                        sizeof k->lines, &k->size),
                   "receipt text");
    }
    stage_close(&stage);
}

static double time_paper(struct bench *b, const struct kept *k,
                         const struct printer_profile *profile, struct escpos *escpos)
{
    struct receipt receipt;
    struct buffer out;
    double from = bench_now_us();
    enum till_status status = receipt_unpack((struct span){k->lines, k->size}, &receipt);
    if (status == TILL_OK)
        status = receipt_layout(&receipt, &k->proof, (struct receipt_copy){.number = 0},
                                profile->columns, &b->paper);
    buffer_init(&out, b->bytes, sizeof b->bytes);
    if (status == TILL_OK)
        status = escpos_encode(escpos, &b->paper, &out);
    double took = bench_now_us() - from;
    bench_need(status, profile->name);
    b->byte_count = out.size;
    return took;
}

/* ---- baselines ------------------------------------------------------------------------------- */

static void gather_text(struct bench *b, int columns)
{
    struct buffer out;
    buffer_init(&out, b->text, sizeof b->text - 1);
    bench_need(paper_text(&b->paper, columns, &out), "text");
    b->text[out.size] = '\0';
}

static double time_conversion(struct bench *b)
{
    char copy[TEXT_MAX], converted[TEXT_MAX];
    size_t size = strlen(b->text), room = sizeof converted;
    double from = bench_now_us();
    memcpy(copy, b->text, size);
    char *in = copy, *out = converted;
    size_t lost = iconv(b->converter, &in, &size, &out, &room);
    double took = bench_now_us() - from;
    if (lost == (size_t)-1)
        bench_fail("iconv");
    return took;
}

static double time_drawing(struct bench *b)
{
    double from = bench_now_us();
    cairo_set_operator(b->cairo, CAIRO_OPERATOR_CLEAR);
    cairo_paint(b->cairo);
    cairo_set_operator(b->cairo, CAIRO_OPERATOR_OVER);
    pango_layout_set_text(b->layout, b->text, -1);
    cairo_move_to(b->cairo, 0, 0);
    pango_cairo_show_layout(b->cairo, b->layout);
    cairo_surface_flush(b->surface);
    return bench_now_us() - from;
}

static void open_baselines(struct bench *b, const struct printer_profile *profile)
{
    b->converter = iconv_open("GB18030", "UTF-8");
    if (b->converter == (iconv_t)-1)
        bench_fail("no iconv for GB18030");
    b->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, profile->dots, PAPER_HEIGHT);
    b->cairo = cairo_create(b->surface);
    b->layout = pango_cairo_create_layout(b->cairo);
    PangoFontDescription *font = pango_font_description_from_string("WenQuanYi Micro Hei");
    pango_font_description_set_absolute_size(font, 24 * PANGO_SCALE);
    pango_layout_set_font_description(b->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(b->layout, profile->dots * PANGO_SCALE);
    pango_layout_set_wrap(b->layout, PANGO_WRAP_CHAR);
}

static void close_baselines(struct bench *b)
{
    g_object_unref(b->layout);
    cairo_destroy(b->cairo);
    cairo_surface_destroy(b->surface);
    iconv_close(b->converter);
}

/* ---- a row ----------------------------------------------------------------------------------- */

static void measure(struct bench *b, const char *name, const char *profile_name,
                    double (*time_baseline)(struct bench *b))
{
    const struct printer_profile *profile;
    struct escpos *escpos = NULL;
    struct samples papers = {0}, baseline = {0};
    bench_need(profile_find(profile_name, &profile), profile_name);
    bench_need(escpos_open(profile, &escpos), profile_name);
    open_baselines(b, profile);
    for (int round = 0; round < WARM + ROUNDS; round++) {
        for (int n = 0; n < PAPERS; n++) {
            double paper = time_paper(b, &b->kept[n], profile, escpos);
            gather_text(b, profile->columns);
            double bare = time_baseline(b);
            if (round < WARM)
                continue;
            samples_add(&papers, paper);
            samples_add(&baseline, bare);
        }
    }
    bench_row(name, samples_at(&papers, 0.5), "us", samples_at(&baseline, 0.5));
    bench_say("%s: p99 %.0f us, %zu bytes a paper", name, samples_at(&papers, 0.99), b->byte_count);
    samples_free(&papers);
    samples_free(&baseline);
    close_baselines(b);
    escpos_close(escpos);
}

int main(int argc, char **argv)
{
    struct bench_place place;
    bench_begin(argc, argv, &place);
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        bench_fail("out of memory");
    take_papers(b, &place);
    measure(b, "receipt_native", "escpos58-gb18030", time_conversion);
    measure(b, "receipt_raster", "escpos58-raster", time_drawing);
    free(b);
    return 0;
}
