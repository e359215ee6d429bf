/*
 * The book: what is built is what is read, the order of lists, finding, and what a broken or
 * half-built file does.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "book.h"
#include "vfs.h"

enum {
    BOOKS = 10,
    CUSTOMERS_OF_BOOK = 200,
    CUSTOMERS = BOOKS * CUSTOMERS_OF_BOOK,
    PATH_SIZE = 512
};

static char folder[PATH_SIZE / 2];
static char path[PATH_SIZE];

static int make_folder(void **state)
{
    const char *tmp = getenv("TMPDIR");

    (void)state;
    snprintf(folder, sizeof(folder), "%s/db_book.XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/book.db", folder);
    return 0;
}

static void remove_beside(const char *suffix)
{
    char name[PATH_SIZE + 16];

    snprintf(name, sizeof(name), "%s%s", path, suffix);
    (void)unlink(name);
}

static bool exists_beside(const char *suffix)
{
    char name[PATH_SIZE + 16];

    snprintf(name, sizeof(name), "%s%s", path, suffix);
    return access(name, F_OK) == 0;
}

static int remove_files(void **state)
{
    (void)state;
    remove_beside("");
    remove_beside(".new");
    remove_beside(".new-journal");
    remove_beside(".part");
    remove_beside(".part-journal");
    return 0;
}

static int remove_folder(void **state)
{
    remove_files(state);
    return rmdir(folder);
}

/* ---- material ----------------------------------------------------------------------------------- */

static struct site a_site(void)
{
    struct site site;

    site_default(&site);
    snprintf(site.payee, sizeof(site.payee), "国网\"大理\\供电公司");
    snprintf(site.branch, sizeof(site.branch), "喜洲供电所");
    snprintf(site.hotline, sizeof(site.hotline), "95598");
    snprintf(site.receipt_url, sizeof(site.receipt_url), "HTTPS://R.EXAMPLE/");
    site.receipt_max_minor = 5000000;
    return site;
}

static struct book_customer a_customer(int book, int order)
{
    struct book_customer c = {.order = (uint32_t)order,
                              .class = order % 7 == 0 ? CUSTOMER_OTHER : CUSTOMER_RESIDENT,
                              .balance_minor = order % 5 == 0 ? 1234 : 0,
                              .last_paid_date = order % 3 == 0 ? 20260915 : 0,
                              .last_paid_minor = order % 3 == 0 ? 8640 : 0,
                              .flags = order % 11 == 0 ? BOOK_CUSTOMER_KEEP_SUPPLY : 0};

    snprintf(c.account, sizeof(c.account), "6100%02d%04d", book, order);
    snprintf(c.name, sizeof(c.name), "段%d号", order);
    snprintf(c.address, sizeof(c.address), "喜洲镇%d组%d号", book, order);
    snprintf(c.meter, sizeof(c.meter), "530001%02d%08d", book, order);
    snprintf(c.phone, sizeof(c.phone), "1380000%04d", order);
    snprintf(c.meter_book, sizeof(c.meter_book), "CX%02d", book);
    return c;
}

static struct bill a_bill(int32_t month, int64_t amount_minor)
{
    return (struct bill){.month = month,
                         .due_date = month * 100 + 20,
                         .type = 1,
                         .energy_cwh = 16542,
                         .amount_minor = amount_minor};
}

static struct book_meta a_meta(uint32_t customers)
{
    struct book_meta meta = {.terminal = "0031",
                             .revision = 7,
                             .as_of_s = 1795000000,
                             .applied_seq = 4127,
                             .unapplied = {1, 4000, 4127},
                             .unapplied_count = 3,
                             .customers = customers};

    memset(meta.hash, 0xA5, sizeof(meta.hash));
    return meta;
}

static struct book_builder *begin_book(void)
{
    struct book_builder *b = NULL;

    assert_int_equal(book_builder_open(path, NULL, &b), TILL_OK);
    return b;
}

