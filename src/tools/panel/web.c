/*
 * The panel in the browser: static files, the picture, the paper, one stream of events, and
 * commands by POST. Only for the loopback interface.
 */
#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "panel.h"
#include "paper_picture.h"
#include "record.h"
#include "text.h"

enum {
    WATCHERS_MAX = 8,
    COMMAND_MAX = 1200,
    JOURNAL_MAX = 16 * 1024,
    ALIVE_S = 15,
    COALESCE_MS = 8
};

struct web {
    struct panel *panel;
    struct evhttp *http;
    struct evhttp_request *watchers[WATCHERS_MAX];
    struct event *alive, *soon;
};

/* ---- answers --------------------------------------------------------------------------------- */

/* A page of another site must not press keys here: the name in the address bar is ours. */
static bool is_local(struct evhttp_request *request)
{
    const char *host = evhttp_request_get_host(request);
    return host && (strcmp(host, "127.0.0.1") == 0 || strcmp(host, "localhost") == 0 ||
                    strcmp(host, "[::1]") == 0);
}

/* Neither may a page that only posts here: a browser then names its origin. */
static bool is_own_page(struct evhttp_request *request)
{
    struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
    const char *origin = evhttp_find_header(headers, "Origin");
    const char *host = evhttp_find_header(headers, "Host");
    return !origin || (host && strncmp(origin, "http://", 7) == 0 && strcmp(origin + 7, host) == 0);
}

static void answer(struct evhttp_request *request, const char *type, const void *data, size_t size)
{
    struct evbuffer *body = evbuffer_new();
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    evhttp_add_header(headers, "Content-Type", type);
    evhttp_add_header(headers, "Cache-Control", "no-store");
    if (!body || evbuffer_add(body, data, size) != 0)
        evhttp_send_error(request, HTTP_INTERNAL, NULL);
    else
        evhttp_send_reply(request, HTTP_OK, "OK", body);
    if (body)
        evbuffer_free(body);
}

static void on_static(struct evhttp_request *request, void *context)
{
    static const struct {
        const char *path, *file, *type;
    } files[] = {
        {"/", "index.html", "text/html; charset=utf-8"},
        {"/panel.css", "panel.css", "text/css; charset=utf-8"},
        {"/panel.js", "panel.js", "text/javascript; charset=utf-8"},
        {"/words.js", "words.js", "text/javascript; charset=utf-8"},
    };
    struct web *web = context;
    const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(request));
    for (size_t i = 0; path && is_local(request) && i < sizeof files / sizeof files[0]; i++) {
        char name[512];
        struct stat about;
        if (strcmp(path, files[i].path) != 0)
            continue;
        snprintf(name, sizeof name, "%s/%s", web->panel->assets, files[i].file);
        int fd = open(name, O_RDONLY | O_CLOEXEC);
        struct evbuffer *body = evbuffer_new();
        if (fd >= 0 && body && fstat(fd, &about) == 0 &&
            evbuffer_add_file(body, fd, 0, about.st_size) == 0) {
            evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
                              files[i].type);
            evhttp_add_header(evhttp_request_get_output_headers(request), "Cache-Control",
                              "no-store");
            evhttp_send_reply(request, HTTP_OK, "OK", body);
        } else {
            evhttp_send_error(request, HTTP_NOTFOUND, NULL);
        }
        if (body)
            evbuffer_free(body);
        return;
    }
    evhttp_send_error(request, HTTP_NOTFOUND, NULL);
}

static void on_frame(struct evhttp_request *request, void *context)
{
    struct web *web = context;
    struct world_view view;
    world_view(web->panel->world, &view);
    if (!is_local(request) || !view.pixels)
        evhttp_send_error(request, HTTP_NOTFOUND, NULL);
    else
        answer(request, "application/octet-stream", view.pixels,
               (size_t)view.width * (size_t)view.height * sizeof *view.pixels);
}

static void on_text(struct evhttp_request *request, void *context)
{
    struct web *web = context;
    struct world_view view;
    world_view(web->panel->world, &view);
    if (!is_local(request))
        evhttp_send_error(request, HTTP_NOTFOUND, NULL);
    else
        answer(request, "text/plain; charset=utf-8", view.text, strlen(view.text));
}

