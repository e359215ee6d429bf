/* Files of the state folder: whole or absent, read through signals, nobody else's link followed. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <fcntl.h>

#include "parts.h"

static char dir[64];

static int begin(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/fieldtill-identity-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static int end(void **state)
{
    static const char *const names[] = {"settings", "settings.new", "elsewhere"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void)remove(path_of(names[i]));
    return rmdir(dir);
}

static void ignore(int number)
{
    (void)number;
}

/* Says half, interrupts who reads, says the other half. */
static void tell_in_halves(void)
{
    int fd = open(path_of("settings"), O_WRONLY);
    bool told = fd >= 0 && write(fd, "half ", 5) == 5;
    usleep(50000);
    told = kill(getppid(), SIGUSR1) == 0 && told;
    usleep(50000);
    told = write(fd, "and half", 8) == 8 && told;
    _exit(told ? 0 : 1);
}

static void a_signal_while_a_file_is_read_is_no_fault(void **state)
{
    const struct sigaction interrupting = {.sa_handler = ignore};
    struct sigaction before;
    char text[32];
    size_t size = 0;
    int status = 0;
    (void)state;
    assert_int_equal(mkfifo(path_of("settings"), 0600), 0);
    assert_int_equal(sigaction(SIGUSR1, &interrupting, &before), 0);
    pid_t child = fork();
    if (child == 0)
        tell_in_halves();
    assert_int_equal(file_read(dir, "settings", text, sizeof text, &size), TILL_OK);
    assert_string_equal(text, "half and half");
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
}

static void what_was_written_is_read_and_is_its_owner_s(void **state)
{
    char text[32];
    struct stat st;
    size_t size = 0;
    (void)state;
    assert_int_equal(file_replace(dir, "settings", "first", 5), TILL_OK);
    assert_int_equal(file_replace(dir, "settings", "2nd", 3), TILL_OK);
    assert_int_equal(file_read(dir, "settings", text, sizeof text, &size), TILL_OK);
    assert_int_equal(size, 3);
    assert_string_equal(text, "2nd");
    assert_int_equal(stat(path_of("settings"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(file_read(dir, "settings", text, 3, &size), TILL_TOO_LARGE);
    assert_int_equal(file_read(dir, "elsewhere", text, sizeof text, &size), TILL_NOT_FOUND);
}

static void a_file_that_can_t_be_replaced_leaves_no_half_beside_it(void **state)
{
    (void)state;
    assert_int_equal(mkdir(path_of("settings"), 0700), 0);
    assert_int_equal(file_replace(dir, "settings", "secret", 6), TILL_E_IO);
    assert_int_equal(access(path_of("settings.new"), F_OK), -1);
}

static void a_link_in_the_place_of_a_file_is_not_followed(void **state)
{
    char text[32];
    size_t size = 0;
    (void)state;
    assert_int_equal(file_replace(dir, "elsewhere", "theirs", 6), TILL_OK);
    assert_int_equal(symlink("elsewhere", path_of("settings.new")), 0);
    assert_int_equal(file_replace(dir, "settings", "ours", 4), TILL_E_IO);
    assert_int_equal(symlink("elsewhere", path_of("settings")), 0);
    assert_int_equal(file_read(dir, "settings", text, sizeof text, &size), TILL_E_IO);
    assert_int_equal(file_read(dir, "elsewhere", text, sizeof text, &size), TILL_OK);
    assert_string_equal(text, "theirs");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_signal_while_a_file_is_read_is_no_fault),
        TEST(what_was_written_is_read_and_is_its_owner_s),
        TEST(a_file_that_can_t_be_replaced_leaves_no_half_beside_it),
        TEST(a_link_in_the_place_of_a_file_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
