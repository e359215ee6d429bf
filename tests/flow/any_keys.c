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
#include <string.h>

#include <cmocka.h>

#include "handheld.h"
#include "parts.h"
#include "text.h"

enum {
    STORIES = 24,
    PRESSES = 250,
    ENTRIES_MOST = UTILITY_ENTRIES_MAX - 64 /* of a story; what comes after still fits */
};

static struct handheld h;
static unsigned carried; /* how often cash went on to somebody or to the bank */
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

/* A bill, or the latest paper: it may be looked at, undone or disputed. */
static void scan_something(void)
{
    char code[PROOF_TEXT_MAX];
    uint64_t seq = h.app->journal ? handheld_fold(&h)->last_receipt_seq : 0;
    handheld_scan(&h, seq > 0 && dice(4) > 0 ? handheld_code(&h, seq, code) : "6100200002");
}

/* What random keys find too seldom: wherever they stand, someone pays at the next door. */
static void try_to_collect(void)
{
    handheld_keys(&h, "cancel cancel cancel cancel cancel 1 ok ok ok ok");
}

/* And someone wants their money back. */
static void try_to_undo(void)
{
    handheld_keys(&h, "cancel cancel cancel cancel cancel 6 4");
    scan_something();
    handheld_keys(&h, "f1 2 1 ok ok ok");
}

/* And asks the office, or passes a list on. */
static void try_to_ask(void)
{
    static const char *const ways[] = {"2 6 1 0 1 ok right ok", "2 6 1 0 1 ok f1 9"};
    static const char *const lists[] = {"1 ok 1 ok ok", "2 f1", "1 ok 2"};
    h.utility->silent = dice(3) == 0;
    h.utility->elsewhere_minor[dice(UTILITY_CUSTOMERS)] = 100 * (int64_t)dice(200);
    handheld_keys(&h, "cancel cancel cancel cancel cancel");
    if (strcmp(handheld_screen(&h), "home") == 0 && dice(2) == 0) {
        handheld_keys(&h, "6");
        handheld_choose(&h, _("Collected list"));
        handheld_keys(&h, lists[dice(sizeof lists / sizeof lists[0])]);
    } else {
        handheld_keys(&h, ways[dice(sizeof ways / sizeof ways[0])]);
    }
    if (dice(2) == 0)
        scan_something();
}

