/*
 * Papers that are shown again: each field of the square code altered, numbers typed, ours against
 * the journal byte for byte, others' for what they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "parts.h"
#include "text.h"

static struct handheld h;
static uint64_t seq;
static struct proof proof;
static char text[PROOF_TEXT_MAX];

static uint64_t commit(const struct flow_effect *effect)
{
    struct flow_event event = {.type = EVENT_COMMITTED};
    struct entry entry;
    ledger_commit(h.app, effect, &event, &entry);
    assert_int_equal(event.status, TILL_OK);
    return entry.seq;
}

static uint64_t pay(unsigned customer, int64_t amount_minor)
{
    struct flow_effect effect = {.type = EFFECT_COMMIT};
    effect.as.commit.kind = KIND_COLLECTION;
    utility_account(customer, effect.as.commit.collection.account);
    effect.as.commit.collection.amount_minor = amount_minor;
    return commit(&effect);
}

static void read_proof(uint64_t of)
{
    handheld_code(&h, of, text);
    assert_int_equal(proof_read(text, strlen(text), &proof), TILL_OK);
}

static int begin(void **state)
{
    (void)state;
    handheld_begin_day(&h, NULL);
    seq = pay(CUSTOMER_PLAIN, 18642);
    read_proof(seq);
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static struct receipt_view look(const char *scanned)
{
    struct receipt_view view;
    receipt_look(h.app, scanned, 0, &view);
    return view;
}

/* What the altered proof is taken for. */
static struct receipt_view look_at_altered(void)
{
    char altered[PROOF_TEXT_MAX];
    struct site site = utility_site();
    assert_int_equal(proof_write(site.receipt_url, &proof, altered), TILL_OK);
    assert_string_not_equal(altered, text);
    return look(altered);
}

static void expect_altered(void)
{
    uint64_t head = handheld_head(&h);
    struct receipt_view view = look_at_altered();
    assert_int_equal(view.state, RECEIPT_UNREADABLE);
    assert_int_equal(view.why, TILL_E_SIGNATURE);
    assert_int_equal(handheld_head(&h), head); /* any paper of a stranger's making is no anomaly */
    read_proof(seq);
}

/* ---- ours ------------------------------------------------------------------------------------ */

static void our_own_paper_is_recorded_with_all_that_is_known_of_it(void **state)
{
    struct receipt_view view = look(text);
    (void)state;
    assert_int_equal(view.state, RECEIPT_RECORDED);
    assert_int_equal(view.why, TILL_OK);
    assert_true(view.proven);
    assert_int_equal(view.seq, seq);
    assert_int_equal(view.amount_minor, 18642);
    assert_int_equal(view.cash_minor, 18642);
    assert_string_equal(view.terminal, UTILITY_TERMINAL);
    assert_string_equal(view.user, UTILITY_USER);
    assert_string_equal(view.collector, "李建国");
    assert_string_equal(view.name, "王**");
    assert_true(view.same_shift);
    assert_true(view.latest);
    assert_int_equal(view.reversed_by, 0);
}

static void the_number_tells_the_same_and_proves_nothing(void **state)
{
    struct receipt_view view = look("0031-0000007");
    (void)state;
    assert_int_equal(seq, 7);
    assert_int_equal(view.state, RECEIPT_RECORDED);
    assert_int_equal(view.amount_minor, 18642);
    assert_false(view.proven);
    assert_int_equal(look("7").seq, 7);
    assert_int_equal(look("000000000000007").seq, 7);
}

static void it_is_confirmed_once_the_office_has_it(void **state)
{
    (void)state;
    handheld_wait(&h, 1100);
    assert_int_equal(look(text).state, RECEIPT_CONFIRMED);
}

