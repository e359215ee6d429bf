/*
 * frame: the worst screen painted whole and handed to the display, ms, p99; QVGA.
 *
 * The screens come from the application itself over a book of 2,000 customers: fixed ways lead
 * through its menus and any keys do the rest, the same ones in every run. Of each kind of screen
 * the first SCREENS_A_KIND that differ are kept as models. All of them are painted in turn; the one
 * whose median is the highest is then painted a thousand times, another one between, so that every
 * pixel changes. Of SETS times the one with the least noise counts.
 *
 * The baseline between the frames: Cairo clears a surface of the same size, and its pixels are
 * copied.
 */
#include <cairo.h>
#include <stdlib.h>
#include <string.h>

#include "painter.h"
#include "stage.h"
#include "text.h"

enum {
    SCREENS_MAX = 1500,
    SCREENS_A_KIND = 30,
    STEPS = 6000,
    PRESS_MS = 60,
    FRESH_MS = 405,
    SETTLE_STEPS = 3,
    PRINT_STEPS = 1000,
    PRINT_STEP_MS = 50,
    ROUNDS = 7,
    SETS = 5,
    FRAMES = 400,
    WIDTH = 320,
    HEIGHT = 240
};

struct bench {
    struct stage stage;
    struct painter *painter;
    struct screen *screens; /* that were seen, each once */
    size_t count;
    uint64_t seed;
    cairo_surface_t *surface;
    cairo_t *cairo;
    uint32_t copy[WIDTH * HEIGHT];
};

/* ---- the screens there are ------------------------------------------------------------------- */

static void keep(struct bench *b)
{
    const struct screen *now = &b->stage.app->screen;
    size_t of_kind = 0;
    if (!now->name || b->count == SCREENS_MAX)
        return;
    for (size_t i = 0; i < b->count; i++) {
        if (memcmp(&b->screens[i], now, sizeof *now) == 0)
            return;
        of_kind += strcmp(b->screens[i].name, now->name) == 0 ? 1 : 0;
    }
    if (of_kind < SCREENS_A_KIND)
        b->screens[b->count++] = *now;
}

static void press(struct bench *b, enum key key)
{
    int64_t wait_ms;
    if (b->stage.app->screen.fresh)
        sim_advance(b->stage.world, FRESH_MS);
    sim_key(b->stage.world, key, true);
    app_step(b->stage.app, &wait_ms);
    keep(b);
    sim_advance(b->stage.world, PRESS_MS);
    sim_key(b->stage.world, key, false);
    for (int i = 0; i < SETTLE_STEPS || (i < PRINT_STEPS && b->stage.app->job.active); i++) {
        app_step(b->stage.app, &wait_ms);
        keep(b);
        if (i >= SETTLE_STEPS)
            sim_advance(b->stage.world, PRINT_STEP_MS);
    }
}

static void type(struct bench *b, const char *digits)
{
    for (; *digits; digits++)
        press(b, (enum key)(PAD_0 + (*digits - '0')));
}

static void log_in(struct bench *b)
{
    press(b, PAD_CANCEL);
    type(b, STAGE_USER);
    press(b, PAD_OK);
    type(b, STAGE_PIN);
    press(b, PAD_OK);
    if (strcmp(app_screen(b->stage.app), "shift") == 0) {
        type(b, "2"); /* notes of 100 */
        press(b, PAD_F1);
        press(b, PAD_OK);
    }
}

static void go_home(struct bench *b)
{
    for (int i = 0; i < 8 && strcmp(app_screen(b->stage.app), "home") != 0; i++)
        press(b, PAD_CANCEL);
    if (strcmp(app_screen(b->stage.app), "home") != 0)
        log_in(b);
}

static unsigned dice(struct bench *b, unsigned limit)
{
    b->seed = b->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(b->seed >> 33) % limit;
}

/* OK, digits and the ways onwards more often than the way back. */
static enum key any_key(struct bench *b)
{
    static const enum key keys[] = {PAD_OK, PAD_OK,   PAD_OK,    PAD_OK,    PAD_DOWN, PAD_DOWN,
                                    PAD_UP, PAD_LEFT, PAD_RIGHT, PAD_F1,    PAD_F1,   PAD_F2,
                                    PAD_F2, PAD_HASH, PAD_STAR,  PAD_CLEAR, PAD_SCAN, PAD_CANCEL};
    if (dice(b, 3) == 0)
        return (enum key)(PAD_0 + dice(b, 10));
    return keys[dice(b, sizeof keys / sizeof keys[0])];
}

/* Home's digits, the digits behind them, and a customer's card. */
static void fixed_ways(struct bench *b)
{
    for (int first = 0; first <= 9; first++) {
        for (int second = 0; second <= 9; second++) {
            go_home(b);
            press(b, (enum key)(PAD_0 + first));
            press(b, (enum key)(PAD_0 + second));
            for (int i = 0; i < 3; i++)
                press(b, any_key(b));
        }
    }
}

static void any_ways(struct bench *b)
{
    char account[ACCOUNT_MAX];
    for (int i = 0; i < STEPS; i++) {
        if (strcmp(app_screen(b->stage.app), "login") == 0) {
            log_in(b);
        } else if (dice(b, 60) == 0) {
            go_home(b);
        } else if (dice(b, 40) == 0) {
            stage_account(dice(b, STAGE_CUSTOMERS), account);
            sim_scan(b->stage.world, account, strlen(account));
            press(b, PAD_DOWN);
        } else {
            press(b, any_key(b));
        }
    }
}

