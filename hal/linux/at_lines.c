#include "at_lines.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "text.h"

void at_reader_init(struct at_reader *reader)
{
    memset(reader, 0, sizeof *reader);
}

bool at_reader_put(struct at_reader *reader, uint8_t byte)
{
    if (byte == '\r' || byte == '\n') {
        bool whole = reader->size > 0 && !reader->spoilt;
        reader->line[reader->size] = '\0';
        reader->size = 0;
        reader->spoilt = false;
        return whole;
    }
    if (byte < 0x20 || byte == 0x7F || reader->size == AT_LINE_MAX) {
        reader->spoilt = true;
    } else if (!reader->spoilt) {
        reader->line[reader->size++] = (char)byte;
    }
    return false;
}

const char *at_line_after(const char *line, const char *prefix)
{
    size_t size = strlen(prefix);
    if (strncasecmp(line, prefix, size) != 0) {
        return NULL;
    }
    return line + size + strspn(line + size, " ");
}

/* ---- fields: values parted by commas, texts in quotes ---------------------------------------- */

struct field {
    const char *at;
    size_t size;
    bool quoted;
};

static size_t split(const char *text, struct field fields[AT_FIELDS_MAX])
{
    size_t count = 0;
    while (*text != '\0' && count < AT_FIELDS_MAX) {
        struct field *f = &fields[count++];
        text += strspn(text, " ");
        f->quoted = *text == '"';
        text += f->quoted ? 1 : 0;
        f->at = text;
        f->size = strcspn(text, f->quoted ? "\"" : ",");
        text += f->size;
        text += strcspn(text, ",");
        text += *text == ',' ? 1 : 0;
    }
    return count;
}

/* An unquoted decimal of at most three digits; -1: it is none. */
static int number(const struct field *f)
{
    int value = 0;
    size_t size = f->size;
    while (size > 0 && f->at[size - 1] == ' ') {
        size--;
    }
    if (f->quoted || size == 0 || size > 3) {
        return -1;
    }
    for (size_t i = 0; i < size; i++) {
        if (f->at[i] < '0' || f->at[i] > '9') {
            return -1;
        }
        value = value * 10 + (f->at[i] - '0');
    }
    return value;
}

/* ---- finals and errors ----------------------------------------------------------------------- */

static int error_number(const char *text)
{
    static const struct {
        const char *words;
        int error;
    } spelt[] = {
        {"SIM not inserted", AT_SIM_NOT_INSERTED},
        {"SIM PIN required", AT_SIM_PIN_REQUIRED},
        {"SIM PUK required", AT_SIM_PUK_REQUIRED},
        {"SIM failure", AT_SIM_FAILURE},
        {"SIM busy", AT_SIM_BUSY},
        {"SIM wrong", AT_SIM_WRONG},
        {"incorrect password", AT_INCORRECT_PASSWORD},
    };
    for (size_t i = 0; i < sizeof spelt / sizeof *spelt; i++) {
        if (strcasecmp(text, spelt[i].words) == 0) {
            return spelt[i].error;
        }
    }
    struct field f = {text, strlen(text), false};
    return number(&f);
}

enum at_final at_line_final(const char *line, int *error_out)
{
    /* V.250 §5.7.1: a modem that was told to be terse says 0 and 4. */
    static const char *const fine[] = {"OK", "0"};
    static const char *const wrong[] = {"ERROR", "4",         "NO CARRIER",          "NO DIALTONE",
                                        "BUSY",  "NO ANSWER", "COMMAND NOT SUPPORT", "ABORTED",
                                        "3"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        if (strcmp(line, fine[i]) == 0) {
            return AT_OK;
        }
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (strcmp(line, wrong[i]) == 0) {
            *error_out = -1;
            return AT_ERROR;
        }
    }
    const char *after = at_line_after(line, "+CME ERROR:");
    if (after) {
        *error_out = error_number(after);
        return AT_ERROR;
    }
    if (at_line_after(line, "+CMS ERROR:")) {
        *error_out = -1;
        return AT_ERROR;
    }
    return AT_NOT_FINAL;
}

bool at_error_sim(int error, enum modem_sim *sim_out)
{
    switch (error) {
    case AT_SIM_NOT_INSERTED:
    case AT_SIM_FAILURE:
    case AT_SIM_WRONG:
        *sim_out = MODEM_SIM_NONE;
        return true;
    case AT_SIM_PIN_REQUIRED:
        *sim_out = MODEM_SIM_PIN;
        return true;
    case AT_SIM_PUK_REQUIRED:
        *sim_out = MODEM_SIM_BLOCKED;
        return true;
    default:
        return false;
    }
}

/* ---- answers --------------------------------------------------------------------------------- */

