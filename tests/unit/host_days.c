/*
 * Days that nobody thought of: generated from a seed, walked on real journals, and looked at from
 * every side, on the device and at the office. FIELDTILL_SEED replays one world, FIELDTILL_DAYS
 * goes on for so many days.
 */
#include "office.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cut_vfs.h"
#include "days_check.h"
#include "days_office.h"
#include "days_walk.h"
#include "fake_sealer.h"
#include "journal_private.h"

enum {
    DAYS_EACH = 6,
    WORLDS = 24,
    TRIES = 400,
    OFFICE_DAYS = 4,
    OFFICE_WORLDS = 2,
    OFFICE_SHARE = 10
};
#define FIRST_SEED UINT64_C(20261123)

/* ---- on the device --------------------------------------------------------------------------- */

/* Without ciphers: the same bytes on the disk each time, and ten times as fast. */
static struct fake_key keys[DAYS_TERMINALS_MAX];
static struct days_identity identities[DAYS_TERMINALS_MAX];

static void make_identities(void)
{
    for (unsigned i = 0; i < DAYS_TERMINALS_MAX; i++) {
        struct days_identity *id = &identities[i];
        (void)snprintf(id->terminal, sizeof(id->terminal), "003%u", i + 1);
        fake_key_make(&keys[i], (uint8_t)(i + 1));
        memcpy(id->public_key, keys[i].public_key, PUBLIC_KEY_SIZE);
        memset(id->authority, 0xA5, HASH_SIZE);
        id->sealer = fake_sealer(&keys[i]);
    }
}

static void check_audit(unsigned terminal, const struct days_terminal *t, struct days_fault *f)
{
    struct journal_verifier verifier = fake_verifier(&keys[terminal]);
    struct journal_verdict verdict;
    verifier.threads = 1;
    enum till_status status = journal_audit_on(CUT_VFS, t->path, &verifier, &verdict);
    if (status != TILL_OK || verdict.first_bad != 0) {
        days_wrong(f, "%s: the audit says %s of %" PRIu64 ": %s", t->identity.terminal,
                   status_name(status == TILL_OK ? verdict.reason : status), verdict.first_bad,
                   verdict.text);
    }
}

static void check_devices(struct days_world *w)
{
    const struct days_log *logs[DAYS_TERMINALS_MAX];
    for (unsigned i = 0; i < w->script->terminals && days_right(&w->fault); i++) {
        logs[i] = &w->terminals[i].log;
        struct days_terminal *t = &w->terminals[i];
        char path[40];
        (void)snprintf(path, sizeof(path), "%s.report", t->path);
        days_check_journal(logs[i], journal_fold(t->journal), &w->fault);
        days_check_report(logs[i], t->journal, path, &w->fault);
    }
    if (days_right(&w->fault)) {
        days_check_money(logs, w->script->terminals, &w->fault);
    }
}

/* What the walks came to: a generator that does nothing proves nothing. */
static unsigned done[DAYS_ACT_COUNT], cuts;

static void note_done(const struct days_world *w)
{
    for (int i = 0; i < DAYS_ACT_COUNT; i++) {
        done[i] += w->done[i];
    }
    cuts += w->cuts;
}

static bool walk_fails(void *context, const struct days_script *script)
{
    struct days_fault *fault = context;
    struct days_world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    days_world_begin(w, script, identities);
    days_world_walk(w);
    check_devices(w);
    days_world_restart(w);
    check_devices(w);
    for (unsigned i = 0; i < script->terminals && days_right(&w->fault); i++) {
        check_audit(i, &w->terminals[i], &w->fault);
    }
    note_done(w);
    *fault = w->fault;
    days_world_end(w);
    free(w);
    return !days_right(fault);
}

/* One that fails is shrunk and shown before the test fails. share: of the days that were asked for,
 * one in so many, for what is slow. */
static void go_through(days_fails *fails, unsigned days, unsigned share, unsigned worlds)
{
    uint64_t first = days_seed(FIRST_SEED);
    for (unsigned i = 0; i < days_worlds(share * days, worlds); i++) {
        struct days_script script;
        struct days_fault fault;
        days_script_make(&script, first + i, days);
        if (fails(&fault, &script)) {
            days_shrink(&script, fails, &fault, TRIES);
            (void)fails(&fault, &script);
            days_script_print(&script, stdout);
            (void)fflush(stdout);
            fail_msg("FIELDTILL_SEED=%" PRIu64 ": %s", first + i, fault.text);
        }
        days_script_free(&script);
    }
}

static void generated_days_keep_every_promise_on_the_device(void **state)
{
    (void)state;
    make_identities();
    go_through(walk_fails, DAYS_EACH, 1, WORLDS);
}

static void the_days_have_something_of_everything(void **state)
{
    (void)state;
    if (getenv("FIELDTILL_SEED") != NULL) {
        skip(); /* of one world nobody can ask that */
    }
    for (int i = 0; i < DAYS_ACT_COUNT; i++) {
        bool world = i == DAYS_CUT || i == DAYS_START || i == DAYS_NIGHT || i == DAYS_SEND;
        if (done[i] == 0 && !world) {
            fail_msg("nobody could ever %s", days_act_text((enum days_act)i));
        }
    }
    assert_true(cuts > 0);
}

/* ---- at the office --------------------------------------------------------------------------- */

/* The office is made anew with each: its ledger begins empty. */
static bool hand_in_fails(void *context, const struct days_script *script)
{
    struct days_fault *fault = context;
    struct days_office *o = calloc(1, sizeof(*o));
    struct days_world *w = calloc(1, sizeof(*w));
    assert_true(o != NULL && w != NULL && office_open(NULL) == 0);
    days_office_begin(o, script->terminals);
    days_world_begin(w, script, o->identities);
    w->send = days_office_send;
    w->context = o;
    days_world_walk(w);
    if (days_right(&w->fault)) {
        days_office_send_all(o, w);
    }
    check_devices(w);
    if (days_right(&w->fault)) {
        days_check_office(w, true, &w->fault);
        days_check_office_stock(w, &w->fault);
        days_check_office_bank(w, &w->fault);
    }
    *fault = w->fault;
    days_world_end(w);
    days_office_end(o);
    assert_int_equal(office_close(NULL), 0);
    free(w);
    free(o);
    return !days_right(fault);
}

static void the_office_s_ledger_says_what_the_terminals_say(void **state)
{
    (void)state;
    go_through(hand_in_fails, OFFICE_DAYS, OFFICE_SHARE, OFFICE_WORLDS);
}

int main(void)
{
    const struct CMUnitTest on_devices[] = {
        cmocka_unit_test(generated_days_keep_every_promise_on_the_device),
        cmocka_unit_test(the_days_have_something_of_everything),
    };
    const struct CMUnitTest at_the_office[] = {
        cmocka_unit_test(the_office_s_ledger_says_what_the_terminals_say),
    };
    int failed = cmocka_run_group_tests(on_devices, NULL, NULL);
    return failed + office_run("at_the_office", at_the_office,
                               sizeof(at_the_office) / sizeof(at_the_office[0]));
}
