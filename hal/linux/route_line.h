/*
 * A line of the kernel's routes: /proc/net/route, /proc/net/ipv6_route (proc(5)). Pure.
 */
#ifndef TILL_ROUTE_LINE_H
#define TILL_ROUTE_LINE_H

#include <stdbool.h>

/* Does a line of either table give this interface a default route that is up? It is cut into
 * words. */
bool route_is_default(char *line, bool version_6, const char *name);

#endif
