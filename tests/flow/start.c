/*
 * What a start notices: storage that was altered, put back, carried to another device or to another
 * number, and files that are gone.
 */
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

#include "cut_vfs.h"
#include "handheld.h"
#include "parts.h"
#include "text.h"
#include "vfs.h"

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

static void begin_work(void)
{
    handheld_login(&h);
    handheld_open_shift(&h, "100");
}

/* ---- settings -------------------------------------------------------------------------------- */

static void rewrite(const char *name, const char *from, const char *to)
{
    char path[HANDHELD_PATH_MAX + 32], text[2048];
    snprintf(path, sizeof path, "%s/%s", h.state_dir, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    text[size] = '\0';
    char *at = strstr(text, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
    file = fopen(path, "wb");
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void settings_altered_from_outside_are_not_believed(void **state)
{
    (void)state;
    handheld_stop(&h);
    rewrite("settings", "idle_lock_s=300", "idle_lock_s=000");
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    handheld_settle(&h);
    handheld_login(&h); /* the book was fetched anew, and the PIN with it */
    handheld_expect_screen(&h, "shift");
}

static void remove_file(const char *name)
{
    char path[HANDHELD_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/%s", h.state_dir, name);
    assert_int_equal(unlink(path), 0);
}

static void settings_that_are_gone_are_seen(void **state)
{
    (void)state;
    handheld_stop(&h);
    remove_file("settings");
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    handheld_settle(&h);
    handheld_login(&h);
    handheld_expect_screen(&h, "shift");
    handheld_stop(&h);
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
}

static void another_access_point_is_recorded_once(void **state)
{
    struct entry e;
    struct body_settings_changed body;
    (void)state;
    handheld_stop(&h);
    assert_int_equal(file_replace(h.state_dir, "apn", "cmnet\n", 6), TILL_OK);
    handheld_start(&h);
    unsigned count = handheld_count(&h, KIND_SETTINGS_CHANGED);
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_settings_changed(&e, &body), TILL_OK);
    assert_string_equal(body.key, "apn");
    assert_string_equal(body.value, "cmnet");
    handheld_stop(&h);
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_SETTINGS_CHANGED), count);
}

static void a_folder_that_is_open_to_others_is_shut(void **state)
{
    struct stat st;
    (void)state;
    handheld_stop(&h);
    assert_int_equal(chmod(h.state_dir, 0755), 0);
    handheld_start(&h);
    assert_int_equal(stat(h.state_dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
}

/* ---- an image that was put back, another device, another number ------------------------------ */

static void an_older_image_than_the_counter_knows_stops_collecting(void **state)
{
    (void)state;
    handheld_stop(&h);
    sim_counter_set(h.world, 40);
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    begin_work();
    handheld_expect(&h, _("Collecting is stopped: call the office"));
}

static void switching_off_and_on_does_not_lift_that_stop(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    handheld_stop(&h);
    sim_counter_set(h.world, 40);
    handheld_start(&h);
    handheld_stop(&h);
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    begin_work();
    handheld_expect(&h, _("Collecting is stopped: call the office"));
}

static void starts_in_their_order_are_not_suspicious(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        handheld_stop(&h);
        handheld_start(&h);
    }
    handheld_cut_power(&h);
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 0);
}

static void the_storage_on_another_device_stops_collecting(void **state)
{
    (void)state;
    handheld_stop(&h);
    h.setup.serial = "SN-1";
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 0);
    handheld_stop(&h);
    h.setup.serial = "SN-2";
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    begin_work();
    handheld_expect(&h, _("Collecting is stopped: call the office"));
}

static void a_clone_without_settings_is_seen_all_the_same(void **state)
{
    (void)state;
    handheld_stop(&h);
    h.setup.serial = "SN-1";
    handheld_start(&h);
    handheld_stop(&h);
    remove_file("settings");
    h.setup.serial = "SN-2";
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 2);
    begin_work();
    handheld_expect(&h, _("Collecting is stopped: call the office"));
}

/* On the disk whose power can be cut, where the book lies. */
static const char *book_of(const struct handheld *handheld, char out[HANDHELD_PATH_MAX + 32])
{
    snprintf(out, HANDHELD_PATH_MAX + 32, "%s/book.db", handheld->state_dir);
    return out;
}

static void a_book_of_another_terminal_is_seen_and_removed(void **state)
{
    static struct handheld other;
    const struct handheld_setup setup = {.terminal = "0032", .beside = true};
    char here[HANDHELD_PATH_MAX + 32], there[HANDHELD_PATH_MAX + 32];
    (void)state;
    handheld_make(&other, &setup);
    handheld_enrol(&other);
    handheld_stop(&other);
    handheld_signal(&h, NETWORK_NONE);
    handheld_stop(&h);
    assert_int_equal(vfs_rename(CUT_VFS, book_of(&other, there), book_of(&h, here)), TILL_OK);
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    assert_false(vfs_exists(CUT_VFS, here));
    handheld_signal(&h, NETWORK_4G);
    handheld_login(&h);
    handheld_expect_screen(&h, "shift");
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    handheld_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(settings_altered_from_outside_are_not_believed, begin, end),
        cmocka_unit_test_setup_teardown(another_access_point_is_recorded_once, begin, end),
        cmocka_unit_test_setup_teardown(a_folder_that_is_open_to_others_is_shut, begin, end),
        cmocka_unit_test_setup_teardown(an_older_image_than_the_counter_knows_stops_collecting,
                                        begin, end),
        cmocka_unit_test_setup_teardown(switching_off_and_on_does_not_lift_that_stop, begin, end),
        cmocka_unit_test_setup_teardown(starts_in_their_order_are_not_suspicious, begin, end),
        cmocka_unit_test_setup_teardown(the_storage_on_another_device_stops_collecting, begin, end),
        cmocka_unit_test_setup_teardown(settings_that_are_gone_are_seen, begin, end),
        cmocka_unit_test_setup_teardown(a_clone_without_settings_is_seen_all_the_same, begin, end),
        cmocka_unit_test_setup_teardown(a_book_of_another_terminal_is_seen_and_removed, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
