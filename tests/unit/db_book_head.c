/* What a book's head says besides: banks and papers of the site, deputies, numbered paper. Whole,
 * over deltas, and in a book that knows nothing of it. */
#include "shelf.h"

#include <stdio.h>
#include <string.h>

#include "fake_mac.h"

static const struct book_stock ranges[] = {
    {.issue = 9, .type = STOCK_RECEIPT, .first = 1, .last = 500, .user = "1003"},
    {.issue = 7,
     .type = STOCK_INVOICE,
     .series = "B",
     .first = 12001,
     .last = 12500,
     .user = "1001",
     .from = "2001"},
};

static struct site bank_site(void)
{
    struct site s = shelf_site();

    s.bank_count = 2;
    s.banks[0] = (struct site_bank){"ICBC", "工商银行\"清溪\"支行", "6222 0001"};
    s.banks[1] = (struct site_bank){"RCU", "农村信用社", ""};
    s.papers[CUSTOMER_OTHER] = SITE_PAPER_INVOICE;
    s.late_receipt_days = 7;
    return s;
}

static struct book_user user_of(const char *number, int32_t from, int32_t to)
{
    struct book_user u = {
        .name = "李强", .role = ROLE_COLLECTOR, .rounds = 1, .deputy_from = from, .deputy_to = to};

    snprintf(u.user, sizeof(u.user), "%s", number);
    return u;
}

static void finish_whole(struct book_builder *b)
{
    struct book_customer c = shelf_customer(0, 1);
    struct book_meta meta = shelf_meta(1);

    shelf_put_customer(b, &c);
    meta.revision = 1;
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
}

