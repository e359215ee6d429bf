/*
 * The kernel's tables of routes, or what stands there in their place: any text.
 *   input  the version (1 byte), the line
 */
#include "route_line.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"eth0", "wwan0", "ppp0", "lo"};
    struct span input = fuzz_span(data, size);
    bool version_6 = (fuzz_byte(&input) & 1) != 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *line = fuzz_text(input);
        bool named = strstr(line, names[i]) != NULL;
        bool is_default = route_is_default(line, version_6, names[i]);
        assert(!is_default || named);
        free(line);
    }
    return 0;
}
