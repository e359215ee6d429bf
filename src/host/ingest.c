#include "ingest.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm.h"
#include "apart.h"
#include "book_build.h"
#include "crypto.h"
#include "ledger.h"
#include "notes.h"
#include "orders.h"
#include "period.h"
#include "recover.h"
#include "stock_intake.h"
#include "store_recover.h"
#include "teller.h"
#include "text.h"

/* One batch on its way in. */
struct ingest {
    struct store *store;
    struct site site;
    struct sealer sealer; /* over the terminal's journal key */
    struct batch_header header;
    struct entry *entries; /* header.count, hashes worked out */
    int64_t now_s;
    int64_t posting_s;  /* of what is posted: never within a closed period */
    uint64_t paper_seq; /* the next record that a customer's paper has told of; 0 = none */
    bool told;          /* a paper has told of the record in hand, and the same */
    struct teller teller;
    struct stock_intake stock; /* numbered paper, all at the end */
    uint32_t parts_from;       /* entries from this index on are taken each in parts of its own */
    bool again;                /* one was refused that had none: the batch is begun anew */
    struct ingest_outcome *outcome;
};

/* ---- reading and checking, before anything is written ---------------------------------------- */

static enum till_status read_entries(struct ingest *g, struct batch *batch)
{
    g->entries = calloc(g->header.count, sizeof(*g->entries));
    if (g->entries == NULL) {
        return TILL_E_MEMORY;
    }
    uint8_t prev[HASH_SIZE];
    memcpy(prev, g->header.prev, HASH_SIZE);
    for (uint32_t i = 0; i < g->header.count; i++) {
        struct entry *e = &g->entries[i];
        enum till_status status = batch_next(batch, e);
        if (status != TILL_OK) {
            return status == TILL_UNCHANGED ? TILL_E_PROTOCOL : status;
        }
        if (e->seq != g->header.from + i) {
            return TILL_E_PROTOCOL;
        }
        memset(e->signature, 0, SIGNATURE_SIZE);
        status = chain_hash(&g->sealer, g->header.terminal, e, prev, e->hash);
        if (status != TILL_OK) {
            return status;
        }
        memcpy(prev, e->hash, HASH_SIZE);
    }
    struct entry beyond;
    return batch_next(batch, &beyond) == TILL_UNCHANGED ? TILL_OK : TILL_E_PROTOCOL;
}

/* The recomputed chain must end in the hash that was signed. */
static enum till_status check_end(struct ingest *g)
{
    struct entry *last = &g->entries[g->header.count - 1];
    if (memcmp(last->hash, g->header.hash, HASH_SIZE) != 0) {
        return TILL_E_CHAIN;
    }
    memcpy(last->signature, g->header.signature, SIGNATURE_SIZE);
    return g->sealer.verify(g->sealer.context, last->hash, last->signature);
}

