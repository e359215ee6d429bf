/* Deposits against the bank's lines, and the sheet of a day. */
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank.h"
#include "day.h"
#include "entry_shift.h"
#include "explain.h"
#include "files.h"
#include "text.h"
#include "when.h"

#define ZONE "CST-8"
#define LINES "bank,date,amount,reference,slip,text\n"

static struct device device;
static char reason[STORE_REASON_MAX];

static void bring(const char *slip, int64_t amount_minor, int64_t expected_minor)
{
    struct entry e = {0};
    struct body_deposit deposit = {.bank = "ABC1",
                                   .amount_minor = amount_minor,
                                   .expected_minor = expected_minor,
                                   .source = CASH_HELD};
    text_copy(deposit.slip, sizeof(deposit.slip), slip);
    assert_int_equal(entry_write_deposit(&e, &deposit), TILL_OK);
    device_append(&device, &e);
}

static void begin(void)
{
    device_begin(&device, "0031");
    (void)office_import("user,name,role,pin\n2001,班长,supervisor,481516\n");
}

static void end(void)
{
    office_assert_sound();
    device_end(&device);
}

static struct bank_outcome match(void)
{
    struct bank_outcome outcome;
    assert_int_equal(bank_match(office.store, ZONE, BANK_TOLERANCE_DAYS, OFFICE_NOW_S, &outcome),
                     TILL_OK);
    return outcome;
}

static struct store_bank_line line_of(const char *reference)
{
    struct store_bank_line line;
    assert_int_equal(store_bank_get(office.store, "ABC1", reference, &line), TILL_OK);
    return line;
}

/* ---- import ---------------------------------------------------------------------------------- */

static void the_same_file_again_changes_nothing(void **state)
{
    static const char file[] = LINES "ABC1,2026-11-22,150.00,R1,S1,cash\n"
                                     "ABC1,2026-11-22,20.00,,,two alike\n"
                                     "ABC1,2026-11-22,20.00,,,two alike\n";
    (void)state;
    struct import_report first = office_import(file);
    assert_int_equal(first.added, 3);
    struct import_report again = office_import(file);
    assert_int_equal(again.added, 0);
    assert_int_equal(again.unchanged, 3);
    again = office_import(file);
    assert_int_equal(again.unchanged, 3);
}

static void a_third_alike_is_one_line_more(void **state)
{
    (void)state;
    assert_int_equal(
        office_import(LINES "ABC1,20261122,20.00,,,x\nABC1,20261122,20.00,,,x\n").added, 2);
    struct import_report more = office_import(
        LINES "ABC1,20261122,20.00,,,x\nABC1,20261122,20.00,,,x\nABC1,20261122,20.00,,,x\n");
    assert_int_equal(more.added, 1);
    assert_int_equal(more.unchanged, 2);
}

static void a_number_with_another_content_is_set_aside(void **state)
{
    (void)state;
    (void)office_import(LINES "ABC1,20261122,20.00,R1,,x\n");
    struct import_report report = office_import(LINES "ABC1,20261122,20.01,R1,,x\n");
    assert_int_equal(report.bad, 1);
    assert_int_equal(office_bad_line, 2);
    assert_string_equal(office_bad_reason, "the bank's number is there with another content");
    assert_int_equal(line_of("R1").amount_minor, 2000);
}

static void bad_rows_are_named_and_good_ones_go_in(void **state)
{
    (void)state;
    struct import_report report = office_import(LINES "ABC1,20261122,20.00,R1,,x\n"
                                                      "ABC1,20261399,20.00,R2,,x\n"
                                                      "a b,20261122,20.00,R3,,x\n"
                                                      "ABC1,20261122,none,R4,,x\n"
                                                      "ABC1,20261122,30.00,R5,,x\n");
    assert_int_equal(report.added, 2);
    assert_int_equal(report.bad, 3);
}

