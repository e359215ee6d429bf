/*
 * The bus between a simulated handheld and the panel that plays its world.
 *
 * A unix socket of type SOCK_SEQPACKET; the panel listens, the terminal connects. One datagram is
 * one message: a line of UTF-8 (verb, then arguments parted by one space each), and for some verbs
 * a newline and a payload of bytes. At most BUS_DATAGRAM_MAX bytes. Messages of an unknown verb or
 * with wrong arguments are refused by bus_parse; both sides log and skip them.
 *
 * panel -> terminal
 *   fb PATH               the shared picture: a file that the panel made, at least width * height
 *                         * 4 bytes, XRGB8888 in host byte order, row after row without gaps; the
 *                         terminal maps it and paints its present picture whole
 *   key NAME down|up      names as src/core/keys.h
 *   net BEARER BARS       none|gprs|4g|wired, 0..4
 *   printer STATUS        ok|low|out|cover|hot|offline
 *   speed DOTS_PER_S      of printing; 0 = at once; 0..100000
 *   battery PERCENT 0|1   0..100; charging
 *   scan TEXT             the rest of the line, up to 1024 bytes
 *   card in|out ATR       ATR in hex; with out: "-"
 *   card-answer COMMAND RESPONSE     hex (sim_card_answer)
 *   meter on|off
 *   meter-answer REQUEST ANSWER      hex (sim_meter_answer)
 *   clock OFFSET_S        wall time = the system's + offset
 *   position LAT_E7 LON_E7 ACCURACY_DM
 *   stick in|out FOLDER   a USB stick; with out: "-"
 *   ready                 the world has been told whole (see below)
 *
 * terminal -> panel
 *   hello BOARD WIDTH HEIGHT SCALE VERSION   first after connecting; VERSION is BUS_VERSION
 *   frame X Y W H         this part of the shared picture is new
 *   screen NAME \n TEXT   what is shown, as text
 *   paper \n BYTES        bytes of ESC/POS that have just come out as paper
 *   reset                 what the printer had begun and not finished is forgotten
 *                         (roll_power_cycle)
 *   fault TEXT            the strict printer refused bytes, and why
 *   sound NAME            key|ok|attention|error
 *   light PERCENT         backlight
 *
 * A conversation: the terminal connects and says hello. The panel makes or resizes the picture's
 * file, then tells the whole world (fb, net, printer, speed, battery, card, meter, clock, position
 * as far as it differs from nothing) and ends with ready. Only then does the terminal tell
 * anything more than hello: first its picture and its screen. Whatever happens then is told as it
 * happens. A terminal that connects takes the place of one that was there: an end of file, at any
 * point, means that the terminal has lost its power: a begun line is lost (roll_power_cycle), the
 * picture stays as it was. When the panel goes, the terminal goes on, its devices answer
 * TILL_DEVICE_OFFLINE, and it tries to connect once a second; nothing is kept for later but the
 * picture and the screen's text, which are sent anew. Neither side waits for the other: a panel
 * that reads so slowly that BUS_BACKLOG_MAX messages wait is dropped.
 *
 * Both ends use these functions; src/tools has the panel's socket, hal/sim the terminal's.
 */
#ifndef TILL_BUS_H
#define TILL_BUS_H

#include "bytes.h"
#include "status.h"

enum {
    BUS_VERSION = 1,
    BUS_DATAGRAM_MAX = 16 * 1024,
    BUS_PAYLOAD_MAX = 12 * 1024, /* of paper and screen */
    BUS_TEXT_MAX = 1100,         /* longest textual argument */
    BUS_NUMBERS_MAX = 4,
    BUS_BACKLOG_MAX = 1024
};

/*
 * name, number, verb, arguments:
 *   w  a word (no space), into text     W  a second word, into more
 *   t  the rest of the line, into text  n  an integer, into the next of numbers
 *   s  down|up, in|out or on|off: 1|0, into the next of numbers
 *   b  a bearer, p  a printer status: their numbers, into the next of numbers
 *   +  a payload follows the newline
 */
