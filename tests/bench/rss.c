/*
 * rss: the most memory that fieldtill ever had resident, after 1,600 different Han characters were
 * painted at three sizes and more, a customer was collected from and the paper printed.
 *
 * A real process on QVGA with a book of 200 customers whose names, and addresses, are 8 characters
 * that no other has. By keys and scans, as a person does it:
 *   the route is walked from end to end: names at 16 dots, addresses at 12
 *   every name is scanned: the customer's card opens, its title bold at 16 dots
 *   every name with a letter behind it is scanned: nothing is found, what is looked for stands
 *   there at 22 dots
 * What was seen is counted from the screens' texts; fewer than 1,600 on any of them fails.
 *
 * The baseline is the same process's peak when its login screen stood.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "process.h"
#include "stage.h"
#include "text.h"

enum {
    HAN_FIRST = 0x4E00,
    HAN_COUNT = STAGE_GLYPHS,
    SETTLE_MS = 450,
    ROUTE_MOST = 260,
    DEPTH_MOST = 4
};

struct seen {
    bool characters[HAN_COUNT];
};

/* The characters of the book in a screen's text. */
static void note(struct seen *seen, const char *text)
{
    const char *end = text + strlen(text);
    while (text < end) {
        uint32_t code = text_next(&text, end);
        if (code >= HAN_FIRST && code < HAN_FIRST + HAN_COUNT)
            seen->characters[code - HAN_FIRST] = true;
    }
}

static void note_screen(struct process *p, struct seen *seen, const char *screen)
{
    struct world_view view;
    world_view(p->world, &view);
    if (strcmp(view.screen, screen) == 0)
        note(seen, view.text);
}

static void demand(const struct seen *seen, const char *where)
{
    size_t count = 0;
    for (size_t i = 0; i < HAN_COUNT; i++)
        count += seen->characters[i] ? 1 : 0;
    if (count < HAN_COUNT) {
        bench_say("%s showed %zu of %d characters", where, count, HAN_COUNT);
        bench_fail("not all characters were painted");
    }
}

static void type(struct process *p, const char *digits)
{
    for (; *digits; digits++)
        process_press(p, (enum key)(PAD_0 + (*digits - '0')));
}

/* A press that takes money is one of a person who has read the question. */
static void press_fresh(struct process *p, enum key key)
{
    process_wait(p, SETTLE_MS);
    process_press(p, key);
}

static void log_in(struct process *p)
{
    type(p, STAGE_USER);
    process_press(p, PAD_OK);
    type(p, STAGE_PIN);
    process_press(p, PAD_OK);
    process_await(p, "shift");
    type(p, "2"); /* notes of 100 */
    process_press(p, PAD_F1);
    process_press(p, PAD_OK);
    process_await(p, "home");
}

static void go_home(struct process *p)
{
    struct world_view view;
    world_view(p->world, &view);
    for (int i = 0; i < DEPTH_MOST && strcmp(view.screen, "home") != 0; i++) {
        process_press(p, PAD_CANCEL);
        world_view(p->world, &view);
    }
    process_await(p, "home");
}

static void walk(struct process *p)
{
    struct seen seen = {.characters = {false}};
    process_press(p, PAD_1); /* there is one meter book: no choice is asked for */
    process_await(p, "route");
    for (int i = 1; i < STAGE_GLYPH_CUSTOMERS; i++) {
        note_screen(p, &seen, "route");
        process_press(p, PAD_DOWN);
    }
    note_screen(p, &seen, "route");
    demand(&seen, "the route");
    process_press(p, PAD_OK);
    process_await(p, "customer");
    process_press(p, PAD_OK);
    process_await(p, "tender");
    press_fresh(p, PAD_OK);
    process_await(p, "paper");
    process_wait(p, SETTLE_MS);
    process_press(p, PAD_OK);
    process_await(p, "route");
    go_home(p);
}

/* Scan every name; with something behind it nobody is found. */
static void scan_all(struct process *p, const char *behind, const char *screen)
{
    struct seen seen = {.characters = {false}};
    char name[BOOK_NAME_MAX], text[BOOK_NAME_MAX + 8];
    for (uint32_t n = 0; n < STAGE_GLYPH_CUSTOMERS; n++) {
        stage_glyph_name(n, name);
        snprintf(text, sizeof text, "%s%s", name, behind);
        world_scan(p->world, text);
        process_await(p, screen);
        note_screen(p, &seen, screen);
        go_home(p);
    }
    demand(&seen, screen);
}

int main(int argc, char **argv)
{
    struct bench_place place;
    struct process process;
    char dir[BENCH_PATH_MAX];
    bench_begin(argc, argv, &place);
    bench_folder(&place, "glyphs", dir);
    stage_make(dir, STAGE_GLYPH_BOOK, (int64_t)time(NULL));
    process_open(&process, &place, dir);
    (void)process_start(&process, "login");
    double login = (double)process_peak_kib(&process) / 1024;
    log_in(&process);
    walk(&process);
    scan_all(&process, "", "customer");
    scan_all(&process, "Z", "find");
    bench_row("rss", (double)process_peak_kib(&process) / 1024, "MiB", login);
    process_close(&process);
    return 0;
}
