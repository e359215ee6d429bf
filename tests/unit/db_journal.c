/* The journal: appending, reading, what the host has, what screens lay over the book. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "journal_private.h"
#include "journal_story.h"
#include "vfs.h"

#define PATH "/journal.db"
enum { SECTOR_SIZE = 512, FLASH_MAX = 6144, DAY = 200 };

static struct fake_key key;
static struct sealer sealer;
static struct journal_options options;

static struct journal *begin(void)
{
    struct journal *j = NULL;

    cut_vfs_create(1, SECTOR_SIZE);
    fake_key_make(&key, 1);
    sealer = fake_sealer(&key);
    options = story_options(CUT_VFS, PATH, &sealer);
    assert_int_equal(story_create(&options, key.public_key, &j), TILL_OK);
    return j;
}

static void tell(struct journal *j, uint32_t receipts)
{
    assert_int_equal(story_login(j), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    for (uint32_t n = 1; n <= receipts; n++) {
        assert_int_equal(story_collect(j, n, NULL), TILL_OK);
        assert_int_equal(story_print_done(j), TILL_OK);
    }
}

static struct journal *reopen(struct journal *j)
{
    struct journal_found found;

    journal_close(j);
    assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
    assert_false(found.repaired);
    assert_false(found.read_only);
    return j;
}

static void assert_sound(uint64_t entries)
{
    struct journal_verifier verifier = fake_verifier(&key);
    struct journal_verdict verdict;

    assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
    assert_string_equal(verdict.text, "");
    assert_int_equal(verdict.first_bad, 0);
    assert_int_equal(verdict.entries, entries);
}

static void a_new_journal_holds_its_enrolment_alone(void **state)
{
    struct journal *j = begin();
    uint8_t prev[HASH_SIZE], genesis[HASH_SIZE];
    struct entry entry;

    (void)state;
    assert_string_equal(journal_terminal(j), STORY_TERMINAL);
    assert_int_equal(journal_fold(j)->seq, 1);
    assert_int_equal(journal_read(j, 1, &entry, prev), TILL_OK);
    assert_int_equal(entry.kind, KIND_ENROLLED);
    assert_int_equal(chain_genesis(&sealer, STORY_TERMINAL, key.public_key,
                                   journal_fold(j)->enrolled.authority, genesis),
                     TILL_OK);
    assert_memory_equal(prev, genesis, HASH_SIZE);
    journal_close(j);
}

static void a_journal_is_not_made_over_another(void **state)
{
    struct journal *j = begin();
    struct journal *second = NULL;

    (void)state;
    journal_close(j);
    assert_int_equal(story_create(&options, key.public_key, &second), TILL_BAD_INPUT);
}

static void without_a_file_there_is_no_journal(void **state)
{
    struct journal_found found;
    struct journal *j = begin();

    (void)state;
    journal_close(j);
    options.path = "/other.db";
    assert_int_equal(journal_open(&options, &found, &j), TILL_NOT_FOUND);
}

static void what_was_appended_is_there_after_a_start(void **state)
{
    struct journal *j = begin();
    struct entry written, entry;
    uint8_t prev[HASH_SIZE], head[HASH_SIZE];

    (void)state;
    tell(j, 20);
    memcpy(head, journal_head_hash(j), HASH_SIZE);
    assert_int_equal(story_collect(j, 21, &written), TILL_OK);
    struct fold before = *journal_fold(j);
    j = reopen(j);
    assert_memory_equal(&before, journal_fold(j), sizeof before);
    assert_memory_equal(journal_head_hash(j), written.hash, HASH_SIZE);
    assert_int_equal(journal_read(j, written.seq, &entry, prev), TILL_OK);
    assert_memory_equal(prev, head, HASH_SIZE);
    assert_string_equal(entry.body, written.body);
    assert_int_equal(entry.kind, written.kind);
    assert_int_equal(entry.at_s, written.at_s);
    assert_int_equal(journal_read(j, written.seq + 1, &entry, prev), TILL_NOT_FOUND);
    journal_close(j);
    assert_sound(written.seq);
}

/* The fold is kept once a group: every length of the rest must come out the same. */
static void a_start_after_any_entry_gives_the_same_fold(void **state)
{
    struct journal *j = begin();

    (void)state;
    assert_int_equal(story_login(j), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    for (uint32_t n = 1; n <= 2 * JOURNAL_GROUP; n++) {
        assert_int_equal(story_collect(j, n, NULL), TILL_OK);
        struct fold before = *journal_fold(j);
        j = reopen(j);
        assert_memory_equal(&before, journal_fold(j), sizeof before);
        assert_sound(3 + n);
    }
    journal_close(j);
}

static void a_training_entry_bears_its_bit(void **state)
{
    struct journal *j = begin();
    struct entry entry;

    (void)state;
    assert_int_equal(entry_write_login(&entry, KIND_LOGIN, &(struct body_login){.user = "1001"}),
                     TILL_OK);
    assert_int_equal(journal_append(j, STORY_BEGIN_S, true, (struct span){0}, &entry), TILL_OK);
    assert_int_equal(entry.kind, KIND_LOGIN | KIND_TRAINING);
    assert_int_equal(journal_read(j, 2, &entry, NULL), TILL_OK);
    assert_int_equal(entry.kind, KIND_LOGIN | KIND_TRAINING);
    journal_close(j);
}

static void the_paper_s_lines_are_kept_beside_the_receipt(void **state)
{
    struct journal *j = begin();
    char text[STORY_TEXT_SIZE], expected[STORY_TEXT_SIZE];
    size_t size = 0;

    (void)state;
    tell(j, 3);
    j = reopen(j);
    story_text(2, expected);
    assert_int_equal(journal_receipt_text(j, 6, text, sizeof text, &size), TILL_OK);
    assert_int_equal(size, sizeof text);
    assert_memory_equal(text, expected, size);
    assert_int_equal(journal_receipt_text(j, 7, text, sizeof text, &size), TILL_NOT_FOUND);
    assert_int_equal(journal_receipt_text(j, 6, text, sizeof text - 1, &size), TILL_TOO_LARGE);
    journal_close(j);
}

/* ---- what the host has ----------------------------------------------------------------------- */

static struct journal_ack ack_of(struct journal *j, uint64_t seq)
{
    struct journal_ack ack = {.seq = seq, .at_s = STORY_BEGIN_S + 7};
    struct entry entry;

    assert_int_equal(journal_read(j, seq, &entry, NULL), TILL_OK);
    memcpy(ack.hash, entry.hash, HASH_SIZE);
    return ack;
}

static void what_is_acknowledged_never_falls(void **state)
{
    struct journal *j = begin();

    (void)state;
    tell(j, 4);
    struct journal_ack high = ack_of(j, 9);
    struct journal_ack low = ack_of(j, 5);
    assert_int_equal(journal_unsent(j), 11);
    assert_int_equal(journal_acknowledge(j, &high), TILL_OK);
    assert_int_equal(journal_acknowledge(j, &low), TILL_OK);
    assert_int_equal(journal_acknowledged(j)->seq, 9);
    j = reopen(j);
    assert_int_equal(journal_acknowledged(j)->seq, 9);
    assert_int_equal(journal_acknowledged(j)->at_s, high.at_s);
    assert_memory_equal(journal_acknowledged(j)->hash, high.hash, HASH_SIZE);
    assert_int_equal(journal_unsent(j), 2);
    journal_close(j);
    assert_sound(11);
}

static void a_head_that_is_not_ours_is_a_fork(void **state)
{
    struct journal *j = begin();

    (void)state;
    tell(j, 2);
    struct journal_ack ack = ack_of(j, 4);
    ack.seq = 5;
    assert_int_equal(journal_acknowledge(j, &ack), TILL_E_FORK);
    ack.seq = 8;
    assert_int_equal(journal_acknowledge(j, &ack), TILL_E_FORK);
    assert_int_equal(journal_acknowledged(j)->seq, 0);
    journal_close(j);
}

/* ---- the overlay ----------------------------------------------------------------------------- */

static void payments_that_the_book_does_not_hold_are_found(void **state)
{
    struct journal *j = begin();
    struct journal_payment payments[JOURNAL_PAYMENTS_MAX];
    const uint64_t unapplied[] = {4, 9};
    char account[ACCOUNT_MAX];
    size_t count = 0;

    (void)state;
    assert_int_equal(story_login(j), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    /* seq 4, 5, … 43: customer 1 pays as 4, 14, 24, 34; groups end at 16 and 32. */
    for (uint32_t n = 0; n < 40; n++)
        assert_int_equal(story_collect(j, n % 10 + 1, NULL), TILL_OK);
    story_account(1, account);
    assert_int_equal(journal_payments(j, account, 0, NULL, 0, payments, &count), TILL_OK);
    assert_int_equal(count, 4);
    assert_int_equal(payments[3].seq, 34);
    assert_int_equal(payments[3].amount_minor, story_amount_minor(1));
    assert_int_equal(journal_payments(j, account, 14, NULL, 0, payments, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_int_equal(payments[0].seq, 24);
    assert_int_equal(journal_payments(j, account, 34, unapplied, 2, payments, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(payments[0].seq, 4);
    assert_true(journal_has_payment(j, account, 33));
    assert_false(journal_has_payment(j, account, 34));
    assert_false(journal_has_payment(j, "99999", 0));
    journal_close(j);
}

static void a_payment_too_many_for_the_overlay_is_said(void **state)
{
    struct journal *j = begin();
    struct journal_payment payments[JOURNAL_PAYMENTS_MAX];
    char account[ACCOUNT_MAX];
    size_t count = 0;

    (void)state;
    assert_int_equal(story_login(j), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    for (uint32_t n = 0; n <= JOURNAL_PAYMENTS_MAX; n++)
        assert_int_equal(story_collect(j, 1, NULL), TILL_OK);
    story_account(1, account);
    assert_int_equal(journal_payments(j, account, 0, NULL, 0, payments, &count), TILL_TOO_LARGE);
    assert_int_equal(journal_payments(j, account, 4, NULL, 0, payments, &count), TILL_OK);
    assert_int_equal(count, JOURNAL_PAYMENTS_MAX);
    journal_close(j);
}

/* ---- one writer, full disk, newer software --------------------------------------------------- */

static void a_second_program_is_told_that_it_is_busy(void **state)
{
    struct journal *j = begin();
    struct journal *second = NULL;
    struct journal_found found;

    (void)state;
    assert_int_equal(journal_open(&options, &found, &second), TILL_BUSY);
    assert_int_equal(story_login(j), TILL_OK);
    journal_close(j);
    assert_int_equal(journal_open(&options, &found, &second), TILL_OK);
    journal_close(second);
}

static void after_a_full_disk_the_same_append_succeeds(void **state)
{
    struct journal *j = begin();

    (void)state;
    tell(j, 2);
    for (uint64_t fails = 1; fails <= 6; fails++) {
        cut_vfs_fill(fails);
        enum till_status status;
        unsigned refused = 0;
        while ((status = story_collect(j, 10 + (uint32_t)fails, NULL)) == TILL_DISK_FULL)
            assert_true(++refused <= fails);
        assert_int_equal(status, TILL_OK);
        assert_true(refused > 0);
        assert_int_equal(journal_fold(j)->seq, 7 + fails);
        assert_sound(7 + fails);
    }
    j = reopen(j);
    assert_int_equal(journal_fold(j)->seq, 13);
    journal_close(j);
}

static void after_a_failed_sync_only_a_start_goes_on(void **state)
{
    struct journal *j = begin();
    struct journal_found found;

    (void)state;
    tell(j, 2);
    cut_vfs_arm(4);
    assert_int_equal(story_collect(j, 3, NULL), TILL_E_IO);
    assert_int_equal(story_collect(j, 3, NULL), TILL_E_IO);
    journal_close(j);
    cut_vfs_reboot();
    assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
    journal_close(j);
}

static void what_newer_software_wrote_is_read_and_not_changed(void **state)
{
    struct journal *j = begin();
    struct journal_found found;
    struct entry entry;

    (void)state;
    tell(j, 10);
    assert_int_equal(sqlite_execute(j->db, "PRAGMA user_version = 2"), TILL_OK);
    journal_close(j);
    assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
    assert_true(found.read_only);
    assert_int_equal(story_login(j), TILL_READ_ONLY);
    assert_int_equal(journal_read(j, 23, &entry, NULL), TILL_OK);
    assert_int_equal(journal_fold(j)->seq, 23);
    journal_close(j);
}

static void newer_kinds_are_read_and_not_changed(void **state)
{
    struct journal *j = begin();
    struct journal_found found;

    (void)state;
    tell(j, 10);
    assert_int_equal(sqlite_execute(j->db, "UPDATE state SET kind_count = 9999"), TILL_OK);
    journal_close(j);
    assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
    assert_true(found.read_only);
    assert_int_equal(story_login(j), TILL_READ_ONLY);
    journal_close(j);
}

/* ---- what a start refuses -------------------------------------------------------------------- */

static void assert_refused(const char *sql, enum till_status expected)
{
    struct journal *j = begin();
    struct journal_found found;

    tell(j, 10); /* 23 entries: the last full group ends with 16 */
    assert_int_equal(sqlite_execute(j->db, sql), TILL_OK);
    journal_close(j);
    size_t before_size = 0, after_size = 0;
    uint8_t *bytes = cut_vfs_bytes(PATH, &before_size);
    uint8_t *before = malloc(before_size);
    assert_non_null(before);
    memcpy(before, bytes, before_size);
    assert_int_equal(journal_open(&options, &found, &j), expected);
    bytes = cut_vfs_bytes(PATH, &after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(before, bytes, before_size);
    free(before);
}

static void a_changed_amount_stops_the_start(void **state)
{
    (void)state;
    assert_refused("UPDATE entry SET body = replace(body, '\"m\"', '\"n\"') WHERE seq = 22",
                   TILL_E_CHAIN);
}

static void a_missing_entry_stops_the_start(void **state)
{
    (void)state;
    assert_refused("DELETE FROM entry WHERE seq = 20", TILL_E_CORRUPT);
}

static void a_changed_fold_stops_the_start(void **state)
{
    (void)state;
    assert_refused("UPDATE state SET fold = zeroblob(length(fold))", TILL_E_CORRUPT);
}

static void a_foreign_signature_stops_the_start(void **state)
{
    (void)state;
    assert_refused("UPDATE entry SET signature = zeroblob(64) WHERE seq = 23", TILL_E_SIGNATURE);
}

static void an_acknowledgement_beyond_the_end_stops_the_start(void **state)
{
    (void)state;
    assert_refused("UPDATE state SET acked_seq = 24", TILL_E_CORRUPT);
}

/* ---- on a real disk -------------------------------------------------------------------------- */

static char folder[64];

static int make_folder(void **state)
{
    const char *base = getenv("TMPDIR");

    (void)state;
    snprintf(folder, sizeof folder, "%s/till-XXXXXX", base != NULL ? base : "/tmp");
    if (vfs_register(SECTOR_SIZE) != TILL_OK || mkdtemp(folder) == NULL)
        return -1;
    return 0;
}

static int remove_folder(void **state)
{
    char path[96];

    (void)state;
    snprintf(path, sizeof path, "%s/j.db", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/j.db-wal", folder);
    unlink(path);
    return rmdir(folder);
}

static void a_killed_program_leaves_no_lock_and_all_it_committed(void **state)
{
    char path[96];
    struct journal *j = NULL;
    struct journal_found found;
    int status = 0;

    (void)state;
    snprintf(path, sizeof path, "%s/j.db", folder);
    fake_key_make(&key, 1);
    sealer = fake_sealer(&key);
    options = story_options(NULL, path, &sealer);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (story_create(&options, key.public_key, &j) != TILL_OK || story_login(j) != TILL_OK)
            _exit(1);
        abort();
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
    assert_int_equal(journal_fold(j)->seq, 2);
    journal_close(j);
}

static long lengthen(const char *path, int bytes)
{
    FILE *file = fopen(path, "ab");

    assert_non_null(file);
    for (int i = 0; i < bytes; i++)
        fputc(0x5A, file);
    long size = ftell(file);
    fclose(file);
    return size;
}

/* A write back that a cut ended within a page: the log writes it again. Without a log it is
 * damage. */
static void a_file_that_ends_within_a_page_is_mended_from_the_log_or_refused(void **state)
{
    char path[96];
    struct journal *j = NULL;
    struct journal_found found;
    int status = 0;

    (void)state;
    snprintf(path, sizeof path, "%s/j.db", folder);
    fake_key_make(&key, 1);
    sealer = fake_sealer(&key);
    options = story_options(NULL, path, &sealer);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (story_create(&options, key.public_key, &j) != TILL_OK || story_login(j) != TILL_OK)
            _exit(1);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_not_equal(lengthen(path, 100) % 512, 0);
    assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
    assert_int_equal(journal_fold(j)->seq, 2);
    journal_close(j);
    assert_int_equal(lengthen(path, 0) % 512, 0);
    assert_int_not_equal(lengthen(path, 511) % 512, 0);
    assert_int_equal(journal_open(&options, &found, &j), TILL_E_CORRUPT);
}

static void a_receipt_costs_the_flash_at_most_6144_bytes(void **state)
{
    struct journal *j = begin();

    (void)state;
    assert_int_equal(story_login(j), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    uint64_t before = vfs_bytes_written();
    for (uint32_t n = 1; n <= DAY; n++) {
        assert_int_equal(story_collect(j, n, NULL), TILL_OK);
        assert_int_equal(story_print_done(j), TILL_OK);
    }
    journal_close(j);
    uint64_t each = (vfs_bytes_written() - before) / DAY;
    print_message("%llu bytes a receipt\n", (unsigned long long)each);
    assert_true(each <= FLASH_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_journal_holds_its_enrolment_alone),
        cmocka_unit_test(a_journal_is_not_made_over_another),
        cmocka_unit_test(without_a_file_there_is_no_journal),
        cmocka_unit_test(what_was_appended_is_there_after_a_start),
        cmocka_unit_test(a_start_after_any_entry_gives_the_same_fold),
        cmocka_unit_test(a_training_entry_bears_its_bit),
        cmocka_unit_test(the_paper_s_lines_are_kept_beside_the_receipt),
        cmocka_unit_test(what_is_acknowledged_never_falls),
        cmocka_unit_test(a_head_that_is_not_ours_is_a_fork),
        cmocka_unit_test(payments_that_the_book_does_not_hold_are_found),
        cmocka_unit_test(a_payment_too_many_for_the_overlay_is_said),
        cmocka_unit_test(a_second_program_is_told_that_it_is_busy),
        cmocka_unit_test(after_a_full_disk_the_same_append_succeeds),
        cmocka_unit_test(after_a_failed_sync_only_a_start_goes_on),
        cmocka_unit_test(what_newer_software_wrote_is_read_and_not_changed),
        cmocka_unit_test(newer_kinds_are_read_and_not_changed),
        cmocka_unit_test(a_changed_amount_stops_the_start),
        cmocka_unit_test(a_missing_entry_stops_the_start),
        cmocka_unit_test(a_changed_fold_stops_the_start),
        cmocka_unit_test(a_foreign_signature_stops_the_start),
        cmocka_unit_test(an_acknowledgement_beyond_the_end_stops_the_start),
        cmocka_unit_test_setup_teardown(a_killed_program_leaves_no_lock_and_all_it_committed,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            a_file_that_ends_within_a_page_is_mended_from_the_log_or_refused, make_folder,
            remove_folder),
        cmocka_unit_test(a_receipt_costs_the_flash_at_most_6144_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
