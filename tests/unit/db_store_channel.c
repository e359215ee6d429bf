/* Channels, corrections and periods, on every back end. */
#include "store_place.h"

#include <stdio.h>
#include <string.h>

#include "store_channel.h"
#include "store_correction.h"
#include "store_period.h"

#define ACCOUNT "6100234567"

static void put_channel(const char *name)
{
    struct store_channel c = {.stopped = true};

    (void)snprintf(c.name, sizeof(c.name), "%s", name);
    (void)snprintf(c.title, sizeof(c.title), "%s", "支付宝");
    memset(c.certificate, 7, sizeof(c.certificate));
    assert_int_equal(store_channel_put(place_store, &c), TILL_OK);
}

static struct store_channel_payment payment(const char *number)
{
    struct store_channel_payment p = {.channel = "alipay",
                                      .account = ACCOUNT,
                                      .amount_minor = 9210,
                                      .value_at_s = 1795309200,
                                      .received_at_s = 1795309300};

    (void)snprintf(p.number, sizeof(p.number), "%s", number);
    return p;
}

/* ---- channels -------------------------------------------------------------------------------- */

static void a_channel_is_kept_whole(void **state)
{
    struct store_channel read;

    (void)state;
    place_begin();
    put_channel("alipay");
    put_channel("abc");
    place_commit();
    place_reopen();
    assert_int_equal(store_channel_get(place_store, "alipay", &read), TILL_OK);
    assert_string_equal(read.title, "支付宝");
    assert_true(read.stopped);
    assert_int_equal(read.certificate[31], 7);
    assert_int_equal(store_channel_next(place_store, "", &read), TILL_OK);
    assert_string_equal(read.name, "abc");
    assert_int_equal(store_channel_next(place_store, read.name, &read), TILL_OK);
    assert_string_equal(read.name, "alipay");
    assert_int_equal(store_channel_next(place_store, read.name, &read), TILL_NOT_FOUND);
}

