/* The simulated devices at the end of some line: card, meter, modem, position, counter. */
#include <string.h>

#include "sim_private.h"

static void close_nothing(void *context)
{
    (void)context;
}

/* Card and meter: the answer of a script, NULL where it has none. */
static struct sim_script *find(struct sim_script *script, size_t count, struct span request)
{
    for (size_t i = 0; i < count; i++) {
        if (script[i].request_size == request.size &&
            memcmp(script[i].request, request.data, request.size) == 0) {
            return &script[i];
        }
    }
    return NULL;
}

static enum till_status learn(struct sim_script *script, size_t *count, struct span request,
                              struct span answer)
{
    struct sim_script *s = find(script, *count, request);
    if (!s) {
        if (*count == SIM_ANSWERS_MAX) {
            return TILL_LIMIT_REACHED;
        }
        s = &script[(*count)++];
        memcpy(s->request, request.data, request.size);
        s->request_size = request.size;
    }
    memcpy(s->answer, answer.data, answer.size);
    s->answer_size = answer.size;
    return TILL_OK;
}

enum till_status sim_card_insert(struct sim_world *world, struct span atr)
{
    if (atr.size < 2 || atr.size > CARD_ATR_MAX) {
        return TILL_TOO_LARGE;
    }
    memcpy(world->atr.bytes, atr.data, atr.size);
    world->atr.size = atr.size;
    world->card_in = true;
    world->card_connected = false;
    sim_signal(world, SIM_CARD);
    return TILL_OK;
}

void sim_card_remove(struct sim_world *world)
{
    world->card_in = false;
    world->card_connected = false;
    sim_signal(world, SIM_CARD);
}

enum till_status sim_card_answer(struct sim_world *world, struct span command, struct span response)
{
    if (command.size < CARD_COMMAND_MIN || command.size > CARD_COMMAND_MAX ||
        response.size < CARD_RESPONSE_MIN || response.size > CARD_RESPONSE_MAX) {
        return TILL_TOO_LARGE;
    }
    return learn(world->card_script, &world->card_script_size, command, response);
}

void sim_meter_attach(struct sim_world *world, bool attached)
{
    world->meter_attached = attached;
}

enum till_status sim_meter_answer(struct sim_world *world, struct span request, struct span answer)
{
    if (!meter_frame_is_whole(request) || !meter_frame_is_whole(answer)) {
        return TILL_TOO_LARGE;
    }
    return learn(world->meter_script, &world->meter_script_size, request, answer);
}

struct link_line sim_meter_line(const struct sim_world *world)
{
    return world->meter_line;
}

static int card_wait(void *context)
{
    struct sim_world *world = context;
    return world->ready[SIM_CARD].poll_fd;
}

static enum till_status card_look(void *context, bool *present_out)
{
    struct sim_world *world = context;
    sim_pump(world);
    sim_quiet(world, SIM_CARD);
    if (sim_is_alone(world)) {
        return TILL_DEVICE_OFFLINE;
    }
    *present_out = world->card_in;
    return TILL_OK;
}

static enum till_status card_power_up(void *context, struct card_atr *atr_out)
{
    struct sim_world *world = context;
    sim_pump(world);
    if (!world->card_in) {
        return TILL_NOT_FOUND;
    }
    world->card_connected = true;
    *atr_out = world->atr;
    return TILL_OK;
}

static enum till_status card_exchange(void *context, struct span command, uint8_t *response_out,
                                      size_t capacity, size_t *size_out)
{
    static const uint8_t unknown_instruction[] = {0x6D, 0x00};
    struct sim_world *world = context;
    sim_pump(world);
    if (!world->card_connected) {
        return TILL_NOT_FOUND;
    }
    const struct sim_script *s = find(world->card_script, world->card_script_size, command);
    const uint8_t *answer = s ? s->answer : unknown_instruction;
    size_t size = s ? s->answer_size : sizeof unknown_instruction;
    if (size > capacity) {
        return TILL_TOO_LARGE;
    }
    memcpy(response_out, answer, size);
    *size_out = size;
    return TILL_OK;
}

