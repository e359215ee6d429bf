/*
 * key_to_pixel: from a key that goes down to the first pixels handed to the display because of it.
 *
 * The whole application in this process, on the simulated board at QVGA, is led through every
 * screen of the story, again and again: login, shift, home, meter books, route, find, customer,
 * part payment, tender, paper, duplicate, sync. What happens in between is part of it: the book is
 * searched, money is committed, the paper is laid out and printed. A key that changes no pixel
 * counts until the application is done with it.
 *
 * A key's time is its median over the days, so that what the machine does besides does not count;
 * the row is the p99 of the keys of a day.
 *
 * The baseline after each key: Cairo clears a surface of the same size, and its pixels are copied.
 */
#include <cairo.h>
#include <stdlib.h>
#include <string.h>

#include "stage.h"
#include "text.h"

enum {
    DAYS = 14,
    WARM_DAYS = 2,
    STOPS = 4,
    PRESS_MS = 60,
    FRESH_MS = 405, /* the terminal wants 400 before money is taken */
    SETTLE_STEPS = 2,
    PRINT_STEPS = 1000,
    PRINT_STEP_MS = 50,
    SCREENS_MAX = 24
};

/* A display in front of the simulated one: notes when the first pixels came. */
struct watch {
    const struct display *behind;
    double shown_us;
};

static void watch_shape(void *context, struct display_shape *shape_out)
{
    const struct watch *w = context;
    display_shape(w->behind, shape_out);
}

static enum till_status watch_show(void *context, const uint32_t *pixels, size_t stride,
                                   struct display_area area)
{
    struct watch *w = context;
    enum till_status status = display_show(w->behind, pixels, stride, area);
    if (w->shown_us <= 0)
        w->shown_us = bench_now_us();
    return status;
}

static void watch_describe(void *context, const char *screen, const char *text)
{
    const struct watch *w = context;
    display_describe(w->behind, screen, text);
}

enum { KEYS_MAX = 256 };

/* One key of the story, over all days. */
struct step {
    struct samples took, bare;
    char screen[24]; /* that it leads to */
};

struct bench {
    struct stage stage;
    struct watch watch;
    struct display display;
    struct step steps[KEYS_MAX];
    size_t at, step_count;
    cairo_surface_t *surface;
    cairo_t *cairo;
    uint32_t copy[320 * 240];
    bool measured;
    char screens[SCREENS_MAX][24]; /* that were seen */
    size_t screen_count;
};

static void note_screen(struct bench *b)
{
    const char *name = app_screen(b->stage.app);
    for (size_t i = 0; i < b->screen_count; i++)
        if (strcmp(b->screens[i], name) == 0)
            return;
    if (b->screen_count == SCREENS_MAX)
        bench_fail("more screens than expected");
    text_copy(b->screens[b->screen_count++], sizeof b->screens[0], name);
}

static double clear_and_copy(struct bench *b)
{
    double from = bench_now_us();
    cairo_set_source_rgb(b->cairo, 1, 1, 1);
    cairo_paint(b->cairo);
    cairo_surface_flush(b->surface);
    memcpy(b->copy, cairo_image_surface_get_data(b->surface), sizeof b->copy);
    return bench_now_us() - from;
}

/* What waits is done before the next key; a paper comes out. */
static void settle(struct bench *b)
{
    int64_t wait_ms;
    for (int i = 0; i < SETTLE_STEPS; i++)
        app_step(b->stage.app, &wait_ms);
    for (int i = 0; i < PRINT_STEPS && b->stage.app->job.active; i++) {
        sim_advance(b->stage.world, PRINT_STEP_MS);
        app_step(b->stage.app, &wait_ms);
    }
}

/* Down, and when its first pixels came. */
static double press_timed(struct bench *b, enum key key)
{
    int64_t wait_ms;
    if (b->stage.app->screen.fresh && key == PAD_OK)
        sim_advance(b->stage.world, FRESH_MS);
    sim_key(b->stage.world, key, true);
    b->watch.shown_us = 0;
    double from = bench_now_us();
    app_step(b->stage.app, &wait_ms);
    double took = (b->watch.shown_us > 0 ? b->watch.shown_us : bench_now_us()) - from;
    note_screen(b);
    sim_advance(b->stage.world, PRESS_MS);
    sim_key(b->stage.world, key, false);
    settle(b);
    return took;
}

/* A key that not every day has: not measured. */
static void press_aside(struct bench *b, enum key key)
{
    bench_say("aside on %s", app_screen(b->stage.app));
    (void)press_timed(b, key);
}

static void press(struct bench *b, enum key key)
{
    double took = press_timed(b, key), bare = clear_and_copy(b);
    if (!b->measured)
        return;
    if (b->at == KEYS_MAX)
        bench_fail("a day has more keys than expected");
    struct step *step = &b->steps[b->at++];
    samples_add(&step->took, took);
    samples_add(&step->bare, bare);
    text_copy(step->screen, sizeof step->screen, app_screen(b->stage.app));
}

static void type(struct bench *b, const char *digits)
{
    for (; *digits; digits++)
        press(b, (enum key)(PAD_0 + (*digits - '0')));
}

static void expect(struct bench *b, const char *screen)
{
    if (strcmp(app_screen(b->stage.app), screen) != 0) {
        bench_say("the screen is %s", app_screen(b->stage.app));
        bench_fail(screen);
    }
}

/* ---- the story ------------------------------------------------------------------------------- */

