#include "test_language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "language.h"

static void find_build(char *out, size_t capacity)
{
    const char *build = getenv("FIELDTILL_BUILD");
    if (build != NULL && build[0] != '\0') {
        snprintf(out, capacity, "%s", build);
        return;
    }
    char program[2048] = "";
    ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
    assert_true(size > 0);
    char *last = NULL;
    for (char *at = program; (at = strstr(at, "/tests/")) != NULL; at++) {
        last = at;
    }
    if (last == NULL) {
        fail_msg("%s is in no build's tests/; set FIELDTILL_BUILD", program);
        return;
    }
    *last = '\0';
    snprintf(out, capacity, "%s", program);
}

void language_folder(char *out, size_t capacity)
{
    char build[2048];
    find_build(build, sizeof build);
    assert_true(snprintf(out, capacity, "%s/locale", build) < (int)capacity);
}

void language_set(const char *language)
{
    char folder[2100];
    language_folder(folder, sizeof folder);
    enum till_status status = language_open(language, folder);
    if (status != TILL_OK) {
        fail_msg("no catalogue %s in %s: %s", language, folder, status_text(status));
    }
}
