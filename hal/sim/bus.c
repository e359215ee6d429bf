#include "bus.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "network.h"
#include "sim.h"
#include "text.h"

static const struct {
    enum bus_verb verb;
    const char *name;
    const char *arguments;
} verbs[] = {
#define X(name, number, verb, arguments) {name, verb, arguments},
    BUS_LIST(X)
#undef X
};
enum { VERB_COUNT = sizeof verbs / sizeof *verbs };

/* The words for 1 and 0 of a verb's 's' argument. */
static const struct {
    enum bus_verb verb;
    const char *words[2];
} switches[] = {
    {BUS_KEY, {"up", "down"}},
    {BUS_CARD, {"out", "in"}},
    {BUS_METER, {"off", "on"}},
    {BUS_STICK, {"out", "in"}},
};

static const char *switch_word(enum bus_verb verb, bool on)
{
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        if (switches[i].verb == verb) {
            return switches[i].words[on];
        }
    }
    assert(false); /* a verb with a switch has its words */
    return "";
}

void bus_message_init(struct bus_message *message, enum bus_verb verb)
{
    message->verb = verb;
    message->text[0] = '\0';
    message->more[0] = '\0';
    memset(message->numbers, 0, sizeof message->numbers);
    message->payload = (struct span){NULL, 0};
}

/* The arguments of a line that is being parsed: words are cut out one by one. */
struct words {
    const char *at; /* NULL: none is left */
};

static bool take_word(struct words *w, char *out, size_t capacity)
{
    if (!w->at) {
        return false;
    }
    const char *space = strchr(w->at, ' ');
    size_t size = space ? (size_t)(space - w->at) : strlen(w->at);
    if (size == 0 || size >= capacity) {
        return false;
    }
    memcpy(out, w->at, size);
    out[size] = '\0';
    w->at = space ? space + 1 : NULL;
    return true;
}

static bool take_rest(struct words *w, char *out, size_t capacity)
{
    if (!w->at || w->at[0] == '\0' || strlen(w->at) >= capacity) {
        return false;
    }
    text_copy(out, capacity, w->at);
    w->at = NULL;
    return true;
}

static bool take_number(struct words *w, int64_t *out)
{
    char word[24];
    if (!take_word(w, word, sizeof word)) {
        return false;
    }
    char *end;
    errno = 0;
    long long value = strtoll(word, &end, 10);
    *out = value;
    return errno == 0 && end != word && *end == '\0' && word[0] != '+' && word[0] != ' ';
}

static bool take_named(struct words *w, char kind, enum bus_verb verb, int64_t *out)
{
    char word[24];
    if (!take_word(w, word, sizeof word)) {
        return false;
    }
    int value = -1;
    if (kind == 'b') {
        value = network_bearer_from_name(word);
    } else if (kind == 'p') {
        value = sim_printer_status_from_name(word);
    } else if (strcmp(word, switch_word(verb, true)) == 0) {
        value = 1;
    } else if (strcmp(word, switch_word(verb, false)) == 0) {
        value = 0;
    }
    *out = value;
    return value >= 0;
}

/* Is there a space at all between verb and arguments exactly when there are arguments? The takes
 * answer that: they fail on too few, and the caller on too many. */
static bool take_arguments(struct words *w, const char *arguments, struct bus_message *m)
{
    size_t number = 0;
    for (const char *a = arguments; *a != '\0' && *a != '+'; a++) {
        bool good = false;
        switch (*a) {
        case 'w':
            good = take_word(w, m->text, sizeof m->text);
            break;
        case 'W':
            good = take_word(w, m->more, sizeof m->more);
            break;
        case 't':
            good = take_rest(w, m->text, sizeof m->text);
            break;
        case 'n':
            good = take_number(w, &m->numbers[number++]);
            break;
        default:
            good = take_named(w, *a, m->verb, &m->numbers[number++]);
            break;
        }
        if (!good) {
            return false;
        }
    }
    return w->at == NULL;
}

