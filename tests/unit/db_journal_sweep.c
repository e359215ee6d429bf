/* The quick way to a sound journal: it says so of sound ones, and of nothing that the audit that
 * goes record by record refuses; and who is to be blamed does not depend on threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "journal_image.h"
#include "journal_private.h"
#include "journal_story.h"
#include "journal_sweep.h"
#include "vfs.h"

#define PATH "/journal.db"
enum { SECTOR_SIZE = 512, MANY = 4 };

static struct fake_key key;
static struct sealer sealer;
static struct journal_options options;

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

static bool sweep(unsigned threads, struct journal_verdict *verdict_out)
{
    struct journal_verifier verifier = fake_verifier(&key);
    bool at_rest = false;

    verifier.threads = threads;
    return journal_sweep_file(CUT_VFS, PATH, &verifier, verdict_out, &at_rest);
}

static struct journal_verdict audit(unsigned threads)
{
    struct journal_verifier verifier = fake_verifier(&key);
    struct journal_verdict verdict;

    verifier.threads = threads;
    assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
    return verdict;
}

static struct journal_verdict audit_one_by_one(void)
{
    struct journal_verifier verifier = fake_verifier(&key);
    struct journal_verdict verdict;
    enum till_status status = journal_audit_one_by_one(CUT_VFS, PATH, &verifier, &verdict);

    assert_true(status == TILL_OK || status == TILL_E_CORRUPT);
    return verdict;
}

static void assert_same(const struct journal_verdict *x, const struct journal_verdict *y)
{
    assert_int_equal(x->entries, y->entries);
    assert_int_equal(x->first_bad, y->first_bad);
    assert_int_equal(x->reason, y->reason);
    assert_string_equal(x->text, y->text);
    assert_memory_equal(x->head, y->head, HASH_SIZE);
    assert_string_equal(x->terminal, y->terminal);
}

static void assert_swept(void)
{
    struct journal_verdict quick, one_by_one = audit_one_by_one();

    assert_int_equal(one_by_one.first_bad, 0);
    assert_true(sweep(1, &quick));
    assert_same(&quick, &one_by_one);
    assert_true(sweep(MANY, &quick));
    assert_same(&quick, &one_by_one);
}

/* ---- sound ones ------------------------------------------------------------------------------ */

static void a_sound_journal_at_rest_needs_no_second_look(void **state)
{
    (void)state;
    for (uint32_t receipts = 0; receipts < 20; receipts++) {
        journal_close(tell(receipts));
        assert_swept();
    }
}

static void what_the_audit_says_of_a_long_journal_is_the_same_with_any_number_of_threads(
    void **state)
{
    (void)state;
    journal_close(tell(1500));
    assert_swept();
}

static void reversals_baskets_and_long_papers_are_followed(void **state)
{
    static const uint8_t text[JOURNAL_RECEIPT_TEXT_MAX];
    struct body_cash_drop drop = {.amount_minor = 1, .to = 2, .receiver = "20261101"};
    struct journal *j = tell(3);
    struct entry entry;

    (void)state;
    assert_int_equal(story_collect(j, 9, NULL), TILL_OK);
    assert_int_equal(story_reverse(j, 9), TILL_OK);
    assert_int_equal(story_basket(j, 20, 5), TILL_OK);
    assert_int_equal(entry_write_cash_drop(&entry, &drop), TILL_OK);
    assert_int_equal(
        journal_append(j, STORY_BEGIN_S + 9000, false, (struct span){text, sizeof text}, &entry),
        TILL_OK);
    journal_close(j);
    assert_swept();
}

static void a_page_that_was_given_back_is_found_in_its_list(void **state)
{
    struct journal *j = tell(200);

    (void)state;
    assert_int_equal(sqlite_execute(j->db, "DELETE FROM receipt_text WHERE seq < 100"), TILL_OK);
    journal_close(j);
    assert_swept();
}

static void a_running_terminal_s_journal_is_swept_with_its_log(void **state)
{
    struct journal_verifier verifier = fake_verifier(&key);
    struct journal_verdict verdict;
    struct journal_image image;
    sqlite3 *db = NULL;
    struct journal *j = tell(9);

    (void)state;
    assert_false(sweep(1, &verdict));
    assert_int_equal(journal_image_load(CUT_VFS, PATH, &image), TILL_OK);
    assert_int_equal(journal_image_open(&image, &db), TILL_OK);
    assert_true(journal_sweep_image(&image, db, &verifier, &verdict));
    assert_int_equal(verdict.entries, 21);
    assert_memory_equal(verdict.head, journal_head_hash(j), HASH_SIZE);
    sqlite_close(db);
    journal_image_free(&image);
    journal_close(j);
}

/* ---- a hand in the file ---------------------------------------------------------------------- */

/* Every page that differs gets the checksum that fits it: only what it says is wrong then. */
static void sum_anew(uint8_t *bytes, size_t byte)
{
    size_t page = byte / JOURNAL_PAGE_SIZE;
    uint8_t *at = bytes + page * JOURNAL_PAGE_SIZE;
    uint32_t sum = vfs_page_checksum((uint32_t)page + 1, at, JOURNAL_PAGE_SIZE);

    for (int i = 0; i < 4; i++)
        at[JOURNAL_PAGE_SIZE - 4 + i] = (uint8_t)(sum >> (24 - 8 * i));
}

