/*
 * Time as people write it. Records hold UTC seconds; screens and paper show the site's zone.
 *
 * Pure: it never asks what time it is. The zone is a POSIX TZ rule, so that no zone database is
 * needed on the terminal and daylight saving works where a site has it.
 */
#ifndef TILL_WHEN_H
#define TILL_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

/* Records before 2020-01-01 or after 2100-01-01 UTC are implausible. */
#define WHEN_MIN_S INT64_C(1577836800)
#define WHEN_MAX_S INT64_C(4102444800)

struct civil {
    int16_t year;
    uint8_t month; /* 1..12 */
    uint8_t day;   /* 1..31 */
    uint8_t hour, minute, second;
    uint8_t weekday; /* 0 = Sunday */
};

/* TILL_BAD_INPUT: no POSIX TZ rule ("CST-8", "EST5EDT,M3.2.0,M11.1.0"). */
enum till_status when_zone_check(const char *zone) TILL_CHECKED;
/* Seconds east of UTC at that moment in a checked zone. */
int32_t when_offset_s(const char *zone, int64_t at_s);
/* Broken down in a checked zone. Any at_s within years 1..9999. */
void when_civil(const char *zone, int64_t at_s, struct civil *civil_out);
/* UTC seconds of a civil moment in UTC. Proleptic Gregorian. */
int64_t when_from_utc(const struct civil *civil);
/* The same of a civil moment in a checked zone; in an hour that a change of the clock skips or
 * repeats, one of those that may be meant. */
int64_t when_from_civil(const char *zone, const struct civil *civil);

/* yyyymmdd as one integer, how business dates and due dates are written. */
int32_t when_date(const char *zone, int64_t at_s);
bool when_date_is_valid(int32_t date);
/* Days from a to b; negative if b is earlier. Both valid dates. */
int32_t when_days_between(int32_t from_date, int32_t to_date);

enum { WHEN_TEXT_MAX = 32 };
/* "2026-11-22 09:41", "2026-11-22", "11-22", "09:41"; out: WHEN_TEXT_MAX. */
void when_format_minute(const char *zone, int64_t at_s, char *out);
void when_format_date(int32_t date, char *out);
void when_format_month(int32_t yyyymm, char *out); /* 202609 -> "2026-09" */
void when_format_clock(const char *zone, int64_t at_s, char *out);

#endif