/* Two layouts as banks have them: a deposit file in UTF-8, and a statement in GB18030 with tabs,
 * grouped amounts, a remark and outgoing lines. 摘要 存入 支取 in GB18030. */
#define GB_DATE "\xbd\xbb\xd2\xd7\xc8\xd5\xc6\xda"
#define GB_AMOUNT "\xbd\xf0\xb6\xee"
#define GB_WAY "\xbd\xe8\xb4\xfb"
#define GB_NUMBER "\xc1\xf7\xcb\xae\xba\xc5"
#define GB_TEXT "\xd5\xaa\xd2\xaa"
#define GB_IN "\xb4\xfb"
#define GB_OUT "\xbd\xe8"

static struct import_report import_mapped(const char *mapping, const char *text)
{
    char path[FILES_PATH_MAX];
    struct import_report report;
    struct import_options options = {.mapping = {(const uint8_t *)mapping, strlen(mapping)}};
    office_path("statement.txt", path);
    assert_int_equal(files_write(path, (struct span){(const uint8_t *)text, strlen(text)}),
                     TILL_OK);
    assert_int_equal(
        import_file_with(office.store, office.dir, path, &options, OFFICE_NOW_S, &report), TILL_OK);
    return report;
}

static void a_statement_in_gb18030_and_a_deposit_file_in_utf8_come_in_by_mappings(void **state)
{
    static const char statement[] =
        GB_DATE "\t" GB_WAY "\t" GB_AMOUNT "\t" GB_NUMBER "\t" GB_TEXT "\n"
                "2026/11/22\t" GB_IN "\t1,150.00\t8800123\t\xcf\xd6\xbd\xf0 20261122001\n"
                "2026/11/22\t" GB_OUT "\t30.00\t8800124\tfee\n";
    static const char statement_map[] = "[file]\ntable = bank_lines\nencoding = gb18030\n"
                                        "delimiter = tab\namounts = grouped\n[columns]\n"
                                        "date = 交易日期\namount = 金额\nreference = 流水号\n"
                                        "text = 摘要\ndirection = 借贷\n[fixed]\nbank = ABC1\n"
                                        "[values direction]\n贷 = in\n借 = out\n";
    static const char deposits[] = "网点,凭证号,缴款日,金额(分)\n"
                                   "城南,20261122002,22.11.2026,15000\n";
    static const char deposits_map[] = "[file]\ntable = bank_lines\namounts = minor\ndates = dmy\n"
                                       "[columns]\nslip = 凭证号\ndate = 缴款日\n"
                                       "amount = 金额(分)\ntext = 网点\n[fixed]\nbank = ICBC2\n";
    struct store_bank_line line;
    (void)state;
    assert_int_equal(import_mapped(statement_map, statement).added, 2);
    assert_int_equal(import_mapped(statement_map, statement).unchanged, 2);
    assert_int_equal(line_of("8800123").amount_minor, 115000);
    assert_string_equal(line_of("8800123").text, "现金 20261122001");
    assert_int_equal(line_of("8800124").amount_minor, -3000);
    assert_int_equal(import_mapped(deposits_map, deposits).added, 1);
    assert_int_equal(import_mapped(deposits_map, deposits).unchanged, 1);
    assert_int_equal(store_bank_next(office.store, "ABC1", "~", &line), TILL_OK);
    assert_string_equal(line.bank, "ICBC2");
    assert_int_equal(line.amount_minor, 15000);
    assert_int_equal(line.date, 20261122);
    assert_string_equal(line.slip, "20261122002");
}

