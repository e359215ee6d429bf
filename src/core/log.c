#include "log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

enum { LOG_LINE_MAX = 512 };

static log_sink *current_sink;
static void *current_context;
static enum log_level current_most = LOG_LEVEL_INFO;

void log_to(log_sink *sink, void *context, enum log_level most)
{
    current_sink = sink;
    current_context = context;
    current_most = most;
}

void log_line(enum log_level level, const char *format, ...)
{
    if (current_sink == NULL || level > current_most) {
        return;
    }
    char line[LOG_LINE_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (length < 0) {
        return;
    }
    /* Text from outside must not forge a second line or drive the technician's terminal. */
    for (char *at = line; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        if (c < 0x20 || c == 0x7f) {
            *at = '?';
        }
    }
    current_sink(current_context, level, line);
}
