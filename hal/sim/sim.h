/*
 * The simulated handheld: a world that a test or a panel plays, and drivers of sim for every device
 * over it.
 *
 * In a test: sim_world_create(), sim_world_board() gives a board; the test presses keys, takes
 * paper out, moves the clock, and reads screen and paper. Everything happens in the calls: no
 * thread, no process. The world outlives the board, as the world does a reboot: hal_close() the
 * board, sim_world_board() again.
 * As a real process: a board file says driver=sim; with [sim] bus=PATH the world follows a panel
 * (bus.h), and the clock is real.
 *
 * The printer is strict: every byte goes through roll.h, and one that its profile doesn't have
 * makes it answer TILL_E_DEVICE until it is reset; sim_printer_fault() says why, also after.
 *
 * Threads: one world, one thread.
 */
#ifndef TILL_SIM_H
#define TILL_SIM_H

#include "card.h"
#include "clock.h"
#include "counter.h"
#include "display.h"
#include "keypad.h"
#include "meter.h"
#include "modem.h"
#include "network.h"
#include "position.h"
#include "power.h"
#include "printer.h"
#include "roll.h"
#include "scanner.h"
#include "sound.h"
#include "stick.h"
#include "watchdog.h"

enum {
    SIM_KEYS_MAX = 256,  /* events waiting */
    SIM_SCANS_MAX = 8,   /* texts waiting */
    SIM_SOUNDS_MAX = 64, /* remembered, the oldest go */
    SIM_ANSWERS_MAX = 64 /* scripted exchanges of card, and of meter */
};

/* Monday 2026-11-23 01:00:00 UTC, nine in the morning in China: where a virtual clock begins. */
#define SIM_START_S INT64_C(1795395600)

struct sim_setup {
    char name[25];                /* of the board */
    uint16_t width, height;       /* display, dots */
    uint8_t scale;                /* display dots a design pixel */
    bool mono;                    /* display */
    char profile[33];             /* printer->profile */
    struct roll_profile paper;    /* what the printer can */
    size_t printer_buffer;        /* bytes that it takes in before it prints; 4096 */
    uint32_t print_dots_per_s;    /* speed by the clock; with print_dots_per_poll 0 as well:
                                    everything prints at once, inside printer_write */
    uint32_t print_dots_per_poll; /* and by each settle(), for tests that count polls */
    bool real_clock;              /* else virtual: it stands until sim_advance() */
    uint32_t sector_size;
};
/* 320 x 240, scale 1, colour; 58 mm printer "escpos58-gb18030" that prints at once; virtual clock;
 * sector size 512. */
void sim_setup_default(struct sim_setup *setup_out);

struct sim_world;

/* setup: NULL = default. NULL: out of memory or of file descriptors. */
struct sim_world *sim_world_create(const struct sim_setup *setup);
/* Boards over it must be closed before. NULL is fine. */
void sim_world_destroy(struct sim_world *world);
/* A board with every device. hal_close() it; one at a time. TILL_E_MEMORY. */
enum till_status sim_world_board(struct sim_world *world, struct board *board_out) TILL_CHECKED;
/* The world behind a board that hal_open() made; NULL where no device is a simulated one. */
struct sim_world *sim_world_of(const struct board *board);

/* Time. sim_advance: both clocks go on (virtual only). sim_set_clock: wall time alone jumps, as a
 * wrong clock does. */
void sim_advance(struct sim_world *world, int64_t ms);
void sim_set_clock(struct sim_world *world, int64_t at_s);
int64_t sim_now_ms(const struct sim_world *world);

/* Keys. A press is down and, 60 ms later on a virtual clock, up; sim_key is one edge of it.
 * When SIM_KEYS_MAX wait, more are lost, as on a real pad. */
void sim_press(struct sim_world *world, enum key key);
void sim_key(struct sim_world *world, enum key key, bool down);
void sim_keypad_unplug(struct sim_world *world, bool unplugged);

/* The screen: its last description, "" before the first; and its pixels, width * height, XRGB. */
const char *sim_screen_name(const struct sim_world *world);
const char *sim_screen_text(const struct sim_world *world);
const uint32_t *sim_pixels(const struct sim_world *world, struct display_shape *shape_out);
/* How often something was shown, for tests of flicker. */
uint64_t sim_frames(const struct sim_world *world);

