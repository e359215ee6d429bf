#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "receipts.h"
#include "test_language.h"

static struct receipt_sample_paper made;
static struct receipt back;
static struct paper paper;
static uint8_t memory[RECEIPT_PACKED_MAX + 1];

static struct span packed(const struct receipt *r)
{
    struct buffer out;
    buffer_init(&out, memory, RECEIPT_PACKED_MAX);
    assert_int_equal(receipt_pack(r, &out), TILL_OK);
    return (struct span){out.data, out.size};
}

/* Field by field: what lies between them is nobody's. */
static void assert_same(const struct receipt *a, const struct receipt *b)
{
    assert_string_equal(a->currency, b->currency);
    assert_int_equal(a->exponent, b->exponent);
    assert_string_equal(a->symbol, b->symbol);
    assert_string_equal(a->unit, b->unit);
    assert_string_equal(a->zone, b->zone);
    assert_int_equal(a->words, b->words);
    assert_string_equal(a->payee, b->payee);
    assert_string_equal(a->branch, b->branch);
    assert_string_equal(a->hotline, b->hotline);
    assert_string_equal(a->url, b->url);
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->address, b->address);
    assert_int_equal(a->item_count, b->item_count);
    for (size_t i = 0; i < a->item_count; i++) {
        const struct allocation_line *x = &a->items[i];
        const struct allocation_line *y = &b->items[i];
        assert_int_equal(x->month, y->month);
        assert_int_equal(x->type, y->type);
        assert_int_equal(x->energy_cwh, y->energy_cwh);
        assert_int_equal(x->late_days, y->late_days);
        assert_int_equal(x->amount_minor, y->amount_minor);
        assert_int_equal(x->late_fee_minor, y->late_fee_minor);
        assert_int_equal(x->whole, y->whole);
    }
    assert_int_equal(a->advance_minor, b->advance_minor);
    assert_int_equal(a->balance_minor, b->balance_minor);
    assert_int_equal(a->owed_minor, b->owed_minor);
    assert_int_equal(a->held_minor, b->held_minor);
    assert_string_equal(a->collector, b->collector);
    assert_int_equal(a->shift, b->shift);
    assert_int_equal(a->number_in_shift, b->number_in_shift);
    assert_int_equal(a->acknowledged_seq, b->acknowledged_seq);
    assert_int_equal(a->basket_number, b->basket_number);
    assert_int_equal(a->basket_count, b->basket_count);
    assert_int_equal(a->original_at_s, b->original_at_s);
    assert_string_equal(a->approver, b->approver);
    assert_string_equal(a->totals, b->totals);
    assert_string_equal(a->count, b->count);
}

static void every_receipt_comes_back_as_it_was_packed(void **state)
{
    (void)state;
    for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
        receipt_sample_make((enum receipt_sample)sample, "zh_CN", &made);
        assert_int_equal(receipt_unpack(packed(&made.receipt), &back), TILL_OK);
        assert_same(&back, &made.receipt);
    }
}

static void figures_at_both_ends_of_their_range_come_back(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_FULL, "en", &made);
    made.receipt.items[0].amount_minor = INT64_MIN;
    made.receipt.items[0].energy_cwh = INT64_MAX;
    made.receipt.items[0].late_days = INT32_MIN;
    made.receipt.items[0].month = 999912;
    made.receipt.items[1].month = 101;
    made.receipt.items[1].type = -32768;
    made.receipt.acknowledged_seq = UINT64_MAX;
    assert_int_equal(receipt_unpack(packed(&made.receipt), &back), TILL_OK);
    assert_same(&back, &made.receipt);
}

static void totals_and_count_of_a_day_close_come_back(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    size_t without = packed(&made.receipt).size;
    assert_int_equal(memory[0], 1); /* others cost no byte and stay readable for earlier software */
    memset(made.receipt.totals, 'a', ENTRY_BODY_MAX);
    made.receipt.totals[ENTRY_BODY_MAX] = '\0';
    assert_int_equal(receipt_unpack(packed(&made.receipt), &back), TILL_OK);
    assert_same(&back, &made.receipt);
    memcpy(made.receipt.count, "{\"p\":2}", sizeof "{\"p\":2}");
    made.receipt.totals[0] = '\0';
    assert_int_equal(receipt_unpack(packed(&made.receipt), &back), TILL_OK);
    assert_same(&back, &made.receipt);
    assert_true(packed(&made.receipt).size > without);
}

static void a_fee_that_is_held_comes_back(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    made.receipt.held_minor = 350;
    assert_int_equal(receipt_unpack(packed(&made.receipt), &back), TILL_OK);
    assert_same(&back, &made.receipt);
    made.receipt.basket_number = 2;
    made.receipt.basket_count = 5;
    made.receipt.held_minor = INT64_MAX;
    assert_int_equal(receipt_unpack(packed(&made.receipt), &back), TILL_OK);
    assert_same(&back, &made.receipt);
}

static void a_usual_chinese_receipt_takes_at_most_300_bytes(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    assert_in_range(packed(&made.receipt).size, 1, 300);
}

