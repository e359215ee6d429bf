/*
 * Settings that are kept: the file `settings`, a line each, the last one an HMAC by the device
 * secret over those before it. What was altered from outside is not believed and is journalled.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "parts.h"
#include "text.h"

enum {
    FILE_MOST = 1024,
    IDLE_MOST_S = 3600,
    PERCENT_MOST = 60,
    DARKNESS_MOST = 5,
    DATA_KB_MOST = 10 * 1024 * 1024,
    ROUNDS_MOST = 2000000
};

static const char mac_tag[] = "fieldtill/settings/1\n";

void kept_default(struct settings_kept *s)
{
    *s = (struct settings_kept){.idle_lock_s = 300,
                                .battery_low = 15,
                                .battery_empty = 5,
                                .key_sound = true,
                                .darkness = 3};
}

static enum till_status mac_of(struct app *app, const char *text, size_t size,
                               char hex_out[2 * HASH_SIZE + 1])
{
    uint8_t memory[sizeof mac_tag + FILE_MOST];
    uint8_t mac[HASH_SIZE];
    struct buffer bytes;
    buffer_init(&bytes, memory, sizeof memory);
    buffer_put_text(&bytes, mac_tag);
    buffer_put(&bytes, text, size);
    enum till_status status = crypto_hmac((struct span){app->identity.secret, HASH_SIZE},
                                          (struct span){bytes.data, bytes.size}, mac);
    if (status == TILL_OK)
        hex_encode((struct span){mac, sizeof mac}, hex_out);
    return status;
}

/* ---- one setting ----------------------------------------------------------------------------- */

static bool take_number(const char *value, long least, long most, long *out)
{
    char *end = NULL;
    long number = strtol(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || number < least || number > most)
        return false;
    *out = number;
    return true;
}

/* false: no such setting, or no such value of it. */
static bool set_one(struct settings_kept *s, const char *key, const char *value)
{
    long number = 0;
    if (strcmp(key, "idle_lock_s") == 0 && take_number(value, 0, IDLE_MOST_S, &number))
        s->idle_lock_s = (uint32_t)number;
    else if (strcmp(key, "battery_low") == 0 && take_number(value, 1, PERCENT_MOST, &number))
        s->battery_low = (uint8_t)number;
    else if (strcmp(key, "battery_empty") == 0 && take_number(value, 0, PERCENT_MOST, &number))
        s->battery_empty = (uint8_t)number;
    else if (strcmp(key, "key_sound") == 0 && take_number(value, 0, 1, &number))
        s->key_sound = number == 1;
    else if (strcmp(key, "darkness") == 0 && take_number(value, 1, DARKNESS_MOST, &number))
        s->darkness = (uint8_t)number;
    else if (strcmp(key, "data_kb") == 0 && take_number(value, 0, DATA_KB_MOST, &number))
        s->data_kb = (uint32_t)number;
    else if (strcmp(key, "pin_rounds") == 0 && take_number(value, 1, ROUNDS_MOST, &number))
        s->pin_rounds = (uint32_t)number;
    else if (strcmp(key, "numbered_receipts") == 0 && take_number(value, 0, 1, &number))
        s->numbered_receipts = number == 1;
    else if (strcmp(key, "numbered_invoices") == 0 && take_number(value, 0, 1, &number))
        s->numbered_invoices = number == 1;
    else if (strcmp(key, "apn") == 0 && strlen(value) < sizeof s->apn)
        text_copy(s->apn, sizeof s->apn, value);
    else if (strcmp(key, "device") == 0 && strlen(value) < sizeof s->device)
        text_copy(s->device, sizeof s->device, value);
    else
        return false;
    return true;
}

/* ---- the file -------------------------------------------------------------------------------- */

static enum till_status keep(struct app *app, const struct settings_kept *s)
{
    char text[FILE_MOST], hex[2 * HASH_SIZE + 1];
    int size = snprintf(text, sizeof text,
                        "idle_lock_s=%u\nbattery_low=%u\nbattery_empty=%u\nkey_sound=%d\n"
                        "darkness=%u\ndata_kb=%u\npin_rounds=%u\nnumbered_receipts=%d\n"
                        "numbered_invoices=%d\napn=%s\ndevice=%s\n",
                        (unsigned)s->idle_lock_s, (unsigned)s->battery_low,
                        (unsigned)s->battery_empty, (int)s->key_sound, (unsigned)s->darkness,
                        (unsigned)s->data_kb, (unsigned)s->pin_rounds, (int)s->numbered_receipts,
                        (int)s->numbered_invoices, s->apn, s->device);
    if (size < 0 || (size_t)size + sizeof hex + 8 > sizeof text)
        return TILL_TOO_LARGE;
    enum till_status status = mac_of(app, text, (size_t)size, hex);
    if (status != TILL_OK)
        return status;
    int more = snprintf(text + size, sizeof text - (size_t)size, "mac=%s\n", hex);
    return file_replace(app->dir, "settings", text, (size_t)(size + more));
}

/* The lines before the last, each known, and the last the HMAC over them. */
static enum till_status read_file(struct app *app, struct settings_kept *out)
{
    char text[FILE_MOST], hex[2 * HASH_SIZE + 1];
    size_t size = 0;
    enum till_status status = file_read(app->dir, "settings", text, sizeof text, &size);
    if (status != TILL_OK)
        return status;
    char *mac = strstr(text, "mac=");
    if (!mac || (mac != text && mac[-1] != '\n'))
        return TILL_E_CORRUPT;
    status = mac_of(app, text, (size_t)(mac - text), hex);
    if (status != TILL_OK)
        return status;
    if (strlen(mac) != strlen("mac=\n") + 2 * HASH_SIZE ||
        !crypto_equal((const uint8_t *)mac + 4, (const uint8_t *)hex, 2 * HASH_SIZE))
        return TILL_E_CORRUPT;
    *mac = '\0';
    for (char *at = text; *at;) {
        char *end = at + strcspn(at, "\n");
        char *equals = strchr(at, '=');
        if (!*end || !equals || equals > end)
            return TILL_E_CORRUPT;
        *end = *equals = '\0';
        if (!set_one(out, at, equals + 1))
            return TILL_E_CORRUPT;
        at = end + 1;
    }
    return TILL_OK;
}

enum till_status kept_open(struct app *app)
{
    struct settings_kept read;
    kept_default(&read);
    enum till_status status = read_file(app, &read);
    if (status == TILL_OK)
        app->settings = read;
    else
        kept_default(&app->settings);
    return status;
}

enum till_status kept_save(struct app *app)
{
    return keep(app, &app->settings);
}

enum till_status kept_set(struct app *app, const char *key, const char *value)
{
    struct settings_kept next = app->settings;
    struct entry entry;
    struct body_settings_changed body;
    if (!text_is_clean(value, strlen(value)) || strchr(value, '\n') || !set_one(&next, key, value))
        return TILL_BAD_INPUT;
    text_copy(body.key, sizeof body.key, key);
    text_copy(body.value, sizeof body.value, value);
    enum till_status status = entry_write_settings_changed(&entry, &body);
    if (status == TILL_OK)
        status = ledger_append(app, &entry);
    if (status == TILL_OK)
        status = keep(app, &next);
    if (status == TILL_OK)
        app->settings = next;
    return status;
}
