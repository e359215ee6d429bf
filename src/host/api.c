#include "api.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "enrol_desk.h"
#include "ingest.h"
#include "log.h"
#include "orders.h"
#include "statement.h"

enum { BUSY_AGAIN_S = 5 };

static const char type_text[] = "text/plain; charset=utf-8";
static const char type_json[] = "application/json";
static const char type_pem[] = "application/x-pem-file";
static const char type_bytes[] = "application/octet-stream";

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
static enum till_status give(struct api_answer *answer, const char *type, struct span content)
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

static void refuse(struct api_answer *answer, enum till_status status, const char *text)
{
    struct wire_error error = {.status = (int)status};
    uint8_t memory[512];
    struct buffer out;
    (void)snprintf(error.text, sizeof(error.text), "%s", text);
    buffer_init(&out, memory, sizeof(memory));
    api_answer_free(answer);
    if (wire_error_write(&error, &out) != TILL_OK ||
        give(answer, type_json, (struct span){out.data, out.size}) != TILL_OK) {
        answer->size = 0; /* the code alone must do */
        answer->type = type_json;
    }
    answer->code = api_code(status);
    answer->status = (int)status;
}

void api_busy(struct api_answer *answer_out, int code, int retry_after_s)
{
    *answer_out = (struct api_answer){0};
    refuse(answer_out, TILL_BUSY, status_text(TILL_BUSY));
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

/* The certificate, the header and the store must name one terminal, and it must be in force. Asked
 * at each request: a session that was resumed may be older than a blocking. */
static enum till_status authorise(const struct api *api, const struct api_request *request,
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
    bool same = crypto_equal(terminal_out->line_cert, request->peer_fingerprint,
                             sizeof(terminal_out->line_cert));
    bool in_force =
        terminal_out->state == TERMINAL_ACTIVE || terminal_out->state == TERMINAL_RETIRED;
    return in_force && same ? TILL_OK : TILL_NOT_ENROLLED;
}

/* ---- one function a path --------------------------------------------------------------------- */

static enum till_status get_authority(const struct api *api, struct api_answer *answer)
{
    const char *pem = api->authority->authority_pem;
    return give(answer, type_pem, (struct span){(const uint8_t *)pem, strlen(pem)});
}

static enum till_status post_enrol(const struct api *api, const struct api_request *request,
                                   int64_t now_s, struct api_answer *answer)
{
    struct enrol_request wanted;
    struct enrol_answer given;
    uint8_t memory[ENROL_MESSAGE_MAX];
    struct buffer out;
    if (request->body.size > ENROL_MESSAGE_MAX) {
        return TILL_TOO_LARGE;
    }
    enum till_status status = enrol_request_read(request->body, &wanted);
    if (status == TILL_OK) {
        status = enrol_desk(api->store, api->authority, &wanted, now_s, &given);
    }
    if (status != TILL_OK) {
        return status;
    }
    buffer_init(&out, memory, sizeof(memory));
    status = enrol_answer_write(&given, &out);
    if (status == TILL_OK) {
        status = give(answer, type_json, (struct span){out.data, out.size});
    }
    crypto_wipe(&given, sizeof(given));
    crypto_wipe(memory, sizeof(memory));
    return status;
}

/* What the host has of the terminal, signed; t is already on the disk. A book that can't be made
 * is no reason to keep money's acknowledgement back. */
static enum till_status answer_head(const struct api *api, const struct store_terminal *t,
                                    int64_t now_s, struct api_answer *answer)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct head head = {.seq = t->head_seq,
                        .at_s = now_s,
                        .serial = t->head_serial,
                        .book_revision = t->book_revision,
                        .stopped = t->stopped,
                        .orders_serial = orders_serial(api->store, t->terminal)};
    uint64_t revision = t->book_revision;
    enum till_status status = book_build_refresh(&api->books, t->terminal, now_s, &revision);
    if (status == TILL_OK) {
        head.book_revision = revision;
    } else {
        log_warning("no new book for terminal %s: %s", t->terminal, status_name((int)status));
    }
    (void)snprintf(head.terminal, sizeof(head.terminal), "%s", t->terminal);
    memcpy(head.hash, t->head_hash, HASH_SIZE);
    buffer_init(&out, memory, sizeof(memory));
    status = head_write(&api->authority->statement, &head, &out);
    return status == TILL_OK ? give(answer, type_text, (struct span){out.data, out.size}) : status;
}

static enum till_status get_head(const struct api *api, const char *terminal, int64_t now_s,
                                 struct api_answer *answer)
{
    struct store_terminal t;
    enum till_status status = ingest_touch(api->store, terminal, now_s, &t);
    return status == TILL_OK ? answer_head(api, &t, now_s, answer) : status;
}

static enum till_status post_journal(const struct api *api, const struct api_request *request,
                                     int64_t now_s, struct api_answer *answer)
{
    struct ingest_outcome outcome;
    enum till_status status = ingest_batch(
        api->store, request->terminal, api->authority->fingerprint, request->body, now_s, &outcome);
    if (status == TILL_NEED_EARLIER) {
        char text[96];
        (void)snprintf(text, sizeof(text), "the host has records through %llu: send those after it",
                       (unsigned long long)outcome.terminal.head_seq);
        refuse(answer, status, text);
        return TILL_OK;
    }
    if (status != TILL_OK) {
        return status;
    }
    log_info("terminal %s: %u records stored, %u known, %u set aside, %u of another branch",
             request->terminal, (unsigned)outcome.stored, (unsigned)outcome.skipped,
             (unsigned)outcome.quarantined, (unsigned)outcome.forked);
    return answer_head(api, &outcome.terminal, now_s, answer);
}

