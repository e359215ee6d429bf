/*
 * Reports on paper: exact bytes, and the text that a strict printer makes of them, in both
 * languages and widths, compact and full, the last of several papers and an empty one.
 *
 * tests/golden/report/<language>-<profile>-<page>.bin and .txt. GOLDEN_UPDATE=1 writes the files
 * anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "escpos.h"
#include "paper_picture.h"
#include "report_page.h"
#include "roll.h"
#include "test_language.h"
#include "text.h"

enum { PATH_MAX_HERE = 256, GOLDEN_MAX = 65536, PAGES = 5, ROWS_SHORT = 40, ROWS_FULL = 12 };

static const int64_t at_s = INT64_C(1795311660); /* 2026-11-22 09:41 in China */
static struct paper paper;
static uint8_t memory[ESCPOS_BYTES_MAX];

/* Labels are made in the language that stands when a page is made. */
static struct report_page_figure takings[5], sums[5], shortage[6];
static struct report_page_row rows[ROWS_SHORT], sum;

static struct report_page page_of(const char *title)
{
    return (struct report_page){.title = title,
                                .period = "2026-11-16–2026-11-22",
                                .whose = "",
                                .terminal = "0031",
                                .printed_by = "赵敏",
                                .zone = "CST-8",
                                .at_s = at_s,
                                .data_at_s = at_s - 60,
                                .reach_label = _("Up to record"),
                                .reach = "0031-0004127",
                                .parts = 1};
}

static void fill_takings(void)
{
    static const char *const names[] = {"李建国 1001", "王小梅 1003",
                                        "Maximilian Featherstonehaugh"};
    static const char *const amounts[] = {"¥18,642.50", "¥9,999,999,999.99", "-¥133.70"};
    takings[0] = (struct report_page_figure){_("Net taken"), "¥18,642.50", true};
    takings[1] = (struct report_page_figure){_("Receipts"), "117", false};
    takings[2] = (struct report_page_figure){_("of it late fee"), "¥86.30", false};
    takings[3] = (struct report_page_figure){_("Reversals"), "2", false};
    takings[4] = (struct report_page_figure){_("Reversed"), "¥320.12", false};
    memcpy(sums, takings, sizeof sums);
    sums[0].value = "¥10,000,018,508.79";
    for (size_t i = 0; i < 3; i++)
        rows[i] = (struct report_page_row){names[i],          amounts[i], "117 · ¥86.30",
                                           i == 0 ? "2" : "", takings,    5};
    sum = (struct report_page_row){_("All together"), sums[0].value, "", "", sums, 5};
}

static enum till_status collectors(int columns, bool full)
{
    struct report_page page = page_of(_("Takings by collector"));
    fill_takings();
    page.rows = rows;
    page.count = 3;
    page.sum = &sum;
    page.full = full;
    page.book_at_s = full ? at_s - 86400 : 0;
    return page_report(&page, columns, &paper);
}

static void fill_shortages(size_t count)
{
    shortage[0] = (struct report_page_figure){_("Amount"), "¥10.00", true};
    shortage[1] = (struct report_page_figure){_("Time"), "2026-11-22 18:04", false};
    shortage[2] = (struct report_page_figure){_("Business date"), "2026-11-22", false};
    shortage[3] = (struct report_page_figure){_("Who"), "李建国 1001", false};
    shortage[4] = (struct report_page_figure){_("Record"), "0031-0004120", false};
    shortage[5] = (struct report_page_figure){_("State"), _("short"), false};
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct report_page_row){_("Over or short at the close"),
                                           "¥10.00",
                                           "11-22 18:04 · 李建国 · 6101000137",
                                           "#4120",
                                           shortage,
                                           6};
}

/* The second of two: the rows that are left, and who checked it. */
static enum till_status exceptions(int columns, size_t count, bool full)
{
    struct report_page page = page_of(_("Exceptions"));
    fill_shortages(count);
    page.whose = "李建国 1001";
    page.rows = rows;
    page.count = count;
    page.full = full;
    page.part = 1;
    page.parts = 2;
    return page_report(&page, columns, &paper);
}

static enum till_status nothing(int columns)
{
    struct report_page page = page_of(_("Unsettled shifts"));
    page.period = "";
    page.data_at_s = 0;
    page.reach = "-";
    page.parts = 0;
    return page_report(&page, columns, &paper);
}

/* As the office tells it: since when all were heard of, and how many rows no page has. */
static enum till_status of_a_team(int columns)
{
    struct report_page page = page_of(_("Exceptions"));
    fill_shortages(2);
    rows[0].amount = "—";
    rows[0].note = "0032#4120";
    page.whose = "0031, 0032";
    page.reach_label = _("All heard of since");
    page.reach = "2026-11-22 17:58";
    page.left = 12;
    page.rows = rows;
    page.count = 2;
    return page_report(&page, columns, &paper);
}

