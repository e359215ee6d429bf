#include "api_inside.h"

#include <string.h>

#include "book_lines.h"
#include "log.h"
#include "statement.h"

/* since: the revision that the terminal has; 0: it wants the whole book. */
static enum till_status get_manifest(const struct api_call *call, uint64_t since,
                                     struct api_answer *answer)
{
    const struct api *api = call->api;
    const char *terminal = call->terminal;
    char text[STATEMENT_MAX];
    uint64_t revision = 0;
    enum till_status status = book_lines_note(api->store, terminal, call->request->book_lines);
    if (status == TILL_OK) {
        status = book_build_refresh(&api->books, terminal, call->now_s, &revision);
    }
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
               ? api_give(answer, api_type_text, (struct span){(const uint8_t *)text, strlen(text)})
               : status;
}

enum till_status api_get_manifest(const struct api_call *call, struct api_answer *answer)
{
    return get_manifest(call, 0, answer);
}

enum till_status api_get_manifest_since(const struct api_call *call, struct api_answer *answer)
{
    uint64_t since = api_number(call->part[0]);
    return since == 0 ? TILL_NOT_FOUND : get_manifest(call, since, answer);
}

/* A piece, where one is asked for and the book reaches so far: it goes on where the line broke. */
static enum till_status give_content(const struct api_call *call, enum till_status status,
                                     const struct files_piece *piece, struct api_answer *answer)
{
    if (status != TILL_OK) {
        return status;
    }
    answer->type = api_type_bytes;
    answer->code = 200;
    if (call->request->most != 0 && call->request->from < piece->whole) {
        answer->whole = piece->whole;
        answer->from = piece->from;
        answer->code = 206;
    }
    return TILL_OK;
}

static struct files_piece piece_of(const struct api_call *call)
{
    return (struct files_piece){.from = call->request->from, .most = call->request->most};
}

enum till_status api_get_book(const struct api_call *call, struct api_answer *answer)
{
    uint64_t revision = api_number(call->part[0]);
    struct files_piece piece = piece_of(call);
    return revision == 0
               ? TILL_NOT_FOUND
               : give_content(call,
                              book_build_content(&call->api->books, call->terminal, revision,
                                                 &piece, &answer->content, &answer->size),
                              &piece, answer);
}

enum till_status api_get_delta(const struct api_call *call, struct api_answer *answer)
{
    uint64_t revision = api_number(call->part[0]), since = api_number(call->part[1]);
    struct files_piece piece = piece_of(call);
    return revision == 0 || since == 0
               ? TILL_NOT_FOUND
               : give_content(call,
                              book_build_delta_content(&call->api->books, call->terminal, revision,
                                                       since, &piece, &answer->content,
                                                       &answer->size),
                              &piece, answer);
}
