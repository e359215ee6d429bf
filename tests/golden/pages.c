/*
 * The plain pages as exact bytes beside the text that a strict printer makes of them, in both
 * languages and widths.
 *
 * tests/golden/pages/<language>-<profile>-<page>.bin and .txt. GOLDEN_UPDATE=1 writes the files
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
#include "pages.h"
#include "receipts.h"
#include "roll.h"
#include "stock_page.h"
#include "test_language.h"
#include "text.h"

enum { PATH_MAX_HERE = 256, GOLDEN_MAX = 65536, PAGES = 11 };

static const int64_t at_s = INT64_C(1795311660); /* 2026-11-22 09:41 in China */
static struct paper paper;
static uint8_t memory[ESCPOS_BYTES_MAX];
static struct buffer bytes;

static struct site site_of(void)
{
    struct site site;
    site_default(&site);
    snprintf(site.payee, sizeof site.payee, "国网××供电公司");
    snprintf(site.branch, sizeof site.branch, "城西供电所");
    snprintf(site.hotline, sizeof site.hotline, "95598");
    return site;
}

static enum till_status notice(int columns, size_t months)
{
    static struct arrears a;
    struct site site = site_of();
    a = (struct arrears){.count = months, .balance_minor = 3020};
    for (size_t i = 0; i < months; i++) {
        int32_t month = (int32_t)(2024 * 12 + 4 + i);
        a.bills[i] = (struct bill){.month = month / 12 * 100 + month % 12 + 1,
                                   .due_date = (month / 12 * 100 + month % 12 + 1) * 100 + 25,
                                   .type = 1,
                                   .energy_cwh = 16850,
                                   .amount_minor = 9210 + (int64_t)i};
    }
    assert_int_equal(arrears_assess(&site, CUSTOMER_RESIDENT, 20261122, &a), TILL_OK);
    const struct notice_page n = {.site = &site,
                                  .account = "6100234567",
                                  .name = "王**",
                                  .address = "翠湖路 8 号 3-201",
                                  .arrears = &a,
                                  .as_of = 20261121,
                                  .at_s = at_s,
                                  .collector = "李建国",
                                  .reading_cwh = months == 2 ? 1024350 : -1,
                                  .disputed = months != 2};
    return page_notice(&n, columns, &paper);
}

static enum till_status x_slip(int columns)
{
    struct site site = site_of();
    const struct x_page x = {.site = &site,
                             .terminal = "0031",
                             .user = "1001",
                             .collector = "李建国",
                             .shift = 117,
                             .business_date = 20261122,
                             .opened_at_s = at_s - 7200,
                             .at_s = at_s,
                             .first_seq = 4001,
                             .last_seq = 4127,
                             .receipts = 39,
                             .reversals = 1,
                             .duplicates = 2,
                             .opening_minor = 20000,
                             .cash_taken_minor = INT64_C(999999999999),
                             .other_minor = 15000,
                             .reversed_minor = 18642,
                             .dropped_minor = 350000,
                             .cash_minor = INT64_C(999999651357),
                             .unsent = 12,
                             .training = true};
    return page_x(&x, columns, &paper);
}

/* The X at length: the totals that stand on a Z of that shift. */
static enum till_status x_at_length(enum receipt_sample sample, int columns)
{
    static struct receipt_sample_paper z;
    static struct body_shift_totals totals;
    struct entry e = {.kind = KIND_SHIFT_TOTALS};
    struct site site = site_of();
    receipt_sample_make(sample, "zh_CN", &z);
    text_copy(e.body, sizeof e.body, z.receipt.totals);
    e.body_size = (uint16_t)strlen(e.body);
    assert_int_equal(entry_read_shift_totals(&e, &totals), TILL_OK);
    const struct x_page x = {.site = &site,
                             .terminal = "0031",
                             .user = "1001",
                             .collector = z.receipt.collector,
                             .shift = totals.shift,
                             .business_date = totals.business_date,
                             .opened_at_s = at_s - 7200,
                             .at_s = at_s,
                             .first_seq = totals.first_seq,
                             .last_seq = 4127,
                             .receipts = sample == SAMPLE_Z_EMPTY ? 0 : 39,
                             .cash_minor = sample == SAMPLE_Z_EMPTY ? 20000 : 217760,
                             .unsent = totals.unsent,
                             .totals = &totals};
    return page_x(&x, columns, &paper);
}

static enum till_status diagnosis(int columns)
{
    static const struct diagnosis_line lines[] = {
        {"Power", ""},
        {"Battery", "83 %"},
        {"Line", ""},
        {"Last contact", "2026-11-22 09:12"},
        {"Modem", "CHINA MOBILE, LTE, -87 dBm, registered at home, attached with cmnet.example"}};
    return page_diagnosis(lines, sizeof lines / sizeof *lines, "0031", at_s, "CST-8", columns,
                          &paper);
}

/* Three series; while somebody counts without sums. */
static enum till_status stock(int columns, size_t count, bool sums)
{
    static const struct fold_stock ranges[] = {
        {.type = STOCK_RECEIPT,
         .series = "B",
         .next = 12345,
         .last = 12400,
         .used = 44,
         .voided = 1,
         .spoiled = 2},
        {.type = STOCK_INVOICE,
         .series = "ZJ33052026XK",
         .next = UINT64_C(999999999999),
         .last = UINT64_C(999999999999),
         .used = 9999},
        {.type = STOCK_MANUAL, .next = 8, .last = 7, .used = 7}};
    static const int64_t faces_minor[] = {834562, INT64_C(999999999999), 40000};
    struct site site = site_of();
    const struct stock_page s = {.site = &site,
                                 .terminal = "0031",
                                 .user = "1001",
                                 .collector = "李建国",
                                 .at_s = at_s,
                                 .ranges = ranges,
                                 .faces_minor = sums ? faces_minor : NULL,
                                 .count = count};
    return page_stock(&s, columns, &paper);
}

