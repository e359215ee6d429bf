/* Sticks: whole files or none, whatever lies on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "checked.h"
#include "command.h"
#include "driver.h"
#include "fault.h"
#include "sim.h"
#include "stick.h"
#include "wrap.h"

static char dir[64];
static struct sim_world *world;
static struct board board;
static uint8_t memory[256];

static void run(const char *first, const char *second, const char *third, const char *fourth)
{
    static struct command done;
    command_run(&done, (const char *const[]){first, second, third, fourth, NULL});
    assert_int_equal(done.exit_code, 0);
}

static const char *in(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/fieldtill/in/%s", dir, name);
    return path;
}

static int make_world(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/hal_stick.XXXXXX");
    assert_non_null(mkdtemp(dir));
    world = sim_world_create(NULL);
    assert_non_null(world);
    assert_int_equal(sim_world_board(world, &board), TILL_OK);
    sim_stick_set(world, dir);
    return 0;
}

static int free_world(void **state)
{
    (void)state;
    sim_world_destroy(world);
    run("rm", "-rf", dir, NULL);
    return 0;
}

static struct span span_of(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

static void put_folder(const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/fieldtill", dir);
    (void)mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/fieldtill/%s", dir, name);
    (void)mkdir(path, 0700);
}

static void a_file_is_written_whole_and_read_back(void **state)
{
    (void)state;
    size_t size = 0, count = 0;
    struct stick_name names[4];
    assert_int_equal(stick_write(board.stick, "out/0031-1-40.fts", span_of("first")), TILL_OK);
    assert_int_equal(stick_write(board.stick, "out/0031-1-40.fts", span_of("second")), TILL_OK);
    assert_int_equal(stick_read(board.stick, "out/0031-1-40.fts", memory, sizeof memory, &size),
                     TILL_OK);
    assert_int_equal(size, 6);
    assert_memory_equal(memory, "second", 6);
    assert_int_equal(stick_list(board.stick, "out", names, 4, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_string_equal(names[0].text, "0031-1-40.fts");
    assert_int_equal(stick_release(board.stick), TILL_OK);
    assert_int_equal(stick_remove(board.stick, "out/0031-1-40.fts"), TILL_OK);
    assert_int_equal(stick_remove(board.stick, "out/0031-1-40.fts"), TILL_NOT_FOUND);
}

static void without_a_stick_every_call_says_so(void **state)
{
    (void)state;
    size_t size = 0, count = 0;
    struct stick_name names[4];
    sim_stick_set(world, NULL);
    assert_int_equal(stick_present(board.stick), TILL_DEVICE_OFFLINE);
    assert_int_equal(stick_list(board.stick, "out", names, 4, &count), TILL_DEVICE_OFFLINE);
    assert_int_equal(stick_read(board.stick, "in/a", memory, 8, &size), TILL_DEVICE_OFFLINE);
    assert_int_equal(stick_write(board.stick, "out/a", span_of("x")), TILL_DEVICE_OFFLINE);
    assert_int_equal(stick_remove(board.stick, "out/a"), TILL_DEVICE_OFFLINE);
    assert_int_equal(stick_release(board.stick), TILL_DEVICE_OFFLINE);
}

static void an_empty_stick_has_nothing_and_is_no_fault(void **state)
{
    (void)state;
    size_t size = 0, count = 7;
    struct stick_name names[4];
    assert_int_equal(stick_present(board.stick), TILL_OK);
    assert_int_equal(stick_list(board.stick, "out", names, 4, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(stick_read(board.stick, "in/0031.ack", memory, 8, &size), TILL_NOT_FOUND);
}

static void names_that_lead_elsewhere_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"a",    "/a",    "a/",    "../a", "a/..", "a/../b", "a/.b",
                                      "-a/b", "a/b/c", "a/b c", "a/户", "",     "a/b\nc", "./a"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t size = 0;
        assert_int_equal(stick_write(board.stick, bad[i], span_of("x")), TILL_BAD_INPUT);
        assert_int_equal(stick_read(board.stick, bad[i], memory, 8, &size), TILL_BAD_INPUT);
        assert_int_equal(stick_remove(board.stick, bad[i]), TILL_BAD_INPUT);
    }
}

static void links_pipes_folders_and_giants_are_not_read(void **state)
{
    (void)state;
    size_t size = 0, count = 0;
    struct stick_name names[8];
    put_folder("in");
    assert_int_equal(symlink("/etc/passwd", in("link")), 0);
    assert_int_equal(mkfifo(in("pipe"), 0600), 0);
    assert_int_equal(mkdir(in("folder"), 0700), 0);
    run("truncate", "-s", "3G", in("giant"));
    run("touch", in("of somebody"), NULL, NULL);
    assert_int_equal(stick_read(board.stick, "in/link", memory, sizeof memory, &size),
                     TILL_E_PROTOCOL);
    assert_int_equal(stick_read(board.stick, "in/pipe", memory, sizeof memory, &size),
                     TILL_E_PROTOCOL);
    assert_int_equal(stick_read(board.stick, "in/folder", memory, sizeof memory, &size),
                     TILL_E_PROTOCOL);
    assert_int_equal(stick_read(board.stick, "in/giant", memory, sizeof memory, &size),
                     TILL_TOO_LARGE);
    assert_int_equal(stick_list(board.stick, "in", names, 8, &count), TILL_OK);
    assert_int_equal(count, 4); /* not the one with a space */
    assert_int_equal(stick_list(board.stick, "in", names, 2, &count), TILL_OK);
    assert_int_equal(count, 2);
}

