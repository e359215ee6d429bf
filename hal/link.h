/*
 * Byte link: a line to one device, whatever it runs over (serial, USB serial, TCP).
 *
 * It carries bytes in order or says that it can't; it knows no frame. Everything is non-blocking:
 * a link that lost its peer tries again by itself, at most once a second, and answers
 * TILL_DEVICE_OFFLINE meanwhile. Bytes in flight when the peer went are lost; `generation` tells.
 *
 * Threads: one instance, one thread.
 */
#ifndef TILL_LINK_H
#define TILL_LINK_H

#include "hal.h"

enum link_parity { LINK_PARITY_NONE = 0, LINK_PARITY_EVEN = 1, LINK_PARITY_ODD = 2 };
enum link_flow { LINK_FLOW_NONE = 0, LINK_FLOW_HARDWARE = 1, LINK_FLOW_SOFTWARE = 2 };

/* How a serial line is set; other links have no line. */
struct link_line {
    uint32_t baud; /* bit/s: 300, 600, 1200, 2400, 4800, 9600 … 921600 */
    uint8_t bits;  /* 7 or 8 */
    enum link_parity parity;
    uint8_t stops;       /* 1 or 2 */
    enum link_flow flow; /* hardware: RTS/CTS; software: XON/XOFF */
};

struct link {
    void *context;
    /* Readable when read would give something, or the peer went; -1 while there is no peer. It may
     * be another number after a reconnection: ask again when `generation` has changed. */
    int (*fd)(void *context);
    /* Counts the connections made, from 1; 0 = none yet. */
    uint32_t (*generation)(void *context);
    /* Bytes that came, 1..capacity. TILL_UNCHANGED: none. TILL_DEVICE_OFFLINE: no peer. */
    enum till_status (*read)(void *context, uint8_t *bytes_out, size_t capacity, size_t *size_out);
    /* Take what goes now, 0..bytes.size. TILL_DEVICE_OFFLINE: no peer. */
    enum till_status (*write)(void *context, struct span bytes, size_t *taken_out);
    /* TILL_OK: all taken bytes have left this machine. TILL_BUSY: not yet (flow control, a slow
     * line). TILL_DEVICE_OFFLINE: no peer, so they may be lost. */
    enum till_status (*flush)(void *context);
    /* Drop what is buffered in both directions. */
    void (*discard)(void *context);
    /* Change baud, parity and so on, from the next byte. TILL_UNSUPPORTED: no serial line.
     * TILL_E_CONFIG: this hardware can't do it, and the line is as it was. */
    enum till_status (*set_line)(void *context, const struct link_line *line);
    void (*close)(void *context);
};

/* Checked calls (hal.h). None blocks. */
int link_fd(const struct link *link);
uint32_t link_generation(const struct link *link);
enum till_status link_read(const struct link *link, uint8_t *bytes_out, size_t capacity,
                           size_t *size_out) TILL_CHECKED;
enum till_status link_write(const struct link *link, struct span bytes,
                            size_t *taken_out) TILL_CHECKED;
enum till_status link_flush(const struct link *link) TILL_CHECKED;
void link_discard(const struct link *link);
enum till_status link_set_line(const struct link *link, const struct link_line *line) TILL_CHECKED;

#endif
