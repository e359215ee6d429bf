/*
 * Seals: a row that somebody changed behind the book's back is not shown.
 */
#include "shelf.h"

#include <stdio.h>
#include <string.h>

#include "fake_mac.h"
#include "log.h"

static char said[512];

static void listen_in(void *context, enum log_level level, const char *line)
{
    (void)context;
    if (level == LOG_LEVEL_ERROR)
        snprintf(said, sizeof(said), "%s", line);
}

/* A book of ten, the first five with bills, sealed with key 1. */
static void build_sealed(void)
{
    struct book_builder *b = NULL;
    struct book_meta meta = shelf_meta(10);
    struct site site = shelf_site();

    assert_int_equal(book_builder_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_builder_site(b, &site), TILL_OK);
    const struct book_user user = {.user = "1001",
                                   .name = "张三",
                                   .role = ROLE_COLLECTOR,
                                   .rounds = 1000,
                                   .cash_limit_minor = 400000,
                                   .deputy_from = 20261101,
                                   .deputy_to = 20261130};
    assert_int_equal(book_builder_user(b, &user), TILL_OK);
    shelf_put_meter_book(b, "CX00");
    shelf_put_meter_book(b, "CX01");
    const struct book_stock stock = {
        .issue = 1, .type = STOCK_RECEIPT, .series = "A", .first = 1, .last = 100, .user = "1001"};
    assert_int_equal(book_builder_stock(b, &stock), TILL_OK);
    const struct book_taken taken = {
        .given = 41, .terminal = "0032", .seq = 7, .user = "2001", .at_s = 1795397400};
    assert_int_equal(book_builder_taken(b, &taken), TILL_OK);
    const struct book_explained explained = {.seq = 52, .user = "1001", .amount_minor = 800};
    assert_int_equal(book_builder_explained(b, &explained), TILL_OK);
    for (int order = 1; order <= 10; order++) {
        struct book_customer c = shelf_customer(0, order);

        c.balance_minor = 500;
        shelf_put_customer(b, &c);
        if (order <= 5) {
            shelf_put_bill(b, c.account, shelf_bill(202608, 100));
            shelf_put_bill(b, c.account, shelf_bill(202609, 200));
        }
    }
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
}

static struct book *open_with(const struct book_mac *mac)
{
    struct book *b = NULL;

    assert_int_equal(book_open(shelf_path, NULL, mac, &b), TILL_OK);
    return b;
}

static void assert_all_refuse(struct book *b, const char *account, const char *name)
{
    struct book_customer c;
    struct book_line lines[10];
    struct arrears a;
    size_t count = 0;

    assert_int_equal(book_customer(b, account, &c), TILL_E_CORRUPT);
    assert_int_equal(book_arrears(b, account, &a), TILL_E_CORRUPT);
    assert_int_equal(book_find(b, account, 0, lines, 10, &count), TILL_E_CORRUPT);
    assert_int_equal(book_find(b, name, 0, lines, 10, &count), TILL_E_CORRUPT);
    assert_int_equal(book_window(b, "CX00", 0, lines, 10, &count), TILL_E_CORRUPT);
}

static void a_changed_value_is_damage_and_the_log_names_the_account(void **state)
{
    static const char *const changes[] = {
        "UPDATE customer SET balance_minor = 50000 WHERE row = 3",
        "UPDATE customer SET flags = flags | 1 WHERE row = 3",
        "UPDATE customer SET class = 1 WHERE row = 3",
        "UPDATE customer SET latitude_e7 = 1 WHERE row = 3",
        "UPDATE customer SET last_reading_cwh = 1 WHERE row = 3",
        "UPDATE customer SET book = 2 WHERE row = 3",
        "UPDATE customer SET bills = x'' WHERE row = 3",
        "UPDATE customer SET bills = (SELECT bills FROM customer WHERE row = 9) WHERE row = 3",
        "UPDATE customer SET address = 'here' WHERE row = 3",
        "UPDATE customer SET seal = x'' WHERE row = 3",
        "UPDATE customer SET seal = (SELECT seal FROM customer WHERE row = 4) WHERE row = 3",
    };

    (void)state;
    log_to(listen_in, NULL, LOG_LEVEL_ERROR);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct book_customer c;
        struct book *b;

        build_sealed();
        shelf_tamper(changes[i]);
        said[0] = '\0';
        b = open_with(fake_mac(1));
        assert_all_refuse(b, "6100000003", "段3号");
        assert_non_null(strstr(said, "6100000003"));
        /* Nobody else is touched. */
        assert_int_equal(book_customer(b, "6100000004", &c), TILL_OK);
        book_close(b);
    }
    log_to(NULL, NULL, LOG_LEVEL_ERROR);
}

