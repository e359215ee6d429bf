#include "escpos_grammar.h"

#include <string.h>

static const struct {
    const char *bytes;
    uint8_t size;
    uint8_t parameters;
    enum command_data data;
} commands[] = {
#define X(name, bytes, parameters, data) {bytes, sizeof bytes - 1, parameters, data},
    COMMAND_LIST(X)
#undef X
};

void grammar_init(struct grammar *g, bool multibyte)
{
    memset(g, 0, sizeof *g);
    g->multibyte = multibyte;
    g->whole = true;
}

bool grammar_at_boundary(const struct grammar *g)
{
    return !g->lost && g->whole && g->data_left == 0;
}

static uint32_t data_size(const struct grammar *g)
{
    const uint8_t *p = g->head + g->parameters_at;
    switch (commands[g->command].data) {
    case COMMAND_RASTER_DATA:
        return (uint32_t)(p[1] | p[2] << 8) * (uint32_t)(p[3] | p[4] << 8);
    case COMMAND_BLOCK_DATA:
        return (uint32_t)(p[1] | p[2] << 8);
    case COMMAND_CUT_DATA:
        return p[0] == 65 || p[0] == 66 ? 1 : 0;
    case COMMAND_NO_DATA:
        break;
    }
    return 0;
}

static enum grammar_token give(struct grammar *g, enum grammar_token token)
{
    g->whole = true;
    return token;
}

static enum grammar_token lose(struct grammar *g)
{
    g->lost = true;
    return GRAMMAR_UNKNOWN;
}

/* head begins with a control byte that may begin a command. */
static enum grammar_token put_command(struct grammar *g)
{
    bool may_grow = false;
    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        uint8_t size = commands[i].size;
        uint8_t common = g->head_size < size ? g->head_size : size;
        if (memcmp(g->head, commands[i].bytes, common) != 0) {
            continue;
        }
        if (g->head_size < size + commands[i].parameters) {
            may_grow = true;
            continue;
        }
        g->command = (enum command)i;
        g->parameters_at = size;
        g->data_left = data_size(g);
        if (g->command == COMMAND_HAN_ON) {
            g->multibyte = true;
        } else if (g->command == COMMAND_HAN_OFF) {
            g->multibyte = false;
        }
        return give(g, GRAMMAR_HEAD);
    }
    return may_grow ? GRAMMAR_MORE : lose(g);
}

/* head begins with 81..FE: GB 18030-2005 §5. */
static enum grammar_token put_character(struct grammar *g)
{
    if (g->head_size == 1) {
        return GRAMMAR_MORE;
    }
    bool four = g->head[1] >= 0x30 && g->head[1] <= 0x39;
    return g->head_size < (four ? 4 : 2) ? GRAMMAR_MORE : give(g, GRAMMAR_CHARACTER);
}

enum grammar_token grammar_put(struct grammar *g, uint8_t byte)
{
    if (g->lost) {
        return GRAMMAR_UNKNOWN;
    }
    if (g->data_left > 0) {
        g->data_left--;
        return GRAMMAR_DATA;
    }
    if (g->whole) {
        g->whole = false;
        g->head_size = 0;
    }
    g->head[g->head_size++] = byte;
    uint8_t first = g->head[0];
    if (first == 0x1B || first == 0x1C || first == 0x1D || first == 0x10 || first == 0x12) {
        return put_command(g);
    }
    if (first < 0x20 || first == 0x7F) {
        return give(g, GRAMMAR_CONTROL);
    }
    if (g->multibyte && first >= 0x81 && first <= 0xFE) {
        return put_character(g);
    }
    return give(g, GRAMMAR_CHARACTER);
}
