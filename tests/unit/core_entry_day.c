/* Bodies of a whole day: reversals, disputes, drops, marks, limits, PINs, settings, the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "entry.h"
#include "limit.h"

#define ACCOUNT "6100234567"

static struct entry e;

static void assert_body(uint16_t kind, const char *body)
{
    assert_int_equal(e.kind, kind);
    assert_string_equal(e.body, body);
    assert_int_equal(e.body_size, strlen(body));
    assert_int_equal(entry_check_body(&e), TILL_OK);
    e.kind |= KIND_TRAINING;
    assert_int_equal(entry_check_body(&e), TILL_OK);
    e.kind = kind;
}

/* None of these is a body of that kind. */
static void assert_none(uint16_t kind, const char *const *bodies, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct entry bad = {.kind = kind};
        bad.body_size = (uint16_t)snprintf(bad.body, sizeof bad.body, "%s", bodies[i]);
        if (entry_check_body(&bad) != TILL_E_PROTOCOL) {
            fail_msg("a %s was read: %s", kind_name(kind), bodies[i]);
        }
    }
}
#define ASSERT_NONE(kind, list) assert_none(kind, list, sizeof(list) / sizeof((list)[0]))

/* ---- collection ------------------------------------------------------------------------------ */

static struct body_collection mixed_collection(void)
{
    return (struct body_collection){.account = ACCOUNT,
                                    .amount_minor = 18642,
                                    .tendered_minor = 18642,
                                    .tender = TENDER_CHEQUE,
                                    .reference = "4417",
                                    .other_minor = 10000};
}

static void a_mixed_tender_says_which_part_is_not_cash(void **state)
{
    (void)state;
    struct body_collection b = mixed_collection();
    struct body_collection back;
    assert_int_equal(collection_cash_minor(&b), 8642);
    b.tendered_minor = 8642;
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
    assert_body(KIND_COLLECTION, "{\"a\":\"6100234567\",\"m\":18642,\"t\":8642,\"k\":3,"
                                 "\"r\":\"4417\",\"x\":10000}");
    assert_int_equal(entry_read_collection(&e, &back), TILL_OK);
    assert_int_equal(back.other_minor, 10000);
    assert_int_equal(back.tendered_minor, 8642);
    b.tendered_minor = 8641;
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_BAD_INPUT);
    b.tendered_minor = 9000;
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
}

static void the_other_part_is_neither_nothing_nor_all(void **state)
{
    (void)state;
    struct body_collection b = mixed_collection();
    b.other_minor = 18642;
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_BAD_INPUT);
    b.other_minor = -1;
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_BAD_INPUT);
    b = mixed_collection();
    b.tender = TENDER_CASH;
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_BAD_INPUT);
    b.other_minor = 0;
    assert_int_equal(collection_cash_minor(&b), 18642);
    b.tender = TENDER_CARD;
    assert_int_equal(collection_cash_minor(&b), 0);
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
}

static void months_stand_in_a_body_and_no_more_than_48_bytes_of_them(void **state)
{
    (void)state;
    struct body_collection b = mixed_collection();
    b.tender = TENDER_CASH;
    b.other_minor = 0;
    b.reference[0] = '\0';
    memcpy(b.allocation, "202601,202603,202605,202607,202609,202611,202701", 49);
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_OK);
    memset(b.allocation, '1', sizeof b.allocation);
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_BAD_INPUT);
    memcpy(b.allocation, "202609:18643", 13);
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, &b), TILL_BAD_INPUT);
}

/* ---- reversal -------------------------------------------------------------------------------- */

static struct body_reversal plain_reversal(void)
{
    return (struct body_reversal){.seq = 4127,
                                  .account = ACCOUNT,
                                  .amount_minor = 18642,
                                  .cash_minor = 18642,
                                  .way = REVERSAL_OWN_PAPER,
                                  .reason = REVERSAL_WRONG_ACCOUNT};
}

static void a_reversal_comes_back_unchanged(void **state)
{
    (void)state;
    struct body_reversal b = plain_reversal();
    struct body_reversal back;
    assert_int_equal(entry_write_reversal(&e, &b), TILL_OK);
    assert_body(KIND_REVERSAL, "{\"s\":4127,\"a\":\"6100234567\",\"m\":18642,\"h\":1,\"r\":1}");
    b.cash_minor = 0;
    b.way = REVERSAL_CODE;
    memcpy(b.approver, "0", 2);
    assert_int_equal(entry_write_reversal(&e, &b), TILL_OK);
    assert_body(KIND_REVERSAL, "{\"s\":4127,\"a\":\"6100234567\",\"m\":18642,\"c\":0,\"h\":4,"
                               "\"r\":1,\"u\":\"0\"}");
    assert_int_equal(entry_read_reversal(&e, &back), TILL_OK);
    assert_memory_equal(&back, &b, sizeof b);
}