bool at_line_sim(const char *line, enum modem_sim *sim_out)
{
    const char *word = at_line_after(line, "+CPIN:");
    if (!word) {
        return false;
    }
    if (strcasecmp(word, "READY") == 0) {
        *sim_out = MODEM_SIM_READY;
    } else if (strcasecmp(word, "SIM PIN") == 0) {
        *sim_out = MODEM_SIM_PIN;
    } else if (strncasecmp(word, "NOT ", 4) == 0 || strcasecmp(word, "SIM REMOVED") == 0) {
        *sim_out = MODEM_SIM_NONE; /* "NOT INSERTED", "NOT READY" */
    } else if (strcasecmp(word, "SIM PIN2") == 0 || strcasecmp(word, "SIM PUK2") == 0) {
        *sim_out = MODEM_SIM_READY; /* only the phone book's limits want that one */
    } else {
        *sim_out = MODEM_SIM_BLOCKED; /* a PUK, or a lock of the maker or the operator */
    }
    return true;
}

static enum modem_registration registration_of(int stat)
{
    switch (stat) {
    case 1:
    case 9: /* CSFB not preferred */
        return MODEM_HOME;
    case 5:
    case 10:
        return MODEM_ROAMING;
    case 0:
        return MODEM_IDLE;
    case 2:
        return MODEM_SEARCHING;
    case 3:
        return MODEM_DENIED;
    default:
        return MODEM_UNKNOWN; /* 4; SMS only, emergency calls only */
    }
}

/* <AcT> of §7.2 */
static enum modem_access access_of(int number)
{
    static const enum modem_access table[] = {
        MODEM_ACCESS_GPRS, MODEM_ACCESS_GPRS, MODEM_ACCESS_3G,  MODEM_ACCESS_EDGE, MODEM_ACCESS_3G,
        MODEM_ACCESS_3G,   MODEM_ACCESS_3G,   MODEM_ACCESS_LTE, MODEM_ACCESS_GPRS, MODEM_ACCESS_LTE,
        MODEM_ACCESS_LTE,  MODEM_ACCESS_5G,   MODEM_ACCESS_5G,  MODEM_ACCESS_5G};
    if (number < 0 || number >= (int)(sizeof table / sizeof *table)) {
        return MODEM_ACCESS_UNKNOWN;
    }
    return table[number];
}

bool at_line_registration(const char *line, const char *prefix,
                          struct at_registration *registration_out)
{
    struct field fields[AT_FIELDS_MAX];
    const char *after = at_line_after(line, prefix);
    size_t count = after ? split(after, fields) : 0;
    if (count == 0 || number(&fields[0]) < 0) {
        return false;
    }
    /* An answer begins with <n>,<stat>; what comes by itself with <stat>,<lac>, where <lac> has
     * quotes or, from careless modems, four hexadecimal digits. */
    bool answer = count > 1 && number(&fields[1]) >= 0;
    size_t stat = answer ? 1 : 0;
    registration_out->registration = registration_of(number(&fields[stat]));
    registration_out->access =
        count > stat + 3 ? access_of(number(&fields[stat + 3])) : MODEM_ACCESS_UNKNOWN;
    return true;
}

bool at_line_signal(const char *line, int16_t *dbm_out)
{
    struct field fields[AT_FIELDS_MAX];
    const char *after = at_line_after(line, "+CSQ:");
    int rssi = after && split(after, fields) > 0 ? number(&fields[0]) : -1;
    if (rssi < 0) {
        return false;
    }
    *dbm_out = (int16_t)(rssi <= 31 ? -113 + 2 * rssi : 0);
    return true;
}

bool at_line_operator(const char *line, char name_out[33], enum modem_access *access_out)
{
    struct field fields[AT_FIELDS_MAX];
    const char *after = at_line_after(line, "+COPS:");
    size_t count = after ? split(after, fields) : 0;
    if (count == 0 || number(&fields[0]) < 0) {
        return false;
    }
    name_out[0] = '\0';
    if (count > 2 && fields[2].size <= 32 && text_is_clean(fields[2].at, fields[2].size)) {
        memcpy(name_out, fields[2].at, fields[2].size);
        name_out[fields[2].size] = '\0';
    }
    enum modem_access access = count > 3 ? access_of(number(&fields[3])) : MODEM_ACCESS_UNKNOWN;
    if (access != MODEM_ACCESS_UNKNOWN) {
        *access_out = access;
    }
    return true;
}

bool at_line_attached(const char *line, bool *attached_out)
{
    struct field fields[AT_FIELDS_MAX];
    const char *after = at_line_after(line, "+CGATT:");
    int value = after && split(after, fields) > 0 ? number(&fields[0]) : -1;
    if (value != 0 && value != 1) {
        return false;
    }
    *attached_out = value == 1;
    return true;
}

bool at_line_active(const char *line, int context, bool *active_out)
{
    struct field fields[AT_FIELDS_MAX];
    const char *after = at_line_after(line, "+CGACT:");
    if (!after || split(after, fields) < 2 || number(&fields[0]) != context) {
        return false;
    }
    int value = number(&fields[1]);
    if (value != 0 && value != 1) {
        return false;
    }
    *active_out = value == 1;
    return true;
}

bool at_line_went(const char *line)
{
    const char *event = at_line_after(line, "+CGEV:");
    return event && (strstr(event, "DETACH") || strstr(event, "DEACT"));
}
