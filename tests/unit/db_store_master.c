/*
 * Master data in the host's store: site, users, customers in their order, bills and what is open.
 */
#include "shelf.h"
#include "store_office.h"
#include "store_place.h"

#include <stdio.h>
#include <string.h>

/* ---- master data ----------------------------------------------------------------------------- */

static void the_site_comes_back_and_a_bad_one_is_refused(void **state)
{
    struct site site, read;

    (void)state;
    site_default(&site);
    snprintf(site.payee, sizeof(site.payee), "%s", place_hostile);
    memset(site.branch, 'b', sizeof(site.branch) - 1);
    site.receipt_max_minor = 5000000;
    place_begin();
    assert_int_equal(store_site_get(place_store, &read), TILL_NOT_FOUND);
    assert_int_equal(store_site_put(place_store, &site), TILL_OK);
    site.exponent = 9;
    assert_int_equal(store_site_put(place_store, &site), TILL_BAD_INPUT);
    place_commit();
    assert_int_equal(store_site_get(place_store, &read), TILL_OK);
    assert_string_equal(read.payee, place_hostile);
    assert_string_equal(read.branch, site.branch);
    assert_string_equal(read.currency, "CNY");
    assert_int_equal(read.exponent, 2);
    assert_int_equal(read.receipt_max_minor, 5000000);
    assert_int_equal(read.note_count, site.note_count);
    assert_memory_equal(read.notes_minor, site.notes_minor, sizeof(site.notes_minor));
}

static void users_come_by_number_and_are_replaced(void **state)
{
    struct book_user u = {.user = "1002", .role = 1, .rounds = 20000, .cash_limit_minor = 500000};
    struct book_user read;

    (void)state;
    snprintf(u.name, sizeof(u.name), "%s", place_hostile);
    memset(u.salt, 1, sizeof(u.salt));
    memset(u.pin_check, 2, sizeof(u.pin_check));
    place_begin();
    assert_int_equal(store_user_put(place_store, &u), TILL_OK);
    snprintf(u.user, sizeof(u.user), "1001");
    u.role = 4;
    assert_int_equal(store_user_put(place_store, &u), TILL_OK);
    u.role = 2;
    assert_int_equal(store_user_put(place_store, &u), TILL_OK);
    u.role = 9;
    assert_int_equal(store_user_put(place_store, &u), TILL_BAD_INPUT);
    place_commit();
    assert_int_equal(store_user_next(place_store, "", &read), TILL_OK);
    assert_string_equal(read.user, "1001");
    assert_int_equal(read.role, 2);
    assert_string_equal(read.name, place_hostile);
    assert_int_equal(read.rounds, 20000);
    assert_int_equal(read.cash_limit_minor, 500000);
    assert_memory_equal(read.salt, u.salt, sizeof(u.salt));
    assert_memory_equal(read.pin_check, u.pin_check, sizeof(u.pin_check));
    assert_int_equal(store_user_next(place_store, "1001", &read), TILL_OK);
    assert_string_equal(read.user, "1002");
    assert_int_equal(store_user_next(place_store, "1002", &read), TILL_NOT_FOUND);
}

static void a_customer_comes_back_and_the_same_again_changes_nothing(void **state)
{
    struct book_customer c = place_customer("6100234567", "CX01", 17);
    struct book_customer read;
    struct book_meter_book m;

    (void)state;
    place_begin();
    assert_int_equal(store_customer_put(place_store, &c), TILL_NOT_FOUND);
    place_put_meter_book("CX01");
    assert_int_equal(store_customer_put(place_store, &c), TILL_OK);
    c.row = 99;
    assert_int_equal(store_customer_put(place_store, &c), TILL_UNCHANGED);
    c.balance_minor = 0;
    c.flags = UINT32_MAX;
    assert_int_equal(store_customer_put(place_store, &c), TILL_OK);
    place_commit();
    assert_int_equal(store_customer_get(place_store, "6100234567", &read), TILL_OK);
    shelf_assert_same_customer(&c, &read);
    assert_int_equal(store_customer_get(place_store, "6100234568", &read), TILL_NOT_FOUND);
    assert_int_equal(store_meter_book_get(place_store, "CX01", &m), TILL_OK);
    assert_string_equal(m.id, "CX01");
    assert_string_equal(m.name, place_hostile);
    assert_int_equal(m.customers, 1);
    assert_int_equal(store_meter_book_get(place_store, "CX02", &m), TILL_NOT_FOUND);
}

