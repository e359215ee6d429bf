/* The audit: any one flipped bit is seen, and what a start accepts is accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "journal_image.h"
#include "journal_private.h"
#include "journal_story.h"

#define PATH "/journal.db"
#define WAL_PATH "/journal.db-wal"
enum { SECTOR_SIZE = 512 };

static struct fake_key key;
static struct sealer sealer;
static struct journal_options options;
static struct journal_verdict verdict;

static struct journal *tell(uint32_t receipts)
{
    struct journal *j = NULL;

    cut_vfs_create(1, SECTOR_SIZE);
    fake_key_make(&key, 1);
    sealer = fake_sealer(&key);
    options = story_options(CUT_VFS, PATH, &sealer);
    assert_int_equal(story_create(&options, key.public_key, &j), TILL_OK);
    assert_int_equal(story_login(j), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    for (uint32_t n = 1; n <= receipts; n++) {
        assert_int_equal(story_collect(j, n, NULL), TILL_OK);
        assert_int_equal(story_print_done(j), TILL_OK);
    }
    return j;
}

/* Is it called sound? */
static bool audit(void)
{
    struct journal_verifier verifier = fake_verifier(&key);
    enum till_status status = journal_audit_on(CUT_VFS, PATH, &verifier, &verdict);

    return status == TILL_OK && verdict.first_bad == 0;
}

