/* Numbered paper and invoices, on every back end. */
#include "store_invoice.h"
#include "store_office.h"
#include "store_place.h"
#include "store_stock.h"
#include "text.h"

#include <string.h>

static struct store_stock_move move(enum stock_act act, uint64_t first, uint64_t last,
                                    const char *taker)
{
    struct store_stock_move m = {.at_s = 1795000000,
                                 .act = act,
                                 .type = STOCK_INVOICE,
                                 .series = "B",
                                 .first = first,
                                 .last = last};

    text_copy(m.taker, sizeof(m.taker), taker);
    return m;
}

static int64_t put_move(const struct store_stock_move *m, enum till_status expected)
{
    int64_t id = -1;

    assert_int_equal(store_stock_move_put(place_store, m, &id), expected);
    return id;
}

static struct store_stock_range range(uint64_t first, uint64_t last, uint64_t issue,
                                      const char *holder)
{
    struct store_stock_range r = {.type = STOCK_INVOICE,
                                  .series = "B",
                                  .first = first,
                                  .last = last,
                                  .issue = issue,
                                  .since_s = 1795000000};

    text_copy(r.holder, sizeof(r.holder), holder);
    return r;
}

static void put_range(const struct store_stock_range *r, enum till_status expected)
{
    assert_int_equal(store_stock_range_put(place_store, r), expected);
}

static struct store_stock_number used(const char *terminal, uint64_t seq, uint64_t number)
{
    struct store_stock_number n = {.seq = seq,
                                   .type = STOCK_INVOICE,
                                   .series = "B",
                                   .first = number,
                                   .last = number,
                                   .state = STOCK_USED,
                                   .at_s = 1795000100,
                                   .user = "1001",
                                   .receipt = seq - 1,
                                   .account = "6100234567",
                                   .face_minor = 12345};

    text_copy(n.terminal, sizeof(n.terminal), terminal);
    return n;
}

static void put_number(const struct store_stock_number *n)
{
    assert_int_equal(store_stock_numbers_put(place_store, n, 1), TILL_OK);
}

static struct stock_number named(uint64_t number)
{
    return (struct stock_number){.type = STOCK_INVOICE, .series = "B", .number = number};
}

/* The n-th finding of a terminal's rows; what 0 = there are not so many. */
static struct stock_finding finding(const char *terminal, size_t n, bool fresh)
{
    static struct stock_finding list[STOCK_FINDINGS_MAX];
    uint64_t through = 0;
    size_t count = 0;

    assert_int_equal(
        store_stock_findings(place_store, terminal, 0, INT64_MAX, fresh, list, &count, &through),
        TILL_OK);
    assert_int_equal(through, INT64_MAX);
    return n < count ? list[n] : (struct stock_finding){0};
}

static void begin_with_terminals(void)
{
    struct store_stock_move m = move(STOCK_ISSUED, 1, 9999, "1001");

    place_begin();
    place_put_terminal("0031");
    place_put_terminal("0032");
    (void)put_move(&m, TILL_OK);
}

/* ---- hands ----------------------------------------------------------------------------------- */

static void a_move_comes_back_whole_and_a_records_is_kept_once(void **state)
{
    struct store_stock_move m = move(STOCK_TAKEN_OVER, 100, 199, "1001"), read;
    int64_t id;

    (void)state;
    m.seq = 40;
    m.unissued = true;
    text_copy(m.terminal, sizeof(m.terminal), "0031");
    text_copy(m.giver, sizeof(m.giver), "2001");
    text_copy(m.by, sizeof(m.by), "9001");
    place_begin();
    id = put_move(&m, TILL_OK);
    assert_int_equal(put_move(&m, TILL_UNCHANGED), id);
    place_commit();
    place_reopen();
    assert_int_equal(store_stock_move_next(place_store, id - 1, &read), TILL_OK);
    m.id = id;
    assert_memory_equal(&read, &m, sizeof(m));
    assert_int_equal(store_stock_move_next(place_store, id, &read), TILL_NOT_FOUND);
}

