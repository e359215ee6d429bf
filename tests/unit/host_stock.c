/* Numbered paper: what the office hands out, what terminals tell, and what does not fit. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "entry_stock.h"
#include "stock.h"
#include "store_office.h"
#include "text.h"

enum { DAY_S = 86400 };

static struct device till, other;

#define APPEND(device, type, ...)                                                                  \
    do {                                                                                           \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, __VA_ARGS__), TILL_OK);                           \
        device_append(device, &e_);                                                                \
    } while (0)

static struct stock_wanted wanted(uint64_t first, uint64_t last, const char *to)
{
    return (struct stock_wanted){
        .type = STOCK_RECEIPT, .series = "B", .first = first, .last = last, .to = to, .by = "1002"};
}

static void issue(uint64_t first, uint64_t last, const char *to, enum till_status expected)
{
    struct stock_wanted w = wanted(first, last, to);
    struct store_stock_move m;
    char reason[STORE_REASON_MAX];
    assert_int_equal(stock_issue(office.store, &w, OFFICE_NOW_S, &m, reason), expected);
    assert_int_equal(reason[0] != '\0', expected == TILL_REFUSED);
}

static void transfer(uint64_t first, uint64_t last, const char *to, enum till_status expected)
{
    struct stock_wanted w = wanted(first, last, to);
    struct store_stock_move m;
    char reason[STORE_REASON_MAX];
    assert_int_equal(stock_transfer(office.store, &w, OFFICE_NOW_S, &m, reason), expected);
}

static void bring_back(uint64_t first, uint64_t last, enum till_status expected)
{
    struct stock_wanted w = wanted(first, last, NULL);
    struct store_stock_move m;
    char reason[STORE_REASON_MAX];
    assert_int_equal(stock_return(office.store, &w, OFFICE_NOW_S, &m, reason), expected);
}

static struct stock_number at(uint64_t number)
{
    return (struct stock_number){.type = STOCK_RECEIPT, .series = "B", .number = number};
}

/* "1001:100-149* 1002:150-199": holder and range, * = some terminal took it over. */
static const char *hands(void)
{
    static char text[512];
    struct store_stock_range range = {0};
    size_t used = 0;
    text[0] = '\0';
    while (store_stock_range_next(office.store, &range, &range) == TILL_OK) {
        int size = snprintf(text + used, sizeof(text) - used, "%s%s:%llu-%llu%s",
                            used == 0 ? "" : " ", range.holder, (unsigned long long)range.first,
                            (unsigned long long)range.last, range.taken ? "*" : "");
        used += (size_t)size;
    }
    return text;
}

static struct store_stock_number row(uint64_t number)
{
    struct store_stock_number n;
    struct stock_number name = at(number);
    assert_int_equal(store_stock_number_of(office.store, &name, "", 0, &n), TILL_OK);
    return n;
}

/* ---- what devices tell ----------------------------------------------------------------------- */

static void receive(struct device *d, uint64_t first, uint64_t last, const char *from)
{
    struct body_stock_range b = {
        .type = STOCK_RECEIPT, .series = "B", .first = first, .last = last};
    text_copy(b.other, sizeof(b.other), from);
    APPEND(d, stock_range, KIND_STATIONERY_RECEIVED, &b);
}

static void give_back(struct device *d, uint64_t first, uint64_t last, const char *to)
{
    struct body_stock_range b = {
        .type = STOCK_RECEIPT, .series = "B", .first = first, .last = last};
    text_copy(b.other, sizeof(b.other), to);
    APPEND(d, stock_range, KIND_STATIONERY_RETURNED, &b);
}

/* What the books of a terminal tell; all of it must be such as a book can hold. */
static size_t told_to(const char *terminal, struct book_stock ranges[BOOK_STOCK_MAX])
{
    size_t count = 0;
    assert_int_equal(store_stock_waiting(office.store, terminal, ranges, BOOK_STOCK_MAX, &count),
                     TILL_OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(book_stock_is_valid(&ranges[i]));
    }
    return count;
}

/* A payment and its paper. */
static uint64_t print(struct device *d, uint64_t number)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 1000);
    struct body_stock_used b = {.number = at(number)};
    device_collect(d, &body, 0);
    b.seq = d->count;
    APPEND(d, stock_used, &b);
    return b.seq;
}

