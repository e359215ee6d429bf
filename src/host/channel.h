/*
 * Payments of other channels: a bank's counter, direct debit, Alipay, WeChat.
 *
 * A payment is known by the channel and the channel's own number, whatever way it came (file, API)
 * and however often. Told again with the same content it changes nothing; with other content it is
 * kept as evidence and alarmed, and not posted twice. One that nobody can be credited with is set
 * aside with its reason, alarmed, and tried again when it is told again or by channel_retry.
 *
 * Pure over the store contract. What it posts is ledger_post_channel's.
 */
#ifndef TILL_HOST_CHANNEL_H
#define TILL_HOST_CHANNEL_H

#include "store_channel.h"

/* A payment as a channel tells it. */
struct channel_row {
    char number[CHANNEL_NUMBER_MAX];
    char account[ACCOUNT_MAX];
    int64_t amount_minor;
    int64_t paid_at_s;
};

enum channel_result {
    CHANNEL_POSTED,
    CHANNEL_UNCHANGED,
    CHANNEL_ASIDE,    /* kept, and not posted: reason */
    CHANNEL_CONFLICT, /* its number is there with other content */
    CHANNEL_BAD       /* no payment at all: reason; nothing was kept */
};
/* "posted", "unchanged", "set_aside", "conflict", "bad": of the API and of --json. */
const char *channel_result_name(enum channel_result result);

/*
 * One payment, within the caller's transaction.
 *   reason_out  STORE_REASON_MAX, an English msgid; "" where there is none
 * TILL_OK: result_out tells. TILL_NOT_FOUND: no such channel. Else the store's.
 */
enum till_status channel_take(struct store *s, const char *channel, const struct channel_row *row,
                              int64_t now_s, enum channel_result *result_out,
                              char reason_out[STORE_REASON_MAX]) TILL_CHECKED;

/* Everything of a channel that is set aside, once more; own transaction. */
enum till_status channel_retry(struct store *s, const char *channel, int64_t now_s,
                               uint32_t *posted_out, uint32_t *left_out) TILL_CHECKED;

/* "2026-11-14 08:12:33", "2026/11/14 8:12", "20261114081233", "2026-11-14T08:12", "20261114" (noon)
 * in a checked zone. False: no such time. */
bool channel_time(const char *zone, const char *text, int64_t *at_out);

#endif
