/* The end of a shift: the count, the Z, and the same in its owner's absence. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "days_check.h"
#include "days_step.h"
#include "receipt.h"
#include "shift_sums.h"

/* ---- the count ------------------------------------------------------------------------------- */

/* What is found in the bag: mostly what should be there. */
static int64_t counted(struct days_step *s, int64_t expected_minor)
{
    static const int64_t off[] = {1, 100, 2000, 10000};
    int64_t by = off[step_roll(s, sizeof(off) / sizeof(off[0]))];
    switch (step_roll(s, 6)) {
    case 0:
        return expected_minor >= by ? expected_minor - by : 0;
    case 1:
        return expected_minor + by;
    default:
        return expected_minor;
    }
}

/* Slips of the open shift, by the entries. */
static void taken_slips(struct days_step *s, const char *user, struct heaps *out)
{
    struct days_tally *tally = calloc(1, sizeof(*tally));
    assert(tally != NULL);
    days_tally_make(tally, step_log(s), &s->world->fault);
    const struct days_person *p = days_tally_of(tally, user);
    *out = (struct heaps){.count = 0};
    for (int tender = TENDER_CASH + 1; p != NULL && tender < DAYS_TENDERS; tender++) {
        int64_t minor = tender_has_slip(tender) ? p->slips_bag_minor[tender] : 0;
        enum till_status status = minor > 0 ? heaps_add(out, tender, minor) : TILL_OK;
        assert(status == TILL_OK);
    }
    free(tally);
}

/* What is found of them: all, one less, or one that nobody took. */
static void count_slips(struct days_step *s, const char *user, char out[HEAPS_TEXT_MAX])
{
    struct heaps found;
    enum till_status status = TILL_OK;
    taken_slips(s, user, &found);
    switch (step_roll(s, 6)) {
    case 0:
        found.count -= found.count > 0 ? 1 : 0;
        break;
    case 1:
        status = heaps_add(&found, TENDER_CHEQUE, 2500);
        break;
    default:
        break;
    }
    status = status == TILL_OK ? heaps_write(&found, out) : status;
    assert(status == TILL_OK);
}

/* Does the count that was accepted say so? */
static bool slips_are_wrong(struct days_step *s, const struct fold_user *owner)
{
    struct body_cash_count count;
    struct heaps taken, found;
    const struct entry *e = days_log_at(step_log(s), owner->count_seq);
    bool read = e != NULL && entry_read_cash_count(e, &count) == TILL_OK &&
                heaps_read(count.tenders, &found);
    taken_slips(s, owner->user, &taken);
    return read && slips_differ(&taken, &found);
}

static bool put_count(struct days_step *s, const struct fold_user *user, int purpose)
{
    struct entry e = {0};
    struct body_cash_count b = {.purpose = purpose,
                                .shift = user->shift,
                                .attempt = user->attempts + 1,
                                .amount_minor = counted(s, user->cash_minor)};
    step_notes(b.amount_minor, b.notes);
    if (step_roll(s, 5) == 0) {
        b.suspect_minor = b.amount_minor >= 10000 ? 10000 : 0;
        b.damaged_minor = b.amount_minor - b.suspect_minor >= 500 ? 500 : 0;
    }
    count_slips(s, user->user, b.tenders);
    return step_put(s, entry_write_cash_count(&e, &b), &e);
}

static bool begin_count(struct days_step *s, const struct fold_user *user)
{
    struct entry e = {0};
    struct body_count_begun begun = {.shift = user->shift};
    return user->counting || step_put(s, entry_write_count_begun(&e, &begun), &e);
}

static bool accept(struct days_step *s, const struct fold_user *user)
{
    struct entry e = {0};
    struct body_count_accepted b = {.seq = user->count_seq};
    return user->counted || step_put(s, entry_write_count_accepted(&e, &b), &e);
}

void step_count(struct days_step *s)
{
    const struct fold_user *user = step_who(s);
    if (user != NULL && user->shift_open && !user->counted && begin_count(s, user)) {
        (void)put_count(s, step_who(s), COUNT_CLOSING);
    }
}

/* ---- the Z ----------------------------------------------------------------------------------- */

static void add_one(const struct days_log *log, const struct entry *e, struct shift_sums *sums)
{
    struct days_paper paper = {.known = false};
    uint64_t needs = shift_sums_needs(sums, e);
    struct shift_receipt receipt = {.entry = days_log_at(log, needs == 0 ? e->seq : needs)};
    if (needs != 0) {
        days_paper_of(log, receipt.entry, &paper);
        receipt.lines = paper.known ? paper.lines : NULL;
        receipt.count = paper.count;
    }
    enum till_status status = shift_sums_add(sums, e, needs == 0 ? NULL : &receipt);
    assert(status == TILL_OK);
}

/* As src/terminal/shift_work.c goes over the journal. */
static void add_up(const struct days_log *log, const struct fold_user *owner,
                   struct shift_sums *sums)
{
    struct body_shift_opened opened;
    uint64_t seq = log->count;
    enum till_status status = TILL_NOT_FOUND;
    for (; seq > 0; seq--) {
        const struct entry *e = days_log_at(log, seq);
        if (e->kind == KIND_SHIFT_OPENED && entry_read_shift_opened(e, &opened) == TILL_OK &&
            opened.shift == owner->shift) {
            status = shift_sums_begin(sums, owner->user, e);
            break;
        }
    }
    assert(status == TILL_OK);
    for (seq++; seq <= log->count; seq++) {
        add_one(log, days_log_at(log, seq), sums);
    }
}

