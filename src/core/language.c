#include "language.h"

#include <libintl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LANGUAGE_DOMAIN "fieldtill"

enum { LANGUAGE_NAME_MAX = 17, LANGUAGE_PATH_MAX = 512 };

static char opened[LANGUAGE_NAME_MAX] = "en";

static bool is_name(const char *language)
{
    size_t size = strlen(language);
    return size >= 2 && size < LANGUAGE_NAME_MAX &&
           strspn(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") == size;
}

enum till_status language_open(const char *language, const char *locale_dir)
{
    if (!is_name(language)) {
        return TILL_BAD_INPUT;
    }
    /* gettext ignores LANGUAGE in the locale "C"; C.UTF-8 is in every Debian system. */
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL || setlocale(LC_MESSAGES, "C.UTF-8") == NULL ||
        setenv("LANGUAGE", language, 1) != 0) {
        return TILL_E_CONFIG;
    }
    /* textdomain() after setenv() makes gettext forget what it found in the language before. */
    if (bindtextdomain(LANGUAGE_DOMAIN, locale_dir) == NULL ||
        bind_textdomain_codeset(LANGUAGE_DOMAIN, "UTF-8") == NULL ||
        textdomain(LANGUAGE_DOMAIN) == NULL) {
        return TILL_E_MEMORY;
    }
    memcpy(opened, language, strlen(language) + 1);
    char path[LANGUAGE_PATH_MAX];
    int size = snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/" LANGUAGE_DOMAIN ".mo", locale_dir,
                        language);
    if (size < 0 || (size_t)size >= sizeof(path) || access(path, R_OK) != 0) {
        return TILL_NOT_FOUND;
    }
    return TILL_OK;
}

const char *language_name(void)
{
    return opened;
}
