/* Payments that a channel hands in: one request, one transaction, an answer for each line. */
#include <stdlib.h>
#include <string.h>

#include "api_inside.h"
#include "channel.h"
#include "import.h"
#include "log.h"
#include "money.h"
#include "payment_line.h"
#include "text.h"

static const char certificate_prefix[] = "channel.";

/* The certificate must be the one in force, asked anew at each request. */
static enum till_status find_channel(const struct api_call *call, struct store_channel *out)
{
    const struct api_request *r = call->request;
    size_t size = sizeof(certificate_prefix) - 1;
    if (!r->has_peer) {
        return TILL_NOT_ENROLLED;
    }
    if (strncmp(r->peer_name, certificate_prefix, size) != 0 ||
        !channel_name_is_valid(r->peer_name + size)) {
        return TILL_REFUSED;
    }
    enum till_status status = store_channel_get(call->api->store, r->peer_name + size, out);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_NOT_ENROLLED : status;
    }
    if (!crypto_equal(out->certificate, r->peer_fingerprint, HASH_SIZE)) {
        return TILL_NOT_ENROLLED;
    }
    if (r->peer_until_s != 0 && call->now_s > r->peer_until_s) {
        return TILL_CERT_EXPIRED;
    }
    return out->stopped ? TILL_REVOKED : TILL_OK;
}

/* NULL: it is a payment. Else why not. */
static const char *read_payment(const struct site *site, struct span text,
                                struct channel_row *row_out)
{
    struct payment_line line;
    memset(row_out, 0, sizeof(*row_out));
    if (payment_line_read(text, &line) != TILL_OK) {
        return N_("the line can't be read");
    }
    text_copy(row_out->number, sizeof(row_out->number), line.number);
    text_copy(row_out->account, sizeof(row_out->account), line.account);
    if (money_parse(site, line.amount, &row_out->amount_minor) != TILL_OK) {
        return N_("an amount can't be read");
    }
    if (!channel_time(site->zone, line.paid_at, &row_out->paid_at_s)) {
        return N_("the time of payment can't be read");
    }
    return NULL;
}

/* The next line, without its end; advances. False: no more. */
static bool next_line(struct span *body, struct span *line_out)
{
    if (body->size == 0) {
        return false;
    }
    const uint8_t *end = memchr(body->data, '\n', body->size);
    size_t size = end != NULL ? (size_t)(end - body->data) : body->size;
    size_t used = end != NULL ? size + 1 : size;
    *line_out = (struct span){body->data, size};
    if (size > 0 && body->data[size - 1] == '\r') {
        line_out->size--;
    }
    body->data += used;
    body->size -= used;
    return true;
}

struct intake {
    const struct api_call *call;
    const struct store_channel *channel;
    struct site site;
    uint32_t counts[CHANNEL_BAD + 1];
};

static enum till_status take_line(struct intake *t, struct span line, uint32_t number,
                                  struct buffer *out)
{
    struct channel_row row;
    char reason[STORE_REASON_MAX] = "";
    enum channel_result result = CHANNEL_BAD;
    const char *bad = read_payment(&t->site, line, &row);
    enum till_status status = TILL_OK;
    if (bad != NULL) {
        text_copy(reason, sizeof(reason), bad);
    } else {
        status = channel_take(t->call->api->store, t->channel->name, &row, t->call->now_s, &result,
                              reason);
    }
    if (status != TILL_OK) {
        return status;
    }
    t->counts[result]++;
    return payment_result_write(number, row.number, channel_result_name(result), reason, out);
}

static enum till_status take_lines(struct intake *t, struct buffer *out)
{
    struct span body = t->call->request->body, line;
    uint32_t number = 0;
    enum till_status status = store_site_get(t->call->api->store, &t->site);
    while (status == TILL_OK && next_line(&body, &line)) {
        if (++number > PAYMENT_LINES_MAX) {
            return TILL_TOO_LARGE;
        }
        if (line.size > 0) {
            status = take_line(t, line, number, out);
        }
    }
    if (status == TILL_OK && t->counts[CHANNEL_POSTED] > 0) {
        status = import_raise_rows(t->call->api->store);
    }
    return status;
}

enum till_status api_post_payments(const struct api_call *call, struct api_answer *answer)
{
    enum { ANSWER_MAX = PAYMENT_LINES_MAX * PAYMENT_RESULT_MAX };
    struct store_channel channel;
    struct intake intake = {.call = call, .channel = &channel};
    struct store *s = call->api->store;
    struct buffer out;
    enum till_status status = find_channel(call, &channel);
    if (status != TILL_OK) {
        return status;
    }
    uint8_t *memory = malloc(ANSWER_MAX);
    status = memory == NULL ? TILL_E_MEMORY : store_begin(s);
    if (status != TILL_OK) {
        free(memory);
        return status;
    }
    buffer_init(&out, memory, ANSWER_MAX);
    status = take_lines(&intake, &out);
    if (status == TILL_OK) {
        status = store_commit(s);
    } else {
        store_rollback(s);
    }
    if (status == TILL_OK) {
        const uint32_t *n = intake.counts;
        log_info("channel %s: %u posted, %u known, %u set aside, %u other, %u bad", channel.name,
                 (unsigned)n[CHANNEL_POSTED], (unsigned)n[CHANNEL_UNCHANGED],
                 (unsigned)n[CHANNEL_ASIDE], (unsigned)n[CHANNEL_CONFLICT],
                 (unsigned)n[CHANNEL_BAD]);
        status = api_give(answer, api_type_lines, (struct span){out.data, out.size});
    }
    free(memory);
    return status;
}
