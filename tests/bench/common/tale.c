#include "tale.h"

#include <string.h>

#include "bench.h"
#include "journal_private.h"
#include "journal_story.h"
#include "text.h"

enum { RECEIPTS_A_DROP = 20, OPENING_MINOR = 20000, CUSTOMERS = 1000000 };

struct teller {
    struct journal *journal;
    struct tale_seal *seal;
    uint64_t last;
    int64_t at_s;
};

/* ---- signing --------------------------------------------------------------------------------- */

static enum till_status digest(void *context, struct span bytes, uint8_t hash_out[HASH_SIZE])
{
    const struct tale_seal *seal = context;
    return seal->key.digest(seal->key.context, bytes, hash_out);
}

static enum till_status sign(void *context, const uint8_t hash[HASH_SIZE],
                             uint8_t signature_out[SIGNATURE_SIZE])
{
    const struct tale_seal *seal = context;
    if (!seal->resting)
        return seal->key.sign(seal->key.context, hash, signature_out);
    memset(signature_out, 0, SIGNATURE_SIZE);
    return TILL_OK;
}

static enum till_status verify(void *context, const uint8_t hash[HASH_SIZE],
                               const uint8_t signature[SIGNATURE_SIZE])
{
    const struct tale_seal *seal = context;
    return seal->key.verify(seal->key.context, hash, signature);
}

struct sealer tale_sealer(struct tale_seal *seal)
{
    return (struct sealer){.context = seal, .digest = digest, .sign = sign, .verify = verify};
}

/* ---- entries --------------------------------------------------------------------------------- */

static uint64_t head_of(const struct teller *t)
{
    return journal_fold(t->journal)->seq;
}

static void append(struct teller *t, enum till_status written, struct entry *entry,
                   struct span text)
{
    bench_need(written, "an entry");
    t->seal->resting = head_of(t) + 1 != t->last;
    bench_need(journal_append(t->journal, t->at_s, false, text, entry), "append");
    t->at_s += TALE_STEP_S;
}

static void begin(struct teller *t)
{
    const struct body_login login = {.user = TALE_USER};
    const struct body_shift_opened shift = {.business_date = 20261101,
                                            .shift = journal_fold(t->journal)->last_shift + 1,
                                            .opening_minor = OPENING_MINOR};
    struct entry entry;
    append(t, entry_write_login(&entry, KIND_LOGIN, &login), &entry, (struct span){NULL, 0});
    append(t, entry_write_shift_opened(&entry, &shift), &entry, (struct span){NULL, 0});
}

static void collect(struct teller *t, uint32_t n, const char *account)
{
    struct body_collection body = {.amount_minor = story_amount_minor(n)};
    char text[STORY_TEXT_SIZE];
    struct entry entry;
    text_copy(body.account, sizeof body.account, account);
    body.tendered_minor = (body.amount_minor / 10000 + 1) * 10000;
    story_text(n, text);
    append(t, entry_write_collection(&entry, KIND_COLLECTION, &body), &entry,
           (struct span){(const uint8_t *)text, sizeof text});
}

static void print_done(struct teller *t)
{
    const struct body_print body = {.seq = journal_fold(t->journal)->paper_seq};
    struct entry entry;
    append(t, entry_write_print(&entry, KIND_PRINT_DONE, &body), &entry, (struct span){NULL, 0});
}

static void drop(struct teller *t)
{
    struct body_cash_drop body = {
        .amount_minor = fold_current(journal_fold(t->journal))->cash_minor - OPENING_MINOR,
        .to = 2,
        .receiver = "20261101"};
    struct entry entry;
    append(t, entry_write_cash_drop(&entry, &body), &entry, (struct span){NULL, 0});
}

/* One after the other: to whom it does not matter. */
void tale_tell(struct journal *journal, struct tale_seal *seal, uint64_t last, int64_t at_s,
               void (*account_of)(uint32_t n, char account_out[ACCOUNT_MAX]))
{
    struct teller t = {journal, seal, last, at_s};
    char account[ACCOUNT_MAX];
    if (sqlite3_exec(journal->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL) != SQLITE_OK)
        bench_fail("synchronous");
    begin(&t);
    for (uint32_t n = 0; head_of(&t) < last; n++) {
        if (journal_fold(journal)->paper_seq != 0) {
            print_done(&t);
        } else if (n % (2 * RECEIPTS_A_DROP) == 0 && n > 0) {
            drop(&t);
        } else {
            account_of(n % CUSTOMERS, account);
            collect(&t, n, account);
        }
    }
    seal->resting = false;
}
