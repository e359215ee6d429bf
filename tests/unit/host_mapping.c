/* Exports of other systems: charsets, mappings, rows that are set aside and mended. */
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "charset.h"
#include "csv.h"
#include "mapping.h"
#include "orders.h"

#define CUSTOMERS "account,name,address,meter,meter_book,order,class,balance\n"
#define BILLS "account,month,type,kwh,amount,due_date\n"
/* 王秀英 and 户号 in GB18030. */
#define GB_NAME "\xcd\xf5\xd0\xe3\xd3\xa2"
#define GB_ACCOUNT "\xbb\xa7\xba\xc5"

static struct span span_of(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

/* ---- charsets -------------------------------------------------------------------------------- */

static enum charset_name guessed(const char *text)
{
    struct charset_guess guess = {0};
    struct span bytes = span_of(text);
    for (size_t i = 0; i < bytes.size; i++) { /* a byte at a time: characters are cut */
        charset_guess_feed(&guess, (struct span){bytes.data + i, 1});
    }
    return charset_guess_end(&guess);
}

static void a_charset_is_found_by_what_most_lines_can_be(void **state)
{
    (void)state;
    assert_int_equal(guessed("account,name\n6100,x\n"), CHARSET_UTF8);
    assert_int_equal(guessed("name\n王秀英\n"), CHARSET_UTF8);
    assert_int_equal(guessed("name\n" GB_NAME "\n"), CHARSET_GB18030);
    assert_int_equal(guessed("\xef\xbb\xbfname\n" GB_NAME "\n"), CHARSET_UTF8);
    assert_int_equal(guessed("name\n王秀英\n\xff\n张三\n"), CHARSET_UTF8);
    assert_int_equal(guessed("name\n" GB_NAME "\n\xff\n" GB_NAME), CHARSET_GB18030);
    assert_int_equal(guessed("\xff\xfen\0"), CHARSET_UTF16);
    /* Four bytes: U+20000. */
    assert_int_equal(guessed("\x95\x32\x82\x36\n"), CHARSET_GB18030);
    assert_int_equal(charset_named("GBK"), CHARSET_GB18030);
    assert_int_equal(charset_named("latin1"), CHARSET_UNKNOWN);
}

static void a_field_of_gb18030_comes_out_as_utf8(void **state)
{
    (void)state;
    static struct csv c;
    struct csv_row row;
    struct charset *charset = NULL;
    /* 郳 is E04A: its second byte is a J; 囌 is 87CC. A comma within quotes stays. */
    static const char text[] = "\xe0\x4a,\"" GB_NAME ",\"\"x\"\r\n\x95\x32\x82\x36,\x80\r\nok,ok";
    assert_int_equal(charset_open(CHARSET_GB18030, &charset), TILL_OK);
    csv_begin(&c, span_of(text), charset);
    assert_int_equal(csv_next(&c, &row), TILL_OK);
    assert_int_equal(row.count, 2);
    assert_string_equal(row.fields[1], "王秀英,\"x");
    assert_int_equal(row.raw.size, strlen("\xe0\x4a,\"" GB_NAME ",\"\"x\""));
    assert_int_equal(csv_next(&c, &row), TILL_BAD_INPUT);
    assert_int_equal(row.line, 2);
    assert_int_equal(csv_next(&c, &row), TILL_OK);
    assert_string_equal(row.fields[1], "ok");
    charset_close(charset);
}

/* ---- a file in pieces ------------------------------------------------------------------------ */

struct drip {
    struct span left;
    size_t most; /* bytes at a time */
};

static enum till_status drip(void *context, uint8_t *out, size_t capacity, size_t *size_out)
{
    struct drip *d = context;
    size_t size = d->left.size < d->most ? d->left.size : d->most;
    size = size < capacity ? size : capacity;
    memcpy(out, d->left.data, size);
    d->left.data += size;
    d->left.size -= size;
    *size_out = size;
    return TILL_OK;
}

static void a_file_read_in_pieces_gives_the_same_rows(void **state)
{
    (void)state;
    enum { ROWS = 9000, LINE_ROOM = 64 };
    static struct csv whole, pieces;
    struct csv_row one, two;
    char *text = malloc((size_t)ROWS * LINE_ROOM);
    size_t size = 0;
    assert_non_null(text);
    for (int i = 0; i < ROWS; i++) {
        const char *shape = i % 7 == 0   ? "%d,\"a,\n\"\"b\",张三\r\n"
                            : i % 5 == 0 ? "%d,\"never closed\n"
                                         : "%d,王秀英\r\n\r\n";
        size += (size_t)snprintf(text + size, LINE_ROOM, shape, i);
    }
    struct span bytes = {(const uint8_t *)text, size};
    struct drip d = {bytes, 4099};
    csv_begin(&whole, bytes, NULL);
    assert_int_equal(csv_open(&pieces, drip, &d, NULL), TILL_OK);
    enum till_status status;
    int rows = 0;
    do {
        status = csv_next(&whole, &one);
        assert_int_equal(csv_next(&pieces, &two), status);
        assert_int_equal(one.line, two.line);
        assert_int_equal(one.raw.size, two.raw.size);
        assert_memory_equal(one.raw.data, two.raw.data, one.raw.size);
        rows++;
    } while (status != TILL_UNCHANGED);
    assert_true(rows > ROWS);
    free(text);
}

/* ---- mappings -------------------------------------------------------------------------------- */

static struct mapping m;

static uint32_t bad_mapping(const char *text, const char *why)
{
    uint32_t line = 0;
    const char *reason = NULL;
    assert_int_equal(mapping_read(span_of(text), &m, &line, &reason), TILL_BAD_INPUT);
    if (strstr(reason, why) == NULL) {
        fail_msg("'%s' does not say '%s'", reason, why);
    }
    return line;
}

static void a_mapping_that_is_not_understood_is_named_with_its_line(void **state)
{
    (void)state;
    assert_int_equal(bad_mapping("[file]\ntable = bills\n\n[moon]\n", "section"), 4);
    assert_int_equal(bad_mapping("[file]\r\ntable = bills\r\ncolour = red\r\n", "knows"), 3);
    assert_int_equal(bad_mapping("[file]\ndates = dym\n", "value"), 2);
    assert_int_equal(bad_mapping("table = bills\n", "section"), 1);
    assert_int_equal(bad_mapping("[file]\ntable = x\n[columns]\na = #0\n", "place"), 4);
    assert_int_equal(bad_mapping("[file]\ntable = x\n[columns]\na = 1\na = 2\n", "already"), 5);
    assert_int_equal(bad_mapping("[file]\ntable = x\n[fixed]\na\n", "="), 4);
    assert_int_equal(bad_mapping("# nothing\n", "which table"), 1);
}

static void a_mapping_may_be_written_in_gb18030(void **state)
{
    (void)state;
    uint32_t line;
    const char *reason;
    const char text[] = "[file]\r\ntable = customers\r\n[columns]\r\naccount = " GB_ACCOUNT "\r\n";
    assert_int_equal(mapping_read(span_of(text), &m, &line, &reason), TILL_OK);
    assert_string_equal(mapping_column_of(&m, "account")->header, "户号");
    assert_null(mapping_column_of(&m, "name"));
}

static const char *date(enum mapping_dates order, const char *theirs, bool month)
{
    static char out[MAPPING_VALUE_MAX];
    m.dates = order;
    mapping_date(&m, theirs, month, out);
    return out;
}

static void dates_are_turned_round(void **state)
{
    (void)state;
    assert_string_equal(date(MAPPING_YMD, "2026/1/5", false), "20260105");
    assert_string_equal(date(MAPPING_YMD, "2026年1月5日 00:00:00", false), "20260105");
    assert_string_equal(date(MAPPING_DMY, "5.1.2026", false), "20260105");
    assert_string_equal(date(MAPPING_MDY, "1/5/2026", false), "20260105");
    assert_string_equal(date(MAPPING_YMD, "20260105", false), "20260105");
    assert_string_equal(date(MAPPING_YMD, "2026年10月", true), "202610");
    assert_string_equal(date(MAPPING_DMY, "10/2026", true), "202610");
    assert_string_equal(date(MAPPING_YMD, "2026-10-31", true), "202610");
    assert_string_equal(date(MAPPING_YMD, "soon", false), "soon");
}

static const char *amount(enum mapping_amounts how, const char *theirs)
{
    static char out[MAPPING_VALUE_MAX];
    m.amounts = how;
    mapping_amount(&m, theirs, 2, out);
    return out;
}

static void amounts_are_turned_round_and_never_guessed(void **state)
{
    (void)state;
    assert_string_equal(amount(MAPPING_MINOR, "9210"), "92.10");
    assert_string_equal(amount(MAPPING_MINOR, "5"), "0.05");
    assert_string_equal(amount(MAPPING_MINOR, "92.10"), "?");
    assert_string_equal(amount(MAPPING_MINOR, "-5"), "?");
    assert_string_equal(amount(MAPPING_MINOR, ""), "");
    assert_string_equal(amount(MAPPING_GROUPED, "1,240.50"), "1240.50");
    assert_string_equal(amount(MAPPING_GROUPED, "¥1,240,500"), "1240500");
    assert_string_equal(amount(MAPPING_GROUPED, "12.50元"), "12.50");
    assert_string_equal(amount(MAPPING_GROUPED, "12,50"), "12,50");
    assert_string_equal(amount(MAPPING_GROUPED, "1,24.50"), "1,24.50");
    assert_string_equal(amount(MAPPING_GROUPED, "1.240,50"), "1.240,50");
    assert_string_equal(amount(MAPPING_DECIMAL, "1,240.50"), "1,240.50");
}

/* ---- files ----------------------------------------------------------------------------------- */

static char bad_reason[128];
static uint32_t bad_line;

static void note_bad(void *context, uint32_t line, const char *reason)
{
    (void)context;
    bad_line = line;
    (void)snprintf(bad_reason, sizeof(bad_reason), "%s", reason);
}

static void write_file(const char *name, const char *text, char path_out[FILES_PATH_MAX])
{
    office_path(name, path_out);
    assert_int_equal(files_write(path_out, span_of(text)), TILL_OK);
}

static struct import_report take(const char *name, const char *mapping, enum till_status expected)
{
    char path[FILES_PATH_MAX], aside[FILES_PATH_MAX];
    struct import_report r;
    office_path(name, path);
    assert_int_equal(import_set_aside_path(path, aside), TILL_OK);
    struct import_options options = {.bad_row = note_bad, .set_aside = aside};
    if (mapping != NULL) {
        options.mapping = span_of(mapping);
    }
    assert_int_equal(import_file_with(office.store, office.dir, path, &options, OFFICE_NOW_S, &r),
                     expected);
    return r;
}

static const char customers_map[] = "[file]\n"
                                    "table = customers\n"
                                    "delimiter = semicolon\n"
                                    "amounts = minor\n"
                                    "[columns]\n"
                                    "account = 户号\n"
                                    "name = 户名\n"
                                    "address = 地址\n"
                                    "meter = 表号\n"
                                    "order = 序号\n"
                                    "class = 类别\n"
                                    "balance = 余额\n"
                                    "[fixed]\n"
                                    "meter_book = CX01\n"
                                    "[values class]\n"
                                    "居民 = resident\n"
                                    "非居民 = other\n";

static void an_export_goes_in_by_its_mapping_and_is_replayed(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX];
    struct book_customer c;
    write_file("export.csv",
               "区;户号;户名;地址;表号;序号;类别;余额\r\n"
               "1;6100234599; 王五 ;城东村15号;\t0009;9;非居民;500\r\n"
               "1;6100234598;赵六;城东村16号;0010;10;居民;0\r\n",
               path);
    struct import_report r = take("export.csv", customers_map, TILL_OK);
    assert_int_equal(r.added, 2);
    assert_int_equal(r.bad, 0);
    assert_int_equal(store_customer_get(office.store, "6100234599", &c), TILL_OK);
    assert_string_equal(c.name, "王五");
    assert_string_equal(c.meter, "0009");
    assert_string_equal(c.meter_book, "CX01");
    assert_int_equal(c.class, CUSTOMER_OTHER);
    assert_int_equal(c.balance_minor, 500);
    r = take("export.csv", customers_map, TILL_OK);
    assert_int_equal(r.unchanged, 2);
    assert_int_equal(r.added + r.changed, 0);
    office_assert_sound();
}

