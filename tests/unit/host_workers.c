/* Workers behind the loop: order, room, an end; and everybody's share of a minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "quota.h"
#include "workers.h"

enum { WORKERS = 4, JOBS = 400, TERMINALS = 5, PATIENCE_MS = 20000 };

struct task {
    struct worker_job job;
    int number;
};

static struct task tasks[JOBS];
static atomic_int being_run[TERMINALS], most_at_once, at_once, begun;
static atomic_int gate; /* jobs wait until it is open */
static int last_of[TERMINALS];

static void nap(void)
{
    struct timespec little = {.tv_nsec = 200000};
    (void)nanosleep(&little, NULL);
}

static void run_task(struct worker_job *job, void *context)
{
    struct task *t = (struct task *)job;
    int terminal = t->number % TERMINALS;
    (void)context;
    begun++;
    int now = ++at_once;
    for (int seen = most_at_once; now > seen; seen = most_at_once) {
        (void)atomic_compare_exchange_strong(&most_at_once, &seen, now);
    }
    if (job->order[0] != '\0') {
        assert_int_equal(++being_run[terminal], 1);
        assert_true(last_of[terminal] < t->number);
        last_of[terminal] = t->number;
    }
    while (gate == 0) {
        nap();
    }
    nap();
    if (job->order[0] != '\0') {
        being_run[terminal]--;
    }
    at_once--;
}

static void prepare(bool ordered)
{
    memset(tasks, 0, sizeof(tasks));
    for (int i = 0; i < JOBS; i++) {
        tasks[i].job.run = run_task;
        tasks[i].number = i;
        if (ordered) {
            (void)snprintf(tasks[i].job.order, sizeof(tasks[i].job.order), "%04d", i % TERMINALS);
        }
    }
    for (int i = 0; i < TERMINALS; i++) {
        last_of[i] = -1;
        being_run[i] = 0;
    }
    most_at_once = 0;
    at_once = 0;
    begun = 0;
    gate = 1;
}

static struct workers *start(size_t count, size_t most)
{
    static int contexts[WORKERS];
    void *pointers[WORKERS];
    struct workers *w = NULL;
    for (size_t i = 0; i < count; i++) {
        pointers[i] = &contexts[i];
    }
    assert_int_equal(workers_start(pointers, count, most, &w), TILL_OK);
    return w;
}

/* Waits as the loop does: by the descriptor. */
static void take(struct workers *w, int count)
{
    while (count > 0) {
        struct pollfd fd = {.fd = workers_fd(w), .events = POLLIN};
        assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
        while (workers_take(w) != NULL) {
            count--;
        }
    }
    assert_int_equal(count, 0);
}

static void jobs_of_one_terminal_are_run_in_order_those_of_others_beside_them(void **state)
{
    (void)state;
    prepare(true);
    struct workers *w = start(WORKERS, JOBS);
    for (int i = 0; i < JOBS; i++) {
        assert_int_equal(workers_give(w, &tasks[i].job), TILL_OK);
    }
    take(w, JOBS);
    assert_true(most_at_once > 1);
    workers_free(w);
}

static void one_terminal_keeps_one_worker_busy_at_most(void **state)
{
    (void)state;
    prepare(true);
    gate = 0;
    struct workers *w = start(WORKERS, JOBS);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(workers_give(w, &tasks[(size_t)i * TERMINALS].job), TILL_OK);
    }
    assert_int_equal(workers_give(w, &tasks[1].job), TILL_OK);
    for (int i = 0; i < 1000 && begun < 2; i++) {
        nap();
    }
    nap();
    assert_int_equal(begun, 2); /* the first of the many, and the other one's */
    gate = 1;
    take(w, 11);
    workers_free(w);
}

static void jobs_without_an_order_are_run_at_once(void **state)
{
    (void)state;
    prepare(false);
    gate = 0;
    struct workers *w = start(WORKERS, JOBS);
    for (int i = 0; i < WORKERS; i++) {
        assert_int_equal(workers_give(w, &tasks[i].job), TILL_OK);
    }
    for (int i = 0; i < 5000 && begun < WORKERS; i++) {
        nap();
    }
    assert_int_equal(begun, WORKERS);
    gate = 1;
    take(w, WORKERS);
    workers_free(w);
}

static void a_full_queue_says_busy_and_room_is_there_again_later(void **state)
{
    (void)state;
    prepare(false);
    gate = 0;
    struct workers *w = start(1, 3);
    assert_int_equal(workers_give(w, &tasks[0].job), TILL_OK);
    for (int i = 0; i < 5000 && begun < 1; i++) {
        nap();
    }
    for (int i = 1; i < 4; i++) {
        assert_int_equal(workers_give(w, &tasks[i].job), TILL_OK);
    }
    assert_int_equal(workers_give(w, &tasks[4].job), TILL_BUSY);
    struct workers_state now;
    workers_look(w, &now);
    assert_int_equal(now.count, 1);
    assert_int_equal(now.busy, 1);
    assert_int_equal(now.waiting, 3);
    gate = 1;
    take(w, 4);
    assert_int_equal(workers_give(w, &tasks[4].job), TILL_OK);
    take(w, 1);
    workers_free(w);
}

