/* The reports: takings and exceptions out of a journal, as the shift's own sums and the fold have
 * them; read on, and made anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "report_story.h"
#include "shift_sums.h"

#define REPORT_PATH "/report.db"
enum { ROWS = 64, DAY = 20261122, FOREVER = 99991231 };

static struct report_story s;
static struct report *r;
static struct book *book;

enum { TURNS = 60, RECEIPTS_MAX = 64, SHIFTS = 6 };

/* Payments of the open shifts that may still be undone. */
static struct {
    uint64_t seq;
    char user[USER_MAX];
} open_ones[RECEIPTS_MAX];
static size_t open_count;

static int begin(void **state)
{
    (void)state;
    cut_vfs_create(1, 512);
    report_story_begin(&s, CUT_VFS, "/journal.db");
    report_story_person(&s, KIND_LOGIN, "1001");
    report_story_shift(&s, DAY, 20000);
    book = NULL;
    open_count = 0;
    return report_open(REPORT_PATH, CUT_VFS, &r) == TILL_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    report_close(r);
    r = NULL;
    book_close(book);
    report_story_end(&s);
    return 0;
}

static void read_all(void)
{
    assert_int_equal(report_story_read(&s, r, book), TILL_OK);
    assert_int_equal(report_seq(r), journal_fold(s.journal)->seq);
}

static struct report_row rows[ROWS];
static struct report_row sum;

static size_t ask(enum report_by by, const char *user)
{
    struct report_question q = {.by = by, .from = 0, .to = FOREVER};
    size_t count = 0, total = 0;
    snprintf(q.user, sizeof q.user, "%s", user);
    assert_int_equal(report_takings(r, &q, 0, rows, ROWS, &count, &total, &sum), TILL_OK);
    assert_int_equal(count, total);
    return count;
}

static struct report_exception found[ROWS];

static size_t exceptions(uint32_t kinds, const char *user)
{
    size_t count = 0, total = 0;
    assert_int_equal(report_exceptions(r, 0, FOREVER, kinds, user, 0, found, ROWS, &count, &total),
                     TILL_OK);
    assert_int_equal(count, total);
    return count;
}

static size_t of_kind(enum report_exception_kind kind)
{
    return exceptions(UINT32_C(1) << kind, "");
}

/* ---- takings --------------------------------------------------------------------------------- */

static void a_receipt_stands_in_its_day_tender_and_type(void **state)
{
    struct report_story_payment p = {.account = "6100000001", .count = 2, .over_minor = 300};
    (void)state;
    p.lines[0] = (struct allocation_line){
        .month = 202609, .type = 1, .amount_minor = 5000, .late_fee_minor = 50};
    p.lines[1] = (struct allocation_line){.month = 202610, .type = 2, .amount_minor = 700};
    p.tender = TENDER_QR;
    p.other_minor = 1000;
    report_story_pay(&s, &p);
    read_all();
    assert_int_equal(ask(REPORT_BY_DAY, ""), 1);
    assert_int_equal(rows[0].number, DAY);
    assert_int_equal(rows[0].receipts, 1);
    assert_int_equal(rows[0].amount_minor, 6050);
    assert_int_equal(rows[0].late_fee_minor, 50);
    assert_int_equal(rows[0].advance_minor, 300);
    assert_int_equal(ask(REPORT_BY_TENDER, ""), 2);
    assert_int_equal(rows[0].number, TENDER_CASH);
    assert_int_equal(rows[0].amount_minor, 5050);
    assert_int_equal(rows[1].amount_minor, 1000);
    assert_int_equal(ask(REPORT_BY_TYPE, ""), 4);
    assert_int_equal(rows[0].number, 1);
    assert_int_equal(rows[0].amount_minor, 5000);
    assert_int_equal(rows[3].number, REPORT_TYPE_FEE);
    assert_int_equal(sum.receipts, 1);
    assert_int_equal(sum.amount_minor, 6050);
}

static void a_reversal_takes_off_the_very_lines(void **state)
{
    struct report_story_payment p = {.account = "6100000001", .count = 2};
    (void)state;
    p.lines[0] = (struct allocation_line){
        .month = 202609, .type = 1, .amount_minor = 5000, .late_fee_minor = 50};
    p.lines[1] = (struct allocation_line){.month = 202610, .type = 2, .amount_minor = 700};
    report_story_cash(&s, "6100000002", 900);
    report_story_undo(&s, report_story_pay(&s, &p));
    read_all();
    assert_int_equal(ask(REPORT_BY_TYPE, ""), 3);
    assert_int_equal(rows[0].amount_minor, 900);
    assert_int_equal(rows[0].reversed_minor, 5000);
    assert_int_equal(rows[1].amount_minor, 0);
    assert_int_equal(rows[2].amount_minor, 0);
    assert_int_equal(sum.receipts, 2);
    assert_int_equal(sum.reversals, 1);
    assert_int_equal(sum.reversed_minor, 5750);
    assert_int_equal(sum.amount_minor, 900);
    assert_int_equal(sum.late_fee_minor, 0);
}

