/* Lost terminals from customers' papers; records that were set aside and released; a store that has
 * lost what it had acknowledged. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "correction.h"
#include "entry_shift.h"
#include "recover.h"
#include "store_custody.h"
#include "store_office.h"
#include "store_recover.h"
#include "text.h"

#define URL "HTTPS://V.EXAMPLE/"

static struct device device;

static void pay_at(const char *account, int64_t amount_minor)
{
    struct body_collection body = device_cash(account, amount_minor);
    struct entry print = {0};
    struct body_print done = {.seq = device.count + 1};
    device_collect(&device, &body, 0);
    assert_int_equal(entry_write_print(&print, KIND_PRINT_DONE, &done), TILL_OK);
    device_append(&device, &print);
}

/* enrolled, opened, login, shift (1 to 4), handed in; then receipts 5, 7 and 9, which are not. */
static void begin_with_three_receipts(void)
{
    struct ingest_outcome o;
    device_begin(&device, "0031");
    assert_int_equal(device_send(&device, 1, 4, &o), TILL_OK);
    pay_at(OFFICE_ACCOUNT, 9210);
    pay_at(OFFICE_LATE, 3000);
    pay_at(OFFICE_ACCOUNT, 5000);
}

static void paper_of(const struct device *d, uint64_t seq, char text_out[PROOF_TEXT_MAX])
{
    struct proof proof = {.entry = d->entries[seq - 1]};
    text_copy(proof.terminal, sizeof(proof.terminal), d->terminal);
    memcpy(proof.prev, d->entries[seq - 2].hash, HASH_SIZE);
    assert_int_equal(proof_write(URL, &proof, text_out), TILL_OK);
}

static enum recovery recover_text(const char *text, char reason_out[STORE_REASON_MAX])
{
    struct site site;
    struct proof proof;
    enum recovery recovery = RECOVERY_FALSE;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {
        .store = office.store, .site = &site, .terminal = "", .user = "-", .now_s = OFFICE_NOW_S};
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(recover_paper(&c, text, strlen(text), &proof, &recovery, reason_out), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    return recovery;
}

static enum recovery recover(uint64_t seq)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    paper_of(&device, seq, text);
    return recover_text(text, reason);
}

static enum till_status release(uint64_t seq, char reason_out[STORE_REASON_MAX])
{
    struct site site;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {.store = office.store,
                               .site = &site,
                               .terminal = "0031",
                               .user = "-",
                               .now_s = OFFICE_NOW_S + 60};
    assert_int_equal(store_begin(office.store), TILL_OK);
    enum till_status status = recover_release(&c, seq, "2001", reason_out);
    if (status == TILL_OK) {
        assert_int_equal(store_commit(office.store), TILL_OK);
    } else {
        store_rollback(office.store);
    }
    return status;
}

static size_t waiting(void)
{
    uint64_t seqs[BOOK_UNAPPLIED_MAX];
    size_t count = 0;
    assert_int_equal(store_quarantined(office.store, "0031", seqs, &count), TILL_OK);
    return count;
}

static struct loss loss_of(const char *terminal)
{
    struct loss loss;
    assert_int_equal(recover_loss(office.store, terminal, &loss), TILL_OK);
    return loss;
}

/* ---- papers ---------------------------------------------------------------------------------- */

static void a_paper_of_a_stolen_terminal_is_posted(void **state)
{
    (void)state;
    begin_with_three_receipts();
    assert_int_equal(recover(5), RECOVERY_POSTED);
    assert_int_equal(office_balance("cash/0031/-paper"), 9210);
    assert_int_equal(office_balance("receivable/" OFFICE_ACCOUNT "/1"), 9432);
    assert_int_equal(office_terminal("0031").head_seq, 4);
    assert_int_equal(office_alarms("recovered"), 1);
    office_assert_sound();
    device_end(&device);
}

