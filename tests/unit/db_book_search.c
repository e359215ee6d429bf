/*
 * Finding anyone, against a search that looks at everybody: 2,000 customers, thousands of queries.
 */
#include "shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "distance.h"
#include "fake_mac.h"
#include "pinyin.h"

enum { CUSTOMERS = 2000, QUERIES = 1500 };

static struct book_customer town[CUSTOMERS];
static struct book *book;
static uint64_t seed;

static uint32_t below(uint32_t limit)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % limit;
}

static const char *const surnames[] = {"王",   "李", "张", "单", "仇",   "解",
                                       "曾",   "任", "查", "区", "尉迟", "万俟",
                                       "欧阳", "段", "杨", "赵", "Wang", "Müller"};
static const char *const given[] = {"秀英", "伟",   "建国", "春", "小红", "平", "乐",
                                    "长安", "重庆", "丽丽", "朝", " Jun", ""};
static const char *const shops[] = {"", "", "", "", "", " 便民超市", "５号店", " No.7 茶馆"};
static const char *const streets[] = {"翠湖路", "喜洲镇周城村", "Main Street ", "文昌巷", "𠮷野町"};

static void make_customer(int n)
{
    struct book_customer *c = &town[n];

    *c = shelf_customer(n / SHELF_CUSTOMERS_OF_BOOK, n % SHELF_CUSTOMERS_OF_BOOK + 1);
    snprintf(c->account, sizeof(c->account), "%s%08u", n % 7 == 0 ? "A-61" : "61",
             (unsigned)(n * 37 + 1000));
    snprintf(c->meter, sizeof(c->meter), "%s%09u", n % 11 == 0 ? "AB" : "5300", below(1000000000));
    snprintf(c->phone, sizeof(c->phone), "1%u%08u", 30 + below(69), below(100000000));
    snprintf(c->name, sizeof(c->name), "%s%s%s", surnames[below(18)], given[below(13)],
             shops[below(8)]);
    snprintf(c->address, sizeof(c->address), "%s%u号%u-%u0%u", streets[below(5)], below(300) + 1,
             below(4) + 1, below(6) + 1, below(2) + 1);
    c->latitude_e7 = n % 3 == 0 ? 0 : 255000000 + (int32_t)below(300000);
    c->longitude_e7 = n % 3 == 0 ? 0 : 1001000000 + (int32_t)below(300000);
}

static int make_town(void **state)
{
    struct book_builder *b = NULL;
    struct book_meta meta = shelf_meta(CUSTOMERS);
    struct site site = shelf_site();

    if (shelf_make(state) != 0)
        return -1;
    seed = 42;
    assert_int_equal(book_builder_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_builder_site(b, &site), TILL_OK);
    for (int i = 0; i < SHELF_BOOKS; i++) {
        char id[BOOK_ID_MAX];

        snprintf(id, sizeof(id), "CX%02d", i);
        shelf_put_meter_book(b, id);
    }
    for (int n = 0; n < CUSTOMERS; n++) {
        make_customer(n);
        shelf_put_customer(b, &town[n]);
    }
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &book), TILL_OK);
    return 0;
}

static int remove_town(void **state)
{
    book_close(book);
    return shelf_remove(state);
}

/* ---- the plain way --------------------------------------------------------------------------- */

/* Only what the town has: spaces, ASCII, full-width forms. */
static void fold(const char *text, char *out)
{
    for (; *text != '\0'; text++) {
        const unsigned char *p = (const unsigned char *)text;

        if (p[0] == 0xEF && (p[1] == 0xBC || p[1] == 0xBD)) {
            unsigned code = 0xF000u | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);

            if (code >= 0xFF01 && code <= 0xFF5E) {
                char c = (char)(code - 0xFEE0);

                *out++ = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
                text += 2;
                continue;
            }
        }
        if (*text != ' ')
            *out++ = *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;
    }
    *out = '\0';
}

static bool has(const char *field, const char *folded_query)
{
    char folded[BOOK_ADDRESS_MAX];

    fold(field, folded);
    return strstr(folded, folded_query) != NULL;
}

static bool has_kind(const struct book_customer *c, const char *q, enum book_match kind)
{
    switch (kind) {
    case BOOK_MATCH_ACCOUNT:
        return has(c->account, q);
    case BOOK_MATCH_METER:
        return has(c->meter, q);
    case BOOK_MATCH_PHONE:
        return has(c->phone, q);
    case BOOK_MATCH_NAME:
        return has(c->name, q);
    default:
        return has(c->address, q);
    }
}

/* ---- any part of any field ------------------------------------------------------------------- */

static size_t find(const char *query, unsigned kinds, struct book_line *lines)
{
    size_t count = 0;

    assert_int_equal(book_find_kinds(book, query, kinds, 0, lines, BOOK_FOUND_MAX, &count),
                     TILL_OK);
    return count;
}

