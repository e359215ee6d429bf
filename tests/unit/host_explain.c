/* A difference of cash finds its owner at the office: who may say so, what is posted, what is left.
 */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "bank.h"
#include "commands.h"
#include "custody.h"
#include "entry_shift.h"
#include "explain.h"
#include "orders.h"

static struct device collector;
static char reason[STORE_REASON_MAX];

/* 1001 took 50.00 over the 100.00 in the bag, closed, and brought 150.00 to the bank, which counted
 * less: the record of the deposit. */
static uint64_t deposit(int64_t counted_minor)
{
    struct entry e = {0};
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 5000);
    struct body_shift_closed closed = {.z = 1,
                                       .shift = 1,
                                       .expected_minor = 15000,
                                       .counted_minor = 15000,
                                       .taken_minor = 5000,
                                       .receipts = 1};
    struct body_deposit paid_in = {.bank = "ICBC",
                                   .slip = "S-1",
                                   .closes = "1",
                                   .amount_minor = counted_minor,
                                   .expected_minor = 15000,
                                   .source = CASH_HELD};
    device_begin(&collector, "0031");
    device_collect(&collector, &body, 0);
    assert_int_equal(entry_write_shift_closed(&e, &closed), TILL_OK);
    device_append(&collector, &e);
    memset(&e, 0, sizeof(e));
    assert_int_equal(entry_write_deposit(&e, &paid_in), TILL_OK);
    device_append(&collector, &e);
    assert_int_equal(device_hand_in(&collector).quarantined, 0);
    return collector.count;
}

static void users(void)
{
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n4002,主任,office,298173\n"
                        "2001,班长,supervisor,481516\n");
}

static enum till_status explain_by(int why, uint64_t seq, int64_t amount_minor, const char *owner,
                                   const char *by, struct store_explained *out)
{
    const struct explain_wanted wanted = {.terminal = "0031",
                                          .seq = seq,
                                          .amount_minor = amount_minor,
                                          .owner = owner,
                                          .reason = why,
                                          .slip = "",
                                          .text = "on the way",
                                          .by = by};
    return explain_difference(office.store, &wanted, OFFICE_NOW_S + 60, out, reason);
}

static enum till_status explain(uint64_t seq, int64_t amount_minor, const char *owner,
                                const char *by, struct store_explained *out)
{
    return explain_by(VARIANCE_LOST, seq, amount_minor, owner, by, out);
}

/* The terminal's own record, which knows nothing of the office's. */
static void explain_there(uint64_t seq, int64_t amount_minor, const char *owner)
{
    struct entry e = {0};
    struct body_variance_explained body = {
        .seq = seq, .amount_minor = amount_minor, .reason = VARIANCE_OTHER};
    (void)snprintf(body.owner, sizeof(body.owner), "%s", owner);
    assert_int_equal(entry_write_variance_explained(&e, &body), TILL_OK);
    device_append(&collector, &e);
    assert_int_equal(device_hand_in(&collector).quarantined, 0);
}

static int64_t open_minor(void)
{
    struct custody_view view = {.row = {.seq = 0}};
    assert_int_equal(custody_step(office.store, CUSTODY_VARIANCES, CUSTODY_ALL, &view), TILL_OK);
    assert_int_equal(view.state, view.open_minor == 0 ? CUSTODY_DONE : CUSTODY_OPEN);
    return view.open_minor;
}

static void end(void)
{
    office_assert_sound();
    device_end(&collector);
}

static void a_difference_is_posted_to_its_owner_by_name(void **state)
{
    (void)state;
    struct store_explained e, read;
    users();
    uint64_t seq = deposit(14000);
    assert_int_equal(office_balance("variance/0031/1001"), 1000);
    assert_int_equal(open_minor(), 1000);
    assert_int_equal(explain(seq, 0, "1001", "4001", &e), TILL_OK);
    assert_int_equal(office_balance("variance/0031/1001"), 0);
    assert_int_equal(office_balance("overshort/1001"), 1000);
    assert_int_equal(open_minor(), 0);
    assert_int_equal(store_explained_get(office.store, e.id, &read), TILL_OK);
    assert_memory_equal(&read, &e, sizeof(e));
    assert_string_equal(read.text, "on the way");
    assert_int_equal(explain(seq, 0, "1001", "4001", &e), TILL_UNCHANGED);
    end();
}

