#include "escpos_peer.h"

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

static const unsigned stops =
    ESCPOS_PAPER_OUT | ESCPOS_COVER | ESCPOS_HOT | ESCPOS_CUTTER | ESCPOS_BROKEN;

static uint8_t flag(const struct escpos_peer *p, unsigned trouble, unsigned bits)
{
    return (p->trouble & trouble) != 0 ? (uint8_t)bits : 0;
}

static void answer(struct escpos_peer *p, const void *bytes, size_t size)
{
    if (!p->mute && p->fd >= 0) {
        (void)!write(p->fd, bytes, size);
    }
}

static void answer_realtime(struct escpos_peer *p, uint8_t number)
{
    uint8_t byte = 0x12;
    p->asked++;
    switch (number) {
    case 1:
        byte |= flag(p, stops | ESCPOS_FEEDING, 0x08);
        byte |= flag(p, ESCPOS_FEEDING, 0x40);
        break;
    case 2:
        byte |= flag(p, ESCPOS_COVER, 0x04) | flag(p, ESCPOS_FEEDING, 0x08) |
                flag(p, ESCPOS_PAPER_OUT, 0x20) |
                flag(p, ESCPOS_HOT | ESCPOS_CUTTER | ESCPOS_BROKEN, 0x40);
        break;
    case 3:
        byte |=
            flag(p, ESCPOS_CUTTER, 0x08) | flag(p, ESCPOS_BROKEN, 0x20) | flag(p, ESCPOS_HOT, 0x40);
        break;
    case 4:
        byte |=
            flag(p, ESCPOS_PAPER_LOW | ESCPOS_PAPER_OUT, 0x0C) | flag(p, ESCPOS_PAPER_OUT, 0x60);
        break;
    default:
        return;
    }
    answer(p, &byte, 1);
}

static void tell(struct escpos_peer *p)
{
    const uint8_t bytes[4] = {(uint8_t)(0x10 | flag(p, stops | ESCPOS_FEEDING, 0x08) |
                                        flag(p, ESCPOS_COVER, 0x20) |
                                        flag(p, ESCPOS_FEEDING, 0x40)),
                              (uint8_t)(flag(p, ESCPOS_CUTTER, 0x08) |
                                        flag(p, ESCPOS_BROKEN, 0x20) | flag(p, ESCPOS_HOT, 0x40)),
                              (uint8_t)(flag(p, ESCPOS_PAPER_LOW | ESCPOS_PAPER_OUT, 0x03) |
                                        flag(p, ESCPOS_PAPER_OUT, 0x0C)),
                              0x0F};
    if (p->automatic) {
        answer(p, bytes, sizeof bytes);
    }
}

void escpos_peer_trouble(struct escpos_peer *p, unsigned trouble)
{
    bool changed = p->trouble != trouble;
    bool stopped = (p->trouble & stops) != 0;
    p->trouble = trouble;
    if (p->holds_line && stopped && (trouble & stops) == 0) {
        answer(p, "\x11", 1);
    }
    if (changed) {
        tell(p);
    }
    if (p->holds_line && !stopped && (trouble & stops) != 0) {
        answer(p, "\x13", 1);
    }
}

/* DLE ENQ: an error that a person has cleared is over, and what was buffered is gone (2). */
static void recover(struct escpos_peer *p, uint8_t number)
{
    p->recoveries++;
    if ((p->trouble & ESCPOS_CUTTER) != 0 && !p->jammed) {
        if (number == 2) {
            p->queued = 0;
            roll_power_cycle(p->roll);
        }
        escpos_peer_trouble(p, p->trouble & ~(unsigned)ESCPOS_CUTTER);
    }
}

static void take(struct escpos_peer *p, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        assert(p->queued < sizeof p->queue);
        p->queue[p->queued++] = bytes[i];
        if (grammar_put(&p->ahead, bytes[i]) != GRAMMAR_HEAD) {
            continue;
        }
        if (p->ahead.command == COMMAND_REALTIME_STATUS) {
            answer_realtime(p, p->ahead.head[2]);
        } else if (p->ahead.command == COMMAND_REALTIME_RECOVER) {
            recover(p, p->ahead.head[2]);
        }
    }
}

/* What it does in its turn: reports, automatic status, the cut that gets stuck. */
static void carry_out_requests(struct escpos_peer *p)
{
    struct roll_request request;
    size_t count = 0;
    const struct roll_op *ops = roll_ops(p->roll, &count);
    if (p->jammed && count > 0 && ops[count - 1].kind == ROLL_CUT) {
        escpos_peer_trouble(p, p->trouble | ESCPOS_CUTTER);
        return;
    }
    while (roll_take_request(p->roll, &request)) {
        if (request.kind == ROLL_REQUEST_REPORT) {
            answer(p, "\x00", 1);
        } else if (request.kind == ROLL_REQUEST_AUTO) {
            p->automatic = request.number != 0;
            tell(p);
        }
    }
}