/* Full amount by OK, part payment by F2; who owes nothing is asked for an advance either way. */
static void collect(struct bench *b, enum key how)
{
    expect(b, "customer");
    press(b, how);
    if (strcmp(app_screen(b->stage.app), "amount") == 0) {
        type(b, "20");
        press(b, PAD_OK);
        if (strcmp(app_screen(b->stage.app), "amount") == 0)
            press_aside(b, PAD_OK); /* it is more than five times what is owed: yes */
    }
    expect(b, "tender");
    press(b, PAD_DOWN);
    press(b, PAD_UP);
    press(b, PAD_OK);
    expect(b, "paper");
    press(b, PAD_OK); /* the next house */
}

static void walk(struct bench *b)
{
    press(b, PAD_1);
    expect(b, "books");
    press(b, PAD_DOWN);
    press(b, PAD_OK);
    expect(b, "route");
    for (int stop = 0; stop < STOPS; stop++) {
        for (int i = 0; i < 12; i++)
            press(b, i < 8 ? PAD_DOWN : PAD_UP);
        press(b, PAD_OK);
        collect(b, stop % 2 == 0 ? PAD_OK : PAD_F2);
        expect(b, "route");
    }
    press(b, PAD_CANCEL);
    press(b, PAD_CANCEL);
    expect(b, "home");
}

static void find(struct bench *b, uint32_t n)
{
    char account[ACCOUNT_MAX];
    stage_account(n, account);
    press(b, PAD_2);
    expect(b, "find");
    type(b, account + 4);
    press(b, PAD_DOWN);
    press(b, PAD_UP);
    press(b, PAD_OK);
    collect(b, PAD_OK);
    for (int i = 0; i < 4 && strcmp(app_screen(b->stage.app), "home") != 0; i++)
        press_aside(b, PAD_CANCEL);
    expect(b, "home");
}

static void print_again(struct bench *b)
{
    press(b, PAD_3);
    expect(b, "duplicate");
    press(b, PAD_DOWN);
    press(b, PAD_OK);
    expect(b, "paper");
    press(b, PAD_OK);
    expect(b, "home");
}

static void look_at_line(struct bench *b)
{
    press(b, PAD_4);
    expect(b, "sync");
    press(b, PAD_CANCEL);
    expect(b, "home");
}

static void day(struct bench *b, uint32_t n)
{
    expect(b, "login");
    type(b, STAGE_USER);
    press(b, PAD_OK);
    type(b, STAGE_PIN);
    press(b, PAD_OK);
    if (n == 0) {
        expect(b, "shift");
        type(b, "2"); /* notes of 100 */
        press(b, PAD_F1);
        press(b, PAD_OK);
    }
    expect(b, "home");
    walk(b);
    find(b, 300 + n * 37);
    print_again(b);
    look_at_line(b);
    press(b, PAD_6);
    expect(b, "more");
    press(b, PAD_0);
    press(b, PAD_OK);
}

static void open_bench(struct bench *b, const struct bench_place *place)
{
    char dir[BENCH_PATH_MAX];
    bench_folder(place, "paint", dir);
    stage_make(dir, STAGE_TOWN, SIM_START_S);
    stage_open(&b->stage, place, dir, true);
    b->watch.behind = b->stage.board.display;
    b->display = (struct display){.context = &b->watch,
                                  .shape = watch_shape,
                                  .show = watch_show,
                                  .backlight = b->stage.board.display->backlight,
                                  .describe = watch_describe,
                                  .close = b->stage.board.display->close};
    b->stage.board.display = &b->display;
    b->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 320, 240);
    b->cairo = cairo_create(b->surface);
}

/* Each key's median over the days; then the p99 of the keys. */
static void report(struct bench *b)
{
    struct samples keys = {0}, bare = {0};
    double worst_us = 0;
    const char *worst = "";
    for (size_t i = 0; i < b->step_count; i++) {
        struct step *step = &b->steps[i];
        if (step->took.count != DAYS)
            bench_fail("not every day had the same keys");
        double took = samples_at(&step->took, 0.5);
        samples_add(&keys, took);
        samples_add(&bare, samples_at(&step->bare, 0.5));
        if (took > worst_us) {
            worst_us = took;
            worst = step->screen;
        }
        samples_free(&step->took);
        samples_free(&step->bare);
    }
    bench_row("key_to_pixel", samples_at(&keys, 0.99) / 1000, "ms", samples_at(&bare, 0.99) / 1000);
    bench_say("%zu keys a day over %zu screens: p50 %.2f ms, worst %.2f ms (leads to %s)",
              keys.count, b->screen_count, samples_at(&keys, 0.5) / 1000, worst_us / 1000, worst);
    samples_free(&keys);
    samples_free(&bare);
}

int main(int argc, char **argv)
{
    struct bench_place place;
    bench_begin(argc, argv, &place);
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        bench_fail("out of memory");
    open_bench(b, &place);
    settle(b);
    for (uint32_t n = 0; n < WARM_DAYS + DAYS; n++) {
        b->measured = n >= WARM_DAYS;
        b->at = 0;
        day(b, n);
        b->step_count = b->at;
    }
    report(b);
    cairo_destroy(b->cairo);
    cairo_surface_destroy(b->surface);
    b->stage.board.display = (struct display *)(uintptr_t)b->watch.behind;
    stage_close(&b->stage);
    free(b);
    return 0;
}
