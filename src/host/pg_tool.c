#include "pg_tool.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

enum { URL_MAX = 1024, PASSWORD_MAX = 256, ENVIRONMENT_MAX = 1024 };
static const char password_name[] = "PGPASSWORD=";

extern char **environ;

bool pg_tool_is_url(const char *url)
{
    return strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
    return found == NULL ? -1 : (int)(found - digits);
}

/* "%41" and the like, of one part of a URL. */
static void decode(const char *begin, const char *end, char *out, size_t capacity)
{
    size_t used = 0;
    while (begin < end && used + 1 < capacity) {
        int high = end - begin > 2 && *begin == '%' ? hex_digit(begin[1]) : -1;
        int low = high >= 0 ? hex_digit(begin[2]) : -1;
        out[used++] = low >= 0 ? (char)(high * 16 + low) : *begin;
        begin += low >= 0 ? 3 : 1;
    }
    out[used] = '\0';
}

/* "postgresql://wang:secret@db/till" into "postgresql://wang@db/till" and the secret; "" = none. */
static bool split(const char *url, char bare_out[URL_MAX], char password_out[PASSWORD_MAX])
{
    const char *user = strstr(url, "://") + 3;
    const char *at = user + strcspn(user, "@/");
    const char *colon = memchr(user, ':', (size_t)(at - user));
    password_out[0] = '\0';
    if (*at != '@' || colon == NULL) {
        return snprintf(bare_out, URL_MAX, "%s", url) < URL_MAX;
    }
    decode(colon + 1, at, password_out, PASSWORD_MAX);
    return snprintf(bare_out, URL_MAX, "%.*s%s", (int)(colon - url), url, at) < URL_MAX;
}

/* The environment with the password; its strings are not copied. False: it is too large. */
static bool fill_environment(char *password, char *environment[ENVIRONMENT_MAX])
{
    size_t count = 0;
    if (password[sizeof(password_name) - 1] != '\0') {
        environment[count++] = password;
    }
    for (char **at = environ; *at != NULL; at++) {
        bool own = count > 0 && environment[0] == password &&
                   strncmp(*at, password_name, sizeof(password_name) - 1) == 0;
        if (count + 1 == ENVIRONMENT_MAX) {
            return false;
        }
        if (!own) {
            environment[count++] = *at;
        }
    }
    environment[count] = NULL;
    return true;
}

static enum till_status run(char *const arguments[], char *const environment[])
{
    pid_t pid = 0;
    int how = 0;
    int code = posix_spawnp(&pid, arguments[0], NULL, NULL, arguments, environment);
    if (code != 0) {
        log_error("%s: %s", arguments[0], strerror(code));
        return TILL_E_DEVICE;
    }
    pid_t ended = 0;
    do {
        ended = waitpid(pid, &how, 0);
    } while (ended < 0 && errno == EINTR);
    if (ended != pid || !WIFEXITED(how) || WEXITSTATUS(how) != 0) {
        log_error("%s said no", arguments[0]);
        return TILL_E_DEVICE;
    }
    return TILL_OK;
}

/* program [words …] --dbname=URL [file] */
static enum till_status run_tool(const char *url, const char *const words[], const char *file)
{
    enum { ARGUMENTS_MAX = 10 };
    char bare[URL_MAX], dbname[URL_MAX + 16];
    char password[sizeof(password_name) + PASSWORD_MAX];
    char *environment[ENVIRONMENT_MAX];
    char *arguments[ARGUMENTS_MAX];
    size_t count = 0;
    (void)snprintf(password, sizeof(password), "%s", password_name);
    if (!split(url, bare, password + sizeof(password_name) - 1) ||
        !fill_environment(password, environment)) {
        explicit_bzero(password, sizeof(password));
        return TILL_TOO_LARGE;
    }
    for (; words[count] != NULL && count + 3 < ARGUMENTS_MAX; count++) {
        arguments[count] = (char *)words[count];
    }
    (void)snprintf(dbname, sizeof(dbname), "--dbname=%s", bare);
    arguments[count++] = dbname;
    if (file != NULL) {
        arguments[count++] = (char *)file;
    }
    arguments[count] = NULL;
    enum till_status status = run(arguments, environment);
    explicit_bzero(password, sizeof(password));
    return status;
}

enum till_status pg_tool_dump(const char *url, const char *file)
{
    char to[URL_MAX];
    const char *const words[] = {"pg_dump", "--format=custom", "--no-owner", "--no-privileges", to,
                                 NULL};
    if (snprintf(to, sizeof(to), "--file=%s", file) >= (int)sizeof(to)) {
        return TILL_TOO_LARGE;
    }
    return run_tool(url, words, NULL);
}

enum till_status pg_tool_restore(const char *url, const char *file)
{
    static const char *const words[] = {"pg_restore", "--exit-on-error", "--single-transaction",
                                        "--no-owner", "--no-privileges", NULL};
    return run_tool(url, words, file);
}
