/* Bodies: what a writer accepts its reader gives back unchanged, and each rule is refused when
 * broken, by writer and reader alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "entry.h"
#include "money.h"

static const struct body_collection plain_collection = {
    .account = "6100234567", .amount_minor = 18642, .tendered_minor = 18642};

static struct body_enrolled some_enrolled(void)
{
    struct body_enrolled b = {
        .terminal = "0031", .currency = "CNY", .exponent = 2, .zone = "CST-8"};
    memset(b.authority, 0xAB, sizeof(b.authority));
    memset(b.public_key, 0xCD, sizeof(b.public_key));
    b.public_key[0] = 0x04;
    return b;
}

static struct entry entry_of(uint16_t kind, const char *body)
{
    struct entry e = {.seq = 2, .at_s = 1795311660, .kind = kind};
    e.body_size = (uint16_t)strlen(body);
    memcpy(e.body, body, e.body_size + 1u);
    return e;
}

static void assert_body(const struct entry *e, uint16_t kind, const char *body)
{
    assert_int_equal(e->kind, kind);
    assert_string_equal(e->body, body);
    assert_int_equal(e->body_size, strlen(body));
    assert_int_equal(entry_check_body(e), TILL_OK);
}

static void assert_refused(uint16_t kind, const char *const *bodies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct entry e = entry_of(kind, bodies[i]);
        if (entry_check_body(&e) != TILL_E_PROTOCOL) {
            fail_msg("accepted as %s: %s", kind_name(kind), bodies[i]);
        }
    }
}
#define ASSERT_REFUSED(kind, bodies)                                                               \
    assert_refused(kind, bodies, sizeof(bodies) / sizeof((bodies)[0]))

/* ---- enrolled -------------------------------------------------------------------------------- */

static void enrolled_comes_back_unchanged(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_enrolled b = some_enrolled();
    struct body_enrolled back;
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_OK);
    assert_int_equal(entry_read_enrolled(&e, &back), TILL_OK);
    assert_memory_equal(&back, &b, sizeof(b));
    memcpy(b.predecessor, "0017", 5);
    b.predecessor_seq = 4127;
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_OK);
    assert_non_null(strstr(e.body, ",\"o\":\"0017\",\"q\":4127}"));
    assert_int_equal(entry_read_enrolled(&e, &back), TILL_OK);
    assert_memory_equal(&back, &b, sizeof(b));
}

static void enrolled_that_breaks_a_rule_is_not_written(void **state)
{
    (void)state;
    struct entry e;
    struct body_enrolled b = some_enrolled();
    memcpy(b.terminal, "00-1", 5);
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_BAD_INPUT);
    b = some_enrolled();
    memcpy(b.currency, "cny", 4);
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_BAD_INPUT);
    b = some_enrolled();
    b.exponent = 5;
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_BAD_INPUT);
    b = some_enrolled();
    memcpy(b.zone, "Asia", 5);
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_BAD_INPUT);
    b = some_enrolled();
    b.public_key[0] = 0x02;
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_BAD_INPUT);
    b = some_enrolled();
    b.predecessor_seq = 1;
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_BAD_INPUT);
}

static void upper_case_hex_in_enrolled_is_a_second_spelling(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_enrolled b = some_enrolled();
    assert_int_equal(entry_write_enrolled(&e, &b), TILL_OK);
    char *digit = strstr(e.body, "abab");
    assert_non_null(digit);
    *digit = 'A';
    assert_int_equal(entry_check_body(&e), TILL_E_PROTOCOL);
}

/* ---- the small ones -------------------------------------------------------------------------- */

static void opened_comes_back_unchanged(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_opened b = {.version = "0.1.0", .board = "sim"};
    struct body_opened back;
    assert_int_equal(entry_write_opened(&e, &b), TILL_OK);
    assert_body(&e, KIND_OPENED, "{\"v\":\"0.1.0\",\"b\":\"sim\"}");
    assert_int_equal(entry_read_opened(&e, &back), TILL_OK);
    assert_memory_equal(&back, &b, sizeof(b));
    b.board[0] = '\0';
    assert_int_equal(entry_write_opened(&e, &b), TILL_BAD_INPUT);
}

