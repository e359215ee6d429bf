/*
 * The end of a shift under power cuts: opening by notes, cash in and out, count and Z, a close in
 * absence. The power goes at every write, truncation and sync of each; the terminal is started
 * again, goes on from what its journal says, and comes to the same end. Each cut is tried in a
 * process of its own.
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
    PAPERS_MAX = 8,
    STEPS_MAX = 40,      /* screens that one has to come by */
    SIGNATURES_EACH = 16 /* operation: then the audit takes ten times as long */
};
enum { TRY_CUT = 0, TRY_FINISHED = 3 };

static struct handheld h;

/* What people saw before the light went out. */
static struct witness {
    struct {
        uint64_t seq;
        uint32_t copy;
    } papers[PAPERS_MAX];
    size_t paper_count;
    uint64_t head;
    uint8_t hash[HASH_SIZE];
} w;

struct part {
    const char *name;
    enum entry_kind kind; /* that it leaves, once */
    const char *user, *pin;
    const char *from_home;
};
static const struct part parts[] = {
    {"opening by notes", KIND_SHIFT_OPENED, UTILITY_USER, UTILITY_PIN, ""},
    {"cash in", KIND_CASH_IN, UTILITY_USER, UTILITY_PIN,
     "6 up up ok 1 1 5 0 ok 1 0 0 1 ok 2 4 6 8 ok ok"},
    {"cash out", KIND_CASH_OUT, UTILITY_USER, UTILITY_PIN,
     "6 up up ok 2 2 2 0 ok 2 0 0 1 ok 9 7 5 3 ok ok"},
    {"count and Z", KIND_SHIFT_CLOSED, UTILITY_USER, UTILITY_PIN, "f1"},
    {"a close in absence", KIND_CLOSED_IN_ABSENCE, UTILITY_SUPERVISOR, UTILITY_SUPERVISOR_PIN,
     "6 up up up ok 1 3 0 0 1 ok 8 0 2 4 ok"},
};

/* ---- the witness ----------------------------------------------------------------------------- */

static void take_paper(void)
{
    if (sim_printed_bytes(h.world).size == 0)
        return;
    char *text = handheld_tear_off(&h);
    const char *at = strstr(text, UTILITY_TERMINAL "-");
    if (at) {
        const char *mark = strstr(text, "DUPLICATE ");
        uint64_t seq = strtoull(at + strlen(UTILITY_TERMINAL "-"), NULL, 10);
        uint32_t copy = mark ? (uint32_t)strtoul(mark + strlen("DUPLICATE "), NULL, 10) : 0;
        for (size_t i = 0; i < w.paper_count; i++)
            if (w.papers[i].seq == seq && w.papers[i].copy == copy)
                fail_msg("copy %u of %llu came out twice", copy, (unsigned long long)seq);
        assert_true(w.paper_count < PAPERS_MAX);
        w.papers[w.paper_count].seq = seq;
        w.papers[w.paper_count++].copy = copy;
    }
    free(text);
}

static void note_head(void)
{
    w.head = handheld_head(&h);
    memcpy(w.hash, journal_head_hash(h.app->journal), HASH_SIZE);
}

static void watch(void *context, struct handheld *handheld)
{
    const struct fold *fold = journal_fold(handheld->app->journal);
    (void)context;
    note_head();
    if (fold->paper_seq == 0 || fold->paper_uncertain)
        take_paper();
}

/* ---- hands that go on from whatever stands --------------------------------------------------- */

static void log_in(const struct part *part)
{
    handheld_type(&h, part->user);
    handheld_keys(&h, "ok");
    handheld_type(&h, part->pin);
    handheld_keys(&h, "ok");
}

static void step(const struct part *part)
{
    static const char *const keys[][2] = {
        {"shift", "f2 1 f1 ok"}, {"close", "ok"},         {"close_notes", "2 f1"},
        {"close_slips", "f1"},   {"close_stands", "ok"},  {"close_result", "ok"},
        {"close_reason", "5"},   {"close_confirm", "ok"}, {"paper", "ok"},
        {"cashmove", "cancel"},  {"absence", "cancel"},   {"more", "cancel"},
    };
    const char *screen = handheld_screen(&h);
    if (strcmp(screen, "login") == 0)
        log_in(part);
    if (strcmp(screen, "home") == 0)
        handheld_keys(&h, part->from_home);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(screen, keys[i][0]) == 0)
            handheld_keys(&h, keys[i][1]);
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

