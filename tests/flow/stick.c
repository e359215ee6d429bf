/*
 * A USB stick in place of the line: out, back, and every way in which it can go wrong.
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

#include "command.h"
#include "cut_vfs.h"
#include "handheld.h"
#include "parts.h"
#include "text.h"

static struct handheld h;
static char dir[64];

static int begin(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/flow_stick.XXXXXX");
    assert_non_null(mkdtemp(dir));
    handheld_begin_day(&h, NULL);
    handheld_wait(&h, 100);
    handheld_signal(&h, NETWORK_NONE);
    sim_stick_set(h.world, dir);
    return 0;
}

static int end(void **state)
{
    static struct command done;
    (void)state;
    handheld_free(&h);
    command_run(&done, (const char *const[]){"rm", "-rf", dir, NULL});
    assert_int_equal(done.exit_code, 0);
    return 0;
}

static void collect(unsigned customer)
{
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok ok");
    handheld_expect_screen(&h, "paper");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "home");
}

static void open_stick(void)
{
    handheld_keys(&h, "4 f1");
    handheld_expect_screen(&h, "stick");
}

static void close_stick(void)
{
    handheld_keys(&h, "ok cancel cancel");
    handheld_expect_screen(&h, "home");
}

/* From home and back. */
static void to_stick(const char *says)
{
    open_stick();
    handheld_keys(&h, "1");
    handheld_settle(&h);
    handheld_expect(&h, says);
    close_stick();
}

static void from_stick(const char *says)
{
    open_stick();
    handheld_keys(&h, "2");
    handheld_settle(&h);
    handheld_expect(&h, says);
    close_stick();
}

