/* Batches into the store: exactly once, whatever the line does to them. */
#include "office.h"

#include <stdlib.h>
#include <string.h>

#include "money.h"

static struct device device;

static void begin_with_two_payments(void)
{
    struct body_collection first = device_cash(OFFICE_ACCOUNT, 9210);
    struct body_collection second = device_cash(OFFICE_ACCOUNT, 5000);
    device_begin(&device, "0031");
    device_collect(&device, &first, 0);
    device_raw(&device, KIND_PRINT_DONE, "{\"s\":5}");
    device_collect(&device, &second, 0);
}

static void assert_nothing_stored(void)
{
    struct store_terminal t = office_terminal("0031");
    struct entry e;
    assert_int_equal(t.head_seq, 0);
    assert_int_equal(store_entry_get(office.store, "0031", 1, &e), TILL_NOT_FOUND);
    assert_int_equal(office_balance("cash/0031/1001"), 0);
}

static void a_day_is_stored_and_posted(void **state)
{
    (void)state;
    begin_with_two_payments();
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.stored, 7);
    assert_int_equal(o.quarantined, 0);
    assert_int_equal(o.terminal.head_seq, 7);
    assert_memory_equal(o.terminal.head_hash, device.entries[6].hash, HASH_SIZE);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 5000);
    assert_int_equal(office_balance("receivable/" OFFICE_ACCOUNT "/1"), 9210 + 9432 - 14210);
    office_assert_sound();
    device_end(&device);
}

static void the_same_batch_again_changes_nothing_but_the_serial(void **state)
{
    (void)state;
    begin_with_two_payments();
    struct ingest_outcome first = device_hand_in(&device);
    int64_t postings = office_postings();
    for (int i = 0; i < 3; i++) {
        struct ingest_outcome again = device_hand_in(&device);
        assert_int_equal(again.stored, 0);
        assert_int_equal(again.skipped, 7);
        assert_int_equal(again.terminal.head_seq, 7);
        assert_true(again.terminal.head_serial > first.terminal.head_serial);
    }
    assert_int_equal(office_postings(), postings);
    assert_int_equal(office_alarms("fork"), 0);
    office_assert_sound();
    device_end(&device);
}

static void every_overlap_takes_each_record_once(void **state)
{
    (void)state;
    struct ingest_outcome o;
    begin_with_two_payments();
    for (uint64_t to = 1; to <= device.count; to++) {
        for (uint64_t from = 1; from <= to; from++) {
            assert_int_equal(device_send(&device, from, to, &o), TILL_OK);
            assert_int_equal(o.terminal.head_seq, to);
        }
    }
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 5000);
    office_assert_sound();
    device_end(&device);
}

static void a_later_batch_waits_for_the_earlier_one(void **state)
{
    (void)state;
    struct ingest_outcome o;
    begin_with_two_payments();
    assert_int_equal(device_send(&device, 4, 7, &o), TILL_NEED_EARLIER);
    assert_int_equal(o.terminal.head_seq, 0);
    assert_nothing_stored();
    assert_int_equal(device_send(&device, 1, 3, &o), TILL_OK);
    assert_int_equal(device_send(&device, 5, 7, &o), TILL_NEED_EARLIER);
    assert_int_equal(device_send(&device, 4, 7, &o), TILL_OK);
    assert_int_equal(o.terminal.head_seq, 7);
    office_assert_sound();
    device_end(&device);
}

static void a_batch_cut_anywhere_stores_nothing(void **state)
{
    (void)state;
    static uint8_t memory[BATCH_PACKED_MAX];
    struct ingest_outcome o;
    begin_with_two_payments();
    struct span whole = device_batch(&device, 1, device.count, memory);
    for (size_t size = 0; size < whole.size; size++) {
        struct span cut = {whole.data, size};
        assert_int_not_equal(
            ingest_batch(office.store, "0031", office.authority.fingerprint, cut, OFFICE_NOW_S, &o),
            TILL_OK);
    }
    assert_nothing_stored();
    device_end(&device);
}

static void a_changed_amount_does_not_join_up(void **state)
{
    (void)state;
    struct ingest_outcome o;
    begin_with_two_payments();
    char *amount = strstr(device.entries[4].body, "9210");
    assert_non_null(amount);
    amount[0] = '8';
    assert_int_equal(device_send(&device, 1, device.count, &o), TILL_E_CHAIN);
    assert_nothing_stored();
    device_end(&device);
}