static void end_paper(struct device *d, enum entry_kind kind, uint64_t number, uint64_t seq)
{
    struct body_stock_ended b = {.number = at(number), .reason = SPOIL_JAM, .seq = seq};
    b.all_copies = kind == KIND_STATIONERY_VOIDED;
    APPEND(d, stock_ended, kind, &b);
}

static void count(struct device *d, uint64_t next, uint32_t used, uint32_t spoiled, uint32_t unused,
                  int64_t face_minor)
{
    struct body_stock_counted b = {.next = at(next),
                                   .used = used,
                                   .spoiled = spoiled,
                                   .unused = unused,
                                   .face_minor = face_minor};
    APPEND(d, stock_counted, &b);
}

static void begin(void)
{
    device_begin(&till, "0031");
    device_begin(&other, "0032");
}

static void end(void)
{
    office_assert_sound();
    device_end(&till);
    device_end(&other);
}

/* ---- the check ------------------------------------------------------------------------------- */

static struct stock_problem problems[16];
static size_t problem_count;

static void note(void *context, const struct stock_problem *problem)
{
    (void)context;
    assert_true(problem_count < sizeof(problems) / sizeof(problems[0]));
    problems[problem_count++] = *problem;
}

static struct stock_verdict check(void)
{
    struct stock_verdict verdict;
    problem_count = 0;
    assert_int_equal(stock_check(office.store, note, NULL, &verdict), TILL_OK);
    assert_int_equal(verdict.problems, problem_count);
    return verdict;
}

/* ---- the office ------------------------------------------------------------------------------ */

static void what_somebody_holds_is_not_issued_again(void **state)
{
    (void)state;
    issue(100, 199, "1001", TILL_OK);
    issue(199, 250, "1002", TILL_REFUSED);
    issue(100, 199, "1001", TILL_REFUSED);
    issue(50, 300, "1002", TILL_REFUSED);
    issue(200, 299, "1002", TILL_OK);
    assert_string_equal(hands(), "1001:100-199 1002:200-299");
}

static void a_part_goes_to_somebody_else_and_a_part_comes_back(void **state)
{
    (void)state;
    issue(100, 199, "1002", TILL_OK);
    transfer(120, 139, "1001", TILL_OK);
    assert_string_equal(hands(), "1002:100-119 1001:120-139 1002:140-199");
    bring_back(110, 129, TILL_OK);
    assert_string_equal(hands(), "1002:100-109 1001:130-139 1002:140-199");
    bring_back(105, 135, TILL_REFUSED); /* some are in nobody's hands */
    transfer(100, 129, "1001", TILL_REFUSED);
    issue(110, 129, "1001", TILL_OK);
}

static void odd_wishes_are_refused(void **state)
{
    struct stock_wanted w = wanted(100, 199, "1001");
    struct store_stock_move m;
    char reason[STORE_REASON_MAX];
    (void)state;
    issue(0, 9, "1001", TILL_BAD_INPUT);
    issue(9, 8, "1001", TILL_BAD_INPUT);
    issue(1, STOCK_RANGE_MAX + 1, "1001", TILL_BAD_INPUT);
    issue(1, 9, "7777", TILL_REFUSED);
    w.by = "1001"; /* a collector decides nothing */
    assert_int_equal(stock_issue(office.store, &w, OFFICE_NOW_S, &m, reason), TILL_REFUSED);
    w.by = "1002";
    w.terminal = "0099";
    assert_int_equal(stock_issue(office.store, &w, OFFICE_NOW_S, &m, reason), TILL_NOT_FOUND);
    w.terminal = NULL;
    text_copy(w.series, sizeof(w.series), "b'; --");
    assert_int_equal(stock_issue(office.store, &w, OFFICE_NOW_S, &m, reason), TILL_BAD_INPUT);
    assert_string_equal(hands(), "");
}

static void what_is_used_does_not_come_back(void **state)
{
    (void)state;
    begin();
    issue(90, 99, "1001", TILL_OK);
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    (void)print(&till, 100);
    (void)device_hand_in(&till);
    bring_back(90, 199, TILL_REFUSED);
    bring_back(100, 199, TILL_REFUSED);
    bring_back(101, 199, TILL_OK);
    assert_string_equal(hands(), "1001:90-99 1001:100-100*");
    end();
}

/* ---- from the field -------------------------------------------------------------------------- */