static void card_power_down(void *context)
{
    struct sim_world *world = context;
    world->card_connected = false;
}

static enum till_status meter_ask(void *context, struct span request, uint32_t timeout_ms,
                                  uint8_t *answer_out, size_t capacity, size_t *size_out)
{
    struct sim_world *world = context;
    sim_pump(world);
    const struct sim_script *s = NULL;
    if (world->meter_attached) {
        s = find(world->meter_script, world->meter_script_size, request);
    }
    if (!s) {
        /* Silence takes its time; on a virtual clock that costs nothing. */
        if (!world->setup.real_clock) {
            sim_advance(world, timeout_ms);
        }
        return sim_is_alone(world) ? TILL_DEVICE_OFFLINE : TILL_TIMEOUT;
    }
    if (s->answer_size > capacity) {
        return TILL_TOO_LARGE;
    }
    memcpy(answer_out, s->answer, s->answer_size);
    *size_out = s->answer_size;
    return TILL_OK;
}

static enum till_status meter_change_line(void *context, const struct link_line *line)
{
    struct sim_world *world = context;
    world->meter_line = *line;
    return TILL_OK;
}

static int modem_wait(void *context)
{
    struct sim_world *world = context;
    return world->ready[SIM_MODEM].poll_fd;
}

static enum till_status modem_tell(void *context, struct modem_state *state_out)
{
    struct sim_world *world = context;
    sim_pump(world);
    sim_quiet(world, SIM_MODEM);
    *state_out = world->modem_now;
    return TILL_OK;
}

static enum till_status modem_join(void *context, const char *apn)
{
    struct sim_world *world = context;
    (void)apn;
    if (world->modem_now.sim != MODEM_SIM_READY) {
        return TILL_REFUSED;
    }
    world->modem_now.attached = world->modem_now.registration == MODEM_HOME ||
                                world->modem_now.registration == MODEM_ROAMING;
    sim_signal(world, SIM_MODEM);
    return TILL_OK;
}

static enum till_status modem_leave(void *context)
{
    struct sim_world *world = context;
    world->modem_now.attached = false;
    sim_signal(world, SIM_MODEM);
    return TILL_OK;
}

static enum till_status position_tell(void *context, struct position_fix *fix_out)
{
    struct sim_world *world = context;
    sim_pump(world);
    if (!world->has_fix) {
        return TILL_NOT_FOUND;
    }
    *fix_out = world->fix;
    return TILL_OK;
}

static enum till_status position_switch(void *context, bool on)
{
    (void)context;
    (void)on;
    return TILL_UNSUPPORTED;
}

static enum till_status counter_tell(void *context, uint64_t *value_out)
{
    const struct sim_world *world = context;
    *value_out = world->count;
    return TILL_OK;
}

static enum till_status counter_add(void *context, uint64_t *value_out)
{
    struct sim_world *world = context;
    if (world->count == UINT64_MAX) {
        return TILL_LIMIT_REACHED;
    }
    *value_out = ++world->count;
    return TILL_OK;
}

void sim_lines_init(struct sim_world *world)
{
    world->card = (struct card_reader){.context = world,
                                       .fd = card_wait,
                                       .present = card_look,
                                       .connect = card_power_up,
                                       .transmit = card_exchange,
                                       .disconnect = card_power_down,
                                       .close = close_nothing};
    world->meter = (struct meter_port){world, meter_ask, meter_change_line, close_nothing};
    world->modem = (struct modem){.context = world,
                                  .fd = modem_wait,
                                  .state = modem_tell,
                                  .attach = modem_join,
                                  .detach = modem_leave,
                                  .reset = modem_leave,
                                  .close = close_nothing};
    world->position = (struct position){world, position_tell, position_switch, close_nothing};
    world->counter = (struct counter){world, counter_tell, counter_add, close_nothing};
}
