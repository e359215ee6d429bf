/*
 * The language that people read: gettext's catalogue, chosen while the program runs.
 *
 * Every program opens it once at start and again when the setting changes. Only texts change:
 * numbers, dates and money are written by src/core, never by the C library's locale.
 *
 * Threads: call it while no other thread asks gettext for a text.
 */
#ifndef TILL_LANGUAGE_H
#define TILL_LANGUAGE_H

#include "status.h"

/*
 *   language    "zh_CN", "en": the name of a catalogue
 *   locale_dir  where the catalogues are, "/usr/share/locale"; the string is copied
 * TILL_BAD_INPUT: no name of a language. TILL_E_CONFIG: the system has no UTF-8 locale at all.
 * TILL_NOT_FOUND: there is no such catalogue: English, the texts in the program, is shown.
 */
enum till_status language_open(const char *language, const char *locale_dir) TILL_CHECKED;

/* What was opened last; "en" before. Static. */
const char *language_name(void);

#endif
