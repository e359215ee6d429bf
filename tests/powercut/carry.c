/*
 * Cash from the bag to the bank under power cuts: a hand-over given, one taken over on the same
 * terminal and one of another terminal, a deposit that differs, and its explanation. The power goes
 * at every write, truncation and sync of each; the terminal is started again and comes to the same
 * end. Each cut is tried in a process of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "handheld.h"
#include "parts.h"
#include "text.h"

enum {
    OPERATIONS_MAX = 400,
    STEPS_MAX = 40,      /* screens that one has to come by */
    SIGNATURES_EACH = 16 /* operation: then the audit takes ten times as long */
};
enum { TRY_CUT = 0, TRY_FINISHED = 3 };

static struct handheld h, other;

/* What people saw before the light went out. */
static struct witness {
    uint64_t head;
    uint8_t hash[HASH_SIZE];
} w;

static char code[PROOF_TEXT_MAX]; /* of the giver's paper, where one is scanned */

struct part {
    const char *name;
    enum entry_kind kind; /* that it leaves, once */
    const char *user, *pin;
    const char *from_custody; /* "" = the code is scanned */
    const char *at_once;      /* on its first screen */
};
static const struct part parts[] = {
    {"given", KIND_HANDOVER_GIVEN, UTILITY_USER, UTILITY_PIN, "1", "ok 2 0 0 1 ok ok"},
    {"taken here", KIND_HANDOVER_TAKEN, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN, "2", "ok"},
    {"taken from another", KIND_HANDOVER_TAKEN, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN, "", ""},
    {"deposit", KIND_DEPOSIT, UTILITY_USER, UTILITY_PIN, "3", "1 8 8 0 1 ok ok ok"},
    {"explained", KIND_VARIANCE_EXPLAINED, UTILITY_USER, UTILITY_PIN, "4", "ok 5 ok ok"},
};

static void note_head(void)
{
    w.head = handheld_head(&h);
    memcpy(w.hash, journal_head_hash(h.app->journal), HASH_SIZE);
}

static void watch(void *context, struct handheld *handheld)
{
    (void)context;
    (void)handheld;
    note_head();
}

/* ---- hands that go on from whatever stands --------------------------------------------------- */

static void log_in(const char *user, const char *pin)
{
    handheld_type(&h, user);
    handheld_keys(&h, "ok");
    handheld_type(&h, pin);
    handheld_keys(&h, "ok");
}

static void step(const struct part *part)
{
    static const char *const keys[][2] = {
        {"shift", "down"},         {"receive_begin", "ok"},   {"receive_notes", "2 f1"},
        {"receive_slips", "f1"},   {"receive_stands", "ok"},  {"receive_result", "ok"},
        {"deposit_notes", "2 f1"}, {"deposit_slips", "f1 2"}, {"deposit_result", "ok"},
        {"paper", "ok"},           {"notice", "ok"},
    };
    const char *screen = handheld_screen(&h);
    if (strcmp(screen, "login") == 0) {
        log_in(part->user, part->pin);
    } else if (strcmp(screen, "custody") == 0 && part->from_custody[0]) {
        handheld_keys(&h, part->from_custody);
    } else if (strcmp(screen, "custody") == 0) {
        handheld_scan(&h, code);
    } else if (strcmp(screen, "handover") == 0 || strcmp(screen, "receive") == 0 ||
               strcmp(screen, "deposit") == 0 || strcmp(screen, "explain") == 0) {
        handheld_keys(&h, part->at_once);
    } else {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
            if (strcmp(screen, keys[i][0]) == 0) {
                handheld_keys(&h, keys[i][1]);
                break;
            }
    }
}

/* To the end of it, or until the disk is dark. */
static void drive(const struct part *part, unsigned until)
{
    for (int i = 0; i < STEPS_MAX && !cut_vfs_is_cut(); i++) {
        if (handheld_count(&h, part->kind) == until && strcmp(handheld_screen(&h), "paper") != 0)
            return;
        step(part);
    }
}

/* ---- what must hold -------------------------------------------------------------------------- */

