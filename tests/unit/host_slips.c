/* Cheques and other slips from the bag to the bank: what the office posts and sees, in whatever
 * order it comes. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "bank.h"
#include "custody.h"
#include "day.h"
#include "entry_shift.h"
#include "explain.h"
#include "ledger.h"
#include "text.h"

static struct device collector, supervisor;
static char reason[STORE_REASON_MAX];

#define APPEND(device, type, ...)                                                                  \
    do {                                                                                           \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, __VA_ARGS__), TILL_OK);                           \
        device_append(device, &e_);                                                                \
    } while (0)

static void collect(int tender, int64_t amount_minor)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, amount_minor);
    body.tender = tender;
    device_collect(&collector, &body, 0);
}

/* 0031 of 1001 took 30.00 by card and a cheque of 50.00 beside its 100.00; 0032 is 2001's. */
static void begin(void)
{
    device_begin(&collector, "0031");
    collect(TENDER_CARD, 3000);
    collect(TENDER_CHEQUE, 5000);
    device_begin(&supervisor, "0032");
    device_login(&supervisor, KIND_USER_SWITCHED, "2001");
}

static void hand_in(void)
{
    assert_int_equal(device_hand_in(&collector).quarantined, 0);
    assert_int_equal(device_hand_in(&supervisor).quarantined, 0);
}

/* Of whichever journal's records nothing is left to be posted. */
static void end(void)
{
    int64_t before = office_postings();
    assert_int_equal(store_begin(office.store), TILL_OK);
    enum till_status status = ledger_follow_slips(office.store, OFFICE_NOW_S);
    assert_true(status == TILL_OK || status == TILL_UNCHANGED);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(office_postings(), before);
    office_assert_sound();
    device_end(&collector);
    device_end(&supervisor);
}

static void count(struct device *d, int purpose, int64_t cash_minor, const char *tenders,
                  int64_t said_minor)
{
    struct body_cash_count b = {.purpose = purpose, .attempt = 1, .amount_minor = cash_minor};
    bool closing = purpose == COUNT_CLOSING || purpose == COUNT_ABSENCE;
    struct heaps slips;
    int64_t sum_minor = 0;
    (void)snprintf(b.tenders, sizeof(b.tenders), "%s", tenders);
    assert_true(heaps_read(tenders, &slips));
    assert_int_equal(heaps_sum(&slips, &sum_minor), TILL_OK);
    b.shift = closing ? 1 : 0;
    b.slips_said_minor = purpose == COUNT_TAKEN ? said_minor : 0;
    APPEND(d, cash_count, &b);
}

static void totals(int slips_reason)
{
    struct body_shift_totals b = {.shift = 1,
                                  .business_date = 20261122,
                                  .first_seq = 4,
                                  .first_receipt_seq = 5,
                                  .last_receipt_seq = 6,
                                  .opening_minor = 10000,
                                  .tenders = "1:3000,3:5000",
                                  .types = "1:8000",
                                  .months = "202609:8000",
                                  .grand_minor = 8000,
                                  .slips_reason = slips_reason};
    APPEND(&collector, shift_totals, &b);
}

/* The Z, with these slips counted. */
static void close_with(const char *tenders)
{
    struct body_shift_closed z = {.z = 1,
                                  .shift = 1,
                                  .expected_minor = 10000,
                                  .counted_minor = 10000,
                                  .taken_minor = 8000,
                                  .receipts = 2};
    count(&collector, COUNT_CLOSING, 10000, tenders, 0);
    totals(strcmp(tenders, "1:3000,3:5000") == 0 ? 0 : VARIANCE_LOST);
    APPEND(&collector, shift_closed, &z);
}

static void give(int64_t cash_minor, int64_t slips_minor)
{
    struct body_handover_given b = {.amount_minor = cash_minor,
                                    .other_minor = slips_minor,
                                    .receiver = "2001",
                                    .closes = "1",
                                    .source = CASH_HELD};
    APPEND(&collector, handover_given, &b);
}

static void take_as(struct device *d, int64_t cash_minor, const char *tenders, int64_t said_minor)
{
    struct body_handover_taken b = {.amount_minor = cash_minor, .counted_minor = cash_minor};
    memcpy(b.hash, collector.entries[collector.count - 1].hash, HASH_SIZE);
    count(d, COUNT_TAKEN, cash_minor, tenders, said_minor);
    APPEND(d, handover_taken, &b);
}

