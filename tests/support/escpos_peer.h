/*
 * An ESC/POS printer to test drivers against: takes bytes over TCP or a pseudo terminal, answers
 * DLE EOT as they come in (Epson's reference, bit by bit), GS r and GS a in their turn, tells
 * changes by itself where it was asked to, and prints onto a strict roll (roll.h).
 *
 * The test is the world: it takes paper away, opens the cover, heats the head, jams the blade, lets
 * it stall, switches it off, unplugs it. Nothing happens between two escpos_peer_step(): driver and
 * printer take turns in one thread.
 */
#ifndef TILL_ESCPOS_PEER_H
#define TILL_ESCPOS_PEER_H

#include "escpos_grammar.h"
#include "roll.h"

enum { ESCPOS_PEER_QUEUE_MAX = 256 * 1024 };

enum escpos_trouble {
    ESCPOS_PAPER_OUT = 1,
    ESCPOS_PAPER_LOW = 2,
    ESCPOS_COVER = 4,
    ESCPOS_HOT = 8,
    ESCPOS_CUTTER = 16, /* in error: over only when it is clear and told to go on (DLE ENQ) */
    ESCPOS_BROKEN = 32,
    ESCPOS_FEEDING = 64
};

struct escpos_peer {
    int listener, fd; /* sockets, or fd = a pseudo terminal's master; -1: none */
    char name[64];    /* of the pseudo terminal */
    uint16_t port;
    struct roll *roll;
    struct grammar ahead; /* over what has come in, for DLE EOT */
    uint8_t queue[ESCPOS_PEER_QUEUE_MAX];
    size_t queued;
    unsigned asked, recoveries; /* DLE EOT and DLE ENQ so far */
    /* how it is built */
    size_t read_max, print_max; /* bytes a step; 0 = everything */
    size_t buffer_max;          /* reads no more while it holds that; 0 = no limit */
    bool holds_line;            /* XOFF while it can't print; its line is a pseudo terminal */
    /* what happens to it; by escpos_peer_trouble() where it should tell */
    unsigned trouble;
    int64_t bytes_left; /* of the paper; -1 = endless */
    bool jammed;        /* the next cut gets stuck */
    bool automatic, mute, stalled, off;
};

/* false: out of memory. */
bool escpos_peer_init(struct escpos_peer *p);
void escpos_peer_free(struct escpos_peer *p);
/* On loopback, at p->port or a free one that is put there. */
void escpos_peer_listen(struct escpos_peer *p);
/* A new pseudo terminal; p->name says where. The old one hangs up. */
void escpos_peer_open_pty(struct escpos_peer *p);

void escpos_peer_step(struct escpos_peer *p);
/* These troubles and no others; told if it was asked to. */
void escpos_peer_trouble(struct escpos_peer *p, unsigned trouble);
/* As when its plug is pulled: the connection is gone, its memory too; the paper stays. */
void escpos_peer_power_cycle(struct escpos_peer *p);
/* Switched off while the line stays, as on a serial one: bytes go nowhere. */
void escpos_peer_switch(struct escpos_peer *p, bool on);
/* The connection is reset in the middle of whatever it was. */
void escpos_peer_reset_line(struct escpos_peer *p);
bool escpos_peer_paper_has(const struct escpos_peer *p, const char *text);

#endif