static void build(const struct site *site, int32_t from, int32_t to, size_t stock)
{
    struct book_builder *b = NULL;
    struct book_user one = user_of("1001", 0, 0), three = user_of("1003", from, to);

    assert_int_equal(book_builder_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    assert_int_equal(book_builder_site(b, site), TILL_OK);
    assert_int_equal(book_builder_user(b, &one), TILL_OK);
    assert_int_equal(book_builder_user(b, &three), TILL_OK);
    shelf_put_meter_book(b, "CX00");
    for (size_t i = 0; i < stock; i++)
        assert_int_equal(book_builder_stock(b, &ranges[i]), TILL_OK);
    finish_whole(b);
}

static struct book_change *begin_change(void)
{
    struct book_change *c = NULL;

    assert_int_equal(book_change_open(shelf_path, NULL, fake_mac(1), &c), TILL_OK);
    return c;
}

static void finish_change(struct book_change *c, uint64_t revision)
{
    struct book_customer customer = shelf_customer(0, 1);
    struct book_meta meta = shelf_meta(1);

    meta.revision = revision;
    customer.balance_minor += (int64_t)revision;
    assert_int_equal(book_change_customer(c, &customer), TILL_OK);
    assert_int_equal(book_change_finish(c, &meta), TILL_OK);
}

static void put_head(struct book_change *c, const struct site *site, int32_t from, int32_t to)
{
    struct book_user three = user_of("1003", from, to);
    struct book_meter_book m = {.id = "CX00", .name = "喜洲"};

    assert_int_equal(book_change_site(c, site), TILL_OK);
    assert_int_equal(book_change_user(c, &three), TILL_OK);
    assert_int_equal(book_change_meter_book(c, &m), TILL_OK);
}

static struct book *open_book(void)
{
    struct book *b = NULL;

    assert_int_equal(book_open(shelf_path, NULL, fake_mac(1), &b), TILL_OK);
    return b;
}

static void assert_deputy(struct book *b, const char *number, int32_t from, int32_t to)
{
    struct book_user u;

    assert_int_equal(book_find_user(b, number, &u), TILL_OK);
    assert_int_equal(u.deputy_from, from);
    assert_int_equal(u.deputy_to, to);
}

static void assert_banks(const struct site *s)
{
    const struct site as_built = bank_site();

    assert_int_equal(s->bank_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(s->banks[i].id, as_built.banks[i].id);
        assert_string_equal(s->banks[i].name, as_built.banks[i].name);
        assert_string_equal(s->banks[i].account, as_built.banks[i].account);
    }
    assert_int_equal(s->papers[CUSTOMER_RESIDENT], SITE_PAPER_RECEIPT);
    assert_int_equal(s->papers[CUSTOMER_OTHER], SITE_PAPER_INVOICE);
    assert_int_equal(s->late_receipt_days, 7);
}

static void assert_all(void)
{
    struct book *b = open_book();
    struct book_stock read[BOOK_STOCK_MAX];
    size_t count = 0;

    assert_banks(book_site(b));
    assert_deputy(b, "1001", 0, 0);
    assert_deputy(b, "1003", 20261201, 20261207);
    assert_int_equal(book_stock(b, read, BOOK_STOCK_MAX, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_memory_equal(&read[0], &ranges[1], sizeof(ranges[1])); /* by issue */
    assert_memory_equal(&read[1], &ranges[0], sizeof(ranges[0]));
    assert_int_equal(book_stock(b, read, 1, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(read[0].issue, 7);
    book_close(b);
}

static void assert_nothing_of_it(void)
{
    struct book *b = open_book();
    struct book_stock read[BOOK_STOCK_MAX];
    size_t count = 9;

    assert_int_equal(book_site(b)->bank_count, 0);
    assert_int_equal(book_site(b)->late_receipt_days, 0);
    assert_deputy(b, "1003", 0, 0);
    assert_int_equal(book_stock(b, read, BOOK_STOCK_MAX, &count), TILL_OK);
    assert_int_equal(count, 0);
    book_close(b);
}

static void a_whole_book_has_banks_deputies_and_paper(void **state)
{
    const struct site site = bank_site();

    (void)state;
    build(&site, 20261201, 20261207, 2);
    assert_all();
}

static void a_book_without_them_has_none(void **state)
{
    const struct site site = shelf_site();

    (void)state;
    build(&site, 0, 0, 0);
    assert_nothing_of_it();
}

static void a_delta_without_a_head_leaves_them_as_they_are(void **state)
{
    const struct site site = bank_site();

    (void)state;
    build(&site, 20261201, 20261207, 2);
    finish_change(begin_change(), 2);
    assert_all();
    finish_change(begin_change(), 3);
    assert_all();
}

static void a_delta_with_a_head_brings_them_and_takes_them_away(void **state)
{
    const struct site bare = shelf_site(), site = bank_site();
    struct book_user one = user_of("1001", 0, 0);
    struct book_change *c;

    (void)state;
    build(&bare, 0, 0, 0);
    c = begin_change();
    put_head(c, &site, 20261201, 20261207);
    assert_int_equal(book_change_user(c, &one), TILL_OK);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(book_change_stock(c, &ranges[i]), TILL_OK);
    finish_change(c, 2);
    assert_all();
    finish_change(begin_change(), 3);
    assert_all();
    c = begin_change();
    put_head(c, &bare, 0, 0);
    finish_change(c, 4);
    assert_nothing_of_it();
}

static void what_can_not_be_ends_the_building(void **state)
{
    struct book_stock twice = ranges[0], upside_down = ranges[1];
    struct book_user supervisor = user_of("2001", 20261201, 20261207);
    struct book_builder *b = shelf_begin();
    struct book_change *c;

    (void)state;
    assert_int_equal(book_builder_stock(b, &ranges[0]), TILL_OK);
    assert_int_equal(book_builder_stock(b, &twice), TILL_E_PROTOCOL);
    book_builder_abandon(b);
    upside_down.last = upside_down.first - 1;
    b = shelf_begin();
    assert_int_equal(book_builder_stock(b, &upside_down), TILL_E_PROTOCOL);
    book_builder_abandon(b);
    supervisor.role = ROLE_SUPERVISOR;
    b = shelf_begin();
    assert_int_equal(book_builder_user(b, &supervisor), TILL_E_PROTOCOL);
    book_builder_abandon(b);
    const struct site site = shelf_site();
    build(&site, 0, 0, 0);
    c = begin_change(); /* not of the head */
    assert_int_equal(book_change_stock(c, &ranges[0]), TILL_E_PROTOCOL);
    book_change_abandon(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF_TEST(a_whole_book_has_banks_deputies_and_paper),
        SHELF_TEST(a_book_without_them_has_none),
        SHELF_TEST(a_delta_without_a_head_leaves_them_as_they_are),
        SHELF_TEST(a_delta_with_a_head_brings_them_and_takes_them_away),
        SHELF_TEST(what_can_not_be_ends_the_building),
    };

    return cmocka_run_group_tests(tests, shelf_make, shelf_remove);
}
