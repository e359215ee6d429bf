/* A meter port over any byte link; meter_reader.h finds the frames. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "linux_drivers.h"
#include "meter_reader.h"
#include "monotonic.h"

enum { WAKE_SIZE = 4, WAIT_STEP_MS = 20, STALE_READS_MAX = 16 };

struct meter_link {
    struct meter_port port;
    struct link *link;
};

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

static enum till_status receive(const struct link *link, int64_t until_ms, struct meter_reader *r)
{
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
            if (meter_reader_put(r, bytes[i])) {
                return TILL_OK;
            }
        }
    }
    return r->any ? TILL_E_PROTOCOL : TILL_TIMEOUT;
}

static enum till_status exchange(void *context, struct span request, uint32_t timeout_ms,
                                 uint8_t *answer_out, size_t capacity, size_t *size_out)
{
    static const uint8_t wake[WAKE_SIZE] = {0xFE, 0xFE, 0xFE, 0xFE};
    struct meter_link *m = context;
    struct meter_reader reader;
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
        meter_reader_init(&reader, request);
        status = receive(m->link, until_ms, &reader);
    }
    if (status == TILL_OK && reader.frame > capacity) {
        status = TILL_TOO_LARGE;
    }
    if (status == TILL_OK) {
        memcpy(answer_out, reader.bytes, reader.frame);
        *size_out = reader.frame;
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
