/* Cash from the bag to the bank: what the office posts and sees, in whatever order it comes. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "custody.h"
#include "entry_shift.h"
#include "entry_stock.h"
#include "explain.h"
#include "text.h"

static struct device collector, supervisor;
static char reason[STORE_REASON_MAX];

#define APPEND(device, type, ...)                                                                  \
    do {                                                                                           \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, __VA_ARGS__), TILL_OK);                           \
        device_append(device, &e_);                                                                \
    } while (0)

/* 0031 of 1001 took 50.00 over its 100.00; 0032 is 2001's. */
static void begin(void)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 5000);
    device_begin(&collector, "0031");
    device_collect(&collector, &body, 0);
    device_begin(&supervisor, "0032");
    device_login(&supervisor, KIND_USER_SWITCHED, "2001");
}

static unsigned assert_marks(void);

static void end(void)
{
    (void)assert_marks();
    office_assert_sound();
    device_end(&collector);
    device_end(&supervisor);
}

static void close_with(int64_t counted_minor)
{
    struct body_shift_closed closed = {.z = 1,
                                       .shift = 1,
                                       .expected_minor = 15000,
                                       .counted_minor = counted_minor,
                                       .taken_minor = 5000,
                                       .receipts = 1};
    APPEND(&collector, shift_closed, &closed);
}

/* Gives it all to 2001; the hash is what 2001 names. */
static void give(int64_t amount_minor)
{
    struct body_handover_given given = {
        .amount_minor = amount_minor, .receiver = "2001", .closes = "1", .source = CASH_HELD};
    APPEND(&collector, handover_given, &given);
}

static void take(int64_t amount_minor, int64_t counted_minor)
{
    struct body_handover_taken taken = {.amount_minor = amount_minor,
                                        .counted_minor = counted_minor};
    memcpy(taken.hash, collector.entries[collector.count - 1].hash, HASH_SIZE);
    APPEND(&supervisor, handover_taken, &taken);
}

static struct custody_view first(enum custody_list list)
{
    struct custody_view view;
    assert_int_equal(custody_next(office.store, list, "", 0, &view), TILL_OK);
    return view;
}

/* What waits is marked, and nothing that does is not: both walks find the same. */
static unsigned assert_marks(void)
{
    unsigned waiting = 0;
    for (int list = CUSTODY_CLOSES; list <= CUSTODY_VARIANCES; list++) {
        struct custody_view all = {.row = {.seq = 0}}, marked = {.row = {.seq = 0}};
        while (custody_step(office.store, (enum custody_list)list, CUSTODY_ALL, &all) == TILL_OK) {
            if (all.state == CUSTODY_DONE) {
                continue;
            }
            do {
                assert_int_equal(
                    custody_step(office.store, (enum custody_list)list, CUSTODY_WAITING, &marked),
                    TILL_OK);
            } while (marked.state == CUSTODY_DONE);
            assert_string_equal(marked.row.terminal, all.row.terminal);
            assert_int_equal(marked.row.seq, all.row.seq);
            assert_int_equal(marked.open_minor, all.open_minor);
            waiting++;
        }
    }
    return waiting;
}

/* How many rows are marked at all. */
static unsigned marks(void)
{
    struct store_custody row = {0};
    unsigned count = 0;
    while (store_custody_open(office.store, row.terminal, row.seq, &row) == TILL_OK) {
        count++;
    }
    return count;
}

/* The date's own rows, in the site's zone, whatever their terminals. */
static void a_date_has_its_rows_from_midnight_to_midnight(void **state)
{
    enum { DAY_S = 86400 };
    struct custody_span span = custody_span_of("CST-8", 20261122);
    struct custody_view view = {.row = {.at_s = span.from_s}};
    unsigned count = 0;
    int64_t before_s = 0, last_minor = 0;
    (void)state;
    begin();
    close_with(15000);
    give(15000);
    collector.at_s += DAY_S;
    give(100);
    (void)device_hand_in(&collector);
    while (custody_step(office.store, CUSTODY_HANDOVERS, CUSTODY_BY_TIME, &view) == TILL_OK) {
        assert_true(view.row.at_s >= before_s);
        before_s = view.row.at_s;
        last_minor = view.row.amount_minor;
        count += view.row.at_s <= span.until_s ? 1 : 0;
    }
    assert_int_equal(count, 1);
    assert_int_equal(last_minor, 100);
    /* 2026-11-21 16:00 to 2026-11-22 16:00 UTC, and a little around them. */
    assert_true(span.from_s < INT64_C(1795276800) && span.from_s > INT64_C(1795276800) - DAY_S);
    assert_true(span.until_s > INT64_C(1795363200) && span.until_s < INT64_C(1795363200) + DAY_S);
    end();
}

