#include "alarm.h"

#include "log.h"
#include "text.h"

enum till_status alarm_put(struct store *s, int64_t at_s, const char *terminal, const char *kind,
                           const char *text)
{
    struct store_alarm alarm = {.at_s = at_s};
    text_copy(alarm.terminal, sizeof(alarm.terminal), terminal);
    text_copy(alarm.kind, sizeof(alarm.kind), kind);
    text_copy(alarm.text, sizeof(alarm.text), text);
    if (terminal[0] == '\0') {
        log_warning("alarm %s: %s", alarm.kind, alarm.text);
    } else {
        log_warning("alarm %s, terminal %s: %s", alarm.kind, alarm.terminal, alarm.text);
    }
    return store_alarm_put(s, &alarm);
}
