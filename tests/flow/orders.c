/*
 * What the office tells: limits and messages that nobody can take back to an older form, heads that
 * come again, and books as what changed.
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

#include "handheld.h"
#include "parts.h"
#include "text.h"

static struct handheld h;

static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static void order(const char *message)
{
    utility_order(h.utility, message);
    handheld_wait(&h, 1000);
}

static void publish(void)
{
    utility_publish(h.utility);
    handheld_wait(&h, 1000);
}

static void orders_path(char out[HANDHELD_PATH_MAX + 24])
{
    snprintf(out, HANDHELD_PATH_MAX + 24, "%s/orders", h.state_dir);
}

/* ---- orders ---------------------------------------------------------------------------------- */

static void limits_are_in_force_and_on_record(void **state)
{
    (void)state;
    uint64_t before = handheld_head(&h);
    h.utility->orders.limits.value[LIMIT_DAY] = 123400;
    order(NULL);
    assert_int_equal(h.app->ordered.value[LIMIT_DAY], 123400);
    assert_int_equal(h.app->facts.limits.value[LIMIT_DAY], 123400);
    handheld_expect_kinds(&h, before + 1, "limits_applied");
    assert_int_equal(handheld_fold(&h)->limits_serial, h.utility->orders.limits.serial);
    assert_int_equal(h.utility->pending.orders, h.utility->orders.limits.serial);
}

static void a_message_comes_with_them(void **state)
{
    (void)state;
    order("明天城东停电检修");
    order("Hand in by 17:00");
    assert_int_equal(h.app->facts.message_count, 2);
    assert_int_equal(h.app->facts.messages_new, 2);
    assert_string_equal(h.app->facts.messages[0].text, "Hand in by 17:00");
    assert_string_equal(h.app->facts.messages[1].text, "明天城东停电检修");
}

/* What stands as read is the newest that was: an older one must not be passed over by it. */
static void messages_are_read_one_by_one_the_oldest_first(void **state)
{
    (void)state;
    order("明天城东停电检修");
    order("Hand in by 17:00");
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "messages");
    assert_non_null(strstr(handheld_text(&h), "明天城东停电检修"));
    handheld_keys(&h, "up");
    assert_non_null(strstr(handheld_text(&h), "Hand in by 17:00"));
    uint64_t before = handheld_head(&h);
    handheld_keys(&h, "ok");
    assert_int_equal(handheld_head(&h), before);
    assert_non_null(strstr(handheld_text(&h), "明天城东停电检修"));
    order("a third, while it is read");
    assert_non_null(strstr(handheld_text(&h), "明天城东停电检修"));
    for (int i = 0; i < 3; i++) {
        handheld_expect_screen(&h, "messages");
        handheld_keys(&h, "ok");
        assert_int_equal(h.app->facts.messages_new, 2 - i);
    }
    handheld_expect_screen(&h, "home");
    handheld_expect_kinds(&h, before + 1,
                          "limits_applied message_shown message_shown message_shown");
}

static void orders_hold_over_a_restart(void **state)
{
    struct stat file;
    char path[HANDHELD_PATH_MAX + 24];
    (void)state;
    h.utility->orders.limits.value[LIMIT_CASH] = 50000;
    order("hello");
    uint64_t head = handheld_head(&h);
    orders_path(path);
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    handheld_cut_power(&h);
    handheld_start(&h);
    assert_int_equal(h.app->ordered.value[LIMIT_CASH], 50000);
    assert_int_equal(h.app->message_count, 1);
    assert_true(handheld_head(&h) > head);
    assert_int_equal(handheld_count(&h, KIND_LIMITS_APPLIED), 1);
}