static void who_allowed_a_reversal_fits_the_way(void **state)
{
    (void)state;
    static const struct {
        int way;
        const char *approver;
        bool good;
    } cases[] = {
        {REVERSAL_OWN_PAPER, "", true},
        {REVERSAL_OWN_PAPER, "2001", false},
        {REVERSAL_OWN_LOST, "", true},
        {REVERSAL_OWN_LOST, "0", false},
        {REVERSAL_SUPERVISOR, "", false},
        {REVERSAL_SUPERVISOR, "2001", true},
        {REVERSAL_SUPERVISOR, "0", false},
        {REVERSAL_CODE, "", false},
        {REVERSAL_CODE, "2001", true},
        {REVERSAL_CODE, "0", true},
        {0, "", false},
        {5, "2001", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct body_reversal b = plain_reversal();
        b.way = cases[i].way;
        (void)snprintf(b.approver, sizeof b.approver, "%s", cases[i].approver);
        enum till_status expected = cases[i].good ? TILL_OK : TILL_BAD_INPUT;
        if (entry_write_reversal(&e, &b) != expected) {
            fail_msg("way %d by \"%s\"", cases[i].way, cases[i].approver);
        }
    }
}

static void what_is_no_reversal_is_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {
        "{\"s\":0,\"a\":\"6100234567\",\"m\":1,\"h\":1,\"r\":1}",
        "{\"s\":1,\"a\":\"610\",\"m\":1,\"h\":1,\"r\":1}",
        "{\"s\":1,\"a\":\"6100234567\",\"m\":0,\"h\":1,\"r\":1}",
        "{\"s\":1,\"a\":\"6100234567\",\"m\":5,\"c\":5,\"h\":1,\"r\":1}",
        "{\"s\":1,\"a\":\"6100234567\",\"m\":5,\"c\":6,\"h\":1,\"r\":1}",
        "{\"s\":1,\"a\":\"6100234567\",\"m\":5,\"c\":-1,\"h\":1,\"r\":1}",
        "{\"s\":1,\"a\":\"6100234567\",\"m\":5,\"h\":1,\"r\":6}",
        "{\"s\":1,\"a\":\"6100234567\",\"m\":5,\"h\":1,\"r\":0}",
        "{\"s\":1,\"a\":\"6100234567\",\"m\":5,\"h\":1,\"r\":1,\"u\":\"\"}",
        "{\"a\":\"6100234567\",\"s\":1,\"m\":5,\"h\":1,\"r\":1}"};
    ASSERT_NONE(KIND_REVERSAL, refused);
}

/* ---- other papers ---------------------------------------------------------------------------- */

static void a_dispute_comes_back_unchanged(void **state)
{
    (void)state;
    struct body_dispute b = {.account = ACCOUNT, .proof = DISPUTE_WORD};
    struct body_dispute back;
    assert_int_equal(entry_write_dispute(&e, &b), TILL_OK);
    assert_body(KIND_DISPUTE, "{\"a\":\"6100234567\",\"h\":4}");
    b.proof = DISPUTE_CHANNEL;
    b.amount_minor = 18642;
    memcpy(b.reference, "2026112200417", 14);
    assert_int_equal(entry_write_dispute(&e, &b), TILL_OK);
    assert_body(KIND_DISPUTE, "{\"a\":\"6100234567\",\"h\":3,\"r\":\"2026112200417\",\"m\":18642}");
    assert_int_equal(entry_read_dispute(&e, &back), TILL_OK);
    assert_memory_equal(&back, &b, sizeof b);
    static const char *const refused[] = {
        "{\"a\":\"6100234567\",\"h\":0}",           "{\"a\":\"6100234567\",\"h\":5}",
        "{\"a\":\"6100234567\",\"h\":1}",           "{\"a\":\"6100234567\",\"h\":2,\"m\":5}",
        "{\"a\":\"6100234567\",\"h\":4,\"m\":0}",   "{\"a\":\"6100234567\",\"h\":4,\"m\":-5}",
        "{\"a\":\"6100234567\",\"h\":4,\"r\":\"\"}"};
    ASSERT_NONE(KIND_DISPUTE, refused);
}

