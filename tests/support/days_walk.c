#include "days_walk.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "cut_vfs.h"
#include "days_step.h"
#include "receipt.h"

enum { JAM_ONE_IN = 12, CUT_WITHIN = 14 };

void days_account(unsigned customer, char out[ACCOUNT_MAX])
{
    (void)snprintf(out, ACCOUNT_MAX, DAYS_ACCOUNTS "%05u", customer % 100000);
}

/* ---- terminals ------------------------------------------------------------------------------- */

static struct journal_options options_of(const struct days_terminal *t)
{
    return (struct journal_options){.path = t->path, .vfs = CUT_VFS, .sealer = t->identity.sealer};
}

/* What is committed joins what the witness knows. */
static void note(struct days_world *w, struct days_terminal *t)
{
    if (days_log_read(&t->log, t->journal) != TILL_OK) {
        days_wrong(&w->fault, "%s: a record can't be read", t->identity.terminal);
    }
}

/* Everything that was reported committed is there, as it was. */
static void compare(struct days_world *w, struct days_terminal *t)
{
    const struct days_log *log = &t->log;
    struct entry e;
    uint64_t head = journal_fold(t->journal)->seq;
    if (head < log->count) {
        days_wrong(&w->fault, "%s ends with %" PRIu64 ", and %zu were committed", log->terminal,
                   head, log->count);
        return;
    }
    enum till_status status = journal_read(t->journal, log->count, &e, NULL);
    if (status != TILL_OK || memcmp(e.hash, log->entries[log->count - 1].hash, HASH_SIZE) != 0) {
        days_wrong(&w->fault, "%s: record %zu is another one after a start", log->terminal,
                   log->count);
    }
}

static bool put_at_start(struct days_world *w, struct days_terminal *t, enum till_status written,
                         struct entry *e)
{
    enum till_status status = written;
    if (status == TILL_OK) {
        status = journal_append(t->journal, w->now_s, false, (struct span){0}, e);
    }
    if (status != TILL_OK && !cut_vfs_is_cut()) {
        days_wrong(&w->fault, "%s: %s at a start: %s", t->identity.terminal, kind_name(e->kind),
                   status_name(status));
    }
    return status == TILL_OK;
}

/* As src/terminal/ledger.c does it: opened, what was repaired, the paper whose end is not known. */
static void start(struct days_world *w, struct days_terminal *t)
{
    struct journal_options options = options_of(t);
    struct journal_found found = {0};
    struct entry e = {0};
    struct body_opened opened = {.version = "0.1.0", .board = "sim"};
    enum till_status status = journal_open(&options, &found, &t->journal);
    if (status != TILL_OK) {
        t->journal = NULL;
        if (!cut_vfs_is_cut()) {
            days_wrong(&w->fault, "%s does not start: %s", t->identity.terminal,
                       status_name(status));
        }
        return;
    }
    compare(w, t);
    if (!put_at_start(w, t, entry_write_opened(&e, &opened), &e)) {
        return;
    }
    struct body_tail_repaired repaired = {.from_seq = found.repaired_from};
    if (found.repaired && !put_at_start(w, t, entry_write_tail_repaired(&e, &repaired), &e)) {
        return;
    }
    const struct fold *fold = journal_fold(t->journal);
    struct body_print print = {.seq = fold->paper_seq, .copy = fold->paper_copy};
    if (fold->paper_seq != 0 && !fold->paper_uncertain) {
        (void)put_at_start(w, t, entry_write_print(&e, KIND_PRINT_UNCERTAIN, &print), &e);
    }
    note(w, t);
}

/* The light is out for all of them. */
static void start_again(struct days_world *w)
{
    for (unsigned i = 0; i < w->script->terminals; i++) {
        journal_close(w->terminals[i].journal);
        w->terminals[i].journal = NULL;
    }
    cut_vfs_reboot();
    cut_vfs_arm(0);
    w->cuts++;
    w->now_s += 60;
    for (unsigned i = 0; i < w->script->terminals && days_right(&w->fault); i++) {
        start(w, &w->terminals[i]);
    }
}

