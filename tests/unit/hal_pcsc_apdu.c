/* APDUs on their way to a card of T=0 and back, against cards that answer as told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pcsc_apdu.h"

/* What the card is to receive, and what it then answers, in turn. */
struct turn {
    const char *command;
    size_t command_size;
    const char *answer;
    size_t answer_size;
};
#define TURN(command, answer)                                                                      \
    {                                                                                              \
        command, sizeof command - 1, answer, sizeof answer - 1                                     \
    }

static const struct turn *turns;
static size_t turn_count, turn_at;
static uint8_t response[CARD_RESPONSE_MAX];
static size_t response_size;

static enum till_status play(void *context, struct span command, uint8_t *response_out,
                             size_t capacity, size_t *size_out)
{
    (void)context;
    assert_true(turn_at < turn_count);
    const struct turn *turn = &turns[turn_at++];
    assert_int_equal(command.size, turn->command_size);
    assert_memory_equal(command.data, turn->command, turn->command_size);
    assert_true(turn->answer_size <= capacity);
    memcpy(response_out, turn->answer, turn->answer_size);
    *size_out = turn->answer_size;
    return TILL_OK;
}

static enum till_status exchange(const struct turn *script, size_t count, bool t0,
                                 const char *command, size_t size)
{
    struct apdu_carrier carrier = {NULL, play};
    turns = script;
    turn_count = count;
    turn_at = 0;
    response_size = 0;
    enum till_status status =
        apdu_exchange(&carrier, t0, (struct span){(const uint8_t *)command, size}, response,
                      sizeof response, &response_size);
    assert_int_equal(turn_at, count);
    return status;
}
#define EXCHANGE(script, t0, command)                                                              \
    exchange(script, sizeof script / sizeof *script, t0, command, sizeof command - 1)

static void expect(const char *bytes, size_t size)
{
    assert_int_equal(response_size, size);
    assert_memory_equal(response, bytes, size);
}
#define EXPECT(bytes) expect(bytes, sizeof bytes - 1)

static void t0_gets_no_le_after_data_and_get_response_fetches_the_answer(void **state)
{
    (void)state;
    static const struct turn script[] = {
        TURN("\x00\xA4\x00\x00\x02\xDF\x01", "\x61\x04"),
        TURN("\x00\xC0\x00\x00\x04", "\x6F\x02\x84\x00\x90\x00"),
    };
    assert_int_equal(EXCHANGE(script, true, "\x00\xA4\x00\x00\x02\xDF\x01\x00"), TILL_OK);
    EXPECT("\x6F\x02\x84\x00\x90\x00");
}

static void t1_gets_the_command_as_it_is(void **state)
{
    (void)state;
    static const struct turn script[] = {
        TURN("\x00\xA4\x00\x00\x02\xDF\x01\x00", "\x6F\x00\x90\x00"),
    };
    assert_int_equal(EXCHANGE(script, false, "\x00\xA4\x00\x00\x02\xDF\x01\x00"), TILL_OK);
    EXPECT("\x6F\x00\x90\x00");
}

static void a_command_without_data_has_p3_zero_in_t0(void **state)
{
    (void)state;
    static const struct turn zero[] = {TURN("\x80\x82\x00\x01\x00", "\x90\x00")};
    static const struct turn plain[] = {TURN("\x80\x82\x00\x01", "\x90\x00")};
    assert_int_equal(EXCHANGE(zero, true, "\x80\x82\x00\x01"), TILL_OK);
    EXPECT("\x90\x00");
    assert_int_equal(EXCHANGE(plain, false, "\x80\x82\x00\x01"), TILL_OK);
}

static void a_wrong_le_is_put_right_once(void **state)
{
    (void)state;
    static const struct turn right[] = {
        TURN("\x00\xB0\x81\x00\x00", "\x6C\x03"),
        TURN("\x00\xB0\x81\x00\x03", "\x01\x02\x03\x90\x00"),
    };
    static const struct turn stubborn[] = {
        TURN("\x00\xB0\x81\x00\x00", "\x6C\x03"),
        TURN("\x00\xB0\x81\x00\x03", "\x6C\x03"),
    };
    assert_int_equal(EXCHANGE(right, true, "\x00\xB0\x81\x00\x00"), TILL_OK);
    EXPECT("\x01\x02\x03\x90\x00");
    assert_int_equal(EXCHANGE(stubborn, true, "\x00\xB0\x81\x00\x00"), TILL_OK);
    EXPECT("\x6C\x03");
}

static void an_answer_in_pieces_is_one(void **state)
{
    (void)state;
    static const struct turn script[] = {
        TURN("\x00\xB0\x81\x00\x00", "\x01\x02\x61\x10"),
        TURN("\x00\xC0\x00\x00\x10", "\x6C\x02"),
        TURN("\x00\xC0\x00\x00\x02", "\x03\x04\x61\x01"),
        TURN("\x00\xC0\x00\x00\x01", "\x05\x90\x00"),
    };
    assert_int_equal(EXCHANGE(script, true, "\x00\xB0\x81\x00\x00"), TILL_OK);
    EXPECT("\x01\x02\x03\x04\x05\x90\x00");
}

static void who_asked_for_no_data_gets_the_status_word(void **state)
{
    (void)state;
    static const struct turn script[] = {TURN("\x00\xA4\x00\x00\x02\xDF\x01", "\x61\x04")};
    assert_int_equal(EXCHANGE(script, true, "\x00\xA4\x00\x00\x02\xDF\x01"), TILL_OK);
    EXPECT("\x61\x04");
}

