/* Lists of collected accounts from terminal to terminal: what was signed is read, nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collected.h"
#include "crypto.h"

static struct crypto_key *key, *other_key;
static struct sealer giver, other;

static int make_keys(void **state)
{
    (void)state;
    if (crypto_key_create(&key) != TILL_OK || crypto_key_create(&other_key) != TILL_OK) {
        return -1;
    }
    crypto_sealer(&giver, key);
    crypto_sealer(&other, other_key);
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    crypto_key_free(key);
    crypto_key_free(other_key);
    return 0;
}

/* Nearly consecutive, as in life. */
static struct collected_page page_of(size_t count)
{
    struct collected_page p = {
        .terminal = "0031", .at_s = 1795309200, .page = 1, .pages = 2, .count = count};
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(p.accounts[i], ACCOUNT_MAX, "61002%05u", (unsigned)(34000 + 7 * i));
    }
    return p;
}

static void a_page_comes_back_and_says_whose_it_is(void **state)
{
    (void)state;
    struct collected_page p = page_of(40), read;
    char text[COLLECTED_TEXT_MAX], whose[TERMINAL_MAX];
    assert_int_equal(collected_write(&giver, &p, text), TILL_OK);
    assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567:1"), strlen(text));
    assert_int_equal(collected_whose(text, strlen(text), whose), TILL_OK);
    assert_string_equal(whose, "0031");
    assert_int_equal(collected_read(&giver, text, strlen(text), &read), TILL_OK);
    assert_memory_equal(&read, &p, sizeof(p));
}

static void a_page_takes_what_fits_its_code(void **state)
{
    (void)state;
    struct collected_page p = page_of(COLLECTED_ACCOUNTS_MAX);
    char text[COLLECTED_TEXT_MAX];
    assert_int_equal(collected_write(&giver, &p, text), TILL_TOO_LARGE);
    size_t fit = collected_fit("0031", (const char(*)[ACCOUNT_MAX])p.accounts, p.count);
    assert_in_range(fit, 50, COLLECTED_ACCOUNTS_MAX - 1);
    p.count = fit;
    assert_int_equal(collected_write(&giver, &p, text), TILL_OK);
    assert_true(strlen(text) <= COLLECTED_CHARACTERS_MAX);
    p.count++;
    assert_int_equal(collected_write(&giver, &p, text), TILL_TOO_LARGE);
    assert_int_equal(collected_fit("0031", (const char(*)[ACCOUNT_MAX])p.accounts, 3), 3);
}

/* Whatever a display can show: as many as fit it, and one more would not. */
static void a_page_takes_what_fits_a_smaller_code(void **state)
{
    (void)state;
    char text[COLLECTED_TEXT_MAX];
    for (size_t characters = 160; characters <= COLLECTED_CHARACTERS_MAX; characters++) {
        struct collected_page p = page_of(COLLECTED_ACCOUNTS_MAX);
        p.count = collected_fit_within("0031", (const char(*)[ACCOUNT_MAX])p.accounts, p.count,
                                       characters);
        assert_in_range(p.count, 1, COLLECTED_ACCOUNTS_MAX - 1);
        assert_int_equal(collected_write(&giver, &p, text), TILL_OK);
        assert_true(strlen(text) <= characters);
        p.count++;
        assert_true(collected_write(&giver, &p, text) != TILL_OK || strlen(text) > characters);
    }
    struct collected_page p = page_of(2);
    for (size_t characters = 0; characters < 120; characters++)
        assert_int_equal(
            collected_fit_within("0031", (const char(*)[ACCOUNT_MAX])p.accounts, 2, characters), 0);
}

static void another_key_or_an_altered_page_is_refused(void **state)
{
    (void)state;
    struct collected_page p = page_of(20), read = {.count = 77};
    char text[COLLECTED_TEXT_MAX];
    assert_int_equal(collected_write(&giver, &p, text), TILL_OK);
    size_t size = strlen(text);
    assert_int_equal(collected_read(&other, text, size, &read), TILL_E_SIGNATURE);
    for (size_t i = 0; i < size; i++) {
        char was = text[i];
        text[i] = was == 'A' ? 'B' : 'A';
        assert_int_not_equal(collected_read(&giver, text, size, &read), TILL_OK);
        text[i] = was;
    }
    assert_int_not_equal(collected_read(&giver, text, size - 1, &read), TILL_OK);
    assert_int_equal(read.count, 77);
    assert_int_equal(collected_read(&giver, text, size, &read), TILL_OK);
}

static void a_page_that_can_not_be_is_not_written(void **state)
{
    (void)state;
    char text[COLLECTED_TEXT_MAX];
    struct collected_page p = page_of(0);
    assert_int_equal(collected_write(&giver, &p, text), TILL_BAD_INPUT);
    p = page_of(3);
    memcpy(p.accounts[2], p.accounts[1], ACCOUNT_MAX); /* twice */
    assert_int_equal(collected_write(&giver, &p, text), TILL_BAD_INPUT);
    p = page_of(3);
    p.page = 3;
    assert_int_equal(collected_write(&giver, &p, text), TILL_BAD_INPUT);
    p = page_of(3);
    memcpy(p.terminal, "00 1", 5);
    assert_int_equal(collected_write(&giver, &p, text), TILL_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_comes_back_and_says_whose_it_is),
        cmocka_unit_test(a_page_takes_what_fits_its_code),
        cmocka_unit_test(a_page_takes_what_fits_a_smaller_code),
        cmocka_unit_test(another_key_or_an_altered_page_is_refused),
        cmocka_unit_test(a_page_that_can_not_be_is_not_written),
    };
    return cmocka_run_group_tests_name("wire_collected", tests, make_keys, free_keys);
}
