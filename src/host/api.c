#include "api.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api_inside.h"
#include "enrol.h"
#include "renewal.h"

enum { BUSY_AGAIN_S = 5 };

/* Of statements: none. They say themselves what they are, and go by GPRS. */
const char *const api_type_text = NULL;
const char api_type_json[] = "application/json";
/* A canonical record a line. */
const char api_type_lines[] = "application/x-ndjson";
const char api_type_pem[] = "application/x-pem-file";
const char api_type_bytes[] = "application/octet-stream";

/* ---- answers --------------------------------------------------------------------------------- */

int api_code(enum till_status status)
{
    switch (status) {
    case TILL_OK:
        return 200;
    case TILL_BAD_INPUT:
    case TILL_E_PROTOCOL:
    case TILL_UNSUPPORTED:
        return 400;
    case TILL_REFUSED:
    case TILL_CODE_WRONG:
    case TILL_REVOKED:
    case TILL_NOT_ENROLLED:
    case TILL_CERT_EXPIRED:
        return 403;
    case TILL_NOT_FOUND:
    case TILL_NO_BOOK:
        return 404;
    case TILL_NEED_EARLIER:
        return 409;
    case TILL_TOO_LARGE:
        return 413;
    case TILL_E_SIGNATURE:
    case TILL_E_CHAIN:
        return 422;
    case TILL_BUSY:
        return 503;
    case TILL_DISK_FULL:
        return 507;
    default:
        return 500;
    }
}

/* Takes a copy of the content. */
enum till_status api_give(struct api_answer *answer, const char *type, struct span content)
{
    answer->content = malloc(content.size + 1);
    if (answer->content == NULL) {
        return TILL_E_MEMORY;
    }
    memcpy(answer->content, content.data, content.size);
    answer->size = content.size;
    answer->type = type;
    answer->code = 200;
    answer->status = TILL_OK;
    return TILL_OK;
}

void api_refuse(struct api_answer *answer, enum till_status status, const char *text)
{
    struct wire_error error = {.status = (int)status};
    uint8_t memory[512];
    struct buffer out;
    (void)snprintf(error.text, sizeof(error.text), "%s", text);
    buffer_init(&out, memory, sizeof(memory));
    int path = answer->path;
    api_answer_free(answer);
    answer->path = path;
    if (wire_error_write(&error, &out) != TILL_OK ||
        api_give(answer, api_type_json, (struct span){out.data, out.size}) != TILL_OK) {
        answer->size = 0; /* the code alone must do */
        answer->type = api_type_json;
    }
    answer->code = api_code(status);
    answer->status = (int)status;
}

void api_busy(struct api_answer *answer_out, int code, int retry_after_s)
{
    *answer_out = (struct api_answer){.path = API_NO_PATH};
    api_refuse(answer_out, TILL_BUSY, status_text(TILL_BUSY));
    answer_out->code = code;
    answer_out->retry_after_s = retry_after_s;
}

void api_answer_free(struct api_answer *answer)
{
    if (answer->content != NULL) {
        explicit_bzero(answer->content, answer->size);
        free(answer->content);
    }
    *answer = (struct api_answer){0};
}

/* ---- who asks -------------------------------------------------------------------------------- */

/* Who may ask. */
enum api_who { API_ANYBODY, API_TERMINAL, API_EXPIRED_TOO };

/* In force, and not run out: also on a session or a connection that is older than that moment. */
static enum till_status check_certificate(const struct api *api, const struct api_request *request,
                                          struct store_terminal *t, enum api_who who, int64_t now_s)
{
    bool same = crypto_equal(t->line_cert, request->peer_fingerprint, sizeof(t->line_cert));
    bool in_force = t->state == TERMINAL_ACTIVE || t->state == TERMINAL_RETIRED;
    if (!in_force || (!same && !renewal_take(api->store, t, request->peer_fingerprint))) {
        return TILL_NOT_ENROLLED;
    }
    bool over = request->peer_until_s != 0 && now_s > request->peer_until_s;
    bool allowed =
        over && who == API_EXPIRED_TOO && renewal_is_allowed(api->store, t->terminal, now_s);
    return !over || allowed ? TILL_OK : TILL_CERT_EXPIRED;
}

/* The certificate, the header and the store must name one terminal, and it must be in force. Asked
 * at each request: a session that was resumed may be older than a blocking. */
static enum till_status authorise(const struct api *api, const struct api_request *request,
                                  enum api_who who, int64_t now_s,
                                  struct store_terminal *terminal_out)
{
    if (!request->has_peer) {
        return TILL_NOT_ENROLLED;
    }
    if (!terminal_is_valid(request->terminal) ||
        strcmp(request->terminal, request->peer_name) != 0) {
        return TILL_REFUSED;
    }
    enum till_status status = store_terminal_get(api->store, request->terminal, terminal_out);
    if (status == TILL_NOT_FOUND) {
        return TILL_NOT_ENROLLED;
    }
    if (status != TILL_OK) {
        return status;
    }
    if (terminal_out->state == TERMINAL_REVOKED) {
        return TILL_REVOKED;
    }
    return check_certificate(api, request, terminal_out, who, now_s);
}

