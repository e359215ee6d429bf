/*
 * What every benchmark needs: a clock, samples, a row of build/bench.tsv, a place on the disk.
 *
 * A benchmark is a program that prints its rows on standard output, for tests/bench/run, and ends
 * with 0. What it can't measure ends it with 1 and a reason: no row is ever made up.
 */
#ifndef TILL_BENCH_H
#define TILL_BENCH_H

#include <stddef.h>

#include "status.h"

enum { BENCH_PATH_MAX = 400 };

/* Monotonic, microseconds. */
double bench_now_us(void);

/* Says what failed, and where in the bench, and ends the program with 1. */
void bench_fail(const char *what) __attribute__((noreturn));
void bench_need(enum till_status status, const char *what);

/* ---- samples --------------------------------------------------------------------------------- */

struct samples {
    double *values; /* samples_free */
    size_t count, capacity;
};
void samples_add(struct samples *s, double value);
/* The nearest rank: fraction 0.5 = p50, 0.99 = p99, 1 = the worst. Sorts them. */
double samples_at(struct samples *s, double fraction);
void samples_free(struct samples *s);

/* ---- rows ------------------------------------------------------------------------------------ */

/* name, value, unit, baseline, value / baseline, parted by tabs. */
void bench_row(const char *name, double value, const char *unit, double baseline);
/* For the person who watches; goes to standard error. */
void bench_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- where ----------------------------------------------------------------------------------- */

/* DIR of --build DIR, and a new empty folder in DIR of --work DIR; both must be given. */
struct bench_place {
    const char *build, *work;
};
void bench_begin(int argc, char **argv, struct bench_place *place_out);
/* WORK/name, made. */
void bench_folder(const struct bench_place *place, const char *name, char out[BENCH_PATH_MAX]);
/* BUILD/name or BUILD/bin/fieldtill */
void bench_built(const struct bench_place *place, const char *name, char out[BENCH_PATH_MAX]);

#endif