static void the_four_entries_about_people_come_back_unchanged(void **state)
{
    (void)state;
    static const enum entry_kind kinds[] = {KIND_LOGIN, KIND_LOGOUT, KIND_LOGIN_FAILED,
                                            KIND_USER_SWITCHED};
    for (size_t i = 0; i < 4; i++) {
        struct entry e = {0};
        struct body_login b = {.user = "1001"};
        struct body_login back;
        assert_int_equal(entry_write_login(&e, kinds[i], &b), TILL_OK);
        assert_body(&e, (uint16_t)kinds[i], "{\"u\":\"1001\"}");
        assert_int_equal(entry_read_login(&e, &back), TILL_OK);
        assert_string_equal(back.user, b.user);
        assert_int_equal(back.failures, 0);
    }
}

static void only_a_failed_login_counts_failures(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_login b = {.user = "1001", .failures = 3};
    assert_int_equal(entry_write_login(&e, KIND_LOGIN_FAILED, &b), TILL_OK);
    assert_body(&e, KIND_LOGIN_FAILED, "{\"u\":\"1001\",\"n\":3}");
    assert_int_equal(entry_write_login(&e, KIND_LOGIN, &b), TILL_BAD_INPUT);
    memcpy(b.user, "10 1", 5);
    assert_int_equal(entry_write_login(&e, KIND_LOGIN_FAILED, &b), TILL_BAD_INPUT);
    static const char *const refused[] = {
        "{}",
        "{\"u\":\"\"}",
        "{\"u\":1001}",
        "{\"u\":\"1001\",\"n\":0}",
        "{\"u\":\"1001\",\"n\":-1}",
        "{\"u\":\"1001\",\"n\":4294967296}",
        "{\"u\":\"12345678901234567\"}",
        "{\"u\":\"1001\",\"x\":1}",
    };
    ASSERT_REFUSED(KIND_LOGIN_FAILED, refused);
}

static void clock_changed_comes_back_unchanged(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_clock_changed b = {.from_s = 0, .to_s = 1795311660};
    struct body_clock_changed back;
    assert_int_equal(entry_write_clock_changed(&e, &b), TILL_OK);
    assert_body(&e, KIND_CLOCK_CHANGED, "{\"f\":0,\"t\":1795311660}");
    assert_int_equal(entry_read_clock_changed(&e, &back), TILL_OK);
    assert_memory_equal(&back, &b, sizeof(b));
    b.from_s = -1;
    assert_int_equal(entry_write_clock_changed(&e, &b), TILL_BAD_INPUT);
}

static void anomaly_comes_back_unchanged(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_anomaly b = {.code = TILL_E_FORK, .text = "head 12 \"ab\\c\" 重复"};
    struct body_anomaly back;
    assert_int_equal(entry_write_anomaly(&e, &b), TILL_OK);
    assert_body(&e, KIND_ANOMALY, "{\"c\":-3,\"x\":\"head 12 \\\"ab\\\\c\\\" 重复\"}");
    assert_int_equal(entry_read_anomaly(&e, &back), TILL_OK);
    assert_int_equal(back.code, b.code);
    assert_string_equal(back.text, b.text);
    memcpy(b.text, "a\nb", 4);
    assert_int_equal(entry_write_anomaly(&e, &b), TILL_BAD_INPUT);
    static const char *const refused[] = {"{\"c\":2147483648,\"x\":\"\"}",
                                          "{\"c\":-2147483649,\"x\":\"\"}", "{\"c\":1}"};
    ASSERT_REFUSED(KIND_ANOMALY, refused);
}

static void tail_repaired_comes_back_unchanged(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_tail_repaired b = {.from_seq = 4127};
    struct body_tail_repaired back;
    assert_int_equal(entry_write_tail_repaired(&e, &b), TILL_OK);
    assert_body(&e, KIND_TAIL_REPAIRED, "{\"s\":4127}");
    assert_int_equal(entry_read_tail_repaired(&e, &back), TILL_OK);
    assert_int_equal(back.from_seq, 4127);
    b.from_seq = 1;
    assert_int_equal(entry_write_tail_repaired(&e, &b), TILL_BAD_INPUT);
}