#define BUS_LIST(X)                                                                                \
    X(BUS_FB, 1, "fb", "t")                                                                        \
    X(BUS_KEY, 2, "key", "ws")                                                                     \
    X(BUS_NET, 3, "net", "bn")                                                                     \
    X(BUS_PRINTER, 4, "printer", "p")                                                              \
    X(BUS_SPEED, 5, "speed", "n")                                                                  \
    X(BUS_BATTERY, 6, "battery", "nn")                                                             \
    X(BUS_SCAN, 7, "scan", "t")                                                                    \
    X(BUS_CARD, 8, "card", "sw")                                                                   \
    X(BUS_CARD_ANSWER, 9, "card-answer", "wW")                                                     \
    X(BUS_METER, 10, "meter", "s")                                                                 \
    X(BUS_METER_ANSWER, 11, "meter-answer", "wW")                                                  \
    X(BUS_CLOCK, 12, "clock", "n")                                                                 \
    X(BUS_POSITION, 13, "position", "nnn")                                                         \
    X(BUS_READY, 14, "ready", "")                                                                  \
    X(BUS_STICK, 15, "stick", "st")                                                                \
    X(BUS_HELLO, 32, "hello", "wnnnn")                                                             \
    X(BUS_FRAME, 33, "frame", "nnnn")                                                              \
    X(BUS_SCREEN, 34, "screen", "w+")                                                              \
    X(BUS_PAPER, 35, "paper", "+")                                                                 \
    X(BUS_FAULT, 36, "fault", "t")                                                                 \
    X(BUS_SOUND, 37, "sound", "w")                                                                 \
    X(BUS_LIGHT, 38, "light", "n")                                                                 \
    X(BUS_RESET, 39, "reset", "")

enum bus_verb {
#define X(name, number, verb, arguments) name = number,
    BUS_LIST(X)
#undef X
};

struct bus_message {
    enum bus_verb verb;
    char text[BUS_TEXT_MAX + 1];
    char more[BUS_TEXT_MAX + 1];
    int64_t numbers[BUS_NUMBERS_MAX];
    struct span payload; /* parsed: points into the datagram */
};

/* TILL_E_PROTOCOL: no message of this protocol. Never blocks, no allocation. */
enum till_status bus_parse(struct span datagram, struct bus_message *message_out) TILL_CHECKED;
/* Appends to out, which holds one datagram. TILL_BAD_INPUT: an argument that its verb doesn't
 * allow. TILL_TOO_LARGE: over BUS_DATAGRAM_MAX, or out is too small. */
enum till_status bus_format(const struct bus_message *message, struct buffer *out) TILL_CHECKED;

/*
 * Listening and connecting. Sockets are non-blocking and close-on-exec.
 *   path  at most 107 bytes; listening replaces a socket file that nobody listens on any more
 * TILL_BAD_INPUT: path too long. TILL_BUSY: another panel listens there. TILL_DEVICE_OFFLINE:
 * nobody does. TILL_E_IO.
 */
enum till_status bus_listen(const char *path, int *fd_out) TILL_CHECKED;
enum till_status bus_connect(const char *path, int *fd_out) TILL_CHECKED;

/* Format and send. TILL_BUSY: the other side's queue is full. TILL_DEVICE_OFFLINE: it is gone.
 * Never blocks. Other statuses as bus_format. */
enum till_status bus_send(int fd, const struct bus_message *message) TILL_CHECKED;
/* Receive into memory of BUS_DATAGRAM_MAX bytes, and parse. TILL_UNCHANGED: none waits.
 * TILL_DEVICE_OFFLINE: the other side is gone. TILL_E_PROTOCOL: one was no message; go on. */
enum till_status bus_receive(int fd, uint8_t *memory, struct bus_message *message_out) TILL_CHECKED;

/* A message with a verb and nothing else, to fill in. */
void bus_message_init(struct bus_message *message, enum bus_verb verb);

#endif