static void take(int64_t cash_minor, const char *tenders, int64_t said_minor)
{
    take_as(&supervisor, cash_minor, tenders, said_minor);
}

static void deposit(struct device *d, int source, int64_t cash_minor, const char *tenders,
                    int64_t slips_minor)
{
    struct body_deposit b = {.bank = "ICBC",
                             .slip = "88120001",
                             .amount_minor = cash_minor,
                             .expected_minor = cash_minor,
                             .other_minor = slips_minor,
                             .source = source};
    count(d, COUNT_DEPOSIT, cash_minor, tenders, 0);
    APPEND(d, deposit, &b);
}

static int64_t prefixed(const char *prefix)
{
    int64_t sum_minor = 0;
    assert_int_equal(store_balance_prefix(office.store, prefix, &sum_minor), TILL_OK);
    return sum_minor;
}

static struct custody_view first(enum custody_list list)
{
    struct custody_view view;
    assert_int_equal(custody_next(office.store, list, "", 0, &view), TILL_OK);
    return view;
}

static bool is_empty(enum custody_list list)
{
    struct custody_view view;
    return custody_next(office.store, list, "", 0, &view) == TILL_NOT_FOUND;
}

static void a_cheque_goes_from_the_bag_to_the_bank(void **state)
{
    (void)state;
    begin();
    close_with("1:3000,3:5000");
    hand_in();
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    assert_int_equal(office_balance("tender/1/0031/1001"), 0);
    assert_int_equal(office_balance("slips/0031/1001"), 8000);
    assert_int_equal(first(CUSTODY_CLOSES).slips_minor, 8000);
    give(10000, 8000);
    hand_in();
    assert_int_equal(office_balance("slips/0031/1001"), 0);
    assert_int_equal(prefixed("transit/slips/"), 8000);
    assert_int_equal(first(CUSTODY_HANDOVERS).slips_open_minor, 8000);
    take(10000, "1:3000,3:5000", 8000);
    hand_in();
    assert_int_equal(prefixed("transit/slips/"), 0);
    assert_int_equal(office_balance("slips_kept/0032/2001"), 8000);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DONE);
    deposit(&supervisor, CASH_KEPT, 10000, "1:3000,3:5000", 8000);
    hand_in();
    assert_int_equal(office_balance("slips_kept/0032/2001"), 0);
    assert_int_equal(office_balance("clearing/ICBC"), 5000);
    assert_int_equal(office_balance("evidence/1"), 3000);
    assert_int_equal(office_balance("bank/ICBC"), 10000);
    assert_int_equal(first(CUSTODY_DEPOSITS).slips_minor, 8000);
    assert_true(is_empty(CUSTODY_VARIANCES));
    end();
}

static void a_cheque_that_is_missing_at_the_close_is_its_collectors(void **state)
{
    (void)state;
    begin();
    close_with("1:3000,3:1000");
    hand_in();
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    assert_int_equal(office_balance("slips/0031/1001"), 4000);
    assert_int_equal(office_balance("overshort/1001"), 4000);
    end();
}

static void a_card_slip_that_is_missing_costs_nobody(void **state)
{
    (void)state;
    begin();
    close_with("3:5000");
    hand_in();
    assert_int_equal(office_balance("slips/0031/1001"), 5000);
    assert_int_equal(office_balance("evidence/1"), 3000);
    assert_int_equal(office_balance("overshort/1001"), 0);
    end();
}

static void nothing_is_short_where_earlier_software_compared_nothing(void **state)
{
    struct body_shift_closed z = {.z = 1,
                                  .shift = 1,
                                  .expected_minor = 10000,
                                  .counted_minor = 10000,
                                  .taken_minor = 8000,
                                  .receipts = 2};
    (void)state;
    begin();
    count(&collector, COUNT_CLOSING, 10000, "", 0);
    totals(0);
    APPEND(&collector, shift_closed, &z);
    hand_in();
    assert_int_equal(office_balance("slips/0031/1001"), 8000);
    assert_int_equal(office_balance("overshort/1001"), 0);
    end();
}