static void the_same_paper_again_changes_nothing(void **state)
{
    (void)state;
    begin_with_three_receipts();
    assert_int_equal(recover(5), RECOVERY_POSTED);
    assert_int_equal(recover(5), RECOVERY_AGAIN);
    assert_int_equal(office_balance("cash/0031/-paper"), 9210);
    assert_int_equal(office_alarms("recovered"), 1);
    device_end(&device);
}

static void the_loss_statement_names_what_is_missing(void **state)
{
    (void)state;
    begin_with_three_receipts();
    assert_int_equal(recover(9), RECOVERY_POSTED);
    assert_int_equal(recover(5), RECOVERY_POSTED);
    struct loss loss = loss_of("0031");
    assert_int_equal(loss.known_seq, 4);
    assert_int_equal(loss.recovered, 2);
    assert_int_equal(loss.recovered_minor, 9210 + 5000);
    assert_int_equal(loss.last_seq, 9);
    assert_int_equal(loss.missing, 3); /* 6, 7 and 8 */
    assert_int_equal(loss.cash_minor, 10000 + 9210 + 5000);
    device_end(&device);
}

static void the_journal_that_comes_after_all_gives_the_money_to_its_collector(void **state)
{
    (void)state;
    begin_with_three_receipts();
    assert_int_equal(recover(7), RECOVERY_POSTED);
    assert_int_equal(recover(5), RECOVERY_POSTED);
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.quarantined, 0);
    assert_int_equal(o.forked, 0);
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 3000 + 5000);
    assert_int_equal(recover(7), RECOVERY_STORED);
    assert_int_equal(loss_of("0031").recovered, 0);
    office_assert_sound();
    (void)device_hand_in(&device);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 3000 + 5000);
    office_assert_sound();
    device_end(&device);
}

static void a_reversal_undoes_what_a_paper_had_posted(void **state)
{
    struct entry e = {0};
    struct body_reversal body = {.seq = 9,
                                 .amount_minor = 5000,
                                 .cash_minor = 5000,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    (void)state;
    begin_with_three_receipts();
    assert_int_equal(recover(9), RECOVERY_POSTED);
    text_copy(body.account, sizeof(body.account), OFFICE_ACCOUNT);
    assert_int_equal(entry_write_reversal(&e, &body), TILL_OK);
    device_append(&device, &e);
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.quarantined, 0);
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 3000);
    office_assert_sound();
    device_end(&device);
}

static void a_reversal_whose_paper_comes_first_waits_for_what_it_undoes(void **state)
{
    struct entry e = {0};
    struct body_reversal body = {.seq = 9,
                                 .amount_minor = 5000,
                                 .cash_minor = 5000,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    (void)state;
    begin_with_three_receipts();
    text_copy(body.account, sizeof(body.account), OFFICE_ACCOUNT);
    assert_int_equal(entry_write_reversal(&e, &body), TILL_OK);
    device_append(&device, &e);
    assert_int_equal(recover(11), RECOVERY_KEPT);
    assert_int_equal(recover(9), RECOVERY_POSTED);
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    assert_int_equal(office_balance("receivable/" OFFICE_ACCOUNT "/1"), 9210 + 9432);
    office_assert_sound();
    device_end(&device);
}

static void a_paper_that_was_altered_is_false(void **state)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    (void)state;
    begin_with_three_receipts();
    paper_of(&device, 5, text);
    size_t last = strlen(text) - 3;
    text[last] = text[last] == 'A' ? 'B' : 'A';
    struct site site;
    struct proof proof;
    enum recovery recovery = RECOVERY_POSTED;
    assert_int_equal(store_site_get(office.store, &site), TILL_OK);
    struct ledger_context c = {
        .store = office.store, .site = &site, .terminal = "", .user = "-", .now_s = OFFICE_NOW_S};
    assert_int_equal(store_begin(office.store), TILL_OK);
    enum till_status status = recover_paper(&c, text, strlen(text), &proof, &recovery, reason);
    store_rollback(office.store);
    assert_true(status == TILL_E_PROTOCOL || recovery == RECOVERY_FALSE);
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    device_end(&device);
}