static void get_response_keeps_the_class_of_a_channel_and_of_a_sim_only(void **state)
{
    (void)state;
    static const struct turn channel[] = {TURN("\x0D\xA4\x00\x00\x01\x01", "\x61\x01"),
                                          TURN("\x01\xC0\x00\x00\x01", "\xAA\x90\x00")};
    static const struct turn sim[] = {TURN("\xA0\xA4\x00\x00\x01\x01", "\x61\x01"),
                                      TURN("\xA0\xC0\x00\x00\x01", "\xAA\x90\x00")};
    static const struct turn purse[] = {TURN("\x80\x50\x00\x00\x01\x01", "\x61\x01"),
                                        TURN("\x00\xC0\x00\x00\x01", "\xAA\x90\x00")};
    assert_int_equal(EXCHANGE(channel, true, "\x0D\xA4\x00\x00\x01\x01\x00"), TILL_OK);
    assert_int_equal(EXCHANGE(sim, true, "\xA0\xA4\x00\x00\x01\x01\x00"), TILL_OK);
    assert_int_equal(EXCHANGE(purse, true, "\x80\x50\x00\x00\x01\x01\x00"), TILL_OK);
    EXPECT("\xAA\x90\x00");
}

static enum till_status never_ends(void *context, struct span command, uint8_t *response_out,
                                   size_t capacity, size_t *size_out)
{
    int *times = context;
    (void)command;
    (void)capacity;
    ++*times;
    memcpy(response_out, "\x61\x00", 2);
    *size_out = 2;
    return TILL_OK;
}

static enum till_status says_too_much(void *context, struct span command, uint8_t *response_out,
                                      size_t capacity, size_t *size_out)
{
    (void)context;
    (void)command;
    memset(response_out, 0x61, capacity);
    *size_out = capacity;
    return TILL_OK;
}

static enum till_status says_nothing(void *context, struct span command, uint8_t *response_out,
                                     size_t capacity, size_t *size_out)
{
    (void)context;
    (void)command;
    (void)capacity;
    response_out[0] = 0x90;
    *size_out = 1;
    return TILL_OK;
}

static void a_card_that_never_ends_or_says_too_much_or_too_little_is_garbled(void **state)
{
    (void)state;
    int times = 0;
    struct span command = {(const uint8_t *)"\x00\xB0\x81\x00\x00", 5};
    const struct apdu_carrier carriers[] = {
        {&times, never_ends}, {NULL, says_too_much}, {NULL, says_nothing}};
    for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++) {
        response_size = 77;
        assert_int_equal(
            apdu_exchange(&carriers[i], true, command, response, sizeof response, &response_size),
            TILL_E_PROTOCOL);
        assert_int_equal(response_size, 77);
    }
    assert_in_range(times, 2, 30);
}

static void what_is_no_short_command_is_never_sent(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } bad[] = {
        {"\x00\xA4\x00", 3},
        {"\x00\xA4\x00\x00\x02\xDF", 6},             /* too little data */
        {"\x00\xA4\x00\x00\x02\xDF\x01\x00\x00", 9}, /* too much */
        {"\x00\xA4\x00\x00\x00\x00\x01\xDF", 8},     /* extended */
    };
    struct apdu_carrier carrier = {NULL, play};
    turn_count = 0;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(apdu_exchange(&carrier, true,
                                       (struct span){(const uint8_t *)bad[i].bytes, bad[i].size},
                                       response, sizeof response, &response_size),
                         TILL_BAD_INPUT);
    }
}

static void an_answer_to_reset_is_as_long_as_it_says(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        bool whole;
    } atrs[] = {
        {"\x3B\x00", 2, true},
        {"\x3B\x69\x00\x00ELECCARD1", 13, true},
        {"\x3B\x69\x00\x00ELECCARD", 12, false},
        {"\x3F\x65\x25\x08\x93\x04\x6C\x90\x00", 9, true},
        {"\x3B\x80\x80\x01\x01", 5, true}, /* TD1, TD2 = T=1, check byte */
        {"\x3B\x80\x80\x01", 4, true},     /* and without it: readers differ */
        {"\x3B\x80\x80", 3, false},
        {"\x00\x00", 2, false}, /* upside down */
        {"\xFF\xFF", 2, false},
        {"\x3B", 1, false},
    };
    for (size_t i = 0; i < sizeof atrs / sizeof *atrs; i++) {
        struct span atr = {(const uint8_t *)atrs[i].bytes, atrs[i].size};
        if (atr_is_whole(atr) != atrs[i].whole) {
            fail_msg("answer %zu", i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t0_gets_no_le_after_data_and_get_response_fetches_the_answer),
        cmocka_unit_test(t1_gets_the_command_as_it_is),
        cmocka_unit_test(a_command_without_data_has_p3_zero_in_t0),
        cmocka_unit_test(a_wrong_le_is_put_right_once),
        cmocka_unit_test(an_answer_in_pieces_is_one),
        cmocka_unit_test(who_asked_for_no_data_gets_the_status_word),
        cmocka_unit_test(get_response_keeps_the_class_of_a_channel_and_of_a_sim_only),
        cmocka_unit_test(a_card_that_never_ends_or_says_too_much_or_too_little_is_garbled),
        cmocka_unit_test(what_is_no_short_command_is_never_sent),
        cmocka_unit_test(an_answer_to_reset_is_as_long_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