static void slips_of_a_close_in_absence_are_the_supervisors_to_keep(void **state)
{
    struct body_closed_in_absence z = {.owner = "1001",
                                       .witness = "1002",
                                       .z = 1,
                                       .shift = 1,
                                       .expected_minor = 10000,
                                       .counted_minor = 10000,
                                       .taken_minor = 8000,
                                       .receipts = 2};
    (void)state;
    begin();
    device_login(&collector, KIND_USER_SWITCHED, "2001");
    count(&collector, COUNT_ABSENCE, 10000, "3:4000", 0);
    totals(VARIANCE_LOST);
    APPEND(&collector, closed_in_absence, &z);
    hand_in();
    assert_int_equal(office_balance("slips_kept/0031/2001"), 4000);
    assert_int_equal(office_balance("overshort/1001"), 1000);
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    end();
}

static void either_side_of_a_hand_over_may_tell_first(void **state)
{
    (void)state;
    begin();
    close_with("1:3000,3:5000");
    give(0, 8000); /* slips alone: no cash goes with them */
    take(0, "1:3000,3:5000", 8000);
    (void)device_hand_in(&supervisor);
    assert_int_equal(prefixed("transit/slips/"), -8000);
    assert_int_equal(first(CUSTODY_HANDOVERS).slips_open_minor, -8000);
    (void)device_hand_in(&collector);
    assert_int_equal(prefixed("transit/slips/"), 0);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DONE);
    end();
}

/* ---- what is missing ------------------------------------------------------------------------- */

static enum till_status explain(uint64_t seq, int64_t amount_minor, int why, bool slips,
                                struct store_explained *out)
{
    const struct explain_wanted wanted = {.terminal = "0032",
                                          .seq = seq,
                                          .amount_minor = amount_minor,
                                          .slips = slips,
                                          .owner = "1001",
                                          .reason = why,
                                          .slip = "",
                                          .text = "",
                                          .by = "4001"};
    return explain_difference(office.store, &wanted, OFFICE_NOW_S, out, reason);
}

static void a_slip_that_is_missing_stays_open_until_it_is_explained(void **state)
{
    struct store_explained e;
    struct custody_view view;
    (void)state;
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n1001,张,collector,481516\n"
                        "2001,班长,supervisor,298173\n");
    begin();
    close_with("1:3000,3:5000");
    give(10000, 8000);
    take(10000, "1:3000,3:2000", 8000);
    hand_in();
    uint64_t seq = supervisor.count;
    assert_int_equal(prefixed("transit/slips/"), 0);
    assert_int_equal(office_balance("slips_kept/0032/2001"), 5000);
    assert_int_equal(office_balance("variance_slips/0032/2001"), 3000);
    view = first(CUSTODY_VARIANCES);
    assert_int_equal(view.state, CUSTODY_OPEN);
    assert_int_equal(view.open_minor, 0);
    assert_int_equal(view.slips_open_minor, 3000);
    assert_string_equal(view.row.user, "2001");
    assert_int_equal(explain(seq, 0, VARIANCE_LOST, false, &e), TILL_UNCHANGED); /* no cash */
    assert_int_equal(explain(seq, 0, VARIANCE_COUNTERFEIT, true, &e), TILL_REFUSED);
    assert_int_equal(explain(seq, 4000, VARIANCE_LOST, true, &e), TILL_REFUSED);
    assert_int_equal(explain(seq, 1000, VARIANCE_LOST, true, &e), TILL_OK);
    assert_int_equal(first(CUSTODY_VARIANCES).slips_open_minor, 2000);
    assert_int_equal(explain(seq, 0, VARIANCE_OTHER, true, &e), TILL_OK);
    assert_int_equal(e.amount_minor, 2000);
    assert_int_equal(first(CUSTODY_VARIANCES).state, CUSTODY_DONE);
    assert_int_equal(office_balance("variance_slips/0032/2001"), 0);
    assert_int_equal(office_balance("overshort/1001"), 3000);
    end();
}