static void another_key_can_not_sign_for_the_terminal(void **state)
{
    (void)state;
    struct ingest_outcome o;
    struct crypto_key *stranger = NULL;
    begin_with_two_payments();
    struct entry *last = &device.entries[device.count - 1];
    assert_int_equal(crypto_key_create(&stranger), TILL_OK);
    assert_int_equal(crypto_sign(stranger, last->hash, last->signature), TILL_OK);
    assert_int_equal(device_send(&device, 1, device.count, &o), TILL_E_SIGNATURE);
    assert_nothing_stored();
    crypto_key_free(stranger);
    device_end(&device);
}

static void a_journal_begins_with_its_enrolment(void **state)
{
    (void)state;
    struct ingest_outcome o;
    begin_with_two_payments();
    device_roll_back(&device, 0);
    device_login(&device, KIND_LOGIN, "1001");
    assert_int_equal(device_send(&device, 1, 1, &o), TILL_E_CHAIN);
    assert_nothing_stored();
    device_end(&device);
}

static void a_batch_of_another_terminal_is_refused(void **state)
{
    (void)state;
    static uint8_t memory[BATCH_PACKED_MAX];
    static struct device other;
    struct ingest_outcome o;
    begin_with_two_payments();
    device_begin(&other, "0032");
    struct span packed = device_batch(&other, 1, other.count, memory);
    assert_int_equal(
        ingest_batch(office.store, "0031", office.authority.fingerprint, packed, OFFICE_NOW_S, &o),
        TILL_REFUSED);
    assert_nothing_stored();
    device_end(&other);
    device_end(&device);
}

/* ---- another branch -------------------------------------------------------------------------- */

static void fork_after_five(void)
{
    struct body_collection other = device_cash(OFFICE_LATE, 7700);
    begin_with_two_payments();
    (void)device_hand_in(&device);
    device_roll_back(&device, 5);
    device_collect(&device, &other, 0);
    device_raw(&device, KIND_PRINT_DONE, "{\"s\":6}");
}

static void a_second_branch_is_evidence_and_stops_the_terminal(void **state)
{
    (void)state;
    struct ingest_outcome o;
    struct store_terminal before;
    fork_after_five();
    before = office_terminal("0031");
    assert_int_equal(device_send(&device, 1, 7, &o), TILL_OK);
    assert_int_equal(o.forked, 2);
    assert_true(o.terminal.stopped);
    assert_int_equal(o.terminal.head_seq, 7);
    assert_memory_equal(o.terminal.head_hash, before.head_hash, HASH_SIZE);
    assert_int_equal(store_fork_count(office.store, "0031"), 2);
    assert_int_equal(office_balance("suspense/0031"), -7700);
    assert_int_equal(office_balance("cash/0031/-fork"), 7700);
    assert_int_equal(office_arrears(OFFICE_LATE).bills[0].amount_minor, 10000);
    assert_int_equal(office_alarms("fork"), 1);
    office_assert_sound();
    device_end(&device);
}

static void the_same_branch_again_is_no_news(void **state)
{
    (void)state;
    struct ingest_outcome o;
    fork_after_five();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(device_send(&device, 6, 7, &o), TILL_OK);
    }
    assert_int_equal(store_fork_count(office.store, "0031"), 2);
    assert_int_equal(office_balance("suspense/0031"), -7700);
    assert_int_equal(office_alarms("fork"), 1);
    office_assert_sound();
    device_end(&device);
}

static void what_follows_a_branch_is_kept_with_it(void **state)
{
    (void)state;
    struct ingest_outcome o;
    struct body_collection more = device_cash(OFFICE_LATE, 300);
    fork_after_five();
    assert_int_equal(device_send(&device, 6, 7, &o), TILL_OK);
    device_collect(&device, &more, 0);
    assert_int_equal(device_send(&device, 8, 8, &o), TILL_OK);
    assert_int_equal(o.terminal.head_seq, 7);
    assert_int_equal(store_fork_count(office.store, "0031"), 3);
    assert_int_equal(office_balance("suspense/0031"), -8000);
    assert_int_equal(office_alarms("fork"), 2);
    device_end(&device);
}

/* ---- single bad records ---------------------------------------------------------------------- */

static void assert_only_quarantined(uint64_t seq)
{
    uint64_t seqs[BOOK_UNAPPLIED_MAX];
    size_t count = 0;
    assert_int_equal(store_quarantined(office.store, "0031", seqs, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(seqs[0], seq);
}

static void an_unknown_account_is_set_aside_and_the_queue_goes_on(void **state)
{
    (void)state;
    struct body_collection lost = device_cash("6109999999", 1000);
    struct body_collection good = device_cash(OFFICE_ACCOUNT, 9210);
    device_begin(&device, "0031");
    device_collect(&device, &lost, 0);
    device_collect(&device, &good, 0);
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.stored, 6);
    assert_int_equal(o.quarantined, 1);
    assert_only_quarantined(5);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210);
    assert_int_equal(office_alarms("quarantine"), 1);
    office_assert_sound();
    device_end(&device);
}