static void a_customer_that_can_not_be_is_refused(void **state)
{
    struct book_customer c;

    (void)state;
    place_begin();
    place_put_meter_book("CX01");
    c = place_customer("61 00", "CX01", 1);
    assert_int_equal(store_customer_put(place_store, &c), TILL_BAD_INPUT);
    c = place_customer("6100234567", "CX01", 0);
    assert_int_equal(store_customer_put(place_store, &c), TILL_BAD_INPUT);
    c = place_customer("6100234567", "CX01", 1);
    c.balance_minor = -1;
    assert_int_equal(store_customer_put(place_store, &c), TILL_BAD_INPUT);
    c = place_customer("6100234567", "CX01", 1);
    memset(c.name, 'x', sizeof(c.name)); /* not terminated */
    assert_int_equal(store_customer_put(place_store, &c), TILL_BAD_INPUT);
    c = place_customer("6100234567", "CX01", 1);
    c.last_paid_date = 20261332;
    assert_int_equal(store_customer_put(place_store, &c), TILL_BAD_INPUT);
    place_commit();
    assert_int_equal(store_customer_next(place_store, "CX01", 0, &c), TILL_NOT_FOUND);
}

static void assert_order(const char *book, const char *const *accounts, size_t count)
{
    struct book_customer c = {.order = 0};

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(store_customer_next(place_store, book, c.order, &c), TILL_OK);
        assert_string_equal(c.account, accounts[i]);
    }
    assert_int_equal(store_customer_next(place_store, book, c.order, &c), TILL_NOT_FOUND);
}

static void customers_come_in_the_order_of_their_book(void **state)
{
    static const char *const expected[] = {"6100000003", "6100000001", "6100000002"};

    (void)state;
    place_begin();
    place_put_meter_book("CX01");
    place_put_meter_book("CX02");
    place_put_customer("6100000002", "CX01", 30);
    place_put_customer("6100000003", "CX01", 1);
    place_put_customer("6100000001", "CX01", 2);
    place_put_customer("6100000009", "CX02", 2);
    place_commit();
    assert_order("CX01", expected, 3);
}

static void a_book_is_put_in_a_new_order_row_by_row_and_loses_nobody(void **state)
{
    /* A new house at place 1: everyone else moves by one. */
    static const char *const expected[] = {"6100000004", "6100000001", "6100000002", "6100000003"};
    static const char *const swapped[] = {"6100000001", "6100000004", "6100000002", "6100000003"};

    (void)state;
    place_begin();
    place_put_meter_book("CX01");
    place_put_customer("6100000001", "CX01", 1);
    place_put_customer("6100000002", "CX01", 2);
    place_put_customer("6100000003", "CX01", 3);
    for (uint32_t i = 0; i < 4; i++)
        place_put_customer(expected[i], "CX01", i + 1);
    assert_order("CX01", expected, 4);
    place_put_customer("6100000001", "CX01", 1);
    place_put_customer("6100000004", "CX01", 2);
    place_commit();
    assert_order("CX01", swapped, 4);
}

static void a_bill_is_issued_once_and_what_is_open_of_it_is_arrears(void **state)
{
    struct bill september = place_bill(202609, 9210);
    struct bill august = place_bill(202608, 9432);
    struct arrears a;

    (void)state;
    place_begin();
    assert_int_equal(store_bill_put(place_store, "6100234567", &september), TILL_NOT_FOUND);
    place_put_meter_book("CX01");
    place_put_customer("6100234567", "CX01", 1);
    assert_int_equal(store_bill_put(place_store, "6100234567", &september), TILL_OK);
    assert_int_equal(store_bill_put(place_store, "6100234567", &august), TILL_OK);
    assert_int_equal(store_arrears(place_store, "6100234567", &a), TILL_OK);
    assert_int_equal(a.count, 2);
    assert_int_equal(a.balance_minor, 1234);
    assert_int_equal(a.bills[0].month, 202608);
    assert_int_equal(a.bills[0].amount_minor, 9432);
    assert_int_equal(a.bills[0].due_date, 20260820);
    assert_int_equal(a.bills[0].type, 1);
    assert_int_equal(a.bills[0].energy_cwh, -16542);
    assert_int_equal(a.bills[1].month, 202609);

    august.amount_minor = 0;
    september.amount_minor = 9209;
    assert_int_equal(store_bill_open_set(place_store, "6100234567", &august), TILL_OK);
    assert_int_equal(store_bill_open_set(place_store, "6100234567", &september), TILL_OK);
    assert_int_equal(store_arrears(place_store, "6100234567", &a), TILL_OK);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202609);
    assert_int_equal(a.bills[0].amount_minor, 9209);
    /* Partly paid, it is still the bill that was issued. */
    september.amount_minor = 9210;
    assert_int_equal(store_bill_put(place_store, "6100234567", &september), TILL_UNCHANGED);
    assert_int_equal(store_arrears(place_store, "6100234567", &a), TILL_OK);
    assert_int_equal(a.bills[0].amount_minor, 9209);
    place_commit();
    assert_int_equal(store_arrears(place_store, "6100234568", &a), TILL_NOT_FOUND);
}