/* What the terminal explains of the cash explains no slip. */
static void cash_and_slips_are_two_differences(void **state)
{
    struct body_handover_taken b = {.amount_minor = 10000, .counted_minor = 9000};
    struct body_variance_explained explained = {
        .amount_minor = 1000, .reason = VARIANCE_LOST, .owner = "1001"};
    (void)state;
    begin();
    close_with("1:3000,3:5000");
    give(10000, 8000);
    memcpy(b.hash, collector.entries[collector.count - 1].hash, HASH_SIZE);
    count(&supervisor, COUNT_TAKEN, 9000, "3:9000", 8000);
    APPEND(&supervisor, handover_taken, &b);
    explained.seq = supervisor.count;
    hand_in();
    assert_int_equal(first(CUSTODY_VARIANCES).open_minor, 1000);
    assert_int_equal(first(CUSTODY_VARIANCES).slips_open_minor, -1000);
    APPEND(&supervisor, variance_explained, &explained);
    hand_in();
    assert_int_equal(first(CUSTODY_VARIANCES).open_minor, 0);
    assert_int_equal(first(CUSTODY_VARIANCES).slips_open_minor, -1000);
    assert_int_equal(first(CUSTODY_VARIANCES).state, CUSTODY_OPEN);
    assert_int_equal(office_alarms("handover"), 0);
    end();
}

static void a_taking_that_does_not_stand_goes_back_with_its_slips(void **state)
{
    struct store_explained e;
    const struct settle_wanted wanted = {
        .terminal = "0032", .seq = 7, .text = "2001 has it once", .by = "4001"};
    (void)state;
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n");
    begin();
    close_with("1:3000,3:5000");
    give(10000, 8000);
    take(10000, "1:3000,3:5000", 8000);
    assert_int_equal(supervisor.count, wanted.seq);
    take(10000, "1:3000,3:5000", 8000);
    hand_in();
    assert_int_equal(prefixed("transit/slips/"), -8000);
    assert_int_equal(office_balance("slips_kept/0032/2001"), 16000);
    assert_int_equal(settle_dispute(office.store, &wanted, OFFICE_NOW_S, &e, reason), TILL_OK);
    assert_int_equal(prefixed("transit/slips/"), 0);
    assert_int_equal(office_balance("slips_kept/0032/2001"), 8000);
    assert_int_equal(first(CUSTODY_HANDOVERS).state, CUSTODY_DONE);
    assert_int_equal(first(CUSTODY_HANDOVERS).slips_open_minor, 0);
    end();
}

/* ---- at the bank ----------------------------------------------------------------------------- */

static struct bank_outcome match(const char *lines)
{
    char csv[512];
    struct bank_outcome outcome;
    (void)snprintf(csv, sizeof(csv), "bank,date,amount,reference,slip\n%s", lines);
    assert_int_equal(office_import(csv).bad, 0);
    assert_int_equal(bank_match(office.store, "CST-8", BANK_TOLERANCE_DAYS, OFFICE_NOW_S, &outcome),
                     TILL_OK);
    return outcome;
}

/* 100.00 in cash, a cheque of 50.00 and a card slip of 30.00 went to the bank by 88120001. */
static void begin_at_bank(int64_t cash_minor)
{
    begin();
    close_with("1:3000,3:5000");
    deposit(&collector, CASH_HELD, cash_minor, "1:3000,3:5000", 8000);
    hand_in();
}

static void assert_at_bank(enum custody_state state, int64_t bank_minor, int64_t clearing_minor)
{
    struct custody_view view = first(CUSTODY_DEPOSITS);
    assert_int_equal(view.state, state);
    assert_int_equal(view.slips_open_minor, clearing_minor);
    assert_int_equal(office_balance("bank/ICBC"), bank_minor);
    assert_int_equal(office_balance("clearing/ICBC"), clearing_minor);
    assert_int_equal(prefixed("variance"), 0);
    assert_true(is_empty(CUSTODY_VARIANCES));
}

static void one_line_of_the_whole_slip_credits_its_cheques(void **state)
{
    (void)state;
    begin_at_bank(10000);
    assert_int_equal(match("ICBC,20261122,150.00,R1,88120001\n").matched[BANK_EXACT], 1);
    assert_at_bank(CUSTODY_DONE, 15000, 0);
    assert_int_equal(first(CUSTODY_DEPOSITS).bank_minor, 10000);
    assert_int_equal(bank_part(office.store, "ICBC", "R1", NULL, OFFICE_NOW_S, reason), TILL_OK);
    assert_at_bank(CUSTODY_OPEN, 10000, 5000);
    end();
}