static void a_short_close_is_its_collectors(void **state)
{
    (void)state;
    begin();
    close_with(14950);
    assert_int_equal(device_hand_in(&collector).quarantined, 0);
    assert_int_equal(office_balance("cash/0031/1001"), 14950);
    assert_int_equal(office_balance("overshort/1001"), 50);
    struct custody_view view = first(CUSTODY_CLOSES);
    assert_int_equal(view.row.z, 1);
    assert_int_equal(view.row.expected_minor, 15000);
    assert_int_equal(view.row.other_minor, 5000);
    assert_int_equal(view.state, CUSTODY_DONE);
    end();
}

static void a_close_that_agrees_posts_nothing_and_is_listed(void **state)
{
    (void)state;
    begin();
    int64_t before = office_postings();
    close_with(15000);
    assert_int_equal(device_hand_in(&collector).quarantined, 0);
    assert_int_equal(office_postings() - before, 2); /* opening cash and the collection */
    assert_int_equal(first(CUSTODY_CLOSES).row.amount_minor, 15000);
    end();
}

static void a_hand_over_is_complete_when_both_have_told(void **state)
{
    (void)state;
    begin();
    close_with(15000);
    give(15000);
    (void)device_hand_in(&collector);
    assert_int_equal(office_balance("transit/supervisor/2001"), 15000);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_OPEN);
    assert_int_equal(first(CUSTODY_HANDOVERS).open_minor, 15000);
    assert_int_equal(assert_marks(), 1);
    assert_int_equal(marks(), 1);
    take(15000, 15000);
    (void)device_hand_in(&supervisor);
    assert_int_equal(office_balance("transit/supervisor/2001"), 0);
    assert_int_equal(office_balance("supervisor/0032/2001"), 15000);
    assert_int_equal(office_balance("cash/0031/1001"), 0);
    struct custody_view view = first(CUSTODY_HANDOVERS);
    assert_int_equal(view.state, CUSTODY_DONE);
    assert_string_equal(view.with.terminal, "0032");
    assert_int_equal(marks(), 0);
    assert_string_equal(view.row.closes, "1");
    assert_int_equal(office_alarms("handover"), 0);
    end();
}

static void the_taker_may_tell_first(void **state)
{
    struct custody_view view;
    (void)state;
    begin();
    close_with(15000);
    give(15000);
    take(15000, 15000);
    (void)device_hand_in(&supervisor);
    assert_int_equal(office_balance("transit/supervisor/2001"), -15000);
    assert_int_equal(first(CUSTODY_HANDOVERS).open_minor, -15000);
    assert_int_equal(assert_marks(), 1);
    (void)device_hand_in(&collector);
    assert_int_equal(marks(), 0);
    assert_int_equal(office_balance("transit/supervisor/2001"), 0);
    view = first(CUSTODY_HANDOVERS);
    assert_int_equal(view.state, CUSTODY_DONE);
    /* It stands there once. */
    assert_int_equal(
        custody_next(office.store, CUSTODY_HANDOVERS, view.row.terminal, view.row.seq, &view),
        TILL_NOT_FOUND);
    end();
}

static void what_was_counted_less_is_a_variance_until_it_is_explained(void **state)
{
    struct body_variance_explained explained = {
        .amount_minor = 10000, .reason = VARIANCE_COUNTERFEIT, .owner = "1001", .slip = "J-77"};
    (void)state;
    begin();
    close_with(15000);
    give(15000);
    take(15000, 5000);
    (void)device_hand_in(&collector);
    (void)device_hand_in(&supervisor);
    assert_int_equal(office_balance("variance/0032/2001"), 10000);
    assert_int_equal(first(CUSTODY_VARIANCES).open_minor, 10000);
    explained.seq = supervisor.count;
    APPEND(&supervisor, variance_explained, &explained);
    (void)device_hand_in(&supervisor);
    assert_int_equal(office_balance("variance/0032/2001"), 0);
    assert_int_equal(office_balance("overshort/1001"), 10000);
    assert_int_equal(first(CUSTODY_VARIANCES).state, CUSTODY_DONE);
    end();
}

