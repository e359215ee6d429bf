#include "api_inside.h"
#include "statement.h"
#include "stick_trust.h"

/* What to seal to. Asked once by each terminal: the key is read when it is. */
enum till_status api_get_stick(const struct api_call *call, struct api_answer *answer)
{
    uint8_t memory[STATEMENT_MAX];
    struct buffer out;
    struct stick_trust trust;
    const struct authority *authority = call->api->authority;
    enum till_status status = stick_trust_open(authority->dir, &trust);
    if (status != TILL_OK) {
        return status;
    }
    buffer_init(&out, memory, sizeof(memory));
    status = stick_trust_statement(&trust, &authority->statement, &out);
    stick_trust_close(&trust);
    return status == TILL_OK ? api_give(answer, api_type_text, (struct span){out.data, out.size})
                             : status;
}