/* Limits of numbers that a device's contract has; a panel's mistake must not reach a program. */
static bool values_hold(const struct bus_message *m)
{
    const int64_t *n = m->numbers;
    switch (m->verb) {
    case BUS_NET:
        return n[1] >= 0 && n[1] <= 4;
    case BUS_BATTERY:
        return n[0] >= 0 && n[0] <= 100 && (n[1] == 0 || n[1] == 1);
    case BUS_SPEED:
        return n[0] >= 0 && n[0] <= 100000;
    case BUS_CLOCK:
        return n[0] >= INT32_MIN && n[0] <= INT32_MAX;
    case BUS_POSITION:
        return n[0] >= -900000000 && n[0] <= 900000000 && n[1] >= -1800000000 &&
               n[1] <= 1800000000 && n[2] >= 0 && n[2] <= INT32_MAX;
    case BUS_HELLO:
        return n[0] > 0 && n[0] <= 4096 && n[1] > 0 && n[1] <= 4096 && (n[2] == 1 || n[2] == 2);
    case BUS_FRAME:
        return n[0] >= 0 && n[1] >= 0 && n[2] > 0 && n[3] > 0 && n[0] + n[2] <= 4096 &&
               n[1] + n[3] <= 4096;
    case BUS_LIGHT:
        return n[0] >= 0 && n[0] <= 100;
    case BUS_KEY:
        return key_from_name(m->text) != PAD_NONE;
    default:
        return true;
    }
}

enum till_status bus_parse(struct span datagram, struct bus_message *message_out)
{
    enum { LINE_MAX_SIZE = 2 * BUS_TEXT_MAX + 64 };
    char line[LINE_MAX_SIZE + 1];
    if (datagram.size == 0 || datagram.size > BUS_DATAGRAM_MAX) {
        return TILL_E_PROTOCOL;
    }
    const uint8_t *newline = memchr(datagram.data, '\n', datagram.size);
    size_t size = newline ? (size_t)(newline - datagram.data) : datagram.size;
    if (size > LINE_MAX_SIZE || !text_is_clean((const char *)datagram.data, size)) {
        return TILL_E_PROTOCOL;
    }
    memcpy(line, datagram.data, size);
    line[size] = '\0';
    char name[24];
    struct words words = {line};
    if (!take_word(&words, name, sizeof name)) {
        return TILL_E_PROTOCOL;
    }
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(verbs[i].name, name) != 0) {
            continue;
        }
        bool payload = strchr(verbs[i].arguments, '+') != NULL;
        bus_message_init(message_out, verbs[i].verb);
        if (payload != (newline != NULL) ||
            !take_arguments(&words, verbs[i].arguments, message_out) || !values_hold(message_out)) {
            return TILL_E_PROTOCOL;
        }
        if (payload) {
            message_out->payload = (struct span){newline + 1, datagram.size - size - 1};
        }
        return message_out->payload.size <= BUS_PAYLOAD_MAX ? TILL_OK : TILL_E_PROTOCOL;
    }
    return TILL_E_PROTOCOL;
}

static bool put_argument(struct buffer *out, char kind, const struct bus_message *m, size_t *number)
{
    if (kind == 'w' || kind == 'W' || kind == 't') {
        const char *text = kind == 'W' ? m->more : m->text;
        size_t size = strnlen(text, BUS_TEXT_MAX + 1);
        if (size == 0 || size > BUS_TEXT_MAX || !text_is_clean(text, size) ||
            (kind != 't' && memchr(text, ' ', size))) {
            return false;
        }
        buffer_put(out, text, size);
        return true;
    }
    int64_t value = m->numbers[(*number)++];
    if (kind == 'n') {
        buffer_put_decimal(out, value);
    } else if (kind == 'b' && value >= 0 && value <= NETWORK_WIRED) {
        buffer_put_text(out, network_bearer_name((enum network_bearer)value));
    } else if (kind == 'p' && value >= 0 && value < SIM_PRINTER_COUNT) {
        buffer_put_text(out, sim_printer_status_name((enum sim_printer_status)value));
    } else if (kind == 's' && (value == 0 || value == 1)) {
        buffer_put_text(out, switch_word(m->verb, value == 1));
    } else {
        return false;
    }
    return true;
}

