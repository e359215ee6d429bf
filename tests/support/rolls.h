/*
 * The strict printer for a printer profile: it knows what the profile promises and nothing beyond,
 * so that a command which the printer doesn't have is a fault.
 */
#ifndef TILL_ROLLS_H
#define TILL_ROLLS_H

#include "profile.h"
#include "roll.h"

void roll_profile_of_printer(const struct printer_profile *printer,
                             struct roll_profile *profile_out);

#endif
