/*
 * PostgreSQL's own programs: pg_dump and pg_restore, found by $PATH.
 *
 * The password of a URL goes by the environment, not by the arguments, which everybody can read.
 */
#ifndef TILL_HOST_PG_TOOL_H
#define TILL_HOST_PG_TOOL_H

#include <stdbool.h>

#include "status.h"

bool pg_tool_is_url(const char *url);
/* TILL_E_DEVICE: it could not be run, or said no; its own words went to standard error.
 * Blocking. */
enum till_status pg_tool_dump(const char *url, const char *file) TILL_CHECKED;
enum till_status pg_tool_restore(const char *url, const char *file) TILL_CHECKED;

#endif