struct cash {
    int64_t held, kept, variance, transit; /* of all users here */
};

/* Counted anew from the entries alone. */
static void add_entry(const struct entry *e, struct cash *cash)
{
    struct body_shift_closed z;
    struct body_handover_given given;
    struct body_handover_taken taken;
    struct body_deposit deposit;
    struct body_variance_explained explained;
    if (entry_read_shift_closed(e, &z) == TILL_OK) {
        cash->held += z.counted_minor;
    } else if (entry_read_handover_given(e, &given) == TILL_OK) {
        cash->held -= given.amount_minor;
        cash->transit += given.amount_minor;
    } else if (entry_read_handover_taken(e, &taken) == TILL_OK) {
        cash->kept += taken.counted_minor;
        cash->variance += taken.amount_minor - taken.counted_minor;
        cash->transit -= taken.seq ? taken.amount_minor : 0;
    } else if (entry_read_deposit(e, &deposit) == TILL_OK) {
        cash->held -= deposit.expected_minor;
        cash->variance += deposit.expected_minor - deposit.amount_minor;
    } else if (entry_read_variance_explained(e, &explained) == TILL_OK) {
        cash->variance -= explained.amount_minor;
    }
}

static void check_money(void)
{
    struct entry e;
    struct cash by_entries = {0}, by_fold = {0};
    const struct fold *fold = handheld_fold(&h);
    for (uint64_t at = 1; at <= fold->seq; at++) {
        handheld_entry(&h, at, &e);
        add_entry(&e, &by_entries);
    }
    by_fold.transit = fold->transit_minor;
    for (size_t i = 0; i < fold->user_count; i++) {
        by_fold.held += fold->users[i].held_minor;
        by_fold.kept += fold->users[i].kept_minor;
        by_fold.variance += fold->users[i].variance_minor;
    }
    assert_memory_equal(&by_entries, &by_fold, sizeof by_fold);
}

/* A count just before the entry that it is of, and each with its paper. */
static void check_groups(void)
{
    static char text[JOURNAL_RECEIPT_TEXT_MAX];
    struct entry e, before = {0};
    struct body_cash_count count;
    unsigned counts = 0, counted = 0;
    size_t size = 0;
    for (uint64_t at = 1; at <= handheld_head(&h); at++, before = e) {
        handheld_entry(&h, at, &e);
        counts += entry_read_cash_count(&e, &count) == TILL_OK && count.purpose >= COUNT_TAKEN &&
                  count.purpose != COUNT_ABSENCE;
        if (kind_has_receipt(e.kind))
            assert_int_equal(journal_receipt_text(h.app->journal, at, text, sizeof text, &size),
                             TILL_OK);
        if (e.kind != KIND_HANDOVER_TAKEN && e.kind != KIND_DEPOSIT)
            continue;
        counted++;
        assert_int_equal(entry_read_cash_count(&before, &count), TILL_OK);
        assert_int_equal(count.purpose,
                         e.kind == KIND_HANDOVER_TAKEN ? COUNT_TAKEN : COUNT_DEPOSIT);
    }
    assert_int_equal(counts, counted);
}

static void check_promises(void)
{
    struct entry e;
    assert_true(handheld_head(&h) >= w.head);
    handheld_entry(&h, w.head, &e);
    assert_memory_equal(e.hash, w.hash, HASH_SIZE);
    check_money();
    check_groups();
}

/* ---- trying ---------------------------------------------------------------------------------- */

static int try_once(const struct part *part, uint64_t operation)
{
    unsigned before = handheld_count(&h, part->kind);
    cut_vfs_seed(operation * 1000);
    cut_vfs_arm(operation);
    drive(part, before + 1);
    bool finished = !cut_vfs_is_cut();
    handheld_cut_power(&h);
    handheld_start(&h);
    check_promises();
    drive(part, before + 1);
    assert_int_equal(handheld_count(&h, part->kind), before + 1);
    note_head();
    check_promises();
    handheld_stop(&h);
    handheld_audit(&h, operation % SIGNATURES_EACH == 0);
    return finished ? TRY_FINISHED : TRY_CUT;
}

