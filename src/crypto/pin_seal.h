/*
 * What a record says of a PIN that was changed on a device (struct body_pin_changed).
 *
 * The stretched PIN goes to the office sealed with the device's secret, which the office has too:
 *
 *   sealed = PBKDF2(PIN) xor HMAC(device secret, "fieldtill/pin/1" ‖ user ‖ salt)
 *
 * Each change has a salt of its own, so no two are sealed by the same bytes.
 */
#ifndef TILL_PIN_SEAL_H
#define TILL_PIN_SEAL_H

#include "crypto.h"
#include "entry.h"

/* Seal, or open what was sealed: it is the same. in and out may be one.
 *   user  shorter than USER_MAX
 *   salt  as body_pin_changed has it */
enum till_status pin_seal(const uint8_t secret[HASH_SIZE], const char *user, const uint8_t salt[16],
                          const uint8_t in[HASH_SIZE], uint8_t out[HASH_SIZE]) TILL_CHECKED;

#endif
