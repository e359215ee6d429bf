/*
 * The host's ledger in the store: nothing is posted that does not sum to zero, nothing twice, and
 * what was tampered with is named.
 */
#include "store_channel.h"
#include "store_place.h"

#include <stdio.h>
#include <string.h>

/* ---- ledger ---------------------------------------------------------------------------------- */

static void a_posting_moves_its_balances_and_comes_back_line_by_line(void **state)
{
    struct store_posting p = place_posting("entry/0031/4127");
    struct store_posting read;
    int64_t number = 0;

    (void)state;
    place_add_line(&p, "cash/0031/1001", 18642);
    place_add_line(&p, "receivable/6100234567/1", -18000);
    place_add_line(&p, "late_fee/1", -600);
    place_add_line(&p, "late_fee/1", -42);
    place_begin();
    assert_int_equal(store_post(place_store, &p), TILL_OK);
    place_commit();
    place_reopen();
    place_assert_balance("cash/0031/1001", 18642);
    place_assert_balance("receivable/6100234567/1", -18000);
    place_assert_balance("late_fee/1", -642);
    place_assert_balance("cash/0031/1002", 0);
    assert_int_equal(store_posting_next(place_store, 0, &number, &read), TILL_OK);
    assert_string_equal(read.source, p.source);
    assert_int_equal(read.value_at_s, p.value_at_s);
    assert_int_equal(read.posted_at_s, p.posted_at_s);
    assert_int_equal(read.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(read.lines[i].account, p.lines[i].account);
        assert_int_equal(read.lines[i].amount_minor, p.lines[i].amount_minor);
    }
    assert_int_equal(store_posting_next(place_store, number, &number, &read), TILL_NOT_FOUND);
    place_assert_sound_ledger(1);
}

static void the_largest_posting_fits_and_postings_come_by_number(void **state)
{
    struct store_posting p = place_posting("import/1/1");
    struct store_posting read;
    int64_t number = 0;

    (void)state;
    for (int i = 0; i < STORE_LINES_MAX; i++) {
        char account[STORE_LEDGER_ACCOUNT_MAX];

        snprintf(account, sizeof(account), "a/%061d", i);
        place_add_line(&p, account, i % 2 == 0 ? 1 : -1);
    }
    place_begin();
    assert_int_equal(store_post(place_store, &p), TILL_OK);
    assert_int_equal(place_post_two("import/1/2", "a", "b", 1), TILL_OK);
    place_commit();
    assert_int_equal(store_posting_next(place_store, 0, &number, &read), TILL_OK);
    assert_int_equal(read.count, STORE_LINES_MAX);
    assert_string_equal(read.lines[STORE_LINES_MAX - 1].account,
                        p.lines[STORE_LINES_MAX - 1].account);
    assert_int_equal(store_posting_next(place_store, number, &number, &read), TILL_OK);
    assert_string_equal(read.source, "import/1/2");
}

static void the_same_source_is_posted_once(void **state)
{
    (void)state;
    place_begin();
    assert_int_equal(place_post_two("entry/0031/1", "cash", "advance", 100), TILL_OK);
    assert_int_equal(place_post_two("entry/0031/1", "cash", "advance", 100), TILL_UNCHANGED);
    place_commit();
    place_begin();
    assert_int_equal(place_post_two("entry/0031/1", "cash", "advance", 999), TILL_UNCHANGED);
    place_commit();
    place_assert_balance("cash", 100);
    place_assert_sound_ledger(1);
}

static void a_posting_without_a_zero_sum_or_without_lines_is_refused(void **state)
{
    struct store_posting p = place_posting("entry/0031/1");
    struct store_posting read;
    int64_t number = 0;

    (void)state;
    place_begin();
    assert_int_equal(store_post(place_store, &p), TILL_BAD_INPUT);
    place_add_line(&p, "cash", 100);
    place_add_line(&p, "advance", -99);
    assert_int_equal(store_post(place_store, &p), TILL_BAD_INPUT);
    p.lines[1].amount_minor = -100;
    p.lines[1].account[0] = '\0';
    assert_int_equal(store_post(place_store, &p), TILL_BAD_INPUT);
    p.lines[1].account[0] = '\n';
    assert_int_equal(store_post(place_store, &p), TILL_BAD_INPUT);
    p.lines[1].account[0] = 'a';
    p.source[0] = '\0';
    assert_int_equal(store_post(place_store, &p), TILL_BAD_INPUT);
    p.source[0] = 'e';
    p.count = STORE_LINES_MAX + 1;
    assert_int_equal(store_post(place_store, &p), TILL_BAD_INPUT);
    place_commit();
    assert_int_equal(store_posting_next(place_store, 0, &number, &read), TILL_NOT_FOUND);
}