static const char *make(int page, const struct printer_profile *profile)
{
    enum till_status status = TILL_OK;
    const char *name = "";
    switch (page) {
    case 0:
        name = "notice";
        status = notice(profile->columns, 2);
        break;
    case 1:
        name = "notice-months";
        status = notice(profile->columns, 30);
        break;
    case 2:
        name = "x";
        status = x_slip(profile->columns);
        break;
    case 3:
        name = "diagnosis";
        status = diagnosis(profile->columns);
        break;
    case 4:
        name = "x-length";
        status = x_at_length(SAMPLE_Z, profile->columns);
        break;
    case 5:
        name = "x-length-empty";
        status = x_at_length(SAMPLE_Z_EMPTY, profile->columns);
        break;
    case 6:
        name = "x-length-long";
        status = x_at_length(SAMPLE_Z_LONG, profile->columns);
        break;
    case 7:
        name = "stock";
        status = stock(profile->columns, 3, true);
        break;
    case 8:
        name = "stock-counting";
        status = stock(profile->columns, 3, false);
        break;
    case 9:
        name = "stock-empty";
        status = stock(profile->columns, 0, true);
        break;
    default:
        name = "test";
        status = page_test(profile, "0031", at_s, "CST-8", &paper);
        break;
    }
    assert_int_equal(status, TILL_OK);
    return name;
}

static char *printed(const struct printer_profile *profile)
{
    struct escpos *escpos = NULL;
    struct roll_profile printer;
    assert_int_equal(escpos_open(profile, &escpos), TILL_OK);
    buffer_init(&bytes, memory, sizeof memory);
    assert_int_equal(escpos_encode(escpos, &paper, &bytes), TILL_OK);
    escpos_close(escpos);
    if (profile->dots == 384) {
        roll_profile_58(&printer);
    } else {
        roll_profile_80(&printer);
    }
    struct roll *roll = roll_create(&printer);
    assert_non_null(roll);
    size_t used = 0;
    assert_int_equal(roll_put(roll, (struct span){bytes.data, bytes.size}, 0, &used), TILL_OK);
    assert_true(roll_is_idle(roll));
    char *text = roll_text(roll, 0);
    assert_non_null(text);
    roll_destroy(roll);
    return text;
}

static void compare(const char *language, const char *profile, const char *page,
                    const char *extension, struct span now)
{
    static char golden[GOLDEN_MAX];
    char path[PATH_MAX_HERE];
    bool update = getenv("GOLDEN_UPDATE") != NULL;
    size_t size = now.size;
    snprintf(path, sizeof path, "tests/golden/pages/%s-%s-%s.%s", language, profile, page,
             extension);
    FILE *file = fopen(path, update ? "wb" : "rb");
    if (file == NULL) {
        fail_msg("%s is missing: make golden-update", path);
        return;
    }
    if (update) {
        assert_int_equal(fwrite(now.data, 1, now.size, file), now.size);
    } else {
        size = fread(golden, 1, sizeof golden, file);
    }
    assert_int_equal(fclose(file), 0);
    if (!update && (size != now.size || memcmp(golden, now.data, size) != 0)) {
        fail_msg("%s differs: look, then make golden-update", path);
    }
}

static void compare_all(const char *name)
{
    static const char *const languages[] = {"zh_CN", "en"};
    const struct printer_profile *profile = NULL;
    assert_int_equal(profile_find(name, &profile), TILL_OK);
    for (size_t l = 0; l < 2; l++) {
        language_set(languages[l]);
        for (int page = 0; page < PAGES; page++) {
            const char *what = make(page, profile);
            char *text = printed(profile);
            compare(languages[l], name, what, "txt",
                    (struct span){(const uint8_t *)text, strlen(text)});
            compare(languages[l], name, what, "bin", (struct span){bytes.data, bytes.size});
            free(text);
        }
    }
}

static void pages_of_58_mm_stay_as_they_are(void **state)
{
    (void)state;
    compare_all("escpos58-gb18030");
}

static void pages_of_80_mm_stay_as_they_are(void **state)
{
    (void)state;
    compare_all("escpos80-gb18030");
}

static void a_notice_of_64_months_fits_its_paper(void **state)
{
    (void)state;
    language_set("zh_CN");
    assert_int_equal(notice(32, BILLS_MAX), TILL_OK);
}

static void no_page_can_be_taken_for_a_receipt(void **state)
{
    (void)state;
    const struct printer_profile *profile = NULL;
    assert_int_equal(profile_find("escpos58-gb18030", &profile), TILL_OK);
    language_set("zh_CN");
    for (int page = 0; page < PAGES; page++) {
        (void)make(page, profile);
        bool said = false;
        for (size_t i = 0; i < paper.count; i++) {
            const char *left = paper_left(&paper, &paper.lines[i]);
            said = said || strstr(left, "非收费凭证") != NULL || strstr(left, "中间报表") != NULL;
            assert_null(strstr(left, "电费收费凭证"));
        }
        assert_true(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_of_58_mm_stay_as_they_are),
        cmocka_unit_test(pages_of_80_mm_stay_as_they_are),
        cmocka_unit_test(a_notice_of_64_months_fits_its_paper),
        cmocka_unit_test(no_page_can_be_taken_for_a_receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