static void a_changed_head_opens_no_book(void **state)
{
    static const char *const changes[] = {
        "UPDATE user SET role = 2 WHERE user = '1001'",
        "UPDATE user SET cash_limit_minor = 0 WHERE user = '1001'",
        "UPDATE user SET pin_check = x'00' WHERE user = '1001'",
        "UPDATE user SET user = '1009' WHERE user = '1001'",
        "DELETE FROM user WHERE user = '1001'",
        "UPDATE meter_book SET name = 'Elsewhere' WHERE id = 'CX01'",
        "UPDATE meter_book SET customers = 9 WHERE id = 'CX00'",
        "UPDATE meta SET as_of_s = as_of_s + 1",
        "UPDATE meta SET applied_seq = applied_seq + 1",
        "UPDATE meta SET site = replace(site, '1', '2')",
        "UPDATE deputy SET last_date = 20991231",
        "UPDATE stock SET last = last + 1",
        "UPDATE taken SET given = given + 1",
        "DELETE FROM taken",
        "UPDATE explained SET amount_minor = 80000",
        "DROP TABLE taken; UPDATE stock SET type = type",
        "UPDATE head_seal SET seal = x''",
        "UPDATE head_seal SET seal = zeroblob(32)",
        "DELETE FROM head_seal",
    };

    (void)state;
    log_to(listen_in, NULL, LOG_LEVEL_ERROR);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct book *b = NULL;

        build_sealed();
        book_close(open_with(fake_mac(1)));
        shelf_tamper(changes[i]);
        said[0] = '\0';
        assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &b), TILL_E_SIGNATURE);
        assert_non_null(strstr(said, "head"));
        /* Whoever has no key reads it all the same. */
        if (i < 2)
            book_close(open_with(NULL));
    }
    log_to(NULL, NULL, LOG_LEVEL_ERROR);
}

/* The code as the software wrote it that knew no rows of hand-overs and differences. */
static void a_head_that_was_sealed_before_there_were_such_rows_is_sealed_still(void **state)
{
    struct book_builder *b = NULL;
    const struct site site = shelf_site();
    const struct book_customer c = shelf_customer(0, 1);
    struct book_meta meta = shelf_meta(1);

    (void)state;
    assert_int_equal(book_builder_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_builder_site(b, &site), TILL_OK);
    shelf_put_meter_book(b, "CX00");
    shelf_put_customer(b, &c);
    meta.revision = 1;
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
    shelf_tamper("UPDATE head_seal SET seal ="
                 " x'894613ECD7887BD0B27F770C422E72B4C38FB30A7E7B101C73D86510457332C0'");
    book_close(open_with(fake_mac(1)));
}

static void a_row_in_anothers_place_is_damage(void **state)
{
    struct book_customer c;
    struct book_line line;
    size_t count = 0;
    struct book *b;

    (void)state;
    build_sealed();
    /* 3 becomes 4, seal and all, under its own account. */
    shelf_tamper("UPDATE customer SET (name, bills, seal, place) ="
                 " (SELECT name, bills, seal, place FROM customer WHERE row = 4) WHERE row = 3");
    b = open_with(fake_mac(1));
    assert_int_equal(book_customer(b, "6100000003", &c), TILL_E_CORRUPT);
    assert_int_equal(book_window(b, "CX00", 2, &line, 1, &count), TILL_E_CORRUPT);
    assert_int_equal(book_customer(b, "6100000004", &c), TILL_OK);
    book_close(b);
}

static void a_book_of_another_device_is_not_opened(void **state)
{
    struct book *b = NULL;

    (void)state;
    build_sealed();
    assert_int_equal(book_open(shelf_path, NULL, fake_mac(2), &b), TILL_E_SIGNATURE);
    shelf_build_township(1); /* not sealed at all */
    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &b), TILL_E_SIGNATURE);
}

static void who_has_no_key_reads_it_unchecked(void **state)
{
    struct book_customer c;
    struct book *b;

    (void)state;
    build_sealed();
    shelf_tamper("UPDATE customer SET balance_minor = 50000 WHERE row = 3");
    b = open_with(NULL);
    assert_int_equal(book_customer(b, "6100000003", &c), TILL_OK);
    assert_int_equal(c.balance_minor, 50000);
    book_close(b);
}

static enum till_status fails(void *context, struct span bytes, uint8_t mac_out[HASH_SIZE])
{
    (void)context;
    (void)bytes;
    (void)mac_out;
    return TILL_E_CRYPTO;
}

static void a_mac_that_fails_says_so_and_builds_nothing(void **state)
{
    const struct book_mac broken = {NULL, fails};
    struct book_customer c = shelf_customer(0, 1);
    struct book_meta meta = shelf_meta(1);
    struct book_builder *builder = NULL;
    struct site site = shelf_site();
    struct book *b = NULL;

    (void)state;
    assert_int_equal(book_builder_open(shelf_path, NULL, &broken, &builder), TILL_OK);
    assert_int_equal(book_builder_site(builder, &site), TILL_OK);
    shelf_put_meter_book(builder, "CX00");
    shelf_put_customer(builder, &c);
    assert_int_equal(book_builder_finish(builder, &meta), TILL_E_CRYPTO);
    assert_false(shelf_has_beside(""));
    build_sealed();
    assert_int_equal(book_open(shelf_path, NULL, &broken, &b), TILL_E_CRYPTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF_TEST(a_changed_value_is_damage_and_the_log_names_the_account),
        SHELF_TEST(a_changed_head_opens_no_book),
        SHELF_TEST(a_head_that_was_sealed_before_there_were_such_rows_is_sealed_still),
        SHELF_TEST(a_row_in_anothers_place_is_damage),
        SHELF_TEST(a_book_of_another_device_is_not_opened),
        SHELF_TEST(who_has_no_key_reads_it_unchecked),
        SHELF_TEST(a_mac_that_fails_says_so_and_builds_nothing),
    };

    return cmocka_run_group_tests(tests, shelf_make, shelf_remove);
}