static void the_moves_of_a_number_come_one_after_the_other(void **state)
{
    struct store_stock_move m = move(STOCK_ISSUED, 100, 199, "2001"), read;
    struct stock_number n = named(150);
    int64_t first, second;

    (void)state;
    place_begin();
    first = put_move(&m, TILL_OK);
    m = move(STOCK_TRANSFERRED, 200, 249, "1002");
    (void)put_move(&m, TILL_OK);
    m = move(STOCK_TRANSFERRED, 150, 159, "1001");
    second = put_move(&m, TILL_OK);
    place_commit();
    assert_int_equal(store_stock_move_of(place_store, &n, 0, &read), TILL_OK);
    assert_int_equal(read.id, first);
    assert_int_equal(store_stock_move_of(place_store, &n, first, &read), TILL_OK);
    assert_int_equal(read.id, second);
    assert_int_equal(store_stock_move_of(place_store, &n, second, &read), TILL_NOT_FOUND);
}

static void assert_had(uint64_t first, uint64_t last, const char *user, const char *terminal,
                       bool expected)
{
    struct stock_number n = named(first);
    bool had = !expected;

    assert_int_equal(store_stock_had(place_store, &n, last, user, terminal, &had), TILL_OK);
    assert_int_equal(had, expected);
}

static void who_was_given_it_or_gave_it_had_it(void **state)
{
    struct store_stock_move m = move(STOCK_TRANSFERRED, 100, 199, "1001");

    (void)state;
    text_copy(m.giver, sizeof(m.giver), "2001");
    text_copy(m.terminal, sizeof(m.terminal), "0031");
    place_begin();
    (void)put_move(&m, TILL_OK);
    place_commit();
    assert_had(100, 199, "1001", "0039", true);
    assert_had(150, 150, "2001", "0039", true);
    assert_had(150, 150, "1002", "0031", true);
    assert_had(150, 150, "1002", "0039", false);
    assert_had(199, 200, "1001", "0031", false);
    assert_had(99, 99, "1001", "0031", false);
}

static void hostile_numbers_are_refused(void **state)
{
    struct store_stock_move m = move(STOCK_ISSUED, 200, 199, "1001");
    struct store_stock_range r = range(1, UINT64_C(1000000000000), 1, "1001");
    struct store_stock_number n = used("0031", 9, 5);

    (void)state;
    place_begin();
    place_put_terminal("0031");
    (void)put_move(&m, TILL_BAD_INPUT);
    m = move(STOCK_ISSUED, 0, 199, "1001");
    (void)put_move(&m, TILL_BAD_INPUT);
    m = move(STOCK_ISSUED, 1, 199, "x y");
    (void)put_move(&m, TILL_BAD_INPUT);
    m = move(STOCK_ISSUED, 1, 199, "1001");
    text_copy(m.series, sizeof(m.series), "b'");
    (void)put_move(&m, TILL_BAD_INPUT);
    put_range(&r, TILL_BAD_INPUT);
    r = range(1, 9, 0, "1001");
    put_range(&r, TILL_BAD_INPUT);
    n.last = 6; /* only what was skipped is many */
    assert_int_equal(store_stock_numbers_put(place_store, &n, 1), TILL_BAD_INPUT);
    n = used("0031", 9, 5);
    n.type = STOCK_TYPE_COUNT;
    assert_int_equal(store_stock_numbers_put(place_store, &n, 1), TILL_BAD_INPUT);
    place_commit();
}

static void ranges_that_share_a_number_are_found(void **state)
{
    static const uint64_t firsts[] = {100, 200, 300};
    struct store_stock_range list[4], r;
    size_t count = 0;

    (void)state;
    place_begin();
    for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
        r = range(firsts[i], firsts[i] + 99, i + 1, "1001");
        put_range(&r, TILL_OK);
    }
    put_range(&r, TILL_BAD_INPUT);
    assert_int_equal(
        store_stock_overlapping(place_store, STOCK_INVOICE, "B", 199, 300, list, 4, &count),
        TILL_OK);
    assert_int_equal(count, 3);
    assert_memory_equal(&list[2], &r, sizeof(r));
    assert_int_equal(
        store_stock_overlapping(place_store, STOCK_INVOICE, "B", 200, 299, list, 4, &count),
        TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(
        store_stock_overlapping(place_store, STOCK_INVOICE, "B", 1, 999, list, 2, &count),
        TILL_TOO_LARGE);
    assert_int_equal(
        store_stock_overlapping(place_store, STOCK_RECEIPT, "B", 1, 999, list, 4, &count), TILL_OK);
    assert_int_equal(count, 0);
    assert_int_equal(store_stock_range_remove(place_store, STOCK_INVOICE, "B", 200), TILL_OK);
    assert_int_equal(store_stock_range_remove(place_store, STOCK_INVOICE, "B", 200),
                     TILL_UNCHANGED);
    place_commit();
    r = (struct store_stock_range){0};
    assert_int_equal(store_stock_range_next(place_store, &r, &r), TILL_OK);
    assert_int_equal(store_stock_range_next(place_store, &r, &r), TILL_OK);
    assert_int_equal(r.first, 300);
    assert_int_equal(store_stock_range_next(place_store, &r, &r), TILL_NOT_FOUND);
}