static enum till_status add_piece(void *context, struct span bytes)
{
    return evbuffer_add(context, bytes.data, bytes.size) == 0 ? TILL_OK : TILL_E_MEMORY;
}

static void on_picture(struct evhttp_request *request, void *context)
{
    struct web *web = context;
    const struct paper_picture picture = {.scale = 2, .margin = 40};
    struct evbuffer *body = evbuffer_new();
    if (!is_local(request) || !body ||
        paper_picture_png(world_paper(web->panel->world), &picture, add_piece, body) != TILL_OK) {
        evhttp_send_error(request, HTTP_NOTFOUND, NULL);
    } else {
        struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
        evhttp_add_header(headers, "Content-Type", "image/png");
        evhttp_add_header(headers, "Cache-Control", "no-store");
        evhttp_send_reply(request, HTTP_OK, "OK", body);
    }
    if (body)
        evbuffer_free(body);
}

static void on_bytes(struct evhttp_request *request, void *context)
{
    struct web *web = context;
    struct span bytes = world_paper_bytes(web->panel->world);
    if (!is_local(request)) {
        evhttp_send_error(request, HTTP_NOTFOUND, NULL);
        return;
    }
    evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Disposition",
                      "attachment; filename=\"paper.escpos\"");
    answer(request, "application/octet-stream", bytes.data, bytes.size);
}

static void on_journal(struct evhttp_request *request, void *context)
{
    struct web *web = context;
    char text[JOURNAL_MAX];
    struct buffer out;
    buffer_init(&out, text, sizeof text);
    panel_journal(web->panel, &out);
    if (is_local(request))
        answer(request, "application/x-ndjson", out.data, out.size);
    else
        evhttp_send_error(request, HTTP_NOTFOUND, NULL);
}

static void on_command(struct evhttp_request *request, void *context)
{
    struct web *web = context;
    char line[COMMAND_MAX];
    struct evbuffer *body = evhttp_request_get_input_buffer(request);
    size_t size = evbuffer_get_length(body);
    if (!is_local(request) || !is_own_page(request) ||
        evhttp_request_get_command(request) != EVHTTP_REQ_POST || size >= sizeof line) {
        evhttp_send_error(request, HTTP_BADREQUEST, NULL);
        return;
    }
    evbuffer_remove(body, line, size);
    line[size] = '\0';
    if (panel_command(web->panel, line) == TILL_OK)
        evhttp_send_reply(request, HTTP_NOCONTENT, "Done", NULL);
    else
        evhttp_send_error(request, HTTP_BADREQUEST, NULL);
}

/* ---- the stream of events -------------------------------------------------------------------- */

static void state_line(const struct web *web, struct buffer *out)
{
    static const char *const bearers[] = {"none", "gprs", "4g", "wired"};
    struct world_view view;
    struct record_writer w;
    world_view(web->panel->world, &view);
    buffer_put_text(out, "data: ");
    record_begin(&w, out);
    record_put_integer(&w, "on", device_is_on(web->panel->device));
    record_put_integer(&w, "connected", view.connected);
    record_put_text(&w, "screen", view.screen);
    record_put_integer(&w, "width", view.width);
    record_put_integer(&w, "height", view.height);
    record_put_integer(&w, "frames", (int64_t)view.frames);
    record_put_integer(&w, "papers", (int64_t)view.papers);
    record_put_integer(&w, "paper_dots", roll_height(world_paper(web->panel->world)));
    record_put_text(&w, "net", bearers[view.bearer]);
    record_put_text(&w, "printer", sim_printer_status_name(view.printer));
    record_put_integer(&w, "battery", view.battery_percent);
    record_put_text(&w, "stick", view.stick ? "in" : "out");
    record_put_text(&w, "state", web->panel->state_dir);
    if (record_end(&w) != TILL_OK)
        log_debug("the panel's state is no record");
    buffer_put_text(out, "\n\n");
}

static void send_state(const struct web *web, struct evhttp_request *watcher)
{
    char text[1024];
    struct buffer out;
    struct evbuffer *chunk = evbuffer_new();
    buffer_init(&out, text, sizeof text);
    state_line(web, &out);
    if (chunk && evbuffer_add(chunk, out.data, out.size) == 0)
        evhttp_send_reply_chunk(watcher, chunk);
    if (chunk)
        evbuffer_free(chunk);
}

