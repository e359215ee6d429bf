#include "when.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

enum {
    DAY_S = 86400,
    HOUR_S = 3600,
    ZONE_NAME_MIN = 3,
    OFFSET_HOURS_MAX = 24,
    RULE_HOURS_MAX = 167, /* RFC 8536 §3.3.1 widens POSIX's 24 */
    YEAR_MIN = 1,
    YEAR_MAX = 9999
};

/* ---- the calendar ---------------------------------------------------------------------------- */

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01. Years are counted from March, so that the leap day comes last. */
static int64_t days_from_civil(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    int64_t era = y / 400; /* y >= 0: years begin at 1 */
    int64_t year_of_era = y % 400;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int64_t days, struct civil *out)
{
    int64_t shifted = days + 719468; /* from 0000-03-01 */
    int64_t era = shifted / 146097;
    int64_t day_of_era = shifted % 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    out->day = (uint8_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    out->month = (uint8_t)month;
    out->year = (int16_t)(era * 400 + year_of_era + (month <= 2 ? 1 : 0));
    /* 1970-01-01 was a Thursday. */
    out->weekday = (uint8_t)(((days + 4) % 7 + 7) % 7);
}

static int64_t floor_days(int64_t at_s)
{
    return at_s >= 0 ? at_s / DAY_S : -((DAY_S - 1 - at_s) / DAY_S);
}

/* ---- POSIX TZ rules: IEEE 1003.1 §8.3 -------------------------------------------------------- */

struct change { /* when a part of the year begins */
    enum { CHANGE_JULIAN, CHANGE_DAY, CHANGE_WEEKDAY } form;
    int month, week, day;
    int32_t time_s; /* local, before the change */
};
struct zone {
    int32_t standard_s; /* east of UTC, unlike in the rule's text */
    bool has_summer;
    int32_t summer_s;
    struct change to_summer, to_standard;
};

static bool scan_char(const char **at, char c)
{
    if (**at != c) {
        return false;
    }
    (*at)++;
    return true;
}

static bool scan_number(const char **at, int max, int *out)
{
    int value = 0;
    int digits = 0;
    while (**at >= '0' && **at <= '9' && digits < 3) {
        value = value * 10 + (*(*at)++ - '0');
        digits++;
    }
    *out = value;
    return digits > 0 && value <= max;
}

/* "CST" or "<+0330>". */
static bool scan_name(const char **at)
{
    bool quoted = scan_char(at, '<');
    int length = 0;
    for (;; (*at)++, length++) {
        char c = **at;
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool sign_or_digit = (c >= '0' && c <= '9') || c == '+' || c == '-';
        if (!letter && !(quoted && sign_or_digit)) {
            break;
        }
    }
    return length >= ZONE_NAME_MIN && (!quoted || scan_char(at, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool scan_time(const char **at, int hours_max, int32_t *out_s)
{
    bool negative = scan_char(at, '-');
    if (!negative) {
        (void)scan_char(at, '+');
    }
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    if (!scan_number(at, hours_max, &hours)) {
        return false;
    }
    if (scan_char(at, ':')) {
        if (!scan_number(at, 59, &minutes)) {
            return false;
        }
        if (scan_char(at, ':') && !scan_number(at, 59, &seconds)) {
            return false;
        }
    }
    int32_t total = hours * HOUR_S + minutes * 60 + seconds;
    *out_s = negative ? -total : total;
    return true;
}

/* Mm.w.d, Jn or n, each with an optional /time. */
static bool scan_change(const char **at, struct change *out)
{
    *out = (struct change){.time_s = 2 * HOUR_S};
    if (scan_char(at, 'M')) {
        out->form = CHANGE_WEEKDAY;
        if (!scan_number(at, 12, &out->month) || out->month < 1 || !scan_char(at, '.') ||
            !scan_number(at, 5, &out->week) || out->week < 1 || !scan_char(at, '.') ||
            !scan_number(at, 6, &out->day)) {
            return false;
        }
    } else if (scan_char(at, 'J')) {
        out->form = CHANGE_JULIAN;
        if (!scan_number(at, 365, &out->day) || out->day < 1) {
            return false;
        }
    } else {
        out->form = CHANGE_DAY;
        if (!scan_number(at, 365, &out->day)) {
            return false;
        }
    }
    return !scan_char(at, '/') || scan_time(at, RULE_HOURS_MAX, &out->time_s);
}

static bool zone_parse(const char *text, struct zone *out)
{
    *out = (struct zone){0};
    const char *at = text;
    int32_t west_s = 0;
    if (!scan_name(&at) || !scan_time(&at, OFFSET_HOURS_MAX, &west_s)) {
        return false;
    }
    out->standard_s = -west_s;
    if (*at == '\0') {
        return true;
    }
    if (!scan_name(&at)) {
        return false;
    }
    out->has_summer = true;
    out->summer_s = out->standard_s + HOUR_S;
    if (*at != ',') {
        if (!scan_time(&at, OFFSET_HOURS_MAX, &west_s)) {
            return false;
        }
        out->summer_s = -west_s;
    }
    /* Without the two changes POSIX leaves the rule to the system: then it is no rule. */
    return scan_char(&at, ',') && scan_change(&at, &out->to_summer) && scan_char(&at, ',') &&
           scan_change(&at, &out->to_standard) && *at == '\0';
}

/* The local second, counted as if it were UTC, at which a change comes in that year. */
static int64_t change_in_year(const struct change *c, int year)
{
    int64_t new_year = days_from_civil(year, 1, 1);
    int64_t day = new_year;
    switch (c->form) {
    case CHANGE_JULIAN: /* 1..365, the leap day never counted */
        day += c->day - 1 + (is_leap(year) && c->day >= 60 ? 1 : 0);
        break;
    case CHANGE_DAY: /* 0..365 */
        day += c->day;
        break;
    case CHANGE_WEEKDAY: {
        int64_t first = days_from_civil(year, c->month, 1);
        int64_t weekday_of_first = ((first + 4) % 7 + 7) % 7;
        int64_t offset = (c->day - weekday_of_first + 7) % 7 + (int64_t)(c->week - 1) * 7;
        if (offset >= days_in_month(year, c->month)) {
            offset -= 7; /* week 5 is the last one */
        }
        day = first + offset;
        break;
    }
    default:
        assert(false);
    }
    return day * DAY_S + c->time_s;
}

enum till_status when_zone_check(const char *zone)
{
    struct zone z;
    return zone_parse(zone, &z) ? TILL_OK : TILL_BAD_INPUT;
}

int32_t when_offset_s(const char *zone, int64_t at_s)
{
    struct zone z;
    bool ok = zone_parse(zone, &z);
    assert(ok);
    if (!z.has_summer) {
        return z.standard_s;
    }
    struct civil standard;
    civil_from_days(floor_days(at_s + z.standard_s), &standard);
    int64_t summer_from_s = change_in_year(&z.to_summer, standard.year) - z.standard_s;
    int64_t summer_to_s = change_in_year(&z.to_standard, standard.year) - z.summer_s;
    bool summer = summer_from_s < summer_to_s ? at_s >= summer_from_s && at_s < summer_to_s
                                              : at_s >= summer_from_s || at_s < summer_to_s;
    return summer ? z.summer_s : z.standard_s;
}

void when_civil(const char *zone, int64_t at_s, struct civil *civil_out)
{
    int64_t local_s = at_s + when_offset_s(zone, at_s);
    int64_t days = floor_days(local_s);
    int64_t second = local_s - days * DAY_S;
    civil_from_days(days, civil_out);
    civil_out->hour = (uint8_t)(second / HOUR_S);
    civil_out->minute = (uint8_t)(second / 60 % 60);
    civil_out->second = (uint8_t)(second % 60);
}

int64_t when_from_utc(const struct civil *civil)
{
    return days_from_civil(civil->year, civil->month, civil->day) * DAY_S +
           (int64_t)civil->hour * HOUR_S + (int64_t)civil->minute * 60 + civil->second;
}

int64_t when_from_civil(const char *zone, const struct civil *civil)
{
    int64_t utc_s = when_from_utc(civil);
    /* The offset is that of the moment itself, which is not known yet but by this. */
    int64_t near_s = utc_s - when_offset_s(zone, utc_s);
    return utc_s - when_offset_s(zone, near_s);
}

/* ---- dates as integers ----------------------------------------------------------------------- */

int32_t when_date(const char *zone, int64_t at_s)
{
    struct civil c;
    when_civil(zone, at_s, &c);
    return c.year * 10000 + c.month * 100 + c.day;
}

bool when_date_is_valid(int32_t date)
{
    int year = date / 10000;
    int month = date / 100 % 100;
    int day = date % 100;
    return date > 0 && year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12 &&
           day >= 1 && day <= days_in_month(year, month);
}

int32_t when_days_between(int32_t from_date, int32_t to_date)
{
    assert(when_date_is_valid(from_date) && when_date_is_valid(to_date));
    int64_t from = days_from_civil(from_date / 10000, from_date / 100 % 100, from_date % 100);
    int64_t to = days_from_civil(to_date / 10000, to_date / 100 % 100, to_date % 100);
    return (int32_t)(to - from);
}

/* ---- text ------------------------------------------------------------------------------------ */

void when_format_minute(const char *zone, int64_t at_s, char *out)
{
    struct civil c;
    when_civil(zone, at_s, &c);
    (void)snprintf(out, WHEN_TEXT_MAX, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour,
                   c.minute);
}

void when_format_date(int32_t date, char *out)
{
    (void)snprintf(out, WHEN_TEXT_MAX, "%04d-%02d-%02d", (int)(date / 10000),
                   (int)(date / 100 % 100), (int)(date % 100));
}

void when_format_month(int32_t yyyymm, char *out)
{
    (void)snprintf(out, WHEN_TEXT_MAX, "%04d-%02d", (int)(yyyymm / 100), (int)(yyyymm % 100));
}

void when_format_clock(const char *zone, int64_t at_s, char *out)
{
    struct civil c;
    when_civil(zone, at_s, &c);
    (void)snprintf(out, WHEN_TEXT_MAX, "%02d:%02d", c.hour, c.minute);
}