static void a_paper_of_an_unknown_customer_is_kept_and_posted_once_its_journal_comes(void **state)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    (void)state;
    begin_with_three_receipts();
    pay_at("6109999999", 700);
    paper_of(&device, 11, text);
    assert_int_equal(recover_text(text, reason), RECOVERY_KEPT);
    assert_string_not_equal(reason, "");
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.quarantined, 1);
    office_assert_sound();
    device_end(&device);
}

static void two_papers_with_one_number_are_evidence_of_two_journals(void **state)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    (void)state;
    begin_with_three_receipts();
    paper_of(&device, 5, text);
    device_roll_back(&device, 4);
    pay_at(OFFICE_LATE, 7700);
    assert_int_equal(recover_text(text, reason), RECOVERY_POSTED);
    assert_int_equal(recover(5), RECOVERY_FORK);
    assert_int_equal(office_balance("suspense/0031"), -7700);
    assert_int_equal(store_fork_count(office.store, "0031"), 1);
    assert_true(office_terminal("0031").stopped);
    assert_int_equal(office_alarms("fork"), 1);
    office_assert_sound();
    device_end(&device);
}

static void a_journal_that_differs_from_the_paper_is_set_aside_there(void **state)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    (void)state;
    begin_with_three_receipts();
    paper_of(&device, 5, text);
    device_roll_back(&device, 4);
    pay_at(OFFICE_LATE, 7700);
    assert_int_equal(recover_text(text, reason), RECOVERY_POSTED);
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.stored, 2);
    assert_int_equal(o.quarantined, 1);
    assert_true(o.terminal.stopped);
    assert_int_equal(office_balance("cash/0031/-paper"), 9210);
    assert_int_equal(office_alarms("fork"), 1);
    office_assert_sound();
    device_end(&device);
}

/* The paper's money is posted under that number; the journal's can't be a second time. */
static void what_a_paper_had_posted_is_not_posted_over_by_another_record(void **state)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    (void)state;
    begin_with_three_receipts();
    paper_of(&device, 5, text);
    device_roll_back(&device, 4);
    pay_at(OFFICE_LATE, 7700);
    assert_int_equal(recover_text(text, reason), RECOVERY_POSTED);
    (void)device_hand_in(&device);
    assert_int_equal(release(5, reason), TILL_REFUSED);
    assert_non_null(strstr(reason, "payment of a channel"));
    assert_int_equal(waiting(), 1);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    assert_int_equal(office_arrears(OFFICE_LATE).bills[0].amount_minor, 10000);
    office_assert_sound();
    device_end(&device);
}

static void what_differs_from_a_paper_that_could_not_be_posted_is_posted_once_released(void **state)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    (void)state;
    begin_with_three_receipts();
    device_roll_back(&device, 4);
    pay_at("6109999999", 700);
    paper_of(&device, 5, text);
    device_roll_back(&device, 4);
    pay_at(OFFICE_LATE, 7700);
    assert_int_equal(recover_text(text, reason), RECOVERY_KEPT);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    assert_int_equal(office_balance("cash/0031/1001"), 10000);
    office_assert_sound();
    assert_int_equal(release(5, reason), TILL_OK);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 7700);
    office_assert_sound();
    device_end(&device);
}

static void a_paper_behind_a_record_that_is_set_aside_finds_its_collector(void **state)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    (void)state;
    begin_with_three_receipts();
    pay_at("6109999999", 700);
    pay_at(OFFICE_LATE, 300);
    paper_of(&device, 11, text);
    assert_int_equal(recover_text(text, reason), RECOVERY_KEPT);
    assert_int_equal(recover(13), RECOVERY_POSTED);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 3000 + 5000 + 300);
    office_assert_sound();
    device_end(&device);
}

