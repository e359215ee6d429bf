#include "payment_line.h"

#include <string.h>

#include "control.h"

enum till_status payment_line_read(struct span line, struct payment_line *out)
{
    struct control c;
    memset(out, 0, sizeof(*out));
    enum till_status status = control_open(line, PAYMENT_LINE_MAX, &c);
    if (status != TILL_OK) {
        return status;
    }
    control_take_text(&c, "number", out->number, sizeof(out->number));
    control_take_text(&c, "account", out->account, sizeof(out->account));
    control_take_text(&c, "amount", out->amount, sizeof(out->amount));
    control_take_text(&c, "paid_at", out->paid_at, sizeof(out->paid_at));
    return control_close(&c);
}

enum till_status payment_result_write(uint32_t line, const char *number, const char *result,
                                      const char *reason, struct buffer *out)
{
    struct control_writer w;
    control_begin(&w, out);
    control_put_integer(&w, "line", line);
    control_put_text(&w, "number", number);
    control_put_text(&w, "result", result);
    control_put_text(&w, "reason", reason);
    enum till_status status = control_end(&w);
    if (status == TILL_OK) {
        buffer_put_u8(out, '\n');
        status = buffer_status(out);
    }
    return status;
}