/* 借方 and 贷方 in two columns, and a total below. */
static void what_came_in_and_went_out_may_stand_in_two_columns(void **state)
{
    static const char statement[] = "交易日期,借方发生额,贷方发生额,余额,凭证号,流水号\n"
                                    "2026-11-22,,\"1,540.77\",88000.10,20261015007,A001\n"
                                    "2026-11-22,30.00,0.00,87970.10,,A002\n"
                                    "2026-11-22,30.00,1.00,87970.10,,A003\n"
                                    "合计,30.00,1540.77,,,\n"
                                    "合计：2 笔\n";
    static const char map[] = "[file]\ntable = bank_lines\namounts = grouped\n[columns]\n"
                              "date = 交易日期\namount = 贷方发生额\namount_out = 借方发生额\n"
                              "reference = 流水号\nslip = 凭证号\n[fixed]\nbank = ABC1\n"
                              "[skip]\ndate = 合计*\n";
    (void)state;
    struct import_report report = import_mapped(map, statement);
    assert_int_equal(report.added, 2);
    assert_int_equal(report.bad, 1); /* both */
    assert_int_equal(report.skipped, 2);
    assert_int_equal(line_of("A001").amount_minor, 154077);
    assert_int_equal(line_of("A002").amount_minor, -3000);
}

static void a_bank_that_the_site_does_not_have_is_named(void **state)
{
    (void)state;
    (void)office_import("key,value\nbank.ABC1,农业银行;622\n");
    struct import_report report = office_import(LINES "ABC1,20261122,5.00,R1,,\n"
                                                      "NOBANK,20261122,5.00,R2,,\n");
    assert_int_equal(report.added, 1);
    assert_int_equal(report.bad, 1);
    assert_int_equal(office_bad_line, 3);
    assert_string_equal(office_bad_reason,
                        "the site has no bank account of that short name (bank.NAME)");
}

/* ---- matching -------------------------------------------------------------------------------- */

static void slip_and_amount_are_surest(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    bring("20261122002", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,150.00,R1,20261122002,\n"
                              "ABC1,20261122,150.00,R2,20261122001,\n");
    struct bank_outcome outcome = match();
    assert_int_equal(outcome.matched[BANK_EXACT], 2);
    assert_int_equal(outcome.open_lines + outcome.open_deposits, 0);
    assert_int_equal(line_of("R1").seq, device.count);
    assert_int_equal(line_of("R2").seq, device.count - 1);
    outcome = match();
    assert_int_equal(outcome.matched[BANK_EXACT], 0);
    end();
}

static struct custody_view only_of(enum custody_list list)
{
    struct custody_view view = {.row = {.seq = 0}};
    assert_int_equal(custody_step(office.store, list, CUSTODY_WAITING, &view), TILL_OK);
    return view;
}

static void join(const char *reference, uint64_t seq)
{
    assert_int_equal(
        bank_join(office.store, "ABC1", reference, "0031", seq, "2001", OFFICE_NOW_S, reason),
        TILL_OK);
}

static void part(const char *reference)
{
    assert_int_equal(bank_part(office.store, "ABC1", reference, "2001", OFFICE_NOW_S, reason),
                     TILL_OK);
}

static void drop(const char *slip, int64_t amount_minor)
{
    struct entry e = {0};
    struct body_cash_drop body = {.amount_minor = amount_minor, .to = 2};
    text_copy(body.receiver, sizeof(body.receiver), slip);
    assert_int_equal(entry_write_cash_drop(&e, &body), TILL_OK);
    device_append(&device, &e);
}

