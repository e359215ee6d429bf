/*
 * The conversation with a modem that speaks AT commands, as a pure state machine.
 *
 * Bytes and time go in; bytes to send, the modem's state and two wishes (a PIN, a power cycle) come
 * out. It knows no line, no file and no clock: at_modem.c carries it out, tests and the fuzzer play
 * it without any of them.
 *
 * One command is under way at a time, each with its own time limit. What is next is the lowest bit
 * of a set of what is due, so that setting up goes before attaching and attaching before asking
 * how things are. After a time-out nothing that comes is believed until the modem has answered a
 * question whose answer can't be taken for an older one's. Several time-outs in a row are a hang:
 * AT+CFUN=1,1 (3GPP TS 27.007 §8.2), then the power cycle, then both again, ever more seldom.
 */
#ifndef TILL_AT_MACHINE_H
#define TILL_AT_MACHINE_H

#include "at_lines.h"

enum {
    AT_COMMAND_MAX = 160,          /* bytes, its end included */
    AT_PIN_MAX = 8,                /* digits: 3GPP TS 31.101 §9.5.1 */
    AT_RESET_PAUSE_MAX_MS = 900000 /* between two rounds of resets of a modem that stays dead */
};

struct at_options {
    uint8_t context;       /* <cid> of the packet context, 1..15 */
    uint8_t hang_timeouts; /* in a row, 2..20: a hang */
    uint32_t poll_ms;      /* how often state is asked where it doesn't come by itself */
    uint32_t answer_ms;    /* time limit of quick commands */
    uint32_t attach_ms;    /* of those that talk to the network: §10.1.9, §10.1.10 */
    uint32_t away_ms; /* how long it may be away after a reset; a tenth of it nothing is asked */
    bool has_power;   /* at_modem.c can cut the modem's power */
};
/* context 1, 3 time-outs, 10 s, 2 s, 75 s, 30 s, no power. */
void at_options_default(struct at_options *options_out);

enum at_phase {
    AT_PHASE_SYNC = 0,  /* is it there? */
    AT_PHASE_READY = 1, /* it answers */
    AT_PHASE_RESET = 2  /* it was reset, and may be away */
};

enum at_attach { AT_ATTACH_NONE = 0, AT_ATTACH_GOING_ON = 1, AT_ATTACH_FAILED = 2 };

struct at_machine {
    struct at_options options;
    struct at_reader reader;
    enum at_phase phase;
    int64_t phase_ms; /* since when */

    uint32_t due;              /* bits of what is to be asked; at_machine.c */
    int command;               /* under way; -1 = none */
    int64_t until_ms;          /* its time limit */
    int64_t next_ms;           /* nothing is sent before */
    int64_t poll_ms;           /* next round of questions */
    bool answered;             /* the command's own line came */
    bool echoed;               /* and its echo */
    bool is_quiet;             /* echoes nothing any more */
    uint32_t lacks;            /* bits of what this modem doesn't know */
    uint8_t timeouts;          /* in a row */
    uint8_t resets;            /* of one hang: 0 none, 1 by command, 2 by power … */
    char text[AT_COMMAND_MAX]; /* as it was sent, without its end: for the echo */

    bool may_try_pin; /* at_machine_pin() was not called since the SIM was open, or at all */
    bool wants_pin;
    char pin[AT_PIN_MAX + 1]; /* wiped once it was sent */
    bool pin_refused;
    char apn[MODEM_APN_MAX + 1];
    enum at_attach attach;
    bool packet, active;                  /* +CGATT, +CGACT */
    struct at_registration registered[3]; /* circuit, GPRS, EPS */

    struct modem_state state;
    bool wants_power_cycle;

    char out[AT_COMMAND_MAX]; /* to be sent */
    size_t out_size;
};

void at_machine_init(struct at_machine *machine, const struct at_options *options, int64_t now_ms);
/* The line to the modem is new, or came back: begin again. */
void at_machine_connected(struct at_machine *machine, int64_t now_ms);
/* Bytes that came. */
void at_machine_take(struct at_machine *machine, struct span bytes, int64_t now_ms);
/* Time limits, and the next command into `out` once that is empty. */
void at_machine_step(struct at_machine *machine, int64_t now_ms);
/* How long nothing will be due, in ms, 0..poll_ms or the time limit. */
int64_t at_machine_wait_ms(const struct at_machine *machine, int64_t now_ms);
/* The first `size` bytes of `out` went. */
void at_machine_sent(struct at_machine *machine, size_t size);

/* Does it answer, so that `state` is worth anything? */
bool at_machine_answers(const struct at_machine *machine);
/* apn 1..MODEM_APN_MAX. TILL_BUSY, TILL_REFUSED: modem.h. TILL_BAD_INPUT: an APN has letters,
 * digits, dots and hyphens (3GPP TS 23.003 §9.1). */
enum till_status at_machine_attach(struct at_machine *machine, const char *apn) TILL_CHECKED;
enum till_status at_machine_detach(struct at_machine *machine) TILL_CHECKED;
enum till_status at_machine_reset(struct at_machine *machine, int64_t now_ms) TILL_CHECKED;
/* Answers wants_pin: 4..8 digits are sent, once; NULL: there is none to try. It isn't asked for
 * again before the SIM has been open: a modem that was reset wants its PIN anew. */
void at_machine_pin(struct at_machine *machine, const char *pin);
/* wants_power_cycle was done. */
void at_machine_power_cycled(struct at_machine *machine, int64_t now_ms);

#endif
