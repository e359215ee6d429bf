#include "channel.h"

#include <stdio.h>
#include <string.h>

#include "alarm.h"
#include "apart.h"
#include "import.h"
#include "ledger.h"
#include "money.h"
#include "period.h"
#include "text.h"
#include "when.h"

/* A clock there may run ahead of ours by so much. */
enum { AHEAD_MOST_S = 24 * 60 * 60 };

const char *channel_result_name(enum channel_result result)
{
    static const char *const names[] = {[CHANNEL_POSTED] = "posted",
                                        [CHANNEL_UNCHANGED] = "unchanged",
                                        [CHANNEL_ASIDE] = "set_aside",
                                        [CHANNEL_CONFLICT] = "conflict",
                                        [CHANNEL_BAD] = "bad"};
    return names[result];
}

static const char *what_is_bad(const struct channel_row *row, int64_t now_s)
{
    if (row->number[0] == '\0' ||
        strnlen(row->number, sizeof(row->number)) == sizeof(row->number) ||
        !text_is_clean(row->number, strlen(row->number))) {
        return N_("it has no number of its own");
    }
    if (!account_is_valid(row->account)) {
        return N_("the account number can't be read");
    }
    if (row->amount_minor <= 0 || row->amount_minor > MONEY_MAX_MINOR) {
        return N_("an amount can't be read");
    }
    if (row->paid_at_s < WHEN_MIN_S || row->paid_at_s > now_s + AHEAD_MOST_S) {
        return N_("the time of payment can't be");
    }
    return NULL;
}

static enum till_status tell(struct store *s, const struct store_channel_payment *p,
                             const char *text, int64_t now_s)
{
    struct alarm_text line;
    alarm_say(&line, N_("%1 %2: %3"));
    alarm_add_text(&line, p->channel);
    alarm_add_text(&line, p->number);
    alarm_add_words(&line, text);
    return alarm_put(s, now_s, "", "channel", line.stored);
}

/* p is in the store and not posted. */
static enum till_status post(struct store *s, struct store_channel_payment *p, int64_t now_s,
                             bool news, enum channel_result *result_out,
                             char reason_out[STORE_REASON_MAX])
{
    struct site site;
    struct ledger_context ledger = {
        .store = s, .site = &site, .terminal = "", .user = LEDGER_NOBODY, .now_s = now_s};
    enum till_status status = store_site_get(s, &site);
    if (status == TILL_OK) {
        status = period_posting_time(s, now_s, &ledger.now_s);
    }
    /* A row that is refused leaves nothing behind, and the next one is taken all the same. */
    if (status == TILL_OK) {
        status = apart_begin(s, reason_out);
    }
    if (status == TILL_OK) {
        status = apart_end(s, ledger_post_channel(&ledger, p, reason_out), reason_out);
    }
    p->posted = status == TILL_OK || status == TILL_UNCHANGED;
    *result_out = p->posted ? CHANNEL_POSTED : CHANNEL_ASIDE;
    if (status == TILL_REFUSED) {
        text_copy(p->reason, sizeof(p->reason), reason_out);
        status = news ? tell(s, p, reason_out, now_s) : TILL_OK;
    } else if (p->posted) {
        p->reason[0] = '\0';
        status = TILL_OK;
    }
    return status == TILL_OK ? store_channel_payment_put(s, p) : status;
}

static bool same_content(const struct store_channel_payment *p, const struct channel_row *row)
{
    return strcmp(p->account, row->account) == 0 && p->amount_minor == row->amount_minor &&
           p->value_at_s == row->paid_at_s;
}

static void fill(struct store_channel_payment *p, const struct channel_row *row, int64_t now_s)
{
    text_copy(p->account, sizeof(p->account), row->account);
    p->amount_minor = row->amount_minor;
    p->value_at_s = row->paid_at_s;
    p->received_at_s = now_s;
}

/* The number is there. */
static enum till_status take_again(struct store *s, struct store_channel_payment *there,
                                   const struct channel_row *row, int64_t now_s,
                                   enum channel_result *result_out,
                                   char reason_out[STORE_REASON_MAX])
{
    if (same_content(there, row)) {
        *result_out = CHANNEL_UNCHANGED;
        return there->posted ? TILL_OK : post(s, there, now_s, false, result_out, reason_out);
    }
    struct store_channel_payment other = *there;
    fill(&other, row, now_s);
    if (!there->posted) {
        /* Nothing was done with the first: this is how the channel puts it right. */
        enum till_status kept = store_channel_conflict_put(s, there);
        return kept == TILL_OK || kept == TILL_UNCHANGED
                   ? post(s, &other, now_s, false, result_out, reason_out)
                   : kept;
    }
    *result_out = CHANNEL_CONFLICT;
    text_copy(reason_out, STORE_REASON_MAX,
              N_("this number was posted with another account, amount or time"));
    enum till_status status = store_channel_conflict_put(s, &other);
    if (status == TILL_UNCHANGED) {
        return TILL_OK;
    }
    return status == TILL_OK ? tell(s, &other, reason_out, now_s) : status;
}

