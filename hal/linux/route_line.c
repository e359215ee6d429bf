#include "route_line.h"

#include <net/route.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 12 };

/* Cut a line at its blanks; returns how many words there are, at most WORDS_MAX. */
static size_t split(char *line, const char *words[WORDS_MAX])
{
    size_t count = 0;
    char *at = line;
    while (count < WORDS_MAX) {
        at += strspn(at, " \t\n");
        if (*at == '\0') {
            break;
        }
        words[count++] = at;
        at += strcspn(at, " \t\n");
        if (*at != '\0') {
            *at++ = '\0';
        }
    }
    return count;
}

static bool is_zero(const char *hex)
{
    return hex[strspn(hex, "0")] == '\0';
}

bool route_is_default(char *line, bool version_6, const char *name)
{
    const char *words[WORDS_MAX];
    size_t count = split(line, words);
    if (version_6) {
        unsigned long flags = count == 10 ? strtoul(words[8], NULL, 16) : 0;
        return (flags & RTF_UP) != 0 && (flags & RTF_REJECT) == 0 && is_zero(words[0]) &&
               is_zero(words[1]) && strcmp(words[9], name) == 0;
    }
    unsigned long flags = count == 11 ? strtoul(words[3], NULL, 16) : 0;
    return (flags & RTF_UP) != 0 && (flags & RTF_REJECT) == 0 && is_zero(words[1]) &&
           is_zero(words[7]) && strcmp(words[0], name) == 0;
}
