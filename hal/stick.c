#include "stick.h"

#include <assert.h>
#include <string.h>

static bool name_is_valid(const char *name, size_t size)
{
    if (size == 0 || size >= STICK_NAME_MAX || name[0] == '.' || name[0] == '-') {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              c == '.' || c == '_' || c == '-')) {
            return false;
        }
    }
    return true;
}

bool stick_name_is_valid(const char *name)
{
    return name_is_valid(name, strnlen(name, STICK_NAME_MAX));
}

bool stick_path_is_valid(const char *path)
{
    size_t folder = strcspn(path, "/");
    return path[folder] == '/' && name_is_valid(path, folder) &&
           stick_name_is_valid(path + folder + 1);
}

enum till_status stick_present(const struct stick *stick)
{
    return stick->present(stick->context);
}

enum till_status stick_list(const struct stick *stick, const char *folder,
                            struct stick_name *names_out, size_t capacity, size_t *count_out)
{
    size_t count = 0;
    if (!stick_name_is_valid(folder)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = stick->list(stick->context, folder, names_out, capacity, &count);
    if (status == TILL_OK) {
        assert(count <= capacity);
        for (size_t i = 0; i < count; i++) {
            assert(stick_name_is_valid(names_out[i].text));
        }
        *count_out = count;
    }
    return status;
}

enum till_status stick_read(const struct stick *stick, const char *path, uint8_t *out,
                            size_t capacity, size_t *size_out)
{
    size_t size = 0;
    if (!stick_path_is_valid(path)) {
        return TILL_BAD_INPUT;
    }
    enum till_status status = stick->read(stick->context, path, out, capacity, &size);
    if (status == TILL_OK) {
        assert(size <= capacity);
        *size_out = size;
    }
    return status;
}

enum till_status stick_write(const struct stick *stick, const char *path, struct span bytes)
{
    if (!stick_path_is_valid(path) || bytes.size > STICK_FILE_MAX) {
        return TILL_BAD_INPUT;
    }
    return stick->write(stick->context, path, bytes);
}

enum till_status stick_remove(const struct stick *stick, const char *path)
{
    return stick_path_is_valid(path) ? stick->remove(stick->context, path) : TILL_BAD_INPUT;
}

enum till_status stick_release(const struct stick *stick)
{
    return stick->release(stick->context);
}