static void a_slip_with_another_amount_is_matched_and_its_gap_stays_open(void **state)
{
    (void)state;
    struct explain_wanted wanted = {.terminal = "0031",
                                    .owner = "1001",
                                    .reason = VARIANCE_LOST,
                                    .slip = "",
                                    .text = "",
                                    .by = "2001"};
    struct store_explained e;
    int64_t open_minor = 0;
    char owner[USER_MAX];
    begin();
    bring("20261122001", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,140.00,R1,20261122001,\n");
    struct bank_outcome outcome = match();
    assert_int_equal(outcome.matched[BANK_BY_SLIP], 1);
    assert_int_equal(outcome.open_differences, 1);
    assert_int_equal(line_of("R1").match, BANK_BY_SLIP);
    assert_int_equal(office_balance("bank/ABC1"), 14000);
    assert_int_equal(office_balance("variance/0031/1001"), 1000);
    struct store_bank_line line = line_of("R1");
    assert_int_equal(bank_open_minor(office.store, &line, &open_minor, owner), TILL_OK);
    assert_int_equal(open_minor, 1000);
    assert_string_equal(owner, "1001");
    assert_int_equal(only_of(CUSTODY_DEPOSITS).state, CUSTODY_OPEN);
    assert_string_equal(only_of(CUSTODY_DEPOSITS).line.reference, "R1");
    assert_int_equal(only_of(CUSTODY_VARIANCES).open_minor, 1000);
    assert_int_equal(match().open_differences, 1);
    wanted.seq = device.count;
    assert_int_equal(explain_difference(office.store, &wanted, OFFICE_NOW_S, &e, reason), TILL_OK);
    assert_int_equal(office_balance("variance/0031/1001"), 0);
    assert_int_equal(office_balance("overshort/1001"), 1000);
    assert_int_equal(match().open_differences, 0);
    end();
}

static void what_the_bank_has_more_is_open_too(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,150.50,R1,20261122001,\n");
    assert_int_equal(match().open_differences, 1);
    assert_int_equal(office_balance("bank/ABC1"), 15050);
    assert_int_equal(only_of(CUSTODY_VARIANCES).open_minor, -50);
    end();
}

/* The money of a drop is in transit until the bank's line is there, and again if it is not it. */
static void cash_that_was_dropped_reaches_the_bank_with_its_line(void **state)
{
    (void)state;
    begin();
    drop("88120001", 4000);
    (void)device_hand_in(&device);
    assert_int_equal(office_balance("transit/bank/88120001"), 4000);
    (void)office_import(LINES "ABC1,20261122,40.00,R1,88120001,\n");
    assert_int_equal(match().matched[BANK_EXACT], 1);
    assert_int_equal(office_balance("transit/bank/88120001"), 0);
    assert_int_equal(office_balance("bank/ABC1"), 4000);
    office_assert_sound();
    part("R1");
    assert_int_equal(office_balance("transit/bank/88120001"), 4000);
    assert_int_equal(office_balance("bank/ABC1"), 0);
    office_assert_sound();
    join("R1", device.count);
    assert_int_equal(office_balance("transit/bank/88120001"), 0);
    assert_int_equal(office_balance("bank/ABC1"), 4000);
    end();
}

static void a_line_of_another_account_moves_the_money_there(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "XYZ9,20261122,150.00,R1,20261122001,\n");
    assert_int_equal(
        bank_join(office.store, "XYZ9", "R1", "0031", device.count, "2001", OFFICE_NOW_S, reason),
        TILL_OK);
    assert_int_equal(office_balance("bank/ABC1"), 0);
    assert_int_equal(office_balance("bank/XYZ9"), 15000);
    end();
}