/* In a process of its own; a failed assertion aborts it. */
static bool try_apart(const struct part *part, uint64_t operation)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        setenv("CMOCKA_TEST_ABORT", "1", 1);
        status = try_once(part, operation);
        fflush(NULL);
        _exit(status);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    int said = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (said != TRY_CUT && said != TRY_FINISHED)
        fail_msg("%s, cut at operation %llu", part->name, (unsigned long long)operation);
    return said == TRY_FINISHED;
}

static void cut_everywhere(const struct part *part)
{
    uint64_t operation = 0;
    bool finished = false;
    while (operation < OPERATIONS_MAX && !finished)
        finished = try_apart(part, ++operation);
    print_message("# %s: %u cuts\n", part->name, (unsigned)operation);
    assert_true(finished);
    assert_in_range(operation, 5, OPERATIONS_MAX);
}

/* A day that ends with 200.00 in hand; the supervisor has worked here too. */
static void close_day(struct handheld *who)
{
    handheld_begin_day(
        who, who == &other ? &(struct handheld_setup){.terminal = "0032", .beside = true} : NULL);
    handheld_keys(who, "f1 ok 2 f1 f1 ok ok 5 ok ok");
    handheld_expect_screen(who, "shift");
}

static void give(struct handheld *who)
{
    handheld_keys(who, "down 1 ok 2 0 0 1 ok ok ok ok");
    handheld_expect_screen(who, "handover_after");
}

static void switch_user(const struct part *part)
{
    for (int i = 0; i < 6 && strcmp(handheld_screen(&h), "login") != 0; i++)
        handheld_keys(&h, "cancel");
    log_in(part->user, part->pin);
    handheld_expect_screen(&h, "shift");
}

/* Without signal and with nothing on its way: processes share what the kernel holds. */
static void begin(const struct part *part)
{
    int64_t wait_ms;
    close_day(&h);
    if (part->kind == KIND_HANDOVER_TAKEN && part->from_custody[0]) {
        give(&h);
    } else if (part->kind == KIND_HANDOVER_TAKEN) {
        close_day(&other);
        give(&other);
        handheld_code(&other, handheld_head(&other) - 3, code);
        handheld_free(&other);
    } else if (part->kind == KIND_VARIANCE_EXPLAINED) {
        handheld_keys(&h, "down 3 2 f1 f1 2 8 8 0 1 ok 1 9 0 ok ok ok ok cancel");
    }
    switch_user(part);
    sim_paper_tear_off(h.world);
    handheld_signal(&h, NETWORK_NONE);
    h.watch = watch;
    utility_restart_line(h.utility);
    app_step(h.app, &wait_ms);
    assert_int_equal(h.app->line.fd, -1);
    note_head();
}

static void try_part(size_t i)
{
    begin(&parts[i]);
    cut_everywhere(&parts[i]);
    handheld_free(&h);
}

static void a_cut_while_cash_is_given_leaves_it_in_one_place(void **state)
{
    (void)state;
    try_part(0);
}

static void a_cut_while_it_is_taken_over_here_leaves_it_in_one_place(void **state)
{
    (void)state;
    try_part(1);
}

static void a_cut_while_another_terminal_s_is_taken_over_keeps_count_and_entry(void **state)
{
    (void)state;
    try_part(2);
}

static void a_cut_at_any_write_of_a_deposit_keeps_count_and_entry(void **state)
{
    (void)state;
    try_part(3);
}

static void a_cut_while_a_difference_is_explained_explains_it_once(void **state)
{
    (void)state;
    try_part(4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_while_cash_is_given_leaves_it_in_one_place),
        cmocka_unit_test(a_cut_while_it_is_taken_over_here_leaves_it_in_one_place),
        cmocka_unit_test(a_cut_while_another_terminal_s_is_taken_over_keeps_count_and_entry),
        cmocka_unit_test(a_cut_at_any_write_of_a_deposit_keeps_count_and_entry),
        cmocka_unit_test(a_cut_while_a_difference_is_explained_explains_it_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
