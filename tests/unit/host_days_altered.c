/*
 * A journal that was edited, cut short, put in another order or taken back to an earlier image
 * gives no Z that verifies: by its chain, by the fold, by its QR at the office, or by what the
 * office has. Over generated days; FIELDTILL_SEED replays one world, FIELDTILL_DAYS goes on.
 */
#include "office.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "days_office.h"
#include "receipt_check.h"

enum { DAYS_EACH = 4, WORLDS = 2, ALTERED_MAX = BATCH_ENTRIES_MAX, EDITS = 12, SHARE = 20 };
#define FIRST_SEED UINT64_C(20261201)
#define URL "HTTPS://E.CN/R/"

/* One world's first terminal that has a Z, and a copy of its entries to spoil. */
static struct days_office *o;
static struct days_world *w;
static struct days_script script;
static const struct days_terminal *t;
static const struct device *device;
static struct entry copy[ALTERED_MAX];
static size_t count; /* through the last Z that fits a batch; the Z is copy[count - 1] */

/* ---- worlds ---------------------------------------------------------------------------------- */

static bool is_z(const struct entry *e)
{
    return e->kind == KIND_SHIFT_CLOSED || e->kind == KIND_CLOSED_IN_ABSENCE;
}

static size_t last_z(const struct days_log *log)
{
    size_t at = 0;
    for (size_t i = 0; i < log->count && i < ALTERED_MAX; i++) {
        at = is_z(&log->entries[i]) ? i + 1 : at;
    }
    return at;
}

static void take_copy(void)
{
    memcpy(copy, t->log.entries, count * sizeof(copy[0]));
}

static void begin_world(uint64_t seed)
{
    o = calloc(1, sizeof(*o));
    w = calloc(1, sizeof(*w));
    assert_true(o != NULL && w != NULL && office_open(NULL) == 0);
    days_script_make(&script, seed, DAYS_EACH);
    days_office_begin(o, script.terminals);
    days_world_begin(w, &script, o->identities);
    days_world_walk(w);
    assert_string_equal(w->fault.text, "");
    count = 0;
    for (unsigned i = 0; i < script.terminals && count == 0; i++) {
        t = &w->terminals[i];
        device = &o->devices[i];
        count = last_z(&t->log);
    }
    assert_true(count > 0);
    take_copy();
}

static void end_world(void)
{
    days_world_end(w);
    days_office_end(o);
    days_script_free(&script);
    assert_int_equal(office_close(NULL), 0);
    free(w);
    free(o);
}

/* ---- who verifies ---------------------------------------------------------------------------- */

static const uint8_t *prev_of(size_t index)
{
    return index == 0 ? device->genesis : copy[index - 1].hash;
}

/* Hashes from one entry on as they must be; signatures stay, for nobody else has the key. */
static void hash_anew(size_t from)
{
    for (size_t i = from; i < count; i++) {
        copy[i].seq = i + 1;
        assert_int_equal(
            chain_hash(&device->sealer, t->log.terminal, &copy[i], prev_of(i), copy[i].hash),
            TILL_OK);
    }
}