static void a_paper_in_lower_case_is_the_same_paper(void **state)
{
    (void)state;
    for (char *at = text; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    assert_int_equal(look(text).state, RECEIPT_RECORDED);
}

static void copies_and_what_undid_it_are_told(void **state)
{
    struct flow_effect effect = {.type = EFFECT_COMMIT};
    (void)state;
    effect.as.commit.kind = KIND_DUPLICATE;
    effect.as.commit.print.seq = seq;
    effect.as.commit.print.copy = 1;
    commit(&effect);
    assert_int_equal(look(text).copies, 1);
    memset(&effect, 0, sizeof effect);
    effect.as.commit.kind = KIND_REVERSAL;
    effect.as.commit.body.reversal.seq = seq;
    effect.as.commit.body.reversal.way = REVERSAL_OWN_LOST;
    effect.as.commit.body.reversal.reason = REVERSAL_OTHER;
    uint64_t reversal = commit(&effect);
    struct receipt_view view = look(text);
    assert_int_equal(view.state, RECEIPT_REVERSED);
    assert_int_equal(view.reversed_by, reversal);
    assert_false(view.latest);
    read_proof(reversal);
    view = look(text);
    assert_int_equal(view.state, RECEIPT_RECORDED);
    assert_int_equal(view.kind, KIND_REVERSAL);
    assert_int_equal(view.amount_minor, 18642);
}

static void only_the_newest_is_the_latest(void **state)
{
    (void)state;
    pay(CUSTOMER_TWO, 100);
    assert_false(look(text).latest);
    assert_true(look(text).same_shift);
}

/* ---- altered --------------------------------------------------------------------------------- */

static void every_field_that_is_altered_is_found(void **state)
{
    (void)state;
    proof.entry.seq++;
    expect_altered();
    proof.entry.seq += 100000;
    expect_altered();
    proof.entry.at_s--;
    expect_altered();
    proof.entry.kind = KIND_ADVANCE;
    expect_altered();
    proof.entry.kind |= KIND_TRAINING;
    expect_altered();
    proof.prev[0] ^= 1;
    expect_altered();
    proof.prev[HASH_SIZE - 1] ^= 0x80;
    expect_altered();
    proof.entry.signature[0] ^= 1;
    expect_altered();
    proof.entry.signature[SIGNATURE_SIZE - 1] ^= 1;
    expect_altered();
}

static void every_figure_that_is_altered_is_found(void **state)
{
    struct body_collection body;
    struct body_collection changed[4];
    (void)state;
    assert_int_equal(entry_read_collection(&proof.entry, &body), TILL_OK);
    for (int i = 0; i < 4; i++)
        changed[i] = body;
    changed[0].amount_minor = changed[0].tendered_minor = 98642;
    utility_account(CUSTOMER_TWO, changed[1].account);
    changed[2].tendered_minor += 1;
    changed[3].late_fee_minor = 1;
    for (int i = 0; i < 4; i++) {
        struct entry other = proof.entry;
        assert_int_equal(entry_write_collection(&other, KIND_COLLECTION, &changed[i]), TILL_OK);
        proof.entry.body_size = other.body_size;
        memcpy(proof.entry.body, other.body, sizeof other.body);
        expect_altered();
    }
}

/* Whoever changes the terminal's number makes it another's paper, of which nothing is believed. */
static void another_terminal_s_number_on_it_makes_it_another_s(void **state)
{
    (void)state;
    text_copy(proof.terminal, sizeof proof.terminal, "0032");
    struct receipt_view view = look_at_altered();
    assert_int_equal(view.state, RECEIPT_FOREIGN);
    assert_true(view.proven);
    assert_string_equal(view.user, "");
}

static void text_that_is_cut_or_no_proof_is_unreadable(void **state)
{
    static const char *const others[] = {"HTTPS://R.OFFICE.EXAMPLE/",
                                         "HELLO",
                                         "0031-",
                                         "-7",
                                         "0031-12A",
                                         "https://pay.example/qr/1",
                                         "0031-0000000",
                                         "00-31-7",
                                         "9999999999999999999",
                                         "0031_7"};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct receipt_view view = look(others[i]);
        if (view.state != RECEIPT_UNREADABLE)
            fail_msg("%s is taken for state %d", others[i], (int)view.state);
    }
    for (size_t cut = 1; cut < 40; cut++) {
        char part[PROOF_TEXT_MAX];
        text_copy(part, strlen(text) + 1 - cut, text);
        assert_int_equal(look(part).state, RECEIPT_UNREADABLE);
    }
}

