/*
 * Enrolment: by the file in the state folder, by a scanned ticket, by typed digits; and whom the
 * terminal doesn't believe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "text.h"

static struct handheld h;

static int begin(void **state)
{
    (void)state;
    handheld_make(&h, NULL);
    return 0;
}

static int begin_without_ticket(void **state)
{
    const struct handheld_setup setup = {.no_ticket = true};
    (void)state;
    handheld_make(&h, &setup);
    return 0;
}

static int end(void **state)
{
    (void)state;
    handheld_free(&h);
    return 0;
}

static void expect_enrolled(void)
{
    struct entry e;
    struct body_enrolled body;
    handheld_expect_screen(&h, "login");
    handheld_expect_kinds(&h, 1, "enrolled opened book_applied");
    handheld_entry(&h, 1, &e);
    assert_int_equal(entry_read_enrolled(&e, &body), TILL_OK);
    assert_string_equal(body.terminal, UTILITY_TERMINAL);
    assert_memory_equal(body.authority, h.utility->authority_hash, HASH_SIZE);
    assert_memory_equal(body.public_key, h.utility->journal_public, PUBLIC_KEY_SIZE);
    /* All of it is at the utility. */
    assert_int_equal(h.utility->head, 3);
}

static void expect_not_enrolled(const char *why)
{
    handheld_expect_screen(&h, "enrol");
    handheld_expect(&h, _("Not enrolled"));
    handheld_expect(&h, why);
    handheld_stop(&h);
    handheld_start(&h);
    handheld_expect_screen(&h, "enrol");
}

static void a_ticket_in_the_folder_enrols_with_one_key(void **state)
{
    (void)state;
    handheld_expect_screen(&h, "enrol");
    handheld_expect(&h, UTILITY_TERMINAL);
    handheld_expect(&h, UTILITY_URL);
    handheld_keys(&h, "ok");
    expect_enrolled();
}

static void a_scanned_ticket_is_shown_before_it_enrols(void **state)
{
    char ticket[256];
    (void)state;
    utility_ticket(h.utility, false, ticket);
    handheld_expect_not(&h, UTILITY_URL);
    handheld_scan(&h, ticket);
    handheld_expect(&h, UTILITY_URL);
    handheld_keys(&h, "ok");
    expect_enrolled();
}

static void a_scan_that_is_no_ticket_changes_nothing(void **state)
{
    (void)state;
    handheld_scan(&h, "6901234567892");
    handheld_expect_screen(&h, "enrol");
    handheld_expect(&h, _("Digits"));
}

static void typed_digits_enrol_with_the_server_of_the_settings(void **state)
{
    char ticket[256];
    (void)state;
    utility_ticket(h.utility, true, ticket);
    handheld_type(&h, ticket);
    handheld_expect(&h, ticket);
    handheld_keys(&h, "ok");
    expect_enrolled();
}

static void a_wrong_digit_of_the_fingerprint_is_the_wrong_host(void **state)
{
    char ticket[256];
    (void)state;
    utility_ticket(h.utility, true, ticket);
    char *last = &ticket[strlen(ticket) - 1];
    *last = *last == '9' ? '0' : (char)(*last + 1);
    handheld_type(&h, ticket);
    handheld_keys(&h, "ok");
    expect_not_enrolled(_(status_text(TILL_WRONG_HOST)));
}

static void a_wrong_digit_of_the_code_is_a_wrong_code(void **state)
{
    char ticket[256];
    (void)state;
    utility_ticket(h.utility, true, ticket);
    char *code = strstr(ticket, UTILITY_CODE);
    assert_non_null(code);
    code[0] = '1';
    handheld_type(&h, ticket);
    handheld_keys(&h, "ok");
    expect_not_enrolled(_(status_text(TILL_CODE_WRONG)));
}

static void digits_that_are_no_ticket_are_said_to_be_wrong(void **state)
{
    (void)state;
    handheld_type(&h, "12345");
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Not enrolled"));
    /* And what was typed is still there to be corrected. */
    handheld_keys(&h, "ok");
    handheld_expect(&h, "_ 12345");
}

