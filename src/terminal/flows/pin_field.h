/*
 * A PIN that is being typed: shown as bullets, wiped as soon as it is handed over.
 */
#ifndef TILL_PIN_FIELD_H
#define TILL_PIN_FIELD_H

#include "flow.h"

enum { PIN_DIGITS_MOST = 12, PIN_DIGITS_LEAST = 4 };

struct pin_field {
    char digits[PIN_DIGITS_MOST + 1];
    size_t length;
};
void pin_field_forget(struct pin_field *f);
/* Digits and the erase key; others change nothing. */
void pin_field_act(struct pin_field *f, const struct flow_event *event);
bool pin_field_is_long_enough(const struct pin_field *f);
/* Copies it out and forgets it. */
void pin_field_hand_over(struct pin_field *f, char *out, size_t capacity);
/* Marks the screen as masked. */
void pin_field_show(const struct pin_field *f, const char *label, struct screen *screen);

/* How long that number must wait still after too many wrong PINs; 0 = not at all. */
uint32_t pin_field_wait_s(const struct flow_facts *facts, const char *user);

/* Why a login was not done, in words of the chosen language: a number of the office collects
 * nothing at a terminal. */
const char *pin_field_refusal(enum till_status status);

#endif
