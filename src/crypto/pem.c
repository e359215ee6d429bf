#include "pem.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { BOUNDARY_MAX = 48 };

static bool is_body(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=' || c == '\r' || c == '\n';
}

static size_t boundary(char out[BOUNDARY_MAX], const char *which, const char *label)
{
    int size = snprintf(out, BOUNDARY_MAX, "-----%s %s-----", which, label);
    assert(size > 0 && size < BOUNDARY_MAX);
    return (size_t)size;
}

bool pem_is_one(const char *pem, const char *label, size_t size_max)
{
    char begin[BOUNDARY_MAX], end[BOUNDARY_MAX];
    size_t begin_size = boundary(begin, "BEGIN", label);
    size_t end_size = boundary(end, "END", label);

    size_t size = strnlen(pem, size_max);
    if (size == size_max) {
        return false;
    }
    while (size > 0 && (pem[size - 1] == '\n' || pem[size - 1] == '\r')) {
        size--;
    }
    if (size < begin_size + end_size || memcmp(pem, begin, begin_size) != 0 ||
        memcmp(pem + size - end_size, end, end_size) != 0) {
        return false;
    }
    if (pem[begin_size] != '\n' && pem[begin_size] != '\r') {
        return false;
    }
    /* '-' is not in the alphabet, so no second boundary can hide in the body. */
    for (size_t i = begin_size; i < size - end_size; i++) {
        if (!is_body(pem[i])) {
            return false;
        }
    }
    return pem[size - end_size - 1] == '\n';
}