static void two_bills_of_a_type_are_one_receipt_of_it(void **state)
{
    struct report_story_payment p = {.account = "6100000001", .count = 2};
    (void)state;
    p.lines[0] = (struct allocation_line){.month = 202609, .type = 1, .amount_minor = 5000};
    p.lines[1] = (struct allocation_line){.month = 202610, .type = 1, .amount_minor = 700};
    report_story_pay(&s, &p);
    read_all();
    assert_int_equal(ask(REPORT_BY_TYPE, ""), 1);
    assert_int_equal(rows[0].receipts, 1);
    assert_int_equal(rows[0].amount_minor, 5700);
}

static void training_is_left_out(void **state)
{
    struct report_story_payment p = {.account = "6100000001", .count = 1, .training = true};
    (void)state;
    p.lines[0] = (struct allocation_line){.month = 202610, .type = 1, .amount_minor = 5000};
    uint64_t seq = report_story_pay(&s, &p);
    struct entry e = {0};
    struct body_print print = {.seq = seq, .copy = 1};
    assert_int_equal(entry_write_print(&e, KIND_DUPLICATE, &print), TILL_OK);
    report_story_append(&s, &e, true);
    read_all();
    assert_int_equal(ask(REPORT_BY_DAY, ""), 0);
    assert_int_equal(sum.receipts, 0);
    assert_int_equal(exceptions(0, ""), 0);
}

static void a_question_that_is_none_is_refused(void **state)
{
    struct report_question q = {.by = REPORT_BY_COUNT, .to = FOREVER};
    size_t count = 1, total = 1;
    (void)state;
    assert_int_equal(report_takings(r, &q, 0, rows, ROWS, &count, &total, NULL), TILL_BAD_INPUT);
    assert_int_equal(count, 0);
    q = (struct report_question){.by = REPORT_BY_DAY, .from = 20261123, .to = 20261122};
    assert_int_equal(report_takings(r, &q, 0, rows, ROWS, &count, &total, NULL), TILL_BAD_INPUT);
}

static void somebody_who_never_worked_has_no_rows(void **state)
{
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    read_all();
    assert_int_equal(ask(REPORT_BY_DAY, "1777"), 0);
    assert_int_equal(sum.amount_minor, 0);
    assert_int_equal(ask(REPORT_BY_DAY, "1001"), 1);
    assert_int_equal(sum.amount_minor, 900);
}

/* ---- exceptions ------------------------------------------------------------------------------ */

static void a_reversal_and_a_duplicate_are_exceptions_of_who_made_them(void **state)
{
    (void)state;
    uint64_t first = report_story_cash(&s, "6100000001", 900);
    uint64_t second = report_story_cash(&s, "6100000002", 500);
    uint64_t copy = report_story_print(&s, KIND_DUPLICATE, second, 1);
    uint64_t undone = report_story_undo(&s, first);
    read_all();
    assert_int_equal(exceptions(0, "1001"), 2);
    assert_int_equal(exceptions(UINT32_C(1) << REPORT_DUPLICATE, "1001"), 1);
    assert_int_equal(exceptions(0, "1002"), 0);
    assert_int_equal(of_kind(REPORT_REVERSAL), 1);
    assert_int_equal(found[0].seq, undone);
    assert_int_equal(found[0].about, first);
    assert_int_equal(found[0].amount_minor, 900);
    assert_string_equal(found[0].account, "6100000001");
    assert_int_equal(found[0].date, DAY);
    assert_int_equal(of_kind(REPORT_DUPLICATE), 1);
    assert_int_equal(found[0].seq, copy);
    assert_int_equal(found[0].about, second);
    assert_int_equal(found[0].amount_minor, 500);
    assert_string_equal(found[0].user, "1001");
}

/* ---- against the shift's own sums ------------------------------------------------------------ */

static uint64_t chance = 1;

static uint64_t draw(uint64_t below)
{
    chance = chance * 6364136223846793005U + 1442695040888963407U;
    return (chance >> 33) % below;
}