/* What is on the list of hand-overs adds up to what the ledger has in transit. */
static void assert_transit(int64_t amount_minor)
{
    struct custody_view view = {.row = {.seq = 0}};
    int64_t sum_minor = 0;
    while (custody_step(office.store, CUSTODY_HANDOVERS, CUSTODY_ALL, &view) == TILL_OK) {
        sum_minor += view.open_minor;
    }
    assert_int_equal(sum_minor, amount_minor);
    int64_t ledger_minor = 0;
    assert_int_equal(store_balance_prefix(office.store, "transit/supervisor/", &ledger_minor),
                     TILL_OK);
    assert_int_equal(ledger_minor, amount_minor);
}

static unsigned count_on(enum custody_list list)
{
    struct custody_view view = {.row = {.seq = 0}};
    unsigned count = 0;
    while (custody_step(office.store, list, CUSTODY_ALL, &view) == TILL_OK) {
        count++;
    }
    return count;
}

static void two_takers_of_one_hand_over_are_seen(void **state)
{
    struct custody_view view = {.row = {.seq = 0}};
    (void)state;
    begin();
    close_with(15000);
    give(15000);
    (void)device_hand_in(&collector);
    take(15000, 15000);
    take(15000, 15000);
    assert_int_equal(device_hand_in(&supervisor).quarantined, 0);
    assert_int_equal(office_alarms("handover"), 1);
    assert_int_equal(office_balance("transit/supervisor/2001"), -15000);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DISPUTED);
    assert_transit(-15000);
    assert_int_equal(count_on(CUSTODY_HANDOVERS), 2);
    assert_int_equal(custody_next(office.store, CUSTODY_HANDOVERS, "0031", 99, &view), TILL_OK);
    assert_string_equal(view.row.terminal, "0032");
    assert_int_equal(view.row.seq, supervisor.count);
    assert_int_equal(view.state, CUSTODY_DISPUTED);
    end();
}

static void a_taker_that_was_not_meant_is_seen_and_nothing_stays_in_transit(void **state)
{
    (void)state;
    begin();
    device_login(&supervisor, KIND_USER_SWITCHED, "1002");
    close_with(15000);
    give(15000);
    take(15000, 15000);
    (void)device_hand_in(&supervisor);
    assert_int_equal(office_alarms("handover"), 0); /* who was meant is not known yet */
    (void)device_hand_in(&collector);
    assert_int_equal(office_alarms("handover"), 1);
    assert_int_equal(office_balance("transit/supervisor"), 0);
    assert_int_equal(office_balance("supervisor/0032/1002"), 15000);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DISPUTED);
    end();
}

/* ---- settled by the office ------------------------------------------------------------------- */

static enum till_status settle(const char *terminal, uint64_t seq, const char *by)
{
    const struct settle_wanted wanted = {
        .terminal = terminal, .seq = seq, .text = "both were there", .by = by};
    struct store_explained e;
    enum till_status status = settle_dispute(office.store, &wanted, OFFICE_NOW_S + 60, &e, reason);
    assert_true(status != TILL_OK || e.id > 0);
    return status;
}

static void the_office_settles_what_was_taken_in_somebodys_stead(void **state)
{
    (void)state;
    begin();
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n");
    device_login(&supervisor, KIND_USER_SWITCHED, "1002");
    close_with(15000);
    give(15000);
    uint64_t given = collector.count;
    take(15000, 15000);
    (void)device_hand_in(&collector);
    (void)device_hand_in(&supervisor);
    assert_int_equal(settle("0031", given, "2001"), TILL_REFUSED);
    assert_string_equal(reason, "only a user with the role office may do that");
    assert_int_equal(settle("0031", given - 1, "4001"), TILL_UNCHANGED);
    assert_int_equal(settle("0031", 999, "4001"), TILL_NOT_FOUND);
    int64_t before = office_postings();
    assert_int_equal(settle("0031", given, "4001"), TILL_OK);
    assert_int_equal(office_postings(), before);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DONE);
    assert_int_equal(marks(), 0);
    assert_int_equal(settle("0031", given, "4001"), TILL_UNCHANGED);
    end();
}

