/*
 * Distance: how far it is from one place on the earth to another.
 *
 * Degrees times 10,000,000 (WGS 84), as the book and the receiver give them; metres. Integers
 * only. The earth is a sphere of 6,371,008.8 m here and flat between two points (equirectangular
 * with the cosine of the middle latitude): wrong by 0.6 % at most below 100 km and 75 degrees,
 * which is nothing for who is nearest.
 */
#ifndef TILL_DISTANCE_H
#define TILL_DISTANCE_H

#include <stdbool.h>
#include <stdint.h>

enum { DISTANCE_LATITUDE_MAX = 900000000, DISTANCE_LONGITUDE_MAX = 1800000000 };

/* Within a quarter and a half of the circle? Both 0 is valid, and means "not known" in the book. */
bool distance_can_be_from(int32_t latitude_e7, int32_t longitude_e7);

/* Metres, rounded down, the shorter way round. Both valid. */
uint32_t distance_m(int32_t latitude_e7, int32_t longitude_e7, int32_t to_latitude_e7,
                    int32_t to_longitude_e7);

/*
 * The half sides of the box around a point that holds all within radius_m, rounded up.
 * *longitude_span_e7_out is DISTANCE_LONGITUDE_MAX where that is everywhere, as at a pole.
 */
void distance_box(int32_t latitude_e7, uint32_t radius_m, int32_t *latitude_span_e7_out,
                  int32_t *longitude_span_e7_out);

#endif
