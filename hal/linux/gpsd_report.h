/*
 * What gpsd tells, a line of JSON a report (gpsd_json(5)): cutting lines out of the stream, and
 * reading of each what a position needs. Pure: no socket, no clock, no floating point.
 *
 * Only whole lines that are JSON throughout count; members that are not known are passed over,
 * however deep.
 */
#ifndef TILL_GPSD_REPORT_H
#define TILL_GPSD_REPORT_H

#include "bytes.h"
#include "position.h"

enum {
    GPSD_LINE_MAX = 1536,  /* a longer one is of satellites, and dropped */
    GPSD_MEMBERS_MAX = 64, /* of a report */
    GPSD_DEPTH_MAX = 8
};

struct gpsd_reader {
    char line[GPSD_LINE_MAX + 1];
    size_t size;
    bool spoilt;
};

void gpsd_reader_init(struct gpsd_reader *reader);
/* One byte; true: a whole line stands in reader->line until the next call. */
bool gpsd_reader_put(struct gpsd_reader *reader, uint8_t byte);

enum gpsd_kind {
    GPSD_OTHER = 0,    /* of no interest, or no report */
    GPSD_FIX = 1,      /* TPV of mode 2 or 3 with a position */
    GPSD_NO_FIX = 2,   /* TPV of mode 0 or 1 */
    GPSD_VERSION = 3,  /* the greeting */
    GPSD_RECEIVERS = 4 /* DEVICES, DEVICE: *has_receiver_out */
};

/* fix_out: untouched unless GPSD_FIX; age_s is 0. has_receiver_out: untouched unless
 * GPSD_RECEIVERS. */
enum gpsd_kind gpsd_report_read(const char *line, struct position_fix *fix_out,
                                bool *has_receiver_out);

/* A JSON number times 10^scale, rounded towards zero: "30.25", 2 -> 3025. false: it is none, or
 * larger than most. */
bool gpsd_number(const char *text, size_t size, int scale, int64_t most, int64_t *value_out);

#endif