static void a_kept_mapping_that_was_changed_is_seen(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX], name[FILES_PATH_MAX];
    struct import_past past;
    write_file("export.csv", "户号;户名;地址;表号;序号;类别;余额\n6100234599;王五;x;9;9;居民;5\n",
               path);
    assert_int_equal(take("export.csv", customers_map, TILL_OK).added, 1);
    assert_int_equal(import_past(office.store, import_count(office.store), &past), TILL_OK);
    assert_true(past.mapped);
    assert_int_equal(past.charset, CHARSET_UTF8);
    char hex[2 * HASH_SIZE + 1], file[FILES_PATH_MAX];
    hex_encode((struct span){past.mapping_hash, HASH_SIZE}, hex);
    (void)snprintf(name, sizeof(name), "imports/%.64s.map", hex);
    write_file(name, "[file]\ntable = bills\n", file);
    office_assert_wrong("was changed");
}

static void a_mapping_without_header_goes_by_places(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX];
    static const char map[] = "[file]\ntable = bills\nheader = no\ndates = dmy\n[columns]\n"
                              "account = #2\nmonth = #1\nkwh = #3\namount = #4\ndue_date = #5\n"
                              "[fixed]\ntype = 1\n";
    write_file("bills.csv", "8/2026," OFFICE_OTHER ",10,40.00,31/12/2026,more\n", path);
    assert_int_equal(take("bills.csv", map, TILL_OK).added, 1);
    struct arrears a = office_arrears(OFFICE_OTHER);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202608);
    assert_int_equal(a.bills[0].due_date, 20261231);
    office_assert_sound();
}