static void a_reversal_that_a_paper_told_is_no_second_one_when_its_journal_comes(void **state)
{
    struct entry e = {0};
    struct body_reversal body = {.seq = 9,
                                 .amount_minor = 5000,
                                 .cash_minor = 5000,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    (void)state;
    begin_with_three_receipts();
    text_copy(body.account, sizeof(body.account), OFFICE_ACCOUNT);
    assert_int_equal(entry_write_reversal(&e, &body), TILL_OK);
    device_append(&device, &e);
    assert_int_equal(recover(9), RECOVERY_POSTED);
    assert_int_equal(recover(11), RECOVERY_POSTED);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 3000);
    office_assert_sound();
    device_end(&device);
}

static void a_reversal_by_paper_of_what_its_journal_told_is_sound(void **state)
{
    struct entry e = {0};
    struct ingest_outcome o;
    struct body_reversal body = {.seq = 9,
                                 .amount_minor = 5000,
                                 .cash_minor = 5000,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    (void)state;
    begin_with_three_receipts();
    assert_int_equal(device_send(&device, 5, 10, &o), TILL_OK);
    text_copy(body.account, sizeof(body.account), OFFICE_ACCOUNT);
    assert_int_equal(entry_write_reversal(&e, &body), TILL_OK);
    device_append(&device, &e);
    assert_int_equal(recover(11), RECOVERY_POSTED);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 3000);
    office_assert_sound();
    device_end(&device);
}

/* ---- cash that left the bag ------------------------------------------------------------------ */

#define APPEND(type, ...)                                                                          \
    do {                                                                                           \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, __VA_ARGS__), TILL_OK);                           \
        device_append(&device, &e_);                                                               \
    } while (0)

/* 5 a receipt, 6 a drop, 7 a Z ten short, 8 what was left handed on. */
static void begin_with_a_day_of_cash(void)
{
    struct ingest_outcome o;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    struct body_cash_drop drop = {.amount_minor = 4000, .to = 1, .receiver = "2001"};
    struct body_shift_closed z = {.z = 1,
                                  .shift = 1,
                                  .expected_minor = 15210,
                                  .counted_minor = 15200,
                                  .taken_minor = 9210,
                                  .receipts = 1};
    struct body_handover_given given = {
        .amount_minor = 15200, .receiver = "2001", .closes = "1", .source = CASH_HELD};
    device_begin(&device, "0031");
    assert_int_equal(device_send(&device, 1, 4, &o), TILL_OK);
    device_collect(&device, &body, 0);
    APPEND(cash_drop, &drop);
    APPEND(shift_closed, &z);
    APPEND(handover_given, &given);
}

static const char *custody_user(uint64_t seq)
{
    static struct store_custody row;
    assert_int_equal(store_custody_get(office.store, "0031", seq, &row), TILL_OK);
    return row.user;
}

static void cash_that_was_handed_on_is_recovered_and_not_asked_of_its_collector(void **state)
{
    (void)state;
    begin_with_a_day_of_cash();
    for (uint64_t seq = 5; seq <= device.count; seq++) {
        assert_int_equal(recover(seq), RECOVERY_POSTED);
    }
    struct loss loss = loss_of("0031");
    assert_int_equal(loss.recovered_minor, 9210);
    assert_int_equal(loss.handed_minor, 4000 + 15200);
    assert_int_equal(loss.cash_minor, 0);
    assert_string_equal(custody_user(8), "-paper");
    office_assert_sound();
    device_end(&device);
}

static void cash_that_a_paper_told_of_is_in_its_collectors_name_when_the_journal_comes(void **state)
{
    (void)state;
    begin_with_a_day_of_cash();
    for (uint64_t seq = 5; seq <= device.count; seq++) {
        assert_int_equal(recover(seq), RECOVERY_POSTED);
    }
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    for (uint64_t seq = 6; seq <= device.count; seq++) {
        assert_string_equal(custody_user(seq), "1001");
    }
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 0);
    assert_int_equal(office_balance("overshort/1001"), 10);
    assert_int_equal(office_balance("transit/supervisor/2001"), 4000 + 15200);
    office_assert_sound();
    device_end(&device);
}

