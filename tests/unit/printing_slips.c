/*
 * What must hold on the papers of cash and shift, whatever else stands on them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "entry_shift.h"
#include "money.h"
#include "receipts.h"
#include "test_language.h"
#include "text.h"

enum { TEXT_MAX = 32768 };

static struct receipt_sample_paper made;
static struct paper paper;
static char text[TEXT_MAX];

static void lay_out(int columns)
{
    struct buffer out;
    buffer_init(&out, text, sizeof text - 1);
    assert_int_equal(receipt_layout(&made.receipt, &made.proof, made.copy, columns, &paper),
                     TILL_OK);
    assert_int_equal(paper_text(&paper, columns, &out), TILL_OK);
    text[out.size] = '\0';
}

static void lay_out_sample(enum receipt_sample sample, const char *language)
{
    language_set(language);
    receipt_sample_make(sample, language, &made);
    lay_out(32);
}

static void says(const char *what)
{
    if (strstr(text, what) == NULL) {
        fail_msg("\"%s\" does not stand on\n%s", what, text);
    }
}

static void says_not(const char *what)
{
    if (strstr(text, what) != NULL) {
        fail_msg("\"%s\" stands on\n%s", what, text);
    }
}

/* Seal what was changed in `made`, with a key that anybody has. */
static void seal_again(void)
{
    struct crypto_key *key = receipt_sample_key();
    struct sealer sealer;
    crypto_sealer(&sealer, key);
    made.proof.entry.seq = 4127;
    made.proof.entry.at_s = INT64_C(1795311660);
    assert_int_equal(chain_seal(&sealer, made.proof.terminal, &made.proof.entry, made.proof.prev),
                     TILL_OK);
    crypto_key_free(key);
}

static void both_sides_of_a_hand_over_bear_the_givers_check_code(void **state)
{
    (void)state;
    char code[CHECK_CODE_MAX];
    uint8_t hash[HASH_SIZE];
    lay_out_sample(SAMPLE_GIVEN, "en");
    memcpy(hash, made.proof.entry.hash, HASH_SIZE);
    chain_check_code(hash, code);
    says(code);
    receipt_sample_make(SAMPLE_TAKEN, "en", &made);
    struct body_handover_taken b;
    assert_int_equal(entry_read_handover_taken(&made.proof.entry, &b), TILL_OK);
    memcpy(b.hash, hash, HASH_SIZE);
    assert_int_equal(entry_write_handover_taken(&made.proof.entry, &b), TILL_OK);
    seal_again();
    lay_out(32);
    says(code);
}

static void a_difference_stays_open_on_its_paper(void **state)
{
    (void)state;
    static const struct {
        enum receipt_sample sample;
        const char *difference; /* "" where there is none */
    } cases[] = {{SAMPLE_TAKEN, ""},
                 {SAMPLE_TAKEN_SHORT, "Short                     100.00"},
                 {SAMPLE_TAKEN_LONG, "Over            1,111,111,111.11"},
                 {SAMPLE_DEPOSIT, ""},
                 {SAMPLE_DEPOSIT_SHORT, "Short                     100.00"},
                 {SAMPLE_DEPOSIT_LONG, "Over                        0.32"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lay_out_sample(cases[i].sample, "en");
        if (cases[i].difference[0] == '\0') {
            says("Over / short                none");
            says_not("stays open");
        } else {
            says(cases[i].difference);
            says("stays open");
        }
    }
}

static void what_was_counted_stands_beside_what_the_bank_says(void **state)
{
    (void)state;
    lay_out_sample(SAMPLE_DEPOSIT, "en");
    says_not("Counted, in all");
    lay_out_sample(SAMPLE_DEPOSIT_SHORT, "en");
    says("Counted, in all         2,077.60");
    says("¥1,977.60");
}

static void money_of_others_is_told_from_ones_own(void **state)
{
    (void)state;
    lay_out_sample(SAMPLE_GIVEN, "en");
    says_not("Received from others");
    lay_out_sample(SAMPLE_GIVEN_LONG, "en");
    says("Received from others");
    says("Z 1-2, 4, 6, 9-10, 12, 14, 16-18");
}

static void an_account_is_promised_only_where_one_is_signed(void **state)
{
    (void)state;
    static const enum receipt_sample without[] = {SAMPLE_DROP,    SAMPLE_CASH_IN, SAMPLE_Z,
                                                  SAMPLE_ABSENCE, SAMPLE_GIVEN,   SAMPLE_DEPOSIT};
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        lay_out_sample(without[i], "zh_CN");
        says("金额、时间已签名");
        says_not("户号");
    }
    lay_out_sample(SAMPLE_REVERSAL, "zh_CN");
    says("金额、时间、户号已签名");
}

