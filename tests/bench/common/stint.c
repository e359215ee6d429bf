#include "stint.h"

#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "crowd.h"

enum { DAY_S = 86400, START_S = 1795309200, BOOKS = 700 };

struct teller {
    uint64_t seed, drawn;
    enum stint_kind kind;
    uint32_t customer;
    int64_t at_s;
    uint64_t seq;
    struct entry *out;
    size_t left;
    int64_t bag_minor;
    struct body_collection last;
    uint64_t last_seq;
};

static uint64_t draw(struct teller *t, uint64_t below)
{
    return crowd_random(t->seed, 1000 + t->drawn++) % below;
}

static bool chance(struct teller *t, unsigned percent)
{
    return draw(t, 100) < percent;
}

/* e holds kind and body. */
static void add(struct teller *t, struct entry *e, enum till_status status)
{
    bench_need(status, "stint");
    if (t->left == 0)
        return;
    e->seq = t->seq++;
    e->at_s = t->at_s;
    for (size_t i = 0; i < HASH_SIZE; i++)
        e->hash[i] = (uint8_t)draw(t, 256);
    for (size_t i = 0; i < SIGNATURE_SIZE; i++)
        e->signature[i] = (uint8_t)draw(t, 256);
    *t->out++ = *e;
    t->left--;
}

/* What is handed over for an amount: the amount, or the next sum of notes that people have. */
static int64_t handed_over(struct teller *t, int64_t amount_minor)
{
    static const int64_t notes_minor[] = {100, 500, 1000, 2000, 5000, 10000};
    uint64_t lot = draw(t, 100);
    if (lot < 45)
        return amount_minor;
    int64_t note = notes_minor[lot < 50   ? 0
                               : lot < 55 ? 1
                               : lot < 70 ? 2
                               : lot < 75 ? 3
                               : lot < 85 ? 4
                                          : 5];
    return (amount_minor + note - 1) / note * note;
}

static void pay(struct teller *t, const char *account, int64_t due_minor, size_t months)
{
    struct entry e = {0};
    struct body_collection b = {0};
    snprintf(b.account, sizeof b.account, "%s", account);
    b.amount_minor = due_minor;
    if (months > 1 && chance(t, 60)) {
        b.late_fee_minor = due_minor * (int64_t)(months - 1) * 30 / 1000 / 2;
        b.amount_minor += b.late_fee_minor;
    } else if (chance(t, 6)) {
        b.amount_minor = due_minor / 2 / 1000 * 1000 + 1000; /* a part, in round notes */
    }
    b.tendered_minor = handed_over(t, b.amount_minor);
    if (chance(t, 4)) {
        b.tender = TENDER_CARD;
        b.tendered_minor = b.amount_minor;
        snprintf(b.reference, sizeof b.reference, "%012llu",
                 (unsigned long long)draw(t, UINT64_C(1000000000000)));
    }
    add(t, &e,
        entry_write_collection(
            &e, chance(t, 2) && b.late_fee_minor == 0 ? KIND_ADVANCE : KIND_COLLECTION, &b));
    t->last = b;
    t->last_seq = t->seq - 1;
    t->bag_minor += b.tender == TENDER_CASH ? b.amount_minor : 0;
}

static void print(struct teller *t)
{
    struct entry e = {0};
    struct body_print b = {.seq = t->seq - 1};
    t->at_s += 3 + (int64_t)(chance(t, 30) ? 1 : 0) + (int64_t)(chance(t, 4) ? draw(t, 9) : 0);
    add(t, &e, entry_write_print(&e, KIND_PRINT_DONE, &b));
}

/* What a day holds besides. */
static void something_else(struct teller *t, const struct book_customer *c)
{
    struct entry e = {0};
    uint64_t lot = draw(t, 100);
    if (lot < 30) {
        struct body_stop_skipped b = {.reason = 1 + (int)draw(t, 8)};
        memcpy(b.account, c->account, sizeof b.account);
        add(t, &e, entry_write_stop_skipped(&e, &b));
    } else if (lot < 55) {
        struct body_notice b = {.due_minor = 2000 + (int64_t)draw(t, 9000)};
        memcpy(b.account, c->account, sizeof b.account);
        add(t, &e, entry_write_notice(&e, &b));
    } else if (lot < 85) {
        struct body_reading b = {.energy_cwh = c->last_reading_cwh + (int64_t)draw(t, 30000) * 10};
        memcpy(b.account, c->account, sizeof b.account);
        memcpy(b.meter, c->meter, sizeof b.meter);
        add(t, &e, entry_write_reading(&e, &b));
    } else if (lot < 88) {
        struct body_dispute b = {.proof = DISPUTE_WORD};
        memcpy(b.account, c->account, sizeof b.account);
        add(t, &e, entry_write_dispute(&e, &b));
        print(t);
    } else if (lot < 91 && t->last_seq != 0) {
        struct body_reversal b = {.seq = t->last_seq,
                                  .amount_minor = t->last.amount_minor,
                                  .cash_minor = t->last.amount_minor,
                                  .way = REVERSAL_OWN_PAPER,
                                  .reason = REVERSAL_WRONG_AMOUNT};
        memcpy(b.account, t->last.account, sizeof b.account);
        add(t, &e, entry_write_reversal(&e, &b));
        print(t);
        t->last_seq = 0;
    } else if (lot < 94) {
        struct body_login b = {.user = "1001"};
        add(t, &e, entry_write_login(&e, chance(t, 50) ? KIND_LOGIN : KIND_LOGOUT, &b));
    } else if (lot < 97) {
        struct body_cash_drop b = {
            .amount_minor = 1000 + t->bag_minor / 1000 * 1000, .to = 1, .receiver = "2001"};
        add(t, &e, entry_write_cash_drop(&e, &b));
        print(t);
    } else {
        struct body_opened b = {.version = "0.1.0", .board = "pda-4g-58"};
        add(t, &e, entry_write_opened(&e, &b));
    }
}

void stint_tell(uint32_t n, enum stint_kind kind, uint64_t from, struct entry *entries_out,
                size_t count)
{
    struct teller t = {.seed = n + 1, .kind = kind, .seq = from, .out = entries_out, .left = count};
    t.customer = (uint32_t)draw(&t, BOOKS) * CROWD_BOOK_SIZE;
    t.at_s = START_S + (int64_t)(n % 300) * DAY_S + (int64_t)draw(&t, 3600);
    while (t.left > 0) {
        struct bill bills[CROWD_BILLS_MAX];
        struct book_customer c;
        size_t months = crowd_bills(t.customer, bills);
        int64_t due_minor = 0;
        crowd_customer(t.customer++, &c);
        /* From door to door: mostly half a minute to two, sometimes tea. */
        t.at_s += 20 + (int64_t)(draw(&t, 60) + draw(&t, 50)) + (chance(&t, 5) ? 600 : 0);
        if (t.kind == STINT_DAY && chance(&t, 15)) {
            something_else(&t, &c);
            continue;
        }
        for (size_t i = 0; i < months; i++)
            due_minor += bills[i].amount_minor;
        if (due_minor == 0 || chance(&t, 8))
            continue; /* nothing to pay, or nobody there */
        pay(&t, c.account, due_minor, months);
        print(&t);
    }
}