static void print(struct escpos_peer *p)
{
    size_t size = p->queued;
    size = p->print_max > 0 && size > p->print_max ? p->print_max : size;
    if (p->bytes_left >= 0 && (int64_t)size > p->bytes_left) {
        size = (size_t)p->bytes_left;
    }
    if ((p->trouble & stops) != 0) {
        return;
    }
    size_t used = 0;
    enum till_status status = roll_put(p->roll, (struct span){p->queue, size}, 0, &used);
    if (status != TILL_OK) {
        fprintf(stderr, "the printer refused: %s\n", roll_fault(p->roll, NULL));
        abort();
    }
    p->queued -= used;
    memmove(p->queue, p->queue + used, p->queued);
    carry_out_requests(p);
    if (p->bytes_left >= 0) {
        p->bytes_left -= (int64_t)used;
        if (p->bytes_left == 0) {
            p->bytes_left = -1;
            escpos_peer_trouble(p, p->trouble | ESCPOS_PAPER_OUT);
        }
    }
}

void escpos_peer_step(struct escpos_peer *p)
{
    uint8_t bytes[4096];
    if (p->fd < 0 && p->listener >= 0) {
        p->fd = accept4(p->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }
    if (p->fd < 0 || p->stalled) {
        return;
    }
    size_t most = p->read_max > 0 && p->read_max < sizeof bytes ? p->read_max : sizeof bytes;
    bool full = p->buffer_max > 0 && p->queued >= p->buffer_max;
    ssize_t size = full ? 0 : read(p->fd, bytes, most);
    if (p->off) {
        return;
    }
    if (size > 0) {
        take(p, bytes, (size_t)size);
    }
    print(p);
}

static void forget(struct escpos_peer *p)
{
    p->queued = 0;
    p->automatic = false;
    grammar_init(&p->ahead, true);
    roll_power_cycle(p->roll);
}

void escpos_peer_power_cycle(struct escpos_peer *p)
{
    if (p->fd >= 0) {
        close(p->fd);
    }
    p->fd = -1;
    forget(p);
}

void escpos_peer_switch(struct escpos_peer *p, bool on)
{
    p->off = !on;
    forget(p);
}

void escpos_peer_reset_line(struct escpos_peer *p)
{
    struct linger abort_it = {1, 0};
    (void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &abort_it, sizeof abort_it);
    close(p->fd);
    p->fd = -1;
    forget(p);
}

bool escpos_peer_init(struct escpos_peer *p)
{
    struct roll_profile profile;
    memset(p, 0, sizeof *p);
    p->listener = -1;
    p->fd = -1;
    p->bytes_left = -1;
    roll_profile_58(&profile);
    profile.features |= ROLL_CAN_CUT;
    p->roll = roll_create(&profile);
    grammar_init(&p->ahead, true);
    return p->roll != NULL;
}

void escpos_peer_free(struct escpos_peer *p)
{
    if (p->fd >= 0) {
        close(p->fd);
    }
    if (p->listener >= 0) {
        close(p->listener);
    }
    roll_destroy(p->roll);
}

void escpos_peer_listen(struct escpos_peer *p)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(p->port)};
    socklen_t size = sizeof address;
    int on = 1;
    int small = 2048;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    p->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    (void)setsockopt(p->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    (void)setsockopt(p->listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    bool listens = bind(p->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
                   listen(p->listener, 1) == 0 &&
                   getsockname(p->listener, (struct sockaddr *)&address, &size) == 0;
    assert(listens);
    p->port = ntohs(address.sin_port);
}

void escpos_peer_open_pty(struct escpos_peer *p)
{
    struct termios raw;
    if (p->fd >= 0) {
        close(p->fd);
    }
    p->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    bool opened =
        p->fd >= 0 && grantpt(p->fd) == 0 && unlockpt(p->fd) == 0 && tcgetattr(p->fd, &raw) == 0;
    assert(opened);
    cfmakeraw(&raw); /* a USB printer's device has no line discipline */
    (void)tcsetattr(p->fd, TCSANOW, &raw);
    snprintf(p->name, sizeof p->name, "%s", ptsname(p->fd));
}

bool escpos_peer_paper_has(const struct escpos_peer *p, const char *text)
{
    char *all = roll_text(p->roll, 0);
    bool has = all && strstr(all, text) != NULL;
    free(all);
    return has;
}
