/* A simulated terminal's journal is a real one: its chain holds, its bodies are read, and it is the
 * same however often it is made. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "batch.h"
#include "crypto.h"
#include "fleet_journal.h"
#include "when.h"

enum { RECEIPTS = 30, NOW_S = 1795000000 };

static const char accounts[3][ACCOUNT_MAX] = {"6100000001", "6100000002", "6100000003"};
static const struct fleet_accounts doors = {accounts, 3};
static struct crypto_key *key;
static uint8_t packed[BATCH_PACKED_MAX];

static struct fleet_journal journal(uint32_t index)
{
    struct fleet_journal j = {.accounts = &doors, .seed = 7, .index = index};
    snprintf(j.enrolled.terminal, sizeof(j.enrolled.terminal), "50%02u", (unsigned)index);
    snprintf(j.enrolled.currency, sizeof(j.enrolled.currency), "CNY");
    snprintf(j.enrolled.zone, sizeof(j.enrolled.zone), "CST-8");
    j.enrolled.exponent = 2;
    memset(j.enrolled.authority, 5, HASH_SIZE);
    crypto_key_public(key, j.enrolled.public_key);
    crypto_sealer(&j.sealer, key);
    assert_int_equal(chain_genesis(&j.sealer, j.enrolled.terminal, j.enrolled.public_key,
                                   j.enrolled.authority, j.before_hash),
                     TILL_OK);
    fleet_journal_open_day(&j, RECEIPTS, NOW_S);
    return j;
}

static struct span batch_of(const struct fleet_journal *j, uint64_t from, uint32_t most)
{
    struct buffer out;
    buffer_init(&out, packed, sizeof(packed));
    assert_int_equal(fleet_journal_batch(j, from, most, BATCH_FORMAT_COLUMNS, &out), TILL_OK);
    return (struct span){packed, out.size};
}

/* Follows the chain through a batch: prev goes in, the last hash comes out. */
static uint64_t follow(const struct fleet_journal *j, struct span bytes, uint8_t prev[HASH_SIZE])
{
    struct batch *b = NULL;
    struct entry e;
    uint64_t last = 0;
    uint8_t hash[HASH_SIZE];
    assert_int_equal(batch_open(bytes, &b), TILL_OK);
    const struct batch_header *h = batch_header(b);
    assert_memory_equal(h->prev, prev, HASH_SIZE);
    while (batch_next(b, &e) == TILL_OK) {
        assert_int_equal(chain_hash(&j->sealer, h->terminal, &e, prev, hash), TILL_OK);
        assert_int_equal(entry_check_body(&e), TILL_OK);
        assert_true(e.at_s <= NOW_S || j->day > 0);
        memcpy(prev, hash, HASH_SIZE);
        last = e.seq;
    }
    assert_memory_equal(h->hash, prev, HASH_SIZE);
    assert_int_equal(j->sealer.verify(j->sealer.context, h->hash, h->signature), TILL_OK);
    batch_close(b);
    return last;
}

static void a_day_is_one_chain_from_the_enrolment_to_the_logout(void **state)
{
    struct fleet_journal j = journal(1);
    uint8_t prev[HASH_SIZE];
    (void)state;
    memcpy(prev, j.before_hash, HASH_SIZE);
    uint64_t last = follow(&j, batch_of(&j, 1, 1000), prev);
    assert_int_equal(last, 1 + 3 + 2 * RECEIPTS + 1);
    assert_int_equal(last, fleet_journal_head(&j));
}

static void parts_of_a_day_join(void **state)
{
    struct fleet_journal j = journal(1);
    uint8_t prev[HASH_SIZE];
    uint64_t last = 0;
    (void)state;
    memcpy(prev, j.before_hash, HASH_SIZE);
    while (last < fleet_journal_head(&j)) {
        last = follow(&j, batch_of(&j, last + 1, 7), prev);
    }
}

static void a_day_that_was_cut_off_is_made_again_byte_for_byte(void **state)
{
    struct fleet_journal j = journal(2), again = journal(2);
    struct batch *first = NULL, *second = NULL;
    (void)state;
    assert_int_equal(batch_open(batch_of(&j, 5, 20), &first), TILL_OK);
    assert_int_equal(batch_open(batch_of(&again, 5, 20), &second), TILL_OK);
    assert_memory_equal(batch_header(first)->hash, batch_header(second)->hash, HASH_SIZE);
    batch_close(first);
    batch_close(second);
}

static void two_terminals_take_different_amounts(void **state)
{
    struct fleet_journal one = journal(3), other = journal(4);
    struct entry a, b;
    struct body_collection x, y;
    struct batch *batch = NULL;
    (void)state;
    assert_int_equal(batch_open(batch_of(&one, 5, 1), &batch), TILL_OK);
    assert_int_equal(batch_next(batch, &a), TILL_OK);
    batch_close(batch);
    assert_int_equal(batch_open(batch_of(&other, 5, 1), &batch), TILL_OK);
    assert_int_equal(batch_next(batch, &b), TILL_OK);
    batch_close(batch);
    assert_int_equal(entry_read_collection(&a, &x), TILL_OK);
    assert_int_equal(entry_read_collection(&b, &y), TILL_OK);
    assert_int_not_equal(x.amount_minor, y.amount_minor);
}

static void the_next_day_goes_on_where_this_one_ended(void **state)
{
    struct fleet_journal j = journal(1);
    uint8_t prev[HASH_SIZE];
    (void)state;
    memcpy(prev, j.before_hash, HASH_SIZE);
    uint64_t last = follow(&j, batch_of(&j, 1, 1000), prev);
    int64_t ended_s = fleet_journal_ends_s(&j);
    assert_int_equal(fleet_journal_close_day(&j), TILL_OK);
    fleet_journal_open_day(&j, 2, NOW_S);
    assert_true(j.opens_at_s > ended_s);
    assert_memory_equal(j.before_hash, prev, HASH_SIZE);
    assert_int_equal(follow(&j, batch_of(&j, last + 1, 1000), prev), last + 3 + 4 + 1);
}

static void what_is_not_of_this_day_is_refused(void **state)
{
    struct fleet_journal j = journal(1);
    struct buffer out;
    (void)state;
    buffer_init(&out, packed, sizeof(packed));
    assert_int_equal(fleet_journal_batch(&j, 0, 10, BATCH_FORMAT_LINES, &out), TILL_BAD_INPUT);
    assert_int_equal(
        fleet_journal_batch(&j, fleet_journal_head(&j) + 1, 10, BATCH_FORMAT_LINES, &out),
        TILL_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_one_chain_from_the_enrolment_to_the_logout),
        cmocka_unit_test(parts_of_a_day_join),
        cmocka_unit_test(a_day_that_was_cut_off_is_made_again_byte_for_byte),
        cmocka_unit_test(two_terminals_take_different_amounts),
        cmocka_unit_test(the_next_day_goes_on_where_this_one_ended),
        cmocka_unit_test(what_is_not_of_this_day_is_refused),
    };
    if (crypto_key_create(&key) != TILL_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crypto_key_free(key);
    return failed;
}
