/*
 * start: from before the fork of fieldtill to its login screen: the pixels in the shared picture
 * and then the screen's name on the bus. A real process with an enrolled state and the book of a
 * township; warm, that is, its files are in the page cache and its fonts in fontconfig's.
 *
 * The baseline between the starts: the same program executed without arguments, which loads the
 * same libraries, says how it is used, and ends.
 */
#include <time.h>

#include "process.h"
#include "stage.h"

enum { WARM = 3, STARTS = 41 };

int main(int argc, char **argv)
{
    struct bench_place place;
    struct process process;
    struct samples starts = {0}, loads = {0};
    char dir[BENCH_PATH_MAX];
    bench_begin(argc, argv, &place);
    bench_folder(&place, "start", dir);
    stage_make(dir, STAGE_TOWN, (int64_t)time(NULL));
    process_open(&process, &place, dir);
    for (int i = 0; i < WARM + STARTS; i++) {
        double start = process_start(&process, "login");
        process_stop(&process);
        double load = process_load_only(&process);
        if (i < WARM)
            continue;
        samples_add(&starts, start);
        samples_add(&loads, load);
    }
    bench_row("start", samples_at(&starts, 0.5) / 1000, "ms", samples_at(&loads, 0.5) / 1000);
    bench_say("start: best %.1f ms, p90 %.1f ms", samples_at(&starts, 0) / 1000,
              samples_at(&starts, 0.9) / 1000);
    process_close(&process);
    samples_free(&starts);
    samples_free(&loads);
    return 0;
}
