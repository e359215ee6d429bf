#include "distance.h"

#include <assert.h>

/* 1e-7 degree of a great circle is 11.1195 mm. */
enum { MM_E4_PER_E7 = 111195, COSINE_ONE = 1 << 16, DEGREE_E7 = 10000000 };

/* cos of 0, 1 … 90 degrees times 65,536, rounded. */
static const int32_t cosines[] = {
    65536, 65526, 65496, 65446, 65376, 65287, 65177, 65048, 64898, 64729, 64540, 64332, 64104,
    63856, 63589, 63303, 62997, 62672, 62328, 61966, 61584, 61183, 60764, 60326, 59870, 59396,
    58903, 58393, 57865, 57319, 56756, 56175, 55578, 54963, 54332, 53684, 53020, 52339, 51643,
    50931, 50203, 49461, 48703, 47930, 47143, 46341, 45525, 44695, 43852, 42995, 42126, 41243,
    40348, 39441, 38521, 37590, 36647, 35693, 34729, 33754, 32768, 31772, 30767, 29753, 28729,
    27697, 26656, 25607, 24550, 23486, 22415, 21336, 20252, 19161, 18064, 16962, 15855, 14742,
    13626, 12505, 11380, 10252, 9121,  7987,  6850,  5712,  4572,  3430,  2287,  1144,  0};

bool distance_can_be_from(int32_t latitude_e7, int32_t longitude_e7)
{
    return latitude_e7 >= -DISTANCE_LATITUDE_MAX && latitude_e7 <= DISTANCE_LATITUDE_MAX &&
           longitude_e7 >= -DISTANCE_LONGITUDE_MAX && longitude_e7 <= DISTANCE_LONGITUDE_MAX;
}

static int64_t magnitude(int64_t value)
{
    return value < 0 ? -value : value;
}

/* Times COSINE_ONE, straight between whole degrees. */
static int64_t cosine(int64_t latitude_e7)
{
    int64_t at = magnitude(latitude_e7);
    int64_t degree = at / DEGREE_E7, rest = at % DEGREE_E7;

    assert(at <= DISTANCE_LATITUDE_MAX);
    if (degree == 90)
        return 0;
    return cosines[degree] - (cosines[degree] - cosines[degree + 1]) * rest / DEGREE_E7;
}

/* The root, rounded down (Newton's way, from above). */
static uint64_t root(uint64_t value)
{
    uint64_t x = value, next;

    if (value < 2)
        return value;
    for (next = x / 2 + 1; next < x; next = (x + value / x) / 2)
        x = next;
    return x;
}

uint32_t distance_m(int32_t latitude_e7, int32_t longitude_e7, int32_t to_latitude_e7,
                    int32_t to_longitude_e7)
{
    int64_t north = (int64_t)to_latitude_e7 - latitude_e7;
    int64_t east = magnitude((int64_t)to_longitude_e7 - longitude_e7);

    if (east > DISTANCE_LONGITUDE_MAX)
        east = 2 * (int64_t)DISTANCE_LONGITUDE_MAX - east;
    east = east * cosine((latitude_e7 + (int64_t)to_latitude_e7) / 2) / COSINE_ONE;
    /* To centimetres: at most 2e9 each, whose squares fit together. */
    uint64_t north_cm = (uint64_t)(magnitude(north) * MM_E4_PER_E7 / 100000);
    uint64_t east_cm = (uint64_t)(east * MM_E4_PER_E7 / 100000);
    return (uint32_t)(root(north_cm * north_cm + east_cm * east_cm) / 100);
}

void distance_box(int32_t latitude_e7, uint32_t radius_m, int32_t *latitude_span_e7_out,
                  int32_t *longitude_span_e7_out)
{
    int64_t north = ((int64_t)radius_m + 1) * 1000 * 10000 / MM_E4_PER_E7 + 1;
    int64_t farthest = magnitude(latitude_e7) + north;
    int64_t shrunk = farthest < DISTANCE_LATITUDE_MAX ? cosine(farthest) : 0;
    int64_t east = shrunk > 0 ? (north * COSINE_ONE + shrunk - 1) / shrunk + 1 : INT64_MAX;

    *latitude_span_e7_out =
        (int32_t)(north < 2 * (int64_t)DISTANCE_LATITUDE_MAX ? north
                                                             : 2 * (int64_t)DISTANCE_LATITUDE_MAX);
    *longitude_span_e7_out =
        (int32_t)(east < DISTANCE_LONGITUDE_MAX ? east : DISTANCE_LONGITUDE_MAX);
}