static void a_balance_never_leaves_its_range_and_a_refused_posting_leaves_nothing(void **state)
{
    struct store_posting p = place_posting("sum");

    (void)state;
    place_begin();
    assert_int_equal(place_post_two("1", "cash", "advance", INT64_MAX), TILL_OK);
    /* The first line fits, the second does not: neither is there after it. */
    p.count = 0;
    place_add_line(&p, "other", -1);
    place_add_line(&p, "cash", 1);
    assert_int_equal(store_post(place_store, &p), TILL_E_OVERFLOW);
    place_assert_balance("other", 0);
    place_assert_balance("cash", INT64_MAX);
    p.count = 0;
    place_add_line(&p, "x", INT64_MAX);
    place_add_line(&p, "y", 1);
    place_add_line(&p, "z", INT64_MIN);
    assert_int_equal(store_post(place_store, &p), TILL_E_OVERFLOW);
    /* The transaction goes on. */
    assert_int_equal(place_post_two("2", "other", "late_fee/1", 5), TILL_OK);
    place_commit();
    place_assert_balance("other", 5);
    place_assert_sound_ledger(2);
}

static void a_prefix_sums_the_accounts_that_begin_so_and_no_others(void **state)
{
    int64_t sum = 0;

    (void)state;
    place_begin();
    assert_int_equal(place_post_two("1", "cash/0031/1001", "x", 100), TILL_OK);
    assert_int_equal(place_post_two("2", "cash/0031/1002", "x", 20), TILL_OK);
    assert_int_equal(place_post_two("3", "cash/0032/1001", "x", 3), TILL_OK);
    assert_int_equal(place_post_two("4", "cash_box", "x", 1000), TILL_OK);
    assert_int_equal(place_post_two("5", "段/囍", "x", 7), TILL_OK);
    assert_int_equal(place_post_two("6", "b%", "x", 9), TILL_OK);
    place_commit();
    assert_int_equal(store_balance_prefix(place_store, "cash/0031/", &sum), TILL_OK);
    assert_int_equal(sum, 120);
    assert_int_equal(store_balance_prefix(place_store, "cash/", &sum), TILL_OK);
    assert_int_equal(sum, 123);
    assert_int_equal(store_balance_prefix(place_store, "段", &sum), TILL_OK);
    assert_int_equal(sum, 7);
    assert_int_equal(store_balance_prefix(place_store, "%", &sum), TILL_OK);
    assert_int_equal(sum, 0);
    assert_int_equal(store_balance_prefix(place_store, "", &sum), TILL_OK);
    assert_int_equal(sum, 0);
}

static void post_three(void)
{
    place_begin();
    assert_int_equal(place_post_two("1", "cash", "advance", 100), TILL_OK);
    assert_int_equal(place_post_two("2", "cash", "advance", 20), TILL_OK);
    assert_int_equal(place_post_two("3", "bank", "cash", 90), TILL_OK);
    place_commit();
    place_assert_sound_ledger(3);
}

static void a_balance_that_is_not_the_sum_of_its_lines_is_named(void **state)
{
    struct store_ledger_verdict v;

    (void)state;
    post_three();
    place_tamper("UPDATE ledger_account SET balance_minor = 31 WHERE name = 'cash'");
    assert_int_equal(store_ledger_check(place_store, &v), TILL_OK);
    assert_string_equal(v.wrong_account, "cash");
    assert_int_equal(v.unbalanced, 0);
    place_tamper("UPDATE ledger_account SET balance_minor = 30 WHERE name = 'cash'");
    place_assert_sound_ledger(3);
    /* The last one is looked at too. */
    place_tamper("UPDATE ledger_account SET balance_minor = 91 WHERE name = 'bank'");
    assert_int_equal(store_ledger_check(place_store, &v), TILL_OK);
    assert_string_equal(v.wrong_account, "bank");
}

static void a_posting_that_lost_a_fen_or_a_line_is_named(void **state)
{
    struct store_ledger_verdict v;
    struct store_posting p;
    int64_t number = 0;

    (void)state;
    post_three();
    assert_int_equal(store_posting_next(place_store, 0, &number, &p), TILL_OK);
    assert_int_equal(store_posting_next(place_store, number, &number, &p), TILL_OK);
    place_tamper("UPDATE line SET amount_minor = amount_minor - 1 WHERE amount_minor = 20");
    assert_int_equal(store_ledger_check(place_store, &v), TILL_OK);
    assert_int_equal(v.unbalanced, number);
    assert_int_equal(v.lines, 6);
    place_tamper("DELETE FROM line WHERE amount_minor IN (19, -20)");
    assert_int_equal(store_ledger_check(place_store, &v), TILL_OK);
    assert_int_equal(v.unbalanced, number);
    assert_int_equal(v.postings, 3);
    assert_int_equal(v.lines, 4);
}

