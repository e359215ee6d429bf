/*
 * What ModemManager, or whatever has taken its name on the bus, answers: messages as libsystemd
 * itself makes them, with any objects, interfaces, properties and types. Where the shape is that of
 * managed objects, no odd value costs the modem; any other shape is refused.
 *   input  shape (1 byte: 0 mod 8 another one), part of the device that is wanted (1 byte), then
 *          choices byte by byte: tables and limits below
 */
#include <dlfcn.h>
#include <sys/socket.h>

#include "fuzz.h"
#include "modem_reply.h"

enum { OBJECTS_MAX = 4, INTERFACES_MAX = 4, PROPERTIES_MAX = 12, DEPTH_MAX = 3, TEXT_MAX = 300 };

#define MORE_CALLS(X)                                                                              \
    X(sd_bus_set_fd)                                                                               \
    X(sd_bus_message_new)                                                                          \
    X(sd_bus_message_append_basic)                                                                 \
    X(sd_bus_message_open_container)                                                               \
    X(sd_bus_message_close_container)                                                              \
    X(sd_bus_message_seal)                                                                         \
    X(sd_bus_message_rewind)

static struct modem_bus bus;
static struct {
#define X(name) __typeof__(&(name)) name;
    MORE_CALLS(X)
#undef X
} make;

#define MODEM "org.freedesktop.ModemManager1.Modem"
static const char *const interfaces[] = {
    MODEM, MODEM ".Modem3gpp", "org.freedesktop.DBus.Properties", MODEM ".Simple", "", MODEM};
/* Each with the type that ModemManager gives it. */
static const struct {
    const char *name, *type;
} properties[] = {{"Sim", "o"},
                  {"Device", "s"},
                  {"PrimaryPort", "s"},
                  {"State", "i"},
                  {"StateFailedReason", "u"},
                  {"UnlockRequired", "u"},
                  {"AccessTechnologies", "u"},
                  {"SignalQuality", "(ub)"},
                  {"RegistrationState", "u"},
                  {"OperatorName", "s"},
                  {"Ports", "a(su)"},
                  {"", "v"}};
static const char *const types[] = {"s",     "o",  "i", "u",  "(ub)", "b",   "y",
                                    "n",     "x",  "t", "d",  "g",    "v",   "a(su)",
                                    "a{sv}", "as", "q", "ay", "(s)",  "(uu)"};
static const char *const texts[] = {"",
                                    "/",
                                    "/org/freedesktop/ModemManager1/Modem/0",
                                    "/org/freedesktop/ModemManager1/Modem/10",
                                    "/org/freedesktop/ModemManager1/SIM/0",
                                    "cdc-wdm0",
                                    "/sys/devices/usb1/1-2",
                                    "中国移动",
                                    "CHINA MOBILE"};
#define COUNT(table) (sizeof(table) / sizeof *(table))

