/*
 * Alarms: what somebody at the office has to look at. It stands in the store until then, and in the
 * log for whoever watches that.
 *
 * Kept is not a sentence but what it is made of: an English msgid with %1 to %9 in it, and behind
 * it the arguments, each after STORE_PART_MARK and one letter that says what it is. So whoever
 * lists alarms reads them in their own language, and what a terminal told of itself, a name or a
 * slip, is never more than text. The log is English. An alarm of before that is a whole sentence.
 */
#ifndef TILL_HOST_ALARM_H
#define TILL_HOST_ALARM_H

#include "store.h"

enum { ALARM_ARGUMENTS_MAX = 9, ALARM_SHOWN_MAX = 2048 };

/* What an alarm says, put together piece by piece. */
struct alarm_text {
    char stored[STORE_ALARM_MAX];
    size_t size;
    unsigned arguments;
};
/* msgid: marked with N_(), at most STORE_REASON_MAX - 1 bytes. Then %1, %2 … in their order, at
 * most ALARM_ARGUMENTS_MAX. */
void alarm_say(struct alarm_text *t, const char *msgid);
/* As it is; control characters and what is no UTF-8 become '?', what is too long is cut. */
void alarm_add_text(struct alarm_text *t, const char *text);
void alarm_add_number(struct alarm_text *t, uint64_t number);
/* Another msgid, translated when it is shown. */
void alarm_add_words(struct alarm_text *t, const char *msgid);

/* Within a transaction. terminal: "" where it is no terminal's. kind: one word (docs/host.md lists
 * them). text: an alarm_text's `stored`, or a msgid that needs no arguments. */
enum till_status alarm_put(struct store *s, int64_t at_s, const char *terminal, const char *kind,
                           const char *text) TILL_CHECKED;

/* What a stored text says, in the language that is open (core/language.h). Any bytes are taken; an
 * argument that is not there is "?". */
void alarm_show(const char *stored, char out[ALARM_SHOWN_MAX]);
/* The same in English. */
void alarm_show_english(const char *stored, char out[ALARM_SHOWN_MAX]);

#endif
