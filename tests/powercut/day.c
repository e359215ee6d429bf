/*
 * A day under power cuts: enrol, book, log in, open the shift, collect, print, print again, collect
 * without signal, a basket of three, a renewed book, acknowledgements. The power goes at every
 * write, truncation, sync, creation, removal and rename of it, in several ways each, and between
 * any two steps while a slow printer prints. The terminal is started again, and what it promised
 * is held against it; then the day is finished and everything sent.
 *
 * Each cut is tried in a process of its own, forked where the part of the day begins.
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
    PAPERS_MAX = 32,
    TAKEN_MAX = 32,
    BASKET = 3,          /* accounts in the basket of the day */
    SIGNATURES_EACH = 8, /* operation: then the audit takes ten times as long */
    OPENING_MINOR = 10000,
    SLOW_DOTS = 90 /* a poll */
};
/* What a try says by its exit code; a broken promise ends it by abort(). */
enum { TRY_CUT = 0, TRY_FINISHED = 3 };

/* What people saw before the light went out. */
struct witness {
    struct {
        uint64_t seq;
        uint32_t copy;
    } papers[PAPERS_MAX];
    size_t paper_count;
    struct {
        uint64_t seq;
        int64_t amount_minor;
    } taken[TAKEN_MAX]; /* said on the screen */
    size_t taken_count;
    uint64_t head, acknowledged;
    uint8_t hash[HASH_SIZE];
};

static struct handheld h;
static struct witness w;
static uint64_t cut_at_step, steps; /* 0: not by steps */

/* ---- the witness ----------------------------------------------------------------------------- */

static void note_taken(uint64_t seq, int64_t amount_minor)
{
    for (size_t i = 0; i < w.taken_count; i++)
        if (w.taken[i].seq == seq)
            return;
    assert_true(w.taken_count < TAKEN_MAX);
    w.taken[w.taken_count].seq = seq;
    w.taken[w.taken_count++].amount_minor = amount_minor;
}

static void note_paper(uint64_t seq, uint32_t copy)
{
    for (size_t i = 0; i < w.paper_count; i++)
        if (w.papers[i].seq == seq && w.papers[i].copy == copy)
            fail_msg("copy %u of %llu came out twice", copy, (unsigned long long)seq);
    assert_true(w.paper_count < PAPERS_MAX);
    w.papers[w.paper_count].seq = seq;
    w.papers[w.paper_count++].copy = copy;
}

/* Take what hangs out of the printer: receipts one after another, the last perhaps torn. A copy
 * bears its mark on the line above the title. */
static void take_paper(void)
{
    uint32_t mark = 0, copy = 0;
    if (sim_printed_bytes(h.world).size == 0)
        return;
    char *text = handheld_tear_off(&h);
    for (char *line = text, *end; line; line = end) {
        end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        const char *number = strstr(line, UTILITY_TERMINAL "-");
        const char *marked = strstr(line, "DUPLICATE ");
        if (strstr(line, _("Electricity receipt")))
            copy = mark;
        else if (strstr(line, _("Receipt no.")) && number)
            note_paper(strtoull(number + strlen(UTILITY_TERMINAL "-"), NULL, 10), copy);
        mark = marked ? (uint32_t)strtoul(marked + strlen("DUPLICATE "), NULL, 10) : 0;
    }
    free(text);
}

/* What the screen says was taken: one receipt, or the three of the basket, whose sums are known. */
static void note_screen(const struct flow_args *args)
{
    if (args->papers < 2) {
        note_taken(args->seq, args->amount_minor);
        return;
    }
    assert_int_equal(args->papers, BASKET);
    assert_int_equal(args->amount_minor, 3000 + 3100 + 3200);
    for (uint64_t i = 0; i < BASKET; i++)
        note_taken(args->seq + i, 3000 + 100 * (int64_t)i);
}

static void watch(void *context, struct handheld *handheld)
{
    const struct app *app = handheld->app;
    (void)context;
    if (strcmp(handheld_screen(handheld), "paper") == 0 &&
        stack_top(handheld->app)->id == FLOW_PAPER)
        note_screen(&stack_top(handheld->app)->args);
    if (app->journal) {
        const struct fold *fold = journal_fold(app->journal);
        w.head = fold->seq;
        memcpy(w.hash, journal_head_hash(app->journal), HASH_SIZE);
        w.acknowledged = journal_acknowledged(app->journal)->seq;
        if (fold->paper_seq == 0 || fold->paper_uncertain)
            take_paper();
    }
    if (cut_at_step && ++steps == cut_at_step)
        cut_vfs_cut();
}

/* ---- the day, in parts ----------------------------------------------------------------------- */

