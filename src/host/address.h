/*
 * Where the server listens: an address as people write it, and back.
 */
#ifndef TILL_HOST_ADDRESS_H
#define TILL_HOST_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "status.h"

enum { ADDRESS_URL_MAX = 96 };

/* "127.0.0.1:8443", "[::]:8443"; port 0: any free one. False: no such address, or no port. */
bool address_parse(const char *text, struct sockaddr_storage *address_out, int *size_out);
/* "https://127.0.0.1:8443" of a socket that listens. TILL_E_IO. */
enum till_status address_url(int fd, char out[ADDRESS_URL_MAX]) TILL_CHECKED;

#endif
