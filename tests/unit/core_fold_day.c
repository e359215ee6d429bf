/* The fold over a rougher day: reversals, drops, baskets, lifted limits, marks, the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "close_story.h"
#include "fold.h"
#include "limit.h"

#define ACCOUNT "6100234567"

/* The fold that follows a journal in memory, and what its last entry touched. */
static struct fold f;
static struct fold_touch touch;

static enum till_status append(struct entry *e, uint16_t training)
{
    struct fold before = f;
    e->seq = f.seq + 1;
    e->at_s = 1795311660 + (int64_t)f.seq * 40;
    e->kind |= training;
    enum till_status status = fold_apply(&f, e, &touch);
    if (status != TILL_OK) {
        assert_memory_equal(&before, &f, sizeof f);
    }
    return status;
}

#define APPEND(type, body)                                                                         \
    __extension__({                                                                                \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, body), TILL_OK);                                  \
        append(&e_, 0);                                                                            \
    })

static enum till_status person(enum entry_kind kind, const char *user)
{
    struct entry e = {0};
    struct body_login b = {0};
    (void)snprintf(b.user, sizeof b.user, "%s", user);
    assert_int_equal(entry_write_login(&e, kind, &b), TILL_OK);
    return append(&e, 0);
}

static enum till_status open_shift(uint32_t shift, int32_t date)
{
    struct body_shift_opened b = {date, shift, 20000};
    return APPEND(shift_opened, &b);
}

static enum till_status append_of(void *context, struct entry *e)
{
    (void)context;
    return append(e, 0);
}

static enum till_status close_shift(void)
{
    return close_story(&f, 0, append_of, NULL);
}

static struct body_collection payment(int64_t amount_minor)
{
    return (struct body_collection){
        .account = ACCOUNT, .amount_minor = amount_minor, .tendered_minor = amount_minor};
}

static enum till_status take_body(const struct body_collection *b, uint16_t training)
{
    struct entry e = {0};
    assert_int_equal(entry_write_collection(&e, KIND_COLLECTION, b), TILL_OK);
    return append(&e, training);
}

static enum till_status take(int64_t amount_minor)
{
    struct body_collection b = payment(amount_minor);
    return take_body(&b, 0);
}

static enum till_status take_in_basket(uint64_t basket)
{
    struct body_collection b = payment(100);
    b.basket = basket;
    return take_body(&b, 0);
}

static enum till_status reverse_by(uint64_t seq, int64_t amount_minor, int way, uint16_t training)
{
    struct entry e = {0};
    struct body_reversal b = {.seq = seq,
                              .account = ACCOUNT,
                              .amount_minor = amount_minor,
                              .cash_minor = amount_minor,
                              .way = way,
                              .reason = REVERSAL_WRONG_ACCOUNT};
    if (way >= REVERSAL_SUPERVISOR) {
        memcpy(b.approver, "2001", 5);
    }
    assert_int_equal(entry_write_reversal(&e, &b), TILL_OK);
    return append(&e, training);
}

static enum till_status drop(int64_t amount_minor)
{
    struct body_cash_drop b = {.amount_minor = amount_minor, .to = 1, .receiver = "2001"};
    return APPEND(cash_drop, &b);
}

static enum till_status paper(enum entry_kind kind, uint64_t seq, uint32_t copy)
{
    struct entry e = {0};
    struct body_print b = {.seq = seq, .copy = copy};
    assert_int_equal(entry_write_print(&e, kind, &b), TILL_OK);
    return append(&e, 0);
}

static const struct fold_user *user(void)
{
    return fold_current(&f);
}

/* Enrolled, 1001 logged in, shift 1 open with 200.00: three entries. */
static int begin_day(void **state)
{
    (void)state;
    struct body_enrolled b = {
        .terminal = "0031", .currency = "CNY", .exponent = 2, .zone = "CST-8"};
    b.public_key[0] = 0x04;
    fold_init(&f);
    assert_int_equal(APPEND(enrolled, &b), TILL_OK);
    assert_int_equal(person(KIND_LOGIN, "1001"), TILL_OK);
    assert_int_equal(open_shift(1, 20261122), TILL_OK);
    return 0;
}

/* ---- reversals ------------------------------------------------------------------------------- */