static struct book_builder *begin_book_with_site(void)
{
    struct book_builder *b = begin_book();
    struct site site = a_site();

    assert_int_equal(book_builder_site(b, &site), TILL_OK);
    return b;
}

static void put_meter_book(struct book_builder *b, const char *id)
{
    struct book_meter_book m = {.customers = 99999};

    snprintf(m.id, sizeof(m.id), "%s", id);
    snprintf(m.name, sizeof(m.name), "喜洲 %s", id);
    assert_int_equal(book_builder_meter_book(b, &m), TILL_OK);
}

static void put_customer(struct book_builder *b, const struct book_customer *c)
{
    assert_int_equal(book_builder_customer(b, c), TILL_OK);
}

static void put_bill(struct book_builder *b, const char *account, struct bill bill)
{
    assert_int_equal(book_builder_bill(b, account, &bill), TILL_OK);
}

/* A step that has no divisor in common with the count visits each once, out of order. */
static void put_township(struct book_builder *b)
{
    enum { STEP = 777 };

    for (int i = 0; i < BOOKS; i++) {
        char id[BOOK_ID_MAX];

        snprintf(id, sizeof(id), "CX%02d", BOOKS - 1 - i);
        put_meter_book(b, id);
    }
    for (int i = 0; i < CUSTOMERS; i++) {
        int n = i * STEP % CUSTOMERS;
        struct book_customer c = a_customer(n / CUSTOMERS_OF_BOOK, n % CUSTOMERS_OF_BOOK + 1);

        put_bill(b, c.account, a_bill(202609, 100 + n));
        if (n % 2 == 0)
            put_bill(b, c.account, a_bill(202608, 50));
        put_customer(b, &c);
    }
}

static void build_township(uint64_t revision)
{
    struct book_builder *b = begin_book_with_site();
    struct book_meta meta = a_meta(CUSTOMERS);

    meta.revision = revision;
    put_township(b);
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
}

/* A book of these customers only, all in meter book CX00, one after the other. */
static void build_of(struct book_customer *customers, size_t count)
{
    struct book_builder *b = begin_book_with_site();
    struct book_meta meta = a_meta((uint32_t)count);

    put_meter_book(b, "CX00");
    for (size_t i = 0; i < count; i++) {
        snprintf(customers[i].meter_book, sizeof(customers[i].meter_book), "CX00");
        customers[i].order = (uint32_t)i + 1;
        put_customer(b, &customers[i]);
    }
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
}

static struct book *open_book(void)
{
    struct book *b = NULL;

    assert_int_equal(book_open(path, NULL, &b), TILL_OK);
    return b;
}

static void assert_same_customer(const struct book_customer *a, const struct book_customer *b)
{
    assert_string_equal(a->account, b->account);
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->address, b->address);
    assert_string_equal(a->meter, b->meter);
    assert_string_equal(a->phone, b->phone);
    assert_string_equal(a->meter_book, b->meter_book);
    assert_int_equal(a->order, b->order);
    assert_int_equal(a->class, b->class);
    assert_int_equal(a->balance_minor, b->balance_minor);
    assert_int_equal(a->last_paid_date, b->last_paid_date);
    assert_int_equal(a->last_paid_minor, b->last_paid_minor);
    assert_int_equal(a->flags, b->flags);
}

/* ---- what is built is what is read ---------------------------------------------------------------- */

