/*
 * A card that answers anything: an exchange ends, and what comes out of it is a response. Any bytes
 * as an answer to reset are judged without harm.
 *   input  T=0 or not (1 byte), size of the command (2 bytes, modulo), the command, then answers:
 *          size (1 byte; 255: 258) and bytes, until none are left
 */
#include "fuzz.h"
#include "pcsc_apdu.h"

struct card {
    struct span left;
    unsigned commands;
};

static enum till_status answer(void *context, struct span command, uint8_t *response_out,
                               size_t capacity, size_t *size_out)
{
    struct card *card = context;
    assert(command.size >= CARD_COMMAND_MIN && command.size <= CARD_COMMAND_MAX);
    assert(++card->commands <= 64);
    if (card->left.size == 0) {
        return TILL_TIMEOUT;
    }
    size_t size = fuzz_byte(&card->left);
    size = size == 255 ? CARD_RESPONSE_MAX : size;
    size = size > card->left.size ? card->left.size : size;
    assert(size <= capacity);
    if (size > 0) {
        memcpy(response_out, card->left.data, size);
    }
    card->left.data += size;
    card->left.size -= size;
    *size_out = size;
    return TILL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    (void)atr_is_whole(input);
    bool t0 = (fuzz_byte(&input) & 1) != 0;
    size_t wanted = fuzz_byte(&input);
    wanted = (wanted << 8 | fuzz_byte(&input)) % (CARD_COMMAND_MAX + 3);
    wanted = wanted > input.size ? input.size : wanted;
    struct card card = {fuzz_span(input.data + wanted, input.size - wanted), 0};
    struct span command = fuzz_span(input.data, wanted);
    struct apdu_carrier carrier = {&card, answer};
    uint8_t response[CARD_RESPONSE_MAX];
    size_t response_size = 0;
    enum till_status status =
        apdu_exchange(&carrier, t0, command, response, sizeof response, &response_size);
    if (status == TILL_OK) {
        assert(response_size >= CARD_RESPONSE_MIN && response_size <= sizeof response);
    } else {
        assert(response_size == 0);
        assert(status == TILL_BAD_INPUT || status == TILL_E_PROTOCOL || status == TILL_TIMEOUT);
        assert((status == TILL_BAD_INPUT) == (card.commands == 0));
    }
    return 0;
}