static void orders_that_were_lost_are_noted_and_told_again(void **state)
{
    char path[HANDHELD_PATH_MAX + 24];
    (void)state;
    order("one");
    orders_path(path);
    handheld_stop(&h);
    assert_int_equal(unlink(path), 0);
    utility_restart_line(h.utility);
    handheld_start(&h);
    handheld_wait(&h, 3000);
    assert_int_equal(access(path, F_OK), 0); /* `pending` said that there were none */
    assert_int_equal(h.app->ordered.serial, h.utility->orders.limits.serial);
    assert_int_equal(handheld_count(&h, KIND_LIMITS_APPLIED), 1);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
}

static void older_orders_are_refused_and_noted_once(void **state)
{
    struct orders older;
    (void)state;
    h.utility->orders.limits.value[LIMIT_CASH] = 50000;
    order(NULL);
    older = h.utility->orders;
    h.utility->orders.limits.value[LIMIT_CASH] = 10000;
    order(NULL);
    struct orders newest = h.utility->orders;
    for (int i = 0; i < 2; i++) {
        uint8_t memory[STATEMENT_MAX];
        struct buffer out;
        struct sealer sealer;
        crypto_sealer(&sealer, h.utility->statements.key);
        buffer_init(&out, memory, sizeof memory);
        assert_int_equal(orders_write(&sealer, &older, &out), TILL_OK);
        orders_take(h.app, (struct span){out.data, out.size});
    }
    assert_int_equal(h.app->ordered.value[LIMIT_CASH], 10000);
    assert_int_equal(h.app->ordered.serial, newest.limits.serial);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    assert_int_equal(handheld_count(&h, KIND_LIMITS_APPLIED), 2);
}

static void orders_that_another_key_signed_change_nothing(void **state)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct sealer sealer;
    struct orders orders = {.limits.serial = 900};
    (void)state;
    text_copy(orders.terminal, sizeof orders.terminal, h.utility->terminal);
    crypto_sealer(&sealer, h.utility->line.key);
    buffer_init(&out, memory, sizeof memory);
    assert_int_equal(orders_write(&sealer, &orders, &out), TILL_OK);
    uint64_t head = handheld_head(&h);
    orders_take(h.app, (struct span){out.data, out.size});
    assert_int_equal(h.app->ordered.serial, 0);
    assert_int_equal(handheld_head(&h), head);
}

static void orders_that_were_altered_on_the_disk_are_noted_and_fetched_again(void **state)
{
    char path[HANDHELD_PATH_MAX + 24];
    (void)state;
    h.utility->orders.limits.value[LIMIT_CASH] = 50000;
    order(NULL);
    handheld_stop(&h);
    orders_path(path);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 40, SEEK_SET), 0);
    assert_int_equal(fputc('9', file), '9');
    assert_int_equal(fclose(file), 0);
    handheld_start(&h);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
    handheld_wait(&h, 3000);
    assert_int_equal(h.app->ordered.value[LIMIT_CASH], 50000);
}

/* ---- heads ----------------------------------------------------------------------------------- */

static void a_stop_is_not_lifted_by_a_head_that_comes_again(void **state)
{
    (void)state;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    h.utility->stopped = true;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    assert_true(h.app->stopped);
    h.utility->replay_head = true;
    handheld_wait(&h, 1000);
    assert_true(h.app->stopped);
    h.utility->stopped = false;
    utility_tell_head(h.utility);
    handheld_wait(&h, 1000);
    assert_false(h.app->stopped);
}

/* ---- deltas ---------------------------------------------------------------------------------- */

static struct arrears owed(unsigned customer)
{
    char account[ACCOUNT_MAX];
    struct arrears a;
    utility_account(customer, account);
    assert_int_equal(book_arrears(h.app->book, account, &a), TILL_OK);
    return a;
}

static enum till_status in_book(unsigned customer)
{
    char account[ACCOUNT_MAX];
    struct book_customer c;
    utility_account(customer, account);
    return book_customer(h.app->book, account, &c);
}

