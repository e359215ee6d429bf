/* Banks, papers and deputies: from the office's files to the books of terminals, new and old. */
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_build.h"
#include "book_content.h"
#include "book_lines.h"
#include "book_text.h"
#include "codes.h"
#include "store_stock.h"

enum { TEXT_ROOM = 64 * 1024 };

static struct device one;

static void begin(void)
{
    device_begin(&one, "0031");
    (void)device_hand_in(&one);
}

static uint64_t refresh(void)
{
    const struct book_build b = {.store = office.store,
                                 .dir = office.dir,
                                 .statement = &office.authority.statement,
                                 .interval_s = 3600};
    uint64_t revision = 0;
    assert_int_equal(book_build_refresh(&b, "0031", OFFICE_NOW_S + 60, &revision), TILL_OK);
    return revision;
}

/* The plain content of the terminal's book as it would be made now. */
static const char *content(void)
{
    static char text[TEXT_ROOM];
    struct store_terminal t = office_terminal("0031");
    struct book_content made;
    struct unpacker *u = NULL;
    struct buffer out;
    assert_int_equal(book_content_make(office.store, &t, OFFICE_NOW_S, &made), TILL_OK);
    struct span packed = {made.packed, made.packed_size};
    buffer_init(&out, text, sizeof(text) - 1);
    assert_int_equal(unpacker_open(TEXT_ROOM, &u), TILL_OK);
    size_t before;
    do {
        before = packed.size + (sizeof(text) - out.size);
        assert_int_equal(unpacker_feed(u, &packed, &out), TILL_OK);
    } while (packed.size + (sizeof(text) - out.size) < before);
    unpacker_close(u);
    book_content_free(&made);
    text[out.size] = '\0';
    return text;
}

static struct site site_now(void)
{
    struct site site;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    return site;
}

static struct book_user user_now(const char *number)
{
    struct book_user u;
    assert_int_equal(import_find_user(office.store, number, &u), TILL_OK);
    return u;
}

static void banks_are_imported_one_by_one_and_taken_off_again(void **state)
{
    (void)state;
    struct import_report report =
        office_import("key,value\nbank.ICBC,工商银行清溪支行;6222 0001\nbank.RCU,农村信用社\n");
    struct site site = site_now();
    assert_int_equal(report.added + report.changed, 2);
    assert_int_equal(site.bank_count, 2);
    assert_string_equal(site.banks[0].id, "ICBC");
    assert_string_equal(site.banks[0].name, "工商银行清溪支行");
    assert_string_equal(site.banks[0].account, "6222 0001");
    assert_string_equal(site.banks[1].account, "");
    report =
        office_import("key,value\nbank.ICBC,工商银行清溪支行;6222 0001\nbank.RCU,农村信用社\n");
    assert_int_equal(report.unchanged, 2);
    (void)office_import("key,value\nbank.ICBC,\nbank.ABC,农业银行;7\nbank.RCU,信用社\n");
    site = site_now();
    assert_int_equal(site.bank_count, 2);
    assert_string_equal(site.banks[0].id, "RCU");
    assert_string_equal(site.banks[0].name, "信用社");
    assert_string_equal(site.banks[1].id, "ABC");
}

static void a_bank_that_can_not_be_is_named_and_set_aside(void **state)
{
    (void)state;
    char seven[512] = "key,value\n";
    struct import_report report = office_import("key,value\nbank.icbc,工商银行\n"
                                                "bank.,工商银行\nbank.ABC,;622\n");
    assert_int_equal(report.bad, 3);
    assert_string_equal(office_bad_reason, "this is no value for that key");
    for (int i = 0; i < SITE_BANKS_MAX + 1; i++) {
        size_t size = strlen(seven);
        snprintf(seven + size, sizeof(seven) - size, "bank.B%d,N\n", i);
    }
    report = office_import(seven);
    assert_int_equal(report.bad, 1);
    assert_int_equal(site_now().bank_count, SITE_BANKS_MAX);
}

