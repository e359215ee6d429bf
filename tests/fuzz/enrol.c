/* Any text as a ticket and as each message of enrolment, renewal and trust: what is read is written
 * and read again. */
#include "enrol.h"
#include "fuzz.h"
#include "trust.h"

static uint8_t memory[ENROL_MESSAGE_MAX * 2];

static void try_ticket(struct span text)
{
    char out[256];
    struct enrol_ticket t;
    struct enrol_ticket again;
    if (enrol_ticket_read((const char *)text.data, text.size, &t) != TILL_OK) {
        return;
    }
    assert(enrol_ticket_write(&t, out, sizeof(out)) == TILL_OK);
    assert(enrol_ticket_read(out, strlen(out), &again) == TILL_OK);
    assert(strcmp(t.url, again.url) == 0 && strcmp(t.terminal, again.terminal) == 0);
    assert(strcmp(t.code, again.code) == 0 && strcmp(t.typed, again.typed) == 0);
    assert(t.whole == again.whole && memcmp(t.authority, again.authority, HASH_SIZE) == 0);
}

static void try_messages(struct span json)
{
    static struct enrol_request request, request_again;
    static struct enrol_answer answer, answer_again;
    struct wire_error error;
    struct wire_error error_again;
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    if (enrol_request_read(json, &request) == TILL_OK) {
        assert(enrol_request_write(&request, &out) == TILL_OK);
        assert(enrol_request_read((struct span){memory, out.size}, &request_again) == TILL_OK);
        assert(memcmp(&request, &request_again, sizeof(request)) == 0);
    }
    if (enrol_answer_read(json, &answer) == TILL_OK) {
        assert(enrol_answer_write(&answer, &out) == TILL_OK);
        assert(enrol_answer_read((struct span){memory, out.size}, &answer_again) == TILL_OK);
        assert(strcmp(answer.line_cert, answer_again.line_cert) == 0);
    }
    if (wire_error_read(json, &error) == TILL_OK) {
        assert(wire_error_write(&error, &out) == TILL_OK);
        assert(wire_error_read((struct span){memory, out.size}, &error_again) == TILL_OK);
        assert(error.status == error_again.status && strcmp(error.text, error_again.text) == 0);
    }
}

static void try_renewal(struct span json)
{
    static struct renew_request request, request_again;
    static struct trust_answer told, told_again;
    struct buffer out;
    buffer_init(&out, memory, sizeof(memory));
    if (renew_request_read(json, &request) == TILL_OK) {
        assert(renew_request_write(&request, &out) == TILL_OK);
        assert(renew_request_read((struct span){memory, out.size}, &request_again) == TILL_OK);
        assert(memcmp(&request, &request_again, sizeof(request)) == 0);
    }
    if (trust_answer_read(json, &told) == TILL_OK) {
        assert(trust_answer_write(&told, &out) == TILL_OK);
        assert(trust_answer_read((struct span){memory, out.size}, &told_again) == TILL_OK);
        assert(strcmp(told.statement, told_again.statement) == 0);
        assert(strcmp(told.cross_cert, told_again.cross_cert) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_ticket((struct span){data, size});
    try_messages((struct span){data, size});
    try_renewal((struct span){data, size});
    return 0;
}