/* ---- paths ----------------------------------------------------------------------------------- */

/* A {name} stands for any one part of a path. The first that fits is it. */
static const struct api_route {
    bool post;
    const char *path;
    enum api_who who;
    api_handler *handler;
} routes[] = {
    {false, "/v1/authority", API_ANYBODY, api_get_authority},
    {true, "/v1/enrol", API_ANYBODY, api_post_enrol},
    {true, "/v1/renew", API_EXPIRED_TOO, api_post_renew},
    {false, "/v1/head", API_TERMINAL, api_get_head},
    {false, "/v1/head/{tag}", API_TERMINAL, api_get_news},
    {true, "/v1/journal", API_TERMINAL, api_post_journal},
    {false, "/v1/orders", API_TERMINAL, api_get_orders},
    {true, "/v1/payments", API_ANYBODY, api_post_payments}, /* by a channel's certificate */
    {false, "/v1/stick", API_TERMINAL, api_get_stick},
    {false, "/v1/trust", API_ANYBODY, api_get_trust},
    {false, "/v1/trust/{serial}", API_TERMINAL, api_get_trust_known},
    {false, "/v1/customer/{account}", API_TERMINAL, api_get_customer},
    {false, "/v1/receipt/{terminal}/{seq}/{hash}", API_TERMINAL, api_get_receipt},
    {false, "/v1/team", API_TERMINAL, api_get_team},
    {false, "/v1/report/{by}/{from}/{to}", API_TERMINAL, api_get_report},
    {false, "/v1/report/{of}/{from}/{to}/{kinds}/{place}", API_TERMINAL, api_get_report_page},
    {true, "/v1/reports/{name}/{user}/{at_s}", API_TERMINAL, api_post_report},
    {false, "/v1/book", API_TERMINAL, api_get_manifest},
    {false, "/v1/book/since/{revision}", API_TERMINAL, api_get_manifest_since},
    {false, "/v1/book/{revision}", API_TERMINAL, api_get_book},
    {false, "/v1/book/{revision}/{since}", API_TERMINAL, api_get_delta},
};
enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

const char *api_path(size_t index, bool *post_out)
{
    if (index >= ROUTES) {
        return NULL;
    }
    *post_out = routes[index].post;
    return routes[index].path;
}

uint64_t api_number(const char *text)
{
    enum { DIGITS_MOST = 18 };
    size_t digits = strspn(text, "0123456789");
    bool good = digits > 0 && digits <= DIGITS_MOST && text[digits] == '\0' && text[0] != '0';
    return good ? strtoull(text, NULL, 10) : 0;
}

/* One part of a path, from behind its slash; advances both. */
static bool same_part(const char **template, const char **path, struct api_call *call,
                      size_t *parts)
{
    size_t wanted = strcspn(*template, "/"), size = strcspn(*path, "/");
    bool same = false;
    if ((*template)[0] == '{') {
        assert(*parts < API_PARTS_MAX);
        same = size > 0 && size < API_PART_MAX;
        if (same) {
            memcpy(call->part[*parts], *path, size);
            call->part[*parts][size] = '\0';
            ++*parts;
        }
    } else {
        same = wanted == size && memcmp(*template, *path, size) == 0;
    }
    *template += wanted;
    *path += size;
    return same;
}

static bool fits(const struct api_route *route, const struct api_request *request,
                 struct api_call *call)
{
    const char *template = route->path, *path = request->path;
    size_t parts = 0;
    if (route->post != request->post) {
        return false;
    }
    while (*template == '/' && *path == '/') {
        template ++;
        path++;
        if (!same_part(&template, &path, call, &parts)) {
            return false;
        }
    }
    return *template == '\0' && *path == '\0';
}

static enum till_status route(struct api_call *call, struct api_answer *answer)
{
    const struct api_route *found = NULL;
    struct store_terminal t;
    for (size_t i = 0; i < ROUTES && found == NULL; i++) {
        if (fits(&routes[i], call->request, call)) {
            found = &routes[i];
            answer->path = (int)i;
        }
    }
    enum api_who who = found == NULL ? API_TERMINAL : found->who;
    if (who != API_ANYBODY) {
        enum till_status status = authorise(call->api, call->request, who, call->now_s, &t);
        crypto_wipe(t.secret, sizeof(t.secret));
        if (status != TILL_OK) {
            return status;
        }
    }
    return found == NULL ? TILL_NOT_FOUND : found->handler(call, answer);
}

void api_handle(const struct api *api, const struct api_request *request, int64_t now_s,
                struct api_answer *answer_out)
{
    struct api_call call = {
        .api = api, .request = request, .terminal = request->terminal, .now_s = now_s};
    *answer_out = (struct api_answer){.path = API_NO_PATH};
    enum till_status status = route(&call, answer_out);
    if (status != TILL_OK) {
        api_refuse(answer_out, status, status_text((int)status));
        answer_out->retry_after_s = status == TILL_BUSY ? BUSY_AGAIN_S : 0;
    }
    assert(answer_out->code != 0);
}
