/*
 * Finding in the book as one types.
 */
#include "shelf.h"

#include <stdio.h>
#include <string.h>

/* ---- finding --------------------------------------------------------------------------------- */

static void assert_found(struct book *b, const char *query, const char *const *accounts,
                         size_t expected)
{
    struct book_line lines[16];
    size_t count = 0;

    assert_int_equal(book_find(b, query, 0, lines, 16, &count), TILL_OK);
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(lines[i].customer.account, accounts[i]);
}

static struct book_customer named(const char *account, const char *meter, const char *name,
                                  const char *address)
{
    struct book_customer c = {.class = CUSTOMER_RESIDENT, .order = 1};

    snprintf(c.account, sizeof(c.account), "%s", account);
    snprintf(c.meter, sizeof(c.meter), "%s", meter);
    snprintf(c.name, sizeof(c.name), "%s", name);
    snprintf(c.address, sizeof(c.address), "%s", address);
    return c;
}

static void what_is_found_comes_best_first(void **state)
{
    /* In the book in the opposite order of what "4567" should give. */
    struct book_customer customers[] = {
        named("1111000001", "M1", "甲", "幸福路4567号"),
        named("1111000002", "M2", "商铺4567", "乙路"),
        named("1111000003", "M3", "4567号商铺", "丙路"),
        named("1111000004", "4567001", "丁", "丁路"),
        named("1111000005", "9994567", "戊", "戊路"),
        named("4567000006", "M6", "己", "己路"),
        named("6100234567", "M7", "庚", "庚路"),
        named("4567", "M8", "辛", "辛路"),
        named("1111000009", "M9", "壬4", "567路"),
    };
    static const char *const expected[] = {"4567",       "6100234567", "4567000006", "1111000004",
                                           "1111000005", "1111000003", "1111000002", "1111000001"};
    struct book *b;

    (void)state;
    shelf_build_of(customers, sizeof(customers) / sizeof(customers[0]));
    b = shelf_open();
    assert_found(b, "4567", expected, sizeof(expected) / sizeof(expected[0]));
    book_close(b);
}

static void percent_and_underscore_mean_themselves(void **state)
{
    struct book_customer customers[] = {
        named("1111000001", "", "王秀英", "甲"),
        named("1111000002", "", "50%_店", "乙"),
        named("1111000003", "", "50号!店", "'丙'"),
    };
    static const char *const second[] = {"1111000002"};
    static const char *const third[] = {"1111000003"};
    struct book *b;

    (void)state;
    shelf_build_of(customers, 3);
    b = shelf_open();
    assert_found(b, "%", second, 1);
    assert_found(b, "_", second, 1);
    assert_found(b, "0%_", second, 1);
    assert_found(b, "'", third, 1);
    assert_found(b, "!", third, 1);
    book_close(b);
}

static void letters_are_found_in_either_case_and_han_by_any_part(void **state)
{
    struct book_customer customers[] = {
        named("1111000001", "AB-77", "Wang Xiuying", "Xizhou 1"),
        named("1111000002", "CD-78", "欧阳春", "大理市喜洲镇"),
    };
    static const char *const first[] = {"1111000001"};
    static const char *const second[] = {"1111000002"};
    struct book *b;

    (void)state;
    shelf_build_of(customers, 2);
    b = shelf_open();
    assert_found(b, "wang x", first, 1);
    assert_found(b, "XIUYING", first, 1);
    assert_found(b, "ab-", first, 1);
    assert_found(b, "阳", second, 1);
    assert_found(b, "喜洲", second, 1);
    assert_found(b, "王", NULL, 0);
    book_close(b);
}

static void a_whole_number_is_answered_alone(void **state)
{
    struct book_customer customers[] = {
        named("6100000001", "53000100000001", "甲", "户号6100000002旁"),
        named("6100000002", "53000100000002", "乙", "乙路"),
        named("6100000003", "53000100000003", "丙", "丙路"),
        named("6100000004", "53000100000003", "丁", "共用一表"),
    };
    static const char *const second[] = {"6100000002"};
    static const char *const both[] = {"6100000003", "6100000004"};
    struct book_line line;
    size_t count = 9;
    struct book *b;

    (void)state;
    shelf_build_of(customers, 4);
    b = shelf_open();
    assert_found(b, "6100000002", second, 1);
    assert_found(b, "53000100000002", second, 1);
    assert_found(b, "53000100000003", both, 2);
    assert_int_equal(book_find(b, "6100000002", 1, &line, 1, &count), TILL_OK);
    assert_int_equal(count, 0);
    book_close(b);
}

/* How many of the township have it in a number. */
static size_t have(const char *digits)
{
    size_t count = 0;

    for (int n = 0; n < SHELF_CUSTOMERS; n++) {
        struct book_customer c =
            shelf_customer(n / SHELF_CUSTOMERS_OF_BOOK, n % SHELF_CUSTOMERS_OF_BOOK + 1);

        count += strstr(c.account, digits) != NULL || strstr(c.meter, digits) != NULL ||
                         strstr(c.phone, digits) != NULL
                     ? 1
                     : 0;
    }
    return count;
}

static void pages_of_what_is_found_give_each_hit_once(void **state)
{
    enum { CAPACITY = 6 };
    static bool seen[SHELF_CUSTOMERS];
    struct book_line lines[CAPACITY];
    size_t total = 0, count = 0;
    struct book *b;

    (void)state;
    shelf_build_township(7);
    b = shelf_open();
    memset(seen, 0, sizeof(seen));
    do {
        assert_int_equal(book_find(b, "017", total, lines, CAPACITY, &count), TILL_OK);
        for (size_t i = 0; i < count; i++) {
            size_t n = (size_t)lines[i].customer.row - 1;

            assert_true(n < SHELF_CUSTOMERS);
            assert_false(seen[n]);
            seen[n] = true;
        }
        total += count;
    } while (count > 0);
    assert_int_equal(total, have("017"));
    book_close(b);
}

static void a_query_that_is_empty_or_too_long_or_unclean_is_refused(void **state)
{
    char query[BOOK_QUERY_MAX + 2];
    struct book_customer c = shelf_customer(0, 1);
    struct book_line line;
    size_t count = 0;
    struct book *b;

    (void)state;
    shelf_build_of(&c, 1);
    b = shelf_open();
    memset(query, '1', sizeof(query));
    query[BOOK_QUERY_MAX + 1] = '\0';
    assert_int_equal(book_find(b, "", 0, &line, 1, &count), TILL_BAD_INPUT);
    assert_int_equal(book_find(b, query, 0, &line, 1, &count), TILL_BAD_INPUT);
    query[BOOK_QUERY_MAX] = '\0';
    assert_int_equal(book_find(b, query, 0, &line, 1, &count), TILL_OK);
    assert_int_equal(book_find(b, "\xC3", 0, &line, 1, &count), TILL_BAD_INPUT);
    book_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF_TEST(what_is_found_comes_best_first),
        SHELF_TEST(percent_and_underscore_mean_themselves),
        SHELF_TEST(letters_are_found_in_either_case_and_han_by_any_part),
        SHELF_TEST(a_whole_number_is_answered_alone),
        SHELF_TEST(pages_of_what_is_found_give_each_hit_once),
        SHELF_TEST(a_query_that_is_empty_or_too_long_or_unclean_is_refused),
    };

    return cmocka_run_group_tests(tests, shelf_make, shelf_remove);
}