static void a_day_with_numbered_paper_fits_together(void **state)
{
    uint64_t jammed;
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    (void)print(&till, 100);
    jammed = print(&till, 101);
    end_paper(&till, KIND_STATIONERY_SPOILED, 101, jammed);
    struct body_stock_used again = {.number = at(102), .seq = jammed};
    APPEND(&till, stock_used, &again);
    count(&till, 103, 2, 1, 97, 2000);
    assert_int_equal(device_hand_in(&till).quarantined, 0);
    assert_string_equal(hands(), "1001:100-199*");
    assert_int_equal(row(101).state, STOCK_SPOILED);
    assert_int_equal(row(102).receipt, jammed);
    assert_string_equal(row(102).account, OFFICE_ACCOUNT);
    assert_int_equal(row(102).face_minor, 1000);
    struct stock_verdict verdict = check();
    assert_int_equal(verdict.problems, 0);
    assert_int_equal(verdict.totals[STOCK_RECEIPT].unused, 97);
    assert_int_equal(verdict.totals[STOCK_RECEIPT].sums.numbers[STOCK_USED], 2);
    assert_int_equal(verdict.totals[STOCK_RECEIPT].sums.numbers[STOCK_SPOILED], 1);
    assert_int_equal(verdict.totals[STOCK_RECEIPT].sums.face_minor[STOCK_USED], 2000);
    assert_int_equal(office_alarms("stationery"), 0);
    end();
}

static void the_same_batch_again_changes_nothing(void **state)
{
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    (void)print(&till, 100);
    (void)device_hand_in(&till);
    (void)device_hand_in(&till);
    assert_int_equal(check().problems, 0);
    assert_int_equal(row(100).seq, till.count);
    end();
}

static void a_supervisor_hands_on_in_the_field_whoever_tells_first(void **state)
{
    (void)state;
    begin();
    issue(100, 199, "1002", TILL_OK);
    device_login(&other, KIND_USER_SWITCHED, "1002");
    receive(&other, 100, 199, "1002");
    (void)device_hand_in(&other);
    give_back(&other, 150, 199, "1001");
    receive(&till, 150, 199, "1002");
    (void)device_hand_in(&till);
    assert_string_equal(hands(), "1002:100-149* 1001:150-199*");
    (void)device_hand_in(&other);
    assert_string_equal(hands(), "1002:100-149* 1001:150-199*");
    give_back(&other, 140, 149, "1001");
    (void)device_hand_in(&other);
    assert_string_equal(hands(), "1002:100-139* 1001:140-149 1001:150-199*");
    assert_int_equal(office_alarms("stationery"), 0);
    end();
}

static void paper_of_nobody_is_told_and_the_money_posted(void **state)
{
    (void)state;
    begin();
    issue(100, 149, "1002", TILL_OK);
    receive(&till, 140, 199, "1001"); /* 140 to 149 are another's, the rest nobody's */
    (void)print(&till, 140);
    assert_int_equal(device_hand_in(&till).quarantined, 0);
    assert_int_equal(office_alarms("stationery"), 1);
    assert_string_equal(hands(), "1002:100-149 1001:150-199*");
    assert_int_equal(office_balance("cash/0031/1001"), 11000);
    (void)check();
    assert_int_equal(problem_count, 1);
    assert_int_equal(problems[0].what, STOCK_WRONG_UNISSUED);
    assert_string_equal(problems[0].user, "1001");
    end();
}

static void a_number_used_by_two_terminals_is_told(void **state)
{
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    (void)print(&till, 100);
    (void)device_hand_in(&till);
    receive(&other, 100, 199, "1002");
    (void)print(&other, 100);
    (void)print(&other, 101);
    assert_int_equal(device_hand_in(&other).quarantined, 0);
    assert_int_equal(office_alarms("stationery"), 1);
    (void)check();
    assert_int_equal(problem_count, 2); /* each of the two records */
    assert_int_equal(problems[0].what, STOCK_ODD_TWICE);
    assert_int_equal(problems[0].first, 100);
    end();
}

static void a_number_that_was_never_given_is_told_with_few_alarms(void **state)
{
    (void)state;
    begin();
    for (uint64_t number = 500; number < 512; number++) {
        (void)print(&till, number);
    }
    assert_int_equal(device_hand_in(&till).quarantined, 0);
    assert_int_equal(office_alarms("stationery"), 9); /* the ninth says: and more */
    assert_int_equal(check().problems, 12);
    assert_int_equal(problems[11].what, STOCK_ODD_NEVER_HAD);
    end();
}