static void part_by_part_to_different_people_and_never_more_than_is_open(void **state)
{
    (void)state;
    struct store_explained e;
    users();
    uint64_t seq = deposit(14000);
    assert_int_equal(explain(seq, 400, "1001", "4001", &e), TILL_OK);
    assert_int_equal(open_minor(), 600);
    assert_int_equal(explain(seq, 601, "2001", "4001", &e), TILL_REFUSED);
    assert_string_equal(reason, "that is more than is open of it");
    assert_int_equal(explain(seq, -100, "2001", "4001", &e), TILL_REFUSED);
    assert_int_equal(open_minor(), 600);
    assert_int_equal(explain(seq, 0, "2001", "4001", &e), TILL_OK);
    assert_int_equal(e.amount_minor, 600);
    assert_int_equal(office_balance("overshort/1001"), 400);
    assert_int_equal(office_balance("overshort/2001"), 600);
    assert_int_equal(open_minor(), 0);
    end();
}

static void too_much_is_explained_with_its_sign(void **state)
{
    (void)state;
    struct store_explained e;
    users();
    uint64_t seq = deposit(15200);
    assert_int_equal(open_minor(), -200);
    assert_int_equal(explain(seq, 200, "1001", "4001", &e), TILL_REFUSED);
    assert_int_equal(explain(seq, 0, "1001", "4001", &e), TILL_REFUSED);
    assert_string_equal(reason, "that reason explains what is missing, and this is too much");
    assert_int_equal(explain_by(VARIANCE_CHANGE, seq, 0, "1001", "4001", &e), TILL_OK);
    assert_int_equal(office_balance("overshort/1001"), -200);
    assert_int_equal(open_minor(), 0);
    end();
}

/* The office has explained it, and the terminal, which has not heard of that, explains it again. */
static void what_both_explain_is_posted_once(void **state)
{
    (void)state;
    struct store_explained e;
    users();
    uint64_t seq = deposit(14000);
    assert_int_equal(explain(seq, 600, "2001", "4001", &e), TILL_OK);
    explain_there(seq, 1000, "1001");
    assert_int_equal(office_balance("variance/0031/1001"), 0);
    assert_int_equal(office_balance("overshort/1001"), 400);
    assert_int_equal(office_balance("overshort/2001"), 600);
    assert_int_equal(open_minor(), 0);
    assert_int_equal(office_alarms("handover"), 1);
    explain_there(seq, 1000, "1001");
    assert_int_equal(office_balance("overshort/1001"), 400);
    assert_int_equal(open_minor(), 0);
    assert_int_equal(office_alarms("handover"), 2);
    end();
}

/* Nothing was open when it came, and more is open since: gone over anew it is the same. */
static void what_was_not_open_then_is_not_posted_later(void **state)
{
    (void)state;
    struct bank_outcome outcome;
    struct store_explained e;
    users();
    uint64_t seq = deposit(14000);
    assert_int_equal(explain(seq, 0, "2001", "4001", &e), TILL_OK);
    explain_there(seq, 1000, "1001");
    (void)office_import("bank,date,amount,reference,slip\nICBC,20261122,130.00,R1,S-1\n");
    assert_int_equal(bank_match(office.store, "CST-8", 3, OFFICE_NOW_S, &outcome), TILL_OK);
    assert_int_equal(open_minor(), 1000);
    assert_int_equal(office_balance("variance/0031/1001"), 1000);
    end();
}