static void a_correction_request_comes_back_unchanged(void **state)
{
    (void)state;
    struct body_correction_request b = {.account = ACCOUNT, .reason = REVERSAL_WRONG_AMOUNT};
    struct body_correction_request back;
    assert_int_equal(entry_write_correction_request(&e, &b), TILL_OK);
    assert_body(KIND_CORRECTION_REQUEST, "{\"a\":\"6100234567\",\"r\":2}");
    b.amount_minor = 500;
    memcpy(b.receipt, "0031-0004127", 13);
    assert_int_equal(entry_write_correction_request(&e, &b), TILL_OK);
    assert_body(KIND_CORRECTION_REQUEST,
                "{\"a\":\"6100234567\",\"s\":\"0031-0004127\",\"r\":2,\"m\":500}");
    assert_int_equal(entry_read_correction_request(&e, &back), TILL_OK);
    assert_memory_equal(&back, &b, sizeof b);
    static const char *const refused[] = {
        "{\"a\":\"6100234567\"}", "{\"a\":\"6100234567\",\"r\":9}",
        "{\"a\":\"6100234567\",\"s\":\"\",\"r\":2}", "{\"a\":\"6100234567\",\"r\":2,\"m\":0}"};
    ASSERT_NONE(KIND_CORRECTION_REQUEST, refused);
}

static void a_drop_names_who_has_the_cash_now(void **state)
{
    (void)state;
    struct body_cash_drop b = {.amount_minor = 500000, .to = 1, .receiver = "2001"};
    struct body_cash_drop back;
    assert_int_equal(entry_write_cash_drop(&e, &b), TILL_OK);
    assert_body(KIND_CASH_DROP, "{\"m\":500000,\"h\":1,\"r\":\"2001\"}");
    assert_int_equal(entry_read_cash_drop(&e, &back), TILL_OK);
    assert_int_equal(back.to, 1);
    assert_string_equal(back.receiver, "2001");
    b.to = 2;
    memcpy(b.receiver, "工行 6217-0042", 17);
    assert_int_equal(entry_write_cash_drop(&e, &b), TILL_OK);
    static const char *const refused[] = {
        "{\"m\":0,\"h\":1,\"r\":\"2001\"}",  "{\"m\":-1,\"h\":1,\"r\":\"2001\"}",
        "{\"m\":5,\"h\":1,\"r\":\"20 01\"}", "{\"m\":5,\"h\":1,\"r\":\"12345678901234567\"}",
        "{\"m\":5,\"h\":2,\"r\":\"\"}",      "{\"m\":5,\"h\":2}",
        "{\"m\":5,\"h\":3,\"r\":\"2001\"}"};
    ASSERT_NONE(KIND_CASH_DROP, refused);
}

/* ---- marks ----------------------------------------------------------------------------------- */

static void skips_notices_and_readings_come_back_unchanged(void **state)
{
    (void)state;
    struct body_stop_skipped skipped = {ACCOUNT, SKIP_NOBODY_HOME};
    assert_int_equal(entry_write_stop_skipped(&e, &skipped), TILL_OK);
    assert_body(KIND_STOP_SKIPPED, "{\"a\":\"6100234567\",\"r\":1}");
    struct body_notice notice = {ACCOUNT, 0};
    assert_int_equal(entry_write_notice(&e, &notice), TILL_OK);
    assert_body(KIND_NOTICE, "{\"a\":\"6100234567\",\"m\":0}");
    struct body_reading reading = {.account = ACCOUNT, .energy_cwh = 1204450};
    assert_int_equal(entry_write_reading(&e, &reading), TILL_OK);
    assert_body(KIND_READING, "{\"a\":\"6100234567\",\"v\":1204450}");
    struct body_reading back;
    reading.doubted = true;
    memcpy(reading.meter, "0417733", 8);
    assert_int_equal(entry_write_reading(&e, &reading), TILL_OK);
    assert_body(KIND_READING, "{\"a\":\"6100234567\",\"e\":\"0417733\",\"v\":1204450,\"d\":1}");
    assert_int_equal(entry_read_reading(&e, &back), TILL_OK);
    assert_true(back.doubted);
    assert_string_equal(back.meter, "0417733");
    static const char *const skips[] = {"{\"a\":\"6100234567\",\"r\":0}",
                                        "{\"a\":\"6100234567\",\"r\":9}"};
    ASSERT_NONE(KIND_STOP_SKIPPED, skips);
    static const char *const notices[] = {"{\"a\":\"6100234567\"}",
                                          "{\"a\":\"6100234567\",\"m\":-1}"};
    ASSERT_NONE(KIND_NOTICE, notices);
    static const char *const readings[] = {
        "{\"a\":\"6100234567\",\"v\":-1}", "{\"a\":\"6100234567\",\"v\":1,\"d\":0}",
        "{\"a\":\"6100234567\",\"v\":1,\"d\":2}", "{\"a\":\"6100234567\",\"e\":\"\",\"v\":1}",
        "{\"a\":\"6100234567\",\"v\":1000000000000}"};
    ASSERT_NONE(KIND_READING, readings);
}