void days_world_restart(struct days_world *w)
{
    for (unsigned i = 0; i < w->script->terminals && days_right(&w->fault); i++) {
        journal_close(w->terminals[i].journal);
        start(w, &w->terminals[i]);
    }
}

void days_world_begin(struct days_world *w, const struct days_script *script,
                      const struct days_identity *identities)
{
    *w = (struct days_world){.script = script, .now_s = DAYS_BEGIN_S};
    cut_vfs_create(script->seed, DAYS_SECTOR_SIZE);
    for (unsigned i = 0; i < script->terminals; i++) {
        struct days_terminal *t = &w->terminals[i];
        struct body_enrolled body = {.currency = "CNY", .exponent = 2, .zone = DAYS_ZONE};
        t->identity = identities[i];
        (void)snprintf(t->path, sizeof(t->path), "/%s.db", identities[i].terminal);
        memcpy(body.terminal, t->identity.terminal, sizeof(body.terminal));
        memcpy(body.public_key, t->identity.public_key, PUBLIC_KEY_SIZE);
        memcpy(body.authority, t->identity.authority, HASH_SIZE);
        struct journal_options options = options_of(t);
        enum till_status status = journal_create(&options, w->now_s, &body, &t->journal);
        assert(status == TILL_OK);
        days_log_begin(&t->log, t->identity.terminal);
        note(w, t);
    }
    days_world_restart(w);
}

void days_world_end(struct days_world *w)
{
    for (unsigned i = 0; i < w->script->terminals; i++) {
        journal_close(w->terminals[i].journal);
        days_log_free(&w->terminals[i].log);
    }
    cut_vfs_arm(0);
}

/* ---- one step -------------------------------------------------------------------------------- */

const struct fold_user *step_who(const struct days_step *s)
{
    return fold_current(step_fold(s));
}

const struct fold_user *step_at_work(const struct days_step *s)
{
    const struct fold_user *user = step_who(s);
    return user != NULL && user->shift_open && !user->counting ? user : NULL;
}

const struct days_log *step_log(const struct days_step *s)
{
    return &s->terminal->log;
}

bool step_is_supervisor(const char *user)
{
    return user[0] == '2';
}

const char *step_other(struct days_step *s, const char *user)
{
    uint32_t at = step_roll(s, DAYS_USERS);
    return strcmp(days_users[at], user) == 0 ? days_users[(at + 1) % DAYS_USERS] : days_users[at];
}

/* true: committed. The power may have gone in the midst of it. */
static bool come_to(struct days_step *s, enum till_status status, const struct entry *e)
{
    struct days_world *w = s->world;
    if (status == TILL_OK) {
        note(w, s->terminal);
        w->done[s->action->act]++;
    } else if (cut_vfs_is_cut()) {
        start_again(w);
    } else {
        days_wrong(&w->fault, "%s refuses %s: %s: %.*s", s->terminal->identity.terminal,
                   kind_name(e->kind), status_name(status), (int)e->body_size, e->body);
    }
    w->now_s += 7 + step_roll(s, 90);
    return status == TILL_OK;
}

bool step_put(struct days_step *s, enum till_status written, struct entry *e)
{
    enum till_status status = written;
    if (status == TILL_OK) {
        status = journal_append(s->terminal->journal, s->world->now_s, false, (struct span){0}, e);
    }
    return come_to(s, status, e);
}

bool step_put_training(struct days_step *s, enum till_status written, struct entry *e)
{
    enum till_status status = written;
    if (status == TILL_OK) {
        status = journal_append(s->terminal->journal, s->world->now_s, true, (struct span){0}, e);
    }
    return come_to(s, status, e);
}

bool step_put_all(struct days_step *s, struct journal_item *items, size_t count)
{
    enum till_status status =
        journal_append_all(s->terminal->journal, s->world->now_s, false, items, count);
    return come_to(s, status, &items[0].entry);
}