/* What is found of one kind is what has it, in the order of the book but for the better ones. */
static void check_kind(const char *query, enum book_match kind)
{
    static struct book_line lines[BOOK_FOUND_MAX];
    char folded[BOOK_QUERY_MAX + 1];
    size_t expected = 0, count = find(query, 1u << kind, lines);

    fold(query, folded);
    for (int n = 0; n < CUSTOMERS; n++)
        expected += has_kind(&town[n], folded, kind) ? 1 : 0;
    if (count != (expected < BOOK_FOUND_MAX ? expected : BOOK_FOUND_MAX))
        fail_msg("\"%s\", kind %d: %zu found, %zu have it", query, (int)kind, count, expected);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(lines[i].match, kind);
        if (!has_kind(&lines[i].customer, folded, kind))
            fail_msg("\"%s\", kind %d: account %s", query, (int)kind, lines[i].customer.account);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(lines[i].customer.row, lines[j].customer.row);
    }
}

static size_t characters_of(const char *text, size_t *starts)
{
    size_t count = 0;

    for (size_t i = 0; text[i] != '\0'; i++)
        if ((text[i] & 0xC0) != 0x80)
            starts[count++] = i;
    starts[count] = strlen(text);
    return count;
}

/* At least two characters that are no spaces. */
static bool part_of(const char *text, char out[BOOK_QUERY_MAX + 1])
{
    size_t starts[BOOK_ADDRESS_MAX], count = characters_of(text, starts);
    char folded[BOOK_QUERY_MAX + 1];

    if (count < 2)
        return false;
    size_t length = 2 + below((uint32_t)count - 1);
    size_t from = below((uint32_t)(count - length + 1));
    size_t size = starts[from + length] - starts[from];
    if (size > BOOK_QUERY_MAX)
        return false;
    memcpy(out, text + starts[from], size);
    out[size] = '\0';
    fold(out, folded);
    return characters_of(folded, starts) >= 2;
}

static void any_part_of_any_field_is_found_and_nothing_else(void **state)
{
    (void)state;
    for (int i = 0; i < QUERIES; i++) {
        const struct book_customer *c = &town[below(CUSTOMERS)];
        const char *const fields[] = {c->account, c->meter, c->phone, c->name, c->address};
        char query[BOOK_QUERY_MAX + 1];

        if (!part_of(fields[i % 5], query))
            continue;
        check_kind(query, BOOK_MATCH_ACCOUNT);
        check_kind(query, BOOK_MATCH_METER);
        check_kind(query, BOOK_MATCH_PHONE);
        check_kind(query, BOOK_MATCH_NAME);
        check_kind(query, BOOK_MATCH_ADDRESS);
    }
}

static void every_two_digits_are_found(void **state)
{
    char query[16];

    (void)state;
    for (int i = 0; i < 100; i++) {
        snprintf(query, sizeof(query), "%02d", i);
        check_kind(query, BOOK_MATCH_ACCOUNT);
        check_kind(query, BOOK_MATCH_METER);
        check_kind(query, BOOK_MATCH_PHONE);
        check_kind(query, BOOK_MATCH_ADDRESS);
    }
}

static void words_of_two_characters_are_found(void **state)
{
    static const char *const words[] = {"秀英", "王秀", "尉迟", "便民", "超市", "店",  "喜洲",
                                        "村1",  "路2",  "号1",  "茶馆", "𠮷野", "吉野"};

    (void)state;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        check_kind(words[i], BOOK_MATCH_NAME);
        check_kind(words[i], BOOK_MATCH_ADDRESS);
    }
}

static void width_case_and_spaces_make_no_difference(void **state)
{
    static const char *const same[][2] = {
        {"５号店", "5号店"},           {"ＡＢ", "ab"},
        {"MAIN street", "mainstreet"}, {"王 秀 英", "王秀英"},
        {"no.7茶", "ＮＯ．７ 茶"},     {"　店", "店"},
        {"müller", "mÜller"},
    };
    static struct book_line a[BOOK_FOUND_MAX], b[BOOK_FOUND_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        size_t count = find(same[i][0], 0, a);

        assert_true(count > 0);
        assert_int_equal(find(same[i][1], 0, b), count);
        for (size_t j = 0; j < count; j++)
            assert_int_equal(a[j].customer.row, b[j].customer.row);
    }
}

/* ---- pinyin ---------------------------------------------------------------------------------- */

