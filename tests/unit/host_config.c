/* Settings of the host: a value that can't be is named with its line, and nothing is done. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "log.h"

static struct config config;
static char said[512];

static void hear(void *context, enum log_level level, const char *text)
{
    (void)context;
    (void)level;
    (void)snprintf(said, sizeof(said), "%s", text);
}

static int begin(void **state)
{
    (void)state;
    said[0] = '\0';
    log_to(hear, NULL, LOG_LEVEL_DEBUG);
    return 0;
}

static int end(void **state)
{
    (void)state;
    log_to(NULL, NULL, LOG_LEVEL_ERROR);
    return 0;
}

static void what_can_be_is_taken(void **state)
{
    (void)state;
    assert_int_equal(config_parse("host.conf",
                                  "# for people\nconnections = 1024\n log-level=debug\n"
                                  "language = zh_CN\nlisten = 0.0.0.0:8443\n",
                                  &config),
                     TILL_OK);
    assert_string_equal(config_value(&config, "connections"), "1024");
    assert_string_equal(config_value(&config, "log-level"), "debug");
    assert_null(config_value(&config, "workers"));
}

static void what_can_t_be_is_named_with_its_line(void **state)
{
    static const char *const wrong[] = {
        "connections = abc", "connections = 0",  "connections = -1",   "deadline = 99999999999",
        "workers = 4 5",     "log-level = loud", "log-level = info w", "language = fr",
        "language = zh",     "conections = 5"};
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char text[128];
        (void)snprintf(text, sizeof(text), "# first\n%s\n", wrong[i]);
        said[0] = '\0';
        assert_int_equal(config_parse("host.conf", text, &config), TILL_E_CONFIG);
        assert_non_null(strstr(said, "host.conf:2: "));
    }
}

static void a_number_is_all_digits_in_its_range(void **state)
{
    int value = 7;
    (void)state;
    assert_true(config_number("unproven", "0", &value));
    assert_int_equal(value, 0);
    assert_false(config_number("unproven", "", &value));
    assert_false(config_number("unproven", " 5", &value));
    assert_false(config_number("unproven", "1000001", &value));
    assert_int_equal(value, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_can_be_is_taken, begin, end),
        cmocka_unit_test_setup_teardown(what_can_t_be_is_named_with_its_line, begin, end),
        cmocka_unit_test_setup_teardown(a_number_is_all_digits_in_its_range, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
