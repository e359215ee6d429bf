#include "bench.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

enum { PRIORITY = -15 };

double bench_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

void bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(EXIT_FAILURE);
}

void bench_need(enum till_status status, const char *what)
{
    if (status == TILL_OK)
        return;
    fprintf(stderr, "bench: %s: %s\n", what, status_name(status));
    exit(EXIT_FAILURE);
}

/* ---- samples --------------------------------------------------------------------------------- */

void samples_add(struct samples *s, double value)
{
    if (s->count == s->capacity) {
        s->capacity = s->capacity ? 2 * s->capacity : 1024;
        s->values = realloc(s->values, s->capacity * sizeof *s->values);
        if (!s->values)
            bench_fail("out of memory");
    }
    s->values[s->count++] = value;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double samples_at(struct samples *s, double fraction)
{
    if (s->count == 0)
        bench_fail("nothing was measured");
    qsort(s->values, s->count, sizeof *s->values, compare);
    double rank = fraction * (double)s->count;
    size_t index = (size_t)rank;
    if ((double)index >= rank && index > 0)
        index--;
    return s->values[index < s->count ? index : s->count - 1];
}

void samples_free(struct samples *s)
{
    free(s->values);
    memset(s, 0, sizeof *s);
}

/* ---- rows ------------------------------------------------------------------------------------ */

void bench_row(const char *name, double value, const char *unit, double baseline)
{
    printf("%s\t%.3f\t%s\t%.3f\t%.3f\n", name, value, unit, baseline,
           baseline > 0 ? value / baseline : 0);
    fflush(stdout);
}

void bench_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("  ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

/* ---- where ----------------------------------------------------------------------------------- */

void bench_begin(int argc, char **argv, struct bench_place *place_out)
{
    memset(place_out, 0, sizeof *place_out);
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--build") == 0)
            place_out->build = argv[i + 1];
        else if (strcmp(argv[i], "--work") == 0)
            place_out->work = argv[i + 1];
    }
    if (!place_out->build || !place_out->work) {
        fprintf(stderr, "usage: %s --build DIR --work DIR\n", argv[0]);
        exit(2);
    }
    /* Before others on the same machine, where that is allowed: they are not what is measured. */
    if (setpriority(PRIO_PROCESS, 0, PRIORITY) != 0)
        bench_say("not before others on this machine");
}

static void join(const char *dir, const char *name, char out[BENCH_PATH_MAX])
{
    if (snprintf(out, BENCH_PATH_MAX, "%s/%s", dir, name) >= BENCH_PATH_MAX)
        bench_fail("a path is too long");
}

void bench_folder(const struct bench_place *place, const char *name, char out[BENCH_PATH_MAX])
{
    join(place->work, name, out);
    if (mkdir(out, 0700) != 0 && errno != EEXIST)
        bench_fail(out);
}

void bench_built(const struct bench_place *place, const char *name, char out[BENCH_PATH_MAX])
{
    join(place->build, name, out);
}
