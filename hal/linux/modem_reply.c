#include "modem_reply.h"

#include <stddef.h>
#include <string.h>

#include "text.h"

enum { OBJECTS_MAX = 128, INTERFACES_MAX = 64, PROPERTIES_MAX = 256 };

#define MODEM "org.freedesktop.ModemManager1.Modem"
#define MODEM_3GPP "org.freedesktop.ModemManager1.Modem.Modem3gpp"

/* What is taken of all that a modem tells; the rest is skipped. Of "(ub)" the number is taken. */
static const struct property {
    const char *interface;
    const char *name;
    const char *type;
    size_t offset, size;
} properties[] = {
#define PLACE(member) offsetof(struct mm_modem, member), sizeof(((struct mm_modem *)0)->member)
    {MODEM, "Sim", "o", PLACE(sim)},
    {MODEM, "Device", "s", PLACE(device)},
    {MODEM, "PrimaryPort", "s", PLACE(port)},
    {MODEM, "State", "i", PLACE(state)},
    {MODEM, "StateFailedReason", "u", PLACE(failed_reason)},
    {MODEM, "UnlockRequired", "u", PLACE(unlock)},
    {MODEM, "AccessTechnologies", "u", PLACE(access)},
    {MODEM, "SignalQuality", "(ub)", PLACE(quality)},
    {MODEM_3GPP, "RegistrationState", "u", PLACE(registration)},
    {MODEM_3GPP, "OperatorName", "s", PLACE(operator_name)},
#undef PLACE
};

static const struct property *find(const char *interface, const char *name)
{
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        if (strcmp(properties[i].name, name) == 0 &&
            strcmp(properties[i].interface, interface) == 0) {
            return &properties[i];
        }
    }
    return NULL;
}

static bool enter(const struct modem_bus *b, sd_bus_message *m, char type, const char *contents)
{
    return b->sd_bus_message_enter_container(m, type, contents) > 0;
}

static bool leave(const struct modem_bus *b, sd_bus_message *m)
{
    return b->sd_bus_message_exit_container(m) >= 0;
}

static bool read_text(const struct modem_bus *b, sd_bus_message *m, char type, const char **out)
{
    return b->sd_bus_message_read_basic(m, type, out) > 0;
}

static bool read_value(const struct modem_bus *b, sd_bus_message *m, const struct property *p,
                       struct mm_modem *modem)
{
    char *place = (char *)modem + p->offset;
    if (p->type[0] == 's' || p->type[0] == 'o') {
        const char *text = NULL;
        if (!read_text(b, m, p->type[0], &text)) {
            return false;
        }
        text_copy(place, p->size, text_is_clean(text, strlen(text)) ? text : "");
        return true;
    }
    if (p->type[0] == '(') {
        return enter(b, m, 'r', "ub") && b->sd_bus_message_read_basic(m, 'u', place) > 0 &&
               b->sd_bus_message_skip(m, "b") >= 0 && leave(b, m);
    }
    return b->sd_bus_message_read_basic(m, p->type[0], place) > 0;
}

/* One variant: taken where its type is the one that we know, skipped otherwise. */
static bool read_variant(const struct modem_bus *b, sd_bus_message *m, const struct property *p,
                         struct mm_modem *modem)
{
    char type = 0;
    const char *contents = NULL;
    if (b->sd_bus_message_peek_type(m, &type, &contents) <= 0 || type != 'v') {
        return false;
    }
    if (!p || !contents || strcmp(contents, p->type) != 0) {
        return b->sd_bus_message_skip(m, "v") >= 0;
    }
    return enter(b, m, 'v', contents) && read_value(b, m, p, modem) && leave(b, m);
}

static bool read_properties(const struct modem_bus *b, sd_bus_message *m, const char *interface,
                            struct mm_modem *modem)
{
    if (!enter(b, m, 'a', "{sv}")) {
        return false;
    }
    for (int i = 0; i < PROPERTIES_MAX; i++) {
        const char *name = NULL;
        int entered = b->sd_bus_message_enter_container(m, 'e', "sv");
        if (entered <= 0) {
            return entered == 0 && leave(b, m);
        }
        if (!read_text(b, m, 's', &name) || !read_variant(b, m, find(interface, name), modem) ||
            !leave(b, m)) {
            return false;
        }
    }
    return false;
}

/* What one object has; *is_modem_out: it is one. */
static bool read_interfaces(const struct modem_bus *b, sd_bus_message *m, struct mm_modem *modem,
                            bool *is_modem_out)
{
    *is_modem_out = false;
    if (!enter(b, m, 'a', "{sa{sv}}")) {
        return false;
    }
    for (int i = 0; i < INTERFACES_MAX; i++) {
        const char *interface = NULL;
        int entered = b->sd_bus_message_enter_container(m, 'e', "sa{sv}");
        if (entered <= 0) {
            return entered == 0 && leave(b, m);
        }
        if (!read_text(b, m, 's', &interface)) {
            return false;
        }
        bool wanted = strcmp(interface, MODEM) == 0 || strcmp(interface, MODEM_3GPP) == 0;
        *is_modem_out = *is_modem_out || strcmp(interface, MODEM) == 0;
        bool read = wanted ? read_properties(b, m, interface, modem)
                           : b->sd_bus_message_skip(m, "a{sv}") >= 0;
        if (!read || !leave(b, m)) {
            return false;
        }
    }
    return false;
}

