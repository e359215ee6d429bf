/*
 * The book's file: none, damaged, cut short, replaced while open, built by a killed program.
 */
#include "shelf.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- files ----------------------------------------------------------------------------------- */

static void no_file_is_no_book(void **state)
{
    struct book *b = NULL;

    (void)state;
    assert_int_equal(book_open(shelf_path, NULL, NULL, &b), TILL_NO_BOOK);
    assert_null(b);
}

static void write_byte(long at, uint8_t mask)
{
    FILE *f = fopen(shelf_path, "r+b");
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
    shelf_build_township(7);
    assert_int_equal(stat(shelf_path, &info), 0);
    for (long at = 0; at < info.st_size; at += STEP) {
        enum till_status st;

        write_byte(at, 0x10);
        st = book_open(shelf_path, NULL, NULL, &b);
        if (st == TILL_OK)
            book_close(b);
        assert_int_equal(st, TILL_E_CORRUPT);
        write_byte(at, 0x10);
    }
    b = shelf_open();
    book_close(b);
}

static void a_short_and_a_foreign_file_are_damage_and_an_empty_one_is_no_book(void **state)
{
    static const off_t sizes[] = {1, 100, 4096, 8192, 40960};
    struct book *b = NULL;
    FILE *f;

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        shelf_build_township(7);
        assert_int_equal(truncate(shelf_path, sizes[i]), 0);
        assert_int_equal(book_open(shelf_path, NULL, NULL, &b), TILL_E_CORRUPT);
    }
    assert_int_equal(truncate(shelf_path, 0), 0);
    assert_int_equal(book_open(shelf_path, NULL, NULL, &b), TILL_NO_BOOK);
    f = fopen(shelf_path, "wb");
    assert_non_null(f);
    for (int i = 0; i < 9000; i++)
        fputc("book"[i % 4], f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(book_open(shelf_path, NULL, NULL, &b), TILL_E_CORRUPT);
    shelf_build_township(8);
    shelf_assert_book(8);
}

static void an_open_book_stays_as_it_was_when_a_new_one_takes_its_place(void **state)
{
    struct book_customer c;
    struct book *old;
    struct book *new;

    (void)state;
    shelf_build_township(1);
    old = shelf_open();
    shelf_build_township(2);
    new = shelf_open();
    assert_int_equal(book_meta(old)->revision, 1);
    assert_int_equal(book_customer(old, "6100090200", &c), TILL_OK);
    assert_int_equal(book_meta(new)->revision, 2);
    book_close(old);
    book_close(new);
}

static void an_abandoned_builder_leaves_nothing(void **state)
{
    struct book_builder *b = shelf_begin();

    (void)state;
    shelf_put_township(b);
    book_builder_abandon(b);
    assert_false(shelf_has_beside(""));
    assert_false(shelf_has_beside(".new"));
    assert_false(shelf_has_beside(".part"));
}

/* In a child: build, and be killed after `after_us` at the latest. */
static void build_and_be_killed(unsigned after_us)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct book_builder *b = shelf_begin();
        struct book_meta meta = shelf_meta(SHELF_CUSTOMERS);

        meta.revision = 2;
        shelf_put_township(b);
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
    shelf_build_township(1);
    for (unsigned after_us = 500; after_us < 400000 && new < 2; after_us += after_us / 2) {
        struct book *b;

        build_and_be_killed(after_us);
        b = shelf_open();
        assert_true(book_meta(b)->revision == 1 || book_meta(b)->revision == 2);
        book_meta(b)->revision == 1 ? old++ : new ++;
        book_close(b);
    }
    assert_true(old > 0);
    /* What the dead left beside it stops nobody. */
    shelf_build_township(9);
    shelf_assert_book(9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF_TEST(no_file_is_no_book),
        SHELF_TEST(one_flipped_bit_anywhere_is_damage),
        SHELF_TEST(a_short_and_a_foreign_file_are_damage_and_an_empty_one_is_no_book),
        SHELF_TEST(an_open_book_stays_as_it_was_when_a_new_one_takes_its_place),
        SHELF_TEST(an_abandoned_builder_leaves_nothing),
        SHELF_TEST(a_builder_killed_at_any_moment_leaves_the_old_or_the_new_book),
    };

    return cmocka_run_group_tests(tests, shelf_make, shelf_remove);
}