static void book_applied_comes_back_unchanged(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_book_applied b = {.revision = 7, .applied_seq = 0, .customers = 2000};
    struct body_book_applied back;
    memset(b.hash, 0x5A, sizeof(b.hash));
    assert_int_equal(entry_write_book_applied(&e, &b), TILL_OK);
    assert_int_equal(entry_read_book_applied(&e, &back), TILL_OK);
    assert_int_equal(back.revision, 7);
    assert_int_equal(back.applied_seq, 0);
    assert_int_equal(back.customers, 2000);
    assert_memory_equal(back.hash, b.hash, sizeof(b.hash));
    b.revision = 0;
    assert_int_equal(entry_write_book_applied(&e, &b), TILL_BAD_INPUT);
    static const char *const refused[] = {"{\"r\":7,\"q\":0,\"n\":2000,\"h\":\"5a\"}",
                                          "{\"r\":7,\"n\":2000,\"q\":0,\"h\":\"5a\"}"};
    ASSERT_REFUSED(KIND_BOOK_APPLIED, refused);
}

static void shift_opened_comes_back_unchanged(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_shift_opened b = {.business_date = 20261122, .shift = 4, .opening_minor = 20000};
    struct body_shift_opened back;
    assert_int_equal(entry_write_shift_opened(&e, &b), TILL_OK);
    assert_body(&e, KIND_SHIFT_OPENED, "{\"d\":20261122,\"s\":4,\"c\":20000}");
    assert_int_equal(entry_read_shift_opened(&e, &back), TILL_OK);
    assert_memory_equal(&back, &b, sizeof(b));
    static const char *const refused[] = {
        "{\"d\":20260229,\"s\":1}", "{\"d\":20261122,\"s\":0}", "{\"d\":20261122,\"s\":1,\"c\":0}",
        "{\"d\":20261122,\"s\":1,\"c\":-5}", "{\"d\":20261122,\"s\":1,\"c\":1000000000000}"};
    ASSERT_REFUSED(KIND_SHIFT_OPENED, refused);
}

/* ---- collection ------------------------------------------------------------------------------ */

static void assert_collection(enum entry_kind kind, const struct body_collection *b,
                              const char *body)
{
    struct entry e = {0};
    struct body_collection back;
    assert_int_equal(entry_write_collection(&e, kind, b), TILL_OK);
    assert_body(&e, (uint16_t)kind, body);
    assert_int_equal(entry_read_collection(&e, &back), TILL_OK);
    assert_string_equal(back.account, b->account);
    assert_int_equal(back.amount_minor, b->amount_minor);
    assert_int_equal(back.late_fee_minor, b->late_fee_minor);
    assert_int_equal(back.tendered_minor, b->tendered_minor);
    assert_int_equal(back.tender, b->tender);
    assert_string_equal(back.reference, b->reference);
    assert_int_equal(back.other_minor, b->other_minor);
    assert_int_equal(back.basket, b->basket);
    assert_string_equal(back.allocation, b->allocation);
    assert_string_equal(back.payer, b->payer);
    e.kind |= KIND_TRAINING;
    assert_int_equal(entry_read_collection(&e, &back), TILL_OK);
}

static void a_collection_leaves_out_what_is_usual(void **state)
{
    (void)state;
    assert_collection(KIND_COLLECTION, &plain_collection, "{\"a\":\"6100234567\",\"m\":18642}");
    assert_collection(KIND_ADVANCE, &plain_collection, "{\"a\":\"6100234567\",\"m\":18642}");
}

static void each_field_of_a_collection_comes_back_unchanged(void **state)
{
    (void)state;
    struct body_collection b = plain_collection;
    b.late_fee_minor = 92;
    b.tendered_minor = 20000;
    assert_collection(KIND_COLLECTION, &b,
                      "{\"a\":\"6100234567\",\"m\":18642,\"f\":92,\"t\":20000}");
    b = plain_collection;
    b.tender = TENDER_CHEQUE;
    memcpy(b.reference, "No. 4417", 9);
    assert_collection(KIND_COLLECTION, &b,
                      "{\"a\":\"6100234567\",\"m\":18642,\"k\":3,\"r\":\"No. 4417\"}");
    b = plain_collection;
    b.basket = 4120;
    memcpy(b.allocation, "202609,202610:9432", 19);
    memcpy(b.payer, "邻居", 7);
    assert_collection(KIND_COLLECTION, &b,
                      "{\"a\":\"6100234567\",\"m\":18642,\"g\":4120,"
                      "\"p\":\"202609,202610:9432\",\"w\":\"邻居\"}");
}

