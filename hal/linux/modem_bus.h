/*
 * The system's message bus, for modem_manager.c: a connection by sd-bus that never blocks, and
 * comes back by itself.
 *
 * libsystemd is loaded when a board asks for a modem of ModemManager, and only then: linked in, it
 * and what it brings would cost each terminal 1 MB of memory. Its calls are pointers in struct
 * modem_bus, under their own names.
 */
#ifndef TILL_MODEM_BUS_H
#define TILL_MODEM_BUS_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "status.h"

#define MODEM_BUS_CALLS(X)                                                                         \
    X(sd_bus_new)                                                                                  \
    X(sd_bus_set_address)                                                                          \
    X(sd_bus_set_bus_client)                                                                       \
    X(sd_bus_start)                                                                                \
    X(sd_bus_close_unref)                                                                          \
    X(sd_bus_get_fd)                                                                               \
    X(sd_bus_get_events)                                                                           \
    X(sd_bus_get_timeout)                                                                          \
    X(sd_bus_process)                                                                              \
    X(sd_bus_add_match_async)                                                                      \
    X(sd_bus_call_async)                                                                           \
    X(sd_bus_slot_unref)                                                                           \
    X(sd_bus_message_new_method_call)                                                              \
    X(sd_bus_message_append)                                                                       \
    X(sd_bus_message_unref)                                                                        \
    X(sd_bus_message_is_method_error)                                                              \
    X(sd_bus_message_get_error)                                                                    \
    X(sd_bus_message_get_path)                                                                     \
    X(sd_bus_message_enter_container)                                                              \
    X(sd_bus_message_exit_container)                                                               \
    X(sd_bus_message_peek_type)                                                                    \
    X(sd_bus_message_read_basic)                                                                   \
    X(sd_bus_message_skip)

struct modem_bus {
    void *library;
#define X(name) __typeof__(&(name)) name;
    MODEM_BUS_CALLS(X)
#undef X
    char address[192];
    sd_bus *bus; /* NULL: not connected */
    int set;     /* epoll set of the owner, in which the connection is watched */
    int watched; /* descriptor in it; -1: none */
    uint32_t events;
    int64_t retry_ms; /* no connection is tried before */
};

/* address "" = the system's bus. TILL_UNSUPPORTED: libsystemd is not installed, or too old. */
enum till_status modem_bus_load(struct modem_bus *bus, const char *address, int set) TILL_CHECKED;
/* Connect where there is no connection and it is time; true: there is a new one, on which nothing
 * is asked or watched yet. */
bool modem_bus_connect(struct modem_bus *bus, int64_t now_ms);
/* Take and send what is there; callbacks run in here. false: the connection is gone. */
bool modem_bus_pump(struct modem_bus *bus, int64_t now_ms);
/* Until when (monotonic ms) it wants to be pumped at the latest; INT64_MAX: no matter. */
int64_t modem_bus_deadline_ms(const struct modem_bus *bus);
/* Call a method with no argument, or with those that types says; the answer, or an error, comes to
 * the callback, within timeout_ms. On true *slot_out is the caller's to unref, which also makes the
 * callback not come any more. */
bool modem_bus_call(struct modem_bus *bus, sd_bus_message *call, uint32_t timeout_ms,
                    sd_bus_message_handler_t callback, void *context, sd_bus_slot **slot_out);
void modem_bus_drop(struct modem_bus *bus, int64_t now_ms);
void modem_bus_unload(struct modem_bus *bus);

#endif
