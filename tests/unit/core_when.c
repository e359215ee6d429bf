/* Time as people write it; zones against the C library's own reading of the same rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "when.h"

static const char *const zones[] = {
    "CST-8",
    "UTC0",
    "IST-5:30",
    "<+0545>-5:45",
    "EST5EDT,M3.2.0,M11.1.0",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "AEST-10AEDT,M10.1.0,M4.1.0/3",
    "NZST-12NZDT,M9.5.0,M4.1.0/3",
    "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1",
    "IST-2IDT,M3.4.4/26,M10.5.0",
    "XST3XDT2:30,J60/0,J300/24",
    "YST-1YDT,59,299/1:30:30",
};

static void posix_rules_are_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        if (when_zone_check(zones[i]) != TILL_OK) {
            fail_msg("refused: %s", zones[i]);
        }
    }
}

static void what_is_no_posix_rule_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "CST",
                                      "CS-8",
                                      "-8",
                                      "8",
                                      "CST-25",
                                      "CST-8:60",
                                      "CST-8:00:60",
                                      "CST-8 ",
                                      "CST-8x",
                                      "Asia/Shanghai",
                                      ":Asia/Shanghai",
                                      "<+08-8",
                                      "<>-8",
                                      "EST5EDT",
                                      "EST5EDT,M3.2.0",
                                      "EST5EDT,M3.2.0,",
                                      "EST5EDT,M13.2.0,M11.1.0",
                                      "EST5EDT,M3.6.0,M11.1.0",
                                      "EST5EDT,M3.0.0,M11.1.0",
                                      "EST5EDT,M3.2.7,M11.1.0",
                                      "EST5EDT,J0,J300",
                                      "EST5EDT,J366,J300",
                                      "EST5EDT,366,300",
                                      "EST5EDT,M3.2.0/168,M11.1.0",
                                      "EST5EDT,M3.2.0,M11.1.0,"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (when_zone_check(bad[i]) != TILL_BAD_INPUT) {
            fail_msg("accepted: %s", bad[i]);
        }
    }
}

/* Every six hours and 7 minutes of 2019..2038, and each second around the changes of one year. */
static void offsets_are_those_of_the_c_library(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        assert_int_equal(setenv("TZ", zones[i], 1), 0);
        tzset();
        for (int64_t at = INT64_C(1546300800); at < INT64_C(2145916800); at += 22020) {
            time_t clock = (time_t)at;
            struct tm local;
            assert_non_null(localtime_r(&clock, &local));
            if (when_offset_s(zones[i], at) != local.tm_gmtoff) {
                fail_msg("%s at %lld: %d, not %ld", zones[i], (long long)at,
                         when_offset_s(zones[i], at), local.tm_gmtoff);
            }
        }
    }
    assert_int_equal(unsetenv("TZ"), 0);
}

static void daylight_saving_turns_at_its_second_in_both_hemispheres(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        int64_t at_s;
        int32_t before, after;
    } cases[] = {
        {"EST5EDT,M3.2.0,M11.1.0", 1772953200, -18000, -14400},     /* 2026-03-08 07:00 UTC */
        {"EST5EDT,M3.2.0,M11.1.0", 1793512800, -14400, -18000},     /* 2026-11-01 06:00 UTC */
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1791043200, 36000, 39600}, /* 2026-10-03 16:00 UTC */
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 1775318400, 39600, 36000}, /* 2026-04-04 16:00 UTC */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(when_offset_s(cases[i].zone, cases[i].at_s - 1), cases[i].before);
        assert_int_equal(when_offset_s(cases[i].zone, cases[i].at_s), cases[i].after);
    }
}

static void a_moment_is_shown_in_the_sites_zone(void **state)
{
    (void)state;
    char out[WHEN_TEXT_MAX];
    when_format_minute("CST-8", 1795311660, out);
    assert_string_equal(out, "2026-11-22 09:41");
    when_format_minute("EST5EDT,M3.2.0,M11.1.0", 1795311660, out);
    assert_string_equal(out, "2026-11-21 20:41");
    when_format_clock("CST-8", 1795311660, out);
    assert_string_equal(out, "09:41");
    assert_int_equal(when_date("CST-8", 1795311660), 20261122);
    when_format_date(20261122, out);
    assert_string_equal(out, "2026-11-22");
    when_format_month(202609, out);
    assert_string_equal(out, "2026-09");
}

