#include "number_list.h"

enum till_status number_list_write(const uint64_t *numbers, size_t count, char *out,
                                   size_t capacity)
{
    struct buffer text;
    buffer_init(&text, out, capacity);
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] > INT64_MAX) {
            return TILL_BAD_INPUT;
        }
        if (i > 0) {
            buffer_put_u8(&text, ',');
        }
        buffer_put_decimal(&text, (int64_t)numbers[i]);
    }
    buffer_put_u8(&text, 0);
    return buffer_status(&text);
}

/* Advances *at past one decimal number. */
static enum till_status read_number(const char **at, uint64_t *number_out)
{
    const char *first = *at;
    int64_t value = 0;
    while (**at >= '0' && **at <= '9') {
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, **at - '0', &value)) {
            return TILL_E_PROTOCOL;
        }
        (*at)++;
    }
    if (*at == first || (*first == '0' && *at - first > 1)) {
        return TILL_E_PROTOCOL;
    }
    *number_out = (uint64_t)value;
    return TILL_OK;
}

enum till_status number_list_read(const char *text, uint64_t *numbers_out, size_t most,
                                  size_t *count_out)
{
    size_t count = 0;
    const char *at = text;
    while (*at != '\0') {
        if (count == most || (count > 0 && *at++ != ',') ||
            read_number(&at, &numbers_out[count]) != TILL_OK) {
            return TILL_E_PROTOCOL;
        }
        count++;
    }
    *count_out = count;
    return TILL_OK;
}
