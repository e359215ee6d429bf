/*
 * start_1m and rss_1m: fieldtill as a process of its own over 1,000,000 customers and a journal of
 * 100,000 entries.
 *
 *   start_1m  from before the fork to the login screen, as `start` (start.c)
 *   rss_1m    VmHWM after a working session by keys and scans: login, shift, meter books, a route
 *             from end to end, customers by scan, an account and a name looked for, collections
 *             with their papers, a duplicate, and the screens behind home's digits. The baseline is
 *             the same process's peak at its login screen.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "crowd.h"
#include "process.h"
#include "stage.h"

enum {
    WARM = 3,
    STARTS = 31,
    SETTLE_MS = 450,
    DEPTH_MOST = 6,
    PAPER_TURNS = 20,
    SCANS = 200,
    COLLECTIONS = 3
};

static void measure_start(struct process *p)
{
    struct samples starts = {0}, loads = {0};
    for (int i = 0; i < WARM + STARTS; i++) {
        double start = process_start(p, "login");
        process_stop(p);
        double load = process_load_only(p);
        if (i < WARM)
            continue;
        samples_add(&starts, start);
        samples_add(&loads, load);
    }
    bench_row("start_1m", samples_at(&starts, 0.5) / 1000, "ms", samples_at(&loads, 0.5) / 1000);
    bench_say("start_1m: best %.1f ms, p90 %.1f ms", samples_at(&starts, 0) / 1000,
              samples_at(&starts, 0.9) / 1000);
    samples_free(&starts);
    samples_free(&loads);
}

/* ---- a working session ----------------------------------------------------------------------- */

static void type(struct process *p, const char *digits)
{
    for (; *digits; digits++)
        process_press(p, (enum key)(PAD_0 + (*digits - '0')));
}

static const char *screen_of(struct process *p)
{
    static struct world_view view;
    world_view(p->world, &view);
    return view.screen;
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
    for (int i = 0; i < DEPTH_MOST && strcmp(screen_of(p), "home") != 0; i++)
        process_press(p, PAD_CANCEL);
    process_await(p, "home");
}

/* From a customer's card: all that they owe, in cash, and its paper. Who owes nothing is left. */
static bool collect(struct process *p)
{
    process_press(p, PAD_OK);
    if (strcmp(screen_of(p), "tender") != 0)
        return false;
    process_wait(p, SETTLE_MS); /* a press that takes money is one of a person who has read */
    process_press(p, PAD_OK);
    process_await(p, "paper");
    for (int i = 0; i < PAPER_TURNS && strcmp(screen_of(p), "paper") == 0; i++) {
        process_wait(p, SETTLE_MS);
        process_press(p, PAD_OK);
    }
    return true;
}

static void walk(struct process *p)
{
    process_press(p, PAD_1);
    process_await(p, "books");
    process_press(p, PAD_DOWN);
    process_press(p, PAD_OK);
    process_await(p, "route");
    for (int i = 1; i < CROWD_BOOK_SIZE; i++)
        process_press(p, PAD_DOWN);
    go_home(p);
}

/* Anyone's account, scanned as it stands on their bill. */
static void scan_customers(struct process *p)
{
    int collected = 0;
    for (uint32_t n = 0; n < SCANS; n++) {
        struct book_customer c;
        crowd_customer((uint32_t)(crowd_random(n, 400) % STAGE_COUNTY_CUSTOMERS), &c);
        world_scan(p->world, c.account);
        process_await(p, "customer");
        if (collected < COLLECTIONS)
            collected += collect(p) ? 1 : 0;
        go_home(p);
    }
    if (collected < COLLECTIONS)
        bench_fail("nobody owed anything");
}

/* As it is typed, digit by digit: ends of accounts, phones, initials as keys. */
static void search(struct process *p)
{
    static const char *const queries[] = {"1234", "138001", "9264", "53300", "99", "610005"};
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        process_press(p, PAD_2);
        process_await(p, "find");
        type(p, queries[i]);
        for (int down = 0; down < 8; down++)
            process_press(p, PAD_DOWN);
        go_home(p);
    }
}

/* What stands behind home's other digits. */
static void look_round(struct process *p)
{
    for (int digit = 3; digit <= 6; digit++) {
        process_press(p, (enum key)(PAD_0 + digit));
        process_press(p, PAD_DOWN);
        go_home(p);
    }
}

static void measure_memory(struct process *p)
{
    (void)process_start(p, "login");
    double login = (double)process_peak_kib(p) / 1024;
    log_in(p);
    walk(p);
    scan_customers(p);
    search(p);
    look_round(p);
    bench_row("rss_1m", (double)process_peak_kib(p) / 1024, "MiB", login);
    bench_say("rss_1m: a route of %d, %d customers' cards, %d collections with paper",
              CROWD_BOOK_SIZE, SCANS, COLLECTIONS);
}

int main(int argc, char **argv)
{
    struct bench_place place;
    struct process process;
    char dir[BENCH_PATH_MAX];
    bench_begin(argc, argv, &place);
    bench_folder(&place, "county", dir);
    double from = bench_now_us();
    stage_make(dir, STAGE_COUNTY, (int64_t)time(NULL));
    bench_say("county: made in %.1f s", (bench_now_us() - from) / 1e6);
    process_open(&process, &place, dir);
    measure_start(&process);
    measure_memory(&process);
    process_close(&process);
    return 0;
}