static void civil_time_goes_there_and_back(void **state)
{
    (void)state;
    for (int64_t at = INT64_C(-62135596800); at < INT64_C(253402300799); at += 123456789) {
        struct civil c;
        when_civil("UTC0", at, &c);
        if (when_from_utc(&c) != at) {
            fail_msg("%lld is not %d-%d-%d", (long long)at, c.year, c.month, c.day);
        }
    }
}

/* Each midnight of a year with two changes of the clock. */
static void a_civil_moment_is_found_on_either_side_of_a_change(void **state)
{
    static const char *const turning[] = {"CST-8", "CET-1CEST,M3.5.0,M10.5.0/3",
                                          "EST5EDT,M3.2.0,M11.1.0", "AEST-10AEDT,M10.1.0,M4.1.0/3"};
    (void)state;
    for (size_t i = 0; i < sizeof(turning) / sizeof(turning[0]); i++) {
        struct civil c;
        for (int64_t at_s = INT64_C(1767268800); at_s < INT64_C(1798804800); at_s += 3600) {
            when_civil(turning[i], at_s, &c);
            int32_t date = when_date(turning[i], at_s);
            c.hour = c.minute = c.second = 0;
            int64_t midnight_s = when_from_civil(turning[i], &c);
            assert_int_equal(when_date(turning[i], midnight_s), date);
            assert_int_not_equal(when_date(turning[i], midnight_s - 1), date);
        }
    }
}

static void civil_time_is_that_of_the_c_library(void **state)
{
    (void)state;
    for (int64_t at = INT64_C(-5000000000); at < INT64_C(20000000000); at += 7654321) {
        struct civil c;
        struct tm tm;
        time_t clock = (time_t)at;
        when_civil("UTC0", at, &c);
        assert_non_null(gmtime_r(&clock, &tm));
        assert_int_equal(c.year, tm.tm_year + 1900);
        assert_int_equal(c.month, tm.tm_mon + 1);
        assert_int_equal(c.day, tm.tm_mday);
        assert_int_equal(c.hour, tm.tm_hour);
        assert_int_equal(c.minute, tm.tm_min);
        assert_int_equal(c.second, tm.tm_sec);
        assert_int_equal(c.weekday, tm.tm_wday);
    }
}

static void dates_know_the_calendar(void **state)
{
    (void)state;
    static const int32_t valid[] = {20261122, 20240229, 20000229, 10101, 99991231};
    static const int32_t invalid[] = {0,        -20261122, 20260229, 19000229, 20261301,
                                      20260001, 20260100,  20260431, 101,      100000101};
    for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++) {
        assert_true(when_date_is_valid(valid[i]));
    }
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
        assert_false(when_date_is_valid(invalid[i]));
    }
}

static void days_are_counted_across_leap_years(void **state)
{
    (void)state;
    assert_int_equal(when_days_between(20261122, 20261122), 0);
    assert_int_equal(when_days_between(20240228, 20240301), 2);
    assert_int_equal(when_days_between(20260228, 20260301), 1);
    assert_int_equal(when_days_between(20261231, 20270101), 1);
    assert_int_equal(when_days_between(20270101, 20261231), -1);
    assert_int_equal(when_days_between(20000101, 21000101), 36525);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posix_rules_are_accepted),
        cmocka_unit_test(what_is_no_posix_rule_is_refused),
        cmocka_unit_test(offsets_are_those_of_the_c_library),
        cmocka_unit_test(daylight_saving_turns_at_its_second_in_both_hemispheres),
        cmocka_unit_test(a_moment_is_shown_in_the_sites_zone),
        cmocka_unit_test(civil_time_goes_there_and_back),
        cmocka_unit_test(a_civil_moment_is_found_on_either_side_of_a_change),
        cmocka_unit_test(civil_time_is_that_of_the_c_library),
        cmocka_unit_test(dates_know_the_calendar),
        cmocka_unit_test(days_are_counted_across_leap_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