static void enrol(void)
{
    handheld_keys(&h, "ok");
}

static void open_the_day(void)
{
    handheld_type(&h, UTILITY_USER);
    handheld_keys(&h, "ok");
    handheld_type(&h, UTILITY_PIN);
    handheld_keys(&h, "ok 1 f1 ok");
}

static void collect_online(void)
{
    handheld_keys(&h, "1 ok ok ok 2 0 0 ok ok");
}

static void print_again(void)
{
    handheld_keys(&h, "cancel cancel 3 ok f1 ok");
}

static void collect_without_signal(void)
{
    sim_network_set(h.world, NETWORK_NONE, 0, false);
    handheld_keys(&h, "1 down ok ok ok ok ok ok f2 1 5 ok ok ok cancel cancel");
    sim_network_set(h.world, NETWORK_GPRS, 2, false);
    handheld_wait(&h, 1100);
}

static void collect_a_basket(void)
{
    handheld_keys(&h, "6 3 8 4 0 ok 8 7 7 ok 9 1 4 ok ok 1 0 0 ok ok cancel");
}

static void renew_the_book(void)
{
    handheld_wait(&h, 1100);
}

static void start_again(void)
{
    handheld_stop(&h);
    if (handheld_try_start(&h) == TILL_OK)
        handheld_settle(&h);
}

struct part {
    const char *name;
    void (*run)(void);
    const char *ends_at; /* screen */
    bool prints, publishes;
};
static const struct part day[] = {
    {"enrol", enrol, "login", false, false},
    {"open the day", open_the_day, "home", false, false},
    {"collect", collect_online, "route", true, false},
    {"print again", print_again, "home", true, false},
    {"collect without signal", collect_without_signal, "home", true, false},
    {"collect a basket", collect_a_basket, "home", true, false},
    {"renew the book", renew_the_book, "home", false, true},
    {"start again", start_again, "login", false, false},
};
enum { PARTS = sizeof day / sizeof day[0] };

/* ---- what must hold -------------------------------------------------------------------------- */

static void check_taken(void)
{
    struct body_collection body;
    for (size_t i = 0; i < w.taken_count; i++) {
        assert_true(w.taken[i].seq <= handheld_head(&h));
        handheld_collection(&h, w.taken[i].seq, &body);
        assert_int_equal(body.amount_minor, w.taken[i].amount_minor);
    }
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
    struct body_collection body;
    for (size_t i = 0; i < w.paper_count; i++) {
        bool recorded = w.papers[i].copy == 0;
        if (w.papers[i].seq > handheld_head(&h))
            fail_msg("%llu is on paper and not in the journal",
                     (unsigned long long)w.papers[i].seq);
        handheld_collection(&h, w.papers[i].seq, &body);
        for (uint64_t at = 1; at <= handheld_head(&h) && !recorded; at++)
            recorded = is_duplicate(at, w.papers[i].seq, w.papers[i].copy);
        if (!recorded)
            fail_msg("copy %u is on paper and not in the journal", w.papers[i].copy);
    }
}

/* What the entries themselves say: the last paper that began and never ended well, and which
 * originals of its basket have not begun. */
struct told {
    uint64_t seq, next, last;
    uint32_t copy;
};

static void tell_receipt(struct told *t, const struct entry *e)
{
    struct body_collection body;
    assert_int_equal(entry_read_collection(e, &body), TILL_OK);
    if (body.basket == 0 || body.basket == e->seq)
        *t = (struct told){.seq = e->seq, .last = e->seq};
    else if (t->next == 0)
        t->next = e->seq;
    t->last = e->seq;
}

static void tell_print(struct told *t, const struct entry *e)
{
    struct body_print body;
    assert_int_equal(entry_read_print(e, &body), TILL_OK);
    if (kind_base(e->kind) == KIND_DUPLICATE) {
        t->next = t->next && body.seq >= t->next ? 0 : t->next;
        t->seq = body.seq;
        t->copy = body.copy;
    } else if (kind_base(e->kind) == KIND_PRINT_DONE) {
        t->seq = t->next;
        t->copy = 0;
        t->next = t->next && t->next < t->last ? t->next + 1 : 0;
    }
}

static void check_uncertain_paper(void)
{
    const struct fold *fold = handheld_fold(&h);
    struct told t = {0};
    struct entry e;
    for (uint64_t at = 1; at <= fold->seq; at++) {
        handheld_entry(&h, at, &e);
        uint16_t kind = kind_base(e.kind);
        if (kind_has_receipt(e.kind))
            tell_receipt(&t, &e);
        else if (kind == KIND_DUPLICATE || kind == KIND_PRINT_DONE)
            tell_print(&t, &e);
    }
    assert_int_equal(fold->paper_seq, t.seq);
    assert_int_equal(fold->paper_copy, t.copy);
    assert_int_equal(fold->paper_uncertain, t.seq != 0);
    assert_int_equal(fold->basket_next, t.next);
}