static void cheques_that_are_credited_later_are_no_shortage(void **state)
{
    (void)state;
    begin_at_bank(10000);
    assert_int_equal(match("ICBC,20261122,100.00,R1,88120001\n").open_differences, 0);
    assert_at_bank(CUSTODY_OPEN, 10000, 5000);
    struct bank_outcome outcome = match("ICBC,20261124,50.00,R2,88120001\n");
    assert_int_equal(outcome.open_lines, 0);
    assert_int_equal(outcome.matched[BANK_EXACT], 1);
    assert_at_bank(CUSTODY_DONE, 15000, 0);
    end();
}

static void the_line_of_the_cheques_may_come_first(void **state)
{
    (void)state;
    begin_at_bank(10000);
    assert_int_equal(match("ICBC,20261122,50.00,R1,88120001\n").open_lines, 1);
    assert_at_bank(CUSTODY_OPEN, 10000, 5000);
    assert_int_equal(match("ICBC,20261123,100.00,R2,88120001\n").open_lines, 0);
    assert_at_bank(CUSTODY_DONE, 15000, 0);
    end();
}

static void cash_and_cheques_of_one_amount_are_two_lines(void **state)
{
    (void)state;
    begin_at_bank(5000);
    assert_int_equal(
        match("ICBC,20261122,50.00,R1,88120001\nICBC,20261122,50.00,R2,88120001\n").open_lines, 0);
    assert_at_bank(CUSTODY_DONE, 10000, 0);
    end();
}

static void a_deposit_of_cheques_alone_is_matched(void **state)
{
    (void)state;
    begin_at_bank(0);
    assert_int_equal(first(CUSTODY_DEPOSITS).state, CUSTODY_OPEN);
    assert_int_equal(match("ICBC,20261124,50.00,R1,88120001\n").matched[BANK_EXACT], 1);
    assert_at_bank(CUSTODY_DONE, 5000, 0);
    end();
}

/* What the bank has less than the cash is short, whatever cheques there are. */
static void cash_that_is_missing_stays_a_shortage(void **state)
{
    (void)state;
    begin_at_bank(10000);
    assert_int_equal(match("ICBC,20261122,90.00,R1,88120001\n").open_differences, 1);
    assert_int_equal(office_balance("variance/0031/1001"), 1000);
    assert_int_equal(office_balance("clearing/ICBC"), 5000);
    assert_int_equal(match("ICBC,20261124,50.00,R2,88120001\n").open_lines, 0);
    assert_int_equal(office_balance("variance/0031/1001"), 1000);
    assert_int_equal(office_balance("clearing/ICBC"), 0);
    assert_int_equal(first(CUSTODY_VARIANCES).open_minor, 1000);
    end();
}

/* ---- where they are -------------------------------------------------------------------------- */

struct places {
    struct slips_row rows[8];
    size_t count;
};

static enum till_status note_place(void *context, const struct slips_row *row)
{
    struct places *p = context;
    assert_true(p->count < sizeof(p->rows) / sizeof(p->rows[0]));
    p->rows[p->count++] = *row;
    return TILL_OK;
}

static struct places places(void)
{
    struct places p = {.count = 0};
    assert_int_equal(slips_walk(office.store, note_place, &p), TILL_OK);
    return p;
}

static void assert_place(const struct slips_row *row, enum slips_place place, const char *terminal,
                         const char *user, int64_t amount_minor)
{
    assert_int_equal(row->place, place);
    assert_string_equal(row->terminal, terminal);
    assert_string_equal(row->user, user);
    assert_int_equal(row->amount_minor, amount_minor);
}

static void slips_are_found_wherever_they_are(void **state)
{
    (void)state;
    begin();
    hand_in();
    struct places p = places();
    assert_int_equal(p.count, 2);
    assert_place(&p.rows[0], SLIPS_IN_BAG, "0031", "1001", 5000); /* the cheque */
    assert_place(&p.rows[1], SLIPS_IN_BAG, "0031", "1001", 3000);
    close_with("1:3000,3:5000");
    uint64_t z = collector.count;
    give(10000, 6000);
    hand_in();
    p = places();
    assert_int_equal(p.count, 2);
    assert_place(&p.rows[0], SLIPS_IN_HAND, "0031", "1001", 2000);
    assert_int_equal(p.rows[0].seq, z); /* what is left of it */
    assert_int_equal(p.rows[0].at_s, collector.entries[z - 1].at_s);
    assert_place(&p.rows[1], SLIPS_ON_WAY, "0031", "1001", 6000);
    assert_string_equal(p.rows[1].other, "2001");
    take(10000, "3:6000", 6000);
    uint64_t taken = supervisor.count;
    hand_in();
    p = places();
    assert_int_equal(p.count, 2);
    assert_place(&p.rows[1], SLIPS_KEPT, "0032", "2001", 6000);
    assert_int_equal(p.rows[1].seq, taken);
    deposit(&supervisor, CASH_KEPT, 10000, "3:6000", 6000);
    hand_in();
    p = places();
    assert_int_equal(p.count, 2);
    assert_place(&p.rows[1], SLIPS_AT_BANK, "0032", "2001", 6000);
    assert_string_equal(p.rows[1].slip, "88120001");
    end();
}