static void a_mapping_of_columns_that_are_not_there_is_refused(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX];
    write_file("export.csv", "户号;户名\n6100234599;王五\n", path);
    (void)take("export.csv", customers_map, TILL_BAD_INPUT);
    (void)take("export.csv", "[file]\ntable = moons\n", TILL_BAD_INPUT);
    (void)take("export.csv", "[file]\ntable = bills\n[columns]\nmoon = 户号\n", TILL_BAD_INPUT);
}

static void gb18030_is_found_and_its_bad_rows_stay_in_it(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX], aside[FILES_PATH_MAX], text[512];
    struct book_customer c;
    write_file("gb.csv",
               CUSTOMERS "6100234599," GB_NAME ",x,1,CX01,9,resident,0\r\n"
                         "6100234598," GB_NAME ",x,1,CX01,0,resident,0\r\n"
                         "6100234597,\"" GB_NAME ",x,1,CX01,11,resident,0\r\n",
               path);
    struct import_report r = take("gb.csv", NULL, TILL_OK);
    assert_int_equal(r.charset, CHARSET_GB18030);
    assert_int_equal(r.added, 1);
    assert_int_equal(r.bad, 2);
    assert_int_equal(r.set_aside, 2);
    assert_int_equal(store_customer_get(office.store, "6100234599", &c), TILL_OK);
    assert_string_equal(c.name, "王秀英");
    office_path("gb.rejected.csv", aside);
    assert_int_equal(files_read_text(aside, text, sizeof(text)), TILL_OK);
    assert_string_equal(text, "account,name,address,meter,meter_book,order,class,balance\r\n"
                              "6100234598," GB_NAME ",x,1,CX01,0,resident,0\r\n"
                              "6100234597,\"" GB_NAME ",x,1,CX01,11,resident,0\r\n");
    office_assert_sound();
}