static void two_papers_of_one_receipt_are_told_unless_one_is_void(void **state)
{
    uint64_t first, second;
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    first = print(&till, 100);
    end_paper(&till, KIND_STATIONERY_VOIDED, 100, first);
    struct body_stock_used again = {.number = at(101), .seq = first, .copy = 1};
    APPEND(&till, stock_used, &again);
    (void)device_hand_in(&till);
    assert_int_equal(office_alarms("stationery"), 0);
    assert_true(row(100).all_copies);
    second = print(&till, 102);
    again = (struct body_stock_used){.number = at(103), .seq = second, .copy = 1};
    APPEND(&till, stock_used, &again);
    (void)device_hand_in(&till);
    assert_int_equal(office_alarms("stationery"), 2); /* either of the two */
    end_paper(&till, KIND_STATIONERY_VOIDED, 102, second);
    (void)device_hand_in(&till);
    assert_int_equal(check().problems, 0);
    end();
}

static void skipped_numbers_and_such_that_come_back(void **state)
{
    struct body_stock_adjusted b = {.screen = at(101), .hand = 111, .reason = SPOIL_SKIPPED};
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    (void)print(&till, 100);
    APPEND(&till, stock_adjusted, &b);
    (void)device_hand_in(&till);
    assert_int_equal(check().totals[STOCK_RECEIPT].sums.numbers[STOCK_SPOILED], 10);
    b = (struct body_stock_adjusted){.screen = at(111), .hand = 106, .reason = SPOIL_OTHER};
    APPEND(&till, stock_adjusted, &b);
    (void)print(&till, 106);
    (void)device_hand_in(&till);
    struct stock_verdict verdict = check();
    assert_int_equal(verdict.problems, 0);
    assert_int_equal(verdict.totals[STOCK_RECEIPT].sums.numbers[STOCK_SPOILED], 5);
    assert_int_equal(verdict.totals[STOCK_RECEIPT].unused, 93);
    end();
}

static void numbers_passed_over_and_counts_that_differ_are_told(void **state)
{
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    (void)print(&till, 100);
    (void)print(&till, 103);
    count(&till, 104, 2, 0, 96, 2001);
    assert_int_equal(device_hand_in(&till).quarantined, 0);
    assert_int_equal(check().problems, 2);
    assert_int_equal(problems[0].what, STOCK_WRONG_GAP);
    assert_int_equal(problems[0].first, 101);
    assert_int_equal(problems[0].last, 102);
    assert_int_equal(problems[1].what, STOCK_WRONG_COUNT);
    assert_int_equal(problems[1].stated_minor, 2001);
    assert_int_equal(problems[1].known_minor, 2000);
    end();
}