/* All of a basket or nothing of it. */
static void check_baskets(void)
{
    struct body_collection body;
    struct entry e;
    uint64_t first = 0, count = 0;
    for (uint64_t at = 1; at <= handheld_head(&h); at++) {
        handheld_entry(&h, at, &e);
        if (entry_read_collection(&e, &body) != TILL_OK || body.basket == 0)
            continue;
        if (body.basket == at) {
            assert_true(count == 0 || count == BASKET);
            first = at;
            count = 0;
        }
        assert_int_equal(body.basket, first);
        assert_int_equal(at, first + count);
        count++;
    }
    assert_true(count == 0 || count == BASKET);
}

static void check_cash(void)
{
    struct entry e;
    struct body_collection body;
    int64_t cash = 0;
    bool open = false;
    for (uint64_t at = 1; at <= handheld_head(&h); at++) {
        handheld_entry(&h, at, &e);
        if (kind_base(e.kind) == KIND_SHIFT_OPENED) {
            cash = OPENING_MINOR;
            open = true;
        } else if (kind_has_receipt(e.kind)) {
            assert_int_equal(entry_read_collection(&e, &body), TILL_OK);
            cash += body.amount_minor;
        }
    }
    if (open)
        assert_int_equal(handheld_cash(&h), cash);
}

static void check_promises(void)
{
    struct entry e;
    if (!h.app->journal) {
        assert_int_equal(w.head, 0);
        assert_int_equal(h.utility->head, 0);
        return;
    }
    assert_true(handheld_head(&h) >= w.head);
    if (w.head > 0) {
        handheld_entry(&h, w.head, &e);
        assert_memory_equal(e.hash, w.hash, HASH_SIZE);
    }
    assert_true(journal_acknowledged(h.app->journal)->seq >= w.acknowledged);
    if (h.app->book)
        assert_int_equal(handheld_fold(&h)->book_revision, book_meta(h.app->book)->revision);
    check_taken();
    check_papers();
    check_uncertain_paper();
    check_baskets();
    check_cash();
}

/* ---- the rest of the day --------------------------------------------------------------------- */

static bool came_out(uint64_t seq, bool original)
{
    for (size_t i = 0; i < w.paper_count; i++)
        if (w.papers[i].seq == seq && (w.papers[i].copy == 0) == original)
            return true;
    return false;
}

/* The question after the cut names the right paper, OK prints it as a duplicate, and those of its
 * basket that had never begun come out as originals. */
static void settle_the_paper(bool uncertain)
{
    char number[RECEIPT_NUMBER_MAX];
    const struct fold *fold = handheld_fold(&h);
    uint64_t seq = fold->paper_seq, next = fold->basket_next, last = fold->basket_last;
    if (!uncertain) {
        handheld_expect_screen(&h, "home");
        return;
    }
    handheld_expect_screen(&h, "paper");
    handheld_expect(&h, handheld_number(seq, number));
    for (uint64_t waiting = next; next && waiting <= last; waiting++)
        assert_false(came_out(waiting, true));
    handheld_keys(&h, "ok");
    take_paper();
    assert_true(came_out(seq, false));
    for (uint64_t waiting = next; next && waiting <= last; waiting++) {
        assert_true(came_out(waiting, true));
        assert_false(came_out(waiting, false));
    }
    assert_int_equal(handheld_fold(&h)->paper_seq, 0);
    handheld_keys(&h, "ok");
}

static void finish_the_day(bool signatures)
{
    struct entry e;
    if (strcmp(handheld_screen(&h), "enrol") == 0) {
        handheld_signal(&h, NETWORK_4G);
        if (strcmp(handheld_screen(&h), "enrol") == 0)
            handheld_keys(&h, "ok");
    }
    /* Without signal, and all at once at the end: each head costs signatures. */
    handheld_signal(&h, NETWORK_NONE);
    bool uncertain = handheld_fold(&h)->paper_uncertain;
    handheld_login(&h);
    if (strcmp(handheld_screen(&h), "shift") == 0)
        handheld_open_shift(&h, "100");
    settle_the_paper(uncertain);
    handheld_open_customer(&h, CUSTOMER_SMALL);
    handheld_keys(&h, "ok ok ok");
    handheld_expect_screen(&h, "home");
    handheld_signal(&h, NETWORK_4G);
    assert_int_equal(h.utility->head, handheld_head(&h));
    for (uint64_t at = 1; at <= handheld_head(&h); at++) {
        handheld_entry(&h, at, &e);
        assert_memory_equal(e.hash, h.utility->entries[at - 1].hash, HASH_SIZE);
    }
    assert_int_equal(handheld_fold(&h)->book_revision, h.utility->revision);
    check_promises();
    handheld_stop(&h);
    handheld_audit(&h, signatures);
}