static void a_reversal_gives_the_money_back_and_counts(void **state)
{
    (void)state;
    assert_int_equal(take(18642), TILL_OK);
    assert_int_equal(user()->own_latest_seq, 4);
    assert_int_equal(user()->day_minor, 18642);
    assert_int_equal(reverse_by(4, 18642, REVERSAL_OWN_PAPER, 0), TILL_OK);
    assert_int_equal(user()->cash_minor, 20000);
    assert_int_equal(user()->taken_minor, 0);
    assert_int_equal(user()->day_minor, 0);
    assert_int_equal(user()->receipts, 1);
    assert_int_equal(user()->own_reversals, 1);
    assert_int_equal(user()->own_reversed_minor, 18642);
    assert_int_equal(user()->own_latest_seq, 0);
    assert_string_equal(touch.account, ACCOUNT);
    assert_int_equal(touch.kind, KIND_REVERSAL);
    assert_int_equal(touch.amount_minor, 18642);
    assert_int_equal(touch.reverses, 4);
    /* It has a paper of its own. */
    assert_int_equal(f.paper_seq, 5);
    assert_int_equal(f.last_receipt_seq, 5);
}

static void alone_nobody_walks_back_beyond_the_latest(void **state)
{
    (void)state;
    assert_int_equal(take(100), TILL_OK);
    assert_int_equal(take(200), TILL_OK);
    assert_int_equal(reverse_by(4, 100, REVERSAL_OWN_PAPER, 0), TILL_E_PROTOCOL);
    assert_int_equal(reverse_by(5, 200, REVERSAL_OWN_LOST, 0), TILL_OK);
    assert_int_equal(reverse_by(4, 100, REVERSAL_OWN_PAPER, 0), TILL_E_PROTOCOL);
    assert_int_equal(reverse_by(4, 100, REVERSAL_SUPERVISOR, 0), TILL_OK);
    assert_int_equal(user()->own_reversals, 1);
    assert_int_equal(user()->cash_minor, 20000);
}

static void a_supervisor_s_reversal_of_the_latest_leaves_none(void **state)
{
    (void)state;
    assert_int_equal(take(100), TILL_OK);
    assert_int_equal(reverse_by(4, 100, REVERSAL_CODE, 0), TILL_OK);
    assert_int_equal(user()->own_latest_seq, 0);
    assert_int_equal(user()->own_reversals, 0);
    assert_int_equal(take(100), TILL_OK);
    assert_int_equal(user()->own_latest_seq, 6);
}

static void nothing_is_given_back_that_is_not_there(void **state)
{
    (void)state;
    assert_int_equal(reverse_by(3, 100, REVERSAL_SUPERVISOR, 0), TILL_E_PROTOCOL);
    assert_int_equal(take(100), TILL_OK);
    assert_int_equal(reverse_by(4, 101, REVERSAL_SUPERVISOR, 0), TILL_E_PROTOCOL);
    assert_int_equal(reverse_by(5, 100, REVERSAL_SUPERVISOR, 0), TILL_E_PROTOCOL);
    assert_int_equal(drop(20050), TILL_OK);
    assert_int_equal(reverse_by(4, 100, REVERSAL_SUPERVISOR, 0), TILL_E_PROTOCOL);
}

static void after_the_shift_nothing_is_reversed(void **state)
{
    (void)state;
    assert_int_equal(take(100), TILL_OK);
    assert_int_equal(close_shift(), TILL_OK);
    assert_int_equal(user()->own_latest_seq, 0);
    assert_int_equal(reverse_by(4, 100, REVERSAL_SUPERVISOR, 0), TILL_E_PROTOCOL);
    assert_int_equal(open_shift(2, 20261122), TILL_OK);
    assert_int_equal(reverse_by(4, 100, REVERSAL_OWN_PAPER, 0), TILL_E_PROTOCOL);
}

static void only_the_part_in_cash_moves_the_bag(void **state)
{
    (void)state;
    struct body_collection b = payment(18642);
    b.tender = TENDER_CHEQUE;
    b.other_minor = 10000;
    assert_int_equal(take_body(&b, 0), TILL_OK);
    assert_int_equal(user()->cash_minor, 28642);
    assert_int_equal(user()->taken_minor, 18642);
    struct body_reversal r = {.seq = 4,
                              .account = ACCOUNT,
                              .amount_minor = 18642,
                              .cash_minor = 8642,
                              .way = REVERSAL_OWN_PAPER,
                              .reason = REVERSAL_OTHER};
    assert_int_equal(APPEND(reversal, &r), TILL_OK);
    assert_int_equal(user()->cash_minor, 20000);
    assert_int_equal(user()->taken_minor, 0);
}