static void the_meta_and_the_site_come_back_as_they_were(void **state)
{
    struct book_meta meta = a_meta(CUSTOMERS);
    struct site site = a_site();
    struct book *b;

    (void)state;
    build_township(7);
    b = open_book();
    assert_string_equal(book_meta(b)->terminal, meta.terminal);
    assert_int_equal(book_meta(b)->revision, meta.revision);
    assert_int_equal(book_meta(b)->as_of_s, meta.as_of_s);
    assert_int_equal(book_meta(b)->applied_seq, meta.applied_seq);
    assert_int_equal(book_meta(b)->unapplied_count, 3);
    assert_int_equal(book_meta(b)->unapplied[1], 4000);
    assert_int_equal(book_meta(b)->unapplied[2], 4127);
    assert_int_equal(book_meta(b)->customers, CUSTOMERS);
    assert_memory_equal(book_meta(b)->hash, meta.hash, HASH_SIZE);
    assert_string_equal(book_site(b)->payee, site.payee);
    assert_string_equal(book_site(b)->symbol, site.symbol);
    assert_string_equal(book_site(b)->zone, site.zone);
    assert_string_equal(book_site(b)->receipt_url, site.receipt_url);
    assert_int_equal(book_site(b)->note_count, site.note_count);
    assert_memory_equal(book_site(b)->notes_minor, site.notes_minor, sizeof(site.notes_minor));
    assert_int_equal(book_site(b)->words, site.words);
    assert_int_equal(book_site(b)->receipt_max_minor, site.receipt_max_minor);
    assert_int_equal(book_site(b)->late_fee_cross_year_ppm, site.late_fee_cross_year_ppm);
    book_close(b);
}

static void hostile_texts_of_the_longest_come_back_byte_for_byte(void **state)
{
    struct book_customer c = a_customer(0, 1);
    struct book_customer read;
    struct book *b;

    (void)state;
    memset(c.account, 'Z', sizeof(c.account) - 1);
    for (size_t i = 0; i + 3 < sizeof(c.name); i += 3)
        memcpy(c.name + i, "囍", 4);
    snprintf(c.address, sizeof(c.address), "'; DROP TABLE customer; -- %%_\\\"? ?1 𠮷野家");
    memset(c.meter, '%', sizeof(c.meter) - 1);
    c.balance_minor = INT64_C(999999999999);
    c.flags = UINT32_MAX;
    build_of(&c, 1);
    b = open_book();
    assert_int_equal(book_customer(b, c.account, &read), TILL_OK);
    assert_same_customer(&c, &read);
    assert_int_equal(book_customer(b, "Z", &read), TILL_NOT_FOUND);
    assert_int_equal(book_customer(b, "' OR 1=1", &read), TILL_NOT_FOUND);
    book_close(b);
}

static void a_user_is_found_by_number_with_their_check(void **state)
{
    struct book_builder *builder = begin_book_with_site();
    struct book_user u = {
        .user = "1001", .name = "杨'丽", .role = 2, .rounds = 20000, .cash_limit_minor = 500000};
    struct book_meta meta = a_meta(0);
    struct book_user read;
    struct book *b;

    (void)state;
    memset(u.salt, 7, sizeof(u.salt));
    memset(u.pin_check, 9, sizeof(u.pin_check));
    assert_int_equal(book_builder_user(builder, &u), TILL_OK);
    assert_int_equal(book_builder_finish(builder, &meta), TILL_OK);
    b = open_book();
    assert_int_equal(book_find_user(b, "1001", &read), TILL_OK);
    assert_string_equal(read.user, u.user);
    assert_string_equal(read.name, u.name);
    assert_int_equal(read.role, 2);
    assert_int_equal(read.rounds, 20000);
    assert_int_equal(read.cash_limit_minor, 500000);
    assert_memory_equal(read.salt, u.salt, sizeof(u.salt));
    assert_memory_equal(read.pin_check, u.pin_check, sizeof(u.pin_check));
    assert_int_equal(book_find_user(b, "1002", &read), TILL_NOT_FOUND);
    book_close(b);
}

