/* The office's tables, good and hostile. */
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"

#define CUSTOMERS "account,name,address,meter,meter_book,order,class,balance\n"
#define BILLS "account,month,type,kwh,amount,due_date\n"

/* ---- csv ------------------------------------------------------------------------------------- */

static struct csv csv;
static struct csv_row row;

static void csv_of(const char *text)
{
    csv_begin(&csv, (struct span){(const uint8_t *)text, strlen(text)}, NULL);
}

static void a_quoted_field_holds_commas_and_quotes(void **state)
{
    (void)state;
    csv_of("a,\"b, \"\"c\"\"\",\r\nd");
    assert_int_equal(csv_next(&csv, &row), TILL_OK);
    assert_int_equal(row.count, 3);
    assert_string_equal(row.fields[0], "a");
    assert_string_equal(row.fields[1], "b, \"c\"");
    assert_string_equal(row.fields[2], "");
    assert_int_equal(csv_next(&csv, &row), TILL_OK);
    assert_string_equal(row.fields[0], "d");
    assert_int_equal(row.line, 2);
    assert_int_equal(csv_next(&csv, &row), TILL_UNCHANGED);
}

static void a_quote_never_closed_costs_its_own_line_only(void **state)
{
    (void)state;
    csv_of("a,\"b\nc,d\n");
    assert_int_equal(csv_next(&csv, &row), TILL_BAD_INPUT);
    assert_int_equal(row.line, 1);
    assert_int_equal(csv_next(&csv, &row), TILL_OK);
    assert_int_equal(row.line, 2);
    assert_string_equal(row.fields[1], "d");
}

static void a_quote_in_the_middle_is_bad(void **state)
{
    (void)state;
    csv_of("a\"b,c\n\"a\"b,c\nx\n");
    assert_int_equal(csv_next(&csv, &row), TILL_BAD_INPUT);
    assert_int_equal(csv_next(&csv, &row), TILL_BAD_INPUT);
    assert_int_equal(csv_next(&csv, &row), TILL_OK);
    assert_int_equal(row.line, 3);
}

static void a_quoted_line_break_is_one_bad_row_not_two(void **state)
{
    (void)state;
    csv_of("a,\"b\nb\"\nc,d\n");
    assert_int_equal(csv_next(&csv, &row), TILL_BAD_INPUT);
    assert_int_equal(csv_next(&csv, &row), TILL_OK);
    assert_int_equal(row.line, 3);
    assert_string_equal(row.fields[0], "c");
}

static void bytes_that_are_no_text_are_bad(void **state)
{
    (void)state;
    csv_of("a\xff,b\n\xc0\xaf\nok\n");
    assert_int_equal(csv_next(&csv, &row), TILL_BAD_INPUT);
    assert_int_equal(csv_next(&csv, &row), TILL_BAD_INPUT);
    assert_int_equal(csv_next(&csv, &row), TILL_OK);
}

static void a_row_without_end_is_too_large_and_passed_over(void **state)
{
    (void)state;
    size_t size = 3 * CSV_ROW_MAX;
    char *text = malloc(size + 8);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text + size, "\nend\n", 6);
    csv_of(text);
    assert_int_equal(csv_next(&csv, &row), TILL_TOO_LARGE);
    assert_int_equal(csv_next(&csv, &row), TILL_OK);
    assert_string_equal(row.fields[0], "end");
    memset(text, ',', size);
    csv_of(text);
    assert_int_equal(csv_next(&csv, &row), TILL_TOO_LARGE);
    assert_int_equal(csv_next(&csv, &row), TILL_OK);
    free(text);
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void assert_bad(const char *csv_text, const char *reason)
{
    struct import_report r = office_import(csv_text);
    assert_int_equal(r.bad, 1);
    assert_int_equal(r.added + r.changed, 0);
    assert_int_equal(office_bad_line, 2);
    if (strstr(office_bad_reason, reason) == NULL) {
        fail_msg("'%s' does not say '%s'", office_bad_reason, reason);
    }
}

