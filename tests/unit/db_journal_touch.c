/* The journal over a rougher day: baskets, reversals and what screens lay over the book, marks,
 * names that must be true, heads that come again, torn sectors that look like flipped bits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "close_story.h"
#include "cut_vfs.h"
#include "journal_private.h"
#include "journal_story.h"
#include "wal.h"

#define PATH "/journal.db"
enum { SECTOR_SIZE = 512, AMOUNT = 5000 };

static struct fake_key key;
static struct sealer sealer;
static struct journal_options options;
static struct journal *j;

/* Shift open: three entries. */
static int begin(void **state)
{
    (void)state;
    cut_vfs_create(1, SECTOR_SIZE);
    fake_key_make(&key, 1);
    sealer = fake_sealer(&key);
    options = story_options(CUT_VFS, PATH, &sealer);
    if (story_create(&options, key.public_key, &j) != TILL_OK || story_login(j) != TILL_OK ||
        story_open_shift(j) != TILL_OK)
        return -1;
    return 0;
}

static int end(void **state)
{
    (void)state;
    journal_close(j);
    j = NULL;
    return 0;
}

static uint64_t head(void)
{
    return journal_fold(j)->seq;
}

static enum till_status append(struct entry *e, bool training)
{
    int64_t at_s = STORY_BEGIN_S + 45 * (int64_t)head();
    return journal_append(j, at_s, training, (struct span){0}, e);
}

static enum till_status person(enum entry_kind kind, const char *user)
{
    struct entry e;
    struct body_login b = {0};
    snprintf(b.user, sizeof b.user, "%s", user);
    assert_int_equal(entry_write_login(&e, kind, &b), TILL_OK);
    return append(&e, false);
}

static enum till_status take(const char *account, bool training)
{
    struct entry e;
    struct body_collection b = {
        .amount_minor = AMOUNT, .tendered_minor = AMOUNT, .late_fee_minor = 7};
    snprintf(b.account, sizeof b.account, "%s", account);
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
    return append(&e, training);
}

static struct body_reversal reversal_of(uint64_t seq, const char *account)
{
    struct body_reversal b = {.seq = seq,
                              .amount_minor = AMOUNT,
                              .cash_minor = AMOUNT,
                              .way = REVERSAL_SUPERVISOR,
                              .reason = REVERSAL_OTHER,
                              .approver = "2001"};
    snprintf(b.account, sizeof b.account, "%s", account);
    return b;
}

static enum till_status reverse_as(const struct body_reversal *b, bool training)
{
    struct entry e;
    assert_int_equal(entry_write_reversal(&e, b), TILL_OK);
    return append(&e, training);
}

static enum till_status undo(uint64_t seq, const char *account)
{
    struct body_reversal b = reversal_of(seq, account);
    return reverse_as(&b, false);
}

static enum till_status pass_by(const char *account, int reason)
{
    struct entry e;
    struct body_stop_skipped b = {.reason = reason};
    snprintf(b.account, sizeof b.account, "%s", account);
    assert_int_equal(entry_write_stop_skipped(&e, &b), TILL_OK);
    return append(&e, false);
}

/* Idle entries up to this number. */
static void fill_to(uint64_t seq)
{
    while (head() < seq)
        assert_int_equal(person(KIND_LOGIN, "1001"), TILL_OK);
}

static void reopen(void)
{
    struct journal_found found;
    struct fold before = *journal_fold(j);
    journal_close(j);
    j = NULL;
    assert_int_equal(journal_open(&options, &found, &j), TILL_OK);
    assert_memory_equal(&before, journal_fold(j), sizeof before);
}

static void assert_sound(void)
{
    struct journal_verifier verifier = fake_verifier(&key);
    struct journal_verdict verdict;
    assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
    assert_string_equal(verdict.text, "");
    assert_int_equal(verdict.first_bad, 0);
    assert_int_equal(verdict.entries, head());
}

