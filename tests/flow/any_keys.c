/*
 * Any keys: whatever is pressed, in whatever order, while signal, paper and power come and go, no
 * money is lost or made and the journal stands. Each story is replayed by its seed, which a failure
 * names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "handheld.h"

enum {
    STORIES = 24,
    PRESSES = 250,
    ENTRIES_MOST = UTILITY_ENTRIES_MAX - 64 /* of a story; what comes after still fits */
};

static struct handheld h;
static uint64_t seed;

/* PCG-XSH-RR's multiplier; the upper bits. */
static unsigned dice(unsigned limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % limit;
}

/* OK and digits more often: they lead somewhere. */
static enum key any_key(void)
{
    static const enum key keys[] = {
        PAD_OK,   PAD_OK,   PAD_OK, PAD_OK,    PAD_OK,    PAD_OK, PAD_1,    PAD_2,
        PAD_3,    PAD_4,    PAD_5,  PAD_0,     PAD_0,     PAD_8,  PAD_STAR, PAD_HASH,
        PAD_DOWN, PAD_DOWN, PAD_UP, PAD_RIGHT, PAD_LEFT,  PAD_F1, PAD_F2,   PAD_CANCEL,
        PAD_6,    PAD_7,    PAD_9,  PAD_SCAN,  PAD_CLEAR,
    };
    return keys[dice(sizeof keys / sizeof keys[0])];
}

static void any_weather(void)
{
    static const enum network_bearer bearers[] = {NETWORK_NONE, NETWORK_GPRS, NETWORK_4G};
    static const enum sim_printer_status papers[] = {SIM_PRINTER_OK, SIM_PRINTER_OK,
                                                     SIM_PRINTER_OUT, SIM_PRINTER_OFFLINE};
    switch (dice(4)) {
    case 0:
        handheld_signal(&h, bearers[dice(3)]);
        break;
    case 1:
        sim_printer_set(h.world, papers[dice(4)]);
        break;
    case 2:
        handheld_wait(&h, 1000 * (int64_t)(1 + dice(120)));
        break;
    default:
        handheld_scan(&h, "6100200002");
        break;
    }
}

static void power_goes_and_comes(void)
{
    handheld_cut_power(&h);
    sim_printer_set(h.world, SIM_PRINTER_OK);
    handheld_audit(&h, false);
    handheld_start(&h);
    if (dice(3) != 0) {
        handheld_login(&h);
    }
}

/* Cash in hand and receipts, counted anew from the entries alone. */
static void assert_money_is_conserved(void)
{
    int64_t cash_minor = 0;
    uint64_t receipts = 0;
    for (uint64_t seq = 1; seq <= handheld_head(&h); seq++) {
        struct entry e;
        handheld_entry(&h, seq, &e);
        struct body_shift_opened shift;
        struct body_collection taken;
        if (entry_read_shift_opened(&e, &shift) == TILL_OK) {
            cash_minor = shift.opening_minor;
        } else if (entry_read_collection(&e, &taken) == TILL_OK) {
            assert_true(taken.amount_minor > 0 && taken.tendered_minor >= taken.amount_minor);
            assert_true(taken.late_fee_minor >= 0 && taken.late_fee_minor <= taken.amount_minor);
            cash_minor += taken.tender == TENDER_CASH ? taken.amount_minor : 0;
            receipts = seq;
        }
    }
    assert_int_equal(handheld_cash(&h), cash_minor);
    assert_int_equal(handheld_fold(&h)->last_receipt_seq, receipts);
}

static void assert_everything_reaches_the_office(void)
{
    sim_printer_set(h.world, SIM_PRINTER_OK);
    handheld_signal(&h, NETWORK_4G);
    for (int hour = 0; hour < 3 && h.utility->head != handheld_head(&h); hour++) {
        handheld_wait(&h, INT64_C(3600000));
    }
    assert_int_equal(h.utility->head, handheld_head(&h));
}

static unsigned story(uint64_t number)
{
    seed = number;
    handheld_begin_day(&h, NULL);
    for (int i = 0; i < PRESSES && handheld_head(&h) < ENTRIES_MOST; i++) {
        unsigned chance = dice(100);
        if (chance < 2) {
            power_goes_and_comes();
        } else if (chance < 8) {
            any_weather();
        } else {
            handheld_press(&h, any_key());
        }
    }
    assert_money_is_conserved();
    assert_everything_reaches_the_office();
    unsigned taken = handheld_count(&h, KIND_COLLECTION) + handheld_count(&h, KIND_ADVANCE);
    handheld_stop(&h);
    handheld_audit(&h, true);
    handheld_free(&h);
    return taken;
}

static void any_keys_in_any_weather_lose_no_money(void **state)
{
    (void)state;
    unsigned taken = 0;
    for (uint64_t number = 1; number <= STORIES; number++) {
        print_message("# story %llu\n", (unsigned long long)number);
        taken += story(number);
    }
    print_message("# %u times money was taken\n", taken);
    /* Stories in which nothing is ever collected would prove little. */
    assert_in_range(taken, STORIES / 2, 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_keys_in_any_weather_lose_no_money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
