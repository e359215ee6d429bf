#include "period.h"

#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "import.h"
#include "office_role.h"
#include "store_walk.h"
#include "text.h"
#include "when.h"

enum {
    LINE_BYTES = STORE_LEDGER_ACCOUNT_MAX + 16,
    POSTING_BYTES = STORE_LINES_MAX * LINE_BYTES + 256
};

enum till_status period_posting_time(struct store *s, int64_t now_s, int64_t *posted_at_out)
{
    struct store_period last;
    enum till_status status = store_period_last(s, &last);
    *posted_at_out = status == TILL_OK && now_s < last.to_s ? last.to_s : now_s;
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- the hash -------------------------------------------------------------------------------- */

/* One posting behind the hash of all before it. */
static enum till_status hash_posting(const struct store_posting *p, int64_t number,
                                     uint8_t memory[POSTING_BYTES], uint8_t hash[HASH_SIZE])
{
    static const char tag[] = "fieldtill/period/1";
    struct buffer out;
    buffer_init(&out, memory, POSTING_BYTES);
    buffer_put(&out, tag, sizeof(tag));
    buffer_put(&out, hash, HASH_SIZE);
    buffer_put_u64(&out, (uint64_t)number);
    buffer_put(&out, p->source, strlen(p->source) + 1);
    buffer_put_u64(&out, (uint64_t)p->value_at_s);
    buffer_put_u64(&out, (uint64_t)p->posted_at_s);
    for (size_t i = 0; i < p->count; i++) {
        buffer_put(&out, p->lines[i].account, strlen(p->lines[i].account) + 1);
        buffer_put_u64(&out, (uint64_t)p->lines[i].amount_minor);
    }
    enum till_status status = buffer_status(&out);
    return status == TILL_OK ? crypto_sha256((struct span){out.data, out.size}, hash) : status;
}

/* What stands above `after`, through number `last`, not too many of them, onto *hash. */
static enum till_status hash_page(struct store *s, int64_t after, int64_t last,
                                  struct store_posting *p, uint8_t memory[POSTING_BYTES],
                                  uint8_t hash[HASH_SIZE])
{
    struct store_walk *walk = NULL;
    int64_t number;
    enum till_status status = store_walk_postings_between(s, after, last, &walk);
    while (status == TILL_OK) {
        status = store_walk_posting(walk, &number, p);
        if (status == TILL_OK) {
            status = hash_posting(p, number, memory, hash);
        }
    }
    store_walk_close(walk);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* Postings above `after`, through number `last`, onto *hash. */
static enum till_status hash_postings(struct store *s, int64_t after, int64_t last,
                                      uint8_t hash[HASH_SIZE])
{
    struct store_posting *p = malloc(sizeof(*p));
    uint8_t *memory = malloc(POSTING_BYTES);
    enum till_status status = p == NULL || memory == NULL ? TILL_E_MEMORY : TILL_OK;
    while (status == TILL_OK && after < last) {
        int64_t through =
            last - after > STORE_WALK_NUMBERS_MAX ? after + STORE_WALK_NUMBERS_MAX : last;
        status = hash_page(s, after, through, p, memory, hash);
        after = through;
    }
    free(p);
    free(memory);
    return status;
}

/* The last posting that was made before to_s: those of several hosts may stand between. */
static enum till_status find_last(struct store *s, int64_t after, int64_t to_s, int64_t *last_out)
{
    *last_out = after;
    enum till_status status = store_posting_before(s, after, to_s, last_out);
    return status == TILL_NOT_FOUND ? TILL_OK : status;
}

/* ---- closing --------------------------------------------------------------------------------- */

static int32_t month_after(int32_t month)
{
    enum { DECEMBER = 12, TO_JANUARY = 100 - 11 };
    return month % 100 == DECEMBER ? month + TO_JANUARY : month + 1;
}

/* The first second of a month in a zone. */
static int64_t begin_of(const char *zone, int32_t month)
{
    struct civil first = {
        .year = (int16_t)(month / 100), .month = (uint8_t)(month % 100), .day = 1};
    return when_from_civil(zone, &first);
}

static enum till_status refuse(const char **reason_out, const char *reason)
{
    *reason_out = reason;
    return TILL_REFUSED;
}

static enum till_status close_month(struct store *s, struct store_period *p, int64_t now_s,
                                    const char **reason_out)
{
    struct site site;
    struct store_period last = {0};
    static _Thread_local char reason[STORE_REASON_MAX];
    enum till_status status = store_site_get(s, &site);
    if (status == TILL_OK) {
        status = office_role_check(s, p->closed_by, true, reason);
    }
    if (status == TILL_REFUSED) {
        return refuse(reason_out, reason);
    }
    if (status == TILL_OK) {
        status = store_period_last(s, &last);
    }
    if (status == TILL_OK && p->month <= last.month) {
        return TILL_UNCHANGED;
    }
    if (status == TILL_OK && p->month != month_after(last.month)) {
        return refuse(reason_out, N_("the month before it is not closed yet"));
    }
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    p->from_s = begin_of(site.zone, p->month);
    p->to_s = begin_of(site.zone, month_after(p->month));
    if (now_s < p->to_s) {
        return refuse(reason_out, N_("that month is not over yet"));
    }
    p->closed_at_s = now_s;
    memcpy(p->hash, last.hash, HASH_SIZE);
    status = find_last(s, last.last_posting, p->to_s, &p->last_posting);
    if (status == TILL_OK) {
        status = hash_postings(s, last.last_posting, p->last_posting, p->hash);
    }
    return status == TILL_OK ? store_period_add(s, p) : status;
}

enum till_status period_close(struct store *s, int32_t month, const char *user, int64_t now_s,
                              struct store_period *period_out, const char **reason_out)
{
    memset(period_out, 0, sizeof(*period_out));
    *reason_out = NULL;
    period_out->month = month;
    text_copy(period_out->closed_by, sizeof(period_out->closed_by), user);
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = close_month(s, period_out, now_s, reason_out);
    if (status == TILL_OK) {
        return store_commit(s);
    }
    store_rollback(s);
    return status;
}

/* ---- checking -------------------------------------------------------------------------------- */

enum till_status period_check(struct store *s, int32_t *month_out, const char **why_out)
{
    struct store_period p = {0}, last = {0};
    uint8_t hash[HASH_SIZE] = {0};
    int64_t after = 0;
    enum till_status status;
    *month_out = 0;
    *why_out = "";
    while ((status = store_period_next(s, p.month, &p)) == TILL_OK) {
        status = hash_postings(s, last.last_posting, p.last_posting, hash);
        if (status != TILL_OK) {
            return status;
        }
        if (memcmp(hash, p.hash, HASH_SIZE) != 0) {
            *month_out = p.month;
            *why_out = "its postings are not those that were closed";
            return TILL_OK;
        }
        last = p;
    }
    if (status != TILL_NOT_FOUND || last.month == 0) {
        return status == TILL_NOT_FOUND ? TILL_OK : status;
    }
    status = find_last(s, last.last_posting, last.to_s, &after);
    if (status == TILL_OK && after > last.last_posting) {
        *month_out = last.month;
        *why_out = "something was posted into it after it was closed";
    }
    return status;
}