/* ---- the device and the office --------------------------------------------------------------- */

static void a_start_may_count(void **state)
{
    (void)state;
    struct body_opened b = {.version = "0.1.0", .board = "sim", .count = 77};
    struct body_opened back;
    assert_int_equal(entry_write_opened(&e, &b), TILL_OK);
    assert_body(KIND_OPENED, "{\"v\":\"0.1.0\",\"b\":\"sim\",\"n\":77}");
    assert_int_equal(entry_read_opened(&e, &back), TILL_OK);
    assert_int_equal(back.count, 77);
    static const char *const refused[] = {"{\"v\":\"0.1.0\",\"b\":\"sim\",\"n\":0}",
                                          "{\"v\":\"0.1.0\",\"b\":\"sim\",\"n\":-1}"};
    ASSERT_NONE(KIND_OPENED, refused);
}

static void a_changed_pin_travels_sealed(void **state)
{
    (void)state;
    struct body_pin_changed b = {.user = "1001", .rounds = 2000};
    struct body_pin_changed back;
    memset(b.salt, 0x0F, sizeof b.salt);
    memset(b.sealed, 0xA5, sizeof b.sealed);
    assert_int_equal(entry_write_pin_changed(&e, &b), TILL_OK);
    assert_body(KIND_PIN_CHANGED,
                "{\"u\":\"1001\",\"s\":\"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f\",\"n\":2000,\"k\":\"a5a5"
                "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5\"}");
    assert_int_equal(entry_read_pin_changed(&e, &back), TILL_OK);
    assert_memory_equal(&back, &b, sizeof b);
    b.rounds = 0;
    assert_int_equal(entry_write_pin_changed(&e, &b), TILL_BAD_INPUT);
}

static void settings_limits_messages_and_the_end_come_back_unchanged(void **state)
{
    (void)state;
    struct body_settings_changed setting = {"apn", ""};
    assert_int_equal(entry_write_settings_changed(&e, &setting), TILL_OK);
    assert_body(KIND_SETTINGS_CHANGED, "{\"k\":\"apn\",\"v\":\"\"}");
    struct body_limits_applied limits = {.serial = 7};
    assert_int_equal(entry_write_limits_applied(&e, &limits), TILL_OK);
    assert_body(KIND_LIMITS_APPLIED, "{\"n\":7,\"h\":\"00000000000000000000000000000000000000000000"
                                     "00000000000000000000\"}");
    struct body_message_shown message = {12};
    assert_int_equal(entry_write_message_shown(&e, &message), TILL_OK);
    assert_body(KIND_MESSAGE_SHOWN, "{\"n\":12}");
    struct body_limit_lifted lifted = {LIMIT_CASH, 1000000, "0"};
    assert_int_equal(entry_write_limit_lifted(&e, &lifted), TILL_OK);
    assert_body(KIND_LIMIT_LIFTED, "{\"l\":1,\"v\":1000000,\"u\":\"0\"}");
    struct body_retired retired = {2};
    assert_int_equal(entry_write_retired(&e, &retired), TILL_OK);
    assert_body(KIND_RETIRED, "{\"r\":2}");
}