static void papers_and_late_receipts_are_settings_of_the_site(void **state)
{
    (void)state;
    struct import_report report =
        office_import("key,value\npaper_resident,receipt\npaper_other,both\nlate_receipt_days,7\n");
    assert_int_equal(report.bad, 0);
    assert_int_equal(site_now().papers[CUSTOMER_RESIDENT], SITE_PAPER_RECEIPT);
    assert_int_equal(site_now().papers[CUSTOMER_OTHER], SITE_PAPER_BOTH);
    assert_int_equal(site_now().late_receipt_days, 7);
    report = office_import("key,value\npaper_other,all\nlate_receipt_days,256\npaper_mine,both\n");
    assert_int_equal(report.bad, 3);
    assert_string_equal(office_bad_reason, "no site setting has that key");
    assert_int_equal(site_now().late_receipt_days, 7);
}

static void a_deputy_has_two_dates_until_the_office_ends_it(void **state)
{
    (void)state;
    struct import_report report =
        office_import("user,name,role,pin,deputy_from,deputy_to\n"
                      "1009,赵六,collector,20394857,2026-12-01,20261207\n");
    assert_int_equal(report.bad, 0);
    assert_int_equal(user_now("1009").deputy_from, 20261201);
    assert_int_equal(user_now("1009").deputy_to, 20261207);
    report = office_import("user,name,role,pin\n1009,赵六,collector,\n");
    assert_int_equal(report.unchanged, 1);
    assert_int_equal(user_now("1009").deputy_from, 20261201);
    report = office_import("user,name,role,pin,deputy_from,deputy_to\n"
                           "1009,赵六,collector,,0,0\n");
    assert_int_equal(report.changed, 1);
    assert_int_equal(user_now("1009").deputy_from, 0);
    assert_int_equal(user_now("1009").deputy_to, 0);
}

static void who_can_be_no_deputy_is_named(void **state)
{
    (void)state;
    struct import_report report = office_import("user,name,role,pin,deputy_from,deputy_to\n"
                                                "1014,丁,collector,20394857,20261131,20261207\n"
                                                "1011,甲,collector,20394857,20261207,20261201\n"
                                                "1012,乙,collector,20394857,20261207,\n"
                                                "1013,丙,technician,20394857,20261201,20261207\n");
    assert_int_equal(report.bad, 4);
    assert_int_equal(report.added, 0);
    assert_non_null(office_bad_reason);
    assert_string_equal(office_bad_reason,
                        "a deputy is a collector or agent, from one date to another not before it");
    /* Promoted: a supervisor is nobody's deputy. */
    (void)office_import("user,name,role,pin,deputy_from,deputy_to\n"
                        "1009,赵六,agent,20394857,20261201,20261207\n");
    (void)office_import("user,name,role,pin\n1009,赵六,supervisor,\n");
    assert_int_equal(user_now("1009").deputy_from, 0);
}

/* A terminal that can't read them is not to refuse its book for them. */
static void an_older_terminal_s_book_says_nothing_of_them(void **state)
{
    (void)state;
    (void)office_import("key,value\nbank.ICBC,工商银行\npaper_other,both\nlate_receipt_days,7\n");
    (void)office_import("user,name,role,pin,deputy_from,deputy_to\n"
                        "1009,赵六,collector,20394857,20261201,20261207\n");
    begin();
    uint64_t newest = refresh();
    assert_non_null(strstr(content(), "\"bank1_name\":\"工商银行\""));
    assert_non_null(strstr(content(), "\"paper_other\":2,\"late_receipt_days\":7"));
    assert_non_null(strstr(content(), "\"deputy_from\":20261201,\"deputy_to\":20261207"));
    assert_int_equal(book_lines_note(office.store, "0031", BOOK_LINES_OFFICE), TILL_OK);
    assert_null(strstr(content(), "bank"));
    assert_null(strstr(content(), "paper_other"));
    assert_null(strstr(content(), "late_receipt"));
    assert_null(strstr(content(), "deputy"));
    assert_non_null(strstr(content(), "\"user\":\"1009\""));
    uint64_t older = refresh();
    assert_true(older > newest);
    /* New software, the same terminal: the next request brings a book with everything. */
    assert_int_equal(book_lines_note(office.store, "0031", BOOK_LINES_CASH), TILL_OK);
    assert_non_null(strstr(content(), "\"bank1\":\"ICBC\""));
    assert_true(refresh() > older);
    device_end(&one);
}