static void what_was_issued_is_not_rewritten_and_never_open_for_more(void **state)
{
    struct bill bill = place_bill(202609, 9210);
    struct arrears a;

    (void)state;
    place_begin();
    place_put_meter_book("CX01");
    place_put_customer("6100234567", "CX01", 1);
    assert_int_equal(store_bill_open_set(place_store, "6100234567", &bill), TILL_NOT_FOUND);
    assert_int_equal(store_bill_put(place_store, "6100234567", &bill), TILL_OK);
    bill.amount_minor = 9211;
    assert_int_equal(store_bill_put(place_store, "6100234567", &bill), TILL_BAD_INPUT);
    assert_int_equal(store_bill_open_set(place_store, "6100234567", &bill), TILL_BAD_INPUT);
    bill.amount_minor = -1;
    assert_int_equal(store_bill_open_set(place_store, "6100234567", &bill), TILL_BAD_INPUT);
    place_commit();
    assert_int_equal(store_arrears(place_store, "6100234567", &a), TILL_OK);
    assert_int_equal(a.bills[0].amount_minor, 9210);
}

static void more_open_bills_than_fit_are_said_and_not_cut(void **state)
{
    struct arrears a;

    (void)state;
    place_begin();
    place_put_meter_book("CX01");
    place_put_customer("6100234567", "CX01", 1);
    for (int i = 0; i <= BILLS_MAX; i++) {
        struct bill bill = place_bill((2020 + i / 12) * 100 + i % 12 + 1, 1);

        assert_int_equal(store_arrears(place_store, "6100234567", &a), TILL_OK);
        assert_int_equal(a.count, i);
        assert_int_equal(store_bill_put(place_store, "6100234567", &bill), TILL_OK);
    }
    place_commit();
    assert_int_equal(store_arrears(place_store, "6100234567", &a), TILL_TOO_LARGE);
}

static void a_value_is_replaced_and_fits_or_says_so(void **state)
{
    char value[STORE_VALUE_MAX];
    char large[STORE_VALUE_MAX + 1];

    (void)state;
    memset(large, 'v', sizeof(large));
    large[STORE_VALUE_MAX] = '\0';
    place_begin();
    assert_int_equal(store_value_put(place_store, "serial", place_hostile), TILL_OK);
    assert_int_equal(store_value_put(place_store, "serial", "12"), TILL_OK);
    assert_int_equal(store_value_put(place_store, "", "x"), TILL_BAD_INPUT);
    assert_int_equal(store_value_put(place_store, "large", large), TILL_BAD_INPUT);
    large[STORE_VALUE_MAX - 1] = '\0';
    assert_int_equal(store_value_put(place_store, "large", large), TILL_OK);
    assert_int_equal(store_value_put(place_store, "short", "1"), TILL_OK);
    assert_int_equal(store_value_remove(place_store, "short"), TILL_OK);
    assert_int_equal(store_value_remove(place_store, "short"), TILL_OK);
    place_commit();
    assert_int_equal(store_value_get(place_store, "short", value, sizeof(value)), TILL_NOT_FOUND);
    assert_int_equal(store_value_get(place_store, "serial", value, 3), TILL_OK);
    assert_string_equal(value, "12");
    assert_int_equal(store_value_get(place_store, "serial", value, 2), TILL_TOO_LARGE);
    assert_int_equal(store_value_get(place_store, "large", value, sizeof(value)), TILL_OK);
    assert_string_equal(value, large);
    assert_int_equal(store_value_get(place_store, "none", value, sizeof(value)), TILL_NOT_FOUND);
}

/* ---- payments and matters -------------------------------------------------------------------- */

