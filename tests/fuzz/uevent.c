/* What claims to be a kernel's uevent, in one datagram. */
#include "uevent.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uevent event;
    if (uevent_parse(fuzz_span(data, size), &event)) {
        assert(event.action[0] != '\0' && memchr(event.action, '\0', sizeof event.action));
        assert(memchr(event.subsystem, '\0', sizeof event.subsystem));
        assert(memchr(event.device, '\0', sizeof event.device) && !strchr(event.device, '/'));
    }
    return 0;
}