/* Of before the ledger followed: the next run posts it, once. */
static void what_was_matched_before_is_posted_by_the_next_run(void **state)
{
    char sql[128];
    (void)state;
    begin();
    drop("88120001", 4000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,40.00,R1,88120001,\n");
    (void)snprintf(sql, sizeof(sql), "UPDATE bank_line SET match = 1, terminal = '0031', seq = %u",
                   (unsigned)device.count);
    office_tamper(sql);
    office_assert_sound();
    (void)match();
    (void)match();
    assert_int_equal(office_balance("bank/ABC1"), 4000);
    end();
}

static void a_line_that_was_altered_behind_the_ledger_is_found(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,140.00,R1,20261122001,\n");
    (void)match();
    office_assert_sound();
    office_tamper("UPDATE bank_line SET amount_minor = 15000");
    office_assert_wrong("the ledger does not say what the bank does");
    device_end(&device);
}

static void two_numbers_that_differ_are_not_matched_by_amount(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,150.00,R1,99999999,somebody else's\n");
    struct bank_outcome outcome = match();
    assert_int_equal(outcome.matched[BANK_BY_AMOUNT], 0);
    assert_int_equal(outcome.open_lines, 1);
    assert_int_equal(outcome.open_deposits, 1);
    end();
}

static void what_was_taken_apart_stays_so(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,150.00,R1,20261122001,\n");
    assert_int_equal(match().matched[BANK_EXACT], 1);
    part("R1");
    assert_int_equal(match().matched[BANK_EXACT], 0);
    assert_int_equal(line_of("R1").match, BANK_OPEN);
    /* Another line of it is. */
    (void)office_import(LINES "ABC1,20261122,150.00,R2,20261122001,\n");
    assert_int_equal(match().matched[BANK_EXACT], 1);
    assert_int_equal(line_of("R2").match, BANK_EXACT);
    part("R2");
    join("R1", device.count);
    assert_int_equal(line_of("R1").match, BANK_BY_HAND);
    end();
}

static void only_the_office_joins_and_parts(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,150.00,R1,,\n");
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n");
    struct store *s = office.store;
    uint64_t seq = device.count;
    assert_int_equal(bank_join(s, "ABC1", "R1", "0031", seq, "nobody1", 1, reason), TILL_REFUSED);
    assert_string_equal(reason, "only a user with the role office may do that");
    assert_int_equal(bank_join(s, "ABC1", "R1", "0031", seq, "1001", 1, reason), TILL_REFUSED);
    assert_int_equal(bank_join(s, "ABC1", "R1", "0031", seq, "4001", 1, reason), TILL_OK);
    assert_int_equal(bank_part(s, "ABC1", "R1", NULL, 1, reason), TILL_REFUSED);
    assert_string_equal(reason, "say who of the office decides: --by USER");
    assert_int_equal(bank_part(s, "ABC1", "R1", "1001", 1, reason), TILL_REFUSED);
    assert_int_equal(bank_part(s, "ABC1", "R1", "4001", 1, reason), TILL_OK);
    end();
}

static void a_slip_within_the_banks_text_is_found(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    bring("1", 700, 700);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261130,150.00,R1,,cash 20261122001 counter 3\n"
                              "ABC1,20261130,7.00,R2,,counter 1\n");
    struct bank_outcome outcome = match();
    assert_int_equal(outcome.matched[BANK_BY_TEXT], 1);
    /* A short number stands in many texts, and that day is too far. */
    assert_int_equal(outcome.open_lines, 1);
    end();
}

static void the_only_one_of_an_amount_within_the_days_is_it(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    bring("20261122002", 20000, 20000);
    bring("20261122003", 20000, 20000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261125,150.00,R1,,\n"
                              "ABC1,20261122,200.00,R2,,\n"
                              "ABC1,20261126,99.00,R3,,\n");
    struct bank_outcome outcome = match();
    assert_int_equal(outcome.matched[BANK_BY_AMOUNT], 1);
    assert_int_equal(line_of("R1").match, BANK_BY_AMOUNT);
    assert_int_equal(line_of("R2").match, BANK_OPEN); /* which of the two? */
    assert_int_equal(outcome.open_lines, 2);
    assert_int_equal(outcome.open_deposits, 2);
    end();
}

static void one_line_for_two_deposits_is_left_to_people(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,150.00,R1,,\nABC1,20261123,150.00,R2,,\n");
    assert_int_equal(match().matched[BANK_BY_AMOUNT], 0);
    end();
}