/* A part of the quick way that looked less closely would be found here. */
static void what_the_sweep_calls_sound_the_audit_calls_sound(void **state)
{
    enum { STEP = 97 };
    struct journal_verdict quick, one_by_one;
    struct journal *j = tell(16);
    unsigned sound = 0;
    size_t size = 0;

    (void)state;
    assert_int_equal(sqlite_execute(j->db, "DELETE FROM receipt_text WHERE seq < 20"), TILL_OK);
    journal_close(j);
    assert_non_null(cut_vfs_bytes(PATH, &size));
    for (size_t bit = 0; bit < size * 8; bit += STEP) {
        uint8_t *bytes = cut_vfs_bytes(PATH, &size);

        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        sum_anew(bytes, bit / 8);
        if (sweep(1, &quick)) {
            sound++;
            one_by_one = audit_one_by_one();
            if (one_by_one.first_bad != 0)
                fail_msg("bit %zu of byte %zu: %s", bit % 8, bit / 8, one_by_one.text);
            assert_same(&quick, &one_by_one);
        }
        bytes = cut_vfs_bytes(PATH, &size);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        sum_anew(bytes, bit / 8);
    }
    /* Free pages, free room in pages and counters in the header say nothing; all else does. */
    assert_in_range(sound, 1, size * 8 / STEP - 400);
}

/* Through the journal's own handle, which does not look at what is said past it. */
static void spoil(const char *sql)
{
    struct journal_found found;
    struct journal *j = NULL;

    assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
    assert_int_equal(sqlite_execute(j->db, sql), TILL_OK);
    journal_close(j);
}

static void a_wrong_row_is_named_wherever_it_stands_by_any_number_of_threads(void **state)
{
    static const uint64_t places[] = {1, 2, 16, 17, 255, 256, 257, 258, 511, 512, 513, 1100, 1203};
    static const char *const wrongs[] = {
        "UPDATE entry SET at_s = at_s + 1 WHERE seq = %llu",
        "UPDATE entry SET hash = zeroblob(32) WHERE seq = %llu",
        "UPDATE entry SET body = body || ' ' WHERE seq = %llu",
        "UPDATE entry SET at_s = at_s + 1 WHERE seq >= %llu",
    };

    (void)state;
    journal_close(tell(600));
    struct cut_snapshot *sound = cut_vfs_save();
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct journal_verdict quick;
        char sql[128];

        snprintf(sql, sizeof sql, wrongs[i % 4], (unsigned long long)places[i]);
        spoil(sql);
        assert_false(sweep(1, &quick));
        assert_false(sweep(MANY, &quick));
        struct journal_verdict alone = audit(1), together = audit(MANY);
        assert_int_equal(alone.first_bad, places[i]);
        assert_int_equal(alone.reason, TILL_E_CHAIN);
        assert_same(&alone, &together);
        cut_vfs_restore(sound, 1);
    }
    cut_vfs_forget(sound);
}

static void what_is_kept_beside_the_entries_is_compared(void **state)
{
    static const char *const wrongs[] = {
        "UPDATE touch SET amount_minor = amount_minor + 1 WHERE seq = 8",
        "UPDATE touch SET detail = 1 WHERE seq = 8",
        "UPDATE touch SET account = '6100299999' WHERE seq = 8",
        "DELETE FROM touch WHERE seq = 10",
        "INSERT INTO touch VALUES ('6100200001', 9, 1, 0)",
        "UPDATE touch SET amount_minor = (SELECT sum(amount_minor) FROM touch u WHERE u.seq IN "
        "(4, 8)) - amount_minor WHERE seq IN (4, 8)",
        "UPDATE state SET fold = zeroblob(length(fold))",
        "UPDATE state SET fold_check = x'00000000'",
        "UPDATE state SET acked_seq = 3",
        "INSERT INTO receipt_text VALUES (99, x'00')",
        "INSERT INTO receipt_text VALUES (0, x'00')",
        "CREATE TABLE more (x INTEGER) STRICT",
        "CREATE INDEX kinds ON entry (kind)",
        "PRAGMA user_version = 2",
    };
    struct journal_verdict quick;

    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        struct journal *j = tell(10);

        assert_int_equal(sqlite_execute(j->db, wrongs[i]), TILL_OK);
        journal_close(j);
        if (sweep(1, &quick))
            fail_msg("%s", wrongs[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_journal_at_rest_needs_no_second_look),
        cmocka_unit_test(
            what_the_audit_says_of_a_long_journal_is_the_same_with_any_number_of_threads),
        cmocka_unit_test(reversals_baskets_and_long_papers_are_followed),
        cmocka_unit_test(a_page_that_was_given_back_is_found_in_its_list),
        cmocka_unit_test(a_running_terminal_s_journal_is_swept_with_its_log),
        cmocka_unit_test(what_the_sweep_calls_sound_the_audit_calls_sound),
        cmocka_unit_test(a_wrong_row_is_named_wherever_it_stands_by_any_number_of_threads),
        cmocka_unit_test(what_is_kept_beside_the_entries_is_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