static void a_collection_that_breaks_a_rule_is_not_written(void **state)
{
    (void)state;
    struct {
        const char *what;
        enum entry_kind kind;
        struct body_collection b;
    } cases[] = {{"account", KIND_COLLECTION, plain_collection},
                 {"amount 0", KIND_COLLECTION, plain_collection},
                 {"amount over the maximum", KIND_COLLECTION, plain_collection},
                 {"fee over the amount", KIND_COLLECTION, plain_collection},
                 {"negative fee", KIND_COLLECTION, plain_collection},
                 {"tendered too little", KIND_COLLECTION, plain_collection},
                 {"change on a card", KIND_COLLECTION, plain_collection},
                 {"unknown tender", KIND_COLLECTION, plain_collection},
                 {"unclean payer", KIND_COLLECTION, plain_collection},
                 {"fee on an advance", KIND_ADVANCE, plain_collection},
                 {"allocation on an advance", KIND_ADVANCE, plain_collection}};
    memcpy(cases[0].b.account, "61/", 4);
    cases[1].b.amount_minor = 0;
    cases[2].b.amount_minor = cases[2].b.tendered_minor = MONEY_MAX_MINOR + 1;
    cases[3].b.late_fee_minor = 18643;
    cases[4].b.late_fee_minor = -1;
    cases[5].b.tendered_minor = 18641;
    cases[6].b.tender = TENDER_CARD;
    cases[6].b.tendered_minor = 20000;
    cases[7].b.tender = 6;
    memcpy(cases[8].b.payer, "a\tb", 4);
    cases[9].b.late_fee_minor = 1;
    memcpy(cases[10].b.allocation, "202609:1", 9);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct entry e;
        if (entry_write_collection(&e, cases[i].kind, &cases[i].b) != TILL_BAD_INPUT) {
            fail_msg("written: %s", cases[i].what);
        }
    }
}

static void an_allocation_has_one_spelling(void **state)
{
    (void)state;
    static const char *const refused[] = {"202609:",
                                          "202609:0",
                                          "202609:01",
                                          "202613",
                                          "202609,",
                                          ",202609",
                                          "202609 ",
                                          "202609:-1",
                                          "20269",
                                          "202609;1",
                                          "202609,,202610",
                                          "000001",
                                          "202609:1:2",
                                          "202609:1,202610",
                                          "202610-202609",
                                          "202609-202609",
                                          "202609-202611-202612",
                                          "202609-",
                                          "202609,202609",
                                          "202608-202610,202609",
                                          "202609-202610,202610:5"};
    struct entry e;
    struct body_collection b = plain_collection;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        (void)snprintf(b.allocation, sizeof(b.allocation), "%s", refused[i]);
        if (entry_write_collection(&e, KIND_COLLECTION, &b) != TILL_BAD_INPUT) {
            fail_msg("written: %s", refused[i]);
        }
    }
    memcpy(b.allocation, "202609:1000000000000", 21);
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_BAD_INPUT);
}

static void an_account_is_four_to_thirty_two_characters(void **state)
{
    (void)state;
    assert_false(account_is_valid("123"));
    assert_true(account_is_valid("1234"));
    assert_true(account_is_valid("AB-34567890123456789012345678901"));
    assert_true(account_is_valid("12345678901234567890123456789012"));
    assert_false(account_is_valid("123456789012345678901234567890123"));
    assert_false(account_is_valid("1234a"));
    assert_false(account_is_valid("12 34"));
    assert_false(terminal_is_valid(""));
    assert_true(terminal_is_valid("0031ABCDEFGH"));
    assert_false(terminal_is_valid("0031ABCDEFGHI"));
    assert_false(user_is_valid(""));
    assert_true(user_is_valid("aZ09567890123456"));
    assert_false(user_is_valid("aZ095678901234567"));
}

static void a_receipt_body_over_ninety_bytes_is_refused(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_collection b = plain_collection;
    memcpy(b.account, "12345678901234567890123456789012", 33);
    memcpy(b.payer, "abcdefghijklmnopqrstuvwx", 25);
    b.amount_minor = 100;
    b.tendered_minor = 1000;
    b.late_fee_minor = 1;
    /* {"a":"<32>","m":100,"f":1,"t":1000,"w":"<24>"} is 94. */
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_TOO_LARGE);
    b.payer[20] = '\0';
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
    assert_int_equal(e.body_size, 90);
}

