/* Journals of every earlier version of the schema open, mean the same, and go on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "journal_private.h"
#include "journal_story.h"

#define PATH "/journal.db"
#define NOW_PATH "/now.db"
enum { SECTOR_SIZE = 512, VERSION_NOW = 1, DUMP_MAX = 1 << 20, RECEIPTS = 10, ACKED = 20 };

static struct fake_key key;
static struct sealer sealer;

static char *read_dump(int version)
{
    char path[64];

    snprintf(path, sizeof path, "tests/vectors/journal_v%d.sql", version);
    FILE *file = fopen(path, "r");
    char *text = calloc(1, DUMP_MAX);
    if (file == NULL || text == NULL)
        fail_msg("%s is missing: each version keeps its own", path);
    size_t size = fread(text, 1, DUMP_MAX - 1, file);
    assert_true(size > 0 && size < DUMP_MAX - 1);
    fclose(file);
    return text;
}

/* A file as that version left it. */
static void make_old(int version)
{
    char *dump = read_dump(version);
    const char *const migrations[] = {dump};
    char sql[48];
    struct sqlite_options options = {.path = PATH,
                                     .vfs = CUT_VFS,
                                     .create = true,
                                     .page_size = JOURNAL_PAGE_SIZE,
                                     .application = JOURNAL_APPLICATION,
                                     .pragmas = "PRAGMA locking_mode = EXCLUSIVE; "
                                                "PRAGMA journal_mode = WAL",
                                     .migrations = migrations,
                                     .migration_count = 1};
    sqlite3 *db = NULL;

    assert_int_equal(sqlite_open(&options, NULL, &db), TILL_OK);
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", version);
    assert_int_equal(sqlite_execute(db, sql), TILL_OK);
    sqlite_close(db);
    free(dump);
}

/* The same morning as today's software tells it. */
static struct journal *tell_now(void)
{
    struct journal_options options = story_options(CUT_VFS, NOW_PATH, &sealer);
    struct journal *j = NULL;

    assert_int_equal(story_create(&options, key.public_key, &j), TILL_OK);
    assert_int_equal(story_login(j), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    for (uint32_t n = 1; n <= RECEIPTS; n++) {
        assert_int_equal(story_collect(j, n, NULL), TILL_OK);
        assert_int_equal(story_print_done(j), TILL_OK);
    }
    return j;
}

static void assert_same_journal(struct journal *old, struct journal *now)
{
    struct entry x, y;
    char text[STORY_TEXT_SIZE], expected[STORY_TEXT_SIZE];
    size_t size = 0;

    assert_memory_equal(journal_fold(old), journal_fold(now), sizeof(struct fold));
    assert_memory_equal(journal_head_hash(old), journal_head_hash(now), HASH_SIZE);
    for (uint64_t seq = 1; seq <= journal_fold(now)->seq; seq++) {
        assert_int_equal(journal_read(old, seq, &x, NULL), TILL_OK);
        assert_int_equal(journal_read(now, seq, &y, NULL), TILL_OK);
        assert_string_equal(x.body, y.body);
        assert_memory_equal(x.hash, y.hash, HASH_SIZE);
    }
    assert_int_equal(journal_acknowledged(old)->seq, ACKED);
    story_text(RECEIPTS, expected);
    assert_int_equal(
        journal_receipt_text(old, journal_fold(old)->last_receipt_seq, text, sizeof text, &size),
        TILL_OK);
    assert_memory_equal(text, expected, sizeof text);
}

static void a_journal_of_every_version_opens_and_goes_on(void **state)
{
    struct journal_verifier verifier = fake_verifier(&key);
    struct journal_options options = story_options(CUT_VFS, PATH, &sealer);
    struct journal_verdict verdict;
    struct journal_found found;
    struct journal *old = NULL;

    (void)state;
    for (int version = 1; version <= VERSION_NOW; version++) {
        int64_t after = 0;

        cut_vfs_create((uint64_t)version, SECTOR_SIZE);
        make_old(version);
        struct journal *now = tell_now();
        assert_int_equal(journal_open(&options, &found, &old), TILL_OK);
        assert_false(found.read_only);
        assert_same_journal(old, now);
        assert_int_equal(story_login(old), TILL_OK);
        assert_int_equal(sqlite_integer(old->db, "PRAGMA user_version", &after), TILL_OK);
        assert_int_equal(after, VERSION_NOW);
        journal_close(now);
        journal_close(old);
        assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
        assert_string_equal(verdict.text, "");
        assert_int_equal(verdict.first_bad, 0);
    }
}

static void another_program_s_database_is_refused(void **state)
{
    struct journal_options options = story_options(CUT_VFS, PATH, &sealer);
    const char *const migrations[] = {"CREATE TABLE entry (seq INTEGER PRIMARY KEY)"};
    struct sqlite_options other = {.path = PATH,
                                   .vfs = CUT_VFS,
                                   .create = true,
                                   .page_size = JOURNAL_PAGE_SIZE,
                                   .application = 1,
                                   .migrations = migrations,
                                   .migration_count = 1};
    struct journal_found found;
    struct journal *j = NULL;
    sqlite3 *db = NULL;

    (void)state;
    cut_vfs_create(1, SECTOR_SIZE);
    assert_int_equal(sqlite_open(&other, NULL, &db), TILL_OK);
    sqlite_close(db);
    assert_int_equal(journal_open(&options, &found, &j), TILL_E_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_journal_of_every_version_opens_and_goes_on),
        cmocka_unit_test(another_program_s_database_is_refused),
    };

    fake_key_make(&key, 1);
    sealer = fake_sealer(&key);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
