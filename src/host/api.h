/*
 * The host's API: what terminals ask, apart from how the bytes came (docs/protocol.md).
 *
 * A request with who sent it in, an answer out. It knows no socket and no TLS: server.h has made
 * sure that `peer` is what the handshake proved.
 */
#ifndef TILL_HOST_API_H
#define TILL_HOST_API_H

#include "authority.h"
#include "book_build.h"
#include "page_shelf.h"
#include "store.h"

struct api {
    struct store *store;
    const struct authority *authority;
    struct book_build books;
    struct shelf *shelf; /* one for all; NULL: every page of a report is made anew */
};

struct api_request {
    bool post;            /* else GET */
    const char *path;     /* without query */
    const char *terminal; /* header Fieldtill-Terminal; "" = none */
    int book_lines;       /* header Fieldtill-Book (book_text.h); 0 = none */
    struct span body;
    uint64_t from,
        most; /* of a book's bytes: from this one on, so many (header Range); most 0: all */
    /* The certificate that the peer proved to hold, issued by our authority for TLS clients. */
    bool has_peer;
    char peer_name[CRYPTO_NAME_MAX];
    uint8_t peer_fingerprint[HASH_SIZE];
    int64_t peer_until_s; /* its last second; 0: not looked at, for no certificate was shown */
};

/* What became of a batch: for the figures. */
struct api_batch {
    uint32_t stored, skipped, quarantined, forked;
};

enum { API_NO_PATH = -1 };
struct api_answer {
    int code;         /* HTTP */
    const char *type; /* content type */
    char *content;    /* freed by api_answer_free, which wipes it */
    size_t size;
    uint64_t from, whole; /* code 206: where the content lies in a whole of so many bytes */
    int status;           /* a till_status: for the log */
    int retry_after_s;    /* 0: nothing is said of it */
    int path;             /* which of api_path; API_NO_PATH */
    bool is_batch;        /* one that was taken */
    struct api_batch batch;
};

/* Always answers, if only with an error. Blocking: one or two fdatasync. Several may run at once,
 * each with an api, and a store, of its own. */
void api_handle(const struct api *api, const struct api_request *request, int64_t now_s,
                struct api_answer *answer_out);
void api_answer_free(struct api_answer *answer);

/* The paths, one after another, as "/v1/book/{revision}"; NULL past the end. */
const char *api_path(size_t index, bool *post_out);

/* Not now: TILL_BUSY with a code of its own (503 too much to do, 429 too much of one terminal). */
void api_busy(struct api_answer *answer_out, int code, int retry_after_s);

/* The HTTP code of a refusal. */
int api_code(enum till_status status);

#endif