/* Its clock was wrong, so that no date can be given to it: the cash left the bag all the same. */
static void cash_that_was_handed_on_counts_where_its_paper_can_not_be_posted(void **state)
{
    (void)state;
    struct body_cash_drop drop = {.amount_minor = 4000, .to = 1, .receiver = "2001"};
    struct body_collection more = device_cash(OFFICE_LATE, 300);
    begin_with_a_day_of_cash();
    device_roll_back(&device, 5);
    device.at_s = 5;
    APPEND(cash_drop, &drop);
    device_collect(&device, &more, 0);
    assert_int_equal(recover(5), RECOVERY_POSTED);
    assert_int_equal(recover(6), RECOVERY_KEPT);
    assert_int_equal(recover(7), RECOVERY_KEPT);
    struct loss loss = loss_of("0031");
    assert_int_equal(loss.recovered_minor, 9210 + 300);
    assert_int_equal(loss.handed_minor, 4000);
    assert_int_equal(loss.cash_minor, 10000 + 9210 - 4000 + 300);
    device_end(&device);
}

static void what_was_given_back_was_not_taken(void **state)
{
    struct body_reversal back = {.seq = 9,
                                 .amount_minor = 5000,
                                 .cash_minor = 5000,
                                 .way = REVERSAL_OWN_LOST,
                                 .reason = REVERSAL_WRONG_ACCOUNT};
    (void)state;
    begin_with_three_receipts();
    text_copy(back.account, sizeof(back.account), OFFICE_ACCOUNT);
    APPEND(reversal, &back);
    assert_int_equal(recover(5), RECOVERY_POSTED);
    assert_int_equal(recover(11), RECOVERY_KEPT);
    assert_int_equal(loss_of("0031").recovered_minor, 9210);
    assert_int_equal(loss_of("0031").cash_minor, 10000 + 9210);
    assert_int_equal(recover(9), RECOVERY_POSTED);
    assert_int_equal(loss_of("0031").recovered_minor, 9210);
    assert_int_equal(loss_of("0031").cash_minor, 10000 + 9210);
    device_end(&device);
}

/* ---- what goes on with a paper's payment ----------------------------------------------------- */

enum { DAY_S = 24 * 60 * 60 };
static struct device another;

/* Another terminal, long out of reach, hands in what it took two days before. */
static struct ingest_outcome another_brings_an_earlier_payment(int64_t amount_minor)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, amount_minor);
    device_begin(&another, "0032");
    another.at_s -= 2 * DAY_S;
    device_collect(&another, &body, 0);
    return device_hand_in(&another);
}

static void an_earlier_payment_elsewhere_is_settled_before_a_paper_s(void **state)
{
    (void)state;
    begin_with_three_receipts();
    assert_int_equal(recover(5), RECOVERY_POSTED);
    assert_int_equal(another_brings_an_earlier_payment(9300).quarantined, 0);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202610);
    assert_int_equal(a.bills[0].amount_minor, 9210 + 9432 - 9210 - 9300);
    office_assert_sound();
    device_end(&another);
    device_end(&device);
}

static void what_a_paper_s_payment_chose_it_chooses_again(void **state)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9432);
    (void)state;
    device_begin(&device, "0031");
    text_copy(body.allocation, sizeof(body.allocation), "202610");
    device_collect(&device, &body, 0);
    assert_int_equal(recover(5), RECOVERY_POSTED);
    assert_int_equal(another_brings_an_earlier_payment(100).quarantined, 0);
    struct arrears a = office_arrears(OFFICE_ACCOUNT);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.bills[0].month, 202609);
    assert_int_equal(a.bills[0].amount_minor, 9210 - 100);
    office_assert_sound();
    device_end(&another);
    device_end(&device);
}