/* ---- within a transaction -------------------------------------------------------------------- */

static void a_balance_is_seen_before_its_transaction_ends(void **state)
{
    (void)state;
    place_begin();
    assert_int_equal(place_post_two("entry/0031/1", "cash/1", "advance", 100), TILL_OK);
    place_assert_balance("cash/1", 100);
    assert_int_equal(place_post_two("entry/0031/2", "cash/1", "advance", 20), TILL_OK);
    place_assert_balance("cash/1", 120);
    place_assert_balance("advance", -120);
    place_commit();
    place_assert_balance("cash/1", 120);
    place_assert_sound_ledger(2);
}

static void what_a_part_takes_back_is_in_no_balance(void **state)
{
    (void)state;
    place_begin();
    assert_int_equal(place_post_two("entry/0031/1", "cash", "advance", 100), TILL_OK);
    assert_int_equal(store_part_begin(place_store), TILL_OK);
    assert_int_equal(place_post_two("entry/0031/2", "cash", "late_fee/1", 7), TILL_OK);
    assert_int_equal(store_part_end(place_store, TILL_REFUSED), TILL_REFUSED);
    assert_int_equal(place_post_two("entry/0031/3", "cash", "late_fee/1", 5), TILL_OK);
    place_commit();
    place_assert_balance("cash", 105);
    place_assert_balance("late_fee/1", -5);
    place_assert_sound_ledger(2);
}

/* Entry and posting of a batch whose numbers are said to be new. */
static void put_and_post(uint64_t seq, const char *source, enum till_status expected)
{
    struct entry e = place_entry(seq, (uint8_t)seq);

    assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_OK);
    assert_int_equal(place_post_two(source, "cash", "advance", 10), expected);
}

static void a_batch_of_new_entries_posts_each_once_among_others(void **state)
{
    const struct store_expected e = {.terminal = "0031", .from_seq = 1, .entries = 4};

    (void)state;
    place_begin();
    place_put_terminal("0031");
    assert_int_equal(place_post_two("import/1/1", "cash", "billed", 1), TILL_OK);
    place_commit();
    assert_int_equal(store_begin_terminal(place_store, "0031"), TILL_OK);
    assert_int_equal(store_expect(place_store, &e), TILL_OK);
    put_and_post(1, "entry/0031/1", TILL_OK);
    put_and_post(2, "entry/0031/1", TILL_UNCHANGED);
    assert_int_equal(place_post_two("correction/1", "cash", "billed", 1), TILL_OK);
    put_and_post(3, "entry/0031/3", TILL_OK);
    assert_int_equal(place_post_two("entry/0031/3", "cash", "advance", 10), TILL_UNCHANGED);
    assert_int_equal(store_part_begin(place_store), TILL_OK);
    put_and_post(4, "entry/0031/4", TILL_OK);
    assert_int_equal(store_part_end(place_store, TILL_REFUSED), TILL_REFUSED);
    assert_int_equal(place_post_two("entry/0031/4", "cash", "advance", 4), TILL_OK);
    place_commit();
    place_assert_balance("cash", 26);
    place_assert_balance("advance", -24);
    place_assert_sound_ledger(5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_posting_moves_its_balances_and_comes_back_line_by_line),
        PLACE_TEST(the_largest_posting_fits_and_postings_come_by_number),
        PLACE_TEST(the_same_source_is_posted_once),
        PLACE_TEST(a_posting_without_a_zero_sum_or_without_lines_is_refused),
        PLACE_TEST(a_balance_never_leaves_its_range_and_a_refused_posting_leaves_nothing),
        PLACE_TEST(a_prefix_sums_the_accounts_that_begin_so_and_no_others),
        PLACE_TEST(a_balance_that_is_not_the_sum_of_its_lines_is_named),
        PLACE_TEST(a_posting_that_lost_a_fen_or_a_line_is_named),
        PLACE_TEST(a_balance_is_seen_before_its_transaction_ends),
        PLACE_TEST(what_a_part_takes_back_is_in_no_balance),
        PLACE_TEST(a_batch_of_new_entries_posts_each_once_among_others),
    };

    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}
