/*
 * Lines of a modem that speaks AT commands: cutting them out of a stream, and reading them.
 *
 * 3GPP TS 27.007 and ITU-T V.250. Pure: no line, no clock, nothing is sent. What a line doesn't say
 * leaves its output as it was; a line that is none of these is nothing, never an error, because
 * every maker's modem says things of its own.
 */
#ifndef TILL_AT_LINES_H
#define TILL_AT_LINES_H

#include "bytes.h"
#include "modem.h"

enum { AT_LINE_MAX = 200, AT_FIELDS_MAX = 12 };

struct at_reader {
    char line[AT_LINE_MAX + 1];
    size_t size;
    bool spoilt; /* too long, or with bytes that no line has: dropped at its end */
};

void at_reader_init(struct at_reader *reader);
/* One byte. true: a whole line stands in reader->line, 1..AT_LINE_MAX printable bytes without its
 * end, until the next call. */
bool at_reader_put(struct at_reader *reader, uint8_t byte);

/* How a command ended. */
enum at_final { AT_NOT_FINAL = 0, AT_OK = 1, AT_ERROR = 2 };
/* error_out: <err> of +CME ERROR (§9.2), also where the modem spells it out; -1 where it says only
 * ERROR, or +CMS ERROR; untouched unless AT_ERROR. */
enum at_final at_line_final(const char *line, int *error_out);

/* The <err> that are acted upon: §9.2.1. */
enum {
    AT_SIM_NOT_INSERTED = 10,
    AT_SIM_PIN_REQUIRED = 11,
    AT_SIM_PUK_REQUIRED = 12,
    AT_SIM_FAILURE = 13,
    AT_SIM_BUSY = 14,
    AT_SIM_WRONG = 15,
    AT_INCORRECT_PASSWORD = 16
};
/* What an <err> says of the SIM; false: nothing. */
bool at_error_sim(int error, enum modem_sim *sim_out);

/* What follows a prefix as "+CSQ:", blanks left out; NULL: another line. */
const char *at_line_after(const char *line, const char *prefix);

/* §8.3 +CPIN: and the words that modems send by themselves when a SIM goes. */
bool at_line_sim(const char *line, enum modem_sim *sim_out);

struct at_registration {
    enum modem_registration registration;
    enum modem_access access; /* MODEM_ACCESS_UNKNOWN where it doesn't say */
};
/* §7.2, §10.1.20, §10.1.22: +CREG, +CGREG, +CEREG (prefix with its colon), as an answer
 * (<n>,<stat>…) or by itself (<stat>…). */
bool at_line_registration(const char *line, const char *prefix,
                          struct at_registration *registration_out);

/* §8.5 +CSQ:, in dBm; 0 = the modem doesn't know. */
bool at_line_signal(const char *line, int16_t *dbm_out);

/* §7.3 +COPS: (the answer to +COPS?). name_out is "" where it names none, or in no UTF-8;
 * access_out is untouched where it doesn't say. */
bool at_line_operator(const char *line, char name_out[33], enum modem_access *access_out);

/* §10.1.9 +CGATT: */
bool at_line_attached(const char *line, bool *attached_out);

/* §10.1.10 +CGACT: of this context. */
bool at_line_active(const char *line, int context, bool *active_out);

/* §10.1.19 +CGEV: the packet service or a context went, whose one it may be. */
bool at_line_went(const char *line);

#endif
