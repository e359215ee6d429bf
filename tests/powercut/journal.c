/*
 * The journal under power cuts: at every write, truncation, sync, creation, removal and rename of a
 * morning's work the power goes, in several ways each. What was reported done is there afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cut_vfs.h"
#include "journal_private.h"
#include "journal_story.h"

#define PATH "/journal.db"

enum {
    SECTOR_SIZE = 512,
    WAYS = 6,          /* cuts tried at each operation */
    RECEIPTS = 12,     /* more than a group of entries */
    REOPEN_AT = 5,     /* after this receipt the program is closed and started again */
    ACK_EVERY = 4,     /* receipts */
    BASKET_FROM = 101, /* customers of the basket: a group ends within it */
    BASKET = 5,
    OPERATIONS_MAX = 5000
};

/* What the program was told before the light went out. */
struct witness {
    bool created;
    uint64_t seq; /* last append that returned TILL_OK */
    uint8_t hash[HASH_SIZE];
    uint64_t acked;
    uint32_t collected;
    bool basket;   /* all of it */
    bool reversed; /* the last of the basket */
    bool finished;
};

static struct fake_key key;
static struct sealer sealer;

static bool done(struct witness *w, const struct journal *j, enum till_status status)
{
    if (status != TILL_OK)
        return false;
    w->seq = journal_fold(j)->seq;
    memcpy(w->hash, journal_head_hash(j), HASH_SIZE);
    return true;
}

static bool acknowledge(struct witness *w, struct journal *j)
{
    uint64_t seq = journal_fold(j)->seq;
    struct journal_ack ack = {.seq = seq, .at_s = STORY_BEGIN_S, .serial = seq};

    memcpy(ack.hash, journal_head_hash(j), HASH_SIZE);
    if (journal_acknowledge(j, &ack) != TILL_OK)
        return false;
    w->acked = ack.seq;
    return true;
}

static bool tell_receipts(struct witness *w, const struct journal_options *options,
                          struct journal **j)
{
    struct journal_found found;

    for (uint32_t n = 1; n <= RECEIPTS; n++) {
        if (!done(w, *j, story_collect(*j, n, NULL)))
            return false;
        w->collected = n;
        if (!done(w, *j, story_print_done(*j)))
            return false;
        if (n % ACK_EVERY == 0 && !acknowledge(w, *j))
            return false;
        if (n == REOPEN_AT) {
            journal_close(*j);
            *j = NULL;
            if (journal_open(options, &found, j) != TILL_OK)
                return false;
        }
    }
    return true;
}

/* One note pays for five accounts, and the last of them is taken back. */
static bool tell_basket(struct witness *w, struct journal *j)
{
    if (!done(w, j, story_basket(j, BASKET_FROM, BASKET)))
        return false;
    w->basket = true;
    if (!done(w, j, story_reverse(j, BASKET_FROM + BASKET - 1)))
        return false;
    w->reversed = true;
    return true;
}

/* The morning, until it is over or the power goes. */
static struct witness tell(const char *vfs)
{
    struct journal_options options = story_options(vfs, PATH, &sealer);
    struct witness w = {0};
    struct journal *j = NULL;

    if (story_create(&options, key.public_key, &j) == TILL_OK) {
        w.created = done(&w, j, TILL_OK);
        w.finished = done(&w, j, story_login(j)) && done(&w, j, story_open_shift(j)) &&
                     tell_receipts(&w, &options, &j) && tell_basket(&w, j);
    }
    journal_close(j);
    return w;
}

/* A journal that is right in itself. */
static bool is_sound(const char *vfs, bool after_repair)
{
    struct journal_verifier verifier = fake_verifier(&key);
    struct journal_verdict verdict;

    if (journal_audit_on(vfs, PATH, &verifier, &verdict) != TILL_OK)
        return false;
    /* A cut while writing back tears pages that the WAL still has: only a start mends them. */
    return verdict.first_bad == 0 ||
           (!after_repair && strstr(verdict.text, "start the terminal once") != NULL);
}

static const char *missing_payments(struct journal *j, uint32_t count)
{
    struct journal_payment payments[JOURNAL_PAYMENTS_MAX];
    char account[ACCOUNT_MAX];
    char expected[STORY_TEXT_SIZE];
    char text[STORY_TEXT_SIZE];
    size_t found = 0;

    for (uint32_t n = 1; n <= count; n++) {
        size_t size = 0;

        story_account(n, account);
        if (journal_payments(j, account, 0, NULL, 0, payments, &found) != TILL_OK || found != 1 ||
            payments[0].amount_minor != story_amount_minor(n))
            return "a payment is missing";
        story_text(n, expected);
        if (journal_receipt_text(j, payments[0].seq, text, sizeof text, &size) != TILL_OK ||
            size != sizeof text || memcmp(text, expected, size) != 0)
            return "a receipt's text is missing";
    }
    return NULL;
}

/* All of the basket or nothing of it, and the reversal as it was promised. */
static const char *torn_basket(const struct witness *w, struct journal *j)
{
    uint32_t there = 0;
    char account[ACCOUNT_MAX];

    for (uint32_t n = BASKET_FROM; n < BASKET_FROM + BASKET - 1; n++) {
        story_account(n, account);
        there += journal_has_payment(j, account, 0) ? 1 : 0;
    }
    if (there != 0 && there != BASKET - 1)
        return "a part of a basket is there";
    if (w->basket && there == 0)
        return "a basket is missing";
    story_account(BASKET_FROM + BASKET - 1, account);
    bool last = journal_has_payment(j, account, 0);
    if (w->reversed && last)
        return "a reversal is missing";
    return NULL;
}

