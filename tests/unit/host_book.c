/* When a terminal's book is made anew, and when nothing is even looked at. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "book_build.h"
#include "holding.h"

enum { INTERVAL_S = 3600 };
#define CUSTOMERS "account,name,address,meter,meter_book,order,class\n"

static struct device device;

static uint64_t refresh(const char *terminal, int64_t after_s)
{
    struct book_build b = {.store = office.store,
                           .dir = office.dir,
                           .statement = &office.authority.statement,
                           .interval_s = INTERVAL_S};
    uint64_t revision = 0;
    assert_int_equal(book_build_refresh(&b, terminal, OFFICE_NOW_S + after_s, &revision), TILL_OK);
    return revision;
}

/* What is kept of the last look; the moment of the making is in it. */
static const char *marks(const char *terminal)
{
    static char value[STORE_VALUE_MAX];
    char key[STORE_KEY_MAX];
    (void)snprintf(key, sizeof(key), "book/%s", terminal);
    assert_int_equal(store_value_get(office.store, key, value, sizeof(value)), TILL_OK);
    return value;
}

/* 0031 carries CX01 alone. */
static void begin_terminal(void)
{
    device_begin(&device, "0031");
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(holding_assign(office.store, "0031", "CX01", OFFICE_NOW_S), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    (void)device_hand_in(&device);
}

static void without_any_change_no_book_is_made_however_long(void **state)
{
    (void)state;
    char before[STORE_VALUE_MAX];
    begin_terminal();
    uint64_t revision = refresh("0031", 0);
    (void)snprintf(before, sizeof(before), "%s", marks("0031"));
    assert_int_equal(refresh("0031", 9 * INTERVAL_S), revision);
    assert_string_equal(marks("0031"), before);
    device_end(&device);
}

static void a_change_of_another_meter_book_is_none_of_it(void **state)
{
    (void)state;
    char before[STORE_VALUE_MAX];
    begin_terminal();
    uint64_t revision = refresh("0031", 0);
    (void)snprintf(before, sizeof(before), "%s", marks("0031"));
    (void)office_import(CUSTOMERS "6100234599,王五,城东村15号,0009,CX02,9,resident\n");
    assert_int_equal(refresh("0031", 9 * INTERVAL_S), revision);
    assert_string_equal(marks("0031"), before);
    (void)office_import(CUSTOMERS "6100234598,王五,城东村15号,0009,CX01,9,resident\n");
    assert_int_equal(refresh("0031", 1), revision + 1);
    device_end(&device);
}

static void what_was_collected_waits_for_its_hour(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    begin_terminal();
    uint64_t revision = refresh("0031", 0);
    device_collect(&device, &body, 0);
    (void)device_hand_in(&device);
    assert_int_equal(refresh("0031", INTERVAL_S - 1), revision);
    assert_int_equal(refresh("0031", INTERVAL_S), revision + 1);
    device_end(&device);
}

static void users_and_the_site_are_everybodys(void **state)
{
    (void)state;
    begin_terminal();
    uint64_t revision = refresh("0031", 0);
    (void)office_import("user,name,role,pin\n1009,赵六,agent,20394857\n");
    assert_int_equal(refresh("0031", 1), revision + 1);
    (void)office_import("key,value\nhotline,12345\n");
    assert_int_equal(refresh("0031", 2), revision + 2);
    device_end(&device);
}

static void a_name_of_a_meter_book_is_told_too(void **state)
{
    (void)state;
    begin_terminal();
    uint64_t revision = refresh("0031", 0);
    (void)office_import("id,name\nCX01,城东新册\n");
    assert_int_equal(refresh("0031", 1), revision + 1);
    device_end(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(without_any_change_no_book_is_made_however_long),
        OFFICE_TEST(a_change_of_another_meter_book_is_none_of_it),
        OFFICE_TEST(what_was_collected_waits_for_its_hour),
        OFFICE_TEST(users_and_the_site_are_everybodys),
        OFFICE_TEST(a_name_of_a_meter_book_is_told_too),
    };
    return cmocka_run_group_tests_name("host_book", tests, NULL, NULL);
}
