/* Cash on its way to the bank. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "days_check.h"
#include "days_step.h"

/* All of it, mostly. */
static int64_t part_of(struct days_step *s, int64_t amount_minor)
{
    return step_roll(s, 4) == 0 ? 1 + (int64_t)(days_roll(&s->dice) % (uint64_t)amount_minor)
                                : amount_minor;
}

/* Mostly as it should be. */
static int64_t found_of(struct days_step *s, int64_t amount_minor)
{
    int64_t by = 1 + (int64_t)step_roll(s, 3) * 4999;
    switch (step_roll(s, 5)) {
    case 0:
        return amount_minor > by ? amount_minor - by : 0;
    case 1:
        return amount_minor + by;
    default:
        return amount_minor;
    }
}

static int64_t source(struct days_step *s, int *source_out)
{
    const struct fold_user *user = step_who(s);
    bool kept = user->kept_minor > 0 && (user->held_minor == 0 || step_roll(s, 2) == 0);
    *source_out = kept ? CASH_KEPT : CASH_HELD;
    return kept ? user->kept_minor : user->held_minor;
}

static void name_closes(struct days_step *s, char out[CLOSES_TEXT_MAX])
{
    uint32_t z = step_fold(s)->last_z;
    if (z > 0 && step_roll(s, 3) != 0) {
        (void)snprintf(out, CLOSES_TEXT_MAX, "%u", z);
    }
}

/* Slips in the user's hands, by the entries; some, mostly all, or none of them go along. */
static int64_t slips_along(struct days_step *s, int source)
{
    struct days_tally *tally = calloc(1, sizeof(*tally));
    assert(tally != NULL);
    days_tally_make(tally, step_log(s), &s->world->fault);
    const struct days_person *p = days_tally_of(tally, step_who(s)->user);
    int64_t minor = p == NULL ? 0 : source == CASH_KEPT ? p->slips_kept_minor : p->slips_held_minor;
    free(tally);
    if (minor <= 0 || step_roll(s, 6) == 0) {
        return 0;
    }
    return part_of(s, minor);
}

/* Which of them are what: cheques, and some slips of cards. */
static void name_slips(struct days_step *s, int64_t minor, char out[HEAPS_TEXT_MAX])
{
    struct heaps slips = {.count = 0};
    int64_t cards_minor = step_roll(s, 2) == 0 ? minor / 3 : 0;
    enum till_status status =
        cards_minor > 0 ? heaps_add(&slips, TENDER_CARD, cards_minor) : TILL_OK;
    if (status == TILL_OK && minor > cards_minor) {
        status = heaps_add(&slips, TENDER_CHEQUE, minor - cards_minor);
    }
    status = status == TILL_OK ? heaps_write(&slips, out) : status;
    assert(status == TILL_OK);
}

static bool count(struct days_step *s, int purpose, int64_t amount_minor, int64_t slips_minor,
                  int64_t said_minor)
{
    struct entry e = {0};
    struct body_cash_count b = {.purpose = purpose,
                                .attempt = 1,
                                .amount_minor = amount_minor,
                                .slips_said_minor = said_minor};
    step_notes(amount_minor, b.notes);
    name_slips(s, slips_minor, b.tenders);
    return step_put(s, entry_write_cash_count(&e, &b), &e);
}

/* ---- from hand to hand ----------------------------------------------------------------------- */

void step_give(struct days_step *s)
{
    struct entry e = {0};
    struct body_handover_given b = {.source = CASH_HELD};
    int64_t most_minor = step_who(s) == NULL ? 0 : source(s, &b.source);
    if (most_minor == 0) {
        return;
    }
    b.amount_minor = part_of(s, most_minor);
    b.other_minor = slips_along(s, b.source);
    (void)snprintf(b.receiver, sizeof(b.receiver), "%s", step_other(s, step_who(s)->user));
    name_closes(s, b.closes);
    if (step_put(s, entry_write_handover_given(&e, &b), &e)) {
        step_print(s);
    }
}

/* What was given anywhere joins what can be taken. */
static void gather(struct days_step *s)
{
    struct days_world *w = s->world;
    for (unsigned i = 0; i < w->script->terminals; i++) {
        const struct days_log *log = &w->terminals[i].log;
        uint64_t seq = 1;
        for (size_t k = 0; k < w->given_count; k++) {
            seq = w->given[k].terminal == i && w->given[k].seq >= seq ? w->given[k].seq + 1 : seq;
        }
        for (; seq <= log->count && w->given_count < DAYS_GIVEN_MAX; seq++) {
            struct body_handover_given given;
            struct body_cash_drop drop;
            const struct entry *e = days_log_at(log, seq);
            struct days_given *g = &w->given[w->given_count];
            *g = (struct days_given){.terminal = i, .seq = seq};
            memcpy(g->hash, e->hash, HASH_SIZE);
            memcpy(g->giver, days_log_user(log, seq), USER_MAX);
            if (e->kind == KIND_HANDOVER_GIVEN && entry_read_handover_given(e, &given) == TILL_OK) {
                g->amount_minor = given.amount_minor;
                g->other_minor = given.other_minor;
                memcpy(g->receiver, given.receiver, USER_MAX);
                w->given_count++;
            } else if (e->kind == KIND_CASH_DROP && entry_read_cash_drop(e, &drop) == TILL_OK &&
                       drop.to == 1) {
                g->amount_minor = drop.amount_minor;
                (void)snprintf(g->receiver, sizeof(g->receiver), "%.16s", drop.receiver);
                w->given_count++;
            }
        }
    }
}