static void begin(void)
{
    int ends[2];
    assert(modem_bus_load(&bus, "unix:path=/nowhere", -1) == TILL_OK);
#define X(name)                                                                                    \
    {                                                                                              \
        void *found = dlsym(bus.library, #name);                                                   \
        assert(found);                                                                             \
        memcpy(&make.name, &found, sizeof found);                                                  \
    }
    MORE_CALLS(X)
#undef X
    assert(bus.sd_bus_new(&bus.bus) >= 0);
    /* A message wants a bus that has begun; nobody speaks at the other end of this one. */
    assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    assert(make.sd_bus_set_fd(bus.bus, ends[0], ends[0]) >= 0);
    assert(bus.sd_bus_start(bus.bus) >= 0);
}

/* ---- a message ------------------------------------------------------------------------------- */

static void open_(sd_bus_message *m, char type, const char *contents)
{
    assert(make.sd_bus_message_open_container(m, type, contents) >= 0);
}

static void close_(sd_bus_message *m)
{
    assert(make.sd_bus_message_close_container(m) >= 0);
}

/* One of ours, or the fuzzer's own, as far as the bus lets it through. */
static void put_text(sd_bus_message *m, struct span *in, char type)
{
    char own[TEXT_MAX + 1] = "";
    uint8_t choice = fuzz_byte(in);
    const char *text = texts[choice % COUNT(texts)];
    if (choice >= 128) {
        size_t size = (size_t)(choice - 128) * 3;
        for (size_t i = 0; i < size && i < TEXT_MAX && in->size > 0; i++) {
            own[i] = (char)fuzz_byte(in);
        }
        text = own;
    }
    if (make.sd_bus_message_append_basic(m, type, text) < 0) {
        assert(make.sd_bus_message_append_basic(m, type, type == 'g' ? "u" : "/") >= 0);
    }
}

static void put_number(sd_bus_message *m, struct span *in, char type)
{
    union {
        uint8_t bytes[8];
        int boolean;
        double real;
    } value = {{0}};
    for (size_t i = 0; i < 8; i++) {
        value.bytes[i] = fuzz_byte(in);
        if (i == 0 && value.bytes[0] < 200) { /* mostly a small one */
            break;
        }
    }
    if (type == 'b') {
        value.boolean &= 1;
    }
    assert(make.sd_bus_message_append_basic(m, type, &value) >= 0);
}

static void put_variant(sd_bus_message *m, struct span *in, int depth, const char *type);

static void put_value(sd_bus_message *m, struct span *in, int depth, const char *type)
{
    if (strchr("sog", type[0])) {
        put_text(m, in, type[0]);
    } else if (type[0] == 'v') {
        put_variant(m, in, depth + 1, types[fuzz_byte(in) % COUNT(types)]);
    } else if (type[0] == '(') {
        char inner[8] = "";
        memcpy(inner, type + 1, strlen(type) - 2);
        open_(m, 'r', inner);
        for (const char *at = inner; *at != '\0'; at++) {
            char one[2] = {*at, '\0'};
            put_value(m, in, depth, one);
        }
        close_(m);
    } else if (type[0] == 'a') {
        open_(m, 'a', type + 1);
        for (int i = fuzz_byte(in) % 3; i > 0; i--) {
            if (type[1] == '{') {
                open_(m, 'e', "sv");
                put_text(m, in, 's');
                put_variant(m, in, depth + 1, types[fuzz_byte(in) % COUNT(types)]);
                close_(m);
            } else {
                put_value(m, in, depth, type + 1);
            }
        }
        close_(m);
    } else {
        put_number(m, in, type[0]);
    }
}

static void put_variant(sd_bus_message *m, struct span *in, int depth, const char *type)
{
    bool deep = depth >= DEPTH_MAX && (type[0] == 'v' || type[0] == 'a');
    type = deep ? "u" : type;
    open_(m, 'v', type);
    put_value(m, in, depth, type);
    close_(m);
}

static void put_properties(sd_bus_message *m, struct span *in)
{
    open_(m, 'a', "{sv}");
    for (int i = fuzz_byte(in) % (PROPERTIES_MAX + 1); i > 0; i--) {
        uint8_t which = fuzz_byte(in);
        uint8_t odd = fuzz_byte(in);
        open_(m, 'e', "sv");
        assert(make.sd_bus_message_append_basic(m, 's',
                                                properties[which % COUNT(properties)].name) >= 0);
        put_variant(m, in, 0,
                    odd < 200 ? properties[which % COUNT(properties)].type
                              : types[odd % COUNT(types)]);
        close_(m);
    }
    close_(m);
}

static void put_objects(sd_bus_message *m, struct span *in)
{
    open_(m, 'a', "{oa{sa{sv}}}");
    for (int i = fuzz_byte(in) % (OBJECTS_MAX + 1); i > 0; i--) {
        open_(m, 'e', "oa{sa{sv}}");
        put_text(m, in, 'o');
        open_(m, 'a', "{sa{sv}}");
        for (int k = fuzz_byte(in) % (INTERFACES_MAX + 1); k > 0; k--) {
            open_(m, 'e', "sa{sv}");
            assert(make.sd_bus_message_append_basic(
                       m, 's', interfaces[fuzz_byte(in) % COUNT(interfaces)]) >= 0);
            put_properties(m, in);
            close_(m);
        }
        close_(m);
        close_(m);
    }
    close_(m);
}

/* ---- what is read of it ---------------------------------------------------------------------- */

static void look(const struct mm_modem *modem)
{
    struct modem_state s;
    assert(memchr(modem->path, '\0', sizeof modem->path));
    assert(modem->path[0] == '\0' || modem->path[0] == '/');
    assert(memchr(modem->sim, '\0', sizeof modem->sim));
    assert(memchr(modem->device, '\0', sizeof modem->device));
    assert(memchr(modem->port, '\0', sizeof modem->port));
    assert(memchr(modem->operator_name, '\0', sizeof modem->operator_name));
    modem_reply_state(modem, &s);
    assert(s.registration <= MODEM_ROAMING && s.sim <= MODEM_SIM_BLOCKED);
    assert(s.access <= MODEM_ACCESS_5G && modem_bars(&s) <= 4);
    assert(s.signal_dbm == 0 || (s.signal_dbm >= -113 && s.signal_dbm <= -51));
    assert(memchr(s.operator_name, '\0', sizeof s.operator_name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const wanted[] = {"", "", "usb1", "cdc-wdm0", "nobody's"};
    struct span input = fuzz_span(data, size);
    struct mm_modem modem = {.path = ""};
    sd_bus_message *m = NULL;
    if (!bus.bus) {
        begin();
    }
    assert(make.sd_bus_message_new(bus.bus, &m, SD_BUS_MESSAGE_METHOD_RETURN) >= 0);
    bool other = fuzz_byte(&input) % 8 == 0;
    const char *part = wanted[fuzz_byte(&input) % COUNT(wanted)];
    if (other) {
        put_value(m, &input, 0, types[fuzz_byte(&input) % COUNT(types)]);
    } else {
        put_objects(m, &input);
    }
    assert(make.sd_bus_message_seal(m, 1, 0) >= 0);
    assert(make.sd_bus_message_rewind(m, 1) >= 0);
    enum till_status status = modem_reply_read(&bus, m, part, &modem);
    assert(status == (other ? TILL_E_PROTOCOL : TILL_OK));
    look(&modem);
    bus.sd_bus_message_unref(m);
    return 0;
}
