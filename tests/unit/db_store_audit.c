/* The audit log's rows and the figures of those who watch the host, on every back end. */
#include "store_audit.h"
#include "store_place.h"
#include "store_report.h"

#include <stdio.h>
#include <string.h>

static struct store_audit row(int64_t n)
{
    struct store_audit a = {.n = n, .at_s = 1795309200 + n};

    snprintf(a.actor, sizeof(a.actor), "wang");
    snprintf(a.act, sizeof(a.act), "limits set");
    snprintf(a.arguments, sizeof(a.arguments), "%s", place_hostile);
    memset(a.hash, (int)n, sizeof(a.hash));
    return a;
}

static void audit_rows_come_back_in_their_order_whole(void **state)
{
    struct store_audit a, read;

    (void)state;
    assert_int_equal(store_audit_last(place_store, &read), TILL_NOT_FOUND);
    assert_int_equal(store_audit_next(place_store, 0, &read), TILL_NOT_FOUND);
    place_begin();
    for (int64_t n = 1; n <= 3; n++) {
        a = row(n);
        assert_int_equal(store_audit_add(place_store, &a), TILL_OK);
    }
    place_commit();
    place_reopen();
    for (int64_t n = 1; n <= 3; n++) {
        a = row(n);
        assert_int_equal(store_audit_next(place_store, n - 1, &read), TILL_OK);
        assert_int_equal(read.n, n);
        assert_int_equal(read.at_s, a.at_s);
        assert_string_equal(read.actor, a.actor);
        assert_string_equal(read.act, a.act);
        assert_string_equal(read.arguments, place_hostile);
        assert_memory_equal(read.hash, a.hash, sizeof(a.hash));
    }
    assert_int_equal(store_audit_next(place_store, 3, &read), TILL_NOT_FOUND);
    assert_int_equal(store_audit_last(place_store, &read), TILL_OK);
    assert_int_equal(read.n, 3);
}

static void an_audit_row_out_of_its_turn_is_refused(void **state)
{
    struct store_audit a = row(2);

    (void)state;
    place_begin();
    assert_int_equal(store_audit_add(place_store, &a), TILL_BAD_INPUT);
    a = row(1);
    assert_int_equal(store_audit_add(place_store, &a), TILL_OK);
    assert_int_equal(store_audit_add(place_store, &a), TILL_BAD_INPUT);
    a = row(3);
    assert_int_equal(store_audit_add(place_store, &a), TILL_BAD_INPUT);
    a = row(2);
    a.actor[0] = '\0';
    assert_int_equal(store_audit_add(place_store, &a), TILL_BAD_INPUT);
    a = row(2);
    a.act[0] = '\n';
    assert_int_equal(store_audit_add(place_store, &a), TILL_BAD_INPUT);
    place_commit();
}

static void terminals_are_counted_by_state_and_by_when_they_were_heard(void **state)
{
    struct store_terminal t;
    struct store_figures figures;

    (void)state;
    place_begin();
    for (int i = 0; i < 8; i++) {
        char number[TERMINAL_MAX];

        snprintf(number, sizeof(number), "%04d", 31 + i);
        t = place_terminal(number);
        t.state = i < 2 ? TERMINAL_NEW : i < 7 ? TERMINAL_ACTIVE : TERMINAL_RETIRED;
        t.stopped = i == 3 || i == 4;
        t.seen_at_s = 1000 + i;
        assert_int_equal(store_terminal_put(place_store, &t), TILL_OK);
    }
    place_commit();
    assert_int_equal(store_figures(place_store, 1004, &figures), TILL_OK);
    assert_int_equal(figures.terminals[TERMINAL_NEW], 2);
    assert_int_equal(figures.terminals[TERMINAL_ACTIVE], 5);
    assert_int_equal(figures.terminals[TERMINAL_REVOKED], 0);
    assert_int_equal(figures.terminals[TERMINAL_RETIRED], 1);
    assert_int_equal(figures.stopped, 2);
    assert_int_equal(figures.behind, 2);
    assert_int_equal(figures.alarms, 0);
}

static void alarms_are_counted(void **state)
{
    struct store_alarm a = {.at_s = 1, .terminal = "0031", .kind = "fork", .text = "t"};
    struct store_figures figures;

    (void)state;
    place_begin();
    for (int i = 0; i < 3; i++)
        assert_int_equal(store_alarm_put(place_store, &a), TILL_OK);
    place_commit();
    assert_int_equal(store_figures(place_store, 0, &figures), TILL_OK);
    assert_int_equal(figures.alarms, 3);
}

struct seen {
    uint64_t seqs[16];
    size_t count, most;
};

static enum till_status see(void *context, const struct entry *e)
{
    struct seen *seen = context;

    if (seen->count == seen->most)
        return TILL_TOO_LARGE;
    assert_true(e->body_size > 0);
    seen->seqs[seen->count++] = e->seq;
    return TILL_OK;
}

static void latest_entries_are_those_after_a_number_and_a_moment(void **state)
{
    struct seen seen = {.most = 16};

    (void)state;
    place_begin();
    place_put_terminal("0031");
    place_put_terminal("0032");
    for (uint64_t seq = 1; seq <= 9; seq++) {
        struct entry e = place_entry(seq, (uint8_t)seq);

        e.at_s = seq == 7 ? 10 : (int64_t)(100 * seq);
        assert_int_equal(store_entry_put(place_store, "0031", &e), TILL_OK);
        e.hash[31] ^= 0xff;
        assert_int_equal(store_entry_put(place_store, "0032", &e), TILL_OK);
    }
    place_commit();
    assert_int_equal(store_entries_since(place_store, "0031", 3, 500, see, &seen), TILL_OK);
    assert_int_equal(seen.count, 4);
    assert_int_equal(seen.seqs[0], 5);
    assert_int_equal(seen.seqs[1], 6);
    assert_int_equal(seen.seqs[2], 8);
    assert_int_equal(seen.seqs[3], 9);
    seen = (struct seen){.most = 2};
    assert_int_equal(store_entries_since(place_store, "0031", 0, 0, see, &seen), TILL_TOO_LARGE);
    assert_int_equal(seen.count, 2);
    seen = (struct seen){.most = 2};
    assert_int_equal(store_entries_since(place_store, "0040", 0, 0, see, &seen), TILL_OK);
    assert_int_equal(seen.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACE_TEST(audit_rows_come_back_in_their_order_whole),
        PLACE_TEST(an_audit_row_out_of_its_turn_is_refused),
        PLACE_TEST(terminals_are_counted_by_state_and_by_when_they_were_heard),
        PLACE_TEST(alarms_are_counted),
        PLACE_TEST(latest_entries_are_those_after_a_number_and_a_moment),
    };

    return place_run(tests, sizeof(tests) / sizeof(tests[0]));
}
