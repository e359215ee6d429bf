/* Invoices: who asked, which number, and one that stands for a bill. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "entry_stock.h"
#include "invoice.h"
#include "stock.h"
#include "text.h"

static struct device till, other;

#define APPEND(device, type, ...)                                                                  \
    do {                                                                                           \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, __VA_ARGS__), TILL_OK);                           \
        device_append(device, &e_);                                                                \
    } while (0)

static struct store_invoice last;
static char another[INVOICE_OTHER_MAX];

static void done(const char *entry, const char *number, enum till_status expected)
{
    struct invoice_act a = {.entry = entry, .number = number, .by = "1002"};
    char reason[STORE_REASON_MAX];
    assert_int_equal(invoice_done(office.store, &a, OFFICE_NOW_S, &last, another, reason),
                     expected);
    assert_int_equal(reason[0] != '\0', expected == TILL_REFUSED);
}

static void make_void(const char *entry, enum till_status expected)
{
    struct invoice_act a = {.entry = entry, .by = "1002"};
    char reason[STORE_REASON_MAX];
    assert_int_equal(invoice_void(office.store, &a, OFFICE_NOW_S, &last, reason), expected);
}

static void issue(void)
{
    struct stock_wanted w = {
        .type = STOCK_INVOICE, .series = "F", .first = 1, .last = 99, .to = "1001", .by = "1002"};
    struct store_stock_move m;
    char reason[STORE_REASON_MAX];
    assert_int_equal(stock_issue(office.store, &w, OFFICE_NOW_S, &m, reason), TILL_OK);
}

static void begin(void)
{
    issue();
    device_begin(&till, "0031");
    device_begin(&other, "0032");
}

static void end(void)
{
    office_assert_sound();
    device_end(&till);
    device_end(&other);
}

static uint64_t pay(struct device *d, int64_t amount_minor)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, amount_minor);
    device_collect(d, &body, 0);
    return d->count;
}

static void print(struct device *d, uint64_t seq, uint64_t number)
{
    struct body_stock_used b = {.number = {.type = STOCK_INVOICE, .series = "F", .number = number},
                                .seq = seq};
    APPEND(d, stock_used, &b);
}

static void ask(struct device *d, uint64_t seq)
{
    struct body_invoice_request b = {.account = OFFICE_ACCOUNT,
                                     .seq = seq,
                                     .electronic = true,
                                     .title = "某某公司",
                                     .tax_number = "91330100MA27XXXX0X",
                                     .send_to = "13800000000"};
    APPEND(d, invoice_request, &b);
}

static size_t found[STOCK_WRONGS];

static void note(void *context, const struct stock_problem *problem)
{
    (void)context;
    found[problem->what]++;
}

static uint64_t check(void)
{
    struct stock_verdict verdict;
    memset(found, 0, sizeof(found));
    assert_int_equal(stock_check(office.store, note, NULL, &verdict), TILL_OK);
    return verdict.problems;
}

static void a_request_waits_until_the_office_notes_its_number(void **state)
{
    struct store_invoice row;
    (void)state;
    begin();
    ask(&till, pay(&till, 9210));
    assert_int_equal(device_hand_in(&till).quarantined, 0);
    assert_int_equal(store_invoice_next(office.store, "", 0, &row), TILL_OK);
    assert_int_equal(row.state, INVOICE_OPEN);
    assert_int_equal(row.receipt, 5);
    assert_string_equal(row.user, "1001");
    assert_string_equal(row.title, "某某公司");
    done("0031/6", "26332000000123456789", TILL_OK);
    assert_string_equal(another, "");
    assert_int_equal(store_invoice_get(office.store, "0031", 6, &row), TILL_OK);
    assert_int_equal(row.state, INVOICE_DONE);
    assert_string_equal(row.by, "1002");
    done("0031/6", "26332000000123456789", TILL_UNCHANGED);
    done("0031/6", "26332000000123456780", TILL_REFUSED);
    assert_int_equal(check(), 0);
    assert_int_equal(office_alarms("stationery"), 0);
    end();
}

static void an_invoice_on_paper_and_an_electronic_one_are_two(void **state)
{
    (void)state;
    begin();
    uint64_t seq = pay(&till, 9210);
    print(&till, seq, 1);
    ask(&till, seq);
    (void)device_hand_in(&till);
    assert_int_equal(check(), 0); /* asked for, and not made */
    done("0031/7", "26332000000123456789", TILL_OK);
    assert_string_equal(another, "0031/6");
    assert_int_equal(office_alarms("stationery"), 1);
    assert_int_equal(check(), 1);
    assert_int_equal(found[STOCK_ODD_INVOICES], 1);
    make_void("0031/7", TILL_OK);
    make_void("0031/7", TILL_UNCHANGED);
    assert_int_equal(check(), 0);
    end();
}