static void training_reverses_and_drops_only_on_paper(void **state)
{
    (void)state;
    struct body_collection b = payment(100);
    struct fold_user before = *user();
    assert_int_equal(take_body(&b, KIND_TRAINING), TILL_OK);
    assert_int_equal(reverse_by(4, 100, REVERSAL_OWN_PAPER, KIND_TRAINING), TILL_OK);
    assert_string_equal(touch.account, "");
    assert_memory_equal(&before, user(), sizeof before);
    assert_int_equal(f.paper_seq, 5);
    assert_int_equal(reverse_by(6, 100, REVERSAL_OWN_PAPER, KIND_TRAINING), TILL_E_PROTOCOL);
}

/* ---- drops and the day ----------------------------------------------------------------------- */

static void a_drop_lightens_the_bag_and_never_below_nothing(void **state)
{
    (void)state;
    assert_int_equal(drop(20001), TILL_E_PROTOCOL);
    assert_int_equal(drop(15000), TILL_OK);
    assert_int_equal(user()->cash_minor, 5000);
    assert_int_equal(user()->dropped_minor, 15000);
    assert_string_equal(touch.account, "");
    assert_int_equal(f.paper_seq, 4);
    assert_int_equal(close_shift(), TILL_OK);
    assert_int_equal(drop(1), TILL_E_PROTOCOL);
}

static void a_second_shift_of_the_day_goes_on_counting_it(void **state)
{
    (void)state;
    assert_int_equal(take(100), TILL_OK);
    assert_int_equal(take(30), TILL_OK);
    assert_int_equal(reverse_by(5, 30, REVERSAL_OWN_LOST, 0), TILL_OK);
    assert_int_equal(drop(50), TILL_OK);
    assert_int_equal(close_shift(), TILL_OK);
    assert_int_equal(open_shift(2, 20261122), TILL_OK);
    assert_int_equal(user()->taken_minor, 0);
    assert_int_equal(user()->dropped_minor, 0);
    assert_int_equal(user()->day_minor, 100);
    assert_int_equal(user()->own_reversals, 1);
    assert_int_equal(user()->own_reversed_minor, 30);
    assert_int_equal(take(7), TILL_OK);
    assert_int_equal(user()->day_minor, 107);
    assert_int_equal(close_shift(), TILL_OK);
    assert_int_equal(open_shift(3, 20261123), TILL_OK);
    assert_int_equal(user()->day_minor, 0);
    assert_int_equal(user()->own_reversals, 0);
    assert_int_equal(user()->own_reversed_minor, 0);
}

/* ---- baskets --------------------------------------------------------------------------------- */

static void basket_of(int count)
{
    uint64_t first = f.seq + 1;
    for (int i = 0; i < count; i++) {
        assert_int_equal(take_in_basket(first), TILL_OK);
    }
    assert_int_equal(f.paper_seq, first);
    assert_int_equal(f.basket_next, count > 1 ? first + 1 : 0);
    assert_int_equal(f.basket_last, first + (uint64_t)count - 1);
}

static void the_papers_of_a_basket_come_one_after_another(void **state)
{
    (void)state;
    basket_of(3);
    assert_int_equal(paper(KIND_PRINT_DONE, 5, 0), TILL_E_PROTOCOL);
    assert_int_equal(paper(KIND_PRINT_DONE, 4, 0), TILL_OK);
    assert_int_equal(f.paper_seq, 5);
    assert_int_equal(f.paper_copy, 0);
    assert_int_equal(paper(KIND_PRINT_DONE, 5, 0), TILL_OK);
    assert_int_equal(f.paper_seq, 6);
    assert_int_equal(f.basket_next, 0);
    assert_int_equal(paper(KIND_PRINT_DONE, 6, 0), TILL_OK);
    assert_int_equal(f.paper_seq, 0);
    assert_int_equal(f.basket, 0);
    assert_int_equal(f.basket_last, 0);
    assert_int_equal(user()->receipts, 3);
}

static void an_uncertain_paper_holds_the_others_until_it_is_settled(void **state)
{
    (void)state;
    basket_of(2);
    assert_int_equal(paper(KIND_PRINT_UNCERTAIN, 4, 0), TILL_OK);
    assert_true(f.paper_uncertain);
    assert_int_equal(f.basket_next, 5);
    assert_int_equal(paper(KIND_DUPLICATE, 4, 1), TILL_OK);
    assert_int_equal(f.basket_next, 5);
    assert_int_equal(paper(KIND_PRINT_DONE, 4, 1), TILL_OK);
    assert_int_equal(f.paper_seq, 5);
    assert_int_equal(f.paper_copy, 0);
    assert_false(f.paper_uncertain);
}