static void bills_come_oldest_first_with_the_balance(void **state)
{
    struct book_builder *builder = begin_book_with_site();
    struct book_customer c = a_customer(0, 5);
    struct book_meta meta = a_meta(1);
    struct arrears a;
    struct book *b;

    (void)state;
    put_bill(builder, c.account, a_bill(202609, 9210));
    put_bill(builder, c.account, a_bill(202512, 9432));
    put_bill(builder, c.account, a_bill(202608, 1));
    put_meter_book(builder, "CX00");
    put_customer(builder, &c);
    assert_int_equal(book_builder_finish(builder, &meta), TILL_OK);
    b = open_book();
    assert_int_equal(book_arrears(b, c.account, &a), TILL_OK);
    assert_int_equal(a.count, 3);
    assert_int_equal(a.balance_minor, 1234);
    assert_int_equal(a.bills[0].month, 202512);
    assert_int_equal(a.bills[0].amount_minor, 9432);
    assert_int_equal(a.bills[0].energy_cwh, 16542);
    assert_int_equal(a.bills[0].due_date, 20251220);
    assert_int_equal(a.bills[0].type, 1);
    assert_int_equal(a.bills[1].month, 202608);
    assert_int_equal(a.bills[2].month, 202609);
    assert_int_equal(book_arrears(b, "6100000006", &a), TILL_NOT_FOUND);
    book_close(b);
}

/* ---- lists ------------------------------------------------------------------------------------------ */

static void windows_of_any_size_walk_a_meter_book_in_its_order(void **state)
{
    enum { CAPACITY = 7 };
    struct book_line lines[CAPACITY];
    size_t count = 0, seen = 0;
    struct book *b;

    (void)state;
    build_township(7);
    b = open_book();
    do {
        assert_int_equal(book_window(b, "CX03", seen, lines, CAPACITY, &count), TILL_OK);
        for (size_t i = 0; i < count; i++) {
            struct book_customer expected = a_customer(3, (int)(seen + i) + 1);
            int n = 3 * CUSTOMERS_OF_BOOK + (int)(seen + i);

            assert_same_customer(&expected, &lines[i].customer);
            assert_int_equal(lines[i].owed_minor, 100 + n + (n % 2 == 0 ? 50 : 0));
            assert_int_equal(lines[i].months, n % 2 == 0 ? 2 : 1);
        }
        seen += count;
    } while (count > 0);
    assert_int_equal(seen, CUSTOMERS_OF_BOOK);
    book_close(b);
}