static void pay_anything(const char *user)
{
    static const int tenders[] = {TENDER_CASH, TENDER_CASH, TENDER_QR, TENDER_CARD};
    struct report_story_payment p = {.tender = tenders[draw(4)]};
    char account[ACCOUNT_MAX];
    report_story_account((uint32_t)draw(40), account);
    p.account = account;
    p.training = draw(12) == 0;
    p.kind = draw(6) == 0 ? KIND_ADVANCE : KIND_COLLECTION;
    p.count = p.kind == KIND_ADVANCE ? 0 : 1 + draw(4);
    p.over_minor = p.kind == KIND_ADVANCE ? 2000 : (int64_t)(draw(3) * 55);
    for (size_t i = 0; i < p.count; i++) {
        p.lines[i].month = (int32_t)(202601 + draw(10));
        p.lines[i].type = (int16_t)(1 + draw(3));
        p.lines[i].amount_minor = (int64_t)(1 + draw(9000));
        p.lines[i].late_fee_minor = (int64_t)(draw(2) * draw(90));
    }
    if (p.tender != TENDER_CASH && p.over_minor == 0 && draw(2) == 0)
        p.other_minor = 1 + (int64_t)draw((uint64_t)p.lines[0].amount_minor);
    if (p.other_minor != 0 && p.count == 1 && p.lines[0].late_fee_minor == 0 &&
        p.other_minor >= p.lines[0].amount_minor)
        p.other_minor = 0;
    uint64_t seq = report_story_pay(&s, &p);
    if (!p.training && open_count < RECEIPTS_MAX) {
        open_ones[open_count].seq = seq;
        snprintf(open_ones[open_count++].user, USER_MAX, "%s", user);
    }
}

static void undo_one_of(const char *user)
{
    for (size_t i = 0; i < open_count; i++) {
        if (strcmp(open_ones[i].user, user) != 0)
            continue;
        report_story_undo(&s, open_ones[i].seq);
        open_ones[i] = open_ones[--open_count];
        return;
    }
}

static void forget_of(const char *user)
{
    for (size_t i = open_count; i-- > 0;)
        if (strcmp(open_ones[i].user, user) == 0)
            open_ones[i] = open_ones[--open_count];
}

static int32_t day_after(int32_t date)
{
    return date % 100 < 28 ? date + 1 : date - 27 + (date / 100 % 100 < 12 ? 100 : 8900);
}

/* Two users in turn; each opens a shift on a date of its own whenever none is open. */
static void live(uint64_t seed, int32_t *date)
{
    static const char *const users[] = {"1001", "1002"};
    chance = seed;
    for (int turn = 0; turn < TURNS; turn++) {
        const char *user = users[draw(2)];
        report_story_person(&s, KIND_USER_SWITCHED, user);
        if (!fold_current(journal_fold(s.journal))->shift_open)
            *date = day_after(*date);
        if (!fold_current(journal_fold(s.journal))->shift_open)
            report_story_shift(&s, *date, (int64_t)draw(3) * 5000);
        switch (draw(8)) {
        case 0:
            undo_one_of(user);
            break;
        case 1:
            if (draw(3) == 0) {
                report_story_close(&s, (int64_t)draw(2) * 100);
                forget_of(user);
            }
            break;
        default:
            pay_anything(user);
        }
    }
}

/* The lines of a receipt, by the paper that the journal keeps. */
static struct allocation_line paper_lines[BILLS_MAX];

static enum till_status add_up(uint64_t opened, const char *user, struct shift_sums *out)
{
    struct entry e, receipt_entry;
    char text[JOURNAL_RECEIPT_TEXT_MAX];
    assert_int_equal(journal_read(s.journal, opened, &e, NULL), TILL_OK);
    enum till_status status = shift_sums_begin(out, user, &e);
    for (uint64_t seq = opened + 1; status == TILL_OK && seq <= journal_fold(s.journal)->seq;
         seq++) {
        assert_int_equal(journal_read(s.journal, seq, &e, NULL), TILL_OK);
        if (e.kind == KIND_SHIFT_OPENED && out->at_work)
            break;
        uint64_t needs = shift_sums_needs(out, &e);
        struct shift_receipt receipt = {&receipt_entry, paper_lines, 0};
        size_t size = 0;
        if (needs != 0) {
            assert_int_equal(journal_read(s.journal, needs, &receipt_entry, NULL), TILL_OK);
            assert_int_equal(journal_receipt_text(s.journal, needs, text, sizeof text, &size),
                             TILL_OK);
            assert_int_equal(s.paper.lines(NULL, (struct span){(const uint8_t *)text, size},
                                           paper_lines, &receipt.count),
                             TILL_OK);
        }
        status = shift_sums_add(out, &e, needs != 0 ? &receipt : NULL);
    }
    return status;
}

static int64_t value_of(const struct shift_rows *list, int64_t of)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].of == of)
            return list->list[i].value;
    return 0;
}

static void compare_rows(const struct report_question *q, const struct shift_rows *list)
{
    size_t count = 0, total = 0;
    int64_t all_minor = 0;
    assert_int_equal(report_takings(r, q, 0, rows, ROWS, &count, &total, &sum), TILL_OK);
    for (size_t i = 0; i < count; i++) {
        all_minor += rows[i].amount_minor;
        if (rows[i].number >= 0)
            assert_int_equal(rows[i].amount_minor, value_of(list, rows[i].number));
    }
    assert_int_equal(all_minor, sum.amount_minor);
}

