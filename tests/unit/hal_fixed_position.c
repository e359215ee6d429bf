/* The position of what stands still: the smallest driver, and the smallest test of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "position.h"

static struct board board;
static char message[256];

/* A board with these lines in [position]; everything else is simulated. */
static enum till_status open_with(const char *options)
{
    char path[] = "/tmp/hal-fixed-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    fprintf(file,
            "[board]\nname=x\n[keypad]\ndriver=sim\n[display]\ndriver=sim\n[clock]\ndriver=sim\n"
            "[position]\ndriver=fixed\n%s",
            options);
    fclose(file);
    enum till_status status = hal_open(path, &board, message);
    unlink(path);
    return status;
}

static int close_board(void **state)
{
    (void)state;
    hal_close(&board);
    return 0;
}

static void it_stands_where_the_board_file_says(void **state)
{
    (void)state;
    struct position_fix fix;
    assert_int_equal(open_with("latitude=30.2741\nlongitude=-120.1551234\naccuracy_m=15\n"),
                     TILL_OK);
    assert_int_equal(position_read(board.position, &fix), TILL_OK);
    assert_int_equal(fix.latitude_e7, 302741000);
    assert_int_equal(fix.longitude_e7, -1201551234);
    assert_int_equal(fix.accuracy_dm, 150);
    assert_int_equal(fix.age_s, 0);
    assert_int_equal(position_enable(board.position, false), TILL_UNSUPPORTED);
}

static void a_place_that_is_none_is_refused_with_the_line(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"latitude=30\n", "[position] longitude: this option must be given"},
        {"latitude=91\nlongitude=0\n", ":11: [position] latitude: must be degrees"},
        {"latitude=0\nlongitude=120E\n", ":12: [position] longitude: must be degrees"},
        {"latitude=0\nlongitude=0\naccuracy_m=0\n", ":13: [position] accuracy_m: must be"},
        {"latitude=0\nlongitude=0\nheight=3\n", ":13: [position] height: nobody knows"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(open_with(wrong[i][0]), TILL_E_CONFIG);
        if (!strstr(message, wrong[i][1])) {
            fail_msg("%s", message);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(it_stands_where_the_board_file_says, close_board),
        cmocka_unit_test_teardown(a_place_that_is_none_is_refused_with_the_line, close_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