static void people_match_by_hand_and_take_apart(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    bring("20261122002", 16000, 16000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20270122,150.00,R1,,\nABC1,20270122,1.00,R2,,\n");
    uint64_t seq = device.count - 1;
    struct store *s = office.store;
    assert_int_equal(bank_join(s, "ABC1", "R9", "0031", seq, "2001", 1, reason), TILL_NOT_FOUND);
    assert_int_equal(bank_join(s, "ABC1", "R1", "0031", 1, "2001", 1, reason), TILL_NOT_FOUND);
    assert_int_equal(bank_join(s, "ABC1", "R1", "0031", seq, "", 1, reason), TILL_BAD_INPUT);
    assert_int_equal(bank_join(s, "ABC1", "R1", "0031", seq, "2001", 1, reason), TILL_OK);
    assert_int_equal(bank_join(s, "ABC1", "R1", "0031", seq, "2001", 1, reason), TILL_UNCHANGED);
    assert_int_equal(bank_join(s, "ABC1", "R2", "0031", seq, "2001", 1, reason), TILL_REFUSED);
    assert_int_equal(bank_join(s, "ABC1", "R1", "0031", seq + 1, "2001", 1, reason), TILL_REFUSED);
    assert_string_equal(line_of("R1").matched_by, "2001");
    assert_int_equal(bank_part(s, "ABC1", "R1", NULL, 1, reason), TILL_OK);
    assert_int_equal(bank_part(s, "ABC1", "R1", NULL, 1, reason), TILL_UNCHANGED);
    assert_int_equal(line_of("R1").match, BANK_OPEN);
    end();
}

/* ---- the sheet ------------------------------------------------------------------------------- */

static unsigned seen[DAY_PARTS];
static int32_t oldest;

static enum till_status note(void *context, const struct day_row *row)
{
    (void)context;
    seen[row->part]++;
    oldest = row->age_days > oldest ? row->age_days : oldest;
    return TILL_OK;
}

static struct day_sums walk(int32_t date)
{
    struct day_sums sums;
    memset(seen, 0, sizeof(seen));
    oldest = 0;
    assert_int_equal(day_walk(office.store, ZONE, date, note, NULL, &sums), TILL_OK);
    return sums;
}

static void a_day_is_told_three_ways(void **state)
{
    struct entry e = {0};
    struct body_shift_closed closed = {
        .z = 1, .shift = 1, .expected_minor = 10000, .counted_minor = 9950};
    (void)state;
    begin();
    assert_int_equal(entry_write_shift_closed(&e, &closed), TILL_OK);
    device_append(&device, &e);
    bring("20261122001", 9000, 9950);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,90.00,R1,20261122001,\n"
                              "ABC1,20261122,77.00,R2,,whose?\n");
    (void)match();
    int32_t date = when_date(ZONE, device.at_s);
    struct day_sums sums = walk(date);
    assert_int_equal(sums.expected_minor, 10000);
    assert_int_equal(sums.counted_minor, 9950);
    assert_int_equal(sums.deposited_minor, 9000);
    assert_int_equal(sums.bank_minor, 9000);
    assert_int_equal(sums.variance_minor, 950);
    assert_int_equal(sums.unknown_minor, 7700);
    assert_int_equal(seen[DAY_CLOSES], 1);
    assert_int_equal(seen[DAY_DEPOSITS], 1);
    assert_int_equal(seen[DAY_VARIANCES], 1);
    assert_int_equal(seen[DAY_BANK], 1);
    /* Two days later only what is open is left, by its age. */
    sums = walk(date + 2);
    assert_int_equal(sums.expected_minor, 0);
    assert_int_equal(seen[DAY_CLOSES] + seen[DAY_DEPOSITS], 0);
    assert_int_equal(seen[DAY_VARIANCES], 1);
    assert_int_equal(oldest, 2);
    sums = walk(date - 1);
    assert_int_equal(sums.variance_minor, 0);
    assert_int_equal(seen[DAY_BANK], 0);
    end();
}