static void somebody_without_a_name_is_named_once(void **state)
{
    (void)state;
    language_set("en");
    receipt_sample_make(SAMPLE_CASH_IN, "en", &made);
    text_copy(made.receipt.approver, sizeof made.receipt.approver, "2001");
    lay_out(32);
    says("Agreed by                   2001");
    made.receipt.approver[0] = '\0';
    lay_out(32);
    says("Agreed by                   2001");
}

/* Each heap's sum stands on it, in whatever width. */
static void sums_stand(const char *heaps_text, bool notes)
{
    struct heaps heaps;
    struct site site;
    char amount[MONEY_TEXT_MAX];
    site_default(&site);
    assert_true(heaps_read(heaps_text, &heaps));
    assert_true(heaps.count >= 3);
    for (size_t i = 0; i < heaps.count; i++) {
        const struct heap *heap = &heaps.list[i];
        money_format(&site, notes ? heap->of * heap->value : heap->value, true, amount);
        says(amount);
    }
}

static void nothing_is_left_out_of_the_longest_close(void **state)
{
    (void)state;
    static const int widths[] = {32, 48};
    for (size_t i = 0; i < 2; i++) {
        receipt_sample_make(SAMPLE_Z_LONG, i == 0 ? "zh_CN" : "en", &made);
        language_set(i == 0 ? "zh_CN" : "en");
        lay_out(widths[i]);
        struct entry e = {.kind = KIND_SHIFT_TOTALS};
        struct body_shift_totals t;
        struct body_cash_count n;
        text_copy(e.body, sizeof e.body, made.receipt.totals);
        e.body_size = (uint16_t)strlen(e.body);
        assert_int_equal(entry_read_shift_totals(&e, &t), TILL_OK);
        sums_stand(t.tenders, false);
        sums_stand(t.types, false);
        sums_stand(t.months, false);
        e.kind = KIND_CASH_COUNT;
        text_copy(e.body, sizeof e.body, made.receipt.count);
        e.body_size = (uint16_t)strlen(e.body);
        assert_int_equal(entry_read_cash_count(&e, &n), TILL_OK);
        sums_stand(n.tenders, false);
        sums_stand(n.notes, true);
    }
}

/* The words of the two papers differ, their figures not. */
static void a_close_in_absence_says_whose_and_before_whom(void **state)
{
    (void)state;
    lay_out_sample(SAMPLE_ABSENCE, "en");
    says("Day close in absence");
    says("1001 Li Jianguo");
    says("Closed by              Zhang Wei");
    says("Maximilian");
    says("Witness signs");
    lay_out_sample(SAMPLE_Z, "en");
    says_not("Witness");
    says("Collector signs");
}

static void a_close_without_its_figures_is_still_a_paper(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_Z, "en", &made);
    language_set("en");
    made.receipt.totals[0] = '\0';
    made.receipt.count[0] = '\0';
    lay_out(32);
    says("¥5,976.95");
    says("Short                     100.00");
    says_not("Notes as counted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_of_a_hand_over_bear_the_givers_check_code),
        cmocka_unit_test(a_difference_stays_open_on_its_paper),
        cmocka_unit_test(what_was_counted_stands_beside_what_the_bank_says),
        cmocka_unit_test(money_of_others_is_told_from_ones_own),
        cmocka_unit_test(an_account_is_promised_only_where_one_is_signed),
        cmocka_unit_test(somebody_without_a_name_is_named_once),
        cmocka_unit_test(nothing_is_left_out_of_the_longest_close),
        cmocka_unit_test(a_close_in_absence_says_whose_and_before_whom),
        cmocka_unit_test(a_close_without_its_figures_is_still_a_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
