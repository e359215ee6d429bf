#include "world.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bus.h"
#include "log.h"
#include "text.h"

enum { PAPER_BYTES_MAX = 4 * 1024 * 1024, MESSAGES_A_TURN = 256, SIDE_MAX = 2048 };

struct world {
    struct world_options options;
    char socket_path[108], picture_path[256];
    int listener, terminal; /* -1 */
    struct event *listening, *talking;
    uint8_t *memory; /* BUS_DATAGRAM_MAX */
    struct world_view view;
    uint32_t *pixels;
    size_t pixel_bytes;
    char screen[WORLD_NAME_MAX], text[WORLD_TEXT_MAX], sound[16];
    struct roll *roll;
    uint8_t *paper;
    size_t paper_size;
    int64_t clock_offset_s;
    char stick[512]; /* folder of the one that is in */
};

static void tell(struct world *w, const struct bus_message *message)
{
    if (w->terminal < 0)
        return;
    enum till_status status = bus_send(w->terminal, message);
    if (status != TILL_OK)
        log_debug("to the terminal: %s", status_text(status));
}

static void tell_numbers(struct world *w, enum bus_verb verb, int64_t first, int64_t second)
{
    struct bus_message message;
    bus_message_init(&message, verb);
    message.numbers[0] = first;
    message.numbers[1] = second;
    tell(w, &message);
}

static void tell_text(struct world *w, enum bus_verb verb, const char *text)
{
    struct bus_message message;
    bus_message_init(&message, verb);
    text_copy(message.text, sizeof message.text, text);
    tell(w, &message);
}

/* ---- the picture ----------------------------------------------------------------------------- */

static void drop_picture(struct world *w)
{
    if (w->pixels)
        munmap(w->pixels, w->pixel_bytes);
    w->pixels = NULL;
    w->view.pixels = NULL;
}

static bool make_picture(struct world *w, int width, int height)
{
    size_t bytes = (size_t)width * (size_t)height * sizeof(uint32_t);
    if (w->pixels && w->view.width == width && w->view.height == height)
        return true;
    drop_picture(w);
    int fd = open(w->picture_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    void *mapped = MAP_FAILED;
    if (ftruncate(fd, (off_t)bytes) == 0)
        mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped == MAP_FAILED)
        return false;
    w->pixels = mapped;
    w->pixel_bytes = bytes;
    w->view.pixels = w->pixels;
    w->view.width = width;
    w->view.height = height;
    return true;
}

/* ---- what the terminal says ------------------------------------------------------------------ */

static int bars_of(enum network_bearer bearer)
{
    return bearer == NETWORK_NONE ? 0 : bearer == NETWORK_GPRS ? 2 : 4;
}

static void tell_stick(struct world *w)
{
    struct bus_message message;
    bus_message_init(&message, BUS_STICK);
    message.numbers[0] = w->view.stick;
    text_copy(message.text, sizeof message.text, w->view.stick ? w->stick : "-");
    tell(w, &message);
}

static void tell_world(struct world *w)
{
    tell_text(w, BUS_FB, w->picture_path);
    tell_numbers(w, BUS_NET, w->view.bearer, bars_of(w->view.bearer));
    tell_numbers(w, BUS_PRINTER, w->view.printer, 0);
    tell_numbers(w, BUS_SPEED, w->options.print_dots_per_s, 0);
    tell_numbers(w, BUS_BATTERY, w->view.battery_percent, w->view.charging);
    tell_numbers(w, BUS_CLOCK, w->clock_offset_s, 0);
    if (w->view.stick)
        tell_stick(w);
    tell_numbers(w, BUS_READY, 0, 0);
}

static void take_hello(struct world *w, const struct bus_message *m)
{
    int64_t width = m->numbers[0], height = m->numbers[1];
    if (width < 64 || width > SIDE_MAX || height < 32 || height > SIDE_MAX ||
        !make_picture(w, (int)width, (int)height)) {
        log_error("no picture of %lld x %lld", (long long)width, (long long)height);
        return;
    }
    w->view.scale = (int)m->numbers[2];
    w->view.connected = true;
    tell_world(w);
}

static void take_paper(struct world *w, struct span bytes)
{
    size_t used = 0;
    if (roll_put(w->roll, bytes, 0, &used) != TILL_OK)
        log_warning("the paper takes no more: %s",
                    roll_fault(w->roll, NULL) ? roll_fault(w->roll, NULL) : "full");
    if (w->paper_size + used <= PAPER_BYTES_MAX) {
        memcpy(w->paper + w->paper_size, bytes.data, used);
        w->paper_size += used;
    }
    w->view.papers++;
}

static unsigned take(struct world *w, const struct bus_message *m)
{
    switch (m->verb) {
    case BUS_HELLO:
        take_hello(w, m);
        return WORLD_CONNECTED;
    case BUS_FRAME:
        w->view.frames++;
        return WORLD_FRAME;
    case BUS_SCREEN: {
        size_t size = m->payload.size < sizeof w->text ? m->payload.size : sizeof w->text - 1;
        text_copy(w->screen, sizeof w->screen, m->text);
        memcpy(w->text, m->payload.data, size);
        w->text[size] = '\0';
        return WORLD_SCREEN;
    }
    case BUS_PAPER:
        take_paper(w, m->payload);
        return WORLD_PAPER;
    case BUS_RESET:
        roll_power_cycle(w->roll);
        return 0;
    case BUS_FAULT:
        log_error("the printer refused: %s", m->text);
        return WORLD_PAPER;
    case BUS_SOUND:
        text_copy(w->sound, sizeof w->sound, m->text);
        return WORLD_SOUND;
    default:
        return 0;
    }
}