static void compare_shift(uint64_t opened, const char *user, int32_t date)
{
    static struct shift_sums sums;
    struct report_question q = {.by = REPORT_BY_TENDER, .from = date, .to = date};
    int64_t taken_minor = 0;
    assert_int_equal(add_up(opened, user, &sums), TILL_OK);
    snprintf(q.user, sizeof q.user, "%s", user);
    compare_rows(&q, &sums.tenders);
    q.by = REPORT_BY_TYPE;
    compare_rows(&q, &sums.types);
    assert_int_equal(shift_sums_taken(&sums, &taken_minor), TILL_OK);
    assert_int_equal(sum.amount_minor, taken_minor);
    assert_int_equal(sum.receipts, sums.receipts);
    assert_int_equal(sum.reversals, sums.reversals);
    assert_int_equal(sum.reversed_minor, sums.reversed_minor);
    assert_int_equal(sum.late_fee_minor, sums.late_fee_minor);
    assert_int_equal(sum.advance_minor, sums.advance_minor);
}

/* Every shift of the journal. */
static void compare_shifts(void)
{
    struct entry e;
    struct body_shift_opened b;
    struct body_login who = {0};
    for (uint64_t seq = 1; seq <= journal_fold(s.journal)->seq; seq++) {
        assert_int_equal(journal_read(s.journal, seq, &e, NULL), TILL_OK);
        if (e.kind == KIND_LOGIN || e.kind == KIND_USER_SWITCHED)
            assert_int_equal(entry_read_login(&e, &who), TILL_OK);
        if (e.kind == KIND_SHIFT_OPENED) {
            assert_int_equal(entry_read_shift_opened(&e, &b), TILL_OK);
            compare_shift(seq, who.user, b.business_date);
        }
    }
}

static void takings_are_those_of_every_shift_and_of_the_fold(void **state)
{
    int32_t date = 20261122;
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        live(seed, &date);
        read_all();
        compare_shifts();
        ask(REPORT_BY_DAY, "");
        assert_int_equal(sum.amount_minor, journal_fold(s.journal)->grand_minor);
    }
}

static char told[2][32768];

static void made_anew_it_answers_the_same_as_read_on(void **state)
{
    int32_t date = 20261122;
    (void)state;
    for (uint64_t seed = 11; seed <= 13; seed++) {
        live(seed, &date);
        read_all();
    }
    report_story_tell(r, told[0], sizeof told[0]);
    report_close(r);
    assert_int_equal(report_open("/another.db", CUT_VFS, &r), TILL_OK);
    assert_int_equal(report_seq(r), 0);
    read_all();
    report_story_tell(r, told[1], sizeof told[1]);
    assert_string_equal(told[0], told[1]);
}

static void opened_again_it_reads_on_from_where_it_was(void **state)
{
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    read_all();
    uint64_t seq = report_seq(r);
    report_close(r);
    assert_int_equal(report_open(REPORT_PATH, CUT_VFS, &r), TILL_OK);
    assert_int_equal(report_seq(r), seq);
    report_story_cash(&s, "6100000002", 50);
    read_all();
    ask(REPORT_BY_DAY, "");
    assert_int_equal(sum.amount_minor, 950);
}

static void where_nothing_is_new_nothing_is_written(void **state)
{
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    read_all();
    cut_vfs_arm(0);
    read_all();
    assert_int_equal(cut_vfs_operations(), 0);
}

static void an_answer_follows_what_is_read(void **state)
{
    (void)state;
    report_story_cash(&s, "6100000001", 900);
    read_all();
    ask(REPORT_BY_DAY, "");
    assert_int_equal(exceptions(0, ""), 0);
    report_story_undo(&s, report_story_cash(&s, "6100000001", 100));
    read_all();
    ask(REPORT_BY_DAY, "");
    assert_int_equal(sum.receipts, 2);
    assert_int_equal(exceptions(0, ""), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(a_receipt_stands_in_its_day_tender_and_type),
        TEST(a_reversal_takes_off_the_very_lines),
        TEST(two_bills_of_a_type_are_one_receipt_of_it),
        TEST(training_is_left_out),
        TEST(a_question_that_is_none_is_refused),
        TEST(somebody_who_never_worked_has_no_rows),
        TEST(a_reversal_and_a_duplicate_are_exceptions_of_who_made_them),
        TEST(takings_are_those_of_every_shift_and_of_the_fold),
        TEST(made_anew_it_answers_the_same_as_read_on),
        TEST(opened_again_it_reads_on_from_where_it_was),
        TEST(where_nothing_is_new_nothing_is_written),
        TEST(an_answer_follows_what_is_read),
    };
    return cmocka_run_group_tests_name("db_report", tests, NULL, NULL);
}
