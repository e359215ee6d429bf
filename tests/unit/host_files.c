/* Files that must be whole and on the disk before anything counts on them: what is written anew,
 * what an import keeps, what it sets aside. */
#include "office.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "files.h"

/* ---- what is synced -------------------------------------------------------------------------- */

static struct stat watched;
static int synced; /* how often that folder was */

/* In the place of the C library's. */
int fsync(int fd)
{
    struct stat about;
    if (fstat(fd, &about) == 0 && about.st_dev == watched.st_dev &&
        about.st_ino == watched.st_ino) {
        synced++;
    }
    return (int)syscall(SYS_fsync, fd);
}

static void watch(const char *folder)
{
    assert_int_equal(stat(folder, &watched), 0);
    synced = 0;
}

static struct span text_of(const char *text)
{
    return (struct span){(const uint8_t *)text, strlen(text)};
}

static void assert_content(const char *path, const char *expected)
{
    char text[256];
    assert_int_equal(files_read_text(path, text, sizeof(text)), TILL_OK);
    assert_string_equal(text, expected);
}

static void assert_gone(const char *name)
{
    char path[FILES_PATH_MAX];
    office_path(name, path);
    assert_false(files_exist(path));
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void a_file_has_its_place_on_the_disk_when_it_is_written(void **state)
{
    char path[FILES_PATH_MAX], other[FILES_PATH_MAX];
    (void)state;
    office_path("note", path);
    office_path("note-before", other);
    watch(office.dir);
    assert_int_equal(files_write(path, text_of("one")), TILL_OK);
    assert_int_equal(synced, 1);
    assert_int_equal(files_rename(path, other), TILL_OK);
    assert_int_equal(synced, 2);
    int folder = open(office.dir, O_RDONLY | O_DIRECTORY);
    assert_int_equal(files_write_at(folder, "note", text_of("two"), 0600), TILL_OK);
    assert_int_equal(close(folder), 0);
    assert_int_equal(synced, 3);
    assert_content(other, "one");
    assert_content(path, "two");
}

static void what_can_t_take_its_place_leaves_nothing_behind(void **state)
{
    char path[FILES_PATH_MAX];
    (void)state;
    office_path("imports", path); /* a folder */
    assert_int_equal(mkdir(path, 0700) == 0 || files_exist(path), true);
    assert_int_equal(files_write(path, text_of("one")), TILL_E_IO);
    assert_gone("imports.new");
}

static void where_no_more_can_be_written_the_file_before_stays(void **state)
{
    static uint8_t much[64 * 1024];
    struct rlimit limit, before;
    char path[FILES_PATH_MAX];
    (void)state;
    office_path("note", path);
    assert_int_equal(files_write(path, text_of("one")), TILL_OK);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = sizeof(much) / 2; /* a short write first */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    enum till_status status = files_write(path, (struct span){much, sizeof(much)});
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(status, TILL_E_IO);
    assert_gone("note.new");
    assert_content(path, "one");
}

static void a_link_beside_a_file_is_not_followed(void **state)
{
    char path[FILES_PATH_MAX], victim[FILES_PATH_MAX], link[FILES_PATH_MAX];
    (void)state;
    office_path("note", path);
    office_path("victim", victim);
    office_path("note.new", link);
    assert_int_equal(files_write(victim, text_of("mine")), TILL_OK);
    assert_int_equal(symlink(victim, link), 0);
    assert_int_equal(files_write(path, text_of("one")), TILL_OK);
    assert_content(victim, "mine");
    assert_content(path, "one");
}

static const char rows[] = "key,value\nhotline,1234\nnobody,1\n";

static void ignore(void *context, uint32_t line, const char *reason)
{
    (void)context;
    (void)line;
    (void)reason;
}

static enum till_status import_rows_of(void (*bad_row)(void *, uint32_t, const char *))
{
    char path[FILES_PATH_MAX], aside[FILES_PATH_MAX];
    struct import_report report;
    office_path("rows.csv", path);
    office_path("rows.rejected.csv", aside);
    struct import_options options = {.bad_row = bad_row, .set_aside = aside};
    return import_file_with(office.store, office.dir, path, &options, OFFICE_NOW_S, &report);
}

static void what_an_import_keeps_and_sets_aside_is_on_the_disk(void **state)
{
    char path[FILES_PATH_MAX];
    (void)state;
    office_path("rows.csv", path);
    assert_int_equal(files_write(path, text_of(rows)), TILL_OK);
    watch(office.dir);
    assert_int_equal(import_rows_of(ignore), TILL_OK);
    assert_int_equal(synced, 1); /* the rejected rows */
    office_path("rows.rejected.csv", path);
    assert_content(path, "key,value\nnobody,1\n");
    office_path("imports", path);
    watch(path);
    office_path("rows.csv", path);
    assert_int_equal(files_write(path, text_of("key,value\nhotline,5678\n")), TILL_OK);
    assert_int_equal(import_rows_of(ignore), TILL_OK);
    assert_int_equal(synced, 1);
}

/* The good rows are in then: the others are nowhere else. */
static void rows_that_can_t_be_set_aside_in_their_place_stay_beside_it(void **state)
{
    char path[FILES_PATH_MAX];
    (void)state;
    office_path("rows.csv", path);
    assert_int_equal(files_write(path, text_of(rows)), TILL_OK);
    office_path("rows.rejected.csv", path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(import_rows_of(ignore), TILL_E_IO);
    assert_int_equal(rmdir(path), 0);
    office_path("rows.rejected.csv.new", path);
    assert_content(path, "key,value\nnobody,1\n");
}

/* Somebody saves it again while its bad rows are told. */
static void change_it(void *context, uint32_t line, const char *reason)
{
    char path[FILES_PATH_MAX];
    FILE *file;
    ignore(context, line, reason);
    office_path("rows.csv", path);
    file = fopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(fputs("payee,x\n", file) >= 0, true);
    assert_int_equal(fclose(file), 0);
}

static void a_file_that_changed_meanwhile_leaves_nothing_behind(void **state)
{
    char path[FILES_PATH_MAX], name[2 * HASH_SIZE + 32], hex[2 * HASH_SIZE + 1];
    uint8_t hash[HASH_SIZE];
    (void)state;
    office_path("rows.csv", path);
    assert_int_equal(files_write(path, text_of(rows)), TILL_OK);
    assert_int_equal(import_rows_of(change_it), TILL_BUSY);
    assert_int_equal(crypto_sha256(text_of(rows), hash), TILL_OK);
    hex_encode((struct span){hash, sizeof(hash)}, hex);
    (void)snprintf(name, sizeof(name), "imports/%s.csv", hex);
    assert_gone(name);
    (void)snprintf(name, sizeof(name), "imports/%s.csv.new", hex);
    assert_gone(name);
    assert_gone("rows.rejected.csv");
    assert_gone("rows.rejected.csv.new");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_file_has_its_place_on_the_disk_when_it_is_written),
        OFFICE_TEST(what_can_t_take_its_place_leaves_nothing_behind),
        OFFICE_TEST(where_no_more_can_be_written_the_file_before_stays),
        OFFICE_TEST(a_link_beside_a_file_is_not_followed),
        OFFICE_TEST(what_an_import_keeps_and_sets_aside_is_on_the_disk),
        OFFICE_TEST(rows_that_can_t_be_set_aside_in_their_place_stay_beside_it),
        OFFICE_TEST(a_file_that_changed_meanwhile_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