static void a_read_collection_with_a_second_spelling_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "{}",
        "{\"a\":\"6100234567\"}",
        "{\"m\":18642,\"a\":\"6100234567\"}",
        "{\"a\":6100234567,\"m\":18642}",
        "{\"a\":\"6100234567\",\"m\":\"18642\"}",
        "{\"a\":\"6100234567\",\"m\":18642,\"f\":0}",
        "{\"a\":\"6100234567\",\"m\":18642,\"t\":18642}",
        "{\"a\":\"6100234567\",\"m\":18642,\"k\":0}",
        "{\"a\":\"6100234567\",\"m\":18642,\"k\":4294967296}",
        "{\"a\":\"6100234567\",\"m\":18642,\"r\":\"\"}",
        "{\"a\":\"6100234567\",\"m\":18642,\"g\":0}",
        "{\"a\":\"6100234567\",\"m\":18642,\"t\":20000,\"f\":92}",
        "{\"a\":\"6100234567\",\"m\":18642,\"z\":1}",
        "{\"a\":\"6100234567\",\"m\":-18642}",
        "{\"a\":\"6100234567\",\"m\":18642} ",
    };
    ASSERT_REFUSED(KIND_COLLECTION, refused);
}

/* ---- print ----------------------------------------------------------------------------------- */

static void the_three_entries_about_paper_come_back_unchanged(void **state)
{
    (void)state;
    static const struct {
        enum entry_kind kind;
        struct body_print b;
        const char *body;
    } cases[] = {
        {KIND_PRINT_DONE, {.seq = 4127}, "{\"s\":4127}"},
        {KIND_PRINT_DONE, {.seq = 4127, .copy = 2}, "{\"s\":4127,\"c\":2}"},
        {KIND_PRINT_UNCERTAIN, {.seq = 4127, .status = TILL_PAPER_OUT}, "{\"s\":4127,\"y\":1}"},
        {KIND_DUPLICATE, {.seq = 4127, .copy = 1}, "{\"s\":4127,\"c\":1}"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct entry e = {0};
        struct body_print back;
        assert_int_equal(entry_write_print(&e, cases[i].kind, &cases[i].b), TILL_OK);
        assert_body(&e, (uint16_t)cases[i].kind, cases[i].body);
        assert_int_equal(entry_read_print(&e, &back), TILL_OK);
        assert_memory_equal(&back, &cases[i].b, sizeof(back));
    }
}

static void a_print_entry_that_breaks_a_rule_is_refused(void **state)
{
    (void)state;
    struct entry e;
    struct body_print b = {.seq = 0};
    assert_int_equal(entry_write_print(&e, KIND_PRINT_DONE, &b), TILL_BAD_INPUT);
    b = (struct body_print){.seq = 1, .copy = 0};
    assert_int_equal(entry_write_print(&e, KIND_DUPLICATE, &b), TILL_BAD_INPUT);
    b = (struct body_print){.seq = 1, .status = 1};
    assert_int_equal(entry_write_print(&e, KIND_PRINT_DONE, &b), TILL_BAD_INPUT);
    static const char *const refused[] = {"{\"s\":1,\"c\":0}", "{\"s\":-1}", "{\"s\":1,\"y\":0}",
                                          "{\"s\":1,\"c\":4294967296}"};
    ASSERT_REFUSED(KIND_PRINT_UNCERTAIN, refused);
}

/* ---- kinds ----------------------------------------------------------------------------------- */

static void a_newer_kind_is_kept_if_its_body_is_a_record(void **state)
{
    (void)state;
    struct entry e = entry_of(0x8123, "{\"x\":1}");
    assert_int_equal(entry_check_body(&e), TILL_READ_ONLY);
    e = entry_of(KIND_VEND_STARTED, "{\"a\":1}");
    assert_int_equal(entry_check_body(&e), TILL_READ_ONLY);
    e = entry_of(0x8123, "{\"x\":01}");
    assert_int_equal(entry_check_body(&e), TILL_E_PROTOCOL);
}

static void a_reader_refuses_another_kind(void **state)
{
    (void)state;
    struct entry e = entry_of(KIND_LOGIN, "{\"s\":4127}");
    struct body_print b;
    assert_int_equal(entry_read_print(&e, &b), TILL_E_PROTOCOL);
    struct entry money_less = entry_of(KIND_COLLECTION & 0x3FFF, "{\"a\":\"6100\",\"m\":1}");
    struct body_collection c;
    assert_int_equal(entry_read_collection(&money_less, &c), TILL_E_PROTOCOL);
}

static void kinds_know_their_name_and_flags(void **state)
{
    (void)state;
    assert_string_equal(kind_name(KIND_COLLECTION), "collection");
    assert_string_equal(kind_name(KIND_COLLECTION | KIND_TRAINING), "collection");
    assert_string_equal(kind_name(0x3FFF), "unknown");
    assert_true(kind_is_known(KIND_LOGIN | KIND_TRAINING));
    assert_false(kind_is_known(KIND_LOGIN | KIND_MONEY));
    assert_true(kind_has_receipt(KIND_ADVANCE | KIND_TRAINING));
    assert_false(kind_has_receipt(KIND_PRINT_DONE));
    assert_true(kind_is_money(KIND_SHIFT_CLOSED));
    assert_int_equal(kind_base(KIND_COLLECTION | KIND_TRAINING), KIND_COLLECTION);
}

/* Another kind for the same number would make old journals mean something new. */
static void kinds_are_unique_and_in_their_ranges(void **state)
{
    (void)state;
    static const uint16_t kinds[] = {
#define X(name, number, text) number,
        KIND_LIST(X)
#undef X
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        assert_false(kind_is_training(kinds[i]));
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(kinds[i] & 0x3FFF, kinds[j] & 0x3FFF);
        }
    }
}