struct span step_paper(struct days_step *s, const struct entry *e, uint8_t *memory)
{
    struct receipt receipt = {.currency = "CNY", .exponent = 2, .zone = DAYS_ZONE};
    struct days_paper paper;
    struct buffer out;
    days_paper_of(step_log(s), e, &paper);
    memcpy(receipt.items, paper.lines, sizeof(receipt.items));
    receipt.item_count = paper.count;
    buffer_init(&out, memory, RECEIPT_PACKED_MAX);
    enum till_status status = receipt_pack(&receipt, &out);
    assert(status == TILL_OK);
    return (struct span){out.data, out.size};
}

/* What is said of a paper of training is training. */
static bool put_print(struct days_step *s, enum entry_kind kind, const struct body_print *print)
{
    struct entry e = {0};
    bool training = kind_is_training(days_log_at(step_log(s), print->seq)->kind);
    enum till_status status = entry_write_print(&e, kind, print);
    return training ? step_put_training(s, status, &e) : step_put(s, status, &e);
}

bool step_begin_copy(struct days_step *s, const struct body_print *print, enum entry_kind ended)
{
    struct journal_item items[2] = {{.receipt_text = {0}}};
    if (step_end_item(s, print->seq, ended, &items[0]) == 0) {
        return put_print(s, KIND_DUPLICATE, print);
    }
    enum till_status status = entry_write_print(&items[1].entry, KIND_DUPLICATE, print);
    assert(status == TILL_OK);
    return step_put_all(s, items, 2);
}

static bool put_end(struct days_step *s, enum entry_kind kind)
{
    const struct fold *fold = step_fold(s);
    struct body_print print = {.seq = fold->paper_seq, .copy = fold->paper_copy};
    print.status = kind == KIND_PRINT_UNCERTAIN ? TILL_PAPER_OUT : 0;
    return put_print(s, kind, &print);
}

/* It jams: its number, if it has one, is spoiled, and the next copy takes the next. */
static bool jam(struct days_step *s)
{
    uint64_t seq = step_fold(s)->paper_seq;
    struct body_print again = {.seq = seq, .copy = step_fold(s)->paper_copy + 1};
    if (!put_end(s, KIND_PRINT_UNCERTAIN)) {
        return false;
    }
    if (seq != step_fold(s)->last_receipt_seq ||
        again.copy != step_fold(s)->last_receipt_copies + 1) {
        return put_end(s, KIND_PRINT_DONE); /* it came out after all */
    }
    return step_begin_copy(s, &again, KIND_STATIONERY_SPOILED) &&
           step_use_number(s, seq, again.copy) && put_end(s, KIND_PRINT_DONE);
}

void step_print(struct days_step *s)
{
    for (int papers = 0; papers < JOURNAL_GROUP_MAX; papers++) {
        const struct fold *fold = step_fold(s);
        if (fold->paper_seq == 0 || fold->paper_uncertain ||
            !step_use_number(s, fold->paper_seq, fold->paper_copy)) {
            return;
        }
        uint32_t roll = step_roll(s, JAM_ONE_IN);
        bool on = roll == 0 ? jam(s) : roll != 1 && put_end(s, KIND_PRINT_DONE);
        if (!on) {
            return;
        }
    }
}

void step_notes(int64_t amount_minor, char out[HEAPS_TEXT_MAX])
{
    static const int64_t faces[] = {10000, 5000, 2000, 1000, 500, 100, 50, 10, 1};
    struct heaps heaps = {0};
    for (size_t i = 0; i < sizeof(faces) / sizeof(faces[0]); i++) {
        if (amount_minor >= faces[i]) {
            heaps.list[heaps.count++] = (struct heap){faces[i], amount_minor / faces[i]};
            amount_minor %= faces[i];
        }
    }
    enum till_status status = heaps_write(&heaps, out);
    assert(status == TILL_OK);
}

/* ---- the script ------------------------------------------------------------------------------ */

