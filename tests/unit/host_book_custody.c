/* What a terminal's book tells of its cash: hand-overs that were taken over on another terminal,
 * differences that the office explained. */
#include "office.h"

#include <stdio.h>
#include <string.h>

#include "book_build.h"
#include "book_content.h"
#include "book_lines.h"
#include "book_text.h"
#include "entry_shift.h"
#include "explain.h"
#include "store_told.h"
#include "text.h"

enum { TEXT_ROOM = 64 * 1024, DAY_S = 86400 };

static struct device collector, supervisor;
static int64_t now_s;

#define APPEND(device, type, ...)                                                                  \
    do {                                                                                           \
        struct entry e_ = {0};                                                                     \
        assert_int_equal(entry_write_##type(&e_, __VA_ARGS__), TILL_OK);                           \
        device_append(device, &e_);                                                                \
    } while (0)

/* 0031 of 1001 took 50.00 over its 100.00 and closed; 0032 is 2001's. */
static void begin(void)
{
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 5000);
    struct body_shift_closed closed = {.z = 1,
                                       .shift = 1,
                                       .expected_minor = 15000,
                                       .counted_minor = 15000,
                                       .taken_minor = 5000,
                                       .receipts = 1};
    now_s = OFFICE_NOW_S + 60;
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n");
    device_begin(&collector, "0031");
    device_collect(&collector, &body, 0);
    APPEND(&collector, shift_closed, &closed);
    device_begin(&supervisor, "0032");
    device_login(&supervisor, KIND_USER_SWITCHED, "2001");
}

static void end(void)
{
    office_assert_sound();
    device_end(&collector);
    device_end(&supervisor);
}

static void hand_in(void)
{
    assert_int_equal(device_hand_in(&collector).quarantined, 0);
    assert_int_equal(device_hand_in(&supervisor).quarantined, 0);
}

/* All that the collector holds; the number of the record. */
static uint64_t give(const char *closes, int64_t amount_minor)
{
    struct body_handover_given given = {
        .amount_minor = amount_minor, .receiver = "2001", .source = CASH_HELD};
    text_copy(given.closes, sizeof(given.closes), closes);
    APPEND(&collector, handover_given, &given);
    return collector.count;
}

static uint64_t take(struct device *by, uint64_t given, int64_t amount_minor, int64_t counted_minor)
{
    struct body_handover_taken taken = {.amount_minor = amount_minor,
                                        .counted_minor = counted_minor,
                                        .seq = by == &collector ? given : 0};
    memcpy(taken.hash, collector.entries[given - 1].hash, HASH_SIZE);
    APPEND(by, handover_taken, &taken);
    return by->count;
}

static uint64_t deposit(int64_t counted_minor)
{
    struct body_deposit paid_in = {.bank = "ICBC",
                                   .slip = "S-1",
                                   .closes = "1",
                                   .amount_minor = counted_minor,
                                   .expected_minor = 15000,
                                   .source = CASH_HELD};
    APPEND(&collector, deposit, &paid_in);
    hand_in();
    return collector.count;
}

static void explain(const char *terminal, uint64_t seq, int64_t amount_minor)
{
    struct store_explained e;
    char reason[STORE_REASON_MAX];
    const struct explain_wanted wanted = {.terminal = terminal,
                                          .seq = seq,
                                          .amount_minor = amount_minor,
                                          .owner = "1001",
                                          .reason =
                                              amount_minor < 0 ? VARIANCE_OTHER : VARIANCE_LOST,
                                          .slip = "",
                                          .text = "",
                                          .by = "4001"};
    assert_int_equal(explain_difference(office.store, &wanted, now_s, &e, reason), TILL_OK);
}

static uint64_t refresh(const char *terminal)
{
    const struct book_build b = {.store = office.store,
                                 .dir = office.dir,
                                 .statement = &office.authority.statement,
                                 .interval_s = 3600};
    uint64_t revision = 0;
    assert_int_equal(book_build_refresh(&b, terminal, now_s, &revision), TILL_OK);
    return revision;
}

/* The plain content of the terminal's book as it would be made now. */
static const char *content(const char *terminal)
{
    static char text[TEXT_ROOM];
    struct store_terminal t = office_terminal(terminal);
    struct book_content made;
    struct unpacker *u = NULL;
    struct buffer out;
    assert_int_equal(book_content_make(office.store, &t, now_s, &made), TILL_OK);
    struct span packed = {made.packed, made.packed_size};
    buffer_init(&out, text, sizeof(text) - 1);
    assert_int_equal(unpacker_open(TEXT_ROOM, &u), TILL_OK);
    assert_int_equal(unpacker_feed(u, &packed, &out), TILL_OK);
    assert_true(unpacker_done(u));
    unpacker_close(u);
    book_content_free(&made);
    text[out.size] = '\0';
    return text;
}

static void assert_tells(const char *terminal, const char *line)
{
    const char *text = content(terminal);
    if (strstr(text, line) == NULL) {
        fail_msg("no %s in\n%s", line, text);
    }
    assert_true(strstr(text, line) < strstr(text, "\"t\":\"customer\""));
}