static enum till_status write_z(const struct days_step *s, const struct fold_user *owner,
                                int64_t taken_minor, const char *witness, struct entry *e)
{
    struct body_shift_closed own = {.z = step_fold(s)->last_z + 1,
                                    .shift = owner->shift,
                                    .expected_minor = owner->cash_minor,
                                    .counted_minor = owner->counted_minor,
                                    .taken_minor = taken_minor,
                                    .receipts = owner->receipts};
    struct body_closed_in_absence absent = {.z = own.z,
                                            .shift = own.shift,
                                            .expected_minor = own.expected_minor,
                                            .counted_minor = own.counted_minor,
                                            .taken_minor = own.taken_minor,
                                            .receipts = own.receipts};
    if (witness == NULL) {
        return entry_write_shift_closed(e, &own);
    }
    memcpy(absent.owner, owner->user, sizeof(absent.owner));
    (void)snprintf(absent.witness, sizeof(absent.witness), "%s", witness);
    return entry_write_closed_in_absence(e, &absent);
}

/* Totals and Z in one, as src/terminal/ledger_shift.c. witness NULL: it is the owner's own. */
static void put_z(struct days_step *s, const struct fold_user *owner, const char *witness)
{
    uint8_t memory[RECEIPT_PACKED_MAX];
    struct journal_item items[2] = {0};
    struct shift_sums *sums = calloc(1, sizeof(*sums));
    struct body_shift_totals totals = {.unsent = journal_unsent(s->terminal->journal),
                                       .grand_minor = step_fold(s)->grand_minor};
    int64_t taken_minor = 0;
    assert(sums != NULL);
    if (owner->counted_minor != owner->cash_minor) {
        totals.reason = VARIANCE_COUNTERFEIT + (int)step_roll(s, 5);
        (void)snprintf(totals.slip, sizeof(totals.slip), "%s",
                       totals.reason == VARIANCE_COUNTERFEIT ? "J-20261122-7" : "");
    }
    totals.slips_reason = slips_are_wrong(s, owner) ? VARIANCE_OTHER : 0;
    add_up(step_log(s), owner, sums);
    enum till_status status = shift_sums_write(sums, &totals, &items[0].entry);
    if (status == TILL_OK) {
        status = shift_sums_taken(sums, &taken_minor);
    }
    free(sums);
    if (status == TILL_OK) {
        status = write_z(s, owner, taken_minor, witness, &items[1].entry);
    }
    if (status != TILL_OK) {
        days_wrong(&s->world->fault, "%s: shift %u has no Z: %s", s->terminal->identity.terminal,
                   owner->shift, status_name(status));
        return;
    }
    items[1].receipt_text = step_paper(s, &items[1].entry, memory);
    if (step_put_all(s, items, 2)) {
        step_print(s);
    }
}

void step_close(struct days_step *s)
{
    const struct fold_user *user = step_who(s);
    if (user == NULL || !user->counting || user->count_seq == 0 || !accept(s, user)) {
        return;
    }
    put_z(s, step_who(s), NULL);
}

/* ---- in absence ------------------------------------------------------------------------------ */

/* Another's open shift; 0: there is none. */
static uint32_t find_shift(struct days_step *s, const char *supervisor)
{
    const struct fold *fold = step_fold(s);
    uint32_t from = step_roll(s, FOLD_USERS_MAX);
    for (uint32_t i = 0; i < fold->user_count; i++) {
        const struct fold_user *user = &fold->users[(from + i) % fold->user_count];
        if (user->shift_open && strcmp(user->user, supervisor) != 0) {
            return user->shift;
        }
    }
    return 0;
}

void step_absence(struct days_step *s)
{
    const struct fold_user *who = step_who(s);
    if (who == NULL || !step_is_supervisor(who->user)) {
        return;
    }
    uint32_t shift = find_shift(s, who->user);
    const struct fold_user *owner = fold_shift(step_fold(s), shift);
    if (owner == NULL || !begin_count(s, owner)) {
        return;
    }
    owner = fold_shift(step_fold(s), shift);
    if (!owner->counted && !put_count(s, owner, COUNT_ABSENCE)) {
        return;
    }
    if (!accept(s, fold_shift(step_fold(s), shift))) {
        return;
    }
    owner = fold_shift(step_fold(s), shift);
    const char *witness = "1004";
    for (uint32_t i = 0; i < DAYS_USERS; i++) {
        if (strcmp(days_users[i], owner->user) != 0 &&
            strcmp(days_users[i], step_who(s)->user) != 0) {
            witness = days_users[i];
        }
    }
    put_z(s, owner, witness);
}

void step_answer(struct days_step *s)
{
    struct entry e = {0};
    const struct fold_user *user = step_who(s);
    if (user == NULL || user->absent_z == 0) {
        return;
    }
    struct body_absence_answered b = {.z = user->absent_z, .disputed = step_roll(s, 4) == 0};
    (void)step_put(s, entry_write_absence_answered(&e, &b), &e);
}
