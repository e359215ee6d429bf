#include "shelf.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vfs.h"

static char folder[SHELF_PATH_SIZE / 2];
char shelf_path[SHELF_PATH_SIZE];

int shelf_make(void **state)
{
    const char *tmp = getenv("TMPDIR");

    (void)state;
    if (vfs_register(512) != TILL_OK)
        return -1;
    snprintf(folder, sizeof(folder), "%s/db_book.XXXXXX", tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(shelf_path, sizeof(shelf_path), "%s/book.db", folder);
    return 0;
}

static void remove_beside(const char *suffix)
{
    char name[SHELF_PATH_SIZE + 16];

    snprintf(name, sizeof(name), "%s%s", shelf_path, suffix);
    (void)unlink(name);
}

bool shelf_has_beside(const char *suffix)
{
    char name[SHELF_PATH_SIZE + 16];

    snprintf(name, sizeof(name), "%s%s", shelf_path, suffix);
    return access(name, F_OK) == 0;
}

int shelf_clear(void **state)
{
    (void)state;
    remove_beside("");
    remove_beside(".new");
    remove_beside(".new-journal");
    remove_beside(".part");
    remove_beside(".part-journal");
    remove_beside(".delta");
    remove_beside(".delta.new");
    remove_beside(".delta.new-journal");
    remove_beside(".delta.part");
    remove_beside(".delta.part-journal");
    return 0;
}

int shelf_remove(void **state)
{
    shelf_clear(state);
    return rmdir(folder);
}

/* ---- material -------------------------------------------------------------------------------- */

struct site shelf_site(void)
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

struct book_customer shelf_customer(int book, int order)
{
    struct book_customer c = {.order = (uint32_t)order,
                              .class = order % 7 == 0 ? CUSTOMER_OTHER : CUSTOMER_RESIDENT,
                              .balance_minor = order % 5 == 0 ? 1234 : 0,
                              .last_paid_date = order % 3 == 0 ? 20260915 : 0,
                              .last_paid_minor = order % 3 == 0 ? 8640 : 0,
                              .flags = order % 11 == 0 ? BOOK_CUSTOMER_KEEP_SUPPLY : 0,
                              .last_reading_cwh = order % 4 == 0 ? -1 : 100 * order,
                              .last_reading_date = order % 4 == 0 ? 0 : 20261001};

    snprintf(c.account, sizeof(c.account), "6100%02d%04d", book, order);
    snprintf(c.name, sizeof(c.name), "段%d号", order);
    snprintf(c.address, sizeof(c.address), "喜洲镇%d组%d号", book, order);
    snprintf(c.meter, sizeof(c.meter), "530001%02d%08d", book, order);
    snprintf(c.phone, sizeof(c.phone), "1380000%04d", order);
    snprintf(c.meter_book, sizeof(c.meter_book), "CX%02d", book);
    return c;
}

struct bill shelf_bill(int32_t month, int64_t amount_minor)
{
    return (struct bill){.month = month,
                         .due_date = month * 100 + 20,
                         .type = 1,
                         .energy_cwh = 16542,
                         .amount_minor = amount_minor};
}

struct book_meta shelf_meta(uint32_t customers)
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

struct book_builder *shelf_begin_without_site(void)
{
    struct book_builder *b = NULL;

    assert_int_equal(book_builder_open(shelf_path, NULL, NULL, &b), TILL_OK);
    return b;
}

struct book_builder *shelf_begin(void)
{
    struct book_builder *b = shelf_begin_without_site();
    struct site site = shelf_site();

    assert_int_equal(book_builder_site(b, &site), TILL_OK);
    return b;
}

void shelf_put_meter_book(struct book_builder *b, const char *id)
{
    struct book_meter_book m = {.customers = 99999};

    snprintf(m.id, sizeof(m.id), "%s", id);
    snprintf(m.name, sizeof(m.name), "喜洲 %s", id);
    assert_int_equal(book_builder_meter_book(b, &m), TILL_OK);
}

void shelf_put_customer(struct book_builder *b, const struct book_customer *c)
{
    assert_int_equal(book_builder_customer(b, c), TILL_OK);
}

void shelf_put_bill(struct book_builder *b, const char *account, struct bill bill)
{
    assert_int_equal(book_builder_bill(b, account, &bill), TILL_OK);
}

void shelf_put_township(struct book_builder *b)
{
    for (int i = 0; i < SHELF_BOOKS; i++) {
        char id[BOOK_ID_MAX];

        snprintf(id, sizeof(id), "CX%02d", SHELF_BOOKS - 1 - i);
        shelf_put_meter_book(b, id);
    }
    for (int i = 0; i < SHELF_CUSTOMERS; i++) {
        /* The last meter book first. */
        int book = SHELF_BOOKS - 1 - i / SHELF_CUSTOMERS_OF_BOOK;
        int n = book * SHELF_CUSTOMERS_OF_BOOK + i % SHELF_CUSTOMERS_OF_BOOK;
        struct book_customer c = shelf_customer(book, i % SHELF_CUSTOMERS_OF_BOOK + 1);

        shelf_put_customer(b, &c);
        shelf_put_bill(b, c.account, shelf_bill(202609, 100 + n));
        if (n % 2 == 0)
            shelf_put_bill(b, c.account, shelf_bill(202608, 50));
    }
}

void shelf_build_township(uint64_t revision)
{
    struct book_builder *b = shelf_begin();
    struct book_meta meta = shelf_meta(SHELF_CUSTOMERS);

    meta.revision = revision;
    shelf_put_township(b);
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
}

void shelf_build_of(struct book_customer *customers, size_t count)
{
    struct book_builder *b = shelf_begin();
    struct book_meta meta = shelf_meta((uint32_t)count);

    shelf_put_meter_book(b, "CX00");
    for (size_t i = 0; i < count; i++) {
        snprintf(customers[i].meter_book, sizeof(customers[i].meter_book), "CX00");
        customers[i].order = (uint32_t)i + 1;
        shelf_put_customer(b, &customers[i]);
    }
    assert_int_equal(book_builder_finish(b, &meta), TILL_OK);
}

struct book *shelf_open(void)
{
    struct book *b = NULL;

    assert_int_equal(book_open(shelf_path, NULL, NULL, &b), TILL_OK);
    return b;
}

void shelf_assert_same_customer(const struct book_customer *a, const struct book_customer *b)
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
    assert_int_equal(a->latitude_e7, b->latitude_e7);
    assert_int_equal(a->longitude_e7, b->longitude_e7);
    assert_int_equal(a->last_reading_cwh, b->last_reading_cwh);
    assert_int_equal(a->last_reading_date, b->last_reading_date);
}

void shelf_assert_book(uint64_t revision)
{
    struct book *b = shelf_open();

    assert_int_equal(book_meta(b)->revision, revision);
    book_close(b);
    assert_false(shelf_has_beside(".new"));
    assert_false(shelf_has_beside(".part"));
}

void shelf_tamper(const char *sql)
{
    sqlite3 *db = NULL;
    int on = 1;

    assert_int_equal(sqlite3_open_v2(shelf_path, &db, SQLITE_OPEN_READWRITE, VFS_SECTOR_NAME),
                     SQLITE_OK);
    assert_int_equal(sqlite3_file_control(db, "main", VFS_CONTROL_CHECKSUMS, &on), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(db), 1);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}
