#include <libintl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "language.h"
#include "test_language.h"

static void the_language_changes_while_the_program_runs(void **state)
{
    (void)state;
    language_set("zh_CN");
    assert_string_equal(gettext("Account"), "户号");
    assert_string_equal(language_name(), "zh_CN");
    language_set("en");
    assert_string_equal(gettext("Account"), "Account");
    language_set("zh_CN");
    assert_string_equal(gettext("Account"), "户号");
}

static void a_missing_catalogue_leaves_english_and_says_so(void **state)
{
    (void)state;
    char folder[] = "/tmp/fieldtill-language-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(language_open("zh_CN", folder), TILL_NOT_FOUND);
    assert_string_equal(gettext("Account"), "Account");
    rmdir(folder);
}

static void what_is_no_language_is_refused(void **state)
{
    (void)state;
    assert_int_equal(language_open("", "/tmp"), TILL_BAD_INPUT);
    assert_int_equal(language_open("../etc", "/tmp"), TILL_BAD_INPUT);
    assert_int_equal(language_open("abcdefghijklmnopqrstuvwxyz", "/tmp"), TILL_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_language_changes_while_the_program_runs),
        cmocka_unit_test(a_missing_catalogue_leaves_english_and_says_so),
        cmocka_unit_test(what_is_no_language_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