static void assert_tells_nothing(const char *terminal)
{
    const char *text = content(terminal);
    assert_null(strstr(text, "\"t\":\"taken\""));
    assert_null(strstr(text, "\"t\":\"explained\""));
}

/* ---- hand-overs ------------------------------------------------------------------------------ */

static void a_hand_over_taken_on_another_terminal_is_told_where_it_was_given(void **state)
{
    char line[128];
    (void)state;
    begin();
    uint64_t given = give("1", 15000);
    hand_in();
    uint64_t before = refresh("0031");
    assert_tells_nothing("0031");
    uint64_t taken = take(&supervisor, given, 15000, 15000);
    hand_in();
    (void)snprintf(line, sizeof(line),
                   "{\"t\":\"taken\",\"given\":%llu,\"terminal\":\"0032\",\"seq\":%llu,"
                   "\"user\":\"2001\",\"at\":%lld}\n",
                   (unsigned long long)given, (unsigned long long)taken,
                   (long long)supervisor.at_s);
    assert_tells("0031", line);
    assert_tells_nothing("0032");
    uint64_t with_it = refresh("0031");
    assert_true(with_it > before); /* at once: the interval has not passed */
    assert_int_equal(refresh("0031"), with_it);
    end();
}

static void one_that_was_taken_where_it_was_given_needs_no_telling(void **state)
{
    (void)state;
    begin();
    uint64_t given = give("1", 15000);
    device_login(&collector, KIND_USER_SWITCHED, "2001");
    (void)take(&collector, given, 15000, 15000);
    hand_in();
    assert_tells_nothing("0031");
    end();
}

static void an_older_terminal_s_book_tells_nothing_of_it(void **state)
{
    (void)state;
    begin();
    (void)take(&supervisor, give("1", 15000), 15000, 14000);
    hand_in();
    explain("0032", supervisor.count, 1000);
    assert_int_equal(book_lines_note(office.store, "0031", BOOK_LINES_CASH), TILL_OK);
    assert_int_equal(book_lines_note(office.store, "0032", BOOK_LINES_CASH), TILL_OK);
    assert_tells_nothing("0031");
    assert_tells_nothing("0032");
    uint64_t older = refresh("0031");
    assert_int_equal(book_lines_note(office.store, "0031", BOOK_LINES_CUSTODY), TILL_OK);
    assert_tells("0031", "{\"t\":\"taken\",\"given\":");
    assert_true(refresh("0031") > older);
    end();
}

/* The other one stands: the line names it, or is gone where nobody else took it elsewhere. */
static void a_taking_that_the_office_undid_is_told_no_more(void **state)
{
    struct store_explained e;
    char reason[STORE_REASON_MAX], line[64];
    (void)state;
    begin();
    uint64_t given = give("1", 15000);
    hand_in();
    uint64_t wrong = take(&supervisor, given, 15000, 15000);
    hand_in();
    device_login(&collector, KIND_USER_SWITCHED, "2001");
    (void)take(&collector, given, 15000, 15000);
    hand_in();
    (void)snprintf(line, sizeof(line), "\"terminal\":\"0032\",\"seq\":%llu",
                   (unsigned long long)wrong);
    assert_tells("0031", line);
    uint64_t with_it = refresh("0031");
    const struct settle_wanted wanted = {
        .terminal = "0032", .seq = wrong, .text = "counted by mistake", .by = "4001"};
    assert_int_equal(settle_dispute(office.store, &wanted, now_s, &e, reason), TILL_OK);
    assert_tells_nothing("0031");
    assert_true(refresh("0031") > with_it);
    end();
}

static void of_two_takings_elsewhere_the_first_is_told_once(void **state)
{
    struct book_taken taken[BOOK_TAKEN_MAX];
    size_t count = 0;
    (void)state;
    begin();
    uint64_t given = give("1", 15000);
    uint64_t first = take(&supervisor, given, 15000, 15000);
    (void)take(&supervisor, given, 15000, 15000);
    hand_in();
    assert_int_equal(store_told_taken(office.store, "0031", 0, taken, BOOK_TAKEN_MAX, &count),
                     TILL_OK);
    assert_int_equal(count, 1);
    assert_int_equal(taken[0].seq, first);
    device_end(&collector);
    device_end(&supervisor);
}

static void the_newest_are_told_in_their_order(void **state)
{
    struct book_taken taken[BOOK_TAKEN_MAX];
    uint64_t given[3];
    size_t count = 0;
    (void)state;
    begin();
    for (int i = 0; i < 3; i++) {
        given[i] = give("", 100);
        (void)take(&supervisor, given[i], 100, 100);
    }
    hand_in();
    assert_int_equal(store_told_taken(office.store, "0031", 0, taken, 2, &count), TILL_OK);
    assert_int_equal(count, 2);
    assert_int_equal(taken[0].given, given[1]);
    assert_int_equal(taken[1].given, given[2]);
    end();
}