/* ---- not in the journal ---------------------------------------------------------------------- */

static void numbers_that_bear_no_paper_are_unknown(void **state)
{
    (void)state;
    assert_int_equal(look("1").state, RECEIPT_UNKNOWN); /* the enrolment */
    assert_int_equal(look("1").why, TILL_NOT_FOUND);
    assert_int_equal(look("999999").state, RECEIPT_UNKNOWN);
    struct receipt_view view;
    receipt_look(h.app, "", 0, &view);
    assert_int_equal(view.state, RECEIPT_UNKNOWN);
}

/* A journal that was put back to an older state no longer has what was printed since. */
static void a_paper_with_our_signature_that_we_lack_is_journalled(void **state)
{
    struct body_anomaly body;
    struct entry e;
    (void)state;
    proof.entry.seq = handheld_head(&h) + 1;
    assert_int_equal(chain_seal(&h.app->sealer, UTILITY_TERMINAL, &proof.entry, proof.prev),
                     TILL_OK);
    struct receipt_view view = look_at_altered();
    assert_int_equal(view.state, RECEIPT_UNKNOWN);
    assert_int_equal(view.why, TILL_E_FORK);
    assert_int_equal(view.amount_minor, 18642);
    handheld_entry(&h, handheld_head(&h), &e);
    assert_int_equal(entry_read_anomaly(&e, &body), TILL_OK);
    assert_int_equal(body.code, TILL_E_FORK);
}

static void the_same_number_with_other_content_is_journalled(void **state)
{
    struct body_collection body;
    (void)state;
    assert_int_equal(entry_read_collection(&proof.entry, &body), TILL_OK);
    body.amount_minor = body.tendered_minor = 100;
    assert_int_equal(entry_write_collection(&proof.entry, KIND_COLLECTION, &body), TILL_OK);
    assert_int_equal(chain_seal(&h.app->sealer, UTILITY_TERMINAL, &proof.entry, proof.prev),
                     TILL_OK);
    assert_int_equal(look_at_altered().why, TILL_E_FORK);
    assert_int_equal(handheld_count(&h, KIND_ANOMALY), 1);
}

static void a_signed_record_that_is_no_paper_of_another_terminal_is_none(void **state)
{
    const struct body_message_shown shown = {.id = 7};
    (void)state;
    text_copy(proof.terminal, sizeof proof.terminal, "0032");
    assert_int_equal(entry_write_message_shown(&proof.entry, &shown), TILL_OK);
    assert_int_equal(look_at_altered().state, RECEIPT_UNREADABLE);
}

static void a_number_of_another_terminal_is_named_and_no_more(void **state)
{
    struct receipt_view view = look("0032-0000007");
    (void)state;
    assert_int_equal(view.state, RECEIPT_FOREIGN);
    assert_int_equal(view.why, TILL_NOT_FOUND);
    assert_string_equal(view.terminal, "0032");
    assert_int_equal(view.seq, 7);
    assert_int_equal(view.kind, 0);
}

/* ---- commits that look once more ------------------------------------------------------------- */

static enum till_status try_reversal(uint64_t of, int way, const char *approver)
{
    struct flow_effect effect = {.type = EFFECT_COMMIT};
    struct flow_event event = {.type = EVENT_COMMITTED};
    struct entry entry;
    effect.as.commit.kind = KIND_REVERSAL;
    effect.as.commit.body.reversal.seq = of;
    effect.as.commit.body.reversal.way = way;
    effect.as.commit.body.reversal.reason = REVERSAL_OTHER;
    text_copy(effect.as.commit.body.reversal.approver, USER_MAX, approver);
    ledger_commit(h.app, &effect, &event, &entry);
    return event.status;
}

