/*
 * What an input device says: any events at any times leave a keypad in which each key goes down
 * and up in turn, and a scanner that gives whole texts.
 *   input  one byte of choices: bit 0 stuck keys are let go; then six bytes an event: what, code
 *          (2, little-endian), value, time that passed (2, ms). What: 0..99 an event of a key,
 *          100..139 a report's end, 140..169 events were lost, 170..199 only time passes, 200..219
 *          the device goes, 220..239 it comes with that key held, else an event of that type
 */
#include "evdev_pad.h"
#include "evdev_wedge.h"
#include "fuzz.h"

enum { STUCK_MS = 5000, GAP_MS = 200 };

struct rig {
    struct evdev_pad pad;
    struct evdev_wedge wedge;
    bool told[PAD_COUNT];
    int64_t now_ms, last_ms;
};

static void take_keys(struct rig *r)
{
    struct keypad_event event;
    while (evdev_pad_take(&r->pad, &event)) {
        assert(event.key > PAD_NONE && event.key < PAD_COUNT);
        assert(event.down != r->told[event.key]);
        assert(event.at_ms >= r->last_ms && event.at_ms <= r->now_ms);
        r->told[event.key] = event.down;
        r->last_ms = event.at_ms;
    }
    assert(evdev_pad_due(&r->pad) < 0 || evdev_pad_due(&r->pad) > r->last_ms);
}

static void take_text(enum evdev_wedge_answer answer, const struct scanner_text *text)
{
    if (answer == EVDEV_WEDGE_TEXT) {
        assert(text->size > 0 && text->size <= SCANNER_TEXT_MAX);
        assert(text->bytes[text->size] == '\0' && strlen(text->bytes) == text->size);
    }
}

/* What stands in the kernel at that moment: nothing, or one key. */
static void sync_pad(struct rig *r, uint16_t code, bool fresh)
{
    uint8_t down[EVDEV_KEY_BYTES] = {0};
    down[code % (KEY_MAX + 1) / 8] = (uint8_t)(1u << code % 8);
    evdev_pad_sync(&r->pad, down, fresh, r->now_ms);
    take_keys(r);
}

static void happen(struct rig *r, uint8_t what, uint16_t code, uint8_t value)
{
    struct scanner_text text;
    struct input_event event = {.type = EV_KEY, .code = code, .value = value % 4};
    if (what >= 170 && what < 200) {
        evdev_pad_time(&r->pad, r->now_ms);
        take_keys(r);
        take_text(evdev_wedge_time(&r->wedge, r->now_ms, &text), &text);
        return;
    }
    if (what >= 200 && what < 220) {
        evdev_pad_gone(&r->pad, r->now_ms);
        take_keys(r);
        for (int i = 0; i < PAD_COUNT; i++) {
            assert(!r->told[i]);
        }
        evdev_wedge_gone(&r->wedge);
        return;
    }
    if (what >= 220 && what < 240) {
        sync_pad(r, code, true);
        return;
    }
    if (what >= 100 && what < 170) {
        event = (struct input_event){.type = EV_SYN, .code = what < 140 ? SYN_REPORT : SYN_DROPPED};
    } else if (what >= 240) {
        event.type = code;
    }
    bool lost = evdev_pad_put(&r->pad, &event, r->now_ms);
    take_keys(r);
    if (lost) {
        sync_pad(r, code, false);
    }
    take_text(evdev_wedge_put(&r->wedge, &event, r->now_ms, &text), &text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = fuzz_span(data, size);
    static struct rig r;
    memset(&r, 0, sizeof r);
    r.now_ms = 1000;
    evdev_pad_init(&r.pad, fuzz_byte(&input) & 1 ? STUCK_MS : 0);
    evdev_wedge_init(&r.wedge, GAP_MS);
    for (uint16_t code = 1; code <= KEY_MAX; code++) {
        if (code % 3 == 0) { /* several codes a key, and some that mean none */
            evdev_pad_map(&r.pad, code, (enum key)(PAD_NONE + 1 + code % (PAD_COUNT - 1)));
        }
    }
    while (input.size > 0) {
        uint8_t what = fuzz_byte(&input);
        uint16_t code = fuzz_byte(&input);
        code = (uint16_t)(code | fuzz_byte(&input) << 8);
        uint8_t value = fuzz_byte(&input);
        int64_t passed_ms = fuzz_byte(&input);
        passed_ms |= (int64_t)fuzz_byte(&input) << 8;
        r.now_ms += passed_ms;
        happen(&r, what, code, value);
    }
    return 0;
}