static void rows_that_were_set_aside_are_mended_and_imported(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX], aside[FILES_PATH_MAX], text[512];
    struct stat about;
    write_file("b.csv",
               "\xef\xbb\xbf" BILLS OFFICE_OTHER ",202608,1,10,40.00,20261231\n" OFFICE_OTHER
               ",202609,1,10,4O.00,20261231\n",
               path);
    struct import_report r = take("b.csv", NULL, TILL_OK);
    assert_int_equal(r.set_aside, 1);
    assert_int_equal(bad_line, 3);
    office_path("b.rejected.csv", aside);
    assert_int_equal(stat(aside, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(files_read_text(aside, text, sizeof(text)), TILL_OK);
    assert_string_equal(text, "\xef\xbb\xbf" BILLS OFFICE_OTHER ",202609,1,10,4O.00,20261231\n");
    *strchr(strchr(text, '4'), 'O') = '0';
    write_file("b.rejected.csv", text, aside);
    r = take("b.rejected.csv", NULL, TILL_OK);
    assert_int_equal(r.added, 1);
    assert_int_equal(r.bad, 0);
    assert_int_equal(office_arrears(OFFICE_OTHER).count, 2);
    office_assert_sound();
}

static void a_file_with_nothing_bad_leaves_nothing_aside(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX], aside[FILES_PATH_MAX];
    write_file("good.csv", "id,name\nCX09,x\n", path);
    assert_int_equal(take("good.csv", NULL, TILL_OK).added, 1);
    office_path("good.rejected.csv", aside);
    assert_false(files_exist(aside));
}

