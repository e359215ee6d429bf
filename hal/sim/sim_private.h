/*
 * The inside of a simulated world, for the files of hal/sim only.
 */
#ifndef TILL_SIM_PRIVATE_H
#define TILL_SIM_PRIVATE_H

#include "bus.h"
#include "sim.h"
#include "stick_folder.h"

/* Devices that have something to say on their own. */
enum sim_speaker {
    SIM_KEYPAD,
    SIM_PRINTER,
    SIM_NETWORK,
    SIM_POWER,
    SIM_SCANNER,
    SIM_CARD,
    SIM_MODEM,
    SIM_SPEAKERS
};

/* poll_fd is what the program waits on: it holds event_fd (something is there), and, with a bus,
 * the bus, whose messages only show what they are when some device reads them. */
struct sim_readiness {
    int poll_fd, event_fd;
};

struct sim_script {
    uint8_t request[CARD_COMMAND_MAX];
    size_t request_size;
    uint8_t answer[CARD_RESPONSE_MAX];
    size_t answer_size;
};

enum { SIM_SCREEN_NAME_MAX = 65, SIM_SCREEN_TEXT_MAX = 8193, SIM_PRINTED_MAX = 1024 * 1024 };

struct sim_print {
    struct roll *roll;
    uint8_t *queue;
    size_t queued;
    enum sim_printer_status status;
    int64_t dots_left, bytes_left; /* of the paper; -1 = endless */
    int64_t budget_mdots;          /* that may be printed now; below 0: owed for a whole band */
    int64_t last_ms;
    bool refused; /* until reset */
    char fault[ROLL_REASON_MAX + 32];
    uint8_t *printed;
    size_t printed_size;
    int timer_fd; /* real clock: wakes the program while paper comes out */
};

struct sim_bus {
    char path[108];
    int fd; /* -1: no panel */
    int poll_fd, timer_fd;
    bool ready;
    uint32_t *picture; /* shared; NULL: none yet */
    size_t picture_size;
    struct display_area dirty; /* width 0: nothing */
    bool screen_dirty;
    bool reset_due;
    bool fault_due;
    size_t paper_sent; /* of print.printed */
    uint8_t memory[BUS_DATAGRAM_MAX];
    struct bus_message in, out;
};

struct sim_stick {
    struct stick_folder folder; /* path "": none is in */
    bool read_only;
    int64_t room;   /* bytes that still go on it; -1 = any */
    int calls_left; /* until it is pulled; -1 = it stays */
};

struct sim_world {
    struct sim_setup setup;
    int64_t virtual_ms;   /* monotonic */
    int64_t wall_ms;      /* UTC, virtual */
    int64_t clock_offset; /* seconds, real clock */
    struct sim_readiness ready[SIM_SPEAKERS];

    struct keypad_event keys[SIM_KEYS_MAX];
    size_t key_count;
    bool keypad_unplugged;
    struct scanner_text scans[SIM_SCANS_MAX];
    size_t scan_count;

    uint32_t *pixels;
    uint64_t frames;
    char screen_name[SIM_SCREEN_NAME_MAX];
    char screen_text[SIM_SCREEN_TEXT_MAX];

    struct sim_print print;
    struct network_state network_now;
    struct power_state power_now;
    struct modem_state modem_now;
    struct position_fix fix;
    bool has_fix;
    uint64_t count;
    enum sound_pattern sounds[SIM_SOUNDS_MAX];
    size_t sound_count;
    struct sim_stick stick_now;
    uint32_t watchdog_s; /* 0 = not armed */
    int64_t fed_ms;
    bool feed_missed;

    bool card_in, card_connected;
    struct card_atr atr;
    struct sim_script card_script[SIM_ANSWERS_MAX];
    size_t card_script_size;
    bool meter_attached;
    struct link_line meter_line;
    struct sim_script meter_script[SIM_ANSWERS_MAX];
    size_t meter_script_size;

    struct sim_bus *bus; /* NULL: a test plays the world */

    struct keypad keypad;
    struct display display;
    struct printer printer;
    struct clock_device clock;
    struct network network;
    struct power power;
    struct card_reader card;
    struct meter_port meter;
    struct modem modem;
    struct scanner scanner;
    struct sound sound;
    struct position position;
    struct counter counter;
    struct watchdog watchdog;
    struct stick stick;
};

/* Readiness of one device. */
void sim_signal(struct sim_world *world, enum sim_speaker speaker);
void sim_quiet(struct sim_world *world, enum sim_speaker speaker);

/* Fill in the device structs: sim_devices.c, sim_lines.c, sim_stick.c, sim_printer.c. */
void sim_devices_init(struct sim_world *world);
void sim_lines_init(struct sim_world *world);
void sim_stick_init(struct sim_world *world);
enum till_status sim_print_init(struct sim_world *world) TILL_CHECKED;
void sim_print_close(struct sim_world *world);
/* What the printer holds is gone: power cut, reset. */
void sim_print_drop(struct sim_world *world);

/*
 * sim_bus.c. Connect the world to a panel: waits for it up to 2 s, and 2 s more until it is ready.
 * TILL_DEVICE_OFFLINE: no panel at path. TILL_TIMEOUT: it says no ready. TILL_E_IO, TILL_E_MEMORY.
 */
enum till_status sim_bus_open(struct sim_world *world, const char *path) TILL_CHECKED;
void sim_bus_close(struct sim_world *world);
/* Take in what the panel said, send what is due. Each device's calls begin with it. */
void sim_pump(struct sim_world *world);
/* After sim_pump: is this the world of a panel that is away? */
bool sim_is_alone(const struct sim_world *world);
void sim_bus_show(struct sim_world *world, struct display_area area);
void sim_bus_sound(struct sim_world *world, enum sound_pattern pattern);
void sim_bus_light(struct sim_world *world, uint8_t percent);

#endif