/* The journal's record of that number says something else: the paper's was posted. */
static void where_paper_and_journal_differ_what_was_posted_is_settled_again(void **state)
{
    char text[PROOF_TEXT_MAX], reason[STORE_REASON_MAX];
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9432);
    (void)state;
    device_begin(&device, "0031");
    text_copy(body.allocation, sizeof(body.allocation), "202610");
    device_collect(&device, &body, 0);
    paper_of(&device, 5, text);
    device_roll_back(&device, 4);
    device_login(&device, KIND_LOGOUT, "1001");
    assert_int_equal(recover_text(text, reason), RECOVERY_POSTED);
    assert_int_equal(device_hand_in(&device).quarantined, 1);
    assert_int_equal(another_brings_an_earlier_payment(100).quarantined, 0);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).bills[0].month, 202609);
    office_assert_sound();
    device_end(&another);
    device_end(&device);
}

static const char *why;

static enum till_status correct(enum correction_kind kind, const char *to, int64_t *id_out)
{
    struct correction_wanted wanted = {
        .entry = "0031/5", .kind = kind, .to_account = to, .reason = "wrong house", .by = "2001"};
    struct store_correction c;
    enum till_status status = correction_propose(office.store, &wanted, OFFICE_NOW_S, &c, &why);
    if (status == TILL_OK) {
        assert_memory_equal(c.hash, device.entries[4].hash, HASH_SIZE);
    }
    *id_out = c.id;
    return status;
}

static enum till_status approve(int64_t id, const char *by)
{
    static char reason[STORE_REASON_MAX];
    return correction_approve(office.store, id, by, OFFICE_NOW_S + DAY_S, reason);
}

static void begin_with_supervisors_and_a_paper(void)
{
    (void)office_import("user,name,role,pin\n2001,班长,supervisor,481516\n"
                        "1001,王芳,supervisor,481517\n2002,所长,supervisor,234217\n");
    begin_with_three_receipts();
    assert_int_equal(recover(5), RECOVERY_POSTED);
}

static void a_paper_s_payment_is_transferred(void **state)
{
    int64_t id;
    (void)state;
    begin_with_supervisors_and_a_paper();
    assert_int_equal(correct(CORRECTION_TRANSFER, OFFICE_OTHER, &id), TILL_OK);
    assert_int_equal(approve(id, "2002"), TILL_OK);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 2);
    assert_int_equal(office_arrears(OFFICE_OTHER).balance_minor, 2000 + 9210);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 9210 + 3000 + 5000);
    office_assert_sound();
    device_end(&device);
}

static void a_paper_s_payment_that_was_never_taken_is_nobody_s_when_its_journal_comes(void **state)
{
    int64_t id;
    (void)state;
    begin_with_supervisors_and_a_paper();
    assert_int_equal(correct(CORRECTION_CANCEL, NULL, &id), TILL_OK);
    assert_int_equal(approve(id, "2002"), TILL_OK);
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    assert_int_equal(office_arrears(OFFICE_ACCOUNT).count, 2);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(office_balance("cash/0031/-paper"), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 3000 + 5000);
    office_assert_sound();
    device_end(&device);
}

static void who_turns_out_to_have_taken_a_paper_s_money_can_t_approve_its_correction(void **state)
{
    int64_t id;
    (void)state;
    begin_with_supervisors_and_a_paper();
    device_close(&device, 10000 + 9210 + 3000 + 5000);
    assert_int_equal(device_hand_in(&device).quarantined, 0);
    assert_int_equal(correct(CORRECTION_REFUND, NULL, &id), TILL_OK);
    assert_int_equal(approve(id, "1001"), TILL_REFUSED);
    assert_int_equal(approve(id, "2002"), TILL_OK);
    office_assert_sound();
    device_end(&device);
}