static void a_reversal_is_checked_against_the_journal_and_not_the_screen(void **state)
{
    (void)state;
    uint64_t newer = pay(CUSTOMER_TWO, 100);
    assert_int_equal(try_reversal(seq, REVERSAL_OWN_PAPER, ""), TILL_REFUSED); /* not the latest */
    assert_int_equal(try_reversal(seq, REVERSAL_SUPERVISOR, ""), TILL_REFUSED);
    assert_int_equal(try_reversal(seq, REVERSAL_SUPERVISOR, UTILITY_USER), TILL_REFUSED);
    assert_int_equal(try_reversal(newer, REVERSAL_OWN_PAPER, "2001"), TILL_REFUSED);
    assert_int_equal(try_reversal(1, REVERSAL_SUPERVISOR, "2001"), TILL_NOT_FOUND);
    assert_int_equal(try_reversal(seq, REVERSAL_SUPERVISOR, "2001"), TILL_OK);
    assert_int_equal(try_reversal(seq, REVERSAL_SUPERVISOR, "2001"), TILL_REFUSED); /* twice */
    assert_int_equal(handheld_cash(&h), 10000 + 100);
}

static void caps_hold_at_the_commit_too(void **state)
{
    (void)state;
    h.app->ordered.serial = 1;
    h.app->ordered.value[LIMIT_REVERSED] = 18641;
    assert_int_equal(try_reversal(seq, REVERSAL_OWN_LOST, ""), TILL_LIMIT_REACHED);
    assert_int_equal(try_reversal(seq, REVERSAL_CODE, "0"), TILL_OK);
}

static void no_more_leaves_the_bag_than_is_in_it(void **state)
{
    struct flow_effect effect = {.type = EFFECT_COMMIT};
    struct flow_event event = {.type = EVENT_COMMITTED};
    struct entry entry;
    (void)state;
    effect.as.commit.kind = KIND_CASH_DROP;
    effect.as.commit.body.drop.amount_minor = 10000 + 18642 + 1;
    effect.as.commit.body.drop.to = 2;
    text_copy(effect.as.commit.body.drop.receiver, 33, "123456");
    ledger_commit(h.app, &effect, &event, &entry);
    assert_int_equal(event.status, TILL_TOO_LARGE);
    effect.as.commit.body.drop.amount_minor--;
    ledger_commit(h.app, &effect, &event, &entry);
    assert_int_equal(event.status, TILL_OK);
    assert_int_equal(handheld_cash(&h), 0);
    assert_int_equal(try_reversal(seq, REVERSAL_SUPERVISOR, "2001"), TILL_TOO_LARGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(our_own_paper_is_recorded_with_all_that_is_known_of_it),
        TEST(the_number_tells_the_same_and_proves_nothing),
        TEST(it_is_confirmed_once_the_office_has_it),
        TEST(a_paper_in_lower_case_is_the_same_paper),
        TEST(copies_and_what_undid_it_are_told),
        TEST(only_the_newest_is_the_latest),
        TEST(every_field_that_is_altered_is_found),
        TEST(every_figure_that_is_altered_is_found),
        TEST(another_terminal_s_number_on_it_makes_it_another_s),
        TEST(text_that_is_cut_or_no_proof_is_unreadable),
        TEST(numbers_that_bear_no_paper_are_unknown),
        TEST(a_paper_with_our_signature_that_we_lack_is_journalled),
        TEST(the_same_number_with_other_content_is_journalled),
        TEST(a_signed_record_that_is_no_paper_of_another_terminal_is_none),
        TEST(a_number_of_another_terminal_is_named_and_no_more),
        TEST(a_reversal_is_checked_against_the_journal_and_not_the_screen),
        TEST(caps_hold_at_the_commit_too),
        TEST(no_more_leaves_the_bag_than_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
