/* A few days from a seed through the application's own flows, by keys, and all that must hold of
 * the journal afterwards. FIELDTILL_SEED replays one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>

#include "days_check.h"
#include "days_hands.h"
#include "parts.h"

enum { WORLDS = 4 };
#define FIRST_SEED UINT64_C(11)

static void walk(uint64_t seed, unsigned done[DAYS_ACT_COUNT])
{
    static struct handheld h;
    struct days_script script;
    struct days_log log;
    struct days_fault fault = {.text = ""};
    struct days_hands hands = {.h = &h};
    handheld_make(&h, NULL);
    handheld_enrol(&h);
    days_script_make(&script, seed, 1);
    days_hands_walk(&hands, &script);
    days_log_begin(&log, UTILITY_TERMINAL);
    log.papers = days_hands_papers;
    log.papers_context = h.app->journal;
    assert_int_equal(days_log_read(&log, h.app->journal), TILL_OK);
    const struct days_log *const logs[] = {&log};
    days_check_journal(&log, journal_fold(h.app->journal), &fault);
    days_check_money(logs, 1, &fault);
    printf("# seed %" PRIu64 ": %zu actions, %zu entries, %u power cuts\n", seed, script.count,
           log.count, hands.cuts);
    if (!days_right(&fault)) {
        fail_msg("FIELDTILL_SEED=%" PRIu64 ": %s", seed, fault.text);
    }
    for (int i = 0; i < DAYS_ACT_COUNT; i++) {
        done[i] += hands.done[i];
    }
    handheld_stop(&h);
    handheld_audit(&h, false);
    days_log_free(&log);
    days_script_free(&script);
    handheld_free(&h);
}

static void days_by_keys_keep_every_promise(void **state)
{
    unsigned done[DAYS_ACT_COUNT] = {0};
    uint64_t first = days_seed(FIRST_SEED);
    (void)state;
    for (unsigned i = 0; i < days_worlds(1, WORLDS); i++) {
        walk(first + i, done);
    }
    for (int i = 0; i < DAYS_ACT_COUNT; i++) {
        if (done[i] > 0) {
            printf("# %-20s %u\n", days_act_text((enum days_act)i), done[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_by_keys_keep_every_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