/* ---- set aside, and released ----------------------------------------------------------------- */

static void begin_with_a_stranger(void)
{
    device_begin(&device, "0031");
    pay_at("6109999999", 700);
    pay_at(OFFICE_LATE, 3000);
    struct ingest_outcome o = device_hand_in(&device);
    assert_int_equal(o.quarantined, 1);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 3000);
}

static void import_the_stranger(void)
{
    (void)office_import("account,name,address,meter,meter_book,order,class,phone,balance,"
                        "keep_supply\n"
                        "6109999999,郑新,翠湖路 99 号,340104409990,CX01,99,resident,,0.00,no\n");
}

static void a_record_is_released_once_its_customer_is_there(void **state)
{
    char reason[STORE_REASON_MAX];
    (void)state;
    begin_with_a_stranger();
    assert_int_equal(release(5, reason), TILL_REFUSED);
    assert_string_not_equal(reason, "");
    assert_int_equal(waiting(), 1);
    import_the_stranger();
    assert_int_equal(release(5, reason), TILL_OK);
    assert_int_equal(waiting(), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 3000 + 700);
    assert_int_equal(office_balance("advance/6109999999"), -700);
    office_assert_sound();
    device_end(&device);
}

static void what_does_not_wait_is_not_released(void **state)
{
    char reason[STORE_REASON_MAX];
    (void)state;
    begin_with_a_stranger();
    import_the_stranger();
    assert_int_equal(release(7, reason), TILL_NOT_FOUND);
    assert_int_equal(release(500, reason), TILL_NOT_FOUND);
    assert_int_equal(release(5, reason), TILL_OK);
    assert_int_equal(release(5, reason), TILL_NOT_FOUND);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 3000 + 700);
    device_end(&device);
}

static void the_queue_goes_on_round_a_released_record(void **state)
{
    char reason[STORE_REASON_MAX];
    (void)state;
    begin_with_a_stranger();
    pay_at(OFFICE_ACCOUNT, 9210);
    (void)device_hand_in(&device);
    import_the_stranger();
    assert_int_equal(release(5, reason), TILL_OK);
    pay_at(OFFICE_ACCOUNT, 1000);
    (void)device_hand_in(&device);
    assert_int_equal(office_balance("cash/0031/1001"), 10000 + 3000 + 700 + 9210 + 1000);
    office_assert_sound();
    device_end(&device);
}

/* ---- a store that has lost something --------------------------------------------------------- */

static bool last_alarm_says(const char *words)
{
    struct store_alarm alarm, last = {.id = 0};
    while (store_alarm_next(office.store, last.id, &alarm) == TILL_OK)
        last = alarm;
    return strstr(last.text, words) != NULL;
}

static void a_restored_copy_says_what_it_lost_and_when_it_is_back(void **state)
{
    struct ingest_outcome o;
    (void)state;
    begin_with_three_receipts();
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_value_put(office.store, "restored", "1795309200"), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(device_send(&device, 7, 10, &o), TILL_NEED_EARLIER);
    assert_int_equal(device_send(&device, 9, 10, &o), TILL_NEED_EARLIER);
    assert_int_equal(office_alarms("behind"), 1);
    assert_int_equal(device_send(&device, 5, 7, &o), TILL_OK);
    assert_int_equal(office_alarms("healed"), 0);
    assert_int_equal(device_send(&device, 8, 10, &o), TILL_OK);
    assert_int_equal(office_alarms("healed"), 1);
    office_assert_sound();
    device_end(&device);
}

static void a_gap_says_that_a_batch_may_be_still_to_come(void **state)
{
    struct ingest_outcome o;
    (void)state;
    begin_with_three_receipts();
    assert_int_equal(device_send(&device, 7, 10, &o), TILL_NEED_EARLIER);
    assert_int_equal(office_alarms("behind"), 1);
    assert_true(last_alarm_says("has not come yet"));
    assert_int_equal(device_send(&device, 5, 10, &o), TILL_OK);
    assert_int_equal(office_alarms("healed"), 1);
    device_end(&device);
}