static void send_all(evutil_socket_t fd, short what, void *context)
{
    struct web *web = context;
    (void)fd;
    (void)what;
    for (size_t i = 0; i < WATCHERS_MAX; i++)
        if (web->watchers[i])
            send_state(web, web->watchers[i]);
}

/* Many changes come at once (a key, a frame, a text): the page hears of them together. */
static void on_change(void *face, unsigned changes)
{
    struct web *web = face;
    const struct timeval soon = {.tv_usec = COALESCE_MS * 1000L};
    (void)changes;
    if (!evtimer_pending(web->soon, NULL))
        evtimer_add(web->soon, &soon);
}

static void forget_watcher(struct evhttp_connection *connection, void *context)
{
    struct web *web = context;
    for (size_t i = 0; i < WATCHERS_MAX; i++)
        if (web->watchers[i] && evhttp_request_get_connection(web->watchers[i]) == connection)
            web->watchers[i] = NULL;
}

/* A page that was closed is only noticed when something is sent to it: where all places are taken,
 * the oldest goes. If it still lives, it asks again. */
static size_t free_place(struct web *web)
{
    size_t place = 0;
    while (place < WATCHERS_MAX && web->watchers[place])
        place++;
    if (place < WATCHERS_MAX)
        return place;
    struct evhttp_request *oldest = web->watchers[0];
    place = WATCHERS_MAX - 1;
    memmove(web->watchers, web->watchers + 1, place * sizeof(struct evhttp_request *));
    web->watchers[place] = NULL;
    evhttp_send_reply_end(oldest);
    return place;
}

static void on_events(struct evhttp_request *request, void *context)
{
    struct web *web = context;
    if (!is_local(request)) {
        evhttp_send_error(request, HTTP_NOTFOUND, NULL);
        return;
    }
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    evhttp_add_header(headers, "Content-Type", "text/event-stream");
    evhttp_add_header(headers, "Cache-Control", "no-store");
    evhttp_connection_set_closecb(evhttp_request_get_connection(request), forget_watcher, web);
    evhttp_send_reply_start(request, HTTP_OK, "OK");
    web->watchers[free_place(web)] = request;
    send_state(web, request);
}

/* ---- opening --------------------------------------------------------------------------------- */

enum till_status web_open(struct panel *p, int port)
{
    static const struct timeval alive = {.tv_sec = ALIVE_S};
    struct web *web = calloc(1, sizeof *web);
    if (!web)
        return TILL_E_MEMORY;
    web->panel = p;
    p->face = web;
    p->face_changed = on_change;
    web->http = evhttp_new(p->base);
    web->alive = event_new(p->base, -1, EV_PERSIST, send_all, web);
    web->soon = evtimer_new(p->base, send_all, web);
    if (!web->http || !web->alive || !web->soon)
        return TILL_E_MEMORY;
    evhttp_set_max_body_size(web->http, COMMAND_MAX);
    evhttp_set_allowed_methods(web->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST);
    evhttp_set_cb(web->http, "/frame", on_frame, web);
    evhttp_set_cb(web->http, "/text", on_text, web);
    evhttp_set_cb(web->http, "/paper.png", on_picture, web);
    evhttp_set_cb(web->http, "/paper.escpos", on_bytes, web);
    evhttp_set_cb(web->http, "/journal", on_journal, web);
    evhttp_set_cb(web->http, "/command", on_command, web);
    evhttp_set_cb(web->http, "/events", on_events, web);
    evhttp_set_gencb(web->http, on_static, web);
    struct evhttp_bound_socket *bound =
        evhttp_bind_socket_with_handle(web->http, "127.0.0.1", (ev_uint16_t)port);
    if (!bound)
        return TILL_E_IO;
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &size) == 0)
        port = ntohs(address.sin_port);
    event_add(web->alive, &alive);
    printf(_("The handheld is at http://127.0.0.1:%d/\n"), port);
    fflush(stdout);
    return TILL_OK;
}

void web_close(struct panel *p)
{
    struct web *web = p->face;
    if (!web)
        return;
    p->face = NULL;
    p->face_changed = NULL;
    if (web->http)
        evhttp_free(web->http);
    if (web->alive)
        event_free(web->alive);
    if (web->soon)
        event_free(web->soon);
    free(web);
}