static void set_clock(struct days_step *s)
{
    enum { DAY_S = 86400 };
    struct entry e = {0};
    int64_t step_s = (int64_t)step_roll(s, 4 * DAY_S) - 3 * DAY_S;
    struct body_clock_changed b = {.from_s = s->world->now_s, .to_s = s->world->now_s + step_s};
    s->world->now_s = b.to_s;
    (void)step_put(s, entry_write_clock_changed(&e, &b), &e);
}

static void send(struct days_step *s)
{
    struct days_world *w = s->world;
    if (w->send != NULL && w->send(w->context, w, s->action->terminal, &s->dice)) {
        w->done[DAYS_SEND]++;
    }
}

/* What the world does, and what needs nobody's hand. */
static void meet(struct days_step *s)
{
    enum { NIGHT_S = 9 * 3600 };
    switch (s->action->act) {
    case DAYS_CUT:
        cut_vfs_arm(1 + step_roll(s, CUT_WITHIN));
        return;
    case DAYS_START:
        journal_close(s->terminal->journal);
        s->terminal->journal = NULL;
        if (!cut_vfs_is_cut()) {
            start(s->world, s->terminal);
        }
        if (cut_vfs_is_cut()) {
            start_again(s->world);
        }
        return;
    case DAYS_CLOCK:
        set_clock(s);
        return;
    case DAYS_NIGHT:
        s->world->now_s += NIGHT_S;
        return;
    case DAYS_TRAIN:
        step_collect(s, KIND_COLLECTION, KIND_TRAINING);
        return;
    default:
        send(s);
    }
}

static void work(struct days_step *s)
{
    static void (*const steps[DAYS_ACT_COUNT])(struct days_step *) = {
        [DAYS_LOGIN] = step_login,
        [DAYS_LOGOUT] = step_logout,
        [DAYS_OPEN] = step_open,
        [DAYS_BASKET] = step_basket,
        [DAYS_REVERSE] = step_reverse,
        [DAYS_DUPLICATE] = step_duplicate,
        [DAYS_MARK] = step_mark,
        [DAYS_DROP] = step_drop,
        [DAYS_X] = step_x,
        [DAYS_COUNT] = step_count,
        [DAYS_CLOSE] = step_close,
        [DAYS_ABSENCE] = step_absence,
        [DAYS_ANSWER] = step_answer,
        [DAYS_GIVE] = step_give,
        [DAYS_TAKE] = step_take,
        [DAYS_DEPOSIT] = step_deposit,
        [DAYS_EXPLAIN] = step_explain,
        [DAYS_STOCK_IN] = step_stock_in,
        [DAYS_STOCK_BACK] = step_stock_back,
        [DAYS_SPOIL] = step_spoil,
        [DAYS_VOID] = step_void,
        [DAYS_ADJUST] = step_adjust,
        [DAYS_STOCK_COUNT] = step_stock_count,
        [DAYS_MANUAL] = step_manual,
    };
    switch (s->action->act) {
    case DAYS_COLLECT:
        step_collect(s, KIND_COLLECTION, 0);
        return;
    case DAYS_ADVANCE:
        step_collect(s, KIND_ADVANCE, 0);
        return;
    case DAYS_CASH_IN:
        step_cash_move(s, KIND_CASH_IN);
        return;
    case DAYS_CASH_OUT:
        step_cash_move(s, KIND_CASH_OUT);
        return;
    default:
        if (steps[s->action->act] != NULL) {
            steps[s->action->act](s);
        } else {
            meet(s);
        }
    }
}

void days_world_walk(struct days_world *w)
{
    for (; w->at < w->script->count && days_right(&w->fault); w->at++) {
        const struct days_action *action = &w->script->list[w->at];
        struct days_step s = {.world = w,
                              .terminal = &w->terminals[action->terminal % w->script->terminals],
                              .action = action,
                              .dice.state = (uint64_t)action->dice[1] << 32 | action->dice[2]};
        work(&s);
    }
    if (cut_vfs_is_cut()) {
        start_again(w);
    }
    cut_vfs_arm(0);
}