static const char *make(int page, int columns)
{
    static const char *const names[PAGES] = {"short", "full", "exceptions", "empty", "team"};
    enum till_status status = page == 0   ? collectors(columns, false)
                              : page == 1 ? collectors(columns, true)
                              : page == 2 ? exceptions(columns, 4, false)
                              : page == 3 ? nothing(columns)
                                          : of_a_team(columns);
    assert_int_equal(status, TILL_OK);
    return names[page];
}

static struct roll *print(const struct printer_profile *profile, struct buffer *bytes)
{
    struct escpos *escpos = NULL;
    struct roll_profile printer;
    size_t used = 0;
    assert_int_equal(escpos_open(profile, &escpos), TILL_OK);
    buffer_init(bytes, memory, sizeof memory);
    assert_int_equal(escpos_encode(escpos, &paper, bytes), TILL_OK);
    escpos_close(escpos);
    if (profile->dots == 384)
        roll_profile_58(&printer);
    else
        roll_profile_80(&printer);
    struct roll *roll = roll_create(&printer);
    assert_non_null(roll);
    assert_int_equal(roll_put(roll, (struct span){bytes->data, bytes->size}, 0, &used), TILL_OK);
    assert_true(roll_is_idle(roll));
    return roll;
}

static void compare(const char *path, const void *now, size_t size)
{
    static uint8_t golden[GOLDEN_MAX];
    bool update = getenv("GOLDEN_UPDATE") != NULL;
    FILE *file = fopen(path, update ? "wb" : "rb");
    if (file == NULL) {
        fail_msg("%s is missing: make golden-update", path);
        return;
    }
    size_t done = update ? fwrite(now, 1, size, file) : fread(golden, 1, sizeof golden, file);
    assert_int_equal(fclose(file), 0);
    if (update)
        assert_int_equal(done, size);
    else if (done != size || memcmp(golden, now, size) != 0)
        fail_msg("%s differs: look, then make golden-update. Now:\n%.*s", path, (int)size,
                 (const char *)now);
}

/* For whoever wants to look: GOLDEN_PICTURES names a folder. */
static void picture(const struct roll *roll, const char *name)
{
    char path[2 * PATH_MAX_HERE];
    const char *folder = getenv("GOLDEN_PICTURES");
    struct paper_picture p = {.scale = 1, .margin = 40};
    if (!folder)
        return;
    snprintf(path, sizeof path, "%.200s/%s.png", folder, name);
    assert_int_equal(paper_picture_save(roll, &p, path), TILL_OK);
}

static void compare_all(const char *profile_name)
{
    static const char *const languages[] = {"zh_CN", "en"};
    const struct printer_profile *profile = NULL;
    struct buffer bytes;
    char name[PATH_MAX_HERE], path[PATH_MAX_HERE + 32];
    assert_int_equal(profile_find(profile_name, &profile), TILL_OK);
    for (size_t l = 0; l < 2; l++) {
        language_set(languages[l]);
        for (int page = 0; page < PAGES; page++) {
            snprintf(name, sizeof name, "%s-%s-%s", languages[l], profile_name,
                     make(page, profile->columns));
            struct roll *roll = print(profile, &bytes);
            char *text = roll_text(roll, 0);
            assert_non_null(text);
            snprintf(path, sizeof path, "tests/golden/report/%s.bin", name);
            compare(path, bytes.data, bytes.size);
            snprintf(path, sizeof path, "tests/golden/report/%s.txt", name);
            compare(path, text, strlen(text));
            picture(roll, name);
            free(text);
            roll_destroy(roll);
        }
    }
}

static void reports_of_58_mm_stay_as_they_are(void **state)
{
    (void)state;
    compare_all("escpos58-gb18030");
}

static void reports_of_80_mm_stay_as_they_are(void **state)
{
    (void)state;
    compare_all("escpos80-gb18030");
}

/* As many as the terminal puts on one. */
static void as_many_rows_as_a_paper_takes_fit_on_it(void **state)
{
    static const char *const languages[] = {"zh_CN", "en"};
    (void)state;
    for (size_t l = 0; l < 2; l++) {
        language_set(languages[l]);
        assert_int_equal(exceptions(32, ROWS_SHORT, false), TILL_OK);
        assert_int_equal(exceptions(32, ROWS_FULL, true), TILL_OK);
    }
}

static void a_report_can_t_be_taken_for_a_receipt(void **state)
{
    (void)state;
    language_set("zh_CN");
    for (int page = 0; page < PAGES; page++) {
        (void)make(page, 32);
        bool said = false;
        for (size_t i = 0; i < paper.count; i++)
            said = said || strstr(paper_left(&paper, &paper.lines[i]), "非收费凭证") != NULL;
        assert_true(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_of_58_mm_stay_as_they_are),
        cmocka_unit_test(reports_of_80_mm_stay_as_they_are),
        cmocka_unit_test(as_many_rows_as_a_paper_takes_fit_on_it),
        cmocka_unit_test(a_report_can_t_be_taken_for_a_receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