/* The first fault that anybody finds who has the entries and the public key. */
static enum till_status audit(void)
{
    struct fold fold;
    fold_init(&fold);
    for (size_t i = 0; i < count; i++) {
        enum till_status status =
            chain_check(&device->sealer, t->log.terminal, &copy[i], prev_of(i), i + 1 == count);
        if (status == TILL_OK) {
            status = fold_apply_or_spoil(&fold, &copy[i], NULL);
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    return TILL_OK;
}

/* What the office says of the Z's QR. */
static enum receipt_verdict ask(void)
{
    struct proof proof = {.entry = copy[count - 1]}, read;
    enum receipt_verdict verdict = RECEIPT_VERDICTS;
    char text[PROOF_TEXT_MAX];
    memcpy(proof.terminal, t->log.terminal, sizeof(proof.terminal));
    memcpy(proof.prev, prev_of(count - 1), HASH_SIZE);
    assert_int_equal(proof_write(URL, &proof, text), TILL_OK);
    assert_int_equal(receipt_check(office.store, text, strlen(text), &read, &verdict), TILL_OK);
    return verdict;
}

static enum till_status hand_in(struct ingest_outcome *outcome)
{
    struct batch_writer *writer = NULL;
    struct buffer out;
    uint8_t *memory = malloc(BATCH_PACKED_MAX);
    assert_non_null(memory);
    assert_int_equal(batch_begin(t->log.terminal, device->genesis, &writer), TILL_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(batch_add(writer, &copy[i]), TILL_OK);
    }
    buffer_init(&out, memory, BATCH_PACKED_MAX);
    assert_int_equal(batch_finish(writer, &out), TILL_OK);
    enum till_status status =
        ingest_batch(office.store, t->log.terminal, office.authority.fingerprint,
                     (struct span){out.data, out.size}, OFFICE_NOW_S, outcome);
    free(memory);
    return status;
}

/* Refused by who has the file, by who has the paper, and by the office; nothing of it is stored. */
static void assert_no_z(const char *what)
{
    struct ingest_outcome outcome;
    enum till_status status = audit();
    if (status == TILL_OK) {
        fail_msg("seed %" PRIu64 ": %s and the audit finds nothing", script.seed, what);
    }
    if (ask() == RECEIPT_ACKNOWLEDGED) {
        fail_msg("seed %" PRIu64 ": %s and the office knows its Z", script.seed, what);
    }
    status = hand_in(&outcome);
    if (status != TILL_E_CHAIN && status != TILL_E_SIGNATURE && status != TILL_E_PROTOCOL) {
        fail_msg("seed %" PRIu64 ": %s and the office takes it: %s", script.seed, what,
                 status_name(status));
    }
    assert_int_equal(office_terminal(t->log.terminal).head_seq, 0);
}

/* ---- what a cheat does ----------------------------------------------------------------------- */

/* One figure of a record is another one; the body stays a body where it can. */
static bool edit(struct days_dice *dice, size_t at)
{
    struct entry *e = &copy[at];
    for (int tries = 0; tries < 200; tries++) {
        size_t i = days_roll(dice) % e->body_size;
        char c = e->body[i];
        if (c >= '1' && c <= '9') {
            e->body[i] = c == '9' ? '1' : (char)(c + 1);
            return true;
        }
    }
    return false;
}

static void an_edited_journal_gives_no_z(struct days_dice *dice)
{
    for (int i = 0; i < EDITS; i++) {
        take_copy();
        size_t at = 1 + days_roll(dice) % (count - 1);
        if (!edit(dice, at)) {
            continue;
        }
        assert_no_z("a figure was edited");
        hash_anew(at);
        assert_no_z("a figure was edited and all hashes with it");
    }
}

static void a_shortened_journal_gives_no_z(struct days_dice *dice)
{
    size_t whole = count;
    for (int i = 0; i < EDITS; i++) {
        size_t gone = 1 + days_roll(dice) % 5;
        size_t at = 1 + days_roll(dice) % (whole - gone - 1);
        take_copy();
        memmove(&copy[at], &copy[at + gone], (whole - at - gone) * sizeof(copy[0]));
        count = whole - gone;
        assert_int_not_equal(audit(), TILL_OK);
        hash_anew(at);
        assert_no_z("records are gone");
        count = whole;
    }
}

static void another_order_gives_no_z(struct days_dice *dice)
{
    for (int i = 0; i < EDITS; i++) {
        size_t at = 1 + days_roll(dice) % (count - 3);
        take_copy();
        struct entry moved = copy[at];
        copy[at] = copy[at + 1];
        copy[at + 1] = moved;
        hash_anew(at);
        assert_no_z("two records changed places");
    }
}

/* With the device's own key, which no cheat has: still no Z whose figures are not the entries'. */
static void the_fold_refuses_a_z_that_says_something_else(struct days_dice *dice)
{
    for (int i = 0; i < EDITS; i++) {
        size_t at = days_roll(dice) % 2 == 0 ? count - 1 : count - 2;
        struct fold fold;
        take_copy();
        if (!edit(dice, at)) {
            continue;
        }
        fold_init(&fold);
        enum till_status status = TILL_OK;
        for (size_t k = 0; k < count && status == TILL_OK; k++) {
            status = fold_apply_or_spoil(&fold, &copy[k], NULL);
        }
        /* Sums by bill type and month, first and last numbers stand on papers alone. */
        if (status == TILL_OK && at == count - 1) {
            fail_msg("seed %" PRIu64 ": the fold takes %s", script.seed, copy[at].body);
        }
    }
}

/* An earlier image goes on with the device's key, to a Z of its own: the office has another. */
static void a_restored_journal_s_z_is_seen_at_the_office(void)
{
    struct ingest_outcome outcome;
    take_copy();
    assert_int_equal(hand_in(&outcome), TILL_OK);
    assert_int_equal(outcome.quarantined, 0);
    assert_int_equal(ask(), RECEIPT_ACKNOWLEDGED);
    assert_int_equal(audit(), TILL_OK);
    for (size_t i = count - 2; i < count; i++) {
        copy[i].at_s += 60;
        assert_int_equal(chain_seal(&device->sealer, t->log.terminal, &copy[i], prev_of(i)),
                         TILL_OK);
    }
    assert_int_equal(audit(), TILL_OK); /* by itself it is right */
    assert_int_equal(ask(), RECEIPT_FORK);
    int64_t postings = office_postings();
    assert_int_equal(hand_in(&outcome), TILL_OK);
    assert_int_equal(outcome.stored, 0);
    assert_int_equal(outcome.forked, 2);
    assert_true(office_terminal(t->log.terminal).stopped);
    assert_int_equal(office_alarms("fork"), 1);
    assert_int_equal(ask(), RECEIPT_FORK);
    assert_in_range(office_postings(), postings, postings + 2); /* suspense at most */
}

static void no_altered_journal_gives_a_z_that_verifies(void **state)
{
    uint64_t first = days_seed(FIRST_SEED);
    (void)state;
    for (unsigned i = 0; i < days_worlds(SHARE * DAYS_EACH, WORLDS); i++) {
        struct days_dice dice = {.state = first + i};
        begin_world(first + i);
        an_edited_journal_gives_no_z(&dice);
        a_shortened_journal_gives_no_z(&dice);
        another_order_gives_no_z(&dice);
        the_fold_refuses_a_z_that_says_something_else(&dice);
        a_restored_journal_s_z_is_seen_at_the_office();
        end_world();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_altered_journal_gives_a_z_that_verifies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