static const char *judge_open(const struct witness *w, struct journal *j,
                              const struct journal_found *found)
{
    uint64_t seq = journal_fold(j)->seq;
    uint8_t prev[HASH_SIZE];
    struct entry entry;

    if (found->repaired && found->repaired_from <= w->seq)
        return "it says that a committed record was cut off";
    /* What was under way when the light went out may be there too: an entry, or a basket whole. */
    uint64_t more = w->collected == RECEIPTS && !w->basket ? BASKET : 1;
    if (seq != w->seq && seq != w->seq + 1 && seq != w->seq + more)
        return "a committed record is missing, or one came from nowhere";
    if (w->seq > 0 && (journal_read(j, w->seq, &entry, prev) != TILL_OK ||
                       memcmp(entry.hash, w->hash, HASH_SIZE) != 0))
        return "a committed record has changed";
    if (journal_acknowledged(j)->seq < w->acked)
        return "what was acknowledged has fallen";
    const char *missing = missing_payments(j, w->collected);
    if (missing == NULL)
        missing = torn_basket(w, j);
    if (missing != NULL)
        return missing;
    /* Work goes on. */
    if (story_login(j) != TILL_OK || journal_fold(j)->seq != seq + 1)
        return "nothing can be appended";
    return NULL;
}

/* The power goes again while the next start mends what the first cut left. */
static void cut_while_mending(const char *vfs, uint64_t operation)
{
    struct journal_options options = story_options(vfs, PATH, &sealer);
    struct journal_found found;
    struct journal *j = NULL;

    cut_vfs_arm(operation);
    if (journal_open(&options, &found, &j) != TILL_OK)
        j = NULL;
    cut_vfs_cut();
    journal_close(j);
    cut_vfs_reboot();
}

/* NULL: every promise is kept.
 *   again  a second cut at this operation of the start; 0 = none */
static const char *judge(const char *vfs, const struct witness *w, uint64_t again)
{
    struct journal_options options = story_options(vfs, PATH, &sealer);
    struct journal_found found;
    struct journal *j = NULL;

    cut_vfs_reboot();
    if (again != 0)
        cut_while_mending(vfs, again);
    if (w->created && !is_sound(vfs, false))
        return "the audit refuses what the cut left";
    enum till_status status = journal_open(&options, &found, &j);
    if (status == TILL_NOT_FOUND)
        return w->created ? "the journal is gone" : NULL;
    if (status != TILL_OK)
        return "it does not open";
    const char *fault = judge_open(w, j, &found);
    journal_close(j);
    if (fault == NULL && !is_sound(vfs, true))
        return "the audit refuses it after the start";
    return fault;
}

/* Cut at every operation, some ways each; *tries_out of them, returns how many broke a promise,
 * at most `enough`. */
static unsigned cut_everywhere(const char *vfs, unsigned enough, unsigned *tries_out,
                               char *first_out, size_t first_size)
{
    unsigned faults = 0;

    *tries_out = 0;
    first_out[0] = '\0';
    for (uint64_t operation = 1; operation < OPERATIONS_MAX; operation++) {
        bool finished = false;

        for (unsigned way = 0; way < WAYS; way++) {
            cut_vfs_create(operation * 1000 + way, SECTOR_SIZE);
            cut_vfs_arm(operation);
            struct witness w = tell(vfs);
            finished = w.finished && !cut_vfs_is_cut();
            (*tries_out)++;
            const char *fault = judge(vfs, &w, way % 3 == 2 ? 1 + way + operation % 7 : 0);
            if (fault != NULL && faults++ == 0)
                snprintf(first_out, first_size, "cut %llu, way %u: %s",
                         (unsigned long long)operation, way, fault);
        }
        if (finished || faults >= enough)
            return faults;
    }
    snprintf(first_out, first_size, "more than %d operations", OPERATIONS_MAX);
    return faults + 1;
}

static void a_cut_anywhere_loses_nothing_that_was_committed(void **state)
{
    char first[160];
    unsigned tries;

    (void)state;
    unsigned faults = cut_everywhere(CUT_VFS, 1, &tries, first, sizeof first);
    print_message("%u cuts, %u broken promises %s\n", tries, faults, first);
    assert_int_equal(faults, 0);
    assert_true(tries > 1000);
}

/* If this one found nothing, the test above would prove nothing. */
static void sqlite_s_default_assumption_loses_committed_records(void **state)
{
    char first[160];
    unsigned tries;

    (void)state;
    unsigned faults = cut_everywhere(CUT_VFS_TRUSTING, 1, &tries, first, sizeof first);
    print_message("%u cuts, %u broken promises, the first: %s\n", tries, faults, first);
    assert_true(faults > 0);
}

static void a_killed_program_loses_nothing_that_was_committed(void **state)
{
    (void)state;
    for (uint64_t operation = 1; operation < OPERATIONS_MAX; operation++) {
        cut_vfs_create(operation, SECTOR_SIZE);
        cut_vfs_stop(operation);
        struct witness w = tell(CUT_VFS);
        const char *fault = judge(CUT_VFS, &w, 0);
        if (fault != NULL)
            fail_msg("killed at %llu: %s", (unsigned long long)operation, fault);
        if (w.finished)
            return;
    }
    fail_msg("more than %d operations", OPERATIONS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_anywhere_loses_nothing_that_was_committed),
        cmocka_unit_test(sqlite_s_default_assumption_loses_committed_records),
        cmocka_unit_test(a_killed_program_loses_nothing_that_was_committed),
    };

    fake_key_make(&key, 1);
    sealer = fake_sealer(&key);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
