/*
 * The demonstration's data: the same each time, and so spread that one terminal may carry it all.
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

#include "store.h"
#include "township.h"

enum { COUNTY = 30000, TODAY = 20261015, FILE_MOST = 8 * 1024 * 1024 };

static char folder[128];
static char content[FILE_MOST];

static int begin(void **state)
{
    const char *tmp = getenv("TMPDIR");
    (void)state;
    snprintf(folder, sizeof folder, "%s/township.XXXXXX", tmp ? tmp : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    static const char *const names[] = {"site", "users", "meter_books", "customers", "bills"};
    char path[256];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s.csv", folder, names[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

static void make(uint32_t customers)
{
    const struct township t = {.seed = 1, .today = TODAY, .customers = customers};
    assert_int_equal(township_write(&t, folder), TILL_OK);
}

/* Reads a table; the number of its rows, without the header. */
static size_t read_table(const char *name)
{
    char path[256];
    size_t rows = 0;
    snprintf(path, sizeof path, "%s/%s.csv", folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(content, 1, sizeof content - 1, file);
    assert_true(size > 0 && size < sizeof content - 1);
    content[size] = '\0';
    assert_int_equal(fclose(file), 0);
    for (const char *at = content; (at = strchr(at, '\n')); at++)
        rows++;
    return rows - 1;
}

static void a_township_is_meter_books_of_sixty(void **state)
{
    (void)state;
    make(TOWNSHIP_CUSTOMERS);
    assert_int_equal(read_table("customers"), TOWNSHIP_CUSTOMERS);
    assert_int_equal(read_table("meter_books"),
                     (TOWNSHIP_CUSTOMERS + TOWNSHIP_BOOK_SIZE - 1) / TOWNSHIP_BOOK_SIZE);
}

static void the_same_seed_and_day_give_the_same_bytes(void **state)
{
    (void)state;
    make(COUNTY);
    (void)read_table("customers");
    char *before = strdup(content);
    assert_non_null(before);
    make(COUNTY);
    (void)read_table("customers");
    assert_string_equal(content, before);
    free(before);
}

static void one_terminal_may_carry_a_whole_county(void **state)
{
    (void)state;
    make(COUNTY);
    assert_true(read_table("meter_books") <= STORE_ASSIGNED_MAX);
    assert_int_equal(read_table("customers"), COUNTY);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void no_two_customers_of_a_county_have_one_account(void **state)
{
    static char *accounts[COUNTY];
    size_t count = 0;
    (void)state;
    make(COUNTY);
    (void)read_table("customers");
    for (char *line = strchr(content, '\n') + 1; *line && count < COUNTY;) {
        char *next = strchr(line, '\n') + 1;
        accounts[count++] = line;
        line[strcspn(line, ",")] = '\0';
        line = next;
    }
    qsort(accounts, count, sizeof accounts[0], by_text);
    for (size_t i = 1; i < count; i++)
        assert_string_not_equal(accounts[i - 1], accounts[i]);
}

static void more_than_a_county_is_refused(void **state)
{
    const struct township t = {.seed = 1, .today = TODAY, .customers = TOWNSHIP_MOST + 1};
    (void)state;
    assert_int_equal(township_write(&t, folder), TILL_BAD_INPUT);
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_township_is_meter_books_of_sixty),
        TEST(the_same_seed_and_day_give_the_same_bytes),
        TEST(one_terminal_may_carry_a_whole_county),
        TEST(no_two_customers_of_a_county_have_one_account),
        TEST(more_than_a_county_is_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