static void nobody_explains_what_concerns_them_nor_without_the_office_s_role(void **state)
{
    (void)state;
    struct store_explained e;
    users();
    uint64_t seq = deposit(14000);
    assert_int_equal(explain(seq, 0, "1001", "2001", &e), TILL_REFUSED);
    assert_string_equal(reason, "only a user with the role office may do that");
    assert_int_equal(explain(seq, 0, "4001", "4001", &e), TILL_REFUSED);
    assert_string_equal(reason, "whoever is concerned can't explain it");
    assert_int_equal(explain(seq, 0, "7777", "4001", &e), TILL_REFUSED);
    assert_string_equal(reason, "no user has that number");
    /* The one whose record it is, now of the office. */
    (void)office_import("user,name,role,pin\n1001,李强,office,\n");
    assert_int_equal(explain(seq, 0, "2001", "1001", &e), TILL_REFUSED);
    assert_string_equal(reason, "whoever is concerned can't explain it");
    assert_int_equal(open_minor(), 1000);
    end();
}

static void only_a_deposit_or_a_hand_over_received_has_a_difference(void **state)
{
    (void)state;
    struct store_explained e;
    users();
    uint64_t seq = deposit(14000);
    assert_int_equal(explain(seq - 1, 0, "1001", "4001", &e), TILL_REFUSED);
    assert_string_equal(reason, "that record is no deposit and no hand-over received");
    assert_int_equal(explain(seq + 1, 0, "1001", "4001", &e), TILL_NOT_FOUND);
    end();
}

static void a_false_note_has_the_bank_s_slip(void **state)
{
    (void)state;
    struct store_explained e;
    users();
    struct explain_wanted wanted = {.terminal = "0031",
                                    .seq = deposit(14000),
                                    .owner = "1001",
                                    .reason = VARIANCE_COUNTERFEIT,
                                    .slip = "",
                                    .text = "",
                                    .by = "4001"};
    assert_int_equal(explain_difference(office.store, &wanted, OFFICE_NOW_S, &e, reason),
                     TILL_REFUSED);
    wanted.slip = "JB-77";
    assert_int_equal(explain_difference(office.store, &wanted, OFFICE_NOW_S, &e, reason), TILL_OK);
    assert_string_equal(e.slip, "JB-77");
    end();
}

/* The check does it all again; a row that was altered behind the ledger's back is named. */
static void an_explanation_that_was_altered_is_found(void **state)
{
    (void)state;
    struct store_explained e;
    users();
    uint64_t seq = deposit(14000);
    assert_int_equal(explain(seq, 0, "1001", "4001", &e), TILL_OK);
    office_assert_sound();
    office_tamper("UPDATE explained SET owner = '2001'");
    office_assert_wrong("explained/1");
    office_tamper("UPDATE explained SET owner = '1001'");
    office_tamper("INSERT INTO explained (terminal, seq, \"user\", owner, amount_minor, reason, "
                  "slip, text, by_user, at_s) "
                  "VALUES ('0031', 9, '1001', '1001', 5, 4, '', '', '4001', 1)");
    office_assert_wrong("explained/2 was not posted");
    device_end(&collector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_difference_is_posted_to_its_owner_by_name),
        OFFICE_TEST(part_by_part_to_different_people_and_never_more_than_is_open),
        OFFICE_TEST(too_much_is_explained_with_its_sign),
        OFFICE_TEST(what_both_explain_is_posted_once),
        OFFICE_TEST(what_was_not_open_then_is_not_posted_later),
        OFFICE_TEST(nobody_explains_what_concerns_them_nor_without_the_office_s_role),
        OFFICE_TEST(only_a_deposit_or_a_hand_over_received_has_a_difference),
        OFFICE_TEST(a_false_note_has_the_bank_s_slip),
        OFFICE_TEST(an_explanation_that_was_altered_is_found),
    };
    return office_run("host_explain", tests, sizeof(tests) / sizeof(tests[0]));
}