/* Part of the bill here, the rest there: one bill, two invoices. */
static void a_second_terminals_invoice_of_the_bill_is_told(void **state)
{
    (void)state;
    begin();
    print(&till, pay(&till, 5000), 1);
    (void)device_hand_in(&till);
    print(&other, pay(&other, 4210), 2);
    assert_int_equal(device_hand_in(&other).quarantined, 0);
    assert_int_equal(office_alarms("stationery"), 1);
    assert_int_equal(check(), 2);
    assert_int_equal(found[STOCK_ODD_INVOICES], 2);
    end();
}

static void invoices_of_two_bills_are_no_matter(void **state)
{
    (void)state;
    begin();
    print(&till, pay(&till, 9210), 1);
    print(&till, pay(&till, 9432), 2);
    (void)device_hand_in(&till);
    assert_int_equal(office_alarms("stationery"), 0);
    assert_int_equal(check(), 0);
    end();
}

static void an_electronic_one_after_another_terminals_paper_is_told(void **state)
{
    (void)state;
    begin();
    print(&till, pay(&till, 5000), 1);
    (void)device_hand_in(&till);
    (void)pay(&other, 4210);
    (void)device_hand_in(&other);
    done("0032/5", "26332000000123456789", TILL_OK); /* nobody asked at the door */
    assert_string_equal(another, "0031/6");
    assert_true(last.electronic);
    assert_string_equal(last.account, OFFICE_ACCOUNT);
    assert_int_equal(check(), 1);
    end();
}

static void a_reversed_payments_invoice_must_come_back(void **state)
{
    (void)state;
    begin();
    uint64_t seq = pay(&till, 9210);
    print(&till, seq, 1);
    struct body_reversal reversal = {.account = OFFICE_ACCOUNT,
                                     .amount_minor = 9210,
                                     .cash_minor = 9210,
                                     .seq = seq,
                                     .reason = REVERSAL_WRONG_AMOUNT,
                                     .way = REVERSAL_OWN_PAPER};
    APPEND(&till, reversal, &reversal);
    assert_int_equal(device_hand_in(&till).quarantined, 0);
    assert_int_equal(office_alarms("stationery"), 0); /* it may follow in the next batch */
    assert_int_equal(check(), 1);
    assert_int_equal(found[STOCK_ODD_REVERSED], 1);
    struct body_stock_ended b = {.number = {.type = STOCK_INVOICE, .series = "F", .number = 1},
                                 .reason = SPOIL_WITHDRAWN,
                                 .seq = seq,
                                 .all_copies = true};
    APPEND(&till, stock_ended, KIND_STATIONERY_VOIDED, &b);
    (void)device_hand_in(&till);
    assert_int_equal(check(), 0);
    end();
}

static void odd_wishes_are_refused(void **state)
{
    struct invoice_act a = {.entry = "0031/6", .number = "1", .by = "1001"};
    char reason[STORE_REASON_MAX];
    (void)state;
    begin();
    ask(&till, pay(&till, 9210));
    (void)device_hand_in(&till);
    done("0031/4", "1", TILL_NOT_FOUND); /* a shift that was opened */
    done("0031/99", "1", TILL_NOT_FOUND);
    done("0031", "1", TILL_BAD_INPUT);
    done("alipay/1", "1", TILL_BAD_INPUT);
    done("0031/6", "", TILL_BAD_INPUT);
    done("0031/6", "1 2", TILL_BAD_INPUT);
    done("0031/6", "123456789012345678901234567890123", TILL_BAD_INPUT);
    make_void("0031/5", TILL_NOT_FOUND); /* nobody asked for that one */
    assert_int_equal(invoice_done(office.store, &a, OFFICE_NOW_S, &last, another, reason),
                     TILL_REFUSED);
    make_void("0031/6", TILL_OK); /* the customer wants none after all */
    done("0031/6", "77", TILL_OK);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_request_waits_until_the_office_notes_its_number),
        OFFICE_TEST(an_invoice_on_paper_and_an_electronic_one_are_two),
        OFFICE_TEST(a_second_terminals_invoice_of_the_bill_is_told),
        OFFICE_TEST(invoices_of_two_bills_are_no_matter),
        OFFICE_TEST(an_electronic_one_after_another_terminals_paper_is_told),
        OFFICE_TEST(a_reversed_payments_invoice_must_come_back),
        OFFICE_TEST(odd_wishes_are_refused),
    };
    return office_run("host_invoice", tests, sizeof(tests) / sizeof(tests[0]));
}
