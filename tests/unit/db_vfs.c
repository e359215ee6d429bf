/* The sector VFS: what it tells SQLite, what it counts, and that it sees a flipped bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "sqlite.h"
#include "vfs.h"

#define PATH "/some.db"
enum { SECTOR_SIZE = 512, PAGE_SIZE = 512 };

static const char *const migrations[] = {"CREATE TABLE line (n INTEGER PRIMARY KEY, text TEXT)"};

static struct sqlite_options some_options(bool create)
{
    return (struct sqlite_options){.path = PATH,
                                   .vfs = CUT_VFS,
                                   .create = create,
                                   .page_size = PAGE_SIZE,
                                   .application = 77,
                                   .pragmas = "PRAGMA locking_mode = EXCLUSIVE",
                                   .migrations = migrations,
                                   .migration_count = 1};
}

static void make(void)
{
    struct sqlite_options options = some_options(true);
    sqlite3 *db = NULL;

    cut_vfs_create(1, SECTOR_SIZE);
    assert_int_equal(sqlite_open(&options, NULL, &db), TILL_OK);
    assert_int_equal(sqlite_execute(db, "INSERT INTO line (text) WITH RECURSIVE c(n) AS (SELECT 1 "
                                        "UNION ALL SELECT n + 1 FROM c WHERE n < 40) SELECT "
                                        "'what is written ' || n FROM c"),
                     TILL_OK);
    sqlite_close(db);
}

static enum till_status read_all(void)
{
    struct sqlite_options options = some_options(false);
    sqlite3 *db = NULL;
    int64_t sum = 0;
    enum till_status status = sqlite_open(&options, NULL, &db);

    if (status == TILL_OK)
        status = sqlite_integer(db, "SELECT sum(length(text)) FROM line", &sum);
    sqlite_close(db);
    return status;
}

static void it_tells_sqlite_the_sector_size_and_nothing_better(void **state)
{
    struct sqlite_options options = some_options(false);
    sqlite3 *db = NULL;
    sqlite3_file *file = NULL;

    (void)state;
    make();
    assert_int_equal(sqlite_open(&options, NULL, &db), TILL_OK);
    assert_int_equal(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file), SQLITE_OK);
    assert_int_equal(file->pMethods->xSectorSize(file), SECTOR_SIZE);
    assert_int_equal(file->pMethods->xDeviceCharacteristics(file), 0);
    sqlite_close(db);
}

static void every_byte_that_is_written_is_counted(void **state)
{
    uint64_t before = vfs_bytes_written();
    size_t size = 0;

    (void)state;
    make();
    assert_non_null(cut_vfs_bytes(PATH, &size));
    assert_true(vfs_bytes_written() - before >= size);
    before = vfs_bytes_written();
    assert_int_equal(read_all(), TILL_OK);
    assert_int_equal(vfs_bytes_written(), before);
}

static void every_page_carries_its_checksum(void **state)
{
    size_t size = 0;

    (void)state;
    make();
    const uint8_t *bytes = cut_vfs_bytes(PATH, &size);
    assert_true(size >= 3 * PAGE_SIZE);
    assert_int_equal(size % PAGE_SIZE, 0);
    for (size_t at = 0; at < size; at += PAGE_SIZE) {
        uint32_t sum = vfs_page_checksum((uint32_t)(at / PAGE_SIZE + 1), bytes + at, PAGE_SIZE);
        const uint8_t *kept = bytes + at + PAGE_SIZE - VFS_CHECKSUM_SIZE;
        assert_int_equal(sum, (uint32_t)kept[0] << 24 | (uint32_t)kept[1] << 16 |
                                  (uint32_t)kept[2] << 8 | kept[3]);
    }
}

/* CRC-32 of ISO 3309: its published check value, over "123456789", is CBF43926. Here over a page
 * number and zeros, as zlib's crc32 gives it. */
static void the_checksum_is_crc_32(void **state)
{
    const uint8_t page[PAGE_SIZE] = {0};

    (void)state;
    assert_int_equal(vfs_page_checksum(1, page, sizeof page), 0x13BC6A42u);
}

static void a_page_with_a_flipped_bit_is_never_read_as_truth(void **state)
{
    size_t size = 0;

    (void)state;
    make();
    assert_int_equal(read_all(), TILL_OK);
    uint8_t *bytes = cut_vfs_bytes(PATH, &size);
    for (size_t bit = 0; bit < size * 8; bit += 91) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum till_status status = read_all();
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (status != TILL_E_CORRUPT)
            fail_msg("bit %zu of byte %zu: %d", bit % 8, bit / 8, status);
    }
    assert_int_equal(read_all(), TILL_OK);
}

