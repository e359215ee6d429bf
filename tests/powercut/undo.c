/*
 * Money that goes back or away, under power cuts: a reversal alone and one with a supervisor, cash
 * to a supervisor and to the bank, a dispute. The power goes at every write, truncation and sync of
 * each; the terminal is started again, and the journal, the bag, the debt and the papers must tell
 * one story. Each cut is tried in a process of its own.
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
    WAYS = 2, /* cuts tried at each operation */
    OPERATIONS_MAX = 400,
    PAPERS_MAX = 8,
    SIGNATURES_EACH = 16, /* operation: then the audit takes ten times as long */
    OPENING_MINOR = 10000
};
enum { TRY_CUT = 0, TRY_FINISHED = 3 };

static struct handheld h;
static uint64_t older, newer; /* receipts: PLAIN, then LARGE */

/* What people saw before the light went out. */
static struct witness {
    struct {
        uint64_t seq;
        uint32_t copy;
    } papers[PAPERS_MAX];
    size_t paper_count;
    uint64_t said_seq; /* recorded, by the screen */
    int64_t said_minor;
    uint64_t head;
    uint8_t hash[HASH_SIZE];
} w;

/* ---- the witness ----------------------------------------------------------------------------- */

static void take_paper(void)
{
    if (sim_printed_bytes(h.world).size == 0)
        return;
    char *text = handheld_tear_off(&h);
    const char *at = strstr(text, UTILITY_TERMINAL "-"); /* its own number stands above others */
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

static void watch(void *context, struct handheld *handheld)
{
    const struct app *app = handheld->app;
    (void)context;
    if (strcmp(handheld_screen(handheld), "paper") == 0) {
        w.said_seq = stack_top(handheld->app)->args.seq;
        w.said_minor = stack_top(handheld->app)->args.amount_minor;
    }
    const struct fold *fold = journal_fold(app->journal);
    w.head = fold->seq;
    memcpy(w.hash, journal_head_hash(app->journal), HASH_SIZE);
    if (fold->paper_seq == 0 || fold->paper_uncertain)
        take_paper();
}

/* ---- what is done ---------------------------------------------------------------------------- */

static void open_reversal(uint64_t seq)
{
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)seq);
    handheld_keys(&h, "6 4");
    handheld_type(&h, number);
    handheld_keys(&h, "ok f1");
}

static void give_supervisor_s_pin(void)
{
    handheld_type(&h, UTILITY_SUPERVISOR);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_SUPERVISOR_PIN);
    handheld_keys(&h, "ok");
}

static void reverse_alone(void)
{
    open_reversal(newer);
    handheld_keys(&h, "2 1 ok ok ok cancel cancel");
}

static void reverse_with_supervisor(void)
{
    open_reversal(older);
    handheld_keys(&h, "3 4");
    give_supervisor_s_pin();
    handheld_keys(&h, "ok ok cancel cancel");
}

static void drop_to_supervisor(void)
{
    handheld_keys(&h, "5 f1 1 2 0 0 ok");
    give_supervisor_s_pin();
    handheld_keys(&h, "ok ok cancel");
}

static void drop_at_bank(void)
{
    handheld_keys(&h, "5 f1 2 ok 1 2 3 4 5 6 ok ok ok cancel");
}

static void dispute(void)
{
    handheld_open_customer(&h, CUSTOMER_TWO);
    handheld_keys(&h, "f1 5 3 5 0 ok ok");
}

static const struct part {
    const char *name;
    void (*run)(void);
    enum entry_kind kind; /* that it leaves */
} parts[] = {
    {"a reversal alone", reverse_alone, KIND_REVERSAL},
    {"a reversal with a supervisor", reverse_with_supervisor, KIND_REVERSAL},
    {"cash to a supervisor", drop_to_supervisor, KIND_CASH_DROP},
    {"cash to the bank", drop_at_bank, KIND_CASH_DROP},
    {"a dispute", dispute, KIND_DISPUTE},
};

/* ---- what must hold -------------------------------------------------------------------------- */

/* The bag and the debts, counted anew from the entries alone. */
static void check_money(void)
{
    struct entry e;
    struct receipt_figures f;
    int64_t cash = OPENING_MINOR;
    for (uint64_t at = 1; at <= handheld_head(&h); at++) {
        handheld_entry(&h, at, &e);
        if (!kind_has_receipt(e.kind))
            continue;
        assert_int_equal(receipt_figures(&e, &f), TILL_OK);
        uint16_t kind = kind_base(e.kind);
        if (kind == KIND_COLLECTION)
            cash += f.cash_minor;
        else if (kind == KIND_REVERSAL || kind == KIND_CASH_DROP)
            cash -= f.cash_minor;
    }
    assert_int_equal(handheld_cash(&h), cash);
    assert_true(cash >= 0);
}