static void the_same_file_again_changes_nothing(void **state)
{
    (void)state;
    static const char text[] =
        "\xef\xbb\xbf" CUSTOMERS "6100234599,王五,城东村15号,0009,CX01,9,resident,5.00\n";
    assert_int_equal(office_import(text).added, 1);
    int64_t postings = office_postings();
    uint64_t imports = import_count(office.store);
    struct import_report r = office_import(text);
    assert_int_equal(r.unchanged, 1);
    assert_int_equal(r.added + r.changed + r.bad, 0);
    assert_int_equal(office_postings(), postings);
    assert_int_equal(import_count(office.store), imports);
    office_assert_sound();
}

static void good_rows_go_in_beside_bad_ones(void **state)
{
    (void)state;
    struct import_report r =
        office_import(BILLS OFFICE_OTHER ",202608,1,10,40.00,20261231\n" OFFICE_OTHER
                                         ",202613,1,10,40.00,20261231\n" OFFICE_OTHER
                                         ",202609,1,10,41.00,2026-12-31\n");
    assert_int_equal(r.added, 2);
    assert_int_equal(r.bad, 1);
    assert_int_equal(office_bad_line, 3);
    assert_int_equal(office_arrears(OFFICE_OTHER).count, 2);
    office_assert_sound();
}

static void amounts_are_read_strictly(void **state)
{
    (void)state;
    assert_bad(BILLS OFFICE_OTHER ",202608,1,10,40.005,20261231\n", "amount");
    assert_bad(BILLS OFFICE_OTHER ",202608,1,10,-40,20261231\n", "amount");
    assert_bad(BILLS OFFICE_OTHER ",202608,1,10,4e3,20261231\n", "amount");
    assert_bad(BILLS OFFICE_OTHER ",202608,1,10,,20261231\n", "amount");
    assert_bad(BILLS OFFICE_OTHER ",202608,1,10,99999999999999999999,20261231\n", "amount");
    assert_bad(BILLS OFFICE_OTHER ",202608,1,10,\"1,240.50\",20261231\n", "amount");
}

static void rows_that_break_a_rule_are_named(void **state)
{
    (void)state;
    assert_bad(BILLS "6109999999,202608,1,10,40,20261231\n", "no customer");
    assert_bad(BILLS OFFICE_OTHER ",202608,1,10,40,20260230\n", "date");
    assert_bad(BILLS OFFICE_OTHER ",202608,1,10,40\n", "fields");
    assert_bad(BILLS OFFICE_ACCOUNT ",202609,1,153.00,92.11,20261231\n", "another bill");
    assert_bad(CUSTOMERS "6100234599,,x,1,CX01,9,resident,0\n", "name");
    assert_bad(CUSTOMERS "61;DROP,a,x,1,CX01,9,resident,0\n", "account");
    assert_bad(CUSTOMERS "6100234599,a,x,1,CX77,9,resident,0\n", "meter book");
    assert_bad(CUSTOMERS "6100234599,a,x,1,CX01,0,resident,0\n", "order");
    assert_bad(CUSTOMERS "6100234599,a,x,1,CX01,9,king,0\n", "class");
    assert_bad("user,name,role,pin\n1003,a,collector,12\n", "PIN");
    assert_bad("user,name,role,pin\n1003,a,6,1234\n", "role");
    assert_bad("user,name,role,pin\n10 3,a,1,1234\n", "user");
    assert_bad("id,name\n\"A,B\",x\n", "meter book");
    assert_bad("key,value\nmoon,full\n", "key");
    assert_bad("key,value\nexponent,9\n", "value");
    office_assert_sound();
}

