#include "modem_options.h"

#include <string.h>

#include "text.h"

bool modem_apn_is_fine(const char *apn)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-._";
    size_t size = strlen(apn);
    return size > 0 && size <= MODEM_APN_MAX && strspn(apn, letters) == size;
}

enum till_status modem_options_read(struct opening *opening, struct modem_options *options_out)
{
    struct settings *s = opening->settings;
    const char *apn = settings_text(s, opening->section, "apn", "");
    if (apn[0] != '\0' && !modem_apn_is_fine(apn)) {
        settings_complain(s, opening->section, "apn", "is no access point name");
        return TILL_E_CONFIG;
    }
    text_copy(options_out->apn, sizeof options_out->apn, apn);
    text_copy(options_out->pin_file, sizeof options_out->pin_file,
              settings_text(s, opening->section, "pin_file", ""));
    return modem_pulse_options(opening, &options_out->pulse);
}