static void check_debt(unsigned customer, uint64_t receipt, int64_t owed_minor)
{
    struct customer_view view;
    char account[ACCOUNT_MAX];
    bool undone = journal_reversed_by(h.app->journal, receipt) != 0;
    utility_account(customer, account);
    assert_int_equal(roster_customer(h.app, account, &view), TILL_OK);
    assert_int_equal(view.arrears.due_minor, undone ? owed_minor : 0);
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

static void check_promises(const struct part *part)
{
    struct entry e;
    struct receipt_figures f;
    assert_true(handheld_head(&h) >= w.head);
    handheld_entry(&h, w.head, &e);
    assert_memory_equal(e.hash, w.hash, HASH_SIZE);
    if (w.said_seq) {
        handheld_entry(&h, w.said_seq, &e);
        assert_int_equal(e.kind, part->kind);
        assert_int_equal(receipt_figures(&e, &f), TILL_OK);
        assert_int_equal(f.amount_minor, w.said_minor);
    }
    check_money();
    check_debt(CUSTOMER_PLAIN, older, 18642);
    check_debt(CUSTOMER_LARGE, newer, 41288);
    check_papers();
}

/* ---- the rest of the day --------------------------------------------------------------------- */

static void finish_the_day(const struct part *part, unsigned before, bool signatures)
{
    char number[RECEIPT_NUMBER_MAX];
    const struct fold *fold = handheld_fold(&h);
    bool uncertain = fold->paper_uncertain;
    uint64_t seq = fold->paper_seq;
    handheld_login(&h);
    if (uncertain) {
        handheld_expect_screen(&h, "paper");
        handheld_expect(&h, handheld_number(seq, number));
        handheld_keys(&h, "ok");
        take_paper();
        assert_int_equal(w.papers[w.paper_count - 1].seq, seq);
        assert_true(w.papers[w.paper_count - 1].copy > 0);
        handheld_keys(&h, "ok");
    }
    handheld_expect_screen(&h, "home");
    /* What was not recorded is done now, and what was is not done twice. */
    if (handheld_count(&h, part->kind) == before)
        part->run();
    assert_int_equal(handheld_count(&h, part->kind), before + 1);
    w.said_seq = 0;
    handheld_signal(&h, NETWORK_4G);
    assert_int_equal(h.utility->head, handheld_head(&h));
    check_promises(part);
    handheld_stop(&h);
    handheld_audit(&h, signatures);
}

/* ---- trying ---------------------------------------------------------------------------------- */

static int try_once(const struct part *part, uint64_t operation, unsigned way)
{
    unsigned before = handheld_count(&h, part->kind);
    cut_vfs_seed(operation * 1000 + way);
    cut_vfs_arm(operation);
    part->run();
    bool finished = !cut_vfs_is_cut();
    handheld_cut_power(&h);
    take_paper();
    handheld_start(&h);
    check_promises(part);
    finish_the_day(part, before, operation % SIGNATURES_EACH == 0);
    return finished ? TRY_FINISHED : TRY_CUT;
}

/* In a process of its own; a failed assertion aborts it. */
static bool try_apart(const struct part *part, uint64_t operation, unsigned way)
{
    int code = 0;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        setenv("CMOCKA_TEST_ABORT", "1", 1);
        code = try_once(part, operation, way);
        fflush(NULL);
        _exit(code);
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    int said = WIFEXITED(code) ? WEXITSTATUS(code) : -1;
    if (said != TRY_CUT && said != TRY_FINISHED)
        fail_msg("%s, cut at operation %llu, way %u", part->name, (unsigned long long)operation,
                 way);
    return said == TRY_FINISHED;
}

static void cut_everywhere(const struct part *part)
{
    unsigned tries = 0;
    bool finished = false;
    for (uint64_t operation = 1; operation < OPERATIONS_MAX && !finished; operation++)
        for (unsigned way = 0; way < WAYS && !finished; way++, tries++)
            finished = try_apart(part, operation, way);
    print_message("# %s: %u cuts\n", part->name, tries);
    assert_true(finished);
    assert_in_range(tries, 20, WAYS * OPERATIONS_MAX);
}

static uint64_t collect(unsigned customer)
{
    handheld_open_customer(&h, customer);
    handheld_keys(&h, "ok ok ok");
    return handheld_fold(&h)->last_receipt_seq;
}

/* Without signal and with nothing on its way: processes share what the kernel holds. */
static void begin_day(void)
{
    int64_t wait_ms;
    memset(&w, 0, sizeof w);
    handheld_begin_day(&h, NULL);
    older = collect(CUSTOMER_PLAIN);
    newer = collect(CUSTOMER_LARGE);
    sim_paper_tear_off(h.world);
    handheld_signal(&h, NETWORK_NONE);
    h.watch = watch;
    utility_restart_line(h.utility);
    app_step(h.app, &wait_ms);
    assert_int_equal(h.app->line.fd, -1);
    memset(&w, 0, sizeof w);
    w.head = handheld_head(&h);
    memcpy(w.hash, journal_head_hash(h.app->journal), HASH_SIZE);
}

static void try_part(size_t i)
{
    begin_day();
    cut_everywhere(&parts[i]);
    handheld_free(&h);
}

static void a_cut_at_any_write_of_a_reversal_keeps_every_promise(void **state)
{
    (void)state;
    try_part(0);
}

static void a_cut_while_a_supervisor_agrees_keeps_every_promise(void **state)
{
    (void)state;
    try_part(1);
}

static void a_cut_at_any_write_of_a_drop_keeps_every_promise(void **state)
{
    (void)state;
    try_part(2);
    try_part(3);
}

static void a_cut_at_any_write_of_a_dispute_keeps_every_promise(void **state)
{
    (void)state;
    try_part(4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_at_any_write_of_a_reversal_keeps_every_promise),
        cmocka_unit_test(a_cut_while_a_supervisor_agrees_keeps_every_promise),
        cmocka_unit_test(a_cut_at_any_write_of_a_drop_keeps_every_promise),
        cmocka_unit_test(a_cut_at_any_write_of_a_dispute_keeps_every_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