static void a_terminals_book_tells_of_what_waits_for_it(void **state)
{
    struct book_stock list[2];
    struct store_stock_range r;
    size_t count = 0;

    (void)state;
    place_begin();
    for (uint64_t i = 1; i <= 5; i++) {
        r = range(100 * i, 100 * i + 9, 10 - i, "1001");
        text_copy(r.terminal, sizeof(r.terminal), i == 2 ? "0032" : i == 3 ? "0031" : "");
        r.taken = i == 3;
        put_range(&r, TILL_OK);
    }
    place_commit();
    /* 1, 4 and 5 are issued by 9, 6 and 5: the newest two, the older one first. */
    assert_int_equal(store_stock_waiting(place_store, "0031", list, 2, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].first, 400);
    assert_int_equal(list[0].issue, 6);
    assert_int_equal(list[1].first, 100);
    assert_string_equal(list[1].user, "1001");
    assert_int_equal(store_stock_waiting(place_store, "0032", list, 2, &count), TILL_OK);
    assert_int_equal(list[0].first, 200);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static void many_numbers_are_kept_at_once_and_come_back_whole(void **state)
{
    static struct store_stock_number rows[STOCK_PUT_MAX];
    struct store_stock_number read;
    struct stock_number n = named(5);

    (void)state;
    begin_with_terminals();
    for (size_t i = 0; i < STOCK_PUT_MAX; i++)
        rows[i] = used("0031", 2 * i + 2, i + 1);
    rows[4].copy = 4294967295U;
    rows[4].face_minor = -1;
    rows[4].reason = SPOIL_TORN;
    rows[4].ended = 7;
    rows[4].all_copies = true;
    rows[4].state = STOCK_VOIDED;
    rows[4].late_days = -3;
    assert_int_equal(store_stock_numbers_put(place_store, rows, STOCK_PUT_MAX), TILL_OK);
    assert_int_equal(store_stock_numbers_put(place_store, rows, STOCK_PUT_MAX), TILL_OK);
    place_commit();
    assert_int_equal(store_stock_number_of(place_store, &n, "", 0, &read), TILL_OK);
    assert_memory_equal(&read, &rows[4], sizeof(read));
    assert_int_equal(store_stock_number_of(place_store, &n, "0031", read.seq, &read),
                     TILL_NOT_FOUND);
    read = (struct store_stock_number){0};
    for (size_t i = 0; i < STOCK_PUT_MAX; i++)
        assert_int_equal(store_stock_number_next(place_store, read.terminal, read.seq, &read),
                         TILL_OK);
    assert_int_equal(store_stock_number_next(place_store, read.terminal, read.seq, &read),
                     TILL_NOT_FOUND);
}

static enum till_status end(uint64_t number, enum stock_state state, uint64_t seq)
{
    struct stock_number n = named(number);
    struct stock_end e = {.terminal = "0031",
                          .number = &n,
                          .state = state,
                          .ended = seq,
                          .reason = SPOIL_JAM,
                          .all_copies = true};

    return store_stock_end(place_store, &e);
}

static void a_used_number_ends_once(void **state)
{
    struct store_stock_number n = used("0031", 9, 5);
    struct stock_number five = named(5);

    (void)state;
    begin_with_terminals();
    put_number(&n);
    assert_int_equal(end(5, STOCK_VOIDED, 12), TILL_OK);
    assert_int_equal(end(5, STOCK_VOIDED, 13), TILL_NOT_FOUND);
    assert_int_equal(end(6, STOCK_SPOILED, 14), TILL_NOT_FOUND);
    place_commit();
    assert_int_equal(store_stock_number_of(place_store, &five, "", 0, &n), TILL_OK);
    assert_int_equal(n.state, STOCK_VOIDED);
    assert_int_equal(n.ended, 12);
    assert_int_equal(n.reason, SPOIL_JAM);
    assert_true(n.all_copies);
}

static void what_was_skipped_is_blank_again(void **state)
{
    struct store_stock_number n = used("0031", 9, 5);
    struct stock_number eight = named(8), at = named(7);
    struct stock_sums sums;

    (void)state;
    begin_with_terminals();
    n.state = STOCK_SPOILED;
    n.receipt = 0;
    n.last = 9;
    put_number(&n);
    n.seq = 10;
    n.first = n.last = 10;
    put_number(&n);
    assert_int_equal(store_stock_restore(place_store, "0031", &eight, 10), TILL_OK);
    place_commit();
    assert_int_equal(store_stock_sums(place_store, STOCK_INVOICE, "B", 1, 99, &sums), TILL_OK);
    assert_int_equal(sums.numbers[STOCK_SPOILED], 3);
    assert_int_equal(store_stock_number_of(place_store, &at, "", 0, &n), TILL_OK);
    assert_int_equal(n.last, 7);
    assert_int_equal(store_stock_number_of(place_store, &eight, "", 0, &n), TILL_NOT_FOUND);
}

static void a_count_takes_what_no_earlier_one_had(void **state)
{
    struct store_stock_count c = {.terminal = "0031",
                                  .seq = 20,
                                  .at_s = 1795000200,
                                  .date = 20261122,
                                  .user = "1001",
                                  .type = STOCK_INVOICE,
                                  .series = "B",
                                  .next = 7,
                                  .used = 2,
                                  .unused = 93,
                                  .face_minor = 24690},
                             read;
    struct store_stock_number n;

    (void)state;
    begin_with_terminals();
    for (uint64_t number = 4; number < 7; number++) {
        n = used("0031", 2 * number, number);
        put_number(&n);
    }
    n = used("0031", 3, 1); /* of another range */
    put_number(&n);
    assert_int_equal(end(5, STOCK_SPOILED, 15), TILL_OK);
    assert_int_equal(store_stock_count_put(place_store, 4, &c), TILL_OK);
    assert_int_equal(store_stock_count_put(place_store, 4, &c), TILL_UNCHANGED);
    c.seq = 30;
    c.date = 20261123;
    c.next = 8;
    n = used("0031", 25, 7);
    put_number(&n);
    assert_int_equal(store_stock_count_put(place_store, 4, &c), TILL_OK);
    place_commit();
    assert_int_equal(store_stock_count_next(place_store, 0, "", 0, &read), TILL_OK);
    c.seq = 20;
    c.date = 20261122;
    c.next = 7;
    c.known_used = 2;
    c.known_spoiled = 1;
    c.known_face_minor = 24690;
    assert_memory_equal(&read, &c, sizeof(c));
    assert_int_equal(store_stock_count_next(place_store, read.date, "0031", 20, &read), TILL_OK);
    assert_int_equal(read.seq, 30);
    assert_int_equal(read.known_used, 1);
    assert_int_equal(store_stock_count_next(place_store, read.date, "0031", 30, &read),
                     TILL_NOT_FOUND);
}

/* ---- what does not fit ----------------------------------------------------------------------- */

static void a_number_used_twice_names_the_other_record(void **state)
{
    struct store_stock_number n = used("0031", 9, 5);

    (void)state;
    begin_with_terminals();
    put_number(&n);
    n = used("0032", 21, 5);
    put_number(&n);
    n = used("0032", 23, 6);
    put_number(&n);
    n = used("0031", 30, 4); /* skipped here, with 6 among them */
    n.state = STOCK_SPOILED;
    n.last = 7;
    put_number(&n);
    place_commit();
    assert_int_equal(finding("0031", 0, true).what, STOCK_ODD_TWICE);
    assert_string_equal(finding("0031", 0, true).other, "0032/21");
    assert_int_equal(finding("0031", 1, true).seq, 30);
    assert_string_equal(finding("0032", 0, true).other, "0031/9");
    assert_int_equal(finding("0032", 1, true).seq, 23);
    assert_string_equal(finding("0032", 1, true).other, "0031/30");
    assert_int_equal(finding("0032", 2, true).what, 0);
}

static void a_number_of_nobody_is_told(void **state)
{
    struct store_stock_number n = used("0031", 9, 5);

    (void)state;
    begin_with_terminals();
    put_number(&n);
    assert_int_equal(finding("0031", 0, true).what, 0);
    n = used("0031", 11, 10000);
    put_number(&n);
    n = used("0031", 13, 7);
    text_copy(n.series, sizeof(n.series), "C");
    put_number(&n);
    n = used("0031", 15, 8);
    n.state = STOCK_WRITTEN;
    n.late_days = 9;
    put_number(&n);
    place_commit();
    assert_int_equal(finding("0031", 0, true).seq, 11);
    assert_int_equal(finding("0031", 0, true).what, STOCK_ODD_NEVER_HAD);
    assert_int_equal(finding("0031", 1, true).seq, 13);
    assert_int_equal(finding("0031", 2, true).seq, 15);
    assert_int_equal(finding("0031", 2, true).what, STOCK_ODD_DATE);
    assert_int_equal(finding("0031", 3, true).what, 0);
}

static void put_payment(const char *terminal, uint64_t seq, int32_t month)
{
    struct store_payment p = {.seq = seq, .account = "6100234567", .count = 1};

    text_copy(p.terminal, sizeof(p.terminal), terminal);
    p.bills[0] = (struct store_paid){.month = month, .type = 1, .amount_minor = 12345};
    assert_int_equal(store_payment_put(place_store, &p), TILL_OK);
}

static void begin_with_payments(void)
{
    begin_with_terminals();
    place_put_meter_book("CX01");
    place_put_customer("6100234567", "CX01", 1);
    put_payment("0031", 8, 202609);
    put_payment("0032", 20, 202609);
    put_payment("0032", 22, 202610);
}

static struct store_invoice electronic(const char *terminal, uint64_t seq, uint64_t receipt)
{
    struct store_invoice i = {.seq = seq,
                              .at_s = 1795000100,
                              .user = "1001",
                              .account = "6100234567",
                              .receipt = receipt,
                              .electronic = true,
                              .title = "某某公司",
                              .tax_number = "91330100MA27XXXX0X",
                              .send_to = "a@example.cn",
                              .state = INVOICE_OPEN};

    text_copy(i.terminal, sizeof(i.terminal), terminal);
    return i;
}

static void two_papers_of_one_receipt_are_told(void **state)
{
    struct store_stock_number n = used("0031", 9, 5);

    (void)state;
    begin_with_payments();
    put_number(&n);
    n = used("0031", 11, 6);
    n.receipt = 8;
    put_number(&n);
    assert_int_equal(finding("0031", 0, true).what, STOCK_ODD_PAPERS);
    assert_string_equal(finding("0031", 0, true).other, "0031/11");
    assert_int_equal(end(5, STOCK_VOIDED, 12), TILL_OK);
    assert_int_equal(finding("0031", 0, true).what, 0);
    place_commit();
}

static void a_second_invoice_of_a_bill_is_told_on_paper_or_electronic(void **state)
{
    struct store_stock_number n = used("0031", 9, 5);
    struct store_invoice i = electronic("0032", 25, 22);
    char other[INVOICE_OTHER_MAX];

    (void)state;
    begin_with_payments();
    put_number(&n);
    n = used("0032", 21, 6); /* part of the same bill, on another terminal */
    put_number(&n);
    n = used("0032", 23, 7); /* of the next month's */
    put_number(&n);
    assert_int_equal(finding("0031", 0, true).what, STOCK_ODD_INVOICES);
    assert_string_equal(finding("0031", 0, true).other, "0032/21");
    assert_string_equal(finding("0032", 0, true).other, "0031/9");
    assert_int_equal(finding("0032", 1, true).what, 0);
    assert_int_equal(store_invoice_put(place_store, &i), TILL_OK);
    assert_int_equal(finding("0032", 1, true).what, 0); /* only asked for */
    assert_int_equal(store_invoice_other(place_store, "0032", 22, 25, other), TILL_OK);
    assert_string_equal(other, "0032/23");
    i.state = INVOICE_DONE;
    text_copy(i.number, sizeof(i.number), "26332000000123456789");
    assert_int_equal(store_invoice_put(place_store, &i), TILL_OK);
    assert_string_equal(finding("0032", 1, true).other, "0032/25");
    assert_int_equal(end(5, STOCK_SPOILED, 12), TILL_OK);
    assert_int_equal(finding("0032", 0, true).seq, 23);
    place_commit();
}

static void an_invoice_whose_payment_was_undone_is_told_later(void **state)
{
    struct store_stock_number n = used("0031", 9, 5);

    (void)state;
    begin_with_payments();
    put_number(&n);
    assert_int_equal(store_payment_undo(place_store, "0031", 8, "entry/0031/12"), TILL_OK);
    place_commit();
    assert_int_equal(finding("0031", 0, true).what, 0);
    assert_int_equal(finding("0031", 0, false).what, STOCK_ODD_REVERSED);
}

static void numbers_passed_over_are_told(void **state)
{
    static const uint64_t numbers[] = {103, 104, 107};
    struct store_stock_move m = move(STOCK_TAKEN_OVER, 101, 150, "1001");
    struct stock_gap list[STOCK_GAPS_MAX], after = {0};
    struct store_stock_number n;
    size_t count = 0;

    (void)state;
    m.seq = 2;
    text_copy(m.terminal, sizeof(m.terminal), "0031");
    begin_with_terminals();
    (void)put_move(&m, TILL_OK);
    for (size_t i = 0; i < 3; i++) {
        n = used("0031", 10 * (i + 1), numbers[i]);
        put_number(&n);
    }
    n = used("0031", 50, 900); /* of a range that was never taken over here */
    put_number(&n);
    m = move(STOCK_TAKEN_OVER, 151, 160, "1001"); /* the end before it was given back */
    m.seq = 51;
    text_copy(m.terminal, sizeof(m.terminal), "0031");
    (void)put_move(&m, TILL_OK);
    n = used("0031", 52, 151);
    put_number(&n);
    place_commit();
    assert_int_equal(store_stock_gaps(place_store, "0031", &after, list, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].first, 101);
    assert_int_equal(list[0].last, 102);
    assert_int_equal(list[1].first, 105);
    assert_int_equal(list[1].last, 106);
    after = list[0];
    assert_int_equal(store_stock_gaps(place_store, "0031", &after, list, &count), TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(store_stock_gaps(place_store, "0032", &(struct stock_gap){0}, list, &count),
                     TILL_OK);
    assert_int_equal(count, 0);
}

/* ---- invoices -------------------------------------------------------------------------------- */

static void an_invoice_comes_back_whole(void **state)
{
    struct store_invoice i = electronic("0031", 12, 8), read;

    (void)state;
    begin_with_terminals();
    assert_int_equal(store_invoice_put(place_store, &i), TILL_OK);
    i.state = INVOICE_DONE;
    assert_int_equal(store_invoice_put(place_store, &i), TILL_BAD_INPUT);
    text_copy(i.number, sizeof(i.number), "26332000000123456789");
    text_copy(i.by, sizeof(i.by), "9001");
    i.done_at_s = 1795009999;
    assert_int_equal(store_invoice_put(place_store, &i), TILL_OK);
    place_commit();
    place_reopen();
    assert_int_equal(store_invoice_get(place_store, "0031", 12, &read), TILL_OK);
    assert_memory_equal(&read, &i, sizeof(i));
    assert_int_equal(store_invoice_next(place_store, "", 0, &read), TILL_OK);
    assert_int_equal(store_invoice_next(place_store, "0031", 12, &read), TILL_NOT_FOUND);
    assert_int_equal(store_invoice_get(place_store, "0031", 13, &read), TILL_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_move_comes_back_whole_and_a_records_is_kept_once),
        PLACE_TEST(the_moves_of_a_number_come_one_after_the_other),
        PLACE_TEST(who_was_given_it_or_gave_it_had_it),
        PLACE_TEST(hostile_numbers_are_refused),
        PLACE_TEST(ranges_that_share_a_number_are_found),
        PLACE_TEST(a_terminals_book_tells_of_what_waits_for_it),
        PLACE_TEST(many_numbers_are_kept_at_once_and_come_back_whole),
        PLACE_TEST(a_used_number_ends_once),
        PLACE_TEST(what_was_skipped_is_blank_again),
        PLACE_TEST(a_count_takes_what_no_earlier_one_had),
        PLACE_TEST(a_number_used_twice_names_the_other_record),
        PLACE_TEST(a_number_of_nobody_is_told),
        PLACE_TEST(two_papers_of_one_receipt_are_told),
        PLACE_TEST(a_second_invoice_of_a_bill_is_told_on_paper_or_electronic),
        PLACE_TEST(an_invoice_whose_payment_was_undone_is_told_later),
        PLACE_TEST(numbers_passed_over_are_told),
        PLACE_TEST(an_invoice_comes_back_whole),
    };

    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}