static void a_header_of_no_table_is_refused(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "",       "a,b\n1,2\n", "account,account,month\n", "key\n1\n", "key,value,extra\n1,2,3\n",
        "\"key\n"};
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        char path[FILES_PATH_MAX];
        struct import_report r;
        office_path("table.csv", path);
        struct span content = {(const uint8_t *)headers[i], strlen(headers[i])};
        assert_int_equal(files_write(path, content), TILL_OK);
        assert_int_equal(import_file(office.store, office.dir, path, OFFICE_NOW_S, NULL, NULL, &r),
                         TILL_BAD_INPUT);
    }
}

static void columns_may_stand_in_any_order(void **state)
{
    (void)state;
    struct import_report r = office_import(
        "due_date,amount,account,kwh,type,month\n20261231,40.00," OFFICE_OTHER ",10,1,202608\n");
    assert_int_equal(r.added, 1);
    assert_int_equal(office_arrears(OFFICE_OTHER).bills[0].amount_minor, 4000);
}

static void a_customer_keeps_what_was_paid_here(void **state)
{
    (void)state;
    static struct device device;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 20000);
    device_begin(&device, "0031");
    device_collect(&device, &body, 0);
    (void)device_hand_in(&device);
    int64_t advance = office_arrears(OFFICE_ACCOUNT).balance_minor;
    assert_true(advance > 0);
    struct import_report r =
        office_import(CUSTOMERS OFFICE_ACCOUNT ",王秀英,城东村12-1号,0001234,CX01,1,resident,0\n");
    assert_int_equal(r.changed, 1);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).balance_minor, advance);
    office_assert_sound();
    device_end(&device);
}

static void a_larger_advance_brings_the_difference(void **state)
{
    (void)state;
    (void)office_import(CUSTOMERS OFFICE_OTHER ",张三,城东村13号,0001235,CX01,2,other,30.00\n");
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 3000);
    assert_int_equal(office_balance("advance/" OFFICE_OTHER), -3000);
    office_assert_sound();
}

static void the_pin_itself_is_nowhere(void **state)
{
    (void)state;
    struct book_user u = {0};
    char path[FILES_PATH_MAX], *content = NULL;
    size_t size = 0;
    (void)office_import("user,name,role,pin\n1009,赵六,agent,20394857\n");
    assert_int_equal(store_user_next(office.store, "1008", &u), TILL_OK);
    assert_string_equal(u.user, "1009");
    assert_true(u.rounds >= 10000);
    store_close(office.store);
    office_path("host.db", path);
    assert_int_equal(files_read(path, 1 << 24, &content, &size), TILL_OK);
    assert_null(memmem(content, size, "20394857", 8));
    free(content);
    assert_int_equal(store_open(path, &office.store), TILL_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quoted_field_holds_commas_and_quotes),
        cmocka_unit_test(a_quote_never_closed_costs_its_own_line_only),
        cmocka_unit_test(a_quote_in_the_middle_is_bad),
        cmocka_unit_test(a_quoted_line_break_is_one_bad_row_not_two),
        cmocka_unit_test(bytes_that_are_no_text_are_bad),
        cmocka_unit_test(a_row_without_end_is_too_large_and_passed_over),
        OFFICE_TEST(the_same_file_again_changes_nothing),
        OFFICE_TEST(good_rows_go_in_beside_bad_ones),
        OFFICE_TEST(amounts_are_read_strictly),
        OFFICE_TEST(rows_that_break_a_rule_are_named),
        OFFICE_TEST(a_header_of_no_table_is_refused),
        OFFICE_TEST(columns_may_stand_in_any_order),
        OFFICE_TEST(a_customer_keeps_what_was_paid_here),
        OFFICE_TEST(a_larger_advance_brings_the_difference),
    };
    const struct CMUnitTest of_a_file[] = {OFFICE_TEST(the_pin_itself_is_nowhere)};
    return office_run("host_import", tests, sizeof(tests) / sizeof(tests[0])) +
           cmocka_run_group_tests_name("host_import-file", of_a_file, NULL, NULL);
}
