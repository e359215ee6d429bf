/* A meter port over any byte link: DL/T 645 frames out of a stream of bytes. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "linux_drivers.h"
#include "meter.h"
#include "monotonic.h"

enum { WAKE_SIZE = 4, WAIT_STEP_MS = 20, STALE_READS_MAX = 16, HEAD_SIZE = 10 };

struct meter_link {
    struct meter_port port;
    struct link *link;
};

/* What is being put together: at most one frame, from its 68H on. */
struct arriving {
    uint8_t bytes[METER_FRAME_MAX];
    size_t size;
    bool any; /* some byte came */
};

/* One byte; true: a whole frame stands in bytes. A 68H that begins no frame is given up, and the
 * next one is looked for among what came after it. */
static bool put(struct arriving *a, uint8_t byte)
{
    a->any = true;
    if (a->size == 0 && byte != 0x68) {
        return false; /* FE before a frame, or noise */
    }
    a->bytes[a->size++] = byte;
    for (int tries = 0; tries < METER_FRAME_MAX && a->size > 0; tries++) {
        bool wrong = a->size > 7 && a->bytes[7] != 0x68;
        size_t whole = a->size >= HEAD_SIZE ? (size_t)a->bytes[9] + METER_FRAME_MIN : 0;
        wrong = wrong || whole > METER_FRAME_MAX;
        if (!wrong && (whole == 0 || a->size < whole)) {
            return false;
        }
        if (!wrong && meter_frame_is_whole((struct span){a->bytes, a->size})) {
            return true;
        }
        const uint8_t *next = memchr(a->bytes + 1, 0x68, a->size - 1);
        size_t gone = next ? (size_t)(next - a->bytes) : a->size;
        a->size -= gone;
        memmove(a->bytes, a->bytes + gone, a->size);
    }
    return false;
}

static void wait_a_little(const struct link *link, short events)
{
    struct pollfd waiting = {link_fd(link), events, 0};
    (void)poll(&waiting, 1, WAIT_STEP_MS);
}

static enum till_status send_all(const struct link *link, struct span bytes, int64_t until_ms)
{
    while (bytes.size > 0) {
        size_t taken = 0;
        enum till_status status = link_write(link, bytes, &taken);
        if (status != TILL_OK) {
            return status;
        }
        bytes.data += taken;
        bytes.size -= taken;
        if (bytes.size > 0) {
            if (monotonic_ms() >= until_ms) {
                return TILL_TIMEOUT;
            }
            wait_a_little(link, POLLOUT);
        }
    }
    return TILL_OK;
}

static enum till_status receive(const struct link *link, struct span request, int64_t until_ms,
                                struct arriving *a)
{
    memset(a, 0, sizeof *a);
    while (monotonic_ms() < until_ms) {
        uint8_t bytes[64];
        size_t size = 0;
        enum till_status status = link_read(link, bytes, sizeof bytes, &size);
        if (status == TILL_UNCHANGED) {
            wait_a_little(link, POLLIN);
            continue;
        }
        if (status != TILL_OK) {
            return status;
        }
        for (size_t i = 0; i < size; i++) {
            if (!put(a, bytes[i])) {
                continue;
            }
            if (a->size != request.size || memcmp(a->bytes, request.data, request.size) != 0) {
                return TILL_OK;
            }
            memset(a, 0, sizeof *a); /* the head heard itself */
        }
    }
    return a->any ? TILL_E_PROTOCOL : TILL_TIMEOUT;
}

static enum till_status exchange(void *context, struct span request, uint32_t timeout_ms,
                                 uint8_t *answer_out, size_t capacity, size_t *size_out)
{
    static const uint8_t wake[WAKE_SIZE] = {0xFE, 0xFE, 0xFE, 0xFE};
    struct meter_link *m = context;
    struct arriving a;
    uint8_t stale[64];
    size_t size = 0;
    for (int i = 0; i < STALE_READS_MAX; i++) {
        enum till_status status = link_read(m->link, stale, sizeof stale, &size);
        if (status == TILL_UNCHANGED) {
            break;
        }
        if (status != TILL_OK) {
            return status;
        }
    }
    int64_t until_ms = monotonic_ms() + timeout_ms;
    enum till_status status = send_all(m->link, (struct span){wake, WAKE_SIZE}, until_ms);
    if (status == TILL_OK) {
        status = send_all(m->link, request, until_ms);
    }
    if (status == TILL_OK) {
        status = receive(m->link, request, until_ms, &a);
    }
    if (status == TILL_OK && a.size > capacity) {
        status = TILL_TOO_LARGE;
    }
    if (status == TILL_OK) {
        memcpy(answer_out, a.bytes, a.size);
        *size_out = a.size;
    }
    return status;
}

static enum till_status change_line(void *context, const struct link_line *line)
{
    struct meter_link *m = context;
    return link_set_line(m->link, line);
}

static void shut(void *context)
{
    struct meter_link *m = context;
    m->link->close(m->link->context);
    free(m);
}

enum till_status meter_link_open(struct opening *opening, struct board *board)
{
    struct link *link = NULL;
    enum till_status status = link_open(opening, &link);
    if (status != TILL_OK) {
        return status;
    }
    struct meter_link *m = calloc(1, sizeof *m);
    if (!m) {
        link->close(link->context);
        return TILL_E_MEMORY;
    }
    m->link = link;
    m->port = (struct meter_port){m, exchange, change_line, shut};
    board->meter = &m->port;
    return TILL_OK;
}
