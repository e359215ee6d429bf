#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <event2/util.h>

/* libevent refuses port 0, which asks the kernel for a free one: it is read as 1 and put back. */
bool address_parse(const char *text, struct sockaddr_storage *address_out, int *size_out)
{
    char any[128];
    size_t size = strlen(text);
    bool free_port = size > 2 && strcmp(text + size - 2, ":0") == 0;
    if (size >= sizeof(any)) {
        return false;
    }
    memcpy(any, text, size + 1);
    if (free_port) {
        any[size - 1] = '1';
    }
    *size_out = (int)sizeof(*address_out);
    if (evutil_parse_sockaddr_port(any, (struct sockaddr *)address_out, size_out) != 0) {
        return false;
    }
    in_port_t *port = address_out->ss_family == AF_INET6
                          ? &((struct sockaddr_in6 *)address_out)->sin6_port
                          : &((struct sockaddr_in *)address_out)->sin_port;
    *port = free_port ? 0 : *port;
    return free_port || *port != 0;
}

enum till_status address_url(int fd, char out[ADDRESS_URL_MAX])
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    char host[INET6_ADDRSTRLEN] = "";
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        return TILL_E_IO;
    }
    if (address.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address;
        (void)evutil_inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
        (void)snprintf(out, ADDRESS_URL_MAX, "https://[%s]:%d", host, ntohs(in6->sin6_port));
    } else {
        const struct sockaddr_in *in = (const struct sockaddr_in *)&address;
        (void)evutil_inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
        (void)snprintf(out, ADDRESS_URL_MAX, "https://%s:%d", host, ntohs(in->sin_port));
    }
    return TILL_OK;
}
