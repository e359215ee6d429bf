#include "hosts.h"

#include <arpa/inet.h>
#include <string.h>

enum {
    DER_SEQUENCE = 0x30,
    GENERAL_NAME_DNS = 0x82,     /* [2] IMPLICIT IA5String */
    GENERAL_NAME_ADDRESS = 0x87, /* [7] IMPLICIT OCTET STRING */
    LABEL_MAX = 63
};

static void put_der(struct buffer *out, uint8_t tag, struct span value)
{
    buffer_put_u8(out, tag);
    if (value.size < 0x80) {
        buffer_put_u8(out, (uint8_t)value.size);
    } else if (value.size <= UINT8_MAX) {
        buffer_put_u8(out, 0x81);
        buffer_put_u8(out, (uint8_t)value.size);
    } else {
        buffer_put_u8(out, 0x82);
        buffer_put_u16(out, (uint16_t)value.size); /* HOSTS_DER_MAX bounds it */
    }
    buffer_put(out, value.data, value.size);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_label_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool is_host_name(const char *text)
{
    size_t label = 0;
    bool digits_only = true;
    for (size_t i = 0;; i++) {
        char c = text[i];
        if (c == '.' || c == '\0') {
            if (label == 0 || label > LABEL_MAX || text[i - 1] == '-') {
                return false;
            }
            if (c == '\0') {
                return !digits_only;
            }
            label = 0;
            digits_only = true;
            continue;
        }
        if (!is_label_char(c) || (label == 0 && c == '-')) {
            return false;
        }
        digits_only = digits_only && is_digit(c);
        label++;
    }
}

static enum till_status put_host(struct buffer *names, const char *host)
{
    uint8_t address[16];
    if (inet_pton(AF_INET, host, address) == 1) {
        put_der(names, GENERAL_NAME_ADDRESS, (struct span){address, 4});
    } else if (inet_pton(AF_INET6, host, address) == 1) {
        put_der(names, GENERAL_NAME_ADDRESS, (struct span){address, 16});
    } else if (is_host_name(host)) {
        put_der(names, GENERAL_NAME_DNS, (struct span){(const uint8_t *)host, strlen(host)});
    } else {
        return TILL_BAD_INPUT;
    }
    return TILL_OK;
}

enum till_status hosts_encode(const char *hosts, struct buffer *der_out)
{
    uint8_t memory[HOSTS_DER_MAX];
    struct buffer names;
    buffer_init(&names, memory, sizeof memory);

    const char *at = hosts;
    for (size_t count = 0;; count++) {
        size_t size = strcspn(at, ",");
        if (count == HOSTS_MAX || size == 0 || size > HOST_NAME_MAX_SIZE) {
            return TILL_BAD_INPUT;
        }
        char host[HOST_NAME_MAX_SIZE + 1];
        memcpy(host, at, size);
        host[size] = '\0';
        enum till_status status = put_host(&names, host);
        if (status != TILL_OK) {
            return status;
        }
        if (at[size] == '\0') {
            break;
        }
        at += size + 1;
    }
    enum till_status status = buffer_status(&names);
    if (status != TILL_OK) {
        return status;
    }
    put_der(der_out, DER_SEQUENCE, (struct span){names.data, names.size});
    return buffer_status(der_out);
}
