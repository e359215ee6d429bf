/* Certificates that will run out are spoken of before the day. */
#include "validity.h"

#include "office.h"

#include <stdio.h>
#include <string.h>

#include "log.h"

enum { DAY_S = 86400, YEARS_5_S = 5 * 366 * DAY_S };

static struct validity validity;
static enum log_level worst;
static char said[512];

static void hear(void *context, enum log_level level, const char *text)
{
    (void)context;
    worst = said[0] == '\0' || level < worst ? level : worst;
    (void)snprintf(said, sizeof(said), "%s", text);
}

static int begin(void **state)
{
    (void)office_open(state);
    validity_read(&office.authority, &validity);
    said[0] = '\0';
    log_to(hear, NULL, LOG_LEVEL_DEBUG);
    return 0;
}

static int end(void **state)
{
    log_to(NULL, NULL, LOG_LEVEL_ERROR);
    return office_close(state);
}

static void they_are_read_from_the_files(void **state)
{
    (void)state;
    int64_t years_s = validity.server_s - OFFICE_NOW_S;
    assert_true(years_s > YEARS_5_S - DAY_S && years_s < YEARS_5_S + DAY_S);
    assert_true(validity.statement_s > validity.server_s);
    assert_true(validity.authority_s > validity.statement_s);
}

static void nothing_is_said_while_there_is_time(void **state)
{
    (void)state;
    validity_say(&validity, validity.server_s - VALIDITY_WARNED_S - 1);
    assert_string_equal(said, "");
}

static void the_last_ninety_days_are_warned_of_with_what_to_do(void **state)
{
    (void)state;
    validity_say(&validity, validity.server_s - VALIDITY_WARNED_S);
    assert_int_equal(worst, LOG_LEVEL_WARNING);
    assert_non_null(strstr(said, "in 90 days"));
    assert_non_null(strstr(said, "authority tls"));
    assert_false(validity_is_over(&validity, validity.server_s - 1));
}

static void what_has_run_out_is_an_error(void **state)
{
    (void)state;
    validity_say(&validity, validity.server_s);
    assert_int_equal(worst, LOG_LEVEL_ERROR);
    assert_non_null(strstr(said, "has run out"));
    assert_true(validity_is_over(&validity, validity.server_s));
}

static void the_authority_s_own_end_is_warned_of_too(void **state)
{
    (void)state;
    validity.server_s += 40 * (int64_t)YEARS_5_S;
    validity.statement_s = validity.server_s;
    validity_say(&validity, validity.authority_s - DAY_S);
    assert_non_null(strstr(said, "authority next"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(they_are_read_from_the_files, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_said_while_there_is_time, begin, end),
        cmocka_unit_test_setup_teardown(the_last_ninety_days_are_warned_of_with_what_to_do, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_has_run_out_is_an_error, begin, end),
        cmocka_unit_test_setup_teardown(the_authority_s_own_end_is_warned_of_too, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