static void a_new_receipt_ends_the_waiting(void **state)
{
    (void)state;
    basket_of(3);
    assert_int_equal(take(100), TILL_OK);
    assert_int_equal(f.basket, 0);
    assert_int_equal(f.basket_next, 0);
    assert_int_equal(paper(KIND_PRINT_DONE, 7, 0), TILL_OK);
    assert_int_equal(f.paper_seq, 0);
    assert_int_equal(paper(KIND_DUPLICATE, 5, 1), TILL_OK);
    assert_int_equal(f.paper_seq, 5);
}

static void a_duplicate_of_one_that_waits_ends_the_waiting(void **state)
{
    (void)state;
    basket_of(3);
    assert_int_equal(paper(KIND_DUPLICATE, 6, 1), TILL_OK);
    assert_int_equal(f.basket_next, 0);
    assert_int_equal(paper(KIND_PRINT_DONE, 6, 1), TILL_OK);
    assert_int_equal(f.paper_seq, 0);
}

static void a_basket_is_in_one_piece(void **state)
{
    (void)state;
    assert_int_equal(take_in_basket(3), TILL_E_PROTOCOL);
    assert_int_equal(take_in_basket(5), TILL_E_PROTOCOL);
    assert_int_equal(take_in_basket(4), TILL_OK);
    assert_int_equal(take_in_basket(4), TILL_OK);
    assert_int_equal(person(KIND_LOGIN_FAILED, "1002"), TILL_OK);
    assert_int_equal(take_in_basket(4), TILL_E_PROTOCOL);
    assert_int_equal(take_in_basket(7), TILL_OK);
    assert_int_equal(f.basket, 7);
}

static void every_kind_with_a_paper_begins_one(void **state)
{
    (void)state;
    struct body_dispute d = {.account = ACCOUNT, .proof = DISPUTE_WORD};
    struct body_correction_request c = {.account = ACCOUNT, .reason = REVERSAL_OTHER};
    assert_int_equal(close_shift(), TILL_OK);
    assert_int_equal(APPEND(dispute, &d), TILL_OK);
    assert_int_equal(f.paper_seq, 9);
    assert_int_equal(touch.kind, KIND_DISPUTE);
    assert_int_equal(touch.code, DISPUTE_WORD);
    assert_int_equal(APPEND(correction_request, &c), TILL_OK);
    assert_int_equal(f.paper_seq, 10);
    assert_int_equal(f.last_receipt_seq, 10);
    assert_int_equal(touch.kind, KIND_CORRECTION_REQUEST);
    assert_int_equal(paper(KIND_DUPLICATE, 10, 1), TILL_OK);
}

/* ---- marks ----------------------------------------------------------------------------------- */

static void marks_touch_the_customer_and_nothing_else(void **state)
{
    (void)state;
    struct body_stop_skipped s = {ACCOUNT, SKIP_REFUSED};
    struct body_notice n = {ACCOUNT, 37284};
    struct body_reading r = {.account = ACCOUNT, .energy_cwh = 1204450};
    struct body_pin_changed p = {.user = "1001", .rounds = 2000};
    struct fold before = f;
    assert_int_equal(APPEND(stop_skipped, &s), TILL_OK);
    assert_string_equal(touch.account, ACCOUNT);
    assert_int_equal(touch.kind, KIND_STOP_SKIPPED);
    assert_int_equal(touch.code, SKIP_REFUSED);
    assert_int_equal(APPEND(notice, &n), TILL_OK);
    assert_int_equal(touch.kind, KIND_NOTICE);
    assert_int_equal(APPEND(reading, &r), TILL_OK);
    assert_int_equal(touch.kind, KIND_READING);
    assert_int_equal(touch.amount_minor, 1204450);
    assert_int_equal(APPEND(pin_changed, &p), TILL_OK);
    assert_string_equal(touch.account, "user/1001");
    before.seq = f.seq;
    before.at_s = f.at_s;
    assert_memory_equal(&before, &f, sizeof f);
}

static void training_touches_nobody(void **state)
{
    (void)state;
    struct entry e = {0};
    struct body_stop_skipped s = {ACCOUNT, SKIP_REFUSED};
    assert_int_equal(entry_write_stop_skipped(&e, &s), TILL_OK);
    assert_int_equal(append(&e, KIND_TRAINING), TILL_OK);
    assert_string_equal(touch.account, "");
    assert_int_equal(touch.kind, 0);
    struct body_pin_changed p = {.user = "1001", .rounds = 2000};
    assert_int_equal(entry_write_pin_changed(&e, &p), TILL_OK);
    assert_int_equal(append(&e, KIND_TRAINING), TILL_OK);
    assert_string_equal(touch.account, "");
}