/* Another authority under the right name, and a line that does not look. */
static void an_answer_of_another_authority_is_refused_by_the_terminal_itself(void **state)
{
    struct crypto_cert cert;
    (void)state;
    certs_free(&h.utility->authority);
    certs_free(&h.utility->statements);
    certs_party(&h.utility->authority, "authority", CRYPTO_USAGE_AUTHORITY, NULL);
    certs_party(&h.utility->statements, "statements", CRYPTO_USAGE_STATEMENT,
                &h.utility->authority);
    assert_int_equal(crypto_cert_read(h.utility->authority.pem, &cert), TILL_OK);
    memcpy(h.utility->authority_hash, cert.fingerprint, HASH_SIZE);
    h.utility->impostor = true;
    handheld_keys(&h, "ok");
    expect_not_enrolled(_(status_text(TILL_WRONG_HOST)));
}

static void without_signal_enrolment_says_where_to_go_and_goes_on_there(void **state)
{
    (void)state;
    handheld_signal(&h, NETWORK_NONE);
    h.utility->down = true;
    handheld_expect(&h, UTILITY_TERMINAL);
    handheld_signal(&h, NETWORK_GPRS);
    h.utility->down = false;
    handheld_keys(&h, "ok");
    expect_enrolled();
}

static void the_first_book_is_waited_for(void **state)
{
    (void)state;
    h.utility->down = true;
    handheld_keys(&h, "ok");
    handheld_expect_screen(&h, "enrol");
    handheld_expect(&h, _("Fetching the meter book"));
    handheld_expect_kinds(&h, 1, "enrolled opened");
    handheld_keys(&h, "ok");
    assert_int_equal(h.utility->asked_now, 1);
    h.utility->down = false;
    handheld_wait(&h, 1000);
    expect_enrolled();
}

static void switched_off_before_the_first_book_it_goes_on_waiting(void **state)
{
    (void)state;
    h.utility->down = true;
    handheld_keys(&h, "ok");
    handheld_stop(&h);
    handheld_start(&h);
    handheld_expect(&h, _("Fetching the meter book"));
    h.utility->down = false;
    handheld_wait(&h, 1100);
    handheld_expect_screen(&h, "login");
    handheld_expect_kinds(&h, 1, "enrolled opened opened book_applied");
}

/* What a line's answer can't be is what the terminal does not take. */
static void a_line_that_is_started_again_is_asked_again(void **state)
{
    char aside[UTILITY_PATH_MAX + 8];
    const char *path = h.utility->socket_path;
    (void)state;
    /* Nobody listens while OK is pressed. */
    snprintf(aside, sizeof aside, "%s.away", path);
    assert_int_equal(rename(path, aside), 0);
    utility_restart_line(h.utility);
    handheld_wait(&h, 10);
    handheld_keys(&h, "ok");
    handheld_expect(&h, _("Enrolling"));
    assert_int_equal(rename(aside, path), 0);
    handheld_wait(&h, 1100);
    expect_enrolled();
}

static void the_language_can_be_changed_before_enrolment(void **state)
{
    (void)state;
    handheld_expect(&h, "Enrolment");
    handheld_keys(&h, "f2");
    handheld_expect_not(&h, "Enrolment");
    handheld_keys(&h, "f2");
    handheld_expect(&h, "Enrolment");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define TEST_WITHOUT_TICKET(name) cmocka_unit_test_setup_teardown(name, begin_without_ticket, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ticket_in_the_folder_enrols_with_one_key),
        TEST_WITHOUT_TICKET(a_scanned_ticket_is_shown_before_it_enrols),
        TEST_WITHOUT_TICKET(a_scan_that_is_no_ticket_changes_nothing),
        TEST_WITHOUT_TICKET(typed_digits_enrol_with_the_server_of_the_settings),
        TEST_WITHOUT_TICKET(a_wrong_digit_of_the_fingerprint_is_the_wrong_host),
        TEST_WITHOUT_TICKET(a_wrong_digit_of_the_code_is_a_wrong_code),
        TEST_WITHOUT_TICKET(digits_that_are_no_ticket_are_said_to_be_wrong),
        TEST(an_answer_of_another_authority_is_refused_by_the_terminal_itself),
        TEST(without_signal_enrolment_says_where_to_go_and_goes_on_there),
        TEST(the_first_book_is_waited_for),
        TEST(switched_off_before_the_first_book_it_goes_on_waiting),
        TEST(a_line_that_is_started_again_is_asked_again),
        TEST(the_language_can_be_changed_before_enrolment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