/* Objects come in any order, and in another one each time. */
static bool is_before(const char *path, const char *found)
{
    size_t size = strlen(path);
    size_t found_size = strlen(found);
    return found_size == 0 || size < found_size || (size == found_size && strcmp(path, found) < 0);
}

enum till_status modem_reply_read(const struct modem_bus *b, sd_bus_message *reply,
                                  const char *wanted, struct mm_modem *modem_out)
{
    struct mm_modem found = {.path = ""};
    if (!enter(b, reply, 'a', "{oa{sa{sv}}}")) {
        return TILL_E_PROTOCOL;
    }
    for (int i = 0; i < OBJECTS_MAX; i++) {
        struct mm_modem one = {.path = ""};
        const char *path = NULL;
        bool is_modem = false;
        int entered = b->sd_bus_message_enter_container(reply, 'e', "oa{sa{sv}}");
        if (entered < 0) {
            return TILL_E_PROTOCOL;
        }
        if (entered == 0) {
            *modem_out = found;
            return TILL_OK;
        }
        if (!read_text(b, reply, 'o', &path) || !read_interfaces(b, reply, &one, &is_modem) ||
            !leave(b, reply)) {
            return TILL_E_PROTOCOL;
        }
        bool fits = wanted[0] == '\0' || strstr(one.device, wanted) || strstr(one.port, wanted);
        if (is_modem && fits && strlen(path) < sizeof one.path && is_before(path, found.path)) {
            text_copy(one.path, sizeof one.path, path);
            found = one;
        }
    }
    return TILL_E_PROTOCOL;
}

/* ---- in the words of the contract ------------------------------------------------------------ */

static enum modem_sim sim_of(const struct mm_modem *modem)
{
    enum { LOCK_UNKNOWN, LOCK_NONE, LOCK_PIN, LOCK_PIN2, LOCK_PUK, LOCK_PUK2 };
    bool failed = modem->state == MM_STATE_FAILED;
    if (failed && (modem->failed_reason == MM_FAILED_SIM_MISSING ||
                   modem->failed_reason == MM_FAILED_SIM_ERROR)) {
        return MODEM_SIM_NONE;
    }
    switch (modem->unlock) {
    case LOCK_PIN:
        return MODEM_SIM_PIN;
    case LOCK_UNKNOWN:
    case LOCK_NONE:
    case LOCK_PIN2: /* what only the phone book's limits want */
    case LOCK_PUK2: {
        bool has = modem->sim[0] != '\0' && strcmp(modem->sim, "/") != 0;
        return has && modem->unlock != LOCK_UNKNOWN ? MODEM_SIM_READY : MODEM_SIM_NONE;
    }
    default:
        return MODEM_SIM_BLOCKED;
    }
}

/* The best of the bits of MMModemAccessTechnology. */
static enum modem_access access_of(uint32_t bits)
{
    static const struct {
        uint32_t bits;
        enum modem_access access;
    } table[] = {
        {UINT32_C(1) << 15, MODEM_ACCESS_5G},
        {UINT32_C(1) << 14 | UINT32_C(3) << 16, MODEM_ACCESS_LTE}, /* LTE, Cat M, NB-IoT */
        {UINT32_C(0x1F) << 5 | UINT32_C(0xF) << 10, MODEM_ACCESS_3G},
        {UINT32_C(1) << 4, MODEM_ACCESS_EDGE},
        {UINT32_C(7) << 1, MODEM_ACCESS_GPRS},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if ((bits & table[i].bits) != 0) {
            return table[i].access;
        }
    }
    return MODEM_ACCESS_UNKNOWN;
}

void modem_reply_state(const struct mm_modem *modem, struct modem_state *state_out)
{
    uint32_t registration = modem->registration;
    memset(state_out, 0, sizeof *state_out);
    state_out->sim = sim_of(modem);
    if (registration <= MODEM_ROAMING) {
        state_out->registration = (enum modem_registration)registration;
    } else {
        /* 9 and 10: at home and roaming, CSFB not preferred; else SMS or emergency calls only */
        state_out->registration = registration == 9    ? MODEM_HOME
                                  : registration == 10 ? MODEM_ROAMING
                                                       : MODEM_UNKNOWN;
    }
    /* ModemManager makes percent of dBm by the same scale. */
    uint32_t percent = modem->quality > 100 ? 100 : modem->quality;
    state_out->signal_dbm = percent == 0 ? 0 : (int16_t)(-113 + (int)(percent * 62 / 100));
    state_out->attached = modem->state == MM_STATE_CONNECTED;
    state_out->access = access_of(modem->access);
    text_copy(state_out->operator_name, sizeof state_out->operator_name, modem->operator_name);
}