/* Sixty days, and up to a week more so that time alone makes few books. */
static void one_of_long_ago_is_told_no_more(void **state)
{
    (void)state;
    begin();
    (void)take(&supervisor, give("1", 15000), 15000, 15000);
    hand_in();
    now_s = collector.at_s + (int64_t)BOOK_TAKEN_DAYS * DAY_S;
    assert_tells("0031", "{\"t\":\"taken\",\"given\":");
    now_s += 8 * DAY_S;
    assert_tells_nothing("0031");
    end();
}

/* ---- differences ----------------------------------------------------------------------------- */

static void a_difference_that_the_office_explained_is_told(void **state)
{
    char line[96];
    (void)state;
    begin();
    uint64_t seq = deposit(14000);
    uint64_t before = refresh("0031");
    assert_tells_nothing("0031");
    explain("0031", seq, 400);
    (void)snprintf(line, sizeof(line),
                   "{\"t\":\"explained\",\"seq\":%llu,\"user\":\"1001\",\"amount\":400}\n",
                   (unsigned long long)seq);
    assert_tells("0031", line);
    uint64_t with_it = refresh("0031");
    assert_true(with_it > before);
    explain("0031", seq, 0); /* the rest */
    assert_tells("0031", "\"user\":\"1001\",\"amount\":1000}\n");
    assert_true(refresh("0031") > with_it);
    end();
}

static void what_the_terminal_explained_itself_is_not_told_again(void **state)
{
    struct body_variance_explained body = {
        .amount_minor = 700, .owner = "1001", .reason = VARIANCE_OTHER};
    (void)state;
    begin();
    body.seq = deposit(14000);
    explain("0031", body.seq, 300);
    APPEND(&collector, variance_explained, &body);
    hand_in();
    assert_tells("0031", "\"user\":\"1001\",\"amount\":300}\n");
    end();
}

/* Both explained all of it, neither knowing of the other: nothing is open there. */
static void one_that_is_closed_there_is_not_told(void **state)
{
    struct body_variance_explained body = {
        .amount_minor = 1000, .owner = "1001", .reason = VARIANCE_OTHER};
    (void)state;
    begin();
    body.seq = deposit(14000);
    explain("0031", body.seq, 0);
    APPEND(&collector, variance_explained, &body);
    hand_in();
    assert_tells_nothing("0031");
    end();
}

static void too_much_is_told_with_its_sign(void **state)
{
    (void)state;
    begin();
    uint64_t taken = take(&supervisor, give("1", 15000), 15000, 15500);
    hand_in();
    explain("0032", taken, -500);
    assert_tells("0032", "\"user\":\"2001\",\"amount\":-500}\n");
    end();
}

/* Of the terminal's list of cash they take nothing off. */
static void explained_slips_are_no_explained_cash(void **state)
{
    struct store_explained e = {.terminal = "0031",
                                .user = "1001",
                                .owner = "1001",
                                .amount_minor = 700,
                                .reason = EXPLAINED_SLIPS + VARIANCE_LOST,
                                .by = "4001",
                                .at_s = OFFICE_NOW_S};
    (void)state;
    begin();
    e.seq = deposit(14000);
    assert_int_equal(store_begin(office.store), TILL_OK);
    assert_int_equal(store_finish(office.store, store_explained_put(office.store, &e)), TILL_OK);
    assert_tells_nothing("0031");
    device_end(&collector);
    device_end(&supervisor);
}

/* Its difference needs no explaining: nothing of it is posted any more. */
static void the_difference_of_a_taking_that_was_undone_is_told_whole(void **state)
{
    struct store_explained e;
    char reason[STORE_REASON_MAX];
    (void)state;
    begin();
    uint64_t given = give("1", 15000);
    hand_in();
    uint64_t wrong = take(&supervisor, given, 15000, 14000);
    (void)take(&supervisor, given, 15000, 15000);
    hand_in();
    const struct settle_wanted wanted = {
        .terminal = "0032", .seq = wrong, .text = "counted by mistake", .by = "4001"};
    assert_int_equal(settle_dispute(office.store, &wanted, now_s, &e, reason), TILL_OK);
    assert_tells("0032", "\"user\":\"2001\",\"amount\":1000}\n");
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_hand_over_taken_on_another_terminal_is_told_where_it_was_given),
        OFFICE_TEST(one_that_was_taken_where_it_was_given_needs_no_telling),
        OFFICE_TEST(an_older_terminal_s_book_tells_nothing_of_it),
        OFFICE_TEST(a_taking_that_the_office_undid_is_told_no_more),
        OFFICE_TEST(of_two_takings_elsewhere_the_first_is_told_once),
        OFFICE_TEST(the_newest_are_told_in_their_order),
        OFFICE_TEST(one_of_long_ago_is_told_no_more),
        OFFICE_TEST(a_difference_that_the_office_explained_is_told),
        OFFICE_TEST(what_the_terminal_explained_itself_is_not_told_again),
        OFFICE_TEST(one_that_is_closed_there_is_not_told),
        OFFICE_TEST(too_much_is_told_with_its_sign),
        OFFICE_TEST(explained_slips_are_no_explained_cash),
        OFFICE_TEST(the_difference_of_a_taking_that_was_undone_is_told_whole),
    };
    return office_run("host_book_custody", tests, sizeof(tests) / sizeof(tests[0]));
}