/* ---- a basket -------------------------------------------------------------------------------- */

static struct journal_item items[JOURNAL_GROUP_MAX];

static void make_basket(size_t count)
{
    uint64_t first = head() + 1;
    for (size_t i = 0; i < count; i++) {
        struct body_collection b = {
            .amount_minor = AMOUNT, .tendered_minor = AMOUNT, .basket = first};
        snprintf(b.account, sizeof b.account, "61003%05zu", i);
        assert_int_equal(entry_write_collection(&items[i].entry, KIND_COLLECTION, &b), TILL_OK);
        items[i].receipt_text = (struct span){(const uint8_t *)b.account, 0};
    }
}

static void a_basket_is_one_transaction_with_numbers_in_a_row(void **state)
{
    static const char text[] = "lines";
    char kept[64];
    size_t size = 0;
    (void)state;
    make_basket(5);
    items[4].receipt_text = (struct span){(const uint8_t *)text, sizeof text};
    assert_int_equal(journal_append_all(j, STORY_BEGIN_S, false, items, 5), TILL_OK);
    assert_int_equal(head(), 8);
    for (uint64_t i = 0; i < 5; i++)
        assert_int_equal(items[i].entry.seq, 4 + i);
    assert_int_equal(journal_fold(j)->basket_next, 5);
    assert_int_equal(journal_receipt_text(j, 8, kept, sizeof kept, &size), TILL_OK);
    assert_string_equal(kept, text);
    reopen();
    assert_int_equal(journal_fold(j)->basket, 4);
    assert_int_equal(journal_fold(j)->basket_last, 8);
    assert_sound();
}

/* Two groups of projections end within one transaction. */
static void a_basket_may_fill_more_than_a_group(void **state)
{
    struct journal_touch touch;
    size_t count = 0;
    (void)state;
    fill_to(14);
    make_basket(JOURNAL_GROUP_MAX);
    assert_int_equal(journal_append_all(j, STORY_BEGIN_S, false, items, JOURNAL_GROUP_MAX),
                     TILL_OK);
    assert_int_equal(head(), 14 + JOURNAL_GROUP_MAX);
    for (size_t i = 0; i < JOURNAL_GROUP_MAX; i++) {
        char account[ACCOUNT_MAX];
        snprintf(account, sizeof account, "61003%05zu", i);
        assert_int_equal(journal_touches(j, account, 0, &touch, 1, &count), TILL_OK);
        assert_int_equal(count, 1);
        assert_int_equal(touch.seq, 15 + i);
    }
    reopen();
    assert_sound();
}

static void a_basket_with_one_bad_entry_is_none(void **state)
{
    struct fold before = *journal_fold(j);
    (void)state;
    fill_to(13);
    before = *journal_fold(j);
    make_basket(6);
    struct body_collection wrong = {
        .account = "6100300005", .amount_minor = AMOUNT, .tendered_minor = AMOUNT, .basket = 2};
    assert_int_equal(entry_write_collection(&items[5].entry, KIND_COLLECTION, &wrong), TILL_OK);
    assert_int_equal(journal_append_all(j, STORY_BEGIN_S, false, items, 6), TILL_E_PROTOCOL);
    assert_memory_equal(&before, journal_fold(j), sizeof before);
    assert_false(journal_has_payment(j, "6100300000", 0));
    reopen();
    assert_int_equal(take("6100300000", false), TILL_OK);
    assert_int_equal(head(), 14);
    assert_sound();
}

static void a_full_disk_takes_a_basket_later(void **state)
{
    enum till_status status;
    unsigned refused = 0;
    (void)state;
    fill_to(13);
    make_basket(6);
    cut_vfs_fill(3);
    while ((status = journal_append_all(j, STORY_BEGIN_S, false, items, 6)) == TILL_DISK_FULL)
        assert_true(++refused <= 3);
    assert_int_equal(status, TILL_OK);
    assert_true(refused > 0);
    assert_int_equal(head(), 19);
    assert_sound();
    reopen();
}