static void an_end_waits_for_what_is_run_and_gives_the_rest_back(void **state)
{
    (void)state;
    prepare(false);
    gate = 0;
    struct workers *w = start(1, JOBS);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(workers_give(w, &tasks[i].job), TILL_OK);
    }
    for (int i = 0; i < 5000 && begun < 1; i++) {
        nap();
    }
    gate = 1;
    workers_end(w);
    int run = 0, left = 0;
    while (workers_take(w) != NULL) {
        run++;
    }
    while (workers_left(w) != NULL) {
        left++;
    }
    assert_int_equal(run, begun);
    assert_true(run >= 1);
    assert_int_equal(run + left, 5);
    assert_int_equal(workers_give(w, &tasks[5].job), TILL_BUSY);
    workers_free(w);
}

/* ---- shares ---------------------------------------------------------------------------------- */

static struct quota *quota_of(int per_minute, int most)
{
    struct quota *q = NULL;
    assert_int_equal(quota_open(per_minute, most, &q), TILL_OK);
    return q;
}

static void a_share_may_be_used_at_once_and_then_at_its_pace(void **state)
{
    (void)state;
    struct quota *q = quota_of(6, 0);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(quota_spend(q, "0031", 1000), 0);
    }
    assert_int_equal(quota_spend(q, "0031", 1000), 11);
    assert_int_equal(quota_spend(q, "0031", 10000), 2);
    assert_int_equal(quota_spend(q, "0031", 11000), 0);
    assert_true(quota_spend(q, "0031", 11000) > 0);
    quota_close(q);
}

static void one_name_takes_nothing_from_another(void **state)
{
    (void)state;
    struct quota *q = quota_of(1, 0);
    assert_int_equal(quota_spend(q, "0031", 0), 0);
    assert_true(quota_spend(q, "0031", 0) > 0);
    assert_int_equal(quota_spend(q, "0032", 0), 0);
    quota_close(q);
}

static void a_silence_fills_one_share_and_no_more(void **state)
{
    (void)state;
    struct quota *q = quota_of(3, 0);
    assert_int_equal(quota_spend(q, "0031", 0), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(quota_spend(q, "0031", 7 * 86400 * INT64_C(1000)), 0);
    }
    assert_true(quota_spend(q, "0031", 7 * 86400 * INT64_C(1000)) > 0);
    quota_close(q);
}

static void names_without_end_do_not_fill_the_memory(void **state)
{
    (void)state;
    struct quota *q = quota_of(2, 0);
    char name[QUOTA_NAME_MAX];
    for (int i = 0; i < QUOTA_NAMES_MAX; i++) {
        (void)snprintf(name, sizeof(name), "2001:db8::%x", (unsigned)i);
        assert_int_equal(quota_spend(q, name, 0), 0);
    }
    assert_true(quota_spend(q, "0031", 0) > 0);
    assert_int_equal(quota_spend(q, "0031", 60000), 0);
    quota_close(q);
}

static void only_so_many_are_held_at_once(void **state)
{
    (void)state;
    struct quota *q = quota_of(0, 2);
    assert_true(quota_hold(q, "10.0.0.1"));
    assert_true(quota_hold(q, "10.0.0.1"));
    assert_false(quota_hold(q, "10.0.0.1"));
    assert_true(quota_hold(q, "10.0.0.2"));
    assert_int_equal(quota_held(q, "10.0.0.1"), 2);
    quota_release(q, "10.0.0.1");
    assert_true(quota_hold(q, "10.0.0.1"));
    quota_release(q, "10.0.0.1");
    quota_release(q, "10.0.0.1");
    assert_int_equal(quota_held(q, "10.0.0.1"), 0);
    assert_int_equal(quota_held(q, "10.0.0.2"), 1);
    quota_close(q);
}

static void no_limit_is_no_limit(void **state)
{
    (void)state;
    struct quota *q = quota_of(0, 0);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(quota_spend(q, "0031", 0), 0);
        assert_true(quota_hold(q, "0031"));
    }
    quota_close(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_of_one_terminal_are_run_in_order_those_of_others_beside_them),
        cmocka_unit_test(one_terminal_keeps_one_worker_busy_at_most),
        cmocka_unit_test(jobs_without_an_order_are_run_at_once),
        cmocka_unit_test(a_full_queue_says_busy_and_room_is_there_again_later),
        cmocka_unit_test(an_end_waits_for_what_is_run_and_gives_the_rest_back),
        cmocka_unit_test(a_share_may_be_used_at_once_and_then_at_its_pace),
        cmocka_unit_test(one_name_takes_nothing_from_another),
        cmocka_unit_test(a_silence_fills_one_share_and_no_more),
        cmocka_unit_test(names_without_end_do_not_fill_the_memory),
        cmocka_unit_test(only_so_many_are_held_at_once),
        cmocka_unit_test(no_limit_is_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