static void a_name_that_could_be_a_terminals_is_no_channels(void **state)
{
    static const char *const bad[] = {"", "0031A", "Alipay", "a-b", "abcdefghijkl", "a b", "支"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(channel_name_is_valid(bad[i]));
    assert_true(channel_name_is_valid("abcdefghijk"));
    assert_true(store_holder_is_valid("+abcdefghijk"));
    assert_true(store_holder_is_valid("+"));
    assert_true(store_holder_is_valid("0031"));
    assert_false(store_holder_is_valid("+Abc"));
    assert_false(store_holder_is_valid(""));
}

static void payments_are_numbered_in_their_channel_and_found_by_number(void **state)
{
    struct store_channel_payment a = payment("x'1"), b = payment("2"), read;

    (void)state;
    place_begin();
    put_channel("alipay");
    assert_int_equal(store_channel_payment_put(place_store, &a), TILL_OK);
    assert_int_equal(store_channel_payment_put(place_store, &b), TILL_OK);
    assert_int_equal(a.id, 1);
    assert_int_equal(b.id, 2);
    b.posted = true;
    assert_int_equal(store_channel_payment_put(place_store, &b), TILL_OK);
    place_commit();
    place_reopen();
    assert_int_equal(store_channel_payment_find(place_store, "alipay", "x'1", &read), TILL_OK);
    assert_memory_equal(&read, &a, sizeof(a));
    assert_int_equal(store_channel_payment_next(place_store, "alipay", 1, &read), TILL_OK);
    assert_memory_equal(&read, &b, sizeof(b));
    assert_int_equal(store_channel_payment_next(place_store, "alipay", 2, &read), TILL_NOT_FOUND);
    assert_int_equal(store_channel_payment_get(place_store, "abc", 1, &read), TILL_NOT_FOUND);
}

static void those_set_aside_are_found_past_all_that_were_posted(void **state)
{
    struct store_channel_payment p, read = {0};

    (void)state;
    place_begin();
    put_channel("alipay");
    put_channel("other");
    for (int i = 1; i <= 9; i++) {
        char number[12];
        snprintf(number, sizeof(number), "%d", i);
        p = payment(number);
        p.posted = i % 4 != 0;
        assert_int_equal(store_channel_payment_put(place_store, &p), TILL_OK);
    }
    p = payment("5");
    snprintf(p.channel, sizeof(p.channel), "other");
    assert_int_equal(store_channel_payment_put(place_store, &p), TILL_OK);
    place_commit();
    assert_int_equal(store_channel_payment_next_aside(place_store, "alipay", 0, &read), TILL_OK);
    assert_int_equal(read.id, 4);
    assert_int_equal(store_channel_payment_next_aside(place_store, read.channel, read.id, &read),
                     TILL_OK);
    assert_int_equal(read.id, 8);
    assert_int_equal(store_channel_payment_next_aside(place_store, "alipay", 8, &read),
                     TILL_NOT_FOUND);
}

static void one_number_is_one_payment(void **state)
{
    struct store_channel_payment a = payment("1"), again = payment("1");

    (void)state;
    place_begin();
    put_channel("alipay");
    assert_int_equal(store_channel_payment_put(place_store, &a), TILL_OK);
    assert_int_equal(store_channel_payment_put(place_store, &again), TILL_BAD_INPUT);
    place_commit();
}

static void a_payment_needs_a_channel_a_number_and_an_amount(void **state)
{
    struct store_channel_payment p = payment("1");

    (void)state;
    place_begin();
    assert_int_equal(store_channel_payment_put(place_store, &p), TILL_NOT_FOUND);
    put_channel("alipay");
    p.amount_minor = 0;
    assert_int_equal(store_channel_payment_put(place_store, &p), TILL_BAD_INPUT);
    p = payment("");
    assert_int_equal(store_channel_payment_put(place_store, &p), TILL_BAD_INPUT);
    p = payment("a\nb");
    assert_int_equal(store_channel_payment_put(place_store, &p), TILL_BAD_INPUT);
    place_commit();
}

static void other_content_is_kept_once(void **state)
{
    struct store_channel_payment p = payment("1");

    (void)state;
    place_begin();
    put_channel("alipay");
    assert_int_equal(store_channel_conflict_put(place_store, &p), TILL_OK);
    assert_int_equal(store_channel_conflict_put(place_store, &p), TILL_UNCHANGED);
    p.amount_minor++;
    assert_int_equal(store_channel_conflict_put(place_store, &p), TILL_OK);
    place_commit();
}

/* ---- parts of a transaction ------------------------------------------------------------------ */

static void a_part_goes_back_alone_also_after_a_posting_in_it_failed(void **state)
{
    struct store_posting odd = place_posting("odd");

    (void)state;
    place_begin();
    assert_int_equal(place_post_two("a", "x", "y", 5), TILL_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(store_part_begin(place_store), TILL_OK);
        assert_int_equal(place_post_two("b", "x", "y", 7), TILL_OK);
        place_add_line(&odd, "x", 1);
        assert_int_equal(store_post(place_store, &odd), TILL_BAD_INPUT);
        assert_int_equal(store_part_end(place_store, TILL_REFUSED), TILL_REFUSED);
    }
    assert_int_equal(store_part_begin(place_store), TILL_OK);
    assert_int_equal(place_post_two("c", "x", "y", 11), TILL_OK);
    assert_int_equal(store_part_end(place_store, TILL_OK), TILL_OK);
    place_commit();
    place_assert_balance("x", 16);
    place_assert_sound_ledger(2);
}

/* ---- payments of an account ------------------------------------------------------------------ */

static void put_payment(const char *holder, uint64_t seq, int64_t amount_minor)
{
    struct store_payment p = {.seq = seq, .count = 1};

    (void)snprintf(p.terminal, sizeof(p.terminal), "%s", holder);
    (void)snprintf(p.account, sizeof(p.account), ACCOUNT);
    p.bills[0] = (struct store_paid){.month = 202609, .type = 1, .amount_minor = amount_minor};
    assert_int_equal(store_payment_put(place_store, &p), TILL_OK);
}

static void put_customer(void)
{
    struct bill bill = place_bill(202609, 9210);

    place_put_meter_book("CX01");
    place_put_customer(ACCOUNT, "CX01", 1);
    assert_int_equal(store_bill_put(place_store, ACCOUNT, &bill), TILL_OK);
}

static void payments_of_an_account_come_whoever_took_them_while_they_stand(void **state)
{
    struct store_payment p = {0};

    (void)state;
    place_begin();
    put_customer();
    put_payment("0031", 7, 1);
    put_payment("0031", 12, 2);
    put_payment("+alipay", 1, 3);
    put_payment("+", 1, 4);
    assert_int_equal(store_payment_undo(place_store, "0031", 7, "entry/0031/8"), TILL_OK);
    assert_int_equal(store_payment_next(place_store, ACCOUNT, "", 0, &p), TILL_OK);
    assert_string_equal(p.terminal, "+");
    assert_int_equal(store_payment_next(place_store, ACCOUNT, p.terminal, p.seq, &p), TILL_OK);
    assert_string_equal(p.terminal, "+alipay");
    assert_int_equal(store_payment_next(place_store, ACCOUNT, p.terminal, p.seq, &p), TILL_OK);
    assert_int_equal(p.seq, 12);
    assert_int_equal(p.bills[0].amount_minor, 2);
    assert_int_equal(store_payment_next(place_store, ACCOUNT, p.terminal, p.seq, &p),
                     TILL_NOT_FOUND);
    place_commit();
}

static void what_a_payment_settled_is_written_anew(void **state)
{
    struct store_payment p;

    (void)state;
    place_begin();
    put_customer();
    put_payment("0031", 7, 9000);
    assert_int_equal(store_payment_get(place_store, "0031", 7, &p), TILL_OK);
    p.bills[0].amount_minor = 10;
    p.bills[0].late_fee_minor = 3;
    assert_int_equal(store_payment_settle(place_store, &p), TILL_OK);
    assert_int_equal(store_payment_get(place_store, "0031", 7, &p), TILL_OK);
    assert_int_equal(p.count, 1);
    assert_int_equal(p.bills[0].late_fee_minor, 3);
    p.count = 0;
    assert_int_equal(store_payment_settle(place_store, &p), TILL_OK);
    assert_int_equal(store_payment_get(place_store, "0031", 7, &p), TILL_OK);
    assert_int_equal(p.count, 0);
    place_commit();
}

static void what_no_payment_paid_of_a_bill_came_from_the_balance(void **state)
{
    struct bill bill = place_bill(202609, 9210), other = place_bill(202610, 500);
    struct store_paid paid[BILLS_MAX];
    size_t count = 0;

    (void)state;
    place_begin();
    put_customer();
    assert_int_equal(store_bill_put(place_store, ACCOUNT, &other), TILL_OK);
    put_payment("0031", 7, 9000);
    bill.amount_minor = 0;
    other.amount_minor = 100;
    assert_int_equal(store_bill_open_set(place_store, ACCOUNT, &bill), TILL_OK);
    assert_int_equal(store_bill_open_set(place_store, ACCOUNT, &other), TILL_OK);
    assert_int_equal(store_from_balance(place_store, ACCOUNT, paid, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_int_equal(paid[0].month, 202610);
    assert_int_equal(paid[0].amount_minor, 400);
    assert_int_equal(paid[1].amount_minor, 210);
    place_commit();
}

/* ---- corrections ----------------------------------------------------------------------------- */

static struct store_correction correction(uint64_t seq)
{
    struct store_correction c = {.kind = CORRECTION_TRANSFER,
                                 .state = CORRECTION_PROPOSED,
                                 .terminal = "0031",
                                 .account = ACCOUNT,
                                 .to_account = "6100234568",
                                 .amount_minor = 9210,
                                 .value_at_s = 1795309200,
                                 .reason = "wrong house'",
                                 .proposed_by = "2001",
                                 .proposed_at_s = 1795309300};

    c.seq = seq;
    memset(c.hash, 9, sizeof(c.hash));
    return c;
}

static void a_correction_is_kept_whole_and_found_from_both_accounts(void **state)
{
    struct store_correction c = correction(7), read;

    (void)state;
    place_begin();
    assert_int_equal(store_correction_put(place_store, &c), TILL_OK);
    assert_true(c.id > 0);
    assert_int_equal(store_correction_of_account(place_store, ACCOUNT, 0, &read), TILL_NOT_FOUND);
    c.state = CORRECTION_APPROVED;
    c.decided_at_s = 1795309400;
    (void)snprintf(c.decided_by, sizeof(c.decided_by), "2002");
    assert_int_equal(store_correction_put(place_store, &c), TILL_OK);
    place_commit();
    place_reopen();
    assert_int_equal(store_correction_get(place_store, c.id, &read), TILL_OK);
    assert_memory_equal(&read, &c, sizeof(c));
    assert_int_equal(store_correction_of_account(place_store, ACCOUNT, 0, &read), TILL_OK);
    assert_int_equal(store_correction_of_account(place_store, "6100234568", 0, &read), TILL_OK);
    assert_int_equal(store_correction_of_account(place_store, "", 0, &read), TILL_NOT_FOUND);
    assert_int_equal(store_correction_of(place_store, "0031", 7, &read), TILL_OK);
    assert_int_equal(store_correction_next(place_store, c.id, &read), TILL_NOT_FOUND);
}

static void a_payment_has_one_correction_that_is_not_refused(void **state)
{
    struct store_correction a = correction(7), b = correction(7), invalid = correction(8);

    (void)state;
    place_begin();
    assert_int_equal(store_correction_put(place_store, &a), TILL_OK);
    assert_int_equal(store_correction_put(place_store, &b), TILL_REFUSED);
    a.state = CORRECTION_REFUSED;
    assert_int_equal(store_correction_put(place_store, &a), TILL_OK);
    assert_int_equal(store_correction_put(place_store, &b), TILL_OK);
    invalid.kind = CORRECTION_REFUND;
    assert_int_equal(store_correction_put(place_store, &invalid), TILL_BAD_INPUT);
    invalid.to_account[0] = '\0';
    invalid.amount_minor = 0;
    assert_int_equal(store_correction_put(place_store, &invalid), TILL_BAD_INPUT);
    place_commit();
}

/* ---- periods --------------------------------------------------------------------------------- */

static void a_period_is_added_once_and_never_before_the_last(void **state)
{
    struct store_period p = {.month = 202610,
                             .from_s = 100,
                             .to_s = 200,
                             .closed_at_s = 300,
                             .closed_by = "2001",
                             .last_posting = 5};
    struct store_period q = p, read;

    (void)state;
    memset(p.hash, 3, sizeof(p.hash));
    place_begin();
    assert_int_equal(store_period_last(place_store, &read), TILL_NOT_FOUND);
    assert_int_equal(store_period_add(place_store, &p), TILL_OK);
    assert_int_equal(store_period_add(place_store, &p), TILL_UNCHANGED);
    q.month = 202609;
    assert_int_equal(store_period_add(place_store, &q), TILL_REFUSED);
    q.month = 202611;
    assert_int_equal(store_period_add(place_store, &q), TILL_REFUSED);
    q.month = 202613;
    assert_int_equal(store_period_add(place_store, &q), TILL_BAD_INPUT);
    place_commit();
    place_reopen();
    assert_int_equal(store_period_last(place_store, &read), TILL_OK);
    assert_memory_equal(&read, &p, sizeof(p));
    assert_int_equal(store_period_next(place_store, 0, &read), TILL_OK);
    assert_int_equal(store_period_next(place_store, 202610, &read), TILL_NOT_FOUND);
}

/* Two hosts with two clocks: what was made earlier may stand behind. */
static void the_last_posting_before_a_moment_is_found_by_its_number(void **state)
{
    static const int64_t made_at_s[] = {100, 300, 200, 400, 500};
    int64_t numbers[5], number = 0;

    (void)state;
    place_begin();
    for (size_t i = 0; i < 5; i++) {
        struct store_posting p = {.posted_at_s = made_at_s[i], .value_at_s = 1, .count = 2};
        snprintf(p.source, sizeof(p.source), "import/1/%zu", i);
        snprintf(p.lines[0].account, sizeof(p.lines[0].account), "advance/1");
        snprintf(p.lines[1].account, sizeof(p.lines[1].account), "billed/1");
        p.lines[0].amount_minor = 5;
        p.lines[1].amount_minor = -5;
        assert_int_equal(store_post(place_store, &p), TILL_OK);
        assert_int_equal(store_posting_next(place_store, number, &number, &p), TILL_OK);
        numbers[i] = number;
    }
    place_commit();
    assert_int_equal(store_posting_before(place_store, 0, 250, &number), TILL_OK);
    assert_int_equal(number, numbers[2]);
    assert_int_equal(store_posting_before(place_store, 0, INT64_MAX, &number), TILL_OK);
    assert_int_equal(number, numbers[4]);
    assert_int_equal(store_posting_before(place_store, numbers[2], 400, &number), TILL_NOT_FOUND);
    assert_int_equal(number, numbers[4]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_channel_is_kept_whole),
        PLACE_TEST(a_name_that_could_be_a_terminals_is_no_channels),
        PLACE_TEST(payments_are_numbered_in_their_channel_and_found_by_number),
        PLACE_TEST(those_set_aside_are_found_past_all_that_were_posted),
        PLACE_TEST(one_number_is_one_payment),
        PLACE_TEST(a_payment_needs_a_channel_a_number_and_an_amount),
        PLACE_TEST(other_content_is_kept_once),
        PLACE_TEST(a_part_goes_back_alone_also_after_a_posting_in_it_failed),
        PLACE_TEST(payments_of_an_account_come_whoever_took_them_while_they_stand),
        PLACE_TEST(what_a_payment_settled_is_written_anew),
        PLACE_TEST(what_no_payment_paid_of_a_bill_came_from_the_balance),
        PLACE_TEST(a_correction_is_kept_whole_and_found_from_both_accounts),
        PLACE_TEST(a_payment_has_one_correction_that_is_not_refused),
        PLACE_TEST(the_last_posting_before_a_moment_is_found_by_its_number),
        PLACE_TEST(a_period_is_added_once_and_never_before_the_last),
    };

    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}