static enum till_status count_slips(void *context, const struct day_row *row)
{
    *(unsigned *)context += row->part == DAY_SLIPS ? 1 : 0;
    return TILL_OK;
}

static void the_day_sheet_says_where_slips_are(void **state)
{
    struct day_sums sums;
    unsigned rows = 0;
    (void)state;
    begin();
    close_with("1:3000,3:5000");
    give(10000, 6000);
    hand_in();
    assert_int_equal(day_walk(office.store, "CST-8", 20261122, count_slips, &rows, &sums), TILL_OK);
    assert_int_equal(rows, 1);
    assert_int_equal(sums.slips_hand_minor, 2000);
    assert_int_equal(sums.slips_transit_minor, 6000);
    rows = 0; /* what came later is on no earlier sheet */
    assert_int_equal(day_walk(office.store, "CST-8", 20261121, count_slips, &rows, &sums), TILL_OK);
    assert_int_equal(rows, 0);
    assert_int_equal(sums.slips_hand_minor, 0);
    assert_int_equal(sums.slips_transit_minor, 0);
    take(10000, "3:1000", 6000);
    deposit(&supervisor, CASH_KEPT, 10000, "3:1000", 1000);
    hand_in();
    assert_int_equal(day_walk(office.store, "CST-8", 20261122, count_slips, &rows, &sums), TILL_OK);
    assert_int_equal(sums.slips_transit_minor, 0);
    assert_int_equal(sums.slips_variance_minor, 5000);
    assert_int_equal(sums.slips_bank_minor, 1000);
    assert_int_equal(sums.variance_minor, 0);
    end();
}

/* ---- a cheque that comes back ---------------------------------------------------------------- */

