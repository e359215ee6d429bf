/*
 * The language of a test: catalogues of the build that the test belongs to.
 */
#ifndef TILL_TEST_LANGUAGE_H
#define TILL_TEST_LANGUAGE_H

#include <stddef.h>

/* "zh_CN" or "en", from <build>/locale: $FIELDTILL_BUILD, else the folder above the program's
 * tests/. Fails the test where there is no such catalogue (make locale builds them). */
void language_set(const char *language);
/* The folder of those catalogues. */
void language_folder(char *out, size_t capacity);

#endif
