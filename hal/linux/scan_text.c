#include "scan_text.h"

#include <string.h>

void scan_text_forget(struct scan_text *s)
{
    s->size = 0;
    s->large = false;
}

bool scan_text_has_begun(const struct scan_text *s)
{
    return s->size > 0;
}

bool scan_text_put(struct scan_text *s, uint8_t byte)
{
    if (byte == '\r' || byte == '\n') {
        return scan_text_has_begun(s);
    }
    if (s->size == sizeof s->bytes) {
        s->large = true;
    } else {
        s->bytes[s->size++] = (char)byte;
    }
    return false;
}

enum till_status scan_text_take(struct scan_text *s, struct scanner_text *text_out)
{
    enum till_status status = s->large ? TILL_TOO_LARGE : TILL_OK;
    if (!s->large) {
        memcpy(text_out->bytes, s->bytes, s->size);
        text_out->bytes[s->size] = '\0';
        text_out->size = s->size;
    }
    scan_text_forget(s);
    return status;
}
