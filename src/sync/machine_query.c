/*
 * Questions of the terminal to the host. Somebody looks at the screen meanwhile: they go before all
 * else, are tried once, and are refused when their time is over.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "machine_inside.h"

enum { HTTP_OK = 200 };

static bool path_of(const struct local_query *query, char path[TRANSPORT_PATH_MAX])
{
    static const char *const paths[] = {[QUERY_CUSTOMER] = "/v1/customer/",
                                        [QUERY_RECEIPT] = "/v1/receipt/",
                                        [QUERY_TEAM] = "/v1/team",
                                        [QUERY_REPORT] = "/v1/report/"};
    int size = snprintf(path, TRANSPORT_PATH_MAX, "%s%s", paths[query->what], query->argument);
    return size > 0 && size < TRANSPORT_PATH_MAX &&
           (query->argument[0] == '\0') == (query->what == QUERY_TEAM);
}

void machine_query_refuse(struct machine *m, int status, struct actions *out)
{
    if (m->query.active) {
        m->query.active = false;
        machine_refuse(m, m->query.id, status, status_text(status), out);
    }
}

void machine_query_begin(struct machine *m, struct machine_time t, uint32_t id,
                         uint32_t deadline_ms, const struct local_query *query, struct actions *out)
{
    struct querying q = {.active = true, .id = id};
    machine_query_refuse(m, TILL_BUSY, out);
    if (m->job == JOB_QUERY) {
        machine_cancel(m, out); /* nobody waits for that any more */
    }
    q.until_ms = t.now_ms + (deadline_ms == 0 ? MACHINE_QUERY_MS : deadline_ms);
    bool known = path_of(query, q.path);
    m->query = q;
    if (!known) {
        machine_query_refuse(m, TILL_BAD_INPUT, out);
    } else if (!machine_has_network(m)) {
        machine_query_refuse(m, m->network.airplane ? TILL_AIRPLANE : TILL_NO_NETWORK, out);
    } else if (!m->enrolled || !m->is_ours) {
        machine_query_refuse(m, TILL_NOT_ENROLLED, out);
    }
}

void machine_query_step(struct machine *m, struct machine_time t, struct actions *out)
{
    struct transport_request *r = machine_start(m, t, JOB_QUERY, out);
    int64_t left_ms = m->query.until_ms - t.now_ms;
    snprintf(r->path, sizeof(r->path), "%s", m->query.path);
    r->deadline_ms = left_ms < 1 ? 1 : (uint32_t)left_ms;
}

void machine_query_answered(struct machine *m, struct machine_time t,
                            const struct transport_answer *answer, struct actions *out)
{
    if (answer->status != TILL_OK) {
        machine_query_refuse(m, answer->status, out);
        machine_line_failed(m, t, answer->status);
        return;
    }
    if (answer->http != HTTP_OK) {
        machine_query_refuse(m, machine_read_refusal(answer).status, out);
        return;
    }
    machine_line_worked(m, t);
    if (answer->body.size > LOCAL_ANSWER_MAX) {
        machine_query_refuse(m, TILL_TOO_LARGE, out);
    } else if (m->query.active) {
        m->query.active = false;
        machine_send(m, m->query.id, LOCAL_ANSWER, answer->body, out);
    }
}
