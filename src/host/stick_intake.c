#include "stick_intake.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "ingest.h"
#include "log.h"
#include "orders.h"
#include "seal.h"
#include "text.h"

enum {
    FILE_MOST = BATCH_PACKED_MAX + SEAL_OVERHEAD + SEAL_LABEL_MAX,
    ENTRIES_MOST = 65536, /* as many as a folder of a stick can have */
    PAGE_FILES = 256,
    TERMINALS_MOST = 4096
};

/* So many files, the first ones behind another. */
struct list {
    struct stick_taken *items; /* PAGE_FILES */
    size_t count;
};

/* Whom an acknowledgement is due. */
struct heard {
    char (*terminals)[TERMINAL_MAX]; /* TERMINALS_MOST */
    size_t count;
};

/* ---- the stick ------------------------------------------------------------------------------- */

static int open_below(const char *dir, const char *folder)
{
    int root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int ours =
        root < 0 ? -1 : openat(root, "fieldtill", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (ours >= 0) {
        (void)mkdirat(ours, folder, 0777);
    }
    int fd = ours < 0 ? -1 : openat(ours, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (ours >= 0) {
        close(ours);
    }
    if (root >= 0) {
        close(root);
    }
    return fd;
}

static int by_number(const struct stick_file *x, const struct stick_file *y)
{
    int order = strcmp(x->terminal, y->terminal);
    if (order != 0) {
        return order;
    }
    return x->from != y->from ? (x->from > y->from) - (x->from < y->from)
                              : (x->to > y->to) - (x->to < y->to);
}

/* In its order; where there are too many, the last one makes room. */
static void insert(struct list *list, const char *name, const struct stick_file *file)
{
    size_t at = list->count;
    while (at > 0 && by_number(file, &list->items[at - 1].file) < 0) {
        at--;
    }
    if (at == PAGE_FILES) {
        return;
    }
    list->count += list->count < PAGE_FILES ? 1 : 0;
    memmove(&list->items[at + 1], &list->items[at],
            (list->count - at - 1) * sizeof(list->items[0]));
    list->items[at] = (struct stick_taken){.file = *file};
    text_copy(list->items[at].name, sizeof(list->items[at].name), name);
}

/* The first files behind *after: no two bear the same numbers, and a file stays on the stick when
 * it was taken in. */
static void list_files(DIR *dir, const struct stick_file *after, struct list *out)
{
    struct dirent *entry = NULL;
    struct stick_file file;
    int i = 0;
    out->count = 0;
    rewinddir(dir);
    for (; i < ENTRIES_MOST && (entry = readdir(dir)) != NULL; i++) {
        if (stick_file_read_name(entry->d_name, &file) && by_number(&file, after) > 0) {
            insert(out, entry->d_name, &file);
        }
    }
    if (i == ENTRIES_MOST) {
        log_warning("more than %d files on the stick: not all are looked at", ENTRIES_MOST);
    }
}

static enum till_status read_file(int folder, const char *name, struct buffer *out)
{
    struct stat about;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return errno == ELOOP ? TILL_E_PROTOCOL : TILL_E_IO;
    }
    enum till_status status = TILL_OK;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        status = TILL_E_PROTOCOL;
    } else if (about.st_size < 0 || (uint64_t)about.st_size > out->capacity) {
        status = TILL_TOO_LARGE;
    }
    while (status == TILL_OK && out->size < (size_t)about.st_size) {
        ssize_t n = read(fd, out->data + out->size, (size_t)about.st_size - out->size);
        if (n < 0 && errno != EINTR) {
            status = TILL_E_IO;
        } else if (n == 0) {
            break;
        }
        out->size += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    return status;
}

/* ---- one file -------------------------------------------------------------------------------- */

/* As its terminal would have handed it in: who signed the batch has sent it, whoever carried it. */
static enum till_status hand_in(const struct stick_intake *intake, struct span packed,
                                struct stick_taken *one)
{
    struct batch *batch = NULL;
    struct store_terminal terminal;
    struct api_answer answer;
    struct api_request request = {
        .post = true, .path = "/v1/journal", .body = packed, .has_peer = true};
    enum till_status status = batch_open(packed, &batch);
    if (status != TILL_OK) {
        return status;
    }
    text_copy(one->file.terminal, sizeof(one->file.terminal), batch_header(batch)->terminal);
    batch_close(batch);
    status = store_terminal_get(intake->api->store, one->file.terminal, &terminal);
    if (status != TILL_OK) {
        return status == TILL_NOT_FOUND ? TILL_NOT_ENROLLED : status;
    }
    request.terminal = one->file.terminal;
    text_copy(request.peer_name, sizeof(request.peer_name), one->file.terminal);
    memcpy(request.peer_fingerprint, terminal.line_cert, sizeof(request.peer_fingerprint));
    crypto_wipe(terminal.secret, sizeof(terminal.secret));
    api_handle(intake->api, &request, intake->now_s, &answer);
    status = (enum till_status)answer.status;
    one->batch = answer.batch;
    api_answer_free(&answer);
    return status;
}

static void take(struct stick_intake *intake, int folder, uint8_t *memory, struct stick_taken *one)
{
    struct buffer sealed;
    struct buffer packed;
    buffer_init(&sealed, memory, FILE_MOST);
    buffer_init(&packed, memory + FILE_MOST, BATCH_PACKED_MAX);
    one->status = read_file(folder, one->name, &sealed);
    if (one->status == TILL_OK) {
        one->status =
            stick_trust_unseal(intake->trust, (struct span){sealed.data, sealed.size}, &packed);
    }
    if (one->status == TILL_OK) {
        one->status = hand_in(intake, (struct span){packed.data, packed.size}, one);
    }
    intake->taken(intake->context, one);
}

/* ---- what goes back -------------------------------------------------------------------------- */

/* The same head as by the line, and the orders behind it. */
static enum till_status acknowledge(const struct stick_intake *intake, int folder,
                                    const char *terminal)
{
    char name[STICK_FILE_NAME_MAX];
    static uint8_t memory[STICK_ACK_MAX];
    struct store_terminal t;
    struct api_answer head;
    struct buffer out;
    struct api_request request = {.path = "/v1/head", .terminal = terminal, .has_peer = true};
    enum till_status status = store_terminal_get(intake->api->store, terminal, &t);
    if (status != TILL_OK) {
        return status;
    }
    text_copy(request.peer_name, sizeof(request.peer_name), terminal);
    memcpy(request.peer_fingerprint, t.line_cert, sizeof(request.peer_fingerprint));
    crypto_wipe(t.secret, sizeof(t.secret));
    api_handle(intake->api, &request, intake->now_s, &head);
    buffer_init(&out, memory, sizeof(memory));
    buffer_put(&out, head.content, head.size);
    status = (enum till_status)head.status;
    api_answer_free(&head);
    if (status != TILL_OK) {
        return status;
    }
    status =
        orders_statement(intake->api->store, &intake->api->authority->statement, terminal, &out);
    if (status != TILL_OK && status != TILL_NOT_FOUND) {
        return status;
    }
    stick_ack_name(terminal, name);
    return files_write_at(folder, name, (struct span){out.data, out.size}, 0666);
}

/* Something came of this one. */
static void hear(struct heard *heard, const struct stick_taken *one)
{
    size_t at = 0;
    if (one->status != TILL_OK && one->status != TILL_NEED_EARLIER) {
        return;
    }
    while (at < heard->count && strcmp(heard->terminals[at], one->file.terminal) != 0) {
        at++;
    }
    if (at == heard->count && at < TERMINALS_MOST) {
        text_copy(heard->terminals[heard->count++], TERMINAL_MAX, one->file.terminal);
    }
}

static void acknowledge_all(struct stick_intake *intake, int folder, const struct heard *heard)
{
    for (size_t i = 0; i < heard->count; i++) {
        enum till_status status =
            folder < 0 ? TILL_E_IO : acknowledge(intake, folder, heard->terminals[i]);
        if (status == TILL_OK) {
            intake->acknowledged++;
        } else {
            log_warning("the acknowledgement for %s was not written: %s", heard->terminals[i],
                        status_name((int)status));
            intake->ack_status = status;
        }
    }
}

/* Page by page, in the order of their numbers. */
static enum till_status take_all(struct stick_intake *intake, int folder, struct list *list,
                                 struct heard *heard)
{
    struct stick_file after = {.from = 0};
    uint8_t *memory = malloc((size_t)FILE_MOST + BATCH_PACKED_MAX);
    int own = dup(folder);
    DIR *dir = own < 0 ? NULL : fdopendir(own);
    enum till_status status = memory == NULL ? TILL_E_MEMORY : dir == NULL ? TILL_E_IO : TILL_OK;
    while (status == TILL_OK) {
        list_files(dir, &after, list);
        if (list->count == 0) {
            break;
        }
        after = list->items[list->count - 1].file; /* of its name: what is in it may say another */
        for (size_t i = 0; i < list->count; i++) {
            take(intake, folder, memory, &list->items[i]);
            hear(heard, &list->items[i]);
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    } else if (own >= 0) {
        (void)close(own);
    }
    free(memory);
    return status;
}

enum till_status stick_intake(struct stick_intake *intake, const char *dir)
{
    struct list list = {.items = calloc(PAGE_FILES, sizeof(list.items[0]))};
    struct heard heard = {.terminals = calloc(TERMINALS_MOST, sizeof(heard.terminals[0]))};
    int out = open_below(dir, STICK_OUT);
    int in = open_below(dir, STICK_IN);
    intake->acknowledged = 0;
    intake->ack_status = TILL_OK;
    enum till_status status = out < 0 ? TILL_NOT_FOUND : TILL_OK;
    if (list.items == NULL || heard.terminals == NULL) {
        status = TILL_E_MEMORY;
    }
    if (status == TILL_OK) {
        status = take_all(intake, out, &list, &heard);
    }
    if (status == TILL_OK) {
        acknowledge_all(intake, in, &heard);
    }
    if (out >= 0) {
        close(out);
    }
    if (in >= 0) {
        close(in);
    }
    free(list.items);
    free(heard.terminals);
    return status;
}