static void write_file(const char *name, const void *data, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/fieldtill", dir);
    (void)mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/fieldtill/in", dir);
    (void)mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/fieldtill/in/%s", dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* ---- the good day ---------------------------------------------------------------------------- */

static void records_go_out_and_the_confirmation_comes_back(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    collect(CUSTOMER_TWO);
    to_stick(_("You may take it out. Bring it to the office; nobody else can read it. "
               "The confirmation comes back on the same stick."));
    assert_int_equal(utility_take_stick(h.utility, h.board.stick), 1);
    assert_int_equal(h.utility->head, handheld_head(&h));
    utility_put_ack(h.utility, h.board.stick);
    handheld_expect_not(&h, "↑0");
    from_stick("0031");
    handheld_expect(&h, "↑0");
    from_stick(_("The office had confirmed this already. You may take the stick out."));
    to_stick(_("The office has confirmed every record."));
}

static void nothing_comes_twice_when_the_line_is_back(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    open_stick();
    handheld_keys(&h, "1");
    close_stick();
    assert_int_equal(utility_take_stick(h.utility, h.board.stick), 1);
    utility_put_ack(h.utility, h.board.stick);
    from_stick("0031");
    collect(CUSTOMER_TWO);
    handheld_signal(&h, NETWORK_4G);
    assert_int_equal(h.utility->head, handheld_head(&h));
    assert_int_equal(h.utility->again, 0);
}

static void hours_without_the_office_end_with_the_confirmation(void **state)
{
    (void)state;
    h.utility->orders.limits.value[LIMIT_OFFLINE] = 4 * 3600;
    utility_order(h.utility, "by stick");
    collect(CUSTOMER_PLAIN);
    open_stick();
    handheld_keys(&h, "1");
    close_stick();
    assert_int_equal(utility_take_stick(h.utility, h.board.stick), 1);
    handheld_wait(&h, 3 * 3600 * 1000);
    utility_put_ack(h.utility, h.board.stick);
    from_stick("0031");
    handheld_wait(&h, 2 * 3600 * 1000); /* five hours since the line, two since the stick */
    collect(CUSTOMER_TWO);
    handheld_wait(&h, 3 * 3600 * 1000);
    handheld_open_customer(&h, CUSTOMER_MONTHS);
    handheld_keys(&h, "ok ok");
    handheld_expect_not(&h, _("Money taken"));
}

static void what_was_confirmed_leaves_the_stick_with_the_next_records(void **state)
{
    (void)state;
    struct stick_name names[8];
    size_t count = 0;
    collect(CUSTOMER_PLAIN);
    open_stick();
    handheld_keys(&h, "1");
    close_stick();
    assert_int_equal(utility_take_stick(h.utility, h.board.stick), 1);
    utility_put_ack(h.utility, h.board.stick);
    from_stick("0031");
    collect(CUSTOMER_TWO);
    assert_int_equal(
        stick_write(h.board.stick, "out/0099-1-5.fts", (struct span){(const uint8_t *)"x", 1}),
        TILL_OK);
    open_stick();
    handheld_keys(&h, "1");
    close_stick();
    assert_int_equal(stick_list(h.board.stick, "out", names, 8, &count), TILL_OK);
    assert_int_equal(count, 2); /* ours of now, and another terminal's, which is not ours to take */
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The office made another key; the line is looked at once a week for that. */
static void a_changed_key_of_the_office_is_taken_within_a_week(void **state)
{
    enum { DAY_MS = 24 * 3600 * 1000 };
    (void)state;
    int64_t before_s = h.app->stick_key_at_s;
    assert_true(before_s > 0);
    handheld_signal(&h, NETWORK_4G);
    crypto_key_free(h.utility->stick);
    assert_int_equal(crypto_key_create(&h.utility->stick), TILL_OK);
    handheld_wait(&h, DAY_MS);
    assert_true(h.app->stick_key_at_s == before_s);
    for (int day = 1; day < 8; day++)
        handheld_wait(&h, DAY_MS);
    assert_true(h.app->stick_key_at_s > before_s);
    int64_t after_s = h.app->stick_key_at_s;
    handheld_stop(&h);
    handheld_start(&h);
    handheld_wait(&h, 2000);
    assert_true(h.app->stick_key_at_s == after_s); /* kept, and not asked for at each start */
}

static void without_a_stick_it_says_what_to_do(void **state)
{
    (void)state;
    sim_stick_set(h.world, NULL);
    to_stick(_("Put one in, wait a moment and try again."));
    from_stick(_("There is no stick"));
}

static void a_full_stick_and_a_protected_one_are_said(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    sim_stick_fault(h.world, false, 10, -1);
    to_stick(_("The stick is full"));
    sim_stick_fault(h.world, true, -1, -1);
    to_stick(_("The stick is write-protected"));
}

static void a_stick_from_elsewhere_harms_nothing(void **state)
{
    (void)state;
    char forged[STATEMENT_MAX];
    uint64_t acknowledged = handheld_head(&h);
    collect(CUSTOMER_PLAIN);
    from_stick(_("Nothing for this terminal"));
    write_file("0031.ack", "a shopping list", 15);
    from_stick(_("Not from our office"));
    write_file("0031.ack", "", 0);
    from_stick(_("Not from our office"));
    memcpy(forged, h.utility->last_head, h.utility->last_head_size);
    forged[20] ^= 1;
    write_file("0031.ack", forged, h.utility->last_head_size);
    from_stick(_("Not from our office"));
    write_file("0031.ack", h.utility->last_head, h.utility->last_head_size);
    from_stick(_("Nothing new"));
    handheld_expect_not(&h, "↑0");
    assert_true(handheld_head(&h) > acknowledged);
}

static void an_acknowledgement_of_another_terminal_is_not_ours(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    text_copy(h.utility->terminal, sizeof h.utility->terminal, "0032");
    utility_put_ack(h.utility, h.board.stick);
    char from[128], to[128];
    snprintf(from, sizeof from, "%s/fieldtill/in/0032.ack", dir);
    snprintf(to, sizeof to, "%s/fieldtill/in/0031.ack", dir);
    assert_int_equal(rename(from, to), 0);
    from_stick(_("Not from our office"));
    handheld_expect_not(&h, "↑0");
}

static void without_the_office_s_key_nothing_is_written(void **state)
{
    (void)state;
    char path[HANDHELD_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/stick_key", h.state_dir);
    assert_int_equal(unlink(path), 0);
    collect(CUSTOMER_PLAIN);
    to_stick(_("Not possible yet"));
}

/* ---- pulled ---------------------------------------------------------------------------------- */

static void a_stick_that_is_pulled_at_any_moment_loses_nothing(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    collect(CUSTOMER_TWO);
    for (int calls = 0; calls < 3; calls++) {
        sim_stick_set(h.world, dir);
        sim_stick_fault(h.world, false, -1, calls);
        open_stick();
        handheld_keys(&h, "1");
        handheld_settle(&h);
        handheld_expect(&h, _("The stick was taken out too early"));
        close_stick();
    }
    sim_stick_set(h.world, dir);
    open_stick();
    handheld_keys(&h, "1");
    close_stick();
    assert_int_equal(utility_take_stick(h.utility, h.board.stick), 1);
    assert_int_equal(h.utility->head, handheld_head(&h));
    assert_int_equal(h.utility->again, 0);
    utility_put_ack(h.utility, h.board.stick);
    sim_stick_fault(h.world, false, -1, 0);
    from_stick(_("The stick was taken out too early"));
    sim_stick_set(h.world, dir);
    from_stick("0031");
    handheld_expect(&h, "↑0");
}

static void power_that_goes_while_it_is_written_loses_nothing(void **state)
{
    (void)state;
    collect(CUSTOMER_PLAIN);
    open_stick();
    handheld_keys(&h, "1");
    handheld_cut_power(&h);
    handheld_start(&h);
    handheld_login(&h);
    handheld_expect_screen(&h, "home");
    open_stick();
    handheld_keys(&h, "1");
    close_stick();
    (void)utility_take_stick(h.utility, h.board.stick);
    assert_int_equal(h.utility->head, handheld_head(&h));
    utility_put_ack(h.utility, h.board.stick);
    open_stick();
    handheld_keys(&h, "2");
    handheld_cut_power(&h);
    handheld_start(&h);
    handheld_stop(&h);
    handheld_audit(&h, true);
}

static void go_home_after_the_cut(void)
{
    if (cut_vfs_is_cut()) {
        handheld_cut_power(&h);
        handheld_start(&h);
        handheld_login(&h);
        handheld_expect_screen(&h, "home");
    } else {
        cut_vfs_arm(0);
        close_stick();
    }
}

static void power_that_goes_at_any_write_of_the_confirmation_leaves_it_whole_or_absent(void **state)
{
    (void)state;
    bool cut = true;
    unsigned operation = 1;
    for (; cut; operation++) {
        assert_true(UTILITY_FIRST_BOOK + operation < UTILITY_CUSTOMERS);
        collect(UTILITY_FIRST_BOOK + operation);
        open_stick();
        handheld_keys(&h, "1");
        close_stick();
        assert_int_equal(utility_take_stick(h.utility, h.board.stick), 1);
        utility_put_ack(h.utility, h.board.stick);
        uint64_t confirmed = h.utility->head;
        open_stick();
        cut_vfs_arm(operation);
        handheld_keys(&h, "2");
        cut = cut_vfs_is_cut();
        go_home_after_the_cut();
        open_stick();
        handheld_keys(&h, "2");
        handheld_expect(&h, "ou may take the stick out."); /* now, or already then */
        close_stick();
        assert_int_equal(journal_acknowledged(h.app->journal)->seq, confirmed);
    }
    assert_true(operation > 2); /* it was cut, and more than once */
    handheld_stop(&h);
    handheld_audit(&h, true);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(records_go_out_and_the_confirmation_comes_back),
        TEST(nothing_comes_twice_when_the_line_is_back),
        TEST(hours_without_the_office_end_with_the_confirmation),
        TEST(what_was_confirmed_leaves_the_stick_with_the_next_records),
        TEST(a_changed_key_of_the_office_is_taken_within_a_week),
        TEST(without_a_stick_it_says_what_to_do),
        TEST(a_full_stick_and_a_protected_one_are_said),
        TEST(a_stick_from_elsewhere_harms_nothing),
        TEST(an_acknowledgement_of_another_terminal_is_not_ours),
        TEST(without_the_office_s_key_nothing_is_written),
        TEST(a_stick_that_is_pulled_at_any_moment_loses_nothing),
        TEST(power_that_goes_while_it_is_written_loses_nothing),
        TEST(power_that_goes_at_any_write_of_the_confirmation_leaves_it_whole_or_absent),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
