/* Which authorities stand: what proves itself, for anybody; and who knows it by now. */
#include "api_inside.h"
#include "succession.h"
#include "trust.h"

enum till_status api_get_trust(const struct api_call *call, struct api_answer *answer)
{
    uint8_t memory[TRUST_ANSWER_MAX];
    struct buffer out;
    const struct authority *a = call->api->authority;
    if (a->trust.serial == 0) {
        return TILL_NOT_FOUND;
    }
    buffer_init(&out, memory, sizeof(memory));
    enum till_status status = trust_answer_write(&a->told, &out);
    return status == TILL_OK ? api_give(answer, api_type_json, (struct span){out.data, out.size})
                             : status;
}

/* The terminal holds the statement of that serial. */
enum till_status api_get_trust_known(const struct api_call *call, struct api_answer *answer)
{
    const struct authority *a = call->api->authority;
    uint64_t serial = api_number(call->part[0]);
    if (serial == 0 || serial > a->trust.serial) {
        return TILL_NOT_FOUND;
    }
    if (serial < a->trust.serial) {
        return api_get_trust(call, answer);
    }
    answer->code = 204;
    return succession_note(call->api->store, call->terminal, serial);
}