/* Bag, held and kept, counted anew from the entries alone. */
static void check_money(void)
{
    struct entry e;
    struct body_shift_opened opened;
    struct body_shift_closed z;
    struct body_closed_in_absence absence;
    struct receipt_figures f;
    int64_t bag = 0, held = 0, kept = 0;
    const struct fold *fold = handheld_fold(&h);
    for (uint64_t at = 1; at <= fold->seq; at++) {
        handheld_entry(&h, at, &e);
        if (entry_read_shift_opened(&e, &opened) == TILL_OK)
            bag += opened.opening_minor;
        else if (e.kind == KIND_COLLECTION && receipt_figures(&e, &f) == TILL_OK)
            bag += f.cash_minor;
        else if (e.kind == KIND_CASH_IN && receipt_figures(&e, &f) == TILL_OK)
            bag += f.cash_minor;
        else if (e.kind == KIND_CASH_OUT && receipt_figures(&e, &f) == TILL_OK)
            bag -= f.cash_minor;
        else if (entry_read_shift_closed(&e, &z) == TILL_OK)
            bag = 0, held += z.counted_minor;
        else if (entry_read_closed_in_absence(&e, &absence) == TILL_OK)
            bag = 0, kept += absence.counted_minor;
    }
    assert_int_equal(fold->users[0].cash_minor, bag);
    assert_int_equal(fold->users[0].held_minor, held);
    assert_int_equal(fold->user_count > 1 ? fold->users[1].kept_minor : 0, kept);
}

static bool is_duplicate(uint64_t at, uint64_t seq, uint32_t copy)
{
    struct entry e;
    struct body_print body;
    handheld_entry(&h, at, &e);
    return kind_base(e.kind) == KIND_DUPLICATE && entry_read_print(&e, &body) == TILL_OK &&
           body.seq == seq && body.copy == copy;
}

/* No paper without a durable record, of each copy. */
static void check_papers(void)
{
    struct entry e;
    for (size_t i = 0; i < w.paper_count; i++) {
        assert_true(w.papers[i].seq <= handheld_head(&h));
        handheld_entry(&h, w.papers[i].seq, &e);
        assert_true(kind_has_receipt(e.kind));
        bool recorded = w.papers[i].copy == 0;
        for (uint64_t at = 1; at <= handheld_head(&h) && !recorded; at++)
            recorded = is_duplicate(at, w.papers[i].seq, w.papers[i].copy);
        assert_true(recorded);
    }
}

static void check_promises(void)
{
    struct entry e;
    assert_true(handheld_head(&h) >= w.head);
    handheld_entry(&h, w.head, &e);
    assert_memory_equal(e.hash, w.hash, HASH_SIZE);
    check_money();
    check_papers();
    /* Totals and Z, or neither. */
    assert_int_equal(handheld_count(&h, KIND_SHIFT_TOTALS),
                     handheld_count(&h, KIND_SHIFT_CLOSED) +
                         handheld_count(&h, KIND_CLOSED_IN_ABSENCE));
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
    take_paper();
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
    int code = 0;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        setenv("CMOCKA_TEST_ABORT", "1", 1);
        code = try_once(part, operation);
        fflush(NULL);
        _exit(code);
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    int said = WIFEXITED(code) ? WEXITSTATUS(code) : -1;
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

/* Without signal and with nothing on its way: processes share what the kernel holds. */
static void begin(const struct part *part)
{
    int64_t wait_ms;
    memset(&w, 0, sizeof w);
    handheld_make(&h, NULL);
    handheld_enrol(&h);
    handheld_login(&h);
    if (part->kind != KIND_SHIFT_OPENED) {
        handheld_open_shift(&h, "100");
        handheld_open_customer(&h, CUSTOMER_PLAIN);
        handheld_keys(&h, "ok ok ok cancel");
        sim_paper_tear_off(h.world);
    }
    if (part->kind == KIND_CLOSED_IN_ABSENCE) {
        handheld_keys(&h, "6 0 ok");
        log_in(part);
        handheld_keys(&h, "ok");
    }
    handheld_signal(&h, NETWORK_NONE);
    h.watch = watch;
    utility_restart_line(h.utility);
    app_step(h.app, &wait_ms);
    assert_int_equal(h.app->line.fd, -1);
    memset(&w, 0, sizeof w);
    note_head();
}

static void try_part(size_t i)
{
    begin(&parts[i]);
    cut_everywhere(&parts[i]);
    handheld_free(&h);
}

static void a_cut_while_a_shift_opens_keeps_count_and_opening_together(void **state)
{
    (void)state;
    try_part(0);
}

static void a_cut_while_cash_comes_in_or_goes_out_keeps_every_promise(void **state)
{
    (void)state;
    try_part(1);
    try_part(2);
}

static void a_cut_at_any_write_of_the_close_goes_on_to_one_z(void **state)
{
    (void)state;
    try_part(3);
}

static void a_cut_at_any_write_of_a_close_in_absence_goes_on_to_one_z(void **state)
{
    (void)state;
    try_part(4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_while_a_shift_opens_keeps_count_and_opening_together),
        cmocka_unit_test(a_cut_while_cash_comes_in_or_goes_out_keeps_every_promise),
        cmocka_unit_test(a_cut_at_any_write_of_the_close_goes_on_to_one_z),
        cmocka_unit_test(a_cut_at_any_write_of_a_close_in_absence_goes_on_to_one_z),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