static void whoever_is_concerned_settles_nothing(void **state)
{
    (void)state;
    begin();
    (void)office_import("user,name,role,pin\n1001,李强,office,\n2001,班长,office,\n");
    device_login(&supervisor, KIND_USER_SWITCHED, "1002");
    close_with(15000);
    give(15000);
    take(15000, 15000);
    (void)device_hand_in(&collector);
    (void)device_hand_in(&supervisor);
    assert_int_equal(settle("0031", collector.count, "1001"), TILL_REFUSED);
    assert_string_equal(reason, "whoever is concerned can't settle it");
    assert_int_equal(settle("0031", collector.count, "2001"), TILL_REFUSED);
    end();
}

/* The other one stands then, and nothing is left in transit. */
static void of_two_takings_the_one_that_does_not_stand_goes_back(void **state)
{
    (void)state;
    begin();
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n");
    close_with(15000);
    give(15000);
    (void)device_hand_in(&collector);
    take(15000, 14000);
    uint64_t wrong = supervisor.count;
    take(15000, 15000);
    (void)device_hand_in(&supervisor);
    assert_int_equal(settle("0031", collector.count, "4001"), TILL_REFUSED);
    assert_string_equal(reason, "name the taking that does not stand");
    assert_int_equal(settle("0032", wrong, "4001"), TILL_OK);
    assert_transit(0);
    assert_int_equal(office_balance("supervisor/0032/2001"), 15000);
    assert_int_equal(office_balance("variance/0032/2001"), 0);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DONE);
    assert_int_equal(first(CUSTODY_HANDOVERS).with.seq, supervisor.count);
    assert_int_equal(marks(), 0);
    assert_int_equal(settle("0032", supervisor.count, "4001"), TILL_UNCHANGED);
    end();
}

/* A taking that says another sum than the giver's record can't stand: it goes back, and the cash is
 * in transit until it is taken over as it was given. */
static void two_sides_with_different_sums_end_as_the_giver_said(void **state)
{
    (void)state;
    begin();
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n");
    close_with(15000);
    give(15000);
    (void)device_hand_in(&collector);
    take(14000, 14000);
    (void)device_hand_in(&supervisor);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DISPUTED);
    assert_int_equal(settle("0031", collector.count, "4001"), TILL_REFUSED);
    assert_string_equal(reason, "name the taking that does not stand");
    assert_int_equal(settle("0032", supervisor.count, "4001"), TILL_OK);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_OPEN);
    assert_transit(15000);
    unsigned alarms = office_alarms("handover");
    take(15000, 14000);
    (void)device_hand_in(&supervisor);
    assert_int_equal(office_alarms("handover"), alarms);
    assert_transit(0);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DONE);
    assert_int_equal(office_balance("variance/0032/2001"), 1000);
    assert_int_equal(settle("0031", collector.count, "4001"), TILL_UNCHANGED);
    end();
}

static void a_deposit_goes_to_the_bank_as_its_slip_says(void **state)
{
    struct body_deposit deposit = {.bank = "ABC1",
                                   .slip = "20261122001",
                                   .amount_minor = 14000,
                                   .expected_minor = 15000,
                                   .closes = "1",
                                   .source = CASH_HELD};
    (void)state;
    begin();
    close_with(15000);
    APPEND(&collector, deposit, &deposit);
    (void)device_hand_in(&collector);
    assert_int_equal(office_balance("bank/ABC1"), 14000);
    assert_int_equal(office_balance("cash/0031/1001"), 0);
    assert_int_equal(office_balance("variance/0031/1001"), 1000);
    assert_string_equal(first(CUSTODY_DEPOSITS).row.slip, "20261122001");
    assert_int_equal(first(CUSTODY_DEPOSITS).state, CUSTODY_OPEN);
    end();
}

