/* Checked calls of the devices that talk to something further: card, link, meter, modem. */
#include <assert.h>
#include <string.h>

#include "card.h"
#include "link.h"
#include "meter.h"
#include "modem.h"

int card_fd(const struct card_reader *reader)
{
    return reader->fd(reader->context);
}

enum till_status card_present(const struct card_reader *reader, bool *present_out)
{
    bool present = false;
    enum till_status status = reader->present(reader->context, &present);
    if (status == TILL_OK) {
        *present_out = present;
    }
    return status;
}

enum till_status card_connect(const struct card_reader *reader, struct card_atr *atr_out)
{
    struct card_atr atr = {{0}, 0};
    enum till_status status = reader->connect(reader->context, &atr);
    if (status == TILL_OK) {
        assert(atr.size >= 2 && atr.size <= CARD_ATR_MAX);
        *atr_out = atr;
    }
    return status;
}

enum till_status card_transmit(const struct card_reader *reader, struct span command,
                               uint8_t *response_out, size_t capacity, size_t *size_out)
{
    assert(command.size >= CARD_COMMAND_MIN && command.size <= CARD_COMMAND_MAX);
    assert(response_out && capacity >= CARD_RESPONSE_MAX);
    size_t size = 0;
    enum till_status status =
        reader->transmit(reader->context, command, response_out, capacity, &size);
    if (status == TILL_OK) {
        assert(size >= CARD_RESPONSE_MIN && size <= CARD_RESPONSE_MAX);
        *size_out = size;
    }
    return status;
}

void card_disconnect(const struct card_reader *reader)
{
    reader->disconnect(reader->context);
}

int link_fd(const struct link *link)
{
    return link->fd(link->context);
}

uint32_t link_generation(const struct link *link)
{
    return link->generation(link->context);
}

enum till_status link_read(const struct link *link, uint8_t *bytes_out, size_t capacity,
                           size_t *size_out)
{
    assert(bytes_out && capacity > 0);
    size_t size = 0;
    enum till_status status = link->read(link->context, bytes_out, capacity, &size);
    if (status == TILL_OK) {
        assert(size > 0 && size <= capacity);
        *size_out = size;
    }
    return status;
}

enum till_status link_write(const struct link *link, struct span bytes, size_t *taken_out)
{
    assert(bytes.data || bytes.size == 0);
    size_t taken = 0;
    enum till_status status = link->write(link->context, bytes, &taken);
    assert(taken <= bytes.size);
    *taken_out = taken;
    return status;
}

enum till_status link_flush(const struct link *link)
{
    return link->flush(link->context);
}

void link_discard(const struct link *link)
{
    link->discard(link->context);
}

enum till_status link_set_line(const struct link *link, const struct link_line *line)
{
    assert(line->bits == 7 || line->bits == 8);
    assert(line->stops == 1 || line->stops == 2);
    return link->set_line(link->context, line);
}

bool meter_frame_is_whole(struct span frame)
{
    if (frame.size < METER_FRAME_MIN || frame.size > METER_FRAME_MAX) {
        return false;
    }
    const uint8_t *f = frame.data;
    if (f[0] != 0x68 || f[7] != 0x68 || f[frame.size - 1] != 0x16) {
        return false;
    }
    if ((size_t)f[9] + METER_FRAME_MIN != frame.size) {
        return false;
    }
    unsigned sum = 0;
    for (size_t i = 0; i < frame.size - 2; i++) {
        sum += f[i];
    }
    return (sum & 0xFF) == f[frame.size - 2];
}

enum till_status meter_exchange(const struct meter_port *port, struct span request,
                                uint32_t timeout_ms, uint8_t *answer_out, size_t capacity,
                                size_t *size_out)
{
    assert(meter_frame_is_whole(request));
    assert(timeout_ms >= 50 && timeout_ms <= 5000);
    assert(answer_out && capacity >= METER_FRAME_MAX);
    size_t size = 0;
    enum till_status status =
        port->exchange(port->context, request, timeout_ms, answer_out, capacity, &size);
    if (status == TILL_OK) {
        assert(size <= capacity && meter_frame_is_whole((struct span){answer_out, size}));
        *size_out = size;
    }
    return status;
}

enum till_status meter_set_line(const struct meter_port *port, const struct link_line *line)
{
    assert(line->bits == 7 || line->bits == 8);
    assert(line->stops == 1 || line->stops == 2);
    return port->set_line(port->context, line);
}

int modem_fd(const struct modem *modem)
{
    return modem->fd(modem->context);
}

enum till_status modem_state(const struct modem *modem, struct modem_state *state_out)
{
    struct modem_state state;
    memset(&state, 0, sizeof state);
    enum till_status status = modem->state(modem->context, &state);
    if (status == TILL_OK) {
        assert(state.registration <= MODEM_ROAMING && state.sim <= MODEM_SIM_BLOCKED);
        *state_out = state;
    }
    return status;
}

enum till_status modem_attach(const struct modem *modem, const char *apn)
{
    assert(apn && apn[0] != '\0' && strlen(apn) <= MODEM_APN_MAX);
    return modem->attach(modem->context, apn);
}

enum till_status modem_detach(const struct modem *modem)
{
    return modem->detach(modem->context);
}

enum till_status modem_reset(const struct modem *modem)
{
    return modem->reset(modem->context);
}