/* The first link: the terminal, its key and our authority, in hash and in words. */
static enum till_status check_first(const struct ingest *g, const struct store_terminal *t,
                                    const uint8_t authority[HASH_SIZE])
{
    uint8_t genesis[HASH_SIZE];
    struct body_enrolled body;
    enum till_status status =
        chain_genesis(&g->sealer, t->terminal, t->journal_key, authority, genesis);
    if (status != TILL_OK) {
        return status;
    }
    const struct entry *first = &g->entries[0];
    if (memcmp(genesis, g->header.prev, HASH_SIZE) != 0 || first->kind != KIND_ENROLLED ||
        entry_read_enrolled(first, &body) != TILL_OK || strcmp(body.terminal, t->terminal) != 0 ||
        memcmp(body.public_key, t->journal_key, PUBLIC_KEY_SIZE) != 0 ||
        memcmp(body.authority, authority, HASH_SIZE) != 0) {
        return TILL_E_CHAIN;
    }
    return TILL_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static enum till_status quarantine(struct ingest *g, const struct entry *e, const char *reason)
{
    struct alarm_text text;
    enum till_status status = store_quarantine_put(g->store, g->header.terminal, e->seq, reason);
    if (status != TILL_OK) {
        return status;
    }
    g->outcome->quarantined++;
    alarm_say(&text, N_("record %1 (%2) was set aside: %3"));
    alarm_add_number(&text, e->seq);
    alarm_add_text(&text, kind_name(e->kind));
    alarm_add_words(&text, reason);
    return alarm_put(g->store, g->now_s, g->header.terminal, "quarantine", text.stored);
}

static struct ledger_context ledger_of(const struct ingest *g)
{
    return (struct ledger_context){.store = g->store,
                                   .site = &g->site,
                                   .terminal = g->header.terminal,
                                   .user = g->teller.user,
                                   .now_s = g->posting_s};
}

static enum till_status follow_book(struct ingest *g, const struct entry *e,
                                    char reason_out[STORE_REASON_MAX])
{
    struct body_book_applied applied;
    (void)reason_out;
    if (kind_base(e->kind) != KIND_BOOK_APPLIED ||
        entry_read_book_applied(e, &applied) != TILL_OK) {
        return TILL_OK;
    }
    return book_build_follow(g->store, &applied, e, &g->outcome->terminal);
}

static enum till_status take_note(struct ingest *g, const struct entry *e,
                                  char reason_out[STORE_REASON_MAX])
{
    (void)reason_out;
    struct notes_context notes = {.store = g->store,
                                  .site = &g->site,
                                  .terminal = &g->outcome->terminal,
                                  .user = g->teller.user,
                                  .now_s = g->now_s};
    return notes_take(&notes, e);
}

/* Which of the records that may come now are known from papers. */
static enum till_status find_papers(struct ingest *g, uint64_t after)
{
    struct store_recovered paper;
    enum till_status status =
        store_recovered_next(g->store, g->header.terminal, after, NULL, &paper);
    g->paper_seq = status == TILL_OK ? paper.entry.seq : 0;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- one record is never in the way of the next ---------------------------------------------- */

typedef enum till_status ingest_step(struct ingest *g, const struct entry *e,
                                     char reason_out[STORE_REASON_MAX]);

static enum till_status take_part(struct ingest *g, const struct entry *e, ingest_step *step,
                                  char reason_out[STORE_REASON_MAX])
{
    struct store_terminal was = g->outcome->terminal;
    enum till_status status = apart_begin(g->store, reason_out);
    if (status == TILL_OK) {
        status = apart_end(g->store, step(g, e, reason_out), reason_out);
    }
    if (status != TILL_OK && status != TILL_UNCHANGED) {
        g->outcome->terminal = was;
    }
    crypto_wipe(&was, sizeof(was));
    return status == TILL_UNCHANGED ? TILL_OK : status;
}

/*
 * One step of one record, whole or not at all. Nearly every batch needs no parts, and they cost: so
 * at the first refusal it is begun anew, with parts from that record on. TILL_REFUSED with a reason
 * where the record is at fault; with g->again set nothing counts.
 */
static enum till_status take_step(struct ingest *g, const struct entry *e, ingest_step *step,
                                  char reason_out[STORE_REASON_MAX])
{
    uint32_t at = (uint32_t)(e->seq - g->header.from);
    if (at >= g->parts_from) {
        return take_part(g, e, step, reason_out);
    }
    enum till_status status = step(g, e, reason_out);
    if (status == TILL_OK || status == TILL_UNCHANGED || apart_is_the_stores(status)) {
        return status == TILL_UNCHANGED ? TILL_OK : status;
    }
    g->parts_from = at;
    g->again = true;
    return TILL_REFUSED;
}

/* ---- one record ------------------------------------------------------------------------------ */

static enum till_status post_money(struct ingest *g, const struct entry *e,
                                   char reason_out[STORE_REASON_MAX])
{
    struct ledger_context ledger = ledger_of(g);
    enum till_status status = g->told ? recover_meet(&ledger, e) : TILL_NOT_FOUND;
    return status == TILL_NOT_FOUND ? ledger_post_entry(&ledger, e, reason_out) : status;
}

/* A paper told of it before its journal did. Did it, validly signed, tell something else? The
 * device has, or had, two journals; which of them is right a person decides. */
static enum till_status meet_paper(struct ingest *g, const struct entry *e, bool *differs_out)
{
    struct ledger_context ledger = ledger_of(g);
    enum till_status status = recover_differs(&ledger, e), next = find_papers(g, e->seq);
    *differs_out = status == TILL_E_FORK;
    g->told = status == TILL_OK;
    if (next != TILL_OK || !*differs_out) {
        return status == TILL_OK || status == TILL_NOT_FOUND ? next : status;
    }
    g->outcome->terminal.stopped = true;
    status = quarantine(g, e, N_("a customer's paper with this number, validly signed, differs"));
    return status == TILL_OK ? alarm_put(g->store, g->now_s, g->header.terminal, "fork",
                                         N_("a paper and the journal differ: two journals"))
                             : status;
}

/* What is beside the money: what can't be noted is the office's to read in the journal. */
static enum till_status take_beside(struct ingest *g, const struct entry *e, ingest_step *step)
{
    char reason[STORE_REASON_MAX];
    struct alarm_text text;
    enum till_status status = take_step(g, e, step, reason);
    if (status != TILL_REFUSED || g->again) {
        return status;
    }
    alarm_say(&text, N_("record %1 (%2) was taken, but not all of it noted: %3"));
    alarm_add_number(&text, e->seq);
    alarm_add_text(&text, kind_name(e->kind));
    alarm_add_words(&text, reason);
    return alarm_put(g->store, g->now_s, g->header.terminal, "quarantine", text.stored);
}

/* Why nothing of it may be posted; NULL: it may. */
static const char *why_not(const struct ingest *g, const struct entry *e)
{
    enum till_status body = entry_check_body(e);
    bool newer = body == TILL_READ_ONLY; /* kept and sent on; its money, if any, is refused */
    if (body != TILL_OK && !newer) {
        return N_("its content breaks the rules of its kind");
    }
    if (!newer && kind_base(e->kind) == KIND_ENROLLED && e->seq != 1) {
        return N_("a journal is enrolled once, at its beginning");
    }
    return g->outcome->terminal.state == TERMINAL_RETIRED ? N_("the journal had ended before it")
                                                          : NULL;
}

/* A new entry of the main branch: stored whatever it says, posted if its rules allow. */
static enum till_status take_entry(struct ingest *g, const struct entry *e)
{
    char reason[STORE_REASON_MAX];
    enum till_status status = store_entry_put(g->store, g->header.terminal, e);
    if (status != TILL_OK) {
        return status;
    }
    g->outcome->stored++;
    teller_follow(&g->teller, e);
    status = take_beside(g, e, follow_book);
    if (status != TILL_OK) {
        return status;
    }
    bool differs = false;
    g->told = false;
    if (e->seq == g->paper_seq) {
        status = meet_paper(g, e, &differs);
    }
    if (status != TILL_OK || differs) {
        return status;
    }
    const char *no = why_not(g, e);
    if (no != NULL) {
        return quarantine(g, e, no);
    }
    status = stock_intake_add(&g->stock, e, g->teller.user);
    if (status != TILL_OK) {
        return status;
    }
    status = take_step(g, e, post_money, reason);
    if (status == TILL_REFUSED && !g->again) {
        return quarantine(g, e, reason);
    }
    return status == TILL_OK ? take_beside(g, e, take_note) : status;
}

/* Entries from index `first` on are of another branch: evidence, money to suspense. */
static enum till_status take_fork(struct ingest *g, uint32_t first)
{
    struct store_terminal *t = &g->outcome->terminal;
    bool news = !t->stopped;
    struct ledger_context ledger = ledger_of(g);
    for (uint32_t i = first; i < g->header.count; i++) {
        const struct entry *e = &g->entries[i];
        const uint8_t *prev = i == 0 ? g->header.prev : g->entries[i - 1].hash;
        uint64_t before = store_fork_count(g->store, g->header.terminal);
        enum till_status status = store_fork_put(g->store, g->header.terminal, e, prev);
        if (status == TILL_OK) {
            status = ledger_post_fork(&ledger, e);
        }
        if (status != TILL_OK && status != TILL_UNCHANGED) {
            return status;
        }
        news = news || store_fork_count(g->store, g->header.terminal) != before;
        g->outcome->forked++;
    }
    t->stopped = true;
    if (!news) {
        return TILL_OK;
    }
    struct alarm_text text;
    alarm_say(
        &text,
        N_("a second, validly signed branch from record %1 on; records kept as evidence: %2"));
    alarm_add_number(&text, g->entries[first].seq);
    alarm_add_number(&text, g->outcome->forked);
    return alarm_put(g->store, g->now_s, g->header.terminal, "fork", text.stored);
}

/* Does the batch join what is stored? At a gap nothing can be said. */
static enum till_status find_join(const struct ingest *g, const struct store_terminal *t,
                                  const uint8_t authority[HASH_SIZE], bool *joined_out)
{
    struct entry before;
    if (g->header.from > t->head_seq + 1) {
        return TILL_NEED_EARLIER;
    }
    if (g->header.from == 1) {
        *joined_out = true;
        return check_first(g, t, authority);
    }
    if (g->header.from == t->head_seq + 1) {
        *joined_out = memcmp(t->head_hash, g->header.prev, HASH_SIZE) == 0;
        return TILL_OK;
    }
    enum till_status status = store_entry_get(g->store, t->terminal, g->header.from - 1, &before);
    if (status == TILL_OK) {
        *joined_out = memcmp(before.hash, g->header.prev, HASH_SIZE) == 0;
    }
    return status == TILL_NOT_FOUND ? TILL_E_CORRUPT : status;
}

/* The customers of what is new, said to the store before it is taken one by one. */
static enum till_status expect_entries(struct ingest *g)
{
    const struct store_terminal *t = &g->outcome->terminal;
    struct body_collection collection;
    struct body_reading reading;
    char(*accounts)[ACCOUNT_MAX] = calloc(g->header.count, sizeof(*accounts));
    struct store_expected expected = {.terminal = t->terminal, .from_seq = t->head_seq + 1};
    if (accounts == NULL) {
        return TILL_E_MEMORY;
    }
    for (uint32_t i = 0; i < g->header.count; i++) {
        const struct entry *e = &g->entries[i];
        if (e->seq <= t->head_seq) {
            continue;
        }
        expected.entries++;
        if (kind_is_training(e->kind)) {
            continue;
        }
        if (entry_read_payment(e, &collection, NULL) == TILL_OK) {
            text_copy(accounts[expected.account_count++], ACCOUNT_MAX, collection.account);
        } else if (e->kind == KIND_READING && entry_read_reading(e, &reading) == TILL_OK) {
            text_copy(accounts[expected.account_count++], ACCOUNT_MAX, reading.account);
        }
    }
    expected.accounts = (const char(*)[ACCOUNT_MAX])accounts;
    enum till_status status = expected.entries > 0 ? store_expect(g->store, &expected) : TILL_OK;
    free(accounts);
    return status;
}

static enum till_status take_entries(struct ingest *g, bool joined)
{
    struct store_terminal *t = &g->outcome->terminal;
    struct entry stored;
    if (!joined) {
        return take_fork(g, 0);
    }
    enum till_status expected = expect_entries(g);
    if (expected != TILL_OK) {
        return expected;
    }
    for (uint32_t i = 0; i < g->header.count; i++) {
        const struct entry *e = &g->entries[i];
        enum till_status status = TILL_OK;
        if (e->seq > t->head_seq) {
            status = take_entry(g, e);
            t->head_seq = e->seq;
            memcpy(t->head_hash, e->hash, HASH_SIZE);
            memcpy(t->head_signature, e->signature, SIGNATURE_SIZE);
        } else {
            status = store_entry_get(g->store, t->terminal, e->seq, &stored);
            if (status == TILL_OK && memcmp(stored.hash, e->hash, HASH_SIZE) != 0) {
                return take_fork(g, i);
            }
            g->outcome->skipped++;
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    return TILL_OK;
}

/* ---- a store that has lost something --------------------------------------------------------- */

static void behind_key(const char *terminal, char out[STORE_KEY_MAX])
{
    (void)snprintf(out, STORE_KEY_MAX, "behind/%s", terminal);
}

/* Through which record the terminal was once acknowledged, as its signed batches show; 0 = nothing
 * is missing here. */
static enum till_status behind_through(const struct ingest *g, uint64_t *seq_out)
{
    char key[STORE_KEY_MAX], value[32];
    behind_key(g->header.terminal, key);
    enum till_status status = store_value_get(g->store, key, value, sizeof(value));
    *seq_out = status == TILL_OK ? strtoull(value, NULL, 10) : 0;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

static enum till_status set_behind(const struct ingest *g, uint64_t seq)
{
    char key[STORE_KEY_MAX], value[32];
    behind_key(g->header.terminal, key);
    (void)snprintf(value, sizeof(value), "%llu", (unsigned long long)seq);
    return store_value_put(g->store, key, value);
}

/*
 * Through which record the terminal goes on as if it were here, and whether that shows that this
 * store has lost some: a book names what was posted when it was made, over our signature and then
 * the terminal's, and a store that was restored from a copy knows it. Otherwise it is likely, for
 * the line goes on behind what was acknowledged; or another stick has what is between.
 */
static uint64_t missing_through(const struct ingest *g, bool *shown_out)
{
    uint64_t posted = 0, through = g->header.from - 1;
    for (uint32_t i = 0; i < g->header.count; i++) {
        const struct entry *e = &g->entries[i];
        struct body_book_applied applied;
        if (kind_base(e->kind) == KIND_BOOK_APPLIED &&
            entry_read_book_applied(e, &applied) == TILL_OK && applied.applied_seq < e->seq &&
            applied.applied_seq > posted) {
            posted = applied.applied_seq;
        }
    }
    *shown_out =
        posted > g->outcome->terminal.head_seq || store_value_number(g->store, "restored") > 0;
    return posted > through ? posted : through;
}

/* The terminal hands it in again; said once. */
static enum till_status note_behind(struct ingest *g)
{
    struct alarm_text text;
    bool shown = false;
    uint64_t known = 0, through = missing_through(g, &shown);
    enum till_status status = store_begin_terminal(g->store, g->header.terminal);
    if (status != TILL_OK) {
        return status;
    }
    status = behind_through(g, &known);
    if (status == TILL_OK && through > known) {
        status = set_behind(g, through);
        alarm_say(&text,
                  shown ? N_("its records end with %1 here, and it was acknowledged through %2: "
                             "this store has lost some")
                        : N_("its records end with %1 here, and it goes on behind %2: this store "
                             "has lost some, or a batch has not come yet"));
        alarm_add_number(&text, g->outcome->terminal.head_seq);
        alarm_add_number(&text, through);
        if (status == TILL_OK && known == 0) {
            status = alarm_put(g->store, g->now_s, g->header.terminal, "behind", text.stored);
        }
    }
    if (status == TILL_OK) {
        return store_commit(g->store);
    }
    store_rollback(g->store);
    return status;
}

/* Everything that was once acknowledged is here again. */
static enum till_status note_healed(struct ingest *g)
{
    struct alarm_text text;
    uint64_t through = 0;
    enum till_status status = behind_through(g, &through);
    if (status != TILL_OK || through == 0 || g->outcome->terminal.head_seq < through) {
        return status;
    }
    alarm_say(&text, N_("what this store had lost is here again, through record %1"));
    alarm_add_number(&text, through);
    status = set_behind(g, 0);
    return status == TILL_OK
               ? alarm_put(g->store, g->now_s, g->header.terminal, "healed", text.stored)
               : status;
}

/* In milliseconds of the clock: also a restored store goes on above what it had given out. */
static void raise_serial(struct store_terminal *t, int64_t now_s)
{
    t->head_serial = orders_next_serial(t->head_serial, now_s * 1000);
}

/* Everything between begin and commit. */
static enum till_status write_batch(struct ingest *g, const uint8_t authority[HASH_SIZE])
{
    struct store_terminal *t = &g->outcome->terminal;
    bool joined = false;
    /* Anew: another program may have written since the keys were read. */
    enum till_status status = store_terminal_get(g->store, g->header.terminal, t);
    if (status == TILL_OK && t->state != TERMINAL_ACTIVE && t->state != TERMINAL_RETIRED) {
        status = TILL_REVOKED;
    }
    if (status == TILL_OK) {
        status = store_site_get(g->store, &g->site);
    }
    if (status == TILL_OK) {
        status = period_posting_time(g->store, g->now_s, &g->posting_s);
    }
    if (status == TILL_OK) {
        status = find_join(g, t, authority, &joined);
    }
    if (status == TILL_OK) {
        status = teller_load(g->store, t->terminal, t->head_seq, &g->teller);
    }
    if (status == TILL_OK) {
        status = find_papers(g, t->head_seq);
    }
    if (status == TILL_OK) {
        status = take_entries(g, joined);
    }
    if (status == TILL_OK) {
        status = stock_intake_finish(&g->stock);
    }
    if (status == TILL_OK && g->outcome->stored > 0) {
        status = teller_save(g->store, t->terminal, &g->teller);
    }
    if (status == TILL_OK && g->outcome->stored > 0) {
        status = note_healed(g);
    }
    if (status != TILL_OK) {
        return status;
    }
    raise_serial(t, g->now_s);
    t->seen_at_s = g->now_s;
    return store_terminal_put(g->store, t);
}

/* All of it in one transaction, or, with g->again set, nothing. */
static enum till_status try_batch(struct ingest *g, const uint8_t authority[HASH_SIZE])
{
    enum till_status status = store_begin_terminal(g->store, g->header.terminal);
    if (status != TILL_OK) {
        return status;
    }
    g->again = false;
    g->outcome->stored = g->outcome->skipped = 0;
    g->outcome->quarantined = g->outcome->forked = 0;
    g->stock = (struct stock_intake){.store = g->store,
                                     .site = &g->site,
                                     .terminal = g->header.terminal,
                                     .now_s = g->now_s,
                                     .entries = g->entries,
                                     .entry_count = g->header.count};
    status = write_batch(g, authority);
    stock_intake_free(&g->stock);
    if (status == TILL_OK) {
        return store_commit(g->store);
    }
    store_rollback(g->store);
    return status;
}

static enum till_status take_batch(struct ingest *g, struct batch *batch,
                                   const uint8_t authority[HASH_SIZE])
{
    enum till_status status = read_entries(g, batch);
    if (status == TILL_OK) {
        status = check_end(g);
    }
    if (status != TILL_OK) {
        return status;
    }
    g->parts_from = g->header.count;
    /* parts_from goes down with each round. */
    do {
        status = try_batch(g, authority);
    } while (g->again);
    if (status == TILL_NEED_EARLIER) {
        enum till_status noted = note_behind(g);
        return noted == TILL_OK ? status : noted;
    }
    return status;
}

enum till_status ingest_batch(struct store *s, const char *terminal,
                              const uint8_t authority[HASH_SIZE], struct span packed, int64_t now_s,
                              struct ingest_outcome *outcome_out)
{
    struct ingest *g = calloc(1, sizeof(*g));
    struct batch *batch = NULL;
    struct crypto_key *key = NULL;
    memset(outcome_out, 0, sizeof(*outcome_out));
    if (g == NULL) {
        return TILL_E_MEMORY;
    }
    g->store = s;
    g->now_s = now_s;
    g->outcome = outcome_out;
    enum till_status status = batch_open(packed, &batch);
    if (status != TILL_OK) {
        goto done;
    }
    g->header = *batch_header(batch);
    if (strcmp(g->header.terminal, terminal) != 0) {
        status = TILL_REFUSED;
        goto done;
    }
    if (g->header.from == 0 || g->header.count == 0 || g->header.count > BATCH_ENTRIES_MAX ||
        g->header.from > UINT64_MAX - BATCH_ENTRIES_MAX) {
        status = TILL_E_PROTOCOL;
        goto done;
    }
    status = store_terminal_get(s, terminal, &outcome_out->terminal);
    if (status == TILL_OK) {
        status = crypto_key_load_public(outcome_out->terminal.journal_key, &key);
    }
    if (status == TILL_OK) {
        crypto_sealer(&g->sealer, key);
        status = take_batch(g, batch, authority);
    }
done:
    batch_close(batch);
    crypto_key_free(key);
    free(g->entries);
    free(g);
    return status;
}

enum till_status ingest_touch(struct store *s, const char *terminal, int64_t now_s,
                              struct store_terminal *terminal_out)
{
    enum till_status status = store_begin_terminal(s, terminal);
    if (status != TILL_OK) {
        return status;
    }
    status = store_terminal_get(s, terminal, terminal_out);
    if (status == TILL_OK) {
        raise_serial(terminal_out, now_s);
        terminal_out->seen_at_s = now_s;
        status = store_terminal_put(s, terminal_out);
    }
    if (status == TILL_OK) {
        return store_commit(s);
    }
    store_rollback(s);
    return status;
}
