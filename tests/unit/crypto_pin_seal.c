/* A changed PIN on its way to the office: a fixed vector, and both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pin_seal.h"

/*
 * Computed apart from this program, with Python's hashlib and hmac:
 *   salt = bytes(range(0xa0, 0xb0))
 *   stretched = hashlib.pbkdf2_hmac("sha256", b"8024", salt, 1000)
 *   tagged = b"fieldtill/pin/1" + b"1001" + salt
 *   stream = hmac.new(bytes(range(32)), tagged, hashlib.sha256).digest()
 *   sealed = bytes(a ^ b for a, b in zip(stretched, stream))
 */
#define STRETCHED_HEX "cc9cf42e21456a1c07e31c925401f65da8f7c26a1c21a95875a10cfe68dbbdb0"
#define SEALED_HEX "3a211dd244b7e845996823d523c70e3d7eaeedc0a9b9d34966596a97e50445d6"

static uint8_t secret[HASH_SIZE], salt[16], stretched[HASH_SIZE], sealed[HASH_SIZE];

static int begin(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof secret; i++)
        secret[i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof salt; i++)
        salt[i] = (uint8_t)(0xa0 + i);
    return hex_decode(STRETCHED_HEX, 2 * HASH_SIZE, stretched, HASH_SIZE) == TILL_OK &&
                   hex_decode(SEALED_HEX, 2 * HASH_SIZE, sealed, HASH_SIZE) == TILL_OK
               ? 0
               : -1;
}

static void a_stretched_pin_is_sealed_as_the_journal_says(void **state)
{
    uint8_t out[HASH_SIZE];
    (void)state;
    assert_int_equal(pin_seal(secret, "1001", salt, stretched, out), TILL_OK);
    assert_memory_equal(out, sealed, HASH_SIZE);
}

static void what_was_sealed_is_opened_in_place(void **state)
{
    uint8_t both[HASH_SIZE];
    (void)state;
    memcpy(both, sealed, HASH_SIZE);
    assert_int_equal(pin_seal(secret, "1001", salt, both, both), TILL_OK);
    assert_memory_equal(both, stretched, HASH_SIZE);
}

static void another_user_salt_or_device_opens_nothing(void **state)
{
    uint8_t out[HASH_SIZE];
    (void)state;
    assert_int_equal(pin_seal(secret, "1002", salt, sealed, out), TILL_OK);
    assert_memory_not_equal(out, stretched, HASH_SIZE);
    salt[15] ^= 1;
    assert_int_equal(pin_seal(secret, "1001", salt, sealed, out), TILL_OK);
    assert_memory_not_equal(out, stretched, HASH_SIZE);
    salt[15] ^= 1;
    secret[31] ^= 1;
    assert_int_equal(pin_seal(secret, "1001", salt, sealed, out), TILL_OK);
    assert_memory_not_equal(out, stretched, HASH_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_stretched_pin_is_sealed_as_the_journal_says, begin),
        cmocka_unit_test_setup(what_was_sealed_is_opened_in_place, begin),
        cmocka_unit_test_setup(another_user_salt_or_device_opens_nothing, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