/* Was it taken, on whatever terminal? By the records, for a cut may have been in between. */
static void note_taken(struct days_step *s)
{
    struct days_world *w = s->world;
    for (unsigned i = 0; i < w->script->terminals; i++) {
        const struct days_log *log = &w->terminals[i].log;
        for (uint64_t seq = 1; seq <= log->count; seq++) {
            struct body_handover_taken b;
            const struct entry *e = days_log_at(log, seq);
            if (e->kind != KIND_HANDOVER_TAKEN || entry_read_handover_taken(e, &b) != TILL_OK) {
                continue;
            }
            for (size_t k = 0; k < w->given_count; k++) {
                w->given[k].taken =
                    w->given[k].taken || memcmp(w->given[k].hash, b.hash, HASH_SIZE) == 0;
            }
        }
    }
}

/* What is meant for the user; now and then what is meant for somebody else. */
static const struct days_given *find_given(struct days_step *s)
{
    const struct days_world *w = s->world;
    const char *user = step_who(s)->user;
    bool anyone = step_roll(s, 10) == 0;
    uint32_t from = step_roll(s, DAYS_GIVEN_MAX);
    gather(s);
    note_taken(s);
    for (size_t i = 0; i < w->given_count; i++) {
        const struct days_given *g = &w->given[(from + i) % w->given_count];
        if (!g->taken && strcmp(g->giver, user) != 0 &&
            (anyone || strcmp(g->receiver, user) == 0)) {
            return g;
        }
    }
    return NULL;
}

void step_take(struct days_step *s)
{
    struct entry e = {0};
    const struct days_given *given = step_who(s) == NULL ? NULL : find_given(s);
    if (given == NULL) {
        return;
    }
    bool here = &s->world->terminals[given->terminal] == s->terminal;
    struct body_handover_taken b = {.amount_minor = given->amount_minor,
                                    .counted_minor = found_of(s, given->amount_minor),
                                    .seq = here ? given->seq : 0};
    memcpy(b.hash, given->hash, HASH_SIZE);
    int64_t said_minor = given->other_minor;
    if (count(s, COUNT_TAKEN, b.counted_minor, said_minor == 0 ? 0 : found_of(s, said_minor),
              said_minor) &&
        step_put(s, entry_write_handover_taken(&e, &b), &e)) {
        step_print(s);
    }
}

/* ---- to the bank ----------------------------------------------------------------------------- */

void step_deposit(struct days_step *s)
{
    struct entry e = {0};
    struct body_deposit b = {.source = CASH_HELD};
    int64_t most_minor = step_who(s) == NULL ? 0 : source(s, &b.source);
    if (most_minor == 0) {
        return;
    }
    b.expected_minor = part_of(s, most_minor);
    b.amount_minor = found_of(s, b.expected_minor);
    b.other_minor = slips_along(s, b.source);
    (void)snprintf(b.bank, sizeof(b.bank), "%s", step_roll(s, 2) == 0 ? "ABC1" : "ICBC2");
    (void)snprintf(b.slip, sizeof(b.slip), "S%u", ++s->world->slips);
    name_closes(s, b.closes);
    if (count(s, COUNT_DEPOSIT, b.expected_minor, b.other_minor, 0) &&
        step_put(s, entry_write_deposit(&e, &b), &e)) {
        step_print(s);
    }
}

/* By how much a record of the user's did not agree; 0: it did, or it is another's. */
static int64_t differs(const struct days_log *log, uint64_t seq)
{
    struct body_deposit deposit;
    struct body_handover_taken taken;
    const struct entry *e = days_log_at(log, seq);
    if (e->kind == KIND_DEPOSIT && entry_read_deposit(e, &deposit) == TILL_OK) {
        return deposit.expected_minor - deposit.amount_minor;
    }
    if (e->kind == KIND_HANDOVER_TAKEN && entry_read_handover_taken(e, &taken) == TILL_OK) {
        return taken.amount_minor - taken.counted_minor;
    }
    return 0;
}

static int64_t explained(const struct days_log *log, uint64_t cause)
{
    struct body_variance_explained b;
    int64_t sum_minor = 0;
    for (uint64_t seq = cause + 1; seq <= log->count; seq++) {
        const struct entry *e = days_log_at(log, seq);
        if (e->kind == KIND_VARIANCE_EXPLAINED && entry_read_variance_explained(e, &b) == TILL_OK &&
            b.seq == cause) {
            sum_minor += b.amount_minor;
        }
    }
    return sum_minor;
}

void step_explain(struct days_step *s)
{
    struct entry e = {0};
    const struct days_log *log = step_log(s);
    const struct fold_user *user = step_who(s);
    struct body_variance_explained b = {.reason = VARIANCE_COUNTERFEIT + (int)step_roll(s, 5)};
    if (user == NULL) {
        return;
    }
    for (uint64_t seq = 1; seq <= log->count && b.amount_minor == 0; seq++) {
        int64_t open_minor = differs(log, seq);
        if (open_minor != 0 && strcmp(days_log_user(log, seq), user->user) == 0) {
            b.amount_minor = open_minor - explained(log, seq);
            b.seq = seq;
        }
    }
    if (b.amount_minor == 0) {
        return;
    }
    /* A part of it now, the rest another time. */
    b.amount_minor =
        step_roll(s, 4) == 0 && b.amount_minor / 2 != 0 ? b.amount_minor / 2 : b.amount_minor;
    (void)snprintf(b.owner, sizeof(b.owner), "%s", days_users[step_roll(s, DAYS_USERS)]);
    (void)snprintf(b.slip, sizeof(b.slip), "%s", b.reason == VARIANCE_COUNTERFEIT ? "J-3" : "");
    (void)step_put(s, entry_write_variance_explained(&e, &b), &e);
}
