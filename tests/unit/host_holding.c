/* Meter books that change hands: who is waited for, and what the new holder's book says of it. */
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book_build.h"
#include "book_content.h"
#include "book_lines.h"
#include "book_text.h"
#include "codes.h"
#include "holding.h"

enum { TEXT_ROOM = 64 * 1024 };

static struct device one, two;

static struct book_build builder(void)
{
    return (struct book_build){.store = office.store,
                               .dir = office.dir,
                               .statement = &office.authority.statement,
                               .interval_s = 3600};
}

static uint64_t refresh(const char *terminal)
{
    struct book_build b = builder();
    uint64_t revision = 0;
    assert_int_equal(book_build_refresh(&b, terminal, OFFICE_NOW_S + 60, &revision), TILL_OK);
    return revision;
}

/* The plain content of a terminal's book as it would be made now. */
static const char *content_of(const char *terminal)
{
    static char text[TEXT_ROOM];
    struct store_terminal t = office_terminal(terminal);
    struct book_content content;
    struct unpacker *u = NULL;
    struct buffer out;
    assert_int_equal(book_content_make(office.store, &t, OFFICE_NOW_S, &content), TILL_OK);
    struct span packed = {content.packed, content.packed_size};
    buffer_init(&out, text, sizeof(text) - 1);
    assert_int_equal(unpacker_open(TEXT_ROOM, &u), TILL_OK);
    size_t before;
    do {
        before = packed.size + (sizeof(text) - out.size);
        assert_int_equal(unpacker_feed(u, &packed, &out), TILL_OK);
    } while (packed.size + (sizeof(text) - out.size) < before);
    unpacker_close(u);
    book_content_free(&content);
    text[out.size] = '\0';
    return text;
}

static void apply(struct device *d, uint64_t revision, bool truly)
{
    struct book_build b = builder();
    struct book_manifest manifest;
    char text[STATEMENT_MAX];
    struct entry e = {0};
    assert_int_equal(book_build_manifest(&b, d->terminal, revision, text), TILL_OK);
    assert_int_equal(manifest_read(&office.authority.statement,
                                   (struct span){(const uint8_t *)text, strlen(text)}, &manifest),
                     TILL_OK);
    struct body_book_applied body = {.revision = revision,
                                     .applied_seq = manifest.meta.applied_seq,
                                     .customers = manifest.meta.customers};
    memcpy(body.hash, manifest.meta.hash, HASH_SIZE);
    body.hash[0] = (uint8_t)(truly ? body.hash[0] : ~body.hash[0]);
    assert_int_equal(entry_write_book_applied(&e, &body), TILL_OK);
    device_append(d, &e);
}

static void begin_tx(void)
{
    assert_int_equal(store_begin(office.store), TILL_OK);
}

