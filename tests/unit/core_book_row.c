/* What a user is on a date, numbered paper that can have been issued, and a site's banks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "book_row.h"

static struct book_user deputy(int role)
{
    return (struct book_user){
        .user = "1003", .role = role, .deputy_from = 20261129, .deputy_to = 20261202};
}

static void a_deputy_is_supervisor_from_the_first_day_to_the_last(void **state)
{
    (void)state;
    static const int32_t on[] = {20261129, 20261130, 20261201, 20261202};
    static const int32_t off[] = {20261128, 20261203, 20251130, 20271130, 0};
    struct book_user u = deputy(ROLE_COLLECTOR);
    for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++) {
        assert_int_equal(user_role_on(&u, on[i]), ROLE_SUPERVISOR);
    }
    for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
        assert_int_equal(user_role_on(&u, off[i]), ROLE_COLLECTOR);
    }
    u = deputy(ROLE_AGENT);
    assert_int_equal(user_role_on(&u, 20261201), ROLE_SUPERVISOR);
    assert_int_equal(user_role_on(&u, 20261203), ROLE_AGENT);
}

static void who_has_no_dates_is_what_they_are_on_every_day(void **state)
{
    (void)state;
    for (int role = ROLE_COLLECTOR; role <= ROLE_OFFICE; role++) {
        struct book_user u = {.role = role};
        assert_int_equal(user_role_on(&u, 0), role);
        assert_int_equal(user_role_on(&u, 20261130), role);
    }
}

static void nobody_becomes_a_deputy_who_can_not_be_one(void **state)
{
    (void)state;
    static const struct {
        int32_t from, to;
    } wrong[] = {{20261202, 20261129}, {20261129, 0},        {0, 20261202},
                 {20261131, 20261202}, {20261129, 20261232}, {-1, 20261202}};
    struct book_user u = deputy(ROLE_COLLECTOR);
    assert_true(user_deputy_is_valid(&u));
    for (int role = ROLE_COLLECTOR; role <= ROLE_OFFICE; role++) {
        bool can = role == ROLE_COLLECTOR || role == ROLE_AGENT;
        u = deputy(role);
        assert_int_equal(user_deputy_is_valid(&u), can);
        assert_int_equal(user_role_on(&u, 20261130), can ? ROLE_SUPERVISOR : role);
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        u = deputy(ROLE_COLLECTOR);
        u.deputy_from = wrong[i].from;
        u.deputy_to = wrong[i].to;
        assert_false(user_deputy_is_valid(&u));
        assert_int_equal(user_role_on(&u, 20261201), ROLE_COLLECTOR);
    }
}

static void numbered_paper_is_of_a_range_and_goes_to_somebody(void **state)
{
    (void)state;
    const struct book_stock good = {.issue = 7,
                                    .type = STOCK_INVOICE,
                                    .series = "B",
                                    .first = 12001,
                                    .last = 12500,
                                    .user = "1001",
                                    .from = "2001"};
    struct book_stock s = good;
    assert_true(book_stock_is_valid(&s));
    s.series[0] = s.from[0] = '\0';
    assert_true(book_stock_is_valid(&s));
    s.last = s.first;
    assert_true(book_stock_is_valid(&s));
    s.last = s.first - 1;
    assert_false(book_stock_is_valid(&s));
    s = good;
    s.first = 0;
    assert_false(book_stock_is_valid(&s));
    s = good;
    s.last = UINT64_C(1000000000000);
    assert_false(book_stock_is_valid(&s));
    s = good;
    s.issue = 0;
    assert_false(book_stock_is_valid(&s));
    s = good;
    s.type = STOCK_TYPE_COUNT;
    assert_false(book_stock_is_valid(&s));
    s = good;
    s.user[0] = '\0';
    assert_false(book_stock_is_valid(&s));
    s = good;
    snprintf(s.series, sizeof(s.series), "b-1");
    assert_false(book_stock_is_valid(&s));
}

static void cash_taken_elsewhere_has_a_number_on_either_side(void **state)
{
    (void)state;
    const struct book_taken good = {
        .given = 41, .terminal = "0032", .seq = 7, .user = "2001", .at_s = 1795397400};
    struct book_taken t = good;
    assert_true(book_taken_is_valid(&t));
    t.user[0] = '\0';
    assert_true(book_taken_is_valid(&t));
    t = good;
    t.given = 0;
    assert_false(book_taken_is_valid(&t));
    t = good;
    t.seq = 0;
    assert_false(book_taken_is_valid(&t));
    t = good;
    t.terminal[0] = '\0';
    assert_false(book_taken_is_valid(&t));
    t = good;
    t.at_s = -1;
    assert_false(book_taken_is_valid(&t));
    t = good;
    snprintf(t.user, sizeof(t.user), "-");
    assert_false(book_taken_is_valid(&t));
}

static void what_was_explained_is_of_somebody_and_not_nothing(void **state)
{
    (void)state;
    const struct book_explained good = {.seq = 41, .user = "1001", .amount_minor = -500};
    struct book_explained e = good;
    assert_true(book_explained_is_valid(&e));
    e.amount_minor = 0;
    assert_false(book_explained_is_valid(&e));
    e.amount_minor = INT64_MIN;
    assert_false(book_explained_is_valid(&e));
    e = good;
    e.seq = 0;
    assert_false(book_explained_is_valid(&e));
    e = good;
    e.user[0] = '\0';
    assert_false(book_explained_is_valid(&e));
}

static void an_explanation_leaves_no_more_than_was_open_and_never_turns_it_round(void **state)
{
    (void)state;
    assert_int_equal(book_explained_leaves(1000, 400), 600);
    assert_int_equal(book_explained_leaves(1000, 1000), 0);
    assert_int_equal(book_explained_leaves(1000, 1001), 0);
    assert_int_equal(book_explained_leaves(1000, -400), 1000);
    assert_int_equal(book_explained_leaves(1000, 0), 1000);
    assert_int_equal(book_explained_leaves(-1000, -400), -600);
    assert_int_equal(book_explained_leaves(-1000, -1001), 0);
    assert_int_equal(book_explained_leaves(-1000, 400), -1000);
    assert_int_equal(book_explained_leaves(-1000, 0), -1000);
    assert_int_equal(book_explained_leaves(0, 400), 0);
    assert_int_equal(book_explained_leaves(0, -400), 0);
}

static struct site with_banks(void)
{
    struct site s;
    site_default(&s);
    s.bank_count = 2;
    s.banks[0] = (struct site_bank){"ICBC", "工商银行清溪支行", "6222 0001"};
    s.banks[1] = (struct site_bank){"RCU", "农村信用社", ""};
    return s;
}

static void a_bank_has_a_short_name_of_its_own(void **state)
{
    (void)state;
    struct site s = with_banks();
    assert_int_equal(site_check(&s), TILL_OK);
    assert_string_equal(site_bank_of(&s, "RCU")->name, "农村信用社");
    assert_null(site_bank_of(&s, "ABC"));
    memcpy(s.banks[1].id, "ICBC", 5);
    assert_int_equal(site_check(&s), TILL_BAD_INPUT);
    s = with_banks();
    memcpy(s.banks[1].id, "rcu", 4);
    assert_int_equal(site_check(&s), TILL_BAD_INPUT);
    s = with_banks();
    s.banks[0].name[0] = '\0';
    assert_int_equal(site_check(&s), TILL_BAD_INPUT);
    s = with_banks();
    s.banks[0].account[0] = '\n';
    assert_int_equal(site_check(&s), TILL_BAD_INPUT);
    s = with_banks();
    s.bank_count = SITE_BANKS_MAX + 1;
    assert_int_equal(site_check(&s), TILL_BAD_INPUT);
    s = with_banks();
    s.papers[CUSTOMER_OTHER] = SITE_PAPER_BOTH;
    assert_int_equal(site_check(&s), TILL_OK);
    s.papers[CUSTOMER_OTHER] = SITE_PAPER_BOTH + 1;
    assert_int_equal(site_check(&s), TILL_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deputy_is_supervisor_from_the_first_day_to_the_last),
        cmocka_unit_test(who_has_no_dates_is_what_they_are_on_every_day),
        cmocka_unit_test(nobody_becomes_a_deputy_who_can_not_be_one),
        cmocka_unit_test(numbered_paper_is_of_a_range_and_goes_to_somebody),
        cmocka_unit_test(cash_taken_elsewhere_has_a_number_on_either_side),
        cmocka_unit_test(what_was_explained_is_of_somebody_and_not_nothing),
        cmocka_unit_test(an_explanation_leaves_no_more_than_was_open_and_never_turns_it_round),
        cmocka_unit_test(a_bank_has_a_short_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
