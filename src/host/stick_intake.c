#include "stick_intake.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest.h"
#include "log.h"
#include "orders.h"
#include "seal.h"
#include "text.h"

enum { FILE_MOST = BATCH_PACKED_MAX + SEAL_OVERHEAD + SEAL_LABEL_MAX, ENTRIES_MOST = 8192 };

struct list {
    struct stick_taken *items; /* STICK_FILES_MAX */
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

static int by_number(const void *a, const void *b)
{
    const struct stick_file *x = &((const struct stick_taken *)a)->file;
    const struct stick_file *y = &((const struct stick_taken *)b)->file;
    int order = strcmp(x->terminal, y->terminal);
    if (order != 0) {
        return order;
    }
    return x->from != y->from ? (x->from > y->from) - (x->from < y->from)
                              : (x->to > y->to) - (x->to < y->to);
}

static enum till_status list_files(int fd, struct list *out)
{
    int own = dup(fd);
    DIR *dir = own < 0 ? NULL : fdopendir(own);
    struct dirent *entry = NULL;
    if (dir == NULL) {
        return TILL_E_IO;
    }
    for (int i = 0; i < ENTRIES_MOST && (entry = readdir(dir)) != NULL; i++) {
        struct stick_taken *one = &out->items[out->count];
        if (!stick_file_read_name(entry->d_name, &one->file)) {
            continue;
        }
        if (out->count == STICK_FILES_MAX - 1) {
            log_warning("more than %d files on the stick: take it in once more", STICK_FILES_MAX);
            break;
        }
        text_copy(one->name, sizeof(one->name), entry->d_name);
        out->count++;
    }
    (void)closedir(dir);
    qsort(out->items, out->count, sizeof(out->items[0]), by_number);
    return TILL_OK;
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

static enum till_status write_file(int folder, const char *name, struct span content)
{
    static const char aside[] = "new.part";
    int fd = openat(folder, aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    size_t done = 0;
    enum till_status status = fd < 0 ? TILL_E_IO : TILL_OK;
    while (status == TILL_OK && done < content.size) {
        ssize_t n = write(fd, content.data + done, content.size - done);
        if (n <= 0 && errno != EINTR) {
            status = errno == ENOSPC ? TILL_DISK_FULL : TILL_E_IO;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    if (status == TILL_OK && fsync(fd) != 0) {
        status = TILL_E_IO;
    }
    if (fd >= 0 && close(fd) != 0 && status == TILL_OK) {
        status = TILL_E_IO;
    }
    if (status == TILL_OK && renameat(folder, aside, folder, name) != 0) {
        status = TILL_E_IO;
    }
    if (status != TILL_OK) {
        (void)unlinkat(folder, aside, 0);
    }
    return status;
}

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
    return write_file(folder, name, (struct span){out.data, out.size});
}

/* For each terminal that something came of, once. Files stand in their order. */
static void acknowledge_all(struct stick_intake *intake, int folder, const struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *terminal = list->items[i].file.terminal;
        bool last = i + 1 == list->count || strcmp(list->items[i + 1].file.terminal, terminal) != 0;
        bool came = false;
        for (size_t k = 0; k <= i; k++) {
            came =
                came ||
                (strcmp(list->items[k].file.terminal, terminal) == 0 &&
                 (list->items[k].status == TILL_OK || list->items[k].status == TILL_NEED_EARLIER));
        }
        if (!last || !came) {
            continue;
        }
        enum till_status status = acknowledge(intake, folder, terminal);
        if (status == TILL_OK) {
            intake->acknowledged++;
        } else {
            log_warning("the acknowledgement for %s was not written: %s", terminal,
                        status_name((int)status));
            intake->ack_status = status;
        }
    }
    if (fsync(folder) != 0 && errno != EINVAL) {
        intake->ack_status = TILL_E_IO;
    }
}

enum till_status stick_intake(struct stick_intake *intake, const char *dir)
{
    struct list list = {0};
    int out = open_below(dir, STICK_OUT);
    int in = open_below(dir, STICK_IN);
    uint8_t *memory = malloc((size_t)FILE_MOST + BATCH_PACKED_MAX);
    list.items = calloc(STICK_FILES_MAX, sizeof(list.items[0]));
    intake->acknowledged = 0;
    intake->ack_status = TILL_OK;
    enum till_status status = out < 0 ? TILL_NOT_FOUND : TILL_OK;
    if (memory == NULL || list.items == NULL) {
        status = TILL_E_MEMORY;
    }
    if (status == TILL_OK) {
        status = list_files(out, &list);
    }
    for (size_t i = 0; i < list.count && status == TILL_OK; i++) {
        take(intake, out, memory, &list.items[i]);
    }
    if (status == TILL_OK && in >= 0) {
        acknowledge_all(intake, in, &list);
    } else if (status == TILL_OK && list.count > 0) {
        intake->ack_status = TILL_E_IO;
    }
    if (out >= 0) {
        close(out);
    }
    if (in >= 0) {
        close(in);
    }
    free(memory);
    free(list.items);
    return status;
}
