/* Bodies of shift, count, close, hand-over and deposit: there and back, each rule, one spelling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "entry_shift.h"
#include "money.h"
#include "text.h"

static struct entry e;

/* Another spelling of the same, or something else that no writer gives. */
static void put(enum entry_kind kind, const char *body)
{
    memset(&e, 0, sizeof e);
    e.kind = (uint16_t)kind;
    text_copy(e.body, sizeof e.body, body);
    e.body_size = (uint16_t)strlen(e.body);
}

#define BACK(name, type, body)                                                                     \
    do {                                                                                           \
        struct type back_;                                                                         \
        memset(&e, 0, sizeof e);                                                                   \
        assert_int_equal(entry_write_##name(&e, body), TILL_OK);                                   \
        assert_int_equal(entry_read_##name(&e, &back_), TILL_OK);                                  \
        assert_memory_equal(&back_, body, sizeof back_);                                           \
        assert_int_equal(entry_check_body(&e), TILL_OK);                                           \
    } while (0)

#define REFUSED(name, body) assert_int_equal(entry_write_##name(&e, body), TILL_BAD_INPUT)
#define NO_BODY(name, type, kind, text)                                                            \
    do {                                                                                           \
        struct type back_;                                                                         \
        put(kind, text);                                                                           \
        assert_int_equal(entry_read_##name(&e, &back_), TILL_E_PROTOCOL);                          \
        assert_int_not_equal(entry_check_body(&e), TILL_OK);                                       \
    } while (0)

static void bodies_equal(const char *text)
{
    assert_string_equal(e.body, text);
    assert_int_equal(e.body_size, strlen(text));
}

/* ---- cash in and out ------------------------------------------------------------------------- */

static void cash_moves_come_back_as_they_were_written(void **state)
{
    (void)state;
    struct body_cash_move b, back;
    memset(&b, 0, sizeof b);
    b.amount_minor = 5000;
    b.reason = CASH_CHANGE;
    text_copy(b.approver, sizeof b.approver, "2001");
    assert_int_equal(entry_write_cash_move(&e, KIND_CASH_IN, &b), TILL_OK);
    bodies_equal("{\"m\":5000,\"r\":1,\"u\":\"2001\"}");
    assert_int_equal(entry_read_cash_move(&e, &back), TILL_OK);
    assert_int_equal(back.amount_minor, 5000);
    text_copy(b.note, sizeof b.note, "换零钱");
    assert_int_equal(entry_write_cash_move(&e, KIND_CASH_OUT, &b), TILL_OK);
    assert_int_equal(entry_read_cash_move(&e, &back), TILL_OK);
    assert_string_equal(back.note, "换零钱");
}

static void a_cash_move_without_sum_reason_or_pin_is_refused(void **state)
{
    (void)state;
    const struct body_cash_move good = {
        .amount_minor = 5000, .reason = CASH_OTHER, .approver = "2001"};
    struct body_cash_move b = good;
    b.amount_minor = 0;
    assert_int_equal(entry_write_cash_move(&e, KIND_CASH_IN, &b), TILL_BAD_INPUT);
    b.amount_minor = MONEY_MAX_MINOR + 1;
    assert_int_equal(entry_write_cash_move(&e, KIND_CASH_IN, &b), TILL_BAD_INPUT);
    b = good;
    b.reason = CASH_OTHER + 1;
    assert_int_equal(entry_write_cash_move(&e, KIND_CASH_IN, &b), TILL_BAD_INPUT);
    b = good;
    b.approver[0] = '\0';
    assert_int_equal(entry_write_cash_move(&e, KIND_CASH_IN, &b), TILL_BAD_INPUT);
    NO_BODY(cash_move, body_cash_move, KIND_CASH_IN, "{\"r\":1,\"m\":5000,\"u\":\"2001\"}");
    NO_BODY(cash_move, body_cash_move, KIND_CASH_IN,
            "{\"m\":5000,\"r\":1,\"u\":\"2001\",\"x\":\"\"}");
    NO_BODY(cash_move, body_cash_move, KIND_CASH_IN, "{\"m\":05000,\"r\":1,\"u\":\"2001\"}");
}

static void an_x_report_names_its_shift(void **state)
{
    (void)state;
    struct body_x_report b;
    memset(&b, 0, sizeof b);
    b.shift = 3;
    b.taken_minor = 18642;
    BACK(x_report, body_x_report, &b);
    bodies_equal("{\"s\":3,\"t\":18642}");
    b.shift = 0;
    REFUSED(x_report, &b);
    b.shift = 3;
    b.taken_minor = -1;
    REFUSED(x_report, &b);
}

/* ---- the count ------------------------------------------------------------------------------- */

static struct body_cash_count count_of(int purpose)
{
    struct body_cash_count b;
    memset(&b, 0, sizeof b);
    b.purpose = purpose;
    b.shift = purpose == COUNT_CLOSING || purpose == COUNT_ABSENCE ? 7 : 0;
    b.attempt = 1;
    b.amount_minor = 25042;
    text_copy(b.notes, sizeof b.notes, "10000:2,5000:1,1:42");
    return b;
}

static void counts_of_all_purposes_come_back(void **state)
{
    (void)state;
    for (int purpose = COUNT_OPENING; purpose <= COUNT_DEPOSIT; purpose++) {
        struct body_cash_count b = count_of(purpose);
        BACK(cash_count, body_cash_count, &b);
        b.attempt = 2;
        b.suspect_minor = 10000;
        b.damaged_minor = 5000;
        text_copy(b.tenders, sizeof b.tenders, "1:500,3:7550");
        BACK(cash_count, body_cash_count, &b);
    }
    struct body_cash_count none = {.purpose = COUNT_OPENING, .attempt = 1};
    BACK(cash_count, body_cash_count, &none);
    bodies_equal("{\"p\":1,\"m\":0}");
}

/* What earlier software wrote says nothing of it, and reads as if they agreed. */
static void slips_that_the_giver_said_stand_beside_those_that_lie_there(void **state)
{
    struct body_cash_count b = {.purpose = COUNT_TAKEN, .attempt = 1, .slips_said_minor = 7550};
    (void)state;
    BACK(cash_count, body_cash_count, &b);
    bodies_equal("{\"p\":3,\"m\":0,\"o\":7550}");
    text_copy(b.tenders, sizeof b.tenders, "3:7550");
    BACK(cash_count, body_cash_count, &b);
    bodies_equal("{\"p\":3,\"m\":0,\"k\":\"3:7550\"}");
    b.slips_said_minor = 0;
    BACK(cash_count, body_cash_count, &b);
    bodies_equal("{\"p\":3,\"m\":0,\"k\":\"3:7550\",\"o\":0}");
    b.slips_said_minor = -1;
    REFUSED(cash_count, &b);
    b.slips_said_minor = 1;
    b.purpose = COUNT_DEPOSIT;
    REFUSED(cash_count, &b);
}

static void only_what_leaves_a_paper_is_compared(void **state)
{
    struct heaps taken, slips;
    (void)state;
    assert_true(heaps_read("0:100,1:500,2:300,3:7550,5:10", &taken));
    assert_true(heaps_read("1:500,3:7550", &slips));
    assert_false(slips_differ(&taken, &slips));
    assert_true(heaps_read("1:600,3:7450", &slips));
    assert_true(slips_differ(&taken, &slips)); /* two differences, together none */
    assert_int_equal(slips_short_minor(&taken, &slips, -1), 0);
    assert_int_equal(slips_short_minor(&taken, &slips, TENDER_CARD), -100);
    assert_int_equal(slips_short_minor(&taken, &slips, TENDER_CHEQUE), 100);
    assert_int_equal(slips_short_minor(&taken, &slips, TENDER_QR), 0);
}

static void notes_are_the_whole_count_and_fall(void **state)
{
    (void)state;
    static const char *const wrong[] = {"10000:2,5000:1",       /* less than the sum */
                                        "1:42,5000:1,10000:2",  /* rising */
                                        "10000:2,10000:0,1:42", /* twice */
                                        "10000:2,5000:1,0:42",  /* no note */
                                        "10000:2,5000:01,1:42", /* another spelling */
                                        "10000:2,5000:1,1:42,"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct body_cash_count b = count_of(COUNT_CLOSING);
        text_copy(b.notes, sizeof b.notes, wrong[i]);
        REFUSED(cash_count, &b);
    }
}

static void a_count_that_can_t_be_is_refused(void **state)
{
    (void)state;
    struct body_cash_count b = count_of(COUNT_CLOSING);
    b.shift = 0;
    REFUSED(cash_count, &b);
    b = count_of(COUNT_OPENING);
    b.shift = 1;
    REFUSED(cash_count, &b);
    b = count_of(COUNT_CLOSING);
    b.attempt = 0;
    REFUSED(cash_count, &b);
    b = count_of(COUNT_CLOSING);
    b.suspect_minor = 20000;
    b.damaged_minor = 5043; /* together a fen more than there is */
    REFUSED(cash_count, &b);
    b = count_of(COUNT_DEPOSIT + 1);
    REFUSED(cash_count, &b);
    b = count_of(COUNT_CLOSING);
    text_copy(b.tenders, sizeof b.tenders, "0:500"); /* cash is no slip */
    REFUSED(cash_count, &b);
    NO_BODY(cash_count, body_cash_count, KIND_CASH_COUNT, "{\"p\":1,\"i\":1,\"m\":0}");
    NO_BODY(cash_count, body_cash_count, KIND_CASH_COUNT, "{\"p\":1,\"m\":0,\"f\":0}");
}

static void begun_and_accepted_name_what_they_are_of(void **state)
{
    (void)state;
    struct body_count_begun begun = {7};
    struct body_count_accepted accepted = {912};
    BACK(count_begun, body_count_begun, &begun);
    bodies_equal("{\"s\":7}");
    BACK(count_accepted, body_count_accepted, &accepted);
    bodies_equal("{\"q\":912}");
    begun.shift = 0;
    REFUSED(count_begun, &begun);
    accepted.seq = 0;
    REFUSED(count_accepted, &accepted);
}

/* ---- totals and Z ---------------------------------------------------------------------------- */

static struct body_shift_totals totals(void)
{
    struct body_shift_totals b;
    memset(&b, 0, sizeof b);
    b.shift = 7;
    b.business_date = 20261122;
    b.first_seq = 3;
    b.first_receipt_seq = 4;
    b.last_receipt_seq = 9;
    b.opening_minor = 10000;
    text_copy(b.tenders, sizeof b.tenders, "0:12000,3:5000");
    text_copy(b.types, sizeof b.types, "1:11000,2:5000");
    text_copy(b.months, sizeof b.months, "0:1000,202610:15000");
    b.late_fee_minor = 300;
    b.advance_minor = 700;
    b.grand_minor = 99000;
    return b;
}

static void totals_come_back_with_all_and_with_nothing(void **state)
{
    (void)state;
    struct body_shift_totals b = totals(), none;
    BACK(shift_totals, body_shift_totals, &b);
    b.paid_in_minor = 1;
    b.paid_out_minor = 2;
    b.dropped_minor = 3;
    b.reversals = 4;
    b.reversed_minor = 5;
    b.duplicates = 6;
    b.uncertain = 7;
    b.unsent = 8;
    b.reason = VARIANCE_COUNTERFEIT;
    text_copy(b.slip, sizeof b.slip, "JB-20261122-0031");
    BACK(shift_totals, body_shift_totals, &b);
    memset(&none, 0, sizeof none);
    none.shift = 1;
    none.business_date = 20261122;
    none.first_seq = 3;
    BACK(shift_totals, body_shift_totals, &none);
    bodies_equal("{\"s\":1,\"d\":20261122,\"f\":3}");
}

static void balances_that_paid_make_the_advance_negative(void **state)
{
    (void)state;
    struct body_shift_totals b = totals();
    memset(b.types, 0, sizeof b.types);
    memset(b.months, 0, sizeof b.months);
    text_copy(b.types, sizeof b.types, "1:18000");
    text_copy(b.months, sizeof b.months, "202610:18000");
    b.advance_minor = -1300;
    BACK(shift_totals, body_shift_totals, &b);
}

static void totals_that_don_t_add_up_are_refused(void **state)
{
    (void)state;
    struct body_shift_totals b = totals();
    text_copy(b.months, sizeof b.months, "202610:15999");
    REFUSED(shift_totals, &b);
    b = totals();
    b.late_fee_minor = 301;
    REFUSED(shift_totals, &b);
    b = totals();
    text_copy(b.tenders, sizeof b.tenders, "3:5000,0:12000"); /* falling */
    REFUSED(shift_totals, &b);
    b = totals();
    text_copy(b.tenders, sizeof b.tenders, "0:12000,9:5000"); /* no such means */
    REFUSED(shift_totals, &b);
    b = totals();
    b.first_receipt_seq = 0;
    REFUSED(shift_totals, &b);
    b = totals();
    b.last_receipt_seq = 3;
    REFUSED(shift_totals, &b);
    b = totals();
    b.business_date = 20261131;
    REFUSED(shift_totals, &b);
    b = totals();
    b.reason = VARIANCE_OTHER + 1;
    REFUSED(shift_totals, &b);
    b = totals();
    b.opening_minor = -1;
    REFUSED(shift_totals, &b);
}

static void a_z_of_a_billion_fits_the_code_on_its_paper(void **state)
{
    (void)state;
    struct body_shift_closed b, small;
    memset(&b, 0, sizeof b);
    b.z = b.shift = b.receipts = 99999;
    b.expected_minor = b.taken_minor = INT64_C(99999999999);
    b.counted_minor = b.expected_minor;
    BACK(shift_closed, body_shift_closed, &b);
    b.counted_minor--;
    BACK(shift_closed, body_shift_closed, &b);
    assert_in_range(e.body_size, 1, ENTRY_RECEIPT_BODY_MAX);
    memset(&small, 0, sizeof small);
    small.z = small.receipts = 1;
    small.shift = 7;
    small.expected_minor = small.counted_minor = 28642;
    small.taken_minor = 18642;
    BACK(shift_closed, body_shift_closed, &small);
    bodies_equal("{\"n\":1,\"s\":7,\"e\":28642,\"t\":18642,\"r\":1}");
    NO_BODY(shift_closed, body_shift_closed, KIND_SHIFT_CLOSED,
            "{\"n\":1,\"s\":7,\"e\":28642,\"c\":28642,\"t\":18642,\"r\":1}");
    small.z = 0;
    REFUSED(shift_closed, &small);
    small.z = 1;
    small.counted_minor = -1;
    REFUSED(shift_closed, &small);
}

static void a_close_in_absence_has_two_others(void **state)
{
    (void)state;
    struct body_closed_in_absence b;
    memset(&b, 0, sizeof b);
    text_copy(b.owner, sizeof b.owner, "1001");
    text_copy(b.witness, sizeof b.witness, "3001");
    b.z = 1;
    b.shift = 7;
    b.expected_minor = b.counted_minor = 28642;
    BACK(closed_in_absence, body_closed_in_absence, &b);
    text_copy(b.witness, sizeof b.witness, "1001");
    REFUSED(closed_in_absence, &b);
    b.witness[0] = '\0';
    REFUSED(closed_in_absence, &b);
    struct body_absence_answered a;
    memset(&a, 0, sizeof a);
    a.z = 1;
    BACK(absence_answered, body_absence_answered, &a);
    bodies_equal("{\"n\":1}");
    a.disputed = true;
    BACK(absence_answered, body_absence_answered, &a);
    bodies_equal("{\"n\":1,\"a\":1}");
    NO_BODY(absence_answered, body_absence_answered, KIND_ABSENCE_ANSWERED, "{\"n\":1,\"a\":0}");
    NO_BODY(absence_answered, body_absence_answered, KIND_ABSENCE_ANSWERED, "{\"n\":1,\"a\":2}");
    a.z = 0;
    REFUSED(absence_answered, &a);
}

static void either_close_is_read_and_written_as_one(void **state)
{
    (void)state;
    struct body_closed_in_absence b = {
        .z = 1, .shift = 7, .expected_minor = 28642, .counted_minor = 28600};
    struct body_closed_in_absence all;
    struct body_shift_closed own;
    assert_int_equal(entry_write_close(&e, &b), TILL_OK);
    assert_int_equal(e.kind, KIND_SHIFT_CLOSED);
    assert_int_equal(entry_read_shift_closed(&e, &own), TILL_OK);
    assert_int_equal(own.counted_minor, 28600);
    assert_int_equal(entry_read_closed_in_absence(&e, &all), TILL_E_PROTOCOL);
    assert_int_equal(entry_read_close(&e, &all), TILL_OK);
    assert_string_equal(all.owner, "");
    text_copy(b.owner, sizeof b.owner, "1001");
    assert_int_equal(entry_write_close(&e, &b), TILL_BAD_INPUT); /* nobody beside them */
    text_copy(b.witness, sizeof b.witness, "3001");
    assert_int_equal(entry_write_close(&e, &b), TILL_OK);
    assert_int_equal(e.kind, KIND_CLOSED_IN_ABSENCE);
    assert_int_equal(entry_read_shift_closed(&e, &own), TILL_E_PROTOCOL);
    assert_int_equal(entry_read_close(&e, &all), TILL_OK);
    assert_string_equal(all.witness, "3001");
    b.owner[0] = '\0';
    assert_int_equal(entry_write_close(&e, &b), TILL_BAD_INPUT);
    assert_int_equal(entry_write_closed_in_absence(&e, &b), TILL_BAD_INPUT);
    e.kind = KIND_DEPOSIT;
    assert_int_equal(entry_read_close(&e, &all), TILL_E_PROTOCOL);
}

/* ---- hand-over and deposit ------------------------------------------------------------------- */

static void hand_overs_come_back(void **state)
{
    (void)state;
    struct body_handover_given g;
    struct body_handover_taken t;
    memset(&g, 0, sizeof g);
    memset(&t, 0, sizeof t);
    g.amount_minor = 28642;
    g.source = CASH_HELD;
    text_copy(g.receiver, sizeof g.receiver, "2001");
    BACK(handover_given, body_handover_given, &g);
    g.other_minor = 5000;
    g.source = CASH_KEPT;
    text_copy(g.closes, sizeof g.closes, "12-14,16");
    BACK(handover_given, body_handover_given, &g);
    g.amount_minor = g.other_minor = 0;
    REFUSED(handover_given, &g);
    for (size_t i = 0; i < HASH_SIZE; i++)
        t.hash[i] = (uint8_t)(i * 37);
    t.amount_minor = t.counted_minor = 28642;
    BACK(handover_taken, body_handover_taken, &t);
    t.counted_minor = 28000;
    t.seq = 912;
    BACK(handover_taken, body_handover_taken, &t);
    assert_in_range(e.body_size, 1, ENTRY_RECEIPT_BODY_MAX);
    t.counted_minor = -1;
    REFUSED(handover_taken, &t);
}

static void deposits_and_explanations_come_back(void **state)
{
    (void)state;
    struct body_deposit d;
    struct body_variance_explained v;
    memset(&d, 0, sizeof d);
    memset(&v, 0, sizeof v);
    d.amount_minor = d.expected_minor = 28642;
    d.source = CASH_HELD;
    text_copy(d.bank, sizeof d.bank, "ICBC1");
    text_copy(d.slip, sizeof d.slip, "778899");
    BACK(deposit, body_deposit, &d);
    d.expected_minor = 28742;
    BACK(deposit, body_deposit, &d);
    text_copy(d.bank, sizeof d.bank, "icbc");
    REFUSED(deposit, &d);
    text_copy(d.bank, sizeof d.bank, "ICBC1");
    d.slip[0] = '\0';
    REFUSED(deposit, &d);
    v.seq = 912;
    v.amount_minor = 100;
    v.reason = VARIANCE_COUNTERFEIT;
    text_copy(v.owner, sizeof v.owner, "1001");
    text_copy(v.slip, sizeof v.slip, "JB0031");
    BACK(variance_explained, body_variance_explained, &v);
    v.amount_minor = -100;
    BACK(variance_explained, body_variance_explained, &v);
    v.amount_minor = 0;
    REFUSED(variance_explained, &v);
}

/* ---- heaps and closes ------------------------------------------------------------------------ */

static void heaps_have_one_spelling(void **state)
{
    (void)state;
    static const char *const good[] = {"", "0:1", "10000:3,5000:2", "1:5,2:7,3:9"};
    static const char *const bad[] = {
        "1",    "1:",      ":1",          "1:0",  "01:1", "1:01",           "1:1,",
        ",1:1", "1:1,1:2", "1:1,3:1,2:1", "1:-1", "1:1 ", "1:1234567890123"};
    struct heaps h;
    char again[HEAPS_TEXT_MAX];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(heaps_read(good[i], &h));
        assert_int_equal(heaps_write(&h, again), TILL_OK);
        assert_string_equal(again, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (heaps_read(bad[i], &h))
            fail_msg("%s was read", bad[i]);
}

static void heaps_add_and_fall_away(void **state)
{
    (void)state;
    struct heaps h = {0};
    int64_t sum = 0;
    assert_int_equal(heaps_add(&h, 5000, 2), TILL_OK);
    assert_int_equal(heaps_add(&h, 100, 3), TILL_OK);
    assert_int_equal(heaps_add(&h, 5000, -2), TILL_OK);
    assert_int_equal(h.count, 1);
    assert_int_equal(heaps_money(&h, &sum), TILL_OK);
    assert_int_equal(sum, 300);
    for (int i = 1; i < HEAPS_MAX; i++)
        assert_int_equal(heaps_add(&h, 100 + i, 1), TILL_OK);
    assert_int_equal(heaps_add(&h, 9999, 1), TILL_TOO_LARGE);
    assert_int_equal(heaps_add(&h, 9999, 0), TILL_OK);
}

static void closes_have_one_spelling(void **state)
{
    (void)state;
    assert_true(closes_text_is_valid("") && closes_text_is_valid("12-14,16"));
    assert_false(closes_text_is_valid("14-12") || closes_text_is_valid("12,13") ||
                 closes_text_is_valid("0") || closes_text_is_valid("12,12") ||
                 closes_text_is_valid("4294967296") || closes_text_is_valid("1,"));
    assert_true(closes_text_has("12-14,16", 13) && closes_text_has("12-14,16", 16));
    assert_false(closes_text_has("12-14,16", 15) || closes_text_has("", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cash_moves_come_back_as_they_were_written),
        cmocka_unit_test(a_cash_move_without_sum_reason_or_pin_is_refused),
        cmocka_unit_test(an_x_report_names_its_shift),
        cmocka_unit_test(counts_of_all_purposes_come_back),
        cmocka_unit_test(slips_that_the_giver_said_stand_beside_those_that_lie_there),
        cmocka_unit_test(only_what_leaves_a_paper_is_compared),
        cmocka_unit_test(notes_are_the_whole_count_and_fall),
        cmocka_unit_test(a_count_that_can_t_be_is_refused),
        cmocka_unit_test(begun_and_accepted_name_what_they_are_of),
        cmocka_unit_test(totals_come_back_with_all_and_with_nothing),
        cmocka_unit_test(balances_that_paid_make_the_advance_negative),
        cmocka_unit_test(totals_that_don_t_add_up_are_refused),
        cmocka_unit_test(a_z_of_a_billion_fits_the_code_on_its_paper),
        cmocka_unit_test(a_close_in_absence_has_two_others),
        cmocka_unit_test(either_close_is_read_and_written_as_one),
        cmocka_unit_test(hand_overs_come_back),
        cmocka_unit_test(deposits_and_explanations_come_back),
        cmocka_unit_test(heaps_have_one_spelling),
        cmocka_unit_test(heaps_add_and_fall_away),
        cmocka_unit_test(closes_have_one_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