static void a_folder_that_is_a_link_is_not_followed(void **state)
{
    (void)state;
    char path[96];
    snprintf(path, sizeof path, "%s/fieldtill", dir);
    assert_int_equal(symlink("/tmp", path), 0);
    assert_int_equal(stick_write(board.stick, "out/x.fts", span_of("x")), TILL_E_PROTOCOL);
    assert_int_not_equal(access("/tmp/out", F_OK), 0);
}

static void a_full_stick_and_a_protected_one_are_told_apart(void **state)
{
    (void)state;
    size_t size = 0;
    sim_stick_fault(world, false, 3, -1);
    assert_int_equal(stick_write(board.stick, "out/a", span_of("four")), TILL_DISK_FULL);
    assert_int_equal(stick_write(board.stick, "out/a", span_of("one")), TILL_OK);
    assert_int_equal(stick_write(board.stick, "out/b", span_of("x")), TILL_DISK_FULL);
    sim_stick_fault(world, true, -1, -1);
    assert_int_equal(stick_write(board.stick, "out/b", span_of("x")), TILL_READ_ONLY);
    assert_int_equal(stick_remove(board.stick, "out/a"), TILL_READ_ONLY);
    assert_int_equal(stick_read(board.stick, "out/a", memory, sizeof memory, &size), TILL_OK);
}

static void a_stick_that_is_pulled_is_gone_until_it_is_put_in_again(void **state)
{
    (void)state;
    sim_stick_fault(world, false, -1, 1);
    assert_int_equal(stick_write(board.stick, "out/a", span_of("x")), TILL_OK);
    assert_int_equal(stick_write(board.stick, "out/b", span_of("x")), TILL_DEVICE_OFFLINE);
    assert_int_equal(stick_present(board.stick), TILL_DEVICE_OFFLINE);
    sim_stick_set(world, dir);
    assert_int_equal(stick_present(board.stick), TILL_OK);
}

static void a_bare_folder_is_no_stick_where_one_is_to_be_mounted(void **state)
{
    (void)state;
    char path[96], text[256], message[256];
    struct board opened;
    FILE *file = NULL;
    for (int mounted = 0; mounted < 2; mounted++) {
        snprintf(path, sizeof path, "%s/board.conf", dir);
        file = fopen(path, "w");
        assert_non_null(file);
        snprintf(text, sizeof text,
                 "[board]\nname = x\n[clock]\ndriver = sim\n[keypad]\ndriver = sim\n"
                 "[display]\ndriver = sim\n[stick]\ndriver = folder\npath = %s\nmounted = %s\n",
                 dir, mounted ? "yes" : "no");
        assert_true(fputs(text, file) >= 0);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(hal_open(path, &opened, message), TILL_OK);
        assert_int_equal(stick_present(opened.stick), mounted ? TILL_DEVICE_OFFLINE : TILL_OK);
        assert_int_equal(stick_write(opened.stick, "out/a", span_of("x")),
                         mounted ? TILL_DEVICE_OFFLINE : TILL_OK);
        hal_close(&opened);
    }
}

static void a_planned_fault_answers_in_its_place(void **state)
{
    (void)state;
    char why[96];
    struct wrap_hook hook;
    assert_int_equal(fault_open("stick.write:2=disk_full", 1, &hook, why), TILL_OK);
    struct wrap *wrap = wrap_board(&board, &hook);
    assert_non_null(wrap);
    assert_int_equal(stick_write(board.stick, "out/a", span_of("x")), TILL_OK);
    assert_int_equal(stick_write(board.stick, "out/b", span_of("x")), TILL_DISK_FULL);
    assert_int_equal(stick_present(board.stick), TILL_OK);
    assert_null(board_missing(&board));
    wrap_close(wrap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_written_whole_and_read_back, make_world,
                                        free_world),
        cmocka_unit_test_setup_teardown(without_a_stick_every_call_says_so, make_world, free_world),
        cmocka_unit_test_setup_teardown(an_empty_stick_has_nothing_and_is_no_fault, make_world,
                                        free_world),
        cmocka_unit_test_setup_teardown(names_that_lead_elsewhere_are_refused, make_world,
                                        free_world),
        cmocka_unit_test_setup_teardown(links_pipes_folders_and_giants_are_not_read, make_world,
                                        free_world),
        cmocka_unit_test_setup_teardown(a_folder_that_is_a_link_is_not_followed, make_world,
                                        free_world),
        cmocka_unit_test_setup_teardown(a_full_stick_and_a_protected_one_are_told_apart, make_world,
                                        free_world),
        cmocka_unit_test_setup_teardown(a_stick_that_is_pulled_is_gone_until_it_is_put_in_again,
                                        make_world, free_world),
        cmocka_unit_test_setup_teardown(a_bare_folder_is_no_stick_where_one_is_to_be_mounted,
                                        make_world, free_world),
        cmocka_unit_test_setup_teardown(a_planned_fault_answers_in_its_place, make_world,
                                        free_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
