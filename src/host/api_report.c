/* A report that a terminal sends as a file: a copy for reading, with who sent it, and when. */
#include <string.h>

#include "api_inside.h"
#include "local.h"
#include "log.h"
#include "store_sent.h"
#include "text.h"
#include "when.h"

/* The same again changes nothing. */
static enum till_status keep(const struct api_call *call, const struct store_sent *v)
{
    struct store *s = call->api->store;
    enum till_status status = store_begin_terminal(s, call->terminal);
    if (status != TILL_OK) {
        return status;
    }
    status = store_sent_put(s, v, call->request->body);
    if (status == TILL_UNCHANGED) {
        store_rollback(s);
        return TILL_OK;
    }
    return store_finish(s, status);
}

enum till_status api_post_report(const struct api_call *call, struct api_answer *answer)
{
    static const uint8_t nothing[] = "{}";
    struct span body = call->request->body;
    struct store_sent v = {.at_s = (int64_t)api_number(call->part[2]),
                           .received_at_s = call->now_s};
    if (body.size > STORE_SENT_SIZE_MAX) {
        return TILL_TOO_LARGE;
    }
    if (!local_report_name_is_valid(call->part[0]) || !user_is_valid(call->part[1]) ||
        v.at_s <= 0 || v.at_s > WHEN_MAX_S || body.size == 0) {
        return TILL_BAD_INPUT;
    }
    text_copy(v.terminal, sizeof(v.terminal), call->terminal);
    text_copy(v.name, sizeof(v.name), call->part[0]);
    text_copy(v.user, sizeof(v.user), call->part[1]);
    enum till_status status = crypto_sha256(body, v.hash);
    if (status == TILL_OK) {
        status = keep(call, &v);
    }
    if (status != TILL_OK) {
        return status;
    }
    log_info("terminal %s: report %s, %zu bytes, of %s", v.terminal, v.name, body.size, v.user);
    return api_give(answer, api_type_json, (struct span){nothing, sizeof(nothing) - 1});
}