static void a_gap_at_the_bank_stands_on_every_later_sheet(void **state)
{
    (void)state;
    begin();
    bring("20261122001", 15000, 15000);
    (void)device_hand_in(&device);
    (void)office_import(LINES "ABC1,20261122,140.00,R1,20261122001,\n");
    (void)match();
    struct day_sums sums = walk(when_date(ZONE, device.at_s) + 5);
    assert_int_equal(sums.variance_minor, 1000);
    assert_int_equal(seen[DAY_DEPOSITS], 1);
    assert_int_equal(seen[DAY_VARIANCES], 1);
    assert_int_equal(oldest, 5);
    end();
}

static void a_day_has_what_was_put_into_bags_and_paid_out(void **state)
{
    struct body_cash_move in = {.amount_minor = 2000, .reason = CASH_CHANGE, .approver = "2001"};
    struct body_cash_move out = {.amount_minor = 500, .reason = CASH_EXPENSE, .approver = "1001"};
    struct custody_view view = {.row = {.seq = 0}};
    struct entry e = {0}, other = {0};
    (void)state;
    begin();
    assert_int_equal(entry_write_cash_move(&e, KIND_CASH_IN, &in), TILL_OK);
    device_append(&device, &e);
    assert_int_equal(entry_write_cash_move(&other, KIND_CASH_OUT, &out), TILL_OK);
    device_append(&device, &other);
    (void)device_hand_in(&device);
    int32_t date = when_date(ZONE, device.at_s);
    struct day_sums sums = walk(date);
    assert_int_equal(seen[DAY_MOVES], 2);
    assert_int_equal(sums.paid_in_minor, 2000);
    assert_int_equal(sums.paid_out_minor, 500);
    assert_int_equal(custody_step(office.store, CUSTODY_MOVES, CUSTODY_ALL, &view), TILL_OK);
    assert_string_equal(view.row.other, "2001");
    assert_int_equal(view.row.reason, CASH_CHANGE);
    (void)walk(date + 1);
    assert_int_equal(seen[DAY_MOVES], 0);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(the_same_file_again_changes_nothing),
        OFFICE_TEST(a_third_alike_is_one_line_more),
        OFFICE_TEST(a_number_with_another_content_is_set_aside),
        OFFICE_TEST(bad_rows_are_named_and_good_ones_go_in),
        OFFICE_TEST(a_statement_in_gb18030_and_a_deposit_file_in_utf8_come_in_by_mappings),
        OFFICE_TEST(what_came_in_and_went_out_may_stand_in_two_columns),
        OFFICE_TEST(a_bank_that_the_site_does_not_have_is_named),
        OFFICE_TEST(slip_and_amount_are_surest),
        OFFICE_TEST(a_slip_with_another_amount_is_matched_and_its_gap_stays_open),
        OFFICE_TEST(what_the_bank_has_more_is_open_too),
        OFFICE_TEST(cash_that_was_dropped_reaches_the_bank_with_its_line),
        OFFICE_TEST(a_line_of_another_account_moves_the_money_there),
        OFFICE_TEST(what_was_matched_before_is_posted_by_the_next_run),
        OFFICE_TEST(a_line_that_was_altered_behind_the_ledger_is_found),
        OFFICE_TEST(two_numbers_that_differ_are_not_matched_by_amount),
        OFFICE_TEST(what_was_taken_apart_stays_so),
        OFFICE_TEST(only_the_office_joins_and_parts),
        OFFICE_TEST(a_slip_within_the_banks_text_is_found),
        OFFICE_TEST(the_only_one_of_an_amount_within_the_days_is_it),
        OFFICE_TEST(one_line_for_two_deposits_is_left_to_people),
        OFFICE_TEST(people_match_by_hand_and_take_apart),
        OFFICE_TEST(a_day_is_told_three_ways),
        OFFICE_TEST(a_gap_at_the_bank_stands_on_every_later_sheet),
        OFFICE_TEST(a_day_has_what_was_put_into_bags_and_paid_out),
    };
    return office_run("host_bank", tests, sizeof(tests) / sizeof(tests[0]));
}
