/* Codes of approval: fixed vectors, and what a code is bound to, against both back ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "approval.h"
#include "limit.h"

/*
 * The expected values were computed apart from this program, with Python's hashlib and hmac:
 *   key = hmac.new(bytes(range(32)), b"fieldtill/approval/1", hashlib.sha256).digest()
 *   pre = b"fieldtill/challenge/1" + b"\x04" + b"0031" + bytes([purpose, limit]) + subject +
 *         struct.pack(">Q", value)
 *   challenge = "%010d" % (int.from_bytes(hashlib.sha256(pre).digest()[:8], "big") % 10**10)
 *   mac = hmac.new(key, b"fieldtill/code/1" + challenge.encode() + bytes([purpose]) +
 *         struct.pack(">Q", value) + bytes([len(approver)]) + approver, hashlib.sha256).digest()
 *   code = "%08d" % (int.from_bytes(mac[:8], "big") % 10**8)
 * subject is the hash of entry 4 of db/JOURNAL.md's worked bytes.
 */
#define KEY_HEX "12effd426763d2c5772f4fdf5417efba38b4e5ea802e7e30d6bf70989494ad7a"
#define SUBJECT_HEX "71b85f6171daf9249c5000b0db0f13c9ded07754fb41d6e5ece0b076497b61a0"

static uint8_t key[HASH_SIZE];
static struct approval reversal = {
    .purpose = APPROVAL_REVERSAL, .terminal = "0031", .value = 19058, .limit = LIMIT_NONE};
static struct approval cash = {
    .purpose = APPROVAL_LIMIT, .terminal = "0031", .value = 1000000, .limit = LIMIT_CASH};

static int set_up(void **state)
{
    uint8_t secret[32];
    (void)state;
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)i;
    if (hex_decode(SUBJECT_HEX, 2 * HASH_SIZE, reversal.subject, HASH_SIZE) != TILL_OK)
        return -1;
    memcpy(cash.subject, reversal.subject, HASH_SIZE);
    return approval_key((struct span){secret, sizeof secret}, key) == TILL_OK ? 0 : -1;
}

static void assert_code(const struct approval *a, const char *approver, const char *challenge,
                        const char *code)
{
    char seen[APPROVAL_CHALLENGE_MAX];
    char answer[APPROVAL_CODE_MAX];
    assert_int_equal(approval_challenge(a, seen), TILL_OK);
    assert_string_equal(seen, challenge);
    assert_int_equal(approval_code(key, seen, a->purpose, a->value, approver, answer), TILL_OK);
    assert_string_equal(answer, code);
    assert_int_equal(approval_check(key, a, approver, code), TILL_OK);
}

static void the_key_is_that_of_the_secret(void **state)
{
    char hex[2 * HASH_SIZE + 1];
    (void)state;
    hex_encode((struct span){key, HASH_SIZE}, hex);
    assert_string_equal(hex, KEY_HEX);
}

static void challenges_and_codes_are_the_fixed_ones(void **state)
{
    struct approval small = reversal;
    (void)state;
    assert_code(&reversal, "2001", "0965710972", "36062777");
    assert_code(&reversal, "0", "0965710972", "63645612");
    assert_code(&cash, "2001", "9643697584", "26251777");
    assert_code(&cash, "0", "9643697584", "48616784");
    small.value = 12; /* a code that begins with a nought */
    assert_code(&small, "2001", "7315517754", "01037411");
}

static void assert_refused(const struct approval *a, const char *approver, const char *code)
{
    assert_int_equal(approval_check(key, a, approver, code), TILL_WRONG_PIN);
}

static void a_code_serves_for_nothing_else(void **state)
{
    struct approval other = reversal;
    (void)state;
    other.value++;
    assert_refused(&other, "2001", "36062777");
    other = reversal;
    other.subject[31] ^= 1;
    assert_refused(&other, "2001", "36062777");
    other = reversal;
    memcpy(other.terminal, "0032", 5);
    assert_refused(&other, "2001", "36062777");
    other = cash;
    other.limit = LIMIT_DAY;
    assert_refused(&other, "2001", "26251777");
    assert_refused(&reversal, "2002", "36062777");
    assert_refused(&reversal, "0", "36062777");
}

static void a_code_of_another_terminal_s_key_is_wrong(void **state)
{
    uint8_t other[HASH_SIZE];
    (void)state;
    memcpy(other, key, HASH_SIZE);
    other[0] ^= 0x80;
    assert_int_equal(approval_check(other, &reversal, "2001", "36062777"), TILL_WRONG_PIN);
}

static void what_is_no_code_is_wrong_and_no_more(void **state)
{
    static const char *const codes[] = {"",         "3606277",   "360627777",
                                        "36062778", "3606277a",  " 36062777",
                                        "-6062777", "36062777 ", "00000000"};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        assert_refused(&reversal, "2001", codes[i]);
}

static void a_question_that_can_t_be_is_refused(void **state)
{
    char challenge[APPROVAL_CHALLENGE_MAX];
    char code[APPROVAL_CODE_MAX];
    struct approval bad = reversal;
    (void)state;
    bad.value = 0;
    assert_int_equal(approval_challenge(&bad, challenge), TILL_BAD_INPUT);
    bad = reversal;
    bad.limit = LIMIT_CASH;
    assert_int_equal(approval_challenge(&bad, challenge), TILL_BAD_INPUT);
    bad = cash;
    bad.limit = LIMIT_NONE;
    assert_int_equal(approval_challenge(&bad, challenge), TILL_BAD_INPUT);
    bad = cash;
    memcpy(bad.terminal, "a", 2);
    assert_int_equal(approval_challenge(&bad, challenge), TILL_BAD_INPUT);
    assert_int_equal(approval_code(key, "096571097", APPROVAL_REVERSAL, 5, "2001", code),
                     TILL_BAD_INPUT);
    assert_int_equal(approval_code(key, "09657109721", APPROVAL_REVERSAL, 5, "2001", code),
                     TILL_BAD_INPUT);
    assert_int_equal(approval_code(key, "096571097x", APPROVAL_REVERSAL, 5, "2001", code),
                     TILL_BAD_INPUT);
    assert_int_equal(approval_code(key, "0965710972", APPROVAL_REVERSAL, 5, "", code),
                     TILL_BAD_INPUT);
    assert_int_equal(approval_code(key, "0965710972", APPROVAL_REVERSAL, -5, "2001", code),
                     TILL_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_is_that_of_the_secret),
        cmocka_unit_test(challenges_and_codes_are_the_fixed_ones),
        cmocka_unit_test(a_code_serves_for_nothing_else),
        cmocka_unit_test(a_code_of_another_terminal_s_key_is_wrong),
        cmocka_unit_test(what_is_no_code_is_wrong_and_no_more),
        cmocka_unit_test(a_question_that_can_t_be_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