static void a_window_past_the_end_is_empty_and_an_unknown_book_is_not_found(void **state)
{
    struct book_line line;
    size_t count = 9;
    struct book *b;

    (void)state;
    build_township(7);
    b = open_book();
    assert_int_equal(book_window(b, "CX03", CUSTOMERS_OF_BOOK, &line, 1, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(book_window(b, "CX03", SIZE_MAX, &line, 1, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(book_window(b, "CX03", CUSTOMERS_OF_BOOK - 1, &line, 1, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(line.customer.order, CUSTOMERS_OF_BOOK);
    assert_int_equal(book_window(b, "CX99", 0, &line, 1, &count), TILL_NOT_FOUND);
    book_close(b);
}

static void meter_books_come_by_id_with_their_counted_customers(void **state)
{
    struct book_meter_book m;
    struct book *b;

    (void)state;
    build_township(7);
    b = open_book();
    for (size_t i = 0; i < BOOKS; i++) {
        char id[BOOK_ID_MAX];

        snprintf(id, sizeof(id), "CX%02zu", i);
        assert_int_equal(book_meter_book_at(b, i, &m), TILL_OK);
        assert_string_equal(m.id, id);
        assert_int_equal(m.customers, CUSTOMERS_OF_BOOK);
    }
    assert_int_equal(book_meter_book_at(b, BOOKS, &m), TILL_NOT_FOUND);
    assert_int_equal(book_meter_book_at(b, SIZE_MAX, &m), TILL_NOT_FOUND);
    book_close(b);
}

/* ---- finding ------------------------------------------------------------------------------------------ */

static void assert_found(struct book *b, const char *query, const char *const *accounts,
                         size_t expected)
{
    struct book_line lines[16];
    size_t count = 0;

    assert_int_equal(book_find(b, query, 0, lines, 16, &count), TILL_OK);
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(lines[i].customer.account, accounts[i]);
}

static struct book_customer named(const char *account, const char *meter, const char *name,
                                  const char *address)
{
    struct book_customer c = {.class = CUSTOMER_RESIDENT, .order = 1};

    snprintf(c.account, sizeof(c.account), "%s", account);
    snprintf(c.meter, sizeof(c.meter), "%s", meter);
    snprintf(c.name, sizeof(c.name), "%s", name);
    snprintf(c.address, sizeof(c.address), "%s", address);
    return c;
}

static void what_is_found_comes_best_first(void **state)
{
    /* In the book in the opposite order of what "4567" should give. */
    struct book_customer customers[] = {
        named("1111000001", "M1", "甲", "幸福路4567号"),
        named("1111000002", "M2", "商铺4567", "乙路"),
        named("1111000003", "M3", "4567号商铺", "丙路"),
        named("1111000004", "4567001", "丁", "丁路"),
        named("1111000005", "9994567", "戊", "戊路"),
        named("4567000006", "M6", "己", "己路"),
        named("6100234567", "M7", "庚", "庚路"),
        named("4567", "M8", "辛", "辛路"),
        named("1111000009", "M9", "壬4", "567路"),
    };
    static const char *const expected[] = {"4567",       "6100234567", "4567000006", "1111000004",
                                           "1111000005", "1111000003", "1111000002", "1111000001"};
    struct book *b;

    (void)state;
    build_of(customers, sizeof(customers) / sizeof(customers[0]));
    b = open_book();
    assert_found(b, "4567", expected, sizeof(expected) / sizeof(expected[0]));
    book_close(b);
}

static void percent_and_underscore_mean_themselves(void **state)
{
    struct book_customer customers[] = {
        named("1111000001", "", "王秀英", "甲"),
        named("1111000002", "", "50%_店", "乙"),
        named("1111000003", "", "50号店", "'丙'"),
    };
    static const char *const second[] = {"1111000002"};
    static const char *const third[] = {"1111000003"};
    struct book *b;

    (void)state;
    build_of(customers, 3);
    b = open_book();
    assert_found(b, "%", second, 1);
    assert_found(b, "_", second, 1);
    assert_found(b, "0%_", second, 1);
    assert_found(b, "'", third, 1);
    book_close(b);
}

static void letters_are_found_in_either_case_and_han_by_any_part(void **state)
{
    struct book_customer customers[] = {
        named("1111000001", "AB-77", "Wang Xiuying", "Xizhou 1"),
        named("1111000002", "CD-78", "欧阳春", "大理市喜洲镇"),
    };
    static const char *const first[] = {"1111000001"};
    static const char *const second[] = {"1111000002"};
    struct book *b;

    (void)state;
    build_of(customers, 2);
    b = open_book();
    assert_found(b, "wang x", first, 1);
    assert_found(b, "XIUYING", first, 1);
    assert_found(b, "ab-", first, 1);
    assert_found(b, "阳", second, 1);
    assert_found(b, "喜洲", second, 1);
    assert_found(b, "王", NULL, 0);
    book_close(b);
}

static void a_whole_number_is_answered_alone(void **state)
{
    struct book_customer customers[] = {
        named("6100000001", "53000100000001", "甲", "户号6100000002旁"),
        named("6100000002", "53000100000002", "乙", "乙路"),
        named("6100000003", "53000100000003", "丙", "丙路"),
        named("6100000004", "53000100000003", "丁", "共用一表"),
    };
    static const char *const second[] = {"6100000002"};
    static const char *const both[] = {"6100000003", "6100000004"};
    struct book_line line;
    size_t count = 9;
    struct book *b;

    (void)state;
    build_of(customers, 4);
    b = open_book();
    assert_found(b, "6100000002", second, 1);
    assert_found(b, "53000100000002", second, 1);
    assert_found(b, "53000100000003", both, 2);
    assert_int_equal(book_find(b, "6100000002", 1, &line, 1, &count), TILL_OK);
    assert_int_equal(count, 0);
    book_close(b);
}

static void pages_of_what_is_found_give_each_hit_once(void **state)
{
    enum { CAPACITY = 6 };
    static bool seen[CUSTOMERS];
    struct book_line lines[CAPACITY];
    size_t total = 0, count = 0;
    struct book *b;

    (void)state;
    build_township(7);
    b = open_book();
    memset(seen, 0, sizeof(seen));
    do {
        assert_int_equal(book_find(b, "017", total, lines, CAPACITY, &count), TILL_OK);
        for (size_t i = 0; i < count; i++) {
            size_t n = (size_t)lines[i].customer.row - 1;

            assert_true(n < CUSTOMERS);
            assert_false(seen[n]);
            seen[n] = true;
        }
        total += count;
    } while (count > 0);
    /* Accounts, meters of …0017 in each of ten books: they end so. None of the names has it. */
    assert_int_equal(total, BOOKS);
    book_close(b);
}

static void a_query_that_is_empty_or_too_long_or_unclean_is_refused(void **state)
{
    char query[BOOK_QUERY_MAX + 2];
    struct book_customer c = a_customer(0, 1);
    struct book_line line;
    size_t count = 0;
    struct book *b;

    (void)state;
    build_of(&c, 1);
    b = open_book();
    memset(query, '1', sizeof(query));
    query[BOOK_QUERY_MAX + 1] = '\0';
    assert_int_equal(book_find(b, "", 0, &line, 1, &count), TILL_BAD_INPUT);
    assert_int_equal(book_find(b, query, 0, &line, 1, &count), TILL_BAD_INPUT);
    query[BOOK_QUERY_MAX] = '\0';
    assert_int_equal(book_find(b, query, 0, &line, 1, &count), TILL_OK);
    assert_int_equal(book_find(b, "\xC3", 0, &line, 1, &count), TILL_BAD_INPUT);
    book_close(b);
}

/* ---- what must not become a book ------------------------------------------------------------------------ */

/* Whatever a builder was refused: the book that stood is there, nothing lies beside it. */
static void assert_old_book(uint64_t revision)
{
    struct book *b = open_book();

    assert_int_equal(book_meta(b)->revision, revision);
    book_close(b);
    assert_false(exists_beside(".new"));
    assert_false(exists_beside(".part"));
}

static void assert_finish(struct book_builder *b, const struct book_meta *meta,
                          enum till_status expected)
{
    assert_int_equal(book_builder_finish(b, meta), expected);
    assert_old_book(3);
}

static void an_incomplete_book_is_refused_and_the_old_one_stays(void **state)
{
    struct book_customer c = a_customer(0, 1);
    struct book_customer lost = a_customer(5, 1);
    struct book_meta meta = a_meta(1);
    struct book_builder *b;

    (void)state;
    build_township(3);

    b = begin_book(); /* no site */
    put_meter_book(b, "CX00");
    put_customer(b, &c);
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = begin_book_with_site(); /* a customer without a meter book */
    put_meter_book(b, "CX00");
    put_customer(b, &c);
    put_customer(b, &lost);
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = begin_book_with_site(); /* a bill without a customer */
    put_meter_book(b, "CX00");
    put_customer(b, &c);
    put_bill(b, "6100000002", a_bill(202609, 1));
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = begin_book_with_site(); /* customers other than meta says */
    put_meter_book(b, "CX00");
    put_customer(b, &c);
    meta.customers = 2;
    assert_finish(b, &meta, TILL_E_PROTOCOL);
}

static void a_meta_that_breaks_its_rules_is_refused(void **state)
{
    struct book_meta meta = a_meta(0);

    (void)state;
    build_township(3);
    meta.unapplied[1] = 1; /* not ascending */
    assert_finish(begin_book_with_site(), &meta, TILL_E_PROTOCOL);
    meta = a_meta(0);
    meta.unapplied[2] = meta.applied_seq + 1;
    assert_finish(begin_book_with_site(), &meta, TILL_E_PROTOCOL);
    meta = a_meta(0);
    meta.terminal[0] = '\0';
    assert_finish(begin_book_with_site(), &meta, TILL_E_PROTOCOL);
}

static void a_row_that_was_refused_spoils_the_whole_book(void **state)
{
    struct book_customer c = a_customer(0, 1);
    struct book_customer d = a_customer(0, 2);
    struct book_meta meta = a_meta(1);
    struct book_builder *b;

    (void)state;
    build_township(3);

    b = begin_book_with_site(); /* a place twice */
    put_meter_book(b, "CX00");
    put_customer(b, &c);
    d.order = c.order;
    assert_int_equal(book_builder_customer(b, &d), TILL_E_PROTOCOL);
    d.order = 2;
    assert_int_equal(book_builder_customer(b, &d), TILL_E_PROTOCOL);
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = begin_book_with_site(); /* an account twice */
    put_meter_book(b, "CX00");
    put_customer(b, &c);
    d = c;
    d.order = 2;
    assert_int_equal(book_builder_customer(b, &d), TILL_E_PROTOCOL);
    assert_finish(b, &meta, TILL_E_PROTOCOL);

    b = begin_book_with_site(); /* a control character in a name */
    snprintf(d.name, sizeof(d.name), "a\nb");
    assert_int_equal(book_builder_customer(b, &d), TILL_E_PROTOCOL);
    book_builder_abandon(b);
    assert_old_book(3);
}

static void sixty_four_bills_are_kept_and_one_more_is_refused(void **state)
{
    struct book_customer c = a_customer(0, 1);
    struct book_meta meta = a_meta(1);
    struct arrears a;
    struct book *book;

    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        struct book_builder *b = begin_book_with_site();

        put_meter_book(b, "CX00");
        put_customer(b, &c);
        for (int i = 0; i < BILLS_MAX + extra; i++)
            put_bill(b, c.account,
                     a_bill((2020 + i / 12) * 100 + i % 12 + 1, INT64_C(999999999999)));
        assert_int_equal(book_builder_finish(b, &meta), extra == 0 ? TILL_OK : TILL_E_PROTOCOL);
    }
    book = open_book();
    assert_int_equal(book_arrears(book, c.account, &a), TILL_OK);
    assert_int_equal(a.count, BILLS_MAX);
    assert_int_equal(a.bills[BILLS_MAX - 1].amount_minor, INT64_C(999999999999));
    book_close(book);
}

/* ---- files --------------------------------------------------------------------------------------------- */

static void no_file_is_no_book(void **state)
{
    struct book *b = NULL;

    (void)state;
    assert_int_equal(book_open(path, NULL, &b), TILL_NO_BOOK);
    assert_null(b);
}

static void write_byte(long at, uint8_t mask)
{
    FILE *f = fopen(path, "r+b");
    int c;

    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    c = fgetc(f);
    assert_true(c != EOF);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_equal(fputc(c ^ mask, f), c ^ mask);
    assert_int_equal(fclose(f), 0);
}

static void one_flipped_bit_anywhere_is_damage(void **state)
{
    enum { STEP = 1409 };
    struct stat info;
    struct book *b = NULL;

    (void)state;
    build_township(7);
    assert_int_equal(stat(path, &info), 0);
    for (long at = 0; at < info.st_size; at += STEP) {
        enum till_status st;

        write_byte(at, 0x10);
        st = book_open(path, NULL, &b);
        if (st == TILL_OK)
            book_close(b);
        assert_int_equal(st, TILL_E_CORRUPT);
        write_byte(at, 0x10);
    }
    b = open_book();
    book_close(b);
}

static void a_short_and_a_foreign_file_are_damage_and_an_empty_one_is_no_book(void **state)
{
    static const off_t sizes[] = {1, 100, 4096, 8192, 40960};
    struct book *b = NULL;
    FILE *f;

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        build_township(7);
        assert_int_equal(truncate(path, sizes[i]), 0);
        assert_int_equal(book_open(path, NULL, &b), TILL_E_CORRUPT);
    }
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(book_open(path, NULL, &b), TILL_NO_BOOK);
    f = fopen(path, "wb");
    assert_non_null(f);
    for (int i = 0; i < 9000; i++)
        fputc("book"[i % 4], f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(book_open(path, NULL, &b), TILL_E_CORRUPT);
    build_township(8);
    assert_old_book(8);
}

static void an_open_book_stays_as_it_was_when_a_new_one_takes_its_place(void **state)
{
    struct book_customer c;
    struct book *old;
    struct book *new;

    (void)state;
    build_township(1);
    old = open_book();
    build_township(2);
    new = open_book();
    assert_int_equal(book_meta(old)->revision, 1);
    assert_int_equal(book_customer(old, "6100090200", &c), TILL_OK);
    assert_int_equal(book_meta(new)->revision, 2);
    book_close(old);
    book_close(new);
}

static void an_abandoned_builder_leaves_nothing(void **state)
{
    struct book_builder *b = begin_book_with_site();

    (void)state;
    put_township(b);
    book_builder_abandon(b);
    assert_false(exists_beside(""));
    assert_false(exists_beside(".new"));
    assert_false(exists_beside(".part"));
}

/* In a child: build, and be killed after `after_us` at the latest. */
static void build_and_be_killed(unsigned after_us)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct book_builder *b = begin_book_with_site();
        struct book_meta meta = a_meta(CUSTOMERS);

        meta.revision = 2;
        put_township(b);
        _exit(book_builder_finish(b, &meta) == TILL_OK ? 0 : 1);
    }
    usleep(after_us);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

static void a_builder_killed_at_any_moment_leaves_the_old_or_the_new_book(void **state)
{
    unsigned old = 0, new = 0;

    (void)state;
    build_township(1);
    for (unsigned after_us = 500; after_us < 400000 && new < 2; after_us += after_us / 2) {
        struct book *b;

        build_and_be_killed(after_us);
        b = open_book();
        assert_true(book_meta(b)->revision == 1 || book_meta(b)->revision == 2);
        book_meta(b)->revision == 1 ? old++ : new ++;
        book_close(b);
    }
    assert_true(old > 0);
    /* What the dead left beside it stops nobody. */
    build_township(9);
    assert_old_book(9);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, remove_files)
    const struct CMUnitTest tests[] = {
        TEST(the_meta_and_the_site_come_back_as_they_were),
        TEST(hostile_texts_of_the_longest_come_back_byte_for_byte),
        TEST(a_user_is_found_by_number_with_their_check),
        TEST(bills_come_oldest_first_with_the_balance),
        TEST(windows_of_any_size_walk_a_meter_book_in_its_order),
        TEST(a_window_past_the_end_is_empty_and_an_unknown_book_is_not_found),
        TEST(meter_books_come_by_id_with_their_counted_customers),
        TEST(what_is_found_comes_best_first),
        TEST(percent_and_underscore_mean_themselves),
        TEST(letters_are_found_in_either_case_and_han_by_any_part),
        TEST(a_whole_number_is_answered_alone),
        TEST(pages_of_what_is_found_give_each_hit_once),
        TEST(a_query_that_is_empty_or_too_long_or_unclean_is_refused),
        TEST(an_incomplete_book_is_refused_and_the_old_one_stays),
        TEST(a_meta_that_breaks_its_rules_is_refused),
        TEST(a_row_that_was_refused_spoils_the_whole_book),
        TEST(sixty_four_bills_are_kept_and_one_more_is_refused),
        TEST(no_file_is_no_book),
        TEST(one_flipped_bit_anywhere_is_damage),
        TEST(a_short_and_a_foreign_file_are_damage_and_an_empty_one_is_no_book),
        TEST(an_open_book_stays_as_it_was_when_a_new_one_takes_its_place),
        TEST(an_abandoned_builder_leaves_nothing),
        TEST(a_builder_killed_at_any_moment_leaves_the_old_or_the_new_book),
    };
#undef TEST

    if (vfs_register(512) != TILL_OK)
        return 1;
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