static void a_delta_changes_what_it_says_and_nothing_else(void **state)
{
    (void)state;
    h.utility->deltas = true;
    h.utility->elsewhere_minor[CUSTOMER_TWO] = 6240;
    h.utility->left_out[CUSTOMER_SMALL] = true;
    publish();
    assert_true(h.utility->is_delta);
    assert_int_equal(handheld_fold(&h)->book_revision, 2);
    assert_int_equal(owed(CUSTOMER_TWO).count, 1);
    assert_int_equal(owed(CUSTOMER_PLAIN).count, 1);
    assert_int_equal(in_book(CUSTOMER_SMALL), TILL_NOT_FOUND);
    assert_int_equal(book_meta(h.app->book)->customers, UTILITY_CUSTOMERS - 1);
    assert_memory_equal(book_meta(h.app->book)->hash, h.utility->book_hash, HASH_SIZE);
    h.utility->left_out[CUSTOMER_SMALL] = false;
    h.utility->elsewhere_minor[CUSTOMER_TWO] = 0;
    publish();
    assert_int_equal(in_book(CUSTOMER_SMALL), TILL_OK);
    assert_int_equal(owed(CUSTOMER_TWO).count, 2);
    assert_int_equal(handheld_fold(&h)->book_revision, 3);
}

static void a_delta_over_another_book_brings_the_whole_one(void **state)
{
    (void)state;
    h.utility->deltas = h.utility->wrong_base = true;
    h.utility->elsewhere_minor[CUSTOMER_TWO] = 6240;
    publish();
    handheld_wait(&h, 2000);
    assert_false(h.utility->is_delta);
    assert_int_equal(handheld_fold(&h)->book_revision, 2);
    assert_int_equal(owed(CUSTOMER_TWO).count, 1);
    assert_int_equal(h.utility->pending.book, 2);
}

static void an_older_book_is_refused_and_noted(void **state)
{
    (void)state;
    publish();
    publish();
    assert_int_equal(handheld_fold(&h)->book_revision, 3);
    h.utility->revision = 0; /* a host that has forgotten */
    utility_publish(h.utility);
    utility_publish(h.utility);
    h.utility->pending.book = 0;
    handheld_wait(&h, 2000);
    assert_int_equal(handheld_fold(&h)->book_revision, 3);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
}

static void a_book_of_another_terminal_is_refused_and_noted(void **state)
{
    (void)state;
    text_copy(h.utility->terminal, sizeof h.utility->terminal, "0099");
    utility_publish(h.utility);
    text_copy(h.utility->terminal, sizeof h.utility->terminal, UTILITY_TERMINAL);
    handheld_wait(&h, 2000);
    assert_int_equal(handheld_fold(&h)->book_revision, 1);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(limits_are_in_force_and_on_record, begin, end),
        cmocka_unit_test_setup_teardown(a_message_comes_with_them, begin, end),
        cmocka_unit_test_setup_teardown(messages_are_read_one_by_one_the_oldest_first, begin, end),
        cmocka_unit_test_setup_teardown(orders_hold_over_a_restart, begin, end),
        cmocka_unit_test_setup_teardown(orders_that_were_lost_are_noted_and_told_again, begin, end),
        cmocka_unit_test_setup_teardown(older_orders_are_refused_and_noted_once, begin, end),
        cmocka_unit_test_setup_teardown(orders_that_another_key_signed_change_nothing, begin, end),
        cmocka_unit_test_setup_teardown(
            orders_that_were_altered_on_the_disk_are_noted_and_fetched_again, begin, end),
        cmocka_unit_test_setup_teardown(a_stop_is_not_lifted_by_a_head_that_comes_again, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_delta_changes_what_it_says_and_nothing_else, begin, end),
        cmocka_unit_test_setup_teardown(a_delta_over_another_book_brings_the_whole_one, begin, end),
        cmocka_unit_test_setup_teardown(an_older_book_is_refused_and_noted, begin, end),
        cmocka_unit_test_setup_teardown(a_book_of_another_terminal_is_refused_and_noted, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
