/*
 * What stands on the screens of a day: customers never see the bag, and every word is in the
 * operator's language.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "help.h"
#include "money.h"
#include "parts.h"
#include "text.h"

enum { FOUND_MAX = 64, WORD_LEAST = 4 };

/* Every screen that stood after a step is looked at. */
static struct handheld h;
static char missing[FOUND_MAX][96];
static size_t missing_count;
static unsigned looked;

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static void expect_all_visited(const char *seen)
{
    static const char *const names[] = {"enrol", "login", "shift",     "home",   "books",
                                        "route", "find",  "customer",  "amount", "tender",
                                        "paper", "sync",  "duplicate", "notice"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (!strstr(seen, names[i]))
            fail_msg("the day never came by %s", names[i]);
}

/* ---- cash ------------------------------------------------------------------------------------ */

static char seen[512];

static void note_seen(const struct screen *s)
{
    if (!strstr(seen, s->name) && strlen(seen) + strlen(s->name) + 2 < sizeof seen)
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s ", s->name);
}

static void no_cash_in_figures(void *context, struct handheld *handheld)
{
    char cash[MONEY_TEXT_MAX];
    struct site site = utility_site();
    const struct screen *s = &handheld->app->screen;
    (void)context;
    if (!s->name)
        return;
    note_seen(s);
    looked++;
    bool own = strcmp(s->name, "home") == 0 || strcmp(s->name, "route") == 0 ||
               strcmp(s->name, "books") == 0;
    if (own || !handheld->app->journal || !fold_current(handheld_fold(handheld)) ||
        !fold_current(handheld_fold(handheld))->shift_open)
        return;
    /* The opening cash is chosen so that no customer's sum equals what is in the bag. */
    money_format(&site, handheld_cash(handheld), false, cash);
    if (strstr(handheld_text(handheld), cash))
        fail_msg("%s is in the bag, and %s shows it:\n%s", cash, s->name, handheld_text(handheld));
    assert_int_not_equal(s->bar.cash, BAR_CASH_FIGURES);
}

static void no_customer_sees_what_is_in_the_bag(void **state)
{
    (void)state;
    handheld_make(&h, NULL);
    h.watch = no_cash_in_figures;
    handheld_spend_day(&h);
    expect_all_visited(seen);
    assert_true(looked > 300);
}

/* ---- help ------------------------------------------------------------------------------------ */

enum { SOURCE_MAX = 64 * 1024 };

static void read_file(const char *path, char out[SOURCE_MAX])
{
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("%s is not there", path);
    size_t size = fread(out, 1, SOURCE_MAX - 1, file);
    assert_true(size < SOURCE_MAX - 1);
    out[size] = '\0';
    assert_int_equal(fclose(file), 0);
}

/* A screen's name has its help, and docs/panel.md tells it to whoever writes scripts. */
static void expect_name(const char *name, size_t size, const char *docs)
{
    char bare[32], quoted[40];
    snprintf(bare, sizeof bare, "%.*s", (int)size, name);
    snprintf(quoted, sizeof quoted, "`%s`", bare);
    if (!help_of(bare))
        fail_msg("# says nothing on the screen %s", bare);
    if (!strstr(docs, quoted))
        fail_msg("docs/panel.md has no screen %s", bare);
}

static void every_screen_has_a_help_of_its_own(void **state)
{
    static const char begin[] = "screen_begin(screen, \"";
    static char source[SOURCE_MAX], page[SOURCE_MAX];
    unsigned count = 0;
    glob_t files;
    (void)state;
    read_file("docs/panel.md", page);
    char *docs = strstr(page, "Names of screens: ");
    assert_non_null(docs);
    *strstr(docs, "\n\n") = '\0';
    assert_int_equal(glob("src/terminal/flows/*.c", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        read_file(files.gl_pathv[i], source);
        for (const char *at = source; (at = strstr(at, begin)); count++) {
            at += strlen(begin);
            expect_name(at, strcspn(at, "\""), docs);
        }
    }
    globfree(&files);
    assert_true(count > 35);
    /* And what the page names and no literal does: steps of the tender. */
    for (const char *at = strchr(docs, '`'); at; at = strchr(at, '`')) {
        size_t size = strcspn(++at, "`");
        expect_name(at, size, docs);
        at += size + 1;
    }
}

static void home_and_route_say_what_is_in_the_bag(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    handheld_expect(&h, "¥100.00");
    handheld_walk(&h, 0);
    handheld_expect(&h, "¥100.00");
    assert_int_equal(h.app->screen.bar.cash, BAR_CASH_FIGURES);
    handheld_keys(&h, "ok");
    assert_int_equal(h.app->screen.bar.cash, BAR_CASH_FILL);
}

static void nobody_s_cash_is_shown_before_the_login(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    handheld_stop(&h);
    handheld_start(&h);
    handheld_expect_screen(&h, "login");
    assert_int_equal(h.app->screen.bar.cash, BAR_CASH_NONE);
}

/* ---- words ----------------------------------------------------------------------------------- */

/* What may stand in Latin letters on a Chinese screen. */
static bool may_stand(const char *word)
{
    static const char *const allowed[] = {"GPRS", "http", "https",   "office",  "example",
                                          "CX01", "CX02", "English", "language"};
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (strcmp(word, allowed[i]) == 0)
            return true;
    /* Hexadecimal: fingerprints and check codes. */
    return strspn(word, "abcdef") == strlen(word);
}

static void note_missing(const char *line, const char *screen)
{
    char text[96];
    snprintf(text, sizeof text, "%.12s: %.80s", screen, line);
    for (size_t i = 0; i < missing_count; i++)
        if (strcmp(missing[i], text) == 0)
            return;
    if (missing_count < FOUND_MAX)
        text_copy(missing[missing_count++], sizeof missing[0], text);
}

static bool has_english(const char *line)
{
    static const char code[] = "% FTC1:"; /* nobody reads that */
    if (strncmp(line, code, sizeof code - 1) == 0)
        return false;
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (const char *at = line; *at;) {
        char word[32];
        size_t size = strspn(at, letters);
        if (size >= WORD_LEAST && size < sizeof word) {
            memcpy(word, at, size);
            word[size] = '\0';
            if (!may_stand(word))
                return true;
        }
        at += size ? size : 1;
    }
    return false;
}

static void look_for_english(void *context, struct handheld *handheld)
{
    const char *text = handheld_text(handheld);
    (void)context;
    looked++;
    while (*text) {
        char line[512];
        size_t size = strcspn(text, "\n");
        assert_true(size < sizeof line);
        memcpy(line, text, size);
        line[size] = '\0';
        if (has_english(line))
            note_missing(line, handheld_screen(handheld));
        text += size + (text[size] == '\n');
    }
}

static void no_english_stands_on_a_chinese_screen(void **state)
{
    const struct handheld_setup setup = {.language = "zh_CN"};
    (void)state;
    looked = 0;
    handheld_make(&h, &setup);
    h.watch = look_for_english;
    handheld_spend_day(&h);
    for (size_t i = 0; i < missing_count; i++)
        print_message("# not Chinese: %s\n", missing[i]);
    assert_int_equal(missing_count, 0);
    assert_true(looked > 300);
}

static void the_words_of_the_field_stand_on_the_screens(void **state)
{
    const struct handheld_setup setup = {.language = "zh_CN"};
    (void)state;
    handheld_begin_day(&h, &setup);
    handheld_signal(&h, NETWORK_NONE);
    handheld_open_customer(&h, CUSTOMER_LATE);
    handheld_expect(&h, "违约金");
    handheld_keys(&h, "ok ok");
    handheld_expect(&h, "已收款");
    handheld_expect_paper(&h, "电费收费凭证");
    handheld_signal(&h, NETWORK_4G);
    handheld_expect(&h, "已销账");
    handheld_keys(&h, "ok");
    handheld_open_customer(&h, CUSTOMER_CLEAR);
    sim_paper_tear_off(h.world);
    handheld_keys(&h, "ok 5 0 ok ok");
    handheld_expect_paper(&h, "电费预收凭证");
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_customer_sees_what_is_in_the_bag),
        cmocka_unit_test(every_screen_has_a_help_of_its_own),
        TEST(home_and_route_say_what_is_in_the_bag),
        TEST(nobody_s_cash_is_shown_before_the_login),
        TEST(no_english_stands_on_a_chinese_screen),
        TEST(the_words_of_the_field_stand_on_the_screens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
