/* What payments post, and a check that finds what was tampered with. */
#include "office.h"

#include <stdio.h>
#include <string.h>

static struct device device;

static struct ingest_outcome pay(const struct body_collection *body)
{
    device_begin(&device, "0031");
    device_collect(&device, body, 0);
    return device_hand_in(&device);
}

static void the_oldest_bill_is_paid_first(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 10000);
    (void)pay(&body);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202610);
    assert_int_equal(a.bills[0].amount_minor, 9210 + 9432 - 10000);
    office_assert_sound();
    device_end(&device);
}

static void what_is_over_becomes_an_advance(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 20000);
    struct book_customer customer;
    (void)pay(&body);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.balance_minor, 20000 - 9210 - 9432);
    assert_int_equal(office_balance("advance/" OFFICE_ACCOUNT), -(20000 - 9210 - 9432));
    assert_int_equal(store_customer_get(office.store, OFFICE_ACCOUNT, &customer), TILL_OK);
    assert_int_equal(customer.last_paid_date, 20261122);
    assert_int_equal(customer.last_paid_minor, 20000);
    office_assert_sound();
    device_end(&device);
}

static void a_late_fee_is_income_and_pays_no_bill(void **state)
{
    (void)state;
    /* Ten days of 1 per mille on 100.00. */
    struct body_collection body = device_cash(OFFICE_LATE, 10100);
    body.late_fee_minor = 100;
    (void)pay(&body);
    assert_int_equal(office_balance("late_fee/1"), -100);
    assert_int_equal(office_arrears(OFFICE_LATE).count, 0);
    assert_int_equal(office_arrears(OFFICE_LATE).balance_minor, 0);
    office_assert_sound();
    device_end(&device);
}

static void no_larger_fee_is_taken_than_the_paper_says(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_LATE, 10000);
    (void)pay(&body); /* the device's book knew of no fee */
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_int_equal(office_arrears(OFFICE_LATE).count, 0);
    office_assert_sound();
    device_end(&device);
}

static void a_fee_after_an_earlier_payment_elsewhere_goes_back(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_LATE, 10100);
    body.late_fee_minor = 100;
    device_begin(&device, "0031");
    device_collect(&device, &body, 0);
    device_collect(&device, &body, 0); /* the customer's neighbour paid too */
    (void)device_hand_in(&device);
    assert_int_equal(office_balance("late_fee/1"), -100);
    assert_int_equal(office_arrears(OFFICE_LATE).balance_minor, 10100);
    office_assert_sound();
    device_end(&device);
}

static void a_named_bill_is_paid_though_an_older_one_is_open(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9432);
    (void)snprintf(body.allocation, sizeof(body.allocation), "202610:9432");
    (void)pay(&body);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202609);
    office_assert_sound();
    device_end(&device);
}

static void money_for_a_month_that_is_no_longer_owed_goes_to_the_oldest_bill(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9432);
    (void)snprintf(body.allocation, sizeof(body.allocation), "202611:9432");
    assert_int_equal(pay(&body).quarantined, 0);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202610);
    assert_int_equal(a.bills[0].amount_minor, 9210);
    office_assert_sound();
    device_end(&device);
}

static void each_user_holds_their_own_cash(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 1000);
    device_begin(&device, "0031");
    device_collect(&device, &body, 0);
    device_login(&device, KIND_USER_SWITCHED, "1002");
    device_collect(&device, &body, 0);
    device_login(&device, KIND_LOGOUT, "1002");
    device_collect(&device, &body, 0);
    (void)device_hand_in(&device);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 1000);
    assert_int_equal(office_balance("cash/0031/1002"), 1000);
    assert_int_equal(office_balance("cash/0031/-"), 1000);
    office_assert_sound();
    device_end(&device);
}

static void who_was_logged_in_is_known_across_batches(void **state)
{
    (void)state;
    struct ingest_outcome o;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 1000);
    device_begin(&device, "0031");
    assert_int_equal(device_send(&device, 1, 4, &o), TILL_OK);
    device_collect(&device, &body, 0);
    assert_int_equal(device_send(&device, 5, 5, &o), TILL_OK);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 1000);
    device_end(&device);
}

static void other_tenders_are_not_cash(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 1000);
    body.tender = TENDER_CARD;
    (void)pay(&body);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    assert_int_equal(office_balance("tender/1/0031/1001"), 1000);
    office_assert_sound();
    device_end(&device);
}

static void a_bill_within_the_advance_is_settled_by_it(void **state)
{
    (void)state;
    (void)office_import("account,month,type,kwh,amount,due_date\n" OFFICE_OTHER
                        ",202610,1,20,12.00,20261231\n");
    struct arrears a = office_arrears(OFFICE_OTHER);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.balance_minor, 2000 - 1200);
    assert_int_equal(office_balance("receivable/" OFFICE_OTHER "/1"), 0);
    office_assert_sound();
}

/* ---- the check ------------------------------------------------------------------------------- */

static void begin_a_paid_day(void)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 10000);
    (void)pay(&body);
    office_assert_sound();
    device_end(&device);
}

static void a_changed_line_is_found(void **state)
{
    (void)state;
    begin_a_paid_day();
    office_tamper("UPDATE line SET amount_minor = amount_minor + 1 WHERE amount_minor = 10000");
    office_assert_wrong("zero");
}