static void the_longest_receipt_fits(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_LONG, "en", &made);
    struct receipt *r = &made.receipt;
    for (r->item_count = 0; r->item_count < RECEIPT_ITEMS_MAX; r->item_count++) {
        r->items[r->item_count] = (struct allocation_line){.month = 202609,
                                                           .type = 12345,
                                                           .energy_cwh = INT64_MAX,
                                                           .late_days = INT32_MAX,
                                                           .amount_minor = INT64_MAX,
                                                           .late_fee_minor = INT64_MIN};
    }
    assert_int_equal(receipt_unpack(packed(r), &back), TILL_OK);
    assert_same(&back, r);
}

static void a_receipt_cut_short_or_too_long_is_refused(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    struct span whole = packed(&made.receipt);
    for (size_t size = 0; size < whole.size; size++) {
        assert_int_equal(receipt_unpack((struct span){whole.data, size}, &back), TILL_E_CORRUPT);
    }
    memory[whole.size] = 0;
    assert_int_equal(receipt_unpack((struct span){whole.data, whole.size + 1}, &back),
                     TILL_E_CORRUPT);
}

/* What is accepted must be the one packed form of what it says. */
static void a_changed_byte_is_refused_or_means_another_receipt(void **state)
{
    (void)state;
    static uint8_t changed[RECEIPT_PACKED_MAX];
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    size_t size = packed(&made.receipt).size;
    memcpy(changed, memory, size);
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            changed[i] ^= (uint8_t)(1u << bit);
            if (receipt_unpack((struct span){changed, size}, &back) == TILL_OK) {
                struct span again = packed(&back);
                assert_int_equal(again.size, size);
                assert_memory_equal(again.data, changed, size);
            }
            changed[i] ^= (uint8_t)(1u << bit);
        }
    }
}

static enum till_status lay_out(void)
{
    return receipt_layout(&made.receipt, &made.proof, made.copy, 32, &paper);
}

static void lines_that_do_not_add_up_to_the_signed_amount_are_refused(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    assert_int_equal(lay_out(), TILL_OK);
    made.receipt.items[1].amount_minor -= 1;
    assert_int_equal(lay_out(), TILL_E_CORRUPT);
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    made.receipt.items[0].late_fee_minor += 1; /* not the fee that the entry signs */
    assert_int_equal(lay_out(), TILL_E_CORRUPT);
    made.receipt.items[0].late_fee_minor = INT64_MAX;
    assert_int_equal(lay_out(), TILL_E_CORRUPT);
}

static void a_basket_is_one_sum_one_tender_and_one_change(void **state)
{
    (void)state;
    struct receipt_basket basket = {0};
    const struct body_collection first = {
        .amount_minor = 9146, .tendered_minor = 30000, .tender = TENDER_CASH};
    const struct body_collection both = {.amount_minor = 20000,
                                         .tendered_minor = 16584,
                                         .tender = TENDER_CHEQUE,
                                         .other_minor = 3416};
    const struct body_collection last = {
        .amount_minor = 21584, .tendered_minor = 21584, .tender = TENDER_CHEQUE};
    assert_int_equal(receipt_basket_add(&basket, &first), TILL_OK);
    assert_int_equal(receipt_basket_add(&basket, &both), TILL_OK);
    assert_int_equal(receipt_basket_add(&basket, &last), TILL_OK);
    assert_int_equal(basket.total_minor, 50730);
    assert_int_equal(basket.cash_minor, 25730);
    assert_int_equal(basket.handed_minor, 30000);
    assert_int_equal(basket.tender, TENDER_CHEQUE);
    assert_int_equal(basket.other_minor, 25000);
    basket.total_minor = INT64_MAX;
    assert_int_equal(receipt_basket_add(&basket, &last), TILL_E_CORRUPT);
}

/* 300.00 for what took exactly 300.00 in all: no change on any paper. */
static void a_basket_paid_exactly_has_no_change(void **state)
{
    (void)state;
    struct receipt_basket basket = {0};
    const struct body_collection b = {
        .amount_minor = 15000, .tendered_minor = 15000, .tender = TENDER_CASH};
    assert_int_equal(receipt_basket_add(&basket, &b), TILL_OK);
    assert_int_equal(receipt_basket_add(&basket, &b), TILL_OK);
    assert_int_equal(basket.handed_minor, basket.cash_minor);
    assert_int_equal(basket.cash_minor, 30000);
}

static void an_entry_without_money_has_no_receipt(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    struct body_print print = {.seq = 1};
    assert_int_equal(entry_write_print(&made.proof.entry, KIND_PRINT_DONE, &print), TILL_OK);
    assert_int_equal(lay_out(), TILL_E_PROTOCOL);
}

static const char *line_with(const char *text)
{
    for (size_t i = 0; i < paper.count; i++) {
        const char *left = paper_left(&paper, &paper.lines[i]);
        if (strstr(left, text) != NULL) {
            return left;
        }
    }
    return NULL;
}