static void a_payment_comes_back_bill_by_bill_and_is_undone_once(void **state)
{
    struct store_payment p = {.terminal = "0031",
                              .seq = 5,
                              .account = "6100234567",
                              .before_date = 20261001,
                              .before_minor = 777,
                              .count = 2};
    struct store_payment read;

    (void)state;
    p.bills[0] = (struct store_paid){.month = 202609, .type = 1, .amount_minor = 100};
    p.bills[1] =
        (struct store_paid){.month = 202610, .type = 1, .amount_minor = 50, .late_fee_minor = 3};
    place_begin();
    assert_int_equal(store_payment_put(place_store, &p), TILL_NOT_FOUND);
    place_put_meter_book("CX01");
    place_put_customer("6100234567", "CX01", 1);
    assert_int_equal(store_payment_put(place_store, &p), TILL_OK);
    assert_int_equal(store_payment_undo(place_store, "0031", 6, "entry/0031/9"), TILL_UNCHANGED);
    assert_int_equal(store_payment_undo(place_store, "0031", 5, "entry/0031/9"), TILL_OK);
    assert_int_equal(store_payment_undo(place_store, "0031", 5, "cheque/0031/5"), TILL_UNCHANGED);
    place_commit();
    place_reopen();
    assert_int_equal(store_payment_get(place_store, "0031", 4, &read), TILL_NOT_FOUND);
    assert_int_equal(store_payment_get(place_store, "0031", 5, &read), TILL_OK);
    assert_string_equal(read.undone_by, "entry/0031/9");
    assert_int_equal(read.before_date, 20261001);
    assert_int_equal(read.before_minor, 777);
    assert_int_equal(read.count, 2);
    assert_int_equal(read.bills[1].amount_minor, 50);
    assert_int_equal(read.bills[1].late_fee_minor, 3);
}

static void a_matter_is_kept_once_and_answered_once(void **state)
{
    struct store_matter m = {.kind = MATTER_DISPUTE, .terminal = "0031", .seq = 7, .code = 3};
    struct store_matter read;
    int64_t open = 0;

    (void)state;
    snprintf(m.account, sizeof(m.account), "6100234567");
    snprintf(m.reference, sizeof(m.reference), "A-1");
    place_begin();
    assert_int_equal(store_matter_put(place_store, &m), TILL_OK);
    assert_int_equal(store_matter_put(place_store, &m), TILL_UNCHANGED);
    m.seq = 8;
    assert_int_equal(store_matter_put(place_store, &m), TILL_OK);
    assert_int_equal(store_matter_next(place_store, 0, &read), TILL_OK);
    assert_int_equal(store_matter_answer(place_store, read.id, 99, "paid", DISPUTE_OWED), TILL_OK);
    assert_int_equal(store_matter_answer(place_store, read.id, 99, "paid", DISPUTE_PAID),
                     TILL_NOT_FOUND);
    place_commit();
    assert_int_equal(store_matters_open(place_store, "6100234567", MATTER_DISPUTE, &open), TILL_OK);
    assert_int_equal(open, 1);
    assert_int_equal(store_matters_open(place_store, "6100234567", MATTER_CORRECTION, &open),
                     TILL_OK);
    assert_int_equal(open, 0);
    assert_int_equal(store_matter_next(place_store, 0, &read), TILL_OK);
    assert_string_equal(read.answer, "paid");
    assert_int_equal(read.outcome, DISPUTE_OWED);
    assert_string_equal(read.reference, "A-1");
    assert_int_equal(read.answered_at_s, 99);
}

static void an_open_matter_is_found_by_what_it_asks_about(void **state)
{
    struct store_matter m = {.kind = MATTER_DISPUTE, .terminal = "0031", .seq = 1, .code = 3};
    struct store_matter read;
    int64_t id = 0;

    (void)state;
    snprintf(m.account, sizeof(m.account), "6100234567");
    snprintf(m.reference, sizeof(m.reference), "0031-5");
    place_begin();
    assert_int_equal(store_matter_put(place_store, &m), TILL_OK);
    assert_int_equal(store_matter_asking(place_store, MATTER_CORRECTION, "0031-5", &id),
                     TILL_NOT_FOUND);
    m.kind = MATTER_CORRECTION;
    m.seq = 2;
    snprintf(m.reference, sizeof(m.reference), "0031-6");
    assert_int_equal(store_matter_put(place_store, &m), TILL_OK);
    m.seq = 3;
    m.account[0] = '\0'; /* not known there */
    snprintf(m.reference, sizeof(m.reference), "0031-5");
    assert_int_equal(store_matter_put(place_store, &m), TILL_OK);
    assert_int_equal(store_matter_asking(place_store, MATTER_CORRECTION, "0031-5", &id), TILL_OK);
    assert_int_equal(store_matter_next(place_store, id - 1, &read), TILL_OK);
    assert_int_equal(read.seq, 3);
    assert_int_equal(store_matter_answer(place_store, id, 99, "no", DISPUTE_UNDECIDED), TILL_OK);
    assert_int_equal(store_matter_asking(place_store, MATTER_CORRECTION, "0031-5", &id),
                     TILL_NOT_FOUND);
    place_commit();
}