/* ---- trying ---------------------------------------------------------------------------------- */

static int try_once(const struct part *part, uint64_t operation, unsigned way, bool by_step)
{
    cut_vfs_seed(operation * 1000 + way);
    cut_vfs_arm(by_step ? 0 : operation);
    cut_at_step = by_step ? operation : 0;
    if (by_step)
        sim_print_speed(h.world, 0, SLOW_DOTS);
    handheld_wait(&h, 1100);
    part->run();
    bool finished = !cut_vfs_is_cut();
    cut_at_step = 0;
    handheld_cut_power(&h);
    take_paper();
    sim_print_speed(h.world, 0, 0);
    sim_network_set(h.world, NETWORK_NONE, 0, false);
    enum till_status status = handheld_try_start(&h);
    /* Also where one byte of a torn sector's garbage is one bit away from what was to be written,
     * once in some hundred thousand cuts: the log is torn there, not damaged (db/wal.h). */
    assert_int_equal(status, TILL_OK);
    handheld_settle(&h);
    check_promises();
    finish_the_day(operation % SIGNATURES_EACH == 0);
    return finished ? TRY_FINISHED : TRY_CUT;
}

/* In a process of its own; a failed assertion aborts it. */
static int try_apart(const struct part *part, uint64_t operation, unsigned way, bool by_step)
{
    int code = 0;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        setenv("CMOCKA_TEST_ABORT", "1", 1);
        code = try_once(part, operation, way, by_step);
        fflush(NULL);
        _exit(code);
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    int said = WIFEXITED(code) ? WEXITSTATUS(code) : -1;
    if (said != TRY_CUT && said != TRY_FINISHED)
        fail_msg("%s, cut at %s %llu, way %u", part->name, by_step ? "step" : "operation",
                 (unsigned long long)operation, way);
    return said;
}

/* What an enrolment leaves in files is not on the disk that is cut. */
static void forget_enrolment(void)
{
    static const char *const files[] = {"secret.key", "statement.pem", "authority.pem"};
    char path[HANDHELD_PATH_MAX + 32];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", h.state_dir, files[i]);
        (void)unlink(path);
    }
}

static unsigned cut_everywhere(const struct part *part, bool by_step)
{
    unsigned tries = 0;
    for (uint64_t operation = 1; operation < OPERATIONS_MAX; operation += by_step ? 2 : 1) {
        bool finished = false;
        for (unsigned way = 0; way < (by_step ? 1 : WAYS) && !finished; way++) {
            finished = try_apart(part, operation, way, by_step) == TRY_FINISHED;
            tries++;
            if (!h.app->journal)
                forget_enrolment();
        }
        if (finished)
            return tries;
    }
    fail_msg("%s: more than %d operations", part->name, OPERATIONS_MAX);
    return 0;
}

/* Between two parts nothing is on its way: processes share what the kernel holds. */
static void rest(const struct part *part)
{
    if (part->publishes)
        utility_publish(h.utility);
    utility_restart_line(h.utility);
    int64_t wait_ms;
    app_step(h.app, &wait_ms);
    assert_int_equal(h.app->line.fd, -1);
}

static void live_through(bool by_step)
{
    memset(&w, 0, sizeof w);
    cut_at_step = steps = 0;
    handheld_make(&h, NULL);
    h.watch = watch;
    for (size_t i = 0; i < PARTS; i++) {
        rest(&day[i]);
        if (!by_step || day[i].prints) {
            unsigned tries = cut_everywhere(&day[i], by_step);
            print_message("# %s: %u cuts\n", day[i].name, tries);
        }
        handheld_wait(&h, 1100);
        day[i].run();
        handheld_expect_screen(&h, day[i].ends_at);
    }
    handheld_free(&h);
}

static void a_cut_at_any_write_of_the_day_keeps_every_promise(void **state)
{
    (void)state;
    live_through(false);
}

static void a_cut_at_any_moment_of_a_slow_print_keeps_every_promise(void **state)
{
    (void)state;
    live_through(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_at_any_write_of_the_day_keeps_every_promise),
        cmocka_unit_test(a_cut_at_any_moment_of_a_slow_print_keeps_every_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