/* The cheque is record 6 of 0031. */
static void return_it(void)
{
    struct site site;
    const struct ledger_context c = {.store = office.store,
                                     .site = &site,
                                     .terminal = "0031",
                                     .user = LEDGER_NOBODY,
                                     .now_s = OFFICE_NOW_S};
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(ledger_return_cheque(&c, 6, reason), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    office_assert_sound();
}

static void a_cheque_comes_back_from_whoever_has_it(void **state)
{
    (void)state;
    begin();
    close_with("1:3000,3:5000");
    hand_in();
    return_it();
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    assert_int_equal(office_balance("slips/0031/1001"), 3000);
    end();
}

/* On its way: it is its receiver's to find that it is not among the slips. */
static void a_cheque_comes_back_while_it_is_on_its_way(void **state)
{
    (void)state;
    begin();
    close_with("1:3000,3:5000");
    give(10000, 8000);
    hand_in();
    return_it();
    assert_int_equal(prefixed("transit/slips/"), 3000);
    end();
}

static void a_cheque_comes_back_from_its_receiver(void **state)
{
    (void)state;
    begin();
    close_with("1:3000,3:5000");
    give(10000, 8000);
    take(10000, "1:3000,3:5000", 8000);
    hand_in();
    return_it();
    assert_int_equal(office_balance("slips_kept/0032/2001"), 3000);
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    end();
}

static void a_cheque_that_the_bank_refused_is_not_waited_for(void **state)
{
    (void)state;
    begin();
    close_with("1:3000,3:5000");
    give(10000, 8000);
    take(10000, "1:3000,3:5000", 8000);
    deposit(&supervisor, CASH_KEPT, 10000, "1:3000,3:5000", 8000);
    hand_in();
    assert_int_equal(match("ICBC,20261122,100.00,R1,88120001\n").open_lines, 0);
    assert_int_equal(first(CUSTODY_DEPOSITS).slips_open_minor, 5000);
    return_it();
    assert_int_equal(office_balance("clearing/ICBC"), 0);
    assert_int_equal(first(CUSTODY_DEPOSITS).slips_open_minor, 0);
    assert_int_equal(first(CUSTODY_DEPOSITS).state, CUSTODY_DONE);
    end();
}

static void a_cheque_that_was_credited_is_taken_from_the_bank(void **state)
{
    (void)state;
    begin_at_bank(10000);
    assert_int_equal(match("ICBC,20261122,150.00,R1,88120001\n").open_lines, 0);
    return_it();
    assert_at_bank(CUSTODY_DONE, 10000, 0);
    end();
}

/* ---- from before ----------------------------------------------------------------------------- */

/* As a host has it whose software knew nothing of slips. */
static void forget_slips(void)
{
    office_tamper("DELETE FROM line WHERE posting IN (SELECT number FROM posting WHERE source LIKE "
                  "'slips/%')");
    office_tamper("DELETE FROM posting WHERE source LIKE 'slips/%'");
    office_tamper(
        "UPDATE ledger_account SET balance_minor = (SELECT coalesce(sum(amount_minor), 0) "
        "FROM line WHERE line.account = ledger_account.id)");
}

static void records_from_before_are_followed_once(void **state)
{
    (void)state;
    begin();
    close_with("1:3000,3:5000");
    give(10000, 8000);
    take(10000, "1:3000,3:5000", 8000);
    deposit(&supervisor, CASH_KEPT, 10000, "3:5000", 5000);
    hand_in();
    forget_slips();
    assert_int_equal(office_balance("cheque/0031/1001"), 5000);
    office_assert_sound(); /* as it was before the software was changed */
    int64_t before = office_postings();
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(ledger_follow_slips(office.store, OFFICE_NOW_S + 86400), TILL_OK);
    assert_int_equal(ledger_follow_slips(office.store, OFFICE_NOW_S + 86400), TILL_UNCHANGED);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(office_postings() - before, 4);
    assert_int_equal(office_balance("cheque/0031/1001"), 0);
    assert_int_equal(office_balance("slips_kept/0032/2001"), 3000);
    assert_int_equal(office_balance("clearing/ICBC"), 5000);
    office_assert_sound();
    forget_slips();
    office_assert_wrong("slips were not posted"); /* now they should be there */
    device_end(&collector);
    device_end(&supervisor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_cheque_goes_from_the_bag_to_the_bank),
        OFFICE_TEST(a_cheque_that_is_missing_at_the_close_is_its_collectors),
        OFFICE_TEST(a_card_slip_that_is_missing_costs_nobody),
        OFFICE_TEST(nothing_is_short_where_earlier_software_compared_nothing),
        OFFICE_TEST(slips_of_a_close_in_absence_are_the_supervisors_to_keep),
        OFFICE_TEST(either_side_of_a_hand_over_may_tell_first),
        OFFICE_TEST(a_slip_that_is_missing_stays_open_until_it_is_explained),
        OFFICE_TEST(cash_and_slips_are_two_differences),
        OFFICE_TEST(a_taking_that_does_not_stand_goes_back_with_its_slips),
        OFFICE_TEST(one_line_of_the_whole_slip_credits_its_cheques),
        OFFICE_TEST(cheques_that_are_credited_later_are_no_shortage),
        OFFICE_TEST(the_line_of_the_cheques_may_come_first),
        OFFICE_TEST(cash_and_cheques_of_one_amount_are_two_lines),
        OFFICE_TEST(a_deposit_of_cheques_alone_is_matched),
        OFFICE_TEST(cash_that_is_missing_stays_a_shortage),
        OFFICE_TEST(slips_are_found_wherever_they_are),
        OFFICE_TEST(the_day_sheet_says_where_slips_are),
        OFFICE_TEST(a_cheque_comes_back_from_whoever_has_it),
        OFFICE_TEST(a_cheque_comes_back_while_it_is_on_its_way),
        OFFICE_TEST(a_cheque_comes_back_from_its_receiver),
        OFFICE_TEST(a_cheque_that_the_bank_refused_is_not_waited_for),
        OFFICE_TEST(a_cheque_that_was_credited_is_taken_from_the_bank),
        OFFICE_TEST(records_from_before_are_followed_once),
    };
    return office_run("host_slips", tests, sizeof(tests) / sizeof(tests[0]));
}