static void what_is_none_of_these_is_refused(void **state)
{
    (void)state;
    static const char *const settings[] = {"{\"k\":\"\",\"v\":\"\"}", "{\"k\":\"Apn\",\"v\":\"\"}",
                                           "{\"k\":\"a-b\",\"v\":\"\"}",
                                           "{\"k\":\"1234567890123456789012345\",\"v\":\"\"}"};
    ASSERT_NONE(KIND_SETTINGS_CHANGED, settings);
    static const char *const limits[] = {"{\"n\":0,\"h\":\"00\"}", "{\"n\":1,\"h\":\"00\"}"};
    ASSERT_NONE(KIND_LIMITS_APPLIED, limits);
    static const char *const messages[] = {"{\"n\":0}", "{}"};
    ASSERT_NONE(KIND_MESSAGE_SHOWN, messages);
    static const char *const lifted[] = {
        "{\"l\":0,\"v\":1,\"u\":\"0\"}", "{\"l\":8,\"v\":1,\"u\":\"0\"}",
        "{\"l\":1,\"v\":0,\"u\":\"0\"}", "{\"l\":1,\"v\":1}", "{\"l\":1,\"v\":1,\"u\":\"\"}"};
    ASSERT_NONE(KIND_LIMIT_LIFTED, lifted);
    static const char *const retired[] = {"{\"r\":0}", "{\"r\":4}", "{}"};
    ASSERT_NONE(KIND_RETIRED, retired);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void thirteen_kinds_have_a_paper_whose_body_fits_the_qr(void **state)
{
    (void)state;
    unsigned count = 0;
    static const uint16_t kinds[] = {
#define X(name, number, text) number,
        KIND_LIST(X)
#undef X
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        count += kind_has_receipt(kinds[i]) ? 1 : 0;
    }
    assert_int_equal(count, 13);
    assert_true(kind_has_receipt(KIND_CASH_DROP | KIND_TRAINING));
    struct body_dispute b = {
        .account = "12345678901234567890123456789012", .proof = DISPUTE_CHANNEL, .amount_minor = 1};
    memset(b.reference, '9', 32);
    assert_int_equal(entry_write_dispute(&e, &b), TILL_TOO_LARGE);
}

static void texts_name_reasons_and_limits(void **state)
{
    (void)state;
    assert_string_equal(reversal_reason_text(REVERSAL_WRONG_ACCOUNT), "Wrong account");
    assert_string_equal(reversal_reason_text(99), "Other reason");
    assert_string_equal(skip_reason_text(SKIP_NOBODY_HOME), "Nobody at home");
    assert_string_equal(skip_reason_text(0), "Other reason");
    assert_string_equal(limit_text(LIMIT_CASH), "Cash in hand");
    assert_string_equal(limit_text(99), "Other limit");
}

static void figures_say_whom_and_how_much(void **state)
{
    (void)state;
    struct entry_figures figures;
    struct body_reversal b = plain_reversal();
    assert_int_equal(entry_write_reversal(&e, &b), TILL_OK);
    entry_figures(&e, &figures);
    assert_string_equal(figures.account, ACCOUNT);
    assert_int_equal(figures.amount_minor, -18642);
    assert_int_equal(figures.about, 4127);
    struct body_cash_drop drop = {.amount_minor = 500, .to = 1, .receiver = "2001"};
    assert_int_equal(entry_write_cash_drop(&e, &drop), TILL_OK);
    entry_figures(&e, &figures);
    assert_string_equal(figures.account, "");
    assert_int_equal(figures.amount_minor, -500);
    struct entry newer = {.kind = 0x8123, .body = "{}", .body_size = 2};
    entry_figures(&newer, &figures);
    assert_int_equal(figures.amount_minor, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mixed_tender_says_which_part_is_not_cash),
        cmocka_unit_test(the_other_part_is_neither_nothing_nor_all),
        cmocka_unit_test(months_stand_in_a_body_and_no_more_than_48_bytes_of_them),
        cmocka_unit_test(a_reversal_comes_back_unchanged),
        cmocka_unit_test(who_allowed_a_reversal_fits_the_way),
        cmocka_unit_test(what_is_no_reversal_is_refused),
        cmocka_unit_test(a_dispute_comes_back_unchanged),
        cmocka_unit_test(a_correction_request_comes_back_unchanged),
        cmocka_unit_test(a_drop_names_who_has_the_cash_now),
        cmocka_unit_test(skips_notices_and_readings_come_back_unchanged),
        cmocka_unit_test(a_start_may_count),
        cmocka_unit_test(a_changed_pin_travels_sealed),
        cmocka_unit_test(settings_limits_messages_and_the_end_come_back_unchanged),
        cmocka_unit_test(what_is_none_of_these_is_refused),
        cmocka_unit_test(thirteen_kinds_have_a_paper_whose_body_fits_the_qr),
        cmocka_unit_test(texts_name_reasons_and_limits),
        cmocka_unit_test(figures_say_whom_and_how_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
