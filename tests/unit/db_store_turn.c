/* One writer of a process at a time, and no other file waits for it. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "store_turn.h"

static char paths[2][32] = {"/tmp/ft-turn-XXXXXX", "/tmp/ft-turn-XXXXXX"};
static atomic_int inside, most, rounds;

static int make_files(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        int fd = mkstemp(paths[i]);

        if (fd < 0)
            return 1;
        close(fd);
    }
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    return unlink(paths[0]) | unlink(paths[1]);
}

static void *write_often(void *context)
{
    struct store_turn *turn = context;

    for (int i = 0; i < 200; i++) {
        int now;

        if (store_turn_take(turn) != TILL_OK)
            break;
        now = atomic_fetch_add(&inside, 1) + 1;
        if (now > atomic_load(&most))
            atomic_store(&most, now);
        nanosleep(&(struct timespec){.tv_nsec = 1000}, NULL);
        atomic_fetch_sub(&inside, 1);
        atomic_fetch_add(&rounds, 1);
        store_turn_give(turn);
    }
    return NULL;
}

static void writers_of_one_file_never_meet(void **state)
{
    struct store_turn *turns[3];
    pthread_t threads[3];

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(store_turn_open(paths[0], &turns[i]), TILL_OK);
        assert_int_equal(pthread_create(&threads[i], NULL, write_often, turns[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        store_turn_close(turns[i]);
    }
    assert_int_equal(atomic_load(&rounds), 600);
    assert_int_equal(atomic_load(&most), 1);
}

static void a_writer_of_another_file_does_not_wait(void **state)
{
    struct store_turn *one, *other;

    (void)state;
    assert_int_equal(store_turn_open(paths[0], &one), TILL_OK);
    assert_int_equal(store_turn_open(paths[1], &other), TILL_OK);
    assert_int_equal(store_turn_take(one), TILL_OK);
    assert_int_equal(store_turn_take(other), TILL_OK);
    store_turn_give(one);
    store_turn_give(other);
    store_turn_close(one);
    store_turn_close(other);
}

static void no_file_has_no_turn(void **state)
{
    struct store_turn *turn = NULL;

    (void)state;
    assert_int_equal(store_turn_open("/tmp/ft-turn-none/here", &turn), TILL_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writers_of_one_file_never_meet),
        cmocka_unit_test(a_writer_of_another_file_does_not_wait),
        cmocka_unit_test(no_file_has_no_turn),
    };

    return cmocka_run_group_tests(tests, make_files, remove_files);
}
