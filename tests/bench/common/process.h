/*
 * fieldtill as a process of its own, over a stage, with its world played from here: the panel's
 * end of the bus, nothing else.
 */
#ifndef TILL_BENCH_PROCESS_H
#define TILL_BENCH_PROCESS_H

#include <sys/types.h>

#include "bench.h"
#include "world.h"

struct process {
    struct event_base *base;
    struct world *world;
    char program[BENCH_PATH_MAX], locale[BENCH_PATH_MAX], fonts[BENCH_PATH_MAX];
    char socket[BENCH_PATH_MAX], picture[BENCH_PATH_MAX], bus[BENCH_PATH_MAX + 16];
    char dir[BENCH_PATH_MAX];
    pid_t pid;        /* 0: not running */
    double screen_us; /* when the terminal last said what stands on its screen */
};

/* The world; dir: of the stage, with an enrolled state; QVGA. */
void process_open(struct process *p, const struct bench_place *place, const char *dir);
void process_close(struct process *p);

/* Start it; returns the microseconds from before the fork until the screen of that name was there,
 * pixels first. */
double process_start(struct process *p, const char *screen);
/* End it as a service manager does, and wait. */
void process_stop(struct process *p);
/* The same program, which finds no arguments, says so and ends: what loading it costs. */
double process_load_only(const struct process *p);

/* A key down and up; waits until the screen says something else, 2 s at most. */
void process_press(struct process *p, enum key key);
/* Until the screen has that name; 10 s, then the bench fails. */
void process_await(struct process *p, const char *screen);
/* Let time pass, and take in what is said. */
void process_wait(struct process *p, int ms);
/* VmHWM: the most that was resident, KiB. */
long process_peak_kib(const struct process *p);

#endif