static void a_book_that_names_what_was_posted_shows_that_it_is_lost(void **state)
{
    struct ingest_outcome o;
    struct body_book_applied book = {.revision = 1, .applied_seq = 6, .customers = 3};
    (void)state;
    begin_with_three_receipts();
    APPEND(book_applied, &book);
    assert_int_equal(device_send(&device, 9, 11, &o), TILL_NEED_EARLIER);
    assert_int_equal(office_alarms("behind"), 1);
    assert_true(last_alarm_says("was acknowledged through"));
    assert_int_equal(device_send(&device, 5, 11, &o), TILL_OK);
    assert_int_equal(office_alarms("healed"), 1);
    device_end(&device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_paper_of_a_stolen_terminal_is_posted),
        OFFICE_TEST(the_same_paper_again_changes_nothing),
        OFFICE_TEST(the_loss_statement_names_what_is_missing),
        OFFICE_TEST(the_journal_that_comes_after_all_gives_the_money_to_its_collector),
        OFFICE_TEST(a_reversal_undoes_what_a_paper_had_posted),
        OFFICE_TEST(a_reversal_whose_paper_comes_first_waits_for_what_it_undoes),
        OFFICE_TEST(a_paper_that_was_altered_is_false),
        OFFICE_TEST(a_paper_of_an_unknown_customer_is_kept_and_posted_once_its_journal_comes),
        OFFICE_TEST(two_papers_with_one_number_are_evidence_of_two_journals),
        OFFICE_TEST(a_journal_that_differs_from_the_paper_is_set_aside_there),
        OFFICE_TEST(cash_that_was_handed_on_is_recovered_and_not_asked_of_its_collector),
        OFFICE_TEST(cash_that_a_paper_told_of_is_in_its_collectors_name_when_the_journal_comes),
        OFFICE_TEST(cash_that_was_handed_on_counts_where_its_paper_can_not_be_posted),
        OFFICE_TEST(what_was_given_back_was_not_taken),
        OFFICE_TEST(what_a_paper_had_posted_is_not_posted_over_by_another_record),
        OFFICE_TEST(what_differs_from_a_paper_that_could_not_be_posted_is_posted_once_released),
        OFFICE_TEST(a_paper_behind_a_record_that_is_set_aside_finds_its_collector),
        OFFICE_TEST(a_reversal_that_a_paper_told_is_no_second_one_when_its_journal_comes),
        OFFICE_TEST(a_reversal_by_paper_of_what_its_journal_told_is_sound),
        OFFICE_TEST(an_earlier_payment_elsewhere_is_settled_before_a_paper_s),
        OFFICE_TEST(what_a_paper_s_payment_chose_it_chooses_again),
        OFFICE_TEST(where_paper_and_journal_differ_what_was_posted_is_settled_again),
        OFFICE_TEST(a_paper_s_payment_is_transferred),
        OFFICE_TEST(a_paper_s_payment_that_was_never_taken_is_nobody_s_when_its_journal_comes),
        OFFICE_TEST(who_turns_out_to_have_taken_a_paper_s_money_can_t_approve_its_correction),
        OFFICE_TEST(a_record_is_released_once_its_customer_is_there),
        OFFICE_TEST(what_does_not_wait_is_not_released),
        OFFICE_TEST(the_queue_goes_on_round_a_released_record),
        OFFICE_TEST(a_restored_copy_says_what_it_lost_and_when_it_is_back),
        OFFICE_TEST(a_gap_says_that_a_batch_may_be_still_to_come),
        OFFICE_TEST(a_book_that_names_what_was_posted_shows_that_it_is_lost),
    };
    return office_run("host_recover", tests, sizeof(tests) / sizeof(tests[0]));
}