static void give(const char *meter_book, const char *to)
{
    begin_tx();
    assert_int_equal(holding_give(office.store, meter_book, to, OFFICE_NOW_S), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
}

static size_t pending(const char *meter_book, const char *but, struct book_holder *first_out)
{
    struct book_holder list[BOOK_HOLDERS_MAX];
    size_t count = 0;
    assert_int_equal(holding_pending(office.store, meter_book, but, list, BOOK_HOLDERS_MAX, &count),
                     TILL_OK);
    if (first_out != NULL && count > 0) {
        *first_out = list[0];
    }
    return count;
}

/* 0031 works by a book with both meter books; 0032 has none. */
static void two_terminals(void)
{
    device_begin(&one, "0031");
    device_begin(&two, "0032");
    begin_tx();
    assert_int_equal(holding_assign(office.store, "0032", "", OFFICE_NOW_S), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    (void)device_hand_in(&one);
    (void)device_hand_in(&two);
    apply(&one, refresh("0031"), true);
    (void)device_hand_in(&one);
}

static void end_terminals(void)
{
    device_end(&one);
    device_end(&two);
}

static void a_book_that_changed_hands_waits_for_its_earlier_holder(void **state)
{
    (void)state;
    struct book_holder holder;
    char line[128];
    two_terminals();
    give("CX01", "0032");
    assert_int_equal(pending("CX01", "0032", &holder), 1);
    assert_string_equal(holder.terminal, "0031");
    assert_string_equal(holder.meter_book, "CX01");
    assert_int_equal(holder.through_s, one.entries[one.count - 1].at_s);
    assert_memory_equal(holder.journal_key, office_terminal("0031").journal_key, PUBLIC_KEY_SIZE);
    assert_int_equal(pending("CX01", "0031", NULL), 0);
    assert_int_equal(pending("CX02", "0032", NULL), 0);
    (void)snprintf(line, sizeof(line),
                   "{\"t\":\"holder\",\"book\":\"CX01\",\"terminal\":\"0031\",\"through\":%lld,",
                   (long long)holder.through_s);
    assert_non_null(strstr(content_of("0032"), line));
    assert_null(strstr(content_of("0031"), "holder"));
    assert_null(strstr(content_of("0031"), OFFICE_ACCOUNT));
    end_terminals();
}

/* A terminal that can't read the line is not to refuse its book for it. */
static void an_older_terminal_s_book_has_no_line_that_it_can_not_read(void **state)
{
    (void)state;
    (void)office_import("user,name,role,pin\n4001,会计,office,612734\n");
    two_terminals();
    give("CX01", "0032");
    uint64_t newest = refresh("0032");
    assert_non_null(strstr(content_of("0032"), "\"t\":\"holder\""));
    assert_non_null(strstr(content_of("0032"), "\"role\":5"));
    assert_int_equal(book_lines_note(office.store, "0032", BOOK_LINES_HOLDERS), TILL_OK);
    assert_non_null(strstr(content_of("0032"), "\"t\":\"holder\""));
    assert_null(strstr(content_of("0032"), "\"role\":5"));
    assert_int_equal(book_lines_note(office.store, "0032", 0), TILL_OK); /* it said nothing */
    assert_null(strstr(content_of("0032"), "holder"));
    assert_null(strstr(content_of("0032"), "\"role\":5"));
    uint64_t older = refresh("0032");
    assert_true(older > newest); /* another content: another number, hash and signature */
    assert_int_equal(refresh("0032"), older);
    /* New software, the same terminal. */
    assert_int_equal(book_lines_note(office.store, "0032", 9), TILL_OK);
    assert_non_null(strstr(content_of("0032"), "\"t\":\"holder\""));
    assert_true(refresh("0032") > older);
    end_terminals();
}

static void it_has_reported_when_it_works_by_a_book_without_it(void **state)
{
    (void)state;
    struct body_collection body = device_cash(OFFICE_ACCOUNT, 9210);
    struct store_holding h = {0};
    two_terminals();
    uint64_t before = refresh("0032");
    give("CX01", "0032");
    uint64_t waiting = refresh("0032");
    assert_true(waiting > before);
    /* What it takes meanwhile and hands in is no report: it may take more. */
    device_collect(&one, &body, 0);
    (void)device_hand_in(&one);
    assert_int_equal(pending("CX01", "0032", NULL), 1);
    apply(&one, refresh("0031"), true);
    (void)device_hand_in(&one);
    assert_int_equal(pending("CX01", "0032", NULL), 0);
    assert_true(refresh("0032") > waiting);
    assert_null(strstr(content_of("0032"), "holder"));
    bool found = false;
    while (store_holding_of_book(office.store, "CX01", h.id, &h) == TILL_OK) {
        found = found || (h.report == HOLDING_REPORTED && h.reported_seq == one.count &&
                          strcmp(h.terminal, "0031") == 0);
    }
    assert_true(found);
    office_assert_sound();
    end_terminals();
}

static void the_book_of_before_or_a_strange_one_is_no_report(void **state)
{
    (void)state;
    two_terminals();
    uint64_t old = office_terminal("0031").book_revision;
    give("CX01", "0032");
    apply(&one, old, true);
    (void)device_hand_in(&one);
    assert_int_equal(pending("CX01", "0032", NULL), 1);
    apply(&one, refresh("0031"), false);
    (void)device_hand_in(&one);
    assert_int_equal(pending("CX01", "0032", NULL), 1);
    /* The next book made here says it. */
    apply(&one, refresh("0031"), true);
    (void)device_hand_in(&one);
    assert_int_equal(pending("CX01", "0032", NULL), 0);
    end_terminals();
}

static void who_never_had_a_book_with_it_is_not_waited_for(void **state)
{
    (void)state;
    struct store_holding h = {0};
    two_terminals();
    give("CX01", "0032");
    /* 0032 has made no book since; then it goes on to a third. */
    device_end(&two);
    device_make(&two, "0033");
    give("CX01", "0033");
    assert_int_equal(pending("CX01", "0033", NULL), 1);
    bool never = false;
    while (store_holding_of_terminal(office.store, "0032", h.id, &h) == TILL_OK) {
        never = never || (strcmp(h.meter_book, "CX01") == 0 && h.report == HOLDING_NEVER);
    }
    assert_true(never);
    end_terminals();
}

static void a_book_that_came_back_is_not_waited_for_by_its_holder(void **state)
{
    (void)state;
    two_terminals();
    give("CX01", "0032");
    (void)refresh("0032");
    give("CX01", "0031");
    assert_int_equal(pending("CX01", "0031", NULL), 1); /* 0032 had it */
    assert_int_equal(pending("CX01", "0032", NULL), 0); /* 0031 carries it itself */
    end_terminals();
}

static void a_lost_terminal_is_not_waited_for_any_more(void **state)
{
    (void)state;
    char ids[STORE_ASSIGNED_TEXT_MAX];
    two_terminals();
    give("CX01", "0032");
    begin_tx();
    assert_int_equal(holding_release(office.store, "0031", OFFICE_NOW_S + 9), TILL_OK);
    assert_int_equal(store_commit(office.store), TILL_OK);
    assert_int_equal(pending("CX01", "0032", NULL), 0);
    assert_int_equal(store_assigned(office.store, "0031", ids, sizeof(ids)), TILL_OK);
    assert_string_equal(ids, "");
    assert_int_equal(pending("CX02", "0032", NULL), 0);
    end_terminals();
}

static void a_retired_terminal_has_reported(void **state)
{
    (void)state;
    two_terminals();
    give("CX01", "0032");
    device_raw(&one, KIND_RETIRED, "{\"r\":1}");
    (void)device_hand_in(&one);
    assert_int_equal(office_terminal("0031").state, TERMINAL_RETIRED);
    assert_int_equal(pending("CX01", "0032", NULL), 0);
    assert_int_equal(pending("CX02", "0032", NULL), 0);
    end_terminals();
}

static void what_a_replaced_terminal_held_is_waited_for(void **state)
{
    (void)state;
    char code[ENROL_CODE_MAX];
    struct codes_request request = {
        .terminal = "0047", .name = "", .books = "CX01", .replaces = "0031"};
    two_terminals();
    assert_int_equal(codes_add(office.store, &request, OFFICE_NOW_S, code), TILL_OK);
    assert_int_equal(pending("CX01", "0047", NULL), 1);
    end_terminals();
}

static void giving_a_book_twice_or_to_nobody_changes_nothing(void **state)
{
    (void)state;
    two_terminals();
    give("CX01", "0032");
    begin_tx();
    assert_int_equal(holding_give(office.store, "CX01", "0032", OFFICE_NOW_S), TILL_UNCHANGED);
    assert_int_equal(holding_give(office.store, "CX01", "0099", OFFICE_NOW_S), TILL_NOT_FOUND);
    store_rollback(office.store);
    assert_int_equal(pending("CX01", "0032", NULL), 1);
    end_terminals();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OFFICE_TEST(a_book_that_changed_hands_waits_for_its_earlier_holder),
        OFFICE_TEST(an_older_terminal_s_book_has_no_line_that_it_can_not_read),
        OFFICE_TEST(it_has_reported_when_it_works_by_a_book_without_it),
        OFFICE_TEST(the_book_of_before_or_a_strange_one_is_no_report),
        OFFICE_TEST(who_never_had_a_book_with_it_is_not_waited_for),
        OFFICE_TEST(a_book_that_came_back_is_not_waited_for_by_its_holder),
        OFFICE_TEST(a_lost_terminal_is_not_waited_for_any_more),
        OFFICE_TEST(a_retired_terminal_has_reported),
        OFFICE_TEST(what_a_replaced_terminal_held_is_waited_for),
        OFFICE_TEST(giving_a_book_twice_or_to_nobody_changes_nothing),
    };
    return cmocka_run_group_tests_name("host_holding", tests, NULL, NULL);
}