static void changed(struct world *w, unsigned changes)
{
    if (changes && w->options.changed)
        w->options.changed(w->options.context, changes);
}

/* The end of the connection is the end of the device's power: a begun line of paper is lost. */
static void lose_terminal(struct world *w)
{
    if (w->talking)
        event_free(w->talking);
    w->talking = NULL;
    if (w->terminal >= 0)
        close(w->terminal);
    w->terminal = -1;
    w->view.connected = false;
    w->screen[0] = w->text[0] = '\0';
    roll_power_cycle(w->roll);
}

static void on_message(evutil_socket_t fd, short what, void *context)
{
    struct world *w = context;
    struct bus_message message;
    unsigned changes = 0;
    (void)what;
    for (int i = 0; i < MESSAGES_A_TURN; i++) {
        enum till_status status = bus_receive(fd, w->memory, &message);
        if (status == TILL_UNCHANGED)
            break;
        if (status == TILL_OK) {
            changes |= take(w, &message);
        } else if (status == TILL_E_PROTOCOL) {
            log_warning("the terminal said something that can't be read");
        } else {
            lose_terminal(w);
            changes |= WORLD_CONNECTED | WORLD_SCREEN;
            break;
        }
    }
    changed(w, changes);
}

static void on_connect(evutil_socket_t fd, short what, void *context)
{
    struct world *w = context;
    (void)what;
    int terminal = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (terminal < 0)
        return;
    lose_terminal(w);
    w->terminal = terminal;
    w->talking = event_new(w->options.base, terminal, EV_READ | EV_PERSIST, on_message, w);
    if (!w->talking || event_add(w->talking, NULL) != 0)
        lose_terminal(w);
}

/* ---- opening --------------------------------------------------------------------------------- */

enum till_status world_open(const struct world_options *options, struct world **out)
{
    struct world *w = calloc(1, sizeof *w);
    if (!w)
        return TILL_E_MEMORY;
    w->options = *options;
    w->listener = w->terminal = -1;
    text_copy(w->socket_path, sizeof w->socket_path, options->socket_path);
    text_copy(w->picture_path, sizeof w->picture_path, options->picture_path);
    w->view.bearer = NETWORK_4G;
    w->view.battery_percent = 71;
    w->memory = malloc(BUS_DATAGRAM_MAX);
    w->paper = malloc(PAPER_BYTES_MAX);
    w->roll = roll_create(&options->paper);
    enum till_status status = w->memory && w->paper && w->roll ? TILL_OK : TILL_E_MEMORY;
    if (status == TILL_OK)
        status = bus_listen(w->socket_path, &w->listener);
    if (status == TILL_OK) {
        w->listening = event_new(options->base, w->listener, EV_READ | EV_PERSIST, on_connect, w);
        status = w->listening && event_add(w->listening, NULL) == 0 ? TILL_OK : TILL_E_IO;
    }
    if (status != TILL_OK) {
        world_close(w);
        return status;
    }
    *out = w;
    return TILL_OK;
}

void world_close(struct world *w)
{
    if (!w)
        return;
    if (w->roll)
        lose_terminal(w);
    if (w->listening)
        event_free(w->listening);
    if (w->listener >= 0) {
        close(w->listener);
        unlink(w->socket_path);
    }
    drop_picture(w);
    roll_destroy(w->roll);
    free(w->paper);
    free(w->memory);
    free(w);
}

/* ---- what the world does --------------------------------------------------------------------- */

void world_network(struct world *w, enum network_bearer bearer)
{
    w->view.bearer = bearer;
    tell_numbers(w, BUS_NET, bearer, bars_of(bearer));
    changed(w, WORLD_STATE);
}

void world_printer(struct world *w, enum sim_printer_status status)
{
    w->view.printer = status;
    tell_numbers(w, BUS_PRINTER, status, 0);
    changed(w, WORLD_STATE);
}

void world_battery(struct world *w, int percent, bool charging)
{
    w->view.battery_percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
    w->view.charging = charging;
    tell_numbers(w, BUS_BATTERY, w->view.battery_percent, charging);
    changed(w, WORLD_STATE);
}

void world_stick(struct world *w, const char *folder)
{
    w->view.stick = folder != NULL;
    text_copy(w->stick, sizeof w->stick, folder ? folder : "");
    tell_stick(w);
    changed(w, WORLD_STATE);
}

void world_clock(struct world *w, int64_t offset_s)
{
    w->clock_offset_s = offset_s;
    tell_numbers(w, BUS_CLOCK, offset_s, 0);
}

void world_key(struct world *w, enum key key, bool down)
{
    struct bus_message message;
    bus_message_init(&message, BUS_KEY);
    text_copy(message.text, sizeof message.text, key_name((int)key));
    message.numbers[0] = down;
    tell(w, &message);
}

void world_scan(struct world *w, const char *text)
{
    tell_text(w, BUS_SCAN, text);
}

void world_view(const struct world *w, struct world_view *view_out)
{
    *view_out = w->view;
    view_out->screen = w->screen;
    view_out->text = w->text;
    view_out->sound = w->sound;
}

const struct roll *world_paper(const struct world *w)
{
    return w->roll;
}

struct span world_paper_bytes(const struct world *w)
{
    return (struct span){w->paper, w->paper_size};
}

void world_tear_off(struct world *w)
{
    roll_tear_off(w->roll);
    w->paper_size = 0;
    w->view.papers++;
    changed(w, WORLD_PAPER);
}