/* And the day ends: the cash goes to the bank or to a supervisor, and another shift begins. */
static void try_to_carry(void)
{
    char keys[96];
    handheld_keys(&h, "cancel cancel cancel cancel cancel");
    if (strcmp(handheld_screen(&h), "home") != 0)
        return;
    handheld_keys(&h, "f1 ok 1 f1 f1 ok ok 5 ok ok down");
    snprintf(keys, sizeof keys, "3 1 f1 f1 %u %u 8 8 0 %u ok ok ok ok ok", 1 + dice(2), 1 + dice(2),
             dice(10));
    handheld_keys(&h, dice(2) ? keys : "1 ok 2 0 0 1 ok ok ok ok cancel");
    handheld_keys(&h, dice(2) ? "4 ok 5 ok ok ok cancel" : "cancel");
    handheld_keys(&h, "1 0 0 ok");
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
        scan_something();
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

static void count_payment(const struct entry *e, struct body_collection *taken)
{
    assert_int_equal(entry_read_collection(e, taken), TILL_OK);
    assert_true(taken->amount_minor > 0);
    assert_true(taken->late_fee_minor >= 0 && taken->late_fee_minor <= taken->amount_minor);
}

struct cash {
    int64_t bag, held, open; /* open: deposits that differ */
};

static void count_carried(const struct entry *e, struct cash *cash)
{
    struct body_shift_closed z;
    struct body_handover_given given;
    struct body_deposit deposit;
    struct body_variance_explained explained;
    if (entry_read_shift_closed(e, &z) == TILL_OK) {
        cash->bag = 0;
        cash->held += z.counted_minor;
    } else if (entry_read_handover_given(e, &given) == TILL_OK) {
        cash->held -= given.amount_minor;
    } else if (entry_read_deposit(e, &deposit) == TILL_OK) {
        cash->held -= deposit.expected_minor;
        cash->open += deposit.expected_minor - deposit.amount_minor;
    } else if (entry_read_variance_explained(e, &explained) == TILL_OK) {
        cash->open -= explained.amount_minor;
    }
}

static void count_cash(const struct entry *e, struct cash *cash)
{
    struct body_shift_opened shift;
    struct body_collection taken;
    struct receipt_figures figures;
    if (entry_read_shift_opened(e, &shift) == TILL_OK) {
        cash->bag = shift.opening_minor;
    } else if (e->kind == KIND_COLLECTION || e->kind == KIND_ADVANCE) {
        count_payment(e, &taken);
        cash->bag += collection_cash_minor(&taken);
    } else if (e->kind == KIND_CASH_IN) {
        assert_int_equal(receipt_figures(e, &figures), TILL_OK);
        cash->bag += figures.cash_minor;
    } else if (e->kind == KIND_REVERSAL || e->kind == KIND_CASH_DROP || e->kind == KIND_CASH_OUT) {
        assert_int_equal(receipt_figures(e, &figures), TILL_OK);
        cash->bag -= figures.cash_minor;
    } else {
        count_carried(e, cash);
    }
}

/* Cash in hand and papers, counted anew from the entries alone. Training moves nothing. */
static void assert_money_is_conserved(void)
{
    struct cash cash = {0};
    uint64_t papers = 0;
    for (uint64_t seq = 1; seq <= handheld_head(&h); seq++) {
        struct entry e;
        handheld_entry(&h, seq, &e);
        if (kind_has_receipt(e.kind))
            papers = seq;
        if (!kind_is_training(e.kind))
            count_cash(&e, &cash);
    }
    assert_true(cash.bag >= 0 && cash.held >= 0);
    /* Only one user's PIN is known here; a story may end with nobody logged in. */
    assert_int_equal(handheld_fold(&h)->users[0].cash_minor, cash.bag);
    assert_int_equal(handheld_fold(&h)->users[0].held_minor, cash.held);
    assert_int_equal(handheld_fold(&h)->users[0].variance_minor, cash.open);
    assert_int_equal(handheld_fold(&h)->last_receipt_seq, papers);
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

static unsigned story(uint64_t number, unsigned *undone)
{
    seed = number;
    handheld_begin_day(&h, NULL);
    for (int i = 0; i < PRESSES && handheld_head(&h) < ENTRIES_MOST; i++) {
        unsigned chance = dice(100);
        if (chance < 2) {
            power_goes_and_comes();
        } else if (chance < 4) {
            try_to_undo();
        } else if (chance < 6) {
            try_to_collect();
        } else if (chance < 7) {
            try_to_ask();
        } else if (chance < 8) {
            try_to_carry();
        } else if (chance < 14) {
            any_weather();
        } else {
            handheld_press(&h, any_key());
        }
    }
    assert_money_is_conserved();
    assert_everything_reaches_the_office();
    unsigned taken = handheld_count(&h, KIND_COLLECTION) + handheld_count(&h, KIND_ADVANCE);
    *undone += handheld_count(&h, KIND_REVERSAL);
    carried += handheld_count(&h, KIND_HANDOVER_GIVEN) + handheld_count(&h, KIND_DEPOSIT);
    handheld_stop(&h);
    handheld_audit(&h, true);
    handheld_free(&h);
    return taken;
}

static void any_keys_in_any_weather_lose_no_money(void **state)
{
    (void)state;
    unsigned taken = 0, undone = 0;
    for (uint64_t number = 1; number <= STORIES; number++) {
        print_message("# story %llu\n", (unsigned long long)number);
        taken += story(number, &undone);
    }
    print_message("# %u times money was taken, %u times given back, %u times carried on\n", taken,
                  undone, carried);
    /* Stories in which nothing is ever collected or given back would prove little. */
    assert_in_range(undone, STORIES / 4, 100000);
    assert_in_range(taken, STORIES / 2, 100000);
    assert_in_range(carried, STORIES / 4, 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_keys_in_any_weather_lose_no_money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
