/*
 * Meter port: one frame to an electricity meter, one frame back (DL/T 645-2007, -1997).
 *
 * It sends the wake-up bytes, finds where a frame begins and ends, and knows nothing of addresses,
 * registers or checksums' meaning beyond that: who reads a meter does. Infrared heads echo what
 * they send; the driver swallows that.
 *
 * Threads: one instance, one thread.  Memory: buffers are the caller's.
 */
#ifndef TILL_METER_H
#define TILL_METER_H

#include "hal.h"
#include "link.h"

enum {
    /* 68H, 6 address bytes, 68H, C, L, at most 200 data bytes, CS, 16H; DL/T 645-2007 §5.2 */
    METER_FRAME_MIN = 12,
    METER_FRAME_MAX = 212
};

struct meter_port {
    void *context;
    /* Send FE FE FE FE and the frame, wait for one whole frame; blocks at most timeout_ms.
     *   request     one frame, 68H first and 16H last, METER_FRAME_MIN..METER_FRAME_MAX bytes
     *   timeout_ms  50..5000, from the request's last byte to the answer's last; a meter begins
     *               within 500 ms (DL/T 645-2007 §5.3.3)
     *   capacity    at least METER_FRAME_MAX
     * TILL_TIMEOUT: nothing came, as when no meter is there. TILL_E_PROTOCOL: what came is no
     * frame, or its checksum is wrong. TILL_DEVICE_OFFLINE: the port itself is gone. */
    enum till_status (*exchange)(void *context, struct span request, uint32_t timeout_ms,
                                 uint8_t *answer_out, size_t capacity, size_t *size_out);
    /* Meters of 1997 speak 1200 8E1, most of 2007 2400 8E1, infrared 1200; parity may have to go
     * where an adapter can't do it. TILL_E_CONFIG, TILL_UNSUPPORTED as link_set_line. */
    enum till_status (*set_line)(void *context, const struct link_line *line);
    void (*close)(void *context);
};

/* Checked calls (hal.h). */
enum till_status meter_exchange(const struct meter_port *port, struct span request,
                                uint32_t timeout_ms, uint8_t *answer_out, size_t capacity,
                                size_t *size_out) TILL_CHECKED;
enum till_status meter_set_line(const struct meter_port *port,
                                const struct link_line *line) TILL_CHECKED;

/* Is this one whole frame: both 68H, L, checksum, 16H? DL/T 645-2007 §5.2. */
bool meter_frame_is_whole(struct span frame);

#endif