/* ---- what the office says, and the end ------------------------------------------------------- */

static void serials_never_go_down(void **state)
{
    (void)state;
    struct body_limits_applied l = {.serial = 7};
    struct body_book_applied b = {.revision = 12};
    struct body_message_shown m = {5};
    assert_int_equal(APPEND(limits_applied, &l), TILL_OK);
    assert_int_equal(f.limits_serial, 7);
    assert_int_equal(APPEND(limits_applied, &l), TILL_E_PROTOCOL);
    l.serial = 6;
    assert_int_equal(APPEND(limits_applied, &l), TILL_E_PROTOCOL);
    assert_int_equal(APPEND(book_applied, &b), TILL_OK);
    assert_int_equal(APPEND(book_applied, &b), TILL_OK);
    b.revision = 11;
    assert_int_equal(APPEND(book_applied, &b), TILL_E_PROTOCOL);
    assert_int_equal(APPEND(message_shown, &m), TILL_OK);
    m.id = 3;
    assert_int_equal(APPEND(message_shown, &m), TILL_OK);
    assert_int_equal(f.message_id, 5);
}

static void assert_packs(size_t at_most);

static void a_limit_is_lifted_for_the_business_date(void **state)
{
    (void)state;
    struct body_limit_lifted l = {LIMIT_CASH, 1000000, "2001"};
    assert_int_equal(APPEND(limit_lifted, &l), TILL_OK);
    const struct fold_user *user = fold_current(&f);
    assert_int_equal(user->lifted[LIMIT_CASH], 1000000);
    assert_int_equal(user->lifted_date, 20261122);
    assert_int_equal(close_shift(), TILL_OK);
    assert_int_equal(APPEND(limit_lifted, &l), TILL_E_PROTOCOL);
    assert_int_equal(fold_current(&f)->lifted[LIMIT_CASH], 1000000);
}

static void a_second_limit_is_lifted_beside_the_first(void **state)
{
    (void)state;
    struct body_limit_lifted cash = {LIMIT_CASH, 1000000, "2001"};
    struct body_limit_lifted unsent = {LIMIT_UNSENT, 600, "2001"};
    assert_int_equal(APPEND(limit_lifted, &cash), TILL_OK);
    assert_int_equal(APPEND(limit_lifted, &unsent), TILL_OK);
    assert_int_equal(fold_current(&f)->lifted[LIMIT_CASH], 1000000);
    assert_int_equal(fold_current(&f)->lifted[LIMIT_UNSENT], 600);
    assert_packs(90);
}

static void a_limit_is_lifted_for_who_asked_alone(void **state)
{
    (void)state;
    struct body_limit_lifted cash = {LIMIT_CASH, 1000000, "2001"};
    assert_int_equal(APPEND(limit_lifted, &cash), TILL_OK);
    assert_int_equal(person(KIND_USER_SWITCHED, "1002"), TILL_OK);
    assert_int_equal(fold_current(&f)->lifted[LIMIT_CASH], 0);
    assert_int_equal(person(KIND_USER_SWITCHED, "1001"), TILL_OK);
    assert_int_equal(fold_current(&f)->lifted[LIMIT_CASH], 1000000);
}

static void the_time_of_the_latest_failure_is_kept_until_a_login(void **state)
{
    (void)state;
    assert_null(fold_failures_of(&f, "1001"));
    assert_int_equal(person(KIND_LOGIN_FAILED, "1001"), TILL_OK);
    assert_int_equal(person(KIND_LOGIN_FAILED, "1001"), TILL_OK);
    assert_int_equal(fold_failures_of(&f, "1001")->count, 2);
    assert_int_equal(fold_failures_of(&f, "1001")->at_s, f.at_s);
    assert_int_equal(person(KIND_LOGIN, "1001"), TILL_OK);
    assert_null(fold_failures_of(&f, "1001"));
}

static void nothing_follows_the_end(void **state)
{
    (void)state;
    struct body_retired r = {1};
    struct entry e = {0};
    assert_int_equal(entry_write_retired(&e, &r), TILL_OK);
    assert_int_equal(append(&e, KIND_TRAINING), TILL_E_PROTOCOL);
    assert_int_equal(APPEND(retired, &r), TILL_OK);
    assert_true(f.retired);
    assert_int_equal(person(KIND_LOGIN, "1001"), TILL_E_PROTOCOL);
    e = (struct entry){.kind = 0x3FFF, .body = "{}", .body_size = 2};
    assert_int_equal(append(&e, 0), TILL_E_PROTOCOL);
}