/* The fingerprint of what is assigned is another: an earlier host made it otherwise. */
static void a_fingerprint_of_an_earlier_host_costs_a_look_and_no_new_book(void **state)
{
    char marks[STORE_VALUE_MAX], before[STORE_VALUE_MAX];
    (void)state;
    begin();
    assert_int_equal(book_lines_note(office.store, "0031", BOOK_LINES_OFFICE), TILL_OK);
    uint64_t revision = refresh();
    assert_int_equal(store_value_get(office.store, "book/0031", before, sizeof(before)), TILL_OK);
    memcpy(marks, before, sizeof(marks));
    char *digit = &marks[2 * HASH_SIZE]; /* the second hash in it */
    *digit = *digit == '0' ? '1' : '0';
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_value_put(office.store, "book/0031", marks), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(refresh(), revision);
    assert_int_equal(store_value_get(office.store, "book/0031", marks, sizeof(marks)), TILL_OK);
    assert_memory_equal(marks, before, (size_t)3 * 2 * HASH_SIZE);
    device_end(&one);
}

static void put_range(const char *terminal, uint64_t first, bool taken)
{
    struct store_stock_range r = {.type = STOCK_INVOICE,
                                  .series = "B",
                                  .first = first,
                                  .last = first + 499,
                                  .issue = first,
                                  .holder = "1001",
                                  .giver = "2001",
                                  .taken = taken,
                                  .since_s = OFFICE_NOW_S};
    snprintf(r.terminal, sizeof(r.terminal), "%s", terminal);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_stock_range_put(office.store, &r), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

static void paper_that_was_issued_is_in_the_book_until_it_is_taken_over(void **state)
{
    (void)state;
    begin();
    uint64_t before = refresh();
    put_range("0031", 12001, false);
    put_range("0032", 22001, false);
    put_range("0031", 32001, true);
    const char *text = content();
    assert_non_null(strstr(text, "{\"t\":\"stock\",\"issue\":12001,\"type\":2,\"series\":\"B\","
                                 "\"first\":12001,\"last\":12500,\"user\":\"1001\","
                                 "\"from\":\"2001\"}\n"));
    assert_null(strstr(text, "22001"));
    assert_null(strstr(text, "32001"));
    assert_true(strstr(text, "\"t\":\"stock\"") < strstr(text, "\"t\":\"customer\""));
    uint64_t with_paper = refresh();
    assert_true(with_paper > before);
    assert_int_equal(refresh(), with_paper);
    assert_int_equal(book_lines_note(office.store, "0031", BOOK_LINES_OFFICE), TILL_OK);
    assert_null(strstr(content(), "\"t\":\"stock\""));
    assert_int_equal(book_lines_note(office.store, "0031", BOOK_LINES_CASH), TILL_OK);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_stock_range_remove(office.store, STOCK_INVOICE, "B", 12001), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_null(strstr(content(), "\"t\":\"stock\""));
    assert_true(refresh() > with_paper);
    device_end(&one);
}

static void a_change_of_them_makes_a_new_book(void **state)
{
    (void)state;
    begin();
    uint64_t before = refresh();
    (void)office_import("key,value\nbank.ICBC,工商银行\n");
    uint64_t with_bank = refresh();
    assert_true(with_bank > before);
    (void)office_import("user,name,role,pin,deputy_from,deputy_to\n"
                        "1009,赵六,collector,20394857,20261201,20261207\n");
    assert_true(refresh() > with_bank);
    device_end(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(banks_are_imported_one_by_one_and_taken_off_again),
        OFFICE_TEST(a_bank_that_can_not_be_is_named_and_set_aside),
        OFFICE_TEST(papers_and_late_receipts_are_settings_of_the_site),
        OFFICE_TEST(a_deputy_has_two_dates_until_the_office_ends_it),
        OFFICE_TEST(who_can_be_no_deputy_is_named),
        OFFICE_TEST(an_older_terminal_s_book_says_nothing_of_them),
        OFFICE_TEST(a_fingerprint_of_an_earlier_host_costs_a_look_and_no_new_book),
        OFFICE_TEST(paper_that_was_issued_is_in_the_book_until_it_is_taken_over),
        OFFICE_TEST(a_change_of_them_makes_a_new_book),
    };
    return office_run("host_book_head", tests, sizeof(tests) / sizeof(tests[0]));
}