static enum till_status get_orders(const struct api *api, const char *terminal,
                                   struct api_answer *answer)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    enum till_status status =
        orders_statement(api->store, &api->authority->statement, terminal, &out);
    return status == TILL_OK ? give(answer, type_text, (struct span){out.data, out.size}) : status;
}

/* since: the revision that the terminal has; 0: it wants the whole book. */
static enum till_status get_manifest(const struct api *api, const char *terminal, uint64_t since,
                                     int64_t now_s, struct api_answer *answer)
{
    char text[STATEMENT_MAX];
    uint64_t revision = 0;
    enum till_status status = book_build_refresh(&api->books, terminal, now_s, &revision);
    if (status != TILL_OK) {
        /* The one before is still true: it says what it contains. */
        struct store_terminal t = {0};
        log_warning("no new book for terminal %s: %s", terminal, status_name((int)status));
        status = store_terminal_get(api->store, terminal, &t);
        revision = t.book_revision;
        crypto_wipe(t.secret, sizeof(t.secret));
    }
    if (status == TILL_OK && revision == 0) {
        status = TILL_NO_BOOK;
    }
    if (status == TILL_OK) {
        status = since == 0 ? TILL_NO_BOOK
                            : book_build_delta(&api->books, terminal, revision, since, text);
        if (status != TILL_OK) {
            if (status != TILL_NO_BOOK) {
                log_warning("no delta for terminal %s: %s", terminal, status_name((int)status));
            }
            status = book_build_manifest(&api->books, terminal, revision, text);
        }
    }
    return status == TILL_OK
               ? give(answer, type_text, (struct span){(const uint8_t *)text, strlen(text)})
               : status;
}

/* "12" of "12" or "12/11"; advances *at behind it. 0: no number. */
static uint64_t take_number(const char **at)
{
    enum { DIGITS_MOST = 18 };
    size_t digits = strspn(*at, "0123456789");
    if (digits == 0 || digits > DIGITS_MOST || (*at)[0] == '0') {
        return 0;
    }
    uint64_t number = strtoull(*at, NULL, 10);
    *at += digits;
    return number;
}

/* REVISION, or REVISION/SINCE. */
static enum till_status get_book(const struct api *api, const char *terminal, const char *path,
                                 struct api_answer *answer)
{
    uint64_t since = 0;
    uint64_t revision = take_number(&path);
    if (revision != 0 && *path == '/') {
        path++;
        since = take_number(&path);
        revision = since == 0 ? 0 : revision;
    }
    if (revision == 0 || *path != '\0') {
        return TILL_NOT_FOUND;
    }
    enum till_status status =
        since == 0
            ? book_build_content(&api->books, terminal, revision, &answer->content, &answer->size)
            : book_build_delta_content(&api->books, terminal, revision, since, &answer->content,
                                       &answer->size);
    if (status == TILL_OK) {
        answer->type = type_bytes;
        answer->code = 200;
    }
    return status;
}

static enum till_status get_book_path(const struct api *api, const char *terminal, const char *path,
                                      int64_t now_s, struct api_answer *answer)
{
    static const char since_prefix[] = "since/";
    if (path[0] == '\0') {
        return get_manifest(api, terminal, 0, now_s, answer);
    }
    if (strncmp(path, since_prefix, sizeof(since_prefix) - 1) == 0) {
        path += sizeof(since_prefix) - 1;
        uint64_t since = take_number(&path);
        return since != 0 && *path == '\0' ? get_manifest(api, terminal, since, now_s, answer)
                                           : TILL_NOT_FOUND;
    }
    return get_book(api, terminal, path, answer);
}

static enum till_status route(const struct api *api, const struct api_request *request,
                              int64_t now_s, struct api_answer *answer)
{
    static const char book_prefix[] = "/v1/book/";
    const char *path = request->path;
    struct store_terminal t;
    if (!request->post && strcmp(path, "/v1/authority") == 0) {
        return get_authority(api, answer);
    }
    if (request->post && strcmp(path, "/v1/enrol") == 0) {
        return post_enrol(api, request, now_s, answer);
    }
    enum till_status status = authorise(api, request, &t);
    crypto_wipe(t.secret, sizeof(t.secret));
    if (status != TILL_OK) {
        return status;
    }
    if (!request->post && strcmp(path, "/v1/head") == 0) {
        return get_head(api, request->terminal, now_s, answer);
    }
    if (request->post && strcmp(path, "/v1/journal") == 0) {
        return post_journal(api, request, now_s, answer);
    }
    if (!request->post && strcmp(path, "/v1/orders") == 0) {
        return get_orders(api, request->terminal, answer);
    }
    if (!request->post && strcmp(path, "/v1/book") == 0) {
        return get_book_path(api, request->terminal, "", now_s, answer);
    }
    if (!request->post && strncmp(path, book_prefix, sizeof(book_prefix) - 1) == 0) {
        path += sizeof(book_prefix) - 1;
        return path[0] == '\0' ? TILL_NOT_FOUND
                               : get_book_path(api, request->terminal, path, now_s, answer);
    }
    return TILL_NOT_FOUND;
}

void api_handle(const struct api *api, const struct api_request *request, int64_t now_s,
                struct api_answer *answer_out)
{
    *answer_out = (struct api_answer){0};
    enum till_status status = route(api, request, now_s, answer_out);
    if (status != TILL_OK) {
        refuse(answer_out, status, status_text((int)status));
        answer_out->retry_after_s = status == TILL_BUSY ? BUSY_AGAIN_S : 0;
    }
    assert(answer_out->code != 0);
}
