/* The pages' checksum: the published one, whatever this processor has for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crc.h"

static uint32_t crc_of(const char *text)
{
    return ~crc_add(0xffffffffu, (const uint8_t *)text, strlen(text));
}

static void the_check_values_of_the_standard_come_out(void **state)
{
    (void)state;
    assert_int_equal(crc_of(""), 0);
    assert_int_equal(crc_of("123456789"), 0xCBF43926);
    assert_int_equal(crc_of("The quick brown fox jumps over the lazy dog"), 0x414FA339);
}

static void any_length_and_place_gives_the_same_with_and_without_the_processor_s_help(void **state)
{
    enum { ROOM = 700, OFFSETS = 17 };
    uint8_t bytes[ROOM + OFFSETS];
    uint32_t random = 1;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        random = random * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(random >> 24);
    }
    for (size_t offset = 0; offset < OFFSETS; offset++)
        for (size_t size = 0; size <= ROOM; size++)
            assert_int_equal(crc_add(random, bytes + offset, size),
                             crc_add_plain(random, bytes + offset, size));
}

static void what_is_summed_in_pieces_is_summed_as_a_whole(void **state)
{
    uint8_t page[4096];

    (void)state;
    for (size_t i = 0; i < sizeof page; i++)
        page[i] = (uint8_t)(i * i >> 3);
    uint32_t whole = crc_add(0xffffffffu, page, sizeof page);
    for (size_t first = 0; first <= sizeof page; first += 61) {
        uint32_t crc = crc_add(0xffffffffu, page, first);
        assert_int_equal(crc_add(crc, page + first, sizeof page - first), whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_check_values_of_the_standard_come_out),
        cmocka_unit_test(any_length_and_place_gives_the_same_with_and_without_the_processor_s_help),
        cmocka_unit_test(what_is_summed_in_pieces_is_summed_as_a_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
