/* Reports: a team's page by page, and those that a terminal sends as a file: a copy for reading,
 * with who sent it, and when. */
#include <string.h>

#include "api_inside.h"
#include "local.h"
#include "log.h"
#include "store_sent.h"
#include "takings_page.h"
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

/* ---- a team's, page by page ------------------------------------------------------------------ */

/* Of one moment. */
static enum till_status make_page(const struct api_call *call, const struct takings_team *team,
                                  const struct query_page_ask *ask, struct takings_page *out)
{
    struct store *s = call->api->store;
    enum till_status status = store_begin_view(s);
    if (status == TILL_OK) {
        status = takings_page_make(s, team, ask, call->now_s, out);
        store_rollback(s);
    }
    return status;
}

/* What is not added up yet is, for as long as somebody at a screen would wait. */
static enum till_status make_whole(const struct api_call *call, const struct query_page_ask *ask,
                                   struct takings_page *out)
{
    enum { BUDGET_MS = 6000 };
    struct takings_team team;
    takings_team_begin(&team);
    enum till_status status =
        takings_team_of(&team, call->api->store, call->terminal, takings_until_ms(BUDGET_MS));
    if (status == TILL_OK) {
        status = team.all_read ? make_page(call, &team, ask, out) : TILL_BUSY;
    }
    takings_team_free(&team);
    return status;
}

/* One of the same second is the same: a time names one report. */
static bool find_kept(const struct api_call *call, struct query_page_ask ask,
                      struct query_page *out)
{
    ask.as_of_s = ask.as_of_s == 0 ? call->now_s : ask.as_of_s;
    return call->api->shelf != NULL &&
           shelf_find(call->api->shelf, call->terminal, &ask, call->now_s, out);
}

enum till_status api_get_report_page(const struct api_call *call, struct api_answer *answer)
{
    struct query_page_ask ask;
    struct query_page page;
    struct takings_page whole = {.rows = NULL};
    uint8_t memory[QUERY_ANSWER_MAX];
    struct buffer out;
    if (!query_page_ask_read(call->part[0], call->part[1], call->part[2], call->part[3],
                             call->part[4], &ask)) {
        return TILL_NOT_FOUND;
    }
    enum till_status status = TILL_OK;
    if (!find_kept(call, ask, &page)) {
        status = make_whole(call, &ask, &whole);
        if (status == TILL_OK) {
            takings_page_cut(&whole, ask.offset, &page);
            if (call->api->shelf != NULL) {
                shelf_put(call->api->shelf, call->terminal, &whole);
            }
        }
        takings_page_free(&whole);
    }
    buffer_init(&out, memory, sizeof(memory));
    if (status == TILL_OK) {
        status = query_page_write(&page, &out);
    }
    return status == TILL_OK ? api_give(answer, api_type_lines, (struct span){out.data, out.size})
                             : status;
}