static void money_moved_from_one_user_to_another_is_found(void **state)
{
    (void)state;
    begin_a_paid_day();
    /* The sums all stay right: only a replay can tell. */
    office_tamper(
        "UPDATE ledger_account SET name = 'cash/0031/1002' WHERE name = 'cash/0031/1001'");
    office_assert_wrong("cash/0031/1002");
}

static void a_removed_posting_is_found(void **state)
{
    (void)state;
    begin_a_paid_day();
    office_tamper(
        "UPDATE ledger_account SET balance_minor = balance_minor - (SELECT sum(amount_minor) FROM "
        "line, posting WHERE account = id AND posting = number AND source = 'entry/0031/5') WHERE "
        "id IN (SELECT account FROM line, posting WHERE posting = number AND source = "
        "'entry/0031/5')");
    office_tamper("DELETE FROM line WHERE posting = (SELECT number FROM posting WHERE source = "
                  "'entry/0031/5')");
    office_tamper("DELETE FROM posting WHERE source = 'entry/0031/5'");
    office_assert_wrong("0031/5");
}

static void a_bill_that_was_made_smaller_is_found(void **state)
{
    (void)state;
    begin_a_paid_day();
    office_tamper("UPDATE bill SET open_minor = open_minor - 1 WHERE month = 202610 AND account = "
                  "'" OFFICE_ACCOUNT "'");
    office_assert_wrong(OFFICE_ACCOUNT);
}

static void an_advance_out_of_nothing_is_found(void **state)
{
    (void)state;
    begin_a_paid_day();
    office_tamper("UPDATE customer SET balance_minor = 5000 WHERE account = '" OFFICE_ACCOUNT "'");
    office_assert_wrong(OFFICE_ACCOUNT);
}

/* At the door no fee was asked for: an earlier holder of the meter book had not reported. */
static void what_was_taken_without_fee_goes_where_the_door_said(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_LATE, 10000);
    device_begin(&device, "0031");
    device_collect(&device, &body, 0);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_int_equal(office_arrears(OFFICE_LATE).count, 0);
    office_assert_sound();
    device_end(&device);
}

static void a_balance_helps_what_was_taken_without_fee(void **state)
{
    (void)state;
    (void)office_import("account,name,address,meter,meter_book,order,class,balance\n" OFFICE_LATE
                        ",x,y,0001236,CX01,3,resident,20.00\n");
    struct body_collection body = device_cash(OFFICE_LATE, 8000);
    device_begin(&device, "0031");
    device_collect(&device, &body, 0);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_int_equal(office_arrears(OFFICE_LATE).count, 0);
    assert_int_equal(office_arrears(OFFICE_LATE).balance_minor, 0);
    office_assert_sound();
    device_end(&device);
}

static void an_entry_whose_amount_was_changed_is_found(void **state)
{
    (void)state;
    begin_a_paid_day();
    office_tamper_each("UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '10000', "
                       "'10001') AS BLOB) WHERE seq = 5",
                       "UPDATE entry SET body = convert_to(replace(convert_from(body, 'UTF8'), "
                       "'10000', '10001'), 'UTF8') WHERE seq = 5");
    office_assert_wrong("entry/0031/5");
}

static void an_import_whose_file_was_changed_is_found(void **state)
{
    (void)state;
    struct import_past past;
    char path[FILES_PATH_MAX], name[96], hex[2 * HASH_SIZE + 1];
    begin_a_paid_day();
    assert_int_equal(import_past(office.store, import_count(office.store), &past), TILL_OK);
    hex_encode((struct span){past.hash, HASH_SIZE}, hex);
    (void)snprintf(name, sizeof(name), "imports/%s.csv", hex);
    office_path(name, path);
    assert_int_equal(files_write(path, (struct span){(const uint8_t *)"x", 1}), TILL_OK);
    office_assert_wrong("was changed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(the_oldest_bill_is_paid_first),
        OFFICE_TEST(what_is_over_becomes_an_advance),
        OFFICE_TEST(a_late_fee_is_income_and_pays_no_bill),
        OFFICE_TEST(no_larger_fee_is_taken_than_the_paper_says),
        OFFICE_TEST(a_fee_after_an_earlier_payment_elsewhere_goes_back),
        OFFICE_TEST(a_named_bill_is_paid_though_an_older_one_is_open),
        OFFICE_TEST(money_for_a_month_that_is_no_longer_owed_goes_to_the_oldest_bill),
        OFFICE_TEST(each_user_holds_their_own_cash),
        OFFICE_TEST(who_was_logged_in_is_known_across_batches),
        OFFICE_TEST(other_tenders_are_not_cash),
        OFFICE_TEST(a_bill_within_the_advance_is_settled_by_it),
        OFFICE_TEST(a_changed_line_is_found),
        OFFICE_TEST(money_moved_from_one_user_to_another_is_found),
        OFFICE_TEST(a_removed_posting_is_found),
        OFFICE_TEST(a_bill_that_was_made_smaller_is_found),
        OFFICE_TEST(an_advance_out_of_nothing_is_found),
        OFFICE_TEST(what_was_taken_without_fee_goes_where_the_door_said),
        OFFICE_TEST(a_balance_helps_what_was_taken_without_fee),
        OFFICE_TEST(an_entry_whose_amount_was_changed_is_found),
        OFFICE_TEST(an_import_whose_file_was_changed_is_found),
    };
    return office_run("host_ledger", tests, sizeof(tests) / sizeof(tests[0]));
}