/* The printer. */
enum sim_printer_status {
    SIM_PRINTER_OK = 0,
    SIM_PRINTER_LOW = 1, /* prints, and warns */
    SIM_PRINTER_OUT = 2,
    SIM_PRINTER_COVER = 3,
    SIM_PRINTER_HOT = 4,
    SIM_PRINTER_OFFLINE = 5, /* answers nothing */
    SIM_PRINTER_COUNT
};
const char *sim_printer_status_name(enum sim_printer_status status); /* "ok", "low", "out" … */
int sim_printer_status_from_name(const char *name);                  /* -1: none */
void sim_printer_set(struct sim_world *world, enum sim_printer_status status);
enum sim_printer_status sim_printer_get(const struct sim_world *world);
/* The paper runs out after that many more dots (8 a millimetre), or bytes, have been printed:
 * whichever comes first; -1 = never. sim_printer_set(OK) puts in an endless new roll. */
void sim_paper_left(struct sim_world *world, int64_t dots, int64_t bytes);
void sim_print_speed(struct sim_world *world, uint32_t dots_per_s, uint32_t dots_per_poll);
/* The paper hanging out: ops by roll.h; its text (the caller frees it; NULL: out of memory). */
const struct roll *sim_paper(const struct sim_world *world);
char *sim_paper_text(const struct sim_world *world);
/* Does the text contain this? */
bool sim_paper_has(const struct sim_world *world, const char *text);
/* The customer takes it. */
void sim_paper_tear_off(struct sim_world *world);
/* Why bytes were refused, since creation or sim_printer_forgive(); NULL: none were. */
const char *sim_printer_fault(const struct sim_world *world);
void sim_printer_forgive(struct sim_world *world);
/* All bytes that the printer has printed since the paper was torn off. */
struct span sim_printed_bytes(const struct sim_world *world);

/* The battery is pulled: keys, scans and what the printer holds are lost, a begun line too. The
 * test then closes the board, whatever the program was doing, and opens it again. */
void sim_power_cut(struct sim_world *world);

/* Line, battery. */
void sim_network_set(struct sim_world *world, enum network_bearer bearer, uint8_t bars,
                     bool airplane);
void sim_battery_set(struct sim_world *world, uint8_t percent, bool charging);

/* Scanner: text of at most SCANNER_TEXT_MAX bytes; a longer one polls as TILL_TOO_LARGE. */
void sim_scan(struct sim_world *world, const char *text, size_t size);

/* Card and meter: scripted answers. A request (whole bytes) that is in the script gets its answer;
 * any other gets 6D 00 from a card (ISO/IEC 7816-4 §5.6), silence from a meter. The last answer
 * set for a request rules. TILL_LIMIT_REACHED: SIM_ANSWERS_MAX; TILL_TOO_LARGE: no APDU, ATR or
 * frame. */
enum till_status sim_card_insert(struct sim_world *world, struct span atr) TILL_CHECKED;
void sim_card_remove(struct sim_world *world);
enum till_status sim_card_answer(struct sim_world *world, struct span command,
                                 struct span response) TILL_CHECKED;
void sim_meter_attach(struct sim_world *world, bool attached);
enum till_status sim_meter_answer(struct sim_world *world, struct span request,
                                  struct span answer) TILL_CHECKED;
/* The line settings that the program last asked of the meter port. */
struct link_line sim_meter_line(const struct sim_world *world);

/* Modem, position. A NULL fix: none yet. */
void sim_modem_set(struct sim_world *world, const struct modem_state *state);
void sim_position_set(struct sim_world *world, const struct position_fix *fix);
/* The counter survives power cuts and boards, not the world. */
void sim_counter_set(struct sim_world *world, uint64_t value);

/* The watchdog: the seconds that it waits, 0 = not armed; and would a handheld have restarted, for
 * want of a feed, at any time since the world was made? A power cut disarms it. */
uint32_t sim_watchdog_timeout_s(const struct sim_world *world);
bool sim_watchdog_missed(struct sim_world *world);

/* The stick: a folder that stands for it; NULL: taken out. Faults hold until the next is put in:
 *   room        bytes that still go on it; -1 = any
 *   calls_left  it is pulled after so many calls; -1 = it stays */
void sim_stick_set(struct sim_world *world, const char *path);
void sim_stick_fault(struct sim_world *world, bool read_only, int64_t room, int calls_left);

/* Sounds heard, oldest first; copies up to capacity of the newest, returns how many; then they
 * are forgotten. */
size_t sim_take_sounds(struct sim_world *world, enum sound_pattern *sounds_out, size_t capacity);

#endif