/* ---- payments and their reversals ------------------------------------------------------------ */

static struct journal_payment payments[JOURNAL_PAYMENTS_MAX];

static size_t payments_of(const char *account, uint64_t applied_seq, const uint64_t *unapplied,
                          size_t unapplied_count)
{
    size_t count = 99;
    assert_int_equal(
        journal_payments(j, account, applied_seq, unapplied, unapplied_count, payments, &count),
        TILL_OK);
    return count;
}

/* 4 paid, 5 paid, 6 undoes 4; and again with other entries so that groups fall between them. */
static void a_payment_and_its_reversal_laid_over(uint64_t between)
{
    const uint64_t both[] = {4, between + 2};
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(take("6100", false), TILL_OK);
    fill_to(between + 1);
    assert_int_equal(undo(4, "6100"), TILL_OK);
    uint64_t reversal = head();
    /* The book knows nothing: as if it had never been. */
    assert_int_equal(payments_of("6100", 0, NULL, 0), 1);
    assert_int_equal(payments[0].seq, 5);
    assert_false(payments[0].reversed);
    /* It knows the payment: the debt stands again. */
    assert_int_equal(payments_of("6100", 4, NULL, 0), 2);
    assert_int_equal(payments[0].seq, 4);
    assert_true(payments[0].reversed);
    assert_int_equal(payments[0].amount_minor, AMOUNT);
    assert_int_equal(payments[0].late_fee_minor, 7);
    assert_int_equal(payments[1].seq, 5);
    assert_int_equal(payments_of("6100", 5, NULL, 0), 1);
    assert_true(payments[0].reversed);
    /* It knows both. */
    assert_int_equal(payments_of("6100", reversal, NULL, 0), 0);
    /* Both were set aside. */
    assert_int_equal(payments_of("6100", reversal, both, 2), 0);
    assert_int_equal(journal_reversed_by(j, 4), reversal);
    assert_int_equal(journal_reversed_by(j, 5), 0);
    assert_int_equal(journal_reversed_by(j, 3), 0);
    assert_true(journal_has_payment(j, "6100", 0));
    assert_int_equal(undo(5, "6100"), TILL_OK);
    assert_false(journal_has_payment(j, "6100", 0));
    assert_false(journal_has_payment(j, "6100", 4));
    reopen();
    assert_int_equal(payments_of("6100", 4, NULL, 0), 1);
    assert_true(payments[0].reversed);
    assert_sound();
}

static void reversals_lie_over_payments_of_the_same_group(void **state)
{
    (void)state;
    a_payment_and_its_reversal_laid_over(5);
}

static void reversals_lie_over_payments_of_an_earlier_group(void **state)
{
    (void)state;
    a_payment_and_its_reversal_laid_over(20);
}

static void a_payment_that_was_set_aside_is_laid_over_again(void **state)
{
    const uint64_t unapplied[] = {4};
    (void)state;
    assert_int_equal(take("6100", false), TILL_OK);
    fill_to(20);
    assert_int_equal(payments_of("6100", 20, unapplied, 1), 1);
    assert_false(payments[0].reversed);
    assert_int_equal(undo(4, "6100"), TILL_OK);
    assert_int_equal(payments_of("6100", 20, unapplied, 1), 0);
}

/* ---- marks ----------------------------------------------------------------------------------- */

