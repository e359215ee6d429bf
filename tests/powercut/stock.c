/*
 * Prints on numbered paper under power cuts: a receipt, a jam whose reprint takes the next number,
 * a copy after a void, a basket. The power goes at every write, truncation and sync of each, and
 * between any two steps while a slow printer prints. Whatever number is on paper must be in the
 * journal, used for that very record; no number is on two papers; and the day goes on.
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
    STEPS_MAX = 4000,
    STEPS_EACH = 3, /* every third step of a print is cut at */
    SEEN_MAX = 16,
    FIRST = 101,
    LAST = 160,
    SLOW_DOTS = 90 /* a poll */
};
enum { TRY_CUT = 0, TRY_FINISHED = 3 };

static struct handheld h;
static uint64_t cut_at_step, steps; /* 0: not by steps */

/* Numbers that people have seen on paper, with the record that stood beside them. */
static struct {
    uint64_t number, seq;
} seen[SEEN_MAX];
static size_t seen_count;

static void note_number(uint64_t number, uint64_t seq)
{
    for (size_t i = 0; i < seen_count; i++)
        if (seen[i].number == number && (seen[i].seq != seq || seq == 0))
            fail_msg("number %llu is on two papers", (unsigned long long)number);
    assert_true(seen_count < SEEN_MAX);
    seen[seen_count].number = number;
    seen[seen_count++].seq = seq;
}

/* The number stands above the record's; a torn paper may end between them. */
static void take_paper(void)
{
    uint64_t number = 0;
    if (sim_printed_bytes(h.world).size == 0)
        return;
    char *text = handheld_tear_off(&h);
    for (char *line = text, *end; line; line = end) {
        end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        const char *stock = strstr(line, "B-0");
        const char *record = strstr(line, UTILITY_TERMINAL "-");
        if (stock) {
            number = strtoull(stock + 2, NULL, 10);
            assert_in_range(number, FIRST, LAST);
        } else if (record && number) {
            note_number(number, strtoull(record + strlen(UTILITY_TERMINAL "-"), NULL, 10));
            number = 0;
        }
    }
    free(text);
}

static void watch(void *context, struct handheld *handheld)
{
    const struct fold *fold = journal_fold(handheld->app->journal);
    (void)context;
    if (fold->paper_seq == 0 || fold->paper_uncertain)
        take_paper();
    if (cut_at_step && handheld->app->job.active && ++steps == cut_at_step)
        cut_vfs_cut();
}

/* ---- what is done ---------------------------------------------------------------------------- */

static void collect(void)
{
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok ok");
}

static void jam_and_print_again(void)
{
    sim_paper_left(h.world, 200, -1);
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok");
    sim_printer_set(h.world, SIM_PRINTER_OK);
    take_paper();
    handheld_wait(&h, 1000);
    handheld_keys(&h, "ok ok");
}

static void void_and_print_again(void)
{
    handheld_open_customer(&h, CUSTOMER_PLAIN);
    handheld_keys(&h, "ok ok f1 5 ok ok");
}

static void collect_a_basket(void)
{
    handheld_keys(&h, "6 3 8 4 0 ok 8 7 7 ok 9 1 4 ok ok 1 0 0 ok ok cancel");
}

static const struct part {
    const char *name;
    void (*run)(void);
} parts[] = {
    {"a receipt", collect},
    {"a jam", jam_and_print_again},
    {"a void", void_and_print_again},
    {"a basket", collect_a_basket},
};

/* ---- what must hold -------------------------------------------------------------------------- */

static void check_numbers(void)
{
    struct entry e;
    struct body_stock_used used;
    for (size_t i = 0; i < seen_count; i++) {
        bool known = false;
        for (uint64_t at = 1; at <= handheld_head(&h) && !known; at++) {
            handheld_entry(&h, at, &e);
            known = entry_read_stock_used(&e, &used) == TILL_OK &&
                    used.number.number == seen[i].number && used.seq == seen[i].seq;
        }
        if (!known)
            fail_msg("number %llu is on paper and not in the journal",
                     (unsigned long long)seen[i].number);
    }
}

/* Used, spoiled and void ones are all that were passed. */
static void check_states(void)
{
    const struct fold_stock *r = &handheld_fold(&h)->stock[0];
    assert_int_equal(r->next, FIRST + r->used + r->spoiled + r->voided);
    assert_int_equal(r->last, LAST);
}

