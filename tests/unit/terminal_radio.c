/* The radio: what is asked of modem and receiver, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "radio.h"
#include "text.h"

/* ---- devices that write down ----------------------------------------------------------------- */

static struct {
    struct modem_state state;
    enum till_status answer; /* to state */
    bool takes_apn;          /* attaching works */
    int joins, resets, on, off, reads;
    char apn[MODEM_APN_MAX + 1];
    struct position_fix fix;
    enum till_status fix_status;
} world;

static int no_fd(void *context)
{
    (void)context;
    return -1;
}

static enum till_status tell(void *context, struct modem_state *state_out)
{
    (void)context;
    if (world.answer == TILL_OK) {
        *state_out = world.state;
    }
    return world.answer;
}

static enum till_status join(void *context, const char *apn)
{
    (void)context;
    world.joins++;
    text_copy(world.apn, sizeof world.apn, apn);
    world.state.attached = world.takes_apn;
    return TILL_OK;
}

static enum till_status leave(void *context)
{
    (void)context;
    return TILL_OK;
}

static enum till_status restart(void *context)
{
    (void)context;
    world.resets++;
    return TILL_OK;
}

static enum till_status locate(void *context, struct position_fix *fix_out)
{
    (void)context;
    world.reads++;
    if (world.fix_status == TILL_OK) {
        *fix_out = world.fix;
    }
    return world.fix_status;
}

static enum till_status turn(void *context, bool on)
{
    (void)context;
    world.on += on;
    world.off += !on;
    return TILL_OK;
}

static void shut(void *context)
{
    (void)context;
}

static struct modem modem;
static struct position position;
static struct board board;
static struct radio radio;
static int64_t now_ms;

static int begin(void **state)
{
    (void)state;
    memset(&world, 0, sizeof world);
    world.state = (struct modem_state){.sim = MODEM_SIM_READY, .registration = MODEM_HOME};
    world.fix = (struct position_fix){303000000, 1203000000, 50, 1, 3};
    modem = (struct modem){.apn = "cmnet",
                           .fd = no_fd,
                           .state = tell,
                           .attach = join,
                           .detach = leave,
                           .reset = restart,
                           .close = shut};
    position = (struct position){NULL, locate, turn, shut};
    board = (struct board){.name = "x", .modem = &modem, .position = &position};
    now_ms = 1000;
    radio_open(&radio, &board, "");
    return 0;
}

/* Seconds pass, with a step in each. */
static void pass(int seconds, bool working)
{
    for (int i = 0; i < seconds; i++) {
        radio_step(&radio, true, working, now_ms);
        now_ms += 1000;
    }
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void a_modem_on_the_network_is_attached_at_start_with_the_board_s_apn(void **state)
{
    (void)state;
    world.takes_apn = true;
    pass(100, false);
    assert_int_equal(world.joins, 1);
    assert_string_equal(world.apn, "cmnet");
    world.state.attached = false; /* the network let go */
    pass(2, false);
    assert_int_equal(world.joins, 2);
}

static void the_terminal_s_own_apn_goes_before_the_board_s(void **state)
{
    (void)state;
    radio_open(&radio, &board, "3gnet");
    pass(2, false);
    assert_string_equal(world.apn, "3gnet");
}

static void without_an_apn_somebody_else_attaches(void **state)
{
    (void)state;
    modem.apn = NULL;
    radio_open(&radio, &board, "");
    pass(3600, false);
    assert_int_equal(world.joins, 0);
    assert_int_equal(world.resets, 0);
}

static void attaching_that_fails_is_tried_ever_more_seldom_and_then_the_modem_reset(void **state)
{
    (void)state;
    pass(29, false);
    assert_int_equal(world.joins, 1);
    pass(2, false);
    assert_int_equal(world.joins, 2);
    pass(58, false);
    assert_int_equal(world.joins, 2);
    pass(3, false);
    assert_int_equal(world.joins, 3);
    pass(1000, false);
    assert_int_equal(world.resets, 1);
    int joins = world.joins;
    pass(7200, false);
    assert_in_range(world.joins - joins, 5, 20);
    assert_in_range(world.resets, 2, 4);
}

static void without_a_sim_or_a_network_nothing_is_attached(void **state)
{
    (void)state;
    world.state.sim = MODEM_SIM_PIN;
    pass(7200, false);
    world.state = (struct modem_state){.sim = MODEM_SIM_READY, .registration = MODEM_DENIED};
    pass(7200, false);
    world.answer = TILL_DEVICE_OFFLINE;
    pass(7200, false);
    assert_int_equal(world.joins, 0);
    assert_int_equal(world.resets, 0);
    assert_false(radio.is_there);
}

static void a_sim_that_finds_no_network_for_an_hour_has_its_modem_reset(void **state)
{
    (void)state;
    world.state.registration = MODEM_SEARCHING;
    pass(3599, false);
    assert_int_equal(world.resets, 0);
    pass(3, false);
    assert_int_equal(world.resets, 1);
    pass(3000, false);
    assert_int_equal(world.resets, 1);
}

static void the_receiver_is_on_while_somebody_works_and_read_every_five_seconds(void **state)
{
    (void)state;
    pass(10, false);
    assert_int_equal(world.on + world.off + world.reads, 0);
    assert_false(radio.has_fix);
    pass(10, true);
    assert_int_equal(world.on, 1);
    assert_int_equal(world.reads, 2);
    assert_true(radio.has_fix);
    assert_int_equal(radio.fix.latitude_e7, 303000000);
    pass(2, false);
    assert_int_equal(world.off, 1);
    assert_false(radio.has_fix);
}

static void an_old_or_unsure_fix_is_none(void **state)
{
    (void)state;
    world.fix.age_s = 121;
    pass(6, true);
    assert_false(radio.has_fix);
    world.fix.age_s = 120;
    pass(6, true);
    assert_true(radio.has_fix);
    world.fix.accuracy_dm = 10001;
    pass(6, true);
    assert_false(radio.has_fix);
    world.fix_status = TILL_NOT_FOUND;
    pass(6, true);
    assert_false(radio.has_fix);
}

static void a_board_without_modem_and_receiver_is_fine(void **state)
{
    (void)state;
    board.modem = NULL;
    board.position = NULL;
    radio_open(&radio, &board, "cmnet");
    pass(10, true);
    assert_int_equal(world.joins + world.reads, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        TEST(a_modem_on_the_network_is_attached_at_start_with_the_board_s_apn),
        TEST(the_terminal_s_own_apn_goes_before_the_board_s),
        TEST(without_an_apn_somebody_else_attaches),
        TEST(attaching_that_fails_is_tried_ever_more_seldom_and_then_the_modem_reset),
        TEST(without_a_sim_or_a_network_nothing_is_attached),
        TEST(a_sim_that_finds_no_network_for_an_hour_has_its_modem_reset),
        TEST(the_receiver_is_on_while_somebody_works_and_read_every_five_seconds),
        TEST(an_old_or_unsure_fix_is_none),
        TEST(a_board_without_modem_and_receiver_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
