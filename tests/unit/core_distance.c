/*
 * Distances, against the great circle computed in doubles.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "distance.h"

#define PI 3.14159265358979323846

static double haversine_m(double a_lat, double a_lon, double b_lat, double b_lon)
{
    double rad = PI / 180 * 1e-7;
    double u = sin((b_lat - a_lat) * rad / 2), v = sin((b_lon - a_lon) * rad / 2);

    return 2 * 6371008.8 * asin(sqrt(u * u + cos(a_lat * rad) * cos(b_lat * rad) * v * v));
}

static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % limit;
}

static void a_distance_is_that_of_the_great_circle_within_six_in_a_thousand(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        int32_t lat = (int32_t)random_below(&seed, 1500000000) - 750000000;
        int32_t lon = (int32_t)random_below(&seed, 3600000000u) - 1800000000;
        int32_t to_lat = lat + (int32_t)random_below(&seed, 4000000) - 2000000;
        int64_t to_lon = (int64_t)lon + random_below(&seed, 4000000) - 2000000;

        to_lon += to_lon > 1800000000 ? -3600000000 : to_lon < -1800000000 ? 3600000000 : 0;
        double expected = haversine_m(lat, lon, to_lat, (double)to_lon);
        double got = distance_m(lat, lon, to_lat, (int32_t)to_lon);
        if (fabs(got - expected) > 1 + 0.006 * expected)
            fail_msg("%d %d to %d %d: %.1f, not %.1f m", lat, lon, to_lat, (int32_t)to_lon, got,
                     expected);
    }
}

static void it_is_none_to_the_same_place_and_the_same_both_ways(void **state)
{
    (void)state;
    assert_int_equal(distance_m(255000000, 1001000000, 255000000, 1001000000), 0);
    assert_int_equal(distance_m(255000000, 1001000000, 255001000, 1001003000),
                     distance_m(255001000, 1001003000, 255000000, 1001000000));
    /* A thousandth of a degree of a meridian is 111 m. */
    assert_int_equal(distance_m(0, 0, 10000, 0), 111);
    assert_int_equal(distance_m(600000000, 0, 600000000, 10000), 55);
}

static void the_back_of_the_earth_is_no_wall(void **state)
{
    (void)state;
    assert_int_equal(distance_m(0, 1799995000, 0, -1799995000), 111);
    assert_int_equal(distance_m(900000000, 0, 900000000, 1234567890), 0);
    /* As far as it goes: flat, so only about right. */
    assert_in_range(distance_m(0, 0, 0, 1800000000), 20015000, 20016000);
    assert_in_range(distance_m(-900000000, 0, 900000000, 0), 20015000, 20016000);
}

static void a_box_holds_all_that_is_near(void **state)
{
    uint64_t seed = 2;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        int32_t lat = (int32_t)random_below(&seed, 1780000000) - 890000000;
        int32_t to_lat = lat + (int32_t)random_below(&seed, 400000) - 200000;
        int32_t east = (int32_t)random_below(&seed, 8000000) - 4000000;
        uint32_t radius = 1 + random_below(&seed, 20000);
        int32_t north_span = 0, east_span = 0;

        distance_box(lat, radius, &north_span, &east_span);
        if (distance_m(lat, 0, to_lat, east) <= radius &&
            (labs((long)to_lat - lat) > north_span || labs(east) > east_span))
            fail_msg("%d to %d, %d: outside the box of %u m", lat, to_lat, east, radius);
    }
}

static void a_place_off_the_earth_is_none(void **state)
{
    (void)state;
    assert_true(distance_can_be_from(900000000, -1800000000));
    assert_false(distance_can_be_from(900000001, 0));
    assert_false(distance_can_be_from(0, INT32_MIN));
    assert_false(distance_can_be_from(INT32_MAX, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_distance_is_that_of_the_great_circle_within_six_in_a_thousand),
        cmocka_unit_test(it_is_none_to_the_same_place_and_the_same_both_ways),
        cmocka_unit_test(the_back_of_the_earth_is_no_wall),
        cmocka_unit_test(a_box_holds_all_that_is_near),
        cmocka_unit_test(a_place_off_the_earth_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
