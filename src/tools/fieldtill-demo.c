/*
 * fieldtill-demo: writes the demonstration township as CSV files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "township.h"
#include "when.h"

enum { EXIT_USAGE = 2 };

static const char usage[] =
    "usage: fieldtill-demo DIR [--today YYYYMMDD] [--seed N] [--customers N]\n"
    "\n"
    "Writes site, users, meter_books, customers and bills as CSV. The same\n"
    "seed and day give the same bytes.\n";

int main(int argc, char **argv)
{
    struct township t = {.seed = 20260101, .customers = TOWNSHIP_CUSTOMERS};
    const char *dir = NULL;
    t.today = when_date("CST-8", (int64_t)time(NULL));
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--today") == 0 && more)
            t.today = (int32_t)strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0 && more)
            t.seed = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--customers") == 0 && more)
            t.customers = (uint32_t)strtoul(argv[++i], NULL, 10);
        else if (argv[i][0] != '-' && !dir)
            dir = argv[i];
        else
            dir = "";
    }
    if (!dir || !dir[0]) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    mkdir(dir, 0700);
    enum till_status status = township_write(&t, dir);
    if (status == TILL_OK)
        return EXIT_SUCCESS;
    fprintf(stderr, "fieldtill-demo: %s: %s\n", dir, status_text((int)status));
    return status == TILL_BAD_INPUT ? EXIT_USAGE : EXIT_FAILURE;
}