static void finish_the_day(void)
{
    bool uncertain = handheld_fold(&h)->paper_uncertain;
    sim_printer_set(h.world, SIM_PRINTER_OK);
    handheld_login(&h);
    if (uncertain) {
        handheld_expect_screen(&h, "paper");
        handheld_keys(&h, "ok ok");
    }
    take_paper();
    handheld_open_customer(&h, CUSTOMER_LARGE);
    handheld_keys(&h, "ok ok ok");
    take_paper();
    check_numbers();
    check_states();
    assert_int_equal(handheld_fold(&h)->paper_seq, 0);
    handheld_stop(&h);
    handheld_audit(&h, false);
}

/* ---- trying ---------------------------------------------------------------------------------- */

static int try_once(const struct part *part, uint64_t operation, bool by_steps)
{
    steps = 0;
    cut_at_step = by_steps ? operation : 0;
    if (by_steps) {
        sim_print_speed(h.world, 0, SLOW_DOTS);
    } else {
        cut_vfs_seed(operation * 1000);
        cut_vfs_arm(operation);
    }
    part->run();
    cut_at_step = 0;
    bool finished = !cut_vfs_is_cut();
    handheld_cut_power(&h);
    sim_print_speed(h.world, 0, 0);
    take_paper();
    handheld_start(&h);
    check_numbers();
    finish_the_day();
    return finished ? TRY_FINISHED : TRY_CUT;
}

/* In a process of its own; a failed assertion aborts it. */
static bool try_apart(const struct part *part, uint64_t operation, bool by_steps)
{
    int code = 0;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        setenv("CMOCKA_TEST_ABORT", "1", 1);
        code = try_once(part, operation, by_steps);
        fflush(NULL);
        _exit(code);
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    int said = WIFEXITED(code) ? WEXITSTATUS(code) : -1;
    if (said != TRY_CUT && said != TRY_FINISHED)
        fail_msg("%s, cut at %s %llu", part->name, by_steps ? "step" : "operation",
                 (unsigned long long)operation);
    return said == TRY_FINISHED;
}

static void cut_everywhere(const struct part *part)
{
    unsigned tries = 0;
    bool finished = false;
    for (uint64_t at = 1; at < OPERATIONS_MAX && !finished; at++, tries++)
        finished = try_apart(part, at, false);
    assert_true(finished);
    assert_in_range(tries, 10, OPERATIONS_MAX);
    finished = false;
    for (uint64_t at = 1; at < STEPS_MAX && !finished; at += STEPS_EACH, tries++)
        finished = try_apart(part, at, true);
    assert_true(finished);
    print_message("# %s: %u cuts\n", part->name, tries);
}

/* Without signal and with nothing on its way: processes share what the kernel holds. */
static void begin_day(void)
{
    struct entry e;
    const struct body_stock_range range = {
        .type = STOCK_RECEIPT, .series = "B", .first = FIRST, .last = LAST, .other = "0"};
    int64_t wait_ms;
    handheld_begin_day(&h, NULL);
    h.app->settings.numbered_receipts = true;
    assert_int_equal(kept_save(h.app), TILL_OK);
    assert_int_equal(entry_write_stock_range(&e, KIND_STATIONERY_RECEIVED, &range), TILL_OK);
    assert_int_equal(ledger_append(h.app, &e), TILL_OK);
    handheld_signal(&h, NETWORK_NONE);
    utility_restart_line(h.utility);
    app_step(h.app, &wait_ms);
    assert_int_equal(h.app->line.fd, -1);
    sim_paper_tear_off(h.world);
    h.watch = watch;
    seen_count = 0;
}

static void try_part(size_t i)
{
    begin_day();
    cut_everywhere(&parts[i]);
    handheld_free(&h);
}

static void no_cut_prints_a_number_that_the_journal_does_not_know(void **state)
{
    (void)state;
    try_part(0);
}

static void no_cut_at_a_jam_loses_a_number_or_uses_it_twice(void **state)
{
    (void)state;
    try_part(1);
}

static void no_cut_at_a_void_leaves_two_papers_of_a_receipt(void **state)
{
    (void)state;
    try_part(2);
}

static void no_cut_in_a_basket_mixes_up_its_numbers(void **state)
{
    (void)state;
    try_part(3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cut_prints_a_number_that_the_journal_does_not_know),
        cmocka_unit_test(no_cut_at_a_jam_loses_a_number_or_uses_it_twice),
        cmocka_unit_test(no_cut_at_a_void_leaves_two_papers_of_a_receipt),
        cmocka_unit_test(no_cut_in_a_basket_mixes_up_its_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