/* One way to read a name: a reading of each unit, chosen at random. */
static size_t read_aloud(const char *name, size_t from, bool initials, char *out)
{
    struct pinyin_unit units[PINYIN_UNITS_MAX];
    char folded[BOOK_ADDRESS_MAX];
    size_t size = 0;

    fold(name, folded);
    size_t count = pinyin_name(folded, units);
    for (size_t u = from; u < count; u++) {
        const struct pinyin_reading *r = &units[u].readings[below((uint32_t)units[u].count)];

        for (size_t i = 0; i < (initials ? 1 : r->size) && size < BOOK_QUERY_MAX - 1; i++)
            out[size++] = r->text[i];
    }
    out[size] = '\0';
    return size;
}

static bool is_found(const char *query, const struct book_customer *c)
{
    static struct book_line lines[BOOK_FOUND_MAX];
    size_t count = find(query, 1u << BOOK_MATCH_PINYIN, lines);

    /* A full page may leave somebody out. */
    if (count == BOOK_FOUND_MAX)
        return true;
    for (size_t i = 0; i < count; i++)
        if (strcmp(lines[i].customer.account, c->account) == 0)
            return true;
    return false;
}

static void a_name_is_found_by_how_it_sounds_in_letters_and_on_keys(void **state)
{
    (void)state;
    for (int i = 0; i < QUERIES; i++) {
        const struct book_customer *c = &town[below(CUSTOMERS)];
        char letters[BOOK_QUERY_MAX + 1], keys[BOOK_QUERY_MAX + 1];
        size_t size = read_aloud(c->name, below(3), i % 2 == 0, letters);

        if (size < 2)
            continue;
        letters[2 + below((uint32_t)size - 1)] = '\0';
        for (size_t k = 0; k <= strlen(letters); k++)
            keys[k] = letters[k] != '\0' ? pinyin_key(letters[k]) : '\0';
        if (!is_found(letters, c) || !is_found(keys, c))
            fail_msg("%s is not found by %s or %s", c->name, letters, keys);
    }
}

