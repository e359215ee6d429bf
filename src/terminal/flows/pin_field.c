#include "pin_field.h"

#include <string.h>

#include "text.h"

void pin_field_forget(struct pin_field *f)
{
    volatile char *digits = f->digits;
    for (size_t i = 0; i < sizeof f->digits; i++)
        digits[i] = 0;
    f->length = 0;
}

void pin_field_act(struct pin_field *f, const struct flow_event *event)
{
    if (event->as.key.action == ACTION_DIGIT && f->length < PIN_DIGITS_MOST)
        f->digits[f->length++] = (char)('0' + event->as.key.digit);
    else if (event->as.key.action == ACTION_ERASE && f->length > 0)
        f->digits[--f->length] = '\0';
}

bool pin_field_is_long_enough(const struct pin_field *f)
{
    return f->length >= PIN_DIGITS_LEAST;
}

void pin_field_hand_over(struct pin_field *f, char *out, size_t capacity)
{
    text_copy(out, capacity, f->digits);
    pin_field_forget(f);
}

void pin_field_show(const struct pin_field *f, const char *label, struct screen *screen)
{
    char bullets[3 * PIN_DIGITS_MOST + 1] = "";
    for (size_t i = 0; i < f->length; i++)
        text_copy(bullets + 3 * i, sizeof bullets - 3 * i, "●");
    screen->masked = true;
    screen_field(screen, label, bullets, "");
}

uint32_t pin_field_wait_s(const struct flow_facts *facts, const char *user)
{
    bool theirs = facts->pin_user && strcmp(facts->pin_user, user) == 0;
    return theirs ? facts->pin_wait_s : 0;
}

const char *pin_field_refusal(enum till_status status)
{
    switch (status) {
    case TILL_REFUSED:
        return _("This number is the office's: it takes no money. Log in with a collector's.");
    case TILL_TOO_LARGE: /* the fold has no place (fold.h) */
        return _("Sixteen people have a shift or cash open on this terminal. One of them must "
                 "close and hand over first.");
    default:
        return _(status_text(status));
    }
}