static void receipt_numbers_have_seven_digits_or_more(void **state)
{
    (void)state;
    char out[RECEIPT_NUMBER_MAX];
    receipt_number_format("0031", 4127, out);
    assert_string_equal(out, "0031-0004127");
    receipt_number_format("0031", 123456789, out);
    assert_string_equal(out, "0031-123456789");
    receipt_number_format("0031ABCDEFGH", UINT64_MAX, out);
    assert_string_equal(out, "0031ABCDEFGH-18446744073709551615");
}

static void tenders_have_texts(void **state)
{
    (void)state;
    assert_string_equal(tender_text(TENDER_CASH), "Cash");
    assert_string_equal(tender_text(TENDER_VOUCHER), "Voucher");
    assert_string_equal(tender_text(99), "Other");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enrolled_comes_back_unchanged),
        cmocka_unit_test(enrolled_that_breaks_a_rule_is_not_written),
        cmocka_unit_test(upper_case_hex_in_enrolled_is_a_second_spelling),
        cmocka_unit_test(opened_comes_back_unchanged),
        cmocka_unit_test(the_four_entries_about_people_come_back_unchanged),
        cmocka_unit_test(only_a_failed_login_counts_failures),
        cmocka_unit_test(clock_changed_comes_back_unchanged),
        cmocka_unit_test(anomaly_comes_back_unchanged),
        cmocka_unit_test(tail_repaired_comes_back_unchanged),
        cmocka_unit_test(book_applied_comes_back_unchanged),
        cmocka_unit_test(shift_opened_comes_back_unchanged),
        cmocka_unit_test(a_collection_leaves_out_what_is_usual),
        cmocka_unit_test(each_field_of_a_collection_comes_back_unchanged),
        cmocka_unit_test(a_collection_that_breaks_a_rule_is_not_written),
        cmocka_unit_test(an_allocation_has_one_spelling),
        cmocka_unit_test(an_account_is_four_to_thirty_two_characters),
        cmocka_unit_test(a_receipt_body_over_ninety_bytes_is_refused),
        cmocka_unit_test(a_read_collection_with_a_second_spelling_is_refused),
        cmocka_unit_test(the_three_entries_about_paper_come_back_unchanged),
        cmocka_unit_test(a_print_entry_that_breaks_a_rule_is_refused),
        cmocka_unit_test(a_newer_kind_is_kept_if_its_body_is_a_record),
        cmocka_unit_test(a_reader_refuses_another_kind),
        cmocka_unit_test(kinds_know_their_name_and_flags),
        cmocka_unit_test(kinds_are_unique_and_in_their_ranges),
        cmocka_unit_test(receipt_numbers_have_seven_digits_or_more),
        cmocka_unit_test(tenders_have_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