enum till_status bus_format(const struct bus_message *message, struct buffer *out)
{
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (verbs[i].verb != message->verb) {
            continue;
        }
        if (!values_hold(message)) {
            return TILL_BAD_INPUT;
        }
        size_t from = out->size;
        size_t number = 0;
        buffer_put_text(out, verbs[i].name);
        for (const char *a = verbs[i].arguments; *a != '\0'; a++) {
            if (*a == '+') {
                buffer_put_u8(out, '\n');
                buffer_put(out, message->payload.data, message->payload.size);
                continue;
            }
            buffer_put_u8(out, ' ');
            if (!put_argument(out, *a, message, &number)) {
                return TILL_BAD_INPUT;
            }
        }
        bool large = message->payload.size > BUS_PAYLOAD_MAX || out->size - from > BUS_DATAGRAM_MAX;
        return large ? TILL_TOO_LARGE : buffer_status(out);
    }
    return TILL_BAD_INPUT;
}

static enum till_status open_socket(const char *path, struct sockaddr_un *address, int *fd_out)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address->sun_path || path[0] == '\0') {
        return TILL_BAD_INPUT;
    }
    text_copy(address->sun_path, sizeof address->sun_path, path);
    *fd_out = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return *fd_out < 0 ? TILL_E_IO : TILL_OK;
}

enum till_status bus_connect(const char *path, int *fd_out)
{
    struct sockaddr_un address;
    int fd;
    enum till_status status = open_socket(path, &address, &fd);
    if (status != TILL_OK) {
        return status;
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return TILL_DEVICE_OFFLINE;
    }
    *fd_out = fd;
    return TILL_OK;
}

enum till_status bus_listen(const char *path, int *fd_out)
{
    int other;
    enum till_status status = bus_connect(path, &other);
    if (status == TILL_OK) {
        close(other);
        return TILL_BUSY;
    }
    if (status != TILL_DEVICE_OFFLINE) {
        return status;
    }
    struct sockaddr_un address;
    int fd;
    status = open_socket(path, &address, &fd);
    if (status != TILL_OK) {
        return status;
    }
    (void)unlink(path);
    if (bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 4) != 0) {
        close(fd);
        return TILL_E_IO;
    }
    *fd_out = fd;
    return TILL_OK;
}

enum till_status bus_send(int fd, const struct bus_message *message)
{
    uint8_t memory[BUS_DATAGRAM_MAX];
    struct buffer out;
    buffer_init(&out, memory, sizeof memory);
    enum till_status status = bus_format(message, &out);
    if (status != TILL_OK) {
        return status;
    }
    ssize_t sent = send(fd, out.data, out.size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
        return TILL_OK;
    }
    return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? TILL_BUSY : TILL_DEVICE_OFFLINE;
}

enum till_status bus_receive(int fd, uint8_t *memory, struct bus_message *message_out)
{
    ssize_t size = recv(fd, memory, BUS_DATAGRAM_MAX, MSG_DONTWAIT | MSG_TRUNC);
    if (size == 0) {
        return TILL_DEVICE_OFFLINE;
    }
    if (size < 0) {
        return errno == EAGAIN || errno == EINTR ? TILL_UNCHANGED : TILL_DEVICE_OFFLINE;
    }
    if (size > BUS_DATAGRAM_MAX) {
        return TILL_E_PROTOCOL;
    }
    return bus_parse((struct span){memory, (size_t)size}, message_out);
}
