#include "api_inside.h"

#include <stdio.h>
#include <string.h>

#include "enrol_desk.h"
#include "ingest.h"
#include "log.h"
#include "orders.h"
#include "renewal.h"
#include "statement.h"
#include "succession.h"

enum till_status api_get_authority(const struct api_call *call, struct api_answer *answer)
{
    const char *pem = call->api->authority->authority_pem;
    return api_give(answer, api_type_pem, (struct span){(const uint8_t *)pem, strlen(pem)});
}

enum till_status api_post_enrol(const struct api_call *call, struct api_answer *answer)
{
    struct enrol_request wanted;
    struct enrol_answer given;
    uint8_t memory[ENROL_MESSAGE_MAX];
    struct buffer out;
    if (call->request->body.size > ENROL_MESSAGE_MAX) {
        return TILL_TOO_LARGE;
    }
    enum till_status status = enrol_request_read(call->request->body, &wanted);
    if (status == TILL_OK) {
        status = enrol_desk(call->api->store, call->api->authority, &wanted, call->now_s, &given);
    }
    if (status != TILL_OK) {
        return status;
    }
    buffer_init(&out, memory, sizeof(memory));
    status = enrol_answer_write(&given, &out);
    if (status == TILL_OK) {
        status = api_give(answer, api_type_json, (struct span){out.data, out.size});
    }
    crypto_wipe(&given, sizeof(given));
    crypto_wipe(memory, sizeof(memory));
    return status;
}

enum till_status api_post_renew(const struct api_call *call, struct api_answer *answer)
{
    char pem[CRYPTO_CERT_PEM_MAX];
    struct renew_request wanted;
    uint8_t memory[ENROL_MESSAGE_MAX];
    struct buffer out;
    struct store_terminal t;
    enum till_status status = renew_request_read(call->request->body, &wanted);
    if (status == TILL_OK) {
        status = store_terminal_get(call->api->store, call->terminal, &t);
    }
    if (status == TILL_OK) {
        status =
            renewal_desk(call->api->store, call->api->authority, &t, &wanted, call->now_s, pem);
        crypto_wipe(t.secret, sizeof(t.secret));
    }
    buffer_init(&out, memory, sizeof(memory));
    if (status == TILL_OK) {
        status = renew_answer_write(pem, &out);
    }
    return status == TILL_OK ? api_give(answer, api_type_json, (struct span){out.data, out.size})
                             : status;
}

/* What the host has of the terminal. A book that can't be made is no reason to keep money's
 * acknowledgement back. */
static void fill_head(const struct api *api, const struct store_terminal *t, int64_t now_s,
                      struct head *head)
{
    *head = (struct head){.seq = t->head_seq,
                          .at_s = now_s,
                          .serial = t->head_serial,
                          .book_revision = t->book_revision,
                          .stopped = t->stopped,
                          .orders_serial = orders_serial(api->store, t->terminal),
                          .trust_serial = api->authority->trust.serial};
    uint64_t revision = t->book_revision;
    enum till_status status = book_build_refresh(&api->books, t->terminal, now_s, &revision);
    if (status == TILL_OK) {
        head->book_revision = revision;
    } else {
        log_warning("no new book for terminal %s: %s", t->terminal, status_name((int)status));
    }
    (void)snprintf(head->terminal, sizeof(head->terminal), "%s", t->terminal);
    memcpy(head->hash, t->head_hash, HASH_SIZE);
}

/* The same, signed; t is already on the disk. */
static enum till_status answer_head(const struct api *api, const struct store_terminal *t,
                                    int64_t now_s, struct api_answer *answer)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct head head;
    fill_head(api, t, now_s, &head);
    buffer_init(&out, memory, sizeof(memory));
    enum till_status status = head_write(&api->authority->statement, &head, &out);
    return status == TILL_OK ? api_give(answer, api_type_text, (struct span){out.data, out.size})
                             : status;
}

enum till_status api_get_head(const struct api_call *call, struct api_answer *answer)
{
    struct store_terminal t;
    enum till_status status = ingest_touch(call->api->store, call->terminal, call->now_s, &t);
    return status == TILL_OK ? answer_head(call->api, &t, call->now_s, answer) : status;
}

/* Is there anything new to who holds the head of that tag? When it was last seen is written down
 * once in a while only: a question with nothing new in it costs no commit. */
enum till_status api_get_news(const struct api_call *call, struct api_answer *answer)
{
    enum { SEEN_S = 600 };
    char own[HEAD_TAG_MAX];
    struct head head;
    struct store_terminal t = {0};
    const struct api *api = call->api;
    const char *tag = call->part[0];
    int64_t now_s = call->now_s;
    if (strlen(tag) != HEAD_TAG_MAX - 1) {
        return TILL_NOT_FOUND;
    }
    enum till_status status = store_terminal_get(api->store, call->terminal, &t);
    crypto_wipe(t.secret, sizeof(t.secret));
    if (status != TILL_OK) {
        return status;
    }
    fill_head(api, &t, now_s, &head);
    status = head_tag(&api->authority->statement, &head, own);
    if (status != TILL_OK) {
        return status;
    }
    if (strcmp(own, tag) != 0) {
        return api_get_head(call, answer);
    }
    if (now_s - t.seen_at_s >= SEEN_S || now_s < t.seen_at_s) {
        status = ingest_touch(api->store, call->terminal, now_s, &t);
    }
    answer->code = 204;
    return status;
}

enum till_status api_post_journal(const struct api_call *call, struct api_answer *answer)
{
    struct ingest_outcome outcome;
    uint8_t authority[HASH_SIZE];
    succession_genesis(call->api->store, call->api->authority, call->terminal, authority);
    enum till_status status = ingest_batch(call->api->store, call->terminal, authority,
                                           call->request->body, call->now_s, &outcome);
    if (status == TILL_NEED_EARLIER) {
        char text[96];
        (void)snprintf(text, sizeof(text), "the host has records through %llu: send those after it",
                       (unsigned long long)outcome.terminal.head_seq);
        api_refuse(answer, status, text);
        return TILL_OK;
    }
    if (status != TILL_OK) {
        return status;
    }
    answer->is_batch = true;
    answer->batch = (struct api_batch){.stored = outcome.stored,
                                       .skipped = outcome.skipped,
                                       .quarantined = outcome.quarantined,
                                       .forked = outcome.forked};
    log_info("terminal %s: %u records stored, %u known, %u set aside, %u of another branch",
             call->terminal, (unsigned)outcome.stored, (unsigned)outcome.skipped,
             (unsigned)outcome.quarantined, (unsigned)outcome.forked);
    return answer_head(call->api, &outcome.terminal, call->now_s, answer);
}

enum till_status api_get_orders(const struct api_call *call, struct api_answer *answer)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    enum till_status status =
        orders_statement(call->api->store, &call->api->authority->statement, call->terminal, &out);
    return status == TILL_OK ? api_give(answer, api_type_text, (struct span){out.data, out.size})
                             : status;
}
