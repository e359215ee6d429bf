#include "journal_beside.h"

#include <string.h>

/* ---- keyed hashes: SipHash-1-3, of the family of Aumasson and Bernstein (2012) --------------- */

struct sip {
    uint64_t v[4];
};

static inline uint64_t turned(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
    s->v[0] += s->v[1];
    s->v[1] = turned(s->v[1], 13) ^ s->v[0];
    s->v[0] = turned(s->v[0], 32);
    s->v[2] += s->v[3];
    s->v[3] = turned(s->v[3], 16) ^ s->v[2];
    s->v[0] += s->v[3];
    s->v[3] = turned(s->v[3], 21) ^ s->v[0];
    s->v[2] += s->v[1];
    s->v[1] = turned(s->v[1], 17) ^ s->v[2];
    s->v[2] = turned(s->v[2], 32);
}

static inline void sip_word(struct sip *s, uint64_t word)
{
    s->v[3] ^= word;
    sip_round(s);
    s->v[0] ^= word;
}

/* Words of this machine's order, the last with the number of bytes in its highest: the hash never
 * leaves it. One round a word and three at the end keep sums from being met by whoever does not
 * know the key, which is drawn for each audit. */
static uint64_t sip_words(const uint64_t key[2], const uint64_t *words, size_t count)
{
    enum { LAST_ROUNDS = 3 };
    struct sip s = {{key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
                     key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)}};

    for (size_t i = 0; i < count; i++)
        sip_word(&s, words[i]);
    s.v[2] ^= 0xff;
    for (int i = 0; i < LAST_ROUNDS; i++)
        sip_round(&s);
    return s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3];
}

/* ---- sums of touches ------------------------------------------------------------------------- */

enum { FIXED_WORDS = 3, ACCOUNT_WORDS = TOUCH_ACCOUNT_MAX / 8 + 1 };

struct touch_row {
    struct span account; /* below TOUCH_ACCOUNT_MAX */
    int64_t seq, amount_minor, detail;
};

static void add_row(struct journal_touch_sum *s, const struct touch_row *row)
{
    size_t size = row->account.size, last = FIXED_WORDS + size / 8;
    uint64_t words[FIXED_WORDS + ACCOUNT_WORDS], tail = 0;

    words[0] = (uint64_t)row->seq;
    words[1] = (uint64_t)row->amount_minor;
    words[2] = (uint64_t)row->detail;
    memcpy(words + FIXED_WORDS, row->account.data, size - size % 8);
    for (size_t i = size - size % 8; i < size; i++)
        tail = tail << 8 | row->account.data[i];
    words[last] = (uint64_t)size << 56 | tail;
    s->sum += sip_words(s->key, words, last + 1);
    s->count++;
}

void journal_touch_sum_begin(struct journal_touch_sum *s)
{
    *s = (struct journal_touch_sum){0};
    sqlite3_randomness(sizeof s->key, s->key);
}

void journal_touch_sum_add(struct journal_touch_sum *s, const struct journal_touch *touch)
{
    const char *account = touch->touch.account;

    add_row(s, &(struct touch_row){{(const uint8_t *)account, strlen(account)},
                                   (int64_t)touch->seq,
                                   touch->touch.amount_minor,
                                   journal_touch_detail(&touch->touch)});
}

/* ---- rows ------------------------------------------------------------------------------------ */

struct touch_reading {
    struct journal_touch_sum *sum;
    uint8_t account[TOUCH_ACCOUNT_MAX]; /* of the row before */
    size_t size;
    int64_t seq;
};

/* By account, byte by byte, then by seq; none twice. */
static bool follows(const struct touch_reading *t, const struct touch_row *row)
{
    size_t least = t->size < row->account.size ? t->size : row->account.size;
    int order = memcmp(row->account.data, t->account, least);

    if (order == 0)
        order = (row->account.size > t->size) - (row->account.size < t->size);
    return order > 0 || (order == 0 && row->seq > t->seq);
}

static bool visit_touch(void *context, const struct journal_cell *cell)
{
    struct touch_reading *t = context;
    struct journal_record r;

    journal_record_begin(&r, cell->payload);
    struct touch_row row = {.account = journal_record_text(&r)};
    row.seq = journal_record_integer(&r);
    row.amount_minor = journal_record_integer(&r);
    row.detail = journal_record_integer(&r);
    if (!journal_record_end(&r) || row.account.size == 0 || row.account.size >= TOUCH_ACCOUNT_MAX ||
        !follows(t, &row))
        return false;
    memcpy(t->account, row.account.data, row.account.size);
    t->size = row.account.size;
    t->seq = row.seq;
    add_row(t->sum, &row);
    return true;
}

bool journal_text_visit(void *context, const struct journal_cell *cell)
{
    struct journal_texts *t = context;
    struct journal_record r;

    journal_record_begin(&r, cell->payload);
    journal_record_null(&r);
    (void)journal_record_blob(&r);
    if (t->count++ == 0)
        t->first = cell->rowid;
    t->last = cell->rowid;
    return journal_record_end(&r);
}

bool journal_beside_read(void *context)
{
    struct journal_beside *b = context;
    struct touch_reading reading = {.sum = &b->touches};
    const struct journal_tree touches = {
        .root = b->touch_root, .is_index = true, .visit = visit_touch, .context = &reading};

    return journal_tree_walk(&touches, &b->pages);
}
