/*
 * The end of a number: when it may come, what it leaves behind, and who is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <dirent.h>

#include "handheld.h"
#include "parts.h"
#include "text.h"

static struct handheld h;

static int begin(void **state)
{
    (void)state;
    handheld_make(&h, NULL);
    handheld_enrol(&h);
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static void log_in(const char *user, const char *pin)
{
    handheld_expect_screen(&h, "login");
    handheld_type(&h, user);
    handheld_keys(&h, "ok");
    handheld_type(&h, pin);
    handheld_keys(&h, "ok");
}

static void begin_work(void)
{
    handheld_login(&h);
    handheld_open_shift(&h, "100");
}

static void a_terminal_with_unsent_records_is_not_retired(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_keys(&h, "6 up ok");
    handheld_expect_screen(&h, "retire");
    handheld_expect(&h, _("Not yet"));
    handheld_keys(&h, "1 ok ok");
    assert_int_equal(handheld_count(&h, KIND_RETIRED), 0);
}

static void a_terminal_with_an_open_shift_is_not_retired(void **state)
{
    (void)state;
    begin_work();
    handheld_keys(&h, "6 0 ok");
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_settle(&h);
    handheld_keys(&h, "6 up ok");
    handheld_expect(&h, _("Not yet"));
    handheld_expect(&h, "1001 has an open shift here. Count and close it first.");
    handheld_keys(&h, "1 ok ok");
    assert_int_equal(handheld_count(&h, KIND_RETIRED), 0);
}

static bool exists(const char *name)
{
    char path[HANDHELD_PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", h.state_dir, name);
    return access(path, F_OK) == 0;
}

static void retiring_sends_the_last_record_and_then_wipes_every_secret(void **state)
{
    (void)state;
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_settle(&h);
    handheld_keys(&h, "6 up ok");
    handheld_keys(&h, "2 ok");
    handheld_settle(&h);
    assert_int_equal(handheld_count(&h, KIND_RETIRED), 1);
    handheld_expect(&h, _("The office has everything"));
    assert_true(exists("secret.key"));
    handheld_keys(&h, "ok");
    assert_true(app_wants_restart(h.app));
    assert_false(exists("secret.key"));
    assert_false(exists("journal.key"));
    assert_false(exists("settings"));
}

static void put(const char *name)
{
    char path[HANDHELD_PATH_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", h.state_dir, name);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
}

/* What is left: the records, and what is the device's and not the number's. */
static void after_a_wipe_only_records_and_settings_of_the_device_lie_there(void **state)
{
    static const char *const all[] = {
        "stick_key",          "stick_looked", "book.db.part", "journal.key.new", "secret.key.new",
        "book.db.delta.part", "settings.new", "report.pdf",   "language",        "queue.new"};
    static const char *const left[] = {".", "..", "language", "ended"};
    char retired[64];
    (void)state;
    snprintf(retired, sizeof retired, "retired-%s.db", h.utility->terminal);
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_settle(&h);
    handheld_keys(&h, "6 up ok 2 ok");
    handheld_settle(&h);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        put(all[i]);
    handheld_keys(&h, "ok");
    assert_true(app_wants_restart(h.app));
    DIR *dir = opendir(h.state_dir);
    assert_non_null(dir);
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        bool known = strcmp(e->d_name, retired) == 0;
        for (size_t i = 0; i < sizeof left / sizeof left[0]; i++)
            known = known || strcmp(e->d_name, left[i]) == 0;
        if (!known)
            fail_msg("%s is left", e->d_name);
    }
    closedir(dir);
}

static void the_line_is_told_which_number_to_forget(void **state)
{
    (void)state;
    handheld_stop(&h);
    assert_int_equal(file_replace(h.state_dir, ENDED_FILE, "0077", 4), TILL_OK);
    handheld_start(&h);
    handheld_wait(&h, 2000);
    assert_string_equal(h.utility->ended.terminal, "0077");
    assert_false(exists(ENDED_FILE));
}

static void a_book_that_comes_after_the_end_is_not_taken(void **state)
{
    (void)state;
    log_in(UTILITY_TECHNICIAN, UTILITY_TECHNICIAN_PIN);
    handheld_settle(&h);
    handheld_keys(&h, "6 up ok 2 ok");
    handheld_settle(&h);
    uint64_t revision = book_meta(h.app->book)->revision;
    utility_publish(h.utility);
    handheld_wait(&h, 3000);
    assert_int_equal(book_meta(h.app->book)->revision, revision);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_terminal_with_unsent_records_is_not_retired),
        TEST(a_terminal_with_an_open_shift_is_not_retired),
        TEST(retiring_sends_the_last_record_and_then_wipes_every_secret),
        TEST(after_a_wipe_only_records_and_settings_of_the_device_lie_there),
        TEST(the_line_is_told_which_number_to_forget),
        TEST(a_book_that_comes_after_the_end_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