static void flip(const char *path, size_t bit)
{
    size_t size = 0;

    cut_vfs_bytes(path, &size)[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

/* Every step-th bit of a file, one after the other, through the whole audit. A step without a
 * common factor with 8 visits all bits of a byte by turns. */
static void assert_flips_are_refused(const char *path, size_t step)
{
    size_t size = 0;

    assert_non_null(cut_vfs_bytes(path, &size));
    assert_true(size > 0);
    assert_true(audit());
    for (size_t bit = 0; bit < size * 8; bit += step) {
        flip(path, bit);
        if (audit())
            fail_msg("bit %zu of byte %zu of %s is not seen", bit % 8, bit / 8, path);
        flip(path, bit);
    }
    assert_true(audit());
}

/* Every single bit, through the part of the audit that looks at the bytes. */
static void assert_every_flip_is_seen(const char *path)
{
    struct journal_image image;
    size_t size = 0;

    assert_non_null(cut_vfs_bytes(path, &size));
    for (size_t bit = 0; bit < size * 8; bit++) {
        flip(path, bit);
        assert_int_equal(journal_image_load(CUT_VFS, PATH, &image), TILL_OK);
        if (image.bad_page == 0 && image.wal.tail != WAL_DAMAGED)
            fail_msg("bit %zu of byte %zu of %s is not seen", bit % 8, bit / 8, path);
        journal_image_free(&image);
        flip(path, bit);
    }
}

static void every_flipped_bit_of_a_closed_journal_is_seen(void **state)
{
    (void)state;
    journal_close(tell(9));
    assert_every_flip_is_seen(PATH);
}

static void a_closed_journal_is_refused_after_one_flipped_bit(void **state)
{
    (void)state;
    journal_close(tell(2));
    assert_flips_are_refused(PATH, 27);
}

static void every_flipped_bit_of_a_running_terminal_s_file_and_log_is_seen(void **state)
{
    struct journal *j = tell(1);

    (void)state;
    assert_every_flip_is_seen(PATH);
    assert_every_flip_is_seen(WAL_PATH);
    journal_close(j);
}

static void a_running_terminal_s_journal_is_refused_after_one_flipped_bit(void **state)
{
    struct journal *j = tell(9);

    (void)state;
    assert_flips_are_refused(PATH, 27);
    assert_flips_are_refused(WAL_PATH, 243);
    journal_close(j);
}

/* What SQLite would drop without a word: a start must not. */
static void a_start_refuses_a_log_with_one_flipped_bit(void **state)
{
    struct journal *j = tell(2);
    struct journal_found found;
    size_t size = 0;

    (void)state;
    struct cut_snapshot *running = cut_vfs_save();
    journal_close(j);
    cut_vfs_restore(running, 1);
    assert_non_null(cut_vfs_bytes(WAL_PATH, &size));
    for (size_t bit = 0; bit < size * 8; bit += 251) {
        cut_vfs_restore(running, 1);
        flip(WAL_PATH, bit);
        enum till_status status = journal_open(&options, &found, &j);
        if (status != TILL_E_CORRUPT)
            fail_msg("byte %zu: %d", bit / 8, status);
        flip(WAL_PATH, bit);
        assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
        assert_false(found.repaired);
        journal_close(j);
    }
    cut_vfs_forget(running);
}

static void an_unfinished_write_behind_the_last_commit_is_no_fault(void **state)
{
    struct journal *j = tell(2);
    struct journal_found found;

    (void)state;
    /* The program dies at the third write of a commit: frames without their commit. */
    cut_vfs_stop(3);
    assert_int_not_equal(story_collect(j, 3, NULL), TILL_OK);
    journal_close(j);
    cut_vfs_reboot();
    assert_true(audit());
    assert_int_equal(verdict.entries, 7);
    assert_non_null(strstr(verdict.text, "never finished"));
    assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
    assert_true(found.repaired);
    assert_int_equal(found.repaired_from, 8);
    journal_close(j);
    assert_true(audit());
    assert_string_equal(verdict.text, "");
}

static void the_audit_reads_while_the_terminal_writes(void **state)
{
    struct journal *j = tell(2);

    (void)state;
    assert_true(audit());
    assert_int_equal(verdict.entries, 7);
    assert_string_equal(verdict.terminal, STORY_TERMINAL);
    assert_memory_equal(verdict.head, journal_head_hash(j), HASH_SIZE);
    assert_int_equal(story_collect(j, 3, NULL), TILL_OK);
    assert_true(audit());
    assert_int_equal(verdict.entries, 8);
    journal_close(j);
}

/* ---- a hand in the database: every page then fits its checksum ------------------------------- */

static void assert_named(const char *sql, uint64_t seq, enum till_status reason)
{
    struct journal *j = tell(10); /* 23 entries; a group ends with 16 */

    assert_int_equal(sqlite_execute(j->db, sql), TILL_OK);
    journal_close(j);
    assert_false(audit());
    if (verdict.first_bad != seq || verdict.reason != reason)
        fail_msg("%s: %llu %d %s", sql, (unsigned long long)verdict.first_bad, verdict.reason,
                 verdict.text);
    assert_string_not_equal(verdict.text, "");
}

static void the_first_bad_record_is_named_and_why(void **state)
{
    (void)state;
    assert_named("UPDATE entry SET at_s = at_s + 1 WHERE seq IN (5, 9)", 5, TILL_E_CHAIN);
    assert_named("UPDATE entry SET kind = kind | 0x4000 WHERE seq = 6", 6, TILL_E_CHAIN);
    assert_named("UPDATE entry SET body = body || ' ' WHERE seq = 23", 23, TILL_E_CHAIN);
    assert_named("UPDATE entry SET hash = zeroblob(32) WHERE seq = 8", 8, TILL_E_CHAIN);
    assert_named("UPDATE entry SET signature = zeroblob(64) WHERE seq = 8", 8, TILL_E_SIGNATURE);
    assert_named("UPDATE entry SET signature = x'00' WHERE seq = 8", 8, TILL_E_CORRUPT);
    assert_named("DELETE FROM entry WHERE seq = 12", 12, TILL_E_CHAIN);
    assert_named("UPDATE entry SET seq = 24 WHERE seq = 23", 23, TILL_E_CHAIN);
}

static void what_is_kept_beside_the_entries_is_checked(void **state)
{
    (void)state;
    assert_named("UPDATE touch SET amount_minor = amount_minor + 1 WHERE seq = 8", 8,
                 TILL_E_CORRUPT);
    assert_named("DELETE FROM touch WHERE seq = 10", 10, TILL_E_CORRUPT);
    assert_named("INSERT INTO touch VALUES ('6100200001', 9, 1, 0)", 24, TILL_E_CORRUPT);
    assert_named("UPDATE state SET fold = zeroblob(length(fold))", 24, TILL_E_CORRUPT);
    assert_named("UPDATE state SET fold_check = x'00000000'", 24, TILL_E_CORRUPT);
    assert_named("UPDATE state SET acked_seq = 3", 24, TILL_E_CORRUPT);
    assert_named("INSERT INTO receipt_text VALUES (99, x'00')", 24, TILL_E_CORRUPT);
    assert_named("PRAGMA user_version = 2", 1, TILL_READ_ONLY);
}

static void records_removed_from_the_end_are_missed_by_the_fold(void **state)
{
    struct journal *j = tell(10);

    (void)state;
    /* Behind the last group only the host's head could tell. */
    assert_int_equal(sqlite_execute(j->db, "DELETE FROM entry WHERE seq > 15"), TILL_OK);
    journal_close(j);
    assert_false(audit());
}

static void a_journal_of_another_key_is_refused(void **state)
{
    struct journal_verifier verifier;
    struct fake_key other;

    (void)state;
    journal_close(tell(1));
    fake_key_make(&other, 2);
    verifier = fake_verifier(&other);
    assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
    assert_int_equal(verdict.first_bad, 1);
}

static void the_last_signature_vouches_for_all_where_one_is_enough(void **state)
{
    struct journal_verifier verifier = fake_verifier(&key);

    (void)state;
    struct journal *j = tell(10);
    assert_int_equal(
        sqlite_execute(j->db, "UPDATE entry SET signature = zeroblob(64) WHERE seq = 8"), TILL_OK);
    journal_close(j);
    assert_false(audit());
    verifier.signatures = JOURNAL_SIGNATURES_LAST;
    key.verifications = 0;
    assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
    assert_int_equal(verdict.first_bad, 0);
    assert_int_equal(key.verifications, 1);
}

static void a_last_signature_that_does_not_fit_is_seen(void **state)
{
    struct journal_verifier verifier = fake_verifier(&key);

    (void)state;
    struct journal *j = tell(10);
    assert_int_equal(
        sqlite_execute(j->db, "UPDATE entry SET signature = zeroblob(64) WHERE seq = 23"), TILL_OK);
    journal_close(j);
    verifier.signatures = JOURNAL_SIGNATURES_LAST;
    assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
    assert_int_equal(verdict.first_bad, 23);
    assert_int_equal(verdict.reason, TILL_E_SIGNATURE);
}

static void what_is_no_journal_is_said(void **state)
{
    struct journal_verifier verifier = fake_verifier(&key);

    (void)state;
    journal_close(tell(1));
    assert_int_equal(journal_audit_on(CUT_VFS, "/none.db", &verifier, &verdict), TILL_NOT_FOUND);
    size_t size = 0;
    uint8_t *bytes = cut_vfs_bytes(PATH, &size);
    memset(bytes, 'x', size);
    assert_false(audit());
    assert_int_equal(verdict.reason, TILL_E_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flipped_bit_of_a_closed_journal_is_seen),
        cmocka_unit_test(a_closed_journal_is_refused_after_one_flipped_bit),
        cmocka_unit_test(every_flipped_bit_of_a_running_terminal_s_file_and_log_is_seen),
        cmocka_unit_test(a_running_terminal_s_journal_is_refused_after_one_flipped_bit),
        cmocka_unit_test(a_start_refuses_a_log_with_one_flipped_bit),
        cmocka_unit_test(an_unfinished_write_behind_the_last_commit_is_no_fault),
        cmocka_unit_test(the_audit_reads_while_the_terminal_writes),
        cmocka_unit_test(the_first_bad_record_is_named_and_why),
        cmocka_unit_test(what_is_kept_beside_the_entries_is_checked),
        cmocka_unit_test(records_removed_from_the_end_are_missed_by_the_fold),
        cmocka_unit_test(a_journal_of_another_key_is_refused),
        cmocka_unit_test(the_last_signature_vouches_for_all_where_one_is_enough),
        cmocka_unit_test(a_last_signature_that_does_not_fit_is_seen),
        cmocka_unit_test(what_is_no_journal_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