static void where_a_meter_is_and_what_it_showed_come_back(void **state)
{
    struct book_customer c = place_customer("6100234567", "CX01", 1);
    struct book_customer read;
    struct book_user u = {.user = "1001",
                          .role = 1,
                          .rounds = 1,
                          .must_change_pin = true,
                          .deputy_from = 20261201,
                          .deputy_to = 20261207};
    struct book_user user;

    (void)state;
    place_begin();
    place_put_meter_book("CX01");
    c.latitude_e7 = 318612345;
    c.longitude_e7 = -1172712340;
    c.last_reading_cwh = 0;
    c.last_reading_date = 20260930;
    assert_int_equal(store_customer_put(place_store, &c), TILL_OK);
    assert_int_equal(store_customer_put(place_store, &c), TILL_UNCHANGED);
    c.latitude_e7 = 900000001;
    assert_int_equal(store_customer_put(place_store, &c), TILL_BAD_INPUT);
    assert_int_equal(store_user_put(place_store, &u), TILL_OK);
    place_commit();
    assert_int_equal(store_customer_get(place_store, "6100234567", &read), TILL_OK);
    assert_int_equal(read.latitude_e7, 318612345);
    assert_int_equal(read.longitude_e7, -1172712340);
    assert_int_equal(read.last_reading_cwh, 0);
    assert_int_equal(read.last_reading_date, 20260930);
    assert_int_equal(store_user_next(place_store, "", &user), TILL_OK);
    assert_true(user.must_change_pin);
    assert_int_equal(user.deputy_from, 20261201);
    assert_int_equal(user.deputy_to, 20261207);
}

/* A store that an earlier host made: the columns and tables of version 2 are not there yet. */
static void a_store_of_the_first_version_is_brought_up_to_date(void **state)
{
    struct book_customer read;
    struct store_matter m = {.kind = MATTER_DISPUTE, .terminal = "0031", .seq = 7};
    struct book_user u;
    char value[STORE_VALUE_MAX];

    (void)state;
    if (strcmp(place_name(), "sqlite") != 0)
        return; /* db_store_pg.c */
    place_sqlite_make_first();
    place_tamper("INSERT INTO meter_book VALUES ('CX01', 'East')");
    place_tamper("INSERT INTO customer VALUES ('6100234567', 'N', 'A', 'M', 'P', 'CX01', 1, 0, "
                 "1234, 20260915, 8640, 0)");
    place_tamper("INSERT INTO user VALUES ('1001', 'N', 1, zeroblob(16), 1, zeroblob(32), 0)");
    place_tamper("INSERT INTO posting VALUES (7, 'import/1/1', 1, 1)");
    place_reopen();
    assert_int_equal(store_value_get(place_store, "held_after", value, sizeof(value)), TILL_OK);
    assert_string_equal(value, "7"); /* what was posted until then holds no fee */
    assert_int_equal(store_user_next(place_store, "", &u), TILL_OK);
    assert_int_equal(u.deputy_from, 0);
    assert_int_equal(store_customer_get(place_store, "6100234567", &read), TILL_OK);
    assert_int_equal(read.last_reading_cwh, -1);
    assert_int_equal(read.latitude_e7, 0);
    place_begin();
    assert_int_equal(store_matter_put(place_store, &m), TILL_OK);
    place_commit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(the_site_comes_back_and_a_bad_one_is_refused),
        PLACE_TEST(a_payment_comes_back_bill_by_bill_and_is_undone_once),
        PLACE_TEST(a_matter_is_kept_once_and_answered_once),
        PLACE_TEST(an_open_matter_is_found_by_what_it_asks_about),
        PLACE_TEST(where_a_meter_is_and_what_it_showed_come_back),
        PLACE_TEST(a_store_of_the_first_version_is_brought_up_to_date),
        PLACE_TEST(users_come_by_number_and_are_replaced),
        PLACE_TEST(a_customer_comes_back_and_the_same_again_changes_nothing),
        PLACE_TEST(a_customer_that_can_not_be_is_refused),
        PLACE_TEST(customers_come_in_the_order_of_their_book),
        PLACE_TEST(a_book_is_put_in_a_new_order_row_by_row_and_loses_nobody),
        PLACE_TEST(a_bill_is_issued_once_and_what_is_open_of_it_is_arrears),
        PLACE_TEST(what_was_issued_is_not_rewritten_and_never_open_for_more),
        PLACE_TEST(more_open_bills_than_fit_are_said_and_not_cut),
        PLACE_TEST(a_value_is_replaced_and_fits_or_says_so),
    };

    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}