static void each_range_is_counted_by_itself(void **state)
{
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    issue(10, 19, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    receive(&till, 10, 19, "1002");
    (void)print(&till, 100);
    (void)print(&till, 10);
    count(&till, 101, 1, 0, 99, 1000);
    count(&till, 11, 1, 0, 9, 1000);
    (void)print(&till, 101);
    count(&till, 102, 1, 0, 98, 1000);
    count(&till, 11, 0, 0, 9, 0);
    (void)device_hand_in(&till);
    assert_int_equal(check().problems, 0);
    end();
}

/* What was taken back today was used, and told, on another day. */
static void paper_of_an_earlier_count_that_ended_is_one_ended_more_in_the_next(void **state)
{
    uint64_t first;
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    first = print(&till, 100);
    count(&till, 101, 1, 0, 99, 1000);
    (void)print(&till, 101);
    (void)print(&till, 102);
    end_paper(&till, KIND_STATIONERY_SPOILED, 100, first);
    count(&till, 103, 2, 1, 97, 2000);
    count(&till, 103, 0, 0, 97, 0);
    (void)device_hand_in(&till);
    assert_int_equal(check().problems, 1); /* of the first payment nothing is left: see below */
    assert_int_equal(problems[0].what, STOCK_WRONG_BARE);
    end();
}

static void a_payment_that_is_left_without_its_paper_is_told(void **state)
{
    uint64_t bare, copied;
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    bare = print(&till, 100);
    copied = print(&till, 101);
    end_paper(&till, KIND_STATIONERY_VOIDED, 100, bare);
    end_paper(&till, KIND_STATIONERY_VOIDED, 101, copied);
    const struct body_print copy = {.seq = copied, .copy = 1};
    APPEND(&till, print, KIND_DUPLICATE, &copy); /* on plain paper */
    (void)device_hand_in(&till);
    assert_int_equal(check().problems, 1);
    assert_int_equal(problems[0].what, STOCK_WRONG_BARE);
    assert_int_equal(problems[0].first, 100);
    end();
}

static void a_face_that_is_not_the_receipts_is_told(void **state)
{
    (void)state;
    begin();
    issue(100, 199, "1001", TILL_OK);
    receive(&till, 100, 199, "1002");
    (void)print(&till, 100);
    (void)device_hand_in(&till);
    office_tamper("UPDATE stock_number SET face_minor = 999");
    assert_int_equal(check().problems, 1);
    assert_int_equal(problems[0].what, STOCK_WRONG_FACE);
    assert_int_equal(problems[0].known_minor, 1000);
    end();
}

/* ---- written by hand ------------------------------------------------------------------------- */

static struct body_manual_receipt manual(const char *number, int64_t taken_at_s)
{
    struct body_manual_receipt b = {
        .account = OFFICE_LATE, .amount_minor = 10000, .taken_at_s = taken_at_s, .reason = "没电"};
    text_copy(b.number, sizeof(b.number), number);
    return b;
}

static void issue_manual(void)
{
    struct stock_wanted w = wanted(1, 50, "1001");
    struct store_stock_move m;
    char reason[STORE_REASON_MAX];
    w.type = STOCK_MANUAL;
    text_copy(w.series, sizeof(w.series), "M");
    assert_int_equal(stock_issue(office.store, &w, OFFICE_NOW_S, &m, reason), TILL_OK);
}

/* Its bill fell due on the 12th, and bears a late fee from the 13th on. */
static void a_manual_receipt_counts_from_when_it_was_written(void **state)
{
    (void)state;
    begin();
    issue_manual();
    struct body_manual_receipt b = manual("M-00000007", OFFICE_NOW_S - 10 * DAY_S);
    till.at_s = OFFICE_NOW_S;
    APPEND(&till, manual_receipt, &b);
    assert_int_equal(device_hand_in(&till).quarantined, 0);
    assert_int_equal(office_arrears(OFFICE_LATE).count, 0);
    assert_int_equal(office_balance("late_fee/1"), 0);
    assert_int_equal(office_balance("cash/0031/1001"), 20000);
    assert_int_equal(office_alarms("stationery"), 1); /* ten days is late */
    assert_int_equal(check().problems, 1);
    assert_int_equal(problems[0].what, STOCK_ODD_DATE);
    assert_int_equal(problems[0].type, STOCK_MANUAL);
    end();
}

static void a_manual_receipt_of_the_evening_before_is_none(void **state)
{
    (void)state;
    begin();
    issue_manual();
    struct body_manual_receipt b = manual("M-00000007", OFFICE_NOW_S - DAY_S);
    till.at_s = OFFICE_NOW_S;
    APPEND(&till, manual_receipt, &b);
    (void)device_hand_in(&till);
    assert_int_equal(office_alarms("stationery"), 0);
    assert_int_equal(check().totals[STOCK_MANUAL].sums.numbers[STOCK_WRITTEN], 1);
    assert_int_equal(check().totals[STOCK_MANUAL].unused, 49);
    end();
}

static void a_manual_receipt_that_nobody_issued_is_posted_and_told(void **state)
{
    (void)state;
    begin();
    issue_manual();
    struct body_manual_receipt b = manual("M-00000051", OFFICE_NOW_S);
    till.at_s = OFFICE_NOW_S;
    APPEND(&till, manual_receipt, &b);
    text_copy(b.number, sizeof(b.number), "M-00000007");
    b.amount_minor = 1;
    APPEND(&till, manual_receipt, &b);
    APPEND(&till, manual_receipt, &b);
    assert_int_equal(device_hand_in(&till).quarantined, 0);
    assert_int_equal(office_balance("cash/0031/1001"), 20002);
    assert_int_equal(check().problems, 3);
    assert_int_equal(problems[0].what, STOCK_ODD_NEVER_HAD);
    assert_int_equal(problems[1].what, STOCK_ODD_TWICE);
    end();
}

static void the_paper_of_money_that_was_set_aside_is_used_all_the_same(void **state)
{
    (void)state;
    begin();
    issue_manual();
    struct body_manual_receipt b = manual("M-00000007", OFFICE_NOW_S);
    text_copy(b.account, sizeof(b.account), "6199999999");
    till.at_s = OFFICE_NOW_S;
    APPEND(&till, manual_receipt, &b);
    assert_int_equal(device_hand_in(&till).quarantined, 1);
    assert_int_equal(check().totals[STOCK_MANUAL].sums.numbers[STOCK_WRITTEN], 1);
    end();
}

static void training_uses_no_paper(void **state)
{
    struct entry e = {0};
    struct body_stock_used b = {.number = at(100), .seq = 4};
    (void)state;
    begin();
    assert_int_equal(entry_write_stock_used(&e, &b), TILL_OK);
    e.kind |= KIND_TRAINING;
    device_append(&till, &e);
    (void)device_hand_in(&till);
    assert_int_equal(check().totals[STOCK_RECEIPT].sums.numbers[STOCK_USED], 0);
    assert_int_equal(office_alarms("stationery"), 0);
    end();
}

/* ---- in other terminals' books --------------------------------------------------------------- */

static void paper_that_nobody_gave_is_in_the_books_all_the_same(void **state)
{
    struct book_stock ranges[BOOK_STOCK_MAX];
    (void)state;
    device_begin(&till, "0031");
    device_login(&till, KIND_LOGOUT, "1001");
    receive(&till, 1, 9, "2001");
    give_back(&till, 1, 5, "2001");
    (void)device_hand_in(&till);
    assert_int_equal(told_to("0032", ranges), 1);
    assert_string_equal(ranges[0].user, "2001");
    assert_string_equal(ranges[0].from, "");
    device_end(&till);
}

/* As a store before this one may have it. */
static void a_range_that_no_book_can_hold_is_passed_over(void **state)
{
    struct book_stock ranges[BOOK_STOCK_MAX];
    (void)state;
    issue(100, 149, "1001", TILL_OK);
    issue(150, 199, "1002", TILL_OK);
    issue(200, 249, "1002", TILL_OK);
    office_tamper("UPDATE stock_range SET holder = '-' WHERE first = 100");
    office_tamper("UPDATE stock_range SET giver = '-' WHERE first = 150");
    assert_int_equal(told_to("0031", ranges), 2);
    assert_int_equal(ranges[0].first, 150);
    assert_string_equal(ranges[0].from, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(what_somebody_holds_is_not_issued_again),
        OFFICE_TEST(a_part_goes_to_somebody_else_and_a_part_comes_back),
        OFFICE_TEST(odd_wishes_are_refused),
        OFFICE_TEST(what_is_used_does_not_come_back),
        OFFICE_TEST(a_day_with_numbered_paper_fits_together),
        OFFICE_TEST(the_same_batch_again_changes_nothing),
        OFFICE_TEST(a_supervisor_hands_on_in_the_field_whoever_tells_first),
        OFFICE_TEST(paper_of_nobody_is_told_and_the_money_posted),
        OFFICE_TEST(a_number_used_by_two_terminals_is_told),
        OFFICE_TEST(a_number_that_was_never_given_is_told_with_few_alarms),
        OFFICE_TEST(two_papers_of_one_receipt_are_told_unless_one_is_void),
        OFFICE_TEST(skipped_numbers_and_such_that_come_back),
        OFFICE_TEST(numbers_passed_over_and_counts_that_differ_are_told),
        OFFICE_TEST(each_range_is_counted_by_itself),
        OFFICE_TEST(paper_of_an_earlier_count_that_ended_is_one_ended_more_in_the_next),
        OFFICE_TEST(a_payment_that_is_left_without_its_paper_is_told),
        OFFICE_TEST(a_face_that_is_not_the_receipts_is_told),
        OFFICE_TEST(a_manual_receipt_counts_from_when_it_was_written),
        OFFICE_TEST(a_manual_receipt_of_the_evening_before_is_none),
        OFFICE_TEST(a_manual_receipt_that_nobody_issued_is_posted_and_told),
        OFFICE_TEST(the_paper_of_money_that_was_set_aside_is_used_all_the_same),
        OFFICE_TEST(training_uses_no_paper),
        OFFICE_TEST(paper_that_nobody_gave_is_in_the_books_all_the_same),
        OFFICE_TEST(a_range_that_no_book_can_hold_is_passed_over),
    };
    return office_run("host_stock", tests, sizeof(tests) / sizeof(tests[0]));
}