static void an_advance_beyond_what_can_be_is_set_aside_alone(void **state)
{
    (void)state;
    static struct device other;
    struct ingest_outcome o;
    struct body_collection absurd = device_cash(OFFICE_OTHER, MONEY_MAX_MINOR);
    struct body_collection good = device_cash(OFFICE_OTHER, 100);
    struct body_collection before = device_cash(OFFICE_ACCOUNT, 9210);
    absurd.tendered_minor = absurd.amount_minor;
    device_begin(&device, "0031");
    device_begin(&other, "0032");
    device_collect(&device, &before, 0);
    device_collect(&device, &absurd, 0);
    device_collect(&device, &good, 0);
    o = device_hand_in(&device);
    assert_int_equal(o.stored, 7);
    assert_int_equal(o.quarantined, 1);
    assert_only_quarantined(6);
    assert_int_equal(office_alarms("quarantine"), 1);
    device_collect(&other, &good, 0);
    o = device_hand_in(&other);
    assert_int_equal(o.quarantined, 0);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000 + 200);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 100);
    office_assert_sound();
    device_end(&other);
    device_end(&device);
}

static void a_body_that_breaks_its_rules_is_set_aside(void **state)
{
    (void)state;
    struct body_collection good = device_cash(OFFICE_ACCOUNT, 9210);
    device_begin(&device, "0031");
    device_raw(&device, KIND_COLLECTION, "{\"a\":\"" OFFICE_ACCOUNT "\",\"m\":-5}");
    device_collect(&device, &good, 0);
    (void)device_hand_in(&device);
    assert_only_quarantined(5);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210);
    office_assert_sound();
    device_end(&device);
}

static void money_of_a_kind_nobody_knows_is_set_aside(void **state)
{
    (void)state;
    device_begin(&device, "0031");
    device_raw(&device, 0x9234, "{\"m\":100}");
    device_raw(&device, KIND_CASH_DROP, "{\"m\":100}");
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.quarantined, 2);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    office_assert_sound();
    device_end(&device);
}

static void other_kinds_nobody_knows_are_kept(void **state)
{
    (void)state;
    struct entry e;
    device_begin(&device, "0031");
    device_raw(&device, 0x1234, "{\"x\":1}");
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.quarantined, 0);
    assert_int_equal(store_entry_get(office.store, "0031", 5, &e), TILL_OK);
    assert_string_equal(e.body, "{\"x\":1}");
    device_end(&device);
}

static void training_posts_nothing(void **state)
{
    (void)state;
    struct body_collection play = device_cash(OFFICE_ACCOUNT, 9210);
    device_begin(&device, "0031");
    device_collect(&device, &play, KIND_TRAINING);
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.quarantined, 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 2);
    office_assert_sound();
    device_end(&device);
}

static void a_blocked_terminal_is_told_so(void **state)
{
    (void)state;
    struct ingest_outcome o;
    begin_with_two_payments();
    office_tamper("UPDATE terminal SET state = 2");
    assert_int_equal(device_send(&device, 1, 7, &o), TILL_REVOKED);
    assert_nothing_stored();
    device_end(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_day_is_stored_and_posted),
        OFFICE_TEST(the_same_batch_again_changes_nothing_but_the_serial),
        OFFICE_TEST(every_overlap_takes_each_record_once),
        OFFICE_TEST(a_later_batch_waits_for_the_earlier_one),
        OFFICE_TEST(a_batch_cut_anywhere_stores_nothing),
        OFFICE_TEST(a_changed_amount_does_not_join_up),
        OFFICE_TEST(another_key_can_not_sign_for_the_terminal),
        OFFICE_TEST(a_journal_begins_with_its_enrolment),
        OFFICE_TEST(a_batch_of_another_terminal_is_refused),
        OFFICE_TEST(a_second_branch_is_evidence_and_stops_the_terminal),
        OFFICE_TEST(the_same_branch_again_is_no_news),
        OFFICE_TEST(what_follows_a_branch_is_kept_with_it),
        OFFICE_TEST(an_unknown_account_is_set_aside_and_the_queue_goes_on),
        OFFICE_TEST(an_advance_beyond_what_can_be_is_set_aside_alone),
        OFFICE_TEST(a_body_that_breaks_its_rules_is_set_aside),
        OFFICE_TEST(money_of_a_kind_nobody_knows_is_set_aside),
        OFFICE_TEST(other_kinds_nobody_knows_are_kept),
        OFFICE_TEST(training_posts_nothing),
        OFFICE_TEST(a_blocked_terminal_is_told_so),
    };
    return office_run("host_ingest", tests, sizeof(tests) / sizeof(tests[0]));
}