/* Questions to the office from a card, and the codes of a list of collected accounts: the way there
 * is the second menu from its end. */
static void asked_ways(struct bench *b)
{
    enum { UP_MOST = 4, CARDS = 8 };
    char account[ACCOUNT_MAX];
    for (unsigned i = 0; i < CARDS; i++) {
        go_home(b);
        stage_account(i, account);
        sim_scan(b->stage.world, account, strlen(account));
        press(b, PAD_DOWN);
        press(b, PAD_OK);
        press(b, PAD_RIGHT);
        press(b, PAD_CANCEL);
        press(b, PAD_OK);
        press(b, PAD_OK);
    }
    for (int up = 1; up <= UP_MOST; up++) {
        go_home(b);
        press(b, PAD_6);
        for (int i = 0; i < up; i++)
            press(b, PAD_UP);
        static const enum key keys[] = {PAD_OK, PAD_1, PAD_OK, PAD_1, PAD_RIGHT};
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
            press(b, keys[i]);
    }
}

static size_t names(const struct bench *b)
{
    size_t count = 0;
    for (size_t i = 0; i < b->count; i++) {
        size_t j = 0;
        while (j < i && strcmp(b->screens[i].name, b->screens[j].name) != 0)
            j++;
        count += j == i ? 1 : 0;
    }
    return count;
}

/* ---- painting -------------------------------------------------------------------------------- */

static double paint_us(struct bench *b, const struct screen *s)
{
    struct display_area area;
    double from = bench_now_us();
    painter_paint(b->painter, s, &area);
    area = (struct display_area){0, 0, WIDTH, HEIGHT};
    bench_need(display_show(b->stage.board.display, painter_frame(b->painter), WIDTH, area),
               "display");
    double took = bench_now_us() - from;
    painter_rest(b->painter, s);
    return took;
}

static double clear_and_copy_us(struct bench *b)
{
    double from = bench_now_us();
    cairo_set_source_rgb(b->cairo, 1, 1, 1);
    cairo_paint(b->cairo);
    cairo_surface_flush(b->surface);
    memcpy(b->copy, cairo_image_surface_get_data(b->surface), sizeof b->copy);
    return bench_now_us() - from;
}

/* The one with the highest median. */
static size_t worst_of(struct bench *b)
{
    struct samples *took = calloc(b->count, sizeof *took);
    size_t worst = 0;
    double worst_us = 0;
    if (!took)
        bench_fail("out of memory");
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < b->count; i++)
            samples_add(&took[i], paint_us(b, &b->screens[i]));
    for (size_t i = 0; i < b->count; i++) {
        double us = samples_at(&took[i], 0.5);
        if (us > worst_us) {
            worst_us = us;
            worst = i;
        }
        samples_free(&took[i]);
    }
    free(took);
    return worst;
}

static void measure(struct bench *b, size_t worst)
{
    double best_us = 0, best_bare_us = 0, p50_us = 0;
    for (int set = 0; set < SETS; set++) {
        struct samples took = {0}, bare = {0};
        for (int i = 0; i < FRAMES; i++) {
            (void)paint_us(b, &b->screens[worst > 0 ? 0 : b->count - 1]);
            samples_add(&took, paint_us(b, &b->screens[worst]));
            samples_add(&bare, clear_and_copy_us(b));
        }
        double us = samples_at(&took, 0.99);
        if (set == 0 || us < best_us) {
            best_us = us;
            best_bare_us = samples_at(&bare, 0.99);
            p50_us = samples_at(&took, 0.5);
        }
        samples_free(&took);
        samples_free(&bare);
    }
    bench_row("frame", best_us / 1000, "ms", best_bare_us / 1000);
    bench_say("frame: %zu screens of %zu kinds; the worst is \"%s\", p50 %.2f ms", b->count,
              names(b), b->screens[worst].name, p50_us / 1000);
}

static void open_bench(struct bench *b, const struct bench_place *place)
{
    struct display_shape shape;
    char dir[BENCH_PATH_MAX];
    bench_folder(place, "frame", dir);
    stage_make(dir, STAGE_TOWN, SIM_START_S);
    stage_open(&b->stage, place, dir, false);
    display_shape(b->stage.board.display, &shape);
    if (shape.width != WIDTH || shape.height != HEIGHT)
        bench_fail("the display is not QVGA");
    bench_need(painter_open(&shape, &b->painter), "painter");
    b->screens = calloc(SCREENS_MAX, sizeof *b->screens);
    b->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    b->cairo = cairo_create(b->surface);
    if (!b->screens)
        bench_fail("out of memory");
    b->seed = 1;
}

int main(int argc, char **argv)
{
    struct bench_place place;
    bench_begin(argc, argv, &place);
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        bench_fail("out of memory");
    open_bench(b, &place);
    log_in(b);
    fixed_ways(b);
    asked_ways(b);
    any_ways(b);
    measure(b, worst_of(b));
    painter_close(b->painter);
    stage_close(&b->stage);
    cairo_destroy(b->cairo);
    cairo_surface_destroy(b->surface);
    free(b->screens);
    free(b);
    return 0;
}
