#include "wrap_private.h"

static enum till_status stick_look(void *context)
{
    struct wrap *w = context;
    WRAP(w, "stick.present", status, w->inner.stick->present(w->inner.stick->context))
    return wrap_after(w, "stick.present", status, "%s", "");
}

static enum till_status stick_names(void *context, const char *folder, struct stick_name *names_out,
                                    size_t capacity, size_t *count_out)
{
    struct wrap *w = context;
    WRAP(w, "stick.list", status,
         w->inner.stick->list(w->inner.stick->context, folder, names_out, capacity, count_out))
    return wrap_after(w, "stick.list", status, "%.40s: %zu", folder,
                      status == TILL_OK ? *count_out : (size_t)0);
}

static enum till_status stick_take(void *context, const char *path, uint8_t *out, size_t capacity,
                                   size_t *size_out)
{
    struct wrap *w = context;
    WRAP(w, "stick.read", status,
         w->inner.stick->read(w->inner.stick->context, path, out, capacity, size_out))
    return wrap_after(w, "stick.read", status, "%.60s: %zu bytes", path,
                      status == TILL_OK ? *size_out : (size_t)0);
}

static enum till_status stick_put(void *context, const char *path, struct span bytes)
{
    struct wrap *w = context;
    WRAP(w, "stick.write", status, w->inner.stick->write(w->inner.stick->context, path, bytes))
    return wrap_after(w, "stick.write", status, "%.60s: %zu bytes", path, bytes.size);
}

static enum till_status stick_drop(void *context, const char *path)
{
    struct wrap *w = context;
    WRAP(w, "stick.remove", status, w->inner.stick->remove(w->inner.stick->context, path))
    return wrap_after(w, "stick.remove", status, "%.60s", path);
}

static enum till_status stick_let_go(void *context)
{
    struct wrap *w = context;
    WRAP(w, "stick.release", status, w->inner.stick->release(w->inner.stick->context))
    return wrap_after(w, "stick.release", status, "%s", "");
}

static void stick_shut(void *context)
{
    struct wrap *w = context;
    w->inner.stick->close(w->inner.stick->context);
}

void wrap_stick(struct wrap *w, struct board *board)
{
    if (board->stick) {
        w->stick = (struct stick){w,         stick_look, stick_names,  stick_take,
                                  stick_put, stick_drop, stick_let_go, stick_shut};
        board->stick = &w->stick;
    }
}