static void two_pages_that_changed_places_are_seen(void **state)
{
    uint8_t page[PAGE_SIZE];
    size_t size = 0;

    (void)state;
    make();
    uint8_t *bytes = cut_vfs_bytes(PATH, &size);
    uint8_t *last = bytes + size - PAGE_SIZE;
    memcpy(page, last, PAGE_SIZE);
    memcpy(last, last - PAGE_SIZE, PAGE_SIZE);
    memcpy(last - PAGE_SIZE, page, PAGE_SIZE);
    assert_int_equal(read_all(), TILL_E_CORRUPT);
}

static void a_file_is_renamed_over_another(void **state)
{
    (void)state;
    make();
    assert_true(sqlite_file_exists(CUT_VFS, PATH));
    assert_int_equal(sqlite_file_rename(CUT_VFS, PATH, "/new.db"), TILL_OK);
    assert_false(sqlite_file_exists(CUT_VFS, PATH));
    assert_true(sqlite_file_exists(CUT_VFS, "/new.db"));
    assert_int_equal(sqlite_file_rename(CUT_VFS, PATH, "/new.db"), TILL_NOT_FOUND);
    cut_vfs_cut();
    cut_vfs_reboot();
    assert_true(sqlite_file_exists(CUT_VFS, "/new.db"));
    assert_int_equal(sqlite_file_remove(CUT_VFS, "/new.db"), TILL_OK);
    assert_int_equal(sqlite_file_remove(CUT_VFS, "/new.db"), TILL_OK);
    cut_vfs_cut();
    cut_vfs_reboot();
    assert_false(sqlite_file_exists(CUT_VFS, "/new.db"));
}

static void the_system_s_files_are_renamed_and_removed(void **state)
{
    char folder[] = "/tmp/till-vfs-XXXXXX";
    char from[64], to[64];

    (void)state;
    assert_int_equal(vfs_register(SECTOR_SIZE), TILL_OK);
    assert_int_equal(vfs_register(SECTOR_SIZE), TILL_OK);
    assert_int_equal(vfs_register(2 * SECTOR_SIZE), TILL_BAD_INPUT);
    assert_non_null(mkdtemp(folder));
    snprintf(from, sizeof from, "%s/from", folder);
    snprintf(to, sizeof to, "%s/to", folder);
    assert_int_equal(vfs_rename(VFS_SECTOR_NAME, from, to), TILL_NOT_FOUND);
    FILE *file = fopen(from, "w");
    assert_non_null(file);
    assert_true(fputs("not empty", file) >= 0);
    fclose(file);
    assert_int_equal(vfs_rename(VFS_SECTOR_NAME, from, to), TILL_OK);
    assert_true(vfs_exists(VFS_SECTOR_NAME, to));
    assert_int_equal(vfs_remove(VFS_SECTOR_NAME, to), TILL_OK);
    assert_int_equal(vfs_remove(VFS_SECTOR_NAME, to), TILL_NOT_FOUND);
    remove(folder);
}

static void result_codes_become_statuses(void **state)
{
    (void)state;
    assert_int_equal(sqlite_status(SQLITE_DONE), TILL_OK);
    assert_int_equal(sqlite_status(SQLITE_FULL), TILL_DISK_FULL);
    assert_int_equal(sqlite_status(SQLITE_BUSY_RECOVERY), TILL_BUSY);
    assert_int_equal(sqlite_status(SQLITE_CORRUPT_INDEX), TILL_E_CORRUPT);
    assert_int_equal(sqlite_status(SQLITE_NOTADB), TILL_E_CORRUPT);
    assert_int_equal(sqlite_status(SQLITE_IOERR_DATA), TILL_E_CORRUPT);
    assert_int_equal(sqlite_status(SQLITE_IOERR_WRITE), TILL_E_IO);
    assert_int_equal(sqlite_status(SQLITE_IOERR_NOMEM), TILL_E_MEMORY);
    assert_int_equal(sqlite_status(SQLITE_NOMEM), TILL_E_MEMORY);
    assert_int_equal(sqlite_status(SQLITE_ERROR), TILL_E_DATABASE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_tells_sqlite_the_sector_size_and_nothing_better),
        cmocka_unit_test(every_byte_that_is_written_is_counted),
        cmocka_unit_test(every_page_carries_its_checksum),
        cmocka_unit_test(the_checksum_is_crc_32),
        cmocka_unit_test(a_page_with_a_flipped_bit_is_never_read_as_truth),
        cmocka_unit_test(two_pages_that_changed_places_are_seen),
        cmocka_unit_test(a_file_is_renamed_over_another),
        cmocka_unit_test(the_system_s_files_are_renamed_and_removed),
        cmocka_unit_test(result_codes_become_statuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
