/*
 * Log lines for the technician: said once, where a thing is first seen; never a PIN, a key, a name.
 *
 * main() sets the sink; without one nothing is written. journald reads the level from "<N>".
 */
#ifndef TILL_LOG_H
#define TILL_LOG_H

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

typedef void log_sink(void *context, enum log_level level, const char *line);

void log_to(log_sink *sink, void *context, enum log_level most);
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