static void touches_come_newest_first(void **state)
{
    struct journal_touch touches[4];
    size_t count = 0;
    (void)state;
    assert_int_equal(pass_by("6100", SKIP_NOBODY_HOME), TILL_OK);
    assert_int_equal(pass_by("6200", SKIP_REFUSED), TILL_OK);
    assert_int_equal(take("6100", false), TILL_OK);
    fill_to(17);
    assert_int_equal(undo(6, "6100"), TILL_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(journal_touches(j, "6100", 0, touches, 4, &count), TILL_OK);
        assert_int_equal(count, 3);
        assert_int_equal(touches[0].touch.kind, KIND_REVERSAL);
        assert_int_equal(touches[0].touch.reverses, 6);
        assert_int_equal(touches[1].touch.kind, KIND_COLLECTION);
        assert_int_equal(touches[1].touch.late_fee_minor, 7);
        assert_int_equal(touches[2].seq, 4);
        assert_int_equal(touches[2].touch.kind, KIND_STOP_SKIPPED);
        assert_int_equal(touches[2].touch.code, SKIP_NOBODY_HOME);
        assert_string_equal(touches[2].touch.account, "6100");
        reopen();
    }
    assert_int_equal(journal_touches(j, "6100", 0, touches, 2, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_int_equal(journal_touches(j, "6100", 6, touches, 4, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(journal_touches(j, "6100", head(), touches, 4, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(journal_touches(j, "6999", 0, touches, 4, &count), TILL_OK);
    assert_int_equal(count, 0);
}

static void a_changed_pin_is_found_by_its_user(void **state)
{
    struct journal_touch touch;
    struct entry e;
    struct body_pin_changed b = {.user = "1001", .rounds = 2000};
    size_t count = 0;
    (void)state;
    assert_int_equal(entry_write_pin_changed(&e, &b), TILL_OK);
    assert_int_equal(append(&e, false), TILL_OK);
    assert_int_equal(journal_touches(j, "user/1001", 0, &touch, 1, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(touch.seq, 4);
    assert_int_equal(touch.touch.kind, KIND_PIN_CHANGED);
}

/* ---- names that must be true ----------------------------------------------------------------- */

static void a_reversal_names_a_payment_as_it_was(void **state)
{
    (void)state;
    assert_int_equal(take("6100", false), TILL_OK);
    struct body_reversal b = reversal_of(4, "6101");
    assert_int_equal(reverse_as(&b, false), TILL_E_PROTOCOL);
    b = reversal_of(4, "6100");
    b.amount_minor--;
    b.cash_minor--;
    assert_int_equal(reverse_as(&b, false), TILL_E_PROTOCOL);
    b = reversal_of(4, "6100");
    b.cash_minor--;
    assert_int_equal(reverse_as(&b, false), TILL_E_PROTOCOL);
    b = reversal_of(3, "6100");
    assert_int_equal(reverse_as(&b, false), TILL_E_PROTOCOL);
    b = reversal_of(9, "6100");
    assert_int_equal(reverse_as(&b, false), TILL_E_PROTOCOL);
    assert_int_equal(head(), 4);
    assert_int_equal(undo(4, "6100"), TILL_OK);
}

static void nothing_is_reversed_twice(void **state)
{
    (void)state;
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(undo(4, "6100"), TILL_OK);
    assert_int_equal(undo(4, "6100"), TILL_E_PROTOCOL);
    fill_to(20);
    assert_int_equal(undo(4, "6100"), TILL_E_PROTOCOL);
    /* Nor is a reversal a payment. */
    assert_int_equal(undo(6, "6100"), TILL_E_PROTOCOL);
    assert_int_equal(undo(5, "6100"), TILL_OK);
}

static enum till_status append_of(void *context, struct entry *e)
{
    (void)context;
    return append(e, false);
}

static void nobody_reverses_another_s_or_an_earlier_shift_s(void **state)
{
    (void)state;
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(person(KIND_USER_SWITCHED, "1002"), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(undo(4, "6100"), TILL_E_PROTOCOL);
    assert_int_equal(person(KIND_USER_SWITCHED, "1001"), TILL_OK);
    assert_int_equal(undo(7, "6100"), TILL_E_PROTOCOL);
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(close_story(journal_fold(j), 0, append_of, NULL), TILL_OK);
    assert_int_equal(story_open_shift(j), TILL_OK);
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(undo(9, "6100"), TILL_E_PROTOCOL);
    assert_int_equal(undo(16, "6100"), TILL_OK);
    assert_sound();
}

static void training_reverses_only_training(void **state)
{
    (void)state;
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(take("6100", true), TILL_OK);
    struct body_reversal real = reversal_of(4, "6100");
    struct body_reversal trained = reversal_of(5, "6100");
    assert_int_equal(reverse_as(&real, true), TILL_E_PROTOCOL);
    assert_int_equal(reverse_as(&trained, false), TILL_E_PROTOCOL);
    assert_int_equal(reverse_as(&trained, true), TILL_OK);
    assert_int_equal(reverse_as(&real, false), TILL_OK);
}

static void only_what_has_a_paper_is_duplicated(void **state)
{
    struct entry e;
    struct body_print b = {.seq = 3, .copy = 1};
    (void)state;
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(entry_write_print(&e, KIND_DUPLICATE, &b), TILL_OK);
    assert_int_equal(append(&e, false), TILL_E_PROTOCOL);
    b.seq = 4;
    assert_int_equal(entry_write_print(&e, KIND_DUPLICATE, &b), TILL_OK);
    assert_int_equal(append(&e, false), TILL_OK);
}

/* ---- heads that come again ------------------------------------------------------------------- */

static struct journal_ack ack_of(uint64_t seq, uint64_t serial)
{
    struct journal_ack ack = {.seq = seq, .at_s = STORY_BEGIN_S + 7, .serial = serial};
    struct entry entry;
    assert_int_equal(journal_read(j, seq, &entry, NULL), TILL_OK);
    memcpy(ack.hash, entry.hash, HASH_SIZE);
    return ack;
}

static void an_older_head_is_refused_also_after_a_start(void **state)
{
    (void)state;
    struct journal_ack first = ack_of(2, 7), newer = ack_of(3, 8), lower = ack_of(1, 9);
    assert_int_equal(journal_acknowledge(j, &newer), TILL_OK);
    assert_int_equal(journal_acknowledge(j, &first), TILL_REFUSED);
    assert_int_equal(journal_acknowledge(j, &newer), TILL_OK);
    /* A host that was restored knows less, and is believed: its serial is newer. */
    assert_int_equal(journal_acknowledge(j, &lower), TILL_OK);
    assert_int_equal(journal_acknowledged(j)->seq, 3);
    assert_int_equal(journal_acknowledged(j)->serial, 9);
    reopen();
    assert_int_equal(journal_acknowledge(j, &newer), TILL_REFUSED);
    assert_int_equal(journal_acknowledged(j)->seq, 3);
    assert_memory_equal(journal_acknowledged(j)->hash, newer.hash, HASH_SIZE);
    assert_sound();
}

static void the_last_entry_is_the_last(void **state)
{
    struct entry e;
    struct body_retired b = {1};
    (void)state;
    assert_int_equal(entry_write_retired(&e, &b), TILL_OK);
    assert_int_equal(append(&e, false), TILL_OK);
    assert_int_equal(person(KIND_LOGIN, "1001"), TILL_E_PROTOCOL);
    struct journal_ack ack = ack_of(4, 1);
    assert_int_equal(journal_acknowledge(j, &ack), TILL_OK);
    assert_int_equal(journal_unsent(j), 0);
    reopen();
    assert_true(journal_fold(j)->retired);
}

/* ---- the audit ------------------------------------------------------------------------------- */

static void assert_audit_names(const char *sql, uint64_t seq)
{
    struct journal_verifier verifier = fake_verifier(&key);
    struct journal_verdict verdict;
    assert_int_equal(take("6100", false), TILL_OK);
    assert_int_equal(pass_by("6100", SKIP_OTHER), TILL_OK);
    assert_int_equal(undo(4, "6100"), TILL_OK);
    fill_to(20);
    assert_int_equal(sqlite_execute(j->db, sql), TILL_OK);
    assert_int_equal(journal_audit_on(CUT_VFS, PATH, &verifier, &verdict), TILL_OK);
    assert_int_equal(verdict.first_bad, seq);
    assert_int_equal(verdict.reason, TILL_E_CORRUPT);
}

static void the_audit_sees_a_changed_kind_of_touch(void **state)
{
    (void)state;
    assert_audit_names("UPDATE touch SET detail = -33025 WHERE seq = 4", 4);
}

static void the_audit_sees_a_changed_reason(void **state)
{
    (void)state;
    assert_audit_names("UPDATE touch SET detail = detail - 65536 WHERE seq = 5", 5);
}

static void the_audit_sees_a_reversal_that_is_not_kept(void **state)
{
    (void)state;
    assert_audit_names("DELETE FROM touch WHERE seq = 6", 6);
}

/* ---- the log and the file -------------------------------------------------------------------- */

/* A copy of the log and what is behind its last commit cut off, frames and all. */
static uint8_t *log_copy(size_t *size_out)
{
    const uint8_t *bytes = cut_vfs_bytes(PATH "-wal", size_out);
    assert_non_null(bytes);
    uint8_t *copy = malloc(*size_out);
    assert_non_null(copy);
    memcpy(copy, bytes, *size_out);
    return copy;
}

static enum wal_tail tail_of(const uint8_t *wal, size_t size, uint32_t sector_size)
{
    struct wal_found found;
    wal_inspect((struct span){wal, size}, JOURNAL_PAGE_SIZE, sector_size, &found);
    return found.tail;
}

enum { FRAME_SIZE = WAL_FRAME_HEADER_SIZE + JOURNAL_PAGE_SIZE };

/* The first frame of the last transaction that is in the log. */
static size_t last_transaction(const uint8_t *wal, size_t size)
{
    size_t begin_at = WAL_HEADER_SIZE, last = WAL_HEADER_SIZE;
    for (size_t at = WAL_HEADER_SIZE; at + FRAME_SIZE <= size; at += FRAME_SIZE) {
        bool commit = wal[at + 4] != 0 || wal[at + 5] != 0 || wal[at + 6] != 0 || wal[at + 7] != 0;
        if (commit) {
            /* Copies that fill the sector have the same page, with the same content. */
            bool copy = at > WAL_HEADER_SIZE &&
                        memcmp(wal + at + WAL_FRAME_HEADER_SIZE, wal + at - JOURNAL_PAGE_SIZE,
                               JOURNAL_PAGE_SIZE) == 0;
            last = copy ? last : begin_at;
            begin_at = at + FRAME_SIZE;
        }
    }
    return last;
}

static void garbage_of_one_byte_that_is_a_bit_away_is_a_torn_write(void **state)
{
    size_t size = 0;
    (void)state;
    assert_int_equal(take("6100", false), TILL_OK);
    uint8_t *wal = log_copy(&size);
    assert_int_equal(tail_of(wal, size, SECTOR_SIZE), WAL_WHOLE);
    size_t frame_end = last_transaction(wal, size) + FRAME_SIZE;
    size_t sector_end = (frame_end + SECTOR_SIZE - 1) / SECTOR_SIZE * SECTOR_SIZE;
    /* The sector's garbage begins with the frame's last byte. */
    wal[frame_end - 1] ^= 0x10;
    for (size_t i = frame_end; i < sector_end && i < size; i++)
        wal[i] = (uint8_t)(i * 37);
    assert_int_equal(tail_of(wal, size, SECTOR_SIZE), WAL_TORN);
    /* One bit in a record that was committed: what follows in its sector is good. */
    free(wal);
    wal = log_copy(&size);
    wal[frame_end - 1] ^= 0x10;
    assert_int_equal(tail_of(wal, size, SECTOR_SIZE), WAL_DAMAGED);
    wal[frame_end - 1] ^= 0x10;
    wal[frame_end - 2] ^= 0x01;
    assert_int_equal(tail_of(wal, size, SECTOR_SIZE), WAL_DAMAGED);
    free(wal);
}

/* A frame of the last transaction, not its first nor the log's last, whose page and commit lie in
 * one sector and whose salts in the next; 0: there is none. */
static size_t parted_frame(const uint8_t *wal, size_t size)
{
    for (size_t at = last_transaction(wal, size) + FRAME_SIZE; at + 2 * FRAME_SIZE <= size;
         at += FRAME_SIZE) {
        if (at % SECTOR_SIZE == SECTOR_SIZE - 8)
            return at;
    }
    return 0;
}

static void garbage_before_salts_that_are_right_is_no_commit(void **state)
{
    uint8_t *wal = NULL;
    size_t size = 0, parted = 0;
    (void)state;
    for (int i = 0; i < 200 && parted == 0; i++) {
        free(wal);
        assert_int_equal(take("6100", false), TILL_OK);
        wal = log_copy(&size);
        parted = parted_frame(wal, size);
    }
    assert_true(parted != 0);
    for (size_t i = parted + 8 - SECTOR_SIZE; i < parted + 8; i++)
        wal[i] = (uint8_t)(i * 37 + 1);
    assert_int_equal(tail_of(wal, size, SECTOR_SIZE), WAL_TORN);
    free(wal);
}

static void a_sector_s_last_byte_alone_proves_nothing(void **state)
{
    size_t size = 0;
    (void)state;
    assert_int_equal(take("6100", false), TILL_OK);
    uint8_t *wal = log_copy(&size);
    size_t frame = last_transaction(wal, size);
    size_t last_of_sector = frame / SECTOR_SIZE * SECTOR_SIZE + SECTOR_SIZE - 1;
    wal[last_of_sector] ^= 0x04;
    assert_int_equal(tail_of(wal, size, SECTOR_SIZE), WAL_TORN);
    /* The audit doesn't know the sectors, and says it. */
    assert_int_equal(tail_of(wal, size, 0), WAL_DAMAGED);
    free(wal);
    /* In an earlier transaction a later one tells. */
    wal = log_copy(&size);
    wal[SECTOR_SIZE - 1] ^= 0x04;
    assert_int_equal(tail_of(wal, size, SECTOR_SIZE), WAL_DAMAGED);
    free(wal);
}

#define DAY_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAY_TEST(a_basket_is_one_transaction_with_numbers_in_a_row),
        DAY_TEST(a_basket_may_fill_more_than_a_group),
        DAY_TEST(a_basket_with_one_bad_entry_is_none),
        DAY_TEST(a_full_disk_takes_a_basket_later),
        DAY_TEST(reversals_lie_over_payments_of_the_same_group),
        DAY_TEST(reversals_lie_over_payments_of_an_earlier_group),
        DAY_TEST(a_payment_that_was_set_aside_is_laid_over_again),
        DAY_TEST(touches_come_newest_first),
        DAY_TEST(a_changed_pin_is_found_by_its_user),
        DAY_TEST(a_reversal_names_a_payment_as_it_was),
        DAY_TEST(nothing_is_reversed_twice),
        DAY_TEST(nobody_reverses_another_s_or_an_earlier_shift_s),
        DAY_TEST(training_reverses_only_training),
        DAY_TEST(only_what_has_a_paper_is_duplicated),
        DAY_TEST(an_older_head_is_refused_also_after_a_start),
        DAY_TEST(the_last_entry_is_the_last),
        DAY_TEST(the_audit_sees_a_changed_kind_of_touch),
        DAY_TEST(the_audit_sees_a_changed_reason),
        DAY_TEST(the_audit_sees_a_reversal_that_is_not_kept),
        DAY_TEST(garbage_of_one_byte_that_is_a_bit_away_is_a_torn_write),
        DAY_TEST(garbage_before_salts_that_are_right_is_no_commit),
        DAY_TEST(a_sector_s_last_byte_alone_proves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
