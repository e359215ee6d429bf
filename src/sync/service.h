/*
 * The service: drives the machine with the clock, the socket, the disk and the transport.
 *
 * One terminal at a time; a new connection replaces the one before, for a terminal that was killed
 * comes back before its old end is noticed. Runs on one thread; the longest it holds the loop is
 * checking a book (a second per 50 MB).
 */
#ifndef TILL_SERVICE_H
#define TILL_SERVICE_H

#include "line_store.h"
#include "transport.h"

struct event_base;
struct service;

/*
 *   store, transport  outlive the service
 *   socket_path       listened on at once
 * TILL_BUSY: somebody answers there already. TILL_BAD_INPUT: the path. TILL_E_IO, TILL_E_MEMORY.
 */
enum till_status service_open(struct event_base *base, const struct line_store *store,
                              const struct transport *transport, const char *socket_path,
                              struct service **service_out) TILL_CHECKED;
void service_close(struct service *s);

#endif
