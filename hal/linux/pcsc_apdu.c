#include "pcsc_apdu.h"

#include <assert.h>
#include <string.h>

enum {
    ROUNDS_MAX = 20, /* a card that gives 256 bytes in pieces of 16, and puts one Le right */
    DATA_MAX = CARD_RESPONSE_MAX - 2,
    HEADER = 4,
    GET_RESPONSE = 0xC0
};

enum apdu_case apdu_case_of(struct span command)
{
    if (command.size < CARD_COMMAND_MIN || command.size > CARD_COMMAND_MAX) {
        return APDU_BAD;
    }
    if (command.size == HEADER) {
        return APDU_HEADER;
    }
    if (command.size == HEADER + 1) {
        return APDU_LE;
    }
    size_t data = command.data[HEADER];
    if (data > 0 && command.size == HEADER + 1 + data) {
        return APDU_DATA;
    }
    return data > 0 && command.size == HEADER + 2 + data ? APDU_DATA_LE : APDU_BAD;
}

/* GET RESPONSE keeps the logical channel of an interindustry class and the class of a SIM; to
 * other classes, as those of purses and meters, cards want 00. */
static uint8_t class_of(uint8_t class)
{
    if (class < 0x40) {
        return class & 0x03;
    }
    return class == 0xA0 ? class : 0x00;
}

struct exchange {
    uint8_t command[CARD_COMMAND_MAX];
    size_t size;
    bool has_le; /* its last byte is Le */
    bool wants;  /* the caller asked for data */
    bool mended; /* this command's Le was put right already */
    uint8_t data[DATA_MAX];
    size_t data_size;
};

static void begin(struct exchange *x, bool t0, struct span command)
{
    enum apdu_case shape = apdu_case_of(command);
    memset(x, 0, sizeof *x);
    memcpy(x->command, command.data, command.size);
    x->size = command.size;
    x->wants = shape == APDU_LE || shape == APDU_DATA_LE;
    x->has_le = x->wants;
    if (t0 && shape == APDU_HEADER) {
        x->size++; /* P3 = 0 */
    } else if (t0 && shape == APDU_DATA_LE) {
        x->size--;
        x->has_le = false;
    }
}

static void ask_for_more(struct exchange *x, uint8_t le)
{
    const uint8_t more[] = {class_of(x->command[0]), GET_RESPONSE, 0, 0, le};
    memcpy(x->command, more, sizeof more);
    x->size = sizeof more;
    x->has_le = true;
    x->mended = false;
}

enum till_status apdu_exchange(const struct apdu_carrier *carrier, bool t0, struct span command,
                               uint8_t *response_out, size_t capacity, size_t *size_out)
{
    assert(capacity >= CARD_RESPONSE_MAX);
    if (apdu_case_of(command) == APDU_BAD) {
        return TILL_BAD_INPUT;
    }
    struct exchange x;
    uint8_t answer[CARD_RESPONSE_MAX];
    enum till_status status = TILL_E_PROTOCOL;
    begin(&x, t0, command);
    for (int i = 0; i < ROUNDS_MAX; i++) {
        size_t size = 0;
        enum till_status sent = carrier->send(carrier->context, (struct span){x.command, x.size},
                                              answer, sizeof answer, &size);
        if (sent != TILL_OK || size < CARD_RESPONSE_MIN || size > sizeof answer ||
            size - 2 > DATA_MAX - x.data_size) {
            status = sent != TILL_OK ? sent : TILL_E_PROTOCOL;
            break;
        }
        memcpy(x.data + x.data_size, answer, size - 2);
        x.data_size += size - 2;
        uint8_t sw1 = answer[size - 2];
        uint8_t sw2 = answer[size - 1];
        if (sw1 == 0x6C && x.has_le && !x.mended) {
            x.command[x.size - 1] = sw2;
            x.mended = true;
        } else if (sw1 == 0x61 && x.wants) {
            ask_for_more(&x, sw2);
        } else {
            memcpy(response_out, x.data, x.data_size);
            response_out[x.data_size] = sw1;
            response_out[x.data_size + 1] = sw2;
            *size_out = x.data_size + 2;
            status = TILL_OK;
            break;
        }
    }
    explicit_bzero(&x, sizeof x);
    explicit_bzero(answer, sizeof answer);
    return status;
}

bool atr_is_whole(struct span atr)
{
    if (atr.size < 2 || atr.size > CARD_ATR_MAX || (atr.data[0] != 0x3B && atr.data[0] != 0x3F)) {
        return false;
    }
    size_t history = atr.data[1] & 0x0F;
    size_t at = 1;
    while (at < atr.size) {
        uint8_t announced = atr.data[at] >> 4;
        size_t next = at + (size_t)__builtin_popcount(announced);
        if ((announced & 8) == 0) {
            at = next;
            break;
        }
        at = next; /* TDi is the last of its group */
    }
    /* A check byte follows where another protocol than T=0 is offered; some readers keep it. */
    size_t whole = at + 1 + history;
    return atr.size == whole || atr.size == whole + 1;
}