/* Letters must fit; keys stand for three or four of them. */
static void who_sounds_otherwise_is_not_found(void **state)
{
    static struct book_line lines[BOOK_FOUND_MAX];
    static const struct {
        const char *query;
        const char *first; /* names begin so, any of them */
        const char *second;
    } cases[] = {
        {"sx", "单", "单"},        {"qiux", "仇", "仇"},     {"zengj", "曾", "曾"},
        {"yuchi", "尉迟", "尉迟"}, {"moqi", "万俟", "万俟"}, {"6674", "万俟", "万俟"},
        {"ouc", "区", "欧"},       {"zhac", "查", "查"},     {"xiex", "解", "解"},
        {"renj", "任", "任"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t count = find(cases[i].query, 1u << BOOK_MATCH_PINYIN, lines);

        if (count == 0)
            fail_msg("%s finds nobody", cases[i].query);
        for (size_t j = 0; j < count && j < 5; j++)
            if (strncmp(lines[j].customer.name, cases[i].first, 3) != 0 &&
                strncmp(lines[j].customer.name, cases[i].second, 3) != 0)
                fail_msg("%s finds %s", cases[i].query, lines[j].customer.name);
    }
    assert_int_equal(find("wq", 1u << BOOK_MATCH_PINYIN, lines) > 0, 1); /* 万俟 in other words */
    assert_int_equal(find("bbb", 1u << BOOK_MATCH_PINYIN, lines), 0);
    assert_int_equal(find("10", 1u << BOOK_MATCH_PINYIN, lines), 0); /* keys without letters */
}

/* ---- the order ------------------------------------------------------------------------------- */

static void each_kind_has_its_share_of_the_first_page(void **state)
{
    static struct book_line lines[BOOK_FOUND_MAX];
    size_t count = find("75", 0, lines), at = 0;

    (void)state;
    assert_true(count > 20);
    for (int kind = BOOK_MATCH_ACCOUNT; kind < BOOK_MATCH_KINDS; kind++)
        for (int i = 0; i < BOOK_MATCH_SHARE && kind != BOOK_MATCH_NAME; i++, at++)
            assert_int_equal(lines[at].match, kind);
    /* Then what is left, by kind. */
    for (size_t i = at + 1; i < count; i++)
        assert_true(lines[i].match >= lines[i - 1].match);
    /* The first accounts end so. */
    for (size_t i = 0; i < BOOK_MATCH_SHARE; i++)
        assert_string_equal(lines[i].customer.account + strlen(lines[i].customer.account) - 2,
                            "75");
}

static void pages_are_pieces_of_one_list(void **state)
{
    static const char *const queries[] = {"75", "王", "996", "路", "1"};
    static struct book_line all[BOOK_FOUND_MAX], page[7];

    (void)state;
    for (size_t q = 0; q < sizeof(queries) / sizeof(queries[0]); q++) {
        size_t total = find(queries[q], 0, all);

        for (size_t offset = 0; offset < total; offset += 7) {
            size_t count = 0;

            assert_int_equal(book_find(book, queries[q], offset, page, 7, &count), TILL_OK);
            assert_int_equal(count, total - offset < 7 ? total - offset : 7);
            for (size_t i = 0; i < count; i++) {
                assert_int_equal(page[i].customer.row, all[offset + i].customer.row);
                assert_int_equal(page[i].match, all[offset + i].match);
            }
        }
    }
}

static void who_is_named_so_comes_before_who_only_has_it(void **state)
{
    static struct book_line lines[BOOK_FOUND_MAX];
    size_t count = find("长", 1u << BOOK_MATCH_NAME, lines);

    (void)state;
    assert_true(count > 0);
    count = find("店", 1u << BOOK_MATCH_NAME, lines);
    assert_true(count > 0);
    count = find("解", 1u << BOOK_MATCH_NAME, lines);
    assert_true(count > 0);
    assert_int_equal(strncmp(lines[0].customer.name, "解", 3), 0);
}

static void an_account_is_found_whole_in_any_spelling(void **state)
{
    struct book_line line;
    size_t count = 0;

    (void)state;
    for (int n = 0; n < CUSTOMERS; n++) {
        assert_int_equal(book_find(book, town[n].account, 0, &line, 1, &count), TILL_OK);
        assert_int_equal(count, 1);
        assert_string_equal(line.customer.account, town[n].account);
        assert_int_equal(line.match, BOOK_MATCH_ACCOUNT);
    }
    assert_int_equal(book_find(book, "a-61 0000 1000", 0, &line, 1, &count), TILL_OK);
    assert_string_equal(line.customer.account, "A-6100001000");
}

/* ---- nearest --------------------------------------------------------------------------------- */

static int by_distance(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static void who_is_nearest_is_who_is_nearest(void **state)
{
    static const uint32_t radii[] = {0, 1, 90, 300, 2000, BOOK_RADIUS_MAX_M};
    static struct book_line lines[BOOK_FOUND_MAX];
    static uint32_t expected[CUSTOMERS];

    (void)state;
    for (int i = 0; i < 200; i++) {
        int32_t lat = 255000000 + (int32_t)below(400000), lon = 1001000000 + (int32_t)below(400000);
        uint32_t radius = radii[below(6)];
        size_t capacity = 1 + below(BOOK_FOUND_MAX), count = 0, near = 0;

        for (int n = 0; n < CUSTOMERS; n++) {
            uint32_t d = distance_m(lat, lon, town[n].latitude_e7, town[n].longitude_e7);

            if (town[n].latitude_e7 != 0 && d <= radius)
                expected[near++] = d;
        }
        qsort(expected, near, sizeof(expected[0]), by_distance);
        assert_int_equal(book_nearest(book, lat, lon, radius, lines, capacity, &count), TILL_OK);
        assert_int_equal(count, near < capacity ? near : capacity);
        for (size_t k = 0; k < count; k++) {
            const struct book_customer *c = &lines[k].customer;

            assert_int_equal(lines[k].distance_m, expected[k]);
            assert_int_equal(distance_m(lat, lon, c->latitude_e7, c->longitude_e7), expected[k]);
        }
    }
}

static void nobody_is_near_a_place_off_the_earth(void **state)
{
    struct book_line line;
    size_t count = 9;

    (void)state;
    assert_int_equal(book_nearest(book, 900000001, 0, 100, &line, 1, &count), TILL_BAD_INPUT);
    assert_int_equal(count, 0);
    assert_int_equal(book_nearest(book, 0, 0, BOOK_RADIUS_MAX_M + 1, &line, 1, &count),
                     TILL_BAD_INPUT);
    /* 0, 0 is where nobody was surveyed. */
    assert_int_equal(book_nearest(book, 0, 0, BOOK_RADIUS_MAX_M, &line, 1, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(book_nearest(book, 900000000, 1800000000, 20000, &line, 1, &count), TILL_OK);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_part_of_any_field_is_found_and_nothing_else),
        cmocka_unit_test(every_two_digits_are_found),
        cmocka_unit_test(words_of_two_characters_are_found),
        cmocka_unit_test(width_case_and_spaces_make_no_difference),
        cmocka_unit_test(a_name_is_found_by_how_it_sounds_in_letters_and_on_keys),
        cmocka_unit_test(who_sounds_otherwise_is_not_found),
        cmocka_unit_test(each_kind_has_its_share_of_the_first_page),
        cmocka_unit_test(pages_are_pieces_of_one_list),
        cmocka_unit_test(who_is_named_so_comes_before_who_only_has_it),
        cmocka_unit_test(an_account_is_found_whole_in_any_spelling),
        cmocka_unit_test(who_is_nearest_is_who_is_nearest),
        cmocka_unit_test(nobody_is_near_a_place_off_the_earth),
    };

    return cmocka_run_group_tests(tests, make_town, remove_town);
}