/* ---- packing --------------------------------------------------------------------------------- */

static void assert_packs(size_t at_most)
{
    uint8_t memory[FOLD_PACKED_MAX];
    uint8_t again[FOLD_PACKED_MAX];
    struct buffer b, c;
    struct fold back;
    buffer_init(&b, memory, sizeof memory);
    buffer_init(&c, again, sizeof again);
    assert_int_equal(fold_pack(&f, &b), TILL_OK);
    assert_true(b.size <= at_most);
    assert_int_equal(fold_unpack((struct span){b.data, b.size}, &back), TILL_OK);
    back.enrolled = f.enrolled;
    assert_memory_equal(&back, &f, sizeof f);
    assert_int_equal(fold_pack(&back, &c), TILL_OK);
    assert_int_equal(c.size, b.size);
    assert_memory_equal(memory, again, b.size);
    for (size_t size = 0; size < b.size; size++) {
        assert_int_equal(fold_unpack((struct span){b.data, size}, &back), TILL_E_CORRUPT);
    }
}

static void every_new_figure_is_packed(void **state)
{
    (void)state;
    struct body_limits_applied l = {.serial = 7};
    struct body_limit_lifted lifted = {LIMIT_CASH, 1000000, "2001"};
    struct body_message_shown m = {5};
    struct body_retired r = {1};
    assert_packs(60);
    assert_int_equal(APPEND(limits_applied, &l), TILL_OK);
    assert_int_equal(APPEND(message_shown, &m), TILL_OK);
    assert_int_equal(take(500), TILL_OK);
    assert_int_equal(reverse_by(6, 500, REVERSAL_OWN_LOST, 0), TILL_OK);
    assert_int_equal(drop(100), TILL_OK);
    assert_packs(60);
    basket_of(3);
    assert_packs(70);
    assert_int_equal(paper(KIND_PRINT_UNCERTAIN, f.paper_seq, 0), TILL_OK);
    assert_int_equal(APPEND(limit_lifted, &lifted), TILL_OK);
    assert_int_equal(person(KIND_LOGIN_FAILED, "1001"), TILL_OK);
    assert_packs(90);
    assert_int_equal(person(KIND_USER_SWITCHED, "1002"), TILL_OK);
    assert_int_equal(open_shift(2, 20261122), TILL_OK);
    assert_packs(120);
    assert_int_equal(APPEND(retired, &r), TILL_OK);
    assert_packs(120);
}

#define DAY_TEST(name) cmocka_unit_test_setup(name, begin_day)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAY_TEST(a_reversal_gives_the_money_back_and_counts),
        DAY_TEST(alone_nobody_walks_back_beyond_the_latest),
        DAY_TEST(a_supervisor_s_reversal_of_the_latest_leaves_none),
        DAY_TEST(nothing_is_given_back_that_is_not_there),
        DAY_TEST(after_the_shift_nothing_is_reversed),
        DAY_TEST(only_the_part_in_cash_moves_the_bag),
        DAY_TEST(training_reverses_and_drops_only_on_paper),
        DAY_TEST(a_drop_lightens_the_bag_and_never_below_nothing),
        DAY_TEST(a_second_shift_of_the_day_goes_on_counting_it),
        DAY_TEST(the_papers_of_a_basket_come_one_after_another),
        DAY_TEST(an_uncertain_paper_holds_the_others_until_it_is_settled),
        DAY_TEST(a_new_receipt_ends_the_waiting),
        DAY_TEST(a_duplicate_of_one_that_waits_ends_the_waiting),
        DAY_TEST(a_basket_is_in_one_piece),
        DAY_TEST(every_kind_with_a_paper_begins_one),
        DAY_TEST(marks_touch_the_customer_and_nothing_else),
        DAY_TEST(training_touches_nobody),
        DAY_TEST(serials_never_go_down),
        DAY_TEST(a_limit_is_lifted_for_the_business_date),
        DAY_TEST(a_second_limit_is_lifted_beside_the_first),
        DAY_TEST(a_limit_is_lifted_for_who_asked_alone),
        DAY_TEST(the_time_of_the_latest_failure_is_kept_until_a_login),
        DAY_TEST(nothing_follows_the_end),
        DAY_TEST(every_new_figure_is_packed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
