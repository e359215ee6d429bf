/*
 * What the kernel says of batteries and chargers: any words in any files, one look after another,
 * leave a state that a driver may report.
 *   input  per look: batteries (1 byte, modulo 5), chargers (1 byte, modulo 5), time since the last
 *          (1 byte, 100 ms), then per file in turn: which (1 byte: 255 ends the look), its text up
 *          to a newline. A file that isn't named isn't there.
 */
#include "power_supply.h"
#include "fuzz.h"
#include "power_gauge.h"

enum { FILES = 15, WORDS_MAX = 2 * POWER_SUPPLIES_MAX * FILES };

static const char *const files[FILES] = {"type",
                                         "scope",
                                         "present",
                                         "capacity",
                                         "capacity_level",
                                         "energy_now",
                                         "energy_full",
                                         "charge_now",
                                         "energy_full_design",
                                         "charge_full_design",
                                         "charge_full",
                                         "status",
                                         "online",
                                         "health",
                                         "temp"};
static const char *const supplies[2 * POWER_SUPPLIES_MAX] = {"BAT0", "BAT1", "battery",  "bms",
                                                             "AC",   "usb",  "wireless", "dock"};

struct look {
    char words[WORDS_MAX][POWER_WORD_SIZE];
    bool has[WORDS_MAX];
};

static size_t find(const char *const *names, size_t count, const char *name)
{
    size_t at = 0;
    while (at < count && strcmp(names[at], name) != 0) {
        at++;
    }
    assert(at < count); /* a file that nobody knew of */
    return at;
}

static bool word(const void *context, const char *supply, const char *what,
                 char out[POWER_WORD_SIZE])
{
    const struct look *look = context;
    size_t at = find(supplies, sizeof supplies / sizeof *supplies, supply) * FILES +
                find(files, FILES, what);
    memcpy(out, look->words[at], POWER_WORD_SIZE);
    return look->has[at];
}

/* As fgets() gives a line: cut to what fits, and at a NUL. */
static void read_files(struct span *input, struct look *look)
{
    memset(look, 0, sizeof *look);
    while (input->size > 0) {
        uint8_t which = fuzz_byte(input);
        if (which == 255) {
            return;
        }
        size_t at = which % WORDS_MAX;
        size_t size = 0;
        memset(look->words[at], 0, POWER_WORD_SIZE);
        look->has[at] = true;
        for (uint8_t byte = fuzz_byte(input); byte != '\n' && byte != '\0'; size++) {
            if (size < POWER_WORD_SIZE - 1) {
                look->words[at][size] = (char)byte;
            }
            byte = fuzz_byte(input);
        }
    }
}

static void choose(const struct power_source *from, size_t first, size_t count,
                   bool (*fits)(const struct power_source *from, const char *supply),
                   struct power_names *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = first; i < first + count; i++) {
        if (fits(from, supplies[i]) || count == 1) { /* one alone is named by the board */
            memcpy(out->names[out->count++], supplies[i], strlen(supplies[i]) + 1);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct look look;
    const struct power_source from = {&look, word};
    struct span input = fuzz_span(data, size);
    struct power_gauge gauge = {.has = false};
    int64_t now_ms = 1;
    while (input.size > 0) {
        size_t battery_count = fuzz_byte(&input) % (POWER_SUPPLIES_MAX + 1);
        size_t charger_count = fuzz_byte(&input) % (POWER_SUPPLIES_MAX + 1);
        struct power_names batteries;
        struct power_names chargers;
        struct power_state state = {.percent = 255};
        now_ms += (int64_t)fuzz_byte(&input) * 100;
        read_files(&input, &look);
        choose(&from, 0, battery_count, power_supply_is_battery, &batteries);
        choose(&from, POWER_SUPPLIES_MAX, charger_count, power_supply_is_charger, &chargers);
        enum till_status status = power_supply_read(&from, &batteries, &chargers, &state);
        if (status != TILL_OK) {
            assert(status == TILL_DEVICE_OFFLINE || status == TILL_E_DEVICE);
            assert(state.percent == 255);
            gauge.has = false;
            continue;
        }
        assert(batteries.count > 0 && state.percent <= 100 && state.health <= POWER_WORN);
        assert(state.temperature_dc > -1000 && state.temperature_dc < 2000);
        int shown = power_gauge_read(&gauge, state.percent, now_ms);
        assert(shown >= 0 && shown <= 100);
    }
    return 0;
}
