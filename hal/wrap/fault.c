#include "fault.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum when { WHEN_ONCE, WHEN_FROM, WHEN_ALWAYS, WHEN_RANDOM };

struct part {
    char operation[32]; /* "*": any */
    enum when when;
    uint64_t number;
    enum till_status status;
    uint64_t calls;
};

struct fault {
    struct part parts[FAULT_PARTS_MAX];
    size_t count;
    uint64_t random; /* state of xorshift64*, never 0 */
    uint64_t answered;
};

/* Marsaglia's xorshift64* by Vigna: the same faults on every machine for a seed. */
static uint64_t next_random(struct fault *fault)
{
    uint64_t x = fault->random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    fault->random = x;
    return x * UINT64_C(2685821657736338717);
}

enum { STATUS_NUMBER_MAX = 255 }; /* beyond the list: what is none has no name */

static bool find_status(const char *name, enum till_status *status_out)
{
    for (int number = TILL_E_DEVICE; number <= STATUS_NUMBER_MAX; number++) {
        const char *whole = status_name(number);
        char small[40];
        size_t size = 0;
        for (const char *c = whole + strlen("TILL_"); *c != '\0' && size + 1 < sizeof small; c++) {
            small[size++] = (char)tolower((unsigned char)*c);
        }
        small[size] = '\0';
        if (strcmp(small, name) == 0) {
            *status_out = (enum till_status)number;
            return true;
        }
    }
    return false;
}

static bool parse_number(const char *text, size_t size, uint64_t *number_out)
{
    char digits[16];
    if (size == 0 || size >= sizeof digits) {
        return false;
    }
    memcpy(digits, text, size);
    digits[size] = '\0';
    char *end;
    *number_out = strtoull(digits, &end, 10);
    return isdigit((unsigned char)digits[0]) && *end == '\0' && *number_out > 0;
}

static bool parse_when(const char *text, struct part *part)
{
    size_t size = strlen(text);
    if (strcmp(text, "*") == 0) {
        part->when = WHEN_ALWAYS;
        return true;
    }
    if (text[0] == '~') {
        part->when = WHEN_RANDOM;
        return parse_number(text + 1, size - 1, &part->number);
    }
    if (size > 0 && text[size - 1] == '+') {
        part->when = WHEN_FROM;
        return parse_number(text, size - 1, &part->number);
    }
    part->when = WHEN_ONCE;
    return parse_number(text, size, &part->number);
}

/* One "printer.write:3=paper_out", without spaces around. */
static bool parse_part(const char *text, size_t size, struct part *part)
{
    char whole[96];
    if (size == 0 || size >= sizeof whole) {
        return false;
    }
    memcpy(whole, text, size);
    whole[size] = '\0';
    char *colon = strchr(whole, ':');
    char *equals = colon ? strchr(colon, '=') : NULL;
    if (!equals) {
        return false;
    }
    *colon = '\0';
    *equals = '\0';
    memset(part, 0, sizeof *part);
    if (whole[0] == '\0' || strlen(whole) >= sizeof part->operation ||
        (strcmp(whole, "*") != 0 && !strchr(whole, '.'))) {
        return false;
    }
    text_copy(part->operation, sizeof part->operation, whole);
    return parse_when(colon + 1, part) && find_status(equals + 1, &part->status) &&
           part->status != TILL_OK;
}

static enum till_status fault_before(void *context, const char *operation)
{
    struct fault *fault = context;
    for (size_t i = 0; i < fault->count; i++) {
        struct part *part = &fault->parts[i];
        if (strcmp(part->operation, "*") != 0 && strcmp(part->operation, operation) != 0) {
            continue;
        }
        part->calls++;
        bool now = false;
        switch (part->when) {
        case WHEN_ONCE:
            now = part->calls == part->number;
            break;
        case WHEN_FROM:
            now = part->calls >= part->number;
            break;
        case WHEN_ALWAYS:
            now = true;
            break;
        case WHEN_RANDOM:
            now = next_random(fault) % part->number == 0;
            break;
        }
        if (now) {
            fault->answered++;
            return part->status;
        }
    }
    return TILL_OK;
}

uint64_t fault_count(const struct wrap_hook *hook)
{
    const struct fault *fault = hook->context;
    return fault->answered;
}

enum till_status fault_open(const char *plan, uint64_t seed, struct wrap_hook *hook_out,
                            char why_out[96])
{
    struct fault *fault = calloc(1, sizeof *fault);
    if (!fault) {
        return TILL_E_MEMORY;
    }
    fault->random = seed == 0 ? UINT64_C(0x9E3779B97F4A7C15) : seed;
    const char *at = plan;
    while (at) {
        const char *comma = strchr(at, ',');
        size_t size = comma ? (size_t)(comma - at) : strlen(at);
        const char *begin = at;
        while (size > 0 && *begin == ' ') {
            begin++;
            size--;
        }
        while (size > 0 && begin[size - 1] == ' ') {
            size--;
        }
        if (fault->count == FAULT_PARTS_MAX ||
            !parse_part(begin, size, &fault->parts[fault->count])) {
            snprintf(why_out, 96, "\"%.*s\" is not operation:when=status",
                     (int)(size < 50 ? size : 50), begin);
            free(fault);
            return TILL_E_CONFIG;
        }
        fault->count++;
        at = comma ? comma + 1 : NULL;
    }
    *hook_out = (struct wrap_hook){fault, fault_before, NULL, free};
    return TILL_OK;
}