enum till_status channel_take(struct store *s, const char *channel, const struct channel_row *row,
                              int64_t now_s, enum channel_result *result_out,
                              char reason_out[STORE_REASON_MAX])
{
    struct store_channel_payment p;
    reason_out[0] = '\0';
    const char *bad = what_is_bad(row, now_s);
    if (bad != NULL) {
        *result_out = CHANNEL_BAD;
        text_copy(reason_out, STORE_REASON_MAX, bad);
        return TILL_OK;
    }
    enum till_status status = store_channel_payment_find(s, channel, row->number, &p);
    if (status == TILL_OK) {
        return take_again(s, &p, row, now_s, result_out, reason_out);
    }
    if (status != TILL_NOT_FOUND) {
        return status;
    }
    memset(&p, 0, sizeof(p));
    text_copy(p.channel, sizeof(p.channel), channel);
    text_copy(p.number, sizeof(p.number), row->number);
    fill(&p, row, now_s);
    status = store_channel_payment_put(s, &p);
    return status == TILL_OK ? post(s, &p, now_s, true, result_out, reason_out) : status;
}

static enum till_status retry_all(struct store *s, const char *channel, int64_t now_s,
                                  uint32_t *posted_out, uint32_t *left_out)
{
    struct store_channel_payment p = {0};
    enum channel_result result;
    char reason[STORE_REASON_MAX];
    enum till_status status;
    while ((status = store_channel_payment_next_aside(s, channel, p.id, &p)) == TILL_OK) {
        status = post(s, &p, now_s, false, &result, reason);
        if (status != TILL_OK) {
            return status;
        }
        *(result == CHANNEL_POSTED ? posted_out : left_out) += 1;
    }
    if (status == TILL_NOT_FOUND) {
        status = *posted_out > 0 ? import_raise_rows(s) : TILL_OK;
    }
    return status;
}

enum till_status channel_retry(struct store *s, const char *channel, int64_t now_s,
                               uint32_t *posted_out, uint32_t *left_out)
{
    struct store_channel there;
    *posted_out = *left_out = 0;
    enum till_status status = store_begin(s);
    if (status != TILL_OK) {
        return status;
    }
    status = store_channel_get(s, channel, &there);
    if (status == TILL_OK) {
        status = retry_all(s, channel, now_s, posted_out, left_out);
    }
    if (status == TILL_OK) {
        return store_commit(s);
    }
    store_rollback(s);
    return status;
}

/* ---- times ----------------------------------------------------------------------------------- */

/* The next number of at least `least` and at most `most` digits; advances. */
static bool take_digits(const char **at, size_t least, size_t most, int *value_out)
{
    size_t size = strspn(*at, "0123456789");
    size = size > most ? most : size;
    *value_out = 0;
    for (size_t i = 0; i < size; i++) {
        *value_out = *value_out * 10 + ((*at)[i] - '0');
    }
    *at += size;
    return size >= least;
}

static void pass(const char **at, const char *any)
{
    if (**at != '\0' && strchr(any, **at) != NULL) {
        ++*at;
    }
}

bool channel_time(const char *zone, const char *text, int64_t *at_out)
{
    enum { NOON = 12, HOURS = 24, SIXTY = 60 };
    const char *at = text;
    int year, month, day, hour = NOON, minute = 0, second = 0;
    bool good = take_digits(&at, 4, 4, &year);
    pass(&at, "-/.");
    good = good && take_digits(&at, 1, 2, &month);
    pass(&at, "-/.");
    good = good && take_digits(&at, 1, 2, &day);
    if (!good || !when_date_is_valid(year * 10000 + month * 100 + day)) {
        return false;
    }
    if (*at != '\0') {
        pass(&at, " T");
        good = take_digits(&at, 1, 2, &hour);
        pass(&at, ":");
        good = good && take_digits(&at, 2, 2, &minute);
        if (*at != '\0') {
            pass(&at, ":");
            good = good && take_digits(&at, 2, 2, &second);
        }
    }
    if (!good || *at != '\0' || hour >= HOURS || minute >= SIXTY || second >= SIXTY) {
        return false;
    }
    struct civil civil = {.year = (int16_t)year,
                          .month = (uint8_t)month,
                          .day = (uint8_t)day,
                          .hour = (uint8_t)hour,
                          .minute = (uint8_t)minute,
                          .second = (uint8_t)second};
    *at_out = when_from_civil(zone, &civil);
    return true;
}