static void a_close_in_absence_waits_for_its_owner(void **state)
{
    struct body_closed_in_absence absence = {.owner = "1001",
                                             .witness = "1002",
                                             .z = 1,
                                             .shift = 1,
                                             .expected_minor = 15000,
                                             .counted_minor = 14900,
                                             .taken_minor = 5000,
                                             .receipts = 1};
    struct body_absence_answered answer = {.z = 1, .disputed = true};
    (void)state;
    begin();
    device_login(&collector, KIND_USER_SWITCHED, "2001");
    APPEND(&collector, closed_in_absence, &absence);
    (void)device_hand_in(&collector);
    assert_int_equal(office_balance("cash/0031/1001"), 0);
    assert_int_equal(office_balance("supervisor/0031/2001"), 14900);
    assert_int_equal(office_balance("overshort/1001"), 100);
    assert_int_equal(first(CUSTODY_CLOSES).state, CUSTODY_OPEN);
    device_login(&collector, KIND_USER_SWITCHED, "1001");
    APPEND(&collector, absence_answered, &answer);
    (void)device_hand_in(&collector);
    assert_int_equal(first(CUSTODY_CLOSES).state, CUSTODY_DISPUTED);
    assert_int_equal(office_alarms("handover"), 1);
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n");
    assert_int_equal(settle("0031", first(CUSTODY_CLOSES).row.seq, "4001"), TILL_OK);
    assert_int_equal(first(CUSTODY_CLOSES).state, CUSTODY_DONE);
    assert_int_equal(marks(), 0);
    end();
}

static void money_in_and_out_of_a_bag_has_its_reason(void **state)
{
    struct body_cash_move in = {.amount_minor = 2000, .reason = CASH_CHANGE, .approver = "2001"};
    struct body_cash_move out = {.amount_minor = 500, .reason = CASH_EXPENSE, .approver = "2001"};
    (void)state;
    begin();
    APPEND(&collector, cash_move, KIND_CASH_IN, &in);
    APPEND(&collector, cash_move, KIND_CASH_OUT, &out);
    (void)device_hand_in(&collector);
    assert_int_equal(office_balance("cash/0031/1001"), 16500);
    assert_int_equal(office_balance("paid_in/1"), -2000);
    assert_int_equal(office_balance("paid_out/2"), 500);
    end();
}

static void a_drop_is_taken_like_a_hand_over(void **state)
{
    struct body_cash_drop drop = {.amount_minor = 4000, .to = 1, .receiver = "2001"};
    (void)state;
    begin();
    APPEND(&collector, cash_drop, &drop);
    take(4000, 4000);
    (void)device_hand_in(&collector);
    (void)device_hand_in(&supervisor);
    assert_int_equal(office_balance("transit/supervisor/2001"), 0);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DONE);
    end();
}

static void a_manual_receipt_counts_from_when_the_money_was_handed_over(void **state)
{
    /* Due 2026-11-12; paid by hand on the day, entered ten days later. */
    struct body_manual_receipt manual = {.account = OFFICE_LATE,
                                         .amount_minor = 10000,
                                         .number = "M-00000017",
                                         .taken_at_s = OFFICE_NOW_S - 10 * 86400,
                                         .reason = "battery"};
    (void)state;
    begin();
    APPEND(&collector, manual_receipt, &manual);
    assert_int_equal(device_hand_in(&collector).quarantined, 0);
    assert_int_equal(office_arrears(OFFICE_LATE).count, 0);
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 25000);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_date_has_its_rows_from_midnight_to_midnight),
        OFFICE_TEST(a_short_close_is_its_collectors),
        OFFICE_TEST(a_close_that_agrees_posts_nothing_and_is_listed),
        OFFICE_TEST(a_hand_over_is_complete_when_both_have_told),
        OFFICE_TEST(the_taker_may_tell_first),
        OFFICE_TEST(what_was_counted_less_is_a_variance_until_it_is_explained),
        OFFICE_TEST(two_takers_of_one_hand_over_are_seen),
        OFFICE_TEST(a_taker_that_was_not_meant_is_seen_and_nothing_stays_in_transit),
        OFFICE_TEST(the_office_settles_what_was_taken_in_somebodys_stead),
        OFFICE_TEST(whoever_is_concerned_settles_nothing),
        OFFICE_TEST(of_two_takings_the_one_that_does_not_stand_goes_back),
        OFFICE_TEST(two_sides_with_different_sums_end_as_the_giver_said),
        OFFICE_TEST(a_deposit_goes_to_the_bank_as_its_slip_says),
        OFFICE_TEST(a_close_in_absence_waits_for_its_owner),
        OFFICE_TEST(money_in_and_out_of_a_bag_has_its_reason),
        OFFICE_TEST(a_drop_is_taken_like_a_hand_over),
        OFFICE_TEST(a_manual_receipt_counts_from_when_the_money_was_handed_over),
    };
    return office_run("host_cash", tests, sizeof(tests) / sizeof(tests[0]));
}
