/*
 * A large book is indexed by a thread of its own: the file is the same as without it, byte by byte.
 */
#include "shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_file.h"
#include "book_write.h"

/* More than one run has room for, and no whole number of batches. */
enum { CUSTOMERS = 18077, A_BOOK = 1000 };

static void write_as(int32_t application, bool alone, int count)
{
    struct book_writer *w = calloc(1, sizeof *w);
    const struct book_writer_options options = {.path = shelf_path,
                                                .to = "",
                                                .application = application,
                                                .watch_accounts = true,
                                                .alone = alone};
    const struct book_meta meta = shelf_meta((uint32_t)count);
    const struct book_over over = {0};
    const struct site site = shelf_site();
    bool merged = false;

    assert_non_null(w);
    assert_int_equal(book_writer_open(&options, w), TILL_OK);
    assert_int_equal(book_writer_site(w, &site), TILL_OK);
    for (int n = 0; n < count; n++) {
        struct book_customer c = shelf_customer(n / A_BOOK, n % A_BOOK + 1);

        snprintf(c.account, sizeof c.account, "61%08d", n);
        assert_int_equal(book_writer_settle(w), TILL_OK);
        assert_int_equal(book_writer_customer(w, &c, n / A_BOOK + 1), TILL_OK);
    }
    while (!merged)
        assert_int_equal(book_writer_merge(w, &merged), TILL_OK);
    assert_int_equal(book_writer_commit(w, &meta, (uint32_t)count, &over), TILL_OK);
    free(w);
}

static void write_rows(bool alone, int count)
{
    write_as(BOOK_APPLICATION, alone, count);
}

static char *read_all(size_t *size_out)
{
    FILE *f = fopen(shelf_path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    *size_out = (size_t)ftell(f);
    char *bytes = malloc(*size_out);
    assert_non_null(bytes);
    assert_int_equal(fseek(f, 0, SEEK_SET), 0);
    assert_int_equal(fread(bytes, 1, *size_out, f), *size_out);
    fclose(f);
    return bytes;
}

static void a_large_book_is_the_same_with_and_without_a_thread_for_its_index(void **state)
{
    size_t alone_size = 0, together_size = 0;

    (void)state;
    write_rows(true, CUSTOMERS);
    char *alone = read_all(&alone_size);
    assert_int_equal(remove(shelf_path), 0);
    write_rows(false, CUSTOMERS);
    char *together = read_all(&together_size);
    assert_int_equal(alone_size, together_size);
    assert_memory_equal(alone, together, alone_size);
    free(alone);
    free(together);
}

static void a_book_that_is_given_up_half_way_leaves_no_thread_and_no_file(void **state)
{
    struct book_builder *b = shelf_begin();

    (void)state;
    shelf_put_meter_book(b, "CX00");
    for (int n = 0; n < 6000; n++) {
        struct book_customer c = shelf_customer(0, n + 1);
        snprintf(c.account, sizeof c.account, "61%08d", n);
        shelf_put_customer(b, &c);
    }
    book_builder_abandon(b);
    assert_false(shelf_has_beside(".new"));
    assert_false(shelf_has_beside(".part"));
}

/* Accounts fill many pages of the index, and each stands somewhere in its own. */
static void each_account_of_a_large_book_is_found_and_none_beside_them(void **state)
{
    struct book *b = NULL;
    char account[ACCOUNT_MAX];

    (void)state;
    write_rows(false, CUSTOMERS);
    assert_int_equal(book_open(shelf_path, NULL, NULL, &b), TILL_OK);
    for (int n = 0; n < CUSTOMERS; n++) {
        int64_t row = 0;

        snprintf(account, sizeof account, "61%08d", n);
        assert_int_equal(book_row_of_account(b, account, &row), TILL_OK);
        assert_int_equal(row, n + 1);
        snprintf(account, sizeof account, "61%08d", n + CUSTOMERS);
        assert_int_equal(book_row_of_account(b, account, &row), TILL_NOT_FOUND);
    }
    book_close(b);
}

static void a_book_of_the_form_before_is_damage(void **state)
{
    enum { FORM_BEFORE = 0x4654626C };
    struct book *b = NULL;

    (void)state;
    write_as(FORM_BEFORE, true, 1);
    assert_int_equal(book_open(shelf_path, NULL, NULL, &b), TILL_E_CORRUPT);
    assert_null(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF_TEST(a_large_book_is_the_same_with_and_without_a_thread_for_its_index),
        SHELF_TEST(each_account_of_a_large_book_is_found_and_none_beside_them),
        SHELF_TEST(a_book_of_the_form_before_is_damage),
        SHELF_TEST(a_book_that_is_given_up_half_way_leaves_no_thread_and_no_file),
    };

    return cmocka_run_group_tests(tests, shelf_make, shelf_remove);
}