static void an_advance_alone_has_its_own_title(void **state)
{
    (void)state;
    language_set("zh_CN");
    receipt_sample_make(SAMPLE_ADVANCE, "zh_CN", &made);
    assert_int_equal(lay_out(), TILL_OK);
    assert_non_null(line_with("电费预收凭证"));
    assert_null(line_with("电费收费凭证"));
    receipt_sample_make(SAMPLE_KEPT, "zh_CN", &made);
    assert_int_equal(lay_out(), TILL_OK);
    assert_non_null(line_with("电费收费凭证"));
    assert_non_null(line_with("转入预收"));
}

static void what_the_advance_balance_paid_is_said(void **state)
{
    (void)state;
    language_set("en");
    receipt_sample_make(SAMPLE_BALANCE, "en", &made);
    assert_int_equal(lay_out(), TILL_OK);
    assert_non_null(line_with("From advance balance"));
    receipt_sample_make(SAMPLE_FULL, "en", &made);
    assert_int_equal(lay_out(), TILL_OK);
    assert_null(line_with("From advance balance"));
}

static void the_training_bit_alone_marks_the_paper(void **state)
{
    (void)state;
    language_set("en");
    receipt_sample_make(SAMPLE_TRAINING, "en", &made);
    made.copy.training = false; /* a caller that forgot */
    assert_int_equal(lay_out(), TILL_OK);
    assert_non_null(line_with("TRAINING"));
}

static void a_part_payment_says_part_and_what_is_still_owed(void **state)
{
    (void)state;
    language_set("zh_CN");
    receipt_sample_make(SAMPLE_PART, "zh_CN", &made);
    assert_int_equal(lay_out(), TILL_OK);
    assert_string_equal(line_with("2026-10"), "2026-10 电费 167 度 （部分）");
    char text[8192];
    struct buffer out;
    buffer_init(&out, text, sizeof text - 1);
    assert_int_equal(paper_text(&paper, 32, &out), TILL_OK);
    text[out.size] = '\0';
    assert_non_null(strstr(text, "尚欠 86.42\n"));
}

static void before_the_first_acknowledgement_only_the_check_code_stands(void **state)
{
    (void)state;
    language_set("zh_CN");
    receipt_sample_make(SAMPLE_FULL, "zh_CN", &made);
    made.receipt.acknowledged_seq = 0;
    assert_int_equal(lay_out(), TILL_OK);
    assert_null(line_with("已确认"));
    assert_non_null(line_with("校验码"));
}

static void every_text_of_the_paper_has_its_chinese(void **state)
{
    (void)state;
    language_set("zh_CN");
    for (int sample = 0; sample < SAMPLE_COUNT; sample++) {
        receipt_sample_make((enum receipt_sample)sample, "zh_CN", &made);
        assert_int_equal(lay_out(), TILL_OK);
        for (size_t i = 0; i < paper.count; i++) {
            const char *left = paper_left(&paper, &paper.lines[i]);
            size_t latin = 0;
            for (const char *at = left; *at != '\0'; at++) {
                latin += *at >= 'a' && *at <= 'z' ? 1u : 0u;
            }
            /* The check code is hexadecimal; nothing else has small letters. */
            if (latin > 0 && strstr(left, "校验码") == NULL) {
                fail_msg("not in Chinese: %s", left);
            }
        }
    }
}

static void a_url_too_long_for_the_symbol_is_refused(void **state)
{
    (void)state;
    receipt_sample_make(SAMPLE_LARGE, "zh_CN", &made);
    memset(made.receipt.url, 'A', sizeof made.receipt.url - 1);
    assert_int_equal(lay_out(), TILL_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_receipt_comes_back_as_it_was_packed),
        cmocka_unit_test(figures_at_both_ends_of_their_range_come_back),
        cmocka_unit_test(totals_and_count_of_a_day_close_come_back),
        cmocka_unit_test(a_fee_that_is_held_comes_back),
        cmocka_unit_test(a_usual_chinese_receipt_takes_at_most_300_bytes),
        cmocka_unit_test(the_longest_receipt_fits),
        cmocka_unit_test(a_receipt_cut_short_or_too_long_is_refused),
        cmocka_unit_test(a_changed_byte_is_refused_or_means_another_receipt),
        cmocka_unit_test(lines_that_do_not_add_up_to_the_signed_amount_are_refused),
        cmocka_unit_test(a_basket_is_one_sum_one_tender_and_one_change),
        cmocka_unit_test(a_basket_paid_exactly_has_no_change),
        cmocka_unit_test(an_entry_without_money_has_no_receipt),
        cmocka_unit_test(an_advance_alone_has_its_own_title),
        cmocka_unit_test(what_the_advance_balance_paid_is_said),
        cmocka_unit_test(the_training_bit_alone_marks_the_paper),
        cmocka_unit_test(a_part_payment_says_part_and_what_is_still_owed),
        cmocka_unit_test(before_the_first_acknowledgement_only_the_check_code_stands),
        cmocka_unit_test(every_text_of_the_paper_has_its_chinese),
        cmocka_unit_test(a_url_too_long_for_the_symbol_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