static void a_file_of_another_charset_is_refused(void **state)
{
    (void)state;
    char path[FILES_PATH_MAX];
    office_path("wide.csv", path);
    assert_int_equal(files_write(path, (struct span){(const uint8_t *)"\xff\xfei\0d\0", 6}),
                     TILL_OK);
    (void)take("wide.csv", NULL, TILL_UNSUPPORTED);
}

static void limits_come_as_a_table_and_go_out_once(void **state)
{
    (void)state;
    static struct device device;
    struct orders orders;
    char path[FILES_PATH_MAX];
    device_begin(&device, "0031");
    write_file("limits.csv", "terminal,cash,hours,reversals\n0031,4000.00,72,\n0099,1,1,1\n", path);
    struct import_report r = take("limits.csv", NULL, TILL_OK);
    assert_int_equal(r.added, 1);
    assert_int_equal(r.bad, 1);
    assert_string_equal(r.table, "limits");
    assert_int_equal(orders_get(office.store, "0031", &orders), TILL_OK);
    assert_int_equal(orders.limits.value[LIMIT_CASH], 400000);
    assert_int_equal(orders.limits.value[LIMIT_OFFLINE], 72 * 3600);
    assert_int_equal(orders.limits.value[LIMIT_REVERSALS], 0);
    uint64_t serial = orders.limits.serial;
    assert_int_equal(take("limits.csv", NULL, TILL_OK).unchanged, 1);
    assert_int_equal(orders_serial(office.store, "0031"), serial);
    write_file("limits.csv", "terminal,reversals\n0031,none\n", path);
    assert_int_equal(take("limits.csv", NULL, TILL_OK).changed, 1);
    assert_int_equal(orders_get(office.store, "0031", &orders), TILL_OK);
    assert_int_equal(orders.limits.value[LIMIT_REVERSALS], LIMIT_REVERSALS_NONE);
    office_assert_sound();
    device_end(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_charset_is_found_by_what_most_lines_can_be),
        cmocka_unit_test(a_field_of_gb18030_comes_out_as_utf8),
        cmocka_unit_test(a_file_read_in_pieces_gives_the_same_rows),
        cmocka_unit_test(a_mapping_that_is_not_understood_is_named_with_its_line),
        cmocka_unit_test(a_mapping_may_be_written_in_gb18030),
        cmocka_unit_test(dates_are_turned_round),
        cmocka_unit_test(amounts_are_turned_round_and_never_guessed),
        OFFICE_TEST(an_export_goes_in_by_its_mapping_and_is_replayed),
        OFFICE_TEST(a_kept_mapping_that_was_changed_is_seen),
        OFFICE_TEST(a_mapping_without_header_goes_by_places),
        OFFICE_TEST(a_mapping_of_columns_that_are_not_there_is_refused),
        OFFICE_TEST(gb18030_is_found_and_its_bad_rows_stay_in_it),
        OFFICE_TEST(rows_that_were_set_aside_are_mended_and_imported),
        OFFICE_TEST(a_file_with_nothing_bad_leaves_nothing_aside),
        OFFICE_TEST(a_file_of_another_charset_is_refused),
        OFFICE_TEST(limits_come_as_a_table_and_go_out_once),
    };
    return cmocka_run_group_tests_name("host_mapping", tests, NULL, NULL);
}
